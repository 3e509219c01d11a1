
-- When an enumeration is restored ---------------------------------------------------------------

CREATE FUNCTION gb_enums_internal.restore_members() RETURNS event_trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    -- As the scripts of dumps set it. What makes an enumeration anew adds them itself, once.
    IF NOT current_setting('check_function_bodies')::boolean THEN
        -- After each class: a dump may have the one for btree before operators that are to be members, where a range needs it.
        PERFORM gb_enums_internal.add_raw_index_members(c.opcintype::regtype)
        FROM pg_event_trigger_ddl_commands() d
        JOIN pg_opclass c ON d.classid = 'pg_opclass'::regclass AND c.oid = d.objid
        WHERE c.opcnamespace = 'gb_enums_internal'::regnamespace;
    END IF;
END
$$;
COMMENT ON FUNCTION gb_enums_internal.restore_members() IS 'adds what a dump of an enumeration does not have';
REVOKE ALL ON FUNCTION gb_enums_internal.restore_members() FROM PUBLIC;

CREATE EVENT TRIGGER gb_enums_restore ON ddl_command_end WHEN TAG IN ('CREATE OPERATOR CLASS')
    EXECUTE FUNCTION gb_enums_internal.restore_members();
COMMENT ON EVENT TRIGGER gb_enums_restore IS 'after a restore, indexes on smallint columns serve enumerations as before';
