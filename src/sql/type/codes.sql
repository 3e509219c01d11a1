
-- Comparisons with integers -----------------------------------------------------------------------
--
-- They exist once, for a type to which every enumeration is cast without a function. A comparison of an
-- enumeration with an integer is parsed as one of that type with a bigint. The planner makes a better one of
-- it.

CREATE TYPE gb_enums_internal.enum_code;

CREATE FUNCTION gb_enums_internal.enum_code_in(cstring) RETURNS gb_enums_internal.enum_code
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'int2in';
COMMENT ON FUNCTION gb_enums_internal.enum_code_in(cstring) IS 'input: digits';

CREATE FUNCTION gb_enums_internal.enum_code_out(gb_enums_internal.enum_code) RETURNS cstring
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'int2out';
COMMENT ON FUNCTION gb_enums_internal.enum_code_out(gb_enums_internal.enum_code) IS 'output: digits';

CREATE TYPE gb_enums_internal.enum_code (
    INPUT = gb_enums_internal.enum_code_in,
    OUTPUT = gb_enums_internal.enum_code_out,
    LIKE = int2,
    CATEGORY = 'Z');
COMMENT ON TYPE gb_enums_internal.enum_code IS
    'the type of every enumeration where it is compared with an integer; not for columns';

-- postgres_fdw ships arrays of members only. From version 17 on the server makes them members itself.
DO $$
BEGIN
    ALTER EXTENSION gb_enums ADD TYPE gb_enums_internal.enum_code[];
EXCEPTION WHEN object_not_in_prerequisite_state THEN
    NULL;
END $$;

-- The six operators for each pair of types. Their functions are the server's own for two types of integers,
-- which see the same bytes. With smallint there are operators of their own for the sake of indexes.
DO $$
DECLARE
    code CONSTANT text := 'gb_enums_internal.enum_code';
    pair record;
    comparison record;
    signature text;
BEGIN
    FOR pair IN
        SELECT p.left_type, p.right_type, p.prefix
        FROM (VALUES (code, 'bigint', 'int28'), ('bigint', code, 'int82'),
                     (code, 'smallint', 'int2'), ('smallint', code, 'int2')) p(left_type, right_type, prefix)
    LOOP
        signature := format('(%s, %s)', pair.left_type, pair.right_type);
        FOR comparison IN
            SELECT c.name, c.symbol, c.commutator, c.negator, c.estimator, c.description
            FROM (VALUES ('lt', '<', '>', '>=', 'scalarlt', 'less than, by code'),
                         ('le', '<=', '>=', '>', 'scalarle', 'less than or equal, by code'),
                         ('eq', '=', '=', '<>', 'eq', 'equal, by code'),
                         ('ge', '>=', '<=', '<', 'scalarge', 'greater than or equal, by code'),
                         ('gt', '>', '<', '<=', 'scalargt', 'greater than, by code'),
                         ('ne', '<>', '<>', '=', 'neq', 'not equal, by code'))
                c(name, symbol, commutator, negator, estimator, description)
        LOOP
            EXECUTE format(
                'CREATE FUNCTION gb_enums_internal.enum_code_%s%s RETURNS boolean '
                'LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE COST 1 '
                'SUPPORT gb_enums_internal.support AS %L',
                comparison.name, signature, pair.prefix || comparison.name);
            EXECUTE format(
                'COMMENT ON FUNCTION gb_enums_internal.enum_code_%s%s IS %L',
                comparison.name, signature, 'implementation of ' || comparison.symbol);
            EXECUTE format(
                'CREATE OPERATOR pg_catalog.%s (FUNCTION = gb_enums_internal.enum_code_%s, '
                'LEFTARG = %s, RIGHTARG = %s, COMMUTATOR = OPERATOR(pg_catalog.%s), '
                'NEGATOR = OPERATOR(pg_catalog.%s), RESTRICT = %ssel, JOIN = %7$sjoinsel)',
                comparison.symbol, comparison.name, pair.left_type, pair.right_type,
                comparison.commutator, comparison.negator, comparison.estimator);
            EXECUTE format(
                'COMMENT ON OPERATOR pg_catalog.%s %s IS %L',
                comparison.symbol, signature, comparison.description);
        END LOOP;
    END LOOP;
END $$;

-- A comparison of rows, as in (status, id) > (2, 0), needs a btree family that has the operator of each
-- column. No index is of this family, and its operators do no merge joins: no plan changes.
CREATE OPERATOR FAMILY gb_enums_internal.enum_code_ops USING btree;
COMMENT ON OPERATOR FAMILY gb_enums_internal.enum_code_ops USING btree IS
    'comparisons of rows in which values stand with integers';

DO $$
DECLARE
    code CONSTANT text := 'gb_enums_internal.enum_code';
    pair record;
    signature text;
BEGIN
    FOR pair IN
        SELECT p.left_type, p.right_type, p.body
        FROM (VALUES (code, 'bigint', 'btint28cmp'), ('bigint', code, 'btint82cmp'),
                     (code, 'smallint', 'btint2cmp'), ('smallint', code, 'btint2cmp'))
            p(left_type, right_type, body)
    LOOP
        signature := format('(%s, %s)', pair.left_type, pair.right_type);
        EXECUTE format(
            'CREATE FUNCTION gb_enums_internal.enum_code_compare%s RETURNS integer '
            'LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE COST 1 AS %L',
            signature, pair.body);
        EXECUTE format(
            'COMMENT ON FUNCTION gb_enums_internal.enum_code_compare%s IS %L',
            signature, 'implementation of btree');
        EXECUTE format(
            'ALTER OPERATOR FAMILY gb_enums_internal.enum_code_ops USING btree ADD '
            'OPERATOR 1 pg_catalog.<%1$s, OPERATOR 2 pg_catalog.<=%1$s, OPERATOR 3 pg_catalog.=%1$s, '
            'OPERATOR 4 pg_catalog.>=%1$s, OPERATOR 5 pg_catalog.>%1$s, '
            'FUNCTION 1 %1$s gb_enums_internal.enum_code_compare%1$s',
            signature);
    END LOOP;
END $$;

CREATE FUNCTION gb_enums_internal.enum_code_compare(
    gb_enums_internal.enum_code, gb_enums_internal.enum_code) RETURNS integer
    LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE COST 1 AS 'btint2cmp';
COMMENT ON FUNCTION gb_enums_internal.enum_code_compare(
    gb_enums_internal.enum_code, gb_enums_internal.enum_code) IS 'implementation of btree';

-- Casts of every enumeration.
CREATE FUNCTION gb_enums_internal.enum_code_to_int4(gb_enums_internal.enum_code) RETURNS integer
    LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE COST 1 AS 'i2toi4';
COMMENT ON FUNCTION gb_enums_internal.enum_code_to_int4(gb_enums_internal.enum_code) IS
    'the code of a value';

CREATE FUNCTION gb_enums_internal.enum_code_to_int8(gb_enums_internal.enum_code) RETURNS bigint
    LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE COST 1 AS 'int28';
COMMENT ON FUNCTION gb_enums_internal.enum_code_to_int8(gb_enums_internal.enum_code) IS
    'the code of a value';

CREATE FUNCTION gb_enums_internal.code_casts(OUT function oid, OUT result oid) RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 2
    BEGIN ATOMIC
        SELECT p.oid, p.prorettype
        FROM pg_catalog.pg_proc p
        WHERE p.oid IN ('gb_enums_internal.enum_code_to_int4'::regproc,
                        'gb_enums_internal.enum_code_to_int8'::regproc);
    END;
COMMENT ON FUNCTION gb_enums_internal.code_casts() IS
    'the functions by which every enumeration is cast to an integer type';

-- The steps of min and max. Their arguments and result have the type of one enumeration.
CREATE FUNCTION gb_enums_internal.smaller(anyelement, anyelement) RETURNS anyelement
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1
    AS 'MODULE_PATHNAME', 'gb_enum_smaller';
COMMENT ON FUNCTION gb_enums_internal.smaller(anyelement, anyelement) IS
    'implementation of min: the value with the lower code';

CREATE FUNCTION gb_enums_internal.larger(anyelement, anyelement) RETURNS anyelement
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1
    AS 'MODULE_PATHNAME', 'gb_enum_larger';
COMMENT ON FUNCTION gb_enums_internal.larger(anyelement, anyelement) IS
    'implementation of max: the value with the higher code';
