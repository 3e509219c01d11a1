
-- Columns become enumerations while the table is used: its steps -----------------------------------------

CREATE TYPE gb_enums_internal.convert_online_request AS (
    conversion gb_enums_internal.online_conversion, asked jsonb);
COMMENT ON TYPE gb_enums_internal.convert_online_request IS
    'a conversion of columns that is to begin, and what the caller asked for';

-- Begins a conversion, unless one is under way. Who finds that another session takes a step of it leaves what
-- is on record as it is. Nobody waits here for that session: it may build an index, and the build would wait
-- for the snapshot of who waits.
CREATE FUNCTION gb_enums_internal.convert_online_register(request gb_enums_internal.convert_online_request)
    RETURNS regclass
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    plain CONSTANT regclass := (request.conversion).relation;
    is_alone CONSTANT boolean := gb_enums_internal.convert_try_lock(plain);
    c gb_enums_internal.online_conversion;
BEGIN
    c := gb_enums_internal.online_conversion_of(plain, 'columns');
    IF c.relation IS NULL THEN
        PERFORM gb_enums_internal.convert_require_alone(plain, is_alone);
        PERFORM gb_enums_internal.online_record(plain, request.conversion, request.asked);
        RETURN plain;
    END IF;
    c := gb_enums_internal.online_conversion_owned(plain, 'columns');
    IF c.stage <> 'done' THEN
        RAISE NOTICE 'the conversion of "%" goes on as it was begun', plain;
    END IF;
    IF is_alone THEN
        PERFORM gb_enums_internal.hold_tables(ARRAY[plain::oid], exclusive => false);
        -- Rows that were locked when it stopped may not be locked any more.
        c.idle_passes := 0;
        c.rows_in_pass := greatest(c.rows_in_pass, 1);
        PERFORM gb_enums_internal.online_record(plain, c);
    END IF;
    RETURN plain;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_online_register(gb_enums_internal.convert_online_request) IS
    'begins the conversion of columns, unless it is under way';

CREATE FUNCTION gb_enums_internal.convert_online_begin(
    relation regclass, columns jsonb, batch_pages integer, work_share double precision, lock_timeout interval,
    attempts integer) RETURNS regclass
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c gb_enums_internal.online_conversion;
BEGIN
    IF relation IS NULL THEN
        RAISE EXCEPTION 'the table must not be null' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    PERFORM gb_enums_internal.require_read_committed('columns');
    PERFORM gb_enums_internal.check_waits(lock_timeout, attempts);
    PERFORM gb_enums_internal.exact_texts();
    c.relation := relation;
    c.kind := 'columns';
    c.batch_pages := batch_pages;
    c.work_share := work_share;
    c.lock_timeout := lock_timeout;
    c.attempts := attempts;
    RETURN gb_enums_internal.with_lock_attempts(
        (relation, lock_timeout, attempts), 'the beginning of the conversion',
        'gb_enums_internal.convert_online_register($1)',
        (c, columns)::gb_enums_internal.convert_online_request, NULL::regclass);
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_online_begin(
    regclass, jsonb, integer, double precision, interval, integer) IS
    'begins the conversion of columns, unless it is under way, as soon as it has the locks';

CREATE FUNCTION gb_enums_internal.convert_execute(c gb_enums_internal.online_conversion, statements text[])
    RETURNS void
    LANGUAGE sql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    RETURN gb_enums_internal.run_as_owner(c.relation, array_to_string(statements, '; '));
COMMENT ON FUNCTION gb_enums_internal.convert_execute(gb_enums_internal.online_conversion, text[]) IS
    'executes the statements of a step';

-- Steps ------------------------------------------------------------------------------------------------

-- The indexes of partitioned tables, from those of their partitions. One stays invalid if a partition comes
-- while it is made: it needs that partition's index. If it has all and is invalid, all are built again, as
-- the server looks at it no more, and drops them with it.
CREATE FUNCTION gb_enums_internal.convert_parent_indexes(c gb_enums_internal.online_conversion) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    t record;
    lacking text[];
BEGIN
    FOR t IN
        SELECT w.*
        FROM gb_enums_internal.convert_twins(c.columns) w
        JOIN pg_class x ON x.oid = w.index AND x.relkind = 'I'
        WHERE NOT w.valid
    LOOP
        lacking := ARRAY(
            SELECT format('ALTER INDEX %s ATTACH PARTITION %s', t.twin, w.twin)
            FROM gb_enums_internal.convert_twins(c.columns) w
            JOIN pg_inherits h ON h.inhrelid = w.index AND h.inhparent = t.index
            JOIN pg_class i ON i.oid = w.twin AND NOT i.relispartition
            JOIN pg_index y ON y.indexrelid = w.twin
            -- an equal index of the partition may have taken the place
            WHERE y.indrelid NOT IN (
                SELECT n.indrelid
                FROM pg_inherits m
                JOIN pg_index n ON n.indexrelid = m.inhrelid
                WHERE m.inhparent = t.twin));
        PERFORM gb_enums_internal.convert_execute(c, CASE
            WHEN t.twin IS NULL
                THEN ARRAY(SELECT p.statement FROM unnest(t.steps) p WHERE p.phase = 'indexes')
            WHEN lacking <> '{}' THEN lacking
            ELSE ARRAY[format('DROP INDEX %s', t.twin)] END);
    END LOOP;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_parent_indexes(gb_enums_internal.online_conversion) IS
    'makes the indexes of partitioned tables of a conversion';

-- Executes the statements of a stage, and goes on to the next stage.
CREATE FUNCTION gb_enums_internal.convert_step_statements(INOUT c gb_enums_internal.online_conversion)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    statements text[];
    stages CONSTANT text[] := gb_enums_internal.convert_stages();
BEGIN
    -- Anybody may call this; a record that no conversion has would become statements of any size.
    IF EXISTS (
        SELECT
        FROM unnest(c.columns) n
        WHERE octet_length(concat(n.name, n.new_name, n.old_name)) > 3 * 63)
    THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
            MESSAGE = 'the name of a column is too long', DETAIL = 'It can have 63 bytes.';
    END IF;
    IF c.stage = 'validate' THEN
        -- Somebody may have made a CHECK since the stage before.
        statements := gb_enums_internal.convert_stage(c.columns, 'checks');
        IF statements <> '{}' THEN
            PERFORM gb_enums_internal.convert_execute(c, statements);
            RETURN;
        END IF;
        PERFORM gb_enums_internal.convert_late_rows(c);
    END IF;
    statements := gb_enums_internal.convert_stage(c.columns, c.stage);
    -- Each proof is a step of its own, as it takes its time.
    IF c.stage = 'validate' AND cardinality(statements) > 1 THEN
        PERFORM gb_enums_internal.convert_execute(c, statements[1:1]);
        RETURN;
    END IF;
    PERFORM gb_enums_internal.convert_execute(c, statements);
    IF c.stage = 'follow' THEN
        c.first_followed := pg_snapshot_xmin(pg_current_snapshot());
        RAISE NOTICE 'conversion of "%": what is written is written to the new columns as well', c.relation;
    END IF;
    c.stage := stages[array_position(stages, c.stage) + 1];
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_step_statements(gb_enums_internal.online_conversion) IS
    'executes the statements of a stage of a conversion';

-- Takes the step of a stage.
CREATE FUNCTION gb_enums_internal.convert_step(INOUT c gb_enums_internal.online_conversion, OUT answer text)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    follow text[];
BEGIN
    PERFORM gb_enums_internal.convert_require_unchanged(c);
    IF c.stage NOT IN ('settle', 'done') AND gb_enums_internal.convert_is_followed(c.relation) THEN
        -- A child that is no partition comes without a trigger.
        follow := ARRAY(SELECT gb_enums_internal.convert_follow(c.columns, false));
        PERFORM gb_enums_internal.convert_execute(c, follow) WHERE follow <> '{}';
    END IF;
    answer := 'again';
    CASE c.stage
        WHEN 'rows' THEN
            c := gb_enums_internal.convert_step_rows(c);
            answer := CASE WHEN c.idle_passes >= c.attempts THEN 'stuck' ELSE 'rest' END;
        WHEN 'indexes' THEN
            IF gb_enums_internal.convert_online_index(c.relation) IS NOT NULL THEN
                answer := 'index';
                RETURN;
            END IF;
            PERFORM gb_enums_internal.convert_parent_indexes(c);
            c.stage := 'checks';
        WHEN 'exchange' THEN
            c := gb_enums_internal.convert_step_exchange(c);
        WHEN 'done' THEN
            RAISE NOTICE 'conversion of "%": %', c.relation,
                'gb_enum_convert_finish() ends it, gb_enum_convert_undo() undoes it';
            answer := 'end';
        ELSE
            c := gb_enums_internal.convert_step_statements(c);
    END CASE;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_step(gb_enums_internal.online_conversion) IS
    'takes the step of a stage of a conversion, and answers as all conversions do';

-- Takes one step, as the owner. Two sessions do not take steps at once. A session that waited for the other
-- here would have a snapshot, for which the build of an index may wait. A step that fails on a partition that
-- has just gone is taken again.
CREATE FUNCTION gb_enums_internal.convert_online_step(relation regclass) RETURNS text
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c gb_enums_internal.online_conversion;
    done record;
BEGIN
    PERFORM gb_enums_internal.require_read_committed('columns');
    IF NOT gb_enums_internal.convert_try_lock(relation) THEN
        RETURN 'busy';
    END IF;
    c := gb_enums_internal.online_conversion_owned(relation, 'columns');
    IF c.started_at IS NULL THEN
        PERFORM gb_enums_internal.convert_begun(c, NULL);
    END IF;
    c := gb_enums_internal.convert_of_now(c);
    BEGIN
        done := gb_enums_internal.convert_step(c);
        IF done.answer NOT IN ('index', 'end') THEN
            PERFORM gb_enums_internal.online_record(relation, done.c);
        END IF;
        RETURN done.answer;
    EXCEPTION WHEN OTHERS THEN
        IF c.columns = (gb_enums_internal.convert_of_now(c)).columns OR c.stage IN ('settle', 'done') THEN
            RAISE;
        END IF;
        RAISE EXCEPTION 'partitions came or went meanwhile' USING ERRCODE = 'lock_not_available';
    END;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_online_step(regclass) IS
    'takes one step of a conversion of columns, as the table''s owner';

-- Undo and end -----------------------------------------------------------------------------------------

CREATE FUNCTION gb_enums_internal.convert_require_exchanged(c gb_enums_internal.online_conversion)
    RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF c.stage NOT IN ('settle', 'done') THEN
        RAISE EXCEPTION 'the conversion of "%" is not done yet', c.relation
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'Call gb_enum_convert_online() to go on with it.';
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_require_exchanged(gb_enums_internal.online_conversion) IS
    'an error unless the columns of a conversion have changed names';

-- What has been made on new columns since the exchange. What was there has a namesake on the old ones, or
-- comes from a parent. A twin that lost its index, or place, while a partition was detached has no namesake,
-- and is older. What the undo makes again as it was may have been changed since: then it is younger
-- than the trigger.
CREATE FUNCTION gb_enums_internal.convert_made_since(
    columns gb_enums_internal.conversion_column[], undo text[]) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    since CONSTANT integer := (
        SELECT age(t.xmin)
        FROM pg_trigger t
        WHERE t.tgrelid = columns[1].relation AND t.tgname = '~gb_enum_convert');
BEGIN
    RETURN (
        WITH made AS (
            SELECT d.classid, d.objid, i.relation, i.name
            FROM unnest(columns) i
            JOIN pg_attribute a ON a.attrelid = i.relation AND a.attname = i.name
            JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = a.attrelid
                AND d.refobjsubid = a.attnum),
        object(classid, objid, age, dropped) AS (
            SELECT 'pg_policy'::regclass::oid, p.oid, age(p.xmin),
                format('DROP POLICY %I ON %s', p.polname, p.polrelid::regclass)
            FROM pg_policy p
            UNION ALL
            SELECT 'pg_trigger'::regclass, t.oid, age(t.xmin),
                format('DROP TRIGGER %I ON %s', t.tgname, t.tgrelid::regclass)
            FROM pg_trigger t
            UNION ALL
            -- REFRESH writes the row of a materialized view.
            SELECT 'pg_class'::regclass, v.oid,
                least(age(w.xmin), CASE WHEN v.relkind = 'v' THEN age(v.xmin) END),
                format('DROP %s %s', CASE WHEN v.relkind = 'v' THEN 'VIEW' ELSE 'MATERIALIZED VIEW' END,
                       v.oid::regclass)
            FROM pg_class v
            JOIN pg_rewrite w ON w.ev_class = v.oid
            UNION ALL
            SELECT 'pg_statistic_ext'::regclass, e.oid, age(e.xmin),
                format('DROP STATISTICS %I.%I', n.nspname, e.stxname)
            FROM pg_statistic_ext e
            JOIN pg_namespace n ON n.oid = e.stxnamespace)
        SELECT string_agg(DISTINCT m.description COLLATE "C", ', ')
        FROM (
            SELECT pg_describe_object(o.classid, o.objid, 0) AS description
            FROM object o
            WHERE o.age < since AND o.dropped = ANY (undo)
            UNION ALL
            SELECT 'NOT NULL of ' || pg_describe_object('pg_class'::regclass, a.attrelid, a.attnum)
            FROM unnest(columns) i
            JOIN pg_attribute a ON a.attrelid = i.relation AND a.attname = i.name
            JOIN pg_attribute o ON o.attrelid = i.relation AND o.attname = i.old_name
            WHERE a.attnotnull AND NOT o.attnotnull
            UNION ALL
            SELECT pg_describe_object(m.classid, m.objid, 0)
            FROM made m
            WHERE EXISTS (
                SELECT
                FROM pg_class x
                JOIN pg_index q ON q.indexrelid = x.oid
                WHERE m.classid = 'pg_class'::regclass AND x.oid = m.objid
                  AND least(age(x.xmin), age(q.xmin)) < since
                  AND NOT x.relispartition AND NOT EXISTS (
                      SELECT
                      FROM pg_index y
                      JOIN pg_class o ON o.oid = y.indexrelid
                      WHERE y.indrelid = m.relation
                        AND o.relname = gb_enums_internal.name_with_suffix(x.relname, '_gb_old')))
               OR EXISTS (
                SELECT
                FROM pg_constraint k
                WHERE m.classid = 'pg_constraint'::regclass AND k.oid = m.objid
                  AND k.contype <> 'n' AND k.coninhcount = 0 AND k.conparentid = 0 AND NOT EXISTS (
                      SELECT
                      FROM pg_constraint o
                      WHERE o.conrelid = m.relation
                        AND o.conname = gb_enums_internal.name_with_suffix(k.conname, '_gb_old')))
               OR EXISTS (
                SELECT
                FROM object o
                WHERE m.classid = 'pg_statistic_ext'::regclass
                  AND (o.classid, o.objid) = (m.classid, m.objid) AND o.dropped <> ALL (undo))
               OR EXISTS (
                SELECT
                FROM pg_attrdef d
                CROSS JOIN unnest(undo) u
                WHERE m.classid = 'pg_attrdef'::regclass AND d.oid = m.objid AND age(d.xmin) < since
                  AND starts_with(u, format('ALTER TABLE ONLY %s ALTER COLUMN %I ',
                                            m.relation::regclass, m.name)))) m);
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_made_since(gb_enums_internal.conversion_column[], text[]) IS
    'what was made on new columns, or changed, after the exchange';

-- An error when an undo would lack partitions, or lose values or what was made since.
CREATE FUNCTION gb_enums_internal.convert_require_way_back(
    c gb_enums_internal.online_conversion, otherwise text) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    now CONSTANT gb_enums_internal.online_conversion := gb_enums_internal.convert_of_now(c);
    gone CONSTANT text := (
        SELECT string_agg(DISTINCT format('"%s"', i.relation::regclass), ', ')
        FROM unnest(c.columns) i
        WHERE i.relation NOT IN (SELECT n.relation FROM unnest(now.columns) n));
    made CONSTANT text := gb_enums_internal.convert_made_since(now.columns, c.undo);
BEGIN
    IF gone IS NOT NULL THEN
        RAISE EXCEPTION 'the conversion of "%" cannot be undone without all its partitions', c.relation
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = format('Dropped or detached: %s.', gone),
                  HINT = 'Attach what was detached; or ' || otherwise;
    END IF;
    IF made IS NOT NULL THEN
        RAISE EXCEPTION 'the conversion of "%" cannot be undone as the table was changed', c.relation
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = format(
                      'With the new columns would go what was made or changed since: %s.', made),
                  HINT = 'Drop that, or give it the name that it had, and undo the conversion; or '
                         || otherwise;
    END IF;
    PERFORM gb_enums_internal.convert_require_old_values(c);
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_require_way_back(
    gb_enums_internal.online_conversion, text) IS
    'an error, which also says what else there is to do, unless an exchange can be undone without losses';

-- The statements that undo an exchange. Columns of tables that came later get the defaults that those of the
-- first one get. What has been dropped since becomes what it was, too.
CREATE FUNCTION gb_enums_internal.convert_undo_statements(c gb_enums_internal.online_conversion)
    RETURNS text[]
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT ARRAY(
    SELECT regexp_replace(
        u, '(?<=^DROP (POLICY|TRIGGER|VIEW|MATERIALIZED VIEW|STATISTICS) )(?!IF EXISTS )', 'IF EXISTS ')
    FROM unnest(c.undo) WITH ORDINALITY n(u, nth)
    ORDER BY nth)
|| ARRAY(
    SELECT format('ALTER TABLE ONLY %s%s', n.relation::regclass,
                  substr(u, length(format('ALTER TABLE ONLY %s ', c.relation))))
    FROM unnest((gb_enums_internal.convert_of_now(c)).columns) n
    CROSS JOIN unnest(c.undo) u
    WHERE n.relation NOT IN (SELECT i.relation FROM unnest(c.columns) i)
      AND starts_with(u, format('ALTER TABLE ONLY %s ALTER COLUMN %I ', c.relation, n.name)))
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_undo_statements(gb_enums_internal.online_conversion) IS
    'the statements that undo an exchange, for the tables that there are now';

-- Undoes an exchange. All is looked at before others are kept from the table, and then once more.
CREATE FUNCTION gb_enums_internal.convert_exchange_back(c gb_enums_internal.online_conversion) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    otherwise CONSTANT text :=
        'gb_enum_convert_finish() drops the old columns, and gb_enum_revert() makes the new ones what they '
        'were.';
    detail text;
BEGIN
    IF c.undo IS NULL THEN
        RAISE EXCEPTION 'the way back of the conversion of "%" is not on record', c.relation
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = 'A dump does not contain it.', HINT = otherwise;
    END IF;
    PERFORM gb_enums_internal.convert_require_way_back(c, otherwise);
    EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', c.relation);
    PERFORM gb_enums_internal.convert_require_way_back(c, otherwise);
    PERFORM gb_enums_internal.convert_execute(c, gb_enums_internal.convert_undo_statements(c));
EXCEPTION WHEN syntax_error_or_access_rule_violation OR dependent_objects_still_exist THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    RAISE EXCEPTION 'the conversion of "%" cannot be undone as the table was changed', c.relation
        USING ERRCODE = 'object_not_in_prerequisite_state',
              DETAIL = rtrim(upper(left(SQLERRM, 1)) || substr(SQLERRM, 2) || '. ' || detail),
              HINT = 'Change it back, and undo the conversion; or ' || otherwise;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_exchange_back(gb_enums_internal.online_conversion) IS
    'undoes the exchange of a conversion, an error when that is not possible without losses';

-- Who waits for the lock ends the build of an index, which is left to those who undo the conversion.
CREATE FUNCTION gb_enums_internal.convert_online_end(relation regclass, undo boolean) RETURNS text
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c gb_enums_internal.online_conversion;
    now gb_enums_internal.online_conversion;
    is_exchanged boolean;
BEGIN
    PERFORM gb_enums_internal.require_read_committed('columns');
    IF NOT undo THEN
        PERFORM gb_enums_internal.convert_require_exchanged(
            gb_enums_internal.online_conversion_owned(relation, 'columns'));
    END IF;
    PERFORM gb_enums_internal.convert_lock(relation);
    c := gb_enums_internal.online_conversion_owned(relation, 'columns');
    now := gb_enums_internal.convert_of_now(c);
    is_exchanged := c.stage IN ('settle', 'done');
    IF NOT undo THEN
        PERFORM gb_enums_internal.convert_require_exchanged(c);
    END IF;
    IF is_exchanged AND c.started_at IS NOT NULL THEN
        PERFORM gb_enums_internal.convert_require_unchanged(now);
    END IF;
    IF is_exchanged AND undo THEN
        PERFORM gb_enums_internal.convert_exchange_back(c);
    ELSE
        -- Where there can be no triggers, DROP TRIGGER is an error even if there is none.
        PERFORM gb_enums_internal.convert_execute(c,
            ARRAY(SELECT gb_enums_internal.convert_unfollow(now.columns)
                  WHERE gb_enums_internal.convert_is_followed(relation))
            || ARRAY(SELECT gb_enums_internal.convert_drop_columns(now.columns, undo)));
    END IF;
    IF c.started_at IS NOT NULL THEN
        c.stage := 'ended';
        PERFORM gb_enums_internal.online_record(relation, c);
    END IF;
    RETURN 'end';
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_online_end(regclass, boolean) IS
    'ends a conversion, or undoes it, as the table''s owner';

-- The functions that people call -----------------------------------------------------------------------

-- The plan as the owner makes it, who takes its steps.
CREATE FUNCTION gb_enums_internal.convert_online_planned(relation regclass, columns jsonb)
    RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    asked gb_enums_internal.conversion_column[];
    plan gb_enums_internal.convert_step[];
BEGIN
    PERFORM gb_enums_internal.exact_texts();
    PERFORM gb_enums_internal.limit_waits(interval '2 seconds');
    asked := gb_enums_internal.convert_read(relation, columns);
    plan := ARRAY(
        SELECT p
        FROM jsonb_populate_recordset(
            NULL::gb_enums_internal.convert_step,
            gb_enums_internal.query_as_owner(relation, format(
                'SELECT jsonb_agg(p) FROM gb_enums_internal.convert_online_plan(%L) p',
                gb_enums_internal.convert_with_names(asked)))) p);
    RETURN QUERY
        SELECT s.*
        FROM gb_enums_internal.steps_in_order(
            plan || ARRAY(SELECT n FROM gb_enums_internal.native_enum_steps(asked, plan) n)) s;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_online_planned(regclass, jsonb) IS
    'the steps of a conversion while the table is used, as its owner sees them';

CREATE FUNCTION @extschema@.gb_enum_convert_online_plan(relation regclass, columns jsonb)
    RETURNS TABLE (step integer, kind text, statement text, lock text, rewrites boolean, detail text)
    LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
    SELECT s.step, s.kind, s.statement, s.lock, s.rewrites, s.detail
    FROM gb_enums_internal.steps_shown(ARRAY(
        SELECT p
        FROM gb_enums_internal.convert_online_planned(
            relation, gb_enums_internal.convert_named(columns)) p)) s;
END;
COMMENT ON FUNCTION @extschema@.gb_enum_convert_online_plan(regclass, jsonb) IS
    'what gb_enum_convert_online() would do, and what stops it; '
    'example: SELECT * FROM gb_enum_convert_online_plan(''old_tasks'', ''{"status": "task_status"}'')';

CREATE PROCEDURE @extschema@.gb_enum_convert_online(
    relation pg_catalog.regclass, columns pg_catalog.jsonb DEFAULT NULL,
    batch_pages pg_catalog.int4 DEFAULT 100, work_share pg_catalog.float8 DEFAULT NULL,
    lock_timeout pg_catalog.interval DEFAULT '2 seconds', attempts pg_catalog.int4 DEFAULT 10)
    LANGUAGE plpgsql AS $$
DECLARE
    converted pg_catalog.regclass := gb_enums_internal.convert_online_begin(
        relation, gb_enums_internal.convert_named(columns), batch_pages, work_share, lock_timeout, attempts);
BEGIN
    COMMIT;
    CALL gb_enums_internal.online_run(converted, 'columns');
END $$;
COMMENT ON PROCEDURE @extschema@.gb_enum_convert_online(
    regclass, jsonb, integer, double precision, interval, integer) IS
    'makes columns enumerations while the table is used, or goes on where it stopped; '
    'example: CALL gb_enum_convert_online(''old_tasks'', ''{"status": "task_status"}'')';

CREATE FUNCTION @extschema@.gb_enum_convert_finish(relation regclass) RETURNS regclass
    LANGUAGE sql VOLATILE PARALLEL UNSAFE
    RETURN gb_enums_internal.online_finish(relation, 'columns');
COMMENT ON FUNCTION @extschema@.gb_enum_convert_finish(regclass) IS
    'drops the old columns of a conversion that is done, after which there is no undo; '
    'example: SELECT gb_enum_convert_finish(''old_tasks'')';

CREATE PROCEDURE @extschema@.gb_enum_convert_online_undo(relation regclass)
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM gb_enums_internal.online_undo(relation, 'columns');
END $$;
COMMENT ON PROCEDURE @extschema@.gb_enum_convert_online_undo(regclass) IS
    'makes a table what it was before gb_enum_convert_online(), with what was written since; '
    'example: CALL gb_enum_convert_online_undo(''old_sessions'')';

CREATE FUNCTION @extschema@.gb_enum_convert_undo(relation regclass) RETURNS regclass
    LANGUAGE sql VOLATILE PARALLEL UNSAFE
    RETURN gb_enums_internal.online_undo(relation, 'columns');
COMMENT ON FUNCTION @extschema@.gb_enum_convert_undo(regclass) IS
    'the older spelling of CALL gb_enum_convert_online_undo(); example: SELECT '
    'gb_enum_convert_undo(''old_texts'')';
