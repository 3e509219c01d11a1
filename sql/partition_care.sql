-- a set is paused and goes on; statistics of the table itself. Times are given
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
SET client_min_messages = notice;
CREATE ROLE regress_part_care;
CREATE SCHEMA part_care AUTHORIZATION regress_part_care;
SET search_path = part_care, public;
SET datestyle = iso;
SET ROLE regress_part_care;

-- 1. Nothing is done with a set that is paused, by its name or among others
CREATE TABLE logs (at timestamptz NOT NULL, n integer) PARTITION BY RANGE (at);
SELECT gb_partition_manage('logs', '1 month', premake => 1, retain => '1 month', on_expire => 'drop');
CALL gb_partition_maintain('logs', '2024-01-15');
SELECT gb_partition_manage('logs', paused => true);
SELECT * FROM gb_partition_plan('logs', '2024-04-15');
SELECT * FROM gb_partition_detach_plan('logs', '2024-04-15');
CALL gb_partition_maintain('logs', '2024-04-15');
CALL gb_partition_maintain(at => '2024-04-15', must_succeed => true);
SELECT partition, paused, premake, retain, last_run FROM gb_partition_status;
-- other settings change meanwhile
SELECT gb_partition_manage('logs', premake => 0);
SELECT DISTINCT paused, premake FROM gb_partition_status;
-- who asks for a partition gets it
SELECT gb_partition_create('logs', '2024-03-15');
SELECT gb_partition_manage('logs', paused => false);
CALL gb_partition_maintain('logs', '2024-04-15');
SELECT partition, paused, last_success IS NOT NULL AS done FROM gb_partition_status;
SELECT gb_partition_manage('logs', paused => true);
SELECT gb_partition_manage('logs', reset => '{paused}');
SELECT DISTINCT paused FROM gb_partition_status;

-- a set that does not work can be paused, and does not go on before it works
CREATE TABLE ticks (at bigint NOT NULL) PARTITION BY RANGE (at);
SELECT gb_partition_manage('ticks', key => 'epoch', premake => 0);
CREATE TABLE ticks_of_ids PARTITION OF ticks FOR VALUES FROM (7) TO (1000);
SELECT gb_partition_manage('ticks', premake => 1);
SELECT gb_partition_manage('ticks', paused => true);
CALL gb_partition_maintain('ticks', must_succeed => true);
SELECT gb_partition_manage('ticks', paused => false);
DROP TABLE ticks_of_ids;
SELECT gb_partition_manage('ticks', paused => false);
DROP TABLE ticks;
-- a set is tried when it is new, paused or not
CREATE TABLE others (at timestamptz) PARTITION BY RANGE (at);
SELECT gb_partition_manage('others', storage => '{nonesuch=1}', paused => true);
DROP TABLE others;

-- 2. Statistics of the table itself, when its partitions change
INSERT INTO logs SELECT '2024-04-15', i FROM generate_series(1, 100) i;
SELECT count(*) FROM pg_stats WHERE schemaname = 'part_care' AND tablename = 'logs';
SELECT gb_partition_manage('logs', analyze_parent => true);
SELECT step, action, partition, command, locks, note FROM gb_partition_plan('logs', '2024-04-20');
SELECT step, action, partition, command, locks, note FROM gb_partition_plan('logs', '2024-05-15') WHERE action <> 'create';
CALL gb_partition_maintain('logs', '2024-05-15');
SELECT attname, inherited, n_distinct FROM pg_stats WHERE schemaname = 'part_care' AND tablename = 'logs' ORDER BY 1;
SELECT reltuples FROM pg_class WHERE oid = 'logs'::regclass;
SELECT count(*) FROM gb_partition_plan('logs', '2024-05-15');
-- removed partitions are a change, too
SELECT action, partition FROM gb_partition_plan('logs', '2024-06-30');
CALL gb_partition_maintain('logs', '2024-06-30');
SELECT reltuples FROM pg_class WHERE oid = 'logs'::regclass;
SELECT DISTINCT analyze_parent, error FROM gb_partition_status;

RESET ROLE;
SET client_min_messages = warning;
DROP SCHEMA part_care CASCADE;
DROP ROLE regress_part_care;
