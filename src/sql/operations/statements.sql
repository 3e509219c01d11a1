
-- Slow statements ---------------------------------------------------------------------------------------

-- Who may not see the statements of others sees them in the shares only.
CREATE FUNCTION @extschema@.gb_slow_statements(
    threshold_ms double precision DEFAULT 100, many_calls bigint DEFAULT 1000,
    OUT queryid bigint, OUT pattern text, OUT calls bigint, OUT rows bigint, OUT mean_ms double precision,
    OUT most_ms double precision, OUT total_ms double precision, OUT share numeric, OUT roles name[],
    OUT query text) RETURNS SETOF record
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    recorded constant text := gb_enums_internal.recorded_statements();
BEGIN
    IF recorded IS NULL THEN
        RAISE EXCEPTION 'no statements are recorded: pg_stat_statements is not installed'
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'Add it to shared_preload_libraries, and create the extension.';
    END IF;
    -- A statement that has no parameter and reads no table is nobody's lookup of one row after the other.
    RETURN QUERY EXECUTE format(
        'WITH counted AS ( '
        '    SELECT s.queryid, (array_agg(s.query ORDER BY s.calls DESC, s.query COLLATE "C"))[1] AS query, '
        '           array_agg(DISTINCT r.rolname ORDER BY r.rolname) FILTER (WHERE r.oid IS NOT NULL) '
        '               AS roles, '
        '           sum(s.calls)::bigint AS calls, sum(s.rows)::bigint AS rows, max(s.most_ms) AS most_ms, '
        '           sum(s.total_ms) AS total_ms '
        '    FROM %s s '
        '    LEFT JOIN pg_roles r ON r.oid = s.userid '
        '    GROUP BY s.queryid), '
        'weighed AS ( '
        '    SELECT r.*, r.total_ms / nullif(r.calls, 0) AS mean_ms, '
        '           round((r.total_ms / nullif(sum(r.total_ms) OVER (), 0))::numeric, 4) AS share, '
        '           r.calls >= $2 AND r.rows BETWEEN 0.5 * r.calls AND 1.1 * r.calls '
        '               AND r.query ~* ''^([[:space:]]|/[*].*?[*]/)*(select|with)[^[:alnum:]_]'' '
        '               AND r.query ~* ''[[:<:]]from[[:>:]].*[$][0-9]'' AS is_repeated '
        '    FROM counted r) '
        'SELECT w.queryid, CASE WHEN w.is_repeated THEN ''one row at a time'' ELSE ''slow'' END, w.calls, '
        '       w.rows, w.mean_ms, w.most_ms, w.total_ms, w.share, w.roles, w.query '
        'FROM weighed w '
        'WHERE w.queryid IS NOT NULL AND (w.mean_ms >= $1 OR w.is_repeated) '
        'ORDER BY w.total_ms DESC, w.queryid', recorded)
    USING threshold_ms, many_calls;
END $$;
COMMENT ON FUNCTION @extschema@.gb_slow_statements(double precision, bigint) IS
    'statements of this database in pg_stat_statements that take so many milliseconds on average, or are '
    'called '
    'that often for about one row each; those that took most time first; '
    'example: SELECT query, calls, mean_ms FROM gb_slow_statements(100)';
