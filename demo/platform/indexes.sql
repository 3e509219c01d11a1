-- The primary keys and the indexes of the platform's tables. The script needs search_path, :active and :undecided as
-- form.sql sets them.

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
ALTER TABLE analytics_events ADD PRIMARY KEY (id);
CREATE INDEX ON analytics_events USING brin (created_at);
ALTER TABLE memories ADD PRIMARY KEY (id);
CREATE INDEX ON memories (user_id, memory_type);
ALTER TABLE intents ADD PRIMARY KEY (id);
CREATE INDEX ON intents (session_id);
ALTER TABLE files ADD PRIMARY KEY (id);
CREATE INDEX ON files (tenant_id, created_at) WHERE :unsynced;
