
-- Columns become enumerations while the table is used: the rows ------------------------------------------

-- Goes on to the first page of the next table that has rows; from the last one to none.
CREATE FUNCTION gb_enums_internal.convert_next_member(INOUT c gb_enums_internal.online_conversion)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    c.member := (
        SELECT min(m.member)
        FROM gb_enums_internal.convert_members(c.columns) m
        WHERE c.member IS NULL OR m.member > c.member);
    c := gb_enums_internal.online_first_page(c, c.member);
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_next_member(gb_enums_internal.online_conversion) IS
    'goes on to the next table that has rows of a conversion';

-- An error that names the values which cannot be converted, if there are any.
CREATE FUNCTION gb_enums_internal.convert_require_values(c gb_enums_internal.online_conversion) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    bad text;
BEGIN
    SELECT string_agg(p.detail, ' ')
        INTO bad
        FROM unnest(gb_enums_internal.convert_in_place(c.columns)) i
        CROSS JOIN LATERAL gb_enums_internal.convert_scan(i) p
        WHERE i.relation = c.relation AND p.phase = 'stop';
    IF bad IS NOT NULL THEN
        RAISE EXCEPTION 'rows of table "%" cannot be converted', c.relation
            USING ERRCODE = 'object_not_in_prerequisite_state', DETAIL = bad,
                  HINT = 'Correct them and call gb_enum_convert_online() again, or '
                         'gb_enum_convert_undo() and begin with a "map".';
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_require_values(gb_enums_internal.online_conversion) IS
    'an error when old values cannot be converted';

-- Converts the rows on the next few pages of a table.
CREATE FUNCTION gb_enums_internal.convert_batch(INOUT c gb_enums_internal.online_conversion)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    done record;
    reports boolean;
BEGIN
    BEGIN
        done := gb_enums_internal.convert_rows(
            c.member, c.columns, c.pages_done, c.pages, c.batch_pages);
    EXCEPTION WHEN invalid_text_representation OR invalid_parameter_value THEN
        PERFORM gb_enums_internal.convert_require_values(c);
        RAISE;
    END;
    reports := gb_enums_internal.online_reports(c, done.next_page);
    c.pages_done := done.next_page;
    c.rows_done := c.rows_done + done.changed;
    -- Rows that were moved by a rewrite of the table may have been missed. Those of late tables are looked at
    -- before the exchange: no pass is made for them, which would never end while such tables come. Once
    -- another pass is needed, nobody need know whose rows they were.
    c.rows_in_pass := c.rows_in_pass
        + CASE WHEN done.changed > 0 AND c.rows_in_pass = 0
                    AND c.member IN (SELECT gb_enums_internal.convert_late_members(c)) THEN 0
               ELSE done.changed END
        + CASE WHEN c.filenode <> pg_relation_filenode(c.member) THEN 1 ELSE 0 END;
    c.rows_locked := c.rows_locked + done.locked;
    IF c.pages_done = c.pages THEN
        RAISE NOTICE 'conversion of "%": pass % over "%" is done, % rows converted so far',
            c.relation, c.pass, c.member, c.rows_done;
        c := gb_enums_internal.convert_next_member(c);
    ELSIF reports THEN
        RAISE NOTICE 'conversion of "%": pass % over "%": % of % pages, % rows converted so far',
            c.relation, c.pass, c.member, c.pages_done, c.pages, c.rows_done;
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_batch(gb_enums_internal.online_conversion) IS
    'converts the rows on the next few pages';

-- Ends a pass. After one that found nothing to do, all rows are converted. A pass that found locked rows
-- only is idle.
CREATE FUNCTION gb_enums_internal.convert_end_pass(INOUT c gb_enums_internal.online_conversion)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF c.rows_in_pass = 0 AND c.rows_locked = 0 THEN
        c.stage := 'indexes';
        RETURN;
    END IF;
    c.idle_passes := CASE WHEN c.rows_in_pass = 0 THEN c.idle_passes + 1 ELSE 0 END;
    IF c.idle_passes >= c.attempts THEN
        RETURN;
    END IF;
    IF c.idle_passes > 0 THEN
        PERFORM pg_sleep(0.1);
    END IF;
    c.pass := c.pass + 1;
    c.rows_in_pass := 0;
    c.rows_locked := 0;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_end_pass(gb_enums_internal.online_conversion) IS
    'ends a pass through the rows of a conversion';

CREATE FUNCTION gb_enums_internal.convert_step_rows(INOUT c gb_enums_internal.online_conversion)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- It is not dropped meanwhile, nor is a partition.
    PERFORM gb_enums_internal.hold_tables(ARRAY[c.relation::oid], exclusive => false);
    IF c.member IS NULL
       OR c.member NOT IN (SELECT m.member FROM gb_enums_internal.convert_members(c.columns) m)
    THEN
        c := gb_enums_internal.convert_next_member(c);
    END IF;
    IF c.member IS NOT NULL THEN
        c := gb_enums_internal.convert_batch(c);
    END IF;
    IF c.member IS NULL THEN
        c := gb_enums_internal.convert_end_pass(c);
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_step_rows(gb_enums_internal.online_conversion) IS
    'converts the rows on the next few pages, and ends a pass';

-- The partitions and children that came after the conversion was begun, with rows that no trigger has seen. A
-- partition that is detached loses its trigger. When it is attached again it has one of another transaction.
-- A child that is no partition keeps its trigger, but passes leave it out while it is no child. The
-- transaction of its link tells.
CREATE FUNCTION gb_enums_internal.convert_late_members(c gb_enums_internal.online_conversion)
    RETURNS SETOF regclass
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    first CONSTANT xid := (
        SELECT t.xmin FROM pg_trigger t WHERE t.tgrelid = c.relation AND t.tgname = '~gb_enum_convert');
    tree CONSTANT oid[] := ARRAY(SELECT t.member FROM gb_enums_internal.convert_tree(c.relation) t);
BEGIN
    RETURN QUERY
        SELECT k.oid::regclass
        FROM unnest(tree) t(member)
        JOIN pg_class k ON k.oid = t.member AND k.relkind = 'r'
        WHERE t.member NOT IN (SELECT i.relation FROM unnest(c.columns) i)
           OR NOT EXISTS (
               SELECT
               FROM pg_trigger own
               WHERE own.tgrelid = t.member AND own.tgname = '~gb_enum_convert' AND own.xmin = first)
           OR t.member IN (
               SELECT below.member
               FROM pg_inherits h
               JOIN pg_class child ON child.oid = h.inhrelid AND NOT child.relispartition
               CROSS JOIN LATERAL gb_enums_internal.convert_tree(h.inhrelid) below
               WHERE h.inhparent IN (SELECT unnest(tree)) AND age(h.xmin) <= age(c.first_followed::xid));
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_late_members(gb_enums_internal.online_conversion) IS
    'the tables with rows of a conversion that its first triggers have not seen';

-- What was written to a partition since then has new values. The rows that it had when it was attached may
-- not have them.
CREATE FUNCTION gb_enums_internal.convert_late_rows(c gb_enums_internal.online_conversion) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    columns CONSTANT gb_enums_internal.conversion_column[] := gb_enums_internal.convert_with_children(
        ARRAY(SELECT i FROM unnest(c.columns) i WHERE i.relation = c.relation));
    late record;
    page bigint;
BEGIN
    FOR late IN
        SELECT m AS member, gb_enums_internal.online_pages(m) AS pages,
            ARRAY(SELECT n FROM unnest(columns) n WHERE n.relation = m) AS columns
        FROM gb_enums_internal.convert_late_members(c) m
    LOOP
        page := 0;
        WHILE page < late.pages LOOP
            page := (gb_enums_internal.convert_rows(
                late.member, late.columns, page, late.pages, c.batch_pages)).next_page;
        END LOOP;
    END LOOP;
EXCEPTION WHEN invalid_text_representation OR invalid_parameter_value THEN
    PERFORM gb_enums_internal.convert_require_values(c);
    RAISE;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_late_rows(gb_enums_internal.online_conversion) IS
    'gives rows of partitions that were attached during a conversion their new values';

-- How many rows of a late table have an old value that does not become the new one.
CREATE FUNCTION gb_enums_internal.convert_count_other(
    member regclass, item gb_enums_internal.conversion_column) RETURNS bigint
    LANGUAGE sql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    RETURN gb_enums_internal.run_as_owner(item.relation::regclass, format(
        'WITH pair AS MATERIALIZED ('
        'SELECT %1$s AS old, %2$s AS new, count(*) AS rows FROM %3$s GROUP BY 1, 2) '
        'SELECT coalesce(sum(rows), 0)::bigint FROM pair WHERE (old IS NULL) <> (new IS NULL) OR '
        'ARRAY(SELECT (gb_enums_internal.convert_match(value, %4$L, %5$L, %6$L)).label '
        'FROM unnest(old) WITH ORDINALITY o(value, nth) ORDER BY nth) IS DISTINCT FROM '
        'ARRAY(SELECT (gb_enums_internal.convert_match(value, %4$L, ''{}'', %7$L)).label '
        'FROM unnest(new) WITH ORDINALITY n(value, nth) ORDER BY nth)',
        -- 1.0 is code 1
        format(CASE WHEN item.is_array THEN '%I::text[]'
                    WHEN item.old_type = 'numeric'::regtype THEN 'ARRAY[trim_scale(%I)::text]'
                    ELSE 'ARRAY[%I::text]' END, item.old_name),
        format(CASE WHEN item.is_array THEN '%I::text[]' ELSE 'ARRAY[%I::text]' END, item.name),
        member, item.enum::regtype, item.options, gb_enums_internal.has_codes(item),
        item.trusting_cast IS NOT NULL));
COMMENT ON FUNCTION gb_enums_internal.convert_count_other(
    regclass, gb_enums_internal.conversion_column) IS
    'how many rows of a table have another value in the old column';

-- An undo would take what was written to a partition or a child without the trigger after the exchange.
CREATE FUNCTION gb_enums_internal.convert_require_old_values(c gb_enums_internal.online_conversion)
    RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    late record;
BEGIN
    FOR late IN
        SELECT m AS member, i.name, i.old_name, CASE
                WHEN gb_enums_internal.convert_is_followed(m) THEN format('%1$I = %1$I', i.name)
                ELSE format('%I = %I%s::%s', i.old_name, i.name,
                    CASE WHEN gb_enums_internal.has_codes(i) AND NOT i.is_array THEN '::integer'
                         WHEN i.trusting_cast IS NOT NULL THEN format('::%s::text', i.enum::regtype)
                         ELSE '' END, format_type(a.atttypid, a.atttypmod)) END AS assignment,
            gb_enums_internal.convert_count_other(m, i) AS missing
        FROM gb_enums_internal.convert_late_members(c) m
        CROSS JOIN unnest(c.columns) i
        JOIN pg_attribute a ON a.attrelid = m AND a.attname = i.old_name
        WHERE i.relation = c.relation
    LOOP
        IF late.missing > 0 THEN
            RAISE EXCEPTION 'old column "%" of "%" lacks the values of %',
                    late.old_name, late.member, gb_enums_internal.counted_rows(late.missing)
                USING ERRCODE = 'object_not_in_prerequisite_state',
                      DETAIL = 'They came with the table when it was attached, or no trigger saw them.',
                      HINT = format(
                          'UPDATE %s SET %s gives them one. Undo the conversion then.',
                          late.member, late.assignment);
        END IF;
    END LOOP;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_require_old_values(gb_enums_internal.online_conversion) IS
    'an error when old columns lack values of new ones';

-- The error when passes have found nothing but locked rows.
CREATE FUNCTION gb_enums_internal.convert_stuck(c gb_enums_internal.online_conversion) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% rows of table "%" are locked', c.rows_locked, c.relation
        USING ERRCODE = 'lock_not_available',
              DETAIL = format('%s passes have found them locked by other transactions.', c.idle_passes),
              HINT = 'Call gb_enum_convert_online() again when those have ended.';
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_stuck(gb_enums_internal.online_conversion) IS
    'raises the error that a conversion of columns cannot go on';
