
-- Columns become enumerations while the table is used: what a dump keeps of it ------------------------------
--
-- A dump has the additional columns and the trigger, and no record of the conversion. The trigger tells what
-- the columns are, so that they can be removed.

CREATE FUNCTION gb_enums_internal.trigger_arguments(trigger oid) RETURNS text[]
    LANGUAGE sql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT array_agg(convert_from(decode(r.bytes[1], 'hex'), getdatabaseencoding()) ORDER BY r.nth)
FROM pg_trigger t
-- Each argument ends with a zero byte.
CROSS JOIN LATERAL regexp_matches(encode(t.tgargs, 'hex'), '((?:(?!00)..)*)00', 'g')
    WITH ORDINALITY r(bytes, nth)
WHERE t.oid = trigger
$$;
COMMENT ON FUNCTION gb_enums_internal.trigger_arguments(oid) IS 'the arguments of a trigger';

-- The triggers of conversions that are not on record. That of a child is its parent's affair.
CREATE FUNCTION gb_enums_internal.convert_left_overs(
    OUT relation regclass, OUT exchanged boolean, OUT source text, OUT target text, OUT enum regtype)
    RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
WITH follower AS (
    SELECT t.oid, t.tgrelid, p.proname
    FROM pg_trigger t
    JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE t.tgname = '~gb_enum_convert' AND p.pronamespace = 'gb_enums_internal'::regnamespace
      AND p.proname IN ('convert_follow_old', 'convert_follow_new'))
SELECT f.tgrelid, f.proname = 'convert_follow_new', a.source, a.target,
       coalesce(to_regtype(nullif(a.enum, '')), n.atttypid)::regtype
FROM follower f
CROSS JOIN LATERAL gb_enums_internal.trigger_arguments(f.oid) arguments
CROSS JOIN LATERAL (
    SELECT arguments[i], arguments[i + 1], arguments[i + 2]
    FROM generate_series(1, cardinality(arguments) - 3, 4) i) a(source, target, enum)
JOIN pg_attribute n ON n.attrelid = f.tgrelid
    AND n.attname = CASE f.proname WHEN 'convert_follow_new' THEN a.source ELSE a.target END
WHERE NOT EXISTS (SELECT FROM pg_inherits i JOIN follower p ON p.tgrelid = i.inhparent
                  WHERE i.inhrelid = f.tgrelid)
  AND NOT EXISTS (
      SELECT
      FROM gb_enums_internal.online_conversion c
      WHERE c.relation = f.tgrelid AND c.kind = 'columns')
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_left_overs() IS
    'columns that follow others by conversions that are not on record';

-- A conversion of a table that is not on record, as far as its end or its undo needs to know it; it has not
-- been begun at any time.
CREATE FUNCTION gb_enums_internal.convert_left_over(relation regclass)
    RETURNS gb_enums_internal.online_conversion
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c gb_enums_internal.online_conversion;
    col gb_enums_internal.conversion_column;
    found record;
BEGIN
    FOR found IN
        SELECT l.*, m.member, a.attnum
        FROM gb_enums_internal.convert_left_overs() l
        CROSS JOIN LATERAL gb_enums_internal.convert_tree(l.relation) m
        JOIN pg_attribute a ON a.attrelid = m.member
            AND a.attname = CASE WHEN l.exchanged THEN l.target ELSE l.source END
        WHERE l.relation = convert_left_over.relation
        ORDER BY m.depth, m.member, a.attnum
    LOOP
        c.stage := CASE WHEN found.exchanged THEN 'done' ELSE 'rows' END;
        col.relation := found.member;
        col.number := found.attnum;
        col.name := found.source;
        col.new_name := found.target;
        col.old_name := found.target;
        c.columns := c.columns || col;
    END LOOP;
    IF c.columns IS NOT NULL THEN
        c.relation := relation;
        c.kind := 'columns';
        c.lock_timeout := '2 seconds';
        c.attempts := 10;
    END IF;
    RETURN c;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_left_over(regclass) IS
    'the conversion of a table that is not on record, from its trigger';
