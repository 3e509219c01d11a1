-- what belongs to a table or view (functions in its CHECKs, indexes, defaults, policies, ...) is its owner's code, and runs as the owner,
-- whoever calls
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
CREATE ROLE regress_trap_owner;
CREATE ROLE regress_trap_viewer;
CREATE SCHEMA as_owner AUTHORIZATION regress_trap_owner;
GRANT USAGE, CREATE ON SCHEMA as_owner TO regress_trap_viewer;
SET search_path = as_owner, public;
SET SESSION AUTHORIZATION regress_trap_owner;
CREATE TABLE ran (what text, who name);
GRANT INSERT, SELECT ON ran TO PUBLIC;
-- puts on record who runs it, and makes its author superuser if it can
CREATE FUNCTION tell(what text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT r.rolsuper FROM pg_roles r WHERE r.rolname = current_user) THEN
        ALTER ROLE regress_trap_owner SUPERUSER;
    END IF;
    INSERT INTO as_owner.ran VALUES (what, current_user);
END $$;
CREATE FUNCTION holds(what text, value text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM as_owner.tell(what); RETURN true; END $$;
CREATE FUNCTION same(what text, value text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM as_owner.tell(what); RETURN value; END $$;
CREATE FUNCTION fired() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM as_owner.tell('trigger'); RETURN NEW; END $$;
CREATE TYPE mood AS ENUM ('low', 'high');
CREATE FUNCTION mood_text(mood) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM as_owner.tell('cast'); RETURN CASE WHEN $1 < 'high' THEN 'low' ELSE 'high' END; END $$;
CREATE CAST (mood AS text) WITH FUNCTION mood_text(mood);
CREATE DOMAIN stage AS text CHECK (holds('domain', VALUE));
CREATE FUNCTION make_jobs(name text) RETURNS void LANGUAGE plpgsql AS $f$
BEGIN
    EXECUTE format($$
        CREATE TABLE %1$I (
            id integer PRIMARY KEY, status text NOT NULL DEFAULT same('default', 'ready'), mood mood, stage stage, code smallint,
            again text GENERATED ALWAYS AS (same('generated', id::text)) STORED, CONSTRAINT %1$s_checked CHECK (holds('check', status)));
        CREATE INDEX %1$s_same ON %1$I (same('index', status));
        CREATE INDEX %1$s_all ON %1$I (id) WHERE holds('predicate', 'any');
        CREATE UNIQUE INDEX %1$s_once ON %1$I (status, id);
        CREATE UNIQUE INDEX %1$s_moods ON %1$I (mood, id);
        CREATE STATISTICS %1$s_stats ON id, same('statistics', status) FROM %1$I;
        CREATE TRIGGER %1$s_fired BEFORE UPDATE ON %1$I FOR EACH ROW WHEN (holds('when', NEW.status)) EXECUTE FUNCTION fired();
        ALTER TABLE %1$I ENABLE ROW LEVEL SECURITY;
        CREATE POLICY %1$s_seen ON %1$I USING (holds('policy', status));
        INSERT INTO %1$I (id, mood, stage, code) SELECT i, CASE i %% 2 WHEN 0 THEN 'low' ELSE 'high' END::mood, 'ready', i %% 4 FROM generate_series(1, 40) i;
        GRANT SELECT ON %1$I TO regress_trap_viewer;
        ANALYZE %1$I $$, name);
END $f$;
SELECT make_jobs('jobs'), make_jobs('used'), make_jobs('numbers');
CREATE VIEW used_seen AS SELECT same('view', status) AS said, status FROM used;
CREATE MATERIALIZED VIEW used_kept AS SELECT same('materialized view', status) AS said, status FROM used;
CREATE TABLE events (id bigint, at timestamptz NOT NULL, said text CHECK (holds('check', said)), PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE INDEX events_all ON events (id) WHERE holds('predicate', 'any');
CREATE TABLE events_rest PARTITION OF events DEFAULT;
CREATE TABLE log (id bigint, at timestamptz NOT NULL DEFAULT now(), said text DEFAULT same('default', 'x') CHECK (holds('check', said)), PRIMARY KEY (id, at));
CREATE INDEX log_all ON log (id) WHERE holds('predicate', 'any');
INSERT INTO log SELECT i, '2026-01-01'::timestamptz + i * interval '1 day' FROM generate_series(1, 70) i;
SET SESSION AUTHORIZATION regress_trap_viewer;
CREATE VIEW seen AS SELECT id, same('view', status) AS said, status FROM jobs WHERE status = 'ready' OR holds('view', 'any');
CREATE MATERIALIZED VIEW kept AS SELECT id, same('materialized view', status) AS said, status FROM jobs;
CREATE INDEX kept_said ON kept (same('index of a view', status));
CREATE STATISTICS kept_stats ON id, status FROM kept;
GRANT SELECT ON seen TO regress_trap_owner;
RESET SESSION AUTHORIZATION;
-- (What runs when is not the same in all versions of the server.)
CREATE FUNCTION who_ran() RETURNS SETOF name LANGUAGE sql AS 'WITH r AS (DELETE FROM as_owner.ran RETURNING who) SELECT DISTINCT who FROM r ORDER BY 1';
SELECT who_ran();

-- suggestions; one table that cannot be read does not keep those of others from being read
CREATE TABLE refusing (word text);
INSERT INTO refusing VALUES ('ready');
ALTER TABLE refusing OWNER TO regress_trap_owner;
SET SESSION AUTHORIZATION regress_trap_owner;
CREATE FUNCTION refuse(text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN true; END $$;
CREATE INDEX ON refusing (word) WHERE word = 'none' AND refuse('any');
CREATE OR REPLACE FUNCTION refuse(text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RAISE 'not you'; END $$;
RESET SESSION AUTHORIZATION;
SELECT table_name, column_name, evidence FROM gb_enum_suggest('as_owner', scan => true) WHERE column_name = 'mood' ORDER BY 1;
SELECT bytes_now > 0 AS known FROM gb_enum_column_order('jobs', '{status}');
SELECT who_ran();
-- who does not act for the owner reads nothing of theirs
SET SESSION AUTHORIZATION regress_trap_viewer;
SELECT table_name, column_name, evidence FROM gb_enum_suggest('as_owner', scan => true) WHERE column_name = 'mood' ORDER BY 1;
RESET SESSION AUTHORIZATION;
SELECT who_ran();

-- plans
SELECT kind, detail FROM gb_enum_convert_table('jobs', '{"status": "task_status", "mood": "risk_level", "stage": "task_status", "code": "task_status"}') WHERE kind = 'stop';
SELECT who_ran();
SELECT kind, detail FROM gb_enum_convert_online_plan('used', '{"status": "task_status", "mood": "risk_level"}') WHERE kind = 'stop';
SELECT who_ran();
-- another's view would have to be made again by the table's owner, who may not
SELECT kind, detail FROM gb_enum_convert_online_plan('jobs', '{"status": "task_status"}') WHERE kind = 'stop';
SELECT who_ran();

-- conversions, refused and done
SELECT gb_enum_convert('jobs', 'status', 'risk_level', dry_run => false);
SELECT count(*) > 0 AS done FROM gb_enum_convert('jobs', 'status', 'task_status', dry_run => false);
SELECT who_ran();
-- (It is filled when the policies are there again by which its owner sees rows.)
SELECT count(*) FROM kept;
SELECT relname, relowner::regrole FROM pg_class WHERE relname IN ('seen', 'kept', 'kept_said') UNION ALL SELECT stxname, stxowner::regrole FROM pg_statistic_ext WHERE stxname ~ '^(jobs|kept)' ORDER BY 1;
SELECT grantor::regrole, grantee::regrole FROM pg_class, aclexplode(relacl) WHERE relname = 'seen' AND privilege_type = 'SELECT' ORDER BY 2;
SELECT count(*) > 0 AS done FROM gb_enum_convert_table('jobs', '{"mood": "risk_level", "stage": "task_status", "code": "task_status"}', dry_run => false);
SELECT who_ran();
SELECT count(*) > 0 AS planned FROM gb_enum_revert('jobs', 'status');
SELECT count(*) > 0 AS done FROM gb_enum_revert('jobs', 'status', dry_run => false);
SELECT who_ran();
SELECT count(*) > 0 AS done FROM gb_enum_convert('numbers', 'code', 'task_status', dry_run => false);
SELECT count(*) > 0 AS done FROM gb_enum_revert('numbers', 'code', 'smallint', dry_run => false);
SELECT count(*) FROM gb_enum_check('task_status');
SELECT who_ran();

-- while tables are used
CALL gb_enum_convert_online('used', '{"status": "task_status", "mood": "risk_level"}');
SELECT gb_enum_convert_undo('used');
CALL gb_enum_convert_online('used', '{"status": "task_status", "mood": "risk_level"}');
SELECT gb_enum_convert_finish('used');
SELECT count(*) FROM gb_enum_conversions;
SELECT who_ran();

-- a schema at a time
CREATE SCHEMA as_owner_all AUTHORIZATION regress_trap_owner;
SET search_path = as_owner_all, as_owner, public;
SET SESSION AUTHORIZATION regress_trap_owner;
SELECT make_jobs('tasks');
CREATE VIEW tasks_seen AS SELECT same('view', status) AS said, status FROM tasks;
RESET SESSION AUTHORIZATION;
SELECT who_ran();
SELECT count(*) > 0 AS planned FROM gb_enum_convert_schema_plan('as_owner_all', '{"tasks": {"status": "task_status"}}');
SELECT who_ran();
CALL gb_enum_convert_schema('as_owner_all', '{"tasks": {"status": "task_status"}}');
SELECT who_ran();
SELECT attname, atttypid::regtype FROM pg_attribute WHERE attrelid = 'tasks'::regclass AND attname IN ('status', 'mood') ORDER BY 1;
DROP SCHEMA as_owner_all CASCADE;
SET search_path = as_owner, public;

-- partitions
SELECT gb_partition_manage('events', '1 month', premake => 1);
SELECT count(*) > 0 AS planned FROM gb_partition_plan('events');
CALL gb_partition_maintain('events');
SELECT gb_partition_create('events', '2020-01-15');
SELECT create_monthly_partition('as_owner.events', '2020-02-15'::date);
SELECT count(*) > 0 AS shown FROM gb_partition_status;
SELECT count(*) >= 0 AS shown FROM gb_maintenance_findings;
SELECT count(*) >= 0 AS planned FROM gb_maintenance_plan();
SELECT (SELECT count(*) FROM gb_table_sizes) > 0 AND (SELECT count(*) FROM gb_index_usage) > 0 AND (SELECT count(*) FROM gb_table_maintenance) > 0 AS shown;
SELECT gb_partition_unmanage('events');
SELECT who_ran();
-- The server runs what is in a partition key when a session first reads the key: that is not done in the name of somebody else.
SET SESSION AUTHORIZATION regress_trap_owner;
CREATE TABLE keyed (at timestamptz NOT NULL, said text) PARTITION BY RANGE (at, lower(same('key', 'any') || said));
RESET SESSION AUTHORIZATION;
SELECT who_ran();
\c
\set VERBOSITY terse
SET search_path = as_owner, public;
SET client_min_messages = warning;
SELECT gb_partition_manage('keyed');
SELECT gb_partition_create('keyed', now());
SELECT create_monthly_partition('as_owner.keyed', now());
SELECT gb_enums_internal.partition_lock('keyed');
SELECT gb_enums_internal.partition_place('keyed', 'x');
SELECT gb_enums_internal.partition_ranges('keyed', 'UTC', NULL, NULL, NULL);
SELECT gb_enums_internal.partition_key_time('keyed', 'UTC', NULL, NULL, NULL, '2026-01-01');
SELECT who_ran();
DROP TABLE keyed;
\set VERBOSITY default
CALL gb_partition_convert('log', 'at', method => 'copy', premake => 0);
CALL gb_partition_convert_undo('log');
CALL gb_partition_convert('log', 'at', method => 'copy', premake => 0);
SELECT gb_partition_convert_finish('log');
SELECT who_ran();

-- (A constraint that is deferred is checked at once, as nothing may be left for the end of the caller's transaction.)
SET SESSION AUTHORIZATION regress_trap_owner;
CREATE TABLE known (id bigint PRIMARY KEY);
INSERT INTO known VALUES (1);
CREATE TABLE later (id bigint REFERENCES known DEFERRABLE INITIALLY DEFERRED, at timestamptz NOT NULL, PRIMARY KEY (id, at));
INSERT INTO later VALUES (1, '2026-01-15');
RESET SESSION AUTHORIZATION;
CALL gb_partition_convert('later', 'at', method => 'copy', premake => 0);
CALL gb_partition_convert_undo('later');
CALL gb_partition_convert('later', 'at', premake => 0);
INSERT INTO later VALUES (1, '2026-01-16');
CALL gb_partition_convert_undo('later');
SELECT count(*) FROM later;

-- a table and its partitions have owners who act for each other; foreign keys and triggers are made by those who may
CREATE ROLE regress_trap_other;
CREATE TABLE parts (id integer, status text) PARTITION BY LIST (id);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES IN (1);
ALTER TABLE parts OWNER TO regress_trap_owner;
ALTER TABLE parts_1 OWNER TO regress_trap_other;
SELECT detail FROM gb_enum_convert('parts', 'status', 'task_status') WHERE kind = 'stop';
GRANT regress_trap_other TO regress_trap_owner;
SELECT count(*) > 0 AS done FROM gb_enum_convert('parts', 'status', 'task_status', dry_run => false);
CREATE TABLE names (name text PRIMARY KEY);
CREATE TABLE named (name text REFERENCES names);
ALTER TABLE names OWNER TO regress_trap_owner;
ALTER TABLE named OWNER TO regress_trap_other;
GRANT CREATE, USAGE ON SCHEMA as_owner TO regress_trap_other;
SELECT detail FROM gb_enum_convert('names', 'name', 'task_status', foreign_keys => true) WHERE kind = 'stop';
GRANT REFERENCES ON names TO regress_trap_other;
SELECT count(*) > 0 AS done FROM gb_enum_convert('names', 'name', 'task_status', foreign_keys => true, dry_run => false);
SELECT attrelid::regclass, atttypid::regtype FROM pg_attribute WHERE attrelid IN ('names'::regclass, 'named'::regclass) AND attnum = 1 ORDER BY 1;
CREATE FUNCTION no_one_elses() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
REVOKE EXECUTE ON FUNCTION no_one_elses() FROM PUBLIC;
CREATE TRIGGER parts_by BEFORE UPDATE OF status ON parts FOR EACH ROW EXECUTE FUNCTION no_one_elses();
SELECT detail FROM gb_enum_revert('parts', 'status') WHERE kind = 'stop';
CREATE VIEW hidden AS SELECT status FROM parts;
REVOKE ALL ON SCHEMA as_owner FROM regress_trap_viewer;
GRANT CREATE ON SCHEMA as_owner TO regress_trap_viewer;
ALTER VIEW hidden OWNER TO regress_trap_viewer;
SELECT detail FROM gb_enum_revert('parts', 'status') WHERE kind = 'stop' ORDER BY 1;
-- temporary tables are their owner's, too
CREATE TEMP TABLE passing (status text);
CREATE TEMP VIEW passing_too AS SELECT status FROM passing;
SELECT count(*) > 0 AS done FROM gb_enum_convert('passing', 'status', 'task_status', dry_run => false);
ALTER TABLE passing OWNER TO regress_trap_owner;
SELECT count(*) > 0 AS done FROM gb_enum_revert('passing', 'status', dry_run => false);
ALTER VIEW passing_too OWNER TO regress_trap_owner;
SELECT detail FROM gb_enum_convert('passing', 'status', 'task_status') WHERE kind = 'stop';
DROP TABLE passing CASCADE;

-- what these are made of: for who may act as the role, and no others
SELECT gb_enums_internal.query_as_owner('jobs', 'SELECT to_jsonb(current_user)'), gb_enums_internal.query_as_owner('jobs', 'SELECT to_jsonb(1) WHERE false');
SELECT gb_enums_internal.query_as_owner('jobs', 'SELECT 1');
SELECT gb_enums_internal.query_as_owner('jobs', 'SELECT to_jsonb(1), to_jsonb(2)');
SELECT gb_enums_internal.query_as_owner('jobs', 'RESET work_mem');
SELECT gb_enums_internal.query_as_owner('jobs', 'SET SESSION AUTHORIZATION DEFAULT');
SELECT gb_enums_internal.query_as_owner(0, 'SELECT to_jsonb(1)');
SELECT gb_enums_internal.run_as('regress_trap_owner'::regrole, 'RESET ROLE');
SELECT gb_enums_internal.run_as(0, 'SELECT');
SET SESSION AUTHORIZATION regress_trap_viewer;
SELECT gb_enums_internal.query_as_owner('public.gb_enums', 'SELECT to_jsonb(current_user)');
SELECT gb_enums_internal.run_as('regress_trap_other'::regrole, 'SELECT');
SELECT gb_enums_internal.hold_tables(ARRAY['public.gb_enums'::regclass], false);
SELECT gb_enums_internal.hold_tables(ARRAY[NULL::oid], true);
SELECT gb_enums_internal.acts_for('regress_trap_owner'::regrole), gb_enums_internal.acts_for('regress_trap_viewer'::regrole), gb_enums_internal.acts_for('regress_trap_other'::regrole, 'regress_trap_owner'::regrole), gb_enums_internal.acts_for(0), gb_enums_internal.acts_for(NULL);
RESET SESSION AUTHORIZATION;
SELECT rolname, rolsuper FROM pg_roles WHERE rolname ~ '^regress_trap' ORDER BY 1;
DROP SCHEMA as_owner CASCADE;
DROP ROLE regress_trap_owner, regress_trap_viewer, regress_trap_other;
