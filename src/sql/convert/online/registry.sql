
-- What conversions while tables are used are at. What was done so far is on record here and in the
-- catalogs, so that who calls again goes on where it stopped.

CREATE TABLE gb_enums_internal.enum_conversion (
    relation regclass PRIMARY KEY,
    columns gb_enums_internal.conversion_column[] NOT NULL,
    -- the next step: column, follow, rows, indexes, checks, validate, analyze, exchange, settle; or done
    stage text NOT NULL,
    batch_pages integer NOT NULL,
    work_share real NOT NULL,
    lock_timeout interval NOT NULL,
    attempts integer NOT NULL,
    -- rows: how far it is. A pass that finds nothing to do proves that there is nothing.
    pass integer NOT NULL DEFAULT 1,
    member regclass,
    filenode oid,
    pages_done bigint NOT NULL DEFAULT 0,
    pages bigint,
    rows_converted bigint NOT NULL DEFAULT 0,
    rows_in_pass bigint NOT NULL DEFAULT 0,
    rows_locked bigint NOT NULL DEFAULT 0,
    idle_passes integer NOT NULL DEFAULT 0,
    -- what undoes the exchange
    undo text[],
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp());
COMMENT ON TABLE gb_enums_internal.enum_conversion IS 'conversions of columns that go on while their table is used; shown by gb_enum_conversions';
GRANT SELECT ON gb_enums_internal.enum_conversion TO PUBLIC;

CREATE FUNCTION gb_enums_internal.put_on_record(relation regclass, c gb_enums_internal.enum_conversion) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM gb_enums_internal.enum_conversion o WHERE o.relation = put_on_record.relation;
    IF c.relation IS NOT NULL THEN
        INSERT INTO gb_enums_internal.enum_conversion SELECT c.*;
    END IF;
    DELETE FROM gb_enums_internal.enum_conversion o WHERE o.relation IN (
        SELECT d.relation FROM gb_enums_internal.enum_conversion d
        WHERE NOT EXISTS (SELECT FROM pg_class t WHERE t.oid = d.relation) FOR UPDATE SKIP LOCKED);
END $$;
COMMENT ON FUNCTION gb_enums_internal.put_on_record(regclass, gb_enums_internal.enum_conversion) IS
    'writes a conversion of columns to the registry; called by convert_record() only';
REVOKE ALL ON FUNCTION gb_enums_internal.put_on_record(regclass, gb_enums_internal.enum_conversion) FROM PUBLIC;

-- How a conversion is going; NULL when it has ended. When it begins, `asked` is what the caller asked for.
CREATE FUNCTION gb_enums_internal.convert_record(
    relation regclass, c gb_enums_internal.enum_conversion, asked jsonb DEFAULT NULL) RETURNS void
    LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'gb_record';
COMMENT ON FUNCTION gb_enums_internal.convert_record(regclass, gb_enums_internal.enum_conversion, jsonb) IS
    'puts on record how the conversion of columns of a table of the caller''s is going';

-- A conversion as it is put on record when it begins.
CREATE FUNCTION gb_enums_internal.convert_begun(relation regclass, c gb_enums_internal.enum_conversion, asked jsonb) RETURNS gb_enums_internal.enum_conversion
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF c.batch_pages IS NULL OR c.batch_pages < 1 OR c.work_share IS NULL OR NOT c.work_share BETWEEN 0.01 AND 1 THEN
        RAISE EXCEPTION 'invalid batch_pages % or work_share %', c.batch_pages, c.work_share USING ERRCODE = 'invalid_parameter_value',
            HINT = 'batch_pages is at least 1, and work_share from 0.01 to 1.';
    END IF;
    PERFORM gb_enums_internal.check_waits(c.lock_timeout, c.attempts);
    c.columns := gb_enums_internal.convert_read(relation, asked);
    IF (SELECT count(DISTINCT i.relation) FROM unnest(c.columns) i) > 1 THEN
        RAISE EXCEPTION 'columns of several tables cannot be converted while they are used' USING ERRCODE = 'feature_not_supported',
            HINT = 'Leave "foreign_keys" out, or use gb_enum_convert_table().';
    END IF;
    c.columns := gb_enums_internal.convert_beside(c.columns);
    PERFORM gb_enums_internal.run_as_owner(relation, format('SELECT gb_enums_internal.convert_online_check(%L)', c.columns));
    c.relation := relation;
    c.stage := 'column';
    c.pass := 1;
    c.member := NULL;
    c.filenode := NULL;
    c.pages_done := 0;
    c.pages := NULL;
    c.rows_converted := 0;
    c.rows_in_pass := 0;
    c.rows_locked := 0;
    c.idle_passes := 0;
    c.undo := NULL;
    c.started_at := clock_timestamp();
    c.updated_at := c.started_at;
    RETURN c;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_begun(regclass, gb_enums_internal.enum_conversion, jsonb) IS
    'a conversion of columns as it is when it begins, an error when it cannot';

CREATE FUNCTION gb_enums_internal.convert_record_checked(relation regclass, c gb_enums_internal.enum_conversion, asked jsonb)
    RETURNS gb_enums_internal.enum_conversion
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    old gb_enums_internal.enum_conversion;
    stages CONSTANT text[] := '{column,follow,rows,indexes,checks,validate,analyze,exchange,settle,done}';
    follows CONSTANT boolean := EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = convert_record_checked.relation AND t.tgname = '~gb_enum_convert');
BEGIN
    PERFORM gb_enums_internal.exact_texts();
    SELECT * INTO old FROM gb_enums_internal.enum_conversion o WHERE o.relation = convert_record_checked.relation;
    IF c IS NULL THEN
        IF follows THEN
            RAISE EXCEPTION 'the conversion of "%" has not ended', relation USING ERRCODE = 'object_not_in_prerequisite_state';
        END IF;
        RETURN NULL;
    END IF;
    IF old.relation IS NULL THEN
        RETURN gb_enums_internal.convert_begun(relation, c, asked);
    END IF;
    IF (array_position(stages, c.stage) - array_position(stages, old.stage) IN (0, 1) OR old.stage = 'exchange' AND c.stage = 'indexes') IS NOT TRUE
       OR NOT follows AND c.stage NOT IN ('column', 'follow')
       OR (c.pass >= old.pass AND c.pages_done BETWEEN 0 AND coalesce(c.pages, 0) AND c.rows_converted >= old.rows_converted
           AND c.rows_in_pass >= 0 AND c.rows_locked >= 0 AND c.idle_passes >= 0
           AND (c.member IS NULL OR c.member IN (SELECT m.member FROM gb_enums_internal.convert_members(old.columns) m))) IS NOT TRUE
    THEN
        RAISE EXCEPTION 'the conversion of "%" cannot go from "%" to "%"', relation, old.stage, c.stage USING ERRCODE = 'object_not_in_prerequisite_state',
            DETAIL = 'The table is not what it is then, or what it says about the rows cannot be.';
    END IF;
    -- What undoes the exchange is found out before it, while the definitions are the old ones.
    IF old.stage = 'exchange' AND c.stage = 'exchange' THEN
        old.undo := gb_enums_internal.convert_exchange_statements(old.columns, true);
    END IF;
    -- All else is as it was when it began.
    old.stage := c.stage;
    old.pass := c.pass;
    old.member := c.member;
    old.filenode := c.filenode;
    old.pages_done := c.pages_done;
    old.pages := c.pages;
    old.rows_converted := c.rows_converted;
    old.rows_in_pass := c.rows_in_pass;
    old.rows_locked := c.rows_locked;
    old.idle_passes := c.idle_passes;
    old.updated_at := clock_timestamp();
    PERFORM gb_enums_internal.convert_unchanged(old);
    RETURN old;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_record_checked(regclass, gb_enums_internal.enum_conversion, jsonb) IS
    'how a conversion of columns is going, an error when that cannot be';

CREATE FUNCTION gb_enums_internal.convert_lock(relation oid) RETURNS void
    LANGUAGE c VOLATILE STRICT AS 'MODULE_PATHNAME', 'gb_enum_convert_lock';
COMMENT ON FUNCTION gb_enums_internal.convert_lock(oid) IS
    'keeps other steps of the conversion of a table of the caller''s waiting until the end of the transaction';

CREATE FUNCTION gb_enums_internal.convert_try_lock(relation oid) RETURNS boolean
    LANGUAGE c VOLATILE STRICT AS 'MODULE_PATHNAME', 'gb_enum_convert_try_lock';
COMMENT ON FUNCTION gb_enums_internal.convert_try_lock(oid) IS
    'the same, unless another session takes a step; false then';

-- The conversion of a table under way; an error when there is none.
CREATE FUNCTION gb_enums_internal.convert_converting(relation regclass) RETURNS gb_enums_internal.enum_conversion
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c gb_enums_internal.enum_conversion;
BEGIN
    IF relation IS NULL THEN
        RAISE EXCEPTION 'the table must not be null' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    SELECT * INTO c FROM gb_enums_internal.enum_conversion o WHERE o.relation = convert_converting.relation AND EXISTS (SELECT FROM pg_class t WHERE t.oid = o.relation);
    IF c.relation IS NULL THEN
        RAISE EXCEPTION 'no columns of "%" are being converted', relation USING ERRCODE = 'undefined_object',
            HINT = 'The view gb_enum_conversions lists the tables whose columns are.';
    END IF;
    PERFORM gb_enums_internal.require_owner(relation);
    c.batch_pages := greatest(c.batch_pages, 1);
    c.work_share := least(greatest(c.work_share, 0.01), 1);
    c.lock_timeout := gb_enums_internal.lock_timeout_within_limits(c.lock_timeout);
    c.attempts := gb_enums_internal.attempts_within_limits(c.attempts);
    RETURN c;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_converting(regclass) IS 'the conversion under way of a table, an error when there is none';

-- The columns are still those that the conversion was begun with.
CREATE FUNCTION gb_enums_internal.convert_unchanged(c gb_enums_internal.enum_conversion) RETURNS void
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    difference text;
BEGIN
    SELECT string_agg(format('Column %s of "%s" is not "%s" any more.', i.number, i.relation::regclass, i.name), ' ') INTO difference
    FROM unnest(c.columns) i WHERE NOT EXISTS (
        SELECT FROM pg_attribute a JOIN pg_type y ON y.oid = a.atttypid WHERE a.attrelid = i.relation AND a.attnum = i.number
        AND a.attname = CASE WHEN c.stage IN ('settle', 'done') THEN i.old_name ELSE i.name END
        AND CASE WHEN y.typtype = 'e' THEN y.oid ELSE coalesce(nullif(y.typbasetype, 0), y.oid) END = i.old_type);
    IF difference IS NOT NULL THEN
        RAISE EXCEPTION 'table "%" was changed while its columns were converted', c.relation USING ERRCODE = 'object_not_in_prerequisite_state', DETAIL = difference,
            HINT = 'Change it back, or call gb_enum_convert_undo() and begin again.';
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_unchanged(gb_enums_internal.enum_conversion) IS 'an error unless columns are as they were';

-- How long locks are waited for, as the functions for partitions read it.
CREATE FUNCTION gb_enums_internal.convert_patience(c gb_enums_internal.enum_conversion) RETURNS gb_enums_internal.partition_set
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    s gb_enums_internal.partition_set;
BEGIN
    s.parent := c.relation;
    s.lock_timeout := c.lock_timeout;
    s.attempts := c.attempts;
    RETURN s;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_patience(gb_enums_internal.enum_conversion) IS 'how long a conversion waits for locks';

CREATE FUNCTION gb_enums_internal.convert_execute(c gb_enums_internal.enum_conversion, statements text[]) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM gb_enums_internal.run_as_owner(c.relation, array_to_string(statements, '; '));
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_execute(gb_enums_internal.enum_conversion, text[]) IS 'runs the statements of a step';

-- What columns of a table become, as the view shows it; nothing when what is on record is not
-- readable: that is the owner's trouble, and not that of all who look at the view.
CREATE FUNCTION gb_enums_internal.convert_columns_shown(relation regclass, columns gb_enums_internal.conversion_column[], OUT name text, OUT enum regtype) RETURNS SETOF record
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT i.name, i.enum::regtype FROM unnest(columns) i
        WHERE i.relation = convert_columns_shown.relation;
EXCEPTION WHEN OTHERS THEN
    NULL;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_columns_shown(regclass, gb_enums_internal.conversion_column[]) IS 'what columns of a table become, for people';

CREATE VIEW @extschema@.gb_enum_conversions AS
    SELECT c.relation, (SELECT pg_catalog.string_agg(pg_catalog.format('%I %s', i.name, i.enum), ', ')
                        FROM gb_enums_internal.convert_columns_shown(c.relation, c.columns) i) AS columns,
        c.stage, c.pass, c.member, c.pages_done, c.pages, c.rows_converted, c.rows_locked, c.started_at, c.updated_at
    FROM gb_enums_internal.enum_conversion c JOIN pg_catalog.pg_class t ON t.oid OPERATOR(pg_catalog.=) c.relation;
COMMENT ON VIEW @extschema@.gb_enum_conversions IS
    'the conversions that were begun by gb_enum_convert_online() and not finished; example: SELECT relation, stage, pages_done, pages FROM gb_enum_conversions';
COMMENT ON COLUMN @extschema@.gb_enum_conversions.relation IS 'the table';
COMMENT ON COLUMN @extschema@.gb_enum_conversions.columns IS 'its columns, and what they become';
COMMENT ON COLUMN @extschema@.gb_enum_conversions.stage IS 'the next step: column, follow, rows, indexes, checks, validate, analyze, exchange, settle; done';
COMMENT ON COLUMN @extschema@.gb_enum_conversions.pass IS 'rows: how often the rows have been gone through, this time included';
COMMENT ON COLUMN @extschema@.gb_enum_conversions.member IS 'rows: the table, or its partition, that is being gone through';
COMMENT ON COLUMN @extschema@.gb_enum_conversions.pages_done IS 'rows: how far that is';
COMMENT ON COLUMN @extschema@.gb_enum_conversions.pages IS 'rows: how far it has to go';
COMMENT ON COLUMN @extschema@.gb_enum_conversions.rows_converted IS 'how many rows have been converted that nobody else wrote meanwhile';
COMMENT ON COLUMN @extschema@.gb_enum_conversions.rows_locked IS 'rows: how many of this pass were locked by others, and wait for the next';
COMMENT ON COLUMN @extschema@.gb_enum_conversions.started_at IS 'when it was begun';
COMMENT ON COLUMN @extschema@.gb_enum_conversions.updated_at IS 'when the last step was done';
GRANT SELECT ON @extschema@.gb_enum_conversions TO PUBLIC;
