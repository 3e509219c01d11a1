
-- A plain table becomes a partitioned one: the beginning ----------------------------------------------

-- The settings have the plain table as their parent.
CREATE TYPE gb_enums_internal.partition_conversion_request AS (
    settings gb_enums_internal.partition_set, key_column name, method text,
    since timestamptz, until timestamptz, batch_pages integer, work_share double precision);
COMMENT ON TYPE gb_enums_internal.partition_conversion_request IS
    'the arguments of a conversion into a partitioned table';

-- An error unless a table can be partitioned by a column, with arguments that mean something.
CREATE FUNCTION gb_enums_internal.partition_require_arguments(
    request gb_enums_internal.partition_conversion_request) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    s CONSTANT gb_enums_internal.partition_set := request.settings;
    relation_kind "char" := (SELECT t.relkind FROM pg_class t WHERE t.oid = s.parent);
    key_type regtype := (
        SELECT coalesce(nullif(y.typbasetype, 0), y.oid)
        FROM pg_attribute a
        JOIN pg_type y ON y.oid = a.atttypid
        WHERE a.attrelid = s.parent AND a.attname = request.key_column AND NOT a.attisdropped);
BEGIN
    IF s.parent IS NULL OR request.key_column IS NULL THEN
        RAISE EXCEPTION 'the table and its key column must not be null'
            USING ERRCODE = 'null_value_not_allowed';
    END IF;
    PERFORM gb_enums_internal.require_owner(s.parent);
    IF relation_kind <> 'r' THEN
        RAISE EXCEPTION '"%" is not a plain table', s.parent::regclass USING ERRCODE = 'wrong_object_type',
            HINT = CASE relation_kind
                WHEN 'p' THEN 'It is partitioned; gb_partition_manage() registers such tables.'
                ELSE 'Only what CREATE TABLE made can be partitioned.' END;
    END IF;
    IF key_type IS NULL THEN
        RAISE EXCEPTION 'column "%" of table "%" does not exist', request.key_column, s.parent::regclass
            USING ERRCODE = 'undefined_column';
    END IF;
    IF key_type NOT IN ('date', 'timestamp', 'timestamptz', 'smallint', 'integer', 'bigint', 'uuid') THEN
        RAISE EXCEPTION 'column "%" of table "%" neither tells the time nor is an id',
                request.key_column, s.parent::regclass
            USING ERRCODE = 'feature_not_supported',
                  HINT = 'Partitions are made by a column of type date, timestamp, timestamp with time '
                         'zone, smallint, integer, bigint or uuid.';
    END IF;
    IF request.method IS NULL OR request.method NOT IN ('attach', 'copy') THEN
        RAISE EXCEPTION 'invalid method "%"', request.method USING ERRCODE = 'invalid_parameter_value',
            HINT = 'It is "attach", which makes the table one partition, or "copy", which moves its '
                   'rows to partitions of their own.';
    END IF;
    IF s.premake IS NULL OR s.premake NOT BETWEEN 0 AND 10000
       OR request.batch_pages IS NULL OR request.batch_pages < 1
    THEN
        RAISE EXCEPTION 'invalid premake % or batch_pages %', s.premake, request.batch_pages
            USING ERRCODE = 'invalid_parameter_value',
                  DETAIL = 'There are 0 to 10000 partitions to be made ahead, and at least one page is '
                           'copied at a time.';
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_require_arguments(
    gb_enums_internal.partition_conversion_request) IS
    'an error unless a table can be partitioned as the arguments say';

-- Statements that make the other table of a conversion: partitioned when there is a key column.
CREATE FUNCTION gb_enums_internal.partition_new_table(
    source regclass, key_column name, storage text[], OUT name text, OUT statements text[])
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
WITH new AS (
    SELECT t.oid, format('%I.%I', n.nspname, 'gb_partition_new_' || t.oid) AS name,
           coalesce(' TABLESPACE ' || quote_ident(p.spcname), '') AS space
    FROM pg_class t
    JOIN pg_namespace n ON n.oid = t.relnamespace
    LEFT JOIN pg_tablespace p ON p.oid = t.reltablespace
    WHERE t.oid = source)
SELECT new.name,
    ARRAY[format('CREATE TABLE %s (LIKE %s INCLUDING ALL EXCLUDING IDENTITY)', new.name, source)
          || coalesce(' PARTITION BY RANGE (' || quote_ident(key_column) || ')',
                      ' WITH ' || gb_enums_internal.option_list(storage), '')
          || new.space]
    || ARRAY(SELECT format('ALTER TABLE %s ADD CONSTRAINT %I %s',
                           new.name, k.conname, pg_get_constraintdef(k.oid))
             FROM pg_constraint k
             WHERE k.conrelid = source AND k.contype = 'f' AND k.conparentid = 0
             ORDER BY k.oid)
FROM new
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_new_table(regclass, name, text[]) IS
    'statements that make the other table of a conversion';

-- Statements after which that table has what LIKE does not copy. Nobody else uses it before it takes the
-- place of the first.
CREATE FUNCTION gb_enums_internal.partition_new_table_options(source regclass, target regclass)
    RETURNS text[]
    LANGUAGE sql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT array_remove(ARRAY[
    nullif(gb_enums_internal.properties_beyond_like(source, target, false), ''),
    (SELECT format('ALTER TABLE %s REPLICA IDENTITY USING INDEX %I', target, j.name)
     FROM pg_class t
     JOIN pg_index x ON x.indrelid = t.oid AND x.indisreplident
     JOIN gb_enums_internal.partition_indexes(source) i ON i.index = x.indexrelid
     JOIN gb_enums_internal.partition_indexes(target) j USING (definition)
     WHERE t.oid = source AND t.relreplident = 'i')], NULL)
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_new_table_options(regclass, regclass) IS
    'statements that give the other table of a conversion what LIKE does not copy';

-- The same for its DEFAULT partition, which a copy has.
CREATE FUNCTION gb_enums_internal.partition_new_default(
    plain regclass, partitioned regclass, storage text[], OUT name text, OUT statement text)
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT new.name, format('CREATE TABLE %s PARTITION OF %s DEFAULT%s',
                        new.name, partitioned, ' WITH ' || gb_enums_internal.option_list(storage))
FROM (SELECT format('%I.%I', n.nspname,
                    gb_enums_internal.name_with_suffix(t.relname::text, '_default')) AS name
      FROM pg_class t
      JOIN pg_namespace n ON n.oid = t.relnamespace
      WHERE t.oid = plain) new
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_new_default(regclass, regclass, text[]) IS
    'the statement that makes the DEFAULT partition of a conversion';

-- Makes the other table, and the DEFAULT partition of a partitioned one when rows are copied. The statements
-- are given back for a plan.
CREATE FUNCTION gb_enums_internal.partition_make_new_table(
    source regclass, key_column name, method text, storage text[],
    OUT target regclass, OUT statements text[])
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    new record := gb_enums_internal.partition_new_table(source, key_column, storage);
    options text;
BEGIN
    PERFORM gb_enums_internal.run_as_owner(source, array_to_string(new.statements, '; '));
    target := to_regclass(new.name);
    statements := new.statements || gb_enums_internal.partition_new_table_options(source, target);
    PERFORM gb_enums_internal.run_as_owner(source,
        array_to_string(statements[cardinality(new.statements) + 1:], '; '));
    IF method = 'copy' THEN
        new := gb_enums_internal.partition_new_default(source, target, storage);
        PERFORM gb_enums_internal.run_as_owner(source, new.statement);
        options := gb_enums_internal.properties_beyond_like(target, to_regclass(new.name), false);
        PERFORM gb_enums_internal.run_as_owner(source, coalesce(options, ''));
        statements := statements || array_remove(ARRAY[new.statement, nullif(options, '')], NULL);
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_make_new_table(regclass, name, text, text[]) IS
    'makes the other table of a conversion';

-- The least and the greatest key of a table, NULL when it is empty.
CREATE TYPE gb_enums_internal.key_range AS (first text, last text);
COMMENT ON TYPE gb_enums_internal.key_range IS 'the least and the greatest key of a table';

CREATE FUNCTION gb_enums_internal.partition_key_range(plain regclass, key_column name)
    RETURNS gb_enums_internal.key_range
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    -- min() and max() do not know uuid. The order is that of the column, not of the text, which has its name.
    ends CONSTANT jsonb := gb_enums_internal.query_as_owner(plain, format(
        'SELECT jsonb_build_array(
            (SELECT %1$I::text FROM ONLY %2$s r WHERE %1$I IS NOT NULL ORDER BY r.%1$I LIMIT 1),
            (SELECT %1$I::text FROM ONLY %2$s r WHERE %1$I IS NOT NULL ORDER BY r.%1$I DESC LIMIT 1))',
        key_column, plain));
BEGIN
    RETURN (ends->>0, ends->>1);
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_key_range(regclass, name) IS
    'the keys with which a table''s rows begin and end';

-- The same as instants.
CREATE FUNCTION gb_enums_internal.partition_time_range(
    s gb_enums_internal.partition_set, keys gb_enums_internal.key_range,
    OUT first_at timestamptz, OUT last_at timestamptz)
    LANGUAGE sql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT gb_enums_internal.partition_key_time(s.parent, s.time_zone, s.key, s.epoch, s.shift, keys.first),
       gb_enums_internal.partition_key_time(s.parent, s.time_zone, s.key, s.epoch, s.shift, keys.last)
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_time_range(
    gb_enums_internal.partition_set, gb_enums_internal.key_range) IS
    'when a table''s rows begin and end';

-- The clock's time; of ids the place of the highest one, or of that which the table's sequence is at.
CREATE FUNCTION gb_enums_internal.partition_plain_now(
    s gb_enums_internal.partition_set, plain regclass, last_at timestamptz) RETURNS timestamptz
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT gb_enums_internal.partition_is_of_ids(s) THEN
        RETURN now();
    END IF;
    RETURN least(
        coalesce(greatest(last_at, gb_enums_internal.partition_sequence_at(
                     plain, gb_enums_internal.partition_key_column(s.parent))),
                 gb_enums_internal.partition_first_anchor(s)),
        gb_enums_internal.partition_last_place());
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_plain_now(
    gb_enums_internal.partition_set, regclass, timestamptz) IS
    'when partitions are made ahead of, or from which id on, as the rows of a plain table say';

-- Where the rows of a plain table end that is to be attached, and the slots of other partitions begin.
CREATE FUNCTION gb_enums_internal.partition_attached_end(
    s gb_enums_internal.partition_set, plain regclass, until timestamptz, last_at timestamptz,
    OUT bound text, OUT next_at timestamptz)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    slot record := gb_enums_internal.partition_slot(s, coalesce(
        until, greatest(gb_enums_internal.partition_plain_now(s, plain, last_at), last_at)));
BEGIN
    -- A slot more than is needed: until the exchange no row may come that is beyond the end.
    IF until IS NULL AND isfinite(slot.upper_at) THEN
        slot := gb_enums_internal.partition_slot(s, slot.upper_at);
    END IF;
    IF slot.lower_at = until THEN
        bound := slot.lower_bound;
        next_at := slot.lower_at;
    ELSE
        bound := slot.upper_bound;
        next_at := slot.upper_at;
    END IF;
    IF next_at = 'infinity' THEN
        RAISE EXCEPTION 'no partition could follow table "%"', plain
            USING ERRCODE = 'numeric_value_out_of_range',
            DETAIL = 'It has ids of the last slot, or of the one before.',
            HINT = 'Choose a smaller number of ids, or the method "copy".';
    END IF;
    IF last_at >= next_at THEN
        RAISE EXCEPTION 'table "%" has rows that are not before "%"', plain, bound
            USING ERRCODE = 'check_violation',
            DETAIL = format('The last is at "%s".', gb_enums_internal.partition_place_text(s, last_at)),
            HINT = format('Leave %s out, or choose a later one.',
                          gb_enums_internal.partition_option(s, 'until'));
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_attached_end(
    gb_enums_internal.partition_set, regclass, timestamptz, timestamptz) IS
    'where a plain table ends that is to be a partition';

-- No partition but a DEFAULT one holds rows without a key.
CREATE FUNCTION gb_enums_internal.partition_require_keys(plain regclass, key_column name) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT
               FROM pg_attribute a
               WHERE a.attrelid = plain AND a.attname = key_column AND NOT a.attnotnull)
       AND gb_enums_internal.run_as_owner(plain, format(
           'SELECT count(*) FROM (SELECT 1 FROM ONLY %s WHERE %I IS NULL LIMIT 1) rows',
           plain, key_column)) > 0
    THEN
        RAISE EXCEPTION 'column "%" of table "%" contains null values', key_column, plain
            USING ERRCODE = 'not_null_violation', HINT = 'No partition but a default one holds such rows.';
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_require_keys(regclass, name) IS
    'an error when a table has rows that tell no time';

-- The slots of the partitions that a conversion makes: from which on, and up to which.
CREATE FUNCTION gb_enums_internal.partition_find_slots(
    INOUT c gb_enums_internal.online_conversion, s gb_enums_internal.partition_set,
    keys gb_enums_internal.key_range, since timestamptz, until timestamptz)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    time_range record := gb_enums_internal.partition_time_range(s, keys);
    now_at timestamptz;
BEGIN
    -- The rows from there on go to the default partition.
    IF c.method = 'copy' THEN
        time_range.last_at := least(time_range.last_at, until);
    END IF;
    now_at := gb_enums_internal.partition_plain_now(s, c.relation, time_range.last_at);
    IF c.method = 'attach' THEN
        SELECT e.bound, e.next_at
            INTO c.bound, c.next_at
            FROM gb_enums_internal.partition_attached_end(s, c.relation, until, time_range.last_at) e;
    ELSE
        c.next_at := coalesce(since, time_range.first_at, now_at);
    END IF;
    IF NOT isfinite(c.next_at) THEN
        RAISE EXCEPTION 'the rows of "%" have no first %', c.relation,
                CASE WHEN gb_enums_internal.partition_is_of_ids(s) THEN 'id' ELSE 'time' END
            USING ERRCODE = 'datetime_field_overflow',
            HINT = format('Say with %s where partitions begin; rows before go to the default one.',
                          gb_enums_internal.partition_option(s, 'since'));
    END IF;
    c.last_at := greatest(c.next_at,
        CASE WHEN c.method = 'copy' AND isfinite(time_range.last_at) THEN time_range.last_at END,
        (SELECT max(p.lower_at)
         FROM gb_enums_internal.partition_slots_ahead(s, now_at) p));
    IF gb_enums_internal.partition_slots_between(s, c.next_at, c.last_at) > 10000 THEN
        RAISE EXCEPTION 'table "%" would have more than 10000 partitions', c.relation
            USING ERRCODE = 'invalid_parameter_value',
                  DETAIL = format('Its rows are from "%s" to "%s".',
                                  gb_enums_internal.partition_place_text(s, time_range.first_at),
                                  gb_enums_internal.partition_place_text(s, time_range.last_at)),
                  HINT = format('Choose longer ones, or say with %s and %s where partitions begin and end; '
                                'other rows go to the default one.',
                                gb_enums_internal.partition_option(s, 'since'),
                                gb_enums_internal.partition_option(s, 'until'));
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_find_slots(
    gb_enums_internal.online_conversion, gb_enums_internal.partition_set, gb_enums_internal.key_range,
    timestamptz, timestamptz) IS
    'the slots of the partitions that a conversion makes';

-- Makes the other table of a conversion, which is then ready to go on record. The rows are read before
-- that: with a foreign key it keeps those waiting who write to the table that is referenced.
CREATE FUNCTION gb_enums_internal.partition_convert_prepare(
    request gb_enums_internal.partition_conversion_request,
    OUT c gb_enums_internal.online_conversion, OUT statements text[])
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    s gb_enums_internal.partition_set := request.settings;
    keys gb_enums_internal.key_range;
    new record;
BEGIN
    IF request.method <> 'merge' THEN
        keys := gb_enums_internal.partition_key_range(s.parent, request.key_column);
    END IF;
    IF request.method = 'attach' THEN
        PERFORM gb_enums_internal.partition_require_keys(s.parent, request.key_column);
    END IF;
    c.relation := s.parent;
    c.kind := 'partitions';
    c.method := request.method;
    c.batch_pages := request.batch_pages;
    c.work_share := request.work_share;
    c.lock_timeout := s.lock_timeout;
    c.attempts := s.attempts;
    s.storage := coalesce(s.storage, CASE request.method
        WHEN 'merge' THEN gb_enums_internal.partition_common_storage(c.relation)
        ELSE gb_enums_internal.storage_of(c.relation) END);
    new := gb_enums_internal.partition_make_new_table(c.relation, request.key_column, c.method, s.storage);
    statements := new.statements;
    c.target := new.target;
    IF c.method = 'merge' THEN
        RETURN;
    END IF;
    s.parent := c.target;
    s.anchor := gb_enums_internal.partition_fitting_anchor(s);
    c := gb_enums_internal.partition_find_slots(c, s, keys, request.since, request.until);
    c.settings := to_jsonb(s);
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_convert_prepare(
    gb_enums_internal.partition_conversion_request) IS
    'makes the other table of a conversion';

-- How the partitions of a conversion are to be made, and its locks waited for.
CREATE FUNCTION gb_enums_internal.partition_convert_settings(
    relation regclass, every gb_enums_internal.partition_length, premake integer, time_zone text, key text,
    epoch timestamptz, shift integer, anchor timestamp, anchor_id bigint, storage text[],
    lock_timeout interval, attempts integer, copy_privileges boolean,
    retain gb_enums_internal.partition_length)
    RETURNS gb_enums_internal.partition_set
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    s gb_enums_internal.partition_set;
BEGIN
    s.parent := relation;
    s.every := coalesce(every, '1 month');
    s.premake := premake;
    s.retain := retain;
    s.on_expire := 'detach';
    s.time_zone := coalesce(time_zone, 'UTC');
    s.key := gb_enums_internal.partition_key_or_id(key, NULL, every);
    s.anchor := gb_enums_internal.partition_anchor(s.every, anchor, anchor_id);
    s.epoch := epoch;
    s.shift := shift;
    s.storage := storage;
    s.move_default := false;
    s.lock_timeout := lock_timeout;
    s.attempts := attempts;
    s.copy_privileges := coalesce(copy_privileges, false);
    RETURN s;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_convert_settings(
    regclass, gb_enums_internal.partition_length, integer, text, text, timestamptz, integer, timestamp,
    bigint, text[], interval, integer, boolean, gb_enums_internal.partition_length) IS
    'how the partitions of a conversion are to be made';

CREATE FUNCTION gb_enums_internal.partition_convert_request(
    s gb_enums_internal.partition_set, key_column name, method text, since timestamptz, until timestamptz,
    since_id bigint, until_id bigint, batch_pages integer, work_share double precision)
    RETURNS gb_enums_internal.partition_conversion_request
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN (s, key_column, method, gb_enums_internal.partition_asked_place(s, since, since_id),
            gb_enums_internal.partition_asked_place(s, until, until_id), batch_pages, work_share
        )::gb_enums_internal.partition_conversion_request;
COMMENT ON FUNCTION gb_enums_internal.partition_convert_request(
    gb_enums_internal.partition_set, name, text, timestamptz, timestamptz, bigint, bigint, integer,
    double precision) IS
    'the arguments of a conversion';

-- Who only goes on names the table, and no column.
CREATE FUNCTION gb_enums_internal.partition_require_same_request(
    c gb_enums_internal.online_conversion, request gb_enums_internal.partition_conversion_request)
    RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    begun CONSTANT gb_enums_internal.partition_set := gb_enums_internal.partition_conversion_settings(c);
    asked gb_enums_internal.partition_set := request.settings;
    others text;
BEGIN
    asked.parent := c.target;
    asked.anchor := gb_enums_internal.partition_fitting_anchor(asked);
    others := (
        SELECT string_agg(v.name, ', ')
        FROM (VALUES
            ('key_column', request.key_column <> gb_enums_internal.partition_key_column(c.target)),
            ('every', asked.every::text <> begun.every::text),
            ('method', request.method IS DISTINCT FROM c.method),
            ('premake', asked.premake IS DISTINCT FROM begun.premake),
            ('retain', asked.retain::text IS DISTINCT FROM begun.retain::text),
            ('time_zone', asked.time_zone <> begun.time_zone),
            ('key', asked.key IS DISTINCT FROM begun.key),
            ('epoch', asked.epoch IS DISTINCT FROM begun.epoch),
            ('shift', asked.shift IS DISTINCT FROM begun.shift),
            ('anchor', asked.anchor IS DISTINCT FROM begun.anchor),
            ('storage', asked.storage <> begun.storage),
            ('copy_privileges', asked.copy_privileges <> begun.copy_privileges)) v(name, differs)
        WHERE v.differs AND (request.method <> 'merge' OR v.name = 'method'));
    IF (request.key_column IS NOT NULL OR request.method = 'merge') AND others IS NOT NULL THEN
        RAISE EXCEPTION 'the conversion of "%" was begun in another way', c.relation
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = format('What differs: %s.', others),
                  HINT = format('CALL gb_partition_convert(%L) goes on with it as it was begun. '
                                'CALL gb_partition_convert_undo(%L) undoes it.', c.relation, c.relation);
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_require_same_request(
    gb_enums_internal.online_conversion, gb_enums_internal.partition_conversion_request) IS
    'an error when somebody asks for another conversion of a table than the one that is under way';

-- An error unless a conversion is possible with arguments that mean something.
CREATE FUNCTION gb_enums_internal.partition_require_request(
    request gb_enums_internal.partition_conversion_request) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF request.method = 'merge' AND request.key_column IS NULL THEN
        PERFORM gb_enums_internal.partition_require_partitioned(request);
    ELSE
        PERFORM gb_enums_internal.partition_require_arguments(request);
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_require_request(
    gb_enums_internal.partition_conversion_request) IS
    'an error unless a conversion can be what the arguments say';

-- Begins a conversion, unless one is under way.
CREATE FUNCTION gb_enums_internal.partition_convert_register(
    request gb_enums_internal.partition_conversion_request)
    RETURNS regclass
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    source CONSTANT regclass := (request.settings).parent;
    c gb_enums_internal.online_conversion;
    warning text;
BEGIN
    -- The build of an index ends when somebody waits for it. It does not for what is refused anyhow.
    IF (gb_enums_internal.online_conversion_of(source, 'partitions')).relation IS NULL
       AND EXISTS (SELECT FROM gb_enums_internal.online_obstacle(source, 'columns'))
    THEN
        PERFORM gb_enums_internal.partition_require_convertible(source, request.key_column, request.method);
    END IF;
    -- Who comes second goes on with what the first has begun.
    PERFORM gb_enums_internal.convert_lock(source);
    c := gb_enums_internal.online_conversion_of(source, 'partitions');
    IF c.relation IS NOT NULL THEN
        PERFORM gb_enums_internal.online_conversion_owned(c.relation, 'partitions');
        PERFORM gb_enums_internal.partition_require_same_request(c, request);
        RAISE NOTICE 'the conversion of "%" goes on as it was begun', c.relation;
        RETURN c.relation;
    END IF;
    PERFORM gb_enums_internal.partition_require_request(request);
    PERFORM gb_enums_internal.partition_require_convertible(source, request.key_column, request.method);
    FOR warning IN SELECT gb_enums_internal.partition_conversion_warnings(source, request.method) LOOP
        RAISE WARNING '%', warning;
    END LOOP;
    c := (SELECT p.c FROM gb_enums_internal.partition_convert_prepare(request) p);
    PERFORM gb_enums_internal.online_record(source, c);
    RETURN source;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_convert_register(
    gb_enums_internal.partition_conversion_request) IS
    'begins the conversion of a table, unless it is under way';

-- The same, as soon as it has the locks.
CREATE FUNCTION gb_enums_internal.partition_convert_begin(
    request gb_enums_internal.partition_conversion_request) RETURNS regclass
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    s CONSTANT gb_enums_internal.partition_set := request.settings;
BEGIN
    PERFORM gb_enums_internal.require_read_committed('tables');
    PERFORM gb_enums_internal.check_waits(s.lock_timeout, s.attempts);
    PERFORM gb_enums_internal.exact_texts();
    RETURN gb_enums_internal.with_lock_attempts(
        (s.parent::regclass, s.lock_timeout, s.attempts), 'step "prepare"',
        'gb_enums_internal.partition_convert_register($1)', request, NULL::regclass);
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_convert_begin(
    gb_enums_internal.partition_conversion_request) IS
    'begins the conversion of a table, unless it is under way, as soon as it has the locks';

CREATE FUNCTION gb_enums_internal.partition_convert_begin(
    relation regclass, key_column name, every gb_enums_internal.partition_length, method text,
    premake integer, time_zone text, since timestamptz, until timestamptz, key text, epoch timestamptz,
    shift integer, anchor timestamp, storage text[], batch_pages integer, lock_timeout interval,
    attempts integer, copy_privileges boolean DEFAULT false,
    retain gb_enums_internal.partition_length DEFAULT NULL, work_share double precision DEFAULT NULL,
    since_id bigint DEFAULT NULL, until_id bigint DEFAULT NULL, anchor_id bigint DEFAULT NULL)
    RETURNS regclass
    LANGUAGE sql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT gb_enums_internal.partition_convert_begin(gb_enums_internal.partition_convert_request(
    gb_enums_internal.partition_convert_settings(
        relation, every, premake, time_zone, key, epoch, shift, anchor, anchor_id, storage, lock_timeout,
        attempts, copy_privileges, retain),
    key_column, method, since, until, since_id, until_id, batch_pages, work_share))
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_convert_begin(
    regclass, name, gb_enums_internal.partition_length, text, integer, text, timestamptz, timestamptz, text,
    timestamptz, integer, timestamp, text[], integer, interval, integer, boolean,
    gb_enums_internal.partition_length, double precision, bigint, bigint, bigint) IS
    'begins the conversion of a plain table, unless it is under way, as soon as it has the locks';
