-- forms that name no operator (IS DISTINCT FROM, NULLIF, CASE x WHEN, USING, rows) have after a conversion the
-- operators that they had, whatever the types of the other columns are
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
CREATE SCHEMA convert_operators;
CREATE SCHEMA "Types of others";
SET search_path = "Types of others", public;
-- a text that ignores case, as an extension could make it: elsewhere it compares as the text that it is
CREATE TYPE folded;
CREATE FUNCTION folded_in(cstring) RETURNS folded LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION folded_out(folded) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE TYPE folded (INPUT = folded_in, OUTPUT = folded_out, LIKE = text, CATEGORY = 'S', COLLATABLE = true);
CREATE CAST (folded AS text) WITHOUT FUNCTION AS IMPLICIT;
CREATE CAST (text AS folded) WITHOUT FUNCTION AS ASSIGNMENT;
CREATE FUNCTION folded_eq(folded, folded) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT RETURN lower($1::text) = lower($2::text);
CREATE FUNCTION folded_ne(folded, folded) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT RETURN lower($1::text) <> lower($2::text);
CREATE FUNCTION folded_lt(folded, folded) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT RETURN lower($1::text) < lower($2::text);
CREATE FUNCTION folded_le(folded, folded) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT RETURN lower($1::text) <= lower($2::text);
CREATE FUNCTION folded_ge(folded, folded) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT RETURN lower($1::text) >= lower($2::text);
CREATE FUNCTION folded_gt(folded, folded) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT RETURN lower($1::text) > lower($2::text);
CREATE FUNCTION folded_cmp(folded, folded) RETURNS integer LANGUAGE sql IMMUTABLE STRICT RETURN bttextcmp(lower($1::text), lower($2::text));
CREATE OPERATOR = (FUNCTION = folded_eq, LEFTARG = folded, RIGHTARG = folded, COMMUTATOR = =, NEGATOR = <>, MERGES);
CREATE OPERATOR <> (FUNCTION = folded_ne, LEFTARG = folded, RIGHTARG = folded, COMMUTATOR = <>, NEGATOR = =);
CREATE OPERATOR < (FUNCTION = folded_lt, LEFTARG = folded, RIGHTARG = folded, COMMUTATOR = >, NEGATOR = >=);
CREATE OPERATOR <= (FUNCTION = folded_le, LEFTARG = folded, RIGHTARG = folded, COMMUTATOR = >=, NEGATOR = >);
CREATE OPERATOR >= (FUNCTION = folded_ge, LEFTARG = folded, RIGHTARG = folded, COMMUTATOR = <=, NEGATOR = <);
CREATE OPERATOR > (FUNCTION = folded_gt, LEFTARG = folded, RIGHTARG = folded, COMMUTATOR = <, NEGATOR = <=);
CREATE OPERATOR CLASS folded_ops DEFAULT FOR TYPE folded USING btree AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 folded_cmp(folded, folded);
SET search_path = convert_operators, "Types of others", public;
SELECT gb_enum_create('stage', '{open,closed}'), gb_enum_create('level', '{low,high}');
CREATE FUNCTION passes() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';

CREATE TABLE shape (n int GENERATED ALWAYS AS IDENTITY, definition text);
INSERT INTO shape (definition) VALUES
    ('CREATE VIEW v AS SELECT id, st FROM t WHERE lv IS DISTINCT FROM ''low'''),
    ('CREATE VIEW v AS SELECT id, st FROM t WHERE mail IS NOT DISTINCT FROM ''X@Y'''),
    ('CREATE VIEW v AS SELECT id, st, nullif(lv, ''low'') AS x FROM t'),
    ('CREATE VIEW v AS SELECT id, st, nullif(mail, ''X@Y'') AS x FROM t'),
    ('CREATE VIEW v AS SELECT id, st, CASE lv WHEN ''low'' THEN 1 END AS x FROM t'),
    ('CREATE VIEW v AS SELECT id, st, CASE mail WHEN ''X@Y'' THEN CASE lv WHEN ''low'' THEN 1 END END AS x FROM t'),
    ('CREATE VIEW v AS SELECT id, st FROM t WHERE mail IN (SELECT upper(mail::text)::folded FROM t)'),
    ('CREATE VIEW v AS SELECT id, st FROM t WHERE (mail, id) IN (SELECT upper(mail::text)::folded, id FROM t)'),
    ('CREATE VIEW v AS SELECT id, st FROM t WHERE (id, mail) IN (SELECT id, upper(mail::text)::folded FROM t)'),
    ('CREATE VIEW v AS SELECT id, st FROM t WHERE (id, lv, mail) <> ALL (SELECT 7, ''low''::level, ''A''::folded)'),
    ('CREATE VIEW v AS SELECT id, st FROM t WHERE (id, mail) = (1, ''X@Y'')'),
    ('CREATE VIEW v AS SELECT id, st FROM t WHERE (mail, lv) < (''Z'', ''high'')'),
    ('CREATE VIEW v AS SELECT id, st FROM t WHERE (id, mail) <= (1, ''X@Y'')'),
    ('CREATE VIEW v AS SELECT id, st FROM t WHERE row(mail, lv) IS NOT DISTINCT FROM row(''X@Y''::folded, ''low''::level)'),
    ('CREATE VIEW v AS SELECT a.id, a.st FROM t a JOIN t b USING (lv)'),
    ('CREATE VIEW v AS SELECT a.id, a.st, mail FROM t a FULL JOIN u b USING (mail)'),
    ('CREATE VIEW v AS SELECT st, mail, id FROM t NATURAL JOIN u'),
    ('CREATE VIEW v AS WITH w AS (SELECT st FROM t WHERE nullif(mail, ''X@Y'') IS NULL) SELECT st FROM w'),
    ('CREATE VIEW v AS SELECT st FROM t WHERE EXISTS (SELECT FROM u WHERE u.mail IS NOT DISTINCT FROM t.mail)'),
    ('CREATE MATERIALIZED VIEW v AS SELECT id, st, CASE mail WHEN ''X@Y'' THEN 1 END AS x FROM t'),
    ('CREATE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW WHEN (old.lv IS DISTINCT FROM new.lv AND old.st <> new.st) EXECUTE FUNCTION passes()'),
    ('CREATE TRIGGER tr BEFORE UPDATE OF st ON t FOR EACH ROW WHEN (nullif(new.mail, ''X@Y'') IS NULL) EXECUTE FUNCTION passes()'),
    ('CREATE POLICY p ON t USING (st = ''open'' OR lv IS DISTINCT FROM ''low'')'),
    ('CREATE POLICY p ON t USING (st = ''open'' AND nullif(lv, ''low'') IS NULL) WITH CHECK (mail IS DISTINCT FROM ''X@Y'')'),
    ('CREATE POLICY p ON t USING (st = ''open'') WITH CHECK (mail IS DISTINCT FROM ''X@Y'')'),
    ('CREATE POLICY p ON u USING (EXISTS (SELECT FROM t WHERE st = ''open'' AND t.mail IS NOT DISTINCT FROM u.mail))'),
    ('CREATE INDEX i ON t (id) WHERE st = ''open'' AND nullif(lv, ''low'') IS NULL'),
    ('CREATE INDEX i ON t (st, (mail IS DISTINCT FROM ''X@Y''))'),
    ('CREATE INDEX i ON t ((nullif(mail, ''X@Y''))) WHERE st = ''open'''),
    ('CREATE UNIQUE INDEX i ON t (id, (CASE mail WHEN ''X@Y'' THEN 1 END)) INCLUDE (st) WHERE nullif(lv, ''high'') IS NULL'),
    ('CREATE STATISTICS s ON st, (nullif(lv, ''low'')) FROM t'),
    ('CREATE STATISTICS s ON (nullif(mail, ''X@Y'')), (st || '''') FROM t'),
    ('ALTER TABLE t ADD CONSTRAINT c CHECK (st <> ''closed'' OR mail IS NOT DISTINCT FROM ''X@Y'')'),
    ('ALTER TABLE t ADD CONSTRAINT c CHECK (st <> ''closed'' OR nullif(lv, ''high'') IS NOT NULL)');
-- The operators that the objects over t use, but for those of texts and of the column that is converted.
CREATE FUNCTION operators() RETURNS text[] LANGUAGE plpgsql AS $$
BEGIN
    RETURN (
        SELECT array_agg(DISTINCT d.refobjid::regoperator::text)
        FROM pg_depend d
        WHERE d.refclassid = 'pg_operator'::regclass AND d.objid >= 't'::regclass AND d.refobjid::regoperator::text ~ 'folded|level');
END $$;
CREATE FUNCTION seen() RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
    result text[];
BEGIN
    IF to_regclass('v') IS NOT NULL THEN
        EXECUTE 'SELECT array_agg(v::text ORDER BY v::text) FROM v' INTO result;
    END IF;
    RETURN result;
END $$;
-- What a conversion and the way back leave other than it was; nothing.
CREATE FUNCTION differences(definition text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    before text;
    converted text;
    after text;
    stops text;
BEGIN
    CREATE TABLE t (id int PRIMARY KEY, lv level DEFAULT 'low', st text NOT NULL DEFAULT 'open', mail folded);
    CREATE TABLE u (id int, mail folded);
    INSERT INTO t VALUES (1, 'low', 'closed', 'x@y'), (2, 'high', 'open', 'x@y'), (3, NULL, 'open', NULL);
    INSERT INTO u VALUES (1, 'X@Y'), (2, 'A');
    EXECUTE definition;
    IF definition !~ 'CREATE' THEN
        UPDATE t SET mail = 'X@Y';
    END IF;
    before := concat(operators(), seen());
    stops := (SELECT string_agg(p.detail, ' ') FROM gb_enum_convert('t', 'st', 'stage') p WHERE p.kind = 'stop');
    PERFORM gb_enum_convert('t', 'st', 'stage', dry_run => false);
    converted := concat(operators(), seen());
    stops := concat(stops, (SELECT string_agg(p.detail, ' ') FROM gb_enum_revert('t', 'st') p WHERE p.kind = 'stop'));
    PERFORM gb_enum_revert('t', 'st', dry_run => false);
    after := concat(operators(), seen());
    IF before <> converted OR before <> after OR operators() IS NULL THEN
        stops := concat(stops, format('%s, %s, %s', before, converted, after));
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'P0099';
EXCEPTION WHEN SQLSTATE 'P0099' THEN
    RETURN stops;
END $$;
SELECT n, definition, differences(definition) FROM shape ORDER BY n;

-- in a default, which is made a constant
CREATE TABLE t (st text DEFAULT CASE 'low'::level WHEN 'low' THEN 'open' END);
SELECT count(*) > 0 AS done FROM gb_enum_convert('t', 'st', 'stage', dry_run => false);
INSERT INTO t VALUES (DEFAULT) RETURNING st, pg_typeof(st);
DROP TABLE t;

-- while the table is used, and its undo
CREATE TABLE t (id int PRIMARY KEY, lv level DEFAULT 'low', st text NOT NULL DEFAULT 'open', mail folded,
    CONSTRAINT c CHECK (st <> 'closed' OR mail IS NOT DISTINCT FROM 'X@Y'));
INSERT INTO t VALUES (1, 'low', 'closed', 'x@y'), (2, 'high', 'open', 'x@y'), (3, NULL, 'open', NULL);
CREATE VIEW v AS SELECT id, st FROM t WHERE (id, mail) IN (SELECT id, upper(mail::text)::folded FROM t) OR nullif(lv, 'low') IS NULL;
CREATE INDEX i ON t ((nullif(lv, 'low'))) WHERE st = 'open' AND mail IS NOT DISTINCT FROM 'X@Y';
CREATE STATISTICS s ON st, (nullif(mail, 'X@Y')) FROM t;
CREATE POLICY p ON t USING (st = 'open' AND lv IS DISTINCT FROM 'high') WITH CHECK (nullif(mail, 'X@Y') IS NULL);
CREATE TRIGGER tr BEFORE UPDATE OF st ON t FOR EACH ROW WHEN (nullif(new.mail, 'X@Y') IS NULL) EXECUTE FUNCTION passes();
CREATE TABLE before AS SELECT operators(), seen();
TABLE before;
SELECT regexp_replace(regexp_replace(statement, '\d{4,}', 'OID', 'g'), '\mt\.(?=\w)', '', 'g') AS statement FROM gb_enum_convert_online_plan('t', '{"st": "stage"}')
    WHERE statement ~ 'search_path|CONCURRENTLY' ORDER BY step;
CALL gb_enum_convert_online('t', '{"st": "stage"}');
SELECT operators(), seen() EXCEPT TABLE before;
\d v
CALL gb_enum_convert_online_undo('t');
SELECT operators(), seen() EXCEPT TABLE before;
SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'c' AND conrelid = 't'::regclass;

-- what such a form means elsewhere stays, too: folded is compared as a text
CREATE TABLE elsewhere (st text, mail folded);
INSERT INTO elsewhere VALUES ('open', 'x@y');
SET search_path = pg_catalog;
CREATE VIEW convert_operators.cased AS
    SELECT st, mail IS DISTINCT FROM 'X@Y' AS differs FROM convert_operators.elsewhere;
SET search_path = convert_operators, "Types of others", public;
TABLE cased;
SELECT count(*) > 0 AS done FROM gb_enum_convert('elsewhere', 'st', 'stage', dry_run => false);
TABLE cased;
-- a default is a part of another statement
CREATE TABLE by_default (st text DEFAULT CASE current_setting('a.b', true)::folded WHEN 'x' THEN 'open' ELSE 'closed' END);
SELECT detail FROM gb_enum_convert('by_default', 'st', 'stage') WHERE kind = 'stop';
-- an operator that no search_path finds beside another one of the same name and types
CREATE SCHEMA hidden;
CREATE OPERATOR hidden.= (FUNCTION = folded_eq, LEFTARG = folded, RIGHTARG = folded);
CREATE OPERATOR CLASS hidden.ops FOR TYPE folded USING btree AS OPERATOR 3 hidden.=, FUNCTION 1 folded_cmp(folded, folded);
CREATE TABLE both_of_them (st text, mail folded);
SET search_path = hidden, convert_operators, "Types of others", public;
CREATE VIEW convert_operators.first_one AS SELECT st, mail IS DISTINCT FROM 'X@Y' AS a FROM both_of_them;
SET search_path = convert_operators, "Types of others", public;
CREATE VIEW second_one AS SELECT st, mail IS DISTINCT FROM 'X@Y' AS a FROM both_of_them;
CREATE VIEW third_one AS
    SELECT st, nullif(mail, 'X@Y') AS a, (mail, mail) OPERATOR(hidden.=) ANY (SELECT 'a'::folded, 'b'::folded) AS b FROM both_of_them;
SELECT detail FROM gb_enum_convert('both_of_them', 'st', 'stage') WHERE kind = 'stop';
DROP VIEW third_one;
SELECT count(*) > 0 AS done FROM gb_enum_convert('both_of_them', 'st', 'stage', dry_run => false);
SELECT o FROM unnest('{first_one,second_one}'::regclass[]) v JOIN pg_rewrite r ON r.ev_class = v
    JOIN pg_depend d ON d.objid = r.oid AND d.refclassid = 'pg_operator'::regclass CROSS JOIN CAST(d.refobjid::regoperator AS text) o ORDER BY v;

SET client_min_messages = error;
DROP SCHEMA convert_operators, "Types of others", hidden CASCADE;
