
-- The objects that are made with an enumeration ---------------------------------------------------
--
-- Nobody else makes anything in gb_enums_internal. In other schemas people may have made operators,
-- aggregates and casts from functions of an enumeration. The objects of the enumeration itself are told from
-- those by name, types and schema.

CREATE FUNCTION gb_enums_internal.enum_dependents(
    enum regtype, OUT catalog oid, OUT object oid) RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL UNSAFE
    BEGIN ATOMIC
        -- Materialized: the planner, which has no idea how many there are, might begin with all objects of a
        -- catalog.
        WITH dependent AS MATERIALIZED (
            SELECT DISTINCT d.classid, d.objid
            FROM pg_catalog.pg_depend d
            WHERE d.refclassid = 'pg_catalog.pg_type'::regclass AND d.refobjid = enum
        )
        SELECT d.classid, d.objid FROM dependent d;
    END;
COMMENT ON FUNCTION gb_enums_internal.enum_dependents(regtype) IS
    'the objects that depend on the type of an enumeration';

CREATE FUNCTION gb_enums_internal.internal_functions(
    enum regtype,
    OUT oid oid, OUT name name, OUT source text, OUT argument oid, OUT second_argument oid, OUT result oid)
    RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL UNSAFE
    BEGIN ATOMIC
        SELECT p.oid, p.proname, p.prosrc, p.proargtypes[0], p.proargtypes[1], p.prorettype
        FROM gb_enums_internal.enum_dependents(enum) d
        JOIN pg_catalog.pg_proc p ON d.catalog = 'pg_catalog.pg_proc'::regclass AND p.oid = d.object
        WHERE p.pronamespace = 'gb_enums_internal'::regnamespace;
    END;
COMMENT ON FUNCTION gb_enums_internal.internal_functions(regtype) IS
    'the functions of an enumeration that people do not call: input, output, casts, comparisons';

CREATE FUNCTION gb_enums_internal.as_enum_functions(enum regtype) RETURNS SETOF oid
    LANGUAGE sql STABLE PARALLEL UNSAFE
    BEGIN ATOMIC
        SELECT p.oid
        FROM gb_enums_internal.enum_dependents(enum) d
        JOIN pg_catalog.pg_proc p ON d.catalog = 'pg_catalog.pg_proc'::regclass AND p.oid = d.object
        JOIN pg_catalog.pg_language l ON l.oid = p.prolang
        WHERE p.prorettype = enum AND p.prosrc = 'int2up' AND l.lanname = 'internal';
    END;
COMMENT ON FUNCTION gb_enums_internal.as_enum_functions(regtype) IS
    'the functions as_E of an enumeration E, which make a code a value';

CREATE FUNCTION gb_enums_internal.operator_schema(enum regtype) RETURNS oid
    LANGUAGE sql STABLE PARALLEL UNSAFE
    BEGIN ATOMIC
        SELECT o.oprnamespace
        FROM gb_enums_internal.enum_dependents(enum) d
        JOIN pg_catalog.pg_opclass c ON d.catalog = 'pg_catalog.pg_opclass'::regclass AND c.oid = d.object
        JOIN pg_catalog.pg_am m ON m.oid = c.opcmethod
        JOIN pg_catalog.pg_amop a ON a.amopfamily = c.opcfamily
        JOIN pg_catalog.pg_operator o ON o.oid = a.amopopr
        WHERE c.opcnamespace = 'gb_enums_internal'::regnamespace AND m.amname = 'btree'
          AND a.amoplefttype = enum AND a.amoprighttype = enum AND a.amopstrategy = 3;
    END;
COMMENT ON FUNCTION gb_enums_internal.operator_schema(regtype) IS
    'the schema of the operators that people write; the type may have been moved to another one';

CREATE FUNCTION gb_enums_internal.lookup_functions(enum regtype) RETURNS SETOF oid
    LANGUAGE sql STABLE PARALLEL UNSAFE
    BEGIN ATOMIC
        SELECT p.oid
        FROM gb_enums_internal.enum_dependents(enum) d
        JOIN pg_catalog.pg_proc p ON d.catalog = 'pg_catalog.pg_proc'::regclass AND p.oid = d.object
        JOIN pg_catalog.pg_language l ON l.oid = p.prolang
        -- Only superusers make functions in C.
        WHERE l.lanname = 'c'
          AND p.prosrc IN ('gb_enum_lookup_code', 'gb_enum_lookup_name', 'gb_enum_lookup_name_of_smallint',
                           'gb_enum_lookup_description', 'gb_enum_lookup_values');
    END;
COMMENT ON FUNCTION gb_enums_internal.lookup_functions(regtype) IS
    'the functions E_code, E_name, E_description and E_values of an enumeration E';

CREATE FUNCTION gb_enums_internal.enum_functions(enum regtype) RETURNS SETOF oid
    LANGUAGE sql STABLE PARALLEL UNSAFE
    BEGIN ATOMIC
        SELECT i.oid FROM gb_enums_internal.internal_functions(enum) i
        UNION
        SELECT c FROM gb_enums_internal.as_enum_functions(enum) c
        UNION
        SELECT l FROM gb_enums_internal.lookup_functions(enum) l
        UNION
        SELECT p.oid
        FROM gb_enums_internal.enum_dependents(enum) d
        JOIN pg_catalog.pg_proc p ON d.catalog = 'pg_catalog.pg_proc'::regclass AND p.oid = d.object
        JOIN pg_catalog.pg_aggregate a ON a.aggfnoid = p.oid
        WHERE a.aggtranstype = enum
          AND a.aggtransfn = CASE p.proname
              WHEN 'min' THEN 'gb_enums_internal.smaller(anyelement, anyelement)'::regprocedure
              WHEN 'max' THEN 'gb_enums_internal.larger(anyelement, anyelement)'::regprocedure
              END
          AND p.pronamespace = (SELECT gb_enums_internal.operator_schema(enum));
    END;
COMMENT ON FUNCTION gb_enums_internal.enum_functions(regtype) IS
    'the functions and aggregates that were made with an enumeration';

CREATE FUNCTION gb_enums_internal.enum_operators(enum regtype) RETURNS SETOF oid
    LANGUAGE sql STABLE PARALLEL UNSAFE
    BEGIN ATOMIC
        SELECT o.oid
        FROM gb_enums_internal.internal_functions(enum) i
        -- An operator depends on its function: there is no index by function.
        JOIN pg_catalog.pg_depend d
            ON d.refclassid = 'pg_catalog.pg_proc'::regclass AND d.refobjid = i.oid
               AND d.classid = 'pg_catalog.pg_operator'::regclass
        JOIN pg_catalog.pg_operator o ON o.oid = d.objid AND o.oprcode = i.oid
        CROSS JOIN LATERAL (SELECT CASE enum WHEN o.oprleft THEN o.oprright ELSE o.oprleft END) other(type)
        WHERE o.oprnamespace = 'gb_enums_internal'::regnamespace
           OR o.oprnamespace = (SELECT gb_enums_internal.operator_schema(enum))
              AND other.type IN (enum, 'pg_catalog.text'::regtype)
              AND o.oprname IN ('=', '<>', '<', '<=', '>', '>=');
    END;
COMMENT ON FUNCTION gb_enums_internal.enum_operators(regtype) IS
    'the operators that were made with an enumeration';

CREATE FUNCTION gb_enums_internal.enum_casts(enum regtype) RETURNS SETOF oid
    LANGUAGE sql STABLE PARALLEL UNSAFE
    BEGIN ATOMIC
        SELECT c.oid
        FROM pg_catalog.pg_cast c
        LEFT JOIN gb_enums_internal.internal_functions(enum) i ON i.oid = c.castfunc
        WHERE enum IN (c.castsource, c.casttarget)
          AND (c.castmethod = 'b'
               OR c.castfunc IN (SELECT f.function FROM gb_enums_internal.code_casts() f)
               OR i.source = 'gb_enum_from_kin'
               OR i.oid IS NOT NULL
                  AND CASE enum WHEN c.castsource THEN c.casttarget ELSE c.castsource END IN (
                      'pg_catalog.int2'::regtype, 'pg_catalog.int4'::regtype,
                      'pg_catalog.text'::regtype, 'pg_catalog.varchar'::regtype));
    END;
COMMENT ON FUNCTION gb_enums_internal.enum_casts(regtype) IS
    'the casts that were made with an enumeration';

CREATE FUNCTION gb_enums_internal.enum_objects(
    enum regtype, OUT catalog oid, OUT object oid) RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL UNSAFE
    BEGIN ATOMIC
        SELECT 'pg_catalog.pg_proc'::regclass::oid, f
        FROM gb_enums_internal.enum_functions(enum) f
        UNION ALL
        SELECT 'pg_catalog.pg_operator'::regclass, o
        FROM gb_enums_internal.enum_operators(enum) o
        UNION ALL
        SELECT 'pg_catalog.pg_cast'::regclass, c
        FROM gb_enums_internal.enum_casts(enum) c
        UNION ALL
        SELECT x.catalog, x.object
        FROM pg_catalog.pg_opclass c
        CROSS JOIN LATERAL (
            VALUES ('pg_catalog.pg_opclass'::regclass, c.oid),
                   ('pg_catalog.pg_opfamily'::regclass, c.opcfamily)) x(catalog, object)
        WHERE c.opcintype = enum AND c.opcnamespace = 'gb_enums_internal'::regnamespace;
    END;
COMMENT ON FUNCTION gb_enums_internal.enum_objects(regtype) IS
    'the objects that were made with an enumeration and are dropped with it';

CREATE FUNCTION gb_enums_internal.belongs_to_extension(enum regtype) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL UNSAFE
    BEGIN ATOMIC
        SELECT EXISTS (
            SELECT
            FROM pg_catalog.pg_depend d
            WHERE d.classid = 'pg_catalog.pg_type'::regclass AND d.objid = enum AND d.deptype = 'e');
    END;
COMMENT ON FUNCTION gb_enums_internal.belongs_to_extension(regtype) IS
    'whether an enumeration belongs to an extension, built in or not';
