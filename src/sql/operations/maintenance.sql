
-- The care that tables get ------------------------------------------------------------------------------

-- What autovacuum goes by: the table's own settings, and the server's where it has none. A cost delay of -1
-- is that of VACUUM.
CREATE VIEW gb_enums_internal.table_care AS
    WITH server AS MATERIALIZED (
        SELECT bool_and(v.setting::boolean) FILTER (WHERE v.name IN ('autovacuum', 'track_counts'))
                   AS enabled,
               max(v.number) FILTER (WHERE v.name = 'autovacuum_vacuum_threshold') AS vacuum_threshold,
               max(v.number) FILTER (WHERE v.name = 'autovacuum_vacuum_scale_factor') AS vacuum_scale,
               -- (newer servers only)
               max(v.number) FILTER (WHERE v.name = 'autovacuum_vacuum_max_threshold') AS vacuum_most,
               max(v.number) FILTER (WHERE v.name = 'autovacuum_vacuum_insert_threshold') AS insert_threshold,
               max(v.number) FILTER (WHERE v.name = 'autovacuum_vacuum_insert_scale_factor') AS insert_scale,
               max(v.number) FILTER (WHERE v.name = 'autovacuum_analyze_threshold') AS analyze_threshold,
               max(v.number) FILTER (WHERE v.name = 'autovacuum_analyze_scale_factor') AS analyze_scale,
               coalesce(nullif(max(v.number) FILTER (WHERE v.name = 'autovacuum_vacuum_cost_delay'), -1),
                        max(v.number) FILTER (WHERE v.name = 'vacuum_cost_delay')) AS cost_delay,
               max(v.number) FILTER (WHERE v.name = 'autovacuum_freeze_max_age') AS freeze_age,
               max(v.number) FILTER (WHERE v.name = 'autovacuum_multixact_freeze_max_age') AS mxid_freeze_age
        FROM (SELECT p.name, p.setting,
                     CASE WHEN p.vartype IN ('integer', 'real') THEN p.setting::float8 END AS number
              FROM pg_settings p
              WHERE p.name LIKE 'autovacuum%' OR p.name IN ('track_counts', 'vacuum_cost_delay')) v)
    SELECT t.relation, t.relnamespace, t.relowner, t.relkind, t.partition_of, t.reltuples, t.relpages,
           t.reloptions, gb_enums_internal.row_estimate(t.relation, t.reltuples) AS row_estimate,
           pg_stat_get_dead_tuples(t.relation) AS dead_rows,
           pg_stat_get_tuples_inserted(t.relation) AS rows_inserted,
           pg_stat_get_tuples_updated(t.relation) + pg_stat_get_tuples_deleted(t.relation) AS rows_changed,
           pg_stat_get_mod_since_analyze(t.relation) AS since_analyze,
           pg_stat_get_ins_since_vacuum(t.relation) AS inserted_since_vacuum,
           s.enabled AND coalesce(o.enabled, true) AS is_enabled, o.enabled AS own_enabled,
           least(coalesce(o.vacuum_threshold, s.vacuum_threshold) + v.scale * n.rows,
                 nullif(coalesce(o.vacuum_most, s.vacuum_most), -1)) AS vacuum_at,
           nullif(coalesce(nullif(o.insert_threshold, -2), s.insert_threshold), -1)
               + coalesce(o.insert_scale, s.insert_scale) * n.rows AS insert_vacuum_at,
           coalesce(o.analyze_threshold, s.analyze_threshold) + a.scale * n.rows AS analyze_at,
           v.scale AS vacuum_scale, a.scale AS analyze_scale,
           coalesce(nullif(o.cost_delay, -1), s.cost_delay) AS cost_delay,
           least(o.freeze_age, s.freeze_age)::bigint AS freeze_at,
           least(o.mxid_freeze_age, s.mxid_freeze_age)::bigint AS mxid_freeze_at,
           greatest(pg_stat_get_last_vacuum_time(t.relation), pg_stat_get_last_autovacuum_time(t.relation))
               AS last_vacuum,
           greatest(pg_stat_get_last_analyze_time(t.relation), pg_stat_get_last_autoanalyze_time(t.relation))
               AS last_analyze,
           -- (Partitioned tables have none, nor have tables of access methods without transaction ids.)
           greatest(CASE WHEN t.relfrozenxid <> 0 THEN age(t.relfrozenxid) END,
                    CASE WHEN l.relfrozenxid <> 0 THEN age(l.relfrozenxid) END) AS xid_age,
           greatest(CASE WHEN t.relminmxid <> 0 THEN mxid_age(t.relminmxid) END,
                    CASE WHEN l.relminmxid <> 0 THEN mxid_age(l.relminmxid) END) AS mxid_age,
           t.relallvisible
    FROM gb_enums_internal.operated_relation t
    LEFT JOIN pg_class l ON l.oid = t.reltoastrelid AND l.relkind = 't'
    CROSS JOIN server s
    CROSS JOIN LATERAL (SELECT greatest(t.reltuples, 0)) n(rows)
    LEFT JOIN LATERAL (
        SELECT bool_and(p.option_value::boolean) FILTER (WHERE p.option_name = 'autovacuum_enabled')
               AS enabled,
               max(w.number) FILTER (WHERE p.option_name = 'autovacuum_vacuum_threshold') AS vacuum_threshold,
               max(w.number) FILTER (WHERE p.option_name = 'autovacuum_vacuum_scale_factor') AS vacuum_scale,
               max(w.number) FILTER (WHERE p.option_name = 'autovacuum_vacuum_max_threshold') AS vacuum_most,
               max(w.number) FILTER (WHERE p.option_name = 'autovacuum_vacuum_insert_threshold')
                   AS insert_threshold,
               max(w.number) FILTER (WHERE p.option_name = 'autovacuum_vacuum_insert_scale_factor')
                   AS insert_scale,
               max(w.number) FILTER (WHERE p.option_name = 'autovacuum_analyze_threshold')
                   AS analyze_threshold,
               max(w.number) FILTER (WHERE p.option_name = 'autovacuum_analyze_scale_factor')
                   AS analyze_scale,
               max(w.number) FILTER (WHERE p.option_name = 'autovacuum_vacuum_cost_delay') AS cost_delay,
               max(w.number) FILTER (WHERE p.option_name = 'autovacuum_freeze_max_age') AS freeze_age,
               max(w.number) FILTER (WHERE p.option_name = 'autovacuum_multixact_freeze_max_age')
                   AS mxid_freeze_age
        FROM pg_options_to_table(t.reloptions) p
        CROSS JOIN LATERAL (
            SELECT CASE WHEN p.option_name LIKE 'autovacuum%' AND p.option_name <> 'autovacuum_enabled'
                        THEN p.option_value::float8 END) w(number)
        WHERE t.reloptions IS NOT NULL) o ON true
    CROSS JOIN LATERAL (SELECT coalesce(o.vacuum_scale, s.vacuum_scale)) v(scale)
    CROSS JOIN LATERAL (SELECT coalesce(o.analyze_scale, s.analyze_scale)) a(scale)
    WHERE t.relkind IN ('r', 'm', 'p');
COMMENT ON VIEW gb_enums_internal.table_care IS
    'what changed in tables, what autovacuum goes by, and what was done';
GRANT SELECT ON gb_enums_internal.table_care TO PUBLIC;

CREATE VIEW @extschema@.gb_table_maintenance AS
    WITH setting AS MATERIALIZED (
        SELECT p.name, p.setting, p.source
        FROM pg_settings p
        WHERE p.name LIKE 'autovacuum%' AND p.name NOT IN ('autovacuum_naptime', 'autovacuum_work_mem')
          AND p.name NOT LIKE 'autovacuum%workers' AND p.name NOT LIKE 'autovacuum%slots'),
    of_server AS MATERIALIZED (
        SELECT array_agg(format('%s = %s (%s)', s.name, s.setting, s.source) ORDER BY s.name COLLATE "C")
               AS settings
        FROM setting s)
    SELECT c.relnamespace::regnamespace AS schema, c.relation::regclass AS table_name,
           c.partition_of::regclass AS partition_of, c.row_estimate, c.dead_rows, c.rows_inserted,
           c.rows_changed,
           c.since_analyze AS changed_since_analyze, c.inserted_since_vacuum, l.is_enabled AS autovacuum,
           ceil(l.vacuum_at)::bigint AS vacuum_at, ceil(l.insert_vacuum_at)::bigint AS insert_vacuum_at,
           ceil(l.analyze_at)::bigint AS analyze_at,
           CASE WHEN c.relkind = 'p' THEN NULL
                WHEN c.reloptions IS NULL THEN v.settings
                ELSE ARRAY(
                    SELECT format('%s = %s (%s)', s.name, coalesce(o.option_value, s.setting),
                                  CASE WHEN o.option_value IS NOT NULL THEN 'table' ELSE s.source END)
                    FROM setting s
                    LEFT JOIN pg_options_to_table(c.reloptions) o ON o.option_name
                        = CASE s.name WHEN 'autovacuum' THEN 'autovacuum_enabled' ELSE s.name END
                    ORDER BY s.name COLLATE "C") END AS settings,
           c.last_vacuum, c.last_analyze, c.xid_age, c.mxid_age, l.freeze_at,
           2147483647 - c.xid_age AS xids_left,
           round((c.relallvisible / nullif(c.relpages, 0)::float8)::numeric, 2) AS visible_share
    FROM gb_enums_internal.table_care c
    CROSS JOIN of_server v
    -- Autovacuum does not look at a partitioned table itself.
    LEFT JOIN LATERAL (
        SELECT c.is_enabled, c.vacuum_at, c.insert_vacuum_at, c.analyze_at, c.freeze_at) l
        ON c.relkind <> 'p';
COMMENT ON VIEW @extschema@.gb_table_maintenance IS
    'what changed in tables, when autovacuum comes to them and by what settings, and what was done; '
    'example: SELECT table_name, dead_rows, vacuum_at FROM gb_table_maintenance WHERE dead_rows > vacuum_at';
COMMENT ON COLUMN @extschema@.gb_table_maintenance.schema IS 'the schema of the table';
COMMENT ON COLUMN @extschema@.gb_table_maintenance.table_name IS 'the table or materialized view';
COMMENT ON COLUMN @extschema@.gb_table_maintenance.partition_of IS 'the table that it is a partition of';
COMMENT ON COLUMN @extschema@.gb_table_maintenance.row_estimate IS 'the number of rows as statistics have it';
COMMENT ON COLUMN @extschema@.gb_table_maintenance.dead_rows IS 'the number of rows that wait for VACUUM';
COMMENT ON COLUMN @extschema@.gb_table_maintenance.rows_inserted IS 'how many were inserted since the '
                                                                    'server counts';
COMMENT ON COLUMN @extschema@.gb_table_maintenance.rows_changed IS
    'how many were updated or deleted since the server counts';
COMMENT ON COLUMN @extschema@.gb_table_maintenance.changed_since_analyze IS
    'how many were inserted, updated or deleted since the last ANALYZE';
COMMENT ON COLUMN @extschema@.gb_table_maintenance.inserted_since_vacuum IS
    'how many were inserted since the last VACUUM';
COMMENT ON COLUMN @extschema@.gb_table_maintenance.autovacuum IS
    'whether autovacuum looks at the table; NULL for a partitioned table, at whose partitions it looks';
COMMENT ON COLUMN @extschema@.gb_table_maintenance.vacuum_at IS
    'the number of dead rows beyond which autovacuum comes';
COMMENT ON COLUMN @extschema@.gb_table_maintenance.insert_vacuum_at IS
    'the number of inserted rows beyond which it comes; NULL when inserts do not count';
COMMENT ON COLUMN @extschema@.gb_table_maintenance.analyze_at IS
    'the number of changed rows beyond which it analyzes';
COMMENT ON COLUMN @extschema@.gb_table_maintenance.settings IS
    'the settings of autovacuum that count for the table, and where each comes from: the table, or as in '
    'pg_settings.source';
COMMENT ON COLUMN @extschema@.gb_table_maintenance.last_vacuum IS 'the last VACUUM, whoever ran it';
COMMENT ON COLUMN @extschema@.gb_table_maintenance.last_analyze IS 'the last ANALYZE, whoever ran it';
COMMENT ON COLUMN @extschema@.gb_table_maintenance.xid_age IS
    'how many transactions ago its oldest row that is not frozen can be from, those of long values included';
COMMENT ON COLUMN @extschema@.gb_table_maintenance.mxid_age IS 'the same of multixacts';
COMMENT ON COLUMN @extschema@.gb_table_maintenance.freeze_at IS
    'the age at which autovacuum comes whatever else is set';
COMMENT ON COLUMN @extschema@.gb_table_maintenance.xids_left IS
    'how many transactions are left until wraparound; the server stops before';
COMMENT ON COLUMN @extschema@.gb_table_maintenance.visible_share IS
    'the share of its pages whose rows all can see, which index-only scans need not read';
GRANT SELECT ON @extschema@.gb_table_maintenance TO PUBLIC;
