
-- Care of partitions that are closed ---------------------------------------------------------------------
--
-- A partition is closed when its time has passed: hardly a row of it changes any more. VACUUM cannot run in a
-- function or procedure, and to move a partition to another tablespace takes long. So these are statements
-- that somebody executes one by one.

CREATE TYPE gb_enums_internal.partition_care_statement AS (
    parent regclass, partition text, command text, locks text, note text);
COMMENT ON TYPE gb_enums_internal.partition_care_statement IS
    'a statement that cares for a closed partition, and is executed outside of transactions';

CREATE FUNCTION gb_enums_internal.partition_unfrozen_pages(relation regclass) RETURNS bigint
    LANGUAGE c STRICT VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'gb_partition_unfrozen_pages';
COMMENT ON FUNCTION gb_enums_internal.partition_unfrozen_pages(regclass) IS
    'how many pages of a table of the caller''s VACUUM (FREEZE) has still to read';

-- The tables and indexes that are not in the tablespace for closed partitions.
CREATE FUNCTION gb_enums_internal.partition_elsewhere(
    s gb_enums_internal.partition_set, leaf regclass, OUT relation regclass, OUT kind text)
    RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT c.oid, CASE c.relkind WHEN 'i' THEN 'INDEX' ELSE 'TABLE' END
FROM pg_class c
JOIN pg_database d ON d.datname = current_database()
LEFT JOIN pg_tablespace wanted ON wanted.spcname = s.closed_tablespace
WHERE s.closed_tablespace IS NOT NULL
  AND (c.oid = leaf OR c.oid IN (SELECT x.indexrelid FROM pg_index x WHERE x.indrelid = leaf))
  AND coalesce(nullif(c.reltablespace, 0), d.dattablespace) IS DISTINCT FROM wanted.oid
ORDER BY c.relkind DESC, c.oid
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_elsewhere(gb_enums_internal.partition_set, regclass) IS
    'the tables and indexes of a partition that are not in the tablespace for closed partitions';

-- The partitions of a set that are closed at an instant and not yet expired, and the tables that hold their
-- rows, as far as the caller may do something with them.
CREATE FUNCTION gb_enums_internal.partition_closed(
    s gb_enums_internal.partition_set, at timestamptz, OUT leaf regclass) RETURNS SETOF regclass
    LANGUAGE sql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
WITH clock AS MATERIALIZED (
    SELECT least(gb_enums_internal.partition_now(s, partition_closed.at), p.at) AS at,
           gb_enums_internal.partition_horizon(s, p) AS horizon
    FROM gb_enums_internal.partition_clock(s) p)
SELECT c.oid
FROM clock k
CROSS JOIN gb_enums_internal.partition_ranges(s) r
CROSS JOIN LATERAL (SELECT r.partition AS relid
                    UNION ALL
                    SELECT d.partition FROM gb_enums_internal.partition_descendants(r.partition) d) t
JOIN pg_class c ON c.oid = t.relid
WHERE NOT r.is_default AND r.upper_at <= k.at
  AND (r.upper_at <= k.horizon) IS NOT TRUE
  AND c.relkind = 'r' AND gb_enums_internal.acts_for(c.relowner)
  AND NOT gb_enums_internal.partition_is_detaching(r.partition)
ORDER BY r.lower_at, c.oid
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_closed(gb_enums_internal.partition_set, timestamptz) IS
    'the tables that hold the rows of a set''s closed partitions';

CREATE FUNCTION gb_enums_internal.partition_care_statements(
    s gb_enums_internal.partition_set, at timestamptz)
    RETURNS SETOF gb_enums_internal.partition_care_statement
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    row gb_enums_internal.partition_care_statement;
    closed regclass;
    pages bigint;
    moved record;
BEGIN
    IF gb_enums_internal.partition_is_paused(s) OR gb_enums_internal.partition_is_merged(s.parent) THEN
        RETURN;
    END IF;
    -- What has to be read to know that the bounds are times.
    PERFORM gb_enums_internal.partition_slots_ahead(s, gb_enums_internal.partition_now(s));
    row.parent := s.parent;
    FOR closed IN SELECT c.leaf FROM gb_enums_internal.partition_closed(s, at) c LOOP
        row.partition := closed;
        pages := gb_enums_internal.partition_unfrozen_pages(closed);
        IF pages > 0 THEN
            row.command := format('VACUUM (FREEZE, ANALYZE) %s', closed);
            row.locks := format('SHARE UPDATE EXCLUSIVE on %s', closed);
            row.note := format('Readers and writers go on. Pages that are not frozen: %s.', pages);
            RETURN NEXT row;
        END IF;
        FOR moved IN SELECT * FROM gb_enums_internal.partition_elsewhere(s, closed) LOOP
            row.command := format('ALTER %s %s SET TABLESPACE %I',
                                  moved.kind, moved.relation, s.closed_tablespace);
            row.locks := format('ACCESS EXCLUSIVE on %s', moved.relation);
            row.note := format('Nobody can use the partition while %s is copied.',
                               pg_size_pretty(pg_relation_size(moved.relation)));
            RETURN NEXT row;
        END LOOP;
    END LOOP;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_care_statements(
    gb_enums_internal.partition_set, timestamptz) IS
    'statements that freeze the closed partitions of a set, and move them to the tablespace for them';

-- A set among others that cannot be read must not hide these.
CREATE FUNCTION gb_enums_internal.partition_care_or_problem(
    parent regclass, at timestamptz, is_only boolean)
    RETURNS SETOF gb_enums_internal.partition_care_statement
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    problem gb_enums_internal.partition_care_statement;
BEGIN
    PERFORM gb_enums_internal.limit_waits(
        CASE WHEN is_only THEN interval '2 seconds' ELSE gb_enums_internal.rest_of_wait() END);
    RETURN QUERY
    SELECT c.*
    FROM gb_enums_internal.partition_care_statements(gb_enums_internal.partition_registered(parent), at) c;
EXCEPTION WHEN OTHERS THEN
    IF is_only THEN
        RAISE;
    END IF;
    problem.parent := parent;
    problem.note := sqlerrm;
    RETURN NEXT problem;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_care_or_problem(regclass, timestamptz, boolean) IS
    'the statements of a set; of a set among others that cannot be read, a row that says why';

CREATE FUNCTION @extschema@.gb_partition_care_plan(
    parent regclass DEFAULT NULL, at timestamptz DEFAULT NULL,
    OUT parent_table regclass, OUT step integer, OUT partition text, OUT command text, OUT locks text,
    OUT note text) RETURNS SETOF record
    LANGUAGE sql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT c.parent, c.step::integer, c.partition, c.command, c.locks, c.note
FROM unnest(gb_enums_internal.partition_sets(gb_partition_care_plan.parent)) WITH ORDINALITY t(parent, n)
CROSS JOIN LATERAL gb_enums_internal.partition_care_or_problem(
    t.parent, coalesce(gb_partition_care_plan.at, now()), gb_partition_care_plan.parent IS NOT NULL)
    WITH ORDINALITY c(parent, partition, command, locks, note, step)
ORDER BY t.n, c.step
$$;
COMMENT ON FUNCTION @extschema@.gb_partition_care_plan(regclass, timestamptz) IS
    'statements that freeze partitions whose time has passed, and move them to the tablespace for them, '
    'to be executed one by one, outside of transactions; '
    'example: SELECT command FROM gb_partition_care_plan(''message_history'')';
