
-- A plain table becomes a partitioned one, or back: the steps ------------------------------------------

-- Makes the next partitions: one transaction cannot hold the locks of thousands.
CREATE FUNCTION gb_enums_internal.partition_step_partitions(INOUT c gb_enums_internal.online_conversion)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    s CONSTANT gb_enums_internal.partition_set := gb_enums_internal.partition_conversion_settings(c);
    slot gb_enums_internal.slot;
    made regclass;
BEGIN
    FOR i IN 1 .. 25 LOOP
        EXIT WHEN c.next_at > c.last_at;
        slot := gb_enums_internal.partition_slot(s, c.next_at);
        slot.name := gb_enums_internal.partition_name_after(c, slot.name);
        made := coalesce(slot.other, gb_enums_internal.partition_make(s, slot, NULL));
        c.next_at := slot.upper_at;
    END LOOP;
    RAISE NOTICE 'conversion of "%": made partitions up to "%"', c.relation, made;
    IF c.next_at > c.last_at THEN
        c.stage := CASE c.method WHEN 'copy' THEN 'follow' ELSE 'exclude' END;
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_step_partitions(gb_enums_internal.online_conversion) IS
    'makes the next partitions of a conversion';

-- Executes the statements of a stage.
CREATE FUNCTION gb_enums_internal.partition_execute(c gb_enums_internal.online_conversion) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    step gb_enums_internal.online_statement;
BEGIN
    FOR step IN SELECT * FROM gb_enums_internal.partition_stage(c, c.stage) LOOP
        PERFORM gb_enums_internal.run_as_owner(step.relation, step.statement);
    END LOOP;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_execute(gb_enums_internal.online_conversion) IS
    'executes the statements of a stage of a conversion';

-- Proves that the rows end where the CHECK says. When they do not, the CHECK goes: it is not to refuse
-- rows for a conversion that there will not be.
CREATE FUNCTION gb_enums_internal.partition_step_validate(INOUT c gb_enums_internal.online_conversion)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM gb_enums_internal.partition_execute(c);
    RAISE NOTICE 'conversion of "%": that is proved for all rows', c.relation;
    c.stage := 'exchange';
EXCEPTION WHEN check_violation THEN
    PERFORM gb_enums_internal.run_as_owner(c.relation,
        format('ALTER TABLE %s DROP CONSTRAINT gb_partition_old', c.relation));
    c.stage := 'exclude';
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_step_validate(gb_enums_internal.online_conversion) IS
    'proves where the rows of a plain table end';

-- From now on all changes are repeated. Whoever wrote before has ended by now, so that their rows are on
-- the pages that there are. (A table that is merged is copied partition by partition.)
CREATE FUNCTION gb_enums_internal.partition_step_follow(INOUT c gb_enums_internal.online_conversion)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM gb_enums_internal.partition_execute(c);
    c.first_followed := pg_snapshot_xmin(pg_current_snapshot());
    IF c.method <> 'merge' THEN
        c := gb_enums_internal.online_first_page(c, c.relation);
    END IF;
    RAISE NOTICE 'conversion of "%": changes are repeated in the new table from now on', c.relation;
    c.stage := 'copy';
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_step_follow(gb_enums_internal.online_conversion) IS
    'makes the target of a conversion follow the first table';

-- Copies rows that nobody has locked, and counts them. A row that the target may have takes twice as long as
-- one that it cannot have. The ages that tell these apart have 32 bits: they mean nothing when as many
-- transactions have written since. A row that is old and looks new is only one that takes longer.
CREATE FUNCTION gb_enums_internal.partition_copy_rows(c gb_enums_internal.online_conversion, rows text)
    RETURNS bigint
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF (pg_current_xact_id()::text::bigint - c.first_followed::text::bigint < 2000000000) IS NOT TRUE THEN
        RETURN gb_enums_internal.run_as_owner(
            c.relation, gb_enums_internal.partition_copy_statement(c, rows));
    END IF;
    RETURN gb_enums_internal.run_as_owner(c.relation, gb_enums_internal.partition_copy_statement(
            c, rows || gb_enums_internal.partition_row_is_unfollowed(c, true), may_be_there => false))
        + gb_enums_internal.run_as_owner(c.relation, gb_enums_internal.partition_copy_statement(
            c, rows || gb_enums_internal.partition_row_is_unfollowed(c, false)));
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_copy_rows(gb_enums_internal.online_conversion, text) IS
    'copies rows that nobody has locked to the target of a conversion, and counts them';

-- Copies the rows on the next pages, but for those that somebody has locked. As long as there are such, the
-- next step comes to these pages again. It begins with waiting for one of these rows, while it has locked no
-- other: so no writer is in a deadlock with it.
CREATE FUNCTION gb_enums_internal.partition_copy_pages(INOUT c gb_enums_internal.online_conversion)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    source CONSTANT regclass := CASE c.method WHEN 'merge' THEN c.member ELSE c.relation END;
    end_page bigint;
    rows text;
    missing text;
    wanted text;
    copied bigint;
BEGIN
    -- From here on nobody rewrites it.
    PERFORM gb_enums_internal.run_as_owner(c.relation,
        format('LOCK TABLE ONLY %s IN ROW SHARE MODE', source));
    IF c.filenode <> pg_relation_filenode(source) THEN
        RAISE NOTICE 'conversion of "%": "%" was rewritten, and is copied from its beginning again',
            c.relation, source;
        c := gb_enums_internal.online_first_page(c, source);
    END IF;
    end_page := least(c.pages, c.pages_done + c.batch_pages);
    rows := gb_enums_internal.partition_rows_on_pages(c, c.pages_done, end_page);
    missing := rows || (
        SELECT format(' AND NOT EXISTS (SELECT FROM %s t WHERE %s)', c.target,
                      string_agg(format('t.%1$I %2$s s.%1$I', k.name, k.equals), ' AND '))
        FROM gb_enums_internal.partition_primary_key(c.relation) k);
    wanted := CASE WHEN c.rows_locked > 0 THEN missing ELSE rows END;
    -- In the name of somebody else nothing may be deferred.
    PERFORM gb_enums_internal.run_as_owner(c.relation, 'SET CONSTRAINTS ALL IMMEDIATE');
    IF c.rows_locked > 0 THEN
        c.rows_done := c.rows_done + gb_enums_internal.run_as_owner(c.relation,
            gb_enums_internal.partition_copy_statement(c, missing, 'LIMIT 1 FOR SHARE'));
    END IF;
    BEGIN
        copied := gb_enums_internal.partition_copy_rows(c, wanted);
    EXCEPTION WHEN unique_violation THEN
        -- The table was rewritten, and rows that the target has are copied again.
        c.first_followed := NULL;
        copied := gb_enums_internal.partition_copy_rows(c, wanted);
    END;
    c.rows_done := c.rows_done + copied;
    -- To look for rows that are missing takes longer than to count. What has been copied is locked, so it is
    -- counted, too.
    c.rows_locked := CASE WHEN copied < gb_enums_internal.run_as_owner(c.relation, 'SELECT count(*) ' || rows)
        THEN gb_enums_internal.run_as_owner(c.relation, 'SELECT count(*) ' || missing) ELSE 0 END;
    IF c.rows_locked = 0 THEN
        c.pages_done := end_page;
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_copy_pages(gb_enums_internal.online_conversion) IS
    'copies the rows on the next pages of a table, and counts those that are left as they are locked';

-- The same for a plain table.
CREATE FUNCTION gb_enums_internal.partition_step_copy(INOUT c gb_enums_internal.online_conversion)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    before CONSTANT gb_enums_internal.online_conversion := c;
BEGIN
    PERFORM gb_enums_internal.partition_require_same_features(c.relation, c.target);
    c := gb_enums_internal.partition_copy_pages(c);
    IF c.pages_done = c.pages THEN
        c.stage := 'verify';
    END IF;
    IF c.stage = 'verify' OR gb_enums_internal.online_reports(before, c.pages_done) THEN
        RAISE NOTICE 'conversion of "%": copied % of % pages, % rows',
            c.relation, c.pages_done, c.pages, c.rows_done;
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_step_copy(gb_enums_internal.online_conversion) IS
    'copies the rows on the next pages of a table';

-- A partition may have come since the last one was copied: then there is more to copy.
CREATE FUNCTION gb_enums_internal.partition_step_verify(INOUT c gb_enums_internal.online_conversion)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    statements CONSTANT text[] := ARRAY(
        SELECT s.statement FROM gb_enums_internal.partition_stage(c, 'verify') s);
BEGIN
    IF c.method = 'merge' AND NOT gb_enums_internal.partition_all_copied(c) THEN
        c.stage := 'copy';
        RETURN;
    END IF;
    IF gb_enums_internal.run_as_owner(c.relation, statements[1]) <> 0
       OR c.method = 'merge' AND gb_enums_internal.partition_rows_not_followed(c.relation, c.target) > 0
    THEN
        RAISE EXCEPTION 'the copy of "%" does not have the rows of the table', c.relation
            USING ERRCODE = 'data_corrupted',
            DETAIL = CASE c.method
                WHEN 'merge' THEN 'It may be that a partition was detached, dropped or truncated meanwhile.'
                WHEN 'copy' THEN 'It may be that a trigger of the conversion was disabled meanwhile.' END,
            HINT = 'Call gb_partition_convert_undo() and begin again; nothing was changed in it.';
    END IF;
    RAISE NOTICE 'conversion of "%": the new table has as many rows', c.relation;
    PERFORM gb_enums_internal.run_as_owner(c.relation, statements[2]);
    c.stage := 'exchange';
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_step_verify(gb_enums_internal.online_conversion) IS
    'compares the numbers of rows of both tables of a conversion';

-- The target takes the place of the first table. That a partitioned one can be registered is tried before the
-- first is locked; the statements are made when it is.
CREATE FUNCTION gb_enums_internal.partition_step_exchange(INOUT c gb_enums_internal.online_conversion)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF c.method <> 'merge' THEN
        PERFORM gb_enums_internal.partition_record_set(
            c.target, gb_enums_internal.partition_conversion_settings(c));
    END IF;
    PERFORM gb_enums_internal.run_as_owner(c.relation,
        format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', c.relation));
    IF c.method = 'merge' AND NOT gb_enums_internal.partition_all_copied(c) THEN
        c.stage := 'copy';
        RETURN;
    END IF;
    PERFORM gb_enums_internal.partition_require_same_features(c.relation, c.target);
    PERFORM gb_enums_internal.partition_execute(c);
    RAISE NOTICE 'conversion of "%": it is %, and "%" is %', c.target,
        CASE c.method WHEN 'merge' THEN 'one plain table' ELSE 'partitioned' END, c.relation,
        CASE c.method WHEN 'attach' THEN 'its first partition' ELSE 'kept in step with it' END;
    c.stage := CASE c.method WHEN 'attach' THEN 'analyze' ELSE 'done' END;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_step_exchange(gb_enums_internal.online_conversion) IS
    'makes the target of a conversion take the place of the first table';

-- Drops a few partitions of the table that is left of a conversion. With the last of them the table goes, and
-- the conversion ends.
CREATE FUNCTION gb_enums_internal.partition_step_drop(INOUT c gb_enums_internal.online_conversion)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    statements CONSTANT text[] := ARRAY(
        SELECT s.statement FROM gb_enums_internal.partition_stage(c, c.stage) s);
BEGIN
    IF cardinality(statements) <= 25 THEN
        c.stage := 'ended';
        PERFORM gb_enums_internal.online_record(c.relation, c);
    END IF;
    PERFORM gb_enums_internal.run_as_owner(c.relation, array_to_string(statements[1:25], '; '));
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_step_drop(gb_enums_internal.online_conversion) IS
    'drops a part of the table that is left of a conversion';

-- The conversion of a table, when nobody else acts on it: the next one waits here, and finds what has been
-- done. The table may be one of another conversion by then.
CREATE FUNCTION gb_enums_internal.partition_conversion_alone(relation regclass)
    RETURNS gb_enums_internal.online_conversion
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c gb_enums_internal.online_conversion;
    locked regclass;
BEGIN
    PERFORM gb_enums_internal.require_read_committed('tables');
    LOOP
        c := gb_enums_internal.online_conversion_owned(relation, 'partitions');
        IF c.relation = locked THEN
            RETURN c;
        END IF;
        locked := c.relation;
        PERFORM gb_enums_internal.convert_lock(locked);
    END LOOP;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_conversion_alone(regclass) IS
    'the conversion of a table, on which nobody else acts until the end of the transaction';

CREATE FUNCTION gb_enums_internal.partition_conversion_locked(relation regclass)
    RETURNS gb_enums_internal.online_conversion
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c CONSTANT gb_enums_internal.online_conversion :=
        gb_enums_internal.partition_conversion_alone(relation);
BEGIN
    PERFORM gb_enums_internal.partition_lock(CASE c.method WHEN 'merge' THEN c.relation ELSE c.target END);
    RETURN c;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_conversion_locked(regclass) IS
    'the same, and nobody else makes partitions for it until then';

-- Takes one step, and answers as all conversions do. Where row security would hide rows from the owner
-- there is an error: they would be lost.
CREATE FUNCTION gb_enums_internal.partition_convert_step(relation regclass) RETURNS text
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp SET row_security = off AS $$
DECLARE
    c gb_enums_internal.online_conversion := gb_enums_internal.partition_conversion_locked(relation);
    stage CONSTANT text := c.stage;
BEGIN
    CASE stage
        WHEN 'partitions' THEN
            c := gb_enums_internal.partition_step_partitions(c);
        WHEN 'exclude' THEN
            PERFORM gb_enums_internal.partition_execute(c);
            RAISE NOTICE 'conversion of "%": rows are before "%" from now on', c.relation, c.bound;
            c.stage := 'validate';
        WHEN 'validate' THEN
            c := gb_enums_internal.partition_step_validate(c);
        WHEN 'follow' THEN
            c := gb_enums_internal.partition_step_follow(c);
        WHEN 'copy' THEN
            IF c.method = 'merge' THEN
                c := gb_enums_internal.partition_step_merge(c);
            ELSE
                c := gb_enums_internal.partition_step_copy(c);
            END IF;
        WHEN 'verify' THEN
            c := gb_enums_internal.partition_step_verify(c);
        WHEN 'exchange' THEN
            c := gb_enums_internal.partition_step_exchange(c);
        WHEN 'analyze' THEN
            PERFORM gb_enums_internal.partition_execute(c);
            c.stage := 'done';
        WHEN 'drop', 'undone' THEN
            c := gb_enums_internal.partition_step_drop(c);
        WHEN 'done' THEN
            RAISE NOTICE 'conversion of "%": %', c.target,
                'gb_partition_convert_finish() ends it, '
                'gb_partition_convert_undo() makes it what it was';
            RETURN 'end';
    END CASE;
    IF c.stage = 'ended' THEN
        RETURN 'end';
    END IF;
    PERFORM gb_enums_internal.online_record(c.relation, c);
    RETURN CASE WHEN stage = 'validate' AND c.stage = 'exclude' THEN 'stuck'
                WHEN stage = 'copy' THEN 'rest'
                ELSE 'again' END;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_convert_step(regclass) IS
    'takes one step of a conversion into a partitioned table, or back';

-- The error after the answer "stuck".
CREATE FUNCTION gb_enums_internal.partition_convert_stuck(c gb_enums_internal.online_conversion) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'table "%" has rows that are not before "%"', c.relation, c.bound
        USING ERRCODE = 'check_violation', DETAIL = 'They came after the conversion was begun.',
              HINT = 'Remove them and call gb_partition_convert() again, or gb_partition_convert_undo() '
                     'and begin with a later end.';
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_convert_stuck(gb_enums_internal.online_conversion) IS
    'raises the error that a conversion into a partitioned table cannot go on';

-- Undo and end ---------------------------------------------------------------------------------------

-- An error when the target has rows that the first table, which follows it, has not. They came with
-- a partition that was attached, or were changed before that, or went with one, and would be dropped with the
-- target.
CREATE FUNCTION gb_enums_internal.partition_require_all_rows(c gb_enums_internal.online_conversion)
    RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    missing bigint := gb_enums_internal.run_as_owner(c.relation, format(
        'SELECT count(*) FROM %s p WHERE NOT EXISTS (SELECT FROM %s%s o WHERE %s)',
        c.target, CASE c.method WHEN 'merge' THEN '' ELSE 'ONLY ' END, c.relation,
        (SELECT string_agg(format('o.%1$I %2$s p.%1$I', k.name, k.equals), ' AND ')
         FROM gb_enums_internal.partition_primary_key(c.relation) k)));
BEGIN
    IF c.method = 'copy' AND missing = 0 THEN
        missing := gb_enums_internal.partition_rows_not_followed(c.target, c.relation);
    END IF;
    IF missing > 0 THEN
        RAISE EXCEPTION 'table "%" has % that "%" has not', c.target,
            gb_enums_internal.counted_rows(missing), c.relation
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = CASE c.method
                      WHEN 'merge' THEN 'They were in a partition that was detached, dropped or truncated.'
                      ELSE 'They did not come by INSERT, UPDATE or COPY, but with a partition that was '
                           'attached.' END,
                  HINT = CASE c.method
                      WHEN 'merge' THEN 'Insert them into the other table, and undo the conversion then.'
                      ELSE 'Detach that partition, or insert its rows into the other table, and undo the '
                           'conversion then.' END;
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_require_all_rows(gb_enums_internal.online_conversion) IS
    'an error unless the first table of a conversion has all rows of the target';

-- Makes the plain table no partition any more, and moves the rows of the other partitions to it.
CREATE FUNCTION gb_enums_internal.partition_move_rows_back(c gb_enums_internal.online_conversion) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    columns CONSTANT text := gb_enums_internal.partition_columns(c.relation);
    moved bigint;
BEGIN
    IF NOT EXISTS (SELECT
                   FROM pg_inherits i
                   WHERE (i.inhparent, i.inhrelid) = (c.target, c.relation))
    THEN
        RAISE EXCEPTION '"%" is no partition of "%" any more', c.relation, c.target
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'Attach it again, or call gb_partition_convert_finish().';
    END IF;
    PERFORM gb_enums_internal.run_as_owner(c.relation,
        format('ALTER TABLE %s DETACH PARTITION %s', c.target, c.relation));
    moved := gb_enums_internal.run_as_owner(c.relation, format(
        'SET CONSTRAINTS ALL IMMEDIATE; INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM %s',
        c.relation, columns, columns, c.target));
    IF moved <> gb_enums_internal.run_as_owner(
        c.relation, format('SELECT count(*) FROM %s', c.target))
    THEN
        RAISE EXCEPTION 'not all rows of "%" could be moved back to "%"', c.target, c.relation
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = format('A trigger or rule of "%s" leaves some out.', c.relation),
                  HINT = 'Drop it, and undo the conversion then.';
    END IF;
    RAISE NOTICE 'moved % back to "%"', gb_enums_internal.counted_rows(moved), c.relation;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_move_rows_back(gb_enums_internal.online_conversion) IS
    'detaches the plain table of a conversion, and moves all rows to it';

-- Before the exchange: takes from the first table what the conversion has given to it.
CREATE FUNCTION gb_enums_internal.partition_undo_stages(c gb_enums_internal.online_conversion) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM gb_enums_internal.run_as_owner(c.relation,
        format('LOCK TABLE %s, %s IN ACCESS EXCLUSIVE MODE', c.relation, c.target));
    IF c.method <> 'attach' AND c.stage IN ('copy', 'verify', 'exchange') THEN
        PERFORM gb_enums_internal.run_as_owner(c.relation, u)
        FROM gb_enums_internal.partition_unfollow(c, c.relation) u;
    ELSIF c.method = 'attach' AND c.stage IN ('validate', 'exchange') THEN
        PERFORM gb_enums_internal.run_as_owner(c.relation,
            format('ALTER TABLE %s DROP CONSTRAINT gb_partition_old', c.relation));
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_undo_stages(gb_enums_internal.online_conversion) IS
    'takes from the first table of a conversion what that has given to it';

-- After the exchange: the first table takes its place again. The table that is written to is locked first, as
-- those who write to it do; nothing can be attached to a copy while it is compared.
CREATE FUNCTION gb_enums_internal.partition_undo_exchange(c gb_enums_internal.online_conversion) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF c.method <> 'attach' THEN
        PERFORM gb_enums_internal.partition_require_all_rows(c);
    END IF;
    PERFORM gb_enums_internal.run_as_owner(c.relation,
        format('LOCK TABLE %s, %s IN ACCESS EXCLUSIVE MODE', c.target, c.relation));
    IF c.method <> 'attach' THEN
        PERFORM gb_enums_internal.run_as_owner(c.relation, u)
        FROM gb_enums_internal.partition_unfollow(c, c.target) u;
    ELSE
        PERFORM gb_enums_internal.partition_move_rows_back(c);
    END IF;
    PERFORM gb_enums_internal.partition_exchange(c.target, c.relation, '_undone');
    IF c.method <> 'merge' THEN
        PERFORM gb_enums_internal.partition_record_set(c.target, NULL);
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_undo_exchange(gb_enums_internal.online_conversion) IS
    'makes the first table of a conversion take its place again';

-- Puts the first table where it was. What is left of the other one is dropped by steps.
CREATE FUNCTION gb_enums_internal.partition_convert_undo(relation regclass) RETURNS text
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp SET row_security = off AS $$
DECLARE
    c gb_enums_internal.online_conversion := gb_enums_internal.partition_conversion_locked(relation);
BEGIN
    IF c.stage = 'drop' THEN
        RAISE EXCEPTION 'the conversion of "%" has been finished', c.target
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = format('CALL gb_partition_merge(%L) drops what is left of the partitions.',
                                c.target);
    ELSIF c.stage IN ('analyze', 'done') THEN
        PERFORM gb_enums_internal.partition_undo_exchange(c);
    ELSIF c.stage <> 'undone' THEN
        PERFORM gb_enums_internal.partition_undo_stages(c);
    END IF;
    c.stage := 'undone';
    PERFORM gb_enums_internal.online_record(c.relation, c);
    RETURN 'again';
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_convert_undo(regclass) IS
    'puts the first table of a conversion where it was';

CREATE FUNCTION gb_enums_internal.partition_convert_finish(relation regclass) RETURNS text
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c gb_enums_internal.online_conversion := gb_enums_internal.partition_conversion_alone(relation);
BEGIN
    IF c.stage <> 'done' THEN
        RAISE EXCEPTION 'the conversion of "%" is not done yet', c.relation
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = format('Call gb_partition_%s() to go on with it.',
                                CASE c.method WHEN 'merge' THEN 'merge' ELSE 'convert' END);
    END IF;
    IF c.method <> 'attach' THEN
        PERFORM gb_enums_internal.run_as_owner(c.target, u)
        FROM gb_enums_internal.partition_unfollow(c, c.target) u;
    END IF;
    IF c.method = 'merge' THEN
        PERFORM gb_enums_internal.partition_record_set(c.relation, NULL);
    END IF;
    c.stage := CASE WHEN c.method = 'merge' AND 100 < (
                        SELECT count(*) FROM gb_enums_internal.partition_descendants(c.relation))
                    THEN 'drop' ELSE 'ended' END;
    PERFORM gb_enums_internal.online_record(c.relation, c);
    IF c.stage = 'drop' THEN
        RAISE NOTICE 'the partitions are dropped by CALL gb_partition_merge(''%'')', c.target;
        RETURN 'again';
    END IF;
    IF c.method <> 'attach' THEN
        PERFORM gb_enums_internal.run_as_owner(c.target, format('DROP TABLE %s', c.relation));
    END IF;
    RETURN 'end';
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_convert_finish(regclass) IS 'ends a conversion that is done';

-- The functions that people call --------------------------------------------------------------------

CREATE PROCEDURE @extschema@.gb_partition_convert(
    plain pg_catalog.regclass, key_column pg_catalog.name DEFAULT NULL,
    every gb_enums_internal.partition_length DEFAULT '1 month', method pg_catalog.text DEFAULT 'attach',
    premake pg_catalog.int4 DEFAULT 3, time_zone pg_catalog.text DEFAULT 'UTC',
    since pg_catalog.timestamptz DEFAULT NULL, until pg_catalog.timestamptz DEFAULT NULL,
    key pg_catalog.text DEFAULT NULL, epoch pg_catalog.timestamptz DEFAULT NULL,
    shift pg_catalog.int4 DEFAULT NULL,
    anchor pg_catalog.timestamp DEFAULT NULL, storage pg_catalog.text[] DEFAULT NULL,
    batch_pages pg_catalog.int4 DEFAULT 500, lock_timeout pg_catalog.interval DEFAULT '2 seconds',
    attempts pg_catalog.int4 DEFAULT 10, copy_privileges pg_catalog.bool DEFAULT false,
    retain gb_enums_internal.partition_length DEFAULT NULL, work_share pg_catalog.float8 DEFAULT NULL,
    since_id pg_catalog.int8 DEFAULT NULL, until_id pg_catalog.int8 DEFAULT NULL,
    anchor_id pg_catalog.int8 DEFAULT NULL)
    LANGUAGE plpgsql AS $$
DECLARE
    relation pg_catalog.regclass := gb_enums_internal.partition_convert_begin(
        plain, key_column, every, method, premake, time_zone, since, until, key, epoch, shift, anchor,
        storage, batch_pages, lock_timeout, attempts, copy_privileges, retain, work_share, since_id, until_id,
        anchor_id);
BEGIN
    COMMIT;
    CALL gb_enums_internal.online_run(relation, 'partitions');
END $$;
COMMENT ON PROCEDURE @extschema@.gb_partition_convert(
    regclass, name, gb_enums_internal.partition_length, text, integer, text, timestamptz, timestamptz, text,
    timestamptz, integer, timestamp, text[], integer, interval, integer, boolean,
    gb_enums_internal.partition_length, double precision, bigint, bigint, bigint) IS
    'makes a plain table a partitioned one while it is used, or goes on where it stopped; example: CALL '
    'gb_partition_convert(''history'', ''created_at'')';

CREATE PROCEDURE @extschema@.gb_partition_convert_undo(converted pg_catalog.regclass)
    LANGUAGE plpgsql AS $$
DECLARE
    relation pg_catalog.regclass := gb_enums_internal.online_undo(converted, 'partitions');
BEGIN
    COMMIT;
    CALL gb_enums_internal.online_run(relation, 'partitions');
END $$;
COMMENT ON PROCEDURE @extschema@.gb_partition_convert_undo(regclass) IS
    'makes a table that was converted what it was, until gb_partition_convert_finish() was called; '
    'example: CALL gb_partition_convert_undo(''history'')';

CREATE FUNCTION @extschema@.gb_partition_convert_finish(converted regclass) RETURNS regclass
    LANGUAGE sql VOLATILE STRICT PARALLEL UNSAFE
    RETURN gb_enums_internal.online_finish(converted, 'partitions');
COMMENT ON FUNCTION @extschema@.gb_partition_convert_finish(regclass) IS
    'ends a conversion that is done: there is no way back then, and after a copy or a merge the table that '
    'it was is dropped; example: gb_partition_convert_finish(''request_log'')';
