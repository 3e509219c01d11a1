-- what old values become: mappings, dirty rows, codes, native enums; and columns that stay smallint
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
SELECT gb_enum_create('channel', definition => $$
0 web
1 whatsapp alias wa
2 telegram
3 sms alias "carrier pigeon"
4 fax deprecated use sms
9 other
$$);
-- dirty rows: what there is, and which option would help
SELECT kind, detail FROM gb_enum_convert('user_sessions', 'channel', 'channel') WHERE kind IN ('stop', 'warning');
SELECT kind, detail FROM gb_enum_convert('user_sessions', 'channel', 'channel', trim_blanks => true) WHERE kind IN ('stop', 'warning');
SELECT kind, detail FROM gb_enum_convert('user_sessions', 'channel', 'channel', trim_blanks => true, fold_case => true) WHERE kind IN ('stop', 'warning');
SELECT kind, detail FROM gb_enum_convert('user_sessions', 'channel', 'channel', trim_blanks => true, fold_case => true, use_aliases => true) WHERE kind IN ('stop', 'warning');
SELECT kind, detail FROM gb_enum_convert('user_sessions', 'channel', 'channel', trim_blanks => true, fold_case => true, otherwise => 'other') WHERE kind IN ('stop', 'warning');
SELECT kind, detail FROM gb_enum_convert('user_sessions', 'channel', 'channel', map => '{"": null, "WEB ": "web", "4": "telegram"}', trim_blanks => true, fold_case => true, otherwise_null => true) WHERE kind IN ('stop', 'warning');
-- done without options: it says all that is wrong, and nothing has happened
SELECT count(*) FROM gb_enum_convert('user_sessions', 'channel', 'channel', dry_run => false);
CREATE TEMP TABLE old_sessions AS SELECT * FROM user_sessions;
BEGIN;
SELECT count(*) FROM gb_enum_convert('user_sessions', 'channel', 'channel', map => '{"": null, "4": "telegram"}', trim_blanks => true, fold_case => true, use_aliases => true, dry_run => false);
SELECT o.channel AS was, s.channel, count(*) FROM old_sessions o JOIN user_sessions s USING (id) GROUP BY 1, 2 ORDER BY o.channel COLLATE "C", 2;
ROLLBACK;
BEGIN;
SELECT statement FROM gb_enum_convert('user_sessions', 'channel', 'channel', fold_case => true, otherwise => 'other', dry_run => false) WHERE statement LIKE 'ALTER%';
SELECT o.channel AS was, s.channel, count(*) FROM old_sessions o JOIN user_sessions s USING (id) GROUP BY 1, 2 ORDER BY o.channel COLLATE "C", 2;
ROLLBACK;
ALTER TABLE user_sessions ALTER channel SET NOT NULL;
DELETE FROM user_sessions WHERE channel IS NULL;
ALTER TABLE user_sessions ALTER channel SET NOT NULL;
SELECT kind, detail FROM gb_enum_convert('user_sessions', 'channel', 'channel', otherwise_null => true) WHERE kind IN ('stop', 'warning');
-- blanks, and those that are no spaces
CREATE TABLE blank (word varchar(30), never char(8) NOT NULL DEFAULT '');
INSERT INTO blank VALUES ('sms', 'sms'), ('', ''), ('  ', 'SMS'), ('web' || chr(160), 'web'), (NULL, '');
SELECT kind, detail FROM gb_enum_convert_table('blank', '{"word": "channel", "never": {"enum": "channel", "fold_case": true}}') WHERE kind = 'stop';
SELECT detail FROM gb_enum_convert('blank', 'never', 'channel', fold_case => true, map => '{"": null}') WHERE kind = 'stop';
SELECT count(*) > 0 AS done FROM gb_enum_convert_table('blank', jsonb_build_object(
    'word', jsonb_build_object('enum', 'channel', 'trim_blanks', true, 'map', jsonb_build_object('', NULL, 'web' || chr(160), 'web')),
    'never', '{"enum": "channel", "fold_case": true, "map": {"": "other"}}'::jsonb), dry_run => false);
INSERT INTO blank VALUES (DEFAULT, DEFAULT);
TABLE blank;
DROP TABLE blank;
-- a deprecated value in a row stays
UPDATE user_sessions SET channel = CASE WHEN id = 81 THEN 'fax' ELSE 'web' END;
SELECT kind, detail FROM gb_enum_convert('user_sessions', 'channel', 'channel', dry_run => false) WHERE kind IN ('stop', 'warning');
SELECT channel, count(*) FROM user_sessions GROUP BY 1 ORDER BY 1;
-- upper case: literals in the default, CHECK, index, policy of another table, go through the same mapping
SELECT statement, detail FROM gb_enum_convert('task_approvals', 'status', 'approval_status', fold_case => true) WHERE kind = 'statement' \g (format=unaligned)
SELECT kind, detail FROM gb_enum_convert('task_approvals', 'status', 'approval_status') WHERE kind = 'stop';
SELECT count(*) FROM gb_enum_convert('task_approvals', 'status', 'approval_status', fold_case => true, dry_run => false);
\d task_approvals
SELECT regexp_replace(pg_get_expr(polqual, polrelid), '\s+', ' ', 'g') FROM pg_policy WHERE polname = 'approved';
-- smallint codes: bad ones are found first, and the heap stays as it is
BEGIN;
UPDATE task_approvals SET risk = 77 WHERE task_id < 4;
UPDATE task_approvals SET risk = -1 WHERE task_id = 4;
SELECT count(*) FROM gb_enum_convert('task_approvals', 'risk', 'risk_level', dry_run => false);
ROLLBACK;
SELECT pg_relation_filenode('task_approvals') AS filenode \gset
CREATE TEMP TABLE old_risky AS SELECT row_number() OVER () AS n, * FROM risky_approvals;
SELECT kind, statement, rewrites, detail FROM gb_enum_convert('task_approvals', 'risk', 'risk_level', dry_run => false) WHERE rewrites OR statement LIKE 'ALTER TABLE%' \g (format=unaligned)
SELECT pg_relation_filenode('task_approvals') = :filenode AS same_file;
SELECT count(*) FROM old_risky o FULL JOIN (SELECT row_number() OVER () AS n, * FROM risky_approvals) t USING (n) WHERE o.task_id <> t.task_id OR o.risk <> t.risk::integer;
SELECT pg_temp.neutral(pg_get_viewdef('risky_approvals'));
-- literals in comparisons that stay comparisons of texts; and texts that nobody can map
CREATE TABLE steps (id int, state varchar(10) DEFAULT 'done' CHECK (state IS DISTINCT FROM 'lost' AND state IS DISTINCT FROM 'done' OR state IN ('done', 'PENDING')));
INSERT INTO steps VALUES (1, 'done'), (2, 'PENDING'), (3, NULL), (4, 'ready');
CREATE VIEW step_states AS SELECT id, CASE state WHEN 'done' THEN 1 WHEN 'PENDING' THEN 2 WHEN 'ready' THEN 3 END AS c, nullif(state, 'done') AS n, state IS DISTINCT FROM 'PENDING' AS d,
    'done' IS NOT DISTINCT FROM state AS e, CASE WHEN state = 'done' THEN 'y' ELSE 'n' END AS f FROM steps;
CREATE VIEW step_texts AS SELECT coalesce(state, 'done') = 'done' AS x, state LIKE 'd%' AS y FROM steps;
CREATE INDEX steps_open ON steps (id) WHERE state IS DISTINCT FROM 'done';
CREATE TRIGGER finished BEFORE UPDATE ON steps FOR EACH ROW WHEN (new.state IS NOT DISTINCT FROM 'done' AND old.state IS DISTINCT FROM new.state) EXECUTE FUNCTION suppress_redundant_updates_trigger();
CREATE TEMP TABLE old_states AS SELECT * FROM step_states;
SELECT kind, detail FROM gb_enum_convert('steps', 'state', 'task_status', map => '{"done": "completed"}', fold_case => true) WHERE kind IN ('stop', 'warning');
SELECT count(*) FROM gb_enum_convert('steps', 'state', 'task_status', map => '{"done": "completed"}', fold_case => true, dry_run => false);
SELECT o.n AS was, s.* FROM old_states o JOIN step_states s USING (id) ORDER BY id;
SELECT count(*) FROM old_states o JOIN step_states s USING (id) WHERE (o.c, o.d, o.e, o.f) IS DISTINCT FROM (s.c, s.d, s.e, s.f);
\d steps
-- what an enumeration has not
CREATE TABLE as_stored (status varchar(20) COLLATE "C", other text);
ALTER TABLE as_stored ALTER status SET STORAGE EXTERNAL, ALTER status SET COMPRESSION pglz;
CREATE INDEX as_stored_order ON as_stored (status COLLATE "POSIX", other);
CREATE INDEX as_stored_both ON as_stored USING hash (status COLLATE "POSIX");
SELECT kind, detail FROM gb_enum_convert_table('as_stored', '{"status": "task_status", "other": "task_status"}') WHERE kind = 'warning' AND detail !~ 'Prepared';
SELECT kind, detail FROM gb_enum_convert_online_plan('as_stored', '{"status": "task_status"}') WHERE kind = 'warning' AND detail ~ 'loses|serves' ORDER BY detail COLLATE "C";
-- operator classes that know no enumerations
CREATE TABLE looked_up (status text COLLATE "C");
INSERT INTO looked_up SELECT (ARRAY['ready', 'paused', 'failed'])[1 + i % 3] FROM generate_series(1, 3000) i;
CREATE INDEX looked_up_bloom ON looked_up USING brin (status text_bloom_ops (n_distinct_per_range = 10));
CREATE INDEX looked_up_upper ON looked_up (upper(status) text_pattern_ops, (status || '!') COLLATE "C" DESC);
SELECT kind, detail FROM gb_enum_convert('looked_up', 'status', 'task_status', dry_run => false) WHERE kind = 'warning';
SELECT indexdef FROM pg_indexes WHERE tablename = 'looked_up' ORDER BY indexname \g (format=unaligned)
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT * FROM looked_up WHERE upper(status::text COLLATE "C") LIKE 'PAU%';
EXPLAIN (COSTS OFF) SELECT * FROM looked_up WHERE status::text COLLATE "C" = 'paused';
RESET enable_seqscan;
-- integers that are something else than codes, and literals with them
CREATE TABLE old_codes (id integer, level integer NOT NULL DEFAULT 10 CONSTRAINT known CHECK (level IN (10, 20, 30)));
INSERT INTO old_codes SELECT i, 10 * (1 + i % 3) FROM generate_series(1, 30) i;
CREATE INDEX old_codes_20 ON old_codes (id) WHERE level = 20;
SELECT kind, detail FROM gb_enum_convert('old_codes', 'level', 'risk_level') WHERE kind = 'stop';
SELECT count(*) FROM gb_enum_convert('old_codes', 'level', 'risk_level', map => '{"10": "low", "20": "medium", "30": "high"}', dry_run => false);
\d old_codes
SELECT level, count(*) FROM old_codes GROUP BY 1 ORDER BY 1;
CREATE TABLE old_order (level integer CHECK (level > 15));
SELECT kind, detail FROM gb_enum_convert('old_order', 'level', 'risk_level', map => '{"10": "low", "20": "medium", "30": "high"}') WHERE kind = 'stop';
-- native enums, char(n), domains
SELECT count(*) FROM gb_enum_convert_table('calendar_events', '{"sync": "sync_status", "former": "sync_status"}', false);
\d+ calendar_events
SELECT pg_temp.neutral(pg_get_viewdef('unsynced_events'));
SELECT sync, former, count(*) FROM calendar_events GROUP BY 1, 2 ORDER BY 1;
CREATE DOMAIN level AS text CHECK (value <> '');
CREATE TABLE with_domain (risk level DEFAULT 'low', CHECK (risk <> 'none'));
INSERT INTO with_domain VALUES ('high'), (DEFAULT);
SELECT statement FROM gb_enum_convert('with_domain', 'risk', 'risk_level', dry_run => false) WHERE statement LIKE 'ALTER%';
TABLE with_domain;
CREATE DOMAIN sure AS varchar(20) NOT NULL DEFAULT 'ready';
CREATE TABLE with_sure (status sure);
SELECT kind, statement, detail FROM gb_enum_convert('with_sure', 'status', 'task_status', dry_run => false) WHERE kind = 'warning' OR statement LIKE 'ALTER%' \g (format=unaligned)
\d with_sure
-- temporary tables, and temporary views over others
CREATE TEMP TABLE draft (status text CHECK (status IN ('ready', 'pending')));
CREATE TEMP VIEW ready_drafts AS SELECT status FROM draft WHERE status = 'ready';
CREATE TABLE kept (status text DEFAULT 'ready');
CREATE TEMP VIEW kept_shown AS SELECT status FROM kept;
SELECT count(*) FROM gb_enum_convert('draft', 'status', 'task_status', dry_run => false);
SELECT count(*) FROM gb_enum_convert('kept', 'status', 'task_status', dry_run => false);
SELECT attrelid::regclass, atttypid::regtype FROM pg_attribute WHERE attrelid IN ('draft'::regclass, 'ready_drafts'::regclass, 'kept'::regclass, 'kept_shown'::regclass) AND attname = 'status' ORDER BY 1;
-- names of every kind
CREATE SCHEMA "odd ""schema";
SELECT gb_enum_create('"odd ""schema"."St ate"', ARRAY['ready', 'it''s', '100 %s', E'b\\c']);
CREATE TABLE "odd ""schema"."My Table" (id int, "select" varchar(20) NOT NULL DEFAULT E'b\\c' CONSTRAINT "Check; --" CHECK ("select" IN ('ready', 'it''s', E'b\\c')), "x\y" text);
INSERT INTO "odd ""schema"."My Table" VALUES (1, 'ready', 'x'), (2, 'it''s', 'y'), (3, DEFAULT, '');
CREATE INDEX "Index ""q" ON "odd ""schema"."My Table" ("x\y") WHERE "select" = 'it''s';
CREATE VIEW "odd ""schema"."V iew" ("the ""select", "%s") AS SELECT "select", "x\y" || '%s' FROM "odd ""schema"."My Table" WHERE "select" <> 'it''s';
COMMENT ON VIEW "odd ""schema"."V iew" IS 'it''s \ "q" %s';
SELECT count(*) FROM gb_enum_convert('"odd ""schema"."My Table"', 'select', '"odd ""schema"."St ate"', map => '{"50 %": "100 %s", "$$''": "it''s"}', dry_run => false);
\d "odd ""schema"."My Table"
SELECT *, obj_description('"odd ""schema"."V iew"'::regclass) FROM "odd ""schema"."V iew";
DROP SCHEMA "odd ""schema" CASCADE;
-- foreign keys: both sides together, and what hangs on them
DROP RULE no_kind ON tickets;
CREATE TABLE ticket_log (id int, status text REFERENCES ticket_states ON UPDATE CASCADE ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED, was text,
    parent int, parent_status varchar(20), UNIQUE (id, status), CONSTRAINT parent FOREIGN KEY (parent, parent_status) REFERENCES ticket_log (id, status) MATCH FULL);
ALTER TABLE ticket_log ADD CONSTRAINT was_state FOREIGN KEY (was) REFERENCES ticket_states NOT VALID;
COMMENT ON CONSTRAINT was_state ON ticket_log IS 'once it was';
CREATE VIEW ticket_view AS SELECT t.id, s.name FROM tickets t JOIN ticket_states s ON s.name = t.status WHERE s.name = 'pending';
INSERT INTO tickets VALUES (1, 'pending'), (2, 'approved');
INSERT INTO ticket_log VALUES (1, 'pending', 'approved', NULL, NULL), (2, 'approved', NULL, 1, 'pending');
SELECT statement FROM gb_enum_convert('tickets', 'status', 'approval_status', foreign_keys => true, dry_run => false) WHERE kind = 'statement' AND statement !~ 'VIEW' \g (format=unaligned)
\d ticket_log
SELECT convalidated, obj_description(oid) FROM pg_constraint WHERE conname = 'was_state';
INSERT INTO tickets VALUES (3, 'expired');
INSERT INTO ticket_log VALUES (4, 'approved', 'approved', 2, 'approved');
DELETE FROM ticket_states WHERE name = 'approved';
SELECT * FROM ticket_view;
-- a default that is no literal
CREATE TABLE by_setting (status text DEFAULT coalesce(current_setting('gb.status', true), 'ready'), at timestamptz);
SELECT kind, statement, detail FROM gb_enum_convert('by_setting', 'status', 'task_status', dry_run => false) WHERE kind = 'warning' OR statement LIKE 'ALTER%' \g (format=unaligned)
INSERT INTO by_setting DEFAULT VALUES RETURNING status;
SET gb.status = 'paused';
INSERT INTO by_setting DEFAULT VALUES RETURNING status;
SET gb.status = 'nonsense';
INSERT INTO by_setting DEFAULT VALUES RETURNING status;
-- and back: to texts it is what it was, and to numbers it cannot be
SELECT statement, detail FROM gb_enum_revert('by_setting', 'status', 'smallint') WHERE statement LIKE 'ALTER%' OR detail ~ 'default' \g (format=unaligned)
SELECT statement FROM gb_enum_revert('by_setting', 'status', 'text', add_check => false, dry_run => false) WHERE statement LIKE 'ALTER%' \g (format=unaligned)
INSERT INTO by_setting DEFAULT VALUES RETURNING status;
CREATE TABLE by_number (level bigint DEFAULT length(current_setting('gb.status')));
SELECT count(*) > 0 AS done FROM gb_enum_convert('by_number', 'level', 'task_status', dry_run => false);
SELECT statement FROM gb_enum_revert('by_number', 'level', 'text') WHERE statement LIKE 'ALTER%' \g (format=unaligned)
SELECT statement FROM gb_enum_revert('by_number', 'level', 'bigint') WHERE statement LIKE 'ALTER%' \g (format=unaligned)
SELECT count(*) > 0 AS done FROM gb_enum_convert('by_setting', 'status', 'task_status', map => '{"nonsense": "ready"}', dry_run => false);
SELECT statement FROM gb_enum_revert('by_setting', 'status', 'text', add_check => false) WHERE statement LIKE 'ALTER%' \g (format=unaligned)
-- the column becomes a smallint; what stands over it has names
CREATE TABLE raw (id integer, status varchar(20) NOT NULL DEFAULT 'ready', CONSTRAINT known CHECK (status IN ('pending', 'ready', 'running')));
INSERT INTO raw SELECT i, (ARRAY['pending', 'ready', 'running'])[1 + i % 3] FROM generate_series(1, 1000) i;
CREATE INDEX raw_status ON raw (status);
CREATE INDEX raw_ready ON raw (id) WHERE status = 'ready';
CREATE VIEW shown AS SELECT id, status FROM raw WHERE status <> 'running';
SELECT kind, pg_temp.neutral(statement) AS statement, detail FROM gb_enum_convert('raw', 'status', 'task_status', store => 'smallint', dry_run => false) \g (format=unaligned)
\d raw
\d shown
SELECT pg_temp.neutral(pg_get_viewdef('shown'));
INSERT INTO raw (id) VALUES (1001) RETURNING *;
INSERT INTO raw (id, status) VALUES (1001, 7);
SELECT status, count(*) FROM shown GROUP BY 1 ORDER BY 1;
SET enable_seqscan = off;
ANALYZE raw;
EXPLAIN (COSTS OFF) SELECT * FROM shown WHERE status = 'pending';
EXPLAIN (COSTS OFF) SELECT * FROM shown WHERE status = 'ready' AND id < 10;
DROP VIEW fingerprint;
DROP SCHEMA chat_platform CASCADE;
DROP ROLE regress_chat_owner, regress_chat_reader, regress_chat_other;
