
-- Source code -------------------------------------------------------------------------------------

CREATE FUNCTION gb_enums_internal.fingerprint(enum regtype) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    BEGIN ATOMIC
        SELECT coalesce(@extschema@.gb_enum_fingerprint(enum), '');
    END;
COMMENT ON FUNCTION gb_enums_internal.fingerprint(regtype) IS
    'for source code: gb_enum_fingerprint() of an enumeration, empty when there is none (any more)';

CREATE FUNCTION gb_enums_internal.source(
    language text, enums regtype[], are_named boolean, fingerprint_function text) RETURNS text
    LANGUAGE c STABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'gb_enum_source';
COMMENT ON FUNCTION gb_enums_internal.source(text, regtype[], boolean, text) IS
    'the source of enumerations in a language; those that cannot be read are an error where they are named';

CREATE FUNCTION gb_enums_internal.all_enums() RETURNS regtype[]
    LANGUAGE sql STABLE PARALLEL SAFE
    BEGIN ATOMIC
        SELECT coalesce(array_agg(t.oid::regtype ORDER BY n.nspname, t.typname), '{}')
        FROM pg_catalog.pg_proc p
        JOIN pg_catalog.pg_language l ON l.oid = p.prolang AND l.lanname = 'gb_enum'
        JOIN pg_catalog.pg_type t ON t.typinput = p.oid AND t.oid = p.prorettype
        JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace;
    END;
COMMENT ON FUNCTION gb_enums_internal.all_enums() IS
    'the enumerations of the database, in the order of their schemas and names';

CREATE FUNCTION @extschema@.gb_enum_source(language text, enums regtype[] DEFAULT NULL) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    BEGIN ATOMIC
        SELECT gb_enums_internal.source(
            language, coalesce(enums, gb_enums_internal.all_enums()), enums IS NOT NULL,
            format('%s.gb_enum_fingerprint', gb_enums_internal.extension_schema()));
    END;
COMMENT ON FUNCTION @extschema@.gb_enum_source(text, regtype[]) IS
    'source code for enumerations, all of them unless some are named, in cpp, csharp, go, graphql, java, '
    'json_schema, kotlin, markdown, protobuf, python, rust or typescript; '
    'example: gb_enum_source(''rust'', ''{task_status,task_priority}'')';
