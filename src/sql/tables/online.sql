
-- Conversions of tables that stay in use -------------------------------------------------------------
--
-- There are two kinds: 'columns' become enumerations (convert/online/), and a plain table becomes a
-- partitioned one ('partitions', partition/online/). How rows get where they belong is particular to
-- each kind. All else is the same:
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

CREATE TABLE gb_enums_internal.online_conversion (
    -- the table as it was when the conversion began
    relation regclass,
    kind text NOT NULL CHECK (kind IN ('columns', 'partitions')),
    stage text NOT NULL,
    lock_timeout interval NOT NULL,
    attempts integer NOT NULL,
    -- How far the rows are. Page numbers mean something as long as the file is that one.
    batch_pages integer NOT NULL,
    filenode oid,
    pages_done bigint NOT NULL DEFAULT 0,
    pages bigint,
    rows_done bigint NOT NULL DEFAULT 0,
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- partitions: the table that takes the place of the plain one, and how its partitions are made
    partitioned regclass,
    method text CHECK (method IN ('attach', 'copy')),
    settings jsonb,
    -- partitions: where the rows of the plain table end, when it is attached
    bound text,
    -- partitions: the slot of the next partition that is to be made, and of the last one
    next_at timestamptz,
    last_at timestamptz,
    PRIMARY KEY (relation, kind));
COMMENT ON TABLE gb_enums_internal.online_conversion IS
    'the conversions that were begun and not finished; shown by gb_enum_conversions and '
    'gb_partition_conversions';
GRANT SELECT ON gb_enums_internal.online_conversion TO PUBLIC;

-- The registry of conversions ------------------------------------------------------------------------

CREATE FUNCTION gb_enums_internal.put_on_record(relation regclass, c gb_enums_internal.online_conversion)
    RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM gb_enums_internal.online_conversion o
    WHERE o.relation = put_on_record.relation AND o.kind = c.kind;
    IF c.stage <> 'ended' THEN
        INSERT INTO gb_enums_internal.online_conversion SELECT c.*;
    END IF;
    -- Tables that were dropped. Others may be about to do the same, and are not waited for.
    DELETE FROM gb_enums_internal.online_conversion o
    WHERE o.relation IN (
        SELECT d.relation
        FROM gb_enums_internal.online_conversion d
        WHERE NOT EXISTS (SELECT FROM pg_class t WHERE t.oid = d.relation)
        FOR UPDATE SKIP LOCKED);
END $$;
COMMENT ON FUNCTION gb_enums_internal.put_on_record(regclass, gb_enums_internal.online_conversion) IS
    'writes a conversion to the registry; called by online_record() only';
REVOKE ALL ON FUNCTION gb_enums_internal.put_on_record(regclass, gb_enums_internal.online_conversion)
    FROM PUBLIC;

CREATE FUNCTION gb_enums_internal.online_record(relation regclass, c gb_enums_internal.online_conversion)
    RETURNS void
    LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'gb_record';
COMMENT ON FUNCTION gb_enums_internal.online_record(regclass, gb_enums_internal.online_conversion) IS
    'puts on record how a conversion of a table of the caller''s is going, and with stage "ended" that '
    'it has ended';

-- A conversion begins as the functions for its kind say, and all that they say then stays. Later only
-- the stage changes, and how far the rows are.
CREATE FUNCTION gb_enums_internal.online_record_checked(
    relation regclass, c gb_enums_internal.online_conversion)
    RETURNS gb_enums_internal.online_conversion
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    old gb_enums_internal.online_conversion := gb_enums_internal.online_conversion_of(relation, c.kind);
BEGIN
    PERFORM gb_enums_internal.exact_texts();
    IF c.kind IS NULL OR c.kind NOT IN ('columns', 'partitions') THEN
        RAISE EXCEPTION 'invalid kind of conversion "%"', c.kind USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF old.relation IS DISTINCT FROM relation THEN
        RETURN gb_enums_internal.online_begun(relation, c);
    END IF;
    IF (c.pages_done BETWEEN 0 AND coalesce(c.pages, 0) AND c.rows_done >= old.rows_done) IS NOT TRUE
       OR gb_enums_internal.partition_progress_possible(old, c) IS NOT TRUE
    THEN
        RAISE EXCEPTION 'the conversion of "%" cannot go from "%" to "%"', relation, old.stage, c.stage
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = 'The tables are not what they are then, or what it says about the rows cannot be.';
    END IF;
    old.stage := c.stage;
    old.filenode := c.filenode;
    old.pages_done := c.pages_done;
    old.pages := c.pages;
    old.rows_done := c.rows_done;
    old.updated_at := clock_timestamp();
    old.next_at := c.next_at;
    RETURN old;
END $$;
COMMENT ON FUNCTION gb_enums_internal.online_record_checked(regclass, gb_enums_internal.online_conversion) IS
    'how a conversion is going, an error when that cannot be';

-- A conversion as it is put on record when it begins.
CREATE FUNCTION gb_enums_internal.online_begun(relation regclass, c gb_enums_internal.online_conversion)
    RETURNS gb_enums_internal.online_conversion
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    c.relation := relation;
    c.stage := NULL;
    c.filenode := NULL;
    c.pages_done := 0;
    c.pages := NULL;
    c.rows_done := 0;
    c.started_at := clock_timestamp();
    c.updated_at := c.started_at;
    PERFORM gb_enums_internal.check_waits(c.lock_timeout, c.attempts);
    RETURN gb_enums_internal.partition_conversion_begun(c);
END $$;
COMMENT ON FUNCTION gb_enums_internal.online_begun(regclass, gb_enums_internal.online_conversion) IS
    'a conversion as it is when it begins, an error when it cannot';

-- The conversion of a table, which may be named by either of two. What people put on record about their
-- own table counts for another table only if they own both.
CREATE FUNCTION gb_enums_internal.online_conversion_of(relation regclass, kind text)
    RETURNS gb_enums_internal.online_conversion
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
SELECT c
FROM gb_enums_internal.online_conversion c
JOIN pg_class t ON t.oid = c.relation
LEFT JOIN pg_class p ON p.oid = c.partitioned
WHERE c.kind = online_conversion_of.kind
  AND (c.kind = 'columns' OR p.oid IS NOT NULL)
  AND (online_conversion_of.relation = c.relation
       OR online_conversion_of.relation = c.partitioned AND p.relowner = t.relowner)
ORDER BY online_conversion_of.relation = c.relation DESC
LIMIT 1
$$;
COMMENT ON FUNCTION gb_enums_internal.online_conversion_of(regclass, text) IS
    'the conversion of a table that is under way';

-- The same for those who go on with it: within the limits, whatever is on record.
CREATE FUNCTION gb_enums_internal.online_conversion_owned(relation regclass, kind text)
    RETURNS gb_enums_internal.online_conversion
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c gb_enums_internal.online_conversion := gb_enums_internal.online_conversion_of(relation, kind);
BEGIN
    IF c.relation IS NULL THEN
        RAISE EXCEPTION '"%" is not being converted', relation USING ERRCODE = 'undefined_object',
            HINT = 'The view gb_partition_conversions lists the tables that are.';
    END IF;
    PERFORM gb_enums_internal.require_owner(c.relation);
    IF c.kind = 'partitions' THEN
        PERFORM gb_enums_internal.partition_require_same_owner(c);
    END IF;
    c.batch_pages := greatest(c.batch_pages, 1);
    c.lock_timeout := gb_enums_internal.lock_timeout_within_limits(c.lock_timeout);
    c.attempts := gb_enums_internal.attempts_within_limits(c.attempts);
    RETURN c;
END $$;
COMMENT ON FUNCTION gb_enums_internal.online_conversion_owned(regclass, text) IS
    'the conversion of a table that is under way, an error when there is none or the caller may not go '
    'on with it';

-- How far the rows are -------------------------------------------------------------------------------

CREATE FUNCTION gb_enums_internal.online_pages(relation regclass) RETURNS bigint
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
    RETURN pg_relation_size(relation) / current_setting('block_size')::bigint;
COMMENT ON FUNCTION gb_enums_internal.online_pages(regclass) IS 'how many pages a table has';

-- The first page of a table, as far as it reaches now: what comes later is written by others, twice.
CREATE FUNCTION gb_enums_internal.online_first_page(
    INOUT c gb_enums_internal.online_conversion, relation regclass)
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    c.filenode := pg_relation_filenode(relation);
    c.pages := gb_enums_internal.online_pages(relation);
    c.pages_done := 0;
END $$;
COMMENT ON FUNCTION gb_enums_internal.online_first_page(gb_enums_internal.online_conversion, regclass) IS
    'a conversion that is at the first page of a table';

CREATE FUNCTION gb_enums_internal.online_end_page(c gb_enums_internal.online_conversion) RETURNS bigint
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
    RETURN least(c.pages, c.pages_done + c.batch_pages);
COMMENT ON FUNCTION gb_enums_internal.online_end_page(gb_enums_internal.online_conversion) IS
    'the page that ends the next step of a conversion';

-- Progress is reported ten times in each pass.
CREATE FUNCTION gb_enums_internal.online_reports(c gb_enums_internal.online_conversion) RETURNS boolean
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
    RETURN 10 * c.pages_done / nullif(c.pages, 0) > 10 * (c.pages_done - c.batch_pages) / nullif(c.pages, 0);
COMMENT ON FUNCTION gb_enums_internal.online_reports(gb_enums_internal.online_conversion) IS
    'whether the last step of a conversion came to another tenth of the pages';

-- Steps ----------------------------------------------------------------------------------------------

-- Does something with a conversion: takes a step, undoes it or ends it. Locks are waited for as often
-- and as long as the conversion says. The result is an answer, see above.
CREATE FUNCTION gb_enums_internal.online_do(action text, relation regclass, kind text) RETURNS text
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c CONSTANT gb_enums_internal.online_conversion :=
        gb_enums_internal.online_conversion_owned(relation, kind);
BEGIN
    PERFORM gb_enums_internal.exact_texts();
    RETURN gb_enums_internal.with_lock_attempts(
        (CASE action WHEN 'step' THEN c.relation ELSE relation END, c.lock_timeout, c.attempts),
        format('step "%s"', CASE action WHEN 'step' THEN c.stage ELSE action END),
        CASE action
            WHEN 'step' THEN 'gb_enums_internal.partition_convert_take($1)'
            WHEN 'undo' THEN 'gb_enums_internal.partition_convert_undo($1)'
            ELSE 'gb_enums_internal.partition_convert_finish($1)' END,
        c.relation, NULL::text, action <> 'step' OR c.stage IN ('exclude', 'follow', 'exchange'));
END $$;
COMMENT ON FUNCTION gb_enums_internal.online_do(text, regclass, text) IS
    'takes a step of a conversion, undoes it or ends it, as soon as it has the locks';

CREATE FUNCTION gb_enums_internal.online_step(relation regclass, kind text) RETURNS text
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
    RETURN gb_enums_internal.online_do('step', relation, kind);
COMMENT ON FUNCTION gb_enums_internal.online_step(regclass, text) IS 'takes one step of a conversion';

-- Undoes a conversion; the steps that are left are to be taken then.
CREATE FUNCTION gb_enums_internal.online_undo(relation regclass, kind text) RETURNS regclass
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
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
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c CONSTANT gb_enums_internal.online_conversion :=
        gb_enums_internal.online_conversion_owned(relation, kind);
BEGIN
    PERFORM gb_enums_internal.online_do('finish', relation, kind);
    RETURN coalesce(c.partitioned, c.relation);
END $$;
COMMENT ON FUNCTION gb_enums_internal.online_finish(regclass, text) IS 'ends a conversion that is done';

-- The error after the answer "stuck".
CREATE FUNCTION gb_enums_internal.online_stuck(relation regclass, kind text) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM gb_enums_internal.partition_convert_stuck(
        gb_enums_internal.online_conversion_owned(relation, kind));
END $$;
COMMENT ON FUNCTION gb_enums_internal.online_stuck(regclass, text) IS
    'raises the error that a conversion cannot go on';

-- A procedure that commits cannot set its search_path, so that there is nothing in it which that could
-- change. A CASE would be: it compares by the = that the path finds.
CREATE PROCEDURE gb_enums_internal.online_run(relation pg_catalog.regclass, kind pg_catalog.text)
    LANGUAGE plpgsql AS $$
DECLARE
    answer pg_catalog.text;
BEGIN
    LOOP
        answer := gb_enums_internal.online_step(relation, kind);
        COMMIT;
        EXIT WHEN answer OPERATOR(pg_catalog.=) 'end';
        IF answer OPERATOR(pg_catalog.=) 'stuck' THEN
            PERFORM gb_enums_internal.online_stuck(relation, kind);
        END IF;
    END LOOP;
END $$;
COMMENT ON PROCEDURE gb_enums_internal.online_run(regclass, text) IS
    'takes the steps of a conversion, each in a transaction';
