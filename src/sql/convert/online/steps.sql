
-- Columns become enumerations while the table is used ------------------------------------------------
--
-- Beside each column a new one is made, which follows it by a trigger; the rows that were there get
-- their values by and by; indexes get twins. Then the two columns change names, and the old one
-- follows the new one until the end, so that there is a way back.
--
-- A conversion as others (convert.sql), whose objects also have the column's "name", the name of the
-- new one ("new_name") and that of the old one after the exchange ("old_name").

CREATE FUNCTION gb_enums_internal.convert_follow_old() RETURNS trigger
    LANGUAGE c AS 'MODULE_PATHNAME', 'gb_enum_convert_follow_old';
COMMENT ON FUNCTION gb_enums_internal.convert_follow_old() IS 'lets new columns follow old ones';

CREATE FUNCTION gb_enums_internal.convert_follow_new() RETURNS trigger
    LANGUAGE c AS 'MODULE_PATHNAME', 'gb_enum_convert_follow_new';
COMMENT ON FUNCTION gb_enums_internal.convert_follow_new() IS 'lets old columns follow new ones';

CREATE FUNCTION gb_enums_internal.convert_rows(
    relation oid, columns jsonb, first_page bigint, end_page bigint, OUT changed bigint, OUT locked bigint) RETURNS record
    LANGUAGE c VOLATILE STRICT AS 'MODULE_PATHNAME', 'gb_enum_convert_rows';
COMMENT ON FUNCTION gb_enums_internal.convert_rows(oid, jsonb, bigint, bigint) IS
    'gives rows on some pages of a table their new values; rows that are locked stay as they are';

CREATE PROCEDURE gb_enums_internal.run_concurrently(relation oid, statement text)
    LANGUAGE c AS 'MODULE_PATHNAME', 'gb_enum_run_concurrently';
COMMENT ON PROCEDURE gb_enums_internal.run_concurrently(oid, text) IS
    'CREATE or DROP INDEX CONCURRENTLY, by a background worker, as the owner of a table of the caller''s';

-- The columns of a conversion with the names beside.
CREATE FUNCTION gb_enums_internal.convert_beside(columns jsonb) RETURNS jsonb
    LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
SELECT jsonb_agg(c.item || jsonb_build_object('name', a.attname, 'new_name', gb_enums_internal.partition_joined(a.attname::text, '_gb_new'),
    'old_name', gb_enums_internal.partition_joined(a.attname::text, '_gb_old')) ORDER BY c.place)
FROM jsonb_array_elements(gb_enums_internal.convert_with_children(columns)) WITH ORDINALITY c(item, place)
JOIN pg_attribute a ON a.attrelid = (c.item->>'relation')::oid AND a.attnum = (c.item->>'column')::smallint
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_beside(jsonb) IS 'a conversion with names for new and old columns';

-- The same without, which is what is over the columns when they have changed names.
CREATE FUNCTION gb_enums_internal.convert_exchanged(columns jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
SELECT jsonb_agg(c.item - '{name,new_name,old_name}'::text[] ORDER BY c.place) FROM jsonb_array_elements(columns) WITH ORDINALITY c(item, place)
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_exchanged(jsonb) IS 'a conversion without those names';

-- What stands in the way of it, beside what does of any conversion.
CREATE FUNCTION gb_enums_internal.convert_online_obstacles(columns jsonb) RETURNS SETOF text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
WITH item AS (SELECT (c->>'relation')::oid AS relation, (c->>'column')::smallint AS number, c->>'name' AS name, c->>'new_name' AS new_name, c->>'old_name' AS old_name FROM jsonb_array_elements(columns) c),
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
COMMENT ON FUNCTION gb_enums_internal.convert_online_obstacles(jsonb) IS 'why columns cannot be converted while the table is used, a sentence for each reason';

-- What new values were, where that is not their name or code: what a CHECK or a native enum lists, or
-- the mapping. The old column still has its CHECKs.
CREATE FUNCTION gb_enums_internal.convert_reverse(item jsonb) RETURNS jsonb
    LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
WITH kind AS (SELECT (item->>'enum')::oid AS enum, (item->>'old_type')::oid AS old_type, (item->>'old_type')::oid IN ('smallint'::regtype, 'integer'::regtype) AS is_code),
value AS (SELECT v.name, CASE WHEN k.is_code THEN v.code::text ELSE v.name END AS itself FROM kind k, gb_enums_internal.convert_values(k.enum) v),
candidate(old, rank) AS (
    SELECT unnest(s."values"), 1 FROM pg_constraint c CROSS JOIN LATERAL gb_enums_internal.closed_set(c.oid) s
        WHERE c.conrelid = (item->>'relation')::oid AND c.contype = 'c' AND s.number = (item->>'column')::smallint
    UNION ALL SELECT e.enumlabel, 1 FROM pg_enum e, kind k WHERE e.enumtypid = k.old_type
    UNION ALL SELECT m.key, 2 FROM jsonb_each(CASE jsonb_typeof(item->'map') WHEN 'object' THEN item->'map' ELSE '{}' END) m
    UNION ALL SELECT v.itself, 3 FROM value v),
best AS (
    SELECT DISTINCT ON (v.name) v.name, v.itself, c.old FROM kind k CROSS JOIN candidate c
    CROSS JOIN LATERAL gb_enums_internal.convert_match(c.old, k.enum, item, k.is_code) m JOIN value v ON v.name = m.label
    ORDER BY v.name, c.rank, c.old <> v.itself, c.old COLLATE "C")
SELECT coalesce(jsonb_object_agg(name, old) FILTER (WHERE old <> itself), '{}') FROM best
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_reverse(jsonb) IS 'what new values were, by their names';

-- The trigger that keeps columns in step, on each table that has not got it from another.
CREATE FUNCTION gb_enums_internal.convert_follow(columns jsonb, exchanged boolean) RETURNS SETOF text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
SELECT s FROM (
    SELECT (c.item->>'relation')::oid::regclass AS relation, string_agg(concat_ws(', ', quote_literal(c.item->>'name'), quote_literal(c.item->>CASE WHEN exchanged THEN 'old_name' ELSE 'new_name' END),
        quote_literal(CASE WHEN c.item ? 'trusting_cast' THEN (c.item->>'enum')::oid::regtype::text ELSE '' END),
        quote_literal(gb_enums_internal.convert_options(c.item) || CASE WHEN exchanged THEN jsonb_build_object('names', gb_enums_internal.convert_reverse(c.item)) ELSE '{}' END)), ', ' ORDER BY c.place) AS arguments
    FROM jsonb_array_elements(columns) WITH ORDINALITY c(item, place) JOIN pg_class t ON t.oid = (c.item->>'relation')::oid AND NOT t.relispartition GROUP BY 1) r
CROSS JOIN LATERAL unnest(ARRAY[
    format('CREATE TRIGGER "~gb_enum_convert" BEFORE INSERT OR UPDATE ON %s FOR EACH ROW EXECUTE FUNCTION gb_enums_internal.convert_follow_%s(%s)', relation, CASE WHEN exchanged THEN 'new' ELSE 'old' END, arguments),
    format('ALTER TABLE %s ENABLE ALWAYS TRIGGER "~gb_enum_convert"', relation)]) WITH ORDINALITY o(s, n) ORDER BY relation, n
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_follow(jsonb, boolean) IS 'the statements that make columns follow others';

CREATE FUNCTION gb_enums_internal.convert_unfollow(columns jsonb) RETURNS SETOF text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
SELECT format('DROP TRIGGER IF EXISTS "~gb_enum_convert" ON %s', t.oid::regclass) FROM pg_class t
WHERE NOT t.relispartition AND t.oid IN (SELECT (c->>'relation')::oid FROM jsonb_array_elements(columns) c) ORDER BY t.oid
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_unfollow(jsonb) IS 'the statements that end that';

-- The columns that must not be NULL, on the tables that have not got that from another.
CREATE FUNCTION gb_enums_internal.convert_not_null(columns jsonb, OUT relation regclass, OUT item jsonb, OUT check_name text) RETURNS SETOF record
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
WITH must AS (SELECT a.attrelid, c.item FROM jsonb_array_elements(columns) c(item)
    JOIN pg_attribute a ON a.attrelid = (c.item->>'relation')::oid AND a.attnum = (c.item->>'column')::smallint JOIN pg_type y ON y.oid = a.atttypid WHERE a.attnotnull OR y.typnotnull)
SELECT m.attrelid, m.item, format('gb_new_%s_not_null', m.item->>'column') FROM must m WHERE NOT EXISTS (
    SELECT FROM pg_inherits h JOIN must p ON p.attrelid = h.inhparent AND p.item->>'name' = m.item->>'name' WHERE h.inhrelid = m.attrelid)
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_not_null(jsonb) IS 'where new columns must not be NULL';

-- The CHECKs that are needed for the new columns as well.
CREATE FUNCTION gb_enums_internal.convert_checks(columns jsonb, OUT relation regclass, OUT name name, OUT twin text, OUT condition text, OUT validated boolean, OUT remark text, OUT obstacle text) RETURNS SETOF record
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
SELECT k.conrelid, k.conname, format('gb_new_%s', k.oid), e.expressions[1] || CASE WHEN k.connoinherit THEN ') NO INHERIT' ELSE ')' END
        || CASE WHEN to_jsonb(k)->>'conenforced' = 'false' THEN ' NOT ENFORCED' ELSE ' NOT VALID' END, k.convalidated,
    gb_enums_internal.convert_comment('pg_constraint', k.oid, format('CONSTRAINT %I ON %s', k.conname, k.conrelid::regclass)), e.obstacle
FROM (SELECT DISTINCT (c->>'relation')::oid AS relation FROM jsonb_array_elements(columns) c) r
JOIN pg_constraint k ON k.conrelid = r.relation AND k.contype = 'c' AND k.coninhcount = 0
CROSS JOIN LATERAL gb_enums_internal.convert_expressions(k.conrelid, k.conbin, columns, false) e
WHERE e.changed AND NOT e.always ORDER BY k.conrelid, k.conname
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_checks(jsonb) IS 'the CHECKs that new columns need';

-- The indexes that have to do with the columns, those of partitions first; and the steps for them.
CREATE FUNCTION gb_enums_internal.convert_twins(columns jsonb, OUT index oid, OUT twin regclass, OUT valid boolean, OUT steps gb_enums_internal.convert_step[]) RETURNS SETOF record
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
SELECT x.indexrelid, t.oid, coalesce(y.indisvalid, false), s.steps
FROM (SELECT DISTINCT (c->>'relation')::oid AS relation FROM jsonb_array_elements(columns) c) r
JOIN pg_index x ON x.indrelid = r.relation JOIN pg_class c ON c.oid = x.indexrelid
CROSS JOIN LATERAL (SELECT array_agg(p ORDER BY p.phase, p.place) AS steps FROM gb_enums_internal.convert_index(x.indexrelid, columns, 0) p) s
LEFT JOIN (pg_class t JOIN pg_index y ON y.indexrelid = t.oid) ON t.relname = format('gb_new_%s', x.indexrelid) AND t.relnamespace = c.relnamespace AND y.indrelid = x.indrelid
WHERE s.steps IS NOT NULL ORDER BY (SELECT count(*) FROM pg_partition_ancestors(x.indexrelid)) DESC, x.indexrelid
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_twins(jsonb) IS 'the indexes that get twins';

-- What a column has of its own, for the column that has its name after the exchange.
CREATE FUNCTION gb_enums_internal.convert_column_dress(item jsonb) RETURNS SETOF text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
WITH a AS (SELECT b.*, b.attrelid::regclass AS relation FROM pg_attribute b WHERE b.attrelid = (item->>'relation')::oid AND b.attnum = (item->>'column')::smallint)
SELECT format('ALTER TABLE ONLY %s ALTER COLUMN %I SET STATISTICS %s', relation, attname, attstattarget) FROM a WHERE coalesce(attstattarget, -1) >= 0
UNION ALL SELECT format('ALTER TABLE ONLY %s ALTER COLUMN %I SET (%s)', relation, attname, o) FROM a, LATERAL (
    SELECT string_agg(format('%I = %L', split_part(u, '=', 1), substr(u, position('=' IN u) + 1)), ', ') AS o FROM unnest(attoptions) u WHERE NOT starts_with(u, 'pg_attver=')) s WHERE o IS NOT NULL
UNION ALL SELECT gb_enums_internal.convert_comment('pg_class', attrelid, format('COLUMN %s.%I', relation, attname), attnum) FROM a WHERE col_description(attrelid, attnum) IS NOT NULL
UNION ALL SELECT format('GRANT %s (%I) ON %s TO %s%s', string_agg(x.privilege_type, format(' (%I), ', attname) ORDER BY x.privilege_type), attname, relation,
        gb_enums_internal.partition_grantee(x.grantee), CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
    FROM a, aclexplode(attacl) x GROUP BY relation, attname, x.grantee, x.is_grantable
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_column_dress(jsonb) IS 'statements for what a column has of its own';

-- The exchange, and what undoes it: the same steps with the old definitions, backwards. In phases as
-- convert_over() has them, 40 and 50 for the columns and indexes.
CREATE FUNCTION gb_enums_internal.convert_exchange(columns jsonb, undo boolean) RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    over jsonb := gb_enums_internal.convert_exchanged(columns);
    top regclass := (columns->0->>'relation')::oid;
    item jsonb;
    made record;
    x record;
BEGIN
    RETURN NEXT (10, 0, 'statement', format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', top), 'ACCESS EXCLUSIVE', false, 'From here to the end, one short transaction.')::gb_enums_internal.convert_step;
    RETURN QUERY SELECT o.phase, o.place, o.kind, o.statement, o.lock, o.rewrites, o.detail
        FROM gb_enums_internal.convert_over(over, CASE WHEN undo THEN '[]' ELSE over END, false) o
        WHERE o.kind = 'statement';
    RETURN QUERY SELECT 40, 0, 'statement', s, 'ACCESS EXCLUSIVE', false, NULL FROM gb_enums_internal.convert_unfollow(columns) s;
    FOR item IN SELECT c FROM jsonb_array_elements(columns) c WHERE (c->>'relation')::oid = top LOOP
        RETURN QUERY SELECT 40, 1, 'statement', format('ALTER TABLE %s RENAME COLUMN %I TO %I', top, a, b), 'ACCESS EXCLUSIVE', false, NULL
            FROM (SELECT item->>'name', item->>CASE WHEN undo THEN 'new_name' ELSE 'old_name' END UNION ALL SELECT item->>CASE WHEN undo THEN 'old_name' ELSE 'new_name' END, item->>'name') o(a, b);
    END LOOP;
    FOR item IN SELECT c FROM jsonb_array_elements(columns) c LOOP
        IF undo THEN
            RETURN QUERY SELECT 40, 2, 'statement', format('ALTER TABLE ONLY %s ALTER COLUMN %I %s', a.attrelid::regclass, a.attname, coalesce('SET DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), 'DROP DEFAULT')), 'ACCESS EXCLUSIVE', false, NULL
                FROM pg_attribute a LEFT JOIN pg_attrdef d ON (d.adrelid, d.adnum) = (a.attrelid, a.attnum) WHERE a.attrelid = (item->>'relation')::oid AND a.attnum = (item->>'column')::smallint;
            CONTINUE;
        END IF;
        -- Nor one of a domain: who gives no value gives the new column's.
        RETURN NEXT (40, 2, 'statement', format('ALTER TABLE ONLY %s ALTER COLUMN %I SET DEFAULT NULL', (item->>'relation')::oid::regclass, item->>'old_name'), 'ACCESS EXCLUSIVE', false, NULL)::gb_enums_internal.convert_step;
        made := gb_enums_internal.convert_default(item);
        RETURN QUERY SELECT 40, 3, 'statement', s, 'ACCESS EXCLUSIVE', false, NULL FROM (
            SELECT format('ALTER TABLE ONLY %s ALTER COLUMN %I SET DEFAULT %s', (item->>'relation')::oid::regclass, item->>'name', made.expression) WHERE made.expression IS NOT NULL
            UNION ALL SELECT d FROM gb_enums_internal.convert_column_dress(item) d) o(s);
    END LOOP;
    -- From 18 on NOT NULL has a name, too. It is not made in one statement with dropping the CHECK, which is its proof and would go first.
    FOR x IN SELECT n.relation::text, n.item->>'name' AS column_name, n.check_name, k.conname::text AS name, k.oid AS constraint_id
             FROM gb_enums_internal.convert_not_null(columns) n LEFT JOIN pg_constraint k ON k.conrelid = n.relation AND k.contype = 'n' AND k.conkey = ARRAY[(n.item->>'column')::smallint]
                 -- The server renames it in children, too, and they must have it under that name.
                 AND NOT EXISTS (SELECT FROM gb_enums_internal.convert_tree(n.relation) m JOIN pg_constraint o ON o.conrelid = m.member AND o.contype = 'n'
                     JOIN pg_attribute a ON a.attrelid = o.conrelid AND a.attnum = o.conkey[1] AND a.attname = n.item->>'name' WHERE o.conname <> k.conname) LOOP
        CONTINUE WHEN undo AND x.name IS NULL;
        RETURN QUERY SELECT 40, 4, 'statement', s, 'ACCESS EXCLUSIVE', false, NULL FROM unnest(CASE
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
                format('ALTER TABLE %s DROP CONSTRAINT %I', x.relation, x.check_name)] END) s WHERE s IS NOT NULL;
    END LOOP;
    FOR x IN SELECT k.relation::text, k.name::text, k.twin, k.remark FROM gb_enums_internal.convert_checks(columns) k LOOP
        RETURN QUERY SELECT 40, 5, 'statement', s, 'ACCESS EXCLUSIVE', false, NULL FROM unnest(ARRAY[
            format('ALTER TABLE %s RENAME CONSTRAINT %I TO %I', x.relation, x.name, CASE WHEN undo THEN x.twin ELSE replace(x.twin, 'gb_new', 'gb_old') END),
            format('ALTER TABLE %s RENAME CONSTRAINT %I TO %I', x.relation, CASE WHEN undo THEN replace(x.twin, 'gb_new', 'gb_old') ELSE x.twin END, x.name), CASE WHEN NOT undo THEN x.remark END]) s WHERE s IS NOT NULL;
    END LOOP;
    -- An index keeps the names that its columns had.
    RETURN QUERY SELECT 45, 0, 'statement', format('ALTER TABLE %I.gb_new_%s RENAME COLUMN %I TO %I', n.nspname, i.indexrelid, c->>'new_name', c->>'name'), 'ACCESS EXCLUSIVE', false, NULL
        FROM gb_enums_internal.convert_twins(columns) t JOIN pg_index i ON i.indexrelid = t.index JOIN pg_class r ON r.oid = i.indexrelid JOIN pg_namespace n ON n.oid = r.relnamespace
        JOIN jsonb_array_elements(columns) c ON (c->>'relation')::oid = i.indrelid AND (c->>'column')::smallint = ANY (i.indkey) WHERE NOT undo AND NOT r.relispartition;
    FOR x IN SELECT i.indrelid::regclass::text AS relation, quote_ident(n.nspname) AS schema, c.relname::text AS name, format('gb_new_%s', c.oid) AS twin, format('gb_old_%s', c.oid) AS aside, t.steps, k.oid AS constraint_id,
                    CASE WHEN k.condeferrable THEN ' DEFERRABLE' || CASE WHEN k.condeferred THEN ' INITIALLY DEFERRED' ELSE '' END ELSE '' END AS deferrable
             FROM gb_enums_internal.convert_twins(columns) t JOIN pg_class c ON c.oid = t.index JOIN pg_index i ON i.indexrelid = t.index JOIN pg_namespace n ON n.oid = c.relnamespace
             LEFT JOIN pg_constraint k ON k.conindid = c.oid AND k.contype = 'u' LOOP
        RETURN QUERY SELECT 50, 0, 'statement', s, 'ACCESS EXCLUSIVE', false, NULL FROM unnest(CASE
            WHEN x.constraint_id IS NULL AND undo THEN ARRAY[format('ALTER INDEX %s.%I RENAME TO %I', x.schema, x.name, x.twin), format('ALTER INDEX %s.%I RENAME TO %I', x.schema, x.aside, x.name)]
            WHEN x.constraint_id IS NULL THEN ARRAY[format('ALTER INDEX %s.%I RENAME TO %I', x.schema, x.name, x.aside), format('ALTER INDEX %s.%I RENAME TO %I', x.schema, x.twin, x.name)]
            WHEN undo THEN ARRAY[format('ALTER TABLE %s DROP CONSTRAINT %I', x.relation, x.name), format('ALTER TABLE %s RENAME CONSTRAINT %I TO %I', x.relation, x.aside, x.name)]
            ELSE ARRAY[format('ALTER TABLE %s RENAME CONSTRAINT %I TO %I', x.relation, x.name, x.aside), format('ALTER TABLE %s ADD CONSTRAINT %I UNIQUE USING INDEX %I%s', x.relation, x.name, x.twin, x.deferrable),
                gb_enums_internal.convert_comment('pg_constraint', x.constraint_id, format('CONSTRAINT %I ON %s', x.name, x.relation))] END) s WHERE s IS NOT NULL;
        RETURN QUERY SELECT p.phase, p.place, p.kind, p.statement, p.lock, p.rewrites, p.detail FROM unnest(x.steps) p WHERE p.phase = 60;
    END LOOP;
    IF undo THEN
        RETURN QUERY SELECT 90, 0, 'statement', s, 'ACCESS EXCLUSIVE', false, NULL FROM gb_enums_internal.convert_drop_columns(columns, 'new_name') s;
    ELSE
        RETURN QUERY SELECT 55, 0, 'statement', s, 'ACCESS EXCLUSIVE', false, NULL FROM gb_enums_internal.convert_follow(columns, true) s;
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_exchange(jsonb, boolean) IS 'the steps that let old and new columns change places, or back';

-- Statements that drop the new columns, as far as they are there, or the old ones, also where a child
-- has one of its own. What is over them is dropped with them.
CREATE FUNCTION gb_enums_internal.convert_drop_columns(columns jsonb, which text) RETURNS SETOF text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
SELECT format('ALTER TABLE %s %s', (c.item->>'relation')::oid::regclass, string_agg(format('DROP COLUMN %I', c.item->>which), ', ' ORDER BY c.place))
FROM jsonb_array_elements(columns) WITH ORDINALITY c(item, place) JOIN pg_attribute a ON a.attrelid = (c.item->>'relation')::oid
    AND CASE which WHEN 'old_name' THEN a.attnum = (c.item->>'column')::smallint ELSE a.attname = c.item->>which END
WHERE a.attislocal GROUP BY c.item->>'relation' ORDER BY min(c.place)
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_drop_columns(jsonb, text) IS 'the statements that drop columns of a conversion';

-- The steps of each phase but those that are done row by row and the exchange.
CREATE FUNCTION gb_enums_internal.convert_online_steps(columns jsonb) RETURNS TABLE (stage text, place bigint, statement text, lock text, detail text)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
WITH top AS (SELECT (columns->0->>'relation')::oid::regclass AS name),
item AS (SELECT c.item, c.place FROM top, jsonb_array_elements(columns) WITH ORDINALITY c(item, place) WHERE (c.item->>'relation')::oid = top.name),
twin AS (
    SELECT n.relation, n.check_name AS twin, format('%I IS NOT NULL) NOT VALID', n.item->>'new_name') AS condition, true AS validated FROM gb_enums_internal.convert_not_null(columns) n
    UNION ALL SELECT k.relation, k.twin, k.condition, k.validated AND k.condition NOT LIKE '% NOT ENFORCED' FROM gb_enums_internal.convert_checks(columns) k)
SELECT 'column', 0, format('ALTER TABLE %s %s', name, (SELECT string_agg(format('ADD COLUMN %I %s', item->>'new_name', gb_enums_internal.convert_type(item)), ', ' ORDER BY place) FROM item)), 'ACCESS EXCLUSIVE', 'No row is touched.' FROM top
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
COMMENT ON FUNCTION gb_enums_internal.convert_online_steps(jsonb) IS 'the steps of a conversion while the table is used, by stages';

-- The plan, in phases: 0 what stops it, 1 warnings, a thousand for each stage, 11000 queries to check.
CREATE FUNCTION gb_enums_internal.convert_online_plan(columns jsonb) RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    over jsonb := gb_enums_internal.convert_exchanged(columns);
    top regclass := (columns->0->>'relation')::oid;
    asked jsonb := (SELECT jsonb_agg(c) FROM jsonb_array_elements(over) c WHERE (c->>'relation')::oid = top);
    stages text[] := '{column,follow,rows,indexes,checks,validate,analyze,exchange,settle,finish}';
BEGIN
    RETURN QUERY SELECT 0, 0, 'stop', NULL::text, NULL::text, NULL::boolean, s FROM (
        SELECT * FROM gb_enums_internal.convert_obstacles(over) UNION SELECT * FROM gb_enums_internal.convert_online_obstacles(columns)
        UNION SELECT format('Constraint "%s" of "%s": %s.', k.name, k.relation, k.obstacle) FROM gb_enums_internal.convert_checks(columns) k WHERE k.obstacle IS NOT NULL) o(s);
    RETURN QUERY SELECT s.* FROM jsonb_array_elements(asked) c, gb_enums_internal.convert_scan(c) s;
    RETURN QUERY SELECT s.* FROM (
        SELECT * FROM gb_enums_internal.convert_tables(top, over)
        UNION SELECT o.phase, o.place, o.kind, o.statement, o.lock, o.rewrites, o.detail
        FROM gb_enums_internal.convert_over(over, over, false) o
        UNION SELECT (p).* FROM gb_enums_internal.convert_twins(columns) t, unnest(t.steps) p) s WHERE s.kind IN ('stop', 'warning');
    RETURN QUERY SELECT 1, 0, 'warning', NULL::text, NULL::text, NULL::boolean, s FROM (VALUES
        ('The new columns come after all others: SELECT * gives them last, and INSERT and COPY need a list of columns from the beginning on.'),
        ('A transaction that is REPEATABLE READ or SERIALIZABLE and updates a row that was converted after it began fails with 40001.')) w(s)
        UNION ALL SELECT 1, 0, 'warning', NULL, NULL, NULL, format('Materialized view "%s" is filled anew while the table is locked.', v.view::regclass)
        FROM gb_enums_internal.convert_view_order(over) v JOIN pg_class c ON c.oid = v.view AND c.relkind = 'm' AND c.relispopulated;
    RETURN QUERY SELECT 1000 * array_position(stages, s.stage), s.place::integer, 'statement', s.statement, s.lock, false, s.detail FROM gb_enums_internal.convert_online_steps(columns) s;
    RETURN QUERY SELECT 1000 * array_position(stages, 'rows'), 0, 'statement', format('SELECT * FROM gb_enums_internal.convert_rows(%L, %L, 0, %s)', m.member::regclass, columns, pg_relation_size(m.member) / current_setting('block_size')::bigint), 'ROW EXCLUSIVE', false,
            'By a few pages in each transaction; until nothing is left to do.'
        FROM gb_enums_internal.convert_members(columns) m;
    RETURN QUERY SELECT 1000 * array_position(stages, 'indexes'), p.place, p.kind, p.statement, p.lock, p.rewrites, p.detail FROM gb_enums_internal.convert_twins(columns) t, unnest(t.steps) p WHERE p.phase = 50;
    RETURN QUERY SELECT 1000 * array_position(stages, 'exchange') + p.phase, p.place, p.kind, p.statement, p.lock, p.rewrites, p.detail FROM gb_enums_internal.convert_exchange(columns, false) p;
    RETURN QUERY SELECT 11000, q.place, q.kind, q.statement, q.lock, q.rewrites, q.detail FROM gb_enums_internal.convert_queries(asked) q;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_online_plan(jsonb) IS 'the steps of a conversion while the table is used, in no order';

-- The tables that have the rows.
CREATE FUNCTION gb_enums_internal.convert_members(columns jsonb) RETURNS TABLE (member oid)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
SELECT DISTINCT t.oid FROM jsonb_array_elements(columns) c JOIN pg_class t ON t.oid = (c->>'relation')::oid AND t.relkind = 'r' ORDER BY 1
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_members(jsonb) IS 'the tables that have the rows of a conversion';

-- An error when something stops a conversion. As the owner: who calls may be allowed more.
CREATE FUNCTION gb_enums_internal.convert_online_check(columns jsonb) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    p record;
    stops text;
BEGIN
    FOR p IN SELECT DISTINCT s.phase, s.detail FROM gb_enums_internal.convert_online_plan(columns) s WHERE s.kind IN ('stop', 'warning') ORDER BY 1, 2 LOOP
        IF p.phase = 0 THEN
            stops := concat_ws(' ', stops, p.detail);
        ELSIF stops IS NULL THEN
            RAISE NOTICE '%', p.detail;
        END IF;
    END LOOP;
    IF stops IS NOT NULL THEN
        RAISE EXCEPTION 'columns of table "%" cannot be converted while it is used', (columns->0->>'relation')::oid::regclass USING ERRCODE = 'object_not_in_prerequisite_state', DETAIL = stops,
            HINT = 'gb_enum_convert_online_plan() shows the whole plan; gb_enum_convert_table() converts while nobody uses the table.';
    END IF;
    RETURN 0;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_online_check(jsonb) IS 'an error when something stops a conversion while the table is used';
