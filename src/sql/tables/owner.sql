
-- Acting as the owner of a table ---------------------------------------------------------------------
--
-- Functions in a table's checks, indexes and triggers are code of its owner's. Statements that can run
-- such code are executed by one of these functions, as the owner, whoever calls.

CREATE FUNCTION gb_enums_internal.require_owner(relation regclass) RETURNS boolean
    LANGUAGE c STRICT VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'gb_require_owner';
COMMENT ON FUNCTION gb_enums_internal.require_owner(regclass) IS
    'an error unless the caller may act as the table''s owner';

CREATE FUNCTION gb_enums_internal.run_as_owner(relation regclass, statements text) RETURNS bigint
    LANGUAGE c STRICT VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'gb_run_as_owner';
COMMENT ON FUNCTION gb_enums_internal.run_as_owner(regclass, text) IS
    'runs statements as a table''s owner, for a caller who may act for the owner';

CREATE FUNCTION gb_enums_internal.query_as_owner(relation regclass, query text) RETURNS jsonb
    LANGUAGE c STRICT VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'gb_query_as_owner';
COMMENT ON FUNCTION gb_enums_internal.query_as_owner(regclass, text) IS
    'the value that a query has when a table''s owner asks, for a caller who may act for the owner';

CREATE FUNCTION gb_enums_internal.hold_tables(relations oid[], exclusive boolean) RETURNS void
    LANGUAGE c STRICT VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'gb_hold_tables';
COMMENT ON FUNCTION gb_enums_internal.hold_tables(oid[], boolean) IS
    'keeps tables of the caller''s from being changed, or from being used, until the end of the transaction';

CREATE FUNCTION gb_enums_internal.exact_texts() RETURNS void
    LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'gb_exact_texts';
COMMENT ON FUNCTION gb_enums_internal.exact_texts() IS
    'constants in definitions are shown so that they mean the same when they are read, until the end of '
    'the block or function that calls it';

CREATE FUNCTION gb_enums_internal.acts_for(role oid, actor oid DEFAULT NULL) RETURNS boolean
    LANGUAGE c STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'gb_acts_for';
COMMENT ON FUNCTION gb_enums_internal.acts_for(oid, oid) IS
    'whether the actor, NULL for the caller, may do all that a role may';

CREATE FUNCTION gb_enums_internal.run_as(role oid, statements text) RETURNS bigint
    LANGUAGE c STRICT VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'gb_run_as';
COMMENT ON FUNCTION gb_enums_internal.run_as(oid, text) IS
    'runs statements as a role, for a caller who may act for it';

-- What is sent on ------------------------------------------------------------------------------------
--
-- An engine that keeps the rows of tables on other nodes sends statements on to these.

CREATE FUNCTION gb_enums_internal.single_statements(script text) RETURNS text[]
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'gb_single_statements';
COMMENT ON FUNCTION gb_enums_internal.single_statements(text) IS
    'the statements of a script, each by itself, as engines, drivers and poolers want them';

CREATE FUNCTION gb_enums_internal.single_statement(script text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    statements CONSTANT text[] := gb_enums_internal.single_statements(script);
    body text;
BEGIN
    IF cardinality(statements) < 2 THEN
        RETURN script;
    END IF;
    body := (SELECT string_agg(regexp_replace(s, '^SELECT ', 'PERFORM ') || ';', ' ' ORDER BY n)
             FROM unnest(statements) WITH ORDINALITY u(s, n));
    body := format('BEGIN %s END', body);
    RETURN 'DO ' || CASE WHEN strpos(body, '$' || '$') = 0 THEN concat('$', '$', body, '$', '$')
                         ELSE quote_literal(body) END;
END $$;
COMMENT ON FUNCTION gb_enums_internal.single_statement(text) IS
    'a statement that does what a script does, for clients that send one at a time';

CREATE FUNCTION gb_enums_internal.distribution_column(relation regclass) RETURNS smallint
    LANGUAGE c STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'gb_distribution_column';
COMMENT ON FUNCTION gb_enums_internal.distribution_column(regclass) IS
    'the column by which Citus distributes a table, 0 when it has none; NULL for any other table';

CREATE FUNCTION gb_enums_internal.is_distributed(relation regclass) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN gb_enums_internal.distribution_column(relation) IS NOT NULL;
COMMENT ON FUNCTION gb_enums_internal.is_distributed(regclass) IS
    'whether Citus has the rows of a table in shards, in which no triggers can be';
