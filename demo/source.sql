-- The data of a platform of bots, sessions and tasks after half a year. It is made once, and each form copies it.
-- All data is computed from row numbers, not from random numbers, so every run measures the same rows.
-- :tasks is the number of tasks, and also of messages.
\if :{?tasks}
\else
\set tasks 200000
\endif

CREATE SCHEMA source;
SET search_path = source, public;

-- A number from 0 to 99 that looks random: the place of a row in a skewed distribution.
CREATE FUNCTION percent(n integer, salt integer) RETURNS integer IMMUTABLE
    RETURN (hashint4extended(n, salt) & 1073741823) % 100;

CREATE FUNCTION key(n integer, salt integer) RETURNS uuid IMMUTABLE
    RETURN md5(salt || '/' || n)::uuid;

-- The time of a row; the rows are spread evenly over half a year.
CREATE FUNCTION moment(n integer, rows integer) RETURNS timestamptz IMMUTABLE
    RETURN timestamptz '2025-01-01 00:00+00' + interval '181 days' * (n::double precision / rows);

CREATE UNLOGGED TABLE bots AS
SELECT key(n, 1) AS id, n % 100 AS tenant_id, moment(n, 1000) AS created_at, percent(n, 1) < 80 AS is_active,
       (CASE WHEN percent(n, 2) < 45 THEN 'openai' WHEN percent(n, 2) < 75 THEN 'anthropic'
             WHEN percent(n, 2) < 90 THEN 'azure_openai' ELSE 'local' END)::llm_provider AS llm_provider
FROM generate_series(1, 1000) n;

CREATE UNLOGGED TABLE user_sessions AS
SELECT key(n, 2) AS id, key(n % 5000, 3) AS user_id, n % 100 AS tenant_id, moment(n, :tasks / 4) AS created_at,
       moment(n, :tasks / 4) + interval '1 minute' * percent(n, 3) AS last_activity_at, percent(n, 4) AS message_count,
       (CASE WHEN percent(n, 5) < 50 THEN 'web' WHEN percent(n, 5) < 80 THEN 'whatsapp'
             WHEN percent(n, 5) < 90 THEN 'telegram' WHEN percent(n, 5) < 95 THEN 'email'
             ELSE 'msteams' END)::channel_type AS channel,
       'Conversation ' || n AS title
FROM generate_series(1, :tasks / 4) n;

CREATE UNLOGGED TABLE message_history AS
SELECT key(n, 4) AS id, key(n / 4, 2) AS session_id, key(n / 4 % 5000, 3) AS user_id, n / 4 % 100 AS tenant_id,
       moment(n, :tasks) AS created_at, n % 4 AS message_index,
       (CASE WHEN percent(n, 6) < 4 THEN 'tool' WHEN n % 2 = 0 THEN 'user'
             ELSE 'assistant' END)::message_role AS role,
       (CASE WHEN percent(n, 7) < 92 THEN 'text' WHEN percent(n, 7) < 96 THEN 'image'
             ELSE 'document' END)::message_type AS message_type,
       percent(n, 8) < 97 AS is_read, repeat('What was said. ', 1 + percent(n, 9) / 20) AS content
FROM generate_series(1, :tasks) n;

CREATE UNLOGGED TABLE auto_tasks AS
SELECT key(n, 5) AS id, n % 100 AS tenant_id, moment(n, :tasks) AS created_at,
       moment(n, :tasks) + interval '1 minute' * percent(n, 10) AS updated_at,
       moment(n, :tasks) + interval '1 hour' AS scheduled_at, moment(n, :tasks) + interval '1 day' AS expires_at,
       (CASE WHEN percent(n, 11) < 82 THEN 'completed' WHEN percent(n, 11) < 90 THEN 'failed'
             WHEN percent(n, 11) < 94 THEN 'cancelled' WHEN percent(n, 11) < 96 THEN 'pending'
             WHEN percent(n, 11) < 98 THEN 'waiting_approval' WHEN percent(n, 11) < 99 THEN 'ready'
             ELSE 'running' END)::task_status AS status,
       (CASE WHEN percent(n, 12) < 75 THEN 'normal' WHEN percent(n, 12) < 88 THEN 'low'
             WHEN percent(n, 12) < 97 THEN 'high' ELSE 'urgent' END)::task_priority AS priority,
       (CASE WHEN percent(n, 13) < 60 THEN 'supervised' WHEN percent(n, 13) < 90 THEN 'autonomous'
             ELSE 'manual' END)::execution_mode AS execution_mode,
       (CASE WHEN percent(n, 14) < 50 THEN 'none' WHEN percent(n, 14) < 80 THEN 'low'
             WHEN percent(n, 14) < 95 THEN 'medium' ELSE 'high' END)::risk_level AS risk_level,
       (CASE WHEN percent(n, 15) < 40 THEN 'action' WHEN percent(n, 15) < 65 THEN 'todo'
             WHEN percent(n, 15) < 80 THEN 'query' WHEN percent(n, 15) < 90 THEN 'schedule'
             ELSE 'app_create' END)::intent_type AS intent
FROM generate_series(1, :tasks) n;

CREATE UNLOGGED TABLE task_approvals AS
SELECT key(n, 6) AS id, key(n * 5, 5) AS task_id, moment(n, :tasks / 5) AS created_at,
       moment(n, :tasks / 5) + interval '1 day' AS expires_at,
       (CASE WHEN percent(n, 16) < 80 THEN 'approved' WHEN percent(n, 16) < 88 THEN 'rejected'
             WHEN percent(n, 16) < 95 THEN 'expired' ELSE 'pending' END)::approval_status AS status,
       (CASE WHEN percent(n, 17) < 70 THEN 'medium' ELSE 'high' END)::risk_level AS risk_level
FROM generate_series(1, :tasks / 5) n;
