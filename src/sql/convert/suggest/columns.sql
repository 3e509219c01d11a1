
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

-- The values of a column ---------------------------------------------------------------------------

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
                OR NOT coalesce(
                    bool_or(octet_length(v) < 1 OR octet_length(v) > 63 OR v ~ '^-?[0-9]+$'), false))
           AND NOT coalesce(
               bool_and(lower(v) IN ('t', 'f', 'true', 'false', 'y', 'n', 'yes', 'no', 'on', 'off')), false)
        FROM unnest((known).seen) v;
    END;
COMMENT ON FUNCTION gb_enums_internal.suggest_is_closed_set(gb_enums_internal.column_values, boolean) IS
    'whether values can be those of an enumeration: at least two, names or codes, and not those of a boolean';
