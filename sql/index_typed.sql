-- A column of the type: which queries use its index, and that they find the same rows without it.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
RESET client_min_messages;

CREATE TABLE tasks (id int PRIMARY KEY, status task_status NOT NULL, priority task_priority, done_at timestamptz);
INSERT INTO tasks SELECT i, (CASE WHEN i % 100 < 95 THEN 5 ELSE i % 8 END), i % 5, timestamptz '2026-01-01' + i * interval '1 hour'
FROM generate_series(1, 5000) i;
CREATE INDEX tasks_status ON tasks (status);
VACUUM ANALYZE tasks;
SET enable_seqscan = off;

-- Constants of every type are the same comparison.
EXPLAIN (COSTS OFF) SELECT * FROM tasks WHERE status = 'running';
EXPLAIN (COSTS OFF) SELECT * FROM tasks WHERE status = 'running'::text;
EXPLAIN (COSTS OFF) SELECT * FROM tasks WHERE status = 'running'::varchar;
EXPLAIN (COSTS OFF) SELECT * FROM tasks WHERE 'running'::text = status;
EXPLAIN (COSTS OFF) SELECT * FROM tasks WHERE status = 2;
EXPLAIN (COSTS OFF) SELECT * FROM tasks WHERE status = 2::smallint;
EXPLAIN (COSTS OFF) SELECT * FROM tasks WHERE status = 2::bigint;
EXPLAIN (COSTS OFF) SELECT * FROM tasks WHERE 5 > status;
EXPLAIN (COSTS OFF) SELECT * FROM tasks WHERE status < 5;
EXPLAIN (COSTS OFF) SELECT * FROM tasks WHERE status BETWEEN 'ready' AND 'paused';
EXPLAIN (COSTS OFF) SELECT * FROM tasks WHERE status IN ('running', 'ready');
-- How the plan of a list of codes looks differs between servers (BitmapOr, or = ANY); that it reads
-- the index and not the table does not.
CREATE FUNCTION reads_index(query text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    line text;
    plan text := '';
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
        plan := plan || line;
    END LOOP;
    RETURN plan ~ 'Index (Only )?Scan' AND plan !~ 'Seq Scan';
END
$$;
SELECT reads_index('SELECT * FROM tasks WHERE status IN (1, 2)');
-- A number that no code can be is a bound, too.
SELECT reads_index('SELECT * FROM tasks WHERE status IN (1, 99999)');
EXPLAIN (COSTS OFF) SELECT count(*) FROM tasks WHERE status = 99999;
SELECT number, count(*) FILTER (WHERE eq) AS eq, count(*) FILTER (WHERE ne) AS ne, count(*) FILTER (WHERE lt) AS lt,
    count(*) FILTER (WHERE le) AS le, count(*) FILTER (WHERE ge) AS ge, count(*) FILTER (WHERE gt) AS gt
FROM (SELECT 32768 AS number, status = 32768 AS eq, status <> 32768 AS ne, status < 32768 AS lt, status <= 32768 AS le,
          status >= 32768 AS ge, status > 32768 AS gt FROM tasks
      UNION ALL
      SELECT -32769, status = -32769, status <> -32769, status < -32769, status <= -32769, status >= -32769, status > -32769
      FROM tasks) answers
GROUP BY number ORDER BY number;
EXPLAIN (COSTS OFF) SELECT * FROM tasks WHERE status = ANY ('{running,ready}'::text[]);
EXPLAIN (COSTS OFF) SELECT * FROM tasks WHERE status = ANY ('{running,ready}'::task_status[]);
EXPLAIN (COSTS OFF) SELECT * FROM tasks ORDER BY status DESC LIMIT 1;
DO $$
DECLARE line text;
BEGIN
    FOR line IN EXPLAIN (COSTS OFF) SELECT min(status), max(status) FROM tasks LOOP
        IF line ~ 'Scan' THEN
            RAISE INFO '%', trim(line);
        END IF;
    END LOOP;
END
$$;
EXPLAIN (COSTS OFF) SELECT count(*) FROM tasks WHERE status = 'ready';
EXPLAIN (COSTS OFF) SELECT count(*) FROM tasks WHERE status = 'bogus'::text;

-- Parameters, in generic and custom plans, declared as every type a driver may say.
PREPARE by_unknown AS SELECT count(*) FROM tasks WHERE status = $1;
PREPARE by_enum(task_status) AS SELECT count(*) FROM tasks WHERE status = $1;
PREPARE by_text(text) AS SELECT count(*) FROM tasks WHERE status = $1;
PREPARE by_varchar(varchar) AS SELECT count(*) FROM tasks WHERE status = $1;
PREPARE by_int2(smallint) AS SELECT count(*) FROM tasks WHERE status = $1;
PREPARE by_int4(integer) AS SELECT count(*) FROM tasks WHERE status = $1;
PREPARE by_int8(bigint) AS SELECT count(*) FROM tasks WHERE status = $1;
PREPARE below(integer) AS SELECT count(*) FROM tasks WHERE status < $1;
PREPARE from_to(bigint, smallint) AS SELECT count(*) FROM tasks WHERE status >= $1 AND $2 >= status;
PREPARE by_texts(text[]) AS SELECT count(*) FROM tasks WHERE status = ANY ($1);
PREPARE by_enums(task_status[]) AS SELECT count(*) FROM tasks WHERE status = ANY ($1);
PREPARE in_texts(text, text) AS SELECT count(*) FROM tasks WHERE status IN ($1, $2);
SET plan_cache_mode = force_generic_plan;
EXPLAIN (COSTS OFF) EXECUTE by_unknown('running');
EXPLAIN (COSTS OFF) EXECUTE by_enum('running');
EXPLAIN (COSTS OFF) EXECUTE by_text('running');
EXPLAIN (COSTS OFF) EXECUTE by_varchar('running');
EXPLAIN (COSTS OFF) EXECUTE by_int2(2);
EXPLAIN (COSTS OFF) EXECUTE by_int4(2);
EXPLAIN (COSTS OFF) EXECUTE by_int8(2);
EXPLAIN (COSTS OFF) EXECUTE below(2);
EXPLAIN (COSTS OFF) EXECUTE from_to(1, 2);
EXPLAIN (COSTS OFF) EXECUTE by_texts('{running,ready}');
EXPLAIN (COSTS OFF) EXECUTE by_enums('{running,ready}');
SELECT reads_index($$EXECUTE in_texts('running', 'ready')$$);
-- A text in the place of a bound, known and unknown: the operator is a member of the type's own family.
PREPARE below_text(text) AS SELECT count(*) FROM tasks WHERE status < $1;
PREPARE between_texts(varchar, varchar) AS SELECT count(*) FROM tasks WHERE status BETWEEN $1 AND $2;
SELECT mode, reads_index('EXECUTE below_text(''ready'')') AS below, reads_index('EXECUTE between_texts(''ready'', ''running'')') AS between
FROM unnest('{force_custom_plan,force_generic_plan}'::text[]) mode, set_config('plan_cache_mode', mode, true);
EXECUTE below_text('ready');
EXECUTE below_text('nowhere');
EXECUTE between_texts('ready', 'running');
EXECUTE by_unknown('running');
EXECUTE by_enum('running');
EXECUTE by_text('running');
EXECUTE by_text('bogus');
EXECUTE by_text(NULL);
EXECUTE by_varchar('running');
EXECUTE by_int2(2);
EXECUTE by_int4(2);
EXECUTE by_int4(100000);
EXECUTE by_int8(2);
EXECUTE below(2);
EXECUTE below(100000);
EXECUTE below(-100000);
EXECUTE from_to(1, 2::smallint);
EXECUTE by_texts('{running,ready,bogus,running,NULL,another}');
EXECUTE by_enums('{running,ready}');
EXECUTE in_texts('running', 'bogus');
SET plan_cache_mode = force_custom_plan;
EXPLAIN (COSTS OFF) EXECUTE by_text('running');
EXPLAIN (COSTS OFF) EXECUTE by_int8(2);
EXPLAIN (COSTS OFF) EXECUTE by_texts('{running,ready}');
EXECUTE by_text('running');
EXECUTE by_int8(2);
EXECUTE by_texts('{running,ready,bogus}');
RESET plan_cache_mode;
DEALLOCATE ALL;

-- The same counts without the index.
SET enable_seqscan = on;
SET enable_indexscan = off;
SET enable_indexonlyscan = off;
SET enable_bitmapscan = off;
SELECT count(*) FILTER (WHERE status = 'running') AS running, count(*) FILTER (WHERE status < 2) AS below,
       count(*) FILTER (WHERE status >= 1 AND status <= 2) AS "from to",
       count(*) FILTER (WHERE status = ANY ('{running,ready,bogus,running,NULL,another}'::text[])) AS texts,
       count(*) FILTER (WHERE status = ANY ('{running,ready}'::task_status[])) AS enums FROM tasks;
RESET enable_seqscan;
RESET enable_indexscan;
RESET enable_indexonlyscan;
RESET enable_bitmapscan;

-- A constant or a parameter pins the column: the order of the next one comes from the index.
CREATE INDEX tasks_status_done ON tasks (status, done_at);
EXPLAIN (COSTS OFF) SELECT * FROM tasks WHERE status = 2 ORDER BY done_at LIMIT 10;
EXPLAIN (COSTS OFF) SELECT * FROM tasks WHERE status = 'running'::text ORDER BY done_at LIMIT 10;
SET plan_cache_mode = force_generic_plan;
PREPARE newest(text) AS SELECT * FROM tasks WHERE status = $1 ORDER BY done_at DESC LIMIT 10;
EXPLAIN (COSTS OFF) EXECUTE newest('running');
DEALLOCATE newest;
RESET plan_cache_mode;
DROP INDEX tasks_status_done;

-- Partial indexes: the condition written as a name or as a code, the query as the other.
SET enable_seqscan = off;
DROP INDEX tasks_status;
CREATE INDEX tasks_active_by_name ON tasks (priority) WHERE status < 'completed';
EXPLAIN (COSTS OFF) SELECT * FROM tasks WHERE status < 'completed' AND priority = 'urgent';
EXPLAIN (COSTS OFF) SELECT * FROM tasks WHERE status < 5 AND priority = 3;
EXPLAIN (COSTS OFF) SELECT * FROM tasks WHERE status = 'running'::text AND priority = 'urgent'::text;
EXPLAIN (COSTS OFF) SELECT * FROM tasks WHERE status IN ('pending', 'running') AND priority = 'urgent';
DROP INDEX tasks_active_by_name;
CREATE INDEX tasks_active_by_code ON tasks (priority) WHERE status < 5;
EXPLAIN (COSTS OFF) SELECT * FROM tasks WHERE status < 'completed' AND priority = 'urgent';
EXPLAIN (COSTS OFF) SELECT * FROM tasks WHERE status < 5::bigint AND priority = 'urgent';
DROP INDEX tasks_active_by_code;

-- 1,000 values in a list.
CREATE INDEX tasks_status ON tasks (status);
SELECT string_agg(quote_literal((ARRAY['running', 'ready'])[1 + i % 2]), ', ') AS list FROM generate_series(1, 1000) i \gset
CREATE TABLE plan (line text);
DO $$
DECLARE
    list text := (SELECT string_agg(quote_literal((ARRAY['running', 'ready'])[1 + i % 2]), ', ') FROM generate_series(1, 1000) i);
    line text;
BEGIN
    FOR line IN EXECUTE format('EXPLAIN (COSTS OFF) SELECT count(*) FROM tasks WHERE status IN (%s)', list) LOOP
        RAISE INFO '%', left(line, 60);
    END LOOP;
END
$$;
SELECT count(*) FROM tasks WHERE status IN (:list);
DROP TABLE plan;

-- Deduplication makes the index as small as one on smallint.
CREATE TABLE codes AS SELECT id, status::smallint AS status FROM tasks;
CREATE INDEX codes_status ON codes (status);
SELECT pg_relation_size('tasks_status') = pg_relation_size('codes_status') AS same_size;
DROP TABLE codes;

-- Other access methods: hash, BRIN, GIN over arrays; and an index-only scan.
SET enable_indexonlyscan = off;
DROP INDEX tasks_status;
CREATE INDEX tasks_hash ON tasks USING hash (status);
EXPLAIN (COSTS OFF) SELECT * FROM tasks WHERE status = 'running'::text;
SELECT count(*) FROM tasks WHERE status = 2;
DROP INDEX tasks_hash;
CREATE INDEX tasks_brin ON tasks USING brin (status);
EXPLAIN (COSTS OFF) SELECT * FROM tasks WHERE status < 2;
SELECT count(*) FROM tasks WHERE status < 2;
SET plan_cache_mode = force_generic_plan;
PREPARE by_text(text) AS SELECT count(*) FROM tasks WHERE status = $1;
EXPLAIN (COSTS OFF) EXECUTE by_text('running');
EXECUTE by_text('running');
DEALLOCATE by_text;
RESET plan_cache_mode;
RESET enable_indexonlyscan;
CREATE TABLE tagged (roles message_role[]);
INSERT INTO tagged SELECT ARRAY[(ARRAY['user', 'tool', 'system'])[1 + i % 3]]::message_role[] FROM generate_series(1, 300) i;
CREATE INDEX tagged_roles ON tagged USING gin (roles);
EXPLAIN (COSTS OFF) SELECT * FROM tagged WHERE roles @> '{tool}';
SELECT count(*) FROM tagged WHERE roles && '{tool,user}';
DROP TABLE tagged;
DROP TABLE tasks;
DROP FUNCTION reads_index;
