
-- Removal without a lock that readers wait for ---------------------------------------------------------
--
-- DETACH CONCURRENTLY cannot run in a function or procedure. So these are statements that somebody executes
-- one by one, outside of transactions: psql does that with its command gexec.

CREATE TYPE gb_enums_internal.partition_detach_statement AS (
    step integer, partition text, command text, locks text);
COMMENT ON TYPE gb_enums_internal.partition_detach_statement IS
    'a statement that removes a partition and is executed outside of transactions';

-- What comes after a detachment must not be done when that failed.
CREATE FUNCTION gb_enums_internal.partition_if_detached(partition regclass, statements text) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN format('DO %L', format(
        'BEGIN IF NOT EXISTS (SELECT FROM pg_catalog.pg_inherits WHERE inhrelid OPERATOR(pg_catalog.=) '
        '%L::pg_catalog.regclass) THEN %s; END IF; END', partition, statements));
COMMENT ON FUNCTION gb_enums_internal.partition_if_detached(regclass, text) IS
    'a statement that executes others unless a table is a partition';

CREATE FUNCTION gb_enums_internal.partition_detach_statements(
    s gb_enums_internal.partition_set, at timestamptz)
    RETURNS SETOF gb_enums_internal.partition_detach_statement
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    default_partition CONSTANT regclass := (
        SELECT nullif(t.partdefid, 0) FROM pg_partitioned_table t WHERE t.partrelid = s.parent);
    step gb_enums_internal.partition_step;
    row gb_enums_internal.partition_detach_statement;
    after text;
BEGIN
    IF gb_enums_internal.partition_is_paused(s) THEN
        RETURN;
    END IF;
    IF default_partition IS NOT NULL THEN
        RAISE EXCEPTION 'partitions of "%" cannot be detached concurrently', s.parent::regclass
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = format('The server refuses it as long as there is a default partition, "%s".',
                                  default_partition),
                  HINT = 'CALL gb_partition_maintain() detaches them with a lock on the table, for an '
                         'instant.';
    END IF;
    PERFORM gb_enums_internal.limit_waits(interval '2 seconds');
    -- What has to be read to know that the bounds are times.
    PERFORM gb_enums_internal.partition_slots_ahead(s, at);
    row.step := 0;
    FOR step IN
        SELECT p.*
        FROM (VALUES (true), (false)) d(detaching)
        CROSS JOIN LATERAL gb_enums_internal.partition_plan_detachments(s, at, d.detaching) p
        ORDER BY d.detaching DESC
    LOOP
        row.step := row.step + 1;
        row.partition := step.partition;
        row.command := format('ALTER TABLE %s DETACH PARTITION %s %s', s.parent::regclass, step.target,
            CASE WHEN gb_enums_internal.partition_is_detaching(step.target) THEN 'FINALIZE'
                 ELSE 'CONCURRENTLY' END);
        row.locks := format('SHARE UPDATE EXCLUSIVE on %s; it waits for transactions that use the table',
                            s.parent::regclass);
        RETURN NEXT row;
        after := ltrim(gb_enums_internal.partition_after_detach(s, step.target), '; ');
        IF step.action <> 'finalize' AND after <> '' THEN
            row.step := row.step + 1;
            row.command := gb_enums_internal.partition_if_detached(step.target, after);
            row.locks := format('ACCESS EXCLUSIVE on %s', step.target);
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
    gb_enums_internal.partition_registered(t.parent), coalesce(gb_partition_detach_plan.at, now())) d
WHERE gb_partition_detach_plan.parent IS NOT NULL
ORDER BY d.step
$$;
COMMENT ON FUNCTION @extschema@.gb_partition_detach_plan(regclass, timestamptz) IS
    'statements that remove the expired partitions of a managed table while readers and writers go on, to be '
    'executed one by one, outside of transactions; '
    'example: SELECT command FROM gb_partition_detach_plan(''message_history'')';
