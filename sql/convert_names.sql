-- names that mean something to format(), regexp_replace(), LIKE and JSON, or end a string, are names
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
\set odd '%s%I%1$s '' " \\1 \\& $x$'
SELECT 'regress_' || :'odd' AS role, 'schema' || :'odd' AS schema, 't' || :'odd' AS t, 'id' || :'odd' AS id, 'c' || :'odd' AS c, 'd' || :'odd' AS d, 'e' || :'odd' AS e,
    'y' || :'odd' AS y, 'f' || :'odd' AS f, 'k' || :'odd' AS k, 'x' || :'odd' AS x, 'v' || :'odd' AS v, 'w' || :'odd' AS w, 's' || :'odd' AS s, 'g' || :'odd' AS g, 'p' || :'odd' AS p \gset
CREATE ROLE :"role";
CREATE SCHEMA :"schema";
GRANT USAGE, CREATE ON SCHEMA :"schema" TO :"role";
SET search_path = :"schema", public;
SET ROLE :"role";
CREATE FUNCTION :"f"(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE FUNCTION :"f"() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TYPE :"y" AS ENUM ('low', 'high');
CREATE TABLE :"t" (
    :"id" integer PRIMARY KEY, :"c" text NOT NULL DEFAULT 'ready', :"d" :"y", :"e" smallint, CONSTRAINT :"k" CHECK (:"c" <> :'odd' OR :"id" > 0));
INSERT INTO :"t" SELECT i, 'ready', 'low', 1 FROM generate_series(1, 100) i;
COMMENT ON COLUMN :"t".:"c" IS :'odd';
COMMENT ON CONSTRAINT :"k" ON :"t" IS :'odd';
COMMENT ON COLUMN :"t".:"e" IS '1=none, 2=low';
GRANT SELECT (:"c") ON :"t" TO PUBLIC;
CREATE INDEX :"x" ON :"t" (:"f"(:"c")) WHERE :"c" = 'ready';
COMMENT ON INDEX :"x" IS :'odd';
CREATE UNIQUE INDEX ON :"t" (:"d", :"id");
CREATE STATISTICS :"s" ON :"id", :"c" FROM :"t";
COMMENT ON STATISTICS :"s" IS :'odd';
CREATE TRIGGER :"g" BEFORE UPDATE OF :"c" ON :"t" FOR EACH ROW WHEN (NEW.:"c" = 'paused' AND :"f"(:'odd') = 'x') EXECUTE FUNCTION :"f"();
COMMENT ON TRIGGER :"g" ON :"t" IS :'odd';
ALTER TABLE :"t" ENABLE ROW LEVEL SECURITY;
CREATE POLICY :"p" ON :"t" TO :"role" USING (:"c" = 'ready' OR :"f"(:'odd') = :'odd');
COMMENT ON POLICY :"p" ON :"t" IS :'odd';
CREATE VIEW :"v" AS SELECT :"c" AS :"d", :"id", :"f"(:'odd') FROM :"t";
COMMENT ON VIEW :"v" IS :'odd';
GRANT SELECT ON :"v" TO PUBLIC;
CREATE MATERIALIZED VIEW :"w" AS SELECT * FROM :"v";
CREATE INDEX ON :"w" (:"d");
ALTER TABLE :"t" ALTER :"c" SET STATISTICS 50;
RESET ROLE;
-- the names of all that there is, and what is said of it
CREATE VIEW facts AS
    SELECT 'relation ' || relname AS fact FROM pg_class WHERE relnamespace = format('%I', :'schema'::text)::regnamespace AND relkind <> 't'
    UNION ALL SELECT 'column ' || attname FROM pg_attribute WHERE attrelid = format('%I', :'t'::text)::regclass AND attnum > 0 AND NOT attisdropped
    UNION ALL SELECT 'constraint ' || conname FROM pg_constraint WHERE conrelid = format('%I', :'t'::text)::regclass AND contype <> 'n'
    UNION ALL SELECT format('others %s %s %s', stxname, tgname, polname) FROM pg_statistic_ext, pg_trigger, pg_policy WHERE stxrelid = tgrelid AND tgrelid = polrelid
    UNION ALL SELECT format('comment on %s', classoid::regclass) FROM pg_description WHERE description = :'odd';
CREATE TABLE facts_before AS SELECT fact, count(*) FROM facts GROUP BY 1;
SELECT count(*), sum(count) FROM facts_before;
CREATE FUNCTION differences() RETURNS SETOF text LANGUAGE sql AS $$
    SELECT concat_ws(' ', b.fact, b.count, f.fact, f.count) FROM facts_before b FULL JOIN (SELECT fact, count(*) FROM facts WHERE fact !~ 'facts' GROUP BY 1) f ON (b.fact, b.count) = (f.fact, f.count)
    WHERE b.fact IS NULL AND f.fact !~ '_gb_(old|new)$' OR f.fact IS NULL AND b.fact !~ 'facts' ORDER BY 1
$$;
SELECT format('%I', :'t'::text) AS t, jsonb_build_object(:'c'::text, 'task_status', :'d'::text, 'risk_level') AS columns, jsonb_build_object(:'odd'::text, 'failed') AS map \gset
SELECT kind, detail FROM gb_enum_convert(:'t', :'c', 'task_status', map => :'map') WHERE kind = 'stop';
SELECT creation, statement FROM gb_enum_suggest(format('%I', :'schema'::text)::regnamespace, scan => true) WHERE column_name = :'e' \g (format=unaligned)
BEGIN;
SELECT count(*) > 0 AS done FROM gb_enum_convert_table(:'t', :'columns', dry_run => false);
SELECT differences();
SELECT count(*) > 0 AS done FROM gb_enum_revert(:'t', :'c', dry_run => false);
SELECT count(*) > 0 AS done FROM gb_enum_convert(:'t', :'e', 'risk_level', store => 'smallint', map => '{"1": "high"}', dry_run => false);
SELECT differences();
ROLLBACK;
SELECT DISTINCT kind FROM gb_enum_convert_online_plan(:'t', :'columns') ORDER BY 1;
CALL gb_enum_convert_online(:'t', :'columns');
SELECT gb_enum_convert_undo(:'t') IS NOT NULL AS undone;
SELECT differences();
CALL gb_enum_convert_online(:'t', :'columns');
SELECT gb_enum_convert_finish(:'t') IS NOT NULL AS finished;
SELECT differences();
-- in errors, too
SELECT detail FROM gb_enum_convert(:'t', :'e', 'approval_status', map => '{"1": null}') WHERE kind = 'warning';
SELECT gb_enum_convert(:'t', :'e', 'message_type', map => '{"2": null}', otherwise => :'odd');
SELECT gb_enum_convert(:'t', :'odd', 'message_type');
SELECT gb_enum_convert(:'t', :'c', 'task_status');
-- what is set aside while the table is used has names that say what it was, and they must be free
CREATE TABLE notes (id int PRIMARY KEY, status text UNIQUE, level text,
    CONSTRAINT not_lost CHECK (status <> 'lost'), CONSTRAINT finished CHECK (status <> 'completed' OR level = 'high'));
INSERT INTO notes VALUES (1, 'ready', 'low');
CALL gb_enum_convert_online('notes');
ALTER TABLE notes ADD CONSTRAINT finished_gb_old CHECK (id > 0);
CREATE TABLE notes_status_key_gb_old ();
SELECT detail FROM gb_enum_convert_online_plan('notes', '{"status": "task_status"}') WHERE kind = 'stop' ORDER BY 1;
ALTER TABLE notes DROP CONSTRAINT finished_gb_old;
DROP TABLE notes_status_key_gb_old;
CALL gb_enum_convert_online('notes', '{"status": "task_status"}');
INSERT INTO notes (id, status, level) VALUES (2, 'completed', 'low');
INSERT INTO notes (id, status, level) VALUES (2, 'ready', 'low');
SELECT conname FROM pg_constraint WHERE conrelid = 'notes'::regclass AND contype IN ('c', 'u') ORDER BY 1;
CALL gb_enum_convert_online_undo('notes');
SELECT conname FROM pg_constraint WHERE conrelid = 'notes'::regclass AND contype IN ('c', 'u') ORDER BY 1;
DROP SCHEMA :"schema" CASCADE;
DROP ROLE :"role";
