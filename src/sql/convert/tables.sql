
-- ALTER TABLE for a table with its partitions and children ---------------------------------------------

-- A CHECK of a table or of a child over columns that change. One that is inherited only is dropped and made
-- with that of the parent. One that is implied always holds for an enumeration, and goes.
CREATE TYPE gb_enums_internal.check_to_convert AS (
    constraint_id oid, relation regclass, name name, is_inherited boolean, is_implied boolean,
    uses_texts boolean, obstacle text, definition text, search_path text);
COMMENT ON TYPE gb_enums_internal.check_to_convert IS 'a CHECK over columns that change';

CREATE FUNCTION gb_enums_internal.checks_to_convert(top oid, columns gb_enums_internal.conversion_column[])
    RETURNS SETOF gb_enums_internal.check_to_convert
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE ROWS 100 SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN RETURN QUERY
SELECT k.oid, k.conrelid::regclass, k.conname, k.coninhcount > 0 AND NOT k.conislocal,
    e.implied, e.texts, e.obstacle,
    concat(format('ADD CONSTRAINT %I CHECK (%s)', k.conname, e.expressions[1]),
        CASE WHEN k.connoinherit THEN ' NO INHERIT' END,
        CASE WHEN to_jsonb(k)->>'conenforced' = 'false' THEN ' NOT ENFORCED'
             WHEN NOT k.convalidated THEN ' NOT VALID' END), e.search_path
FROM (
    -- OFFSET, as no other expressions may be looked at
    SELECT n.*, t.depth
    FROM gb_enums_internal.convert_tree(top) t
    JOIN pg_constraint n ON n.conrelid = t.member AND n.contype = 'c'
    WHERE n.coninhcount = 0 OR n.conislocal OR obj_description(n.oid, 'pg_constraint') IS NOT NULL
    OFFSET 0) k
CROSS JOIN LATERAL gb_enums_internal.convert_expressions(k.conrelid, k.conbin, columns, false) e
WHERE e.changed
ORDER BY k.depth, k.conrelid, k.conname;
END $$;
COMMENT ON FUNCTION gb_enums_internal.checks_to_convert(oid, gb_enums_internal.conversion_column[]) IS
    'the CHECKs of a table with its children over columns that change';

-- The steps for CHECKs, but for what is part of the ALTER TABLE of the table.
CREATE FUNCTION gb_enums_internal.convert_checks_steps(
    top oid, checks gb_enums_internal.check_to_convert[], is_tree boolean, owner oid)
    RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    k gb_enums_internal.check_to_convert;
    title text;
BEGIN
    FOREACH k IN ARRAY checks LOOP
        title := format('Constraint "%s" of "%s"', k.name, k.relation);
        IF k.obstacle IS NOT NULL THEN
            RETURN NEXT gb_enums_internal.stop(format('%s: %s.', title, k.obstacle));
            CONTINUE;
        END IF;
        IF NOT k.is_implied THEN
            RETURN QUERY SELECT * FROM gb_enums_internal.statements(
                'make objects', 1, owner, 'SHARE UPDATE EXCLUSIVE', ARRAY[
                gb_enums_internal.comment_statement('pg_constraint', k.constraint_id,
                    format('CONSTRAINT %I ON %s', k.name, k.relation))]);
        END IF;
        CONTINUE WHEN k.is_inherited;
        RETURN QUERY SELECT * FROM gb_enums_internal.convert_texts(title, k.uses_texts AND NOT k.is_implied);
        IF is_tree THEN
            RETURN NEXT gb_enums_internal.statement('alter tables', 0, owner,
                format('ALTER TABLE %s DROP CONSTRAINT %I', k.relation, k.name),
                'ACCESS EXCLUSIVE', false,
                CASE WHEN k.is_implied THEN 'The enumeration says what it says.' END);
        END IF;
        IF (k.relation <> top OR k.search_path IS NOT NULL) AND NOT k.is_implied THEN
            RETURN NEXT gb_enums_internal.statement('make objects', 0, owner,
                gb_enums_internal.with_search_path(
                    format('ALTER TABLE %s %s', k.relation, k.definition), k.search_path),
                'ACCESS EXCLUSIVE');
        END IF;
    END LOOP;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_checks_steps(
    oid, gb_enums_internal.check_to_convert[], boolean, oid) IS
    'the steps for CHECKs over columns that change';

-- The defaults of columns as they will be.
CREATE FUNCTION gb_enums_internal.convert_defaults(columns gb_enums_internal.conversion_column[])
    RETURNS TABLE (relation oid, name text, expression text, stop text, is_computed boolean)
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN RETURN QUERY
SELECT c.relation, gb_enums_internal.convert_column(c.relation, c.number), d.expression, d.stop,
    d.is_computed
FROM unnest(columns) WITH ORDINALITY c
CROSS JOIN LATERAL gb_enums_internal.convert_default(columns[c.ordinality]) d
ORDER BY c.ordinality;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_defaults(gb_enums_internal.conversion_column[]) IS
    'the defaults of columns as they will be';

-- What stops the defaults of a table, and warnings.
CREATE FUNCTION gb_enums_internal.default_steps(own gb_enums_internal.conversion_column[])
    RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN RETURN QUERY SELECT (q.step).* FROM (
SELECT CASE WHEN d.stop IS NOT NULL THEN gb_enums_internal.stop(d.stop)
    ELSE gb_enums_internal.warning(format(
        'The default of column %s is no literal: what it gives is converted each time.', d.name)) END
FROM gb_enums_internal.convert_defaults(own) WITH ORDINALITY d
WHERE d.stop IS NOT NULL OR d.is_computed
ORDER BY d.ordinality) q(step);
END $$;
COMMENT ON FUNCTION gb_enums_internal.default_steps(gb_enums_internal.conversion_column[]) IS
    'what stops the defaults of a table, and warnings';

-- The steps for children that have defaults of their own.
CREATE FUNCTION gb_enums_internal.child_default_steps(
    top oid, columns gb_enums_internal.conversion_column[], owner oid)
    RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN RETURN QUERY SELECT (q.step).* FROM (
SELECT CASE WHEN d.stop IS NOT NULL THEN gb_enums_internal.stop(d.stop)
    ELSE gb_enums_internal.statement('make objects', 0, owner,
        format('ALTER TABLE ONLY %s ALTER COLUMN %s %s', d.relation::regclass, d.name,
            coalesce('SET DEFAULT ' || d.expression, 'DROP DEFAULT')), 'ACCESS EXCLUSIVE') END
FROM gb_enums_internal.convert_defaults(columns) WITH ORDINALITY d
LEFT JOIN gb_enums_internal.convert_defaults(columns) p ON p.relation = top AND p.name = d.name
WHERE d.relation <> top AND (d.stop IS NOT NULL OR d.expression IS DISTINCT FROM p.expression)
ORDER BY d.ordinality) q(step);
END $$;
COMMENT ON FUNCTION gb_enums_internal.child_default_steps(oid, gb_enums_internal.conversion_column[], oid) IS
    'the steps for children that have defaults of their own';

-- The part of ALTER TABLE that changes the type of a column. A column that keeps its bytes is not rewritten.
CREATE FUNCTION gb_enums_internal.alter_type_action(col gb_enums_internal.conversion_column) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN RETURN (
SELECT format('ALTER COLUMN %s TYPE %s USING %s', name, gb_enums_internal.convert_type(col),
    CASE WHEN gb_enums_internal.convert_keeps_bytes(col) AND col.new_type IS NULL
        THEN format(CASE WHEN col.old_type = 'smallint'::regtype THEN '%s(%s)' ELSE '%s((%s)::smallint)' END,
            gb_enums_internal.convert_trusting_cast(col.enum)::regproc, name)
        ELSE gb_enums_internal.convert_using(col, name) END)
FROM gb_enums_internal.convert_column(col.relation, col.number) name);
END $$;
COMMENT ON FUNCTION gb_enums_internal.alter_type_action(gb_enums_internal.conversion_column) IS
    'the part of ALTER TABLE that changes the type of a column';

-- The columns of a table that are of domains: a domain's NOT NULL becomes the column's, its CHECKs are lost.
CREATE FUNCTION gb_enums_internal.domain_columns(relation oid, columns gb_enums_internal.conversion_column[])
    RETURNS TABLE (name text, domain regtype, gets_not_null boolean, loses_checks boolean)
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN RETURN QUERY
SELECT quote_ident(a.attname), y.oid::regtype,
    NOT a.attnotnull AND gb_enums_internal.type_is_not_null(y.oid),
    EXISTS (
        SELECT
        FROM gb_enums_internal.domain_levels(y.oid) d
        JOIN pg_constraint k ON k.contypid = d.type_oid AND k.contype = 'c')
FROM unnest(columns) WITH ORDINALITY c
JOIN pg_attribute a ON a.attrelid = c.relation AND a.attnum = c.number
JOIN pg_type y ON y.oid = a.atttypid AND y.typtype = 'd'
WHERE c.relation = domain_columns.relation
ORDER BY c.ordinality;
END $$;
COMMENT ON FUNCTION gb_enums_internal.domain_columns(oid, gb_enums_internal.conversion_column[]) IS
    'the columns of a table that are of domains';

-- What columns of texts and numbers have beside their type that an enumeration has not.
CREATE FUNCTION gb_enums_internal.lost_properties(relation oid, columns gb_enums_internal.conversion_column[])
    RETURNS SETOF text
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN RETURN QUERY
SELECT l.loss
FROM unnest(columns) WITH ORDINALITY c
JOIN pg_attribute a ON a.attrelid = c.relation AND a.attnum = c.number
JOIN pg_type y ON y.oid = a.atttypid
CROSS JOIN LATERAL (
    SELECT array_to_string(
        CASE WHEN a.attcollation <> y.typcollation
             THEN ARRAY['COLLATE ' || a.attcollation::regcollation] ELSE '{}' END
        || gb_enums_internal.stored_as(a.attrelid, a.attnum), ', ')) p(list)
CROSS JOIN LATERAL (
    SELECT 1, format('Column %I loses %s, which an enumeration has not; the way back does not give it again.',
                     a.attname, p.list)
    WHERE p.list <> ''
    UNION ALL
    -- longer than one character
    SELECT 2, format('Column %I is not filled with blanks any more: concat(%1$I), to_jsonb(%1$I) and the '
                     'like give the value without them, in views, too.', a.attname)
    WHERE c.old_type = 'bpchar'::regtype AND greatest(a.atttypmod, y.typtypmod) > 5) l(n, loss)
WHERE c.relation = lost_properties.relation AND c.new_type IS NULL
ORDER BY c.ordinality, l.n;
END $$;
COMMENT ON FUNCTION gb_enums_internal.lost_properties(oid, gb_enums_internal.conversion_column[]) IS
    'warnings of the collations, ways of storage and blanks that columns lose';

-- The parts of the ALTER TABLE that converts columns: what goes first, types, what comes last.
CREATE FUNCTION gb_enums_internal.alter_table_actions(
    top oid, columns gb_enums_internal.conversion_column[], checks gb_enums_internal.check_to_convert[],
    is_tree boolean) RETURNS text[]
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    own CONSTANT gb_enums_internal.conversion_column[] := ARRAY(
        SELECT c FROM unnest(columns) c WHERE c.relation = top);
BEGIN
    RETURN ARRAY(
            -- also where only a child has one
            SELECT format('ALTER COLUMN %s DROP DEFAULT', o.name)
            FROM gb_enums_internal.convert_defaults(own) WITH ORDINALITY o
            WHERE EXISTS (
                SELECT
                FROM unnest(columns) c
                JOIN pg_attrdef d ON d.adrelid = c.relation AND d.adnum = c.number
                WHERE gb_enums_internal.convert_column(c.relation, c.number) = o.name)
            ORDER BY o.ordinality)
        || ARRAY(
            SELECT format('DROP CONSTRAINT %I', k.name)
            FROM unnest(checks) k
            WHERE NOT is_tree AND k.obstacle IS NULL AND NOT k.is_inherited)
        || ARRAY(SELECT gb_enums_internal.alter_type_action(c) FROM unnest(own) c)
        || ARRAY(
            SELECT format('ALTER COLUMN %s SET DEFAULT %s', o.name, o.expression)
            FROM gb_enums_internal.convert_defaults(own) o
            WHERE o.expression IS NOT NULL)
        || ARRAY(SELECT gb_enums_internal.convert_back_check(c) FROM unnest(own) c WHERE c.add_check)
        || ARRAY(
            SELECT format('ALTER COLUMN %s SET NOT NULL', d.name)
            FROM gb_enums_internal.domain_columns(top, columns) d
            WHERE d.gets_not_null)
        || ARRAY(
            SELECT k.definition
            FROM unnest(checks) k
            WHERE k.relation = top AND k.obstacle IS NULL AND NOT k.is_inherited AND NOT k.is_implied
              AND k.search_path IS NULL);
END $$;
COMMENT ON FUNCTION gb_enums_internal.alter_table_actions(
    oid, gb_enums_internal.conversion_column[], gb_enums_internal.check_to_convert[], boolean) IS
    'the parts of the ALTER TABLE that converts columns';

-- The indexes that the server rebuilds by the way: all when the table is rewritten, else those over the
-- columns.
CREATE FUNCTION gb_enums_internal.rebuilt_indexes(
    top oid, columns gb_enums_internal.conversion_column[], keeps_bytes boolean) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN RETURN (
SELECT 'Rebuilt: ' || gb_enums_internal.first_of(
    array_agg(format('"%s"', x.indexrelid::regclass) ORDER BY x.indexrelid::regclass::text),
    20, ', ', ' and %s more') || '.'
FROM (
    -- OFFSET, as convert_index() is not to be called for each index that there is
    SELECT i.*
    FROM gb_enums_internal.convert_tree(top) t
    JOIN pg_index i ON i.indrelid = t.member
    OFFSET 0) x
WHERE NOT EXISTS (
        SELECT FROM gb_enums_internal.convert_index(x.indexrelid, columns, 0) s
            WHERE s.phase = 'build indexes')
  AND (NOT keeps_bytes OR x.indkey::smallint[] && gb_enums_internal.convert_numbers(columns, x.indrelid)));
END $$;
COMMENT ON FUNCTION gb_enums_internal.rebuilt_indexes(oid, gb_enums_internal.conversion_column[], boolean) IS
    'the indexes that ALTER TABLE rebuilds, for people';

CREATE FUNCTION gb_enums_internal.convert_table(top oid, all_columns gb_enums_internal.conversion_column[])
    RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    columns CONSTANT gb_enums_internal.conversion_column[] := ARRAY(
        SELECT all_columns[c.ordinality]
        FROM unnest(all_columns) WITH ORDINALITY c
        WHERE c.relation IN (SELECT t.member FROM gb_enums_internal.convert_tree(top) t)
        ORDER BY c.ordinality);
    owner CONSTANT oid := (SELECT r.relowner FROM pg_class r WHERE r.oid = top);
    is_tree CONSTANT boolean := (SELECT count(*) > 1 FROM gb_enums_internal.convert_tree(top));
    keeps_bytes CONSTANT boolean := (SELECT bool_and(gb_enums_internal.convert_keeps_bytes(c))
        FROM unnest(columns) c);
    checks CONSTANT gb_enums_internal.check_to_convert[] := ARRAY(
        SELECT k FROM gb_enums_internal.checks_to_convert(top, columns) k);
    actions CONSTANT text[] := gb_enums_internal.alter_table_actions(top, columns, checks, is_tree);
    -- Citus takes a constraint only by itself. Elsewhere the table is read once for all.
    apart CONSTANT text[] := ARRAY(
        SELECT a
        FROM unnest(actions) a
        WHERE a LIKE 'ADD CONSTRAINT %' AND gb_enums_internal.is_distributed(top));
BEGIN
    RETURN QUERY SELECT * FROM gb_enums_internal.default_steps(
        ARRAY(SELECT c FROM unnest(columns) c WHERE c.relation = top));
    RETURN QUERY
        SELECT w.*
        FROM gb_enums_internal.domain_columns(top, columns) d
        CROSS JOIN LATERAL gb_enums_internal.warning(
            format('What domain %s checks is not checked for column %s any more.', d.domain, d.name)) w
        WHERE d.loses_checks;
    RETURN QUERY
        SELECT w.*
        FROM gb_enums_internal.lost_properties(top, columns) l(loss)
        CROSS JOIN LATERAL gb_enums_internal.warning(l.loss) w;
    RETURN QUERY SELECT * FROM gb_enums_internal.convert_checks_steps(top, checks, is_tree, owner);
    RETURN NEXT gb_enums_internal.statement('alter tables', 1, owner,
        format('ALTER TABLE %s %s', top::regclass,
            array_to_string(ARRAY(SELECT a FROM unnest(actions) a WHERE a <> ALL (apart)), ', ')),
        'ACCESS EXCLUSIVE', NOT keeps_bytes,
        concat_ws(' ',
            CASE WHEN keeps_bytes THEN 'The table is not rewritten.' ELSE 'The table is rewritten once.' END,
            gb_enums_internal.rebuilt_indexes(top, columns, keeps_bytes),
            (SELECT string_agg(
                format('Constraint "%s" is dropped: the enumeration says what it says.', k.name), ' ')
             FROM unnest(checks) k
             WHERE NOT is_tree AND k.obstacle IS NULL AND NOT k.is_inherited AND k.is_implied)));
    RETURN QUERY SELECT * FROM gb_enums_internal.statements(
        'alter tables', 2, owner, 'ACCESS EXCLUSIVE',
        ARRAY(SELECT format('ALTER TABLE %s %s', top::regclass, a) FROM unnest(apart) a));
    RETURN QUERY SELECT * FROM gb_enums_internal.child_default_steps(top, columns, owner);
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_table(oid, gb_enums_internal.conversion_column[]) IS
    'the steps for a table itself, with its partitions and children';
