
-- What the caller asked for, checked -------------------------------------------------------------------

CREATE FUNCTION gb_enums_internal.convert_trusting_cast(enum oid) RETURNS oid
    LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN RETURN (
SELECT p.oid
FROM pg_proc p
WHERE p.prorettype = enum AND p.prosrc = 'int2up' AND p.pronargs = 1
  AND p.proargtypes[0] = 'smallint'::regtype
ORDER BY p.oid
LIMIT 1);
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_trusting_cast(oid) IS 'as_E() of an enumeration';

CREATE FUNCTION gb_enums_internal.convert_is_enumeration(type oid) RETURNS boolean
    LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN RETURN (
SELECT EXISTS (
    SELECT
    FROM pg_type y
    JOIN pg_proc p ON p.oid = y.typinput
    JOIN pg_language l ON l.oid = p.prolang
    WHERE y.oid = type AND y.typtype = 'b' AND l.lanname = 'gb_enum'));
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_is_enumeration(oid) IS 'whether a type is an enumeration';

CREATE FUNCTION gb_enums_internal.require_convertible_table(relation regclass) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    t record;
BEGIN
    SELECT c.*, n.nspname INTO t
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.oid = relation;
    IF t.oid IS NULL THEN
        RAISE EXCEPTION 'relation with OID % does not exist', relation::oid USING ERRCODE = 'undefined_table';
    END IF;
    IF t.relkind NOT IN ('r', 'p') OR t.oid < 16384
       OR t.nspname IN ('pg_catalog', 'information_schema', 'pg_toast')
    THEN
        RAISE EXCEPTION '"%" is not a table whose columns can be converted', t.relname USING
            ERRCODE = 'wrong_object_type',
            DETAIL = CASE WHEN t.relkind IN ('r', 'p') THEN 'It is a system table.'
                          WHEN t.relkind IN ('v', 'm') THEN 'It is a view.'
                          WHEN t.relkind = 'f' THEN 'It is a foreign table.'
                          ELSE 'It is no table.' END,
            HINT = CASE WHEN t.relkind IN ('v', 'm')
                            THEN 'Convert the table that it is over; its views change with it.'
                        WHEN t.relkind = 'f'
                            THEN 'Convert the table where it is, then ALTER FOREIGN TABLE here.'
                        ELSE 'Columns of tables of your own can.' END;
    END IF;
    IF t.relpersistence = 't' AND t.relnamespace <> pg_my_temp_schema() THEN
        RAISE EXCEPTION 'table "%" is a temporary table of another session', t.relname USING
            ERRCODE = 'feature_not_supported';
    END IF;
    PERFORM gb_enums_internal.require_owner(relation);
END $$;
COMMENT ON FUNCTION gb_enums_internal.require_convertible_table(regclass) IS
    'an error unless it is a table of the caller''s whose columns can be converted';

-- An error unless what the caller asked for a column is an enumeration and options that there are.
CREATE FUNCTION gb_enums_internal.require_convert_options(column_name text, asked jsonb) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    enum regtype;
    wrong text;
BEGIN
    IF jsonb_typeof(asked) <> 'object' OR jsonb_typeof(asked->'enum') IS DISTINCT FROM 'string' THEN
        RAISE EXCEPTION 'no enumeration is given for column "%"', column_name USING
            ERRCODE = 'invalid_parameter_value',
            HINT = 'For example {"status": "task_status", '
                   '"priority": {"enum": "task_priority", "trim_blanks": true}}.';
    END IF;
    enum := (asked->>'enum')::regtype;
    IF NOT gb_enums_internal.convert_is_enumeration(enum) THEN
        RAISE EXCEPTION 'type % is not an enumeration of gb_enums', enum USING
            ERRCODE = 'wrong_object_type', HINT = 'The view gb_enums lists them.';
    END IF;
    SELECT string_agg(format('"%s"', o.key), ', ' ORDER BY o.key) INTO wrong
    FROM jsonb_each(asked) o
    CROSS JOIN LATERAL jsonb_typeof(o.value) kind
    WHERE CASE
        WHEN o.key IN ('trim_blanks', 'fold_case', 'use_aliases', 'otherwise_null', 'foreign_keys')
            THEN kind NOT IN ('boolean', 'null')
        WHEN o.key = 'map' THEN kind NOT IN ('object', 'null')
        WHEN o.key = 'otherwise' THEN kind NOT IN ('string', 'null')
        WHEN o.key = 'store' THEN o.value NOT IN ('"type"', '"smallint"', 'null')
        ELSE o.key <> 'enum' END;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'invalid option % for column "%"', wrong, column_name USING
            ERRCODE = 'invalid_parameter_value',
            HINT = 'Options are "enum", "map" (an object), "trim_blanks", "fold_case", "use_aliases", '
                   '"otherwise_null", "foreign_keys" (true or false), "otherwise" (a name) and "store" '
                   '("type" or "smallint").';
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.require_convert_options(text, jsonb) IS
    'an error unless what a caller asked for a column is an enumeration and known options';

-- How an attribute of a composite type becomes an enumeration by hand: in one column of that type, or in all.
-- The server does not alter a type that a column has. Without the name of an attribute it is the first one
-- that is a text or a native enum. NULL if there is none.
CREATE FUNCTION gb_enums_internal.convert_by_hand(
    type oid, enum text, attribute name, relation oid DEFAULT NULL, column_name name DEFAULT NULL)
    RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
WITH item AS (
    SELECT a.attname, a.attnum, format_type(a.atttypid, a.atttypmod) AS old_type, o.is_array,
        b.typcategory = 'S' OR b.typtype = 'e' AS is_text, y.typname, y.typnamespace
    FROM pg_type y
    JOIN pg_attribute a ON a.attrelid = y.typrelid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN LATERAL gb_enums_internal.convert_old_type(a.atttypid) o ON true
    JOIN pg_type b ON b.oid = gb_enums_internal.base_type(a.atttypid)
    WHERE y.oid = type AND y.typtype = 'c'),
chosen AS (
    SELECT i.*, concat(enum, CASE WHEN i.is_array THEN '[]' END) AS new_type,
        concat('::text', CASE WHEN i.is_array THEN '[]' END) AS texts
    FROM item i
    WHERE i.attname = attribute OR attribute IS NULL AND i.is_text
    ORDER BY i.attnum
    LIMIT 1),
made AS (
    SELECT format('%I.%I', c.typnamespace::regnamespace::text, c.typname || '_new') AS name,
        string_agg(concat(quote_ident(i.attname), ' ',
            CASE WHEN i.attnum = c.attnum THEN c.new_type ELSE i.old_type END), ', ' ORDER BY i.attnum)
            AS attributes
    FROM chosen c
    CROSS JOIN item i
    GROUP BY c.typnamespace, c.typname),
place AS (
    SELECT a.attrelid, a.attname
    FROM pg_attribute a
    JOIN pg_class r ON r.oid = a.attrelid AND r.relkind IN ('r', 'p')
    WHERE a.atttypid = type AND a.attinhcount = 0
      AND (relation IS NULL OR (a.attrelid, a.attname) = (relation, column_name))),
altered AS (
    SELECT string_agg(format(
        'ALTER TABLE %1$s ALTER COLUMN %2$I TYPE %3$s '
        'USING CASE WHEN %2$I IS DISTINCT FROM NULL THEN ROW(%4$s)::%3$s END',
        p.attrelid::regclass, p.attname, m.name, v.list), '; ' ORDER BY p.attrelid, p.attname) AS statements
    FROM place p
    CROSS JOIN made m
    CROSS JOIN LATERAL (
        SELECT string_agg(concat(format('(%I).%I', p.attname, i.attname),
            CASE WHEN i.attnum = c.attnum THEN concat(c.texts, '::', c.new_type) END), ', ' ORDER BY i.attnum)
        FROM chosen c
        CROSS JOIN item i) v(list))
SELECT CASE
    WHEN a.statements IS NULL
        THEN format('By hand, if no column has the type within another type: '
            'ALTER TYPE %s ALTER ATTRIBUTE %I TYPE %s CASCADE.', type::regtype, c.attname, c.new_type)
    ELSE format('By hand, without defaults and views: CREATE TYPE %s AS (%s); %s.',
        m.name, m.attributes, a.statements) END
FROM chosen c
CROSS JOIN made m
CROSS JOIN altered a
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_by_hand(oid, text, name, oid, name) IS
    'how an attribute of a composite type becomes an enumeration by hand';

-- What the caller asked for one column, as a column of a conversion; an error when there is no such table,
-- column, enumeration or option.
CREATE FUNCTION gb_enums_internal.convert_read_column(relation regclass, column_name text, asked jsonb)
    RETURNS gb_enums_internal.conversion_column
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    a record;
    col gb_enums_internal.conversion_column;
    title text;
    becomes_codes boolean;
BEGIN
    PERFORM gb_enums_internal.require_convertible_table(relation);
    SELECT b.attnum, b.atttypid, y.oid AS base, y.typtype, o.is_array, c.relname
    INTO a
    FROM pg_class c
    LEFT JOIN pg_attribute b ON b.attrelid = c.oid AND b.attname = column_name AND b.attnum > 0
    LEFT JOIN LATERAL gb_enums_internal.convert_old_type(b.atttypid) o ON true
    LEFT JOIN pg_type y ON y.oid = o.old_type
    WHERE c.oid = relation;
    title := format('column "%s" of table "%s"', column_name, a.relname);
    IF a.atttypid IS NULL THEN
        RAISE EXCEPTION '% does not exist', title USING ERRCODE = 'undefined_column';
    END IF;
    PERFORM gb_enums_internal.require_convert_options(column_name, asked);
    becomes_codes := coalesce(asked->>'store' = 'smallint', false);
    col.relation := relation;
    col.number := a.attnum;
    col.old_type := a.base;
    col.is_array := a.is_array;
    col.enum := (asked->>'enum')::regtype;
    -- those that say how old values are read
    col.options := (
        SELECT coalesce(jsonb_object_agg(o.key, o.value), '{}')
        FROM jsonb_each(asked) o
        WHERE o.key IN ('map', 'trim_blanks', 'fold_case', 'use_aliases', 'otherwise', 'otherwise_null')
          AND o.value NOT IN ('false', 'null', '{}'));
    IF a.atttypid IN (SELECT unnest(ARRAY[y.oid, y.typarray]) FROM pg_type y WHERE y.oid = col.enum)
       OR a.atttypid = 'smallint'::regtype AND becomes_codes AND col.options = '{}'
    THEN
        RAISE EXCEPTION '% is of type % already', title, a.atttypid::regtype USING
            ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    IF NOT (gb_enums_internal.has_codes(col) OR gb_enums_internal.has_texts(col) OR a.typtype = 'e'
            OR gb_enums_internal.convert_is_enumeration(a.base))
    THEN
        RAISE EXCEPTION '% is of type %, which cannot be converted', title, a.atttypid::regtype USING
            ERRCODE = 'datatype_mismatch',
            HINT = coalesce(
                gb_enums_internal.convert_by_hand(
                    a.atttypid, col.enum::regtype::text, NULL, relation, column_name::name),
                'Columns of texts, "char", integers, numeric, native enums, enumerations, of domains over '
                'these, and arrays of all these can.');
    END IF;
    IF becomes_codes AND a.is_array THEN
        RAISE EXCEPTION '% is an array, which does not become one of codes', title USING
            ERRCODE = 'feature_not_supported',
            HINT = 'Only a column of single values can be stored as a smallint.';
    END IF;
    IF becomes_codes THEN
        col.trusting_cast := gb_enums_internal.convert_trusting_cast(col.enum);
    END IF;
    -- The mapping is read once here, so that its mistakes come first.
    PERFORM gb_enums_internal.convert_match('', col.enum, col.options, false);
    RETURN col;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_read_column(regclass, text, jsonb) IS
    'what a caller asked for one column, checked';

-- A column, and those that are to be of its type as foreign keys go from one to the other, directly or over
-- others.
CREATE FUNCTION gb_enums_internal.convert_referencing_columns(
    relation oid, number smallint, OUT relation_oid oid, OUT column_number smallint, OUT name name)
    RETURNS SETOF record
    LANGUAGE sql STABLE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
WITH RECURSIVE reference(relation, number, other_relation, other_number) AS (
    SELECT k.conrelid, k.conkey[i], k.confrelid, k.confkey[i]
    FROM pg_constraint k
    CROSS JOIN LATERAL generate_subscripts(k.conkey, 1) i
    WHERE k.contype = 'f' AND k.conparentid = 0),
reached(relation, number) AS (
    SELECT convert_referencing_columns.relation, convert_referencing_columns.number
    UNION
    SELECT CASE WHEN is_start THEN f.other_relation ELSE f.relation END,
           CASE WHEN is_start THEN f.other_number ELSE f.number END
    FROM reached r
    CROSS JOIN (VALUES (true), (false)) side(is_start)
    JOIN reference f ON (r.relation, r.number)
        = CASE WHEN is_start THEN (f.relation, f.number) ELSE (f.other_relation, f.other_number) END)
SELECT r.relation, r.number, a.attname
FROM reached r
JOIN pg_attribute a ON a.attrelid = r.relation AND a.attnum = r.number
ORDER BY (r.relation, r.number)
    = (convert_referencing_columns.relation, convert_referencing_columns.number) DESC, r.relation, r.number
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_referencing_columns(oid, smallint) IS
    'a column and those that foreign keys tie to it';

-- What the caller asked for; with "foreign_keys", also the columns at the other ends of foreign keys.
CREATE FUNCTION gb_enums_internal.convert_read(relation regclass, columns jsonb)
    RETURNS gb_enums_internal.conversion_column[]
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    asked record;
    other record;
    col gb_enums_internal.conversion_column;
    result gb_enums_internal.conversion_column[] := '{}';
BEGIN
    IF relation IS NULL OR columns IS NULL THEN
        RAISE EXCEPTION 'the table and its columns must not be null' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    IF jsonb_typeof(columns) <> 'object' OR columns = '{}' THEN
        RAISE EXCEPTION 'the columns to convert must be a JSON object' USING
            ERRCODE = 'invalid_parameter_value',
            HINT = 'For example {"status": "task_status", '
                   '"priority": {"enum": "task_priority", "trim_blanks": true}}.';
    END IF;
    FOR asked IN
        SELECT c.key, CASE jsonb_typeof(c.value) WHEN 'string' THEN jsonb_build_object('enum', c.value)
                      ELSE c.value END AS options
        FROM jsonb_each(columns) c
    LOOP
        col := gb_enums_internal.convert_read_column(relation, asked.key, asked.options);
        result := result || col;
        CONTINUE WHEN asked.options->'foreign_keys' IS DISTINCT FROM 'true';
        FOR other IN
            SELECT r.relation_oid, r.name
            FROM gb_enums_internal.convert_referencing_columns(relation, col.number) WITH ORDINALITY r
            WHERE NOT EXISTS (
                SELECT FROM unnest(result) c WHERE c.relation = r.relation_oid AND c.number = r.column_number)
              AND NOT (r.relation_oid = convert_read.relation AND columns ? r.name::text)
            ORDER BY r.ordinality
        LOOP
            result := result
                || gb_enums_internal.convert_read_column(other.relation_oid, other.name, asked.options);
        END LOOP;
    END LOOP;
    RETURN result;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_read(regclass, jsonb) IS 'what a caller asked for, checked';

-- A table with its partitions and inheritance children, each relation after its parents. The server changes a
-- partition that waits for the end of its DETACH CONCURRENTLY no more than one that is detached.
CREATE FUNCTION gb_enums_internal.convert_tree(relation oid) RETURNS TABLE (member oid, depth integer)
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE ROWS 100 SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN RETURN QUERY
WITH RECURSIVE tree(member, depth) AS (
    SELECT relation, 0
    UNION
    SELECT i.inhrelid, t.depth + 1
    FROM tree t
    JOIN pg_inherits i ON i.inhparent = t.member AND NOT i.inhdetachpending
    JOIN pg_class c ON c.oid = i.inhrelid AND c.relkind IN ('r', 'p', 'f'))
SELECT t.member, max(t.depth)::integer
FROM tree t
GROUP BY t.member
ORDER BY 2, 1;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_tree(oid) IS 'a table with its partitions and children';

CREATE FUNCTION gb_enums_internal.convert_with_children(columns gb_enums_internal.conversion_column[])
    RETURNS gb_enums_internal.conversion_column[]
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN RETURN (
SELECT array_agg(gb_enums_internal.conversion_of(columns[c.ordinality], t.member, b.attnum)
    ORDER BY t.depth, t.member, c.ordinality)
FROM unnest(columns) WITH ORDINALITY c
JOIN pg_attribute a ON a.attrelid = c.relation AND a.attnum = c.number
CROSS JOIN LATERAL gb_enums_internal.convert_tree(a.attrelid) t
JOIN pg_attribute b ON b.attrelid = t.member AND b.attname = a.attname);
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_with_children(gb_enums_internal.conversion_column[]) IS
    'a conversion with the columns of partitions and children';

-- The tables of a conversion, in an order that does not depend on where it begins: they are locked in it.
CREATE FUNCTION gb_enums_internal.convert_relations(columns gb_enums_internal.conversion_column[])
    RETURNS regclass[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT array_agg(DISTINCT c.relation ORDER BY c.relation)::regclass[]
FROM unnest(columns) c
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_relations(gb_enums_internal.conversion_column[]) IS
    'the tables of a conversion';
