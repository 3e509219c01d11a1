
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
        waiting := guard_state IS NOT TRUE AND gb_enums_internal.run_as_owner(s.parent,
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
        WHEN waiting THEN format('Rows of its range are in %s: an error, unless the set is managed with move_default.', default_child)
        WHEN s.copy_privileges AND NOT gb_enums_internal.partition_shares_privileges(s) THEN 'Privileges are not copied: the table has row security.' END;
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
    PERFORM gb_enums_internal.exact_texts();
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
        WHERE t.partrelid = s.parent AND starts_with(k.conname::text, 'gb_partition_excludes_') AND k.conname <> ALL (used)
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
    step.guard := NULL;
    IF s.copy_privileges THEN
        FOR step.target, step.command IN
            SELECT c.child, e.script FROM gb_enums_internal.partition_children(s.parent, s.time_zone, s.key, s.epoch, s.shift) c
            JOIN gb_enums_internal.partition_equalize(s, NULL) e ON e.child = c.child ORDER BY c.is_default, c.lower_at
        LOOP
            steps := steps + 1;
            step.step := steps;
            step.action := 'privileges';
            step.partition := step.target;
            step.locks := CASE WHEN step.command LIKE '%ALTER TABLE % ROW LEVEL SECURITY%' THEN format('ACCESS EXCLUSIVE on %s, for an instant', step.target)
                ELSE 'none' END;
            step.note := CASE WHEN gb_enums_internal.partition_shares_privileges(s) THEN format('Those of %s, no others.', s.parent)
                ELSE format('Nobody but the owner: %s has row security, which does not hold for who uses a partition itself.', s.parent) END;
            RETURN NEXT step;
        END LOOP;
    END IF;
    IF horizon IS NULL THEN
        RETURN;
    END IF;
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
    LANGUAGE c STABLE AS 'MODULE_PATHNAME', 'gb_partition_sets';
COMMENT ON FUNCTION gb_enums_internal.partition_sets(regclass) IS 'the registered tables that the caller may manage';

-- The steps of a set. Of a set among others that cannot be read, a step that says so.
CREATE FUNCTION gb_enums_internal.partition_planned(parent regclass, at timestamptz, is_only boolean)
    RETURNS SETOF gb_enums_internal.partition_step
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    steps gb_enums_internal.partition_step[];
BEGIN
    PERFORM gb_enums_internal.limit_waits(CASE WHEN is_only THEN interval '2 seconds' ELSE gb_enums_internal.rest_of_wait() END);
    IF NOT is_only THEN
        PERFORM gb_enums_internal.limit_time(clock_timestamp() + interval '1 minute');
    END IF;
    SELECT array_agg(p ORDER BY p.step) INTO steps
        FROM gb_enums_internal.partition_plan(gb_enums_internal.partition_registered(parent), at) p;
    RETURN QUERY SELECT * FROM unnest(steps);
EXCEPTION WHEN OTHERS OR query_canceled THEN
    IF is_only OR sqlstate = '57014' AND NOT gb_enums_internal.time_is_over() THEN
        RAISE;
    END IF;
    RETURN NEXT (parent, 0, 'unreadable', NULL, NULL, NULL, NULL, NULL, sqlerrm, NULL, NULL, NULL)::gb_enums_internal.partition_step;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_planned(regclass, timestamptz, boolean) IS 'the steps of a set, for who looks at them';

CREATE FUNCTION @extschema@.gb_partition_plan(
    parent regclass DEFAULT NULL, at timestamptz DEFAULT NULL,
    OUT parent_table regclass, OUT step integer, OUT action text, OUT partition text, OUT lower_bound text, OUT upper_bound text,
    OUT command text, OUT locks text, OUT note text) RETURNS SETOF record
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
SELECT p.parent, p.step, p.action, p.partition, p.lower_bound, p.upper_bound, p.command, p.locks, p.note
FROM unnest(gb_enums_internal.partition_sets(gb_partition_plan.parent)) WITH ORDINALITY AS t(parent, n)
CROSS JOIN LATERAL gb_enums_internal.partition_planned(t.parent, coalesce(gb_partition_plan.at, now()), gb_partition_plan.parent IS NOT NULL) p
ORDER BY t.n, p.step
$$;
COMMENT ON FUNCTION @extschema@.gb_partition_plan(regclass, timestamptz) IS
    'what CALL gb_partition_maintain() would do now, or at another time; example: SELECT action, partition, locks FROM gb_partition_plan(''message_history'')';
