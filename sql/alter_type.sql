-- SMALLINT to the type and back, without a table rewrite.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
RESET client_min_messages;

CREATE TABLE conversion (id int PRIMARY KEY, status smallint NOT NULL DEFAULT 0, priority smallint);
INSERT INTO conversion SELECT i, i % 8, i % 5 FROM generate_series(1, 1000) i;
CREATE INDEX conversion_status ON conversion (status);
SELECT pg_relation_filenode('conversion') AS heap, pg_relation_filenode('conversion_pkey') AS pkey,
       pg_relation_filenode('conversion_status') AS status_index \gset
ALTER TABLE conversion ALTER COLUMN status DROP DEFAULT,
    ALTER COLUMN status TYPE task_status USING as_task_status(status),
    ALTER COLUMN status SET DEFAULT 'pending',
    ALTER COLUMN priority TYPE task_priority USING as_task_priority(priority);
SELECT pg_relation_filenode('conversion') = :heap AS heap_kept, pg_relation_filenode('conversion_pkey') = :pkey AS pkey_kept,
       pg_relation_filenode('conversion_status') = :status_index AS status_index_kept;
\d conversion
SELECT status, count(*) FROM conversion GROUP BY 1 ORDER BY 1;
INSERT INTO conversion (id) VALUES (0) RETURNING *;

-- Back again.
SELECT pg_relation_filenode('conversion') AS heap \gset
ALTER TABLE conversion ALTER COLUMN status DROP DEFAULT, ALTER COLUMN status TYPE smallint,
    ALTER COLUMN priority TYPE smallint;
SELECT pg_relation_filenode('conversion') = :heap AS heap_kept;
SELECT status, count(*) FROM conversion GROUP BY 1 ORDER BY 1;

-- The strict cast checks every row, so it reads and rewrites them all, and refuses a bad code.
ALTER TABLE conversion ALTER COLUMN status TYPE task_status;
SELECT pg_relation_filenode('conversion') = :heap AS heap_kept;
ALTER TABLE conversion ALTER COLUMN status TYPE smallint;
UPDATE conversion SET status = 99 WHERE id = 7;
ALTER TABLE conversion ALTER COLUMN status TYPE task_status;
-- as_E trusts the codes: the bad one is there to be seen, and found, and repaired.
ALTER TABLE conversion ALTER COLUMN status TYPE task_status USING as_task_status(status);
SELECT id, status FROM conversion WHERE task_status_name(status::smallint) IS NULL;
UPDATE conversion SET status = 'failed' WHERE id = 7;

-- From names, with one rewrite.
ALTER TABLE conversion ALTER COLUMN status TYPE varchar(20);
SELECT status, count(*) FROM conversion GROUP BY 1 ORDER BY 1;
ALTER TABLE conversion ALTER COLUMN status TYPE task_status;
SELECT status, count(*) FROM conversion GROUP BY 1 ORDER BY 1;
DROP TABLE conversion;
