
-- The status ---------------------------------------------------------------------------------------

CREATE FUNCTION gb_enums_internal.partition_status(
    s gb_enums_internal.partition_set,
    OUT partition regclass, OUT kind text, OUT lower_bound text, OUT upper_bound text, OUT row_estimate bigint, OUT total_bytes bigint,
    OUT problem text) RETURNS SETOF record
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM gb_enums_internal.limit_waits(gb_enums_internal.rest_of_wait());
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
    -- A set that cannot be read, or is locked, must not hide the others.
    kind := 'unreadable';
    problem := sqlerrm;
    RETURN NEXT;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_status(gb_enums_internal.partition_set) IS 'the partitions of a set and the gaps between them';

CREATE VIEW @extschema@.gb_partition_status AS
    SELECT s.parent::pg_catalog.regclass AS parent, p.partition, p.kind, p.lower_bound, p.upper_bound, p.row_estimate, p.total_bytes,
           s.every, s.premake, s.retain, s.on_expire, s.time_zone, r.last_run, r.last_success, r.failed_at, r.failed_step,
           r.error_state, coalesce(CASE WHEN pg_catalog.pg_has_role(c.relowner, 'USAGE') THEN r.error END, p.problem) AS error,
           CASE WHEN pg_catalog.pg_has_role(c.relowner, 'USAGE') THEN r.error_detail END AS error_detail, s.copy_privileges
    FROM gb_enums_internal.partition_set s
    JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) s.parent AND c.relkind OPERATOR(pg_catalog.=) 'p'
    LEFT JOIN gb_enums_internal.partition_run r ON r.parent OPERATOR(pg_catalog.=) s.parent
    CROSS JOIN LATERAL gb_enums_internal.partition_status(s) p;
COMMENT ON VIEW @extschema@.gb_partition_status IS
    'every partition of every managed table, and the gaps between them; example: SELECT partition, kind, row_estimate FROM gb_partition_status WHERE parent = ''message_history''::regclass';
COMMENT ON COLUMN @extschema@.gb_partition_status.parent IS 'the managed table';
COMMENT ON COLUMN @extschema@.gb_partition_status.partition IS 'its partition, NULL for a gap';
COMMENT ON COLUMN @extschema@.gb_partition_status.kind IS 'past, current, future, expired, default, gap, or unreadable';
COMMENT ON COLUMN @extschema@.gb_partition_status.lower_bound IS 'where it begins, in the set''s time zone';
COMMENT ON COLUMN @extschema@.gb_partition_status.upper_bound IS 'where it ends, in the set''s time zone';
COMMENT ON COLUMN @extschema@.gb_partition_status.row_estimate IS 'rows as the statistics know them; of the default partition, those that wait for one of their own';
COMMENT ON COLUMN @extschema@.gb_partition_status.total_bytes IS 'with indexes and toast';
COMMENT ON COLUMN @extschema@.gb_partition_status.every IS 'how long partitions are';
COMMENT ON COLUMN @extschema@.gb_partition_status.premake IS 'how many there are to be after the current one';
COMMENT ON COLUMN @extschema@.gb_partition_status.retain IS 'how long they are kept after their end, NULL for ever';
COMMENT ON COLUMN @extschema@.gb_partition_status.on_expire IS 'what is done with them then';
COMMENT ON COLUMN @extschema@.gb_partition_status.time_zone IS 'where their days begin';
COMMENT ON COLUMN @extschema@.gb_partition_status.last_run IS 'when maintenance looked at the set last';
COMMENT ON COLUMN @extschema@.gb_partition_status.last_success IS 'when it did so without a failure';
COMMENT ON COLUMN @extschema@.gb_partition_status.failed_at IS 'when a step failed, NULL when none did in the last run';
COMMENT ON COLUMN @extschema@.gb_partition_status.failed_step IS 'which step that was';
COMMENT ON COLUMN @extschema@.gb_partition_status.error_state IS 'its SQLSTATE';
COMMENT ON COLUMN @extschema@.gb_partition_status.error IS 'its message; for who may act as the owner, as it may say what is in rows';
COMMENT ON COLUMN @extschema@.gb_partition_status.error_detail IS 'what the error said beyond that';
COMMENT ON COLUMN @extschema@.gb_partition_status.copy_privileges IS 'whether partitions are given the privileges of the table';
GRANT SELECT ON @extschema@.gb_partition_status TO PUBLIC;
