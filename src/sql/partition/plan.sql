
-- The plan of maintenance ----------------------------------------------------------------------------

-- People see the fields up to note; the others are for the function that takes the step.
CREATE TYPE gb_enums_internal.partition_step AS (
    parent regclass, step integer, action text, partition text, lower_bound text, upper_bound text,
    command text, locks text, note text,
    slot_at timestamptz, target regclass, excluding_check name, expiry text);
COMMENT ON TYPE gb_enums_internal.partition_step IS 'a step of maintenance, which is done in one transaction';

-- ATTACH scans a default partition while nobody can use it, unless a CHECK says that no row is in the
-- range. But while the CHECK is there, rows of the range are refused. So it is for ranges in the future
-- only, and for default partitions that take time to scan.
CREATE FUNCTION gb_enums_internal.partition_check_is_worthwhile(
    s gb_enums_internal.partition_set, default_partition regclass, at timestamptz, lower_at timestamptz)
    RETURNS boolean
    LANGUAGE sql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT lower_at > at
   AND (SELECT sum(pg_relation_size(relid)) FROM pg_partition_tree(default_partition)) > 1048576
   AND NOT gb_enums_internal.partition_forces_security(default_partition)
   AND (SELECT p.relowner = d.relowner AND d.relkind IN ('r', 'p')
        FROM pg_class p, pg_class d
        WHERE p.oid = s.parent AND d.oid = default_partition)
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_check_is_worthwhile(
    gb_enums_internal.partition_set, regclass, timestamptz, timestamptz) IS
    'whether the default partition gets a CHECK that excludes a slot before its partition is made';

CREATE TYPE gb_enums_internal.default_partition_state AS (
    relation regclass, condition text, excluding_check name, check_is_valid boolean, has_rows boolean,
    with_check boolean);
COMMENT ON TYPE gb_enums_internal.default_partition_state IS
    'what a default partition means for a new one: the condition of its slot, the CHECK that excludes it '
    'and whether that is '
    'there (NULL when not) and proved, whether rows of the slot are there, whether it is to be made with '
    'the CHECK';

CREATE FUNCTION gb_enums_internal.partition_default_state(
    s gb_enums_internal.partition_set, at timestamptz, slot gb_enums_internal.slot)
    RETURNS gb_enums_internal.default_partition_state
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    d gb_enums_internal.default_partition_state;
BEGIN
    d.has_rows := false;
    d.with_check := false;
    SELECT nullif(t.partdefid, 0) INTO d.relation
    FROM pg_partitioned_table t
    WHERE t.partrelid = s.parent;
    IF d.relation IS NULL OR slot.verdict NOT IN ('free', 'bridge') THEN
        RETURN d;
    END IF;
    d.condition := gb_enums_internal.partition_condition(s.parent, slot.lower_bound, slot.upper_bound);
    d.excluding_check := 'gb_partition_excludes_'
        || substr(md5(slot.lower_bound || '/' || slot.upper_bound), 1, 16);
    SELECT k.convalidated INTO d.check_is_valid
    FROM pg_constraint k
    WHERE k.conrelid = d.relation AND k.conname = d.excluding_check;
    d.has_rows := d.check_is_valid IS NOT TRUE AND gb_enums_internal.run_as_owner(s.parent, format(
        'SELECT pg_catalog.count(*) FROM (SELECT 1 FROM %s WHERE %s LIMIT 1) rows',
        gb_enums_internal.partition_seen_by_owner(s.parent, d.relation), d.condition)) > 0;
    -- A CHECK that was not proved before its range became current refuses rows that should be taken.
    d.with_check := NOT d.has_rows AND CASE
        WHEN d.check_is_valid IS NOT NULL THEN d.check_is_valid OR slot.lower_at > at
        ELSE gb_enums_internal.partition_check_is_worthwhile(s, d.relation, at, slot.lower_at) END;
    RETURN d;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_default_state(
    gb_enums_internal.partition_set, timestamptz, gb_enums_internal.slot) IS
    'what the default partition of a set, if there is one, means for the partition of a slot';

CREATE FUNCTION gb_enums_internal.partition_plan_check(
    step gb_enums_internal.partition_step, d gb_enums_internal.default_partition_state)
    RETURNS SETOF gb_enums_internal.partition_step
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF d.check_is_valid IS NULL THEN
        step.action := 'exclude';
        step.command := format('ALTER TABLE %s ADD CONSTRAINT %I CHECK (NOT (%s)) NOT VALID',
            d.relation, d.excluding_check, d.condition);
        step.locks := format('ACCESS EXCLUSIVE on %s, for an instant', d.relation);
        step.note := 'Until the partition is there, rows of its range are refused.';
        RETURN NEXT step;
    END IF;
    IF d.check_is_valid IS NOT TRUE THEN
        step.action := 'validate';
        step.command := format('ALTER TABLE %s VALIDATE CONSTRAINT %I', d.relation, d.excluding_check);
        step.locks := format('SHARE UPDATE EXCLUSIVE on %s', d.relation);
        step.note := 'Readers and writers go on.';
        RETURN NEXT step;
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_plan_check(
    gb_enums_internal.partition_step, gb_enums_internal.default_partition_state) IS
    'the steps after which a CHECK keeps rows of a slot out of the default partition';

CREATE FUNCTION gb_enums_internal.partition_plan_slot(
    s gb_enums_internal.partition_set, at timestamptz, slot gb_enums_internal.slot)
    RETURNS SETOF gb_enums_internal.partition_step
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    d CONSTANT gb_enums_internal.default_partition_state :=
        gb_enums_internal.partition_default_state(s, at, slot);
    step gb_enums_internal.partition_step;
BEGIN
    step.parent := s.parent;
    step.partition := (
        SELECT format('%I.%I', n.nspname, slot.name)
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.oid = s.parent);
    step.lower_bound := slot.lower_bound;
    step.upper_bound := slot.upper_bound;
    step.slot_at := gb_enums_internal.partition_place_in(slot);
    IF d.with_check THEN
        step.excluding_check := d.excluding_check;
        step.target := d.relation;
        RETURN QUERY SELECT * FROM gb_enums_internal.partition_plan_check(step, d);
    END IF;
    step.action := 'create';
    step.command := gb_enums_internal.partition_script(s, slot.name) || '; '
        || gb_enums_internal.partition_attach_script(
            s.parent, step.partition, slot.lower_bound, slot.upper_bound, d.relation, step.excluding_check);
    step.locks := format('SHARE UPDATE EXCLUSIVE on %s', s.parent) || CASE
        WHEN d.relation IS NULL THEN ''
        WHEN d.with_check THEN format(', ACCESS EXCLUSIVE on %s, for an instant', d.relation)
        ELSE format(', ACCESS EXCLUSIVE on %s while it is looked through', d.relation) END;
    step.note := CASE
        WHEN d.has_rows AND s.move_default THEN format('Rows of its range are moved from %s.', d.relation)
        WHEN d.has_rows THEN
            format('Rows of its range are in %s: an error, unless the set is managed with move_default.',
                   d.relation)
        WHEN s.copy_privileges AND NOT gb_enums_internal.partition_shares_privileges(s) THEN
            'Privileges are not copied: the table has row security.'
        WHEN slot.verdict = 'bridge' THEN
            'Fills the rest of a slot that partitions of another interval have a part of.' END;
    RETURN NEXT step;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_plan_slot(
    gb_enums_internal.partition_set, timestamptz, gb_enums_internal.slot) IS
    'the steps that make one missing partition';

CREATE FUNCTION gb_enums_internal.partition_plan_slots(s gb_enums_internal.partition_set, at timestamptz)
    RETURNS SETOF gb_enums_internal.partition_step
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    slot gb_enums_internal.slot;
BEGIN
    FOR slot IN SELECT * FROM gb_enums_internal.partition_slots_ahead(s, at) LOOP
        -- Another step ends the detachment before.
        IF gb_enums_internal.partition_is_detaching(slot.other) THEN
            slot.verdict := 'free';
        END IF;
        IF slot.verdict NOT IN ('exists', 'covered', 'tiled') THEN
            RETURN QUERY SELECT * FROM gb_enums_internal.partition_plan_slot(s, at, slot);
        END IF;
    END LOOP;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_plan_slots(gb_enums_internal.partition_set, timestamptz) IS
    'the steps that make the missing partitions of a set';

-- A run that was killed may have left CHECKs behind.
CREATE FUNCTION gb_enums_internal.partition_plan_tidying(parent regclass, checks_in_use name[])
    RETURNS SETOF gb_enums_internal.partition_step
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    step gb_enums_internal.partition_step;
BEGIN
    FOR step.excluding_check, step.target IN
        SELECT k.conname, k.conrelid
        FROM pg_partitioned_table t
        JOIN pg_constraint k ON k.conrelid = t.partdefid
        WHERE t.partrelid = parent AND starts_with(k.conname::text, 'gb_partition_excludes_')
          AND k.conname <> ALL (checks_in_use)
    LOOP
        step.parent := parent;
        step.action := 'tidy';
        step.partition := step.target;
        step.command := format('ALTER TABLE %s DROP CONSTRAINT %I', step.target, step.excluding_check);
        step.locks := format('ACCESS EXCLUSIVE on %s, for an instant', step.target);
        step.note := 'An earlier run was interrupted.';
        RETURN NEXT step;
    END LOOP;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_plan_tidying(regclass, name[]) IS
    'the steps that drop CHECKs of a default partition which no step of the plan needs';

CREATE FUNCTION gb_enums_internal.partition_plan_privileges(s gb_enums_internal.partition_set)
    RETURNS SETOF gb_enums_internal.partition_step
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    step gb_enums_internal.partition_step;
BEGIN
    FOR step.target, step.command IN
        SELECT r.partition, c.statements
        FROM gb_enums_internal.partition_ranges(s) r
        JOIN gb_enums_internal.partition_privilege_changes(s, NULL) c ON c.partition = r.partition
        ORDER BY r.is_default, r.lower_at
    LOOP
        step.parent := s.parent;
        step.action := 'privileges';
        step.partition := step.target;
        step.locks := CASE WHEN step.command LIKE '%ALTER TABLE % ROW LEVEL SECURITY%'
            THEN format('ACCESS EXCLUSIVE on %s, for an instant', step.target)
            ELSE 'none' END;
        step.note := CASE WHEN gb_enums_internal.partition_shares_privileges(s)
            THEN format('Those of %s, no others.', s.parent)
            ELSE format('Nobody but the owner: %s has row security, '
                        'which does not hold for who uses a partition itself.', s.parent) END;
        RETURN NEXT step;
    END LOOP;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_plan_privileges(gb_enums_internal.partition_set) IS
    'the steps that give partitions of a set the privileges that they are to have';

-- Indexes of a partition go with those of what it is divided into. An index behind a constraint goes with it.
CREATE FUNCTION gb_enums_internal.partition_drop_indexes(partition regclass) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
WITH member AS (
    SELECT partition AS oid
    UNION ALL
    SELECT d.partition FROM gb_enums_internal.partition_descendants(partition) d)
SELECT string_agg(
    coalesce(format('; ALTER TABLE %s DROP CONSTRAINT ', m.oid) || quote_ident(k.conname),
             format('; DROP INDEX %s', x.indexrelid::regclass)), '' ORDER BY m.oid <> partition, x.indexrelid)
FROM member m
JOIN pg_index x ON x.indrelid = m.oid
LEFT JOIN pg_constraint k ON k.conindid = x.indexrelid AND k.conrelid = m.oid AND k.contype IN ('p', 'u', 'x')
WHERE NOT EXISTS (
    SELECT
    FROM pg_inherits i
    JOIN pg_index above ON above.indexrelid = i.inhparent
    JOIN member a ON a.oid = above.indrelid
    WHERE i.inhrelid = x.indexrelid)
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_drop_indexes(regclass) IS
    'statements, after others, that drop the indexes of a detached partition; NULL when it has none';

-- A foreign table is dropped as one, and what a partition is divided into is moved with it.
CREATE FUNCTION gb_enums_internal.partition_after_detach(
    s gb_enums_internal.partition_set, partition regclass) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN CASE
            WHEN s.on_expire <> 'drop' AND NOT s.keep_indexes
            THEN coalesce(gb_enums_internal.partition_drop_indexes(partition), '')
            ELSE '' END
        || CASE s.on_expire
            WHEN 'drop' THEN (
                SELECT format('; DROP %sTABLE %s', CASE c.relkind WHEN 'f' THEN 'FOREIGN ' ELSE '' END,
                              partition)
                FROM pg_class c
                WHERE c.oid = partition)
            WHEN 'move' THEN (
                SELECT string_agg(format('; ALTER TABLE %s SET SCHEMA %I', t.relid, s.move_to), ''
                                  ORDER BY t.level, t.relid)
                FROM pg_partition_tree(partition) t)
            ELSE '' END;
COMMENT ON FUNCTION gb_enums_internal.partition_after_detach(gb_enums_internal.partition_set, regclass) IS
    'statements, after others, for a partition of a set that is expired and detached';

-- A partition is not removed by settings that somebody has changed since the plan was made. In PL/pgSQL, as
-- each removal comes here, and the plan of an SQL function is made anew in each transaction.
CREATE FUNCTION gb_enums_internal.partition_expiry(s gb_enums_internal.partition_set) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'iso, ymd'
    SET intervalstyle = 'postgres' AS $$
BEGIN
    RETURN ROW(s.retain, s.on_expire, s.move_to, s.keep_indexes, s.time_zone, s.key, s.epoch, s.shift)::text;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_expiry(gb_enums_internal.partition_set) IS
    'the settings by which partitions of a set are removed';

CREATE FUNCTION gb_enums_internal.partition_plan_detachment(
    s gb_enums_internal.partition_set, step gb_enums_internal.partition_step, is_expired boolean,
    is_detaching boolean) RETURNS gb_enums_internal.partition_step
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    step.parent := s.parent;
    step.expiry := gb_enums_internal.partition_expiry(s);
    step.action := CASE WHEN is_expired THEN s.on_expire ELSE 'finalize' END;
    step.partition := step.target;
    step.command := format('ALTER TABLE %s DETACH PARTITION %s', s.parent, step.target)
        || CASE WHEN is_detaching THEN ' FINALIZE' ELSE '' END
        || CASE WHEN is_expired THEN gb_enums_internal.partition_after_detach(s, step.target) ELSE '' END;
    step.locks := CASE
        WHEN is_detaching THEN
            format('SHARE UPDATE EXCLUSIVE on %s, ACCESS EXCLUSIVE on %s, when all older transactions have '
                   'ended', s.parent, step.target)
        ELSE format('ACCESS EXCLUSIVE on %s and %s, for an instant', s.parent, step.target) END;
    step.note := CASE
        WHEN is_detaching THEN 'Ends a DETACH CONCURRENTLY that was interrupted.'
        WHEN EXISTS (SELECT FROM pg_partitioned_table t WHERE t.partrelid = s.parent AND t.partdefid <> 0)
            THEN 'DETACH CONCURRENTLY is not possible while there is a default partition.'
        ELSE format('Without that lock, outside a transaction: '
                    'ALTER TABLE %s DETACH PARTITION %s CONCURRENTLY', s.parent, step.target) END;
    RETURN step;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_plan_detachment(
    gb_enums_internal.partition_set, gb_enums_internal.partition_step, boolean, boolean) IS
    'the step that removes a partition, or ends its detachment';

-- The server detaches no other partition while one is being detached.
CREATE FUNCTION gb_enums_internal.partition_plan_detachments(
    s gb_enums_internal.partition_set, clock gb_enums_internal.partition_clock, detaching boolean)
    RETURNS SETOF gb_enums_internal.partition_step
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    horizon timestamptz;
    step gb_enums_internal.partition_step;
    is_expired boolean;
BEGIN
    -- Most sets have no such partition, and need not be read through.
    IF NOT detaching AND s.retain IS NULL
       OR detaching AND NOT EXISTS (
           SELECT FROM pg_inherits i WHERE i.inhparent = s.parent AND i.inhdetachpending)
    THEN
        RETURN;
    END IF;
    horizon := gb_enums_internal.partition_horizon(s, clock);
    -- A retention with mixed signs, which an older dump may have, removes nothing that goes on.
    IF horizon > clock.at THEN
        horizon := clock.at;
    END IF;
    FOR step.target, step.lower_bound, step.upper_bound, is_expired IN
        SELECT r.partition, r.lower_bound, r.upper_bound, r.upper_at <= horizon
        FROM gb_enums_internal.partition_ranges(s) r
        WHERE NOT r.is_default AND (detaching OR r.upper_at <= horizon AND NOT
                                        gb_enums_internal.partition_is_merged(s.parent))
          AND gb_enums_internal.partition_is_detaching(r.partition) = detaching
    LOOP
        RETURN NEXT gb_enums_internal.partition_plan_detachment(
            s, step, coalesce(is_expired, false), detaching);
    END LOOP;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_plan_detachments(
    gb_enums_internal.partition_set, gb_enums_internal.partition_clock, boolean) IS
    'the steps for partitions whose concurrent detachment has begun, or for other partitions that are '
    'expired at an instant';

CREATE FUNCTION gb_enums_internal.partition_plan_detached(s gb_enums_internal.partition_set)
    RETURNS SETOF gb_enums_internal.partition_step
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    step gb_enums_internal.partition_step;
BEGIN
    FOR step.target, step.command IN
        SELECT d.partition, d.statements FROM gb_enums_internal.partition_detached(s) d
    LOOP
        step.parent := s.parent;
        step.expiry := gb_enums_internal.partition_expiry(s);
        step.action := s.on_expire;
        step.partition := step.target;
        step.locks := format('ACCESS EXCLUSIVE on %s', step.target);
        step.note := 'Its concurrent detachment has ended, and what was to come after it has not begun.';
        RETURN NEXT step;
    END LOOP;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_plan_detached(gb_enums_internal.partition_set) IS
    'the steps that drop or move what was detached by statements of gb_partition_detach_plan()';

-- Nobody else makes statistics of a partitioned table: autovacuum looks at its partitions only.
CREATE FUNCTION gb_enums_internal.partition_plan_analyze(s gb_enums_internal.partition_set)
    RETURNS gb_enums_internal.partition_step
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    step gb_enums_internal.partition_step;
BEGIN
    step.parent := s.parent;
    step.action := 'analyze';
    step.target := s.parent;
    step.partition := step.target;
    step.command := format('ANALYZE %s', step.target);
    step.locks := format('SHARE UPDATE EXCLUSIVE on %s and its partitions', step.target);
    step.note := 'Readers and writers go on.';
    RETURN step;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_plan_analyze(gb_enums_internal.partition_set) IS
    'the step that makes statistics of the table of a set';

CREATE FUNCTION gb_enums_internal.partition_is_paused(s gb_enums_internal.partition_set) RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF s.paused THEN
        RAISE NOTICE 'partitions of "%" are paused', s.parent::regclass;
    END IF;
    RETURN s.paused;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_is_paused(gb_enums_internal.partition_set) IS
    'whether maintenance leaves a set alone, with a NOTICE if it does';

CREATE FUNCTION gb_enums_internal.partition_plan(s gb_enums_internal.partition_set, at timestamptz)
    RETURNS SETOF gb_enums_internal.partition_step
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    steps gb_enums_internal.partition_step[];
    step gb_enums_internal.partition_step;
    clock gb_enums_internal.partition_clock;
    number integer := 0;
BEGIN
    IF gb_enums_internal.partition_is_paused(s) THEN
        RETURN;
    END IF;
    PERFORM gb_enums_internal.exact_texts();
    clock := gb_enums_internal.partition_clock(s, at);
    PERFORM gb_enums_internal.partition_tell_far_ahead(s, clock);
    steps := ARRAY(SELECT p FROM gb_enums_internal.partition_plan_slots(s, clock.at) p);
    -- First of all no row is refused for nothing.
    steps := ARRAY(
        SELECT p FROM gb_enums_internal.partition_plan_tidying(
            s.parent,
            ARRAY(SELECT c.excluding_check FROM unnest(steps) c WHERE c.excluding_check IS NOT NULL)) p)
        || ARRAY(SELECT p FROM gb_enums_internal.partition_plan_detached(s) p)
        || ARRAY(SELECT p FROM gb_enums_internal.partition_plan_detachments(s, clock, true) p)
        || steps;
    IF s.copy_privileges THEN
        steps := steps || ARRAY(SELECT p FROM gb_enums_internal.partition_plan_privileges(s) p);
    END IF;
    IF s.retain IS NOT NULL THEN
        steps := steps
            || ARRAY(SELECT p FROM gb_enums_internal.partition_plan_detachments(s, clock, false) p);
    END IF;
    IF s.analyze_parent AND EXISTS (
        SELECT FROM unnest(steps) c
        WHERE c.action = 'create' OR gb_enums_internal.partition_is_removal(c))
    THEN
        steps := steps || gb_enums_internal.partition_plan_analyze(s);
    END IF;
    FOREACH step IN ARRAY steps LOOP
        number := number + 1;
        step.step := number;
        RETURN NEXT step;
    END LOOP;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_plan(gb_enums_internal.partition_set, timestamptz) IS
    'the steps that maintenance of a set takes, now or at a time';

-- A partition is not removed as long as rows reference it. Sets that reference another, also by a way over
-- others, come before it; all else stays in order.
CREATE FUNCTION gb_enums_internal.partition_referencing_first(sets regclass[]) RETURNS regclass[]
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF cardinality(sets) > 100000 THEN
        RAISE EXCEPTION 'more than 100000 sets cannot be put in order'
            USING ERRCODE = 'program_limit_exceeded';
    END IF;
    RETURN ARRAY(
        WITH RECURSIVE listed AS (
            SELECT t.parent, t.n
            FROM unnest(sets) WITH ORDINALITY t(parent, n)),
        reference(referencing, referenced) AS (
            SELECT DISTINCT k.conrelid, k.confrelid
            FROM pg_constraint k
            JOIN listed a ON a.parent = k.conrelid
            JOIN listed b ON b.parent = k.confrelid
            WHERE k.contype = 'f' AND k.conparentid = 0 AND k.conrelid <> k.confrelid),
        reached(start, parent) AS (
            SELECT l.parent::oid, l.parent::oid
            FROM listed l
            UNION
            SELECT r.start, f.referenced
            FROM reached r
            JOIN reference f ON f.referencing = r.parent)
        SELECT r.start::regclass
        FROM reached r
        JOIN listed l ON l.parent = r.parent
        GROUP BY r.start
        -- Who reaches more of the same comes first.
        ORDER BY min(l.n), count(*) DESC, min(l.n) FILTER (WHERE l.parent = r.start));
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_referencing_first(regclass[]) IS
    'sets in the order in which they are maintained: those that reference others before these';

-- What people call -----------------------------------------------------------------------------------

CREATE FUNCTION gb_enums_internal.partition_sets(parent regclass) RETURNS regclass[]
    LANGUAGE c STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'gb_partition_sets';
COMMENT ON FUNCTION gb_enums_internal.partition_sets(regclass) IS
    'the registered tables that the caller may manage, or the one that the caller names';

CREATE FUNCTION gb_enums_internal.partition_plan_or_problem(parent regclass, at timestamptz, is_only boolean)
    RETURNS SETOF gb_enums_internal.partition_step
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    s gb_enums_internal.partition_set;
    steps gb_enums_internal.partition_step[];
    problem gb_enums_internal.partition_step;
    detail text;
BEGIN
    PERFORM gb_enums_internal.limit_waits(
        CASE WHEN is_only THEN interval '2 seconds' ELSE gb_enums_internal.rest_of_wait() END);
    IF NOT is_only THEN
        PERFORM gb_enums_internal.limit_time(clock_timestamp() + interval '1 minute');
    END IF;
    s := gb_enums_internal.partition_registered(parent);
    SELECT array_agg(p ORDER BY p.step) INTO steps
    FROM gb_enums_internal.partition_plan(s, at) p;
    RETURN QUERY SELECT * FROM unnest(steps);
EXCEPTION WHEN OTHERS OR query_canceled THEN
    IF is_only OR sqlstate = '57014' AND NOT gb_enums_internal.time_is_over() THEN
        RAISE;
    END IF;
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    problem.parent := parent;
    problem.step := 0;
    problem.action := 'unreadable';
    problem.note := concat_ws('. ', sqlerrm, nullif(detail, ''));
    RETURN NEXT problem;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_plan_or_problem(regclass, timestamptz, boolean) IS
    'the steps of a set, for who looks at them; of a set among others that cannot be read, a step that '
    'says so';

CREATE FUNCTION @extschema@.gb_partition_plan(
    parent regclass DEFAULT NULL, at timestamptz DEFAULT NULL,
    OUT parent_table regclass, OUT step integer, OUT action text, OUT partition text, OUT lower_bound text,
    OUT upper_bound text, OUT command text, OUT locks text, OUT note text) RETURNS SETOF record
    LANGUAGE sql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT p.parent, p.step, p.action, p.partition, p.lower_bound, p.upper_bound,
       gb_enums_internal.single_statement(p.command), p.locks, p.note
FROM unnest(gb_enums_internal.partition_referencing_first(
         gb_enums_internal.partition_sets(gb_partition_plan.parent))) WITH ORDINALITY AS t(parent, n)
CROSS JOIN LATERAL gb_enums_internal.partition_plan_or_problem(
    t.parent, gb_partition_plan.at, gb_partition_plan.parent IS NOT NULL) p
ORDER BY t.n, p.step
$$;
COMMENT ON FUNCTION @extschema@.gb_partition_plan(regclass, timestamptz) IS
    'what CALL gb_partition_maintain() would do now, or at another time; '
    'example: SELECT action, partition, locks FROM gb_partition_plan(''message_history'')';
