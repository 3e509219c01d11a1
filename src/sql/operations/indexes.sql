
-- The use of indexes ------------------------------------------------------------------------------------

-- An index is needed, whoever reads it, when the server or CLUSTER goes by it.
CREATE FUNCTION gb_enums_internal.index_is_needed(index pg_index) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN index.indisunique OR index.indisexclusion OR index.indisreplident OR index.indisclustered;
COMMENT ON FUNCTION gb_enums_internal.index_is_needed(pg_index) IS
    'whether an index is needed for more than for speed';

CREATE VIEW gb_enums_internal.operated_index AS
    SELECT x.indexrelid AS index, x.indrelid AS relation, c.relnamespace, c.relowner, c.relkind, c.relam,
           c.reltuples, c.relpages, c.reloptions, c.relfilenode, c.reltablespace, c.relpersistence,
           c.is_partition, c.partition_of,
           x.indisvalid, x.indislive, x.indisunique, x.indisexclusion, x.indpred IS NOT NULL AS is_partial,
           gb_enums_internal.index_is_needed(x) AS is_needed,
           x.indnkeyatts AS key_count, x.indkey[0] AS first_key, x.indkey::int2[] AS columns,
           x.indclass::oid[] AS classes, x.indcollation::oid[] AS collations
    FROM pg_index x
    JOIN gb_enums_internal.operated_relation c ON c.relation = x.indexrelid
    WHERE c.relnamespace <> 'pg_toast'::regnamespace;
COMMENT ON VIEW gb_enums_internal.operated_index IS
    'the indexes of the tables that are looked at, and whether they are needed for more than for speed';
GRANT SELECT ON gb_enums_internal.operated_index TO PUBLIC;

-- How large a btree index was when it was last looked at, and how large it is when it is built anew: its
-- entries, of which those with equal keys share one where the operator classes allow it, on pages as full as
-- is set. Which rows a partial index has is not known: it may have all keys of the table, and no NULL, and
-- how long their values of varying length are cannot be told.
CREATE VIEW gb_enums_internal.index_bloat WITH (security_barrier) AS
    SELECT i.index, i.relpages AS pages, i.relpages * b.block AS bytes,
           (CASE WHEN e.entry_bytes IS NOT NULL THEN greatest(0, i.relpages - n.pages) END)::bigint * b.block
               AS bloat
    FROM gb_enums_internal.operated_index i
    JOIN pg_class t ON t.oid = i.relation
    CROSS JOIN LATERAL (SELECT current_setting('block_size')::bigint) b(block)
    CROSS JOIN LATERAL (
        SELECT CASE WHEN bool_and(v.width IS NOT NULL)
                    THEN 12 + ceil((CASE WHEN max(v.nulls) > 0 THEN 8 ELSE 0 END
                                    + sum((v.width + v.gap) * (1 - v.nulls))) / 8.0) * 8
               END,
               -- Beyond the range of a product there are as many keys as rows.
               exp(least(sum(ln(greatest(v.keys, 1))) FILTER (WHERE v.number <= i.key_count), 100))
        FROM (
            SELECT a.attnum AS number,
                   CASE WHEN i.is_partial THEN 0 ELSE coalesce(s.stanullfrac, 0) END AS nulls,
                   CASE WHEN a.attlen > 0 THEN a.attlen
                        WHEN NOT i.is_partial THEN s.stawidth END::float8 AS width,
                   CASE WHEN s.stadistinct > 0 THEN s.stadistinct
                        ELSE t.reltuples * coalesce(nullif(-s.stadistinct, 0), 1) END::float8 AS keys,
                   CASE WHEN a.attlen < 0 AND s.stawidth < 127 THEN 0
                        WHEN lag(a.attlen) OVER w < 0 THEN (l.align - 1) / 2.0
                        ELSE (l.align - coalesce(lag(a.attlen) OVER w, 0) % l.align) % l.align
                   END AS gap
            FROM pg_attribute a
            LEFT JOIN pg_statistic s ON NOT s.stainherit
                AND (s.starelid, s.staattnum) = (CASE i.columns[a.attnum - 1] WHEN 0 THEN i.index
                    ELSE i.relation END,
                                                 CASE i.columns[a.attnum - 1] WHEN 0 THEN a.attnum
                                                     ELSE i.columns[a.attnum - 1] END)
            CROSS JOIN LATERAL (
                SELECT CASE a.attalign WHEN 'd' THEN 8 WHEN 'i' THEN 4 WHEN 's' THEN 2 ELSE 1 END) l(align)
            WHERE a.attrelid = i.index
            WINDOW w AS (ORDER BY a.attnum)) v) e(entry_bytes, keys)
    CROSS JOIN LATERAL (
        SELECT coalesce(max(o.option_value::float8) FILTER (WHERE o.option_name = 'fillfactor'), 90) / 100,
               -- (A pivot, since its texts are what the server takes for booleans.)
               NOT coalesce(bool_or(NOT o.option_value::boolean)
                   FILTER (WHERE o.option_name = 'deduplicate_items'),
                            false)
        FROM pg_options_to_table(i.reloptions) o) f(fill, may_share)
    CROSS JOIN LATERAL (
        SELECT f.may_share AND NOT i.indisunique AND cardinality(i.columns) = i.key_count AND bool_and(
                   EXISTS (SELECT
                           FROM pg_opclass c
                           JOIN pg_amproc p ON p.amprocfamily = c.opcfamily AND p.amproclefttype = c.opcintype
                               AND p.amprocrighttype = c.opcintype AND p.amprocnum = 4
                           -- (bpchar has the function, too, and the server says whether it counts. That of
                           -- somebody's operator class may say no.)
                           WHERE c.oid = u.class AND btequalimage(c.opcintype)
                             AND p.amproc IN ('btequalimage'::regproc, 'btvarstrequalimage'::regproc))
                   AND NOT EXISTS (SELECT FROM pg_collation l WHERE l.oid = u.collation_of
                       AND NOT l.collisdeterministic))
        FROM unnest(i.classes, i.collations) u(class, collation_of)) d(are_shared)
    CROSS JOIN LATERAL (
        SELECT CASE WHEN d.are_shared
                    -- A key of many rows has entries of a tenth of a page, with 6 bytes for each row.
                    THEN least(i.reltuples * e.entry_bytes,
                               greatest(least(e.keys, i.reltuples),
                                        i.reltuples / greatest(1, floor((b.block / 10 - e.entry_bytes) / 6)))
                                   * e.entry_bytes
                               + i.reltuples * 6)
                    ELSE i.reltuples * e.entry_bytes END) s(bytes)
    -- One page of a hundred is above the leaves, and one is the index's own.
    CROSS JOIN LATERAL (SELECT ceil(s.bytes / (b.block * f.fill - 40) * 1.01) + 1) n(pages)
    WHERE i.relkind = 'i' AND i.relpages >= 128 AND i.reltuples >= 0
      AND i.relam = (SELECT m.oid FROM pg_am m WHERE m.amname = 'btree')
      AND gb_enums_internal.may_see_estimates(i.relowner);
COMMENT ON VIEW gb_enums_internal.index_bloat IS
    'the size of btree indexes when they were last looked at, and how much smaller they are when they are '
    'built '
    'anew, as estimated';
GRANT SELECT ON gb_enums_internal.index_bloat TO PUBLIC;

-- Few indexes have the first column of another, so only these are compared as a whole.
CREATE FUNCTION gb_enums_internal.index_pairs(OUT index oid, OUT other oid) RETURNS SETOF record
    LANGUAGE c STRICT STABLE PARALLEL SAFE ROWS 100 AS 'MODULE_PATHNAME', 'gb_index_pairs';
COMMENT ON FUNCTION gb_enums_internal.index_pairs() IS
    'valid indexes, each with others of its table that begin with the same column';

-- pg_get_expr() would wait for who has locked the table. As for the server, it does not matter where in a
-- statement an expression was, nor whether a cast was written there.
CREATE FUNCTION gb_enums_internal.same_trees(one pg_node_tree, other pg_node_tree) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT regexp_replace(one::text, w.beside, '', 'g') = regexp_replace(other::text, w.beside, '', 'g')
FROM (VALUES (' :(location|[a-z_]*format) -?[0-9]+')) w(beside)
$$;
COMMENT ON FUNCTION gb_enums_internal.same_trees(pg_node_tree, pg_node_tree) IS
    'whether two stored expressions of one table are the same';

-- One index serves all that another serves if its first columns are those of the other, in the same order
-- and by the same rules. It has to have the others that the other one includes, somewhere. Of two that are
-- the same that one stays which is needed, or is a part of a partitioned index, or else the older one.
-- Options say what kinds of indexes other than btree can be used for.
CREATE VIEW gb_enums_internal.redundant_index AS
    SELECT r.indexrelid AS index, min(k.indexrelid) FILTER (WHERE v.are_same) AS duplicate_of,
           min(k.indexrelid) FILTER (WHERE NOT v.are_same) AS contained_in
    FROM gb_enums_internal.index_pairs() p
    -- (OFFSET, as they are to be looked up one by one: the planner cannot know how many there are.)
    CROSS JOIN LATERAL (
        SELECT x.*, c.relam, c.reloptions, c.relispartition, c.relpersistence
        FROM pg_index x
        JOIN pg_class c ON c.oid = x.indexrelid
        WHERE x.indexrelid = p.index AND NOT gb_enums_internal.index_is_needed(x)
        OFFSET 0) r
    CROSS JOIN LATERAL (
        SELECT x.*, c.relam, c.reloptions, c.relispartition,
               gb_enums_internal.index_is_needed(x) AS is_needed
        FROM pg_index x
        JOIN pg_class c ON c.oid = x.indexrelid
        WHERE x.indexrelid = p.other
        OFFSET 0) k
    CROSS JOIN LATERAL (SELECT r.relam = (SELECT a.oid FROM pg_am a WHERE a.amname = 'btree')) m(is_btree)
    CROSS JOIN LATERAL (
        SELECT r.indnkeyatts = k.indnkeyatts AND k.indkey::int2[] <@ r.indkey::int2[]) v(are_same)
    WHERE k.relam = r.relam AND r.relpersistence <> 't' AND (r.indpred IS NULL) = (k.indpred IS NULL)
      AND (k.indnkeyatts = r.indnkeyatts
           OR (k.indnkeyatts > r.indnkeyatts AND r.indexprs IS NULL AND m.is_btree))
      AND (k.indkey::int2[])[0:r.indnkeyatts - 1] = (r.indkey::int2[])[0:r.indnkeyatts - 1]
      AND (k.indclass::oid[])[0:r.indnkeyatts - 1] = (r.indclass::oid[])[0:r.indnkeyatts - 1]
      AND (k.indcollation::oid[])[0:r.indnkeyatts - 1] = (r.indcollation::oid[])[0:r.indnkeyatts - 1]
      AND (k.indoption::int2[])[0:r.indnkeyatts - 1] = (r.indoption::int2[])[0:r.indnkeyatts - 1]
      AND r.indkey::int2[] <@ k.indkey::int2[]
      AND (r.indexprs IS NULL OR gb_enums_internal.same_trees(r.indexprs, k.indexprs))
      AND (r.indpred IS NULL OR gb_enums_internal.same_trees(r.indpred, k.indpred))
      AND (m.is_btree OR r.reloptions IS NOT DISTINCT FROM k.reloptions)
      AND NOT EXISTS (
          SELECT
          FROM pg_attribute ra
          JOIN pg_attribute ka ON ka.attrelid = k.indexrelid AND ka.attnum = ra.attnum
          WHERE ra.attrelid = r.indexrelid AND ra.attnum <= r.indnkeyatts
            AND ra.attoptions IS DISTINCT FROM ka.attoptions)
      AND (NOT v.are_same
           OR k.is_needed
           OR k.relispartition > r.relispartition
           OR (k.relispartition = r.relispartition AND k.indexrelid < r.indexrelid))
    GROUP BY r.indexrelid;
COMMENT ON VIEW gb_enums_internal.redundant_index IS
    'indexes that others of the table could take the place of';
GRANT SELECT ON gb_enums_internal.redundant_index TO PUBLIC;

CREATE VIEW @extschema@.gb_index_usage AS
    WITH estimated AS MATERIALIZED (SELECT * FROM gb_enums_internal.index_bloat),
    summed AS (
        SELECT p.ancestor, bool_or(l.is_needed) AS is_needed,
               sum(pg_stat_get_numscans(l.index))::bigint AS scans,
               sum(pg_stat_get_tuples_returned(l.index))::bigint AS entries_read,
               sum(pg_stat_get_tuples_fetched(l.index))::bigint AS rows_fetched,
               sum(gb_enums_internal.relation_bytes(
                   l.relfilenode, l.reltablespace, true, l.relpersistence = 'u'))::bigint AS bytes,
               sum(b.bytes)::bigint AS bytes_then, sum(b.bloat)::bigint AS bloat
        FROM gb_enums_internal.partition_leaves() p
        JOIN gb_enums_internal.operated_index l ON l.index = p.leaf
        LEFT JOIN estimated b ON b.index = p.leaf
        GROUP BY p.ancestor)
    SELECT i.relnamespace::regnamespace AS schema, i.relation::regclass AS table_name,
           i.index::regclass AS index_name, i.partition_of::regclass AS partition_of, m.amname AS method,
           i.is_needed OR coalesce(s.is_needed, false) AS is_needed, i.indisvalid AS is_valid, n.scans,
           CASE i.relkind WHEN 'i' THEN pg_stat_get_tuples_returned(i.index)
                          ELSE coalesce(s.entries_read, 0) END AS entries_read,
           CASE i.relkind WHEN 'i' THEN pg_stat_get_tuples_fetched(i.index)
                          ELSE coalesce(s.rows_fetched, 0) END AS rows_fetched,
           (SELECT gb_enums_internal.counted_since()) IS NOT NULL AND n.scans = 0 AS never_used,
           (SELECT gb_enums_internal.counted_since()) AS counted_since,
           r.duplicate_of::regclass AS duplicate_of, r.contained_in::regclass AS contained_in,
           v.bytes AS index_bytes, pg_size_pretty(v.bytes) AS index_size,
           CASE WHEN i.relkind = 'i' AND v.bytes >= 1048576
                THEN v.bytes > gb_enums_internal.heap_bytes(i.relation) ELSE false END AS bigger_than_table,
           coalesce(b.bloat, s.bloat) AS bloat_bytes_estimate,
           round((coalesce(b.bloat, s.bloat)
                  / nullif(coalesce(b.bytes, s.bytes_then), 0)::float8)::numeric, 2) AS bloat_share_estimate
    FROM gb_enums_internal.operated_index i
    JOIN pg_am m ON m.oid = i.relam
    LEFT JOIN summed s ON s.ancestor = i.index
    LEFT JOIN estimated b ON b.index = i.index
    LEFT JOIN gb_enums_internal.redundant_index r ON r.index = i.index
    CROSS JOIN LATERAL (
        SELECT CASE i.relkind WHEN 'i' THEN pg_stat_get_numscans(i.index)
                              ELSE coalesce(s.scans, 0) END) n(scans)
    -- (OFFSET, as it would be computed each time it is mentioned.)
    CROSS JOIN LATERAL (
        SELECT CASE i.relkind
                   WHEN 'i' THEN gb_enums_internal.relation_bytes(
                       i.relfilenode, i.reltablespace, true, i.relpersistence = 'u')
                   ELSE coalesce(s.bytes, 0) END
        OFFSET 0) v(bytes);
COMMENT ON VIEW @extschema@.gb_index_usage IS
    'how much indexes are used, and which could go; a partitioned index has the sums of its partitions; '
    'example: SELECT index_name, index_size FROM gb_index_usage WHERE never_used AND NOT is_needed';
COMMENT ON COLUMN @extschema@.gb_index_usage.schema IS 'the schema of the index';
COMMENT ON COLUMN @extschema@.gb_index_usage.table_name IS 'the table';
COMMENT ON COLUMN @extschema@.gb_index_usage.index_name IS 'the index';
COMMENT ON COLUMN @extschema@.gb_index_usage.partition_of IS
    'the partitioned index that it is a part of, and goes with; its numbers are in the sums of that one, too';
COMMENT ON COLUMN @extschema@.gb_index_usage.method IS 'btree, hash, brin, ...';
COMMENT ON COLUMN @extschema@.gb_index_usage.is_needed IS
    'whether it is needed for more than for speed: it is unique, excludes rows, is the replica identity, or '
    'is what '
    'CLUSTER goes by';
COMMENT ON COLUMN @extschema@.gb_index_usage.is_valid IS
    'false when it was not built to its end, or is being built; a partitioned one, when a partition has none';
COMMENT ON COLUMN @extschema@.gb_index_usage.scans IS 'how often it was scanned';
COMMENT ON COLUMN @extschema@.gb_index_usage.entries_read IS 'how many of its entries were read';
COMMENT ON COLUMN @extschema@.gb_index_usage.rows_fetched IS 'how many rows were fetched by it';
COMMENT ON COLUMN @extschema@.gb_index_usage.never_used IS 'whether it was not scanned on this server since '
                                                           'then';
COMMENT ON COLUMN @extschema@.gb_index_usage.counted_since IS
    'since when the server counts: statistics were reset, lost in a crash, or the database was made; NULL '
    'when it does not (track_counts)';
COMMENT ON COLUMN @extschema@.gb_index_usage.duplicate_of IS
    'another index of the table with the same columns, for the same rows';
COMMENT ON COLUMN @extschema@.gb_index_usage.contained_in IS
    'another index of the table that begins with its columns, for the same rows';
COMMENT ON COLUMN @extschema@.gb_index_usage.index_bytes IS 'the size of the index';
COMMENT ON COLUMN @extschema@.gb_index_usage.index_size IS 'the same for people';
COMMENT ON COLUMN @extschema@.gb_index_usage.bigger_than_table IS
    'whether it has a megabyte or more, and more than the rows of its table';
COMMENT ON COLUMN @extschema@.gb_index_usage.bloat_bytes_estimate IS
    'how much smaller a btree index is when it is built anew, estimated from what ANALYZE found; NULL below '
    'a '
    'megabyte, without statistics, and for those who may neither act as the owner nor are members of '
    'pg_monitor';
COMMENT ON COLUMN @extschema@.gb_index_usage.bloat_share_estimate IS
    'the same as a share of the index when it was looked at';
GRANT SELECT ON @extschema@.gb_index_usage TO PUBLIC;
