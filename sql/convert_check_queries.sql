-- the queries of an application, checked before and after its columns became enumerations
\set VERBOSITY terse
\set SHOW_CONTEXT never
\pset null -
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
CREATE SCHEMA check_queries;
SET search_path = check_queries, public;

-- A generator: tables with a text, an integer, a native enum and another text of a closed set, and 50 statements about
-- each. What breaks is known here: the SQLSTATE after the conversion.
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
SELECT gb_enum_create('feeling', enum_range(NULL::mood)::text[]);
CREATE TABLE generated (number serial PRIMARY KEY, query text NOT NULL, breaks text);
CREATE FUNCTION generate() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY '{orders,bookings,tickets,uploads,campaigns,invites,reviews,jobs}'::text[] LOOP
        EXECUTE format('CREATE TABLE %I (id bigint PRIMARY KEY, tenant_id bigint NOT NULL, title text, '
            'status varchar(20) NOT NULL DEFAULT ''pending'', priority integer, mood mood, risk text, '
            'created_at timestamptz DEFAULT now())', t);
        EXECUTE format('INSERT INTO %I SELECT i, i %% 3, ''title '' || i, (ARRAY[''pending'', ''running'', ''failed''])[1 + i %% 3], '
            'i %% 5, (ARRAY[''sad'', ''ok''])[1 + i %% 2]::mood, (ARRAY[''low'', ''high''])[1 + i %% 2] FROM generate_series(1, 12) i', t);
        INSERT INTO generated (query, breaks) SELECT replace(q, '@', t), b FROM (VALUES
            ('SELECT * FROM @ WHERE id = $1', NULL),
            ('SELECT id, title, status FROM @ WHERE tenant_id = $1 AND status = $2 ORDER BY created_at DESC LIMIT $3', NULL),
            ('SELECT count(*) FROM @ WHERE status = ''running''', NULL),
            ('SELECT count(*) FROM @ WHERE status = ''archived''', '22P02'),
            ('SELECT count(*) FROM @ WHERE status IN (''pending'', ''running'')', NULL),
            ('SELECT count(*) FROM @ WHERE status NOT IN (''completed'', ''done'')', '22P02'),
            ('SELECT id FROM @ WHERE status = ANY ($1) OFFSET $2', NULL),
            ('SELECT id FROM @ WHERE status LIKE $1 || ''%''', NULL),
            ('SELECT id FROM @ WHERE lower(status) = lower($1)', NULL),
            ('SELECT status || '': '' || title FROM @', NULL),
            ('SELECT COALESCE($1, status) FROM @', NULL),
            ('SELECT COALESCE(status, ''pending'') FROM @', NULL),
            ('SELECT COALESCE(risk, ''unrated'') FROM @', '22P02'),
            ('SELECT CASE WHEN tenant_id > $1 THEN status ELSE ''other'' END FROM @', '22P02'),
            ('SELECT CASE status WHEN ''pending'' THEN $1 ELSE title END FROM @', NULL),
            ('SELECT status, count(*) FROM @ GROUP BY status HAVING count(*) > $1', NULL),
            ('SELECT id FROM @ ORDER BY title COLLATE "C"', NULL),
            ('SELECT id FROM @ WHERE status COLLATE "C" > $1', '42804'),
            ('SELECT a.id FROM @ a JOIN @ b ON a.status = b.status AND a.id = b.id', NULL),
            ('SELECT a.id FROM @ a JOIN @ b ON a.status = b.risk', '42725'),
            ('INSERT INTO @ (id, tenant_id, title, status) VALUES ($1, $2, $3, $4) RETURNING id', NULL),
            ('INSERT INTO @ (id, tenant_id, status) VALUES ($1, $2, ''new'')', '22P02'),
            ('INSERT INTO @ (id, tenant_id, priority) VALUES ($1, $2, 2) ON CONFLICT (id) DO UPDATE SET priority = excluded.priority', NULL),
            ('UPDATE @ SET status = $1, title = $2 WHERE id = $3 AND status <> $1', NULL),
            ('UPDATE @ SET status = ''finished'' WHERE id = $1', '22P02'),
            ('UPDATE @ SET priority = $1 WHERE id = $2', NULL),
            ('UPDATE @ SET priority = priority + 1 WHERE id = $1', '42883'),
            ('UPDATE @ SET mood = $1::mood WHERE id = $2', NULL),
            ('UPDATE @ SET mood = $1 WHERE id = $2', NULL),
            ('DELETE FROM @ WHERE status = $1 AND created_at < now() - $2::interval', NULL),
            ('DELETE FROM @ USING generated g WHERE g.number = @.id AND @.risk = ''none''', NULL),
            ('SELECT id FROM @ WHERE priority = 2', NULL),
            ('SELECT id FROM @ WHERE priority IN (1, 2) AND priority < $1', NULL),
            ('SELECT avg(priority) FROM @', '42883'),
            ('SELECT COALESCE(priority, 0) FROM @ WHERE id = $1', '42804'),
            ('SELECT priority FROM @ UNION ALL SELECT 7', '42804'),
            ('SELECT priority::integer + 1 FROM @', NULL),
            ('SELECT priority * $1 FROM @', '42883'),
            ('SELECT id FROM @ WHERE mood = ''ok''', NULL),
            ('SELECT id FROM @ WHERE mood = $1::mood', '42883'),
            ('SELECT id FROM @ WHERE mood::text = $1', NULL),
            ('SELECT enum_last(mood) FROM @', '42883'),
            ('SELECT id FROM @ WHERE mood = $1', NULL),
            ('WITH a AS (SELECT id, status FROM @ WHERE tenant_id = $1) SELECT a.id FROM a WHERE a.status = ''waiting''', '22P02'),
            ('WITH moved AS (DELETE FROM @ WHERE id = $1 RETURNING *) SELECT count(*) FROM moved WHERE status = $2', NULL),
            ('SELECT (SELECT max(x.priority) + 1 FROM @ x WHERE x.tenant_id = y.tenant_id) FROM @ y', '42883'),
            ('SELECT row_to_json(r) FROM (SELECT id, status, mood FROM @ WHERE tenant_id = $1) r', NULL),
            ('SELECT jsonb_build_object(''status'', status, ''risk'', risk) FROM @', NULL),
            ('SELECT id FROM @ WHERE (status, risk) = ($1, $2)', NULL),
            ('SELECT string_agg(DISTINCT status, '','') FROM @ WHERE title ILIKE $1', NULL)) v(q, b);
    END LOOP;
END $$;
SELECT generate();

-- What the server says of a statement that is prepared.
CREATE FUNCTION prepared(query text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE 'PREPARE checked AS ' || query;
    DEALLOCATE checked;
    RETURN NULL;
EXCEPTION WHEN OTHERS THEN
    RETURN sqlstate;
END $$;
-- What is found, against what breaks and what the server says.
CREATE VIEW compared AS
SELECT g.number, g.query, g.breaks, f.sqlstate AS found, prepared(g.query) AS prepared, f.advice
FROM generated g
LEFT JOIN (
    SELECT c.* FROM gb_enum_check_queries((SELECT array_agg(query ORDER BY number) FROM generated)) c
    WHERE c.kind = 'error') f ON f.query = g.number;

SELECT count(*), count(breaks), count(found), count(prepared) FROM compared;
-- in a transaction that has just converted; afterwards all is as before
BEGIN;
CREATE TABLE steps AS
SELECT (gb_enum_convert_table(format('%I', t)::regclass, '{"status": "task_status", "priority": "task_priority", "mood": "feeling", "risk": "risk_level"}', dry_run => false)).kind
FROM unnest('{orders,bookings,tickets,uploads,campaigns,invites,reviews,jobs}'::text[]) t;
SELECT count(*), count(breaks), count(found), count(prepared),
    count(*) FILTER (WHERE breaks IS DISTINCT FROM found OR prepared IS DISTINCT FROM found) AS different FROM compared;
SELECT number, breaks, found, prepared, query FROM compared WHERE breaks IS DISTINCT FROM found OR prepared IS DISTINCT FROM found ORDER BY number;
SELECT found, advice, query FROM compared WHERE found IS NOT NULL AND number <= 50 ORDER BY number;
-- the only ones that go by an order are those that say so
SELECT statement, message, fragment FROM gb_enum_check_queries((SELECT array_agg(query ORDER BY number) FROM generated WHERE number <= 50)) WHERE kind = 'warning';
ROLLBACK;
SELECT count(*), count(found) FROM compared;

-- What is reported of a statement.
CREATE TABLE tasks (id int, status task_status, risk risk_level, mode execution_mode, title text);
CREATE VIEW shown AS SELECT id, lower(status) AS low, status FROM tasks;
CREATE FUNCTION report(VARIADIC queries text[]) RETURNS TABLE (query int, statement text, kind text, sqlstate text, message text, fragment text, advice text)
    LANGUAGE sql AS 'SELECT * FROM gb_enum_check_queries(queries)';
\x on
-- several statements in a text; other characters; utility statements, which have nothing to analyse or have a query
SELECT * FROM report('SELECT 1; SELECT missing FROM tasks ;  SELECT 2', E'SELECT ''äöü'',\n  fehlt FROM tasks\nWHERE true', 'selec 1', 'VACUUM tasks; EXPLAIN SELECT missing', '', ' ; ');
-- what only rewriting finds
SELECT * FROM report('INSERT INTO shown (low) VALUES ($1)', 'INSERT INTO shown (status) VALUES ($1)');
\x off
-- parameters: no type is needed that no driver would give; a number that no client can use
SELECT query, sqlstate, message, fragment FROM report('SELECT $1, $2 IS NULL, concat($3, title) FROM tasks', 'SELECT $65535::int', 'SELECT $65536', 'SELECT $2000000000', 'SELECT id FROM tasks WHERE id = $1 AND title = $1');

-- What goes by the order of codes, and texts that are no value; names in the alphabet, codes and equality do not matter.
SELECT query, message, fragment, advice FROM report(
    'SELECT id FROM tasks ORDER BY status, risk DESC, status', 'SELECT min(status) FROM tasks', 'SELECT max(risk) OVER (ORDER BY status) FROM tasks',
    'SELECT id FROM tasks WHERE status < ''paused''', 'SELECT id FROM tasks WHERE $1 >= status', 'SELECT id FROM tasks WHERE status < title',
    'SELECT array_agg(id ORDER BY status) FROM tasks', 'SELECT id FROM (SELECT * FROM tasks ORDER BY status LIMIT 1) t',
    'SELECT id FROM tasks WHERE status = ''finished''::text OR ''gone''::varchar <> status OR status = ''failed''::text OR status = NULL::text');
-- also of rows, of arrays, and by GREATEST; and constants that are no value, which are an error when they are executed
ALTER TABLE tasks ADD risks risk_level[];
SELECT query, sqlstate, message, fragment FROM report(
    'SELECT id FROM tasks WHERE (status, id) > ($1, $2)', 'SELECT id FROM tasks WHERE (id, risk) <= (1, ''low'')', 'SELECT GREATEST(status, $1) FROM tasks',
    'SELECT id FROM tasks WHERE risks < ''{low}''', 'SELECT id FROM tasks ORDER BY risks', 'UPDATE tasks SET status = 99', 'UPDATE tasks SET status = 7, risk = ''huge''::text',
    'INSERT INTO tasks (status) SELECT CASE WHEN $1 THEN ''gone''::text::task_status END', 'SELECT LEAST(id, $1), (id, title) < (1, $2), status = 99, as_task_status(9::smallint) FROM tasks');
SELECT count(*) FROM report('SELECT id FROM tasks ORDER BY status::text', 'SELECT id FROM tasks WHERE status < 3 AND risk > $1::int', 'SELECT id FROM tasks ORDER BY mode',
    'SELECT min(mode), max(title), max(id) FROM tasks GROUP BY status', 'SELECT DISTINCT status FROM tasks', 'SELECT id FROM tasks WHERE status::text < ''x''');
-- (these two: manual, supervised, autonomous is no alphabet); in a set whose names are in order nothing changes
SELECT gb_enum_create('alphabet', '{a,b,c}');
ALTER TABLE tasks ADD letter alphabet;
SELECT count(*) FROM report('SELECT max(letter) FROM tasks WHERE letter < ''c'' GROUP BY id ORDER BY max(letter)');
-- a name that is read as a number, which was one
SELECT query, kind, message, fragment, advice FROM report('SELECT risk::numeric / 2 FROM tasks', 'SELECT id FROM tasks WHERE risk::boolean', 'SELECT risks::float8[] FROM tasks',
    'SELECT risk::integer::numeric, risk::text, risk::varchar(3), risk::name, risk::text::task_priority, risk::bytea FROM tasks');

-- Nothing is executed: no function, not even of a constant; no lock is kept.
CREATE FUNCTION touch(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RAISE 'executed'; END $$;
CREATE DOMAIN touched AS int CHECK (touch(value) > 0);
CREATE PROCEDURE run(int) LANGUAGE plpgsql AS $$ BEGIN RAISE 'executed'; END $$;
BEGIN;
SELECT count(*) FROM report('SELECT touch(1), 1/0', 'UPDATE tasks SET id = touch(1)', 'SELECT 1::touched, $1::touched', 'SELECT id FROM tasks FOR UPDATE', 'CALL run(touch(1))', 'CREATE TABLE made AS SELECT touch(1)');
SELECT relation::regclass, mode FROM pg_locks WHERE pid = pg_backend_pid() AND relation = 'tasks'::regclass;
ROLLBACK;
SELECT to_regclass('made');
-- in a transaction that only reads, too
BEGIN READ ONLY;
SELECT sqlstate FROM report('UPDATE tasks SET status = $1', 'UPDATE tasks SET status = ''x''');
ROLLBACK;

-- Names mean what they mean to the caller, who needs the rights of PREPARE and no other.
CREATE SCHEMA check_queries_other;
CREATE TABLE check_queries_other.tasks (id int);
SELECT query, sqlstate FROM public.gb_enum_check_queries(ARRAY['SELECT status FROM tasks']);
SET search_path = check_queries_other;
SELECT query, sqlstate, advice FROM public.gb_enum_check_queries(ARRAY['SELECT status FROM tasks', 'SELECT task_status FROM check_queries.tasks', 'SELECT status + 1 FROM check_queries.tasks']);
SET search_path = check_queries, public;
CREATE ROLE regress_check_queries;
SET ROLE regress_check_queries;
SELECT query, sqlstate, message FROM public.gb_enum_check_queries(ARRAY['SELECT status FROM check_queries.tasks', 'SELECT oid FROM pg_authid']);
RESET ROLE;

-- What is asked wrongly.
SELECT * FROM gb_enum_check_queries(ARRAY['SELECT 1', NULL]);
SELECT * FROM gb_enum_check_queries(array_fill('SELECT 1'::text, ARRAY[100001]));
SELECT sqlstate, message FROM report('SELECT ' || repeat('1,', 140000) || '1');
SELECT count(*) FROM gb_enum_check_queries('{}');
SELECT * FROM gb_enum_check_queries();

SET client_min_messages = error;
DROP ROLE regress_check_queries;
DROP SCHEMA check_queries, check_queries_other CASCADE;
