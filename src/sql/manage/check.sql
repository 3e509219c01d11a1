
-- Where codes of an enumeration are stored, and what can be wrong with one ------------------------

CREATE FUNCTION gb_enums_internal.undefined_codes(
    enums regtype[], scan boolean,
    OUT enumeration regtype, OUT place text, OUT relation oid, OUT number smallint, OUT code smallint,
    OUT count bigint, OUT retired text) RETURNS SETOF record
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE ROWS 10
    AS 'MODULE_PATHNAME', 'gb_enum_undefined';
COMMENT ON FUNCTION gb_enums_internal.undefined_codes(regtype[], boolean) IS
    'for their owner: the codes without a name that are stored, where, and how often; '
    'relation and number are a column, NULL for an expression; retired is the name of a removed value';

CREATE FUNCTION gb_enums_internal.definition_problem(
    enum regtype, OUT problem text, OUT definition text) RETURNS record
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'gb_enum_definition_problem';
COMMENT ON FUNCTION gb_enums_internal.definition_problem(regtype) IS
    'for its owner: why the definition of an enumeration cannot be read, and the lines that can; '
    'NULL when all can';

-- Members of the operator family integer_ops ------------------------------------------------------
--
-- With them an index on a smallint column serves comparisons with values of an enumeration. The family is the
-- server's own, so no dump has these members.

CREATE FUNCTION gb_enums_internal.raw_index_members(
    enum regtype,
    OUT is_operator boolean, OUT number integer, OUT left_type oid, OUT right_type oid, OUT member text)
    RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL UNSAFE
    BEGIN ATOMIC
        SELECT true, s.number, o.oprleft, o.oprright, format('%I.%s', n.nspname, o.oprname)
        FROM gb_enums_internal.enum_dependents(enum) d
        JOIN pg_catalog.pg_operator o ON d.catalog = 'pg_catalog.pg_operator'::regclass AND o.oid = d.object
        JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
        JOIN (VALUES ('<', 1), ('<=', 2), ('=', 3), ('>=', 4), ('>', 5)) s(name, number)
            ON s.name = o.oprname
        -- Others may have made operators from the same functions in other schemas, and the owner of a schema
        -- may have put an operator with another function in the place of ours.
        WHERE o.oprnamespace = CASE o.oprname
              WHEN '=' THEN (SELECT gb_enums_internal.operator_schema(enum))
              ELSE 'gb_enums_internal'::regnamespace
              END
          -- Looked up for each operator: a join might read all functions for every enumeration.
          AND (SELECT p.pronamespace FROM pg_catalog.pg_proc p WHERE p.oid = o.oprcode)
              = 'gb_enums_internal'::regnamespace
        UNION
        SELECT false, 1, i.argument, i.second_argument,
               format('gb_enums_internal.%I(%s, %s)',
                      i.name, i.argument::regtype, i.second_argument::regtype)
        FROM gb_enums_internal.internal_functions(enum) i
        WHERE i.source = 'btint2cmp'
        UNION
        SELECT false, 2, enum, enum, 'pg_catalog.btint2sortsupport(pg_catalog.internal)' AS member;
    END;
COMMENT ON FUNCTION gb_enums_internal.raw_index_members(regtype) IS
    'the operators and functions of an enumeration that compare its values, also with other types';

CREATE FUNCTION gb_enums_internal.missing_raw_index_members(enum regtype) RETURNS text
    LANGUAGE sql STABLE PARALLEL UNSAFE
    BEGIN ATOMIC
        WITH compared(type, name) AS (
            SELECT t.oid, format('%I.%I', n.nspname, t.typname)
            FROM pg_catalog.pg_type t
            JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
            WHERE t.oid IN (enum, 'pg_catalog.int2'::regtype)
        ), family(oid) AS MATERIALIZED (
            -- By the key of its index: each enumeration has operator families of its own.
            SELECT f.oid
            FROM pg_catalog.pg_opfamily f
            WHERE f.opfmethod = (SELECT m.oid FROM pg_catalog.pg_am m WHERE m.amname = 'btree')
              AND f.opfname = 'integer_ops' AND f.opfnamespace = 'pg_catalog'::regnamespace
        )
        SELECT 'ALTER OPERATOR FAMILY pg_catalog.integer_ops USING btree ADD ' || string_agg(
            CASE
                WHEN w.is_operator THEN format('OPERATOR %s %s (%s, %s)', w.number, w.member, l.name, r.name)
                ELSE format('FUNCTION %s (%s, %s) %s', w.number, l.name, r.name, w.member)
            END,
            ', ' ORDER BY w.is_operator DESC, w.left_type, w.number)
        FROM gb_enums_internal.raw_index_members(enum) w
        JOIN compared l ON l.type = w.left_type
        JOIN compared r ON r.type = w.right_type
        CROSS JOIN family f
        WHERE w.right_type = enum
          AND NOT EXISTS (
              SELECT
              FROM pg_catalog.pg_amop a
              WHERE w.is_operator AND a.amopfamily = f.oid AND a.amoplefttype = w.left_type
                AND a.amoprighttype = w.right_type AND a.amopstrategy = w.number)
          AND NOT EXISTS (
              SELECT
              FROM pg_catalog.pg_amproc a
              WHERE NOT w.is_operator AND a.amprocfamily = f.oid AND a.amproclefttype = w.left_type
                AND a.amprocrighttype = w.right_type AND a.amprocnum = w.number);
    END;
COMMENT ON FUNCTION gb_enums_internal.missing_raw_index_members(regtype) IS
    'the statement after which indexes on smallint columns serve the comparisons of an enumeration; '
    'NULL when they do';

CREATE FUNCTION gb_enums_internal.missing_code_index_members() RETURNS text
    LANGUAGE sql STABLE PARALLEL UNSAFE
    BEGIN ATOMIC
        SELECT 'ALTER OPERATOR FAMILY pg_catalog.integer_ops USING btree ADD '
               'OPERATOR 3 pg_catalog.= (pg_catalog.int2, gb_enums_internal.enum_code), '
               'FUNCTION 1 gb_enums_internal.enum_code_compare('
               'pg_catalog.int2, gb_enums_internal.enum_code), '
               'FUNCTION 1 gb_enums_internal.enum_code_compare('
               'gb_enums_internal.enum_code, gb_enums_internal.enum_code)' AS statement
        WHERE NOT EXISTS (
            SELECT
            FROM pg_catalog.pg_amop a
            JOIN pg_catalog.pg_opfamily f ON f.oid = a.amopfamily
            WHERE f.opfname = 'integer_ops' AND f.opfnamespace = 'pg_catalog'::regnamespace
              AND a.amoprighttype = 'gb_enums_internal.enum_code'::regtype);
    END;
COMMENT ON FUNCTION gb_enums_internal.missing_code_index_members() IS
    'the statement after which indexes on smallint columns serve "= ANY" with values of any enumeration; '
    'NULL when they do';

DO $$
BEGIN
    EXECUTE gb_enums_internal.missing_code_index_members();
END
$$;

-- Casts are in no schema, so a dump of some schemas only has none.
CREATE FUNCTION gb_enums_internal.missing_casts(enum regtype) RETURNS SETOF text
    LANGUAGE sql STABLE PARALLEL UNSAFE ROWS 10
    BEGIN ATOMIC
        WITH function AS (
            SELECT i.source, i.argument, i.result, format('WITH FUNCTION %s', i.oid::regprocedure) AS clause
            FROM gb_enums_internal.internal_functions(enum) i
            WHERE i.second_argument IS NULL
        ), wanted(source, target, method) AS (
            SELECT f.argument, f.result, f.clause || ' AS ASSIGNMENT'
            FROM function f
            WHERE f.source IN ('gb_enum_from_int2', 'gb_enum_from_int4', 'gb_enum_from_text')
            UNION ALL
            SELECT 'pg_catalog.varchar'::regtype, f.result, f.clause || ' AS ASSIGNMENT'
            FROM function f
            WHERE f.source = 'gb_enum_from_text'
            UNION ALL
            SELECT f.argument, t.type, f.clause || ' AS IMPLICIT'
            FROM function f
            CROSS JOIN (VALUES ('pg_catalog.text'::regtype), ('pg_catalog.varchar'::regtype)) t(type)
            WHERE f.source = 'gb_enum_to_text'
            UNION ALL
            VALUES (enum, 'pg_catalog.int2'::regtype, 'WITHOUT FUNCTION AS ASSIGNMENT'),
                   (enum, 'gb_enums_internal.enum_code'::regtype, 'WITHOUT FUNCTION AS IMPLICIT')
            UNION ALL
            SELECT enum, i.result, format('WITH FUNCTION %s AS ASSIGNMENT', i.function::regprocedure)
            FROM gb_enums_internal.code_casts() i
            UNION ALL
            -- Between two enumerations: each of them has the cast from itself to the other.
            SELECT f.argument, f.result, f.clause
            FROM function f
            WHERE f.source = 'gb_enum_from_kin' AND f.argument = enum
        )
        SELECT format('CREATE CAST (%s AS %s) %s', w.source::regtype, w.target::regtype, w.method)
            AS statement
        FROM wanted w
        -- Looked up for each cast: a join might read all casts for every enumeration.
        WHERE (SELECT true
               FROM pg_catalog.pg_cast c
               WHERE c.castsource = w.source AND c.casttarget = w.target) IS NULL
        -- Others need the cast to enum_code.
        ORDER BY w.target <> 'gb_enums_internal.enum_code'::regtype, statement;
    END;
COMMENT ON FUNCTION gb_enums_internal.missing_casts(regtype) IS
    'the statements that make the casts which an enumeration should have and has not';

-- Codes without a name ----------------------------------------------------------------------------

CREATE FUNCTION gb_enums_internal.column_repair(
    enum regtype, relation oid, number smallint, code smallint) RETURNS text
    LANGUAGE sql STABLE PARALLEL UNSAFE
    BEGIN ATOMIC
        SELECT CASE
            WHEN r.relkind = 'm'
                THEN format('REFRESH MATERIALIZED VIEW %s', r.oid::regclass)
            WHEN enum IN (a.atttypid, t.typbasetype)
                THEN format('UPDATE %1$s SET %2$I = DEFAULT WHERE %2$I::smallint = %3$s',
                            r.oid::regclass, a.attname, code)
            WHEN enum = t.typelem
                THEN format('UPDATE %1$s SET %2$I = array_remove(%2$I, %3$s(%4$L))',
                            r.oid::regclass, a.attname,
                            (SELECT min(c)::regproc FROM gb_enums_internal.as_enum_functions(enum) c), code)
            END
        FROM pg_catalog.pg_attribute a
        JOIN pg_catalog.pg_class r ON r.oid = a.attrelid
        JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
        WHERE a.attrelid = relation AND a.attnum = number;
    END;
COMMENT ON FUNCTION gb_enums_internal.column_repair(regtype, oid, smallint, smallint) IS
    'the statement that takes a code out of a column';

CREATE FUNCTION gb_enums_internal.undefined_code_problems(
    enums regtype[], scan boolean,
    OUT enumeration regtype, OUT problem text, OUT repair text) RETURNS SETOF record
    LANGUAGE sql VOLATILE PARALLEL UNSAFE
    BEGIN ATOMIC
        SELECT u.enumeration,
               format('code %s has no name; %s', u.code,
                      string_agg(u.place || ': ' || u.count, '; ' ORDER BY u.place COLLATE "C")),
               r.statement
        FROM gb_enums_internal.undefined_codes(enums, scan) u
        CROSS JOIN LATERAL (
            SELECT CASE
                -- Only an upgrade of the extension may add a value to an enumeration that comes with it.
                WHEN gb_enums_internal.belongs_to_extension(u.enumeration)
                    THEN gb_enums_internal.column_repair(u.enumeration, u.relation, u.number, u.code)
                ELSE format('SELECT %s.gb_enum_add_value(%L, %L, %s)', gb_enums_internal.extension_schema(),
                            u.enumeration, coalesce(u.retired, 'code ' || u.code), u.code)
                END) r(statement)
        GROUP BY u.enumeration, u.code, r.statement;
    END;
COMMENT ON FUNCTION gb_enums_internal.undefined_code_problems(regtype[], boolean) IS
    'the codes without a name that are stored, '
    'and the statement that gives each of them a name or takes it out of a column';

-- Foreign keys ------------------------------------------------------------------------------------

-- The server accepts a foreign key from a text, for which there is an operator in the family of the index.
-- When a row that is referred to goes, it looks for the collation of the enumeration.
CREATE FUNCTION gb_enums_internal.foreign_key_problems(
    enums regtype[], OUT enumeration regtype, OUT problem text) RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL UNSAFE
    BEGIN ATOMIC
        SELECT DISTINCT o.oprleft::regtype,
               format('foreign key %I of %s is from a column of %s, not of the type: '
                      'the server cannot delete or change rows of %s then (XX000)',
                      k.conname, k.conrelid::regclass, o.oprright::regtype, k.confrelid::regclass)
        FROM pg_catalog.pg_constraint k
        CROSS JOIN LATERAL unnest(k.conpfeqop) u(operator)
        JOIN pg_catalog.pg_operator o ON o.oid = u.operator
        WHERE k.contype = 'f' AND k.conparentid = 0
          AND o.oprleft = ANY (enums::oid[]) AND o.oprright <> o.oprleft;
    END;
COMMENT ON FUNCTION gb_enums_internal.foreign_key_problems(regtype[]) IS
    'the foreign keys from columns of other types to columns of enumerations';

-- All of it ---------------------------------------------------------------------------------------

CREATE FUNCTION gb_enums_internal.enums_to_check(enum regtype) RETURNS SETOF regtype
    LANGUAGE sql STABLE PARALLEL UNSAFE
    BEGIN ATOMIC
        SELECT t.oid::regtype
        FROM pg_catalog.pg_type t
        JOIN pg_catalog.pg_proc o ON o.oid = t.typoutput
        WHERE CASE
            WHEN enum IS NOT NULL THEN t.oid = enum
            ELSE t.typtype = 'b' AND pg_has_role(t.typowner, 'USAGE')
                 AND o.prosrc = 'gb_enum_out' AND o.pronamespace = 'gb_enums_internal'::regnamespace
            END
        ORDER BY t.oid;
    END;
COMMENT ON FUNCTION gb_enums_internal.enums_to_check(regtype) IS
    'the enumeration that is given, or all that the caller owns';

-- To compile a query over catalogs takes longer than to run it.
CREATE FUNCTION @extschema@.gb_enum_check(
    enum regtype DEFAULT NULL, scan boolean DEFAULT true,
    OUT enumeration regtype, OUT problem text, OUT repair text) RETURNS SETOF record
    LANGUAGE sql VOLATILE PARALLEL UNSAFE SET jit = off
    BEGIN ATOMIC
        WITH checked AS MATERIALIZED (
            SELECT e.enum, p.problem, p.definition
            FROM gb_enums_internal.enums_to_check(enum) e(enum)
            CROSS JOIN LATERAL gb_enums_internal.definition_problem(e.enum) p
        ), apart AS MATERIALIZED (
            -- Materialized: the planner might look at each of these again for every enumeration.
            SELECT c.enum
            FROM checked c
            WHERE c.enum IN (SELECT a FROM gb_enums_internal.types_that_may_be_apart() a)
        )
        SELECT c.enum, 'the definition cannot be read: ' || c.problem,
               format('CREATE OR REPLACE FUNCTION %s RETURNS %s '
                      'LANGUAGE gb_enum STABLE STRICT PARALLEL SAFE AS %L',
                      t.typinput::oid::regprocedure, c.enum, c.definition)
        FROM checked c
        JOIN pg_catalog.pg_type t ON t.oid = c.enum
        WHERE c.problem IS NOT NULL
        UNION ALL
        SELECT u.enumeration, u.problem, u.repair
        FROM gb_enums_internal.undefined_code_problems((SELECT array_agg(c.enum) FROM checked c), scan) u
        UNION ALL
        SELECT c.enum,
               'an index on a smallint column does not serve IN and ANY with values of the type' AS problem,
               m.statement
        FROM checked c
        CROSS JOIN LATERAL gb_enums_internal.missing_raw_index_members(c.enum) m(statement)
        WHERE m.statement IS NOT NULL
        UNION ALL
        SELECT a.enum,
               'functions or operators of the type have not its schema, name or owner' AS problem,
               format('SELECT %s.gb_enum_follow_type(%L)', gb_enums_internal.extension_schema(), a.enum)
        FROM apart a
        WHERE NOT gb_enums_internal.belongs_to_extension(a.enum)
          AND EXISTS (SELECT FROM gb_enums_internal.statements_to_follow(a.enum) s)
        UNION ALL
        SELECT NULL::regtype,
               'an index on a smallint column does not serve ANY with values of any enumeration' AS problem,
               m.statement
        FROM gb_enums_internal.missing_code_index_members() m(statement)
        WHERE m.statement IS NOT NULL
        UNION ALL
        SELECT c.enum, 'a cast is missing' AS problem, m.statement
        FROM checked c
        CROSS JOIN LATERAL gb_enums_internal.missing_casts(c.enum) m(statement)
        UNION ALL
        SELECT t.enumeration, t.problem, NULL::text
        FROM gb_enums_internal.text_problems(
            (SELECT gb_enums_internal.own_enums(array_agg(c.enum)) FROM checked c)) t
        UNION ALL
        SELECT f.enumeration, f.problem, NULL::text
        FROM gb_enums_internal.foreign_key_problems((SELECT array_agg(c.enum) FROM checked c)) f;
    END;
COMMENT ON FUNCTION @extschema@.gb_enum_check(regtype, boolean) IS
    'what is wrong with an enumeration, or with all that the caller owns, and the statement that mends it; '
    'no row when all is well; example: SELECT * FROM gb_enum_check(''task_status'')';
REVOKE ALL ON FUNCTION @extschema@.gb_enum_check(regtype, boolean) FROM PUBLIC;
