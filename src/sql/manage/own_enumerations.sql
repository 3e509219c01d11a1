
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
    aliases text[] DEFAULT NULL, if_not_exists boolean DEFAULT false) RETURNS smallint
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'gb_enum_add_value';
COMMENT ON FUNCTION @extschema@.gb_enum_add_value(regtype, text, integer, text, text[], boolean) IS
    'adds a value, with the next code unless one is given, and returns its code; '
    'example: gb_enum_add_value(''ticket_status'', ''on hold'') is 3';
REVOKE ALL ON FUNCTION @extschema@.gb_enum_add_value(regtype, text, integer, text, text[], boolean)
    FROM PUBLIC;

CREATE FUNCTION @extschema@.gb_enum_rename_value(enum regtype, name text, new_name text) RETURNS void
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'gb_enum_rename_value';
COMMENT ON FUNCTION @extschema@.gb_enum_rename_value(regtype, text, text) IS
    'gives a value another name; its code stays, and so do all rows; '
    'example: gb_enum_rename_value(''ticket_status'', ''open'', ''in progress'')';
REVOKE ALL ON FUNCTION @extschema@.gb_enum_rename_value(regtype, text, text) FROM PUBLIC;

CREATE FUNCTION @extschema@.gb_enum_set_description(enum regtype, name text, description text) RETURNS void
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'gb_enum_set_description';
COMMENT ON FUNCTION @extschema@.gb_enum_set_description(regtype, text, text) IS
    'sets the description of a value, NULL for none; '
    'example: gb_enum_set_description(''ticket_status'', ''new'', ''nobody has seen it yet'')';
REVOKE ALL ON FUNCTION @extschema@.gb_enum_set_description(regtype, text, text) FROM PUBLIC;

CREATE FUNCTION @extschema@.gb_enum_add_alias(enum regtype, name text, alias text) RETURNS void
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'gb_enum_add_alias';
COMMENT ON FUNCTION @extschema@.gb_enum_add_alias(regtype, text, text) IS
    'gives a value another name that is read and never shown; '
    'example: gb_enum_add_alias(''ticket_status'', ''closed'', ''done'')';
REVOKE ALL ON FUNCTION @extschema@.gb_enum_add_alias(regtype, text, text) FROM PUBLIC;

CREATE FUNCTION @extschema@.gb_enum_drop_alias(enum regtype, alias text) RETURNS void
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'gb_enum_drop_alias';
COMMENT ON FUNCTION @extschema@.gb_enum_drop_alias(regtype, text) IS
    'removes an alias; example: gb_enum_drop_alias(''ticket_status'', ''done'')';
REVOKE ALL ON FUNCTION @extschema@.gb_enum_drop_alias(regtype, text) FROM PUBLIC;

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

CREATE FUNCTION @extschema@.gb_enum_drop(enum regtype) RETURNS void
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'gb_enum_drop';
COMMENT ON FUNCTION @extschema@.gb_enum_drop(regtype) IS
    'drops an enumeration that nothing else depends on; example: gb_enum_drop(''ticket_status'')';
REVOKE ALL ON FUNCTION @extschema@.gb_enum_drop(regtype) FROM PUBLIC;
