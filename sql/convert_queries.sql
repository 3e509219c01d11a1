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
DROP SCHEMA convert_queries CASCADE;
