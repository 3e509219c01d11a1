
-- Sets are registered --------------------------------------------------------------------------------

CREATE FUNCTION gb_enums_internal.put_on_record(relation regclass, s gb_enums_internal.partition_set)
    RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM gb_enums_internal.partition_run r
    WHERE r.parent = relation;
    IF s.parent IS NULL THEN
        DELETE FROM gb_enums_internal.partition_set p
        WHERE p.parent = relation;
    ELSE
        INSERT INTO gb_enums_internal.partition_set
        SELECT s.*
        ON CONFLICT (parent) DO UPDATE SET
            (every, premake, retain, on_expire, move_to, time_zone, anchor, key, epoch, shift, storage,
             move_default, hash_by, hash_count, lock_timeout, attempts, copy_privileges,
             analyze_parent, paused, closed_tablespace, keep_indexes)
            = (s.every, s.premake, s.retain, s.on_expire, s.move_to, s.time_zone, s.anchor, s.key, s.epoch,
               s.shift, s.storage, s.move_default, s.hash_by, s.hash_count, s.lock_timeout, s.attempts,
               s.copy_privileges, s.analyze_parent, s.paused, s.closed_tablespace, s.keep_indexes);
        -- What is kept from now on is not dropped later because it once was to be.
        DELETE FROM gb_enums_internal.partition_detachment d
        WHERE d.parent = relation AND s.on_expire = 'detach';
    END IF;
    PERFORM gb_enums_internal.forget_dropped_tables('gb_enums_internal.partition_set', '{p}');
END $$;
COMMENT ON FUNCTION gb_enums_internal.put_on_record(regclass, gb_enums_internal.partition_set) IS
    'writes how a table is managed to the registry; called by gb_record() only';
REVOKE ALL ON FUNCTION gb_enums_internal.put_on_record(regclass, gb_enums_internal.partition_set) FROM PUBLIC;

CREATE FUNCTION gb_enums_internal.partition_record_set(parent regclass, s gb_enums_internal.partition_set)
    RETURNS void
    LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'gb_record';
COMMENT ON FUNCTION gb_enums_internal.partition_record_set(regclass, gb_enums_internal.partition_set) IS
    'puts on record how a table of the caller''s is managed, NULL when it is no longer';

CREATE FUNCTION gb_enums_internal.partition_check_expiry(s gb_enums_internal.partition_set) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    schema CONSTANT regnamespace := to_regnamespace(quote_ident(s.move_to));
    owner CONSTANT oid := (SELECT c.relowner FROM pg_class c WHERE c.oid = s.parent);
    retain CONSTANT interval := gb_enums_internal.partition_time(s.retain);
    kept text;
    is_valid boolean;
BEGIN
    IF s.on_expire IS NULL OR s.on_expire NOT IN ('detach', 'drop', 'move') THEN
        RAISE EXCEPTION 'invalid on_expire "%"', s.on_expire
            USING ERRCODE = 'invalid_parameter_value', HINT = 'It is "detach", "drop" or "move".';
    END IF;
    IF (s.on_expire = 'move') <> (s.move_to IS NOT NULL) THEN
        RAISE EXCEPTION 'on_expire => ''move'' and move_to go together'
            USING ERRCODE = 'invalid_parameter_value',
                  DETAIL = 'Expired partitions are moved to the schema that move_to names.';
    END IF;
    IF s.move_to IS NOT NULL AND schema IS NULL THEN
        RAISE EXCEPTION 'schema "%" does not exist', s.move_to USING ERRCODE = 'invalid_schema_name';
    END IF;
    IF NOT has_schema_privilege(owner, schema::oid, 'CREATE') THEN
        RAISE EXCEPTION 'permission denied for schema "%"', s.move_to
            USING ERRCODE = 'insufficient_privilege',
                  DETAIL = 'Expired partitions are moved there by the owner of the table.';
    END IF;
    IF gb_enums_internal.partition_is_of_ids(s) THEN
        kept := 'how many of the highest ids are kept: a positive number.';
        is_valid := gb_enums_internal.partition_ids(s.retain) > 0;
    ELSE
        kept := 'how long a partition is kept after its end: an interval of at most 5000 years, of which no '
            'part is negative.';
        -- '1 month -40 days' is more than nothing for the server, and in the future for who subtracts it. The
        -- server's calendar begins 4713 BC.
        is_valid := retain > interval '0' AND retain <= interval '5000 years'
            AND least(extract(year FROM retain), extract(month FROM retain), extract(day FROM retain),
                      extract(hour FROM retain), extract(minute FROM retain),
                      extract(second FROM retain)) >= 0;
    END IF;
    IF s.retain IS NOT NULL AND is_valid IS NOT TRUE THEN
        RAISE EXCEPTION 'invalid retention "%"', s.retain
            USING ERRCODE = 'invalid_parameter_value', DETAIL = 'It is ' || kept;
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_check_expiry(gb_enums_internal.partition_set) IS
    'an error unless partitions of a set can expire as it says';

CREATE FUNCTION gb_enums_internal.partition_check_tablespace(s gb_enums_internal.partition_set) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    space CONSTANT oid := (SELECT t.oid FROM pg_tablespace t WHERE t.spcname = s.closed_tablespace);
    owner CONSTANT oid := (SELECT c.relowner FROM pg_class c WHERE c.oid = s.parent);
BEGIN
    IF s.closed_tablespace IS NULL THEN
        RETURN;
    END IF;
    IF space IS NULL OR s.closed_tablespace = 'pg_global' THEN
        RAISE EXCEPTION 'tablespace "%" does not exist or is not for tables', s.closed_tablespace
            USING ERRCODE = 'undefined_object';
    END IF;
    IF s.closed_tablespace <> 'pg_default' AND NOT has_tablespace_privilege(owner, space, 'CREATE') THEN
        RAISE EXCEPTION 'permission denied for tablespace "%"', s.closed_tablespace
            USING ERRCODE = 'insufficient_privilege',
                  DETAIL = 'Partitions are moved there by the owner of the table.';
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_check_tablespace(gb_enums_internal.partition_set) IS
    'an error unless closed partitions of a set can be where it says';

CREATE FUNCTION gb_enums_internal.partition_check_storage(storage text[]) RETURNS void
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF array_ndims(storage) > 1 OR array_position(storage, NULL) IS NOT NULL
       OR (storage <> '{}' AND array_to_string(storage, E'\n') ~ '(?n)^(=|$)')
    THEN
        RAISE EXCEPTION 'invalid storage parameters "%"', storage
            USING ERRCODE = 'invalid_parameter_value',
                  DETAIL = 'They are a list of texts like "fillfactor=70".';
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_check_storage(text[]) IS
    'an error unless storage parameters are a list';

CREATE FUNCTION gb_enums_internal.partition_check_making(s gb_enums_internal.partition_set) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF s.premake IS NULL OR s.premake NOT BETWEEN 0 AND 10000 THEN
        RAISE EXCEPTION 'invalid premake %', s.premake
            USING ERRCODE = 'invalid_parameter_value',
                  DETAIL = 'It is how many partitions are there beside the current one, 0 to 10000.';
    END IF;
    IF (s.hash_by IS NULL) <> (s.hash_count IS NULL) OR s.hash_count NOT BETWEEN 2 AND 1024 THEN
        RAISE EXCEPTION 'hash_by and hash_count go together'
            USING ERRCODE = 'invalid_parameter_value',
                  DETAIL = 'Partitions are divided into 2 to 1024 by the hash of a column.';
    END IF;
    PERFORM gb_enums_internal.partition_check_storage(s.storage);
    PERFORM gb_enums_internal.check_waits(s.lock_timeout, s.attempts);
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_check_making(gb_enums_internal.partition_set) IS
    'an error unless the numbers and lists by which partitions of a set are made can be';

CREATE FUNCTION gb_enums_internal.partition_try_table(
    s gb_enums_internal.partition_set, partition_name text) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM gb_enums_internal.run_as_owner(s.parent,
        gb_enums_internal.partition_script(s, partition_name, with_indexes => true));
    RAISE EXCEPTION USING ERRCODE = 'GBTRY';
EXCEPTION WHEN SQLSTATE 'GBTRY' THEN
    NULL;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_try_table(gb_enums_internal.partition_set, text) IS
    'an error when the table of a partition cannot be made';

-- A set that cannot work is refused now, not found out about at night.
CREATE FUNCTION gb_enums_internal.partition_try_making(s gb_enums_internal.partition_set) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    slot gb_enums_internal.slot;
BEGIN
    PERFORM gb_enums_internal.partition_require_one_level(s.parent);
    -- The interval of a set that is registered already may change.
    slot := gb_enums_internal.partition_slot(s, gb_enums_internal.partition_now(s), bridges =>
        (gb_enums_internal.partition_registered(s.parent)).parent IS NOT NULL);
    IF slot.other IS NULL THEN
        PERFORM gb_enums_internal.partition_require_bound(s, slot.lower_bound);
    END IF;
    PERFORM gb_enums_internal.partition_try_table(s, 'gb_partition_trial_' || pg_backend_pid());
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_try_making(gb_enums_internal.partition_set) IS
    'an error when a set''s time zone or key is wrong, or its partitions cannot be made';

CREATE FUNCTION gb_enums_internal.partition_record_set_checked(
    parent regclass, s gb_enums_internal.partition_set) RETURNS gb_enums_internal.partition_set
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
BEGIN
    IF s IS NULL THEN
        RETURN NULL;
    END IF;
    s.parent := parent;
    PERFORM gb_enums_internal.partition_check_expiry(s);
    PERFORM gb_enums_internal.partition_check_making(s);
    PERFORM gb_enums_internal.partition_check_tablespace(s);
    s.every := coalesce(s.every, '1 month');
    s.time_zone := coalesce(s.time_zone, 'UTC');
    s.move_default := coalesce(s.move_default, false);
    s.copy_privileges := coalesce(s.copy_privileges, false);
    s.analyze_parent := coalesce(s.analyze_parent, false);
    s.paused := coalesce(s.paused, false);
    s.keep_indexes := coalesce(s.keep_indexes, true);
    -- A set that does not work can be paused. It is tried when it goes on.
    IF NOT (s.paused AND (gb_enums_internal.partition_registered(parent)).parent IS NOT NULL) THEN
        PERFORM gb_enums_internal.partition_try_making(s);
    END IF;
    RETURN s;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_record_set_checked(
    regclass, gb_enums_internal.partition_set) IS
    'how a table is to be managed, an error when it cannot be';

-- A set all of whose partitions are too old may be one whose key is not what the caller thinks.
CREATE FUNCTION gb_enums_internal.partition_require_rest(s gb_enums_internal.partition_set) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    horizon CONSTANT timestamptz :=
        gb_enums_internal.partition_horizon(s, gb_enums_internal.partition_clock(s));
    found record;
BEGIN
    SELECT count(*) AS partitions, max(r.upper_at) AS last_end INTO found
    FROM gb_enums_internal.partition_ranges(s) r
    WHERE NOT r.is_default;
    IF found.last_end <= horizon THEN
        RAISE EXCEPTION 'every partition of "%" would expire at once', s.parent
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = format('The last of %s ends at "%s", and "%s" is how long they are kept.',
                                  found.partitions, found.last_end AT TIME ZONE s.time_zone, s.retain),
                  HINT = 'If they are to go, pass force => true.';
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_require_rest(gb_enums_internal.partition_set) IS
    'an error when the first maintenance of a set would remove all the partitions there are';

CREATE TYPE gb_enums_internal.partition_registration AS (
    settings gb_enums_internal.partition_set, force boolean);
COMMENT ON TYPE gb_enums_internal.partition_registration IS
    'how a table is to be managed, and whether all of its partitions may expire at once';

CREATE FUNCTION gb_enums_internal.partition_register(r gb_enums_internal.partition_registration)
    RETURNS regclass
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    s CONSTANT gb_enums_internal.partition_set := r.settings;
    old CONSTANT gb_enums_internal.partition_set := gb_enums_internal.partition_registered(s.parent);
BEGIN
    PERFORM gb_enums_internal.partition_record_set(s.parent, s);
    IF NOT r.force
       AND (old.retain::text, old.key, old.epoch, old.shift)
           IS DISTINCT FROM (s.retain::text, s.key, s.epoch, s.shift)
    THEN
        PERFORM gb_enums_internal.partition_require_rest(
            gb_enums_internal.partition_registered(s.parent));
    END IF;
    IF old.copy_privileges AND s.copy_privileges IS NOT TRUE THEN
        PERFORM gb_enums_internal.run_as_owner(s.parent, gb_enums_internal.revoke_statements(d.partition))
        FROM gb_enums_internal.partition_descendants(s.parent) d;
    END IF;
    RETURN s.parent;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_register(gb_enums_internal.partition_registration) IS
    'registers a table; its partitions lose the privileges that were copied when they are to be copied no '
    'longer';

-- What is registered already stays, but for settings that go back to what they are for a new set.
CREATE FUNCTION gb_enums_internal.partition_settings_kept(parent regclass, reset text[])
    RETURNS gb_enums_internal.partition_set
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    names CONSTANT text[] := ARRAY(
        SELECT a.attname::text
        FROM pg_attribute a
        WHERE a.attrelid = 'gb_enums_internal.partition_set'::regclass AND a.attnum > 1
          AND NOT a.attisdropped
        ORDER BY a.attnum);
    s gb_enums_internal.partition_set := gb_enums_internal.partition_registered(parent);
    cleared jsonb;
BEGIN
    IF NOT coalesce(reset, '{}') <@ names THEN
        RAISE EXCEPTION 'reset names no setting: "%"', reset
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = format('Settings are %s.', array_to_string(names, ', '));
    END IF;
    IF s.parent IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT coalesce(jsonb_object_agg(n, NULL), '{}') INTO cleared
    FROM unnest(reset) n;
    RETURN jsonb_populate_record(s, cleared);
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_settings_kept(regclass, text[]) IS
    'how a table is registered, without some settings; none for a new set';

-- A CHECK that keeps rows of a partition to be made out of the default partition has no use any more.
CREATE FUNCTION gb_enums_internal.partition_unregister(parent regclass) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
BEGIN
    PERFORM gb_enums_internal.exact_texts();
    PERFORM gb_enums_internal.partition_settings_lock(parent);
    PERFORM gb_enums_internal.run_as_owner(parent, t.command)
    FROM gb_enums_internal.partition_plan_tidying(parent, '{}') t;
    PERFORM gb_enums_internal.partition_record_set(parent, NULL);
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_unregister(regclass) IS
    'ends the registration of a table, and drops what maintenance added to its default partition';

-- What people call -----------------------------------------------------------------------------------

-- What another session has changed by then is known to who reads the settings after that.
CREATE FUNCTION gb_enums_internal.partition_settings_alone(
    parent regclass, lock_timeout interval, attempts integer) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    s CONSTANT gb_enums_internal.partition_set := gb_enums_internal.partition_registered(parent);
BEGIN
    lock_timeout := coalesce(lock_timeout, s.lock_timeout, interval '2 seconds');
    attempts := coalesce(attempts, s.attempts, 3);
    PERFORM gb_enums_internal.check_waits(lock_timeout, attempts);
    PERFORM gb_enums_internal.with_lock_attempts(
        (parent, lock_timeout, attempts), 'registration', 'gb_enums_internal.partition_settings_lock($1)',
        parent, NULL::text);
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_settings_alone(regclass, interval, integer) IS
    'keeps others who change how a table is managed waiting, as soon as they are done themselves';

-- NULL leaves a setting as it is.
CREATE FUNCTION @extschema@.gb_partition_manage(
    parent regclass, every gb_enums_internal.partition_length DEFAULT NULL, premake integer DEFAULT NULL,
    retain gb_enums_internal.partition_length DEFAULT NULL, on_expire text DEFAULT NULL,
    time_zone text DEFAULT NULL, move_to text DEFAULT NULL, storage text[] DEFAULT NULL,
    move_default boolean DEFAULT NULL,
    anchor timestamp DEFAULT NULL, key text DEFAULT NULL, epoch timestamptz DEFAULT NULL,
    shift integer DEFAULT NULL, hash_by name DEFAULT NULL, hash_count integer DEFAULT NULL,
    lock_timeout interval DEFAULT NULL, attempts integer DEFAULT NULL,
    copy_privileges boolean DEFAULT NULL, analyze_parent boolean DEFAULT NULL,
    paused boolean DEFAULT NULL, closed_tablespace name DEFAULT NULL, keep_indexes boolean DEFAULT NULL,
    reset text[] DEFAULT '{}', force boolean DEFAULT false, anchor_id bigint DEFAULT NULL)
    RETURNS regclass
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    s gb_enums_internal.partition_set;
BEGIN
    IF parent IS NULL THEN
        RAISE EXCEPTION 'the table to manage must not be null' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    PERFORM gb_enums_internal.require_owner(parent);
    PERFORM gb_enums_internal.partition_settings_alone(parent, lock_timeout, attempts);
    s := gb_enums_internal.partition_settings_kept(parent, reset);
    s.on_expire := coalesce(on_expire, s.on_expire, 'detach');
    s.every := coalesce(every, s.every, '1 month');
    s := (parent, s.every, coalesce(premake, s.premake, 3),
          coalesce(retain, s.retain), s.on_expire,
          -- Who moves nothing needs no place for it.
          coalesce(move_to, CASE WHEN s.on_expire = 'move' THEN s.move_to END),
          coalesce(time_zone, s.time_zone, 'UTC'),
          coalesce(gb_enums_internal.partition_anchor(s.every, anchor, anchor_id), s.anchor),
          gb_enums_internal.partition_key_or_id(key, s.key, every),
          coalesce(epoch, s.epoch), coalesce(shift, s.shift), coalesce(storage, s.storage),
          coalesce(move_default, s.move_default, false), coalesce(hash_by, s.hash_by),
          coalesce(hash_count, s.hash_count), coalesce(lock_timeout, s.lock_timeout, interval '2 seconds'),
          coalesce(attempts, s.attempts, 3), coalesce(copy_privileges, s.copy_privileges, false),
          coalesce(analyze_parent, s.analyze_parent, false), coalesce(paused, s.paused, false),
          coalesce(closed_tablespace, s.closed_tablespace), coalesce(keep_indexes, s.keep_indexes, true));
    s.anchor := gb_enums_internal.partition_fitting_anchor(s);
    PERFORM gb_enums_internal.check_waits(s.lock_timeout, s.attempts);
    RETURN gb_enums_internal.with_lock_attempts(
        (parent, s.lock_timeout, s.attempts), 'registration',
        'gb_enums_internal.partition_register($1)',
        (s, coalesce(force, false))::gb_enums_internal.partition_registration, NULL::regclass);
END $$;
COMMENT ON FUNCTION @extschema@.gb_partition_manage(
    regclass, gb_enums_internal.partition_length, integer, gb_enums_internal.partition_length, text, text,
    text, text[], boolean, timestamp, text, timestamptz, integer, name, integer, interval, integer, boolean,
    boolean, boolean, name, boolean, text[], boolean, bigint) IS
    'registers a partitioned table for CALL gb_partition_maintain(), or changes some settings of one that is '
    'registered; example: gb_partition_manage(''message_history'', ''1 month'', retain => ''2 years'')';

CREATE FUNCTION @extschema@.gb_partition_unmanage(parent regclass) RETURNS regclass
    LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    s gb_enums_internal.partition_set := gb_enums_internal.partition_registered(parent);
BEGIN
    IF s.parent IS NULL THEN
        RAISE EXCEPTION '"%" is not managed', parent
            USING ERRCODE = 'undefined_object',
                  HINT = 'The view gb_partition_status lists the tables that are.';
    END IF;
    PERFORM gb_enums_internal.with_lock_attempts(
        (parent, s.lock_timeout, s.attempts), 'registration',
        'gb_enums_internal.partition_unregister($1)', parent, NULL::text, is_exclusive => true);
    IF s.copy_privileges THEN
        RAISE NOTICE 'partitions of "%" keep the privileges that were copied to them', parent;
    END IF;
    RETURN parent;
END $$;
COMMENT ON FUNCTION @extschema@.gb_partition_unmanage(regclass) IS
    'leaves a table and its partitions alone from now on; example: gb_partition_unmanage(''request_log'')';
