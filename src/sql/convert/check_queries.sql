
-- The queries of an application, analysed against the schema as it is ------------------------------------

CREATE FUNCTION gb_enums_internal.analyse_queries(
    queries text[],
    OUT query integer, OUT statement text, OUT sqlstate text, OUT message text, OUT fragment text,
    OUT hint text) RETURNS SETOF record
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'gb_analyse_queries';
COMMENT ON FUNCTION gb_enums_internal.analyse_queries(text[]) IS
    'the statements of queries that fail, and with a NULL sqlstate those that do otherwise than with texts; '
    'names mean what they mean to the caller';

CREATE FUNCTION gb_enums_internal.statement_recorder(view_name name DEFAULT 'pg_stat_statements')
    RETURNS regclass LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN (
        SELECT d.objid
        FROM pg_depend d
        JOIN pg_extension x ON x.oid = d.refobjid AND d.refclassid = 'pg_extension'::regclass
        JOIN pg_class c ON c.oid = d.objid AND c.relname = view_name
        WHERE d.classid = 'pg_class'::regclass AND d.deptype = 'e' AND x.extname = 'pg_stat_statements');
COMMENT ON FUNCTION gb_enums_internal.statement_recorder(name) IS
    'a view of the extension pg_stat_statements, whatever schema it is in; NULL when it is not installed';

-- (The extension stays as it was created when the server is upgraded. Columns of earlier versions have other
-- names, and do not tell which statements were executed by others.)
CREATE FUNCTION gb_enums_internal.recorded_statements() RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT format(
    '(SELECT s.queryid, s.query, s.userid, s.calls, s.rows, s.%I AS most_ms, s.%I AS total_ms '
    'FROM %s s JOIN pg_catalog.pg_database d ON d.oid = s.dbid '
    'WHERE d.datname = pg_catalog.current_database()%s)',
    c.of_most, c.of_total, r.recorder, c.top)
FROM gb_enums_internal.statement_recorder() r(recorder)
CROSS JOIN LATERAL (
    SELECT min(a.attname) FILTER (WHERE a.attname IN ('max_exec_time', 'max_time')),
           min(a.attname) FILTER (WHERE a.attname IN ('total_exec_time', 'total_time')),
           CASE WHEN bool_or(a.attname = 'toplevel') THEN ' AND s.toplevel' END
    FROM pg_attribute a
    WHERE a.attrelid = r.recorder) c(of_most, of_total, top)
WHERE r.recorder IS NOT NULL
$$;
COMMENT ON FUNCTION gb_enums_internal.recorded_statements() IS
    'the query that gives the statements of this database that pg_stat_statements has, and who executed '
    'them; NULL when it is not installed';

CREATE FUNCTION gb_enums_internal.recorded_queries(OUT query text, OUT calls bigint) RETURNS SETOF record
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    recorded constant text := gb_enums_internal.recorded_statements();
    are_hidden boolean := false;
BEGIN
    IF recorded IS NULL THEN
        RAISE EXCEPTION 'no queries are given, and pg_stat_statements is not installed'
            USING ERRCODE = 'object_not_in_prerequisite_state',
            HINT = 'Give the queries as an array of texts, or create the extension pg_stat_statements.';
    END IF;
    FOR query, calls IN EXECUTE format(
        'SELECT s.query, sum(s.calls)::bigint FROM %s s WHERE s.query IS NOT NULL GROUP BY s.query '
        'ORDER BY sum(s.total_ms) DESC, s.query COLLATE "C"', recorded)
    LOOP
        IF query = '<insufficient privilege>' THEN
            are_hidden := true;
        ELSE
            RETURN NEXT;
        END IF;
    END LOOP;
    IF are_hidden THEN
        RAISE NOTICE 'the statements of other roles are not analysed'
            USING HINT = 'Members of pg_read_all_stats see them.';
    END IF;
END
$$;
COMMENT ON FUNCTION gb_enums_internal.recorded_queries() IS
    'queries of clients in this database that pg_stat_statements has, those that took most time first';

-- Messages are in the language of the server, but types have their names in each. A name comes before
-- a value, which may be long.
CREATE FUNCTION gb_enums_internal.names_type_of_kind(message text, is_native boolean) RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
-- (PL/pgSQL keeps the plan from one message to the next.)
DECLARE
    beginning constant text := left(message, 1000);
BEGIN
    RETURN EXISTS (
        SELECT
        FROM pg_type t
        WHERE strpos(beginning, t.typname) > 0 AND t.typtype = CASE WHEN is_native THEN 'e' ELSE 'b' END
          AND gb_enums_internal.convert_has_word(beginning, t.typname)
          AND (is_native OR gb_enums_internal.convert_is_enumeration(t.oid)));
END
$$;
COMMENT ON FUNCTION gb_enums_internal.names_type_of_kind(text, boolean) IS
    'whether a message names a native enum, or else an enumeration';

CREATE FUNCTION gb_enums_internal.query_advice(sqlstate text, message text, hint text) RETURNS text
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT CASE
    WHEN sqlstate IS NULL OR sqlstate NOT IN ('22P02', '42725', '42804', '42883')
         OR NOT gb_enums_internal.names_type_of_kind(message, false)
        THEN hint
    WHEN sqlstate = '22P02'
        THEN concat_ws(' ', hint, 'Where a text may be none of the values, write the column with ::text.')
    WHEN sqlstate = '42725'
        THEN 'To compare by names, write both sides with ::text.'
    WHEN gb_enums_internal.names_type_of_kind(message, true)
        THEN 'Write what has the type of the native enum with ::text.'
    WHEN message ~ E'\\m(smallint|integer|bigint|numeric|real|double precision)\\M'
        THEN 'For the code, write the column with ::integer.'
    WHEN sqlstate = '42804'
        THEN 'Write the column with ::text, before COLLATE if that follows.'
    ELSE 'Write the column with ::integer to calculate with codes, with ::text for what takes texts.'
    END
$$;
COMMENT ON FUNCTION gb_enums_internal.query_advice(text, text, text) IS
    'what to write instead of what fails, or the hint';

-- Its caller's search_path finds the names in the queries, so it has none of its own. In those of
-- pg_stat_statements, a constant of another kind than text, as $n, can have no type, or stand where the
-- syntax has no $n: that is no error of theirs.
CREATE FUNCTION @extschema@.gb_enum_check_queries(
    queries text[] DEFAULT NULL,
    OUT query integer, OUT statement text, OUT kind text, OUT sqlstate text, OUT message text,
    OUT fragment text, OUT advice text) RETURNS SETOF record
    LANGUAGE sql VOLATILE PARALLEL UNSAFE
    BEGIN ATOMIC
        SELECT a.query, a.statement, CASE WHEN a.sqlstate IS NULL THEN 'warning' ELSE 'error' END, a.sqlstate,
               a.message, a.fragment,
               gb_enums_internal.query_advice(a.sqlstate, a.message, a.hint)
        FROM gb_enums_internal.analyse_queries(coalesce(
            queries, ARRAY(SELECT r.query FROM gb_enums_internal.recorded_queries() r))) a
        WHERE queries IS NOT NULL OR a.sqlstate IS NULL
           OR a.sqlstate NOT IN ('42601', '42725', '42804', '42P18')
           OR a.sqlstate <> '42601' AND gb_enums_internal.names_type_of_kind(a.message, false);
    END;
COMMENT ON FUNCTION @extschema@.gb_enum_check_queries(text[]) IS
    'the statements of an application that fail against the schema as it is, or go by the order of codes; '
    'without queries, of pg_stat_statements; nothing is executed; '
    'example: SELECT * FROM gb_enum_check_queries(ARRAY[''SELECT 1 FROM tasks WHERE status = $1''])';
