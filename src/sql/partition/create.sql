
-- A partition is made and attached -------------------------------------------------------------------

CREATE FUNCTION gb_enums_internal.partition_condition(parent regclass, lower_bound text, upper_bound text)
    RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN (
        SELECT format('%I IS NOT NULL', a.attname)
            || CASE WHEN lower_bound = 'MINVALUE' THEN ''
                    ELSE format(' AND %I OPERATOR(pg_catalog.>=) %L::%s',
                                a.attname, lower_bound, format_type(a.atttypid, NULL)) END
            || CASE WHEN upper_bound = 'MAXVALUE' THEN ''
                    ELSE format(' AND %I OPERATOR(pg_catalog.<) %L::%s',
                                a.attname, upper_bound, format_type(a.atttypid, NULL)) END
        FROM pg_partitioned_table t
        JOIN pg_attribute a ON a.attrelid = t.partrelid AND a.attnum = t.partattrs[0]
        WHERE t.partrelid = parent);
COMMENT ON FUNCTION gb_enums_internal.partition_condition(regclass, text, text) IS
    'the condition that the key of a row is within bounds';

CREATE FUNCTION gb_enums_internal.partition_columns(relation regclass) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN (
        SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)
        FROM pg_attribute a
        WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '');
COMMENT ON FUNCTION gb_enums_internal.partition_columns(regclass) IS
    'the columns that a copy of a table''s rows is made of: all but those that the server computes';

CREATE FUNCTION gb_enums_internal.counted_rows(n bigint) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN n || CASE WHEN n = 1 THEN ' row' ELSE ' rows' END;
COMMENT ON FUNCTION gb_enums_internal.counted_rows(bigint) IS 'a number of rows, for messages';

CREATE FUNCTION gb_enums_internal.partition_require_no_references(parent regclass, default_partition regclass)
    RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    reference text := (
        SELECT format('Constraint "%s" of table "%s" references it.', k.conname, k.conrelid::regclass)
        FROM pg_constraint k
        WHERE k.contype = 'f' AND k.confrelid IN (parent, default_partition) AND k.conparentid = 0
        LIMIT 1);
BEGIN
    IF reference IS NOT NULL THEN
        -- Deleting the rows would cascade to, or be refused for, those that reference them.
        RAISE EXCEPTION 'rows of default partition "%" cannot be moved: foreign keys reference the table',
                default_partition
            USING ERRCODE = 'feature_not_supported', DETAIL = reference,
                  HINT = 'Drop the foreign key, move the rows, and add it again.';
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_require_no_references(regclass, regclass) IS
    'an error when foreign keys reference a table whose rows are to be moved';

CREATE FUNCTION gb_enums_internal.partition_move_rows(
    parent regclass, default_partition regclass, target text, condition text) RETURNS bigint
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    columns text := gb_enums_internal.partition_columns(parent);
    disable text;
    enable text;
    moved bigint;
BEGIN
    PERFORM gb_enums_internal.partition_require_no_references(parent, default_partition);
    -- A row that came after the scan would be left behind and make the ATTACH fail.
    PERFORM gb_enums_internal.run_as_owner(parent,
        format('LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE', default_partition));
    -- To the application nothing is deleted, so its triggers stay out of it.
    SELECT string_agg(format('ALTER TABLE %s DISABLE TRIGGER %I', t.tgrelid::regclass, t.tgname), '; '),
           string_agg(gb_enums_internal.trigger_state_statement(t.oid), '; ')
    INTO disable, enable
    FROM pg_partition_tree(default_partition) r
    JOIN pg_trigger t ON t.tgrelid = r.relid
    WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND t.tgtype & 8 <> 0;
    IF disable IS NOT NULL THEN
        PERFORM gb_enums_internal.run_as_owner(parent, disable);
    END IF;
    moved := gb_enums_internal.run_as_owner(parent, format(
        'WITH moved AS (DELETE FROM %s WHERE %s RETURNING %s)
        INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM moved',
        default_partition, condition, columns, target, columns, columns));
    IF enable IS NOT NULL THEN
        PERFORM gb_enums_internal.run_as_owner(parent, enable);
    END IF;
    RETURN moved;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_move_rows(regclass, regclass, text, text) IS
    'moves the rows of a slot from the default partition to a table that is yet to be attached';

-- Row security that is forced on the owner of a table hides rows from the owner, who moves them.
CREATE FUNCTION gb_enums_internal.partition_forces_security(relation regclass) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN (
        SELECT c.relrowsecurity AND c.relforcerowsecurity
        FROM pg_class c
        WHERE c.oid = relation);
COMMENT ON FUNCTION gb_enums_internal.partition_forces_security(regclass) IS
    'whether row security of a table holds for its owner, too';

CREATE FUNCTION gb_enums_internal.partition_seen_by_owner(parent regclass, default_partition regclass)
    RETURNS regclass
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN CASE WHEN gb_enums_internal.partition_forces_security(parent) THEN default_partition
                ELSE parent END;
COMMENT ON FUNCTION gb_enums_internal.partition_seen_by_owner(regclass, regclass) IS
    'the table in which the owner finds the rows of a default partition; the default partition may belong '
    'to somebody else';

CREATE TYPE gb_enums_internal.lifted_security AS (lift text, restore text);
COMMENT ON TYPE gb_enums_internal.lifted_security IS
    'statements between which the owner of a table sees all of its rows, NULL when none are hidden';

CREATE FUNCTION gb_enums_internal.partition_lift_security(default_partition regclass)
    RETURNS gb_enums_internal.lifted_security
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT string_agg(format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY', t.relid), '; '),
       string_agg(format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', t.relid), '; ')
FROM pg_partition_tree(default_partition) t
WHERE gb_enums_internal.partition_forces_security(t.relid)
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_lift_security(regclass) IS
    'statements between which the owner of a default partition sees all of its rows, NULL when none are '
    'hidden';

CREATE FUNCTION gb_enums_internal.has_no_pages(relation regclass) RETURNS boolean
    LANGUAGE c STRICT VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'gb_has_no_pages';
COMMENT ON FUNCTION gb_enums_internal.has_no_pages(regclass) IS
    'whether a table has no rows because it has no pages: the cheapest way to know that';

CREATE FUNCTION gb_enums_internal.partition_rows_to_move(
    s gb_enums_internal.partition_set, default_partition regclass, lower_bound text, upper_bound text)
    RETURNS bigint
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    -- Rows that are moved are counted then.
    found bigint := gb_enums_internal.run_as_owner(s.parent, format(
        'SELECT pg_catalog.count(*) FROM (SELECT FROM %s WHERE %s%s) found',
        gb_enums_internal.partition_seen_by_owner(s.parent, default_partition),
        gb_enums_internal.partition_condition(s.parent, lower_bound, upper_bound),
        CASE WHEN s.move_default
             THEN format(' ORDER BY %I LIMIT 1', gb_enums_internal.partition_key_column(s.parent)) END));
BEGIN
    IF found > 0 AND NOT s.move_default THEN
        RAISE EXCEPTION 'default partition "%" holds % from "%" to "%"',
                default_partition, gb_enums_internal.counted_rows(found), lower_bound, upper_bound
            USING ERRCODE = 'check_violation',
                  DETAIL = format(
                      'A partition for that range of "%s" can be made only by moving what it holds.',
                      s.parent),
                  HINT = 'gb_partition_create() moves them, all or none, with move_default => true.';
    END IF;
    RETURN found;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_rows_to_move(
    gb_enums_internal.partition_set, regclass, text, text) IS
    'whether the default partition has rows of a slot: 0 for none; an error with their number when they are '
    'not to be moved';

CREATE FUNCTION gb_enums_internal.partition_replica_identity(made regclass, identity_index regclass)
    RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT string_agg(
           format('ALTER TABLE %s REPLICA IDENTITY USING INDEX %I', x.indrelid::regclass, c.relname), '; ')
FROM pg_partition_tree(identity_index) t
JOIN pg_index x ON x.indexrelid = t.relid
JOIN pg_class c ON c.oid = t.relid
WHERE x.indrelid IN (SELECT relid FROM pg_partition_tree(made))
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_replica_identity(regclass, regclass) IS
    'statements that make the parts of its table''s index the replica identity of a new partition';

CREATE FUNCTION gb_enums_internal.partition_require_free_name(
    parent regclass, slot gb_enums_internal.slot, taken regclass) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF taken IS NOT NULL THEN
        RAISE EXCEPTION 'relation "%" already exists', taken
            USING ERRCODE = 'duplicate_table',
                  DETAIL = format('It is not the partition of "%s" from "%s" to "%s".',
                                  parent, slot.lower_bound, slot.upper_bound),
                  HINT = 'Rename it, or attach it as that partition if it holds those rows.';
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_require_free_name(
    regclass, gb_enums_internal.slot, regclass) IS
    'an error when a relation has the name that the partition of a slot is to have';

-- The caller holds the parent's lock. When rows of the range were kept out by a CHECK of the default
-- partition, that is dropped.
CREATE FUNCTION gb_enums_internal.partition_make(
    s gb_enums_internal.partition_set, slot gb_enums_internal.slot, excluding_check text) RETURNS regclass
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    place record := gb_enums_internal.partition_place(s.parent, slot.name);
    share_privileges CONSTANT boolean :=
        s.copy_privileges AND gb_enums_internal.partition_shares_privileges(s);
    security gb_enums_internal.lifted_security;
    rows_to_move bigint := 0;
    rows_moved bigint;
    made regclass;
BEGIN
    -- Most tables are no partition, and most names are free: no function is called for nothing.
    IF place.is_partition THEN
        PERFORM gb_enums_internal.partition_require_own_range(s, slot);
    END IF;
    IF place.taken IS NOT NULL THEN
        PERFORM gb_enums_internal.partition_require_free_name(s.parent, slot, place.taken);
    END IF;
    IF place.default_partition IS NOT NULL AND excluding_check IS NULL
       AND NOT place.default_is_empty
    THEN
        security := gb_enums_internal.partition_lift_security(place.default_partition);
        PERFORM gb_enums_internal.run_as_owner(s.parent, security.lift);
        rows_to_move := gb_enums_internal.partition_rows_to_move(
            s, place.default_partition, slot.lower_bound, slot.upper_bound);
    END IF;
    -- What partition_script() gives when there are no settings.
    PERFORM gb_enums_internal.run_as_owner(s.parent,
        CASE WHEN s.hash_by IS NULL AND s.storage IS NULL AND place.model IS NULL
             THEN place.like_without_indexes || place.tablespace
             ELSE gb_enums_internal.partition_script(s, slot.name) END);
    made := to_regclass(place.path);
    IF rows_to_move > 0 THEN
        rows_moved := gb_enums_internal.partition_move_rows(s.parent, place.default_partition, place.path,
            gb_enums_internal.partition_condition(s.parent, slot.lower_bound, slot.upper_bound));
        RAISE NOTICE 'moved % from default partition "%" to "%"',
            gb_enums_internal.counted_rows(rows_moved), place.default_partition, made;
    END IF;
    PERFORM gb_enums_internal.run_as_owner(s.parent, concat_ws('; ',
        security.restore,
        CASE WHEN s.hash_by IS NULL AND place.model IS NULL
             THEN gb_enums_internal.properties_beyond_like(s.parent, made, share_privileges)
             ELSE (SELECT string_agg(
                       gb_enums_internal.properties_beyond_like(s.parent, t.relid, share_privileges), '; ')
                   FROM pg_partition_tree(made) t) END,
        gb_enums_internal.partition_attach_script(
            s.parent, place.path, slot.lower_bound, slot.upper_bound, place.default_partition,
            excluding_check)));
    IF place.identity_index IS NOT NULL THEN
        PERFORM gb_enums_internal.run_as_owner(
            s.parent, gb_enums_internal.partition_replica_identity(made, place.identity_index));
    END IF;
    IF s.copy_privileges AND NOT share_privileges THEN
        RAISE NOTICE 'privileges of "%" are not copied to partition "%"', s.parent, made
            USING DETAIL = 'The table has row security, which does not hold for who uses a partition itself.';
    END IF;
    RETURN made;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_make(
    gb_enums_internal.partition_set, gb_enums_internal.slot, text) IS
    'makes and attaches the partition of a free slot';

CREATE FUNCTION gb_enums_internal.partition_attach_script(
    parent regclass, partition text, lower_bound text, upper_bound text, default_partition regclass,
    excluding_check text) RETURNS text
    LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'gb_partition_attach_script';
COMMENT ON FUNCTION gb_enums_internal.partition_attach_script(regclass, text, text, text, regclass, text) IS
    'statements that attach a partition and drop the CHECK, if there is one, by which the default partition '
    'has no rows of its range';

CREATE FUNCTION gb_enums_internal.partition_is_detaching(partition regclass) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = partition AND i.inhdetachpending);
COMMENT ON FUNCTION gb_enums_internal.partition_is_detaching(regclass) IS
    'whether a concurrent detachment of a partition has begun and not ended';

CREATE FUNCTION gb_enums_internal.partition_ensure(
    s gb_enums_internal.partition_set, at timestamptz, excluding_check text DEFAULT NULL,
    bridges boolean DEFAULT false) RETURNS regclass
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    slot CONSTANT gb_enums_internal.slot := gb_enums_internal.partition_slot(s, at, true, bridges);
BEGIN
    PERFORM gb_enums_internal.exact_texts();
    IF slot.other IS NULL THEN
        RETURN gb_enums_internal.partition_make(s, slot, excluding_check);
    END IF;
    IF gb_enums_internal.partition_is_detaching(slot.other) THEN
        RAISE EXCEPTION 'partition "%" is being detached from "%"', slot.other, s.parent::regclass
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = 'DETACH PARTITION ... CONCURRENTLY was interrupted, or has not ended.',
                  HINT = format('ALTER TABLE %s DETACH PARTITION %s FINALIZE ends it. Maintenance of a set '
                                'does so.', s.parent::regclass, slot.other);
    END IF;
    IF slot.verdict = 'tiled' THEN
        RAISE NOTICE 'the range from "%" to "%" is already covered by smaller partitions',
            slot.lower_bound, slot.upper_bound;
        RETURN (
            SELECT r.partition
            FROM gb_enums_internal.partition_ranges(s) r
            WHERE r.lower_at <= at AND r.upper_at > at);
    END IF;
    IF slot.verdict = 'covered' THEN
        RAISE NOTICE 'the range from "%" to "%" is already covered by partition "%"',
            slot.lower_bound, slot.upper_bound, slot.other;
    END IF;
    RETURN slot.other;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_ensure(
    gb_enums_internal.partition_set, timestamptz, text, boolean) IS
    'the partition for an instant, made when it is not there: the one way to a new partition';

CREATE TYPE gb_enums_internal.partition_request AS (settings gb_enums_internal.partition_set, at timestamptz);
COMMENT ON TYPE gb_enums_internal.partition_request IS
    'the partition that somebody wants: how it is made, and for when';

-- What people call ---------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.gb_partition_create(
    parent regclass, at timestamptz DEFAULT NULL, every gb_enums_internal.partition_length DEFAULT NULL,
    time_zone text DEFAULT NULL, move_default boolean DEFAULT NULL, key text DEFAULT NULL,
    epoch timestamptz DEFAULT NULL, shift integer DEFAULT NULL, anchor timestamp DEFAULT NULL,
    storage text[] DEFAULT NULL, hash_by name DEFAULT NULL, hash_count integer DEFAULT NULL,
    lock_timeout interval DEFAULT NULL, copy_privileges boolean DEFAULT NULL,
    id bigint DEFAULT NULL, anchor_id bigint DEFAULT NULL)
    RETURNS regclass
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    s gb_enums_internal.partition_set;
BEGIN
    IF parent IS NULL OR coalesce(at, gb_enums_internal.partition_place_of_id(id)) IS NULL THEN
        RAISE EXCEPTION 'the table and the time, or the id, of a partition must not be null'
            USING ERRCODE = 'null_value_not_allowed';
    END IF;
    s := gb_enums_internal.partition_settings(
        parent, every, time_zone, gb_enums_internal.partition_key_or_id(key, NULL, every), epoch, shift, NULL,
        storage, lock_timeout, move_default, hash_by, hash_count, copy_privileges);
    IF anchor IS NOT NULL OR anchor_id IS NOT NULL THEN
        s.anchor := gb_enums_internal.partition_anchor(s.every, anchor, anchor_id);
    END IF;
    IF id IS NOT NULL OR gb_enums_internal.partition_is_of_ids(s) THEN
        s.anchor := gb_enums_internal.partition_fitting_anchor(s);
        at := gb_enums_internal.partition_asked_place(s, at, id);
    END IF;
    IF s.storage IS NOT NULL THEN
        PERFORM gb_enums_internal.partition_check_storage(s.storage);
    END IF;
    PERFORM gb_enums_internal.check_waits(s.lock_timeout, s.attempts);
    RETURN gb_enums_internal.with_lock_attempts(
        (parent, s.lock_timeout, s.attempts), 'creating a partition',
        'gb_enums_internal.partition_ensure(($1).settings, ($1).at, NULL, false)',
        (s, at)::gb_enums_internal.partition_request, NULL::regclass);
END $$;
COMMENT ON FUNCTION @extschema@.gb_partition_create(
    regclass, timestamptz, gb_enums_internal.partition_length, text, boolean, text, timestamptz, integer,
    timestamp, text[], name, integer, interval, boolean, bigint, bigint) IS
    'the partition of a table for an instant or an id, made when it is not there; '
    'example: gb_partition_create(''events'', now(), ''1 day'')';

-- The middle of the month, which no clock change moves to another one.
CREATE FUNCTION gb_enums_internal.partition_month(parent regclass, partition_date date) RETURNS timestamptz
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    zone text := (
        SELECT p.time_zone
        FROM gb_enums_internal.partition_set p
        WHERE p.parent = partition_month.parent);
BEGIN
    IF parent IS NULL OR partition_date IS NULL THEN
        RAISE EXCEPTION 'the table and the date of a partition must not be null'
            USING ERRCODE = 'null_value_not_allowed';
    END IF;
    IF NOT isfinite(partition_date) THEN
        RAISE EXCEPTION 'there is no partition for "%"', partition_date
            USING ERRCODE = 'datetime_field_overflow';
    END IF;
    RETURN (date_trunc('month', partition_date::timestamp) + interval '14 days 12 hours')
        AT TIME ZONE coalesce(zone, 'UTC');
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_month(regclass, date) IS
    'an instant in a date''s month, in the time zone of a table''s set';

-- The calendar's months, whatever the anchor of the set.
CREATE FUNCTION @extschema@.create_monthly_partition(parent regclass, partition_date date) RETURNS regclass
    LANGUAGE sql VOLATILE PARALLEL UNSAFE
    RETURN @extschema@.gb_partition_create(
        parent, gb_enums_internal.partition_month(parent, partition_date), interval '1 month',
        anchor => timestamp '2000-01-01');
COMMENT ON FUNCTION @extschema@.create_monthly_partition(regclass, date) IS
    'the partition of a table for a date''s calendar month, made when it is not there; '
    'example: create_monthly_partition(''message_history''::regclass, current_date)';

CREATE FUNCTION @extschema@.create_monthly_partition(parent regclass, at timestamptz) RETURNS regclass
    LANGUAGE sql VOLATILE PARALLEL UNSAFE
    RETURN @extschema@.create_monthly_partition(parent, at::date);
COMMENT ON FUNCTION @extschema@.create_monthly_partition(regclass, timestamptz) IS
    'the partition of a table for the month that it is at an instant in the session''s zone; '
    'example: create_monthly_partition(''message_history''::regclass, now())';

CREATE FUNCTION @extschema@.create_monthly_partition(table_name text, partition_date date) RETURNS regclass
    LANGUAGE sql VOLATILE PARALLEL UNSAFE
    RETURN @extschema@.create_monthly_partition(
        gb_enums_internal.partition_table(table_name), partition_date);
COMMENT ON FUNCTION @extschema@.create_monthly_partition(text, date) IS
    'the partition of a table for a date''s calendar month, made when it is not there; '
    'example: create_monthly_partition(''message_history'', ''2024-03-15''::date)';

CREATE FUNCTION @extschema@.create_monthly_partition(table_name text, at timestamptz) RETURNS regclass
    LANGUAGE sql VOLATILE PARALLEL UNSAFE
    RETURN @extschema@.create_monthly_partition(gb_enums_internal.partition_table(table_name), at::date);
COMMENT ON FUNCTION @extschema@.create_monthly_partition(text, timestamptz) IS
    'the partition of a table for the month that it is at an instant in the session''s zone; '
    'example: create_monthly_partition(''message_history'', now() + interval ''1 month'')';
