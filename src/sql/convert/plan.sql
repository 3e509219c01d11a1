
-- The plan: the steps for the table and what stands over it, in order; and the functions that users call.

-- ALTER TABLE for the whole tree, and what its members have of their own.
CREATE FUNCTION gb_enums_internal.convert_tables(top oid, all_columns gb_enums_internal.conversion_column[]) RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    name text := top::regclass::text;
    columns gb_enums_internal.conversion_column[] := ARRAY(
        SELECT all_columns[x.ordinality] FROM unnest(all_columns) WITH ORDINALITY x
        WHERE x.relation IN (SELECT t.member FROM gb_enums_internal.convert_tree(top) t) ORDER BY x.ordinality);
    owner oid := (SELECT r.relowner FROM pg_class r WHERE r.oid = top);
    is_tree boolean := (SELECT count(*) > 1 FROM gb_enums_internal.convert_tree(top));
    first text[] := '{}';
    types text[] := '{}';
    last text[] := '{}';
    said text[] := '{}';
    item gb_enums_internal.conversion_column;
    c text;
    d record;
    k record;
    e record;
    keeps boolean;
BEGIN
    keeps := (SELECT bool_and(gb_enums_internal.convert_keeps_bytes(x)) FROM unnest(columns) x);
    FOR item IN SELECT x.* FROM unnest(columns) x WHERE x.relation = top LOOP
        c := gb_enums_internal.convert_column(top, item.number);
        IF EXISTS (SELECT FROM unnest(columns) x JOIN pg_attrdef a ON a.adrelid = x.relation AND a.adnum = x.number
                   WHERE gb_enums_internal.convert_column(a.adrelid, a.adnum) = c) THEN
            first := first || format('ALTER COLUMN %s DROP DEFAULT', c);
        END IF;
        types := types || CASE WHEN gb_enums_internal.convert_keeps_bytes(item) AND item.new_type IS NULL
            THEN format('ALTER COLUMN %s TYPE %s USING %s(%1$s)', c, item.enum::regtype, gb_enums_internal.convert_trusting_cast(item.enum)::regproc)
            ELSE format('ALTER COLUMN %s TYPE %s USING %s', c, gb_enums_internal.convert_type(item), gb_enums_internal.convert_using(item, c)) END;
        d := gb_enums_internal.convert_default(item);
        IF d.stop IS NOT NULL THEN
            RETURN NEXT gb_enums_internal.stop(d.stop);
        ELSIF d.expression IS NOT NULL THEN
            last := last || format('ALTER COLUMN %s SET DEFAULT %s', c, d.expression);
            IF d.expression LIKE 'gb_enums_internal.converted(%' OR d.expression LIKE '(gb_enums_internal.converted(%' THEN
                RETURN NEXT gb_enums_internal.warning(format('The default of column %s is no literal: what it gives is converted each time.', c));
            END IF;
        END IF;
    END LOOP;
    last := last || ARRAY(SELECT gb_enums_internal.convert_back_check(x) FROM unnest(columns) x WHERE x.relation = top AND x.add_check);
    -- What a domain promised.
    FOR d IN SELECT quote_ident(a.attname) AS name, y.oid::regtype AS domain, y.typnotnull AND NOT a.attnotnull AS not_null, EXISTS (SELECT FROM pg_constraint n WHERE n.contypid = y.oid AND n.contype = 'c') AS checks
             FROM unnest(columns) x JOIN pg_attribute a ON a.attrelid = top AND a.attnum = x.number JOIN pg_type y ON y.oid = a.atttypid AND y.typtype = 'd'
             WHERE x.relation = top LOOP
        IF d.not_null THEN
            last := last || format('ALTER COLUMN %s SET NOT NULL', d.name);
        END IF;
        IF d.checks THEN
            RETURN NEXT gb_enums_internal.warning(format('What domain %s checks is not checked for column %s any more.', d.domain, d.name));
        END IF;
    END LOOP;
    -- CHECKs: one that the enumeration replaces goes, others are about values from now on.
    FOR k IN SELECT n.*, t.depth, n.conrelid::regclass::text AS relation, to_jsonb(n)->>'conenforced' = 'false' AS unenforced
             FROM gb_enums_internal.convert_tree(top) t JOIN pg_constraint n ON n.conrelid = t.member AND n.contype = 'c'
             WHERE n.coninhcount = 0 OR n.conislocal OR obj_description(n.oid, 'pg_constraint') IS NOT NULL ORDER BY t.depth, n.conrelid, n.conname LOOP
        SELECT x.* INTO e FROM gb_enums_internal.convert_expressions(k.conrelid, k.conbin, columns, false) x;
        CONTINUE WHEN NOT e.changed;
        IF e.obstacle IS NOT NULL THEN
            RETURN NEXT gb_enums_internal.stop(format('Constraint "%s" of "%s": %s.', k.conname, k.relation, e.obstacle));
            CONTINUE;
        END IF;
        -- One that comes from the table above goes and comes with it, but for what is said of it.
        IF NOT e.always THEN
            RETURN QUERY SELECT * FROM gb_enums_internal.statements('make objects', 1, owner, 'SHARE UPDATE EXCLUSIVE', ARRAY[
                gb_enums_internal.comment_statement('pg_constraint', k.oid, format('CONSTRAINT %I ON %s', k.conname, k.relation))]);
        END IF;
        CONTINUE WHEN k.coninhcount > 0 AND NOT k.conislocal;
        RETURN QUERY SELECT * FROM gb_enums_internal.convert_texts(format('Constraint "%s" of "%s"', k.conname, k.relation), e.texts AND NOT e.always);
        IF is_tree THEN
            RETURN NEXT gb_enums_internal.statement('alter tables', 0, owner, format('ALTER TABLE %s DROP CONSTRAINT %I', k.relation, k.conname), 'ACCESS EXCLUSIVE', false, CASE WHEN e.always THEN 'The enumeration says what it says.' END);
        ELSE
            first := first || format('DROP CONSTRAINT %I', k.conname);
            said := said || CASE WHEN e.always THEN format('Constraint "%s" is dropped: the enumeration says what it says.', k.conname) END;
        END IF;
        CONTINUE WHEN e.always;
        c := format('ADD CONSTRAINT %I CHECK (%s)', k.conname, e.expressions[1]) || CASE WHEN k.connoinherit THEN ' NO INHERIT' ELSE '' END
            || CASE WHEN k.unenforced THEN ' NOT ENFORCED' WHEN NOT k.convalidated THEN ' NOT VALID' ELSE '' END;
        IF k.conrelid = top THEN
            last := last || c;
        ELSE
            RETURN NEXT gb_enums_internal.statement('make objects', 0, owner, format('ALTER TABLE %s %s', k.relation, c), 'ACCESS EXCLUSIVE');
        END IF;
    END LOOP;
    RETURN NEXT gb_enums_internal.statement('alter tables', 1, owner, format('ALTER TABLE %s %s', name, array_to_string(first || types || last, ', ')), 'ACCESS EXCLUSIVE', NOT keeps, concat_ws(' ', CASE WHEN keeps THEN 'The table is not rewritten.' ELSE 'The table is rewritten once.' END,
        (SELECT 'Rebuilt: ' || string_agg(format('"%s"', x.indexrelid::regclass), ', ' ORDER BY x.indexrelid::regclass::text) || '.' FROM (
            -- Not each index that there is.
            SELECT i.* FROM gb_enums_internal.convert_tree(top) t JOIN pg_index i ON i.indrelid = t.member OFFSET 0) x
            WHERE NOT EXISTS (SELECT FROM gb_enums_internal.convert_index(x.indexrelid, columns, 0) s WHERE s.phase = 'build indexes')
              AND (NOT keeps OR x.indkey::smallint[] && gb_enums_internal.convert_numbers(columns, x.indrelid))),
        nullif(array_to_string(said, ' '), '')));
    -- A child can have a default of its own.
    FOR item IN SELECT x.* FROM unnest(columns) x WHERE x.relation <> top LOOP
        c := gb_enums_internal.convert_column(item.relation, item.number);
        d := gb_enums_internal.convert_default(item);
        IF d.stop IS NOT NULL THEN
            RETURN NEXT gb_enums_internal.stop(d.stop);
        ELSIF d.expression IS DISTINCT FROM (SELECT o.expression FROM unnest(columns) x, gb_enums_internal.convert_default(x) o
                WHERE x.relation = top AND gb_enums_internal.convert_column(top, x.number) = c) THEN
            RETURN NEXT gb_enums_internal.statement('make objects', 0, owner, format('ALTER TABLE ONLY %s ALTER COLUMN %s %s', item.relation::regclass, c,
                coalesce('SET DEFAULT ' || d.expression, 'DROP DEFAULT')), 'ACCESS EXCLUSIVE');
        END IF;
    END LOOP;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_tables(oid, gb_enums_internal.conversion_column[]) IS 'the steps for a table itself';

-- What to look at in the application: forms of queries that change, and functions that name both.
CREATE FUNCTION gb_enums_internal.convert_queries(columns gb_enums_internal.conversion_column[]) RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    item gb_enums_internal.conversion_column;
    relation regclass;
    c text;
    enum text;
    kind text;
    order_now text;
    order_before text;
    f record;
BEGIN
    FOREACH item IN ARRAY columns LOOP
        relation := item.relation;
        c := gb_enums_internal.convert_column(relation, item.number);
        enum := item.enum::regtype;
        kind := CASE WHEN item.old_type IN ('smallint'::regtype, 'integer'::regtype) THEN 'integer'
                     WHEN item.old_type IN ('text'::regtype, 'varchar'::regtype, 'bpchar'::regtype) THEN 'text' ELSE 'native' END;
        IF item.trusting_cast IS NOT NULL THEN
            RETURN QUERY SELECT s.* FROM (VALUES
                (format('SELECT %s FROM %s', c, relation), format('It gives codes. A view with %s(%s) AS %2$s, or %s(%2$s), gives names.', item.trusting_cast::regproc, c,
                    (SELECT format('%I.%I', n.nspname, replace(p.proname, 'as_', '') || '_name') FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.oid = item.trusting_cast))),
                (format('%s = ''<name>''', c), format('Write %s = ''<name>''::%s, or go through such a view.', c, enum)))
                q(shape, advice), gb_enums_internal.query_to_check(q.shape, q.advice) s;
        ELSIF kind = 'integer' THEN
            RETURN QUERY SELECT s.* FROM (VALUES
                (format('SELECT %s', c), format('It gives names; %s::integer gives the code.', c)),
                (format('%s = ANY ($1) with integer[]', c), format('No index serves it; write %s = ANY ($1::%s[]).', c, enum)),
                (format('%s + 1, sum(%1$s), %1$s BETWEEN $1 AND $2', c), format('Comparisons with integers go on; for arithmetic write %s::integer.', c)),
                (format('COALESCE(%s, 0), CASE WHEN ... THEN %1$s ELSE 0 END, %1$s UNION an integer, %1$s = $1 with numeric', c), format('Write %s::integer.', c)))
                q(shape, advice), gb_enums_internal.query_to_check(q.shape, q.advice) s;
        ELSE
            order_now := (SELECT string_agg(v.name, ', ' ORDER BY v.code) FROM gb_enums_internal.convert_values(item.enum) v);
            order_before := (SELECT string_agg(v.name, ', ' ORDER BY e.enumsortorder, v.name) FROM gb_enums_internal.convert_values(item.enum) v
                LEFT JOIN pg_enum e ON e.enumtypid = item.old_type AND e.enumlabel = v.name);
            IF order_now <> order_before THEN
                RETURN NEXT gb_enums_internal.query_to_check(format('ORDER BY %s, min(%1$s), %1$s < ''...''', c), CASE kind
                    WHEN 'text' THEN format('By code from now on (%s); for the alphabet write %s::text.', order_now, c)
                    ELSE format('By code from now on (%s); for the order that it was write %s::text::%s.', order_now, c, item.old_type::regtype) END);
            END IF;
            RETURN QUERY SELECT s.* FROM (VALUES
                (format('%s = $1, a join, INSERT, UPDATE with %s', c, item.old_type::regtype), 'Write $1::text, which an index on the column serves, too.'),
                (format('%s = ANY ($1) with %s[]', c, item.old_type::regtype), 'Write $1::text[].'),
                (format('enum_range(%s), functions of %s', c, item.old_type::regtype), format('Write %s::text::%s, or ask gb_enum_values().', c, item.old_type::regtype)))
                q(shape, advice), gb_enums_internal.query_to_check(q.shape, q.advice) s WHERE kind = 'native';
            RETURN QUERY SELECT s.* FROM (VALUES
                (format('%s = ''...'' with what is no value', c), 'An error from now on (22P02), where it found nothing; with a parameter of type text, or ''...''::text, it still finds nothing.'),
                (format('%s LIKE ''...'', %1$s ILIKE ''...'', lower(%1$s), string_agg(%1$s, '','')', c), format('Functions of text need a cast: %s::text LIKE ''...''.', c)),
                (format('COALESCE(%s, ''...''), CASE WHEN ... THEN %1$s ELSE ''...'' END', c), format('It works when the literal is a value; for any other text write COALESCE(%s::text, ''...'').', c)),
                (format('COALESCE($1, %s) with text, %1$s UNION a text', c), format('Write %s::text, or $1::%s.', c, enum)))
                q(shape, advice), gb_enums_internal.query_to_check(q.shape, q.advice) s WHERE kind = 'text';
        END IF;
        FOR f IN SELECT p.oid::regprocedure AS name FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang AND l.lanname IN ('sql', 'plpgsql') JOIN pg_attribute a ON a.attrelid = relation AND a.attnum = item.number
                 JOIN pg_class t ON t.oid = relation
                 WHERE p.pronamespace <> 'pg_catalog'::regnamespace AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e') AND strpos(p.prosrc, a.attname) > 0 AND strpos(p.prosrc, t.relname) > 0
                   AND p.prosrc ~ (E'(^|\\W)' || regexp_replace(a.attname, E'(\\W)', E'\\\\\\1', 'g') || E'(\\W|$)') AND p.prosrc ~ (E'(^|\\W)' || regexp_replace(t.relname, E'(\\W)', E'\\\\\\1', 'g') || E'(\\W|$)') ORDER BY p.oid::regprocedure::text LOOP
            RETURN NEXT gb_enums_internal.query_to_check(format('function %s', f.name), format('Its source names %s and %s.', relation, c), 1);
        END LOOP;
    END LOOP;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_queries(gb_enums_internal.conversion_column[]) IS 'what to look at in the application';

-- The tables of a conversion, in an order that does not depend on where it begins: they are locked in it.
CREATE FUNCTION gb_enums_internal.convert_relations(columns gb_enums_internal.conversion_column[]) RETURNS regclass[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT array_agg(DISTINCT c.relation ORDER BY c.relation)::regclass[] FROM unnest(columns) c
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_relations(gb_enums_internal.conversion_column[]) IS 'the tables of a conversion';

-- The foreign keys on columns of a conversion.
CREATE FUNCTION gb_enums_internal.convert_foreign_keys(columns gb_enums_internal.conversion_column[]) RETURNS SETOF pg_constraint
    LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
SELECT k.* FROM pg_constraint k WHERE k.contype = 'f' AND k.conparentid = 0 AND (EXISTS (
        SELECT FROM unnest(columns) c WHERE c.relation = k.conrelid AND c.number = ANY (k.conkey)
        OR c.relation = k.confrelid AND c.number = ANY (k.confkey))
    OR EXISTS (SELECT FROM pg_index x WHERE x.indexrelid = k.conindid AND x.indkey::smallint[] && gb_enums_internal.convert_numbers(columns, x.indrelid))) ORDER BY k.oid
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_foreign_keys(gb_enums_internal.conversion_column[]) IS 'the foreign keys on columns that change, to them, and to others of an index that includes one';

-- What is to be said of the values of a column. The table's owner looks at them.
CREATE FUNCTION gb_enums_internal.convert_look(item gb_enums_internal.conversion_column) RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
SELECT s.* FROM jsonb_populate_recordset(NULL::gb_enums_internal.convert_step,
    gb_enums_internal.query_as_owner(item.relation, format(
        CASE WHEN item.new_type IS NOT NULL THEN 'SELECT jsonb_agg(s) FROM gb_enums_internal.convert_back_scan(%L) s'
             ELSE 'SELECT jsonb_agg(s) FROM gb_enums_internal.convert_scan(%L) s' END, item))) s
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_look(gb_enums_internal.conversion_column) IS 'what a table''s owner finds in a column';

-- What stands over the columns and is dropped and made again: as it will be when these columns have
-- become what they become. With `lock` nobody can change a view meanwhile.
CREATE FUNCTION gb_enums_internal.convert_over(columns gb_enums_internal.conversion_column[], becoming gb_enums_internal.conversion_column[], lock boolean)
    RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    over_views gb_enums_internal.conversion_column[] := becoming;
    v record;
    made record;
    o record;
    number integer := 0;
BEGIN
    FOR v IN SELECT w.view, w.depth FROM gb_enums_internal.convert_view_order(columns) w LOOP
        number := number + 1;
        made := gb_enums_internal.convert_view(v.view, over_views, lock);
        IF made.obstacle IS NOT NULL THEN
            RETURN NEXT gb_enums_internal.stop(format('View "%s": %s.', v.view::regclass, made.obstacle), number);
        END IF;
        RETURN QUERY SELECT * FROM gb_enums_internal.convert_texts(format('View "%s"', v.view::regclass), made.texts);
        over_views := over_views || ARRAY(
            SELECT gb_enums_internal.conversion_of(over_views[u.source + 1], v.view, u.n::smallint)
            FROM unnest(made.numbers, made.sources) u(n, source));
        RETURN QUERY SELECT * FROM gb_enums_internal.convert_view_steps(v.view, made.query, over_views, v.depth, number);
    END LOOP;
    FOR o IN SELECT DISTINCT d.classid, d.objid FROM pg_depend d JOIN unnest(columns) c
                 ON d.refclassid = 'pg_class'::regclass AND d.refobjid = c.relation AND d.refobjsubid = c.number
             WHERE d.classid IN ('pg_statistic_ext'::regclass, 'pg_trigger'::regclass, 'pg_publication_rel'::regclass)
             UNION
             SELECT DISTINCT d.classid, d.objid FROM pg_depend d LEFT JOIN unnest(columns) c
                 ON d.refobjid = c.relation AND d.refobjsubid = c.number
             WHERE d.classid = 'pg_policy'::regclass AND d.refclassid = 'pg_class'::regclass
               AND (c.relation IS NOT NULL OR d.refobjid IN (SELECT w.view FROM gb_enums_internal.convert_view_order(columns) w))
             ORDER BY 1, 2 LOOP
        number := number + 1;
        IF o.classid = 'pg_statistic_ext'::regclass THEN
            RETURN QUERY SELECT * FROM gb_enums_internal.convert_statistics(o.objid, becoming, number);
        ELSIF o.classid = 'pg_policy'::regclass THEN
            RETURN QUERY SELECT * FROM gb_enums_internal.convert_policy(o.objid, over_views, number);
        ELSIF o.classid = 'pg_publication_rel'::regclass THEN
            RETURN QUERY SELECT * FROM gb_enums_internal.convert_publication(o.objid, becoming, number);
        ELSIF EXISTS (SELECT FROM pg_trigger t WHERE t.oid = o.objid AND t.tgparentid = 0 AND NOT t.tgisinternal) THEN
            RETURN QUERY SELECT * FROM gb_enums_internal.convert_trigger(o.objid, becoming, number);
        END IF;
    END LOOP;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_over(gb_enums_internal.conversion_column[], gb_enums_internal.conversion_column[], boolean) IS 'the steps for what stands over columns, but for indexes and constraints';

-- All of it. With `scan` the values are looked at.
CREATE FUNCTION gb_enums_internal.convert_plan(columns gb_enums_internal.conversion_column[], scan boolean, lock boolean)
    RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    tops regclass[] := gb_enums_internal.convert_relations(columns);
    all_columns gb_enums_internal.conversion_column[] := gb_enums_internal.convert_with_children(columns);
    o record;
BEGIN
    RETURN QUERY SELECT s.* FROM gb_enums_internal.convert_obstacles(all_columns) w(obstacle), gb_enums_internal.stop(w.obstacle) s;
    RETURN QUERY SELECT s.*
        FROM unnest(columns) c, gb_enums_internal.convert_look(c) s
        WHERE scan OR c.new_type IS NOT NULL OR gb_enums_internal.convert_keeps_bytes(c);
    RETURN NEXT gb_enums_internal.statement('lock tables', 0, NULL, format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', array_to_string(tops, ', ')), 'ACCESS EXCLUSIVE');
    RETURN QUERY SELECT s.* FROM unnest(tops) t(top), gb_enums_internal.convert_tables(t.top, all_columns) s;
    RETURN QUERY SELECT * FROM gb_enums_internal.convert_over(all_columns, all_columns, lock);
    -- Partitions' indexes first, so that the index above finds them.
    FOR o IN SELECT x.indexrelid AS oid, t.depth
             FROM unnest(tops) p(top), gb_enums_internal.convert_tree(p.top) t
                 JOIN pg_index x ON x.indrelid = t.member
             ORDER BY t.depth DESC, 1 LOOP
        RETURN QUERY SELECT * FROM gb_enums_internal.convert_index(o.oid, all_columns, 1000 - o.depth);
    END LOOP;
    RETURN QUERY SELECT s.* FROM pg_publication p
        CROSS JOIN LATERAL gb_enums_internal.warning(format('Publication "%s" sends the column''s values as names: subscribers may keep their type, or convert as well.', p.pubname)) s
        WHERE columns[1].new_type IS NULL AND EXISTS (
            SELECT FROM unnest(tops) root(top), gb_enums_internal.convert_tree(root.top) t JOIN pg_class r ON r.oid = t.member
            JOIN pg_namespace n ON n.oid = r.relnamespace
            JOIN pg_publication_tables sent ON (sent.schemaname, sent.tablename) = (n.nspname, r.relname)
            WHERE sent.pubname = p.pubname);
    RETURN QUERY SELECT s.* FROM gb_enums_internal.convert_foreign_keys(all_columns) k JOIN pg_class c ON c.oid = k.conrelid
        CROSS JOIN LATERAL gb_enums_internal.statement('drop objects', 0, c.relowner,
            format('ALTER TABLE %s DROP CONSTRAINT %I', k.conrelid::regclass, k.conname), 'ACCESS EXCLUSIVE') s;
    RETURN QUERY SELECT s.* FROM gb_enums_internal.convert_foreign_keys(all_columns) k JOIN pg_class c ON c.oid = k.conrelid
        CROSS JOIN LATERAL gb_enums_internal.statements('make objects', 2, c.relowner, 'SHARE ROW EXCLUSIVE', ARRAY[
            format('ALTER TABLE %s ADD CONSTRAINT %I %s', k.conrelid::regclass, k.conname, pg_get_constraintdef(k.oid)),
            gb_enums_internal.comment_statement('pg_constraint', k.oid, format('CONSTRAINT %I ON %s', k.conname, k.conrelid::regclass))]) s;
    RETURN NEXT gb_enums_internal.statement('gather statistics', 0, NULL, format('ANALYZE %s', array_to_string(tops, ', ')), 'SHARE UPDATE EXCLUSIVE', false, 'ALTER TABLE forgets what was known of the values.');
    IF columns[1].new_type IS NULL THEN
        RETURN QUERY SELECT * FROM gb_enums_internal.convert_queries(columns);
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_plan(gb_enums_internal.conversion_column[], boolean, boolean) IS 'the steps of a conversion, in no order';

-- What the caller asked for, its plan in order, and what stops it. With `scan` the values are looked at.
CREATE FUNCTION gb_enums_internal.convert_planned(
    relation regclass, columns jsonb, back boolean, scan boolean, lock boolean,
    OUT conversion gb_enums_internal.conversion_column[], OUT plan gb_enums_internal.convert_step[], OUT stops text) RETURNS record
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    tables oid[];
BEGIN
    conversion := CASE WHEN back THEN gb_enums_internal.convert_read_back(relation, columns)
        ELSE gb_enums_internal.convert_read(relation, columns) END;
    -- Checked before it is locked, and once more under the lock, as it may have changed in between.
    SELECT array_agg(DISTINCT t.oid ORDER BY t.oid) INTO tables FROM (
        SELECT unnest(gb_enums_internal.convert_relations(conversion))::oid
        UNION ALL SELECT k.conrelid
        FROM gb_enums_internal.convert_foreign_keys(gb_enums_internal.convert_with_children(conversion)) k
        WHERE lock) t(oid);
    PERFORM gb_enums_internal.hold_tables(tables, exclusive => lock);
    conversion := CASE WHEN back THEN gb_enums_internal.convert_read_back(relation, columns)
        ELSE gb_enums_internal.convert_read(relation, columns) END;
    plan := ARRAY(SELECT p FROM gb_enums_internal.convert_plan(conversion, scan, lock) p);
    plan := ARRAY(SELECT s FROM gb_enums_internal.steps_in_order(plan) s);
    stops := (SELECT string_agg(s.detail, ' ') FROM unnest(plan) s WHERE s.phase = 'stop');
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_planned(regclass, jsonb, boolean, boolean, boolean) IS
    'a conversion, its plan, and what stops it';

CREATE FUNCTION gb_enums_internal.convert_refuse(relation regclass, stops text, hint text) RETURNS void
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF stops IS NOT NULL THEN
        RAISE EXCEPTION 'columns of table "%" cannot be converted', relation USING
            ERRCODE = 'object_not_in_prerequisite_state', DETAIL = stops, HINT = hint;
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_refuse(regclass, text, text) IS
    'the error that says what stops a conversion, if anything does';

-- Does what was planned.
CREATE FUNCTION gb_enums_internal.convert_do(
    relation regclass, conversion gb_enums_internal.conversion_column[], plan gb_enums_internal.convert_step[]) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    s gb_enums_internal.convert_step;
    stops text;
BEGIN
    FOREACH s IN ARRAY plan LOOP
        CONTINUE WHEN gb_enums_internal.step_kind(s.phase) <> 'statement';
        IF s.owner IS NULL THEN
            EXECUTE s.statement;
        ELSIF s.phase <> 'alter tables' THEN
            PERFORM gb_enums_internal.run_as(s.owner, s.statement);
        ELSE
            BEGIN
                PERFORM gb_enums_internal.run_as(s.owner, s.statement);
            EXCEPTION WHEN invalid_text_representation OR invalid_parameter_value THEN
                -- The first bad row ends it; all of them are worth knowing.
                SELECT string_agg(p.detail, ' ') INTO stops
                    FROM unnest(conversion) c, gb_enums_internal.convert_look(c) p WHERE p.phase = 'stop';
                PERFORM gb_enums_internal.convert_refuse(relation, stops,
                    'Give "map", "trim_blanks", "fold_case", "use_aliases" or "otherwise", or correct the rows.');
                RAISE;
            END;
        END IF;
    END LOOP;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_do(regclass, gb_enums_internal.conversion_column[], gb_enums_internal.convert_step[]) IS
    'takes the steps of a conversion';

-- The plan in order; unless it is a dry run, done as well. `back` is the way back.
CREATE FUNCTION gb_enums_internal.convert(relation regclass, columns jsonb, dry_run boolean, back boolean DEFAULT false)
    RETURNS TABLE (step integer, kind text, statement text, lock text, rewrites boolean, detail text)
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    planned record;
    looked boolean := false;
    see_plan constant text := 'The same call with dry_run => true shows the whole plan.';
BEGIN
    PERFORM gb_enums_internal.exact_texts();
    IF dry_run IS NULL THEN
        RAISE EXCEPTION 'dry_run must not be null' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    IF NOT dry_run THEN
        PERFORM gb_enums_internal.require_read_committed('columns');
    END IF;
    -- What is refused keeps nobody waiting. Nor does looking leave locks: two that look and then want to lock the
    -- table would wait for each other.
    BEGIN
        planned := gb_enums_internal.convert_planned(relation, columns, back, scan => true, lock => false);
        looked := true;
        IF NOT dry_run THEN
            RAISE EXCEPTION USING ERRCODE = 'GBTRY';
        END IF;
    EXCEPTION WHEN SQLSTATE 'GBTRY' THEN
        IF NOT looked THEN
            RAISE;
        END IF;
    END;
    IF NOT dry_run THEN
        PERFORM gb_enums_internal.convert_refuse(relation, planned.stops, see_plan);
        planned := gb_enums_internal.convert_planned(relation, columns, back, scan => false, lock => true);
        PERFORM gb_enums_internal.convert_refuse(relation, planned.stops, see_plan);
        PERFORM gb_enums_internal.convert_do(relation, planned.conversion, planned.plan);
    END IF;
    RETURN QUERY SELECT p.ordinality::integer, gb_enums_internal.step_kind(p.phase), p.statement, p.lock, p.rewrites, p.detail
        FROM unnest(planned.plan) WITH ORDINALITY p ORDER BY p.ordinality;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert(regclass, jsonb, boolean, boolean) IS 'the plan of a conversion; unless it is a dry run, done as well';

-- Names of types as the caller reads them, made OIDs: what follows has a search_path of its own.
CREATE FUNCTION gb_enums_internal.convert_named(columns jsonb) RETURNS jsonb
    LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT CASE WHEN pg_catalog.jsonb_typeof(columns) = 'object' THEN (
        SELECT coalesce(pg_catalog.jsonb_object_agg(c.key, CASE pg_catalog.jsonb_typeof(c.value)
            WHEN 'string' THEN pg_catalog.to_jsonb(((c.value #>> '{}')::pg_catalog.regtype)::pg_catalog.oid::pg_catalog.text)
            WHEN 'object' THEN CASE WHEN pg_catalog.jsonb_typeof(c.value -> 'enum') = 'string'
                THEN c.value || pg_catalog.jsonb_build_object('enum', ((c.value ->> 'enum')::pg_catalog.regtype)::pg_catalog.oid::pg_catalog.text) ELSE c.value END
            ELSE c.value END), '{}'::pg_catalog.jsonb)
        FROM pg_catalog.jsonb_each(columns) c) ELSE columns END;
END;
COMMENT ON FUNCTION gb_enums_internal.convert_named(jsonb) IS 'the columns to convert with the OIDs of their enumerations';

CREATE FUNCTION @extschema@.gb_enum_convert_table(relation regclass, columns jsonb, dry_run boolean DEFAULT true)
    RETURNS TABLE (step integer, kind text, statement text, lock text, rewrites boolean, detail text)
    LANGUAGE sql VOLATILE
BEGIN ATOMIC
    SELECT c.step, c.kind, c.statement, c.lock, c.rewrites, c.detail
    FROM gb_enums_internal.convert(relation, gb_enums_internal.convert_named(columns), dry_run) c;
END;
COMMENT ON FUNCTION @extschema@.gb_enum_convert_table(regclass, jsonb, boolean) IS
    'makes columns of a table enumerations, or shows the plan; example: SELECT * FROM gb_enum_convert_table(''old_tasks'', ''{"status": "task_status", "priority": "task_priority"}'')';

CREATE FUNCTION @extschema@.gb_enum_convert(
    relation regclass, column_name name, enum regtype, map jsonb DEFAULT NULL, trim_blanks boolean DEFAULT false, fold_case boolean DEFAULT false,
    use_aliases boolean DEFAULT false, otherwise text DEFAULT NULL, otherwise_null boolean DEFAULT false, store text DEFAULT 'type', foreign_keys boolean DEFAULT false, dry_run boolean DEFAULT true)
    RETURNS TABLE (step integer, kind text, statement text, lock text, rewrites boolean, detail text)
    LANGUAGE sql VOLATILE
BEGIN ATOMIC
    SELECT c.step, c.kind, c.statement, c.lock, c.rewrites, c.detail
    FROM gb_enums_internal.convert(relation, CASE WHEN column_name IS NOT NULL AND enum IS NOT NULL THEN pg_catalog.jsonb_build_object(column_name, pg_catalog.jsonb_build_object('enum', enum::pg_catalog.oid::pg_catalog.text, 'map', map,
        'trim_blanks', trim_blanks, 'fold_case', fold_case, 'use_aliases', use_aliases, 'otherwise', otherwise, 'otherwise_null', otherwise_null, 'store', store, 'foreign_keys', foreign_keys)) END, dry_run) c;
END;
COMMENT ON FUNCTION @extschema@.gb_enum_convert(regclass, name, regtype, jsonb, boolean, boolean, boolean, text, boolean, text, boolean, boolean) IS
    'makes a column an enumeration, or shows the plan; example: SELECT * FROM gb_enum_convert(''old_tasks'', ''status'', ''task_status'', fold_case => true)';
