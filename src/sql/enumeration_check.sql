
-- Where codes of an enumeration are, and what can be wrong with one -----------------------------

CREATE VIEW gb_enums_internal.stored_expressions (catalog, object, tree) AS
    SELECT 'pg_catalog.pg_attrdef'::regclass::oid, oid, adbin::text FROM pg_catalog.pg_attrdef
    UNION ALL SELECT 'pg_catalog.pg_class'::regclass, oid, relpartbound::text FROM pg_catalog.pg_class
    UNION ALL SELECT 'pg_catalog.pg_class'::regclass, indexrelid, unnest(ARRAY[indexprs::text, indpred::text]) FROM pg_catalog.pg_index
    UNION ALL SELECT 'pg_catalog.pg_class'::regclass, partrelid, partexprs::text FROM pg_catalog.pg_partitioned_table
    UNION ALL SELECT 'pg_catalog.pg_constraint'::regclass, oid, conbin::text FROM pg_catalog.pg_constraint
    UNION ALL SELECT 'pg_catalog.pg_policy'::regclass, oid, unnest(ARRAY[polqual::text, polwithcheck::text]) FROM pg_catalog.pg_policy
    UNION ALL SELECT 'pg_catalog.pg_proc'::regclass, oid, unnest(ARRAY[proargdefaults::text, prosqlbody::text]) FROM pg_catalog.pg_proc
    UNION ALL SELECT 'pg_catalog.pg_publication_rel'::regclass, oid, prqual::text FROM pg_catalog.pg_publication_rel
    UNION ALL SELECT 'pg_catalog.pg_rewrite'::regclass, oid, unnest(ARRAY[ev_qual::text, ev_action::text]) FROM pg_catalog.pg_rewrite
    UNION ALL SELECT 'pg_catalog.pg_statistic_ext'::regclass, oid, stxexprs::text FROM pg_catalog.pg_statistic_ext
    UNION ALL SELECT 'pg_catalog.pg_trigger'::regclass, oid, tgqual::text FROM pg_catalog.pg_trigger
    UNION ALL SELECT 'pg_catalog.pg_type'::regclass, oid, typdefaultbin::text FROM pg_catalog.pg_type;
COMMENT ON VIEW gb_enums_internal.stored_expressions IS
    'every expression that the database has stored, as the server keeps it: defaults, constraints, indexes, views, functions, policies, triggers, bounds';
GRANT SELECT ON gb_enums_internal.stored_expressions TO PUBLIC;

CREATE FUNCTION gb_enums_internal.containers(enum regtype) RETURNS SETOF oid
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        WITH RECURSIVE step(contained, container) AS (
            SELECT typbasetype, oid FROM pg_catalog.pg_type
            UNION ALL SELECT oid, typarray FROM pg_catalog.pg_type
            UNION ALL SELECT rngsubtype, unnest(ARRAY[rngtypid, rngmultitypid]) FROM pg_catalog.pg_range
            UNION ALL SELECT a.atttypid, r.reltype
                FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class r ON r.oid = a.attrelid
                WHERE a.attnum > 0 AND NOT a.attisdropped
        ), found(type) AS (
            SELECT enum::oid
            UNION SELECT s.container FROM found f JOIN step s ON s.contained = f.type WHERE s.container <> 0
        )
        SELECT type FROM found;
    END;
COMMENT ON FUNCTION gb_enums_internal.containers(regtype) IS
    'an enumeration and the types that have it in them: arrays, domains, ranges, rows of tables';

CREATE FUNCTION gb_enums_internal.columns(enum regtype, OUT relation oid, OUT number smallint, OUT type oid) RETURNS SETOF record
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT a.attrelid, a.attnum, a.atttypid
        FROM gb_enums_internal.containers(enum) c(type)
        JOIN pg_catalog.pg_attribute a ON a.atttypid = c.type AND a.attnum > 0 AND NOT a.attisdropped
        JOIN pg_catalog.pg_class r ON r.oid = a.attrelid AND r.relkind IN ('r', 'm', 'f');
    END;
COMMENT ON FUNCTION gb_enums_internal.columns(regtype) IS
    'the columns that can hold an enumeration, of tables, materialized views and foreign tables';

CREATE FUNCTION gb_enums_internal.expressions(enum regtype, OUT catalog oid, OUT object oid, OUT tree text) RETURNS SETOF record
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT e.catalog, e.object, e.tree
        FROM gb_enums_internal.stored_expressions e
        WHERE e.object >= 16384 -- the server's own know no enumeration
          AND e.tree ~ (SELECT ':consttype (' || string_agg(c.type::text, '|') || ') ' FROM gb_enums_internal.containers(enum) c(type));
    END;
COMMENT ON FUNCTION gb_enums_internal.expressions(regtype) IS 'the stored expressions that have constants of an enumeration';

CREATE FUNCTION gb_enums_internal.uses(
    enum regtype, scan boolean, OUT place text, OUT catalog oid, OUT object oid, OUT number integer, OUT kind text,
    OUT code smallint, OUT count bigint, OUT name text, OUT retired text) RETURNS SETOF record
    LANGUAGE c STRICT VOLATILE AS 'MODULE_PATHNAME', 'gb_enum_uses';
COMMENT ON FUNCTION gb_enums_internal.uses(regtype, boolean) IS
    'for its owner: where which codes of an enumeration are stored, how often, and their names; retired is the name of a removed value';

CREATE FUNCTION gb_enums_internal.definition_problem(enum regtype, OUT problem text, OUT definition text) RETURNS record
    LANGUAGE c STRICT VOLATILE AS 'MODULE_PATHNAME', 'gb_enum_definition_problem';
COMMENT ON FUNCTION gb_enums_internal.definition_problem(regtype) IS
    'for its owner: why the definition of an enumeration cannot be read, and what is left of it that can; NULL when it is right';

-- Members of the server's own operator family, which no dump has.
CREATE FUNCTION gb_enums_internal.raw_index_members(enum regtype) RETURNS text
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        WITH compared(type, name) AS (
            SELECT t.oid, format('%I.%I', n.nspname, t.typname)
            FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
            WHERE t.oid IN (enum, 'pg_catalog.int2'::regtype)
        ), family(oid) AS (
            SELECT f.oid FROM pg_catalog.pg_opfamily f JOIN pg_catalog.pg_am m ON m.oid = f.opfmethod
            WHERE f.opfname = 'integer_ops' AND f.opfnamespace = 'pg_catalog'::regnamespace AND m.amname = 'btree'
        ), made AS (
            SELECT DISTINCT d.classid, d.objid FROM pg_catalog.pg_depend d
            WHERE d.refclassid = 'pg_catalog.pg_type'::regclass AND d.refobjid = enum
        ), wanted(kind, number, lefttype, righttype, member) AS (
            SELECT 'o', s.number, o.oprleft, o.oprright, format('%I.%s', n.nspname, o.oprname)
            FROM made m
            JOIN pg_catalog.pg_operator o ON m.classid = 'pg_catalog.pg_operator'::regclass AND o.oid = m.objid
            JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
            JOIN pg_catalog.pg_proc p ON p.oid = o.oprcode AND p.pronamespace = 'gb_enums_internal'::regnamespace
            JOIN (VALUES ('<', 1), ('<=', 2), ('=', 3), ('>=', 4), ('>', 5)) s(name, number) ON s.name = o.oprname
            WHERE (o.oprname = '=') = (o.oprnamespace <> 'gb_enums_internal'::regnamespace)
            UNION ALL
            SELECT 'f' AS kind, 1, p.proargtypes[0], p.proargtypes[1],
                   format('gb_enums_internal.%I(%s, %s)', p.proname, p.proargtypes[0]::regtype, p.proargtypes[1]::regtype)
            FROM made m
            JOIN pg_catalog.pg_proc p ON m.classid = 'pg_catalog.pg_proc'::regclass AND p.oid = m.objid
            WHERE p.prosrc = 'btint2cmp' AND p.pronamespace = 'gb_enums_internal'::regnamespace
            UNION ALL
            SELECT 'f' AS kind, 2, enum, enum, 'pg_catalog.btint2sortsupport(pg_catalog.internal)' AS member
        )
        SELECT 'ALTER OPERATOR FAMILY pg_catalog.integer_ops USING btree ADD '
               || string_agg(CASE w.kind WHEN 'o' THEN format('OPERATOR %s %s (%s, %s)', w.number, w.member, l.name, r.name)
                                         ELSE format('FUNCTION %s (%s, %s) %s', w.number, l.name, r.name, w.member) END,
                             ', ' ORDER BY w.kind DESC, w.lefttype, w.number)
        FROM wanted w JOIN compared l ON l.type = w.lefttype JOIN compared r ON r.type = w.righttype
        CROSS JOIN family f
        WHERE w.righttype = enum
          AND NOT EXISTS (SELECT FROM pg_catalog.pg_amop a
                          WHERE w.kind = 'o' AND a.amopfamily = f.oid AND a.amoplefttype = w.lefttype
                            AND a.amoprighttype = w.righttype AND a.amopstrategy = w.number)
          AND NOT EXISTS (SELECT FROM pg_catalog.pg_amproc a
                          WHERE w.kind = 'f' AND a.amprocfamily = f.oid AND a.amproclefttype = w.lefttype
                            AND a.amprocrighttype = w.righttype AND a.amprocnum = w.number);
    END;
COMMENT ON FUNCTION gb_enums_internal.raw_index_members(regtype) IS
    'the statement that makes indexes on smallint columns serve an enumeration''s comparisons, NULL when they do';

CREATE FUNCTION gb_enums_internal.add_raw_index_members(enum regtype) RETURNS void
    LANGUAGE plpgsql VOLATILE STRICT SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    statement text := gb_enums_internal.raw_index_members(enum);
BEGIN
    IF statement IS NOT NULL THEN
        EXECUTE statement;
    END IF;
END
$$;
COMMENT ON FUNCTION gb_enums_internal.add_raw_index_members(regtype) IS 'makes indexes on smallint columns serve an enumeration''s comparisons';
REVOKE ALL ON FUNCTION gb_enums_internal.add_raw_index_members(regtype) FROM PUBLIC;

-- Casts are in no schema, so a dump of some schemas only has none.
CREATE FUNCTION gb_enums_internal.missing_casts(enum regtype) RETURNS SETOF text
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        WITH made AS (
            SELECT DISTINCT p.oid, p.prosrc, p.proargtypes[0] AS source, p.prorettype AS target
            FROM pg_catalog.pg_depend d
            JOIN pg_catalog.pg_proc p ON d.classid = 'pg_catalog.pg_proc'::regclass AND p.oid = d.objid
            WHERE d.refclassid = 'pg_catalog.pg_type'::regclass AND d.refobjid = enum
              AND p.pronamespace = 'gb_enums_internal'::regnamespace AND p.pronargs = 1
        ), wanted(source, target, how) AS (
            SELECT source, target, format('WITH FUNCTION %s AS ASSIGNMENT', oid::regprocedure)
            FROM made WHERE prosrc IN ('gb_enum_from_int2', 'gb_enum_from_int4', 'gb_enum_from_text', 'i2toi4', 'gb_enum_to_text')
            UNION ALL
            SELECT 'pg_catalog.varchar'::regtype, target, format('WITH FUNCTION %s AS ASSIGNMENT', oid::regprocedure)
            FROM made WHERE prosrc = 'gb_enum_from_text'
            UNION ALL
            SELECT source, 'pg_catalog.varchar'::regtype, format('WITH FUNCTION %s AS ASSIGNMENT', oid::regprocedure)
            FROM made WHERE prosrc = 'gb_enum_to_text'
            UNION ALL
            SELECT source, target, 'WITHOUT FUNCTION AS ASSIGNMENT' AS how FROM made WHERE prosrc = 'int2up'
            UNION ALL -- between two enumerations: each has its own
            SELECT source, target, format('WITH FUNCTION %s', oid::regprocedure) FROM made WHERE prosrc = 'gb_enum_from_kin' AND source = enum
        )
        SELECT format('CREATE CAST (%s AS %s) %s', w.source::regtype, w.target::regtype, w.how)
        FROM wanted w
        WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_cast c WHERE c.castsource = w.source AND c.casttarget = w.target)
        ORDER BY 1;
    END;
COMMENT ON FUNCTION gb_enums_internal.missing_casts(regtype) IS
    'the statements that make the casts which an enumeration should have and has not';

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
                                        (SELECT f.oid::regproc FROM pg_catalog.pg_proc f WHERE f.prorettype = c.type AND f.prosrc = 'int2up'), u.code)
                   END AS repair
            FROM checked c
            CROSS JOIN LATERAL gb_enums_internal.uses(c.type, scan) u
            LEFT JOIN pg_catalog.pg_attribute a ON u.kind = 'rows' AND a.attrelid = u.object AND a.attnum = u.number
            LEFT JOIN pg_catalog.pg_class r ON r.oid = a.attrelid
            LEFT JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
            WHERE c.problem IS NULL AND u.kind <> 'not seen' AND u.name IS NULL
        ) u
        GROUP BY u.type, u.code, u.repair
        UNION ALL
        SELECT c.type, 'an index on a smallint column does not serve IN and ANY with values of the type' AS problem, m.statement
        FROM checked c CROSS JOIN LATERAL gb_enums_internal.raw_index_members(c.type) m(statement)
        WHERE m.statement IS NOT NULL
        UNION ALL
        SELECT c.type, 'a cast is missing' AS problem, m.statement
        FROM checked c CROSS JOIN LATERAL gb_enums_internal.missing_casts(c.type) m(statement);
    END;
COMMENT ON FUNCTION @extschema@.gb_enum_check(regtype, boolean) IS
    'what is wrong with an enumeration, or with all that the caller owns, and the statement that mends it; no row when all is well; example: SELECT * FROM gb_enum_check(''task_status'')';
REVOKE ALL ON FUNCTION @extschema@.gb_enum_check(regtype, boolean) FROM PUBLIC;
