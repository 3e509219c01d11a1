
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
    -- the enumeration's name as SQL
    enumeration text,
    is_new boolean,
    -- the options of gb_enum_convert_table()
    options jsonb,
    -- why the column is left out
    left_out text);
COMMENT ON TYPE gb_enums_internal.schema_column IS 'a column of a schema that is to be converted';

-- What the caller chooses --------------------------------------------------------------------------------

CREATE FUNCTION gb_enums_internal.schema_name_parts(name text) RETURNS text[]
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    parts text[];
BEGIN
    parts := parse_ident(name);
    RETURN CASE WHEN cardinality(parts) <= 2 THEN parts END;
EXCEPTION WHEN invalid_parameter_value THEN
    RETURN NULL;
END $$;
COMMENT ON FUNCTION gb_enums_internal.schema_name_parts(text) IS
    'the schema and the name that a caller writes, or the name alone; NULL when it is no name';

-- The OID of a type that the caller's search_path finds, else the name of one that is to be made.
CREATE FUNCTION gb_enums_internal.schema_type_named(name text) RETURNS jsonb
    LANGUAGE sql STABLE PARALLEL UNSAFE
BEGIN ATOMIC
    SELECT pg_catalog.to_jsonb(COALESCE(pg_catalog.to_regtype((
        SELECT pg_catalog.string_agg(pg_catalog.quote_ident(p.part), '.' ORDER BY p.place)
        FROM ROWS FROM (pg_catalog.unnest(gb_enums_internal.schema_name_parts(name)))
            WITH ORDINALITY p(part, place)))::pg_catalog.oid::pg_catalog.text, name));
END;
COMMENT ON FUNCTION gb_enums_internal.schema_type_named(text) IS
    'the OID of a type that the caller names, as JSON text, or the name of one that is not there';

-- What follows has a search_path of its own.
CREATE FUNCTION gb_enums_internal.schema_choices_named(choices jsonb) RETURNS jsonb
    LANGUAGE sql STABLE PARALLEL UNSAFE
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
        '"kind": null, "source": true, "priority": {"enum": "task_priority", "fold_case": true}}}.';
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
        SELECT e.key, e.value, r.oid, r.relkind
        FROM jsonb_each(choices) e
        LEFT JOIN pg_class r ON r.relname = e.key AND r.relnamespace = schema
            AND r.relkind IN ('r', 'p', 'f', 'v', 'm')
        ORDER BY e.key
    LOOP
        IF t.oid IS NULL THEN
            RAISE EXCEPTION 'table "%" does not exist in schema "%"', t.key, schema USING
                ERRCODE = 'undefined_table', HINT = 'Choices name tables without their schema.';
        ELSIF t.relkind NOT IN ('r', 'p') THEN
            RAISE EXCEPTION 'relation "%" in schema "%" is no table that can be converted', t.key, schema
                USING ERRCODE = 'wrong_object_type';
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
            ELSIF jsonb_typeof(c.value) NOT IN ('object', 'boolean', 'null') THEN
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
    IF chosen ~ '^[0-9]{1,10}$' THEN
        type := chosen::oid;
    ELSE
        parts := gb_enums_internal.schema_name_parts(chosen);
        enumeration := CASE cardinality(parts) WHEN 1 THEN format('%I.%I', schema, parts[1])
            WHEN 2 THEN format('%I.%I', parts[1], parts[2]) END;
        type := to_regtype(enumeration);
    END IF;
    IF enumeration IS NULL AND NOT EXISTS (SELECT FROM pg_type y WHERE y.oid = type) THEN
        RAISE EXCEPTION 'invalid name of an enumeration: "%"', left(coalesce(chosen, 'null'), 200) USING
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

-- An earlier call may have converted it, or another call meanwhile.
CREATE FUNCTION gb_enums_internal.schema_is_done(c gb_enums_internal.schema_column) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT EXISTS (
    SELECT
    FROM pg_attribute a
    JOIN pg_type y ON a.atttypid IN (y.oid, y.typarray)
    WHERE a.attrelid = c.relation AND a.attname = c.name
      AND y.oid = CASE c.options ->> 'store' WHEN 'smallint' THEN 'smallint'::regtype
                       ELSE to_regtype(c.enumeration) END)
$$;
COMMENT ON FUNCTION gb_enums_internal.schema_is_done(gb_enums_internal.schema_column) IS
    'whether a column has the type that it is to get, or an array of it';

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
    ELSIF choice IS NOT NULL AND c.names IS NOT NULL THEN
        c.left_out := NULL;
    END IF;
    c.options := c.options || CASE WHEN jsonb_typeof(choice) = 'object' THEN choice - 'enum' ELSE '{}' END;
    IF c.is_new AND c.names IS NULL THEN
        c.left_out := coalesce(c.left_out, 'Its values are not known: choose an enumeration that there is.');
    ELSIF gb_enums_internal.schema_is_done(c) THEN
        c.left_out := 'It has this type already.';
    END IF;
    RETURN c;
END $$;
COMMENT ON FUNCTION gb_enums_internal.schema_choose(
    regnamespace, gb_enums_internal.schema_column, jsonb) IS
    'a column of a schema as the caller chooses';

-- What is suggested --------------------------------------------------------------------------------------

-- The "map" of a column whose codes have names, when the enumeration has other codes for these.
CREATE FUNCTION gb_enums_internal.schema_map(enum regtype, names text[], codes smallint[]) RETURNS jsonb
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT coalesce((
    SELECT jsonb_build_object('map', jsonb_object_agg(k.code, e.name))
    FROM unnest(names, codes) k(name, code)
    JOIN gb_enums_internal.convert_values(enum) e ON lower(e.name) = lower(k.name)
    HAVING bool_or(e.code <> k.code)), '{}')
$$;
COMMENT ON FUNCTION gb_enums_internal.schema_map(regtype, text[], smallint[]) IS
    'the options that a column of codes with names needs to get an enumeration';

CREATE FUNCTION gb_enums_internal.schema_suggested(schema regnamespace, scan boolean)
    RETURNS SETOF gb_enums_internal.schema_column
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    suggestions CONSTANT gb_enums_internal.suggestion[] :=
        (gb_enums_internal.suggestions(schema, coalesce(scan, false))).list;
BEGIN
    RETURN QUERY
        SELECT (s.facts).relation::regclass, (s.facts).name,
            concat_ws(', ', format_type((s.facts).type, (s.facts).typmod), (s.known).evidence),
            CASE WHEN s.remark IS NULL THEN coalesce((s.known).names, s.names) END, c.codes,
            CASE WHEN s.is_used THEN s.enum::text ELSE e.new_enum END, NOT s.is_used,
            CASE WHEN s.is_used THEN gb_enums_internal.schema_map(s.enum, (s.known).names, c.codes)
                 ELSE '{}' END,
            coalesce(s.remark, gb_enums_internal.suggest_by_hand(s, e.new_enum),
                gb_enums_internal.suggest_guess(s) || ' If they are all: choose true.')
        FROM unnest(suggestions) s
        CROSS JOIN LATERAL (
            SELECT CASE WHEN (s.known).names IS NOT NULL THEN (s.known).seen::smallint[] END) c(codes)
        LEFT JOIN gb_enums_internal.suggest_new_enums(suggestions) e ON e.place = s.place
        ORDER BY s.place;
END $$;
COMMENT ON FUNCTION gb_enums_internal.schema_suggested(regnamespace, boolean) IS
    'the columns of a schema that hold closed sets, with the enumerations that they become';

-- The columns about which the caller says something.
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
        WHERE NOT gb_enums_internal.schema_choice_is_no(c.value);
END $$;
COMMENT ON FUNCTION gb_enums_internal.schema_asked_for(regnamespace, jsonb) IS
    'the columns for which a caller chooses an enumeration or options';

-- The columns of a schema, each with its enumeration, or with the reason why it is left out.
CREATE FUNCTION gb_enums_internal.schema_columns(schema regnamespace, choices jsonb, scan boolean)
    RETURNS gb_enums_internal.schema_column[]
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    suggested gb_enums_internal.schema_column[];
    chosen gb_enums_internal.schema_column[];
BEGIN
    PERFORM gb_enums_internal.schema_check_choices(schema, choices);
    suggested := ARRAY(SELECT s FROM gb_enums_internal.schema_suggested(schema, scan) s);
    suggested := suggested || ARRAY(
        SELECT a
        FROM gb_enums_internal.schema_asked_for(schema, choices) a
        WHERE NOT EXISTS (
            SELECT FROM unnest(suggested) s WHERE (s.relation, s.name) = (a.relation, a.name)));
    chosen := ARRAY(
        SELECT gb_enums_internal.schema_choose(schema, suggested[s.ordinality], choices)
        FROM unnest(suggested) WITH ORDINALITY s
        ORDER BY s.ordinality);
    RETURN ARRAY(
        WITH renamed AS (
            SELECT s.enumeration, min(c.enumeration) AS chosen
            FROM unnest(suggested) WITH ORDINALITY s
            JOIN unnest(chosen) WITH ORDINALITY c USING (ordinality)
            WHERE s.is_new AND c.is_new AND c.enumeration <> s.enumeration
            GROUP BY s.enumeration)
        -- Who names an enumeration for one column names it for all that share it.
        SELECT ROW(c.relation, c.name, c.description, c.names, c.codes,
            coalesce(r.chosen, c.enumeration), c.is_new, c.options, c.left_out)
            ::gb_enums_internal.schema_column
        FROM unnest(chosen) WITH ORDINALITY c
        LEFT JOIN renamed r ON c.is_new AND r.enumeration = c.enumeration
        JOIN pg_class t ON t.oid = c.relation
        ORDER BY t.relname, c.ordinality);
END $$;
COMMENT ON FUNCTION gb_enums_internal.schema_columns(regnamespace, jsonb, boolean) IS
    'the columns of a schema with the enumerations that they become';
