
-- Maintenance ----------------------------------------------------------------------------------------

-- Another table may have got the name that the plan has.
CREATE FUNCTION gb_enums_internal.partition_require_names(step gb_enums_internal.partition_step) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT starts_with(step.command, CASE
        WHEN step.action IN ('exclude', 'validate', 'tidy') THEN format('ALTER TABLE %s ', step.target)
        WHEN step.action IN ('detach', 'drop', 'move') THEN
            format('ALTER TABLE %s DETACH PARTITION %s', step.parent, step.target)
        ELSE '' END)
    THEN
        RAISE EXCEPTION 'table "%" or partition "%" was renamed since the plan was made',
                step.parent, step.target
            USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'The next run goes by the new names.';
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_require_names(gb_enums_internal.partition_step) IS
    'an error when the statements of a step name other tables than it is about';

CREATE FUNCTION gb_enums_internal.partition_create_step(
    s gb_enums_internal.partition_set, step gb_enums_internal.partition_step) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM gb_enums_internal.partition_ensure(s, step.slot_at, step.excluding_check);
    -- When another made the partition meanwhile, the CHECK is left.
    IF EXISTS (
        SELECT FROM pg_constraint k
        WHERE k.conrelid = step.target AND k.conname = step.excluding_check)
    THEN
        PERFORM gb_enums_internal.run_as_owner(s.parent,
            format('ALTER TABLE %s DROP CONSTRAINT %I', step.target, step.excluding_check));
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_create_step(
    gb_enums_internal.partition_set, gb_enums_internal.partition_step) IS
    'makes the partition of a step, and drops the CHECK that kept its rows out of the default partition';

-- Others may have taken the step since the plan was made, or undone what it builds on; then it does nothing.
CREATE FUNCTION gb_enums_internal.partition_take_step(step gb_enums_internal.partition_step) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    s CONSTANT gb_enums_internal.partition_set := gb_enums_internal.partition_registered(step.parent);
    has_check CONSTANT boolean := step.excluding_check IS NULL OR EXISTS (
        SELECT FROM pg_constraint k
        JOIN pg_partitioned_table t ON t.partdefid = k.conrelid
        WHERE t.partrelid = step.parent AND k.conname = step.excluding_check);
BEGIN
    IF s.parent IS NULL THEN
        RETURN;
    END IF;
    PERFORM gb_enums_internal.partition_require_names(step);
    CASE step.action
        WHEN 'exclude' THEN
            IF NOT has_check AND (gb_enums_internal.partition_slot(s, step.slot_at)).other IS NULL THEN
                PERFORM gb_enums_internal.run_as_owner(s.parent, step.command);
            END IF;
        WHEN 'create' THEN
            IF has_check THEN
                PERFORM gb_enums_internal.partition_create_step(s, step);
            END IF;
        WHEN 'validate', 'tidy' THEN
            IF has_check THEN
                PERFORM gb_enums_internal.run_as_owner(s.parent, step.command);
            END IF;
        WHEN 'privileges' THEN
            -- They may have been changed since the plan was made.
            PERFORM gb_enums_internal.run_as_owner(s.parent, c.statements)
            FROM gb_enums_internal.partition_privilege_changes(s, step.target) c;
        ELSE
            IF EXISTS (
                SELECT FROM pg_inherits i
                WHERE i.inhparent = step.parent AND i.inhrelid = step.target)
            THEN
                PERFORM gb_enums_internal.run_as_owner(s.parent, step.command);
            END IF;
    END CASE;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_take_step(gb_enums_internal.partition_step) IS
    'takes a step of maintenance, an error when it cannot be taken';

CREATE FUNCTION gb_enums_internal.partition_try_step(step gb_enums_internal.partition_step, until timestamptz)
    RETURNS boolean
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    s gb_enums_internal.partition_set := gb_enums_internal.partition_registered(step.parent);
    state text;
    message text;
    detail text;
    hint text;
BEGIN
    IF s.parent IS NULL THEN
        RETURN true;
    END IF;
    BEGIN
        PERFORM gb_enums_internal.limit_time(until);
        PERFORM gb_enums_internal.with_lock_attempts(
            (step.parent, s.lock_timeout, s.attempts),
            CASE WHEN step.action = 'create' THEN 'creating a partition'
                 ELSE format('step "%s"', step.action) END,
            'gb_enums_internal.partition_take_step($1)', step, NULL::text,
            is_exclusive => step.locks LIKE 'ACCESS EXCLUSIVE%');
        RAISE NOTICE 'partitions of "%": % %', step.parent, step.action, step.partition;
        RETURN true;
    EXCEPTION WHEN OTHERS OR query_canceled THEN
        GET STACKED DIAGNOSTICS
            state = RETURNED_SQLSTATE, message = MESSAGE_TEXT,
            detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
        IF state = '57014' AND NOT gb_enums_internal.time_is_over() THEN
            RAISE;
        END IF;
    END;
    IF step.action = 'validate' THEN
        PERFORM gb_enums_internal.partition_drop_check(step, until);
    END IF;
    PERFORM gb_enums_internal.partition_failed(
        step.parent, concat_ws(' ', step.action, step.partition), state, message, detail, hint);
    RETURN CASE WHEN state <> '57014' THEN false END;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_try_step(gb_enums_internal.partition_step, timestamptz) IS
    'takes a step of maintenance; false when it failed, which is on record then, NULL when the time for '
    'the set is over';

CREATE FUNCTION gb_enums_internal.partition_drop_check(
    failed gb_enums_internal.partition_step, until timestamptz) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    step gb_enums_internal.partition_step;
BEGIN
    step.parent := failed.parent;
    step.action := 'tidy';
    step.partition := failed.target;
    step.command := format('ALTER TABLE %s DROP CONSTRAINT %I', failed.target, failed.excluding_check);
    step.locks := 'ACCESS EXCLUSIVE';
    step.target := failed.target;
    step.excluding_check := failed.excluding_check;
    PERFORM gb_enums_internal.partition_try_step(step, CASE
        WHEN until IS NOT NULL THEN greatest(until, clock_timestamp() + interval '10 seconds') END);
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_drop_check(gb_enums_internal.partition_step, timestamptz) IS
    'drops the CHECK of a step that failed: rows are not to be refused for a partition that there will '
    'not be';

-- The record may be locked by somebody else. Then there is only the warning: the trouble of one set is
-- not to end the run over all.
CREATE FUNCTION gb_enums_internal.partition_failed(
    parent regclass, step text, state text, message text, detail text, hint text) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF state = '57014' THEN
        message := 'the time of a set in a run over all sets is over';
        detail := NULL;
        hint := format('CALL gb_partition_maintain(%L) has no such limit.', parent);
    END IF;
    PERFORM gb_enums_internal.warn(
        format('partitions of "%s": %s failed: %s', parent, step, message), detail, hint);
    PERFORM gb_enums_internal.limit_waits(interval '100 milliseconds');
    PERFORM gb_enums_internal.partition_record_failure(parent, step, state, message, detail);
EXCEPTION WHEN OTHERS THEN
    RAISE WARNING 'partitions of "%": the failure is not on record: %', parent, sqlerrm;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_failed(regclass, text, text, text, text, text) IS
    'warns of a failure and puts it on record';

CREATE FUNCTION gb_enums_internal.partition_begin_run(parent regclass, at timestamptz, until timestamptz)
    RETURNS gb_enums_internal.partition_step[]
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    s gb_enums_internal.partition_set := gb_enums_internal.partition_registered(parent);
    steps gb_enums_internal.partition_step[];
    detail text;
    hint text;
BEGIN
    IF s.parent IS NULL THEN
        RETURN '{}';
    END IF;
    PERFORM gb_enums_internal.limit_time(until);
    PERFORM gb_enums_internal.limit_waits(interval '2 seconds');
    -- Should this run be killed, the next one is to look again.
    IF EXISTS (
        SELECT FROM gb_enums_internal.partition_run r
        WHERE r.parent = parent AND r.idle_until IS NOT NULL)
    THEN
        PERFORM gb_enums_internal.partition_record_begin(parent);
    END IF;
    SELECT coalesce(array_agg(p ORDER BY p.step), '{}') INTO steps
    FROM gb_enums_internal.partition_plan(s, coalesce(at, now())) p;
    RETURN steps;
EXCEPTION WHEN OTHERS OR query_canceled THEN
    IF sqlstate = '57014' AND NOT gb_enums_internal.time_is_over() THEN
        RAISE;
    END IF;
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    PERFORM gb_enums_internal.partition_failed(parent, 'plan', sqlstate, sqlerrm, detail, hint);
    RETURN NULL;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_begin_run(regclass, timestamptz, timestamptz) IS
    'the steps to take now for a table, none when it is no longer registered, NULL when the plan failed';

CREATE FUNCTION gb_enums_internal.partition_idle_until(
    s gb_enums_internal.partition_set, OUT idle_until timestamptz, OUT ahead oid[]) RETURNS record
    LANGUAGE sql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
WITH slots AS MATERIALIZED (
    SELECT p.lower_at, p.upper_at
    FROM gb_enums_internal.partition_slots_ahead(s, now()) p),
ranges AS MATERIALIZED (
    SELECT r.partition, r.lower_at, r.upper_at
    FROM gb_enums_internal.partition_ranges(s) r
    WHERE NOT r.is_default)
SELECT least(
           (SELECT min(upper_at) FROM slots),
           (SELECT (min(upper_at) AT TIME ZONE s.time_zone + s.retain) AT TIME ZONE s.time_zone
            FROM ranges
            WHERE isfinite(upper_at))),
       (SELECT array_agg(r.partition)
        FROM ranges r
        CROSS JOIN (SELECT min(lower_at), max(upper_at) FROM slots) a(lower_at, upper_at)
        WHERE r.lower_at < a.upper_at AND r.upper_at > a.lower_at)
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_idle_until(gb_enums_internal.partition_set) IS
    'until when a set has nothing to do as long as its partitions ahead are attached, and which those are';

-- Privileges do not tell until when there is nothing to do, so that sets which copy them are looked at in
-- each run.
CREATE FUNCTION gb_enums_internal.partition_end_run(parent regclass, at timestamptz) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    s gb_enums_internal.partition_set := gb_enums_internal.partition_registered(parent);
    -- Counted before the partitions are looked at, so that one which comes meanwhile is not missed.
    attachments bigint := gb_enums_internal.partition_attachments();
    idle record;
    detail text;
    hint text;
BEGIN
    IF s.parent IS NULL THEN
        RETURN;
    END IF;
    PERFORM gb_enums_internal.limit_waits(interval '2 seconds');
    SELECT NULL::timestamptz AS idle_until, NULL::oid[] AS ahead INTO idle;
    IF at IS NULL AND NOT s.copy_privileges THEN
        idle := gb_enums_internal.partition_idle_until(s);
    END IF;
    PERFORM gb_enums_internal.partition_record_success(parent, idle.idle_until, idle.ahead, attachments);
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    PERFORM gb_enums_internal.partition_failed(parent, 'finish', sqlstate, sqlerrm, detail, hint);
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_end_run(regclass, timestamptz) IS
    'puts a run without a failure on record, and until when there is nothing to do';

CREATE FUNCTION gb_enums_internal.warn(message text, detail text, hint text) RETURNS void
    LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'gb_warn';
COMMENT ON FUNCTION gb_enums_internal.warn(text, text, text) IS
    'a warning that says what another''s error said; detail and hint may be empty';

-- Half a share when a set of the same owner used its share up, half of that when another did, and so on:
-- who has many sets has not as many shares for all of them.
CREATE FUNCTION gb_enums_internal.partition_end_of_share(parent regclass, share interval, late regclass[])
    RETURNS timestamptz
    LANGUAGE sql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT CASE WHEN share IS NOT NULL
           THEN clock_timestamp() + greatest(share / 2 ^ least(20, count(*)), interval '1 second') END
FROM pg_class c
JOIN pg_class o ON o.relowner = c.relowner
WHERE c.oid = parent AND o.oid = ANY (CASE WHEN cardinality(late) <= 100000 THEN late END)
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_end_of_share(regclass, interval, regclass[]) IS
    'when the time of a set that begins now is over; NULL for never';

CREATE FUNCTION gb_enums_internal.partition_late(late regclass[], parent regclass, until timestamptz)
    RETURNS regclass[]
    LANGUAGE sql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT CASE WHEN clock_timestamp() >= until AND coalesce(cardinality(late), 0) < 100000
            THEN late || parent ELSE late END
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_late(regclass[], regclass, timestamptz) IS
    'the sets of a run whose time was over before their work was, and this one if its time is over';

-- A procedure that commits cannot set its search_path, so there is nothing in it that a search_path
-- could change: no operator, no unqualified name. Each set has its share of the time, or all (NULL).
CREATE PROCEDURE gb_enums_internal.partition_work(
    sets pg_catalog.regclass[], at pg_catalog.timestamptz, share pg_catalog.interval)
    LANGUAGE plpgsql AS $$
DECLARE
    parent pg_catalog.regclass;
    until pg_catalog.timestamptz;
    late pg_catalog.regclass[];
    steps gb_enums_internal.partition_step[];
    step gb_enums_internal.partition_step;
    done pg_catalog.bool;
    failed pg_catalog.bool;
BEGIN
    COMMIT;
    FOREACH parent IN ARRAY sets LOOP
        until := gb_enums_internal.partition_end_of_share(parent, share, late);
        steps := gb_enums_internal.partition_begin_run(parent, at, until);
        failed := steps IS NULL;
        COMMIT;
        IF NOT failed THEN
            FOREACH step IN ARRAY steps LOOP
                done := gb_enums_internal.partition_try_step(step, until);
                failed := failed OR done IS NOT TRUE;
                COMMIT;
                EXIT WHEN done IS NULL;
            END LOOP;
        END IF;
        IF NOT failed THEN
            PERFORM gb_enums_internal.partition_end_run(parent, at);
            COMMIT;
        END IF;
        late := gb_enums_internal.partition_late(late, parent, until);
    END LOOP;
END $$;
COMMENT ON PROCEDURE gb_enums_internal.partition_work(regclass[], timestamptz, interval) IS
    'takes the steps of some sets, a transaction for each';

-- Leaves out the sets that have nothing to do, so that looking is cheap even in a new session.
CREATE PROCEDURE @extschema@.gb_partition_maintain(parent regclass DEFAULT NULL, at timestamptz DEFAULT NULL)
    LANGUAGE c AS 'MODULE_PATHNAME', 'gb_partition_maintain';
COMMENT ON PROCEDURE @extschema@.gb_partition_maintain(regclass, timestamptz) IS
    'does what gb_partition_plan() lists, a transaction for each step; example: CALL gb_partition_maintain()';
