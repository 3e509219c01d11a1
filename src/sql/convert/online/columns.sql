
-- Columns become enumerations while the table is used ------------------------------------------------
--
-- Each column gets a new one beside it, which follows it by a trigger. The rows that are there already are
-- converted by and by. CHECKs and indexes get twins for the new columns. At the exchange both columns change
-- names, and from then on the old column follows the new one until the end, so that there is a way back.
--
-- Columns of such a conversion also have their name, the name of the new column before the exchange, and
-- the name of the old one after it.

CREATE FUNCTION gb_enums_internal.convert_follow_old() RETURNS trigger
    LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'gb_enum_convert_follow_old';
COMMENT ON FUNCTION gb_enums_internal.convert_follow_old() IS 'lets new columns follow old ones';

CREATE FUNCTION gb_enums_internal.convert_follow_new() RETURNS trigger
    LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'gb_enum_convert_follow_new';
COMMENT ON FUNCTION gb_enums_internal.convert_follow_new() IS 'lets old columns follow new ones';

CREATE FUNCTION gb_enums_internal.convert_rows(
    relation oid, columns gb_enums_internal.conversion_column[], first_page bigint, end_page bigint,
    batch_pages integer, OUT changed bigint, OUT locked bigint, OUT next_page bigint) RETURNS record
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'gb_enum_convert_rows';
COMMENT ON FUNCTION gb_enums_internal.convert_rows(
    oid, gb_enums_internal.conversion_column[], bigint, bigint, integer) IS
    'gives rows on some pages of a table their new values; rows that are locked stay as they are';

-- Without a statement, it is the next one for the indexes of the table's conversion.
CREATE PROCEDURE gb_enums_internal.run_concurrently(relation oid, statement text DEFAULT NULL)
    LANGUAGE c AS 'MODULE_PATHNAME', 'gb_enum_run_concurrently';
COMMENT ON PROCEDURE gb_enums_internal.run_concurrently(oid, text) IS
    'CREATE or DROP INDEX CONCURRENTLY, by a background worker, as the owner of a table of the caller''s';

-- The columns of a conversion, also of partitions and children, with the names of new and old columns.
CREATE FUNCTION gb_enums_internal.convert_with_names(columns gb_enums_internal.conversion_column[])
    RETURNS gb_enums_internal.conversion_column[]
    LANGUAGE plpgsql STABLE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    result gb_enums_internal.conversion_column[] := gb_enums_internal.convert_with_children(columns);
    name text;
BEGIN
    FOR i IN 1 .. cardinality(result) LOOP
        name := (
            SELECT a.attname
            FROM pg_attribute a
            WHERE a.attrelid = result[i].relation AND a.attnum = result[i].number);
        result[i].name := name;
        result[i].new_name := gb_enums_internal.name_with_suffix(name, '_gb_new');
        result[i].old_name := gb_enums_internal.name_with_suffix(name, '_gb_old');
    END LOOP;
    RETURN result;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_with_names(gb_enums_internal.conversion_column[]) IS
    'a conversion with names for new and old columns';

-- The same conversion without these names. It is a conversion in place, as all definitions that use the
-- columns see it: they use a column of the same name, which has another type.
CREATE FUNCTION gb_enums_internal.convert_in_place(columns gb_enums_internal.conversion_column[])
    RETURNS gb_enums_internal.conversion_column[]
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    FOR i IN 1 .. cardinality(columns) LOOP
        columns[i].name := NULL;
        columns[i].new_name := NULL;
        columns[i].old_name := NULL;
    END LOOP;
    RETURN columns;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_in_place(gb_enums_internal.conversion_column[]) IS
    'a conversion without those names';

-- The tables that have the rows.
CREATE FUNCTION gb_enums_internal.convert_members(columns gb_enums_internal.conversion_column[])
    RETURNS TABLE (member oid)
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT DISTINCT t.oid
FROM unnest(columns) c
JOIN pg_class t ON t.oid = c.relation AND t.relkind = 'r'
ORDER BY 1
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_members(gb_enums_internal.conversion_column[]) IS
    'the tables that have the rows of a conversion';

-- Obstacles beside those to every conversion.
CREATE FUNCTION gb_enums_internal.convert_online_obstacles(columns gb_enums_internal.conversion_column[])
    RETURNS SETOF text
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
WITH relation AS (
    SELECT r.*, n.nspname
    FROM pg_class r
    JOIN pg_namespace n ON n.oid = r.relnamespace
    WHERE r.oid IN (SELECT c.relation FROM unnest(columns) c))
SELECT format('Foreign key "%s" of "%s" has the column.', k.conname, k.conrelid::regclass)
FROM gb_enums_internal.convert_foreign_keys(columns) k
UNION ALL
SELECT o
FROM unnest(gb_enums_internal.convert_relations(columns)) r
CROSS JOIN LATERAL gb_enums_internal.online_obstacle(r, 'partitions') o
UNION ALL
SELECT format('Citus distributes "%s", and takes no trigger that keeps the columns in step: '
    'gb_enum_convert_table() converts it, with a lock on the table.', r.relname)
FROM relation r
WHERE gb_enums_internal.is_distributed(r.oid)
UNION ALL
SELECT format('Table "%s" is temporary.', r.relname)
FROM relation r
WHERE r.relpersistence = 't'
UNION ALL
SELECT format('Constraint "%s" of "%s" is NOT NULL and not validated.', k.conname, k.conrelid::regclass)
FROM unnest(columns) c
JOIN pg_constraint k ON k.conrelid = c.relation AND k.contype = 'n' AND k.conkey = ARRAY[c.number]
WHERE NOT k.convalidated AND k.coninhcount = 0
UNION ALL
-- After the exchange, rows come without a value for the old column, which the trigger then sets.
SELECT DISTINCT format('Domain %1$s of column "%2$s" refuses NULL, so rows without a value for the old '
    'column would be refused. ALTER TABLE %3$s ALTER COLUMN %2$I TYPE %4$s, ALTER COLUMN %2$I SET NOT '
    'NULL helps, and does not rewrite the table.',
    a.atttypid::regtype, a.attname, a.attrelid::regclass,
    gb_enums_internal.base_type(a.atttypid)::regtype)
FROM unnest(columns) c
JOIN pg_attribute a ON a.attrelid = c.relation AND a.attnum = c.number AND a.attinhcount = 0
JOIN pg_type y ON y.oid = a.atttypid AND y.typtype = 'd'
WHERE (gb_enums_internal.type_is_not_null(a.atttypid) OR EXISTS (
      SELECT
      FROM gb_enums_internal.domain_levels(a.atttypid) d
      JOIN pg_constraint k ON k.contypid = d.type_oid AND k.contype = 'c'
      WHERE pg_get_constraintdef(k.oid) ~* 'IS NOT NULL'))
UNION ALL
SELECT format('A conversion of "%s" that is not on record, as after a restore, has left a trigger and '
    'columns; CALL gb_enum_convert_online_undo(%L) removes them.', l.relation, l.relation)
FROM gb_enums_internal.convert_left_over(columns[1].relation) l
WHERE l.stage = 'rows'
UNION ALL
SELECT format('Column "%s" of table "%s" exists.', a.attname, a.attrelid::regclass)
FROM unnest(columns) c
JOIN pg_attribute a ON a.attrelid = c.relation AND a.attname IN (c.new_name, c.old_name)
WHERE NOT a.attisdropped
UNION ALL
-- They are needed for constraints and indexes that are set aside.
SELECT format('Constraint "%s" of "%s" exists.', k.conname, k.conrelid::regclass)
FROM gb_enums_internal.convert_checks(columns) c
JOIN pg_constraint k ON k.conrelid = c.relation
    AND k.conname = gb_enums_internal.name_with_suffix(c.name, '_gb_old')
UNION ALL
SELECT format('Relation "%s" exists.', o.oid::regclass)
FROM gb_enums_internal.convert_twins(columns) t
JOIN pg_class i ON i.oid = t.index
JOIN pg_class o ON o.relnamespace = i.relnamespace
    AND o.relname = gb_enums_internal.name_with_suffix(i.relname, '_gb_old')
UNION ALL
SELECT format('Trigger "%s" of "%s" would run after the one that keeps the columns in step.',
              t.tgname, t.tgrelid::regclass)
FROM relation r
JOIN pg_trigger t ON t.tgrelid = r.oid
WHERE t.tgtype & 3 = 3 AND t.tgtype & 20 <> 0 AND t.tgname::text COLLATE "C" > '~gb_enum_convert'
UNION ALL
SELECT format('Publication "%s" sends all columns of "%s", also the new one, which subscribers lack; '
              'give it a list of columns.', p.pubname, r.relname)
FROM relation r
JOIN pg_publication_tables p ON (p.schemaname, p.tablename) = (r.nspname, r.relname)
WHERE NOT EXISTS (
    SELECT
    FROM pg_publication_rel l
    JOIN pg_publication o ON o.oid = l.prpubid
    WHERE l.prrelid = r.oid AND o.pubname = p.pubname AND l.prattrs IS NOT NULL)
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_online_obstacles(gb_enums_internal.conversion_column[]) IS
    'why columns cannot be converted while the table is used, a sentence for each reason';

-- Follow triggers ------------------------------------------------------------------------------------

-- The old value of each new value, where it is not the name or code: a value that a CHECK or a native enum
-- lists, or one of the map. The old column still has its CHECKs.
CREATE FUNCTION gb_enums_internal.convert_reverse(item gb_enums_internal.conversion_column) RETURNS jsonb
    LANGUAGE sql STABLE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
WITH kind AS (
    SELECT item.enum, item.old_type, gb_enums_internal.has_codes(item) AS is_code),
value AS (
    SELECT v.name, CASE WHEN k.is_code THEN v.code::text ELSE v.name END AS itself
    FROM kind k, gb_enums_internal.convert_values(k.enum) v),
candidate(old, rank) AS (
    SELECT unnest(s."values"), 1
    FROM pg_constraint c
    CROSS JOIN LATERAL gb_enums_internal.closed_set(c.oid) s
    WHERE c.conrelid = item.relation AND c.contype = 'c' AND s.number = item.number
    UNION ALL
    SELECT v.name, 1
    FROM kind k
    CROSS JOIN LATERAL gb_enums_internal.old_order(k.old_type) v
    UNION ALL
    SELECT m.key, 2
    FROM jsonb_each(coalesce(item.options->'map', '{}')) m
    UNION ALL
    SELECT v.itself, 3
    FROM value v),
best AS (
    SELECT DISTINCT ON (v.name) v.name, v.itself, c.old
    FROM kind k
    CROSS JOIN candidate c
    CROSS JOIN LATERAL gb_enums_internal.convert_match(c.old, k.enum, item.options, k.is_code) m
    JOIN value v ON v.name = m.label
    ORDER BY v.name, c.rank, c.old <> v.itself, c.old COLLATE "C")
SELECT coalesce(jsonb_object_agg(name, old) FILTER (WHERE old <> itself), '{}')
FROM best
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_reverse(gb_enums_internal.conversion_column) IS
    'the old values of new values, by their names';

-- The arguments of the follow trigger for one column: the column that is followed, the one that follows,
-- the enumeration when that has codes, and how values are read.
CREATE FUNCTION gb_enums_internal.convert_follow_arguments(
    item gb_enums_internal.conversion_column, exchanged boolean) RETURNS text
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT concat_ws(', ',
    quote_literal(item.name),
    quote_literal(CASE WHEN exchanged THEN item.old_name ELSE item.new_name END),
    quote_literal(CASE WHEN item.trusting_cast IS NOT NULL THEN item.enum::regtype::text ELSE '' END),
    quote_literal(item.options || CASE
        WHEN exchanged THEN jsonb_build_object('names', gb_enums_internal.convert_reverse(item))
        ELSE '{}' END))
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_follow_arguments(
    gb_enums_internal.conversion_column, boolean) IS
    'the arguments of a follow trigger';

CREATE FUNCTION gb_enums_internal.convert_is_followed(relation regclass) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    RETURN EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = relation AND t.tgname = '~gb_enum_convert');
COMMENT ON FUNCTION gb_enums_internal.convert_is_followed(regclass) IS
    'whether a table has follow triggers for columns';

-- Statements that make columns follow others, on each table whose trigger does not come from another. Before
-- the exchange, only on tables that have none.
CREATE FUNCTION gb_enums_internal.convert_follow(
    columns gb_enums_internal.conversion_column[], exchanged boolean)
    RETURNS SETOF text
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
WITH followed AS (
    SELECT c.relation::regclass AS relation, string_agg(
        gb_enums_internal.convert_follow_arguments(columns[c.ordinality], exchanged), ', '
        ORDER BY c.ordinality) AS arguments
    FROM unnest(columns) WITH ORDINALITY c
    JOIN pg_class t ON t.oid = c.relation AND NOT t.relispartition
    -- One that was detached just now must not have a trigger that keeps it from being attached again.
    JOIN gb_enums_internal.convert_tree(columns[1].relation) m ON m.member = t.oid
    WHERE exchanged OR NOT gb_enums_internal.convert_is_followed(t.oid)
    GROUP BY 1)
SELECT s.statement
FROM followed f
CROSS JOIN LATERAL (VALUES
    (1, format('CREATE TRIGGER "~gb_enum_convert" BEFORE INSERT OR UPDATE ON %s FOR EACH ROW', f.relation)
        || format(' EXECUTE FUNCTION gb_enums_internal.convert_follow_%s(%s)',
                  CASE WHEN exchanged THEN 'new' ELSE 'old' END, f.arguments)),
    (2, format('ALTER TABLE %s ENABLE ALWAYS TRIGGER "~gb_enum_convert"', f.relation))) s(nth, statement)
ORDER BY f.relation, s.nth
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_follow(gb_enums_internal.conversion_column[], boolean) IS
    'the statements that make columns follow others';

CREATE FUNCTION gb_enums_internal.convert_unfollow(columns gb_enums_internal.conversion_column[])
    RETURNS SETOF text
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT format('DROP TRIGGER IF EXISTS "~gb_enum_convert" ON %s', t.oid::regclass)
FROM pg_class t
WHERE NOT t.relispartition AND t.oid IN (SELECT c.relation FROM unnest(columns) c)
ORDER BY t.oid
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_unfollow(gb_enums_internal.conversion_column[]) IS
    'the statements that end that';

-- Twins ----------------------------------------------------------------------------------------------

-- The columns that must not be NULL, on the tables that do not have that from another.
CREATE FUNCTION gb_enums_internal.convert_not_null(
    columns gb_enums_internal.conversion_column[],
    OUT relation regclass, OUT number smallint, OUT name text, OUT new_name text, OUT check_name text)
    RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
WITH must AS (
    SELECT c.*
    FROM unnest(columns) c
    JOIN pg_attribute a ON a.attrelid = c.relation AND a.attnum = c.number
    WHERE a.attnotnull OR gb_enums_internal.type_is_not_null(a.atttypid))
SELECT m.relation, m.number, m.name, m.new_name, format('gb_new_%s_not_null', m.number)
FROM must m
WHERE NOT EXISTS (
    SELECT
    FROM pg_inherits h
    JOIN must p ON p.relation = h.inhparent AND p.name = m.name
    WHERE h.inhrelid = m.relation)
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_not_null(gb_enums_internal.conversion_column[]) IS
    'where new columns must not be NULL';

-- The CHECKs that need a twin for the new columns.
CREATE FUNCTION gb_enums_internal.convert_checks(
    columns gb_enums_internal.conversion_column[],
    OUT relation regclass, OUT name name, OUT twin text, OUT condition text, OUT validated boolean,
    OUT remark text, OUT obstacle text, OUT search_path text) RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
-- Looked for first: the server might else read the expressions of all constraints before it knows whose they
-- are, those of domains too, which belong to no table.
WITH candidate AS MATERIALIZED (
    SELECT k.*
    FROM pg_constraint k
    WHERE k.conrelid IN (SELECT c.relation FROM unnest(columns) c) AND k.contype = 'c' AND k.coninhcount = 0)
SELECT k.conrelid, k.conname, gb_enums_internal.name_with_suffix(k.conname, '_gb_new'),
    e.expressions[1]
        || CASE WHEN k.connoinherit THEN ') NO INHERIT' ELSE ')' END
        || CASE WHEN to_jsonb(k)->>'conenforced' = 'false' THEN ' NOT ENFORCED' ELSE ' NOT VALID' END,
    k.convalidated,
    gb_enums_internal.comment_statement(
        'pg_constraint', k.oid, format('CONSTRAINT %I ON %s', k.conname, k.conrelid::regclass)),
    e.obstacle, e.search_path
FROM candidate k
CROSS JOIN LATERAL gb_enums_internal.convert_expressions(k.conrelid, k.conbin, columns, false) e
WHERE e.changed AND NOT e.implied
ORDER BY k.conrelid, k.conname
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_checks(gb_enums_internal.conversion_column[]) IS
    'the CHECKs that new columns need';

-- The indexes that need a twin, those of partitions first; and the steps for them.
CREATE FUNCTION gb_enums_internal.convert_twins(
    columns gb_enums_internal.conversion_column[],
    OUT index oid, OUT twin regclass, OUT valid boolean, OUT steps gb_enums_internal.convert_step[])
    RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
-- Looked for first, as in convert_checks().
WITH candidate AS MATERIALIZED (
    SELECT x.indexrelid, x.indrelid
    FROM pg_index x
    WHERE x.indrelid IN (SELECT c.relation FROM unnest(columns) c))
SELECT x.indexrelid, t.oid, coalesce(y.indisvalid, false), s.steps
FROM candidate x
JOIN pg_class c ON c.oid = x.indexrelid
CROSS JOIN LATERAL (
    SELECT array_agg(p ORDER BY p.phase, p.place) AS steps
    FROM gb_enums_internal.convert_index(x.indexrelid, columns, 0) p) s
LEFT JOIN (pg_class t JOIN pg_index y ON y.indexrelid = t.oid)
    ON t.relname = format('gb_new_%s', x.indexrelid) AND t.relnamespace = c.relnamespace
    AND y.indrelid = x.indrelid
WHERE s.steps IS NOT NULL
  -- A partition that came after the twin of its parent's index has one from the server.
  AND (t.oid IS NOT NULL OR NOT EXISTS (
      SELECT
      FROM pg_inherits h
      JOIN pg_class o ON o.oid = h.inhparent
      JOIN pg_class p ON p.relname = format('gb_new_%s', o.oid) AND p.relnamespace = o.relnamespace
      JOIN pg_inherits m ON m.inhparent = p.oid
      JOIN pg_index n ON n.indexrelid = m.inhrelid AND n.indrelid = x.indrelid
      WHERE h.inhrelid = x.indexrelid))
ORDER BY (SELECT count(*) FROM pg_partition_ancestors(x.indexrelid)) DESC, x.indexrelid
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_twins(gb_enums_internal.conversion_column[]) IS
    'the indexes that get twins';

-- The index to be built, or to be dropped since it was not built to its end; NULL when there is none.
CREATE FUNCTION gb_enums_internal.convert_online_index(relation regclass) RETURNS text
    LANGUAGE sql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT CASE WHEN t.twin IS NULL THEN p.statement ELSE format('DROP INDEX CONCURRENTLY %s', t.twin) END
FROM gb_enums_internal.convert_of_now(gb_enums_internal.online_conversion_of(relation, 'columns')) c
CROSS JOIN LATERAL gb_enums_internal.convert_twins(c.columns) t
JOIN pg_class x ON x.oid = t.index AND x.relkind = 'i'
CROSS JOIN LATERAL unnest(t.steps) p
WHERE NOT t.valid AND p.phase = 'indexes' AND c.stage NOT IN ('settle', 'done')
LIMIT 1
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_online_index(regclass) IS
    'the next statement for indexes of a conversion, NULL for none';
