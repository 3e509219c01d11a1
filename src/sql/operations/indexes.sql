
-- The use of indexes ------------------------------------------------------------------------------------

-- An index is needed, whoever reads it, when the server or CLUSTER goes by it.
CREATE VIEW gb_enums_internal.operated_index AS
    SELECT x.indexrelid AS index, x.indrelid AS relation, c.relnamespace, c.relowner, c.relkind, c.relam,
           c.reltuples, c.relpages, c.reloptions, c.relfilenode, c.reltablespace, c.relpersistence,
           c.partition_of,
           x.indisvalid, x.indisunique, x.indisexclusion, x.indexprs IS NOT NULL AS has_expressions,
           x.indpred IS NOT NULL AS is_partial,
           x.indisunique OR x.indisexclusion OR x.indisreplident OR x.indisclustered AS is_needed,
           x.indnkeyatts AS key_count, x.indkey[0] AS first_key, x.indkey::int2[] AS columns,
           x.indclass::oid[] AS classes, x.indcollation::oid[] AS collations
    FROM pg_index x
    JOIN gb_enums_internal.operated_relation c ON c.relation = x.indexrelid
    WHERE x.indislive AND c.relnamespace <> 'pg_toast'::regnamespace;
COMMENT ON VIEW gb_enums_internal.operated_index IS
    'the indexes of the tables that are looked at, and whether they are needed for more than for speed';
GRANT SELECT ON gb_enums_internal.operated_index TO PUBLIC;

-- How large a btree index was when it was last looked at, and how large it is when it is built anew: its
-- entries, of which those with equal keys share one where the operator classes allow it, on pages as full as
-- is set.
CREATE VIEW gb_enums_internal.index_bloat WITH (security_barrier) AS
    SELECT i.index, i.relpages * b.block AS bytes,
           (CASE WHEN e.entry_bytes IS NOT NULL THEN greatest(0, i.relpages - n.pages) END)::bigint * b.block
               AS bloat
    FROM gb_enums_internal.operated_index i
    CROSS JOIN LATERAL (SELECT current_setting('block_size')::bigint) b(block)
    CROSS JOIN LATERAL (
        SELECT CASE WHEN bool_and(v.width IS NOT NULL)
                    THEN 12 + ceil((CASE WHEN max(v.nulls) > 0 THEN 8 ELSE 0 END
                                    + sum((v.width + v.gap) * (1 - v.nulls))) / 8.0) * 8
               END,
               -- Beyond the range of a product there are as many keys as rows.
               exp(least(sum(ln(greatest(v.keys, 1))) FILTER (WHERE v.number <= i.key_count), 100))
        FROM (
            SELECT a.attnum AS number, coalesce(s.stanullfrac, 0) AS nulls,
                   CASE WHEN a.attlen > 0 THEN a.attlen ELSE s.stawidth END::float8 AS width,
                   CASE WHEN s.stadistinct > 0 THEN s.stadistinct
                        ELSE i.reltuples * coalesce(nullif(-s.stadistinct, 0), 1) END::float8 AS keys,
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
                           WHERE c.oid = u.class)
                   AND NOT EXISTS (SELECT FROM pg_collation l WHERE l.oid = u.collation_of
                       AND NOT l.collisdeterministic))
        FROM unnest(i.classes, i.collations) u(class, collation_of)) d(are_shared)
    CROSS JOIN LATERAL (
        SELECT CASE WHEN d.are_shared
                    -- A key of many rows has an entry for each 400 of them, and 6 bytes for each.
                    THEN least(i.reltuples * e.entry_bytes,
                               greatest(least(e.keys, i.reltuples), i.reltuples / 400) * e.entry_bytes
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

-- One index serves all that another serves if its first columns are those of the other, in the same order
-- and by the same rules. It has to have the others that the other one includes, somewhere. Of two that are
-- the same the older one stays, unless only the younger one is needed.
CREATE VIEW @extschema@.gb_index_usage AS
    WITH i AS MATERIALIZED (
        SELECT o.index, o.relation, o.relnamespace, o.relkind, o.relam, o.partition_of, o.indisvalid,
               o.is_needed, o.key_count, o.first_key, o.has_expressions, o.is_partial, o.relfilenode,
               o.reltablespace, o.relpersistence
        FROM gb_enums_internal.operated_index o),
    bloated AS MATERIALIZED (SELECT b.index, b.bytes, b.bloat FROM gb_enums_internal.index_bloat b),
    summed AS (
        SELECT p.ancestor, sum(pg_stat_get_numscans(l.index))::bigint AS scans,
               sum(pg_stat_get_tuples_returned(l.index))::bigint AS entries_read,
               sum(pg_stat_get_tuples_fetched(l.index))::bigint AS rows_fetched,
               sum(gb_enums_internal.relation_bytes(
                   l.relfilenode, l.reltablespace, true, l.relpersistence = 'u'))::bigint AS bytes,
               sum(b.bytes)::bigint AS bytes_then, sum(b.bloat)::bigint AS bloat
        FROM gb_enums_internal.partition_leaf p
        JOIN i l ON l.index = p.leaf
        LEFT JOIN bloated b ON b.index = p.leaf
        GROUP BY p.ancestor),
    -- Few indexes have the first column of another, so only these are compared as a whole.
    redundant AS (
        SELECT r.index, min(k.index) FILTER (WHERE v.are_same) AS duplicate_of,
               min(k.index) FILTER (WHERE NOT v.are_same) AS contained_in
        FROM i r
        JOIN i k ON k.relation = r.relation AND k.relam = r.relam AND k.first_key = r.first_key
            AND k.is_partial = r.is_partial AND k.index <> r.index
        JOIN pg_index rx ON rx.indexrelid = r.index
        JOIN pg_index kx ON kx.indexrelid = k.index
        CROSS JOIN LATERAL (
            SELECT r.key_count = k.key_count AND kx.indkey::int2[] <@ rx.indkey::int2[]) v(are_same)
        WHERE NOT r.is_needed AND r.indisvalid AND k.indisvalid
          AND (k.key_count = r.key_count
               OR (k.key_count > r.key_count AND NOT r.has_expressions
                   AND r.relam = (SELECT m.oid FROM pg_am m WHERE m.amname = 'btree')))
          AND (kx.indkey::int2[])[0:r.key_count - 1] = (rx.indkey::int2[])[0:r.key_count - 1]
          AND (kx.indclass::oid[])[0:r.key_count - 1] = (rx.indclass::oid[])[0:r.key_count - 1]
          AND (kx.indcollation::oid[])[0:r.key_count - 1] = (rx.indcollation::oid[])[0:r.key_count - 1]
          AND (kx.indoption::int2[])[0:r.key_count - 1] = (rx.indoption::int2[])[0:r.key_count - 1]
          AND rx.indkey::int2[] <@ kx.indkey::int2[]
          AND (NOT r.has_expressions
               OR pg_get_expr(rx.indexprs, rx.indrelid) = pg_get_expr(kx.indexprs, kx.indrelid))
          AND (NOT r.is_partial
               OR pg_get_expr(rx.indpred, rx.indrelid) = pg_get_expr(kx.indpred, kx.indrelid))
          AND (k.is_needed OR k.index < r.index OR NOT v.are_same)
        GROUP BY r.index)
    SELECT i.relnamespace::regnamespace AS schema, i.relation::regclass AS table_name,
           i.index::regclass AS index_name, i.partition_of::regclass AS partition_of, m.amname AS method,
           i.is_needed, i.indisvalid AS is_valid, n.scans,
           CASE i.relkind WHEN 'i' THEN pg_stat_get_tuples_returned(i.index)
                          ELSE coalesce(s.entries_read, 0) END AS entries_read,
           CASE i.relkind WHEN 'i' THEN pg_stat_get_tuples_fetched(i.index)
                          ELSE coalesce(s.rows_fetched, 0) END AS rows_fetched,
           n.scans = 0 AS never_used, (SELECT gb_enums_internal.counted_since()) AS counted_since,
           r.duplicate_of::regclass AS duplicate_of, r.contained_in::regclass AS contained_in,
           v.bytes AS index_bytes, pg_size_pretty(v.bytes) AS index_size,
           CASE WHEN i.relkind = 'i' AND v.bytes >= 1048576
                THEN v.bytes > gb_enums_internal.relation_bytes(
                    t.relfilenode, t.reltablespace, false, t.relpersistence = 'u')
                ELSE false END AS bigger_than_table,
           coalesce(b.bloat, s.bloat) AS bloat_bytes_estimate,
           round((coalesce(b.bloat, s.bloat)
                  / nullif(coalesce(b.bytes, s.bytes_then), 0)::float8)::numeric, 2) AS bloat_share_estimate
    FROM i
    JOIN pg_class t ON t.oid = i.relation
    JOIN pg_am m ON m.oid = i.relam
    LEFT JOIN summed s ON s.ancestor = i.index
    LEFT JOIN bloated b ON b.index = i.index
    LEFT JOIN redundant r ON r.index = i.index
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
    'since when the server counts: statistics were reset, lost in a crash, or the database was made';
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
