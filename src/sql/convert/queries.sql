
-- What to look at in the application: forms of queries that change, and functions that name both -------

-- In binary format a client reads as many bytes as the number that it asked for has, whatever they are.
CREATE FUNCTION gb_enums_internal.names_of_bytes(enum oid, bytes integer) RETURNS text
    LANGUAGE sql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT string_agg(format('"%s"', v.name), ', ' ORDER BY v.code)
FROM gb_enums_internal.convert_values(enum) v
WHERE octet_length(v.name) = bytes
$$;
COMMENT ON FUNCTION gb_enums_internal.names_of_bytes(oid, integer) IS
    'the names of an enumeration that have so many bytes';

CREATE FUNCTION gb_enums_internal.warnings_for_numbers(col gb_enums_internal.conversion_column)
    RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT gb_enums_internal.warning(CASE
    WHEN gb_enums_internal.has_codes(col) THEN concat(
        format('Column %1$s gives names from now on, where it gave numbers: clients that read a number fail, '
            'or misread the name.' || CASE WHEN col.is_array THEN ''
                ELSE ' %2$s keeps numbers; a view with %3$s(%1$s) AS %1$s shows names.' END,
            shown, CASE WHEN col.old_type = 'smallint'::regtype THEN 'No conversion'
                        ELSE 'store => ''smallint''' END,
            gb_enums_internal.convert_trusting_cast(col.enum)::regproc),
        ' In binary format they misread, without an error, '
            || gb_enums_internal.names_of_bytes(col.enum, y.typlen) || '.')
    ELSE format('Column %s: names of 2 bytes (%s) look like codes in binary format. A client that reads the '
        'column as a 16-bit integer needs gb_enums.binary_output = code.', shown, of_two_bytes) END)
FROM gb_enums_internal.convert_column(col.relation, col.number) shown
CROSS JOIN gb_enums_internal.names_of_bytes(col.enum, 2) of_two_bytes
JOIN pg_type y ON y.oid = col.old_type
WHERE gb_enums_internal.has_codes(col) OR of_two_bytes IS NOT NULL
$$;
COMMENT ON FUNCTION gb_enums_internal.warnings_for_numbers(gb_enums_internal.conversion_column) IS
    'the warnings for clients that read numbers';

-- What the search_path is in the end is known to the application only; this is what is set for it.
CREATE FUNCTION gb_enums_internal.sessions_off_path(schema oid) RETURNS text
    LANGUAGE sql STABLE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT string_agg(p.whose, ', ' ORDER BY p.place, p.whose)
FROM (
    SELECT 1, 'new sessions like this one', s.reset_val, session_user::text
    FROM pg_settings s
    WHERE s.name = 'search_path'
    UNION ALL
    SELECT 2, concat_ws(' in ', 'role "' || r.rolname || '"', 'database "' || d.datname || '"'),
           substr(c.setting, length('search_path=') + 1), r.rolname
    FROM pg_db_role_setting o
    CROSS JOIN unnest(o.setconfig) c(setting)
    LEFT JOIN pg_roles r ON r.oid = o.setrole
    LEFT JOIN pg_database d ON d.oid = o.setdatabase
    WHERE starts_with(c.setting, 'search_path=')
      AND (o.setdatabase = 0 OR d.datname = current_database())
) p(place, whose, path, role)
JOIN pg_namespace n ON n.oid = sessions_off_path.schema
CROSS JOIN LATERAL gb_enums_internal.schemas_in_path(p.path) l(schemas)
WHERE n.nspname <> ALL (l.schemas) AND NOT ('$user' = ANY (l.schemas) AND p.role = n.nspname)
$$;
COMMENT ON FUNCTION gb_enums_internal.sessions_off_path(oid) IS
    'the sessions and roles whose search_path is set without a schema, NULL when all have it';

CREATE FUNCTION gb_enums_internal.warnings_for_paths(columns gb_enums_internal.conversion_column[])
    RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT gb_enums_internal.warning(format(
    'The operators of %s are in schema "%s", which is not in the search_path of %s. Without it the column is '
    'compared as a text: in the order of the alphabet, without aliases and codes, and without its indexes.',
    y.oid::regtype, n.nspname, s.whose))
FROM unnest(gb_enums_internal.own_enums(ARRAY(
         SELECT DISTINCT c.enum::regtype
         FROM unnest(columns) c
         WHERE c.trusting_cast IS NULL AND c.new_type IS NULL))) own(enum)
JOIN pg_type y ON y.oid = own.enum
JOIN pg_namespace n ON n.oid = y.typnamespace
CROSS JOIN LATERAL gb_enums_internal.sessions_off_path(n.oid) s(whose)
WHERE s.whose IS NOT NULL
ORDER BY 1
$$;
COMMENT ON FUNCTION gb_enums_internal.warnings_for_paths(gb_enums_internal.conversion_column[]) IS
    'the warnings for sessions that will not find the operators of enumerations';

-- What sessions and drivers that go on will meet.
CREATE FUNCTION gb_enums_internal.warnings_for_clients(columns gb_enums_internal.conversion_column[])
    RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT w
FROM unnest(columns) WITH ORDINALITY c
CROSS JOIN LATERAL gb_enums_internal.warnings_for_numbers(columns[c.ordinality]) w
WHERE c.trusting_cast IS NULL AND c.new_type IS NULL
UNION ALL
SELECT p FROM gb_enums_internal.warnings_for_paths(columns) p
UNION ALL
SELECT gb_enums_internal.warning(
    'Prepared statements with the column in their result, also those of drivers, fail once the type has '
    'changed (0A000, "cached plan must not change result type"): connect anew, or DEALLOCATE ALL. '
    'DISCARD PLANS does not help.')
$$;
COMMENT ON FUNCTION gb_enums_internal.warnings_for_clients(gb_enums_internal.conversion_column[]) IS
    'the warnings for clients that read numbers, for search_paths, and for prepared statements';

-- For a column that becomes a smallint of codes.
CREATE FUNCTION gb_enums_internal.queries_of_codes(col gb_enums_internal.conversion_column, name text)
    RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT gb_enums_internal.query_to_check(q.shape, q.advice)
FROM pg_proc p
CROSS JOIN LATERAL format('%s.%I', p.pronamespace::regnamespace, replace(p.proname, 'as_', '')
    || '_name') to_name
CROSS JOIN LATERAL (VALUES
    (1, format('SELECT %s FROM %s', name, col.relation::regclass),
        format('It gives codes. A view with %s(%s) AS %2$s, or %s(%2$s), gives names.',
            p.oid::regproc, name, to_name)),
    (2, format('%s = ''<name>''', name),
        format('Write %s = ''<name>''::%s, or go through such a view.', name, col.enum::regtype))
    ) q(place, shape, advice)
WHERE p.oid = col.trusting_cast
ORDER BY q.place
$$;
COMMENT ON FUNCTION gb_enums_internal.queries_of_codes(gb_enums_internal.conversion_column, text) IS
    'queries to check when a column becomes a smallint';

CREATE FUNCTION gb_enums_internal.queries_of_integers(col gb_enums_internal.conversion_column, name text)
    RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT gb_enums_internal.query_to_check(q.shape, q.advice)
FROM (VALUES
    (1, format('SELECT %s', name),
        format('It gives names; %s::integer gives the code.', name)),
    (2, format('%s = ANY ($1) with integer[]', name),
        format('No index serves it; write %s = ANY ($1::%s[]).', name, col.enum::regtype)),
    (3, format('%s + 1, sum(%1$s), %1$s BETWEEN $1 AND $2', name),
        format('Comparisons with integers go on; for arithmetic write %s::integer.', name)),
    (4, format('COALESCE(%s, 0), CASE WHEN ... THEN %1$s ELSE 0 END, %1$s UNION an integer, '
               '%1$s = $1 with numeric', name),
        format('Write %s::integer.', name))) q(place, shape, advice)
ORDER BY q.place
$$;
COMMENT ON FUNCTION gb_enums_internal.queries_of_integers(gb_enums_internal.conversion_column, text) IS
    'queries to check when a column was an integer';

CREATE FUNCTION gb_enums_internal.queries_of_texts(col gb_enums_internal.conversion_column, name text)
    RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT gb_enums_internal.query_to_check(q.shape, q.advice)
FROM (VALUES
    (1, format('%s = ''...'' with what is no value', name),
        'An error from now on (22P02), where it found nothing; with a parameter of type text, '
        'or ''...''::text, it still finds nothing.'),
    (2, format('%s COLLATE "..."', name),
        format('The type has no collation; write %s::text COLLATE "...".', name)),
    (3, format('COALESCE(%s, ''...''), CASE WHEN ... THEN %1$s ELSE ''...'' END', name),
        format('It works when the literal is a value; '
               'for any other text write COALESCE(%s::text, ''...'').', name)),
    (4, format('CREATE OR REPLACE VIEW with COALESCE(%s, ''...''), CASE WHEN ... THEN %1$s ELSE ''...'' END',
            name),
        format('The view has a text there, which cannot become another type; '
               'write COALESCE(%s::text, ''...'').', name))) q(place, shape, advice)
WHERE q.place < 4 OR EXISTS (SELECT FROM gb_enums_internal.convert_view_order(ARRAY[col]))
ORDER BY q.place
$$;
COMMENT ON FUNCTION gb_enums_internal.queries_of_texts(gb_enums_internal.conversion_column, text) IS
    'queries to check when a column was a text';

CREATE FUNCTION gb_enums_internal.queries_of_native_enums(col gb_enums_internal.conversion_column, name text)
    RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT gb_enums_internal.query_to_check(q.shape, q.advice)
FROM (VALUES
    (1, format('%s = $1, a join, INSERT, UPDATE with %s', name, col.old_type::regtype),
        'Write $1::text, which an index on the column serves, too.'),
    (2, format('%s = ANY ($1) with %s[]', name, col.old_type::regtype),
        'Write $1::text[].'),
    (3, format('enum_range(%s), functions of %s', name, col.old_type::regtype),
        format('Write %s::text::%s, or ask gb_enum_values().', name, col.old_type::regtype))
    ) q(place, shape, advice)
ORDER BY q.place
$$;
COMMENT ON FUNCTION gb_enums_internal.queries_of_native_enums(gb_enums_internal.conversion_column, text) IS
    'queries to check when a column was a native enum';

CREATE FUNCTION gb_enums_internal.queries_of_arrays(col gb_enums_internal.conversion_column, name text)
    RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN RETURN QUERY SELECT (q.step).* FROM (
SELECT gb_enums_internal.query_to_check(q.shape, q.advice)
FROM (VALUES (
    col.enum::regtype, col.old_type::regtype,
    CASE WHEN gb_enums_internal.has_codes(col) THEN '1' ELSE '''...''' END)) t(enum, old, one)
CROSS JOIN LATERAL (VALUES
    (1, format('%s @> ARRAY[%s], &&, <@, =, <>', name, t.one),
        format('An error from now on; write ''{...}'' or ARRAY[%s]::%s[].', t.one, t.enum)),
    (2, format('%s @> $1, &&, <@, =, <> with %s[]', name, t.old),
        format('Write $1::%s[]. Here %s = ANY (%s) goes on as it is.', t.enum, t.one, name)),
    (3, format('%s @> another column of %s[], &&, <@, =, <>', name, t.old),
        format('Write %s::%s[], which no index on the column serves.', name, t.old))) q(place, shape, advice)
ORDER BY q.place) q(step);
END $$;
COMMENT ON FUNCTION gb_enums_internal.queries_of_arrays(gb_enums_internal.conversion_column, text) IS
    'queries to check when a column was an array';

-- Where the codes are not in the order that texts or the native enum had.
CREATE FUNCTION gb_enums_internal.queries_of_order(col gb_enums_internal.conversion_column, name text)
    RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN RETURN QUERY SELECT (q.step).* FROM (
SELECT gb_enums_internal.query_to_check(
    format('ORDER BY %s, min(%1$s), %1$s < ''...''', name),
    CASE WHEN gb_enums_internal.has_texts(col)
        THEN format('By code from now on (%s); for the alphabet write %s::text.', o.now, name)
        ELSE format('By code from now on (%s); for the order that it was write %s::text::%s.',
            o.now, name, col.old_type::regtype) END)
FROM (SELECT string_agg(v.name, ', ' ORDER BY v.code) AS now,
             string_agg(v.name, ', ' ORDER BY e.place, v.name) AS before
      FROM gb_enums_internal.convert_values(col.enum) v
      LEFT JOIN gb_enums_internal.old_order(col.old_type) e ON e.name = v.name) o
WHERE o.now <> o.before) q(step);
END $$;
COMMENT ON FUNCTION gb_enums_internal.queries_of_order(gb_enums_internal.conversion_column, text) IS
    'queries to check when the order of values changes';

-- The functions that people have made in languages whose source names columns.
-- Without JIT, which the server estimates to be worth while, and which takes longer than the query.
CREATE FUNCTION gb_enums_internal.functions_of_people()
    RETURNS TABLE (function oid, source text, arguments oid[])
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET jit = off AS $$
#variable_conflict use_column
BEGIN RETURN QUERY
SELECT p.oid, p.prosrc, coalesce(p.proallargtypes, p.proargtypes::oid[]) || p.prorettype
FROM pg_proc p
JOIN pg_language l ON l.oid = p.prolang AND l.lanname IN ('sql', 'plpgsql')
WHERE p.pronamespace NOT IN ('pg_catalog'::regnamespace, 'gb_enums_internal'::regnamespace)
  -- LIMIT, as an index serves it then: all that belongs to extensions is more than these functions
  AND (SELECT d.refobjid
       FROM pg_depend d
       WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
       LIMIT 1) IS NULL;
END $$;
COMMENT ON FUNCTION gb_enums_internal.functions_of_people() IS
    'the functions in SQL and PL/pgSQL that belong to no extension';

-- Where functions find a column: in its table, in partitions and children, and in views, which come last.
CREATE FUNCTION gb_enums_internal.places_of_column(col gb_enums_internal.conversion_column)
    RETURNS TABLE (relation oid, relation_name name, row_type oid, row_array oid, depth integer)
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE ROWS 10 SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN RETURN QUERY
SELECT c.oid, c.relname, y.oid, y.typarray, p.depth
FROM (
    SELECT t.member, t.depth
    FROM gb_enums_internal.convert_tree(col.relation) t
    UNION ALL
    SELECT v.view, 100000 + v.depth
    FROM gb_enums_internal.convert_view_order(gb_enums_internal.convert_with_children(ARRAY[col])) v)
    p(relation, depth)
JOIN pg_class c ON c.oid = p.relation
JOIN pg_type y ON y.oid = c.reltype;
END $$;
COMMENT ON FUNCTION gb_enums_internal.places_of_column(gb_enums_internal.conversion_column) IS
    'the relations that have a column or show it';

-- Functions that use the column: what their source names as words, or what they are called with. Without JIT,
-- as above.
CREATE FUNCTION gb_enums_internal.functions_to_check(col gb_enums_internal.conversion_column, name text)
    RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET jit = off AS $$
#variable_conflict use_column
BEGIN RETURN QUERY SELECT (q.step).* FROM (
WITH target AS (
    SELECT a.attname, n.oid AS native, n.typarray AS native_array
    FROM pg_attribute a
    LEFT JOIN pg_type n ON n.oid = col.old_type AND n.typtype = 'e'
    WHERE a.attrelid = col.relation AND a.attnum = col.number),
place AS MATERIALIZED (SELECT * FROM gb_enums_internal.places_of_column(col)),
used AS (
    SELECT f.function, CASE
        WHEN f.arguments && ARRAY[t.native, t.native_array]
            THEN format('It takes or returns %s, which the column no longer is.', t.native::regtype)
        WHEN gb_enums_internal.convert_has_word(f.source, t.attname) THEN (
            SELECT format(u.reason, p.relation::regclass, name)
            FROM place p
            CROSS JOIN LATERAL (SELECT CASE
                WHEN f.arguments && ARRAY[p.row_type, p.row_array]
                    THEN 'It takes or returns rows of %s, and its source names %s.'
                WHEN EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = p.relation AND g.tgfoid = f.function)
                    THEN 'A trigger of %s calls it, and its source names %s.'
                -- fast, for most of them
                WHEN strpos(f.source, p.relation_name) > 0
                     AND gb_enums_internal.convert_has_word(f.source, p.relation_name)
                    THEN 'Its source names %s and %s.' END) u(reason)
            WHERE u.reason IS NOT NULL
            ORDER BY p.depth, p.relation::regclass::text
            LIMIT 1) END AS reason
    FROM target t
    CROSS JOIN gb_enums_internal.functions_of_people() f
    WHERE strpos(f.source, t.attname) > 0 OR f.arguments && ARRAY[t.native, t.native_array])
SELECT gb_enums_internal.query_to_check(format('function %s', u.function::regprocedure), u.reason, 1)
FROM used u
WHERE u.reason IS NOT NULL
ORDER BY u.function::regprocedure::text) q(step);
END $$;
COMMENT ON FUNCTION gb_enums_internal.functions_to_check(gb_enums_internal.conversion_column, text) IS
    'functions that use a column';

-- What goes on using a native enum beside columns that change: objects that no step makes again, and those
-- whose new definition names the type.
CREATE FUNCTION gb_enums_internal.native_enum_users(
    native oid, columns gb_enums_internal.conversion_column[], steps gb_enums_internal.convert_step[])
    RETURNS SETOF text
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
WITH made_again AS (
    SELECT d.catalog, d.object
    FROM gb_enums_internal.dependents_of_columns(columns) d
    UNION ALL
    SELECT 'pg_rewrite'::regclass, r.oid
    FROM gb_enums_internal.convert_view_order(columns) v
    JOIN pg_rewrite r ON r.ev_class = v.view),
named AS (
    SELECT regexp_replace(native::regtype::text, E'(\\W)', E'\\\\\\1', 'g') AS pattern)
SELECT coalesce('view ' || w.ev_class::regclass, pg_describe_object(d.classid, d.objid, d.objsubid))
FROM pg_type y
JOIN pg_depend d ON d.refclassid = 'pg_type'::regclass AND d.refobjid IN (y.oid, y.typarray)
LEFT JOIN pg_class r ON d.classid = 'pg_class'::regclass AND r.oid = d.objid
LEFT JOIN pg_rewrite w ON d.classid = 'pg_rewrite'::regclass AND w.oid = d.objid AND w.ev_type = '1'
WHERE y.oid = native AND d.deptype <> 'i' AND coalesce(r.relkind NOT IN ('v', 'm'), true)
  AND NOT EXISTS (
      SELECT FROM unnest(columns) c WHERE r.oid = c.relation AND d.objsubid = c.number)
  AND NOT EXISTS (SELECT FROM made_again m WHERE (m.catalog, m.object) = (d.classid, d.objid))
UNION
SELECT concat(
    CASE m.what[1] WHEN 'TABLE' THEN 'a CHECK or default of table' ELSE lower(m.what[1]) END, ' ', m.what[2])
FROM named n
CROSS JOIN unnest(steps) s
CROSS JOIN LATERAL (
    -- a conversion itself may begin with a cast
    SELECT CASE WHEN s.phase <> 'alter tables' THEN s.statement
        ELSE regexp_replace(s.statement, 'ALTER COLUMN [^,]* USING [^,]*', '', 'g') END) t(statement)
CROSS JOIN LATERAL regexp_match(t.statement,
    '(?:CREATE|ALTER) (?:UNIQUE |TEMPORARY )?'
        '((?:MATERIALIZED )?[A-Z]+)(?: CONCURRENTLY)? ((?:"[^"]*"|[^[:space:]"])+)') m(what)
WHERE gb_enums_internal.step_kind(s.phase) = 'statement' AND t.statement !~ '^COMMENT ON'
  AND t.statement ~ (E'(^|[^\\w".])' || n.pattern || E'($|[^\\w"])')
ORDER BY 1
$$;
COMMENT ON FUNCTION gb_enums_internal.native_enum_users(
    oid, gb_enums_internal.conversion_column[], gb_enums_internal.convert_step[]) IS
    'what goes on using a native enum after a conversion';

-- What keeps native enums from being dropped, or that nothing does.
CREATE FUNCTION gb_enums_internal.native_enum_steps(
    columns gb_enums_internal.conversion_column[], steps gb_enums_internal.convert_step[])
    RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    native regtype;
    users text[];
BEGIN
    FOR native IN
        SELECT DISTINCT c.old_type::regtype
        FROM unnest(columns) c
        JOIN pg_type y ON y.oid = c.old_type AND y.typtype = 'e'
        ORDER BY 1
    LOOP
        users := ARRAY(SELECT u FROM gb_enums_internal.native_enum_users(
            native, gb_enums_internal.convert_with_children(columns), steps) u);
        IF users = '{}' THEN
            RETURN NEXT gb_enums_internal.query_to_check(format('DROP TYPE %s', native),
                'Nothing uses the type any more: drop it when the conversion is to stay.', 3);
        END IF;
        RETURN QUERY
            SELECT q.*
            FROM unnest(users) u
            CROSS JOIN LATERAL gb_enums_internal.query_to_check(
                u, format('It uses %s: as long as it does, DROP TYPE refuses.', native), 2) q
            -- not what is named already, with a better reason
            WHERE NOT EXISTS (
                SELECT FROM unnest(steps) s WHERE s.phase = 'query to check' AND s.statement = u)
            ORDER BY u;
    END LOOP;
END $$;
COMMENT ON FUNCTION gb_enums_internal.native_enum_steps(
    gb_enums_internal.conversion_column[], gb_enums_internal.convert_step[]) IS
    'what keeps native enums from being dropped after a conversion, or that nothing does';

CREATE FUNCTION gb_enums_internal.convert_has_word(source text, word name) RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT source ~ (E'(^|\\W)' || regexp_replace(word, E'(\\W)', E'\\\\\\1', 'g') || E'(\\W|$)')
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_has_word(text, name) IS 'whether a source has a word';

CREATE FUNCTION gb_enums_internal.functions_without_operators(col gb_enums_internal.conversion_column)
    RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT gb_enums_internal.query_to_check(format('function %s', f.function),
    format('It may compare texts: its search_path has no schema %s, where the operators of %s are, and %s.',
        f.schema, f.enumeration, f.reason), 1)
FROM gb_enums_internal.functions_off_path(
    gb_enums_internal.own_enums(ARRAY[col.enum::regtype]), ARRAY[col.relation]) f
$$;
COMMENT ON FUNCTION gb_enums_internal.functions_without_operators(gb_enums_internal.conversion_column) IS
    'functions that will not find the operators of a column''s new type';

CREATE FUNCTION gb_enums_internal.convert_queries(columns gb_enums_internal.conversion_column[])
    RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    col gb_enums_internal.conversion_column;
    name text;
BEGIN
    FOREACH col IN ARRAY columns LOOP
        name := gb_enums_internal.convert_column(col.relation, col.number);
        -- Anybody may ask, also about what is no column.
        CONTINUE WHEN name IS NULL;
        IF col.is_array THEN
            RETURN QUERY SELECT * FROM gb_enums_internal.queries_of_arrays(col, name);
        ELSIF col.trusting_cast IS NOT NULL THEN
            RETURN QUERY SELECT * FROM gb_enums_internal.queries_of_codes(col, name);
        ELSIF gb_enums_internal.has_codes(col) THEN
            RETURN QUERY SELECT * FROM gb_enums_internal.queries_of_integers(col, name);
        ELSE
            RETURN QUERY SELECT * FROM gb_enums_internal.queries_of_order(col, name);
            IF gb_enums_internal.has_texts(col) THEN
                RETURN QUERY SELECT * FROM gb_enums_internal.queries_of_texts(col, name);
            ELSE
                RETURN QUERY SELECT * FROM gb_enums_internal.queries_of_native_enums(col, name);
            END IF;
        END IF;
    END LOOP;
    -- Once, what columns of the same type have in common.
    RETURN QUERY
        SELECT DISTINCT f.*
        FROM unnest(columns) c
        CROSS JOIN LATERAL gb_enums_internal.convert_column(c.relation, c.number) n(name)
        CROSS JOIN LATERAL (
            SELECT * FROM gb_enums_internal.functions_to_check(c, n.name)
            UNION ALL
            SELECT * FROM gb_enums_internal.functions_without_operators(c)) f
        WHERE n.name IS NOT NULL
        ORDER BY f.statement, f.detail;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_queries(gb_enums_internal.conversion_column[]) IS
    'what to look at in the application';
