
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
