
-- A plain table becomes a partitioned one: its steps --------------------------------------------------

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
-- the pages that there are.
CREATE FUNCTION gb_enums_internal.partition_step_follow(INOUT c gb_enums_internal.online_conversion)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM gb_enums_internal.partition_execute(c);
    c := gb_enums_internal.online_first_page(c, c.relation);
    RAISE NOTICE 'conversion of "%": changes are repeated in the new table from now on', c.relation;
    c.stage := 'copy';
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_step_follow(gb_enums_internal.online_conversion) IS
    'makes the partitioned table of a conversion follow the plain one';

-- Copies the next few pages.
CREATE FUNCTION gb_enums_internal.partition_step_copy(INOUT c gb_enums_internal.online_conversion)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    end_page bigint;
BEGIN
    PERFORM gb_enums_internal.partition_require_same_features(c.relation, c.partitioned);
    IF c.filenode <> pg_relation_filenode(c.relation) THEN
        RAISE NOTICE 'conversion of "%": it was rewritten, and is copied from its beginning again',
            c.relation;
        c := gb_enums_internal.online_first_page(c, c.relation);
    END IF;
    end_page := gb_enums_internal.online_end_page(c);
    c.rows_done := c.rows_done + gb_enums_internal.run_as_owner(c.relation,
        gb_enums_internal.partition_copy_statement(c, c.pages_done, end_page));
    c.pages_done := end_page;
    IF c.pages_done = c.pages THEN
        c.stage := 'verify';
    END IF;
    IF c.stage = 'verify' OR gb_enums_internal.online_reports(c) THEN
        RAISE NOTICE 'conversion of "%": copied % of % pages, % rows',
            c.relation, c.pages_done, c.pages, c.rows_done;
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_step_copy(gb_enums_internal.online_conversion) IS
    'copies the rows on the next pages of a table';

CREATE FUNCTION gb_enums_internal.partition_step_verify(INOUT c gb_enums_internal.online_conversion)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    statements CONSTANT text[] := ARRAY(
        SELECT s.statement FROM gb_enums_internal.partition_stage(c, 'verify') s);
BEGIN
    IF gb_enums_internal.run_as_owner(c.relation, statements[1]) <> 0 THEN
        RAISE EXCEPTION 'the copy of "%" has not as many rows as it', c.relation
            USING ERRCODE = 'data_corrupted',
            HINT = 'Call gb_partition_convert_undo() and begin again; nothing was changed in it.';
    END IF;
    RAISE NOTICE 'conversion of "%": the new table has as many rows', c.relation;
    PERFORM gb_enums_internal.run_as_owner(c.relation, statements[2]);
    c.stage := 'exchange';
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_step_verify(gb_enums_internal.online_conversion) IS
    'compares the numbers of rows of both tables of a conversion';

-- The partitioned table takes the place of the plain one. That it can be registered is tried before the
-- table is locked; the statements are made when it is.
CREATE FUNCTION gb_enums_internal.partition_step_exchange(INOUT c gb_enums_internal.online_conversion)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM gb_enums_internal.partition_record_set(
        c.partitioned, gb_enums_internal.partition_conversion_settings(c));
    PERFORM gb_enums_internal.run_as_owner(c.relation,
        format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', c.relation));
    PERFORM gb_enums_internal.partition_require_same_features(c.relation, c.partitioned);
    PERFORM gb_enums_internal.partition_execute(c);
    RAISE NOTICE 'conversion of "%": it is partitioned, and "%" is %', c.partitioned, c.relation,
        CASE c.method WHEN 'copy' THEN 'kept in step with it' ELSE 'its first partition' END;
    c.stage := CASE c.method WHEN 'copy' THEN 'done' ELSE 'analyze' END;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_step_exchange(gb_enums_internal.online_conversion) IS
    'makes the partitioned table take the place of the plain one';

-- Drops a few partitions of the partitioned table of an undone conversion. With the last of them the
-- table goes,
-- and the conversion ends.
CREATE FUNCTION gb_enums_internal.partition_step_undone(INOUT c gb_enums_internal.online_conversion)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    statements CONSTANT text[] := ARRAY(
        SELECT s.statement FROM gb_enums_internal.partition_stage(c, 'undone') s);
BEGIN
    IF cardinality(statements) <= 25 THEN
        c.stage := 'ended';
        PERFORM gb_enums_internal.online_record(c.relation, c);
    END IF;
    PERFORM gb_enums_internal.run_as_owner(c.relation, array_to_string(statements[1:25], '; '));
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_step_undone(gb_enums_internal.online_conversion) IS
    'drops a part of what is left of an undone conversion';

-- The conversion of a table, when nobody else takes a step of it: the next one waits here, and finds what has
-- been done.
CREATE FUNCTION gb_enums_internal.partition_conversion_locked(relation regclass)
    RETURNS gb_enums_internal.online_conversion
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c gb_enums_internal.online_conversion :=
        gb_enums_internal.online_conversion_owned(relation, 'partitions');
BEGIN
    PERFORM gb_enums_internal.require_read_committed('tables');
    PERFORM gb_enums_internal.partition_lock(c.partitioned);
    RETURN gb_enums_internal.online_conversion_owned(relation, 'partitions');
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_conversion_locked(regclass) IS
    'the conversion of a table, of which nobody else takes a step until the end of the transaction';

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
            c := gb_enums_internal.partition_step_copy(c);
        WHEN 'verify' THEN
            c := gb_enums_internal.partition_step_verify(c);
        WHEN 'exchange' THEN
            c := gb_enums_internal.partition_step_exchange(c);
        WHEN 'analyze' THEN
            PERFORM gb_enums_internal.partition_execute(c);
            c.stage := 'done';
        WHEN 'undone' THEN
            c := gb_enums_internal.partition_step_undone(c);
        WHEN 'done' THEN
            RAISE NOTICE 'conversion of "%": %', c.partitioned,
                'gb_partition_convert_finish() ends it, '
                'gb_partition_convert_undo() makes it a plain table again';
            RETURN 'end';
    END CASE;
    IF c.stage = 'ended' THEN
        RETURN 'end';
    END IF;
    PERFORM gb_enums_internal.online_record(c.relation, c);
    RETURN CASE WHEN stage = 'validate' AND c.stage = 'exclude' THEN 'stuck' ELSE 'again' END;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_convert_step(regclass) IS
    'takes one step of a conversion into a partitioned table';

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

-- An error when a copy has rows that the plain table, which follows it, has not. They came with a
-- partition that was attached, and would be dropped with the copy.
CREATE FUNCTION gb_enums_internal.partition_require_all_rows(c gb_enums_internal.online_conversion)
    RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    missing CONSTANT bigint := gb_enums_internal.run_as_owner(c.relation, format(
        'SELECT count(*) FROM %s p WHERE NOT EXISTS (SELECT FROM ONLY %s o WHERE %s)',
        c.partitioned, c.relation,
        (SELECT string_agg(format('o.%1$I %2$s p.%1$I', k.name, k.equals), ' AND ')
         FROM gb_enums_internal.partition_primary_key(c.relation) k)));
BEGIN
    IF missing > 0 THEN
        RAISE EXCEPTION 'table "%" has % that "%" has not', c.partitioned,
            gb_enums_internal.counted_rows(missing), c.relation
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = 'They did not come by INSERT, UPDATE or COPY, but with a partition that was '
                           'attached.',
                  HINT = 'Detach that partition, or insert its rows into the other table, and undo the '
                         'conversion then.';
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_require_all_rows(gb_enums_internal.online_conversion) IS
    'an error unless the plain table of a conversion has all rows of its copy';

-- Makes the plain table no partition any more, and moves the rows of the other partitions to it.
CREATE FUNCTION gb_enums_internal.partition_move_rows_back(c gb_enums_internal.online_conversion) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    columns CONSTANT text := gb_enums_internal.partition_columns(c.relation);
    moved bigint;
BEGIN
    IF NOT EXISTS (SELECT
                   FROM pg_inherits i
                   WHERE (i.inhparent, i.inhrelid) = (c.partitioned, c.relation))
    THEN
        RAISE EXCEPTION '"%" is no partition of "%" any more', c.relation, c.partitioned
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'Attach it again, or call gb_partition_convert_finish().';
    END IF;
    PERFORM gb_enums_internal.run_as_owner(c.relation,
        format('ALTER TABLE %s DETACH PARTITION %s', c.partitioned, c.relation));
    moved := gb_enums_internal.run_as_owner(c.relation, format(
        'SET CONSTRAINTS ALL IMMEDIATE; INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM %s',
        c.relation, columns, columns, c.partitioned));
    IF moved <> gb_enums_internal.run_as_owner(
        c.relation, format('SELECT count(*) FROM %s', c.partitioned))
    THEN
        RAISE EXCEPTION 'not all rows of "%" could be moved back to "%"', c.partitioned, c.relation
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = format('A trigger or rule of "%s" leaves some out.', c.relation),
                  HINT = 'Drop it, and undo the conversion then.';
    END IF;
    RAISE NOTICE 'moved % back to "%"', gb_enums_internal.counted_rows(moved), c.relation;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_move_rows_back(gb_enums_internal.online_conversion) IS
    'detaches the plain table of a conversion, and moves all rows to it';

-- Before the exchange: takes from the plain table what the conversion has given to it.
CREATE FUNCTION gb_enums_internal.partition_undo_stages(c gb_enums_internal.online_conversion) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM gb_enums_internal.run_as_owner(c.relation,
        format('LOCK TABLE %s, %s IN ACCESS EXCLUSIVE MODE', c.relation, c.partitioned));
    IF c.method = 'copy' AND c.stage IN ('copy', 'verify', 'exchange') THEN
        PERFORM gb_enums_internal.run_as_owner(c.relation, u)
        FROM gb_enums_internal.partition_unfollow(c, c.relation) u;
    ELSIF c.method = 'attach' AND c.stage IN ('validate', 'exchange') THEN
        PERFORM gb_enums_internal.run_as_owner(c.relation,
            format('ALTER TABLE %s DROP CONSTRAINT gb_partition_old', c.relation));
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_undo_stages(gb_enums_internal.online_conversion) IS
    'takes from a plain table what a conversion has given to it';

-- After the exchange: the plain table takes its place again. The table that is written to is locked first, as
-- those who write to it do; nothing can be attached to a copy while it is compared.
CREATE FUNCTION gb_enums_internal.partition_undo_exchange(c gb_enums_internal.online_conversion) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF c.method = 'copy' THEN
        PERFORM gb_enums_internal.partition_require_all_rows(c);
    END IF;
    PERFORM gb_enums_internal.run_as_owner(c.relation,
        format('LOCK TABLE %s, %s IN ACCESS EXCLUSIVE MODE', c.partitioned, c.relation));
    IF c.method = 'copy' THEN
        PERFORM gb_enums_internal.run_as_owner(c.relation, u)
        FROM gb_enums_internal.partition_unfollow(c, c.partitioned) u;
    ELSE
        PERFORM gb_enums_internal.partition_move_rows_back(c);
    END IF;
    PERFORM gb_enums_internal.partition_exchange(c.partitioned, c.relation, '_undone');
    PERFORM gb_enums_internal.partition_record_set(c.partitioned, NULL);
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_undo_exchange(gb_enums_internal.online_conversion) IS
    'makes the plain table of a conversion take its place again';

-- Puts the plain table where it was. What is left of the other one is dropped by steps.
CREATE FUNCTION gb_enums_internal.partition_convert_undo(relation regclass) RETURNS text
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp SET row_security = off AS $$
DECLARE
    c gb_enums_internal.online_conversion := gb_enums_internal.partition_conversion_locked(relation);
BEGIN
    IF c.stage IN ('analyze', 'done') THEN
        PERFORM gb_enums_internal.partition_undo_exchange(c);
    ELSIF c.stage <> 'undone' THEN
        PERFORM gb_enums_internal.partition_undo_stages(c);
    END IF;
    c.stage := 'undone';
    PERFORM gb_enums_internal.online_record(c.relation, c);
    RETURN 'again';
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_convert_undo(regclass) IS
    'puts the plain table of a conversion where it was';

CREATE FUNCTION gb_enums_internal.partition_convert_finish(relation regclass) RETURNS text
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c gb_enums_internal.online_conversion :=
        gb_enums_internal.online_conversion_owned(relation, 'partitions');
BEGIN
    IF c.stage <> 'done' THEN
        RAISE EXCEPTION 'the conversion of "%" is not done yet', c.relation
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'Call gb_partition_convert() to go on with it.';
    END IF;
    c.stage := 'ended';
    PERFORM gb_enums_internal.online_record(c.relation, c);
    IF c.method = 'copy' THEN
        PERFORM gb_enums_internal.run_as_owner(c.partitioned, concat_ws('; ',
            (SELECT string_agg(u, '; ') FROM gb_enums_internal.partition_unfollow(c, c.partitioned) u),
            format('DROP TABLE %s', c.relation)));
    END IF;
    RETURN 'end';
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_convert_finish(regclass) IS 'ends a conversion that is done';

-- The functions that people call --------------------------------------------------------------------

CREATE PROCEDURE @extschema@.gb_partition_convert(
    plain pg_catalog.regclass, key_column pg_catalog.name DEFAULT NULL,
    every pg_catalog.interval DEFAULT '1 month', method pg_catalog.text DEFAULT 'attach',
    premake pg_catalog.int4 DEFAULT 3, time_zone pg_catalog.text DEFAULT 'UTC',
    since pg_catalog.timestamptz DEFAULT NULL, until pg_catalog.timestamptz DEFAULT NULL,
    key pg_catalog.text DEFAULT NULL, epoch pg_catalog.timestamptz DEFAULT NULL,
    shift pg_catalog.int4 DEFAULT NULL,
    anchor pg_catalog.timestamp DEFAULT NULL, storage pg_catalog.text[] DEFAULT NULL,
    batch_pages pg_catalog.int4 DEFAULT 500, lock_timeout pg_catalog.interval DEFAULT '2 seconds',
    attempts pg_catalog.int4 DEFAULT 10, copy_privileges pg_catalog.bool DEFAULT false,
    retain pg_catalog.interval DEFAULT NULL)
    LANGUAGE plpgsql AS $$
DECLARE
    relation pg_catalog.regclass := gb_enums_internal.partition_convert_begin(
        plain, key_column, every, method, premake, time_zone, since, until, key, epoch, shift, anchor,
        storage, batch_pages, lock_timeout, attempts, copy_privileges, retain);
BEGIN
    COMMIT;
    CALL gb_enums_internal.online_run(relation, 'partitions');
END $$;
COMMENT ON PROCEDURE @extschema@.gb_partition_convert(
    regclass, name, interval, text, integer, text, timestamptz, timestamptz, text, timestamptz, integer,
    timestamp, text[], integer, interval, integer, boolean, interval) IS
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
    'makes a table that was converted a plain one again, until gb_partition_convert_finish() was '
    'called; example: CALL gb_partition_convert_undo(''history'')';

CREATE FUNCTION @extschema@.gb_partition_convert_finish(converted regclass) RETURNS regclass
    LANGUAGE sql VOLATILE STRICT PARALLEL UNSAFE
    RETURN gb_enums_internal.online_finish(converted, 'partitions');
COMMENT ON FUNCTION @extschema@.gb_partition_convert_finish(regclass) IS
    'ends a conversion that is done: there is no way back then, and after a copy the plain table is '
    'dropped; example: gb_partition_convert_finish(''request_log'')';
