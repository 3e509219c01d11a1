-- columns of partitioned tables and of tables with children
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
-- The server warns of its wal_level.
SET client_min_messages = error;
CREATE PUBLICATION regress_chat_messages FOR TABLE message_history (id, role, created_at) WITH (publish_via_partition_root);
SELECT kind, detail FROM gb_enum_convert('message_history_old', 'role', 'message_role') WHERE kind = 'stop';
CREATE TEMP TABLE objects AS SELECT * FROM fingerprint;
CREATE TEMP TABLE old_messages AS SELECT tableoid::regclass AS place, * FROM message_history;
SELECT kind, pg_temp.neutral(statement) AS statement, rewrites, detail FROM gb_enum_convert_table('message_history', '{"role": "message_role", "message_type": "message_type"}') \g (format=unaligned)
-- the statements of a plan, run by hand and in whatever search_path, do the same (\gexec)
BEGIN;
SET LOCAL search_path = public;
\set ECHO none
SELECT statement FROM gb_enum_convert_table('chat_platform.message_history', '{"role": "message_role", "message_type": "message_type"}') WHERE kind = 'statement' \gexec
\set ECHO all
SET LOCAL search_path = chat_platform, public;
SELECT count(*) AS different FROM (SELECT what FROM objects EXCEPT SELECT what FROM fingerprint) o;
SELECT count(*) AS different FROM old_messages o FULL JOIN (SELECT tableoid::regclass AS place, * FROM message_history) n USING (id, place) WHERE o.role IS DISTINCT FROM n.role::text OR o.message_type IS DISTINCT FROM n.message_type::integer;
ROLLBACK;
SELECT count(*) FROM gb_enum_convert_table('message_history', '{"role": "message_role", "message_type": "message_type"}', dry_run => false);
SELECT 'lost' AS how, what FROM (SELECT what FROM objects EXCEPT SELECT what FROM fingerprint) o UNION ALL SELECT 'new', what FROM (SELECT what FROM fingerprint EXCEPT SELECT what FROM objects) o ORDER BY 1, 2 \g (format=unaligned)
SELECT count(*) FROM old_messages o FULL JOIN (SELECT tableoid::regclass AS place, * FROM message_history) n USING (id, place) WHERE o.role IS DISTINCT FROM n.role::text OR o.message_type IS DISTINCT FROM n.message_type::integer;
SELECT pg_temp.described('message_history') \g (format=unaligned)
SELECT tablename, attnames FROM pg_publication_tables WHERE pubname = 'regress_chat_messages';
SELECT pg_temp.described('message_history_old') \g (format=unaligned)
SELECT pg_temp.described('message_history_new') \g (format=unaligned)
SELECT pg_temp.neutral(pg_get_viewdef('answers'));
INSERT INTO message_history (id, created_at) VALUES (1, '2026-02-02') RETURNING role, message_type;
INSERT INTO message_history_old (id, created_at) VALUES (1, '2026-01-02') RETURNING role, message_type;
INSERT INTO message_history_old (id, role, created_at) VALUES (2, 'tool', '2026-01-02');
INSERT INTO message_history (id, role, created_at) VALUES (2, 'episodic', '2026-01-02');
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT * FROM message_history WHERE role = 'assistant' AND created_at = '2026-02-02';
-- children by inheritance, with what is their own
CREATE TABLE jobs (id integer, status varchar(20) DEFAULT 'pending', CONSTRAINT inherited CHECK (status <> 'paused'), CONSTRAINT own_only CHECK (status <> 'failed') NO INHERIT);
CREATE TABLE urgent_jobs (due date, CONSTRAINT own CHECK (status <> 'cancelled')) INHERITS (jobs);
ALTER TABLE urgent_jobs ALTER status SET DEFAULT 'running';
CREATE TABLE idle_jobs () INHERITS (jobs);
ALTER TABLE idle_jobs ALTER status DROP DEFAULT;
CREATE INDEX urgent_jobs_ready ON urgent_jobs (id) WHERE status = 'ready';
INSERT INTO jobs VALUES (1, 'ready');
INSERT INTO urgent_jobs VALUES (2, 'ready', '2026-01-01');
SELECT kind, detail FROM gb_enum_convert('urgent_jobs', 'status', 'task_status') WHERE kind = 'stop';
SELECT statement FROM gb_enum_convert('jobs', 'status', 'task_status', dry_run => false) WHERE kind = 'statement' \g (format=unaligned)
SELECT pg_temp.described('jobs') \g (format=unaligned)
SELECT pg_temp.described('urgent_jobs') \g (format=unaligned)
SELECT pg_temp.described('idle_jobs') \g (format=unaligned)
SELECT tableoid::regclass, * FROM jobs ORDER BY id;
-- what a partition key is made of stays
CREATE TABLE by_status (status text) PARTITION BY LIST (status);
CREATE TABLE by_lower (status text) PARTITION BY LIST (lower(status));
SELECT kind, detail FROM gb_enum_convert('by_status', 'status', 'task_status') WHERE kind = 'stop';
SELECT kind, detail FROM gb_enum_convert('by_lower', 'status', 'task_status') WHERE kind = 'stop';
-- many indexes are counted
CREATE TABLE many (n integer, status text) PARTITION BY LIST (n);
\set ECHO none
SELECT format('CREATE TABLE many_%s PARTITION OF many FOR VALUES IN (%1$s)', n) FROM generate_series(101, 122) n \gexec
\set ECHO all
CREATE INDEX ON many (n);
SELECT regexp_replace(detail, '", .*"', '" ... "') AS detail FROM gb_enum_convert('many', 'status', 'task_status') WHERE detail ~ 'Rebuilt';
DROP PUBLICATION regress_chat_messages;
DROP VIEW fingerprint;
DROP SCHEMA chat_platform CASCADE;
DROP ROLE regress_chat_owner, regress_chat_reader, regress_chat_other;
