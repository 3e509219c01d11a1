-- a plain big table becomes the first partition of a set: the recipe of docs/partitions.md
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
SET client_min_messages = notice;
CREATE SCHEMA part_convert;
SET search_path = part_convert, public;
SET datestyle = iso;
SET timezone = utc;
CREATE TABLE history (id bigint, role message_role, created_at timestamptz NOT NULL, PRIMARY KEY (id, created_at));
INSERT INTO history SELECT n, 'user', '2024-01-01'::timestamptz + n * interval '1 hour' FROM generate_series(0, 2000) n;
SELECT pg_relation_filenode('history') AS node \gset

-- 1. say, and prove, where the rows end: writers go on while it is proved
ALTER TABLE history ADD CONSTRAINT history_is_old
    CHECK (created_at < '2024-05-01 00:00+00') NOT VALID;
ALTER TABLE history VALIDATE CONSTRAINT history_is_old;
-- 2. change places, in an instant: the CHECK spares the scan
BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE history RENAME TO history_old;
CREATE TABLE history (LIKE history_old INCLUDING ALL) PARTITION BY RANGE (created_at);
ALTER TABLE history DROP CONSTRAINT history_is_old;
ALTER TABLE history ATTACH PARTITION history_old FOR VALUES FROM (MINVALUE) TO ('2024-05-01 00:00+00');
ALTER TABLE history_old DROP CONSTRAINT history_is_old;
SELECT gb_partition_manage('history', retain => '1 year', premake => 1);
COMMIT;
-- 3. from here on it is a set
CALL gb_partition_maintain('history', '2024-04-20 00:00+00');
INSERT INTO history VALUES (5000, 'tool', '2024-05-02');
SELECT tableoid::regclass, count(*) FROM history GROUP BY 1 ORDER BY 1;
SELECT pg_relation_filenode('history_old') = :node AS not_a_row_was_moved;
SELECT action, partition FROM gb_partition_plan('history', '2024-05-20 00:00+00');
-- the old part goes when all of it is old enough
SELECT action, partition FROM gb_partition_plan('history', '2025-05-01 00:00+00') WHERE action <> 'create';
-- and back, as long as there is nothing that the old table does not have
BEGIN;
SELECT gb_partition_unmanage('history');
ALTER TABLE history DETACH PARTITION history_old;
INSERT INTO history_old SELECT * FROM history;
DROP TABLE history;
ALTER TABLE history_old RENAME TO history;
COMMIT;
SELECT count(*), relkind FROM history, pg_class WHERE oid = 'history'::regclass GROUP BY 2;
SET client_min_messages = warning;
DROP SCHEMA part_convert CASCADE;
