-- Joins between columns of the type, of integers and of text: every join method, the same rows.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
RESET client_min_messages;

CREATE TABLE typed (id int, status task_status);
CREATE TABLE small (id int, status smallint);
CREATE TABLE plain (id int, status int);
CREATE TABLE named (id int, status text);
INSERT INTO typed SELECT i, as_task_status((i % 9)::smallint) FROM generate_series(1, 900) i;
INSERT INTO small SELECT i, (i % 9)::smallint FROM generate_series(1, 90) i;
INSERT INTO plain SELECT i, i % 9 + CASE WHEN i > 80 THEN 100000 ELSE 0 END FROM generate_series(1, 90) i;
INSERT INTO named SELECT i, COALESCE(task_status_name(i % 9), 'bogus') FROM generate_series(1, 90) i;
CREATE INDEX typed_status ON typed (status);
CREATE INDEX small_status ON small (status);
CREATE INDEX plain_status ON plain (status);
ANALYZE typed, small, plain, named;

CREATE FUNCTION plans(query text) RETURNS TABLE (method text, plan text, rows bigint) LANGUAGE plpgsql AS $$
BEGIN
    FOREACH method IN ARRAY '{hashjoin,mergejoin,nestloop}'::text[] LOOP
        PERFORM set_config('enable_hashjoin', (method = 'hashjoin')::text, true),
                set_config('enable_mergejoin', (method = 'mergejoin')::text, true),
                set_config('enable_nestloop', (method = 'nestloop')::text, true);
        EXECUTE 'SELECT count(*) FROM ' || query INTO rows;
        FOR plan IN EXECUTE 'EXPLAIN (COSTS OFF) SELECT * FROM ' || query LOOP
            RETURN NEXT;
            rows := NULL;
            method := NULL;
        END LOOP;
    END LOOP;
END
$$;
SELECT * FROM plans('typed a JOIN typed b USING (status)');
SELECT * FROM plans('typed a JOIN small b ON a.status = b.status');
SELECT * FROM plans('typed a JOIN plain b ON a.status = b.status');
SELECT * FROM plans('typed a JOIN named b ON a.status = b.status');
SELECT * FROM plans('(SELECT as_task_status(status) AS status FROM small) a JOIN typed b ON a.status = b.status');
SELECT * FROM plans('(SELECT as_task_status(status) AS status FROM small) a JOIN named b ON a.status = b.status');
DROP FUNCTION plans;

-- What the counts must be.
SELECT (SELECT count(*) FROM typed a, typed b WHERE a.status::int = b.status::int) AS typed,
       (SELECT count(*) FROM typed a, small b WHERE a.status::int = b.status) AS small,
       (SELECT count(*) FROM typed a, plain b WHERE a.status::int = b.status) AS plain,
       (SELECT count(*) FROM typed a, named b WHERE a.status::text = b.status) AS named;

-- Semijoins, antijoins, subqueries, full joins.
SELECT count(*) FROM typed WHERE status IN (SELECT status FROM small WHERE id < 3);
SELECT count(*) FROM typed WHERE status IN (SELECT status FROM named WHERE id < 3);
SELECT count(*) FROM typed t WHERE NOT EXISTS (SELECT FROM plain p WHERE p.id < 3 AND p.status = t.status);
SELECT count(*), count(t.id), count(p.id) FROM typed t FULL JOIN plain p ON t.status = p.status;
SELECT count(*) FROM typed t WHERE t.status = (SELECT max(status) FROM small WHERE small.id < 4);
EXPLAIN (COSTS OFF)
SELECT s.id, t.n FROM small s CROSS JOIN LATERAL (SELECT count(*) AS n FROM typed WHERE typed.status = s.status) t;

-- Grouping, DISTINCT, sorting, set operations, hash aggregation.
EXPLAIN (COSTS OFF) SELECT status, count(*) FROM typed GROUP BY status;
SET enable_indexscan = off;
SET enable_indexonlyscan = off;
EXPLAIN (COSTS OFF) SELECT DISTINCT status FROM typed;
EXPLAIN (COSTS OFF) SELECT status FROM typed ORDER BY status;
RESET enable_indexscan;
RESET enable_indexonlyscan;
SELECT status, count(*) FROM typed GROUP BY status ORDER BY status;
SELECT status FROM typed WHERE id < 5 INTERSECT SELECT 'running' ORDER BY 1;
SELECT status, count(*) FROM typed GROUP BY GROUPING SETS ((status), ()) HAVING status > 'completed' OR status IS NULL ORDER BY 1;
DROP TABLE typed, small, plain, named;
