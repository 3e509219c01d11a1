
-- Columns become enumerations while the table is used: the exchange -----------------------------------
--
-- Old and new columns change names, and so do their constraints and indexes: the old ones get names that
-- end with _gb_old, by which an error names what they were. The definitions that use the columns are made
-- again. What undoes the exchange are the same steps with the old definitions, backwards.

-- Statements that let two constraints of a table change names: the first gets another name, and the second
-- gets the name of the first.
CREATE FUNCTION gb_enums_internal.convert_exchange_names(
    relation text, name text, set_aside text, successor text)
    RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN ARRAY[format('ALTER TABLE %s RENAME CONSTRAINT %I TO %I', relation, name, set_aside),
                 format('ALTER TABLE %s RENAME CONSTRAINT %I TO %I', relation, successor, name)];
COMMENT ON FUNCTION gb_enums_internal.convert_exchange_names(text, text, text, text) IS
    'statements that let two constraints change names';

-- Statements that give a column the properties of the column that had its name before the exchange.
CREATE FUNCTION gb_enums_internal.convert_column_properties(item gb_enums_internal.conversion_column)
    RETURNS SETOF text
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
WITH a AS (
    SELECT b.*, b.attrelid::regclass AS relation
    FROM pg_attribute b
    WHERE b.attrelid = item.relation AND b.attnum = item.number)
SELECT format('ALTER TABLE ONLY %s ALTER COLUMN %I SET STATISTICS %s', relation, attname, attstattarget)
FROM a
WHERE coalesce(attstattarget, -1) >= 0
UNION ALL
SELECT format('ALTER TABLE ONLY %s ALTER COLUMN %I SET %s', relation, attname, options)
FROM a
CROSS JOIN LATERAL gb_enums_internal.option_list(
    ARRAY(SELECT o FROM unnest(attoptions) o WHERE NOT starts_with(o, 'pg_attver='))) options
WHERE options IS NOT NULL
UNION ALL
SELECT gb_enums_internal.comment_statement(
    'pg_class', attrelid, format('COLUMN %s.%I', relation, attname), attnum)
FROM a
WHERE col_description(attrelid, attnum) IS NOT NULL
UNION ALL
SELECT gb_enums_internal.grant_statement(
    string_agg(format('%s (%I)', x.privilege_type, attname), ', ' ORDER BY x.privilege_type),
    relation, x.grantee, x.is_grantable)
FROM a, aclexplode(attacl) x
GROUP BY relation, attname, x.grantee, x.is_grantable
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_column_properties(gb_enums_internal.conversion_column) IS
    'statements for the properties of a column beside its type';

-- The old column has no default after the exchange, nor that of a domain: a row without a value gets the
-- default
-- of the new column.
CREATE FUNCTION gb_enums_internal.convert_exchange_default(
    item gb_enums_internal.conversion_column, undo boolean) RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF undo THEN
        RETURN QUERY
            SELECT s.*
            FROM pg_attribute a
            LEFT JOIN pg_attrdef d ON (d.adrelid, d.adnum) = (a.attrelid, a.attnum)
            CROSS JOIN LATERAL gb_enums_internal.statement('alter tables', 2, NULL,
                format('ALTER TABLE ONLY %s ALTER COLUMN %I %s', a.attrelid::regclass, a.attname,
                       coalesce('SET DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), 'DROP DEFAULT')),
                'ACCESS EXCLUSIVE') s
            WHERE a.attrelid = item.relation AND a.attnum = item.number;
        RETURN;
    END IF;
    RETURN NEXT gb_enums_internal.statement('alter tables', 2, NULL,
        format('ALTER TABLE ONLY %s ALTER COLUMN %I SET DEFAULT NULL',
               item.relation::regclass, item.old_name),
        'ACCESS EXCLUSIVE');
    RETURN QUERY
        SELECT s.*
        FROM gb_enums_internal.convert_default(item) d
        CROSS JOIN LATERAL gb_enums_internal.statements('alter tables', 3, NULL, 'ACCESS EXCLUSIVE',
            format('ALTER TABLE ONLY %s ALTER COLUMN %I ', item.relation::regclass, item.name)
                || 'SET DEFAULT ' || d.expression
            || ARRAY(SELECT gb_enums_internal.convert_column_properties(item))) s;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_exchange_default(
    gb_enums_internal.conversion_column, boolean) IS
    'the steps of the exchange for the default and the properties of a column';

CREATE FUNCTION gb_enums_internal.convert_exchange_columns(
    columns gb_enums_internal.conversion_column[], undo boolean) RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    root CONSTANT regclass := columns[1].relation;
    item gb_enums_internal.conversion_column;
BEGIN
    FOR item IN SELECT c.* FROM unnest(columns) c WHERE c.relation = root LOOP
        RETURN QUERY
            SELECT *
            FROM gb_enums_internal.statements('alter tables', 1, NULL, 'ACCESS EXCLUSIVE', ARRAY[
                format('ALTER TABLE %s RENAME COLUMN %I TO %I', root, item.name,
                       CASE WHEN undo THEN item.new_name ELSE item.old_name END),
                format('ALTER TABLE %s RENAME COLUMN %I TO %I', root,
                       CASE WHEN undo THEN item.old_name ELSE item.new_name END, item.name)]);
    END LOOP;
    FOREACH item IN ARRAY columns LOOP
        RETURN QUERY SELECT * FROM gb_enums_internal.convert_exchange_default(item, undo);
    END LOOP;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_exchange_columns(
    gb_enums_internal.conversion_column[], boolean) IS
    'the steps of the exchange for columns';

-- From 18 on NOT NULL has a name, too. The server also renames it in children, which must have it under that
-- name then. It is not made in one statement with dropping the CHECK, which is its proof and would go first.
CREATE FUNCTION gb_enums_internal.convert_exchange_not_null(
    columns gb_enums_internal.conversion_column[], undo boolean) RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    x record;
BEGIN
    FOR x IN
        SELECT n.relation::text, n.name AS column_name, n.check_name, k.conname::text AS name,
               'gb_old_' || k.oid AS old_name, 'gb_new_' || k.oid AS new_name,
               gb_enums_internal.comment_statement(
                   'pg_constraint', k.oid, 'CONSTRAINT ' || quote_ident(k.conname) || ' ON ' || n.relation)
                   AS remark
        FROM gb_enums_internal.convert_not_null(columns) n
        LEFT JOIN pg_constraint k
            ON k.conrelid = n.relation AND k.contype = 'n' AND k.conkey = ARRAY[n.number]
            AND NOT EXISTS (
                SELECT
                FROM gb_enums_internal.convert_tree(n.relation) m
                JOIN pg_constraint o ON o.conrelid = m.member AND o.contype = 'n'
                JOIN pg_attribute a ON a.attrelid = o.conrelid AND a.attnum = o.conkey[1]
                WHERE a.attname = n.name AND o.conname <> k.conname)
        WHERE NOT undo OR k.conname IS NOT NULL
    LOOP
        RETURN QUERY
            SELECT *
            FROM gb_enums_internal.statements('alter tables', 4, NULL, 'ACCESS EXCLUSIVE', CASE
                WHEN undo THEN
                    gb_enums_internal.convert_exchange_names(x.relation, x.name, x.new_name, x.old_name)
                WHEN x.name IS NULL THEN ARRAY[
                    format('ALTER TABLE %s ALTER COLUMN %I SET NOT NULL', x.relation, x.column_name),
                    format('ALTER TABLE %s DROP CONSTRAINT %I', x.relation, x.check_name)]
                ELSE ARRAY[
                    format('ALTER TABLE %s RENAME CONSTRAINT %I TO %I', x.relation, x.name, x.old_name),
                    format('ALTER TABLE %s ADD CONSTRAINT %I NOT NULL %I', x.relation, x.name, x.column_name),
                    x.remark,
                    format('ALTER TABLE %s DROP CONSTRAINT %I', x.relation, x.check_name)] END);
    END LOOP;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_exchange_not_null(
    gb_enums_internal.conversion_column[], boolean) IS
    'the steps of the exchange for columns that must not be NULL';

CREATE FUNCTION gb_enums_internal.convert_exchange_checks(
    columns gb_enums_internal.conversion_column[], undo boolean) RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT s.*
FROM gb_enums_internal.convert_checks(columns) k
CROSS JOIN LATERAL gb_enums_internal.name_with_suffix(k.name, '_gb_old') old_name
CROSS JOIN LATERAL gb_enums_internal.statements('alter tables', 5, NULL, 'ACCESS EXCLUSIVE', CASE
    WHEN undo THEN gb_enums_internal.convert_exchange_names(k.relation::text, k.name::text, k.twin, old_name)
    ELSE gb_enums_internal.convert_exchange_names(k.relation::text, k.name::text, old_name, k.twin)
        || k.remark END) s
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_exchange_checks(
    gb_enums_internal.conversion_column[], boolean) IS
    'the steps of the exchange for CHECKs';

-- The statements that let an index and its twin change names; a UNIQUE constraint is made of its twin.
CREATE FUNCTION gb_enums_internal.convert_exchange_index(index regclass, undo boolean) RETURNS text[]
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    x record;
BEGIN
    SELECT i.indrelid::regclass::text AS relation, quote_ident(n.nspname) AS schema, c.relname::text AS name,
           format('gb_new_%s', c.oid) AS twin,
           gb_enums_internal.name_with_suffix(c.relname, '_gb_old') AS old_name,
           k.oid IS NOT NULL AS is_constraint,
           CASE WHEN k.condeferrable THEN ' DEFERRABLE' ELSE '' END
               || CASE WHEN k.condeferred THEN ' INITIALLY DEFERRED' ELSE '' END AS deferrable,
           gb_enums_internal.comment_statement(
               'pg_constraint', k.oid, format('CONSTRAINT %I ON %s', c.relname, i.indrelid::regclass))
               AS remark
        INTO x
        FROM pg_class c
        JOIN pg_index i ON i.indexrelid = c.oid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_constraint k ON k.conindid = c.oid AND k.contype = 'u'
        WHERE c.oid = index;
    RETURN CASE
        WHEN NOT x.is_constraint THEN ARRAY[
            format('ALTER INDEX %s.%I RENAME TO %I', x.schema, x.name,
                   CASE WHEN undo THEN x.twin ELSE x.old_name END),
            format('ALTER INDEX %s.%I RENAME TO %I', x.schema,
                   CASE WHEN undo THEN x.old_name ELSE x.twin END, x.name)]
        WHEN undo THEN ARRAY[
            format('ALTER TABLE %s DROP CONSTRAINT %I', x.relation, x.name),
            format('ALTER TABLE %s RENAME CONSTRAINT %I TO %I', x.relation, x.old_name, x.name)]
        ELSE ARRAY[
            format('ALTER TABLE %s RENAME CONSTRAINT %I TO %I', x.relation, x.name, x.old_name),
            format('ALTER TABLE %s ADD CONSTRAINT %I UNIQUE USING INDEX %I%s',
                   x.relation, x.name, x.twin, x.deferrable),
            x.remark] END;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_exchange_index(regclass, boolean) IS
    'the statements that let an index and its twin change names';

-- The twin of an index gets the names that the columns of the index have. If it is part of another, it gets
-- them with that. When a partition has two equal indexes, the server chooses which twin is the part.
CREATE FUNCTION gb_enums_internal.convert_exchange_index_columns(
    index oid, columns gb_enums_internal.conversion_column[]) RETURNS SETOF text
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT format('ALTER TABLE %I.gb_new_%s RENAME COLUMN %I TO %I', n.nspname, i.indexrelid, c.new_name, c.name)
FROM pg_index i
JOIN pg_class r ON r.oid = i.indexrelid
JOIN pg_namespace n ON n.oid = r.relnamespace
LEFT JOIN pg_class t ON t.relname = format('gb_new_%s', r.oid) AND t.relnamespace = r.relnamespace
JOIN unnest(columns) c ON c.relation = i.indrelid AND c.number = ANY (i.indkey)
WHERE i.indexrelid = index AND NOT coalesce(t.relispartition, r.relispartition)
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_exchange_index_columns(
    oid, gb_enums_internal.conversion_column[]) IS
    'the statements that rename the columns of the twin of an index';

CREATE FUNCTION gb_enums_internal.convert_exchange_indexes(
    columns gb_enums_internal.conversion_column[], undo boolean) RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    t record;
BEGIN
    FOR t IN SELECT * FROM gb_enums_internal.convert_twins(columns) LOOP
        IF NOT undo THEN
            RETURN QUERY
                SELECT *
                FROM gb_enums_internal.statements('rename index columns', 0, NULL, 'ACCESS EXCLUSIVE',
                    ARRAY(SELECT gb_enums_internal.convert_exchange_index_columns(t.index, columns)));
        END IF;
        RETURN QUERY
            SELECT *
            FROM gb_enums_internal.statements('build indexes', 0, NULL, 'ACCESS EXCLUSIVE',
                gb_enums_internal.convert_exchange_index(t.index, undo));
        RETURN QUERY
            SELECT p.*
            FROM unnest(t.steps) p
            WHERE p.phase = 'make objects';
    END LOOP;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_exchange_indexes(
    gb_enums_internal.conversion_column[], boolean) IS
    'the steps of the exchange for indexes';

CREATE FUNCTION gb_enums_internal.convert_exchange(
    columns gb_enums_internal.conversion_column[], undo boolean)
    RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    in_place CONSTANT gb_enums_internal.conversion_column[] := gb_enums_internal.convert_in_place(columns);
BEGIN
    RETURN NEXT gb_enums_internal.statement('lock tables', 0, NULL,
        format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', columns[1].relation::regclass),
        'ACCESS EXCLUSIVE', false, 'From here to the end, one short transaction.');
    RETURN QUERY
        SELECT o.*
        FROM gb_enums_internal.convert_dependents(
            in_place, CASE WHEN undo THEN '{}' ELSE in_place END, false) o
        WHERE gb_enums_internal.step_kind(o.phase) = 'statement';
    RETURN QUERY
        SELECT *
        FROM gb_enums_internal.statements('alter tables', 0, NULL, 'ACCESS EXCLUSIVE',
            ARRAY(SELECT gb_enums_internal.convert_unfollow(columns)));
    RETURN QUERY SELECT * FROM gb_enums_internal.convert_exchange_columns(columns, undo);
    RETURN QUERY SELECT * FROM gb_enums_internal.convert_exchange_not_null(columns, undo);
    RETURN QUERY SELECT * FROM gb_enums_internal.convert_exchange_checks(columns, undo);
    RETURN QUERY SELECT * FROM gb_enums_internal.convert_exchange_indexes(columns, undo);
    IF undo THEN
        RETURN QUERY
            SELECT *
            FROM gb_enums_internal.statements('drop columns', 0, NULL, 'ACCESS EXCLUSIVE',
                ARRAY(SELECT gb_enums_internal.convert_drop_columns(columns, true)));
    ELSE
        RETURN QUERY
            SELECT *
            FROM gb_enums_internal.statements('follow back', 0, NULL, 'ACCESS EXCLUSIVE',
                ARRAY(SELECT gb_enums_internal.convert_follow(columns, true)));
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_exchange(gb_enums_internal.conversion_column[], boolean) IS
    'the steps that let old and new columns change places, or back';

CREATE FUNCTION gb_enums_internal.convert_exchange_statements(
    columns gb_enums_internal.conversion_column[], undo boolean) RETURNS text[]
    LANGUAGE sql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT ARRAY(
    SELECT s.statement
    FROM gb_enums_internal.steps_in_order(
        ARRAY(SELECT p FROM gb_enums_internal.convert_exchange(columns, undo) p)) s)
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_exchange_statements(
    gb_enums_internal.conversion_column[], boolean) IS
    'the statements that let old and new columns change places, or back, in order';

-- Statements that drop the new columns, as far as they are there, or the old ones, by the names that they
-- have after the exchange. A child can have one of its own. What uses a column is dropped with it.
CREATE FUNCTION gb_enums_internal.convert_drop_columns(
    columns gb_enums_internal.conversion_column[], is_new boolean) RETURNS SETOF text
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT format('ALTER TABLE %s %s', c.relation::regclass,
              string_agg(format('DROP COLUMN %I', CASE WHEN is_new THEN c.new_name ELSE c.old_name END), ', '
                         ORDER BY c.ordinality))
FROM unnest(columns) WITH ORDINALITY c
JOIN pg_attribute a ON a.attrelid = c.relation
                   AND CASE WHEN is_new THEN a.attname = c.new_name ELSE a.attnum = c.number END
WHERE a.attislocal
GROUP BY c.relation
ORDER BY min(c.ordinality)
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_drop_columns(gb_enums_internal.conversion_column[], boolean) IS
    'the statements that drop the new or the old columns of a conversion';
