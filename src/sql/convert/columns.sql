
-- What becomes of a column and of its values --------------------------------------------------------------

CREATE FUNCTION gb_enums_internal.converted(value text, kind anyelement, options jsonb DEFAULT NULL)
    RETURNS anyelement
    LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1 AS 'MODULE_PATHNAME', 'gb_enum_converted_text';
COMMENT ON FUNCTION gb_enums_internal.converted(text, anyelement, jsonb) IS
    'what an old text becomes; an error when nothing';

CREATE FUNCTION gb_enums_internal.converted(value bigint, kind anyelement, options jsonb DEFAULT NULL)
    RETURNS anyelement
    LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1 AS 'MODULE_PATHNAME', 'gb_enum_converted_int8';
COMMENT ON FUNCTION gb_enums_internal.converted(bigint, anyelement, jsonb) IS
    'what an old integer becomes; an error when nothing';

-- Under another name, as an integer would fit it as well.
CREATE FUNCTION gb_enums_internal.converted_numeric(
    value numeric, kind anyelement, options jsonb DEFAULT NULL) RETURNS anyelement
    LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1 AS 'MODULE_PATHNAME', 'gb_enum_converted_numeric';
COMMENT ON FUNCTION gb_enums_internal.converted_numeric(numeric, anyelement, jsonb) IS
    'what an old numeric becomes; an error when nothing';

CREATE FUNCTION gb_enums_internal.converted(value anyenum, kind anycompatible, options jsonb DEFAULT NULL)
    RETURNS anycompatible
    LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1 AS 'MODULE_PATHNAME', 'gb_enum_converted_native';
COMMENT ON FUNCTION gb_enums_internal.converted(anyenum, anycompatible, jsonb) IS
    'what an old value of a native enum becomes; an error when nothing';

CREATE FUNCTION gb_enums_internal.converted_array(
    value anyarray, kind anycompatible, options jsonb DEFAULT NULL) RETURNS anycompatiblearray
    LANGUAGE c IMMUTABLE PARALLEL SAFE COST 10 AS 'MODULE_PATHNAME', 'gb_enum_converted_array';
COMMENT ON FUNCTION gb_enums_internal.converted_array(anyarray, anycompatible, jsonb) IS
    'what the elements of an old array become; an error when one becomes nothing';

CREATE FUNCTION gb_enums_internal.convert_match(
    value text, enum regtype, options jsonb, is_code boolean, OUT label text, OUT rule text,
        OUT deprecated boolean, OUT found boolean) RETURNS record
    LANGUAGE c STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'gb_enum_convert_match';
COMMENT ON FUNCTION gb_enums_internal.convert_match(text, regtype, jsonb, boolean) IS
    'what an old value becomes and by which rule; for one that becomes nothing, which option would help';

CREATE FUNCTION gb_enums_internal.convert_expressions(
    relation oid, tree pg_node_tree, columns gb_enums_internal.conversion_column[], old_and_new boolean,
    OUT expressions text[], OUT changed boolean, OUT obstacle text, OUT implied boolean, OUT literal text,
        OUT texts boolean, OUT mutable boolean, OUT search_path text) RETURNS record
    LANGUAGE c STABLE STRICT PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'gb_enum_convert_expressions';
COMMENT ON FUNCTION gb_enums_internal.convert_expressions(oid, pg_node_tree,
    gb_enums_internal.conversion_column[], boolean) IS
    'expressions stored over a table as they will read; whether they change, and may be in an index';

CREATE FUNCTION gb_enums_internal.convert_view(
    view oid, columns gb_enums_internal.conversion_column[], lock boolean, OUT query text,
        OUT numbers integer[], OUT sources integer[], OUT obstacle text, OUT texts boolean,
        OUT search_path text) RETURNS record
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'gb_enum_convert_view';
COMMENT ON FUNCTION gb_enums_internal.convert_view(oid, gb_enums_internal.conversion_column[], boolean) IS
    'the query of a view as it will read, and its columns that become enumerations';

-- The same for two expressions of one object, under one search_path. Each makes it wider until it is wide
-- enough for both.
CREATE FUNCTION gb_enums_internal.convert_two_expressions(
    relation oid, first pg_node_tree, second pg_node_tree, columns gb_enums_internal.conversion_column[],
    OUT first_expressions text[], OUT second_expressions text[], OUT changed boolean, OUT texts boolean,
    OUT obstacle text, OUT mutable text, OUT search_path text) RETURNS record
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    wider text;
BEGIN
    LOOP
        SELECT a.expressions, b.expressions,
            coalesce(a.changed, false) OR coalesce(b.changed, false),
            coalesce(a.texts, false) OR coalesce(b.texts, false),
            coalesce(a.obstacle, b.obstacle),
            CASE WHEN a.mutable THEN array_to_string(a.expressions, ', ')
                 WHEN b.mutable THEN array_to_string(b.expressions, ', ') END,
            coalesce(nullif(a.search_path, w.path), nullif(b.search_path, w.path))
        INTO first_expressions, second_expressions, changed, texts, obstacle, mutable, wider
        FROM (VALUES (convert_two_expressions.search_path)) w(path)
        CROSS JOIN gb_enums_internal.convert_expressions(relation, first, columns, false) a
        CROSS JOIN gb_enums_internal.convert_expressions(relation, second, columns, false) b;
        EXIT WHEN wider IS NULL;
        search_path := wider;
        PERFORM set_config('search_path', wider, true);
    END LOOP;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_two_expressions(
    oid, pg_node_tree, pg_node_tree, gb_enums_internal.conversion_column[]) IS
    'two expressions of an object stored over a table as they will read, under one search_path';

-- Forms such as IS DISTINCT FROM name no operator: the search_path finds it.
CREATE FUNCTION gb_enums_internal.with_search_path(statement text, search_path text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT CASE
    WHEN with_search_path.search_path IS NULL THEN statement
    -- only the statement itself cannot be in a transaction block
    WHEN starts_with(statement, 'CREATE INDEX CONCURRENTLY ')
      OR starts_with(statement, 'CREATE UNIQUE INDEX CONCURRENTLY ')
        THEN format('SET search_path = %s; %s', with_search_path.search_path, statement)
    ELSE format('SET LOCAL search_path = %s; %s; SET LOCAL search_path = pg_catalog, pg_temp',
        with_search_path.search_path, statement) END
$$;
COMMENT ON FUNCTION gb_enums_internal.with_search_path(text, text) IS
    'a statement under the search_path that finds the operators which it does not name';

-- The same conversion for a column of a partition, of a child, or of a view.
CREATE FUNCTION gb_enums_internal.conversion_of(
    c gb_enums_internal.conversion_column, relation oid,
        number smallint) RETURNS gb_enums_internal.conversion_column
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    c.relation := relation;
    c.number := number;
    RETURN c;
END $$;
COMMENT ON FUNCTION gb_enums_internal.conversion_of(gb_enums_internal.conversion_column, oid, smallint) IS
    'the conversion of a column, for a column of another relation';

-- A view shows values, also where the column becomes a smallint of codes.
CREATE FUNCTION gb_enums_internal.conversion_shown(
    c gb_enums_internal.conversion_column, view oid, number smallint)
    RETURNS gb_enums_internal.conversion_column
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    c.trusting_cast := NULL;
    RETURN gb_enums_internal.conversion_of(c, view, number);
END $$;
COMMENT ON FUNCTION gb_enums_internal.conversion_shown(
    gb_enums_internal.conversion_column, oid, smallint) IS
    'the conversion of a column, for a column of a view that shows it';

-- A type, the domain that it is over, and so on; the last one is the type that all are over.
CREATE FUNCTION gb_enums_internal.domain_levels(type oid) RETURNS TABLE (level integer, type_oid oid)
    LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN RETURN QUERY
WITH RECURSIVE levels(level, type) AS (
    SELECT 0, domain_levels.type
    UNION ALL
    SELECT l.level + 1, y.typbasetype
    FROM levels l
    JOIN pg_type y ON y.oid = l.type AND y.typtype = 'd')
SELECT l.level, l.type
FROM levels l
ORDER BY l.level;
END $$;
COMMENT ON FUNCTION gb_enums_internal.domain_levels(oid) IS 'a type with the types that it is a domain over';

CREATE FUNCTION gb_enums_internal.base_type(type oid) RETURNS oid
    LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN RETURN (
SELECT d.type_oid
FROM gb_enums_internal.domain_levels(type) d
ORDER BY d.level DESC
LIMIT 1);
END $$;
COMMENT ON FUNCTION gb_enums_internal.base_type(oid) IS
    'the type that a domain is over in the end, else itself';

-- The base type of a column, and whether it is an array: then that of its elements.
CREATE FUNCTION gb_enums_internal.convert_old_type(type oid, OUT old_type oid, OUT is_array boolean)
    LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    SELECT gb_enums_internal.base_type(coalesce(e.oid, b.oid)), e.oid IS NOT NULL
    INTO old_type, is_array
    FROM pg_type b
    LEFT JOIN pg_type e ON e.oid = b.typelem AND e.typarray = b.oid
    WHERE b.oid = gb_enums_internal.base_type(type);
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_old_type(oid) IS
    'the base type of a column, or of the elements of an array, and whether it is one';

CREATE FUNCTION gb_enums_internal.type_is_not_null(type oid) RETURNS boolean
    LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN RETURN (
SELECT bool_or(y.typnotnull)
FROM gb_enums_internal.domain_levels(type) d
JOIN pg_type y ON y.oid = d.type_oid);
END $$;
COMMENT ON FUNCTION gb_enums_internal.type_is_not_null(oid) IS
    'whether a domain, or one that it is over, refuses NULL';

-- The numbers of the columns of a relation that change, and the quoted name of a column.
CREATE FUNCTION gb_enums_internal.convert_numbers(columns gb_enums_internal.conversion_column[], relation oid)
    RETURNS smallint[]
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN RETURN (
SELECT coalesce(array_agg(c.number), '{}')
FROM unnest(columns) c
WHERE c.relation = convert_numbers.relation);
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_numbers(gb_enums_internal.conversion_column[], oid) IS
    'the columns of a relation that change';

CREATE FUNCTION gb_enums_internal.convert_column(relation oid, number integer) RETURNS text
    LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN RETURN (
SELECT quote_ident(attname)
FROM pg_attribute
WHERE attrelid = relation AND attnum = number);
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_column(oid, integer) IS 'the quoted name of a column';

-- The type that a column becomes, as SQL.
CREATE FUNCTION gb_enums_internal.convert_type(col gb_enums_internal.conversion_column) RETURNS text
    LANGUAGE sql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT CASE WHEN col.new_domain IS NOT NULL THEN col.new_domain::regtype::text
            WHEN col.new_type IS NOT NULL THEN format_type(col.new_type, col.new_typmod)
            WHEN col.trusting_cast IS NOT NULL THEN 'smallint'
            ELSE col.enum::regtype::text END
    || CASE WHEN col.is_array AND col.new_domain IS NULL THEN '[]' ELSE '' END
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_type(gb_enums_internal.conversion_column) IS
    'the type that a column becomes';

CREATE FUNCTION gb_enums_internal.is_of_domain_over_enum(col gb_enums_internal.conversion_column)
    RETURNS boolean
    LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN RETURN (
SELECT EXISTS (
    SELECT
    FROM pg_attribute a
    JOIN pg_type y ON y.oid = col.old_type AND y.typtype = 'e'
    WHERE a.attrelid = col.relation AND a.attnum = col.number AND a.atttypid <> y.oid AND NOT col.is_array));
END $$;
COMMENT ON FUNCTION gb_enums_internal.is_of_domain_over_enum(gb_enums_internal.conversion_column) IS
    'whether a column is of a domain over a native enum';

-- The expression that converts an old value: for the rows of a column, and for a default that is no literal.
CREATE FUNCTION gb_enums_internal.convert_using(col gb_enums_internal.conversion_column, value text)
    RETURNS text
    LANGUAGE sql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT CASE WHEN col.new_type IS NOT NULL
                THEN format(CASE WHEN col.new_domain IS NOT NULL OR col.new_type IN (
                        'numeric'::regtype, '"char"'::regtype) THEN '((%s)::%s)::%s' ELSE '(%1$s)::%3$s' END,
                    value,
                    -- there are casts to texts and integers
                    CASE WHEN gb_enums_internal.convert_is_number(col.new_type) THEN 'integer' ELSE 'text' END
                        || CASE WHEN col.is_array THEN '[]' ELSE '' END,
                    gb_enums_internal.convert_type(col))
            WHEN col.trusting_cast IS NOT NULL THEN format('(%s)::smallint', converted)
            ELSE converted END
FROM format('gb_enums_internal.%s(%s, NULL::%s%s)',
            CASE WHEN col.is_array THEN 'converted_array'
                WHEN col.old_type = 'numeric'::regtype THEN 'converted_numeric' ELSE 'converted' END,
            -- the server takes no domain for a native enum
            CASE WHEN gb_enums_internal.is_of_domain_over_enum(col)
                THEN format('(%s)::%s', value, col.old_type::regtype) ELSE value END,
            col.enum::regtype,
            CASE WHEN col.options <> '{}' THEN format(', %L::jsonb', col.options) END) converted
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_using(gb_enums_internal.conversion_column, text) IS
    'the expression that converts a value';

CREATE FUNCTION gb_enums_internal.old_order(type oid) RETURNS TABLE (name text, place real)
    LANGUAGE sql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT e.enumlabel, e.enumsortorder
FROM pg_enum e
WHERE e.enumtypid = type
UNION ALL
SELECT v.name, v.code
FROM gb_enums_internal.convert_values(
    CASE WHEN gb_enums_internal.convert_is_enumeration(type) THEN type END) v
$$;
COMMENT ON FUNCTION gb_enums_internal.old_order(oid) IS
    'the values of an enumeration or a native enum, with their order; none for other types';

-- Whether all values of an enumeration have the same code in another one.
CREATE FUNCTION gb_enums_internal.codes_stay(old oid, enum oid, options jsonb) RETURNS boolean
    LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN RETURN (
SELECT NOT EXISTS (
    SELECT
    FROM gb_enums_internal.convert_values(old) o
    CROSS JOIN LATERAL gb_enums_internal.convert_match(o.name, enum, options, false) m
    LEFT JOIN gb_enums_internal.convert_values(enum) n ON n.name = m.label
    WHERE n.code IS DISTINCT FROM o.code));
END $$;
COMMENT ON FUNCTION gb_enums_internal.codes_stay(oid, oid, jsonb) IS
    'whether all values of an enumeration have the same code in another one';

-- Whether a column keeps its bytes: a smallint whose values are codes, or an enumeration whose codes stay.
CREATE FUNCTION gb_enums_internal.convert_keeps_bytes(col gb_enums_internal.conversion_column) RETURNS boolean
    LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN RETURN (
SELECT CASE WHEN col.is_array THEN false
            WHEN col.new_type IS NOT NULL
                THEN col.new_type = 'smallint'::regtype AND col.new_domain IS NULL
            WHEN col.trusting_cast IS NOT NULL THEN false
            WHEN gb_enums_internal.convert_is_enumeration(col.old_type)
                THEN gb_enums_internal.codes_stay(col.old_type, col.enum, col.options)
            ELSE col.old_type = 'smallint'::regtype AND col.options = '{}' END);
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_keeps_bytes(gb_enums_internal.conversion_column) IS
    'whether a column is relabelled, not rewritten';

CREATE FUNCTION gb_enums_internal.convert_is_number(type oid) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN RETURN (
SELECT type IN ('smallint'::regtype, 'integer'::regtype, 'bigint'::regtype, 'numeric'::regtype));
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_is_number(oid) IS 'whether values of a type are codes';

-- Whether the old values of a column are codes.
CREATE FUNCTION gb_enums_internal.has_codes(col gb_enums_internal.conversion_column) RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT gb_enums_internal.convert_is_number(col.old_type)
$$;
COMMENT ON FUNCTION gb_enums_internal.has_codes(gb_enums_internal.conversion_column) IS
    'whether the old values of a column are numbers';

-- Whether they are texts.
CREATE FUNCTION gb_enums_internal.has_texts(col gb_enums_internal.conversion_column) RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT col.old_type IN ('text'::regtype, 'varchar'::regtype, 'bpchar'::regtype, '"char"'::regtype)
$$;
COMMENT ON FUNCTION gb_enums_internal.has_texts(gb_enums_internal.conversion_column) IS
    'whether the old values of a column are text, varchar or char';

-- The code of a name, as SQL.
CREATE FUNCTION gb_enums_internal.convert_code(enum oid, name text) RETURNS text
    LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN RETURN (
SELECT v.code::text
FROM gb_enums_internal.convert_values(enum) v
WHERE v.name = convert_code.name);
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_code(oid, text) IS 'the code of a value';

-- Why a default cannot be made again: it is a part of other statements.
CREATE FUNCTION gb_enums_internal.default_without_operators(relation oid, name text, shown text) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT format('The default of column %s of "%s" compares by IS DISTINCT FROM, NULLIF, CASE or IN, which name '
    'no operator, and the operator is not the server''s own: %s.', name, relation::regclass, shown)
$$;
COMMENT ON FUNCTION gb_enums_internal.default_without_operators(oid, text, text) IS
    'why a default with forms that name no operator cannot be made again';

-- An array literal as it will be, or why it cannot be.
CREATE FUNCTION gb_enums_internal.convert_array_literal(
    col gb_enums_internal.conversion_column, literal text, OUT expression text, OUT fault text)
    RETURNS record
    LANGUAGE plpgsql STABLE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    new text;
BEGIN
    IF col.old_type = 'bpchar'::regtype THEN
        literal := literal::bpchar[]::text[];  -- without the blanks at the ends
    END IF;
    SELECT format(CASE WHEN m.found THEN '"%s", a deprecated value' ELSE '"%s", which is no value' END, e)
    INTO fault
    FROM unnest(literal::text[]) e
    CROSS JOIN LATERAL gb_enums_internal.convert_match(
        e, col.enum, col.options, gb_enums_internal.has_codes(col)) m
    WHERE col.new_type IS NULL AND (NOT m.found OR m.deprecated)
    LIMIT 1;
    IF fault IS NULL THEN
        EXECUTE format('SELECT (%s)::text', gb_enums_internal.convert_using(col, format('%L::%s[]', literal,
            CASE WHEN col.new_type IS NOT NULL THEN col.enum::regtype
                 WHEN gb_enums_internal.has_codes(col) THEN col.old_type::regtype
                 ELSE 'text'::regtype END))) INTO new;
        expression := format('%L::%s', new, gb_enums_internal.convert_type(col));
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_array_literal(gb_enums_internal.conversion_column, text) IS
    'an array literal as it will be, or why it cannot be';

-- On the way back, the default that a conversion found, if it was of the same kind as the new type: NULL for
-- another one. The function is then the outermost of the expression, and has no options.
CREATE FUNCTION gb_enums_internal.default_within(
    col gb_enums_internal.conversion_column, tree pg_node_tree, shown text) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT i.inner_expression[1]
FROM pg_proc p
CROSS JOIN LATERAL regexp_match(shown,
    '^gb_enums_internal.converted[a-z_]*[(](.*), NULL::[^'',()]+[)]$') i(inner_expression)
WHERE col.new_type IS NOT NULL AND p.oid = (regexp_match(tree::text, '^{FUNCEXPR :funcid ([0-9]+) '))[1]::oid
  AND p.pronamespace = 'gb_enums_internal'::regnamespace AND p.proname LIKE 'converted%'
  AND CASE WHEN col.is_array THEN false
           WHEN gb_enums_internal.convert_is_number(col.new_type)
               THEN p.proargtypes[0] IN ('bigint'::regtype, 'numeric'::regtype)
           ELSE p.proargtypes[0] = 'text'::regtype END
$$;
COMMENT ON FUNCTION gb_enums_internal.default_within(
    gb_enums_internal.conversion_column, pg_node_tree, text) IS
    'the expression of a default that a conversion has put into a function that converts it';

-- The default of a column, or of its domain, as it will be; or why it cannot be.
CREATE FUNCTION gb_enums_internal.convert_default(
    col gb_enums_internal.conversion_column, OUT expression text, OUT stop text, OUT is_computed boolean)
    RETURNS record
    LANGUAGE plpgsql STABLE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    old record;
    new record;
BEGIN
    SELECT e.literal, pg_get_expr(d.tree, d.attrelid) AS shown, e.search_path, d.tree INTO old
    FROM (SELECT a.attrelid, coalesce(o.adbin, y.typdefaultbin) AS tree
          FROM pg_attribute a
          JOIN pg_type y ON y.oid = a.atttypid
          LEFT JOIN pg_attrdef o ON o.adrelid = a.attrelid AND o.adnum = a.attnum
          WHERE a.attrelid = col.relation AND a.attnum = col.number) d
    CROSS JOIN LATERAL gb_enums_internal.convert_expressions(d.attrelid, d.tree, '{}', false) e;
    IF old.shown IS NULL THEN
        RETURN;
    END IF;
    IF old.literal IS NULL THEN
        IF old.search_path IS NOT NULL THEN
            stop := gb_enums_internal.default_without_operators(
                col.relation, gb_enums_internal.convert_column(col.relation, col.number), old.shown);
            RETURN;
        END IF;
        expression := CASE WHEN old.shown ~ '^NULL(::|$)' THEN 'NULL'
            ELSE gb_enums_internal.default_within(col, old.tree, old.shown) END;
        is_computed := expression IS NULL;
        expression := coalesce(
            expression, gb_enums_internal.convert_using(col, format('(%s)', old.shown)));
        RETURN;
    END IF;
    IF col.is_array THEN
        new := gb_enums_internal.convert_array_literal(col, old.literal);
        expression := new.expression;
        IF new.fault IS NOT NULL THEN
            stop := format('The default of column %s of "%s" is %s, with %s.',
                gb_enums_internal.convert_column(col.relation, col.number), col.relation::regclass,
                old.shown, new.fault);
        END IF;
        RETURN;
    END IF;
    IF col.new_type IS NOT NULL THEN
        expression := CASE WHEN gb_enums_internal.convert_is_number(col.new_type)
            THEN gb_enums_internal.convert_code(col.enum, old.literal)
            ELSE format('%L::%s', old.literal, gb_enums_internal.convert_type(col)) END;
        RETURN;
    END IF;
    new := gb_enums_internal.convert_match(
        old.literal, col.enum, col.options, gb_enums_internal.has_codes(col));
    IF NOT new.found OR new.deprecated THEN
        stop := format('The default of column %s of "%s" is %s, which is %s.',
            gb_enums_internal.convert_column(col.relation, col.number), col.relation::regclass, old.shown,
            CASE WHEN new.found THEN 'a deprecated value' ELSE 'no value' END);
        RETURN;
    END IF;
    expression := CASE WHEN new.label IS NULL THEN 'NULL'
        WHEN col.trusting_cast IS NOT NULL THEN gb_enums_internal.convert_code(col.enum, new.label)
        ELSE format('%L::%s', new.label, col.enum::regtype) END;
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
