
-- Existing columns become enumerations ---------------------------------------------------------------
--
-- What the steps are made of. A conversion is a JSON array, an object for each column that changes:
-- the table's, its partitions' and children's, and those of views that show one. Each has the
-- relation's OID, the column's number, the base type that it had, the enumeration, as_E() when it
-- becomes a smallint, the new type (new_type, new_typmod) when it was the enumeration, and how old values are read (map, trim_blanks, fold_case, use_aliases, otherwise,
-- otherwise_null).

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
    relation oid, tree pg_node_tree, columns jsonb, old_and_new boolean,
    OUT expressions text[], OUT changed boolean, OUT obstacle text, OUT always boolean, OUT literal text, OUT texts boolean, OUT mutable boolean) RETURNS record
    LANGUAGE c STABLE STRICT AS 'MODULE_PATHNAME', 'gb_enum_convert_expressions';
COMMENT ON FUNCTION gb_enums_internal.convert_expressions(oid, pg_node_tree, jsonb, boolean) IS
    'expressions stored over a table as they will read, whether they change at all, and whether they may not be in an index then';

CREATE FUNCTION gb_enums_internal.convert_view(
    view oid, columns jsonb, lock boolean, OUT query text, OUT numbers integer[], OUT sources integer[], OUT obstacle text, OUT texts boolean) RETURNS record
    LANGUAGE c VOLATILE STRICT AS 'MODULE_PATHNAME', 'gb_enum_convert_view';
COMMENT ON FUNCTION gb_enums_internal.convert_view(oid, jsonb, boolean) IS
    'the query of a view as it will read, and its columns that become enumerations';

-- A step, and its place among the others.
CREATE TYPE gb_enums_internal.convert_step AS (
    phase integer, place integer, kind text, statement text, lock text, rewrites boolean, detail text);
COMMENT ON TYPE gb_enums_internal.convert_step IS 'a step of a conversion; phase and place say when';

-- The options of one column that say how old values are read.
CREATE FUNCTION gb_enums_internal.convert_options(item jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each(item)
WHERE key IN ('map', 'trim_blanks', 'fold_case', 'use_aliases', 'otherwise', 'otherwise_null') AND value NOT IN ('false', 'null', '{}')
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_options(jsonb) IS 'how old values of a column are read';

-- The number of the columns of a relation that change, and the quoted name of one.
CREATE FUNCTION gb_enums_internal.convert_numbers(columns jsonb, relation oid) RETURNS smallint[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT coalesce(array_agg((c->>'column')::smallint), '{}') FROM jsonb_array_elements(columns) c WHERE (c->>'relation')::oid = relation
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_numbers(jsonb, oid) IS 'the columns of a relation that change';

CREATE FUNCTION gb_enums_internal.convert_column(relation oid, number integer) RETURNS text
    LANGUAGE sql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = relation AND attnum = number
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_column(oid, integer) IS 'the quoted name of a column';

-- What is said of a definition that uses the text of a column whose values get other names.
CREATE FUNCTION gb_enums_internal.convert_texts(what text, texts boolean) RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT 1, 0, 'warning', NULL::text, NULL::text, NULL::boolean, format('%s uses the text of a column some of whose values get other names; look at what it does with them.', what) WHERE texts
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_texts(text, boolean) IS 'the warning for what uses the text of a column';

-- COMMENT ON, for what is dropped and made again.
CREATE FUNCTION gb_enums_internal.convert_comment(catalog regclass, object oid, name text, number integer DEFAULT 0) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT 'COMMENT ON ' || name || ' IS ' || quote_literal(d.description) FROM pg_description d
WHERE d.classoid = catalog AND d.objoid = object AND d.objsubid = number
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_comment(regclass, oid, text, integer) IS 'the statement that gives a comment again';

-- What a column becomes, as SQL.
CREATE FUNCTION gb_enums_internal.convert_type(item jsonb) RETURNS text
    LANGUAGE sql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT CASE WHEN item ? 'new_type' THEN format_type((item->>'new_type')::oid, (item->>'new_typmod')::integer)
            WHEN item ? 'trusting_cast' THEN 'smallint' ELSE (item->>'enum')::oid::regtype::text END
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_type(jsonb) IS 'the type that a column becomes';

-- What an old value becomes, as SQL: for the rows of a column, and for a default that is no literal.
CREATE FUNCTION gb_enums_internal.convert_using(item jsonb, value text) RETURNS text
    LANGUAGE sql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT CASE WHEN item ? 'new_type' THEN format('(%s)::%s', value, gb_enums_internal.convert_type(item))
            WHEN item ? 'trusting_cast' THEN format('(%s)::smallint', c) ELSE c END
FROM format('gb_enums_internal.converted(%s, NULL::%s%s)', value, (item->>'enum')::oid::regtype,
            (SELECT format(', %L::jsonb', o) FROM gb_enums_internal.convert_options(item) o WHERE o <> '{}')) c
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_using(jsonb, text) IS 'the expression that converts a value';

-- Whether a column keeps its bytes: a smallint whose values are codes.
CREATE FUNCTION gb_enums_internal.convert_keeps_bytes(item jsonb) RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT CASE WHEN item ? 'new_type' THEN (item->>'new_type')::oid = 'smallint'::regtype
            ELSE (item->>'old_type')::oid = 'smallint'::regtype AND NOT item ? 'trusting_cast' AND gb_enums_internal.convert_options(item) = '{}' END
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_keeps_bytes(jsonb) IS 'whether a column is relabelled, not rewritten';

-- The default of a column, or of its domain, as it will be; or why it cannot be.
CREATE FUNCTION gb_enums_internal.convert_default(item jsonb, OUT expression text, OUT stop text) RETURNS record
    LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    old record;
    new record;
BEGIN
    SELECT e.*, pg_get_expr(d.tree, d.attrelid) AS shown INTO old
    FROM (SELECT a.attrelid, coalesce(o.adbin, y.typdefaultbin) AS tree FROM pg_attribute a JOIN pg_type y ON y.oid = a.atttypid
          LEFT JOIN pg_attrdef o ON o.adrelid = a.attrelid AND o.adnum = a.attnum
          WHERE a.attrelid = (item->>'relation')::oid AND a.attnum = (item->>'column')::smallint) d,
        gb_enums_internal.convert_expressions(d.attrelid, d.tree, '[]', false) e;
    IF old.shown IS NULL THEN
        RETURN;
    END IF;
    IF item ? 'new_type' AND old.literal IS NOT NULL THEN
        expression := CASE WHEN (item->>'new_type')::oid IN ('smallint'::regtype, 'integer'::regtype)
            THEN (SELECT v.code::text FROM gb_enums_internal.convert_values((item->>'enum')::oid) v WHERE v.name = old.literal)
            ELSE format('%L::%s', old.literal, gb_enums_internal.convert_type(item)) END;
        RETURN;
    END IF;
    IF old.literal IS NULL THEN
        expression := CASE WHEN old.shown ~ '^NULL(::|$)' THEN 'NULL' ELSE
            gb_enums_internal.convert_using(item, format('(%s)', old.shown)) END;
        RETURN;
    END IF;
    new := gb_enums_internal.convert_match(old.literal, (item->>'enum')::oid, item, (item->>'old_type')::oid IN ('smallint'::regtype, 'integer'::regtype));
    IF NOT new.found OR new.deprecated THEN
        stop := format('The default of column %s of "%s" is %s, which is %s.', gb_enums_internal.convert_column((item->>'relation')::oid, (item->>'column')::integer), (item->>'relation')::oid::regclass, old.shown,
            CASE WHEN new.found THEN 'a deprecated value' ELSE 'no value' END);
        RETURN;
    END IF;
    expression := CASE WHEN new.label IS NULL THEN 'NULL'
        WHEN item ? 'trusting_cast' THEN (SELECT v.code::text FROM gb_enums_internal.convert_values((item->>'enum')::oid) v WHERE v.name = new.label)
        ELSE format('%L::%s', new.label, (item->>'enum')::oid::regtype) END;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_default(jsonb) IS 'the default of a column as it will be, or why it cannot be';

-- The values of an enumeration, whatever schema the extension is in.
CREATE FUNCTION gb_enums_internal.convert_values(
    enum regtype, OUT code smallint, OUT name text, OUT description text,
    OUT aliases text[], OUT deprecated boolean, OUT replacement text) RETURNS SETOF record
    LANGUAGE c STABLE STRICT PARALLEL SAFE ROWS 10
    AS 'MODULE_PATHNAME', 'gb_enum_values';
COMMENT ON FUNCTION gb_enums_internal.convert_values(regtype) IS 'the values of an enumeration';
