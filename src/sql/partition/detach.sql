
-- Removal without a lock that readers wait for ---------------------------------------------------------
--
-- DETACH CONCURRENTLY cannot run in a function or procedure. So these are statements that somebody executes
-- one by one, outside of transactions: psql does that with its command gexec.

CREATE TYPE gb_enums_internal.partition_detach_statement AS (
    step integer, partition text, command text, locks text);
COMMENT ON TYPE gb_enums_internal.partition_detach_statement IS
    'a statement that removes a partition and is executed outside of transactions';

-- A session may end between the detachment and what comes after it. So what is to be dropped or moved is on
-- record before it is detached, and the next plan, or the next maintenance, goes on. What somebody else
-- detached is not on record.

-- Not dumped: the dump has the table, which nobody has to remove there.
CREATE TABLE gb_enums_internal.partition_detachment (
    partition regclass PRIMARY KEY,
    parent regclass NOT NULL REFERENCES gb_enums_internal.partition_set ON DELETE CASCADE,
    begun_at timestamptz NOT NULL,
    -- the CHECK that a concurrent detachment leaves, and no other does; NULL when there is one before
    left_check text);
COMMENT ON TABLE gb_enums_internal.partition_detachment IS
    'partitions that statements of gb_partition_detach_plan() detach, and drop or move after that';
GRANT SELECT ON gb_enums_internal.partition_detachment TO PUBLIC;

CREATE FUNCTION gb_enums_internal.put_on_record(
    relation regclass, detachment gb_enums_internal.partition_detachment) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM gb_enums_internal.partition_detachment d
    WHERE d.partition = relation;
    -- The set may have been unregistered meanwhile.
    INSERT INTO gb_enums_internal.partition_detachment
    SELECT detachment.*
    WHERE EXISTS (
        SELECT FROM gb_enums_internal.partition_set p WHERE p.parent = detachment.parent FOR KEY SHARE)
    ON CONFLICT DO NOTHING;
    PERFORM gb_enums_internal.forget_dropped_tables(
        'gb_enums_internal.partition_detachment', '{r,p,f}');
END $$;
COMMENT ON FUNCTION gb_enums_internal.put_on_record(regclass, gb_enums_internal.partition_detachment) IS
    'writes which partition is about to be detached to the registry; called by gb_record() only';
REVOKE ALL ON FUNCTION gb_enums_internal.put_on_record(regclass, gb_enums_internal.partition_detachment)
    FROM PUBLIC;

CREATE FUNCTION gb_enums_internal.partition_begin_detachment(partition regclass, parent regclass)
    RETURNS void
    LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'gb_record';
COMMENT ON FUNCTION gb_enums_internal.partition_begin_detachment(regclass, regclass) IS
    'puts on record that a partition is detached in order to be dropped or moved';

-- Settings that the text depends on are the same whoever asks.
CREATE FUNCTION gb_enums_internal.partition_bounds_check(partition regclass) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'iso, ymd'
    RETURN format('CHECK (%s)', pg_get_partition_constraintdef(partition));
COMMENT ON FUNCTION gb_enums_internal.partition_bounds_check(regclass) IS
    'the CHECK that a partition gets when it is detached concurrently';

CREATE FUNCTION gb_enums_internal.partition_has_bounds_check(relation regclass, bounds_check text)
    RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'iso, ymd'
    RETURN EXISTS (
        SELECT
        FROM pg_constraint k
        WHERE k.conrelid = relation AND k.contype = 'c' AND pg_get_constraintdef(k.oid) = bounds_check);
COMMENT ON FUNCTION gb_enums_internal.partition_has_bounds_check(regclass, text) IS
    'whether a table has the CHECK that a concurrent detachment leaves';

CREATE FUNCTION gb_enums_internal.partition_begin_detachment_checked(partition regclass, parent regclass)
    RETURNS gb_enums_internal.partition_detachment
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    begun gb_enums_internal.partition_detachment;
BEGIN
    PERFORM gb_enums_internal.partition_sets(parent);
    IF NOT EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = partition AND i.inhparent = parent) THEN
        RAISE EXCEPTION '"%" is not a partition of "%"', partition, parent
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'Call gb_partition_detach_plan() again.';
    END IF;
    begun := (partition, parent, clock_timestamp(), gb_enums_internal.partition_bounds_check(partition));
    IF NOT gb_enums_internal.partition_is_detaching(partition)
       AND gb_enums_internal.partition_has_bounds_check(partition, begun.left_check)
    THEN
        begun.left_check := NULL;
    END IF;
    RETURN begun;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_begin_detachment_checked(regclass, regclass) IS
    'the record of a partition that is about to be detached, an error when it is none';

CREATE FUNCTION gb_enums_internal.partition_end_detachment(partition regclass) RETURNS void
    LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'gb_record';
COMMENT ON FUNCTION gb_enums_internal.partition_end_detachment(regclass) IS
    'removes the record that a partition is being detached';

CREATE FUNCTION gb_enums_internal.partition_end_detachment_checked(partition regclass)
    RETURNS gb_enums_internal.partition_detachment
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    RETURN NULL::gb_enums_internal.partition_detachment;
COMMENT ON FUNCTION gb_enums_internal.partition_end_detachment_checked(regclass) IS
    'no record: anybody may end the record of a table of theirs';

CREATE FUNCTION gb_enums_internal.partition_detachment_is_begun(partition regclass, is_detaching boolean)
    RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN EXISTS (
        SELECT
        FROM gb_enums_internal.partition_detachment d
        WHERE d.partition = partition_detachment_is_begun.partition
          AND (is_detaching OR d.left_check IS NULL
               OR d.left_check = gb_enums_internal.partition_bounds_check(d.partition)));
COMMENT ON FUNCTION gb_enums_internal.partition_detachment_is_begun(regclass, boolean) IS
    'whether it is on record that a partition is about to be detached';

-- A partition that was detached in another way than these statements do has not got the CHECK: it was
-- somebody's decision.
CREATE FUNCTION gb_enums_internal.partition_detached(
    s gb_enums_internal.partition_set, OUT partition regclass, OUT statements text) RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT d.partition,
       format('SELECT gb_enums_internal.partition_end_detachment(%L)%s', d.partition, rest.statements)
FROM gb_enums_internal.partition_detachment d
JOIN pg_class c ON c.oid = d.partition
CROSS JOIN LATERAL (SELECT gb_enums_internal.partition_after_detach(s, d.partition)) rest(statements)
WHERE d.parent = s.parent AND rest.statements <> '' AND NOT c.relispartition
  AND NOT gb_enums_internal.partition_is_merged(s.parent)
  AND gb_enums_internal.partition_has_bounds_check(d.partition, d.left_check)
ORDER BY d.begun_at
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_detached(gb_enums_internal.partition_set) IS
    'partitions that were detached concurrently, and what is still to be done with them';

-- What comes after a detachment must not be done when that failed.
CREATE FUNCTION gb_enums_internal.partition_removal_statement(
    s gb_enums_internal.partition_set, partition regclass, after_step integer)
    RETURNS gb_enums_internal.partition_detach_statement
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    RETURN (after_step + 1, partition::text,
            format('DO %L', format(
                'BEGIN IF NOT EXISTS (SELECT FROM pg_catalog.pg_inherits WHERE inhrelid '
                'OPERATOR(pg_catalog.=) %1$L::pg_catalog.regclass) THEN '
                'PERFORM gb_enums_internal.partition_end_detachment(%1$L)%2$s; END IF; END',
                partition, gb_enums_internal.partition_after_detach(s, partition))),
            format('ACCESS EXCLUSIVE on %s', partition))::gb_enums_internal.partition_detach_statement;
COMMENT ON FUNCTION gb_enums_internal.partition_removal_statement(
    gb_enums_internal.partition_set, regclass, integer) IS
    'the statement that drops or moves a partition that is detached';

CREATE FUNCTION gb_enums_internal.partition_detach_statements(
    s gb_enums_internal.partition_set, at timestamptz)
    RETURNS SETOF gb_enums_internal.partition_detach_statement
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    refused CONSTANT text := CASE
        WHEN gb_enums_internal.is_distributed(s.parent) THEN 'Citus distributes the table, and refuses it.'
        ELSE (
            SELECT format('The server refuses it as long as there is a default partition, "%s".',
                          t.partdefid::regclass)
            FROM pg_partitioned_table t
            WHERE t.partrelid = s.parent AND t.partdefid <> 0) END;
    step gb_enums_internal.partition_step;
    row gb_enums_internal.partition_detach_statement;
    is_detaching boolean;
    has_rest boolean;
    clock gb_enums_internal.partition_clock;
BEGIN
    IF gb_enums_internal.partition_is_paused(s) THEN
        RETURN;
    END IF;
    IF refused IS NOT NULL THEN
        RAISE EXCEPTION 'partitions of "%" cannot be detached concurrently', s.parent::regclass
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = refused,
                  HINT = 'CALL gb_partition_maintain() detaches them with a lock on the table, for an '
                         'instant.';
    END IF;
    PERFORM gb_enums_internal.limit_waits(interval '2 seconds');
    clock := gb_enums_internal.partition_clock(s, at);
    -- What has to be read to know that the bounds are times.
    PERFORM gb_enums_internal.partition_slots_ahead(s, clock.at);
    row.step := 0;
    FOR step.target IN SELECT d.partition FROM gb_enums_internal.partition_detached(s) d LOOP
        row := gb_enums_internal.partition_removal_statement(s, step.target, row.step);
        RETURN NEXT row;
    END LOOP;
    FOR step IN
        SELECT p.*
        FROM (VALUES (true), (false)) d(detaching)
        CROSS JOIN LATERAL gb_enums_internal.partition_plan_detachments(s, clock, d.detaching) p
        ORDER BY d.detaching DESC
    LOOP
        row.partition := step.partition;
        is_detaching := gb_enums_internal.partition_is_detaching(step.target);
        has_rest := step.action <> 'finalize'
            AND gb_enums_internal.partition_after_detach(s, step.target) <> '';
        IF has_rest
           AND NOT gb_enums_internal.partition_detachment_is_begun(step.target, is_detaching)
        THEN
            row.step := row.step + 1;
            row.command := format('SELECT gb_enums_internal.partition_begin_detachment(%L, %L)',
                                  step.target, s.parent::regclass);
            row.locks := 'none';
            RETURN NEXT row;
        END IF;
        row.step := row.step + 1;
        row.command := format('ALTER TABLE %s DETACH PARTITION %s %s', s.parent::regclass, step.target,
                              CASE WHEN is_detaching THEN 'FINALIZE' ELSE 'CONCURRENTLY' END);
        row.locks := format('SHARE UPDATE EXCLUSIVE on %s; it waits for transactions that use the table',
                            s.parent::regclass);
        RETURN NEXT row;
        IF has_rest THEN
            row := gb_enums_internal.partition_removal_statement(s, step.target, row.step);
            RETURN NEXT row;
        END IF;
    END LOOP;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_detach_statements(
    gb_enums_internal.partition_set, timestamptz) IS
    'statements that remove the expired partitions of a set while readers and writers go on';

CREATE FUNCTION @extschema@.gb_partition_detach_plan(
    parent regclass, at timestamptz DEFAULT NULL,
    OUT step integer, OUT partition text, OUT command text, OUT locks text) RETURNS SETOF record
    LANGUAGE sql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT d.step, d.partition, d.command, d.locks
FROM unnest(gb_enums_internal.partition_sets(gb_partition_detach_plan.parent)) t(parent)
CROSS JOIN LATERAL gb_enums_internal.partition_detach_statements(
    gb_enums_internal.partition_registered(t.parent), gb_partition_detach_plan.at) d
WHERE gb_partition_detach_plan.parent IS NOT NULL
ORDER BY d.step
$$;
COMMENT ON FUNCTION @extschema@.gb_partition_detach_plan(regclass, timestamptz) IS
    'statements that remove the expired partitions of a managed table while readers and writers go on, to be '
    'executed one by one, outside of transactions; '
    'example: SELECT command FROM gb_partition_detach_plan(''message_history'')';
