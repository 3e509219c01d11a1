-- What 014_surface.pl calls functions with: objects of a role without rights, of another role, and of nobody any more.
\set ON_ERROR_STOP on
SET client_min_messages = error;
CREATE ROLE plain LOGIN;
CREATE ROLE other;
CREATE EXTENSION gb_enums;
CREATE SCHEMA own AUTHORIZATION plain;
CREATE SCHEMA foreign_things AUTHORIZATION other;
GRANT USAGE ON SCHEMA foreign_things TO PUBLIC;

-- A table with all that a conversion rewrites, one for each other way to be a relation, and enumerations.
CREATE PROCEDURE make_objects(schema name, owner name) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SET search_path = %I, public', schema);
    PERFORM gb_enum_create(format('%I.kind', schema), '{new,open,closed}');
    PERFORM gb_enum_create(format('%I.broken', schema), '{a,b}');
    EXECUTE format('ALTER TYPE kind OWNER TO %I', owner);
    EXECUTE format('ALTER TYPE broken OWNER TO %I', owner);
    EXECUTE format('SET ROLE %I', owner);
    CREATE TYPE mood AS ENUM ('low', 'high', 'none');
    CREATE TYPE pair AS (a integer, b kind);
    CREATE DOMAIN word AS varchar(20) DEFAULT 'pending' CHECK (VALUE <> '');
    CREATE DOMAIN status_of AS task_status;
    CREATE TYPE kinds AS RANGE (subtype = kind);
    CREATE TABLE tasks (
        id integer PRIMARY KEY, gone text, status varchar(20) NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'ready', 'failed')),
        level smallint CHECK (level >= 0 AND level < 5), number numeric, feeling mood DEFAULT 'low', word word, note text COLLATE "C", k kind DEFAULT 'open',
        doubled integer GENERATED ALWAYS AS (id * 2) STORED, created_at timestamptz NOT NULL DEFAULT '2024-01-01',
        CONSTRAINT said CHECK (lower(status) <> 'x' OR CASE status WHEN 'ready' THEN level = 1 END));
    COMMENT ON COLUMN tasks.level IS '0=none, 1=low, 2=medium';
    ALTER TABLE tasks DROP COLUMN gone;
    CREATE INDEX tasks_status ON tasks (status varchar_pattern_ops) WHERE status <> 'failed';
    CREATE INDEX tasks_expression ON tasks ((coalesce(status, note)), lower(status), (level + 1));
    CREATE STATISTICS tasks_statistics ON status, (level % 2) FROM tasks;
    CREATE VIEW over_tasks AS SELECT id, status, level, feeling, k FROM tasks WHERE status = 'ready' OR k = 'new'
        UNION ALL SELECT id, status, level, feeling, k FROM tasks WHERE level IN (SELECT level FROM tasks);
    CREATE VIEW over_groups AS SELECT status, count(*) FROM tasks GROUP BY GROUPING SETS ((status), ()) ORDER BY status;
    CREATE MATERIALIZED VIEW tasks_kept AS SELECT status, level FROM tasks;
    CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE TRIGGER tasks_touch BEFORE UPDATE ON tasks FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION touch();
    CREATE POLICY not_failed ON tasks USING (status <> 'failed') WITH CHECK (feeling = 'low');
    CREATE RULE nothing AS ON DELETE TO tasks WHERE OLD.status = 'pending' DO INSTEAD NOTHING;
    CREATE FUNCTION of_status(s varchar DEFAULT 'ready', k kind DEFAULT 'open') RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM tasks WHERE status = s; END;
    INSERT INTO tasks (id, status, level, number, feeling, word, note) SELECT i, (ARRAY['pending', 'ready', 'failed'])[1 + i % 3], i % 3, i, 'high', 'w', 'n' FROM generate_series(1, 300) i;
    CREATE TABLE nothing ();
    CREATE TABLE lists (id integer, status text[] DEFAULT '{ready}' CHECK (status <@ ARRAY['ready', 'failed']), feelings mood[]);
    CREATE INDEX lists_status ON lists USING gin (status) WHERE 'ready' = ANY (status);
    CREATE VIEW over_lists AS SELECT id, status, status[1] AS first, feelings @> '{low}' AS low FROM lists WHERE status && '{ready}' OR feelings[1] = 'high';
    INSERT INTO lists VALUES (1, '{ready,failed}', '{low,NULL}'), (2, '{}', '{{low},{high}}');
    CREATE TABLE parent (id integer, status text);
    CREATE TABLE child () INHERITS (parent);
    CREATE TABLE typed OF pair;
    CREATE SEQUENCE counter;
    CREATE UNLOGGED TABLE unlogged (status text);
    CREATE TABLE parts (id bigint, status text, at timestamptz NOT NULL) PARTITION BY RANGE (at);
    CREATE TABLE parts_2024 PARTITION OF parts FOR VALUES FROM ('2024-01-01 00:00+00') TO ('2024-02-01 00:00+00');
    CREATE TABLE parts_rest PARTITION OF parts DEFAULT;
    CREATE TABLE by_id (id bigint, status text) PARTITION BY RANGE (id);
    CREATE TABLE by_id_some PARTITION OF by_id FOR VALUES FROM (MINVALUE) TO (9223372036854775807);
    CREATE TABLE by_day (day date) PARTITION BY RANGE (day);
    CREATE TABLE by_day_first PARTITION OF by_day FOR VALUES FROM ('-infinity') TO ('infinity');
    CREATE TABLE by_uuid (id uuid) PARTITION BY RANGE (id);
    CREATE TABLE by_list (status text) PARTITION BY LIST (status);
    CREATE TABLE by_two (a integer, at timestamptz) PARTITION BY RANGE (at, (a + 1));
    CREATE TABLE history (id bigint, status text, at timestamptz, PRIMARY KEY (id, at));
    INSERT INTO history SELECT i, 'pending', '2024-01-01'::timestamptz + i * interval '1 hour' FROM generate_series(1, 100) i;
    CREATE TABLE log (LIKE history INCLUDING ALL);
    CREATE TABLE online (id integer PRIMARY KEY, status varchar(20), level integer);
    CREATE INDEX online_status ON online (status);
    INSERT INTO online VALUES (1, 'ready', 1), (2, 'failed', NULL), (3, NULL, 2);
    PERFORM gb_partition_manage('parts', premake => 1, retain => '1000 years');
    RESET ROLE;
END $$;
CALL make_objects('own', 'plain');
CALL make_objects('foreign_things', 'other');
RESET search_path;

-- Conversions under way, and done with but for the end.
CALL gb_partition_convert('own.history', 'at', method => 'copy');
CALL gb_partition_convert('foreign_things.history', 'at', method => 'attach');
CALL gb_enum_convert_online('own.online', '{"status": {"enum": "task_status", "map": {"old": "ready"}}, "level": "risk_level"}');
CALL gb_enum_convert_online('foreign_things.online', '{"status": "task_status"}');

-- The superuser's own: what only a superuser can break or make.
DO $$ BEGIN
    PERFORM set_config('check_function_bodies', 'off', true);
    EXECUTE format('CREATE OR REPLACE FUNCTION %s RETURNS own.broken LANGUAGE gb_enum STABLE STRICT AS ''zero a''', (SELECT typinput::regprocedure FROM pg_type WHERE oid = 'own.broken'::regtype));
    EXECUTE format('CREATE OR REPLACE FUNCTION %s RETURNS foreign_things.broken LANGUAGE internal STABLE STRICT AS ''int2in''', (SELECT typinput::regprocedure FROM pg_type WHERE oid = 'foreign_things.broken'::regtype));
END $$;
CREATE TYPE shell;
CREATE FOREIGN DATA WRAPPER nowhere;
CREATE SERVER nowhere FOREIGN DATA WRAPPER nowhere;
CREATE FOREIGN TABLE own.far_away (id integer, status text) SERVER nowhere;
ALTER FOREIGN TABLE own.far_away OWNER TO plain;
CREATE PUBLICATION some_tasks FOR TABLE own.tasks (id, status) WHERE (status <> 'failed');

-- What is gone.
CREATE TABLE gone (what text PRIMARY KEY, id oid);
GRANT SELECT ON gone TO PUBLIC;
CREATE TABLE passing (kind text CHECK (kind IN ('a', 'b')));
CREATE TYPE passing_type AS ENUM ('a');
SELECT gb_enum_create('passing_kind', '{a,b}') \g /dev/null
INSERT INTO gone VALUES ('relation', 'passing'::regclass), ('type', 'passing_type'::regtype), ('enumeration', 'passing_kind'::regtype),
    ('constraint', (SELECT oid FROM pg_constraint WHERE conrelid = 'passing'::regclass));
DROP TABLE passing;
DROP TYPE passing_type;
SELECT gb_enum_drop('passing_kind') \g /dev/null
-- One that is registered, and one that is being converted.
CREATE TABLE passing_parts (at timestamptz) PARTITION BY RANGE (at);
CREATE TABLE passing_online (id integer PRIMARY KEY, status text);
SELECT gb_partition_manage('passing_parts') \g /dev/null
CALL gb_enum_convert_online('passing_online', '{"status": "task_status"}');
INSERT INTO gone VALUES ('registered', 'passing_parts'::regclass), ('converted', 'passing_online'::regclass);
DROP TABLE passing_parts, passing_online;
