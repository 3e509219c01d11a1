-- A SMALLINT column with a plain index: by name, and through a view that shows names.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
RESET client_min_messages;

CREATE TABLE raw_tasks (id int, status smallint, priority smallint, label text);
INSERT INTO raw_tasks SELECT i, CASE WHEN i % 100 < 95 THEN 5 ELSE i % 8 END, i % 5, task_status_name(i % 9)
FROM generate_series(1, 5000) i;
CREATE INDEX raw_tasks_status ON raw_tasks (status);
CREATE VIEW named_tasks AS
    SELECT id, as_task_status(status) AS status, as_task_priority(priority) AS priority, label FROM raw_tasks;
ANALYZE raw_tasks;
SET enable_seqscan = off;

EXPLAIN (COSTS OFF) SELECT * FROM raw_tasks WHERE status = 'running'::task_status;
EXPLAIN (COSTS OFF) SELECT * FROM raw_tasks WHERE 'running'::task_status = status;
EXPLAIN (COSTS OFF) SELECT * FROM raw_tasks WHERE status < 'running'::task_status;
EXPLAIN (COSTS OFF) SELECT * FROM raw_tasks WHERE status = task_status_code('running');
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
SELECT reads_index($$SELECT * FROM raw_tasks WHERE status IN ('running'::task_status, 'ready'::task_status)$$);
EXPLAIN (COSTS OFF) SELECT * FROM raw_tasks WHERE status = ANY ('{running,ready}'::task_status[]);

EXPLAIN (COSTS OFF) SELECT * FROM named_tasks WHERE status = 'running';
EXPLAIN (COSTS OFF) SELECT * FROM named_tasks WHERE status = 2;
EXPLAIN (COSTS OFF) SELECT * FROM named_tasks WHERE status = 'running'::text;
EXPLAIN (COSTS OFF) SELECT * FROM named_tasks WHERE status > 'ready';
EXPLAIN (COSTS OFF) SELECT * FROM named_tasks WHERE status BETWEEN 'ready' AND 'running';
EXPLAIN (COSTS OFF) SELECT * FROM named_tasks WHERE status IN ('running', 'ready');
SELECT reads_index('SELECT * FROM named_tasks WHERE status IN (1, 2)');

SET plan_cache_mode = force_generic_plan;
PREPARE view_text(text) AS SELECT count(*) FROM named_tasks WHERE status = $1;
PREPARE view_enum(task_status) AS SELECT count(*) FROM named_tasks WHERE status = $1;
PREPARE view_enums(task_status[]) AS SELECT count(*) FROM named_tasks WHERE status = ANY ($1);
PREPARE view_int(int) AS SELECT count(*) FROM named_tasks WHERE status <= $1;
PREPARE raw_enum(task_status) AS SELECT count(*) FROM raw_tasks WHERE status = $1;
PREPARE raw_code(text) AS SELECT count(*) FROM raw_tasks WHERE status = task_status_code($1);
EXPLAIN (COSTS OFF) EXECUTE view_text('running');
EXPLAIN (COSTS OFF) EXECUTE view_enum('running');
EXPLAIN (COSTS OFF) EXECUTE view_enums('{running}');
EXPLAIN (COSTS OFF) EXECUTE view_int(1);
EXPLAIN (COSTS OFF) EXECUTE raw_enum('running');
EXPLAIN (COSTS OFF) EXECUTE raw_code('running');
EXECUTE view_text('running');
EXECUTE view_text('bogus');
EXECUTE view_enum('running');
EXECUTE view_enums('{running,ready,NULL,running}');
EXECUTE view_int(1);
EXECUTE view_int(-70000);
EXECUTE raw_enum('running');
EXECUTE raw_code('running');
EXECUTE raw_code('bogus');
RESET plan_cache_mode;

-- The same without the index.
SET enable_seqscan = on;
SET enable_indexscan = off;
SET enable_indexonlyscan = off;
SET enable_bitmapscan = off;
EXECUTE view_text('running');
EXECUTE view_enums('{running,ready,NULL,running}');
EXECUTE view_int(1);
SELECT count(*) FROM raw_tasks WHERE status IN (1, 2);
RESET enable_indexscan;
RESET enable_indexonlyscan;
RESET enable_bitmapscan;
DEALLOCATE ALL;

-- A partial index on codes serves a query by name.
SET enable_seqscan = off;
DROP INDEX raw_tasks_status;
CREATE INDEX raw_tasks_active ON raw_tasks (priority) WHERE status < 5;
EXPLAIN (COSTS OFF) SELECT * FROM named_tasks WHERE status < 'completed' AND priority = 'urgent';
EXPLAIN (COSTS OFF) SELECT * FROM named_tasks WHERE status = 'running' AND priority = 'urgent'::text;

RESET enable_seqscan;

-- So does partition pruning.
CREATE TABLE raw_parts (status smallint, v int) PARTITION BY LIST (status);
CREATE TABLE raw_parts_active PARTITION OF raw_parts FOR VALUES IN (0, 1, 2, 3, 4);
CREATE TABLE raw_parts_rest PARTITION OF raw_parts DEFAULT;
CREATE VIEW named_parts AS SELECT as_task_status(status) AS status, v FROM raw_parts;
EXPLAIN (COSTS OFF) SELECT * FROM named_parts WHERE status = 'running';
EXPLAIN (COSTS OFF) SELECT * FROM named_parts WHERE status = 'running'::text;
EXPLAIN (COSTS OFF) SELECT * FROM named_parts WHERE status < 'completed';
-- A domain over smallint is a smallint.
CREATE DOMAIN status_code AS smallint CHECK (VALUE >= 0);
CREATE TABLE of_domain (status status_code, v int);
INSERT INTO of_domain SELECT status, id FROM raw_tasks;
CREATE INDEX of_domain_status ON of_domain (status, v);
CREATE VIEW named_of_domain AS SELECT as_task_status(status) AS status, v FROM of_domain;
ANALYZE of_domain;
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT * FROM named_of_domain WHERE status = 'running' ORDER BY v LIMIT 1;
SELECT * FROM named_of_domain WHERE status = 'running' ORDER BY v LIMIT 1;
EXPLAIN (COSTS OFF) SELECT * FROM of_domain WHERE status < 'running'::task_status;
DROP TABLE raw_parts, raw_tasks, of_domain CASCADE;
DROP DOMAIN status_code;
DROP FUNCTION reads_index;
