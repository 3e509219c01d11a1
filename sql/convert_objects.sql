-- what stands over a column and is easily lost: parts of partitioned indexes, what is said of partitions' own, keys that include it
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
CREATE SCHEMA convert_objects;
SET search_path = convert_objects, public;
CREATE FUNCTION pass() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
-- indexes, constraints and triggers of partitions, whose names, options, comments and states are their own
CREATE TABLE parted (id integer, status text, CONSTRAINT parted_key PRIMARY KEY (id, status), CONSTRAINT parted_unique UNIQUE (status, id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT parted_check CHECK (status <> 'failed')) PARTITION BY RANGE (id);
CREATE TABLE parted_a PARTITION OF parted FOR VALUES FROM (0) TO (10);
CREATE TABLE parted_b (dropped integer, status text NOT NULL, id integer NOT NULL, CONSTRAINT mine PRIMARY KEY (id, status), CONSTRAINT parted_check CHECK (status <> 'failed')) PARTITION BY RANGE (id);
ALTER TABLE parted_b DROP dropped;
CREATE TABLE parted_b_a (status text NOT NULL, dropped integer, id integer NOT NULL, CONSTRAINT mine_too PRIMARY KEY (id, status) WITH (fillfactor = 60), CONSTRAINT parted_check CHECK (status <> 'failed'));
ALTER TABLE parted_b_a DROP dropped;
ALTER TABLE parted_b ATTACH PARTITION parted_b_a FOR VALUES FROM (10) TO (20);
ALTER TABLE parted ATTACH PARTITION parted_b FOR VALUES FROM (10) TO (20);
CREATE INDEX parted_status ON parted (status);
CREATE INDEX parted_hash ON parted USING hash (status);
CREATE INDEX parted_ready ON parted (id, lower(status)) WHERE status = 'ready';
ALTER INDEX parted_a_status_idx RENAME TO "Parted a's status %s";
ALTER INDEX "Parted a's status %s" SET (fillfactor = 70);
ALTER INDEX parted_ready ALTER COLUMN 2 SET STATISTICS 400;
COMMENT ON INDEX parted_status IS 'of all';
COMMENT ON CONSTRAINT mine_too ON parted_b_a IS 'its own';
COMMENT ON CONSTRAINT parted_check ON parted_a IS 'that of the table above';
CREATE TRIGGER watched BEFORE UPDATE ON parted FOR EACH ROW WHEN (new.status = 'ready') EXECUTE FUNCTION pass();
CREATE TRIGGER asleep AFTER UPDATE OF status ON parted FOR EACH ROW EXECUTE FUNCTION pass();
ALTER TABLE parted DISABLE TRIGGER asleep;
ALTER TABLE parted_b_a ENABLE ALWAYS TRIGGER asleep;
ALTER TABLE parted_a DISABLE TRIGGER watched;
COMMENT ON TRIGGER watched ON parted_b_a IS 'here as well';
CREATE TABLE referring (id integer, status text, CONSTRAINT referring_key FOREIGN KEY (id, status) REFERENCES parted ON DELETE CASCADE);
CREATE VIEW grouped AS SELECT id, status, count(*) AS n FROM parted GROUP BY id, status;
INSERT INTO parted SELECT i, (ARRAY['ready', 'paused'])[1 + i % 2] FROM generate_series(0, 19) i;
CREATE VIEW portrait AS
SELECT format('index %s of %s in %s, options %s, target %s, comment %s, deferrable %s %s', x.indexrelid::regclass, x.indrelid::regclass, (SELECT h.inhparent::regclass FROM pg_inherits h WHERE h.inhrelid = x.indexrelid), c.reloptions,
    (SELECT max(nullif(a.attstattarget, -1)) FROM pg_attribute a WHERE a.attrelid = c.oid), coalesce(obj_description(c.oid, 'pg_class'), obj_description(k.oid, 'pg_constraint')), k.condeferrable, k.condeferred) AS what
FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid AND c.relnamespace = 'convert_objects'::regnamespace LEFT JOIN pg_constraint k ON k.conindid = c.oid AND k.contype IN ('p', 'u')
UNION ALL SELECT format('check %s of %s, local %s, inherited %s, comment %s', k.conname, k.conrelid::regclass, k.conislocal, k.coninhcount, obj_description(k.oid, 'pg_constraint')) FROM pg_constraint k WHERE k.contype = 'c' AND k.connamespace = 'convert_objects'::regnamespace
UNION ALL SELECT format('trigger %s of %s, enabled %s, comment %s', t.tgname, t.tgrelid::regclass, t.tgenabled, obj_description(t.oid, 'pg_trigger')) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid AND c.relnamespace = 'convert_objects'::regnamespace WHERE NOT t.tgisinternal;
CREATE TABLE before AS SELECT what FROM portrait;
SELECT what FROM before WHERE what ~ 'mine|Parted a|parted_ready|that of|watched|asleep' ORDER BY what COLLATE "C";
SELECT statement FROM gb_enum_convert('parted', 'status', 'task_status', foreign_keys => true, dry_run => false) WHERE statement ~ '^(DROP|CREATE|ALTER) (INDEX|TRIGGER)|CONSTRAINT|(EN|DIS)ABLE' \g (format=unaligned)
SELECT what AS lost FROM before EXCEPT SELECT what FROM portrait;
SELECT what AS new FROM portrait EXCEPT SELECT what FROM before;
SELECT detail FROM gb_enum_revert('parted', 'status', add_check => false) WHERE kind = 'stop';
SELECT count(*) > 0 AS done FROM gb_enum_revert('parted', 'status', add_check => false, foreign_keys => true, dry_run => false);
SELECT attrelid::regclass, atttypid::regtype FROM pg_attribute WHERE attrelid IN ('parted'::regclass, 'parted_b_a'::regclass, 'referring'::regclass) AND attname = 'status' ORDER BY 1;
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'referring_key';
SELECT what AS lost FROM before EXCEPT SELECT what FROM portrait;
DROP TABLE referring;
-- conditions of triggers that take more than one line, or have what looks like something else in them
CREATE TABLE conditions (id integer, status text, "a WHEN (b) EXECUTE " text);
CREATE TRIGGER "x WHEN (y) EXECUTE z" BEFORE UPDATE ON conditions FOR EACH ROW WHEN (CASE new.status WHEN 'ready' THEN new."a WHEN (b) EXECUTE " <> E' \\1 & \n [x]* ) EXECUTE ' ELSE old.id > 2 END AND (new.status = 'paused' OR new.status <> old.status)) EXECUTE FUNCTION pass();
SELECT statement FROM gb_enum_convert('conditions', 'status', 'task_status', dry_run => false) WHERE statement LIKE 'CREATE TRIGGER%' \g (format=unaligned)
SELECT statement FROM gb_enum_revert('conditions', 'status', dry_run => false) WHERE statement LIKE 'CREATE TRIGGER%' \g (format=unaligned)
-- children by inheritance that have a CHECK of the parent as their own, too
CREATE TABLE parent (id integer, status text, CONSTRAINT shared CHECK (status <> 'failed'));
CREATE TABLE child (CONSTRAINT shared CHECK (status <> 'failed')) INHERITS (parent);
SELECT what FROM portrait WHERE what ~ 'shared' EXCEPT SELECT what FROM before ORDER BY 1;
SELECT count(*) > 0 AS done FROM gb_enum_convert('parent', 'status', 'task_status', dry_run => false);
SELECT what FROM portrait WHERE what ~ 'shared' EXCEPT SELECT what FROM before ORDER BY 1;
-- an index that is not there yet in all partitions
CREATE TABLE half (id integer, status text) PARTITION BY RANGE (id);
CREATE TABLE half_a PARTITION OF half FOR VALUES FROM (0) TO (10);
CREATE INDEX half_id ON ONLY half (id);
CREATE INDEX half_status ON ONLY half (id) WHERE status = 'ready';
SELECT detail FROM gb_enum_convert('half', 'status', 'task_status') WHERE kind = 'stop';
-- indexes that the server rebuilds, and forgets a part of
CREATE TABLE tasks (id integer, status text, title text);
CREATE INDEX tasks_status ON tasks (status, lower(title));
ALTER INDEX tasks_status ALTER COLUMN 2 SET STATISTICS 300;
SELECT count(*) > 0 AS done FROM gb_enum_convert('tasks', 'status', 'task_status', dry_run => false);
SELECT attstattarget FROM pg_attribute WHERE attrelid = 'tasks_status'::regclass AND attnum = 2;
-- keys that include the column: foreign keys to them, and what groups by them
CREATE TABLE covered (id integer, status text, title text, PRIMARY KEY (id) INCLUDE (status));
CREATE TABLE covering (id integer CONSTRAINT covering_key REFERENCES covered ON UPDATE CASCADE);
COMMENT ON CONSTRAINT covering_key ON covering IS 'to what is covered';
CREATE VIEW titles AS SELECT id, title, count(*) AS n FROM covered GROUP BY id;
SELECT replace(split_part(statement, ' (id, title', 1), 'OWNER TO ' || quote_ident(session_user), 'OWNER TO postgres') AS statement
FROM gb_enum_convert('covered', 'status', 'task_status', dry_run => false) WHERE statement ~ 'covering|VIEW' \g (format=unaligned)
SELECT conname, obj_description(oid, 'pg_constraint') FROM pg_constraint WHERE conrelid = 'covering'::regclass;
CREATE TABLE hers (id integer REFERENCES covered);
CREATE ROLE regress_convert_her;
CREATE ROLE regress_convert_him;
ALTER TABLE hers OWNER TO regress_convert_her;
ALTER TABLE covered OWNER TO regress_convert_him;
GRANT USAGE ON SCHEMA convert_objects TO regress_convert_him;
DROP VIEW titles;
SET ROLE regress_convert_him;
SELECT replace(detail, ' ' || session_user || '.', ' postgres.') AS detail FROM gb_enum_revert('covered', 'status') WHERE kind = 'stop';
RESET ROLE;
-- operator classes that know integers
CREATE TABLE codes (level integer, small smallint, mood text, padded char(12));
INSERT INTO codes SELECT i % 5, i % 4, 'ready', 'ready' FROM generate_series(1, 1000) i;
CREATE INDEX codes_level ON codes USING brin (level int4_bloom_ops);
CREATE INDEX codes_small ON codes USING brin (small int2_minmax_multi_ops);
CREATE INDEX codes_mood ON codes USING spgist (mood);
CREATE INDEX codes_padded ON codes ((padded::text));
SELECT detail FROM gb_enum_convert_table('codes', '{"level": "risk_level", "small": "risk_level", "padded": "task_status"}', dry_run => false) WHERE kind = 'warning';
SELECT count(*) > 0 AS done FROM gb_enum_convert('codes', 'mood', 'task_status', store => 'smallint', dry_run => false);
SELECT indexdef FROM pg_indexes WHERE tablename = 'codes' ORDER BY indexname COLLATE "C" \g (format=unaligned)
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT * FROM codes WHERE padded::text = 'paused';
RESET enable_seqscan;
-- what an index may not have
CREATE TYPE mood AS ENUM ('high', 'low');
CREATE TABLE moods (id integer, mood mood);
CREATE INDEX moods_above ON moods (id) WHERE mood > 'high';
SELECT detail FROM gb_enum_convert('moods', 'mood', 'risk_level') WHERE kind = 'stop';
-- a default of a view's column
CREATE TABLE defaults (id integer, status text DEFAULT 'ready');
CREATE VIEW defaults_view AS SELECT * FROM defaults;
ALTER VIEW defaults_view ALTER status SET DEFAULT 'nonsense';
SELECT detail FROM gb_enum_convert('defaults', 'status', 'task_status') WHERE kind = 'stop';
-- who may not create where things are made again
CREATE SCHEMA elsewhere;
CREATE TABLE elsewhere.t (id integer, status text);
CREATE INDEX t_ready ON elsewhere.t (id) WHERE status = 'ready';
CREATE VIEW elsewhere.v AS SELECT status FROM elsewhere.t;
CREATE STATISTICS elsewhere.s ON id, status FROM elsewhere.t;
ALTER TABLE elsewhere.t OWNER TO regress_convert_him;
ALTER VIEW elsewhere.v OWNER TO regress_convert_him;
ALTER STATISTICS elsewhere.s OWNER TO regress_convert_him;
GRANT USAGE ON SCHEMA elsewhere TO regress_convert_him, regress_convert_her;
GRANT regress_convert_him TO regress_convert_her;
SET ROLE regress_convert_him;
SELECT detail FROM gb_enum_convert('elsewhere.t', 'status', 'task_status') WHERE kind = 'stop';
RESET ROLE;
GRANT CREATE ON SCHEMA elsewhere TO regress_convert_her;
SET ROLE regress_convert_her;
SELECT detail FROM gb_enum_convert('elsewhere.t', 'status', 'task_status') WHERE kind = 'stop';
RESET ROLE;
GRANT CREATE ON SCHEMA elsewhere TO regress_convert_him;
SET ROLE regress_convert_her;
SELECT count(*) > 0 AS done FROM gb_enum_convert('elsewhere.t', 'status', 'task_status', dry_run => false);
RESET ROLE;
SELECT relname, relowner::regrole FROM pg_class WHERE relnamespace = 'elsewhere'::regnamespace UNION ALL SELECT stxname, stxowner::regrole FROM pg_statistic_ext WHERE stxname = 's' ORDER BY 1;
DROP SCHEMA elsewhere CASCADE;
-- materialized views, and how they are stored
CREATE TABLE stored (id integer, status text);
CREATE MATERIALIZED VIEW kept WITH (fillfactor = 70, toast.autovacuum_enabled = off) AS SELECT id, status, status || '!' AS said FROM stored;
ALTER MATERIALIZED VIEW kept ALTER said SET STORAGE EXTERNAL, ALTER said SET COMPRESSION pglz, ALTER id SET (n_distinct = 5), ALTER status SET STATISTICS 50;
SELECT count(*) > 0 AS done FROM gb_enum_convert('stored', 'status', 'task_status', dry_run => false);
SELECT c.reloptions, t.reloptions AS toast FROM pg_class c JOIN pg_class t ON t.oid = c.reltoastrelid WHERE c.oid = 'kept'::regclass;
SELECT attname, attstorage, attcompression, nullif(attstattarget, -1) AS target, (SELECT array_agg(o) FROM unnest(attoptions) o WHERE o NOT LIKE 'pg\_attver=%') AS options FROM pg_attribute WHERE attrelid = 'kept'::regclass AND attnum > 0 ORDER BY attnum;
-- values that become one, where they may be there once
CREATE TABLE once (id integer, status text UNIQUE, kind text, UNIQUE (id, kind), UNIQUE (id, status) INCLUDE (kind));
INSERT INTO once VALUES (1, 'ready', NULL), (2, 'READY', 'paused'), (3, NULL, 'failed'), (3, 'paused', 'x'), (3, 'failed', 'y');
SELECT kind, detail FROM gb_enum_convert('once', 'status', 'task_status', fold_case => true) WHERE kind IN ('stop', 'warning');
SELECT kind, detail FROM gb_enum_convert('once', 'kind', 'task_status') WHERE kind IN ('stop', 'warning');
SELECT kind, detail FROM gb_enum_convert('once', 'kind', 'task_status', otherwise_null => true) WHERE kind IN ('stop', 'warning');
SELECT kind, detail FROM gb_enum_convert('once', 'kind', 'task_status', otherwise => 'ready') WHERE kind IN ('stop', 'warning');
SELECT gb_enum_convert('once', 'kind', 'task_status', otherwise => 'ready', dry_run => false);
-- rows that the owner does not see, on the way back
CREATE TABLE hidden (status task_status);
INSERT INTO hidden VALUES ('ready'), (as_task_status('99'));
ALTER TABLE hidden ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE hidden OWNER TO regress_convert_him;
SET ROLE regress_convert_him;
SELECT kind, detail FROM gb_enum_revert('hidden', 'status') WHERE kind IN ('stop', 'warning');
SELECT gb_enum_revert('hidden', 'status', dry_run => false);
SELECT count(*) > 0 AS done FROM gb_enum_revert('hidden', 'status', add_check => false, dry_run => false);
RESET ROLE;
SELECT * FROM hidden;
-- values of any size
CREATE TABLE large (status text);
INSERT INTO large SELECT repeat(md5(i::text), 30000) FROM generate_series(1, 3) i;
INSERT INTO large VALUES ('ready'), ('ready' || repeat(' ', 100000));
SELECT length(detail), left(detail, 150) FROM gb_enum_convert('large', 'status', 'task_status') WHERE kind = 'stop';
SELECT gb_enum_convert('large', 'status', 'task_status', trim_blanks => true, dry_run => false);
DELETE FROM large WHERE status NOT LIKE 'ready%';
SELECT detail FROM gb_enum_convert('large', 'status', 'task_status', trim_blanks => true, dry_run => false) WHERE kind = 'warning';
SELECT status, count(*) FROM large GROUP BY status;
-- names as long as they can be
CREATE TABLE "éééééééééééééééééééééééééééééé" ("ééééééééééééééééééééééééééééééé" task_status, CONSTRAINT "ééééééééééééééééééééééééééééééé" CHECK ("ééééééééééééééééééééééééééééééé" <> 'failed'));
SELECT count(*) > 0 AS done FROM gb_enum_revert('éééééééééééééééééééééééééééééé', 'ééééééééééééééééééééééééééééééé', dry_run => false);
SELECT conname, octet_length(conname) FROM pg_constraint WHERE conrelid = 'éééééééééééééééééééééééééééééé'::regclass ORDER BY 1;
-- a CHECK of any length takes time in proportion to it
CREATE TABLE long_check (status text);
DO $$ BEGIN
    EXECUTE (SELECT format('ALTER TABLE long_check ADD CONSTRAINT long CHECK (%s)', string_agg(format('status = ''ready'' || ''%s''', i), ' OR '))
             FROM generate_series(1, 24000) i);
END $$;
SET statement_timeout = '8s';
SELECT kind, detail FROM gb_enum_convert('long_check', 'status', 'task_status') WHERE kind IN ('stop', 'warning');
RESET statement_timeout;
-- who has no rights to a table keeps no lock on it
CREATE TABLE theirs (status text DEFAULT 'ready');
CREATE FUNCTION theirs_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER changed BEFORE UPDATE OF status ON theirs FOR EACH ROW EXECUTE FUNCTION theirs_changed(E'a''b\\c');
BEGIN;
SET LOCAL ROLE regress_convert_him;
SELECT gb_enums_internal.convert_create_trigger(t.tgrelid, t.oid, 'true') FROM pg_trigger t WHERE t.tgrelid = 'theirs'::regclass;
SELECT e.expressions FROM pg_attrdef d, gb_enums_internal.convert_expressions(d.adrelid, d.adbin, '{}', false) e WHERE d.adrelid = 'theirs'::regclass;
SELECT count(*) FROM pg_locks WHERE relation = 'theirs'::regclass AND pid = pg_backend_pid();
COMMIT;
DROP SCHEMA convert_objects CASCADE;
DROP ROLE regress_convert_her, regress_convert_him;
