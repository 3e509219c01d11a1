-- users' own enumerations: what a role may do that was granted the functions and nothing else, and what it may not
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
CREATE ROLE regress_sec_maker;
CREATE ROLE regress_sec_victim;
CREATE ROLE regress_sec_member IN ROLE regress_sec_maker;
CREATE SCHEMA sec_maker AUTHORIZATION regress_sec_maker;
CREATE SCHEMA sec_victim AUTHORIZATION regress_sec_victim;
GRANT USAGE ON SCHEMA sec_maker, sec_victim TO PUBLIC;
DO $$ BEGIN
    EXECUTE (SELECT string_agg(format('GRANT EXECUTE ON FUNCTION %s TO regress_sec_maker, regress_sec_victim', oid::regprocedure), ';')
             FROM pg_proc WHERE proname ~ '^gb_enum_(create|add|rename|set|drop_alias|deprecate|undeprecate)' AND pronamespace = 'public'::regnamespace);
END $$;
SET ROLE regress_sec_victim;
SELECT gb_enum_create('sec_victim.theirs', '{a,b}');
CREATE TABLE sec_victim.loot (t text);
INSERT INTO sec_victim.loot VALUES ('untouched');
RESET ROLE;

-- Only where the role may create, and only what it owns: every function, on another's, a built-in one, no enumeration, nothing.
SET ROLE regress_sec_maker;
SET search_path = sec_maker, public;
SELECT gb_enum_create(s || '.mine', '{a}') FROM unnest('{sec_victim,pg_catalog,gb_enums_internal,information_schema,pg_toast}'::text[]) s LIMIT 1;
SELECT gb_enum_create('pg_catalog.mine', '{a}');
SELECT gb_enum_create('gb_enums_internal.mine', '{a}');
SELECT gb_enum_create('information_schema.mine', '{a}');
SELECT gb_enum_create('pg_toast.mine', '{a}');
SELECT gb_enum_create('regress_gb_elsewhere.sec_maker.mine', '{a}');
SELECT gb_enum_create('mine', '{a,b}');
RESET ROLE;
CREATE FUNCTION refusals(target text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    call text;
    message text;
BEGIN
    FOREACH call IN ARRAY ARRAY['add_value(%s, ''z'')', 'rename_value(%s, ''a'', ''z'')', 'set_description(%s, ''a'', ''z'')',
        'add_alias(%s, ''a'', ''z'')', 'drop_alias(%s, ''a'')', 'deprecate(%s, ''a'')', 'undeprecate(%s, ''a'')'] LOOP
        BEGIN
            EXECUTE 'SELECT gb_enum_' || format(call, target);
            RETURN NEXT call || ' accepted';
        EXCEPTION WHEN OTHERS THEN
            GET STACKED DIAGNOSTICS message = MESSAGE_TEXT;
            RETURN NEXT concat(SQLSTATE, ' ', message);
        END;
    END LOOP;
END $$;
SET ROLE regress_sec_maker;
SELECT count(*), min(r) FROM refusals('''sec_victim.theirs''') r GROUP BY r;
SELECT count(*), min(r) FROM refusals('''task_status''') r GROUP BY r;
SELECT count(*), min(r) FROM refusals('''int2''') r GROUP BY r;
SELECT count(*), min(r) FROM refusals('''mine[]''') r GROUP BY r;
SELECT count(*), min(r) FROM refusals('''pg_type''') r GROUP BY r;
SELECT count(*), min(r) FROM refusals('0') r GROUP BY r;
SELECT count(*), min(r) FROM refusals('4294967295') r GROUP BY r;
SELECT count(*), min(r) FROM refusals('NULL') r GROUP BY r;
SELECT * FROM refusals('''mine''');
SELECT name, aliases, description, deprecated FROM mine_values();
-- A membership is ownership, as everywhere; the owner of the schema is not the owner of what is in it.
SET ROLE regress_sec_member;
SELECT gb_enum_add_value('mine', 'by a member');
RESET ROLE;
ALTER SCHEMA sec_maker OWNER TO regress_sec_victim;
SET ROLE regress_sec_victim;
SELECT gb_enum_add_value('sec_maker.mine', 'x');
RESET ROLE;
ALTER SCHEMA sec_maker OWNER TO regress_sec_maker;

-- What is written by superusers for it runs nothing of the role's: whatever stands in its schemas and comes first in its path.
SET ROLE regress_sec_maker;
CREATE FUNCTION sec_maker.catch() RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'caught as %', current_user; END $$;
CREATE PROCEDURE sec_maker.set_traps(schema text) LANGUAGE plpgsql AS $$
DECLARE
    name text;
    symbol text;
    type text;
BEGIN
    -- Functions of one and two arguments of every type that the extension's own statements deal with.
    FOREACH type IN ARRAY '{text,name,oid,regtype,regclass,int2,int4,int8,bool,char}'::text[] LOOP
        FOREACH name IN ARRAY '{quote_ident,quote_literal,quote_nullable,format,pg_typeof,int2up,int2eq,text,name,oid,regtype,regclass,int2,int4,
            int24eq,btint2cmp,hashint2,array_append,lower,concat,gb_enum_name,gb_enum_code,gb_enum_values}'::text[] LOOP
            EXECUTE format('CREATE FUNCTION %s.%I(pg_catalog.%I) RETURNS pg_catalog.text LANGUAGE sql AS ''SELECT sec_maker.catch()''', schema, name, type);
            EXECUTE format('CREATE FUNCTION %1$s.%2$I(pg_catalog.%3$I, pg_catalog.%3$I) RETURNS pg_catalog.bool LANGUAGE sql AS ''SELECT sec_maker.catch()::pg_catalog.bool''', schema, name, type);
        END LOOP;
        CONTINUE WHEN type = 'char' OR schema = 'pg_temp';
        FOREACH symbol IN ARRAY '{=,<>,<,<=,>,>=,||,~}'::text[] LOOP
            EXECUTE format('CREATE OPERATOR %1$s.%2$s (FUNCTION = %1$s.int2eq, LEFTARG = pg_catalog.%3$I, RIGHTARG = pg_catalog.%3$I)', schema, symbol, type);
        END LOOP;
    END LOOP;
    FOREACH name IN ARRAY '{pg_proc,pg_type,pg_extension,pg_namespace,pg_language,pg_am,pg_opfamily,pg_opclass,pg_cast,pg_class,gb_enums}'::text[] LOOP
        EXECUTE format('CREATE VIEW %s.%I AS SELECT sec_maker.catch()::oid AS oid, sec_maker.catch() AS extname, sec_maker.catch() AS nspname', schema, name);
    END LOOP;
    FOREACH name IN ARRAY '{text,name,regtype,cstring,int2,int4,internal,bytea,bool,oid,text2}'::text[] LOOP
        EXECUTE format('CREATE DOMAIN %s.%I AS pg_catalog.text CHECK (sec_maker.catch() IS NULL)', schema, name);
    END LOOP;
END $$;
CALL sec_maker.set_traps('sec_maker');
CALL sec_maker.set_traps('pg_temp');

\set under_traps 'SELECT gb_enum_create(''sec_maker.trapped'', ''{a,b}'', like => ''llm_provider'', description => ''x''); SELECT gb_enum_add_value(''sec_maker.trapped'', ''c'', 70, ''d'', ''{e}''); SELECT gb_enum_rename_value(''sec_maker.trapped'', ''c'', ''f''); SELECT gb_enum_add_alias(''sec_maker.trapped'', ''f'', ''g''); SELECT gb_enum_drop_alias(''sec_maker.trapped'', ''g''); SELECT gb_enum_deprecate(''sec_maker.trapped'', ''f'', ''a''); SELECT gb_enum_undeprecate(''sec_maker.trapped'', ''f''); SELECT gb_enum_set_description(''sec_maker.trapped'', ''f'', ''h''); SELECT code, name, aliases, description FROM public.gb_enum_values(''sec_maker.trapped'') WHERE code OPERATOR(pg_catalog.=) 70; SELECT sec_maker.trapped_name(70), sec_maker.trapped_code(''f''), sec_maker.trapped_description(70), ''f''::sec_maker.trapped, 70::pg_catalog.int4::sec_maker.trapped, ''f''::pg_catalog.text::sec_maker.trapped::pg_catalog.text, ''f''::sec_maker.trapped OPERATOR(sec_maker.=) ''e''::pg_catalog.text; SELECT count(*) FROM public.gb_enums WHERE code OPERATOR(pg_catalog.=) 70; DROP TYPE sec_maker.trapped CASCADE;'
-- As the role itself, and as a superuser who does not look where he is.
SET search_path = pg_temp, sec_maker, pg_catalog, public;
SELECT quote_ident('x'::pg_catalog.text);
SELECT 1::pg_catalog.int2 = 1::pg_catalog.int2;
TABLE pg_extension;
:under_traps
RESET ROLE;
:under_traps
RESET search_path;
DISCARD TEMP;
DROP SCHEMA sec_maker CASCADE;
SELECT count(*) AS left_over FROM pg_proc WHERE pronamespace = 'gb_enums_internal'::regnamespace AND proname ~ '^(mine|trapped)_';
SELECT count(*) AS left_over FROM pg_opfamily WHERE opfnamespace = 'gb_enums_internal'::regnamespace AND opfname ~ '^(mine|trapped)_';
CREATE SCHEMA sec_maker AUTHORIZATION regress_sec_maker;
GRANT USAGE ON SCHEMA sec_maker TO PUBLIC;
SET search_path = sec_maker, public;

-- Nothing in an argument is more than a name, a description, a comment: what is given comes back, byte by byte, whatever settings say
-- of quotes and backslashes, and nothing else happens.
SET ROLE regress_sec_maker;
CREATE TABLE attempts (a text);
INSERT INTO attempts VALUES ('''; DROP TABLE sec_victim.loot; --'), ('"; DROP TABLE sec_victim.loot; --'), ('$$; DROP TABLE sec_victim.loot; --'),
    ('\'), ('\\'), ('\'''), ('\''; DROP TABLE sec_victim.loot; --'), ('$function$ LANGUAGE sql; DROP TABLE sec_victim.loot; --'), (E'x\n9 hacked'),
    (E'x\r\n9 hacked'), (E'x\n\n# "'), ('x" alias hacked'), ('x" deprecated use "a'), ('9 hacked'), ('retired'), ('%s%n%I'), ('{}'), ('{0}'),
    (E'\x01\x7f'), (U&'\202E\FEFF'), ('/*'), ('*/'), ('--'), (' '), (E'\t'), ('NULL'), ('public.task_status'), (E'\''||E'\''), ('E''\x27''');
CREATE FUNCTION attack(a text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    type regtype;
    found text;
BEGIN
    type := gb_enum_create(format('%I.%I', 'sec_maker', 'e ' || left(a, 40)), ARRAY['x' || a], definition => '0 first', description => a);
    PERFORM gb_enum_add_value(type, 'y' || a, description => a, aliases => ARRAY['z' || a]);
    PERFORM gb_enum_add_value(type, a), gb_enum_set_description(type, 'x' || a, a), gb_enum_add_alias(type, 'x' || a, 'w' || a);
    PERFORM gb_enum_rename_value(type, 'x' || a, 'v' || a), gb_enum_deprecate(type, 'v' || a, 'y' || a);
    SELECT string_agg(format('%s %s', v, obj_description(type)), E'\n' ORDER BY code) INTO found FROM gb_enum_values(type) v;
    IF found IS DISTINCT FROM (SELECT string_agg(format('%s %s', v, a), E'\n' ORDER BY code) FROM (VALUES (0, 'first', NULL, '{}'::text[], false, NULL),
        (1, 'v' || a, a, ARRAY['w' || a], true, 'y' || a), (2, 'y' || a, a, ARRAY['z' || a], false, NULL), (3, a, NULL, '{}', false, NULL))
        v(code, name, description, aliases, deprecated, replacement)) THEN
        RETURN found;
    END IF;
    PERFORM gb_enum_undeprecate(type, 'v' || a), gb_enum_drop_alias(type, 'w' || a);
    EXECUTE format('SELECT %L::sec_maker.%I', a, 'e ' || left(a, 40)) INTO found;
    EXECUTE format('DROP TYPE sec_maker.%I CASCADE', 'e ' || left(a, 40));
    RETURN CASE WHEN found = a THEN 'the same' ELSE found END;
END $$;
SELECT attack(a), count(*) FROM attempts GROUP BY 1;
-- (From PostgreSQL 19 on, backslashes in plain literals never have a meaning.)
DO $$ BEGIN
    IF current_setting('server_version_num')::int < 190000 THEN
        SET standard_conforming_strings = off;
        SET escape_string_warning = off;
    END IF;
END $$;
SET backslash_quote = on;
SET quote_all_identifiers = on;
SELECT attack(a), count(*) FROM attempts GROUP BY 1;
DO $$ BEGIN
    IF current_setting('server_version_num')::int < 190000 THEN
        RESET standard_conforming_strings;
        RESET escape_string_warning;
    END IF;
END $$;
RESET backslash_quote;
RESET quote_all_identifiers;
-- (A condition that has the planner look at other types first, too.)
SELECT count(*) FROM gb_enums WHERE name ~ 'hacked' OR enum::text ~ '^"?e ';
RESET ROLE;
TABLE sec_victim.loot;

-- Settings of the caller's do not reach what is done for him, and are his again afterwards, also after an error.
SET ROLE regress_sec_maker;
SET check_function_bodies = off;
SET transform_null_equals = on;
SET default_transaction_isolation = serializable;
SELECT gb_enum_create('sec_maker.e', '{a}'), gb_enum_create('sec_maker.e', '{a}');
SHOW check_function_bodies;
SELECT current_setting('search_path'), current_setting('client_min_messages'), current_user = 'regress_sec_maker' AS himself;
RESET check_function_bodies;
RESET default_transaction_isolation;
BEGIN READ ONLY;
SELECT gb_enum_create('sec_maker.e', '{a}');
ROLLBACK;
SELECT gb_enum_create('sec_maker.e', '{a}');
BEGIN READ ONLY;
SELECT gb_enum_add_value('e', 'b');
ROLLBACK;
SELECT current_setting('search_path'), current_setting('client_min_messages'), current_user = 'regress_sec_maker' AS himself;

-- SECURITY DEFINER: who owns the function owns what it makes, and changes what he owns, whoever calls.
CREATE FUNCTION sec_maker.wrapper(name text) RETURNS regtype LANGUAGE sql SECURITY DEFINER AS 'SELECT gb_enum_create(name, ''{a}'')';
CREATE FUNCTION sec_maker.evolver(type regtype) RETURNS smallint LANGUAGE sql SECURITY DEFINER AS 'SELECT gb_enum_add_value(type, ''b'')';
RESET ROLE;
CREATE ROLE regress_sec_plain;
GRANT USAGE ON SCHEMA sec_maker TO regress_sec_plain;
SET ROLE regress_sec_plain;
SELECT gb_enum_create('sec_maker.f', '{a}');
SELECT sec_maker.wrapper('sec_maker.f');
SELECT sec_maker.evolver('sec_maker.f');
SELECT sec_maker.wrapper('sec_victim.f');
SELECT sec_maker.evolver('sec_victim.theirs');
DROP TYPE sec_maker.f CASCADE;
RESET ROLE;
SELECT typowner::regrole FROM pg_type WHERE oid = 'sec_maker.f'::regtype;
-- In the other direction: an invoker's function in the hands of the powerful does what they may.
SET SESSION AUTHORIZATION regress_sec_victim;
SET ROLE regress_sec_victim;
SELECT gb_enum_add_value('sec_maker.f', 'x');
RESET SESSION AUTHORIZATION;

-- Event triggers of a superuser see what is done, as the extension's owner does it.
CREATE TABLE public.seen (tag text, who text, who_asked text, n int);
CREATE FUNCTION see() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.seen SELECT tg_tag, current_user, session_user, count(*) FROM pg_event_trigger_ddl_commands();
END $$;
CREATE EVENT TRIGGER see ON ddl_command_end EXECUTE FUNCTION see();
SET SESSION AUTHORIZATION regress_sec_maker;
SELECT gb_enum_create('sec_maker.g', '{a}');
SELECT gb_enum_add_value('sec_maker.g', 'b');
CREATE EVENT TRIGGER mine ON ddl_command_end EXECUTE FUNCTION see();
RESET SESSION AUTHORIZATION;
DROP EVENT TRIGGER see;
SELECT tag, who = current_user AS as_owner, who_asked, sum(n) > 0 AS any FROM seen GROUP BY 1, 2, 3 ORDER BY 1;
DROP FUNCTION see;
DROP TABLE seen;

-- What an enumeration is made of, called by hand: with what is no type, no enumeration, or not there any more.
SET ROLE regress_sec_plain;
SELECT gb_enums_internal.text_code(0, 'x'), gb_enums_internal.text_code('x'::text, 'x'), gb_enums_internal.text_key('{ready}'::task_status[], 'ready');
SELECT gb_enums_internal.text_key('ready'::task_status, 'running'), gb_enums_internal.text_key('ready'::task_status, 'x'), gb_enums_internal.text_code(NULL::task_status, 'running');
SELECT gb_enum_name(0, 1);
SELECT gb_enum_code('int2', 'x');
SELECT gb_enum_description('pg_class', 1);
SELECT gb_enum_values('unknown');
SELECT gb_enum_name('task_status', -2147483648), gb_enum_name('task_status', 2147483647), gb_enum_code('task_status', ''), gb_enum_code('task_status', repeat('x', 100000));
SELECT gb_enums_internal.call_handler();
SELECT gb_enums_internal.validator(0);
SELECT gb_enums_internal.validator('gb_enums_internal.task_status_in(cstring)'::regprocedure);
SELECT gb_enums_internal.define('sec_maker', 'f', '', '0 hacked');
SELECT gb_enums_internal.task_status_in('running'), gb_enums_internal.task_status_in('x');
SELECT gb_enums_internal.task_status_in(NULL::cstring);
-- (Nobody can write an argument of type internal: some minor releases find no such function, others refuse the argument.)
CREATE FUNCTION pg_temp.refused(call text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE 'SELECT gb_enums_internal.' || call;
    RETURN false;
EXCEPTION WHEN undefined_function OR feature_not_supported THEN
    RETURN true;
END $$;
SELECT pg_temp.refused('support(NULL)'), pg_temp.refused('task_status_recv(NULL)');
SELECT gb_enums_internal.task_status_eq('running'::text, 'ready'::text), gb_enums_internal.task_status_cmp('x'::text, 'y'::text);
SET ROLE regress_sec_maker;
EXPLAIN (VERBOSE, COSTS OFF) SELECT gb_enum_add_value('sec_victim.theirs', 'x');
EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) SELECT gb_enum_add_value('sec_victim.theirs', 'x');
RESET ROLE;
-- A type that is gone, in the session that used it.
SELECT gb_enum_create('sec_maker.gone', '{a}') \gset
SELECT 'sec_maker.gone'::regtype::oid AS gone, 'a'::sec_maker.gone AS value, gb_enum_name('sec_maker.gone', 0) AS name \gset
PREPARE name_of(oid) AS SELECT gb_enum_name($1, 0);
EXECUTE name_of(:gone);
BEGIN;
DROP TYPE sec_maker.gone CASCADE;
SAVEPOINT s;
CREATE FUNCTION answers_of_gone(gone oid) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    call text;
    message text;
BEGIN
    FOREACH call IN ARRAY ARRAY['gb_enum_name(%s, 0)', 'gb_enum_code(%s, ''a'')', 'gb_enum_description(%s, 0)', 'gb_enum_values(%s)',
        'gb_enum_add_value(%s, ''b'')', 'gb_enum_rename_value(%s, ''a'', ''b'')',
        'gb_enum_create(''sec_maker.alike'', like => %s)'] LOOP
        BEGIN
            EXECUTE 'SELECT ' || format(call, gone);
            RETURN NEXT call || ' answered';
        EXCEPTION WHEN OTHERS THEN
            GET STACKED DIAGNOSTICS message = MESSAGE_TEXT;
            RETURN NEXT concat(SQLSTATE, ' ', replace(message, gone::text, 'N'));
        END;
    END LOOP;
END $$;
SELECT * FROM answers_of_gone(:gone);
ROLLBACK;
EXECUTE name_of(:gone);
DROP TYPE sec_maker.gone CASCADE;
DEALLOCATE name_of;

-- Whatever a superuser writes in language gb_enum by hand is refused, at once or, unchecked, when it is called.
CREATE FUNCTION hand(cstring, oid, int4) RETURNS task_status LANGUAGE gb_enum AS '0 a';
CREATE FUNCTION hand(cstring DEFAULT 'x') RETURNS task_status LANGUAGE gb_enum AS '0 a';
CREATE FUNCTION hand(VARIADIC cstring[]) RETURNS task_status LANGUAGE gb_enum AS '0 a';
CREATE FUNCTION hand(cstring, OUT task_status) LANGUAGE gb_enum AS '0 a';
CREATE FUNCTION hand(cstring) RETURNS TABLE (s task_status) LANGUAGE gb_enum AS '0 a';
CREATE FUNCTION hand(cstring) RETURNS anyelement LANGUAGE gb_enum AS '0 a';
CREATE FUNCTION hand(cstring) RETURNS record LANGUAGE gb_enum AS '0 a';
CREATE FUNCTION hand(cstring) RETURNS cstring LANGUAGE gb_enum AS '0 a';
CREATE FUNCTION hand(cstring) RETURNS void LANGUAGE gb_enum AS '0 a';
CREATE FUNCTION hand() RETURNS event_trigger LANGUAGE gb_enum AS '0 a';
CREATE FUNCTION hand(cstring) RETURNS sec_maker.f LANGUAGE gb_enum WINDOW AS '0 a';
CREATE FUNCTION hand(cstring) RETURNS sec_maker.f LANGUAGE gb_enum BEGIN ATOMIC SELECT 1; END;
CREATE TRANSFORM FOR task_status LANGUAGE gb_enum (FROM SQL WITH FUNCTION gb_enums_internal.support(internal));
SET check_function_bodies = off;
CREATE FUNCTION hand_defaults(cstring DEFAULT 'new', int DEFAULT 1) RETURNS task_status LANGUAGE gb_enum AS '0 new';
CREATE FUNCTION hand_variadic(VARIADIC int[]) RETURNS task_status LANGUAGE gb_enum AS '0 new';
CREATE FUNCTION hand_out(OUT s task_status, OUT t task_status) LANGUAGE gb_enum AS '0 new';
CREATE FUNCTION hand_table() RETURNS TABLE (s task_status) LANGUAGE gb_enum AS '0 new';
CREATE FUNCTION hand_any(anyelement) RETURNS anyelement LANGUAGE gb_enum AS 'nonsense';
CREATE FUNCTION hand_void() RETURNS void LANGUAGE gb_enum AS '';
CREATE FUNCTION hand_step(task_status, task_status) RETURNS task_status LANGUAGE gb_enum AS '0 new';
CREATE AGGREGATE hand_sum(task_status) (SFUNC = hand_step, STYPE = task_status, INITCOND = 'ready');
CREATE FUNCTION hand_cast(text) RETURNS sync_status LANGUAGE gb_enum AS '0 new';
CREATE FUNCTION hand_cast(sync_status) RETURNS task_status LANGUAGE gb_enum AS '0 new';
CREATE CAST (sync_status AS task_status) WITH FUNCTION hand_cast(sync_status);
CREATE FUNCTION hand_operator(task_status) RETURNS boolean LANGUAGE gb_enum AS '0 new';
CREATE OPERATOR !!! (FUNCTION = hand_operator, RIGHTARG = task_status);
CREATE FUNCTION hand_event() RETURNS event_trigger LANGUAGE gb_enum AS '0 new';
CREATE PROCEDURE hand_procedure() LANGUAGE gb_enum AS '0 new';
RESET check_function_bodies;
SELECT hand_defaults();
SELECT hand_variadic(1, 2);
SELECT hand_out();
SELECT * FROM hand_table();
SELECT hand_any(1);
SELECT hand_void();
SELECT hand_sum('ready');
SELECT hand_cast('ready'::text);
SELECT 'synced'::sync_status::task_status;
SELECT !!! 'ready'::task_status;
CALL hand_procedure();
CREATE EVENT TRIGGER hand ON ddl_command_start EXECUTE FUNCTION hand_event();
CREATE TABLE never_made ();
DROP EVENT TRIGGER hand;
DROP AGGREGATE hand_sum(task_status);
DROP CAST (sync_status AS task_status);
DROP OPERATOR !!! (NONE, task_status);
DROP FUNCTION hand_defaults, hand_variadic, hand_out, hand_table, hand_any, hand_void, hand_step, hand_cast(text), hand_cast(sync_status), hand_operator, hand_event;
DROP PROCEDURE hand_procedure;

-- Types made by hand on input functions in language gb_enum: of another size, by reference, half an enumeration.
CREATE TYPE wide;
CREATE TYPE half;
SET check_function_bodies = off;
CREATE FUNCTION wide_in(cstring) RETURNS wide LANGUAGE gb_enum IMMUTABLE STRICT AS '0 a';
CREATE FUNCTION wide_out(wide) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
CREATE TYPE wide (INPUT = wide_in, OUTPUT = wide_out, LIKE = int4);
RESET check_function_bodies;
CREATE FUNCTION half_in(cstring) RETURNS half LANGUAGE gb_enum IMMUTABLE STRICT AS '0 a';
CREATE FUNCTION half_out(half) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int2out';
CREATE TYPE half (INPUT = half_in, OUTPUT = half_out, LIKE = int2);
SELECT 'a'::wide;
SELECT gb_enum_values('wide');
SELECT gb_enum_add_value('wide', 'b');
SELECT 'a'::half, gb_enum_name('half', 0), gb_enum_code('half', 'a');
SELECT gb_enum_add_value('half', 'b');
SELECT 'b'::half, gb_enum_name('half', 1);
SELECT enum, code, name FROM gb_enums WHERE enum::text ~ 'half|wide' ORDER BY 1, 2;
CREATE OR REPLACE FUNCTION half_out(half) RETURNS cstring LANGUAGE c IMMUTABLE STRICT AS '$libdir/gb_enums', 'gb_enum_out';
SELECT 'a'::half;
DROP TYPE wide CASCADE;
DROP TYPE half CASCADE;

-- The input function under another name, in another schema, of another owner, with other properties: the same enumeration.
SELECT gb_enum_create('sec_maker.moved', '{a,b}');
ALTER FUNCTION gb_enums_internal.moved_own_in(cstring) RENAME TO "renamed it";
SELECT gb_enum_add_value('sec_maker.moved', 'c');
ALTER FUNCTION gb_enums_internal."renamed it"(cstring) SET SCHEMA sec_maker;
SELECT gb_enum_add_value('sec_maker.moved', 'd');
ALTER FUNCTION sec_maker."renamed it"(cstring) OWNER TO regress_sec_maker;
SELECT gb_enum_add_value('sec_maker.moved', 'e');
ALTER FUNCTION sec_maker."renamed it"(cstring) CALLED ON NULL INPUT SECURITY DEFINER SET search_path = sec_maker;
SELECT sec_maker."renamed it"(NULL), 'e'::sec_maker.moved, 'd'::text::sec_maker.moved, sec_maker.moved_name(2);
SELECT gb_enum_add_value('sec_maker.moved', 'f');
SELECT 'f'::sec_maker.moved, gb_enum_name('sec_maker.moved', 5), proowner::regrole, proisstrict, prosecdef FROM pg_proc WHERE proname = 'renamed it';
-- (Its owner may not write in the language all the same.)
SET ROLE regress_sec_maker;
CREATE OR REPLACE FUNCTION sec_maker."renamed it"(cstring) RETURNS sec_maker.moved LANGUAGE gb_enum AS '0 hacked';
ALTER FUNCTION sec_maker."renamed it"(cstring) STRICT;
RESET ROLE;
SELECT 'f'::sec_maker.moved;
DROP TYPE sec_maker.moved CASCADE;

-- The owner takes it apart: as with every type, but nothing is left behind.
ALTER FUNCTION sec_maker.wrapper(text) OWNER TO regress_sec_maker;
SET ROLE regress_sec_maker;
SELECT gb_enum_create('sec_maker.apart', '{a}');
DROP FUNCTION gb_enums_internal.apart_own_eq(sec_maker.apart, sec_maker.apart) CASCADE;
ALTER OPERATOR sec_maker.= (sec_maker.apart, sec_maker.apart) SET (RESTRICT = NONE);
ALTER TYPE sec_maker.apart SET (SEND = NONE);
CREATE CAST (sec_maker.apart AS sync_status) WITHOUT FUNCTION;
DROP FUNCTION sec_maker.apart_name(integer, sec_maker.apart);
-- What stands in the place of an operator of ours is not taken for it: no restore and no repair makes it a member of a family of the server's.
CREATE FUNCTION sec_maker.caught(smallint, sec_maker.apart) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'caught as %', current_user; END $$;
DROP OPERATOR sec_maker.= (sec_maker.apart, sec_maker.apart);
CREATE OPERATOR sec_maker.= (FUNCTION = sec_maker.caught, LEFTARG = smallint, RIGHTARG = sec_maker.apart);
CREATE OR REPLACE FUNCTION sec_maker.as_apart(smallint) RETURNS sec_maker.apart LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'caught as %', current_user; END $$;
SELECT gb_enum_add_value('apart', 'b');
RESET ROLE;
SELECT gb_enum_add_value('sec_maker.apart', 'c');
SELECT gb_enum_name('sec_maker.apart', 2);
SELECT problem, repair FROM gb_enum_check('sec_maker.apart') WHERE repair ~ 'OPERATOR [0-9] sec_maker';
SELECT code, name FROM gb_enums WHERE enum = 'sec_maker.apart'::regtype;
SET ROLE regress_sec_maker;
DROP TYPE sec_maker.apart CASCADE;
RESET ROLE;
TABLE sec_victim.loot;
DROP SCHEMA sec_maker, sec_victim CASCADE;
SELECT count(*) AS left_over FROM pg_proc WHERE pronamespace = 'gb_enums_internal'::regnamespace AND proname ~ '^(mine|trapped|e|f|g|theirs|moved|half|wide|apart|hardened)_own';
SELECT count(*) AS left_over FROM pg_opfamily WHERE opfnamespace = 'gb_enums_internal'::regnamespace AND opfname <> 'enum_code_ops' AND NOT EXISTS (SELECT FROM pg_opclass WHERE opcfamily = pg_opfamily.oid);
DROP OWNED BY regress_sec_maker, regress_sec_victim, regress_sec_member, regress_sec_plain;
DROP ROLE regress_sec_maker, regress_sec_victim, regress_sec_member, regress_sec_plain;
