-- From SMALLINT to the type, in place. The view uses the column, so it is dropped first.

SET search_path = public;

\echo
\echo A SMALLINT column becomes the type, and the table is not rewritten
\echo ==================================================================
\echo 'The table has the same file before and after; the indexes on the column are rebuilt.'
DROP VIEW raw.tasks;
\set ECHO queries
SELECT pg_relation_filenode('raw.auto_tasks');
\timing on
ALTER TABLE raw.auto_tasks ALTER COLUMN status TYPE task_status USING as_task_status(status);
\timing off
SELECT pg_relation_filenode('raw.auto_tasks');
SELECT status, count(*) FROM raw.auto_tasks WHERE status < 'completed' GROUP BY status ORDER BY status;
\set ECHO none
