-- existing columns become enumerations: the plan, the same plan done, and what is over them afterwards
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
\getenv abs_srcdir PG_ABS_SRCDIR
\set schema :abs_srcdir '/test/schema/chat_platform.sql'
\set fingerprint :abs_srcdir '/test/schema/fingerprint.sql'
\set ECHO none
\i :schema
\i :fingerprint
\set ECHO all
SET search_path = chat_platform, public;
SET timezone = utc;
SET datestyle = iso;
-- the whole plan; nothing happens
SELECT kind, pg_temp.neutral(statement) AS statement, lock, rewrites, detail
FROM gb_enum_convert_table('auto_tasks', '{"status": "task_status", "priority": {"enum": "task_priority", "map": {"medium": "normal"}}, "mode": "execution_mode", "risk": "risk_level"}') \g (format=unaligned)
SELECT atttypid::regtype FROM pg_attribute WHERE attrelid = 'auto_tasks'::regclass AND attname = 'status';
-- everything as it was, before
CREATE TEMP TABLE objects AS SELECT * FROM fingerprint;
CREATE TEMP TABLE old_tasks AS SELECT id, title, status, priority, mode::text, risk, note FROM auto_tasks;
CREATE TEMP TABLE old_open AS SELECT id, status, priority, risk FROM open_tasks;
CREATE TEMP TABLE old_names AS SELECT * FROM task_names;
CREATE TEMP TABLE old_counts AS SELECT row_number() OVER () AS n, * FROM task_counts;
CREATE TEMP TABLE old_mixed AS SELECT row_number() OVER () AS n, * FROM mixed_list;
CREATE TEMP TABLE old_pairs AS SELECT * FROM task_pairs;
CREATE TEMP TABLE old_distinct AS SELECT row_number() OVER () AS n, * FROM distinct_tasks;
CREATE TEMP TABLE old_board AS SELECT * FROM task_board;
CREATE TEMP TABLE old_plan AS SELECT step, kind, statement
FROM gb_enum_convert_table('auto_tasks', '{"status": "task_status", "priority": {"enum": "task_priority", "map": {"medium": "normal"}}, "mode": "execution_mode", "risk": "risk_level"}');
GRANT SELECT ON old_plan TO regress_chat_owner;
-- done, by the owner, with a search_path that has traps in it
CREATE SCHEMA trap;
GRANT USAGE ON SCHEMA trap TO PUBLIC;
CREATE FUNCTION trap.lower(text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'caught'; END $$;
CREATE FUNCTION trap.format(text, VARIADIC text[]) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'caught'; END $$;
CREATE FUNCTION trap.jsonb_each(jsonb, OUT key text, OUT value jsonb) RETURNS SETOF record LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'caught'; END $$;
CREATE TYPE trap.text AS (a int);
SET ROLE regress_chat_owner;
SET search_path = trap, chat_platform, public, pg_catalog;
SELECT count(*) FROM old_plan o FULL JOIN gb_enum_convert_table('auto_tasks', '{"status": "task_status", "priority": {"enum": "task_priority", "map": {"medium": "normal"}}, "mode": "execution_mode", "risk": "risk_level"}', dry_run => false) n
    USING (step, kind) WHERE o.statement IS DISTINCT FROM n.statement;
RESET ROLE;
SET search_path = chat_platform, public;
DROP SCHEMA trap CASCADE;
-- nothing of what the objects have is lost; two CHECKs are gone, as the enumeration says the same
SELECT 'lost' AS how, what FROM (SELECT what FROM objects EXCEPT SELECT what FROM fingerprint) o UNION ALL SELECT 'new', what FROM (SELECT what FROM fingerprint EXCEPT SELECT what FROM objects) o ORDER BY 1, 2 \g (format=unaligned)
\d auto_tasks
SELECT table_name, pg_temp.neutral(view_definition) AS definition FROM information_schema.views WHERE table_schema = 'chat_platform' AND table_name IN ('open_tasks', 'urgent_tasks', 'task_names', 'task_counts', 'mixed_list', 'distinct_tasks') ORDER BY 1 \g (format=unaligned)
SELECT pg_temp.neutral(pg_get_viewdef('task_board')) \g (format=unaligned)
SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'task_board' ORDER BY 1;
-- all rows, and what every view gives, but for the value that has another name now
SELECT count(*) FROM old_tasks o FULL JOIN auto_tasks t USING (id)
WHERE o.status IS DISTINCT FROM t.status::text OR replace(o.priority, 'medium', 'normal') IS DISTINCT FROM t.priority::text OR o.mode <> t.mode::text OR o.risk <> t.risk::integer;
SELECT count(*) FROM old_open o FULL JOIN open_tasks t USING (id)
WHERE o.status <> t.status::text OR replace(o.priority, 'medium', 'normal') IS DISTINCT FROM t.priority::text OR o.risk <> t.risk::integer OR o.id IS NULL OR t.id IS NULL;
SELECT count(*) FROM old_names o FULL JOIN task_names t USING (id)
WHERE ROW(replace(o.what, 'medium', 'normal'), o.lower, replace(o.priority, 'medium', 'normal'), o.mode, o.p, o.at, o.after_m, o.alone, o.risk) IS DISTINCT FROM ROW(t.what, t.lower, t.priority, t.mode, t.p, t.at, t.after_m, t.alone, t.risk);
SELECT count(*) FROM old_counts o FULL JOIN (SELECT row_number() OVER () AS n, * FROM task_counts) t USING (n)
WHERE ROW(o.status::text, o.tasks, o.last_priority, o.place) IS DISTINCT FROM ROW(t.status::text, t.tasks, t.last_priority, t.place);
SELECT o.status AS was, t.status FROM old_mixed o FULL JOIN (SELECT row_number() OVER () AS n, * FROM mixed_list) t USING (n) WHERE o.status IS DISTINCT FROM t.status;
SELECT count(*) FROM old_pairs o FULL JOIN task_pairs t ON (o.id, o.other) = (t.id, t.other) WHERE o.id IS NULL OR t.id IS NULL;
SELECT count(*) FROM old_distinct o FULL JOIN (SELECT row_number() OVER () AS n, * FROM distinct_tasks) t USING (n) WHERE o.status <> t.status OR o.id <> t.id;
SELECT count(*) FROM (SELECT status, replace(priority, 'medium', 'normal'), tasks FROM old_board EXCEPT ALL SELECT status::text, priority::text, tasks FROM task_board) b;
SELECT tasks FROM board_total;
-- constraints, triggers, policies, views to write through
INSERT INTO auto_tasks (id, title, priority, created_at) VALUES (5000, 'new', 'critical', '2026-03-01');
INSERT INTO auto_tasks (id, title, status, created_at) VALUES (5000, 'new', 'completed', '2026-03-01');
INSERT INTO auto_tasks (id, title, status, created_at) VALUES (5000, 'new', 'unheard of', '2026-03-01');
INSERT INTO auto_tasks (id, title, created_at) VALUES (5000, 'new', '2026-03-01') RETURNING status, priority, mode, risk;
UPDATE auto_tasks SET status = 'running' WHERE id = 5000;
UPDATE auto_tasks SET status = 'failed' WHERE id = 5000;
UPDATE auto_tasks SET status = 'failed' WHERE id = 5000;
SELECT * FROM task_log;
ALTER TABLE auto_tasks ALTER created_at SET DEFAULT '2026-03-02';
INSERT INTO urgent_tasks (id, title, priority) VALUES (5001, 'urgent', 'low');
INSERT INTO urgent_tasks (id, title, priority) VALUES (5001, 'urgent', 'urgent') RETURNING state;
SET ROLE regress_chat_reader;
SELECT DISTINCT status, risk FROM auto_tasks WHERE id < 100 AND status = 'cancelled' OR risk = 4;
UPDATE auto_tasks SET status = 'paused' WHERE id = 1 RETURNING status;
UPDATE auto_tasks SET status = 'ready' WHERE id = 1;
SELECT count(*) FROM open_tasks WHERE status = 'paused';
RESET ROLE;
SELECT count_tasks('paused');
DROP VIEW fingerprint;
DROP TABLE old_plan;
DROP SCHEMA chat_platform CASCADE;
DROP ROLE regress_chat_owner, regress_chat_reader, regress_chat_other;
