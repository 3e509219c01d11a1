-- what a conversion makes again means what it meant, whatever settings the sessions have that begin it and end it
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
CREATE SCHEMA convert_settings;
SET search_path = convert_settings, public;
\set exactly 'SET datestyle = iso; SET timezone = ''UTC''; SET extra_float_digits = 1; SET intervalstyle = postgres; SET standard_conforming_strings = on; RESET quote_all_identifiers'
-- from PostgreSQL 19 on, strings are of one kind
\set strings 'SET escape_string_warning = off; SET standard_conforming_strings = off;'
SELECT current_setting('server_version_num')::integer >= 190000 AS one_kind \gset
\if :one_kind
\set strings ''
\endif
\set oddly 'SET datestyle = ''SQL, DMY''; SET timezone = ''Asia/Kolkata''; SET extra_float_digits = -3; SET intervalstyle = sql_standard; ' :strings ' SET quote_all_identifiers = on'
:exactly;
CREATE TABLE jobs (status text, x float8, at timestamptz, note text,
    CONSTRAINT digits CHECK (status <> 'ready' OR x > '0.12345678901234566'::float8),
    CONSTRAINT zone CHECK (status <> 'ready' OR at > '2026-02-01 00:00:00+00'),
    CONSTRAINT span CHECK (status <> 'ready' OR at > '2000-01-01 00:00:00+00'::timestamptz + '-1 day +2 hours'::interval),
    CONSTRAINT strings CHECK (status <> 'ready' OR note <> 'a\b'''));
CREATE FUNCTION pass() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER said BEFORE UPDATE ON jobs FOR EACH ROW WHEN (NEW.status = 'ready' AND NEW.note <> 'a\b') EXECUTE FUNCTION pass();
CREATE VIEW seen AS SELECT status, note = 'c\d' AS said, at > '2026-03-01' AS late FROM jobs WHERE status = 'ready' AND x > '0.12345678901234566'::float8;
CREATE INDEX parts ON jobs (at) WHERE status = 'ready' AND note <> 'e\f' AND at > '2026-04-01 00:00:00+00'::timestamptz;
CREATE VIEW definition AS
SELECT 'constraint' AS kind, conname::text AS name, pg_get_constraintdef(oid) AS text FROM pg_constraint WHERE conrelid = 'jobs'::regclass AND contype = 'c'
UNION ALL SELECT 'trigger', tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = 'jobs'::regclass AND tgname = 'said'
UNION ALL SELECT 'view', viewname, regexp_replace(definition, '\s+|jobs\.', ' ', 'g') FROM pg_views WHERE viewname = 'seen'
UNION ALL SELECT 'index', indexname, indexdef FROM pg_indexes WHERE indexname = 'parts';
CREATE TEMP TABLE before AS SELECT * FROM definition;
CREATE FUNCTION changed() RETURNS TABLE (kind text, name text, text text) LANGUAGE sql AS 'TABLE definition EXCEPT TABLE before ORDER BY 1, 2';
SELECT * FROM changed();
:oddly;
SELECT count(*) > 0 AS done FROM gb_enum_convert('jobs', 'status', 'task_status', dry_run => false);
:exactly;
SELECT name, text FROM changed() WHERE kind = 'constraint';
:oddly;
SELECT count(*) > 0 AS done FROM gb_enum_revert('jobs', 'status', add_check => false, dry_run => false);
:exactly;
SELECT * FROM changed();
CALL gb_enum_convert_online('jobs', '{"status": "task_status"}');
:oddly;
SELECT gb_enum_convert_undo('jobs');
:exactly;
SELECT * FROM changed();
:oddly;
CALL gb_enum_convert_online('jobs', '{"status": "task_status"}');
:exactly;
SELECT gb_enum_convert_undo('jobs');
SELECT * FROM changed();

-- partitions that are divided like the one before
CREATE TABLE logs (at timestamptz NOT NULL, until timestamptz NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE logs_2026_01 PARTITION OF logs FOR VALUES FROM ('2026-01-01') TO ('2026-02-01') PARTITION BY RANGE (until);
CREATE TABLE logs_2026_01_a PARTITION OF logs_2026_01 FOR VALUES FROM ('2026-01-02') TO ('2026-05-06');
:oddly;
SELECT gb_partition_create('logs', '2026-02-15 00:00:00+00');
:exactly;
SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE relname = 'logs_2026_02_a';

-- what is made again stays where it was
SET allow_in_place_tablespaces = on;
CREATE TABLESPACE regress_convert_settings LOCATION '';
CREATE ROLE regress_convert_settings;
GRANT CREATE, USAGE ON SCHEMA convert_settings TO regress_convert_settings;
CREATE TABLE placed (id int, status text);
CREATE INDEX placed_some ON placed (id) WHERE status = 'ready';
ALTER TABLE placed OWNER TO regress_convert_settings;
SELECT format('ALTER ROLE %I IN DATABASE %I', current_user, current_database()) AS setting \gset
:setting SET default_tablespace = regress_convert_settings;
\c
SET search_path = convert_settings, public;
SET client_min_messages = warning;
SELECT count(*) > 0 AS done FROM gb_enum_convert('placed', 'status', 'task_status', dry_run => false);
SELECT count(*) > 0 AS done FROM gb_enum_revert('placed', 'status', dry_run => false);
CALL gb_enum_convert_online('placed', '{"status": "task_status"}');
SELECT relname FROM pg_class WHERE relnamespace = 'convert_settings'::regnamespace AND reltablespace <> 0;

-- what was committed while a lock was waited for has to be seen
SET default_transaction_isolation = 'repeatable read';
SELECT gb_enum_convert_finish('placed');
SELECT gb_enum_convert_undo('placed');
CALL gb_enum_convert_online('placed');
RESET default_transaction_isolation;
SELECT gb_enum_convert_finish('placed');
:setting RESET default_tablespace;
RESET default_tablespace;
DROP SCHEMA convert_settings CASCADE;
DROP TABLESPACE regress_convert_settings;
DROP ROLE regress_convert_settings;
