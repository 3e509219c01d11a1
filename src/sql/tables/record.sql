
-- Registries -----------------------------------------------------------------------------------------
--
-- A registry is a table of the extension with rows about tables of other owners, which its first column
-- names. Only its owner, a superuser, writes to it, in gb_record() of the library (src/tables/record.cpp):
-- a function such as partition_record_set() has partition_record_set_checked() called as the caller. That
-- refuses or derives each field, and gives the row. Then put_on_record() writes the row, as the
-- registry's owner.

CREATE FUNCTION gb_enums_internal.forget_dropped_tables(registry regclass, kinds text[]) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- Others may be about to do the same, and are not waited for.
    EXECUTE format('DELETE FROM %1$s WHERE %2$I IN (
            SELECT r.%2$I FROM %1$s r
            WHERE NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = r.%2$I AND c.relkind::text = ANY ($1))
            FOR UPDATE SKIP LOCKED)', registry,
            (SELECT a.attname FROM pg_attribute a WHERE a.attrelid = registry AND a.attnum = 1))
        USING kinds;
END $$;
COMMENT ON FUNCTION gb_enums_internal.forget_dropped_tables(regclass, text[]) IS
    'deletes the rows of a registry whose tables are not there any more, or are of other kinds';
REVOKE ALL ON FUNCTION gb_enums_internal.forget_dropped_tables(regclass, text[]) FROM PUBLIC;

CREATE FUNCTION gb_enums_internal.created_by(relation regclass) RETURNS xid
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN (SELECT a.xmin FROM pg_attribute a WHERE a.attrelid = relation AND a.attnum = -1);
COMMENT ON FUNCTION gb_enums_internal.created_by(regclass) IS
    'the transaction that created a table: another table may get its OID when the table is gone';
