
-- Managed sets -------------------------------------------------------------------------------------

-- How maintenance went. Not dumped: it is about this server.
CREATE TABLE gb_enums_internal.partition_run (
    parent regclass PRIMARY KEY REFERENCES gb_enums_internal.partition_set ON DELETE CASCADE,
    last_run timestamptz NOT NULL,
    last_success timestamptz,
    failed_at timestamptz,
    failed_step text,
    error_state text,
    error text,
    -- There is nothing to do until then, as long as the partitions are those that were seen.
    idle_until timestamptz,
    seen bigint);
COMMENT ON TABLE gb_enums_internal.partition_run IS 'how maintenance of the managed sets went; shown by gb_partition_status';
GRANT SELECT ON gb_enums_internal.partition_run TO PUBLIC;

CREATE TYPE gb_enums_internal.partition_step AS (
    parent regclass, step integer, action text, partition text, lower_bound text, upper_bound text,
    command text, locks text, note text,
    slot_at timestamptz, target regclass, guard name);
COMMENT ON TYPE gb_enums_internal.partition_step IS 'one step of maintenance: what is done in one transaction';

CREATE FUNCTION gb_enums_internal.partition_record(parent regclass, action text, data jsonb) RETURNS void
    LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'gb_partition_record';
COMMENT ON FUNCTION gb_enums_internal.partition_record(regclass, text, jsonb) IS
    'writes to the registry what the caller says about his own table';

-- What partition_record() does as the extension's owner, once the caller is known to own the table.
CREATE FUNCTION gb_enums_internal.partition_write(parent regclass, action text, data jsonb) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    new_run gb_enums_internal.partition_run;
    tables CONSTANT regclass := partition_write.parent;
BEGIN
    IF action = 'run' THEN
        SELECT * INTO new_run FROM gb_enums_internal.partition_run r WHERE r.parent = tables FOR UPDATE;
        new_run := jsonb_populate_record(new_run, data);
        new_run.parent := tables;
        DELETE FROM gb_enums_internal.partition_run r WHERE r.parent = tables;
        -- The set may have been unregistered meanwhile.
        INSERT INTO gb_enums_internal.partition_run SELECT new_run.*
            WHERE EXISTS (SELECT FROM gb_enums_internal.partition_set p WHERE p.parent = tables FOR KEY SHARE)
            ON CONFLICT DO NOTHING;
        RETURN;
    END IF;
    DELETE FROM gb_enums_internal.partition_set p
        WHERE p.parent = tables OR NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = p.parent AND c.relkind = 'p');
    IF action = 'store' THEN
        INSERT INTO gb_enums_internal.partition_set
            SELECT * FROM jsonb_populate_record(NULL::gb_enums_internal.partition_set, data || jsonb_build_object('parent', tables::oid::text));
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_write(regclass, text, jsonb) IS 'writes to the registry; called by partition_record() only';
REVOKE ALL ON FUNCTION gb_enums_internal.partition_write(regclass, text, jsonb) FROM PUBLIC;

-- Tells one state of a table's partitions from another: attaching one makes a new row in pg_inherits.
CREATE FUNCTION gb_enums_internal.partition_seen(parent regclass) RETURNS bigint
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    RETURN (SELECT coalesce(sum(hashint8(i.inhrelid::bigint * 4294967296 # i.xmin::text::bigint)), 0) * 2
                   + coalesce(bool_or(i.inhdetachpending), false)::integer
            FROM pg_inherits i WHERE i.inhparent = parent);
COMMENT ON FUNCTION gb_enums_internal.partition_seen(regclass) IS 'a fingerprint of which partitions a table has';

CREATE FUNCTION gb_partition_manage(
    parent regclass, every interval DEFAULT '1 month', premake integer DEFAULT 3, retain interval DEFAULT NULL,
    on_expire text DEFAULT 'detach', time_zone text DEFAULT 'UTC', move_to text DEFAULT NULL, storage text[] DEFAULT NULL,
    move_default boolean DEFAULT false, anchor timestamp DEFAULT NULL, key text DEFAULT NULL, epoch timestamptz DEFAULT NULL,
    shift integer DEFAULT NULL, hash_by name DEFAULT NULL, hash_count integer DEFAULT NULL,
    lock_timeout interval DEFAULT '2 seconds', attempts integer DEFAULT 3) RETURNS regclass
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp SET default_tablespace = '' AS $$
#variable_conflict use_variable
DECLARE
    s gb_enums_internal.partition_set;
BEGIN
    IF parent IS NULL THEN
        RAISE EXCEPTION 'the table to manage must not be null' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    PERFORM gb_enums_internal.partition_owned(parent);
    IF on_expire IS NULL OR on_expire NOT IN ('detach', 'drop', 'move') THEN
        RAISE EXCEPTION 'invalid on_expire "%"', on_expire
            USING ERRCODE = 'invalid_parameter_value', HINT = 'It is "detach", "drop" or "move".';
    END IF;
    IF (on_expire = 'move') <> (move_to IS NOT NULL) THEN
        RAISE EXCEPTION 'on_expire => ''move'' and move_to go together'
            USING ERRCODE = 'invalid_parameter_value', DETAIL = 'Expired partitions are moved to the schema that move_to names.';
    END IF;
    IF move_to IS NOT NULL AND to_regnamespace(quote_ident(move_to)) IS NULL THEN
        RAISE EXCEPTION 'schema "%" does not exist', move_to USING ERRCODE = 'invalid_schema_name';
    END IF;
    IF retain <= interval '0' THEN
        RAISE EXCEPTION 'invalid retention "%"', retain
            USING ERRCODE = 'invalid_parameter_value', DETAIL = 'It is how long a partition is kept after its end, and positive.';
    END IF;
    IF premake IS NULL OR premake NOT BETWEEN 0 AND 10000 THEN
        RAISE EXCEPTION 'invalid premake %', premake
            USING ERRCODE = 'invalid_parameter_value', DETAIL = 'It is how many partitions are there beside the current one, 0 to 10000.';
    END IF;
    IF lock_timeout IS NULL OR lock_timeout <= interval '0' OR attempts IS NULL OR attempts NOT BETWEEN 1 AND 100 THEN
        RAISE EXCEPTION 'invalid lock_timeout "%" or attempts %', lock_timeout, attempts
            USING ERRCODE = 'invalid_parameter_value', DETAIL = 'A wait for a lock is bounded, and is repeated 1 to 100 times.';
    END IF;
    IF (hash_by IS NULL) <> (hash_count IS NULL) OR hash_count NOT BETWEEN 2 AND 1024 THEN
        RAISE EXCEPTION 'hash_by and hash_count go together'
            USING ERRCODE = 'invalid_parameter_value', DETAIL = 'Partitions are divided into 2 to 1024 by the hash of a column.';
    END IF;
    s := (parent, coalesce(every, interval '1 month'), premake, retain, on_expire, move_to, coalesce(time_zone, 'UTC'), anchor, key,
          epoch, shift, storage, coalesce(move_default, false), hash_by, hash_count, lock_timeout, attempts);
    -- A set that cannot work is refused now, not found out about at night: its zone and key, and
    -- by a trial all that its partitions are made with.
    PERFORM gb_enums_internal.partition_slot(s, now());
    BEGIN
        PERFORM gb_enums_internal.partition_as_owner(parent,
            gb_enums_internal.partition_script(s, 'gb_partition_trial_' || pg_backend_pid()));
        RAISE EXCEPTION USING ERRCODE = 'GBTRY';
    EXCEPTION WHEN SQLSTATE 'GBTRY' THEN
        NULL;
    END;
    PERFORM gb_enums_internal.partition_record(parent, 'store', to_jsonb(s));
    RETURN parent;
END $$;
COMMENT ON FUNCTION gb_partition_manage(regclass, interval, integer, interval, text, text, text, text[], boolean, timestamp, text, timestamptz, integer, name, integer, interval, integer) IS
    'registers a partitioned table for CALL gb_partition_maintain(), or changes how it is registered; example: gb_partition_manage(''message_history'', ''1 month'', retain => ''2 years'')';

CREATE FUNCTION gb_partition_unmanage(parent regclass) RETURNS regclass
    LANGUAGE plpgsql VOLATILE STRICT SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
BEGIN
    IF NOT EXISTS (SELECT FROM gb_enums_internal.partition_set p WHERE p.parent = gb_partition_unmanage.parent) THEN
        RAISE EXCEPTION '"%" is not managed', parent USING ERRCODE = 'undefined_object',
            HINT = 'The view gb_partition_status lists the tables that are.';
    END IF;
    PERFORM gb_enums_internal.partition_record(parent, 'forget', NULL);
    RETURN parent;
END $$;
COMMENT ON FUNCTION gb_partition_unmanage(regclass) IS
    'leaves a table and its partitions alone from now on; example: gb_partition_unmanage(''message_history'')';

-- The plan -----------------------------------------------------------------------------------------

-- The steps that make one missing partition.
CREATE FUNCTION gb_enums_internal.partition_plan_slot(
    s gb_enums_internal.partition_set, at timestamptz, slot_name text, lower_bound text, upper_bound text, lower_at timestamptz, verdict text)
    RETURNS SETOF gb_enums_internal.partition_step
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    step gb_enums_internal.partition_step;
    default_child regclass;
    condition text;
    guard text;
    guard_state boolean;
    waiting boolean := false;
    dance boolean := false;
BEGIN
    SELECT nullif(t.partdefid, 0) INTO default_child FROM pg_partitioned_table t WHERE t.partrelid = s.parent;
    step.parent := s.parent;
    step.partition := (SELECT format('%I.%I', n.nspname, slot_name) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = s.parent);
    step.lower_bound := lower_bound;
    step.upper_bound := upper_bound;
    step.slot_at := lower_at;
    IF default_child IS NOT NULL AND verdict = 'free' THEN
        condition := gb_enums_internal.partition_condition(s.parent, lower_bound, upper_bound);
        guard := 'gb_partition_excludes_' || substr(md5(lower_bound || '/' || upper_bound), 1, 16);
        guard_state := (SELECT k.convalidated FROM pg_constraint k WHERE k.conrelid = default_child AND k.conname = guard);
        waiting := guard_state IS NOT TRUE AND gb_enums_internal.partition_as_owner(s.parent,
            format('SELECT pg_catalog.count(*) FROM (SELECT FROM %s WHERE %s LIMIT 1) rows', s.parent, condition)) > 0;
        -- ATTACH looks through a default partition while nobody can use it, unless a CHECK says that
        -- the range is not there. But with the CHECK, who writes a row of the range there has an
        -- error, so it is for ranges in the future only, and for tables that take time to look through.
        dance := NOT waiting AND (guard_state IS NOT NULL OR lower_at > at
            AND (SELECT sum(pg_relation_size(relid)) FROM pg_partition_tree(default_child)) > 1048576
            AND (SELECT p.relowner = d.relowner AND d.relkind IN ('r', 'p') FROM pg_class p, pg_class d WHERE p.oid = s.parent AND d.oid = default_child));
    END IF;
    IF dance THEN
        step.guard := guard;
        step.target := default_child;
        IF guard_state IS NULL THEN
            step.action := 'exclude';
            step.command := format('ALTER TABLE %s ADD CONSTRAINT %I CHECK (NOT (%s)) NOT VALID', default_child, guard, condition);
            step.locks := format('ACCESS EXCLUSIVE on %s, for an instant', default_child);
            step.note := 'Until the partition is there, rows of its range are refused.';
            RETURN NEXT step;
        END IF;
        IF guard_state IS NOT TRUE THEN
            step.action := 'validate';
            step.command := format('ALTER TABLE %s VALIDATE CONSTRAINT %I', default_child, guard);
            step.locks := format('SHARE UPDATE EXCLUSIVE on %s', default_child);
            step.note := 'Readers and writers go on.';
            RETURN NEXT step;
        END IF;
    END IF;
    step.action := 'create';
    step.command := gb_enums_internal.partition_script(s, slot_name)
        || format('; ALTER TABLE %s ATTACH PARTITION %s FOR VALUES FROM (%L) TO (%L)', s.parent, step.partition, lower_bound, upper_bound)
        || CASE WHEN dance THEN format('; ALTER TABLE %s DROP CONSTRAINT %I', default_child, guard) ELSE '' END;
    step.locks := format('SHARE UPDATE EXCLUSIVE on %s', s.parent)
        || CASE WHEN default_child IS NULL THEN ''
                WHEN dance THEN format(', ACCESS EXCLUSIVE on %s, for an instant', default_child)
                ELSE format(', ACCESS EXCLUSIVE on %s while it is looked through', default_child) END;
    step.note := CASE
        WHEN verdict <> 'free' THEN 'It would overlap a partition: an error.'
        WHEN waiting AND s.move_default THEN format('Rows of its range are moved from %s.', default_child)
        WHEN waiting THEN format('Rows of its range are in %s: an error, unless the set is managed with move_default.', default_child) END;
    RETURN NEXT step;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_plan_slot(gb_enums_internal.partition_set, timestamptz, text, text, text, timestamptz, text) IS
    'the steps that make one missing partition';

-- The instant before whose end nothing is kept, in the set's zone.
CREATE FUNCTION gb_enums_internal.partition_horizon(s gb_enums_internal.partition_set, at timestamptz) RETURNS timestamptz
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    RETURN (at AT TIME ZONE s.time_zone - s.retain) AT TIME ZONE s.time_zone;
COMMENT ON FUNCTION gb_enums_internal.partition_horizon(gb_enums_internal.partition_set, timestamptz) IS
    'partitions that end until then are expired; NULL when none ever is';

CREATE FUNCTION gb_enums_internal.partition_plan(s gb_enums_internal.partition_set, at timestamptz)
    RETURNS SETOF gb_enums_internal.partition_step
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    step gb_enums_internal.partition_step;
    slot record;
    used name[] := '{}';
    steps integer := 0;
    has_default boolean := false;
    horizon timestamptz := gb_enums_internal.partition_horizon(s, at);
BEGIN
    FOR slot IN SELECT * FROM gb_enums_internal.partition_slots(s.parent, s.time_zone, s.key, s.epoch, s.shift, at, s.every, s.anchor, s.premake + 1) LOOP
        CONTINUE WHEN slot.verdict IN ('exists', 'covered', 'tiled');
        FOR step IN SELECT * FROM gb_enums_internal.partition_plan_slot(
                s, at, slot.slot_name, slot.lower_bound, slot.upper_bound, slot.lower_at, slot.verdict) LOOP
            used := used || step.guard;
            steps := steps + 1;
            step.step := steps;
            RETURN NEXT step;
        END LOOP;
    END LOOP;
    step := NULL;
    step.parent := s.parent;
    -- What a run that was killed left behind.
    FOR step.guard, step.target IN
        SELECT k.conname, k.conrelid FROM pg_partitioned_table t JOIN pg_constraint k ON k.conrelid = t.partdefid
        WHERE t.partrelid = s.parent AND k.conname LIKE 'gb\_partition\_excludes\_%' AND k.conname <> ALL (used)
    LOOP
        steps := steps + 1;
        step.step := steps;
        step.action := 'tidy';
        step.partition := step.target;
        step.command := format('ALTER TABLE %s DROP CONSTRAINT %I', step.target, step.guard);
        step.locks := format('ACCESS EXCLUSIVE on %s, for an instant', step.target);
        step.note := 'An earlier run was interrupted.';
        RETURN NEXT step;
    END LOOP;
    IF horizon IS NULL THEN
        RETURN;
    END IF;
    step.guard := NULL;
    has_default := EXISTS (SELECT FROM pg_partitioned_table t WHERE t.partrelid = s.parent AND t.partdefid <> 0);
    FOR slot IN SELECT * FROM gb_enums_internal.partition_children(s.parent, s.time_zone, s.key, s.epoch, s.shift) c
                WHERE NOT c.is_default AND c.upper_at <= horizon LOOP
        steps := steps + 1;
        step.step := steps;
        step.action := s.on_expire;
        step.target := slot.child;
        step.partition := step.target;
        step.lower_bound := slot.lower_bound;
        step.upper_bound := slot.upper_bound;
        step.command := format('ALTER TABLE %s DETACH PARTITION %s', s.parent, step.target) || CASE s.on_expire
            WHEN 'drop' THEN format('; DROP TABLE %s', step.target)
            WHEN 'move' THEN format('; ALTER TABLE %s SET SCHEMA %I', step.target, s.move_to)
            ELSE '' END;
        step.locks := format('ACCESS EXCLUSIVE on %s and %s, for an instant', s.parent, step.target);
        step.note := CASE WHEN has_default THEN 'DETACH CONCURRENTLY is not possible while there is a default partition.'
            ELSE format('Without that lock, outside a transaction: ALTER TABLE %s DETACH PARTITION %s CONCURRENTLY', s.parent, step.target) END;
        RETURN NEXT step;
    END LOOP;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_plan(gb_enums_internal.partition_set, timestamptz) IS
    'the steps that maintenance of a set takes at a time';

-- The registered tables that the caller may manage, or the one that he names.
CREATE FUNCTION gb_enums_internal.partition_sets(parent regclass) RETURNS regclass[]
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    found_sets regclass[];
BEGIN
    SELECT coalesce(array_agg(p.parent ORDER BY p.parent::text), '{}') INTO found_sets
        FROM gb_enums_internal.partition_set p JOIN pg_class c ON c.oid = p.parent AND c.relkind = 'p'
        WHERE CASE WHEN parent IS NULL THEN pg_has_role(c.relowner, 'USAGE') ELSE p.parent = partition_sets.parent END;
    IF parent IS NOT NULL THEN
        IF found_sets = '{}' THEN
            RAISE EXCEPTION '"%" is not managed', parent USING ERRCODE = 'undefined_object',
                HINT = 'Register it with gb_partition_manage().';
        END IF;
        PERFORM gb_enums_internal.partition_owned(parent);
    END IF;
    RETURN found_sets;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_sets(regclass) IS 'the registered tables that the caller may manage';

CREATE FUNCTION gb_partition_plan(
    parent regclass DEFAULT NULL, at timestamptz DEFAULT NULL,
    OUT parent_table regclass, OUT step integer, OUT action text, OUT partition text, OUT lower_bound text, OUT upper_bound text,
    OUT command text, OUT locks text, OUT note text) RETURNS SETOF record
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
SELECT p.parent, p.step, p.action, p.partition, p.lower_bound, p.upper_bound, p.command, p.locks, p.note
FROM unnest(gb_enums_internal.partition_sets(gb_partition_plan.parent)) WITH ORDINALITY AS t(parent, n)
JOIN gb_enums_internal.partition_set s ON s.parent = t.parent
CROSS JOIN LATERAL gb_enums_internal.partition_plan(s, coalesce(gb_partition_plan.at, now())) p
ORDER BY t.n, p.step
$$;
COMMENT ON FUNCTION gb_partition_plan(regclass, timestamptz) IS
    'what CALL gb_partition_maintain() would do now, or at another time; example: SELECT action, partition, locks FROM gb_partition_plan(''message_history'')';

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
            PERFORM gb_enums_internal.partition_retry(s, attempt, format('step "%s"', step.action), sqlerrm);
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

-- The steps of a set; none when there cannot be anything to do, or when the plan itself fails.
CREATE FUNCTION gb_enums_internal.partition_steps(parent regclass, at timestamptz) RETURNS gb_enums_internal.partition_step[]
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp SET lock_timeout = '2s' AS $$
#variable_conflict use_variable
DECLARE
    s gb_enums_internal.partition_set;
    steps gb_enums_internal.partition_step[];
BEGIN
    IF at IS NULL AND EXISTS (
        SELECT FROM gb_enums_internal.partition_run r
        WHERE r.parent = partition_steps.parent AND r.idle_until > now() AND r.seen = gb_enums_internal.partition_seen(parent))
    THEN
        RETURN '{}';
    END IF;
    SELECT * INTO s FROM gb_enums_internal.partition_set p WHERE p.parent = partition_steps.parent;
    IF NOT FOUND THEN
        RETURN '{}';
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
    fingerprint bigint := gb_enums_internal.partition_seen(parent);
    data jsonb := jsonb_build_object('last_run', clock_timestamp(), 'last_success', clock_timestamp(),
        'failed_at', NULL, 'failed_step', NULL, 'error_state', NULL, 'error', NULL);
    next_slot timestamptz;
    next_expiry timestamptz;
BEGIN
    SELECT * INTO s FROM gb_enums_internal.partition_set p WHERE p.parent = partition_finish.parent;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF at IS NULL AND NOT EXISTS (
        SELECT FROM gb_enums_internal.partition_run r
        WHERE r.parent = partition_finish.parent AND r.idle_until > now() AND r.seen = fingerprint)
    THEN
        next_slot := (SELECT p.upper_at FROM gb_enums_internal.partition_slots(parent, s.time_zone, s.key, s.epoch, s.shift, now(), s.every, s.anchor, 1) p);
        IF s.retain IS NOT NULL THEN
            next_expiry := (SELECT (min(c.upper_at) AT TIME ZONE s.time_zone + s.retain) AT TIME ZONE s.time_zone
                            FROM gb_enums_internal.partition_children(parent, s.time_zone, s.key, s.epoch, s.shift) c WHERE isfinite(c.upper_at));
        END IF;
        data := data || jsonb_build_object('idle_until', least(next_slot, next_expiry), 'seen', fingerprint);
    END IF;
    PERFORM gb_enums_internal.partition_record(parent, 'run', data);
EXCEPTION WHEN OTHERS THEN
    RAISE WARNING 'partitions of "%": %', parent, sqlerrm;
    PERFORM gb_enums_internal.partition_failed(parent, 'finish', sqlstate, sqlerrm);
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_finish(regclass, timestamptz) IS 'puts a run without a failure on record';

-- A procedure that commits cannot set its search_path, so there is nothing in it that a search_path
-- could change: no operator, no unqualified name.
CREATE PROCEDURE gb_partition_maintain(parent pg_catalog.regclass DEFAULT NULL, at pg_catalog.timestamptz DEFAULT NULL)
    LANGUAGE plpgsql AS $$
DECLARE
    sets pg_catalog.regclass[] := gb_enums_internal.partition_sets(parent);
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
COMMENT ON PROCEDURE gb_partition_maintain(regclass, timestamptz) IS
    'does what gb_partition_plan() lists, a transaction for each step; example: CALL gb_partition_maintain()';

-- The status ---------------------------------------------------------------------------------------

CREATE FUNCTION gb_enums_internal.partition_status(
    s gb_enums_internal.partition_set,
    OUT partition regclass, OUT kind text, OUT lower_bound text, OUT upper_bound text, OUT row_estimate bigint, OUT total_bytes bigint,
    OUT problem text) RETURNS SETOF record
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY
    WITH children AS (
        SELECT c.*, lag(c.upper_bound) OVER (ORDER BY c.is_default, c.lower_at) AS previous
        FROM gb_enums_internal.partition_children(s.parent, s.time_zone, s.key, s.epoch, s.shift) c),
    entries AS (
        SELECT c.child, c.is_default, c.lower_at, 1 AS rank, CASE
                   WHEN c.is_default THEN 'default'
                   WHEN c.upper_at <= gb_enums_internal.partition_horizon(s, now()) THEN 'expired'
                   WHEN c.upper_at <= now() THEN 'past'
                   WHEN c.lower_at > now() THEN 'future'
                   ELSE 'current' END AS kind, c.lower_bound, c.upper_bound
        FROM children c
        UNION ALL
        SELECT NULL, false, c.lower_at, 0, 'gap', c.previous, c.lower_bound FROM children c WHERE c.gap_before)
    SELECT e.child::regclass, e.kind, e.lower_bound, e.upper_bound, z.row_estimate, z.total_bytes, NULL::text
    FROM entries e
    LEFT JOIN LATERAL (
        -- Never analyzed: what the statistics of use say.
        SELECT sum(CASE WHEN r.reltuples < 0 THEN coalesce(pg_stat_get_live_tuples(r.oid), 0) ELSE r.reltuples END)::bigint AS row_estimate,
               sum(pg_total_relation_size(r.oid))::bigint AS total_bytes
        FROM pg_class c CROSS JOIN LATERAL (
            SELECT c.oid, c.reltuples WHERE c.relkind <> 'p'
            UNION ALL
            SELECT l.oid, l.reltuples FROM pg_partition_tree(CASE WHEN c.relkind = 'p' THEN c.oid END) t JOIN pg_class l ON l.oid = t.relid WHERE t.isleaf) r
        WHERE c.oid = e.child) z ON e.child IS NOT NULL
    ORDER BY e.is_default, e.lower_at, e.rank;
EXCEPTION WHEN OTHERS THEN
    -- A set that cannot be read must not hide the others.
    kind := 'unreadable';
    problem := sqlerrm;
    RETURN NEXT;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_status(gb_enums_internal.partition_set) IS 'the partitions of a set and the gaps between them';

CREATE VIEW gb_partition_status AS
    SELECT s.parent, p.partition, p.kind, p.lower_bound, p.upper_bound, p.row_estimate, p.total_bytes,
           s.every, s.premake, s.retain, s.on_expire, s.time_zone, r.last_run, r.last_success, r.failed_at, r.failed_step,
           r.error_state, coalesce(r.error, p.problem) AS error
    FROM gb_enums_internal.partition_set s
    JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) s.parent AND c.relkind OPERATOR(pg_catalog.=) 'p'
    LEFT JOIN gb_enums_internal.partition_run r ON r.parent OPERATOR(pg_catalog.=) s.parent
    CROSS JOIN LATERAL gb_enums_internal.partition_status(s) p;
COMMENT ON VIEW gb_partition_status IS
    'every partition of every managed table, and the gaps between them; example: SELECT partition, kind, row_estimate FROM gb_partition_status WHERE parent = ''message_history''::regclass';
COMMENT ON COLUMN gb_partition_status.parent IS 'the managed table';
COMMENT ON COLUMN gb_partition_status.partition IS 'its partition, NULL for a gap';
COMMENT ON COLUMN gb_partition_status.kind IS 'past, current, future, expired, default, gap, or unreadable';
COMMENT ON COLUMN gb_partition_status.lower_bound IS 'where it begins, in the set''s time zone';
COMMENT ON COLUMN gb_partition_status.upper_bound IS 'where it ends, in the set''s time zone';
COMMENT ON COLUMN gb_partition_status.row_estimate IS 'rows as the statistics know them; of the default partition, those that wait for one of their own';
COMMENT ON COLUMN gb_partition_status.total_bytes IS 'with indexes and toast';
COMMENT ON COLUMN gb_partition_status.every IS 'how long partitions are';
COMMENT ON COLUMN gb_partition_status.premake IS 'how many there are to be after the current one';
COMMENT ON COLUMN gb_partition_status.retain IS 'how long they are kept after their end, NULL for ever';
COMMENT ON COLUMN gb_partition_status.on_expire IS 'what is done with them then';
COMMENT ON COLUMN gb_partition_status.time_zone IS 'where their days begin';
COMMENT ON COLUMN gb_partition_status.last_run IS 'when maintenance looked at the set last';
COMMENT ON COLUMN gb_partition_status.last_success IS 'when it did so without a failure';
COMMENT ON COLUMN gb_partition_status.failed_at IS 'when a step failed, NULL when none did in the last run';
COMMENT ON COLUMN gb_partition_status.failed_step IS 'which step that was';
COMMENT ON COLUMN gb_partition_status.error_state IS 'its SQLSTATE';
COMMENT ON COLUMN gb_partition_status.error IS 'its message';
GRANT SELECT ON gb_partition_status TO PUBLIC;
