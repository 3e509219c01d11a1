-- Creates the platform's tables in the form of which platform/form.sql has made the types, and fills those from the
-- source that the demonstration is about.

\ir platform/tables.sql
SELECT count(create_monthly_partition('message_history', month::date)) AS months
FROM generate_series(timestamp '2025-01-01', timestamp '2025-06-01', interval '1 month') month
\gset

-- The same columns in the worst order.
CREATE TABLE auto_tasks_interleaved (
    id uuid NOT NULL,
    status task_status NOT NULL,
    tenant_id bigint NOT NULL,
    priority task_priority NOT NULL,
    created_at timestamptz NOT NULL,
    execution_mode execution_mode NOT NULL,
    updated_at timestamptz NOT NULL,
    risk_level risk_level NOT NULL,
    scheduled_at timestamptz NOT NULL,
    intent intent_type NOT NULL,
    expires_at timestamptz NOT NULL);

INSERT INTO bots
    SELECT id, tenant_id, created_at, is_active, llm_provider:::stored::llm_provider
    FROM source.bots;
INSERT INTO user_sessions
    SELECT id, user_id, tenant_id, created_at, last_activity_at, message_count, channel:::stored::channel_type, title
    FROM source.user_sessions;
INSERT INTO message_history
    SELECT id, session_id, user_id, tenant_id, created_at, message_index,
           role:::stored::message_role, message_type:::stored::message_type, is_read, content
    FROM source.message_history;
INSERT INTO auto_tasks
    SELECT id, tenant_id, created_at, updated_at, scheduled_at, expires_at, status:::stored::task_status,
           priority:::stored::task_priority, execution_mode:::stored::execution_mode,
           risk_level:::stored::risk_level, intent:::stored::intent_type
    FROM source.auto_tasks;
INSERT INTO auto_tasks_interleaved
    SELECT id, status, tenant_id, priority, created_at, execution_mode, updated_at, risk_level, scheduled_at,
           intent, expires_at
    FROM auto_tasks;
INSERT INTO task_approvals
    SELECT id, task_id, created_at, expires_at, status:::stored::approval_status, risk_level:::stored::risk_level
    FROM source.task_approvals;

\ir platform/indexes.sql

VACUUM (ANALYZE) bots, user_sessions, message_history, auto_tasks, auto_tasks_interleaved, task_approvals;
