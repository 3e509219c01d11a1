
-- Managed sets -------------------------------------------------------------------------------------

-- How maintenance went. Not dumped: it is about this server.
CREATE TABLE gb_enums_internal.partition_run (
    parent regclass PRIMARY KEY REFERENCES gb_enums_internal.partition_set ON DELETE CASCADE,
    last_run timestamptz NOT NULL,
    last_success timestamptz,
    failed_at timestamptz,
    failed_step text,
    error_state text,
    error text,
    error_detail text,
    -- There is nothing to do until then, as long as these are partitions and none was attached since.
    idle_until timestamptz,
    ahead oid[],
    attachments bigint);
COMMENT ON TABLE gb_enums_internal.partition_run IS 'how maintenance of the managed sets went; shown by gb_partition_status';
GRANT SELECT ON gb_enums_internal.partition_run TO PUBLIC;
-- Errors may say what is in rows.
ALTER TABLE gb_enums_internal.partition_run ENABLE ROW LEVEL SECURITY;
CREATE POLICY owners ON gb_enums_internal.partition_run FOR SELECT
    USING ((SELECT pg_catalog.pg_has_role(c.relowner, 'USAGE') FROM pg_catalog.pg_class c WHERE c.oid OPERATOR(pg_catalog.=) parent));

CREATE TYPE gb_enums_internal.partition_step AS (
    parent regclass, step integer, action text, partition text, lower_bound text, upper_bound text,
    command text, locks text, note text,
    slot_at timestamptz, target regclass, guard name);
COMMENT ON TYPE gb_enums_internal.partition_step IS 'one step of maintenance: what is done in one transaction';

-- The registry -------------------------------------------------------------------------------------
--
-- Only the extension's owner writes to it, and only what partition_record_...() and online_record()
-- say. Each of them is for one kind of entry about a table of the caller's. The function of the same name and
-- _checked runs as the caller: it knows each field, refuses or derives it, and gives the row.
-- put_on_record() then writes that, as the extension's owner.

CREATE FUNCTION gb_enums_internal.put_on_record(relation regclass, s gb_enums_internal.partition_set) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM gb_enums_internal.partition_run r WHERE r.parent = relation;
    IF s.parent IS NULL THEN
        DELETE FROM gb_enums_internal.partition_set p WHERE p.parent = relation;
    ELSE
        INSERT INTO gb_enums_internal.partition_set SELECT s.* ON CONFLICT (parent) DO UPDATE SET
            (every, premake, retain, on_expire, move_to, time_zone, anchor, key, epoch, shift, storage, move_default,
             hash_by, hash_count, lock_timeout, attempts, copy_privileges)
            = (s.every, s.premake, s.retain, s.on_expire, s.move_to, s.time_zone, s.anchor, s.key, s.epoch, s.shift, s.storage,
               s.move_default, s.hash_by, s.hash_count, s.lock_timeout, s.attempts, s.copy_privileges);
    END IF;
    -- Tables that were dropped. Others may be about to do the same, and are not waited for.
    DELETE FROM gb_enums_internal.partition_set p WHERE p.parent IN (
        SELECT q.parent FROM gb_enums_internal.partition_set q
        WHERE NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = q.parent AND c.relkind = 'p') FOR UPDATE SKIP LOCKED);
END $$;
COMMENT ON FUNCTION gb_enums_internal.put_on_record(regclass, gb_enums_internal.partition_set) IS
    'writes how a table is managed to the registry; called by partition_record_set() only';
REVOKE ALL ON FUNCTION gb_enums_internal.put_on_record(regclass, gb_enums_internal.partition_set) FROM PUBLIC;

CREATE FUNCTION gb_enums_internal.put_on_record(relation regclass, run gb_enums_internal.partition_run) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM gb_enums_internal.partition_run r WHERE r.parent = relation;
    -- The set may have been unregistered meanwhile.
    INSERT INTO gb_enums_internal.partition_run SELECT run.*
        WHERE EXISTS (SELECT FROM gb_enums_internal.partition_set p WHERE p.parent = relation FOR KEY SHARE)
        ON CONFLICT DO NOTHING;
END $$;
COMMENT ON FUNCTION gb_enums_internal.put_on_record(regclass, gb_enums_internal.partition_run) IS
    'writes how maintenance went to the registry; called by partition_record_...() only';
REVOKE ALL ON FUNCTION gb_enums_internal.put_on_record(regclass, gb_enums_internal.partition_run) FROM PUBLIC;

-- How a table is managed; NULL when it is no longer.
CREATE FUNCTION gb_enums_internal.partition_record_set(parent regclass, s gb_enums_internal.partition_set) RETURNS void
    LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'gb_record';
COMMENT ON FUNCTION gb_enums_internal.partition_record_set(regclass, gb_enums_internal.partition_set) IS
    'puts on record how a table of the caller''s is managed';

CREATE FUNCTION gb_enums_internal.partition_record_set_checked(parent regclass, s gb_enums_internal.partition_set)
    RETURNS gb_enums_internal.partition_set
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
BEGIN
    IF s IS NULL THEN
        RETURN NULL;
    END IF;
    IF s.on_expire IS NULL OR s.on_expire NOT IN ('detach', 'drop', 'move') THEN
        RAISE EXCEPTION 'invalid on_expire "%"', s.on_expire
            USING ERRCODE = 'invalid_parameter_value', HINT = 'It is "detach", "drop" or "move".';
    END IF;
    IF (s.on_expire = 'move') <> (s.move_to IS NOT NULL) THEN
        RAISE EXCEPTION 'on_expire => ''move'' and move_to go together'
            USING ERRCODE = 'invalid_parameter_value', DETAIL = 'Expired partitions are moved to the schema that move_to names.';
    END IF;
    IF s.move_to IS NOT NULL AND to_regnamespace(quote_ident(s.move_to)) IS NULL THEN
        RAISE EXCEPTION 'schema "%" does not exist', s.move_to USING ERRCODE = 'invalid_schema_name';
    END IF;
    IF NOT has_schema_privilege((SELECT c.relowner FROM pg_class c WHERE c.oid = parent), to_regnamespace(quote_ident(s.move_to))::oid, 'CREATE') THEN
        RAISE EXCEPTION 'permission denied for schema "%"', s.move_to USING ERRCODE = 'insufficient_privilege',
            DETAIL = 'Expired partitions are moved there by the owner of the table.';
    END IF;
    IF s.retain <= interval '0' THEN
        RAISE EXCEPTION 'invalid retention "%"', s.retain
            USING ERRCODE = 'invalid_parameter_value', DETAIL = 'It is how long a partition is kept after its end, and positive.';
    END IF;
    IF s.premake IS NULL OR s.premake NOT BETWEEN 0 AND 10000 THEN
        RAISE EXCEPTION 'invalid premake %', s.premake
            USING ERRCODE = 'invalid_parameter_value', DETAIL = 'It is how many partitions are there beside the current one, 0 to 10000.';
    END IF;
    IF (s.hash_by IS NULL) <> (s.hash_count IS NULL) OR s.hash_count NOT BETWEEN 2 AND 1024 THEN
        RAISE EXCEPTION 'hash_by and hash_count go together'
            USING ERRCODE = 'invalid_parameter_value', DETAIL = 'Partitions are divided into 2 to 1024 by the hash of a column.';
    END IF;
    IF array_ndims(s.storage) > 1 OR array_position(s.storage, NULL) IS NOT NULL THEN
        RAISE EXCEPTION 'invalid storage parameters "%"', s.storage
            USING ERRCODE = 'invalid_parameter_value', DETAIL = 'They are a list of texts like "fillfactor=70".';
    END IF;
    PERFORM gb_enums_internal.check_waits(s.lock_timeout, s.attempts);
    s.parent := parent;
    s.every := coalesce(s.every, interval '1 month');
    s.time_zone := coalesce(s.time_zone, 'UTC');
    s.move_default := coalesce(s.move_default, false);
    s.copy_privileges := coalesce(s.copy_privileges, false);
    -- A set that cannot work is refused now, not found out about at night: its zone and key, and
    -- by a trial all that its partitions are made with.
    PERFORM gb_enums_internal.partition_slot(s, now());
    BEGIN
        PERFORM gb_enums_internal.run_as_owner(parent,
            gb_enums_internal.partition_script(s, 'gb_partition_trial_' || pg_backend_pid()));
        RAISE EXCEPTION USING ERRCODE = 'GBTRY';
    EXCEPTION WHEN SQLSTATE 'GBTRY' THEN
        NULL;
    END;
    RETURN s;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_record_set_checked(regclass, gb_enums_internal.partition_set) IS
    'how a table is to be managed, an error when it cannot be';

-- What is on record of how maintenance of a table went.
CREATE FUNCTION gb_enums_internal.partition_run_of(parent regclass) RETURNS gb_enums_internal.partition_run
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    run gb_enums_internal.partition_run;
BEGIN
    SELECT * INTO run FROM gb_enums_internal.partition_run r WHERE r.parent = partition_run_of.parent;
    run.parent := parent;
    run.last_run := clock_timestamp();
    run.idle_until := NULL;
    run.ahead := NULL;
    run.attachments := NULL;
    RETURN run;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_run_of(regclass) IS 'the record of a run that begins now';

-- That a run has begun: should it be killed, the next one is to look again.
CREATE FUNCTION gb_enums_internal.partition_record_begin(parent regclass) RETURNS void
    LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'gb_record';
COMMENT ON FUNCTION gb_enums_internal.partition_record_begin(regclass) IS 'puts on record that maintenance of a table has begun';

CREATE FUNCTION gb_enums_internal.partition_record_begin_checked(parent regclass) RETURNS gb_enums_internal.partition_run
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$ SELECT gb_enums_internal.partition_run_of(parent) $$;
COMMENT ON FUNCTION gb_enums_internal.partition_record_begin_checked(regclass) IS 'the record of that';

CREATE FUNCTION gb_enums_internal.partition_record_failure(parent regclass, step text, state text, message text, detail text) RETURNS void
    LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'gb_record';
COMMENT ON FUNCTION gb_enums_internal.partition_record_failure(regclass, text, text, text, text) IS
    'puts on record that a step of maintenance failed';

CREATE FUNCTION gb_enums_internal.partition_record_failure_checked(parent regclass, step text, state text, message text, detail text)
    RETURNS gb_enums_internal.partition_run
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    run gb_enums_internal.partition_run := gb_enums_internal.partition_run_of(parent);
BEGIN
    run.failed_at := run.last_run;
    run.failed_step := left(step, 1000);
    run.error_state := left(state, 5);
    run.error := left(message, 1000);
    run.error_detail := left(nullif(detail, ''), 1000);
    RETURN run;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_record_failure_checked(regclass, text, text, text, text) IS 'the record of that';

CREATE FUNCTION gb_enums_internal.partition_record_success(parent regclass, idle_until timestamptz, ahead oid[], attachments bigint) RETURNS void
    LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'gb_record';
COMMENT ON FUNCTION gb_enums_internal.partition_record_success(regclass, timestamptz, oid[], bigint) IS
    'puts on record that all steps of maintenance were taken';

CREATE FUNCTION gb_enums_internal.partition_record_success_checked(parent regclass, idle_until timestamptz, ahead oid[], attachments bigint)
    RETURNS gb_enums_internal.partition_run
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    run gb_enums_internal.partition_run := gb_enums_internal.partition_run_of(parent);
BEGIN
    IF cardinality(ahead) > 100000 THEN
        RAISE EXCEPTION 'more than 100000 partitions cannot be ahead' USING ERRCODE = 'program_limit_exceeded';
    END IF;
    run.last_success := run.last_run;
    run.failed_at := NULL;
    run.failed_step := NULL;
    run.error_state := NULL;
    run.error := NULL;
    run.error_detail := NULL;
    run.idle_until := idle_until;
    run.ahead := ARRAY(SELECT i.inhrelid FROM pg_inherits i
                       WHERE i.inhparent = partition_record_success_checked.parent AND i.inhrelid = ANY (partition_record_success_checked.ahead));
    run.attachments := attachments;
    RETURN run;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_record_success_checked(regclass, timestamptz, oid[], bigint) IS 'the record of that';

-- A run with nothing to do asks whether this is what it was, and whether the partitions are still
-- attached that are to be there now: the same work whatever their number.
CREATE FUNCTION gb_enums_internal.partition_attachments() RETURNS bigint
    LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'gb_partition_attachments';
COMMENT ON FUNCTION gb_enums_internal.partition_attachments() IS 'how many tables were ever attached to others, as the statistics know it';

CREATE FUNCTION gb_enums_internal.partition_register(s gb_enums_internal.partition_set) RETURNS regclass
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    copied_privileges CONSTANT boolean := (gb_enums_internal.partition_registered(s.parent)).copy_privileges;
BEGIN
    PERFORM gb_enums_internal.partition_record_set(s.parent, s);
    IF copied_privileges AND s.copy_privileges IS NOT TRUE THEN
        PERFORM gb_enums_internal.run_as_owner(s.parent, gb_enums_internal.partition_private(d.child))
            FROM gb_enums_internal.partition_descendants(s.parent) d;
    END IF;
    RETURN s.parent;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_register(gb_enums_internal.partition_set) IS
    'registers a table; partitions lose the privileges that were copied to them when they are to be copied no longer';

CREATE FUNCTION @extschema@.gb_partition_manage(
    parent regclass, every interval DEFAULT '1 month', premake integer DEFAULT 3, retain interval DEFAULT NULL,
    on_expire text DEFAULT 'detach', time_zone text DEFAULT 'UTC', move_to text DEFAULT NULL, storage text[] DEFAULT NULL,
    move_default boolean DEFAULT false, anchor timestamp DEFAULT NULL, key text DEFAULT NULL, epoch timestamptz DEFAULT NULL,
    shift integer DEFAULT NULL, hash_by name DEFAULT NULL, hash_count integer DEFAULT NULL,
    lock_timeout interval DEFAULT '2 seconds', attempts integer DEFAULT 3, copy_privileges boolean DEFAULT false) RETURNS regclass
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    s gb_enums_internal.partition_set;
BEGIN
    IF parent IS NULL THEN
        RAISE EXCEPTION 'the table to manage must not be null' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    PERFORM gb_enums_internal.require_owner(parent);
    PERFORM gb_enums_internal.check_waits(lock_timeout, attempts);
    s := (parent, every, premake, retain, on_expire, move_to, time_zone, anchor, key, epoch, shift, storage, move_default,
          hash_by, hash_count, lock_timeout, attempts, copy_privileges);
    RETURN gb_enums_internal.with_lock_attempts(
        (parent, lock_timeout, attempts), 'registration', 'gb_enums_internal.partition_register($1)', s, NULL::regclass);
END $$;
COMMENT ON FUNCTION @extschema@.gb_partition_manage(regclass, interval, integer, interval, text, text, text, text[], boolean, timestamp, text, timestamptz, integer, name, integer, interval, integer, boolean) IS
    'registers a partitioned table for CALL gb_partition_maintain(), or changes how it is registered; example: gb_partition_manage(''message_history'', ''1 month'', retain => ''2 years'')';

CREATE FUNCTION @extschema@.gb_partition_unmanage(parent regclass) RETURNS regclass
    LANGUAGE plpgsql VOLATILE STRICT SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    s gb_enums_internal.partition_set := gb_enums_internal.partition_registered(parent);
BEGIN
    IF s.parent IS NULL THEN
        RAISE EXCEPTION '"%" is not managed', parent USING ERRCODE = 'undefined_object',
            HINT = 'The view gb_partition_status lists the tables that are.';
    END IF;
    PERFORM gb_enums_internal.with_lock_attempts(
        (parent, s.lock_timeout, s.attempts), 'registration', 'gb_enums_internal.partition_record_set($1, NULL)',
        parent, NULL::text);
    IF s.copy_privileges THEN
        RAISE NOTICE 'partitions of "%" keep the privileges that were copied to them', parent;
    END IF;
    RETURN parent;
END $$;
COMMENT ON FUNCTION @extschema@.gb_partition_unmanage(regclass) IS
    'leaves a table and its partitions alone from now on; example: gb_partition_unmanage(''request_log'')';
