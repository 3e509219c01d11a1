
-- Privileges -------------------------------------------------------------------------------------------

CREATE FUNCTION gb_enums_internal.role_name(role oid) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN CASE role WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(role)) END;
COMMENT ON FUNCTION gb_enums_internal.role_name(oid) IS
    'a role as GRANT and CREATE POLICY name it, 0 is PUBLIC';

CREATE FUNCTION gb_enums_internal.grant_statement(
    privileges text, relation regclass, role oid, is_grantable boolean) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN format('GRANT %s ON %s%s TO %s', privileges,
                  CASE WHEN EXISTS (SELECT FROM pg_sequence q WHERE q.seqrelid = relation)
                       THEN 'SEQUENCE ' ELSE '' END,
                  relation, gb_enums_internal.role_name(role))
        || CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END;
COMMENT ON FUNCTION gb_enums_internal.grant_statement(text, regclass, oid, boolean) IS
    'the statement that gives privileges on a relation to a role';

-- It does not matter who granted them. A privilege on a column comes with its name: "SELECT (name)".
CREATE FUNCTION gb_enums_internal.privileges_of_others(
    relations oid[], OUT relation oid, OUT grantee oid, OUT privilege text, OUT is_grantable boolean)
    RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT p.oid, (p.x).grantee, (p.x).privilege_type || coalesce(' (' || quote_ident(p.attname) || ')', ''),
       bool_or((p.x).is_grantable)
FROM (
    SELECT c.oid, c.relowner, NULL AS attname, aclexplode(c.relacl) AS x
    FROM pg_class c
    WHERE c.oid = ANY (relations) AND c.relacl IS NOT NULL
    UNION ALL
    SELECT c.oid, c.relowner, a.attname, aclexplode(a.attacl)
    FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.oid = ANY (relations) AND a.attacl IS NOT NULL AND NOT a.attisdropped) p
WHERE (p.x).grantee <> p.relowner
GROUP BY 1, 2, 3
$$;
COMMENT ON FUNCTION gb_enums_internal.privileges_of_others(oid[]) IS
    'the privileges on relations and their columns that roles other than the owners have';

-- CASCADE, since roles with grant option may have granted them to others.
CREATE FUNCTION gb_enums_internal.revoke_statements(relation regclass) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT string_agg(DISTINCT format('REVOKE ALL ON %s FROM %s CASCADE',
           revoke_statements.relation, gb_enums_internal.role_name(p.grantee)), '; ')
FROM gb_enums_internal.privileges_of_others(ARRAY[revoke_statements.relation::oid]) p
$$;
COMMENT ON FUNCTION gb_enums_internal.revoke_statements(regclass) IS
    'statements after which nobody but its owner may use a table; NULL when nobody else may';

CREATE FUNCTION gb_enums_internal.copy_privileges_statements(source regclass, target regclass) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT concat_ws('; ', gb_enums_internal.revoke_statements(target),
           string_agg(gb_enums_internal.grant_statement(p.privilege, target, p.grantee, p.is_grantable), '; '
               ORDER BY p.grantee, p.privilege))
FROM gb_enums_internal.privileges_of_others(ARRAY[source::oid]) p
$$;
COMMENT ON FUNCTION gb_enums_internal.copy_privileges_statements(regclass, regclass) IS
    'statements that give a table the privileges of another and no others';
