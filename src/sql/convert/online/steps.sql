
-- Columns become enumerations while the table is used: the statements of each stage --------------------
--
--   column     the new columns are made
--   follow     they follow the old ones
--   rows       the rows are converted, a few pages in each step
--   indexes    twins of indexes are built, each outside of a step
--   checks     twins of CHECKs and of NOT NULL are made
--   validate   they are proved
--   analyze    the new columns get statistics
--   exchange   the columns change names
--   settle     the new columns get statistics by their names
--   done       gb_enum_convert_finish() and gb_enum_convert_online_undo() are possible

CREATE FUNCTION gb_enums_internal.convert_stages() RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN '{column,follow,rows,indexes,checks,validate,analyze,exchange,settle,done}'::text[];
COMMENT ON FUNCTION gb_enums_internal.convert_stages() IS 'the stages of a conversion of columns in order';

CREATE FUNCTION gb_enums_internal.convert_add_columns(columns gb_enums_internal.conversion_column[])
    RETURNS text
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT format('ALTER TABLE %s %s', columns[1].relation::regclass,
    string_agg(format('ADD COLUMN %I %s', c.new_name, gb_enums_internal.convert_type(columns[c.ordinality])),
               ', ' ORDER BY c.ordinality))
FROM unnest(columns) WITH ORDINALITY c
WHERE c.relation = columns[1].relation
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_add_columns(gb_enums_internal.conversion_column[]) IS
    'the statement that makes the new columns of a conversion';

-- The constraints that new columns need: the twins of CHECKs, and CHECKs by which NOT NULL is proved.
CREATE FUNCTION gb_enums_internal.convert_constraint_twins(
    columns gb_enums_internal.conversion_column[],
    OUT relation regclass, OUT name text, OUT condition text, OUT validated boolean,
    OUT search_path text, OUT is_made boolean, OUT is_validated boolean) RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT t.relation, t.name, t.condition, t.validated, t.search_path, k.oid IS NOT NULL,
    coalesce(k.convalidated, false)
FROM (
    SELECT n.relation, n.check_name, format('%I IS NOT NULL) NOT VALID', n.new_name), true, NULL
    FROM gb_enums_internal.convert_not_null(columns) n
    UNION ALL
    SELECT c.relation, c.twin, c.condition, c.validated AND c.condition NOT LIKE '% NOT ENFORCED',
        c.search_path
    FROM gb_enums_internal.convert_checks(columns) c) t(relation, name, condition, validated, search_path)
LEFT JOIN pg_constraint k ON k.conrelid = t.relation AND k.conname = t.name
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_constraint_twins(gb_enums_internal.conversion_column[]) IS
    'the constraints that new columns need';

-- The statements of all stages but those that are executed row by row, index by index, or in the
-- exchange. Those of
-- the stage "finish" are executed by gb_enum_convert_finish().
CREATE FUNCTION gb_enums_internal.convert_online_steps(columns gb_enums_internal.conversion_column[])
    RETURNS TABLE (stage text, place bigint, statement text, lock text, detail text)
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
WITH twin AS MATERIALIZED (SELECT * FROM gb_enums_internal.convert_constraint_twins(columns))
SELECT 'column', 0, gb_enums_internal.convert_add_columns(columns), 'ACCESS EXCLUSIVE', 'No row is touched.'
UNION ALL
SELECT 'follow', f.place, f.statement, 'SHARE ROW EXCLUSIVE',
       'What is written from now on is written to both, and refused when it is no value.'
FROM gb_enums_internal.convert_follow(columns, false) WITH ORDINALITY f(statement, place)
UNION ALL
SELECT 'checks', row_number() OVER (),
       gb_enums_internal.with_search_path(
           format('ALTER TABLE %s ADD CONSTRAINT %I CHECK (%s', t.relation, t.name, t.condition),
           t.search_path),
       'ACCESS EXCLUSIVE', 'Not tested on the rows that are there.'
FROM twin t
WHERE NOT t.is_made
UNION ALL
SELECT 'validate', row_number() OVER (),
       format('ALTER TABLE %s VALIDATE CONSTRAINT %I', t.relation, t.name),
       'SHARE UPDATE EXCLUSIVE', NULL
FROM twin t
WHERE t.validated AND NOT t.is_validated
UNION ALL
-- All columns, as statistics objects need several.
SELECT stage, 0, format('ANALYZE %s', columns[1].relation::regclass), 'SHARE UPDATE EXCLUSIVE', NULL
FROM unnest(ARRAY['analyze', 'settle']) stage
UNION ALL
SELECT 'finish', f.place, f.statement, 'ACCESS EXCLUSIVE',
       'By gb_enum_convert_finish(), when there need be no way back any more.'
FROM (SELECT 1, s FROM gb_enums_internal.convert_unfollow(columns) s
      UNION ALL
      SELECT 2, s FROM gb_enums_internal.convert_drop_columns(columns, false) s) f(place, statement)
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_online_steps(gb_enums_internal.conversion_column[]) IS
    'the statements of a conversion while the table is used, by stages';

-- The statements of one stage in order.
CREATE FUNCTION gb_enums_internal.convert_stage(columns gb_enums_internal.conversion_column[], stage text)
    RETURNS text[]
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT ARRAY(
    SELECT s.statement
    FROM gb_enums_internal.convert_online_steps(columns) s
    WHERE s.stage = convert_stage.stage
    ORDER BY s.place)
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_stage(gb_enums_internal.conversion_column[], text) IS
    'the statements of one stage of a conversion';

-- The plan ---------------------------------------------------------------------------------------------

-- All that stops a conversion, and warnings.
CREATE FUNCTION gb_enums_internal.convert_online_stops(columns gb_enums_internal.conversion_column[])
    RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    in_place CONSTANT gb_enums_internal.conversion_column[] := gb_enums_internal.convert_in_place(columns);
    root CONSTANT oid := columns[1].relation;
BEGIN
    RETURN QUERY
        SELECT s.*
        FROM (
            SELECT * FROM gb_enums_internal.convert_obstacles(in_place)
            UNION
            SELECT * FROM gb_enums_internal.convert_online_obstacles(columns)
            UNION
            SELECT format('Constraint "%s" of "%s": %s.', k.name, k.relation, k.obstacle)
            FROM gb_enums_internal.convert_checks(columns) k
            WHERE k.obstacle IS NOT NULL) o(detail)
        CROSS JOIN LATERAL gb_enums_internal.stop(o.detail) s
        ORDER BY o.detail COLLATE "C";
    RETURN QUERY
        SELECT s.*
        FROM unnest(in_place) c
        CROSS JOIN LATERAL gb_enums_internal.convert_scan(c) s
        WHERE c.relation = root;
    RETURN QUERY
        SELECT s.*
        FROM (
            SELECT * FROM gb_enums_internal.convert_table(root, in_place)
            UNION
            SELECT * FROM gb_enums_internal.convert_dependents(in_place, in_place, false)
            UNION
            SELECT p.* FROM gb_enums_internal.convert_twins(columns) t, unnest(t.steps) p) s
        WHERE s.phase IN ('stop', 'warning');
    RETURN NEXT gb_enums_internal.warning(
        'The new columns come after all others: SELECT * gives them last, and INSERT and COPY need a list of '
        'columns from the beginning on.');
    RETURN QUERY SELECT * FROM gb_enums_internal.warnings_for_clients(ARRAY(
        SELECT c FROM unnest(in_place) c WHERE c.relation = root));
    RETURN NEXT gb_enums_internal.warning(
        'A transaction that is REPEATABLE READ or SERIALIZABLE and updates a row that was converted after it '
        'began fails with 40001.');
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_online_stops(gb_enums_internal.conversion_column[]) IS
    'what stops a conversion while the table is used, and warnings';

CREATE FUNCTION gb_enums_internal.convert_online_plan(columns gb_enums_internal.conversion_column[])
    RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT * FROM gb_enums_internal.convert_online_stops(columns);
    RETURN QUERY
        SELECT s.*
        FROM gb_enums_internal.convert_online_steps(columns) o
        CROSS JOIN LATERAL gb_enums_internal.statement(
            o.stage::gb_enums_internal.convert_phase, o.place::integer, NULL, o.statement, o.lock, false,
            o.detail) s;
    RETURN QUERY
        SELECT s.*
        FROM gb_enums_internal.convert_members(columns) m
        CROSS JOIN LATERAL gb_enums_internal.statement('rows', 0, NULL,
            format('SELECT * FROM gb_enums_internal.convert_rows(%L, %L, 0, %3$s, %3$s)',
                   m.member::regclass,
                   ARRAY(SELECT c FROM unnest(columns) c WHERE c.relation = m.member),
                   gb_enums_internal.online_pages(m.member)),
            'ROW EXCLUSIVE', false, 'By a few pages in each transaction; until nothing is left to do.') s;
    RETURN QUERY
        SELECT p.*
        FROM gb_enums_internal.convert_twins(columns) t
        CROSS JOIN LATERAL unnest(t.steps) p
        WHERE p.phase = 'indexes';
    RETURN QUERY SELECT * FROM gb_enums_internal.convert_exchange(columns, false);
    RETURN QUERY
        SELECT *
        FROM gb_enums_internal.convert_queries(ARRAY(
            SELECT c
            FROM unnest(gb_enums_internal.convert_in_place(columns)) c
            WHERE c.relation = columns[1].relation));
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_online_plan(gb_enums_internal.conversion_column[]) IS
    'the steps of a conversion while the table is used, in no order';

-- An error when something stops a conversion. The owner of the table executes it, as the caller may be
-- allowed more.
CREATE FUNCTION gb_enums_internal.convert_online_check(columns gb_enums_internal.conversion_column[])
    RETURNS bigint
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    step record;
    stops text;
BEGIN
    FOR step IN
        SELECT DISTINCT s.phase, s.detail
        FROM gb_enums_internal.convert_online_stops(columns) s
        ORDER BY 1, 2
    LOOP
        IF step.phase = 'stop' THEN
            stops := concat_ws(' ', stops, step.detail);
        ELSIF stops IS NULL THEN
            RAISE NOTICE '%', step.detail;
        END IF;
    END LOOP;
    IF stops IS NOT NULL THEN
        RAISE EXCEPTION 'columns of table "%" cannot be converted while it is used',
                columns[1].relation::regclass
            USING ERRCODE = 'object_not_in_prerequisite_state', DETAIL = stops,
                  HINT = 'gb_enum_convert_online_plan() shows the whole plan; gb_enum_convert_table() '
                         'converts '
                         'while nobody uses the table.';
    END IF;
    RETURN 0;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_online_check(gb_enums_internal.conversion_column[]) IS
    'an error when something stops a conversion while the table is used';
