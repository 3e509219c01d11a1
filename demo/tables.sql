-- Creates the tables in one form and fills them from the source. The script needs
--   search_path            with the form's schema first. task_status and so on are the types of this schema if it has
--                          them, or else the types of the extension
--   :stored                the type to which a value of the source is cast before it is stored: text, or smallint
--                          where the form stores codes
--   :active, :undecided    the predicates of partial indexes, written for this form
-- Wide columns come first, so that the narrow ones are next to each other.

CREATE TABLE bots (
    id uuid NOT NULL,
    tenant_id bigint NOT NULL,
    created_at timestamptz NOT NULL,
    is_active boolean NOT NULL,
    llm_provider llm_provider NOT NULL);

CREATE TABLE user_sessions (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    tenant_id bigint NOT NULL,
    created_at timestamptz NOT NULL,
    last_activity_at timestamptz NOT NULL,
    message_count integer NOT NULL,
    channel channel_type NOT NULL,
    title text);

CREATE TABLE message_history (
    id uuid NOT NULL,
    session_id uuid NOT NULL,
    user_id uuid NOT NULL,
    tenant_id bigint NOT NULL,
    created_at timestamptz NOT NULL,
    message_index integer NOT NULL,
    role message_role NOT NULL,
    message_type message_type NOT NULL,
    is_read boolean NOT NULL,
    content text) PARTITION BY RANGE (created_at);

CREATE TABLE message_history_default PARTITION OF message_history DEFAULT;
SELECT format('CREATE TABLE %I PARTITION OF message_history FOR VALUES FROM (%L) TO (%L)',
              to_char(month, '"message_history_"YYYY_MM'), month, month + interval '1 month')
FROM generate_series(timestamp '2025-01-01', timestamp '2025-06-01', interval '1 month') month
\gexec

CREATE TABLE auto_tasks (
    id uuid NOT NULL,
    tenant_id bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    scheduled_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    status task_status NOT NULL,
    priority task_priority NOT NULL,
    execution_mode execution_mode NOT NULL,
    risk_level risk_level NOT NULL,
    intent intent_type NOT NULL);

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

CREATE TABLE task_approvals (
    id uuid NOT NULL,
    task_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    status approval_status NOT NULL,
    risk_level risk_level NOT NULL);

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

ALTER TABLE bots ADD PRIMARY KEY (id);
CREATE INDEX ON bots (tenant_id, is_active) WHERE is_active;
ALTER TABLE user_sessions ADD PRIMARY KEY (id);
CREATE INDEX ON user_sessions (user_id, created_at DESC) INCLUDE (title, message_count, last_activity_at);
CREATE INDEX ON user_sessions (tenant_id, created_at DESC);
ALTER TABLE message_history ADD PRIMARY KEY (id, created_at);
CREATE INDEX ON message_history (session_id, message_index);
CREATE INDEX ON message_history (user_id, created_at) WHERE NOT is_read;
CREATE INDEX ON message_history USING brin (created_at);
ALTER TABLE auto_tasks ADD PRIMARY KEY (id);
CREATE INDEX ON auto_tasks (status, created_at);
CREATE INDEX ON auto_tasks (status, priority) WHERE :active;
ALTER TABLE task_approvals ADD PRIMARY KEY (id);
CREATE INDEX ON task_approvals (task_id, expires_at) WHERE :undecided;

VACUUM (ANALYZE) bots, user_sessions, message_history, auto_tasks, auto_tasks_interleaved, task_approvals;
