-- the queries of an application before and after its columns became enumerations
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
CREATE SCHEMA convert_queries;
SET search_path = convert_queries, public;
CREATE TABLE inbox (id integer PRIMARY KEY, status varchar(20) NOT NULL DEFAULT 'pending', priority text, n integer DEFAULT 0);
INSERT INTO inbox (id, status, priority) SELECT i, (ARRAY['pending', 'ready', 'running', 'paused', 'waiting_approval', 'completed', 'failed', 'cancelled'])[1 + i % 8], (ARRAY['low', 'normal', 'high'])[1 + i % 3] FROM generate_series(1, 20000) i;
CREATE INDEX inbox_status ON inbox (status, id);
CREATE INDEX inbox_pending ON inbox (priority) WHERE status = 'pending';
CREATE INDEX inbox_open ON inbox (id) WHERE status IN ('pending', 'ready');
CREATE TABLE words (word text PRIMARY KEY);
INSERT INTO words VALUES ('pending'), ('ready'), ('no such word');
ANALYZE inbox, words;
-- which index a query uses, and what it gives
CREATE FUNCTION uses(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    line text;
    found text[];
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
        found := found || (regexp_match(line, 'Index (?:Only )?Scan (?:Backward )?(?:using|on) (\w+)'))[1];
    END LOOP;
    RETURN array_to_string(found, ' ');
END $$;
CREATE FUNCTION gives(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    result text;
BEGIN
    EXECUTE format('SELECT string_agg(r::text, %L) FROM (%s) r', ' ', query) INTO result;
    RETURN CASE WHEN length(result) > 60 THEN md5(result) ELSE result END;
EXCEPTION WHEN OTHERS THEN
    RETURN sqlerrm;
END $$;
SET plan_cache_mode = force_generic_plan;
SET enable_seqscan = off;
CREATE TABLE shapes (n integer, prepared text, query text);
INSERT INTO shapes VALUES
    (1, 'text', 'SELECT id FROM inbox WHERE status = $1 AND id < 40'), (2, 'varchar', 'SELECT id FROM inbox WHERE status = $1 AND id < 40'),
    (3, 'text', 'SELECT count(*) FROM inbox WHERE status <> $1'), (4, 'text[]', 'SELECT count(*) FROM inbox WHERE status = ANY ($1) AND id < 100'),
    (5, NULL, 'SELECT id FROM inbox WHERE status = ''pending'' AND priority = ''high'' AND id < 100'), (6, NULL, 'SELECT count(*) FROM inbox WHERE status IN (''pending'', ''ready'') AND id < 100'),
    (7, NULL, 'SELECT id FROM inbox WHERE status NOT IN (''pending'', ''ready'', ''completed'') AND id < 10'), (8, NULL, 'SELECT id FROM inbox WHERE status = ''unheard of'''),
    (9, 'text', 'SELECT count(*) FROM inbox WHERE status = $1'), (10, NULL, 'SELECT status, count(*) FROM inbox GROUP BY status ORDER BY status'),
    (11, NULL, 'SELECT COALESCE(priority, ''normal'') FROM inbox WHERE id = 3'), (12, NULL, 'SELECT COALESCE(priority, ''none'') FROM inbox WHERE id = 3'),
    (13, NULL, 'SELECT status || '''' FROM inbox WHERE id = 3'), (14, NULL, 'SELECT ''is '' || status FROM inbox WHERE id = 3'), (15, NULL, 'SELECT id FROM inbox WHERE status ILIKE ''pend%'' AND id < 20'),
    (16, NULL, 'SELECT id FROM inbox WHERE status::text ILIKE ''pend%'' AND id < 20'), (17, NULL, 'SELECT row_to_json(i) FROM inbox i WHERE id = 3'), (18, NULL, 'SELECT jsonb_build_object(''s'', status) FROM inbox WHERE id = 3'),
    (19, NULL, 'SELECT sum(CASE WHEN status = ''ready'' THEN 1 ELSE 0 END), count(*) FILTER (WHERE status <> ''ready'') FROM inbox'),
    (20, NULL, 'SELECT count(*) FROM inbox a JOIN inbox b ON a.status = b.status AND a.id = b.id + 8 WHERE a.id < 100'), (21, NULL, 'SELECT count(*) FROM inbox i JOIN words w ON i.status = w.word WHERE i.id < 100'),
    (22, NULL, 'SELECT CASE status WHEN ''ready'' THEN ''r'' ELSE status END FROM inbox WHERE id = 1'), (23, NULL, 'SELECT NULLIF(status, ''ready'') FROM inbox WHERE id = 1'),
    (24, NULL, 'SELECT id FROM inbox WHERE status IS DISTINCT FROM ''ready'' AND id < 4'), (25, NULL, 'SELECT id FROM inbox WHERE (status, priority) = (''ready'', ''low'') AND id < 100'),
    (26, NULL, 'SELECT max(status), min(status) FROM inbox WHERE id < 100'), (27, NULL, 'SELECT count(DISTINCT status) FROM inbox'), (28, NULL, 'SELECT id FROM inbox WHERE status BETWEEN ''paused'' AND ''ready'' AND id < 10'),
    (29, NULL, 'SELECT string_agg(DISTINCT status, '','') FROM inbox'), (30, NULL, 'SELECT upper(status) FROM inbox WHERE id = 1'), (31, NULL, 'SELECT status FROM inbox WHERE id = 1 UNION ALL SELECT word FROM words'),
    (32, NULL, 'SELECT id FROM inbox WHERE status IN (SELECT word FROM words) AND id < 20'), (33, 'text', 'SELECT id FROM inbox WHERE COALESCE($1, status) = status AND id < 3'), (34, 'text', 'SELECT id FROM inbox WHERE status IN ($1, ''ready'') AND id < 20');
CREATE FUNCTION look() RETURNS TABLE (n integer, index text, result text) LANGUAGE plpgsql AS $$
DECLARE
    s record;
    call text;
BEGIN
    FOR s IN SELECT * FROM shapes ORDER BY shapes.n LOOP
        n := s.n;
        BEGIN
            IF s.prepared IS NULL THEN
                index := uses(s.query);
                result := gives(s.query);
            ELSE
                EXECUTE format('PREPARE shape (%s) AS %s', s.prepared, s.query);
                call := format('EXECUTE shape (%L)', CASE s.prepared WHEN 'text[]' THEN '{pending,ready,unheard of}' ELSE 'pending' END);
                index := uses(call);
                DEALLOCATE shape;
                result := gives(replace(s.query, '$1', quote_literal(CASE s.prepared WHEN 'text[]' THEN '{pending,ready,unheard of}' ELSE 'pending' END) || '::' || s.prepared));
            END IF;
        EXCEPTION WHEN OTHERS THEN
            index := NULL;
            result := sqlerrm;
        END;
        RETURN NEXT;
    END LOOP;
END $$;
CREATE TEMP TABLE before AS SELECT * FROM look();
SELECT count(*) FROM gb_enum_convert_table('inbox', '{"status": "task_status", "priority": "task_priority"}', dry_run => false) WHERE kind = 'statement';
ANALYZE inbox;
-- without a word where there is an index as before, and the same result
SELECT s.n, s.prepared, s.query, CASE WHEN coalesce(a.index, '') = '' AND b.index <> '' THEN 'none, was ' || b.index END AS index, CASE WHEN b.result IS DISTINCT FROM a.result THEN format('%s, was %s', a.result, b.result) END AS result
FROM shapes s JOIN before b USING (n) JOIN look() a USING (n) ORDER BY n \g (format=unaligned)
-- writing with text parameters
PREPARE put (integer, text, text) AS INSERT INTO inbox (id, status, priority) VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE SET status = EXCLUDED.status, priority = $3, n = inbox.n + 1 RETURNING *;
EXECUTE put (1, 'running', 'high');
EXECUTE put (30000, 'running', NULL);
EXECUTE put (1, 'unheard of', 'high');
PREPARE change (text, text) AS UPDATE inbox SET status = $1 WHERE status = $2 AND id < 20 RETURNING id, status;
EXECUTE change ('failed', 'running');
INSERT INTO inbox (id, status) SELECT 40000, word FROM words WHERE word = 'ready' RETURNING *;
-- columns that were native enums or codes: what the plan names is what fails or differs, and what it says to write instead works
CREATE TYPE level AS ENUM ('low', 'none', 'medium', 'high', 'critical');
CREATE TABLE s (a integer PRIMARY KEY, native level NOT NULL DEFAULT 'low', code integer NOT NULL DEFAULT 1);
INSERT INTO s SELECT i, (ARRAY['none', 'low', 'medium', 'high', 'critical'])[1 + i % 5]::level, i % 5 FROM generate_series(1, 2000) i;
CREATE INDEX s_native ON s (native, a);
CREATE INDEX s_code ON s (code, a);
CREATE TABLE other (native level, code integer);
INSERT INTO other VALUES ('high', 3);
ANALYZE s, other;
TRUNCATE shapes;
INSERT INTO shapes VALUES
    (1, NULL, 'SELECT a FROM s WHERE native = ''low'' AND a < 20'), (2, NULL, 'SELECT a FROM s WHERE native IN (''low'', ''high'') AND a < 20'), (3, NULL, 'SELECT a FROM s WHERE native <> ''low'' AND a < 6'),
    (4, 'level', 'SELECT a FROM s WHERE native = $1 AND a < 20'), (5, 'text', 'SELECT a FROM s WHERE native = $1::level AND a < 20'), (6, 'level[]', 'SELECT a FROM s WHERE native = ANY ($1) AND a < 20'), (7, NULL, 'SELECT count(*) FROM s JOIN other o ON s.native = o.native'),
    (8, NULL, 'SELECT native FROM s WHERE a < 6 ORDER BY native'), (9, NULL, 'SELECT min(native) FROM s'), (10, NULL, 'SELECT count(*) FROM s WHERE native < ''none'''), (11, NULL, 'SELECT enum_range(native) FROM s WHERE a = 1'),
    (12, NULL, 'SELECT COALESCE(native, ''none'') FROM s WHERE a = 1'), (13, NULL, 'SELECT native::text || ''!'' FROM s WHERE a = 1'), (14, NULL, 'SELECT count(*) FILTER (WHERE native = ''low'') FROM s'), (15, NULL, 'SELECT native, count(*) FROM s GROUP BY native ORDER BY native::text'),
    (20, 'integer', 'SELECT a FROM s WHERE code = $1 AND a < 20'), (21, 'bigint', 'SELECT a FROM s WHERE code = $1 AND a < 20'), (22, 'smallint', 'SELECT a FROM s WHERE code <> $1 AND a < 6'), (23, 'integer[]', 'SELECT a FROM s WHERE code = ANY ($1) AND a < 20'), (24, NULL, 'SELECT a FROM s WHERE code IN (1, 2) AND a < 20'),
    (25, NULL, 'SELECT count(*) FROM s WHERE code BETWEEN 1 AND 2'), (26, NULL, 'SELECT sum(code) FROM s'), (27, NULL, 'SELECT code + 1 FROM s WHERE a = 1'), (28, NULL, 'SELECT COALESCE(code, 0) FROM s WHERE a = 1'), (29, NULL, 'SELECT CASE WHEN a = 1 THEN code ELSE 0 END FROM s WHERE a = 1'),
    (30, NULL, 'SELECT count(*) FROM s JOIN other o ON s.code = o.code'), (31, NULL, 'SELECT code FROM s WHERE a = 1'), (32, NULL, 'SELECT code FROM s WHERE a = 1 UNION SELECT code FROM other'), (33, 'numeric', 'SELECT a FROM s WHERE code = $1 AND a < 20'), (34, NULL, 'SELECT a FROM s WHERE code = 9'),
    (35, NULL, 'SELECT a FROM s WHERE code = ''2'' AND a < 20'), (36, NULL, 'SELECT code, count(*) FROM s GROUP BY code ORDER BY code'), (37, NULL, 'SELECT count(DISTINCT code) FROM s');
CREATE OR REPLACE FUNCTION look() RETURNS TABLE (n integer, index text, result text) LANGUAGE plpgsql AS $$
DECLARE
    s record;
    value text;
BEGIN
    FOR s IN SELECT * FROM shapes ORDER BY shapes.n LOOP
        n := s.n;
        value := CASE s.prepared WHEN 'level' THEN 'low' WHEN 'text' THEN 'low' WHEN 'level[]' THEN '{low,high}' WHEN 'integer[]' THEN '{1,2}' ELSE '2' END;
        BEGIN
            IF s.prepared IS NOT NULL THEN
                EXECUTE format('PREPARE shape (%s) AS %s', s.prepared, s.query);
                index := uses(format('EXECUTE shape (%L)', value));
                DEALLOCATE shape;
            ELSE
                index := uses(s.query);
            END IF;
            result := gives(replace(s.query, '$1', quote_literal(value) || coalesce('::' || s.prepared, '')));
        EXCEPTION WHEN OTHERS THEN
            index := NULL;
            result := sqlerrm;
        END;
        RETURN NEXT;
    END LOOP;
END $$;
DROP TABLE before;
CREATE TEMP TABLE before AS SELECT * FROM look();
SELECT statement, detail FROM gb_enum_convert_table('s', '{"native": "risk_level", "code": "risk_level"}', dry_run => false) WHERE kind = 'query to check' \g (format=unaligned)
ANALYZE s;
SELECT s.n, s.prepared, s.query, CASE WHEN coalesce(a.index, '') = '' AND b.index <> '' THEN 'none, was ' || b.index END AS index, CASE WHEN b.result IS DISTINCT FROM a.result THEN format('%s, was %s', a.result, b.result) END AS result
FROM shapes s JOIN before b USING (n) JOIN look() a USING (n) WHERE b.result IS DISTINCT FROM a.result OR coalesce(a.index, '') = '' AND b.index <> '' ORDER BY n \g (format=unaligned)
-- as the plan says to write it: the same result, with the index
UPDATE shapes SET query = r.query FROM (VALUES
    (4, 'SELECT a FROM s WHERE native = $1::text AND a < 20'), (5, 'SELECT a FROM s WHERE native = $1::text AND a < 20'), (6, 'SELECT a FROM s WHERE native = ANY ($1::text[]) AND a < 20'), (7, 'SELECT count(*) FROM s JOIN other o ON s.native = o.native::text'),
    (8, 'SELECT native FROM s WHERE a < 6 ORDER BY native::text::level'), (9, 'SELECT min(native::text::level) FROM s'), (10, 'SELECT count(*) FROM s WHERE native::text::level < ''none'''), (11, 'SELECT enum_range(native::text::level) FROM s WHERE a = 1'),
    (23, 'SELECT a FROM s WHERE code = ANY ($1::risk_level[]) AND a < 20'), (26, 'SELECT sum(code::integer) FROM s'), (27, 'SELECT code::integer + 1 FROM s WHERE a = 1'), (28, 'SELECT COALESCE(code::integer, 0) FROM s WHERE a = 1'),
    (29, 'SELECT CASE WHEN a = 1 THEN code::integer ELSE 0 END FROM s WHERE a = 1'), (31, 'SELECT code::integer FROM s WHERE a = 1'), (32, 'SELECT code::integer FROM s WHERE a = 1 UNION SELECT code FROM other'), (33, 'SELECT a FROM s WHERE code::integer = $1 AND a < 20'),
    (36, 'SELECT code::integer, count(*) FROM s GROUP BY code ORDER BY code')) r(n, query) WHERE r.n = shapes.n;
SELECT s.n, s.prepared, s.query, CASE WHEN coalesce(a.index, '') = '' AND b.index <> '' THEN 'none, was ' || b.index END AS index, CASE WHEN b.result IS DISTINCT FROM a.result THEN format('%s, was %s', a.result, b.result) END AS result
FROM shapes s JOIN before b USING (n) JOIN look() a USING (n) WHERE b.result IS DISTINCT FROM a.result OR coalesce(a.index, '') = '' AND b.index <> '' ORDER BY n \g (format=unaligned)
PREPARE put_level (integer, level, integer) AS INSERT INTO s VALUES ($1, $2::text, $3) ON CONFLICT (a) DO UPDATE SET native = EXCLUDED.native, code = $3 RETURNING *;
EXECUTE put_level (1, 'high', 4);
EXECUTE put_level (3000, 'critical', 9);
DROP SCHEMA convert_queries CASCADE;
