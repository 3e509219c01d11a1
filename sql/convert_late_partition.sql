-- A partition that is attached while columns are converted: the rows that it has already get new values as well.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
CREATE TABLE parts (id int, status text, level text NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (10);
INSERT INTO parts SELECT i, 'ready', 'low' FROM generate_series(0, 9) i;
CREATE PROCEDURE pg_temp.attach(name text, first int) LANGUAGE plpgsql AS $$ BEGIN
	EXECUTE format('CREATE TABLE %s (LIKE parts INCLUDING DEFAULTS)', name);
	EXECUTE format('INSERT INTO %s (id, status, level) SELECT i, ''failed'', ''high'' FROM generate_series(%s, %s) i', name, first, first + 9);
	EXECUTE format('ALTER TABLE parts ATTACH PARTITION %s FOR VALUES FROM (%s) TO (%s)', name, first, first + 10);
END $$;
SELECT gb_enums_internal.convert_online_begin('parts', gb_enums_internal.convert_named('{"status": "task_status", "level": "risk_level"}'), 1, 1, '1 s', 1);
CALL pg_temp.attach('parts_2', 10);
SELECT gb_enums_internal.online_step('parts', 'columns') FROM generate_series(1, 2);
SELECT stage FROM gb_enum_conversions;
CALL pg_temp.attach('parts_3', 20);
CALL gb_enum_convert_online('parts');
SELECT status, level, status_gb_old, level_gb_old, count(*) FROM parts GROUP BY 1, 2, 3, 4 ORDER BY 1;
SELECT gb_enum_convert_undo('parts');
SELECT status, level, count(*) FROM parts GROUP BY 1, 2 ORDER BY 1;

-- After the exchange it is the old column that has no values. An undo would lose those of the new one.
CALL gb_enum_convert_online('parts', '{"status": "task_status"}');
CALL pg_temp.attach('parts_4', 30);
SELECT gb_enum_convert_undo('parts');
UPDATE parts_4 SET status_gb_old = status::text;
SELECT gb_enum_convert_undo('parts');
SELECT status, level, count(*) FROM parts GROUP BY 1, 2 ORDER BY 1;
DROP TABLE parts;

-- A partition that is changed while it is detached is no less late when it is attached again.
CREATE TABLE moved (id int, status text, levels text[], code int) PARTITION BY RANGE (id);
CREATE TABLE moved_1 PARTITION OF moved FOR VALUES FROM (0) TO (10);
CREATE TABLE moved_2 PARTITION OF moved FOR VALUES FROM (10) TO (20);
INSERT INTO moved SELECT i, 'ready', '{low}', 1 FROM generate_series(0, 19) i;
CREATE PROCEDURE pg_temp.detached(VARIADIC statements text[]) LANGUAGE plpgsql AS $$ BEGIN
	ALTER TABLE moved DETACH PARTITION moved_2;
	FOR i IN 1 .. cardinality(statements) LOOP EXECUTE statements[i]; END LOOP;
	ALTER TABLE moved ATTACH PARTITION moved_2 FOR VALUES FROM (10) TO (20);
END $$;
SELECT gb_enums_internal.convert_online_begin('moved', gb_enums_internal.convert_named('{"status": "task_status", "levels": "risk_level", "code": "task_status"}'), 1, 1, '1 s', 1);
SELECT gb_enums_internal.online_step('moved', 'columns') FROM generate_series(1, 8);
SELECT stage FROM gb_enum_conversions;
CALL pg_temp.detached($$UPDATE moved_2 SET status = 'failed', levels = '{high,NULL}' WHERE id < 15$$,
	$$INSERT INTO moved_2 (id, status, levels, code) VALUES (19, 'running', '{}', 2)$$);
CALL gb_enum_convert_online('moved');
SELECT status, status_gb_old, levels, levels_gb_old, code, code_gb_old, count(*) FROM moved GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 3;
BEGIN;
CALL pg_temp.detached('');
SELECT gb_enum_convert_undo('moved');
ROLLBACK;
-- An UPDATE sets all old values of a row.
CALL pg_temp.detached($$UPDATE moved_2 SET status = 'paused' WHERE id = 12$$);
SELECT gb_enum_convert_undo('moved');
UPDATE moved_2 SET status = status;
CALL pg_temp.detached($$UPDATE moved_2 SET levels = '{high}' WHERE id = 13$$);
SELECT gb_enum_convert_undo('moved');
UPDATE moved_2 SET status = status;
CALL pg_temp.detached($$UPDATE moved_2 SET code = NULL WHERE id IN (12, 14)$$);
SELECT gb_enum_convert_undo('moved');
BEGIN;
UPDATE moved_2 SET code = code;
SELECT gb_enum_convert_undo('moved');
SELECT status, levels, code, count(*) FROM moved GROUP BY 1, 2, 3 ORDER BY 1, 2;
ROLLBACK;
-- One that is gone is no obstacle to the end. An undo would need it.
ALTER TABLE moved DETACH PARTITION moved_2;
SELECT gb_enum_convert_undo('moved');
DROP TABLE moved_2;
SELECT gb_enum_convert_finish('moved');
SELECT * FROM moved LIMIT 1;
DROP TABLE moved;

-- Before the exchange it is no obstacle at all.
CREATE TABLE gone (id int, status text) PARTITION BY RANGE (id);
CREATE TABLE gone_1 PARTITION OF gone FOR VALUES FROM (0) TO (10);
CREATE TABLE gone_2 PARTITION OF gone FOR VALUES FROM (10) TO (20);
CREATE TABLE gone_3 PARTITION OF gone FOR VALUES FROM (20) TO (30);
INSERT INTO gone SELECT i, 'ready' FROM generate_series(0, 29) i;
SELECT gb_enums_internal.convert_online_begin('gone', gb_enums_internal.convert_named('{"status": "task_status"}'), 1, 1, '1 s', 1);
SELECT gb_enums_internal.online_step('gone', 'columns') FROM generate_series(1, 3);
DROP TABLE gone_2;
ALTER TABLE gone DETACH PARTITION gone_3;
CALL gb_enum_convert_online('gone');
SELECT gb_enum_convert_undo('gone');
SELECT status, count(*) FROM gone GROUP BY 1;
DROP TABLE gone_3;

-- What has come gets twins of its indexes and CHECKs, before the index of the parent has one and after that.
CREATE TABLE come (id int, status text) PARTITION BY RANGE (id);
CREATE TABLE come_1 PARTITION OF come FOR VALUES FROM (0) TO (10);
CREATE INDEX come_status ON come (status);
SELECT gb_enums_internal.convert_online_begin('come', gb_enums_internal.convert_named('{"status": "task_status"}'), 1, 1, '1 s', 1);
SELECT count(gb_enums_internal.online_step('come', 'columns')) FROM generate_series(1, 3);
CREATE TABLE come_2 PARTITION OF come FOR VALUES FROM (10) TO (20);
CREATE TABLE come_3 (id int, status text CHECK (status <> 'failed'), status_gb_new task_status);
CREATE UNIQUE INDEX come_3_unique ON come_3 (status, id);
ALTER TABLE come ATTACH PARTITION come_3 FOR VALUES FROM (20) TO (30);
CREATE FUNCTION pg_temp.stage() RETURNS text LANGUAGE sql AS $$ SELECT stage FROM gb_enum_conversions WHERE relation = 'come'::regclass $$;
CREATE PROCEDURE pg_temp.go_on(until text) LANGUAGE plpgsql AS $$ BEGIN
	WHILE pg_temp.stage() <> until LOOP
		IF gb_enums_internal.online_step('come', 'columns') = 'index' THEN
			EXECUTE replace(gb_enums_internal.convert_online_index('come'), ' CONCURRENTLY', '');
		END IF;
	END LOOP;
END $$;
CALL pg_temp.go_on('exchange');
CREATE TABLE come_4 (LIKE come_3 INCLUDING ALL);
INSERT INTO come_4 (id, status) SELECT i, 'ready' FROM generate_series(30, 39) i;
ALTER TABLE come ATTACH PARTITION come_4 FOR VALUES FROM (30) TO (40);
CREATE TABLE come_5 PARTITION OF come FOR VALUES FROM (40) TO (50);
CALL gb_enum_convert_online('come');
CREATE VIEW come_objects AS SELECT pg_get_indexdef(indexrelid) AS object FROM pg_index WHERE indrelid::regclass::text LIKE 'come%' AND indisvalid UNION ALL
	SELECT conrelid::regclass || ': ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid::regclass::text LIKE 'come%' ORDER BY 1;
BEGIN;
SELECT gb_enum_convert_undo('come');
TABLE come_objects;
ROLLBACK;
SELECT gb_enum_convert_finish('come');
TABLE come_objects;
SELECT status, count(*) FROM come GROUP BY 1;
DROP VIEW come_objects;
DROP TABLE come;
DROP TABLE gone;

-- A child that is no partition has no trigger before the exchange, and none at all when it comes after that.
CREATE TABLE parent (id int, status text);
INSERT INTO parent VALUES (1, 'ready');
SELECT gb_enums_internal.convert_online_begin('parent', gb_enums_internal.convert_named('{"status": "task_status"}'), 1, 1, '1 s', 1);
SELECT gb_enums_internal.online_step('parent', 'columns') FROM generate_series(1, 3);
CREATE TABLE child () INHERITS (parent);
INSERT INTO child (id, status) VALUES (2, 'failed');
CALL gb_enum_convert_online('parent');
UPDATE parent SET status = 'paused' WHERE id = 2;
CREATE TABLE second () INHERITS (parent);
INSERT INTO second (id, status) VALUES (3, 'running');
SELECT gb_enum_convert_undo('parent');
UPDATE second SET status_gb_old = status::text;
SELECT gb_enum_convert_undo('parent');
SELECT * FROM parent ORDER BY id;
DROP TABLE parent CASCADE;

-- One that leaves the tree keeps its trigger, but passes leave it out. It is late when it comes back.
CREATE TABLE parent (id int, status text);
CREATE TABLE child () INHERITS (parent);
CREATE TABLE grandchild () INHERITS (child);
INSERT INTO child VALUES (1, 'ready');
INSERT INTO grandchild VALUES (2, 'failed');
SELECT gb_enums_internal.convert_online_begin('parent', gb_enums_internal.convert_named('{"status": "task_status"}'), 1, 1, '1 s', 1);
SELECT count(gb_enums_internal.online_step('parent', 'columns')) FROM generate_series(1, 2);
ALTER TABLE child NO INHERIT parent;
SELECT count(gb_enums_internal.online_step('parent', 'columns')) FROM generate_series(1, 3);
ALTER TABLE child INHERIT parent;
CALL gb_enum_convert_online('parent');
SELECT * FROM parent ORDER BY id;
-- The old column of a child that has come with one of its own goes at the end as well: nothing would fill it.
CREATE TABLE own (id int, status_gb_old text NOT NULL, status task_status);
ALTER TABLE own INHERIT parent;
SELECT gb_enum_convert_finish('parent');
INSERT INTO own (id, status) VALUES (3, 'paused');
SELECT * FROM parent ORDER BY id;
DROP TABLE parent CASCADE;

-- A child that comes gets a trigger with the next step. Otherwise the new column would lack what is written to it.
CREATE TABLE parent (id int, status text NOT NULL);
SELECT gb_enums_internal.convert_online_begin('parent', gb_enums_internal.convert_named('{"status": "task_status"}'), 1, 1, '1 s', 1);
SELECT count(gb_enums_internal.online_step('parent', 'columns')) FROM generate_series(1, 2);
CREATE TABLE child () INHERITS (parent);
INSERT INTO child (id, status) VALUES (1, 'ready');
SELECT count(gb_enums_internal.online_step('parent', 'columns')) FROM generate_series(1, 6);
SELECT stage FROM gb_enum_conversions WHERE relation = 'parent'::regclass;
INSERT INTO child (id, status) VALUES (2, 'failed');
CALL gb_enum_convert_online('parent');
SELECT gb_enum_convert_undo('parent');
SELECT * FROM parent ORDER BY id;
DROP TABLE parent CASCADE;

-- Values of late ones that cannot be converted are named as others are.
CREATE TABLE bad (id int, status text) PARTITION BY RANGE (id);
SELECT gb_enums_internal.convert_online_begin('bad', gb_enums_internal.convert_named('{"status": "task_status"}'), 1, 1, '1 s', 1);
SELECT count(gb_enums_internal.online_step('bad', 'columns')) FROM generate_series(1, 7);
SELECT stage FROM gb_enum_conversions WHERE relation = 'bad'::regclass;
CREATE TABLE bad_1 (LIKE bad);
INSERT INTO bad_1 (id, status) VALUES (1, 'nonsense');
ALTER TABLE bad ATTACH PARTITION bad_1 FOR VALUES FROM (0) TO (10);
CALL gb_enum_convert_online('bad');
DROP TABLE bad;

-- No further pass is made for the rows of late ones. There would be no end while such come.
CREATE TABLE ever (id int, status text) PARTITION BY RANGE (id);
SELECT gb_enums_internal.convert_online_begin('ever', gb_enums_internal.convert_named('{"status": "task_status"}'), 1, 1, '1 s', 1);
SELECT count(gb_enums_internal.online_step('ever', 'columns')) FROM generate_series(1, 2);
CREATE TABLE ever_1 (LIKE ever);
INSERT INTO ever_1 (id, status) VALUES (1, 'ready');
ALTER TABLE ever ATTACH PARTITION ever_1 FOR VALUES FROM (0) TO (10);
SELECT gb_enums_internal.online_step('ever', 'columns');
SELECT stage, pass, rows_converted FROM gb_enum_conversions WHERE relation = 'ever'::regclass;
CALL gb_enum_convert_online('ever');
TABLE ever;
DROP TABLE ever;

-- A partition that is detached while triggers are made gets none.
CREATE TABLE left_out (id int, status text) PARTITION BY RANGE (id);
CREATE TABLE left_out_1 PARTITION OF left_out FOR VALUES FROM (0) TO (10);
SELECT gb_enums_internal.convert_online_begin('left_out', gb_enums_internal.convert_named('{"status": "task_status"}'), 1, 1, '1 s', 1);
ALTER TABLE left_out DETACH PARTITION left_out_1;
SELECT gb_enums_internal.convert_follow(columns, false) FROM gb_enums_internal.online_conversion WHERE relation = 'left_out'::regclass;
SELECT gb_enum_convert_undo('left_out');
DROP TABLE left_out, left_out_1;

-- A partition that comes while the index of the parent gets its twin leaves that invalid. So it stays when the partition goes.
CREATE TABLE lacks (id int, status text) PARTITION BY RANGE (id);
CREATE TABLE lacks_1 PARTITION OF lacks FOR VALUES FROM (0) TO (10);
CREATE TABLE lacks_2 PARTITION OF lacks FOR VALUES FROM (10) TO (20);
CREATE INDEX lacks_status ON lacks (status);
CREATE PROCEDURE pg_temp.invalid_twin(attached text[]) LANGUAGE plpgsql AS $$ BEGIN
	PERFORM gb_enums_internal.convert_online_begin('lacks', gb_enums_internal.convert_named('{"status": "task_status"}'), 1, 1, '1 s', 1);
	WHILE (SELECT stage FROM gb_enum_conversions WHERE relation = 'lacks'::regclass) <> 'indexes' LOOP
		PERFORM gb_enums_internal.online_step('lacks', 'columns');
	END LOOP;
	WHILE gb_enums_internal.convert_online_index('lacks') IS NOT NULL LOOP
		EXECUTE replace(gb_enums_internal.convert_online_index('lacks'), ' CONCURRENTLY', '');
	END LOOP;
	EXECUTE format('CREATE INDEX gb_new_%s ON ONLY lacks (status_gb_new)', 'lacks_status'::regclass::oid);
	FOR i IN 1 .. cardinality(attached) LOOP
		EXECUTE format('ALTER INDEX gb_new_%s ATTACH PARTITION gb_new_%s', 'lacks_status'::regclass::oid, (attached[i] || '_status_idx')::regclass::oid);
	END LOOP;
END $$;
CALL pg_temp.invalid_twin('{lacks_1}');
CREATE TABLE lacks_3 PARTITION OF lacks FOR VALUES FROM (20) TO (30);
CALL gb_enum_convert_online('lacks');
CREATE VIEW lacks_indexes AS SELECT pg_get_indexdef(x.indexrelid) AS index, x.indisvalid, inhparent::regclass AS part_of
	FROM pg_index x LEFT JOIN pg_inherits ON inhrelid = x.indexrelid WHERE indrelid::regclass::text LIKE 'lacks%' ORDER BY indrelid::regclass::text, indnatts, indkey::text;
TABLE lacks_indexes;
SELECT gb_enum_convert_undo('lacks');
CALL pg_temp.invalid_twin('{lacks_1,lacks_3}');
DROP TABLE lacks_2;
CALL gb_enum_convert_online('lacks');
SELECT gb_enum_convert_finish('lacks');
TABLE lacks_indexes;
DROP TABLE lacks CASCADE;

-- When a partition with two equal indexes is attached again, the server chooses which is the part of the parent's.
CREATE TABLE twice (id int, status text) PARTITION BY RANGE (id);
CREATE TABLE twice_1 PARTITION OF twice FOR VALUES FROM (0) TO (10);
CREATE INDEX twice_status ON twice (status);
CREATE INDEX twice_own ON twice_1 (status);
CREATE PROCEDURE pg_temp.other_twin() LANGUAGE plpgsql AS $$ BEGIN
	PERFORM gb_enums_internal.convert_online_begin('twice', gb_enums_internal.convert_named('{"status": "task_status"}'), 1, 1, '1 s', 1);
	WHILE (SELECT stage FROM gb_enum_conversions WHERE relation = 'twice'::regclass) <> 'exchange' LOOP
		IF gb_enums_internal.online_step('twice', 'columns') = 'index' THEN
			EXECUTE replace(gb_enums_internal.convert_online_index('twice'), ' CONCURRENTLY', '');
		END IF;
	END LOOP;
	ALTER TABLE twice DETACH PARTITION twice_1;
	EXECUTE format('DROP INDEX gb_new_%s', 'twice_1_status_idx'::regclass::oid);
	ALTER TABLE twice ATTACH PARTITION twice_1 FOR VALUES FROM (0) TO (10);
END $$;
CALL pg_temp.other_twin();
CALL gb_enum_convert_online('twice');
BEGIN;
SELECT gb_enum_convert_undo('twice');
SELECT indexrelid::regclass, indisvalid FROM pg_index WHERE indrelid IN ('twice'::regclass, 'twice_1'::regclass) ORDER BY indexrelid::regclass::text;
ROLLBACK;
SELECT gb_enum_convert_finish('twice');
SELECT pg_get_indexdef(indexrelid), indisvalid FROM pg_index WHERE indrelid IN ('twice'::regclass, 'twice_1'::regclass) ORDER BY 1;
DROP TABLE twice;

-- What an undo refuses for can be mended by its HINT. A row with a stale old value can be moved.
CREATE DOMAIN short_text AS varchar(10);
CREATE TYPE native_status AS ENUM ('ready', 'failed');
CREATE TABLE hinted (id int, n numeric(4, 1), e native_status, d short_text, m text CHECK (m IN ('R', 'F')), s text, k int) PARTITION BY RANGE (id);
CREATE TABLE hinted_1 PARTITION OF hinted FOR VALUES FROM (0) TO (10);
CREATE TABLE hinted_2 PARTITION OF hinted FOR VALUES FROM (10) TO (20);
INSERT INTO hinted SELECT i, 1, 'ready', 'READY', 'R', 'ready', 2 FROM generate_series(10, 14) i;
CALL gb_enum_convert_online('hinted', '{"n": "task_status", "e": "task_status", "d": {"enum": "task_status", "fold_case": true}, "m": {"enum": "task_status", "map": {"R": "ready", "F": "failed"}},
	"s": {"enum": "task_status", "store": "smallint"}, "k": {"enum": "task_status", "map": {"1": "failed", "2": "ready"}}}');
ALTER TABLE hinted DETACH PARTITION hinted_2;
BEGIN;
ALTER TABLE hinted ATTACH PARTITION hinted_2 FOR VALUES FROM (10) TO (20);
SELECT gb_enum_convert_undo('hinted');
ROLLBACK;
UPDATE hinted_2 SET n = 'failed', e = 'failed', d = 'failed', m = 'failed', s = 6, k = 'failed' WHERE id < 12;
INSERT INTO hinted_2 (id, n, e, d, m, s, k) VALUES (15, 'failed', 'failed', 'failed', 'failed', 6, 'failed');
ALTER TABLE hinted ATTACH PARTITION hinted_2 FOR VALUES FROM (10) TO (20);
UPDATE hinted SET id = 1 WHERE id = 11;
DO $$ DECLARE hint text; BEGIN
	LOOP
		BEGIN
			PERFORM gb_enum_convert_undo('hinted');
			EXIT;
		EXCEPTION WHEN object_not_in_prerequisite_state THEN
			GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
			RAISE WARNING '%: %', SQLERRM, hint;
		END;
		EXECUTE substring(hint from 'UPDATE .* SET \w+ = \w+');
	END LOOP;
END $$;
SELECT * FROM hinted ORDER BY id;
DROP TABLE hinted;

-- An undo drops nothing that was made since, and says what it lacks.
CREATE TABLE since (id int, status text CHECK (status <> 'failed')) PARTITION BY RANGE (id);
CREATE INDEX since_status ON since (status);
CREATE STATISTICS since_statistics ON id, status FROM since;
CREATE TABLE since_1 PARTITION OF since FOR VALUES FROM (0) TO (10);
ALTER TABLE since_1 ADD CONSTRAINT since_unique UNIQUE (id, status);
CALL gb_enum_convert_online('since', '{"status": "task_status"}');
CREATE TABLE since_2 (LIKE since INCLUDING ALL, CONSTRAINT since_2_check CHECK (status <> 'paused'), CONSTRAINT since_2_unique UNIQUE (status, id));
ALTER TABLE since ATTACH PARTITION since_2 FOR VALUES FROM (10) TO (20);
CREATE INDEX since_2_partial ON since_2 (id) WHERE status = 'ready';
CREATE STATISTICS since_2_statistics ON id, status FROM since_2;
SELECT gb_enum_convert_undo('since');
ALTER TABLE since_2 DROP CONSTRAINT since_2_check, DROP CONSTRAINT since_2_unique;
DROP INDEX since_2_partial;
SELECT gb_enum_convert_undo('since');
DROP STATISTICS since_2_statistics, since_2_id_status_stat;
CREATE VIEW since_shown AS SELECT status FROM since_2;
SELECT gb_enum_convert_undo('since');
DROP VIEW since_shown;
BEGIN;
ALTER TABLE since_1 DROP CONSTRAINT since_unique;
SELECT gb_enum_convert_undo('since');
ROLLBACK;
SELECT gb_enum_convert_undo('since');
DROP TABLE since;

-- Nor does it lose what was changed since, what has a name that others contain, or NOT NULL. When that is dropped, all becomes what it was.
CREATE TABLE changed (id int, status text DEFAULT 'ready', other int DEFAULT 0);
CREATE SCHEMA changes;
CREATE STATISTICS changed_statistics ON id, status FROM changed;
CREATE VIEW changed_shown AS SELECT status FROM changed;
CREATE MATERIALIZED VIEW changed_stored AS SELECT status FROM changed;
CREATE MATERIALIZED VIEW changed_refreshed AS SELECT status FROM changed;
CREATE POLICY changed_policy ON changed USING (status <> 'failed');
CREATE FUNCTION changed_function() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER changed_trigger BEFORE UPDATE OF status ON changed FOR EACH ROW EXECUTE FUNCTION changed_function();
CREATE INDEX changed_status ON changed (status);
CREATE VIEW changed_objects AS SELECT format('%s: %s', conname, pg_get_constraintdef(oid)) AS object FROM pg_constraint WHERE conrelid = 'changed'::regclass
	UNION ALL SELECT polname || pg_get_expr(polqual, polrelid) FROM pg_policy WHERE polrelid = 'changed'::regclass
	UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = 'changed'::regclass UNION ALL SELECT pg_get_statisticsobjdef(oid) FROM pg_statistic_ext WHERE stxrelid = 'changed'::regclass
	UNION ALL SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = 'changed'::regclass UNION ALL SELECT relname || pg_get_viewdef(oid) FROM pg_class WHERE relname IN ('changed_shown', 'changed_stored')
	UNION ALL SELECT format('%s %s %s %s', attname, atttypid::regtype, attnotnull, pg_get_expr(adbin, adrelid))
		FROM pg_attribute LEFT JOIN pg_attrdef ON (adrelid, adnum) = (attrelid, attnum) WHERE attrelid = 'changed'::regclass AND attnum > 0 AND NOT attisdropped;
CREATE TEMP TABLE objects_before AS TABLE changed_objects;
CALL gb_enum_convert_online('changed', '{"status": "task_status"}');
CREATE STATISTICS s ON status, id FROM changed;
CREATE STATISTICS changes.changed_statistics ON status, id FROM changed;
CREATE OR REPLACE VIEW changed_shown AS SELECT status FROM changed WHERE id > 0;
DROP MATERIALIZED VIEW changed_stored;
CREATE MATERIALIZED VIEW changed_stored AS SELECT status FROM changed WHERE id > 0;
REFRESH MATERIALIZED VIEW changed_refreshed;
ALTER POLICY changed_policy ON changed USING (status = 'ready');
ALTER TABLE changed DISABLE TRIGGER changed_trigger;
ALTER TABLE changed ALTER status SET DEFAULT 'failed', ALTER status SET NOT NULL;
SELECT gb_enum_convert_undo('changed');
DROP STATISTICS s, changes.changed_statistics;
DROP VIEW changed_shown;
DROP MATERIALIZED VIEW changed_stored;
DROP POLICY changed_policy ON changed;
DROP TRIGGER changed_trigger ON changed;
ALTER TABLE changed ALTER status DROP DEFAULT, ALTER status DROP NOT NULL;
ALTER INDEX changed_status RENAME TO changed_renamed;
SELECT gb_enum_convert_undo('changed');
ALTER INDEX changed_renamed RENAME TO changed_status;
SELECT gb_enum_convert_undo('changed');
SELECT count(*), (SELECT count(*) FROM objects_before) FROM (TABLE changed_objects INTERSECT TABLE objects_before) same;
DROP VIEW changed_objects;
DROP TABLE changed CASCADE;
DROP FUNCTION changed_function;
DROP SCHEMA changes;

-- A partition that came after the exchange has the default of the others after the undo.
CREATE TABLE by_default (id int, status text NOT NULL DEFAULT 'ready') PARTITION BY RANGE (id);
CALL gb_enum_convert_online('by_default', '{"status": "task_status"}');
CREATE TABLE by_default_1 PARTITION OF by_default FOR VALUES FROM (0) TO (10);
SELECT gb_enum_convert_undo('by_default');
INSERT INTO by_default_1 (id) VALUES (1);
TABLE by_default;
DROP TABLE by_default;

-- An UPDATE of other columns changes no old value: neither one that is written in another way, nor one whose name has changed.
CREATE TYPE native_state AS ENUM ('old', 'done');
SELECT gb_enum_create('renamed_state', '{old,done}');
CREATE TABLE exact (id int, code numeric, codes numeric[], state text CHECK (state IN ('old', 'done')), native native_state, short varchar(4), shorts varchar(4)[]);
INSERT INTO exact VALUES (1, 1.00, '{2.0,NULL}', 'old', 'old', 'old', '{old}');
CALL gb_enum_convert_online('exact', '{"code": "task_status", "codes": "task_status", "state": "renamed_state", "native": "renamed_state", "short": "renamed_state", "shorts": "renamed_state"}');
SELECT gb_enum_rename_value('renamed_state', 'old', 'renamed');
UPDATE exact SET id = 2;
UPDATE exact SET state = 'done';
SELECT id, state, native, short, shorts FROM exact;
SELECT gb_enum_convert_undo('exact');
TABLE exact;
DROP TABLE exact;
DROP TYPE native_state;
SELECT gb_enum_drop('renamed_state');

-- A CHECK that is made after the stage in which the others get their twins gets one as well.
CREATE TABLE checked (id int, status text CHECK (status <> 'failed'));
INSERT INTO checked VALUES (1, 'ready');
SELECT gb_enums_internal.convert_online_begin('checked', gb_enums_internal.convert_named('{"status": "task_status"}'), 1, 1, '1 s', 1);
DO $$ BEGIN
	WHILE (SELECT stage FROM gb_enum_conversions WHERE relation = 'checked'::regclass) <> 'validate' LOOP
		PERFORM gb_enums_internal.online_step('checked', 'columns');
	END LOOP;
END $$;
ALTER TABLE checked ADD CONSTRAINT checked_late CHECK (status <> 'paused');
CALL gb_enum_convert_online('checked');
SELECT gb_enum_convert_finish('checked');
SELECT conname, convalidated, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'checked'::regclass ORDER BY 1;
DROP TABLE checked;
