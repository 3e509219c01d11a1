
-- Doing it -----------------------------------------------------------------------------------------

-- Runs a step's statements as the owner of the table, again if a lock could not be had in time.
CREATE FUNCTION gb_enums_internal.partition_execute(s gb_enums_internal.partition_set, step gb_enums_internal.partition_step) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp SET lock_timeout = '2s' AS $$
BEGIN
    PERFORM set_config('lock_timeout', (ceil(extract(epoch FROM s.lock_timeout) * 1000))::bigint::text, true);
    FOR attempt IN 1 .. s.attempts LOOP
        BEGIN
            PERFORM gb_enums_internal.partition_as_owner(s.parent, step.command);
            RETURN;
        EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
            PERFORM gb_enums_internal.partition_retry(s, attempt, format('step "%s"', step.action), sqlerrm, step.locks LIKE 'ACCESS EXCLUSIVE%');
        END;
    END LOOP;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_execute(gb_enums_internal.partition_set, gb_enums_internal.partition_step) IS
    'runs the statements of a step';

-- Takes one step. Others may have taken it since the plan was made, or undone what it builds on;
-- then it does nothing. False when it failed, which is on record then.
CREATE FUNCTION gb_enums_internal.partition_do(step gb_enums_internal.partition_step) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    s gb_enums_internal.partition_set;
    guarded boolean := step.guard IS NULL
        OR EXISTS (SELECT FROM pg_constraint k JOIN pg_partitioned_table t ON t.partdefid = k.conrelid
                   WHERE t.partrelid = step.parent AND k.conname = step.guard);
    state text;
    message text;
BEGIN
    SELECT * INTO s FROM gb_enums_internal.partition_set p WHERE p.parent = step.parent;
    IF NOT FOUND THEN
        RETURN true;
    END IF;
    BEGIN
        CASE step.action
            WHEN 'exclude' THEN
                IF NOT guarded AND (gb_enums_internal.partition_slot(s, step.slot_at)).other IS NULL THEN
                    PERFORM gb_enums_internal.partition_execute(s, step);
                END IF;
            WHEN 'create' THEN
                IF guarded THEN
                    PERFORM gb_enums_internal.partition_ensure(s, step.slot_at, step.guard);
                    -- When another made the partition meanwhile, the CHECK is left.
                    IF EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = step.target AND k.conname = step.guard) THEN
                        step.command := format('ALTER TABLE %s DROP CONSTRAINT %I', step.target, step.guard);
                        PERFORM gb_enums_internal.partition_execute(s, step);
                    END IF;
                END IF;
            WHEN 'validate', 'tidy' THEN
                IF guarded THEN
                    PERFORM gb_enums_internal.partition_execute(s, step);
                END IF;
            ELSE
                IF EXISTS (SELECT FROM pg_inherits i WHERE i.inhparent = step.parent AND i.inhrelid = step.target) THEN
                    PERFORM gb_enums_internal.partition_execute(s, step);
                END IF;
        END CASE;
        RAISE NOTICE 'partitions of "%": % %', step.parent, step.action, step.partition;
        RETURN true;
    EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT;
    END;
    -- Not to refuse rows for a partition that there will not be.
    IF step.action = 'validate' THEN
        BEGIN
            step.command := format('ALTER TABLE %s DROP CONSTRAINT %I', step.target, step.guard);
            PERFORM gb_enums_internal.partition_execute(s, step);
        EXCEPTION WHEN OTHERS THEN
            RAISE WARNING 'constraint "%" of "%" is left to the next run: %', step.guard, step.target, sqlerrm;
        END;
    END IF;
    RAISE WARNING 'partitions of "%": % % failed: %', step.parent, step.action, step.partition, message;
    PERFORM gb_enums_internal.partition_failed(step.parent, concat_ws(' ', step.action, step.partition), state, message);
    RETURN false;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_do(gb_enums_internal.partition_step) IS 'takes one step of maintenance';

CREATE FUNCTION gb_enums_internal.partition_failed(parent regclass, step text, state text, message text) RETURNS void
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
    RETURN gb_enums_internal.partition_record(parent, 'run', jsonb_build_object(
        'last_run', clock_timestamp(), 'failed_at', clock_timestamp(), 'failed_step', step,
        'error_state', state, 'error', message, 'idle_until', NULL));
COMMENT ON FUNCTION gb_enums_internal.partition_failed(regclass, text, text, text) IS 'puts a failure on record';

-- The steps of a set; none when it is no longer registered, NULL when the plan itself fails.
CREATE FUNCTION gb_enums_internal.partition_steps(parent regclass, at timestamptz) RETURNS gb_enums_internal.partition_step[]
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp SET lock_timeout = '2s' AS $$
#variable_conflict use_variable
DECLARE
    s gb_enums_internal.partition_set;
    steps gb_enums_internal.partition_step[];
BEGIN
    SELECT * INTO s FROM gb_enums_internal.partition_set p WHERE p.parent = partition_steps.parent;
    IF NOT FOUND THEN
        RETURN '{}';
    END IF;
    -- Should this run be killed, the next one is to look again.
    IF EXISTS (SELECT FROM gb_enums_internal.partition_run r WHERE r.parent = partition_steps.parent AND r.idle_until IS NOT NULL) THEN
        PERFORM gb_enums_internal.partition_record(parent, 'run', jsonb_build_object('idle_until', NULL));
    END IF;
    SELECT coalesce(array_agg(p ORDER BY p.step), '{}') INTO steps FROM gb_enums_internal.partition_plan(s, coalesce(at, now())) p;
    RETURN steps;
EXCEPTION WHEN OTHERS THEN
    RAISE WARNING 'partitions of "%": planning failed: %', parent, sqlerrm;
    PERFORM gb_enums_internal.partition_failed(parent, 'plan', sqlstate, sqlerrm);
    RETURN NULL;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_steps(regclass, timestamptz) IS 'the steps to take now, NULL when the plan failed';

-- Puts a run without a failure on record, and until when there is nothing to do.
CREATE FUNCTION gb_enums_internal.partition_finish(parent regclass, at timestamptz) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp SET lock_timeout = '2s' AS $$
#variable_conflict use_variable
DECLARE
    s gb_enums_internal.partition_set;
    data jsonb := jsonb_build_object('last_run', clock_timestamp(), 'last_success', clock_timestamp(),
        'failed_at', NULL, 'failed_step', NULL, 'error_state', NULL, 'error', NULL);
    -- Counted before the partitions are looked at, so that one which comes meanwhile is not missed.
    attachments bigint := gb_enums_internal.partition_attachments();
BEGIN
    SELECT * INTO s FROM gb_enums_internal.partition_set p WHERE p.parent = partition_finish.parent;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF at IS NULL THEN
        data := data || (
            WITH slots AS MATERIALIZED (
                SELECT * FROM gb_enums_internal.partition_slots(parent, s.time_zone, s.key, s.epoch, s.shift, now(), s.every, s.anchor, s.premake + 1)),
            children AS MATERIALIZED (
                SELECT * FROM gb_enums_internal.partition_children(parent, s.time_zone, s.key, s.epoch, s.shift) c WHERE NOT c.is_default)
            SELECT jsonb_build_object(
                'idle_until', least(
                    (SELECT min(upper_at) FROM slots),
                    (SELECT (min(upper_at) AT TIME ZONE s.time_zone + s.retain) AT TIME ZONE s.time_zone FROM children WHERE isfinite(upper_at))),
                'ahead', (SELECT coalesce(array_agg(child), '{}') FROM children, (SELECT min(lower_at), max(upper_at) FROM slots) a(lower_at, upper_at)
                          WHERE children.lower_at < a.upper_at AND children.upper_at > a.lower_at),
                'attachments', attachments));
    END IF;
    PERFORM gb_enums_internal.partition_record(parent, 'run', data);
EXCEPTION WHEN OTHERS THEN
    RAISE WARNING 'partitions of "%": %', parent, sqlerrm;
    PERFORM gb_enums_internal.partition_failed(parent, 'finish', sqlstate, sqlerrm);
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_finish(regclass, timestamptz) IS 'puts a run without a failure on record';

-- A procedure that commits cannot set its search_path, so there is nothing in it that a search_path
-- could change: no operator, no unqualified name.
CREATE PROCEDURE gb_enums_internal.partition_work(sets pg_catalog.regclass[], at pg_catalog.timestamptz)
    LANGUAGE plpgsql AS $$
DECLARE
    one pg_catalog.regclass;
    steps gb_enums_internal.partition_step[];
    step gb_enums_internal.partition_step;
    failed pg_catalog.bool;
BEGIN
    COMMIT;
    FOREACH one IN ARRAY sets LOOP
        steps := gb_enums_internal.partition_steps(one, at);
        failed := steps IS NULL;
        COMMIT;
        IF NOT failed THEN
            FOREACH step IN ARRAY steps LOOP
                IF NOT gb_enums_internal.partition_do(step) THEN
                    failed := true;
                END IF;
                COMMIT;
            END LOOP;
        END IF;
        IF NOT failed THEN
            PERFORM gb_enums_internal.partition_finish(one, at);
            COMMIT;
        END IF;
    END LOOP;
END $$;
COMMENT ON PROCEDURE gb_enums_internal.partition_work(regclass[], timestamptz) IS 'takes the steps of some sets, a transaction for each';

-- Leaves out the sets that have nothing to do, so that looking is cheap even in a new session.
CREATE PROCEDURE @extschema@.gb_partition_maintain(parent regclass DEFAULT NULL, at timestamptz DEFAULT NULL)
    LANGUAGE c AS 'MODULE_PATHNAME', 'gb_partition_maintain';
COMMENT ON PROCEDURE @extschema@.gb_partition_maintain(regclass, timestamptz) IS
    'does what gb_partition_plan() lists, a transaction for each step; example: CALL gb_partition_maintain()';
