
-- When an enumeration is restored ---------------------------------------------------------------

CREATE FUNCTION gb_enums_internal.restore_members() RETURNS event_trigger
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    -- Scripts of dumps switch this setting off. Where it is on, the command that makes the enumeration adds
    -- the members itself.
    IF NOT current_setting('check_function_bodies')::boolean THEN
        -- After every class: where a range type needs the one for btree, a dump may have it before operators
        -- that are to be members.
        PERFORM gb_enums_internal.add_raw_index_members(c.opcintype::regtype)
        FROM pg_event_trigger_ddl_commands() d
        JOIN pg_opclass c ON d.classid = 'pg_opclass'::regclass AND c.oid = d.objid
        WHERE c.opcnamespace = 'gb_enums_internal'::regnamespace;
    END IF;
END
$$;
COMMENT ON FUNCTION gb_enums_internal.restore_members() IS
    'adds the members of the operator family integer_ops, which a dump of an enumeration does not have';
REVOKE ALL ON FUNCTION gb_enums_internal.restore_members() FROM PUBLIC;

CREATE EVENT TRIGGER gb_enums_restore ON ddl_command_end WHEN TAG IN ('CREATE OPERATOR CLASS')
    EXECUTE FUNCTION gb_enums_internal.restore_members();
COMMENT ON EVENT TRIGGER gb_enums_restore IS
    'after a restore, indexes on smallint columns serve enumerations as before';
