
-- What the extension is made of in a database, and what uses it ---------------------------------------

CREATE FUNCTION gb_enums_internal.types_with_values(
    OUT type regtype, OUT enum regtype, OUT depth integer) RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
WITH RECURSIVE made_of(type, oid) AS (
    SELECT t.oid, t.typarray FROM pg_type t WHERE t.typarray <> 0
    UNION ALL
    SELECT t.typbasetype, t.oid FROM pg_type t WHERE t.typtype = 'd'
), made(type, enum, depth) AS (
    SELECT e::oid, e, 0 FROM unnest(gb_enums_internal.all_enums()) e
    UNION ALL
    SELECT m.oid, y.enum, y.depth + 1
    FROM made y
    JOIN made_of m ON m.type = y.type)
SELECT y.type::regtype, y.enum, y.depth FROM made y
$$;
COMMENT ON FUNCTION gb_enums_internal.types_with_values() IS
    'the enumerations of the database, arrays of them, and domains over either; with the number of steps by '
    'which each is made of the enumeration';

CREATE FUNCTION gb_enums_internal.typed_columns(
    dropped_too name[], OUT relation regclass, OUT number smallint, OUT name name, OUT kind "char",
    OUT is_inherited boolean, OUT enum regtype)
    RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT c.oid, a.attnum, a.attname, c.relkind, a.attinhcount > 0, t.enum
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'f', 'c', 'v', 'm')
JOIN gb_enums_internal.types_with_values() t ON t.type = a.atttypid
WHERE a.attnum > 0 AND NOT a.attisdropped
  AND NOT EXISTS (
      SELECT
      FROM pg_depend d
      JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = ANY (dropped_too)
      WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'
        AND (d.classid, d.objid) IN (('pg_class'::regclass, c.oid), ('pg_type'::regclass, c.reltype)))
$$;
COMMENT ON FUNCTION gb_enums_internal.typed_columns(name[]) IS
    'the columns of tables, views and composite types that have values of an enumeration, but for those of '
    'extensions that are dropped, too';

-- What DROP EXTENSION without CASCADE would not let go.
CREATE FUNCTION gb_enums_internal.uses_of_extension(
    dropped_too name[], OUT catalog oid, OUT object oid, OUT number integer, OUT enum regtype,
    OUT calls boolean, OUT used text) RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
WITH RECURSIVE ours(catalog, object, enum) AS (
    SELECT o.catalog, o.object, o.enum
    FROM (SELECT 'pg_extension'::regclass::oid, e.oid, NULL::regtype
          FROM pg_extension e
          WHERE e.extname = 'gb_enums' OR e.extname = ANY (dropped_too)
          UNION ALL
          SELECT o.catalog, o.object, e
          FROM unnest(gb_enums_internal.all_enums()) e
          CROSS JOIN LATERAL gb_enums_internal.enum_objects(e) o
          UNION ALL
          SELECT 'pg_type'::regclass, t.type, t.enum
          FROM gb_enums_internal.types_with_values() t) o(catalog, object, enum)
    UNION
    -- members, and parts of tables, views and domains
    SELECT d.classid, d.objid, o.enum
    FROM ours o
    JOIN pg_depend d ON (d.refclassid, d.refobjid) = (o.catalog, o.object) AND d.deptype IN ('a', 'e', 'i')
), part AS (
    SELECT o.catalog, o.object, o.enum,
           count(o.enum) OVER (PARTITION BY o.catalog, o.object) > 0 AS is_of_enum
    FROM ours o)
SELECT d.classid, d.objid, d.objsubid, o.enum,
       bool_or(o.catalog = 'pg_class'::regclass
               OR p.oid IS NOT NULL AND p.prokind = 'f'
                  AND p.pronamespace <> 'gb_enums_internal'::regnamespace),
       min(pg_describe_object(o.catalog, o.object, 0))
FROM part o
JOIN pg_depend d ON (d.refclassid, d.refobjid) = (o.catalog, o.object)
LEFT JOIN pg_proc p ON o.catalog = 'pg_proc'::regclass AND p.oid = o.object
WHERE d.deptype = 'n' AND d.classid NOT IN ('pg_amop'::regclass, 'pg_amproc'::regclass)
  AND (o.enum IS NOT NULL OR NOT o.is_of_enum)
  AND (d.classid, d.objid) NOT IN (SELECT i.catalog, i.object FROM ours i)
GROUP BY d.classid, d.objid, d.objsubid, o.enum
$$;
COMMENT ON FUNCTION gb_enums_internal.uses_of_extension(name[]) IS
    'the objects that depend on the extension or on any enumeration, and what they use of it: of an '
    'enumeration, or of none (NULL), and whether that is a function that people call, or a view';

CREATE FUNCTION gb_enums_internal.packages(OUT name name, OUT depth integer) RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
WITH RECURSIVE package(oid, depth) AS (
    SELECT e.oid, 0 FROM pg_extension e WHERE e.extname = 'gb_enums'
    UNION
    SELECT d.objid, p.depth + 1
    FROM package p
    JOIN pg_depend d ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = p.oid
    WHERE d.classid = 'pg_extension'::regclass)
SELECT e.extname, max(p.depth)
FROM package p
JOIN pg_extension e ON e.oid = p.oid
WHERE p.depth > 0
GROUP BY e.extname
$$;
COMMENT ON FUNCTION gb_enums_internal.packages() IS
    'the extensions that require this one, directly (depth 1) or not';

CREATE FUNCTION gb_enums_internal.own_enums() RETURNS SETOF regtype
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT e FROM unnest(gb_enums_internal.all_enums()) e WHERE NOT gb_enums_internal.belongs_to_extension(e)
$$;
COMMENT ON FUNCTION gb_enums_internal.own_enums() IS 'the enumerations that belong to no extension';

-- A conversion of columns back takes along what compares them, with each other or with constants. It does not
-- take along calls of functions, nor what another enumeration does in the same object.
CREATE FUNCTION gb_enums_internal.uses_beside_columns(
    dropped_too name[], OUT catalog oid, OUT object oid, OUT number integer, OUT used text)
    RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
WITH RECURSIVE typed AS MATERIALIZED (
    SELECT t.* FROM gb_enums_internal.typed_columns(dropped_too) t
), converted(catalog, object, enum) AS (
    -- A rule of a view depends on the view's own columns, too.
    SELECT d.classid, d.objid, t.enum
    FROM typed t
    JOIN pg_depend d
        ON d.refclassid = 'pg_class'::regclass AND (d.refobjid, d.refobjsubid) = (t.relation, t.number)
    LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
    WHERE t.kind IN ('r', 'p', 'v', 'm') AND r.ev_class IS DISTINCT FROM t.relation
    UNION
    SELECT d.classid, d.objid, c.enum
    FROM converted c
    JOIN pg_depend d
        ON (d.refclassid, d.refobjid) = (c.catalog, c.object) AND d.deptype IN ('a', 'i', 'P', 'S')
), goes_along AS MATERIALIZED (
    SELECT c.* FROM converted c
    UNION
    SELECT 'pg_class'::regclass, r.ev_class, c.enum
    FROM converted c
    JOIN pg_rewrite r ON c.catalog = 'pg_rewrite'::regclass AND r.oid = c.object
), use AS (
    -- A rule of a view is the view.
    SELECT CASE WHEN r.oid IS NULL THEN u.catalog ELSE 'pg_class'::regclass END AS catalog,
           coalesce(r.ev_class, u.object) AS object,
           CASE WHEN r.oid IS NULL AND v.oid IS NULL THEN u.number ELSE 0 END AS number,
           u.enum, u.calls, u.used
    FROM gb_enums_internal.uses_of_extension(dropped_too) u
    LEFT JOIN pg_rewrite r ON u.catalog = 'pg_rewrite'::regclass AND r.oid = u.object
    LEFT JOIN pg_class v
        ON u.catalog = 'pg_class'::regclass AND v.oid = u.object AND v.relkind IN ('v', 'm')
    LEFT JOIN pg_trigger g ON u.catalog = 'pg_trigger'::regclass AND g.oid = u.object
    LEFT JOIN pg_proc p ON p.oid = g.tgfoid
    -- Triggers with functions of the extension end with a conversion. Parts go with the whole.
    WHERE u.catalog <> 'pg_extension'::regclass
      AND (r.oid IS NOT NULL OR u.catalog = 'pg_attrdef'::regclass OR NOT EXISTS (
          SELECT
          FROM pg_depend d
          WHERE (d.classid, d.objid, d.deptype) = (u.catalog, u.object, 'i')
            -- A partitioned table depends on its own columns in that way.
            AND (d.refclassid, d.refobjid) <> (d.classid, d.objid)))
      AND p.pronamespace IS DISTINCT FROM 'gb_enums_internal'::regnamespace)
SELECT u.catalog, u.object, u.number, min(u.used)
FROM use u
WHERE NOT EXISTS (
        SELECT
        FROM typed t
        WHERE u.catalog = 'pg_class'::regclass
          AND (t.relation, t.number, t.enum) = (u.object, u.number, u.enum)
          AND t.kind IN ('r', 'p', 'f', 'c'))
  AND NOT EXISTS (
      SELECT
      FROM goes_along g
      WHERE (g.catalog, g.object) = (u.catalog, u.object) AND NOT u.calls
        AND (u.enum IS NULL OR u.enum = g.enum))
GROUP BY u.catalog, u.object, u.number
$$;
COMMENT ON FUNCTION gb_enums_internal.uses_beside_columns(name[]) IS
    'the objects that go on depending on the extension when all columns of enumerations are texts';

-- Columns that change together: by foreign keys they have to, and what an object compares of two columns is a
-- comparison of texts only when both are.
-- (Without ROWS, a query that joins them until nothing is new would reserve 60 MB for a hash table.)
CREATE FUNCTION gb_enums_internal.column_uses(OUT relation oid, OUT name name, OUT use bigint)
    RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL UNSAFE ROWS 100 SET search_path = pg_catalog, pg_temp AS $$
WITH RECURSIVE typed AS MATERIALIZED (
    SELECT t.relation, t.number, coalesce(pg_partition_root(t.relation), t.relation)::oid AS top, t.name,
           t.enum
    FROM gb_enums_internal.typed_columns('{}') t
    WHERE t.kind IN ('r', 'p') AND (NOT t.is_inherited OR pg_partition_root(t.relation) IS NOT NULL)
), used(top, name, enum, catalog, object) AS (
    SELECT t.top, t.name, t.enum, d.classid, d.objid
    FROM typed t
    JOIN pg_depend d
        ON d.refclassid = 'pg_class'::regclass AND (d.refobjid, d.refobjsubid) = (t.relation, t.number)
    UNION
    -- what uses a view that uses the column
    SELECT u.top, u.name, u.enum, d.classid, d.objid
    FROM used u
    JOIN pg_rewrite r ON u.catalog = 'pg_rewrite'::regclass AND r.oid = u.object
    JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = r.ev_class AND d.refobjsubid > 0
    WHERE d.classid = 'pg_rewrite'::regclass)
SELECT t.top, t.name,
       CASE WHEN u.object IS NOT NULL THEN dense_rank() OVER (ORDER BY t.enum, u.catalog, u.object) END
FROM (SELECT DISTINCT t.top, t.name, t.enum FROM typed t) t
LEFT JOIN used u ON (u.top, u.name) = (t.top, t.name)
$$;
COMMENT ON FUNCTION gb_enums_internal.column_uses() IS
    'the columns of enumerations in tables, each with numbers that columns of the same enumeration share '
    'when an object uses both';

CREATE FUNCTION gb_enums_internal.columns_tied(
    relation oid, name name, OUT relation_oid oid, OUT column_name name) RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
WITH RECURSIVE use AS MATERIALIZED (
    SELECT u.* FROM gb_enums_internal.column_uses() u
), tied(relation, name) AS (
    SELECT columns_tied.relation, columns_tied.name COLLATE "C"
    UNION
    SELECT o.relation, o.name
    FROM tied t
    JOIN use u ON (u.relation, u.name) = (t.relation, t.name)
    JOIN use o ON o.use = u.use)
SELECT t.relation, t.name
FROM tied t
ORDER BY (t.relation, t.name) = (columns_tied.relation, columns_tied.name) DESC, t.relation, t.name
$$;
COMMENT ON FUNCTION gb_enums_internal.columns_tied(oid, name) IS
    'a column of an enumeration, and those that objects tie to it';
