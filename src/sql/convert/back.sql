
-- The way back: an enumeration becomes text or numbers --------------------------------------------------
--
-- A conversion as others (convert.sql), whose columns have a new type.

-- One column of what the caller asked for, checked.
CREATE FUNCTION gb_enums_internal.convert_item_back(relation regclass, column_name name, asked jsonb) RETURNS gb_enums_internal.conversion_column
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    item gb_enums_internal.conversion_column;
    t pg_class;
    a pg_attribute;
    new_type regtype := (asked->>'type')::oid;
    length integer := asked->>'length';
BEGIN
    SELECT c.* INTO t FROM pg_class c WHERE c.oid = relation;
    IF t.oid IS NULL THEN
        RAISE EXCEPTION 'relation with OID % does not exist', relation::oid USING ERRCODE = 'undefined_table';
    END IF;
    IF t.relkind NOT IN ('r', 'p') THEN
        RAISE EXCEPTION '"%" is not a table', t.relname USING ERRCODE = 'wrong_object_type',
            HINT = CASE WHEN t.relkind IN ('v', 'm') THEN 'Views change with the table that they are over.' END;
    END IF;
    PERFORM gb_enums_internal.require_owner(relation);
    SELECT b.* INTO a FROM pg_attribute b WHERE b.attrelid = relation AND b.attname = column_name AND b.attnum > 0 AND NOT b.attisdropped;
    IF a.attnum IS NULL THEN
        RAISE EXCEPTION 'column "%" of table "%" does not exist', column_name, t.relname USING ERRCODE = 'undefined_column';
    END IF;
    IF NOT EXISTS (SELECT FROM pg_type y JOIN pg_proc p ON p.oid = y.typinput JOIN pg_language l ON l.oid = p.prolang
                   WHERE y.oid = a.atttypid AND y.typtype = 'b' AND l.lanname = 'gb_enum') THEN
        RAISE EXCEPTION 'column "%" of table "%" is of type %, not of an enumeration', a.attname, t.relname, a.atttypid::regtype USING ERRCODE = 'datatype_mismatch',
            HINT = 'A smallint of codes becomes the enumeration first, by gb_enum_convert(), which does not rewrite the table.';
    END IF;
    IF new_type NOT IN ('text'::regtype, 'varchar'::regtype, 'integer'::regtype, 'smallint'::regtype) THEN
        RAISE EXCEPTION 'an enumeration does not become %', new_type USING ERRCODE = 'invalid_parameter_value', HINT = 'It becomes text, varchar, integer or smallint.';
    END IF;
    IF length IS NOT NULL AND (new_type <> 'varchar'::regtype OR length NOT BETWEEN 1 AND 10485760) THEN
        RAISE EXCEPTION 'invalid length % for type %', length, new_type USING ERRCODE = 'invalid_parameter_value', HINT = 'Only varchar has a length, from 1 to 10485760.';
    END IF;
    item.relation := relation;
    item.number := a.attnum;
    item.old_type := a.atttypid;
    item.enum := a.atttypid;
    item.new_type := new_type;
    item.new_typmod := coalesce(length + 4, -1);
    item.add_check := (asked->'check')::boolean;
    item.options := '{}';
    RETURN item;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_item_back(regclass, name, jsonb) IS 'one column that a caller wants to have back, checked';

-- What the caller asked for: {"column": ..., "type": ..., "length": ..., "check": ..., "foreign_keys": ...}.
CREATE FUNCTION gb_enums_internal.convert_read_back(relation regclass, asked jsonb) RETURNS gb_enums_internal.conversion_column[]
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    item gb_enums_internal.conversion_column;
BEGIN
    IF relation IS NULL OR asked->>'column' IS NULL OR asked->>'type' IS NULL THEN
        RAISE EXCEPTION 'the table, the column and the type must not be null' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    item := gb_enums_internal.convert_item_back(relation, asked->>'column', asked);
    IF (asked->>'foreign_keys')::boolean THEN
        RETURN ARRAY(SELECT gb_enums_internal.convert_item_back(t.place, t.name, asked)
                     FROM gb_enums_internal.convert_tied(relation, item.number) t);
    END IF;
    RETURN ARRAY[item];
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_read_back(regclass, jsonb) IS 'what a caller wants to have back, checked';

-- A CHECK that says what the enumeration said, as a part of ALTER TABLE.
CREATE FUNCTION gb_enums_internal.convert_back_check(item gb_enums_internal.conversion_column) RETURNS text
    LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
SELECT format('ADD CONSTRAINT %I CHECK (%I IN (%s))', (
           -- The name that the server would give it, which is not longer than a name may be: 63 bytes, of which the cast sees to 9 for the end.
           SELECT n FROM generate_series(0, 999) i CROSS JOIN substr(concat('xxxxxxxxx', concat_ws('_', r.relname, a.attname))::name::text, 10) base
           CROSS JOIN concat(base, '_check', nullif(i, 0)) n
           WHERE NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = r.oid AND k.conname = n) ORDER BY i LIMIT 1),
       a.attname, (SELECT string_agg(CASE WHEN item.new_type IN ('integer'::regtype, 'smallint'::regtype) THEN v.code::text ELSE quote_literal(v.name) END, ', ' ORDER BY v.code)
                   FROM gb_enums_internal.convert_values(item.enum) v))
FROM pg_attribute a JOIN pg_class r ON r.oid = a.attrelid WHERE a.attrelid = item.relation AND a.attnum = item.number
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_back_check(gb_enums_internal.conversion_column) IS 'the CHECK that a column needs when it is no enumeration any more';

-- Codes without a name, and names that do not fit.
CREATE FUNCTION gb_enums_internal.convert_back_scan(item gb_enums_internal.conversion_column) RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp SET row_security = off AS $$
DECLARE
    relation regclass := item.relation;
    name text := gb_enums_internal.convert_column(relation, item.number);
    codes text;
    longest text := (SELECT v.name FROM gb_enums_internal.convert_values(item.enum) v ORDER BY length(v.name) DESC LIMIT 1);
BEGIN
    IF item.new_typmod > 0 AND length(longest) > item.new_typmod - 4 THEN
        RETURN NEXT gb_enums_internal.stop(format('The name "%s" does not fit into %s.', longest, gb_enums_internal.convert_type(item)));
    END IF;
    IF item.add_check AND row_security_active(relation) THEN
        RETURN NEXT gb_enums_internal.warning(format('Row security of "%s" applies to %s: codes of column %s cannot be looked at.', relation, current_user, name));
    ELSIF item.add_check THEN
        EXECUTE format('SELECT string_agg(format(''%%s (%%s)'', c, n), '', '' ORDER BY c) FROM (SELECT %1$s::smallint AS c, count(*) AS n FROM %2$s WHERE %1$s IS NOT NULL GROUP BY 1) g '
            'WHERE NOT EXISTS (SELECT FROM gb_enums_internal.convert_values(%3$L) v WHERE v.code = c)', name, relation, item.enum::regtype) INTO codes;
        IF codes IS NOT NULL THEN
            RETURN NEXT gb_enums_internal.stop(format('Column %s has codes without a name: %s. Give them one, or ask for no CHECK.', name, codes));
        END IF;
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_back_scan(gb_enums_internal.conversion_column) IS 'what values of a column cannot be had back';

CREATE FUNCTION @extschema@.gb_enum_revert(
    relation regclass, column_name name, to_type regtype DEFAULT 'text', length integer DEFAULT NULL, add_check boolean DEFAULT true, foreign_keys boolean DEFAULT false, dry_run boolean DEFAULT true)
    RETURNS TABLE (step integer, kind text, statement text, lock text, rewrites boolean, detail text)
    LANGUAGE sql VOLATILE
BEGIN ATOMIC
    SELECT c.step, c.kind, c.statement, c.lock, c.rewrites, c.detail
    FROM gb_enums_internal.convert(relation, pg_catalog.jsonb_build_object('column', column_name, 'type', to_type::pg_catalog.oid::pg_catalog.text, 'length', length,
        'check', COALESCE(add_check, true), 'foreign_keys', COALESCE(foreign_keys, false)), dry_run, back => true) c;
END;
COMMENT ON FUNCTION @extschema@.gb_enum_revert(regclass, name, regtype, integer, boolean, boolean, boolean) IS
    'makes a column of an enumeration a text or number again, or shows the plan; example: SELECT * FROM gb_enum_revert(''typed_tasks'', ''status'', ''varchar'', 20)';
