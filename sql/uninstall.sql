-- The way out: the plan's statements take the extension out of a database, and the data stays. DROP EXTENSION without CASCADE
-- names the tables.
SELECT current_database() AS this, format('role "%s"', current_user) AS superuser \gset
SET client_min_messages = warning;
DROP DATABASE IF EXISTS regress_uninstall;
CREATE DATABASE regress_uninstall TEMPLATE template0;
\c regress_uninstall
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE TABLE catalogs AS SELECT c.oid::regclass AS catalog FROM pg_class c WHERE c.relnamespace = 'pg_catalog'::regnamespace
    AND c.relname IN ('pg_proc', 'pg_type', 'pg_operator', 'pg_cast', 'pg_opclass', 'pg_opfamily', 'pg_amop', 'pg_amproc', 'pg_language', 'pg_namespace', 'pg_event_trigger', 'pg_aggregate', 'pg_init_privs');
CREATE FUNCTION counts() RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(catalog || ' ' || (xpath('//c/text()', query_to_xml(format('SELECT count(*) AS c FROM %s', catalog), false, true, '')))[1], ', ' ORDER BY catalog::text) FROM catalogs $$;
SELECT counts() AS before \gset

-- nothing but the extension
CREATE EXTENSION gb_enums;
SELECT step, kind, statement, detail FROM gb_uninstall_plan();
SELECT statement FROM gb_uninstall_plan() \gexec
SELECT counts() = :'before' AS nothing_is_left;

-- everything that can have values
CREATE SCHEMA enums;
CREATE EXTENSION gb_enums SCHEMA enums;
CREATE SCHEMA app;
SET search_path = app, enums;
SELECT gb_enum_create('ticket', '{new,open,closed}'), gb_enum_create('"Odd ''Kind"', '{a,b}');
CREATE DOMAIN must AS ticket NOT NULL CHECK (VALUE <> 'closed');
CREATE TABLE tasks (id int PRIMARY KEY, status task_status NOT NULL DEFAULT 'pending', state ticket, history ticket[], must must DEFAULT 'new',
    odd "Odd 'Kind", CHECK (status <> 'failed'));
CREATE INDEX tasks_open ON tasks (status) WHERE state = 'open';
CREATE VIEW seen AS SELECT id, status, must FROM tasks WHERE status <> 'failed';
CREATE VIEW seen_too AS SELECT * FROM seen;
CREATE MATERIALIZED VIEW numbers AS SELECT status, count(*) FROM seen GROUP BY 1;
CREATE INDEX numbers_status ON numbers (status);
INSERT INTO tasks VALUES (1, 'ready', 'open', '{new,open}', 'open', 'b'), (2, 'running', 'closed', NULL, 'new', NULL);
REFRESH MATERIALIZED VIEW numbers;
CREATE TABLE states (state ticket PRIMARY KEY);
CREATE TABLE state_refs (a ticket REFERENCES states, b ticket REFERENCES states);
INSERT INTO states VALUES ('new'), ('open');
INSERT INTO state_refs VALUES ('new', 'open');
CREATE TABLE parents (s ticket);
CREATE TABLE children (own risk_level) INHERITS (parents);
INSERT INTO children VALUES ('open', 'high');
CREATE TABLE log (at timestamptz NOT NULL, s ticket) PARTITION BY RANGE (at);
CREATE TABLE log_2020 PARTITION OF log FOR VALUES FROM ('2020-01-01 00:00+00') TO ('2020-02-01 00:00+00');
INSERT INTO log VALUES ('2020-01-15 00:00+00', 'closed');
SELECT gb_partition_manage('log', premake => 0);
CREATE TYPE pair AS (a ticket, b int);
CREATE FOREIGN DATA WRAPPER nothing;
CREATE SERVER nowhere FOREIGN DATA WRAPPER nothing;
CREATE FOREIGN TABLE far (s ticket, many ticket[]) SERVER nowhere;
CREATE TABLE raw (code smallint CHECK (task_status_name(code) IS NOT NULL));
CREATE VIEW named AS SELECT as_task_status(code) AS status FROM raw;
CREATE VIEW named_too AS SELECT status FROM named;
CREATE FUNCTION is_open(ticket) RETURNS boolean LANGUAGE sql RETURN $1 = 'open';
CREATE TABLE ordered (s task_status, CHECK (s < 'failed'));
CREATE TABLE codes (s task_status);
INSERT INTO codes VALUES (as_task_status(99::smallint));
CREATE TYPE spans AS RANGE (subtype = ticket);
CREATE TABLE old (s text);
INSERT INTO old VALUES ('ready');
CALL gb_enum_convert_online('old', '{"s": "task_status"}');

DROP EXTENSION gb_enums;
SELECT kind, detail FROM gb_uninstall_plan() WHERE kind <> 'statement';
SELECT kind, detail FROM gb_uninstall_plan('int2', add_check => false) WHERE kind = 'stop' AND detail ~ 'ordered|codes';

-- what stops is done by hand
SELECT gb_enum_convert_finish('old');
DROP VIEW named_too, named;
ALTER TABLE raw DROP CONSTRAINT raw_code_check;
ALTER TABLE ordered DROP CONSTRAINT ordered_s_check;
DROP FUNCTION is_open;
DROP TYPE spans;
DELETE FROM codes;
SELECT step, kind, statement, detail FROM gb_uninstall_plan();
BEGIN;
SELECT statement FROM gb_uninstall_plan('int2', false) WHERE statement ~ 'tasks' \gexec
SELECT id, status, state, history, must, odd FROM tasks ORDER BY id;
ROLLBACK;
SELECT statement FROM gb_uninstall_plan() \gexec
SELECT extname FROM pg_extension WHERE extname <> 'plpgsql';
SELECT * FROM tasks ORDER BY id;
SELECT * FROM seen_too ORDER BY id;
SELECT * FROM numbers ORDER BY 1;
SELECT * FROM state_refs;
SELECT * FROM children;
SELECT s FROM log;
SELECT a.attrelid::regclass AS relation, string_agg(format('%s %s', attname, format_type(atttypid, atttypmod)), ', ' ORDER BY attnum) AS columns
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE c.relnamespace = 'app'::regnamespace AND c.relkind IN ('r', 'p', 'f', 'c', 'v', 'm') AND attnum > 0 AND NOT attisdropped GROUP BY 1 ORDER BY min(c.relname) COLLATE "C";

-- arguments, and who may
RESET search_path;
CREATE EXTENSION gb_enums;
SELECT gb_uninstall_plan(NULL);
SELECT gb_uninstall_plan(add_check => NULL);
CREATE ROLE regress_uninstaller;
CREATE TABLE others (s task_status);
SET ROLE regress_uninstaller;
SELECT kind, replace(detail, :'superuser', 'superuser') AS detail FROM gb_uninstall_plan() WHERE kind = 'stop';
SELECT gb_enums_internal.require_unused('{}');
DROP EXTENSION gb_enums;
RESET ROLE;
DROP EXTENSION IF EXISTS gb_enums;
-- CASCADE is the server's own; several extensions at once
CREATE EXTENSION pgcrypto;
DROP EXTENSION pgcrypto, gb_enums;
DROP EXTENSION pgcrypto;
DROP EXTENSION gb_enums CASCADE;
SELECT attname FROM pg_attribute WHERE attrelid = 'others'::regclass AND attnum > 0 AND NOT attisdropped;
DROP ROLE regress_uninstaller;

-- columns that an object uses together; domains over domains; types that no table has
RESET search_path;
CREATE EXTENSION gb_enums SCHEMA enums;
CREATE SCHEMA tied;
SET search_path = tied, enums;
SELECT gb_enum_create('kind', '{a,b,c}');
SELECT gb_enum_create('kin', "like" => 'kind');
CREATE TABLE first (id int, old kind, new kind DEFAULT 'b', state task_status, kin kin, CHECK (old = 'a' OR new <> 'b'), CHECK (old <> new));
CREATE INDEX ON first (old) WHERE new = 'b';
CREATE TABLE second (id int, kind kind, state task_status);
CREATE TABLE third (at int, kind kind, kinds kind[]) PARTITION BY RANGE (at);
CREATE TABLE third_1 PARTITION OF third FOR VALUES FROM (1) TO (2);
CREATE VIEW both_kinds AS SELECT f.old, s.kind FROM first f JOIN second s ON f.old = s.kind WHERE f.new = 'b' AND s.kind <> 'c';
CREATE VIEW over_it AS SELECT b.kind, t.kind AS third FROM both_kinds b JOIN third_1 t ON t.kind = b.old;
CREATE DOMAIN a_lower AS kind CHECK (VALUE <> 'c');
CREATE DOMAIN a_higher AS a_lower NOT NULL;
CREATE DOMAIN z_many AS kind[];
CREATE TABLE of_domains (h a_higher, l a_lower[], m z_many);
CREATE TYPE inner_type AS (k kind, d a_lower);
CREATE TYPE outer_type AS (i inner_type, t text);
INSERT INTO first VALUES (1, 'a', 'b', 'ready', 'c'), (2, 'b', 'c', 'failed', NULL);
INSERT INTO second VALUES (1, 'a', 'ready');
INSERT INTO third VALUES (1, 'a', '{a,b}');
INSERT INTO of_domains VALUES ('a', '{b}', '{c,NULL}');
SELECT step, kind, statement, detail FROM gb_uninstall_plan(add_check => false);
BEGIN;
SELECT statement FROM gb_uninstall_plan(add_check => false) \gexec
SELECT extname FROM pg_extension WHERE extname <> 'plpgsql';
SELECT * FROM over_it;
\d first
ROLLBACK;

-- what goes on using the extension, beside columns that become texts
CREATE VIEW other_constant AS SELECT state, 'low'::risk_level AS risk FROM first;
CREATE VIEW with_a_name AS SELECT kind, kind_name(kind::smallint) AS name FROM second;
CREATE VIEW code_of AS SELECT kind::int AS code FROM second;
CREATE TABLE checked (k kind, t text CHECK (kind_code(t) IS NOT NULL), g text GENERATED ALWAYS AS (kind_description(1)) STORED);
CREATE TABLE as_code (k kind DEFAULT as_kind(1::smallint), d text DEFAULT 'a'::kind);
CREATE TABLE parts (k kind, t text) PARTITION BY LIST ((kind_code(t)));
CREATE TYPE in_array AS (k kind);
CREATE TABLE arrays (a in_array[]);
CREATE TYPE in_domain AS (k kind);
CREATE DOMAIN domain_of_it AS in_domain;
CREATE TABLE domains (d domain_of_it);
CREATE TYPE of_table AS (k kind);
CREATE TABLE typed OF of_table;
SELECT gb_enum_create('"back\slash"', '{a,b}');
CREATE TABLE slashes (s "back\slash", CHECK (s < 'b'));
SELECT replace(detail, 'second.', '') AS detail FROM gb_uninstall_plan(add_check => false) WHERE kind = 'stop' ORDER BY detail COLLATE "C";
-- and nothing else does
DROP VIEW other_constant, with_a_name, code_of;
DROP TABLE checked, as_code, parts, arrays, domains, typed, slashes;
SELECT kind, detail FROM gb_uninstall_plan(add_check => false) WHERE kind = 'stop';

-- types that an enumeration does not become
SELECT gb_uninstall_plan(t) FROM (VALUES ('jsonb'::regtype)) v(t);
SELECT gb_uninstall_plan('text[]');
SELECT gb_uninstall_plan('kind');
SELECT gb_uninstall_plan('anyelement');
SELECT gb_uninstall_plan(0::regtype);

-- what belongs to others
CREATE ROLE regress_uninstaller;
GRANT USAGE ON SCHEMA enums, tied TO regress_uninstaller;
SET ROLE regress_uninstaller;
SELECT replace(detail, :'superuser', 'superuser') AS detail FROM gb_uninstall_plan(add_check => false) WHERE kind = 'stop' ORDER BY detail COLLATE "C";
RESET ROLE;
SET client_min_messages = error;
DROP EXTENSION gb_enums CASCADE;
DROP SCHEMA tied CASCADE;
DROP OWNED BY regress_uninstaller;
DROP ROLE regress_uninstaller;
\c :this
DROP DATABASE regress_uninstall;
