
-- Columns that look as if they held a closed set of values ----------------------------------------

CREATE FUNCTION gb_enums_internal.closed_set(
    "constraint" oid, OUT number smallint, OUT "values" text[]) RETURNS record
    LANGUAGE c STABLE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'gb_enum_closed_set';
COMMENT ON FUNCTION gb_enums_internal.closed_set(oid) IS
    'the column and the values that a CHECK constraint allows it, NULL when it is no list or range';

CREATE FUNCTION gb_enums_internal.row_bytes(
    relation regclass, converted smallint[], places smallint[] DEFAULT '{}') RETURNS integer
    LANGUAGE c STABLE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'gb_enum_row_bytes';
COMMENT ON FUNCTION gb_enums_internal.row_bytes(regclass, smallint[], smallint[]) IS
    'the bytes of an average row with its padding, '
    'if the columns of these numbers were smallint and all in this order';

-- For comments like "0=pending, 1=running" or "0: pending; 1: running".
CREATE FUNCTION gb_enums_internal.commented_codes(
    comment text, OUT code smallint, OUT name text) RETURNS SETOF record
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    BEGIN ATOMIC
        SELECT m[1]::smallint, rtrim(m[2])
        FROM regexp_matches(
            left(comment, 4000),
            E'(?<![\\w.-])(-?\\d{1,4})\\s*(?:=>?|:|->|-|\\()\\s*[''"]?([[:alpha:]][\\w ]{0,62})', 'g') m;
    END;
COMMENT ON FUNCTION gb_enums_internal.commented_codes(text) IS
    'the codes and names in a comment on an integer column';

CREATE VIEW gb_enums_internal.convertible_columns AS
    SELECT r.oid AS relation, r.relnamespace, r.relname, r.relowner,
           a.attnum, a.attname, a.atttypid, a.atttypmod,
           t.typtype = 'e' AS is_native, t.typcategory = 'N' AS is_number, e.rows,
           (SELECT array_agg(l.enumlabel::text ORDER BY l.enumsortorder)
            FROM pg_catalog.pg_enum l
            WHERE l.enumtypid = a.atttypid) AS labels,
           (SELECT k."values"
            FROM pg_catalog.pg_constraint c
            CROSS JOIN LATERAL gb_enums_internal.closed_set(c.oid) k
            WHERE c.conrelid = r.oid AND c.contype = 'c' AND k.number = a.attnum
            ORDER BY cardinality(k."values"), c.conname
            LIMIT 1) AS checked,
           s.is_low_cardinality, s.most_common,
           pg_catalog.col_description(r.oid, a.attnum) AS comment
    FROM pg_catalog.pg_class r
    JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace
    JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
    CROSS JOIN LATERAL (
        SELECT CASE
            WHEN r.relkind = 'p' THEN (
                SELECT sum(l.reltuples) FILTER (WHERE l.reltuples >= 0)
                FROM pg_catalog.pg_partition_tree(r.oid) p
                JOIN pg_catalog.pg_class l ON l.oid = p.relid AND p.isleaf)
            ELSE nullif(r.reltuples, -1)
            END::bigint) e(rows)
    LEFT JOIN LATERAL (
        SELECT m.most_common,
               CASE WHEN s.n_distinct >= 0 THEN s.n_distinct ELSE -s.n_distinct * r.reltuples END
                   <= cardinality(m.most_common)
               AND s.null_frac + (SELECT sum(f) FROM unnest(s.most_common_freqs) f) > 0.999
                   AS is_low_cardinality
        FROM pg_catalog.pg_stats s
        CROSS JOIN LATERAL (SELECT s.most_common_vals::text::text[]) m(most_common)
        WHERE s.schemaname = n.nspname AND s.tablename = r.relname AND s.attname = a.attname
          AND s.inherited = (r.relkind = 'p')
        LIMIT 1) s ON true
    WHERE r.relkind IN ('r', 'p') AND r.relpersistence <> 't'
      AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'gb_enums_internal')
      AND n.nspname !~ '^pg_toast'
      AND a.attnum > 0 AND NOT a.attisdropped AND a.attinhcount = 0
      AND (t.typtype = 'e'
           OR t.oid IN ('text'::regtype, 'varchar'::regtype, 'bpchar'::regtype,
                        'int2'::regtype, 'int4'::regtype))
      AND NOT EXISTS (
          SELECT
          FROM pg_catalog.pg_depend d
          WHERE d.classid = 'pg_class'::regclass AND d.objid = r.oid AND d.deptype = 'e');
COMMENT ON VIEW gb_enums_internal.convertible_columns IS
    'columns of types that can be converted, and what the catalogs and statistics say of their values';
GRANT SELECT ON gb_enums_internal.convertible_columns TO PUBLIC;

-- The values of a column ----------------------------------------------------------------------------

CREATE TYPE gb_enums_internal.column_values AS (
    evidence text,  -- where they were seen: native enum, check, comment, statistics, scan; NULL when nowhere
    seen text[],
    names text[]  -- the names that a comment gives to the codes in "seen", for the first of them
);
COMMENT ON TYPE gb_enums_internal.column_values IS 'the values that a column is known to have';

CREATE FUNCTION gb_enums_internal.repeats_values(value_count integer, rows bigint) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN value_count * 4 <= rows;
COMMENT ON FUNCTION gb_enums_internal.repeats_values(integer, bigint) IS
    'whether so many rows have so few values that these look like a closed set';

CREATE FUNCTION gb_enums_internal.suggest_known_values(c gb_enums_internal.convertible_columns)
    RETURNS gb_enums_internal.column_values
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    known gb_enums_internal.column_values;
    codes text[];
    names text[];
BEGIN
    known.seen := coalesce(c.labels, c.checked);
    known.evidence := CASE WHEN c.is_native THEN 'native enum' WHEN known.seen IS NOT NULL THEN 'check' END;
    IF c.is_number THEN
        SELECT array_agg(k.code::text ORDER BY k.code), array_agg(k.name ORDER BY k.code)
        INTO codes, names
        FROM gb_enums_internal.commented_codes(c.comment) k
        HAVING count(*) >= 2
           AND count(*) = count(DISTINCT k.code)
           AND count(*) = count(DISTINCT lower(k.name));
        IF codes IS NOT NULL AND coalesce(known.seen <@ codes, true) THEN
            known := (concat_ws(', ', known.evidence, 'comment'), codes, names);
        END IF;
    ELSIF known.seen IS NULL AND c.is_low_cardinality
          AND gb_enums_internal.repeats_values(cardinality(c.most_common), c.rows) THEN
        known.evidence := 'statistics';
        known.seen := ARRAY(SELECT v FROM unnest(c.most_common) v ORDER BY v);
    END IF;
    RETURN known;
END
$$;
COMMENT ON FUNCTION gb_enums_internal.suggest_known_values(gb_enums_internal.convertible_columns) IS
    'the values of a column as its type, a CHECK, a comment or statistics tell them';

-- To read a table is to run code that its owner put into it, so the query runs as the owner.
CREATE FUNCTION gb_enums_internal.suggest_scan(
    c gb_enums_internal.convertible_columns, lock_wait interval,
    INOUT known gb_enums_internal.column_values, INOUT rows bigint, OUT failure text)
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    most_values constant integer := 50;
    longest_name constant integer := 63;
    result jsonb;
    scanned text[];
BEGIN
    BEGIN
        PERFORM gb_enums_internal.limit_time(clock_timestamp() + interval '5 minutes');
        PERFORM gb_enums_internal.limit_waits(lock_wait);
        PERFORM gb_enums_internal.hold_tables(ARRAY[c.relation], exclusive => false);
        result := gb_enums_internal.query_as_owner(c.relation, format(
            'SELECT coalesce(jsonb_agg(left(v::text, %4$s)), ''[]'')
             FROM (SELECT DISTINCT %1$I AS v FROM %2$s WHERE %1$I IS NOT NULL LIMIT %3$s) s',
            c.attname, c.relation::regclass, most_values + 1, longest_name + 1));
        scanned := ARRAY(SELECT v FROM jsonb_array_elements_text(result) v);
        IF rows IS NULL OR known.evidence IS NULL AND cardinality(scanned) <= most_values THEN
            rows := gb_enums_internal.run_as_owner(c.relation,
                format('SELECT pg_catalog.count(*) FROM %s', c.relation::regclass));
        END IF;
    EXCEPTION WHEN OTHERS OR query_canceled THEN
        IF sqlstate = '57014' AND NOT gb_enums_internal.time_is_over() THEN
            RAISE;
        END IF;
        RAISE WARNING 'table "%" cannot be read: %', c.relation::regclass,
            CASE sqlstate WHEN '57014' THEN 'it takes more than 5 minutes' ELSE sqlerrm END;
        failure := sqlstate;
    END;
    IF cardinality(scanned) <= most_values
       AND (known.evidence IS NOT NULL OR gb_enums_internal.repeats_values(cardinality(scanned), rows)) THEN
        known.evidence := concat_ws(', ', known.evidence, 'scan');
        known.seen := known.seen || ARRAY(
            SELECT v FROM unnest(scanned) v
            EXCEPT
            SELECT v FROM unnest(known.seen) v
            ORDER BY 1);
    END IF;
END
$$;
COMMENT ON FUNCTION gb_enums_internal.suggest_scan(
    gb_enums_internal.convertible_columns, interval, gb_enums_internal.column_values, bigint) IS
    'adds the values that a column has, and the number of rows where that is not known; '
    'or the SQLSTATE of the error, after a warning';

CREATE FUNCTION gb_enums_internal.suggest_is_closed_set(
    known gb_enums_internal.column_values, is_number boolean) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    BEGIN ATOMIC
        SELECT count(*) >= 2
           AND (is_number
                OR NOT coalesce(bool_or(octet_length(v) NOT BETWEEN 1 AND 63 OR v ~ '^-?[0-9]+$'), false))
           AND NOT coalesce(
               bool_and(lower(v) IN ('t', 'f', 'true', 'false', 'y', 'n', 'yes', 'no', 'on', 'off')), false)
        FROM unnest((known).seen) v;
    END;
COMMENT ON FUNCTION gb_enums_internal.suggest_is_closed_set(gb_enums_internal.column_values, boolean) IS
    'whether values can be those of an enumeration: at least two, names or codes, and not those of a boolean';

-- The enumeration that has them ---------------------------------------------------------------------

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

-- The statements that convert a column --------------------------------------------------------------

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

        -- In a row with padding it matters what else is converted: bytes are those on top of the columns
        -- before this one.
        converted := CASE WHEN c.relation = table_name THEN converted ELSE '{}' END;
        bytes_per_row := NULL;
        BEGIN
            PERFORM gb_enums_internal.limit_waits(lock_wait);
            bytes_per_row := gb_enums_internal.row_bytes(c.relation, converted)
                - gb_enums_internal.row_bytes(c.relation, converted || c.attnum);
        EXCEPTION WHEN lock_not_available THEN
            RAISE WARNING 'what converting column "%" of "%" saves is not known: %',
                c.attname, c.relation::regclass, sqlerrm;
            lock_wait := lock_wait / 2;
        END;
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
