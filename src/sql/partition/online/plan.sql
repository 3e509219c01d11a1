
-- A plain table becomes a partitioned one, or back: the plan -------------------------------------------

-- The statements of a conversion from its stage to its end.
CREATE FUNCTION gb_enums_internal.partition_statements_left(c gb_enums_internal.online_conversion)
    RETURNS SETOF gb_enums_internal.online_statement
    LANGUAGE sql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT s.*
FROM (SELECT CASE c.method WHEN 'copy' THEN '{partitions,follow,copy,verify,exchange}'::text[]
                           WHEN 'merge' THEN '{follow,copy,verify,exchange}'::text[]
                           ELSE '{partitions,exclude,validate,exchange,analyze}'::text[] END) m(stages)
CROSS JOIN LATERAL unnest(CASE WHEN c.stage IN ('drop', 'undone') THEN ARRAY[c.stage]
                               ELSE m.stages[array_position(m.stages, c.stage):] END) stage
CROSS JOIN LATERAL gb_enums_internal.partition_stage(c, stage) s
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_statements_left(gb_enums_internal.online_conversion) IS
    'the statements of a conversion from its stage to its end';

-- The statements of a conversion that has not begun. The other table is made, since only then the server
-- says how its partitions and indexes are called; and that is rolled back.
CREATE FUNCTION gb_enums_internal.partition_statements_all(
    request gb_enums_internal.partition_conversion_request)
    RETURNS SETOF gb_enums_internal.online_statement
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    source CONSTANT regclass := (request.settings).parent;
    new record;
    planned gb_enums_internal.online_statement[];
BEGIN
    PERFORM gb_enums_internal.require_writable(format('the plan for "%s"', source));
    new := gb_enums_internal.partition_convert_prepare(request);
    planned := ARRAY(
        SELECT (source, n, 'ACCESS SHARE', NULL)::gb_enums_internal.online_statement
        FROM unnest(new.statements) n);
    new.c := gb_enums_internal.online_begun(source, new.c);
    planned := planned || ARRAY(SELECT p FROM gb_enums_internal.partition_statements_left(new.c) p);
    RAISE SQLSTATE 'GBPLN';
EXCEPTION WHEN SQLSTATE 'GBPLN' THEN
    RETURN QUERY SELECT * FROM unnest(planned);
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_statements_all(
    gb_enums_internal.partition_conversion_request) IS
    'the statements of a conversion that has not begun';

CREATE FUNCTION gb_enums_internal.partition_convert_planned(
    request gb_enums_internal.partition_conversion_request,
    OUT kind text, OUT statement text, OUT lock text, OUT detail text) RETURNS SETOF record
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp SET row_security = off AS $$
DECLARE
    source CONSTANT regclass := (request.settings).parent;
    c gb_enums_internal.online_conversion := gb_enums_internal.online_conversion_of(source, 'partitions');
BEGIN
    PERFORM gb_enums_internal.exact_texts();
    PERFORM gb_enums_internal.limit_waits(interval '2 seconds');
    IF c.relation IS NOT NULL THEN
        c := gb_enums_internal.online_conversion_owned(c.relation, 'partitions');
        RETURN QUERY
            SELECT 'statement', s, l.lock, l.detail
            FROM gb_enums_internal.partition_statements_left(c) l
            CROSS JOIN LATERAL unnest(gb_enums_internal.single_statements(l.statement)) s;
        RETURN;
    END IF;
    PERFORM gb_enums_internal.partition_require_request(request);
    RETURN QUERY
        SELECT 'stop', NULL, NULL, o
        FROM gb_enums_internal.partition_obstacles(source, request.key_column, request.method) o
        ORDER BY o COLLATE "C";
    IF NOT FOUND THEN
        RETURN QUERY
            SELECT 'warning', NULL, NULL, w
            FROM gb_enums_internal.partition_conversion_warnings(source, request.method) w
            ORDER BY w COLLATE "C";
        RETURN QUERY
            SELECT 'statement', s, a.lock, a.detail
            FROM gb_enums_internal.partition_statements_all(request) a
            CROSS JOIN LATERAL unnest(gb_enums_internal.single_statements(a.statement)) s;
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_convert_planned(
    gb_enums_internal.partition_conversion_request) IS
    'what a conversion does, or what stops it';

CREATE FUNCTION @extschema@.gb_partition_convert_plan(
    plain regclass, key_column name DEFAULT NULL,
    every gb_enums_internal.partition_length DEFAULT '1 month',
    method text DEFAULT 'attach',
    premake integer DEFAULT 3, time_zone text DEFAULT 'UTC', since timestamptz DEFAULT NULL,
    until timestamptz DEFAULT NULL, key text DEFAULT NULL, epoch timestamptz DEFAULT NULL,
    shift integer DEFAULT NULL, anchor timestamp DEFAULT NULL, storage text[] DEFAULT NULL,
    batch_pages integer DEFAULT 500, since_id bigint DEFAULT NULL, until_id bigint DEFAULT NULL,
    anchor_id bigint DEFAULT NULL)
    RETURNS TABLE (step integer, kind text, statement text, lock text, rewrites boolean, detail text)
    LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
    SELECT p.number::pg_catalog.int4, p.kind, p.statement, p.lock,
           CASE WHEN p.kind OPERATOR(pg_catalog.=) 'statement' THEN false END, p.detail
    FROM gb_enums_internal.partition_convert_planned(gb_enums_internal.partition_convert_request(
            gb_enums_internal.partition_convert_settings(
                plain, every, premake, time_zone, key, epoch, shift, anchor, anchor_id, storage,
                '2 seconds', 1, false, NULL),
            key_column, method, since, until, since_id, until_id, batch_pages, NULL))
        WITH ORDINALITY p(kind, statement, lock, detail, number)
    ORDER BY p.number;
END;
COMMENT ON FUNCTION @extschema@.gb_partition_convert_plan(
    regclass, name, gb_enums_internal.partition_length, text, integer, text, timestamptz, timestamptz, text,
    timestamptz, integer, timestamp, text[], integer, bigint, bigint, bigint) IS
    'what gb_partition_convert() would do, and what stops it; '
    'example: SELECT * FROM gb_partition_convert_plan(''history'', ''created_at'')';
