
-- Maintenance ----------------------------------------------------------------------------------------

-- Another table may have got the name that the plan has.
CREATE FUNCTION gb_enums_internal.partition_require_names(step gb_enums_internal.partition_step) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- What is detached already is on record.
    IF gb_enums_internal.partition_is_removal(step) AND starts_with(step.command,
            format('SELECT gb_enums_internal.partition_end_detachment(%L)', step.target))
    THEN
        RETURN;
    END IF;
    IF NOT starts_with(step.command, CASE
        WHEN step.action IN ('exclude', 'validate', 'tidy') THEN format('ALTER TABLE %s ', step.target)
        WHEN step.action = 'analyze' THEN format('ANALYZE %s', step.target)
        WHEN gb_enums_internal.partition_is_removal(step) THEN
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

CREATE FUNCTION gb_enums_internal.partition_has_check(step gb_enums_internal.partition_step) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN EXISTS (
        SELECT
        FROM pg_constraint k
        JOIN pg_partitioned_table t ON t.partdefid = k.conrelid
        WHERE t.partrelid = (step).parent AND k.conrelid = (step).target
          AND k.conname = (step).excluding_check);
COMMENT ON FUNCTION gb_enums_internal.partition_has_check(gb_enums_internal.partition_step) IS
    'whether the default partition has the CHECK of a step';

CREATE FUNCTION gb_enums_internal.partition_create_step(
    s gb_enums_internal.partition_set, step gb_enums_internal.partition_step) RETURNS boolean
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    is_free CONSTANT boolean :=
        (gb_enums_internal.partition_slot(s, step.slot_at, bridges => true)).other IS NULL;
BEGIN
    PERFORM gb_enums_internal.partition_ensure(s, step.slot_at, step.excluding_check, true);
    -- When another made the partition meanwhile, the CHECK is left.
    IF gb_enums_internal.partition_has_check(step) THEN
        PERFORM gb_enums_internal.run_as_owner(s.parent,
            format('ALTER TABLE %s DROP CONSTRAINT %I', step.target, step.excluding_check));
    END IF;
    RETURN is_free;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_create_step(
    gb_enums_internal.partition_set, gb_enums_internal.partition_step) IS
    'makes the partition of a step, and drops the CHECK that kept its rows out of the default partition; '
    'false when another made it meanwhile';

-- While the CHECK is there, rows of its range are refused. So it is tried before whether the partition
-- can be made.
CREATE FUNCTION gb_enums_internal.partition_exclude_step(
    s gb_enums_internal.partition_set, step gb_enums_internal.partition_step) RETURNS boolean
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    slot CONSTANT gb_enums_internal.slot :=
        gb_enums_internal.partition_slot(s, step.slot_at, bridges => true);
BEGIN
    IF slot.other IS NOT NULL OR gb_enums_internal.partition_has_check(step) THEN
        RETURN false;
    END IF;
    PERFORM gb_enums_internal.partition_require_free_name(
        s.parent, slot, (gb_enums_internal.partition_place(s.parent, slot.name)).taken);
    PERFORM gb_enums_internal.partition_try_table(s, slot.name);
    PERFORM gb_enums_internal.run_as_owner(s.parent, step.command);
    RETURN true;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_exclude_step(
    gb_enums_internal.partition_set, gb_enums_internal.partition_step) IS
    'gives the default partition the CHECK of a step, unless it has it or the partition is there';

-- Whether a partition is still to be removed: others may have removed it since the plan was made, or begun to
-- merge the table. The lock is that of DETACH; with it nobody begins that now.
CREATE FUNCTION gb_enums_internal.partition_is_to_go(
    s gb_enums_internal.partition_set, step gb_enums_internal.partition_step) RETURNS boolean
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    is_detaching CONSTANT boolean := (
        SELECT i.inhdetachpending
        FROM pg_inherits i
        WHERE i.inhparent = step.parent AND i.inhrelid = step.target);
BEGIN
    IF step.expiry IS DISTINCT FROM gb_enums_internal.partition_expiry(s) THEN
        RETURN false;
    END IF;
    -- To look for what was detached takes longer, and is seldom needed.
    IF is_detaching IS NULL THEN
        RETURN step.target IN (SELECT d.partition FROM gb_enums_internal.partition_detached(s) d);
    END IF;
    IF step.action <> 'finalize' AND NOT is_detaching THEN
        PERFORM gb_enums_internal.run_as_owner(step.parent,
            format('LOCK TABLE ONLY %s IN ACCESS EXCLUSIVE MODE', step.parent));
        IF gb_enums_internal.partition_is_merged(step.parent) THEN
            RETURN false;
        END IF;
    END IF;
    RETURN EXISTS (
        SELECT FROM pg_inherits i
        WHERE i.inhparent = step.parent AND i.inhrelid = step.target);
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_is_to_go(
    gb_enums_internal.partition_set, gb_enums_internal.partition_step) IS
    'whether the partition of a step is still to be removed, after which nobody changes that';

-- Others may have taken the step since the plan was made, or undone what it builds on; then it does nothing.
CREATE FUNCTION gb_enums_internal.partition_take_step(step gb_enums_internal.partition_step) RETURNS boolean
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    s gb_enums_internal.partition_set;
BEGIN
    -- Who changes settings, so that partitions are kept, can rely on it.
    IF gb_enums_internal.partition_is_removal(step) THEN
        PERFORM gb_enums_internal.partition_settings_lock(step.parent);
    END IF;
    s := gb_enums_internal.partition_registered(step.parent);
    IF s.parent IS NULL OR s.paused THEN
        RETURN false;
    END IF;
    PERFORM gb_enums_internal.partition_require_names(step);
    CASE step.action
        WHEN 'exclude' THEN
            RETURN gb_enums_internal.partition_exclude_step(s, step);
        WHEN 'create' THEN
            RETURN (step.excluding_check IS NULL OR gb_enums_internal.partition_has_check(step))
                AND gb_enums_internal.partition_create_step(s, step);
        WHEN 'privileges' THEN
            -- They may have been changed since the plan was made.
            PERFORM gb_enums_internal.run_as_owner(s.parent, c.statements)
            FROM gb_enums_internal.partition_privilege_changes(s, step.target) c;
            RETURN FOUND;
        WHEN 'validate', 'tidy' THEN
            IF NOT gb_enums_internal.partition_has_check(step) THEN
                RETURN false;
            END IF;
        WHEN 'analyze' THEN
            NULL;
        ELSE
            IF NOT gb_enums_internal.partition_is_to_go(s, step) THEN
                RETURN false;
            END IF;
    END CASE;
    PERFORM gb_enums_internal.run_as_owner(s.parent, step.command);
    RETURN true;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_take_step(gb_enums_internal.partition_step) IS
    'takes a step of maintenance, an error when it cannot be taken; false when there was nothing to do any '
    'more';

-- How the run of a set goes. Its first failure is the one on record.
CREATE TYPE gb_enums_internal.partition_progress AS (
    -- what the caller hears at the end: the step and the message, and the SQLSTATE
    problem text, state text,
    -- no partition is removed in a run in which a partition could not be made
    keeps_all boolean,
    -- the rest is left to the next run: the time is over, or somebody holds a lock
    is_over boolean,
    -- one WARNING for each cause: the kinds of step that failed, with the SQLSTATE; and how many failed
    -- for a cause that there was a WARNING of
    causes text[], repeated integer);
COMMENT ON TYPE gb_enums_internal.partition_progress IS 'how a run of maintenance goes for a set';

CREATE FUNCTION gb_enums_internal.partition_is_removal(step gb_enums_internal.partition_step) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN (step).action IN ('finalize', 'detach', 'drop', 'move');
COMMENT ON FUNCTION gb_enums_internal.partition_is_removal(gb_enums_internal.partition_step) IS
    'whether a step removes a partition';

-- ALTER TABLE ... OWNER TO changes the owner of a partitioned table, and not of its partitions.
CREATE FUNCTION gb_enums_internal.partition_owner_hint(step gb_enums_internal.partition_step) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN (
        SELECT string_agg(format('ALTER TABLE %s OWNER TO %I', t.relid::regclass,
                                 pg_get_userbyid(p.relowner)), '; '
                          ORDER BY t.level, t.relid)
            || ' gives the partition the owner of the table.'
        FROM pg_class p
        CROSS JOIN pg_partition_tree((step).target) t
        JOIN pg_class c ON c.oid = t.relid
        WHERE p.oid = (step).parent AND c.relowner <> p.relowner);
COMMENT ON FUNCTION gb_enums_internal.partition_owner_hint(gb_enums_internal.partition_step) IS
    'the HINT for a step that may not be taken because a partition has another owner than its table; NULL '
    'when they have the same';

CREATE FUNCTION gb_enums_internal.partition_try_step(
    step gb_enums_internal.partition_step, until timestamptz, progress gb_enums_internal.partition_progress)
    RETURNS gb_enums_internal.partition_progress
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    s gb_enums_internal.partition_set := gb_enums_internal.partition_registered(step.parent);
    problem gb_enums_internal.partition_problem;
BEGIN
    IF s.parent IS NULL OR progress.keeps_all AND gb_enums_internal.partition_is_removal(step) THEN
        RETURN progress;
    END IF;
    BEGIN
        PERFORM gb_enums_internal.limit_time(until);
        -- Who removes a partition makes all that use the table wait as long as they wait for it. So they
        -- wait once.
        IF gb_enums_internal.with_lock_attempts(
            (s.parent::regclass, s.lock_timeout,
             CASE WHEN gb_enums_internal.partition_is_removal(step) THEN 1 ELSE s.attempts END),
            CASE WHEN step.action = 'create' THEN 'creating a partition'
                 ELSE format('step "%s"', step.action) END,
            'gb_enums_internal.partition_take_step($1)', step, NULL::boolean,
            is_exclusive => step.locks LIKE 'ACCESS EXCLUSIVE%')
        THEN
            RAISE NOTICE 'partitions of "%": % %', step.parent, step.action, step.partition;
        END IF;
        RETURN progress;
    EXCEPTION WHEN OTHERS OR query_canceled THEN
        GET STACKED DIAGNOSTICS
            problem.state = RETURNED_SQLSTATE, problem.message = MESSAGE_TEXT,
            problem.detail = PG_EXCEPTION_DETAIL, problem.hint = PG_EXCEPTION_HINT;
        IF problem.state = '57014' AND NOT gb_enums_internal.time_is_over() THEN
            RAISE;
        END IF;
    END;
    problem.step := concat_ws(' ', step.action, step.partition);
    IF problem.state IN ('55P03', '40P01') THEN
        problem.holder := gb_enums_internal.lock_holder(step.parent, step.locks LIKE 'ACCESS EXCLUSIVE%');
    END IF;
    IF problem.state = '42501' THEN
        problem.hint := coalesce(nullif(problem.hint, ''), gb_enums_internal.partition_owner_hint(step));
    END IF;
    IF step.excluding_check IS NOT NULL AND step.action <> 'tidy' THEN
        problem.detail := concat_ws(' ', nullif(problem.detail, ''),
            gb_enums_internal.partition_drop_check(step, until));
    END IF;
    progress.keeps_all := progress.keeps_all OR step.action IN ('exclude', 'validate', 'create');
    RETURN gb_enums_internal.partition_failed(step.parent, step.action, problem, progress);
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_try_step(
    gb_enums_internal.partition_step, timestamptz, gb_enums_internal.partition_progress) IS
    'takes a step of maintenance; when it fails, that is on record then';

CREATE FUNCTION gb_enums_internal.partition_drop_check(
    failed gb_enums_internal.partition_step, until timestamptz) RETURNS text
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    s gb_enums_internal.partition_set := gb_enums_internal.partition_registered(failed.parent);
    step gb_enums_internal.partition_step := failed;
BEGIN
    PERFORM gb_enums_internal.limit_time(
        CASE WHEN until IS NOT NULL THEN greatest(until, clock_timestamp() + interval '10 seconds') END);
    step.action := 'tidy';
    step.command := format('ALTER TABLE %s DROP CONSTRAINT %I', failed.target, failed.excluding_check);
    PERFORM gb_enums_internal.with_lock_attempts(
        (step.parent, s.lock_timeout, s.attempts), 'step "tidy"',
        'gb_enums_internal.partition_take_step($1)', step, NULL::boolean, is_exclusive => true);
    RETURN NULL;
EXCEPTION WHEN OTHERS OR query_canceled THEN
    IF sqlstate = '57014' AND NOT gb_enums_internal.time_is_over() THEN
        RAISE;
    END IF;
    RETURN format('CHECK "%s" of "%s" refuses rows of that range until the next run drops it: %s.',
                  failed.excluding_check, failed.target, sqlerrm);
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_drop_check(gb_enums_internal.partition_step, timestamptz) IS
    'drops the CHECK of a step that failed: rows are not to be refused for a partition that there will '
    'not be; a sentence when it cannot be dropped';

-- The record may be locked by somebody else. Then there is only the warning: the trouble of one set is
-- not to end the run over all.
CREATE FUNCTION gb_enums_internal.partition_failed(
    parent regclass, action text, problem gb_enums_internal.partition_problem,
    progress gb_enums_internal.partition_progress) RETURNS gb_enums_internal.partition_progress
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    cause CONSTANT text := concat_ws(' ', action, problem.state);
    is_first CONSTANT boolean := progress.problem IS NULL;
BEGIN
    progress.is_over := problem.state IN ('57014', '55P03', '40P01');
    IF cause = ANY (progress.causes) THEN
        progress.repeated := progress.repeated + 1;
        RETURN progress;
    END IF;
    IF problem.state = '57014' THEN
        problem.message := 'the time of a set in a run over all sets is over';
        problem.detail := NULL;
        problem.hint := format('CALL gb_partition_maintain(%L) has no such limit.', parent);
    END IF;
    progress.causes := progress.causes || cause;
    PERFORM gb_enums_internal.warn(
        format('partitions of "%s": %s failed: %s', parent, problem.step, problem.message),
        problem.detail, problem.hint);
    PERFORM gb_enums_internal.limit_waits(interval '100 milliseconds');
    IF is_first THEN
        progress.problem := format('"%s": %s failed: %s', parent, problem.step, left(problem.message, 1000));
        progress.state := problem.state;
        PERFORM gb_enums_internal.partition_record_failure(parent, problem);
    END IF;
    PERFORM gb_enums_internal.partition_keep_failure(parent, problem);
    RETURN progress;
EXCEPTION WHEN OTHERS THEN
    RAISE WARNING 'partitions of "%": the failure is not on record: %', parent, sqlerrm;
    RETURN progress;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_failed(
    regclass, text, gb_enums_internal.partition_problem, gb_enums_internal.partition_progress) IS
    'warns of the failure of a step of maintenance once for each cause and keeps it; the first is that of '
    'the run';

CREATE FUNCTION gb_enums_internal.partition_begin_run(
    parent regclass, at timestamptz, until timestamptz,
    OUT steps gb_enums_internal.partition_step[], OUT progress gb_enums_internal.partition_progress)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    s gb_enums_internal.partition_set := gb_enums_internal.partition_registered(parent);
    problem gb_enums_internal.partition_problem;
BEGIN
    steps := '{}';
    progress := (NULL, NULL, false, false, '{}', 0);
    IF s.parent IS NULL THEN
        RETURN;
    END IF;
    PERFORM gb_enums_internal.limit_time(until);
    PERFORM gb_enums_internal.limit_waits(interval '2 seconds');
    -- Should this run be killed, the next one is to look again.
    IF EXISTS (
        SELECT FROM gb_enums_internal.own_partition_run r
        WHERE r.parent = parent AND r.idle_until IS NOT NULL)
    THEN
        PERFORM gb_enums_internal.partition_record_begin(parent);
    END IF;
    steps := ARRAY(
        SELECT p
        FROM gb_enums_internal.partition_plan(s, at) p
        ORDER BY p.step);
EXCEPTION WHEN OTHERS OR query_canceled THEN
    IF sqlstate = '57014' AND NOT gb_enums_internal.time_is_over() THEN
        RAISE;
    END IF;
    GET STACKED DIAGNOSTICS problem.detail = PG_EXCEPTION_DETAIL, problem.hint = PG_EXCEPTION_HINT;
    problem.step := 'plan';
    problem.state := sqlstate;
    problem.message := sqlerrm;
    IF problem.state = '55P03' THEN
        problem.detail := coalesce(nullif(problem.detail, ''), gb_enums_internal.lock_holders(parent, false));
        problem.holder := gb_enums_internal.lock_holder(parent, false);
    END IF;
    steps := '{}';
    progress := gb_enums_internal.partition_failed(
        parent, 'plan', problem, (NULL, NULL, true, false, '{}', 0));
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_begin_run(regclass, timestamptz, timestamptz) IS
    'the steps to take now for a table, none when it is no longer registered or the plan failed';

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
           (SELECT (min(upper_at) AT TIME ZONE s.time_zone + gb_enums_internal.partition_time(s.retain))
                AT TIME ZONE s.time_zone
            FROM ranges
            WHERE isfinite(upper_at))),
       (SELECT array_agg(r.partition)
        FROM ranges r
        CROSS JOIN (SELECT min(lower_at), max(upper_at) FROM slots) a(lower_at, upper_at)
        WHERE r.lower_at < a.upper_at AND r.upper_at > least(a.lower_at, now()))
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_idle_until(gb_enums_internal.partition_set) IS
    'until when a set has nothing to do as long as its partitions ahead are attached, and which those are';

-- Neither privileges nor ids tell until when there is nothing to do, so that sets of ids and sets which copy
-- privileges are looked at in each run.
CREATE FUNCTION gb_enums_internal.partition_end_run(
    parent regclass, at timestamptz, progress gb_enums_internal.partition_progress)
    RETURNS gb_enums_internal.partition_progress
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    s gb_enums_internal.partition_set := gb_enums_internal.partition_registered(parent);
    -- Counted before the partitions are looked at, so that one which comes meanwhile is not missed.
    attachments bigint := gb_enums_internal.partition_attachments();
    idle record;
    problem gb_enums_internal.partition_problem;
BEGIN
    IF progress.repeated > 0 THEN
        RAISE WARNING 'partitions of "%": % more % failed likewise', parent, progress.repeated,
            CASE WHEN progress.repeated = 1 THEN 'step' ELSE 'steps' END;
    END IF;
    IF s.parent IS NULL OR s.paused OR progress.problem IS NOT NULL THEN
        RETURN progress;
    END IF;
    PERFORM gb_enums_internal.limit_waits(interval '2 seconds');
    SELECT NULL::timestamptz AS idle_until, NULL::oid[] AS ahead INTO idle;
    IF at IS NULL AND NOT s.copy_privileges AND NOT gb_enums_internal.partition_is_of_ids(s) THEN
        idle := gb_enums_internal.partition_idle_until(s);
    END IF;
    PERFORM gb_enums_internal.partition_record_success(parent, idle.idle_until, idle.ahead, attachments);
    RETURN progress;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS problem.detail = PG_EXCEPTION_DETAIL, problem.hint = PG_EXCEPTION_HINT;
    problem.step := 'finish';
    problem.state := sqlstate;
    problem.message := sqlerrm;
    RETURN gb_enums_internal.partition_failed(parent, 'finish', problem, progress);
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_end_run(
    regclass, timestamptz, gb_enums_internal.partition_progress) IS
    'puts a run without a failure on record, and until when there is nothing to do';

-- The first failure of each set. There may be as many sets as somebody likes.
CREATE FUNCTION gb_enums_internal.partition_add_failure(
    failures gb_enums_internal.partition_progress[], progress gb_enums_internal.partition_progress)
    RETURNS gb_enums_internal.partition_progress[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN CASE WHEN (progress).problem IS NOT NULL AND coalesce(cardinality(failures), 0) < 100
                THEN failures || progress ELSE failures END;
COMMENT ON FUNCTION gb_enums_internal.partition_add_failure(
    gb_enums_internal.partition_progress[], gb_enums_internal.partition_progress) IS
    'the failures of a run over sets, and that of one more set if it has one';

CREATE FUNCTION gb_enums_internal.partition_raise_failures(failures gb_enums_internal.partition_progress[])
    RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF failures[1] IS NOT NULL THEN
        RAISE EXCEPTION 'maintenance of partitions failed'
            USING ERRCODE = failures[1].state,
                  DETAIL = (SELECT string_agg(f.problem, E'\n') FROM unnest(failures[1:100]) f),
                  HINT = 'All other steps were taken. The view gb_partition_status has the details.';
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_raise_failures(gb_enums_internal.partition_progress[]) IS
    'an error that lists failures of a run, if there are any';

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
-- could change: no operator, no unqualified name. Each set has its share of the time, or all (NULL). A step
-- sees what was committed before it had its locks, whatever default_transaction_isolation says.
CREATE PROCEDURE gb_enums_internal.partition_work(
    sets pg_catalog.regclass[], at pg_catalog.timestamptz, share pg_catalog.interval,
    must_succeed pg_catalog.bool DEFAULT false)
    LANGUAGE plpgsql AS $$
DECLARE
    parent pg_catalog.regclass;
    until pg_catalog.timestamptz;
    late pg_catalog.regclass[];
    run record;
    step gb_enums_internal.partition_step;
    progress gb_enums_internal.partition_progress;
    failures gb_enums_internal.partition_progress[];
BEGIN
    COMMIT;
    FOREACH parent IN ARRAY gb_enums_internal.partition_referencing_first(sets) LOOP
        until := gb_enums_internal.partition_end_of_share(parent, share, late);
        run := gb_enums_internal.partition_begin_run(parent, at, until);
        progress := run.progress;
        COMMIT;
        SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
        FOREACH step IN ARRAY run.steps LOOP
            progress := gb_enums_internal.partition_try_step(step, until, progress);
            COMMIT;
            SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
            EXIT WHEN progress.is_over;
        END LOOP;
        progress := gb_enums_internal.partition_end_run(parent, at, progress);
        COMMIT;
        late := gb_enums_internal.partition_late(late, parent, until);
        failures := gb_enums_internal.partition_add_failure(failures, progress);
    END LOOP;
    IF must_succeed THEN
        PERFORM gb_enums_internal.partition_raise_failures(failures);
    END IF;
END $$;
COMMENT ON PROCEDURE gb_enums_internal.partition_work(regclass[], timestamptz, interval, boolean) IS
    'takes the steps of some sets, a transaction for each; at the end an error if a step must not fail and '
    'one did';

-- Leaves out the sets that have nothing to do, so that looking is cheap even in a new session.
CREATE PROCEDURE @extschema@.gb_partition_maintain(
    parent regclass DEFAULT NULL, at timestamptz DEFAULT NULL, must_succeed boolean DEFAULT false)
    LANGUAGE c AS 'MODULE_PATHNAME', 'gb_partition_maintain';
COMMENT ON PROCEDURE @extschema@.gb_partition_maintain(regclass, timestamptz, boolean) IS
    'does what gb_partition_plan() lists, a transaction for each step; example: CALL gb_partition_maintain()';
