-- what maintenance must never do: refuse rows for nothing, remove what is wanted, hide why it failed
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
SET client_min_messages = notice;
CREATE ROLE regress_safe_owner;
CREATE SCHEMA safe AUTHORIZATION regress_safe_owner;
SET search_path = safe, public;
SET datestyle = iso;
SET timezone = utc;
SET ROLE regress_safe_owner;

-- 1. A CHECK on DEFAULT stays only as long as its partition is being made
CREATE TABLE a (at timestamptz NOT NULL, v text) PARTITION BY RANGE (at);
CREATE TABLE a_rest PARTITION OF a DEFAULT;
INSERT INTO a SELECT '2020-01-01'::timestamptz + n * interval '1 minute', repeat('x', 100) FROM generate_series(1, 20000) n;
CREATE VIEW checks AS SELECT conrelid::regclass, convalidated FROM pg_constraint WHERE conname LIKE 'gb_partition_excludes_%';
SELECT gb_partition_manage('a', '1 day', premake => 1);
CALL gb_partition_maintain('a', '2024-01-15');
-- when the partition cannot be made, rows are not refused, and nothing is announced that was not done
CREATE TABLE a_2024_01_17 (x int);
CALL gb_partition_maintain('a', '2024-01-16');
SELECT failed_step, error_state, error, error_detail, error_hint FROM gb_partition_status WHERE parent = 'a'::regclass LIMIT 1;
SELECT count(*) FROM checks;
INSERT INTO a VALUES ('2024-01-17 12:00', 'taken by DEFAULT');
DELETE FROM a WHERE at > '2024-01-17';
DROP TABLE a_2024_01_17;
-- a killed run leaves a CHECK; when its range has become current, it goes first
SELECT command FROM gb_partition_plan('a', '2024-01-16') WHERE action = 'exclude' \gexec
SELECT * FROM checks;
CREATE TABLE a_2024_01_17 (x int);
SELECT step, action, partition FROM gb_partition_plan('a', '2024-01-17');
CALL gb_partition_maintain('a', '2024-01-17');
INSERT INTO a VALUES ('2024-01-17 12:00', 'taken by DEFAULT');
SELECT * FROM checks;
-- a proved CHECK of a range that has become current is used, and dropped when that fails
DROP TABLE a_2024_01_17;
DELETE FROM a WHERE at > '2024-01-17';
SELECT command FROM gb_partition_plan('a', '2024-01-18') WHERE action IN ('exclude', 'validate') AND step < 3 \gexec
SELECT command FROM gb_partition_plan('a', '2024-01-18') WHERE action = 'validate' \gexec
CREATE TABLE a_2024_01_19 (x int);
SELECT step, action, partition FROM gb_partition_plan('a', '2024-01-19');
CALL gb_partition_maintain('a', '2024-01-19');
SELECT * FROM checks;
DROP TABLE a_2024_01_19;
-- the end of the registration ends it, too
SELECT command FROM gb_partition_plan('a', '2024-01-25') WHERE action = 'exclude' \gexec
SELECT * FROM checks;
SELECT gb_partition_unmanage('a');
SELECT * FROM checks;
DROP TABLE a;

-- 2. Bounds that are no times of the key: nothing is registered, planned, made or removed
CREATE TABLE seconds (at bigint NOT NULL) PARTITION BY RANGE (at);
SELECT gb_partition_create('seconds', d, '1 day', key => 'epoch') FROM unnest('{2024-01-01,2024-01-02}'::timestamptz[]) d;
SELECT gb_partition_manage('seconds', '1 day', key => 'epoch_ms', retain => '1 year', on_expire => 'drop', force => true);
SELECT gb_partition_create('seconds', '2024-01-03', '1 day', key => 'epoch_ms');
CREATE TABLE millis (at bigint NOT NULL) PARTITION BY RANGE (at);
SELECT gb_partition_create('millis', '2024-01-01', '1 day', key => 'epoch_ms');
SELECT gb_partition_manage('millis', '1 day', key => 'epoch', retain => '1 year', on_expire => 'drop');
SELECT gb_partition_manage('millis', '1 day', key => 'snowflake');
CREATE TABLE micros (at bigint NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE micros_1 PARTITION OF micros FOR VALUES FROM (1704067200000000) TO (1704153600000000);
SELECT gb_partition_manage('micros', '1 day', key => 'epoch');
CREATE TABLE ids (id bigint NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE ids_0 PARTITION OF ids FOR VALUES FROM (0) TO (1000000);
SELECT gb_partition_manage('ids', key => 'epoch', retain => '1 year', on_expire => 'drop', force => true);
SELECT gb_partition_manage('ids', key => 'snowflake');
CREATE TABLE uuids (id uuid NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE uuids_0 PARTITION OF uuids FOR VALUES FROM ('00000000-0000-0000-0000-000000000000') TO ('01000000-0000-0000-0000-000000000000');
SELECT gb_partition_manage('uuids', retain => '1 year', on_expire => 'drop', force => true);
-- MINVALUE, MAXVALUE and the days of any zone are times
CREATE TABLE zoned (at bigint NOT NULL) PARTITION BY RANGE (at);
SELECT gb_partition_create('zoned', '2024-01-01 12:00', '1 day', key => 'epoch', time_zone => 'Asia/Kathmandu');
CREATE TABLE zoned_old PARTITION OF zoned FOR VALUES FROM (MINVALUE) TO (0);
SELECT gb_partition_manage('zoned', '1 day', key => 'epoch', time_zone => 'Asia/Kathmandu', premake => 0);
SELECT gb_partition_unmanage('zoned');
-- it is found in maintenance, too
SELECT gb_partition_manage('seconds', '1 day', key => 'epoch', retain => '1 year', on_expire => 'drop', premake => 0, force => true);
CREATE TABLE seconds_wrong PARTITION OF seconds FOR VALUES FROM (1704067200123) TO (1704153600123);
CALL gb_partition_maintain('seconds', '2024-03-01');
SELECT failed_step, error_state, error, error_hint FROM gb_partition_status WHERE parent = 'seconds'::regclass LIMIT 1;
DROP TABLE seconds, millis, micros, ids, uuids, zoned;

-- 3. Retention
CREATE TABLE r (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT gb_partition_create('r', d) FROM unnest('{2024-01-01,2024-02-01}'::timestamptz[]) d;
SELECT gb_partition_manage('r', retain => '1 month -40 days');
SELECT gb_partition_manage('r', retain => '1 day -25 hours');
SELECT gb_partition_manage('r', retain => '1 month -1 second');
SELECT gb_partition_manage('r', retain => '10000 years');
-- all at once only when it is meant
SELECT gb_partition_manage('r', retain => '1 month', on_expire => 'drop');
SELECT gb_partition_manage('r', retain => '1 month', on_expire => 'drop', premake => 0, force => true);
SELECT gb_partition_manage('r', premake => 1);
-- nothing is removed in a run in which a partition could not be made
CREATE TABLE r_2024_05 (x int);
CALL gb_partition_maintain('r', '2024-04-15');
SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'r'::regclass ORDER BY 1;
DROP TABLE r_2024_05;
CALL gb_partition_maintain('r', '2024-04-15');
SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'r'::regclass ORDER BY 1;
-- what was registered with other signs removes nothing that has not ended
SELECT count(*) FROM gb_enums_internal.partition_plan(jsonb_populate_record(gb_enums_internal.partition_registered('r'), '{"retain": "1 month -400 days"}'), '2024-04-15') p WHERE p.action = 'drop';
DROP TABLE r;

-- 4. One cause, one WARNING; whoever needs to know gets an error at the end
CREATE TABLE many (at timestamptz NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE well (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT gb_partition_manage('many', '1 day', premake => 300), gb_partition_manage('well', premake => 0);
RESET ROLE;
REVOKE CREATE ON SCHEMA safe FROM regress_safe_owner;
ALTER SCHEMA safe OWNER TO CURRENT_USER;
GRANT USAGE ON SCHEMA safe TO regress_safe_owner;
SET ROLE regress_safe_owner;
CALL gb_partition_maintain('many', '2024-01-15');
CALL gb_partition_maintain('many', '2024-01-15', must_succeed => true);
RESET ROLE;
GRANT CREATE ON SCHEMA safe TO regress_safe_owner;
SET ROLE regress_safe_owner;
SELECT gb_partition_manage('many', '1 day', premake => 0);
CREATE TABLE many_2024_01_15 (x int);
CALL gb_partition_maintain(at => '2024-01-15', must_succeed => true);
-- the other set had its turn before the error
SELECT count(*) FROM pg_inherits WHERE inhparent = 'well'::regclass;
DROP TABLE many_2024_01_15;
CALL gb_partition_maintain(at => '2024-01-15', must_succeed => true);
DROP TABLE many, well;

-- 5. A setting is changed, and the others stay; they can all be seen
CREATE TABLE s (at bigint NOT NULL, n int) PARTITION BY RANGE (at);
SELECT gb_partition_manage('s', '1 week', premake => 1, retain => '2 years', on_expire => 'move', move_to => 'safe', time_zone => 'Europe/Berlin',
    storage => '{fillfactor=70}', move_default => true, anchor => '2024-01-02', key => 'snowflake', epoch => '2020-01-01', shift => 10,
    hash_by => 'n', hash_count => 2, lock_timeout => '1 second', attempts => 5, copy_privileges => true, analyze_parent => true);
CALL gb_partition_maintain('s', '2024-01-15');
CREATE VIEW settings AS SELECT DISTINCT every, premake, retain, on_expire, move_to, time_zone, anchor, key, epoch, shift, storage, move_default, hash_by, hash_count, lock_timeout, attempts, copy_privileges, analyze_parent, paused FROM gb_partition_status;
\x
TABLE settings;
SELECT gb_partition_manage('s', premake => 4);
TABLE settings;
SELECT gb_partition_manage('s', on_expire => 'drop', lock_timeout => '3 seconds');
TABLE settings;
SELECT gb_partition_manage('s', premake => 2, reset => '{retain,on_expire,storage,lock_timeout}');
TABLE settings;
\x
SELECT gb_partition_manage('s', reset => '{retention}');
SELECT gb_partition_manage('s', reset => '{parent}');
SELECT gb_partition_manage('s', reset => '{NULL}');
SELECT gb_partition_manage('s', reset => NULL, force => NULL);
DROP VIEW settings;
DROP TABLE s;

-- 6. A slot full of smaller partitions counts as made
CREATE TABLE h (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT count(gb_partition_create('h', d, '1 day')) FROM generate_series('2024-02-01'::timestamptz, '2024-02-29', '1 day') d;
SELECT gb_partition_create('h', '2024-02-10 12:00'), create_monthly_partition('h', '2024-02-29'::date);
SELECT gb_partition_manage('h', premake => 0);
SELECT count(*) FROM gb_partition_plan('h', '2024-02-15');
SELECT (p).verdict, (p).other FROM gb_enums_internal.partition_slot(gb_enums_internal.partition_registered('h'), '2024-02-15') p;
ALTER TABLE h DETACH PARTITION h_2024_02_20;
SELECT gb_partition_create('h', '2024-02-10 12:00');
-- bounds are shown as they are
CREATE TABLE h_end PARTITION OF h FOR VALUES FROM ('2024-03-01') TO ('2024-03-31 23:59:59.999999');
SELECT lower_bound, upper_bound FROM gb_partition_status WHERE partition = 'h_end'::regclass;
DROP TABLE h, h_2024_02_20;

-- 7. Ranges of the same column in two levels: never the bounds of another slot
CREATE TABLE t (at timestamptz NOT NULL, n int) PARTITION BY RANGE (at);
CREATE TABLE t_2024_01 PARTITION OF t FOR VALUES FROM ('2024-01-01') TO ('2024-02-01') PARTITION BY RANGE (at);
CREATE TABLE t_2024_01_10 PARTITION OF t_2024_01 FOR VALUES FROM ('2024-01-10') TO ('2024-01-11');
SELECT gb_partition_manage('t');
SELECT gb_partition_create('t', '2024-02-01');
SELECT gb_partition_manage('t_2024_01', '1 day');
SELECT gb_partition_create('t_2024_01', '2024-01-31 12:00', '1 day');
SELECT gb_partition_create('t_2024_01', '2024-02-01', '1 day');
CREATE TABLE t_2024_03 PARTITION OF t FOR VALUES FROM ('2024-03-01') TO ('2024-04-01') PARTITION BY LIST (date_part('day', at AT TIME ZONE 'UTC'));
SELECT gb_partition_create('t', '2024-02-01');
-- by another column it is divided as before
CREATE TABLE t_2024_04 PARTITION OF t FOR VALUES FROM ('2024-04-01') TO ('2024-05-01') PARTITION BY RANGE (n);
CREATE TABLE t_2024_04_low PARTITION OF t_2024_04 FOR VALUES FROM (0) TO (10);
SELECT gb_partition_create('t', '2024-05-01');
SELECT relid, pg_get_expr(relpartbound, relid) FROM pg_partition_tree('t_2024_05') JOIN pg_class ON oid = relid;
DROP TABLE t;

-- 8. Expired partitions go with all that they are made of
RESET ROLE;
CREATE SCHEMA safe_archive AUTHORIZATION regress_safe_owner;
CREATE FOREIGN DATA WRAPPER safe_wrapper;
CREATE SERVER safe_server FOREIGN DATA WRAPPER safe_wrapper;
GRANT USAGE ON FOREIGN SERVER safe_server TO regress_safe_owner;
SET ROLE regress_safe_owner;
CREATE TABLE d (at timestamptz NOT NULL, n int) PARTITION BY RANGE (at);
SELECT gb_partition_create('d', '2024-01-15', hash_by => 'n', hash_count => 2);
CREATE FOREIGN TABLE d_far PARTITION OF d FOR VALUES FROM ('2024-02-01') TO ('2024-03-01') SERVER safe_server;
SELECT gb_partition_manage('d', premake => 0, retain => '1 month', on_expire => 'move', move_to => 'safe_archive', force => true);
CALL gb_partition_maintain('d', '2024-06-15');
SELECT relname, relkind FROM pg_class WHERE relnamespace = 'safe_archive'::regnamespace ORDER BY 1;
CREATE FOREIGN TABLE d_far PARTITION OF d FOR VALUES FROM ('2024-02-01') TO ('2024-03-01') SERVER safe_server;
SELECT gb_partition_manage('d', on_expire => 'drop');
CALL gb_partition_maintain('d', '2024-06-15');
SELECT to_regclass('d_far');
DROP TABLE d;

-- 9. Rows in DEFAULT are counted when statistics do not know them
CREATE TABLE c (at timestamptz NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE c_rest PARTITION OF c DEFAULT;
ANALYZE c_rest;
SELECT gb_partition_manage('c', premake => 0);
INSERT INTO c VALUES ('2024-01-15'), ('2024-01-16');
SELECT row_estimate FROM gb_partition_status WHERE partition = 'c_rest'::regclass;
TRUNCATE c;
SELECT row_estimate FROM gb_partition_status WHERE partition = 'c_rest'::regclass;
DROP TABLE c;

-- 10. Sets that reference others come first, so that nothing is in the way of who comes later
CREATE TABLE k_a (id int, at timestamptz NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE k_b (id int, at timestamptz NOT NULL, PRIMARY KEY (id, at), FOREIGN KEY (id, at) REFERENCES k_a) PARTITION BY RANGE (at);
CREATE TABLE k_c (id int, at timestamptz NOT NULL, FOREIGN KEY (id, at) REFERENCES k_b) PARTITION BY RANGE (at);
SELECT gb_partition_create(p::regclass, '2024-01-15') FROM unnest('{k_a,k_b,k_c}'::text[]) p;
INSERT INTO k_a VALUES (1, '2024-01-15');
INSERT INTO k_b TABLE k_a;
INSERT INTO k_c TABLE k_b;
SELECT gb_partition_manage(p::regclass, premake => 0, retain => '1 month', on_expire => 'drop', force => true) FROM unnest('{k_a,k_b,k_c}'::text[]) p;
SELECT parent_table, step, action FROM gb_partition_plan(at => '2024-06-15');
CALL gb_partition_maintain(at => '2024-06-15', must_succeed => true);
SELECT gb_enums_internal.partition_referencing_first('{k_a,k_b}'), gb_enums_internal.partition_referencing_first('{}'), gb_enums_internal.partition_referencing_first(NULL);
DROP TABLE k_a, k_b, k_c;

-- 11. Row security that is forced on the owner hides no row from who moves it
CREATE TABLE f (at timestamptz NOT NULL, n int) PARTITION BY RANGE (at);
CREATE TABLE f_rest PARTITION OF f DEFAULT;
INSERT INTO f VALUES ('2024-01-15', 1), ('2024-01-16', 2), ('2024-02-01', 3);
ALTER TABLE f ENABLE ROW LEVEL SECURITY;
ALTER TABLE f FORCE ROW LEVEL SECURITY;
ALTER TABLE f_rest ENABLE ROW LEVEL SECURITY;
ALTER TABLE f_rest FORCE ROW LEVEL SECURITY;
SELECT gb_partition_create('f', '2024-01-15');
SELECT gb_partition_create('f', '2024-01-15', move_default => true);
SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class WHERE relname LIKE 'f%' AND relnamespace = 'safe'::regnamespace ORDER BY 1;
RESET ROLE;
SELECT tableoid::regclass, count(*) FROM f GROUP BY 1 ORDER BY 1;
SET ROLE regress_safe_owner;
DROP TABLE f;

-- 12. Partitions of somebody else's say how they get the owner of their table
CREATE TABLE o (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT gb_partition_create('o', '2024-01-15');
RESET ROLE;
ALTER TABLE o_2024_01 OWNER TO CURRENT_USER;
SET ROLE regress_safe_owner;
SELECT gb_partition_manage('o', premake => 0, retain => '1 month', on_expire => 'drop', force => true);
CALL gb_partition_maintain('o', '2024-06-15');
RESET ROLE;
DROP TABLE o;

-- 13. Unlogged tables have unlogged partitions, where the server has unlogged partitioned tables
CREATE FUNCTION unlogged() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE 'CREATE UNLOGGED TABLE u (at timestamptz NOT NULL, n int) PARTITION BY RANGE (at)';
    PERFORM gb_partition_create('u', '2024-01-15'), gb_partition_create('u', '2024-02-15', hash_by => 'n', hash_count => 2), gb_partition_create('u', '2024-03-15');
    RETURN (SELECT string_agg(DISTINCT relpersistence::text, ',') FROM pg_partition_tree('u') JOIN pg_class ON oid = relid);
EXCEPTION WHEN feature_not_supported THEN
    RETURN 'u';
END $$;
SELECT unlogged();

-- 14. Expired partitions go while readers and writers go on, by statements that are executed one by one
CREATE TABLE x (at timestamptz NOT NULL, n int) PARTITION BY RANGE (at);
SELECT gb_partition_create('x', d, hash_by => 'n', hash_count => 2) FROM unnest('{2024-01-15,2024-02-15,2024-06-15}'::timestamptz[]) d;
SELECT gb_partition_manage('x', retain => '1 month', on_expire => 'move', move_to => 'safe_archive', force => true);
SELECT step, partition, command, locks FROM gb_partition_detach_plan('x', '2024-06-15');
SELECT command FROM gb_partition_detach_plan('x', '2024-03-15') ORDER BY step \gexec
SELECT relname FROM pg_class WHERE relnamespace = 'safe_archive'::regnamespace AND relname LIKE 'x%' ORDER BY 1;
-- what follows does nothing while the partition is attached
SELECT gb_partition_manage('x', on_expire => 'drop');
SELECT command FROM gb_partition_detach_plan('x', '2024-06-15') WHERE command LIKE 'DO %' \gexec
SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'x'::regclass ORDER BY 1;
SELECT command FROM gb_partition_detach_plan('x', '2024-06-15') ORDER BY step \gexec
SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'x'::regclass ORDER BY 1;
SELECT to_regclass('x_2024_02');
CREATE TABLE x_rest PARTITION OF x DEFAULT;
SELECT * FROM gb_partition_detach_plan('x');
SELECT * FROM gb_partition_detach_plan('x_rest');
SELECT * FROM gb_partition_detach_plan(NULL);
DROP TABLE x;
-- a session may end between the detachment and what comes after it: the next one goes on, and leaves alone
-- what somebody else detached. It is known by the CHECK that a concurrent detachment leaves. On a server that
-- leaves none, from 19 on, the table gets it here (test/t/034_newer_servers.pl has it without).
CREATE FUNCTION leave_check(detached regclass) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    left_check CONSTANT text := (SELECT d.left_check FROM gb_enums_internal.partition_detachment d WHERE d.partition = detached);
BEGIN
    IF NOT gb_enums_internal.partition_has_bounds_check(detached, left_check) THEN
        EXECUTE format('ALTER TABLE %s ADD %s', detached, left_check);
    END IF;
END $$;
CREATE TABLE y (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT gb_partition_create('y', d) FROM unnest('{2024-01-15,2024-02-15,2024-03-15,2024-04-15,2024-06-15}'::timestamptz[]) d;
SELECT gb_partition_manage('y', retain => '1 month', on_expire => 'drop', force => true);
SELECT command FROM gb_partition_detach_plan('y', '2024-06-15') WHERE partition = 'safe.y_2024_01' AND command NOT LIKE 'DO %' ORDER BY step \gexec
SELECT leave_check('y_2024_01');
SELECT command FROM gb_partition_detach_plan('y', '2024-06-15') WHERE partition = 'safe.y_2024_03' AND command LIKE 'SELECT %' \gexec
ALTER TABLE y DETACH PARTITION y_2024_02 CONCURRENTLY;
ALTER TABLE y DETACH PARTITION y_2024_03;
SELECT step, partition, command, locks FROM gb_partition_detach_plan('y', '2024-06-15');
SELECT action, partition, command, locks, note FROM gb_partition_plan('y', '2024-06-15') WHERE action <> 'create';
CALL gb_partition_maintain('y', '2024-05-15');
SELECT count(*) FROM gb_enums_internal.partition_detachment;
-- not to be dropped any more
SELECT gb_partition_create('y', '2024-01-15');
SELECT command FROM gb_partition_detach_plan('y', '2024-06-15') WHERE step = 1 \gexec
SELECT command FROM gb_partition_detach_plan('y', '2024-06-15') WHERE step = 1 \gexec
SELECT leave_check('y_2024_01');
SELECT gb_partition_manage('y', on_expire => 'detach');
SELECT step, partition, command FROM gb_partition_detach_plan('y', '2024-06-15');
SELECT gb_partition_manage('y', on_expire => 'drop');
CALL gb_partition_maintain('y', '2024-05-15');
SELECT relname FROM pg_class WHERE relname LIKE 'y_2024_0%' ORDER BY 1;
-- dropped by somebody else, or no longer managed
SELECT command FROM gb_partition_detach_plan('y', '2024-06-15') WHERE partition = 'safe.y_2024_04' AND command NOT LIKE 'DO %' ORDER BY step \gexec
DROP TABLE y_2024_04;
SELECT step, partition FROM gb_partition_detach_plan('y', '2024-06-15');
SELECT gb_partition_create('y', '2024-04-15');
SELECT command FROM gb_partition_detach_plan('y', '2024-06-15') WHERE partition = 'safe.y_2024_04' AND command NOT LIKE 'DO %' ORDER BY step \gexec
SELECT leave_check('y_2024_04');
SELECT partition, parent FROM gb_enums_internal.partition_detachment;
SELECT gb_partition_unmanage('y');
SELECT count(*) FROM gb_enums_internal.partition_detachment;
SELECT gb_partition_manage('y', on_expire => 'drop', retain => '1 month', force => true);
SELECT action, partition FROM gb_partition_plan('y', '2024-06-15') WHERE action <> 'create';
-- the record is of the owner's partitions only
SELECT gb_enums_internal.partition_begin_detachment('y_2024_04', 'y');
SELECT gb_enums_internal.partition_begin_detachment(NULL, 'y');
SELECT gb_enums_internal.partition_begin_detachment('pg_class', 'y');
SELECT gb_enums_internal.partition_end_detachment('y_2024_04');
DROP TABLE y, y_2024_01, y_2024_02, y_2024_03, y_2024_04;

-- a default partition that is somebody else's: nobody counts its rows, and the set can be read
RESET ROLE;
CREATE ROLE regress_safe_other;
GRANT ALL ON SCHEMA safe TO regress_safe_other;
SET ROLE regress_safe_owner;
CREATE TABLE z (at timestamptz NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE z_default PARTITION OF z DEFAULT;
SELECT gb_partition_create('z', '2024-04-15');
SELECT gb_partition_manage('z', paused => true);
RESET ROLE;
INSERT INTO z VALUES ('2020-01-01');
ANALYZE z_default;
ALTER TABLE z_default OWNER TO regress_safe_other;
SET ROLE regress_safe_owner;
SELECT partition, row_estimate, error FROM gb_partition_status WHERE parent = 'z'::regclass;

RESET ROLE;
SET client_min_messages = warning;
DROP FOREIGN DATA WRAPPER safe_wrapper CASCADE;
DROP SCHEMA safe, safe_archive CASCADE;
DROP OWNED BY regress_safe_owner, regress_safe_other;
DROP ROLE regress_safe_owner, regress_safe_other;
