
-- The enumeration that fits the values of a column ------------------------------------------------

CREATE TYPE gb_enums_internal.enum_match AS (
    enum regtype,
    match text,  -- exact, subset, superset, overlap or none
    missing text[],  -- the values of the column that the enumeration does not have
    unused text[],  -- the values of the enumeration that the column does not have
    folds_case boolean  -- true when some are equal only if the case of letters does not count
);
COMMENT ON TYPE gb_enums_internal.enum_match IS 'how well an enumeration fits the values of a column';

CREATE FUNCTION gb_enums_internal.suggest_overlaps(
    seen text[], are_codes boolean,
    OUT enum regtype, OUT seen_count bigint, OUT shared_count bigint, OUT value_count bigint,
    OUT missing text[], OUT unused text[], OUT folds_case boolean) RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL UNSAFE
    BEGIN ATOMIC
        WITH wanted AS (
            SELECT DISTINCT s.value, lower(btrim(s.value)) AS folded
            FROM unnest(seen) s(value)
        ), available AS (
            SELECT g.enum, g.code, v.value, lower(v.value) AS folded
            FROM @extschema@.gb_enums g
            CROSS JOIN LATERAL (SELECT CASE WHEN are_codes THEN g.code::text ELSE g.name END) v(value)
            WHERE NOT g.deprecated
        ), enum AS (
            SELECT a.enum, count(*) AS value_count,
                   array_agg(a.value ORDER BY a.code) FILTER (
                       WHERE NOT EXISTS (SELECT FROM wanted w WHERE w.folded = a.folded)) AS unused
            FROM available a
            GROUP BY a.enum
        ), compared AS (
            SELECT e.enum, w.value, w.folded,
                   count(a.value) > 0 AS is_shared, bool_or(a.value = w.value) AS is_same
            FROM enum e
            CROSS JOIN wanted w
            LEFT JOIN available a ON a.enum = e.enum AND a.folded = w.folded
            GROUP BY e.enum, w.value, w.folded
        )
        SELECT e.enum,
               count(DISTINCT c.folded),
               count(DISTINCT c.folded) FILTER (WHERE c.is_shared),
               e.value_count,
               coalesce(array_agg(c.value ORDER BY c.value) FILTER (WHERE NOT c.is_shared), '{}'),
               coalesce(e.unused, '{}'),
               bool_or(c.is_shared AND NOT c.is_same)
        FROM enum e
        JOIN compared c ON c.enum = e.enum
        GROUP BY e.enum, e.value_count, e.unused;
    END;
COMMENT ON FUNCTION gb_enums_internal.suggest_overlaps(text[], boolean) IS
    'each enumeration compared with the values seen in a column, as names or as codes';

CREATE FUNCTION gb_enums_internal.suggest_enum(seen text[], are_codes boolean, hint text)
    RETURNS gb_enums_internal.enum_match
    LANGUAGE sql STABLE PARALLEL UNSAFE
    BEGIN ATOMIC
        SELECT o.enum,
               CASE
                   WHEN o.shared_count = o.seen_count AND o.shared_count = o.value_count THEN 'exact'
                   WHEN o.shared_count = o.seen_count THEN 'subset'
                   WHEN o.shared_count = o.value_count THEN 'superset'
                   ELSE 'overlap'
               END,
               o.missing, o.unused, o.folds_case
        FROM gb_enums_internal.suggest_overlaps(seen, are_codes) o
        JOIN pg_catalog.pg_type t ON t.oid = o.enum
        CROSS JOIN LATERAL (
            SELECT count(*), count(*) FILTER (WHERE strpos(lower(left(hint, 200)), w) > 0)
            FROM regexp_split_to_table(t.typname::text, '_') w) n(words, words_in_hint)
        WHERE o.shared_count * 2 >= o.seen_count AND o.shared_count >= least(2, o.seen_count)
          -- Codes say nothing by themselves: the name of the column must.
          AND (NOT are_codes
               OR o.shared_count = o.seen_count
                  AND (n.words_in_hint = n.words OR n.words_in_hint > 0 AND o.shared_count = o.value_count))
        ORDER BY o.shared_count < o.seen_count, o.shared_count < o.value_count,
                 are_codes AND n.words_in_hint = 0, n.words_in_hint DESC,
                 o.shared_count DESC, o.value_count, o.enum::text
        LIMIT 1;
    END;
COMMENT ON FUNCTION gb_enums_internal.suggest_enum(text[], boolean, text) IS
    'the enumeration that fits the values seen in a column best; the hint has words that its name may have';

-- The statements that convert a column ------------------------------------------------------------

CREATE FUNCTION gb_enums_internal.suggest_options(
    c gb_enums_internal.convertible_columns, known gb_enums_internal.column_values,
    best gb_enums_internal.enum_match) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    IF known.names IS NOT NULL AND best.match IN ('exact', 'subset') THEN
        -- The codes of the column may be others than those of the enumeration.
        RETURN (
            SELECT format(', map => %L', jsonb_object_agg(k.code, v.name))
            FROM unnest(known.seen, known.names) k(code, name)
            JOIN gb_enums_internal.convert_values(best.enum) v ON lower(v.name) = lower(k.name)
            HAVING bool_or(v.code <> k.code::integer));
    END IF;
    RETURN concat(
        CASE WHEN best.folds_case THEN ', fold_case => true' END,
        CASE WHEN NOT c.is_number AND EXISTS (SELECT FROM unnest(known.seen) v WHERE v <> btrim(v))
            THEN ', trim_blanks => true' END);
END
$$;
COMMENT ON FUNCTION gb_enums_internal.suggest_options(
    gb_enums_internal.convertible_columns, gb_enums_internal.column_values, gb_enums_internal.enum_match) IS
    'the arguments of gb_enum_convert() that a column needs besides the enumeration';

CREATE FUNCTION gb_enums_internal.suggest_statement(
    c gb_enums_internal.convertible_columns, known gb_enums_internal.column_values,
    best gb_enums_internal.enum_match) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    schema constant regnamespace := gb_enums_internal.extension_schema();
    new_enum constant text := format(
        '%s.%I', c.relnamespace::regnamespace, concat_ws('_', c.relname, c.attname));
    is_there constant boolean := best.match IN ('exact', 'subset');
    creation text;
BEGIN
    creation := CASE
        WHEN is_there
            THEN ''
        WHEN known.names IS NOT NULL OR c.is_number
            THEN (
                SELECT format('SELECT %s.gb_enum_create(%L, definition => %L); ', schema, new_enum,
                              string_agg(format('%s "%s"', k.code, coalesce(k.name, 'name of ' || k.code)),
                                         E'\n'))
                FROM unnest(known.seen, known.names) k(code, name))
        WHEN best.match = 'none'
            THEN format('SELECT %s.gb_enum_create(%L, %L); ', schema, new_enum, known.seen)
        ELSE format('SELECT %s.gb_enum_create(%L, %L, "like" => %L); ',
                    schema, new_enum, best.missing, best.enum)
        END;
    RETURN creation || format(
        'SELECT * FROM %s.gb_enum_convert(%L, %L, %L%s)', schema, c.relation::regclass, c.attname,
        CASE WHEN is_there THEN best.enum::text ELSE new_enum END,
        gb_enums_internal.suggest_options(c, known, best));
END
$$;
COMMENT ON FUNCTION gb_enums_internal.suggest_statement(
    gb_enums_internal.convertible_columns, gb_enums_internal.column_values, gb_enums_internal.enum_match) IS
    'the statements that convert a column, after making an enumeration if none has all its values';

-- In a row with padding it matters what else is converted.
CREATE FUNCTION gb_enums_internal.suggest_saved_bytes(
    c gb_enums_internal.convertible_columns, converted smallint[], lock_wait interval) RETURNS integer
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    PERFORM gb_enums_internal.limit_waits(lock_wait);
    RETURN gb_enums_internal.row_bytes(c.relation, converted)
        - gb_enums_internal.row_bytes(c.relation, converted || c.attnum);
EXCEPTION WHEN lock_not_available THEN
    RAISE WARNING 'what converting column "%" of "%" saves is not known: %',
        c.attname, c.relation::regclass, sqlerrm;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION gb_enums_internal.suggest_saved_bytes(
    gb_enums_internal.convertible_columns, smallint[], interval) IS
    'the bytes that the conversion of a column saves in an average row, after that of other columns; '
    'NULL when the table is locked';

CREATE FUNCTION @extschema@.gb_enum_suggest(
    schema regnamespace DEFAULT NULL, scan boolean DEFAULT false,
    OUT table_name regclass, OUT column_name name, OUT column_type text, OUT evidence text, OUT seen text[],
    OUT enum regtype, OUT match text, OUT missing text[], OUT unused text[],
    OUT rows bigint, OUT bytes_per_row integer, OUT bytes_total bigint,
    OUT statement text) RETURNS SETOF record
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    c gb_enums_internal.convertible_columns;
    known gb_enums_internal.column_values;
    best gb_enums_internal.enum_match;
    scanned record;
    unreadable oid := 0;  -- the last table that could not be read
    lock_wait interval := '2 seconds';  -- halved after each lock that was not granted
    converted smallint[];  -- the columns of the table that were suggested so far
BEGIN
    FOR c IN
        SELECT *
        FROM gb_enums_internal.convertible_columns v
        WHERE gb_enum_suggest.schema IS NULL OR v.relnamespace = gb_enum_suggest.schema
        ORDER BY v.relnamespace::regnamespace::text, v.relname, v.attnum
    LOOP
        known := gb_enums_internal.suggest_known_values(c);
        IF scan AND (known.seen IS NOT NULL OR NOT c.is_number) AND c.relation <> unreadable
           AND gb_enums_internal.acts_for(c.relowner) THEN
            scanned := gb_enums_internal.suggest_scan(c, lock_wait, known, c.rows);
            known := scanned.known;
            c.rows := scanned.rows;
            unreadable := CASE WHEN scanned.failure IS NULL THEN unreadable ELSE c.relation END;
            lock_wait := CASE scanned.failure WHEN '55P03' THEN lock_wait / 2 ELSE lock_wait END;
        END IF;
        CONTINUE WHEN NOT gb_enums_internal.suggest_is_closed_set(known, c.is_number);

        best := gb_enums_internal.suggest_enum(
            coalesce(known.names, known.seen), c.is_number AND known.names IS NULL,
            concat_ws(
                '_', CASE WHEN NOT c.is_number OR known.names IS NOT NULL THEN c.relname END, c.attname));
        best.match := coalesce(best.match, 'none');
        best.missing := coalesce(best.missing, known.names, known.seen);

        converted := CASE WHEN c.relation = table_name THEN converted ELSE '{}' END;
        bytes_per_row := gb_enums_internal.suggest_saved_bytes(c, converted, lock_wait);
        lock_wait := CASE WHEN bytes_per_row IS NULL THEN lock_wait / 2 ELSE lock_wait END;
        converted := converted || c.attnum;

        table_name := c.relation;
        column_name := c.attname;
        column_type := format_type(c.atttypid, c.atttypmod);
        evidence := known.evidence;
        seen := known.seen;
        enum := best.enum;
        match := best.match;
        missing := best.missing;
        unused := best.unused;
        rows := c.rows;
        bytes_total := bytes_per_row * rows;
        statement := gb_enums_internal.suggest_statement(c, known, best);
        RETURN NEXT;
    END LOOP;
END
$$;
COMMENT ON FUNCTION @extschema@.gb_enum_suggest(regnamespace, boolean) IS
    'columns that hold a closed set of values, the enumeration that has them, '
    'the bytes that a conversion saves and the statement for it; '
    'example: SELECT * FROM gb_enum_suggest(''public'')';

-- The order in which the columns of a table have no padding between them: columns of fixed size first, those
-- of the widest alignment before the others.
CREATE FUNCTION @extschema@.gb_enum_column_order(
    relation regclass, converted name[] DEFAULT '{}',
    OUT columns name[], OUT bytes_now integer, OUT bytes_converted integer,
    OUT bytes_ordered integer) RETURNS record
    LANGUAGE sql STABLE PARALLEL UNSAFE
    BEGIN ATOMIC
        WITH attribute AS (
            SELECT a.attnum, a.attname, c.is_converted, a.attlen > 0 OR c.is_converted AS is_fixed,
                   CASE
                       WHEN c.is_converted THEN 2
                       WHEN a.attalign = 'd' THEN 8
                       WHEN a.attalign = 'i' THEN 4
                       WHEN a.attalign = 's' THEN 2
                       ELSE 1
                   END AS alignment
            FROM pg_catalog.pg_attribute a
            CROSS JOIN LATERAL (SELECT a.attname = ANY (coalesce(converted, '{}'))) c(is_converted)
            WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped
        ), found AS (
            SELECT array_agg(a.attname ORDER BY a.is_fixed DESC, a.alignment DESC, a.attnum) AS names,
                   array_agg(a.attnum ORDER BY a.is_fixed DESC, a.alignment DESC, a.attnum) AS places,
                   coalesce(array_agg(a.attnum) FILTER (WHERE a.is_converted), '{}') AS numbers
            FROM attribute a
        )
        SELECT f.names,
               gb_enums_internal.row_bytes(relation, '{}'),
               gb_enums_internal.row_bytes(relation, f.numbers),
               gb_enums_internal.row_bytes(relation, f.numbers, f.places)
        FROM found f;
    END;
COMMENT ON FUNCTION @extschema@.gb_enum_column_order(regclass, name[]) IS
    'the order of columns that needs the least padding, and the bytes of an average row now, '
    'with these columns converted, and in that order as well; '
    'example: SELECT * FROM gb_enum_column_order(''old_tasks'', ''{status, priority}'')';
