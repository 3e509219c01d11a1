
-- What conversions while tables are used are at. What was done so far is on record here and in the
-- catalogs, so that who calls again goes on where it stopped.

CREATE TABLE gb_enums_internal.enum_conversion (
    relation regclass PRIMARY KEY,
    columns jsonb NOT NULL,
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

-- What partition_record() does with a conversion, as the extension's owner.
CREATE FUNCTION gb_enums_internal.convert_write(relation regclass, data jsonb) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    changed gb_enums_internal.enum_conversion;
BEGIN
    SELECT * INTO changed FROM gb_enums_internal.enum_conversion c WHERE c.relation = convert_write.relation FOR UPDATE;
    DELETE FROM gb_enums_internal.enum_conversion c WHERE c.relation = convert_write.relation OR NOT EXISTS (SELECT FROM pg_class t WHERE t.oid = c.relation);
    IF data IS NOT NULL THEN
        INSERT INTO gb_enums_internal.enum_conversion
            SELECT * FROM jsonb_populate_record(changed, data || jsonb_build_object('relation', relation::oid::text, 'updated_at', clock_timestamp()));
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_write(regclass, jsonb) IS 'writes to the registry; called by partition_write() only';
REVOKE ALL ON FUNCTION gb_enums_internal.convert_write(regclass, jsonb) FROM PUBLIC;

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
    PERFORM gb_enums_internal.partition_owned(relation);
    RETURN c;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_converting(regclass) IS 'the conversion under way of a table, an error when there is none';

-- The columns are still those that the conversion was begun with.
CREATE FUNCTION gb_enums_internal.convert_unchanged(c gb_enums_internal.enum_conversion) RETURNS void
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    difference text;
BEGIN
    SELECT string_agg(format('Column %s of "%s" is not "%s" any more.', i->>'column', (i->>'relation')::oid::regclass, i->>'name'), ' ') INTO difference
    FROM jsonb_array_elements(c.columns) i WHERE NOT EXISTS (
        SELECT FROM pg_attribute a JOIN pg_type y ON y.oid = a.atttypid WHERE a.attrelid = (i->>'relation')::oid AND a.attnum = (i->>'column')::smallint
        AND a.attname = i->>CASE WHEN c.stage IN ('settle', 'done') THEN 'old_name' ELSE 'name' END
        AND CASE WHEN y.typtype = 'e' THEN y.oid ELSE coalesce(nullif(y.typbasetype, 0), y.oid) END = (i->>'old_type')::oid);
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

-- Runs statements, again if a lock could not be had in time.
CREATE FUNCTION gb_enums_internal.convert_execute(c gb_enums_internal.enum_conversion, statements text[], action text) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    step gb_enums_internal.partition_step;
BEGIN
    IF statements IS NULL THEN
        RETURN;
    END IF;
    step.action := action;
    step.locks := 'ACCESS EXCLUSIVE';
    step.command := array_to_string(statements, '; ');
    PERFORM gb_enums_internal.partition_execute(gb_enums_internal.convert_patience(c), step);
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_execute(gb_enums_internal.enum_conversion, text[], text) IS 'runs the statements of a step';

CREATE VIEW @extschema@.gb_enum_conversions AS
    SELECT c.relation, (SELECT pg_catalog.string_agg(pg_catalog.format('%I %s', i.item OPERATOR(pg_catalog.->>) 'name', ((i.item OPERATOR(pg_catalog.->>) 'enum')::pg_catalog.oid)::pg_catalog.regtype), ', ' ORDER BY i.place)
            FROM pg_catalog.jsonb_array_elements(c.columns) WITH ORDINALITY i(item, place) WHERE ((i.item OPERATOR(pg_catalog.->>) 'relation')::pg_catalog.oid) OPERATOR(pg_catalog.=) c.relation) AS columns,
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
