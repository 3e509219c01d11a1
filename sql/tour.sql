-- The SQL tour of README.md, which shows everything below the next comment.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS gb_enums CASCADE;
RESET client_min_messages;
-- The tour
CREATE EXTENSION gb_enums;

-- A column of 2 bytes that reads and writes names
CREATE TABLE auto_tasks (
    id int PRIMARY KEY,
    status task_status NOT NULL DEFAULT 'pending',
    priority task_priority NOT NULL DEFAULT 'normal'
);
INSERT INTO auto_tasks VALUES (1, 'running', 'high'), (2, 'completed', 'low'), (3, DEFAULT, DEFAULT);
SELECT * FROM auto_tasks WHERE status < 'completed' ORDER BY priority DESC;

-- Text and integer parameters, as drivers send them
PREPARE by_status(text) AS SELECT id FROM auto_tasks WHERE status = $1;
EXECUTE by_status('running');
SELECT id FROM auto_tasks WHERE status = 2;

-- Mistakes are refused, helpfully
INSERT INTO auto_tasks VALUES (4, 'complete');

-- Columns that stay SMALLINT: lookups, and a view that shows names and uses their indexes
CREATE TABLE raw_tasks (id int PRIMARY KEY, status smallint NOT NULL);
CREATE INDEX raw_tasks_status ON raw_tasks (status);
INSERT INTO raw_tasks SELECT i, i % 8 FROM generate_series(1, 1000) i;
SELECT id, status, task_status_name(status), task_status_description(status) FROM raw_tasks WHERE id = 2;
CREATE VIEW named_tasks AS SELECT id, as_task_status(status) AS status FROM raw_tasks;
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT * FROM named_tasks WHERE status = 'running';

-- From SMALLINT to the type: the table is not rewritten
DROP VIEW named_tasks;
ALTER TABLE raw_tasks ALTER COLUMN status TYPE task_status USING as_task_status(status);
SELECT status, count(*) FROM raw_tasks WHERE status IN ('ready', 'running') GROUP BY status ORDER BY status;
