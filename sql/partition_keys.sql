-- every kind of key, and parents that are partitioned further
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
SET client_min_messages = notice;
CREATE SCHEMA part_keys;
SET search_path = part_keys, public;
SET datestyle = 'German';
SET timezone = 'America/New_York';

CREATE FUNCTION bounds(t regclass) RETURNS TABLE(partition regclass, bound text)
    LANGUAGE sql SET datestyle = iso SET timezone = utc AS
    $$ SELECT c.oid::regclass, pg_get_expr(relpartbound, c.oid) FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid WHERE inhparent = t ORDER BY c.relname $$;

CREATE DOMAIN occurred AS timestamptz;
SELECT format('CREATE TABLE k_%s (at %s NOT NULL) PARTITION BY RANGE (at)', n, t)
FROM (VALUES ('date', 'date'), ('ts', 'timestamp'), ('tstz', 'timestamptz'), ('domain', 'occurred'), ('epoch', 'bigint'), ('ms', 'bigint'), ('snow', 'bigint'), ('tweet', 'bigint'), ('uuid', 'uuid')) v(n, t) \gexec
SELECT gb_partition_create('k_date', '2024-03-01 00:00+00');
SELECT gb_partition_create('k_ts', '2024-03-01 00:00+00', '1 day');
SELECT gb_partition_create('k_tstz', '2024-03-01 00:00+00', '1 week');
SELECT gb_partition_create('k_domain', '2024-03-01 00:00+00', '1 week');
SELECT gb_partition_create('k_epoch', '2024-03-01 00:00+00', key => 'epoch');
SELECT gb_partition_create('k_ms', '2024-03-01 00:00+00', key => 'epoch_ms');
SELECT gb_partition_create('k_snow', '2024-03-01 00:00+00', key => 'snowflake');
SELECT gb_partition_create('k_snow', '2024-03-10 12:00+00', '1 day', key => 'snowflake');
SELECT gb_partition_create('k_tweet', '2024-04-01 00:00+00', key => 'snowflake', epoch => '2010-11-04 01:42:54.657+00', shift => 22);
SELECT gb_partition_create('k_uuid', '2024-03-01 00:00+00');
SELECT t, b.* FROM unnest('{date,ts,tstz,domain,epoch,ms,snow,tweet,uuid}'::text[]) t, bounds(('k_' || t)::regclass) b;
-- a snowflake of the last millisecond of March 2024, and a uuidv7
INSERT INTO k_snow VALUES ((((extract(epoch FROM '2024-03-31 23:59:59.999+00'::timestamptz) - extract(epoch FROM '2024-01-01 00:00+00'::timestamptz)) * 1000)::bigint << 22) | 4194303);
INSERT INTO k_uuid VALUES ('018e96f4-a7ff-7fff-bfff-ffffffffffff');
SELECT tableoid::regclass FROM k_snow UNION ALL SELECT tableoid::regclass FROM k_uuid;
INSERT INTO k_uuid VALUES ('018e96f4-a800-7000-8000-000000000000');

-- seconds in an integer, microseconds
CREATE TABLE k_integer (at integer NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE k_us (at bigint NOT NULL) PARTITION BY RANGE (at);
SELECT gb_partition_create('k_integer', '2024-03-01 00:00+00', key => 'epoch');
SELECT gb_partition_create('k_us', '2024-03-01 00:00+00', '15 minutes', key => 'epoch_us');
SELECT t, b.* FROM unnest('{integer,us}'::text[]) t, bounds(('k_' || t)::regclass) b;
SELECT gb_partition_create('k_integer', now());
SELECT gb_partition_create('k_integer', now(), key => 'epoch_ms');
SELECT gb_partition_create('k_integer', '2038-01-15', key => 'epoch');
SELECT gb_partition_create('k_us', '2024-03-02', '1 day', key => 'epoch_ms');
SELECT gb_partition_create('k_us', '2024-03-01', '15 minutes', key => 'epoch');
CREATE TABLE k_ids (id integer NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE k_ids_1 PARTITION OF k_ids FOR VALUES FROM (600) TO (1200);
SELECT gb_partition_create('k_ids', '2024-03-01', '5 minutes', key => 'epoch');
-- DEFAULT's rows move, expired partitions go
CREATE TABLE k_integer_default PARTITION OF k_integer DEFAULT;
INSERT INTO k_integer VALUES (1711929600), (1711929601);
SELECT gb_partition_manage('k_integer', '1 month', premake => 0, key => 'epoch', retain => '1 month', on_expire => 'drop', force => true);
CALL gb_partition_backfill('k_integer', '2024-03-01 00:00+00', '2024-05-01 00:00+00');
SELECT tableoid::regclass, count(*) FROM k_integer GROUP BY 1;
CALL gb_partition_maintain('k_integer', '2024-05-15 00:00+00');
SELECT * FROM bounds('k_integer');
SELECT gb_partition_unmanage('k_integer');

-- a plain table with such a key
CREATE TABLE k_plain (at integer NOT NULL PRIMARY KEY);
INSERT INTO k_plain VALUES (1711929600), (1714521601);
SET client_min_messages = warning;
CALL gb_partition_convert('k_plain', 'at', method => 'copy', key => 'epoch');
SET client_min_messages = notice;
SELECT tableoid::regclass, count(*) FROM k_plain GROUP BY 1 ORDER BY 1;
SELECT gb_partition_convert_finish('k_plain');
SELECT gb_partition_unmanage('k_plain');

-- slots of minutes: elapsed time, by the clock of a zone; what the status shows; to hours and back
CREATE TABLE k_minutes (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT gb_partition_manage('k_minutes', '15 minutes', premake => 2, retain => '30 minutes', on_expire => 'drop', time_zone => 'America/New_York', force => true);
CALL gb_partition_maintain('k_minutes', '2024-11-03 05:40+00');
CALL gb_partition_maintain('k_minutes', '2024-11-03 06:10+00');
SELECT partition, lower_bound, upper_bound FROM gb_partition_status WHERE parent = 'k_minutes'::regclass;
SELECT gb_partition_manage('k_minutes', '1 hour', premake => 1, reset => '{retain}');
SELECT action, partition, lower_bound, upper_bound FROM gb_partition_plan('k_minutes', '2024-11-03 06:31+00');
CALL gb_partition_maintain('k_minutes', '2024-11-03 06:31+00');
SELECT gb_partition_manage('k_minutes', '1 minute', premake => 2);
SELECT action, partition, lower_bound, upper_bound FROM gb_partition_plan('k_minutes', '2024-11-03 07:59+00');
SELECT gb_partition_unmanage('k_minutes');
SELECT gb_partition_create('k_date', '2024-03-01', '30 minutes');
SELECT gb_partition_create('k_tstz', '2024-03-01', '90 seconds');

-- what a key cannot express, or does not say
SELECT gb_partition_create('k_epoch', now());
SELECT gb_partition_create('k_epoch', now(), key => 'seconds');
SELECT gb_partition_create('k_date', now(), key => 'epoch');
SELECT gb_partition_create('k_date', '2024-03-01', '1 hour');
SELECT gb_partition_create('k_snow', '2023-03-01', key => 'snowflake');
SELECT gb_partition_create('k_snow', '2024-03-01', key => 'snowflake', shift => 99);
SELECT gb_partition_create('k_uuid', '1969-03-01');
SELECT gb_partition_create('k_tstz', '294276-12-31', '1 year');

-- time x hash: a new month gets the hash partitions that the month before it has
CREATE TABLE shards (tenant_id bigint, at timestamptz, v int, PRIMARY KEY (tenant_id, at)) PARTITION BY RANGE (at);
SELECT gb_partition_create('shards', '2024-01-15', hash_by => 'tenant_id', hash_count => 3, storage => '{fillfactor=70}');
SELECT gb_partition_create('shards', '2024-02-15');
SELECT relid, parentrelid, level, isleaf, reloptions FROM pg_partition_tree('shards') JOIN pg_class c ON c.oid = relid ORDER BY relid::text;
INSERT INTO shards SELECT n, '2024-02-15', n FROM generate_series(1, 100) n;
SELECT count(DISTINCT tableoid), count(*) FROM shards;
CREATE TABLE lists (tenant text, at date) PARTITION BY RANGE (at);
CREATE TABLE lists_2024_01 PARTITION OF lists FOR VALUES FROM ('2024-01-01') TO ('2024-02-01') PARTITION BY LIST (tenant);
CREATE TABLE lists_2024_01_big PARTITION OF lists_2024_01 FOR VALUES IN ('big', 'bigger') PARTITION BY HASH (tenant);
CREATE TABLE odd_name PARTITION OF lists_2024_01_big FOR VALUES WITH (MODULUS 1, REMAINDER 0);
CREATE TABLE lists_2024_01_rest PARTITION OF lists_2024_01 DEFAULT;
SELECT create_monthly_partition('lists', '2024-02-01'::date);
SELECT relid, parentrelid, level FROM pg_partition_tree('lists_2024_02') ORDER BY relid::text;
SELECT b.* FROM bounds('lists_2024_02') b;
-- a table that is a partition itself
CREATE TABLE region (r int, at date) PARTITION BY LIST (r);
CREATE TABLE region_1 PARTITION OF region FOR VALUES IN (1) PARTITION BY RANGE (at);
SELECT create_monthly_partition('region_1', '2024-02-01'::date);
INSERT INTO region VALUES (1, '2024-02-29') RETURNING tableoid::regclass;
SET client_min_messages = warning;
DROP SCHEMA part_keys CASCADE;
