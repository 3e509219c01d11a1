
-- Sets of ids ----------------------------------------------------------------------------------------
--
-- What the clock is for slots of time, the highest id is for slots of ids. It is read from the newest
-- partition that has rows, by an index, and from the sequence behind the column. An id far ahead of all
-- others is no reason to make partitions, or to remove any.

CREATE FUNCTION gb_enums_internal.partition_is_of_ids(s gb_enums_internal.partition_set) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN gb_enums_internal.partition_ids(s.every) IS NOT NULL;
COMMENT ON FUNCTION gb_enums_internal.partition_is_of_ids(gb_enums_internal.partition_set) IS
    'whether partitions of a set are ranges of ids, and not of time';

CREATE FUNCTION gb_enums_internal.partition_place_text(s gb_enums_internal.partition_set, at timestamptz)
    RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN CASE WHEN gb_enums_internal.partition_is_of_ids(s)
                THEN coalesce(gb_enums_internal.partition_id_at(at)::text, at::text)
                ELSE (at AT TIME ZONE s.time_zone)::text END;
COMMENT ON FUNCTION gb_enums_internal.partition_place_text(gb_enums_internal.partition_set, timestamptz) IS
    'an id, or a time in the time zone of a set, for messages';

CREATE FUNCTION gb_enums_internal.partition_option(s gb_enums_internal.partition_set, name text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN CASE WHEN gb_enums_internal.partition_is_of_ids(s) THEN name || '_id' ELSE name END;
COMMENT ON FUNCTION gb_enums_internal.partition_option(gb_enums_internal.partition_set, text) IS
    'the name that an argument for times has for partitions of a set, for messages';

-- Where the caller of a function says it is about.
CREATE FUNCTION gb_enums_internal.partition_asked_place(
    s gb_enums_internal.partition_set, at timestamptz, id bigint) RETURNS timestamptz
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF (CASE WHEN gb_enums_internal.partition_is_of_ids(s) THEN at::text ELSE id::text END) IS NOT NULL THEN
        RAISE EXCEPTION 'partitions of % are not made for %',
            CASE WHEN gb_enums_internal.partition_is_of_ids(s) THEN s.every || ' ids'
                 ELSE format('"%s"', s.every) END,
            CASE WHEN gb_enums_internal.partition_is_of_ids(s) THEN 'a time' ELSE 'an id' END
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'The arguments for times are at, since and until; for ids they are id, since_id and '
                         'until_id.';
    END IF;
    PERFORM gb_enums_internal.partition_require_place(id);
    RETURN coalesce(at, gb_enums_internal.partition_place_of_id(id));
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_asked_place(
    gb_enums_internal.partition_set, timestamptz, bigint) IS
    'the time, or the place of the id, that a caller says; an error when a set is of the other kind';

-- So many ids before a place, or with a negative number behind it.
CREATE FUNCTION gb_enums_internal.partition_ids_before(at timestamptz, ids numeric) RETURNS timestamptz
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN gb_enums_internal.partition_place_of_id(gb_enums_internal.partition_id_at(at) - ids);
COMMENT ON FUNCTION gb_enums_internal.partition_ids_before(timestamptz, numeric) IS
    'the place so many ids before another; infinite when there is none';

CREATE FUNCTION gb_enums_internal.partition_last_place() RETURNS timestamptz
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN gb_enums_internal.partition_place_of_id(9223371331199999999);
COMMENT ON FUNCTION gb_enums_internal.partition_last_place() IS
    'the last place that is a timestamp; the ids beyond are in the same slot';

-- The first slot of ids has no begin.
CREATE FUNCTION gb_enums_internal.partition_place_in(slot gb_enums_internal.slot) RETURNS timestamptz
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN CASE WHEN slot.lower_at = '-infinity'
                THEN gb_enums_internal.partition_ids_before(slot.upper_at, 1) ELSE slot.lower_at END;
COMMENT ON FUNCTION gb_enums_internal.partition_place_in(gb_enums_internal.slot) IS
    'a place in a slot: its begin, if there is one';

CREATE FUNCTION gb_enums_internal.partition_slots_between(
    s gb_enums_internal.partition_set, since timestamptz, until timestamptz) RETURNS numeric
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN CASE WHEN gb_enums_internal.partition_is_of_ids(s)
        THEN (gb_enums_internal.partition_id_at(until)::numeric - gb_enums_internal.partition_id_at(since))
            / gb_enums_internal.partition_ids(s.every)
        ELSE extract(epoch FROM until - since)
            / extract(epoch FROM gb_enums_internal.partition_time(s.every)) END;
COMMENT ON FUNCTION gb_enums_internal.partition_slots_between(
    gb_enums_internal.partition_set, timestamptz, timestamptz) IS
    'about how many slots there are from one place to another';

-- Ids often have a domain with CHECK (VALUE > 0): no bound can be 0 then. The domain is the owner's code.
CREATE FUNCTION gb_enums_internal.partition_fitting_anchor(s gb_enums_internal.partition_set)
    RETURNS timestamp
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    domain CONSTANT regtype := gb_enums_internal.partition_key_domain(s.parent);
BEGIN
    IF s.anchor IS NULL AND domain IS NOT NULL AND gb_enums_internal.partition_is_of_ids(s) THEN
        PERFORM gb_enums_internal.run_as_owner(s.parent, format('SELECT 0::%s', domain));
    END IF;
    RETURN s.anchor;
EXCEPTION WHEN check_violation THEN
    RETURN gb_enums_internal.partition_anchor(s.every, NULL, 1);
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_fitting_anchor(gb_enums_internal.partition_set) IS
    'the anchor of a set: that which it has; else 1 when it is of ids and no id can be 0';

CREATE FUNCTION gb_enums_internal.partition_require_bound(
    s gb_enums_internal.partition_set, lower_bound text) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    domain CONSTANT regtype := gb_enums_internal.partition_key_domain(s.parent);
BEGIN
    IF domain IS NOT NULL AND lower_bound IS DISTINCT FROM 'MINVALUE' THEN
        PERFORM gb_enums_internal.run_as_owner(s.parent, format('SELECT %L::%s', lower_bound, domain));
    END IF;
EXCEPTION WHEN check_violation THEN
    RAISE EXCEPTION 'no partition of "%" can begin at "%"', s.parent::regclass, lower_bound
        USING ERRCODE = 'check_violation', DETAIL = format('The server said: %s.', sqlerrm),
              HINT = format('Say with the argument %s where a partition begins whose rows can be.',
                            gb_enums_internal.partition_option(s, 'anchor'));
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_require_bound(gb_enums_internal.partition_set, text) IS
    'an error when a bound is none of the values of the key''s domain';

CREATE FUNCTION gb_enums_internal.partition_first_anchor(s gb_enums_internal.partition_set)
    RETURNS timestamptz
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN coalesce(s.anchor AT TIME ZONE 'UTC', gb_enums_internal.partition_place_of_id(0));
COMMENT ON FUNCTION gb_enums_internal.partition_first_anchor(gb_enums_internal.partition_set) IS
    'where a set of ids is that has no ids yet';

-- Ids that are not beyond are taken for the next ones.
CREATE FUNCTION gb_enums_internal.partition_far_ahead(s gb_enums_internal.partition_set, at timestamptz)
    RETURNS timestamptz
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN gb_enums_internal.partition_ids_before(
        at, -gb_enums_internal.partition_ids(s.every)::numeric * (s.premake + 1));
COMMENT ON FUNCTION gb_enums_internal.partition_far_ahead(gb_enums_internal.partition_set, timestamptz) IS
    'where ids begin that are far ahead of a place: beyond the partitions that are made ahead of it';

CREATE FUNCTION gb_enums_internal.partition_has_key_index(relation regclass, key_column name) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN EXISTS (
        SELECT
        FROM pg_index x
        JOIN pg_class i ON i.oid = x.indexrelid
        JOIN pg_am m ON m.oid = i.relam AND m.amname = 'btree'
        JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = x.indkey[0]
        WHERE x.indrelid = relation AND x.indisvalid AND x.indpred IS NULL AND a.attname = key_column);
COMMENT ON FUNCTION gb_enums_internal.partition_has_key_index(regclass, name) IS
    'whether an index has all rows of a table in the order of a column';

CREATE FUNCTION gb_enums_internal.partition_highest_id(
    parent regclass, relation regclass, condition text) RETURNS numeric
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    found CONSTANT jsonb := gb_enums_internal.query_as_owner(parent, format(
        'SELECT jsonb_build_array((SELECT r.%1$I::text FROM %2$s r WHERE %3$s ORDER BY r.%1$I DESC LIMIT 1))',
        gb_enums_internal.partition_key_column(parent), relation, condition));
BEGIN
    RETURN (found->>0)::numeric;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_highest_id(regclass, regclass, text) IS
    'the highest id of rows that meet a condition; NULL when there are none';

CREATE TYPE gb_enums_internal.partition_newest AS (
    id_at timestamptz, lower_at timestamptz, upper_at timestamptz, follows boolean);
COMMENT ON TYPE gb_enums_internal.partition_newest IS
    'the place of the highest id of a set, the bounds of the partition that has it, and whether another ends '
    'where it begins';

-- Where an index would be needed that is not there, the partition is not read through: its begin, at which
-- the ids are at least, is taken for the highest id. It is read as the parent, like all that is in it.
CREATE FUNCTION gb_enums_internal.partition_newest(s gb_enums_internal.partition_set)
    RETURNS gb_enums_internal.partition_newest
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    key_column CONSTANT name := gb_enums_internal.partition_key_column(s.parent);
    r record;
    condition text;
    id_at timestamptz;
BEGIN
    FOR r IN
        SELECT p.*, coalesce(lag(p.upper_at) OVER (ORDER BY p.upper_at) = p.lower_at, false) AS follows
        FROM gb_enums_internal.partition_ranges(s) p
        WHERE NOT p.is_default
        ORDER BY p.upper_at DESC
    LOOP
        -- Most partitions that are made ahead never had a row.
        CONTINUE WHEN gb_enums_internal.has_no_pages(r.partition);
        condition := gb_enums_internal.partition_condition(s.parent, r.lower_bound, r.upper_bound);
        id_at := CASE
            WHEN gb_enums_internal.partition_has_key_index(r.partition, key_column) THEN
                gb_enums_internal.partition_place_of_id(
                    gb_enums_internal.partition_highest_id(s.parent, s.parent, condition))
            WHEN gb_enums_internal.run_as_owner(s.parent, format(
                'SELECT pg_catalog.count(*) FROM (SELECT 1 FROM %s WHERE %s LIMIT 1) rows',
                s.parent::regclass, condition)) > 0
            THEN r.lower_at END;
        IF id_at IS NOT NULL THEN
            RETURN (id_at, r.lower_at, r.upper_at, r.follows);
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_newest(gb_enums_internal.partition_set) IS
    'how far the ids in the partitions of a set are; NULL when the partitions are empty';

-- Values that were handed out for rows that no partition took are no rows.
CREATE FUNCTION gb_enums_internal.partition_sequence_at(relation regclass, key_column name)
    RETURNS timestamptz
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    sequence CONSTANT regclass := (
        SELECT q.seqrelid
        FROM pg_depend d
        JOIN pg_sequence q ON q.seqrelid = d.objid AND q.seqincrement > 0
        JOIN pg_attribute a ON (a.attrelid, a.attnum) = (d.refobjid, d.refobjsubid)
        WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
          AND d.refobjid = relation AND d.deptype IN ('a', 'i') AND a.attname = key_column
        ORDER BY q.seqrelid
        LIMIT 1);
BEGIN
    RETURN gb_enums_internal.partition_place_of_id((gb_enums_internal.query_as_owner(relation,
        'SELECT jsonb_build_array((SELECT last_value FROM ' || sequence || '))')->>0)::numeric);
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_sequence_at(regclass, name) IS
    'the place of the last id that the sequence of a column has handed out; NULL when it has none';

-- Where an index would be needed that is not there, and where the owner of the table may not read it, the
-- default partition does not count.
CREATE FUNCTION gb_enums_internal.partition_readable_default(s gb_enums_internal.partition_set)
    RETURNS regclass
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN (
        SELECT d.oid
        FROM pg_partitioned_table t
        JOIN pg_class p ON p.oid = t.partrelid
        JOIN pg_class d ON d.oid = t.partdefid AND d.relowner = p.relowner
        WHERE t.partrelid = s.parent
          AND gb_enums_internal.partition_has_key_index(
              d.oid, gb_enums_internal.partition_key_column(s.parent)));
COMMENT ON FUNCTION gb_enums_internal.partition_readable_default(gb_enums_internal.partition_set) IS
    'the default partition of a set, if an index has its ids in order';

CREATE FUNCTION gb_enums_internal.partition_highest_default(
    s gb_enums_internal.partition_set, since timestamptz, until timestamptz) RETURNS numeric
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    default_partition CONSTANT regclass := gb_enums_internal.partition_readable_default(s);
BEGIN
    IF default_partition IS NULL OR NOT isfinite(since) THEN
        RETURN NULL;
    END IF;
    RETURN gb_enums_internal.partition_highest_id(s.parent, default_partition, format(
        '%1$I OPERATOR(pg_catalog.>=) %2$L::bigint AND %1$I OPERATOR(pg_catalog.<=) %3$L::bigint',
        gb_enums_internal.partition_key_column(s.parent), gb_enums_internal.partition_id_at(since),
        coalesce(gb_enums_internal.partition_id_at(until) - 1, 9223372036854775807)));
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_highest_default(
    gb_enums_internal.partition_set, timestamptz, timestamptz) IS
    'the highest id in the default partition of a set from one place to another; NULL when there is none';

CREATE FUNCTION gb_enums_internal.partition_ids_now(
    s gb_enums_internal.partition_set, newest gb_enums_internal.partition_newest) RETURNS timestamptz
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    id_at timestamptz := greatest(
        newest.id_at,
        gb_enums_internal.partition_sequence_at(
            s.parent, gb_enums_internal.partition_key_column(s.parent)));
BEGIN
    -- When row security hides rows from the owner, the begin of the last partition that has pages counts. It
    -- is no proof of a row, so that nothing expires by it.
    IF gb_enums_internal.partition_forces_security(s.parent) THEN
        id_at := greatest(id_at, (
            SELECT max(r.lower_at)
            FROM gb_enums_internal.partition_ranges(s) r
            JOIN pg_class c ON c.oid = r.partition
            WHERE NOT r.is_default AND c.relkind = 'r' AND pg_relation_size(r.partition) > 0));
    END IF;
    -- A partition without a begin, and without an index, is as far as its end. Without any row, a set is
    -- where its first partition is.
    IF id_at = '-infinity' THEN
        id_at := gb_enums_internal.partition_ids_before(newest.upper_at, 1);
    END IF;
    id_at := coalesce(id_at,
        (SELECT min(r.lower_at) FROM gb_enums_internal.partition_ranges(s) r WHERE isfinite(r.lower_at)),
        gb_enums_internal.partition_first_anchor(s));
    id_at := least(id_at, gb_enums_internal.partition_last_place());
    RETURN greatest(id_at, gb_enums_internal.partition_place_of_id(
        gb_enums_internal.partition_highest_default(
            s, id_at, gb_enums_internal.partition_far_ahead(s, id_at))));
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_ids_now(
    gb_enums_internal.partition_set, gb_enums_internal.partition_newest) IS
    'the place of the highest id of a set; ids in the default partition count unless they are far ahead';

CREATE TYPE gb_enums_internal.partition_clock AS (
    at timestamptz, ids_horizon timestamptz, alone_at timestamptz);
COMMENT ON TYPE gb_enums_internal.partition_clock IS
    'where a set is: the time that maintenance goes by, or the place of the highest id; the horizon of ids, '
    'see partition_horizon(); and where the partition with the highest id begins, when none expires because '
    'it follows no other';

-- Only the owner may know the highest id. A partition of ids that has none before it is no proof that all ids
-- before are old: it may have been made for a single id.
CREATE FUNCTION gb_enums_internal.partition_clock(
    s gb_enums_internal.partition_set, at timestamptz DEFAULT NULL) RETURNS gb_enums_internal.partition_clock
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    clock gb_enums_internal.partition_clock;
    newest gb_enums_internal.partition_newest;
BEGIN
    clock.at := coalesce(at, now());
    -- When the key is said to be no id, whoever reads the slots raises an error.
    IF NOT gb_enums_internal.partition_is_of_ids(s) OR s.key IS DISTINCT FROM 'id' THEN
        RETURN clock;
    END IF;
    IF NOT (SELECT gb_enums_internal.acts_for(c.relowner) FROM pg_class c WHERE c.oid = s.parent) THEN
        RETURN NULL;
    END IF;
    newest := gb_enums_internal.partition_newest(s);
    clock.at := gb_enums_internal.partition_ids_now(s, newest);
    IF s.retain IS NOT NULL AND newest.follows THEN
        clock.ids_horizon := gb_enums_internal.partition_ids_before(
            newest.id_at, gb_enums_internal.partition_ids(s.retain));
    ELSIF s.retain IS NOT NULL THEN
        clock.alone_at := newest.lower_at;
    END IF;
    RETURN clock;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_clock(gb_enums_internal.partition_set, timestamptz) IS
    'where a set is: at a time, or with ids whatever the time; NULL when the caller may not know';

CREATE FUNCTION gb_enums_internal.partition_horizon(
    s gb_enums_internal.partition_set, clock gb_enums_internal.partition_clock) RETURNS timestamptz
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN CASE WHEN gb_enums_internal.partition_is_of_ids(s) THEN clock.ids_horizon
                ELSE (clock.at AT TIME ZONE s.time_zone - gb_enums_internal.partition_time(s.retain))
                         AT TIME ZONE s.time_zone END;
COMMENT ON FUNCTION gb_enums_internal.partition_horizon(
    gb_enums_internal.partition_set, gb_enums_internal.partition_clock) IS
    'partitions that end until then, in the set''s time zone, are expired; NULL when none ever is. Ids are '
    'expired by the highest id in the partitions, if the partition that has it follows another';

CREATE FUNCTION gb_enums_internal.partition_now(
    s gb_enums_internal.partition_set, at timestamptz DEFAULT NULL) RETURNS timestamptz
    LANGUAGE sql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    RETURN (gb_enums_internal.partition_clock(s, at)).at;
COMMENT ON FUNCTION gb_enums_internal.partition_now(gb_enums_internal.partition_set, timestamptz) IS
    'the time that maintenance of a set goes by, or the place of the highest id, whatever the time; NULL '
    'when the caller may not know';

CREATE FUNCTION gb_enums_internal.partition_tell_far_ahead(
    s gb_enums_internal.partition_set, clock gb_enums_internal.partition_clock) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    default_partition CONSTANT regclass := gb_enums_internal.partition_readable_default(s);
    first_key CONSTANT text := gb_enums_internal.partition_first_key(s, 'int8');
    highest numeric;
BEGIN
    IF NOT gb_enums_internal.partition_is_of_ids(s) THEN
        RETURN;
    END IF;
    IF clock.alone_at IS NOT NULL
       AND EXISTS (SELECT FROM gb_enums_internal.partition_ranges(s) r WHERE r.upper_at < clock.alone_at)
    THEN
        RAISE NOTICE 'partitions of "%": none expires', s.parent::regclass
            USING DETAIL = format('The highest id is in the partition from %s on, which follows no other.',
                                  gb_enums_internal.partition_place_text(s, clock.alone_at));
    END IF;
    highest := gb_enums_internal.partition_highest_default(
        s, gb_enums_internal.partition_far_ahead(s, clock.at), 'infinity');
    IF highest IS NOT NULL THEN
        RAISE NOTICE 'partitions of "%": the default partition has id %, which is far ahead',
            s.parent::regclass, highest
            USING DETAIL = format('Partitions are made for ids from %s on.',
                                  gb_enums_internal.partition_place_text(s, clock.at));
    END IF;
    highest := CASE WHEN default_partition IS NOT NULL THEN
        gb_enums_internal.partition_highest_id(s.parent, default_partition, format(
            '%I OPERATOR(pg_catalog.<) %L::int8',
            gb_enums_internal.partition_key_column(s.parent), first_key)) END;
    IF highest IS NOT NULL THEN
        RAISE NOTICE 'partitions of "%": the default partition has id %, which has no slot of its own',
            s.parent::regclass, highest
            USING DETAIL = format('Partitions are made for ids from %s on.', first_key);
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_tell_far_ahead(
    gb_enums_internal.partition_set, gb_enums_internal.partition_clock) IS
    'NOTICEs of ids that are far ahead: in a default partition no partition is made for them, and in a '
    'partition they do not make others expire; and of ids that have no slot of their own';
