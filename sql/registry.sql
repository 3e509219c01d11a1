-- what an owner puts on record about tables of their own cannot stop, delay or misdirect anybody else
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
SET datestyle = iso;
CREATE ROLE regress_mal;
CREATE ROLE regress_victim;
CREATE SCHEMA mal AUTHORIZATION regress_mal;
CREATE SCHEMA victim AUTHORIZATION regress_victim;
GRANT USAGE ON SCHEMA mal, victim TO PUBLIC;
SET client_min_messages = notice;

SET ROLE regress_victim;
CREATE TABLE victim.good (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT gb_partition_manage('victim.good', premake => 0);
CREATE TABLE victim.plain (id int, at timestamptz NOT NULL, PRIMARY KEY (id, at));
INSERT INTO victim.plain VALUES (1, '2024-01-15');
CREATE TABLE victim.jobs (status text);
SET ROLE regress_mal;
CREATE TABLE mal.own (at timestamptz NOT NULL, n int) PARTITION BY RANGE (at);
CREATE TABLE mal.own_default PARTITION OF mal.own DEFAULT;
CREATE TABLE mal.plain (id int, at timestamptz NOT NULL, PRIMARY KEY (id, at));
CREATE TABLE mal.jobs (status text);
CREATE TEMP TABLE fleeting (at timestamptz) PARTITION BY RANGE (at);

-- The registry is written by functions that know each field, about tables of the caller's
INSERT INTO gb_enums_internal.partition_set SELECT * FROM gb_enums_internal.partition_set;
SELECT gb_enums_internal.put_on_record('mal.own', NULL::gb_enums_internal.partition_run);
SELECT gb_enums_internal.put_on_record('mal.own', NULL::gb_enums_internal.partition_failure);
SELECT gb_enums_internal.put_on_record('mal.own', NULL::gb_enums_internal.online_conversion);
SELECT gb_enums_internal.partition_record_set('victim.good', NULL);
SELECT gb_enums_internal.partition_record_begin('victim.good');
SELECT gb_enums_internal.partition_record_failure('victim.good', ('x', 'x', 'x', 'x', 'x', NULL));
SELECT gb_enums_internal.partition_keep_failure('victim.good', ('x', 'x', 'x', 'x', 'x', NULL));
SELECT gb_enums_internal.partition_record_success('victim.good', 'infinity', '{}', 0);
SELECT gb_enums_internal.online_record('victim.plain', NULL);
SELECT gb_enums_internal.online_record('victim.jobs', NULL);
SELECT gb_enums_internal.partition_record_set(NULL, NULL);
SELECT gb_enums_internal.partition_record_set(0, NULL);
-- They take nothing that the functions for people refuse
CREATE FUNCTION pg_temp.record_set(parent regclass, settings jsonb) RETURNS void LANGUAGE sql AS $$
    SELECT gb_enums_internal.partition_record_set(parent, jsonb_populate_record(NULL::gb_enums_internal.partition_set,
        '{"parent": "victim.good", "every": "1 month", "premake": 0, "on_expire": "drop", "time_zone": "UTC", "lock_timeout": "1 s", "attempts": 1}' || settings)) $$;
SELECT pg_temp.record_set('pg_temp.fleeting', '{}');
SELECT gb_partition_manage('pg_temp.fleeting');
SELECT pg_temp.record_set('mal.plain', '{}');
SELECT pg_temp.record_set('mal.own', '{"every": "1 second"}');
SELECT pg_temp.record_set('mal.own', '{"premake": 10001}');
SELECT pg_temp.record_set('mal.own', '{"on_expire": null}');
SELECT pg_temp.record_set('mal.own', '{"move_to": "mal"}');
SELECT pg_temp.record_set('mal.own', '{"on_expire": "move", "move_to": "nonesuch"}');
SELECT pg_temp.record_set('mal.own', '{"on_expire": "move", "move_to": "victim"}');
SELECT pg_temp.record_set('mal.own', '{"retain": "-1 day"}');
SELECT pg_temp.record_set('mal.own', '{"time_zone": "Mars"}');
SELECT pg_temp.record_set('mal.own', '{"anchor": "infinity"}');
SELECT pg_temp.record_set('mal.own', '{"key": "snowflake"}');
SELECT pg_temp.record_set('mal.own', '{"storage": ["fillfactor=1000"]}');
SELECT pg_temp.record_set('mal.own', '{"storage": [null]}');
SELECT pg_temp.record_set('mal.own', '{"hash_by": "at"}');
SELECT pg_temp.record_set('mal.own', '{"lock_timeout": "10 days"}');
SELECT pg_temp.record_set('mal.own', '{"attempts": 21}');
-- whatever the row says whose it is, it is the caller's
SELECT pg_temp.record_set('mal.own', '{}');
SELECT parent, on_expire FROM gb_enums_internal.partition_set WHERE parent::text ~ '^(mal|victim)' ORDER BY parent::text;

-- Waits have limits, and functions for people look at them before they do anything
SELECT gb_partition_manage('mal.own', lock_timeout => '1 minute 1 ms');
SELECT gb_partition_manage('mal.own', lock_timeout => '0');
SELECT gb_partition_manage('mal.own', lock_timeout => '-1 s');
SELECT gb_partition_manage('mal.own', lock_timeout => '999 microseconds');
SELECT gb_partition_manage('mal.own', lock_timeout => '1 month -30 days 1 second');
SELECT gb_partition_manage('mal.own', lock_timeout => '1 day -24 hours 1 second');
SELECT gb_partition_manage('mal.own', lock_timeout => NULL);
SELECT gb_partition_manage('mal.own', attempts => 0);
SELECT gb_partition_manage('mal.own', attempts => 21);
SELECT gb_partition_create('mal.own', '2024-01-15', lock_timeout => '1 hour');
CALL gb_partition_convert('mal.plain', 'at', lock_timeout => '10 days');
CALL gb_partition_convert('mal.plain', 'at', attempts => 100);
CALL gb_enum_convert_online('mal.jobs', '{"status": "task_status"}', lock_timeout => '0');
CALL gb_enum_convert_online('mal.jobs', '{"status": "task_status"}', attempts => 1000);
SELECT gb_partition_manage('mal.own', premake => 0, lock_timeout => '1 minute', attempts => 20);
SELECT gb_enums_internal.limit_time('infinity');
-- A caller's own limit that is shorter stays, and nothing is left of the longer one
SET lock_timeout = '100ms';
SELECT gb_partition_manage('mal.own', premake => 0);
SHOW lock_timeout;
RESET lock_timeout;
SELECT gb_partition_manage('mal.own', premake => 0);
SHOW lock_timeout;

-- Conversions: of a table of one's own into another of one's own
SELECT gb_enums_internal.online_record('mal.plain', jsonb_populate_record(NULL::gb_enums_internal.online_conversion, jsonb_build_object(
    'kind', 'partitions', 'target', 'victim.good', 'method', 'copy', 'stage', 'done', 'settings', '{}', 'next_at', now(), 'last_at', now(), 'batch_pages', 1, 'lock_timeout', '1 s', 'attempts', 1)));
SELECT gb_enums_internal.online_record('mal.plain', jsonb_populate_record(NULL::gb_enums_internal.online_conversion, jsonb_build_object(
    'kind', 'partitions', 'target', 'victim.plain', 'method', 'copy', 'stage', 'done', 'settings', '{}', 'next_at', now(), 'last_at', now(), 'batch_pages', 1, 'lock_timeout', '1 s', 'attempts', 1)));
\set VERBOSITY terse
SELECT gb_enums_internal.online_record('mal.plain', jsonb_populate_record(NULL::gb_enums_internal.online_conversion, jsonb_build_object(
    'kind', 'partitions', 'target', 'mal.own', 'method', 'copy', 'stage', 'done', 'settings', '{}', 'next_at', now(), 'last_at', now(), 'batch_pages', 1, 'lock_timeout', '1 s', 'attempts', 1)));
\set VERBOSITY default
-- and one that is under way goes as it goes
SELECT gb_enums_internal.partition_convert_begin('mal.plain', 'at', '1 month', 'copy', 0, 'UTC', '2024-01-15', NULL, NULL, NULL, NULL, NULL, NULL, 1, '1 s', 1);
CREATE FUNCTION pg_temp.record_conversion(change jsonb) RETURNS void LANGUAGE sql AS $$
    SELECT gb_enums_internal.online_record('mal.plain', jsonb_populate_record(c, change)) FROM gb_enums_internal.online_conversion c WHERE c.relation = 'mal.plain'::regclass $$;
SELECT pg_temp.record_conversion('{"stage": "done"}');
SELECT pg_temp.record_conversion('{"stage": "copy"}');
SELECT pg_temp.record_conversion('{"stage": null}');
SELECT pg_temp.record_conversion('{"next_at": "infinity"}');
SELECT pg_temp.record_conversion('{"pages_done": 1}');
SELECT pg_temp.record_conversion('{"rows_done": -1}');
SELECT pg_temp.record_conversion('{"stage": "ended"}');
SELECT gb_enums_internal.online_record('mal.plain', NULL);
SELECT pg_temp.record_conversion('{"target": "victim.good", "method": "attach", "settings": {}, "last_at": "infinity", "batch_pages": 0}');
SELECT method, stage, target = 'mal.plain'::regclass AS itself, last_at < 'infinity' AS ends, batch_pages, lock_timeout
FROM gb_enums_internal.online_conversion WHERE relation = 'mal.plain'::regclass;
-- and the other way round: what it says about partitions that have been copied is looked at again
CREATE TABLE mal.parts (at timestamptz PRIMARY KEY) PARTITION BY RANGE (at);
CREATE TABLE mal.parts_1 PARTITION OF mal.parts DEFAULT;
CREATE FUNCTION pg_temp.record_merge(other regclass) RETURNS void LANGUAGE sql AS $$
    SELECT gb_enums_internal.online_record('mal.parts', jsonb_populate_record(NULL::gb_enums_internal.online_conversion, jsonb_build_object(
        'kind', 'partitions', 'target', other, 'method', 'merge', 'stage', 'done', 'copied', '{x}'::text[], 'settings', '{}', 'batch_pages', 1, 'lock_timeout', '1 s', 'attempts', 1))) $$;
SELECT pg_temp.record_merge('victim.plain');
SELECT pg_temp.record_merge('mal.own');
\set VERBOSITY terse
SELECT pg_temp.record_merge('mal.jobs');
\set VERBOSITY default
SELECT gb_enums_internal.partition_convert_begin(gb_enums_internal.partition_merge_request('mal.parts', NULL, 1, '1 s', 1));
CREATE FUNCTION pg_temp.record_merged(change jsonb) RETURNS void LANGUAGE sql AS $$
    SELECT gb_enums_internal.online_record('mal.parts', jsonb_populate_record(c, change)) FROM gb_enums_internal.online_conversion c WHERE c.relation = 'mal.parts'::regclass $$;
SELECT pg_temp.record_merged('{"stage": "copy"}');
SELECT pg_temp.record_merged('{"copied": null}');
SELECT gb_enums_internal.online_step('mal.parts', 'partitions');
SELECT pg_temp.record_merged('{"stage": "exchange"}');
SELECT pg_temp.record_merged('{"stage": "done"}');
SELECT pg_temp.record_merged('{"stage": "ended"}');
SELECT pg_temp.record_merged('{"stage": "undone"}');
SELECT pg_temp.record_merged('{"member": "victim.plain", "copied": ["x"], "target": "victim.plain", "method": "copy"}');
INSERT INTO mal.parts VALUES ('2024-01-01');
CALL gb_partition_merge('mal.parts');
TABLE mal.parts;
SELECT gb_partition_convert_finish('mal.parts');
-- Columns: what was asked for is read, not taken
SELECT gb_enums_internal.online_record('mal.jobs', jsonb_populate_record(NULL::gb_enums_internal.online_conversion, jsonb_build_object(
    'kind', 'columns', 'stage', 'exchange', 'batch_pages', 1, 'work_share', 1, 'lock_timeout', '1 s', 'attempts', 1)), '[{"relation": "x", "column": 1}]');
SELECT gb_enums_internal.online_record('mal.jobs', jsonb_populate_record(NULL::gb_enums_internal.online_conversion, jsonb_build_object(
    'kind', 'columns', 'stage', 'exchange', 'batch_pages', 1, 'work_share', 1, 'lock_timeout', '1 day', 'attempts', 1)), '{"status": "task_status"}');
SET client_min_messages = warning;
SELECT gb_enums_internal.online_record('mal.jobs', jsonb_populate_record(NULL::gb_enums_internal.online_conversion, jsonb_build_object(
    'kind', 'columns', 'columns', '{"(1,2,3,4,,,,,,,x,y,z,)"}', 'target', 'victim.good', 'settings', '{}', 'stage', 'exchange', 'undo', '{DROP TABLE victim.jobs}',
    'batch_pages', 1, 'work_share', 1, 'lock_timeout', '1 s', 'attempts', 1)), jsonb_build_object('status', 'task_status'::regtype::oid::text));
SET client_min_messages = notice;
CREATE FUNCTION pg_temp.record_columns(change jsonb) RETURNS void LANGUAGE sql AS $$
    SELECT gb_enums_internal.online_record('mal.jobs', jsonb_populate_record(c, change)) FROM gb_enums_internal.online_conversion c WHERE c.relation = 'mal.jobs'::regclass $$;
SELECT pg_temp.record_columns('{"stage": "exchange"}');
SELECT pg_temp.record_columns('{"pages_done": 7}');
SELECT pg_temp.record_columns('{"member": "victim.jobs"}');
SELECT pg_temp.record_columns('{"columns": [], "undo": ["DROP TABLE victim.jobs"], "attempts": 1000, "work_share": 0}');
SELECT stage, undo, attempts, work_share, cardinality(columns), target, settings FROM gb_enums_internal.online_conversion WHERE relation = 'mal.jobs'::regclass;
SELECT relation, columns, stage FROM gb_enum_conversions WHERE relation = 'mal.jobs'::regclass;
RESET ROLE;

-- What readers find there may be by another version, or by hand: views are there for all, and others' tables are maintained
CREATE TABLE gone (at timestamptz) PARTITION BY RANGE (at);
SELECT gb_partition_manage('gone', premake => 0);
CALL gb_partition_maintain('mal.own', '2024-01-15');
SET client_min_messages = warning;
CALL gb_partition_maintain('mal.own');
UPDATE gb_enums_internal.partition_run SET ahead = '{NULL}', idle_until = 'infinity', attachments = gb_enums_internal.partition_attachments() WHERE parent = 'mal.own'::regclass;
DROP TABLE gone;
UPDATE gb_enums_internal.partition_set SET lock_timeout = '1 month -30 days', attempts = -1, premake = 2147483647, storage = '{NULL}' WHERE parent = 'mal.own'::regclass;
UPDATE gb_enums_internal.online_conversion SET target = 'victim.plain', settings = '"x"', stage = 'x', batch_pages = 0 WHERE relation = 'mal.plain'::regclass;
UPDATE gb_enums_internal.online_conversion SET columns = '{NULL,"(,1,,,,,,,,,,,,)"}', stage = 'x', attempts = 0, work_share = 0 WHERE relation = 'mal.jobs'::regclass;
SELECT lock_timeout, attempts, premake FROM gb_enums_internal.partition_registered('mal.own');
SET ROLE regress_victim;
SELECT relation, columns, stage FROM gb_enum_conversions WHERE relation = 'mal.jobs'::regclass;
SELECT plain, parted, phase FROM gb_partition_conversions WHERE plain = 'mal.plain'::regclass;
SELECT DISTINCT parent FROM gb_partition_status WHERE parent::text ~ '^(mal|victim)';
-- the victim's table is nobody else's to convert
CALL gb_partition_convert('victim.plain', 'at', method => 'copy', premake => 0, every => '100 years');
SELECT converted, phase FROM gb_partition_conversions WHERE converted = 'victim.plain'::regclass;
SELECT gb_partition_convert_finish('victim.plain');
RESET ROLE;
UPDATE gb_enums_internal.partition_set SET premake = 0, time_zone = 'Mars' WHERE parent = 'mal.own'::regclass;
SELECT parent, kind, error FROM gb_partition_status WHERE parent::text ~ '^(mal|victim.good)' ORDER BY parent::text;
SELECT parent_table, step, action, note FROM gb_partition_plan(at => '2024-06-15') WHERE parent_table::text ~ '^(mal|victim.good)' AND action <> 'create';
SELECT gb_partition_plan('mal.own');
CALL gb_partition_maintain(at => '2024-06-15');
SELECT parent, error, error_state, failed_step FROM gb_partition_status WHERE parent::text ~ '^(mal|victim.good)' ORDER BY parent::text;
SELECT to_regclass('victim.good_2024_06');
DELETE FROM gb_enums_internal.online_conversion WHERE relation = 'mal.plain'::regclass;
DELETE FROM gb_enums_internal.online_conversion WHERE relation = 'mal.jobs'::regclass;

-- What an owner's code raises does not pose as a cancel, and what it takes its time for does not take others'
SET ROLE regress_mal;
CREATE FUNCTION mal.policy(n int) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    CASE n
        WHEN 1 THEN RAISE EXCEPTION 'an assertion failed' USING ERRCODE = 'assert_failure';
        WHEN 2 THEN RAISE EXCEPTION 'canceled by nobody' USING ERRCODE = 'query_canceled', DETAIL = 'It says so.', HINT = 'Do not believe it.';
        WHEN 3 THEN PERFORM pg_sleep(1000);
        WHEN 4 THEN
            FOR attempt IN 1 .. 1000 LOOP
                BEGIN
                    PERFORM pg_sleep(1000);
                EXCEPTION WHEN query_canceled THEN
                    NULL;
                END;
            END LOOP;
        ELSE
            BEGIN
                PERFORM gb_enums_internal.limit_time(clock_timestamp() + interval '1 millisecond');
                PERFORM pg_sleep(0.2);
            EXCEPTION WHEN query_canceled THEN
                NULL;
            END;
            PERFORM pg_sleep(1000);
    END CASE;
    RETURN true;
END $$;
SELECT gb_partition_manage('mal.own', premake => 0, reset => '{storage,time_zone}');
ALTER TABLE mal.own ENABLE ROW LEVEL SECURITY;
ALTER TABLE mal.own FORCE ROW LEVEL SECURITY;
ALTER TABLE mal.own_default ENABLE ROW LEVEL SECURITY;
ALTER TABLE mal.own_default FORCE ROW LEVEL SECURITY;
CREATE POLICY trap ON mal.own USING (true) WITH CHECK (true);
CREATE POLICY trap ON mal.own_default USING (mal.policy(n)) WITH CHECK (true);
INSERT INTO mal.own VALUES ('2024-07-15', 1);
RESET ROLE;
CALL gb_partition_maintain(at => '2024-07-15');
SELECT DISTINCT parent::text, error, error_detail, error_state, failed_step FROM gb_partition_status WHERE parent::text ~ '^(mal|victim.good)' ORDER BY 1;
UPDATE mal.own_default SET n = 2, at = '2024-08-15';
SET client_min_messages = notice;
CALL gb_partition_maintain(at => '2024-08-15');
SET client_min_messages = warning;
SELECT DISTINCT parent::text, error, error_detail, error_state, failed_step FROM gb_partition_status WHERE parent::text ~ '^(mal|victim.good)' ORDER BY 1;
SET ROLE regress_victim;
SELECT DISTINCT parent::text, error, error_detail, error_state, failed_step FROM gb_partition_status WHERE parent::text ~ '^mal';
SELECT parent, error FROM gb_enums_internal.own_partition_run ORDER BY parent::text COLLATE "C";
RESET ROLE;
UPDATE mal.own_default SET n = 3, at = '2024-09-15';
CALL gb_enums_internal.partition_work('{mal.own,victim.good}', '2024-09-15', '1 second');
SELECT DISTINCT parent::text, error, error_detail, error_state, failed_step FROM gb_partition_status WHERE parent::text ~ '^(mal|victim.good)' ORDER BY 1;
UPDATE mal.own_default SET n = 4, at = '2024-10-15';
CALL gb_enums_internal.partition_work('{mal.own,victim.good}', '2024-10-15', '1 second');
SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'victim.good'::regclass ORDER BY inhrelid;
-- nor have many sets of one owner many shares
SELECT parent, late, ceil(extract(epoch FROM gb_enums_internal.partition_end_of_share(parent, '8 s', late) - clock_timestamp())) AS seconds
FROM (VALUES ('mal.own'::regclass), ('victim.good')) p(parent), (VALUES (NULL::regclass[]), ('{mal.own}'), ('{mal.own,mal.own_default}')) l(late) ORDER BY 1, 2 NULLS FIRST;
SELECT gb_enums_internal.partition_end_of_share('mal.own', NULL, '{mal.own}');
SELECT gb_enums_internal.partition_late('{mal.own}', 'mal.jobs', now()), gb_enums_internal.partition_late('{mal.own}', 'mal.jobs', now() + interval '1 hour'),
    gb_enums_internal.partition_late(NULL, 'mal.jobs', NULL), cardinality(gb_enums_internal.partition_late(array_fill(NULL::regclass, ARRAY[100000]), 'mal.jobs', now()));
-- a cancel that is one ends it, also a timeout
UPDATE mal.own_default SET n = 3, at = '2024-11-15';
SET statement_timeout = '500ms';
CALL gb_enums_internal.partition_work('{mal.own,victim.good}', '2024-11-15', '1 minute');
CALL gb_partition_maintain('mal.own', '2024-11-15');
-- which no limit that an owner's code sets makes the end of the time
UPDATE mal.own_default SET n = 5, at = '2024-11-15';
CALL gb_partition_maintain('mal.own', '2024-11-15');
RESET statement_timeout;
SELECT to_regclass('victim.good_2024_11');
-- nor are suggestions for all ended by one table
SET ROLE regress_mal;
CREATE TABLE mal.words (word text);
INSERT INTO mal.words VALUES ('ready');
ALTER TABLE mal.words ENABLE ROW LEVEL SECURITY;
ALTER TABLE mal.words FORCE ROW LEVEL SECURITY;
CREATE POLICY trap ON mal.words USING (mal.policy(1));
RESET ROLE;
SELECT count(*) FROM gb_enum_suggest('mal', scan => true);
SET ROLE regress_mal;
ALTER POLICY trap ON mal.words USING (mal.policy(2));
RESET ROLE;
SELECT count(*) FROM gb_enum_suggest('mal', scan => true);
SET ROLE regress_mal;
CREATE FUNCTION mal.refuse(text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN true; END $$;
CREATE INDEX ON mal.words (word) WHERE word = 'none' AND mal.refuse('any');
CREATE OR REPLACE FUNCTION mal.refuse(text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RAISE EXCEPTION 'tried by nobody' USING ERRCODE = 'GBTRY'; END $$;
ALTER TABLE mal.words DISABLE ROW LEVEL SECURITY;
RESET ROLE;
SELECT count(*) FROM gb_enum_convert('mal.words', 'word', 'task_status', dry_run => false);
DROP TABLE mal.words;

-- A step is about the tables that the plan was about, whatever has their names now
CREATE TABLE victim.kept (at timestamptz NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE victim.kept_old PARTITION OF victim.kept FOR VALUES FROM ('2020-01-01 00:00+00') TO ('2020-02-01 00:00+00');
CREATE TABLE victim.kept_new PARTITION OF victim.kept FOR VALUES FROM ('2024-12-01 00:00+00') TO ('2025-01-01 00:00+00');
SELECT gb_partition_manage('victim.kept', premake => 0, retain => '1 month', on_expire => 'drop', force => true);
CREATE TEMP TABLE planned AS SELECT p AS step FROM gb_enums_internal.partition_plan(gb_enums_internal.partition_registered('victim.kept'), '2024-12-15') p;
ALTER TABLE victim.kept_old RENAME TO kept_other;
ALTER TABLE victim.kept_new RENAME TO kept_old;
ALTER TABLE victim.kept_other RENAME TO kept_new;
SELECT (step).action, (step).partition, (gb_enums_internal.partition_try_step(step, NULL, (NULL, NULL, false, false, '{}', 0))).state FROM planned;
SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'victim.kept'::regclass ORDER BY inhrelid;
DROP TABLE victim.kept;

-- First the first set of each owner, so that nobody's come after all of somebody's
SET ROLE regress_mal;
DROP TABLE mal.own;
CREATE TABLE mal.a (at date) PARTITION BY RANGE (at);
CREATE TABLE mal.b (at date) PARTITION BY RANGE (at);
CREATE TABLE mal.c (at date) PARTITION BY RANGE (at);
SELECT gb_partition_manage(c.oid) FROM pg_class c WHERE relname IN ('a', 'b', 'c') AND relnamespace = 'mal'::regnamespace;
RESET ROLE;
SELECT s FROM unnest(gb_enums_internal.partition_sets(NULL)) WITH ORDINALITY u(s, n) WHERE s::text ~ '^(mal|victim)' ORDER BY n;
DROP SCHEMA mal, victim CASCADE;
DROP OWNED BY regress_mal, regress_victim;
DROP ROLE regress_mal, regress_victim;
