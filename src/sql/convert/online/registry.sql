
-- Columns become enumerations while the table is used: what is on record about it ----------------------

CREATE FUNCTION gb_enums_internal.convert_lock(relation oid) RETURNS void
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'gb_enum_convert_lock';
COMMENT ON FUNCTION gb_enums_internal.convert_lock(oid) IS
    'keeps other steps of the conversion of a table of the caller''s waiting until the end of the '
    'transaction';

CREATE FUNCTION gb_enums_internal.convert_try_lock(relation oid) RETURNS boolean
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'gb_enum_convert_try_lock';
COMMENT ON FUNCTION gb_enums_internal.convert_try_lock(oid) IS
    'the same, unless another session takes a step; false then';

CREATE FUNCTION gb_enums_internal.convert_require_alone(relation regclass, is_alone boolean) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT is_alone THEN
        RAISE EXCEPTION 'another session takes a step of the conversion of "%"', relation
            USING ERRCODE = 'lock_not_available',
                  DETAIL = coalesce(gb_enums_internal.lock_holders(relation, false),
                                    'The session has just ended it.'),
                  HINT = 'Try again when it has ended.';
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_require_alone(regclass, boolean) IS
    'an error unless the caller has the lock of a conversion';

-- A conversion when it begins, with what is particular to it.
CREATE FUNCTION gb_enums_internal.convert_begun(INOUT c gb_enums_internal.online_conversion, asked jsonb)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF asked IS NULL THEN
        RAISE EXCEPTION 'no columns of "%" are being converted', c.relation USING
            ERRCODE = 'undefined_object',
            HINT = CASE (gb_enums_internal.convert_left_over(c.relation)).stage
                WHEN 'rows' THEN format('A conversion was begun before a dump, and is not on record. CALL '
                    'gb_enum_convert_online_undo(%L), and begin again.', c.relation)
                WHEN 'done' THEN format('A conversion was done before a dump: SELECT '
                    'gb_enum_convert_finish(%L).', c.relation)
                ELSE format('To begin, name the columns: CALL gb_enum_convert_online(%L, %L).',
                    c.relation, '{"status": "task_status"}') END;
    END IF;
    IF c.batch_pages IS NULL OR c.batch_pages < 1 THEN
        RAISE EXCEPTION 'invalid batch_pages %', c.batch_pages USING ERRCODE = 'invalid_parameter_value',
            HINT = 'At least one page is gone through at a time.';
    END IF;
    -- It is not dropped while it is looked at.
    PERFORM gb_enums_internal.hold_tables(ARRAY[c.relation::oid], exclusive => false);
    c.columns := gb_enums_internal.convert_read(c.relation, asked);
    IF (SELECT count(DISTINCT i.relation) FROM unnest(c.columns) i) > 1 THEN
        RAISE EXCEPTION 'columns of several tables cannot be converted while they are used'
            USING ERRCODE = 'feature_not_supported',
                  HINT = 'Leave "foreign_keys" out, or use gb_enum_convert_table().';
    END IF;
    c.columns := gb_enums_internal.convert_with_names(c.columns);
    PERFORM gb_enums_internal.run_as_owner(c.relation,
        format('SELECT gb_enums_internal.convert_online_check(%L)', c.columns));
    c.stage := 'column';
    c.pass := 1;
    c.rows_in_pass := 0;
    c.rows_locked := 0;
    c.idle_passes := 0;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_begun(gb_enums_internal.online_conversion, jsonb) IS
    'a conversion of columns as it is when it begins, an error when it cannot';

-- Whether a conversion can have come to a stage, which the catalogs tell, and as far as it says.
CREATE FUNCTION gb_enums_internal.convert_progress_possible(
    old gb_enums_internal.online_conversion, c gb_enums_internal.online_conversion) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT CASE WHEN c.stage = 'ended' THEN NOT is_followed
    ELSE (array_position(stages, c.stage) - array_position(stages, old.stage) IN (0, 1)
          OR old.stage = 'exchange' AND c.stage = 'indexes')
        AND (is_followed OR c.stage IN ('column', 'follow'))
        AND c.pass >= old.pass AND c.rows_in_pass >= 0 AND c.rows_locked >= 0 AND c.idle_passes >= 0
        AND (c.member IS NULL OR c.member = old.member
             OR c.member IN (SELECT m.member FROM gb_enums_internal.convert_members(old.columns) m)) END
FROM gb_enums_internal.convert_stages() stages
CROSS JOIN gb_enums_internal.convert_is_followed(old.relation) is_followed
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_progress_possible(
    gb_enums_internal.online_conversion, gb_enums_internal.online_conversion) IS
    'whether a conversion of columns can have come as far as it says';

-- A conversion with the tables that it has now. Partitions come and go.
CREATE FUNCTION gb_enums_internal.convert_of_now(INOUT c gb_enums_internal.online_conversion)
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    c.columns := gb_enums_internal.convert_with_children(
        ARRAY(SELECT i FROM unnest(c.columns) i WHERE i.relation = c.relation));
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_of_now(gb_enums_internal.online_conversion) IS
    'a conversion with the tables that belong to it now';

-- An error unless the columns are still those that the conversion began with.
CREATE FUNCTION gb_enums_internal.convert_require_unchanged(c gb_enums_internal.online_conversion)
    RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    difference text;
BEGIN
    WITH item AS (
        SELECT i.*, a.atttypid
        FROM unnest(c.columns) i
        LEFT JOIN pg_attribute a ON a.attrelid = i.relation AND a.attnum = i.number
            AND a.attname = CASE WHEN c.stage IN ('settle', 'done') THEN i.old_name ELSE i.name END),
    -- All partitions have the types of their parent.
    type AS (
        SELECT t.atttypid, o.old_type, o.is_array
        FROM (SELECT DISTINCT i.atttypid FROM item i) t
        CROSS JOIN LATERAL gb_enums_internal.convert_old_type(t.atttypid) o)
    SELECT string_agg(
            format('Column %s of "%s" is not "%s" any more.', i.number, i.relation::regclass, i.name), ' ')
        INTO difference
        FROM item i
        LEFT JOIN type t ON t.atttypid = i.atttypid
        WHERE (t.old_type, t.is_array) IS DISTINCT FROM (i.old_type, i.is_array);
    IF difference IS NOT NULL THEN
        -- An error when the table itself is gone.
        PERFORM gb_enums_internal.online_conversion_owned(c.relation, 'columns');
        RAISE EXCEPTION 'table "%" was changed while its columns were converted', c.relation
            USING ERRCODE = 'object_not_in_prerequisite_state', DETAIL = difference,
                  HINT = 'Change it back, or call gb_enum_convert_undo() and begin again.';
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_require_unchanged(gb_enums_internal.online_conversion) IS
    'an error unless columns are as they were';

-- The columns of a table and what they become, for the view. Nothing when what is on record is not readable:
-- that is the owner's trouble, and not that of all who look at the view.
CREATE FUNCTION gb_enums_internal.convert_columns_shown(
    relation regclass, columns gb_enums_internal.conversion_column[], OUT name text, OUT enum regtype)
    RETURNS SETOF record
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY
        SELECT i.name, i.enum::regtype
        FROM unnest(columns) i
        WHERE i.relation = convert_columns_shown.relation;
EXCEPTION WHEN OTHERS THEN
    NULL;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_columns_shown(
    regclass, gb_enums_internal.conversion_column[]) IS
    'what columns of a table become, for people';

CREATE VIEW @extschema@.gb_enum_conversions AS
    SELECT c.relation,
           (SELECT pg_catalog.string_agg(pg_catalog.format('%I %s', i.name, i.enum), ', ')
            FROM gb_enums_internal.convert_columns_shown(c.relation, c.columns) i) AS columns,
           c.stage, c.pass, c.member, c.pages_done, c.pages, c.rows_done AS rows_converted, c.rows_locked,
           c.started_at, c.updated_at
    FROM gb_enums_internal.online_conversion c
    JOIN pg_catalog.pg_class t ON t.oid OPERATOR(pg_catalog.=) c.relation
    WHERE c.kind OPERATOR(pg_catalog.=) 'columns'
    UNION ALL
    SELECT l.relation, pg_catalog.string_agg(pg_catalog.format('%I %s', l.source, l.enum), ', '),
           CASE WHEN pg_catalog.bool_and(l.exchanged) THEN 'done, not on record' ELSE 'not on record' END,
           NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM gb_enums_internal.convert_left_overs() l
    GROUP BY l.relation;
COMMENT ON VIEW @extschema@.gb_enum_conversions IS
    'the conversions that were begun by gb_enum_convert_online() and not finished; '
    'example: SELECT relation, stage, pages_done, pages FROM gb_enum_conversions';
COMMENT ON COLUMN @extschema@.gb_enum_conversions.relation IS 'the table';
COMMENT ON COLUMN @extschema@.gb_enum_conversions.columns IS 'its columns, and what they become';
COMMENT ON COLUMN @extschema@.gb_enum_conversions.stage IS
    'the stage of the next step: column, follow, rows, indexes, checks, validate, analyze, exchange, '
    'settle; done; after a restore, not on record';
COMMENT ON COLUMN @extschema@.gb_enum_conversions.pass IS 'rows: how many passes through the rows have begun';
COMMENT ON COLUMN @extschema@.gb_enum_conversions.member IS
    'rows: the table, or its partition, that is being gone through';
COMMENT ON COLUMN @extschema@.gb_enum_conversions.pages_done IS 'rows: how far that is';
COMMENT ON COLUMN @extschema@.gb_enum_conversions.pages IS 'rows: how far it has to go';
COMMENT ON COLUMN @extschema@.gb_enum_conversions.rows_converted IS
    'how many rows have been converted that nobody else wrote meanwhile';
COMMENT ON COLUMN @extschema@.gb_enum_conversions.rows_locked IS
    'rows: how many of this pass were locked by others, and wait for the next';
COMMENT ON COLUMN @extschema@.gb_enum_conversions.started_at IS 'when it was begun';
COMMENT ON COLUMN @extschema@.gb_enum_conversions.updated_at IS 'when the last step was done';
GRANT SELECT ON @extschema@.gb_enum_conversions TO PUBLIC;
