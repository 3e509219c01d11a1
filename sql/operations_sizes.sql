-- the sizes of tables and their bloat
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
CREATE ROLE regress_ops_owner;
CREATE ROLE regress_ops_other;
CREATE ROLE regress_ops_monitor;
GRANT pg_monitor TO regress_ops_monitor;
CREATE SCHEMA ops_sizes AUTHORIZATION regress_ops_owner;
SET allow_in_place_tablespaces = on;
CREATE TABLESPACE regress_ops_space OWNER regress_ops_owner LOCATION '';
SET search_path = ops_sizes, public;
SET ROLE regress_ops_owner;

-- 1. As the server's own functions have them: a table with long values and indexes, one that nothing is in, an unlogged one, a
--    materialized view, one in another tablespace, and one whose name needs quotes
CREATE TABLE notes (id integer PRIMARY KEY, kind text, body text) WITH (autovacuum_enabled = off);
ALTER TABLE notes ALTER body SET STORAGE EXTERNAL;
CREATE INDEX ON notes (kind);
INSERT INTO notes SELECT i, 'kind', CASE WHEN i % 10 = 0 THEN repeat('long', 1000) END FROM generate_series(1, 2000) i;
DELETE FROM notes WHERE id % 2 = 1;
SELECT pg_stat_force_next_flush();
CREATE TABLE "no ""thing" (id integer) WITH (autovacuum_enabled = off);
CREATE UNLOGGED TABLE passing (id integer PRIMARY KEY) WITH (autovacuum_enabled = off);
CREATE MATERIALIZED VIEW seen WITH (autovacuum_enabled = off) AS SELECT id FROM notes WHERE id % 4 = 0;
CREATE TEMP TABLE of_session (id integer);
VACUUM ANALYZE notes, passing, seen;
CREATE TABLE elsewhere (id integer PRIMARY KEY USING INDEX TABLESPACE regress_ops_space) WITH (autovacuum_enabled = off) TABLESPACE regress_ops_space;
INSERT INTO elsewhere SELECT generate_series(1, 2000);
CREATE VIEW sizes AS
    SELECT s.*, pg_total_relation_size(s.table_name) AS total, pg_table_size(s.table_name) AS of_table, pg_indexes_size(s.table_name) AS of_indexes
    FROM gb_table_sizes s WHERE s.schema = 'ops_sizes'::regnamespace;
SELECT table_name, partition_of, partitions, row_estimate, dead_rows, total_bytes = total AS total, heap_bytes + toast_bytes = of_table AS of_table,
       index_bytes = of_indexes AS of_indexes, toast_bytes > 0 AS has_long_values, total_size = pg_size_pretty(total) AS pretty
FROM sizes ORDER BY 1;
-- neither views, nor indexes, nor what is temporary or the server's
SELECT count(*) FROM gb_table_sizes WHERE table_name IN ('sizes'::regclass, 'of_session'::regclass, 'notes_pkey'::regclass, 'pg_class'::regclass);

-- 2. A partitioned table has the sums of its partitions, on every level
CREATE TABLE events (id integer, at date NOT NULL) PARTITION BY RANGE (at);
CREATE INDEX ON events (at);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2024-02-01') WITH (autovacuum_enabled = off);
CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM ('2024-02-01') TO ('2024-03-01') PARTITION BY HASH (id);
CREATE TABLE events_2_0 PARTITION OF events_2 FOR VALUES WITH (MODULUS 2, REMAINDER 0) WITH (autovacuum_enabled = off);
CREATE TABLE events_2_1 PARTITION OF events_2 FOR VALUES WITH (MODULUS 2, REMAINDER 1) WITH (autovacuum_enabled = off);
CREATE TABLE nothing (id integer) PARTITION BY RANGE (id);
INSERT INTO events SELECT i, '2024-01-01'::date + i % 50 FROM generate_series(1, 5000) i;
ANALYZE events;
SELECT table_name, partition_of, partitions, row_estimate, total_bytes = total OR partitions > 0 AS as_one FROM sizes WHERE table_name::text ~ 'events|nothing' ORDER BY 1;
SELECT bool_and(s.total_bytes = p.total_bytes AND s.row_estimate = p.row_estimate AND s.index_bytes = p.index_bytes) AS sums, count(*)
FROM sizes s JOIN (SELECT a.relid, sum(l.total_bytes) AS total_bytes, sum(l.row_estimate) AS row_estimate, sum(l.index_bytes) AS index_bytes
                   FROM sizes l CROSS JOIN LATERAL pg_partition_ancestors(l.table_name) a
                   WHERE l.partitions IS NULL AND l.partition_of IS NOT NULL GROUP BY 1) p ON p.relid = s.table_name
WHERE s.partitions IS NOT NULL;

-- 3. Bloat: of a table as it was loaded nothing, of one that lost four of five rows four fifths; values that are NULL, of every alignment,
--    and a fill factor are counted with
CREATE TABLE full_ (a boolean, b bigint, c smallint, d text, e uuid, f integer, g text, h timestamptz) WITH (autovacuum_enabled = off);
CREATE TABLE sparse (LIKE full_) WITH (autovacuum_enabled = off, fillfactor = 50);
INSERT INTO full_ SELECT i % 2 = 0, i, i % 100, 'text ' || i, gen_random_uuid(), NULLIF(i % 3, 0), repeat('g', 200), now() FROM generate_series(1, 20000) i;
INSERT INTO sparse SELECT * FROM full_;
CREATE TABLE emptied (LIKE full_) WITH (autovacuum_enabled = off);
INSERT INTO emptied SELECT * FROM full_;
CREATE TABLE never_analyzed (LIKE full_) WITH (autovacuum_enabled = off);
INSERT INTO never_analyzed SELECT * FROM full_;
DELETE FROM emptied WHERE b % 5 > 0;
SELECT pg_stat_force_next_flush();
VACUUM ANALYZE full_, sparse, emptied;
VACUUM never_analyzed;
SELECT table_name, round(bloat_share_estimate, 1) AS share, bloat_bytes_estimate < heap_bytes AS is_part
FROM gb_table_sizes WHERE schema = 'ops_sizes'::regnamespace AND heap_bytes > 1000000 ORDER BY 1;
-- a smaller one is not worth an estimate
SELECT bloat_bytes_estimate FROM gb_table_sizes WHERE table_name = 'notes'::regclass;
SELECT method, heap_bytes = pg_relation_size('emptied') AS heap, dead_rows, round(bloat_share, 1) AS share FROM gb_table_bloat('emptied');
SELECT b.* FROM gb_table_bloat('notes') b;
SELECT b.* FROM gb_table_bloat(NULL) b;
SELECT gb_table_bloat('sizes');
SELECT gb_table_bloat('of_session');
SELECT gb_table_bloat('pg_class');
SELECT gb_table_bloat(0);
-- partitions together
CREATE TABLE logs (LIKE full_) PARTITION BY LIST (a);
ALTER TABLE full_ ALTER a SET NOT NULL;
CREATE TABLE logs_1 PARTITION OF logs FOR VALUES IN (true) WITH (autovacuum_enabled = off);
CREATE TABLE logs_2 PARTITION OF logs FOR VALUES IN (false) WITH (autovacuum_enabled = off);
INSERT INTO logs SELECT * FROM full_;
DELETE FROM logs_1 WHERE b % 5 > 0;
VACUUM ANALYZE logs;
SELECT round(bloat_share, 1) AS share FROM gb_table_bloat('logs');
SELECT table_name, round(bloat_share_estimate, 1) AS share FROM gb_table_sizes WHERE table_name::text ~ '^logs' ORDER BY 1;
-- what measures it is another extension
RESET ROLE;
CREATE FUNCTION outcome(query text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN EXECUTE query; RETURN 'done'; EXCEPTION WHEN OTHERS THEN RETURN sqlstate || ': ' || sqlerrm; END $$;
SELECT outcome($$ SELECT gb_table_bloat('emptied', exact => true) $$) WHERE NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'pgstattuple');

-- 4. Sizes are for everybody, as in pg_stat_user_tables; what ANALYZE found is for the owner, and for who monitors
SET ROLE regress_ops_other;
SELECT table_name, total_bytes > 0 AS has_size, bloat_bytes_estimate FROM gb_table_sizes WHERE table_name::text ~ 'emptied' AND schema = 'ops_sizes'::regnamespace;
SELECT b.* FROM gb_table_bloat((SELECT oid::regclass FROM pg_class WHERE relname = 'emptied')) b;
SET ROLE regress_ops_monitor;
SELECT table_name, bloat_bytes_estimate > 0 AS known FROM gb_table_sizes WHERE table_name::text ~ 'emptied' AND schema = 'ops_sizes'::regnamespace;
RESET ROLE;

DROP TABLE of_session;
DROP SCHEMA ops_sizes CASCADE;
DROP TABLESPACE regress_ops_space;
DROP ROLE regress_ops_owner, regress_ops_other, regress_ops_monitor;
