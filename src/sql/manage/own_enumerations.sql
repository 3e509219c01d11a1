
-- Users' own enumerations ------------------------------------------------------------------------
--
-- Only superusers may call these functions, until they grant EXECUTE to others. A role then makes
-- enumerations in schemas where it may create objects, and changes the enumerations that it owns.

CREATE FUNCTION @extschema@.gb_enum_create(
    name text, names text[] DEFAULT NULL, definition text DEFAULT NULL, "like" regtype DEFAULT NULL,
    description text DEFAULT NULL) RETURNS regtype
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'gb_enum_create';
COMMENT ON FUNCTION @extschema@.gb_enum_create(text, text[], text, regtype, text) IS
    'makes an enumeration with its functions, casts and operators; '
    'example: gb_enum_create(''ticket_status'', ''{new,open,closed}'') is ticket_status';
REVOKE ALL ON FUNCTION @extschema@.gb_enum_create(text, text[], text, regtype, text) FROM PUBLIC;

CREATE FUNCTION @extschema@.gb_enum_add_value(
    enum regtype, name text, code integer DEFAULT NULL, description text DEFAULT NULL,
    aliases text[] DEFAULT NULL, if_not_exists boolean DEFAULT false, force boolean DEFAULT false)
    RETURNS smallint
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'gb_enum_add_value';
COMMENT ON FUNCTION @extschema@.gb_enum_add_value(
    regtype, text, integer, text, text[], boolean, boolean) IS
    'adds a value, with the next code unless one is given, and returns its code; '
    'example: gb_enum_add_value(''ticket_status'', ''on hold'') is 3';
REVOKE ALL ON FUNCTION @extschema@.gb_enum_add_value(regtype, text, integer, text, text[], boolean, boolean)
    FROM PUBLIC;

CREATE FUNCTION @extschema@.gb_enum_rename_value(
    enum regtype, name text, new_name text, keep_alias boolean DEFAULT false, force boolean DEFAULT false)
    RETURNS void
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'gb_enum_rename_value';
COMMENT ON FUNCTION @extschema@.gb_enum_rename_value(regtype, text, text, boolean, boolean) IS
    'gives a value another name; its code stays, and so do all rows; keep_alias keeps the old name as an '
    'alias; refuses while other objects store or test the text, unless force says so; '
    'example: gb_enum_rename_value(''ticket_status'', ''open'', ''in progress'')';
REVOKE ALL ON FUNCTION @extschema@.gb_enum_rename_value(regtype, text, text, boolean, boolean) FROM PUBLIC;

CREATE FUNCTION @extschema@.gb_enum_set_description(
    enum regtype, name text, description text, force boolean DEFAULT false) RETURNS void
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'gb_enum_set_description';
COMMENT ON FUNCTION @extschema@.gb_enum_set_description(regtype, text, text, boolean) IS
    'sets the description of a value, NULL for none; '
    'example: gb_enum_set_description(''ticket_status'', ''new'', ''nobody has seen it yet'')';
REVOKE ALL ON FUNCTION @extschema@.gb_enum_set_description(regtype, text, text, boolean) FROM PUBLIC;

CREATE FUNCTION @extschema@.gb_enum_add_alias(
    enum regtype, name text, alias text, force boolean DEFAULT false) RETURNS void
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'gb_enum_add_alias';
COMMENT ON FUNCTION @extschema@.gb_enum_add_alias(regtype, text, text, boolean) IS
    'gives a value another name that is read and never shown; '
    'example: gb_enum_add_alias(''ticket_status'', ''closed'', ''done'')';
REVOKE ALL ON FUNCTION @extschema@.gb_enum_add_alias(regtype, text, text, boolean) FROM PUBLIC;

CREATE FUNCTION @extschema@.gb_enum_drop_alias(
    enum regtype, alias text, force boolean DEFAULT false) RETURNS void
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'gb_enum_drop_alias';
COMMENT ON FUNCTION @extschema@.gb_enum_drop_alias(regtype, text, boolean) IS
    'removes an alias; example: gb_enum_drop_alias(''ticket_status'', ''done'')';
REVOKE ALL ON FUNCTION @extschema@.gb_enum_drop_alias(regtype, text, boolean) FROM PUBLIC;

CREATE FUNCTION @extschema@.gb_enum_deprecate(
    enum regtype, name text, replacement text DEFAULT NULL) RETURNS void
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'gb_enum_deprecate';
COMMENT ON FUNCTION @extschema@.gb_enum_deprecate(regtype, text, text) IS
    'warns of a value as input from now on, or refuses it, as gb_enums.deprecated_input says, and names a '
    'replacement; rows that have the value stay; '
    'example: gb_enum_deprecate(''ticket_status'', ''new'', ''on hold'')';
REVOKE ALL ON FUNCTION @extschema@.gb_enum_deprecate(regtype, text, text) FROM PUBLIC;

CREATE FUNCTION @extschema@.gb_enum_undeprecate(enum regtype, name text) RETURNS void
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'gb_enum_undeprecate';
COMMENT ON FUNCTION @extschema@.gb_enum_undeprecate(regtype, text) IS
    'accepts a deprecated value again; example: gb_enum_undeprecate(''ticket_status'', ''new'')';
REVOKE ALL ON FUNCTION @extschema@.gb_enum_undeprecate(regtype, text) FROM PUBLIC;

CREATE FUNCTION @extschema@.gb_enum_remove_value(
    enum regtype, name text, except_foreign_tables boolean DEFAULT false) RETURNS void
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'gb_enum_remove_value';
COMMENT ON FUNCTION @extschema@.gb_enum_remove_value(regtype, text, boolean) IS
    'removes a value that nothing uses, or lists what uses it; no other value is given its code; '
    'example: gb_enum_remove_value(''ticket_status'', ''new'')';
REVOKE ALL ON FUNCTION @extschema@.gb_enum_remove_value(regtype, text, boolean) FROM PUBLIC;

CREATE FUNCTION @extschema@.gb_enum_follow_type(enum regtype) RETURNS void
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'gb_enum_follow_type';
COMMENT ON FUNCTION @extschema@.gb_enum_follow_type(regtype) IS
    'moves, renames and gives away the functions, operators and aggregates of an enumeration as its type was '
    'while event triggers were off; example: gb_enum_follow_type(''ticket_status'')';
REVOKE ALL ON FUNCTION @extschema@.gb_enum_follow_type(regtype) FROM PUBLIC;

CREATE FUNCTION @extschema@.gb_enum_drop(enum regtype) RETURNS void
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'gb_enum_drop';
COMMENT ON FUNCTION @extschema@.gb_enum_drop(regtype) IS
    'drops an enumeration that nothing else depends on; example: gb_enum_drop(''ticket_status'')';
REVOKE ALL ON FUNCTION @extschema@.gb_enum_drop(regtype) FROM PUBLIC;

-- Who may do it ---------------------------------------------------------------------------------

CREATE FUNCTION gb_enums_internal.functions_of_makers() RETURNS SETOF regprocedure
    LANGUAGE sql STABLE PARALLEL UNSAFE
    BEGIN ATOMIC
        SELECT p.oid::regprocedure
        FROM pg_catalog.pg_proc p
        JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid
        JOIN pg_catalog.pg_extension e
            ON d.refclassid = 'pg_catalog.pg_extension'::regclass AND d.refobjid = e.oid
        WHERE d.deptype = 'e' AND e.extname = 'gb_enums'
          AND p.proname IN (
              'gb_enum_create', 'gb_enum_add_value', 'gb_enum_rename_value', 'gb_enum_set_description',
              'gb_enum_add_alias', 'gb_enum_drop_alias', 'gb_enum_deprecate', 'gb_enum_undeprecate',
              'gb_enum_remove_value', 'gb_enum_drop', 'gb_enum_follow_type', 'gb_enum_check',
              'gb_enum_package', 'gb_enum_adopt', 'gb_enum_release')
        ORDER BY p.proname;
    END;
COMMENT ON FUNCTION gb_enums_internal.functions_of_makers() IS
    'what a role calls that has enumerations of its own';

-- The statements run as the owner of the functions (src/manage/rights.cpp), because the owner of the
-- extension, who may call this, need not be a superuser. A schema is its own owner's to open.
CREATE FUNCTION gb_enums_internal.statements_of_rights(role name, command text) RETURNS SETOF text
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    extension pg_extension;
BEGIN
    SELECT * INTO STRICT extension FROM pg_extension WHERE extname = 'gb_enums';
    IF NOT pg_has_role(extension.extowner, 'USAGE') THEN
        RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
            MESSAGE = 'permission denied to say who makes enumerations',
            DETAIL = 'Only superusers and the owner of the extension may.';
    ELSIF role = 'public' THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
            MESSAGE = 'not everybody can be a maker of enumerations',
            HINT = 'Name a role, and make others members of it.';
    ELSIF (SELECT r.rolsuper FROM pg_roles r WHERE r.oid = quote_ident(role)::regrole) THEN
        RAISE NOTICE USING MESSAGE = format('role "%s" is a superuser, who needs no grant', role);
        RETURN;
    END IF;
    IF command ~ '^GRANT' AND NOT has_schema_privilege(role, extension.extnamespace, 'USAGE') THEN
        EXECUTE format('GRANT USAGE ON SCHEMA %s TO %I', extension.extnamespace::regnamespace, role);
    END IF;
    RETURN QUERY SELECT format(command, f, role) FROM gb_enums_internal.functions_of_makers() f;
END
$$;
COMMENT ON FUNCTION gb_enums_internal.statements_of_rights(name, text) IS
    'the statements that give a role, or take from it, what it calls to have enumerations of its own';

CREATE FUNCTION @extschema@.gb_enum_grant(role name) RETURNS void
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'gb_enum_grant';
COMMENT ON FUNCTION @extschema@.gb_enum_grant(name) IS
    'lets a role make enumerations in schemas where it may create objects, and change, check and drop those '
    'that it owns; example: gb_enum_grant(''migrations'')';

CREATE FUNCTION @extschema@.gb_enum_revoke(role name) RETURNS void
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'gb_enum_revoke';
COMMENT ON FUNCTION @extschema@.gb_enum_revoke(name) IS
    'takes back what gb_enum_grant() gave; the role keeps its enumerations; '
    'example: gb_enum_revoke(''migrations'')';
