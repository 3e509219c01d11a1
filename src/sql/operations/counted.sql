
-- What the server knows of its work: sizes, counters, and since when it counts --------------------------
--
-- Catalogs, cumulative statistics and the file system are read here, and no table. Nothing waits for a lock.
-- Numbers of the server are shown to everybody, as the server's own views do. What ANALYZE found in the rows
-- of a table goes into estimates only, for those who may act as the table's owner and for members of
-- pg_monitor.

-- pg_relation_size() would open each relation: wait for who has locked it, and read all that is known of it.
-- STABLE, so that who does not ask a view for sizes does not pay for them.
CREATE FUNCTION gb_enums_internal.relation_bytes(
    filenode oid, tablespace oid, is_index boolean, is_unlogged boolean) RETURNS bigint
    LANGUAGE c STRICT STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'gb_relation_bytes';
COMMENT ON FUNCTION gb_enums_internal.relation_bytes(oid, oid, boolean, boolean) IS
    'the size of a relation''s files, given what pg_class has of it';

CREATE FUNCTION gb_enums_internal.heap_bytes(relation oid) RETURNS bigint
    LANGUAGE c STRICT STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'gb_heap_bytes';
COMMENT ON FUNCTION gb_enums_internal.heap_bytes(oid) IS
    'the size of a table''s files, without its indexes and long values; NULL when there is no such table';

-- For all tables at once: in SQL, joins of pg_class with pg_index and with itself take as long as the files.
CREATE FUNCTION gb_enums_internal.table_files(
    OUT relation oid, OUT heap_bytes bigint, OUT index_bytes bigint, OUT toast_bytes bigint)
    RETURNS SETOF record
    LANGUAGE c STRICT STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'gb_table_files';
COMMENT ON FUNCTION gb_enums_internal.table_files() IS
    'the sizes of tables that are neither the server''s nor temporary, of their indexes, and of their long '
    'values';

CREATE FUNCTION gb_enums_internal.database_files_since() RETURNS timestamptz
    LANGUAGE c STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'gb_database_files_since';
COMMENT ON FUNCTION gb_enums_internal.database_files_since() IS
    'when the database was created, or restored as files';

-- The file of an index is made with it, and anew by REINDEX.
CREATE FUNCTION gb_enums_internal.relation_files_since(filenode oid, tablespace oid) RETURNS timestamptz
    LANGUAGE c STRICT STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'gb_relation_files_since';
COMMENT ON FUNCTION gb_enums_internal.relation_files_since(oid, oid) IS
    'when the first file of a relation was made; NULL where the file system does not tell';

-- A crash forgets the counters of a database, and when they were reset. Then those of the whole server have
-- begun anew, too.
CREATE FUNCTION gb_enums_internal.counted_since() RETURNS timestamptz
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT greatest(
    gb_enums_internal.database_files_since(),
    coalesce(
        (SELECT pg_stat_get_db_stat_reset_time(d.oid) FROM pg_database d
        WHERE d.datname = current_database()),
        least((SELECT w.stats_reset FROM pg_stat_wal w), (SELECT a.stats_reset FROM pg_stat_archiver a))))
WHERE current_setting('track_counts')::boolean
$$;
COMMENT ON FUNCTION gb_enums_internal.counted_since() IS
    'since when the server counts what is done in this database; NULL when it does not';

CREATE FUNCTION gb_enums_internal.may_see_estimates(owner oid) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE') OR pg_catalog.pg_has_role(owner, 'USAGE');
COMMENT ON FUNCTION gb_enums_internal.may_see_estimates(oid) IS
    'whether the caller may see what is known of the rows of a role''s tables: its members, and '
    'pg_monitor''s';

-- The relations that the views and plans of this folder are about. OIDs below 16384 are the server's.
CREATE VIEW gb_enums_internal.operated_relation AS
    SELECT c.oid AS relation, c.relname, c.relnamespace, c.relowner, c.relkind, c.relam, c.reltoastrelid,
           c.reltuples, c.relpages, c.relallvisible, c.relfrozenxid, c.relminmxid, c.reloptions,
           c.relreplident,
           c.relpersistence, c.relfilenode, c.reltablespace, c.relispartition AS is_partition,
           i.inhparent AS partition_of
    FROM pg_class c
    LEFT JOIN pg_inherits i ON i.inhrelid = c.oid AND c.relispartition
    WHERE c.oid >= 16384 AND c.relpersistence <> 't';
COMMENT ON VIEW gb_enums_internal.operated_relation IS
    'relations that are neither the server''s nor temporary';
GRANT SELECT ON gb_enums_internal.operated_relation TO PUBLIC;

-- What ANALYZE found stays when counters are lost. The counters are complete again when the table is
-- vacuumed or analyzed, and where as many rows were inserted as there were.
CREATE FUNCTION gb_enums_internal.row_estimate(relation oid, reltuples real) RETURNS bigint
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE
        WHEN pg_catalog.pg_stat_get_tuples_inserted(relation) >= reltuples
             OR pg_catalog.pg_stat_get_vacuum_count(relation)
                + pg_catalog.pg_stat_get_autovacuum_count(relation)
                + pg_catalog.pg_stat_get_analyze_count(relation)
                + pg_catalog.pg_stat_get_autoanalyze_count(relation) > 0
            THEN pg_catalog.pg_stat_get_live_tuples(relation)
        ELSE greatest(pg_catalog.pg_stat_get_live_tuples(relation), reltuples::bigint) END;
COMMENT ON FUNCTION gb_enums_internal.row_estimate(oid, real) IS
    'the rows of a table as the server counts them, or as they were found before it began to';

-- pg_partition_tree() would lock all partitions. (A function, since nobody can estimate how many rows a
-- recursion has: views with it would be compiled, which takes longer than they do.)
CREATE FUNCTION gb_enums_internal.partition_leaves(OUT ancestor oid, OUT leaf oid) RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET jit = off AS $$
WITH RECURSIVE above(relation, ancestor) AS (
    SELECT i.inhrelid, i.inhparent FROM pg_inherits i
    UNION ALL
    SELECT a.relation, i.inhparent
    FROM above a
    JOIN pg_inherits i ON i.inhrelid = a.ancestor)
SELECT a.ancestor, c.oid
FROM above a
JOIN pg_class c ON c.oid = a.relation AND c.relispartition AND c.relkind IN ('r', 'f', 'i')
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_leaves() IS
    'the partitions that hold rows, or whose foreign tables do, of each partitioned table or index above '
    'them';

CREATE FUNCTION gb_enums_internal.with_index_leaves(indexes oid[]) RETURNS oid[]
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT indexes || ARRAY(
    SELECT p.leaf FROM gb_enums_internal.partition_leaves() p WHERE p.ancestor = ANY (indexes))
$$;
COMMENT ON FUNCTION gb_enums_internal.with_index_leaves(oid[]) IS
    'indexes, and those of partitions that are the lowest parts of them';

-- An update that is HOT makes no entry in an index.
CREATE FUNCTION gb_enums_internal.table_work(
    relation oid, OUT reads bigint, OUT written bigint, OUT present bigint, OUT most_reads bigint)
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET jit = off AS $$
WITH RECURSIVE part(oid) AS (
    SELECT relation
    UNION ALL
    SELECT i.inhrelid
    FROM part p
    JOIN pg_inherits i ON i.inhparent = p.oid
    JOIN pg_class c ON c.oid = i.inhrelid AND c.relispartition)
SELECT sum(pg_stat_get_numscans(p.oid) + coalesce(x.scans, 0)),
       sum(pg_stat_get_tuples_inserted(p.oid) + pg_stat_get_tuples_updated(p.oid)
           - pg_stat_get_tuples_hot_updated(p.oid) + pg_stat_get_tuples_deleted(p.oid)),
       sum(pg_stat_get_live_tuples(p.oid)),
       max(pg_stat_get_numscans(p.oid) + coalesce(x.scans, 0))
FROM part p
CROSS JOIN LATERAL (
    SELECT sum(pg_stat_get_numscans(i.indexrelid)) AS scans FROM pg_index i WHERE i.indrelid = p.oid) x
$$;
COMMENT ON FUNCTION gb_enums_internal.table_work(oid) IS
    'how often a table, or its partitions, were read since the server counts, the rows that were written and '
    'the rows that there are, and how often the partition was read that was read most';
