
-- A plain table becomes a partitioned one ----------------------------------------------------------
--
-- By small steps, each a transaction. What was done so far is in the registry and in the catalogs, so
-- that who calls again goes on where it stopped. The table is `plain` before and after; the one that
-- takes its place is `parted`.

CREATE TABLE gb_enums_internal.partition_conversion (
    plain regclass PRIMARY KEY,
    parted regclass NOT NULL,
    method text NOT NULL CHECK (method IN ('attach', 'copy')),
    phase text NOT NULL,
    settings jsonb NOT NULL,
    -- attach: where the rows of the plain table end
    bound text,
    -- the partition to make next, and the last one
    next_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    -- copy: how far it is; page numbers mean something as long as the file is that one
    batch_pages integer NOT NULL,
    filenode oid,
    pages_copied bigint NOT NULL DEFAULT 0,
    pages bigint,
    rows_copied bigint NOT NULL DEFAULT 0,
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp());
COMMENT ON TABLE gb_enums_internal.partition_conversion IS 'the conversions under way; shown by gb_partition_conversions';
GRANT SELECT ON gb_enums_internal.partition_conversion TO PUBLIC;

CREATE FUNCTION gb_enums_internal.partition_key_time(
    parent regclass, time_zone text, key text, epoch timestamptz, shift integer, value text) RETURNS timestamptz
    LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'gb_partition_key_time';
COMMENT ON FUNCTION gb_enums_internal.partition_key_time(regclass, text, text, timestamptz, integer, text) IS
    'the instant that a key of a partitioned table tells, infinite when it tells none';

CREATE FUNCTION gb_enums_internal.put_on_record(relation regclass, c gb_enums_internal.partition_conversion) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM gb_enums_internal.partition_conversion o WHERE o.plain = relation;
    IF c.plain IS NOT NULL THEN
        INSERT INTO gb_enums_internal.partition_conversion SELECT c.*;
    END IF;
    DELETE FROM gb_enums_internal.partition_conversion o WHERE o.plain IN (
        SELECT d.plain FROM gb_enums_internal.partition_conversion d
        WHERE NOT EXISTS (SELECT FROM pg_class t WHERE t.oid = d.plain) FOR UPDATE SKIP LOCKED);
END $$;
COMMENT ON FUNCTION gb_enums_internal.put_on_record(regclass, gb_enums_internal.partition_conversion) IS
    'writes a conversion to the registry; called by partition_record_conversion() only';
REVOKE ALL ON FUNCTION gb_enums_internal.put_on_record(regclass, gb_enums_internal.partition_conversion) FROM PUBLIC;

-- How a conversion is going; NULL when it has ended.
CREATE FUNCTION gb_enums_internal.partition_record_conversion(plain regclass, c gb_enums_internal.partition_conversion) RETURNS void
    LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'gb_record';
COMMENT ON FUNCTION gb_enums_internal.partition_record_conversion(regclass, gb_enums_internal.partition_conversion) IS
    'puts on record how the conversion of a table of the caller''s is going';

-- What stands in the way of a conversion, a sentence for each.
CREATE FUNCTION gb_enums_internal.partition_obstacles(plain regclass, key_column name, method text) RETURNS SETOF text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
WITH t AS (SELECT c.*, (SELECT a.attnum FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = key_column) AS key FROM pg_class c WHERE c.oid = plain)
SELECT 'It is temporary.' FROM t WHERE relpersistence = 't'
UNION ALL
SELECT 'It is unlogged, which its partitions would not be.' FROM t WHERE relpersistence = 'u'
UNION ALL
SELECT format('It is a table of type "%s".', reloftype::regtype) FROM t WHERE reloftype <> 0
UNION ALL
SELECT format('It inherits from "%s".', i.inhparent::regclass) FROM pg_inherits i WHERE i.inhrelid = plain
UNION ALL
SELECT format('"%s" inherits from it.', i.inhrelid::regclass) FROM pg_inherits i WHERE i.inhparent = plain
UNION ALL
SELECT format('Index "%s" is not valid.', x.indexrelid::regclass) FROM pg_index x WHERE x.indrelid = plain AND NOT x.indisvalid
UNION ALL
SELECT format('Unique index "%s" does not include column "%s".', x.indexrelid::regclass, key_column)
FROM t JOIN pg_index x ON x.indrelid = t.oid
WHERE x.indisunique AND t.key <> ALL ((x.indkey::smallint[])[0:x.indnkeyatts - 1])
UNION ALL
SELECT 'It has no primary key that is checked at once, by which to know its rows.' FROM t
WHERE method = 'copy' AND NOT EXISTS (SELECT FROM pg_index x WHERE x.indrelid = plain AND x.indisprimary AND x.indimmediate)
UNION ALL
SELECT 'Row security is forced on its owner, who copies the rows.' FROM t WHERE method = 'copy' AND relforcerowsecurity
UNION ALL
(SELECT format('Constraint "%s" is %s.', conname, CASE WHEN contype = 'x' THEN 'an exclusion constraint'
    WHEN NOT convalidated THEN 'not validated' ELSE 'not inherited by partitions' END)
FROM pg_constraint WHERE conrelid = plain AND (contype = 'x' OR contype IN ('c', 'f') AND NOT convalidated OR contype = 'c' AND connoinherit)
ORDER BY conname)
UNION ALL
SELECT format('Constraint "%s" of table "%s" references it.', conname, conrelid::regclass)
FROM pg_constraint WHERE contype = 'f' AND confrelid = plain
UNION ALL
SELECT format('Trigger "%s" has a transition table for each row.', tgname)
FROM pg_trigger WHERE tgrelid = plain AND tgtype & 1 = 1 AND (tgoldtable IS NOT NULL OR tgnewtable IS NOT NULL)
UNION ALL
SELECT format('It has a rule "%s".', rulename) FROM pg_rewrite WHERE ev_class = plain
UNION ALL
SELECT format('Publication "%s" names it.', p.pubname) FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid WHERE r.prrelid = plain
UNION ALL
SELECT DISTINCT format('The definition of %s depends on it.', CASE WHEN d.classid = 'pg_rewrite'::regclass
           THEN (SELECT pg_describe_object('pg_class'::regclass, r.ev_class, 0) FROM pg_rewrite r WHERE r.oid = d.objid)
           ELSE pg_describe_object(d.classid, d.objid, d.objsubid) END)
FROM t JOIN pg_depend d ON (d.refclassid, d.refobjid) IN (('pg_class'::regclass, t.oid), ('pg_type'::regclass, t.reltype),
                                                          ('pg_type'::regclass, (SELECT typarray FROM pg_type WHERE pg_type.oid = t.reltype)))
WHERE d.deptype = 'n' AND CASE d.classid
    WHEN 'pg_rewrite'::regclass THEN NOT EXISTS (SELECT FROM pg_rewrite r JOIN pg_class v ON v.oid = r.ev_class WHERE r.oid = d.objid AND (v.relkind = 'v' OR v.oid = plain))
    WHEN 'pg_constraint'::regclass THEN NOT EXISTS (SELECT FROM pg_constraint k WHERE k.oid = d.objid AND plain IN (k.conrelid, k.confrelid))
    WHEN 'pg_policy'::regclass THEN NOT EXISTS (SELECT FROM pg_policy p WHERE p.oid = d.objid AND p.polrelid = plain)
    WHEN 'pg_trigger'::regclass THEN NOT EXISTS (SELECT FROM pg_trigger g WHERE g.oid = d.objid AND g.tgrelid = plain)
    WHEN 'pg_class'::regclass THEN NOT EXISTS (SELECT FROM pg_index x WHERE x.indexrelid = d.objid AND x.indrelid = plain)
    WHEN 'pg_attrdef'::regclass THEN NOT EXISTS (SELECT FROM pg_attrdef a WHERE a.oid = d.objid AND a.adrelid = plain)
    ELSE true END
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_obstacles(regclass, name, text) IS 'why a table cannot be converted, a sentence for each reason';

CREATE FUNCTION gb_enums_internal.partition_convertible(plain regclass, key_column name, method text) RETURNS void
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    obstacles text := (SELECT string_agg(o, ' ') FROM gb_enums_internal.partition_obstacles(plain, key_column, method) o);
BEGIN
    IF obstacles IS NOT NULL THEN
        RAISE EXCEPTION 'table "%" cannot be converted into a partitioned one', plain
            USING ERRCODE = 'object_not_in_prerequisite_state', DETAIL = obstacles,
                  HINT = 'Remove what the DETAIL names; what can be made again for the partitioned table can be afterwards.';
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_convertible(regclass, name, text) IS 'an error unless a table can be converted';

-- The least and the greatest key of a table as instants, NULL when it is empty.
CREATE FUNCTION gb_enums_internal.partition_extent(
    s gb_enums_internal.partition_set, plain regclass, key_column name, OUT first_at timestamptz, OUT last_at timestamptz) RETURNS record
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    -- min() and max() do not know uuid.
    ends jsonb := gb_enums_internal.query_as_owner(plain, format(
        'SELECT jsonb_build_array(
            (SELECT %1$I::text FROM ONLY %2$s WHERE %1$I IS NOT NULL ORDER BY %1$I LIMIT 1),
            (SELECT %1$I::text FROM ONLY %2$s WHERE %1$I IS NOT NULL ORDER BY %1$I DESC LIMIT 1))',
        key_column, plain));
BEGIN
    first_at := gb_enums_internal.partition_key_time(s.parent, s.time_zone, s.key, s.epoch, s.shift, ends->>0);
    last_at := gb_enums_internal.partition_key_time(s.parent, s.time_zone, s.key, s.epoch, s.shift, ends->>1);
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_extent(gb_enums_internal.partition_set, regclass, name) IS
    'when a table''s rows begin and end';

-- The registered conversion of a table, which may be named by either of the two. What somebody put on
-- record about their own table counts for another only if they own both.
CREATE FUNCTION gb_enums_internal.partition_conversion_of(relation regclass) RETURNS gb_enums_internal.partition_conversion
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
SELECT c FROM gb_enums_internal.partition_conversion c JOIN pg_class t ON t.oid = c.plain JOIN pg_class p ON p.oid = c.parted
WHERE relation = c.plain OR relation = c.parted AND p.relowner = t.relowner ORDER BY relation = c.plain DESC LIMIT 1
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_conversion_of(regclass) IS 'the conversion under way of a table';

-- An error unless the caller may go on with a conversion.
CREATE FUNCTION gb_enums_internal.partition_conversion_owned(c gb_enums_internal.partition_conversion) RETURNS void
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM gb_enums_internal.require_owner(c.plain);
    IF (SELECT count(DISTINCT t.relowner) FROM pg_class t WHERE t.oid IN (c.plain, c.parted)) > 1 THEN
        RAISE EXCEPTION 'tables "%" and "%" have different owners', c.plain, c.parted USING ERRCODE = 'object_not_in_prerequisite_state',
            DETAIL = 'The one is being converted into the other.', HINT = 'ALTER TABLE ... OWNER TO gives them the same one.';
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_conversion_owned(gb_enums_internal.partition_conversion) IS
    'an error unless the caller may go on with a conversion';

CREATE FUNCTION gb_enums_internal.partition_converting(relation regclass) RETURNS gb_enums_internal.partition_conversion
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c gb_enums_internal.partition_conversion := gb_enums_internal.partition_conversion_of(relation);
BEGIN
    IF c.plain IS NULL THEN
        RAISE EXCEPTION '"%" is not being converted', relation USING ERRCODE = 'undefined_object',
            HINT = 'The view gb_partition_conversions lists the tables that are.';
    END IF;
    PERFORM gb_enums_internal.partition_conversion_owned(c);
    c.batch_pages := greatest(c.batch_pages, 1);
    RETURN c;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_converting(regclass) IS 'the conversion under way of a table, an error when there is none';

-- What a conversion makes partitions by.
CREATE FUNCTION gb_enums_internal.partition_conversion_settings(c gb_enums_internal.partition_conversion) RETURNS gb_enums_internal.partition_set
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    s gb_enums_internal.partition_set := jsonb_populate_record(NULL::gb_enums_internal.partition_set, c.settings - 'parent');
BEGIN
    s.parent := c.parted;
    RETURN gb_enums_internal.partition_within_limits(s);
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_conversion_settings(gb_enums_internal.partition_conversion) IS
    'the settings of a conversion''s partitions';

-- A conversion as it is put on record when it begins. The table that is to be is there already.
CREATE FUNCTION gb_enums_internal.partition_conversion_begun(plain regclass, c gb_enums_internal.partition_conversion)
    RETURNS gb_enums_internal.partition_conversion
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    s gb_enums_internal.partition_set;
    key_column name := (SELECT a.attname FROM pg_partitioned_table t JOIN pg_attribute a ON (a.attrelid, a.attnum) = (t.partrelid, t.partattrs[0]) WHERE t.partrelid = c.parted);
    obstacles text;
BEGIN
    c.plain := plain;
    IF c.method IS NULL OR c.method NOT IN ('attach', 'copy') OR key_column IS NULL
       OR EXISTS (SELECT FROM gb_enums_internal.partition_conversion o WHERE o.parted = c.parted AND o.plain <> plain)
    THEN
        RAISE EXCEPTION 'invalid conversion of table "%"', plain USING ERRCODE = 'invalid_parameter_value',
            DETAIL = 'It is "attach" or "copy", into a partitioned table of its own.';
    END IF;
    PERFORM gb_enums_internal.partition_conversion_owned(c);
    PERFORM gb_enums_internal.partition_convertible(plain, key_column, c.method);
    PERFORM gb_enums_internal.partition_alike(plain, c.parted);
    s := gb_enums_internal.partition_record_set_checked(c.parted, jsonb_populate_record(NULL::gb_enums_internal.partition_set, c.settings - 'parent'));
    c.settings := to_jsonb(s) - 'parent';
    IF c.batch_pages IS NULL OR c.batch_pages < 1 THEN
        RAISE EXCEPTION 'invalid batch_pages %', c.batch_pages USING ERRCODE = 'invalid_parameter_value', DETAIL = 'At least one page is copied at a time.';
    END IF;
    IF (isfinite(c.next_at) AND isfinite(c.last_at)
        AND extract(epoch FROM c.last_at - c.next_at) / extract(epoch FROM s.every) <= 10000 AND CASE c.method
            WHEN 'attach' THEN c.next_at = gb_enums_internal.partition_key_time(s.parent, s.time_zone, s.key, s.epoch, s.shift, c.bound)
            ELSE c.bound IS NULL END) IS NOT TRUE
    THEN
        RAISE EXCEPTION 'invalid range of partitions for table "%"', plain USING ERRCODE = 'invalid_parameter_value',
            DETAIL = 'They are at most 10000, and with "attach" they begin where the table ends.';
    END IF;
    c.phase := 'partitions';
    c.filenode := NULL;
    c.pages_copied := 0;
    c.pages := NULL;
    c.rows_copied := 0;
    c.started_at := clock_timestamp();
    c.updated_at := c.started_at;
    RETURN c;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_conversion_begun(regclass, gb_enums_internal.partition_conversion) IS
    'a conversion as it is when it begins, an error when it cannot';

-- Whether a conversion may be in the phase that it is said to be in, which the catalogs tell.
CREATE FUNCTION gb_enums_internal.partition_phase_reached(old gb_enums_internal.partition_conversion, c gb_enums_internal.partition_conversion) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
WITH had(validated, mirrored, attached) AS (
    SELECT (SELECT k.convalidated FROM pg_constraint k WHERE k.conrelid = old.plain AND k.conname = 'gb_partition_old'),
           (SELECT t.tgrelid FROM pg_trigger t WHERE t.tgrelid IN (old.plain, old.parted) AND t.tgname = 'gb_partition_mirror' AND t.tgparentid = 0),
           EXISTS (SELECT FROM pg_inherits i WHERE (i.inhparent, i.inhrelid) = (old.parted, old.plain)))
SELECT CASE concat_ws(' ', old.method, old.phase, c.phase)
    WHEN 'attach partitions exclude' THEN true
    WHEN 'attach exclude validate' THEN validated IS NOT NULL
    WHEN 'attach validate exclude' THEN validated IS NULL
    WHEN 'attach validate swap' THEN validated
    WHEN 'attach swap analyze' THEN attached
    WHEN 'attach analyze done' THEN true
    WHEN 'copy partitions mirror' THEN true
    WHEN 'copy mirror copy' THEN mirrored = old.plain
    WHEN 'copy copy verify' THEN c.pages_copied = c.pages
    WHEN 'copy verify swap' THEN true
    WHEN 'copy swap done' THEN mirrored = old.parted
    ELSE c.phase = old.phase OR c.phase = 'undone' AND validated IS NULL AND mirrored IS NULL AND NOT attached END
FROM had
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_phase_reached(gb_enums_internal.partition_conversion, gb_enums_internal.partition_conversion) IS
    'whether a conversion may go on to a phase';

CREATE FUNCTION gb_enums_internal.partition_record_conversion_checked(plain regclass, c gb_enums_internal.partition_conversion)
    RETURNS gb_enums_internal.partition_conversion
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    old gb_enums_internal.partition_conversion := gb_enums_internal.partition_conversion_of(plain);
BEGIN
    IF c IS NULL THEN
        IF old.phase NOT IN ('done', 'undone') THEN
            RAISE EXCEPTION 'the conversion of "%" is not done yet', plain USING ERRCODE = 'object_not_in_prerequisite_state';
        END IF;
        RETURN NULL;
    END IF;
    IF old.plain IS DISTINCT FROM plain THEN
        RETURN gb_enums_internal.partition_conversion_begun(plain, c);
    END IF;
    PERFORM gb_enums_internal.partition_conversion_owned(old);
    IF (gb_enums_internal.partition_phase_reached(old, c) AND isfinite(c.next_at) AND c.next_at >= old.next_at
        AND c.pages_copied BETWEEN 0 AND coalesce(c.pages, 0) AND c.rows_copied >= old.rows_copied
        AND (c.filenode IS NULL AND old.filenode IS NULL OR c.filenode = old.filenode OR c.filenode = pg_relation_filenode(plain))) IS NOT TRUE
    THEN
        RAISE EXCEPTION 'the conversion of "%" cannot go from "%" to "%"', plain, old.phase, c.phase USING ERRCODE = 'object_not_in_prerequisite_state',
            DETAIL = 'The tables are not what they are then, or what it says about the copy cannot be.';
    END IF;
    -- All else is as it was when it began.
    old.phase := c.phase;
    old.next_at := c.next_at;
    old.filenode := c.filenode;
    old.pages_copied := c.pages_copied;
    old.pages := c.pages;
    old.rows_copied := c.rows_copied;
    old.updated_at := clock_timestamp();
    RETURN old;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_record_conversion_checked(regclass, gb_enums_internal.partition_conversion) IS
    'how a conversion is going, an error when that cannot be';

-- Begins a conversion, unless one is under way; and makes the table that is to be.
CREATE FUNCTION gb_enums_internal.partition_convert_prepare(
    s gb_enums_internal.partition_set, key_column name, method text, since timestamptz, until timestamptz, batch_pages integer) RETURNS regclass
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    relation CONSTANT regclass := s.parent;
    c gb_enums_internal.partition_conversion := gb_enums_internal.partition_conversion_of(relation);
    old record;
    extent record;
    slot record;
BEGIN
    IF c.plain IS NOT NULL THEN
        PERFORM gb_enums_internal.partition_conversion_owned(c);
        RAISE NOTICE 'the conversion of "%" goes on as it was begun', c.plain;
        RETURN c.plain;
    END IF;
    IF relation IS NULL OR key_column IS NULL THEN
        RAISE EXCEPTION 'the table and its key column must not be null' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    PERFORM gb_enums_internal.require_owner(relation);
    SELECT t.relkind, t.relname::text, t.reloptions, t.relreplident, n.nspname, a.attnotnull, a.attname AS key_column,
           (SELECT coalesce(nullif(y.typbasetype, 0), y.oid)::regtype FROM pg_type y WHERE y.oid = a.atttypid) AS key_type,
           format('%I.%I', n.nspname, 'gb_partition_new_' || t.oid) AS parted, ' TABLESPACE ' || quote_ident(p.spcname) AS space
        INTO old FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace LEFT JOIN pg_tablespace p ON p.oid = t.reltablespace
        LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attname = key_column AND NOT a.attisdropped WHERE t.oid = relation;
    IF old.relkind <> 'r' THEN
        RAISE EXCEPTION '"%" is not a plain table', relation USING ERRCODE = 'wrong_object_type',
            HINT = CASE old.relkind WHEN 'p' THEN 'It is partitioned; gb_partition_manage() registers such tables.'
                                    ELSE 'Only what CREATE TABLE made can be partitioned.' END;
    END IF;
    IF old.key_column IS NULL THEN
        RAISE EXCEPTION 'column "%" of table "%" does not exist', key_column, relation USING ERRCODE = 'undefined_column';
    END IF;
    IF old.key_type NOT IN ('date', 'timestamp', 'timestamptz', 'bigint', 'uuid') THEN
        RAISE EXCEPTION 'column "%" of table "%" does not tell the time', key_column, relation USING ERRCODE = 'feature_not_supported',
            HINT = 'Partitions are made by a column of type date, timestamp, timestamp with time zone, bigint or uuid.';
    END IF;
    IF method IS NULL OR method NOT IN ('attach', 'copy') THEN
        RAISE EXCEPTION 'invalid method "%"', method USING ERRCODE = 'invalid_parameter_value',
            HINT = 'It is "attach", which makes the table one partition, or "copy", which moves its rows to partitions of their own.';
    END IF;
    IF s.premake IS NULL OR s.premake NOT BETWEEN 0 AND 10000 OR batch_pages IS NULL OR batch_pages < 1 THEN
        RAISE EXCEPTION 'invalid premake % or batch_pages %', s.premake, batch_pages USING ERRCODE = 'invalid_parameter_value',
            DETAIL = 'There are 0 to 10000 partitions to be made ahead, and at least one page is copied at a time.';
    END IF;
    PERFORM gb_enums_internal.partition_convertible(relation, key_column, method);
    s.storage := coalesce(s.storage, old.reloptions);
    PERFORM gb_enums_internal.run_as_owner(relation,
        format('CREATE TABLE %s (LIKE %s INCLUDING ALL EXCLUDING IDENTITY) PARTITION BY RANGE (%I)', old.parted, relation, key_column) || coalesce(old.space, '')
        || coalesce((SELECT string_agg(format('; ALTER TABLE %s ADD CONSTRAINT %I %s', old.parted, k.conname, pg_get_constraintdef(k.oid)), '' ORDER BY k.oid)
                     FROM pg_constraint k WHERE k.conrelid = relation AND k.contype = 'f'), ''));
    c.parted := to_regclass(old.parted);
    -- Nobody else uses it before it takes the table's place.
    PERFORM gb_enums_internal.run_as_owner(relation, concat_ws('; ', gb_enums_internal.partition_dress(relation, c.parted, false),
        CASE WHEN old.relreplident = 'i' THEN (
            SELECT format('ALTER TABLE %s REPLICA IDENTITY USING INDEX %I', c.parted, j.name)
            FROM pg_index x JOIN gb_enums_internal.partition_indexes(relation) i ON i.index = x.indexrelid
            JOIN gb_enums_internal.partition_indexes(c.parted) j USING (definition) WHERE x.indrelid = relation AND x.indisreplident) END));
    s.parent := c.parted;
    extent := gb_enums_internal.partition_extent(s, relation, key_column);
    IF method = 'attach' THEN
        IF NOT old.attnotnull AND gb_enums_internal.run_as_owner(relation,
            format('SELECT count(*) FROM (SELECT FROM ONLY %s WHERE %I IS NULL LIMIT 1) rows', relation, key_column)) > 0
        THEN
            RAISE EXCEPTION 'column "%" of table "%" contains null values', key_column, relation USING ERRCODE = 'not_null_violation',
                HINT = 'No partition but a default one holds such rows.';
        END IF;
        -- A slot more than is needed: until the exchange no row may come that is beyond the end.
        slot := gb_enums_internal.partition_slot(s, coalesce(until, greatest(now(), extent.last_at)));
        IF until IS NULL THEN
            slot := gb_enums_internal.partition_slot(s, slot.upper_at);
        END IF;
        IF slot.lower_at = until THEN
            c.bound := slot.lower_bound;
            c.next_at := slot.lower_at;
        ELSE
            c.bound := slot.upper_bound;
            c.next_at := slot.upper_at;
        END IF;
        IF extent.last_at >= c.next_at THEN
            RAISE EXCEPTION 'table "%" has rows that are not before "%"', relation, c.bound USING ERRCODE = 'check_violation',
                DETAIL = format('The last is at "%s".', extent.last_at AT TIME ZONE s.time_zone), HINT = 'Leave until out, or choose a later one.';
        END IF;
    ELSE
        PERFORM gb_enums_internal.run_as_owner(relation, format('CREATE TABLE %I.%I PARTITION OF %s DEFAULT%s',
            old.nspname, gb_enums_internal.partition_joined(old.relname, '_default'), c.parted, coalesce(gb_enums_internal.partition_storage(s.storage), '')));
        PERFORM gb_enums_internal.run_as_owner(relation, coalesce(gb_enums_internal.partition_dress(c.parted, t.partdefid, false), ''))
            FROM pg_partitioned_table t WHERE t.partrelid = c.parted;
        c.next_at := coalesce(since, extent.first_at, now());
        IF NOT isfinite(c.next_at) THEN
            RAISE EXCEPTION 'the rows of "%" have no first time', relation USING ERRCODE = 'datetime_field_overflow',
                HINT = 'Say with since where partitions begin; rows before go to the default one.';
        END IF;
    END IF;
    c.last_at := (SELECT max(p.lower_at) FROM gb_enums_internal.partition_slots(s.parent, s.time_zone, s.key, s.epoch, s.shift, now(), s.every, s.anchor, s.premake + 1) p);
    c.last_at := greatest(c.last_at, c.next_at, CASE WHEN method = 'copy' AND isfinite(extent.last_at) THEN extent.last_at END);
    IF extract(epoch FROM c.last_at - c.next_at) / extract(epoch FROM s.every) > 10000 THEN
        RAISE EXCEPTION 'table "%" would have more than 10000 partitions', relation USING ERRCODE = 'invalid_parameter_value',
            DETAIL = format('Its rows are from "%s" to "%s".', extent.first_at AT TIME ZONE s.time_zone, extent.last_at AT TIME ZONE s.time_zone),
            HINT = 'Choose a longer interval, or say with since where partitions begin; rows before go to the default one.';
    END IF;
    c.method := method;
    c.settings := to_jsonb(s);
    c.batch_pages := batch_pages;
    PERFORM gb_enums_internal.partition_record_conversion(relation, c);
    RETURN relation;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_convert_prepare(gb_enums_internal.partition_set, name, text, timestamptz, timestamptz, integer) IS
    'begins the conversion of a plain table, unless it is under way';

CREATE FUNCTION gb_enums_internal.partition_convert_begin(
    relation regclass, key_column name, every interval, method text, premake integer, time_zone text, since timestamptz,
    until timestamptz, key text, epoch timestamptz, shift integer, anchor timestamp, storage text[], batch_pages integer,
    lock_timeout interval, attempts integer, copy_privileges boolean DEFAULT false) RETURNS regclass
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    s gb_enums_internal.partition_set := (relation, coalesce(every, interval '1 month'), premake, NULL, 'detach', NULL, coalesce(time_zone, 'UTC'), anchor,
        key, epoch, shift, storage, false, NULL, NULL, lock_timeout, attempts, coalesce(copy_privileges, false));
BEGIN
    PERFORM gb_enums_internal.require_read_committed('tables');
    PERFORM gb_enums_internal.check_waits(lock_timeout, attempts);
    PERFORM gb_enums_internal.exact_texts();
    FOR attempt IN 1 .. attempts LOOP
        BEGIN
            PERFORM gb_enums_internal.limit_waits(lock_timeout);
            RETURN gb_enums_internal.partition_convert_prepare(s, key_column, method, since, until, batch_pages);
        EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
            PERFORM gb_enums_internal.partition_retry(s, attempt, 'step "prepare"', sqlerrm);
        END;
    END LOOP;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_convert_begin(regclass, name, interval, text, integer, text, timestamptz, timestamptz, text, timestamptz, integer, timestamp, text[], integer, interval, integer, boolean) IS
    'begins the conversion of a plain table, unless it is under way';

-- Copies the rows on some pages. Rows that came or changed since the mirror is there are in the
-- other table already; the lock keeps those that are copied from being deleted meanwhile.
CREATE FUNCTION gb_enums_internal.partition_copy_pages(plain regclass, parted regclass, first_page bigint, end_page bigint) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    columns text := gb_enums_internal.partition_columns(plain);
BEGIN
    -- In the name of somebody else nothing may be deferred.
    RETURN gb_enums_internal.run_as_owner(plain, format(
        'SET CONSTRAINTS ALL IMMEDIATE; INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM ONLY %s WHERE ctid >= ''(%s,0)'' AND ctid < ''(%s,0)'' FOR KEY SHARE ON CONFLICT DO NOTHING',
        parted, columns, columns, plain, first_page, end_page));
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_copy_pages(regclass, regclass, bigint, bigint) IS 'copies the rows on some pages of a table';

-- The moment when the tables change places.
CREATE FUNCTION gb_enums_internal.partition_swap(c gb_enums_internal.partition_conversion) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM gb_enums_internal.run_as_owner(c.plain, format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', c.plain));
    IF c.method = 'copy' THEN
        PERFORM gb_enums_internal.run_as_owner(c.plain, gb_enums_internal.partition_unmirror(c.plain));
    END IF;
    PERFORM gb_enums_internal.partition_exchange(c.plain, c.parted, '_old');
    PERFORM gb_enums_internal.run_as_owner(c.plain, CASE c.method
        WHEN 'copy' THEN gb_enums_internal.partition_mirror(c.parted, c.plain)
        ELSE format('ALTER TABLE %s ATTACH PARTITION %s FOR VALUES FROM (MINVALUE) TO (%L); ALTER TABLE %s DROP CONSTRAINT gb_partition_old',
                    c.parted, c.plain, c.bound, c.plain) END);
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_swap(gb_enums_internal.partition_conversion) IS
    'makes the partitioned table take the place of the plain one';

-- Where row security would hide rows from the owner there is an error: they would be lost.
CREATE FUNCTION gb_enums_internal.partition_convert_take(relation regclass) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp SET row_security = off AS $$
DECLARE
    c gb_enums_internal.partition_conversion := gb_enums_internal.partition_converting(relation);
    s gb_enums_internal.partition_set := gb_enums_internal.partition_conversion_settings(c);
    slot record;
    drops text;
    made regclass;
    key_column name := (SELECT a.attname FROM pg_partitioned_table t JOIN pg_attribute a ON (a.attrelid, a.attnum) = (t.partrelid, t.partattrs[0]) WHERE t.partrelid = c.parted);
    table_name text := (SELECT relname FROM pg_class WHERE oid = c.plain);
    new_name text := (SELECT relname FROM pg_class WHERE oid = c.parted);
BEGIN
    -- Not two at once: the next waits here, and finds what was done.
    PERFORM gb_enums_internal.partition_lock(c.parted);
    c := gb_enums_internal.partition_converting(relation);
    CASE c.phase
        WHEN 'partitions' THEN
            -- One transaction cannot hold the locks of thousands.
            FOR i IN 1 .. 25 LOOP
                EXIT WHEN c.next_at > c.last_at;
                slot := gb_enums_internal.partition_slot(s, c.next_at);
                made := coalesce(slot.other, gb_enums_internal.partition_make(s,
                    gb_enums_internal.partition_joined(table_name, substr(slot.slot_name, length(new_name) + 1)), slot.lower_bound, slot.upper_bound, NULL));
                c.next_at := slot.upper_at;
            END LOOP;
            RAISE NOTICE 'conversion of "%": made partitions up to "%"', c.plain, made;
            IF c.next_at > c.last_at THEN
                c.phase := CASE c.method WHEN 'copy' THEN 'mirror' ELSE 'exclude' END;
            END IF;
        WHEN 'exclude' THEN
            PERFORM gb_enums_internal.run_as_owner(c.plain, format(
                'ALTER TABLE %s ADD CONSTRAINT gb_partition_old CHECK (%I IS NOT NULL AND %I OPERATOR(pg_catalog.<) %L::%s) NOT VALID',
                c.plain, key_column, key_column, c.bound,
                (SELECT format_type(a.atttypid, NULL) FROM pg_attribute a WHERE a.attrelid = c.parted AND a.attname = key_column)));
            RAISE NOTICE 'conversion of "%": rows are before "%" from now on', c.plain, c.bound;
            c.phase := 'validate';
        WHEN 'validate' THEN
            BEGIN
                PERFORM gb_enums_internal.run_as_owner(c.plain, format('ALTER TABLE %s VALIDATE CONSTRAINT gb_partition_old', c.plain));
                RAISE NOTICE 'conversion of "%": that is proved for all rows', c.plain;
                c.phase := 'swap';
            EXCEPTION WHEN check_violation THEN
                -- Not to refuse rows for a conversion that there will not be.
                PERFORM gb_enums_internal.run_as_owner(c.plain, format('ALTER TABLE %s DROP CONSTRAINT gb_partition_old', c.plain));
                c.phase := 'exclude';
                PERFORM gb_enums_internal.partition_record_conversion(c.plain, c);
                RETURN NULL;
            END;
        WHEN 'mirror' THEN
            PERFORM gb_enums_internal.run_as_owner(c.plain, gb_enums_internal.partition_mirror(c.plain, c.parted));
            -- Whoever wrote before is done now, so that his rows are on these pages.
            c.filenode := pg_relation_filenode(c.plain);
            c.pages := pg_relation_size(c.plain) / current_setting('block_size')::bigint;
            RAISE NOTICE 'conversion of "%": changes are repeated in the new table from now on', c.plain;
            c.phase := 'copy';
        WHEN 'copy' THEN
            PERFORM gb_enums_internal.partition_alike(c.plain, c.parted);
            IF c.filenode <> pg_relation_filenode(c.plain) THEN
                RAISE NOTICE 'conversion of "%": it was rewritten, and is copied from its beginning again', c.plain;
                c.filenode := pg_relation_filenode(c.plain);
                c.pages := pg_relation_size(c.plain) / current_setting('block_size')::bigint;
                c.pages_copied := 0;
            END IF;
            c.rows_copied := c.rows_copied + gb_enums_internal.partition_copy_pages(c.plain, c.parted, c.pages_copied, least(c.pages, c.pages_copied + c.batch_pages));
            c.pages_copied := least(c.pages, c.pages_copied + c.batch_pages);
            RAISE NOTICE 'conversion of "%": copied % of % pages, % rows', c.plain, c.pages_copied, c.pages, c.rows_copied;
            IF c.pages_copied = c.pages THEN
                c.phase := 'verify';
            END IF;
        WHEN 'verify' THEN
            -- Both counts are of one snapshot.
            IF gb_enums_internal.run_as_owner(c.plain, format('SELECT (SELECT count(*) FROM ONLY %s) - (SELECT count(*) FROM %s)', c.plain, c.parted)) <> 0 THEN
                RAISE EXCEPTION 'the copy of "%" has not as many rows as it', c.plain USING ERRCODE = 'data_corrupted',
                    HINT = 'Call gb_partition_convert_undo() and begin again; nothing was changed in it.';
            END IF;
            RAISE NOTICE 'conversion of "%": the new table has as many rows', c.plain;
            PERFORM gb_enums_internal.run_as_owner(c.plain, format('ANALYZE %s', c.parted));
            c.phase := 'swap';
        WHEN 'swap' THEN
            -- Tried before the table is locked.
            PERFORM gb_enums_internal.partition_record_set(c.parted, s);
            PERFORM gb_enums_internal.partition_swap(c);
            RAISE NOTICE 'conversion of "%": it is partitioned, and "%" is %', c.parted, c.plain,
                CASE c.method WHEN 'copy' THEN 'kept in step with it' ELSE 'its first partition' END;
            c.phase := CASE c.method WHEN 'copy' THEN 'done' ELSE 'analyze' END;
        WHEN 'analyze' THEN
            PERFORM gb_enums_internal.run_as_owner(c.plain, format('ANALYZE %s', c.parted));
            c.phase := 'done';
        WHEN 'undone' THEN
            SELECT string_agg(format('DROP TABLE %s', d.relid::regclass), '; ') INTO drops FROM (
                SELECT i.inhrelid AS relid FROM pg_inherits i WHERE i.inhparent = c.parted LIMIT 25) d;
            IF drops IS NULL THEN
                PERFORM gb_enums_internal.partition_record_conversion(c.plain, NULL);
            END IF;
            PERFORM gb_enums_internal.run_as_owner(c.plain, coalesce(drops, format('DROP TABLE %s', c.parted)));
            RETURN drops IS NOT NULL;
        WHEN 'done' THEN
            RAISE NOTICE 'conversion of "%": gb_partition_convert_finish() ends it, gb_partition_convert_undo() makes it a plain table again', c.parted;
            RETURN false;
    END CASE;
    PERFORM gb_enums_internal.partition_record_conversion(c.plain, c);
    RETURN true;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_convert_take(regclass) IS 'takes one step of a conversion, unless it has to wait too long';

-- Takes one step of a conversion. Whether there is another; NULL when it cannot go on.
CREATE FUNCTION gb_enums_internal.partition_convert_step(relation regclass) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c gb_enums_internal.partition_conversion := gb_enums_internal.partition_converting(relation);
    s gb_enums_internal.partition_set := gb_enums_internal.partition_conversion_settings(c);
BEGIN
    PERFORM gb_enums_internal.exact_texts();
    PERFORM gb_enums_internal.require_read_committed('tables');
    s.parent := c.plain;
    FOR attempt IN 1 .. s.attempts LOOP
        BEGIN
            PERFORM gb_enums_internal.limit_waits(s.lock_timeout);
            RETURN gb_enums_internal.partition_convert_take(relation);
        EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
            PERFORM gb_enums_internal.partition_retry(s, attempt, format('step "%s"', c.phase), sqlerrm, c.phase IN ('exclude', 'mirror', 'swap'));
        END;
    END LOOP;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_convert_step(regclass) IS 'takes one step of a conversion';

CREATE FUNCTION gb_enums_internal.partition_convert_failed(relation regclass) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c gb_enums_internal.partition_conversion := gb_enums_internal.partition_converting(relation);
BEGIN
    RAISE EXCEPTION 'table "%" has rows that are not before "%"', c.plain, c.bound USING ERRCODE = 'check_violation',
        DETAIL = 'They came after the conversion was begun.',
        HINT = 'Remove them and call gb_partition_convert() again, or gb_partition_convert_undo() and begin with a later end.';
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_convert_failed(regclass) IS 'raises the error that a conversion cannot go on';

-- As gb_partition_maintain(), it has nothing in it that a search_path could change.
CREATE PROCEDURE @extschema@.gb_partition_convert(
    plain pg_catalog.regclass, key_column pg_catalog.name DEFAULT NULL, every pg_catalog.interval DEFAULT '1 month', method pg_catalog.text DEFAULT 'attach',
    premake pg_catalog.int4 DEFAULT 3, time_zone pg_catalog.text DEFAULT 'UTC', since pg_catalog.timestamptz DEFAULT NULL, until pg_catalog.timestamptz DEFAULT NULL,
    key pg_catalog.text DEFAULT NULL, epoch pg_catalog.timestamptz DEFAULT NULL, shift pg_catalog.int4 DEFAULT NULL, anchor pg_catalog.timestamp DEFAULT NULL,
    storage pg_catalog.text[] DEFAULT NULL, batch_pages pg_catalog.int4 DEFAULT 500, lock_timeout pg_catalog.interval DEFAULT '2 seconds', attempts pg_catalog.int4 DEFAULT 10,
    copy_privileges pg_catalog.bool DEFAULT false)
    LANGUAGE plpgsql AS $$
DECLARE
    one pg_catalog.regclass := gb_enums_internal.partition_convert_begin(
        plain, key_column, every, method, premake, time_zone, since, until, key, epoch, shift, anchor, storage, batch_pages, lock_timeout, attempts, copy_privileges);
    more pg_catalog.bool;
BEGIN
    COMMIT;
    LOOP
        more := gb_enums_internal.partition_convert_step(one);
        COMMIT;
        IF more IS NULL THEN
            PERFORM gb_enums_internal.partition_convert_failed(one);
        END IF;
        EXIT WHEN NOT more;
    END LOOP;
END $$;
COMMENT ON PROCEDURE @extschema@.gb_partition_convert(regclass, name, interval, text, integer, text, timestamptz, timestamptz, text, timestamptz, integer, timestamp, text[], integer, interval, integer, boolean) IS
    'makes a plain table a partitioned one while it is used, or goes on where it stopped; example: CALL gb_partition_convert(''history'', ''created_at'')';

-- An error when a copy has rows that the plain table, which follows it, has not. They came with a
-- partition that was attached, and would be dropped with the copy.
CREATE FUNCTION gb_enums_internal.partition_convert_complete(c gb_enums_internal.partition_conversion) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    more bigint := gb_enums_internal.run_as_owner(c.plain, format(
        'SELECT count(*) FROM %s p WHERE NOT EXISTS (SELECT FROM ONLY %s o WHERE %s)', c.parted, c.plain,
        (SELECT string_agg(format('o.%1$I %2$s p.%1$I', k.name, k.equals), ' AND ')
         FROM gb_enums_internal.partition_identity(c.plain) k)));
BEGIN
    IF more > 0 THEN
        RAISE EXCEPTION 'table "%" has % that "%" has not', c.parted, more || CASE more WHEN 1 THEN ' row' ELSE ' rows' END, c.plain
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = 'They did not come by INSERT, UPDATE or COPY, but with a partition that was attached.',
                  HINT = 'Detach that partition, or insert its rows into the other table, and undo the conversion then.';
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_convert_complete(gb_enums_internal.partition_conversion) IS
    'an error unless the plain table of a conversion has all rows of its copy';

-- Puts the plain table where it was. What is left of the other one is dropped by steps.
CREATE FUNCTION gb_enums_internal.partition_convert_back(converted regclass) RETURNS regclass
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp SET row_security = off AS $$
DECLARE
    c gb_enums_internal.partition_conversion := gb_enums_internal.partition_converting(converted);
    s gb_enums_internal.partition_set := gb_enums_internal.partition_conversion_settings(c);
    swapped boolean;
    columns text;
    moved bigint;
BEGIN
    PERFORM gb_enums_internal.exact_texts();
    PERFORM gb_enums_internal.require_read_committed('tables');
    FOR attempt IN 1 .. s.attempts LOOP
        BEGIN
            PERFORM gb_enums_internal.limit_waits(s.lock_timeout);
            -- A step that another session takes is waited for, and may have changed what there is to undo.
            PERFORM gb_enums_internal.partition_lock(c.parted);
            c := gb_enums_internal.partition_converting(converted);
            IF c.phase = 'undone' THEN
                RETURN c.plain;
            END IF;
            swapped := c.phase IN ('analyze', 'done');
            IF swapped AND c.method = 'copy' THEN
                -- Nothing can be attached meanwhile.
                PERFORM gb_enums_internal.partition_convert_complete(c);
            END IF;
            -- First the one that is written to, as those who write to it do.
            PERFORM gb_enums_internal.run_as_owner(c.plain, format('LOCK TABLE %s, %s IN ACCESS EXCLUSIVE MODE',
                CASE WHEN swapped THEN c.parted ELSE c.plain END, CASE WHEN swapped THEN c.plain ELSE c.parted END));
            IF swapped AND c.method = 'copy' THEN
                PERFORM gb_enums_internal.run_as_owner(c.plain, gb_enums_internal.partition_unmirror(c.parted));
            ELSIF swapped THEN
                IF NOT EXISTS (SELECT FROM pg_inherits i WHERE (i.inhparent, i.inhrelid) = (c.parted, c.plain)) THEN
                    RAISE EXCEPTION '"%" is no partition of "%" any more', c.plain, c.parted USING ERRCODE = 'object_not_in_prerequisite_state',
                        HINT = 'Attach it again, or call gb_partition_convert_finish().';
                END IF;
                PERFORM gb_enums_internal.run_as_owner(c.plain, format('ALTER TABLE %s DETACH PARTITION %s', c.parted, c.plain));
                columns := gb_enums_internal.partition_columns(c.plain);
                moved := gb_enums_internal.run_as_owner(c.plain, format(
                    'SET CONSTRAINTS ALL IMMEDIATE; INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM %s', c.plain, columns, columns, c.parted));
                IF moved <> gb_enums_internal.run_as_owner(c.plain, format('SELECT count(*) FROM %s', c.parted)) THEN
                    RAISE EXCEPTION 'not all rows of "%" could be moved back to "%"', c.parted, c.plain USING ERRCODE = 'object_not_in_prerequisite_state',
                        DETAIL = format('A trigger or rule of "%s" leaves some out.', c.plain), HINT = 'Drop it, and undo the conversion then.';
                END IF;
                RAISE NOTICE 'moved % back to "%"', moved || CASE moved WHEN 1 THEN ' row' ELSE ' rows' END, c.plain;
            ELSIF c.phase IN ('copy', 'verify', 'swap') AND c.method = 'copy' THEN
                PERFORM gb_enums_internal.run_as_owner(c.plain, gb_enums_internal.partition_unmirror(c.plain));
            ELSIF c.phase IN ('validate', 'swap') THEN
                PERFORM gb_enums_internal.run_as_owner(c.plain, format('ALTER TABLE %s DROP CONSTRAINT gb_partition_old', c.plain));
            END IF;
            IF swapped THEN
                PERFORM gb_enums_internal.partition_exchange(c.parted, c.plain, '_undone');
                PERFORM gb_enums_internal.partition_record_set(c.parted, NULL);
            END IF;
            c.phase := 'undone';
            PERFORM gb_enums_internal.partition_record_conversion(c.plain, c);
            RETURN c.plain;
        EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
            s.parent := converted;
            PERFORM gb_enums_internal.partition_retry(s, attempt, 'step "undo"', sqlerrm, true);
        END;
    END LOOP;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_convert_back(regclass) IS 'puts the plain table of a conversion where it was';

CREATE PROCEDURE @extschema@.gb_partition_convert_undo(converted pg_catalog.regclass)
    LANGUAGE plpgsql AS $$
DECLARE
    one pg_catalog.regclass := gb_enums_internal.partition_convert_back(converted);
BEGIN
    COMMIT;
    WHILE gb_enums_internal.partition_convert_step(one) LOOP
        COMMIT;
    END LOOP;
END $$;
COMMENT ON PROCEDURE @extschema@.gb_partition_convert_undo(regclass) IS
    'makes a table that was converted a plain one again, until gb_partition_convert_finish() was called; example: CALL gb_partition_convert_undo(''history'')';

CREATE FUNCTION @extschema@.gb_partition_convert_finish(converted regclass) RETURNS regclass
    LANGUAGE plpgsql VOLATILE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c gb_enums_internal.partition_conversion := gb_enums_internal.partition_converting(converted);
    s gb_enums_internal.partition_set := gb_enums_internal.partition_conversion_settings(c);
BEGIN
    IF c.phase <> 'done' THEN
        RAISE EXCEPTION 'the conversion of "%" is not done yet', c.plain USING ERRCODE = 'object_not_in_prerequisite_state',
            HINT = 'Call gb_partition_convert() to go on with it.';
    END IF;
    FOR attempt IN 1 .. s.attempts LOOP
        BEGIN
            PERFORM gb_enums_internal.limit_waits(s.lock_timeout);
            PERFORM gb_enums_internal.partition_record_conversion(c.plain, NULL);
            IF c.method = 'copy' THEN
                PERFORM gb_enums_internal.run_as_owner(c.parted,
                    concat_ws('; ', gb_enums_internal.partition_unmirror(c.parted), format('DROP TABLE %s', c.plain)));
            END IF;
            RETURN c.parted;
        EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
            PERFORM gb_enums_internal.partition_retry(s, attempt, 'step "finish"', sqlerrm, true);
        END;
    END LOOP;
END $$;
COMMENT ON FUNCTION @extschema@.gb_partition_convert_finish(regclass) IS
    'ends a conversion that is done: there is no way back then, and after a copy the plain table is dropped; example: gb_partition_convert_finish(''request_log'')';

CREATE VIEW @extschema@.gb_partition_conversions AS
    SELECT CASE WHEN c.phase OPERATOR(pg_catalog.=) ANY ('{analyze,done}') THEN c.parted ELSE c.plain END AS converted,
           c.method, c.phase, c.pages_copied, c.pages, c.rows_copied, c.plain, c.parted, c.started_at, c.updated_at
    FROM gb_enums_internal.partition_conversion c JOIN pg_catalog.pg_class t ON t.oid OPERATOR(pg_catalog.=) c.plain;
COMMENT ON VIEW @extschema@.gb_partition_conversions IS
    'the conversions of plain tables that were begun and not finished; example: SELECT converted, phase, pages_copied, pages FROM gb_partition_conversions';
COMMENT ON COLUMN @extschema@.gb_partition_conversions.converted IS 'the table that has the name now';
COMMENT ON COLUMN @extschema@.gb_partition_conversions.method IS 'attach or copy';
COMMENT ON COLUMN @extschema@.gb_partition_conversions.phase IS 'the next step: partitions, exclude, validate or mirror, copy, verify; swap, analyze, done; undone';
COMMENT ON COLUMN @extschema@.gb_partition_conversions.pages_copied IS 'how far the copy is';
COMMENT ON COLUMN @extschema@.gb_partition_conversions.pages IS 'how far it has to go';
COMMENT ON COLUMN @extschema@.gb_partition_conversions.rows_copied IS 'how many rows that were';
COMMENT ON COLUMN @extschema@.gb_partition_conversions.plain IS 'the table that was plain';
COMMENT ON COLUMN @extschema@.gb_partition_conversions.parted IS 'the table that is partitioned';
COMMENT ON COLUMN @extschema@.gb_partition_conversions.started_at IS 'when it was begun';
COMMENT ON COLUMN @extschema@.gb_partition_conversions.updated_at IS 'when the last step was done';
GRANT SELECT ON @extschema@.gb_partition_conversions TO PUBLIC;
