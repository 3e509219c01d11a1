
-- The table that becomes a partition -----------------------------------------------------------------

CREATE FUNCTION gb_enums_internal.properties_beyond_like(
    source regclass, target regclass, share_privileges boolean) RETURNS text
    LANGUAGE c STRICT VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'gb_properties_beyond_like';
COMMENT ON FUNCTION gb_enums_internal.properties_beyond_like(regclass, regclass, boolean) IS
    'statements that give a new table what another has and LIKE does not copy, and its privileges or '
    'none; mostly NULL';

CREATE FUNCTION gb_enums_internal.partition_place(
    parent regclass, name text,
    OUT path text, OUT like_parent text, OUT like_without_indexes text, OUT tablespace text,
    OUT taken regclass, OUT default_partition regclass, OUT default_is_empty boolean, OUT model regclass,
    OUT identity_index regclass, OUT persistence text, OUT is_partition boolean)
    RETURNS record
    LANGUAGE c STRICT VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'gb_partition_place';
COMMENT ON FUNCTION gb_enums_internal.partition_place(regclass, text) IS
    'where a partition of a name goes, the statement that makes it like its table (and without indexes where '
    'ATTACH had better make them), which relation has that name, and which partition it is partitioned like';

-- The column that a table is partitioned by depends on its table, and so do the columns of an expression.
CREATE FUNCTION gb_enums_internal.partition_key_uses(relation regclass, column_name name) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN EXISTS (
        SELECT
        FROM pg_attribute a
        JOIN pg_depend d ON d.objid = a.attrelid AND d.objsubid = a.attnum
        WHERE a.attrelid = relation AND a.attname = column_name
          AND d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
          AND d.refobjid = a.attrelid AND d.refobjsubid = 0 AND d.deptype = 'i');
COMMENT ON FUNCTION gb_enums_internal.partition_key_uses(regclass, name) IS
    'whether a table is partitioned by a column, or by an expression of it';

-- The bounds below a partition would be copied to another range of the same column.
CREATE FUNCTION gb_enums_internal.partition_require_other_columns(parent regclass, model regclass)
    RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    key_column CONSTANT name := gb_enums_internal.partition_key_column(parent);
    same CONSTANT regclass := (
        SELECT t.relid
        FROM pg_partition_tree(model) t
        JOIN pg_partitioned_table p ON p.partrelid = t.relid
        WHERE p.partstrat IN ('r', 'l') AND gb_enums_internal.partition_key_uses(t.relid, key_column)
        LIMIT 1);
BEGIN
    IF same IS NOT NULL THEN
        RAISE EXCEPTION 'partitions of "%" cannot be divided by the column that they are made by', parent
            USING ERRCODE = 'feature_not_supported',
                  DETAIL = format('New partitions are divided like "%s", and "%s" is partitioned by %s.',
                                  model, same, pg_get_partkeydef(same)),
                  HINT = 'Manage the table with the shorter interval, in one level, or divide partitions by '
                         'another column.';
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_require_other_columns(regclass, regclass) IS
    'an error when the partition that new ones are divided like is divided by the column of its parent';

-- A table that is a partition of another by the same column has a range of its own.
CREATE FUNCTION gb_enums_internal.partition_upper_level(parent regclass) RETURNS regclass
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN (
        SELECT a.relid
        FROM pg_partition_ancestors(
            (SELECT c.oid FROM pg_class c WHERE c.oid = parent AND c.relispartition)) a
        JOIN pg_partitioned_table p ON p.partrelid = a.relid
        WHERE a.relid <> parent AND p.partstrat IN ('r', 'l')
          AND gb_enums_internal.partition_key_uses(
              a.relid, gb_enums_internal.partition_key_column(parent))
        LIMIT 1);
COMMENT ON FUNCTION gb_enums_internal.partition_upper_level(regclass) IS
    'the table that a table is a partition of by the same column';

CREATE FUNCTION gb_enums_internal.partition_require_one_level(parent regclass) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    upper_level CONSTANT regclass := gb_enums_internal.partition_upper_level(parent);
BEGIN
    IF upper_level IS NOT NULL THEN
        RAISE EXCEPTION 'partition "%" cannot be managed', parent
            USING ERRCODE = 'feature_not_supported',
                  DETAIL = format('It holds one range of "%s", and both are partitioned by the same column.',
                                  upper_level),
                  HINT = format('Manage "%s" with the shorter interval, in one level, or call '
                                'gb_partition_create() for each partition of this one.', upper_level);
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_require_one_level(regclass) IS
    'an error when a table is a partition of another by the same column';

CREATE FUNCTION gb_enums_internal.partition_require_own_range(
    s gb_enums_internal.partition_set, slot gb_enums_internal.slot) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    upper_level CONSTANT regclass := gb_enums_internal.partition_upper_level(s.parent);
    own record;
BEGIN
    IF upper_level IS NULL THEN
        RETURN;
    END IF;
    SELECT r.* INTO own
    FROM gb_enums_internal.partition_ranges(upper_level, s.time_zone, s.key, s.epoch, s.shift) r
    WHERE r.partition IN (SELECT a.relid FROM pg_partition_ancestors(s.parent) a);
    IF own.lower_at <= slot.lower_at AND own.upper_at >= slot.upper_at OR own.is_default THEN
        RETURN;
    END IF;
    RAISE EXCEPTION 'a partition of "%" from "%" to "%" would hold nothing',
            s.parent, slot.lower_bound, slot.upper_bound
        USING ERRCODE = 'invalid_object_definition',
              DETAIL = format('"%s" is itself the range from "%s" to "%s" of "%s".',
                              s.parent, own.lower_bound, own.upper_bound, upper_level);
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_require_own_range(
    gb_enums_internal.partition_set, gb_enums_internal.slot) IS
    'an error when a slot is not within the range that a table holds of another';

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
               CASE c.relpersistence WHEN 'u' THEN 'UNLOGGED ' ELSE '' END AS unlogged,
               row_number() OVER (ORDER BY c.relname) AS n
        FROM pg_inherits i
        JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = model
        ORDER BY c.relname
    LOOP
        part_name := gb_enums_internal.name_with_suffix(partition_name, CASE
            WHEN starts_with(part.relname, model_name) THEN substr(part.relname, length(model_name) + 1)
            ELSE '_p' || part.n END);
        statements := statements || format('; CREATE %sTABLE %I.%I PARTITION OF %I.%I %s',
                part.unlogged, schema_name, part_name, schema_name, partition_name, part.bound)
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
    s gb_enums_internal.partition_set, persistence text, schema_name text, partition_name text, options text)
    RETURNS text
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
                   '; CREATE %sTABLE %I.%I PARTITION OF %I.%I FOR VALUES WITH (MODULUS %s, REMAINDER %s)%s',
                   persistence, schema_name, gb_enums_internal.name_with_suffix(partition_name, '_h' || i),
                   schema_name, partition_name, s.hash_count, i, options), '' ORDER BY i)
        FROM generate_series(0, s.hash_count - 1) i);
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_hash_subtree(
    gb_enums_internal.partition_set, text, text, text, text) IS
    'statements, after others, that divide a new partition of a set by the hash of a column';

CREATE FUNCTION gb_enums_internal.partition_script(
    s gb_enums_internal.partition_set, partition_name text, with_indexes boolean DEFAULT false) RETURNS text
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    place record := gb_enums_internal.partition_place(s.parent, partition_name);
    options text := place.tablespace;
    statement CONSTANT text := place.like_parent;
    schema_name name;
BEGIN
    IF s.storage IS NOT NULL THEN
        options := coalesce(' WITH ' || gb_enums_internal.option_list(s.storage), '') || options;
    END IF;
    IF s.hash_by IS NULL AND place.model IS NULL THEN
        RETURN CASE WHEN with_indexes THEN statement ELSE place.like_without_indexes END || options;
    END IF;
    schema_name := (
        SELECT n.nspname
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.oid = s.parent);
    IF s.hash_by IS NOT NULL THEN
        RETURN statement || format(' PARTITION BY HASH (%I)', s.hash_by)
            || gb_enums_internal.partition_hash_subtree(
                s, place.persistence, schema_name, partition_name, options);
    END IF;
    PERFORM gb_enums_internal.partition_require_other_columns(s.parent, place.model);
    RETURN statement || ' PARTITION BY ' || pg_get_partkeydef(place.model)
        || gb_enums_internal.partition_subtree(place.model, schema_name, partition_name, options);
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_script(gb_enums_internal.partition_set, text, boolean) IS
    'the statements that make the table of a partition of a set, not yet attached; if not with_indexes, '
    'ATTACH makes its indexes where it had better do so';
