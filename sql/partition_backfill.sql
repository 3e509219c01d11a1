-- what was missed while maintenance did not run: gaps are filled, the default partition is drained
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
SET client_min_messages = notice;
CREATE SCHEMA part_backfill;
SET search_path = part_backfill, public;
SET datestyle = iso;
SET timezone = utc;

CREATE TABLE a (at timestamptz NOT NULL, n int) PARTITION BY RANGE (at);
CREATE TABLE a_rest PARTITION OF a DEFAULT;
SELECT gb_partition_manage('a', '1 day', premake => 1);
CALL gb_partition_maintain('a', '2024-03-01');
CALL gb_partition_maintain('a', '2024-03-08');
INSERT INTO a SELECT t, 1 FROM generate_series('2024-02-27'::timestamptz, '2024-03-12', '8 hours') t WHERE t <> '2024-02-28 08:00' AND t::date NOT IN ('2024-03-05', '2024-03-11');
SELECT kind, partition, lower_bound, upper_bound, row_estimate FROM gb_partition_status WHERE kind IN ('gap', 'default');
SELECT count(*), min(at), max(at) FROM a \gset before_
SELECT step, action, partition, lower_bound, upper_bound, note FROM gb_partition_backfill_plan('a');
-- limits: what begins before until, from since on whether there are rows or not
SELECT step, partition FROM gb_partition_backfill_plan('a', since => '2024-02-25 12:00', until => '2024-03-04');
CALL gb_partition_backfill('a', until => '2024-03-04');
SELECT count(*) FROM a_rest;
-- the next call goes on; gaps without rows are filled when it is said from when on
CALL gb_partition_backfill('a');
SELECT count(*) FROM gb_partition_backfill_plan('a');
SELECT kind, lower_bound, upper_bound, row_estimate FROM gb_partition_status WHERE kind IN ('gap', 'default');
CALL gb_partition_backfill('a', since => '2024-03-01');
SELECT count(*) FROM gb_partition_backfill_plan('a');
SELECT kind, lower_bound, upper_bound, row_estimate FROM gb_partition_status WHERE kind IN ('gap', 'default');
SELECT count(*) = :before_count AND min(at) = :'before_min' AND max(at) = :'before_max' AS same FROM a;
CALL gb_partition_backfill('a', since => '2024-02-24', until => '2024-02-26');
SELECT min(inhrelid::regclass::text) FROM pg_inherits WHERE inhparent = 'a'::regclass;
DROP TABLE a;

-- rows that are expired stay where they are, unless they are asked for
CREATE TABLE r (at timestamptz NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE r_rest PARTITION OF r DEFAULT;
SELECT gb_partition_manage('r', premake => 0, retain => '2 months', on_expire => 'drop');
INSERT INTO r VALUES ('2020-03-15'), (now());
SELECT count(*) FROM gb_partition_backfill_plan('r');
SELECT partition FROM gb_partition_backfill_plan('r', since => '2020-03-01', until => '2020-05-15');
DROP TABLE r;

-- other keys; a bridge; rows of no time; nothing to do
SET client_min_messages = warning;
CREATE TABLE k (id bigint) PARTITION BY RANGE (id);
CREATE TABLE k_rest PARTITION OF k DEFAULT;
INSERT INTO k VALUES (1709251200), (1709337600), (9223372036854775807), (NULL);
SELECT gb_partition_manage('k', '1 day', key => 'epoch');
CALL gb_partition_backfill('k');
SELECT tableoid::regclass, id FROM k ORDER BY id;
SELECT gb_partition_manage('k', '1 month');
INSERT INTO k VALUES (1709856000);
CALL gb_partition_backfill('k');
SELECT tableoid::regclass, id FROM k ORDER BY id;
-- the order is that of numbers
CREATE TABLE o (id bigint) PARTITION BY RANGE (id);
CREATE TABLE o_rest PARTITION OF o DEFAULT;
INSERT INTO o VALUES (998000000), (1000010000);
SELECT gb_partition_manage('o', '1 day', key => 'epoch');
CALL gb_partition_backfill('o');
SELECT tableoid::regclass, id FROM o ORDER BY id;
CREATE TABLE u (id uuid) PARTITION BY RANGE (id);
CREATE TABLE u_rest PARTITION OF u DEFAULT;
INSERT INTO u VALUES ('018e0000-0000-7000-8000-000000000000');
SELECT gb_partition_manage('u');
CALL gb_partition_backfill('u');
SELECT tableoid::regclass FROM u;
CREATE TABLE n (at date) PARTITION BY RANGE (at);
SELECT gb_partition_manage('n');
CALL gb_partition_backfill('n');
CALL gb_partition_backfill('n', '2024-01-15', '2024-02-15');
-- rows that are before all times stay, and the others do not stay with them
CREATE TABLE early (at timestamptz) PARTITION BY RANGE (at);
CREATE TABLE early_rest PARTITION OF early DEFAULT;
INSERT INTO early VALUES ('-infinity'), ('2020-01-01'), ('infinity');
SELECT gb_partition_manage('early');
CALL gb_partition_backfill('early');
SELECT tableoid::regclass, at = '2020-01-01' AS is_time FROM early ORDER BY at;
CREATE TABLE early_ms (id bigint) PARTITION BY RANGE (id);
CREATE TABLE early_ms_rest PARTITION OF early_ms DEFAULT;
INSERT INTO early_ms VALUES (-9000000000000000000), (1700000000000), (9000000000000000000);
SELECT gb_partition_manage('early_ms', key => 'epoch_ms');
CALL gb_partition_backfill('early_ms');
SELECT tableoid::regclass, id FROM early_ms ORDER BY id;
-- without a default partition gaps are what is missing
SELECT gb_partition_create('n', '2024-05-15');
CALL gb_partition_backfill('n');
SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'n'::regclass ORDER BY 1;

-- errors
CALL gb_partition_backfill(NULL);
CALL gb_partition_backfill('k_rest');
CALL gb_partition_backfill('n', '2024-01-15', '2024-01-15');
CALL gb_partition_backfill('n', '-infinity');
SELECT * FROM gb_partition_backfill_plan('n', until => 'infinity');
CREATE ROLE regress_backfill_guest;
GRANT USAGE ON SCHEMA part_backfill TO regress_backfill_guest;
SET ROLE regress_backfill_guest;
CALL gb_partition_backfill('n');
SELECT * FROM gb_partition_backfill_plan('n');
SELECT gb_enums_internal.partition_backfill_step(('n', NULL, NULL, '-infinity', NULL, NULL, false));
RESET ROLE;
BEGIN;
CALL gb_partition_backfill('n');
ROLLBACK;

DROP SCHEMA part_backfill CASCADE;
DROP ROLE regress_backfill_guest;
