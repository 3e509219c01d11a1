-- What one session sees while definitions, types and the extension itself come and go.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;

SELECT gb_enums_internal.define('public', 'color', 'for this test', E'0 red\n1 green');
CREATE TABLE painted (c color, raw smallint);
INSERT INTO painted VALUES ('red', 0), ('green', 1), (as_color(2::smallint), 2);
-- Plans hold codes and names that were computed from the definition: they go with it.
PREPARE code AS SELECT color_code('blue');
PREPARE name AS SELECT color_name(2), color_name(1::smallint), color_description(1);
PREPARE texts AS SELECT count(*) FROM painted WHERE c = 'blue'::text;
PREPARE raw AS SELECT count(*) FROM painted WHERE as_color(raw) = 'blue'::text OR raw = color_code('blue');
PREPARE param(text) AS SELECT count(*) FROM painted WHERE c = $1;
PREPARE shown AS SELECT c, c::text, color_name(raw) FROM painted ORDER BY painted.c;
EXECUTE code;
EXECUTE name;
EXECUTE texts;
EXECUTE raw;
EXECUTE param('blue');
EXECUTE shown;
SELECT gb_enums_internal.define('public', 'color', 'for this test', E'0 crimson\n1 green "Like grass"\n2 blue');
EXECUTE code;
EXECUTE name;
EXECUTE texts;
EXECUTE raw;
EXECUTE param('blue');
EXECUTE shown;
-- In functions too.
CREATE FUNCTION pg_temp.blue() RETURNS smallint LANGUAGE plpgsql AS 'BEGIN RETURN color_code(''azure''); END';
SELECT pg_temp.blue();
BEGIN;
SELECT gb_enums_internal.define('public', 'color', 'for this test', E'0 crimson\n1 green\n2 azure');
SELECT pg_temp.blue();
SAVEPOINT s;
SELECT gb_enums_internal.define('public', 'color', 'for this test', E'0 crimson\n1 green\n3 azure');
SELECT pg_temp.blue();
ROLLBACK TO s;
SELECT pg_temp.blue();
COMMIT;
SELECT pg_temp.blue();
-- A rename, a move, another owner: the type's functions follow and keep working.
PREPARE shown_only AS SELECT c, c::text FROM painted ORDER BY painted.c;
ALTER TYPE color RENAME TO colour;
CREATE SCHEMA palette;
ALTER TYPE colour SET SCHEMA palette;
EXECUTE shown_only;
SELECT 'azure'::palette.colour, palette.colour_name(2);
SELECT 'azur'::palette.colour;
SELECT gb_enum_name('palette.colour', 2), (SELECT DISTINCT enum FROM gb_enums WHERE name = 'azure');
DROP TABLE painted;
DROP TYPE palette.colour CASCADE;
\set VERBOSITY sqlstate
SELECT palette.colour_name(2);
\set VERBOSITY default
SELECT gb_enum_name('palette.colour', 2);
DROP SCHEMA palette;
DEALLOCATE ALL;

-- The extension: in another schema, dropped and made again, in one session.
CREATE TABLE kept (code smallint);
INSERT INTO kept VALUES (2);
SELECT task_status_name(code) FROM kept;
DROP EXTENSION gb_enums CASCADE;
\set VERBOSITY sqlstate
SELECT task_status_name(2);
\set VERBOSITY default
SELECT nspname FROM pg_namespace WHERE nspname ~ 'gb_enum' UNION ALL
SELECT lanname FROM pg_language WHERE lanname ~ 'gb_enum' UNION ALL
SELECT proname FROM pg_proc WHERE prosrc ~ 'gb_enum' OR probin ~ 'gb_enum' UNION ALL
SELECT amopopr::text FROM pg_amop WHERE NOT EXISTS (SELECT FROM pg_operator o WHERE o.oid = amopopr) UNION ALL
SELECT amproc::text FROM pg_amproc WHERE NOT EXISTS (SELECT FROM pg_proc p WHERE p.oid = amproc) UNION ALL
SELECT opfname FROM pg_opfamily WHERE opfname ~ 'task_status';
SELECT count(*) AS loose_members FROM pg_amop WHERE amopfamily = (SELECT oid FROM pg_opfamily WHERE opfname = 'integer_ops' AND opfmethod = 403)
    AND (amoplefttype > 16384 OR amoprighttype > 16384);
CREATE SCHEMA "Enums Here";
CREATE EXTENSION gb_enums SCHEMA "Enums Here";
SELECT "Enums Here".task_status_name(code), "Enums Here".as_task_status(code) FROM kept;
\set VERBOSITY sqlstate
SELECT task_status_name(2);
\set VERBOSITY default
-- Every function works with any search_path.
SET search_path = '';
SELECT "Enums Here".task_status_name(2), "Enums Here".task_status_name(2::smallint), "Enums Here".task_status_code('running'),
       "Enums Here".task_status_description(2), "Enums Here".gb_enum_name('"Enums Here".task_status', 2),
       (SELECT count(*) FROM "Enums Here".task_status_values()), (SELECT count(*) FROM "Enums Here".gb_enums);
SELECT 'finished'::"Enums Here".task_status;
SELECT max(s) = 'running', max(s) = 2, min(s) < 'running'::text FROM pg_catalog.unnest('{running,ready}'::"Enums Here".task_status[]) s;
SET search_path = pg_temp, "Enums Here";
-- A function of the same name in front of ours is not called by ours.
CREATE FUNCTION pg_temp.gb_enum_name(regtype, integer) RETURNS text LANGUAGE sql AS 'SELECT ''captured''';
CREATE FUNCTION pg_temp.gb_enum_values(regtype) RETURNS text LANGUAGE sql AS 'SELECT ''captured''';
SELECT "Enums Here".task_status_name(2), (SELECT count(*) FROM "Enums Here".task_status_values());
RESET search_path;
DROP EXTENSION gb_enums;
DROP SCHEMA "Enums Here";
CREATE EXTENSION gb_enums;
SELECT task_status_name(code) FROM kept;
DROP TABLE kept;
