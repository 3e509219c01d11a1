-- Every function that people call, called by a superuser in whose session every name without a schema is a trap
-- (013_traps.pl).
SET statement_timeout = '60s';
CREATE SCHEMA app;

-- Lookups
SELECT ext.gb_enum_name('ext.task_status', 2), ext.gb_enum_code('ext.task_status', 'running'), ext.gb_enum_description('ext.task_status', 2);
SELECT * FROM ext.gb_enum_values('ext.task_status');
SELECT * FROM ext.gb_enums;
SELECT * FROM ext.gb_enum_types;
SELECT pg_catalog.length(ext.gb_enum_source('rust')), pg_catalog.length(ext.gb_enum_source('go', '{ext.task_status}'));
SELECT ext.gb_enum_fingerprint('ext.task_status') FROM ext.gb_enum_fingerprints;
SELECT ext.task_status_name(2), ext.task_status_name(2::pg_catalog.int2), ext.task_status_code('running'), ext.task_status_description(2),
       ext.task_status_description(2::pg_catalog.int2), ext.as_task_status(2::pg_catalog.int2);
SELECT * FROM ext.task_status_values();

-- Users' own enumerations
SELECT ext.gb_enum_create('app.ticket', '{new,open,closed}');
SELECT ext.gb_enum_create('app.other', definition => E'0 none "Nothing"\n1 some', "like" => NULL, description => 'another');
SELECT ext.gb_enum_create('app.kin', '{extra}', "like" => 'app.ticket');
SELECT ext.gb_enum_add_value('app.ticket', 'lost', 7, 'Nobody knows', '{gone}');
SELECT ext.gb_enum_rename_value('app.ticket', 'open', 'in progress');
SELECT ext.gb_enum_set_description('app.ticket', 'new', 'Nobody has seen it');
SELECT ext.gb_enum_add_alias('app.ticket', 'closed', 'done');
SELECT ext.gb_enum_drop_alias('app.ticket', 'done');
SELECT ext.gb_enum_deprecate('app.ticket', 'new', 'in progress');
SELECT ext.gb_enum_undeprecate('app.ticket', 'new');
CREATE TABLE app.tickets (id pg_catalog.int4 PRIMARY KEY, state app.ticket DEFAULT 'new', history app.ticket[] DEFAULT '{new,closed}',
    CHECK (state OPERATOR(app.<>) 'lost'), untouched app.kin);
CREATE VIEW app.new_tickets AS SELECT id FROM app.tickets WHERE state OPERATOR(app.=) 'new';
INSERT INTO app.tickets VALUES (1, 'closed');
INSERT INTO app.tickets VALUES (2, app.as_ticket(9::pg_catalog.int2));
SELECT * FROM ext.gb_enum_check();
SELECT * FROM ext.gb_enum_check('app.ticket', true);
DELETE FROM app.tickets;
SELECT ext.gb_enum_add_value('app.ticket', 'mistaken');
SELECT ext.gb_enum_remove_value('app.ticket', 'mistaken');
ALTER TYPE app.other RENAME TO another;
ALTER TYPE app.another OWNER TO its_owner;
SELECT ext.gb_enum_follow_type('app.another');
SELECT ext.gb_enum_grant('its_owner');
SELECT ext.gb_enum_revoke('its_owner');
SELECT ext.gb_enum_drop('app.another');
SELECT * FROM ext.gb_enum_package('mine', '{app.ticket,app.kin}');
SELECT ext.gb_enum_create('app.own', '{a,b}');
SELECT ext.gb_enum_adopt('tickets', 'app');
SELECT * FROM ext.gb_enum_package('tickets', '{app.own}');
SELECT ext.gb_enum_release('tickets');

-- Columns become enumerations
CREATE TABLE app.parents (status pg_catalog.varchar(20) PRIMARY KEY);
INSERT INTO app.parents VALUES ('pending');
INSERT INTO app.parents VALUES ('running');
CREATE TABLE app.tasks (id pg_catalog.int4 PRIMARY KEY, status pg_catalog.varchar(20) NOT NULL DEFAULT 'pending', priority pg_catalog.int4 DEFAULT 1,
    mode pg_catalog.text CHECK (mode OPERATOR(pg_catalog.=) ANY ('{manual,supervised,autonomous}'::pg_catalog.text[])), note pg_catalog.text);
COMMENT ON COLUMN app.tasks.priority IS '0=low, 1=normal, 2=high';
CREATE INDEX tasks_status ON app.tasks (status) WHERE mode OPERATOR(pg_catalog.=) 'manual';
CREATE INDEX tasks_lower ON app.tasks (pg_catalog.lower(note));
CREATE VIEW app.running AS SELECT id, status, mode FROM app.tasks WHERE status::pg_catalog.text OPERATOR(pg_catalog.=) 'running';
CREATE FUNCTION app.nothing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER guard BEFORE UPDATE ON app.tasks FOR EACH ROW WHEN (OLD.mode OPERATOR(pg_catalog.<>) 'manual') EXECUTE FUNCTION app.nothing();
CREATE POLICY visible ON app.tasks USING (mode OPERATOR(pg_catalog.<>) 'autonomous');
CREATE STATISTICS app.tasks_statistics ON status, mode FROM app.tasks;
INSERT INTO app.tasks VALUES (1, 'running', 2, 'manual', 'a');
INSERT INTO app.tasks VALUES (2, 'pending', 0, 'supervised', 'b');
ANALYZE app.tasks;
SELECT * FROM ext.gb_enum_suggest('app', true);
SELECT * FROM ext.gb_enum_column_order('app.tasks', '{status}');
SELECT * FROM ext.gb_enum_convert('app.tasks', 'status', 'ext.task_status');
SELECT * FROM ext.gb_enum_check_queries('{SELECT status FROM app.tasks WHERE note OPERATOR(pg_catalog.=) $1,SELECT missing FROM app.tasks}');
SELECT * FROM ext.gb_enum_convert('app.tasks', 'status', 'ext.task_status', dry_run => false);
SELECT * FROM ext.gb_enum_convert_table('app.tasks', '{"priority": "ext.task_priority"}', dry_run => false);
SELECT * FROM ext.gb_enum_convert_online_plan('app.tasks', '{"mode": {"enum": "ext.execution_mode", "trim_blanks": true}}');
CALL ext.gb_enum_convert_online('app.tasks', '{"mode": {"enum": "ext.execution_mode", "trim_blanks": true}}', work_share => 1);
SELECT * FROM ext.gb_enum_conversions;
CALL ext.gb_enum_convert_online_undo('app.tasks');
CALL ext.gb_enum_convert_online('app.tasks', '{"mode": "ext.execution_mode"}', work_share => 1);
SELECT ext.gb_enum_convert_undo('app.tasks');
CALL ext.gb_enum_convert_online('app.tasks', '{"mode": "ext.execution_mode"}', work_share => 1);
SELECT ext.gb_enum_convert_finish('app.tasks');
SELECT * FROM ext.gb_enum_revert('app.tasks', 'status', 'pg_catalog.varchar', 20, dry_run => false);

CREATE SCHEMA shop;
CREATE TABLE shop.web_orders (state pg_catalog.text CHECK (state OPERATOR(pg_catalog.=) ANY ('{open,paid}'::pg_catalog.text[])), kind pg_catalog.int4);
CREATE TABLE shop.shop_orders (state pg_catalog.text CHECK (state OPERATOR(pg_catalog.=) ANY ('{paid,open}'::pg_catalog.text[])));
COMMENT ON COLUMN shop.web_orders.kind IS '1=small, 2=large';
SELECT * FROM ext.gb_enum_convert_schema_plan('shop', '{"web_orders": {"kind": {"enum": "shop.size"}}}', true);
CALL ext.gb_enum_convert_schema('shop', '{"shop_orders": null}');
CALL ext.gb_enum_convert_schema('shop');
SELECT * FROM ext.gb_enum_schema_report;

-- Partitions
CREATE TABLE app.events (id pg_catalog.int8, at pg_catalog.timestamptz NOT NULL, note pg_catalog.text DEFAULT 'x', PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE app.events_default PARTITION OF app.events DEFAULT;
CREATE INDEX ON app.events (note);
SELECT ext.gb_partition_create('app.events', '2030-01-15 00:00+00', '1 month');
SELECT ext.create_monthly_partition('app.events'::pg_catalog.regclass, '2030-02-15'::pg_catalog.date);
SELECT ext.create_monthly_partition('app.events'::pg_catalog.regclass, '2030-03-15 00:00+00'::pg_catalog.timestamptz);
SELECT ext.create_monthly_partition('app.events'::pg_catalog.text, '2030-04-15'::pg_catalog.date);
SELECT ext.create_monthly_partition('app.events'::pg_catalog.text, '2030-05-15 00:00+00'::pg_catalog.timestamptz);
INSERT INTO app.events VALUES (1, '2031-01-15 00:00+00');
SELECT ext.gb_partition_create('app.events', '2031-01-15 00:00+00', '1 month', move_default => true);
SELECT ext.gb_partition_manage('app.events', '1 month', 2, '100 years', storage => '{fillfactor=90}');
SELECT * FROM ext.gb_partition_plan('app.events');
CALL ext.gb_partition_maintain('app.events');
CALL ext.gb_partition_maintain();
SELECT * FROM ext.gb_partition_status;
SELECT * FROM ext.gb_partition_failures;
SELECT ext.gb_partition_manage('app.events', '1 month', 1, '2 years', on_expire => 'drop');
CALL ext.gb_partition_maintain(NULL, '2040-01-15 00:00+00');
SELECT * FROM ext.gb_partition_backfill_plan('app.events');
CALL ext.gb_partition_backfill('app.events', '2024-01-15 00:00+00', '2024-03-15 00:00+00');
SELECT * FROM ext.gb_partition_care_plan('app.events');
SELECT * FROM ext.gb_partition_care_plan();
SELECT ext.gb_partition_unmanage('app.events');
CREATE TABLE app.history (id pg_catalog.int8 GENERATED ALWAYS AS IDENTITY, at pg_catalog.timestamptz NOT NULL, n pg_catalog.int2 DEFAULT 1, PRIMARY KEY (id, at));
INSERT INTO app.history (at) VALUES ('2024-01-15 00:00+00');
INSERT INTO app.history (at) VALUES ('2024-02-15 00:00+00');
CREATE VIEW app.recent AS SELECT id FROM app.history WHERE n OPERATOR(pg_catalog.=) 1::pg_catalog.int2;
SELECT * FROM ext.gb_partition_convert_plan('app.history', 'at', method => 'copy');
CALL ext.gb_partition_convert('app.history', 'at', method => 'copy');
SELECT * FROM ext.gb_partition_conversions;
CALL ext.gb_partition_convert_undo('app.history');
CALL ext.gb_partition_convert('app.history', 'at');
SELECT * FROM ext.gb_partition_detach_plan('app.history');
SELECT ext.gb_partition_convert_finish('app.history');
SELECT * FROM ext.gb_partition_merge_plan('app.history');
CALL ext.gb_partition_merge('app.history');
CALL ext.gb_partition_convert_undo('app.history');
CALL ext.gb_partition_merge('app.history');
SELECT ext.gb_partition_convert_finish('app.history');

-- The way out
SELECT * FROM ext.gb_uninstall_plan();
SELECT * FROM ext.gb_uninstall_plan('pg_catalog.int2', false);

-- Operations
SELECT * FROM ext.gb_table_sizes;
SELECT * FROM ext.gb_table_bloat('app.history');
SELECT * FROM ext.gb_index_usage;
SELECT * FROM ext.gb_table_maintenance;
SELECT * FROM ext.gb_maintenance_findings;
SELECT * FROM ext.gb_maintenance_plan();
SELECT * FROM ext.gb_index_advice('{SELECT 1 FROM app.history WHERE id = 1}');
DO LANGUAGE plpgsql $$ BEGIN PERFORM ext.gb_slow_statements(); EXCEPTION WHEN object_not_in_prerequisite_state THEN NULL; END $$;
