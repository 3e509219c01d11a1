
-- Existing columns become enumerations ---------------------------------------------------------------
--
-- A conversion is an array of columns, a plan is a list of steps.

-- A column that changes its type: of a table, of its partitions and children, or of a view that shows one.
CREATE TYPE gb_enums_internal.conversion_column AS (
    relation oid,
    number smallint,
    -- the base type that it had, and the enumeration
    old_type oid,
    enum oid,
    -- as_E(), when the column becomes a smallint of codes
    trusting_cast oid,
    -- what it becomes, when it was the enumeration; with a CHECK that lists the values
    new_type oid,
    new_typmod integer,
    add_check boolean,
    -- online conversions: its name, that of the new column, and that of the old one after the exchange
    name text,
    new_name text,
    old_name text,
    -- how old values are read: map, trim_blanks, fold_case, use_aliases, otherwise, otherwise_null
    options jsonb);
COMMENT ON TYPE gb_enums_internal.conversion_column IS 'a column of a conversion';

-- The place of a step in the order of a plan.
CREATE TYPE gb_enums_internal.convert_phase AS ENUM (
    'stop', 'warning',
    -- the stages of an online conversion before the exchange
    'column', 'follow', 'rows', 'indexes', 'checks', 'validate', 'analyze',
    'lock tables', 'drop policies', 'drop views', 'drop objects', 'alter tables', 'rename index columns',
    'build indexes', 'follow back', 'make objects', 'make views', 'make policies', 'fill views',
    'gather statistics', 'drop columns',
    -- the stages of an online conversion after the exchange
    'settle', 'finish',
    'query to check');
COMMENT ON TYPE gb_enums_internal.convert_phase IS 'when a step of a conversion is taken';

-- A step. Its owner is the role that takes it: the owner of the table or view that it is about, as the functions in
-- CHECKs, defaults and indexes are the owner's code. Without an owner the caller takes it.
CREATE TYPE gb_enums_internal.convert_step AS (
    phase gb_enums_internal.convert_phase, place integer, statement text, lock text, rewrites boolean, detail text, owner oid);
COMMENT ON TYPE gb_enums_internal.convert_step IS 'a step of a conversion; phase and place say when';

CREATE FUNCTION gb_enums_internal.stop(detail text, place integer DEFAULT 0) RETURNS gb_enums_internal.convert_step
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ROW('stop', place, NULL, NULL, NULL, detail, NULL)::gb_enums_internal.convert_step;
COMMENT ON FUNCTION gb_enums_internal.stop(text, integer) IS 'a step that stops the conversion';

CREATE FUNCTION gb_enums_internal.warning(detail text, place integer DEFAULT 0) RETURNS gb_enums_internal.convert_step
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ROW('warning', place, NULL, NULL, NULL, detail, NULL)::gb_enums_internal.convert_step;
COMMENT ON FUNCTION gb_enums_internal.warning(text, integer) IS 'a step that warns';

CREATE FUNCTION gb_enums_internal.statement(
    phase gb_enums_internal.convert_phase, place integer, owner oid, statement text, lock text,
    rewrites boolean DEFAULT false, detail text DEFAULT NULL) RETURNS gb_enums_internal.convert_step
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ROW(phase, place, statement, lock, rewrites, detail, owner)::gb_enums_internal.convert_step;
COMMENT ON FUNCTION gb_enums_internal.statement(gb_enums_internal.convert_phase, integer, oid, text, text, boolean, text) IS
    'a step that runs a statement';

CREATE FUNCTION gb_enums_internal.statements(
    phase gb_enums_internal.convert_phase, place integer, owner oid, lock text, statements text[])
    RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT phase, place, s.statement, lock, false, NULL::pg_catalog.text, owner
    FROM pg_catalog.unnest(statements) s(statement)
    WHERE s.statement IS NOT NULL;
END;
COMMENT ON FUNCTION gb_enums_internal.statements(gb_enums_internal.convert_phase, integer, oid, text, text[]) IS
    'steps that run statements of one kind, but for those that are NULL';

CREATE FUNCTION gb_enums_internal.query_to_check(shape text, advice text, place integer DEFAULT 0)
    RETURNS gb_enums_internal.convert_step
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ROW('query to check', place, shape, NULL, NULL, advice, NULL)::gb_enums_internal.convert_step;
COMMENT ON FUNCTION gb_enums_internal.query_to_check(text, text, integer) IS
    'a step that names a form of queries to look at in the application';

-- The kind of a step, as people see it.
CREATE FUNCTION gb_enums_internal.step_kind(phase gb_enums_internal.convert_phase) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT CASE WHEN phase IN ('stop', 'warning', 'query to check') THEN phase::text ELSE 'statement' END
$$;
COMMENT ON FUNCTION gb_enums_internal.step_kind(gb_enums_internal.convert_phase) IS
    'stop, warning, statement, or query to check';

CREATE FUNCTION gb_enums_internal.steps_in_order(steps gb_enums_internal.convert_step[])
    RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT s.phase, s.place, s.statement, s.lock, s.rewrites, s.detail, s.owner
FROM unnest(steps) WITH ORDINALITY s
ORDER BY s.phase, s.place, s.ordinality
$$;
COMMENT ON FUNCTION gb_enums_internal.steps_in_order(gb_enums_internal.convert_step[]) IS
    'the steps of a plan in the order in which they are taken';

CREATE FUNCTION gb_enums_internal.converted(value text, kind anyelement, options jsonb DEFAULT NULL) RETURNS anyelement
    LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1 AS 'MODULE_PATHNAME', 'gb_enum_converted_text';
COMMENT ON FUNCTION gb_enums_internal.converted(text, anyelement, jsonb) IS 'what an old text becomes; an error when nothing';

CREATE FUNCTION gb_enums_internal.converted(value integer, kind anyelement, options jsonb DEFAULT NULL) RETURNS anyelement
    LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1 AS 'MODULE_PATHNAME', 'gb_enum_converted_int4';
COMMENT ON FUNCTION gb_enums_internal.converted(integer, anyelement, jsonb) IS 'what an old integer becomes; an error when nothing';

CREATE FUNCTION gb_enums_internal.converted(value anyenum, kind anycompatible, options jsonb DEFAULT NULL) RETURNS anycompatible
    LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1 AS 'MODULE_PATHNAME', 'gb_enum_converted_native';
COMMENT ON FUNCTION gb_enums_internal.converted(anyenum, anycompatible, jsonb) IS 'what an old value of a native enum becomes; an error when nothing';

CREATE FUNCTION gb_enums_internal.convert_match(
    value text, enum regtype, options jsonb, is_code boolean, OUT label text, OUT rule text, OUT deprecated boolean, OUT found boolean) RETURNS record
    LANGUAGE c STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'gb_enum_convert_match';
COMMENT ON FUNCTION gb_enums_internal.convert_match(text, regtype, jsonb, boolean) IS
    'what an old value becomes and by which rule; for one that becomes nothing, which option would help';

CREATE FUNCTION gb_enums_internal.convert_expressions(
    relation oid, tree pg_node_tree, columns gb_enums_internal.conversion_column[], old_and_new boolean,
    OUT expressions text[], OUT changed boolean, OUT obstacle text, OUT always boolean, OUT literal text, OUT texts boolean, OUT mutable boolean) RETURNS record
    LANGUAGE c STABLE STRICT AS 'MODULE_PATHNAME', 'gb_enum_convert_expressions';
COMMENT ON FUNCTION gb_enums_internal.convert_expressions(oid, pg_node_tree, gb_enums_internal.conversion_column[], boolean) IS
    'expressions stored over a table as they will read, whether they change at all, and whether they may not be in an index then';

CREATE FUNCTION gb_enums_internal.convert_view(
    view oid, columns gb_enums_internal.conversion_column[], lock boolean, OUT query text, OUT numbers integer[], OUT sources integer[], OUT obstacle text, OUT texts boolean) RETURNS record
    LANGUAGE c VOLATILE STRICT AS 'MODULE_PATHNAME', 'gb_enum_convert_view';
COMMENT ON FUNCTION gb_enums_internal.convert_view(oid, gb_enums_internal.conversion_column[], boolean) IS
    'the query of a view as it will read, and its columns that become enumerations';

-- The options of one column that say how old values are read, from what the caller asked for.
CREATE FUNCTION gb_enums_internal.convert_options(asked jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT coalesce(jsonb_object_agg(key, value), '{}')
FROM jsonb_each(asked)
WHERE key IN ('map', 'trim_blanks', 'fold_case', 'use_aliases', 'otherwise', 'otherwise_null')
  AND value NOT IN ('false', 'null', '{}')
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_options(jsonb) IS 'how old values of a column are read';

-- The same conversion for a column of a partition, of a child, or of a view.
CREATE FUNCTION gb_enums_internal.conversion_of(
    c gb_enums_internal.conversion_column, relation oid, number smallint) RETURNS gb_enums_internal.conversion_column
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    c.relation := relation;
    c.number := number;
    RETURN c;
END $$;
COMMENT ON FUNCTION gb_enums_internal.conversion_of(gb_enums_internal.conversion_column, oid, smallint) IS
    'the conversion of a column, for a column of another relation';

-- The numbers of the columns of a relation that change, and the quoted name of a column.
CREATE FUNCTION gb_enums_internal.convert_numbers(columns gb_enums_internal.conversion_column[], relation oid)
    RETURNS smallint[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT coalesce(array_agg(c.number), '{}')
FROM unnest(columns) c
WHERE c.relation = convert_numbers.relation
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_numbers(gb_enums_internal.conversion_column[], oid) IS
    'the columns of a relation that change';

CREATE FUNCTION gb_enums_internal.convert_column(relation oid, number integer) RETURNS text
    LANGUAGE sql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT quote_ident(attname)
FROM pg_attribute
WHERE attrelid = relation AND attnum = number
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_column(oid, integer) IS 'the quoted name of a column';

-- The warning for a definition that uses the text of a column whose values get other names.
CREATE FUNCTION gb_enums_internal.convert_texts(what text, texts boolean) RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT gb_enums_internal.warning(format(
    '%s uses the text of a column some of whose values get other names; look at what it does with them.', what))
WHERE texts
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_texts(text, boolean) IS
    'the warning for a definition that uses the text of a column';

-- The type that a column becomes, as SQL.
CREATE FUNCTION gb_enums_internal.convert_type(item gb_enums_internal.conversion_column) RETURNS text
    LANGUAGE sql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT CASE WHEN item.new_type IS NOT NULL THEN format_type(item.new_type, item.new_typmod)
            WHEN item.trusting_cast IS NOT NULL THEN 'smallint'
            ELSE item.enum::regtype::text END
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_type(gb_enums_internal.conversion_column) IS 'the type that a column becomes';

-- The expression that converts an old value: for the rows of a column, and for a default that is no literal.
CREATE FUNCTION gb_enums_internal.convert_using(item gb_enums_internal.conversion_column, value text) RETURNS text
    LANGUAGE sql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT CASE WHEN item.new_type IS NOT NULL THEN format('(%s)::%s', value, gb_enums_internal.convert_type(item))
            WHEN item.trusting_cast IS NOT NULL THEN format('(%s)::smallint', converted)
            ELSE converted END
FROM format('gb_enums_internal.converted(%s, NULL::%s%s)', value, item.enum::regtype,
            CASE WHEN item.options <> '{}' THEN format(', %L::jsonb', item.options) END) converted
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_using(gb_enums_internal.conversion_column, text) IS
    'the expression that converts a value';

-- Whether a column keeps its bytes: a smallint whose values are codes.
CREATE FUNCTION gb_enums_internal.convert_keeps_bytes(item gb_enums_internal.conversion_column) RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT CASE WHEN item.new_type IS NOT NULL THEN item.new_type = 'smallint'::regtype
            ELSE item.old_type = 'smallint'::regtype AND item.trusting_cast IS NULL AND item.options = '{}' END
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_keeps_bytes(gb_enums_internal.conversion_column) IS
    'whether a column is relabelled, not rewritten';

-- Whether the old values of a column are codes.
CREATE FUNCTION gb_enums_internal.has_codes(item gb_enums_internal.conversion_column) RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN item.old_type OPERATOR(pg_catalog.=) ANY ('{smallint,integer}'::pg_catalog.regtype[]::pg_catalog.oid[]);
COMMENT ON FUNCTION gb_enums_internal.has_codes(gb_enums_internal.conversion_column) IS
    'whether the old values of a column are smallint or integer';

-- The code of a name, as SQL.
CREATE FUNCTION gb_enums_internal.convert_code(enum oid, name text) RETURNS text
    LANGUAGE sql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT v.code::text
FROM gb_enums_internal.convert_values(enum) v
WHERE v.name = convert_code.name
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_code(oid, text) IS 'the code of a value';

-- The default of a column, or of its domain, as it will be; or why it cannot be.
CREATE FUNCTION gb_enums_internal.convert_default(
    item gb_enums_internal.conversion_column, OUT expression text, OUT stop text) RETURNS record
    LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    old record;
    new record;
BEGIN
    SELECT e.literal, pg_get_expr(d.tree, d.attrelid) AS shown INTO old
    FROM (SELECT a.attrelid, coalesce(o.adbin, y.typdefaultbin) AS tree
          FROM pg_attribute a
          JOIN pg_type y ON y.oid = a.atttypid
          LEFT JOIN pg_attrdef o ON o.adrelid = a.attrelid AND o.adnum = a.attnum
          WHERE a.attrelid = item.relation AND a.attnum = item.number) d
    CROSS JOIN LATERAL gb_enums_internal.convert_expressions(d.attrelid, d.tree, '{}', false) e;
    IF old.shown IS NULL THEN
        RETURN;
    END IF;
    IF old.literal IS NULL THEN
        expression := CASE WHEN old.shown ~ '^NULL(::|$)' THEN 'NULL'
            ELSE gb_enums_internal.convert_using(item, format('(%s)', old.shown)) END;
        RETURN;
    END IF;
    IF item.new_type IS NOT NULL THEN
        expression := CASE WHEN item.new_type IN ('smallint'::regtype, 'integer'::regtype)
            THEN gb_enums_internal.convert_code(item.enum, old.literal)
            ELSE format('%L::%s', old.literal, gb_enums_internal.convert_type(item)) END;
        RETURN;
    END IF;
    new := gb_enums_internal.convert_match(
        old.literal, item.enum, item.options, gb_enums_internal.has_codes(item));
    IF NOT new.found OR new.deprecated THEN
        stop := format('The default of column %s of "%s" is %s, which is %s.',
            gb_enums_internal.convert_column(item.relation, item.number), item.relation::regclass, old.shown,
            CASE WHEN new.found THEN 'a deprecated value' ELSE 'no value' END);
        RETURN;
    END IF;
    expression := CASE WHEN new.label IS NULL THEN 'NULL'
        WHEN item.trusting_cast IS NOT NULL THEN gb_enums_internal.convert_code(item.enum, new.label)
        ELSE format('%L::%s', new.label, item.enum::regtype) END;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_default(gb_enums_internal.conversion_column) IS
    'the default of a column as it will be, or why it cannot be';

-- The values of an enumeration, whatever schema the extension is in.
CREATE FUNCTION gb_enums_internal.convert_values(
    enum regtype, OUT code smallint, OUT name text, OUT description text,
    OUT aliases text[], OUT deprecated boolean, OUT replacement text) RETURNS SETOF record
    LANGUAGE c STABLE STRICT PARALLEL SAFE ROWS 10
    AS 'MODULE_PATHNAME', 'gb_enum_values';
COMMENT ON FUNCTION gb_enums_internal.convert_values(regtype) IS 'the values of an enumeration';
