
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
             move_default, hash_by, hash_count, lock_timeout, attempts, copy_privileges)
            = (s.every, s.premake, s.retain, s.on_expire, s.move_to, s.time_zone, s.anchor, s.key, s.epoch,
               s.shift, s.storage, s.move_default, s.hash_by, s.hash_count, s.lock_timeout, s.attempts,
               s.copy_privileges);
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
    IF s.retain <= interval '0' THEN
        RAISE EXCEPTION 'invalid retention "%"', s.retain
            USING ERRCODE = 'invalid_parameter_value',
                  DETAIL = 'It is how long a partition is kept after its end, and positive.';
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_check_expiry(gb_enums_internal.partition_set) IS
    'an error unless partitions of a set can expire as it says';

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
    IF array_ndims(s.storage) > 1 OR array_position(s.storage, NULL) IS NOT NULL THEN
        RAISE EXCEPTION 'invalid storage parameters "%"', s.storage
            USING ERRCODE = 'invalid_parameter_value',
                  DETAIL = 'They are a list of texts like "fillfactor=70".';
    END IF;
    PERFORM gb_enums_internal.check_waits(s.lock_timeout, s.attempts);
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_check_making(gb_enums_internal.partition_set) IS
    'an error unless the numbers and lists by which partitions of a set are made can be';

-- A set that cannot work is refused now, not found out about at night.
CREATE FUNCTION gb_enums_internal.partition_try_making(s gb_enums_internal.partition_set) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM gb_enums_internal.partition_slot(s, now());
    PERFORM gb_enums_internal.run_as_owner(s.parent,
        gb_enums_internal.partition_script(s, 'gb_partition_trial_' || pg_backend_pid()));
    RAISE EXCEPTION USING ERRCODE = 'GBTRY';
EXCEPTION WHEN SQLSTATE 'GBTRY' THEN
    NULL;
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
    s.every := coalesce(s.every, interval '1 month');
    s.time_zone := coalesce(s.time_zone, 'UTC');
    s.move_default := coalesce(s.move_default, false);
    s.copy_privileges := coalesce(s.copy_privileges, false);
    PERFORM gb_enums_internal.partition_try_making(s);
    RETURN s;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_record_set_checked(
    regclass, gb_enums_internal.partition_set) IS
    'how a table is to be managed, an error when it cannot be';

CREATE FUNCTION gb_enums_internal.partition_register(s gb_enums_internal.partition_set) RETURNS regclass
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    copied_privileges CONSTANT boolean := (gb_enums_internal.partition_registered(s.parent)).copy_privileges;
BEGIN
    PERFORM gb_enums_internal.partition_record_set(s.parent, s);
    IF copied_privileges AND s.copy_privileges IS NOT TRUE THEN
        PERFORM gb_enums_internal.run_as_owner(s.parent, gb_enums_internal.revoke_statements(d.partition))
        FROM gb_enums_internal.partition_descendants(s.parent) d;
    END IF;
    RETURN s.parent;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_register(gb_enums_internal.partition_set) IS
    'registers a table; its partitions lose the privileges that were copied when they are to be copied no '
    'longer';

-- What people call -----------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.gb_partition_manage(
    parent regclass, every interval DEFAULT '1 month', premake integer DEFAULT 3,
    retain interval DEFAULT NULL, on_expire text DEFAULT 'detach', time_zone text DEFAULT 'UTC',
    move_to text DEFAULT NULL, storage text[] DEFAULT NULL, move_default boolean DEFAULT false,
    anchor timestamp DEFAULT NULL, key text DEFAULT NULL, epoch timestamptz DEFAULT NULL,
    shift integer DEFAULT NULL, hash_by name DEFAULT NULL, hash_count integer DEFAULT NULL,
    lock_timeout interval DEFAULT '2 seconds', attempts integer DEFAULT 3,
    copy_privileges boolean DEFAULT false) RETURNS regclass
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    s gb_enums_internal.partition_set;
BEGIN
    IF parent IS NULL THEN
        RAISE EXCEPTION 'the table to manage must not be null' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    PERFORM gb_enums_internal.require_owner(parent);
    PERFORM gb_enums_internal.check_waits(lock_timeout, attempts);
    s := (parent, every, premake, retain, on_expire, move_to, time_zone, anchor, key, epoch, shift, storage,
          move_default, hash_by, hash_count, lock_timeout, attempts, copy_privileges);
    RETURN gb_enums_internal.with_lock_attempts(
        (parent, lock_timeout, attempts), 'registration',
        'gb_enums_internal.partition_register($1)', s, NULL::regclass);
END $$;
COMMENT ON FUNCTION @extschema@.gb_partition_manage(
    regclass, interval, integer, interval, text, text, text, text[], boolean, timestamp, text, timestamptz,
    integer, name, integer, interval, integer, boolean) IS
    'registers a partitioned table for CALL gb_partition_maintain(), or changes how it is registered; '
    'example: gb_partition_manage(''message_history'', ''1 month'', retain => ''2 years'')';

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
        'gb_enums_internal.partition_record_set($1, NULL)', parent, NULL::text);
    IF s.copy_privileges THEN
        RAISE NOTICE 'partitions of "%" keep the privileges that were copied to them', parent;
    END IF;
    RETURN parent;
END $$;
COMMENT ON FUNCTION @extschema@.gb_partition_unmanage(regclass) IS
    'leaves a table and its partitions alone from now on; example: gb_partition_unmanage(''request_log'')';
