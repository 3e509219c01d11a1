
-- Columns become enumerations while the table is used ------------------------------------------------
--
-- Beside each column a new one is made, which follows it by a trigger; the rows that were there get
-- their values by and by; indexes get twins. Then the two columns change names, and the old one
-- follows the new one until the end, so that there is a way back.
--
-- A conversion as others, whose columns also have their name, the name of the new column and that of the old one
-- after the exchange.

CREATE FUNCTION gb_enums_internal.convert_follow_old() RETURNS trigger
    LANGUAGE c AS 'MODULE_PATHNAME', 'gb_enum_convert_follow_old';
COMMENT ON FUNCTION gb_enums_internal.convert_follow_old() IS 'lets new columns follow old ones';

CREATE FUNCTION gb_enums_internal.convert_follow_new() RETURNS trigger
    LANGUAGE c AS 'MODULE_PATHNAME', 'gb_enum_convert_follow_new';
COMMENT ON FUNCTION gb_enums_internal.convert_follow_new() IS 'lets old columns follow new ones';

CREATE FUNCTION gb_enums_internal.convert_rows(
    relation oid, columns gb_enums_internal.conversion_column[], first_page bigint, end_page bigint, OUT changed bigint, OUT locked bigint) RETURNS record
    LANGUAGE c VOLATILE STRICT AS 'MODULE_PATHNAME', 'gb_enum_convert_rows';
COMMENT ON FUNCTION gb_enums_internal.convert_rows(oid, gb_enums_internal.conversion_column[], bigint, bigint) IS
    'gives rows on some pages of a table their new values; rows that are locked stay as they are';

CREATE PROCEDURE gb_enums_internal.run_concurrently(relation oid, statement text)
    LANGUAGE c AS 'MODULE_PATHNAME', 'gb_enum_run_concurrently';
COMMENT ON PROCEDURE gb_enums_internal.run_concurrently(oid, text) IS
    'CREATE or DROP INDEX CONCURRENTLY, by a background worker, as the owner of a table of the caller''s';

-- The columns of a conversion with the names beside.
CREATE FUNCTION gb_enums_internal.convert_beside(columns gb_enums_internal.conversion_column[]) RETURNS gb_enums_internal.conversion_column[]
    LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    result gb_enums_internal.conversion_column[] := gb_enums_internal.convert_with_children(columns);
    name text;
BEGIN
    FOR i IN 1 .. cardinality(result) LOOP
        name := (SELECT a.attname FROM pg_attribute a WHERE a.attrelid = result[i].relation AND a.attnum = result[i].number);
        result[i].name := name;
        result[i].new_name := gb_enums_internal.partition_joined(name, '_gb_new');
        result[i].old_name := gb_enums_internal.partition_joined(name, '_gb_old');
    END LOOP;
    RETURN result;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_beside(gb_enums_internal.conversion_column[]) IS 'a conversion with names for new and old columns';

-- The same without, which is what is over the columns when they have changed names.
CREATE FUNCTION gb_enums_internal.convert_exchanged(columns gb_enums_internal.conversion_column[]) RETURNS gb_enums_internal.conversion_column[]
    LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    FOR i IN 1 .. cardinality(columns) LOOP
        columns[i].name := NULL;
        columns[i].new_name := NULL;
        columns[i].old_name := NULL;
    END LOOP;
    RETURN columns;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_exchanged(gb_enums_internal.conversion_column[]) IS 'a conversion without those names';

-- What stands in the way of it, beside what does of any conversion.
CREATE FUNCTION gb_enums_internal.convert_online_obstacles(columns gb_enums_internal.conversion_column[]) RETURNS SETOF text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
WITH item AS (SELECT c.* FROM unnest(columns) c),
relation AS (SELECT DISTINCT c.* FROM item i JOIN pg_class c ON c.oid = i.relation)
SELECT format('Foreign key "%s" of "%s" has the column.', k.conname, k.conrelid::regclass) FROM gb_enums_internal.convert_foreign_keys(columns) k
UNION ALL SELECT format('Table "%s" is temporary.', r.relname) FROM relation r WHERE r.relpersistence = 't'
UNION ALL SELECT format('Constraint "%s" of "%s" is NOT NULL and not validated.', k.conname, k.conrelid::regclass)
    FROM item i JOIN pg_constraint k ON k.conrelid = i.relation AND k.contype = 'n' AND k.conkey = ARRAY[i.number] AND NOT k.convalidated AND k.coninhcount = 0
UNION ALL SELECT format('Column "%s" of table "%s" exists.', a.attname, a.attrelid::regclass) FROM item i JOIN pg_attribute a ON a.attrelid = i.relation AND a.attname IN (i.new_name, i.old_name) AND NOT a.attisdropped
UNION ALL SELECT format('Trigger "%s" of "%s" would run after the one that keeps the columns in step.', t.tgname, t.tgrelid::regclass)
    FROM relation r JOIN pg_trigger t ON t.tgrelid = r.oid WHERE t.tgtype & 3 = 3 AND t.tgtype & 20 <> 0 AND t.tgname::text COLLATE "C" > '~gb_enum_convert'
UNION ALL SELECT format('Publication "%s" sends all columns of "%s", also the new one, which subscribers lack; give it a list of columns.', p.pubname, r.relname)
    FROM relation r JOIN pg_namespace n ON n.oid = r.relnamespace
    JOIN pg_publication_tables p ON (p.schemaname, p.tablename) = (n.nspname, r.relname)
    WHERE NOT EXISTS (SELECT FROM pg_publication_rel l JOIN pg_publication o ON o.oid = l.prpubid WHERE l.prrelid = r.oid AND o.pubname = p.pubname AND l.prattrs IS NOT NULL)
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_online_obstacles(gb_enums_internal.conversion_column[]) IS 'why columns cannot be converted while the table is used, a sentence for each reason';

-- What new values were, where that is not their name or code: what a CHECK or a native enum lists, or
-- the mapping. The old column still has its CHECKs.
CREATE FUNCTION gb_enums_internal.convert_reverse(item gb_enums_internal.conversion_column) RETURNS jsonb
    LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
WITH kind AS (SELECT item.enum, item.old_type, gb_enums_internal.has_codes(item) AS is_code),
value AS (SELECT v.name, CASE WHEN k.is_code THEN v.code::text ELSE v.name END AS itself FROM kind k, gb_enums_internal.convert_values(k.enum) v),
candidate(old, rank) AS (
    SELECT unnest(s."values"), 1 FROM pg_constraint c CROSS JOIN LATERAL gb_enums_internal.closed_set(c.oid) s
        WHERE c.conrelid = item.relation AND c.contype = 'c' AND s.number = item.number
    UNION ALL SELECT e.enumlabel, 1 FROM pg_enum e, kind k WHERE e.enumtypid = k.old_type
    UNION ALL SELECT m.key, 2 FROM jsonb_each(coalesce(item.options->'map', '{}')) m
    UNION ALL SELECT v.itself, 3 FROM value v),
best AS (
    SELECT DISTINCT ON (v.name) v.name, v.itself, c.old FROM kind k CROSS JOIN candidate c
    CROSS JOIN LATERAL gb_enums_internal.convert_match(c.old, k.enum, item.options, k.is_code) m JOIN value v ON v.name = m.label
    ORDER BY v.name, c.rank, c.old <> v.itself, c.old COLLATE "C")
SELECT coalesce(jsonb_object_agg(name, old) FILTER (WHERE old <> itself), '{}') FROM best
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_reverse(gb_enums_internal.conversion_column) IS 'what new values were, by their names';

-- The trigger that keeps columns in step, on each table that has not got it from another.
CREATE FUNCTION gb_enums_internal.convert_follow(columns gb_enums_internal.conversion_column[], exchanged boolean) RETURNS SETOF text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
SELECT s FROM (
    SELECT c.relation::regclass AS relation, string_agg(concat_ws(', ', quote_literal(c.name), quote_literal(CASE WHEN exchanged THEN c.old_name ELSE c.new_name END),
        quote_literal(CASE WHEN c.trusting_cast IS NOT NULL THEN c.enum::regtype::text ELSE '' END),
        quote_literal(c.options || CASE WHEN exchanged THEN jsonb_build_object('names', gb_enums_internal.convert_reverse(columns[c.ordinality])) ELSE '{}' END)), ', ' ORDER BY c.ordinality) AS arguments
    FROM unnest(columns) WITH ORDINALITY c JOIN pg_class t ON t.oid = c.relation AND NOT t.relispartition GROUP BY 1) r
CROSS JOIN LATERAL unnest(ARRAY[
    format('CREATE TRIGGER "~gb_enum_convert" BEFORE INSERT OR UPDATE ON %s FOR EACH ROW EXECUTE FUNCTION gb_enums_internal.convert_follow_%s(%s)', relation, CASE WHEN exchanged THEN 'new' ELSE 'old' END, arguments),
    format('ALTER TABLE %s ENABLE ALWAYS TRIGGER "~gb_enum_convert"', relation)]) WITH ORDINALITY o(s, n) ORDER BY relation, n
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_follow(gb_enums_internal.conversion_column[], boolean) IS 'the statements that make columns follow others';

CREATE FUNCTION gb_enums_internal.convert_unfollow(columns gb_enums_internal.conversion_column[]) RETURNS SETOF text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
SELECT format('DROP TRIGGER IF EXISTS "~gb_enum_convert" ON %s', t.oid::regclass) FROM pg_class t
WHERE NOT t.relispartition AND t.oid IN (SELECT c.relation FROM unnest(columns) c) ORDER BY t.oid
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_unfollow(gb_enums_internal.conversion_column[]) IS 'the statements that end that';

-- The columns that must not be NULL, on the tables that have not got that from another.
CREATE FUNCTION gb_enums_internal.convert_not_null(columns gb_enums_internal.conversion_column[], OUT relation regclass, OUT number smallint, OUT name text, OUT new_name text, OUT check_name text) RETURNS SETOF record
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
WITH must AS (SELECT c.* FROM unnest(columns) c
    JOIN pg_attribute a ON a.attrelid = c.relation AND a.attnum = c.number JOIN pg_type y ON y.oid = a.atttypid WHERE a.attnotnull OR y.typnotnull)
SELECT m.relation, m.number, m.name, m.new_name, format('gb_new_%s_not_null', m.number) FROM must m WHERE NOT EXISTS (
    SELECT FROM pg_inherits h JOIN must p ON p.relation = h.inhparent AND p.name = m.name WHERE h.inhrelid = m.relation)
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_not_null(gb_enums_internal.conversion_column[]) IS 'where new columns must not be NULL';

-- The CHECKs that are needed for the new columns as well.
CREATE FUNCTION gb_enums_internal.convert_checks(columns gb_enums_internal.conversion_column[], OUT relation regclass, OUT name name, OUT twin text, OUT condition text, OUT validated boolean, OUT remark text, OUT obstacle text) RETURNS SETOF record
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
SELECT k.conrelid, k.conname, format('gb_new_%s', k.oid), e.expressions[1] || CASE WHEN k.connoinherit THEN ') NO INHERIT' ELSE ')' END
        || CASE WHEN to_jsonb(k)->>'conenforced' = 'false' THEN ' NOT ENFORCED' ELSE ' NOT VALID' END, k.convalidated,
    gb_enums_internal.convert_comment('pg_constraint', k.oid, format('CONSTRAINT %I ON %s', k.conname, k.conrelid::regclass)), e.obstacle
FROM (SELECT DISTINCT c.relation AS relation FROM unnest(columns) c) r
JOIN pg_constraint k ON k.conrelid = r.relation AND k.contype = 'c' AND k.coninhcount = 0
CROSS JOIN LATERAL gb_enums_internal.convert_expressions(k.conrelid, k.conbin, columns, false) e
WHERE e.changed AND NOT e.always ORDER BY k.conrelid, k.conname
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_checks(gb_enums_internal.conversion_column[]) IS 'the CHECKs that new columns need';

-- The indexes that have to do with the columns, those of partitions first; and the steps for them.
CREATE FUNCTION gb_enums_internal.convert_twins(columns gb_enums_internal.conversion_column[], OUT index oid, OUT twin regclass, OUT valid boolean, OUT steps gb_enums_internal.convert_step[]) RETURNS SETOF record
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
SELECT x.indexrelid, t.oid, coalesce(y.indisvalid, false), s.steps
FROM (SELECT DISTINCT c.relation AS relation FROM unnest(columns) c) r
JOIN pg_index x ON x.indrelid = r.relation JOIN pg_class c ON c.oid = x.indexrelid
CROSS JOIN LATERAL (SELECT array_agg(p ORDER BY p.phase, p.place) AS steps FROM gb_enums_internal.convert_index(x.indexrelid, columns, 0) p) s
LEFT JOIN (pg_class t JOIN pg_index y ON y.indexrelid = t.oid) ON t.relname = format('gb_new_%s', x.indexrelid) AND t.relnamespace = c.relnamespace AND y.indrelid = x.indrelid
WHERE s.steps IS NOT NULL ORDER BY (SELECT count(*) FROM pg_partition_ancestors(x.indexrelid)) DESC, x.indexrelid
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_twins(gb_enums_internal.conversion_column[]) IS 'the indexes that get twins';

-- What a column has of its own, for the column that has its name after the exchange.
CREATE FUNCTION gb_enums_internal.convert_column_dress(item gb_enums_internal.conversion_column) RETURNS SETOF text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
WITH a AS (SELECT b.*, b.attrelid::regclass AS relation FROM pg_attribute b WHERE b.attrelid = item.relation AND b.attnum = item.number)
SELECT format('ALTER TABLE ONLY %s ALTER COLUMN %I SET STATISTICS %s', relation, attname, attstattarget) FROM a WHERE coalesce(attstattarget, -1) >= 0
UNION ALL SELECT format('ALTER TABLE ONLY %s ALTER COLUMN %I SET (%s)', relation, attname, o) FROM a, LATERAL (
    SELECT string_agg(format('%I = %L', split_part(u, '=', 1), substr(u, position('=' IN u) + 1)), ', ') AS o FROM unnest(attoptions) u WHERE NOT starts_with(u, 'pg_attver=')) s WHERE o IS NOT NULL
UNION ALL SELECT gb_enums_internal.convert_comment('pg_class', attrelid, format('COLUMN %s.%I', relation, attname), attnum) FROM a WHERE col_description(attrelid, attnum) IS NOT NULL
UNION ALL SELECT format('GRANT %s (%I) ON %s TO %s%s', string_agg(x.privilege_type, format(' (%I), ', attname) ORDER BY x.privilege_type), attname, relation,
        gb_enums_internal.partition_grantee(x.grantee), CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
    FROM a, aclexplode(attacl) x GROUP BY relation, attname, x.grantee, x.is_grantable
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_column_dress(gb_enums_internal.conversion_column) IS 'statements for what a column has of its own';

-- The exchange, and what undoes it: the same steps with the old definitions, backwards.
CREATE FUNCTION gb_enums_internal.convert_exchange(columns gb_enums_internal.conversion_column[], undo boolean) RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    over gb_enums_internal.conversion_column[] := gb_enums_internal.convert_exchanged(columns);
    top regclass := columns[1].relation;
    item gb_enums_internal.conversion_column;
    made record;
    x record;
BEGIN
    RETURN NEXT gb_enums_internal.statement('lock tables', 0, NULL, format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', top), 'ACCESS EXCLUSIVE', false, 'From here to the end, one short transaction.');
    RETURN QUERY SELECT o.* FROM gb_enums_internal.convert_over(over, CASE WHEN undo THEN '{}' ELSE over END, false) o
        WHERE gb_enums_internal.step_kind(o.phase) = 'statement';
    RETURN QUERY SELECT * FROM gb_enums_internal.statements('alter tables', 0, NULL, 'ACCESS EXCLUSIVE',
        ARRAY(SELECT gb_enums_internal.convert_unfollow(columns)));
    FOR item IN SELECT c.* FROM unnest(columns) c WHERE c.relation = top LOOP
        RETURN QUERY SELECT * FROM gb_enums_internal.statements('alter tables', 1, NULL, 'ACCESS EXCLUSIVE', ARRAY[
            format('ALTER TABLE %s RENAME COLUMN %I TO %I', top, item.name, CASE WHEN undo THEN item.new_name ELSE item.old_name END),
            format('ALTER TABLE %s RENAME COLUMN %I TO %I', top, CASE WHEN undo THEN item.old_name ELSE item.new_name END, item.name)]);
    END LOOP;
    FOREACH item IN ARRAY columns LOOP
        IF undo THEN
            RETURN QUERY SELECT * FROM gb_enums_internal.statements('alter tables', 2, NULL, 'ACCESS EXCLUSIVE', ARRAY(
                SELECT format('ALTER TABLE ONLY %s ALTER COLUMN %I %s', a.attrelid::regclass, a.attname, coalesce('SET DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), 'DROP DEFAULT'))
                FROM pg_attribute a LEFT JOIN pg_attrdef d ON (d.adrelid, d.adnum) = (a.attrelid, a.attnum) WHERE a.attrelid = item.relation AND a.attnum = item.number));
            CONTINUE;
        END IF;
        -- Nor one of a domain: who gives no value gives the new column's.
        RETURN NEXT gb_enums_internal.statement('alter tables', 2, NULL, format('ALTER TABLE ONLY %s ALTER COLUMN %I SET DEFAULT NULL', item.relation::regclass, item.old_name), 'ACCESS EXCLUSIVE');
        made := gb_enums_internal.convert_default(item);
        RETURN QUERY SELECT * FROM gb_enums_internal.statements('alter tables', 3, NULL, 'ACCESS EXCLUSIVE',
            format('ALTER TABLE ONLY %s ALTER COLUMN %I ', item.relation::regclass, item.name) || 'SET DEFAULT ' || made.expression
            || ARRAY(SELECT gb_enums_internal.convert_column_dress(item)));
    END LOOP;
    -- From 18 on NOT NULL has a name, too. It is not made in one statement with dropping the CHECK, which is its proof and would go first.
    FOR x IN SELECT n.relation::text, n.name AS column_name, n.check_name, k.conname::text AS name, k.oid AS constraint_id
             FROM gb_enums_internal.convert_not_null(columns) n LEFT JOIN pg_constraint k ON k.conrelid = n.relation AND k.contype = 'n' AND k.conkey = ARRAY[n.number]
                 -- The server renames it in children, too, and they must have it under that name.
                 AND NOT EXISTS (SELECT FROM gb_enums_internal.convert_tree(n.relation) m JOIN pg_constraint o ON o.conrelid = m.member AND o.contype = 'n'
                     JOIN pg_attribute a ON a.attrelid = o.conrelid AND a.attnum = o.conkey[1] AND a.attname = n.name WHERE o.conname <> k.conname) LOOP
        CONTINUE WHEN undo AND x.name IS NULL;
        RETURN QUERY SELECT * FROM gb_enums_internal.statements('alter tables', 4, NULL, 'ACCESS EXCLUSIVE', CASE
            WHEN undo THEN ARRAY[
                format('ALTER TABLE %s RENAME CONSTRAINT %I TO %I', x.relation, x.name, 'gb_new_' || x.constraint_id),
                format('ALTER TABLE %s RENAME CONSTRAINT %I TO %I', x.relation, 'gb_old_' || x.constraint_id, x.name)]
            WHEN x.name IS NULL THEN ARRAY[
                format('ALTER TABLE %s ALTER COLUMN %I SET NOT NULL', x.relation, x.column_name),
                format('ALTER TABLE %s DROP CONSTRAINT %I', x.relation, x.check_name)]
            ELSE ARRAY[
                format('ALTER TABLE %s RENAME CONSTRAINT %I TO %I', x.relation, x.name, 'gb_old_' || x.constraint_id),
                format('ALTER TABLE %s ADD CONSTRAINT %I NOT NULL %I', x.relation, x.name, x.column_name),
                gb_enums_internal.convert_comment('pg_constraint', x.constraint_id, format('CONSTRAINT %I ON %s', x.name, x.relation)),
                format('ALTER TABLE %s DROP CONSTRAINT %I', x.relation, x.check_name)] END);
    END LOOP;
    FOR x IN SELECT k.relation::text, k.name::text, k.twin, k.remark FROM gb_enums_internal.convert_checks(columns) k LOOP
        RETURN QUERY SELECT * FROM gb_enums_internal.statements('alter tables', 5, NULL, 'ACCESS EXCLUSIVE', ARRAY[
            format('ALTER TABLE %s RENAME CONSTRAINT %I TO %I', x.relation, x.name, CASE WHEN undo THEN x.twin ELSE replace(x.twin, 'gb_new', 'gb_old') END),
            format('ALTER TABLE %s RENAME CONSTRAINT %I TO %I', x.relation, CASE WHEN undo THEN replace(x.twin, 'gb_new', 'gb_old') ELSE x.twin END, x.name), CASE WHEN NOT undo THEN x.remark END]);
    END LOOP;
    -- An index keeps the names that its columns had.
    RETURN QUERY SELECT * FROM gb_enums_internal.statements('rename index columns', 0, NULL, 'ACCESS EXCLUSIVE', ARRAY(
        SELECT format('ALTER TABLE %I.gb_new_%s RENAME COLUMN %I TO %I', n.nspname, i.indexrelid, c.new_name, c.name)
        FROM gb_enums_internal.convert_twins(columns) t JOIN pg_index i ON i.indexrelid = t.index JOIN pg_class r ON r.oid = i.indexrelid JOIN pg_namespace n ON n.oid = r.relnamespace
        JOIN unnest(columns) c ON c.relation = i.indrelid AND c.number = ANY (i.indkey) WHERE NOT undo AND NOT r.relispartition));
    FOR x IN SELECT i.indrelid::regclass::text AS relation, quote_ident(n.nspname) AS schema, c.relname::text AS name, format('gb_new_%s', c.oid) AS twin, format('gb_old_%s', c.oid) AS aside, t.steps, k.oid AS constraint_id,
                    CASE WHEN k.condeferrable THEN ' DEFERRABLE' || CASE WHEN k.condeferred THEN ' INITIALLY DEFERRED' ELSE '' END ELSE '' END AS deferrable
             FROM gb_enums_internal.convert_twins(columns) t JOIN pg_class c ON c.oid = t.index JOIN pg_index i ON i.indexrelid = t.index JOIN pg_namespace n ON n.oid = c.relnamespace
             LEFT JOIN pg_constraint k ON k.conindid = c.oid AND k.contype = 'u' LOOP
        RETURN QUERY SELECT * FROM gb_enums_internal.statements('build indexes', 0, NULL, 'ACCESS EXCLUSIVE', CASE
            WHEN x.constraint_id IS NULL AND undo THEN ARRAY[format('ALTER INDEX %s.%I RENAME TO %I', x.schema, x.name, x.twin), format('ALTER INDEX %s.%I RENAME TO %I', x.schema, x.aside, x.name)]
            WHEN x.constraint_id IS NULL THEN ARRAY[format('ALTER INDEX %s.%I RENAME TO %I', x.schema, x.name, x.aside), format('ALTER INDEX %s.%I RENAME TO %I', x.schema, x.twin, x.name)]
            WHEN undo THEN ARRAY[format('ALTER TABLE %s DROP CONSTRAINT %I', x.relation, x.name), format('ALTER TABLE %s RENAME CONSTRAINT %I TO %I', x.relation, x.aside, x.name)]
            ELSE ARRAY[format('ALTER TABLE %s RENAME CONSTRAINT %I TO %I', x.relation, x.name, x.aside), format('ALTER TABLE %s ADD CONSTRAINT %I UNIQUE USING INDEX %I%s', x.relation, x.name, x.twin, x.deferrable),
                gb_enums_internal.convert_comment('pg_constraint', x.constraint_id, format('CONSTRAINT %I ON %s', x.name, x.relation))] END);
        RETURN QUERY SELECT p.* FROM unnest(x.steps) p WHERE p.phase = 'make objects';
    END LOOP;
    IF undo THEN
        RETURN QUERY SELECT * FROM gb_enums_internal.statements('drop columns', 0, NULL, 'ACCESS EXCLUSIVE',
            ARRAY(SELECT gb_enums_internal.convert_drop_columns(columns, 'new_name')));
    ELSE
        RETURN QUERY SELECT * FROM gb_enums_internal.statements('follow back', 0, NULL, 'ACCESS EXCLUSIVE',
            ARRAY(SELECT gb_enums_internal.convert_follow(columns, true)));
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_exchange(gb_enums_internal.conversion_column[], boolean) IS 'the steps that let old and new columns change places, or back';

CREATE FUNCTION gb_enums_internal.convert_exchange_statements(columns gb_enums_internal.conversion_column[], undo boolean) RETURNS text[]
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
SELECT ARRAY(
    SELECT s.statement
    FROM gb_enums_internal.steps_in_order(ARRAY(SELECT p FROM gb_enums_internal.convert_exchange(columns, undo) p)) s)
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_exchange_statements(gb_enums_internal.conversion_column[], boolean) IS
    'the statements that let old and new columns change places, or back, in order';

-- Statements that drop the new columns, as far as they are there, or the old ones, also where a child
-- has one of its own. What is over them is dropped with them.
CREATE FUNCTION gb_enums_internal.convert_drop_columns(columns gb_enums_internal.conversion_column[], which text) RETURNS SETOF text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
SELECT format('ALTER TABLE %s %s', c.relation::regclass, string_agg(format('DROP COLUMN %I', CASE which WHEN 'old_name' THEN c.old_name ELSE c.new_name END), ', ' ORDER BY c.ordinality))
FROM unnest(columns) WITH ORDINALITY c JOIN pg_attribute a ON a.attrelid = c.relation
    AND CASE which WHEN 'old_name' THEN a.attnum = c.number ELSE a.attname = c.new_name END
WHERE a.attislocal GROUP BY c.relation ORDER BY min(c.ordinality)
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_drop_columns(gb_enums_internal.conversion_column[], text) IS 'the statements that drop columns of a conversion';

-- The steps of each phase but those that are done row by row and the exchange.
CREATE FUNCTION gb_enums_internal.convert_online_steps(columns gb_enums_internal.conversion_column[]) RETURNS TABLE (stage text, place bigint, statement text, lock text, detail text)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
WITH top AS (SELECT columns[1].relation::regclass AS name),
twin AS (
    SELECT n.relation, n.check_name AS twin, format('%I IS NOT NULL) NOT VALID', n.new_name) AS condition, true AS validated FROM gb_enums_internal.convert_not_null(columns) n
    UNION ALL SELECT k.relation, k.twin, k.condition, k.validated AND k.condition NOT LIKE '% NOT ENFORCED' FROM gb_enums_internal.convert_checks(columns) k)
SELECT 'column', 0, format('ALTER TABLE %s %s', name, (
        SELECT string_agg(format('ADD COLUMN %I %s', c.new_name, gb_enums_internal.convert_type(columns[c.ordinality])), ', ' ORDER BY c.ordinality)
        FROM unnest(columns) WITH ORDINALITY c WHERE c.relation = top.name)), 'ACCESS EXCLUSIVE', 'No row is touched.' FROM top
UNION ALL SELECT 'follow', n, s, 'SHARE ROW EXCLUSIVE', 'What is written from now on is written to both, and refused when it is no value.' FROM gb_enums_internal.convert_follow(columns, false) WITH ORDINALITY f(s, n)
UNION ALL SELECT 'checks', row_number() OVER (), format('ALTER TABLE %s ADD CONSTRAINT %I CHECK (%s', k.relation, k.twin, k.condition), 'ACCESS EXCLUSIVE', 'Not tested on the rows that are there.'
    FROM twin k WHERE NOT EXISTS (SELECT FROM pg_constraint t WHERE t.conrelid = k.relation AND t.conname = k.twin)
UNION ALL SELECT 'validate', row_number() OVER (), format('ALTER TABLE %s VALIDATE CONSTRAINT %I', k.relation, k.twin), 'SHARE UPDATE EXCLUSIVE', NULL
    FROM twin k WHERE k.validated AND NOT EXISTS (SELECT FROM pg_constraint t WHERE t.conrelid = k.relation AND t.conname = k.twin AND t.convalidated)
-- All columns, as statistics objects need several.
UNION ALL SELECT stage, 0, format('ANALYZE %s', name), 'SHARE UPDATE EXCLUSIVE', NULL FROM top, unnest(ARRAY['analyze', 'settle']) stage
UNION ALL SELECT 'finish', f.place, f.statement, 'ACCESS EXCLUSIVE', 'By gb_enum_convert_finish(), when there need be no way back any more.' FROM (
    SELECT 1 AS place, s AS statement FROM gb_enums_internal.convert_unfollow(columns) s
    UNION ALL SELECT 2, d FROM gb_enums_internal.convert_drop_columns(columns, 'old_name') d) f
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_online_steps(gb_enums_internal.conversion_column[]) IS 'the steps of a conversion while the table is used, by stages';

-- The plan.
CREATE FUNCTION gb_enums_internal.convert_online_plan(columns gb_enums_internal.conversion_column[]) RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    over gb_enums_internal.conversion_column[] := gb_enums_internal.convert_exchanged(columns);
    top regclass := columns[1].relation;
    asked gb_enums_internal.conversion_column[] := ARRAY(SELECT c FROM unnest(over) c WHERE c.relation = top);
BEGIN
    RETURN QUERY SELECT s.* FROM (
        SELECT * FROM gb_enums_internal.convert_obstacles(over) UNION SELECT * FROM gb_enums_internal.convert_online_obstacles(columns)
        UNION SELECT format('Constraint "%s" of "%s": %s.', k.name, k.relation, k.obstacle) FROM gb_enums_internal.convert_checks(columns) k WHERE k.obstacle IS NOT NULL) o(detail), gb_enums_internal.stop(o.detail) s;
    RETURN QUERY SELECT s.* FROM unnest(asked) c, gb_enums_internal.convert_scan(c) s;
    RETURN QUERY SELECT s.* FROM (
        SELECT * FROM gb_enums_internal.convert_tables(top, over)
        UNION SELECT * FROM gb_enums_internal.convert_over(over, over, false)
        UNION SELECT p.* FROM gb_enums_internal.convert_twins(columns) t, unnest(t.steps) p) s WHERE s.phase IN ('stop', 'warning');
    RETURN QUERY SELECT s.* FROM (VALUES
        ('The new columns come after all others: SELECT * gives them last, and INSERT and COPY need a list of columns from the beginning on.'),
        ('A transaction that is REPEATABLE READ or SERIALIZABLE and updates a row that was converted after it began fails with 40001.')) w(detail), gb_enums_internal.warning(w.detail) s;
    RETURN QUERY SELECT s.* FROM gb_enums_internal.convert_view_order(over) v JOIN pg_class c ON c.oid = v.view AND c.relkind = 'm' AND c.relispopulated
        CROSS JOIN LATERAL gb_enums_internal.warning(format('Materialized view "%s" is filled anew while the table is locked.', v.view::regclass)) s;
    RETURN QUERY SELECT s.* FROM gb_enums_internal.convert_online_steps(columns) o
        CROSS JOIN LATERAL gb_enums_internal.statement(o.stage::gb_enums_internal.convert_phase, o.place::integer, NULL, o.statement, o.lock, false, o.detail) s;
    RETURN QUERY SELECT s.* FROM gb_enums_internal.convert_members(columns) m
        CROSS JOIN LATERAL gb_enums_internal.statement('rows', 0, NULL, format('SELECT * FROM gb_enums_internal.convert_rows(%L, %L, 0, %s)', m.member::regclass, columns, pg_relation_size(m.member) / current_setting('block_size')::bigint), 'ROW EXCLUSIVE', false,
            'By a few pages in each transaction; until nothing is left to do.') s;
    RETURN QUERY SELECT p.* FROM gb_enums_internal.convert_twins(columns) t, unnest(t.steps) p WHERE p.phase = 'indexes';
    RETURN QUERY SELECT * FROM gb_enums_internal.convert_exchange(columns, false);
    RETURN QUERY SELECT * FROM gb_enums_internal.convert_queries(asked);
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_online_plan(gb_enums_internal.conversion_column[]) IS 'the steps of a conversion while the table is used, in no order';

-- The tables that have the rows.
CREATE FUNCTION gb_enums_internal.convert_members(columns gb_enums_internal.conversion_column[]) RETURNS TABLE (member oid)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
SELECT DISTINCT t.oid FROM unnest(columns) c JOIN pg_class t ON t.oid = c.relation AND t.relkind = 'r' ORDER BY 1
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_members(gb_enums_internal.conversion_column[]) IS 'the tables that have the rows of a conversion';

-- An error when something stops a conversion. As the owner: who calls may be allowed more.
CREATE FUNCTION gb_enums_internal.convert_online_check(columns gb_enums_internal.conversion_column[]) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    p record;
    stops text;
BEGIN
    FOR p IN SELECT DISTINCT s.phase, s.detail FROM gb_enums_internal.convert_online_plan(columns) s WHERE s.phase IN ('stop', 'warning') ORDER BY 1, 2 LOOP
        IF p.phase = 'stop' THEN
            stops := concat_ws(' ', stops, p.detail);
        ELSIF stops IS NULL THEN
            RAISE NOTICE '%', p.detail;
        END IF;
    END LOOP;
    IF stops IS NOT NULL THEN
        RAISE EXCEPTION 'columns of table "%" cannot be converted while it is used', columns[1].relation::regclass USING ERRCODE = 'object_not_in_prerequisite_state', DETAIL = stops,
            HINT = 'gb_enum_convert_online_plan() shows the whole plan; gb_enum_convert_table() converts while nobody uses the table.';
    END IF;
    RETURN 0;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_online_check(gb_enums_internal.conversion_column[]) IS 'an error when something stops a conversion while the table is used';
