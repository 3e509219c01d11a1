
-- What was missed ------------------------------------------------------------------------------------
--
-- Maintenance makes partitions from the current slot on. When it did not run for a while there are gaps, and
-- rows in the default partition. They are filled slot by slot, each in a transaction of its own; what is
-- done is in the catalogs, so that the next call goes on where the last one stopped.

CREATE TYPE gb_enums_internal.partition_backfill AS (
    parent regclass,
    -- what the caller asks for; since and until are NULL when there are no such limits
    since timestamptz, until timestamptz,
    -- how far it has come, also as a key
    at timestamptz, key text,
    -- the slot that is next, when there is one
    slot gb_enums_internal.slot, is_over boolean);
COMMENT ON TYPE gb_enums_internal.partition_backfill IS
    'how far the partitions are that were missed, and which is the next one';

CREATE FUNCTION gb_enums_internal.partition_backfill_begin(
    parent regclass, since timestamptz, until timestamptz, since_id bigint, until_id bigint)
    RETURNS gb_enums_internal.partition_backfill
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    s CONSTANT gb_enums_internal.partition_set := gb_enums_internal.partition_registered(parent);
    b gb_enums_internal.partition_backfill;
BEGIN
    IF parent IS NULL THEN
        RAISE EXCEPTION 'the table must not be null' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    PERFORM gb_enums_internal.partition_sets(parent);
    PERFORM gb_enums_internal.limit_waits(interval '2 seconds');
    since := gb_enums_internal.partition_asked_place(s, since, since_id);
    until := gb_enums_internal.partition_asked_place(s, until, until_id);
    IF since >= until OR NOT coalesce(isfinite(since), true) OR NOT coalesce(isfinite(until), true) THEN
        RAISE EXCEPTION 'invalid range from "%" to "%"',
                coalesce(since_id::text, since::text), coalesce(until_id::text, until::text)
            USING ERRCODE = 'invalid_parameter_value',
                  DETAIL = 'Both are finite, and it begins before it ends.';
    END IF;
    b := (parent, since, until,
          coalesce(since, gb_enums_internal.partition_horizon(s, gb_enums_internal.partition_clock(s)),
                   '-infinity'),
          NULL, NULL, false);
    IF isfinite(b.at) THEN
        b.key := nullif((gb_enums_internal.partition_slot(s, b.at, bridges => true)).lower_bound, 'MINVALUE');
    END IF;
    RETURN b;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_backfill_begin(
    regclass, timestamptz, timestamptz, bigint, bigint) IS
    'where the partitions of a set begin that were missed: without since, where the oldest partition that is '
    'not expired would be';

-- With since there is to be a partition from then on, with until up to then; else from the first partition
-- to the last. A default partition takes rows of gaps, so that without since gaps stay beside it: a row of
-- long ago is to make one partition, not one for each day since.
CREATE FUNCTION gb_enums_internal.partition_next_gap(
    s gb_enums_internal.partition_set, b gb_enums_internal.partition_backfill) RETURNS timestamptz
    LANGUAGE sql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
WITH range AS (
    SELECT r.lower_at, r.upper_at
    FROM gb_enums_internal.partition_ranges(s) r
    WHERE NOT r.is_default AND (b.since IS NOT NULL OR NOT EXISTS (
        SELECT FROM pg_partitioned_table t WHERE t.partrelid = s.parent AND t.partdefid <> 0))
    UNION ALL
    SELECT b.since, b.since WHERE b.since IS NOT NULL
    UNION ALL
    SELECT b.until, b.until WHERE b.until IS NOT NULL),
gap AS (
    SELECT max(r.upper_at) OVER before AS lower_at, r.lower_at AS upper_at
    FROM range r
    WINDOW before AS (ORDER BY r.lower_at, r.upper_at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING))
SELECT min(greatest(g.lower_at, b.at))
FROM gap g
WHERE g.upper_at > g.lower_at AND g.upper_at > b.at AND isfinite(g.lower_at)
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_next_gap(
    gb_enums_internal.partition_set, gb_enums_internal.partition_backfill) IS
    'the next time that no partition has and that there is to be one for; NULL when there is none';

-- Rows before are no reason to stop: they stay in the default partition, and those behind them leave it.
CREATE FUNCTION gb_enums_internal.partition_first_key(
    s gb_enums_internal.partition_set, key_type regtype) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN CASE
        WHEN s.key = 'id' THEN '-211813488000000000'
        WHEN s.key = 'epoch' THEN '-210866803200'
        WHEN s.key = 'epoch_ms' THEN '-210866803200000'
        WHEN s.key = 'epoch_us' THEN '-210866803200000000'
        WHEN key_type = 'date'::regtype OR key_type = 'timestamp'::regtype THEN '4714-11-24 BC'
        WHEN key_type = 'timestamptz'::regtype THEN '4714-11-24 00:00:00+00 BC' END;
COMMENT ON FUNCTION gb_enums_internal.partition_first_key(gb_enums_internal.partition_set, regtype) IS
    'the first key that has a place among timestamps, as a literal; NULL when all have one';

CREATE FUNCTION gb_enums_internal.partition_next_row(
    s gb_enums_internal.partition_set, b gb_enums_internal.partition_backfill) RETURNS timestamptz
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    key_column CONSTANT name := gb_enums_internal.partition_key_column(s.parent);
    default_partition CONSTANT regclass := (
        SELECT nullif(t.partdefid, 0) FROM pg_partitioned_table t WHERE t.partrelid = s.parent);
    security CONSTANT gb_enums_internal.lifted_security :=
        gb_enums_internal.partition_lift_security(default_partition);
    -- Not the domain that the key may be of, to which a bound need not belong.
    key_type CONSTANT regtype := (
        SELECT o.opcintype
        FROM pg_partitioned_table t
        JOIN pg_opclass o ON o.oid = t.partclass[0]
        WHERE t.partrelid = s.parent);
    first_key CONSTANT text := coalesce(b.key, gb_enums_internal.partition_first_key(s, key_type));
    condition text := format('%I IS NOT NULL', key_column);
    found jsonb;
    found_at timestamptz;
BEGIN
    IF default_partition IS NULL THEN
        RETURN NULL;
    END IF;
    IF first_key IS NOT NULL THEN
        condition := format('%I OPERATOR(pg_catalog.>=) %L::%s', key_column, first_key,
                            CASE WHEN key_type IN ('int2'::regtype, 'int4'::regtype) THEN 'int8'::regtype
                                 ELSE key_type END);
    END IF;
    BEGIN
        PERFORM gb_enums_internal.run_as_owner(s.parent, security.lift);
        -- min() does not know uuid. The order is that of the column, not of the text, which has its name.
        found := gb_enums_internal.query_as_owner(s.parent, format(
            'SELECT jsonb_build_array((SELECT %1$I::text FROM %2$s r WHERE %3$s ORDER BY r.%1$I LIMIT 1))',
            key_column, default_partition, condition));
        IF security.lift IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'GBROW';
        END IF;
    EXCEPTION WHEN SQLSTATE 'GBROW' THEN
        NULL;  -- The row security is what it was.
    END;
    found_at := gb_enums_internal.partition_key_time(
        s.parent, s.time_zone, s.key, s.epoch, s.shift, found->>0);
    RETURN CASE WHEN isfinite(found_at) THEN found_at END;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_next_row(
    gb_enums_internal.partition_set, gb_enums_internal.partition_backfill) IS
    'the time of the next row in the default partition of a set; NULL when there is none';

-- An id far ahead of all others stays in the default partition, unless the caller says otherwise.
CREATE FUNCTION gb_enums_internal.partition_backfill_end(
    s gb_enums_internal.partition_set, b gb_enums_internal.partition_backfill) RETURNS timestamptz
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF b.until IS NOT NULL OR NOT gb_enums_internal.partition_is_of_ids(s) THEN
        RETURN coalesce(b.until, 'infinity');
    END IF;
    RETURN gb_enums_internal.partition_far_ahead(s, greatest(gb_enums_internal.partition_now(s), b.at));
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_backfill_end(
    gb_enums_internal.partition_set, gb_enums_internal.partition_backfill) IS
    'where the partitions end that were missed';

CREATE FUNCTION gb_enums_internal.partition_backfill_next(b gb_enums_internal.partition_backfill)
    RETURNS gb_enums_internal.partition_backfill
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    s CONSTANT gb_enums_internal.partition_set := gb_enums_internal.partition_registered(b.parent);
    -- Ids end with a slot that has no end.
    next_at CONSTANT timestamptz := CASE WHEN b.at < 'infinity' THEN least(
        gb_enums_internal.partition_next_gap(s, b), gb_enums_internal.partition_next_row(s, b)) END;
BEGIN
    b.is_over := coalesce(next_at >= gb_enums_internal.partition_backfill_end(s, b), next_at IS NULL);
    IF NOT b.is_over THEN
        b.slot := gb_enums_internal.partition_slot(s, next_at, bridges => true);
        b.at := (b.slot).upper_at;
        b.key := (b.slot).upper_bound;
    END IF;
    RETURN b;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_backfill_next(gb_enums_internal.partition_backfill) IS
    'the next partition that was missed';

CREATE FUNCTION gb_enums_internal.partition_backfill_take(b gb_enums_internal.partition_backfill)
    RETURNS gb_enums_internal.partition_backfill
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    s gb_enums_internal.partition_set := gb_enums_internal.partition_registered(b.parent);
    made regclass;
BEGIN
    b := gb_enums_internal.partition_backfill_next(b);
    IF b.is_over THEN
        PERFORM gb_enums_internal.partition_tell_far_ahead(s, gb_enums_internal.partition_clock(s));
        RETURN b;
    END IF;
    s.move_default := true;
    made := gb_enums_internal.partition_ensure(s, gb_enums_internal.partition_place_in(b.slot), NULL, true);
    RAISE NOTICE 'partitions of "%": made "%", up to "%"', b.parent, made, (b.slot).upper_bound;
    RETURN b;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_backfill_take(gb_enums_internal.partition_backfill) IS
    'makes the next partition that was missed, with the rows that the default partition has of it';

CREATE FUNCTION gb_enums_internal.partition_backfill_step(b gb_enums_internal.partition_backfill)
    RETURNS gb_enums_internal.partition_backfill
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    s CONSTANT gb_enums_internal.partition_set := gb_enums_internal.partition_registered(b.parent);
BEGIN
    PERFORM gb_enums_internal.partition_sets(b.parent);
    RETURN jsonb_populate_record(NULL::gb_enums_internal.partition_backfill,
        gb_enums_internal.with_lock_attempts(
            (b.parent, s.lock_timeout, s.attempts), 'creating a partition',
            'pg_catalog.to_jsonb(gb_enums_internal.partition_backfill_take($1))', b, NULL::jsonb,
            is_exclusive => true));
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_backfill_step(gb_enums_internal.partition_backfill) IS
    'the same, as soon as it has the locks';

CREATE FUNCTION gb_enums_internal.partition_backfill_list(b gb_enums_internal.partition_backfill)
    RETURNS SETOF gb_enums_internal.partition_step
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    s gb_enums_internal.partition_set := gb_enums_internal.partition_registered(b.parent);
    step gb_enums_internal.partition_step;
BEGIN
    s.move_default := true;
    PERFORM gb_enums_internal.exact_texts();
    PERFORM gb_enums_internal.limit_waits(interval '2 seconds');
    FOR number IN 1 .. 10000 LOOP
        b := gb_enums_internal.partition_backfill_next(b);
        EXIT WHEN b.is_over;
        -- The current time is any time: no CHECK is added for partitions that were missed.
        step := gb_enums_internal.partition_plan_slot(s, 'infinity', b.slot);
        step.step := number;
        RETURN NEXT step;
    END LOOP;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_backfill_list(gb_enums_internal.partition_backfill) IS
    'the steps that make the partitions that were missed, 10000 at most';

-- What people call -----------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.gb_partition_backfill_plan(
    parent regclass, since timestamptz DEFAULT NULL, until timestamptz DEFAULT NULL,
    since_id bigint DEFAULT NULL, until_id bigint DEFAULT NULL,
    OUT step integer, OUT action text, OUT partition text, OUT lower_bound text,
    OUT upper_bound text, OUT command text, OUT locks text, OUT note text) RETURNS SETOF record
    LANGUAGE sql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT p.step, p.action, p.partition, p.lower_bound, p.upper_bound,
       gb_enums_internal.single_statement(p.command), p.locks, p.note
FROM gb_enums_internal.partition_backfill_list(
    gb_enums_internal.partition_backfill_begin(parent, since, until, since_id, until_id)) p
ORDER BY p.step
$$;
COMMENT ON FUNCTION @extschema@.gb_partition_backfill_plan(
    regclass, timestamptz, timestamptz, bigint, bigint) IS
    'what CALL gb_partition_backfill() would do; '
    'example: SELECT partition, note FROM gb_partition_backfill_plan(''message_history'')';

CREATE PROCEDURE @extschema@.gb_partition_backfill(
    parent pg_catalog.regclass, since pg_catalog.timestamptz DEFAULT NULL,
    until pg_catalog.timestamptz DEFAULT NULL, since_id pg_catalog.int8 DEFAULT NULL,
    until_id pg_catalog.int8 DEFAULT NULL)
    LANGUAGE plpgsql AS $$
DECLARE
    b gb_enums_internal.partition_backfill :=
        gb_enums_internal.partition_backfill_begin(parent, since, until, since_id, until_id);
BEGIN
    COMMIT;
    LOOP
        b := gb_enums_internal.partition_backfill_step(b);
        COMMIT;
        EXIT WHEN b.is_over;
    END LOOP;
END $$;
COMMENT ON PROCEDURE @extschema@.gb_partition_backfill(
    regclass, timestamptz, timestamptz, bigint, bigint) IS
    'fills the gaps between the partitions of a managed table and moves the rows out of its default '
    'partition, a transaction for each partition; example: CALL gb_partition_backfill(''message_history'')';
