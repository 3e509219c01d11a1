
-- One table takes another's place ------------------------------------------------------------------
--
-- For the conversion of a plain table into a partitioned one, and of a partitioned one into a plain one: the
-- tables have the same columns, and what others know the source by (its name, its views, its triggers, ...)
-- becomes the target's.

-- A table's indexes by all that makes them alike but the name; equal ones are numbered.
CREATE FUNCTION gb_enums_internal.partition_indexes(
    relation regclass, OUT index regclass, OUT name name, OUT definition text) RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT oid, relname, definition || ' #' || row_number() OVER (PARTITION BY definition ORDER BY oid)
FROM (
    SELECT c.oid, c.relname, concat_ws(' ',
        CASE WHEN x.indisprimary THEN 'primary' WHEN x.indisunique THEN 'unique' END,
        m.amname,
        '(' || (SELECT string_agg(pg_get_indexdef(c.oid, k, false), ', ' ORDER BY k)
                FROM generate_series(1, x.indnatts) k) || ')',
        x.indnkeyatts, x.indnullsnotdistinct, x.indclass, x.indcollation, x.indoption, c.reloptions,
        pg_get_expr(x.indpred, x.indrelid)) AS definition
    FROM pg_index x
    JOIN pg_class c ON c.oid = x.indexrelid
    JOIN pg_am m ON m.oid = c.relam
    WHERE x.indrelid = relation) i
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_indexes(regclass) IS
    'a table''s indexes, and what they are but for their names';

-- The features that two tables must have alike to change places, a line for each.
CREATE FUNCTION gb_enums_internal.partition_features(relation regclass) RETURNS SETOF text
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT format('column %I %s', a.attname, format_type(a.atttypid, a.atttypmod))
       || coalesce(' COLLATE ' || nullif(a.attcollation, y.typcollation)::regcollation, '')
       || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
       || coalesce(CASE a.attgenerated WHEN '' THEN ' DEFAULT ' ELSE ' GENERATED ' END
                   || pg_get_expr(d.adbin, d.adrelid), '')
FROM pg_attribute a
JOIN pg_type y ON y.oid = a.atttypid
LEFT JOIN pg_attrdef d ON (d.adrelid, d.adnum) = (a.attrelid, a.attnum)
WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL
SELECT format('constraint %I %s', k.conname, pg_get_constraintdef(k.oid))
FROM pg_constraint k
-- A reference to a partitioned table is more constraints than the one that people made.
WHERE k.conrelid = relation AND k.contype IN ('c', 'f') AND k.conparentid = 0
  AND k.conname <> 'gb_partition_old'
UNION ALL
SELECT 'index ' || i.definition
FROM gb_enums_internal.partition_indexes(relation) i
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_features(regclass) IS
    'the features that two tables must have alike to change places';

CREATE FUNCTION gb_enums_internal.partition_require_same_features(source regclass, target regclass)
    RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    difference text;
BEGIN
    SELECT string_agg(format('"%s" has %s.', relation, feature), ' ')
        INTO difference
        FROM (
            (SELECT source AS relation, f AS feature FROM gb_enums_internal.partition_features(source) f
             EXCEPT ALL
             SELECT source, f FROM gb_enums_internal.partition_features(target) f)
            UNION ALL
            (SELECT target, f FROM gb_enums_internal.partition_features(target) f
             EXCEPT ALL
             SELECT target, f FROM gb_enums_internal.partition_features(source) f)) d;
    IF difference IS NOT NULL THEN
        RAISE EXCEPTION 'table "%" was changed while it was converted', source
            USING ERRCODE = 'object_not_in_prerequisite_state', DETAIL = difference,
                  HINT = 'Change the other table likewise, or call gb_partition_convert_undo() and '
                         'begin again.';
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_require_same_features(regclass, regclass) IS
    'an error unless two tables can change places';

-- Statements that take the triggers of a table away, and those that make them anew for the table that has
-- its name then.
CREATE FUNCTION gb_enums_internal.partition_triggers(source regclass)
    RETURNS TABLE (name name, removal text, creations text[])
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT t.tgname,
    format('DROP TRIGGER %I ON %s', t.tgname, source),
    ARRAY[pg_get_triggerdef(t.oid),
        CASE WHEN t.tgenabled <> 'O' THEN gb_enums_internal.trigger_state_statement(t.oid) END,
        gb_enums_internal.comment_statement(
            'pg_trigger', t.oid, format('TRIGGER %I ON %s', t.tgname, source))]
FROM pg_trigger t
WHERE t.tgrelid = source AND NOT t.tgisinternal AND t.tgparentid = 0
  AND NOT starts_with(t.tgname::text, 'gb_partition_follow')
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_triggers(regclass) IS
    'statements that drop a table''s triggers, and that make them';

-- The same for its policies.
CREATE FUNCTION gb_enums_internal.partition_policies(source regclass)
    RETURNS TABLE (name name, removal text, creations text[])
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT p.polname,
    format('DROP POLICY %I ON %s', p.polname, source),
    ARRAY[
        gb_enums_internal.policy_statement(
            p.oid, pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)),
        gb_enums_internal.comment_statement(
            'pg_policy', p.oid, format('POLICY %I ON %s', p.polname, source))]
FROM pg_policy p
WHERE p.polrelid = source
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_policies(regclass) IS
    'statements that drop a table''s policies, and that make them';

-- Statements that make an identity column of another table, with a sequence like the one that there is, and
-- at its value.
CREATE FUNCTION gb_enums_internal.partition_identity(source regclass, target regclass, sequence regclass)
    RETURNS SETOF text
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    state CONSTANT jsonb := gb_enums_internal.query_as_owner(source,
        format('SELECT jsonb_build_object(''last'', last_value, ''called'', is_called) FROM %s', sequence));
BEGIN
    RETURN QUERY
        SELECT format('ALTER TABLE %s ALTER COLUMN %I ADD GENERATED %s AS IDENTITY (SEQUENCE NAME %s',
                      target, a.attname,
                      CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END, sequence)
            || format(' START %s INCREMENT %s MINVALUE %s MAXVALUE %s CACHE %s %s)',
                      q.seqstart, q.seqincrement, q.seqmin, q.seqmax, q.seqcache,
                      CASE WHEN q.seqcycle THEN 'CYCLE' ELSE 'NO CYCLE' END)
        FROM pg_sequence q
        JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = q.seqrelid AND d.deptype = 'i'
        JOIN pg_attribute a ON (a.attrelid, a.attnum) = (d.refobjid, d.refobjsubid)
        WHERE q.seqrelid = sequence;
    RETURN NEXT format('SELECT setval(%L, %s, %L)', sequence, state->>'last', (state->>'called')::boolean);
    RETURN QUERY
        SELECT gb_enums_internal.grant_statement(p.privilege, sequence, p.grantee, p.is_grantable)
        FROM gb_enums_internal.privileges_of_others(ARRAY[sequence::oid]) p
        ORDER BY p.grantee, p.privilege;
    RETURN QUERY
        SELECT c
        FROM gb_enums_internal.comment_statement('pg_class', sequence, 'SEQUENCE ' || sequence) c
        WHERE c IS NOT NULL;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_identity(regclass, regclass, regclass) IS
    'statements that give a table an identity column that another has had';

-- Statements that make the sequences behind a table's columns those of another. Identity sequences
-- are dropped and made anew, where they were.
CREATE FUNCTION gb_enums_internal.partition_sequences(source regclass, target regclass) RETURNS SETOF text
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    creations text[];
    owned record;
BEGIN
    FOR owned IN
        SELECT d.objid::regclass AS sequence, d.deptype = 'i' AS is_identity, a.attname
        FROM pg_depend d
        JOIN pg_attribute a ON (a.attrelid, a.attnum) = (d.refobjid, d.refobjsubid)
        JOIN pg_sequence q ON q.seqrelid = d.objid
        WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = source
          AND d.deptype IN ('a', 'i')
    LOOP
        IF owned.is_identity THEN
            creations := creations || ARRAY(
                SELECT gb_enums_internal.partition_identity(source, target, owned.sequence));
            RETURN NEXT format('ALTER TABLE %s ALTER COLUMN %I DROP IDENTITY', source, owned.attname);
        ELSE
            creations := creations
                || format('ALTER SEQUENCE %s OWNED BY %s.%I', owned.sequence, target, owned.attname);
        END IF;
    END LOOP;
    RETURN QUERY SELECT unnest(creations);
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_sequences(regclass, regclass) IS
    'statements that make the sequences of a table those of another';

-- Statements that give the names of one table, and of what belongs to it, to another. The first gets
-- names with a suffix.
CREATE FUNCTION gb_enums_internal.partition_renames(source regclass, target regclass, suffix text)
    RETURNS SETOF text
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
WITH statistics AS (
    SELECT e.*, row_number() OVER (PARTITION BY e.stxrelid ORDER BY e.oid) AS nth
    FROM pg_statistic_ext e
    WHERE e.stxrelid IN (source, target)),
pair(place, kind, schema_name, source_name, target_name) AS (
    SELECT 1, 'INDEX', n.nspname, i.name, j.name
    FROM gb_enums_internal.partition_indexes(source) i
    JOIN gb_enums_internal.partition_indexes(target) j USING (definition)
    JOIN pg_class c ON c.oid = i.index
    JOIN pg_namespace n ON n.oid = c.relnamespace
    UNION ALL
    -- LIKE makes them in this order, too.
    SELECT 2, 'STATISTICS', n.nspname, i.stxname, j.stxname
    FROM statistics i
    JOIN statistics j USING (nth)
    JOIN pg_namespace n ON n.oid = i.stxnamespace
    WHERE i.stxrelid = source AND j.stxrelid = target
    UNION ALL
    SELECT 3, 'TABLE', n.nspname, s.relname, t.relname
    FROM pg_class s
    JOIN pg_namespace n ON n.oid = s.relnamespace, pg_class t
    WHERE s.oid = source AND t.oid = target)
SELECT statement
FROM pair
CROSS JOIN LATERAL (VALUES
    (1, format('ALTER %s %I.%I RENAME TO %I', kind, schema_name, source_name,
               gb_enums_internal.name_with_suffix(source_name::text, suffix))),
    (2, format('ALTER %s %I.%I RENAME TO %I', kind, schema_name, target_name, source_name))) s(nth, statement)
ORDER BY place, source_name, nth
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_renames(regclass, regclass, text) IS
    'statements that give a table''s name, and those of its indexes, to another';

CREATE FUNCTION gb_enums_internal.partition_views(relation regclass) RETURNS SETOF regclass
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT DISTINCT v.oid::regclass
FROM pg_depend d
JOIN pg_rewrite r ON r.oid = d.objid
JOIN pg_class v ON v.oid = r.ev_class
WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = relation
  AND v.relkind = 'v'
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_views(regclass) IS 'the views that read a table';

-- The statements of the exchange in order, each with the relation whose owner executes it. Those who may
-- use the source, or its partitions, may not use it any more by its new name: a REVOKE would not reach that.
CREATE FUNCTION gb_enums_internal.partition_exchange_statements(source regclass, target regclass, suffix text)
    RETURNS TABLE (relation regclass, statement text)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    removals text[];
    creations text[];
BEGIN
    SELECT array_agg(g.removal ORDER BY g.name, n), array_agg(g.creation ORDER BY g.name, n)
        INTO removals, creations
        FROM (SELECT t.name, CASE n WHEN 1 THEN t.removal END AS removal, creation, n
              FROM (SELECT * FROM gb_enums_internal.partition_triggers(source)
                    UNION ALL
                    SELECT * FROM gb_enums_internal.partition_policies(source)) t
              CROSS JOIN LATERAL unnest(t.creations) WITH ORDINALITY c(creation, n)) g;
    RETURN QUERY
        SELECT source, s
        FROM unnest(ARRAY[gb_enums_internal.properties_beyond_like(source, target, true),
                          gb_enums_internal.revoke_statements(source)]
                    || ARRAY(SELECT gb_enums_internal.revoke_statements(d.partition)
                             FROM gb_enums_internal.partition_descendants(source) d)
                    || removals
                    || ARRAY(SELECT gb_enums_internal.partition_sequences(source, target))
                    || ARRAY(SELECT gb_enums_internal.partition_renames(source, target, suffix))
                    || creations) s
        WHERE s <> ''
        -- A view as it reads now. It names tables by names that they are about to lose, and means those that
        -- get the names when it is made again.
        UNION ALL
        SELECT v, format('CREATE OR REPLACE VIEW %s%s AS %s', v,
                         ' WITH ' || gb_enums_internal.option_list(c.reloptions), pg_get_viewdef(v))
        FROM gb_enums_internal.partition_views(source) v
        JOIN pg_class c ON c.oid = v;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_exchange_statements(regclass, regclass, text) IS
    'the statements by which one table takes the place of another';

-- Makes the target the table that people mean by the name of the source, which gets a suffix. The caller
-- holds
-- the locks; all is done or nothing.
CREATE FUNCTION gb_enums_internal.partition_exchange(source regclass, target regclass, suffix text)
    RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    step record;
BEGIN
    PERFORM gb_enums_internal.partition_require_same_features(source, target);
    FOR step IN SELECT * FROM gb_enums_internal.partition_exchange_statements(source, target, suffix) LOOP
        PERFORM gb_enums_internal.run_as_owner(step.relation, step.statement);
    END LOOP;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_exchange(regclass, regclass, text) IS
    'makes one table take the place of another';
