-- the interval of a set that is in use is changed, finer or coarser: no hole, no overlap, nothing refused
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
SET client_min_messages = notice;
CREATE SCHEMA part_intervals;
SET search_path = part_intervals, public;
SET datestyle = iso;
SET timezone = utc;

-- days become months in the middle of one: the plan shows the bridge
CREATE TABLE d (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT gb_partition_manage('d', '1 day', premake => 2);
CALL gb_partition_maintain('d', '2024-03-15 12:00');
SELECT gb_partition_manage('d', '1 month', premake => 1);
SELECT step, action, partition, lower_bound, upper_bound, note FROM gb_partition_plan('d', '2024-03-15 12:00');
CALL gb_partition_maintain('d', '2024-03-15 12:00');
SELECT count(*) FROM gb_partition_plan('d', '2024-03-15 12:00');
SELECT partition, lower_bound, upper_bound FROM gb_partition_status WHERE parent = 'd'::regclass;
-- and days again
SELECT gb_partition_manage('d', '1 day', premake => 1);
SELECT step, action, partition, lower_bound, upper_bound, note FROM gb_partition_plan('d', '2024-04-30');
-- who asks for one partition is told that it would overlap another
SELECT gb_partition_create('d', '2024-03-20', '1 month');
DROP TABLE d;

-- months become weeks: a month that ends on a Wednesday
CREATE TABLE m (at timestamptz NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE m_rest PARTITION OF m DEFAULT;
SELECT gb_partition_manage('m', '1 month', premake => 1);
CALL gb_partition_maintain('m', '2024-03-15');
SELECT gb_partition_manage('m', '1 week', premake => 1);
SELECT step, action, partition, lower_bound, upper_bound, note FROM gb_partition_plan('m', '2024-04-24');
-- rows of the bridge are in DEFAULT
INSERT INTO m VALUES ('2024-05-02'), ('2024-05-07');
CALL gb_partition_maintain('m', '2024-04-24');
SELECT gb_partition_manage('m', move_default => true);
CALL gb_partition_maintain('m', '2024-04-24');
SELECT tableoid::regclass, at FROM m ORDER BY at;
-- a big DEFAULT gets a CHECK of the bridge first
INSERT INTO m SELECT '2020-01-01'::timestamptz + n * interval '1 minute' FROM generate_series(1, 30000) n;
SELECT gb_partition_manage('m', '1 month', premake => 0);
CALL gb_partition_maintain('m', '2024-05-12', must_succeed => true);
SELECT gb_partition_manage('m', '1 week');
SELECT gb_partition_manage('m', premake => 1);
SELECT step, action, partition, lower_bound, upper_bound FROM gb_partition_plan('m', '2024-05-22');
CALL gb_partition_maintain('m', '2024-05-22', must_succeed => true);
SELECT conname FROM pg_constraint WHERE conrelid = 'm_rest'::regclass AND contype <> 'n';
DROP TABLE m;

-- an end that is no time of a grid leaves a part of a slot, too
CREATE TABLE e (at timestamp NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE e_2024_03 PARTITION OF e FOR VALUES FROM ('2024-03-01') TO ('2024-03-31 23:59:59.999999');
SELECT gb_partition_manage('e', premake => 1);
CALL gb_partition_maintain('e', '2024-03-15');
SELECT inhrelid::regclass, pg_get_expr(relpartbound, inhrelid) FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid WHERE inhparent = 'e'::regclass;
DROP TABLE e;

-- keys, from each interval to each other, in two zones: from the first run on, there is a partition for each time until
-- the last one ends
SET client_min_messages = warning;
CREATE TABLE cases AS
    SELECT format('c%s_%s_%s', row_number() OVER (), k.kind, z.n) AS name, k.*, z.zone, a.every AS first, b.every AS second
    FROM (VALUES ('date', 'date', NULL), ('tstz', 'timestamptz', NULL), ('snow', 'bigint', 'snowflake')) k(kind, type, key),
         (VALUES (1, 'UTC'), (2, 'Europe/Berlin')) z(n, zone),
         unnest('{6 hours,1 day,1 week,1 month}'::interval[]) a(every), unnest('{6 hours,1 day,1 week,1 month}'::interval[]) b(every)
    WHERE a.every <> b.every AND (k.kind <> 'date' OR interval '6 hours' NOT IN (a.every, b.every)) AND (z.n = 1 OR k.kind = 'tstz');
SELECT count(*) FROM cases;
SELECT format('CREATE TABLE %I (at %s NOT NULL) PARTITION BY RANGE (at)', name, type) FROM cases \gexec
SELECT count(gb_partition_manage(name::regclass, first, premake => 1, key => key, time_zone => zone)) FROM cases;
CALL gb_partition_maintain(at => '2024-03-20 13:00', must_succeed => true);
SELECT count(gb_partition_manage(name::regclass, second, premake => 2)) FROM cases;
CALL gb_partition_maintain(at => '2024-03-20 13:00', must_succeed => true);
CALL gb_partition_maintain(at => '2024-03-22 02:00', must_succeed => true);
CALL gb_partition_maintain(at => '2024-03-31 01:30', must_succeed => true);
SELECT count(gb_partition_manage(name::regclass, first, premake => 0)) FROM cases;
CALL gb_partition_maintain(at => '2024-04-03 02:00', must_succeed => true);
SELECT count(*) FROM gb_partition_plan(at => '2024-04-03 02:00');
SELECT c.name, s.kind, s.lower_bound, s.upper_bound FROM cases c JOIN gb_partition_status s ON s.parent = c.name::regclass WHERE s.kind = 'gap' AND interval '6 hours' NOT IN (first, second) ORDER BY 1, 3 LIMIT 5;
SELECT c.name FROM cases c WHERE NOT EXISTS (
    SELECT FROM gb_enums_internal.partition_ranges(gb_enums_internal.partition_registered(c.name::regclass)) r WHERE r.lower_at <= '2024-04-03 02:00' AND r.upper_at > '2024-04-03 02:00');

-- the current slot of a set may be divided in another way; that of a table which is not registered must fit
CREATE TABLE n (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT gb_partition_create('n', now(), '1 hour') IS NOT NULL AS made;
DO $$ BEGIN
    PERFORM gb_partition_manage('n', '1 day');
EXCEPTION WHEN invalid_object_definition THEN
    RAISE WARNING '%', sqlstate;
END $$;
SELECT gb_partition_manage('n', '1 hour', premake => 0), gb_partition_manage('n', '1 day', premake => 0);
CALL gb_partition_maintain('n', must_succeed => true);
SELECT count(*) FROM gb_partition_plan('n');

DROP SCHEMA part_intervals CASCADE;
