
-- The sizes of tables -----------------------------------------------------------------------------------

-- How large a table was when its rows were last counted, and how large it needs to be for them: header,
-- values, what alignment leaves between them, and what the fill factor leaves on a page. Nothing is known
-- (NULL) where a column has no statistics. A table below a megabyte (128 pages) is not worth the
-- calculation.
--
-- Alignment depends on the column before: after a value of varying length it leaves half of the most on
-- average.
CREATE VIEW gb_enums_internal.table_bloat WITH (security_barrier) AS
    SELECT t.relation, t.relpages * b.block AS bytes,
           (CASE WHEN r.row_bytes IS NOT NULL THEN greatest(0, t.relpages - e.pages) END)::bigint * b.block
               AS bloat
    FROM gb_enums_internal.operated_relation t
    CROSS JOIN LATERAL (SELECT current_setting('block_size')::bigint) b(block)
    CROSS JOIN LATERAL (
        SELECT CASE WHEN bool_and(v.width IS NOT NULL)
                    THEN 4 + ceil((ceil((23 + CASE WHEN max(v.nulls) > 0 THEN (count(*) + 7) / 8 ELSE 0
                        END) / 8.0)
                                   * 8 + sum((v.width + v.gap) * (1 - v.nulls))) / 8.0) * 8
               END
        FROM (
            SELECT coalesce(s.stanullfrac, 0) AS nulls,
                   CASE WHEN a.attlen > 0 THEN a.attlen ELSE s.stawidth END::float8 AS width,
                   CASE WHEN a.attlen < 0 AND s.stawidth < 127 THEN 0
                        WHEN lag(a.attlen) OVER w < 0 THEN (l.align - 1) / 2.0
                        ELSE (l.align - coalesce(lag(a.attlen) OVER w, 0) % l.align) % l.align
                   END AS gap
            FROM pg_attribute a
            LEFT JOIN pg_statistic s ON s.starelid = a.attrelid AND s.staattnum = a.attnum
                AND NOT s.stainherit
            CROSS JOIN LATERAL (
                SELECT CASE a.attalign WHEN 'd' THEN 8 WHEN 'i' THEN 4 WHEN 's' THEN 2 ELSE 1 END) l(align)
            WHERE a.attrelid = t.relation AND a.attnum > 0 AND NOT a.attisdropped
            WINDOW w AS (ORDER BY a.attnum)) v) r(row_bytes)
    CROSS JOIN LATERAL (
        SELECT coalesce(max(o.option_value::float8) FILTER (WHERE o.option_name = 'fillfactor'), 100) / 100
        FROM pg_options_to_table(t.reloptions) o) f(fill)
    CROSS JOIN LATERAL (
        SELECT ceil(t.reltuples / greatest(1, floor((b.block * f.fill - 24) / r.row_bytes)))) e(pages)
    WHERE t.relkind IN ('r', 'm') AND t.relam = (SELECT m.oid FROM pg_am m WHERE m.amname = 'heap')
      AND t.relpages >= 128 AND t.reltuples >= 0
      AND gb_enums_internal.may_see_estimates(t.relowner);
COMMENT ON VIEW gb_enums_internal.table_bloat IS
    'the size of tables when they were last analyzed, and how much of it their rows do not need, as '
    'estimated';
GRANT SELECT ON gb_enums_internal.table_bloat TO PUBLIC;

CREATE VIEW @extschema@.gb_table_sizes AS
    WITH leaf AS MATERIALIZED (
        SELECT t.relation, t.relnamespace, t.partition_of, NULL::bigint AS partitions,
               gb_enums_internal.row_estimate(t.relation, t.reltuples) AS row_estimate,
               pg_stat_get_dead_tuples(t.relation) AS dead_rows, f.heap_bytes, f.index_bytes, f.toast_bytes,
               b.bytes AS bytes_then, b.bloat
        FROM gb_enums_internal.operated_relation t
        JOIN gb_enums_internal.table_files() f ON f.relation = t.relation
        -- (OFFSET, as they are to be looked up one by one: the planner cannot know how many are large.)
        LEFT JOIN LATERAL (
            SELECT b.bytes, b.bloat
            FROM gb_enums_internal.table_bloat b
            WHERE b.relation = t.relation AND t.relpages >= 128
            OFFSET 0) b ON true
        WHERE t.relkind IN ('r', 'm')),
    summed AS (
        SELECT p.ancestor, count(*) AS partitions, sum(l.row_estimate)::bigint AS row_estimate,
               sum(l.dead_rows)::bigint AS dead_rows, sum(l.heap_bytes)::bigint AS heap_bytes,
               sum(l.index_bytes)::bigint AS index_bytes, sum(l.toast_bytes)::bigint AS toast_bytes,
               sum(l.bytes_then)::bigint AS bytes_then, sum(l.bloat)::bigint AS bloat
        FROM gb_enums_internal.partition_leaves() p
        JOIN leaf l ON l.relation = p.leaf
        GROUP BY p.ancestor),
    listed AS (
        SELECT * FROM leaf
        UNION ALL
        SELECT t.relation, t.relnamespace, t.partition_of, coalesce(s.partitions, 0),
               coalesce(s.row_estimate, 0), coalesce(s.dead_rows, 0), coalesce(s.heap_bytes, 0),
               coalesce(s.index_bytes, 0), coalesce(s.toast_bytes, 0), s.bytes_then, s.bloat
        FROM pg_partitioned_table p
        JOIN gb_enums_internal.operated_relation t ON t.relation = p.partrelid
        LEFT JOIN summed s ON s.ancestor = t.relation)
    SELECT t.relnamespace::regnamespace AS schema, t.relation::regclass AS table_name,
           t.partition_of::regclass AS partition_of, t.partitions, s.total_bytes, t.heap_bytes,
           t.index_bytes, t.toast_bytes, pg_size_pretty(s.total_bytes) AS total_size, t.row_estimate,
           t.dead_rows, t.bloat AS bloat_bytes_estimate,
           round((t.bloat / nullif(t.bytes_then, 0)::float8)::numeric, 2) AS bloat_share_estimate
    FROM listed t
    CROSS JOIN LATERAL (SELECT t.heap_bytes + t.index_bytes + t.toast_bytes) s(total_bytes);
COMMENT ON VIEW @extschema@.gb_table_sizes IS
    'the sizes of tables; a partitioned table has the sums of its partitions; '
    'example: SELECT table_name, total_size FROM gb_table_sizes WHERE partition_of IS NULL '
    'ORDER BY total_bytes DESC LIMIT 10';
COMMENT ON COLUMN @extschema@.gb_table_sizes.schema IS 'the schema of the table';
COMMENT ON COLUMN @extschema@.gb_table_sizes.table_name IS 'the table or materialized view';
COMMENT ON COLUMN @extschema@.gb_table_sizes.partition_of IS
    'the table that it is a partition of; its sizes are in the sums of that table, too';
COMMENT ON COLUMN @extschema@.gb_table_sizes.partitions IS
    'how many partitions hold the rows of a partitioned table';
COMMENT ON COLUMN @extschema@.gb_table_sizes.total_bytes IS 'all that follows: heap, indexes and long values';
COMMENT ON COLUMN @extschema@.gb_table_sizes.heap_bytes IS 'the rows, with the maps of free and of visible '
                                                           'pages';
COMMENT ON COLUMN @extschema@.gb_table_sizes.index_bytes IS 'the indexes of the table';
COMMENT ON COLUMN @extschema@.gb_table_sizes.toast_bytes IS 'long values, with their index';
COMMENT ON COLUMN @extschema@.gb_table_sizes.total_size IS 'total_bytes for people';
COMMENT ON COLUMN @extschema@.gb_table_sizes.row_estimate IS 'the number of rows as statistics have it';
COMMENT ON COLUMN @extschema@.gb_table_sizes.dead_rows IS
    'the number of rows that wait for VACUUM, as statistics have it';
COMMENT ON COLUMN @extschema@.gb_table_sizes.bloat_bytes_estimate IS
    'how much of the heap its rows do not need, estimated from what ANALYZE found; NULL below a megabyte, '
    'without '
    'statistics, and for those who may neither act as the owner nor are members of pg_monitor; '
    'gb_table_bloat() measures it';
COMMENT ON COLUMN @extschema@.gb_table_sizes.bloat_share_estimate IS
    'the same as a share of the heap when it was analyzed';
GRANT SELECT ON @extschema@.gb_table_sizes TO PUBLIC;

-- pgstattuple_approx() reads the pages that are not marked as visible to all, so this is for whoever asks.
CREATE FUNCTION gb_enums_internal.measured_bloat(
    relation regclass, OUT heap_bytes bigint, OUT dead_rows bigint, OUT bloat_bytes bigint)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    measure constant regprocedure := (
        SELECT d.objid
        FROM pg_extension x
        JOIN pg_depend d ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = x.oid
            AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e'
        JOIN pg_proc p ON p.oid = d.objid AND p.proname = 'pgstattuple_approx'
        WHERE x.extname = 'pgstattuple');
BEGIN
    IF measure IS NULL THEN
        RAISE EXCEPTION 'the bloat of a table can only be estimated: pgstattuple is not installed'
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'Create the extension pgstattuple, or leave "exact" out.';
    END IF;
    EXECUTE format(
        'SELECT table_len, dead_tuple_count, dead_tuple_len + approx_free_space::bigint FROM %s($1)',
        (SELECT format('%I.%I', n.nspname, p.proname)
         FROM pg_proc p
         JOIN pg_namespace n ON n.oid = p.pronamespace
         WHERE p.oid = measure))
    INTO heap_bytes, dead_rows, bloat_bytes
    USING relation;
END $$;
COMMENT ON FUNCTION gb_enums_internal.measured_bloat(regclass) IS
    'what pgstattuple_approx() finds in a table without partitions';

CREATE FUNCTION @extschema@.gb_table_bloat(
    relation regclass, exact boolean DEFAULT false,
    OUT method text, OUT heap_bytes bigint, OUT dead_rows bigint, OUT bloat_bytes bigint,
    OUT bloat_share numeric)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    leaves oid[];
BEGIN
    IF relation IS NULL THEN
        RETURN;
    END IF;
    IF NOT EXISTS (
        SELECT
        FROM gb_enums_internal.operated_relation t
        WHERE t.relation = gb_table_bloat.relation AND t.relkind IN ('r', 'm', 'p'))
    THEN
        RAISE EXCEPTION 'no bloat is known of "%"', relation
            USING ERRCODE = 'wrong_object_type',
                  DETAIL = 'It is known of tables, partitioned tables and materialized views that are '
                           'neither the '
                           'server''s own nor temporary.';
    END IF;
    leaves := ARRAY(
        SELECT gb_table_bloat.relation
        UNION ALL
        SELECT p.leaf FROM gb_enums_internal.partition_leaves() p WHERE p.ancestor = gb_table_bloat.relation);
    IF exact THEN
        PERFORM gb_enums_internal.limit_waits(interval '2 seconds');
        method := 'pgstattuple_approx';
        SELECT sum(m.heap_bytes), sum(m.dead_rows), sum(m.bloat_bytes)
        INTO heap_bytes, dead_rows, bloat_bytes
        FROM pg_class c
        CROSS JOIN LATERAL gb_enums_internal.measured_bloat(c.oid) m
        WHERE c.oid = ANY (leaves) AND c.relkind IN ('r', 'm');
    ELSE
        method := 'estimate';
        SELECT sum(b.bytes), sum(pg_stat_get_dead_tuples(b.relation)), sum(b.bloat)
        INTO heap_bytes, dead_rows, bloat_bytes
        FROM gb_enums_internal.table_bloat b
        WHERE b.relation = ANY (leaves);
    END IF;
    bloat_share := round((bloat_bytes / nullif(heap_bytes, 0)::float8)::numeric, 2);
END $$;
COMMENT ON FUNCTION @extschema@.gb_table_bloat(regclass, boolean) IS
    'how much of a table, or of all partitions of one, its rows do not need: as estimated, or measured by '
    'the '
    'extension pgstattuple; example: SELECT bloat_share FROM gb_table_bloat(''message_history'')';
