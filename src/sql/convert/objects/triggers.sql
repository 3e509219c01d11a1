
-- Triggers with a condition on the column, or UPDATE OF it; and those of views that are made again ------

CREATE FUNCTION gb_enums_internal.convert_create_trigger(relation oid, trigger oid, condition text)
    RETURNS text
    LANGUAGE c STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'gb_enum_convert_create_trigger';
COMMENT ON FUNCTION gb_enums_internal.convert_create_trigger(oid, oid, text) IS
    'the statement that makes a trigger with this condition, NULL for none';

-- Whether a trigger and those that partitions have by it are enabled, and the comments on the latter. ALTER
-- TABLE of a partitioned table reaches its partitions, so the statements for partitions come after it.
CREATE FUNCTION gb_enums_internal.convert_trigger_states(object oid) RETURNS SETOF text
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
WITH RECURSIVE family AS (
    SELECT t.oid, t.tgname, t.tgrelid, t.tgenabled, 0 AS depth
    FROM pg_trigger t
    WHERE t.oid = object
    UNION ALL
    SELECT t.oid, t.tgname, t.tgrelid, t.tgenabled, f.depth + 1
    FROM family f
    JOIN pg_trigger t ON t.tgparentid = f.oid),
statement AS (
    SELECT f.depth, f.tgrelid, gb_enums_internal.trigger_state_statement(f.oid) AS s
    FROM family f
    WHERE CASE f.depth WHEN 0 THEN f.tgenabled <> 'O'
               ELSE EXISTS (SELECT FROM family o WHERE o.tgenabled <> f.tgenabled OR f.tgenabled <> 'O') END
    UNION ALL
    SELECT f.depth, f.tgrelid, gb_enums_internal.comment_statement('pg_trigger', f.oid,
        format('TRIGGER %I ON %s', f.tgname, f.tgrelid::regclass))
    FROM family f
    WHERE f.depth > 0)
SELECT s
FROM statement
WHERE s IS NOT NULL
ORDER BY depth, tgrelid, s
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_trigger_states(oid) IS
    'the statements that enable or disable a trigger as it was, also in partitions';

CREATE FUNCTION gb_enums_internal.convert_trigger(
    object oid, columns gb_enums_internal.conversion_column[], place integer, is_new boolean DEFAULT false)
    RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    phase CONSTANT gb_enums_internal.convert_phase :=
        CASE WHEN is_new THEN 'make views' ELSE 'make objects' END;
    x record;
    made record;
    title text;
BEGIN
    SELECT t.*, t.tgrelid::regclass::text AS relation, c.relowner INTO x
    FROM pg_trigger t
    JOIN pg_class c ON c.oid = t.tgrelid
    WHERE t.oid = object;
    SELECT e.* INTO made FROM gb_enums_internal.convert_expressions(x.tgrelid, x.tgqual, columns, true) e;
    title := format('Trigger "%s" of "%s"', x.tgname, x.relation);
    IF made.obstacle IS NOT NULL THEN
        RETURN NEXT gb_enums_internal.stop(format('%s: %s.', title, made.obstacle), place);
        RETURN;
    END IF;
    IF NOT has_function_privilege(x.relowner, x.tgfoid, 'EXECUTE') THEN
        RETURN NEXT gb_enums_internal.stop(
            format('%s would have to be made again, and %s may not execute function %s.',
                title, x.relowner::regrole, x.tgfoid::regprocedure), place);
        RETURN;
    END IF;
    RETURN QUERY SELECT * FROM gb_enums_internal.convert_texts(title, made.texts);
    IF NOT is_new THEN
        RETURN NEXT gb_enums_internal.statement('drop objects', place, x.relowner,
            format('DROP TRIGGER %I ON %s', x.tgname, x.relation), 'ACCESS EXCLUSIVE');
    END IF;
    RETURN QUERY SELECT * FROM gb_enums_internal.statements(phase, place, x.relowner, 'SHARE ROW EXCLUSIVE',
        gb_enums_internal.with_search_path(
            gb_enums_internal.convert_create_trigger(x.tgrelid, object, made.expressions[1]),
            made.search_path)
        || ARRAY(SELECT gb_enums_internal.convert_trigger_states(object))
        || gb_enums_internal.comment_statement('pg_trigger', object,
            format('TRIGGER %I ON %s', x.tgname, x.relation)));
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_trigger(oid, gb_enums_internal.conversion_column[], integer,
    boolean) IS
    'the steps for a trigger';
