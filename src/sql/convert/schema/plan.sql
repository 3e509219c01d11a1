
-- A schema at a time: what can be converted ---------------------------------------------------------------

-- The new enumerations of columns. One that several sets share has the values of all.
CREATE FUNCTION gb_enums_internal.schema_new_enumerations(columns gb_enums_internal.schema_column[])
    RETURNS TABLE (enumeration text, names text[], codes smallint[])
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
        SELECT v.enumeration, array_agg(v.name ORDER BY v.place), array_agg(v.code ORDER BY v.place)
        FROM (
            SELECT c.enumeration, n.name, n.code, min(c.ordinality * 100000 + n.place) AS place
            FROM unnest(columns) WITH ORDINALITY c
            CROSS JOIN LATERAL unnest(c.names, c.codes) WITH ORDINALITY n(name, code, place)
            WHERE c.is_new AND c.left_out IS NULL AND to_regtype(c.enumeration) IS NULL
            GROUP BY c.enumeration, n.name, n.code) v
        GROUP BY v.enumeration
        ORDER BY v.enumeration;
END $$;
COMMENT ON FUNCTION gb_enums_internal.schema_new_enumerations(gb_enums_internal.schema_column[]) IS
    'the enumerations that are to be made for columns';

CREATE FUNCTION gb_enums_internal.schema_may_make_enumerations() RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN pg_catalog.has_function_privilege(
        '@extschema@.gb_enum_create(text, text[], text, regtype, text)'::pg_catalog.regprocedure, 'EXECUTE');
COMMENT ON FUNCTION gb_enums_internal.schema_may_make_enumerations() IS
    'whether the caller may make enumerations';

CREATE FUNCTION gb_enums_internal.schema_create(enumeration text, names text[], definition text)
    RETURNS regtype
    LANGUAGE sql VOLATILE PARALLEL UNSAFE
    RETURN @extschema@.gb_enum_create(enumeration, names, definition);
COMMENT ON FUNCTION gb_enums_internal.schema_create(text, text[], text) IS
    'gb_enum_create(), whatever schema it is in';

CREATE FUNCTION gb_enums_internal.schema_make_enumeration(enumeration text, names text[], codes smallint[])
    RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT gb_enums_internal.schema_may_make_enumerations() THEN
        RAISE EXCEPTION 'permission denied to make enumeration %', enumeration USING
            ERRCODE = 'insufficient_privilege',
            DETAIL = format('gb_enum_grant(%L) lets the role make enumerations.', current_user);
    ELSIF array_remove(codes, NULL) = '{}' THEN
        PERFORM gb_enums_internal.schema_create(enumeration, names, NULL);
    ELSE
        PERFORM gb_enums_internal.schema_create(enumeration, NULL, (
            SELECT string_agg(concat_ws(' ', v.code, format('"%s"', v.name)), E'\n' ORDER BY v.place)
            FROM unnest(names, codes) WITH ORDINALITY v(name, code, place)));
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.schema_make_enumeration(text, text[], smallint[]) IS
    'makes an enumeration with these values';

-- What the columns of one table become, as gb_enum_convert_table() is asked for it.
CREATE FUNCTION gb_enums_internal.schema_request(columns gb_enums_internal.schema_column[]) RETURNS jsonb
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT jsonb_object_agg(c.name, c.options || jsonb_build_object('enum', c.enumeration::regtype::oid::text))
FROM unnest(columns) c
$$;
COMMENT ON FUNCTION gb_enums_internal.schema_request(gb_enums_internal.schema_column[]) IS
    'what columns of a table become, as a conversion reads it';

CREATE TYPE gb_enums_internal.schema_problem AS (name name, state text, reason text);
COMMENT ON TYPE gb_enums_internal.schema_problem IS
    'why a column of a table, or the whole table, cannot be converted: SQLSTATE and sentences';

-- What a conversion of columns of one table would say; nothing remains of it, nor do locks.
CREATE FUNCTION gb_enums_internal.schema_try(
    columns gb_enums_internal.schema_column[], OUT problem gb_enums_internal.schema_problem,
    OUT steps gb_enums_internal.convert_step[]) RETURNS record
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    planned record;
    detail text;
BEGIN
    PERFORM gb_enums_internal.exact_texts();
    PERFORM gb_enums_internal.limit_waits(interval '2 seconds');
    PERFORM gb_enums_internal.schema_make_enumeration(e.enumeration, e.names, e.codes)
    FROM gb_enums_internal.schema_new_enumerations(columns) e;
    planned := gb_enums_internal.convert_planned(columns[1].relation,
        gb_enums_internal.schema_request(columns), back => false, scan => true, lock => false);
    steps := planned.plan;
    IF planned.stops IS NOT NULL THEN
        problem := ROW(NULL, '55000', planned.stops);
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'GBTRY';
EXCEPTION
    WHEN SQLSTATE 'GBTRY' THEN
        NULL;
    WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
        problem := gb_enums_internal.schema_problem_of(sqlstate, sqlerrm, detail);
END $$;
COMMENT ON FUNCTION gb_enums_internal.schema_try(gb_enums_internal.schema_column[]) IS
    'what a conversion of columns of a table would say';

CREATE FUNCTION gb_enums_internal.schema_problem_of(state text, message text, detail text)
    RETURNS gb_enums_internal.schema_problem
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN ROW(NULL, state, left(
        concat_ws(' ', upper(left(message, 1)) || substr(message, 2) || '.', nullif(detail, '')), 10000)
        )::gb_enums_internal.schema_problem;
COMMENT ON FUNCTION gb_enums_internal.schema_problem_of(text, text, text) IS
    'an error as the reason why a table is not converted';

-- Which columns of one table can be converted together, and why others cannot.
CREATE FUNCTION gb_enums_internal.schema_split(
    columns gb_enums_internal.schema_column[], OUT fit gb_enums_internal.schema_column[],
    OUT problems gb_enums_internal.schema_problem[], OUT steps gb_enums_internal.convert_step[])
    RETURNS record
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    tried record := gb_enums_internal.schema_try(columns);
    problem gb_enums_internal.schema_problem;
    c gb_enums_internal.schema_column;
BEGIN
    fit := '{}';
    problems := '{}';
    IF cardinality(columns) > 1 AND (tried.problem).state <> '55P03' THEN
        FOREACH c IN ARRAY columns LOOP
            problem := (gb_enums_internal.schema_try(ARRAY[c])).problem;
            IF problem.state IS NULL THEN
                fit := fit || c;
            ELSE
                problem.name := c.name;
                problems := problems || problem;
            END IF;
        END LOOP;
        columns := fit;
        IF problems <> '{}' AND fit <> '{}' THEN
            tried := gb_enums_internal.schema_try(fit);
        END IF;
    END IF;
    steps := tried.steps;
    fit := columns;
    problem := tried.problem;
    IF problem.state IS NOT NULL AND columns <> '{}' THEN
        IF cardinality(columns) = 1 THEN
            problem.name := columns[1].name;
        END IF;
        problems := problems || problem;
        fit := '{}';
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.schema_split(gb_enums_internal.schema_column[]) IS
    'which columns of a table can be converted, and why others cannot';

-- The plan, for people -----------------------------------------------------------------------------------

CREATE TYPE gb_enums_internal.schema_step AS (
    kind text, relation regclass, name name, enumeration text, detail text);
COMMENT ON TYPE gb_enums_internal.schema_step IS 'a row of the plan for a schema';

-- What is to be read about the columns of one table.
CREATE FUNCTION gb_enums_internal.schema_table_steps(columns gb_enums_internal.schema_column[])
    RETURNS SETOF gb_enums_internal.schema_step
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    split CONSTANT record := gb_enums_internal.schema_split(columns);
BEGIN
    RETURN QUERY
        SELECT 'stop', columns[1].relation, p.name, NULL::text, p.reason
        FROM unnest(split.problems) p;
    RETURN QUERY
        SELECT s.phase::text, columns[1].relation, NULL::name, NULL::text,
            concat_ws(': ', s.statement, s.detail)
        FROM unnest(split.steps) s
        WHERE split.fit <> '{}'
          -- forms of queries are the same for all columns, and gb_enum_check_queries() finds them
          AND (s.phase = 'warning' OR s.phase = 'query to check' AND starts_with(s.statement, 'function '));
    RETURN QUERY
        SELECT 'convert', f.relation, f.name, f.enumeration,
            concat_ws('; ', f.description, CASE WHEN f.options <> '{}' THEN f.options::text END)
        FROM unnest(split.fit) f;
END $$;
COMMENT ON FUNCTION gb_enums_internal.schema_table_steps(gb_enums_internal.schema_column[]) IS
    'the rows of the plan for a schema about one table';

CREATE TYPE gb_enums_internal.schema_table AS (
    relation regclass, columns gb_enums_internal.schema_column[]);
COMMENT ON TYPE gb_enums_internal.schema_table IS 'a table of a schema, with the columns to convert';

-- The columns of each table of a schema that are not left out.
CREATE FUNCTION gb_enums_internal.schema_tables(columns gb_enums_internal.schema_column[])
    RETURNS SETOF gb_enums_internal.schema_table
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT c.relation, array_agg(schema_tables.columns[c.ordinality] ORDER BY c.ordinality)
FROM unnest(schema_tables.columns) WITH ORDINALITY c
WHERE c.left_out IS NULL
GROUP BY c.relation
ORDER BY min(c.ordinality)
$$;
COMMENT ON FUNCTION gb_enums_internal.schema_tables(gb_enums_internal.schema_column[]) IS
    'the tables of a schema with the columns that are to be converted';

-- Enumerations are there while the tables that need them are looked at, and nowhere else.
CREATE FUNCTION gb_enums_internal.schema_tables_steps(tables gb_enums_internal.schema_table[])
    RETURNS gb_enums_internal.schema_step[]
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    columns CONSTANT gb_enums_internal.schema_column[] :=
        ARRAY(SELECT c FROM unnest(tables) t CROSS JOIN LATERAL unnest(t.columns) c);
    steps gb_enums_internal.schema_step[] := '{}';
    t gb_enums_internal.schema_table;
    e record;
BEGIN
    -- Anybody may call this; one table has fewer.
    IF cardinality(columns) > 2000 THEN
        RAISE EXCEPTION 'too many columns' USING ERRCODE = 'program_limit_exceeded';
    END IF;
    FOR e IN SELECT * FROM gb_enums_internal.schema_new_enumerations(columns) LOOP
        BEGIN
            PERFORM gb_enums_internal.schema_make_enumeration(e.enumeration, e.names, e.codes);
        EXCEPTION WHEN OTHERS THEN
            NULL;  -- the tables that need it say why
        END;
    END LOOP;
    FOREACH t IN ARRAY tables LOOP
        steps := steps || ARRAY(SELECT s FROM gb_enums_internal.schema_table_steps(t.columns) s);
    END LOOP;
    RAISE EXCEPTION USING ERRCODE = 'GBTRY';
EXCEPTION WHEN SQLSTATE 'GBTRY' THEN
    RETURN steps;
END $$;
COMMENT ON FUNCTION gb_enums_internal.schema_tables_steps(gb_enums_internal.schema_table[]) IS
    'the rows of the plan for a schema about some of its tables';

CREATE FUNCTION gb_enums_internal.schema_planned(schema regnamespace, choices jsonb, scan boolean)
    RETURNS SETOF gb_enums_internal.schema_step
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    columns CONSTANT gb_enums_internal.schema_column[] :=
        gb_enums_internal.schema_columns(schema, choices, scan);
    made CONSTANT gb_enums_internal.schema_step[] := ARRAY(
        SELECT ROW('create', NULL, NULL, e.enumeration, array_to_string(e.names, ', '))
            ::gb_enums_internal.schema_step
        FROM gb_enums_internal.schema_new_enumerations(columns) e);
    -- An enumeration has some 80 locks as long as it is there, so there are never many at a time.
    most_columns CONSTANT integer := 30;
    tables gb_enums_internal.schema_table[];
    steps gb_enums_internal.schema_step[] := '{}';
BEGIN
    FOR tables IN
        SELECT array_agg(ROW(t.relation, t.columns)::gb_enums_internal.schema_table ORDER BY t.ordinality)
        FROM (
            SELECT t.*, sum(cardinality(t.columns)) OVER (ORDER BY t.ordinality) / most_columns AS part
            FROM gb_enums_internal.schema_tables(columns) WITH ORDINALITY t) t
        GROUP BY t.part
        ORDER BY t.part
    LOOP
        steps := steps || gb_enums_internal.schema_tables_steps(tables);
    END LOOP;
    RETURN QUERY
        WITH step AS (
            SELECT s.*, s.ordinality AS place
            FROM unnest(steps) WITH ORDINALITY s
            WHERE s.kind <> 'warning'
            UNION ALL
            -- What is said of many tables is said once.
            SELECT w.kind, CASE WHEN count(DISTINCT w.relation) = 1 THEN min(w.relation::oid)::regclass END,
                NULL, NULL, w.detail, NULL, min(w.ordinality)
            FROM unnest(steps) WITH ORDINALITY w
            WHERE w.kind = 'warning'
            GROUP BY w.kind, w.detail
            UNION ALL
            SELECT 'left out', c.relation, c.name, NULL, concat_ws(': ', c.description, c.left_out), NULL,
                c.ordinality
            FROM unnest(columns) WITH ORDINALITY c
            WHERE c.left_out IS NOT NULL
            UNION ALL
            SELECT m.*, m.ordinality
            FROM unnest(made) WITH ORDINALITY m
            WHERE m.enumeration IN (SELECT s.enumeration FROM unnest(steps) s WHERE s.kind = 'convert'))
        SELECT s.kind, s.relation, s.name, s.enumeration, s.detail
        FROM step s
        ORDER BY array_position('{stop,left out,warning,query to check,create,convert}', s.kind), s.place;
END $$;
COMMENT ON FUNCTION gb_enums_internal.schema_planned(regnamespace, jsonb, boolean) IS
    'the plan for a schema, which leaves no trace';

CREATE FUNCTION @extschema@.gb_enum_convert_schema_plan(
    schema regnamespace, choices jsonb DEFAULT '{}', scan boolean DEFAULT false)
    RETURNS TABLE (kind text, table_name regclass, column_name name, enumeration text, detail text)
    LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
    SELECT p.kind, p.relation, p.name, p.enumeration, p.detail
    FROM gb_enums_internal.schema_planned(schema, gb_enums_internal.schema_choices_named(choices), scan)
        WITH ORDINALITY p
    ORDER BY p.ordinality;
END;
COMMENT ON FUNCTION @extschema@.gb_enum_convert_schema_plan(regnamespace, jsonb, boolean) IS
    'what gb_enum_convert_schema() would do, and what stops it; '
    'example: SELECT * FROM gb_enum_convert_schema_plan(''public'')';
