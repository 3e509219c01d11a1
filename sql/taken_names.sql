-- A type or a function of somebody else's has the name of one of an enumeration's: the error names it and the way out.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
SELECT current_database() AS this \gset
DROP DATABASE IF EXISTS regress_taken_names;
CREATE DATABASE regress_taken_names TEMPLATE template0;
\c regress_taken_names
\set VERBOSITY default
-- (From 18 on, the server shows where in the script an error is.)
\set SHOW_CONTEXT never
-- CREATE EXTENSION into a database that has them
CREATE TYPE task_status AS ENUM ('a');
CREATE EXTENSION gb_enums;
DROP TYPE task_status;
CREATE TABLE risk_level (id int);
CREATE EXTENSION gb_enums;
DROP TABLE risk_level;
CREATE FUNCTION task_status_name(integer) RETURNS text LANGUAGE sql RETURN NULL;
CREATE EXTENSION gb_enums;
\set SHOW_CONTEXT always
CREATE TYPE task_status AS (a int);
CREATE SCHEMA enums;
CREATE EXTENSION gb_enums SCHEMA enums;
SELECT enums.task_status_name(2), task_status_name(2);
-- an enumeration of one's own
CREATE DOMAIN a_domain AS int;
CREATE TYPE native AS ENUM ('a');
CREATE TYPE composite AS (a int);
CREATE TYPE spans AS RANGE (subtype = int4);
CREATE VIEW "A view" AS SELECT 1;
SELECT enums.gb_enum_create('own', '{a}');
SELECT enums.gb_enum_create('a_domain', '{a}');
SELECT enums.gb_enum_create('native', '{a}');
SELECT enums.gb_enum_create('composite', '{a}');
SELECT enums.gb_enum_create('spans', '{a}');
SELECT enums.gb_enum_create('"A view"', '{a}');
SELECT enums.gb_enum_create('own', '{a}');
SELECT enums.gb_enum_create('_own', '{a}');
CREATE FUNCTION other_values() RETURNS int LANGUAGE sql RETURN 1;
SELECT enums.gb_enum_create('other', '{a}');
SELECT enums.gb_enum_create('enums.other', '{a}');
\c :this
DROP DATABASE regress_taken_names;
