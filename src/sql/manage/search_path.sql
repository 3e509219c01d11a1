
-- Own enumerations that are compared as texts ------------------------------------------------------
--
-- The operators of users' enumerations are in the schema of their type, since no dump has what is in
-- pg_catalog and in no extension. Where the search_path has not that schema, the operators of texts are
-- found instead.

CREATE FUNCTION gb_enums_internal.text_forms(
    enums regtype[], OUT enumeration regtype, OUT place text, OUT form text, OUT now boolean)
    RETURNS SETOF record
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE ROWS 10
    AS 'MODULE_PATHNAME', 'gb_enum_text_forms';
COMMENT ON FUNCTION gb_enums_internal.text_forms(regtype[]) IS
    'for their owner: the stored expressions that compare values of enumerations as texts (now), or will '
    'after a restore because they name no operator';

CREATE FUNCTION gb_enums_internal.schemas_in_path(setting text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL UNSAFE
    BEGIN ATOMIC
        SELECT coalesce(array_agg(coalesce(replace(m.word[1], '""', '"'), m.word[2])), '{}'::text[])
        FROM regexp_matches(setting, '"((?:[^"]|"")*)"|([^[:space:],"]+)', 'g') m(word);
    END;
COMMENT ON FUNCTION gb_enums_internal.schemas_in_path(text) IS 'the schemas that a search_path names';

CREATE FUNCTION gb_enums_internal.functions_off_path(enums regtype[], relations oid[] DEFAULT '{}')
    RETURNS TABLE (enumeration regtype, function regprocedure, schema regnamespace, reason text)
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET jit = off
    AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
        WITH own AS MATERIALIZED (
            SELECT t.oid AS enum, t.typname::text AS name, t.typnamespace AS schema,
                   n.nspname::text AS schema_name
            FROM unnest(enums) e
            JOIN pg_type t ON t.oid = e
            JOIN pg_namespace n ON n.oid = t.typnamespace
        ), limited AS MATERIALIZED (
            SELECT p.oid, p.prosrc, p.prorettype, p.proargtypes::oid[] AS arguments, s.schemas
            FROM pg_proc p
            CROSS JOIN unnest(p.proconfig) c(setting)
            CROSS JOIN LATERAL gb_enums_internal.schemas_in_path(
                substr(c.setting, length('search_path=') + 1)) s(schemas)
            WHERE p.proconfig IS NOT NULL
              -- fast, for most of them
              AND p.pronamespace <> 'gb_enums_internal'::regnamespace
              AND starts_with(c.setting, 'search_path=')
              AND EXISTS (SELECT FROM own)
              -- What is parsed already has its operators.
              AND p.prosqlbody IS NULL
              -- LIMIT, as an index serves it then: more belongs to extensions than these functions
              AND (SELECT d.refobjid
                   FROM pg_depend d
                   WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
                   LIMIT 1) IS NULL
        ), used AS MATERIALIZED (
            -- Tables that have a column of the type, or will have.
            SELECT DISTINCT o.enum, c.oid AS relation, c.relname::text AS name, c.reltype AS row_type
            FROM own o
            JOIN pg_type t ON o.enum = ANY (ARRAY[t.oid, t.typelem, t.typbasetype])
            JOIN pg_depend d ON d.refclassid = 'pg_type'::regclass AND d.refobjid = t.oid
                AND d.classid = 'pg_class'::regclass AND d.objsubid > 0
            JOIN pg_class c ON c.oid = d.objid AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
            WHERE EXISTS (SELECT FROM limited)
            UNION
            SELECT o.enum, c.oid, c.relname::text, c.reltype
            FROM own o
            JOIN pg_class c ON c.oid = ANY (relations)
        ), word AS MATERIALIZED (
            SELECT DISTINCT l.oid, lower(w) AS word
            FROM limited l
            CROSS JOIN LATERAL regexp_split_to_table(l.prosrc, '[^[:word:]]+') w
            WHERE EXISTS (SELECT FROM own)
        ), found AS (
            SELECT o.enum, l.oid, 1 AS rank, 'it has the type in its signature' AS reason
            FROM own o
            JOIN limited l ON o.enum = l.prorettype OR o.enum = ANY (l.arguments)
            UNION ALL
            SELECT u.enum, l.oid, 1, format('it has rows of %s in its signature', u.relation::regclass)
            FROM used u
            JOIN limited l ON u.row_type = l.prorettype OR u.row_type = ANY (l.arguments)
            UNION ALL
            SELECT u.enum, l.oid, 2, format('it is called by a trigger of %s', u.relation::regclass)
            FROM used u
            JOIN pg_trigger g ON g.tgrelid = u.relation
            JOIN limited l ON l.oid = g.tgfoid
            UNION ALL
            SELECT u.enum, w.oid, 3, format('its source has the name of %s', u.relation::regclass)
            FROM used u
            JOIN word w ON w.word = lower(u.name)
            UNION ALL
            SELECT o.enum, w.oid, 4, 'its source has the name of the type' AS reason
            FROM own o
            JOIN word w ON w.word = lower(o.name)
        )
        SELECT DISTINCT ON (f.enum, f.oid) f.enum::regtype, f.oid::regprocedure, o.schema::regnamespace,
               f.reason
        FROM found f
        JOIN own o ON o.enum = f.enum
        JOIN limited l ON l.oid = f.oid
        WHERE o.schema_name <> ALL (l.schemas)
          AND NOT ('$user' = ANY (l.schemas)
                   AND EXISTS (SELECT FROM pg_roles r WHERE r.rolname = o.schema_name))
        ORDER BY f.enum, f.oid, f.rank, f.reason;
END
$$;
COMMENT ON FUNCTION gb_enums_internal.functions_off_path(regtype[], oid[]) IS
    'functions that set a search_path without the schema of an enumeration and seem to use it, or one of '
    'the relations that will have a column of it';

CREATE FUNCTION gb_enums_internal.own_enums(enums regtype[]) RETURNS regtype[]
    LANGUAGE sql STABLE PARALLEL UNSAFE
    BEGIN ATOMIC
        SELECT coalesce(array_agg(e ORDER BY e), '{}'::regtype[])
        FROM unnest(enums) e
        WHERE NOT gb_enums_internal.belongs_to_extension(e);
    END;
COMMENT ON FUNCTION gb_enums_internal.own_enums(regtype[]) IS
    'those enumerations of a list that belong to no extension, and so have their operators in their schema';

CREATE FUNCTION gb_enums_internal.text_problems(
    enums regtype[], OUT enumeration regtype, OUT problem text) RETURNS SETOF record
    LANGUAGE sql VOLATILE PARALLEL UNSAFE
    BEGIN ATOMIC
        SELECT f.enumeration,
               format(CASE
                          WHEN f.now THEN '%s compares texts, not values: %s'
                          ELSE '%s compares texts after a restore, since it names no operator: %s'
                      END,
                      f.place, string_agg(DISTINCT f.form, ', '))
        FROM gb_enums_internal.text_forms(enums) f
        GROUP BY f.enumeration, f.place, f.now
        UNION ALL
        SELECT f.enumeration,
               format('function %s may compare texts: its search_path has no schema %s, and %s',
                      f.function, f.schema, f.reason)
        FROM gb_enums_internal.functions_off_path(enums) f
        ORDER BY 1, 2;
    END;
COMMENT ON FUNCTION gb_enums_internal.text_problems(regtype[]) IS
    'where values of own enumerations are compared as texts, or will be after a restore';
