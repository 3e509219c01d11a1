
-- Advice of indexes -------------------------------------------------------------------------------------
--
-- Statements of an application are planned, with and without an index that is not there. They may be
-- anybody's, and so may the tables. What the planner executes, which are functions of constants, must not be
-- the code of others: it would run with the caller's rights.

CREATE FUNCTION gb_enums_internal.advise_indexes(
    queries text[], calls bigint[], unplanned oid[], refused text[], most_ms integer,
    OUT kind text, OUT relation oid, OUT definition text, OUT evidence text, OUT entries double precision,
    OUT query integer, OUT cost_before double precision, OUT cost_after double precision,
    OUT presumes_others boolean)
    RETURNS SETOF record
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'gb_advise_indexes';
COMMENT ON FUNCTION gb_enums_internal.advise_indexes(text[], bigint[], oid[], text[], integer) IS
    'indexes that queries would gain by and that are not refused, with a row for each such query, and how '
    'many entries they get for a row that is written; names mean what they mean to the caller, and queries '
    'of unplanned relations are left out, and those that take most_ms milliseconds of a processor to plan';

-- Code of others comes with a table by the expressions of its indexes, constraints, statistics and partition
-- keys, and by the types of its columns. What asks another server is not planned either.
CREATE FUNCTION gb_enums_internal.unplanned_relations() RETURNS oid[]
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
WITH RECURSIVE code(classid, objid) AS (
    SELECT 'pg_proc'::regclass::oid, p.oid
    FROM pg_proc p
    JOIN pg_language l ON l.oid = p.prolang
    WHERE p.oid >= 16384 AND l.lanname NOT IN ('internal', 'c', 'gb_enum')
    UNION
    SELECT d.classid, d.objid
    FROM code c
    JOIN pg_depend d ON d.refclassid = c.classid AND d.refobjid = c.objid
    WHERE c.classid IN ('pg_proc'::regclass, 'pg_operator'::regclass, 'pg_type'::regclass)
      AND d.classid IN ('pg_operator'::regclass, 'pg_type'::regclass, 'pg_class'::regclass,
                        'pg_constraint'::regclass, 'pg_statistic_ext'::regclass)),
unplanned(relation) AS (
    SELECT CASE c.classid
               WHEN 'pg_class'::regclass THEN coalesce(x.indrelid, c.objid)
               WHEN 'pg_constraint'::regclass THEN k.conrelid
               ELSE s.stxrelid END
    FROM code c
    LEFT JOIN pg_index x ON c.classid = 'pg_class'::regclass AND x.indexrelid = c.objid
    LEFT JOIN pg_constraint k ON c.classid = 'pg_constraint'::regclass AND k.oid = c.objid
    LEFT JOIN pg_statistic_ext s ON c.classid = 'pg_statistic_ext'::regclass AND s.oid = c.objid
    WHERE c.classid NOT IN ('pg_proc'::regclass, 'pg_operator'::regclass, 'pg_type'::regclass)
    UNION
    SELECT f.ftrelid FROM pg_foreign_table f
    UNION
    SELECT i.inhparent
    FROM unplanned u
    JOIN pg_inherits i ON i.inhrelid = u.relation)
SELECT coalesce(array_agg(u.relation), '{}') FROM unplanned u WHERE u.relation <> 0
$$;
COMMENT ON FUNCTION gb_enums_internal.unplanned_relations() IS
    'relations whose queries are not planned for advice, and what they are partitions of';

-- What an index costs -----------------------------------------------------------------------------------

CREATE FUNCTION gb_enums_internal.recorded_share() RETURNS double precision
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    information constant regclass := gb_enums_internal.statement_recorder('pg_stat_statements_info');
    recorded_since timestamptz;
BEGIN
    IF information IS NULL THEN
        RETURN 1;
    END IF;
    EXECUTE format('SELECT stats_reset FROM %s', information) INTO recorded_since;
    RETURN extract(epoch FROM clock_timestamp() - recorded_since)
        / nullif(extract(epoch FROM clock_timestamp() - gb_enums_internal.counted_since()), 0);
END $$;
COMMENT ON FUNCTION gb_enums_internal.recorded_share() IS
    'how long pg_stat_statements has counted, in proportion to the time in which the server has counted what '
    'is done in tables; NULL where it does not count; 1 where nothing is known';

-- How often given texts are executed is not known (calls is NULL): no more often than their table is read.
-- A statement that gains in all partitions reads all of them, so that their reads are not added up. And the
-- rows that there are may have been loaded by others than the application.
CREATE FUNCTION gb_enums_internal.weigh_index(
    relation regclass, definition text, entries double precision, calls numeric, saved double precision,
    recorded_share double precision, is_told boolean) RETURNS text
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    work constant record := gb_enums_internal.table_work(relation);
    made constant double precision := entries * CASE
        WHEN calls IS NULL THEN greatest(work.written - work.present, 0)
        ELSE work.written * recorded_share END;
    cost constant double precision := made * current_setting('random_page_cost')::double precision;
    reads constant bigint := CASE WHEN calls IS NULL THEN greatest(work.most_reads, 1) ELSE 1 END;
    gain constant double precision := reads * saved;
    figures text;
BEGIN
    IF cost IS NULL OR NOT current_setting('track_counts')::boolean THEN
        RETURN '';
    END IF;
    figures := CASE
        WHEN calls IS NULL
            THEN format('; %s rows were written, of which %s are there', work.written,
                        least(work.written, work.present))
        ELSE format('; %s rows were written meanwhile', round(work.written * recorded_share)) END;
    IF made > 0 THEN
        figures := figures || format(': entries cost %s, and %s save %s', round(cost::numeric),
            CASE WHEN calls IS NULL THEN format('%s reads', reads) ELSE 'the calls' END,
            round(gain::numeric));
    END IF;
    IF cost <= gain THEN
        RETURN figures;
    END IF;
    IF is_told THEN
        RAISE NOTICE 'an index is not advised that costs more than it saves: %', definition
            USING DETAIL = ltrim(figures, '; ') || '.',
                  HINT = format(
                      'If others than the application have written these rows, let the server count anew: '
                      'SELECT pg_stat_reset_single_table_counters(relid) FROM pg_partition_tree(%L)',
                      relation);
    END IF;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION gb_enums_internal.weigh_index(
    regclass, text, double precision, numeric, double precision, double precision, boolean) IS
    'the rows that are written to a table, and what their entries in an index cost, for people; NULL when '
    'that is more than the index saves, of which the caller is told if asked for';

-- The advice --------------------------------------------------------------------------------------------

CREATE TYPE gb_enums_internal.asked_queries AS (
    texts text[], calls bigint[], are_given boolean, unplanned oid[], recorded_share double precision);
COMMENT ON TYPE gb_enums_internal.asked_queries IS
    'queries to advise indexes for, with what is the same for all of them; given by somebody, or recorded';

CREATE TYPE gb_enums_internal.weighed_index AS (
    kind text, relation regclass, definition text, saved double precision, reason text, texts text[]);
COMMENT ON TYPE gb_enums_internal.weighed_index IS
    'an index that statements gain by, and why it is advised, NULL when it is not worthwhile';

-- Their caller's search_path finds the names in the queries, so these have none of their own. What comes in
-- the place of an index that was refused is mostly refused, too. The caller is told of the first ones.
CREATE FUNCTION gb_enums_internal.weighed_indexes(
    asked gb_enums_internal.asked_queries, refused gb_enums_internal.weighed_index[])
    RETURNS SETOF gb_enums_internal.weighed_index
    LANGUAGE sql VOLATILE PARALLEL UNSAFE
    BEGIN ATOMIC
        WITH found AS (
            SELECT a.*, asked.texts[a.query] AS text, a.cost_before - a.cost_after AS saved,
                   CASE WHEN NOT asked.are_given THEN asked.calls[a.query] END AS calls
            FROM gb_enums_internal.advise_indexes(
                asked.texts, asked.calls, asked.unplanned,
                ARRAY(SELECT r.definition FROM unnest(refused) r), most_ms => 1000) a),
        advised AS MATERIALIZED (
            SELECT f.kind, f.relation::regclass, f.definition, f.evidence, f.entries, count(*) AS statements,
                   sum(f.calls) AS calls, sum(f.cost_after) AS cost_after, sum(f.cost_before) AS cost_before,
                   bool_or(f.presumes_others) AS presumes_others,
                   sum(coalesce(f.calls, 1) * f.saved) AS saved, max(f.saved) AS most_saved,
                   (array_agg(f.text ORDER BY coalesce(f.calls, 1) * f.saved DESC, f.text))[1:10] AS texts
            FROM found f
            GROUP BY f.kind, f.relation, f.definition, f.evidence, f.entries
            ORDER BY f.definition COLLATE "C")
        SELECT a.kind, a.relation, a.definition, a.saved,
               format('%s; %s%s, planned with a cost of %s instead of %s%s', a.evidence,
                      CASE a.statements WHEN 1 THEN '1 statement' ELSE a.statements || ' statements' END,
                      ', called ' || a.calls || ' times', round(a.cost_after::numeric),
                      round(a.cost_before::numeric),
                      CASE WHEN a.presumes_others THEN ', both with the other indexes that help '
                          || CASE a.statements WHEN 1 THEN 'it' ELSE 'them' END END)
                   || gb_enums_internal.weigh_index(
                          a.relation, a.definition, a.entries, a.calls,
                          CASE WHEN a.calls IS NULL THEN a.most_saved ELSE a.saved END,
                          asked.recorded_share,
                          is_told => NOT EXISTS (
                              SELECT FROM unnest(refused) r WHERE r.relation = a.relation)),
               a.texts
        FROM advised a;
    END;
COMMENT ON FUNCTION gb_enums_internal.weighed_indexes(
    gb_enums_internal.asked_queries, gb_enums_internal.weighed_index[]) IS
    'indexes that queries would gain by, without those that are refused, with what they cost';

-- What an index is said to save may presume others. So when one is not worthwhile, the queries are planned
-- once more without it, until all that is left is.
CREATE FUNCTION @extschema@.gb_index_advice(
    queries text[] DEFAULT NULL, many_calls bigint DEFAULT 100,
    OUT kind text, OUT object regclass, OUT reason text, OUT statement text, OUT lock text,
    OUT own_transaction boolean, OUT evidence text[]) RETURNS SETOF record
    LANGUAGE sql VOLATILE PARALLEL UNSAFE
    BEGIN ATOMIC
        WITH RECURSIVE looked_at AS (
            SELECT u.query, 1::bigint AS calls
            FROM unnest(queries) u(query)
            UNION ALL
            (SELECT r.query, r.calls
             FROM gb_enums_internal.recorded_queries() r
             WHERE queries IS NULL AND r.calls >= coalesce(many_calls, 0)
             LIMIT 1000)),
        asked AS MATERIALIZED (
            SELECT (coalesce(array_agg(l.query), '{}'), coalesce(array_agg(l.calls), '{}'),
                    queries IS NOT NULL, gb_enums_internal.unplanned_relations(),
                    CASE WHEN queries IS NULL THEN gb_enums_internal.recorded_share() END
                   )::gb_enums_internal.asked_queries AS queries
            FROM looked_at l),
        attempt(number, refused, advised) AS (
            SELECT 1, '{}'::gb_enums_internal.weighed_index[],
                   ARRAY(SELECT w FROM gb_enums_internal.weighed_indexes(a.queries, '{}') w)
            FROM asked a
            UNION ALL
            SELECT t.number + 1, n.refused,
                   ARRAY(SELECT w FROM gb_enums_internal.weighed_indexes(a.queries, n.refused) w)
            FROM attempt t
            CROSS JOIN asked a
            CROSS JOIN LATERAL (
                -- (without their texts, which may be long)
                SELECT t.refused || array_agg(
                    (w.kind, w.relation, w.definition, NULL, NULL, NULL)::gb_enums_internal.weighed_index)
                FROM unnest(t.advised) w
                WHERE w.reason IS NULL
                  AND NOT EXISTS (SELECT FROM unnest(t.refused) r WHERE r.definition = w.definition)
                HAVING count(*) > 0) n(refused))
        SELECT w.kind, w.relation, w.reason,
               format('CREATE INDEX %sON %s', CASE c.relkind WHEN 'p' THEN '' ELSE 'CONCURRENTLY ' END,
                      w.definition),
               format(CASE c.relkind WHEN 'p' THEN 'SHARE on %s and its partitions'
                                     ELSE 'SHARE UPDATE EXCLUSIVE on %s' END, w.relation),
               c.relkind <> 'p', w.texts
        FROM (SELECT t.advised FROM attempt t ORDER BY t.number DESC LIMIT 1) t
        CROSS JOIN LATERAL unnest(t.advised) w
        JOIN pg_class c ON c.oid = w.relation
        WHERE w.reason IS NOT NULL
        ORDER BY w.saved DESC, w.definition COLLATE "C";
    END;
COMMENT ON FUNCTION @extschema@.gb_index_advice(text[], bigint) IS
    'indexes that statements of an application would gain by, as the planner says when it is shown them, '
    'with the figures and the statements that speak for them; without queries, those of pg_stat_statements '
    'that were called that often; nothing is executed; '
    'example: SELECT kind, object, reason, statement FROM gb_index_advice()';
