-- maintenance that has nothing to do: the same work whatever the number of partitions, and nothing overlooked
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
CREATE SCHEMA part_idle;
SET search_path = part_idle, public;
-- how many rows of pg_inherits were ever read; statistics are passed on after the statement that says so
CREATE VIEW reads AS
    SELECT pg_stat_get_tuples_returned('pg_inherits'::regclass) + pg_stat_get_tuples_fetched('pg_inherits_relid_seqno_index'::regclass)
           + pg_stat_get_tuples_fetched('pg_inherits_parent_index'::regclass) AS rows;
CREATE TABLE few (at timestamptz) PARTITION BY RANGE (at);
CREATE TABLE many (at timestamptz) PARTITION BY RANGE (at);
SELECT count(gb_partition_create('many', '2000-01-01'::timestamptz + n * interval '1 day', '1 day')) FROM generate_series(1, 300) n;
SELECT gb_partition_manage('few', premake => 2);
SELECT gb_partition_manage('many', premake => 2);
CALL gb_partition_maintain('few');
CALL gb_partition_maintain('many');
-- another table had partitions attached since, so it looks again
CALL gb_partition_maintain();
SELECT last_run AS first_run FROM gb_enums_internal.partition_run WHERE parent = 'many'::regclass \gset
SELECT pg_stat_force_next_flush();
SELECT rows FROM reads \gset
CALL gb_partition_maintain('few');
SELECT pg_stat_force_next_flush();
SELECT rows - :rows AS few, rows FROM reads \gset
CALL gb_partition_maintain('many');
SELECT pg_stat_force_next_flush();
SELECT :few AS few, rows - :rows AS many FROM reads;
SELECT last_run > :'first_run' AND last_run = last_success AS on_record FROM gb_enums_internal.partition_run WHERE parent = 'many'::regclass;
-- in a new session too
\c
SET search_path = part_idle, public;
SET client_min_messages = warning;
SELECT rows FROM reads \gset
CALL gb_partition_maintain();
SELECT pg_stat_force_next_flush();
SELECT rows - :rows AS both FROM reads;

-- a partition that is to be there is dropped, detached, or is another table's now
CREATE FUNCTION newest(parent regclass) RETURNS regclass LANGUAGE sql RETURN (SELECT max(inhrelid) FROM pg_inherits WHERE inhparent = parent);
CREATE FUNCTION execute(statement text, VARIADIC names regclass[]) RETURNS void LANGUAGE plpgsql AS 'BEGIN EXECUTE format(statement, VARIADIC names); END';
CREATE VIEW missing AS SELECT count(*) AS steps FROM gb_partition_plan();
SELECT execute('DROP TABLE %s', newest('few'));
SELECT * FROM missing;
CALL gb_partition_maintain();
SELECT * FROM missing;
SELECT execute('ALTER TABLE few DETACH PARTITION %1$s; ALTER TABLE %1$s RENAME TO detached', newest('few'));
SELECT * FROM missing;
CALL gb_partition_maintain();
SELECT * FROM missing;
CREATE TABLE other (at timestamptz) PARTITION BY LIST (at);
SELECT execute('ALTER TABLE few DETACH PARTITION %1$s; ALTER TABLE %1$s RENAME TO moved; ALTER TABLE other ATTACH PARTITION moved DEFAULT', newest('few'));
CALL gb_partition_maintain();
SELECT * FROM missing;

-- one that is expired already is attached, by this session or another
SELECT gb_partition_manage('few', premake => 2, retain => '1 year');
CALL gb_partition_maintain();
CALL gb_partition_maintain();
CREATE TABLE old (at timestamptz);
ALTER TABLE few ATTACH PARTITION old FOR VALUES FROM ('2001-01-01') TO ('2001-02-01');
CALL gb_partition_maintain();
SELECT relispartition FROM pg_class WHERE oid = 'old'::regclass;
CALL gb_partition_maintain();
ALTER TABLE few ATTACH PARTITION old FOR VALUES FROM ('2001-01-01') TO ('2001-02-01');
SELECT pg_stat_force_next_flush();
\c
SET search_path = part_idle, public;
SET client_min_messages = warning;
CALL gb_partition_maintain();
SELECT relispartition FROM pg_class WHERE oid = 'old'::regclass;

-- the set is registered anew
SELECT gb_partition_manage('few', premake => 3);
CALL gb_partition_maintain();
SELECT * FROM missing;
-- nothing is known of a run as of another time, which may be interrupted
CALL gb_partition_maintain('few');
SELECT idle_until IS NOT NULL AS known FROM gb_enums_internal.partition_run WHERE parent = 'few'::regclass;
CALL gb_partition_maintain('few', now() - interval '1 day');
SELECT idle_until IS NOT NULL AS known FROM gb_enums_internal.partition_run WHERE parent = 'few'::regclass;
DROP SCHEMA part_idle CASCADE;
