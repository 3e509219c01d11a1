-- advice of indexes: each kind where statements gain by it, and nothing where they do not
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
CREATE ROLE regress_ops_owner;
CREATE ROLE regress_ops_reader;
CREATE ROLE regress_ops_other;
CREATE SCHEMA ops_advice AUTHORIZATION regress_ops_owner;
GRANT USAGE ON SCHEMA ops_advice TO PUBLIC;
SET search_path = ops_advice, public;
SET max_parallel_workers_per_gather = 0;
-- the advice for statements, without figures, which depend on the server
CREATE FUNCTION advice(VARIADIC queries text[], OUT kind text, OUT object regclass, OUT statement text, OUT reason text, OUT statements int) RETURNS SETOF record
    LANGUAGE sql AS $$
    SELECT kind, object, statement, regexp_replace(reason, '[0-9.]+(e[-+]\d+)?', 'N', 'g'), cardinality(evidence) FROM public.gb_index_advice(queries) $$;
SET ROLE regress_ops_owner;
CREATE TABLE tasks (id integer PRIMARY KEY, tenant integer, status task_status, priority task_priority, is_active boolean, state smallint, word varchar(20),
    deleted_at timestamptz, created_at timestamptz, changes integer DEFAULT 0, note text) WITH (autovacuum_enabled = off);
INSERT INTO tasks SELECT i, hashint4(i) & 2047, (CASE WHEN i % 50 = 0 THEN 'pending' WHEN i % 10 = 1 THEN 'failed' ELSE 'completed' END)::text,
    as_task_priority((i % 5)::int2), i % 80 = 0, CASE WHEN i % 90 = 0 THEN 1 ELSE 2 END, CASE WHEN i % 70 = 0 THEN 'new' ELSE 'old' END,
    CASE WHEN i % 40 = 0 THEN now() END, timestamptz '2024-01-01 00:00+00' + i * interval '1 minute', 0, lpad('', 60, 'x') FROM generate_series(1, 30000) i;
CREATE TABLE sessions (id integer PRIMARY KEY, usr integer, tenant integer, at timestamptz, count integer, title varchar(20), note text, nick text) WITH (autovacuum_enabled = off);
INSERT INTO sessions SELECT i, hashint4(i) & 1023, hashint4(-i) & 127, timestamptz '2024-01-01 00:00+00' + i * interval '1 minute', i, 'title ' || i, lpad('', 60, 'x'), 'n' || i % 7 FROM generate_series(1, 30000) i;
CREATE TABLE events (at timestamptz, scattered timestamptz, tenant integer, note text) WITH (autovacuum_enabled = off);
INSERT INTO events SELECT timestamptz '2024-01-01 00:00+00' + i * interval '1 minute', timestamptz '2024-01-01 00:00+00' + (hashint4(i) & 32767) * interval '1 minute', i % 3, lpad('', 300, 'x')
FROM generate_series(1, 35000) i;
CREATE TABLE history (id integer, at timestamptz NOT NULL, session integer, is_read boolean, note text) PARTITION BY RANGE (at);
SELECT gb_partition_create('history', '2024-01-15'), gb_partition_create('history', '2024-02-15');
INSERT INTO history SELECT i, timestamptz '2024-01-01 00:00+00' + i * interval '1 minute', hashint4(i) & 1023, i % 60 > 0, lpad('', 60, 'x') FROM generate_series(1, 60000) i;
SELECT pg_stat_force_next_flush();
VACUUM ANALYZE tasks, sessions, events, history;

-- 1. Partial: a small share of the rows, that a text names
SELECT * FROM advice('SELECT id FROM tasks WHERE status = ''pending'' ORDER BY created_at');
SELECT * FROM advice('SELECT id, note FROM tasks WHERE status < ''completed'' AND tenant = $1');
SELECT * FROM advice('SELECT note FROM tasks WHERE is_active');
SELECT * FROM advice('SELECT note FROM tasks WHERE is_active = true AND tenant = 4');
SELECT * FROM advice('SELECT note FROM tasks WHERE deleted_at IS NOT NULL AND created_at > $1');
SELECT * FROM advice('SELECT note FROM tasks WHERE state = 1', 'SELECT note FROM tasks WHERE word = ''new''');
SELECT * FROM advice('UPDATE tasks SET note = $1 WHERE is_active AND tenant = $2', 'DELETE FROM tasks WHERE is_active AND tenant = $1');
-- for all of these rows, and for some of them: two, where all of the rows cost much more by the index for some
SELECT statement, statements FROM advice('SELECT note FROM tasks WHERE is_active', 'SELECT id FROM tasks WHERE is_active AND tenant = $1');
-- with what is read of these rows, if that is little
SELECT statement FROM advice('SELECT status, priority, count(*) FROM tasks WHERE status < ''completed'' GROUP BY status, priority', 'SELECT note FROM tasks WHERE is_active');
-- 2. Composite: what is equal, and then the order or a range
SELECT * FROM advice('SELECT title FROM sessions WHERE usr = $1 ORDER BY at DESC LIMIT 20');
SELECT * FROM advice('SELECT title FROM sessions WHERE usr = 3', 'SELECT note FROM sessions WHERE 4 = usr');
SELECT * FROM advice('SELECT note FROM sessions WHERE tenant = $1 AND at BETWEEN $2 AND $3');
SELECT * FROM advice('SELECT note FROM sessions ORDER BY tenant DESC, at NULLS FIRST LIMIT $1');
-- min() and max() are planned with NULLs at either end
SELECT * FROM advice('SELECT min(count) FROM sessions WHERE count <= 20000', 'SELECT max(count) FROM sessions WHERE count <= 20000');
SELECT statement FROM advice('SELECT max(scattered) FROM events WHERE tenant = $1');
SELECT statement FROM advice('SELECT min(usr) FROM sessions WHERE tenant = $1');
-- columns are added for an order that the index has, and not where rows with several values, or one row, are read
CREATE TABLE books (id integer, shelf integer, title text, isbn text COLLATE "C") WITH (autovacuum_enabled = off);
INSERT INTO books SELECT i, hashint4(i) & 255, 'title ' || hashint4(-i), 'i' || i FROM generate_series(1, 30000) i;
VACUUM ANALYZE books;
SELECT statement FROM advice('SELECT id FROM books WHERE shelf = $1 ORDER BY title LIMIT 5');
SELECT statement FROM advice('SELECT id FROM books WHERE shelf = $1 ORDER BY title COLLATE "C" LIMIT 5');
SELECT statement FROM advice('SELECT id FROM books WHERE shelf = $1 ORDER BY title USING ~>~ LIMIT 5');
SELECT statement FROM advice('SELECT id FROM books WHERE shelf = $1 ORDER BY isbn DESC NULLS LAST LIMIT 5');
SELECT statement FROM advice('SELECT id FROM books WHERE shelf IN (1, 2) ORDER BY title LIMIT 5');
SELECT statement FROM advice('SELECT id FROM books WHERE id = $1 AND shelf = $2 ORDER BY title LIMIT 5');
SELECT statement FROM advice('SELECT title, count(*) FROM books WHERE shelf = $1 GROUP BY title');
DROP TABLE books;
-- 2a. A key whose values may be too long for an entry is advised where none of those that are known is long, and the reason says so
CREATE TABLE texts (id integer, code varchar(20), mail varchar(255), three varchar(3000), nick text, path text, body text, tags text[], amount numeric, note text) WITH (autovacuum_enabled = off);
ALTER TABLE texts ALTER body SET STORAGE external;
INSERT INTO texts SELECT i, 'c' || (hashint4(i) & 1023), 'm' || (hashint4(i) & 1023), 't' || (hashint4(i) & 1023), 'n' || (hashint4(i) & 1023), lpad('', CASE WHEN i % 40 = 0 THEN 500 ELSE 5 END, 'p') || (hashint4(i) & 1023),
    CASE WHEN i % 2 = 0 THEN lpad('', 2600, 'b') || (hashint4(i) & 255) END, ARRAY['t' || (hashint4(i) & 1023)], (hashint4(i) & 1023) / 8.0, lpad('', 60, 'x') FROM generate_series(1, 20000) i;
VACUUM ANALYZE texts;
CREATE FUNCTION refused(VARIADIC queries text[], OUT statement text, OUT refused text) RETURNS SETOF record
    LANGUAGE sql AS $$ SELECT substring(statement FROM 'texts .*'), substring(reason FROM 'the index may refuse[^;]*') FROM advice(VARIADIC queries) ORDER BY statement COLLATE "C" $$;
SELECT * FROM refused('SELECT note FROM texts WHERE code = $1', 'SELECT note FROM texts WHERE mail = $1', 'SELECT note FROM texts WHERE three = $1', 'SELECT note FROM texts WHERE nick = $1', 'SELECT note FROM texts WHERE tags = $1',
    'SELECT note FROM texts WHERE amount = $1');
SELECT * FROM refused('SELECT note FROM texts WHERE mail = $1 ORDER BY nick LIMIT 2');
-- one is long, or all are, so that ANALYZE keeps none
SELECT * FROM refused('SELECT note FROM texts WHERE path = $1', 'SELECT note FROM texts WHERE body = $1');
SELECT avg_width < 64 AS seems_narrow, histogram_bounds IS NULL AND most_common_vals IS NULL AS unknown FROM pg_stats WHERE tablename = 'texts' AND attname = 'body';
-- what is included is in the entry, too
CREATE TABLE labels (id integer, name varchar(600), one varchar(60), two varchar(60), note text) WITH (autovacuum_enabled = off);
INSERT INTO labels SELECT i, 'n' || (hashint4(i) & 1023), 'o' || i, 't' || i, lpad('', 60, 'x') FROM generate_series(1, 20000) i;
CREATE INDEX labels_name ON labels (name);
VACUUM ANALYZE labels;
SELECT statement, substring(reason FROM 'the index may refuse[^;]*') AS refused FROM advice('SELECT one, two FROM labels WHERE name = $1');
DROP TABLE labels;
-- a number has no limit, but is short
CREATE INDEX texts_code ON texts (code);
SELECT kind, statement FROM advice('SELECT amount FROM texts WHERE code = $1', 'SELECT nick FROM texts WHERE code = $1');
-- a partitioned table has statistics of its own
CREATE TABLE wide_texts (id integer, name text, note text) PARTITION BY RANGE (id);
CREATE TABLE wide_texts_1 PARTITION OF wide_texts DEFAULT WITH (autovacuum_enabled = off);
INSERT INTO wide_texts SELECT i, lpad('', 80, 'n') || (hashint4(i) & 1023), lpad('', 60, 'x') FROM generate_series(1, 20000) i;
VACUUM ANALYZE wide_texts;
SELECT * FROM advice('SELECT note FROM wide_texts WHERE name = $1');
DROP TABLE texts, wide_texts;
-- one index for two statements
SELECT * FROM advice('SELECT note FROM sessions WHERE usr = $1', 'SELECT note FROM sessions WHERE usr = $1 ORDER BY at LIMIT 1');
-- 3. BRIN: large, in order, and ranges are read
SELECT * FROM advice('SELECT count(*) FROM events WHERE at >= $1 AND at < $2', 'SELECT * FROM events WHERE at > ''2024-01-24 00:00+00''');
-- once: the planner expects one that is there to cost a little more
CREATE TABLE halves AS SELECT i AS id, (i / 15001)::int2 AS half, lpad('', 400, 'x') AS note FROM generate_series(1, 30000) i;
VACUUM ANALYZE halves;
SELECT kind, statement FROM advice('SELECT note FROM halves WHERE half > 1');
CREATE INDEX ON halves USING brin (id, half);
SELECT kind, statement FROM advice('SELECT note FROM halves WHERE half > 1');
DROP TABLE halves;
-- 4. Covering: an index that there is, and columns that are narrow. A text has no limit; one that is too long for an index is refused
CREATE INDEX sessions_usr ON sessions (usr, at);
SELECT * FROM advice('SELECT count, at FROM sessions WHERE usr = $1 ORDER BY at DESC', 'SELECT note, at FROM sessions WHERE usr = $1 ORDER BY at DESC',
    'SELECT nick, at FROM sessions WHERE usr = $1 ORDER BY at DESC');
DROP INDEX sessions_usr;
SELECT * FROM advice('SELECT count, at FROM sessions WHERE usr = $1 ORDER BY at DESC');
-- 5. Of partitions, views, parts of statements and joins
SELECT * FROM advice('SELECT note FROM history WHERE session = $1', 'SELECT note FROM history WHERE session = $1 ORDER BY id');
SELECT * FROM advice('SELECT note FROM history WHERE NOT is_read AND session = $1');
SELECT * FROM advice('SELECT count(*) FROM history WHERE at > ''2024-02-11 00:00+00'' AND at < ''2024-02-12 00:00+00''');
SELECT * FROM advice('SELECT note FROM history_2024_01 WHERE session = $1');
CREATE VIEW open_tasks AS SELECT id, tenant, note FROM tasks WHERE status < 'completed';
SELECT * FROM advice('SELECT note FROM open_tasks WHERE tenant = $1');
SELECT * FROM advice('WITH s AS (SELECT * FROM sessions WHERE usr = $1 ORDER BY at LIMIT 3) SELECT s.title, h.note FROM s JOIN history h ON h.session = s.id');
SELECT * FROM advice('SELECT (SELECT max(count) FROM sessions s WHERE s.usr = t.id) FROM tasks t WHERE t.id = $1');
-- each table that is read together with others, by UNION ALL above all, has an index of its own
CREATE TABLE old_sessions (note text, usr integer, at timestamptz, id integer) WITH (autovacuum_enabled = off);
INSERT INTO old_sessions SELECT lpad('', 60, 'x'), hashint4(i) & 1023, timestamptz '2023-01-01 00:00+00' + i * interval '1 minute', i FROM generate_series(1, 30000) i;
VACUUM ANALYZE old_sessions;
CREATE VIEW all_sessions AS SELECT id, usr, at, note FROM sessions UNION ALL SELECT id, usr, at, note FROM old_sessions;
CREATE VIEW all_history AS SELECT id, at, session, note FROM history UNION ALL (SELECT id, at, usr, note FROM all_sessions);
CREATE FUNCTION statements(VARIADIC queries text[]) RETURNS SETOF text LANGUAGE sql AS $$ SELECT statement FROM advice(VARIADIC queries) ORDER BY statement COLLATE "C" $$;
SELECT * FROM statements('SELECT note FROM all_sessions WHERE usr = $1');
SELECT * FROM statements('SELECT note FROM all_sessions WHERE usr = $1 ORDER BY at DESC LIMIT 10');
SELECT * FROM statements('SELECT note FROM all_history WHERE session = $1');
SELECT * FROM statements('SELECT note FROM all_history ORDER BY at LIMIT 10');
SELECT * FROM statements('SELECT t.id, s.note FROM tasks t JOIN all_sessions s ON s.usr = t.tenant WHERE t.id = $1');
SELECT * FROM statements('SELECT id FROM sessions WHERE usr = $1 UNION ALL SELECT id FROM old_sessions WHERE at = $2');
SELECT * FROM statements('SELECT id FROM sessions WHERE usr = $1 UNION SELECT id FROM old_sessions WHERE usr = $1');
SELECT * FROM statements('SELECT id FROM sessions WHERE usr = $1 INTERSECT SELECT id FROM old_sessions WHERE usr = $1');
SELECT * FROM statements('SELECT id FROM sessions WHERE usr = $1 EXCEPT SELECT id FROM history WHERE session = $1');
-- the reason says that its figures presume the other index, and says so of no statement by itself
CREATE FUNCTION presumed(VARIADIC queries text[], OUT statement text, OUT figures text) RETURNS SETOF record
    LANGUAGE sql AS $$ SELECT statement, substring(reason FROM 'N statements?,[^;]*') FROM advice(VARIADIC queries) ORDER BY statement COLLATE "C" $$;
SELECT * FROM presumed('SELECT note FROM all_sessions WHERE usr = $1');
SELECT * FROM presumed('SELECT note FROM sessions WHERE usr = $1; SELECT note FROM old_sessions WHERE usr = $1');
SELECT * FROM presumed('SELECT note FROM sessions WHERE usr = $1', 'SELECT note FROM all_sessions WHERE usr = $1');
SELECT * FROM presumed('SELECT note FROM sessions WHERE usr = $1 UNION ALL SELECT note FROM sessions WHERE usr = $1 AND at > $2');
-- statements of one text cost what all of them cost
SELECT count(*), sum(cost_before) FILTER (WHERE query = 3) = sum(cost_before) FILTER (WHERE query < 3) AS before, sum(cost_after) FILTER (WHERE query = 3) = sum(cost_after) FILTER (WHERE query < 3) AS after
FROM gb_enums_internal.advise_indexes(ARRAY['SELECT note FROM sessions WHERE usr = 3', 'SELECT count(note) FROM sessions WHERE usr = 3 AND title > $1', 'SELECT note FROM sessions WHERE usr = 3; SELECT count(note) FROM sessions WHERE usr = 3 AND title > $1'],
    '{1,1,1}', '{}', '{}', 1000);
-- of one that is small, or has an index, none
SELECT * FROM statements('SELECT usr FROM old_sessions WHERE usr = $1 UNION ALL SELECT id FROM tasks WHERE id = $1 UNION ALL SELECT session FROM history WHERE at < ''2023-01-01'' AND session = $1');
-- an index of a partitioned table is one of each partition, whose columns may have other numbers
CREATE TABLE visits (id integer, removed text, usr integer, is_open boolean, at date, note text) PARTITION BY RANGE (at);
ALTER TABLE visits DROP COLUMN removed;
CREATE TABLE visits_old (note text, at date, is_open boolean, usr integer, id integer) PARTITION BY HASH (id);
CREATE TABLE visits_old_1 (usr integer, removed integer, removed_too integer, id integer, at date, note text, is_open boolean) WITH (autovacuum_enabled = off);
ALTER TABLE visits_old_1 DROP COLUMN removed, DROP COLUMN removed_too;
ALTER TABLE visits_old ATTACH PARTITION visits_old_1 FOR VALUES WITH (MODULUS 1, REMAINDER 0);
ALTER TABLE visits ATTACH PARTITION visits_old FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
CREATE TABLE visits_new PARTITION OF visits FOR VALUES FROM ('2024-01-01') TO ('2025-01-01') WITH (autovacuum_enabled = off);
INSERT INTO visits SELECT i, hashint4(i) & 1023, i % 80 = 0, date '2023-01-01' + i % 700, lpad('', 60, 'x') FROM generate_series(1, 60000) i;
VACUUM ANALYZE visits;
SELECT statement, statements FROM advice('SELECT note FROM visits WHERE usr = $1', 'SELECT note FROM visits_old WHERE usr = $1', 'SELECT note FROM visits_old_1 WHERE usr = $1');
SELECT statement, statements FROM advice('SELECT note FROM visits_old_1 WHERE usr = $1', 'SELECT note FROM visits_new WHERE usr = $1', 'SELECT note FROM visits_old WHERE usr = $1 OR false',
    'SELECT note FROM visits WHERE usr = $1');
SELECT statement, statements FROM advice('SELECT note FROM visits WHERE is_open AND usr = $1', 'SELECT note FROM visits_old_1 WHERE is_open AND usr = 3', 'SELECT note FROM visits_old WHERE is_open');
SELECT statement, statements FROM advice('SELECT note FROM visits_old_1 WHERE usr = $1 ORDER BY at LIMIT 9', 'SELECT note FROM visits WHERE usr = $1');
SELECT * FROM presumed('SELECT note FROM visits_old WHERE usr = 3 UNION ALL SELECT note FROM visits WHERE usr = 4');
-- what a table beside it has, or a part of it, does not serve it
SELECT * FROM statements('SELECT note FROM visits_new WHERE usr = $1', 'SELECT note FROM visits_old WHERE usr = $1');
DROP TABLE visits;
-- inheritance: an index serves the rows of one table
CREATE TABLE places (id integer, usr integer, note text) WITH (autovacuum_enabled = off);
CREATE TABLE towns (mayor text, PRIMARY KEY (id)) INHERITS (places) WITH (autovacuum_enabled = off);
CREATE TABLE hamlets () INHERITS (places);
INSERT INTO places SELECT i, hashint4(i) & 1023, lpad('', 60, 'x') FROM generate_series(1, 20000) i;
INSERT INTO towns SELECT i, hashint4(i) & 1023, lpad('', 60, 'x') FROM generate_series(1, 30000) i;
INSERT INTO hamlets SELECT i, i, 'none' FROM generate_series(1, 100) i;
VACUUM ANALYZE places, towns, hamlets;
SELECT * FROM statements('SELECT note FROM places WHERE usr = $1');
SELECT * FROM statements('SELECT note FROM ONLY places WHERE usr = $1');
SELECT * FROM statements('UPDATE places SET note = $1 WHERE usr = $2', 'DELETE FROM places WHERE usr = $1');
-- a table that is joined with itself may need an index for each side
SELECT * FROM statements('SELECT k.note FROM old_sessions j JOIN old_sessions k ON k.id = j.id WHERE j.usr = $1 AND j.at = $2');
SELECT * FROM statements('SELECT k.note FROM old_sessions j JOIN old_sessions k ON k.usr = j.usr WHERE j.id = $1');
-- and not one that serves both sides a little
CREATE TABLE pairs AS SELECT i AS id, hashint4(i) & 4095 AS one, hashint4(-i) & 4095 AS kind, lpad('', 60, 'x') AS note FROM generate_series(1, 30000) i;
VACUUM ANALYZE pairs;
SELECT * FROM statements('SELECT b.note FROM pairs a JOIN pairs b ON b.one = a.one WHERE a.kind = 3');
DROP TABLE pairs;
-- in parts of statements, and in statements that write
SELECT * FROM statements('SELECT note FROM tasks t WHERE t.id < $1 AND EXISTS (SELECT FROM old_sessions s WHERE s.usr = 3 AND s.id = t.id)');
SELECT * FROM statements('SELECT t.note, s.note FROM tasks t, LATERAL (SELECT note FROM old_sessions s WHERE s.usr = t.tenant ORDER BY s.at DESC LIMIT 1) s WHERE t.id = $1');
SELECT * FROM statements('INSERT INTO tasks (id, note) SELECT id, note FROM old_sessions WHERE usr = $1 ON CONFLICT (id) DO NOTHING');
SELECT * FROM statements('UPDATE tasks SET note = s.note FROM old_sessions s WHERE s.usr = tasks.tenant AND tasks.id = $1');
SELECT * FROM statements('DELETE FROM tasks USING old_sessions s WHERE s.id = tasks.id AND s.usr = $1');
SELECT * FROM statements('MERGE INTO tasks USING (SELECT * FROM old_sessions WHERE usr = 5) s ON tasks.id = s.id WHEN MATCHED THEN UPDATE SET note = s.note WHEN NOT MATCHED THEN INSERT (id) VALUES (s.id)');
SELECT * FROM statements('WITH moved AS (DELETE FROM old_sessions WHERE usr = $1 RETURNING id) INSERT INTO tasks (id) SELECT id FROM moved');
DROP TABLE places CASCADE;
-- an index that a later one takes the place of is not advised
CREATE TABLE wanted AS SELECT i AS id, i % 16 AS kind, i % 90 = 0 AS is_open, lpad('', 60, 'x') AS note FROM generate_series(1, 40000) i;
CREATE TABLE offers AS SELECT i AS id, hashint4(i) & 15 AS kind, hashint4(i + 1) & 255 AS usr, date '2024-01-01' + i / 50 AS day, lpad('', 60, 'x') AS note FROM generate_series(1, 40000) i;
VACUUM ANALYZE wanted, offers;
SELECT kind, statement FROM advice('SELECT w.note FROM wanted w LEFT JOIN LATERAL (SELECT o.id FROM offers o WHERE o.kind = w.kind AND o.usr = 3 ORDER BY o.day LIMIT 1) l ON true WHERE w.is_open AND w.id < 800');
DROP TABLE wanted, offers;
-- 6. Other types: enumerations of the server, and codes
CREATE TYPE mood AS ENUM ('fine', 'rare');
CREATE TABLE moods AS SELECT i AS id, (CASE i % 60 WHEN 0 THEN 'rare' ELSE 'fine' END)::mood AS mood, lpad('', 60, 'x') AS note FROM generate_series(1, 20000) i;
VACUUM ANALYZE moods;
SELECT * FROM advice('SELECT id FROM moods WHERE mood = ''rare''');
CREATE TABLE "coded ""ones" AS SELECT i AS "Id", (CASE i % 60 WHEN 0 THEN 0 ELSE 5 END)::int2 AS "Status", lpad('', 60, 'x') AS note FROM generate_series(1, 20000) i;
CREATE VIEW coded AS SELECT "Id", as_task_status("Status") AS status, note FROM "coded ""ones";
VACUUM ANALYZE "coded ""ones";
SELECT * FROM advice('SELECT note FROM coded WHERE status = ''pending'' AND "Id" > 3');
-- constants mean the same in every session
CREATE TABLE days AS SELECT i AS id, date '2024-03-01' + CASE WHEN i % 60 = 0 THEN 1 ELSE 0 END AS day, lpad('', 60, 'x') AS note FROM generate_series(1, 20000) i;
VACUUM ANALYZE days;
SET datestyle = 'German';
SELECT * FROM advice('SELECT id FROM days WHERE day = ''2.3.2024'' ORDER BY id');
RESET datestyle;
DROP TABLE days;
CREATE TABLE paths AS SELECT i AS id, CASE WHEN i % 60 = 0 THEN E'a\\b' ELSE 'q' END AS path, CASE WHEN i % 70 = 0 THEN '\x00ff' ELSE '\x01' END::bytea AS key, lpad('', 60, 'x') AS note FROM generate_series(1, 20000) i;
VACUUM ANALYZE paths;
CREATE FUNCTION serves(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    advised text := (SELECT replace(statement, 'CONCURRENTLY ', '') FROM public.gb_index_advice(ARRAY[query]));
BEGIN
    EXECUTE advised;
    RETURN QUERY EXECUTE 'EXPLAIN (COSTS OFF) ' || query;
    DROP INDEX paths_id_idx;
END $$;
SELECT * FROM serves(E'SELECT note FROM paths WHERE path = E\'a\\\\b\' ORDER BY id');
-- from PostgreSQL 19 on, strings are of one kind
\set other_strings 'SET standard_conforming_strings = off; SET escape_string_warning = off; SET bytea_output = escape'
\set own_strings 'RESET standard_conforming_strings; RESET escape_string_warning; RESET bytea_output'
SELECT current_setting('server_version_num')::integer >= 190000 AS one_kind \gset
\if :one_kind
\set other_strings 'SET bytea_output = escape'
\set own_strings 'RESET bytea_output'
\endif
:other_strings;
SELECT * FROM serves(E'SELECT id FROM paths WHERE path = E\'a\\\\b\' ORDER BY id');
SELECT * FROM serves(E'SELECT id FROM paths WHERE key = E\'\\\\x00ff\' ORDER BY id');
:own_strings;
DROP TABLE paths;
-- types that no index can sort
CREATE TABLE documents AS SELECT i AS id, CASE WHEN i % 60 = 0 THEN '{}'::json END AS body, hashint4(i) & 1023 AS usr, lpad('', 60, 'x') AS note FROM generate_series(1, 20000) i;
VACUUM ANALYZE documents;
SELECT * FROM advice('SELECT note FROM documents WHERE body IS NOT NULL ORDER BY id');
SELECT * FROM advice('SELECT note FROM documents WHERE body IS NULL AND usr = $1');
DROP TABLE documents;

-- the planner expects of an index that is there what the advice says, also of a small one
CREATE FUNCTION expected(query text, OUT statement text, OUT is_as_stated boolean) LANGUAGE plpgsql AS $$
DECLARE
    advised record;
    plan json;
BEGIN
    SELECT a.definition, a.cost_after INTO advised FROM gb_enums_internal.advise_indexes(ARRAY[query], '{1}', '{}', '{}', 1000) a;
    EXECUTE 'CREATE INDEX expected_index ON ' || advised.definition;
    EXECUTE 'EXPLAIN (FORMAT json) ' || query INTO plan;
    DROP INDEX ops_advice.expected_index;
    statement := advised.definition;
    is_as_stated := (plan #>> '{0,Plan,Total Cost}')::float8 BETWEEN 0.9 * advised.cost_after AND 1.1 * advised.cost_after;
END $$;
CREATE FUNCTION plan_of(query text) RETURNS json LANGUAGE plpgsql AS $$ DECLARE plan json; BEGIN EXECUTE 'EXPLAIN (FORMAT json) ' || query INTO plan; RETURN plan; END $$;
SELECT * FROM expected('SELECT state, tenant FROM tasks WHERE is_active');
SELECT * FROM expected('SELECT note FROM sessions WHERE usr = 3');
-- a key that is long has more levels above it
CREATE TABLE lists AS SELECT i AS id, ARRAY['t' || (hashint4(i) & 1023)] AS tags, lpad('', 60, 'x') AS note FROM generate_series(1, 30000) i;
VACUUM ANALYZE lists;
SET cpu_operator_cost = 0.5;
SELECT * FROM expected('SELECT note FROM lists WHERE tags = ''{t5}'' ORDER BY id LIMIT 1');
RESET cpu_operator_cost;
DROP TABLE lists;
-- and without it, also where an index of a partition was looked at first
SELECT a.definition, round((plan_of(text) #>> '{0,Plan,Total Cost}')::numeric) = round(a.cost_before::numeric) AS is_as_stated
FROM unnest(ARRAY['SELECT note FROM history WHERE session = 4 UNION ALL SELECT note FROM history_2024_01 WHERE session = 3', 'SELECT note FROM history_2024_01 WHERE session = 3 UNION ALL SELECT note FROM history WHERE session = 4',
    'SELECT note FROM history_2024_01 a WHERE session = 3 AND NOT EXISTS (SELECT FROM history b WHERE b.session = a.session AND b.note > a.note)']) text, gb_enums_internal.advise_indexes(ARRAY[text], '{1}', '{}', '{}', 1000) a;

-- 7. All that is advised is used, and nothing is left to say
CREATE FUNCTION all_queries() RETURNS text[] LANGUAGE sql AS $$ SELECT ARRAY[
    'SELECT id FROM tasks WHERE status = ''pending'' ORDER BY created_at', 'SELECT note FROM tasks WHERE is_active AND tenant = 4',
    'SELECT note FROM tasks WHERE deleted_at IS NOT NULL AND created_at > $1', 'SELECT title FROM sessions WHERE usr = $1 ORDER BY at DESC LIMIT 20',
    'SELECT note FROM sessions WHERE tenant = $1 AND at BETWEEN $2 AND $3', 'SELECT count(*) FROM events WHERE at >= $1 AND at < $2',
    'SELECT note FROM history WHERE session = $1', 'SELECT note FROM coded WHERE status = ''pending''',
    'SELECT id FROM moods WHERE mood = ''rare''']; $$;
SELECT statement FROM gb_index_advice(all_queries()) ORDER BY statement COLLATE "C";
SET search_path = public;
SELECT statement FROM gb_index_advice(ops_advice.all_queries());
SET search_path = ops_advice, public;
SELECT statement FROM gb_index_advice(all_queries()) ORDER BY statement COLLATE "C" \gexec
VACUUM ANALYZE tasks, sessions, events, history, moods, "coded ""ones";
SELECT statement FROM gb_index_advice(all_queries()) ORDER BY statement COLLATE "C" \gexec
DROP INDEX sessions_usr_at_idx;
SELECT * FROM gb_index_advice(all_queries());
-- dropped, each is advised again
SELECT format('BEGIN; DROP INDEX %s; SELECT kind, statement FROM gb_index_advice(all_queries()); ROLLBACK', x.indexrelid::regclass) FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid
WHERE t.relnamespace = 'ops_advice'::regnamespace AND NOT x.indisunique AND NOT t.relispartition ORDER BY pg_get_indexdef(x.indexrelid) COLLATE "C" \gexec

-- 8. Traps: nothing is advised
CREATE TABLE traps (id integer PRIMARY KEY, code text UNIQUE, usual integer, even integer, status task_status, flag boolean, key integer, half_key integer, part integer, word text, doc text, changes integer)
    WITH (autovacuum_enabled = off);
INSERT INTO traps SELECT i, 'c' || i, CASE WHEN i % 3 > 0 THEN 1 ELSE 2 END, i % 20, as_task_status((i % 8)::int2), i % 2 = 0, hashint4(i) & 1023, hashint4(i) & 1023, hashint4(-i) & 1023,
    'w' || (hashint4(i) & 1023), lpad('', 60, 'x'), i FROM generate_series(1, 30000) i;
CREATE INDEX ON traps (key, even);
CREATE INDEX ON traps (half_key) WHERE flag;
CREATE INDEX ON traps (lower(word));
CREATE TABLE tiny (id integer, status task_status, usr integer);
INSERT INTO tiny SELECT i, as_task_status((CASE WHEN i % 50 = 0 THEN 0 ELSE 5 END)::int2), i FROM generate_series(1, 3000) i;
CREATE TABLE not_analyzed (id integer, status task_status, note text) WITH (autovacuum_enabled = off);
INSERT INTO not_analyzed SELECT i, as_task_status((CASE WHEN i % 50 = 0 THEN 0 ELSE 5 END)::int2), lpad('', 60, 'x') FROM generate_series(1, 20000) i;
CREATE TEMP TABLE temporary AS SELECT * FROM tasks;
SELECT pg_stat_force_next_flush();
VACUUM ANALYZE traps, tiny, temporary;
-- the columns: unselective, as frequent as others, unique, with an index, with a partial one
SELECT * FROM advice('SELECT doc FROM traps WHERE usual = 1', 'SELECT doc FROM traps WHERE usual = $1', 'SELECT doc FROM traps WHERE status = ''pending''', 'SELECT doc FROM traps WHERE even = 3',
    'SELECT doc FROM traps WHERE status = $1', 'SELECT doc FROM traps WHERE flag', 'SELECT doc FROM traps WHERE code = $1', 'SELECT doc FROM traps WHERE id > $1 ORDER BY id LIMIT 10',
    'SELECT doc FROM traps WHERE key = $1', 'SELECT doc FROM traps WHERE half_key = $1 AND flag', 'SELECT doc FROM traps WHERE lower(word) = $1');
-- values that no row has, of a column of many values, whose least one the planner knows by an index
CREATE TABLE shelves (id integer, height integer, depth integer, note text) WITH (autovacuum_enabled = off);
INSERT INTO shelves SELECT i, hashint4(-i) & 1048575, hashint4(i) & 1023, lpad('', 60, 'x') FROM generate_series(1, 30000) i;
CREATE INDEX ON shelves (height);
ANALYZE shelves;
SELECT * FROM advice('SELECT note FROM shelves WHERE height BETWEEN $1 AND -1 ORDER BY depth');
DROP TABLE shelves;
-- the conditions: OR, expressions, functions that give another value each time, columns of one table with each other, unlike operators
SELECT * FROM advice('SELECT doc FROM traps WHERE part = $1 OR usual = $2', 'SELECT doc FROM traps WHERE part + 1 = $1', 'SELECT doc FROM traps WHERE upper(word) = ''X''',
    'SELECT doc FROM traps WHERE part = (random() * 1000)::int', 'SELECT doc FROM traps WHERE part = key', 'SELECT doc FROM traps WHERE part <> $1', 'SELECT doc FROM traps WHERE word LIKE ''w1%''',
    'SELECT doc FROM traps WHERE part IS DISTINCT FROM $1', 'SELECT count(*) FROM traps', 'SELECT * FROM traps ORDER BY doc', 'SELECT DISTINCT usual FROM traps');
-- the order of rows is not that of a column, or the table is not large
SELECT * FROM advice('SELECT count(*) FROM events WHERE scattered >= $1 AND scattered <= $2', 'SELECT count(*) FROM tasks WHERE created_at >= $1 AND created_at < $2');
-- nothing is known of values, tables that nobody makes indexes for, or that have rows elsewhere
SELECT * FROM advice('SELECT note FROM not_analyzed WHERE status = ''pending''', 'SELECT id FROM tiny WHERE status = ''pending''', 'SELECT id FROM tiny WHERE usr = $1', 'SELECT note FROM temporary WHERE tenant = $1',
    'SELECT relname FROM pg_class WHERE relpages = $1', 'SELECT 1', 'SELECT * FROM generate_series(1, 100000) i WHERE i = $1');
-- what is no statement, fails, or only defines
SELECT * FROM advice('', ';;', 'SELECT nothing FROM tasks', 'no SQL', 'CREATE TABLE other AS SELECT * FROM tasks WHERE tenant = 1', 'DECLARE c CURSOR FOR SELECT note FROM tasks WHERE tenant = 1', 'SELECT note FROM tasks WHERE tenant = $70000');
-- a column that is updated as often as it is read; not one that decides which rows have an entry
SELECT * FROM advice('SELECT doc FROM traps WHERE part = $1', 'UPDATE traps SET part = part + 1 WHERE id = $1');
SELECT * FROM advice('SELECT doc FROM traps WHERE part = $1', 'INSERT INTO traps (id, part) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET part = excluded.part');
SELECT * FROM advice('SELECT doc FROM traps WHERE part = $1', 'WITH u AS (UPDATE traps SET part = part + 1 WHERE id = $1 RETURNING id) SELECT * FROM u');
SELECT * FROM advice('SELECT doc FROM traps WHERE part = $1', 'MERGE INTO traps USING tiny ON tiny.id = traps.id WHEN MATCHED THEN UPDATE SET part = 3');
CREATE VIEW trap_parts AS SELECT part AS shown, id FROM traps;
SELECT * FROM advice('SELECT doc FROM traps WHERE part = $1', 'UPDATE trap_parts SET shown = 1 WHERE id = $1');
SELECT statement FROM advice('SELECT doc FROM traps WHERE part = $1', 'SELECT * FROM traps WHERE part = $1', 'UPDATE traps SET part = part + 1 WHERE id = $1');
-- what presumes such an index is not advised either; what helps without it is
SELECT * FROM presumed('SELECT count(*) FROM traps a JOIN sessions b ON b.usr = a.changes WHERE a.part = 3 AND b.note = $1', 'UPDATE traps SET part = part + 1 WHERE id = $1');
SELECT * FROM presumed('SELECT count(*) FROM traps a JOIN sessions b ON b.usr = a.changes WHERE a.part = 3 AND b.note = $1');
SELECT * FROM presumed('SELECT id FROM traps WHERE part = 3 UNION ALL SELECT tenant FROM events WHERE scattered = $1', 'UPDATE traps SET part = part + 1 WHERE id = $1');
DROP INDEX tasks_created_at_idx, tasks_created_at_idx1;
SELECT statement FROM advice('SELECT id FROM tasks WHERE status = ''pending'' ORDER BY created_at', 'UPDATE tasks SET status = ''ready'' WHERE id = $1');
-- a table that is written more than it is read. Rows that are there may have been loaded
SET random_page_cost = 4;
CREATE TABLE measurements (id integer PRIMARY KEY, at timestamptz, sensor integer, note text) WITH (autovacuum_enabled = off, fillfactor = 100);
INSERT INTO measurements SELECT i, timestamptz '2024-01-01 00:00+00' + i * interval '1 minute', hashint4(i) & 1023, lpad('', 300, 'x') FROM generate_series(1, 35000) i;
SELECT pg_stat_force_next_flush();
VACUUM ANALYZE measurements;
CREATE FUNCTION weighed(query text) RETURNS SETOF text LANGUAGE sql AS $$ SELECT concat_ws(': ', kind, substring(reason FROM '; [0-9]+ rows were written.*')) FROM gb_index_advice(ARRAY[query]) $$;
SELECT * FROM weighed('SELECT note FROM measurements WHERE sensor = $1');
INSERT INTO measurements SELECT i, timestamptz '2024-01-01 00:00+00' + i * interval '1 minute', hashint4(i) & 1023, lpad('', 300, 'x') FROM generate_series(35001, 45000) i;
DELETE FROM measurements WHERE id > 35000;
VACUUM measurements;
SELECT pg_stat_force_next_flush();
SET client_min_messages = notice;
\set VERBOSITY terse
SELECT * FROM weighed('SELECT note FROM measurements WHERE sensor = $1');
-- (nor is what would come in its place, of which nobody is told)
SELECT * FROM weighed('SELECT note FROM measurements WHERE sensor = $1 ORDER BY at LIMIT 20');
\set VERBOSITY default
SET client_min_messages = warning;
-- what presumes it is not advised either
SELECT statement FROM advice('SELECT e.tenant FROM measurements m JOIN events e ON e.scattered = m.at WHERE m.sensor = $1 AND m.note <> e.note');
-- read often enough, it is advised
DO $$ BEGIN FOR i IN 1 .. 1000 LOOP PERFORM FROM measurements WHERE id = i; END LOOP; END $$;
SELECT pg_stat_force_next_flush();
SELECT regexp_replace(w, '[0-9]+', 'N', 'g') FROM weighed('SELECT note FROM measurements WHERE sensor = $1') w;
SELECT statement FROM advice('SELECT e.tenant FROM measurements m JOIN events e ON e.scattered = m.at WHERE m.sensor = $1 AND m.note <> e.note');
-- a table that is read by all of its partitions is read once
CREATE TABLE parts (id integer, sensor integer, note text) PARTITION BY HASH (id);
SELECT format('CREATE TABLE parts_%s PARTITION OF parts FOR VALUES WITH (MODULUS 8, REMAINDER %s) WITH (autovacuum_enabled = off, fillfactor = 100)', i, i) FROM generate_series(0, 7) i \gexec
INSERT INTO parts SELECT i, hashint4(i) & 1023, lpad('', 100, 'x') FROM generate_series(1, 30000) i;
UPDATE parts SET note = lpad('', 101, 'y');
SELECT pg_stat_force_next_flush();
VACUUM ANALYZE parts;
DO $$ BEGIN FOR i IN 1 .. 40 LOOP PERFORM count(*) FROM parts; END LOOP; END $$;
SELECT pg_stat_force_next_flush();
SELECT statement FROM advice('SELECT note FROM parts WHERE sensor = $1');
DROP TABLE parts;
RESET random_page_cost;
DROP TABLE measurements;
-- rows that were updated are in their old order no more, and their pages are not visible to all
DROP INDEX events_at_idx;
UPDATE events SET tenant = 4 WHERE at < '2024-01-05';
UPDATE sessions SET count = count + 1 WHERE id % 3 = 0;
SELECT pg_stat_force_next_flush();
SELECT kind, statement FROM advice('SELECT count(*) FROM events WHERE at >= $1 AND at < $2', 'SELECT id, at FROM sessions WHERE usr = $1 ORDER BY at DESC');
-- columns that are wide, or many
VACUUM ANALYZE sessions;
SELECT kind, statement FROM advice('SELECT usr, at, note FROM sessions WHERE usr = $1', 'SELECT usr, at, count, tenant, id, title FROM sessions WHERE usr = $1', 'SELECT s FROM sessions s WHERE usr = $1',
    'SELECT ctid, usr FROM sessions WHERE usr = $1');

-- 9. Code of others is not executed: not by statements, indexes, statistics, constraints, types and operators
SET client_min_messages = error;
CREATE FUNCTION of_others(integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RAISE WARNING 'executed'; RETURN $1; END $$;
CREATE FUNCTION of_others_in_sql(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT ops_advice.of_others($1)';
CREATE FUNCTION of_others_equal(integer, integer) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM ops_advice.of_others(1); RETURN $1 = $2; END $$;
CREATE FUNCTION of_others_difference(integer, integer) RETURNS double precision LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM ops_advice.of_others(1); RETURN $1 - $2; END $$;
CREATE OPERATOR === (LEFTARG = integer, RIGHTARG = integer, FUNCTION = of_others_equal, RESTRICT = eqsel);
CREATE TYPE of_others_range AS RANGE (SUBTYPE = integer, SUBTYPE_DIFF = of_others_difference);
SET client_min_messages = warning;
SELECT * FROM advice('SELECT doc FROM traps WHERE part = of_others(1)', 'SELECT doc FROM traps WHERE part = of_others_in_sql(1)', 'SELECT doc FROM traps WHERE part = 1 AND 1 === 1',
    'WITH x AS (SELECT of_others(1)) SELECT doc FROM traps, x WHERE part = $1', 'SELECT doc FROM traps WHERE part = $1 ORDER BY of_others(1)');
CREATE VIEW of_others_view AS SELECT part, doc FROM traps WHERE usual = of_others(1);
SELECT * FROM advice('SELECT doc FROM of_others_view WHERE part = $1');
-- nor what is not in the statement: of its operators the commutators and negators, of its types the constraints, of its aggregates the
-- initial values, and views that a function of the server reads
SET client_min_messages = error;
CREATE OPERATOR <<< (LEFTARG = integer, RIGHTARG = integer, FUNCTION = int4lt, COMMUTATOR = >>>, NEGATOR = !<<<, RESTRICT = scalarltsel);
CREATE OPERATOR >>> (LEFTARG = integer, RIGHTARG = integer, FUNCTION = of_others_equal, COMMUTATOR = <<<, RESTRICT = scalargtsel);
CREATE OPERATOR !<<< (LEFTARG = integer, RIGHTARG = integer, FUNCTION = of_others_equal, NEGATOR = <<<, RESTRICT = scalargtsel);
CREATE DOMAIN of_others_domain AS integer CHECK (ops_advice.of_others(value) > 0);
CREATE FUNCTION of_others_add(of_others_domain, integer) RETURNS of_others_domain LANGUAGE plpgsql AS 'BEGIN RETURN $1; END';
CREATE AGGREGATE of_others_sum(integer) (SFUNC = of_others_add, STYPE = of_others_domain, INITCOND = '1');
CREATE VIEW of_others_rows AS SELECT of_others(id) FROM tiny LIMIT 1;
SET client_min_messages = warning;
SELECT * FROM advice('SELECT doc FROM traps WHERE part = $1 AND 5 <<< key', 'SELECT doc FROM traps WHERE part = $1 AND NOT (key <<< 5)', 'SELECT of_others_sum(key) FROM traps WHERE part = $1',
    'SELECT doc FROM traps WHERE part = $1 AND ''{1}''::of_others_domain[] IS NOT NULL', 'SELECT doc FROM traps WHERE part = $1 AND doc = table_to_xml(''of_others_rows'', true, true, '''')::text');
SELECT kind, sqlstate, message FROM gb_enum_check_queries(ARRAY['SELECT ''{1}''::of_others_domain[]']);
-- nor functions of the server that do something
CREATE SEQUENCE of_others_ticks;
CREATE DOMAIN of_others_tick AS integer CHECK (nextval('of_others_ticks') > 0);
CREATE OPERATOR |<| (LEFTARG = integer, RIGHTARG = integer, FUNCTION = pg_try_advisory_lock, RESTRICT = scalarltsel);
CREATE OPERATOR |!<| (LEFTARG = integer, RIGHTARG = integer, FUNCTION = int4ge, NEGATOR = |<|, RESTRICT = scalargesel);
SELECT * FROM advice('SELECT doc FROM traps WHERE part = $1 AND ''{1}''::of_others_tick[] IS NOT NULL', 'SELECT doc FROM traps WHERE part = $1 AND key |<| 5', 'SELECT doc FROM traps WHERE part = $1 AND NOT (key |!<| 5)');
SELECT is_called, (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()) AS locks FROM of_others_ticks;
SET client_min_messages = error;
CREATE TABLE of_others_1 (id integer, usr integer, note text);
CREATE TABLE of_others_2 (LIKE of_others_1);
CREATE TABLE of_others_3 (LIKE of_others_1, CHECK (usr <> of_others(-1)));
CREATE TABLE of_others_4 (LIKE of_others_1, r of_others_range);
CREATE TABLE of_others_5 (LIKE of_others_1) PARTITION BY LIST (id);
CREATE TABLE of_others_5_1 PARTITION OF of_others_5 DEFAULT PARTITION BY LIST (id);
CREATE TABLE of_others_5_1_1 PARTITION OF of_others_5_1 DEFAULT;
CREATE INDEX ON of_others_1 ((id + of_others(1)));
CREATE STATISTICS of_others_s ON (id + of_others(1)), usr FROM of_others_2;
CREATE INDEX ON of_others_5_1_1 (id) WHERE id === 1;
SELECT format('INSERT INTO of_others_%s SELECT i, i, lpad('''', 60, ''x'') FROM generate_series(1, 20000) i', n) FROM generate_series(1, 5) n \gexec
ANALYZE of_others_1, of_others_2, of_others_3, of_others_4, of_others_5;
SET client_min_messages = warning;
SELECT gb_enums_internal.unplanned_relations()::regclass[]::text[] @> '{of_others_1,of_others_2,of_others_3,of_others_4,of_others_5}' AS are_unplanned;
\c -
SET client_min_messages = warning;
SET search_path = ops_advice, public;
SELECT * FROM advice('SELECT note FROM of_others_1 WHERE usr = $1', 'SELECT note FROM of_others_2 WHERE usr = $1', 'SELECT note FROM of_others_3 WHERE usr = $1',
    'SELECT note FROM of_others_4 WHERE usr = $1', 'SELECT note FROM of_others_5 WHERE usr = $1');
-- foreign tables, and what has a foreign partition
CREATE FOREIGN DATA WRAPPER regress_ops_wrapper;
CREATE SERVER regress_ops_server FOREIGN DATA WRAPPER regress_ops_wrapper;
CREATE TABLE partly_foreign (id integer, usr integer, note text) PARTITION BY LIST (id);
CREATE TABLE partly_foreign_here PARTITION OF partly_foreign DEFAULT;
CREATE FOREIGN TABLE elsewhere PARTITION OF partly_foreign FOR VALUES IN (0) SERVER regress_ops_server;
INSERT INTO partly_foreign SELECT i, i, lpad('', 60, 'x') FROM generate_series(1, 20000) i;
ANALYZE partly_foreign_here;
SELECT * FROM advice('SELECT note FROM elsewhere WHERE usr = $1', 'SELECT note FROM partly_foreign WHERE usr = $1', 'SELECT t.note FROM tasks t JOIN elsewhere e ON e.id = t.tenant WHERE t.tenant = $1');
SELECT statement FROM advice('SELECT note FROM partly_foreign_here WHERE usr = $1');
DROP SERVER regress_ops_server CASCADE;
DROP FOREIGN DATA WRAPPER regress_ops_wrapper;

-- 10. A role has advice for statements that it may execute, of columns that it may read
GRANT SELECT (id, part) ON traps TO regress_ops_reader;
GRANT SELECT ON open_tasks TO regress_ops_reader;
SET ROLE regress_ops_reader;
SET search_path = ops_advice, public;
SELECT statement FROM advice('SELECT id FROM traps WHERE part = $1', 'SELECT doc FROM traps WHERE part = $1', 'SELECT id FROM traps WHERE word = $1', 'UPDATE traps SET id = 1 WHERE part = $1',
    'SELECT note FROM open_tasks WHERE tenant = $1');
SET ROLE regress_ops_other;
SELECT statement FROM advice('SELECT id FROM traps WHERE part = $1', 'SELECT note FROM open_tasks WHERE tenant = $1');
RESET ROLE;
-- nor of a table of which it sees some rows
ALTER TABLE traps ENABLE ROW LEVEL SECURITY;
CREATE POLICY a_part ON traps USING (usual = 1);
SET ROLE regress_ops_reader;
SELECT statement FROM advice('SELECT id FROM traps WHERE part = $1');
RESET ROLE;
SELECT statement FROM advice('SELECT id FROM traps WHERE part = $1');

-- what takes too long to plan
SELECT most_ms, a.definition FROM unnest('{0,-1,1000000}'::int[]) most_ms
LEFT JOIN gb_enums_internal.advise_indexes('{SELECT doc FROM traps WHERE part = 3}', '{1}', '{}', '{}', most_ms) a ON true ORDER BY most_ms;

-- or is planned too often: a join of many tables, which is planned once in a third of the time that is given
CREATE FUNCTION planning_ms(query text) RETURNS double precision LANGUAGE plpgsql AS $$
DECLARE
    least double precision := 'infinity';
    begun double precision;
BEGIN
    FOR i IN 1 .. 9 LOOP
        begun := (SELECT worked FROM gb_enums_internal.processor_times());
        EXECUTE 'EXPLAIN ' || query;
        least := least(least, (SELECT worked FROM gb_enums_internal.processor_times()) - begun);
    END LOOP;
    RETURN 1000 * least;
END $$;
SELECT 'SELECT t1.doc FROM ' || string_agg('traps t' || i, ', ') || ' WHERE ' || string_agg(format('t%s.changes = t%s.changes AND t%s.part = 3 AND t%s.usual = 1 AND t%s.word > ''w''', i, i % 8 + 1, i, i, i), ' AND ') || ' ORDER BY t1.doc' AS join_of_8
FROM generate_series(1, 8) i \gset
SELECT count(*) FROM gb_enums_internal.advise_indexes(ARRAY[:'join_of_8'], '{1}', '{}', '{}', ceil(3 * planning_ms(:'join_of_8'))::integer);
SELECT count(*) > 0 AS with_more_time FROM gb_enums_internal.advise_indexes(ARRAY[:'join_of_8'], '{1}', '{}', '{}', 1000000);

-- 11. Arguments
SELECT * FROM gb_index_advice('{}');
SELECT * FROM gb_index_advice(ARRAY[NULL]);
SELECT * FROM gb_index_advice(array_fill('SELECT 1'::text, ARRAY[1001]));
SELECT * FROM gb_index_advice();
-- the caller's own settings, and no lock is left
BEGIN;
SET LOCAL lock_timeout = '7s';
SELECT count(*) FROM gb_index_advice(ARRAY['SELECT note FROM tasks WHERE tenant = 4']);
SHOW lock_timeout;
SELECT count(*) FROM pg_locks l WHERE l.pid = pg_backend_pid() AND l.relation = 'tasks'::regclass;
COMMIT;
DROP SCHEMA ops_advice CASCADE;
DROP ROLE regress_ops_owner, regress_ops_reader, regress_ops_other;
