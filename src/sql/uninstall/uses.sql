
-- What the extension is made of in a database, and what uses it ---------------------------------------

CREATE FUNCTION gb_enums_internal.types_with_values() RETURNS SETOF regtype
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
WITH RECURSIVE made_of(type, oid) AS (
    SELECT t.oid, t.typarray FROM pg_type t WHERE t.typarray <> 0
    UNION ALL
    SELECT t.typbasetype, t.oid FROM pg_type t WHERE t.typtype = 'd'
), type(oid) AS (
    SELECT e::oid FROM unnest(gb_enums_internal.all_enums()) e
    UNION
    SELECT m.oid
    FROM type y
    JOIN made_of m ON m.type = y.oid)
SELECT y.oid::regtype FROM type y
$$;
COMMENT ON FUNCTION gb_enums_internal.types_with_values() IS
    'the enumerations of the database, arrays of them, and domains over either';

CREATE FUNCTION gb_enums_internal.typed_columns(
    OUT relation regclass, OUT number smallint, OUT name name, OUT kind "char", OUT is_inherited boolean)
    RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT c.oid, a.attnum, a.attname, c.relkind, a.attinhcount > 0
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'f', 'c', 'v', 'm')
WHERE a.attnum > 0 AND NOT a.attisdropped
  AND a.atttypid IN (SELECT t FROM gb_enums_internal.types_with_values() t)
$$;
COMMENT ON FUNCTION gb_enums_internal.typed_columns() IS
    'the columns of tables, views and composite types that have values of an enumeration';

-- What DROP EXTENSION without CASCADE would not let go.
CREATE FUNCTION gb_enums_internal.uses_of_extension(
    OUT catalog oid, OUT object oid, OUT number integer, OUT used text) RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
WITH RECURSIVE ours(catalog, object) AS (
    SELECT o.catalog, o.object
    FROM (SELECT 'pg_extension'::regclass::oid, e.oid
          FROM pg_extension e
          WHERE e.extname = 'gb_enums'
          UNION ALL
          SELECT o.catalog, o.object
          FROM unnest(gb_enums_internal.all_enums()) e
          CROSS JOIN LATERAL gb_enums_internal.enum_objects(e) o
          UNION ALL
          SELECT 'pg_type'::regclass, t FROM gb_enums_internal.types_with_values() t) o(catalog, object)
    UNION
    -- members, and parts of tables, views and domains
    SELECT d.classid, d.objid
    FROM ours o
    JOIN pg_depend d ON (d.refclassid, d.refobjid) = (o.catalog, o.object) AND d.deptype IN ('a', 'e', 'i'))
SELECT d.classid, d.objid, d.objsubid, min(pg_describe_object(o.catalog, o.object, 0))
FROM ours o
JOIN pg_depend d ON (d.refclassid, d.refobjid) = (o.catalog, o.object)
WHERE d.deptype = 'n' AND d.classid NOT IN ('pg_amop'::regclass, 'pg_amproc'::regclass)
  AND (d.classid, d.objid) NOT IN (SELECT i.catalog, i.object FROM ours i)
GROUP BY d.classid, d.objid, d.objsubid
$$;
COMMENT ON FUNCTION gb_enums_internal.uses_of_extension() IS
    'the objects that depend on the extension or on any enumeration, and what they use of it';

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

-- A conversion of columns back takes along what uses them.
CREATE FUNCTION gb_enums_internal.uses_beside_columns(OUT catalog oid, OUT object oid, OUT used text)
    RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
WITH RECURSIVE typed AS MATERIALIZED (
    SELECT t.* FROM gb_enums_internal.typed_columns() t
), converted(catalog, object) AS (
    -- A rule of a view depends on the view's own columns, too.
    SELECT d.classid, d.objid
    FROM typed t
    JOIN pg_depend d
        ON d.refclassid = 'pg_class'::regclass AND (d.refobjid, d.refobjsubid) = (t.relation, t.number)
    LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
    WHERE t.kind IN ('r', 'p', 'v', 'm') AND r.ev_class IS DISTINCT FROM t.relation
    UNION
    SELECT d.classid, d.objid
    FROM converted c
    JOIN pg_depend d
        ON (d.refclassid, d.refobjid) = (c.catalog, c.object) AND d.deptype IN ('a', 'i', 'P', 'S')
), use AS (
    -- A rule of a view is the view.
    SELECT CASE WHEN r.oid IS NULL THEN u.catalog ELSE 'pg_class'::regclass END AS catalog,
           coalesce(r.ev_class, u.object) AS object, u.used
    FROM gb_enums_internal.uses_of_extension() u
    LEFT JOIN pg_rewrite r ON u.catalog = 'pg_rewrite'::regclass AND r.oid = u.object
    LEFT JOIN pg_trigger g ON u.catalog = 'pg_trigger'::regclass AND g.oid = u.object
    LEFT JOIN pg_proc p ON p.oid = g.tgfoid
    -- Triggers with functions of the extension end with a conversion. Parts go with the whole.
    WHERE u.catalog <> 'pg_extension'::regclass
      AND NOT EXISTS (SELECT
                      FROM pg_depend d
                      WHERE (d.classid, d.objid, d.deptype) = (u.catalog, u.object, 'i') AND r.oid IS NULL)
      AND p.pronamespace IS DISTINCT FROM 'gb_enums_internal'::regnamespace)
SELECT u.catalog, u.object, min(u.used)
FROM use u
WHERE NOT EXISTS (
        SELECT
        FROM typed t
        WHERE u.catalog = 'pg_class'::regclass AND t.relation = u.object AND t.kind IN ('r', 'p', 'f', 'c'))
  AND NOT EXISTS (
      SELECT
      FROM converted c
      LEFT JOIN pg_rewrite r ON c.catalog = 'pg_rewrite'::regclass AND r.oid = c.object
      WHERE (u.catalog, u.object) IN ((c.catalog, c.object), ('pg_class'::regclass, r.ev_class)))
GROUP BY u.catalog, u.object
$$;
COMMENT ON FUNCTION gb_enums_internal.uses_beside_columns() IS
    'the objects that depend on the extension and use no column which becomes text again';
