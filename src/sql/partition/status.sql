
-- The status ---------------------------------------------------------------------------------------

CREATE FUNCTION gb_enums_internal.partition_entries(
    s gb_enums_internal.partition_set,
    OUT partition regclass, OUT kind text, OUT lower_bound text, OUT upper_bound text,
    OUT is_default boolean, OUT lower_at timestamptz) RETURNS SETOF record
    LANGUAGE sql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
WITH member AS (
    SELECT r.*, lag(r.upper_bound) OVER (ORDER BY r.is_default, r.lower_at) AS previous_bound
    FROM gb_enums_internal.partition_ranges(s) r
),
clock AS MATERIALIZED (
    SELECT p.at, gb_enums_internal.partition_horizon(s, p) AS horizon
    FROM gb_enums_internal.partition_clock(s) p
)
SELECT m.partition::regclass,
       CASE
           WHEN m.is_default THEN 'default'
           WHEN gb_enums_internal.partition_is_detaching(m.partition) THEN 'detaching'
           WHEN m.upper_at <= c.horizon THEN 'expired'
           WHEN m.upper_at <= c.at THEN 'past'
           WHEN m.lower_at > c.at THEN 'future'
           WHEN c.at IS NOT NULL THEN 'current'
           ELSE 'unknown'
       END,
       m.lower_bound, m.upper_bound, m.is_default, m.lower_at
FROM member m
CROSS JOIN clock c
UNION ALL
SELECT NULL, 'gap', m.previous_bound, m.lower_bound, false, m.lower_at
FROM member m
WHERE m.gap_before
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_entries(gb_enums_internal.partition_set) IS
    'the partitions of a set and the gaps before some of them, in no order';

-- Rows in a default partition have to be moved, so that a few of them matter, which statistics may not
-- know. Only the owner may count them, unless the partition is somebody else's.
CREATE FUNCTION gb_enums_internal.partition_default_rows(
    s gb_enums_internal.partition_set, default_partition regclass) RETURNS bigint
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- Policies are code of the owner's, and foreign tables are elsewhere: nobody waits for them here.
    IF NOT (SELECT gb_enums_internal.acts_for(c.relowner) FROM pg_class c WHERE c.oid = s.parent)
       OR EXISTS (
           SELECT
           FROM pg_partition_tree(default_partition) t
           JOIN pg_class c ON c.oid = t.relid
           WHERE c.relkind NOT IN ('r', 'p') OR c.relrowsecurity)
       OR NOT (SELECT has_table_privilege(c.relowner, d.oid, 'SELECT')
                      AND has_schema_privilege(c.relowner, d.relnamespace, 'USAGE')
               FROM pg_class c, pg_class d
               WHERE c.oid = s.parent AND d.oid = default_partition)
    THEN
        RETURN NULL;
    END IF;
    RETURN gb_enums_internal.run_as_owner(s.parent, format(
        'SELECT pg_catalog.count(*) FROM (SELECT 1 FROM %s LIMIT 1000) rows', default_partition));
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_default_rows(gb_enums_internal.partition_set, regclass) IS
    'how many rows a default partition has, 1000 if there are more; NULL when the caller may not know';

CREATE FUNCTION gb_enums_internal.partition_sizes(
    relation regclass, OUT row_estimate bigint, OUT total_bytes bigint)
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT
    sum(CASE
        -- Before the first ANALYZE, and for rows that came since, the cumulative statistics have the number.
        WHEN l.reltuples <= 0 THEN coalesce(pg_stat_get_live_tuples(l.oid), 0)
        ELSE l.reltuples
    END)::bigint,
    sum(pg_total_relation_size(l.oid))::bigint
FROM pg_class c
CROSS JOIN LATERAL (
    SELECT c.oid
    WHERE c.relkind <> 'p'
    UNION ALL
    SELECT t.relid
    FROM pg_partition_tree(CASE WHEN c.relkind = 'p' THEN c.oid END) t
    WHERE t.isleaf) leaf
JOIN pg_class l ON l.oid = leaf.oid
WHERE c.oid = relation
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_sizes(regclass) IS
    'the rows of a partition by statistics, and its size';

CREATE FUNCTION gb_enums_internal.partition_status(
    s gb_enums_internal.partition_set,
    OUT partition regclass, OUT kind text, OUT lower_bound text, OUT upper_bound text,
    OUT row_estimate bigint, OUT total_bytes bigint, OUT problem text, OUT problem_detail text)
    RETURNS SETOF record
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM gb_enums_internal.limit_waits(gb_enums_internal.rest_of_wait());
    RETURN QUERY
    SELECT e.partition, e.kind, e.lower_bound, e.upper_bound,
           coalesce(CASE WHEN e.is_default AND z.row_estimate < 1000
                         THEN gb_enums_internal.partition_default_rows(s, e.partition) END,
                    z.row_estimate),
           z.total_bytes, NULL::text, NULL::text
    FROM gb_enums_internal.partition_entries(s) e
    LEFT JOIN LATERAL gb_enums_internal.partition_sizes(e.partition) z ON e.partition IS NOT NULL
    ORDER BY e.is_default, e.lower_at, e.partition IS NOT NULL;
EXCEPTION WHEN OTHERS THEN
    -- A set that cannot be read, or is locked, must not hide the others.
    GET STACKED DIAGNOSTICS problem_detail = PG_EXCEPTION_DETAIL;
    problem_detail := nullif(problem_detail, '');
    kind := 'unreadable';
    problem := sqlerrm;
    RETURN NEXT;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_status(gb_enums_internal.partition_set) IS
    'the partitions of a set and the gaps between them';

CREATE VIEW @extschema@.gb_partition_status AS
    SELECT s.parent::pg_catalog.regclass AS parent, p.partition, p.kind, p.lower_bound, p.upper_bound,
           p.row_estimate, p.total_bytes, gb_enums_internal.partition_time(s.every) AS every, s.premake,
           gb_enums_internal.partition_time(s.retain) AS retain, s.on_expire, s.time_zone,
           r.last_run, r.last_success, r.failed_at, r.failed_step, r.error_state,
           coalesce(CASE WHEN o.is_callers THEN r.error END, p.problem) AS error,
           coalesce(CASE WHEN o.is_callers THEN r.error_detail END, p.problem_detail) AS error_detail,
           s.copy_privileges,
           CASE WHEN o.is_callers THEN r.error_hint END AS error_hint,
           s.move_to, CASE WHEN NOT i.is_of_ids THEN s.anchor END AS anchor, s.key, s.epoch, s.shift,
           s.storage, s.move_default, s.hash_by, s.hash_count,
           s.lock_timeout, s.attempts, s.analyze_parent, s.paused, s.closed_tablespace, s.keep_indexes,
           gb_enums_internal.partition_ids(s.every) AS every_ids,
           gb_enums_internal.partition_ids(s.retain) AS retain_ids,
           CASE WHEN i.is_of_ids
                THEN gb_enums_internal.partition_id_at(pg_catalog.timezone('UTC', s.anchor)) END AS anchor_id
    FROM gb_enums_internal.partition_set s
    CROSS JOIN LATERAL (SELECT gb_enums_internal.partition_is_of_ids(s)) i(is_of_ids)
    JOIN pg_catalog.pg_class c
        ON c.oid OPERATOR(pg_catalog.=) s.parent AND c.relkind OPERATOR(pg_catalog.=) 'p'
    CROSS JOIN LATERAL (SELECT pg_catalog.pg_has_role(c.relowner, 'USAGE')) o(is_callers)
    LEFT JOIN gb_enums_internal.partition_run r ON r.parent OPERATOR(pg_catalog.=) s.parent
    CROSS JOIN LATERAL gb_enums_internal.partition_status(s) p;
COMMENT ON VIEW @extschema@.gb_partition_status IS
    'every partition of every managed table, and the gaps between them; '
    'example: SELECT partition, kind, row_estimate FROM gb_partition_status WHERE parent = '
    '''message_history''::regclass';
COMMENT ON COLUMN @extschema@.gb_partition_status.parent IS 'the managed table';
COMMENT ON COLUMN @extschema@.gb_partition_status.partition IS
    'a partition of the managed table, NULL for a gap';
COMMENT ON COLUMN @extschema@.gb_partition_status.kind IS
    'past, current, future, expired, detaching, default, gap, or unreadable; unknown for ids, whose highest '
    'only the owner may read';
COMMENT ON COLUMN @extschema@.gb_partition_status.lower_bound IS
    'the begin of the partition or gap, in the time zone of the set, or its first id';
COMMENT ON COLUMN @extschema@.gb_partition_status.upper_bound IS
    'the end of the partition or gap, in the time zone of the set, or the first id that is not in it';
COMMENT ON COLUMN @extschema@.gb_partition_status.row_estimate IS
    'the number of rows as statistics have it; '
    'in the default partition these are rows that no other partition takes';
COMMENT ON COLUMN @extschema@.gb_partition_status.total_bytes IS
    'the size of the partition with its indexes and toast';
COMMENT ON COLUMN @extschema@.gb_partition_status.every IS
    'the length of each slot, NULL for ids';
COMMENT ON COLUMN @extschema@.gb_partition_status.premake IS
    'the number of partitions that are made after the current one';
COMMENT ON COLUMN @extschema@.gb_partition_status.retain IS
    'how long partitions are kept after their end, NULL for ever and for ids';
COMMENT ON COLUMN @extschema@.gb_partition_status.on_expire IS
    'what is done with expired partitions: detach, drop or move';
COMMENT ON COLUMN @extschema@.gb_partition_status.time_zone IS 'the time zone in which days begin';
COMMENT ON COLUMN @extschema@.gb_partition_status.last_run IS
    'the last time at which maintenance looked at the set';
COMMENT ON COLUMN @extschema@.gb_partition_status.last_success IS
    'the last time at which maintenance had no failure';
COMMENT ON COLUMN @extschema@.gb_partition_status.failed_at IS
    'the time at which a step of the last run failed, NULL when none did';
COMMENT ON COLUMN @extschema@.gb_partition_status.failed_step IS 'the step that failed';
COMMENT ON COLUMN @extschema@.gb_partition_status.error_state IS 'the SQLSTATE of the error';
COMMENT ON COLUMN @extschema@.gb_partition_status.error IS
    'the message of the error; only for those who may act as the owner, since it may show values of rows';
COMMENT ON COLUMN @extschema@.gb_partition_status.error_detail IS 'the DETAIL of the error';
COMMENT ON COLUMN @extschema@.gb_partition_status.error_hint IS 'the HINT of the error';
COMMENT ON COLUMN @extschema@.gb_partition_status.copy_privileges IS
    'whether new partitions are given the privileges of the table';
COMMENT ON COLUMN @extschema@.gb_partition_status.move_to IS
    'the schema to which expired partitions are moved';
COMMENT ON COLUMN @extschema@.gb_partition_status.anchor IS
    'where the grid of slots begins, NULL for the default';
COMMENT ON COLUMN @extschema@.gb_partition_status.key IS 'how an integer tells the time';
COMMENT ON COLUMN @extschema@.gb_partition_status.epoch IS 'the begin of time for snowflake keys';
COMMENT ON COLUMN @extschema@.gb_partition_status.shift IS
    'the number of bits below the milliseconds of snowflake keys';
COMMENT ON COLUMN @extschema@.gb_partition_status.storage IS 'the storage parameters of new partitions';
COMMENT ON COLUMN @extschema@.gb_partition_status.move_default IS
    'whether rows of a new partition are moved out of the default partition';
COMMENT ON COLUMN @extschema@.gb_partition_status.hash_by IS
    'the column by whose hash new partitions are divided';
COMMENT ON COLUMN @extschema@.gb_partition_status.hash_count IS
    'into how many parts new partitions are divided';
COMMENT ON COLUMN @extschema@.gb_partition_status.lock_timeout IS
    'how long an attempt at a lock waits';
COMMENT ON COLUMN @extschema@.gb_partition_status.attempts IS 'the number of attempts at each lock';
COMMENT ON COLUMN @extschema@.gb_partition_status.analyze_parent IS
    'whether maintenance makes statistics of the table when its partitions change';
COMMENT ON COLUMN @extschema@.gb_partition_status.paused IS
    'whether maintenance leaves the set alone';
COMMENT ON COLUMN @extschema@.gb_partition_status.closed_tablespace IS
    'the tablespace to which gb_partition_care_plan() moves partitions whose time has passed';
COMMENT ON COLUMN @extschema@.gb_partition_status.keep_indexes IS
    'whether expired partitions that are kept keep their indexes';
COMMENT ON COLUMN @extschema@.gb_partition_status.every_ids IS
    'the number of ids of each slot, NULL for time';
COMMENT ON COLUMN @extschema@.gb_partition_status.retain_ids IS
    'how many of the highest ids are kept, NULL for all and for time';
COMMENT ON COLUMN @extschema@.gb_partition_status.anchor_id IS
    'the id at which a slot begins, from which all others are counted; NULL for 0';
GRANT SELECT ON @extschema@.gb_partition_status TO PUBLIC;
