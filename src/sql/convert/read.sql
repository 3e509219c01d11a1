
-- What is to be converted: what the caller asked for, what the rows hold, and what no step can do.

-- What the caller asked for one column, as a column of a conversion; an error for what is no such
-- table, column, enumeration or option.
CREATE FUNCTION gb_enums_internal.convert_trusting_cast(enum oid) RETURNS oid
    LANGUAGE sql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT p.oid
FROM pg_proc p
WHERE p.prorettype = enum AND p.prosrc = 'int2up' AND p.pronargs = 1 AND p.proargtypes[0] = 'smallint'::regtype
ORDER BY p.oid
LIMIT 1
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_trusting_cast(oid) IS 'as_E() of an enumeration';

CREATE FUNCTION gb_enums_internal.convert_item(relation regclass, column_name text, asked jsonb) RETURNS gb_enums_internal.conversion_column
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    t record;
    a record;
    enum regtype;
    item gb_enums_internal.conversion_column;
    wrong text;
BEGIN
    SELECT c.*, n.nspname INTO t FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = relation;
    IF t.oid IS NULL THEN
        RAISE EXCEPTION 'relation with OID % does not exist', relation::oid USING ERRCODE = 'undefined_table';
    END IF;
    IF t.relkind NOT IN ('r', 'p') OR t.oid < 16384 OR t.nspname IN ('pg_catalog', 'information_schema', 'pg_toast') THEN
        RAISE EXCEPTION '"%" is not a table whose columns can be converted', t.relname USING ERRCODE = 'wrong_object_type',
            DETAIL = CASE WHEN t.relkind IN ('r', 'p') THEN 'It is a system table.' WHEN t.relkind IN ('v', 'm') THEN 'It is a view.'
                          WHEN t.relkind = 'f' THEN 'It is a foreign table.' ELSE 'It is no table.' END,
            HINT = CASE WHEN t.relkind IN ('v', 'm') THEN 'Convert the table that it is over; its views change with it.'
                        WHEN t.relkind = 'f' THEN 'Convert the table where it is, then ALTER FOREIGN TABLE here.' ELSE 'Columns of tables of your own can.' END;
    END IF;
    IF t.relpersistence = 't' AND t.relnamespace <> pg_my_temp_schema() THEN
        RAISE EXCEPTION 'table "%" is a temporary table of another session', t.relname USING ERRCODE = 'feature_not_supported';
    END IF;
    PERFORM gb_enums_internal.require_owner(relation);
    SELECT b.attnum, b.atttypid, coalesce(nullif(y.typbasetype, 0), y.oid) AS base, y.typtype INTO a
    FROM pg_attribute b JOIN pg_type y ON y.oid = b.atttypid WHERE b.attrelid = relation AND b.attname = column_name AND b.attnum > 0;
    IF a.attnum IS NULL THEN
        RAISE EXCEPTION 'column "%" of table "%" does not exist', column_name, t.relname USING ERRCODE = 'undefined_column';
    END IF;
    IF jsonb_typeof(asked) <> 'object' OR jsonb_typeof(asked->'enum') IS DISTINCT FROM 'string' THEN
        RAISE EXCEPTION 'no enumeration is given for column "%"', column_name USING ERRCODE = 'invalid_parameter_value',
            HINT = 'For example {"status": "task_status", "priority": {"enum": "task_priority", "trim_blanks": true}}.';
    END IF;
    enum := (asked->>'enum')::regtype;
    IF NOT EXISTS (SELECT FROM pg_type y JOIN pg_proc p ON p.oid = y.typinput JOIN pg_language l ON l.oid = p.prolang WHERE y.oid = enum AND y.typtype = 'b' AND l.lanname = 'gb_enum') THEN
        RAISE EXCEPTION 'type % is not an enumeration of gb_enums', enum USING ERRCODE = 'wrong_object_type', HINT = 'The view gb_enums lists them.';
    END IF;
    SELECT string_agg(format('"%s"', o.key), ', ' ORDER BY o.key) INTO wrong FROM jsonb_each(asked) o
    WHERE CASE WHEN o.key IN ('trim_blanks', 'fold_case', 'use_aliases', 'otherwise_null', 'foreign_keys') THEN jsonb_typeof(o.value) NOT IN ('boolean', 'null')
               WHEN o.key = 'map' THEN jsonb_typeof(o.value) NOT IN ('object', 'null')
               WHEN o.key = 'otherwise' THEN jsonb_typeof(o.value) NOT IN ('string', 'null')
               WHEN o.key = 'store' THEN o.value NOT IN ('"type"', '"smallint"', 'null') ELSE o.key <> 'enum' END;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'invalid option % for column "%"', wrong, column_name USING ERRCODE = 'invalid_parameter_value',
            HINT = 'Options are "enum", "map" (an object), "trim_blanks", "fold_case", "use_aliases", "otherwise_null", "foreign_keys" (true or false), "otherwise" (a name) and "store" ("type" or "smallint").';
    END IF;
    IF a.atttypid = enum OR a.atttypid = 'smallint'::regtype AND asked->>'store' = 'smallint' AND gb_enums_internal.convert_options(asked) = '{}' THEN
        RAISE EXCEPTION 'column "%" of table "%" is of type % already', column_name, t.relname, a.atttypid::regtype USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    IF a.base NOT IN ('text'::regtype, 'varchar'::regtype, 'bpchar'::regtype, 'integer'::regtype, 'smallint'::regtype) AND a.typtype <> 'e' THEN
        RAISE EXCEPTION 'column "%" of table "%" is of type %, which cannot be converted', column_name, t.relname, a.atttypid::regtype USING ERRCODE = 'datatype_mismatch',
            HINT = 'Columns of type text, varchar, char, integer, smallint and of native enums can.';
    END IF;
    item.relation := relation;
    item.number := a.attnum;
    item.old_type := a.base;
    item.enum := enum;
    item.options := gb_enums_internal.convert_options(asked);
    IF asked->>'store' = 'smallint' THEN
        item.trusting_cast := gb_enums_internal.convert_trusting_cast(enum);
    END IF;
    -- The mapping is read once here, so that its mistakes come first.
    PERFORM gb_enums_internal.convert_match('', enum, item.options, false);
    RETURN item;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_item(regclass, text, jsonb) IS 'what a caller asked for one column, checked';

-- A column and those that foreign keys tie to it, directly or by others.
CREATE FUNCTION gb_enums_internal.convert_tied(relation oid, number smallint, OUT place oid, OUT tied smallint, OUT name name) RETURNS SETOF record
    LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
WITH RECURSIVE tie(place, number) AS (
    SELECT relation, convert_tied.number
    UNION
    SELECT CASE WHEN here THEN k.confrelid ELSE k.conrelid END, CASE WHEN here THEN k.confkey[i] ELSE k.conkey[i] END
    FROM tie JOIN pg_constraint k ON k.contype = 'f' AND k.conparentid = 0 AND tie.place IN (k.conrelid, k.confrelid)
    CROSS JOIN LATERAL generate_subscripts(k.conkey, 1) i CROSS JOIN (VALUES (true), (false)) side(here)
    WHERE CASE WHEN here THEN (k.conrelid, k.conkey[i]) ELSE (k.confrelid, k.confkey[i]) END = (tie.place, tie.number))
SELECT t.place, t.number, a.attname FROM tie t JOIN pg_attribute a ON a.attrelid = t.place AND a.attnum = t.number
ORDER BY (t.place, t.number) = (relation, convert_tied.number) DESC, t.place, t.number
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_tied(oid, smallint) IS 'a column and those that foreign keys tie to it';

-- What the caller asked for; with "foreign_keys", also the columns that are tied to one by them.
CREATE FUNCTION gb_enums_internal.convert_read(relation regclass, columns jsonb) RETURNS gb_enums_internal.conversion_column[]
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    asked record;
    tied record;
    item gb_enums_internal.conversion_column;
    result gb_enums_internal.conversion_column[] := '{}';
BEGIN
    IF relation IS NULL OR columns IS NULL THEN
        RAISE EXCEPTION 'the table and its columns must not be null' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    IF jsonb_typeof(columns) <> 'object' OR columns = '{}' THEN
        RAISE EXCEPTION 'the columns to convert must be a JSON object' USING ERRCODE = 'invalid_parameter_value',
            HINT = 'For example {"status": "task_status", "priority": {"enum": "task_priority", "trim_blanks": true}}.';
    END IF;
    FOR asked IN SELECT key, CASE jsonb_typeof(value) WHEN 'string' THEN jsonb_build_object('enum', value) ELSE value END AS value FROM jsonb_each(columns) LOOP
        item := gb_enums_internal.convert_item(relation, asked.key, asked.value);
        result := result || item;
        CONTINUE WHEN asked.value->'foreign_keys' IS DISTINCT FROM 'true';
        FOR tied IN SELECT t.place, t.name FROM gb_enums_internal.convert_tied(relation, item.number) WITH ORDINALITY t
            WHERE NOT EXISTS (SELECT FROM unnest(result) r WHERE r.relation = t.place AND r.number = t.tied)
              AND NOT (t.place = relation AND columns ? t.name::text)
            ORDER BY t.ordinality
        LOOP
            result := result || gb_enums_internal.convert_item(tied.place, tied.name, asked.value);
        END LOOP;
    END LOOP;
    RETURN result;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_read(regclass, jsonb) IS 'what a caller asked for, checked';

-- The same columns of partitions and inheritance children, each relation after its parents.
CREATE FUNCTION gb_enums_internal.convert_tree(relation oid) RETURNS TABLE (member oid, depth integer)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
WITH RECURSIVE tree(member, depth) AS (
    SELECT relation, 0 UNION SELECT i.inhrelid, t.depth + 1 FROM tree t JOIN pg_inherits i ON i.inhparent = t.member
        JOIN pg_class c ON c.oid = i.inhrelid AND c.relkind IN ('r', 'p', 'f'))
SELECT t.member, max(t.depth)::integer FROM tree t GROUP BY t.member ORDER BY 2, 1
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_tree(oid) IS 'a table with its partitions and children';

CREATE FUNCTION gb_enums_internal.convert_with_children(columns gb_enums_internal.conversion_column[])
    RETURNS gb_enums_internal.conversion_column[]
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
SELECT array_agg(gb_enums_internal.conversion_of(columns[c.ordinality], t.member, b.attnum) ORDER BY t.depth, t.member, c.ordinality)
FROM unnest(columns) WITH ORDINALITY c
JOIN pg_attribute a ON a.attrelid = c.relation AND a.attnum = c.number
CROSS JOIN LATERAL gb_enums_internal.convert_tree(a.attrelid) t JOIN pg_attribute b ON b.attrelid = t.member AND b.attname = a.attname
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_with_children(gb_enums_internal.conversion_column[]) IS 'a conversion with the columns of partitions and children';

-- Unique indexes on a column of which values become one: the rows that would be the same. An index that calls functions is
-- left to the server, which builds it.
CREATE FUNCTION gb_enums_internal.convert_duplicates(item gb_enums_internal.conversion_column) RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp SET row_security = off AS $$
DECLARE
    x record;
    duplicates bigint;
BEGIN
    FOR x IN SELECT i.indexrelid::regclass AS name, i.indrelid::regclass AS relation, to_jsonb(i)->>'indnullsnotdistinct' = 'true' AS not_distinct,
                    array_agg(CASE k.number WHEN item.number THEN gb_enums_internal.convert_using(item, gb_enums_internal.convert_column(i.indrelid, k.number))
                        ELSE gb_enums_internal.convert_column(i.indrelid, k.number) END) AS keys
             FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey::smallint[]) WITH ORDINALITY k(number, place)
             WHERE i.indrelid = item.relation AND i.indisunique AND i.indexprs IS NULL AND i.indpred IS NULL AND k.place <= i.indnkeyatts
             GROUP BY i.indexrelid, i.indrelid, i.* HAVING bool_or(k.number = item.number) ORDER BY 1 LOOP
        EXECUTE format('SELECT sum(n) FROM (SELECT count(*) AS n FROM (SELECT %1$s FROM %2$s) k(%3$s) %4$s GROUP BY %3$s HAVING count(*) > 1) d', array_to_string(x.keys, ', '), x.relation,
            (SELECT string_agg('k' || n, ', ') FROM generate_subscripts(x.keys, 1) n),
            CASE WHEN NOT x.not_distinct THEN 'WHERE ' || (SELECT string_agg(format('k%s IS NOT NULL', n), ' AND ') FROM generate_subscripts(x.keys, 1) n) END) INTO duplicates;
        IF duplicates > 0 THEN
            RETURN NEXT gb_enums_internal.stop(format('%s rows would not be unique any more in index "%s".', duplicates, x.name));
        END IF;
    END LOOP;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_duplicates(gb_enums_internal.conversion_column) IS 'which unique indexes stop values from becoming one';

-- The values of a column, what becomes of each, and what is to be said of that.
CREATE FUNCTION gb_enums_internal.convert_scan(item gb_enums_internal.conversion_column) RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp SET row_security = off AS $$
DECLARE
    relation regclass := item.relation;
    name text := gb_enums_internal.convert_column(relation, item.number);
    is_code boolean := item.old_type IN ('smallint'::regtype, 'integer'::regtype);
    found jsonb;
    unseen text;
    s record;
BEGIN
    IF row_security_active(relation) THEN
        -- ALTER TABLE sees all rows, and checks them; a column that keeps its bytes is checked here only.
        unseen := format('Row security of "%s" applies to %s: the values of column %s cannot be looked at.', relation, current_user, name);
        RETURN NEXT CASE WHEN gb_enums_internal.convert_keeps_bytes(item) THEN gb_enums_internal.stop(unseen)
            ELSE gb_enums_internal.warning(unseen) END;
        RETURN;
    END IF;
    -- A value can be of any size: it is shown by its beginning.
    EXECUTE format('SELECT jsonb_agg(jsonb_build_object(''value'', left(v, 80) || CASE WHEN length(v) > 80 THEN ''...'' ELSE '''' END, ''n'', n,
            ''label'', m.label, ''rule'', m.rule, ''deprecated'', m.deprecated, ''found'', m.found))
        FROM (SELECT %1$s::text AS v, count(*) AS n FROM %2$s WHERE %1$s IS NOT NULL GROUP BY %1$s LIMIT 100001) g CROSS JOIN LATERAL gb_enums_internal.convert_match(v, $1, $2, $3) m', name, relation)
        INTO found USING item.enum::regtype, item.options, is_code;
    IF jsonb_array_length(found) > 100000 THEN
        RETURN NEXT gb_enums_internal.stop(format('Column %s has more than 100000 different values.', name));
        RETURN;
    END IF;
    SELECT sum(n) FILTER (WHERE NOT m.found) AS bad_rows, count(*) FILTER (WHERE NOT m.found) AS bad,
           string_agg(format('%s (%s %s%s)', CASE WHEN is_code THEN value ELSE format('"%s"', value) END, n, CASE n WHEN 1 THEN 'row' ELSE 'rows' END, CASE WHEN m.rule IS NOT NULL THEN '; ' || m.rule || ' would help' ELSE '' END), ', ' ORDER BY value COLLATE "C")
               FILTER (WHERE NOT m.found AND place <= 20) AS bad_list,
           sum(n) FILTER (WHERE m.found AND m.label IS NULL) AS nulls,
           string_agg(format('"%s" (%s)', value, n), ', ' ORDER BY value COLLATE "C") FILTER (WHERE m.rule = 'otherwise') AS otherwise,
           string_agg(format('"%s" (%s)', value, n), ', ' ORDER BY value COLLATE "C") FILTER (WHERE m.deprecated AND m.found) AS deprecated
    INTO s FROM (SELECT e.*, row_number() OVER (PARTITION BY e.found ORDER BY e.n DESC, e.value COLLATE "C") AS place
                 FROM jsonb_to_recordset(found) e(value text, n bigint, label text, rule text, deprecated boolean, found boolean)) m;
    IF s.bad > 0 THEN
        RETURN NEXT gb_enums_internal.stop(format('%s %s of column %s %s no value of %s: %s%s.', s.bad_rows, CASE s.bad_rows WHEN 1 THEN 'row' ELSE 'rows' END, name,
            CASE s.bad_rows WHEN 1 THEN 'is' ELSE 'are' END, item.enum::regtype, s.bad_list, CASE WHEN s.bad > 20 THEN format(' and %s more values', s.bad - 20) ELSE '' END));
    END IF;
    IF s.nulls > 0 AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = relation AND a.attnum = item.number AND a.attnotnull) THEN
        RETURN NEXT gb_enums_internal.stop(format('%s rows of column %s would become NULL, which it refuses.', s.nulls, name));
    ELSIF s.nulls > 0 THEN
        RETURN NEXT gb_enums_internal.warning(format('%s rows of column %s become NULL.', s.nulls, name));
    END IF;
    IF s.otherwise IS NOT NULL THEN
        RETURN NEXT gb_enums_internal.warning(format('Column %s: what is nothing else becomes %s: %s.', name, coalesce(quote_literal(item.options->>'otherwise'), 'NULL'), s.otherwise));
    END IF;
    IF s.deprecated IS NOT NULL THEN
        RETURN NEXT gb_enums_internal.warning(format('Column %s has deprecated values, which stay: %s.', name, s.deprecated));
    END IF;
    RETURN QUERY SELECT w.* FROM (
        SELECT format('Column %s: %s become "%s".', name, string_agg(format('"%s" (%s)', e.value, e.n), ', ' ORDER BY e.value COLLATE "C"), e.label)
        FROM jsonb_to_recordset(found) e(value text, n bigint, label text, rule text, found boolean)
        WHERE e.found AND e.label IS NOT NULL AND e.rule <> 'otherwise' GROUP BY e.label HAVING count(*) > 1 ORDER BY e.label) m(detail), gb_enums_internal.warning(m.detail) w;
    IF s.bad = 0 AND (SELECT count(*) > count(DISTINCT coalesce(e.label, '')) FROM jsonb_to_recordset(found) e(label text)) THEN
        RETURN QUERY SELECT * FROM gb_enums_internal.convert_duplicates(item);
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_scan(gb_enums_internal.conversion_column) IS 'what is to be said of the values of a column';

-- What no step can do.
CREATE FUNCTION gb_enums_internal.convert_obstacles(columns gb_enums_internal.conversion_column[]) RETURNS SETOF text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
WITH item AS (
    SELECT a.*, c.enum, c.trusting_cast IS NOT NULL AS raw, (SELECT t.relname FROM pg_class t WHERE t.oid = a.attrelid) AS relname FROM unnest(columns) c
    JOIN pg_attribute a ON a.attrelid = c.relation AND a.attnum = c.number),
relation AS (SELECT DISTINCT c.* FROM item i JOIN pg_class c ON c.oid = i.attrelid)
SELECT format(CASE above WHEN 0 THEN 'Column "%s" is inherited; convert it in the topmost table, "%s".' ELSE 'Column "%s" is inherited from a table that is not converted, too, not only from "%s".' END,
        i.attname, (SELECT h.inhparent::regclass FROM pg_inherits h WHERE h.inhrelid = i.attrelid ORDER BY h.inhseqno LIMIT 1))
    FROM item i, LATERAL (SELECT count(*) AS above FROM pg_inherits h JOIN item o ON o.attrelid = h.inhparent AND o.attname = i.attname WHERE h.inhrelid = i.attrelid) p WHERE i.attinhcount <> p.above
UNION ALL SELECT format('Column "%s" of "%s" is not of the type that the table above has.', i.attname, i.relname)
    FROM item i JOIN pg_inherits h ON h.inhrelid = i.attrelid JOIN item o ON o.attrelid = h.inhparent AND o.attname = i.attname WHERE o.atttypid <> i.atttypid
UNION ALL SELECT format('Column "%s" of "%s" is generated.', i.attname, i.relname) FROM item i WHERE i.attgenerated <> ''
UNION ALL SELECT format('Column "%s" of "%s" is an identity.', i.attname, i.relname) FROM item i WHERE i.attidentity <> ''
UNION ALL SELECT format('Column "%s" of "%s" compares without regard to some differences (a nondeterministic collation).', i.attname, i.relname)
    FROM item i JOIN pg_collation l ON l.oid = i.attcollation AND NOT l.collisdeterministic
UNION ALL SELECT format('"%s" is a foreign table.', r.relname) FROM relation r WHERE r.relkind = 'f'
UNION ALL SELECT format('"%s" is a table of type "%s".', r.relname, r.reloftype::regtype) FROM relation r WHERE r.reloftype <> 0
-- The owner of a table changes its partitions and children, too.
UNION ALL SELECT DISTINCT format('"%s" belongs to %s.', r.relname, r.relowner::regrole)
    FROM relation r LEFT JOIN (pg_inherits h JOIN relation p ON p.oid = h.inhparent) ON h.inhrelid = r.oid
    WHERE NOT gb_enums_internal.acts_for(r.relowner, p.relowner)
UNION ALL SELECT format('"%s" belongs to an extension.', r.relname) FROM relation r WHERE EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = r.oid AND d.deptype = 'e')
UNION ALL SELECT format('Index "%s" is not valid.', x.indexrelid::regclass) FROM relation r JOIN pg_index x ON x.indrelid = r.oid
    WHERE NOT x.indisvalid AND (r.relkind = 'r' OR EXISTS (SELECT FROM pg_depend d JOIN item i ON (d.refobjid, d.refobjsubid) = (i.attrelid, i.attnum)
        WHERE d.refclassid = 'pg_class'::regclass AND d.classid = 'pg_class'::regclass AND d.objid = x.indexrelid))
UNION ALL SELECT DISTINCT format('Column "%s" of "%s" is part of the partition key.', i.attname, i.relname) FROM item i JOIN pg_partitioned_table p ON p.partrelid = i.attrelid
    WHERE i.attnum = ANY (p.partattrs) OR EXISTS (SELECT FROM pg_depend d WHERE (d.classid, d.objid, d.objsubid) = ('pg_class'::regclass, i.attrelid, i.attnum)
        AND (d.refclassid, d.refobjid, d.refobjsubid) = ('pg_class'::regclass, i.attrelid, 0))
UNION ALL SELECT DISTINCT format('The row type of "%s" is the type of column "%s" of "%s".', r.relname, a.attname, a.attrelid::regclass)
    FROM relation r JOIN pg_type y ON y.oid = r.reltype JOIN pg_attribute a ON a.atttypid IN (y.oid, y.typarray) JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'm')
UNION ALL SELECT DISTINCT format('Foreign key "%s" of "%s" ties column "%s" to "%s" of "%s"; foreign_keys => true converts both.', k.conname, k.conrelid::regclass,
        gb_enums_internal.convert_column(k.conrelid, k.conkey[p]), gb_enums_internal.convert_column(k.confrelid, k.confkey[p]), k.confrelid::regclass)
    FROM pg_constraint k CROSS JOIN LATERAL generate_subscripts(k.conkey, 1) p
    LEFT JOIN item i ON i.attrelid = k.conrelid AND i.attnum = k.conkey[p] LEFT JOIN item o ON o.attrelid = k.confrelid AND o.attnum = k.confkey[p]
    WHERE k.contype = 'f' AND k.conparentid = 0 AND (i.enum, i.raw) IS DISTINCT FROM (o.enum, o.raw)
UNION ALL SELECT format('Foreign key "%s" of "%s" would have to be made again, and the table belongs to %s.', k.conname, k.conrelid::regclass, o.relowner::regrole)
    FROM gb_enums_internal.convert_foreign_keys(columns) k JOIN pg_class o ON o.oid = k.conrelid
    WHERE NOT gb_enums_internal.acts_for(o.relowner)
UNION ALL SELECT DISTINCT format(
        'Foreign key "%s" of "%s" would have to be made again, and %s may not reference column "%s" of "%s".', k.conname, k.conrelid::regclass, o.relowner::regrole, a.attname, k.confrelid::regclass)
    FROM gb_enums_internal.convert_foreign_keys(columns) k JOIN pg_class o ON o.oid = k.conrelid
    JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = ANY (k.confkey)
    WHERE gb_enums_internal.acts_for(o.relowner)
      AND NOT has_column_privilege(o.relowner, k.confrelid, a.attnum, 'REFERENCES')
UNION ALL SELECT DISTINCT format('Exclusion constraint "%s" of "%s" uses column "%s".', k.conname, i.relname, i.attname)
    FROM item i JOIN pg_constraint k ON k.contype = 'x' AND k.conrelid = i.attrelid
    WHERE EXISTS (SELECT FROM pg_depend d WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = i.attrelid AND d.refobjsubid = i.attnum
        AND (d.classid, d.objid) IN (('pg_constraint'::regclass, k.oid), ('pg_class'::regclass, k.conindid)))
UNION ALL SELECT DISTINCT format('Column "%s" of "%s" is generated from column "%s": %s.', g.attname, i.relname, i.attname, pg_get_expr(ad.adbin, ad.adrelid))
    FROM item i JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = i.attrelid AND d.refobjsubid = i.attnum
    JOIN pg_attrdef ad ON (d.classid = 'pg_attrdef'::regclass AND ad.oid = d.objid OR d.classid = 'pg_class'::regclass AND ad.adrelid = d.objid AND ad.adnum = d.objsubid)
    JOIN pg_attribute g ON g.attrelid = ad.adrelid AND g.attnum = ad.adnum AND g.attgenerated <> '' AND (g.attrelid, g.attnum) <> (i.attrelid, i.attnum)
UNION ALL SELECT DISTINCT format('Column "%s" of "%s" is used by %s.', i.attname, i.relname, CASE d.classid WHEN 'pg_rewrite'::regclass
        THEN (SELECT format('rule "%s" of "%s"', r.rulename, r.ev_class::regclass) FROM pg_rewrite r WHERE r.oid = d.objid) ELSE pg_describe_object(d.classid, d.objid, d.objsubid) END)
    FROM item i JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = i.attrelid AND d.refobjsubid = i.attnum
    WHERE CASE d.classid
        WHEN 'pg_rewrite'::regclass THEN EXISTS (SELECT FROM pg_rewrite r WHERE r.oid = d.objid AND (r.ev_type <> '1' OR r.ev_class = i.attrelid))
        WHEN 'pg_class'::regclass THEN NOT EXISTS (SELECT FROM pg_class x WHERE x.oid = d.objid AND x.relkind IN ('i', 'I')) AND d.objid <> i.attrelid
        ELSE d.classid NOT IN ('pg_constraint'::regclass, 'pg_attrdef'::regclass, 'pg_policy'::regclass, 'pg_trigger'::regclass, 'pg_statistic_ext'::regclass, 'pg_publication_rel'::regclass) END
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_obstacles(gb_enums_internal.conversion_column[]) IS 'why columns cannot be converted, a sentence for each reason';
