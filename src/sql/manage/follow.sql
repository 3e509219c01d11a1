
-- What was made with an enumeration follows its type -----------------------------------------------
--
-- ALTER TYPE moves, renames and gives away the type alone. Without its operators a column in another schema
-- would be compared as the text of its name. The operators of an enumeration that belongs to an extension are
-- in pg_catalog.

CREATE FUNCTION gb_enums_internal.statements_to_follow(enum regtype) RETURNS SETOF text
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        WITH type AS MATERIALIZED (
            SELECT t.typname::text AS name, n.nspname AS schema, t.typowner AS owner,
                   CASE
                       WHEN gb_enums_internal.belongs_to_extension(enum) THEN 'pg_catalog'
                       ELSE n.nspname
                   END AS operator_schema
            FROM pg_catalog.pg_type t
            JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
            WHERE t.oid = enum
        ), old(name) AS MATERIALIZED (
            -- The name that the type had, when its functions have theirs by it.
            SELECT substr(p.proname, 4)
            FROM gb_enums_internal.as_enum_functions(enum) c
            JOIN pg_catalog.pg_proc p ON p.oid = c
            WHERE starts_with(p.proname::text, 'as_')
              AND EXISTS (
                  SELECT
                  FROM gb_enums_internal.lookup_functions(enum) l
                  JOIN pg_catalog.pg_proc q ON q.oid = l
                  WHERE q.proname = substr(p.proname, 4) || '_name')
        ), routine AS MATERIALIZED (
            SELECT p.oid, p.proname::text AS name, n.nspname AS schema,
                   CASE p.prokind WHEN 'a' THEN t.operator_schema ELSE t.schema END AS new_schema,
                   p.proowner AS owner, format('(%s)', oidvectortypes(p.proargtypes)) AS arguments,
                   CASE
                       WHEN p.proname = 'as_' || o.name THEN 'as_' || t.name
                       WHEN p.proname = ANY (ARRAY[o.name || '_code', o.name || '_name',
                                                   o.name || '_description', o.name || '_values'])
                           THEN t.name || substr(p.proname, length(o.name) + 1)
                       ELSE p.proname
                   END AS new_name,
                   regexp_replace(
                       obj_description(p.oid, 'pg_proc'),
                       '[[:<:]](as_)?' || regexp_replace(o.name, '([^[:word:]])', E'\\\\\\1', 'g')
                           || '(?=_(code|name|description|values)[(]|[(]| USING|, not)',
                       E'\\1' || replace(t.name, E'\\', E'\\\\'), 'g') AS new_comment
            FROM gb_enums_internal.enum_functions(enum) f
            JOIN pg_catalog.pg_proc p ON p.oid = f
            JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
            CROSS JOIN type t
            LEFT JOIN old o ON true
            WHERE p.pronamespace <> 'gb_enums_internal'::regnamespace
        ), statement(place, name, text) AS (
            SELECT 1, r.oid,
                   format('ALTER ROUTINE %I.%I%s OWNER TO %I', r.schema, r.name, r.arguments,
                          pg_get_userbyid(t.owner))
            FROM routine r
            JOIN type t ON t.owner <> r.owner
            UNION ALL
            SELECT 2, r.oid,
                   format('ALTER ROUTINE %I.%I%s SET SCHEMA %I', r.schema, r.name, r.arguments,
                          r.new_schema)
            FROM routine r
            WHERE r.new_schema <> r.schema
            UNION ALL
            SELECT 2, o.oid,
                   format('ALTER OPERATOR %I.%s (%s, %s) SET SCHEMA %I', n.nspname, o.oprname,
                          o.oprleft::regtype, o.oprright::regtype, t.operator_schema)
            FROM gb_enums_internal.enum_operators(enum) e
            JOIN pg_catalog.pg_operator o ON o.oid = e
            JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
            JOIN type t ON t.operator_schema <> n.nspname
            WHERE o.oprnamespace <> 'gb_enums_internal'::regnamespace
            UNION ALL
            SELECT 3, r.oid,
                   format('ALTER ROUTINE %I.%I%s RENAME TO %I', r.new_schema, r.name, r.arguments,
                          r.new_name)
            FROM routine r
            WHERE r.new_name <> r.name
            UNION ALL
            SELECT 4, r.oid,
                   format('COMMENT ON ROUTINE %I.%I%s IS %L', r.new_schema, r.new_name, r.arguments,
                          r.new_comment)
            FROM routine r
            CROSS JOIN type t
            JOIN old o ON o.name <> t.name
            WHERE r.new_comment <> obj_description(r.oid, 'pg_proc')
        )
        SELECT s.text FROM statement s ORDER BY s.place, s.name;
    END;
COMMENT ON FUNCTION gb_enums_internal.statements_to_follow(regtype) IS
    'the statements after which what people use of an enumeration has the schema, the name and the owner of '
    'its type';

-- A quick look at all enumerations together, since there may be hundreds.
CREATE FUNCTION gb_enums_internal.types_that_may_be_apart() RETURNS SETOF oid
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT t.oid
        FROM pg_catalog.pg_proc p
        JOIN pg_catalog.pg_type t
            ON t.oid = CASE p.prosrc WHEN 'int2up' THEN p.prorettype ELSE p.proargtypes[p.pronargs - 1] END
        WHERE (p.prosrc ~ '^gb_enum_lookup_' OR p.prosrc = 'int2up')
          AND (p.pronamespace <> t.typnamespace OR p.proowner <> t.typowner
               OR p.prosrc = 'int2up' AND p.proname <> 'as_' || t.typname)
        UNION
        SELECT t.oid
        FROM pg_catalog.pg_operator o
        JOIN pg_catalog.pg_type t ON t.oid = o.oprleft
        WHERE o.oprname = '=' AND o.oprright = t.oid
          AND o.oprnamespace NOT IN (t.typnamespace, 'gb_enums_internal'::regnamespace);
    END;
COMMENT ON FUNCTION gb_enums_internal.types_that_may_be_apart() IS
    'a list that contains each enumeration whose functions or operators have not its schema, name or owner';

CREATE FUNCTION gb_enums_internal.follow_types() RETURNS event_trigger
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'gb_enum_follow_types';
COMMENT ON FUNCTION gb_enums_internal.follow_types() IS
    'does for altered types what gb_enum_follow_type() does';
REVOKE ALL ON FUNCTION gb_enums_internal.follow_types() FROM PUBLIC;

CREATE EVENT TRIGGER gb_enums_follow ON ddl_command_end WHEN TAG IN ('ALTER TYPE')
    EXECUTE FUNCTION gb_enums_internal.follow_types();
COMMENT ON EVENT TRIGGER gb_enums_follow IS
    'after ALTER TYPE, functions, operators and aggregates of an enumeration are where their type is';
