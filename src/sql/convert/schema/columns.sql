
-- A schema at a time: its columns, and the enumerations that they become -------------------------------
--
-- gb_enum_suggest() finds the columns, and the caller's choices say otherwise where they like. Columns with
-- equal sets of values share a new enumeration. A table is converted as by gb_enum_convert_table().

CREATE TYPE gb_enums_internal.schema_column AS (
    relation regclass,
    name name,
    -- its type, and where its values were seen, for people
    description text,
    -- the values of a new enumeration, and their codes when the column has codes
    names text[],
    codes smallint[],
    -- the enumeration's name as SQL; that of a new one is NULL until it has one
    enumeration text,
    is_new boolean,
    -- the options of gb_enum_convert_table()
    options jsonb,
    -- why the column is left out
    left_out text);
COMMENT ON TYPE gb_enums_internal.schema_column IS 'a column of a schema that is to be converted';

-- What the caller chooses --------------------------------------------------------------------------------

-- The OID of a type that the caller's search_path finds, else the name of one that is to be made.
CREATE FUNCTION gb_enums_internal.schema_type_named(name text) RETURNS jsonb
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN pg_catalog.to_jsonb(COALESCE(pg_catalog.to_regtype(name)::pg_catalog.oid::pg_catalog.text, name));
COMMENT ON FUNCTION gb_enums_internal.schema_type_named(text) IS
    'the OID of a type that the caller names, as JSON text, or the name of one that is not there';

-- What follows has a search_path of its own.
CREATE FUNCTION gb_enums_internal.schema_choices_named(choices jsonb) RETURNS jsonb
    LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT CASE WHEN pg_catalog.jsonb_typeof(choices) = 'object' THEN (
        SELECT coalesce(pg_catalog.jsonb_object_agg(t.key, CASE
            WHEN pg_catalog.jsonb_typeof(t.value) = 'object' THEN (
                SELECT coalesce(pg_catalog.jsonb_object_agg(c.key, CASE
                    WHEN pg_catalog.jsonb_typeof(c.value) = 'string' THEN pg_catalog.jsonb_build_object(
                        'enum', gb_enums_internal.schema_type_named(c.value #>> '{}'))
                    WHEN pg_catalog.jsonb_typeof(c.value -> 'enum') = 'string'
                        THEN c.value || pg_catalog.jsonb_build_object(
                            'enum', gb_enums_internal.schema_type_named(c.value ->> 'enum'))
                    ELSE c.value END), '{}'::pg_catalog.jsonb)
                FROM pg_catalog.jsonb_each(t.value) c)
            ELSE t.value END), '{}'::pg_catalog.jsonb)
        FROM pg_catalog.jsonb_each(choices) t) ELSE choices END;
END;
COMMENT ON FUNCTION gb_enums_internal.schema_choices_named(jsonb) IS
    'what a caller chooses for columns, with the OIDs of enumerations that there are';

CREATE FUNCTION gb_enums_internal.schema_choice_is_no(choice jsonb) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN choice IN ('null', 'false');
COMMENT ON FUNCTION gb_enums_internal.schema_choice_is_no(jsonb) IS
    'whether a caller leaves a table or a column out';

-- An error unless the choices are about columns that there are.
CREATE FUNCTION gb_enums_internal.schema_check_choices(schema regnamespace, choices jsonb) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    example CONSTANT text := 'For example {"old_logs": null, "old_tasks": {"status": "task_status", '
        '"kind": null, "priority": {"enum": "task_priority", "fold_case": true}}}.';
    t record;
    c record;
BEGIN
    IF schema IS NULL OR choices IS NULL THEN
        RAISE EXCEPTION 'the schema and the choices must not be null' USING
            ERRCODE = 'null_value_not_allowed';
    ELSIF NOT EXISTS (SELECT FROM pg_namespace n WHERE n.oid = schema) THEN
        RAISE EXCEPTION 'schema with OID % does not exist', schema::oid USING ERRCODE = 'invalid_schema_name';
    ELSIF jsonb_typeof(choices) <> 'object' THEN
        RAISE EXCEPTION 'the choices must be a JSON object' USING
            ERRCODE = 'invalid_parameter_value', HINT = example;
    END IF;
    FOR t IN
        SELECT e.key, e.value, r.oid
        FROM jsonb_each(choices) e
        LEFT JOIN pg_class r ON r.relname = e.key AND r.relnamespace = schema AND r.relkind IN ('r', 'p')
        ORDER BY e.key
    LOOP
        IF t.oid IS NULL THEN
            RAISE EXCEPTION 'table "%" does not exist in schema "%"', t.key, schema USING
                ERRCODE = 'undefined_table', HINT = 'Choices name tables without their schema.';
        ELSIF jsonb_typeof(t.value) <> 'object' THEN
            IF NOT gb_enums_internal.schema_choice_is_no(t.value) THEN
                RAISE EXCEPTION 'the choice for table "%" must be a JSON object, or null', t.key USING
                    ERRCODE = 'invalid_parameter_value', HINT = example;
            END IF;
            CONTINUE;
        END IF;
        FOR c IN
            SELECT e.key, e.value, a.attnum
            FROM jsonb_each(t.value) e
            LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attname = e.key AND a.attnum > 0
                AND NOT a.attisdropped
            ORDER BY e.key
        LOOP
            IF c.attnum IS NULL THEN
                RAISE EXCEPTION 'column "%" of table "%" does not exist', c.key, t.key USING
                    ERRCODE = 'undefined_column';
            ELSIF jsonb_typeof(c.value) <> 'object' AND NOT gb_enums_internal.schema_choice_is_no(c.value)
            THEN
                RAISE EXCEPTION 'invalid choice % for column "%" of table "%"', left(c.value::text, 200),
                    c.key, t.key USING ERRCODE = 'invalid_parameter_value', HINT = example;
            END IF;
        END LOOP;
    END LOOP;
END $$;
COMMENT ON FUNCTION gb_enums_internal.schema_check_choices(regnamespace, jsonb) IS
    'an error unless what a caller chooses is about columns of a schema';

-- The name as SQL of an enumeration that the caller chose, and whether it is to be made.
CREATE FUNCTION gb_enums_internal.schema_chosen_enumeration(
    schema regnamespace, chosen text, OUT enumeration text, OUT is_new boolean) RETURNS record
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    parts text[];
    type oid;
BEGIN
    IF chosen ~ '^[0-9]{1,9}$' THEN
        type := chosen::oid;
    ELSE
        parts := parse_ident(chosen);
        enumeration := CASE cardinality(parts) WHEN 1 THEN format('%I.%I', schema, parts[1])
            WHEN 2 THEN format('%I.%I', parts[1], parts[2]) END;
        type := to_regtype(enumeration);
    END IF;
    IF enumeration IS NULL AND NOT EXISTS (SELECT FROM pg_type y WHERE y.oid = type) THEN
        RAISE EXCEPTION 'invalid name of an enumeration: "%"', left(chosen, 200) USING
            ERRCODE = 'invalid_name';
    ELSIF NOT gb_enums_internal.convert_is_enumeration(type) THEN
        RAISE EXCEPTION 'type % is not an enumeration of gb_enums', type::regtype USING
            ERRCODE = 'wrong_object_type', HINT = 'Choose a name that no type has, or an enumeration.';
    END IF;
    is_new := type IS NULL;
    enumeration := coalesce(type::regtype::text, enumeration);
END $$;
COMMENT ON FUNCTION gb_enums_internal.schema_chosen_enumeration(regnamespace, text) IS
    'the name of an enumeration that a caller chose for columns of a schema';

-- A column as the caller chooses.
CREATE FUNCTION gb_enums_internal.schema_choose(
    schema regnamespace, c gb_enums_internal.schema_column, choices jsonb)
    RETURNS gb_enums_internal.schema_column
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    chosen CONSTANT jsonb := choices -> (SELECT r.relname FROM pg_class r WHERE r.oid = c.relation)::text;
    choice CONSTANT jsonb := chosen -> c.name::text;
BEGIN
    IF gb_enums_internal.schema_choice_is_no(chosen) OR gb_enums_internal.schema_choice_is_no(choice) THEN
        c.left_out := 'Left out by choice.';
        RETURN c;
    ELSIF choice ? 'enum' THEN
        SELECT e.enumeration, e.is_new INTO c.enumeration, c.is_new
        FROM gb_enums_internal.schema_chosen_enumeration(schema, choice ->> 'enum') e;
        c.left_out := NULL;
        -- what was suggested was for another enumeration
        c.options := '{}';
    END IF;
    c.options := c.options || coalesce(choice - 'enum', '{}');
    IF c.is_new AND c.names IS NULL THEN
        c.left_out := 'The names of its values are not known. Choose an enumeration that there is; or '
            'write the names into the comment on the column, such as ''0=pending, 1=running''.';
    END IF;
    RETURN c;
END $$;
COMMENT ON FUNCTION gb_enums_internal.schema_choose(
    regnamespace, gb_enums_internal.schema_column, jsonb) IS
    'a column of a schema as the caller chooses';

-- What is suggested --------------------------------------------------------------------------------------

-- The values of a column as an enumeration would have them, whether the suggested enumeration has them
-- all, and the "map" that it needs. Blanks around a value, or another case, belong to no set: rows that have
-- them are a stop with the option that would help.
CREATE FUNCTION gb_enums_internal.schema_values(
    relation regclass, name name, seen text[], enum regtype, match text,
    OUT names text[], OUT codes smallint[], OUT fits boolean, OUT options jsonb) RETURNS record
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    number smallint;
    is_number boolean;
BEGIN
    SELECT a.attnum, y.typcategory = 'N' INTO number, is_number
    FROM pg_attribute a
    JOIN pg_type y ON y.oid = gb_enums_internal.base_type(a.atttypid)
    WHERE a.attrelid = relation AND a.attname = schema_values.name;
    options := '{}';
    fits := match IN ('exact', 'subset');
    IF NOT is_number THEN
        names := ARRAY(
            SELECT v.value
            FROM (SELECT btrim(s.value), min(s.place)
                FROM unnest(seen) WITH ORDINALITY s(value, place)
                GROUP BY 1) v(value, place)
            ORDER BY v.place);
        fits := fits AND names <@ ARRAY(SELECT e.name FROM gb_enums_internal.convert_values(enum) e);
        RETURN;
    END IF;
    SELECT array_agg(k.name ORDER BY k.code), array_agg(k.code ORDER BY k.code) INTO names, codes
    FROM gb_enums_internal.commented_codes(col_description(relation, number)) k
    HAVING seen <@ array_agg(k.code::text) AND count(*) = count(DISTINCT k.code)
        AND count(*) = count(DISTINCT lower(k.name));
    IF fits AND names IS NOT NULL THEN
        -- The codes of the column may be others than those of the enumeration.
        SELECT coalesce(jsonb_build_object('map', jsonb_object_agg(k.code, e.name)), '{}') INTO options
        FROM unnest(codes, names) k(code, name)
        JOIN gb_enums_internal.convert_values(enum) e ON lower(e.name) = lower(k.name)
        HAVING bool_or(e.code <> k.code);
    END IF;
    options := coalesce(options, '{}');
END $$;
COMMENT ON FUNCTION gb_enums_internal.schema_values(regclass, name, text[], regtype, text) IS
    'the values of a suggested column, and whether the suggested enumeration fits them';

CREATE FUNCTION gb_enums_internal.schema_suggested(schema regnamespace, scan boolean)
    RETURNS SETOF gb_enums_internal.schema_column
    LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
    SELECT s.table_name, s.column_name, concat_ws(', ', s.column_type, s.evidence), v.names, v.codes,
        CASE WHEN v.fits THEN s.enum::pg_catalog.oid::pg_catalog.text END, v.fits IS NOT TRUE, v.options,
        s.remark
    FROM @extschema@.gb_enum_suggest(schema, scan) s
    -- not the attributes of composite types
    JOIN pg_catalog.pg_class r ON r.oid = s.table_name AND r.relkind IN ('r', 'p')
    CROSS JOIN LATERAL gb_enums_internal.schema_values(
        s.table_name, s.column_name, s.seen, s.enum, s.match) v;
END;
COMMENT ON FUNCTION gb_enums_internal.schema_suggested(regnamespace, boolean) IS
    'the columns of a schema that hold closed sets, with the OIDs of the enumerations that they become';

-- The columns of tables for which the caller chooses an enumeration.
CREATE FUNCTION gb_enums_internal.schema_asked_for(schema regnamespace, choices jsonb)
    RETURNS SETOF gb_enums_internal.schema_column
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY
        SELECT a.attrelid::regclass, a.attname, format_type(a.atttypid, a.atttypmod), NULL::text[],
            NULL::smallint[], NULL::text, true, '{}'::jsonb, NULL::text
        FROM jsonb_each(choices) t
        JOIN pg_class r ON r.relname = t.key AND r.relnamespace = schema AND r.relkind IN ('r', 'p')
        CROSS JOIN LATERAL jsonb_each(CASE jsonb_typeof(t.value) WHEN 'object' THEN t.value END) c
        JOIN pg_attribute a ON a.attrelid = r.oid AND a.attname = c.key
        WHERE c.value ? 'enum';
END $$;
COMMENT ON FUNCTION gb_enums_internal.schema_asked_for(regnamespace, jsonb) IS
    'the columns for which a caller chooses an enumeration';

-- Names of new enumerations ------------------------------------------------------------------------------

-- The last words that names have in common: tickets, for crm_tickets and mail_tickets; else the first name.
CREATE FUNCTION gb_enums_internal.common_ending(names text[]) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT coalesce((
    SELECT e.ending
    FROM string_to_array(names[1], '_') words
    CROSS JOIN LATERAL generate_subscripts(words, 1) i
    CROSS JOIN LATERAL array_to_string(words[i:], '_') e(ending)
    WHERE e.ending <> ''
      AND NOT EXISTS (
          SELECT FROM unnest(names) n WHERE right('_' || n, length(e.ending) + 1) <> '_' || e.ending)
    ORDER BY i
    LIMIT 1), names[1])
$$;
COMMENT ON FUNCTION gb_enums_internal.common_ending(text[]) IS
    'the last words that names have in common, else the first name';

-- A new enumeration for each set of values that has no name yet: called like the tables and the column.
CREATE FUNCTION gb_enums_internal.schema_new_names(
    schema regnamespace, columns gb_enums_internal.schema_column[])
    RETURNS TABLE (signature text, enumeration text)
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
        WITH item AS (
            SELECT c.*, gb_enums_internal.schema_signature(c.names, c.codes) AS signature, r.relname
            FROM unnest(columns) WITH ORDINALITY c
            JOIN pg_class r ON r.oid = c.relation
            WHERE c.is_new AND c.left_out IS NULL),
        set AS (
            SELECT i.signature, min(i.enumeration) AS chosen, min(i.ordinality) AS place,
                concat_ws('_',
                    gb_enums_internal.common_ending(array_agg(i.relname::text ORDER BY i.ordinality)),
                    (array_agg(i.name ORDER BY i.ordinality))[1]) AS base
            FROM item i
            GROUP BY i.signature),
        numbered AS (
            SELECT s.*, row_number() OVER (PARTITION BY s.base ORDER BY s.place) AS number
            FROM set s
            WHERE s.chosen IS NULL)
        SELECT s.signature, s.chosen
        FROM set s
        WHERE s.chosen IS NOT NULL
        UNION ALL
        SELECT n.signature, (
            SELECT format('%I.%I', schema, name)
            -- past those that are taken
            FROM generate_series(1, n.number + (
                SELECT count(*)
                FROM pg_type y
                WHERE y.typnamespace = schema AND starts_with(y.typname, left(n.base, 10)))) i
            CROSS JOIN LATERAL gb_enums_internal.name_with_suffix(n.base,
                CASE i WHEN 1 THEN '' ELSE '_' || i END) name
            WHERE NOT EXISTS (SELECT FROM pg_type y WHERE y.typname = name AND y.typnamespace = schema)
            ORDER BY i
            OFFSET n.number - 1
            LIMIT 1)
        FROM numbered n;
END $$;
COMMENT ON FUNCTION gb_enums_internal.schema_new_names(regnamespace, gb_enums_internal.schema_column[]) IS
    'the names of enumerations that are to be made, one for each set of values';

-- What equal sets have in common. Where a column has codes they are a part of it.
CREATE FUNCTION gb_enums_internal.schema_signature(names text[], codes smallint[]) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT array_agg(ARRAY[v.name, v.code::text] ORDER BY v.name COLLATE "C")::text
FROM unnest(names, codes) v(name, code)
$$;
COMMENT ON FUNCTION gb_enums_internal.schema_signature(text[], smallint[]) IS
    'a text that is the same for equal sets of values';

-- The columns of a schema, each with its enumeration, or with the reason why it is left out.
CREATE FUNCTION gb_enums_internal.schema_columns(schema regnamespace, choices jsonb, scan boolean)
    RETURNS gb_enums_internal.schema_column[]
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    columns gb_enums_internal.schema_column[];
BEGIN
    PERFORM gb_enums_internal.schema_check_choices(schema, choices);
    columns := ARRAY(
        SELECT ROW(s.relation, s.name, s.description, s.names, s.codes, s.enumeration::oid::regtype::text,
            s.is_new, s.options, s.left_out)::gb_enums_internal.schema_column
        FROM gb_enums_internal.schema_suggested(schema, coalesce(scan, false)) s);
    columns := columns || ARRAY(
        SELECT a
        FROM gb_enums_internal.schema_asked_for(schema, choices) a
        WHERE NOT EXISTS (
            SELECT FROM unnest(columns) c WHERE (c.relation, c.name) = (a.relation, a.name)));
    columns := ARRAY(
        SELECT gb_enums_internal.schema_choose(schema, columns[c.ordinality], choices)
        FROM unnest(columns) WITH ORDINALITY c
        JOIN pg_class r ON r.oid = c.relation
        ORDER BY r.relname, c.ordinality);
    RETURN ARRAY(
        SELECT ROW(c.relation, c.name, c.description, c.names, c.codes,
            coalesce(c.enumeration, n.enumeration), c.is_new, c.options, c.left_out)
            ::gb_enums_internal.schema_column
        FROM unnest(columns) WITH ORDINALITY c
        LEFT JOIN gb_enums_internal.schema_new_names(schema, columns) n
            ON c.is_new AND n.signature = gb_enums_internal.schema_signature(c.names, c.codes)
        ORDER BY c.ordinality);
END $$;
COMMENT ON FUNCTION gb_enums_internal.schema_columns(regnamespace, jsonb, boolean) IS
    'the columns of a schema with the enumerations that they become';
