
-- A plain table becomes a partitioned one, or back: the statements of each stage -----------------------
--
--   partitions   the partitions are made, a few in each step
--   attach:  exclude    a CHECK says where the rows of the plain table end
--            validate   that is proved
--            exchange   the partitioned table takes the place of the plain one, which becomes its first
--                       partition
--            analyze    the partitioned table gets statistics
--   copy:    follow     the partitioned table follows the plain one
--            copy       the rows are copied, a few pages in each step
--            verify     both have the same number of rows
--            exchange   the partitioned table takes the place of the plain one, which follows it from then on
--   merge:   as copy, from a partitioned table to a plain one; the partitions are copied one by one
--            drop       after gb_partition_convert_finish() the partitions are dropped, a few in each step
--   done         gb_partition_convert_finish() and gb_partition_convert_undo() are possible
--   undone       the target of an undone conversion is dropped, a few partitions in each step

CREATE TYPE gb_enums_internal.online_statement AS (relation regclass, statement text, lock text, detail text);
COMMENT ON TYPE gb_enums_internal.online_statement IS
    'a statement of a conversion, the relation whose owner executes it, and the lock that it takes on '
    'the table';

-- A partition may have the name that a plain table got which became partitioned.
CREATE FUNCTION gb_enums_internal.partition_old_suffix(method text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN CASE method WHEN 'merge' THEN '_parted' ELSE '_old' END;
COMMENT ON FUNCTION gb_enums_internal.partition_old_suffix(text) IS
    'what the exchange adds to the names of the first table and its indexes';

-- The names that both tables have from the exchange on.
CREATE FUNCTION gb_enums_internal.partition_names_after(
    c gb_enums_internal.online_conversion, OUT target text, OUT source text)
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT CASE WHEN exchanged THEN c.target::text ELSE c.relation::text END,
       CASE WHEN exchanged THEN c.relation::text
            ELSE format('%I.%I', n.nspname, gb_enums_internal.name_with_suffix(
                t.relname::text, gb_enums_internal.partition_old_suffix(c.method))) END
FROM pg_class t
JOIN pg_namespace n ON n.oid = t.relnamespace
CROSS JOIN LATERAL (SELECT c.stage IN ('analyze', 'done')) o(exchanged)
WHERE t.oid = c.relation
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_names_after(gb_enums_internal.online_conversion) IS
    'the names of both tables of a conversion after the exchange';

-- The rows on some pages of the table, or of the partition that the conversion has come to.
CREATE FUNCTION gb_enums_internal.partition_rows_on_pages(
    c gb_enums_internal.online_conversion, first_page bigint, end_page bigint) RETURNS text
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    RETURN format('FROM ONLY %s s WHERE ctid >= ''(%s,0)'' AND ctid < ''(%s,0)''',
                  CASE c.method WHEN 'merge' THEN c.member ELSE c.relation END, first_page, end_page);
COMMENT ON FUNCTION gb_enums_internal.partition_rows_on_pages(
    gb_enums_internal.online_conversion, bigint, bigint) IS
    'the part of a statement that names the rows on some pages of a table';

-- And of these the rows that nobody has written since the target follows, or the others. So the target does
-- not have the first, unless they have been copied before.
CREATE FUNCTION gb_enums_internal.partition_row_is_unfollowed(
    c gb_enums_internal.online_conversion, is_one boolean) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN format(' AND age(xmin) %s age(%L::xid)', CASE WHEN is_one THEN '>' ELSE '<=' END,
                  c.first_followed::xid);
COMMENT ON FUNCTION gb_enums_internal.partition_row_is_unfollowed(
    gb_enums_internal.online_conversion, boolean) IS
    'the part of a statement that leaves out rows which the target of a conversion may have, or the others';

-- Copies rows. Those that came or changed since the target follows are there already; the lock keeps those
-- that are copied from being changed meanwhile. Who has locked a row may wait for another that has just been
-- copied, so that locked rows are not waited for. Rows that go to partitions are put in the order of their
-- key: to go to another partition, and to another page of its indexes, with each row takes much longer.
CREATE FUNCTION gb_enums_internal.partition_copy_statement(
    c gb_enums_internal.online_conversion, rows text, locking text DEFAULT 'FOR SHARE SKIP LOCKED',
    may_be_there boolean DEFAULT true) RETURNS text
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    RETURN (SELECT format('INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM (SELECT %s %s %s) s',
                          c.target, columns, columns, columns, rows, locking)
                || coalesce(' ORDER BY ' || quote_ident(gb_enums_internal.partition_key_column(c.target)), '')
                || CASE WHEN may_be_there THEN ' ON CONFLICT DO NOTHING' ELSE '' END
            FROM gb_enums_internal.partition_columns(c.relation) columns);
COMMENT ON FUNCTION gb_enums_internal.partition_copy_statement(
    gb_enums_internal.online_conversion, text, text, boolean) IS
    'the statement that copies rows of a table';

-- The name of the partition of a slot: the name of the plain table and the suffix of the slot.
CREATE FUNCTION gb_enums_internal.partition_name_after(c gb_enums_internal.online_conversion, slot_name text)
    RETURNS text
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    RETURN (SELECT gb_enums_internal.name_with_suffix(
                t.relname::text, substr(slot_name, length(p.relname) + 1))
            FROM pg_class t, pg_class p
            WHERE t.oid = c.relation AND p.oid = c.target);
COMMENT ON FUNCTION gb_enums_internal.partition_name_after(gb_enums_internal.online_conversion, text) IS
    'the name of a partition that a conversion makes';

-- The statements that make the partitions, as a plan shows them.
CREATE FUNCTION gb_enums_internal.partition_slot_statements(
    c gb_enums_internal.online_conversion, s gb_enums_internal.partition_set) RETURNS SETOF text
    LANGUAGE sql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT gb_enums_internal.partition_script(s, after.name) || '; '
    || gb_enums_internal.partition_attach_script(
        c.target, format('%I.%I', n.nspname, after.name), p.lower_bound, p.upper_bound, NULL, NULL)
FROM gb_enums_internal.partition_slots(
    s.parent, s.time_zone, s.key, s.epoch, s.shift, c.next_at, s.every, s.anchor,
    least(gb_enums_internal.partition_slots_between(s, c.next_at, c.last_at) + 2, 10001)::integer) p
CROSS JOIN LATERAL gb_enums_internal.partition_name_after(c, p.name) after(name)
JOIN pg_class t ON t.oid = c.target
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
WHERE a.attrelid = c.target AND a.attname = gb_enums_internal.partition_key_column(c.target)
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_exclude_statement(gb_enums_internal.online_conversion) IS
    'the statement that says in a CHECK where the rows of a plain table end';

-- After the exchange the first table is kept: it becomes a partition, or follows the target.
CREATE FUNCTION gb_enums_internal.partition_keep_statements(c gb_enums_internal.online_conversion)
    RETURNS SETOF text
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    name record := gb_enums_internal.partition_names_after(c);
BEGIN
    IF c.method = 'attach' THEN
        RETURN NEXT format('ALTER TABLE %s ATTACH PARTITION %s FOR VALUES FROM (MINVALUE) TO (%L)',
                           name.target, name.source, c.bound);
        RETURN NEXT format('ALTER TABLE %s DROP CONSTRAINT gb_partition_old', name.source);
    ELSE
        RETURN QUERY SELECT * FROM gb_enums_internal.partition_follow(c, name.target, name.source);
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_keep_statements(gb_enums_internal.online_conversion) IS
    'the statements that keep the first table of a conversion after the exchange';

CREATE FUNCTION gb_enums_internal.partition_exchange_stage(c gb_enums_internal.online_conversion)
    RETURNS SETOF gb_enums_internal.online_statement
    LANGUAGE sql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT c.relation, format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', c.relation), 'ACCESS EXCLUSIVE',
       'From here to the end of the exchange, one short transaction'
       || CASE c.method WHEN 'merge' THEN '.' ELSE ', in which the table is registered as a set, too.' END
UNION ALL
SELECT c.relation, s, 'ACCESS EXCLUSIVE', NULL
FROM gb_enums_internal.partition_unfollow(c, c.relation) s
WHERE c.method <> 'attach'
UNION ALL
SELECT s.relation, s.statement, 'ACCESS EXCLUSIVE', NULL
FROM gb_enums_internal.partition_exchange_statements(
    c.relation, c.target, gb_enums_internal.partition_old_suffix(c.method)) s
UNION ALL
SELECT c.relation, s, 'ACCESS EXCLUSIVE', NULL
FROM gb_enums_internal.partition_keep_statements(c) s
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_exchange_stage(gb_enums_internal.online_conversion) IS
    'the statements of the exchange';

-- Dropped by parts, since a transaction cannot hold the locks of thousands of partitions.
CREATE FUNCTION gb_enums_internal.partition_drop_statements(
    c gb_enums_internal.online_conversion, partitioned regclass)
    RETURNS SETOF gb_enums_internal.online_statement
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
(SELECT c.relation, format('DROP TABLE %s', i.inhrelid::regclass), NULL, NULL
 FROM pg_inherits i
 WHERE i.inhparent = partitioned
 ORDER BY i.inhrelid)
UNION ALL
SELECT c.relation, format('DROP TABLE %s', partitioned), NULL, NULL
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_drop_statements(
    gb_enums_internal.online_conversion, regclass) IS
    'the statements that drop a table of a conversion';

-- The statements of a stage, for a step that executes them or for a plan. Those of the stages
-- "partitions" and "copy" take many steps.
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
                FROM gb_enums_internal.partition_follow(c, c.relation::text, c.target::text)
                    WITH ORDINALITY s(f, n);
        WHEN 'copy' THEN
            RETURN QUERY
                SELECT c.relation, s, 'ROW SHARE',
                    format('By %s pages in each transaction. Readers and writers go on. Locked rows are '
                           'copied when they are no longer locked.', c.batch_pages)
                FROM gb_enums_internal.partition_copies_left(c) s;
        WHEN 'verify' THEN
            RETURN QUERY VALUES (c.relation, format(
                    'SELECT (SELECT count(*) FROM %s%s) - (SELECT count(*) FROM %s)',
                    CASE c.method WHEN 'merge' THEN '' ELSE 'ONLY ' END, c.relation, c.target),
                'ACCESS SHARE', 'It must be 0. Both counts are of one snapshot.');
            RETURN QUERY VALUES (c.relation, format('ANALYZE %s', c.target), NULL, NULL);
        WHEN 'exchange' THEN
            RETURN QUERY SELECT * FROM gb_enums_internal.partition_exchange_stage(c);
        WHEN 'undone' THEN
            RETURN QUERY SELECT * FROM gb_enums_internal.partition_drop_statements(c, c.target);
        WHEN 'drop' THEN
            RETURN QUERY SELECT * FROM gb_enums_internal.partition_drop_statements(c, c.relation);
        WHEN 'done' THEN
            NULL;
        WHEN 'analyze' THEN
            RETURN QUERY VALUES (c.relation,
                format('ANALYZE %s', (gb_enums_internal.partition_names_after(c)).target),
                'SHARE UPDATE EXCLUSIVE', NULL);
    END CASE;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_stage(gb_enums_internal.online_conversion, text) IS
    'the statements of a stage of a conversion';
