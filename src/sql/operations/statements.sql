
-- Slow statements ---------------------------------------------------------------------------------------

-- Who may not see the statements of others sees them in the shares only.
CREATE FUNCTION @extschema@.gb_slow_statements(
    threshold_ms double precision DEFAULT 100, many_calls bigint DEFAULT 1000,
    OUT queryid bigint, OUT pattern text, OUT calls bigint, OUT rows bigint, OUT mean_ms double precision,
    OUT most_ms double precision, OUT total_ms double precision, OUT share numeric, OUT roles name[],
    OUT query text) RETURNS SETOF record
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    recorder constant regclass := gb_enums_internal.statement_recorder();
BEGIN
    IF recorder IS NULL THEN
        RAISE EXCEPTION 'no statements are recorded: pg_stat_statements is not installed'
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'Add it to shared_preload_libraries, and create the extension.';
    END IF;
    RETURN QUERY EXECUTE format(
        'WITH recorded AS ( '
        '    SELECT s.queryid, s.query, array_agg(DISTINCT r.rolname ORDER BY r.rolname) AS roles, '
        '           sum(s.calls)::bigint AS calls, sum(s.rows)::bigint AS rows, max(s.max_exec_time) AS '
        'most_ms, '
        '           sum(s.total_exec_time) AS total_ms '
        '    FROM %s s '
        '    JOIN pg_database d ON d.oid = s.dbid AND d.datname = current_database() '
        '    JOIN pg_roles r ON r.oid = s.userid '
        '    WHERE s.toplevel '
        '    GROUP BY s.queryid, s.query), '
        'weighed AS ( '
        '    SELECT r.*, r.total_ms / nullif(r.calls, 0) AS mean_ms, '
        '           round((r.total_ms / nullif(sum(r.total_ms) OVER (), 0))::numeric, 4) AS share, '
        '           r.calls >= $2 AND r.rows BETWEEN 0.5 * r.calls AND 1.1 * r.calls '
        '               AND r.query ~* ''^([[:space:]]|/[*].*?[*]/)*(select|with)[^[:alnum:]_]'' AS '
        'is_repeated '
        '    FROM recorded r) '
        'SELECT w.queryid, CASE WHEN w.is_repeated THEN ''one row at a time'' ELSE ''slow'' END, w.calls, '
        'w.rows, '
        '       w.mean_ms, w.most_ms, w.total_ms, w.share, w.roles, w.query '
        'FROM weighed w '
        'WHERE w.queryid IS NOT NULL AND (w.mean_ms >= $1 OR w.is_repeated) '
        'ORDER BY w.total_ms DESC, w.queryid', recorder)
    USING threshold_ms, many_calls;
END $$;
COMMENT ON FUNCTION @extschema@.gb_slow_statements(double precision, bigint) IS
    'statements of this database in pg_stat_statements that take so many milliseconds on average, or are '
    'called '
    'that often for about one row each; those that took most time first; '
    'example: SELECT query, calls, mean_ms FROM gb_slow_statements(100)';
