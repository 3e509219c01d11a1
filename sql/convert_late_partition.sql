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
CALL pg_temp.detached($$UPDATE moved_2 SET status = 'paused' WHERE id = 12$$, $$UPDATE moved_2 SET levels = '{high}' WHERE id = 13$$,
	$$UPDATE moved_2 SET code = NULL WHERE id IN (12, 14)$$);
SELECT gb_enum_convert_undo('moved');
UPDATE moved_2 SET status_gb_old = status::text;
SELECT gb_enum_convert_undo('moved');
UPDATE moved_2 SET levels_gb_old = levels::text[];
SELECT gb_enum_convert_undo('moved');
BEGIN;
UPDATE moved_2 SET code_gb_old = code::int;
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
