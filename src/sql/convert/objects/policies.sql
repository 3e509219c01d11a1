
-- Row security policies, of the table itself or of others that look into it -----------------------------

CREATE FUNCTION gb_enums_internal.convert_policy(
    object oid, columns gb_enums_internal.conversion_column[], place integer)
    RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    x record;
    visible record;
    checked record;
    title text;
BEGIN
    SELECT p.*, p.polrelid::regclass::text AS relation, c.relowner INTO x
    FROM pg_policy p
    JOIN pg_class c ON c.oid = p.polrelid
    WHERE p.oid = object;
    SELECT e.* INTO visible
    FROM gb_enums_internal.convert_expressions(x.polrelid, x.polqual, columns, false) e;
    SELECT e.* INTO checked
    FROM gb_enums_internal.convert_expressions(x.polrelid, x.polwithcheck, columns, false) e;
    title := format('Policy "%s" of "%s"', x.polname, x.relation);
    IF coalesce(visible.obstacle, checked.obstacle) IS NOT NULL
        OR NOT gb_enums_internal.acts_for(x.relowner) THEN
        RETURN NEXT gb_enums_internal.stop(format('%s: %s.', title,
            coalesce(visible.obstacle, checked.obstacle, 'the table is somebody else''s')), place);
        RETURN;
    END IF;
    RETURN QUERY SELECT * FROM gb_enums_internal.convert_texts(title,
        coalesce(visible.texts, false) OR coalesce(checked.texts, false));
    RETURN NEXT gb_enums_internal.statement('drop policies', place, x.relowner,
        format('DROP POLICY %I ON %s', x.polname, x.relation), 'ACCESS EXCLUSIVE');
    RETURN QUERY SELECT * FROM gb_enums_internal.statements(
        'make policies', place, x.relowner, 'ACCESS EXCLUSIVE', ARRAY[
        gb_enums_internal.policy_statement(object, visible.expressions[1], checked.expressions[1]),
        gb_enums_internal.comment_statement('pg_policy', object,
            format('POLICY %I ON %s', x.polname, x.relation))]);
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_policy(oid, gb_enums_internal.conversion_column[], integer) IS
    'the steps for a policy';
