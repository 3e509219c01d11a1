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
