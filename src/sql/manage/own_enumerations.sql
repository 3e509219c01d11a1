
-- Users' own enumerations ------------------------------------------------------------------------
--
-- For superusers, until they grant EXECUTE. A role then makes enumerations in schemas where it may
-- create, and changes those that it owns.

CREATE FUNCTION @extschema@.gb_enum_create(
    name text, names text[] DEFAULT NULL, definition text DEFAULT NULL, "like" regtype DEFAULT NULL, description text DEFAULT NULL)
    RETURNS regtype
    LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'gb_enum_create';
COMMENT ON FUNCTION @extschema@.gb_enum_create(text, text[], text, regtype, text) IS
    'makes an enumeration with all that belongs to it; example: gb_enum_create(''ticket_status'', ''{new,open,closed}'') is ticket_status';
REVOKE ALL ON FUNCTION @extschema@.gb_enum_create(text, text[], text, regtype, text) FROM PUBLIC;

CREATE FUNCTION @extschema@.gb_enum_add_value(
    enum regtype, name text, code integer DEFAULT NULL, description text DEFAULT NULL, aliases text[] DEFAULT NULL) RETURNS smallint
    LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'gb_enum_add_value';
COMMENT ON FUNCTION @extschema@.gb_enum_add_value(regtype, text, integer, text, text[]) IS
    'adds a value, with the next code unless one is given, and returns its code; example: gb_enum_add_value(''ticket_status'', ''on hold'') is 3';
REVOKE ALL ON FUNCTION @extschema@.gb_enum_add_value(regtype, text, integer, text, text[]) FROM PUBLIC;

CREATE FUNCTION @extschema@.gb_enum_rename_value(enum regtype, name text, new_name text) RETURNS void
    LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'gb_enum_rename_value';
COMMENT ON FUNCTION @extschema@.gb_enum_rename_value(regtype, text, text) IS
    'gives a value another name; its code and all rows stay; example: gb_enum_rename_value(''ticket_status'', ''open'', ''in progress'')';
REVOKE ALL ON FUNCTION @extschema@.gb_enum_rename_value(regtype, text, text) FROM PUBLIC;

CREATE FUNCTION @extschema@.gb_enum_set_description(enum regtype, name text, description text) RETURNS void
    LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'gb_enum_set_description';
COMMENT ON FUNCTION @extschema@.gb_enum_set_description(regtype, text, text) IS
    'says what a value means, NULL for nothing; example: gb_enum_set_description(''ticket_status'', ''new'', ''nobody has seen it yet'')';
REVOKE ALL ON FUNCTION @extschema@.gb_enum_set_description(regtype, text, text) FROM PUBLIC;

CREATE FUNCTION @extschema@.gb_enum_add_alias(enum regtype, name text, alias text) RETURNS void
    LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'gb_enum_add_alias';
COMMENT ON FUNCTION @extschema@.gb_enum_add_alias(regtype, text, text) IS
    'gives a value another name that is read and never shown; example: gb_enum_add_alias(''ticket_status'', ''closed'', ''done'')';
REVOKE ALL ON FUNCTION @extschema@.gb_enum_add_alias(regtype, text, text) FROM PUBLIC;

CREATE FUNCTION @extschema@.gb_enum_drop_alias(enum regtype, alias text) RETURNS void
    LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'gb_enum_drop_alias';
COMMENT ON FUNCTION @extschema@.gb_enum_drop_alias(regtype, text) IS
    'takes an alias away; example: gb_enum_drop_alias(''ticket_status'', ''done'')';
REVOKE ALL ON FUNCTION @extschema@.gb_enum_drop_alias(regtype, text) FROM PUBLIC;

CREATE FUNCTION @extschema@.gb_enum_deprecate(enum regtype, name text, replacement text DEFAULT NULL) RETURNS void
    LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'gb_enum_deprecate';
COMMENT ON FUNCTION @extschema@.gb_enum_deprecate(regtype, text, text) IS
    'refuses a value as input from now on, naming what to use instead; rows that have it stay; example: gb_enum_deprecate(''ticket_status'', ''new'', ''on hold'')';
REVOKE ALL ON FUNCTION @extschema@.gb_enum_deprecate(regtype, text, text) FROM PUBLIC;

CREATE FUNCTION @extschema@.gb_enum_undeprecate(enum regtype, name text) RETURNS void
    LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'gb_enum_undeprecate';
COMMENT ON FUNCTION @extschema@.gb_enum_undeprecate(regtype, text) IS
    'accepts a deprecated value again; example: gb_enum_undeprecate(''ticket_status'', ''new'')';
REVOKE ALL ON FUNCTION @extschema@.gb_enum_undeprecate(regtype, text) FROM PUBLIC;

CREATE FUNCTION @extschema@.gb_enum_remove_value(enum regtype, name text, except_foreign_tables boolean DEFAULT false) RETURNS void
    LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'gb_enum_remove_value';
COMMENT ON FUNCTION @extschema@.gb_enum_remove_value(regtype, text, boolean) IS
    'takes a value away when nothing uses it, and else lists what does; its code is never given to another; example: gb_enum_remove_value(''ticket_status'', ''new'')';
REVOKE ALL ON FUNCTION @extschema@.gb_enum_remove_value(regtype, text, boolean) FROM PUBLIC;

CREATE FUNCTION gb_enums_internal.parts(enum regtype, OUT catalog oid, OUT object oid) RETURNS SETOF record
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        -- Nobody else makes anything in gb_enums_internal. Elsewhere others may have made operators, aggregates and casts by
        -- the same functions: what was made with the enumeration is told from those by its name, its types and its schema.
        WITH own AS (
            SELECT p.oid, p.prosrc
            FROM pg_catalog.pg_depend d
            JOIN pg_catalog.pg_proc p ON p.oid = d.objid AND d.classid = 'pg_catalog.pg_proc'::regclass
            WHERE d.refclassid = 'pg_catalog.pg_type'::regclass AND d.refobjid = enum
              AND p.pronamespace = 'gb_enums_internal'::regnamespace
        ), class AS (
            SELECT c.oid, c.opcfamily, c.opcmethod
            FROM pg_catalog.pg_opclass c WHERE c.opcintype = enum AND c.opcnamespace = 'gb_enums_internal'::regnamespace
        ), home(schema) AS (
            SELECT o.oprnamespace
            FROM class c
            JOIN pg_catalog.pg_am m ON m.oid = c.opcmethod AND m.amname = 'btree'
            JOIN pg_catalog.pg_amop a ON a.amopfamily = c.opcfamily AND a.amoplefttype = enum AND a.amoprighttype = enum AND a.amopstrategy = 3
            JOIN pg_catalog.pg_operator o ON o.oid = a.amopopr
        ), compared(type, operators) AS (
            SELECT t.type, ARRAY['=', '<>', '<', '<=', '>', '>=']
            FROM (VALUES (enum), ('pg_catalog.int2'::regtype), ('pg_catalog.int4'::regtype), ('pg_catalog.int8'::regtype)) t(type)
            UNION ALL SELECT 'pg_catalog.text'::regtype, ARRAY['=', '<>']
        ), converter AS (
            SELECT p.oid, n.nspname AS schema, substr(p.proname, length('as_') + 1) AS enumeration
            FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
            WHERE p.prorettype = enum AND p.prosrc = 'int2up'
              AND p.prolang = (SELECT l.oid FROM pg_catalog.pg_language l WHERE l.lanname = 'internal')
        ), called AS (
            SELECT f.oid::oid
            FROM converter c
            CROSS JOIN (VALUES ('code', 'pg_catalog.text'), ('name', 'pg_catalog.int2'), ('name', 'pg_catalog.int4'),
                               ('description', 'pg_catalog.int2'), ('description', 'pg_catalog.int4'), ('values', '')) v(what, argument)
            CROSS JOIN to_regprocedure(format('%I.%I(%s)', c.schema, c.enumeration || '_' || v.what, v.argument)) f(oid)
            WHERE EXISTS (SELECT FROM pg_catalog.pg_depend d
                          WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = f.oid::oid
                            AND (d.refobjid = enum OR d.refobjid IN (SELECT own.oid FROM own)))
        ), aggregate AS (
            SELECT a.aggfnoid::oid AS oid
            FROM pg_catalog.pg_aggregate a JOIN pg_catalog.pg_proc p ON p.oid = a.aggfnoid
            WHERE a.aggtransfn::oid IN (SELECT oid FROM own) AND p.proname IN ('min', 'max')
              AND p.pronamespace = (SELECT schema FROM home)
        )
        SELECT 'pg_catalog.pg_proc'::regclass::oid, f.oid
        FROM (SELECT oid FROM own UNION SELECT oid FROM converter UNION SELECT oid FROM called UNION SELECT oid FROM aggregate) f
        UNION ALL
        SELECT 'pg_catalog.pg_operator'::regclass, o.oid
        FROM pg_catalog.pg_operator o
        WHERE o.oprcode::oid IN (SELECT oid FROM own)
          AND (o.oprnamespace = 'gb_enums_internal'::regnamespace
               OR (o.oprnamespace = (SELECT schema FROM home)
                   AND EXISTS (SELECT FROM compared c
                               WHERE c.type = CASE enum WHEN o.oprleft THEN o.oprright ELSE o.oprleft END AND o.oprname = ANY (c.operators))))
        UNION ALL
        SELECT 'pg_catalog.pg_cast'::regclass, c.oid
        FROM pg_catalog.pg_cast c LEFT JOIN own ON own.oid = c.castfunc
        WHERE enum IN (c.castsource, c.casttarget)
          AND (c.castmethod = 'b' OR own.prosrc = 'gb_enum_from_kin'
               OR (own.oid IS NOT NULL
                   AND CASE enum WHEN c.castsource THEN c.casttarget ELSE c.castsource END
                       IN ('pg_catalog.int2'::regtype, 'pg_catalog.int4'::regtype, 'pg_catalog.text'::regtype, 'pg_catalog.varchar'::regtype)))
        UNION ALL
        SELECT unnest(ARRAY['pg_catalog.pg_opclass'::regclass, 'pg_catalog.pg_opfamily'::regclass]), unnest(ARRAY[c.oid, c.opcfamily])
        FROM class c;
    END;
COMMENT ON FUNCTION gb_enums_internal.parts(regtype) IS 'what was made with an enumeration and goes with it';

CREATE FUNCTION @extschema@.gb_enum_drop(enum regtype) RETURNS void
    LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'gb_enum_drop';
COMMENT ON FUNCTION @extschema@.gb_enum_drop(regtype) IS
    'drops an enumeration that nothing else depends on; example: gb_enum_drop(''ticket_status'')';
REVOKE ALL ON FUNCTION @extschema@.gb_enum_drop(regtype) FROM PUBLIC;
