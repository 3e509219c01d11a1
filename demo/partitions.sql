-- The table message_history of the platform, and the maintenance of its partitions. The partitions follow the server's
-- clock, so their names differ from month to month.

CREATE SCHEMA app;
SET search_path = app, public;
SET client_min_messages = notice;
\set VERBOSITY default
\set SHOW_CONTEXT never

\echo
\echo Partitions that are maintained automatically
\echo ============================================
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
-- The last two months of the source become the last month and this one.
SELECT date_trunc('month', now(), 'UTC') AS this_month,
       date_trunc('month', now(), 'UTC') + interval '1 month' AS next_month
\gset
INSERT INTO message_history (session_id, user_id, tenant_id, created_at, message_index, role, message_type,
                             is_read, content)
    SELECT session_id, user_id, tenant_id, created_at + (:'this_month'::timestamptz - '2025-06-01 00:00+00'),
           message_index, role, message_type::smallint, is_read, content
    FROM source.message_history WHERE created_at >= '2025-05-04 00:00+00' AND created_at < '2025-06-28 00:00+00';

\echo
\echo 'Nobody created partitions in time, so two months of messages are in DEFAULT. To create a partition is now an'
\echo 'error, and nothing is changed:'
\set ON_ERROR_STOP off
\set ECHO queries
SELECT create_monthly_partition('message_history', now());
\set ECHO none
\set ON_ERROR_STOP on
\echo 'From now on the table is managed. Partitions are created two months ahead and kept for six. Each gets'
\echo 'autovacuum settings for much traffic, which the partitioned table itself does not accept:'
\set ECHO queries
SELECT gb_partition_manage('message_history', '1 month', premake => 2, retain => '6 months',
    storage => '{autovacuum_vacuum_scale_factor=0.01, autovacuum_analyze_scale_factor=0.005, autovacuum_vacuum_cost_delay=2}');
\set ECHO none
\echo 'The rows in DEFAULT are moved to their partitions, all rows of a month or none:'
\set ECHO queries
SELECT gb_partition_create('message_history', month, move_default => true)
    FROM unnest(ARRAY[now() - interval '1 month', now()]) month;
\set ECHO none
VACUUM (ANALYZE) message_history;
\echo 'The steps that maintenance would take now, and their locks:'
\set ECHO queries
SELECT action, partition, locks FROM gb_partition_plan('message_history');
\set ECHO none
\echo 'Maintenance takes exactly these steps; pg_cron can call it every hour:'
\set ECHO queries
CALL gb_partition_maintain();
SELECT partition, kind, lower_bound, row_estimate, total_bytes / 1024 AS kb, error FROM gb_partition_status;
\set ECHO none
\echo 'For a month that has its partition, the function returns this partition. The partition has the settings:'
\set ECHO queries
SELECT relname, reloptions FROM pg_class WHERE oid = create_monthly_partition('message_history', now());
\set ECHO none
\echo 'The partitions that maintenance would detach in half a year, because they have expired by then:'
\set ECHO queries
SELECT action, partition, upper_bound FROM gb_partition_plan('message_history', now() + interval '6 months')
    WHERE action = 'detach';
\set ECHO none
\echo 'A query with a role and a time reads one partition; the other partitions and DEFAULT are not in its plan:'
SELECT session_id AS session FROM message_history
    WHERE role = 'tool' AND created_at >= :'this_month' ORDER BY created_at LIMIT 1
\gset
\set ECHO queries
EXPLAIN (COSTS OFF) SELECT message_index, message_type_name(message_type) FROM message_history
    WHERE session_id = :'session' AND role = 'tool' AND created_at >= :'this_month' AND created_at < :'next_month';
\set ECHO none
SET client_min_messages = warning;
