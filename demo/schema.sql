-- An old schema: its closed sets are found, a plan shows the obstacles, and columns are converted together with the
-- objects that use them.

\ir ../test/schema/chat_platform.sql
ANALYZE;
RESET ROLE;
SET search_path = chat_platform, public;

\echo
\echo An old schema becomes one of enumerations
\echo =========================================
\echo 'It has VARCHARs with CHECKs, a native ENUM, coded integers and an unchecked column. These enumerations fit them:'
\set ECHO queries
SELECT table_name, column_name, column_type, evidence, match, enum, bytes_per_row
FROM gb_enum_suggest('chat_platform');
\set ECHO none
\echo
\echo 'The obstacles in the unchecked column, and the conversion that removes them:'
\set ECHO queries
SELECT kind, detail FROM gb_enum_convert('user_sessions', 'channel', 'channel_type')
WHERE kind IN ('stop', 'warning');
SELECT kind, detail
FROM gb_enum_convert('user_sessions', 'channel', 'channel_type', fold_case => true, trim_blanks => true,
    map => '{"carrier pigeon": "email", "": null, "4": "slack"}', dry_run => false)
WHERE kind IN ('stop', 'warning');
\set ECHO none
\echo
\echo 'Four columns of a table with twelve indexes, eleven views, and policies. The plan without DROP and GRANT steps:'
\set columns '{"status": "task_status", "priority": {"enum": "task_priority", "map": {"medium": "normal"}}, "mode": "execution_mode", "risk": "risk_level"}'
\set ECHO queries
SELECT kind, left(coalesce(statement, detail), 100) AS text, lock, rewrites
FROM gb_enum_convert_table('auto_tasks', :'columns')
WHERE statement ~ '^(LOCK|ALTER TABLE|CREATE INDEX|CREATE VIEW [^ ]*open_tasks|CREATE POLICY)' OR kind <> 'statement';
SELECT kind, count(*) FROM gb_enum_convert_table('auto_tasks', :'columns', dry_run => false)
GROUP BY kind ORDER BY kind;
SELECT indexdef FROM pg_indexes WHERE indexname = 'auto_tasks_pending';
SELECT * FROM urgent_tasks WHERE state = 'running' LIMIT 2;
EXPLAIN (COSTS OFF) SELECT created_at FROM auto_tasks WHERE status = 'pending' ORDER BY created_at LIMIT 1;
SELECT count(*) FROM gb_enum_revert('auto_tasks', 'mode', 'varchar', 20, dry_run => false);
\set ECHO none
\echo
\echo 'A partitioned table is converted while it is used: a new column, its rows in small batches, and an exchange.'
\echo 'The conversion can be undone until it is finished.'
SET client_min_messages = notice;
\set ECHO queries
CALL gb_enum_convert_online('message_history', '{"role": "message_role", "message_type": "message_type"}');
SELECT relation, columns, stage, rows_converted FROM gb_enum_conversions;
INSERT INTO message_history (id, created_at, role) VALUES (0, '2026-02-15', 'tool')
RETURNING role, role_gb_old, message_type, message_type_gb_old;
SELECT gb_enum_convert_finish('message_history');
SELECT role, message_type, count(*) FROM message_history WHERE role > 'assistant'
GROUP BY 1, 2 ORDER BY 1, 2 LIMIT 3;
\set ECHO none
SET client_min_messages = warning;
SET search_path = public;
