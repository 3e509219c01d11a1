-- what cannot be converted is said before anything happens
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
\getenv abs_srcdir PG_ABS_SRCDIR
\set schema :abs_srcdir '/test/schema/chat_platform.sql'
\set ECHO none
\i :schema
\set ECHO all
SET search_path = chat_platform, public;
-- arguments
SELECT gb_enum_convert(NULL, 'status', 'task_status');
SELECT gb_enum_convert('auto_tasks', NULL, 'task_status');
SELECT gb_enum_convert('auto_tasks', 'status', NULL);
SELECT gb_enum_convert('auto_tasks', 'status', 'task_status', dry_run => NULL);
SELECT gb_enum_convert('auto_tasks', 'nothing', 'task_status');
SELECT gb_enum_convert('auto_tasks', 'ctid', 'task_status');
SELECT gb_enum_convert('auto_tasks', 'status', 'text');
SELECT gb_enum_convert('auto_tasks', 'status', 'run_mode');
SELECT gb_enum_convert('auto_tasks', 'created_at', 'task_status');
SELECT gb_enum_convert('open_tasks', 'status', 'task_status');
SELECT gb_enum_convert('task_board', 'status', 'task_status');
SELECT gb_enum_convert('pg_class', 'relname', 'task_status');
SELECT gb_enum_convert(0, 'status', 'task_status');
SELECT gb_enum_convert('auto_tasks', 'status', 'task_status', map => '{"pending": "nothing"}');
SELECT gb_enum_convert('auto_tasks', 'status', 'task_status', map => '{"pending": 1}');
SELECT gb_enum_convert('auto_tasks', 'status', 'task_status', map => '["pending"]');
SELECT gb_enum_convert('auto_tasks', 'status', 'task_status', otherwise => 'nothing');
SELECT gb_enum_convert('auto_tasks', 'status', 'task_status', store => 'bigint');
SELECT gb_enum_convert_table('auto_tasks', NULL);
SELECT gb_enum_convert_table('auto_tasks', '{}');
SELECT gb_enum_convert_table('auto_tasks', '["status"]');
-- JSON is read before any function is called
SELECT gb_enum_convert_table('auto_tasks', 'status', 'task_status');
CALL gb_enum_convert_online('auto_tasks', 'status', 'task_status');
SELECT gb_enum_convert('auto_tasks', 'status', 'task_status', 'ready');
SELECT gb_enum_convert_table('auto_tasks', '{"status": 3}');
SELECT gb_enum_convert_table('auto_tasks', '{"status": {"map": {}}}');
SELECT gb_enum_convert_table('auto_tasks', '{"status": "no_such_type"}');
SELECT gb_enum_convert_table('auto_tasks', '{"status": {"enum": "task_status", "foldcase": true, "trim_blanks": 1}}');
-- a column that is given twice is given once: JSON has the last
SELECT count(*) > 0 AS planned FROM gb_enum_convert_table('auto_tasks', '{"status": "risk_level", "status": "task_status"}') WHERE statement LIKE '%task_status%';
CREATE TABLE done (status task_status, code smallint);
SELECT gb_enum_convert('done', 'status', 'task_status');
SELECT gb_enum_convert('done', 'status', 'risk_level');
SELECT gb_enum_convert('done', 'code', 'task_status', store => 'smallint');
CREATE FOREIGN DATA WRAPPER regress_nowhere;
CREATE SERVER regress_nowhere FOREIGN DATA WRAPPER regress_nowhere;
CREATE FOREIGN TABLE far (status text) SERVER regress_nowhere;
SELECT gb_enum_convert('far', 'status', 'task_status');
DROP FOREIGN DATA WRAPPER regress_nowhere CASCADE;
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT count(*) > 0 AS planned FROM gb_enum_convert('auto_tasks', 'status', 'task_status');
SELECT gb_enum_convert('auto_tasks', 'status', 'task_status', dry_run => false);
ROLLBACK;
-- who may
SET ROLE regress_chat_reader;
SELECT gb_enum_convert('auto_tasks', 'status', 'task_status');
SELECT gb_enum_convert('auto_tasks', 'status', 'task_status', dry_run => false);
RESET ROLE;
ALTER VIEW urgent_tasks OWNER TO regress_chat_other;
ALTER STATISTICS auto_tasks_stats OWNER TO regress_chat_other;
SET ROLE regress_chat_owner;
SELECT detail FROM gb_enum_convert_table('auto_tasks', '{"status": "task_status"}') WHERE kind = 'stop';
SELECT gb_enum_convert('auto_tasks', 'status', 'task_status', dry_run => false);
RESET ROLE;
-- what stands over the column
SELECT detail FROM gb_enum_convert_table('tickets', '{"status": "approval_status", "priority": "task_priority", "kind": "message_type"}') WHERE kind = 'stop' ORDER BY detail COLLATE "C";
SELECT detail FROM gb_enum_convert('ticket_states', 'name', 'approval_status') WHERE kind = 'stop' ORDER BY detail COLLATE "C";
SELECT count(*) FROM gb_enum_convert('tickets', 'status', 'approval_status', dry_run => false);
CREATE COLLATION nodiff (PROVIDER = icu, LOCALE = 'und-u-ks-level2', DETERMINISTIC = false);
CREATE TABLE hard (
    id integer GENERATED ALWAYS AS IDENTITY, status text, other text, number smallint GENERATED ALWAYS AS IDENTITY, text_again text GENERATED ALWAYS AS ('x' || id) STORED, loose text COLLATE nodiff,
    EXCLUDE (status WITH =));
CREATE FUNCTION count_hard() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM hard WHERE status = 'ready'; END;
CREATE VIEW by_using AS SELECT a.id FROM hard a JOIN hard b USING (other);
CREATE VIEW by_natural AS SELECT count(*) FROM (SELECT other FROM hard) a NATURAL FULL JOIN (SELECT other FROM hard) b;
CREATE VIEW by_row AS SELECT (h).other FROM (SELECT h FROM hard h) s;
CREATE VIEW by_own_row AS SELECT (h.*).other FROM hard h;
CREATE FUNCTION all_hard() RETURNS SETOF hard LANGUAGE sql AS 'SELECT * FROM chat_platform.hard';
CREATE VIEW by_function AS SELECT upper(f.other) AS other FROM all_hard() f;
CREATE VIEW recursive_one AS WITH RECURSIVE r AS (SELECT other FROM hard UNION SELECT r.other FROM r JOIN hard h ON h.other = r.other) SEARCH DEPTH FIRST BY other SET place SELECT other FROM r;
CREATE TABLE of_rows (h hard);
CREATE VIEW ruled AS SELECT other FROM hard;
CREATE RULE ruled_insert AS ON INSERT TO ruled DO INSTEAD NOTHING;
CREATE VIEW followed AS SELECT other FROM hard;
CREATE FUNCTION from_view() RETURNS SETOF followed LANGUAGE sql AS 'SELECT * FROM followed';
SELECT detail FROM gb_enum_convert_table('hard', '{"status": "task_status", "other": "task_status", "number": "task_status", "text_again": "task_status", "loose": "task_status"}') WHERE kind = 'stop' ORDER BY detail COLLATE "C";
-- rows of the table within types of other columns, and whole rows in what ALTER TABLE reads anew
CREATE TABLE item (id int, status text DEFAULT 'ready');
CREATE TABLE item_a () INHERITS (item);
CREATE DOMAIN item_row AS item CHECK ((VALUE).id > 0);
CREATE TYPE item_pair AS (one item_row[], other int);
CREATE TYPE item_range AS RANGE (subtype = item_a);
CREATE TABLE of_pairs (d item_row, p item_pair[], r item_range, m item_multirange, a item_a[]);
CREATE FUNCTION is_urgent(item) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT $1.status = 'ready' $$;
ALTER TABLE item ADD CONSTRAINT whole CHECK (item.* IS NOT NULL) NO INHERIT;
CREATE INDEX item_urgent ON item (id) WHERE is_urgent(item);
CREATE INDEX item_is_urgent ON item (is_urgent(item));
SELECT detail FROM gb_enum_convert('item', 'status', 'task_status') WHERE kind = 'stop';
SELECT detail FROM gb_enum_convert_online_plan('item', '{"status": "task_status"}') WHERE kind = 'stop';
DROP TABLE of_pairs;
DROP INDEX item_urgent, item_is_urgent;
ALTER TABLE item DROP CONSTRAINT whole;
-- a trigger and a policy may use them
CREATE FUNCTION unchanged() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TRIGGER changed BEFORE UPDATE OF status ON item FOR EACH ROW WHEN (old.* IS DISTINCT FROM new.*) EXECUTE FUNCTION unchanged();
CREATE POLICY urgent ON item USING (is_urgent(item));
INSERT INTO item VALUES (1);
SELECT count(*) > 0 AS done FROM gb_enum_convert('item', 'status', 'task_status', dry_run => false);
UPDATE item SET status = 'paused';
TABLE item;
DROP TABLE item CASCADE;
-- rows that the owner does not see
CREATE TABLE hidden (status text, code smallint);
INSERT INTO hidden VALUES ('ready', 1), ('nonsense', 99);
ALTER TABLE hidden OWNER TO regress_chat_owner;
ALTER TABLE hidden ENABLE ROW LEVEL SECURITY;
ALTER TABLE hidden FORCE ROW LEVEL SECURITY;
SET ROLE regress_chat_owner;
SELECT kind, detail FROM gb_enum_convert_table('hidden', '{"status": "task_status", "code": "task_status"}') WHERE kind IN ('stop', 'warning');
SELECT gb_enum_convert('hidden', 'code', 'task_status', dry_run => false);
SELECT gb_enum_convert('hidden', 'status', 'task_status', dry_run => false);
RESET ROLE;
-- too many values, tables of extensions
CREATE TABLE titles (title text);
INSERT INTO titles SELECT 'title ' || i FROM generate_series(1, 100001) i;
SELECT detail FROM gb_enum_convert('titles', 'title', 'task_status') WHERE kind = 'stop';
ALTER EXTENSION plpgsql ADD TABLE done;
SELECT detail FROM gb_enum_convert('done', 'code', 'task_status') WHERE kind = 'stop';
ALTER EXTENSION plpgsql DROP TABLE done;
-- foreign keys: both sides or none
SELECT detail FROM gb_enum_convert('tickets', 'status', 'approval_status', foreign_keys => true) WHERE kind = 'stop';
ALTER TABLE ticket_states OWNER TO regress_chat_other;
SET ROLE regress_chat_owner;
SELECT gb_enum_convert('tickets', 'status', 'approval_status', foreign_keys => true);
RESET ROLE;
-- publications with row filters, defaults and other things that are no value
CREATE TABLE filtered (id integer PRIMARY KEY, status text NOT NULL DEFAULT 'unknown');
-- The server warns of its wal_level.
SET client_min_messages = error;
CREATE PUBLICATION regress_filtered FOR TABLE filtered WHERE (id > 3);
SELECT kind, detail FROM gb_enum_convert('filtered', 'status', 'task_status') WHERE kind IN ('stop', 'warning');
ALTER TABLE filtered REPLICA IDENTITY FULL;
ALTER PUBLICATION regress_filtered SET TABLE filtered WHERE (status = 'ready');
SELECT kind, detail FROM gb_enum_convert('filtered', 'status', 'task_status', map => '{"unknown": "pending"}') WHERE kind IN ('stop', 'warning');
DROP PUBLICATION regress_filtered;
-- a partition whose rows are elsewhere
CREATE FOREIGN DATA WRAPPER regress_wrapper;
CREATE SERVER regress_server FOREIGN DATA WRAPPER regress_wrapper;
CREATE TABLE spread (id int, status text) PARTITION BY RANGE (id);
CREATE FOREIGN TABLE spread_far PARTITION OF spread FOR VALUES FROM (0) TO (9) SERVER regress_server;
SELECT detail FROM gb_enum_convert('spread', 'status', 'task_status') WHERE kind = 'stop';
SELECT detail FROM gb_enum_convert_online_plan('spread', '{"status": "task_status"}') WHERE kind = 'stop';
CALL gb_enum_convert_online('spread', '{"status": "task_status"}');
DROP FOREIGN DATA WRAPPER regress_wrapper CASCADE;
DROP TABLE spread;
-- plumbing called by hand
CREATE FUNCTION pg_temp.columns(fields jsonb) RETURNS gb_enums_internal.conversion_column[] LANGUAGE sql AS $$
    SELECT array_agg(c) FROM jsonb_populate_recordset(NULL::gb_enums_internal.conversion_column, fields) c $$;
SELECT gb_enums_internal.convert_view('auto_tasks'::regclass, '{}', false);
SELECT gb_enums_internal.convert_view('open_tasks'::regclass, '{NULL}', false);
SELECT gb_enums_internal.convert_view('open_tasks'::regclass, '{"(,,,,,,,,,,,,,)"}', false);
SELECT gb_enums_internal.converted('x'::text, 1);
SELECT gb_enums_internal.converted('x'::text, NULL::task_status);
SELECT gb_enums_internal.converted('x'::text, NULL::task_status, '[1, "map"]');
SELECT gb_enums_internal.converted('ready'::text, NULL::task_status, '3'), gb_enums_internal.converted(NULL::text, NULL::task_status), gb_enums_internal.converted(5, NULL::task_status), gb_enums_internal.converted('manual'::run_mode, NULL::execution_mode);
SELECT gb_enums_internal.converted(50, NULL::task_status);
-- columns that are not what the caller says
SELECT (gb_enums_internal.convert_view('open_tasks'::regclass, pg_temp.columns(jsonb_build_array(jsonb_build_object('relation', 'auto_tasks'::regclass::oid::bigint, 'number', 3, 'old_type', 23, 'enum', 'task_status'::regtype::oid::bigint))), false)).obstacle;
SELECT e.obstacle FROM pg_constraint k, gb_enums_internal.convert_expressions(k.conrelid, k.conbin, pg_temp.columns(jsonb_build_array(jsonb_build_object('relation', k.conrelid::bigint, 'number', 3, 'old_type', 23, 'enum', 'task_status'::regtype::oid::bigint))), false) e WHERE k.conname = 'auto_tasks_status';
SELECT e.obstacle FROM pg_constraint k, gb_enums_internal.convert_expressions(k.conrelid, k.conbin, pg_temp.columns(jsonb_build_array(jsonb_build_object('relation', k.conrelid::bigint, 'number', 3, 'old_type', 1043, 'enum', 'task_status'::regtype::oid::bigint, 'trusting_cast', 1242))), false) e WHERE k.conname = 'auto_tasks_status';
SELECT e.expressions FROM pg_constraint k, gb_enums_internal.convert_expressions('tickets'::regclass, k.conbin, '{}', true) e WHERE k.conname = 'auto_tasks_finished';
-- columns that differ in what is said of them, and other things than expressions
SELECT e.expressions FROM pg_constraint k, gb_enums_internal.convert_expressions(k.conrelid, k.conbin, pg_temp.columns(jsonb_build_array(
    jsonb_build_object('relation', k.conrelid::bigint, 'number', 3, 'old_type', 1043, 'enum', 'task_status'::regtype::oid::bigint, 'new_name', 'beside'),
    jsonb_build_object('relation', k.conrelid::bigint, 'number', 1, 'old_type', 1043, 'enum', 'task_status'::regtype::oid::bigint))), false) e WHERE k.conname = 'auto_tasks_finished';
SELECT gb_enums_internal.convert_expressions(k.conrelid, k.conbin, pg_temp.columns(jsonb_build_array(jsonb_build_object('relation', k.conrelid::bigint, 'number', 3, 'old_type', 1043, 'enum', 'task_status'::regtype::oid::bigint, 'new_type', 1700))), false)
    FROM pg_constraint k WHERE k.conname = 'auto_tasks_finished';
SELECT gb_enums_internal.convert_expressions(k.conrelid, k.conbin, pg_temp.columns(jsonb_build_array(jsonb_build_object('relation', k.conrelid::bigint, 'number', 3, 'old_type', 1, 'enum', 'task_status'::regtype::oid::bigint))), false)
    FROM pg_constraint k WHERE k.conname = 'auto_tasks_finished';
SELECT gb_enums_internal.convert_expressions(1, k.conbin, '{}', false) FROM pg_constraint k WHERE k.conname = 'auto_tasks_finished';
SELECT gb_enums_internal.convert_expressions(r.ev_class, r.ev_action, '{}', false) FROM pg_rewrite r WHERE r.ev_class = 'open_tasks'::regclass;
SELECT gb_enums_internal.convert_view(1, '{}', false);
DROP SCHEMA chat_platform CASCADE;
DROP ROLE regress_chat_owner, regress_chat_reader, regress_chat_other;
