-- what gb_enum_check() does grows with the number of enumerations, and not with its square
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
CREATE SCHEMA many;
SET search_path = many, public;
-- pages that are looked at, of catalogs only: it is the same on every machine
CREATE FUNCTION pages_of_check() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    plan json;
BEGIN
    FOR i IN 1 .. 2 LOOP -- first the caches are filled
        EXECUTE 'EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT * FROM gb_enum_check(scan => false)' INTO plan;
    END LOOP;
    RETURN (plan -> 0 -> 'Plan' ->> 'Shared Hit Blocks')::bigint + (plan -> 0 -> 'Plan' ->> 'Shared Read Blocks')::bigint;
END $$;
CREATE FUNCTION make(first int, last int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    FOR i IN first .. last LOOP
        PERFORM gb_enum_create('many.e' || i, '{new,open,closed}');
        EXECUTE format('CREATE TABLE many.t%1$s (a many.e%1$s DEFAULT ''new'', b many.e%1$s CHECK (b <> ''closed''), c many.e%1$s[])', i);
    END LOOP;
END $$;
CREATE TABLE pages (enumerations int, pages bigint);
-- autovacuum may come at any time and change plans: so it has always been there
-- One is there at first: some catalogs are read once, however many there are, but not at all when there is none; and how
-- long they are depends on the tests before this one
SELECT make(1, 1);
VACUUM ANALYZE pg_depend, pg_proc, pg_operator, pg_opclass, pg_opfamily, pg_amop, pg_amproc, pg_type, pg_cast;
INSERT INTO pages SELECT 1, pages_of_check();
SELECT make(2, 21);
VACUUM ANALYZE pg_depend, pg_proc, pg_operator, pg_opclass, pg_opfamily, pg_amop, pg_amproc, pg_type, pg_cast;
INSERT INTO pages SELECT 21, pages_of_check();
SELECT make(22, 41);
VACUUM ANALYZE pg_depend, pg_proc, pg_operator, pg_opclass, pg_opfamily, pg_amop, pg_amproc, pg_type, pg_cast;
INSERT INTO pages SELECT 41, pages_of_check();
SELECT make(42, 61);
VACUUM ANALYZE pg_depend, pg_proc, pg_operator, pg_opclass, pg_opfamily, pg_amop, pg_amproc, pg_type, pg_cast;
INSERT INTO pages SELECT 61, pages_of_check();
-- for one more of them: at most so many, and no more when there are three times as many already (an index gets another
-- level in between)
SELECT enumerations, each < 600 AS within_bound,
       enumerations < 61 OR each < 1.1 * first_value(each) OVER (ORDER BY enumerations) AS linear
FROM (SELECT enumerations, (pages - lag(pages) OVER (ORDER BY enumerations)) / 20 AS each FROM pages) p WHERE each IS NOT NULL ORDER BY 1;
-- the same for those that have left their functions and operators behind
CREATE SCHEMA left_for;
CREATE TABLE apart (types int, pages bigint);
CREATE FUNCTION leave(first int, last int) RETURNS void LANGUAGE plpgsql SET session_replication_role = replica AS $$
BEGIN
    FOR i IN first .. last LOOP
        EXECUTE format('ALTER TYPE many.e%s SET SCHEMA left_for', i);
    END LOOP;
END $$;
BEGIN;
SELECT leave(1, 1);
INSERT INTO apart SELECT 1, pages_of_check();
SELECT leave(2, 21);
INSERT INTO apart SELECT 21, pages_of_check();
SELECT leave(22, 41);
INSERT INTO apart SELECT 41, pages_of_check();
SELECT count(*) FROM gb_enum_check(scan => false) WHERE repair ~ 'gb_enum_follow_type';
SELECT types, each < 2500 AS within_bound, each < 1.1 * first_value(each) OVER (ORDER BY types) AS linear
FROM (SELECT types, (pages - lag(pages) OVER (ORDER BY types)) / 20 AS each FROM apart) a WHERE each IS NOT NULL ORDER BY 1;
ROLLBACK;
SELECT count(*) FROM gb_enum_check();
-- every enumeration is found in all of it
INSERT INTO t7 VALUES ('new', as_e7('7'), ARRAY[as_e7('8')]);
INSERT INTO t33 VALUES (as_e33('9'), NULL, NULL);
SET session_replication_role = replica;
CREATE DOMAIN d33 AS e33 DEFAULT '6';
RESET session_replication_role;
SELECT enumeration, problem FROM gb_enum_check() ORDER BY enumeration::text, problem;
SELECT enumeration, problem FROM gb_enum_check(scan => false) ORDER BY enumeration::text, problem;
SELECT gb_enums_internal.undefined_codes(ARRAY['e7', NULL]::regtype[], true);
SELECT gb_enums_internal.undefined_codes('{int4}', true);
SELECT gb_enums_internal.undefined_codes('{}', true);
SELECT place, code, count FROM gb_enums_internal.undefined_codes('{{e33,e7},{e7,e33}}', true) ORDER BY place, code;
DROP SCHEMA many, left_for CASCADE;
