-- Mistakes, and the help that the errors give.

SET search_path = public;
\set ON_ERROR_STOP off
\set VERBOSITY default
\set SHOW_CONTEXT never

\echo
\echo Mistakes get a helpful answer
\echo =============================
\set ECHO queries
UPDATE typed.auto_tasks SET status = 'complete' WHERE status = 'running';
INSERT INTO typed.bots VALUES (gen_random_uuid(), 1, now(), true, 42);
SELECT count(*) FROM typed.auto_tasks WHERE status = risk_level;
