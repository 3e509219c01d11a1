
-- Advice of indexes -------------------------------------------------------------------------------------
--
-- Statements of an application are planned, with and without an index that is not there. They may be
-- anybody's, and so may the tables. What the planner executes, which are functions of constants, must not be
-- the code of others: it would run with the caller's rights.

CREATE FUNCTION gb_enums_internal.advise_indexes(
    queries text[], calls bigint[], unplanned oid[],
    OUT kind text, OUT relation oid, OUT definition text, OUT evidence text, OUT query integer,
    OUT cost_before double precision, OUT cost_after double precision) RETURNS SETOF record
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'gb_advise_indexes';
COMMENT ON FUNCTION gb_enums_internal.advise_indexes(text[], bigint[], oid[]) IS
    'indexes that queries would gain by, with a row for each such query; names mean what they mean to the '
    'caller, and queries of unplanned relations are left out';

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

-- Its caller's search_path finds the names in the queries, so it has none of its own.
CREATE FUNCTION @extschema@.gb_index_advice(
    queries text[] DEFAULT NULL, many_calls bigint DEFAULT 100,
    OUT kind text, OUT object regclass, OUT reason text, OUT statement text, OUT lock text,
    OUT own_transaction boolean, OUT evidence text[]) RETURNS SETOF record
    LANGUAGE sql VOLATILE PARALLEL UNSAFE
    BEGIN ATOMIC
        WITH looked_at AS MATERIALIZED (
            SELECT q.query, q.calls, row_number() OVER () AS number
            FROM (SELECT u.query, NULL::bigint AS calls
                  FROM unnest(queries) u(query)
                  UNION ALL
                  (SELECT r.query, r.calls
                   FROM gb_enums_internal.recorded_queries() r
                   WHERE queries IS NULL AND r.calls >= coalesce(many_calls, 0)
                   LIMIT 1000)) q),
        found AS (
            SELECT a.kind, a.relation, a.definition, a.evidence, l.query, l.calls, a.cost_before,
                   a.cost_after,
                   coalesce(l.calls, 1) * (a.cost_before - a.cost_after) AS saved
            FROM gb_enums_internal.advise_indexes(
                ARRAY(SELECT l.query FROM looked_at l ORDER BY l.number),
                ARRAY(SELECT coalesce(l.calls, 1) FROM looked_at l ORDER BY l.number),
                gb_enums_internal.unplanned_relations()) a
            JOIN looked_at l ON l.number = a.query)
        SELECT f.kind, f.relation::regclass,
               format('%s; %s%s, planned with a cost of %s instead of %s', f.evidence,
                      CASE count(*) WHEN 1 THEN '1 statement' ELSE count(*) || ' statements' END,
                      ', called ' || sum(f.calls) || ' times', round(sum(f.cost_after)::numeric),
                      round(sum(f.cost_before)::numeric)),
               format('CREATE INDEX %sON %s', CASE c.relkind WHEN 'p' THEN '' ELSE 'CONCURRENTLY ' END,
                      f.definition),
               format(CASE c.relkind WHEN 'p' THEN 'SHARE on %s and its partitions'
                                     ELSE 'SHARE UPDATE EXCLUSIVE on %s' END, f.relation::regclass),
               c.relkind <> 'p',
               (array_agg(f.query ORDER BY f.saved DESC, f.query))[1:10]
        FROM found f
        JOIN pg_class c ON c.oid = f.relation
        GROUP BY f.kind, f.relation, f.definition, f.evidence, c.relkind
        ORDER BY sum(f.saved) DESC, f.definition COLLATE "C";
    END;
COMMENT ON FUNCTION @extschema@.gb_index_advice(text[], bigint) IS
    'indexes that statements of an application would gain by, as the planner says when it is shown them, '
    'with the figures and the statements that speak for them; without queries, those of pg_stat_statements '
    'that were called that often; nothing is executed; '
    'example: SELECT kind, object, reason, statement FROM gb_index_advice()';
