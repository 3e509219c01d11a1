-- how much indexes are used, and which of them others could take the place of
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
CREATE ROLE regress_ops_owner;
CREATE ROLE regress_ops_other;
CREATE SCHEMA ops_indexes AUTHORIZATION regress_ops_owner;
SET search_path = ops_indexes, public;
SET ROLE regress_ops_owner;

-- 1. Counters, sizes, and what is needed for more than for speed
CREATE TABLE tasks (id integer PRIMARY KEY, code integer UNIQUE, status task_status, at date, note text, EXCLUDE USING btree (at WITH =))
    WITH (autovacuum_enabled = off);
CREATE INDEX tasks_status ON tasks (status);
CREATE INDEX tasks_note ON tasks (note);
CREATE INDEX tasks_order ON tasks (at, id);
ALTER TABLE tasks CLUSTER ON tasks_order;
INSERT INTO tasks SELECT i, i, as_task_status((i % 8)::int2), '2024-01-01'::date + i, repeat('note ' || i % 50, 20) FROM generate_series(1, 10000) i;
VACUUM ANALYZE tasks;
SET enable_seqscan = off;
SET enable_bitmapscan = off;
SELECT count(note) FROM tasks WHERE id = 5;
SELECT count(note) FROM tasks WHERE status = 'running';
RESET enable_seqscan;
RESET enable_bitmapscan;
SELECT pg_stat_force_next_flush();
SELECT index_name, method, is_needed, is_valid, scans, entries_read, rows_fetched, never_used, index_bytes = pg_relation_size(index_name) + pg_relation_size(index_name, 'fsm') AS size,
       index_size = pg_size_pretty(index_bytes) AS pretty, counted_since <= now() AS counted, duplicate_of, contained_in
FROM gb_index_usage WHERE table_name = 'tasks'::regclass ORDER BY 1;
-- one that was not built to its end
\set VERBOSITY sqlstate
CREATE UNIQUE INDEX CONCURRENTLY tasks_broken ON tasks (status);
\set VERBOSITY default
SELECT index_name, is_valid FROM gb_index_usage WHERE table_name = 'tasks'::regclass AND NOT is_valid;

-- 2. The same, and the first columns of another; and what only looks like it
CREATE TABLE many (a integer, b integer, c integer, d text, e text COLLATE "C", j jsonb, f varchar);
CREATE UNIQUE INDEX many_unique ON many (a, b, c);
CREATE INDEX many_a ON many (a);
CREATE INDEX many_ab ON many (a, b);
CREATE INDEX many_ab_again ON many (a, b);
CREATE INDEX many_ab_includes_c ON many (a, b) INCLUDE (c);
CREATE INDEX many_abc ON many (a, b, c);
CREATE INDEX many_ba ON many (b, a);
CREATE INDEX many_a_down ON many (a DESC);
CREATE INDEX many_a_hash ON many USING hash (a);
CREATE INDEX many_a_brin ON many USING brin (a);
CREATE INDEX many_a_d ON many (a, d) INCLUDE (e);
CREATE INDEX many_c_includes_a ON many (c) INCLUDE (a);
CREATE INDEX many_d ON many (d);
CREATE INDEX many_d_pattern ON many (d text_pattern_ops);
CREATE INDEX many_d_c ON many (d COLLATE "C");
CREATE INDEX many_lower ON many (lower(d));
CREATE INDEX many_lower_again ON many (lower(d));
CREATE INDEX many_upper ON many (upper(d));
CREATE INDEX many_lower_b ON many (lower(d), b);
CREATE INDEX many_b_few ON many (b) WHERE a > 0;
CREATE INDEX many_b_few_again ON many (b) WHERE a > 0;
CREATE INDEX many_b_fewer ON many (b) WHERE a > 1;
CREATE INDEX many_ba_few ON many (b, a) WHERE a > 0;
CREATE INDEX many_j ON many USING gin (j);
CREATE INDEX many_j_path ON many USING gin (j jsonb_path_ops);
CREATE INDEX many_b_brin ON many USING brin (b) WITH (pages_per_range = 1);
CREATE INDEX many_b_brin_wide ON many USING brin (b) WITH (pages_per_range = 64);
CREATE INDEX many_t ON many USING gist (to_tsvector('simple', d) tsvector_ops (siglen = 100));
CREATE INDEX many_t_wide ON many USING gist (to_tsvector('simple', d) tsvector_ops (siglen = 500));
CREATE INDEX many_t_again ON many USING gist (to_tsvector('simple', d) tsvector_ops (siglen = 500));
CREATE INDEX many_name ON many (b) WHERE f = 'x' AND a >  5;
CREATE INDEX many_name_again ON many (b) WHERE f::text = 'x'::text AND a > 5;
CREATE INDEX many_another_name ON many (b) WHERE f = 'y' AND a > 5;
SELECT index_name, duplicate_of, contained_in FROM gb_index_usage
WHERE table_name = 'many'::regclass AND (duplicate_of IS NOT NULL OR contained_in IS NOT NULL) ORDER BY 1;

-- 3. Partitioned indexes have the sums of their partitions, which go with them; an index of a partition's own stands alone
CREATE TABLE events (id integer, at date NOT NULL) PARTITION BY RANGE (at);
CREATE INDEX events_at ON events (at);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2024-02-01') WITH (autovacuum_enabled = off);
CREATE INDEX events_at_id ON ONLY events (at, id);
-- (The older one of two is the one that can go, since the other is a part of an index.)
CREATE INDEX events_1_own_at_id ON events_1 (at, id);
CREATE INDEX events_1_at_id_idx ON events_1 (at, id);
ALTER INDEX events_at_id ATTACH PARTITION events_1_at_id_idx;
CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM ('2024-02-01') TO ('2024-03-01') PARTITION BY HASH (id);
CREATE TABLE events_2_0 PARTITION OF events_2 FOR VALUES WITH (MODULUS 1, REMAINDER 0) WITH (autovacuum_enabled = off);
CREATE INDEX events_1_own ON events_1 (id);
INSERT INTO events SELECT i, '2024-01-01'::date + i % 50 FROM generate_series(1, 5000) i;
ANALYZE events;
SET enable_seqscan = off;
SELECT count(*) FROM events WHERE at = '2024-01-05' AND id < 1000;
SELECT count(*) FROM events WHERE at = '2024-02-05' AND id < 1000;
RESET enable_seqscan;
SELECT pg_stat_force_next_flush();
SELECT table_name, index_name, partition_of, scans, never_used, duplicate_of, contained_in FROM gb_index_usage WHERE table_name::text ~ '^events' ORDER BY 1, 2;
SELECT u.index_bytes = sum(pg_relation_size(t.relid)) AS sums FROM gb_index_usage u, pg_partition_tree('events_at') t
WHERE u.index_name = 'events_at'::regclass AND t.isleaf GROUP BY u.index_bytes;

-- 4. Bigger than the table, and bloat
CREATE TABLE wide (id integer, a text) WITH (autovacuum_enabled = off);
INSERT INTO wide SELECT i, repeat(md5(i::text), 4) FROM generate_series(1, 20000) i;
CREATE INDEX wide_a ON wide (a, id);
CREATE INDEX wide_twice ON wide ((a || a));
CREATE UNIQUE INDEX wide_id ON wide (id) WITH (fillfactor = 30);
VACUUM ANALYZE wide;
SELECT index_name, bigger_than_table, round(bloat_share_estimate, 1) AS bloat FROM gb_index_usage WHERE table_name = 'wide'::regclass ORDER BY 1;
DELETE FROM wide WHERE id % 10 > 0;
SELECT pg_stat_force_next_flush();
VACUUM ANALYZE wide;
SELECT index_name, round(bloat_share_estimate, 1) AS bloat FROM gb_index_usage WHERE table_name = 'wide'::regclass ORDER BY 1;
REINDEX TABLE wide;
ANALYZE wide;
SELECT index_name, bloat_share_estimate AS bloat FROM gb_index_usage WHERE table_name = 'wide'::regclass ORDER BY 1;

-- entries with the same key share it, but for an index that includes columns, and where values that are equal may not be the same
CREATE TABLE few (a integer, b numeric, c integer) WITH (autovacuum_enabled = off);
INSERT INTO few SELECT i % 100, i % 100, i FROM generate_series(1, 100000) i;
CREATE INDEX few_shared ON few (a, c);
CREATE INDEX few_alone ON few (a);
CREATE INDEX few_numeric ON few (b);
CREATE INDEX few_includes ON few (a) INCLUDE (c);
CREATE INDEX few_not ON few (a) WITH (deduplicate_items = off);
ALTER INDEX few_alone SET (fillfactor = 50);
REINDEX INDEX few_alone;
ANALYZE few;
SELECT index_name, round(bloat_share_estimate, 1) AS bloat FROM gb_index_usage WHERE table_name = 'few'::regclass ORDER BY 1;

-- long keys of many rows need entries for few of them; a partial index has other rows than the table
CREATE TABLE long_keys (a text, b text, c integer) WITH (autovacuum_enabled = off);
INSERT INTO long_keys SELECT repeat(md5((i % 50)::text), 14), CASE WHEN i % 20 = 0 THEN repeat(md5(i::text), 6) END, CASE WHEN i % 5 < 3 THEN i END
FROM generate_series(1, 100000) i;
CREATE INDEX long_keys_a ON long_keys (a);
CREATE INDEX long_keys_b_few ON long_keys (b) WHERE b IS NOT NULL;
CREATE INDEX long_keys_c_few ON long_keys (c) WHERE c > 1000;
ALTER TABLE long_keys ALTER c SET STATISTICS 1000;
ANALYZE long_keys;
SELECT index_name, index_bytes >= 1048576 AS is_large, round(bloat_share_estimate, 1) AS bloat FROM gb_index_usage WHERE table_name = 'long_keys'::regclass ORDER BY 1;

-- (whether the server lets entries share a key that has blanks after it depends on its minor release)
CREATE TABLE blanks (c char(40)) WITH (autovacuum_enabled = off);
INSERT INTO blanks SELECT 'x' FROM generate_series(1, 50000) i;
CREATE INDEX blanks_c ON blanks (c);
VACUUM ANALYZE blanks;
SELECT coalesce(max(bloat_share_estimate), 0) < 0.2 AS is_new FROM gb_index_usage WHERE table_name = 'blanks'::regclass;
-- (nor by an operator class of somebody's, whose function says that equal keys may look different)
RESET ROLE;
CREATE FUNCTION looks_different(oid) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT false';
CREATE OPERATOR CLASS different_ops FOR TYPE integer USING btree AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =,
    OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp(integer, integer), FUNCTION 4 looks_different(oid);
CREATE TABLE different (a integer) WITH (autovacuum_enabled = off);
INSERT INTO different SELECT 1 FROM generate_series(1, 60000) i;
CREATE INDEX different_a ON different (a different_ops);
VACUUM ANALYZE different;
SELECT bloat_share_estimate < 0.2 AS is_new FROM gb_index_usage WHERE table_name = 'different'::regclass;
DROP TABLE different;
DROP OPERATOR FAMILY different_ops USING btree;
DROP FUNCTION looks_different(oid);
SET ROLE regress_ops_owner;
-- 5. Counters are for everybody, as in pg_stat_user_indexes; what ANALYZE found is not
RESET ROLE;
SET ROLE regress_ops_other;
SELECT index_name, scans, index_bytes > 0 AS has_size, bloat_bytes_estimate FROM gb_index_usage WHERE index_name::text ~ 'wide_a$';
RESET ROLE;

DROP SCHEMA ops_indexes CASCADE;
DROP ROLE regress_ops_owner, regress_ops_other;
