
-- Why columns cannot be converted: a sentence for each reason ------------------------------------------

-- The columns of a conversion with what the catalog says about them.
-- Its ROWS, and those of functions below: with the 1,000 that the server assumes, plans read whole catalogs.
CREATE FUNCTION gb_enums_internal.columns_in_catalog(columns gb_enums_internal.conversion_column[])
    RETURNS TABLE (
        relation oid, number smallint, name name, relation_name name, type oid, collation_oid oid,
        inheritance_count integer, is_generated boolean, is_identity boolean, enum oid, has_codes boolean)
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE ROWS 100 SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN RETURN QUERY
SELECT a.attrelid, a.attnum, a.attname, t.relname, a.atttypid, a.attcollation, a.attinhcount::integer,
       a.attgenerated <> '', a.attidentity <> '', c.enum, c.trusting_cast IS NOT NULL
FROM unnest(columns) c
JOIN pg_attribute a ON a.attrelid = c.relation AND a.attnum = c.number
JOIN pg_class t ON t.oid = a.attrelid;
END $$;
COMMENT ON FUNCTION gb_enums_internal.columns_in_catalog(gb_enums_internal.conversion_column[]) IS
    'the columns of a conversion with what the catalog says about them';

-- The objects of the catalog that depend on columns of a conversion.
CREATE FUNCTION gb_enums_internal.dependents_of_columns(columns gb_enums_internal.conversion_column[])
    RETURNS TABLE (
        relation oid, number smallint, name name, relation_name name, catalog oid, object oid, part integer)
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE ROWS 100 SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN RETURN QUERY
SELECT c.relation, c.number, c.name, c.relation_name, d.classid, d.objid, d.objsubid
FROM gb_enums_internal.columns_in_catalog(columns) c
JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = c.relation
    AND d.refobjsubid = c.number;
END $$;
COMMENT ON FUNCTION gb_enums_internal.dependents_of_columns(gb_enums_internal.conversion_column[]) IS
    'the objects that depend on columns of a conversion';

CREATE FUNCTION gb_enums_internal.inheritance_obstacles(columns gb_enums_internal.conversion_column[])
    RETURNS SETOF text
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN RETURN QUERY
WITH item AS (SELECT * FROM gb_enums_internal.columns_in_catalog(columns)),
above AS (
    SELECT c.relation, c.number, p.type
    FROM item c
    JOIN pg_inherits h ON h.inhrelid = c.relation
    JOIN item p ON p.relation = h.inhparent AND p.name = c.name)
SELECT format(CASE p.count
        WHEN 0 THEN 'Column "%s" is inherited; convert it in the topmost table, "%s".'
        ELSE 'Column "%s" is inherited from a table that is not converted, too, not only from "%s".' END,
    c.name,
    (SELECT h.inhparent::regclass FROM pg_inherits h
        WHERE h.inhrelid = c.relation ORDER BY h.inhseqno LIMIT 1))
FROM item c
CROSS JOIN LATERAL (
    SELECT count(*) FROM above p WHERE (p.relation, p.number) = (c.relation, c.number)) p(count)
WHERE c.inheritance_count <> p.count
UNION ALL
SELECT format('Column "%s" of "%s" is not of the type that the table above has.', c.name, c.relation_name)
FROM item c
JOIN above p ON (p.relation, p.number) = (c.relation, c.number)
WHERE p.type <> c.type;
END $$;
COMMENT ON FUNCTION gb_enums_internal.inheritance_obstacles(gb_enums_internal.conversion_column[]) IS
    'columns that are not what the tables above and below have';

CREATE FUNCTION gb_enums_internal.column_obstacles(columns gb_enums_internal.conversion_column[])
    RETURNS SETOF text
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN RETURN QUERY
WITH item AS (SELECT * FROM gb_enums_internal.columns_in_catalog(columns))
SELECT format('Column "%s" of "%s" is generated.', c.name, c.relation_name)
FROM item c
WHERE c.is_generated
UNION ALL
SELECT format('Column "%s" of "%s" is an identity.', c.name, c.relation_name)
FROM item c
WHERE c.is_identity
UNION ALL
SELECT format('Column "%s" of "%s" compares without regard to some differences '
    '(a nondeterministic collation).',
    c.name, c.relation_name)
FROM item c
JOIN pg_collation l ON l.oid = c.collation_oid AND NOT l.collisdeterministic
UNION ALL
SELECT format('Citus distributes "%2$s" by column "%1$s": undistribute_table() makes it a plain table, which '
    'can be distributed again when the column is converted.', c.name, c.relation_name)
FROM item c
WHERE c.number = gb_enums_internal.distribution_column(c.relation);
END $$;
COMMENT ON FUNCTION gb_enums_internal.column_obstacles(gb_enums_internal.conversion_column[]) IS
    'columns that cannot be converted';

CREATE FUNCTION gb_enums_internal.has_whole_row(tree pg_node_tree) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN strpos(tree::text, '{VAR :varno 1 :varattno 0 ') > 0;
COMMENT ON FUNCTION gb_enums_internal.has_whole_row(pg_node_tree) IS
    'whether an expression that is stored over a table uses a whole row';

-- The server goes on with what it knew of the row, so it fails, or an index has what the row was.
CREATE FUNCTION gb_enums_internal.whole_row_obstacles(relations oid[]) RETURNS SETOF text
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN RETURN QUERY
SELECT format('%s uses whole rows of "%s": drop it, and create it again after the conversion.', u.title,
    u.relation::regclass)
FROM (
    SELECT x.indrelid, format('Index "%s"', x.indexrelid::regclass)
    FROM pg_index x
    WHERE x.indrelid = ANY (relations)
      AND (gb_enums_internal.has_whole_row(x.indexprs) OR gb_enums_internal.has_whole_row(x.indpred))
    UNION ALL
    SELECT k.conrelid, format('Constraint "%s"', k.conname)
    FROM pg_constraint k
    WHERE k.conrelid = ANY (relations) AND k.contype = 'c' AND gb_enums_internal.has_whole_row(k.conbin)
    ) u(relation, title);
END $$;
COMMENT ON FUNCTION gb_enums_internal.whole_row_obstacles(oid[]) IS
    'indexes and CHECKs of tables that use whole rows';

CREATE FUNCTION gb_enums_internal.table_obstacles(columns gb_enums_internal.conversion_column[])
    RETURNS SETOF text
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN RETURN QUERY
WITH relation AS (
    SELECT c.*
    FROM pg_class c
    WHERE c.oid = ANY (gb_enums_internal.convert_relations(columns)))
SELECT format('"%1$s" is a foreign table: convert it where its rows are, and here by ALTER FOREIGN TABLE, '
    'while it is detached.', r.relname)
FROM relation r
WHERE r.relkind = 'f'
UNION ALL
-- The server changes it no more, and from 18 on cannot end that when the table has changed.
SELECT format('Partition "%1$s" is being detached: ALTER TABLE %2$s DETACH PARTITION %1$s FINALIZE ends '
    'that.', h.inhrelid::regclass, r.oid::regclass)
FROM relation r
JOIN pg_inherits h ON h.inhparent = r.oid AND h.inhdetachpending
UNION ALL
SELECT format('"%s" is a table of type "%s".', r.relname, r.reloftype::regtype)
FROM relation r
WHERE r.reloftype <> 0
UNION ALL
-- The owner of a table changes its partitions and children, too.
SELECT DISTINCT format('"%s" belongs to %s.', r.relname, r.relowner::regrole)
FROM relation r
LEFT JOIN (pg_inherits h JOIN relation p ON p.oid = h.inhparent) ON h.inhrelid = r.oid
WHERE NOT gb_enums_internal.acts_for(r.relowner, p.relowner)
UNION ALL
SELECT format('"%s" belongs to an extension.', r.relname)
FROM relation r
WHERE EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = r.oid AND d.deptype = 'e')
UNION ALL
SELECT format('Index "%s" is not valid.', x.indexrelid::regclass)
FROM relation r
JOIN pg_index x ON x.indrelid = r.oid
WHERE NOT x.indisvalid AND (r.relkind = 'r' OR EXISTS (
    SELECT
    FROM gb_enums_internal.dependents_of_columns(columns) d
    WHERE d.catalog = 'pg_class'::regclass AND d.object = x.indexrelid));
END $$;
COMMENT ON FUNCTION gb_enums_internal.table_obstacles(gb_enums_internal.conversion_column[]) IS
    'tables whose columns cannot be converted';

-- The types in which types are, as the server looks for them before it changes a type.
CREATE FUNCTION gb_enums_internal.types_made_of(types oid[]) RETURNS TABLE (origin oid, type oid)
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE ROWS 10 SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN RETURN QUERY
WITH RECURSIVE made(origin, type) AS (
    SELECT t, t FROM unnest(types) t
    UNION
    SELECT m.origin, coalesce(c.reltype, d.objid)
    FROM made m
    JOIN pg_depend d ON (d.refclassid, d.refobjid) = ('pg_type'::regclass, m.type)
    LEFT JOIN pg_class c ON d.classid = 'pg_class'::regclass AND c.oid = d.objid AND c.relkind = 'c'
    WHERE d.classid = 'pg_type'::regclass OR c.oid IS NOT NULL AND d.objsubid > 0)
SELECT m.origin, m.type FROM made m;
END $$;
COMMENT ON FUNCTION gb_enums_internal.types_made_of(oid[]) IS
    'types, and the arrays, domains, ranges and composite types in which each of them is';

CREATE FUNCTION gb_enums_internal.type_obstacles(columns gb_enums_internal.conversion_column[])
    RETURNS SETOF text
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN RETURN QUERY
SELECT DISTINCT format('Column "%s" of "%s" is part of the partition key.', c.name, c.relation_name)
FROM gb_enums_internal.columns_in_catalog(columns) c
JOIN pg_partitioned_table p ON p.partrelid = c.relation
WHERE c.number = ANY (p.partattrs) OR EXISTS (
    SELECT
    FROM pg_depend d
    WHERE (d.classid, d.objid, d.objsubid) = ('pg_class'::regclass, c.relation, c.number)
      AND (d.refclassid, d.refobjid, d.refobjsubid) = ('pg_class'::regclass, c.relation, 0))
UNION ALL
SELECT DISTINCT format('The row type of "%s" is %s of column "%s" of "%s".', r.relname,
    CASE WHEN t.type IN (y.oid, y.typarray) THEN 'the type' ELSE 'a part of the type' END, a.attname,
    a.attrelid::regclass)
FROM gb_enums_internal.types_made_of(ARRAY(
    SELECT r.reltype FROM pg_class r WHERE r.oid = ANY (gb_enums_internal.convert_relations(columns)))) t
JOIN pg_type y ON y.oid = t.origin
JOIN pg_class r ON r.oid = y.typrelid
JOIN pg_depend d ON d.refclassid = 'pg_type'::regclass AND d.refobjid = t.type
    AND d.classid = 'pg_class'::regclass
JOIN pg_attribute a ON a.attrelid = d.objid AND a.attnum = d.objsubid
JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'm');
END $$;
COMMENT ON FUNCTION gb_enums_internal.type_obstacles(gb_enums_internal.conversion_column[]) IS
    'columns whose type is part of partition keys or of other columns';

-- The foreign keys on columns of a conversion, to them, and to others of an index that includes one.
CREATE FUNCTION gb_enums_internal.convert_foreign_keys(columns gb_enums_internal.conversion_column[])
    RETURNS SETOF pg_constraint
    LANGUAGE plpgsql STABLE STRICT PARALLEL UNSAFE ROWS 100 SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN RETURN QUERY
SELECT k.*
FROM pg_constraint k
WHERE k.contype = 'f' AND k.conparentid = 0
  AND (k.conkey && gb_enums_internal.convert_numbers(columns, k.conrelid)
       OR k.confkey && gb_enums_internal.convert_numbers(columns, k.confrelid)
       OR EXISTS (
           SELECT
           FROM pg_index x
           WHERE x.indexrelid = k.conindid
             AND x.indkey::smallint[] && gb_enums_internal.convert_numbers(columns, x.indrelid)))
ORDER BY k.oid;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_foreign_keys(gb_enums_internal.conversion_column[]) IS
    'the foreign keys on columns that change, to them, and to others of an index that includes one';

CREATE FUNCTION gb_enums_internal.foreign_key_obstacles(columns gb_enums_internal.conversion_column[])
    RETURNS SETOF text
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN RETURN QUERY
WITH item AS (SELECT * FROM gb_enums_internal.columns_in_catalog(columns)),
made_again AS (
    SELECT k.*, c.relowner,
        format('Foreign key "%s" of "%s" would have to be made again', k.conname, k.conrelid::regclass)
            AS title
    FROM gb_enums_internal.convert_foreign_keys(columns) k
    JOIN pg_class c ON c.oid = k.conrelid)
SELECT DISTINCT format('Foreign key "%s" of "%s" ties column "%s" to "%s" of "%s"; '
        'foreign_keys => true converts both.', k.conname, k.conrelid::regclass,
    gb_enums_internal.convert_column(k.conrelid, k.conkey[i]),
    gb_enums_internal.convert_column(k.confrelid, k.confkey[i]), k.confrelid::regclass)
FROM pg_constraint k
CROSS JOIN LATERAL generate_subscripts(k.conkey, 1) i
LEFT JOIN item c ON c.relation = k.conrelid AND c.number = k.conkey[i]
LEFT JOIN item o ON o.relation = k.confrelid AND o.number = k.confkey[i]
WHERE k.contype = 'f' AND k.conparentid = 0 AND (c.enum, c.has_codes) IS DISTINCT FROM (o.enum, o.has_codes)
UNION ALL
SELECT format('%s, and the table belongs to %s.', k.title, k.relowner::regrole)
FROM made_again k
WHERE NOT gb_enums_internal.acts_for(k.relowner)
UNION ALL
SELECT DISTINCT format('%s, and %s may not reference column "%s" of "%s".', k.title, k.relowner::regrole,
    a.attname, k.confrelid::regclass)
FROM made_again k
JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = ANY (k.confkey)
WHERE gb_enums_internal.acts_for(k.relowner)
  AND NOT has_column_privilege(k.relowner, k.confrelid, a.attnum, 'REFERENCES');
END $$;
COMMENT ON FUNCTION gb_enums_internal.foreign_key_obstacles(gb_enums_internal.conversion_column[]) IS
    'foreign keys that keep columns from being converted';

-- The objects that use a column and that no step makes again.
CREATE FUNCTION gb_enums_internal.dependency_obstacles(columns gb_enums_internal.conversion_column[])
    RETURNS SETOF text
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN RETURN QUERY
WITH dependent AS (SELECT * FROM gb_enums_internal.dependents_of_columns(columns))
SELECT DISTINCT format('Exclusion constraint "%s" of "%s" uses column "%s".', k.conname, d.relation_name,
    d.name)
FROM dependent d
JOIN pg_constraint k ON k.contype = 'x' AND k.conrelid = d.relation
    AND (d.catalog, d.object) IN (('pg_constraint'::regclass, k.oid), ('pg_class'::regclass, k.conindid))
UNION ALL
SELECT DISTINCT format('Column "%s" of "%s" is generated from column "%s": %s.', g.attname, d.relation_name,
    d.name, pg_get_expr(e.adbin, e.adrelid))
FROM dependent d
JOIN pg_attrdef e ON d.catalog = 'pg_attrdef'::regclass AND e.oid = d.object
    OR d.catalog = 'pg_class'::regclass AND e.adrelid = d.object AND e.adnum = d.part
JOIN pg_attribute g ON g.attrelid = e.adrelid AND g.attnum = e.adnum AND g.attgenerated <> ''
    AND (g.attrelid, g.attnum) <> (d.relation, d.number)
UNION ALL
SELECT DISTINCT format('Column "%s" of "%s" is used by %s.', d.name, d.relation_name,
    coalesce((SELECT format('rule "%s" of "%s"', r.rulename, r.ev_class::regclass)
              FROM pg_rewrite r
              WHERE d.catalog = 'pg_rewrite'::regclass AND r.oid = d.object),
             pg_describe_object(d.catalog, d.object, d.part)))
FROM dependent d
WHERE CASE d.catalog
    WHEN 'pg_rewrite'::regclass THEN EXISTS (
        SELECT FROM pg_rewrite r WHERE r.oid = d.object AND (r.ev_type <> '1' OR r.ev_class = d.relation))
    WHEN 'pg_class'::regclass THEN d.object <> d.relation AND NOT EXISTS (
        SELECT FROM pg_class x WHERE x.oid = d.object AND x.relkind IN ('i', 'I'))
    ELSE d.catalog NOT IN ('pg_constraint'::regclass, 'pg_attrdef'::regclass, 'pg_policy'::regclass,
        'pg_trigger'::regclass, 'pg_statistic_ext'::regclass, 'pg_publication_rel'::regclass) END;
END $$;
COMMENT ON FUNCTION gb_enums_internal.dependency_obstacles(gb_enums_internal.conversion_column[]) IS
    'objects that keep columns from being converted';

CREATE FUNCTION gb_enums_internal.convert_obstacles(columns gb_enums_internal.conversion_column[])
    RETURNS SETOF text
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT o.obstacle
FROM (
    SELECT gb_enums_internal.inheritance_obstacles(columns)
    UNION ALL SELECT gb_enums_internal.column_obstacles(columns)
    UNION ALL SELECT gb_enums_internal.table_obstacles(columns)
    UNION ALL SELECT gb_enums_internal.whole_row_obstacles(
        gb_enums_internal.convert_relations(columns)::oid[])
    UNION ALL SELECT gb_enums_internal.type_obstacles(columns)
    UNION ALL SELECT gb_enums_internal.foreign_key_obstacles(columns)
    UNION ALL SELECT gb_enums_internal.dependency_obstacles(columns)) o(obstacle)
ORDER BY o.obstacle COLLATE "C"
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_obstacles(gb_enums_internal.conversion_column[]) IS
    'why columns cannot be converted, a sentence for each reason';
