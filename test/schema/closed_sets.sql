-- Columns of which it is known whether they hold a closed set of values, in the style of a chat-bot platform. Loaded by
-- the test of suggestions. Makes the schema closed_sets, and the temporary table "answer":
--     form, values    the column's declaration after its name; its rows have these values in turn
--     class           why the column is there
--     answer          NULL: no closed set; an enumeration that it is to get; "own": an enumeration of its own;
--                     "open": a closed set of which something is to be found out first
-- A table without values has no rows and no statistics, as in a schema that migrations have just created.
CREATE SCHEMA closed_sets;
SET search_path = closed_sets, public;
CREATE TYPE crawl_state AS ENUM ('queued', 'crawling', 'crawled');
CREATE TYPE tone AS ENUM ('formal', 'casual', 'playful');
CREATE DOMAIN plan_tier AS text CHECK (VALUE IN ('free', 'pro', 'business'));
CREATE DOMAIN paid_tier AS plan_tier DEFAULT 'pro' CHECK (VALUE <> 'free');
CREATE DOMAIN crawl_domain AS crawl_state;
CREATE DOMAIN short_text AS varchar(40);
CREATE TYPE delivery AS (carrier text, pace tone, note text);
CREATE TYPE unused_pair AS (tone tone, n integer);
CREATE TEMP TABLE answer (relation text, col text, form text, comment text, "values" text[], class text, answer text);
INSERT INTO answer VALUES
    -- CHECKs and native enums say it all
    ('auto_tasks', 'status', 'varchar(20) NOT NULL DEFAULT ''pending'' CHECK (status IN (''pending'', ''ready'', ''running'', ''paused'', ''waiting_approval'', ''completed'', ''failed'', ''cancelled''))', NULL, '{pending,running,completed}', 'check', 'task_status'),
    ('auto_tasks', 'priority', 'text CHECK (priority IN (''low'', ''normal'', ''high'', ''urgent''))', NULL, '{low,high}', 'check', 'task_priority'),
    ('auto_tasks', 'schedule_kind', 'text CHECK (schedule_kind IN (''once'', ''daily'', ''weekly''))', NULL, '{once,daily}', 'check', 'own'),
    ('auto_tasks', 'crawl', 'crawl_state DEFAULT ''queued''', NULL, '{queued,crawled}', 'native enum', 'own'),
    ('auto_tasks', 'mode', 'text DEFAULT ''manual'' CHECK (mode IN (''supervised'', ''autonomous'') OR mode = ''manual'')', NULL, '{manual,supervised}', 'check', 'execution_mode'),
    ('video_exports', 'quality', 'text DEFAULT ''medium'' CHECK (quality IN (''low'', ''medium'', ''high''))', NULL, '{low,medium,high}', 'unrelated enumeration', 'own'),
    ('video_exports', 'format', 'text CHECK (format IN (''mp4'', ''webm'', ''gif''))', NULL, '{mp4,gif}', 'check', 'own'),
    ('video_exports', 'status', 'text NOT NULL CHECK (status IN (''pending'', ''completed''))', NULL, '{pending}', 'unrelated enumeration', 'own'),
    ('video_exports', 'importance', 'text', NULL, '{low,high,critical}', 'unrelated enumeration', 'own'),
    -- a default, and what other conditions compare with, belong to the set
    ('bookings', 'status', 'text NOT NULL DEFAULT ''draft''', NULL, '{booked,done}', 'default', 'own'),
    ('bookings', 'stage', 'text NOT NULL CHECK (stage <> ''archived'')', NULL, '{new,open}', 'other checks', 'own'),
    ('bookings', 'pay_state', 'text', NULL, '{due,paid}', 'index predicate', 'own'),
    ('bookings', 'kind', 'text CHECK (kind IN (''visit'', ''call'')) DEFAULT ''visit''', NULL, '{visit}', 'default', 'own'),
    -- lists in comments
    ('meeting_invitations', 'status', 'varchar(20) DEFAULT ''pending''', 'pending, accepted, cancelled', NULL, 'comment', 'own'),
    ('meeting_invitations', 'role', 'text', 'One of: organizer, required, optional', NULL, 'comment', 'own'),
    ('meeting_invitations', 'answer_type', 'text', '''yes'' | ''no'' | ''maybe''', NULL, 'comment', 'own'),
    ('meeting_invitations', 'visibility', 'text', 'public/private/confidential', NULL, 'comment', 'own'),
    ('meeting_invitations', 'channel', 'text', 'how it is sent: web, email, sms', NULL, 'comment', 'channel_type'),
    ('meeting_invitations', 'remark', 'text', 'shown to guests, hosts and planners', NULL, 'prose', NULL),
    ('meeting_invitations', 'agenda', 'text', 'markdown, at most 4 kB', NULL, 'prose', NULL),
    ('meeting_invitations', 'title', 'text', 'short, plain, friendly', NULL, 'prose', NULL),
    ('meeting_invitations', 'state', 'text', 'set by the scheduler, never by hand', NULL, 'prose', NULL),
    ('meeting_invitations', 'dial_in', 'text', 'number, code, pin', NULL, 'prose', NULL),
    -- names, without statistics
    ('workflow_tasks', 'task_status', 'varchar(50)', NULL, NULL, 'name', 'task_status'),
    ('workflow_tasks', 'risk_level', 'varchar(20) DEFAULT ''low''', NULL, NULL, 'name', 'risk_level'),
    ('workflow_tasks', 'status', 'varchar(50) NOT NULL DEFAULT ''pending''', NULL, NULL, 'name', 'task_status'),
    ('workflow_tasks', 'approval_status', 'text DEFAULT ''waived''', NULL, NULL, 'name, other default', 'open'),
    ('workflow_tasks', 'llm_provider', 'text DEFAULT ''openai''', NULL, NULL, 'name', 'llm_provider'),
    ('workflow_tasks', 'visibility', 'text NOT NULL DEFAULT ''team''', NULL, NULL, 'name, only a default', 'open'),
    ('workflow_tasks', 'description', 'text NOT NULL DEFAULT ''none''', NULL, NULL, 'free text', NULL),
    ('workflow_tasks', 'state_data', 'text NOT NULL DEFAULT ''{}''', NULL, NULL, 'json', NULL),
    ('workflow_tasks', 'type', 'text', NULL, NULL, 'nothing known', NULL),
    ('workflow_tasks', 'task_id', 'text', NULL, NULL, 'nothing known', NULL),
    -- integers
    ('legacy_messages', 'message_type', 'smallint NOT NULL DEFAULT 0', NULL, '{0,1,4}', 'integer, name', 'message_type'),
    ('legacy_messages', 'role', 'integer', NULL, '{1,2,3,4,9,10}', 'integer, codes', 'message_role'),
    ('legacy_messages', 'channel', 'integer CHECK (channel BETWEEN 0 AND 9)', NULL, '{0,3}', 'integer, codes', 'channel_type'),
    ('legacy_messages', 'fuel', 'integer', '0=petrol, 1=diesel, 99=other', '{0,1,99}', 'integer, comment', 'own'),
    ('legacy_messages', 'gear', 'bigint', '1: park; 2: drive; 3: reverse', '{1,2}', 'integer, comment', 'own'),
    ('legacy_messages', 'exec_mode', 'numeric(2,0)', '0 - manual, 1 - supervised, 2 - autonomous', '{0,1,2}', 'integer, comment', 'execution_mode'),
    ('legacy_messages', 'status', 'smallint CHECK (status IN (0, 1, 2))', NULL, '{0,1,2}', 'integer, no names', 'open'),
    ('legacy_messages', 'rating', 'integer CHECK (rating BETWEEN 1 AND 5)', NULL, '{1,2,3,4,5}', 'score', NULL),
    ('legacy_messages', 'score', 'smallint', NULL, '{1,2,3,4,5}', 'score', NULL),
    ('legacy_messages', 'stars', 'text', NULL, '{1,2,3,4,5}', 'score', NULL),
    ('legacy_messages', 'retries', 'integer NOT NULL DEFAULT 0 CHECK (retries BETWEEN 0 AND 9)', NULL, '{0,1,2}', 'score', NULL),
    ('legacy_messages', 'weekday', 'smallint CHECK (weekday BETWEEN 1 AND 7)', NULL, '{1,2,3}', 'score', NULL),
    ('legacy_messages', 'version', 'integer', 'since 2019: the year, 1: first', '{1,2}', 'score', NULL),
    ('legacy_messages', 'risk_level', 'integer', NULL, '{1,50,75}', 'integer, other codes', NULL),
    ('raw_tasks', 'task_status', 'smallint NOT NULL DEFAULT 0', NULL, NULL, 'integer, name', 'task_status'),
    ('raw_tasks', 'sync_status', 'integer', NULL, NULL, 'integer, name', 'sync_status'),
    ('raw_tasks', 'level', 'integer', NULL, NULL, 'nothing known', NULL),
    ('raw_tasks', 'position', 'integer DEFAULT 0', NULL, NULL, 'nothing known', NULL),
    -- statistics: sets
    ('deals', 'stage', 'text', NULL, '{lead,qualified,won,lost}', 'statistics', 'own'),
    ('deals', 'pipeline_stage', 'text', NULL, '{won,lead,lost,qualified}', 'equal sets', 'own'),
    ('deals', 'source', 'varchar(40)', NULL, '{import,form,referral}', 'statistics', 'own'),
    ('deals', 'status', 'text', NULL, '{"In Progress","On Hold",Closed}', 'statistics', 'own'),
    ('deals', 'channel', 'text', NULL, '{web,sms,email}', 'statistics', 'channel_type'),
    ('deals', 'health', 'char(8)', NULL, '{good,bad}', 'statistics', 'own'),
    ('deals', 'currency', 'char(3) DEFAULT ''USD''', NULL, '{USD,EUR,BRL}', 'currency', NULL),
    ('deals', 'cur', 'text', NULL, '{USD,EUR,BRL}', 'currency', NULL),
    ('deals', 'locale', 'varchar(10)', NULL, '{en,pt-BR,es}', 'locale', NULL),
    ('deals', 'ui', 'text', NULL, '{en_US,pt_BR}', 'locale', NULL),
    ('deals', 'language', 'text CHECK (language IN (''en'', ''pt'', ''es''))', NULL, '{en,pt}', 'locale', NULL),
    ('deals', 'preferred_lang', 'text DEFAULT ''en''', NULL, '{en,de}', 'locale', NULL),
    ('deals', 'country', 'char(2)', NULL, '{BR,US,DE}', 'locale', NULL),
    ('deals', 'time_zone', 'text DEFAULT ''UTC''', NULL, '{UTC,CET,EST}', 'locale', NULL),
    ('deals', 'color', 'varchar(7)', NULL, '{"#ff0000","#00ff00"}', 'colour', NULL),
    ('deals', 'label_colour', 'text', NULL, '{red,green,blue}', 'colour', NULL),
    ('deals', 'background', 'text', NULL, '{"#fff","#000"}', 'colour', NULL),
    ('deals', 'accent', 'text', NULL, '{red,green,blue,teal}', 'colour', NULL),
    ('deals', 'lost_reason', 'text', NULL, '{price,timing,"went with a competitor"}', 'reason', NULL),
    ('deals', 'cancel_reason', 'text', NULL, '{price,timing}', 'reason', NULL),
    ('deals', 'note', 'text', NULL, '{ok,later}', 'free text', NULL),
    ('deals', 'owner', 'text', NULL, '{ana,bob}', 'people and places', NULL),
    ('deals', 'created_by', 'text', NULL, '{ana,bob}', 'people and places', NULL),
    ('deals', 'city', 'text', NULL, '{Berlin,Recife}', 'people and places', NULL),
    ('deals', 'settings', 'text', NULL, '{"{}","{\"a\": 1}"}', 'json', NULL),
    ('deals', 'tags', 'text', NULL, '{[],"[\"vip\"]"}', 'json', NULL),
    ('deals', 'kind_data', 'text', NULL, '{null,"{\"k\": \"v\"}"}', 'json', NULL),
    ('deals', 'mime_type', 'text', NULL, '{image/png,text/plain}', 'formats', NULL),
    ('deals', 'api_version', 'text', NULL, '{v1,v2}', 'formats', NULL),
    ('deals', 'model', 'text', NULL, '{gpt-4,claude-3}', 'formats', NULL),
    ('deals', 'file_name', 'text', NULL, '{a.txt,b.txt}', 'formats', NULL),
    ('deals', 'url', 'text', NULL, '{https://a.example,https://b.example}', 'formats', NULL),
    ('deals', 'email', 'text', NULL, '{a@a.example,b@b.example}', 'formats', NULL),
    ('deals', 'period', 'text', NULL, '{2026-01,2026-02}', 'formats', NULL),
    ('deals', 'is_open', 'text', NULL, '{yes,no}', 'boolean', NULL),
    ('deals', 'flag', 'char(1) CHECK (flag IN (''Y'', ''N''))', NULL, '{Y,N}', 'boolean', NULL),
    ('deals', 'digits', 'text', NULL, '{1,2}', 'score', NULL),
    ('deals', 'only_one', 'text', NULL, '{same}', 'nothing known', NULL),
    -- the case of letters, blanks, dirty rows
    ('tickets', 'status', 'text DEFAULT ''PENDING''', NULL, '{PENDING,APPROVED,REJECTED}', 'upper case', 'own'),
    ('tickets', 'todo', 'text CHECK (todo IN (''TODO'', ''DOING'', ''DONE''))', NULL, '{TODO}', 'upper case', 'own'),
    ('tickets', 'Mode', 'text CHECK ("Mode" IN (''Manual'', ''Supervised'', ''Autonomous''))', NULL, '{Manual}', 'upper case', 'own'),
    ('tickets', 'severity', 'text', NULL, '{minor,Minor,major,MAJOR}', 'mixed case', 'open'),
    ('tickets', 'level', 'text', NULL, '{junior,"senior ",senior}', 'blanks', 'own'),
    ('tickets', 'phase', 'text', NULL, '{"",open,closed}', 'dirty rows', 'open'),
    -- equal sets share one, also of other evidence
    ('ticket_copies', 'severity', 'text CHECK (severity IN (''minor'', ''major'', ''blocker''))', NULL, '{minor}', 'equal sets', 'own'),
    ('ticket_archive', 'severity', 'text CHECK (severity IN (''blocker'', ''major'', ''minor''))', NULL, '{major}', 'equal sets', 'own'),
    ('ticket_reports', 'severity', 'text', NULL, '{major,blocker}', 'part of a set', 'own'),
    -- shapes
    ('accounts', 'tier', 'plan_tier NOT NULL', NULL, '{free,pro}', 'domain', 'own'),
    ('accounts', 'paid', 'paid_tier', NULL, '{pro,business}', 'domain', 'own'),
    ('accounts', 'crawl', 'crawl_domain', NULL, '{queued}', 'domain', 'own'),
    ('accounts', 'kind', 'short_text', NULL, '{person,company}', 'domain', 'own'),
    ('accounts', 'letter', '"char" CHECK (letter IN (''a'', ''b'', ''c''))', NULL, '{a,b}', 'check', 'own'),
    ('accounts', 'nick', 'short_text', NULL, '{ann,bob}', 'people and places', NULL),
    ('accounts', 'roles', 'text[] CHECK (roles <@ ARRAY[''admin'', ''agent'', ''viewer''])', NULL, '{"{admin,agent}","{viewer}"}', 'array', 'own'),
    ('accounts', 'tones', 'tone[]', NULL, '{"{formal}","{casual,formal}"}', 'array', 'own'),
    ('accounts', 'channels', 'varchar(20)[] DEFAULT ''{web}''', NULL, '{"{web,sms}","{email}"}', 'array', 'channel_type'),
    ('accounts', 'labels', 'text[]', NULL, '{"{vip,new}","{}"}', 'array', NULL),
    ('accounts', 'scores', 'integer[]', NULL, '{"{1,2}","{3}"}', 'array', NULL),
    ('delivery', 'pace', NULL, NULL, NULL, 'composite', 'own'),
    ('delivery', 'carrier', NULL, 'post, courier, drone', NULL, 'composite', 'own'),
    ('delivery', 'note', NULL, NULL, NULL, 'composite', NULL),
    ('unused_pair', 'tone', NULL, NULL, NULL, 'composite', 'own'),
    ('parcels', 'sent', 'delivery', NULL, '{"(post,formal,)"}', 'composite', NULL),
    -- what a conversion refuses
    ('readings', 'status', 'text GENERATED ALWAYS AS (CASE WHEN n > 5 THEN ''high'' ELSE ''low'' END) STORED', NULL, NULL, 'refused', NULL),
    ('lookups', 'status', 'text PRIMARY KEY', NULL, NULL, 'refused', NULL),
    ('looked_up', 'status', 'text REFERENCES lookups', NULL, '{pending}', 'refused', NULL),
    ('known_up', 'state', 'text CHECK (state IN (''up'', ''down'')) REFERENCES known_ups', NULL, '{up}', 'foreign key', 'own'),
    ('by_kind', 'kind', 'text CHECK (kind IN (''a'', ''b''))', NULL, NULL, 'refused', NULL);
CREATE TABLE lookups (status text PRIMARY KEY);
INSERT INTO lookups VALUES ('pending'), ('running');
CREATE TABLE known_ups (state text PRIMARY KEY);
INSERT INTO known_ups VALUES ('up'), ('down');
CREATE TABLE by_kind (id integer, kind text CHECK (kind IN ('a', 'b'))) PARTITION BY LIST (kind);
CREATE TABLE readings (n integer, status text GENERATED ALWAYS AS (CASE WHEN n > 5 THEN 'high' ELSE 'low' END) STORED);
INSERT INTO readings SELECT g % 10 FROM generate_series(1, 1000) g;
ANALYZE lookups, readings;
\ir answers.sql
CREATE INDEX bookings_refunds ON bookings (id) WHERE pay_state = 'refunded';
