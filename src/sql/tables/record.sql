
-- What is on record about tables -----------------------------------------------------------------------
--
-- A registry is a table of ours whose rows are about tables of others; its first column is the table.
-- Only the extension's owner writes to it, by gb_record() of the library (src/tables/record.cpp): a
-- function record_x(relation, ...) calls record_x_checked() as the caller, which knows each field,
-- refuses or derives it, and gives the row; put_on_record() then writes that, as the extension's owner.

CREATE FUNCTION gb_enums_internal.registry_key(registry regclass) RETURNS name
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN (SELECT a.attname FROM pg_attribute a WHERE a.attrelid = registry AND a.attnum = 1);
COMMENT ON FUNCTION gb_enums_internal.registry_key(regclass) IS 'the column of a registry that has the table';
REVOKE ALL ON FUNCTION gb_enums_internal.registry_key(regclass) FROM PUBLIC;

CREATE FUNCTION gb_enums_internal.forget_dropped_tables(registry regclass, kinds "char"[]) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- Others may be about to do the same, and are not waited for.
    EXECUTE format('DELETE FROM %1$s WHERE %2$I IN (
            SELECT r.%2$I FROM %1$s r
            WHERE NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = r.%2$I AND c.relkind = ANY ($1))
            FOR UPDATE SKIP LOCKED)', registry, gb_enums_internal.registry_key(registry))
        USING kinds;
END $$;
COMMENT ON FUNCTION gb_enums_internal.forget_dropped_tables(regclass, "char"[]) IS
    'deletes rows of a registry whose tables were dropped, or are none of these kinds';
REVOKE ALL ON FUNCTION gb_enums_internal.forget_dropped_tables(regclass, "char"[]) FROM PUBLIC;
