-- users' own enumerations: made, changed, given to others
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
CREATE SCHEMA own;
SET search_path = own, public;
SELECT gb_enum_create('ticket', '{new,open,closed}');
SELECT code, name FROM ticket_values();
SELECT ticket_name(1), ticket_code('closed'), as_ticket(2::smallint), 'open'::ticket < 'closed', max(as_ticket(code)) FROM ticket_values() GROUP BY ();
SELECT count(*) FROM gb_enums WHERE enum = 'ticket'::regtype;
CREATE TABLE t (id int, s ticket);
INSERT INTO t SELECT n, (n % 3)::ticket FROM generate_series(1, 3000) n;
CREATE INDEX ON t (s);
ANALYZE t;
-- an added value can be used at once, and is gone after ROLLBACK
BEGIN;
SELECT gb_enum_add_value('ticket', 'on hold', description => 'waiting', aliases => '{paused,"in \"limbo\""}');
INSERT INTO t VALUES (0, 'paused'), (0, '3');
SELECT s, ticket_description(3) FROM t WHERE s = 'in "limbo"';
ROLLBACK;
INSERT INTO t VALUES (0, 'on hold');
SELECT gb_enum_add_value('ticket', 'late', 100), gb_enum_add_value('ticket', 'later'), gb_enum_add_value('ticket', 'early', -5);
SELECT array_agg(name ORDER BY name::ticket) FROM ticket_values();
-- renamed: the code stays, and what was planned is planned again
PREPARE open(text) AS SELECT count(*) FROM t WHERE s = $1;
SET plan_cache_mode = force_generic_plan;
EXECUTE open('open');
SELECT gb_enum_rename_value('ticket', 'open', 'in progress');
EXECUTE open('open');
EXECUTE open('in progress');
SELECT 'open'::ticket;
SELECT gb_enum_add_alias('ticket', 'in progress', 'open');
EXECUTE open('open');
SELECT 'open'::ticket;
SELECT gb_enum_drop_alias('ticket', 'open');
EXECUTE open('open');
RESET plan_cache_mode;
-- deprecated: shown, compared, not read
SELECT gb_enum_deprecate('ticket', 'new', 'late');
SELECT 'new'::ticket;
SELECT 0::ticket;
SELECT count(*) FROM t WHERE s = 'new'::text;
SET gb_enums.deprecated_input = accept;
SELECT 'new'::ticket;
RESET gb_enums.deprecated_input;
SELECT gb_enum_rename_value('ticket', 'late', 'overdue');
SELECT 'new'::ticket;
SELECT gb_enum_deprecate('ticket', 'overdue');
SELECT gb_enum_undeprecate('ticket', 'new');
SELECT gb_enum_undeprecate('ticket', 'new');
SELECT gb_enum_set_description('ticket', 'new', E'tab\there, "quotes", a back\\slash\nand a line'), gb_enum_set_description('ticket', 'closed', NULL);
SELECT name, description FROM ticket_values() WHERE code = 0;
SELECT prosrc FROM pg_proc WHERE oid = 'gb_enums_internal.ticket_own_in(cstring)'::regprocedure;
-- what one weighs: catalog objects, and comments of what people call only
SELECT count(*) AS objects, count(*) <= 90 AS within_bound,
       count(*) FILTER (WHERE obj_description(o.object, o.catalog::regclass::name) IS NOT NULL) AS with_comment
FROM (SELECT catalog, object FROM gb_enums_internal.enum_objects('ticket') UNION ALL SELECT 'pg_type'::regclass, 'ticket'::regtype) o;
-- with codes, descriptions and aliases, and like another one
SELECT gb_enum_create('"Order State"', definition => $$
# those of the old system
 -1 unknown
 10 placed  "Ordered" alias ordered
$$, names => '{paid,"sent off",it''s}', description => 'how far an order is');
SELECT * FROM gb_enum_values('"Order State"');
SELECT obj_description('"Order State"'::regtype), "Order State_name"(11);
SELECT gb_enum_add_value('"Order State"', 'back'), gb_enum_set_description('"Order State"', 'back', 'sent back');
SELECT prosrc FROM pg_proc WHERE oid = (SELECT typinput FROM pg_type WHERE oid = '"Order State"'::regtype);
SELECT gb_enum_create('provider', '{in_house}', like => 'llm_provider');
SELECT provider_code('ollama') = llm_provider_code('ollama') AS same_codes, provider_code('in_house');
SELECT 'ollama'::llm_provider::provider, 'groq'::provider::llm_provider;
SELECT 'in_house'::provider::llm_provider;
\set VERBOSITY sqlstate
SELECT 'ollama'::llm_provider = 'ollama'::provider;
\set VERBOSITY default
CREATE TABLE p (p llm_provider);
INSERT INTO p VALUES ('ollama');
ALTER TABLE p ALTER p TYPE provider USING p::provider;
SELECT * FROM p;
-- names of every kind
SELECT gb_enum_create('odd', ARRAY[' ', '#', 'a#b', '"', '\', 'a\nb', E'a\nb', 'alias', 'retired', 'use', '-', '00', 'é', '$$', '''; DROP TABLE t; --', repeat('x', 63)]);
SELECT count(*) FROM odd_values() v WHERE v.name::odd = as_odd(v.code) AND as_odd(v.code)::text = v.name;
SELECT gb_enum_add_value('odd', '); DROP TABLE t; --', description => '$function$; DROP TABLE t;', aliases => '{"\"; DROP TABLE t"}');
SELECT count(*) FROM odd_values() v WHERE v.name::odd = as_odd(v.code);
SELECT count(*) FROM gb_enum_values(gb_enum_create('many', (SELECT array_agg('value ' || n) FROM generate_series(1, 32768) n)));
SELECT gb_enum_add_value('many', 'more');
-- a number is a name of the value that has it as its code, and of no other: a code without a name is shown in digits and read again
SELECT gb_enum_create('http', definition => $$
200 200 "OK"
404 "404" "Not Found" alias missing
500 "Internal Server Error" alias 500
-1  -1
7   007
$$);
SELECT s, s::int, http_name(s::smallint), http_code(s::text), s = s::text AS same, s::text::http = s AS back FROM unnest('{200,404,500,-1,7,007,missing}'::http[]) s;
SELECT gb_enum_rename_value('http', '404', 'not found'), gb_enum_rename_value('http', 'missing', 'x');
SELECT gb_enum_rename_value('http', '404', 'not found');
SELECT '404'::http, http_code('404'), 'not found'::http = '404'::text AS a_code_is_no_name;
SELECT gb_enum_add_alias('http', 'not found', '404'), http_code('404');
SELECT 'not found'::http = '404'::text AS now_it_is;
SELECT gb_enum_remove_value('http', '200'), gb_enum_drop_alias('http', '404'), gb_enum_rename_value('http', 'not found', '404');
SELECT '200'::http;
SELECT as_http(200::smallint), gb_enum_add_value('http', 'x', 200);
SELECT gb_enum_add_value('http', '200', 200), gb_enum_add_value('http', '301', 301), gb_enum_deprecate('http', '301', '200');
SELECT '301'::http;
SELECT gb_enum_deprecate('http', '404', '7');
SELECT gb_enum_deprecate('http', '404', '007'), gb_enum_add_value('http', '501', aliases => '{"not implemented"}');
SELECT '404'::http;
SELECT gb_enum_add_value('http', '418', 419);
SELECT gb_enum_add_value('http', 'teapot', 418, aliases => '{418,419}');
SELECT gb_enum_add_alias('http', '501', '502');
SELECT gb_enum_rename_value('http', '501', '-501');
SELECT prosrc FROM pg_proc WHERE oid = (SELECT typinput FROM pg_type WHERE oid = 'http'::regtype);
SELECT gb_enum_create('commented', '{a,b}', E'  # nothing yet\n\n\t#'), gb_enum_create('commented_too', '{a,b}', E'# one\n 4 c #');
SELECT string_agg(code || ' ' || name, ', ' ORDER BY code), (SELECT max(code) FROM commented_values()) FROM commented_too_values();
-- nobody has a hint to give when nothing is accepted any more
SELECT gb_enum_create('over', definition => '0 over deprecated');
SELECT 'x'::over;
SELECT gb_enum_undeprecate('over', 'x');
-- every error, and nothing is half done
SELECT gb_enum_create(NULL);
SELECT gb_enum_create('e');
SELECT gb_enum_create('e', '{}');
SELECT gb_enum_create('e', '{a,NULL}');
SELECT gb_enum_create('e', '{a,b,a}');
SELECT gb_enum_create('e', '{a,12}');
SELECT gb_enum_create('e', '{""}');
SELECT gb_enum_create('e', ARRAY[repeat('x', 64)]);
SELECT gb_enum_create('e', definition => 'nonsense');
SELECT gb_enum_create('e', '{a,b}', E'32767 z\n0 y\n2 x');
SELECT gb_enum_create('e', '{a}', E'0 y\nnonsense');
SELECT gb_enum_create('e', '{a,new}', E'8 y\n# one more', like => 'ticket');
SELECT gb_enum_create('e', '{a}', E'8 y\n2 z', like => 'ticket');
SELECT gb_enum_create('');
SELECT gb_enum_create('""', '{a}');
-- the functions that users would call are not there yet, under no name
CREATE FUNCTION e_name(integer) RETURNS text LANGUAGE sql AS 'SELECT NULL::text';
SELECT gb_enum_create('e', '{a}');
ALTER FUNCTION e_name(integer) RENAME TO e_values;
SELECT gb_enum_create('e', '{a}') AS another_signature;
-- (an enumeration that is renamed leaves its name free)
ALTER TYPE e RENAME TO "old e";
SELECT gb_enum_create('e', '{a}');
SELECT 'a'::"old e", "old e_name"(0);
SELECT gb_enum_drop('"old e"'), gb_enum_drop('e');
CREATE FUNCTION e_values() RETURNS integer LANGUAGE sql AS 'SELECT 1';
SELECT gb_enum_create('e', '{a}');
DROP FUNCTION e_values(), e_values(integer);
SELECT gb_enum_create('no name', '{a}');
SELECT gb_enum_create('"; DROP TABLE t; --', '{a}');
SELECT gb_enum_create('a.b.c.d', '{a}');
SELECT gb_enum_create('nowhere.e', '{a}');
SELECT gb_enum_create('pg_temp.e', '{a}');
SELECT gb_enum_create('pg_catalog.e', '{a}');
SELECT gb_enum_create('information_schema.e', '{a}');
SELECT gb_enum_create('ticket', '{a}');
SELECT gb_enum_create(repeat('e', 52), '{a}');
SELECT gb_enum_create('e', like => 'int4');
SELECT gb_enum_add_value('ticket', 'closed');
SELECT gb_enum_add_value('ticket', 'x', 2);
SELECT gb_enum_add_value('ticket', 'x', 40000);
SELECT gb_enum_add_value('ticket', '7');
SELECT gb_enum_add_value('ticket', 'x', aliases => '{x}');
SELECT gb_enum_add_value('ticket', 'x', aliases => '{y,NULL}');
SELECT gb_enum_add_value('ticket', NULL);
SELECT gb_enum_add_value(NULL, 'x');
SELECT gb_enum_add_value('int4', 'x');
SELECT gb_enum_add_value('task_status', 'x');
SELECT gb_enum_rename_value('ticket', 'nothing', 'x');
SELECT gb_enum_rename_value('ticket', 'closed', 'new');
SELECT gb_enum_rename_value('ticket', 'closed', NULL);
SELECT gb_enum_add_alias('ticket', 'closed', 'new');
SELECT gb_enum_drop_alias('ticket', 'closed');
SELECT gb_enum_deprecate('ticket', 'closed', 'closed');
SELECT gb_enum_deprecate('ticket', 'closed', 'nothing');
SELECT count(*) FROM pg_type WHERE typnamespace = 'own'::regnamespace AND typname IN ('e', 'no name');
-- other roles: superusers only, until they grant it; then where the role may create, and what it owns
CREATE ROLE regress_own_maker;
CREATE ROLE regress_own_other;
CREATE SCHEMA own_maker AUTHORIZATION regress_own_maker;
GRANT USAGE ON SCHEMA own, own_maker TO PUBLIC;
SET ROLE regress_own_maker;
SELECT gb_enum_create('own_maker.mine', '{a,b}');
SELECT gb_enum_add_value('ticket', 'x');
RESET ROLE;
GRANT EXECUTE ON FUNCTION gb_enum_create, gb_enum_add_value, gb_enum_rename_value TO regress_own_maker, regress_own_other;
SET ROLE regress_own_maker;
SET search_path = own_maker, public;
SELECT gb_enum_create('mine', '{a,b}');
SELECT gb_enum_add_value('mine', 'c');
SELECT gb_enum_create('own.theirs', '{a}');
SELECT gb_enum_add_value('own.ticket', 'x');
SELECT gb_enum_rename_value('task_status', 'ready', 'x');
SELECT current_user, mine_name(2), 'c'::mine;
RESET ROLE;
REVOKE USAGE ON TYPE own.ticket FROM PUBLIC;
SET ROLE regress_own_maker;
SELECT gb_enum_create('own_maker.alike', like => 'own.ticket');
-- his is the type and what is called by hand; what it is made of is not
SELECT p.pronamespace::regnamespace, p.proowner::regrole = 'regress_own_maker'::regrole AS his, count(*) FROM pg_proc p WHERE p.proname ~ '^(as_)?mine|^mine_' GROUP BY 1, 2 ORDER BY 1;
SELECT typowner::regrole FROM pg_type WHERE oid = 'mine'::regtype;
CREATE OR REPLACE FUNCTION gb_enums_internal.mine_own_in(cstring) RETURNS mine LANGUAGE gb_enum AS '0 hacked';
CREATE FUNCTION own_maker.f(cstring) RETURNS mine LANGUAGE gb_enum AS '0 hacked';
SELECT gb_enums_internal.define('own_maker', 'mine', '', '0 a');
ALTER TYPE mine RENAME TO ours;
SELECT 'c'::ours, ours_name(2), gb_enum_add_value('ours', 'd');
SET ROLE regress_own_other;
SELECT gb_enum_add_value('own_maker.ours', 'x');
RESET ROLE;
ALTER TYPE own_maker.ours OWNER TO regress_own_other;
SET ROLE regress_own_other;
SELECT gb_enum_add_value('own_maker.ours', 'e');
RESET ROLE;
ALTER TYPE own_maker.ours SET SCHEMA own;
SET search_path = own, public;
SELECT gb_enum_add_value('ours', 'f'), gb_enum_name('ours', 5);
DROP TYPE ours CASCADE;
SELECT count(*) AS left_over FROM pg_proc WHERE proname ~ '^(as_)?(mine|ours)';
-- no function of a search_path is called
CREATE SCHEMA trap;
CREATE FUNCTION trap.quote_ident(text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'caught'; END $$;
CREATE FUNCTION trap.int2eq(int2, int2) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'caught'; END $$;
CREATE TYPE trap.text AS (a int);
SET search_path = trap, own, pg_catalog, public;
SELECT gb_enum_create('own.safe', '{a,b}');
SELECT gb_enum_add_value('safe', 'c');
SET search_path = own, public;
SELECT 'c'::safe > 'a', safe_name(2);
SET client_min_messages = warning;
DROP SCHEMA own, own_maker, trap CASCADE;
DROP OWNED BY regress_own_maker, regress_own_other;
DROP ROLE regress_own_maker, regress_own_other;
SELECT count(*) AS left_over FROM pg_proc p WHERE p.pronamespace = 'gb_enums_internal'::regnamespace AND p.proname ~ '^(ticket|odd|many|provider|Order|safe)_';
