-- The schema of a platform for chat bots, with closed sets of values in the style of its authors: texts with
-- and without a CHECK, sets that only a comment, a DEFAULT or the rows tell, sets in upper case, codes in
-- integers, native enums and domains, some rows that nobody meant to be there; and over them indexes, CHECKs,
-- views on views, triggers and policies. There are ten modules of twelve tables each: 120 tables with 158
-- columns that hold closed sets, with 91 indexes and 33 CHECKs over these, and 4 views.
--
-- Loaded by tests of conversions, and by who wants to measure one. Makes the schema bot_platform and two roles,
-- whose names begin as the test suite wants it.
CREATE ROLE regress_bot_owner;
CREATE ROLE regress_bot_app;
CREATE SCHEMA bot_platform AUTHORIZATION regress_bot_owner;
GRANT USAGE ON SCHEMA bot_platform TO regress_bot_app;
SET ROLE regress_bot_owner;
SET search_path = bot_platform, public;

CREATE TYPE visibility AS ENUM ('private', 'team', 'public');
CREATE DOMAIN job_state AS varchar(20) CHECK (value IN ('queued', 'started', 'finished', 'crashed'));
-- The value number i of a set, again and again.
CREATE FUNCTION pg_temp.pick(i integer, variadic words text[]) RETURNS text LANGUAGE sql AS
    'SELECT words[1 + i % cardinality(words)]';
CREATE FUNCTION log_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;

DO $do$
DECLARE
    module text;
    -- {m} is the module; each table has columns before and after, some of which look like sets and are none
    statements CONSTANT text[] := ARRAY[
        $$CREATE TABLE {m}_accounts (id bigint PRIMARY KEY, tenant_id bigint NOT NULL,
            status varchar(20) NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended', 'closed')),
            tier varchar(20) DEFAULT 'free', locale varchar(10), currency char(3), created_at timestamptz)$$,
        $$COMMENT ON COLUMN {m}_accounts.tier IS 'free, pro, enterprise'$$,
        $$CREATE INDEX ON {m}_accounts (tenant_id, status)$$,
        $$INSERT INTO {m}_accounts SELECT i, i % 5, pg_temp.pick(i, 'active', 'suspended', 'closed'),
            pg_temp.pick(i, 'free', 'pro', 'enterprise'), pg_temp.pick(i, 'en', 'de', 'pt-BR'),
            pg_temp.pick(i, 'EUR', 'BRL'), timestamptz '2026-01-01 00:00Z' + i * interval '1 hour'
            FROM generate_series(1, 200) i$$,

        $$CREATE TABLE {m}_campaigns (id bigint PRIMARY KEY, name text,
            status varchar(20) NOT NULL DEFAULT 'draft', score smallint, created_at timestamptz)$$,
        $$COMMENT ON COLUMN {m}_campaigns.status IS 'One of: draft, scheduled, sent, paused'$$,
        $$CREATE INDEX ON {m}_campaigns (status, created_at DESC)$$,
        $$INSERT INTO {m}_campaigns SELECT i, 'campaign ' || i,
            pg_temp.pick(i, 'draft', 'scheduled', 'sent', 'paused'), 1 + i % 5,
            timestamptz '2026-01-01 00:00Z' + i * interval '1 hour' FROM generate_series(1, 200) i$$,

        $$CREATE TABLE {m}_tickets (id bigint PRIMARY KEY, tenant_id bigint NOT NULL, subject text,
            status text NOT NULL DEFAULT 'open', priority varchar(10) NOT NULL DEFAULT 'normal', reason text)$$,
        $$CREATE INDEX {m}_tickets_open ON {m}_tickets (tenant_id) WHERE status = 'open'$$,
        $$CREATE INDEX ON {m}_tickets (priority, status)$$,
        $$INSERT INTO {m}_tickets SELECT i, i % 5, 'ticket ' || i,
            pg_temp.pick(i, 'open', 'in_progress', 'resolved', 'closed'),
            pg_temp.pick(i / 4, 'low', 'normal', 'high', 'urgent', 'critical'), 'because of ' || i
            FROM generate_series(1, 200) i$$,

        $$CREATE TABLE {m}_sessions (id bigint PRIMARY KEY, user_id uuid, channel varchar(20) DEFAULT 'web',
            settings text DEFAULT '{}', created_at timestamptz NOT NULL)$$,
        $$CREATE INDEX ON {m}_sessions (channel, created_at)$$,
        $$INSERT INTO {m}_sessions SELECT i, NULL, pg_temp.pick(i, 'web', 'whatsapp', 'telegram', 'sms', 'voice'),
            '{"theme": 1}', timestamptz '2026-01-01 00:00Z' + i * interval '1 hour'
            FROM generate_series(1, 200) i$$,

        $$CREATE TABLE {m}_messages (id bigint PRIMARY KEY, session_id bigint NOT NULL,
            role varchar(16) NOT NULL DEFAULT 'user', message_type smallint NOT NULL DEFAULT 0, content text)$$,
        $$COMMENT ON COLUMN {m}_messages.message_type IS '0=text, 1=image, 2=audio, 3=video, 4=document, '
            '5=location, 6=contact, 7=sticker, 8=reaction'$$,
        $$CREATE INDEX ON {m}_messages (role, id)$$,
        $$INSERT INTO {m}_messages SELECT i, i / 9, pg_temp.pick(i, 'user', 'assistant', 'system', 'tool'), i % 9,
            'message ' || i FROM generate_series(1, 200) i$$,

        $$CREATE TABLE {m}_documents (id bigint PRIMARY KEY, title text,
            visibility visibility NOT NULL DEFAULT 'private', color varchar(7) DEFAULT '#ffffff')$$,
        $$INSERT INTO {m}_documents SELECT i, 'document ' || i,
            pg_temp.pick(i, 'private', 'team', 'public')::visibility FROM generate_series(1, 200) i$$,

        $$CREATE TABLE {m}_tasks (id bigint PRIMARY KEY, tenant_id bigint NOT NULL,
            status varchar(20) NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'ready', 'running',
                'paused', 'waiting_approval', 'completed', 'failed', 'cancelled')),
            risk_level integer NOT NULL DEFAULT 0, finished_at timestamptz, created_at timestamptz NOT NULL)$$,
        $$CREATE INDEX {m}_tasks_pending ON {m}_tasks (created_at) WHERE status = 'pending'$$,
        $$CREATE INDEX ON {m}_tasks (tenant_id, status)
            WHERE status IN ('pending', 'ready', 'running', 'paused', 'waiting_approval')$$,
        $$INSERT INTO {m}_tasks SELECT i, i % 5, pg_temp.pick(i, 'pending', 'ready', 'running', 'paused',
                'waiting_approval', 'completed', 'failed', 'cancelled'), i % 5,
            CASE WHEN i % 8 = 5 THEN timestamptz '2026-02-01 00:00Z' END,
            timestamptz '2026-01-01 00:00Z' + i * interval '1 hour' FROM generate_series(1, 200) i$$,

        $$CREATE TABLE {m}_approvals (id bigint PRIMARY KEY, task_id bigint NOT NULL,
            state varchar(32) NOT NULL DEFAULT 'PENDING'
                CHECK (state IN ('PENDING', 'APPROVED', 'REJECTED', 'EXPIRED')), expires_at timestamptz)$$,
        $$CREATE INDEX {m}_approvals_pending ON {m}_approvals (task_id, expires_at) WHERE state = 'PENDING'$$,
        $$INSERT INTO {m}_approvals SELECT i, i, pg_temp.pick(i, 'PENDING', 'APPROVED', 'REJECTED', 'EXPIRED')
            FROM generate_series(1, 200) i$$,

        $$CREATE TABLE {m}_jobs (id bigint PRIMARY KEY, state job_state NOT NULL DEFAULT 'queued', payload text)$$,
        $$INSERT INTO {m}_jobs SELECT i, pg_temp.pick(i, 'queued', 'started', 'finished', 'crashed'), '{"n": 1}'
            FROM generate_series(1, 200) i$$,

        $$CREATE TABLE {m}_exports (id bigint PRIMARY KEY, file_format text NOT NULL DEFAULT 'csv',
            created_at timestamptz)$$,
        $$INSERT INTO {m}_exports SELECT i, pg_temp.pick(i, 'csv', 'xlsx', 'pdf'), now()
            FROM generate_series(1, 200) i$$,

        $$CREATE TABLE {m}_feeds (id bigint PRIMARY KEY, url text, sync_status varchar(16) DEFAULT 'synced')$$,
        $$INSERT INTO {m}_feeds SELECT i, 'feed ' || i,
            pg_temp.pick(i, 'synced', 'pending', 'conflict', 'error', 'deleted') FROM generate_series(1, 200) i$$,

        $$CREATE TABLE {m}_audits (id bigint PRIMARY KEY, severity text NOT NULL, created_at timestamptz)$$,
        $$INSERT INTO {m}_audits SELECT i, pg_temp.pick(i, 'debug', 'info', 'warning', 'error'), now()
            FROM generate_series(1, 200) i$$];
    statement text;
BEGIN
    FOREACH module IN ARRAY '{crm, mail, chat, files, kb, bill, proj, hr, ops, video}'::text[] LOOP
        FOREACH statement IN ARRAY statements LOOP
            EXECUTE replace(statement, '{m}', module);
        END LOOP;
    END LOOP;
END $do$;
-- The youngest module lacks two of the columns.
ALTER TABLE video_accounts DROP COLUMN tier;
ALTER TABLE video_audits DROP COLUMN severity;

-- Rows that nobody meant to be there, and a column that no conversion can take along.
INSERT INTO chat_campaigns VALUES (201, 'campaign 201', 'Draft');
INSERT INTO kb_sessions VALUES (201, NULL, 'carrier pigeon', NULL, now());
ALTER TABLE mail_audits ADD COLUMN is_bad boolean GENERATED ALWAYS AS (severity IN ('warning', 'error')) STORED;

CREATE INDEX ON crm_campaigns (lower(status));
ALTER TABLE crm_tasks ADD CONSTRAINT finished_tasks CHECK (status <> 'completed' OR finished_at IS NOT NULL);
ALTER TABLE proj_tasks ADD CONSTRAINT risky_tasks CHECK (risk_level < 5 OR status = 'failed');
ALTER TABLE hr_tickets ADD CONSTRAINT critical_tickets CHECK (priority <> 'critical' OR reason IS NOT NULL);
COMMENT ON CONSTRAINT finished_tasks ON crm_tasks IS 'the end is known';

CREATE VIEW open_tickets AS SELECT id, tenant_id, status, priority FROM crm_tickets WHERE status <> 'closed';
CREATE VIEW urgent_tickets WITH (security_barrier) AS
    SELECT id, status AS state, priority FROM open_tickets WHERE priority IN ('urgent', 'critical');
CREATE VIEW task_overview AS
    SELECT t.id, t.status, a.state AS approval, upper(t.status) AS shouted, t.risk_level
    FROM ops_tasks t LEFT JOIN ops_approvals a ON a.task_id = t.id;
CREATE VIEW waiting_tasks AS
    SELECT status, approval, count(*) AS tasks FROM task_overview
    WHERE status IN ('pending', 'waiting_approval') AND approval <> 'REJECTED' GROUP BY status, approval;
COMMENT ON VIEW urgent_tickets IS 'who looks at them at night';
GRANT SELECT ON urgent_tickets, waiting_tasks, hr_tickets TO regress_bot_app;

CREATE TRIGGER changed AFTER UPDATE OF status ON crm_tasks FOR EACH ROW
    WHEN (old.status IS DISTINCT FROM new.status AND new.status IN ('completed', 'failed'))
    EXECUTE FUNCTION log_change();
CREATE TRIGGER escalated BEFORE UPDATE ON hr_tickets FOR EACH ROW WHEN (new.priority = 'critical')
    EXECUTE FUNCTION log_change();
ALTER TABLE hr_tickets ENABLE ROW LEVEL SECURITY;
CREATE POLICY unclosed ON hr_tickets FOR SELECT TO regress_bot_app USING (status <> 'closed');
RESET ROLE;
