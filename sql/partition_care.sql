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


-- 3. Partitions whose time has passed are frozen, and moved to another tablespace: statements for \gexec
RESET ROLE;
SET allow_in_place_tablespaces = on;
CREATE TABLESPACE regress_part_care_space LOCATION '';
CREATE TABLESPACE regress_part_care_others LOCATION '';
GRANT CREATE ON TABLESPACE regress_part_care_space TO regress_part_care;
-- rows are frozen when no other transaction is older
CREATE FUNCTION others_have_ended() RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    WHILE EXISTS (SELECT FROM pg_stat_activity WHERE backend_xmin IS NOT NULL AND pid <> pg_backend_pid()) LOOP
        PERFORM pg_sleep(0.05), pg_stat_clear_snapshot();
    END LOOP;
END $$;
SET ROLE regress_part_care;
SET client_min_messages = warning;
CREATE TABLE visits (id int, at timestamptz NOT NULL, long text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE INDEX visits_at ON visits USING brin (at);
CREATE TABLE visits_default PARTITION OF visits DEFAULT;
SELECT gb_partition_manage('visits', '1 month', premake => 0, hash_by => 'id', hash_count => 2);
SELECT gb_partition_create('visits', '2024-01-15') AS january, gb_partition_create('visits', '2024-02-15') AS february;
SELECT gb_partition_create('visits', '2124-02-15') AS future;
INSERT INTO visits SELECT i, at, 'short' FROM generate_series(1, 100) i, unnest('{2020-01-15,2024-01-15,2024-02-15,2124-02-15}'::timestamptz[]) at;
SELECT * FROM gb_partition_care_plan('visits');
-- of January only
SELECT partition FROM gb_partition_care_plan('visits', '2024-02-15');
SELECT count(*) FROM gb_partition_care_plan('visits', '2024-01-31 23:00');
SELECT others_have_ended();
SELECT command FROM gb_partition_care_plan('visits') \gexec
SELECT * FROM gb_partition_care_plan('visits');
SELECT relname, reltuples FROM pg_class WHERE relnamespace = 'part_care'::regnamespace AND relname ~ '^visits_.*_h\d$' ORDER BY 1;
-- a row that comes late, and one whose long value is elsewhere
INSERT INTO visits SELECT 101, '2024-01-16', string_agg(md5(i::text), '') FROM generate_series(1, 500) i;
SELECT partition, command FROM gb_partition_care_plan('visits');
SELECT others_have_ended();
SELECT command FROM gb_partition_care_plan('visits') \gexec
SELECT count(*) FROM gb_partition_care_plan('visits');
SELECT gb_partition_manage('visits', closed_tablespace => 'regress_part_care_space');
SELECT DISTINCT closed_tablespace, keep_indexes FROM gb_partition_status WHERE parent = 'visits'::regclass;
SELECT step, partition, command, locks FROM gb_partition_care_plan('visits', '2024-02-15');
SELECT note FROM gb_partition_care_plan('visits', '2024-02-15') WHERE step = 2;
SELECT command FROM gb_partition_care_plan('visits', '2024-02-15') \gexec
SELECT c.relname, t.spcname FROM pg_class c JOIN pg_tablespace t ON t.oid = c.reltablespace WHERE c.relname ~ '^visits' ORDER BY 1;
SELECT partition, command FROM gb_partition_care_plan('visits', '2024-02-15');
SELECT count(*), count(DISTINCT partition) FROM gb_partition_care_plan('visits');
SELECT count(*) FROM visits;
-- and back
SELECT gb_partition_manage('visits', closed_tablespace => 'pg_default');
SELECT count(*) FROM gb_partition_care_plan('visits');
SELECT command FROM gb_partition_care_plan('visits') \gexec
SELECT count(*) FROM gb_partition_care_plan('visits');
SELECT gb_partition_manage('visits', reset => '{closed_tablespace}');
SELECT gb_partition_manage('visits', closed_tablespace => 'nowhere');
SELECT gb_partition_manage('visits', closed_tablespace => 'pg_global');
SELECT gb_partition_manage('visits', closed_tablespace => 'regress_part_care_others');
-- not those that are about to be removed, nor in a set that is paused or becomes a plain table
UPDATE visits SET long = 'changed' WHERE id = 1;
SELECT count(*) FROM gb_partition_care_plan('visits');
SELECT gb_partition_manage('visits', retain => '1 year', force => true);
SELECT count(*) FROM gb_partition_care_plan('visits');
SELECT gb_partition_manage('visits', reset => '{retain}', paused => true);
SET client_min_messages = notice;
SELECT * FROM gb_partition_care_plan('visits');
SELECT gb_partition_manage('visits', paused => false);
SET client_min_messages = warning;
SELECT gb_enums_internal.partition_convert_begin(gb_enums_internal.partition_merge_request('visits', NULL, 1, '1 s', 1));
SELECT count(*) FROM gb_partition_care_plan('visits');
CALL gb_partition_convert_undo('visits');
-- a set that cannot be read does not hide the others
CREATE TABLE ids (id bigint) PARTITION BY RANGE (id);
SELECT gb_partition_manage('ids', key => 'epoch', premake => 0);
CREATE TABLE ids_1 PARTITION OF ids FOR VALUES FROM (7) TO (1000);
SELECT parent_table, step, partition, command, note IS NOT NULL AS noted FROM gb_partition_care_plan() ORDER BY parent_table::text, step;
SELECT count(*) FROM gb_partition_care_plan('ids');
DROP TABLE ids;
-- nobody but the owner
RESET ROLE;
CREATE ROLE regress_part_care_other;
GRANT USAGE ON SCHEMA part_care TO regress_part_care_other;
SET ROLE regress_part_care_other;
SELECT * FROM gb_partition_care_plan('part_care.visits');
SELECT * FROM gb_partition_care_plan();
SELECT gb_enums_internal.partition_unfrozen_pages('part_care.visits_default');
RESET ROLE;
SET ROLE regress_part_care;
SELECT gb_enums_internal.partition_unfrozen_pages('visits'), gb_enums_internal.partition_unfrozen_pages(0), gb_enums_internal.partition_unfrozen_pages('visits_2124_02_h0') > 0 AS not_frozen;

-- 4. Expired partitions that are kept lose their indexes
CREATE TABLE kept (id int, at date NOT NULL, v text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE INDEX kept_v ON kept (v);
SELECT gb_partition_manage('kept', '1 month', premake => 0, retain => '1 month', keep_indexes => false, force => true);
CALL gb_partition_maintain('kept', '2024-01-15');
CREATE INDEX kept_own ON kept_2024_01 (v, id) WHERE id > 3;
INSERT INTO kept SELECT n, '2024-01-15', 'v' FROM generate_series(1, 10) n;
SELECT action, command FROM gb_partition_plan('kept', '2024-03-15') WHERE action = 'detach';
SELECT command FROM gb_partition_detach_plan('kept', '2024-03-15');
CALL gb_partition_maintain('kept', '2024-03-15');
SELECT count(*) AS indexes FROM pg_index WHERE indrelid = 'kept_2024_01'::regclass;
SELECT count(*) AS rows FROM kept_2024_01;
SELECT count(*) AS indexes FROM pg_index WHERE indrelid = 'kept'::regclass;
-- of what it is divided into as well, and when it is moved
RESET ROLE;
CREATE SCHEMA part_care_attic AUTHORIZATION regress_part_care;
SET ROLE regress_part_care;
SELECT gb_partition_manage('kept', on_expire => 'move', move_to => 'part_care_attic', hash_by => 'id', hash_count => 2);
CALL gb_partition_maintain('kept', '2024-04-15');
CREATE INDEX kept_h ON kept_2024_04_h1 (v, id);
INSERT INTO kept SELECT n, '2024-04-15', 'v' FROM generate_series(1, 10) n;
CALL gb_partition_maintain('kept', '2024-06-15');
SELECT c.oid::regclass AS partition, (SELECT count(*) FROM pg_index x WHERE x.indrelid = c.oid) AS indexes FROM pg_class c WHERE c.relnamespace = 'part_care_attic'::regnamespace ORDER BY 1;
-- what is dropped needs no statement
SELECT gb_partition_manage('kept', on_expire => 'drop');
SELECT command FROM gb_partition_plan('kept', '2024-08-15') WHERE action = 'drop';
-- a session need not have row security to read the record of runs
SET row_security = off;
CALL gb_partition_maintain('kept', '2024-06-15', must_succeed => true);
RESET row_security;

RESET ROLE;
SET client_min_messages = warning;
DROP SCHEMA part_care CASCADE;
DROP SCHEMA part_care_attic CASCADE;
DROP TABLESPACE regress_part_care_space;
DROP TABLESPACE regress_part_care_others;
DROP ROLE regress_part_care, regress_part_care_other;
