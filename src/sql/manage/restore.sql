
-- When an enumeration is restored ---------------------------------------------------------------

CREATE FUNCTION gb_enums_internal.restore_members() RETURNS event_trigger
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    -- Scripts of dumps switch this setting off. Where it is on, the command that makes the enumeration adds
    -- the members itself.
    IF current_setting('check_function_bodies')::boolean THEN
        RETURN;
    END IF;
    -- Only superusers make operator classes, but others alter extensions.
    IF NOT (SELECT r.rolsuper FROM pg_roles r WHERE r.rolname = current_user) THEN
        RETURN;
    END IF;
    PERFORM gb_enums_internal.add_raw_index_members(c.opcintype::regtype)
    FROM pg_event_trigger_ddl_commands() d
    JOIN pg_opclass c ON c.opcnamespace = 'gb_enums_internal'::regnamespace
    WHERE CASE d.classid
          -- The one for hash: where a range type needs the one for btree, a dump may have it before operators
          -- that are to be members. Each look takes a millisecond.
          WHEN 'pg_opclass'::regclass THEN
              c.oid = d.objid AND c.opcmethod = (SELECT m.oid FROM pg_am m WHERE m.amname = 'hash')
          -- pg_upgrade creates event triggers last. Then it adds each of them to its extension.
          WHEN 'pg_extension'::regclass THEN
              c.opcdefault AND c.opcmethod = (SELECT m.oid FROM pg_am m WHERE m.amname = 'btree')
              AND d.objid = (SELECT e.oid FROM pg_extension e WHERE e.extname = 'gb_enums')
          END;
END
$$;
COMMENT ON FUNCTION gb_enums_internal.restore_members() IS
    'adds the members of the operator family integer_ops, which no dump of an enumeration has';
REVOKE ALL ON FUNCTION gb_enums_internal.restore_members() FROM PUBLIC;

CREATE EVENT TRIGGER gb_enums_restore ON ddl_command_end
    WHEN TAG IN ('CREATE OPERATOR CLASS', 'ALTER EXTENSION')
    EXECUTE FUNCTION gb_enums_internal.restore_members();
COMMENT ON EVENT TRIGGER gb_enums_restore IS
    'after a restore and pg_upgrade, indexes on smallint columns serve enumerations as before';
