
-- The enumeration that fits the values of a column ------------------------------------------------

CREATE TYPE gb_enums_internal.enum_facts AS (enum regtype, words text[], names text[], codes text[]);
COMMENT ON TYPE gb_enums_internal.enum_facts IS
    'an enumeration, the words of its name, and its values that are not deprecated';

CREATE FUNCTION gb_enums_internal.suggest_enums() RETURNS SETOF gb_enums_internal.enum_facts
    LANGUAGE sql STABLE PARALLEL UNSAFE
    BEGIN ATOMIC
        SELECT g.enum, gb_enums_internal.name_words(t.typname::text),
               array_agg(g.name ORDER BY g.code), array_agg(g.code::text ORDER BY g.code)
        FROM @extschema@.gb_enums g
        JOIN pg_catalog.pg_type t ON t.oid = g.enum
        WHERE NOT g.deprecated
        GROUP BY g.enum, t.typname;
    END;
COMMENT ON FUNCTION gb_enums_internal.suggest_enums() IS 'the enumerations that there are';

CREATE TYPE gb_enums_internal.suggestion AS (
    facts gb_enums_internal.column_facts,
    known gb_enums_internal.column_values,
    names text[],  -- the names of its values in an enumeration, or their codes while these have no names
    enum regtype,  -- the enumeration that it gets, or the nearest one
    is_used boolean,  -- whether it gets that enumeration
    match text,  -- exact, subset, superset, overlap or none
    missing text[],  -- the values of the column that the enumeration does not have
    unused text[],  -- the values of the enumeration that the column does not have
    remark text,  -- why it cannot be converted as it is; NULL when it can
    own text[],  -- what its values are in an enumeration of its own, in an order; NULL when it needs none
    place integer  -- among all suggestions
);
COMMENT ON TYPE gb_enums_internal.suggestion IS 'a column, and the enumeration that it is to get';

-- For texts, values are compared as they are; the names that comments give to codes without regard to case.
CREATE FUNCTION gb_enums_internal.suggest_matches(columns gb_enums_internal.suggestion[])
    RETURNS SETOF gb_enums_internal.suggestion
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET jit = off
    AS $$
WITH enum AS MATERIALIZED (
    SELECT e.*, k.are_codes, CASE WHEN k.are_codes THEN e.codes ELSE e.names END AS available
    FROM gb_enums_internal.suggest_enums() e
    CROSS JOIN (VALUES (false), (true)) k(are_codes)
)
SELECT s.facts, s.known, w.names, b.enum, coalesce(b.is_used, false), coalesce(b.match, 'none'),
       CASE WHEN b.is_used THEN '{}'
            ELSE ARRAY(SELECT v FROM unnest(w.names) v WHERE v <> ALL (coalesce(b.available, '{}'))) END,
       CASE WHEN b.enum IS NOT NULL
            THEN ARRAY(SELECT v FROM unnest(b.available) v WHERE v <> ALL (w.compared)) END,
       NULL::text, NULL::text[], NULL::integer
FROM unnest(columns) s
CROSS JOIN LATERAL (
    SELECT ARRAY(
        SELECT btrim(v.value)
        FROM unnest(coalesce((s.known).names, (s.known).seen)) WITH ORDINALITY v(value, place)
        GROUP BY btrim(v.value)
        ORDER BY min(v.place))) n(names)
CROSS JOIN LATERAL (
    SELECT n.names, (s.facts).is_number AND (s.known).names IS NULL AS are_codes,
           CASE WHEN (s.known).names IS NOT NULL THEN lower(n.names::text)::text[] ELSE n.names END
               AS compared) w
LEFT JOIN LATERAL (
    SELECT e.enum, e.available, m.match, m.match IN ('exact', 'subset') AND u.is_used AS is_used
    FROM enum e
    CROSS JOIN LATERAL (
        SELECT gb_enums_internal.name_fits(e.words, (s.facts).words, CASE
                   WHEN NOT (s.facts).is_array THEN (s.facts).table_word END) AS fits,
               CASE
                   WHEN w.compared <@ e.available AND e.available <@ w.compared THEN 'exact'
                   WHEN w.compared <@ e.available THEN 'subset'
                   WHEN e.available <@ w.compared THEN 'superset'
                   WHEN e.available && w.compared THEN 'overlap'
                   ELSE 'none'
               END AS match) m
    CROSS JOIN LATERAL (
        SELECT CASE
            -- Codes say nothing by themselves, but for those with gaps.
            WHEN w.are_codes AND (s.known).evidence IS NOT NULL
                THEN m.fits >= 2
                     OR m.match = 'exact'
                        AND (m.fits = 1 OR NOT '0' = ANY (e.available)
                             OR NOT (cardinality(e.available) - 1)::text = ANY (e.available))
            WHEN (s.known).is_whole
                THEN m.match = 'exact' OR m.fits >= 1
            ELSE m.fits >= 2
        END) u(is_used)
    WHERE e.are_codes = w.are_codes
      AND (m.match IN ('exact', 'subset') AND u.is_used
           OR m.fits >= 1 AND (s.known).evidence IS NOT NULL AND NOT w.are_codes)
    ORDER BY m.match IN ('exact', 'subset') AND u.is_used DESC, m.match = 'exact' DESC, m.fits DESC,
             m.match = 'superset' DESC, cardinality(e.available), e.enum::text
    LIMIT 1) b ON true
$$;
COMMENT ON FUNCTION gb_enums_internal.suggest_matches(gb_enums_internal.suggestion[]) IS
    'columns of which facts and values are given, each with the enumeration that it can get as it is, '
    'or else the nearest one of a similar name';

-- What is to be found out, or to be done, before a column is converted.
CREATE FUNCTION gb_enums_internal.suggest_remark(s gb_enums_internal.suggestion) RETURNS text
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS $$
SELECT CASE
    WHEN (s).is_used THEN NULL
    WHEN ((s).facts).is_number AND ((s).known).names IS NULL
        THEN 'The names of these codes are not known: create an enumeration that has them.'
    WHEN b.list IS NOT NULL
        THEN format('These values can be no names: %s. Give a "map" for them, or correct the rows.', b.list)
    WHEN NOT ((s).known).is_whole
        THEN 'Other values are not known: create an enumeration that has all of them.'
    WHEN ((s).known).evidence !~ '^(native enum|check)' AND v.list IS NOT NULL
        THEN format('Some values differ only in the case of letters: %s. Correct the rows, or say '
                    '"fold_case": then the other forms are refused as input.', v.list)
END
FROM (SELECT string_agg(format('"%s"', left(n, 64)), ', ')
      FROM unnest((s).names) n
      WHERE n = '' OR octet_length(n) > 63 OR n ~ '^-?[0-9]+$') b(list)
CROSS JOIN (
    SELECT string_agg(l.list, ', ')
    FROM (SELECT string_agg(format('"%s"', n), ', ' ORDER BY n) AS list
          FROM unnest((s).names) n
          GROUP BY lower(n)
          HAVING count(*) > 1) l) v(list)
$$;
COMMENT ON FUNCTION gb_enums_internal.suggest_remark(gb_enums_internal.suggestion) IS
    'why a column cannot be converted as it is; NULL when it can';

CREATE FUNCTION gb_enums_internal.suggest_is_closed_set(s gb_enums_internal.suggestion) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE
        WHEN (s).is_used
            THEN true
        WHEN ((s).known).evidence IS NULL
            THEN false
        WHEN ((s).facts).is_number AND ((s).known).names IS NULL
            THEN ((s).facts).kind = 'set'
                 AND cardinality((s).names) BETWEEN 2 AND 20 AND NOT (s).names <@ '{0,1}'
                 AND array_to_string((s).names, ',') ~ '^([0-9]{1,3}(,|$))+$'
        ELSE cardinality((s).names) >= CASE WHEN ((s).known).is_whole THEN 2 ELSE 1 END
             AND array_to_string((s).names, '') !~ '^[0-9]*$'
             AND NOT lower((s).names::text)::text[]
                 <@ '{t,f,true,false,y,n,yes,no,on,off}'
    END;
COMMENT ON FUNCTION gb_enums_internal.suggest_is_closed_set(gb_enums_internal.suggestion) IS
    'whether the values of a column can be those of an enumeration, and not those of a boolean or numbers';

-- Rows alone tell a closed set as little as they tell two doctors or three ports.
CREATE FUNCTION gb_enums_internal.suggest_guess(s gb_enums_internal.suggestion) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE
        WHEN NOT (s).is_used AND ((s).facts).kind = 'other' AND ((s).facts).checked IS NULL
            AND ((s).known).evidence ~ '^(statistics|scan)' AND ((s).known).names IS NULL
            AND COALESCE(((s).facts).defaults, ((s).facts).compared) IS NULL
        THEN 'Only its rows tell these values, so others may come.' END;
COMMENT ON FUNCTION gb_enums_internal.suggest_guess(gb_enums_internal.suggestion) IS
    'what to know of a column when nothing but its rows says that its values are a closed set; else NULL';

-- Enumerations that are to be created ---------------------------------------------------------------

-- bill_tickets and chat_tickets: tickets.
CREATE FUNCTION gb_enums_internal.common_ending(names text[]) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
SELECT e.ending
FROM (SELECT string_to_array(names[1], '_')) f(words)
CROSS JOIN generate_series(1, cardinality(f.words)) place
CROSS JOIN LATERAL array_to_string(f.words[place:], '_') e(ending)
WHERE e.ending <> ''
  AND NOT EXISTS (
      SELECT
      FROM unnest(names) n
      WHERE n <> e.ending AND right(n, length(e.ending) + 1) <> '_' || e.ending)
ORDER BY place
LIMIT 1
$$;
COMMENT ON FUNCTION gb_enums_internal.common_ending(text[]) IS
    'the last words that names have in common; NULL when there are none';

CREATE FUNCTION gb_enums_internal.suggest_new_name(
    schema oid, tables text[], columns text[], taken text[]) RETURNS text
    LANGUAGE plpgsql STABLE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    most_bytes constant integer := 48;  -- the names of its functions are longer
    alike constant text := gb_enums_internal.common_ending(columns);
    base text;
    ending text := '';
    place integer := 1;
    result text;
BEGIN
    base := left(CASE
        WHEN cardinality(columns) > 1 AND NOT gb_enums_internal.name_words(alike)
                <@ '{status,state,type,kind,mode,role,category,level,class,code}'
            THEN alike
        WHEN alike IS NULL
            THEN concat_ws('_', tables[1], columns[1])
        ELSE concat_ws('_', coalesce(gb_enums_internal.common_ending(tables), tables[1]), alike)
    END, most_bytes);
    LOOP
        WHILE octet_length(base || ending) > most_bytes LOOP
            base := left(base, -1);
        END LOOP;
        result := format('%s.%I', schema::regnamespace, base || ending);
        EXIT WHEN (result = ANY (taken)) IS NOT TRUE
            AND NOT EXISTS (
                SELECT FROM pg_type t WHERE t.typnamespace = schema AND t.typname = base || ending);
        place := place + 1;
        ending := '_' || place;
    END LOOP;
    RETURN result;
END
$$;
COMMENT ON FUNCTION gb_enums_internal.suggest_new_name(oid, text[], text[], text[]) IS
    'a name for the enumeration of these columns, that no type of the schema has, and none that is taken';

CREATE FUNCTION gb_enums_internal.suggest_own_values(s gb_enums_internal.suggestion) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
SELECT array_agg(v.value ORDER BY v.value COLLATE "C")
FROM unnest(CASE WHEN ((s).known).names IS NOT NULL THEN ((s).known).seen END, (s).names) k(code, name)
CROSS JOIN LATERAL concat_ws(' ', k.code, k.name) v(value)
WHERE NOT (s).is_used AND (s).remark IS NULL
$$;
COMMENT ON FUNCTION gb_enums_internal.suggest_own_values(gb_enums_internal.suggestion) IS
    'the values of an enumeration for a column, which is the same for columns with the same values';

CREATE FUNCTION gb_enums_internal.suggest_definition(s gb_enums_internal.suggestion) RETURNS text
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS $$
SELECT CASE
    WHEN ((s).known).names IS NOT NULL
        THEN format('definition => %L', (
            SELECT string_agg(format('%s "%s"', k.code, k.name), E'\n')
            FROM unnest(((s).known).seen, ((s).known).names) k(code, name)))
    WHEN (s).match = 'superset'
        THEN format('%L, "like" => %L', (s).missing, (s).enum)
    ELSE format('%L', (s).names)
END
$$;
COMMENT ON FUNCTION gb_enums_internal.suggest_definition(gb_enums_internal.suggestion) IS
    'what gb_enum_create() is given for the enumeration of a column, besides its name';

-- Columns with the same values share an enumeration. A column of which only rows tell the values also shares
-- that of a column of the same name, of which more is known and which has more values.
CREATE FUNCTION gb_enums_internal.suggest_new_enums(suggestions gb_enums_internal.suggestion[])
    RETURNS TABLE (place integer, new_enum text, creation text)
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET jit = off
    AS $$
#variable_conflict use_column
DECLARE
    shared record;
    taken text[] := '{}';
BEGIN
    FOR shared IN
        WITH item AS MATERIALIZED (
            SELECT s.place, s.own, (s.facts).name AS column_name, (s.facts).relation_name,
                   (s.known).evidence ~ '^(statistics|scan)' AS is_weak
            FROM unnest(suggestions) s
            WHERE s.own IS NOT NULL
        ), wider AS (
            SELECT DISTINCT ON (w.column_name, w.own) w.column_name, w.own, b.own AS all_own
            FROM (SELECT DISTINCT i.column_name, i.own FROM item i WHERE i.is_weak) w
            JOIN (SELECT DISTINCT i.column_name, i.own FROM item i WHERE NOT i.is_weak) b
                ON b.column_name = w.column_name AND w.own <@ b.own
            ORDER BY w.column_name, w.own, cardinality(b.own), b.own
        ), together AS (
            SELECT array_agg(i.place) AS places,
                   array_agg(i.relation_name::text ORDER BY i.is_weak, i.place) AS tables,
                   array_agg(i.column_name::text ORDER BY i.is_weak, i.place) AS columns,
                   (array_agg(i.place ORDER BY i.is_weak, i.place))[1] AS first_place
            FROM item i
            LEFT JOIN wider w ON i.is_weak AND w.column_name = i.column_name AND w.own = i.own
            GROUP BY coalesce(w.all_own, i.own)
        )
        SELECT t.places, t.tables, t.columns, (s.facts).schema,
               gb_enums_internal.suggest_definition(s) AS definition
        FROM together t
        JOIN unnest(suggestions) s ON s.place = t.first_place
        ORDER BY t.first_place
    LOOP
        new_enum := gb_enums_internal.suggest_new_name(
            shared.schema, shared.tables, shared.columns, taken);
        taken := taken || new_enum;
        creation := format('SELECT %s.gb_enum_create(%L, %s)',
            gb_enums_internal.extension_schema(), new_enum, shared.definition);
        RETURN QUERY SELECT p, new_enum, creation FROM unnest(shared.places) p;
    END LOOP;
END
$$;
COMMENT ON FUNCTION gb_enums_internal.suggest_new_enums(gb_enums_internal.suggestion[]) IS
    'the enumerations that are to be created for suggestions, and the places of these';
