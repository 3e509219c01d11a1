
-- The values of a column ---------------------------------------------------------------------------

CREATE TYPE gb_enums_internal.column_values AS (
    evidence text,  -- where they were seen; NULL when nowhere
    seen text[],
    names text[],  -- the names that a comment gives to the codes in "seen", for the first of them
    is_whole boolean  -- whether these seem to be all values of the set
);
COMMENT ON TYPE gb_enums_internal.column_values IS 'the values that a column is known to have';

CREATE FUNCTION gb_enums_internal.with_values(known text[], others text[]) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    BEGIN ATOMIC
        SELECT coalesce(known, '{}') || ARRAY(
            SELECT o
            FROM unnest(others) o
            WHERE o <> ALL (coalesce(known, '{}'))
            GROUP BY o
            ORDER BY o);
    END;
COMMENT ON FUNCTION gb_enums_internal.with_values(text[], text[]) IS
    'the values of a list, and after them those of another one that it lacks';

CREATE FUNCTION gb_enums_internal.repeats_values(value_count integer, rows bigint) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN value_count * 4 <= rows;
COMMENT ON FUNCTION gb_enums_internal.repeats_values(integer, bigint) IS
    'whether so many rows have so few values that these look like a closed set';

-- Codes of which a comment gives the names. All that is known of the column must be among them.
CREATE FUNCTION gb_enums_internal.suggest_named_codes(
    c gb_enums_internal.column_facts, INOUT known gb_enums_internal.column_values)
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    codes text[];
    names text[];
BEGIN
    SELECT array_agg(k.code::text ORDER BY k.code), array_agg(k.name ORDER BY k.code)
    INTO codes, names
    FROM gb_enums_internal.commented_codes(c.comment) k
    HAVING count(*) >= 2
       AND count(*) = count(DISTINCT k.code)
       AND count(*) = count(DISTINCT lower(k.name));
    IF coalesce(known.seen, '{}') || coalesce(c.defaults, '{}') || coalesce(c.most_common, '{}') <@ codes THEN
        known.evidence := concat_ws(', ', nullif(known.evidence, 'statistics'), 'comment');
        known.seen := codes;
        known.names := names;
        known.is_whole := true;
    END IF;
END
$$;
COMMENT ON FUNCTION gb_enums_internal.suggest_named_codes(
    gb_enums_internal.column_facts, gb_enums_internal.column_values) IS
    'the codes and names that the comment on a column of numbers gives, if nothing is against them';

-- Values that are texts, where neither a native enum nor a CHECK lists them.
CREATE FUNCTION gb_enums_internal.suggest_texts(c gb_enums_internal.column_facts, enum_words text[])
    RETURNS gb_enums_internal.column_values
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    is_set constant boolean :=
        c.kind ~ '^set' OR c.kind = 'other' AND c.words[cardinality(c.words)] = ANY (enum_words);
    commented constant text[] := gb_enums_internal.commented_names(c.comment);
    seldom_set constant boolean := c.kind = 'free' OR c.is_array AND NOT is_set;
    sure constant text[] := gb_enums_internal.with_values(c.defaults, c.compared);
    known gb_enums_internal.column_values;
    from_rows text[];
BEGIN
    IF c.are_all AND (c.is_array OR gb_enums_internal.repeats_values(cardinality(c.most_common), c.rows)) THEN
        from_rows := c.most_common;
    END IF;
    -- A list in a comment has one of the values that are known, or nothing speaks of others.
    IF commented && (sure || coalesce(c.most_common, '{}'))
       OR NOT seldom_set AND commented IS NOT NULL AND sure = '{}' AND c.most_common IS NULL THEN
        known.seen := commented;
        known.evidence := 'comment';
        known.is_whole := true;
    END IF;
    IF from_rows IS NOT NULL
       AND (known.seen IS NOT NULL
            OR NOT seldom_set AND gb_enums_internal.suggest_looks_closed(from_rows, is_set)) THEN
        known.evidence := concat_ws(', ', known.evidence, 'statistics');
        known.seen := gb_enums_internal.with_values(known.seen, from_rows);
        known.is_whole := true;
    END IF;
    IF sure <> '{}' AND (known.seen IS NOT NULL OR is_set AND (
        SELECT bool_and(gb_enums_internal.is_word(v)) FROM unnest(sure) v)) THEN
        known.evidence := concat_ws(', ', known.evidence,
            CASE WHEN NOT c.defaults <@ coalesce(known.seen, '{}') THEN 'default' END,
            CASE WHEN NOT c.compared <@ coalesce(known.seen, '{}') THEN 'comparison' END);
        known.seen := gb_enums_internal.with_values(known.seen, sure);
    END IF;
    known.is_whole := known.is_whole IS TRUE;
    RETURN known;
END
$$;
COMMENT ON FUNCTION gb_enums_internal.suggest_texts(gb_enums_internal.column_facts, text[]) IS
    'the values of a column of texts as comments, statistics, its default and comparisons tell them';

CREATE FUNCTION gb_enums_internal.is_word(value text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN value OPERATOR(pg_catalog.~) pg_catalog.replace(
        '^ *@(@|[[:digit:]_.:+&'' -]){0,40}$', '@', gb_enums_internal.pattern_of_letters());
COMMENT ON FUNCTION gb_enums_internal.is_word(text) IS
    'whether a text looks like a word, as a status does, and not like a document, a path or a format';

-- By themselves, few values in many rows are no closed set: so are two owners, three languages, or documents.
CREATE FUNCTION gb_enums_internal.suggest_looks_closed(seen text[], is_set boolean) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
SELECT CASE
    -- Of a status one expects words, in rows that may be dirty, too.
    WHEN is_set
        THEN count(*) FILTER (WHERE gb_enums_internal.is_word(v)) >= greatest(2, count(*) - 3)
             AND count(*) <= 30
             AND NOT bool_or(v ~ '^ *[{["<]')
    ELSE count(*) BETWEEN 2 AND 15
         AND (bool_and(v ~ '^[a-z][a-z0-9]*([_-][a-z0-9]+)*$' AND length(v) <= 30)
              OR bool_and(v ~ '^[A-Z][A-Z0-9]*([_-][A-Z0-9]+)*$' AND length(v) <= 30))
         AND NOT bool_and(v ~ '^[[:alpha:]]{1,2}[0-9.]+$')
         AND NOT bool_and(lower(v) IN (
             'red', 'green', 'blue', 'yellow', 'orange', 'purple', 'pink', 'black', 'white', 'gray', 'grey',
             'brown', 'cyan', 'magenta', 'teal', 'indigo', 'violet', 'lime', 'amber', 'navy', 'gold',
             'silver'))
         AND NOT bool_and(v IN (
             'USD', 'EUR', 'GBP', 'JPY', 'CNY', 'BRL', 'CHF', 'CAD', 'AUD', 'NZD', 'INR', 'MXN', 'ARS',
             'CLP', 'COP', 'SEK', 'NOK', 'DKK', 'PLN', 'CZK', 'HUF', 'TRY', 'ZAR', 'KRW', 'SGD', 'HKD',
             'ILS', 'AED', 'BTC', 'ETH', 'USDT'))
    END
FROM unnest(seen) v
$$;
COMMENT ON FUNCTION gb_enums_internal.suggest_looks_closed(text[], boolean) IS
    'whether texts that are known only from rows look like values of an enumeration; '
    'is_set: whether the name of the column says so';

CREATE FUNCTION gb_enums_internal.suggest_known_values(
    c gb_enums_internal.column_facts, enum_words text[])
    RETURNS gb_enums_internal.column_values
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    known gb_enums_internal.column_values;
BEGIN
    IF c.is_native THEN
        RETURN ROW('native enum', c.labels, NULL, true)::gb_enums_internal.column_values;
    END IF;
    IF c.kind = 'reference' THEN
        RETURN NULL;
    END IF;
    IF c.checked IS NOT NULL THEN
        known.evidence := 'check';
        known.seen := c.checked;
        known.is_whole := true;
    ELSIF NOT c.is_number THEN
        RETURN gb_enums_internal.suggest_texts(c, enum_words);
    ELSIF c.are_all AND gb_enums_internal.repeats_values(cardinality(c.most_common), c.rows) THEN
        known.evidence := 'statistics';
        known.seen := ARRAY(
            SELECT v
            FROM unnest(gb_enums_internal.with_values(c.most_common, c.defaults)) v
            ORDER BY length(v), v);
        known.is_whole := true;
    ELSE
        known.seen := c.defaults;
        known.is_whole := false;
    END IF;
    IF c.is_number AND c.comment IS NOT NULL THEN
        known := gb_enums_internal.suggest_named_codes(c, known);
    END IF;
    RETURN known;
END
$$;
COMMENT ON FUNCTION gb_enums_internal.suggest_known_values(gb_enums_internal.column_facts, text[]) IS
    'the values of a column as its type, CHECKs, its default, a comment or statistics tell them; '
    'the words of the names of enumerations are given';

-- To read a table is to run code that its owner put into it, so the query runs as the owner.
CREATE FUNCTION gb_enums_internal.suggest_scan(
    lock_wait interval, INOUT c gb_enums_internal.column_facts, OUT failure text)
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    most_values constant integer := 50;
    longest_name constant integer := 63;
    result jsonb;
BEGIN
    BEGIN
        PERFORM gb_enums_internal.limit_time(clock_timestamp() + interval '5 minutes');
        PERFORM gb_enums_internal.limit_waits(lock_wait);
        PERFORM gb_enums_internal.hold_tables(ARRAY[c.relation], exclusive => false);
        result := gb_enums_internal.query_as_owner(c.relation, format(
            CASE WHEN c.is_array
                THEN 'SELECT coalesce(jsonb_agg(left(v::text, %4$s)), ''[]'')
                      FROM (SELECT DISTINCT e AS v FROM %2$s, unnest(%1$I) e WHERE e IS NOT NULL
                            LIMIT %3$s) s'
                ELSE 'SELECT coalesce(jsonb_agg(left(v::text, %4$s)), ''[]'')
                      FROM (SELECT DISTINCT %1$I AS v FROM %2$s WHERE %1$I IS NOT NULL LIMIT %3$s) s'
            END, c.name, c.relation::regclass, most_values + 1, longest_name + 1));
        IF c.rows IS NULL OR c.checked IS NULL AND jsonb_array_length(result) <= most_values THEN
            c.rows := gb_enums_internal.run_as_owner(c.relation,
                format('SELECT pg_catalog.count(*) FROM %s', c.relation::regclass));
        END IF;
    EXCEPTION WHEN OTHERS OR query_canceled THEN
        IF sqlstate = '57014' AND NOT gb_enums_internal.time_is_over() THEN
            RAISE;
        END IF;
        RAISE WARNING 'table "%" cannot be read: %', c.relation::regclass,
            CASE sqlstate WHEN '57014' THEN 'it takes more than 5 minutes' ELSE sqlerrm END;
        failure := sqlstate;
        RETURN;
    END;
    SELECT array_agg(v ORDER BY v), count(*) BETWEEN 1 AND most_values
    INTO c.most_common, c.are_all
    FROM jsonb_array_elements_text(result) v;
END
$$;
COMMENT ON FUNCTION gb_enums_internal.suggest_scan(interval, gb_enums_internal.column_facts) IS
    'a column with the values and the number of rows that its table has instead of those of statistics; '
    'or the SQLSTATE of the error, after a warning';

CREATE FUNCTION gb_enums_internal.suggest_scanned_values(
    scanned gb_enums_internal.column_facts, before gb_enums_internal.column_values, enum_words text[])
    RETURNS gb_enums_internal.column_values
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    known gb_enums_internal.column_values := gb_enums_internal.suggest_known_values(scanned, enum_words);
BEGIN
    IF known.evidence ~ 'statistics' THEN
        known.evidence := regexp_replace(known.evidence, 'statistics',
            CASE WHEN before.evidence ~ 'statistics' THEN 'statistics, scan' ELSE 'scan' END);
    ELSIF known.evidence IS NOT NULL AND scanned.are_all THEN
        known.evidence := known.evidence || ', scan';
        known.seen := gb_enums_internal.with_values(known.seen, scanned.most_common);
    END IF;
    RETURN known;
END
$$;
COMMENT ON FUNCTION gb_enums_internal.suggest_scanned_values(
    gb_enums_internal.column_facts, gb_enums_internal.column_values, text[]) IS
    'the values of a column whose table has been read; "before" is what was known without';
