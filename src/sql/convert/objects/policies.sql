
-- Row security policies, of the table itself or of others that look into it -----------------------------

CREATE FUNCTION gb_enums_internal.convert_policy(
    object oid, columns gb_enums_internal.conversion_column[], place integer)
    RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    x record;
    made record;
    title text;
BEGIN
    SELECT p.*, p.polrelid::regclass::text AS relation, c.relowner INTO x
    FROM pg_policy p
    JOIN pg_class c ON c.oid = p.polrelid
    WHERE p.oid = object;
    made := gb_enums_internal.convert_two_expressions(x.polrelid, x.polqual, x.polwithcheck, columns);
    title := format('Policy "%s" of "%s"', x.polname, x.relation);
    IF made.obstacle IS NOT NULL OR NOT gb_enums_internal.acts_for(x.relowner) THEN
        RETURN NEXT gb_enums_internal.stop(
            format('%s: %s.', title, coalesce(made.obstacle, 'the table is somebody else''s')), place);
        RETURN;
    END IF;
    RETURN QUERY SELECT * FROM gb_enums_internal.convert_texts(title, made.texts);
    RETURN NEXT gb_enums_internal.statement('drop policies', place, x.relowner,
        format('DROP POLICY %I ON %s', x.polname, x.relation), 'ACCESS EXCLUSIVE');
    RETURN QUERY SELECT * FROM gb_enums_internal.statements(
        'make policies', place, x.relowner, 'ACCESS EXCLUSIVE', ARRAY[
        gb_enums_internal.with_search_path(
            gb_enums_internal.policy_statement(object, made.first_expressions[1], made.second_expressions[1]),
            made.search_path),
        gb_enums_internal.comment_statement('pg_policy', object,
            format('POLICY %I ON %s', x.polname, x.relation))]);
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_policy(oid, gb_enums_internal.conversion_column[], integer) IS
    'the steps for a policy';
