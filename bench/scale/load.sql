-- Makes and fills the platform's tables in the form :form, as scale.things says how many rows. The extension and
-- source.sql are in the database.
SET maintenance_work_mem = '512MB';
\ir ../../demo/platform/form.sql
\ir ../../demo/platform/tables.sql
\ir ../../demo/platform/settings.sql
-- Two years, and the month after them, in which the newest messages arrive.
SELECT count(create_monthly_partition('message_history', month::date)) AS months
FROM generate_series(timestamp '2024-01-01', timestamp '2026-01-01', interval '1 month') month
\gset
SELECT format('CALL scale.fill(%L)', name) FROM scale.things ORDER BY position
\gexec

SELECT clock_timestamp() AS begun, pg_current_wal_insert_lsn() AS wal
\gset
\ir ../../demo/platform/indexes.sql
INSERT INTO scale.loads
VALUES (:'form', 'indexes', NULL, extract(epoch FROM clock_timestamp() - :'begun'),
        pg_current_wal_insert_lsn() - :'wal');
INSERT INTO scale.forms VALUES (:'form', :'active', :'undecided', :'unsynced', :'priority');
VACUUM (ANALYZE) bots, user_sessions, message_history, auto_tasks, task_approvals, analytics_events, memories, intents,
    files;
