
-- One table takes another's place ------------------------------------------------------------------
--
-- For the conversion of a plain table into a partitioned one, and back: the tables have the same
-- columns, and what others know the one by (its name, its views, its triggers, ...) becomes the other's.

-- A table's indexes by all that makes them alike but the name; equal ones are numbered.
CREATE FUNCTION gb_enums_internal.partition_indexes(relation regclass, OUT index regclass, OUT name name, OUT definition text) RETURNS SETOF record
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
SELECT oid, relname, definition || ' #' || row_number() OVER (PARTITION BY definition ORDER BY oid)
FROM (SELECT c.oid, c.relname, concat_ws(' ',
          CASE WHEN x.indisprimary THEN 'primary' WHEN x.indisunique THEN 'unique' END, m.amname,
          '(' || (SELECT string_agg(pg_get_indexdef(c.oid, k, false), ', ' ORDER BY k) FROM generate_series(1, x.indnatts) k) || ')',
          x.indnkeyatts, x.indnullsnotdistinct, x.indclass, x.indcollation, x.indoption, c.reloptions,
          pg_get_expr(x.indpred, x.indrelid)) AS definition
      FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid JOIN pg_am m ON m.oid = c.relam
      WHERE x.indrelid = relation) i
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_indexes(regclass) IS 'a table''s indexes, and what they are but for their names';

-- What two tables must have alike to change places, a line for each.
CREATE FUNCTION gb_enums_internal.partition_features(relation regclass) RETURNS SETOF text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
SELECT format('column %I %s', a.attname, format_type(a.atttypid, a.atttypmod))
       || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
       || coalesce(CASE a.attgenerated WHEN '' THEN ' DEFAULT ' ELSE ' GENERATED ' END || pg_get_expr(d.adbin, d.adrelid), '')
FROM pg_attribute a LEFT JOIN pg_attrdef d ON (d.adrelid, d.adnum) = (a.attrelid, a.attnum)
WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL
SELECT format('constraint %I %s', k.conname, pg_get_constraintdef(k.oid))
FROM pg_constraint k WHERE k.conrelid = relation AND k.contype IN ('c', 'f') AND k.conname <> 'gb_partition_old'
UNION ALL
SELECT 'index ' || i.definition FROM gb_enums_internal.partition_indexes(relation) i
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_features(regclass) IS 'what two tables must have alike to change places';

CREATE FUNCTION gb_enums_internal.partition_alike(source regclass, target regclass) RETURNS void
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    difference text;
BEGIN
    SELECT string_agg(format('"%s" has %s.', rel, feature), ' ') INTO difference FROM (
        (SELECT source AS rel, f AS feature FROM gb_enums_internal.partition_features(source) f
         EXCEPT ALL SELECT source, f FROM gb_enums_internal.partition_features(target) f)
        UNION ALL
        (SELECT target, f FROM gb_enums_internal.partition_features(target) f
         EXCEPT ALL SELECT target, f FROM gb_enums_internal.partition_features(source) f)) d;
    IF difference IS NOT NULL THEN
        RAISE EXCEPTION 'table "%" was changed while it was converted', source
            USING ERRCODE = 'object_not_in_prerequisite_state', DETAIL = difference,
                  HINT = 'Change the other table likewise, or call gb_partition_convert_undo() and begin again.';
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_alike(regclass, regclass) IS 'an error unless two tables can change places';

-- Statements that give one table the triggers and policies of another, under the name that the
-- other has now: they are to run when it has come to be the first one's.
CREATE FUNCTION gb_enums_internal.partition_guards(source regclass, OUT removal text, OUT creation text) RETURNS record
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
WITH guards(name, removal, creation) AS (
    SELECT t.tgname, format('DROP TRIGGER %I ON %s', t.tgname, source),
           concat_ws('; ', pg_get_triggerdef(t.oid),
               CASE WHEN t.tgenabled <> 'O' THEN format('ALTER TABLE %s %s TRIGGER %I', source,
                   CASE t.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'A' THEN 'ENABLE ALWAYS' ELSE 'ENABLE REPLICA' END, t.tgname) END,
               format('COMMENT ON TRIGGER %I ON %s IS %L', t.tgname, source, obj_description(t.oid, 'pg_trigger')))
    FROM pg_trigger t WHERE t.tgrelid = source AND NOT t.tgisinternal AND t.tgparentid = 0 AND NOT starts_with(t.tgname::text, 'gb_partition_mirror')
    UNION ALL
    SELECT p.polname, format('DROP POLICY %I ON %s', p.polname, source),
           concat_ws(' ', format('CREATE POLICY %I ON %s', p.polname, source),
               CASE WHEN NOT p.polpermissive THEN 'AS RESTRICTIVE' END,
               'FOR ' || CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
               'TO ' || (SELECT string_agg(gb_enums_internal.partition_grantee(r), ', ') FROM unnest(p.polroles) r),
               'USING (' || pg_get_expr(p.polqual, p.polrelid) || ')',
               'WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')')
           || format('; COMMENT ON POLICY %I ON %s IS %L', p.polname, source, obj_description(p.oid, 'pg_policy'))
    FROM pg_policy p WHERE p.polrelid = source)
SELECT string_agg(removal, '; ' ORDER BY name), string_agg(creation, '; ' ORDER BY name) FROM guards
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_guards(regclass) IS 'statements that take a table''s triggers and policies away, and that make them';

-- The same for the sequences behind its columns. Identity sequences are made anew, where they were.
CREATE FUNCTION gb_enums_internal.partition_counters(source regclass, target regclass, OUT removal text, OUT creation text) RETURNS record
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    counter record;
    state text;
BEGIN
    FOR counter IN
        SELECT d.objid::regclass AS name, d.deptype, a.attname, a.attidentity, q.*
        FROM pg_depend d JOIN pg_attribute a ON (a.attrelid, a.attnum) = (d.refobjid, d.refobjsubid) JOIN pg_sequence q ON q.seqrelid = d.objid
        WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = source AND d.deptype IN ('a', 'i')
    LOOP
        IF counter.deptype = 'a' THEN
            creation := concat_ws('; ', creation, format('ALTER SEQUENCE %s OWNED BY %s.%I', counter.name, target, counter.attname));
            CONTINUE;
        END IF;
        state := format('%s, %L', gb_enums_internal.run_as_owner(source, format('SELECT last_value FROM %s', counter.name)),
            gb_enums_internal.run_as_owner(source, format('SELECT is_called::integer::bigint FROM %s', counter.name)) = 1);
        removal := concat_ws('; ', removal, format('ALTER TABLE %s ALTER COLUMN %I DROP IDENTITY', source, counter.attname));
        creation := concat_ws('; ', creation, format(
            'ALTER TABLE %s ALTER COLUMN %I ADD GENERATED %s AS IDENTITY (SEQUENCE NAME %s START %s INCREMENT %s MINVALUE %s MAXVALUE %s CACHE %s %s)',
            target, counter.attname, CASE counter.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END, counter.name, counter.seqstart,
            counter.seqincrement, counter.seqmin, counter.seqmax, counter.seqcache, CASE WHEN counter.seqcycle THEN 'CYCLE' ELSE 'NO CYCLE' END),
            format('SELECT setval(%L, %s)', counter.name, state));
    END LOOP;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_counters(regclass, regclass) IS
    'statements that take a table''s sequences away, and that make them those of another';

-- Statements that give one table's names, and those of what belongs to it, to another.
CREATE FUNCTION gb_enums_internal.partition_renames(source regclass, target regclass, aside text) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
WITH pairs(n, kind, schema_name, from_name, to_name) AS (
    SELECT 1, 'INDEX', n.nspname, i.name, j.name
    FROM gb_enums_internal.partition_indexes(source) i JOIN gb_enums_internal.partition_indexes(target) j USING (definition)
    JOIN pg_class c ON c.oid = i.index JOIN pg_namespace n ON n.oid = c.relnamespace
    UNION ALL
    -- LIKE makes them in this order too.
    SELECT 2, 'STATISTICS', n.nspname, i.stxname, j.stxname
    FROM (SELECT e.*, row_number() OVER (ORDER BY oid) AS nth FROM pg_statistic_ext e WHERE e.stxrelid = source) i
    JOIN (SELECT e.*, row_number() OVER (ORDER BY oid) AS nth FROM pg_statistic_ext e WHERE e.stxrelid = target) j USING (nth)
    JOIN pg_namespace n ON n.oid = i.stxnamespace
    UNION ALL
    SELECT 3, 'TABLE', n.nspname, s.relname, t.relname
    FROM pg_class s JOIN pg_namespace n ON n.oid = s.relnamespace, pg_class t WHERE s.oid = source AND t.oid = target)
SELECT string_agg(format('ALTER %s %I.%I RENAME TO %I; ALTER %s %I.%I RENAME TO %I', kind, schema_name, from_name,
           gb_enums_internal.partition_joined(from_name::text, aside), kind, schema_name, to_name, from_name), '; ' ORDER BY n, from_name)
FROM pairs
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_renames(regclass, regclass, text) IS
    'statements that put one table''s name aside and give it to another, with those of indexes';

-- Makes `target` what people mean by the name of `source`, which gets a suffix. The caller holds
-- the locks; all is done or nothing.
CREATE FUNCTION gb_enums_internal.partition_exchange(source regclass, target regclass, aside text) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    guards record;
    counters record;
    dress text := gb_enums_internal.partition_dress(source, target, true);
    view record;
    views regclass[];
    definitions text[];
BEGIN
    PERFORM gb_enums_internal.partition_alike(source, target);
    -- As they read now, they name the table by the name that it is about to lose.
    SELECT array_agg(v.oid), array_agg(format('CREATE OR REPLACE VIEW %s%s AS %s', v.oid::regclass,
               ' WITH (' || (SELECT string_agg(format('%I = %L', o.option_name, o.option_value), ', ') FROM pg_options_to_table(v.reloptions) o) || ')',
               pg_get_viewdef(v.oid)))
        INTO views, definitions FROM gb_enums_internal.partition_views(source) d JOIN pg_class v ON v.oid = d;
    guards := gb_enums_internal.partition_guards(source);
    counters := gb_enums_internal.partition_counters(source, target);
    -- Who may use the one may not use what it leaves behind: a REVOKE would not reach that.
    PERFORM gb_enums_internal.run_as_owner(source, concat_ws('; ', dress,
        gb_enums_internal.partition_private(source), guards.removal, counters.removal,
        counters.creation, gb_enums_internal.partition_renames(source, target, aside), guards.creation));
    FOR view IN SELECT * FROM unnest(views, definitions) AS t(name, definition) LOOP
        PERFORM gb_enums_internal.run_as_owner(view.name, view.definition);
    END LOOP;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_exchange(regclass, regclass, text) IS 'makes one table take the place of another';

CREATE FUNCTION gb_enums_internal.partition_views(relation regclass) RETURNS SETOF regclass
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
SELECT DISTINCT v.oid::regclass FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid JOIN pg_class v ON v.oid = r.ev_class
WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = relation AND v.relkind = 'v'
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_views(regclass) IS 'the views that read a table';

-- A mirror -----------------------------------------------------------------------------------------

-- Statements that repeat on `target` what is done to `source` from now on. Rows are known by their
-- primary key. The function runs as the tables' owner, whoever writes; always, so that what is
-- replicated to the table is mirrored too.
CREATE FUNCTION gb_enums_internal.partition_mirror(source regclass, target regclass) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    function_name text := gb_enums_internal.partition_mirror_name(source);
    columns text;
    new_values text;
    old_values text;
    changes text;
    keys text;
    found_row text;
    same_key text;
    insertion text;
    on_conflict text;
    body text;
BEGIN
    SELECT string_agg(format('%I', a.attname), ', ' ORDER BY a.attnum), string_agg(format('NEW.%I', a.attname), ', ' ORDER BY a.attnum),
           string_agg(format('OLD.%I', a.attname), ', ' ORDER BY a.attnum),
           string_agg(format('%1$I = EXCLUDED.%1$I', a.attname), ', ' ORDER BY a.attnum) FILTER (WHERE k.name IS NULL)
        INTO columns, new_values, old_values, changes
        FROM pg_attribute a LEFT JOIN gb_enums_internal.partition_identity(source) k ON k.name = a.attname
        WHERE a.attrelid = source AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '';
    SELECT string_agg(format('%I', k.name), ', '), string_agg(format('t.%1$I %2$s OLD.%1$I', k.name, k.equals), ' AND '),
           string_agg(format('NEW.%1$I %2$s OLD.%1$I', k.name, k.equals), ' AND ')
        INTO keys, found_row, same_key FROM gb_enums_internal.partition_identity(source) k;
    insertion := format('INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE VALUES (', target, columns);
    on_conflict := format(') ON CONFLICT (%s) DO ', keys);
    body := format($body$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        TRUNCATE %1$s;
        RETURN NULL;
    END IF;
    IF TG_OP = 'DELETE' OR TG_OP = 'UPDATE' AND NOT (%2$s) THEN
        DELETE FROM %1$s t WHERE %3$s;
        -- A row that was copied after a transaction's snapshot was taken is one that it cannot see:
        -- to insert it then is a serialization error, as it should be.
        IF NOT FOUND AND current_setting('transaction_isolation') <> 'read committed' THEN
            %4$s;
            DELETE FROM %1$s t WHERE %3$s;
        END IF;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        %5$s;
    END IF;
    RETURN NULL;
END $body$, target, same_key, found_row, insertion || old_values || on_conflict || 'NOTHING',
        insertion || new_values || on_conflict || coalesce('UPDATE SET ' || changes, 'NOTHING'));
    RETURN format('CREATE FUNCTION %s() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS %L',
            function_name, body)
        || format('; REVOKE ALL ON FUNCTION %s() FROM PUBLIC', function_name)
        || (SELECT string_agg(format('; CREATE TRIGGER %I AFTER %s ON %s FOR EACH %s EXECUTE FUNCTION %s(); ALTER TABLE %s ENABLE ALWAYS TRIGGER %I',
                t.name, t.event, source, t.each, function_name, source, t.name), '')
            FROM (VALUES ('gb_partition_mirror', 'INSERT OR UPDATE OR DELETE', 'ROW'),
                         ('gb_partition_mirror_truncate', 'TRUNCATE', 'STATEMENT')) AS t(name, event, each));
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_mirror(regclass, regclass) IS 'statements that make a table repeat what is done to another';

CREATE FUNCTION gb_enums_internal.partition_mirror_name(source regclass) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    RETURN (SELECT format('%I.%I', n.nspname, 'gb_partition_mirror_' || c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = source);
COMMENT ON FUNCTION gb_enums_internal.partition_mirror_name(regclass) IS 'the function that mirrors a table';

CREATE FUNCTION gb_enums_internal.partition_unmirror(source regclass) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    RETURN format('DROP TRIGGER gb_partition_mirror ON %1$s; DROP TRIGGER gb_partition_mirror_truncate ON %1$s; DROP FUNCTION %2$s()',
                  source, gb_enums_internal.partition_mirror_name(source));
COMMENT ON FUNCTION gb_enums_internal.partition_unmirror(regclass) IS 'statements that end it';

-- The columns of a table's primary key, and the operator that its index calls equal.
CREATE FUNCTION gb_enums_internal.partition_identity(relation regclass, OUT name name, OUT equals text) RETURNS SETOF record
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
SELECT a.attname, format('OPERATOR(%I.%s)', n.nspname, o.oprname)
FROM pg_index x
CROSS JOIN LATERAL unnest(x.indkey::smallint[], x.indclass::oid[]) WITH ORDINALITY AS k(attnum, opclass, nth)
JOIN pg_attribute a ON (a.attrelid, a.attnum) = (x.indrelid, k.attnum)
JOIN pg_opclass c ON c.oid = k.opclass
JOIN pg_amop m ON (m.amopfamily, m.amoplefttype, m.amoprighttype, m.amopstrategy) = (c.opcfamily, c.opcintype, c.opcintype, 3)
JOIN pg_operator o ON o.oid = m.amopopr JOIN pg_namespace n ON n.oid = o.oprnamespace
WHERE x.indrelid = relation AND x.indisprimary AND k.nth <= x.indnkeyatts
ORDER BY k.nth
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_identity(regclass) IS 'the columns of a table''s primary key';
