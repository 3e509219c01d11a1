-- The definition language: what is accepted, what is refused, and that nothing in it is executed.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
RESET client_min_messages;

-- Everything a definition can say.
SELECT gb_enums_internal.define('public'::regnamespace, 'ticket_status', 'how far a ticket is', $$
# comments and empty lines are skipped

-5 "on hold"  "Waits for the customer"
 0 new        "Just arrived" alias fresh alias "brand new"
 1 open       "It's \"being\" worked on" alias "ouvert é"
 2 closed
 3 done       "Old word for closed" deprecated use closed
 4 lost       deprecated
retired 7 escalated
$$);
SELECT * FROM ticket_status_values();
SELECT * FROM gb_enums WHERE enum = 'ticket_status'::regtype AND aliases <> '{}';
SELECT 'on hold'::ticket_status, 'brand new'::ticket_status, 'ouvert é'::ticket_status, '-5'::ticket_status,
       ticket_status_code('fresh'), ticket_status_code('done'), ticket_status_name(3), ticket_status_name(7);
SELECT 'new'::ticket_status = 'fresh'::text AS alias_in_text, 'new'::ticket_status = 'fresh' AS alias_in_literal,
       'new'::ticket_status = ANY ('{x,fresh}'::text[]) AS alias_in_array;
CREATE TABLE tickets (status ticket_status);
INSERT INTO tickets VALUES ('fresh'), ('on hold'), ('open'), (-5), (NULL);
SELECT * FROM tickets ORDER BY status;
COPY tickets TO STDOUT (FORMAT csv);

-- Deprecated values are accepted with a warning, one for each value in a statement; refused, or accepted without a word,
-- where the setting says so, but for restores and replication.
CREATE TEMP TABLE given AS SELECT (ARRAY['done', 'lost', 'open'])[1 + i % 3] AS s FROM generate_series(0, 8) i;
SELECT count(s::ticket_status) FROM given;
SELECT count(s::ticket_status) FROM given WHERE s = 'done';
SET gb_enums.deprecated_input = error;
INSERT INTO tickets VALUES ('done');
\echo :LAST_ERROR_SQLSTATE
INSERT INTO tickets VALUES ('lost');
INSERT INTO tickets VALUES (3);
\echo :LAST_ERROR_SQLSTATE
INSERT INTO tickets VALUES ('done'::text);
SELECT as_ticket_status(3::smallint), 'closed'::ticket_status = 'done'::text AS not_the_same;
SET gb_enums.deprecated_input = warning;
INSERT INTO tickets VALUES ('done');
SET gb_enums.deprecated_input = accept;
INSERT INTO tickets VALUES ('lost');
-- A literal becomes a value when its statement is parsed, as those of other types do: the setting is asked then. A parameter is asked about each time.
SET gb_enums.deprecated_input = accept;
PREPARE literal AS SELECT 'done'::ticket_status;
PREPARE parameter(text) AS SELECT $1::ticket_status;
EXECUTE literal;
EXECUTE parameter('done');
SET gb_enums.deprecated_input = error;
EXECUTE literal;
EXECUTE parameter('done');
DISCARD PLANS;
EXECUTE literal;
DEALLOCATE ALL;
SET gb_enums.deprecated_input = silent;
SELECT count(*) FROM tickets WHERE status = 'done'::text;
SET gb_enums.deprecated_input = error;
SELECT '99'::ticket_status;
SET check_function_bodies = off;
SELECT 'done'::ticket_status, '99'::ticket_status, 3::ticket_status;
SELECT 'nonsense'::ticket_status;
SELECT 70000::ticket_status;
RESET check_function_bodies;
SET session_replication_role = replica;
SELECT 'done'::ticket_status, '99'::ticket_status;
RESET session_replication_role;
SELECT '99'::ticket_status;

-- A new definition takes effect at once, and is undone by ROLLBACK.
SELECT ticket_status_code('reopened');
BEGIN;
SELECT gb_enums_internal.define('public'::regnamespace, 'ticket_status', 'how far a ticket is', $$
-5 waiting
0 new
1 open
2 closed
3 done
4 lost
5 reopened "Again"
$$);
SELECT ticket_status_code('reopened'), 'reopened'::ticket_status, ticket_status_description(5), ticket_status_name(-5);
INSERT INTO tickets VALUES ('reopened');
SELECT status FROM tickets ORDER BY status DESC NULLS LAST LIMIT 1;
ROLLBACK;
SELECT ticket_status_code('reopened'), ticket_status_name(-5);
SELECT 'reopened'::ticket_status;
-- So it does by hand, with nothing but the server's own command.
CREATE OR REPLACE FUNCTION gb_enums_internal.ticket_status_in(cstring) RETURNS ticket_status
    LANGUAGE gb_enum STABLE STRICT PARALLEL SAFE AS '0 new
1 open
2 closed';
SELECT code, name FROM ticket_status_values();
SELECT * FROM tickets ORDER BY status;

-- A definition that is broken (it can only get there unchecked) leaves everything readable.
SET check_function_bodies = off;
CREATE OR REPLACE FUNCTION gb_enums_internal.ticket_status_in(cstring) RETURNS ticket_status
    LANGUAGE gb_enum STABLE STRICT PARALLEL SAFE AS '0 new
zero open';
RESET check_function_bodies;
SELECT * FROM tickets ORDER BY status;
SELECT ticket_status_name(0), ticket_status_code('new'), (SELECT count(*) FROM ticket_status_values()) AS "values";
SELECT count(*) FROM tickets WHERE status = 'new'::text;
SELECT 'new'::ticket_status;
\echo :LAST_ERROR_SQLSTATE
SELECT 0::ticket_status;

-- The type goes with everything that belongs to it.
SET client_min_messages = warning;
DROP TYPE ticket_status CASCADE;
SELECT proname FROM pg_proc WHERE proname LIKE '%ticket%' UNION ALL
SELECT opfname FROM pg_opfamily WHERE opfname LIKE '%ticket%' UNION ALL
SELECT typname FROM pg_type WHERE typname LIKE '%ticket_status%';
SELECT gb_enums_internal.define('public', 'ticket_status', 'the same name again', '0 new');
DROP TYPE ticket_status CASCADE;
RESET client_min_messages;
DROP TABLE tickets;
SELECT oid::regoperator FROM pg_operator WHERE oprcode = 0;

-- What is no definition.
CREATE FUNCTION refuses(body text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    message text;
    detail text;
BEGIN
    PERFORM gb_enums_internal.define('public'::regnamespace, 'refused', '', body);
    RETURN 'accepted';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
    RETURN format('%s %s: %s', SQLSTATE, message, detail);
END
$$;
SELECT refuses(''), refuses(E'# nothing\n\n');
SELECT refuses('new');
SELECT refuses('0');
SELECT refuses('32768 new');
SELECT refuses('00 new');
SELECT refuses('0 ""');
SELECT refuses('0 ' || repeat('x', 64));
SELECT refuses('0 "new');
SELECT refuses('0 "ne\w"');
SELECT refuses('0 "new"x');
SELECT refuses('0 ne"w');
SELECT refuses('0 12');
SELECT refuses('0 new alias 12');
SELECT refuses('0 new alias');
SELECT refuses('0 new word');
SELECT refuses('0 new "a" "b"');
SELECT refuses('0 new use x');
SELECT refuses('0 new deprecated deprecated');
SELECT refuses(E'0 new\n1 old deprecated use older');
SELECT refuses(E'0 new\n1 old deprecated\n2 older deprecated use old');
SELECT refuses(E'0 new\n0 old');
SELECT refuses(E'0 new\n1 new');
SELECT refuses(E'0 new\n1 old alias new');
SELECT refuses(E'0 new\nretired 0 old');
SELECT refuses(E'0 new\nretired 1 old\nretired 1 older');
SELECT refuses(E'0 new\nretired 1');
SELECT refuses(E'0 new\nretired 1 old more');
SELECT refuses(E'0 new; DROP TABLE x');
DROP FUNCTION refuses;
SELECT count(*) FROM pg_proc WHERE proname LIKE '%refused%';

-- Functions of the language that are no input function are refused, and do nothing when called.
CREATE FUNCTION f(int) RETURNS int LANGUAGE gb_enum AS '0 new';
CREATE FUNCTION f(cstring) RETURNS int LANGUAGE gb_enum AS '0 new';
CREATE FUNCTION f(cstring) RETURNS task_status LANGUAGE gb_enum AS '0 new';
CREATE FUNCTION f() RETURNS trigger LANGUAGE gb_enum AS '0 new';
CREATE PROCEDURE f() LANGUAGE gb_enum AS '0 new';
DO LANGUAGE gb_enum '0 new';
SET check_function_bodies = off;
CREATE FUNCTION f(int) RETURNS int LANGUAGE gb_enum AS '0 new';
CREATE FUNCTION f(cstring) RETURNS task_status LANGUAGE gb_enum AS '0 new';
CREATE FUNCTION f_trigger() RETURNS trigger LANGUAGE gb_enum AS '0 new';
CREATE FUNCTION f_set(cstring) RETURNS SETOF task_status LANGUAGE gb_enum AS '0 new';
RESET check_function_bodies;
SELECT f(1);
\echo :LAST_ERROR_SQLSTATE
SELECT f('new'::cstring);
SELECT f_set('new'::cstring);
CREATE TABLE triggered (i int);
CREATE TRIGGER f BEFORE INSERT ON triggered FOR EACH ROW EXECUTE FUNCTION f_trigger();
INSERT INTO triggered VALUES (1);
DROP TABLE triggered;
DROP FUNCTION f(int), f(cstring), f_trigger, f_set;
-- Nor does a C function of ours under a false name: what may not raise an error knows no value.
CREATE FUNCTION f(int2) RETURNS text STRICT LANGUAGE c AS '$libdir/gb_enums', 'gb_enum_to_text';
SELECT f(1::int2);
DROP FUNCTION f;
CREATE FUNCTION f(int) RETURNS text LANGUAGE c AS '$libdir/gb_enums', 'gb_enum_lookup_name';
SELECT f(1);
DROP FUNCTION f;
CREATE FUNCTION f(int) RETURNS int2 STRICT LANGUAGE c AS '$libdir/gb_enums', 'gb_enum_from_int4';
SELECT f(1);
DROP FUNCTION f;
CREATE ROLE regress_gb_nobody;
SET ROLE regress_gb_nobody;
CREATE FUNCTION pg_temp.f(cstring) RETURNS task_status LANGUAGE gb_enum AS '0 new';
SELECT gb_enums_internal.define('public'::regnamespace, 'x', '', '0 a');
RESET ROLE;
DROP ROLE regress_gb_nobody;

-- The largest: 32,768 values from the lowest code on, and one too many.
SELECT gb_enums_internal.define('public'::regnamespace, 'largest', '32,768 values',
    (SELECT string_agg(format('%s v%s', i - 32768, i), E'\n') FROM generate_series(0, 32767) i));
SELECT count(*), min(code), max(code) FROM largest_values();
SELECT largest_name(-32768), largest_name(-1), largest_name(0), largest_code('v12345'), 'v32767'::largest::int;
SELECT 5::largest;
SELECT 'v99999'::largest;
SELECT gb_enums_internal.define('public'::regnamespace, 'too_large', '',
    (SELECT string_agg(format('%s v%s', i - 32768, i), E'\n') FROM generate_series(0, 32768) i));
-- An enumeration that uses code -32768 has no "no such value" to compare with; it works without.
CREATE TABLE of_largest AS SELECT as_largest((i - 32768)::smallint) AS v FROM generate_series(0, 999) i;
CREATE INDEX ON of_largest (v);
SET enable_seqscan = off;
SET plan_cache_mode = force_generic_plan;
PREPARE lowest(text, int) AS SELECT count(*) FILTER (WHERE v = $1), count(*) FILTER (WHERE v <= $2) FROM of_largest;
EXECUTE lowest('v0', -32768);
EXECUTE lowest('bogus', -32769);
PREPARE lowest_rows(text) AS SELECT * FROM of_largest WHERE v = $1;
EXPLAIN (COSTS OFF) EXECUTE lowest_rows('v0');
EXECUTE lowest_rows('v0');
EXECUTE lowest_rows('bogus');
RESET plan_cache_mode;
RESET enable_seqscan;
DEALLOCATE ALL;
SET client_min_messages = warning;
DROP TYPE largest CASCADE;
DROP TABLE of_largest;

-- Names that need quoting, and the same name twice in different schemas.
CREATE SCHEMA "Odd ""Schema""";
SELECT gb_enums_internal.define('"Odd ""Schema"""', 'Odd.Type''s "Name"', 'it''s', E'0 "a b"\n1 "it''s \\"x\\" \\\\ $$"');
SELECT '"a b"', 'a b'::"Odd ""Schema"""."Odd.Type's ""Name""", "Odd ""Schema"""."Odd.Type's ""Name""_name"(1);
SELECT gb_enums_internal.define('"Odd ""Schema"""', 'task_status', 'another', E'0 other\n1 running');
SELECT 'other'::"Odd ""Schema""".task_status, "Odd ""Schema""".task_status_code('running'), task_status_code('running');
SELECT 'other'::task_status;
SELECT gb_enums_internal.define('public', repeat('n', 52), '', '0 a');
SELECT gb_enums_internal.define('public', repeat('n', 51), '', '0 a');
CREATE TABLE taken ();
SELECT gb_enums_internal.define('public', 'taken', '', '0 a');
DROP TABLE taken;
SELECT gb_enums_internal.define(0, 'x', '', '0 a');
DROP SCHEMA "Odd ""Schema""" CASCADE;
DO $$ BEGIN EXECUTE format('DROP TYPE %I CASCADE', repeat('n', 51)); END $$;
SELECT DISTINCT enum FROM gb_enums WHERE enum::text ~ '^n|Odd';
SELECT opfname FROM pg_opfamily f WHERE opfnamespace = 'gb_enums_internal'::regnamespace AND opfname <> 'enum_code_ops'
    AND NOT EXISTS (SELECT FROM pg_opclass WHERE opcfamily = f.oid);
SELECT gb_enums_internal.drop_families();
\echo :LAST_ERROR_SQLSTATE
-- A new definition brings its comment.
SELECT gb_enums_internal.define('public', 'commented', 'first', '0 a');
SELECT gb_enums_internal.define('public', 'commented', 'second', '0 a');
SELECT obj_description('commented'::regtype);
DROP TYPE commented CASCADE;
