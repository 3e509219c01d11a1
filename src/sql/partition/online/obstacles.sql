
-- Obstacles to the conversion of a plain table into a partitioned one, or back ------------------------

-- A sentence for each reason.
CREATE FUNCTION gb_enums_internal.partition_obstacles(source regclass, key_column name, method text)
    RETURNS SETOF text
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
WITH t AS (
    SELECT c.*, a.attnum AS key
    FROM pg_class c
    LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = key_column
    WHERE c.oid = source)
SELECT 'It is temporary.'
FROM t
WHERE relpersistence = 't'
UNION ALL
SELECT 'It is unlogged, and what it becomes would not be.'
FROM t
WHERE relpersistence = 'u'
UNION ALL
SELECT 'Citus distributes it, and takes no triggers and no exchange of names: undistribute_table() makes it '
       'a plain table, which can be distributed again when it is converted.'
FROM t
WHERE gb_enums_internal.is_distributed(oid)
UNION ALL
SELECT format('It is a table of type "%s".', reloftype::regtype)
FROM t
WHERE reloftype <> 0
UNION ALL
SELECT format('It inherits from "%s".', i.inhparent::regclass)
FROM pg_inherits i
WHERE i.inhrelid = source
UNION ALL
SELECT format('"%s" inherits from it.', c.oid::regclass)
FROM pg_inherits i
JOIN pg_class c ON c.oid = i.inhrelid
WHERE i.inhparent = source AND NOT c.relispartition
UNION ALL
SELECT format('Index "%s" is not valid.', x.indexrelid::regclass)
FROM pg_index x
WHERE x.indrelid = source AND NOT x.indisvalid
UNION ALL
SELECT format('Unique index "%s" does not include column "%s".', x.indexrelid::regclass, key_column)
FROM t
JOIN pg_index x ON x.indrelid = t.oid
WHERE x.indisunique AND t.key <> ALL ((x.indkey::smallint[])[0:x.indnkeyatts - 1])
UNION ALL
SELECT format('"%s" has the name that "%s" gets at the exchange.', taken.oid::regclass, old.oid::regclass)
FROM pg_class old
JOIN pg_class taken
    ON (taken.relnamespace, taken.relname)
     = (old.relnamespace, gb_enums_internal.name_with_suffix(
            old.relname::text, gb_enums_internal.partition_old_suffix(method)))
WHERE old.oid = source OR old.oid IN (SELECT x.indexrelid FROM pg_index x WHERE x.indrelid = source)
UNION ALL
SELECT 'It has no primary key that is checked at once, by which to know its rows.'
FROM t
WHERE method <> 'attach'
  AND NOT EXISTS (SELECT FROM pg_index x WHERE x.indrelid = source AND x.indisprimary AND x.indimmediate)
UNION ALL
-- Writers' changes are repeated row by row: between two rows nothing is deferred.
SELECT format('Unique constraint "%s" is deferrable.', x.indexrelid::regclass)
FROM pg_index x
WHERE method <> 'attach' AND x.indrelid = source AND NOT x.indimmediate AND NOT x.indisprimary
UNION ALL
SELECT 'Row security is forced on its owner, who copies the rows.'
FROM t
WHERE method <> 'attach' AND relforcerowsecurity
UNION ALL
SELECT o FROM gb_enums_internal.online_obstacle(source, 'columns') o
UNION ALL
SELECT o FROM gb_enums_internal.partition_object_obstacles(source) o
UNION ALL
SELECT d FROM gb_enums_internal.partition_dependents(source) d
UNION ALL
SELECT o FROM gb_enums_internal.partition_merge_obstacles(source) o
WHERE method = 'merge'
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_obstacles(regclass, name, text) IS
    'why a table cannot be converted, a sentence for each reason';

-- Constraints, triggers, rules and publications of a table that are obstacles.
CREATE FUNCTION gb_enums_internal.partition_object_obstacles(source regclass) RETURNS SETOF text
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
(SELECT format('Constraint "%s" is %s.', conname,
               CASE WHEN contype = 'x' THEN 'an exclusion constraint'
                    WHEN NOT convalidated THEN 'not validated'
                    ELSE 'not inherited by partitions' END)
FROM pg_constraint
WHERE conrelid = source
  AND (contype = 'x' OR contype IN ('c', 'f') AND NOT convalidated OR contype = 'c' AND connoinherit)
ORDER BY conname)
UNION ALL
SELECT format('Constraint "%s" of table "%s" references it.', conname, conrelid::regclass)
FROM pg_constraint
WHERE contype = 'f' AND confrelid = source
UNION ALL
SELECT format('Trigger "%s" has a transition table for each row.', tgname)
FROM pg_trigger
WHERE tgrelid = source AND tgtype & 1 = 1 AND (tgoldtable IS NOT NULL OR tgnewtable IS NOT NULL)
UNION ALL
SELECT format('It has a rule "%s".', rulename)
FROM pg_rewrite
WHERE ev_class = source
UNION ALL
SELECT format('Publication "%s" names it.', p.pubname)
FROM pg_publication_rel r
JOIN pg_publication p ON p.oid = r.prpubid
WHERE r.prrelid = source
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_object_obstacles(regclass) IS
    'objects of a table that cannot be of a partitioned one, a sentence for each';

-- What is no obstacle, but not what everybody expects. A publication that names tables is an obstacle; one of
-- all tables has the new table whatever is done.
CREATE FUNCTION gb_enums_internal.partition_conversion_warnings(source regclass, method text)
    RETURNS SETOF text
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT l
FROM gb_enums_internal.partition_merge_losses(source) l
WHERE method = 'merge'
UNION ALL
SELECT format('Publication "%s" will publish the new table%s as well: subscribers that do not have what it '
              'publishes stop with an error.', p.pubname,
              CASE WHEN method <> 'merge' THEN ' and its partitions' ELSE '' END)
FROM pg_publication p
JOIN pg_class t ON t.oid = source
WHERE p.puballtables OR EXISTS (
    SELECT FROM pg_publication_namespace n WHERE (n.pnpubid, n.pnnspid) = (p.oid, t.relnamespace))
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_conversion_warnings(regclass, text) IS
    'what a conversion changes that somebody may not expect, a sentence for each';

-- Definitions that name a table, its type or the array of it, and would go on meaning the old table after
-- the exchange: all but what the exchange makes again, such as views of the source itself.
CREATE FUNCTION gb_enums_internal.partition_dependents(
    source regclass, subject text DEFAULT 'it', without_views boolean DEFAULT true) RETURNS SETOF text
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
WITH meant(classid, objid) AS (
    SELECT 'pg_class'::regclass, source::oid
    UNION ALL
    SELECT 'pg_type'::regclass, unnest(ARRAY[y.oid, y.typarray])
    FROM pg_type y
    WHERE y.typrelid = source)
SELECT DISTINCT format('The definition of %s depends on %s.',
    CASE WHEN d.classid = 'pg_rewrite'::regclass
         THEN (SELECT pg_describe_object('pg_class'::regclass, r.ev_class, 0)
               FROM pg_rewrite r
               WHERE r.oid = d.objid)
         ELSE pg_describe_object(d.classid, d.objid, d.objsubid) END, subject)
FROM meant m
JOIN pg_depend d ON (d.refclassid, d.refobjid) = (m.classid, m.objid)
WHERE d.deptype = 'n' AND NOT CASE d.classid
    WHEN 'pg_rewrite'::regclass THEN EXISTS (
        SELECT
        FROM pg_rewrite r
        JOIN pg_class v ON v.oid = r.ev_class
        WHERE r.oid = d.objid AND (v.relkind = 'v' AND without_views OR v.oid = source))
    WHEN 'pg_constraint'::regclass THEN EXISTS (
        SELECT FROM pg_constraint k WHERE k.oid = d.objid AND source IN (k.conrelid, k.confrelid))
    WHEN 'pg_policy'::regclass THEN EXISTS (
        SELECT FROM pg_policy p WHERE p.oid = d.objid AND p.polrelid = source)
    WHEN 'pg_trigger'::regclass THEN EXISTS (
        SELECT FROM pg_trigger g WHERE g.oid = d.objid AND g.tgrelid = source)
    WHEN 'pg_class'::regclass THEN EXISTS (
        SELECT FROM pg_index x WHERE x.indexrelid = d.objid AND x.indrelid = source)
    WHEN 'pg_attrdef'::regclass THEN EXISTS (
        SELECT FROM pg_attrdef a WHERE a.oid = d.objid AND a.adrelid = source)
    ELSE false END
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_dependents(regclass, text, boolean) IS
    'definitions that would go on meaning a table that is converted, a sentence for each';

-- A unique key that is to have one more column: a new index is built while the table is used, and takes the
-- place of the old one in an instant.
CREATE FUNCTION gb_enums_internal.partition_key_recipe(source regclass, key_column name) RETURNS text
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
WITH key AS (
    SELECT i.relname, k.contype, n.nspname,
           gb_enums_internal.name_with_suffix(i.relname::text, '_by_' || key_column) AS new_name,
           (SELECT string_agg(pg_get_indexdef(x.indexrelid, c::integer, true), ', ' ORDER BY c)
            FROM generate_series(1, x.indnkeyatts) c) AS columns
    FROM pg_index x
    JOIN pg_class i ON i.oid = x.indexrelid
    JOIN pg_namespace n ON n.oid = i.relnamespace
    JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attname = key_column
    LEFT JOIN pg_constraint k ON k.conindid = x.indexrelid AND k.contype IN ('p', 'u')
    WHERE x.indrelid = source AND x.indisunique AND x.indpred IS NULL
      AND a.attnum <> ALL ((x.indkey::smallint[])[0:x.indnkeyatts - 1])
    ORDER BY i.relname)
SELECT string_agg(
    format('CREATE UNIQUE INDEX CONCURRENTLY %I ON %s (%s, %I); ', new_name, source, columns, key_column)
    || CASE WHEN contype IS NULL THEN format('DROP INDEX CONCURRENTLY %I.%I;', nspname, relname)
            ELSE format('ALTER TABLE %1$s DROP CONSTRAINT %2$I, ADD CONSTRAINT %2$I %3$s USING INDEX %4$I;',
                        source, relname, CASE contype WHEN 'p' THEN 'PRIMARY KEY' ELSE 'UNIQUE' END, new_name)
       END, ' ')
FROM key
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_key_recipe(regclass, name) IS
    'the statements by which unique keys of a table get a column more; NULL when all have it';

CREATE FUNCTION gb_enums_internal.partition_require_convertible(source regclass, key_column name, method text)
    RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    recipe CONSTANT text := gb_enums_internal.partition_key_recipe(source, key_column);
    obstacles text;
    others boolean;
BEGIN
    SELECT string_agg(o, ' ' ORDER BY o COLLATE "C"), bool_or(o NOT LIKE 'Unique index %')
    INTO obstacles, others
    FROM gb_enums_internal.partition_obstacles(source, key_column, method) o;
    IF obstacles IS NOT NULL THEN
        RAISE EXCEPTION 'table "%" cannot be converted into a % one', source,
                CASE method WHEN 'merge' THEN 'plain' ELSE 'partitioned' END
            USING ERRCODE = 'object_not_in_prerequisite_state', DETAIL = obstacles,
                  HINT = concat_ws(E'\n',
                      'A unique key gets the column while the table is used: ' || recipe,
                      CASE WHEN others THEN
                          format('Remove what %sthe DETAIL names; what can be made again for the '
                                 'new table can be afterwards.',
                                 CASE WHEN recipe IS NULL THEN '' ELSE 'else ' END) END);
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_require_convertible(regclass, name, text) IS
    'an error unless a table can be converted';
