
-- Making one partition -----------------------------------------------------------------------------

-- A role in a GRANT.
CREATE FUNCTION gb_enums_internal.partition_grantee(role oid) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    RETURN CASE role WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(role)) END;
COMMENT ON FUNCTION gb_enums_internal.partition_grantee(oid) IS 'a role as GRANT names it';

-- The privileges that others than their owners have on tables, whoever granted them.
CREATE FUNCTION gb_enums_internal.partition_privileges(
    relations oid[], OUT relation oid, OUT grantee oid, OUT privilege text, OUT is_grantable boolean) RETURNS SETOF record
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
SELECT p.oid, (p.x).grantee, (p.x).privilege_type || coalesce(' (' || quote_ident(p.attname) || ')', ''), bool_or((p.x).is_grantable)
FROM (
    SELECT c.oid, c.relowner, NULL AS attname, aclexplode(c.relacl) AS x FROM pg_class c WHERE c.oid = ANY (relations) AND c.relacl IS NOT NULL
    UNION ALL
    SELECT c.oid, c.relowner, a.attname, aclexplode(a.attacl) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.oid = ANY (relations) AND a.attacl IS NOT NULL AND NOT a.attisdropped) p
WHERE (p.x).grantee <> p.relowner GROUP BY 1, 2, 3
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_privileges(oid[]) IS 'the privileges of others than the owners on tables';

-- Statements after which nobody but its owner may use a table. Default privileges may have given
-- more, to a new one; and who may grant may have done so.
CREATE FUNCTION gb_enums_internal.partition_private(child regclass) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
SELECT string_agg(DISTINCT format('REVOKE ALL ON %s FROM %s CASCADE', child, gb_enums_internal.partition_grantee(p.grantee)), '; ')
FROM gb_enums_internal.partition_privileges(ARRAY[child::oid]) p
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_private(regclass) IS 'statements that take all privileges from others than the owner';

-- Statements that give a table the privileges of another and no others.
CREATE FUNCTION gb_enums_internal.partition_grants(parent regclass, child regclass) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
SELECT concat_ws('; ', gb_enums_internal.partition_private(child), string_agg(
    format('GRANT %s ON %s TO %s', p.privilege, child, gb_enums_internal.partition_grantee(p.grantee))
        || CASE WHEN p.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END, '; ' ORDER BY p.grantee, p.privilege))
FROM gb_enums_internal.partition_privileges(ARRAY[parent::oid]) p
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_grants(regclass, regclass) IS 'statements that give a table the privileges of another';

-- The partitions of a table, theirs, and so on.
CREATE FUNCTION gb_enums_internal.partition_descendants(parent regclass, OUT child regclass) RETURNS SETOF regclass
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
WITH RECURSIVE descendants(child) AS (
    SELECT i.inhrelid FROM pg_inherits i WHERE i.inhparent = parent
    UNION ALL SELECT i.inhrelid FROM descendants d JOIN pg_inherits i ON i.inhparent = d.child)
SELECT child FROM descendants
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_descendants(regclass) IS 'all partitions below a table';

-- Whether partitions of a set are to have the privileges of its table. Who uses a partition goes
-- around the table's row security.
CREATE FUNCTION gb_enums_internal.partition_shares_privileges(s gb_enums_internal.partition_set) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
SELECT s.copy_privileges AND NOT c.relrowsecurity FROM pg_class c WHERE c.oid = s.parent
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_shares_privileges(gb_enums_internal.partition_set) IS
    'whether partitions of a set are to have the privileges of its table';

-- The partitions of a set that copies privileges (or only one of them) which have not those of their
-- table, or which have not its row security and no policies of their own; also below them. And the
-- statements that give them that.
CREATE FUNCTION gb_enums_internal.partition_equalize(
    s gb_enums_internal.partition_set, only_child regclass, OUT child regclass, OUT script text) RETURNS SETOF record
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
WITH RECURSIVE below(child, member) AS (
    SELECT i.inhrelid, i.inhrelid FROM pg_inherits i WHERE i.inhparent = s.parent AND (only_child IS NULL OR i.inhrelid = only_child)
    UNION ALL SELECT b.child, i.inhrelid FROM below b JOIN pg_inherits i ON i.inhparent = b.member),
given AS (
    SELECT p.relation, array_agg((p.grantee, p.privilege, p.is_grantable)::text ORDER BY p.grantee, p.privilege) AS privileges,
           array_agg(DISTINCT gb_enums_internal.partition_grantee(p.grantee)) AS grantees
    FROM gb_enums_internal.partition_privileges(ARRAY(SELECT b.member FROM below b)) p GROUP BY p.relation),
wanted AS (
    SELECT array_agg((p.grantee, p.privilege, p.is_grantable)::text ORDER BY p.grantee, p.privilege) AS privileges,
           array_agg(format('GRANT %s ON ', p.privilege) ORDER BY p.grantee, p.privilege) AS heads,
           array_agg(' TO ' || gb_enums_internal.partition_grantee(p.grantee) || CASE WHEN p.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
                     ORDER BY p.grantee, p.privilege) AS tails
    FROM gb_enums_internal.partition_privileges(ARRAY[s.parent::oid]) p WHERE gb_enums_internal.partition_shares_privileges(s)),
compared AS (
    SELECT b.child, b.member::regclass, g.grantees, w.heads, w.tails, g.privileges IS DISTINCT FROM w.privileges AS differ,
           CASE WHEN c.relrowsecurity <> t.relrowsecurity AND c.relkind IN ('r', 'p') AND NOT EXISTS (SELECT FROM pg_policy y WHERE y.polrelid = c.oid)
                THEN CASE WHEN t.relrowsecurity THEN 'ENABLE' ELSE 'DISABLE' END END AS row_security
    FROM below b JOIN pg_class c ON c.oid = b.member LEFT JOIN given g ON g.relation = b.member, wanted w, pg_class t WHERE t.oid = s.parent)
SELECT c.child, string_agg(concat_ws('; ',
           (SELECT string_agg(format('REVOKE ALL ON %s FROM %s CASCADE', c.member, g), '; ') FROM unnest(c.grantees) g WHERE c.differ),
           (SELECT string_agg(head || c.member || tail, '; ') FROM unnest(c.heads, c.tails) AS g(head, tail) WHERE c.differ),
           format('ALTER TABLE %s ', c.member) || c.row_security || ' ROW LEVEL SECURITY'), '; ' ORDER BY c.member)
FROM compared c WHERE c.differ OR c.row_security IS NOT NULL GROUP BY c.child
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_equalize(gb_enums_internal.partition_set, regclass) IS
    'statements that give partitions of a set that copies privileges those of its table';

-- What LIKE does not copy, as statements on a table that is there already; mostly there are none.
CREATE FUNCTION gb_enums_internal.partition_dress(parent regclass, child regclass, share_privileges boolean) RETURNS text
    LANGUAGE c STRICT VOLATILE AS 'MODULE_PATHNAME', 'gb_partition_dress';
COMMENT ON FUNCTION gb_enums_internal.partition_dress(regclass, regclass, boolean) IS
    'statements that give a new table what another has and LIKE does not copy, and the same privileges or none';

CREATE FUNCTION gb_enums_internal.partition_place(
    parent regclass, name text, OUT path text, OUT space text, OUT taken regclass, OUT default_child regclass,
    OUT model regclass, OUT identity_index regclass) RETURNS record
    LANGUAGE c STRICT VOLATILE AS 'MODULE_PATHNAME', 'gb_partition_place';
COMMENT ON FUNCTION gb_enums_internal.partition_place(regclass, text) IS
    'where a partition of a name goes, what has that name, and which partition it is partitioned like';

-- The statement that gives a partition the partitions that another has; when it has none, nothing.
CREATE FUNCTION gb_enums_internal.partition_subtree(model regclass, child_schema text, child_name text, options text) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    model_name text := (SELECT relname FROM pg_class WHERE oid = model);
    part record;
    part_name text;
    script text := '';
BEGIN
    IF greatest(octet_length(child_schema), octet_length(child_name)) > 63 OR octet_length(options) > 10000 THEN
        RAISE EXCEPTION 'the name or the storage parameters of a partition are too long' USING ERRCODE = 'program_limit_exceeded';
    END IF;
    FOR part IN
        SELECT c.oid, c.relname::text, c.relkind, pg_get_expr(c.relpartbound, c.oid) AS bound,
               row_number() OVER (ORDER BY c.relname) AS n
        FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = model ORDER BY c.relname
    LOOP
        part_name := CASE WHEN starts_with(part.relname, model_name) THEN substr(part.relname, length(model_name) + 1)
                          ELSE '_p' || part.n END;
        part_name := gb_enums_internal.partition_joined(child_name, part_name);
        script := script || format('; CREATE TABLE %I.%I PARTITION OF %I.%I %s', child_schema, part_name, child_schema, child_name, part.bound)
            || CASE part.relkind
                   WHEN 'p' THEN ' PARTITION BY ' || pg_get_partkeydef(part.oid)
                       || gb_enums_internal.partition_subtree(part.oid, child_schema, part_name, options)
                   ELSE options END;
    END LOOP;
    RETURN script;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_subtree(regclass, text, text, text) IS
    'statements that give a new partition the partitions that one before it has';

CREATE FUNCTION gb_enums_internal.partition_joined(name text, suffix text) RETURNS text
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
    RETURN CASE WHEN octet_length(name || suffix) <= 63 THEN name || suffix
                ELSE (SELECT left(name, n) || '_' || substr(md5(name), 1, 8) || suffix
                      FROM generate_series(least(length(name), 54), 0, -1) n
                      WHERE octet_length(left(name, n) || suffix) <= 54 LIMIT 1) END;
COMMENT ON FUNCTION gb_enums_internal.partition_joined(text, text) IS 'a name with a suffix, within what a name can hold';

-- The statements that make a partition, not yet attached.
CREATE FUNCTION gb_enums_internal.partition_script(s gb_enums_internal.partition_set, slot_name text) RETURNS text
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    place record := gb_enums_internal.partition_place(s.parent, slot_name);
    options text := CASE WHEN s.storage IS NULL THEN '' ELSE gb_enums_internal.partition_storage(s.storage) END || place.space;
    -- A partition has identity values from its table, not of its own.
    script text := format('CREATE TABLE %s (LIKE %s INCLUDING ALL EXCLUDING IDENTITY)', place.path, s.parent);
    schema_name name;
BEGIN
    IF s.hash_by IS NULL AND place.model IS NULL THEN
        RETURN script || options;
    END IF;
    schema_name := (SELECT n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = s.parent);
    IF s.hash_by IS NULL THEN
        RETURN script || ' PARTITION BY ' || pg_get_partkeydef(place.model)
            || gb_enums_internal.partition_subtree(place.model, schema_name, slot_name, options);
    END IF;
    IF octet_length(slot_name) > 63 THEN
        RAISE EXCEPTION 'the name of a partition is too long' USING ERRCODE = 'name_too_long';
    END IF;
    IF s.hash_count IS NULL OR s.hash_count NOT BETWEEN 2 AND 1024 THEN
        RAISE EXCEPTION 'invalid hash_count %', s.hash_count
            USING ERRCODE = 'invalid_parameter_value', DETAIL = 'Partitions are divided into 2 to 1024 by the hash of a column.';
    END IF;
    script := script || format(' PARTITION BY HASH (%I)', s.hash_by);
    FOR i IN 0 .. s.hash_count - 1 LOOP
        script := script || format('; CREATE TABLE %I.%I PARTITION OF %s FOR VALUES WITH (MODULUS %s, REMAINDER %s)%s',
            schema_name, gb_enums_internal.partition_joined(slot_name, '_h' || i), place.path, s.hash_count, i, options);
    END LOOP;
    RETURN script;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_script(gb_enums_internal.partition_set, text) IS
    'the statements that make a partition of a set, not yet attached';

-- The condition that a row's key is in a slot.
CREATE FUNCTION gb_enums_internal.partition_condition(parent regclass, lower_bound text, upper_bound text) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    RETURN (SELECT format('%1$I IS NOT NULL AND %1$I OPERATOR(pg_catalog.>=) %3$L::%2$s AND %1$I OPERATOR(pg_catalog.<) %4$L::%2$s',
                          a.attname, format_type(a.atttypid, NULL), lower_bound, upper_bound)
            FROM pg_partitioned_table t JOIN pg_attribute a ON a.attrelid = t.partrelid AND a.attnum = t.partattrs[0]
            WHERE t.partrelid = parent);
COMMENT ON FUNCTION gb_enums_internal.partition_condition(regclass, text, text) IS 'the condition that a row is in a slot';

-- The columns that a copy of a table's rows is made of: the server computes the others.
CREATE FUNCTION gb_enums_internal.partition_columns(relation regclass) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    RETURN (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute a
            WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '');
COMMENT ON FUNCTION gb_enums_internal.partition_columns(regclass) IS 'the columns that a copy of a table''s rows is made of';

-- Moves a slot's rows out of the default partition. Nobody may write there meanwhile: a row that
-- came after the scan would be left behind and make the ATTACH fail.
CREATE FUNCTION gb_enums_internal.partition_move_rows(
    parent regclass, default_child regclass, child text, condition text) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    referrer text;
    columns text := gb_enums_internal.partition_columns(parent);
    triggers text;
    restore text;
    moved bigint;
BEGIN
    SELECT format('Constraint "%s" of table "%s" references it.', k.conname, k.conrelid::regclass) INTO referrer
        FROM pg_constraint k WHERE k.contype = 'f' AND k.confrelid IN (parent, default_child) AND k.conparentid = 0 LIMIT 1;
    IF referrer IS NOT NULL THEN
        -- Deleting the rows would cascade to, or be refused for, those that reference them.
        RAISE EXCEPTION 'rows of default partition "%" cannot be moved: foreign keys reference the table', default_child
            USING ERRCODE = 'feature_not_supported', DETAIL = referrer,
                  HINT = 'Drop the foreign key, move the rows, and add it again.';
    END IF;
    PERFORM gb_enums_internal.run_as_owner(parent, format('LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE', default_child));
    -- To the application nothing is deleted, so its triggers stay out of it.
    SELECT string_agg(format('ALTER TABLE %s DISABLE TRIGGER %I', r.rel, t.tgname), '; '),
           string_agg(format('ALTER TABLE %s ENABLE %s TRIGGER %I', r.rel,
               CASE t.tgenabled WHEN 'A' THEN 'ALWAYS' WHEN 'R' THEN 'REPLICA' ELSE '' END, t.tgname), '; ')
        INTO triggers, restore
        FROM (SELECT relid AS rel FROM pg_partition_tree(default_child)) r JOIN pg_trigger t ON t.tgrelid = r.rel
        WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND t.tgtype & 8 <> 0;
    IF triggers IS NOT NULL THEN
        PERFORM gb_enums_internal.run_as_owner(parent, triggers);
    END IF;
    moved := gb_enums_internal.run_as_owner(parent, format(
        'WITH moved AS (DELETE FROM %s WHERE %s RETURNING %s) INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM moved',
        default_child, condition, columns, child, columns, columns));
    IF restore IS NOT NULL THEN
        PERFORM gb_enums_internal.run_as_owner(parent, restore);
    END IF;
    RETURN moved;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_move_rows(regclass, regclass, text, text) IS
    'moves the rows of a slot from the default partition to a table that is yet to be attached';

-- Makes the partition of a free slot. The caller holds the parent's lock.
CREATE FUNCTION gb_enums_internal.partition_make(
    s gb_enums_internal.partition_set, slot_name text, lower_bound text, upper_bound text, drop_check text) RETURNS regclass
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    place record := gb_enums_internal.partition_place(s.parent, slot_name);
    condition text;
    waiting bigint := 0;
    child regclass;
    dress text;
    member regclass;
    attach text;
    share_privileges CONSTANT boolean := gb_enums_internal.partition_shares_privileges(s);
BEGIN
    IF place.taken IS NOT NULL THEN
        RAISE EXCEPTION 'relation "%" already exists', place.taken
            USING ERRCODE = 'duplicate_table',
                  DETAIL = format('It is not the partition of "%s" from "%s" to "%s".', s.parent, lower_bound, upper_bound),
                  HINT = 'Rename it, or attach it as that partition if it holds those rows.';
    END IF;
    IF place.default_child IS NOT NULL AND drop_check IS NULL THEN
        condition := gb_enums_internal.partition_condition(s.parent, lower_bound, upper_bound);
        waiting := gb_enums_internal.run_as_owner(s.parent, format('SELECT pg_catalog.count(*) FROM %s WHERE %s', s.parent, condition));
        IF waiting > 0 AND NOT s.move_default THEN
            RAISE EXCEPTION 'default partition "%" holds % from "%" to "%"', place.default_child,
                waiting || CASE waiting WHEN 1 THEN ' row' ELSE ' rows' END, lower_bound, upper_bound
                USING ERRCODE = 'check_violation',
                      DETAIL = format('A partition for that range of "%s" can be made only by moving what it holds.', s.parent),
                      HINT = 'Pass move_default => true to move them, all or none.';
        END IF;
    END IF;
    PERFORM gb_enums_internal.run_as_owner(s.parent, gb_enums_internal.partition_script(s, slot_name));
    child := to_regclass(place.path);
    IF waiting > 0 THEN
        waiting := gb_enums_internal.partition_move_rows(s.parent, place.default_child, place.path, condition);
        RAISE NOTICE 'moved % from default partition "%" to "%"', waiting || CASE waiting WHEN 1 THEN ' row' ELSE ' rows' END, place.default_child, child;
    END IF;
    attach := format('ALTER TABLE %s ATTACH PARTITION %s FOR VALUES FROM (%L) TO (%L)', s.parent, child, lower_bound, upper_bound)
        || CASE WHEN drop_check IS NULL THEN '' ELSE format('; ALTER TABLE %s DROP CONSTRAINT %I', place.default_child, drop_check) END;
    IF s.hash_by IS NOT NULL OR place.model IS NOT NULL THEN
        FOR member IN SELECT relid FROM pg_partition_tree(child) LOOP
            dress := concat_ws('; ', dress, gb_enums_internal.partition_dress(s.parent, member, share_privileges));
        END LOOP;
    ELSE
        dress := gb_enums_internal.partition_dress(s.parent, child, share_privileges);
    END IF;
    PERFORM gb_enums_internal.run_as_owner(s.parent, concat_ws('; ', dress, attach));
    IF place.identity_index IS NOT NULL THEN
        PERFORM gb_enums_internal.run_as_owner(s.parent, (
            SELECT string_agg(format('ALTER TABLE %s REPLICA IDENTITY USING INDEX %I', x.indrelid::regclass, c.relname), '; ')
            FROM pg_partition_tree(place.identity_index) t JOIN pg_index x ON x.indexrelid = t.relid JOIN pg_class c ON c.oid = t.relid
            WHERE x.indrelid IN (SELECT relid FROM pg_partition_tree(child))));
    END IF;
    IF s.copy_privileges AND NOT share_privileges THEN
        RAISE NOTICE 'privileges of "%" are not copied to partition "%"', s.parent, child
            USING DETAIL = 'The table has row security, which does not hold for who uses a partition itself.';
    END IF;
    RETURN child;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_make(gb_enums_internal.partition_set, text, text, text, text) IS
    'makes and attaches the partition of a free slot';

CREATE TYPE gb_enums_internal.partition_request AS (settings gb_enums_internal.partition_set, at timestamptz);
COMMENT ON TYPE gb_enums_internal.partition_request IS 'the partition that somebody wants: how it is made, and for when';

-- The one way to a new partition, for functions and maintenance alike.
CREATE FUNCTION gb_enums_internal.partition_ensure(
    s gb_enums_internal.partition_set, at timestamptz, drop_check text DEFAULT NULL) RETURNS regclass
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    slot record := gb_enums_internal.partition_slot(s, at, true);
BEGIN
    PERFORM gb_enums_internal.exact_texts();
    IF slot.other IS NULL THEN
        RETURN gb_enums_internal.partition_make(s, slot.slot_name, slot.lower_bound, slot.upper_bound, drop_check);
    END IF;
    IF slot.verdict = 'covered' THEN
        RAISE NOTICE 'the range from "%" to "%" is already covered by partition "%"', slot.lower_bound, slot.upper_bound, slot.other;
    END IF;
    RETURN slot.other;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_ensure(gb_enums_internal.partition_set, timestamptz, text) IS
    'the partition for an instant, made when it is not there';

-- What people call ---------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.gb_partition_create(
    parent regclass, at timestamptz, every interval DEFAULT NULL, time_zone text DEFAULT NULL,
    move_default boolean DEFAULT NULL, key text DEFAULT NULL, epoch timestamptz DEFAULT NULL, shift integer DEFAULT NULL,
    anchor timestamp DEFAULT NULL, storage text[] DEFAULT NULL, hash_by name DEFAULT NULL, hash_count integer DEFAULT NULL,
    lock_timeout interval DEFAULT NULL, copy_privileges boolean DEFAULT NULL) RETURNS regclass
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    s gb_enums_internal.partition_set;
BEGIN
    IF parent IS NULL OR at IS NULL THEN
        RAISE EXCEPTION 'the table and the time of a partition must not be null' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    s := gb_enums_internal.partition_settings(parent, every, time_zone, key, epoch, shift, anchor, storage, lock_timeout);
    s.move_default := coalesce(move_default, s.move_default);
    s.hash_by := coalesce(hash_by, s.hash_by);
    s.hash_count := coalesce(hash_count, s.hash_count);
    s.copy_privileges := coalesce(copy_privileges, s.copy_privileges);
    PERFORM gb_enums_internal.check_waits(s.lock_timeout, s.attempts);
    RETURN gb_enums_internal.with_lock_attempts(
        (parent, s.lock_timeout, s.attempts), 'creating a partition',
        'gb_enums_internal.partition_ensure(($1).settings, ($1).at)',
        (s, at)::gb_enums_internal.partition_request, NULL::regclass);
END $$;
COMMENT ON FUNCTION @extschema@.gb_partition_create(regclass, timestamptz, interval, text, boolean, text, timestamptz, integer, timestamp, text[], name, integer, interval, boolean) IS
    'the partition of a table for an instant, made when it is not there; example: gb_partition_create(''events'', now(), ''1 day'')';

-- An instant in a date's month. The middle, which no clock change moves to another month.
CREATE FUNCTION gb_enums_internal.partition_month(parent regclass, partition_date date) RETURNS timestamptz
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    zone text := (SELECT p.time_zone FROM gb_enums_internal.partition_set p WHERE p.parent = partition_month.parent);
BEGIN
    IF parent IS NULL OR partition_date IS NULL THEN
        RAISE EXCEPTION 'the table and the date of a partition must not be null' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    IF NOT isfinite(partition_date) THEN
        RAISE EXCEPTION 'there is no partition for "%"', partition_date USING ERRCODE = 'datetime_field_overflow';
    END IF;
    RETURN (date_trunc('month', partition_date::timestamp) + interval '14 days 12 hours') AT TIME ZONE coalesce(zone, 'UTC');
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_month(regclass, date) IS 'an instant in a date''s month, in the time zone of a table''s set';

-- The calendar's months, whatever the anchor of the set.
CREATE FUNCTION @extschema@.create_monthly_partition(parent regclass, partition_date date) RETURNS regclass
    LANGUAGE sql VOLATILE
    RETURN @extschema@.gb_partition_create(parent, gb_enums_internal.partition_month(parent, partition_date), interval '1 month', anchor => timestamp '2000-01-01');
COMMENT ON FUNCTION @extschema@.create_monthly_partition(regclass, date) IS
    'the partition of a table for a date''s calendar month, made when it is not there; example: create_monthly_partition(''message_history''::regclass, current_date)';

CREATE FUNCTION @extschema@.create_monthly_partition(parent regclass, at timestamptz) RETURNS regclass
    LANGUAGE sql VOLATILE
    RETURN @extschema@.create_monthly_partition(parent, at::date);
COMMENT ON FUNCTION @extschema@.create_monthly_partition(regclass, timestamptz) IS
    'the partition of a table for the month that it is at an instant in the session''s zone; example: create_monthly_partition(''message_history''::regclass, now())';

CREATE FUNCTION @extschema@.create_monthly_partition(table_name text, partition_date date) RETURNS regclass
    LANGUAGE sql VOLATILE
    RETURN @extschema@.create_monthly_partition(gb_enums_internal.partition_table(table_name), partition_date);
COMMENT ON FUNCTION @extschema@.create_monthly_partition(text, date) IS
    'the partition of a table for a date''s calendar month, made when it is not there; example: create_monthly_partition(''message_history'', ''2024-03-15''::date)';

CREATE FUNCTION @extschema@.create_monthly_partition(table_name text, at timestamptz) RETURNS regclass
    LANGUAGE sql VOLATILE
    RETURN @extschema@.create_monthly_partition(gb_enums_internal.partition_table(table_name), at::date);
COMMENT ON FUNCTION @extschema@.create_monthly_partition(text, timestamptz) IS
    'the partition of a table for the month that it is at an instant in the session''s zone; example: create_monthly_partition(''message_history'', now() + interval ''1 month'')';
