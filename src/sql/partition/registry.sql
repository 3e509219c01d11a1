
-- Partitions ---------------------------------------------------------------------------------------
--
-- Times and names are computed in C++; statements are put together and executed in sequence, which reads
-- best as PL/pgSQL. The words: a set is a partitioned table that is registered, with its partitions; a
-- slot is an interval of its grid, whether it has a partition or not. A set of ids has slots of so many ids.
-- An id stands for the timestamp that the server counts as that number (its place), so that slots of ids
-- are put in order, and compared, as slots of time are.

-- A table by its OID, which dumps have as its name. Where there is no table of the name it reads as
-- none, so that what somebody registered cannot make a restore fail for all others.
CREATE TYPE gb_enums_internal.partition_parent;

CREATE FUNCTION gb_enums_internal.partition_parent_in(cstring) RETURNS gb_enums_internal.partition_parent
    LANGUAGE c STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'gb_partition_parent_in';
COMMENT ON FUNCTION gb_enums_internal.partition_parent_in(cstring) IS
    'the table of a name, none when there is none';

CREATE FUNCTION gb_enums_internal.partition_parent_out(gb_enums_internal.partition_parent) RETURNS cstring
    LANGUAGE c STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'gb_partition_parent_out';
COMMENT ON FUNCTION gb_enums_internal.partition_parent_out(gb_enums_internal.partition_parent) IS
    'the name of a table';

CREATE TYPE gb_enums_internal.partition_parent (
    INPUT = gb_enums_internal.partition_parent_in,
    OUTPUT = gb_enums_internal.partition_parent_out,
    LIKE = oid);
COMMENT ON TYPE gb_enums_internal.partition_parent IS
    'a regclass that reads the name of a table which is not there as none';

CREATE CAST (gb_enums_internal.partition_parent AS oid) WITHOUT FUNCTION AS IMPLICIT;
COMMENT ON CAST (gb_enums_internal.partition_parent AS oid) IS 'the table''s OID';
CREATE CAST (gb_enums_internal.partition_parent AS regclass) WITHOUT FUNCTION AS IMPLICIT;
COMMENT ON CAST (gb_enums_internal.partition_parent AS regclass) IS 'the table';
CREATE CAST (regclass AS gb_enums_internal.partition_parent) WITHOUT FUNCTION AS ASSIGNMENT;
COMMENT ON CAST (regclass AS gb_enums_internal.partition_parent) IS 'the table';

-- How long a slot is: an interval, or a number of ids. Any interval is one, so that there is one argument
-- for both.
CREATE TYPE gb_enums_internal.partition_length;

CREATE FUNCTION gb_enums_internal.partition_length_in(cstring) RETURNS gb_enums_internal.partition_length
    LANGUAGE c STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'gb_partition_length_in';
COMMENT ON FUNCTION gb_enums_internal.partition_length_in(cstring) IS
    'a number is a number of ids, all else an interval';

CREATE FUNCTION gb_enums_internal.partition_length_out(gb_enums_internal.partition_length) RETURNS cstring
    LANGUAGE c STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'gb_partition_length_out';
COMMENT ON FUNCTION gb_enums_internal.partition_length_out(gb_enums_internal.partition_length) IS
    'the interval or the number';

CREATE TYPE gb_enums_internal.partition_length (
    INPUT = gb_enums_internal.partition_length_in,
    OUTPUT = gb_enums_internal.partition_length_out,
    LIKE = interval);
COMMENT ON TYPE gb_enums_internal.partition_length IS 'an interval of time, or a number of ids';

CREATE FUNCTION gb_enums_internal.partition_length(ids bigint) RETURNS gb_enums_internal.partition_length
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'gb_partition_length_of_ids';
COMMENT ON FUNCTION gb_enums_internal.partition_length(bigint) IS 'a number of ids as a length';

CREATE FUNCTION gb_enums_internal.partition_length(ids integer) RETURNS gb_enums_internal.partition_length
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN gb_enums_internal.partition_length(ids::bigint);
COMMENT ON FUNCTION gb_enums_internal.partition_length(integer) IS 'a number of ids as a length';

-- Drivers send a small number as a smallint.
CREATE FUNCTION gb_enums_internal.partition_length(ids smallint) RETURNS gb_enums_internal.partition_length
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN gb_enums_internal.partition_length(ids::bigint);
COMMENT ON FUNCTION gb_enums_internal.partition_length(smallint) IS 'a number of ids as a length';

CREATE FUNCTION gb_enums_internal.partition_length(ids numeric) RETURNS gb_enums_internal.partition_length
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF ids <> trunc(ids) THEN
        RAISE EXCEPTION '% is no number of ids', ids
            USING ERRCODE = 'invalid_parameter_value', DETAIL = 'The number is whole.';
    END IF;
    RETURN gb_enums_internal.partition_length(ids::bigint);
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_length(numeric) IS 'a number of ids as a length';

CREATE CAST (interval AS gb_enums_internal.partition_length) WITHOUT FUNCTION AS IMPLICIT;
COMMENT ON CAST (interval AS gb_enums_internal.partition_length) IS 'an interval of time';
CREATE CAST (bigint AS gb_enums_internal.partition_length)
    WITH FUNCTION gb_enums_internal.partition_length(bigint) AS IMPLICIT;
COMMENT ON CAST (bigint AS gb_enums_internal.partition_length) IS 'a number of ids';
CREATE CAST (integer AS gb_enums_internal.partition_length)
    WITH FUNCTION gb_enums_internal.partition_length(integer) AS IMPLICIT;
COMMENT ON CAST (integer AS gb_enums_internal.partition_length) IS 'a number of ids';
CREATE CAST (smallint AS gb_enums_internal.partition_length)
    WITH FUNCTION gb_enums_internal.partition_length(smallint) AS IMPLICIT;
COMMENT ON CAST (smallint AS gb_enums_internal.partition_length) IS 'a number of ids';
CREATE CAST (numeric AS gb_enums_internal.partition_length)
    WITH FUNCTION gb_enums_internal.partition_length(numeric) AS IMPLICIT;
COMMENT ON CAST (numeric AS gb_enums_internal.partition_length) IS 'a number of ids';

CREATE FUNCTION gb_enums_internal.partition_time(length gb_enums_internal.partition_length) RETURNS interval
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'gb_partition_length_time';
COMMENT ON FUNCTION gb_enums_internal.partition_time(gb_enums_internal.partition_length) IS
    'a length as an interval, NULL for ids';

CREATE FUNCTION gb_enums_internal.partition_ids(length gb_enums_internal.partition_length) RETURNS bigint
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'gb_partition_length_ids';
COMMENT ON FUNCTION gb_enums_internal.partition_ids(gb_enums_internal.partition_length) IS
    'a length as a number of ids, NULL for an interval';

CREATE FUNCTION gb_enums_internal.partition_place_of_id(id numeric) RETURNS timestamptz
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'gb_partition_place_of_id';
COMMENT ON FUNCTION gb_enums_internal.partition_place_of_id(numeric) IS
    'the place of an id, infinite for an id that has none';

CREATE FUNCTION gb_enums_internal.partition_id_at(at timestamptz) RETURNS bigint
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'gb_partition_id_at';
COMMENT ON FUNCTION gb_enums_internal.partition_id_at(timestamptz) IS
    'the id of a place, NULL when it is infinite';

-- It has no CHECKs, as none may refuse what a dump of another version has. Values are checked before they
-- are written, and those beyond the limits are read as the nearest within: partition_registered().
CREATE TABLE gb_enums_internal.partition_set (
    parent gb_enums_internal.partition_parent PRIMARY KEY,
    every gb_enums_internal.partition_length NOT NULL,
    premake integer NOT NULL,
    retain gb_enums_internal.partition_length,
    on_expire text NOT NULL,
    move_to text,
    time_zone text NOT NULL,
    anchor timestamp,
    key text,
    epoch timestamptz,
    shift integer,
    storage text[],
    move_default boolean NOT NULL,
    hash_by name,
    hash_count integer,
    lock_timeout interval NOT NULL,
    attempts integer NOT NULL,
    copy_privileges boolean NOT NULL DEFAULT false,
    analyze_parent boolean NOT NULL DEFAULT false,
    paused boolean NOT NULL DEFAULT false,
    closed_tablespace name,
    keep_indexes boolean NOT NULL DEFAULT true);
COMMENT ON TABLE gb_enums_internal.partition_set IS
    'the managed partitioned tables; written by gb_partition_manage()';
GRANT SELECT ON gb_enums_internal.partition_set TO PUBLIC;
-- Restored after all tables are. Tables that were dropped or are temporary are in no dump, and cannot be
-- restored.
SELECT pg_catalog.pg_extension_config_dump('gb_enums_internal.partition_set', 'WHERE EXISTS (
    SELECT FROM pg_catalog.pg_class c WHERE c.oid OPERATOR(pg_catalog.=) parent
    AND c.relkind OPERATOR(pg_catalog.=) ''p'' AND c.relpersistence OPERATOR(pg_catalog.<>) ''t'')');

CREATE FUNCTION gb_enums_internal.partition_set_restored() RETURNS trigger
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM pg_class c WHERE c.oid = NEW.parent) THEN
        RETURN NEW;
    END IF;
    RAISE WARNING 'a table that was managed is not there and is no longer managed';
    RETURN NULL;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_set_restored() IS
    'leaves out what is registered for a table that is not there';
REVOKE ALL ON FUNCTION gb_enums_internal.partition_set_restored() FROM PUBLIC;

CREATE TRIGGER partition_set_restored BEFORE INSERT ON gb_enums_internal.partition_set
    FOR EACH ROW EXECUTE FUNCTION gb_enums_internal.partition_set_restored();
COMMENT ON TRIGGER partition_set_restored ON gb_enums_internal.partition_set IS
    'a dump may have rows of tables that it has not, or that could not be restored';

-- Slots and partitions as times ----------------------------------------------------------------------

CREATE TYPE gb_enums_internal.slot AS (
    name text, lower_bound text, upper_bound text, lower_at timestamptz, upper_at timestamptz,
    verdict text, other regclass);
COMMENT ON TYPE gb_enums_internal.slot IS
    'an interval of a set''s grid: the name of its partition, its bounds, whether it is free, and which '
    'partition is there';

CREATE FUNCTION gb_enums_internal.partition_slots(
    parent regclass, time_zone text, key text, epoch timestamptz, shift integer,
    at timestamptz, every gb_enums_internal.partition_length, anchor timestamp, slots integer)
    RETURNS SETOF gb_enums_internal.slot
    LANGUAGE c VOLATILE PARALLEL UNSAFE ROWS 4 AS 'MODULE_PATHNAME', 'gb_partition_slots';
COMMENT ON FUNCTION gb_enums_internal.partition_slots(
    regclass, text, text, timestamptz, integer, timestamptz, gb_enums_internal.partition_length, timestamp,
    integer) IS
    'the slots of a table from an instant on, and how each stands among its partitions';

CREATE FUNCTION gb_enums_internal.partition_slots_ahead(s gb_enums_internal.partition_set, at timestamptz)
    RETURNS SETOF gb_enums_internal.slot
    LANGUAGE sql VOLATILE PARALLEL UNSAFE ROWS 4 SET search_path = pg_catalog, pg_temp AS $$
SELECT p.*
FROM gb_enums_internal.partition_slots(
    s.parent, s.time_zone, s.key, s.epoch, s.shift, at, s.every, s.anchor, s.premake + 1) p
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_slots_ahead(gb_enums_internal.partition_set, timestamptz) IS
    'the slots of a set that are to have partitions at an instant: the current one and those that are '
    'made ahead';

CREATE FUNCTION gb_enums_internal.partition_slot(
    s gb_enums_internal.partition_set, at timestamptz, lock boolean DEFAULT false,
    bridges boolean DEFAULT false)
    RETURNS gb_enums_internal.slot
    LANGUAGE c STRICT VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'gb_partition_slot';
COMMENT ON FUNCTION gb_enums_internal.partition_slot(
    gb_enums_internal.partition_set, timestamptz, boolean, boolean) IS
    'the slot that an instant is in; an error when its partition would not fit the others; '
    'with lock, other creators wait if there is none yet; with bridges, what partitions of another '
    'interval leave of a slot is a slot';

CREATE FUNCTION gb_enums_internal.partition_ranges(
    parent regclass, time_zone text, key text, epoch timestamptz, shift integer,
    OUT partition oid, OUT is_default boolean, OUT lower_at timestamptz, OUT upper_at timestamptz,
    OUT lower_bound text, OUT upper_bound text, OUT gap_before boolean) RETURNS SETOF record
    LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'gb_partition_ranges';
COMMENT ON FUNCTION gb_enums_internal.partition_ranges(regclass, text, text, timestamptz, integer) IS
    'the partitions of a table in order, with their bounds as times';

CREATE FUNCTION gb_enums_internal.partition_ranges(
    s gb_enums_internal.partition_set,
    OUT partition oid, OUT is_default boolean, OUT lower_at timestamptz, OUT upper_at timestamptz,
    OUT lower_bound text, OUT upper_bound text, OUT gap_before boolean) RETURNS SETOF record
    LANGUAGE sql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT r.*
FROM gb_enums_internal.partition_ranges(s.parent, s.time_zone, s.key, s.epoch, s.shift) r
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_ranges(gb_enums_internal.partition_set) IS
    'the partitions of a set in order, with their bounds as times';

CREATE FUNCTION gb_enums_internal.partition_table(name text) RETURNS regclass
    LANGUAGE c STRICT STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'gb_partition_table';
COMMENT ON FUNCTION gb_enums_internal.partition_table(text) IS
    'the table of a name, as regclass reads it or else literally';

CREATE FUNCTION gb_enums_internal.partition_key_column(partitioned regclass) RETURNS name
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    RETURN (SELECT a.attname
            FROM pg_partitioned_table t
            JOIN pg_attribute a ON (a.attrelid, a.attnum) = (t.partrelid, t.partattrs[0])
            WHERE t.partrelid = partitioned);
COMMENT ON FUNCTION gb_enums_internal.partition_key_column(regclass) IS
    'the column that a table is partitioned by';

CREATE FUNCTION gb_enums_internal.partition_key_domain(partitioned regclass) RETURNS regtype
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    RETURN (SELECT y.oid
            FROM pg_partitioned_table t
            JOIN pg_attribute a ON (a.attrelid, a.attnum) = (t.partrelid, t.partattrs[0])
            JOIN pg_type y ON y.oid = a.atttypid AND y.typtype = 'd'
            WHERE t.partrelid = partitioned);
COMMENT ON FUNCTION gb_enums_internal.partition_key_domain(regclass) IS
    'the domain of the column that a table is partitioned by; NULL when its type is none';

CREATE FUNCTION gb_enums_internal.partition_lock(parent regclass) RETURNS void
    LANGUAGE c STRICT VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'gb_partition_lock';
COMMENT ON FUNCTION gb_enums_internal.partition_lock(regclass) IS
    'keeps other creators of a table''s partitions waiting until the end of the transaction';

CREATE FUNCTION gb_enums_internal.partition_settings_lock(parent regclass) RETURNS void
    LANGUAGE c STRICT VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'gb_partition_settings_lock';
COMMENT ON FUNCTION gb_enums_internal.partition_settings_lock(regclass) IS
    'keeps others who change how a table is managed waiting until the end of the transaction';

-- Settings -----------------------------------------------------------------------------------------

CREATE FUNCTION gb_enums_internal.partition_within_limits(s gb_enums_internal.partition_set)
    RETURNS gb_enums_internal.partition_set
    LANGUAGE c STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'gb_partition_within_limits';
COMMENT ON FUNCTION gb_enums_internal.partition_within_limits(gb_enums_internal.partition_set) IS
    'settings, those beyond the limits as the nearest within';

CREATE FUNCTION gb_enums_internal.partition_registered(parent regclass)
    RETURNS gb_enums_internal.partition_set
    LANGUAGE c STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'gb_partition_registered';
COMMENT ON FUNCTION gb_enums_internal.partition_registered(regclass) IS
    'how a table is registered, within limits; the parent is NULL when it is not';

CREATE FUNCTION gb_enums_internal.partition_key_or_id(
    key text, registered text, every gb_enums_internal.partition_length) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN coalesce(key, CASE WHEN gb_enums_internal.partition_ids(every) IS NOT NULL THEN 'id' END,
                    registered);
COMMENT ON FUNCTION gb_enums_internal.partition_key_or_id(text, text, gb_enums_internal.partition_length) IS
    'how a key is read: as the caller says, or as an id when slots are a number of ids, or as it was';

CREATE FUNCTION gb_enums_internal.partition_require_place(id bigint) RETURNS void
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT isfinite(gb_enums_internal.partition_place_of_id(id)) THEN
        RAISE EXCEPTION 'id % is out of range', id USING ERRCODE = 'numeric_value_out_of_range',
            DETAIL = 'Partitions are made for ids from -211813488000000000 to 9223371331199999999.';
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_require_place(bigint) IS
    'an error when an id has no place';

CREATE FUNCTION gb_enums_internal.partition_anchor(
    every gb_enums_internal.partition_length, anchor timestamp, anchor_id bigint) RETURNS timestamp
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF (CASE WHEN gb_enums_internal.partition_ids(every) IS NULL THEN anchor_id::text
             ELSE anchor::text END) IS NOT NULL
    THEN
        RAISE EXCEPTION 'invalid anchor "%"', coalesce(anchor::text, anchor_id::text)
            USING ERRCODE = 'invalid_parameter_value',
                  DETAIL = 'Slots of ids begin at an anchor_id, and slots of time at an anchor.';
    END IF;
    PERFORM gb_enums_internal.partition_require_place(anchor_id);
    RETURN coalesce(anchor, gb_enums_internal.partition_place_of_id(anchor_id) AT TIME ZONE 'UTC');
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_anchor(
    gb_enums_internal.partition_length, timestamp, bigint) IS
    'the time at which a slot begins, or the place of the id; NULL for the default';

CREATE FUNCTION gb_enums_internal.partition_settings(
    parent regclass, every gb_enums_internal.partition_length, time_zone text, key text, epoch timestamptz,
    shift integer, anchor timestamp, storage text[], lock_timeout interval, move_default boolean,
    hash_by name, hash_count integer, copy_privileges boolean) RETURNS gb_enums_internal.partition_set
    LANGUAGE c STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'gb_partition_settings';
COMMENT ON FUNCTION gb_enums_internal.partition_settings(
    regclass, gb_enums_internal.partition_length, text, text, timestamptz, integer, timestamp, text[],
    interval, boolean, name, integer, boolean) IS
    'the settings of a table''s set, or the defaults; where the caller says otherwise, the caller''s';
