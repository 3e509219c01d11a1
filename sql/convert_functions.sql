-- the plan names the functions that use a column, also those that do not name its table
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
CREATE SCHEMA convert_functions;
CREATE SCHEMA other;
SET search_path = convert_functions, public;
CREATE TYPE native AS ENUM ('sad', 'ok');
SELECT gb_enum_create('feeling', '{sad,ok,happy}');
CREATE TABLE person (id int PRIMARY KEY, nm text, mood text NOT NULL DEFAULT 'ok', hue native, status text DEFAULT 'ready');
CREATE TABLE other.person_too (mood text);
CREATE FUNCTION of_trigger() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF new.mood LIKE 's%' THEN new.nm := lower(new.mood); END IF; RETURN new; END $$;
CREATE TRIGGER t BEFORE INSERT ON person FOR EACH ROW EXECUTE FUNCTION of_trigger();
CREATE FUNCTION of_trigger_elsewhere() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN new.mood := 'x'; RETURN new; END $$;
CREATE TRIGGER t BEFORE INSERT ON other.person_too FOR EACH ROW EXECUTE FUNCTION of_trigger_elsewhere();
CREATE FUNCTION of_trigger_without_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN new.nm := new.status; RETURN new; END $$;
CREATE TRIGGER u BEFORE INSERT ON person FOR EACH ROW EXECUTE FUNCTION of_trigger_without_it();
CREATE FUNCTION of_row(person) RETURNS boolean LANGUAGE sql AS $$ SELECT $1.mood LIKE 's%' $$;
CREATE FUNCTION of_rows(p person[]) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RETURN p[1].mood = 'sad'; END $$;
CREATE FUNCTION gives_rows(OUT p person) LANGUAGE plpgsql AS $$ BEGIN p.mood := 'sad'; END $$;
CREATE FUNCTION of_row_without_it(person) RETURNS text LANGUAGE sql AS $$ SELECT $1.nm $$;
CREATE FUNCTION names_both() RETURNS boolean LANGUAGE sql AS $$ SELECT mood LIKE 's%' FROM person $$;
CREATE FUNCTION names_one() RETURNS text LANGUAGE sql AS $$ SELECT 'mood' $$;
CREATE FUNCTION with_path() RETURNS bigint LANGUAGE sql SET search_path = '' AS $$ SELECT count(*) FROM convert_functions.person WHERE mood = 'sad' $$;
CREATE FUNCTION with_the_path() RETURNS bigint LANGUAGE sql SET search_path = other, "convert_functions" AS $$ SELECT count(*) FROM convert_functions.person WHERE mood = 'sad' $$;
CREATE FUNCTION status_with_path() RETURNS bigint LANGUAGE sql SET search_path = '' AS $$ SELECT count(*) FROM convert_functions.person WHERE status = 'ready' $$;
CREATE FUNCTION of_native(native) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION of_natives(VARIADIC native[]) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION gives_native() RETURNS native LANGUAGE plpgsql AS $$ BEGIN RETURN 'sad'; END $$;
SELECT statement, detail FROM gb_enum_convert('person', 'mood', 'feeling') WHERE statement ~ '^function';
SELECT statement, detail FROM gb_enum_convert('person', 'hue', 'feeling') WHERE statement ~ '^function';
-- those of partitions, children and views are named, too
CREATE TABLE parted (id int, mood text) PARTITION BY RANGE (id);
CREATE TABLE parted_a PARTITION OF parted FOR VALUES FROM (0) TO (9);
CREATE VIEW moods AS SELECT id, mood FROM parted;
CREATE VIEW sad_moods AS SELECT mood FROM moods WHERE mood = 'sad';
CREATE FUNCTION of_partition() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN new.mood := lower(new.mood); RETURN new; END $$;
CREATE TRIGGER t BEFORE INSERT ON parted_a FOR EACH ROW EXECUTE FUNCTION of_partition();
CREATE FUNCTION of_view() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO other.person_too VALUES (new.mood); RETURN new; END $$;
CREATE TRIGGER t INSTEAD OF INSERT ON moods FOR EACH ROW EXECUTE FUNCTION of_view();
CREATE FUNCTION names_view() RETURNS bigint LANGUAGE sql AS $$ SELECT count(*) FROM sad_moods WHERE mood LIKE 's%' $$;
CREATE FUNCTION names_partition() RETURNS bigint LANGUAGE sql AS $$ SELECT count(*) FROM parted_a WHERE mood LIKE 's%' $$;
CREATE FUNCTION of_row_of_partition(parted_a) RETURNS boolean LANGUAGE sql AS $$ SELECT $1.mood = 'sad' $$;
SELECT statement, detail FROM gb_enum_convert('parted', 'mood', 'feeling') WHERE statement ~ '^function';
DROP TABLE parted CASCADE;
DROP FUNCTION of_view, of_partition, names_view, names_partition;
-- two columns of one type: what they have in common is said once; what is said to break breaks, and goes on as it is said
CREATE TABLE two (hue native NOT NULL, shade native, CHECK (of_native(hue) > 0));
INSERT INTO two VALUES ('sad', 'ok');
CREATE FUNCTION shade_of(h native) RETURNS native LANGUAGE sql AS $$ SELECT shade FROM two WHERE hue = h $$;
CREATE FUNCTION whole() RETURNS SETOF two LANGUAGE sql AS 'SELECT * FROM two';
SELECT statement, detail FROM gb_enum_convert_table('two', '{"hue": "feeling", "shade": "feeling"}') WHERE statement ~ '^function';
SELECT count(*) > 0 AS done FROM gb_enum_convert_table('two', '{"hue": "feeling", "shade": "feeling"}', dry_run => false);
\set VERBOSITY terse
SELECT of_native(hue) FROM two;
SELECT of_native(hue::text::native) FROM two;
SELECT shade_of('sad');
\set VERBOSITY default
SELECT * FROM whole();
-- operators of an enumeration of an extension are found by every search_path
SELECT statement, detail FROM gb_enum_convert('person', 'status', 'task_status') WHERE statement ~ '^function';
SELECT statement, detail FROM gb_enum_convert_online_plan('person', '{"mood": "feeling"}') WHERE statement ~ '^function' ORDER BY step LIMIT 1;
-- what is read comes first
SELECT string_agg(DISTINCT kind, ',') AS first_ones FROM gb_enum_convert('person', 'mood', 'feeling')
    WHERE step < (SELECT min(step) FROM gb_enum_convert('person', 'mood', 'feeling') WHERE kind = 'statement');
-- the warnings of the plan are those of the conversion, also those about values
INSERT INTO person (id, mood) VALUES (1, 'ok'), (2, 'OK'), (3, 'x');
ALTER TABLE person ALTER mood DROP NOT NULL;
CREATE TABLE planned AS SELECT kind, detail FROM gb_enum_convert('person', 'mood', 'feeling', fold_case => true, otherwise_null => true) WHERE kind = 'warning';
TABLE planned;
CREATE TABLE done AS SELECT kind, detail FROM gb_enum_convert('person', 'mood', 'feeling', fold_case => true, otherwise_null => true, dry_run => false)
    WHERE kind = 'warning';
TABLE planned EXCEPT ALL TABLE done;
TABLE done EXCEPT ALL TABLE planned;
-- a view that the application creates again as it was
CREATE TABLE deal (stage text);
CREATE VIEW deals AS SELECT COALESCE(stage, 'new') AS stage FROM deal;
SELECT gb_enum_create('stage', '{new,won}');
SELECT detail FROM gb_enum_convert('deal', 'stage', 'stage') WHERE statement ~ 'CREATE OR REPLACE VIEW';
SELECT count(*) > 0 AS done FROM gb_enum_convert('deal', 'stage', 'stage', dry_run => false);
CREATE OR REPLACE VIEW deals AS SELECT COALESCE(stage, 'new') AS stage FROM deal;
CREATE OR REPLACE VIEW deals AS SELECT COALESCE(stage::text, 'new') AS stage FROM deal;
-- a statement that was prepared before
CREATE TABLE prepared (mood text);
PREPARE moods AS SELECT mood FROM prepared;
SELECT count(*) > 0 AS done FROM gb_enum_convert('prepared', 'mood', 'feeling', dry_run => false);
EXECUTE moods;
DISCARD PLANS;
EXECUTE moods;
DEALLOCATE ALL;
PREPARE moods AS SELECT mood FROM prepared;
EXECUTE moods;
-- numbers that clients read, and texts that the application goes on writing
CREATE TABLE client (id int PRIMARY KEY, n int, s smallint, k text);
INSERT INTO client VALUES (1, 1, 1, 'OK'), (2, 0, 0, 'fine'), (3, 2, 2, 'SAD'), (4, 2, 2, 'happy');
SELECT gb_enum_add_alias('feeling', 'happy', 'fine');
SELECT detail FROM gb_enum_convert_table('client', '{"n": "feeling", "s": "feeling", "k": {"enum": "feeling", "fold_case": true, "use_aliases": true}}')
    WHERE kind = 'warning';
SELECT detail FROM gb_enum_convert('client', 'n', 'feeling', store => 'smallint') WHERE kind = 'warning';
SELECT detail FROM gb_enum_convert_online_plan('client', '{"s": "feeling"}') WHERE kind = 'warning' AND detail ~ 'numbers';

SET client_min_messages = error;
-- sessions that will not find the operators: those that a setting gives another search_path
CREATE ROLE regress_off_path;
CREATE ROLE regress_on_path;
ALTER ROLE regress_off_path SET search_path = 'x', public;
ALTER ROLE regress_on_path SET search_path = public, convert_functions;
SELECT gb_enums_internal.sessions_off_path('convert_functions'::regnamespace), gb_enums_internal.sessions_off_path('public'::regnamespace), gb_enums_internal.sessions_off_path(0);
DO $$ BEGIN EXECUTE format('ALTER ROLE regress_on_path IN DATABASE %I SET search_path = %L', current_database(), ''); END $$;
SELECT replace(gb_enums_internal.sessions_off_path('public'::regnamespace), current_database(), '...');
DROP ROLE regress_off_path, regress_on_path;
DROP SCHEMA convert_functions, other CASCADE;
