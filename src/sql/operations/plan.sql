
-- A plan of maintenance ---------------------------------------------------------------------------------
--
-- Each function below finds one kind of work and knows the limits from which on it is worthwhile. The reason
-- of a statement has the figures that were compared. Nothing is executed. (PL/pgSQL keeps the plans of
-- queries that take longer to plan than to execute. What several functions look at is looked up once, and
-- given to them.)

CREATE TYPE gb_enums_internal.maintenance_step AS (
    relation oid, priority integer, kind text, object regclass, reason text, statement text, lock text,
    own_transaction boolean);
COMMENT ON TYPE gb_enums_internal.maintenance_step IS
    'a statement of a plan of maintenance, and the table that it is about';

-- Autovacuum comes when a share of the rows is dead. A fifth, which is the default, is much in a table of
-- millions of rows, where each was changed at least once. What is set tighter than this stays.
CREATE FUNCTION gb_enums_internal.settings_to_tighten(care gb_enums_internal.table_care[])
    RETURNS TABLE (relation oid, relkind "char", partition_of oid, settings text, reason text)
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT c.relation, c.relkind, c.partition_of, n.settings,
       format('of %s rows, %s were updated or deleted since %s; now: vacuum scale factor %s, analyze scale '
              'factor %s, cost delay %s ms', c.row_estimate, c.rows_changed, t.since, c.vacuum_scale,
              c.analyze_scale, c.cost_delay)
FROM unnest(care) c
CROSS JOIN gb_enums_internal.counted_since() t(since)
CROSS JOIN LATERAL (
    SELECT string_agg(format('%s = %s', w.name, w.value), ', ' ORDER BY w.n)
    FROM (VALUES (1, 'autovacuum_vacuum_scale_factor', c.vacuum_scale,
                  CASE WHEN c.row_estimate >= 100000 THEN 0.01 ELSE 0.02 END),
                 (2, 'autovacuum_analyze_scale_factor', c.analyze_scale,
                  CASE WHEN c.row_estimate >= 100000 THEN 0.005 ELSE 0.01 END),
                 (3, 'autovacuum_vacuum_cost_delay', c.cost_delay,
                  CASE WHEN c.row_estimate >= 100000 THEN 2 END)) w(n, name, present, value)
    WHERE w.present > w.value) n(settings)
WHERE c.relkind IN ('r', 'm') AND c.is_enabled AND c.row_estimate >= 10000
  AND c.rows_changed >= c.row_estimate AND n.settings IS NOT NULL
$$;
COMMENT ON FUNCTION gb_enums_internal.settings_to_tighten(gb_enums_internal.table_care[]) IS
    'tables whose rows change often, with the settings that let autovacuum come in time';

CREATE FUNCTION gb_enums_internal.maintain_settings(care gb_enums_internal.table_care[])
    RETURNS SETOF gb_enums_internal.maintenance_step
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY
    WITH tight AS MATERIALIZED (SELECT * FROM gb_enums_internal.settings_to_tighten(care))
    SELECT t.relation, 2, 'settings', t.relation::regclass, t.reason,
           format('ALTER %s %s SET (%s)', CASE t.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END,
                  t.relation::regclass, t.settings),
           format('SHARE UPDATE EXCLUSIVE on %s', t.relation::regclass), false
    FROM tight t
    UNION ALL
    -- the partitions to come
    SELECT s.parent::oid, 2, 'settings', s.parent::regclass,
           format('its partition %s needs settings that new partitions do not get: %s',
                  p.relation::regclass, p.settings),
           format('SELECT %s.gb_partition_manage(%L, storage => %L)', gb_enums_internal.extension_schema(),
                  s.parent::regclass, n.storage),
           'none', false
    FROM gb_enums_internal.partition_set s
    CROSS JOIN LATERAL (
        SELECT t.relation, t.settings
        FROM tight t
        WHERE t.partition_of = s.parent
        ORDER BY length(t.settings) DESC, t.relation
        LIMIT 1) p
    CROSS JOIN LATERAL (
        SELECT array_agg(o.setting ORDER BY o.n)
        FROM (SELECT u.setting, u.n
              FROM unnest(s.storage) WITH ORDINALITY u(setting, n)
              UNION ALL
              SELECT replace(w.setting, ' ', ''), 1000 + w.n
              FROM string_to_table(p.settings, ', ') WITH ORDINALITY w(setting, n)
              WHERE NOT EXISTS (
                  SELECT FROM unnest(s.storage) h(setting)
                  WHERE starts_with(h.setting, split_part(w.setting, ' ', 1)))) o) n(storage)
    WHERE n.storage IS DISTINCT FROM s.storage
    UNION ALL
    SELECT c.relation, 2, 'settings', c.relation::regclass,
           format('autovacuum is off for it (autovacuum_enabled), and it has %s dead rows of %s', c.dead_rows,
                  c.row_estimate),
           format('ALTER TABLE %s RESET (autovacuum_enabled)', c.relation::regclass),
           format('SHARE UPDATE EXCLUSIVE on %s', c.relation::regclass), false
    FROM unnest(care) c
    WHERE c.relkind = 'r' AND NOT c.own_enabled AND c.dead_rows >= 1000 AND c.dead_rows >= 2 * c.vacuum_at;
END $$;
COMMENT ON FUNCTION gb_enums_internal.maintain_settings(gb_enums_internal.table_care[]) IS
    'settings for tables whose rows change often, and for the partitions to come';

-- VACUUM leaves what somebody may still look at. Who has looked for an hour, or has left, may keep it from
-- the work; of several the one that keeps most is told. (Who may not see the sessions of others is told of
-- slots and of prepared transactions only.)
CREATE FUNCTION gb_enums_internal.keeps_dead_rows(at timestamptz) RETURNS text
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT format('%s keeps rows that were deleted in the last %s transactions', k.keeper, k.age)
FROM (SELECT true, format('the session of process %s', a.pid),
             greatest(age(a.backend_xmin), age(a.backend_xid))
      FROM pg_stat_activity a
      WHERE a.xact_start <= at - interval '1 hour' AND a.pid <> pg_backend_pid()
        AND (a.datid IS NULL OR a.datname = current_database())
        AND NOT EXISTS (SELECT FROM pg_stat_progress_vacuum v WHERE v.pid = a.pid)
      UNION ALL
      SELECT false, format('the prepared transaction %L', p.gid), age(p.transaction)
      FROM pg_prepared_xacts p
      WHERE p.prepared <= at - interval '1 hour' AND p.database = current_database()
      UNION ALL
      SELECT false, format('the replication slot %s, which nobody reads,', s.slot_name), age(s.xmin)
      FROM pg_replication_slots s
      WHERE NOT s.active) k(is_session, keeper, age)
WHERE k.age > 0
-- (A session keeps for others what a prepared transaction keeps.)
ORDER BY k.age DESC, k.is_session
LIMIT 1
$$;
COMMENT ON FUNCTION gb_enums_internal.keeps_dead_rows(timestamptz) IS
    'what has kept VACUUM from removing dead rows for long, and how many transactions back; NULL for nothing';

-- What autovacuum should have done long ago.
CREATE FUNCTION gb_enums_internal.maintain_rows(care gb_enums_internal.table_care[], at timestamptz)
    RETURNS SETOF gb_enums_internal.maintenance_step
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY
    SELECT c.relation, CASE WHEN o.is_old THEN 1 ELSE 2 END, 'vacuum', c.relation::regclass,
           concat_ws('; ',
               CASE WHEN o.is_old
                    THEN format('its oldest rows are %s transactions and %s multixacts old, and autovacuum '
                                'comes from %s or %s on',
                                c.xid_age, c.mxid_age, c.freeze_at, c.mxid_freeze_at) END,
               CASE WHEN o.is_full
                    THEN format('%s dead rows beside %s, and autovacuum comes from %s on', c.dead_rows,
                                c.row_estimate, ceil(c.vacuum_at)) END,
               k.keeper),
           format('VACUUM (%s) %s', CASE WHEN o.is_old THEN 'FREEZE, ANALYZE' ELSE 'ANALYZE' END,
                  c.relation::regclass),
           format('SHARE UPDATE EXCLUSIVE on %s', c.relation::regclass), true
    FROM unnest(care) c
    CROSS JOIN (SELECT gb_enums_internal.keeps_dead_rows(maintain_rows.at)) k(keeper)
    CROSS JOIN LATERAL (
        SELECT c.xid_age > 1.1 * c.freeze_at OR c.mxid_age > 1.1 * c.mxid_freeze_at,
               c.dead_rows >= 1000 AND c.dead_rows >= 2 * c.vacuum_at) o(is_old, is_full)
    WHERE c.relkind IN ('r', 'm') AND (o.is_old OR o.is_full);
END $$;
COMMENT ON FUNCTION gb_enums_internal.maintain_rows(gb_enums_internal.table_care[], timestamptz) IS
    'tables that VACUUM should have come to long ago';

CREATE VIEW gb_enums_internal.analyzed_column AS
    SELECT s.starelid AS relation, s.staattnum AS number, s.stainherit AS of_partitions,
           CASE WHEN gb_enums_internal.may_see_estimates(c.relowner) THEN
               CASE 3 WHEN s.stakind1 THEN s.stanumbers1[1] WHEN s.stakind2 THEN s.stanumbers2[1]
                      WHEN s.stakind3 THEN s.stanumbers3[1] WHEN s.stakind4 THEN s.stanumbers4[1]
                      WHEN s.stakind5 THEN s.stanumbers5[1] END
           END AS correlation
    FROM pg_statistic s
    JOIN pg_class c ON c.oid = s.starelid;
COMMENT ON VIEW gb_enums_internal.analyzed_column IS
    'the columns that have statistics, and how far the order of the rows is that of their values';
GRANT SELECT ON gb_enums_internal.analyzed_column TO PUBLIC;

CREATE FUNCTION gb_enums_internal.maintain_statistics(care gb_enums_internal.table_care[])
    RETURNS SETOF gb_enums_internal.maintenance_step
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY
    WITH leaf AS (
        SELECT c.relation, c.row_estimate AS rows,
               CASE WHEN c.since_analyze > 0 AND c.since_analyze >= 2 * c.analyze_at
                    THEN format('%s rows changed since it was analyzed, and autovacuum comes from %s on',
                                c.since_analyze, ceil(c.analyze_at))
                    WHEN c.last_analyze IS NULL AND c.row_estimate >= 2 * c.analyze_at AND NOT EXISTS (
                        SELECT FROM gb_enums_internal.analyzed_column a WHERE a.relation = c.relation
                               AND NOT a.of_partitions)
                    THEN format('it has %s rows and no statistics', c.row_estimate) END AS reason
        FROM unnest(care) c
        WHERE c.relkind IN ('r', 'm')),
    parent AS (
        SELECT c.relation, s.rows,
               CASE WHEN c.last_analyze IS NULL AND s.rows >= 100 AND NOT EXISTS (
                        SELECT FROM gb_enums_internal.analyzed_column a WHERE a.relation = c.relation
                               AND a.of_partitions)
                    THEN format('its partitions have %s rows, and it has no statistics; autovacuum makes '
                                'none for it', s.rows)
                    WHEN abs(s.rows - greatest(c.reltuples, 0)) >= greatest(1000, 0.2 * s.rows)
                    THEN format('its partitions have %s rows, and it was analyzed with %s; autovacuum does '
                                'not analyze it', s.rows, greatest(c.reltuples, 0)) END AS reason
        FROM unnest(care) c
        JOIN (SELECT p.ancestor, sum(gb_enums_internal.row_estimate(l.oid, l.reltuples)) AS rows
              FROM gb_enums_internal.partition_leaves() p
              JOIN pg_class l ON l.oid = p.leaf
              GROUP BY p.ancestor) s ON s.ancestor = c.relation
        WHERE c.relkind = 'p' AND c.partition_of IS NULL)
    SELECT t.relation, 2, 'analyze', t.relation::regclass, t.reason,
           format('ANALYZE %s', t.relation::regclass),
           format('SHARE UPDATE EXCLUSIVE on %s%s', t.relation::regclass, t.others), false
    FROM (SELECT l.relation, l.reason, '' AS others FROM leaf l
          UNION ALL
          SELECT p.relation, p.reason, ' and its partitions' FROM parent p) t
    WHERE t.reason IS NOT NULL;
END $$;
COMMENT ON FUNCTION gb_enums_internal.maintain_statistics(gb_enums_internal.table_care[]) IS
    'tables that ANALYZE should have come to, and partitioned tables, to which autovacuum does not come';

-- From 10 MB and two fifths of an index on. (10 MB are 320 pages or more, by the size of pages. An index with
-- fewer is left out before its bloat is estimated.) ANALYZE finds too few of the values where some are common
-- and the others rare. Then the index seems to have entries to share when it has been built anew, too. So an
-- index is not built anew for some days, and a weekly job has it once.
CREATE FUNCTION gb_enums_internal.maintain_bloated_indexes(to_drop oid[], at timestamptz)
    RETURNS SETOF gb_enums_internal.maintenance_step
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY
    SELECT i.relation, 3, 'reindex', i.index::regclass,
           format('%s of %s are not needed, as estimated', pg_size_pretty(b.bloat), pg_size_pretty(b.bytes)),
           format('REINDEX INDEX %s%s', CASE WHEN NOT i.indisexclusion THEN 'CONCURRENTLY ' END,
                  i.index::regclass),
           CASE WHEN i.indisexclusion
                THEN format('SHARE on %s, ACCESS EXCLUSIVE on the index', i.relation::regclass)
                ELSE format('SHARE UPDATE EXCLUSIVE on %s', i.relation::regclass) END,
           NOT i.indisexclusion
    FROM gb_enums_internal.index_bloat b
    JOIN gb_enums_internal.operated_index i ON i.index = b.index
    WHERE b.pages >= 320 AND b.bloat >= 10485760 AND b.bloat >= 0.4 * b.bytes AND i.indisvalid
      AND i.index <> ALL (to_drop)
      AND coalesce(gb_enums_internal.relation_files_since(i.relfilenode, i.reltablespace)
                   <= maintain_bloated_indexes.at - interval '6 days', true);
END $$;
COMMENT ON FUNCTION gb_enums_internal.maintain_bloated_indexes(oid[], timestamptz) IS
    'indexes that take much more room than they need, but for those that are to be dropped';

-- What is being built now is not valid either. Who builds an index keeps others from building one. Indexes
-- of long values are left over, too, but most owners may not use their schema. A unique index is not built
-- again unasked: it failed because two rows have the same key, or will fail if they do.
CREATE FUNCTION gb_enums_internal.maintain_invalid_indexes()
    RETURNS SETOF gb_enums_internal.maintenance_step
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY
    SELECT w.owner, 2, CASE WHEN w.is_left_over THEN 'drop index' ELSE 'reindex' END, w.index::regclass,
           'it is not valid: ' || CASE
               WHEN NOT w.indislive THEN 'a DROP INDEX CONCURRENTLY did not come to the end'
               ELSE format('%s. No query uses it, and %s write goes to it%s',
                           CASE WHEN w.is_left_over THEN 'a REINDEX CONCURRENTLY left it over'
                                ELSE 'its build, or its removal, did not come to the end' END,
                           CASE WHEN w.indisready THEN 'each' ELSE 'no' END,
                           CASE WHEN NOT w.is_left_over AND w.indisunique
                                THEN '. It is unique: when no two rows have the same key any more, REINDEX '
                                     'INDEX CONCURRENTLY it, or drop it'
                                WHEN NOT w.is_reached
                                THEN '. Who may use the schema pg_toast can drop it' END) END,
           CASE WHEN NOT w.is_reached THEN NULL
                WHEN w.is_left_over THEN format('DROP INDEX CONCURRENTLY %s', w.index::regclass)
                WHEN NOT w.indisunique THEN format('REINDEX INDEX CONCURRENTLY %s', w.index::regclass) END,
           format('SHARE UPDATE EXCLUSIVE on %s', w.relation::regclass), true
    FROM (SELECT x.indexrelid, x.indrelid, coalesce(t.oid, x.indrelid), x.indisunique, x.indisready,
                 x.indislive, NOT x.indislive OR c.relname ~ '_cc(new|old)[0-9]*$',
                 t.oid IS NULL OR has_schema_privilege(c.relnamespace, 'USAGE')
          FROM pg_index x
          JOIN pg_class c ON c.oid = x.indexrelid
          LEFT JOIN pg_class t ON c.relnamespace = 'pg_toast'::regnamespace AND t.reltoastrelid = x.indrelid
          WHERE NOT x.indisvalid AND c.oid >= 16384 AND c.relkind = 'i' AND c.relpersistence <> 't')
        w(index, relation, owner, indisunique, indisready, indislive, is_left_over,
          is_reached)
    WHERE NOT EXISTS (
        SELECT
        FROM pg_locks l
        WHERE l.locktype = 'relation' AND l.relation IN (w.relation, w.owner)
          AND l.mode = 'ShareUpdateExclusiveLock'
          AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database()));
END $$;
COMMENT ON FUNCTION gb_enums_internal.maintain_invalid_indexes() IS
    'indexes that are not valid, and that nobody builds now';

-- An index that nobody has read for 30 days, on a table that was read. An index that is younger, or was built
-- anew since, was not there to be read. Those that are needed for more than for speed stay, and those that
-- begin with a column of a foreign key: who deletes what the key refers to needs them. An index does not go
-- when the one goes that could take its place.
CREATE FUNCTION gb_enums_internal.maintain_unused_indexes(at timestamptz)
    RETURNS SETOF gb_enums_internal.maintenance_step
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    counted_since constant timestamptz := gb_enums_internal.counted_since();
BEGIN
    RETURN QUERY
    WITH RECURSIVE redundant AS MATERIALIZED (SELECT * FROM gb_enums_internal.redundant_index),
    -- Most indexes are small, and the same as no other.
    looked_at AS (
        SELECT r.index FROM redundant r WHERE r.duplicate_of IS NOT NULL
        UNION
        SELECT c.relation
        FROM gb_enums_internal.operated_relation c
        WHERE c.relkind = 'I' OR (c.relkind = 'i' AND c.relpages >= 128)),
    found AS MATERIALIZED (
        SELECT i.index, i.relation, i.relkind, r.duplicate_of, r.contained_in
        FROM looked_at l
        JOIN gb_enums_internal.operated_index i ON i.index = l.index
        LEFT JOIN redundant r ON r.index = i.index
        WHERE NOT i.is_partition AND i.indisvalid AND NOT i.is_needed),
    part AS MATERIALIZED (
        SELECT f.index, f.index AS part FROM found f
        UNION ALL
        SELECT p.ancestor, p.leaf FROM gb_enums_internal.partition_leaves() p),
    counted AS (
        SELECT p.index, bool_or(gb_enums_internal.index_is_needed(x)) AS is_needed,
               sum(pg_stat_get_numscans(c.oid))::bigint AS scans,
               sum(gb_enums_internal.relation_bytes(
                   c.relfilenode, c.reltablespace, true, c.relpersistence = 'u'))::bigint AS bytes,
               greatest(counted_since, min(gb_enums_internal.relation_files_since(
                   c.relfilenode, c.reltablespace))) AS since
        FROM part p
        JOIN pg_class c ON c.oid = p.part AND c.relkind = 'i'
        JOIN pg_index x ON x.indexrelid = p.part
        GROUP BY p.index),
    candidate AS MATERIALIZED (
        SELECT f.*, c.scans, c.bytes, c.since, o.is_old AND c.scans = 0 AND c.bytes >= 1048576 AS is_unused
        FROM found f
        JOIN counted c ON c.index = f.index
        CROSS JOIN LATERAL (
            SELECT coalesce(counted_since IS NOT NULL AND c.since <= at - interval '30 days', false))
            o(is_old)
        WHERE NOT c.is_needed
          AND (f.duplicate_of IS NOT NULL
               OR (o.is_old AND c.bytes >= 1048576 AND (c.scans = 0 OR f.contained_in IS NOT NULL)))),
    unread AS MATERIALIZED (
        SELECT u.index, w.reads
        FROM candidate u
        CROSS JOIN LATERAL gb_enums_internal.table_work(u.relation) w
        WHERE u.is_unused AND w.reads >= 100
          AND NOT EXISTS (
              SELECT
              FROM part p
              JOIN pg_index x ON x.indexrelid = p.part
              JOIN pg_constraint k ON k.conrelid = x.indrelid AND k.contype = 'f'
              WHERE p.index = u.index AND x.indkey[0] = ANY (k.conkey))),
    -- of each level, as an index of a partition may be the same as one that has parts itself
    unread_part AS (
        SELECT k.index AS part FROM unread k
        UNION ALL
        SELECT i.inhrelid FROM unread_part k JOIN pg_inherits i ON i.inhparent = k.part)
    SELECT u.relation, CASE WHEN n.index IS NULL AND u.duplicate_of IS NULL THEN 4 ELSE 3 END, 'drop index',
           u.index::regclass,
           CASE WHEN n.index IS NOT NULL
                THEN format('not scanned since %s, while its table was read %s times; %s; %s', u.since,
                            n.reads, pg_size_pretty(u.bytes), s.note)
                ELSE format('%s %s, which serves what it serves; %s, scanned %s times', k.relation,
                            coalesce(u.duplicate_of, u.contained_in)::regclass, pg_size_pretty(u.bytes),
                            u.scans) END,
           format(k.statement, u.index::regclass), format(k.lock, u.relation::regclass), u.relkind = 'i'
    FROM candidate u
    LEFT JOIN unread n ON n.index = u.index
    CROSS JOIN (
        SELECT CASE count(*)
                   WHEN 0 THEN 'a standby counts scans of its own'
                   ELSE format('each of the %s standbys counts scans of its own: look there, too',
                               count(*)) END
        FROM pg_stat_replication) s(note)
    CROSS JOIN LATERAL (
        SELECT CASE WHEN u.duplicate_of IS NOT NULL THEN 'it is the same as'
                    ELSE 'its columns are the first of' END,
               CASE u.relkind WHEN 'I' THEN 'DROP INDEX %s' ELSE 'DROP INDEX CONCURRENTLY %s' END,
               CASE u.relkind WHEN 'I' THEN 'ACCESS EXCLUSIVE on %s and its partitions'
                              ELSE 'SHARE UPDATE EXCLUSIVE on %s' END) k(relation, statement, lock)
    WHERE n.index IS NOT NULL OR (
        coalesce(u.duplicate_of, u.contained_in) IS NOT NULL
        AND NOT EXISTS (
            SELECT FROM unread_part k WHERE k.part = coalesce(u.duplicate_of, u.contained_in)));
END $$;
COMMENT ON FUNCTION gb_enums_internal.maintain_unused_indexes(timestamptz) IS
    'indexes that nobody reads, and that others could take the place of';

-- The command that writes a table anew: the one of newer servers lets readers and writers go on if rows can
-- be told apart by a key. It refuses tables with an index that is not valid.
CREATE FUNCTION gb_enums_internal.rewrite_statement(
    relation oid, by_index oid, OUT statement text, OUT lock text, OUT own_transaction boolean)
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT CASE WHEN v.has_repack
            THEN format('REPACK (%sANALYZE) %s%s', CASE WHEN v.goes_on THEN 'CONCURRENTLY, ' END,
                        r.relation::regclass, ' USING INDEX ' || quote_ident(i.relname))
            WHEN by_index IS NULL THEN format('VACUUM (FULL, ANALYZE) %s', r.relation::regclass)
            ELSE format('CLUSTER %s USING %I; ANALYZE %1$s', r.relation::regclass, i.relname) END,
       CASE WHEN v.has_repack AND v.goes_on
            THEN format('SHARE UPDATE EXCLUSIVE on %s, ACCESS EXCLUSIVE for an instant at the end',
                        r.relation::regclass)
            ELSE format('ACCESS EXCLUSIVE on %s while it is written anew', r.relation::regclass) END,
       v.has_repack OR by_index IS NULL
FROM gb_enums_internal.operated_relation r
LEFT JOIN pg_class i ON i.oid = by_index
CROSS JOIN LATERAL (
    SELECT to_regclass('pg_catalog.pg_stat_progress_repack') IS NOT NULL
           AND NOT EXISTS (SELECT FROM pg_index x WHERE x.indrelid = r.relation AND NOT x.indisvalid),
           r.relkind = 'r' AND r.relpersistence = 'p' AND current_setting('wal_level') <> 'minimal'
           AND r.relam = (SELECT m.oid FROM pg_am m WHERE m.amname = 'heap')
           AND current_setting('max_repack_replication_slots', true)::integer > 0
           AND NOT EXISTS (SELECT FROM pg_options_to_table(r.reloptions) o
                           WHERE o.option_name = 'user_catalog_table' AND o.option_value::boolean)
           AND EXISTS (
               SELECT
               FROM pg_index x
               WHERE x.indrelid = r.relation AND x.indisvalid AND x.indimmediate
                 AND CASE r.relreplident WHEN 'd' THEN x.indisprimary WHEN 'i' THEN x.indisreplident
                     ELSE false END))
    v(has_repack, goes_on)
WHERE r.relation = rewrite_statement.relation
$$;
COMMENT ON FUNCTION gb_enums_internal.rewrite_statement(oid, oid) IS
    'what writes a table anew, in the order of an index if one is given';

-- Bloat: from 10 MB (320 pages or more) and two fifths of the rows' pages on. Order: an index has read as
-- many entries as the table has rows, at least ten at a time, and the rows are not in its order.
CREATE FUNCTION gb_enums_internal.maintain_order(to_drop oid[])
    RETURNS SETOF gb_enums_internal.maintenance_step
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY
    WITH large AS MATERIALIZED (
        SELECT t.relation, t.relpages, gb_enums_internal.row_estimate(t.relation, t.reltuples) AS rows
        FROM gb_enums_internal.operated_relation t
        WHERE t.relkind IN ('r', 'm') AND t.relpages >= 320),
    -- (OFFSET, as they are to be looked up one by one.)
    bloated AS (
        SELECT t.relation, NULL::oid AS by_index,
               format('%s of %s are not needed, as estimated', pg_size_pretty(b.bloat),
                      pg_size_pretty(b.bytes)) AS reason
        FROM large t
        CROSS JOIN LATERAL (
            SELECT b.bytes, b.bloat
            FROM gb_enums_internal.table_bloat b
            WHERE b.relation = t.relation
            OFFSET 0) b
        WHERE b.bloat >= 10485760 AND b.bloat >= 0.4 * b.bytes),
    scattered AS (
        SELECT DISTINCT ON (i.relation) i.relation, i.index AS by_index,
               format('%s scans of %s have read %s entries, the table has %s rows, and the correlation of '
                      'column %I with their order is %s', s.scans, i.index::regclass, s.entries, t.rows,
                      a.attname, round(v.correlation::numeric, 2)) AS reason
        FROM large t
        JOIN gb_enums_internal.operated_index i ON i.relation = t.relation
        JOIN gb_enums_internal.analyzed_column v
            ON v.relation = i.relation AND v.number = i.first_key AND NOT v.of_partitions
        JOIN pg_attribute a ON a.attrelid = i.relation AND a.attnum = i.first_key
        CROSS JOIN LATERAL (SELECT pg_stat_get_numscans(i.index), pg_stat_get_tuples_returned(i.index))
            s(scans, entries)
        WHERE t.relpages >= 1280 AND i.indisvalid AND NOT i.is_partial
          AND i.relam = (SELECT m.oid FROM pg_am m WHERE m.amname = 'btree')
          AND s.entries >= greatest(t.rows, 10 * s.scans)
          -- (the table counts what bitmaps of any index fetch)
          AND pg_stat_get_tuples_fetched(i.index) + pg_stat_get_tuples_fetched(t.relation) >= t.rows
          AND t.rows > 0 AND abs(v.correlation) < 0.5
          AND i.index <> ALL (to_drop)
          -- What somebody has chosen stays. And the order of the next index is not better for the counters of
          -- the past.
          AND NOT EXISTS (
              SELECT FROM pg_index x WHERE x.indrelid = i.relation AND x.indisclustered
                     AND x.indexrelid <> i.index)
        ORDER BY i.relation, s.entries DESC, i.index)
    SELECT w.relation, 3, 'rewrite', w.relation::regclass, concat_ws('; ', w.bloat, w.order_),
           r.statement, r.lock, r.own_transaction
    FROM (SELECT coalesce(b.relation, s.relation), s.by_index, b.reason, s.reason
          FROM bloated b
          FULL JOIN scattered s ON s.relation = b.relation) w(relation, by_index, bloat, order_)
    CROSS JOIN LATERAL gb_enums_internal.rewrite_statement(w.relation, w.by_index) r;
END $$;
COMMENT ON FUNCTION gb_enums_internal.maintain_order(oid[]) IS
    'tables that take much more room than they need, or whose rows are not in the order in which they are '
    'read';

CREATE FUNCTION gb_enums_internal.maintain_findings() RETURNS SETOF gb_enums_internal.maintenance_step
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY
    SELECT f.object::oid, k.priority, f.kind, f.object, f.detail, f.statement, k.lock, k.own_transaction
    FROM gb_enums_internal.maintenance_finding f
    JOIN (VALUES ('late set', 1, 'as gb_partition_plan() says', true),
                 ('default rows', 2, 'as gb_partition_backfill_plan() says', true),
                 ('unknown code', 2, 'ACCESS SHARE on tables with the type', false),
                 ('open conversion', 4, 'ACCESS EXCLUSIVE on the table for an instant', true))
        k(kind, priority, lock, own_transaction) ON k.kind = f.kind;
END $$;
COMMENT ON FUNCTION gb_enums_internal.maintain_findings() IS 'the findings as steps of a plan';

CREATE FUNCTION @extschema@.gb_maintenance_plan(schema regnamespace DEFAULT NULL, at timestamptz DEFAULT NULL)
    RETURNS TABLE (priority integer, kind text, object regclass, reason text, statement text, lock text,
                   own_transaction boolean)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    instant constant timestamptz := coalesce(gb_maintenance_plan.at, now());
    -- Most tables need nothing, which is seen at once.
    care constant gb_enums_internal.table_care[] := ARRAY(
        SELECT c
        FROM gb_enums_internal.table_care c
        WHERE c.relkind = 'p' OR c.last_analyze IS NULL OR c.rows_changed >= c.row_estimate
           OR c.dead_rows > c.vacuum_at OR c.since_analyze > c.analyze_at
           OR c.xid_age > c.freeze_at OR c.mxid_age > c.mxid_freeze_at);
    unused constant gb_enums_internal.maintenance_step[] := ARRAY(
        SELECT u FROM gb_enums_internal.maintain_unused_indexes(instant) u);
    -- before others look at them: those that are to go, and those that may
    to_drop constant oid[] := gb_enums_internal.with_index_leaves(
        ARRAY(SELECT u.object::oid FROM unnest(unused) u WHERE u.priority = 3));
    may_drop constant oid[] := gb_enums_internal.with_index_leaves(
        ARRAY(SELECT u.object::oid FROM unnest(unused) u));
BEGIN
    RETURN QUERY
    SELECT s.priority, s.kind, s.object, s.reason, s.statement, s.lock, s.own_transaction
    FROM (SELECT * FROM gb_enums_internal.maintain_settings(care)
          UNION ALL SELECT * FROM gb_enums_internal.maintain_rows(care, instant)
          UNION ALL SELECT * FROM gb_enums_internal.maintain_statistics(care)
          UNION ALL SELECT * FROM unnest(unused)
          UNION ALL SELECT * FROM gb_enums_internal.maintain_invalid_indexes()
          UNION ALL SELECT * FROM gb_enums_internal.maintain_bloated_indexes(to_drop, instant)
          UNION ALL SELECT * FROM gb_enums_internal.maintain_order(may_drop)
          UNION ALL SELECT * FROM gb_enums_internal.maintain_findings()) s
    JOIN pg_class c ON c.oid = s.relation
    WHERE (gb_maintenance_plan.schema IS NULL OR c.relnamespace = gb_maintenance_plan.schema)
      AND gb_enums_internal.may_see_estimates(c.relowner)
      AND NOT EXISTS (
          SELECT
          FROM pg_depend d
          WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
    ORDER BY s.priority, s.kind, s.object::text COLLATE "C", s.statement COLLATE "C", s.reason COLLATE "C";
END $$;
COMMENT ON FUNCTION @extschema@.gb_maintenance_plan(regnamespace, timestamptz) IS
    'statements of maintenance that are worthwhile now, with the figures that say why; for the tables of a '
    'schema, or of all; nothing is executed; '
    'example: SELECT kind, object, reason, statement FROM gb_maintenance_plan(''public'')';
