
-- Extended statistics objects --------------------------------------------------------------------------
--
-- The server would rebuild such an object, but not its owner and target. The table's owner makes it again,
-- and gives it to the owner that it had.

CREATE FUNCTION gb_enums_internal.convert_create_statistics(object oid, expressions text[]) RETURNS text
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT format('CREATE STATISTICS %I.%I%s ON %s FROM %s', n.nspname, s.stxname, kinds.list,
    concat_ws(', ', columns.list, given.list), s.stxrelid::regclass)
FROM pg_statistic_ext s
JOIN pg_namespace n ON n.oid = s.stxnamespace
CROSS JOIN LATERAL (
    SELECT ' (' || string_agg(CASE k WHEN 'd' THEN 'ndistinct' WHEN 'f' THEN 'dependencies' WHEN 'm'
        THEN 'mcv' END, ', ')
           || ')'
    FROM unnest(s.stxkind) k
    WHERE k <> 'e') kinds(list)
CROSS JOIN LATERAL (
    SELECT string_agg(gb_enums_internal.convert_column(s.stxrelid, k), ', ')
    FROM unnest(s.stxkeys) k) columns(list)
CROSS JOIN LATERAL (
    SELECT string_agg('(' || e || ')', ', ')
    FROM unnest(expressions) e) given(list)
WHERE s.oid = object
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_create_statistics(oid, text[]) IS
    'the statement that makes an extended statistics object with these expressions';

CREATE FUNCTION gb_enums_internal.convert_statistics(
    object oid, columns gb_enums_internal.conversion_column[], place integer, is_new boolean DEFAULT false)
    RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    phase CONSTANT gb_enums_internal.convert_phase :=
        CASE WHEN is_new THEN 'make views' ELSE 'make objects' END;
    x record;
    made record;
    obstacle text;
BEGIN
    SELECT s.*, format('%I.%I', n.nspname, s.stxname) AS name, s.stxowner::regrole::text AS owner, c.relowner
    INTO x
    FROM pg_statistic_ext s
    JOIN pg_namespace n ON n.oid = s.stxnamespace
    JOIN pg_class c ON c.oid = s.stxrelid
    WHERE s.oid = object;
    SELECT e.* INTO made
    FROM gb_enums_internal.convert_expressions(x.stxrelid, x.stxexprs, columns, false) e;
    obstacle := CASE WHEN made.obstacle IS NOT NULL
            THEN format('Statistics object "%s": %s.', x.stxname, made.obstacle)
        WHEN NOT gb_enums_internal.acts_for(x.stxowner, x.relowner)
            THEN format('Statistics object "%s" belongs to %s.', x.stxname, x.owner) END;
    IF obstacle IS NOT NULL THEN
        RETURN NEXT gb_enums_internal.stop(obstacle, place);
        RETURN;
    END IF;
    RETURN QUERY SELECT * FROM gb_enums_internal.convert_place(
        format('Statistics object "%s"', x.stxname), x.stxnamespace, NULL, x.stxowner, place);
    IF NOT is_new THEN
        RETURN NEXT gb_enums_internal.statement('drop objects', place, x.relowner,
            'DROP STATISTICS ' || x.name, 'SHARE UPDATE EXCLUSIVE');
    END IF;
    RETURN QUERY SELECT * FROM gb_enums_internal.statements(phase, place, x.relowner,
        'SHARE UPDATE EXCLUSIVE', ARRAY[
        gb_enums_internal.with_search_path(
            gb_enums_internal.convert_create_statistics(object, made.expressions), made.search_path),
        CASE WHEN x.stxstattarget >= 0
             THEN format('ALTER STATISTICS %s SET STATISTICS %s', x.name, x.stxstattarget) END,
        gb_enums_internal.comment_statement('pg_statistic_ext', object, 'STATISTICS ' || x.name),
        format('ALTER STATISTICS %s OWNER TO %s', x.name, x.owner)]);
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_statistics(oid, gb_enums_internal.conversion_column[], integer,
    boolean) IS
    'the steps for an extended statistics object';
