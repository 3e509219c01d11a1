
-- Existing columns become enumerations ---------------------------------------------------------------
--
-- A conversion is an array of columns, a plan is a list of steps.
--
-- A plan asks the catalogs some hundred questions. The functions that ask them are in PL/pgSQL, which
-- keeps the plans of its queries: a function in SQL plans its query again whenever it is called, and that
-- takes longer than the query.

-- A column that changes its type: of a table, of its partitions and children, or of a view that shows one.
CREATE TYPE gb_enums_internal.conversion_column AS (
    relation oid,
    number smallint,
    -- the base type that it had, of an array that of its elements; and the enumeration
    old_type oid,
    enum oid,
    -- an array becomes an array
    is_array boolean,
    -- as_E(), when the column becomes a smallint of codes
    trusting_cast oid,
    -- what it becomes, when it was the enumeration: the base type, of an array that of its elements; and the
    -- domain over it that it gets; with a CHECK that lists the values
    new_type oid,
    new_typmod integer,
    new_domain oid,
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
    -- what people read
    'stop', 'warning', 'query to check',
    -- the stages of an online conversion before the exchange
    'column', 'follow', 'rows', 'indexes', 'checks', 'validate', 'analyze',
    'lock tables', 'drop policies', 'drop views', 'drop objects', 'alter tables', 'rename index columns',
    'build indexes', 'follow back', 'make objects', 'make views', 'make policies', 'fill views',
    'gather statistics', 'drop columns',
    -- the stages of an online conversion after the exchange
    'settle', 'finish');
COMMENT ON TYPE gb_enums_internal.convert_phase IS 'when a step of a conversion is taken';

-- A step. Its owner is the role that takes it: the owner of the table or view that it is about, as the
-- functions in CHECKs, defaults and indexes are the owner's code. Without an owner the caller takes it.
CREATE TYPE gb_enums_internal.convert_step AS (
    phase gb_enums_internal.convert_phase,
    place integer,
    statement text,
    lock text,
    rewrites boolean,
    detail text,
    owner oid);
COMMENT ON TYPE gb_enums_internal.convert_step IS 'a step of a conversion; phase and place say when';

CREATE FUNCTION gb_enums_internal.stop(detail text, place integer DEFAULT 0)
    RETURNS gb_enums_internal.convert_step
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ROW('stop', place, NULL, NULL, NULL, detail, NULL)::gb_enums_internal.convert_step;
COMMENT ON FUNCTION gb_enums_internal.stop(text, integer) IS 'a step that stops the conversion';

CREATE FUNCTION gb_enums_internal.warning(detail text, place integer DEFAULT 0)
    RETURNS gb_enums_internal.convert_step
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ROW('warning', place, NULL, NULL, NULL, detail, NULL)::gb_enums_internal.convert_step;
COMMENT ON FUNCTION gb_enums_internal.warning(text, integer) IS 'a step that warns';

CREATE FUNCTION gb_enums_internal.statement(
    phase gb_enums_internal.convert_phase, place integer, owner oid, statement text, lock text,
    rewrites boolean DEFAULT false, detail text DEFAULT NULL) RETURNS gb_enums_internal.convert_step
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ROW(phase, place, statement, lock, rewrites, detail, owner)::gb_enums_internal.convert_step;
COMMENT ON FUNCTION gb_enums_internal.statement(
    gb_enums_internal.convert_phase, integer, oid, text, text, boolean, text) IS
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
COMMENT ON FUNCTION gb_enums_internal.statements(
    gb_enums_internal.convert_phase, integer, oid, text, text[]) IS
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
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN RETURN QUERY
SELECT s.phase, s.place, s.statement, s.lock, s.rewrites, s.detail, s.owner
FROM unnest(steps) WITH ORDINALITY s
ORDER BY s.phase, s.place, s.ordinality;
END $$;
COMMENT ON FUNCTION gb_enums_internal.steps_in_order(gb_enums_internal.convert_step[]) IS
    'the steps of a plan in the order in which they are taken';

-- What comes under a search_path of its own is one statement, so that nobody takes it without; but for what
-- cannot be in a transaction block.
CREATE FUNCTION gb_enums_internal.steps_shown(steps gb_enums_internal.convert_step[])
    RETURNS TABLE (step integer, kind text, statement text, lock text, rewrites boolean, detail text)
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN RETURN QUERY
SELECT row_number() OVER (ORDER BY s.ordinality, u.ordinality)::integer, k.kind, u.statement,
    s.lock, s.rewrites, s.detail
FROM unnest(steps) WITH ORDINALITY s
CROSS JOIN LATERAL (SELECT gb_enums_internal.step_kind(s.phase)) k(kind)
CROSS JOIN LATERAL unnest(CASE
        WHEN k.kind <> 'statement' THEN ARRAY[s.statement]
        WHEN starts_with(s.statement, 'SET search_path = ')
            THEN gb_enums_internal.single_statements(s.statement)
        ELSE ARRAY[gb_enums_internal.single_statement(s.statement)] END) WITH ORDINALITY u(statement)
ORDER BY s.ordinality, u.ordinality;
END $$;
COMMENT ON FUNCTION gb_enums_internal.steps_shown(gb_enums_internal.convert_step[]) IS
    'the rows of a plan that people see, each with one statement';
