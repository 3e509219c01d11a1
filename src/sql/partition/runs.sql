
-- How maintenance went -------------------------------------------------------------------------------

-- Not dumped: it is about this server.
CREATE TABLE gb_enums_internal.partition_run (
    parent regclass PRIMARY KEY REFERENCES gb_enums_internal.partition_set ON DELETE CASCADE,
    last_run timestamptz NOT NULL,
    last_success timestamptz,
    failed_at timestamptz,
    failed_step text,
    error_state text,
    error text,
    error_detail text,
    error_hint text,
    -- There is nothing to do until then, as long as these are partitions and none was attached since.
    idle_until timestamptz,
    ahead oid[],
    attachments bigint);
COMMENT ON TABLE gb_enums_internal.partition_run IS
    'how maintenance of the managed sets went; shown by gb_partition_status';

-- Errors may show values of rows. (A policy would make sessions without row security fail.)
CREATE VIEW gb_enums_internal.own_partition_run WITH (security_barrier) AS
    SELECT r.*
    FROM gb_enums_internal.partition_run r
    JOIN pg_class c ON c.oid = r.parent
    WHERE pg_has_role(c.relowner, 'USAGE');
COMMENT ON VIEW gb_enums_internal.own_partition_run IS
    'how maintenance of the sets went that are the caller''s';
GRANT SELECT ON gb_enums_internal.own_partition_run TO PUBLIC;

CREATE FUNCTION gb_enums_internal.put_on_record(relation regclass, run gb_enums_internal.partition_run)
    RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM gb_enums_internal.partition_run r
    WHERE r.parent = relation;
    -- The set may have been unregistered meanwhile.
    INSERT INTO gb_enums_internal.partition_run
    SELECT run.*
    WHERE EXISTS (SELECT FROM gb_enums_internal.partition_set p WHERE p.parent = relation FOR KEY SHARE)
    ON CONFLICT DO NOTHING;
    -- A partition that somebody detached is theirs, whatever they do with it from now on.
    DELETE FROM gb_enums_internal.partition_detachment d
    USING pg_class c
    WHERE d.parent = relation AND c.oid = d.partition AND NOT c.relispartition
      AND NOT gb_enums_internal.partition_has_bounds_check(d.partition, d.left_check);
END $$;
COMMENT ON FUNCTION gb_enums_internal.put_on_record(regclass, gb_enums_internal.partition_run) IS
    'writes how maintenance went to the registry; called by gb_record() only';
REVOKE ALL ON FUNCTION gb_enums_internal.put_on_record(regclass, gb_enums_internal.partition_run) FROM PUBLIC;

CREATE FUNCTION gb_enums_internal.partition_run_now(parent regclass) RETURNS gb_enums_internal.partition_run
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    run gb_enums_internal.partition_run;
BEGIN
    SELECT * INTO run
    FROM gb_enums_internal.own_partition_run r
    WHERE r.parent = partition_run_now.parent;
    run.parent := parent;
    run.last_run := clock_timestamp();
    run.idle_until := NULL;
    run.ahead := NULL;
    run.attachments := NULL;
    RETURN run;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_run_now(regclass) IS
    'the record of a run that begins now: the last success and failure stay, idleness is unknown';

-- Should the run be killed, the next one is to look again.
CREATE FUNCTION gb_enums_internal.partition_record_begin(parent regclass) RETURNS void
    LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'gb_record';
COMMENT ON FUNCTION gb_enums_internal.partition_record_begin(regclass) IS
    'puts on record that maintenance of a table has begun';

CREATE FUNCTION gb_enums_internal.partition_record_begin_checked(parent regclass)
    RETURNS gb_enums_internal.partition_run
    LANGUAGE sql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT gb_enums_internal.partition_run_now(parent)
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_record_begin_checked(regclass) IS
    'the record of a run that has begun';

CREATE TYPE gb_enums_internal.partition_problem AS (
    step text, state text, message text, detail text, hint text, holder gb_enums_internal.lock_holder);
COMMENT ON TYPE gb_enums_internal.partition_problem IS
    'the error of a step of maintenance: the step, the SQLSTATE, what the error said, and who held a lock';

CREATE FUNCTION gb_enums_internal.partition_record_failure(
    parent regclass, problem gb_enums_internal.partition_problem) RETURNS void
    LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'gb_record';
COMMENT ON FUNCTION gb_enums_internal.partition_record_failure(
    regclass, gb_enums_internal.partition_problem) IS
    'puts on record that a step of maintenance failed';

CREATE FUNCTION gb_enums_internal.partition_record_failure_checked(
    parent regclass, problem gb_enums_internal.partition_problem)
    RETURNS gb_enums_internal.partition_run
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    run gb_enums_internal.partition_run := gb_enums_internal.partition_run_now(parent);
BEGIN
    run.failed_at := run.last_run;
    run.failed_step := left(problem.step, 1000);
    run.error_state := left(problem.state, 5);
    run.error := left(problem.message, 1000);
    run.error_detail := left(nullif(problem.detail, ''), 1000);
    run.error_hint := left(nullif(problem.hint, ''), 1000);
    RETURN run;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_record_failure_checked(
    regclass, gb_enums_internal.partition_problem) IS
    'the record of a run in which a step failed';

CREATE FUNCTION gb_enums_internal.partition_record_success(
    parent regclass, idle_until timestamptz, ahead oid[], attachments bigint) RETURNS void
    LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'gb_record';
COMMENT ON FUNCTION gb_enums_internal.partition_record_success(regclass, timestamptz, oid[], bigint) IS
    'puts on record that all steps of maintenance were taken';

CREATE FUNCTION gb_enums_internal.partition_record_success_checked(
    parent regclass, idle_until timestamptz, ahead oid[], attachments bigint)
    RETURNS gb_enums_internal.partition_run
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    run gb_enums_internal.partition_run := gb_enums_internal.partition_run_now(parent);
BEGIN
    IF cardinality(ahead) > 100000 THEN
        RAISE EXCEPTION 'more than 100000 partitions cannot be ahead'
            USING ERRCODE = 'program_limit_exceeded';
    END IF;
    run.last_success := run.last_run;
    run.failed_at := NULL;
    run.failed_step := NULL;
    run.error_state := NULL;
    run.error := NULL;
    run.error_detail := NULL;
    run.error_hint := NULL;
    run.idle_until := idle_until;
    run.ahead := ARRAY(
        SELECT i.inhrelid
        FROM pg_inherits i
        WHERE i.inhparent = parent AND i.inhrelid = ANY (ahead));
    run.attachments := attachments;
    RETURN run;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_record_success_checked(
    regclass, timestamptz, oid[], bigint) IS
    'the record of a run without a failure';

-- A run with nothing to do asks whether this is what it was, and whether the partitions are still
-- attached that are to be there now: the same work whatever their number.
CREATE FUNCTION gb_enums_internal.partition_attachments() RETURNS bigint
    LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'gb_partition_attachments';
COMMENT ON FUNCTION gb_enums_internal.partition_attachments() IS
    'how many tables were ever attached to others, as the statistics know it';
