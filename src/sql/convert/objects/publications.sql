
-- Publications that name the column in their list ------------------------------------------------------

-- In a row filter no type of an extension can be.
CREATE FUNCTION gb_enums_internal.convert_publication(
    object oid, columns gb_enums_internal.conversion_column[], place integer)
    RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    x record;
    filter record;
    obstacle text;
BEGIN
    SELECT r.*, p.pubname, p.pubowner, r.prrelid::regclass::text AS relation,
        pg_get_expr(r.prqual, r.prrelid) AS shown,
        (SELECT string_agg(gb_enums_internal.convert_column(r.prrelid, k), ', ')
            FROM unnest(r.prattrs) k) AS list INTO x
    FROM pg_publication_rel r
    JOIN pg_publication p ON p.oid = r.prpubid
    WHERE r.oid = object;
    SELECT e.* INTO filter FROM gb_enums_internal.convert_expressions(x.prrelid, x.prqual, columns, false) e;
    obstacle := CASE WHEN filter.changed
            THEN format('Publication "%s" filters rows by the column: %s. '
                'The server takes no types of extensions there.',
                x.pubname, x.shown)
        WHEN NOT pg_has_role(x.pubowner, 'USAGE')
            THEN format('Publication "%s" belongs to %s.', x.pubname, x.pubowner::regrole) END;
    IF obstacle IS NOT NULL THEN
        RETURN NEXT gb_enums_internal.stop(obstacle, place);
        RETURN;
    END IF;
    RETURN NEXT gb_enums_internal.statement('drop objects', place, NULL,
        format('ALTER PUBLICATION %I DROP TABLE ONLY %s', x.pubname, x.relation), 'SHARE UPDATE EXCLUSIVE');
    RETURN NEXT gb_enums_internal.statement('make objects', place, NULL,
        concat(format('ALTER PUBLICATION %I ADD TABLE ONLY %s', x.pubname, x.relation),
            ' (' || x.list || ')', ' WHERE (' || x.shown || ')'), 'SHARE UPDATE EXCLUSIVE');
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_publication(oid, gb_enums_internal.conversion_column[],
    integer) IS
    'the steps for a publication';
