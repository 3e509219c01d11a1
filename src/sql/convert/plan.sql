
-- The plan: the steps for the tables and the objects over them; and the functions that users call ------

-- The objects that depend on columns and that steps make again, but for views, indexes and constraints.
CREATE FUNCTION gb_enums_internal.dependent_objects(columns gb_enums_internal.conversion_column[])
    RETURNS TABLE (catalog oid, object oid)
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN RETURN QUERY
SELECT d.classid, d.objid
FROM pg_depend d
JOIN unnest(columns) c ON d.refobjid = c.relation AND d.refobjsubid = c.number
WHERE d.refclassid = 'pg_class'::regclass
  AND d.classid IN ('pg_statistic_ext'::regclass, 'pg_publication_rel'::regclass, 'pg_policy'::regclass)
UNION
SELECT d.classid, t.oid
FROM pg_depend d
JOIN unnest(columns) c ON d.refobjid = c.relation AND d.refobjsubid = c.number
JOIN pg_trigger t ON t.oid = d.objid AND t.tgparentid = 0 AND NOT t.tgisinternal
WHERE d.refclassid = 'pg_class'::regclass AND d.classid = 'pg_trigger'::regclass
UNION
-- a policy that looks into a view over the columns
SELECT d.classid, d.objid
FROM pg_depend d
JOIN gb_enums_internal.convert_view_order(columns) v ON v.view = d.refobjid
WHERE d.refclassid = 'pg_class'::regclass AND d.classid = 'pg_policy'::regclass
ORDER BY 1, 2;
END $$;
COMMENT ON FUNCTION gb_enums_internal.dependent_objects(gb_enums_internal.conversion_column[]) IS
    'the objects, other than views, that depend on columns and are made again';

-- The steps for the views, policies, triggers, statistics and publications that depend on columns. They are
-- made again as they are when the columns in `changed` have changed. With `lock` nobody can change a view
-- meanwhile.
CREATE FUNCTION gb_enums_internal.convert_dependents(
    columns gb_enums_internal.conversion_column[], changed gb_enums_internal.conversion_column[],
        lock boolean)
    RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE ROWS 100 SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    -- with the columns of views that show one
    all_changed gb_enums_internal.conversion_column[] := changed;
    v record;
    made record;
    o record;
    place integer := 0;
BEGIN
    FOR v IN
        SELECT w.view, w.depth, format('View "%s"', w.view::regclass) AS title
        FROM gb_enums_internal.convert_view_order(columns) w
    LOOP
        place := place + 1;
        made := gb_enums_internal.convert_view(v.view, all_changed, lock);
        IF made.obstacle IS NOT NULL THEN
            RETURN NEXT gb_enums_internal.stop(format('%s: %s.', v.title, made.obstacle), place);
        END IF;
        RETURN QUERY SELECT * FROM gb_enums_internal.convert_texts(v.title, made.texts);
        all_changed := all_changed || ARRAY(
            SELECT gb_enums_internal.conversion_shown(all_changed[u.source + 1], v.view, u.number::smallint)
            FROM unnest(made.numbers, made.sources) u(number, source));
        RETURN QUERY SELECT * FROM gb_enums_internal.convert_view_steps(
            v.view, made.query, made.search_path, all_changed, v.depth, place);
    END LOOP;
    FOR o IN SELECT d.catalog, d.object FROM gb_enums_internal.dependent_objects(columns) d LOOP
        place := place + 1;
        CASE o.catalog
            WHEN 'pg_statistic_ext'::regclass THEN
                RETURN QUERY SELECT * FROM gb_enums_internal.convert_statistics(o.object, changed, place);
            WHEN 'pg_policy'::regclass THEN
                RETURN QUERY SELECT * FROM gb_enums_internal.convert_policy(o.object, all_changed, place);
            WHEN 'pg_publication_rel'::regclass THEN
                RETURN QUERY SELECT * FROM gb_enums_internal.convert_publication(o.object, changed, place);
            WHEN 'pg_trigger'::regclass THEN
                RETURN QUERY SELECT * FROM gb_enums_internal.convert_trigger(o.object, changed, place);
        END CASE;
    END LOOP;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_dependents(
    gb_enums_internal.conversion_column[], gb_enums_internal.conversion_column[], boolean) IS
    'the steps for the objects that depend on columns, but for indexes and constraints';

-- The indexes of tables with their partitions and children. Those of partitions come first, so that the
-- index of the partitioned table finds them.
CREATE FUNCTION gb_enums_internal.convert_indexes(
    tops regclass[], columns gb_enums_internal.conversion_column[])
    RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    x record;
BEGIN
    FOR x IN
        SELECT i.indexrelid AS index, t.depth
        FROM unnest(tops) top
        CROSS JOIN LATERAL gb_enums_internal.convert_tree(top) t
        JOIN pg_index i ON i.indrelid = t.member
        ORDER BY t.depth DESC, i.indexrelid
    LOOP
        RETURN QUERY SELECT * FROM gb_enums_internal.convert_index(x.index, columns, 1000 - x.depth);
    END LOOP;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_indexes(regclass[], gb_enums_internal.conversion_column[]) IS
    'the steps for the indexes of tables';

CREATE FUNCTION gb_enums_internal.convert_foreign_keys_steps(columns gb_enums_internal.conversion_column[])
    RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    k record;
BEGIN
    FOR k IN
        SELECT f.oid, f.conname, f.conrelid::regclass AS relation, c.relowner
        FROM gb_enums_internal.convert_foreign_keys(columns) f
        JOIN pg_class c ON c.oid = f.conrelid
        ORDER BY f.oid
    LOOP
        RETURN NEXT gb_enums_internal.statement('drop objects', 0, k.relowner,
            format('ALTER TABLE %s DROP CONSTRAINT %I', k.relation, k.conname), 'ACCESS EXCLUSIVE');
        RETURN QUERY SELECT * FROM gb_enums_internal.statements(
            'make objects', 2, k.relowner, 'SHARE ROW EXCLUSIVE', ARRAY[
            format('ALTER TABLE %s ADD CONSTRAINT %I %s', k.relation, k.conname, pg_get_constraintdef(k.oid)),
            gb_enums_internal.comment_statement('pg_constraint', k.oid,
                format('CONSTRAINT %I ON %s', k.conname, k.relation))]);
    END LOOP;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_foreign_keys_steps(gb_enums_internal.conversion_column[]) IS
    'the steps for foreign keys';

CREATE FUNCTION gb_enums_internal.convert_publication_warnings(tops regclass[])
    RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN RETURN QUERY SELECT (q.step).* FROM (
SELECT gb_enums_internal.warning(format(
    'Publication "%s" sends the column''s values as names: subscribers may keep their '
    'type, or convert as well.', p.pubname))
FROM pg_publication p
WHERE EXISTS (
    SELECT
    FROM unnest(tops) top
    CROSS JOIN LATERAL gb_enums_internal.convert_tree(top) t
    JOIN pg_class r ON r.oid = t.member
    JOIN pg_namespace n ON n.oid = r.relnamespace
    JOIN pg_publication_tables sent ON (sent.schemaname, sent.tablename) = (n.nspname, r.relname)
    WHERE sent.pubname = p.pubname)) q(step);
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_publication_warnings(regclass[]) IS
    'the warnings for publications that send columns which change';

-- All steps. With `scan` the values are looked at. Columns that keep their bytes, and those on the way
-- back, are looked at in any case, as ALTER TABLE does not check them.
CREATE FUNCTION gb_enums_internal.convert_plan(
    columns gb_enums_internal.conversion_column[], scan boolean, lock boolean)
    RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    tops CONSTANT regclass[] := gb_enums_internal.convert_relations(columns);
    all_columns CONSTANT gb_enums_internal.conversion_column[] :=
        gb_enums_internal.convert_with_children(columns);
    goes_back CONSTANT boolean := columns[1].new_type IS NOT NULL;
BEGIN
    RETURN QUERY
        SELECT s.*
        FROM gb_enums_internal.convert_obstacles(all_columns) obstacle
        CROSS JOIN LATERAL gb_enums_internal.stop(obstacle) s;
    RETURN QUERY
        SELECT s.*
        FROM unnest(columns) c
        CROSS JOIN LATERAL gb_enums_internal.scan_as_owner(c) s
        WHERE scan OR goes_back OR gb_enums_internal.convert_keeps_bytes(c);
    RETURN QUERY SELECT * FROM gb_enums_internal.warnings_for_clients(columns);
    RETURN NEXT gb_enums_internal.statement('lock tables', 0, NULL,
        format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', array_to_string(tops, ', ')), 'ACCESS EXCLUSIVE');
    RETURN QUERY
        SELECT s.*
        FROM unnest(tops) top
        CROSS JOIN LATERAL gb_enums_internal.convert_table(top, all_columns) s;
    RETURN QUERY SELECT * FROM gb_enums_internal.convert_dependents(all_columns, all_columns, lock);
    RETURN QUERY SELECT * FROM gb_enums_internal.convert_indexes(tops, all_columns);
    RETURN QUERY SELECT * FROM gb_enums_internal.convert_foreign_keys_steps(all_columns);
    RETURN NEXT gb_enums_internal.statement('gather statistics', 0, NULL,
        format('ANALYZE %s', array_to_string(tops, ', ')), 'SHARE UPDATE EXCLUSIVE', false,
        'ALTER TABLE forgets what was known of the values.');
    IF NOT goes_back THEN
        RETURN QUERY SELECT * FROM gb_enums_internal.convert_publication_warnings(tops);
        RETURN QUERY SELECT * FROM gb_enums_internal.convert_queries(columns);
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_plan(gb_enums_internal.conversion_column[], boolean, boolean) IS
    'the steps of a conversion, in no order';

-- Conversions that are under way while the tables are used. What undoes them may need the way back. The
-- trigger that keeps an old and a new column in step would fail for all writers if one got another type.
CREATE FUNCTION gb_enums_internal.convert_online_conflicts(columns gb_enums_internal.conversion_column[])
    RETURNS SETOF text
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY
        SELECT o
        FROM unnest(gb_enums_internal.convert_relations(columns)) r
        CROSS JOIN LATERAL gb_enums_internal.online_obstacle(r, 'partitions') o;
    RETURN QUERY
        SELECT DISTINCT format(
            'Column "%1$s" of "%2$s" is being converted: gb_enum_convert_finish(%2$L) ends that when it is '
            'done, and gb_enum_convert_undo(%2$L) undoes it.', n.name, r)
        FROM unnest(gb_enums_internal.convert_relations(columns)) r
        CROSS JOIN LATERAL unnest(
            (gb_enums_internal.online_conversion_of(r, 'columns')).columns
            || (gb_enums_internal.convert_left_over(r)).columns) i
        JOIN gb_enums_internal.columns_in_catalog(columns) n
            ON n.relation = i.relation AND n.name IN (i.name, i.new_name, i.old_name)
        WHERE i.relation = r;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_online_conflicts(gb_enums_internal.conversion_column[]) IS
    'conversions that are under way and keep columns from being converted otherwise, a sentence for each';

-- What the caller asked for, its plan in order, and what stops it. With `scan` the values are looked at.
CREATE FUNCTION gb_enums_internal.convert_planned(
    relation regclass, columns jsonb, back boolean, scan boolean, lock boolean,
    OUT conversion gb_enums_internal.conversion_column[], OUT plan gb_enums_internal.convert_step[],
    OUT stops text) RETURNS record
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    tables oid[];
BEGIN
    conversion := CASE WHEN back THEN gb_enums_internal.convert_read_back(relation, columns)
        ELSE gb_enums_internal.convert_read(relation, columns) END;
    -- Checked before it is locked, and once more under the lock, as it may have changed in between.
    SELECT array_agg(DISTINCT t.oid ORDER BY t.oid) INTO tables FROM (
        SELECT unnest(gb_enums_internal.convert_relations(conversion))::oid
        UNION ALL
        SELECT k.conrelid
        FROM gb_enums_internal.convert_foreign_keys(gb_enums_internal.convert_with_children(conversion)) k
        WHERE lock) t(oid);
    PERFORM gb_enums_internal.hold_tables(tables, exclusive => lock);
    conversion := CASE WHEN back THEN gb_enums_internal.convert_read_back(relation, columns)
        ELSE gb_enums_internal.convert_read(relation, columns) END;
    plan := ARRAY(SELECT p FROM gb_enums_internal.convert_plan(conversion, scan, lock) p);
    IF NOT back THEN
        plan := plan || ARRAY(SELECT s FROM gb_enums_internal.native_enum_steps(conversion, plan) s);
    END IF;
    plan := plan || ARRAY(SELECT gb_enums_internal.stop(o)
                          FROM gb_enums_internal.convert_online_conflicts(conversion) o);
    plan := ARRAY(SELECT s FROM gb_enums_internal.steps_in_order(plan) s);
    stops := (SELECT string_agg(s.detail, ' ') FROM unnest(plan) s WHERE s.phase = 'stop');
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_planned(regclass, jsonb, boolean, boolean, boolean) IS
    'a conversion, its plan, and what stops it';

CREATE FUNCTION gb_enums_internal.convert_refuse(relation regclass, stops text, hint text) RETURNS void
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF stops IS NOT NULL THEN
        RAISE EXCEPTION 'columns of table "%" cannot be converted', relation USING
            ERRCODE = 'object_not_in_prerequisite_state', DETAIL = stops, HINT = hint;
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_refuse(regclass, text, text) IS
    'the error that says what stops a conversion, if anything does';

-- Takes the steps of a plan.
CREATE FUNCTION gb_enums_internal.convert_do(
    relation regclass, conversion gb_enums_internal.conversion_column[],
    plan gb_enums_internal.convert_step[]) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    s gb_enums_internal.convert_step;
    stops text;
BEGIN
    FOREACH s IN ARRAY plan LOOP
        CONTINUE WHEN gb_enums_internal.step_kind(s.phase) <> 'statement';
        IF s.owner IS NULL THEN
            EXECUTE s.statement;
        ELSIF s.phase <> 'alter tables' THEN
            PERFORM gb_enums_internal.run_as(s.owner, s.statement);
        ELSE
            BEGIN
                PERFORM gb_enums_internal.run_as(s.owner, s.statement);
            EXCEPTION WHEN invalid_text_representation OR invalid_parameter_value THEN
                -- The first bad row ends it; all of them are worth knowing.
                SELECT string_agg(f.detail, ' ') INTO stops
                FROM unnest(conversion) c
                CROSS JOIN LATERAL gb_enums_internal.scan_as_owner(c) f
                WHERE f.phase = 'stop';
                PERFORM gb_enums_internal.convert_refuse(relation, stops,
                    'Give "map", "trim_blanks", "fold_case", "use_aliases" or "otherwise", '
                    'or correct the rows.');
                RAISE;
            END;
        END IF;
    END LOOP;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_do(regclass, gb_enums_internal.conversion_column[],
    gb_enums_internal.convert_step[]) IS
    'takes the steps of a conversion';

-- The plan in order; unless it is a dry run, done as well. `back` is the way back.
CREATE FUNCTION gb_enums_internal.convert(
    relation regclass, columns jsonb, dry_run boolean, back boolean DEFAULT false)
    RETURNS TABLE (step integer, kind text, statement text, lock text, rewrites boolean, detail text)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    planned record;
    seen gb_enums_internal.convert_step[];
    is_planned boolean := false;
    see_plan constant text := 'The same call with dry_run => true shows the whole plan.';
BEGIN
    PERFORM gb_enums_internal.exact_texts();
    IF dry_run IS NULL THEN
        RAISE EXCEPTION 'dry_run must not be null' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    IF NOT dry_run THEN
        PERFORM gb_enums_internal.require_writable(format('the conversion of "%s"', relation));
        PERFORM gb_enums_internal.require_read_committed('columns');
        -- The values are looked at by all connections to the shards, and objects are changed by one of them.
        IF gb_enums_internal.is_distributed(relation) THEN
            PERFORM set_config('citus.multi_shard_modify_mode', 'sequential', true);
        END IF;
    END IF;
    -- What is refused keeps nobody waiting. Nor does looking leave locks: two that look and then want to
    -- lock the table would wait for each other.
    BEGIN
        planned := gb_enums_internal.convert_planned(relation, columns, back, scan => true, lock => false);
        is_planned := true;
        IF NOT dry_run THEN
            RAISE EXCEPTION USING ERRCODE = 'GBTRY';
        END IF;
    EXCEPTION WHEN SQLSTATE 'GBTRY' THEN
        IF NOT is_planned THEN
            RAISE;
        END IF;
    END;
    IF NOT dry_run THEN
        PERFORM gb_enums_internal.convert_refuse(relation, planned.stops, see_plan);
        seen := planned.plan;
        planned := gb_enums_internal.convert_planned(relation, columns, back, scan => false, lock => true);
        PERFORM gb_enums_internal.convert_refuse(relation, planned.stops, see_plan);
        PERFORM gb_enums_internal.convert_do(relation, planned.conversion, planned.plan);
        -- The values have not been looked at again.
        planned.plan := ARRAY(
            SELECT s
            FROM gb_enums_internal.steps_in_order(planned.plan || ARRAY(
                SELECT w
                FROM unnest(seen) w
                WHERE w.phase = 'warning'
                  AND NOT EXISTS (
                      SELECT
                      FROM unnest(planned.plan) p
                      WHERE p.phase = 'warning' AND p.detail = w.detail))) s);
    END IF;
    RETURN QUERY SELECT * FROM gb_enums_internal.steps_shown(planned.plan);
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert(regclass, jsonb, boolean, boolean) IS
    'the plan of a conversion; unless it is a dry run, done as well';

CREATE FUNCTION gb_enums_internal.convert_type_named(name text) RETURNS jsonb
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN pg_catalog.to_jsonb((name::pg_catalog.regtype)::pg_catalog.oid::pg_catalog.text);
COMMENT ON FUNCTION gb_enums_internal.convert_type_named(text) IS
    'the OID of a type that the caller names, as JSON text';

-- Names of types as the caller reads them, made OIDs: what follows has a search_path of its own.
CREATE FUNCTION gb_enums_internal.convert_named(columns jsonb) RETURNS jsonb
    LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT CASE WHEN pg_catalog.jsonb_typeof(columns) = 'object' THEN (
        SELECT coalesce(
            pg_catalog.jsonb_object_agg(c.key, CASE
                WHEN pg_catalog.jsonb_typeof(c.value) = 'string'
                    THEN gb_enums_internal.convert_type_named(c.value #>> '{}')
                WHEN pg_catalog.jsonb_typeof(c.value -> 'enum') = 'string'
                    THEN c.value || pg_catalog.jsonb_build_object(
                        'enum', gb_enums_internal.convert_type_named(c.value ->> 'enum'))
                ELSE c.value END),
            '{}'::pg_catalog.jsonb)
        FROM pg_catalog.jsonb_each(columns) c) ELSE columns END;
END;
COMMENT ON FUNCTION gb_enums_internal.convert_named(jsonb) IS
    'the columns to convert with the OIDs of their enumerations';

CREATE FUNCTION @extschema@.gb_enum_convert_table(
    relation regclass, columns jsonb, dry_run boolean DEFAULT true)
    RETURNS TABLE (step integer, kind text, statement text, lock text, rewrites boolean, detail text)
    LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
    SELECT c.step, c.kind, c.statement, c.lock, c.rewrites, c.detail
    FROM gb_enums_internal.convert(relation, gb_enums_internal.convert_named(columns), dry_run) c;
END;
COMMENT ON FUNCTION @extschema@.gb_enum_convert_table(regclass, jsonb, boolean) IS
    'makes columns of a table enumerations, or shows the plan; example: SELECT * FROM gb_enum_convert_table('
    '''old_tasks'', ''{"status": "task_status", "priority": "task_priority"}'')';

CREATE FUNCTION @extschema@.gb_enum_convert(
    relation regclass, column_name name, enum regtype, map jsonb DEFAULT NULL,
    trim_blanks boolean DEFAULT false, fold_case boolean DEFAULT false, use_aliases boolean DEFAULT false,
    otherwise text DEFAULT NULL, otherwise_null boolean DEFAULT false, store text DEFAULT 'type',
    foreign_keys boolean DEFAULT false, dry_run boolean DEFAULT true)
    RETURNS TABLE (step integer, kind text, statement text, lock text, rewrites boolean, detail text)
    LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
    SELECT c.step, c.kind, c.statement, c.lock, c.rewrites, c.detail
    FROM gb_enums_internal.convert(
        relation,
        CASE WHEN column_name IS NOT NULL AND enum IS NOT NULL
            THEN pg_catalog.jsonb_build_object(column_name, pg_catalog.jsonb_build_object(
                'enum', enum::pg_catalog.oid::pg_catalog.text, 'map', map, 'trim_blanks', trim_blanks,
                'fold_case', fold_case, 'use_aliases', use_aliases, 'otherwise', otherwise,
                'otherwise_null', otherwise_null, 'store', store, 'foreign_keys', foreign_keys)) END,
        dry_run) c;
END;
COMMENT ON FUNCTION @extschema@.gb_enum_convert(regclass, name, regtype, jsonb, boolean, boolean, boolean,
    text, boolean, text, boolean, boolean) IS
    'makes a column an enumeration, or shows the plan; example: SELECT * FROM gb_enum_convert('
    '''old_tasks'', ''status'', ''task_status'', fold_case => true)';
