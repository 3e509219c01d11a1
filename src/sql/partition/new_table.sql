
-- The table that becomes a partition -----------------------------------------------------------------

CREATE FUNCTION gb_enums_internal.properties_beyond_like(
    source regclass, target regclass, share_privileges boolean) RETURNS text
    LANGUAGE c STRICT VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'gb_properties_beyond_like';
COMMENT ON FUNCTION gb_enums_internal.properties_beyond_like(regclass, regclass, boolean) IS
    'statements that give a new table what another has and LIKE does not copy, and its privileges or '
    'none; mostly NULL';

CREATE FUNCTION gb_enums_internal.partition_place(
    parent regclass, name text,
    OUT path text, OUT tablespace text, OUT taken regclass, OUT default_partition regclass,
    OUT model regclass, OUT identity_index regclass) RETURNS record
    LANGUAGE c STRICT VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'gb_partition_place';
COMMENT ON FUNCTION gb_enums_internal.partition_place(regclass, text) IS
    'where a partition of a name goes, which relation has that name, and which partition it is '
    'partitioned like';

CREATE FUNCTION gb_enums_internal.partition_subtree(
    model regclass, schema_name text, partition_name text, options text) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    model_name text := (SELECT relname FROM pg_class WHERE oid = model);
    part record;
    part_name text;
    statements text := '';
BEGIN
    IF greatest(octet_length(schema_name), octet_length(partition_name)) > 63
       OR octet_length(options) > 10000
    THEN
        RAISE EXCEPTION 'the name or the storage parameters of a partition are too long'
            USING ERRCODE = 'program_limit_exceeded';
    END IF;
    FOR part IN
        SELECT c.oid, c.relname::text, c.relkind, pg_get_expr(c.relpartbound, c.oid) AS bound,
               row_number() OVER (ORDER BY c.relname) AS n
        FROM pg_inherits i
        JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = model
        ORDER BY c.relname
    LOOP
        part_name := gb_enums_internal.name_with_suffix(partition_name, CASE
            WHEN starts_with(part.relname, model_name) THEN substr(part.relname, length(model_name) + 1)
            ELSE '_p' || part.n END);
        statements := statements || format('; CREATE TABLE %I.%I PARTITION OF %I.%I %s',
                schema_name, part_name, schema_name, partition_name, part.bound)
            || CASE part.relkind
                   WHEN 'p' THEN ' PARTITION BY ' || pg_get_partkeydef(part.oid)
                       || gb_enums_internal.partition_subtree(part.oid, schema_name, part_name, options)
                   ELSE options END;
    END LOOP;
    RETURN statements;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_subtree(regclass, text, text, text) IS
    'statements, after others, that give a new partition the partitions that a model has; empty when it '
    'has none';

CREATE FUNCTION gb_enums_internal.partition_hash_subtree(
    s gb_enums_internal.partition_set, schema_name text, partition_name text, options text) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF octet_length(partition_name) > 63 THEN
        RAISE EXCEPTION 'the name of a partition is too long' USING ERRCODE = 'name_too_long';
    END IF;
    IF s.hash_count IS NULL OR s.hash_count NOT BETWEEN 2 AND 1024 THEN
        RAISE EXCEPTION 'invalid hash_count %', s.hash_count
            USING ERRCODE = 'invalid_parameter_value',
                  DETAIL = 'Partitions are divided into 2 to 1024 by the hash of a column.';
    END IF;
    RETURN (
        SELECT string_agg(format(
                   '; CREATE TABLE %I.%I PARTITION OF %I.%I FOR VALUES WITH (MODULUS %s, REMAINDER %s)%s',
                   schema_name, gb_enums_internal.name_with_suffix(partition_name, '_h' || i),
                   schema_name, partition_name, s.hash_count, i, options), '' ORDER BY i)
        FROM generate_series(0, s.hash_count - 1) i);
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_hash_subtree(
    gb_enums_internal.partition_set, text, text, text) IS
    'statements, after others, that divide a new partition of a set by the hash of a column';

CREATE FUNCTION gb_enums_internal.partition_script(s gb_enums_internal.partition_set, partition_name text)
    RETURNS text
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    place record := gb_enums_internal.partition_place(s.parent, partition_name);
    options text := coalesce(' WITH ' || gb_enums_internal.option_list(s.storage), '') || place.tablespace;
    -- A partition has identity values from its table, not of its own.
    statement text := format(
        'CREATE TABLE %s (LIKE %s INCLUDING ALL EXCLUDING IDENTITY)', place.path, s.parent);
    schema_name name := (
        SELECT n.nspname
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.oid = s.parent);
BEGIN
    RETURN statement || CASE
        WHEN s.hash_by IS NOT NULL THEN format(' PARTITION BY HASH (%I)', s.hash_by)
            || gb_enums_internal.partition_hash_subtree(s, schema_name, partition_name, options)
        WHEN place.model IS NOT NULL THEN ' PARTITION BY ' || pg_get_partkeydef(place.model)
            || gb_enums_internal.partition_subtree(place.model, schema_name, partition_name, options)
        ELSE options END;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_script(gb_enums_internal.partition_set, text) IS
    'the statements that make the table of a partition of a set, not yet attached';
