-- LIST, RANGE and HASH partitioning by an enumeration, with pruning at plan and at run time.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
RESET client_min_messages;

CREATE TABLE by_list (status task_status, v int) PARTITION BY LIST (status);
CREATE TABLE by_list_waiting PARTITION OF by_list FOR VALUES IN ('pending', 'ready');
CREATE TABLE by_list_running PARTITION OF by_list FOR VALUES IN ('running');
CREATE TABLE by_list_rest PARTITION OF by_list DEFAULT;
CREATE TABLE by_range (status task_status, v int) PARTITION BY RANGE (status);
CREATE TABLE by_range_active PARTITION OF by_range FOR VALUES FROM (MINVALUE) TO ('completed');
CREATE TABLE by_range_done PARTITION OF by_range FOR VALUES FROM ('completed') TO (MAXVALUE);
CREATE TABLE by_hash (status task_status, v int) PARTITION BY HASH (status);
CREATE TABLE by_hash_0 PARTITION OF by_hash FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE by_hash_1 PARTITION OF by_hash FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO by_list SELECT as_task_status((i % 8)::smallint), i FROM generate_series(1, 80) i;
INSERT INTO by_range SELECT * FROM by_list;
INSERT INTO by_hash SELECT * FROM by_list;
SELECT tableoid::regclass, array_agg(DISTINCT status) FROM by_list GROUP BY 1 ORDER BY 1;
SELECT tableoid::regclass, array_agg(DISTINCT status) FROM by_range GROUP BY 1 ORDER BY 1;
SELECT tableoid::regclass, array_agg(DISTINCT status) FROM by_hash GROUP BY 1 ORDER BY 1;
-- Where a value goes is where the same smallint goes.
SELECT count(*) FROM by_hash WHERE satisfies_hash_partition('by_hash'::regclass, 2, 0, status) <> (tableoid = 'by_hash_0'::regclass);

EXPLAIN (COSTS OFF) SELECT * FROM by_list WHERE status = 'running';
EXPLAIN (COSTS OFF) SELECT * FROM by_list WHERE status = 2;
EXPLAIN (COSTS OFF) SELECT * FROM by_list WHERE status = 'running'::text;
EXPLAIN (COSTS OFF) SELECT * FROM by_list WHERE status IN ('running', 'ready');
EXPLAIN (COSTS OFF) SELECT * FROM by_list WHERE status < 'running';
EXPLAIN (COSTS OFF) SELECT * FROM by_range WHERE status < 'completed';
EXPLAIN (COSTS OFF) SELECT * FROM by_range WHERE status >= 5::bigint;
EXPLAIN (COSTS OFF) SELECT * FROM by_range WHERE status = 'failed'::varchar;
EXPLAIN (COSTS OFF) SELECT * FROM by_hash WHERE status = 'running';
EXPLAIN (COSTS OFF) SELECT * FROM by_hash WHERE status = 'running'::text;

SET plan_cache_mode = force_generic_plan;
PREPARE list_text(text) AS SELECT count(*) FROM by_list WHERE status = $1;
PREPARE range_int(int) AS SELECT count(*) FROM by_range WHERE status < $1;
PREPARE hash_text(text) AS SELECT count(*) FROM by_hash WHERE status = $1;
EXPLAIN (COSTS OFF) EXECUTE list_text('running');
EXPLAIN (COSTS OFF) EXECUTE list_text('bogus');
EXPLAIN (COSTS OFF) EXECUTE range_int(5);
EXPLAIN (COSTS OFF) EXECUTE hash_text('running');
EXECUTE list_text('running');
EXECUTE list_text('bogus');
EXECUTE range_int(5);
EXECUTE hash_text('running');
EXECUTE range_int(100000);
RESET plan_cache_mode;
DEALLOCATE ALL;

-- An index of the partitioned table is used in the partitions for every kind of parameter.
CREATE INDEX by_range_status ON by_range (status);
SET enable_seqscan = off;
SET plan_cache_mode = force_generic_plan;
PREPARE range_text(text) AS SELECT v FROM by_range WHERE status = $1;
EXPLAIN (COSTS OFF) EXECUTE range_text('running');
DEALLOCATE range_text;
RESET plan_cache_mode;
RESET enable_seqscan;

-- Partitionwise joins see that the keys are the same.
SET enable_partitionwise_join = on;
CREATE TABLE by_hash_too (LIKE by_hash) PARTITION BY HASH (status);
CREATE TABLE by_hash_too_0 PARTITION OF by_hash_too FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE by_hash_too_1 PARTITION OF by_hash_too FOR VALUES WITH (MODULUS 2, REMAINDER 1);
EXPLAIN (COSTS OFF) SELECT * FROM by_hash a JOIN by_hash_too b ON a.status = b.status;
RESET enable_partitionwise_join;

-- A row that fits nowhere, and a bound that is no name.
ALTER TABLE by_list DETACH PARTITION by_list_rest;
INSERT INTO by_list VALUES ('failed', 0);
CREATE TABLE by_list_bad PARTITION OF by_list FOR VALUES IN ('finished');
DROP TABLE by_list, by_list_rest, by_range, by_hash, by_hash_too;
