
-- Enumerations of an extension of one's own ---------------------------------------------------------
--
-- A package is an extension whose scripts say which enumerations it has. A script names only what is in
-- gb_enums_internal: it runs as a superuser, and the schemas of the extensions may belong to anybody.

CREATE FUNCTION gb_enums_internal.package_enum(
    name text, definition text, description text DEFAULT NULL, "like" text DEFAULT NULL,
    force boolean DEFAULT false, except_foreign_tables boolean DEFAULT false) RETURNS regtype
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'gb_enum_package_enum';
COMMENT ON FUNCTION gb_enums_internal.package_enum(text, text, text, text, boolean, boolean) IS
    'in scripts of extensions: makes an enumeration of the extension, or gives it a new definition';
REVOKE ALL ON FUNCTION gb_enums_internal.package_enum(text, text, text, text, boolean, boolean) FROM PUBLIC;

CREATE FUNCTION gb_enums_internal.package_drop(name text) RETURNS void
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'gb_enum_package_drop';
COMMENT ON FUNCTION gb_enums_internal.package_drop(text) IS
    'in scripts of extensions: drops an enumeration of the extension that nothing uses';
REVOKE ALL ON FUNCTION gb_enums_internal.package_drop(text) FROM PUBLIC;

CREATE FUNCTION gb_enums_internal.package_statement(
    name text, definition text, description text, "like" text) RETURNS text
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'gb_enum_package_statement';
COMMENT ON FUNCTION gb_enums_internal.package_statement(text, text, text, text) IS
    'the call of package_enum() with these arguments, as a script has it';

-- What an enumeration consists of -----------------------------------------------------------------

CREATE FUNCTION gb_enums_internal.internal_prefix(enum regtype) RETURNS text
    LANGUAGE sql STABLE PARALLEL UNSAFE
    BEGIN ATOMIC
        SELECT regexp_replace(p.proname, '_in$', '')
        FROM pg_catalog.pg_type t
        JOIN pg_catalog.pg_proc p ON p.oid = t.typinput
        WHERE t.oid = enum;
    END;
COMMENT ON FUNCTION gb_enums_internal.internal_prefix(regtype) IS
    'what the names of the internal objects of an enumeration begin with';

CREATE FUNCTION gb_enums_internal.kin_functions(
    enum regtype, OUT function oid, OUT kin oid, OUT is_own boolean) RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL UNSAFE
    BEGIN ATOMIC
        SELECT i.oid, CASE enum WHEN i.argument THEN i.result ELSE i.argument END,
               i.name IN (p.prefix || '_from_kin', p.prefix || '_to_kin')
        FROM gb_enums_internal.internal_functions(enum) i
        CROSS JOIN gb_enums_internal.internal_prefix(enum) p(prefix)
        WHERE i.source = 'gb_enum_from_kin';
    END;
COMMENT ON FUNCTION gb_enums_internal.kin_functions(regtype) IS
    'the casts between an enumeration and others that are like it; the own ones are with the enumeration '
    'that it was made like';

CREATE FUNCTION gb_enums_internal.package_objects(
    enum regtype, OUT catalog oid, OUT object oid) RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL UNSAFE
    BEGIN ATOMIC
        SELECT 'pg_catalog.pg_type'::regclass::oid, t.type
        FROM pg_catalog.pg_type e
        CROSS JOIN LATERAL (VALUES (e.oid), (e.typarray)) t(type)
        WHERE e.oid = enum
        UNION ALL
        SELECT o.catalog, o.object
        FROM gb_enums_internal.enum_objects(enum) o
        -- Casts that another enumeration was made with are that one's.
        WHERE NOT EXISTS (
            SELECT
            FROM gb_enums_internal.kin_functions(enum) k
            LEFT JOIN pg_catalog.pg_cast c ON c.castfunc = k.function
            WHERE NOT k.is_own
              AND (o.catalog, o.object) IN (('pg_catalog.pg_proc'::regclass, k.function),
                                            ('pg_catalog.pg_cast'::regclass, c.oid)));
    END;
COMMENT ON FUNCTION gb_enums_internal.package_objects(regtype) IS
    'the objects of an enumeration that are members of the extension which makes it';

CREATE FUNCTION gb_enums_internal.renamed_functions(
    enum regtype, OUT function regprocedure, OUT new_name text) RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL UNSAFE
    BEGIN ATOMIC
        SELECT p.oid::regprocedure, n.name
        FROM (SELECT l FROM gb_enums_internal.lookup_functions(enum) l
              UNION ALL
              SELECT c FROM gb_enums_internal.as_enum_functions(enum) c) f(oid)
        JOIN pg_catalog.pg_proc p ON p.oid = f.oid
        JOIN pg_catalog.pg_type t ON t.oid = enum
        CROSS JOIN LATERAL (
            SELECT CASE p.prosrc
                WHEN 'int2up' THEN 'as_' || t.typname
                ELSE t.typname || '_' || substring(p.prosrc, '^gb_enum_lookup_([a-z]+)')
                END) n(name)
        WHERE p.proname <> n.name;
    END;
COMMENT ON FUNCTION gb_enums_internal.renamed_functions(regtype) IS
    'the functions that people call of an enumeration that have not the name which they were made with';

CREATE FUNCTION gb_enums_internal.statements_to_transfer(
    enum regtype, prefix text, suffix text, owner oid) RETURNS SETOF text
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        WITH own AS MATERIALIZED (
            SELECT i.oid, i.name, i.source
            FROM gb_enums_internal.internal_functions(enum) i
            WHERE i.oid NOT IN (SELECT k.function FROM gb_enums_internal.kin_functions(enum) k
                                WHERE NOT k.is_own)
        ), object(kind, schema, name, arguments) AS (
            SELECT 'FUNCTION', p.pronamespace, p.proname, format('(%s)', oidvectortypes(p.proargtypes))
            FROM own o
            JOIN pg_proc p ON p.oid = o.oid
            UNION ALL
            SELECT k.kind, c.opcnamespace, k.name, ' USING ' || m.amname
            FROM pg_opclass c
            JOIN pg_opfamily f ON f.oid = c.opcfamily
            JOIN pg_am m ON m.oid = c.opcmethod
            CROSS JOIN LATERAL (VALUES ('OPERATOR FAMILY', f.opfname),
                                       ('OPERATOR CLASS', c.opcname)) k(kind, name)
            WHERE c.opcintype = enum AND c.opcnamespace = 'gb_enums_internal'::regnamespace
        )
        SELECT format('ALTER TYPE %s OWNER TO %I', enum, pg_get_userbyid(owner))
        FROM pg_type t
        WHERE t.oid = enum AND t.typowner <> owner
        UNION ALL
        SELECT format('ALTER %s %I.%I%s RENAME TO %I', o.kind, o.schema::regnamespace, o.name, o.arguments,
                      prefix || substr(o.name, length(b.old_prefix) + 1))
        FROM object o
        CROSS JOIN gb_enums_internal.internal_prefix(enum) b(old_prefix)
        WHERE starts_with(o.name::text, b.old_prefix || '_')
        UNION ALL
        -- The operators on two texts; no statement renames an operator.
        SELECT format('UPDATE pg_catalog.pg_operator SET oprname = %L WHERE oid = %s', s.symbol || suffix,
                      p.oid)
        FROM own o
        JOIN pg_operator p ON p.oprcode = o.oid
        JOIN (VALUES ('lt', '<'), ('le', '<='), ('eq', '='), ('ge', '>='), ('gt', '>')) s(name, symbol)
            ON o.source = 'gb_enum_text_text_' || s.name
        WHERE p.oprnamespace = 'gb_enums_internal'::regnamespace;
    END;
COMMENT ON FUNCTION gb_enums_internal.statements_to_transfer(regtype, text, text, oid) IS
    'the statements after which an enumeration has another owner, and its internal objects other names';

CREATE FUNCTION gb_enums_internal.statements_to_keep_privileges(enum regtype, role oid) RETURNS SETOF text
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT format('GRANT USAGE ON TYPE %s TO %I', enum, pg_get_userbyid(role))
        FROM pg_type t
        WHERE t.oid = enum AND t.typowner <> role AND t.typacl IS NOT NULL
        UNION ALL
        SELECT format('GRANT EXECUTE ON FUNCTION %s TO %I', p.oid::regprocedure, pg_get_userbyid(role))
        FROM gb_enums_internal.enum_functions(enum) f
        JOIN pg_proc p ON p.oid = f
        WHERE p.pronamespace <> 'gb_enums_internal'::regnamespace AND p.proowner <> role
          AND p.proacl IS NOT NULL;
    END;
COMMENT ON FUNCTION gb_enums_internal.statements_to_keep_privileges(regtype, oid) IS
    'the statements after which a role that was the owner of an enumeration goes on using it';

-- What an extension has ---------------------------------------------------------------------------

CREATE FUNCTION gb_enums_internal.package_enums(extension oid) RETURNS SETOF regtype
    LANGUAGE sql STABLE PARALLEL UNSAFE
    BEGIN ATOMIC
        SELECT t.oid::regtype
        FROM pg_catalog.pg_depend d
        JOIN pg_catalog.pg_type t ON t.oid = d.objid
        JOIN pg_catalog.pg_proc o ON o.oid = t.typoutput
        WHERE d.classid = 'pg_catalog.pg_type'::regclass AND d.deptype = 'e'
          AND d.refclassid = 'pg_catalog.pg_extension'::regclass AND d.refobjid = extension
          AND o.prosrc = 'gb_enum_out' AND o.pronamespace = 'gb_enums_internal'::regnamespace
        ORDER BY t.oid;
    END;
COMMENT ON FUNCTION gb_enums_internal.package_enums(oid) IS 'the enumerations of an extension';

CREATE FUNCTION gb_enums_internal.package_members(
    extension oid, OUT enum regtype, OUT other text) RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL UNSAFE
    BEGIN ATOMIC
        WITH object AS MATERIALIZED (
            SELECT o.catalog, o.object
            FROM gb_enums_internal.package_enums(extension) e(enum)
            CROSS JOIN LATERAL gb_enums_internal.package_objects(e.enum) o
        )
        SELECT e, NULL::text FROM gb_enums_internal.package_enums(extension) e
        UNION ALL
        SELECT NULL::regtype AS enum, min(pg_describe_object(d.classid, d.objid, 0))
        FROM pg_catalog.pg_depend d
        WHERE d.deptype = 'e' AND d.refclassid = 'pg_catalog.pg_extension'::regclass
          AND d.refobjid = extension
          AND NOT EXISTS (SELECT FROM object o WHERE (o.catalog, o.object) = (d.classid, d.objid))
        HAVING count(*) > 0;
    END;
COMMENT ON FUNCTION gb_enums_internal.package_members(oid) IS
    'the enumerations of an extension, and what it has besides';

CREATE FUNCTION gb_enums_internal.packaged_enum(extension oid, name text) RETURNS regtype
    LANGUAGE sql STABLE PARALLEL UNSAFE
    BEGIN ATOMIC
        SELECT e.enum
        FROM (SELECT extension
              UNION ALL
              SELECT d.refobjid
              FROM pg_catalog.pg_depend d
              WHERE d.classid = 'pg_catalog.pg_extension'::regclass AND d.objid = extension
                AND d.refclassid = 'pg_catalog.pg_extension'::regclass AND d.deptype = 'n') x(oid)
        CROSS JOIN LATERAL gb_enums_internal.package_enums(x.oid) e(enum)
        JOIN pg_catalog.pg_type t ON t.oid = e.enum
        WHERE t.typname = name
        ORDER BY x.oid <> extension
        LIMIT 1;
    END;
COMMENT ON FUNCTION gb_enums_internal.packaged_enum(oid, text) IS
    'an enumeration of an extension, or of one that the extension requires, by its name';

CREATE FUNCTION gb_enums_internal.statement_of_enum(enum regtype) RETURNS text
    LANGUAGE sql STABLE PARALLEL UNSAFE
    BEGIN ATOMIC
        SELECT gb_enums_internal.package_statement(
            t.typname, p.prosrc, coalesce(obj_description(t.oid, 'pg_type'), ''),
            coalesce((SELECT min(n.typname::text)
                      FROM gb_enums_internal.kin_functions(enum) k
                      JOIN pg_catalog.pg_type n ON n.oid = k.kin
                      WHERE k.is_own), ''))
        FROM pg_catalog.pg_type t
        JOIN pg_catalog.pg_proc p ON p.oid = t.typinput
        WHERE t.oid = enum;
    END;
COMMENT ON FUNCTION gb_enums_internal.statement_of_enum(regtype) IS
    'the statement of a script that makes an enumeration like this one';

-- Versions ----------------------------------------------------------------------------------------

CREATE FUNCTION gb_enums_internal.next_version(version text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    BEGIN ATOMIC
        SELECT CASE
            WHEN version ~ '[0-9]$'
                THEN regexp_replace(version, '[0-9]+$', '') || (substring(version, '[0-9]+$')::numeric + 1)
            ELSE version || '.1'
            END;
    END;
COMMENT ON FUNCTION gb_enums_internal.next_version(text) IS 'the version after one: its last number plus 1';

CREATE FUNCTION gb_enums_internal.next_script(extension text) RETURNS text
    LANGUAGE sql STABLE PARALLEL UNSAFE
    BEGIN ATOMIC
        SELECT format('%s--%s--%s.sql', e.extname, e.extversion,
                      gb_enums_internal.next_version(e.extversion))
        FROM pg_catalog.pg_extension e
        WHERE e.extname = extension;
    END;
COMMENT ON FUNCTION gb_enums_internal.next_script(text) IS
    'the name of the script by which an extension gets its next version';

CREATE FUNCTION gb_enums_internal.is_available(extension text) RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    PERFORM FROM pg_extension_update_paths(extension::name);
    RETURN true;
-- Servers say it in one way or the other.
EXCEPTION WHEN undefined_file OR feature_not_supported THEN
    RETURN false;
END
$$;
COMMENT ON FUNCTION gb_enums_internal.is_available(text) IS
    'whether the server has the files of an extension';

CREATE FUNCTION gb_enums_internal.packaged(
    extension text, OUT version text, OUT comment text, OUT requires text[], OUT statements text[])
    RETURNS record
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    is_available CONSTANT boolean := gb_enums_internal.is_available(extension);
    is_installed CONSTANT boolean := EXISTS (SELECT FROM pg_extension e WHERE e.extname = extension);
    schema CONSTANT text := 'gb_enums_trial_' || pg_backend_pid();
BEGIN
    -- The server alone knows what scripts make. So it runs them, and undoes it.
    IF is_available THEN
        PERFORM gb_enums_internal.require_writable('gb_enum_package()');
    END IF;
    IF is_available AND is_installed THEN
        PERFORM set_config('client_min_messages', 'warning', true);
        EXECUTE format('ALTER EXTENSION %I UPDATE', extension);
    ELSIF is_available THEN
        EXECUTE format('CREATE SCHEMA %I', schema);
        EXECUTE format('CREATE EXTENSION %I SCHEMA %I', extension, schema);
    END IF;
    SELECT e.extversion, obj_description(e.oid, 'pg_extension'),
           (SELECT array_agg(r.extname::text)
            FROM pg_depend d
            JOIN pg_extension r ON d.refclassid = 'pg_extension'::regclass AND r.oid = d.refobjid
            WHERE d.classid = 'pg_extension'::regclass AND d.objid = e.oid),
           (SELECT coalesce(array_agg(gb_enums_internal.statement_of_enum(p)), '{}')
            FROM gb_enums_internal.package_enums(e.oid) p)
    INTO version, comment, requires, statements
    FROM pg_extension e
    WHERE e.extname = extension;
    RAISE EXCEPTION USING ERRCODE = 'GB001', MESSAGE = 'what the scripts make is known';
EXCEPTION WHEN SQLSTATE 'GB001' THEN
    NULL;
END
$$;
COMMENT ON FUNCTION gb_enums_internal.packaged(text) IS
    'the version of an extension that its control file names, and the statements that make the enumerations '
    'which it has in that version; NULL when there is no such extension';

-- Files -------------------------------------------------------------------------------------------

CREATE FUNCTION gb_enums_internal.check_package_names(name text, version text) RETURNS void
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    IF name IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'null_value_not_allowed',
            MESSAGE = 'the name of the extension must not be null';
    ELSIF name !~ '^[A-Za-z0-9_]+(-[A-Za-z0-9_]+)*$' OR length(name) > 63 OR name = 'gb_enums' THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
            MESSAGE = format('"%s" cannot be the name of an extension of your own', name),
            HINT = 'Take up to 63 letters and digits of ASCII, with "_" or a single "-" between them.';
    ELSIF version !~ '^[A-Za-z0-9_.+]+$' THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
            MESSAGE = format('"%s" cannot be a version', version),
            HINT = 'Take letters and digits of ASCII, with "." between them, as in 1.1.';
    END IF;
END
$$;
COMMENT ON FUNCTION gb_enums_internal.check_package_names(text, text) IS
    'raises an error for a name or a version that files of an extension cannot have';

CREATE FUNCTION gb_enums_internal.check_package_enums(extension text, enums regtype[]) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    found record;
BEGIN
    IF enums IS NULL OR EXISTS (SELECT FROM unnest(enums) u WHERE u IS NULL) THEN
        RAISE EXCEPTION USING ERRCODE = 'null_value_not_allowed', MESSAGE = 'an enumeration must not be null';
    ELSIF cardinality(enums) = 0 THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
            MESSAGE = 'an extension needs at least one enumeration';
    END IF;
    FOR found IN
        SELECT u AS enum, t.oid IS NULL AS is_missing, o.oid IS NULL AS is_other, x.extname, k.kin
        FROM unnest(enums) u
        LEFT JOIN pg_type t ON t.oid = u
        LEFT JOIN pg_proc o ON o.oid = t.typoutput AND o.prosrc = 'gb_enum_out'
                           AND o.pronamespace = 'gb_enums_internal'::regnamespace
        LEFT JOIN pg_depend d ON d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e'
        LEFT JOIN pg_extension x ON x.oid = d.refobjid
        LEFT JOIN LATERAL (
            SELECT f.kin::regtype
            FROM gb_enums_internal.kin_functions(u) f
            WHERE f.is_own AND f.kin <> ALL (enums::oid[])
              AND NOT gb_enums_internal.belongs_to_extension(f.kin::regtype)) k ON true
    LOOP
        IF found.is_missing THEN
            RAISE EXCEPTION USING ERRCODE = 'undefined_object',
                MESSAGE = format('type with OID %s does not exist', found.enum::oid);
        ELSIF found.is_other THEN
            RAISE EXCEPTION USING ERRCODE = 'wrong_object_type',
                MESSAGE = format('type %s is not an enumeration of gb_enums', found.enum),
                HINT = 'The view gb_enums lists them.';
        ELSIF found.extname <> extension THEN
            RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
                MESSAGE = format('enumeration %s belongs to extension "%s"', found.enum, found.extname);
        ELSIF found.kin IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
                MESSAGE = format('enumeration %s has casts to and from %s, which is in no extension',
                                 found.enum, found.kin),
                HINT = 'Name both enumerations.';
        END IF;
    END LOOP;
    IF (SELECT count(DISTINCT t.typnamespace) FROM pg_type t WHERE t.oid = ANY (enums)) > 1 THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
            MESSAGE = 'the enumerations of an extension must be in one schema',
            HINT = 'Make an extension for each schema.';
    END IF;
END
$$;
COMMENT ON FUNCTION gb_enums_internal.check_package_enums(text, regtype[]) IS
    'raises an error unless an extension can have these enumerations';

CREATE FUNCTION gb_enums_internal.statements_of_enums(enums regtype[]) RETURNS text[]
    LANGUAGE sql STABLE PARALLEL UNSAFE
    BEGIN ATOMIC
        -- What an enumeration was made like comes before it.
        WITH RECURSIVE placed(enum, place) AS (
            SELECT u, 1 FROM unnest(enums) u
            UNION
            SELECT u, p.place + 1
            FROM placed p
            CROSS JOIN unnest(enums) u
            CROSS JOIN LATERAL gb_enums_internal.kin_functions(u) k
            WHERE k.is_own AND k.kin = p.enum
        ), last_place AS (
            SELECT p.enum, max(p.place) AS place FROM placed p GROUP BY p.enum
        )
        SELECT array_agg(gb_enums_internal.statement_of_enum(l.enum)
                         ORDER BY l.place, t.typname COLLATE "C")
        FROM last_place l
        JOIN pg_catalog.pg_type t ON t.oid = l.enum;
    END;
COMMENT ON FUNCTION gb_enums_internal.statements_of_enums(regtype[]) IS
    'the statements of a script that makes enumerations like these, in an order in which it can';

CREATE FUNCTION gb_enums_internal.names_of_enums(enums regtype[]) RETURNS text
    LANGUAGE sql STABLE PARALLEL UNSAFE
    BEGIN ATOMIC
        SELECT string_agg(t.typname, ', ' ORDER BY t.typname COLLATE "C")
        FROM pg_catalog.pg_type t
        WHERE t.oid = ANY (enums);
    END;
COMMENT ON FUNCTION gb_enums_internal.names_of_enums(regtype[]) IS 'the names of enumerations, as a list';

CREATE FUNCTION gb_enums_internal.extensions_needed(extension text, enums regtype[]) RETURNS SETOF text
    LANGUAGE sql STABLE PARALLEL UNSAFE
    BEGIN ATOMIC
        SELECT 'gb_enums' AS name
        UNION
        SELECT x.extname::text
        FROM (SELECT DISTINCT e.enum FROM unnest(enums) e(enum) WHERE e.enum IS NOT NULL) u
        CROSS JOIN LATERAL gb_enums_internal.kin_functions(u.enum) k
        JOIN pg_catalog.pg_depend d
            ON d.classid = 'pg_catalog.pg_type'::regclass AND d.objid = k.kin AND d.deptype = 'e'
        JOIN pg_catalog.pg_extension x ON x.oid = d.refobjid
        WHERE k.is_own AND x.extname <> extension;
    END;
COMMENT ON FUNCTION gb_enums_internal.extensions_needed(text, regtype[]) IS
    'the extensions that one with these enumerations requires';

CREATE FUNCTION gb_enums_internal.control_file(
    extension text, old_version text, new_version text, comment text, requires text[]) RETURNS text
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        WITH old AS (
            SELECT v.schema::text, v.superuser, v.trusted
            FROM pg_available_extension_versions v
            WHERE v.name = extension AND v.version = old_version
        ), line(place, name, value) AS (
            SELECT l.place, l.name,
                   '''' || replace(replace(translate(l.value, E'\n\r\t\f', '    '),
                                           E'\\', E'\\\\'), '''', '''''') || ''''
            FROM (
                VALUES (1, 'comment', comment),
                       (2, 'default_version', new_version),
                       (3, 'encoding', CASE WHEN getdatabaseencoding() <> 'SQL_ASCII' THEN 'UTF8' END),
                       (5, 'requires', (SELECT string_agg(DISTINCT r, ', ') FROM unnest(requires) r)),
                       (6, 'schema', (SELECT o.schema FROM old o))) l(place, name, value)
            UNION ALL
            VALUES (4, 'relocatable', 'false'),
                   (7, 'superuser', coalesce((SELECT o.superuser FROM old o), true)::text),
                   (8, 'trusted', coalesce((SELECT o.trusted FROM old o), true)::text)
        )
        SELECT string_agg(l.name || ' = ' || l.value, E'\n' ORDER BY l.place)
        FROM line l
        WHERE l.value IS NOT NULL;
    END;
COMMENT ON FUNCTION gb_enums_internal.control_file(text, text, text, text, text[]) IS
    'the control file of an extension for a version, for a newer version than one that there is';

CREATE FUNCTION gb_enums_internal.package_script(
    extension text, old_version text, new_version text, statements text[]) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT concat_ws(
            E'\n',
            format('-- Enumerations of the extension %s, version %s, for gb_enums.', extension, new_version),
            format(E'\\echo Use "%s" to load this file. \\quit',
                   format(CASE
                              WHEN old_version IS NULL THEN 'CREATE EXTENSION %I'
                              ELSE 'ALTER EXTENSION %I UPDATE'
                          END, extension)),
            '',
            '-- The server may run this file as a superuser, so no name in it is looked up in other schemas.',
            'SET LOCAL search_path = pg_catalog, pg_temp;',
            '',
            array_to_string(statements, E'\n\n'));
    END;
COMMENT ON FUNCTION gb_enums_internal.package_script(text, text, text, text[]) IS
    'the script of an extension that has these statements';

-- The files are what the client writes, and the control file says that they are in UTF8.
CREATE FUNCTION gb_enums_internal.check_package_encoding(content text) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    client CONSTANT text := current_setting('client_encoding');
    server CONSTANT text := getdatabaseencoding();
BEGIN
    IF content ~ '[^[:ascii:]]' AND server <> 'SQL_ASCII' AND client <> 'UTF8'
       AND (client, server) <> ('SQL_ASCII', 'UTF8') THEN
        RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
            MESSAGE = format('client_encoding is %s, and the files of an extension are in UTF8', client),
            HINT = 'SET client_encoding = ''UTF8'';';
    END IF;
END
$$;
COMMENT ON FUNCTION gb_enums_internal.check_package_encoding(text) IS
    'raises an error unless the client gets files of an extension as they have to be written';

CREATE FUNCTION @extschema@.gb_enum_package(
    name text, enums regtype[], version text DEFAULT NULL, OUT file text, OUT content text)
    RETURNS SETOF record
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE ROWS 2 SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    packaged record;
    statements text[];
BEGIN
    PERFORM gb_enums_internal.check_package_names(name, version),
            gb_enums_internal.check_package_enums(name, enums);
    SELECT * INTO packaged FROM gb_enums_internal.packaged(name);
    IF packaged.statements = '{}' THEN
        RAISE EXCEPTION USING ERRCODE = 'duplicate_object',
            MESSAGE = format('there is an extension "%s", which has no enumerations', name),
            HINT = 'Take another name.';
    END IF;
    version := coalesce(version, gb_enums_internal.next_version(packaged.version), '1.0');
    IF version = packaged.version THEN
        RAISE EXCEPTION USING ERRCODE = 'duplicate_object',
            MESSAGE = format('extension "%s" has version %s already', name, version);
    END IF;
    SELECT array_agg(s ORDER BY n) INTO statements
    FROM unnest(gb_enums_internal.statements_of_enums(enums)) WITH ORDINALITY u(s, n)
    WHERE s <> ALL (coalesce(packaged.statements, '{}'));
    IF statements IS NULL THEN
        RAISE NOTICE USING MESSAGE = format(
            'version %s of extension "%s" has these enumerations as they are', packaged.version, name);
        RETURN;
    ELSIF array_to_string(statements, '') ~ '@ext(schema|owner)' THEN
        RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
            MESSAGE = 'a definition contains @extschema or @extowner, which the server replaces in scripts',
            HINT = 'Describe the value without these words.';
    END IF;
    PERFORM gb_enums_internal.check_package_encoding(
        array_to_string(statements, '') || coalesce(packaged.comment, ''));
    file := name || '.control';
    content := gb_enums_internal.control_file(
        name, packaged.version, version,
        coalesce(packaged.comment, 'enumerations ' || gb_enums_internal.names_of_enums(enums)),
        packaged.requires || ARRAY(SELECT e FROM gb_enums_internal.extensions_needed(name, enums) e));
    RETURN NEXT;
    file := concat_ws('--', name, packaged.version, version) || '.sql';
    content := gb_enums_internal.package_script(name, packaged.version, version, statements);
    RETURN NEXT;
END
$$;
COMMENT ON FUNCTION @extschema@.gb_enum_package(text, regtype[], text) IS
    'the files of an extension that has enumerations as they are: its control file, and the script that '
    'makes them, or makes them of what the last version has; '
    'example: SELECT file FROM gb_enum_package(''orders'', ''{order_status}'')';
REVOKE ALL ON FUNCTION @extschema@.gb_enum_package(text, regtype[], text) FROM PUBLIC;

CREATE FUNCTION @extschema@.gb_enum_adopt(extension name, schema regnamespace DEFAULT NULL)
    RETURNS regtype[]
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'gb_enum_adopt';
COMMENT ON FUNCTION @extschema@.gb_enum_adopt(name, regnamespace) IS
    'creates or updates an extension; enumerations of the caller that are as the extension makes them become '
    'its members, and no row is touched; example: gb_enum_adopt(''orders'')';
REVOKE ALL ON FUNCTION @extschema@.gb_enum_adopt(name, regnamespace) FROM PUBLIC;

CREATE FUNCTION @extschema@.gb_enum_release(extension name) RETURNS regtype[]
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'gb_enum_release';
COMMENT ON FUNCTION @extschema@.gb_enum_release(name) IS
    'drops an extension; its enumerations stay, as those of the owner of the extension, and no row is '
    'touched; example: gb_enum_release(''orders'')';
REVOKE ALL ON FUNCTION @extschema@.gb_enum_release(name) FROM PUBLIC;

-- Who created the extension without being a superuser makes enumerations.
SELECT @extschema@.gb_enum_grant(r.rolname)
FROM pg_extension e
JOIN pg_roles r ON r.oid = e.extowner
WHERE e.extname = 'gb_enums' AND NOT r.rolsuper;
