-- managed sets: register, plan, maintain, status. Times are given, so that it is the same every day
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
SET client_min_messages = notice;
CREATE ROLE regress_part_app;
CREATE ROLE regress_part_guest;
CREATE SCHEMA part_sets AUTHORIZATION regress_part_app;
CREATE SCHEMA part_archive AUTHORIZATION regress_part_app;
GRANT USAGE ON SCHEMA part_sets TO PUBLIC;
SET search_path = part_sets, public;
SET datestyle = iso;

-- an ordinary role that owns its table manages it
SET ROLE regress_part_app;
CREATE TABLE messages (id uuid DEFAULT gen_random_uuid(), role message_role, at timestamptz NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE messages_default PARTITION OF messages DEFAULT;
SELECT gb_partition_manage('messages', '1 month', premake => 2, retain => '2 months',
    storage => '{autovacuum_vacuum_scale_factor=0.01,autovacuum_analyze_scale_factor=0.005,autovacuum_vacuum_cost_delay=2}');
SELECT step, action, partition, lower_bound, upper_bound, locks, note FROM gb_partition_plan('messages', '2024-01-15');
SELECT command FROM gb_partition_plan('messages', '2024-01-15') WHERE step = 1;
CALL gb_partition_maintain('messages', '2024-01-15');
SELECT count(*) AS nothing FROM gb_partition_plan('messages', '2024-01-31 23:59:59+00');
SELECT relname, reloptions FROM pg_class WHERE relname LIKE 'messages_2024___' ORDER BY 1;
-- the clock moves on, not the rows
SELECT step, action, partition FROM gb_partition_plan('messages', '2024-04-30');
-- the plan is the deed: what changes between before and after is what it says, step by step
CREATE TEMP TABLE planned AS SELECT action, partition FROM gb_partition_plan('messages', '2024-04-30');
CREATE TEMP TABLE before AS SELECT inhrelid::regclass::text AS partition FROM pg_inherits WHERE inhparent = 'messages'::regclass;
CALL gb_partition_maintain('messages', '2024-04-30');
CREATE TEMP TABLE after AS SELECT inhrelid::regclass::text AS partition FROM pg_inherits WHERE inhparent = 'messages'::regclass;
CREATE TEMP TABLE done AS
SELECT 'create' AS action, 'part_sets.' || partition AS partition FROM (TABLE after EXCEPT TABLE before) x
UNION ALL SELECT 'detach', 'part_sets.' || partition FROM (TABLE before EXCEPT TABLE after) x;
SELECT count(*) AS done, (SELECT count(*) FROM (TABLE done EXCEPT TABLE planned) x) AS unplanned, (SELECT count(*) FROM (TABLE planned EXCEPT TABLE done) x) AS undone FROM done;
SELECT to_regclass('messages_2024_01') IS NOT NULL AS detached_and_kept;

-- retention looks at the real end of a partition: the wide one has days to keep
CREATE TABLE wide (at date) PARTITION BY RANGE (at);
CREATE TABLE wide_old PARTITION OF wide FOR VALUES FROM (MINVALUE) TO ('2024-01-01');
CREATE TABLE wide_2024 PARTITION OF wide FOR VALUES FROM ('2024-01-01') TO ('2024-12-01');
SELECT gb_partition_manage('wide', retain => '3 months', on_expire => 'drop', premake => 0, force => true);
SELECT action, partition, note FROM gb_partition_plan('wide', '2024-12-15');
CALL gb_partition_maintain('wide', '2024-12-15');
SELECT to_regclass('wide_old') IS NULL AS dropped;
SELECT action, partition FROM gb_partition_plan('wide', '2025-03-01') WHERE action <> 'create';
SELECT action, partition FROM gb_partition_plan('wide', '2025-02-28') WHERE action <> 'create';
SELECT gb_partition_manage('wide', retain => '3 months', on_expire => 'move', move_to => 'part_archive', premake => 0, force => true);
CALL gb_partition_maintain('wide', '2025-03-01');
SELECT 'part_archive.wide_2024'::regclass;

-- foreign keys say no, with the reason; that set fails and the others go on
CREATE TABLE parents (id int, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE parents_2024_01 PARTITION OF parents FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
CREATE TABLE children (id int, at date, FOREIGN KEY (id, at) REFERENCES parents);
-- Servers name it differently.
DO $$ BEGIN
    EXECUTE (SELECT format('ALTER TABLE children RENAME CONSTRAINT %I TO children_of_2024_01', conname)
             FROM pg_constraint WHERE conrelid = 'children'::regclass AND confrelid = 'parents_2024_01'::regclass);
END $$;
INSERT INTO parents VALUES (1, '2024-01-15');
INSERT INTO children VALUES (1, '2024-01-15');
SELECT gb_partition_manage('parents', premake => 0, retain => '1 month', on_expire => 'drop', force => true);
SELECT gb_partition_unmanage('wide');
-- the name of one partition is taken
CREATE TABLE messages_2024_08 (i int);
CALL gb_partition_maintain(at => '2024-06-15');
SELECT DISTINCT parent, failed_at IS NOT NULL AS failed, failed_step, error_state, error, last_success IS NOT NULL AS ok FROM gb_partition_status ORDER BY parent;
DROP TABLE messages_2024_08, children;
CALL gb_partition_maintain(at => '2024-06-15');
SELECT DISTINCT parent, failed_at, error FROM gb_partition_status ORDER BY parent;
SELECT gb_partition_unmanage('parents');

-- rows that wait in DEFAULT
INSERT INTO messages (role, at) SELECT 'user', '2024-09-15' FROM generate_series(1, 10);
SELECT action, partition, note FROM gb_partition_plan('messages', '2024-07-15');
CALL gb_partition_maintain('messages', '2024-07-15');
SELECT DISTINCT failed_step, error_state, error FROM gb_partition_status;
SELECT gb_partition_manage('messages', '1 month', premake => 2, move_default => true);
CALL gb_partition_maintain('messages', '2024-07-15');
SELECT tableoid::regclass, count(*) FROM messages GROUP BY 1;
-- a DEFAULT that takes time to look through is excluded from the range first, in steps of their own
INSERT INTO messages (role, at) SELECT 'user', '2020-01-01'::timestamptz + n * interval '1 minute' FROM generate_series(1, 30000) n;
SELECT step, action, partition, locks, note FROM gb_partition_plan('messages', '2024-08-15');
CALL gb_partition_maintain('messages', '2024-08-15');
SELECT conname FROM pg_constraint WHERE conrelid = 'messages_default'::regclass AND contype = 'c';
-- what a killed run left behind is finished or put away
SELECT command FROM gb_partition_plan('messages', '2024-09-15') WHERE step = 1 \gexec
SELECT step, action, partition FROM gb_partition_plan('messages', '2024-09-15');
SELECT step, action, partition, command FROM gb_partition_plan('messages', '2024-08-15');
CALL gb_partition_maintain('messages', '2024-09-15');
SELECT count(*) FROM gb_partition_plan('messages', '2024-09-15');

-- the status: gaps, kinds
ANALYZE messages;
SELECT partition, kind, lower_bound, upper_bound, row_estimate > 0 AS rows, total_bytes > 0 AS bytes, every, premake, time_zone FROM gb_partition_status;
CREATE TABLE gaps (at timestamp) PARTITION BY RANGE (at);
SELECT gb_partition_create('gaps', t) FROM unnest('{2024-01-15,2024-04-15}'::timestamptz[]) t;
CREATE TABLE gaps_rest PARTITION OF gaps FOR VALUES FROM ('2099-01-01') TO (MAXVALUE);
SELECT gb_partition_manage('gaps', retain => '100 years');
SELECT partition, kind, lower_bound, upper_bound FROM gb_partition_status WHERE parent = 'gaps'::regclass;
SELECT gb_partition_unmanage('gaps');

-- nobody else
RESET ROLE;
SET ROLE regress_part_guest;
SELECT gb_partition_manage('messages');
SELECT gb_partition_unmanage('messages');
CALL gb_partition_maintain('messages');
CALL gb_partition_maintain();
SELECT * FROM gb_partition_plan();
SELECT gb_enums_internal.partition_record_set('messages', NULL);
SELECT gb_enums_internal.put_on_record('messages', NULL::gb_enums_internal.partition_set);
DELETE FROM gb_enums_internal.partition_set;
SELECT count(*) > 0 AS may_look FROM gb_partition_status;
RESET ROLE;

-- what is refused when it is registered
SELECT gb_partition_manage(NULL);
SELECT gb_partition_manage('messages', premake => -1);
SELECT gb_partition_manage('messages', retain => '-1 month');
SELECT gb_partition_manage('messages', on_expire => 'burn');
SELECT gb_partition_manage('messages', on_expire => 'move');
SELECT gb_partition_manage('messages', on_expire => 'move', move_to => 'nonesuch');
SELECT gb_partition_manage('messages', time_zone => 'Mars/Olympus');
SELECT gb_partition_manage('messages', time_zone => 'America/New_York');
SELECT gb_partition_manage('messages', storage => '{fillfactor=1000}');
SELECT gb_partition_manage('messages', hash_by => 'id');
SELECT gb_partition_manage('messages', lock_timeout => '0');
SELECT gb_partition_manage('messages_default');
SELECT gb_partition_unmanage('gaps');
CALL gb_partition_maintain('gaps');
BEGIN;
CALL gb_partition_maintain();
ROLLBACK;
-- a dropped table is no longer there
DROP TABLE messages;
SELECT count(*) FROM gb_partition_status;
CALL gb_partition_maintain();
SET client_min_messages = warning;
DROP SCHEMA part_sets, part_archive CASCADE;
DROP OWNED BY regress_part_app;
DROP ROLE regress_part_app, regress_part_guest;
