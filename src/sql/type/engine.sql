-- The engine: objects that exist once and serve all enumerations.

-- The server lets whoever has CREATE on the database create a trusted extension, in anybody's schema.
-- (gb_enum_grant(), which this script calls as a superuser, gives USAGE to those who have it not.)
DO LANGUAGE plpgsql $$
DECLARE
    extension pg_extension;
BEGIN
    SELECT * INTO STRICT extension FROM pg_extension WHERE extname = 'gb_enums';
    IF NOT has_schema_privilege(extension.extowner, extension.extnamespace, 'CREATE')
       OR NOT has_schema_privilege(extension.extowner, extension.extnamespace, 'USAGE')
    THEN
        RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
            MESSAGE = format('permission denied for schema %s', extension.extnamespace::regnamespace),
            HINT = 'Name a schema in which you may create and use objects: '
                   'CREATE EXTENSION gb_enums SCHEMA ...';
    END IF;
END
$$;

CREATE SCHEMA gb_enums_internal;
COMMENT ON SCHEMA gb_enums_internal IS
    'functions behind enumerations: input, output, operators, planner support; people call none of them';
GRANT USAGE ON SCHEMA gb_enums_internal TO PUBLIC;

CREATE FUNCTION gb_enums_internal.extension_schema() RETURNS regnamespace
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN (SELECT e.extnamespace FROM pg_extension e WHERE e.extname = 'gb_enums');
COMMENT ON FUNCTION gb_enums_internal.extension_schema() IS 'the schema of the functions that people call';

-- The definition language ------------------------------------------------------------------------

CREATE FUNCTION gb_enums_internal.call_handler() RETURNS language_handler
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'gb_enum_call_handler';
COMMENT ON FUNCTION gb_enums_internal.call_handler() IS 'the input function of every enumeration';
REVOKE ALL ON FUNCTION gb_enums_internal.call_handler() FROM PUBLIC;

CREATE FUNCTION gb_enums_internal.validator(oid) RETURNS void
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'gb_enum_validator';
COMMENT ON FUNCTION gb_enums_internal.validator(oid) IS 'refuses a text that is not a definition';
REVOKE ALL ON FUNCTION gb_enums_internal.validator(oid) FROM PUBLIC;

CREATE LANGUAGE gb_enum
    HANDLER gb_enums_internal.call_handler
    VALIDATOR gb_enums_internal.validator;
COMMENT ON LANGUAGE gb_enum IS
    'definitions of enumerations: data, never executed; example line: 0 pending "Waiting to start"';

CREATE FUNCTION gb_enums_internal.define(
    schema regnamespace, name name, comment text, definition text) RETURNS regtype
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'gb_enum_define';
COMMENT ON FUNCTION gb_enums_internal.define(regnamespace, name, text, text) IS
    'makes an enumeration, or gives the one of that name a new definition';
REVOKE ALL ON FUNCTION gb_enums_internal.define(regnamespace, name, text, text) FROM PUBLIC;

CREATE FUNCTION gb_enums_internal.drop_families() RETURNS event_trigger
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'gb_enum_drop_families';
COMMENT ON FUNCTION gb_enums_internal.drop_families() IS
    'drops the operator families of enumerations that are dropped';
REVOKE ALL ON FUNCTION gb_enums_internal.drop_families() FROM PUBLIC;

CREATE EVENT TRIGGER gb_enums_drop ON sql_drop WHEN TAG IN ('DROP TYPE', 'DROP SCHEMA', 'DROP OWNED')
    EXECUTE FUNCTION gb_enums_internal.drop_families();
COMMENT ON EVENT TRIGGER gb_enums_drop IS
    'leaves nothing of an enumeration behind after DROP TYPE, DROP SCHEMA and DROP OWNED';

-- The planner ------------------------------------------------------------------------------------

CREATE FUNCTION gb_enums_internal.support(internal) RETURNS internal
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'gb_enum_support';
COMMENT ON FUNCTION gb_enums_internal.support(internal) IS
    'planner support: plans comparisons of enumerations as comparisons of two values or two integers';
REVOKE ALL ON FUNCTION gb_enums_internal.support(internal) FROM PUBLIC;

CREATE FUNCTION gb_enums_internal.code_equal(bigint) RETURNS smallint
    LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE COST 1
    AS 'MODULE_PATHNAME', 'gb_enum_code_equal';
COMMENT ON FUNCTION gb_enums_internal.code_equal(bigint) IS
    'in plans: the code that equals a number, -32768 when there is none';

CREATE FUNCTION gb_enums_internal.code_at_most(bigint) RETURNS smallint
    LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE COST 1
    AS 'MODULE_PATHNAME', 'gb_enum_code_at_most';
COMMENT ON FUNCTION gb_enums_internal.code_at_most(bigint) IS
    'in plans: the greatest code not above a number, -32768 when there is none';

CREATE FUNCTION gb_enums_internal.code_below(bigint) RETURNS smallint
    LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE COST 1
    AS 'MODULE_PATHNAME', 'gb_enum_code_below';
COMMENT ON FUNCTION gb_enums_internal.code_below(bigint) IS
    'in plans: the greatest code below a number, -32768 when there is none';

CREATE FUNCTION gb_enums_internal.text_code(anyelement, text) RETURNS smallint
    LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE COST 1
    AS 'MODULE_PATHNAME', 'gb_enum_text_code';
COMMENT ON FUNCTION gb_enums_internal.text_code(anyelement, text) IS
    'in plans: the code of a name in the enumeration of a value, -32768 for an unknown one';

CREATE FUNCTION gb_enums_internal.text_key(anyelement, text) RETURNS integer
    LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE COST 1
    AS 'MODULE_PATHNAME', 'gb_enum_text_key';
COMMENT ON FUNCTION gb_enums_internal.text_key(anyelement, text) IS
    'in plans: the code of a name in the enumeration of a value, a number above all codes for an unknown one';

-- STABLE, so that the planner does not compute it.
CREATE FUNCTION gb_enums_internal.at_run_time(text) RETURNS text
    LANGUAGE c STABLE STRICT LEAKPROOF PARALLEL SAFE COST 1
    AS 'MODULE_PATHNAME', 'gb_enum_at_run_time';
COMMENT ON FUNCTION gb_enums_internal.at_run_time(text) IS
    'in plans: a constant text that is no name yet, and may be one when the plan is used';

-- Lookups in any enumeration ---------------------------------------------------------------------

-- They are STABLE, so that postgres_fdw does not ship them: the same name can be another enumeration there.

CREATE FUNCTION @extschema@.gb_enum_name(enum regtype, code integer) RETURNS text
    LANGUAGE c STABLE STRICT PARALLEL SAFE COST 1
    AS 'MODULE_PATHNAME', 'gb_enum_name';
COMMENT ON FUNCTION @extschema@.gb_enum_name(regtype, integer) IS
    'the name of a code, NULL for an unknown one; example: gb_enum_name(''task_status'', 2) is running';

CREATE FUNCTION @extschema@.gb_enum_code(enum regtype, name text) RETURNS smallint
    LANGUAGE c STABLE STRICT PARALLEL SAFE COST 1
    AS 'MODULE_PATHNAME', 'gb_enum_code';
COMMENT ON FUNCTION @extschema@.gb_enum_code(regtype, text) IS
    'the code of a name or alias, NULL for an unknown one; '
    'example: gb_enum_code(''task_status'', ''running'') is 2';

CREATE FUNCTION @extschema@.gb_enum_description(enum regtype, code integer) RETURNS text
    LANGUAGE c STABLE STRICT PARALLEL SAFE COST 1
    AS 'MODULE_PATHNAME', 'gb_enum_description';
COMMENT ON FUNCTION @extschema@.gb_enum_description(regtype, integer) IS
    'the description of a code, NULL for an unknown one; example: gb_enum_description(''task_status'', 2)';

CREATE FUNCTION @extschema@.gb_enum_values(
    enum regtype,
    OUT code smallint, OUT name text, OUT description text, OUT aliases text[], OUT deprecated boolean,
    OUT replacement text) RETURNS SETOF record
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 10
    AS 'MODULE_PATHNAME', 'gb_enum_values';
COMMENT ON FUNCTION @extschema@.gb_enum_values(regtype) IS
    'the values of an enumeration in the order of their codes; '
    'example: SELECT * FROM gb_enum_values(''task_status'')';

-- The text is the same on every server: neither an encoding nor the order of texts in a locale counts. Where
-- the server does not know the encoding, the bytes are taken as they are.
CREATE FUNCTION @extschema@.gb_enum_fingerprint(enum regtype) RETURNS text
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    BEGIN ATOMIC
        SELECT encode(sha256(convert_to(
                   string_agg(l.line::text, chr(10) ORDER BY v.code), e.encoding)), 'hex')
        FROM (SELECT CASE getdatabaseencoding() WHEN 'SQL_ASCII' THEN 'SQL_ASCII' ELSE 'UTF8' END) e(encoding)
        CROSS JOIN LATERAL @extschema@.gb_enum_values(enum) v
        CROSS JOIN LATERAL (
            SELECT json_build_array(
                v.code, v.name, ARRAY(SELECT a FROM unnest(v.aliases) a ORDER BY convert_to(a, e.encoding)),
                v.deprecated, v.replacement)) l(line)
        GROUP BY e.encoding;
    END;
COMMENT ON FUNCTION @extschema@.gb_enum_fingerprint(regtype) IS
    'a digest of the codes, names, aliases and deprecations of an enumeration, equal on servers that have '
    'the same; NULL when the definition cannot be read; example: gb_enum_fingerprint(''task_status'')';

CREATE VIEW @extschema@.gb_enums AS
    SELECT t.oid::regtype AS enum, v.code, v.name, v.description, v.aliases, v.deprecated, v.replacement
    FROM pg_catalog.pg_type t
    JOIN pg_catalog.pg_proc p ON p.oid = t.typinput
    JOIN pg_catalog.pg_language l ON l.oid = p.prolang AND l.lanname = 'gb_enum'
    -- The argument needs all three tables, so that the function is given enumerations only, whatever the
    -- order of the joins.
    CROSS JOIN LATERAL @extschema@.gb_enum_values(CASE WHEN p.prolang = l.oid THEN t.oid::regtype END) v
    WHERE t.typtype = 'b' AND t.typisdefined AND t.typlen = 2 AND t.typbyval;
COMMENT ON VIEW @extschema@.gb_enums IS
    'every value of every enumeration; '
    'example: SELECT code, name FROM gb_enums WHERE enum = ''task_status''::regtype';
COMMENT ON COLUMN @extschema@.gb_enums.enum IS 'the type of the enumeration';
COMMENT ON COLUMN @extschema@.gb_enums.code IS 'the number that is stored';
COMMENT ON COLUMN @extschema@.gb_enums.name IS 'the text that is shown and read';
COMMENT ON COLUMN @extschema@.gb_enums.description IS
    'the meaning of the value, NULL when the definition has none';
COMMENT ON COLUMN @extschema@.gb_enums.aliases IS 'other names that are read and never shown';
COMMENT ON COLUMN @extschema@.gb_enums.deprecated IS
    'true when the value is shown but no longer accepted as input';
COMMENT ON COLUMN @extschema@.gb_enums.replacement IS 'the name to use instead of a deprecated value';
GRANT SELECT ON @extschema@.gb_enums TO PUBLIC;

CREATE VIEW @extschema@.gb_enum_types AS
    SELECT e.enum, t.typnamespace::pg_catalog.regnamespace AS schema, t.typname AS name, t.oid,
           t.typarray AS array_oid, pg_catalog.array_agg(e.name ORDER BY e.code) AS names
    FROM @extschema@.gb_enums e
    JOIN pg_catalog.pg_type t ON t.oid OPERATOR(pg_catalog.=) e.enum
    GROUP BY e.enum, t.oid;
COMMENT ON VIEW @extschema@.gb_enum_types IS
    'the types of enumerations, as drivers register them; '
    'example: SELECT oid, array_oid FROM gb_enum_types WHERE name = ''task_status''';
COMMENT ON COLUMN @extschema@.gb_enum_types.enum IS 'the type of the enumeration';
COMMENT ON COLUMN @extschema@.gb_enum_types.schema IS 'the schema of the type';
COMMENT ON COLUMN @extschema@.gb_enum_types.name IS 'the name of the type, without the schema';
COMMENT ON COLUMN @extschema@.gb_enum_types.oid IS
    'the OID of the type, which is another in each database';
COMMENT ON COLUMN @extschema@.gb_enum_types.array_oid IS 'the OID of its array type';
COMMENT ON COLUMN @extschema@.gb_enum_types.names IS
    'the names of its values, deprecated ones as well, in the order of the codes';
GRANT SELECT ON @extschema@.gb_enum_types TO PUBLIC;

CREATE VIEW @extschema@.gb_enum_fingerprints AS
    SELECT format('%s.%I', t.schema, t.name) AS enumeration,
           @extschema@.gb_enum_fingerprint(t.enum) AS fingerprint
    FROM @extschema@.gb_enum_types t;
COMMENT ON VIEW @extschema@.gb_enum_fingerprints IS
    'the fingerprint of every enumeration, for other servers to compare with theirs; '
    'example: SELECT * FROM gb_enum_fingerprints';
COMMENT ON COLUMN @extschema@.gb_enum_fingerprints.enumeration IS
    'the schema and name of the type, as text: another server may not have it';
COMMENT ON COLUMN @extschema@.gb_enum_fingerprints.fingerprint IS 'what gb_enum_fingerprint() gives';
GRANT SELECT ON @extschema@.gb_enum_fingerprints TO PUBLIC;
