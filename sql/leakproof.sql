-- row security is not got around by what the planner calls before it: no LEAKPROOF function raises an error, whatever it is given
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
CREATE ROLE regress_leak_reader;
CREATE SCHEMA leak;
GRANT USAGE ON SCHEMA leak TO regress_leak_reader;
SET search_path = leak, public;
CREATE FUNCTION redefine(enum regtype, language name, body text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE OR REPLACE FUNCTION %s RETURNS %s LANGUAGE %I STABLE STRICT AS %L',
        (SELECT typinput::regprocedure FROM pg_type WHERE oid = enum), enum, language, body);
END $$;
-- enumerations as they should be, and as they should not
SELECT gb_enum_create(n, '{a,b}') FROM unnest('{whole,unreadable,foreign_definition,dropped}'::text[]) n;
SELECT gb_enum_create('wide', definition => '-32768 lowest' || E'\n32767 highest');
SET check_function_bodies = off;
SELECT redefine('unreadable', 'gb_enum', 'zero a'), redefine('foreign_definition', 'internal', 'int2in');
RESET check_function_bodies;
CREATE DOMAIN status_of AS task_status;
CREATE TYPE shell;
CREATE TYPE native AS ENUM ('a');
CREATE TABLE gone AS SELECT 'dropped'::regtype::oid AS type;
SELECT gb_enum_drop('dropped');

-- What arguments of each type are tried with.
CREATE TABLE given (type regtype, value text);
INSERT INTO given SELECT 'regtype'::regtype, t FROM unnest('{0,1,4294967295}'::text[]) t
    UNION ALL SELECT 'regtype'::regtype, oid::text FROM pg_type
        WHERE typname IN ('int2', 'text', 'pg_class', 'cstring', 'anyelement', 'record', '_task_status', 'task_status', 'status_of', 'shell', 'native', 'whole', 'unreadable', 'foreign_definition', 'wide')
    UNION ALL SELECT 'regtype'::regtype, type::text FROM gone;
INSERT INTO given SELECT 'text', t FROM unnest(ARRAY['', 'a', 'running', '2', '-1', 'ü€', E'\x01', repeat('x', 64), repeat('y', 5000)]) t;
INSERT INTO given SELECT 'smallint', t FROM unnest('{0,1,-1,99,-32768,32767}'::text[]) t;
INSERT INTO given SELECT 'integer', t FROM unnest('{0,2,-1,65536,-2147483648,2147483647}'::text[]) t;
INSERT INTO given SELECT 'bigint', t FROM unnest('{0,2,-1,4294967296,-9223372036854775808,9223372036854775807}'::text[]) t;
-- One for each code of the extension's own functions and of the server's; of these enumerations, all that are in C.
CREATE VIEW leakproof AS
    SELECT p.oid, p.oid::regproc AS name, array_replace(p.proargtypes::regtype[], 'anyelement', e.type) AS types
    FROM (SELECT p.*, row_number() OVER (PARTITION BY p.prolang, p.prosrc ORDER BY p.oid) AS place, d.deptype
          FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid
          WHERE d.deptype = 'e' AND d.refobjid = (SELECT e.oid FROM pg_extension e WHERE e.extname = 'gb_enums')
             OR d.deptype = 'n' AND d.refobjid IN (SELECT t.oid FROM pg_type t WHERE t.typnamespace = 'leak'::regnamespace)) p
    JOIN unnest('{whole,unreadable,foreign_definition,wide,smallint,text}'::regtype[]) e(type) ON e.type = 'whole'::regtype OR 'anyelement'::regtype = ANY (p.proargtypes)
    WHERE p.proleakproof AND (p.place = 1 OR p.deptype = 'n' AND p.prolang = (SELECT l.oid FROM pg_language l WHERE l.lanname = 'c')) GROUP BY p.oid, p.proargtypes, e.type;
-- Values of enumerations are made of codes by the cast that trusts them.
CREATE FUNCTION as_argument(kind regtype) RETURNS text LANGUAGE sql AS $$
    SELECT coalesce((SELECT p.oid::regproc || '(%L::smallint)' FROM pg_proc p WHERE p.prorettype = kind AND kind <> 'smallint'::regtype AND p.prosrc = 'int2up' AND p.proargtypes[0] = 'smallint'::regtype), CASE kind WHEN 'regtype'::regtype THEN '%L::oid::regtype' ELSE '%L::' || kind END)
$$;
CREATE FUNCTION expressions(kind regtype) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT replace(as_argument(kind), '%L', quote_literal(g.value)) FROM given g
    WHERE g.type = CASE WHEN kind IN (SELECT type FROM given) THEN kind ELSE 'smallint' END
$$;

-- Called with each of them, by itself.
CREATE FUNCTION called() RETURNS TABLE (call text, error text) LANGUAGE plpgsql AS $$
DECLARE
    f record;
BEGIN
    FOR f IN SELECT l.name, array_agg(format('%s(%s)', l.name, concat_ws(', ', a, b))) AS calls
             FROM leakproof l, expressions(l.types[0]) a LEFT JOIN LATERAL expressions(l.types[1]) b ON true GROUP BY l.oid, l.name LOOP
        FOREACH call IN ARRAY f.calls LOOP
            BEGIN
                EXECUTE 'SELECT ' || call;
            EXCEPTION WHEN OTHERS THEN
                error := sqlerrm;
                RETURN NEXT;
            END;
        END LOOP;
    END LOOP;
END $$;
SELECT count(*) > 50 AS many, bool_and(cardinality(types) BETWEEN 1 AND 2) AS known FROM leakproof;
SELECT left(call, 100) AS call, left(error, 200) AS error FROM called() LIMIT 20;

-- And on rows that a policy hides, at a cost, so that what is LEAKPROOF is asked first: nothing is said of them, nor
-- whether there are any.
CREATE FUNCTION shown() RETURNS boolean LANGUAGE plpgsql COST 100000 AS 'BEGIN RETURN false; END';
CREATE TABLE secret (n integer);
DO $$
DECLARE
    kind regtype;
BEGIN
    INSERT INTO secret SELECT generate_series(1, 20);
    FOR kind IN SELECT DISTINCT t FROM leakproof l, unnest(l.types) t LOOP
        EXECUTE format('ALTER TABLE secret ADD COLUMN %I %s', 'a' || kind::oid, kind);
        EXECUTE format('UPDATE secret SET %I = (ARRAY[%s])[1 + n %% (SELECT count(*)::integer FROM expressions(%L))]', 'a' || kind::oid,
            (SELECT string_agg(e, ', ') FROM expressions(kind) e), kind);
    END LOOP;
END $$;
ALTER TABLE secret ENABLE ROW LEVEL SECURITY;
CREATE POLICY nobody ON secret USING (shown());
GRANT SELECT ON secret, leakproof TO regress_leak_reader;
CREATE FUNCTION seen() RETURNS TABLE (function regprocedure, rows bigint, error text) LANGUAGE plpgsql AS $$
DECLARE
    f record;
BEGIN
    FOR f IN SELECT l.oid, l.name, (SELECT string_agg(format('%I', 'a' || t::oid), ', ' ORDER BY i) FROM unnest(l.types) WITH ORDINALITY u(t, i)) AS columns FROM leakproof l LOOP
        function := f.oid;
        error := NULL;
        BEGIN
            EXECUTE format('SELECT count(*) FROM secret WHERE %s(%s) IS NOT NULL', f.name, f.columns) INTO rows;
        EXCEPTION WHEN OTHERS THEN
            error := sqlerrm;
        END;
        IF rows > 0 OR error IS NOT NULL THEN
            RETURN NEXT;
        END IF;
    END LOOP;
END $$;
CREATE TABLE salaries (name text, amount integer);
INSERT INTO salaries VALUES ('somebody', 987654);
ALTER TABLE salaries ENABLE ROW LEVEL SECURITY;
CREATE POLICY nobody ON salaries USING (shown());
GRANT SELECT ON salaries TO regress_leak_reader;
SET ROLE regress_leak_reader;
SELECT * FROM seen() LIMIT 20;
SELECT * FROM salaries WHERE gb_enums_internal.text_code(amount, 'x') = 0;
SELECT * FROM salaries WHERE gb_enums_internal.text_key(name, name) = 0;
RESET ROLE;
-- what is no enumeration has no value of that name
SELECT gb_enums_internal.text_code(as_whole(1::smallint), 'a') AS whole, gb_enums_internal.text_code(as_unreadable(1::smallint), 'a') AS unreadable,
       gb_enums_internal.text_code(as_foreign_definition(1::smallint), 'a') AS foreign_definition, gb_enums_internal.text_code(1, 'a') AS none,
       gb_enums_internal.text_key('a'::native, 'a') AS native, gb_enums_internal.text_key('{a}'::whole[], 'a') AS "array";
RESET search_path;
DROP SCHEMA leak CASCADE;
DROP ROLE regress_leak_reader;
