-- columns become enumerations while their table is used: each step, and what can be done between them
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
\getenv abs_srcdir PG_ABS_SRCDIR
\set schema :abs_srcdir '/test/schema/chat_platform.sql'
\set fingerprint :abs_srcdir '/test/schema/fingerprint.sql'
\set ECHO none
\i :schema
\i :fingerprint
\set ECHO all
SET search_path = chat_platform, public;
SET timezone = utc;
SET datestyle = iso;
CREATE TEMP TABLE objects AS SELECT * FROM fingerprint;
CREATE TEMP VIEW changes AS
SELECT 'lost' AS how, what FROM (SELECT what FROM objects EXCEPT SELECT what FROM fingerprint) o UNION ALL SELECT 'new', what FROM (SELECT what FROM fingerprint EXCEPT SELECT what FROM objects) o;
-- what is made of a table's objects has their numbers in its name
CREATE FUNCTION pg_temp.anonymous(statement text) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.neutral(regexp_replace(regexp_replace(statement, 'gb_(new|old)_\d+', 'gb_\1_N', 'g'), '\(\d+,(\d+),\d+,\d+,', '(N,\1,N,N,', 'g'))
$$;

-- The plan, but for NOT NULL, which has a name from 18 on
CREATE TABLE visits (
    id integer PRIMARY KEY, channel varchar(20) NOT NULL DEFAULT 'web' CHECK (channel IN ('web', 'email', 'SMS')),
    level integer CHECK (level BETWEEN 0 AND 4), note text, CONSTRAINT once UNIQUE (id, channel));
COMMENT ON CONSTRAINT once ON visits IS 'not twice';
COMMENT ON COLUMN visits.channel IS 'how they came';
GRANT SELECT (channel), UPDATE (channel) ON visits TO regress_chat_reader;
CREATE INDEX visits_by_mail ON visits (id) WHERE channel = 'email';
CREATE VIEW mails AS SELECT id, channel FROM visits WHERE channel = 'email';
INSERT INTO visits SELECT i, (ARRAY['web', 'email', 'SMS'])[1 + i % 3], i % 5 FROM generate_series(1, 1000) i;
SELECT kind, pg_temp.anonymous(statement) AS statement, lock, rewrites, detail
FROM gb_enum_convert_online_plan('visits', '{"channel": {"enum": "channel_type", "fold_case": true}, "level": "risk_level"}')
WHERE statement !~ 'SET NOT NULL|CONSTRAINT visits_channel_not_null' IS NOT FALSE \g (format=unaligned)
-- what stops it
SELECT detail FROM gb_enum_convert_online_plan('user_sessions', '{"channel": "channel_type"}') WHERE kind = 'stop';
CALL gb_enum_convert_online('tickets', '{"status": "approval_status"}');
CALL gb_enum_convert_online('tickets', '{"status": {"enum": "approval_status", "foreign_keys": true}}');
CREATE TABLE stopped (kind text PRIMARY KEY, other text, other_gb_new int, third varchar(9));
CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER "ÿ last" BEFORE UPDATE ON stopped FOR EACH ROW EXECUTE FUNCTION nothing();
CREATE TRIGGER "ÿ other" AFTER UPDATE ON stopped FOR EACH ROW EXECUTE FUNCTION nothing();
SET client_min_messages = error;
CREATE PUBLICATION all_columns FOR TABLE stopped;
CREATE PUBLICATION some_columns FOR TABLE stopped (kind);
SELECT detail FROM gb_enum_convert_online_plan('stopped', '{"kind": "risk_level", "other": "risk_level"}') WHERE kind = 'stop' ORDER BY 1;
DROP PUBLICATION all_columns, some_columns;
CREATE SCHEMA "All Sent";
CREATE TABLE "All Sent".stopped (kind text);
CREATE PUBLICATION whole_schema FOR TABLES IN SCHEMA "All Sent";
SELECT detail FROM gb_enum_convert_online_plan('"All Sent".stopped', '{"kind": "risk_level"}') WHERE kind = 'stop';
SELECT detail FROM gb_enum_convert('"All Sent".stopped', 'kind', 'risk_level') WHERE kind = 'warning';
DROP PUBLICATION whole_schema;
DROP SCHEMA "All Sent" CASCADE;
RESET client_min_messages;
CREATE TEMP TABLE passing (kind text);
CALL gb_enum_convert_online('passing', '{"kind": "risk_level"}');
CREATE TABLE parts (id int, kind text, UNIQUE (id, kind)) PARTITION BY RANGE (id);
CALL gb_enum_convert_online('parts', '{"kind": "risk_level"}');
DROP TABLE stopped, parts;
-- what is wrong with the call
CALL gb_enum_convert_online(NULL);
CALL gb_enum_convert_online('visits');
CALL gb_enum_convert_online('visits', '{"nothing": "risk_level"}');
CALL gb_enum_convert_online('visits', '{"channel": "channel_type"}', batch_pages => 0);
CALL gb_enum_convert_online('visits', '{"channel": "channel_type"}', work_share => 0);
CALL gb_enum_convert_online('visits', '{"channel": "channel_type"}', lock_timeout => '0');
CALL gb_enum_convert_online('visits', '{"channel": "channel_type"}', attempts => NULL);
CALL gb_enum_convert_online('mails', '{"channel": "channel_type"}');
SELECT gb_enum_convert_finish('visits');
SELECT gb_enum_convert_undo('visits');
SELECT gb_enum_convert_undo(NULL);
CALL gb_enum_convert_online_undo('visits');
CALL gb_enum_convert_online_undo(NULL);
GRANT USAGE ON SCHEMA chat_platform TO regress_chat_other;
SET ROLE regress_chat_other;
CALL gb_enum_convert_online('chat_platform.visits', '{"channel": "public.channel_type"}');
RESET ROLE;
BEGIN;
CALL gb_enum_convert_online('visits', '{"channel": {"enum": "channel_type", "fold_case": true}}');
ROLLBACK;
SELECT count(*) FROM gb_enum_conversions;

-- Step by step, with everything that can be written between two steps
CREATE TABLE before AS TABLE visits;
SELECT gb_enums_internal.convert_online_begin('visits', gb_enums_internal.convert_named('{"channel": {"enum": "channel_type", "fold_case": true}, "level": "risk_level"}'), 1, 1, '2 s', 3);
CREATE PROCEDURE steps_to(wanted text) LANGUAGE plpgsql AS $$
DECLARE
    answer text;
BEGIN
    WHILE (SELECT stage FROM gb_enum_conversions WHERE relation = 'visits'::regclass) <> wanted LOOP
        answer := gb_enums_internal.online_step('visits', 'columns');
        COMMIT;
        IF answer = 'index' THEN
            CALL gb_enums_internal.run_concurrently('visits'::regclass, gb_enums_internal.convert_online_index('visits'));
        END IF;
    END LOOP;
END $$;
CALL steps_to('follow');
SET ROLE regress_chat_other;
SELECT gb_enums_internal.online_step('chat_platform.visits', 'columns');
CALL gb_enum_convert_online_undo('chat_platform.visits');
SELECT gb_enum_convert_undo('chat_platform.visits');
RESET ROLE;
-- nothing follows yet
INSERT INTO visits (id, channel, level) VALUES (1001, 'SMS', 1);
CALL steps_to('rows');
INSERT INTO visits (id, channel, level) VALUES (1002, 'SMS', 2);
INSERT INTO visits VALUES (1003, 'email', NULL);
INSERT INTO visits (id) VALUES (1004);
UPDATE visits SET level = 4 WHERE id = 1;
UPDATE visits SET note = 'touched' WHERE id IN (2, 1003);
DELETE FROM visits WHERE id = 3;
SELECT id, channel, level, channel_gb_new, level_gb_new FROM visits WHERE id <= 4 OR id > 1000 ORDER BY id;
-- no value of the enumeration: refused from now on
ALTER TABLE visits DROP CONSTRAINT visits_channel_check;
INSERT INTO visits (id, channel) VALUES (1005, 'pigeon');
-- the new column is written by nobody
INSERT INTO visits (id, channel, channel_gb_new) VALUES (1005, 'web', 'email');
INSERT INTO visits VALUES (1005, 'web', 1, NULL, 'low', 'sms');
UPDATE visits SET level_gb_new = 'none' WHERE id = 2;
-- a trigger of the table's own sees nothing of it, neither does row security
CREATE FUNCTION complain() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not this row'; END $$;
CREATE TRIGGER complaint BEFORE UPDATE ON visits FOR EACH ROW EXECUTE FUNCTION complain();
ALTER TABLE visits ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
SELECT stage, pass, pages_done < pages AS under_way, rows_converted FROM gb_enum_conversions WHERE relation = 'visits'::regclass;
CALL steps_to('indexes');
SELECT relation, columns, stage, pass, rows_converted, rows_locked FROM gb_enum_conversions;
DROP TRIGGER complaint ON visits;
ALTER TABLE visits DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;
SELECT count(*) FROM visits WHERE channel_gb_new::text IS DISTINCT FROM lower(channel) OR level_gb_new::int IS DISTINCT FROM level;
-- an index that was not built to its end is built anew
SET client_min_messages = error;
DO $$ BEGIN EXECUTE format('CREATE INDEX gb_new_%s ON visits (id)', 'visits_by_mail'::regclass::oid); END $$;
UPDATE pg_index SET indisvalid = false WHERE indexrelid = format('gb_new_%s', 'visits_by_mail'::regclass::oid)::regclass;
RESET client_min_messages;
CALL steps_to('exchange');
SELECT pg_temp.anonymous(indexdef) AS indexdef FROM pg_indexes WHERE tablename = 'visits' ORDER BY 1;
SELECT pg_temp.anonymous(format('%s %s', conname, pg_get_constraintdef(oid))) AS constraint FROM pg_constraint WHERE conrelid = 'visits'::regclass AND contype <> 'n' ORDER BY 1;
-- what came meanwhile gets a twin as well
CREATE INDEX visits_late ON visits (channel);
ALTER TABLE visits ADD CONSTRAINT visits_channel_check CHECK (channel IN ('web', 'email', 'SMS'));
SELECT gb_enums_internal.online_step('visits', 'columns');
SELECT stage FROM gb_enum_conversions;
-- a column that has become another
ALTER TABLE visits RENAME COLUMN channel TO way;
CALL gb_enum_convert_online('visits');
ALTER TABLE visits RENAME COLUMN way TO channel;
-- at last; the exchange reads no row
SET client_min_messages = warning;
CALL steps_to('exchange');
BEGIN;
SELECT seq_tup_read + idx_tup_fetch AS rows_before FROM pg_stat_xact_user_tables WHERE relid = 'visits'::regclass \gset
SELECT gb_enums_internal.online_step('visits', 'columns');
SELECT seq_tup_read + idx_tup_fetch - :rows_before AS rows_read FROM pg_stat_xact_user_tables WHERE relid = 'visits'::regclass;
COMMIT;
CALL gb_enum_convert_online('visits');
SELECT pg_temp.anonymous(indexdef) AS indexdef FROM pg_indexes WHERE tablename = 'visits' ORDER BY 1;
SELECT pg_temp.anonymous(format('%s %s', conname, pg_get_constraintdef(oid))) AS constraint, obj_description(oid) FROM pg_constraint WHERE conrelid = 'visits'::regclass AND contype <> 'n' ORDER BY 1;
SELECT attname, format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid), attacl IS NOT NULL AS acl, col_description(attrelid, attnum) FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE attrelid = 'visits'::regclass AND attnum > 0 ORDER BY attnum;
SELECT pg_temp.neutral(pg_get_viewdef('mails')) \g (format=unaligned)
-- the old column follows: what it cannot hold is refused, and so is who writes to it
INSERT INTO visits (id, channel, level) VALUES (2001, 'sms', 'high') RETURNING *;
INSERT INTO visits (id) VALUES (2002) RETURNING *;
UPDATE visits SET channel = 'web' WHERE id = 2001 RETURNING channel_gb_old;
\set VERBOSITY sqlstate
INSERT INTO visits (id, channel) VALUES (2003, 'telegram');
\set VERBOSITY default
INSERT INTO visits VALUES (2003, 'email', 1);
UPDATE visits SET channel_gb_old = 'web' WHERE id = 2;
UPDATE visits SET level = NULL WHERE id = 2 RETURNING *;
SET enable_seqscan = off;
PREPARE by_channel(text) AS SELECT count(*) FROM visits WHERE channel = $1;
SET plan_cache_mode = force_generic_plan;
EXPLAIN (COSTS OFF) EXECUTE by_channel('email');
EXECUTE by_channel('email');
RESET plan_cache_mode;
RESET enable_seqscan;
-- undone: everything as it was, and what was written since
SELECT gb_enum_convert_undo('visits');
\d visits
SELECT pg_temp.neutral(pg_get_viewdef('mails')) \g (format=unaligned)
TABLE visits EXCEPT TABLE before ORDER BY 1;
TABLE before EXCEPT TABLE visits ORDER BY 1;
SELECT count(*) FROM gb_enum_conversions;
DROP INDEX visits_late;

-- A row that is no value any more when its turn comes
SELECT gb_enums_internal.convert_online_begin('visits', gb_enums_internal.convert_named('{"channel": {"enum": "channel_type", "fold_case": true}}'), 1, 1, '2 s', 3);
ALTER TABLE visits DROP CONSTRAINT visits_channel_check;
INSERT INTO visits (id, channel) VALUES (3001, 'pigeon'), (3002, 'web ');
CALL gb_enum_convert_online('visits');
SELECT stage FROM gb_enum_conversions;
-- undone before the exchange, then done and finished
SELECT gb_enum_convert_undo('visits');
DELETE FROM visits WHERE id > 3000;
SELECT attname FROM pg_attribute WHERE attrelid = 'visits'::regclass AND attnum > 0 AND NOT attisdropped;
CALL gb_enum_convert_online('visits', '{"channel": {"enum": "channel_type", "fold_case": true}, "level": {"enum": "risk_level", "store": "smallint"}}');
SELECT gb_enum_convert_finish('visits');
\d visits
SELECT count(*) FROM before b JOIN visits v USING (id) WHERE lower(b.channel) <> v.channel::text;
DROP TABLE visits, before CASCADE;

-- All of a table that has one of everything, by its owner; undone, nothing is lost and nothing is new
SET ROLE regress_chat_owner;
CALL gb_enum_convert_online('auto_tasks', '{"status": "task_status", "priority": {"enum": "task_priority", "map": {"medium": "normal"}}, "mode": "execution_mode", "risk": "risk_level"}', work_share => 1);
UPDATE auto_tasks SET status = 'completed', finished_at = created_at, priority = 'normal' WHERE id = 1 RETURNING status_gb_old, priority_gb_old, mode_gb_old, risk_gb_old;
TABLE task_log;
CALL gb_enum_convert_online_undo('auto_tasks');
RESET ROLE;
SELECT * FROM changes ORDER BY 1, 2;
SELECT status, priority FROM auto_tasks WHERE id = 1;
-- done again, with partitions, defaults and CHECKs of their own, upper case, native enums and codes
CALL gb_enum_convert_online('auto_tasks', '{"status": "task_status", "priority": {"enum": "task_priority", "map": {"medium": "normal"}}, "mode": "execution_mode", "risk": "risk_level"}', work_share => 1);
CALL gb_enum_convert_online('message_history', '{"role": "message_role", "message_type": "message_type"}', batch_pages => 1);
CALL gb_enum_convert_online('task_approvals', '{"status": {"enum": "approval_status", "fold_case": true}, "risk": "risk_level"}');
CALL gb_enum_convert_online('calendar_events', '{"sync": {"enum": "sync_status", "store": "smallint"}, "former": "sync_status"}');
INSERT INTO message_history (id, created_at) VALUES (-1, '2026-01-15'), (-2, '2026-02-15') RETURNING role, role_gb_old;
INSERT INTO message_history (id, created_at, role) VALUES (-3, '2026-02-15', 'tool') RETURNING role, role_gb_old;
CREATE TABLE message_history_next PARTITION OF message_history FOR VALUES FROM ('2026-05-01') TO ('2026-06-01');
INSERT INTO message_history (id, created_at, role) VALUES (-4, '2026-05-15', 'tool') RETURNING role, role_gb_old;
DROP TABLE message_history_next;
INSERT INTO task_approvals DEFAULT VALUES RETURNING *;
INSERT INTO calendar_events (sync, former) VALUES (2, 'error') RETURNING *;
INSERT INTO calendar_events (sync) VALUES (7);
SELECT relation, columns, stage FROM gb_enum_conversions ORDER BY relation::text;
SELECT gb_enum_convert_finish(relation) FROM gb_enum_conversions ORDER BY relation::text;
SELECT * FROM changes ORDER BY 1, 2 \g (format=unaligned)
EXPLAIN (COSTS OFF) SELECT * FROM auto_tasks WHERE status = 'pending' ORDER BY created_at LIMIT 1;

-- Children of a plain table, with columns in another order, by a superuser for an owner
CREATE TABLE base (id int, kind text NOT NULL DEFAULT 'low');
CREATE TABLE child (extra int, kind text NOT NULL DEFAULT 'high', id int, CHECK (kind <> 'none'));
ALTER TABLE child INHERIT base;
INSERT INTO base VALUES (1, 'none');
INSERT INTO child (id, extra) SELECT i, i FROM generate_series(1, 500) i;
CREATE INDEX ON child (kind);
ALTER TABLE base OWNER TO regress_chat_owner;
ALTER TABLE child OWNER TO regress_chat_owner;
CALL gb_enum_convert_online('base', '{"kind": "risk_level"}', batch_pages => 1, work_share => 1);
INSERT INTO base (id) VALUES (2) RETURNING *;
INSERT INTO child (id) VALUES (3) RETURNING *;
INSERT INTO child (kind) VALUES ('none');
SELECT gb_enum_convert_finish('base');
SELECT pg_temp.described('child') \g (format=unaligned)
SELECT tableoid::regclass, kind, count(*) FROM base GROUP BY 1, 2 ORDER BY 1, 2;
SELECT DISTINCT relowner::regrole FROM pg_class WHERE relname ~ '^(base|child)';
DROP TABLE base CASCADE;

-- A row that moves to another partition takes along what it was, of several old values that have become one
CREATE TABLE moving (id int, state text, level varchar(9)) PARTITION BY LIST (id);
CREATE TABLE moving_1 PARTITION OF moving FOR VALUES IN (1);
CREATE TABLE moving_2 PARTITION OF moving FOR VALUES IN (2);
INSERT INTO moving VALUES (1, 'finished', 'n/a'), (1, 'completed', 'low'), (1, 'Done', NULL);
CALL gb_enum_convert_online('moving', '{"state": {"enum": "task_status", "fold_case": true, "map": {"done": "completed", "finished": "completed"}}, "level": {"enum": "risk_level", "map": {"n/a": null}}}');
UPDATE moving SET id = 2;
TABLE moving ORDER BY state_gb_old;
UPDATE moving SET id = 1, state = 'failed', level = 'high' WHERE state_gb_old = 'Done';
INSERT INTO moving (id, state, state_gb_old) VALUES (1, 'failed', 'finished');
SELECT gb_enum_convert_undo('moving');
TABLE moving ORDER BY state;
DROP TABLE moving;

-- The functions are for triggers of this kind and for these statements
CREATE TABLE by_hand (a text, b risk_level, c smallint);
CREATE TRIGGER bare BEFORE INSERT ON by_hand FOR EACH ROW EXECUTE FUNCTION gb_enums_internal.convert_follow_old();
INSERT INTO by_hand VALUES ('low');
DROP TRIGGER bare ON by_hand;
CREATE TRIGGER late AFTER INSERT ON by_hand FOR EACH ROW EXECUTE FUNCTION gb_enums_internal.convert_follow_old('a', 'b', '', '{}');
INSERT INTO by_hand VALUES ('low');
DROP TRIGGER late ON by_hand;
CREATE TRIGGER wrong BEFORE INSERT ON by_hand FOR EACH ROW EXECUTE FUNCTION gb_enums_internal.convert_follow_old('a', 'z', '', '{}');
INSERT INTO by_hand VALUES ('low');
DROP TRIGGER wrong ON by_hand;
CREATE TRIGGER wrong BEFORE INSERT ON by_hand FOR EACH ROW EXECUTE FUNCTION gb_enums_internal.convert_follow_old('b', 'a', '', '{}');
INSERT INTO by_hand VALUES ('low');
DROP TRIGGER wrong ON by_hand;
CREATE TRIGGER wrong BEFORE INSERT ON by_hand FOR EACH ROW EXECUTE FUNCTION gb_enums_internal.convert_follow_new('c', 'a', 'int4', '{}');
INSERT INTO by_hand VALUES ('low');
DROP TRIGGER wrong ON by_hand;
CREATE TRIGGER wrong BEFORE INSERT ON by_hand FOR EACH ROW EXECUTE FUNCTION gb_enums_internal.convert_follow_old('a', 'b', '', '[');
INSERT INTO by_hand VALUES ('low');
SELECT gb_enums_internal.convert_follow_old();
CALL gb_enums_internal.run_concurrently('by_hand'::regclass, 'DROP TABLE by_hand');
CALL gb_enums_internal.run_concurrently('by_hand'::regclass, 'CREATE INDEX ON by_hand (a)');
CALL gb_enums_internal.run_concurrently('by_hand'::regclass, 'CREATE INDEX CONCURRENTLY ON by_hand (a); DROP TABLE by_hand');
CALL gb_enums_internal.run_concurrently('by_hand'::regclass, 'CREATE INDEX CONCURRENTLY ON chat_platform.by_hand (nothing)');
CALL gb_enums_internal.run_concurrently(NULL, 'CREATE INDEX CONCURRENTLY ON by_hand (a)');
-- Without a statement it is the next one of a conversion, if there is one.
CALL gb_enums_internal.run_concurrently('pg_class'::regclass, NULL);
CALL gb_enums_internal.run_concurrently('by_hand'::regclass);
BEGIN;
CALL gb_enums_internal.run_concurrently('by_hand'::regclass, 'CREATE INDEX CONCURRENTLY ON by_hand (a)');
ROLLBACK;
SELECT * FROM gb_enums_internal.convert_rows('by_hand'::regclass, '{}', 0, 10, 10);
CREATE FUNCTION pg_temp.columns(fields jsonb) RETURNS gb_enums_internal.conversion_column[] LANGUAGE sql AS $$
    SELECT array_agg(c) FROM jsonb_populate_recordset(NULL::gb_enums_internal.conversion_column, fields) c $$;
CREATE TABLE by_number (n money, b risk_level);
INSERT INTO by_number VALUES (1, NULL);
SELECT * FROM gb_enums_internal.convert_rows('by_number'::regclass, pg_temp.columns(jsonb_build_array(jsonb_build_object('relation', 'by_number'::regclass::oid::bigint, 'number', 1, 'new_name', 'b',
    'enum', 'risk_level'::regtype::oid::bigint, 'old_type', 'money'::regtype::oid::bigint))), 0, 10, 10);
SELECT * FROM gb_enums_internal.convert_rows(1, '{}', 0, 10, 10);
SELECT * FROM gb_enums_internal.convert_rows('pg_class'::regclass, '{}', 0, 10, 10);
CREATE TRIGGER wrong BEFORE INSERT ON by_number FOR EACH ROW EXECUTE FUNCTION gb_enums_internal.convert_follow_old('n', 'b', '', '{}');
INSERT INTO by_number VALUES (1, NULL);
DROP TABLE by_number;
CREATE TABLE referenced (id smallint PRIMARY KEY, status text);
CREATE TABLE referring (id smallint REFERENCES referenced, status text);
INSERT INTO referenced VALUES (1, 'low');
INSERT INTO referring VALUES (1, 'low');
SELECT gb_enums_internal.convert_rows(t, pg_temp.columns(jsonb_build_array(jsonb_build_object('relation', t::oid::bigint, 'number', 2, 'new_name', 'id', 'enum', 'risk_level'::regtype::oid::bigint, 'old_type', 25))), 0, 10, 10) FROM CAST('referenced' AS regclass) t;
SELECT gb_enums_internal.convert_rows(t, pg_temp.columns(jsonb_build_array(jsonb_build_object('relation', t::oid::bigint, 'number', 2, 'new_name', 'id', 'enum', 'risk_level'::regtype::oid::bigint, 'old_type', 25))), 0, 10, 10) FROM CAST('referring' AS regclass) t;
DROP TABLE referring, referenced;
SELECT * FROM gb_enums_internal.convert_rows('by_hand'::regclass, pg_temp.columns(jsonb_build_array(jsonb_build_object('relation', 'by_hand'::regclass::oid::bigint, 'number', 99, 'new_name', 'b'))), 0, 10, 10);
SELECT * FROM gb_enums_internal.convert_rows('by_hand'::regclass, pg_temp.columns(jsonb_build_array(jsonb_build_object('relation', 'by_hand'::regclass::oid::bigint, 'number', 1, 'new_name', 'z'))), 0, 10, 10);
SELECT * FROM gb_enums_internal.convert_rows('by_hand'::regclass, pg_temp.columns(jsonb_build_array(jsonb_build_object('relation', 'by_hand'::regclass::oid::bigint, 'number', 1, 'new_name', 'a'))), 0, 10, 10);
-- CHECKs of domains belong to no table. They are left alone whatever plan there is, as with hundreds of partitions.
BEGIN;
SET LOCAL enable_hashagg = off; SET LOCAL enable_sort = off; SET LOCAL enable_nestloop = off; SET LOCAL enable_hashjoin = off;
SELECT count(*) FROM gb_enums_internal.convert_checks(pg_temp.columns(jsonb_build_array(jsonb_build_object('relation', 'by_hand'::regclass::oid::bigint, 'number', 1, 'name', 'a', 'new_name', 'b',
    'enum', 'risk_level'::regtype::oid::bigint, 'old_type', 25))));
ROLLBACK;
-- Pauses: a share of time, or as long as others need it, who lose less the less the step got of the processors, unless
-- they waited for it
SELECT what, lost, gb_enums_internal.online_pause(0.25, elapsed, lost, true) AS by_share,
    gb_enums_internal.online_pause(NULL, elapsed, lost, true) AS by_load, gb_enums_internal.online_pause(NULL, elapsed, lost, false) AS alone
FROM (VALUES ('all went well', 1.0, 1.0, 0.0, 2), ('three on two processors', 3, 2, 1, 2), ('ten on two processors', 5, 1, 4, 2), ('ten on eight processors', 10, 8, 2, 8),
    ('a disk is busy', 1, 0.5, 0, 2), ('all goes slowly', 1, 0, 0, 2), ('a long step', 100, 0, 0, 2),
    ('all went well, waited for', 1, 1, 0, 2), ('ten on two, waited for', 5, 1, 4, 2)) c(what, elapsed, worked, queued, processors)
CROSS JOIN LATERAL round(gb_enums_internal.lost_by_others(elapsed, worked, queued, processors, what ~ 'waited for')::numeric, 3) lost;
SELECT a.worked <= b.worked AND a.queued <= b.queued AND a.at <= b.at AND b.worked > 0 AND b.processors > 0 AS goes_on FROM gb_enums_internal.load_now() a, gb_enums_internal.load_now() b;
SET ROLE regress_chat_other;
CALL gb_enums_internal.run_concurrently('chat_platform.by_hand'::regclass, 'CREATE INDEX CONCURRENTLY ON chat_platform.by_hand (a)');
RESET ROLE;
-- a table that is dropped in the middle of a step is not one that was changed
CREATE TABLE short_lived (id int PRIMARY KEY, status text);
DO $$ DECLARE
    c gb_enums_internal.online_conversion;
BEGIN
    PERFORM gb_enums_internal.convert_online_begin('short_lived', gb_enums_internal.convert_named('{"status": "task_status"}'), 100, 1, '1 s', 3);
    SELECT * INTO c FROM gb_enums_internal.online_conversion WHERE relation = 'short_lived'::regclass;
    DROP TABLE short_lived;
    PERFORM gb_enums_internal.convert_require_unchanged(c);
END $$;
SET client_min_messages = error;
DROP SCHEMA chat_platform CASCADE;
DROP ROLE regress_chat_owner, regress_chat_reader, regress_chat_other;
