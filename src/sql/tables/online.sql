
-- Conversions of tables that stay in use -------------------------------------------------------------
--
-- There are two kinds: 'columns' become enumerations (convert/online/), and a plain table becomes a
-- partitioned one or the other way round ('partitions', partition/online/). How rows get where they belong
-- is particular to each kind. All else is the same:
--
-- A conversion goes through stages. What it has done so far is in online_conversion and in the catalogs,
-- so that the next call goes on where the last one stopped. A function takes one step of a stage, in a
-- transaction of its own, and answers what comes next:
--
--   again   another step
--   rest    a pause, in which others work, and then another step
--   index   an index, which is built outside of transactions that hold locks, and then another step
--   busy    another session takes a step now: the same step, a little later
--   stuck   an error, as there is something that the conversion cannot change
--   end     nothing: all steps have been taken
--
-- online_run() is the loop that does what the answers say. The statements of a stage come from one
-- function, whether they are executed or shown in a plan.
--
-- Each kind has functions that are called from here, with the prefix convert_ or partition_:
--
--   ..._begun()               what is particular to a conversion when it begins
--   ..._progress_possible()   whether what is to go on record can be
--   ..._stuck()               the error after that answer
--   convert_online_...(), partition_convert_...() with step, undo and finish: see online_act()
--
-- Several sessions may act on one conversion. Whoever writes what is on record about it has read that under
-- convert_lock() of its table, and keeps the lock until the end of the transaction. So nobody goes by what
-- another session is about to change.

CREATE TABLE gb_enums_internal.online_conversion (
    -- the table as it was when the conversion began
    relation regclass,
    kind text NOT NULL CHECK (kind IN ('columns', 'partitions')),
    stage text NOT NULL,
    lock_timeout interval NOT NULL,
    attempts integer NOT NULL,
    -- How far the rows are. Page numbers mean something as long as the file is that one.
    batch_pages integer NOT NULL,
    -- NULL: as much as others leave
    work_share double precision,
    filenode oid,
    pages_done bigint NOT NULL DEFAULT 0,
    pages bigint,
    rows_done bigint NOT NULL DEFAULT 0,
    -- in this pass; when rows are copied, on the pages of the next step
    rows_locked bigint,
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- columns: what they become
    columns gb_enums_internal.conversion_column[],
    -- the table among the children or partitions whose rows it has come to
    member regclass,
    -- columns: the pass through all rows. A pass that finds nothing to do proves that there is nothing.
    pass integer,
    rows_in_pass bigint,
    idle_passes integer,
    -- columns: the statements that undo the exchange
    undo text[],
    -- partitions: the table that takes the place of this one, and how
    target regclass,
    method text CHECK (method IN ('attach', 'copy', 'merge')),
    -- attach and copy: how the partitions of the target are made
    settings jsonb,
    -- attach: where the rows of the plain table end
    bound text,
    -- attach and copy: the slot of the next partition that is to be made, and of the last one
    next_at timestamptz,
    last_at timestamptz,
    -- merge: the files of the partitions whose rows have been copied
    copied text[],
    -- copy and merge: rows of transactions before this one were written when nothing followed the table yet;
    -- columns: children that became such in transactions before this one are followed since then.
    -- NULL: that is known of none
    first_followed xid8,
    PRIMARY KEY (relation, kind));
COMMENT ON TABLE gb_enums_internal.online_conversion IS
    'the conversions that were begun and not finished; shown by gb_enum_conversions and '
    'gb_partition_conversions';
GRANT SELECT ON gb_enums_internal.online_conversion TO PUBLIC;

-- The registry of conversions ------------------------------------------------------------------------

CREATE FUNCTION gb_enums_internal.put_on_record(relation regclass, c gb_enums_internal.online_conversion)
    RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM gb_enums_internal.online_conversion o
    WHERE o.relation = put_on_record.relation AND o.kind = c.kind;
    IF c.stage <> 'ended' THEN
        INSERT INTO gb_enums_internal.online_conversion SELECT c.*;
    END IF;
    PERFORM gb_enums_internal.forget_dropped_tables('gb_enums_internal.online_conversion', '{r,p}');
END $$;
COMMENT ON FUNCTION gb_enums_internal.put_on_record(regclass, gb_enums_internal.online_conversion) IS
    'writes a conversion to the registry; called by online_record() only';
REVOKE ALL ON FUNCTION gb_enums_internal.put_on_record(regclass, gb_enums_internal.online_conversion)
    FROM PUBLIC;

-- When a conversion of columns begins, `asked` is what the caller asked for.
CREATE FUNCTION gb_enums_internal.online_record(
    relation regclass, c gb_enums_internal.online_conversion, asked jsonb DEFAULT NULL) RETURNS void
    LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'gb_record';
COMMENT ON FUNCTION gb_enums_internal.online_record(regclass, gb_enums_internal.online_conversion, jsonb) IS
    'puts on record how a conversion of a table of the caller''s is going, and with stage "ended" that '
    'it has ended';

-- A conversion begins as the functions for its kind say, and all that they say then stays. Later only
-- the stage changes, and how far the rows are.
CREATE FUNCTION gb_enums_internal.online_record_checked(
    relation regclass, c gb_enums_internal.online_conversion, asked jsonb)
    RETURNS gb_enums_internal.online_conversion
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    old gb_enums_internal.online_conversion;
    now gb_enums_internal.online_conversion;
BEGIN
    PERFORM gb_enums_internal.exact_texts();
    PERFORM gb_enums_internal.convert_require_alone(
        relation, gb_enums_internal.convert_try_lock(relation));
    old := gb_enums_internal.online_conversion_of(relation, c.kind);
    IF c.kind IS NULL OR c.kind NOT IN ('columns', 'partitions') THEN
        RAISE EXCEPTION 'invalid kind of conversion "%"', c.kind USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF old.relation IS DISTINCT FROM relation THEN
        RETURN gb_enums_internal.online_begun(relation, c, asked);
    END IF;
    IF old.kind = 'columns' THEN
        now := gb_enums_internal.convert_of_now(old);
        -- From the exchange on, an undo needs the partitions that there were.
        old.columns := CASE WHEN old.stage IN ('settle', 'done') THEN old.columns ELSE now.columns END;
    END IF;
    IF (c.pages_done BETWEEN 0 AND coalesce(c.pages, 0) AND c.rows_done >= old.rows_done
        AND CASE c.kind WHEN 'columns' THEN gb_enums_internal.convert_progress_possible(old, c)
                        ELSE gb_enums_internal.partition_progress_possible(old, c) END) IS NOT TRUE
    THEN
        RAISE EXCEPTION 'the conversion of "%" cannot go from "%" to "%"', relation, old.stage, c.stage
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = 'The table is not what it is then, or what it says about the rows cannot be.';
    END IF;
    IF old.kind = 'columns' AND old.stage = 'exchange' AND c.stage = 'exchange' THEN
        -- Before the exchange, while the definitions are the old ones.
        old.undo := gb_enums_internal.convert_exchange_statements(old.columns, true);
    END IF;
    old.stage := c.stage;
    old.filenode := c.filenode;
    old.pages_done := c.pages_done;
    old.pages := c.pages;
    old.rows_done := c.rows_done;
    old.rows_locked := c.rows_locked;
    old.updated_at := clock_timestamp();
    old.member := c.member;
    old.first_followed := c.first_followed;
    IF old.kind = 'partitions' THEN
        old.next_at := c.next_at;
        old.copied := c.copied;
        RETURN old;
    END IF;
    old.pass := c.pass;
    old.rows_in_pass := c.rows_in_pass;
    old.idle_passes := c.idle_passes;
    IF old.stage <> 'ended' THEN
        now.stage := old.stage;
        PERFORM gb_enums_internal.convert_require_unchanged(now);
    END IF;
    RETURN old;
END $$;
COMMENT ON FUNCTION gb_enums_internal.online_record_checked(
    regclass, gb_enums_internal.online_conversion, jsonb) IS
    'how a conversion is going, an error when that cannot be';

-- A conversion as it is put on record when it begins. Only fields of its kind are the caller's.
CREATE FUNCTION gb_enums_internal.online_begun(
    relation regclass, asked_for gb_enums_internal.online_conversion, asked jsonb DEFAULT NULL)
    RETURNS gb_enums_internal.online_conversion
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c gb_enums_internal.online_conversion;
BEGIN
    c.relation := relation;
    c.kind := asked_for.kind;
    c.lock_timeout := asked_for.lock_timeout;
    c.attempts := asked_for.attempts;
    c.batch_pages := asked_for.batch_pages;
    c.work_share := asked_for.work_share;
    c.pages_done := 0;
    c.rows_done := 0;
    c.started_at := clock_timestamp();
    c.updated_at := c.started_at;
    PERFORM gb_enums_internal.check_waits(c.lock_timeout, c.attempts);
    IF NOT c.work_share BETWEEN 0.01 AND 1 THEN
        RAISE EXCEPTION 'invalid work_share %', c.work_share USING ERRCODE = 'invalid_parameter_value',
            HINT = 'It is from 0.01 to 1; NULL for as much as others leave.';
    END IF;
    IF c.kind = 'columns' THEN
        RETURN gb_enums_internal.convert_begun(c, asked);
    END IF;
    c.target := asked_for.target;
    c.method := asked_for.method;
    c.settings := asked_for.settings;
    c.bound := asked_for.bound;
    c.next_at := asked_for.next_at;
    c.last_at := asked_for.last_at;
    RETURN gb_enums_internal.partition_conversion_begun(c);
END $$;
COMMENT ON FUNCTION gb_enums_internal.online_begun(regclass, gb_enums_internal.online_conversion, jsonb) IS
    'a conversion as it is when it begins, an error when it cannot';

-- The conversion of a table, which may be named by either of two. What people put on record about their
-- own table counts for another table only if they own both.
CREATE FUNCTION gb_enums_internal.online_conversion_of(relation regclass, kind text)
    RETURNS gb_enums_internal.online_conversion
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT c
FROM gb_enums_internal.online_conversion c
JOIN pg_class t ON t.oid = c.relation
LEFT JOIN pg_class p ON p.oid = c.target
WHERE c.kind = online_conversion_of.kind
  AND (c.kind = 'columns' OR p.oid IS NOT NULL)
  AND (online_conversion_of.relation = c.relation
       OR online_conversion_of.relation = c.target AND p.relowner = t.relowner)
ORDER BY online_conversion_of.relation = c.relation DESC
LIMIT 1
$$;
COMMENT ON FUNCTION gb_enums_internal.online_conversion_of(regclass, text) IS
    'the conversion of a table that is under way';

-- A table has one conversion at a time. Each changes what the other one has made equal. Then writers whose
-- changes are repeated would fail.
CREATE FUNCTION gb_enums_internal.online_obstacle(relation regclass, kind text) RETURNS SETOF text
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c gb_enums_internal.online_conversion := gb_enums_internal.online_conversion_of(relation, kind);
BEGIN
    IF kind = 'columns' AND c.relation IS NULL THEN
        c := gb_enums_internal.convert_left_over(relation);
    END IF;
    IF kind = 'columns' AND c.relation IS NOT NULL THEN
        RETURN NEXT format(
            'Its columns are being converted: gb_enum_convert_finish(%1$L) ends that when it is done, and '
            'gb_enum_convert_undo(%1$L) undoes it.', relation);
    ELSIF kind = 'partitions' AND c.stage NOT IN ('drop', 'undone') THEN
        RETURN NEXT format(
            '"%1$s" is being converted: gb_partition_convert_finish(%1$L) ends that when it is done, and '
            'CALL gb_partition_convert_undo(%1$L) undoes it.', relation);
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.online_obstacle(regclass, text) IS
    'a sentence when a conversion of a kind keeps a table from another one';

-- The conversion of a table for those who go on with it: within the limits, whatever is on record.
CREATE FUNCTION gb_enums_internal.online_conversion_owned(relation regclass, kind text)
    RETURNS gb_enums_internal.online_conversion
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c gb_enums_internal.online_conversion := gb_enums_internal.online_conversion_of(relation, kind);
BEGIN
    IF relation IS NULL AND kind = 'columns' THEN
        RAISE EXCEPTION 'the table must not be null' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    IF c.relation IS NULL AND relation IS NOT NULL
       AND NOT EXISTS (SELECT FROM pg_class t WHERE t.oid = relation)
    THEN
        RAISE EXCEPTION 'the conversion was ended meanwhile' USING ERRCODE = 'undefined_object',
            DETAIL = 'The table that it began with has been dropped.';
    END IF;
    IF c.relation IS NULL AND kind = 'columns' THEN
        c := gb_enums_internal.convert_left_over(relation);
    END IF;
    IF c.relation IS NULL AND kind = 'columns' THEN
        RAISE EXCEPTION 'no columns of "%" are being converted', relation USING ERRCODE = 'undefined_object',
            HINT = 'The view gb_enum_conversions lists the tables whose columns are.';
    END IF;
    IF c.relation IS NULL THEN
        RAISE EXCEPTION '"%" is not being converted', relation USING ERRCODE = 'undefined_object',
            HINT = 'The view gb_partition_conversions lists the tables that are.';
    END IF;
    PERFORM gb_enums_internal.require_owner(c.relation);
    IF c.kind = 'partitions' THEN
        PERFORM gb_enums_internal.partition_require_same_owner(c);
    END IF;
    c.batch_pages := greatest(c.batch_pages, 1);
    c.work_share := CASE WHEN c.work_share IS NOT NULL THEN least(greatest(c.work_share, 0.01), 1) END;
    c.lock_timeout := gb_enums_internal.lock_timeout_within_limits(c.lock_timeout);
    c.attempts := gb_enums_internal.attempts_within_limits(c.attempts);
    RETURN c;
END $$;
COMMENT ON FUNCTION gb_enums_internal.online_conversion_owned(regclass, text) IS
    'the conversion of a table that is under way, an error when there is none or the caller may not go '
    'on with it';

-- How far the rows are -------------------------------------------------------------------------------

CREATE FUNCTION gb_enums_internal.online_pages(relation regclass) RETURNS bigint
    LANGUAGE sql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    RETURN pg_relation_size(relation) / current_setting('block_size')::bigint;
COMMENT ON FUNCTION gb_enums_internal.online_pages(regclass) IS 'how many pages a table has';

-- The first page of a table, as far as it reaches now: what comes later is written by others, twice.
CREATE FUNCTION gb_enums_internal.online_first_page(
    INOUT c gb_enums_internal.online_conversion, relation regclass)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    c.filenode := pg_relation_filenode(relation);
    c.pages := gb_enums_internal.online_pages(relation);
    c.pages_done := 0;
    IF c.kind = 'partitions' THEN
        c.rows_locked := 0;
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.online_first_page(gb_enums_internal.online_conversion, regclass) IS
    'a conversion that is at the first page of a table';

-- Progress is reported ten times in each pass.
CREATE FUNCTION gb_enums_internal.online_reports(c gb_enums_internal.online_conversion, next_page bigint)
    RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN 10 * next_page / nullif(c.pages, 0) > 10 * c.pages_done / nullif(c.pages, 0);
COMMENT ON FUNCTION gb_enums_internal.online_reports(gb_enums_internal.online_conversion, bigint) IS
    'whether a conversion that goes on to a page comes to another tenth of the pages';

-- Steps ----------------------------------------------------------------------------------------------

-- Conversions of columns act as the table's owner, whoever calls: what is on record is the owner's to write.
-- The table that the caller names may be the target of a conversion.
CREATE FUNCTION gb_enums_internal.online_act(
    action text, named regclass, c gb_enums_internal.online_conversion) RETURNS text
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF c.kind = 'columns' THEN
        RETURN gb_enums_internal.query_as_owner(c.relation, format(CASE action
            WHEN 'step' THEN 'SELECT to_jsonb(gb_enums_internal.convert_online_step(%s::oid))'
            WHEN 'undo' THEN 'SELECT to_jsonb(gb_enums_internal.convert_online_end(%s::oid, true))'
            WHEN 'finish' THEN 'SELECT to_jsonb(gb_enums_internal.convert_online_end(%s::oid, false))' END,
            c.relation::oid)) #>> '{}';
    END IF;
    RETURN CASE action
        WHEN 'step' THEN gb_enums_internal.partition_convert_step(named)
        WHEN 'undo' THEN gb_enums_internal.partition_convert_undo(named)
        WHEN 'finish' THEN gb_enums_internal.partition_convert_finish(named) END;
END $$;
COMMENT ON FUNCTION gb_enums_internal.online_act(text, regclass, gb_enums_internal.online_conversion) IS
    'takes a step of a conversion, undoes it or ends it';

-- Does something with a conversion: takes a step, undoes it or ends it. Locks are waited for as often
-- and as long as the conversion says. The result is an answer, see above.
CREATE FUNCTION gb_enums_internal.online_do(action text, relation regclass, kind text) RETURNS text
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c CONSTANT gb_enums_internal.online_conversion :=
        gb_enums_internal.online_conversion_owned(relation, kind);
BEGIN
    PERFORM gb_enums_internal.exact_texts();
    RETURN gb_enums_internal.with_lock_attempts(
        (CASE action WHEN 'step' THEN c.relation ELSE relation END, c.lock_timeout, c.attempts),
        format('step "%s"', CASE action WHEN 'step' THEN c.stage ELSE action END),
        format('gb_enums_internal.online_act(%L, %L, $1)', action, relation::oid), c, NULL::text,
        action <> 'step' OR kind = 'columns' OR c.stage IN ('exclude', 'follow', 'exchange'));
END $$;
COMMENT ON FUNCTION gb_enums_internal.online_do(text, regclass, text) IS
    'takes a step of a conversion, undoes it or ends it, as soon as it has the locks';

CREATE FUNCTION gb_enums_internal.online_step(relation regclass, kind text) RETURNS text
    LANGUAGE sql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    RETURN gb_enums_internal.online_do('step', relation, kind);
COMMENT ON FUNCTION gb_enums_internal.online_step(regclass, text) IS 'takes one step of a conversion';

-- Undoes a conversion; the steps that are left are to be taken then.
CREATE FUNCTION gb_enums_internal.online_undo(relation regclass, kind text) RETURNS regclass
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c CONSTANT gb_enums_internal.online_conversion :=
        gb_enums_internal.online_conversion_owned(relation, kind);
BEGIN
    PERFORM gb_enums_internal.online_do('undo', relation, kind);
    RETURN c.relation;
END $$;
COMMENT ON FUNCTION gb_enums_internal.online_undo(regclass, text) IS
    'undoes a conversion, but for steps that are left';

CREATE FUNCTION gb_enums_internal.online_finish(relation regclass, kind text) RETURNS regclass
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c CONSTANT gb_enums_internal.online_conversion :=
        gb_enums_internal.online_conversion_owned(relation, kind);
BEGIN
    PERFORM gb_enums_internal.online_do('finish', relation, kind);
    RETURN coalesce(c.target, c.relation);
END $$;
COMMENT ON FUNCTION gb_enums_internal.online_finish(regclass, text) IS 'ends a conversion that is done';

-- The error after the answer "stuck".
CREATE FUNCTION gb_enums_internal.online_stuck(relation regclass, kind text) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c CONSTANT gb_enums_internal.online_conversion :=
        gb_enums_internal.online_conversion_owned(relation, kind);
BEGIN
    IF kind = 'columns' THEN
        PERFORM gb_enums_internal.convert_stuck(c);
    ELSE
        PERFORM gb_enums_internal.partition_convert_stuck(c);
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.online_stuck(regclass, text) IS
    'raises the error that a conversion cannot go on';

-- What a session has had of the processors, and waited for one, in seconds since it began; see
-- src/tables/load.cpp.
CREATE TYPE gb_enums_internal.session_load AS (
    at timestamptz, worked double precision, queued double precision, processors integer);
COMMENT ON TYPE gb_enums_internal.session_load IS
    'a time, and how long a processor has worked for a session by then, or kept it waiting';

CREATE FUNCTION gb_enums_internal.processor_times(
    OUT worked double precision, OUT queued double precision, OUT processors integer) RETURNS record
    LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'gb_session_load';
COMMENT ON FUNCTION gb_enums_internal.processor_times() IS
    'the seconds that a processor has worked for this session, or kept it waiting, and how many there are';

CREATE FUNCTION gb_enums_internal.load_now() RETURNS gb_enums_internal.session_load
    LANGUAGE sql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS $$ SELECT clock_timestamp(), p.* FROM gb_enums_internal.processor_times() p $$;
COMMENT ON FUNCTION gb_enums_internal.load_now() IS 'how this session has got along until now';

CREATE FUNCTION gb_enums_internal.others_work() RETURNS boolean
    LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'gb_others_work';
COMMENT ON FUNCTION gb_enums_internal.others_work() IS 'whether another session executes a statement now';

CREATE FUNCTION gb_enums_internal.is_waited_for() RETURNS boolean
    LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'gb_is_waited_for';
COMMENT ON FUNCTION gb_enums_internal.is_waited_for() IS
    'whether another session waits for a row that this transaction has changed';

-- The most that others can have lost by a step, in seconds. Where the step had to wait for a processor, there
-- are too few: what the step got of them, others lost, and who waited for a row of the step waited for its
-- turn as well. A moment in the queue is nothing: every process has such. For a disk or a lock others may
-- have waited as long as the step did.
CREATE FUNCTION gb_enums_internal.lost_by_others(
    elapsed double precision, worked double precision, queued double precision, processors integer,
    was_waited_for boolean) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN CASE WHEN queued < elapsed / 20 THEN queued
                ELSE greatest(worked / processors, CASE WHEN was_waited_for THEN queued ELSE 0 END) END
        + greatest(elapsed - worked - queued, 0);
COMMENT ON FUNCTION gb_enums_internal.lost_by_others(
    double precision, double precision, double precision, integer, boolean) IS
    'the most that others can have lost by work of this session, in seconds';

-- How long a pause is after a step. Without a share of time for work, it is as long as is needed so that
-- others lose at most a tenth of the time by the conversion, and at most four times the step; there is none
-- when nobody else works.
CREATE FUNCTION gb_enums_internal.online_pause(
    work_share double precision, elapsed double precision, lost double precision, others_work boolean)
    RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT least(60, CASE
    WHEN work_share IS NOT NULL THEN elapsed * (1 / work_share - 1)
    WHEN others_work THEN least(greatest(10 * lost - elapsed, 0), 4 * elapsed)
    ELSE 0 END)
$$;
COMMENT ON FUNCTION gb_enums_internal.online_pause(
    double precision, double precision, double precision, boolean) IS
    'the seconds of the pause after a step of a conversion';

CREATE FUNCTION gb_enums_internal.online_rest(
    relation regclass, kind text, since gb_enums_internal.session_load, was_waited_for boolean)
    RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c CONSTANT gb_enums_internal.online_conversion :=
        gb_enums_internal.online_conversion_owned(relation, kind);
    now CONSTANT gb_enums_internal.session_load := gb_enums_internal.load_now();
    elapsed CONSTANT double precision := extract(epoch FROM now.at - since.at);
BEGIN
    PERFORM pg_sleep(gb_enums_internal.online_pause(
        c.work_share, elapsed,
        gb_enums_internal.lost_by_others(
            elapsed, now.worked - since.worked, now.queued - since.queued, now.processors,
            was_waited_for),
        was_waited_for OR gb_enums_internal.others_work()));
END $$;
COMMENT ON FUNCTION gb_enums_internal.online_rest(
    regclass, text, gb_enums_internal.session_load, boolean) IS
    'the pause after a step of a conversion that began then';

-- Waits a little for another session, which has been taking a step since some time; but not for ever.
CREATE FUNCTION gb_enums_internal.online_wait(relation regclass, kind text, since timestamptz) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c CONSTANT gb_enums_internal.online_conversion :=
        gb_enums_internal.online_conversion_owned(relation, kind);
BEGIN
    PERFORM gb_enums_internal.convert_require_alone(
        relation, clock_timestamp() - since <= c.attempts * c.lock_timeout);
    PERFORM pg_sleep(0.1);
END $$;
COMMENT ON FUNCTION gb_enums_internal.online_wait(regclass, text, timestamptz) IS
    'waits a little for another session''s step of a conversion, an error when that was long enough';

-- A procedure that commits cannot set its search_path. So nothing in it depends on one. A CASE would: it
-- compares by the = that the path finds.
CREATE PROCEDURE gb_enums_internal.online_run(relation pg_catalog.regclass, kind pg_catalog.text)
    LANGUAGE plpgsql AS $$
DECLARE
    asked_at pg_catalog.timestamptz;
    began gb_enums_internal.session_load;
    answer pg_catalog.text;
    was_waited_for pg_catalog.bool;
BEGIN
    LOOP
        asked_at := pg_catalog.clock_timestamp();
        LOOP
            began := gb_enums_internal.load_now();
            answer := gb_enums_internal.online_step(relation, kind);
            was_waited_for := gb_enums_internal.is_waited_for();
            COMMIT;
            EXIT WHEN answer OPERATOR(pg_catalog.<>) 'busy';
            PERFORM gb_enums_internal.online_wait(relation, kind, asked_at);
            COMMIT;
        END LOOP;
        EXIT WHEN answer OPERATOR(pg_catalog.=) 'end';
        IF answer OPERATOR(pg_catalog.=) 'rest' THEN
            PERFORM gb_enums_internal.online_rest(relation, kind, began, was_waited_for);
            COMMIT;
        ELSIF answer OPERATOR(pg_catalog.=) 'index' THEN
            CALL gb_enums_internal.run_concurrently(relation);
        ELSIF answer OPERATOR(pg_catalog.=) 'stuck' THEN
            PERFORM gb_enums_internal.online_stuck(relation, kind);
        END IF;
    END LOOP;
END $$;
COMMENT ON PROCEDURE gb_enums_internal.online_run(regclass, text) IS
    'takes the steps of a conversion, each in a transaction';
