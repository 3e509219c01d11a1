
-- Views over columns that change ----------------------------------------------------------------------
--
-- Views over a converted column are dropped from the top and made again from the bottom, with all their
-- properties.

CREATE FUNCTION gb_enums_internal.convert_view_order(columns gb_enums_internal.conversion_column[])
    RETURNS TABLE (view oid, depth integer)
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE ROWS 100 SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN RETURN QUERY
WITH RECURSIVE changed(catalog, object, number) AS (
    SELECT 'pg_class'::regclass, c.relation, c.number::integer
    FROM unnest(columns) c
    UNION ALL
    -- A view that groups by a primary key depends on the constraint.
    SELECT 'pg_constraint'::regclass, k.oid, 0
    FROM unnest(columns) c
    JOIN pg_constraint k ON k.conrelid = c.relation AND k.contype = 'p'
    JOIN pg_index x ON x.indexrelid = k.conindid AND c.number = ANY (x.indkey)
), found(view, depth) AS (
    SELECT r.ev_class, 1
    FROM changed c
    JOIN pg_depend d ON d.refclassid = c.catalog AND d.refobjid = c.object AND d.refobjsubid = c.number
    JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
    WHERE r.ev_type = '1' AND (c.catalog, c.object) <> ('pg_class'::regclass, r.ev_class)
    UNION
    SELECT r.ev_class, f.depth + 1
    FROM found f
    JOIN pg_class v ON v.oid = f.view
    JOIN pg_depend d ON (d.refclassid, d.refobjid) = ('pg_class'::regclass, f.view)
        OR (d.refclassid, d.refobjid) = ('pg_type'::regclass, v.reltype)
    JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
    WHERE r.ev_type = '1' AND r.ev_class <> f.view
)
SELECT f.view, max(f.depth)::integer AS depth
FROM found f
GROUP BY f.view
ORDER BY depth, f.view;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_view_order(gb_enums_internal.conversion_column[]) IS
    'the views over columns that change and the views over those, each after all that it uses';

-- The statements that make a view again --------------------------------------------------------------

CREATE FUNCTION gb_enums_internal.convert_view_kind(view oid) RETURNS text
    LANGUAGE sql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT CASE c.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END
FROM pg_class c
WHERE c.oid = view
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_view_kind(oid) IS
    'VIEW or MATERIALIZED VIEW, as statements name it';

-- NULL when there is no query, since the view's cannot be rewritten.
CREATE FUNCTION gb_enums_internal.convert_view_definition(view oid, query text) RETURNS text
    LANGUAGE sql STABLE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT concat(
    'CREATE ', CASE c.relpersistence WHEN 't' THEN 'TEMPORARY ' END,
    gb_enums_internal.convert_view_kind(view), ' ', view::regclass,
    ' (', (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)
           FROM pg_attribute a
           WHERE a.attrelid = view AND a.attnum > 0 AND NOT a.attisdropped), ')',
    ' USING ' || quote_ident(m.amname),
    ' WITH ' || gb_enums_internal.option_list(c.reloptions || ARRAY(
        SELECT 'toast.' || o
        FROM pg_class t
        CROSS JOIN unnest(t.reloptions) o
        WHERE t.oid = c.reltoastrelid)),
    ' TABLESPACE ' || quote_ident(t.spcname),
    ' AS ', rtrim(btrim(query), ';'),
    CASE c.relkind WHEN 'm' THEN ' WITH NO DATA' END)
FROM pg_class c
LEFT JOIN pg_am m ON m.oid = c.relam
LEFT JOIN pg_tablespace t ON t.oid = c.reltablespace
WHERE c.oid = view
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_view_definition(oid, text) IS
    'the statement that makes a view or materialized view again, with a query that may be another one';

-- A new view comes with the privileges of ALTER DEFAULT PRIVILEGES, which are revoked first.
CREATE FUNCTION gb_enums_internal.convert_grants(view oid) RETURNS SETOF text
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
WITH v AS (
    SELECT c.oid::regclass AS name, c.oid, c.relowner, c.relacl, c.relnamespace
    FROM pg_class c
    WHERE c.oid = view
), revoked(grantee) AS (
    SELECT v.relowner
    FROM v
    WHERE v.relacl IS NOT NULL
    UNION ALL
    SELECT a.grantee
    FROM v
    CROSS JOIN pg_default_acl d
    CROSS JOIN aclexplode(d.defaclacl) a
    WHERE d.defaclrole IN (v.relowner, (SELECT r.oid FROM pg_roles r WHERE r.rolname = current_user))
      AND d.defaclobjtype = 'r' AND d.defaclnamespace IN (0, v.relnamespace)
)
SELECT format('REVOKE ALL ON %s FROM %s', v.name, g.names)
FROM v
CROSS JOIN (
    SELECT string_agg(DISTINCT gb_enums_internal.role_name(grantee), ', ')
    FROM revoked) g(names)
WHERE g.names IS NOT NULL
UNION ALL
SELECT gb_enums_internal.grant_statement(
           string_agg(a.privilege_type, ', ' ORDER BY a.privilege_type), v.name, a.grantee, a.is_grantable)
FROM v
CROSS JOIN aclexplode(v.relacl) a
GROUP BY v.name, a.grantee, a.is_grantable
UNION ALL
SELECT gb_enums_internal.grant_statement(
           format('%s (%s)', a.privilege_type, string_agg(quote_ident(t.attname), ', ' ORDER BY t.attnum)),
           v.name, a.grantee, a.is_grantable)
FROM v
JOIN pg_attribute t ON t.attrelid = v.oid
CROSS JOIN aclexplode(t.attacl) a
GROUP BY v.name, a.grantee, a.privilege_type, a.is_grantable
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_grants(oid) IS
    'the statements that give the privileges on a view again';

-- Statistics targets and options; for columns that keep their type also how their values are stored.
CREATE FUNCTION gb_enums_internal.convert_view_columns(
    view oid, columns gb_enums_internal.conversion_column[]) RETURNS SETOF text
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT format('ALTER MATERIALIZED VIEW %s ALTER COLUMN %I SET %s', view::regclass, a.attname, p.property)
FROM pg_attribute a
CROSS JOIN LATERAL (
    SELECT NOT a.attnum = ANY (gb_enums_internal.convert_numbers(columns, view))) k(keeps_type)
CROSS JOIN LATERAL (
    SELECT 'STATISTICS ' || a.attstattarget
    WHERE a.attstattarget >= 0
    UNION ALL
    SELECT '(' || string_agg(o, ', ') || ')'
    FROM unnest(a.attoptions) o
    WHERE NOT starts_with(o, 'pg_attver=')
    UNION ALL
    SELECT s FROM unnest(gb_enums_internal.stored_as(view, a.attnum)) s WHERE k.keeps_type) p(property)
WHERE a.attrelid = view AND a.attnum > 0 AND NOT a.attisdropped AND p.property IS NOT NULL
ORDER BY a.attnum, p.property
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_view_columns(oid, gb_enums_internal.conversion_column[]) IS
    'the statements that give the columns of a materialized view their properties again';

CREATE FUNCTION gb_enums_internal.convert_view_properties(
    view oid, columns gb_enums_internal.conversion_column[]) RETURNS SETOF text
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT s.statement
FROM pg_class c
CROSS JOIN format('%s %s', gb_enums_internal.convert_view_kind(view), view::regclass) name
CROSS JOIN LATERAL (
    SELECT format('ALTER %s OWNER TO %s', name, c.relowner::regrole)
    UNION ALL
    SELECT g FROM gb_enums_internal.convert_grants(view) g
    UNION ALL
    SELECT gb_enums_internal.comment_statement('pg_class', view, name)
    UNION ALL
    SELECT gb_enums_internal.comment_statement(
        'pg_class', view, format('COLUMN %s.%I', view::regclass, a.attname), a.attnum)
    FROM pg_attribute a
    WHERE a.attrelid = view AND a.attnum > 0
    UNION ALL
    SELECT p
    FROM gb_enums_internal.convert_view_columns(view, columns) p
    WHERE c.relkind = 'm') s(statement)
WHERE c.oid = view AND s.statement IS NOT NULL
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_view_properties(oid, gb_enums_internal.conversion_column[]) IS
    'the statements that give a view its owner, privileges, comments and column properties again';

-- INSERT through the view uses the defaults of its columns.
CREATE FUNCTION gb_enums_internal.convert_view_defaults(
    view oid, columns gb_enums_internal.conversion_column[], place integer)
    RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    owner oid := (SELECT c.relowner FROM pg_class c WHERE c.oid = view);
    d record;
    item gb_enums_internal.conversion_column;
    new record;
BEGIN
    FOR d IN
        SELECT a.adnum AS number, pg_get_expr(a.adbin, a.adrelid) AS expression,
            e.search_path IS NOT NULL AND e.literal IS NULL AS lacks_operators
        FROM pg_attrdef a
        CROSS JOIN LATERAL gb_enums_internal.convert_expressions(a.adrelid, a.adbin, '{}', false) e
        WHERE a.adrelid = view
        ORDER BY a.adnum
    LOOP
        SELECT c.* INTO item FROM unnest(columns) c WHERE c.relation = view AND c.number = d.number;
        IF FOUND THEN
            new := gb_enums_internal.convert_default(item);
            IF new.stop IS NOT NULL THEN
                RETURN NEXT gb_enums_internal.stop(new.stop, place);
                CONTINUE;
            END IF;
            d.expression := new.expression;
        ELSIF d.lacks_operators THEN
            RETURN NEXT gb_enums_internal.stop(gb_enums_internal.default_without_operators(
                view, gb_enums_internal.convert_column(view, d.number), d.expression), place);
            CONTINUE;
        END IF;
        RETURN NEXT gb_enums_internal.statement('make views', place, owner,
            format('ALTER VIEW %s ALTER COLUMN %s SET DEFAULT %s',
                   view::regclass, gb_enums_internal.convert_column(view, d.number), d.expression),
            'ACCESS EXCLUSIVE');
    END LOOP;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_view_defaults(
    oid, gb_enums_internal.conversion_column[], integer) IS
    'the steps that give the columns of a view their defaults again';

-- Properties that would be lost, and objects that cannot be there while the view is not ----------------

CREATE FUNCTION gb_enums_internal.convert_view_users(view oid) RETURNS SETOF text
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT pg_describe_object(d.classid, d.objid, d.objsubid)
FROM pg_class v
JOIN pg_depend d ON (d.refclassid, d.refobjid) IN (
    ('pg_class'::regclass, view), ('pg_type'::regclass, v.reltype),
    ('pg_type'::regclass, (SELECT t.typarray FROM pg_type t WHERE t.oid = v.reltype)))
WHERE v.oid = view AND d.deptype IN ('n', 'a')
  AND d.classid NOT IN ('pg_rewrite'::regclass, 'pg_policy'::regclass, 'pg_attrdef'::regclass,
                        'pg_trigger'::regclass, 'pg_statistic_ext'::regclass)
  AND NOT (d.classid = 'pg_class'::regclass
           AND EXISTS (SELECT FROM pg_index i WHERE i.indexrelid = d.objid AND i.indrelid = view))
UNION ALL
SELECT pg_describe_object(d.classid, d.objid, d.objsubid)
FROM pg_class v
JOIN pg_depend d ON (d.refclassid, d.refobjid) IN (
    ('pg_class'::regclass, view), ('pg_type'::regclass, v.reltype))
JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
WHERE v.oid = view AND d.deptype = 'n' AND r.ev_type <> '1' AND r.ev_class <> view
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_view_users(oid) IS
    'the objects that use a view and are not made again with it';

CREATE FUNCTION gb_enums_internal.convert_view_obstacles(view oid) RETURNS SETOF text
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
WITH v AS (
    SELECT c.relowner, c.relpersistence, c.relnamespace, c.oid::regclass::text AS name,
           c.relowner::regrole::text AS owner, gb_enums_internal.acts_for(c.relowner) AS is_callers
    FROM pg_class c
    WHERE c.oid = view
)
SELECT format('View "%s" belongs to %s.', v.name, v.owner)
FROM v
WHERE NOT v.is_callers
UNION ALL
SELECT DISTINCT format(
    'View "%s" would have to be made again, and %s may not use schema %s.', v.name, v.owner, i.schema)
FROM v
JOIN pg_rewrite r ON r.ev_class = view
JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
CROSS JOIN LATERAL pg_identify_object(d.refclassid, d.refobjid, 0) i
WHERE v.is_callers AND NOT has_schema_privilege(v.relowner, to_regnamespace(i.schema)::oid, 'USAGE')
UNION ALL
-- Nothing temporary is made in the name of somebody else.
SELECT format('View "%s" is a temporary one of %s.', v.name, v.owner)
FROM v
WHERE v.relpersistence = 't' AND v.relowner <> (SELECT r.oid FROM pg_roles r WHERE r.rolname = current_user)
UNION ALL
SELECT format('View "%s" has a rule "%s".', v.name, r.rulename)
FROM v
JOIN pg_rewrite r ON r.ev_class = view AND r.ev_type <> '1'
UNION ALL
SELECT format('View "%s" is a temporary one of another session.', v.name)
FROM v
WHERE v.relpersistence = 't' AND v.relnamespace <> pg_my_temp_schema()
UNION ALL
SELECT format('View "%s" has a security label.', v.name)
FROM v
WHERE EXISTS (SELECT FROM pg_seclabel l WHERE l.objoid = view AND l.classoid = 'pg_class'::regclass)
UNION ALL
SELECT format('View "%s" belongs to an extension.', v.name)
FROM v
WHERE EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = view AND d.deptype = 'e')
UNION ALL
SELECT format('View "%s" is used by %s.', v.name, u)
FROM v
CROSS JOIN gb_enums_internal.convert_view_users(view) u
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_view_obstacles(oid) IS
    'why a view cannot be dropped and made again';

CREATE FUNCTION gb_enums_internal.convert_view_steps(
    view oid, query text, search_path text, columns gb_enums_internal.conversion_column[], depth integer,
    place integer) RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v pg_class;
    object oid;
BEGIN
    SELECT c.* INTO v FROM pg_class c WHERE c.oid = view;
    RETURN NEXT gb_enums_internal.statement('drop views', 10000 - depth, v.relowner,
        format('DROP %s %s', gb_enums_internal.convert_view_kind(view), view::regclass), 'ACCESS EXCLUSIVE');
    RETURN NEXT gb_enums_internal.statement('make views', place, v.relowner,
        gb_enums_internal.with_search_path(
            gb_enums_internal.convert_view_definition(view, query), search_path), 'ACCESS SHARE');
    RETURN QUERY SELECT * FROM gb_enums_internal.statements(
        'make views', place, v.relowner, 'ACCESS EXCLUSIVE',
        ARRAY(SELECT gb_enums_internal.convert_view_properties(view, columns)));
    IF v.relkind = 'm' AND v.relispopulated THEN
        -- Not before the policies are there by which its owner sees rows.
        RETURN NEXT gb_enums_internal.statement('fill views', place, v.relowner,
            format('REFRESH MATERIALIZED VIEW %s', view::regclass), 'ACCESS EXCLUSIVE');
        RETURN NEXT gb_enums_internal.warning(format(
            'Materialized view "%s" is filled anew while the table is locked.', view::regclass), place);
    END IF;
    RETURN QUERY SELECT * FROM gb_enums_internal.convert_view_defaults(view, columns, place);
    RETURN QUERY SELECT * FROM gb_enums_internal.convert_place(
        format('View "%s"', view::regclass), v.relnamespace, v.reltablespace, v.relowner, place);
    FOR object IN SELECT i.indexrelid FROM pg_index i WHERE i.indrelid = view ORDER BY 1 LOOP
        RETURN QUERY SELECT * FROM gb_enums_internal.convert_index(object, columns, place, true);
    END LOOP;
    FOR object IN SELECT s.oid FROM pg_statistic_ext s WHERE s.stxrelid = view ORDER BY 1 LOOP
        RETURN QUERY SELECT * FROM gb_enums_internal.convert_statistics(object, columns, place, true);
    END LOOP;
    FOR object IN SELECT t.oid FROM pg_trigger t WHERE t.tgrelid = view AND NOT t.tgisinternal ORDER BY 1 LOOP
        RETURN QUERY SELECT * FROM gb_enums_internal.convert_trigger(object, columns, place, true);
    END LOOP;
    RETURN QUERY
        SELECT s.*
        FROM gb_enums_internal.convert_view_obstacles(view) o
        CROSS JOIN LATERAL gb_enums_internal.stop(o, place) s;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_view_steps(
    oid, text, text, gb_enums_internal.conversion_column[], integer, integer) IS
    'the steps that drop a view and make it again, with the query that it will have';
