
-- Users' own enumerations ------------------------------------------------------------------------
--
-- For superusers, until they grant EXECUTE. A role then makes enumerations in schemas where it may
-- create, and changes those that it owns.

CREATE FUNCTION gb_enum_create(
    name text, names text[] DEFAULT NULL, definition text DEFAULT NULL, "like" regtype DEFAULT NULL, description text DEFAULT NULL)
    RETURNS regtype
    LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'gb_enum_create';
COMMENT ON FUNCTION gb_enum_create(text, text[], text, regtype, text) IS
    'makes an enumeration with all that belongs to it; example: gb_enum_create(''ticket_status'', ''{new,open,closed}'') is ticket_status';
REVOKE ALL ON FUNCTION gb_enum_create(text, text[], text, regtype, text) FROM PUBLIC;

CREATE FUNCTION gb_enum_add_value(
    enum regtype, name text, code integer DEFAULT NULL, description text DEFAULT NULL, aliases text[] DEFAULT NULL) RETURNS smallint
    LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'gb_enum_add_value';
COMMENT ON FUNCTION gb_enum_add_value(regtype, text, integer, text, text[]) IS
    'adds a value, with the next code unless one is given, and returns its code; example: gb_enum_add_value(''ticket_status'', ''on hold'') is 3';
REVOKE ALL ON FUNCTION gb_enum_add_value(regtype, text, integer, text, text[]) FROM PUBLIC;

CREATE FUNCTION gb_enum_rename_value(enum regtype, name text, new_name text) RETURNS void
    LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'gb_enum_rename_value';
COMMENT ON FUNCTION gb_enum_rename_value(regtype, text, text) IS
    'gives a value another name; its code and all rows stay; example: gb_enum_rename_value(''ticket_status'', ''open'', ''in progress'')';
REVOKE ALL ON FUNCTION gb_enum_rename_value(regtype, text, text) FROM PUBLIC;

CREATE FUNCTION gb_enum_set_description(enum regtype, name text, description text) RETURNS void
    LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'gb_enum_set_description';
COMMENT ON FUNCTION gb_enum_set_description(regtype, text, text) IS
    'says what a value means, NULL for nothing; example: gb_enum_set_description(''ticket_status'', ''new'', ''nobody has seen it yet'')';
REVOKE ALL ON FUNCTION gb_enum_set_description(regtype, text, text) FROM PUBLIC;

CREATE FUNCTION gb_enum_add_alias(enum regtype, name text, alias text) RETURNS void
    LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'gb_enum_add_alias';
COMMENT ON FUNCTION gb_enum_add_alias(regtype, text, text) IS
    'gives a value another name that is read and never shown; example: gb_enum_add_alias(''ticket_status'', ''closed'', ''done'')';
REVOKE ALL ON FUNCTION gb_enum_add_alias(regtype, text, text) FROM PUBLIC;

CREATE FUNCTION gb_enum_drop_alias(enum regtype, alias text) RETURNS void
    LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'gb_enum_drop_alias';
COMMENT ON FUNCTION gb_enum_drop_alias(regtype, text) IS
    'takes an alias away; example: gb_enum_drop_alias(''ticket_status'', ''done'')';
REVOKE ALL ON FUNCTION gb_enum_drop_alias(regtype, text) FROM PUBLIC;

CREATE FUNCTION gb_enum_deprecate(enum regtype, name text, replacement text DEFAULT NULL) RETURNS void
    LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'gb_enum_deprecate';
COMMENT ON FUNCTION gb_enum_deprecate(regtype, text, text) IS
    'refuses a value as input from now on, naming what to use instead; rows that have it stay; example: gb_enum_deprecate(''ticket_status'', ''new'', ''on hold'')';
REVOKE ALL ON FUNCTION gb_enum_deprecate(regtype, text, text) FROM PUBLIC;

CREATE FUNCTION gb_enum_undeprecate(enum regtype, name text) RETURNS void
    LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'gb_enum_undeprecate';
COMMENT ON FUNCTION gb_enum_undeprecate(regtype, text) IS
    'accepts a deprecated value again; example: gb_enum_undeprecate(''ticket_status'', ''new'')';
REVOKE ALL ON FUNCTION gb_enum_undeprecate(regtype, text) FROM PUBLIC;
