
-- Suggestions ---------------------------------------------------------------------------------------

CREATE FUNCTION gb_enums_internal.suggest_statement(s gb_enums_internal.suggestion, new_enum text)
    RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    c constant gb_enums_internal.column_facts := s.facts;
    known constant gb_enums_internal.column_values := s.known;
    map jsonb;
BEGIN
    IF known.names IS NOT NULL AND s.is_used THEN
        -- The codes of the column may be others than those of the enumeration.
        SELECT jsonb_object_agg(k.code, v.name) INTO map
        FROM unnest(known.seen, known.names) k(code, name)
        JOIN gb_enums_internal.convert_values(s.enum) v ON lower(v.name) = lower(k.name)
        HAVING bool_or(v.code <> k.code::integer);
    END IF;
    RETURN concat(
        format('SELECT * FROM %s.gb_enum_convert(%L, %L, %L', gb_enums_internal.extension_schema(),
            c.relation::regclass, c.name, coalesce(new_enum, s.enum::text)),
        ', map => ' || quote_literal(map),
        CASE WHEN NOT c.is_number AND EXISTS (SELECT FROM unnest(known.seen) v WHERE v <> btrim(v))
            THEN ', trim_blanks => true' END,
        CASE WHEN c.has_foreign_key THEN ', foreign_keys => true' END,
        ')');
END
$$;
COMMENT ON FUNCTION gb_enums_internal.suggest_statement(gb_enums_internal.suggestion, text) IS
    'the statement that shows the plan of a conversion';

-- Why an attribute of a composite type has no statement: it is converted by hand. NULL for columns.
CREATE FUNCTION gb_enums_internal.suggest_by_hand(s gb_enums_internal.suggestion, new_enum text) RETURNS text
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS $$
SELECT gb_enums_internal.convert_by_hand(
    r.reltype, coalesce(new_enum, (s).enum::text), ((s).facts).name)
FROM pg_class r
WHERE r.oid = ((s).facts).relation AND r.relkind = 'c' AND (s).remark IS NULL
$$;
COMMENT ON FUNCTION gb_enums_internal.suggest_by_hand(gb_enums_internal.suggestion, text) IS
    'how an attribute of a composite type that is suggested is converted by hand; NULL for a column';

-- In a row with padding it matters what else is converted.
CREATE FUNCTION gb_enums_internal.suggest_saved_bytes(
    c gb_enums_internal.column_facts, converted smallint[], lock_wait interval) RETURNS integer
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    PERFORM gb_enums_internal.limit_waits(lock_wait);
    RETURN gb_enums_internal.row_bytes(c.relation, converted)
        - gb_enums_internal.row_bytes(c.relation, converted || c.number);
EXCEPTION WHEN lock_not_available THEN
    RAISE WARNING 'what converting column "%" of "%" saves is not known: %',
        c.name, c.relation::regclass, sqlerrm;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION gb_enums_internal.suggest_saved_bytes(
    gb_enums_internal.column_facts, smallint[], interval) IS
    'the bytes that the conversion of a column saves in an average row, after that of other columns; '
    'NULL when the table is locked';

-- Each column that seems to hold a closed set. Tables are read with `scan`.
CREATE FUNCTION gb_enums_internal.suggestions(
    schema oid, scan boolean, OUT list gb_enums_internal.suggestion[], OUT lock_wait interval)
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    enum_words constant text[] :=
        ARRAY(SELECT w FROM gb_enums_internal.suggest_enums() e, unnest(e.words) w);
    candidates gb_enums_internal.suggestion[] := '{}';
    s gb_enums_internal.suggestion;
    c gb_enums_internal.column_facts;
    scanned record;
    unreadable oid := 0;  -- the last table that could not be read
BEGIN
    lock_wait := '2 seconds';  -- halved after each lock that was not granted
    FOR c IN
        SELECT *
        FROM gb_enums_internal.suggest_columns(suggestions.schema) k
        WHERE scan OR k.are_all OR k.words && enum_words
           OR k.is_native OR coalesce(k.checked, k.compared, k.defaults) IS NOT NULL OR k.comment IS NOT NULL
        ORDER BY k.schema::regnamespace::text, k.relation_name, k.number
    LOOP
        s.known := gb_enums_internal.suggest_known_values(c, enum_words);
        IF scan AND c.relation <> unreadable AND c.relkind <> 'c' AND NOT c.is_native
           AND (NOT c.is_number OR (s.known).evidence IS NOT NULL OR c.words && enum_words)
           AND gb_enums_internal.acts_for(c.owner) THEN
            scanned := gb_enums_internal.suggest_scan(lock_wait, c);
            unreadable := CASE WHEN scanned.failure IS NULL THEN unreadable ELSE c.relation END;
            lock_wait := CASE scanned.failure WHEN '55P03' THEN lock_wait / 2 ELSE lock_wait END;
            IF scanned.failure IS NULL THEN
                c := scanned.c;
                s.known := gb_enums_internal.suggest_scanned_values(c, s.known, enum_words);
            END IF;
        END IF;
        CONTINUE WHEN (s.known).evidence IS NULL AND NOT c.words && enum_words;
        s.facts := c;
        candidates := candidates || s;
    END LOOP;

    list := '{}';
    FOR s IN SELECT * FROM gb_enums_internal.suggest_matches(candidates) LOOP
        IF s.is_used AND NOT coalesce((s.known).is_whole, false) THEN
            s.known.evidence := concat_ws(
                ', ', 'name', CASE WHEN (s.facts).defaults IS NOT NULL THEN 'default' END);
        END IF;
        CONTINUE WHEN NOT gb_enums_internal.suggest_is_closed_set(s);
        s.remark := gb_enums_internal.suggest_remark(s);
        s.own := gb_enums_internal.suggest_own_values(s);
        s.place := cardinality(list) + 1;
        list := list || s;
    END LOOP;
END
$$;
COMMENT ON FUNCTION gb_enums_internal.suggestions(oid, boolean) IS
    'the columns that seem to hold a closed set of values, with the enumerations that they can get, '
    'and how long the next lock may be waited for';

CREATE FUNCTION @extschema@.gb_enum_suggest(
    schema regnamespace DEFAULT NULL, scan boolean DEFAULT false,
    OUT table_name regclass, OUT column_name name, OUT column_type text, OUT evidence text, OUT seen text[],
    OUT enum regtype, OUT match text, OUT missing text[], OUT unused text[],
    OUT rows bigint, OUT bytes_per_row integer, OUT bytes_total bigint,
    OUT new_enum text, OUT creation text, OUT statement text, OUT remark text) RETURNS SETOF record
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    suggested record;
    item record;
    s gb_enums_internal.suggestion;
    c gb_enums_internal.column_facts;
    converted smallint[];  -- the columns of the table that were suggested so far
BEGIN
    suggested := gb_enums_internal.suggestions(gb_enum_suggest.schema, scan IS TRUE);
    FOR item IN
        SELECT f AS suggestion, e.new_enum, e.creation
        FROM unnest(suggested.list) f
        LEFT JOIN gb_enums_internal.suggest_new_enums(suggested.list) e ON e.place = f.place
        ORDER BY f.place
    LOOP
        s := item.suggestion;
        c := s.facts;
        converted := CASE WHEN c.relation = table_name THEN converted ELSE '{}' END;
        IF c.relkind = 'c' OR c.is_array OR s.remark IS NOT NULL THEN
            bytes_per_row := NULL;
        ELSE
            bytes_per_row := gb_enums_internal.suggest_saved_bytes(c, converted, suggested.lock_wait);
            suggested.lock_wait := suggested.lock_wait / CASE WHEN bytes_per_row IS NULL THEN 2 ELSE 1 END;
            converted := converted || c.number;
        END IF;

        table_name := c.relation;
        column_name := c.name;
        column_type := format_type(c.type, c.typmod);
        evidence := (s.known).evidence;
        seen := coalesce((s.known).seen, '{}');
        enum := s.enum;
        match := s.match;
        missing := s.missing;
        unused := s.unused;
        rows := c.rows;
        bytes_total := bytes_per_row * rows;
        new_enum := item.new_enum;
        creation := item.creation;
        remark := coalesce(s.remark, gb_enums_internal.suggest_by_hand(s, new_enum));
        statement := CASE WHEN remark IS NULL THEN gb_enums_internal.suggest_statement(s, new_enum) END;
        remark := coalesce(remark, gb_enums_internal.suggest_guess(s));
        RETURN NEXT;
    END LOOP;
END
$$;
COMMENT ON FUNCTION @extschema@.gb_enum_suggest(regnamespace, boolean) IS
    'columns that hold a closed set of values, the enumeration that has them or is to be created, '
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
