
-- Columns that look as if they held a closed set of values ---------------------------------------

CREATE FUNCTION gb_enums_internal.closed_set("constraint" oid, OUT number smallint, OUT "values" text[]) RETURNS record
    LANGUAGE c STRICT STABLE AS 'MODULE_PATHNAME', 'gb_enum_closed_set';
COMMENT ON FUNCTION gb_enums_internal.closed_set(oid) IS
    'the column and the values that a CHECK constraint allows it, NULL when it is no list or range';

CREATE FUNCTION gb_enums_internal.row_bytes(relation regclass, converted smallint[], places smallint[] DEFAULT '{}') RETURNS integer
    LANGUAGE c STRICT STABLE AS 'MODULE_PATHNAME', 'gb_enum_row_bytes';
COMMENT ON FUNCTION gb_enums_internal.row_bytes(regclass, smallint[], smallint[]) IS
    'the bytes of an average row with its padding, if the columns of these numbers were smallint and all in this order';

-- Codes and names in a comment like "0=pending, 1=running" or "0: pending; 1: running".
CREATE FUNCTION gb_enums_internal.commented_codes(comment text, OUT code smallint, OUT name text) RETURNS SETOF record
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    BEGIN ATOMIC
        SELECT m[1]::smallint, rtrim(m[2])
        FROM regexp_matches(left(comment, 4000), E'(?<![\\w.-])(-?\\d{1,4})\\s*(?:=>?|:|->|-|\\()\\s*[''"]?([[:alpha:]][\\w ]{0,62})', 'g') m;
    END;
COMMENT ON FUNCTION gb_enums_internal.commented_codes(text) IS 'codes with names in a comment on an integer column';

-- The columns that can be converted, with what is known of their values without reading a row.
CREATE VIEW gb_enums_internal.convertible_columns AS
    SELECT r.oid AS relation, r.relnamespace, r.relname, r.relowner, a.attnum, a.attname, a.atttypid, a.atttypmod,
           t.typtype = 'e' AS is_native, t.typcategory = 'N' AS is_number,
           CASE WHEN r.relkind = 'p' THEN (SELECT sum(l.reltuples) FILTER (WHERE l.reltuples >= 0)
                                           FROM pg_catalog.pg_partition_tree(r.oid) p JOIN pg_catalog.pg_class l ON l.oid = p.relid AND p.isleaf)
                ELSE nullif(r.reltuples, -1) END::bigint AS rows,
           (SELECT array_agg(e.enumlabel::text ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum e WHERE e.enumtypid = a.atttypid) AS labels,
           (SELECT s."values" FROM pg_catalog.pg_constraint c CROSS JOIN LATERAL gb_enums_internal.closed_set(c.oid) s
            WHERE c.conrelid = r.oid AND c.contype = 'c' AND s.number = a.attnum ORDER BY cardinality(s."values"), c.conname LIMIT 1) AS checked,
           (SELECT CASE WHEN s.n_distinct >= 0 THEN s.n_distinct ELSE -s.n_distinct * r.reltuples END <= cardinality(s.most_common_vals::text::text[])
                    AND s.null_frac + (SELECT sum(f) FROM unnest(s.most_common_freqs) f) > 0.999
            FROM pg_catalog.pg_stats s
            WHERE s.schemaname = n.nspname AND s.tablename = r.relname AND s.attname = a.attname AND s.inherited = (r.relkind = 'p')) AS is_low_cardinality,
           (SELECT s.most_common_vals::text::text[] FROM pg_catalog.pg_stats s
            WHERE s.schemaname = n.nspname AND s.tablename = r.relname AND s.attname = a.attname AND s.inherited = (r.relkind = 'p')) AS common,
           pg_catalog.col_description(r.oid, a.attnum) AS comment
    FROM pg_catalog.pg_class r
    JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace
    JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attinhcount = 0
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
    WHERE r.relkind IN ('r', 'p') AND r.relpersistence <> 't'
      AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'gb_enums_internal') AND n.nspname !~ '^pg_toast'
      AND (t.typtype = 'e' OR t.oid IN ('text'::regtype, 'varchar'::regtype, 'bpchar'::regtype, 'int2'::regtype, 'int4'::regtype))
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = r.oid AND d.deptype = 'e');
COMMENT ON VIEW gb_enums_internal.convertible_columns IS
    'columns of types that can be converted, and what the catalogs and statistics say of their values';
GRANT SELECT ON gb_enums_internal.convertible_columns TO PUBLIC;

-- How well a set of values fits each enumeration: as names, or as codes.
CREATE FUNCTION gb_enums_internal.matches(
    found text[], are_codes boolean, hint text,
    OUT enum regtype, OUT match text, OUT missing text[], OUT unused text[], OUT folds boolean, OUT rank integer) RETURNS SETOF record
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        WITH wanted AS (
            SELECT DISTINCT f.value, lower(btrim(f.value)) AS folded FROM unnest(found) f(value)
        ), available AS (
            SELECT g.enum, CASE WHEN are_codes THEN g.code::text ELSE g.name END AS value, g.code FROM @extschema@.gb_enums g WHERE NOT g.deprecated
        ), compared AS (
            SELECT e.enum,
                   (SELECT count(DISTINCT w.folded) FROM wanted w) AS values_found,
                   (SELECT count(*) FROM available a WHERE a.enum = e.enum) AS values_there,
                   (SELECT count(DISTINCT w.folded) FROM wanted w WHERE EXISTS (SELECT FROM available a WHERE a.enum = e.enum AND lower(a.value) = w.folded)) AS shared,
                   (SELECT array_agg(w.value ORDER BY w.value) FROM wanted w WHERE NOT EXISTS (SELECT FROM available a WHERE a.enum = e.enum AND lower(a.value) = w.folded)) AS missing,
                   (SELECT array_agg(a.value ORDER BY a.code) FROM available a WHERE a.enum = e.enum AND NOT EXISTS (SELECT FROM wanted w WHERE lower(a.value) = w.folded)) AS unused,
                   EXISTS (SELECT FROM wanted w JOIN available a ON a.enum = e.enum AND lower(a.value) = w.folded
                           WHERE NOT EXISTS (SELECT FROM available b WHERE b.enum = e.enum AND b.value = w.value)) AS folds,
                   (SELECT count(*) FROM regexp_split_to_table(t.typname::text, '_') w WHERE strpos(lower(left(hint, 200)), w) > 0) AS words,
                   cardinality(string_to_array(t.typname::text, '_')) AS all_words
            FROM (SELECT DISTINCT a.enum FROM available a) e
            JOIN pg_catalog.pg_type t ON t.oid = e.enum
        )
        SELECT c.enum, CASE WHEN c.shared = c.values_found AND c.shared = c.values_there THEN 'exact'
                            WHEN c.shared = c.values_found THEN 'subset'
                            WHEN c.shared = c.values_there THEN 'superset'
                            ELSE 'overlap' END,
               coalesce(c.missing, '{}'), coalesce(c.unused, '{}'), c.folds,
               row_number() OVER (ORDER BY c.shared < c.values_found, c.shared < c.values_there, are_codes AND c.words = 0, c.words DESC, c.shared DESC,
                                           c.values_there, c.enum::text)::integer
        FROM compared c
        -- Codes say nothing by themselves: the name of the column must.
        WHERE c.shared * 2 >= c.values_found AND c.shared >= least(2, c.values_found)
          AND (NOT are_codes OR c.shared = c.values_found AND (c.words = c.all_words OR c.words > 0 AND c.shared = c.values_there));
    END;
COMMENT ON FUNCTION gb_enums_internal.matches(text[], boolean, text) IS 'the enumerations that have values found in a column, the best one first';

CREATE FUNCTION @extschema@.gb_enum_suggest(
    schema regnamespace DEFAULT NULL, scan boolean DEFAULT false, OUT table_name regclass, OUT column_name name, OUT column_type text,
    OUT evidence text, OUT seen text[], OUT enum regtype, OUT match text, OUT missing text[], OUT unused text[],
    OUT rows bigint, OUT bytes_per_row integer, OUT bytes_total bigint, OUT statement text) RETURNS SETOF record
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    most_values constant integer := 50;
    rows_per_value constant integer := 4;
    extension_schema constant regnamespace := gb_enums_internal.extension_schema();
    c gb_enums_internal.convertible_columns;
    codes smallint[];  -- of an integer column, and the names that its comment gives to them
    names text[];
    scanned jsonb;
    unreadable oid := 0;  -- the last table that could not be read
    patience interval := '2 seconds';  -- how long a lock is waited for: half as long after each that was not to be had
    best record;
    options text;
    own text;
    converted smallint[];  -- the columns of the table that were suggested so far
BEGIN
    FOR c IN SELECT * FROM gb_enums_internal.convertible_columns v WHERE gb_enum_suggest.schema IS NULL OR v.relnamespace = gb_enum_suggest.schema
             ORDER BY v.relnamespace::regnamespace::text, v.relname, v.attnum LOOP
        -- What values there are, and how that is known.
        seen := coalesce(c.labels, c.checked);
        evidence := CASE WHEN c.is_native THEN 'native enum' WHEN seen IS NOT NULL THEN 'check' END;
        names := NULL;
        IF c.is_number THEN
            SELECT array_agg(k.code ORDER BY k.code), array_agg(k.name ORDER BY k.code) INTO codes, names
            FROM gb_enums_internal.commented_codes(c.comment) k
            HAVING count(*) >= 2 AND count(*) = count(DISTINCT k.code) AND count(*) = count(DISTINCT lower(k.name));
            IF coalesce(seen <@ codes::text[], names IS NOT NULL) THEN
                evidence := concat_ws(', ', evidence, 'comment');
                seen := codes::text[];
            ELSE
                names := NULL;
            END IF;
        ELSIF seen IS NULL AND c.is_low_cardinality AND cardinality(c.common) * rows_per_value <= c.rows THEN
            evidence := 'statistics';
            seen := ARRAY(SELECT v FROM unnest(c.common) v ORDER BY v);
        END IF;
        scanned := NULL;
        IF scan AND (seen IS NOT NULL OR NOT c.is_number) AND c.relation <> unreadable
           AND gb_enums_internal.acts_for(c.relowner) THEN
            -- To read a table is to run what its owner put into it, so the owner does.
            BEGIN
                PERFORM gb_enums_internal.limit_time(clock_timestamp() + interval '5 minutes');
                PERFORM gb_enums_internal.limit_waits(patience);
                PERFORM gb_enums_internal.hold_tables(ARRAY[c.relation], exclusive => false);
                -- A name has at most 63 bytes.
                scanned := gb_enums_internal.query_as_owner(c.relation, format(
                    'SELECT coalesce(jsonb_agg(left(v::text, 64)), ''[]'')
                     FROM (SELECT DISTINCT %1$I AS v FROM %2$s WHERE %1$I IS NOT NULL LIMIT %3$s) s',
                    c.attname, c.relation::regclass, most_values + 1));
                IF c.rows IS NULL OR evidence IS NULL AND jsonb_array_length(scanned) <= most_values THEN
                    c.rows := gb_enums_internal.run_as_owner(c.relation,
                        format('SELECT pg_catalog.count(*) FROM %s', c.relation::regclass));
                END IF;
            EXCEPTION WHEN OTHERS OR query_canceled THEN
                IF sqlstate = '57014' AND NOT gb_enums_internal.time_is_over() THEN
                    RAISE;
                END IF;
                RAISE WARNING 'table "%" cannot be read: %', c.relation::regclass,
                    CASE sqlstate WHEN '57014' THEN 'it takes more than 5 minutes' ELSE sqlerrm END;
                unreadable := c.relation;
                patience := CASE sqlstate WHEN '55P03' THEN patience / 2 ELSE patience END;
            END;
        END IF;
        IF scanned IS NOT NULL THEN
            IF jsonb_array_length(scanned) <= most_values
               AND (evidence IS NOT NULL OR jsonb_array_length(scanned) * rows_per_value <= c.rows) THEN
                evidence := concat_ws(', ', evidence, 'scan');
                seen := ARRAY(SELECT f.v FROM unnest(seen) WITH ORDINALITY f(v, n) UNION ALL
                               (SELECT v FROM jsonb_array_elements_text(scanned) v
                                EXCEPT SELECT v FROM unnest(seen) v ORDER BY 1));
            END IF;
        END IF;
        CONTINUE WHEN coalesce(cardinality(seen), 0) < 2
            OR NOT c.is_number AND EXISTS (SELECT FROM unnest(seen) v WHERE octet_length(v) NOT BETWEEN 1 AND 63 OR v ~ '^-?[0-9]+$')
            OR (SELECT bool_and(lower(v) IN ('t', 'f', 'true', 'false', 'y', 'n', 'yes', 'no', 'on', 'off')) FROM unnest(seen) v);

        -- Which enumeration has them.
        converted := CASE WHEN c.relation = table_name THEN converted ELSE '{}' END;
        table_name := c.relation;
        column_name := c.attname;
        column_type := format_type(c.atttypid, c.atttypmod);
        SELECT m.* INTO best FROM gb_enums_internal.matches(coalesce(names, seen), c.is_number AND names IS NULL,
            concat_ws('_', CASE WHEN NOT c.is_number OR names IS NOT NULL THEN c.relname END, c.attname)) m
        ORDER BY m.rank LIMIT 1;
        enum := best.enum;
        match := coalesce(best.match, 'none');
        missing := coalesce(best.missing, coalesce(names, seen));
        unused := best.unused;
        options := concat(CASE WHEN best.folds THEN ', fold_case => true' END,
                          CASE WHEN NOT c.is_number AND EXISTS (SELECT FROM unnest(seen) v WHERE v <> btrim(v)) THEN ', trim_blanks => true' END);
        own := format('%s.%I', c.relnamespace::regnamespace, concat_ws('_', c.relname, c.attname));
        IF match IN ('exact', 'subset') AND names IS NOT NULL THEN
            options := (SELECT format(', map => %L', jsonb_object_agg(k.code, v.name))
                        FROM unnest(codes, names) k(code, name)
                        JOIN gb_enums_internal.convert_values(best.enum) v ON lower(v.name) = lower(k.name)
                        HAVING bool_or(v.code <> k.code));
        END IF;
        statement := CASE
            WHEN match IN ('exact', 'subset') THEN ''
            WHEN names IS NOT NULL OR c.is_number
                THEN (SELECT format('SELECT %s.gb_enum_create(%L, definition => %L); ', extension_schema, own,
                                    string_agg(format('%s "%s"', k.code, coalesce(k.name, 'name of ' || k.code)), E'\n'))
                      FROM unnest(seen, names) k(code, name))
            WHEN match = 'none' THEN format('SELECT %s.gb_enum_create(%L, %L); ', extension_schema, own, seen)
            ELSE format('SELECT %s.gb_enum_create(%L, %L, "like" => %L); ', extension_schema, own, missing, enum) END
            || format('SELECT * FROM %s.gb_enum_convert(%L, %L, %L%s)', extension_schema, c.relation::regclass, c.attname,
                      CASE WHEN match IN ('exact', 'subset') THEN enum::text ELSE own END, options);
        rows := c.rows;
        -- In a row with padding it matters what else is converted, so this is on top of the columns before it.
        bytes_per_row := NULL;
        BEGIN
            PERFORM gb_enums_internal.limit_waits(patience);
            bytes_per_row := gb_enums_internal.row_bytes(c.relation, converted)
                - gb_enums_internal.row_bytes(c.relation, converted || c.attnum);
        EXCEPTION WHEN lock_not_available THEN
            RAISE WARNING 'what converting column "%" of "%" saves is not known: %',
                c.attname, c.relation::regclass, sqlerrm;
            patience := patience / 2;
        END;
        converted := converted || c.attnum;
        bytes_total := bytes_per_row * rows;
        RETURN NEXT;
    END LOOP;
END
$$;
COMMENT ON FUNCTION @extschema@.gb_enum_suggest(regnamespace, boolean) IS
    'columns that hold a closed set of values, the enumeration that has them, what a conversion saves and how to do it; example: SELECT * FROM gb_enum_suggest(''public'')';

-- The order in which the columns of a table have no padding between them: those of fixed size, the
-- widest alignment first, then the others.
CREATE FUNCTION @extschema@.gb_enum_column_order(
    relation regclass, converted name[] DEFAULT '{}', OUT columns name[], OUT bytes_now integer, OUT bytes_converted integer, OUT bytes_ordered integer) RETURNS record
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        WITH attribute AS (
            SELECT a.attnum, a.attname, a.attname = ANY (coalesce(converted, '{}')) AS is_converted, a.attlen > 0 OR a.attname = ANY (coalesce(converted, '{}')) AS is_fixed,
                   CASE WHEN a.attname = ANY (coalesce(converted, '{}')) THEN 2 WHEN a.attalign = 'd' THEN 8 WHEN a.attalign = 'i' THEN 4 WHEN a.attalign = 's' THEN 2 ELSE 1 END AS alignment
            FROM pg_catalog.pg_attribute a WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped
        ), found AS (
            SELECT array_agg(a.attname ORDER BY a.is_fixed DESC, a.alignment DESC, a.attnum) AS names, array_agg(a.attnum ORDER BY a.is_fixed DESC, a.alignment DESC, a.attnum) AS places,
                   coalesce(array_agg(a.attnum) FILTER (WHERE a.is_converted), '{}') AS numbers
            FROM attribute a
        )
        SELECT f.names, gb_enums_internal.row_bytes(relation, '{}'), gb_enums_internal.row_bytes(relation, f.numbers), gb_enums_internal.row_bytes(relation, f.numbers, f.places) FROM found f;
    END;
COMMENT ON FUNCTION @extschema@.gb_enum_column_order(regclass, name[]) IS
    'the order of columns that needs the least padding, and the bytes of an average row now, with these columns converted, and in that order as well; example: SELECT * FROM gb_enum_column_order(''old_tasks'', ''{status, priority}'')';
