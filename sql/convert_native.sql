-- what goes on using a native enum when its columns are converted, and that it can be dropped then
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
CREATE SCHEMA native;
SET search_path = native, public;
CREATE TYPE mood AS ENUM ('low', 'normal', 'high');
CREATE TYPE "Mood 2" AS ENUM ('low', 'normal', 'high');
CREATE TABLE alone (id integer PRIMARY KEY, mood mood DEFAULT 'low' CHECK (mood <> 'high' OR id > 0), list mood[] DEFAULT '{low}', "Second" "Mood 2" DEFAULT 'low');
CREATE INDEX alone_high ON alone (mood) WHERE mood = 'high';
CREATE VIEW alone_shown AS SELECT id, mood, mood::text || '!' AS loud, list[1] = 'low' AS is_low, "Second" FROM alone WHERE mood > 'low';
CREATE VIEW over_alone AS SELECT mood, "Second" FROM alone_shown WHERE mood = ANY ('{high,normal}');
INSERT INTO alone VALUES (1, 'high', '{low,high}', 'low');
-- one column after the other
SELECT statement, detail FROM gb_enum_convert('alone', 'mood', 'task_priority') WHERE kind = 'query to check' AND (detail LIKE 'It uses%' OR statement LIKE 'DROP TYPE%');
-- all at once: nothing is left
\set how '{"mood": "task_priority", "list": "task_priority", "Second": "task_priority"}'
SELECT statement, detail FROM gb_enum_convert_table('alone', :'how') WHERE kind = 'query to check' AND (detail LIKE 'It uses%' OR statement LIKE 'DROP TYPE%');
BEGIN;
SELECT count(*) > 5 AS done FROM gb_enum_convert_table('alone', :'how', dry_run => false);
DROP TYPE mood;
DROP TYPE "Mood 2";
ROLLBACK;
-- whatever else may use it
CREATE DOMAIN good_mood AS mood CHECK (VALUE <> 'low');
CREATE TYPE pair AS (mood mood, weight integer);
CREATE TABLE other (id integer, mood mood, word text DEFAULT 'low'::mood::text CHECK (word <> 'high'::mood::text));
CREATE FUNCTION is_good(m mood) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT m <> 'low' $$;
CREATE FUNCTION best() RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT max(e)::text FROM unnest(enum_range(NULL::mood)) e; END;
CREATE VIEW all_moods AS SELECT unnest(enum_range(NULL::mood)) AS mood;
CREATE VIEW good AS SELECT id FROM alone WHERE is_good(mood);
CREATE VIEW first_mood AS SELECT id, list[1] AS first FROM alone;
ALTER TABLE alone ADD CONSTRAINT is_good CHECK (is_good(mood) OR id > 0), ADD CONSTRAINT said CHECK (id > 0 OR 'low'::mood = ANY (ARRAY['high'::mood]));
CREATE POLICY good_ones ON alone USING (is_good(mood) OR 'mood' = 'x');
COMMENT ON VIEW alone_shown IS 'native.mood is what it shows';
SELECT statement, detail FROM gb_enum_convert_table('alone', :'how') WHERE kind = 'query to check' AND (detail ~ '^It (uses|takes)' OR statement LIKE 'DROP TYPE%');
-- the plan of a conversion in use names the same
SELECT statement, detail FROM gb_enum_convert_online_plan('alone', :'how') WHERE kind = 'query to check' AND (detail ~ '^It (uses|takes)' OR statement LIKE 'DROP TYPE%')
EXCEPT SELECT statement, detail FROM gb_enum_convert_table('alone', :'how');
SELECT statement, detail FROM gb_enum_convert_table('alone', :'how') WHERE kind = 'query to check'
EXCEPT SELECT statement, detail FROM gb_enum_convert_online_plan('alone', :'how');
BEGIN;
SELECT count(*) > 5 AS done FROM gb_enum_convert_table('alone', :'how', dry_run => false);
-- the server names the same, and no more
\set VERBOSITY terse
DROP TYPE "Mood 2";
DROP FUNCTION best;
DROP VIEW all_moods, good, first_mood;
DROP POLICY good_ones ON alone;
ALTER TABLE alone DROP CONSTRAINT is_good, DROP CONSTRAINT said;
DROP FUNCTION is_good;
DROP TABLE other;
DROP DOMAIN good_mood;
DROP TYPE pair;
DROP TYPE mood;
ROLLBACK;
-- a conversion in use frees the type when it is finished
CREATE TYPE spare AS ENUM ('low', 'normal', 'high');
CREATE TABLE used (id integer PRIMARY KEY, spare spare NOT NULL DEFAULT 'low' CHECK (spare > 'low' OR id > 0), list spare[]);
CREATE INDEX used_spare ON used (spare) WHERE spare <> 'high';
SELECT statement, detail FROM gb_enum_convert_online_plan('used', '{"spare": "task_priority"}') WHERE detail ~ '^It uses' OR statement LIKE 'DROP TYPE%';
SELECT statement, detail FROM gb_enum_convert_online_plan('used', '{"spare": "task_priority", "list": "task_priority"}') WHERE detail ~ '^It uses' OR statement LIKE 'DROP TYPE%';
CALL gb_enum_convert_online('used', '{"spare": "task_priority", "list": "task_priority"}');
SELECT gb_enum_convert_finish('used');
DROP TYPE spare;
DROP SCHEMA native CASCADE;
