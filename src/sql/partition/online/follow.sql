
-- Follow triggers ------------------------------------------------------------------------------------
--
-- They repeat on one table what is done to another. Until the exchange the target of a conversion follows
-- the first table, and from then on the first table follows the target.

-- The columns of a table's primary key, and the operator that its index calls equal.
CREATE FUNCTION gb_enums_internal.partition_primary_key(relation regclass, OUT name name, OUT equals text)
    RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT a.attname, format('OPERATOR(%I.%s)', n.nspname, o.oprname)
FROM pg_index x
CROSS JOIN LATERAL unnest(x.indkey::smallint[], x.indclass::oid[]) WITH ORDINALITY AS k(attnum, opclass, nth)
JOIN pg_attribute a ON (a.attrelid, a.attnum) = (x.indrelid, k.attnum)
JOIN pg_opclass c ON c.oid = k.opclass
JOIN pg_amop m ON (m.amopfamily, m.amoplefttype, m.amoprighttype, m.amopstrategy)
                = (c.opcfamily, c.opcintype, c.opcintype, 3)
JOIN pg_operator o ON o.oid = m.amopopr
JOIN pg_namespace n ON n.oid = o.oprnamespace
WHERE x.indrelid = relation AND x.indisprimary AND k.nth <= x.indnkeyatts
ORDER BY k.nth
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_primary_key(regclass) IS
    'the columns of a table''s primary key';

-- Whether triggers of the tables of a conversion may write to them. The exchange takes them from one table to
-- the other.
CREATE FUNCTION gb_enums_internal.partition_has_row_triggers(c gb_enums_internal.online_conversion)
    RETURNS boolean
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT EXISTS (
    SELECT
    FROM unnest(ARRAY[c.relation, c.target]) relation
    CROSS JOIN LATERAL (SELECT relation
                        UNION ALL
                        SELECT gb_enums_internal.partition_descendants(relation)) m(oid)
    JOIN pg_trigger t ON t.tgrelid = m.oid
    WHERE t.tgtype & 1 = 1 AND NOT t.tgisinternal AND t.tgname <> 'gb_partition_follow')
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_has_row_triggers(gb_enums_internal.online_conversion) IS
    'whether triggers of the tables of a conversion may write to them';

-- The body of the trigger function. Rows are known by their primary key. A trigger that writes to the table
-- itself may have changed a row, or made it again, before the function is called for the row: its own writes
-- are repeated first. Where there are triggers, the row is what the table has by that key now.
CREATE FUNCTION gb_enums_internal.partition_follow_body(
    c gb_enums_internal.online_conversion, source_name text, target_name text) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    reads CONSTANT boolean := gb_enums_internal.partition_has_row_triggers(c);
    columns record;
    key record;
    insertion text;
    on_conflict text;
BEGIN
    SELECT string_agg(format('%I', a.attname), ', ' ORDER BY a.attnum) AS names,
           string_agg(format('NEW.%I', a.attname), ', ' ORDER BY a.attnum) AS new_values,
           string_agg(format('OLD.%I', a.attname), ', ' ORDER BY a.attnum) AS old_values,
           -- Equal keys may read differently.
           'UPDATE SET ' || string_agg(format('%1$I = EXCLUDED.%1$I', a.attname), ', ' ORDER BY a.attnum)
               AS update
        INTO columns
        FROM pg_attribute a
        WHERE a.attrelid = c.relation AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '';
    SELECT string_agg(format('%I', k.name), ', ') AS names,
           string_agg(format('r.%1$I %2$s OLD.%1$I', k.name, k.equals), ' AND ') AS is_old,
           string_agg(format('r.%1$I %2$s NEW.%1$I', k.name, k.equals), ' AND ') AS is_new,
           string_agg(format('NEW.%1$I %2$s OLD.%1$I', k.name, k.equals), ' AND ') AS is_same
        INTO key
        FROM gb_enums_internal.partition_primary_key(c.relation) k;
    insertion := format('INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE ', target_name, columns.names);
    on_conflict := format(' ON CONFLICT (%s) DO ', key.names);
    RETURN format($body$
#variable_conflict use_column
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        TRUNCATE %1$s;
        RETURN NULL;
    END IF;
    IF TG_OP = 'DELETE' OR TG_OP = 'UPDATE' AND NOT (%2$s) THEN
        DELETE FROM %1$s r WHERE %3$s;
        -- A row that was copied after a transaction's snapshot was taken is one that it cannot see:
        -- to insert it then is a serialization error, as it should be.
        IF NOT FOUND AND current_setting('transaction_isolation') <> 'read committed' THEN
            %4$s;
            DELETE FROM %1$s r WHERE %3$s;
        END IF;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        %5$s;
    END IF;
    RETURN NULL;
END $body$, target_name, key.is_same,
        key.is_old || CASE WHEN reads
            THEN format(' AND NOT EXISTS (SELECT FROM %s r WHERE %s)', source_name, key.is_old) ELSE '' END,
        insertion || format('VALUES (%s)', columns.old_values) || on_conflict || 'NOTHING',
        insertion || CASE WHEN reads
            THEN format('SELECT %s FROM %s r WHERE %s', columns.names, source_name, key.is_new)
            ELSE format('VALUES (%s)', columns.new_values) END || on_conflict || columns.update);
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_follow_body(
    gb_enums_internal.online_conversion, text, text) IS
    'the body of the function that repeats on one table what is done to another';

CREATE FUNCTION gb_enums_internal.partition_follow_function(c gb_enums_internal.online_conversion)
    RETURNS text
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    RETURN (SELECT format('%I.%I', n.nspname, 'gb_partition_follow_' || t.oid)
            FROM pg_class t
            JOIN pg_namespace n ON n.oid = t.relnamespace
            WHERE t.oid = c.relation);
COMMENT ON FUNCTION gb_enums_internal.partition_follow_function(gb_enums_internal.online_conversion) IS
    'the name of the function behind the follow triggers of a conversion';

-- Statements that make one table follow another, each by the name that it has then. The function runs
-- as the tables' owner, whoever writes; and always, so that what is replicated to the table is repeated, too.
CREATE FUNCTION gb_enums_internal.partition_follow(
    c gb_enums_internal.online_conversion, source_name text, target_name text) RETURNS SETOF text
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    function_name CONSTANT text := gb_enums_internal.partition_follow_function(c);
BEGIN
    RETURN NEXT format(
        'CREATE FUNCTION %s() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '
        'pg_catalog, pg_temp AS %L',
        function_name, gb_enums_internal.partition_follow_body(c, source_name, target_name));
    RETURN NEXT format('REVOKE ALL ON FUNCTION %s() FROM PUBLIC', function_name);
    RETURN QUERY
        SELECT s
        FROM (VALUES ('gb_partition_follow', 'INSERT OR UPDATE OR DELETE', 'ROW'),
                     ('gb_partition_follow_truncate', 'TRUNCATE', 'STATEMENT')) t(name, event, each)
        CROSS JOIN LATERAL unnest(ARRAY[
            format('CREATE TRIGGER %I AFTER %s ON %s FOR EACH %s EXECUTE FUNCTION %s()',
                   t.name, t.event, source_name, t.each, function_name),
            format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', source_name, t.name)]) s;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_follow(gb_enums_internal.online_conversion, text, text) IS
    'statements that make one table of a conversion follow the other';

CREATE FUNCTION gb_enums_internal.partition_unfollow(c gb_enums_internal.online_conversion, source regclass)
    RETURNS SETOF text
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT format('DROP TRIGGER %I ON %s', t, source)
FROM unnest(ARRAY['gb_partition_follow', 'gb_partition_follow_truncate']) t
UNION ALL
SELECT format('DROP FUNCTION %s()', gb_enums_internal.partition_follow_function(c))
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_unfollow(gb_enums_internal.online_conversion, regclass) IS
    'statements that end that';

-- How many rows another table does not have as they are, of partitions whose changes it has not followed from
-- the beginning: they were attached since, and may have been changed before.
CREATE FUNCTION gb_enums_internal.partition_rows_not_followed(partitioned regclass, other regclass)
    RETURNS bigint
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    is_same CONSTANT text := (
        SELECT string_agg(format('o.%1$I %2$s p.%1$I', k.name, k.equals), ' AND ')
        FROM gb_enums_internal.partition_primary_key(other) k);
    columns CONSTANT text[] := ARRAY(
        SELECT quote_ident(a.attname)
        FROM pg_attribute a
        WHERE a.attrelid = other AND a.attnum > 0 AND NOT a.attisdropped);
    unlike bigint := 0;
    partition regclass;
BEGIN
    FOR partition IN
        SELECT l.leaf
        FROM gb_enums_internal.partition_leaves(partitioned) l
        WHERE NOT EXISTS (
            SELECT
            FROM pg_trigger t
            JOIN pg_trigger first ON first.tgname = t.tgname AND first.xmin = t.xmin
            WHERE t.tgrelid = l.leaf AND t.tgname = 'gb_partition_follow' AND first.tgrelid = partitioned)
    LOOP
        CONTINUE WHEN gb_enums_internal.has_no_pages(partition);
        unlike := unlike + gb_enums_internal.run_as_owner(partitioned, format(
            'SELECT count(*) FROM ONLY %s p WHERE NOT EXISTS (SELECT FROM %s o WHERE %s '
            'AND ROW(%s)::record OPERATOR(pg_catalog.*=) ROW(%s)::record)',
            partition, other, is_same, 'o.' || array_to_string(columns, ', o.'),
            'p.' || array_to_string(columns, ', p.')));
    END LOOP;
    RETURN unlike;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_rows_not_followed(regclass, regclass) IS
    'how many rows of partitions that were attached since another table follows it has not as they are';
