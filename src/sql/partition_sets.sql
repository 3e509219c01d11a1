
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
    -- There is nothing to do until then, as long as these are partitions and none was attached since.
    idle_until timestamptz,
    ahead oid[],
    attachments bigint);
COMMENT ON TABLE gb_enums_internal.partition_run IS 'how maintenance of the managed sets went; shown by gb_partition_status';
GRANT SELECT ON gb_enums_internal.partition_run TO PUBLIC;

CREATE TYPE gb_enums_internal.partition_step AS (
    parent regclass, step integer, action text, partition text, lower_bound text, upper_bound text,
    command text, locks text, note text,
    slot_at timestamptz, target regclass, guard name);
COMMENT ON TYPE gb_enums_internal.partition_step IS 'one step of maintenance: what is done in one transaction';

CREATE FUNCTION gb_enums_internal.partition_record(parent regclass, action text, data jsonb) RETURNS void
    LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'gb_partition_record';
COMMENT ON FUNCTION gb_enums_internal.partition_record(regclass, text, jsonb) IS
    'writes to the registry what the caller says about his own table';

-- What partition_record() does as the extension's owner, once the caller is known to own the table.
CREATE FUNCTION gb_enums_internal.partition_write(parent regclass, action text, data jsonb) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    new_run gb_enums_internal.partition_run;
    tables CONSTANT regclass := partition_write.parent;
BEGIN
    IF action IN ('convert', 'converted') THEN
        PERFORM gb_enums_internal.partition_write_conversion(tables, data);
        RETURN;
    END IF;
    IF action = 'columns' THEN
        PERFORM gb_enums_internal.convert_write(tables, data);
        RETURN;
    END IF;
    IF action = 'run' THEN
        SELECT * INTO new_run FROM gb_enums_internal.partition_run r WHERE r.parent = tables FOR UPDATE;
        new_run := jsonb_populate_record(new_run, data);
        new_run.parent := tables;
        DELETE FROM gb_enums_internal.partition_run r WHERE r.parent = tables;
        -- The set may have been unregistered meanwhile.
        INSERT INTO gb_enums_internal.partition_run SELECT new_run.*
            WHERE EXISTS (SELECT FROM gb_enums_internal.partition_set p WHERE p.parent = tables FOR KEY SHARE)
            ON CONFLICT DO NOTHING;
        RETURN;
    END IF;
    DELETE FROM gb_enums_internal.partition_set p
        WHERE p.parent = tables OR NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = p.parent AND c.relkind = 'p');
    IF action = 'store' THEN
        INSERT INTO gb_enums_internal.partition_set
            SELECT * FROM jsonb_populate_record(NULL::gb_enums_internal.partition_set, data || jsonb_build_object('parent', tables::oid::text));
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_write(regclass, text, jsonb) IS 'writes to the registry; called by partition_record() only';
REVOKE ALL ON FUNCTION gb_enums_internal.partition_write(regclass, text, jsonb) FROM PUBLIC;

-- A run with nothing to do asks whether this is what it was, and whether the partitions are still
-- attached that are to be there now: the same work whatever their number.
CREATE FUNCTION gb_enums_internal.partition_attachments() RETURNS bigint
    LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'gb_partition_attachments';
COMMENT ON FUNCTION gb_enums_internal.partition_attachments() IS 'how many tables were ever attached to others, as the statistics know it';

CREATE FUNCTION @extschema@.gb_partition_manage(
    parent regclass, every interval DEFAULT '1 month', premake integer DEFAULT 3, retain interval DEFAULT NULL,
    on_expire text DEFAULT 'detach', time_zone text DEFAULT 'UTC', move_to text DEFAULT NULL, storage text[] DEFAULT NULL,
    move_default boolean DEFAULT false, anchor timestamp DEFAULT NULL, key text DEFAULT NULL, epoch timestamptz DEFAULT NULL,
    shift integer DEFAULT NULL, hash_by name DEFAULT NULL, hash_count integer DEFAULT NULL,
    lock_timeout interval DEFAULT '2 seconds', attempts integer DEFAULT 3) RETURNS regclass
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp SET default_tablespace = '' AS $$
#variable_conflict use_variable
DECLARE
    s gb_enums_internal.partition_set;
BEGIN
    IF parent IS NULL THEN
        RAISE EXCEPTION 'the table to manage must not be null' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    PERFORM gb_enums_internal.partition_owned(parent);
    IF on_expire IS NULL OR on_expire NOT IN ('detach', 'drop', 'move') THEN
        RAISE EXCEPTION 'invalid on_expire "%"', on_expire
            USING ERRCODE = 'invalid_parameter_value', HINT = 'It is "detach", "drop" or "move".';
    END IF;
    IF (on_expire = 'move') <> (move_to IS NOT NULL) THEN
        RAISE EXCEPTION 'on_expire => ''move'' and move_to go together'
            USING ERRCODE = 'invalid_parameter_value', DETAIL = 'Expired partitions are moved to the schema that move_to names.';
    END IF;
    IF move_to IS NOT NULL AND to_regnamespace(quote_ident(move_to)) IS NULL THEN
        RAISE EXCEPTION 'schema "%" does not exist', move_to USING ERRCODE = 'invalid_schema_name';
    END IF;
    IF retain <= interval '0' THEN
        RAISE EXCEPTION 'invalid retention "%"', retain
            USING ERRCODE = 'invalid_parameter_value', DETAIL = 'It is how long a partition is kept after its end, and positive.';
    END IF;
    IF premake IS NULL OR premake NOT BETWEEN 0 AND 10000 THEN
        RAISE EXCEPTION 'invalid premake %', premake
            USING ERRCODE = 'invalid_parameter_value', DETAIL = 'It is how many partitions are there beside the current one, 0 to 10000.';
    END IF;
    IF lock_timeout IS NULL OR lock_timeout <= interval '0' OR attempts IS NULL OR attempts NOT BETWEEN 1 AND 100 THEN
        RAISE EXCEPTION 'invalid lock_timeout "%" or attempts %', lock_timeout, attempts
            USING ERRCODE = 'invalid_parameter_value', DETAIL = 'A wait for a lock is bounded, and is repeated 1 to 100 times.';
    END IF;
    IF (hash_by IS NULL) <> (hash_count IS NULL) OR hash_count NOT BETWEEN 2 AND 1024 THEN
        RAISE EXCEPTION 'hash_by and hash_count go together'
            USING ERRCODE = 'invalid_parameter_value', DETAIL = 'Partitions are divided into 2 to 1024 by the hash of a column.';
    END IF;
    s := (parent, coalesce(every, interval '1 month'), premake, retain, on_expire, move_to, coalesce(time_zone, 'UTC'), anchor, key,
          epoch, shift, storage, coalesce(move_default, false), hash_by, hash_count, lock_timeout, attempts);
    -- A set that cannot work is refused now, not found out about at night: its zone and key, and
    -- by a trial all that its partitions are made with.
    PERFORM gb_enums_internal.partition_slot(s, now());
    BEGIN
        PERFORM gb_enums_internal.partition_as_owner(parent,
            gb_enums_internal.partition_script(s, 'gb_partition_trial_' || pg_backend_pid()));
        RAISE EXCEPTION USING ERRCODE = 'GBTRY';
    EXCEPTION WHEN SQLSTATE 'GBTRY' THEN
        NULL;
    END;
    PERFORM gb_enums_internal.partition_record(parent, 'store', to_jsonb(s));
    RETURN parent;
END $$;
COMMENT ON FUNCTION @extschema@.gb_partition_manage(regclass, interval, integer, interval, text, text, text, text[], boolean, timestamp, text, timestamptz, integer, name, integer, interval, integer) IS
    'registers a partitioned table for CALL gb_partition_maintain(), or changes how it is registered; example: gb_partition_manage(''message_history'', ''1 month'', retain => ''2 years'')';

CREATE FUNCTION @extschema@.gb_partition_unmanage(parent regclass) RETURNS regclass
    LANGUAGE plpgsql VOLATILE STRICT SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
BEGIN
    IF NOT EXISTS (SELECT FROM gb_enums_internal.partition_set p WHERE p.parent = gb_partition_unmanage.parent) THEN
        RAISE EXCEPTION '"%" is not managed', parent USING ERRCODE = 'undefined_object',
            HINT = 'The view gb_partition_status lists the tables that are.';
    END IF;
    PERFORM gb_enums_internal.partition_record(parent, 'forget', NULL);
    RETURN parent;
END $$;
COMMENT ON FUNCTION @extschema@.gb_partition_unmanage(regclass) IS
    'leaves a table and its partitions alone from now on; example: gb_partition_unmanage(''request_log'')';
