
-- Where codes of an enumeration are, and what can be wrong with one -----------------------------

CREATE FUNCTION gb_enums_internal.undefined_codes(
    enums regtype[], scan boolean, OUT enumeration regtype, OUT place text, OUT relation oid, OUT number smallint,
    OUT code smallint, OUT count bigint, OUT retired text) RETURNS SETOF record
    LANGUAGE c STRICT VOLATILE ROWS 10 AS 'MODULE_PATHNAME', 'gb_enum_undefined';
COMMENT ON FUNCTION gb_enums_internal.undefined_codes(regtype[], boolean) IS
    'for their owner: where which codes that have no name are stored, and how often; relation and number are a column, NULL for an expression; retired is the name of a removed value';

CREATE FUNCTION gb_enums_internal.definition_problem(enum regtype, OUT problem text, OUT definition text) RETURNS record
    LANGUAGE c STRICT VOLATILE AS 'MODULE_PATHNAME', 'gb_enum_definition_problem';
COMMENT ON FUNCTION gb_enums_internal.definition_problem(regtype) IS
    'for its owner: why the definition of an enumeration cannot be read, and what is left of it that can; NULL when it is right';

-- Members of the server's own operator family, which no dump has.
CREATE FUNCTION gb_enums_internal.raw_index_members(
    enums regtype[], OUT enumeration regtype, OUT statement text) RETURNS SETOF record
    LANGUAGE sql STABLE ROWS 10
    BEGIN ATOMIC
        SELECT e.enum, m.statement
        FROM unnest(enums) e(enum)
        -- One after the other: the planner has no idea how many there are.
        CROSS JOIN LATERAL (
            WITH compared(type, name) AS (
                SELECT t.oid, format('%I.%I', n.nspname, t.typname)
                FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
                WHERE t.oid IN (e.enum, 'pg_catalog.int2'::regtype)
            ), family(oid) AS (
                SELECT f.oid FROM pg_catalog.pg_opfamily f JOIN pg_catalog.pg_am m ON m.oid = f.opfmethod
                WHERE f.opfname = 'integer_ops' AND f.opfnamespace = 'pg_catalog'::regnamespace AND m.amname = 'btree'
            ), made AS (
                SELECT DISTINCT d.classid, d.objid FROM pg_catalog.pg_depend d
                WHERE d.refclassid = 'pg_catalog.pg_type'::regclass AND d.refobjid = e.enum
            ), home(schema) AS (
                SELECT o.oprnamespace
                FROM made m
                JOIN pg_catalog.pg_opclass c ON m.classid = 'pg_catalog.pg_opclass'::regclass AND c.oid = m.objid
                JOIN pg_catalog.pg_am am ON am.oid = c.opcmethod AND am.amname = 'btree'
                JOIN pg_catalog.pg_amop a ON a.amopfamily = c.opcfamily AND a.amoplefttype = e.enum AND a.amoprighttype = e.enum AND a.amopstrategy = 3
                JOIN pg_catalog.pg_operator o ON o.oid = a.amopopr
                WHERE c.opcnamespace = 'gb_enums_internal'::regnamespace
            ), wanted(kind, number, lefttype, righttype, member) AS (
                SELECT 'o', s.number, o.oprleft, o.oprright, format('%I.%s', n.nspname, o.oprname)
                FROM made m
                JOIN pg_catalog.pg_operator o ON m.classid = 'pg_catalog.pg_operator'::regclass AND o.oid = m.objid
                JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
                JOIN (VALUES ('<', 1), ('<=', 2), ('=', 3), ('>=', 4), ('>', 5)) s(name, number) ON s.name = o.oprname
                -- Others may have made operators by the same functions: only two schemas have the ones that are meant. The owner
                -- of a schema may have put one by another function in the place of ours.
                WHERE o.oprnamespace = CASE o.oprname WHEN '=' THEN (SELECT h.schema FROM home h) ELSE 'gb_enums_internal'::regnamespace END
                  -- One by one: a join might read all functions for each enumeration.
                  AND (SELECT p.pronamespace FROM pg_catalog.pg_proc p WHERE p.oid = o.oprcode) = 'gb_enums_internal'::regnamespace
                UNION ALL
                SELECT 'f' AS kind, 1, p.proargtypes[0], p.proargtypes[1],
                       format('gb_enums_internal.%I(%s, %s)', p.proname, p.proargtypes[0]::regtype, p.proargtypes[1]::regtype)
                FROM made m
                JOIN pg_catalog.pg_proc p ON m.classid = 'pg_catalog.pg_proc'::regclass AND p.oid = m.objid
                WHERE p.prosrc = 'btint2cmp' AND p.pronamespace = 'gb_enums_internal'::regnamespace
                UNION ALL
                SELECT 'f' AS kind, 2, e.enum, e.enum, 'pg_catalog.btint2sortsupport(pg_catalog.internal)' AS member
            )
            SELECT 'ALTER OPERATOR FAMILY pg_catalog.integer_ops USING btree ADD '
                   || string_agg(CASE w.kind WHEN 'o' THEN format('OPERATOR %s %s (%s, %s)', w.number, w.member, l.name, r.name)
                                             ELSE format('FUNCTION %s (%s, %s) %s', w.number, l.name, r.name, w.member) END,
                                 ', ' ORDER BY w.kind DESC, w.lefttype, w.number)
            FROM wanted w JOIN compared l ON l.type = w.lefttype JOIN compared r ON r.type = w.righttype
            CROSS JOIN family f
            WHERE w.righttype = e.enum
              AND NOT EXISTS (SELECT FROM pg_catalog.pg_amop a
                              WHERE w.kind = 'o' AND a.amopfamily = f.oid AND a.amoplefttype = w.lefttype
                                AND a.amoprighttype = w.righttype AND a.amopstrategy = w.number)
              AND NOT EXISTS (SELECT FROM pg_catalog.pg_amproc a
                              WHERE w.kind = 'f' AND a.amprocfamily = f.oid AND a.amproclefttype = w.lefttype
                                AND a.amprocrighttype = w.righttype AND a.amprocnum = w.number)
        ) m(statement)
        WHERE m.statement IS NOT NULL;
    END;
COMMENT ON FUNCTION gb_enums_internal.raw_index_members(regtype[]) IS
    'the statements that make indexes on smallint columns serve the comparisons of enumerations, none where they do';

CREATE FUNCTION gb_enums_internal.add_raw_index_members(enum regtype) RETURNS void
    LANGUAGE plpgsql VOLATILE STRICT SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    missing text;
BEGIN
    FOR missing IN SELECT m.statement FROM gb_enums_internal.raw_index_members(ARRAY[enum]) m LOOP
        EXECUTE missing;
    END LOOP;
END
$$;
COMMENT ON FUNCTION gb_enums_internal.add_raw_index_members(regtype) IS 'makes indexes on smallint columns serve an enumeration''s comparisons';
REVOKE ALL ON FUNCTION gb_enums_internal.add_raw_index_members(regtype) FROM PUBLIC;

-- Casts are in no schema, so a dump of some schemas only has none.
CREATE FUNCTION gb_enums_internal.missing_casts(
    enums regtype[], OUT enumeration regtype, OUT statement text) RETURNS SETOF record
    LANGUAGE sql STABLE ROWS 10
    BEGIN ATOMIC
        WITH made AS (
            SELECT DISTINCT d.refobjid AS enum, p.oid, p.prosrc, p.proargtypes[0] AS source, p.prorettype AS target
            FROM pg_catalog.pg_depend d
            JOIN pg_catalog.pg_proc p ON d.classid = 'pg_catalog.pg_proc'::regclass AND p.oid = d.objid
            WHERE d.refclassid = 'pg_catalog.pg_type'::regclass AND d.refobjid = ANY (enums)
              AND p.pronamespace = 'gb_enums_internal'::regnamespace AND p.pronargs = 1
        ), wanted(enum, source, target, how) AS (
            SELECT enum, source, target, format('WITH FUNCTION %s AS ASSIGNMENT', oid::regprocedure)
            FROM made WHERE prosrc IN ('gb_enum_from_int2', 'gb_enum_from_int4', 'gb_enum_from_text', 'i2toi4', 'gb_enum_to_text')
            UNION ALL
            SELECT enum, 'pg_catalog.varchar'::regtype, target, format('WITH FUNCTION %s AS ASSIGNMENT', oid::regprocedure)
            FROM made WHERE prosrc = 'gb_enum_from_text'
            UNION ALL
            SELECT enum, source, 'pg_catalog.varchar'::regtype, format('WITH FUNCTION %s AS ASSIGNMENT', oid::regprocedure)
            FROM made WHERE prosrc = 'gb_enum_to_text'
            UNION ALL
            SELECT enum, source, target, 'WITHOUT FUNCTION AS ASSIGNMENT' AS how FROM made WHERE prosrc = 'int2up'
            UNION ALL -- between two enumerations: each has its own
            SELECT enum, source, target, format('WITH FUNCTION %s', oid::regprocedure) FROM made WHERE prosrc = 'gb_enum_from_kin' AND source = enum
        )
        SELECT w.enum::regtype, format('CREATE CAST (%s AS %s) %s', w.source::regtype, w.target::regtype, w.how)
        FROM wanted w
        WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_cast c WHERE c.castsource = w.source AND c.casttarget = w.target)
        ORDER BY w.enum, 2;
    END;
COMMENT ON FUNCTION gb_enums_internal.missing_casts(regtype[]) IS
    'the statements that make the casts which enumerations should have and have not';

CREATE FUNCTION @extschema@.gb_enum_check(
    enum regtype DEFAULT NULL, scan boolean DEFAULT true, OUT enumeration regtype, OUT problem text, OUT repair text) RETURNS SETOF record
    LANGUAGE sql VOLATILE
    BEGIN ATOMIC
        WITH checked AS MATERIALIZED (
            SELECT t.oid::regtype AS type, t.typinput, p.problem, p.definition,
                   EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e') AS is_member
            FROM pg_catalog.pg_type t
            JOIN pg_catalog.pg_proc o ON o.oid = t.typoutput
            CROSS JOIN LATERAL gb_enums_internal.definition_problem(t.oid::regtype) p
            WHERE CASE WHEN enum IS NOT NULL THEN t.oid = enum
                       ELSE t.typtype = 'b' AND o.prosrc = 'gb_enum_out' AND o.pronamespace = 'gb_enums_internal'::regnamespace AND pg_has_role(t.typowner, 'USAGE') END
        ), checked_all(types) AS MATERIALIZED (
            SELECT array_agg(type) FROM checked
        )
        SELECT c.type, 'the definition cannot be read: ' || c.problem,
               format('CREATE OR REPLACE FUNCTION %s RETURNS %s LANGUAGE gb_enum STABLE STRICT PARALLEL SAFE AS %L', c.typinput::oid::regprocedure, c.type, c.definition)
        FROM checked c WHERE c.problem IS NOT NULL
        UNION ALL
        SELECT u.type, format('code %s has no name; %s', u.code, string_agg(u.place || ': ' || u.count, '; ' ORDER BY u.place COLLATE "C")), u.repair
        FROM (
            SELECT c.type, u.code, u.place, u.count,
                   CASE WHEN NOT c.is_member
                            THEN format('SELECT %s.gb_enum_add_value(%L, %L, %s)', gb_enums_internal.extension_schema(), c.type, coalesce(u.retired, 'code ' || u.code), u.code)
                        WHEN r.relkind = 'm'
                            THEN format('REFRESH MATERIALIZED VIEW %s', r.oid::regclass)
                        WHEN c.type IN (a.atttypid, t.typbasetype)
                            THEN format('UPDATE %s SET %I = DEFAULT WHERE %I::smallint = %s', a.attrelid::regclass, a.attname, a.attname, u.code)
                        WHEN c.type = t.typelem
                            THEN format('UPDATE %1$s SET %2$I = array_remove(%2$I, %3$s(%4$L))', a.attrelid::regclass, a.attname,
                                        (SELECT min(f.oid)::regproc
                                         FROM pg_catalog.pg_depend d
                                         JOIN pg_catalog.pg_proc f ON d.classid = 'pg_catalog.pg_proc'::regclass AND f.oid = d.objid
                                         JOIN pg_catalog.pg_language l ON l.oid = f.prolang AND l.lanname = 'internal'
                                         WHERE d.refclassid = 'pg_catalog.pg_type'::regclass AND d.refobjid = c.type
                                           AND f.prorettype = c.type AND f.prosrc = 'int2up'), u.code)
                   END AS repair
            FROM checked_all l
            CROSS JOIN LATERAL gb_enums_internal.undefined_codes(l.types, scan) u
            JOIN checked c ON c.type = u.enumeration
            LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = u.relation AND a.attnum = u.number
            LEFT JOIN pg_catalog.pg_class r ON r.oid = a.attrelid
            LEFT JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
        ) u
        GROUP BY u.type, u.code, u.repair
        UNION ALL
        SELECT m.enumeration, 'an index on a smallint column does not serve IN and ANY with values of the type' AS problem, m.statement
        FROM checked_all l CROSS JOIN LATERAL gb_enums_internal.raw_index_members(l.types) m
        UNION ALL
        SELECT m.enumeration, 'a cast is missing' AS problem, m.statement
        FROM checked_all l CROSS JOIN LATERAL gb_enums_internal.missing_casts(l.types) m;
    END;
COMMENT ON FUNCTION @extschema@.gb_enum_check(regtype, boolean) IS
    'what is wrong with an enumeration, or with all that the caller owns, and the statement that mends it; no row when all is well; example: SELECT * FROM gb_enum_check(''task_status'')';
REVOKE ALL ON FUNCTION @extschema@.gb_enum_check(regtype, boolean) FROM PUBLIC;
