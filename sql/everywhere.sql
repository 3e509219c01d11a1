-- Everywhere a value goes.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
RESET client_min_messages;

-- Arrays, composite types, domains.
SELECT '{running,NULL,"pending"}'::task_status[], ARRAY['running', 'ready']::task_status[] || 'failed'::task_status,
       'running' = ANY ('{running,ready}'::task_status[]), array_position('{running,ready}'::task_status[], 'ready');
SELECT '{running,nonsense}'::task_status[];
SELECT '{1,2}'::int[]::task_status[], '{running}'::text[]::task_status[], '{running,ready}'::task_status[]::text[],
       '{running,ready}'::task_status[]::int[];
CREATE TYPE step AS (status task_status, note text);
SELECT ('(running,x)'::step).status, ROW('failed', 'y')::step < ROW('cancelled', 'a')::step AS less;
CREATE DOMAIN active_status AS task_status DEFAULT 'ready' CHECK (VALUE < 'completed');
CREATE DOMAIN any_status AS task_status NOT NULL;
SELECT 'running'::active_status, 2::active_status::text, 'running'::active_status = 'running'::text AS text,
       'running'::active_status < 3 AS int;
SELECT 'failed'::active_status;
SELECT '{failed}'::active_status[];
SELECT NULL::any_status;

-- json and jsonb.
CREATE TABLE tasks (id int PRIMARY KEY, status task_status NOT NULL DEFAULT 'pending', priority task_priority DEFAULT 'normal',
    state active_status, history task_status[], CHECK (priority <> 'critical' OR status < 'completed'));
INSERT INTO tasks VALUES (1, 'running', 'high', 'running', '{pending,ready}'), (2, DEFAULT, DEFAULT, DEFAULT, NULL);
SELECT row_to_json(t), to_jsonb(t) FROM tasks t ORDER BY id;
SELECT jsonb_build_object('status', status, status::text, 1) FROM tasks ORDER BY id;
SELECT * FROM jsonb_populate_record(NULL::tasks, '{"id": 3, "status": "failed", "priority": 2, "history": ["ready", "failed"]}');
SELECT * FROM json_to_recordset('[{"s": "failed"}, {"s": null}]') AS r(s task_status);
SELECT * FROM jsonb_populate_record(NULL::tasks, '{"status": "finished"}');

-- CHECK constraints and defaults.
INSERT INTO tasks VALUES (3, 'failed', 'critical');
INSERT INTO tasks VALUES (3, 'running', 'critical', 'failed');
ALTER TABLE tasks ADD CHECK (status IN ('pending', 'running', 'failed'));
INSERT INTO tasks VALUES (3, 'ready');

-- ON CONFLICT, also on a partial index, with every kind of parameter; MERGE; UPDATE ... RETURNING.
CREATE UNIQUE INDEX tasks_one_running ON tasks (status) WHERE status < 5;
PREPARE put(int, text) AS INSERT INTO tasks (id, status) VALUES ($1, $2)
    ON CONFLICT (status) WHERE status < 'completed' DO UPDATE SET priority = 'urgent' RETURNING *;
EXECUTE put(9, 'running');
EXECUTE put(10, 'pending');
EXECUTE put(11, 'failed');
INSERT INTO tasks VALUES (2, 'failed') ON CONFLICT (id) DO UPDATE SET status = EXCLUDED.status, priority = 3 RETURNING *;
MERGE INTO tasks t USING (VALUES (1, 'failed'), (4, 'pending')) AS s (id, status) ON t.id = s.id AND t.status <> s.status
    WHEN MATCHED THEN UPDATE SET status = s.status
    WHEN NOT MATCHED THEN INSERT (id, status) VALUES (s.id, s.status);
SELECT id, status, priority FROM tasks ORDER BY id;
UPDATE tasks SET status = (ARRAY['failed', 'pending'])[1], priority = status::int WHERE id = 4 RETURNING id, status, priority;

-- Foreign keys.
CREATE TABLE kinds (status task_status PRIMARY KEY, color text);
INSERT INTO kinds VALUES ('pending', 'grey'), ('running', 'green');
CREATE TABLE uses (status task_status REFERENCES kinds ON UPDATE CASCADE ON DELETE SET NULL);
INSERT INTO uses VALUES ('running'), (NULL), ('pending'::text);
INSERT INTO uses VALUES ('failed');
UPDATE kinds SET status = 'paused' WHERE status = 'running';
DELETE FROM kinds WHERE status = 0;
SELECT * FROM uses ORDER BY 1;
DROP TABLE uses, kinds;

-- Generated columns, expression indexes, statistics.
CREATE TABLE generated (
    status task_status,
    is_open boolean GENERATED ALWAYS AS (status < 'completed') STORED,
    label text GENERATED ALWAYS AS (status::text) STORED,
    code smallint,
    name text GENERATED ALWAYS AS (task_status_name(code)) STORED);
INSERT INTO generated (status, code) SELECT as_task_status((i % 8)::smallint), i % 8 FROM generate_series(1, 800) i;
CREATE INDEX generated_text ON generated ((status::text));
CREATE INDEX generated_name ON generated (task_status_name(code));
CREATE STATISTICS generated_statistics ON status, is_open FROM generated;
ANALYZE generated;
SELECT DISTINCT status, is_open, label, code, name FROM generated ORDER BY status;
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT * FROM generated WHERE status::text = 'running';
EXPLAIN (COSTS OFF) SELECT * FROM generated WHERE task_status_name(code) = 'running';
RESET enable_seqscan;
SELECT n_distinct, most_common_vals::text::task_status[] @> '{running}' AS mcv FROM pg_stats
WHERE tablename = 'generated' AND attname = 'status';
DROP TABLE generated;

-- PL/pgSQL: variables, CASE, assignment from text and integers, loops, arguments with defaults.
CREATE FUNCTION next_status(s task_status DEFAULT 'pending') RETURNS task_status LANGUAGE plpgsql AS $$
DECLARE
    result task_status := 'failed';
    copy tasks.status%TYPE;
BEGIN
    copy := s::text;
    copy := s::int;
    CASE copy
        WHEN 'pending' THEN result := 'ready';
        WHEN 'ready' THEN result := 2;
        WHEN 'running' THEN result := 'completed'::text;
        ELSE NULL;
    END CASE;
    IF result = 2 OR result = 'ready'::text THEN
        RAISE NOTICE 'next is %', result;
    END IF;
    RETURN result;
END
$$;
SELECT next_status(), next_status('ready'), next_status('running'), next_status('paused');
CREATE FUNCTION sql_status(s task_status) RETURNS boolean LANGUAGE sql RETURN s IN ('ready', 'running') AND s <> 'paused'::text;
SELECT sql_status('ready'), sql_status('failed');
DO $$
DECLARE s task_status;
BEGIN
    s := 'finished';
EXCEPTION WHEN invalid_text_representation THEN
    RAISE NOTICE '%', SQLERRM;
END
$$;

ALTER TABLE tasks DROP CONSTRAINT tasks_status_check;
INSERT INTO tasks VALUES (5, 'pending', 'low'), (6, 'running', 'high'), (7, 'ready', 'high'), (8, 'cancelled', 'low');
-- CASE, COALESCE, NULLIF, GREATEST, window functions, aggregates, FILTER, ORDER BY ... USING, VALUES.
SELECT CASE WHEN status = 'running' THEN 'now' WHEN status < 5 THEN 'soon' ELSE status::text END AS "when",
       COALESCE(NULLIF(status, 'pending'), 'ready') AS not_pending, GREATEST(status, 'ready') AS at_least_ready,
       lag(status) OVER (ORDER BY id) AS before, rank() OVER (ORDER BY status) AS rank,
       first_value(status) OVER (PARTITION BY priority ORDER BY status DESC) AS top
FROM tasks ORDER BY id;
SELECT count(*) FILTER (WHERE status = 'failed') AS failed, sum(CASE WHEN status = 'running' THEN 1 ELSE 0 END) AS running,
       mode() WITHIN GROUP (ORDER BY status), percentile_disc(0.5) WITHIN GROUP (ORDER BY status),
       array_agg(DISTINCT status), string_agg(status::text, ',' ORDER BY status) FROM tasks;
SELECT status FROM tasks ORDER BY status USING > LIMIT 2;
SELECT * FROM (VALUES ('running'::task_status), ('ready')) v(s) ORDER BY s;

-- A view, a materialised view, a policy, a trigger.
CREATE VIEW open_tasks AS SELECT * FROM tasks WHERE status < 'completed' OR status IN ('failed', 'paused');
SELECT pg_get_viewdef('open_tasks') ~ 'status = ANY \(ARRAY\[''failed''::task_status, ''paused''::task_status\]\)' AS literals_kept;
CREATE MATERIALIZED VIEW task_counts AS SELECT status, count(*) FROM tasks GROUP BY 1;
SELECT * FROM task_counts ORDER BY status;
CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE NOTICE '% -> %', OLD.status, NEW.status;
    RETURN NEW;
END
$$;
CREATE TRIGGER note_change BEFORE UPDATE ON tasks FOR EACH ROW WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION note_change();
UPDATE tasks SET status = 'cancelled' WHERE id = 1;
UPDATE tasks SET status = 'cancelled' WHERE id = 1;
DROP MATERIALIZED VIEW task_counts;
DROP VIEW open_tasks;

-- Row security: a comparison is leakproof, so an index condition may run before the policy.
CREATE TABLE secrets (owner text, status task_status, code smallint);
INSERT INTO secrets SELECT CASE WHEN i % 100 = 0 THEN 'regress_gb_reader' ELSE 'other' END, as_task_status((i % 8)::smallint), i % 8
FROM generate_series(1, 2000) i;
CREATE INDEX secrets_status ON secrets (status);
CREATE INDEX secrets_code ON secrets (code);
ANALYZE secrets;
ALTER TABLE secrets ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON secrets USING (owner = current_user AND status <> 'paused');
CREATE ROLE regress_gb_reader;
GRANT SELECT ON secrets TO regress_gb_reader;
SET ROLE regress_gb_reader;
SET enable_seqscan = off;
SET plan_cache_mode = force_generic_plan;
PREPARE secret_text(text) AS SELECT count(*) FROM secrets WHERE status = $1;
PREPARE secret_int(int) AS SELECT count(*) FROM secrets WHERE status = $1;
PREPARE secret_texts(text[]) AS SELECT count(*) FROM secrets WHERE status = ANY ($1);
PREPARE secret_raw(text) AS SELECT count(*) FROM secrets WHERE as_task_status(code) = $1;
EXPLAIN (COSTS OFF) EXECUTE secret_text('waiting_approval');
EXPLAIN (COSTS OFF) EXECUTE secret_int(4);
EXPLAIN (COSTS OFF) EXECUTE secret_texts('{waiting_approval}');
EXPLAIN (COSTS OFF) EXECUTE secret_raw('waiting_approval');
EXECUTE secret_text('waiting_approval');
EXECUTE secret_texts('{waiting_approval,paused}');
EXECUTE secret_raw('waiting_approval');
RESET plan_cache_mode;
RESET enable_seqscan;
RESET ROLE;
DEALLOCATE ALL;
DROP TABLE secrets;
DROP ROLE regress_gb_reader;

-- Parallel query.
CREATE TABLE many AS SELECT i AS id, as_task_status((i % 8)::smallint) AS status, (i % 8)::smallint AS code FROM generate_series(1, 20000) i;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
EXPLAIN (COSTS OFF) SELECT status, count(*), min(task_status_name(code)), max(status), count(task_status_code(status::text))
FROM many WHERE status <> 'failed'::text AND as_task_status(code) < 'cancelled' GROUP BY status;
SELECT status, count(*), min(task_status_name(code)), max(status), count(task_status_code(status::text))
FROM many WHERE status <> 'failed'::text AND as_task_status(code) < 'cancelled' GROUP BY status ORDER BY status;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
RESET max_parallel_workers_per_gather;
DROP TABLE many;

-- Cursors, temporary tables, CREATE TABLE AS, LIKE, tablesample-free odds and ends.
BEGIN;
DECLARE c SCROLL CURSOR FOR SELECT status, task_status_name(status::smallint) FROM tasks ORDER BY status;
FETCH LAST FROM c;
FETCH PRIOR FROM c;
COMMIT;
CREATE TEMP TABLE copy AS SELECT status, array_agg(id ORDER BY id) AS ids FROM tasks GROUP BY 1;
SELECT pg_typeof(status), status FROM copy ORDER BY status;
DROP FUNCTION next_status, sql_status, note_change CASCADE;
DROP TABLE tasks, copy;
DROP TYPE step;
DROP DOMAIN active_status, any_status;
