
-- A plain table becomes a partitioned one: what is on record about it ---------------------------------

CREATE FUNCTION gb_enums_internal.partition_key_time(
    parent regclass, time_zone text, key text, epoch timestamptz, shift integer, value text)
    RETURNS timestamptz
    LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'gb_partition_key_time';
COMMENT ON FUNCTION gb_enums_internal.partition_key_time(regclass, text, text, timestamptz, integer, text) IS
    'the place of a key of a partitioned table, infinite when it has none';

CREATE FUNCTION gb_enums_internal.partition_require_same_owner(c gb_enums_internal.online_conversion)
    RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF (SELECT count(DISTINCT t.relowner) FROM pg_class t WHERE t.oid IN (c.relation, c.target)) > 1 THEN
        RAISE EXCEPTION 'tables "%" and "%" have different owners', c.relation, c.target
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = 'The one is being converted into the other.',
                  HINT = 'ALTER TABLE ... OWNER TO gives them the same one.';
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_require_same_owner(gb_enums_internal.online_conversion) IS
    'an error unless both tables of a conversion have the same owner';

-- How the partitions of a conversion are made.
CREATE FUNCTION gb_enums_internal.partition_conversion_settings(c gb_enums_internal.online_conversion)
    RETURNS gb_enums_internal.partition_set
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    s gb_enums_internal.partition_set := jsonb_populate_record(
        NULL::gb_enums_internal.partition_set, c.settings - 'parent');
BEGIN
    s.parent := c.target;
    s.lock_timeout := c.lock_timeout;
    s.attempts := c.attempts;
    RETURN gb_enums_internal.partition_within_limits(s);
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_conversion_settings(gb_enums_internal.online_conversion) IS
    'the settings of a conversion''s partitions';

-- A conversion when it begins, with what is particular to it. The partitioned table is there already.
CREATE FUNCTION gb_enums_internal.partition_conversion_begun(INOUT c gb_enums_internal.online_conversion)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    key_column CONSTANT name := gb_enums_internal.partition_key_column(c.target);
    s gb_enums_internal.partition_set;
BEGIN
    IF (c.method IN ('attach', 'copy') AND key_column IS NOT NULL
        OR c.method = 'merge' AND key_column IS NULL) IS NOT TRUE
       OR EXISTS (SELECT
                  FROM gb_enums_internal.online_conversion o
                  WHERE o.target = c.target AND o.relation <> c.relation)
    THEN
        RAISE EXCEPTION 'invalid conversion of table "%"', c.relation
            USING ERRCODE = 'invalid_parameter_value',
            DETAIL = 'It is "attach" or "copy", into a partitioned table of its own, or "merge", into a '
                     'plain one.';
    END IF;
    PERFORM gb_enums_internal.require_owner(c.relation);
    PERFORM gb_enums_internal.partition_require_same_owner(c);
    IF c.method = 'merge' THEN
        c := gb_enums_internal.partition_merge_begun(c);
        RETURN;
    END IF;
    PERFORM gb_enums_internal.partition_require_convertible(c.relation, key_column, c.method);
    PERFORM gb_enums_internal.partition_require_same_features(c.relation, c.target);
    s := jsonb_populate_record(NULL::gb_enums_internal.partition_set, c.settings - 'parent');
    s.lock_timeout := c.lock_timeout;
    s.attempts := c.attempts;
    s := gb_enums_internal.partition_record_set_checked(c.target, s);
    c.settings := to_jsonb(s) - 'parent';
    PERFORM gb_enums_internal.partition_require_slots(c, s);
    c.stage := 'partitions';
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_conversion_begun(gb_enums_internal.online_conversion) IS
    'a conversion into a partitioned table as it is when it begins, an error when it cannot';

CREATE FUNCTION gb_enums_internal.partition_require_batch(batch_pages integer) RETURNS void
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF batch_pages IS NULL OR batch_pages < 1 THEN
        RAISE EXCEPTION 'invalid batch_pages %', batch_pages USING ERRCODE = 'invalid_parameter_value',
            DETAIL = 'At least one page is copied at a time.';
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_require_batch(integer) IS
    'an error unless rows can be copied by so many pages at a time';

CREATE FUNCTION gb_enums_internal.partition_require_slots(
    c gb_enums_internal.online_conversion, s gb_enums_internal.partition_set) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM gb_enums_internal.partition_require_batch(c.batch_pages);
    IF (isfinite(c.next_at) AND isfinite(c.last_at)
        AND gb_enums_internal.partition_slots_between(s, c.next_at, c.last_at) <= 10000
        AND CASE c.method
            WHEN 'attach' THEN c.next_at = gb_enums_internal.partition_key_time(
                s.parent, s.time_zone, s.key, s.epoch, s.shift, c.bound)
            ELSE c.bound IS NULL END) IS NOT TRUE
    THEN
        RAISE EXCEPTION 'invalid range of partitions for table "%"', c.relation
            USING ERRCODE = 'invalid_parameter_value',
                  DETAIL = 'They are at most 10000, and with "attach" they begin where the table ends.';
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_require_slots(
    gb_enums_internal.online_conversion, gb_enums_internal.partition_set) IS
    'an error unless the partitions of a conversion can be those that are on record';

-- Whether a conversion can have come to a stage, which the catalogs tell.
CREATE FUNCTION gb_enums_internal.partition_stage_reached(
    old gb_enums_internal.online_conversion, c gb_enums_internal.online_conversion) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
WITH found(validated, followed, attached) AS (
    SELECT (SELECT k.convalidated
            FROM pg_constraint k
            WHERE k.conrelid = old.relation AND k.conname = 'gb_partition_old'),
           (SELECT t.tgrelid
            FROM pg_trigger t
            WHERE t.tgrelid IN (old.relation, old.target) AND t.tgname = 'gb_partition_follow'
              AND t.tgparentid = 0),
           EXISTS (SELECT
                   FROM pg_inherits i
                   WHERE (i.inhparent, i.inhrelid) = (old.target, old.relation)))
SELECT CASE concat_ws(' ', old.method, old.stage, c.stage)
    WHEN 'attach partitions exclude' THEN true
    WHEN 'attach exclude validate' THEN validated IS NOT NULL
    WHEN 'attach validate exclude' THEN validated IS NULL
    WHEN 'attach validate exchange' THEN validated
    WHEN 'attach exchange analyze' THEN attached
    WHEN 'attach analyze done' THEN true
    WHEN 'copy partitions follow' THEN true
    WHEN 'copy follow copy' THEN followed = old.relation
    WHEN 'copy copy verify' THEN c.pages_done = c.pages
    WHEN 'copy verify exchange' THEN true
    WHEN 'copy exchange done' THEN followed = old.target
    WHEN 'merge follow copy' THEN followed = old.relation
    WHEN 'merge copy verify' THEN true
    WHEN 'merge verify exchange' THEN true
    WHEN 'merge verify copy' THEN true
    WHEN 'merge exchange copy' THEN true
    WHEN 'merge exchange done' THEN followed = old.target
    WHEN 'merge done drop' THEN followed IS NULL
    ELSE c.stage = old.stage
        OR c.stage = 'undone' AND old.stage <> 'drop' AND validated IS NULL AND followed IS NULL
           AND NOT attached
        OR c.stage = 'ended' AND old.stage IN ('done', 'drop', 'undone') END
FROM found
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_stage_reached(
    gb_enums_internal.online_conversion, gb_enums_internal.online_conversion) IS
    'whether a conversion can have come to a stage';

CREATE FUNCTION gb_enums_internal.partition_progress_possible(
    old gb_enums_internal.online_conversion, c gb_enums_internal.online_conversion) RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    s CONSTANT gb_enums_internal.partition_set := gb_enums_internal.partition_conversion_settings(old);
BEGIN
    PERFORM gb_enums_internal.partition_require_same_owner(old);
    RETURN gb_enums_internal.partition_stage_reached(old, c)
        AND CASE old.method
            WHEN 'merge' THEN c.copied IS NOT NULL
            -- The last slot of ids has no end.
            ELSE (isfinite(c.next_at) OR gb_enums_internal.partition_is_of_ids(s))
                AND c.next_at >= old.next_at
                AND (c.filenode IS NULL AND old.filenode IS NULL OR c.filenode = old.filenode
                     OR c.filenode = pg_relation_filenode(old.relation)) END;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_progress_possible(
    gb_enums_internal.online_conversion, gb_enums_internal.online_conversion) IS
    'whether a conversion can have come as far as it says';

CREATE VIEW @extschema@.gb_partition_conversions AS
    SELECT CASE WHEN c.stage OPERATOR(pg_catalog.=) ANY ('{analyze,done,drop}') THEN c.target
                ELSE c.relation END AS converted,
           c.method, c.stage AS phase, c.pages_done AS pages_copied, c.pages, c.rows_done AS rows_copied,
           CASE WHEN c.method OPERATOR(pg_catalog.=) 'merge' THEN c.target ELSE c.relation END AS plain,
           CASE WHEN c.method OPERATOR(pg_catalog.=) 'merge' THEN c.relation ELSE c.target END AS parted,
           c.started_at, c.updated_at,
           c.member AS partition, pg_catalog.cardinality(c.copied) AS partitions_copied
    FROM gb_enums_internal.online_conversion c
    JOIN pg_catalog.pg_class t ON t.oid OPERATOR(pg_catalog.=) c.relation
    WHERE c.kind OPERATOR(pg_catalog.=) 'partitions';
COMMENT ON VIEW @extschema@.gb_partition_conversions IS
    'the conversions of plain tables into partitioned ones, and back, that were begun and not finished; '
    'example: SELECT converted, phase, pages_copied, pages FROM gb_partition_conversions';
COMMENT ON COLUMN @extschema@.gb_partition_conversions.converted IS 'the table that has the name now';
COMMENT ON COLUMN @extschema@.gb_partition_conversions.method IS 'attach, copy or merge';
COMMENT ON COLUMN @extschema@.gb_partition_conversions.phase IS
    'the stage of the next step: partitions, exclude, validate or follow, copy, verify; exchange, '
    'analyze, done; drop; undone';
COMMENT ON COLUMN @extschema@.gb_partition_conversions.pages_copied IS
    'how far the copy is; with merge, that of a partition';
COMMENT ON COLUMN @extschema@.gb_partition_conversions.pages IS 'how far it has to go';
COMMENT ON COLUMN @extschema@.gb_partition_conversions.rows_copied IS 'how many rows have been copied';
COMMENT ON COLUMN @extschema@.gb_partition_conversions.plain IS 'the plain table';
COMMENT ON COLUMN @extschema@.gb_partition_conversions.parted IS 'the partitioned table';
COMMENT ON COLUMN @extschema@.gb_partition_conversions.started_at IS 'when it was begun';
COMMENT ON COLUMN @extschema@.gb_partition_conversions.updated_at IS 'when the last step was done';
COMMENT ON COLUMN @extschema@.gb_partition_conversions.partition IS
    'merge: the partition whose rows are being copied';
COMMENT ON COLUMN @extschema@.gb_partition_conversions.partitions_copied IS
    'merge: how many partitions have been copied';
GRANT SELECT ON @extschema@.gb_partition_conversions TO PUBLIC;
