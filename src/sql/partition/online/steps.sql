
-- A plain table becomes a partitioned one: the statements of each stage -------------------------------
--
--   partitions   the partitions are made, a few in each step
--   attach:  exclude    a CHECK says where the rows of the plain table end
--            validate   that is proved
--            exchange   the partitioned table takes the place of the plain one, which becomes its first
-- partition
--            analyze    the partitioned table gets statistics
--   copy:    follow     the partitioned table follows the plain one
--            copy       the rows are copied, a few pages in each step
--            verify     both have the same number of rows
--            exchange   the partitioned table takes the place of the plain one, which follows it from then on
--   done         gb_partition_convert_finish() and gb_partition_convert_undo() are possible
--   undone       the tables of an undone conversion are dropped, a few in each step

CREATE TYPE gb_enums_internal.online_statement AS (relation regclass, statement text, lock text, detail text);
COMMENT ON TYPE gb_enums_internal.online_statement IS
    'a statement of a conversion, the relation whose owner executes it, and the lock that it takes on '
    'the table';

-- The names that both tables have from the exchange on.
CREATE FUNCTION gb_enums_internal.partition_names_after(
    c gb_enums_internal.online_conversion, OUT partitioned text, OUT plain text)
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT CASE WHEN exchanged THEN c.partitioned::text ELSE c.relation::text END,
       CASE WHEN exchanged THEN c.relation::text
            ELSE format('%I.%I', n.nspname, gb_enums_internal.name_with_suffix(t.relname::text, '_old')) END
FROM pg_class t
JOIN pg_namespace n ON n.oid = t.relnamespace
CROSS JOIN LATERAL (SELECT c.stage IN ('analyze', 'done')) o(exchanged)
WHERE t.oid = c.relation
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_names_after(gb_enums_internal.online_conversion) IS
    'the names of both tables of a conversion after the exchange';

-- Copies the rows on some pages. Rows that came or changed since the partitioned table follows are there
-- already; the lock keeps those that are copied from being deleted meanwhile. In the name of somebody
-- else nothing may be deferred.
CREATE FUNCTION gb_enums_internal.partition_copy_statement(
    c gb_enums_internal.online_conversion, first_page bigint, end_page bigint) RETURNS text
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT format('SET CONSTRAINTS ALL IMMEDIATE; INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE',
              c.partitioned, columns)
    || format(' SELECT %s FROM ONLY %s', columns, c.relation)
    || format(' WHERE ctid >= ''(%s,0)'' AND ctid < ''(%s,0)'' FOR KEY SHARE ON CONFLICT DO NOTHING',
              first_page, end_page)
FROM gb_enums_internal.partition_columns(c.relation) columns
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_copy_statement(
    gb_enums_internal.online_conversion, bigint, bigint) IS
    'the statement that copies the rows on some pages of a table';

-- The name of the partition of a slot: the name of the plain table and the suffix of the slot.
CREATE FUNCTION gb_enums_internal.partition_name_after(c gb_enums_internal.online_conversion, slot_name text)
    RETURNS text
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    RETURN (SELECT gb_enums_internal.name_with_suffix(
                t.relname::text, substr(slot_name, length(p.relname) + 1))
            FROM pg_class t, pg_class p
            WHERE t.oid = c.relation AND p.oid = c.partitioned);
COMMENT ON FUNCTION gb_enums_internal.partition_name_after(gb_enums_internal.online_conversion, text) IS
    'the name of a partition that a conversion makes';

-- The statements that make the partitions, as a plan shows them.
CREATE FUNCTION gb_enums_internal.partition_slot_statements(
    c gb_enums_internal.online_conversion, s gb_enums_internal.partition_set) RETURNS SETOF text
    LANGUAGE sql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT format('%s; ALTER TABLE %s ATTACH PARTITION %I.%I FOR VALUES FROM (%L) TO (%L)',
              gb_enums_internal.partition_script(s, after.name), c.partitioned, n.nspname, after.name,
              p.lower_bound, p.upper_bound)
FROM gb_enums_internal.partition_slots(
    s.parent, s.time_zone, s.key, s.epoch, s.shift, c.next_at, s.every, s.anchor,
    least(extract(epoch FROM c.last_at - c.next_at) / extract(epoch FROM s.every) + 2, 10001)::integer) p
CROSS JOIN LATERAL gb_enums_internal.partition_name_after(c, p.name) after(name)
JOIN pg_class t ON t.oid = c.partitioned
JOIN pg_namespace n ON n.oid = t.relnamespace
WHERE c.next_at <= c.last_at AND p.lower_at <= c.last_at AND p.other IS NULL
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_slot_statements(
    gb_enums_internal.online_conversion, gb_enums_internal.partition_set) IS
    'the statements that make the partitions of a conversion';

CREATE FUNCTION gb_enums_internal.partition_exclude_statement(c gb_enums_internal.online_conversion)
    RETURNS text
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT format('ALTER TABLE %s ADD CONSTRAINT gb_partition_old', c.relation)
    || format(' CHECK (%1$I IS NOT NULL AND %1$I OPERATOR(pg_catalog.<) %2$L::%3$s) NOT VALID',
              a.attname, c.bound, format_type(a.atttypid, NULL))
FROM pg_attribute a
WHERE a.attrelid = c.partitioned AND a.attname = gb_enums_internal.partition_key_column(c.partitioned)
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_exclude_statement(gb_enums_internal.online_conversion) IS
    'the statement that says in a CHECK where the rows of a plain table end';

-- After the exchange the plain table is kept: it becomes a partition, or follows the partitioned one.
CREATE FUNCTION gb_enums_internal.partition_keep_statements(c gb_enums_internal.online_conversion)
    RETURNS SETOF text
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    name record := gb_enums_internal.partition_names_after(c);
BEGIN
    IF c.method = 'copy' THEN
        RETURN QUERY SELECT * FROM gb_enums_internal.partition_follow(c, name.partitioned, name.plain);
    ELSE
        RETURN NEXT format('ALTER TABLE %s ATTACH PARTITION %s FOR VALUES FROM (MINVALUE) TO (%L)',
                           name.partitioned, name.plain, c.bound);
        RETURN NEXT format('ALTER TABLE %s DROP CONSTRAINT gb_partition_old', name.plain);
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_keep_statements(gb_enums_internal.online_conversion) IS
    'the statements that keep the plain table of a conversion after the exchange';

CREATE FUNCTION gb_enums_internal.partition_exchange_stage(c gb_enums_internal.online_conversion)
    RETURNS SETOF gb_enums_internal.online_statement
    LANGUAGE sql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT c.relation, format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', c.relation), 'ACCESS EXCLUSIVE',
       'From here to the end of the exchange, one short transaction, in which the table is registered '
       'as a set, too.'
UNION ALL
SELECT c.relation, s, 'ACCESS EXCLUSIVE', NULL
FROM gb_enums_internal.partition_unfollow(c, c.relation) s
WHERE c.method = 'copy'
UNION ALL
SELECT s.relation, s.statement, 'ACCESS EXCLUSIVE', NULL
FROM gb_enums_internal.partition_exchange_statements(c.relation, c.partitioned, '_old') s
UNION ALL
SELECT c.relation, s, 'ACCESS EXCLUSIVE', NULL
FROM gb_enums_internal.partition_keep_statements(c) s
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_exchange_stage(gb_enums_internal.online_conversion) IS
    'the statements of the exchange';

-- The statements of a stage, for a step that executes them or for a plan. Those of the stages
-- "partitions" and
-- "copy" take many steps.
CREATE FUNCTION gb_enums_internal.partition_stage(c gb_enums_internal.online_conversion, stage text)
    RETURNS SETOF gb_enums_internal.online_statement
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    CASE stage
        WHEN 'partitions' THEN
            RETURN QUERY
                SELECT c.relation, p, NULL, NULL
                FROM gb_enums_internal.partition_slot_statements(
                    c, gb_enums_internal.partition_conversion_settings(c)) p;
        WHEN 'exclude' THEN
            RETURN QUERY VALUES (c.relation, gb_enums_internal.partition_exclude_statement(c),
                'ACCESS EXCLUSIVE', 'For an instant. Rows beyond it are refused until the exchange.');
        WHEN 'validate' THEN
            RETURN QUERY VALUES (c.relation,
                format('ALTER TABLE %s VALIDATE CONSTRAINT gb_partition_old', c.relation),
                'SHARE UPDATE EXCLUSIVE', 'Readers and writers go on.');
        WHEN 'follow' THEN
            RETURN QUERY
                SELECT c.relation, f, 'SHARE ROW EXCLUSIVE',
                    CASE n WHEN 1 THEN 'Every write goes to both tables from now on.' END
                FROM gb_enums_internal.partition_follow(c, c.relation::text, c.partitioned::text)
                    WITH ORDINALITY s(f, n);
        WHEN 'copy' THEN
            RETURN QUERY VALUES (c.relation, gb_enums_internal.partition_copy_statement(
                    c, c.pages_done, coalesce(c.pages, gb_enums_internal.online_pages(c.relation))),
                'ROW SHARE',
                format('By %s pages in each transaction. Readers and writers go on.', c.batch_pages));
        WHEN 'verify' THEN
            RETURN QUERY VALUES (c.relation, format(
                    'SELECT (SELECT count(*) FROM ONLY %s) - (SELECT count(*) FROM %s)',
                    c.relation, c.partitioned),
                'ACCESS SHARE', 'It must be 0. Both counts are of one snapshot.');
            RETURN QUERY VALUES (c.relation, format('ANALYZE %s', c.partitioned), NULL, NULL);
        WHEN 'exchange' THEN
            RETURN QUERY SELECT * FROM gb_enums_internal.partition_exchange_stage(c);
        WHEN 'undone' THEN
            RETURN QUERY
                SELECT c.relation, format('DROP TABLE %s', i.inhrelid::regclass), NULL, NULL
                FROM pg_inherits i
                WHERE i.inhparent = c.partitioned
                UNION ALL
                SELECT c.relation, format('DROP TABLE %s', c.partitioned), NULL, NULL;
        WHEN 'analyze' THEN
            RETURN QUERY VALUES (c.relation,
                format('ANALYZE %s', (gb_enums_internal.partition_names_after(c)).partitioned),
                'SHARE UPDATE EXCLUSIVE', NULL);
    END CASE;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_stage(gb_enums_internal.online_conversion, text) IS
    'the statements of a stage of a conversion';

-- The stages of a conversion that have statements, in order.
CREATE FUNCTION gb_enums_internal.partition_stages(method text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN CASE method WHEN 'copy' THEN '{partitions,follow,copy,verify,exchange}'::text[]
                       ELSE '{partitions,exclude,validate,exchange,analyze}'::text[] END;
COMMENT ON FUNCTION gb_enums_internal.partition_stages(text) IS
    'the stages of a conversion into a partitioned table';
