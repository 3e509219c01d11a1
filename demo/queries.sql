-- Queries have names; tables and indexes have codes.

SET search_path = public;

\echo
\echo Codes that can be read
\echo ======================
\echo 'The view gb_enums has every value of every enumeration:'
\echo '  SELECT code, name, description FROM gb_enums WHERE enum = ''task_status''::regtype'
SELECT code, name, description FROM gb_enums WHERE enum = 'task_status'::regtype;

\echo 'The lookup functions, with an unknown code last:'
\echo '  SELECT task_status_name(2), task_status_code(''running''), task_status_name(99)'
\pset null NULL
SELECT task_status_name(2), task_status_code('running'), task_status_name(99);

\echo 'A table with raw SMALLINT codes stays as it is; a view shows their names:'
\set ECHO queries
CREATE VIEW raw.tasks AS
    SELECT id, as_task_status(status) AS status, as_task_priority(priority) AS priority, created_at
    FROM raw.auto_tasks;
SELECT id, status, priority FROM raw.tasks WHERE status = 'running' ORDER BY created_at LIMIT 3;
\set ECHO none
\echo 'The view uses the ordinary index on the SMALLINT column:'
\set ECHO queries
EXPLAIN (COSTS OFF) SELECT id, status, priority FROM raw.tasks WHERE status = 'running' ORDER BY created_at LIMIT 3;
\set ECHO none

\echo
\echo Text parameters, as drivers send them
\echo =====================================
\echo 'The column has the 2-byte type, and the application binds a string:'
\set ECHO queries
PREPARE tasks_in(text) AS SELECT count(*) FROM typed.auto_tasks WHERE status = $1;
EXECUTE tasks_in('running');
EXECUTE tasks_in('no such status');
SET plan_cache_mode = force_generic_plan;
EXPLAIN (COSTS OFF) EXECUTE tasks_in('running');
RESET plan_cache_mode;
\set ECHO none
