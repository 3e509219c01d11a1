
-- The extension is taken out, and the data stays -----------------------------------------------------

CREATE FUNCTION gb_enums_internal.conversions_not_ended(OUT kind text, OUT relation regclass)
    RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT c.kind, r.oid
FROM gb_enums_internal.online_conversion c
JOIN pg_class r ON r.oid IN (c.relation, c.target)
UNION
SELECT 'columns', l.relation FROM gb_enums_internal.convert_left_overs() l
$$;
COMMENT ON FUNCTION gb_enums_internal.conversions_not_ended() IS
    'the tables that are being converted while they are used, on record or not';

-- What stops gb_enum_revert(), as a column's owner is told.
CREATE FUNCTION gb_enums_internal.revert_stops(
    relation regclass, column_name name, to_type regtype, add_check boolean, together boolean)
    RETURNS SETOF text
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    enum constant text := (
        SELECT o.old_type::regtype
        FROM pg_attribute a
        CROSS JOIN LATERAL gb_enums_internal.convert_old_type(a.atttypid) o
        WHERE a.attrelid = relation AND a.attname = column_name);
    detail text;
BEGIN
    IF relation IN (SELECT c.relation FROM gb_enums_internal.conversions_not_ended() c) THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT format('Column "%s" of table "%s": %s', column_name, relation,
                      CASE p.kind WHEN 'stop' THEN p.detail
                          ELSE format('what uses the order or the codes of %s goes on using it. '
                                      'Change it first. Now: %s', enum, left(p.statement, 500)) END)
        FROM gb_enums_internal.convert(
            relation,
            jsonb_build_object('column', column_name, 'type', to_type::oid::text, 'check', add_check,
                               'together', together),
            true, back => true) p
        WHERE p.kind = 'stop' OR strpos(p.statement, '::' || enum) > 0
        ORDER BY p.step;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    RETURN NEXT format('Column "%s" of table "%s": %s', column_name, relation,
                       concat_ws('. ', SQLERRM, nullif(detail, '')));
END $$;
COMMENT ON FUNCTION gb_enums_internal.revert_stops(regclass, name, regtype, boolean, boolean) IS
    'why a column of an enumeration cannot become another type, or goes on using the enumeration';

-- Columns that are tied change together; the first one stands for them.
CREATE FUNCTION gb_enums_internal.columns_to_revert(
    dropped_too name[], OUT relation regclass, OUT name name, OUT tied text) RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
WITH RECURSIVE typed AS MATERIALIZED (
    SELECT t.relation::oid AS relation, t.name
    FROM gb_enums_internal.typed_columns(dropped_too) t
    WHERE t.kind IN ('r', 'p') AND NOT t.is_inherited
), use AS MATERIALIZED (
    SELECT u.*, dense_rank() OVER (ORDER BY u.relation, u.name) AS id FROM gb_enums_internal.column_uses() u
), reached(first, id) AS (
    SELECT u.id, u.id FROM use u
    UNION
    SELECT r.first, o.id
    FROM reached r
    JOIN use u ON u.id = r.id
    JOIN use o ON o.use = u.use
), tied(id, first) AS (
    SELECT r.first, min(r.id) FROM reached r GROUP BY r.first
), first AS (
    SELECT t.first AS id, string_agg(format('%I of %s', o.name, o.relation::regclass), ', ' ORDER BY o.id)
                              FILTER (WHERE o.id <> t.first) AS tied
    FROM tied t
    JOIN (SELECT DISTINCT u.id, u.relation, u.name FROM use u) o ON o.id = t.id
    GROUP BY t.first
)
SELECT t.relation::regclass, t.name, f.tied
FROM typed t
JOIN (SELECT DISTINCT u.id, u.relation, u.name FROM use u) o ON (o.relation, o.name) = (t.relation, t.name)
JOIN first f ON f.id = o.id
$$;
COMMENT ON FUNCTION gb_enums_internal.columns_to_revert(name[]) IS
    'the columns for which gb_enum_revert() is called, so that all columns of enumerations change, and those '
    'that change with each of them';

-- Foreign tables and composite types have no rows here.
CREATE FUNCTION gb_enums_internal.columns_without_rows(
    dropped_too name[], to_type regtype, OUT relation regclass, OUT name name, OUT statement text,
    OUT is_used boolean)
    RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT t.relation, t.name,
       format(CASE t.kind WHEN 'f' THEN 'ALTER FOREIGN TABLE %s ALTER COLUMN %I TYPE %s'
                          ELSE 'ALTER TYPE %s ALTER ATTRIBUTE %I TYPE %s' END,
              t.relation, t.name, CASE WHEN o.is_array THEN y.typarray::regtype ELSE to_type END),
       EXISTS (SELECT
               FROM pg_depend d
               WHERE (d.refclassid, d.refobjid, d.refobjsubid)
                         = ('pg_class'::regclass, t.relation, t.number)
                 AND d.classid IN ('pg_rewrite'::regclass, 'pg_trigger'::regclass, 'pg_policy'::regclass,
                                   'pg_proc'::regclass, 'pg_class'::regclass))
       OR t.kind = 'c' AND EXISTS (
           SELECT
           FROM gb_enums_internal.types_made_of(ARRAY[c.reltype]) m
           JOIN pg_depend d ON (d.refclassid, d.refobjid) = ('pg_type'::regclass, m.type)
                           AND d.classid = 'pg_class'::regclass
           JOIN pg_class u ON u.oid = d.objid
           WHERE d.objsubid > 0 AND u.relkind IN ('r', 'p', 'm') OR u.reloftype = c.reltype)
FROM gb_enums_internal.typed_columns(dropped_too) t
JOIN pg_class c ON c.oid = t.relation
JOIN pg_attribute a ON (a.attrelid, a.attnum) = (t.relation, t.number)
CROSS JOIN LATERAL gb_enums_internal.convert_old_type(a.atttypid) o
JOIN pg_type y ON y.oid = to_type
WHERE t.kind IN ('f', 'c') AND NOT t.is_inherited
$$;
COMMENT ON FUNCTION gb_enums_internal.columns_without_rows(name[], regtype) IS
    'the statements by which columns of foreign tables and composite types become another type, and whether '
    'something keeps them from it';

-- Jobs of pg_cron that call functions of the extension. The table is looked at when it is pg_cron's.
CREATE FUNCTION gb_enums_internal.jobs_of_extension(OUT statement text, OUT detail text)
    RETURNS SETOF record
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    jobs constant regclass := (
        SELECT c.oid
        FROM pg_extension e
        JOIN pg_depend d ON (d.refclassid, d.refobjid, d.deptype) = ('pg_extension'::regclass, e.oid, 'e')
        JOIN pg_class c ON d.classid = 'pg_class'::regclass AND c.oid = d.objid
        JOIN pg_namespace n ON n.oid = c.relnamespace AND (n.nspname, c.relname) = ('cron', 'job')
        WHERE e.extname = 'pg_cron');
BEGIN
    IF jobs IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY EXECUTE format(
        $q$SELECT format('SELECT cron.unschedule(%%s)', j.jobid),
                  format('job %%s, at "%%s": %%s', j.jobid, j.schedule, j.command)
           FROM %s j
           WHERE j.database = current_database()
             AND j.command ~* '[[:<:]](gb_(enum|partition)|gb_enums|create_monthly_partition)'
           ORDER BY j.jobid$q$, jobs);
END $$;
COMMENT ON FUNCTION gb_enums_internal.jobs_of_extension() IS
    'the scheduled jobs that call functions of the extension, and how each is ended';

-- What the plan's statements change or drop, besides columns of tables.
CREATE FUNCTION gb_enums_internal.uninstalled_objects(
    dropped_too name[], OUT catalog oid, OUT object oid, OUT owner oid) RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT 'pg_class'::regclass, c.oid, c.relowner
FROM gb_enums_internal.partition_set s
JOIN pg_class c ON c.oid = s.parent
UNION
SELECT 'pg_class'::regclass, c.oid, c.relowner
FROM gb_enums_internal.typed_columns(dropped_too) t
JOIN pg_class c ON c.oid = t.relation
WHERE t.kind IN ('f', 'c')
UNION
SELECT 'pg_type'::regclass, y.oid, y.typowner
FROM gb_enums_internal.types_with_values() t
JOIN pg_type y ON y.oid = t.type
WHERE y.typtype = 'd' OR t.type IN (SELECT e FROM gb_enums_internal.own_enums() e)
UNION
SELECT 'pg_extension'::regclass, e.oid, e.extowner
FROM pg_extension e
WHERE e.extname = 'gb_enums' OR e.extname = ANY (dropped_too)
$$;
COMMENT ON FUNCTION gb_enums_internal.uninstalled_objects(name[]) IS
    'the objects that the statements of gb_uninstall_plan() change or drop, with their owners';

CREATE FUNCTION gb_enums_internal.uninstall_stops(
    dropped_too name[], to_type regtype, add_check boolean) RETURNS SETOF text
    LANGUAGE sql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT format('%s uses %s. Change it or drop it first.', pg_describe_object(u.catalog, u.object, u.number),
              u.used)
FROM gb_enums_internal.uses_beside_columns(dropped_too) u
UNION ALL
SELECT format('Column "%s" of "%s" is used by another object, or by a column of the type. '
              'Change or drop that first.', c.name, c.relation)
FROM gb_enums_internal.columns_without_rows(dropped_too, to_type) c
WHERE c.is_used
UNION ALL
SELECT format('%s belongs to role "%s", and you have not that role''s rights.',
              pg_describe_object(o.catalog, o.object, 0), pg_get_userbyid(o.owner))
FROM gb_enums_internal.uninstalled_objects(dropped_too) o
WHERE NOT pg_has_role(o.owner, 'USAGE')
UNION ALL
SELECT format('Table "%1$s" belongs to extension "%2$s", with which it would be dropped. To keep it: '
              'ALTER EXTENSION %2$I DROP TABLE %1$s', c.oid::regclass, e.extname)
FROM pg_extension e
JOIN pg_depend d ON (d.refclassid, d.refobjid, d.deptype) = ('pg_extension'::regclass, e.oid, 'e')
JOIN pg_class c ON d.classid = 'pg_class'::regclass AND c.oid = d.objid AND c.relkind IN ('r', 'p')
WHERE e.extname = ANY (dropped_too)
UNION ALL
SELECT format('A conversion of table "%s" has not ended. %s', c.relation,
              CASE c.kind
                  WHEN 'columns' THEN 'End it: gb_enum_convert_finish() or gb_enum_convert_online_undo().'
                  ELSE 'End it: gb_partition_convert_finish() or gb_partition_convert_undo().'
              END)
FROM gb_enums_internal.conversions_not_ended() c
UNION ALL
SELECT s
FROM gb_enums_internal.columns_to_revert(dropped_too) c
CROSS JOIN LATERAL gb_enums_internal.revert_stops(
    c.relation, c.name, to_type, add_check, c.tied IS NOT NULL) s
$$;
COMMENT ON FUNCTION gb_enums_internal.uninstall_stops(name[], regtype, boolean) IS
    'what has to be done by hand before the extension is dropped';

CREATE FUNCTION gb_enums_internal.uninstall_statements(
    dropped_too name[], to_type regtype, add_check boolean, OUT place integer[], OUT statement text,
    OUT detail text)
    RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
WITH function(schema) AS (SELECT gb_enums_internal.extension_schema())
SELECT '{1}'::integer[], j.statement, j.detail FROM gb_enums_internal.jobs_of_extension() j
UNION ALL
SELECT '{2}', format('SELECT %s.gb_partition_unmanage(%L)', f.schema, s.parent::regclass),
       'the partitions stay, and nobody makes new ones'
FROM gb_enums_internal.partition_set s
JOIN pg_class c ON c.oid = s.parent
CROSS JOIN function f
UNION ALL
SELECT '{3}',
       format('SELECT count(*) AS steps FROM %s.gb_enum_revert(%L, %L, %L%s, dry_run => false%s)',
              f.schema, c.relation, c.name, to_type, CASE WHEN NOT add_check THEN ', add_check => false' END,
              CASE WHEN c.tied IS NOT NULL THEN ', together => true' END),
       'together with ' || c.tied
FROM gb_enums_internal.columns_to_revert(dropped_too) c
CROSS JOIN function f
UNION ALL
SELECT '{4}', c.statement, NULL FROM gb_enums_internal.columns_without_rows(dropped_too, to_type) c
UNION ALL
-- a domain over another one before it
SELECT ARRAY[5, -t.depth], format('DROP DOMAIN IF EXISTS %s', t.type), 'a domain over an enumeration'
FROM gb_enums_internal.types_with_values() t
JOIN pg_type y ON y.oid = t.type AND y.typtype = 'd'
UNION ALL
SELECT ARRAY[6, -p.depth], format('DROP EXTENSION %I', p.name), 'an extension that requires gb_enums'
FROM gb_enums_internal.packages() p
UNION ALL
SELECT '{7}', format('SELECT %s.gb_enum_drop(%L)', f.schema, e), NULL
FROM gb_enums_internal.own_enums() e
CROSS JOIN function f
UNION ALL
SELECT '{8}', 'DROP EXTENSION gb_enums', NULL
$$;
COMMENT ON FUNCTION gb_enums_internal.uninstall_statements(name[], regtype, boolean) IS
    'the statements that take the extension out of a database, in the order of their places';

CREATE FUNCTION @extschema@.gb_uninstall_plan(
    to_type regtype DEFAULT 'text', add_check boolean DEFAULT true)
    RETURNS TABLE (step integer, kind text, statement text, detail text)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET jit = off AS $$
DECLARE
    packages constant name[] := ARRAY(SELECT p.name FROM gb_enums_internal.packages() p);
BEGIN
    IF to_type IS NULL OR add_check IS NULL THEN
        RAISE EXCEPTION 'the type and add_check must not be null' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    PERFORM gb_enums_internal.require_type_to_revert_to(to_type, is_array => false);
    RETURN QUERY
        SELECT row_number() OVER (ORDER BY p.place, p.statement, p.detail)::integer, p.kind, p.statement,
               p.detail
        FROM (
            SELECT '{-1}'::integer[], 'stop', NULL::text, s
            FROM gb_enums_internal.uninstall_stops(packages, to_type, add_check) s
            UNION ALL
            SELECT '{0}', 'warning', NULL,
                   'Jobs of schedulers outside this database that call functions of the extension will fail.'
            WHERE EXISTS (SELECT FROM gb_enums_internal.partition_set)
              AND NOT EXISTS (SELECT FROM gb_enums_internal.jobs_of_extension())
            UNION ALL
            SELECT u.place, 'statement', u.statement, u.detail
            FROM gb_enums_internal.uninstall_statements(packages, to_type, add_check) u
        ) p(place, kind, statement, detail);
END $$;
COMMENT ON FUNCTION @extschema@.gb_uninstall_plan(regtype, boolean) IS
    'the statements that take the extension out of the database, in order, and what stops them: columns of '
    'enumerations get another type and keep their data; example: SELECT * FROM gb_uninstall_plan()';

-- DROP EXTENSION without CASCADE -----------------------------------------------------------------------
--
-- The server would list the objects of each enumeration of one's own, about ninety.

CREATE FUNCTION gb_enums_internal.require_unused(dropped_too name[]) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET jit = off AS $$
DECLARE
    uses constant text[] := ARRAY(
        SELECT u.use
        FROM (
            SELECT 1, format('%s of %s%s', string_agg(quote_ident(t.name), ', ' ORDER BY t.number),
                             CASE t.kind WHEN 'c' THEN 'type ' WHEN 'f' THEN 'foreign table '
                                         ELSE 'table ' END, t.relation)
            FROM gb_enums_internal.typed_columns(dropped_too) t
            WHERE t.kind IN ('r', 'p', 'f', 'c') AND NOT t.is_inherited
            GROUP BY t.relation, t.kind
            UNION ALL
            SELECT 2, format('enumeration %s', e) FROM gb_enums_internal.own_enums() e
            UNION ALL
            SELECT 3, format('extension %I', p.name)
            FROM gb_enums_internal.packages() p
            WHERE p.name <> ALL (dropped_too)
            UNION ALL
            SELECT 4, pg_describe_object(b.catalog, b.object, b.number)
            FROM gb_enums_internal.uses_beside_columns(dropped_too) b
        ) u(place, use)
        ORDER BY u.place, u.use);
BEGIN
    IF cardinality(uses) > 0 THEN
        RAISE EXCEPTION 'cannot drop extension gb_enums because other objects depend on it'
            USING ERRCODE = 'dependent_objects_still_exist',
                  DETAIL = gb_enums_internal.first_of(uses, 50, E'\n', E'\nand %s more'),
                  HINT = 'SELECT * FROM gb_uninstall_plan() shows the statements that keep the data. '
                         'CASCADE drops these objects, with the data.';
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.require_unused(name[]) IS
    'an error that lists the tables and enumerations which depend on the extension, if there are any, but '
    'for what belongs to extensions that are dropped together with it';

CREATE FUNCTION gb_enums_internal.guard_extension() RETURNS event_trigger
    LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'gb_enum_guard_extension';
COMMENT ON FUNCTION gb_enums_internal.guard_extension() IS
    'DROP EXTENSION without CASCADE names the tables that depend on the extension';
REVOKE ALL ON FUNCTION gb_enums_internal.guard_extension() FROM PUBLIC;

CREATE EVENT TRIGGER gb_enums_guard ON ddl_command_start WHEN TAG IN ('DROP EXTENSION')
    EXECUTE FUNCTION gb_enums_internal.guard_extension();
COMMENT ON EVENT TRIGGER gb_enums_guard IS
    'DROP EXTENSION without CASCADE names the tables that depend on the extension';
