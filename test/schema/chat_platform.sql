-- A chat-bot platform before it has enumerations: VARCHAR and TEXT with CHECKs, native enums, coded
-- integers, and what stands over such columns. Loaded by tests of conversions and by who wants to try
-- one. Makes the schema chat_platform and three roles, whose names begin as the test suite wants it.
CREATE ROLE regress_chat_owner;
CREATE ROLE regress_chat_reader;
CREATE ROLE regress_chat_other;
CREATE SCHEMA chat_platform AUTHORIZATION regress_chat_owner;
GRANT USAGE ON SCHEMA chat_platform TO regress_chat_reader;
SET ROLE regress_chat_owner;
SET search_path = chat_platform, public;

CREATE TYPE run_mode AS ENUM ('manual', 'supervised', 'autonomous');
CREATE TYPE copy_state AS ENUM ('synced', 'pending', 'conflict', 'error', 'deleted');

-- Tasks: CHECKs in both forms, a narrower one, an integer and a native enum ----------------------
CREATE TABLE auto_tasks (
    id integer PRIMARY KEY,
    title text NOT NULL,
    status varchar(20) NOT NULL DEFAULT 'pending' CONSTRAINT auto_tasks_status
        CHECK (status IN ('pending', 'ready', 'running', 'paused', 'waiting_approval', 'completed', 'failed', 'cancelled')),
    priority text DEFAULT 'medium' CONSTRAINT auto_tasks_priority CHECK (priority IN ('low', 'medium', 'high', 'urgent')),
    mode run_mode NOT NULL DEFAULT 'supervised',
    risk integer NOT NULL DEFAULT 0 CONSTRAINT auto_tasks_risk CHECK (risk BETWEEN 0 AND 4),
    note varchar(40),
    finished_at timestamptz,
    created_at timestamptz NOT NULL,
    CONSTRAINT auto_tasks_finished CHECK (status <> 'completed' OR finished_at IS NOT NULL));
INSERT INTO auto_tasks SELECT i, 'task ' || i, (ARRAY['pending', 'ready', 'running', 'paused', 'waiting_approval', 'completed', 'failed', 'cancelled'])[1 + i % 8],
    (ARRAY['low', 'medium', 'high', 'urgent', NULL])[1 + i % 5], (ARRAY['manual', 'supervised', 'autonomous'])[1 + i % 3]::run_mode, i % 5,
    'note ' || i % 7, CASE WHEN i % 8 = 5 THEN timestamptz '2026-02-01 00:00Z' END, timestamptz '2026-01-01 00:00Z' + i * interval '1 minute'
    FROM generate_series(1, 4000) i;
CREATE INDEX auto_tasks_pending ON auto_tasks (created_at) WHERE status = 'pending';
CREATE INDEX auto_tasks_active ON auto_tasks (status, priority DESC NULLS LAST) INCLUDE (title) WHERE status IN ('pending', 'ready', 'running');
CREATE INDEX auto_tasks_high ON auto_tasks (id) WHERE priority = 'high' AND status <> 'cancelled';
CREATE UNIQUE INDEX auto_tasks_unique ON auto_tasks (id, status) WITH (fillfactor = 80);
CREATE UNIQUE INDEX auto_tasks_title ON auto_tasks (title) WHERE status::text = ANY (ARRAY['running'::varchar, 'paused'::varchar]::text[]);
CREATE INDEX auto_tasks_pattern ON auto_tasks (status varchar_pattern_ops, id);
CREATE INDEX auto_tasks_c ON auto_tasks (priority COLLATE "C");
CREATE INDEX auto_tasks_lower ON auto_tasks (lower(status), id);
CREATE INDEX auto_tasks_hash ON auto_tasks USING hash (status);
CREATE INDEX auto_tasks_brin ON auto_tasks USING brin (status, created_at);
CREATE INDEX auto_tasks_risky ON auto_tasks (risk) WHERE risk > 2;
CREATE INDEX auto_tasks_mode ON auto_tasks (mode) WHERE mode = 'autonomous';
ALTER INDEX auto_tasks_lower ALTER COLUMN 1 SET STATISTICS 200;
COMMENT ON INDEX auto_tasks_pending IS 'what the scheduler asks for';
COMMENT ON CONSTRAINT auto_tasks_priority ON auto_tasks IS 'nobody may call it critical';
COMMENT ON COLUMN auto_tasks.status IS 'how far it is';
ALTER TABLE auto_tasks CLUSTER ON auto_tasks_pattern;
ALTER TABLE auto_tasks REPLICA IDENTITY USING INDEX auto_tasks_unique;
ALTER TABLE auto_tasks ALTER COLUMN status SET STATISTICS 300;
ALTER TABLE auto_tasks ALTER COLUMN status SET (n_distinct = 8);
CREATE STATISTICS auto_tasks_stats (ndistinct, mcv) ON status, priority FROM auto_tasks;
CREATE STATISTICS auto_tasks_expression ON (upper(status)), risk FROM auto_tasks;
ALTER STATISTICS auto_tasks_stats SET STATISTICS 500;
COMMENT ON STATISTICS auto_tasks_stats IS 'they go together';
GRANT SELECT ON auto_tasks TO regress_chat_reader;
GRANT UPDATE (status, note) ON auto_tasks TO regress_chat_reader;

CREATE TABLE task_log (task integer, what text);
CREATE FUNCTION log_task() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO chat_platform.task_log VALUES (NEW.id, TG_NAME || ' ' || NEW.status);
    RETURN NEW;
END $$;
CREATE FUNCTION count_tasks(s text) RETURNS bigint LANGUAGE sql STABLE AS 'SELECT count(*) FROM chat_platform.auto_tasks WHERE status = s';
CREATE TRIGGER finished AFTER UPDATE OF status ON auto_tasks FOR EACH ROW
    WHEN (old.status IS DISTINCT FROM new.status AND new.status IN ('completed', 'failed')) EXECUTE FUNCTION log_task();
CREATE TRIGGER touched AFTER UPDATE OF note, priority ON auto_tasks FOR EACH ROW EXECUTE FUNCTION log_task();
ALTER TABLE auto_tasks DISABLE TRIGGER touched;
COMMENT ON TRIGGER finished ON auto_tasks IS 'tells who waits';
ALTER TABLE auto_tasks ENABLE ROW LEVEL SECURITY;
CREATE POLICY readable ON auto_tasks FOR SELECT TO regress_chat_reader USING (status <> 'cancelled' AND risk < 4);
CREATE POLICY changeable ON auto_tasks AS RESTRICTIVE FOR UPDATE TO regress_chat_reader USING (true) WITH CHECK (status IN ('pending', 'paused'));
COMMENT ON POLICY readable ON auto_tasks IS 'the rest is gone';

CREATE VIEW open_tasks WITH (security_barrier) AS
    SELECT id, title, status, priority, risk FROM auto_tasks WHERE status NOT IN ('completed', 'failed', 'cancelled');
CREATE VIEW urgent_tasks AS SELECT id, title, status AS state, priority FROM open_tasks WHERE priority = 'urgent' WITH CASCADED CHECK OPTION;
ALTER VIEW urgent_tasks ALTER COLUMN state SET DEFAULT 'ready';
CREATE VIEW task_names WITH (security_invoker) AS
    SELECT id, status || '/' || priority AS what, lower(status) AS lower, coalesce(priority, 'none') AS priority, mode::text AS mode, status LIKE 'p%' AS p,
           CASE status WHEN 'running' THEN 'now' ELSE 'later' END AS at, status > 'm' AS after_m, mode > 'manual' AS alone, risk + 1 AS risk
    FROM auto_tasks;
CREATE VIEW task_counts AS
    WITH per_status AS (SELECT status, count(*) AS tasks FROM auto_tasks GROUP BY status)
    SELECT p.status, p.tasks, (SELECT max(t.priority) FROM auto_tasks t WHERE t.status = p.status) AS last_priority,
           rank() OVER (ORDER BY p.status) AS place
    FROM per_status p ORDER BY p.status DESC;
CREATE VIEW two_lists AS
    SELECT status, 'open' AS list FROM open_tasks WHERE id < 4 UNION ALL SELECT status, 'all' FROM auto_tasks WHERE id < 4;
CREATE VIEW mixed_list AS SELECT status FROM auto_tasks UNION SELECT 'unheard of' UNION SELECT priority FROM auto_tasks ORDER BY 1;
CREATE VIEW task_pairs AS
    SELECT a.id, b.id AS other FROM auto_tasks a JOIN auto_tasks b ON a.status = b.status AND b.id = a.id + 8 LEFT JOIN LATERAL (SELECT a.priority AS p) l ON l.p = b.priority
    WHERE EXISTS (SELECT FROM open_tasks o WHERE o.id = a.id AND o.status = a.status) AND a.priority IN (SELECT priority FROM open_tasks);
CREATE VIEW distinct_tasks AS SELECT DISTINCT ON (status) status, id FROM auto_tasks ORDER BY status, id;
CREATE MATERIALIZED VIEW task_board AS SELECT status, priority, count(*) AS tasks FROM open_tasks GROUP BY GROUPING SETS ((status, priority), (status)) WITH DATA;
CREATE UNIQUE INDEX task_board_key ON task_board (status, priority, tasks);
CREATE INDEX task_board_ready ON task_board (tasks) WHERE status = 'ready';
CREATE VIEW board_total AS SELECT sum(tasks) AS tasks FROM task_board WHERE status = 'running';
COMMENT ON VIEW open_tasks IS 'what is left to do';
COMMENT ON COLUMN open_tasks.status IS 'not finished';
COMMENT ON MATERIALIZED VIEW task_board IS 'for the lobby';
GRANT SELECT ON open_tasks, task_board TO regress_chat_reader WITH GRANT OPTION;
GRANT UPDATE (state) ON urgent_tasks TO regress_chat_reader;
CREATE FUNCTION put_task() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER put INSTEAD OF INSERT ON task_names FOR EACH ROW EXECUTE FUNCTION put_task();

-- Approvals: in upper case, and smallint codes ---------------------------------------------------
CREATE TABLE task_approvals (
    task_id integer, status varchar(32) NOT NULL DEFAULT 'PENDING' CHECK (status::text = ANY (ARRAY['PENDING', 'APPROVED', 'REJECTED', 'EXPIRED', 'SKIPPED'])),
    risk smallint NOT NULL DEFAULT 2, expires_at timestamptz);
INSERT INTO task_approvals SELECT i, (ARRAY['PENDING', 'APPROVED', 'REJECTED'])[1 + i % 3], i % 5 FROM generate_series(1, 300) i;
CREATE INDEX task_approvals_pending ON task_approvals (task_id, expires_at) WHERE status = 'PENDING';
CREATE INDEX task_approvals_risk ON task_approvals (risk);
CREATE VIEW risky_approvals AS SELECT task_id, risk FROM task_approvals WHERE risk >= 3 ORDER BY risk DESC;
-- A policy of one table that looks into another.
CREATE TABLE approval_files (task_id integer, file text);
ALTER TABLE approval_files ENABLE ROW LEVEL SECURITY;
CREATE POLICY approved ON approval_files USING (EXISTS (SELECT FROM task_approvals a WHERE a.task_id = approval_files.task_id AND a.status = 'APPROVED'));

-- Sessions: no CHECK, and it shows ---------------------------------------------------------------
CREATE TABLE user_sessions (id integer, channel text, tenant_id bigint);
INSERT INTO user_sessions SELECT i, (ARRAY['web', 'Web', ' whatsapp', 'sms ', 'carrier pigeon', NULL, 'telegram', 'WEB'])[1 + i % 8], i % 10 FROM generate_series(1, 80) i;
INSERT INTO user_sessions VALUES (81, '4', 1), (82, '', 1);

-- Messages: partitioned, with indexes, defaults and CHECKs of partitions' own ----------------------
CREATE TABLE message_history (
    id bigint, role varchar(16) NOT NULL DEFAULT 'user', message_type smallint NOT NULL DEFAULT 0, content text, created_at timestamptz NOT NULL, PRIMARY KEY (id, created_at),
    CONSTRAINT message_role CHECK (role IN ('user', 'assistant', 'system', 'tool'))) PARTITION BY RANGE (created_at);
CREATE TABLE message_history_old (LIKE message_history INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
ALTER TABLE message_history_old ALTER COLUMN role SET DEFAULT 'system', ADD CONSTRAINT no_tools CHECK (role <> 'tool');
ALTER TABLE message_history ATTACH PARTITION message_history_old FOR VALUES FROM ('2026-01-01 00:00Z') TO ('2026-02-01 00:00Z');
CREATE TABLE message_history_new PARTITION OF message_history FOR VALUES FROM ('2026-02-01 00:00Z') TO ('2026-03-01 00:00Z');
CREATE TABLE message_history_default PARTITION OF message_history DEFAULT;
CREATE INDEX message_history_role ON message_history (role, created_at);
CREATE INDEX message_history_answers ON message_history (created_at) WHERE role = 'assistant';
CREATE INDEX message_history_new_system ON message_history_new (id) WHERE role = 'system';
INSERT INTO message_history SELECT i, (ARRAY['user', 'assistant', 'system'])[1 + i % 3], i % 9, 'message', timestamptz '2026-01-20 00:00Z' + i * interval '2 hours' FROM generate_series(1, 600) i;
CREATE VIEW answers AS SELECT id, role, message_type FROM message_history WHERE role IN ('assistant', 'tool');

-- Events and tickets: a native enum; a foreign key, a generated column and a rule, which refuse ----
CREATE TABLE calendar_events (id integer, sync copy_state DEFAULT 'pending', former char(10));
INSERT INTO calendar_events SELECT i, (enum_range(NULL::copy_state))[1 + i % 5], (enum_range(NULL::copy_state))[1 + i % 5]::text FROM generate_series(1, 50) i;
CREATE VIEW unsynced_events AS SELECT id, sync, sync::text AS name FROM calendar_events WHERE sync IN ('pending', 'conflict') AND sync <> 'deleted';
CREATE TABLE ticket_states (name varchar(20) PRIMARY KEY);
INSERT INTO ticket_states VALUES ('pending'), ('approved');
CREATE TABLE tickets (
    id integer PRIMARY KEY, status varchar(20) REFERENCES ticket_states, priority varchar(20), urgent boolean GENERATED ALWAYS AS (priority = 'urgent') STORED, kind varchar(20));
CREATE RULE no_kind AS ON UPDATE TO tickets WHERE new.kind = 'text' DO INSTEAD NOTHING;
RESET ROLE;
