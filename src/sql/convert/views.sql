
-- Views over a converted column are dropped from the top and made again from the bottom, with all
-- that they have.

-- The views over the columns that change, and the views over those, each after all that it uses.
CREATE FUNCTION gb_enums_internal.convert_view_order(columns gb_enums_internal.conversion_column[]) RETURNS TABLE (view oid, depth integer)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
WITH RECURSIVE found(view, depth) AS (
    SELECT r.ev_class, 1 FROM unnest(columns) c
    JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = c.relation AND d.refobjsubid = c.number
        AND d.classid = 'pg_rewrite'::regclass
    JOIN pg_rewrite r ON r.oid = d.objid AND r.ev_type = '1' AND r.ev_class <> d.refobjid
    UNION  -- those that group by a key whose index includes one
    SELECT r.ev_class, 1 FROM unnest(columns) c JOIN pg_constraint k ON k.conrelid = c.relation AND k.contype = 'p'
    JOIN pg_index x ON x.indexrelid = k.conindid AND c.number = ANY (x.indkey)
    JOIN pg_depend d ON d.refclassid = 'pg_constraint'::regclass AND d.refobjid = k.oid AND d.classid = 'pg_rewrite'::regclass
    JOIN pg_rewrite r ON r.oid = d.objid AND r.ev_type = '1'
    UNION
    SELECT r.ev_class, f.depth + 1 FROM found f JOIN pg_class v ON v.oid = f.view
    JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND ((d.refclassid, d.refobjid) = ('pg_class'::regclass, f.view)
        OR (d.refclassid, d.refobjid) = ('pg_type'::regclass, v.reltype))
    JOIN pg_rewrite r ON r.oid = d.objid AND r.ev_type = '1' AND r.ev_class <> f.view)
SELECT f.view, max(f.depth)::integer FROM found f GROUP BY f.view ORDER BY 2, 1
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_view_order(gb_enums_internal.conversion_column[]) IS 'the views over columns that change, in the order to make them in';

-- Privileges as they were. New objects come with those of ALTER DEFAULT PRIVILEGES.
CREATE FUNCTION gb_enums_internal.convert_grants(view oid) RETURNS SETOF text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
WITH v AS (SELECT c.*, c.oid::regclass AS name, c.relowner::regrole::text AS owner FROM pg_class c WHERE c.oid = view)
SELECT format('REVOKE ALL ON %s FROM %s', v.name, who) FROM v, LATERAL (
    SELECT string_agg(DISTINCT grantee, ', ') AS who FROM (
        SELECT v.owner WHERE v.relacl IS NOT NULL
        UNION ALL
        SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END FROM pg_default_acl d, aclexplode(d.defaclacl) a
        WHERE d.defaclrole IN (v.relowner, (SELECT r.oid FROM pg_roles r WHERE r.rolname = current_user))
            AND d.defaclobjtype = 'r' AND d.defaclnamespace IN (0, v.relnamespace)) g(grantee)) w
WHERE who IS NOT NULL
UNION ALL
SELECT format('GRANT %s ON %s TO %s%s', string_agg(a.privilege_type, ', ' ORDER BY a.privilege_type), v.name,
    CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END, CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
FROM v, aclexplode(v.relacl) a GROUP BY v.name, a.grantee, a.is_grantable
UNION ALL
SELECT format('GRANT %s (%s) ON %s TO %s%s', a.privilege_type, string_agg(quote_ident(t.attname), ', ' ORDER BY t.attnum), v.name,
    CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END, CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
FROM v JOIN pg_attribute t ON t.attrelid = v.oid, aclexplode(t.attacl) a GROUP BY v.name, a.grantee, a.privilege_type, a.is_grantable
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_grants(oid) IS 'the statements that give the privileges on a view again';

-- The default of a view's column, which INSERT through the view uses.
CREATE FUNCTION gb_enums_internal.convert_view_defaults(view oid, columns gb_enums_internal.conversion_column[], place integer) RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    owner oid := (SELECT c.relowner FROM pg_class c WHERE c.oid = view);
    d record;
    item gb_enums_internal.conversion_column;
    new record;
BEGIN
    FOR d IN SELECT a.adnum, pg_get_expr(a.adbin, a.adrelid) AS shown
             FROM pg_attrdef a WHERE a.adrelid = view ORDER BY 1 LOOP
        SELECT c.* INTO item FROM unnest(columns) c WHERE c.relation = view AND c.number = d.adnum;
        IF FOUND THEN
            new := gb_enums_internal.convert_default(item);
            IF new.stop IS NOT NULL THEN
                RETURN NEXT gb_enums_internal.stop(new.stop, place);
                CONTINUE;
            END IF;
            d.shown := new.expression;
        END IF;
        RETURN NEXT gb_enums_internal.statement('make views', place, owner, format('ALTER VIEW %s ALTER COLUMN %s SET DEFAULT %s', view::regclass, gb_enums_internal.convert_column(view, d.adnum), d.shown), 'ACCESS EXCLUSIVE');
    END LOOP;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_view_defaults(oid, gb_enums_internal.conversion_column[], integer) IS 'the steps that give defaults of a view''s columns again';

-- What the columns of a materialized view have: targets and options of statistics, and, of those that keep their type, how
-- they are stored.
CREATE FUNCTION gb_enums_internal.convert_view_columns(view oid, columns gb_enums_internal.conversion_column[]) RETURNS SETOF text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
SELECT format('ALTER COLUMN %I SET %s', a.attname, s) FROM pg_attribute a JOIN pg_type y ON y.oid = a.atttypid CROSS JOIN LATERAL (
    SELECT 'STATISTICS ' || a.attstattarget WHERE coalesce(a.attstattarget, -1) >= 0
    UNION ALL SELECT '(' || string_agg(o, ', ') || ')' FROM unnest(a.attoptions) o WHERE NOT starts_with(o, 'pg_attver=')
    UNION ALL SELECT * FROM (
        SELECT 'STORAGE ' || CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END WHERE a.attstorage <> y.typstorage
        UNION ALL SELECT 'COMPRESSION ' || CASE a.attcompression WHEN 'p' THEN 'pglz' ELSE 'lz4' END WHERE a.attcompression <> '') k
        WHERE NOT a.attnum = ANY (gb_enums_internal.convert_numbers(columns, view))) o(s)
WHERE a.attrelid = view AND a.attnum > 0 AND NOT a.attisdropped AND s IS NOT NULL ORDER BY a.attnum, s
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_view_columns(oid, gb_enums_internal.conversion_column[]) IS 'what the columns of a materialized view have, as parts of ALTER MATERIALIZED VIEW';

-- A view or materialized view: dropped, and made again from the query given.
CREATE FUNCTION gb_enums_internal.convert_view_steps(view oid, query text, columns gb_enums_internal.conversion_column[], depth integer, place integer)
    RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    x record;
    object record;
BEGIN
    SELECT c.*, c.oid::regclass::text AS name, c.relowner::regrole::text AS owner, am.amname, t.spcname,
           CASE c.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END AS what,
           (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS names
    INTO x FROM pg_class c LEFT JOIN pg_am am ON am.oid = c.relam LEFT JOIN pg_tablespace t ON t.oid = c.reltablespace WHERE c.oid = view;
    RETURN NEXT gb_enums_internal.statement('drop views', 10000 - depth, x.relowner, format('DROP %s %s', x.what, x.name), 'ACCESS EXCLUSIVE');
    RETURN NEXT gb_enums_internal.statement('make views', place, x.relowner, format('CREATE %s%s %s (%s)', CASE x.relpersistence WHEN 't' THEN 'TEMPORARY ' ELSE '' END, x.what, x.name, x.names)
        || CASE WHEN x.relkind = 'm' THEN ' USING ' || quote_ident(x.amname) ELSE '' END
        || coalesce((SELECT ' WITH (' || string_agg(format('%s = %L', split_part(o, '=', 1), substr(o, position('=' IN o) + 1)), ', ') || ')' FROM (
            SELECT unnest(x.reloptions) UNION ALL SELECT 'toast.' || unnest(t.reloptions) FROM pg_class t WHERE t.oid = x.reltoastrelid) u(o)), '')
        || coalesce(' TABLESPACE ' || quote_ident(x.spcname), '') || ' AS ' || rtrim(btrim(query), ';')
        || CASE WHEN x.relkind = 'm' THEN ' WITH NO DATA' ELSE '' END, 'ACCESS SHARE');
    RETURN QUERY SELECT * FROM gb_enums_internal.statements('make views', place, x.relowner, 'ACCESS EXCLUSIVE', ARRAY(
        SELECT format('ALTER %s %s OWNER TO %s', x.what, x.name, x.owner)
        UNION ALL SELECT g FROM gb_enums_internal.convert_grants(view) g
        UNION ALL SELECT gb_enums_internal.convert_comment('pg_class', view, x.what || ' ' || x.name)
        UNION ALL SELECT gb_enums_internal.convert_comment('pg_class', view, format('COLUMN %s.%I', x.name, a.attname), a.attnum)
            FROM pg_attribute a WHERE a.attrelid = view AND a.attnum > 0
        UNION ALL SELECT format('ALTER MATERIALIZED VIEW %s %s', x.name, c) FROM gb_enums_internal.convert_view_columns(view, columns) c WHERE x.relkind = 'm'));
    IF x.relkind = 'm' AND x.relispopulated THEN
        -- Not before the policies are there by which its owner sees rows.
        RETURN NEXT gb_enums_internal.statement('fill views', place, x.relowner, format('REFRESH MATERIALIZED VIEW %s', x.name), 'ACCESS EXCLUSIVE');
    END IF;
    RETURN QUERY SELECT * FROM gb_enums_internal.convert_view_defaults(view, columns, place);
    RETURN QUERY SELECT * FROM gb_enums_internal.convert_place(format('View "%s"', x.name), x.relnamespace, x.reltablespace, x.relowner, place);
    FOR object IN SELECT i.indexrelid AS oid FROM pg_index i WHERE i.indrelid = view ORDER BY 1 LOOP
        RETURN QUERY SELECT * FROM gb_enums_internal.convert_index(object.oid, columns, place, true);
    END LOOP;
    FOR object IN SELECT s.oid FROM pg_statistic_ext s WHERE s.stxrelid = view ORDER BY 1 LOOP
        RETURN QUERY SELECT * FROM gb_enums_internal.convert_statistics(object.oid, columns, place, true);
    END LOOP;
    FOR object IN SELECT t.oid FROM pg_trigger t WHERE t.tgrelid = view AND NOT t.tgisinternal ORDER BY 1 LOOP
        RETURN QUERY SELECT * FROM gb_enums_internal.convert_trigger(object.oid, columns, place, true);
    END LOOP;
    -- What would be lost, or cannot be there while the view is not.
    RETURN QUERY SELECT p.* FROM (
        SELECT format('View "%s" belongs to %s.', x.name, x.owner) WHERE NOT gb_enums_internal.acts_for(x.relowner)
        UNION ALL SELECT DISTINCT format('View "%s" would have to be made again, and %s may not use schema %s.',
                x.name, x.owner, i.schema)
            FROM pg_rewrite r JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
            CROSS JOIN LATERAL pg_identify_object(d.refclassid, d.refobjid, 0) i
            WHERE r.ev_class = view AND gb_enums_internal.acts_for(x.relowner)
              AND NOT has_schema_privilege(x.relowner, to_regnamespace(i.schema)::oid, 'USAGE')
        -- Nothing temporary is made in the name of somebody else.
        UNION ALL SELECT format('View "%s" is a temporary one of %s.', x.name, x.owner)
            WHERE x.relpersistence = 't'
              AND x.relowner <> (SELECT r.oid FROM pg_roles r WHERE r.rolname = current_user)
        UNION ALL SELECT format('View "%s" has a rule "%s".', x.name, r.rulename) FROM pg_rewrite r WHERE r.ev_class = view AND r.ev_type <> '1'
        UNION ALL SELECT format('View "%s" is a temporary one of another session.', x.name) WHERE x.relpersistence = 't' AND x.relnamespace <> pg_my_temp_schema()
        UNION ALL SELECT format('View "%s" has a security label.', x.name) WHERE EXISTS (SELECT FROM pg_seclabel l WHERE l.objoid = view AND l.classoid = 'pg_class'::regclass)
        UNION ALL SELECT format('View "%s" belongs to an extension.', x.name) WHERE EXISTS (
            SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = view AND d.deptype = 'e')
        UNION ALL SELECT format('View "%s" is used by %s.', x.name, pg_describe_object(d.classid, d.objid, d.objsubid)) FROM pg_depend d
            WHERE (d.refclassid, d.refobjid) IN (('pg_class'::regclass, view), ('pg_type'::regclass, x.reltype), ('pg_type'::regclass, (SELECT t.typarray FROM pg_type t WHERE t.oid = x.reltype)))
            AND d.deptype IN ('n', 'a') AND d.classid NOT IN ('pg_rewrite'::regclass, 'pg_policy'::regclass, 'pg_attrdef'::regclass, 'pg_trigger'::regclass, 'pg_statistic_ext'::regclass)
            AND NOT (d.classid = 'pg_class'::regclass AND EXISTS (SELECT FROM pg_index i WHERE i.indexrelid = d.objid AND i.indrelid = view))
        UNION ALL SELECT format('View "%s" is used by %s.', x.name, pg_describe_object(d.classid, d.objid, d.objsubid)) FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid
            WHERE d.classid = 'pg_rewrite'::regclass AND (d.refclassid, d.refobjid) IN (('pg_class'::regclass, view), ('pg_type'::regclass, x.reltype))
            AND d.deptype = 'n' AND r.ev_type <> '1' AND r.ev_class <> view) o(s)
        CROSS JOIN LATERAL gb_enums_internal.stop(o.s, place) p;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_view_steps(oid, text, gb_enums_internal.conversion_column[], integer, integer) IS 'the steps for a view';
