-- users' own enumerations: where the search_path has not the schema of one, its column is compared as the text of its name; and what
-- gb_enum_check() says of that
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
CREATE SCHEMA texts;
CREATE SCHEMA elsewhere;
SET search_path = texts, public;
-- by code: open, closed, archived; by the alphabet: archived, closed, open
SELECT gb_enum_create('state', definition => E'1 open alias reopened\n2 closed\n3 archived'), gb_enum_create('other', '{open,x}');
CREATE TABLE t (id int PRIMARY KEY, s state, o other, note text);
INSERT INTO t VALUES (1, 'open', 'open', 'reopened'), (2, 'closed', 'x', 'closed'), (3, 'archived', 'x', '3'), (4, NULL, 'open', 'open');
CREATE INDEX t_s ON t (s);
-- Every form with the schema in the path and without it: the rows, and whether an index condition came of it.
CREATE FUNCTION elsewhere.answer(form text, path text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    result text;
    line text;
    by_index boolean := false;
BEGIN
    PERFORM set_config('search_path', path, true), set_config('enable_seqscan', 'off', true);
    EXECUTE format('SELECT string_agg(q::text, '' '') FROM (SELECT %s) q(q)', form) INTO result;
    FOR line IN EXECUTE 'EXPLAIN SELECT ' || form LOOP
        -- (Which join a subquery becomes differs between servers.)
        by_index := by_index OR line ~ 'Index Cond: \(+s ' AND form !~ 'IN \(SELECT';
    END LOOP;
    RETURN coalesce(result, 'NULL') || CASE WHEN by_index THEN ' (index)' ELSE '' END;
EXCEPTION WHEN OTHERS THEN
    RETURN sqlstate;
END $$;
SELECT form, elsewhere.answer(form, 'texts, public') AS in_path, elsewhere.answer(form, 'public') AS not_in_path
FROM unnest(ARRAY[
    $$id FROM texts.t WHERE s = 'open'$$, $$id FROM texts.t WHERE s = 'reopened'$$, $$id FROM texts.t WHERE s = '2'$$, $$id FROM texts.t WHERE s = 'nothing'$$,
    $$id FROM texts.t WHERE s = 'open'::text$$, $$id FROM texts.t WHERE s = note$$, $$id FROM texts.t WHERE s = 'open'::texts.state$$,
    $$id FROM texts.t WHERE s IN ('open', 'closed')$$, $$id FROM texts.t WHERE s = ANY ('{open,closed}'::text[])$$,
    $$id FROM texts.t WHERE s < 'closed'$$, $$id FROM texts.t WHERE s BETWEEN 'open' AND 'closed'$$,
    $$id FROM texts.t WHERE s = 2$$, $$id FROM texts.t WHERE s < 2$$, $$id FROM texts.t WHERE s IN (1, 2)$$,
    $$id FROM texts.t WHERE s OPERATOR(texts.=) 'open'$$,
    $$id FROM texts.t WHERE s IS DISTINCT FROM 'open'$$, $$pg_typeof(NULLIF(s, 'open')) FROM texts.t LIMIT 1$$,
    $$CASE s WHEN 'open' THEN 1 WHEN 'closed' THEN 2 END FROM texts.t ORDER BY id$$, $$a.id FROM texts.t a JOIN texts.t b USING (s)$$,
    $$id FROM texts.t WHERE (s, id) IN (SELECT s, id FROM texts.t)$$, $$id FROM texts.t WHERE (s, id) < ('closed', 0)$$,
    $$id FROM texts.t WHERE s IN (SELECT s FROM texts.t)$$, $$id FROM texts.t WHERE s = o$$,
    $$min(s) FROM texts.t$$, $$max(s) FROM texts.t$$, $$pg_typeof(max(s)) FROM texts.t$$, $$s FROM texts.t ORDER BY s$$, $$count(*) FROM texts.t GROUP BY s ORDER BY s$$,
    $$DISTINCT s FROM texts.t ORDER BY s$$, $$GREATEST(s, 'closed') FROM texts.t ORDER BY id$$, $$rank() OVER (ORDER BY s) FROM texts.t$$,
    $$s FROM texts.t WHERE s LIKE 'o%'$$, $$s = 'open'::varchar FROM texts.t WHERE id = 1$$,
    $$ARRAY[s] @> '{open}' FROM texts.t ORDER BY id$$, $$array_position(ARRAY[s], 'open') FROM texts.t ORDER BY id$$]) WITH ORDINALITY f(form, n)
ORDER BY n;
-- Names are compared by none of them.
SELECT elsewhere.answer($$id FROM texts.t WHERE s = 'open'::name$$, 'texts, public') AS own, elsewhere.answer($$id FROM texts.t WHERE s = 'open'::name$$, 'public') AS own_not_in_path,
    elsewhere.answer($$'running'::task_status = 'running'::name$$, 'public') AS built_in, elsewhere.answer($$'running'::task_status = 'running'::name::text$$, 'public') AS cast_to_text;

-- What the check lists: stored forms that name no operator
CREATE FUNCTION tg() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TRIGGER changed BEFORE UPDATE ON t FOR EACH ROW WHEN (old.s IS DISTINCT FROM new.s) EXECUTE FUNCTION tg();
CREATE VIEW v_nullif AS SELECT id, NULLIF(s, 'closed') AS x, CASE s WHEN 'open' THEN 1 END AS y FROM t;
CREATE VIEW v_using AS SELECT a.id FROM t a JOIN t b USING (s);
CREATE VIEW v_rows AS SELECT id FROM t WHERE (s, id) IN (SELECT s, id FROM t) AND (id, s) < (3, 'closed');
CREATE VIEW v_fine AS SELECT min(s), max(s) FROM t WHERE s = 'open' AND s < 'closed'::text AND s IN ('open', 'closed') AND lower(s) LIKE 'o%' AND s::text = 'open'
    AND s IN (SELECT s FROM t) AND CASE WHEN s = 'open' THEN true END AND note IS DISTINCT FROM 'x' AND s BETWEEN 'open' AND 'closed';
CREATE INDEX t_distinct ON t ((s IS DISTINCT FROM 'closed'));
ALTER TABLE t ADD CHECK (CASE s WHEN 'open' THEN id > 0 ELSE true END), ADD g bool GENERATED ALWAYS AS (NULLIF(s, 'open') IS NULL) STORED;
CREATE POLICY p ON t USING (s IS DISTINCT FROM 'archived');
CREATE RULE r AS ON DELETE TO t WHERE old.s IS DISTINCT FROM 'closed' DO INSTEAD NOTHING;
CREATE FUNCTION f_atomic() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM t WHERE s IS DISTINCT FROM 'open'; END;
-- the same over an enumeration of the extension is restored as it was
CREATE TABLE built_in (id int, s task_status);
CREATE VIEW v_built_in AS SELECT NULLIF(s, 'failed') AS x FROM built_in WHERE s IS DISTINCT FROM 'ready';
-- what was stored while the operators were not found
SET search_path = public;
CREATE VIEW texts.w_equal AS SELECT id FROM texts.t WHERE s = 'open' AND s IN ('open', 'closed') AND s::text <> 'x' AND s LIKE 'o%';
CREATE VIEW texts.w_unnamed AS SELECT NULLIF(s, 'open') AS x, CASE s WHEN 'open' THEN 1 END AS y, s IS DISTINCT FROM 'open' AS z FROM texts.t;
CREATE VIEW texts.w_max AS SELECT max(s), count(DISTINCT a.id) FROM texts.t a JOIN texts.t b USING (s);
-- functions that have their own search_path
CREATE FUNCTION elsewhere.off_path(x text) RETURNS bigint LANGUAGE sql SET search_path = '' AS $$ SELECT count(*) FROM texts.t WHERE s = x $$;
CREATE FUNCTION elsewhere.off_type(x texts.state) RETURNS boolean LANGUAGE plpgsql SET search_path = public, "Else Where" AS $$ BEGIN RETURN x = 'open'; END $$;
CREATE FUNCTION elsewhere.off_row(x texts.t) RETURNS boolean LANGUAGE plpgsql SET search_path = pg_catalog AS $$ BEGIN RETURN x.s = 'open'; END $$;
CREATE FUNCTION elsewhere.off_trigger() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$ BEGIN RETURN new; END $$;
CREATE TRIGGER off BEFORE INSERT ON texts.t FOR EACH ROW EXECUTE FUNCTION elsewhere.off_trigger();
CREATE PROCEDURE elsewhere.off_procedure() LANGUAGE plpgsql SET search_path = public AS $$ DECLARE x texts.State; BEGIN x := 'open'; END $$;
CREATE FUNCTION elsewhere.on_path(x text) RETURNS bigint LANGUAGE sql SET search_path = public, texts AS $$ SELECT count(*) FROM texts.t WHERE s = x $$;
CREATE FUNCTION elsewhere.no_path(x text) RETURNS bigint LANGUAGE sql AS $$ SELECT count(*) FROM texts.t WHERE s = x $$;
CREATE FUNCTION elsewhere.parsed(x text) RETURNS bigint LANGUAGE sql SET search_path = '' BEGIN ATOMIC SELECT count(*) FROM texts.t WHERE s OPERATOR(texts.=) x; END;
CREATE FUNCTION elsewhere.unrelated() RETURNS int LANGUAGE sql SET search_path = '' AS $$ SELECT 1 AS st $$;
SET search_path = texts, public;
SELECT problem, repair FROM gb_enum_check('state') ORDER BY problem COLLATE "C";
SELECT problem FROM gb_enum_check('other') ORDER BY problem COLLATE "C";
SELECT count(*) FROM gb_enum_check('task_status');
-- The plan of a conversion lists the functions that will not find the operators.
CREATE TABLE texts.plain (id int, s varchar(10));
INSERT INTO texts.plain VALUES (1, 'open');
CREATE FUNCTION elsewhere.of_plain() RETURNS bigint LANGUAGE sql SET search_path = '' AS $$ SELECT count(*) FROM texts.plain $$;
CREATE FUNCTION elsewhere.of_plain_on_path() RETURNS bigint LANGUAGE sql SET search_path = texts AS $$ SELECT count(*) FROM plain $$;
SELECT statement, detail FROM gb_enum_convert('texts.plain', 's', 'texts.state') WHERE detail ~ 'compare texts' ORDER BY statement COLLATE "C";
SELECT count(*) FROM gb_enum_convert('texts.plain', 's', 'public.task_status', map => '{"open": "ready"}') WHERE detail ~ 'compare texts';
-- only for the owner
CREATE ROLE regress_texts;
GRANT USAGE ON SCHEMA texts TO regress_texts;
SET ROLE regress_texts;
SELECT * FROM gb_enums_internal.text_forms('{texts.state}');
RESET ROLE;
SELECT * FROM gb_enums_internal.text_forms('{int4}');
SELECT * FROM gb_enums_internal.text_forms('{}');
SELECT gb_enums_internal.schemas_in_path(p) FROM unnest(ARRAY['""', '', '"$user", public', 'a, "B,c", "d""e"']) p;
DROP SCHEMA texts, elsewhere CASCADE;
DROP ROLE regress_texts;
