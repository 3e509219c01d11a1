
-- A conversion goes on by small steps, each a transaction.
--
-- Steps run as the table's owner, whoever calls: what is on record is the owner's to write.

-- Begins a conversion, unless one is under way.
CREATE FUNCTION gb_enums_internal.convert_online_begin(
    relation regclass, columns jsonb, batch_pages integer, work_share real, lock_timeout interval, attempts integer) RETURNS regclass
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    c gb_enums_internal.enum_conversion;
    asked jsonb;
BEGIN
    IF relation IS NULL THEN
        RAISE EXCEPTION 'the table must not be null' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    PERFORM gb_enums_internal.require_read_committed('columns');
    PERFORM gb_enums_internal.check_waits(lock_timeout, attempts);
    PERFORM gb_enums_internal.exact_texts();
    c.relation := relation;
    c.lock_timeout := lock_timeout;
    c.attempts := attempts;
    FOR attempt IN 1 .. attempts LOOP
        BEGIN
            PERFORM gb_enums_internal.limit_waits(lock_timeout);
            IF EXISTS (SELECT FROM gb_enums_internal.enum_conversion o JOIN pg_class t ON t.oid = o.relation WHERE o.relation = convert_online_begin.relation) THEN
                c := gb_enums_internal.convert_converting(relation);
                IF c.stage <> 'done' THEN
                    RAISE NOTICE 'the conversion of "%" goes on as it was begun', relation;
                END IF;
                -- What was locked when it stopped may be so no more.
                c.idle_passes := 0;
                c.rows_in_pass := greatest(c.rows_in_pass, 1);
            ELSE
                asked := columns;
                c.batch_pages := batch_pages;
                c.work_share := work_share;
            END IF;
            PERFORM gb_enums_internal.convert_record(relation, c, asked);
            RETURN relation;
        EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
            PERFORM gb_enums_internal.partition_retry(gb_enums_internal.convert_patience(c), attempt, 'the beginning of the conversion', sqlerrm);
        END;
    END LOOP;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_online_begin(regclass, jsonb, integer, real, interval, integer) IS 'begins the conversion of columns, unless it is under way';

-- Goes on to the first page of the next table that has rows; from the last one to none.
CREATE FUNCTION gb_enums_internal.convert_next_member(INOUT c gb_enums_internal.enum_conversion)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    next_member oid := (SELECT min(m.member) FROM gb_enums_internal.convert_members(c.columns) m WHERE c.member IS NULL OR m.member > c.member);
BEGIN
    c.member := next_member;
    c.pages_done := 0;
    c.pages := pg_relation_size(next_member) / current_setting('block_size')::bigint;
    c.filenode := pg_relation_filenode(next_member);
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_next_member(gb_enums_internal.enum_conversion) IS 'goes on to the next table that has rows of a conversion';

-- The next few pages of rows.
CREATE FUNCTION gb_enums_internal.convert_batch(INOUT c gb_enums_internal.enum_conversion)
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    done record;
    bad text;
BEGIN
    IF c.member IS NULL OR NOT EXISTS (SELECT FROM pg_class t WHERE t.oid = c.member) THEN
        c := gb_enums_internal.convert_next_member(c);
    END IF;
    IF c.member IS NOT NULL THEN
        BEGIN
            done := gb_enums_internal.convert_rows(c.member, c.columns, c.pages_done, least(c.pages, c.pages_done + c.batch_pages));
        EXCEPTION WHEN invalid_text_representation OR invalid_parameter_value THEN
            SELECT string_agg(p.detail, ' ') INTO bad FROM unnest(gb_enums_internal.convert_exchanged(c.columns)) i, gb_enums_internal.convert_scan(i) p
                WHERE i.relation = c.relation AND p.phase = 'stop';
            IF bad IS NULL THEN
                RAISE;
            END IF;
            RAISE EXCEPTION 'rows of table "%" cannot be converted', c.relation USING ERRCODE = 'object_not_in_prerequisite_state', DETAIL = bad,
                HINT = 'Correct them and call gb_enum_convert_online() again, or gb_enum_convert_undo() and begin with a "map".';
        END;
        c.pages_done := least(c.pages, c.pages_done + c.batch_pages);
        c.rows_converted := c.rows_converted + done.changed;
        -- Rows that were moved by a rewrite of the table may have been missed.
        c.rows_in_pass := c.rows_in_pass + done.changed + CASE WHEN c.filenode <> pg_relation_filenode(c.member) THEN 1 ELSE 0 END;
        c.rows_locked := c.rows_locked + done.locked;
        IF c.pages_done < c.pages THEN
            IF 10 * c.pages_done / c.pages > 10 * (c.pages_done - c.batch_pages) / c.pages THEN
                RAISE NOTICE 'conversion of "%": pass % over "%": % of % pages, % rows converted so far', c.relation, c.pass, c.member, c.pages_done, c.pages, c.rows_converted;
            END IF;
            RETURN;
        END IF;
        RAISE NOTICE 'conversion of "%": pass % over "%" is done, % rows converted so far', c.relation, c.pass, c.member, c.rows_converted;
        c := gb_enums_internal.convert_next_member(c);
    END IF;
    IF c.member IS NULL THEN
        IF c.rows_in_pass = 0 AND c.rows_locked = 0 THEN
            c.stage := 'indexes';
        ELSE
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
        END IF;
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_batch(gb_enums_internal.enum_conversion) IS 'converts the rows on the next few pages';

-- The index to be built, or to be dropped since it was not built to its end; NULL when there is none.
CREATE FUNCTION gb_enums_internal.convert_online_index(relation regclass) RETURNS text
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
SELECT CASE WHEN t.twin IS NULL THEN p.statement ELSE format('DROP INDEX CONCURRENTLY %s', t.twin) END
FROM gb_enums_internal.enum_conversion c, gb_enums_internal.convert_twins(c.columns) t JOIN pg_class x ON x.oid = t.index AND x.relkind = 'i', unnest(t.steps) p
WHERE c.relation = convert_online_index.relation AND NOT t.valid AND p.phase = 'indexes' LIMIT 1
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_online_index(regclass) IS 'the next statement for indexes of a conversion, NULL for none';

-- The indexes of partitioned tables, from those of their partitions.
CREATE FUNCTION gb_enums_internal.convert_parent_indexes(c gb_enums_internal.enum_conversion) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    t record;
BEGIN
    FOR t IN SELECT w.* FROM gb_enums_internal.convert_twins(c.columns) w JOIN pg_class x ON x.oid = w.index AND x.relkind = 'I' WHERE NOT w.valid LOOP
        PERFORM gb_enums_internal.convert_execute(c, ARRAY(SELECT format('DROP INDEX %s', t.twin) WHERE t.twin IS NOT NULL) || ARRAY(SELECT p.statement FROM unnest(t.steps) p WHERE p.phase = 'indexes'));
    END LOOP;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_parent_indexes(gb_enums_internal.enum_conversion) IS 'makes the indexes of partitioned tables of a conversion';

-- Changes whenever something over the columns does, or a column: what was planned holds as long as
-- this is the same.
CREATE FUNCTION gb_enums_internal.convert_state(columns gb_enums_internal.conversion_column[]) RETURNS text
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
WITH relation AS (
    SELECT DISTINCT c.relation AS oid FROM unnest(columns) c UNION SELECT v.view FROM gb_enums_internal.convert_view_order(columns) v
    UNION SELECT p.polrelid FROM pg_policy p JOIN pg_depend d ON d.classid = 'pg_policy'::regclass AND d.objid = p.oid AND d.refclassid = 'pg_class'::regclass
        JOIN unnest(columns) c ON d.refobjid = c.relation),
object(catalog, oid, number, version) AS (
    SELECT 'pg_class'::regclass::oid, c.oid, 0, c.xmin FROM relation r JOIN pg_class c ON c.oid = r.oid
    UNION ALL SELECT 'pg_class'::regclass, a.attrelid, a.attnum, a.xmin FROM relation r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0
    UNION ALL SELECT 'pg_class'::regclass, x.indexrelid, 0, x.xmin FROM relation r JOIN pg_index x ON x.indrelid = r.oid
    UNION ALL SELECT 'pg_attrdef'::regclass, d.oid, 0, d.xmin FROM relation r JOIN pg_attrdef d ON d.adrelid = r.oid
    UNION ALL SELECT 'pg_constraint'::regclass, k.oid, 0, k.xmin FROM relation r JOIN pg_constraint k ON k.conrelid = r.oid
    UNION ALL SELECT 'pg_rewrite'::regclass, w.oid, 0, w.xmin FROM relation r JOIN pg_rewrite w ON w.ev_class = r.oid
    UNION ALL SELECT 'pg_trigger'::regclass, t.oid, 0, t.xmin FROM relation r JOIN pg_trigger t ON t.tgrelid = r.oid
    UNION ALL SELECT 'pg_policy'::regclass, p.oid, 0, p.xmin FROM relation r JOIN pg_policy p ON p.polrelid = r.oid
    UNION ALL SELECT 'pg_statistic_ext'::regclass, e.oid, 0, e.xmin FROM relation r JOIN pg_statistic_ext e ON e.stxrelid = r.oid
    UNION ALL SELECT 'pg_publication_rel'::regclass, p.oid, 0, p.xmin FROM relation r JOIN pg_publication_rel p ON p.prrelid = r.oid)
SELECT md5(string_agg(format('%s %s %s %s %s', o.catalog, o.oid, o.number, o.version, d.xmin), ',' ORDER BY o.catalog, o.oid, o.number))
FROM object o LEFT JOIN pg_description d ON (d.classoid, d.objoid, d.objsubid) = (o.catalog, o.oid, o.number)
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_state(gb_enums_internal.conversion_column[]) IS 'what the definitions over columns are, in short';

-- The moment when the columns change names. Everything is planned before the table is locked.
CREATE FUNCTION gb_enums_internal.convert_swap(c gb_enums_internal.enum_conversion) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    over CONSTANT gb_enums_internal.conversion_column[] := gb_enums_internal.convert_exchanged(c.columns);
    state text;
    statements text[];
    stops text;
    locked_at timestamptz;
BEGIN
    state := gb_enums_internal.convert_state(over);
    PERFORM gb_enums_internal.convert_unchanged(c);
    -- What came over the columns since the last step needs its twin, too.
    IF gb_enums_internal.convert_online_index(c.relation) IS NOT NULL OR EXISTS (SELECT FROM gb_enums_internal.convert_online_steps(c.columns) o WHERE o.stage IN ('checks', 'validate')) THEN
        c.stage := 'indexes';
        PERFORM gb_enums_internal.convert_record(c.relation, c);
        RETURN;
    END IF;
    SELECT string_agg(DISTINCT o.detail, ' ') INTO stops FROM gb_enums_internal.convert_over(over, over, false) o WHERE o.phase = 'stop';
    IF stops IS NOT NULL THEN
        RAISE EXCEPTION 'columns of table "%" cannot be converted while it is used', c.relation USING ERRCODE = 'object_not_in_prerequisite_state', DETAIL = stops,
            HINT = 'Remove what the DETAIL names and call gb_enum_convert_online() again, or gb_enum_convert_undo().';
    END IF;
    statements := gb_enums_internal.convert_exchange_statements(c.columns, false);
    -- With it, what undoes the exchange.
    PERFORM gb_enums_internal.convert_record(c.relation, c);
    EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', c.relation);
    locked_at := clock_timestamp();
    PERFORM gb_enums_internal.convert_view(v.view, '{}', true) FROM gb_enums_internal.convert_view_order(over) v;
    IF state <> gb_enums_internal.convert_state(over) THEN
        RAISE EXCEPTION 'definitions were changed meanwhile' USING ERRCODE = 'lock_not_available';
    END IF;
    PERFORM gb_enums_internal.run_as_owner(c.relation, array_to_string(statements, '; '));
    c.stage := 'settle';
    PERFORM gb_enums_internal.convert_record(c.relation, c);
    RAISE NOTICE 'conversion of "%": the new columns have the names now, and the old ones follow them; the table was locked for % ms', c.relation,
        round(1000 * extract(epoch FROM clock_timestamp() - locked_at));
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_swap(gb_enums_internal.enum_conversion) IS 'lets old and new columns change names';

-- Takes one step, as the owner: 0 when there is none, 1 when there are more, 2 when an index must be
-- built first, 3 when rows were converted and others may have their turn, 4 when another session is at it, 5 when
-- all rows that are left are locked.
CREATE FUNCTION gb_enums_internal.convert_online_take(relation regclass) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    c gb_enums_internal.enum_conversion;
    taken text;
    statements text[];
BEGIN
    -- Not two at once. Who waits here has a snapshot, for which the build of an index may wait.
    IF NOT gb_enums_internal.convert_try_lock(relation) THEN
        RETURN 4;
    END IF;
    c := gb_enums_internal.convert_converting(relation);
    PERFORM gb_enums_internal.convert_unchanged(c);
    taken := c.stage;
    IF taken NOT IN ('rows', 'indexes', 'exchange', 'done') THEN
        SELECT array_agg(s.statement ORDER BY s.place) INTO statements FROM gb_enums_internal.convert_online_steps(c.columns) s WHERE s.stage = taken;
    END IF;
    CASE taken
        WHEN 'column' THEN
            PERFORM gb_enums_internal.convert_execute(c, statements);
            c.stage := 'follow';
        WHEN 'follow' THEN
            PERFORM gb_enums_internal.convert_execute(c, statements);
            RAISE NOTICE 'conversion of "%": what is written is written to the new columns as well', relation;
            c.stage := 'rows';
        WHEN 'rows' THEN
            c := gb_enums_internal.convert_batch(c);
        WHEN 'indexes' THEN
            IF gb_enums_internal.convert_online_index(relation) IS NOT NULL THEN
                RETURN 2;
            END IF;
            PERFORM gb_enums_internal.convert_parent_indexes(c);
            c.stage := 'checks';
        WHEN 'checks' THEN
            PERFORM gb_enums_internal.convert_execute(c, statements);
            c.stage := 'validate';
        WHEN 'validate' THEN
            PERFORM gb_enums_internal.convert_execute(c, statements[1:1]);
            c.stage := CASE WHEN cardinality(statements) > 1 THEN taken ELSE 'analyze' END;
        WHEN 'analyze' THEN
            PERFORM gb_enums_internal.convert_execute(c, statements);
            c.stage := 'exchange';
        WHEN 'exchange' THEN
            PERFORM gb_enums_internal.convert_swap(c);
            RETURN 1;
        WHEN 'settle' THEN
            PERFORM gb_enums_internal.convert_execute(c, statements);
            c.stage := 'done';
        WHEN 'done' THEN
            RAISE NOTICE 'conversion of "%": gb_enum_convert_finish() ends it, gb_enum_convert_undo() undoes it', relation;
            RETURN 0;
    END CASE;
    PERFORM gb_enums_internal.convert_record(relation, c);
    RETURN CASE WHEN taken <> 'rows' THEN 1 WHEN c.idle_passes >= c.attempts THEN 5 ELSE 3 END;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_online_take(regclass) IS 'takes one step of a conversion, as the table''s owner';

CREATE FUNCTION gb_enums_internal.convert_online_step(relation regclass) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c gb_enums_internal.enum_conversion := gb_enums_internal.convert_converting(relation);
    taken bigint;
BEGIN
    PERFORM gb_enums_internal.exact_texts();
    PERFORM gb_enums_internal.require_read_committed('columns');
    FOR attempt IN 1 .. c.attempts LOOP
        BEGIN
            PERFORM gb_enums_internal.limit_waits(c.lock_timeout);
            taken := gb_enums_internal.run_as_owner(relation, format('SELECT gb_enums_internal.convert_online_take(%s::oid)', relation::oid));
            EXIT;
        EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
            PERFORM gb_enums_internal.partition_retry(gb_enums_internal.convert_patience(c), attempt, format('step "%s"', c.stage), sqlerrm, true);
        END;
    END LOOP;
    IF taken = 5 THEN
        c := gb_enums_internal.convert_converting(relation);
        RAISE EXCEPTION '% rows of table "%" are locked', c.rows_locked, c.relation USING ERRCODE = 'lock_not_available', DETAIL = format('%s passes have found them locked by other transactions.', c.idle_passes),
            HINT = 'Call gb_enum_convert_online() again when those have ended.';
    END IF;
    RETURN taken;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_online_step(regclass) IS 'takes one step of a conversion';

-- Lets others work for as long as they are due after rows were converted, but for no more than a minute at a time.
CREATE FUNCTION gb_enums_internal.convert_online_rest(relation regclass, since timestamptz) RETURNS void
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
SELECT pg_sleep(least(extract(epoch FROM clock_timestamp() - since) * (1 / c.work_share - 1), 60))
FROM gb_enums_internal.convert_converting(relation) c
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_online_rest(regclass, timestamptz) IS 'the pause after a step that began then';

-- Waits a little for the other session that has been taking a step since then, but not for ever.
CREATE FUNCTION gb_enums_internal.convert_online_wait(relation regclass, since timestamptz) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c gb_enums_internal.enum_conversion := gb_enums_internal.convert_converting(relation);
BEGIN
    IF clock_timestamp() - since > c.attempts * c.lock_timeout THEN
        RAISE EXCEPTION 'another session takes a step of the conversion of "%"', relation USING
            ERRCODE = 'lock_not_available', DETAIL = gb_enums_internal.lock_holders(relation, false),
            HINT = 'Call gb_enum_convert_online() again when it has ended.';
    END IF;
    PERFORM pg_sleep(0.1);
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_online_wait(regclass, timestamptz) IS
    'waits a little for another session''s step of a conversion, an error when that was long enough';

-- What people call --------------------------------------------------------------------------------

-- The plan as the owner makes it, who takes its steps.
CREATE FUNCTION gb_enums_internal.convert_online_planned(relation regclass, columns jsonb)
    RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    conversion gb_enums_internal.conversion_column[];
BEGIN
    PERFORM gb_enums_internal.exact_texts();
    PERFORM gb_enums_internal.limit_waits(interval '2 seconds');
    conversion := gb_enums_internal.convert_beside(gb_enums_internal.convert_read(relation, columns));
    RETURN QUERY SELECT s.* FROM gb_enums_internal.steps_in_order(ARRAY(
        SELECT p FROM jsonb_populate_recordset(NULL::gb_enums_internal.convert_step, gb_enums_internal.query_as_owner(relation,
            format('SELECT jsonb_agg(p) FROM gb_enums_internal.convert_online_plan(%L) p', conversion))) p)) s;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_online_planned(regclass, jsonb) IS
    'the steps of a conversion while the table is used, as its owner sees them';

CREATE FUNCTION @extschema@.gb_enum_convert_online_plan(relation regclass, columns jsonb)
    RETURNS TABLE (step integer, kind text, statement text, lock text, rewrites boolean, detail text)
    LANGUAGE sql VOLATILE
BEGIN ATOMIC
    SELECT p.ordinality::pg_catalog.int4, gb_enums_internal.step_kind(p.phase), p.statement, p.lock, p.rewrites, p.detail
    FROM gb_enums_internal.convert_online_planned(relation, gb_enums_internal.convert_named(columns))
        WITH ORDINALITY p ORDER BY p.ordinality;
END;
COMMENT ON FUNCTION @extschema@.gb_enum_convert_online_plan(regclass, jsonb) IS
    'what gb_enum_convert_online() would do, and what stops it; example: SELECT * FROM gb_enum_convert_online_plan(''old_tasks'', ''{"status": "task_status"}'')';

-- As partition_work(), it has nothing in it that a search_path could change. A CASE would have: it compares by the =
-- that the path finds.
CREATE PROCEDURE @extschema@.gb_enum_convert_online(
    relation pg_catalog.regclass, columns pg_catalog.jsonb DEFAULT NULL, batch_pages pg_catalog.int4 DEFAULT 100, work_share pg_catalog.float4 DEFAULT 0.2,
    lock_timeout pg_catalog.interval DEFAULT '2 seconds', attempts pg_catalog.int4 DEFAULT 10)
    LANGUAGE plpgsql AS $$
DECLARE
    one pg_catalog.regclass := gb_enums_internal.convert_online_begin(relation, gb_enums_internal.convert_named(columns), batch_pages, work_share, lock_timeout, attempts);
    asked pg_catalog.timestamptz;
    begun pg_catalog.timestamptz;
    what pg_catalog.int8;
BEGIN
    COMMIT;
    LOOP
        asked := pg_catalog.clock_timestamp();
        LOOP
            begun := pg_catalog.clock_timestamp();
            what := gb_enums_internal.convert_online_step(one);
            COMMIT;
            EXIT WHEN what OPERATOR(pg_catalog.<>) 4;
            PERFORM gb_enums_internal.convert_online_wait(one, asked);
            COMMIT;
        END LOOP;
        EXIT WHEN what OPERATOR(pg_catalog.=) 0;
        IF what OPERATOR(pg_catalog.=) 2 THEN
            CALL gb_enums_internal.run_concurrently(one, gb_enums_internal.convert_online_index(one));
        ELSIF what OPERATOR(pg_catalog.=) 3 THEN
            PERFORM gb_enums_internal.convert_online_rest(one, begun);
            COMMIT;
        END IF;
    END LOOP;
END $$;
COMMENT ON PROCEDURE @extschema@.gb_enum_convert_online(regclass, jsonb, integer, real, interval, integer) IS
    'makes columns enumerations while the table is used, or goes on where it stopped; example: CALL gb_enum_convert_online(''old_tasks'', ''{"status": "task_status"}'')';

CREATE FUNCTION gb_enums_internal.convert_online_end(relation regclass, undo boolean) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    c gb_enums_internal.enum_conversion;
    statements text[];
BEGIN
    PERFORM gb_enums_internal.convert_lock(relation);
    c := gb_enums_internal.convert_converting(relation);
    IF c.stage IN ('settle', 'done') THEN
        PERFORM gb_enums_internal.convert_unchanged(c);
        statements := CASE WHEN undo THEN c.undo ELSE ARRAY(SELECT s.statement FROM gb_enums_internal.convert_online_steps(c.columns) s WHERE s.stage = 'finish' ORDER BY s.place) END;
    ELSIF undo THEN
        statements := ARRAY(SELECT s FROM gb_enums_internal.convert_unfollow(c.columns) s UNION ALL SELECT d FROM gb_enums_internal.convert_drop_columns(c.columns, 'new_name') d);
    ELSE
        RAISE EXCEPTION 'the conversion of "%" is not done yet', relation USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Call gb_enum_convert_online() to go on with it.';
    END IF;
    PERFORM gb_enums_internal.convert_execute(c, statements);
    PERFORM gb_enums_internal.convert_record(relation, NULL);
    RETURN 0;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_online_end(regclass, boolean) IS 'ends a conversion, or undoes it, as the table''s owner';

CREATE FUNCTION gb_enums_internal.convert_online_ended(relation regclass, undo boolean) RETURNS regclass
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c gb_enums_internal.enum_conversion := gb_enums_internal.convert_converting(relation);
BEGIN
    PERFORM gb_enums_internal.exact_texts();
    PERFORM gb_enums_internal.require_read_committed('columns');
    FOR attempt IN 1 .. c.attempts LOOP
        BEGIN
            PERFORM gb_enums_internal.limit_waits(c.lock_timeout);
            PERFORM gb_enums_internal.run_as_owner(relation, format('SELECT gb_enums_internal.convert_online_end(%s::oid, %L)', relation::oid, undo));
            RETURN relation;
        EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
            PERFORM gb_enums_internal.partition_retry(gb_enums_internal.convert_patience(c), attempt,
                CASE WHEN undo THEN 'step "undo"' ELSE 'step "finish"' END, sqlerrm, true);
        END;
    END LOOP;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_online_ended(regclass, boolean) IS 'ends a conversion, or undoes it';

CREATE FUNCTION @extschema@.gb_enum_convert_finish(relation regclass) RETURNS regclass
    LANGUAGE sql VOLATILE
    RETURN gb_enums_internal.convert_online_ended(relation, false);
COMMENT ON FUNCTION @extschema@.gb_enum_convert_finish(regclass) IS
    'drops the old columns of a conversion that is done, after which there is no undo; example: SELECT gb_enum_convert_finish(''old_tasks'')';

CREATE FUNCTION @extschema@.gb_enum_convert_undo(relation regclass) RETURNS regclass
    LANGUAGE sql VOLATILE
    RETURN gb_enums_internal.convert_online_ended(relation, true);
COMMENT ON FUNCTION @extschema@.gb_enum_convert_undo(regclass) IS
    'makes a table what it was before gb_enum_convert_online(), with what was written since; example: SELECT gb_enum_convert_undo(''old_sessions'')';
