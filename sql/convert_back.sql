-- an enumeration becomes text or numbers again, with what stands over it
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
\getenv abs_srcdir PG_ABS_SRCDIR
\set schema :abs_srcdir '/test/schema/chat_platform.sql'
\set fingerprint :abs_srcdir '/test/schema/fingerprint.sql'
\set ECHO none
\i :schema
\i :fingerprint
\set ECHO all
SET timezone = utc;
SET datestyle = iso;
SET search_path = chat_platform, public;
CREATE TEMP TABLE rows_before AS SELECT to_jsonb(t) AS row FROM auto_tasks t;
SELECT count(*) > 20 AS done FROM gb_enum_convert_table('auto_tasks', '{"status": "task_status", "risk": "risk_level"}', dry_run => false);
CREATE TEMP TABLE before AS SELECT * FROM fingerprint;
SELECT kind, pg_temp.neutral(statement) AS statement, lock, rewrites, detail FROM gb_enum_revert('auto_tasks', 'status', 'varchar', 20) \g (format=unaligned)
SELECT count(*) > 20 AS done FROM gb_enum_revert('auto_tasks', 'status', 'varchar', 20, dry_run => false);
SELECT count(*) > 5 AS done FROM gb_enum_revert('auto_tasks', 'risk', 'integer', dry_run => false);
\d auto_tasks
\d open_tasks
SELECT col_description('open_tasks'::regclass, 3), reloptions FROM pg_class WHERE oid = 'open_tasks'::regclass;
SELECT pg_temp.neutral(pg_get_viewdef('open_tasks')), pg_temp.neutral(pg_get_viewdef('task_counts')) \g (format=unaligned)
-- the same objects; two CHECKs more
SELECT what FROM fingerprint EXCEPT SELECT what FROM before ORDER BY 1;
SELECT what FROM before EXCEPT SELECT what FROM fingerprint ORDER BY 1;
-- the same rows
SELECT count(*) FROM (SELECT to_jsonb(t) FROM auto_tasks t EXCEPT SELECT row FROM rows_before) d;
-- and the same indexes serve
ANALYZE auto_tasks;
SET enable_seqscan = off;
SET enable_bitmapscan = off;
SET plan_cache_mode = force_generic_plan;
EXPLAIN (COSTS OFF) SELECT created_at FROM auto_tasks WHERE status = 'pending' ORDER BY created_at;
EXPLAIN (COSTS OFF) SELECT id FROM auto_tasks WHERE status IN ('running', 'paused') AND title = 'x';
-- (which index it is, majors see in different ways)
CREATE FUNCTION pg_temp.index_conditions(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
        CONTINUE WHEN line !~ 'Index Cond';
        RETURN NEXT btrim(line);
    END LOOP;
END $$;
SELECT condition ~ '=.*ready' AS uses_index FROM pg_temp.index_conditions($$SELECT title FROM open_tasks WHERE status IN ('pending', 'ready', 'running') AND status = 'ready'$$) condition;
PREPARE by_status(text) AS SELECT count(*) FROM auto_tasks WHERE status = $1;
SELECT pg_temp.index_conditions($$EXECUTE by_status('ready')$$);
RESET enable_seqscan;
RESET enable_bitmapscan;
INSERT INTO auto_tasks (id, title, status, created_at) VALUES (0, 'x', 'nothing', '2026-01-01');
INSERT INTO auto_tasks (id, title, risk, created_at) VALUES (0, 'x', 5, '2026-01-01');
SELECT status, count(*) FROM open_tasks GROUP BY status ORDER BY status;
SELECT * FROM task_counts;
-- from every kind of expression
CREATE SCHEMA back;
SET search_path = back, public;
CREATE TABLE t (
    id integer, s task_status DEFAULT 'ready' CHECK (s <> 'failed'), r smallint,
    CHECK (s IN ('pending', 'ready', 'running', 'paused')), CHECK (s = ANY ('{pending,ready,running,paused}'::text[])), CHECK (s < 'completed'), CHECK (s <> 7), CHECK ('failed' <> s), CHECK (s IS NOT NULL),
    CHECK (task_status_name(s::smallint) <> 'x'), CHECK (s::text <> 'cancelled'), CHECK (s::integer < 7), CHECK (coalesce(s, 'ready') <> 'failed'));
INSERT INTO t SELECT n, as_task_status((n % 4)::smallint), 0 FROM generate_series(0, 99) n;
CREATE INDEX by_status ON t (s);
CREATE INDEX by_text ON t ((s::text));
CREATE INDEX by_code ON t ((s::integer)) WHERE s <> 'failed';
CREATE VIEW v AS SELECT s, s::integer AS code, s::text AS name, min(s) OVER () AS lowest, s = 'ready' AS is_ready, CASE s WHEN 'ready' THEN 1 WHEN 'running'::text THEN 2 END AS one, NULLIF(s, 'ready') AS n, s IS DISTINCT FROM 'paused' AS d, s BETWEEN 'ready' AND 'running' AS b, t.id FROM t ORDER BY s;
CREATE TABLE other (s task_status);
CREATE VIEW refused AS SELECT id FROM t WHERE s IN (SELECT s FROM other);
CREATE VIEW refused_case AS SELECT CASE t.s WHEN o.s THEN 1 END AS c, NULLIF(t.s, o.s) AS n FROM t, other o WHERE t.id = 1 AND o.s < 'paused';
SELECT kind, detail FROM gb_enum_revert('t', 's') WHERE kind = 'stop';
DROP VIEW refused, refused_case;
CREATE VIEW joined AS SELECT t.id FROM t JOIN other o ON o.s = t.s;
CREATE TEMP TABLE v_before AS SELECT to_jsonb(v) AS row FROM v;
SELECT pg_temp.neutral(statement) AS statement FROM gb_enum_revert('t', 's') WHERE kind = 'statement' \g (format=unaligned)
SELECT count(*) > 5 AS done FROM gb_enum_revert('t', 's', dry_run => false);
SELECT count(*) FROM (SELECT to_jsonb(v) FROM v EXCEPT SELECT row FROM v_before) d;
SELECT pg_typeof(s), pg_typeof(lowest) FROM v LIMIT 1;
SELECT pg_get_viewdef('joined');
DROP VIEW v, joined;
-- there and back, as numbers
SELECT kind, detail FROM gb_enum_convert('t', 's', 'task_status', dry_run => false) WHERE kind = 'stop';
SELECT statement, rewrites FROM gb_enum_revert('t', 's', 'smallint') WHERE kind = 'statement' \g (format=unaligned)
SELECT pg_relation_filenode('t') AS file \gset
SELECT count(*) > 3 AS done FROM gb_enum_revert('t', 's', 'smallint', dry_run => false);
SELECT pg_relation_filenode('t') = :file AS same_file, pg_typeof(s), s FROM t LIMIT 1;
SELECT count(*) FROM t WHERE s = 2;
-- comparisons with integers are comparisons of what the column becomes, without a cast to the enumeration where
-- that has them, and find the same rows
CREATE TABLE counted (id int PRIMARY KEY, a task_status, l task_status[]);
CREATE INDEX counted_2 ON counted (id) WHERE a = 2;
CREATE INDEX counted_not ON counted (id) WHERE a NOT IN (1, 2) AND l[1] = 2;
CREATE VIEW counts AS SELECT id, a = 2 AS eq, 3::smallint <> a AS ne, a IN (1, 2) AS list, a < 2 AS lt, 5::bigint <= a AS le, a = 99 AS unknown,
    a > -100000 AS far, a = id AS same, id::smallint < a AS more, a IS DISTINCT FROM 2 AS is_other, NULLIF(a, 2)::text AS not_2,
    CASE a WHEN 2 THEN 'two' WHEN 3 THEN 'three' ELSE 'none' END AS named, a = ANY ('{1,3}'::int[]) AS one_of, a <> ALL ('{1,NULL}'::bigint[]) AS none_of,
    l[1] = 2 AS first, 2 = ANY (l) AS has_2, 99 = ANY (l) AS has_99, id < ANY (l) AS has_more, l[2] IS DISTINCT FROM 3 AS second
    FROM counted WHERE a <> 7 OR a IS NULL;
INSERT INTO counted SELECT i, i % 8, ARRAY[i % 8, NULL, 3]::smallint[]::task_status[] FROM generate_series(1, 16) i;
INSERT INTO counted VALUES (17, NULL, '{}'), (18, 2, NULL);
CREATE TABLE counts_before AS SELECT * FROM counts;
DO $$
DECLARE
    type text;
    wrong int;
BEGIN
    FOREACH type IN ARRAY '{text,varchar,smallint,integer,bigint,numeric}'::text[] LOOP
        BEGIN
            PERFORM count(*) FROM gb_enum_revert('counted', 'a', type::regtype, dry_run => false);
            PERFORM count(*) FROM gb_enum_revert('counted', 'l', type::regtype, add_check => false, dry_run => false);
            SELECT count(*) INTO wrong FROM (
                (TABLE counts EXCEPT ALL TABLE counts_before) UNION ALL (TABLE counts_before EXCEPT ALL TABLE counts)) w;
            RAISE WARNING '%: % wrong rows; casts in %; indexes %', type, wrong, (
                SELECT string_agg(m[1], ', ')
                FROM regexp_matches(pg_get_viewdef('counts'::regclass), 'task_status[^\n]* AS (\w+)', 'g') m), (
                SELECT string_agg(pg_get_expr(x.indpred, x.indrelid), '; ' ORDER BY x.indexrelid)
                FROM pg_index x WHERE x.indrelid = 'counted'::regclass AND x.indpred IS NOT NULL);
            RAISE EXCEPTION 'undo' USING ERRCODE = 'ZZ001';
        EXCEPTION WHEN SQLSTATE 'ZZ001' THEN
            NULL;
        END;
    END LOOP;
END $$;
-- codes without a name, names without a place, and every other error
CREATE TABLE u (s task_status);
INSERT INTO u VALUES (as_task_status('99')), ('ready');
SELECT kind, detail FROM gb_enum_revert('u', 's', 'varchar', 10);
SELECT gb_enum_revert('u', 's', dry_run => false);
SELECT count(*) FROM gb_enum_revert('u', 's', add_check => false, dry_run => false);
SELECT * FROM u;
SELECT gb_enum_revert('u', 's');
SELECT gb_enum_revert('t', 'r');
SELECT gb_enum_revert('other', 's', 'date');
SELECT gb_enum_revert('other', 's', 'text', 5);
SELECT gb_enum_revert('other', 's', 'varchar', 0);
SELECT gb_enum_revert('other', 'none');
SELECT gb_enum_revert('gb_enums', 'enum');
SELECT gb_enum_revert('pg_class_oid_index', 'oid');
SELECT gb_enum_revert(NULL, 's');
SELECT gb_enum_revert('other', NULL);
SELECT gb_enum_revert('other', 's', dry_run => NULL);
SELECT gb_enum_revert(1::regclass, 's');
GRANT USAGE ON SCHEMA back TO regress_chat_other;
SET ROLE regress_chat_other;
SELECT gb_enum_revert('back.other', 's');
RESET ROLE;
DROP SCHEMA back, chat_platform CASCADE;
DROP OWNED BY regress_chat_owner, regress_chat_reader, regress_chat_other;
DROP ROLE regress_chat_owner, regress_chat_reader, regress_chat_other;
