
-- Conversions back: an enumeration becomes text or numbers --------------------------------------------
--
-- The plan is made as for other conversions (plan.sql); each column has a new type.

CREATE FUNCTION gb_enums_internal.convert_enum_column(
    relation regclass, column_name name) RETURNS pg_attribute
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    t pg_class;
    a pg_attribute;
BEGIN
    SELECT c.* INTO t FROM pg_class c WHERE c.oid = relation;
    IF t.oid IS NULL THEN
        RAISE EXCEPTION 'relation with OID % does not exist', relation::oid USING ERRCODE = 'undefined_table';
    END IF;
    IF t.relkind IN ('v', 'm') THEN
        RAISE EXCEPTION '"%" is not a table', t.relname USING ERRCODE = 'wrong_object_type',
            HINT = 'Views change with the table that they are over.';
    ELSIF t.relkind NOT IN ('r', 'p') THEN
        RAISE EXCEPTION '"%" is not a table', t.relname USING ERRCODE = 'wrong_object_type';
    END IF;
    PERFORM gb_enums_internal.require_owner(relation);
    SELECT b.* INTO a
    FROM pg_attribute b
    WHERE b.attrelid = relation AND b.attname = column_name AND b.attnum > 0 AND NOT b.attisdropped;
    IF a.attnum IS NULL THEN
        RAISE EXCEPTION 'column "%" of table "%" does not exist', column_name, t.relname
            USING ERRCODE = 'undefined_column';
    END IF;
    IF NOT gb_enums_internal.convert_is_enumeration(
            (SELECT o.old_type FROM gb_enums_internal.convert_old_type(a.atttypid) o)) THEN
        RAISE EXCEPTION 'column "%" of table "%" is of type %, not of an enumeration',
            a.attname, t.relname, a.atttypid::regtype
            USING ERRCODE = 'datatype_mismatch',
            HINT = 'A smallint of codes becomes the enumeration first, by gb_enum_convert(), '
                'which does not rewrite the table.';
    END IF;
    RETURN a;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_enum_column(regclass, name) IS
    'a column of an enumeration in a table of the caller''s; an error when there is none';

CREATE FUNCTION gb_enums_internal.require_type_to_revert_to(asked_type regtype, is_array boolean) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    new constant record := gb_enums_internal.convert_old_type(asked_type);
BEGIN
    IF new.old_type IS NULL OR new.is_array AND NOT is_array
       -- operators of arrays take two of one type: those of a domain and of its base type are not
       OR is_array AND gb_enums_internal.base_type(asked_type) NOT IN (
            SELECT unnest(ARRAY[y.oid, y.typarray]) FROM pg_type y WHERE y.oid = new.old_type)
       OR is_array AND NOT new.is_array AND asked_type <> new.old_type
       OR NOT (gb_enums_internal.convert_is_number(new.old_type)
               OR new.old_type IN ('text'::regtype, 'varchar'::regtype, '"char"'::regtype))
    THEN
        RAISE EXCEPTION '% does not become %',
            CASE WHEN is_array THEN 'an array of an enumeration' ELSE 'an enumeration' END, asked_type
            USING ERRCODE = 'invalid_parameter_value',
            HINT = CASE WHEN is_array
                THEN 'It becomes an array of text, varchar, "char", bigint, integer, smallint or numeric, '
                    'or a domain over such an array.'
                ELSE 'It becomes text, varchar, "char", bigint, integer, smallint, numeric, or a domain over '
                    'one of these.' END;
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.require_type_to_revert_to(regtype, boolean) IS
    'an error when an enumeration, or an array of one, does not become a type';

-- The request has "type", "length" and "check".
CREATE FUNCTION gb_enums_internal.convert_item_back(relation regclass, column_name name, asked jsonb)
    RETURNS gb_enums_internal.conversion_column
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    item gb_enums_internal.conversion_column;
    a constant pg_attribute := gb_enums_internal.convert_enum_column(relation, column_name);
    asked_type constant regtype := (asked->>'type')::oid;
    length constant integer := asked->>'length';
    old constant record := gb_enums_internal.convert_old_type(a.atttypid);
    new constant record := gb_enums_internal.convert_old_type(asked_type);
BEGIN
    PERFORM gb_enums_internal.require_type_to_revert_to(asked_type, old.is_array);
    IF length IS NOT NULL AND (asked_type NOT IN ('varchar'::regtype, 'varchar[]'::regtype)
                               OR length NOT BETWEEN 1 AND 10485760) THEN
        RAISE EXCEPTION 'invalid length % for type %', length, asked_type
            USING ERRCODE = 'invalid_parameter_value',
            HINT = 'Only varchar has a length, from 1 to 10485760.';
    END IF;
    item.relation := relation;
    item.number := a.attnum;
    item.old_type := old.old_type;
    item.enum := old.old_type;
    item.is_array := old.is_array;
    item.new_type := new.old_type;
    -- A domain over varchar, or over an array of it, may give the length; as the server counts it.
    item.new_typmod := coalesce(length + 4, (
        SELECT max(y.typtypmod)
        FROM gb_enums_internal.domain_levels(asked_type) d
        JOIN pg_type y ON y.oid = d.type_oid
        WHERE y.typtypmod > 0 AND y.typbasetype IN ('varchar'::regtype, 'varchar[]'::regtype)), -1);
    item.new_domain := (SELECT y.oid FROM pg_type y WHERE y.oid = asked_type AND y.typtype = 'd');
    item.add_check := (asked->'check')::boolean;
    item.options := '{}';
    RETURN item;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_item_back(regclass, name, jsonb) IS
    'the conversion of a column back to a type, checked';

-- The request has "foreign_keys", "together" and "column" too.
CREATE FUNCTION gb_enums_internal.convert_read_back(relation regclass, asked jsonb)
    RETURNS gb_enums_internal.conversion_column[]
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    item gb_enums_internal.conversion_column;
BEGIN
    IF relation IS NULL OR asked->>'column' IS NULL OR asked->>'type' IS NULL THEN
        RAISE EXCEPTION 'the table, the column and the type must not be null'
            USING ERRCODE = 'null_value_not_allowed';
    END IF;
    item := gb_enums_internal.convert_item_back(relation, asked->>'column', asked);
    IF (asked->>'together')::boolean THEN
        RETURN ARRAY(
            SELECT gb_enums_internal.convert_item_back(t.relation_oid, t.column_name, asked)
            FROM gb_enums_internal.columns_tied(relation, asked->>'column') t);
    ELSIF (asked->>'foreign_keys')::boolean THEN
        RETURN ARRAY(
            SELECT gb_enums_internal.convert_item_back(r.relation_oid, r.name, asked)
            FROM gb_enums_internal.convert_referencing_columns(relation, item.number) r);
    END IF;
    RETURN ARRAY[item];
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_read_back(regclass, jsonb) IS
    'the conversions of columns back that a caller asks for, checked';

-- As the server names a CHECK without a name. A name has at most 63 bytes, and the end of this one needs 9:
-- so the beginning is cut by a cast to name with 9 bytes before it.
CREATE FUNCTION gb_enums_internal.convert_check_name(relation oid, column_name name) RETURNS name
    LANGUAGE sql STABLE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT n.name
FROM pg_class r
CROSS JOIN substr(concat('xxxxxxxxx', concat_ws('_', r.relname, column_name))::name::text, 10) base
CROSS JOIN generate_series(0, 999) i
CROSS JOIN concat(base, '_check', nullif(i, 0)) n(name)
WHERE r.oid = relation
  AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = r.oid AND k.conname = n.name)
ORDER BY i
LIMIT 1
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_check_name(oid, name) IS
    'a name for a CHECK of a column that no constraint of the table has';

CREATE FUNCTION gb_enums_internal.convert_back_check(item gb_enums_internal.conversion_column) RETURNS text
    LANGUAGE sql STABLE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT format('ADD CONSTRAINT %I CHECK (%s)', gb_enums_internal.convert_check_name(a.attrelid, a.attname),
    CASE WHEN item.is_array
        THEN format(
            CASE WHEN item.new_domain IS NULL THEN '%I <@ %L::%s[]' ELSE '%I::%3$s[] <@ %2$L::%3$s[]' END,
            a.attname, l.texts, item.new_type::regtype)
        ELSE format('%I IN (%s)', a.attname, l.list) END)
FROM pg_attribute a
CROSS JOIN LATERAL (
    SELECT string_agg(CASE WHEN is_number THEN t.text ELSE quote_literal(t.text) END, ', ' ORDER BY v.code),
        array_agg(t.text ORDER BY v.code)
    FROM gb_enums_internal.convert_values(item.enum) v
    CROSS JOIN gb_enums_internal.convert_is_number(item.new_type) is_number
    CROSS JOIN LATERAL (SELECT CASE WHEN is_number THEN v.code::text ELSE v.name END) t(text)) l(list, texts)
WHERE a.attrelid = item.relation AND a.attnum = item.number
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_back_check(gb_enums_internal.conversion_column) IS
    'the CHECK with which a column allows the values of the enumeration, as a part of ALTER TABLE';

CREATE FUNCTION gb_enums_internal.convert_back_scan(item gb_enums_internal.conversion_column)
    RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp SET row_security = off AS $$
DECLARE
    relation constant regclass := item.relation;
    name constant text := gb_enums_internal.convert_column(relation, item.number);
    longest constant text := (
        SELECT v.name
        FROM gb_enums_internal.convert_values(item.enum) v
        ORDER BY length(v.name) DESC
        LIMIT 1);
    codes text;
    has_nulls boolean;
BEGIN
    IF item.new_type = '"char"'::regtype AND octet_length(longest) > 1
       OR item.new_typmod > 0 AND length(longest) > item.new_typmod - 4
    THEN
        RETURN NEXT gb_enums_internal.stop(format(
            'The name "%s" does not fit into %s.', longest, gb_enums_internal.convert_type(item)));
    END IF;
    IF item.add_check AND row_security_active(relation) THEN
        RETURN NEXT gb_enums_internal.warning(format(
            'Row security of "%s" applies to %s: codes of column %s cannot be looked at.',
            relation, current_user, name));
    ELSIF item.add_check AND NOT gb_enums_internal.has_foreign_member(relation) THEN
        EXECUTE format(
            'SELECT string_agg(format(''%%s (%%s)'', g.code, g.count), '', '' ORDER BY g.code)
                 FILTER (WHERE NOT EXISTS (
                     SELECT FROM gb_enums_internal.convert_values(%3$L) v WHERE v.code = g.code)
                     AND g.code IS NOT NULL),
                 bool_or(g.code IS NULL)
             FROM (SELECT v::smallint, count(*) FROM %2$s GROUP BY 1) g(code, count)',
            name,
            format(CASE WHEN item.is_array THEN '(SELECT unnest(%s) FROM %s) t(v)'
                ELSE '(SELECT %s FROM %s) t(v)' END, name, relation),
            item.enum::regtype)
        INTO codes, has_nulls;
        IF item.is_array AND has_nulls THEN
            RETURN NEXT gb_enums_internal.stop(format(
                'Column %s has NULL among its elements, which the CHECK would refuse. Ask for no CHECK.',
                name));
        END IF;
        IF codes IS NOT NULL THEN
            RETURN NEXT gb_enums_internal.stop(format(
                'Column %s has codes without a name: %s. Give them one, or ask for no CHECK.', name, codes));
        END IF;
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_back_scan(gb_enums_internal.conversion_column) IS
    'the stops for names that do not fit into the new type, and for codes that have no name';

CREATE FUNCTION @extschema@.gb_enum_revert(
    relation regclass, column_name name, to_type regtype DEFAULT 'text', length integer DEFAULT NULL,
    add_check boolean DEFAULT true, foreign_keys boolean DEFAULT false, dry_run boolean DEFAULT true,
    together boolean DEFAULT false)
    RETURNS TABLE (step integer, kind text, statement text, lock text, rewrites boolean, detail text)
    LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
    SELECT c.step, c.kind, c.statement, c.lock, c.rewrites, c.detail
    FROM gb_enums_internal.convert(
        relation,
        pg_catalog.jsonb_build_object(
            'column', column_name, 'type', to_type::pg_catalog.oid::pg_catalog.text, 'length', length,
            'check', COALESCE(add_check, true), 'foreign_keys', COALESCE(foreign_keys, false),
            'together', COALESCE(together, false)),
        dry_run, back => true) c;
END;
COMMENT ON FUNCTION @extschema@.gb_enum_revert(
    regclass, name, regtype, integer, boolean, boolean, boolean, boolean) IS
    'makes a column of an enumeration, or of arrays of one, a text or number again, or shows the plan; '
    'example: SELECT * FROM gb_enum_revert(''typed_tasks'', ''status'', ''varchar'', 20)';
