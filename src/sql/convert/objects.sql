
-- What stands over a converted column and is made again: one function for each kind of object, whose
-- steps drop it and make it. The plan puts them in the order of their phases.

-- Why something cannot be made again where it was: its owner, who makes it, may not create there.
CREATE FUNCTION gb_enums_internal.convert_place(what text, schema oid, tablespace oid, owner oid, place integer) RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
SELECT gb_enums_internal.stop(format('%s would have to be made again, and %s may not create in %s.', what, who, refused), place)
FROM (SELECT r.rolname FROM pg_roles r WHERE r.oid = owner AND gb_enums_internal.acts_for(owner)) w(who)
CROSS JOIN LATERAL (
    SELECT format('schema %I', n.nspname) FROM pg_namespace n
        WHERE n.oid = schema AND NOT has_schema_privilege(owner, n.oid, 'CREATE')
    UNION ALL SELECT format('tablespace %I', t.spcname) FROM pg_tablespace t
        WHERE t.oid = tablespace AND NOT has_tablespace_privilege(owner, t.oid, 'CREATE')) r(refused)
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_place(text, oid, oid, oid, integer) IS 'why something cannot be made again where it was';

-- A key as the operator class of its index knew it, where that knows no enumerations: a text or a code. NULL for
-- native enums, whose values nothing makes of a text for good.
CREATE FUNCTION gb_enums_internal.convert_old_key(columns gb_enums_internal.conversion_column[], relation oid, number integer, name text) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
SELECT CASE WHEN c.new_type IS NOT NULL THEN NULL
            WHEN c.old_type = 'smallint'::regtype THEN convert_old_key.name || '::smallint'
            WHEN c.old_type = 'integer'::regtype THEN convert_old_key.name || '::integer'
            WHEN c.old_type NOT IN ('text'::regtype, 'varchar'::regtype, 'bpchar'::regtype) THEN NULL
            WHEN c.trusting_cast IS NOT NULL THEN format('%s(%s)::text', c.trusting_cast::regproc, convert_old_key.name)
            ELSE convert_old_key.name || '::text' END
FROM unnest(columns) c
WHERE c.relation = convert_old_key.relation AND c.number = convert_old_key.number
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_old_key(gb_enums_internal.conversion_column[], oid, integer, text) IS 'the key of an index that stays one of texts or codes';

-- An index, unless ALTER TABLE rebuilds it as it should be. Over an enumeration there is no collation
-- and, for btree, hash and minmax, one operator class; for others the key becomes the name.
--
-- Where the values go to columns beside the old ones ("new_name"), each index that has to do with
-- them gets a twin, which is built while the table is used; what the index has of its own, in phase
-- 60, when the twin has its name.
CREATE FUNCTION gb_enums_internal.convert_index(index oid, columns gb_enums_internal.conversion_column[], place integer, is_new boolean DEFAULT false)
    RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    x record;
    numbers smallint[];
    keys text[];
    made_keys text[] := '{}';
    extra text[] := '{}';
    key record;
    expression_place integer := 0;
    expressions record;
    predicate record;
    special boolean;
    differs boolean := false;
    what text;
    targets text[];
    beside boolean := EXISTS (SELECT FROM unnest(columns) b WHERE b.new_name IS NOT NULL);
    twin text;
BEGIN
    SELECT i.*, c.relname, quote_ident(n.nspname) AS schema, c.relkind, c.relnamespace, c.reltablespace, c.reloptions, c.relam, am.amname, s.spcname, format('%I.%I', n.nspname, c.relname) AS name,
           to_jsonb(i)->>'indnullsnotdistinct' = 'true' AS not_distinct, i.indrelid::regclass::text AS relation,
           k.oid AS constraint_id, k.contype, k.condeferrable, k.condeferred,
           EXISTS (SELECT FROM pg_inherits h WHERE h.inhrelid = c.oid) AS has_parent,
           t.relkind = 'm' AS on_view, t.relowner
    INTO x FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_am am ON am.oid = c.relam
    LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace LEFT JOIN pg_constraint k ON k.conindid = c.oid AND k.contype IN ('p', 'u', 'x') WHERE i.indexrelid = index;
    numbers := gb_enums_internal.convert_numbers(columns, x.indrelid);
    SELECT e.* INTO expressions FROM gb_enums_internal.convert_expressions(x.indrelid, x.indexprs, columns, false) e;
    SELECT e.* INTO predicate FROM gb_enums_internal.convert_expressions(x.indrelid, x.indpred, columns, false) e;
    IF coalesce(expressions.obstacle, predicate.obstacle) IS NOT NULL THEN
        RETURN NEXT gb_enums_internal.stop(format('Index "%s": %s.', x.relname, coalesce(expressions.obstacle, predicate.obstacle)), place);
        RETURN;
    END IF;
    RETURN QUERY SELECT * FROM gb_enums_internal.convert_texts(format('Index "%s"', x.relname), coalesce(expressions.texts, false) OR coalesce(predicate.texts, false));
    IF expressions.mutable OR predicate.mutable THEN
        RETURN NEXT gb_enums_internal.stop(format('Index "%s" would have %s, which is not immutable.', x.relname,
            CASE WHEN expressions.mutable THEN array_to_string(expressions.expressions, ', ') ELSE predicate.expressions[1] END), place);
        RETURN;
    END IF;
    -- Of a partitioned index, the server builds the parts anew by names and with options of its own.
    special := is_new OR coalesce(expressions.changed, false) OR coalesce(predicate.changed, false) OR (x.relkind = 'I' OR x.has_parent) AND x.indkey::smallint[] && numbers;
    FOR key IN
        SELECT i, x.indkey[i - 1] AS number, (SELECT array_agg(o) FROM unnest(a.attoptions) o WHERE NOT starts_with(o, 'pg_attver=')) AS attoptions, o.opcdefault, quote_ident(n.nspname) || '.' || quote_ident(o.opcname) AS class,
               o.opcname, coll.oid AS collation_id, quote_ident(cn.nspname) || '.' || quote_ident(coll.collname) AS collation_name, b.attcollation AS column_collation,
               x.indoption[i - 1] AS options, coalesce(x.indkey[i - 1] = ANY (numbers), false) AS converted
        FROM generate_series(1, x.indnatts) i JOIN pg_attribute a ON a.attrelid = index AND a.attnum = i
        LEFT JOIN pg_opclass o ON o.oid = x.indclass[i - 1] LEFT JOIN pg_namespace n ON n.oid = o.opcnamespace
        LEFT JOIN pg_collation coll ON coll.oid = x.indcollation[i - 1] LEFT JOIN pg_namespace cn ON cn.oid = coll.collnamespace
        LEFT JOIN pg_attribute b ON b.attrelid = x.indrelid AND b.attnum = x.indkey[i - 1] ORDER BY i
    LOOP
        IF key.number = 0 THEN
            expression_place := expression_place + 1;
            what := format('(%s)', expressions.expressions[expression_place]);
        ELSE
            what := coalesce((SELECT quote_ident(c.new_name) FROM unnest(columns) c
                              WHERE c.relation = x.indrelid AND c.number = key.number), gb_enums_internal.convert_column(x.indrelid, key.number));
        END IF;
        IF key.i <= x.indnkeyatts THEN
            IF key.converted AND (x.amname IN ('btree', 'hash') OR x.amname = 'brin' AND key.opcdefault) THEN
                differs := differs OR NOT key.opcdefault OR coalesce(key.collation_id <> key.column_collation, false);
            ELSE
                IF key.converted THEN
                    differs := true;
                    what := gb_enums_internal.convert_old_key(columns, x.indrelid, key.number, what);
                    IF what IS NULL THEN
                        RETURN NEXT gb_enums_internal.stop(format('Index "%s" has operator class %s, which knows no enumerations and none of their texts or codes.', x.relname, key.class), place);
                        RETURN;
                    END IF;
                    RETURN NEXT gb_enums_internal.warning(format('Index "%s" is on %s from now on, as operator class %s knows no enumerations; write that in queries that it is to serve.',
                        x.relname, what, key.class), place);
                    what := format('(%s)', what);
                    key.column_collation := 'pg_catalog.default'::regcollation;
                END IF;
                what := what || CASE WHEN key.collation_id <> coalesce(key.column_collation, 'pg_catalog.default'::regcollation) THEN ' COLLATE ' || key.collation_name ELSE '' END
                    || CASE WHEN key.opcdefault AND key.attoptions IS NULL THEN '' ELSE ' ' || key.class END
                    || coalesce(' (' || array_to_string(key.attoptions, ', ') || ')', '');
            END IF;
            what := what || CASE key.options & 3 WHEN 1 THEN ' DESC NULLS LAST' WHEN 2 THEN ' NULLS FIRST' WHEN 3 THEN ' DESC' ELSE '' END;
            made_keys := made_keys || what;
        ELSE
            extra := extra || what;
        END IF;
    END LOOP;
    IF x.contype IS NOT NULL AND differs THEN
        RETURN NEXT gb_enums_internal.stop(format('Constraint "%s" of "%s" has an index that cannot be made again as it is.', x.relname, x.relation), place);
        RETURN;
    END IF;
    targets := ARRAY(SELECT format('ALTER INDEX %s ALTER COLUMN %s SET STATISTICS %s', x.name, a.attnum, a.attstattarget) FROM pg_attribute a
        WHERE a.attrelid = index AND a.attnum > 0 AND coalesce(a.attstattarget, -1) >= 0);
    IF NOT (special OR differs OR beside AND x.indkey::smallint[] && numbers) THEN
        -- The server forgets them when it rebuilds an index.
        RETURN QUERY SELECT * FROM gb_enums_internal.statements('make objects', place, x.relowner, 'SHARE UPDATE EXCLUSIVE',
            CASE WHEN x.indkey::smallint[] && numbers THEN targets END);
        RETURN;
    END IF;
    RETURN QUERY SELECT * FROM gb_enums_internal.convert_place(
        format('Index "%s"', x.relname), x.relnamespace, x.reltablespace, x.relowner, place);
    IF beside THEN
        twin := format('gb_new_%s', index::oid);
        IF x.contype IS NOT NULL AND (x.indisprimary OR x.relkind = 'I' OR x.has_parent) THEN
            RETURN NEXT gb_enums_internal.stop(format('%s "%s" of "%s" has the column: that needs a table that is not written to.',
                CASE WHEN x.indisprimary THEN 'Primary key' ELSE 'Constraint' END, x.relname, x.relation), place);
            RETURN;
        END IF;
    ELSIF NOT is_new AND NOT x.has_parent THEN
        RETURN NEXT gb_enums_internal.statement('drop objects', place, x.relowner, CASE WHEN x.contype IS NULL THEN format('DROP INDEX %s', x.name) ELSE format('ALTER TABLE %s DROP CONSTRAINT %I', x.relation, x.relname) END, 'ACCESS EXCLUSIVE');
    END IF;
    what := coalesce(' WITH ' || gb_enums_internal.option_list(x.reloptions), '');
    RETURN NEXT gb_enums_internal.statement(CASE WHEN is_new THEN 'make views' WHEN beside THEN 'indexes' ELSE 'build indexes' END::gb_enums_internal.convert_phase, place, x.relowner, CASE WHEN x.contype IS NULL OR beside
        THEN format('CREATE %sINDEX %s%I ON %s%s USING %I (%s)', CASE WHEN x.indisunique THEN 'UNIQUE ' ELSE '' END, CASE WHEN beside AND x.relkind = 'i' THEN 'CONCURRENTLY ' ELSE '' END,
                coalesce(twin, x.relname), CASE WHEN beside AND x.relkind = 'I' THEN 'ONLY ' ELSE '' END, x.relation, x.amname, array_to_string(made_keys, ', '))
            || CASE WHEN extra <> '{}' THEN format(' INCLUDE (%s)', array_to_string(extra, ', ')) ELSE '' END
            || CASE WHEN x.not_distinct THEN ' NULLS NOT DISTINCT' ELSE '' END
            || what || coalesce(' TABLESPACE ' || quote_ident(x.spcname), '') || coalesce(' WHERE ' || predicate.expressions[1], '')
        ELSE format('ALTER TABLE %s ADD CONSTRAINT %I %s%s (%s)', x.relation, x.relname, CASE x.contype WHEN 'p' THEN 'PRIMARY KEY' ELSE 'UNIQUE' END,
                CASE WHEN x.not_distinct THEN ' NULLS NOT DISTINCT' ELSE '' END, array_to_string(made_keys, ', '))
            || CASE WHEN extra <> '{}' THEN format(' INCLUDE (%s)', array_to_string(extra, ', ')) ELSE '' END
            || what || coalesce(' USING INDEX TABLESPACE ' || quote_ident(x.spcname), '')
            || CASE WHEN x.condeferred THEN ' DEFERRABLE INITIALLY DEFERRED' WHEN x.condeferrable THEN ' DEFERRABLE' ELSE '' END END, CASE WHEN beside AND x.relkind = 'i' THEN 'SHARE UPDATE EXCLUSIVE' WHEN beside OR x.contype IS NULL THEN 'SHARE' ELSE 'ACCESS EXCLUSIVE' END, false, format(CASE WHEN beside THEN 'The twin of index "%s".' ELSE 'Index "%s" is built with its new definition.' END, x.relname));
    RETURN QUERY SELECT * FROM gb_enums_internal.statements('indexes', place, x.relowner, 'ACCESS EXCLUSIVE', ARRAY(
        SELECT format('ALTER INDEX %s.%I ATTACH PARTITION %s.%I', x.schema, twin, n.nspname, format('gb_new_%s', c.oid))
        FROM pg_inherits h JOIN pg_class c ON c.oid = h.inhrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE beside AND h.inhparent = index ORDER BY c.oid));
    RETURN QUERY SELECT * FROM gb_enums_internal.statements(
        CASE WHEN is_new THEN 'make views' WHEN beside THEN 'make objects' ELSE 'build indexes' END::gb_enums_internal.convert_phase,
        place, x.relowner, 'SHARE UPDATE EXCLUSIVE', targets || ARRAY(
        SELECT gb_enums_internal.comment_statement('pg_class', index, 'INDEX ' || x.name)
        UNION ALL SELECT gb_enums_internal.comment_statement('pg_constraint', x.constraint_id, format('CONSTRAINT %I ON %s', x.relname, x.relation)) WHERE NOT beside
        UNION ALL SELECT format('ALTER %s %s CLUSTER ON %I', CASE WHEN x.on_view THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END, x.relation, x.relname) WHERE x.indisclustered
        UNION ALL SELECT format('ALTER TABLE %s REPLICA IDENTITY USING INDEX %I', x.relation, x.relname) WHERE x.indisreplident));
    IF NOT is_new AND NOT beside AND x.indisreplident THEN
        RETURN NEXT gb_enums_internal.warning(format('Index "%s" is the replica identity: while it is rebuilt nobody can write.', x.relname), place);
    END IF;
    IF NOT is_new AND EXISTS (SELECT FROM generate_series(0, x.indnkeyatts - 1) i JOIN pg_opclass o ON o.oid = x.indclass[i]
        WHERE x.indkey[i] = ANY (numbers) AND o.opcname ~ '_pattern_ops$' AND x.amname = 'btree')
    THEN
        RETURN NEXT gb_enums_internal.warning(format(
            'Index "%s" serves = and IN from now on; for patterns, also make an index on (%s::text text_pattern_ops) and query that.', x.relname,
            (SELECT gb_enums_internal.convert_column(x.indrelid, x.indkey[i]) FROM generate_series(0, x.indnkeyatts - 1) i WHERE x.indkey[i] = ANY (numbers) LIMIT 1)), place);
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_index(oid, gb_enums_internal.conversion_column[], integer, boolean) IS 'the steps for an index';

-- An extended statistics object. The server would rebuild it, but not its owner and target. The table's owner makes it
-- again, and gives it to its own.
CREATE FUNCTION gb_enums_internal.convert_statistics(object oid, columns gb_enums_internal.conversion_column[], place integer, is_new boolean DEFAULT false)
    RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    x record;
    made record;
BEGIN
    SELECT s.*, format('%I.%I', n.nspname, s.stxname) AS name, s.stxowner::regrole::text AS owner, c.relowner INTO x
    FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace JOIN pg_class c ON c.oid = s.stxrelid
    WHERE s.oid = object;
    SELECT e.* INTO made FROM gb_enums_internal.convert_expressions(x.stxrelid, x.stxexprs, columns, false) e;
    IF made.obstacle IS NOT NULL THEN
        RETURN NEXT gb_enums_internal.stop(format('Statistics object "%s": %s.', x.stxname, made.obstacle), place);
        RETURN;
    END IF;
    IF NOT gb_enums_internal.acts_for(x.stxowner, x.relowner) THEN
        RETURN NEXT gb_enums_internal.stop(format('Statistics object "%s" belongs to %s.', x.stxname, x.owner), place);
        RETURN;
    END IF;
    RETURN QUERY SELECT * FROM gb_enums_internal.convert_place(format('Statistics object "%s"', x.stxname), x.stxnamespace, NULL, x.stxowner, place);
    IF NOT is_new THEN
        RETURN NEXT gb_enums_internal.statement('drop objects', place, x.relowner, 'DROP STATISTICS ' || x.name, 'SHARE UPDATE EXCLUSIVE');
    END IF;
    RETURN QUERY SELECT * FROM gb_enums_internal.statements(
        CASE WHEN is_new THEN 'make views' ELSE 'make objects' END::gb_enums_internal.convert_phase,
        place, x.relowner, 'SHARE UPDATE EXCLUSIVE', ARRAY(
        SELECT format('CREATE STATISTICS %s%s ON %s FROM %s', x.name,
            (SELECT ' (' || string_agg(CASE k WHEN 'd' THEN 'ndistinct' WHEN 'f' THEN 'dependencies' WHEN 'm' THEN 'mcv' END, ', ') || ')' FROM unnest(x.stxkind) k WHERE k <> 'e'),
            concat_ws(', ', (SELECT string_agg(gb_enums_internal.convert_column(x.stxrelid, k), ', ') FROM unnest(x.stxkeys) k),
                            (SELECT string_agg('(' || e || ')', ', ') FROM unnest(made.expressions) e)), x.stxrelid::regclass)
        UNION ALL SELECT format('ALTER STATISTICS %s SET STATISTICS %s', x.name, x.stxstattarget) WHERE coalesce(x.stxstattarget, -1) >= 0
        UNION ALL SELECT gb_enums_internal.comment_statement('pg_statistic_ext', object, 'STATISTICS ' || x.name)
        UNION ALL SELECT format('ALTER STATISTICS %s OWNER TO %s', x.name, x.owner)));
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_statistics(oid, gb_enums_internal.conversion_column[], integer, boolean) IS 'the steps for an extended statistics object';

-- A row security policy, of this table or of another that looks into it.
CREATE FUNCTION gb_enums_internal.convert_policy(object oid, columns gb_enums_internal.conversion_column[], place integer) RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    x record;
    visible record;
    checked record;
BEGIN
    SELECT p.*, p.polrelid::regclass::text AS relation, c.relowner INTO x FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid WHERE p.oid = object;
    SELECT e.* INTO visible FROM gb_enums_internal.convert_expressions(x.polrelid, x.polqual, columns, false) e;
    SELECT e.* INTO checked FROM gb_enums_internal.convert_expressions(x.polrelid, x.polwithcheck, columns, false) e;
    IF coalesce(visible.obstacle, checked.obstacle) IS NOT NULL OR NOT gb_enums_internal.acts_for(x.relowner) THEN
        RETURN NEXT gb_enums_internal.stop(format('Policy "%s" of "%s": %s.', x.polname, x.relation,
            coalesce(visible.obstacle, checked.obstacle, 'the table is somebody else''s')), place);
        RETURN;
    END IF;
    RETURN QUERY SELECT * FROM gb_enums_internal.convert_texts(format('Policy "%s" of "%s"', x.polname, x.relation), coalesce(visible.texts, false) OR coalesce(checked.texts, false));
    RETURN NEXT gb_enums_internal.statement('drop policies', place, x.relowner, format('DROP POLICY %I ON %s', x.polname, x.relation), 'ACCESS EXCLUSIVE');
    RETURN QUERY SELECT * FROM gb_enums_internal.statements('make policies', place, x.relowner, 'ACCESS EXCLUSIVE', ARRAY(
        SELECT gb_enums_internal.policy_statement(object, visible.expressions[1], checked.expressions[1])
        UNION ALL SELECT gb_enums_internal.comment_statement('pg_policy', object, format('POLICY %I ON %s', x.polname, x.relation))));
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_policy(oid, gb_enums_internal.conversion_column[], integer) IS 'the steps for a policy';

-- Whether a trigger and those that partitions have by it are enabled, and what is said of the latter. What is said to a
-- partitioned table is said to its partitions, so those come after it.
CREATE FUNCTION gb_enums_internal.convert_trigger_states(object oid) RETURNS SETOF text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
WITH RECURSIVE family AS (
    SELECT t.oid, t.tgname, t.tgrelid, t.tgenabled, 0 AS depth FROM pg_trigger t WHERE t.oid = object
    UNION ALL SELECT t.oid, t.tgname, t.tgrelid, t.tgenabled, f.depth + 1 FROM family f JOIN pg_trigger t ON t.tgparentid = f.oid),
statement AS (
    SELECT f.depth, f.tgrelid, gb_enums_internal.trigger_state_statement(f.oid) AS s
    FROM family f WHERE CASE WHEN f.depth = 0 THEN f.tgenabled <> 'O' ELSE EXISTS (SELECT FROM family o WHERE o.tgenabled <> f.tgenabled OR f.tgenabled <> 'O') END
    UNION ALL SELECT f.depth, f.tgrelid, gb_enums_internal.comment_statement('pg_trigger', f.oid, format('TRIGGER %I ON %s', f.tgname, f.tgrelid::regclass)) FROM family f WHERE f.depth > 0)
SELECT s FROM statement WHERE s IS NOT NULL ORDER BY depth, tgrelid, s
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_trigger_states(oid) IS 'the statements that enable or disable a trigger as it was, also in partitions';

-- A trigger with a condition on the column, or UPDATE OF it; or one of a view that is made again.
CREATE FUNCTION gb_enums_internal.convert_trigger(object oid, columns gb_enums_internal.conversion_column[], place integer, is_new boolean DEFAULT false)
    RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    x record;
    old record;
    new record;
    condition text;
BEGIN
    SELECT t.*, t.tgrelid::regclass::text AS relation, pg_get_triggerdef(t.oid) AS definition,
        CASE WHEN is_new THEN 'make views' ELSE 'make objects' END::gb_enums_internal.convert_phase AS phase, c.relowner
    INTO x FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE t.oid = object;
    SELECT e.* INTO old FROM gb_enums_internal.convert_expressions(x.tgrelid, x.tgqual, '{}', true) e;
    SELECT e.* INTO new FROM gb_enums_internal.convert_expressions(x.tgrelid, x.tgqual, columns, true) e;
    -- The server has no function for a condition that is not stored yet. Its place in the definition is found whatever lines
    -- the definition is in.
    condition := format(E' WHEN \\(\\s*%s\\) EXECUTE ', regexp_replace(regexp_replace(old.expressions[1], E'([^\\w\\s])', E'\\\\\\1\\s*', 'g'), E'\\s+', E'\\s+', 'g'));
    IF new.obstacle IS NOT NULL OR old.expressions IS NOT NULL AND x.definition !~ condition THEN
        RETURN NEXT gb_enums_internal.stop(format('Trigger "%s" of "%s": %s.', x.tgname, x.relation,
            coalesce(new.obstacle, 'its condition is not understood')), place);
        RETURN;
    END IF;
    IF NOT has_function_privilege(x.relowner, x.tgfoid, 'EXECUTE') THEN
        RETURN NEXT gb_enums_internal.stop(format(
            'Trigger "%s" of "%s" would have to be made again, and %s may not execute function %s.',
            x.tgname, x.relation, x.relowner::regrole, x.tgfoid::regprocedure), place);
        RETURN;
    END IF;
    RETURN QUERY SELECT * FROM gb_enums_internal.convert_texts(format('Trigger "%s" of "%s"', x.tgname, x.relation), new.texts);
    IF new.expressions IS NOT NULL THEN
        x.definition := regexp_replace(x.definition, condition, format(' WHEN (%s) EXECUTE ', replace(new.expressions[1], E'\\', E'\\\\')));
    END IF;
    IF NOT is_new THEN
        RETURN NEXT gb_enums_internal.statement('drop objects', place, x.relowner, format('DROP TRIGGER %I ON %s', x.tgname, x.relation), 'ACCESS EXCLUSIVE');
    END IF;
    RETURN QUERY SELECT * FROM gb_enums_internal.statements(x.phase, place, x.relowner, 'SHARE ROW EXCLUSIVE', ARRAY(
        SELECT x.definition
        UNION ALL SELECT s FROM gb_enums_internal.convert_trigger_states(object) s
        UNION ALL SELECT gb_enums_internal.comment_statement('pg_trigger', object, format('TRIGGER %I ON %s', x.tgname, x.relation))));
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_trigger(oid, gb_enums_internal.conversion_column[], integer, boolean) IS 'the steps for a trigger';

-- A publication that names the column in its list. In a row filter no type of an extension can be.
CREATE FUNCTION gb_enums_internal.convert_publication(object oid, columns gb_enums_internal.conversion_column[], place integer) RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    x record;
    filter record;
BEGIN
    SELECT r.*, p.pubname, p.pubowner, r.prrelid::regclass::text AS relation, pg_get_expr(r.prqual, r.prrelid) AS shown INTO x
    FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid WHERE r.oid = object;
    SELECT e.* INTO filter FROM gb_enums_internal.convert_expressions(x.prrelid, x.prqual, columns, false) e;
    IF filter.changed OR NOT pg_has_role(x.pubowner, 'USAGE') THEN
        RETURN NEXT gb_enums_internal.stop(CASE WHEN filter.changed
            THEN format('Publication "%s" filters rows by the column: %s. The server takes no types of extensions there.', x.pubname, x.shown)
            ELSE format('Publication "%s" belongs to %s.', x.pubname, x.pubowner::regrole) END, place);
        RETURN;
    END IF;
    RETURN NEXT gb_enums_internal.statement('drop objects', place, NULL, format('ALTER PUBLICATION %I DROP TABLE ONLY %s', x.pubname, x.relation), 'SHARE UPDATE EXCLUSIVE');
    RETURN NEXT gb_enums_internal.statement('make objects', place, NULL, format('ALTER PUBLICATION %I ADD TABLE ONLY %s', x.pubname, x.relation)
        || coalesce((SELECT ' (' || string_agg(gb_enums_internal.convert_column(x.prrelid, k), ', ') || ')' FROM unnest(x.prattrs) k), '')
        || coalesce(' WHERE (' || x.shown || ')', ''), 'SHARE UPDATE EXCLUSIVE');
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_publication(oid, gb_enums_internal.conversion_column[], integer) IS 'the steps for a publication';
