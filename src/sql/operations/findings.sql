
-- What waits for somebody to do it ----------------------------------------------------------------------

-- A set that cannot be read, or is locked, must not hide the others.
CREATE FUNCTION gb_enums_internal.partitions_missing(
    s gb_enums_internal.partition_set, OUT missing bigint, OUT wanted bigint, OUT problem text)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM gb_enums_internal.limit_waits(gb_enums_internal.rest_of_wait());
    SELECT count(*) FILTER (WHERE p.verdict = 'free' OR gb_enums_internal.partition_is_detaching(p.other)),
           count(*)
    INTO missing, wanted
    FROM gb_enums_internal.partition_slots_ahead(s, now()) p;
EXCEPTION WHEN OTHERS THEN
    problem := sqlerrm;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partitions_missing(gb_enums_internal.partition_set) IS
    'how many of the partitions that a set is to have now are not there, or why nobody can tell';

CREATE FUNCTION gb_enums_internal.codes_without_name(enum regtype, found anyarray) RETURNS text
    LANGUAGE c STRICT STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'gb_codes_without_name';
COMMENT ON FUNCTION gb_enums_internal.codes_without_name(regtype, anyarray) IS
    'the codes in an array of an enumeration that are those of no value; NULL when there are none';

-- Codes among the commonest values and the bounds of the histogram, as ANALYZE found them. Who may not read
-- the column, or whose rows a policy chooses, is shown nothing of it, as in pg_stats. (A barrier, since a
-- condition of the caller could be evaluated before, and tell. OFFSET, since few columns have such codes.)
CREATE VIEW gb_enums_internal.analyzed_codes WITH (security_barrier) AS
    WITH typed AS MATERIALIZED (
        SELECT t.oid AS enum, d.objid AS relation, d.objsubid AS number
        FROM pg_proc o
        JOIN pg_type t ON t.typoutput = o.oid AND t.typlen = 2
        JOIN pg_depend d ON d.refclassid = 'pg_type'::regclass AND d.refobjid = t.oid
            AND d.classid = 'pg_class'::regclass AND d.objsubid > 0
        WHERE o.prosrc = 'gb_enum_out' AND o.pronamespace = 'gb_enums_internal'::regnamespace)
    SELECT f.relation, a.attname, f.enum, f.codes
    FROM (
        SELECT e.relation, e.number, e.enum,
               nullif(concat_ws(', ',
                   CASE WHEN s.stakind1 IN (1, 2)
                        THEN gb_enums_internal.codes_without_name(e.enum, s.stavalues1) END,
                   CASE WHEN s.stakind2 = 2
                        THEN gb_enums_internal.codes_without_name(e.enum, s.stavalues2) END), '') AS codes
        FROM typed e
        JOIN pg_statistic s ON s.starelid = e.relation AND s.staattnum = e.number AND NOT s.stainherit
        OFFSET 0) f
    JOIN gb_enums_internal.operated_relation c ON c.relation = f.relation AND c.relkind IN ('r', 'm')
    JOIN pg_class t ON t.oid = f.relation
    JOIN pg_attribute a ON a.attrelid = f.relation AND a.attnum = f.number AND a.atttypid = f.enum
    WHERE f.codes IS NOT NULL AND has_column_privilege(f.relation, a.attnum, 'SELECT')
      AND (NOT t.relrowsecurity OR NOT row_security_active(f.relation));
COMMENT ON VIEW gb_enums_internal.analyzed_codes IS
    'the codes without a name that ANALYZE found in columns of enumerations, for who may read them';
GRANT SELECT ON gb_enums_internal.analyzed_codes TO PUBLIC;

CREATE VIEW gb_enums_internal.maintenance_finding AS
    SELECT 'default rows' AS kind, d.partrelid::regclass AS object,
           format('%s rows are in %s, which no other partition takes', sum(d.rows), d.partdefid::regclass)
               AS detail,
           CASE WHEN s.parent IS NOT NULL
                THEN format('CALL %s.gb_partition_backfill(%L)', gb_enums_internal.extension_schema(),
                            d.partrelid::regclass) END AS statement
    FROM (
        SELECT p.partrelid, p.partdefid,
               gb_enums_internal.row_estimate(l.leaf, c.reltuples) AS rows
        FROM pg_partitioned_table p
        CROSS JOIN LATERAL (
            SELECT p.partdefid
            UNION ALL
            SELECT b.leaf FROM gb_enums_internal.partition_leaves() b WHERE b.ancestor = p.partdefid) l(leaf)
        JOIN pg_class c ON c.oid = l.leaf AND c.relkind = 'r'
        WHERE p.partdefid <> 0 AND p.partstrat = 'r') d
    LEFT JOIN gb_enums_internal.partition_set s ON s.parent = d.partrelid
    GROUP BY d.partrelid, d.partdefid, s.parent
    HAVING sum(d.rows) > 0
    UNION ALL
    SELECT 'late set', s.parent::regclass,
           concat_ws('; ',
               CASE WHEN r.failed_at IS NOT NULL
                    THEN format('maintenance failed at %s (SQLSTATE %s)', r.failed_at, r.error_state) END,
               CASE WHEN m.missing > 0 THEN format('%s of %s partitions are missing', m.missing, m.wanted)
                   END,
               'cannot be read: ' || m.problem,
               CASE WHEN r.last_success IS NULL THEN 'never maintained'
                    ELSE format('last maintained at %s', r.last_success) END),
           format('CALL %s.gb_partition_maintain(%L)', gb_enums_internal.extension_schema(),
               s.parent::regclass)
    FROM gb_enums_internal.partition_set s
    JOIN pg_class c ON c.oid = s.parent AND c.relkind = 'p'
    LEFT JOIN gb_enums_internal.partition_run r ON r.parent = s.parent
    CROSS JOIN LATERAL (SELECT gb_enums_internal.partition_is_of_ids(s)) i(is_of_ids)
    LEFT JOIN LATERAL gb_enums_internal.partitions_missing(s) m ON NOT i.is_of_ids
    -- A partition can be missing until maintenance comes the next time. The highest id is for the owner to
    -- read.
    WHERE NOT s.paused
      AND (r.failed_at IS NOT NULL OR m.problem IS NOT NULL
           OR ((i.is_of_ids OR m.missing > 0) AND coalesce(r.last_success < now() - interval '1 day', true)))
    UNION ALL
    SELECT 'open conversion', c.relation,
           format('%s: %s', CASE WHEN c.stage LIKE 'done%'
               THEN 'converted and not finished, so that it can be undone'
                                 ELSE 'stopped at stage ' || c.stage END, c.columns)
               || CASE WHEN c.updated_at IS NULL THEN '' ELSE format(', since %s', c.updated_at) END,
           CASE WHEN c.stage LIKE 'done%'
                THEN format('SELECT %s.gb_enum_convert_finish(%L)', e.schema, c.relation)
                WHEN c.stage = 'not on record'
                THEN format('CALL %s.gb_enum_convert_online_undo(%L)', e.schema, c.relation)
                ELSE format('CALL %s.gb_enum_convert_online(%L)', e.schema, c.relation) END
    FROM @extschema@.gb_enum_conversions c
    CROSS JOIN gb_enums_internal.extension_schema() e(schema)
    WHERE c.updated_at IS NULL OR c.updated_at < now() - interval '1 hour'
    UNION ALL
    SELECT 'open conversion', c.converted,
           format('%s, since %s', CASE WHEN c.phase = 'done'
               THEN 'converted and not finished, so that it can be undone'
                                       ELSE 'stopped at stage ' || c.phase END, c.updated_at),
           CASE WHEN c.phase = 'done' THEN format('SELECT %s.gb_partition_convert_finish(%L)', e.schema,
               c.converted)
                WHEN c.phase = 'undone' THEN format('CALL %s.gb_partition_convert_undo(%L)', e.schema,
                    c.converted)
                WHEN c.method = 'merge' THEN format('CALL %s.gb_partition_merge(%L)', e.schema, c.parted)
                ELSE format('CALL %s.gb_partition_convert(%L)', e.schema, c.plain) END
    FROM @extschema@.gb_partition_conversions c
    CROSS JOIN gb_enums_internal.extension_schema() e(schema)
    WHERE c.updated_at < now() - interval '1 hour'
    UNION ALL
    SELECT 'unknown code', a.relation::regclass,
           format('column %I has codes without a name: %s', a.attname, a.codes),
           format('SELECT * FROM %s.gb_enum_check(%L)', gb_enums_internal.extension_schema(), a.enum::regtype)
    FROM gb_enums_internal.analyzed_codes a;
COMMENT ON VIEW gb_enums_internal.maintenance_finding IS
    'what gb_maintenance_findings shows, in whatever schema that is';
GRANT SELECT ON gb_enums_internal.maintenance_finding TO PUBLIC;

CREATE VIEW @extschema@.gb_maintenance_findings AS
    SELECT f.kind, f.object, f.detail, f.statement FROM gb_enums_internal.maintenance_finding f;
COMMENT ON VIEW @extschema@.gb_maintenance_findings IS
    'what waits for somebody to do it: rows in DEFAULT partitions, sets whose partitions are missing, '
    'conversions that '
    'have not ended, codes without a name that ANALYZE found; '
    'example: SELECT kind, object, detail FROM gb_maintenance_findings';
COMMENT ON COLUMN @extschema@.gb_maintenance_findings.kind IS
    'default rows, late set, open conversion or unknown code';
COMMENT ON COLUMN @extschema@.gb_maintenance_findings.object IS 'the table';
COMMENT ON COLUMN @extschema@.gb_maintenance_findings.detail IS 'what was found';
COMMENT ON COLUMN @extschema@.gb_maintenance_findings.statement IS
    'what to do next, NULL where that is for people to decide';
GRANT SELECT ON @extschema@.gb_maintenance_findings TO PUBLIC;
