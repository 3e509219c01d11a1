-- Names in queries, codes in tables and indexes.

SET search_path = public;

\echo
\echo Codes that can be read
\echo ======================
\echo 'Every value of every enumeration: SELECT code, name, description FROM gb_enums WHERE enum = ''task_status''::regtype'
SELECT code, name, description FROM gb_enums WHERE enum = 'task_status'::regtype;

\echo 'One at a time: SELECT task_status_name(2), task_status_code(''running''), task_status_name(99)'
\pset null NULL
SELECT task_status_name(2), task_status_code('running'), task_status_name(99);

\echo 'A table of raw SMALLINT codes stays as it is; a view gives them their names:'
\set ECHO queries
CREATE VIEW raw.tasks AS
    SELECT id, as_task_status(status) AS status, as_task_priority(priority) AS priority, created_at FROM raw.auto_tasks;
SELECT id, status, priority FROM raw.tasks WHERE status = 'running' ORDER BY created_at LIMIT 3;
\set ECHO none
\echo 'It finds them through the ordinary index on the SMALLINT column:'
\set ECHO queries
EXPLAIN (COSTS OFF) SELECT id, status, priority FROM raw.tasks WHERE status = 'running' ORDER BY created_at LIMIT 3;
\set ECHO none

\echo
\echo A parameter that is text, as drivers send it
\echo ============================================
\echo 'The column has the 2-byte type, the application binds a string:'
\set ECHO queries
PREPARE tasks_in(text) AS SELECT count(*) FROM typed.auto_tasks WHERE status = $1;
EXECUTE tasks_in('running');
EXECUTE tasks_in('no such status');
SET plan_cache_mode = force_generic_plan;
EXPLAIN (COSTS OFF) EXECUTE tasks_in('running');
RESET plan_cache_mode;
\set ECHO none
