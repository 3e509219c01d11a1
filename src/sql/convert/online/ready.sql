
-- Columns become enumerations while the table is used: the moment of the exchange --------------------------

-- The tables whose columns change, the views that show the columns, and the tables whose policies use them.
CREATE FUNCTION gb_enums_internal.convert_state_relations(columns gb_enums_internal.conversion_column[])
    RETURNS SETOF oid
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT c.relation
FROM unnest(columns) c
UNION
SELECT v.view
FROM gb_enums_internal.convert_view_order(columns) v
UNION
SELECT p.polrelid
FROM pg_policy p
JOIN pg_depend d ON d.classid = 'pg_policy'::regclass AND d.objid = p.oid
JOIN unnest(columns) c ON d.refclassid = 'pg_class'::regclass AND d.refobjid = c.relation
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_state_relations(gb_enums_internal.conversion_column[]) IS
    'the relations whose definitions use columns';

-- A digest of the definitions that use columns, and of the columns. A plan holds as long as it is the same.
CREATE FUNCTION gb_enums_internal.convert_state(columns gb_enums_internal.conversion_column[]) RETURNS text
    LANGUAGE sql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
WITH relation AS (
    SELECT r AS oid
    FROM gb_enums_internal.convert_state_relations(columns) r),
object(catalog, oid, number, version) AS (
    SELECT 'pg_class'::regclass::oid, c.oid, 0, c.xmin
    FROM relation r
    JOIN pg_class c ON c.oid = r.oid
    UNION ALL
    SELECT 'pg_class'::regclass, a.attrelid, a.attnum, a.xmin
    FROM relation r
    JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0
    UNION ALL
    SELECT 'pg_class'::regclass, x.indexrelid, 0, x.xmin
    FROM relation r
    JOIN pg_index x ON x.indrelid = r.oid
    UNION ALL
    SELECT 'pg_attrdef'::regclass, d.oid, 0, d.xmin
    FROM relation r
    JOIN pg_attrdef d ON d.adrelid = r.oid
    UNION ALL
    SELECT 'pg_constraint'::regclass, k.oid, 0, k.xmin
    FROM relation r
    JOIN pg_constraint k ON k.conrelid = r.oid
    UNION ALL
    SELECT 'pg_rewrite'::regclass, w.oid, 0, w.xmin
    FROM relation r
    JOIN pg_rewrite w ON w.ev_class = r.oid
    UNION ALL
    SELECT 'pg_trigger'::regclass, t.oid, 0, t.xmin
    FROM relation r
    JOIN pg_trigger t ON t.tgrelid = r.oid
    UNION ALL
    SELECT 'pg_policy'::regclass, p.oid, 0, p.xmin
    FROM relation r
    JOIN pg_policy p ON p.polrelid = r.oid
    UNION ALL
    SELECT 'pg_statistic_ext'::regclass, e.oid, 0, e.xmin
    FROM relation r
    JOIN pg_statistic_ext e ON e.stxrelid = r.oid
    UNION ALL
    SELECT 'pg_publication_rel'::regclass, p.oid, 0, p.xmin
    FROM relation r
    JOIN pg_publication_rel p ON p.prrelid = r.oid)
SELECT md5(string_agg(
    format('%s %s %s %s %s', o.catalog, o.oid, o.number, o.version, d.xmin), ','
    ORDER BY o.catalog, o.oid, o.number))
FROM object o
LEFT JOIN pg_description d ON (d.classoid, d.objoid, d.objsubid) = (o.catalog, o.oid, o.number)
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_state(gb_enums_internal.conversion_column[]) IS
    'a digest of the definitions that use columns';

-- Makes sure that nothing has come that has no twin, and nothing that stops the exchange. Whether it is so.
CREATE FUNCTION gb_enums_internal.convert_is_ready(c gb_enums_internal.online_conversion) RETURNS boolean
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    in_place CONSTANT gb_enums_internal.conversion_column[] := gb_enums_internal.convert_in_place(c.columns);
    stops text;
BEGIN
    IF EXISTS (
           SELECT
           FROM gb_enums_internal.convert_twins(c.columns) t
           JOIN pg_index x ON x.indexrelid = t.index
           CROSS JOIN LATERAL unnest(t.steps) p
           WHERE p.phase = 'indexes' AND NOT t.valid AND (x.indisvalid OR t.twin IS NULL))
       OR gb_enums_internal.convert_stage(c.columns, 'checks') <> '{}'
       OR gb_enums_internal.convert_stage(c.columns, 'validate') <> '{}'
    THEN
        RETURN false;
    END IF;
    SELECT string_agg(DISTINCT s.obstacle, ' ')
        INTO stops
        FROM (
            SELECT o.detail
            FROM gb_enums_internal.convert_dependents(in_place, in_place, false) o
            WHERE o.phase = 'stop'
            UNION ALL
            SELECT gb_enums_internal.table_obstacles(in_place)) s(obstacle);
    IF stops IS NOT NULL THEN
        RAISE EXCEPTION 'columns of table "%" cannot be converted while it is used', c.relation
            USING ERRCODE = 'object_not_in_prerequisite_state', DETAIL = stops,
                  HINT = 'Remove what the DETAIL names and call gb_enum_convert_online() again, or '
                         'gb_enum_convert_undo().';
    END IF;
    RETURN true;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_is_ready(gb_enums_internal.online_conversion) IS
    'whether columns of a conversion can change names now';

-- The columns change names. All is planned before the table is locked, and the plan holds if the definitions
-- have not changed by then. What undoes the exchange goes on record with the stage.
CREATE FUNCTION gb_enums_internal.convert_step_exchange(INOUT c gb_enums_internal.online_conversion)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    in_place CONSTANT gb_enums_internal.conversion_column[] := gb_enums_internal.convert_in_place(c.columns);
    state CONSTANT text := gb_enums_internal.convert_state(in_place);
    statements text[];
    locked_at timestamptz;
BEGIN
    PERFORM gb_enums_internal.convert_require_unchanged(c);
    IF NOT gb_enums_internal.convert_is_ready(c) THEN
        c.stage := 'indexes';
        RETURN;
    END IF;
    statements := gb_enums_internal.convert_exchange_statements(c.columns, false);
    PERFORM gb_enums_internal.online_record(c.relation, c);
    PERFORM gb_enums_internal.convert_late_rows(c);
    EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', c.relation);
    locked_at := clock_timestamp();
    -- Most of them have been converted by now, and those that were locked are not locked any more.
    PERFORM gb_enums_internal.convert_late_rows(c);
    PERFORM gb_enums_internal.convert_view(v.view, '{}', true)
        FROM gb_enums_internal.convert_view_order(in_place) v;
    -- The statements are for the tables that there were, and so are those on record, which undo them.
    IF state <> gb_enums_internal.convert_state(in_place)
       OR c.columns <> (gb_enums_internal.convert_of_now(c)).columns
       OR c.columns <> (gb_enums_internal.online_conversion_of(c.relation, 'columns')).columns
    THEN
        RAISE EXCEPTION 'definitions were changed meanwhile' USING ERRCODE = 'lock_not_available';
    END IF;
    PERFORM gb_enums_internal.convert_execute(c, statements);
    c.first_followed := pg_snapshot_xmin(pg_current_snapshot());
    c.stage := 'settle';
    RAISE NOTICE 'conversion of "%": %; the table was locked for % ms', c.relation,
        'the new columns have the names now, and the old ones follow them',
        round(1000 * extract(epoch FROM clock_timestamp() - locked_at));
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_step_exchange(gb_enums_internal.online_conversion) IS
    'lets old and new columns change names';
