
-- The objects over a converted column are made again, or change with it. For each kind of object there is a
-- function that gives the steps which drop it and make it. The plan puts the steps in the order of their
-- phases.

-- The warning for a definition that uses the text of a column whose values get other names.
CREATE FUNCTION gb_enums_internal.convert_texts(object text, texts boolean)
    RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT gb_enums_internal.warning(format(
    '%s uses the text of a column some of whose values get other names; '
    'look at what it does with them.', object))
WHERE texts
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_texts(text, boolean) IS
    'the warning for a definition that uses the text of a column';

-- Why an object cannot be made again where it was: its owner, who makes it, may not create there.
CREATE FUNCTION gb_enums_internal.convert_place(
    object text, schema oid, tablespace oid, owner oid, place integer)
    RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT gb_enums_internal.stop(
    format('%s would have to be made again, and %s may not create in %s.', object, w.name, r.refused), place)
FROM (SELECT r.rolname FROM pg_roles r WHERE r.oid = owner AND gb_enums_internal.acts_for(owner)) w(name)
CROSS JOIN LATERAL (
    SELECT format('schema %I', n.nspname)
    FROM pg_namespace n
    WHERE n.oid = schema AND NOT has_schema_privilege(owner, n.oid, 'CREATE')
    UNION ALL
    SELECT format('tablespace %I', t.spcname)
    FROM pg_tablespace t
    WHERE t.oid = tablespace AND NOT has_tablespace_privilege(owner, t.oid, 'CREATE')) r(refused)
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_place(text, oid, oid, oid, integer) IS
    'why an object cannot be made again where it was';
