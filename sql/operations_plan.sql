-- a plan of maintenance: each kind of work where it is needed, and nothing where all is well
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
CREATE ROLE regress_ops_owner;
CREATE ROLE regress_ops_other;
CREATE ROLE regress_ops_monitor;
GRANT pg_monitor TO regress_ops_monitor;
CREATE SCHEMA ops_plan AUTHORIZATION regress_ops_owner;
SET search_path = ops_plan, public;
SET datestyle = iso;
-- what the plan has for a schema now, or when indexes have not been read for 40 days, without times
CREATE FUNCTION plan(of text DEFAULT '', after interval DEFAULT '0') RETURNS TABLE (priority integer, kind text, object regclass, reason text, statement text, lock text, own boolean)
    LANGUAGE sql AS $$
    SELECT priority, kind, object, regexp_replace(reason, '(since|at) \d{4}-[^,;]*', '\1 then', 'g'), statement, lock, own_transaction
    FROM public.gb_maintenance_plan('ops_plan', now() + after) WHERE object::text ~ of $$;
GRANT USAGE ON SCHEMA ops_plan TO PUBLIC;
SET ROLE regress_ops_owner;

-- 1. Nothing
CREATE TABLE fine (id integer PRIMARY KEY, status task_status) WITH (autovacuum_enabled = off);
INSERT INTO fine SELECT i, as_task_status((i % 8)::int2) FROM generate_series(1, 20000) i;
CREATE INDEX fine_status ON fine (status);
CREATE TABLE fine_parts (id integer, at timestamptz NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE fine_rest PARTITION OF fine_parts DEFAULT;
SELECT gb_partition_manage('fine_parts', premake => 1);
CALL gb_partition_maintain('fine_parts');
INSERT INTO fine_parts SELECT i, now() FROM generate_series(1, 1000) i;
CREATE TABLE fine_list (id integer) PARTITION BY LIST (id);
CREATE TABLE fine_list_rest PARTITION OF fine_list DEFAULT;
INSERT INTO fine_list VALUES (1);
SELECT pg_stat_force_next_flush();
VACUUM ANALYZE fine, fine_parts, fine_list;
SELECT * FROM plan('', '40 days');
SELECT * FROM gb_maintenance_findings WHERE object IN (SELECT c.oid FROM pg_class c WHERE c.relnamespace = 'ops_plan'::regnamespace);

-- 2. Settings of tables whose rows change often: by size, as far as they are not as tight, and for the partitions to come
CREATE TABLE sessions (id integer PRIMARY KEY, n integer);
CREATE TABLE messages (id integer, n integer) WITH (autovacuum_analyze_scale_factor = 0.001);
CREATE TABLE tight (id integer, n integer) WITH (autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.01);
CREATE TABLE small (id integer, n integer);
CREATE TABLE loaded (id integer, n integer);
CREATE TABLE history (id integer, n integer, at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT gb_partition_manage('history', premake => 0, storage => '{fillfactor=90}', paused => true);
SELECT gb_partition_create('history', '2024-01-15');
INSERT INTO sessions SELECT i, 0 FROM generate_series(1, 12000) i;
INSERT INTO tight SELECT i, 0 FROM generate_series(1, 12000) i;
INSERT INTO loaded SELECT i, 0 FROM generate_series(1, 12000) i;
INSERT INTO small SELECT i, 0 FROM generate_series(1, 2000) i;
INSERT INTO messages SELECT i, 0 FROM generate_series(1, 100000) i;
INSERT INTO history SELECT i, 0, '2024-01-15' FROM generate_series(1, 12000) i;
UPDATE sessions SET n = 1;
UPDATE tight SET n = 1;
UPDATE small SET n = 1;
UPDATE messages SET n = 1;
UPDATE history SET n = 1;
SELECT pg_stat_force_next_flush();
VACUUM (FULL, ANALYZE) sessions, tight, small, messages, history, loaded;
SELECT * FROM plan();
SELECT statement FROM plan() \gexec
SELECT storage FROM gb_partition_status WHERE parent = 'history'::regclass;
SELECT * FROM plan();
VACUUM sessions, history, messages;
SELECT table_name, autovacuum, vacuum_at, insert_vacuum_at, analyze_at, ARRAY(SELECT s FROM unnest(settings) s WHERE s ~ 'scale|_threshold = 50') AS settings,
       rows_inserted, rows_changed, xids_left + xid_age AS xids, visible_share, last_vacuum > now() - interval '1 hour' AS was_vacuumed
FROM gb_table_maintenance WHERE table_name IN ('sessions'::regclass, 'history'::regclass, 'messages'::regclass) ORDER BY 1;
DROP TABLE sessions, messages, tight, small, loaded, history;
-- Counters that began anew do not know of the rows from before. What the server does not count is not known
CREATE TABLE much (id integer, n integer)
    WITH (autovacuum_vacuum_threshold = 1000000, autovacuum_vacuum_insert_threshold = 1000000, autovacuum_analyze_threshold = 1000000);
INSERT INTO much SELECT i, 0 FROM generate_series(1, 100000) i;
VACUUM ANALYZE much;
SELECT pg_stat_force_next_flush();
RESET ROLE;
SELECT pg_stat_reset_single_table_counters('much'::regclass);
SET ROLE regress_ops_owner;
INSERT INTO much SELECT i, 0 FROM generate_series(1, 10000) i;
DELETE FROM much WHERE id <= 10000;
SELECT pg_stat_force_next_flush();
SELECT row_estimate, rows_changed, autovacuum FROM gb_table_maintenance WHERE table_name = 'much'::regclass;
SELECT * FROM plan() WHERE kind = 'settings';
RESET ROLE;
SET track_counts = off;
SELECT autovacuum FROM gb_table_maintenance WHERE table_name = 'much'::regclass;
SELECT DISTINCT counted_since, never_used FROM gb_index_usage;
SET track_counts = on;
SET ROLE regress_ops_owner;
DROP TABLE much;

-- 3. VACUUM where autovacuum should have come, and where it is kept from coming
CREATE TABLE dead (id integer) WITH (autovacuum_enabled = off);
CREATE TABLE few_dead (id integer) WITH (autovacuum_enabled = off);
INSERT INTO dead SELECT generate_series(1, 12000);
INSERT INTO few_dead SELECT generate_series(1, 12000);
SELECT pg_stat_force_next_flush();
VACUUM ANALYZE dead, few_dead;
DELETE FROM dead WHERE id % 2 = 1;
DELETE FROM few_dead WHERE id % 10 = 1;
SELECT pg_stat_force_next_flush();
SELECT * FROM plan() WHERE kind <> 'analyze';
SELECT statement FROM plan() WHERE own AND kind = 'vacuum' \gexec
SELECT * FROM plan();
DROP TABLE dead, few_dead;
-- tables of access methods that know no transactions are not old
CREATE TABLE ageless (id integer);
RESET ROLE;
UPDATE pg_class SET relfrozenxid = '0', relminmxid = '0' WHERE oid = 'ageless'::regclass;
SET ROLE regress_ops_owner;
SELECT xid_age, mxid_age, xids_left FROM gb_table_maintenance WHERE table_name = 'ageless'::regclass;
SELECT * FROM plan();
DROP TABLE ageless;

-- 4. ANALYZE where rows have changed, and of partitioned tables
CREATE TABLE changed (id integer) WITH (autovacuum_enabled = off);
CREATE TABLE parts (id integer) PARTITION BY LIST (id);
CREATE TABLE parts_1 PARTITION OF parts DEFAULT PARTITION BY HASH (id);
CREATE TABLE parts_1_0 PARTITION OF parts_1 FOR VALUES WITH (MODULUS 1, REMAINDER 0) WITH (autovacuum_enabled = off);
CREATE TABLE empty_parts (id integer) PARTITION BY LIST (id);
INSERT INTO changed SELECT generate_series(1, 5000);
INSERT INTO parts SELECT generate_series(1, 5000);
SELECT pg_stat_force_next_flush();
ANALYZE changed, parts_1_0;
SELECT * FROM plan();
INSERT INTO changed SELECT generate_series(1, 3000);
SELECT pg_stat_force_next_flush();
SELECT * FROM plan('changed');
SELECT statement FROM plan() \gexec
SELECT * FROM plan();
INSERT INTO parts SELECT generate_series(1, 2000);
SELECT pg_stat_force_next_flush();
ANALYZE parts_1_0;
SELECT * FROM plan();
ANALYZE parts;
SELECT * FROM plan();
-- no statistics and no counters, as after pg_upgrade
RESET ROLE;
DELETE FROM pg_statistic WHERE starelid = 'changed'::regclass;
SELECT * FROM plan();
SELECT pg_stat_reset_single_table_counters('changed'::regclass);
SET ROLE regress_ops_owner;
SELECT * FROM plan();
DROP TABLE changed, parts, empty_parts;

-- 5. Indexes that are bloated, that were not built to their end, or were left over. What is being built is not looked at
CREATE TABLE lost (id integer, a text, b integer, EXCLUDE USING btree (a WITH =)) WITH (autovacuum_enabled = off);
INSERT INTO lost SELECT i, lpad(i::text, 500, 'x'), i % 10 FROM generate_series(1, 28000) i;
CREATE INDEX lost_a ON lost (a, b);
-- (One that is to be dropped is not built anew before.)
CREATE INDEX lost_a_too ON lost (a);
SELECT pg_stat_force_next_flush();
VACUUM ANALYZE lost;
SELECT * FROM plan() WHERE kind <> 'drop index';
DELETE FROM lost WHERE id % 4 > 0;
SELECT pg_stat_force_next_flush();
VACUUM ANALYZE lost;
SELECT * FROM plan('', '7 days') WHERE kind = 'reindex';
-- (One that was built these days is not built anew, however bloated it seems.)
SELECT * FROM plan('', '5 days') WHERE kind = 'reindex';
SELECT statement FROM plan('', '7 days') WHERE kind = 'reindex' \gexec
ANALYZE lost;
SELECT * FROM plan('', '7 days') WHERE kind = 'reindex';
\set VERBOSITY sqlstate
CREATE UNIQUE INDEX CONCURRENTLY lost_b ON lost (b);
CREATE UNIQUE INDEX CONCURRENTLY lost_b_ccnew1 ON lost (b);
\set VERBOSITY default
SELECT * FROM plan('lost_b');
BEGIN;
LOCK TABLE lost IN SHARE UPDATE EXCLUSIVE MODE;
SELECT * FROM plan('lost_b');
COMMIT;
SELECT statement FROM plan('lost_b') WHERE kind = 'drop index' \gexec
DROP INDEX lost_b;
CREATE INDEX lost_b ON lost (b);
CREATE INDEX lost_b_dropped ON lost (b) WHERE b > 5;
RESET ROLE;
UPDATE pg_index SET indisvalid = false WHERE indexrelid IN ('lost_b'::regclass, 'lost_b_dropped'::regclass);
UPDATE pg_index SET indislive = false, indisready = false WHERE indexrelid = 'lost_b_dropped'::regclass;
SET ROLE regress_ops_owner;
SELECT index_name, is_valid FROM gb_index_usage WHERE index_name::text ~ 'lost_b' ORDER BY 1;
SELECT * FROM plan('lost_b');
SELECT statement FROM plan('lost_b') \gexec
SELECT * FROM plan('lost_b');
DROP INDEX lost_b;

-- 6. The table, too
-- (newer servers have a command that does it while the table is used)
SELECT priority, object, reason, statement ~ '^(VACUUM [(]FULL, ANALYZE[)]|REPACK [(]ANALYZE[)]) ops_plan.lost$' AS statement, lock FROM plan() WHERE kind = 'rewrite';
-- (which refuses a table with an index that is not valid)
\set VERBOSITY sqlstate
CREATE UNIQUE INDEX CONCURRENTLY lost_b ON lost (b);
\set VERBOSITY default
SELECT statement FROM plan() WHERE kind = 'rewrite' \gexec
DROP INDEX lost_b;
SELECT * FROM plan() WHERE kind = 'rewrite';
DROP TABLE lost;
-- rows that are read in an order which is not theirs, by an index that is read much
CREATE TABLE scattered (id integer PRIMARY KEY, a integer, b integer, note text) WITH (autovacuum_enabled = off);
INSERT INTO scattered SELECT i, hashint4(i) & 127, i, lpad('', 400, 'x') FROM generate_series(1, 30000) i;
CREATE INDEX scattered_a ON scattered (a);
CREATE INDEX scattered_b ON scattered (b);
SELECT pg_stat_force_next_flush();
VACUUM ANALYZE scattered;
SELECT * FROM plan();
CREATE FUNCTION read_by(condition text, times integer) RETURNS void LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    FOR i IN 0..times - 1 LOOP EXECUTE 'SELECT count(note) FROM ops_plan.scattered WHERE ' || condition USING i; END LOOP;
END $$;
SELECT read_by('b BETWEEN $1 * 240 AND $1 * 240 + 239', 130);
SELECT pg_stat_force_next_flush();
SELECT * FROM plan();
SELECT read_by('a = $1', 128);
SELECT pg_stat_force_next_flush();
SELECT priority, kind, object, reason, statement ~ '^(CLUSTER ops_plan.scattered USING scattered_a; ANALYZE ops_plan.scattered|REPACK [(]CONCURRENTLY, ANALYZE[)] ops_plan.scattered USING INDEX scattered_a)$' AS statement FROM plan();
\set ECHO none
SELECT statement FROM plan() \gexec
\set ECHO all
SELECT * FROM plan();
DROP TABLE scattered;
-- and not by bitmaps
CREATE TABLE plainly (a integer, note text) WITH (autovacuum_enabled = off);
INSERT INTO plainly SELECT i % 10, lpad((hashint4(i) & 127)::text, 400, 'x') FROM generate_series(1, 30000) i;
CREATE INDEX plainly_note ON plainly (note) WITH (deduplicate_items = off);
SELECT pg_stat_force_next_flush();
VACUUM ANALYZE plainly;
SET enable_seqscan = off;
SET enable_bitmapscan = off;
CREATE FUNCTION read_notes(columns text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    FOR i IN 0..127 LOOP EXECUTE format('SELECT count(%s) FROM ops_plan.plainly WHERE note = $1', columns) USING lpad(i::text, 400, 'x'); END LOOP;
END $$;
-- (whoever reads the index alone does not read the rows)
SELECT read_notes('note');
SELECT pg_stat_force_next_flush();
SELECT kind, object, reason FROM plan();
SELECT read_notes('a');
SELECT pg_stat_force_next_flush();
SELECT kind, object, reason FROM plan();
-- nor by an index that may go
CREATE INDEX plainly_note_a ON plainly (note, a);
SELECT count(note) FROM plainly WHERE note = lpad('5', 400, 'x') AND a = 5;
RESET enable_seqscan;
RESET enable_bitmapscan;
SELECT pg_stat_force_next_flush();
SELECT kind, object, regexp_replace(reason, ';.*', '') AS reason FROM plan('', '40 days');
DROP TABLE plainly;

-- 7. Indexes that nobody reads, and that another could take the place of
CREATE TABLE parents (id integer PRIMARY KEY);
INSERT INTO parents SELECT generate_series(1, 10);
CREATE TABLE read (id integer PRIMARY KEY, a integer, b integer, c integer, parent integer REFERENCES parents, note text) WITH (autovacuum_enabled = off);
INSERT INTO read SELECT i, i, i, i, 1 + i % 10, lpad(i::text, 60, 'x') FROM generate_series(1, 30000) i;
CREATE INDEX read_unused ON read (note);
CREATE INDEX read_small ON read (b) WHERE b < 10;
CREATE UNIQUE INDEX read_unique ON read (note, id);
CREATE INDEX read_parent ON read (parent, note);
CREATE INDEX read_a ON read (a, note);
CREATE INDEX read_ab ON read (a, note, b);
CREATE INDEX read_c ON read (c);
CREATE INDEX read_bc ON read (b, c, note);
CREATE INDEX read_b ON read (b);
CREATE INDEX read_c_again ON read (c);
CREATE TABLE unread (LIKE read);
INSERT INTO unread SELECT * FROM read;
CREATE INDEX unread_note ON unread (note);
CREATE TABLE read_parts (id integer, note text) PARTITION BY HASH (id);
CREATE TABLE read_parts_0 PARTITION OF read_parts FOR VALUES WITH (MODULUS 2, REMAINDER 0) WITH (autovacuum_enabled = off);
CREATE TABLE read_parts_1 PARTITION OF read_parts FOR VALUES WITH (MODULUS 2, REMAINDER 1) WITH (autovacuum_enabled = off);
INSERT INTO read_parts SELECT id, note FROM read;
CREATE INDEX read_parts_note ON read_parts (note);
SELECT pg_stat_force_next_flush();
VACUUM ANALYZE parents, read, unread, read_parts;
CREATE FUNCTION read_all(table_name text, times integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    FOR i IN 1..times LOOP EXECUTE format('SELECT FROM ops_plan.%I LIMIT 1', table_name); END LOOP;
END $$;
-- they are as unread as their tables
SELECT * FROM plan('', '40 days');
SELECT read_all('read', 200), read_all('read_parts', 200);
SET enable_seqscan = off;
SELECT count(b) FROM read WHERE a = 1 AND note = lpad('1', 60, 'x');
SELECT count(c) FROM read WHERE c = 1;
SELECT count(a) FROM read WHERE b = 1;
RESET enable_seqscan;
SELECT pg_stat_force_next_flush();
-- before 30 days are over only what is there twice is known not to be needed
SELECT * FROM plan();
SELECT * FROM plan('', '40 days');
-- what was made, or made anew, since the server counts has not been unread for as long
SELECT object FROM public.gb_maintenance_plan('ops_plan', (SELECT counted_since FROM gb_index_usage LIMIT 1) + interval '30 days') WHERE reason ~ 'not scanned';
SELECT statement FROM plan('', '40 days') \gexec
SELECT * FROM plan('', '40 days');
DROP TABLE read, parents, unread, read_parts;
-- A partition may need its part of an index: for CLUSTER, or for a key of its own. Parts go with the whole, and are
-- not built anew before
CREATE TABLE parents (id integer PRIMARY KEY);
CREATE TABLE parted (id integer, a integer, b integer, c text) PARTITION BY HASH (id);
CREATE TABLE parted_0 (b integer, c text, a integer, id integer) WITH (autovacuum_enabled = off);
ALTER TABLE parted ATTACH PARTITION parted_0 FOR VALUES WITH (MODULUS 1, REMAINDER 0);
INSERT INTO parents VALUES (1);
INSERT INTO parted SELECT i, i, 1, lpad(i::text, 500, 'x') FROM generate_series(1, 30000) i;
CREATE INDEX parted_a ON parted (a, id);
CREATE INDEX parted_b ON parted (b, c);
CREATE INDEX parted_c ON parted (c);
CREATE INDEX parted_aa ON parted (a, id);
ALTER TABLE parted_0 ADD FOREIGN KEY (b) REFERENCES parents, CLUSTER ON parted_0_a_id_idx1;
DELETE FROM parted WHERE id % 4 > 0;
SELECT pg_stat_force_next_flush();
VACUUM ANALYZE parents, parted;
SET enable_indexscan = off;
SET enable_indexonlyscan = off;
SELECT read_all('parted', 200);
RESET enable_indexscan;
RESET enable_indexonlyscan;
SELECT pg_stat_force_next_flush();
SELECT index_name, is_needed, duplicate_of FROM gb_index_usage WHERE table_name = 'parted'::regclass ORDER BY 1;
SELECT * FROM plan('', '40 days') WHERE kind IN ('drop index', 'reindex');
ALTER TABLE parted_0 DROP CONSTRAINT parted_0_b_fkey, SET WITHOUT CLUSTER;
-- (An index of the partition's own stays when that goes which could take its place.)
CREATE INDEX parted_0_own ON parted_0 (c);
SET enable_seqscan = off;
SELECT count(a) FROM parted_0 WHERE c = 'x';
RESET enable_seqscan;
SELECT pg_stat_force_next_flush();
SELECT index_name, scans, duplicate_of FROM gb_index_usage WHERE table_name = 'parted_0'::regclass AND index_name::text ~ '_(own|c_idx)$' ORDER BY 1;
SELECT * FROM plan('', '40 days') WHERE kind IN ('drop index', 'reindex');
DROP TABLE parents, parted;
-- (So does one of a partition that has partitions itself.)
CREATE TABLE deep (id integer, a integer) PARTITION BY RANGE (id);
CREATE TABLE deep_1 PARTITION OF deep DEFAULT PARTITION BY HASH (id);
CREATE TABLE deep_1_0 PARTITION OF deep_1 FOR VALUES WITH (MODULUS 1, REMAINDER 0) WITH (autovacuum_enabled = off);
INSERT INTO deep SELECT i, i FROM generate_series(1, 60000) i;
CREATE INDEX deep_a ON deep (a);
CREATE INDEX deep_1_own ON deep_1 (a);
SELECT pg_stat_force_next_flush();
VACUUM ANALYZE deep;
SELECT read_all('deep', 200);
SET enable_seqscan = off;
SELECT count(id) FROM deep WHERE a = 1;
RESET enable_seqscan;
SELECT pg_stat_force_next_flush();
SELECT index_name, scans, duplicate_of FROM gb_index_usage WHERE table_name IN ('deep'::regclass, 'deep_1'::regclass) ORDER BY 1;
SELECT * FROM plan('', '40 days') WHERE kind = 'drop index';
DROP TABLE deep;

-- 8. Findings: rows in DEFAULT, late sets, open conversions, codes without a name. What nobody executes in a transaction says so
CREATE TABLE late (id integer, at timestamptz NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE late_rest PARTITION OF late DEFAULT;
INSERT INTO late SELECT i, '2020-01-15' FROM generate_series(1, 30) i;
CREATE TABLE rest (id integer NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE rest_of_rest PARTITION OF rest DEFAULT PARTITION BY HASH (id);
CREATE TABLE rest_of_rest_0 PARTITION OF rest_of_rest FOR VALUES WITH (MODULUS 1, REMAINDER 0);
INSERT INTO rest VALUES (1), (2);
SELECT gb_partition_manage('late', premake => 2);
CREATE TABLE codes (id integer, status task_status, priority task_priority, again task_status) WITH (autovacuum_enabled = off);
INSERT INTO codes SELECT i, as_task_status((CASE WHEN i % 4 = 0 THEN 77 ELSE 1 END)::int2), as_task_priority((i % 5)::int2),
    as_task_status((CASE WHEN i IN (3, 4) THEN -5 ELSE i % 3 END)::int2) FROM generate_series(1, 100) i;
SELECT pg_stat_force_next_flush();
ANALYZE codes, late, rest;
CREATE TABLE converting (id integer PRIMARY KEY, status text);
INSERT INTO converting VALUES (1, 'ready');
CALL gb_enum_convert_online('converting', '{"status": "task_status"}');
CREATE TABLE parting (id integer, at date NOT NULL, PRIMARY KEY (id, at));
CALL gb_partition_convert('parting', 'at', method => 'copy');
CREATE TABLE merging (id integer PRIMARY KEY) PARTITION BY HASH (id);
CREATE TABLE merging_0 PARTITION OF merging FOR VALUES WITH (MODULUS 1, REMAINDER 0);
SELECT gb_enums_internal.partition_convert_begin(gb_enums_internal.partition_merge_request('merging', NULL, 1, '1 s', 1));
SELECT kind, object FROM gb_maintenance_findings WHERE kind = 'open conversion' AND object IN ('merging'::regclass, 'parting'::regclass, 'converting'::regclass);
RESET ROLE;
UPDATE gb_enums_internal.online_conversion SET updated_at = updated_at - interval '2 hours';
SET ROLE regress_ops_owner;
SELECT * FROM plan();
SELECT kind, object, regexp_replace(detail, '(since|at) \d{4}-.*', '\1 then') AS detail, statement FROM gb_maintenance_findings
WHERE object IN (SELECT c.oid FROM pg_class c WHERE c.relnamespace = 'ops_plan'::regnamespace) ORDER BY kind, object::text COLLATE "C", detail COLLATE "C";
SELECT statement FROM plan() WHERE own ORDER BY priority, object \gexec
SELECT pg_stat_force_next_flush();
SELECT kind, object FROM plan();
-- a set that cannot be read, and names that need quotes
CREATE TABLE "a ""set" (at bigint NOT NULL) PARTITION BY RANGE (at);
SELECT gb_partition_manage('"a ""set"', key => 'epoch', premake => 0);
CREATE TABLE of_ids PARTITION OF "a ""set" FOR VALUES FROM (7) TO (1000);
CREATE TABLE ids (id bigint) PARTITION BY RANGE (id);
SELECT gb_partition_manage('ids', 1000, premake => 0);
SELECT kind, object, reason, statement FROM plan('set|ids');

-- 9. A role sees what it may see of its own tables, and who monitors all
RESET ROLE;
SET ROLE regress_ops_other;
SELECT count(*) FROM public.gb_maintenance_plan('ops_plan');
SELECT f.kind, c.relname FROM public.gb_maintenance_findings f JOIN pg_class c ON c.oid = f.object WHERE c.relnamespace::regnamespace = 'ops_plan'::regnamespace ORDER BY 1, 2;
RESET ROLE;
SET ROLE regress_ops_monitor;
SELECT kind, object FROM public.gb_maintenance_plan('ops_plan');
SELECT count(*) FROM gb_enums_internal.analyzed_codes a JOIN pg_class c ON c.oid = a.relation WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = 'ops_plan');
RESET ROLE;
-- a condition that tells what it is given, evaluated as early as can be, is given nothing of others
CREATE FUNCTION pg_temp.tells(text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS $$ BEGIN RAISE WARNING '%', $1; RETURN true; END $$;
SET ROLE regress_ops_other;
SET enable_nestloop = off;
SET enable_indexscan = off;
SET enable_bitmapscan = off;
SELECT count(*) FROM gb_enums_internal.analyzed_codes WHERE pg_temp.tells(codes);
SELECT count(*) FROM gb_enums_internal.table_bloat WHERE pg_temp.tells(bytes || ' ' || bloat);
SELECT count(*) FROM gb_enums_internal.index_bloat WHERE pg_temp.tells(bytes || ' ' || bloat);
SELECT count(*) FROM public.gb_maintenance_findings WHERE kind = 'unknown code' AND pg_temp.tells(detail);
RESET enable_nestloop;
RESET enable_indexscan;
RESET enable_bitmapscan;
RESET ROLE;
-- nor does a policy's table tell
ALTER TABLE codes ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON codes TO regress_ops_other;
SET ROLE regress_ops_other;
SELECT count(*) FROM public.gb_maintenance_findings f JOIN pg_class c ON c.oid = f.object WHERE f.kind = 'unknown code' AND c.relnamespace::regnamespace = 'ops_plan'::regnamespace;
RESET ROLE;
SELECT public.gb_maintenance_plan(0);

DROP SCHEMA ops_plan CASCADE;
DROP ROLE regress_ops_owner, regress_ops_other, regress_ops_monitor;
