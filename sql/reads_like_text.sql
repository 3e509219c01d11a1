-- A column of an enumeration reads like the VARCHAR that it was: forms of queries that text columns are used in, each over
-- a VARCHAR and over the enumeration.
\set VERBOSITY default
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
RESET client_min_messages;
CREATE SCHEMA reads;
SET search_path = reads, public;
CREATE TABLE was (id int, c varchar(20), other varchar(20), note text);
INSERT INTO was VALUES (1, 'running', 'ready', 'running'), (2, 'pending', NULL, 'x'), (3, NULL, 'low', NULL), (4, 'ready', 'ready', 'ready');
CREATE TABLE reads (id int, c task_status, other varchar(20), note text, risk risk_level);
INSERT INTO reads SELECT id, c, other, note, 'low' FROM was;

-- What a form gives over a table, and the type of it.
CREATE FUNCTION form_over(form text, relation text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    result text;
BEGIN
    EXECUTE format('SELECT coalesce(string_agg(DISTINCT pg_typeof(f)::text, '', ''), ''none'') || '': '' || coalesce(string_agg(f::text, '' | '' ORDER BY f::text COLLATE "C"), ''NULL'')
                    FROM (%s) q(f)', replace(CASE WHEN form ~ '^SELECT' THEN form ELSE 'SELECT ' || form || ' FROM tab' END, 'tab', relation)) INTO result;
    RETURN result;
EXCEPTION WHEN OTHERS THEN
    RETURN sqlstate;
END $$;
CREATE TABLE forms (n serial, form text);
INSERT INTO forms (form) VALUES
    ($$c LIKE 'r%'$$), ($$c NOT LIKE '%g'$$), ($$c ILIKE 'R%'$$), ($$c ~ '^r.n'$$), ($$c !~* 'RUN'$$), ($$c SIMILAR TO '(run|rea)%'$$),
    ('lower(c)'), ('upper(c)'), ('initcap(c)'), ('length(c)'), ('char_length(c)'), ('octet_length(c)'), ('substr(c, 2, 3)'), ('substring(c from 2 for 2)'),
    ($$substring(c from 'n+')$$), ('left(c, 3)'), ('right(c, 3)'), ('trim(c)'), ($$ltrim(c, 'r')$$), ($$replace(c, 'n', 'N')$$), ($$split_part(c, 'n', 1)$$),
    ($$position('n' in c)$$), ($$strpos(c, 'n')$$), ($$overlay(c placing 'X' from 2)$$), ($$starts_with(c, 'r')$$), ($$regexp_replace(c, '[aeiou]', '-')$$),
    ($$translate(c, 'rn', 'RN')$$), ('md5(c)'), ('quote_literal(c)'), ('quote_ident(c)'), ($$to_tsvector('simple', c)$$), ('reverse(c)'), ('repeat(c, 2)'), ($$lpad(c, 10, '.')$$),
    ($$concat(c, '!')$$), ($$concat_ws('-', c, id)$$), ($$format('%s/%I/%L', c, c, c)$$), ('c::text'), ('CAST(c AS varchar)'), ('c::char(3)'), ('to_jsonb(c)'), ('json_build_object(c, c)'),
    ('string_agg(c, $$,$$ ORDER BY id)'), ('count(DISTINCT c)'), ('array_agg(c ORDER BY id)::text[]'), ('max(c::text)'),
    ($$c || 'x'$$), ($$'x' || c$$), ('c || note'), ('note || c'), ('c || other'), ('c || id'), ('id || c'), ('c || c'),
    ('COALESCE(c, note)'), ('COALESCE(note, c)'), ('COALESCE(c, other)'), ('COALESCE(other, c)'), ($$COALESCE(c, 'ready')$$),
    ('CASE WHEN id > 1 THEN c ELSE note END'), ('CASE WHEN id > 1 THEN other ELSE c END'), ('GREATEST(c::text, note)'), ('GREATEST(note, c)'), ('LEAST(other, c)'),
    ('ARRAY[c, note]'), ('ARRAY[other, c]'), ('SELECT v FROM tab, LATERAL (VALUES (c), (note)) x(v)'), ('SELECT v FROM tab, LATERAL (VALUES (other), (c)) x(v)'),
    ('SELECT c FROM tab UNION ALL SELECT note FROM tab'), ('SELECT other FROM tab UNION SELECT c FROM tab'), ('SELECT note FROM tab INTERSECT SELECT c FROM tab'), ('SELECT c FROM tab EXCEPT SELECT other FROM tab'),
    ('SELECT id FROM tab JOIN (SELECT other AS c FROM tab) o USING (c)'), ('SELECT id FROM tab JOIN (SELECT note AS c FROM tab) o USING (c)'), ('SELECT id FROM (SELECT note AS c FROM tab) o JOIN tab USING (c)'),
    ('SELECT t.id FROM tab t JOIN tab o ON t.c = o.note'), ('SELECT t.id FROM tab t JOIN tab o ON o.other = t.c'), ('SELECT id FROM tab WHERE c IN (SELECT note FROM tab)'), ('SELECT id FROM tab WHERE note IN (SELECT c FROM tab)'),
    ($$c = 'running'$$), ($$c = 'running'::text$$), ($$c = 'nowhere'::varchar$$), ($$c <> 'nowhere'::text$$), ('c = note'), ('other <> c'), ($$c IN ('running'::text, 'nowhere')$$), ($$c = ANY ('{running,nowhere}'::text[])$$), ($$c = ANY ('{running,nowhere}'::varchar[])$$),
    ('c IS DISTINCT FROM note'), ('NULLIF(c, note)'), ($$NULLIF(c, 'running')$$), ($$CASE c WHEN 'running' THEN 1 WHEN 'ready' THEN 2 END$$), ('CASE c WHEN note THEN 1 END'), ($$(c, id) = ('running', 1)$$), ('(c, id) IN (SELECT note, id FROM tab)'),
    ('array_position(ARRAY[note, other], c)'), ('array_append(ARRAY[other], c)'), ('array_remove(ARRAY[note], c)'), ('ARRAY[note] @> ARRAY[c::text]'), ('c = ANY (ARRAY[note, other])'), ('note = ANY (ARRAY[c])'), ('ARRAY[c] && ARRAY[note]'), ('ARRAY[c, c]::text[] = ARRAY[note, note]'),
    ('row_number() OVER (PARTITION BY c ORDER BY id)'), ('SELECT count(*) FROM tab GROUP BY c'), ('SELECT c FROM tab GROUP BY c HAVING min(note) = c'), ('SELECT DISTINCT c FROM tab'), ('hashtext(c)'), ($$decode(md5(c), 'hex')$$), ($$to_char(id, '9') || c$$),
    ('xmlelement(name x, c)::text'), ('ascii(c)'), ('c::bytea'), ($$c COLLATE "C"$$), ($$c < 'ready'::text COLLATE "C"$$);
-- The forms that do not give what they gave.
SELECT form, form_over(form, 'reads.was') AS varchar, form_over(form, 'reads.reads') AS enumeration
FROM forms
WHERE form_over(form, 'reads.was') <> form_over(form, 'reads.reads')
  -- the type of what is the column itself is its own
  AND form_over(form, 'reads.was') <> replace(form_over(form, 'reads.reads'), 'task_status:', 'character varying:')
ORDER BY n;
SELECT count(*) > 100 AS all_others_are_as_they_were FROM forms;

-- Parameters, as drivers send them.
PREPARE by_text(text) AS SELECT id FROM reads WHERE c < $1 ORDER BY id;
EXECUTE by_text('running');
EXECUTE by_text('nowhere');
PREPARE between_varchar(varchar, varchar) AS SELECT id FROM reads WHERE c BETWEEN $1 AND $2 ORDER BY id;
EXECUTE between_varchar('ready', 'running');
PREPARE any_text(text[]) AS SELECT id FROM reads WHERE c = ANY ($1) ORDER BY id;
EXECUTE any_text('{running,nowhere}');
PREPARE arrays(text[]) AS SELECT id FROM reads WHERE ARRAY[c]::text[] && $1 AND ARRAY[c]::text[] <@ $1 ORDER BY id;
EXECUTE arrays('{running,ready}');
PREPARE put(text, varchar, bigint) AS INSERT INTO reads (id, c) VALUES (5, $1), (6, $2), (7, $3) RETURNING id, c;
EXECUTE put('failed', 'paused', 4);
UPDATE reads SET c = 6::bigint WHERE id = 7 RETURNING c;
UPDATE reads SET c = 99::bigint WHERE id = 7;
-- bigint: literals, columns, parameters, defaults, in custom and generic plans; a number that is no code is an error that says so
CREATE TABLE from_bigint (id bigint, c task_status DEFAULT 3::bigint, n bigint);
INSERT INTO from_bigint VALUES (1, 2::bigint, 4), (2, DEFAULT, 99), (3, NULL::bigint, -1);
INSERT INTO from_bigint SELECT 4, n, n FROM from_bigint WHERE id = 1;
PREPARE put_bigint(bigint, bigint) AS INSERT INTO from_bigint VALUES ($1, $2) RETURNING c;
PREPARE set_bigint(bigint) AS UPDATE from_bigint SET c = $1 WHERE id = 5 RETURNING c;
SET plan_cache_mode = force_custom_plan;
EXECUTE put_bigint(5, 6);
SET plan_cache_mode = force_generic_plan;
EXECUTE put_bigint(6, 7);
EXECUTE put_bigint(7, NULL);
EXECUTE set_bigint(0);
RESET plan_cache_mode;
UPDATE from_bigint SET c = n WHERE id = 1 RETURNING c;
SELECT id, c FROM from_bigint WHERE c = 4::bigint OR c < 1::bigint ORDER BY id;
SELECT 5::bigint::task_status, count(*) FROM from_bigint WHERE c = 99999::bigint OR c > (2^40)::bigint;
UPDATE from_bigint SET c = n WHERE id = 2;
UPDATE from_bigint SET c = n WHERE id = 3;
EXECUTE put_bigint(8, 32768);
EXECUTE put_bigint(8, -9223372036854775808);
INSERT INTO from_bigint (c) VALUES (9223372036854775807);
INSERT INTO from_bigint (c) VALUES (99999);
INSERT INTO from_bigint (c) VALUES (2.0);
SELECT (2^40)::bigint::task_status;

-- Two different enumerations are compared in no way: neither those that come with the extension nor own ones.
CREATE SCHEMA elsewhere;
SELECT gb_enum_create('elsewhere.mine', '{pending,running}');
CREATE FUNCTION compared(a regtype, op text, b regtype) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SELECT x %s y FROM (SELECT NULL::%s AS x, NULL::%s AS y) v', op, a, b);
    RETURN 'no error';
EXCEPTION WHEN OTHERS THEN
    RETURN sqlstate;
END $$;
SET search_path = reads, public, elsewhere;
SELECT compared(a.enum, op, b.enum) AS state, count(*)
FROM (SELECT DISTINCT enum FROM gb_enums) a, (SELECT DISTINCT enum FROM gb_enums) b, unnest('{=,<>,<,<=,>,>=}'::text[]) op
WHERE a.enum <> b.enum GROUP BY 1;
SELECT compared(a.enum, op, a.enum) AS state, count(*) FROM (SELECT DISTINCT enum FROM gb_enums) a, unnest('{=,<>,<,<=,>,>=}'::text[]) op GROUP BY 1;

-- Where the schema of an own one is not on the path, its operators are not found, and it is compared as the text of its name.
SET search_path = reads, public;
SELECT count(*) FROM reads WHERE c = 'running'::elsewhere.mine;

-- What being a string brings besides: anything is assigned by its text, two enumerations are joined and matched as texts, and
-- the order of what aggregates are given is the alphabet's only where it is a text.
INSERT INTO reads (id, c) SELECT 8, risk FROM reads WHERE id = 1;
INSERT INTO reads (id, c) VALUES (8, true);
SELECT pg_typeof(c || risk), c || risk AS joined, c LIKE risk AS matched FROM reads WHERE id = 1;
SELECT string_agg(c, ',' ORDER BY c) AS by_code, string_agg(c, ',' ORDER BY c::text) AS by_alphabet FROM reads WHERE id < 5;
CREATE FUNCTION f(varchar) RETURNS text LANGUAGE sql RETURN 'varchar';
CREATE FUNCTION f(task_status) RETURNS text LANGUAGE sql RETURN 'task_status';
SELECT f(c), f(c::varchar) FROM reads WHERE id = 1;
\set VERBOSITY sqlstate
SELECT f('running');
\set VERBOSITY default

-- LIKE is estimated well with statistics of the texts only.
CREATE TABLE skewed AS SELECT CASE WHEN g % 3 = 0 THEN 'running' ELSE 'pending' END::task_status AS c FROM generate_series(1, 10000) g;
CREATE FUNCTION estimate(condition text) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    plan json;
BEGIN
    EXECUTE 'EXPLAIN (FORMAT JSON) SELECT FROM skewed WHERE ' || condition INTO plan;
    RETURN plan -> 0 -> 'Plan' ->> 'Plan Rows';
END $$;
ANALYZE skewed;
SELECT estimate($q$c = 'running'$q$) BETWEEN 2500 AND 4000 AS equality, estimate($q$c LIKE 'run%'$q$) BETWEEN 2500 AND 4000 AS likeness;
CREATE STATISTICS skewed_texts ON (c::text) FROM skewed;
ANALYZE skewed;
SELECT estimate($q$c LIKE 'run%'$q$) BETWEEN 2500 AND 4000 AS likeness;

-- With the type name.
CREATE TABLE named (c task_status, n name);
INSERT INTO named VALUES ('running', 'running'), ('ready', 'x');
SELECT form, form_over(form, 'reads.named') AS result
FROM unnest(ARRAY['c = n', 'n = c', 'c <> n', 'c < n', 'n >= c', 'c IN (n)', 'c = ANY (ARRAY[n])', 'c IS DISTINCT FROM n', 'NULLIF(c, n)', 'CASE c WHEN n THEN 1 END',
    'SELECT count(*) FROM tab WHERE c IN (SELECT n FROM tab)', 'c = n::text', 'n::text = c', 'c::text = n', 'n = c::text', $$c = 'running'::name::text$$,
    'COALESCE(c, n)', 'COALESCE(n, c)', 'CASE WHEN true THEN c ELSE n END', 'c || n', 'n || c', 'c LIKE n']) WITH ORDINALITY f(form, place)
ORDER BY place;

-- Every search_path gives the same rows.
CREATE FUNCTION found() RETURNS bigint[] LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    RETURN ARRAY[
        (SELECT count(*) FROM reads.reads WHERE c = 'running'), (SELECT count(*) FROM reads.reads WHERE c IN ('running', 'ready')),
        (SELECT count(*) FROM reads.reads WHERE c > 'ready'), (SELECT count(*) FROM reads.reads WHERE c = 2), (SELECT count(*) FROM reads.reads WHERE c < 2),
        (SELECT count(*) FROM reads.reads WHERE c = note), (SELECT count(*) FROM reads.reads WHERE c IS DISTINCT FROM 'running'),
        (SELECT count(*) FROM reads.reads a JOIN reads.reads b USING (c)), (SELECT count(NULLIF(c, 'running')) FROM reads.reads),
        (SELECT count(*) FROM reads.reads WHERE CASE c WHEN 'running' THEN true END), (SELECT count(*) FROM reads.reads WHERE (c, id) IN (('running', 1))),
        (SELECT max(c)::int FROM reads.reads), (SELECT count(*) FROM reads.reads WHERE c BETWEEN SYMMETRIC 'running' AND 'ready')];
END $$;
CREATE FUNCTION found_here() RETURNS bigint[] LANGUAGE plpgsql AS $$
BEGIN
    RETURN ARRAY[
        (SELECT count(*) FROM reads WHERE c = 'running'), (SELECT count(*) FROM reads WHERE c IN ('running', 'ready')),
        (SELECT count(*) FROM reads WHERE c > 'ready'), (SELECT count(*) FROM reads WHERE c = 2), (SELECT count(*) FROM reads WHERE c < 2),
        (SELECT count(*) FROM reads WHERE c = note), (SELECT count(*) FROM reads WHERE c IS DISTINCT FROM 'running'),
        (SELECT count(*) FROM reads a JOIN reads b USING (c)), (SELECT count(NULLIF(c, 'running')) FROM reads),
        (SELECT count(*) FROM reads WHERE CASE c WHEN 'running' THEN true END), (SELECT count(*) FROM reads WHERE (c, id) IN (('running', 1))),
        (SELECT max(c)::int FROM reads), (SELECT count(*) FROM reads WHERE c BETWEEN SYMMETRIC 'running' AND 'ready')];
END $$;
SELECT found(), found() = found_here() AS same;
SET client_min_messages = warning;
DROP SCHEMA reads, elsewhere CASCADE;
