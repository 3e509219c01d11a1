
-- What a table's owner finds in a column that is to be converted ---------------------------------------

-- An old value, how many rows (of arrays, how many elements) have it, and what becomes of it by which rule.
-- When nothing does, the rule is the option that would help.
CREATE TYPE gb_enums_internal.found_value AS (
    value text, row_count bigint, name name, rule name, is_deprecated boolean, is_found boolean);
COMMENT ON TYPE gb_enums_internal.found_value IS 'an old value of a column, and what becomes of it';

-- At most 100001 values, each by its beginning only, as it can be of any size.
CREATE FUNCTION gb_enums_internal.find_values(col gb_enums_internal.conversion_column)
    RETURNS gb_enums_internal.found_value[]
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp SET row_security = off AS $$
DECLARE
    name CONSTANT text := gb_enums_internal.convert_column(col.relation, col.number);
    found gb_enums_internal.found_value[];
BEGIN
    EXECUTE format('
        SELECT array_agg(ROW(left(v, 80) || CASE WHEN length(v) > 80 THEN ''...'' ELSE '''' END, n,
            m.label, m.rule, m.deprecated, m.found)::gb_enums_internal.found_value)
        FROM (SELECT %3$s::text AS v, count(*) AS n FROM %2$s
            WHERE %1$s IS NOT NULL GROUP BY %1$s LIMIT 100001) g
        CROSS JOIN LATERAL gb_enums_internal.convert_match(v, $1, $2, $3) m',
        CASE WHEN col.is_array THEN 'e' ELSE name END,
        CASE WHEN col.is_array THEN format('(SELECT unnest(%s) FROM %s) t(e)', name, col.relation::regclass)
            ELSE col.relation::regclass::text END,
        -- 1.0 and 1.00 are one number
        format(CASE WHEN col.old_type = 'numeric'::regtype THEN 'trim_scale(%s)' ELSE '%s' END,
            CASE WHEN col.is_array THEN 'e' ELSE name END))
        INTO found USING col.enum::regtype, col.options, gb_enums_internal.has_codes(col);
    RETURN coalesce(found, '{}');
END $$;
COMMENT ON FUNCTION gb_enums_internal.find_values(gb_enums_internal.conversion_column) IS
    'the values of a column, and what becomes of each';

CREATE FUNCTION gb_enums_internal.convert_count(col gb_enums_internal.conversion_column, count numeric)
    RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN RETURN (
SELECT concat(count, CASE WHEN col.is_array THEN ' element' ELSE ' row' END,
    CASE WHEN count <> 1 THEN 's' END));
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_count(gb_enums_internal.conversion_column, numeric) IS
    'how many rows, or how many elements of arrays';

CREATE FUNCTION gb_enums_internal.convert_list_values(found gb_enums_internal.found_value[]) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT string_agg(format('"%s" (%s)', v.value, v.row_count), ', ' ORDER BY v.value COLLATE "C")
FROM (SELECT left(f.value, 83), f.row_count FROM unnest(found) f) v(value, row_count)
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_list_values(gb_enums_internal.found_value[]) IS
    'values of a column, each with the number of its rows';

-- The values that become nothing, the twenty most frequent ones by name.
CREATE FUNCTION gb_enums_internal.stop_for_values(
    col gb_enums_internal.conversion_column, seen gb_enums_internal.found_value[])
    RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN RETURN QUERY SELECT (q.step).* FROM (
WITH bad AS (
    SELECT f.*, row_number() OVER (ORDER BY f.row_count DESC, f.value COLLATE "C") AS place,
        CASE WHEN gb_enums_internal.has_codes(col) THEN f.value ELSE format('"%s"', f.value) END AS shown,
        gb_enums_internal.convert_count(col, f.row_count) AS rows,
        CASE WHEN f.rule IS NOT NULL THEN f.rule
            WHEN f.value = '' THEN 'a map of ""'
            WHEN btrim(f.value) = '' THEN 'trim_blanks with a map of ""' END AS remedy
    FROM unnest(seen) f
    WHERE NOT f.is_found),
total AS (
    SELECT count(*) AS value_count, sum(b.row_count) AS row_count,
        array_agg(format('%s (%s%s)', b.shown, b.rows, '; ' || b.remedy || ' would help')
            ORDER BY b.place > 20, b.value COLLATE "C") AS list
    FROM bad b)
SELECT gb_enums_internal.stop(format('%s of column %s %s no value of %s: %s.',
    gb_enums_internal.convert_count(col, t.row_count),
    gb_enums_internal.convert_column(col.relation, col.number),
    CASE t.row_count WHEN 1 THEN 'is' ELSE 'are' END,
    col.enum::regtype, gb_enums_internal.first_of(t.list, 20, ', ', ' and %s more values')))
FROM total t
WHERE t.value_count > 0) q(step);
END $$;
COMMENT ON FUNCTION gb_enums_internal.stop_for_values(
    gb_enums_internal.conversion_column, gb_enums_internal.found_value[]) IS
    'the stop that names values which become nothing';

CREATE FUNCTION gb_enums_internal.nulls_step(
    col gb_enums_internal.conversion_column, seen gb_enums_internal.found_value[])
    RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN RETURN QUERY SELECT (q.step).* FROM (
SELECT CASE WHEN a.attnotnull AND col.is_array IS NOT TRUE
    THEN gb_enums_internal.stop(
        format('%s of column %I would become NULL, which it refuses.', n.rows, a.attname))
    ELSE gb_enums_internal.warning(format('%s of column %I %s NULL.', n.rows, a.attname,
        CASE n.row_count WHEN 1 THEN 'becomes' ELSE 'become' END)) END
FROM pg_attribute a
CROSS JOIN LATERAL (
    SELECT sum(f.row_count), gb_enums_internal.convert_count(col, sum(f.row_count))
    FROM unnest(seen) f
    WHERE f.is_found AND f.name IS NULL) n(row_count, rows)
WHERE a.attrelid = col.relation AND a.attnum = col.number AND n.row_count > 0) q(step);
END $$;
COMMENT ON FUNCTION gb_enums_internal.nulls_step(
    gb_enums_internal.conversion_column, gb_enums_internal.found_value[]) IS 'what becomes NULL';

CREATE FUNCTION gb_enums_internal.warnings_for_values(
    col gb_enums_internal.conversion_column, seen gb_enums_internal.found_value[])
    RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN RETURN QUERY SELECT (q.step).* FROM (
WITH title AS (
    SELECT format('Column %s', gb_enums_internal.convert_column(col.relation, col.number)) AS text),
line(place, name, text) AS (
    SELECT 1, NULL, format('%s: what is nothing else becomes %s: %s.', t.text,
        coalesce(quote_literal(col.options->>'otherwise'), 'NULL'), v.list)
    FROM title t
    CROSS JOIN gb_enums_internal.convert_list_values(
        ARRAY(SELECT f FROM unnest(seen) f WHERE f.rule = 'otherwise')) v(list)
    WHERE v.list IS NOT NULL
    UNION ALL
    SELECT 2, NULL, format('%s has deprecated values, which stay: %s.', t.text, v.list)
    FROM title t
    CROSS JOIN gb_enums_internal.convert_list_values(
        ARRAY(SELECT f FROM unnest(seen) f WHERE f.is_deprecated AND f.is_found)) v(list)
    WHERE v.list IS NOT NULL
    UNION ALL
    SELECT 3, f.name, format('%s: %s become "%s".', t.text,
        gb_enums_internal.convert_list_values(array_agg(f)),
        f.name)
    FROM title t
    CROSS JOIN unnest(seen) f
    WHERE f.is_found AND f.name IS NOT NULL AND f.rule <> 'otherwise'
    GROUP BY t.text, f.name
    HAVING count(*) > 1
    UNION ALL
    SELECT 4, NULL, format('%s: from now on these texts are refused as input and as literals (22P02), and as '
        'parameters they find nothing: %s. If the application goes on with them, let the enumeration have '
        'such names or aliases.', t.text, v.list)
    FROM title t
    CROSS JOIN gb_enums_internal.convert_list_values(ARRAY(
        SELECT f
        FROM unnest(seen) f
        CROSS JOIN LATERAL gb_enums_internal.convert_match(
            f.value, col.enum, '{"use_aliases": true}', false) m
        WHERE f.is_found AND f.name IS NOT NULL AND NOT m.found AND f.value !~ '^[0-9]+$'
          AND NOT gb_enums_internal.has_codes(col))) v(list)
    WHERE v.list IS NOT NULL)
SELECT gb_enums_internal.warning(l.text)
FROM line l
ORDER BY l.place, l.name) q(step);
END $$;
COMMENT ON FUNCTION gb_enums_internal.warnings_for_values(
    gb_enums_internal.conversion_column, gb_enums_internal.found_value[]) IS
    'the warnings for values that become something else than one might expect';

-- Unique indexes on a column of which values become one: the rows that would be the same. An index that
-- calls functions is left to the server, which builds it.
CREATE FUNCTION gb_enums_internal.convert_duplicates(col gb_enums_internal.conversion_column)
    RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp SET row_security = off AS $$
DECLARE
    x record;
    duplicates bigint;
BEGIN
    FOR x IN
        SELECT i.indexrelid::regclass AS name,
            to_jsonb(i)->>'indnullsnotdistinct' = 'true' AS nulls_not_distinct,
            string_agg(CASE k.number
                WHEN col.number THEN gb_enums_internal.convert_using(col, c.name)
                ELSE c.name END, ', ' ORDER BY k.place) AS keys,
            string_agg('k' || k.place, ', ' ORDER BY k.place) AS aliases,
            string_agg(format('k%s IS NOT NULL', k.place), ' AND ' ORDER BY k.place) AS all_given
        FROM pg_index i
        CROSS JOIN LATERAL unnest(i.indkey::smallint[]) WITH ORDINALITY k(number, place)
        CROSS JOIN LATERAL gb_enums_internal.convert_column(i.indrelid, k.number) c(name)
        WHERE i.indrelid = col.relation AND i.indisunique AND i.indexprs IS NULL AND i.indpred IS NULL
          AND k.place <= i.indnkeyatts
        GROUP BY i.indexrelid, i.*
        HAVING bool_or(k.number = col.number)
        ORDER BY 1
    LOOP
        EXECUTE format('
            SELECT sum(n) FROM (
                SELECT count(*) AS n FROM (SELECT %1$s
                    FROM %2$s) k(%3$s) %4$s GROUP BY %3$s HAVING count(*) > 1) d',
            x.keys, col.relation::regclass, x.aliases,
            CASE WHEN NOT x.nulls_not_distinct IS TRUE THEN 'WHERE ' || x.all_given END) INTO duplicates;
        IF duplicates > 0 THEN
            RETURN NEXT gb_enums_internal.stop(
                format('%s rows would not be unique any more in index "%s".', duplicates, x.name));
        END IF;
    END LOOP;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_duplicates(gb_enums_internal.conversion_column) IS
    'which unique indexes stop values from becoming one';

-- The steps that say what becomes of the values of a column.
-- A foreign table stops each plan, and its server may not answer.
CREATE FUNCTION gb_enums_internal.has_foreign_member(top regclass) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN EXISTS (
        SELECT
        FROM gb_enums_internal.convert_tree(top) t
        JOIN pg_class c ON c.oid = t.member
        WHERE c.relkind = 'f');
COMMENT ON FUNCTION gb_enums_internal.has_foreign_member(regclass) IS
    'whether a foreign table is among the partitions and children of a table';

CREATE FUNCTION gb_enums_internal.convert_scan(col gb_enums_internal.conversion_column)
    RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp SET row_security = off AS $$
DECLARE
    name CONSTANT text := gb_enums_internal.convert_column(col.relation, col.number);
    unseen text;
    found gb_enums_internal.found_value[];
BEGIN
    IF gb_enums_internal.has_foreign_member(col.relation) THEN
        RETURN;
    END IF;
    IF row_security_active(col.relation) THEN
        -- ALTER TABLE sees all rows, and checks them; a column that keeps its bytes is checked here only.
        unseen := format('Row security of "%s" applies to %s: the values of column %s cannot be looked at.',
            col.relation::regclass, current_user, name);
        RETURN NEXT CASE WHEN gb_enums_internal.convert_keeps_bytes(col) THEN gb_enums_internal.stop(unseen)
            ELSE gb_enums_internal.warning(unseen) END;
        RETURN;
    END IF;
    found := gb_enums_internal.find_values(col);
    IF cardinality(found) > 100000 THEN
        RETURN NEXT gb_enums_internal.stop(format('Column %s has more than 100000 different values.', name));
        RETURN;
    END IF;
    RETURN QUERY SELECT * FROM gb_enums_internal.stop_for_values(col, found);
    RETURN QUERY SELECT * FROM gb_enums_internal.nulls_step(col, found);
    RETURN QUERY SELECT * FROM gb_enums_internal.warnings_for_values(col, found);
    IF (SELECT bool_and(f.is_found) AND count(*) > count(DISTINCT coalesce(f.name, ''))
        FROM unnest(found) f) THEN
        RETURN QUERY SELECT * FROM gb_enums_internal.convert_duplicates(col);
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_scan(gb_enums_internal.conversion_column) IS
    'the steps that say what becomes of the values of a column';

-- The same as the table's owner finds it; the way back looks for other things.
CREATE FUNCTION gb_enums_internal.scan_as_owner(col gb_enums_internal.conversion_column)
    RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE sql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT s.*
FROM jsonb_populate_recordset(NULL::gb_enums_internal.convert_step,
    gb_enums_internal.query_as_owner(col.relation,
    format(CASE WHEN col.new_type IS NOT NULL
        THEN 'SELECT jsonb_agg(s) FROM gb_enums_internal.convert_back_scan(%L) s'
                ELSE 'SELECT jsonb_agg(s) FROM gb_enums_internal.convert_scan(%L) s' END, col))) s
$$;
COMMENT ON FUNCTION gb_enums_internal.scan_as_owner(gb_enums_internal.conversion_column) IS
    'what a table''s owner finds in a column';
