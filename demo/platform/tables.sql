-- The nine tables of the platform in one form, with no index yet. The script needs search_path with the form's schema
-- first: task_status and so on are the types of this schema if it has them, or else the types of the extension.
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

CREATE TABLE task_approvals (
    id uuid NOT NULL,
    task_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    status approval_status NOT NULL,
    risk_level risk_level NOT NULL);

CREATE TABLE analytics_events (
    id uuid NOT NULL,
    tenant_id bigint NOT NULL,
    created_at timestamptz NOT NULL,
    channel channel_type NOT NULL,
    event text NOT NULL);

CREATE TABLE memories (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    tenant_id bigint NOT NULL,
    created_at timestamptz NOT NULL,
    memory_type memory_type NOT NULL,
    content text);

CREATE TABLE intents (
    id uuid NOT NULL,
    session_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    confidence real NOT NULL,
    intent_type intent_type NOT NULL);

CREATE TABLE files (
    id uuid NOT NULL,
    tenant_id bigint NOT NULL,
    created_at timestamptz NOT NULL,
    bytes bigint NOT NULL,
    sync_status sync_status NOT NULL,
    path text NOT NULL);
