
-- A schema at a time: the conversion, a transaction for each table -----------------------------------------

-- What became of tables -----------------------------------------------------------------------------------

-- Not dumped: it is about this server.
CREATE TABLE gb_enums_internal.schema_conversion (
    relation regclass PRIMARY KEY,
    created_by xid NOT NULL,
    -- the columns that were converted, with their enumerations; those that were refused, and why
    converted text NOT NULL,
    refused text NOT NULL,
    state text,
    reason text,
    at timestamptz NOT NULL,
    duration interval NOT NULL);
COMMENT ON TABLE gb_enums_internal.schema_conversion IS
    'what gb_enum_convert_schema() did to tables; shown by gb_enum_schema_report';

-- Reasons may show values of rows, which are not for the owner of another table that got the OID. (A policy
-- would make sessions without row security fail.)
CREATE VIEW gb_enums_internal.own_schema_conversion WITH (security_barrier) AS
    SELECT s.*
    FROM gb_enums_internal.schema_conversion s
    JOIN pg_class c ON c.oid = s.relation
    WHERE pg_has_role(c.relowner, 'USAGE') AND s.created_by = gb_enums_internal.created_by(s.relation);
COMMENT ON VIEW gb_enums_internal.own_schema_conversion IS
    'what gb_enum_convert_schema() did to tables of the caller''s';
GRANT SELECT ON gb_enums_internal.own_schema_conversion TO PUBLIC;

CREATE FUNCTION gb_enums_internal.put_on_record(relation regclass, r gb_enums_internal.schema_conversion)
    RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF r.at IS NULL THEN
        DELETE FROM gb_enums_internal.schema_conversion c
        WHERE c.relation = put_on_record.relation;
    ELSE
        -- Another call may have put it there meanwhile.
        INSERT INTO gb_enums_internal.schema_conversion AS c SELECT r.*
        ON CONFLICT ON CONSTRAINT schema_conversion_pkey DO UPDATE
        SET (created_by, converted, refused, state, reason, at, duration) =
            (r.created_by, r.converted, r.refused, r.state, r.reason, r.at, r.duration);
    END IF;
    PERFORM gb_enums_internal.forget_dropped_tables('gb_enums_internal.schema_conversion', '{r,p}');
END $$;
COMMENT ON FUNCTION gb_enums_internal.put_on_record(regclass, gb_enums_internal.schema_conversion) IS
    'writes what became of a table to the registry; called by schema_record() only';
REVOKE ALL ON FUNCTION gb_enums_internal.put_on_record(regclass, gb_enums_internal.schema_conversion)
    FROM PUBLIC;

CREATE FUNCTION gb_enums_internal.schema_record(
    relation regclass, r gb_enums_internal.schema_conversion) RETURNS void
    LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'gb_record';
COMMENT ON FUNCTION gb_enums_internal.schema_record(regclass, gb_enums_internal.schema_conversion) IS
    'puts on record what became of a table of the caller''s, NULL for nothing';

CREATE FUNCTION gb_enums_internal.schema_record_checked(
    relation regclass, r gb_enums_internal.schema_conversion) RETURNS gb_enums_internal.schema_conversion
    LANGUAGE sql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT ROW(relation, gb_enums_internal.created_by(relation), left(coalesce(r.converted, ''), 10000),
    left(coalesce(r.refused, ''), 10000), left(r.state, 5), left(r.reason, 10000), clock_timestamp(),
    greatest(coalesce(r.duration, '0'), interval '0'))::gb_enums_internal.schema_conversion
WHERE r.converted IS NOT NULL OR r.refused IS NOT NULL
$$;
COMMENT ON FUNCTION gb_enums_internal.schema_record_checked(
    regclass, gb_enums_internal.schema_conversion) IS
    'the record of a table, within limits';

CREATE VIEW @extschema@.gb_enum_schema_report AS
    SELECT t.relnamespace::pg_catalog.regnamespace AS schema, c.relation AS table_name,
           CASE WHEN c.state IS NULL THEN 'converted'
                WHEN c.converted OPERATOR(pg_catalog.=) '' THEN 'refused' ELSE 'partly' END AS outcome,
           NULLIF(c.converted, '') AS converted, NULLIF(c.refused, '') AS refused,
           c.state AS sqlstate, c.reason, c.at, c.duration
    FROM gb_enums_internal.own_schema_conversion c
    JOIN pg_catalog.pg_class t ON t.oid OPERATOR(pg_catalog.=) c.relation;
COMMENT ON VIEW @extschema@.gb_enum_schema_report IS
    'what gb_enum_convert_schema() did to the tables of the caller''s; '
    'example: SELECT table_name, sqlstate, reason FROM gb_enum_schema_report WHERE outcome <> ''converted''';
COMMENT ON COLUMN @extschema@.gb_enum_schema_report.schema IS 'the schema of the table';
COMMENT ON COLUMN @extschema@.gb_enum_schema_report.table_name IS 'the table';
COMMENT ON COLUMN @extschema@.gb_enum_schema_report.outcome IS
    'converted; refused: the table is as it was; partly: some of its columns are converted';
COMMENT ON COLUMN @extschema@.gb_enum_schema_report.converted IS
    'the columns that were converted, with their enumerations';
COMMENT ON COLUMN @extschema@.gb_enum_schema_report.refused IS 'the columns that were not';
COMMENT ON COLUMN @extschema@.gb_enum_schema_report.sqlstate IS 'the SQLSTATE of the reason';
COMMENT ON COLUMN @extschema@.gb_enum_schema_report.reason IS 'why columns were refused';
COMMENT ON COLUMN @extschema@.gb_enum_schema_report.at IS 'when it was';
COMMENT ON COLUMN @extschema@.gb_enum_schema_report.duration IS 'how long it took, with the waits for locks';
GRANT SELECT ON @extschema@.gb_enum_schema_report TO PUBLIC;

-- One table ----------------------------------------------------------------------------------------------

-- Makes the enumerations that are not there yet, and converts columns.
CREATE FUNCTION gb_enums_internal.schema_convert(columns gb_enums_internal.schema_column[]) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- Anybody may call this; the columns of a table are never that much, and names are no longer.
    IF pg_column_size(columns) > 4000000
        OR EXISTS (SELECT FROM unnest(columns) c WHERE octet_length(c.enumeration) > 1000) THEN
        RAISE EXCEPTION 'too many columns' USING ERRCODE = 'program_limit_exceeded';
    END IF;
    PERFORM gb_enums_internal.schema_make_enumeration(e.enumeration, e.names, e.codes)
    FROM gb_enums_internal.schema_new_enumerations(columns) e;
    PERFORM gb_enums_internal.convert(
        columns[1].relation, gb_enums_internal.schema_request(columns), dry_run => false);
END $$;
COMMENT ON FUNCTION gb_enums_internal.schema_convert(gb_enums_internal.schema_column[]) IS
    'converts columns of a table, after making their enumerations';

-- The columns of a list that are not converted yet, by another call.
CREATE FUNCTION gb_enums_internal.schema_left_to_do(columns gb_enums_internal.schema_column[])
    RETURNS gb_enums_internal.schema_column[]
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT coalesce(array_agg(columns[c.ordinality] ORDER BY c.ordinality), '{}')
FROM unnest(columns) WITH ORDINALITY c
JOIN pg_attribute a ON a.attrelid = c.relation AND a.attname = c.name
WHERE NOT gb_enums_internal.schema_is_done(columns[c.ordinality])
$$;
COMMENT ON FUNCTION gb_enums_internal.schema_left_to_do(gb_enums_internal.schema_column[]) IS
    'the columns of a list that have not the types yet that they are to get';

CREATE FUNCTION gb_enums_internal.schema_outcome(
    asked gb_enums_internal.schema_column[], converted gb_enums_internal.schema_column[],
    problems gb_enums_internal.schema_problem[]) RETURNS gb_enums_internal.schema_conversion
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT ROW(asked[1].relation, NULL,
    (SELECT string_agg(format('%I %s', c.name, c.enumeration), ', ') FROM unnest(converted) c),
    (SELECT string_agg(quote_ident(c.name), ', ')
     FROM unnest(asked) c
     WHERE NOT EXISTS (SELECT FROM unnest(converted) o WHERE o.name = c.name)),
    problems[1].state,
    (SELECT string_agg(p.reason, ' ') FROM unnest(problems) p),
    NULL, NULL)::gb_enums_internal.schema_conversion
$$;
COMMENT ON FUNCTION gb_enums_internal.schema_outcome(
    gb_enums_internal.schema_column[], gb_enums_internal.schema_column[],
    gb_enums_internal.schema_problem[]) IS
    'what became of a table';

-- Converts the columns of a table, in one go; when some of them cannot be converted, the others. NULL when
-- all are converted already.
CREATE FUNCTION gb_enums_internal.schema_convert_columns(columns gb_enums_internal.schema_column[])
    RETURNS gb_enums_internal.schema_conversion
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    asked CONSTANT gb_enums_internal.schema_column[] := gb_enums_internal.schema_left_to_do(columns);
    split record;
BEGIN
    IF asked = '{}' THEN
        RETURN NULL;
    END IF;
    BEGIN
        PERFORM gb_enums_internal.schema_convert(asked);
        RETURN gb_enums_internal.schema_outcome(asked, asked, '{}');
    EXCEPTION
        WHEN lock_not_available OR deadlock_detected THEN
            RAISE;
        WHEN OTHERS THEN
            NULL;  -- the plan says why
    END;
    -- Another call may have converted columns while this one waited for the table.
    IF cardinality(gb_enums_internal.schema_left_to_do(asked)) < cardinality(asked) THEN
        RETURN gb_enums_internal.schema_convert_columns(columns);
    END IF;
    split := gb_enums_internal.schema_split(asked);
    IF split.fit <> '{}' THEN
        PERFORM gb_enums_internal.schema_convert(split.fit);
    END IF;
    RETURN gb_enums_internal.schema_outcome(asked, split.fit, split.problems);
END $$;
COMMENT ON FUNCTION gb_enums_internal.schema_convert_columns(gb_enums_internal.schema_column[]) IS
    'converts the columns of a table that can be converted, and says what became of it';

-- All tables ---------------------------------------------------------------------------------------------

CREATE TYPE gb_enums_internal.schema_run AS (
    schema regnamespace, lock_timeout interval, attempts integer,
    tables_converted integer, columns_converted integer, tables_refused integer);
COMMENT ON TYPE gb_enums_internal.schema_run IS
    'a conversion of a schema: how locks are waited for, and what became of tables so far';

CREATE FUNCTION gb_enums_internal.schema_new_run(
    schema regnamespace, lock_timeout interval, attempts integer) RETURNS gb_enums_internal.schema_run
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM gb_enums_internal.require_writable(format('the conversion of schema "%s"', schema));
    PERFORM gb_enums_internal.require_read_committed('columns');
    PERFORM gb_enums_internal.check_waits(lock_timeout, attempts);
    RETURN ROW(schema, lock_timeout, attempts, 0, 0, 0)::gb_enums_internal.schema_run;
END $$;
COMMENT ON FUNCTION gb_enums_internal.schema_new_run(regnamespace, interval, integer) IS
    'a conversion of a schema that begins, an error when it cannot';

CREATE FUNCTION gb_enums_internal.schema_forget_refusals(schema regnamespace) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM gb_enums_internal.schema_record(c.relation, NULL)
    FROM gb_enums_internal.own_schema_conversion c
    JOIN pg_class r ON r.oid = c.relation
    WHERE r.relnamespace = schema AND c.state IS NOT NULL AND gb_enums_internal.acts_for(r.relowner);
END $$;
COMMENT ON FUNCTION gb_enums_internal.schema_forget_refusals(regnamespace) IS
    'takes tables of the caller''s in a schema off the record that were refused';

-- The tables to convert. What is on record about tables that were refused is forgotten.
CREATE FUNCTION gb_enums_internal.schema_begin(schema regnamespace, choices jsonb, scan boolean)
    RETURNS gb_enums_internal.schema_table[]
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    columns CONSTANT gb_enums_internal.schema_column[] :=
        gb_enums_internal.schema_columns(schema, choices, scan);
    others text;
BEGIN
    SELECT string_agg(format('"%s"', t.relation), ', ') INTO others
    FROM gb_enums_internal.schema_tables(columns) t
    JOIN pg_class r ON r.oid = t.relation
    WHERE NOT gb_enums_internal.acts_for(r.relowner);
    IF others IS NOT NULL THEN
        RAISE WARNING 'tables of other owners are not converted: %', others;
    END IF;
    PERFORM gb_enums_internal.schema_forget_refusals(schema);
    RETURN ARRAY(
        SELECT t
        FROM gb_enums_internal.schema_tables(columns) t
        JOIN pg_class r ON r.oid = t.relation
        WHERE gb_enums_internal.acts_for(r.relowner));
END $$;
COMMENT ON FUNCTION gb_enums_internal.schema_begin(regnamespace, jsonb, boolean) IS
    'the tables of the caller''s in a schema, with the columns to convert';

-- Converts a table, or puts on record why it cannot be converted.
CREATE FUNCTION gb_enums_internal.schema_take_table(
    INOUT run gb_enums_internal.schema_run, t gb_enums_internal.schema_table)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    began_at CONSTANT timestamptz := clock_timestamp();
    column_count CONSTANT integer := cardinality(gb_enums_internal.schema_left_to_do(t.columns));
    outcome gb_enums_internal.schema_conversion;
    detail text;
BEGIN
    -- It may have been dropped meanwhile, or given away.
    IF NOT EXISTS (
        SELECT FROM pg_class c WHERE c.oid = t.relation AND gb_enums_internal.acts_for(c.relowner))
    THEN
        RETURN;
    END IF;
    BEGIN
        outcome := jsonb_populate_record(NULL::gb_enums_internal.schema_conversion,
            gb_enums_internal.with_lock_attempts(
                (t.relation, run.lock_timeout, run.attempts), 'the conversion',
                'pg_catalog.to_jsonb(gb_enums_internal.schema_convert_columns($1))', t.columns, NULL::jsonb,
                is_exclusive => true));
    EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
        outcome := gb_enums_internal.schema_outcome(t.columns, '{}',
            ARRAY[gb_enums_internal.schema_problem_of(sqlstate, sqlerrm, detail)]);
    END;
    IF outcome.relation IS NULL THEN
        RETURN;
    END IF;
    outcome.duration := clock_timestamp() - began_at;
    PERFORM gb_enums_internal.schema_record(t.relation, outcome);
    run.tables_converted := run.tables_converted + (outcome.converted IS NOT NULL)::integer;
    run.columns_converted := run.columns_converted
        + column_count - cardinality(gb_enums_internal.schema_left_to_do(t.columns));
    run.tables_refused := run.tables_refused + (outcome.state IS NOT NULL)::integer;
END $$;
COMMENT ON FUNCTION gb_enums_internal.schema_take_table(
    gb_enums_internal.schema_run, gb_enums_internal.schema_table) IS
    'converts the columns of a table as soon as it has the lock, and puts on record what became of it';

CREATE FUNCTION gb_enums_internal.schema_end(run gb_enums_internal.schema_run) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE NOTICE 'schema "%": columns converted: %, tables converted: %, tables refused: %', run.schema,
        run.columns_converted, run.tables_converted, run.tables_refused;
    IF run.tables_refused > 0 THEN
        RAISE NOTICE 'the view gb_enum_schema_report says why tables were refused';
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.schema_end(gb_enums_internal.schema_run) IS
    'says what became of the tables of a schema';

-- A procedure that commits cannot set its search_path, so there is nothing in it that one could change.
CREATE PROCEDURE @extschema@.gb_enum_convert_schema(
    schema pg_catalog.regnamespace, choices pg_catalog.jsonb DEFAULT '{}', scan pg_catalog.bool DEFAULT false,
    lock_timeout pg_catalog.interval DEFAULT '2 seconds', attempts pg_catalog.int4 DEFAULT 10)
    LANGUAGE plpgsql AS $$
DECLARE
    run gb_enums_internal.schema_run := gb_enums_internal.schema_new_run(schema, lock_timeout, attempts);
    tables gb_enums_internal.schema_table[] := gb_enums_internal.schema_begin(
        schema, gb_enums_internal.schema_choices_named(choices), scan);
    t gb_enums_internal.schema_table;
BEGIN
    COMMIT;
    FOREACH t IN ARRAY tables LOOP
        run := gb_enums_internal.schema_take_table(run, t);
        COMMIT;
    END LOOP;
    PERFORM gb_enums_internal.schema_end(run);
END $$;
COMMENT ON PROCEDURE @extschema@.gb_enum_convert_schema(regnamespace, jsonb, boolean, interval, integer) IS
    'makes columns of a schema enumerations, a transaction for each table; calling it again resumes; '
    'example: CALL gb_enum_convert_schema(''public'')';
