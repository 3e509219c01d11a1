
-- When an enumeration is restored ---------------------------------------------------------------

CREATE FUNCTION gb_enums_internal.restore_members() RETURNS event_trigger
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    statement text;
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
    FOR statement IN
        WITH command AS (
            SELECT d.objid AS class, d.classid = 'pg_extension'::regclass AS is_upgrade
            FROM pg_event_trigger_ddl_commands() d
            -- pg_upgrade creates event triggers last. Then it adds each of them to its extension.
            WHERE d.classid = 'pg_opclass'::regclass
               OR d.classid = 'pg_extension'::regclass
                  AND d.objid = (SELECT e.oid FROM pg_extension e WHERE e.extname = 'gb_enums'))
        SELECT gb_enums_internal.missing_code_index_members()
        FROM command d
        WHERE d.is_upgrade
        UNION ALL
        -- Of the three classes of an enumeration the one for hash: where a range type needs the one for
        -- btree, a dump may have it before operators that are to be members. Each look takes a millisecond.
        SELECT gb_enums_internal.missing_raw_index_members(c.opcintype::regtype)
        FROM command d
        JOIN pg_opclass c ON d.is_upgrade OR c.oid = d.class
        WHERE c.opcnamespace = 'gb_enums_internal'::regnamespace
          AND c.opcmethod = (SELECT m.oid FROM pg_am m WHERE m.amname = 'hash')
    LOOP
        CONTINUE WHEN statement IS NULL;
        EXECUTE statement;
    END LOOP;
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
