-- message_history as the platform has it, and how its partitions are kept ahead of the clock. The clock is the server's,
-- so the names are others next month.

CREATE SCHEMA app;
SET search_path = app, public;
SET client_min_messages = notice;
\set VERBOSITY default
\set SHOW_CONTEXT never

\echo
\echo Partitions that look after themselves
\echo =====================================
\echo 'Messages by month, and a DEFAULT. The role is an enumeration; message_type stays a raw SMALLINT:'
\set ECHO queries
CREATE TABLE message_history (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    session_id uuid NOT NULL,
    user_id uuid NOT NULL,
    tenant_id bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    message_index integer NOT NULL,
    role message_role NOT NULL,
    message_type smallint NOT NULL DEFAULT message_type_code('text'),
    is_read boolean NOT NULL DEFAULT false,
    content text,
    PRIMARY KEY (id, created_at)) PARTITION BY RANGE (created_at);
CREATE TABLE message_history_default PARTITION OF message_history DEFAULT;
CREATE INDEX ON message_history (session_id, message_index) INCLUDE (role, message_type);
CREATE INDEX ON message_history (user_id, created_at) WHERE NOT is_read;
CREATE INDEX ON message_history USING brin (created_at);
\set ECHO none
-- The source's last two months, as the last month and this one.
SELECT date_trunc('month', now(), 'UTC') AS this_month, date_trunc('month', now(), 'UTC') + interval '1 month' AS next_month
\gset
INSERT INTO message_history (session_id, user_id, tenant_id, created_at, message_index, role, message_type, is_read, content)
    SELECT session_id, user_id, tenant_id, created_at + (:'this_month'::timestamptz - '2025-06-01 00:00+00'), message_index, role, message_type::smallint, is_read, content
    FROM source.message_history WHERE created_at >= '2025-05-04 00:00+00' AND created_at < '2025-06-28 00:00+00';

\echo
\echo 'Nobody made partitions in time: two months of messages are in DEFAULT. That is an error, and nothing is changed:'
\set ON_ERROR_STOP off
\set ECHO queries
SELECT create_monthly_partition('message_history', now());
\set ECHO none
\set ON_ERROR_STOP on
\echo 'From now on the table is managed. Partitions are made two months ahead and kept for six, each with the autovacuum'
\echo 'settings for much traffic, which a partitioned table itself does not take:'
\set ECHO queries
SELECT gb_partition_manage('message_history', '1 month', premake => 2, retain => '6 months',
    storage => '{autovacuum_vacuum_scale_factor=0.01,autovacuum_analyze_scale_factor=0.005,autovacuum_vacuum_cost_delay=2}');
\set ECHO none
\echo 'The rows in DEFAULT are moved where they belong, all of a month or none:'
\set ECHO queries
SELECT gb_partition_create('message_history', month, move_default => true)
    FROM unnest(ARRAY[now() - interval '1 month', now()]) month;
\set ECHO none
VACUUM (ANALYZE) message_history;
\echo 'What maintenance would do now, and which locks that takes:'
\set ECHO queries
SELECT action, partition, locks FROM gb_partition_plan('message_history');
\set ECHO none
\echo 'It does just that, every hour if pg_cron calls it:'
\set ECHO queries
CALL gb_partition_maintain();
SELECT partition, kind, lower_bound, row_estimate, total_bytes / 1024 AS kb, error FROM gb_partition_status;
\set ECHO none
\echo 'Asked for a month that has its partition, the function says which that is. It has the settings:'
\set ECHO queries
SELECT relname, reloptions FROM pg_class WHERE oid = create_monthly_partition('message_history', now());
\set ECHO none
\echo 'What it would do in half a year about partitions that have expired by then:'
\set ECHO queries
SELECT action, partition, upper_bound FROM gb_partition_plan('message_history', now() + interval '6 months') WHERE action = 'detach';
\set ECHO none
\echo 'A query that names a role and a time reads one partition; the others, and DEFAULT, are not even in its plan:'
SELECT session_id AS session FROM message_history WHERE role = 'tool' AND created_at >= :'this_month' ORDER BY created_at LIMIT 1
\gset
\set ECHO queries
EXPLAIN (COSTS OFF) SELECT message_index, message_type_name(message_type) FROM message_history
    WHERE session_id = :'session' AND role = 'tool' AND created_at >= :'this_month' AND created_at < :'next_month';
\set ECHO none
SET client_min_messages = warning;
