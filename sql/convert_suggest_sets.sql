-- columns of which it is known whether they hold a closed set: what is suggested for them is right
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
\getenv abs_srcdir PG_ABS_SRCDIR
\set schema :abs_srcdir '/test/schema/closed_sets.sql'
\set ECHO none
\i :schema
\set ECHO all
-- what is wrong: a list of what a column contains is not to be told from a list of its values
SELECT class, relation, col, answer, given, evidence, seen FROM suggested WHERE answer IS DISTINCT FROM given;
SELECT count(*), count(answer) AS sets, count(*) FILTER (WHERE answer IS NOT NULL AND given IS NULL) AS missed,
       count(*) FILTER (WHERE answer IS NULL AND given IS NOT NULL) AS false, count(*) FILTER (WHERE answer <> given) AS wrong FROM suggested;
-- with the whole tables, too
SELECT s.class, s.relation, s.col, s.answer, o.evidence, o.statement FROM suggested s LEFT JOIN gb_enum_suggest('closed_sets', true) o ON (o.table_name, o.column_name) = (s.relation::regclass, s.col)
WHERE s.given IS DISTINCT FROM s.answer OR (s.answer IS NULL) <> (o.column_name IS NULL) OR (s.answer = 'open') <> coalesce(o.remark !~ '^(By hand|Only its rows)', false);
-- the sets with what belongs to them, and the enumerations that they share
SELECT table_name, column_name, evidence, seen, match, enum, new_enum FROM gb_enum_suggest('closed_sets');
SELECT table_name, column_name, remark FROM gb_enum_suggest('closed_sets') WHERE statement IS NULL;
-- never fold_case, and what is not done yet is said
SELECT count(*) FILTER (WHERE statement ~ 'fold_case') AS fold, count(*) FILTER (WHERE creation ~ 'like') AS "like", count(*) FILTER (WHERE statement IS NULL AND remark IS NULL) AS unexplained FROM gb_enum_suggest('closed_sets');
-- a superset keeps the codes of an enumeration with a fitting name; afterwards the new one is there
SELECT gb_enum_create('closed_sets.tier', '{free,pro}') AS tier, gb_enum_create('closed_sets.pace', '{playful,formal,casual}') AS pace;
SELECT table_name, column_name, match, enum, new_enum, creation FROM gb_enum_suggest('closed_sets') WHERE column_name ~ 'tier|paid|tone|pace';
-- what is suggested works, and is found again
DO $$
DECLARE
    r record;
BEGIN
    FOR r IN SELECT DISTINCT creation FROM gb_enum_suggest('closed_sets') WHERE creation IS NOT NULL LOOP
        EXECUTE r.creation;
    END LOOP;
END $$;
SELECT table_name, column_name, seen, enum, new_enum FROM gb_enum_suggest('closed_sets') WHERE new_enum IS NOT NULL;
CREATE TEMP TABLE plan AS SELECT table_name, column_name, statement FROM gb_enum_suggest('closed_sets');
DO $$
DECLARE
    p record;
    stops text;
BEGIN
    FOR p IN SELECT * FROM plan WHERE statement IS NOT NULL LOOP
        EXECUTE format('SELECT string_agg(detail, '' '') FROM (%s) p WHERE kind = ''stop''', p.statement) INTO stops;
        IF stops IS NOT NULL THEN
            RAISE WARNING '%.%: %', p.table_name, p.column_name, stops;
        END IF;
    END LOOP;
END $$;
SELECT count(*) > 40 AS planned FROM plan WHERE statement IS NOT NULL;
-- a statement that has a name of two cases in it, an odd name, a long one
CREATE TABLE "Odd ""Table" ("it's a Kind" text CHECK ("it's a Kind" IN ('a''b', 'c "d"', E'back\\slash')), id int);
SELECT new_enum, creation, statement FROM gb_enum_suggest('closed_sets') WHERE column_name ~ 'Kind' \gset
:creation;
SELECT format('SELECT count(*) FILTER (WHERE kind = ''stop'') AS stops FROM (%s) p', :'statement') \gexec
CREATE TABLE a_name_of_sixty_bytes_or_nearly_that_which_is_long_enough_here (another_name_of_sixty_bytes_or_nearly_that_which_is_long_too text CHECK (another_name_of_sixty_bytes_or_nearly_that_which_is_long_too IN ('x', 'y')),
    second_name_of_sixty_bytes text CHECK (second_name_of_sixty_bytes IN ('x', 'z')));
SELECT new_enum FROM gb_enum_suggest('closed_sets') WHERE column_name ~ 'sixty';
DROP SCHEMA closed_sets CASCADE;
