
-- What failed in maintenance -------------------------------------------------------------------------
--
-- A run without a failure clears the error of partition_run. Who was in the way of a run at night is still to
-- be found in the morning.

-- Not dumped: it is about this server. Only the extension's owner reads it; the view says who sees what.
CREATE TABLE gb_enums_internal.partition_failure (
    parent regclass REFERENCES gb_enums_internal.partition_set ON DELETE CASCADE,
    nth bigint,
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    times bigint NOT NULL,
    step text,
    error_state text,
    error text,
    error_detail text,
    error_hint text,
    holder gb_enums_internal.lock_holder,
    PRIMARY KEY (parent, nth));
COMMENT ON TABLE gb_enums_internal.partition_failure IS
    'the last failures of maintenance of each set; shown by gb_partition_failures';

-- The same failure again, as of a schedule by the minute, does not push out the others.
CREATE FUNCTION gb_enums_internal.put_on_record(relation regclass, f gb_enums_internal.partition_failure)
    RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    last gb_enums_internal.partition_failure;
BEGIN
    SELECT * INTO last
    FROM gb_enums_internal.partition_failure o
    WHERE o.parent = relation
    ORDER BY o.nth DESC
    LIMIT 1;
    UPDATE gb_enums_internal.partition_failure o
    SET last_at = f.last_at, times = o.times + 1, error_hint = f.error_hint, holder = f.holder
    WHERE o.parent = relation AND o.nth = last.nth
      AND (o.step, o.error_state, o.error, o.error_detail, (o.holder).pid)
          IS NOT DISTINCT FROM (f.step, f.error_state, f.error, f.error_detail, (f.holder).pid);
    IF FOUND THEN
        RETURN;
    END IF;
    f.parent := relation;
    f.nth := coalesce(last.nth, 0) + 1;
    -- The set may have been unregistered meanwhile.
    INSERT INTO gb_enums_internal.partition_failure
    SELECT f.*
    WHERE EXISTS (SELECT FROM gb_enums_internal.partition_set p WHERE p.parent = relation FOR KEY SHARE)
    ON CONFLICT DO NOTHING;
    DELETE FROM gb_enums_internal.partition_failure o
    WHERE o.parent = relation AND o.nth <= f.nth - 10;
END $$;
COMMENT ON FUNCTION gb_enums_internal.put_on_record(regclass, gb_enums_internal.partition_failure) IS
    'keeps a failure of maintenance, and the nine before it; called by gb_record() only';
REVOKE ALL ON FUNCTION gb_enums_internal.put_on_record(regclass, gb_enums_internal.partition_failure)
    FROM PUBLIC;

CREATE FUNCTION gb_enums_internal.partition_keep_failure(
    parent regclass, problem gb_enums_internal.partition_problem) RETURNS void
    LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'gb_record';
COMMENT ON FUNCTION gb_enums_internal.partition_keep_failure(
    regclass, gb_enums_internal.partition_problem) IS
    'adds a failure of maintenance to those of a table';

CREATE FUNCTION gb_enums_internal.partition_keep_failure_checked(
    parent regclass, problem gb_enums_internal.partition_problem)
    RETURNS gb_enums_internal.partition_failure
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    run CONSTANT gb_enums_internal.partition_run :=
        gb_enums_internal.partition_record_failure_checked(parent, problem);
BEGIN
    RETURN (parent, NULL, run.failed_at, run.failed_at, 1, run.failed_step, run.error_state, run.error,
            run.error_detail, run.error_hint,
            ((problem.holder).pid, (problem.holder).role, left((problem.holder).application, 1000),
             left((problem.holder).query, 1000))::gb_enums_internal.lock_holder
           )::gb_enums_internal.partition_failure;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_keep_failure_checked(
    regclass, gb_enums_internal.partition_problem) IS
    'a failure of maintenance as it is kept';

-- Errors may show values of rows, and a query does: it is shown to whom pg_stat_activity shows it.
CREATE VIEW @extschema@.gb_partition_failures WITH (security_barrier) AS
    SELECT f.parent, f.last_at AS failed_at, f.first_at AS first_failed_at, f.times, f.step AS failed_step,
           f.error_state, f.error, f.error_detail, f.error_hint,
           (f.holder).pid AS holder_pid, (f.holder).role AS holder_role,
           (f.holder).application AS holder_application,
           CASE WHEN pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE')
                     OR pg_catalog.pg_has_role((f.holder).role, 'USAGE')
                THEN (f.holder).query END AS holder_query
    FROM gb_enums_internal.partition_failure f
    JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) f.parent
    WHERE pg_catalog.pg_has_role(c.relowner, 'USAGE') OR pg_catalog.pg_has_role('pg_monitor', 'USAGE');
COMMENT ON VIEW @extschema@.gb_partition_failures IS
    'the last ten failures of maintenance of each managed table, for its owner and for pg_monitor; '
    'example: SELECT failed_at, failed_step, error, holder_role FROM gb_partition_failures ORDER BY 1 DESC';
COMMENT ON COLUMN @extschema@.gb_partition_failures.parent IS 'the managed table';
COMMENT ON COLUMN @extschema@.gb_partition_failures.failed_at IS 'when it failed, the last time';
COMMENT ON COLUMN @extschema@.gb_partition_failures.first_failed_at IS
    'when it failed for the first time, with no other failure since';
COMMENT ON COLUMN @extschema@.gb_partition_failures.times IS 'how often it failed in that time';
COMMENT ON COLUMN @extschema@.gb_partition_failures.failed_step IS 'the step that failed';
COMMENT ON COLUMN @extschema@.gb_partition_failures.error_state IS 'the SQLSTATE of the error';
COMMENT ON COLUMN @extschema@.gb_partition_failures.error IS 'the message of the error';
COMMENT ON COLUMN @extschema@.gb_partition_failures.error_detail IS
    'the DETAIL of the error, which names all who held a lock';
COMMENT ON COLUMN @extschema@.gb_partition_failures.error_hint IS 'the HINT of the error';
COMMENT ON COLUMN @extschema@.gb_partition_failures.holder_pid IS
    'the process that had held a lock for the longest time, NULL when the failure was another one';
COMMENT ON COLUMN @extschema@.gb_partition_failures.holder_role IS 'its role';
COMMENT ON COLUMN @extschema@.gb_partition_failures.holder_application IS 'its application_name';
COMMENT ON COLUMN @extschema@.gb_partition_failures.holder_query IS
    'its statement at the time of the failure; only for those to whom pg_stat_activity shows it';
GRANT SELECT ON @extschema@.gb_partition_failures TO PUBLIC;
