-- What reporting tools generate over a column of texts works over one of an enumeration, and has the same result. They write
-- casts, lower(), comparisons with varchar and parameters without being told what type the column has.
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
RESET client_min_messages;
CREATE TABLE bi_texts (id integer, status varchar(20));
INSERT INTO bi_texts
SELECT i, (ARRAY['pending', 'running', 'failed', 'completed', NULL])[i % 5 + 1] FROM generate_series(1, 50) i;
CREATE TABLE bi_values (id integer, status task_status);
INSERT INTO bi_values SELECT id, status FROM bi_texts;

-- What each query gives for a table, as a bag of rows.
CREATE FUNCTION bi_rows(query text, tasks regclass) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    result text;
BEGIN
    EXECUTE 'SELECT string_agg(r::text, '' '' ORDER BY r::text COLLATE "C") FROM ('
            || replace(query, 'TASKS', tasks::text) || ') r' INTO result;
    RETURN result;
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE || ' ' || SQLERRM;
END $$;

CREATE TABLE bi_queries (name text, query text);
INSERT INTO bi_queries VALUES
    ('contains, as Metabase writes it', $$SELECT id FROM TASKS WHERE lower(status) LIKE '%run%'$$),
    ('contains, with a cast', $$SELECT id FROM TASKS WHERE lower(CAST(status AS text)) LIKE '%run%'$$),
    ('contains, of varchar', $$SELECT id FROM TASKS WHERE status::varchar ILIKE '%RUN%'$$),
    ('does not contain', $$SELECT id FROM TASKS WHERE NOT (lower(status) LIKE '%run%') OR status IS NULL$$),
    ('begins with', $$SELECT id FROM TASKS WHERE status LIKE 'comp%'$$),
    ('begins with, by substring', $$SELECT id FROM TASKS WHERE substring(status FROM 1 FOR 4) = 'comp'$$),
    ('matches, as Grafana writes it', $$SELECT id FROM TASKS WHERE status ~ '^(running|failed)$'$$),
    ('is, with varchar', $$SELECT id FROM TASKS WHERE status = 'running'::varchar$$),
    ('is, with varchar of a length', $$SELECT id FROM TASKS WHERE status = CAST('running' AS varchar(20))$$),
    ('is, with the type of a table''s column', $$SELECT a.id FROM TASKS a JOIN bi_texts b ON a.status = b.status$$),
    ('is an unknown value', $$SELECT id FROM TASKS WHERE status = 'no such'::text$$),
    ('is one of, with varchar', $$SELECT id FROM TASKS WHERE status IN ('running'::varchar, 'no such'::varchar)$$),
    ('is one of, an array', $$SELECT id FROM TASKS WHERE status = ANY (ARRAY['running', 'failed']::varchar[])$$),
    ('is none of, as dbt''s accepted_values writes it', $$SELECT value_field, n_records FROM (
        SELECT status AS value_field, count(*) AS n_records FROM TASKS GROUP BY status) all_values
        WHERE value_field NOT IN ('pending'::text, 'running', 'failed')$$),
    ('is not empty', $$SELECT id FROM TASKS WHERE status IS NOT NULL AND status::text <> ''$$),
    ('a list of values', $$SELECT DISTINCT status FROM TASKS$$),
    ('a list of values, as Tableau writes it', $$SELECT CAST(TASKS.status AS text) AS status, count(1) AS n FROM TASKS
        GROUP BY 1 HAVING count(1) > 0$$),
    ('a search in the list of values', $$SELECT status FROM TASKS WHERE status::text ILIKE '%e%' GROUP BY status$$),
    ('a number of values', $$SELECT count(DISTINCT status) FROM TASKS$$),
    ('blank for NULL', $$SELECT COALESCE(status, '') AS status FROM TASKS$$),
    ('blank for NULL, as a text', $$SELECT COALESCE(status, ''::text) AS status FROM TASKS$$),
    ('a word for NULL', $$SELECT COALESCE(status, '(none)'::text) AS status FROM TASKS$$),
    ('a group of values', $$SELECT CASE WHEN status IN ('failed', 'completed') THEN 'done' ELSE status END FROM TASKS$$),
    ('a group of values, as a text',
        $$SELECT CASE WHEN status IN ('failed', 'completed') THEN 'done'::text ELSE status END FROM TASKS$$),
    ('upper case', $$SELECT upper(status), initcap(status), length(status) FROM TASKS$$),
    ('joined with a text', $$SELECT 'status: ' || status, concat(status, '/', id), format('%s', status) FROM TASKS$$),
    ('a list in a row', $$SELECT string_agg(status, ',' ORDER BY id) FROM TASKS$$),
    ('a pivot', $$SELECT count(*) FILTER (WHERE status = 'running') AS running,
        sum(CASE WHEN status = 'failed' THEN 1 ELSE 0 END) AS failed FROM TASKS$$),
    ('grouping sets', $$SELECT status, grouping(status), count(*) FROM TASKS GROUP BY ROLLUP (status)$$),
    ('a union with texts', $$SELECT status FROM TASKS UNION SELECT 'all'::text$$),
    ('as JSON', $$SELECT to_json(t)::text FROM TASKS t$$),
    ('a filter by a CTE', $$WITH wanted(status) AS (VALUES ('running'::text), ('failed'))
        SELECT id FROM TASKS WHERE status IN (SELECT status FROM wanted)$$);

-- All are the same but for two: a literal beside the column is read as a value of its type. With ::text it is not.
SELECT name, CASE WHEN v.result IS DISTINCT FROM t.result THEN left(v.result, 70)
                  WHEN t.result ~ '^[0-9A-Z]{5} ' THEN 'fails for texts'
                  ELSE 'same' END AS result
FROM bi_queries, bi_rows(query, 'bi_values') v(result), bi_rows(query, 'bi_texts') t(result)
ORDER BY name COLLATE "C";

-- Parameters, with the types that drivers declare.
PREPARE bi_text(text) AS SELECT count(*) FROM bi_values WHERE status = $1;
EXECUTE bi_text('running');
PREPARE bi_varchar(varchar) AS SELECT count(*) FROM bi_values WHERE status = $1 OR lower(status) = lower($1);
EXECUTE bi_varchar('running');
PREPARE bi_array(varchar[]) AS SELECT count(*) FROM bi_values WHERE status = ANY ($1);
EXECUTE bi_array('{running,failed,no such}');
PREPARE bi_like(text) AS SELECT count(*) FROM bi_values WHERE status LIKE '%' || $1 || '%';
EXECUTE bi_like('e');
DEALLOCATE ALL;

-- What differs: names sort by code, and so do the smallest and the largest.
SELECT min(status), max(status) FROM bi_values;
SELECT min(status::text), max(status::text) FROM bi_values;
DROP TABLE bi_texts, bi_values, bi_queries;
DROP FUNCTION bi_rows(text, regclass);
