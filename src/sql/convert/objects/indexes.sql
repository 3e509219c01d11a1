
-- Indexes ----------------------------------------------------------------------------------------------
--
-- An index over a column that changes is made again, unless ALTER TABLE rebuilds it as it should be. Over
-- an enumeration there is no collation and, for btree, hash and minmax, one operator class. For other
-- operator classes the key becomes the name or the code.
--
-- In an online conversion each such index gets a twin over the new columns, which is built while the table
-- is used.

CREATE TYPE gb_enums_internal.index_to_convert AS (
    index oid,
    relation oid,
    owner oid,
    -- the key and included columns, 0 for expressions; of these, so many are keys
    numbers smallint[],
    key_count integer,
    -- i or I, as in pg_class; whether the index is a partition of another, whether it is over a partition,
    -- and whether it is over a materialized view
    kind text,
    is_partition boolean,
    is_over_partition boolean,
    is_over_view boolean,
    is_unique boolean,
    is_primary boolean,
    is_clustered boolean,
    is_replica_identity boolean,
    nulls_not_distinct boolean,
    constraint_id oid,
    constraint_type text,
    is_deferrable boolean,
    is_deferred boolean,
    -- names as they are in statements, but for "name" and "method"; options as the WITH clause
    name text,
    qualified_name text,
    relation_name text,
    method text,
    options text,
    tablespace text,
    schema_oid oid,
    tablespace_oid oid);
COMMENT ON TYPE gb_enums_internal.index_to_convert IS 'an index that a conversion may have to make again';

CREATE FUNCTION gb_enums_internal.convert_read_index(index oid) RETURNS gb_enums_internal.index_to_convert
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN RETURN (
SELECT ROW(i.indexrelid, i.indrelid, t.relowner, i.indkey::smallint[], i.indnkeyatts, c.relkind::text,
       EXISTS (SELECT FROM pg_inherits h WHERE h.inhrelid = c.oid), t.relispartition, t.relkind = 'm',
       i.indisunique, i.indisprimary, i.indisclustered, i.indisreplident,
       to_jsonb(i)->>'indnullsnotdistinct' = 'true',
       k.oid, k.contype::text, k.condeferrable, k.condeferred,
       c.relname, format('%I.%I', n.nspname, c.relname), i.indrelid::regclass::text, am.amname,
       ' WITH ' || gb_enums_internal.option_list(c.reloptions),
       quote_ident(s.spcname), c.relnamespace, c.reltablespace)::gb_enums_internal.index_to_convert
FROM pg_index i
JOIN pg_class t ON t.oid = i.indrelid
JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_am am ON am.oid = c.relam
LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace
LEFT JOIN pg_constraint k ON k.conindid = c.oid AND k.contype IN ('p', 'u', 'x')
WHERE i.indexrelid = convert_read_index.index);
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_read_index(oid) IS 'an index, as conversions see it';

-- A key as the operator class of its index knew it, where that knows no enumerations: a text or a code.
-- NULL for native enums, as no immutable function makes a text of their values.
CREATE FUNCTION gb_enums_internal.convert_old_key(col gb_enums_internal.conversion_column, name text)
    RETURNS text
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT CASE WHEN col.new_type IS NOT NULL THEN NULL
            WHEN col.old_type IN ('numeric'::regtype, '"char"'::regtype) THEN NULL
            WHEN col.is_array AND (gb_enums_internal.has_codes(col) OR gb_enums_internal.has_texts(col))
                THEN format('%s::%s[]', name, col.old_type::regtype)
            WHEN gb_enums_internal.has_codes(col) THEN format('%s::%s', name, col.old_type::regtype)
            WHEN NOT gb_enums_internal.has_texts(col) THEN NULL
            WHEN col.trusting_cast IS NOT NULL THEN format('%s(%s)::text', col.trusting_cast::regproc, name)
            ELSE name || '::text' END
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_old_key(gb_enums_internal.conversion_column, text) IS
    'the key of an index that stays one of texts or codes';

-- The keys and included columns of an index as the catalog has them. The ordering is a part of the key.
CREATE FUNCTION gb_enums_internal.index_keys(x gb_enums_internal.index_to_convert)
    RETURNS TABLE (
        place bigint, number smallint, is_key boolean, class text, class_options text[],
        has_default_class boolean, is_for_patterns boolean, is_for_arrays boolean,
        collation_oid oid, collation_name text,
        column_collation oid, ordering text)
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN RETURN QUERY
SELECT k.place, k.number, k.place <= x.key_count,
    quote_ident(n.nspname) || '.' || quote_ident(o.opcname),
    (SELECT array_agg(u) FROM unnest(a.attoptions) u WHERE NOT starts_with(u, 'pg_attver=')),
    o.opcdefault, x.method = 'btree' AND o.opcname ~ '_pattern_ops$',
    o.opcintype = 'anyarray'::regtype,
    l.oid, quote_ident(ln.nspname) || '.' || quote_ident(l.collname), b.attcollation,
    CASE i.indoption[k.place - 1] & 3
        WHEN 1 THEN ' DESC NULLS LAST' WHEN 2 THEN ' NULLS FIRST' WHEN 3 THEN ' DESC' ELSE '' END
FROM unnest(x.numbers) WITH ORDINALITY k(number, place)
JOIN pg_index i ON i.indexrelid = x.index
JOIN pg_attribute a ON a.attrelid = x.index AND a.attnum = k.place
LEFT JOIN pg_opclass o ON o.oid = i.indclass[k.place - 1]
LEFT JOIN pg_namespace n ON n.oid = o.opcnamespace
LEFT JOIN pg_collation l ON l.oid = i.indcollation[k.place - 1]
LEFT JOIN pg_namespace ln ON ln.oid = l.collnamespace
LEFT JOIN pg_attribute b ON b.attrelid = x.relation AND b.attnum = k.number;
END $$;
COMMENT ON FUNCTION gb_enums_internal.index_keys(gb_enums_internal.index_to_convert) IS
    'the keys and included columns of an index as the catalog has them';

-- The keys and included columns of an index as they will be. A key over a column that changes either fits,
-- as its operator class is that of the enumeration, or is unsuited: then its old_key is on the text or the
-- code, or NULL when there is none.
CREATE FUNCTION gb_enums_internal.convert_index_keys(
    x gb_enums_internal.index_to_convert, columns gb_enums_internal.conversion_column[], expressions text[],
    OUT definition text, OUT is_key boolean, OUT differs boolean, OUT is_unsuited boolean, OUT old_key text,
    OUT class text, OUT lost_order text) RETURNS SETOF record
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN RETURN QUERY
WITH key AS (
    SELECT k.*, columns[c.ordinality] AS col, c.number IS NOT NULL AND k.is_key AS is_converted,
        CASE WHEN columns[c.ordinality].is_array THEN k.has_default_class AND k.is_for_arrays
             ELSE x.method IN ('btree', 'hash') OR x.method = 'brin' AND k.has_default_class
             END AS knows_enumerations,
        CASE WHEN k.number = 0 THEN format('(%s)', expressions[e.place])
             ELSE coalesce(quote_ident(c.new_name), gb_enums_internal.convert_column(x.relation, k.number))
             END AS name
    FROM gb_enums_internal.index_keys(x) k
    CROSS JOIN LATERAL (
        SELECT count(*)::integer
        FROM unnest(x.numbers) WITH ORDINALITY o(number, place)
        WHERE o.number = 0 AND o.place <= k.place) e(place)
    LEFT JOIN unnest(columns) WITH ORDINALITY c ON c.relation = x.relation AND c.number = k.number),
suited AS (
    SELECT k.*, k.is_converted AND k.knows_enumerations AS fits,
        k.is_converted AND NOT k.knows_enumerations AS is_unsuited,
        CASE WHEN k.is_converted AND NOT k.knows_enumerations
             THEN gb_enums_internal.convert_old_key(k.col, k.name) END AS old_key
    FROM key k),
made AS (
    SELECT s.*, CASE WHEN s.is_unsuited THEN format('(%s)', s.old_key) ELSE s.name END AS made,
        CASE WHEN s.is_unsuited OR s.column_collation IS NULL THEN 'pg_catalog.default'::regcollation
             ELSE s.column_collation END AS made_collation
    FROM suited s)
SELECT CASE WHEN NOT m.is_key THEN m.name
            WHEN m.fits THEN m.name || m.ordering
            ELSE concat(m.made,
                CASE WHEN m.collation_oid <> m.made_collation THEN ' COLLATE ' || m.collation_name END,
                CASE WHEN NOT m.has_default_class OR m.class_options IS NOT NULL THEN ' ' || m.class END,
                ' (' || array_to_string(m.class_options, ', ') || ')',
                m.ordering) END,
    m.is_key,
    m.is_unsuited
        OR m.fits AND (NOT m.has_default_class OR coalesce(m.collation_oid <> m.column_collation, false)),
    m.is_unsuited, m.old_key, m.class,
    CASE WHEN m.fits AND x.method = 'btree' AND NOT (m.col).is_array
              AND (m.is_for_patterns OR m.collation_oid <> m.column_collation)
         THEN concat(gb_enums_internal.convert_column(x.relation, m.number), '::text ',
             CASE WHEN m.is_for_patterns THEN 'text_pattern_ops' ELSE 'COLLATE ' || m.collation_name END) END
FROM made m
ORDER BY m.place;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_index_keys(
    gb_enums_internal.index_to_convert, gb_enums_internal.conversion_column[], text[]) IS
    'the keys and included columns of an index as they will be';

-- The expressions and the condition of an index as they will read, and why they cannot be in an index then.
CREATE FUNCTION gb_enums_internal.convert_index_expressions(
    index oid, columns gb_enums_internal.conversion_column[],
    OUT expressions text[], OUT condition text, OUT changed boolean, OUT texts boolean, OUT obstacle text,
    OUT mutable text, OUT search_path text) RETURNS record
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
SELECT e.first_expressions, e.second_expressions[1], e.changed, e.texts, e.obstacle, e.mutable, e.search_path
INTO expressions, condition, changed, texts, obstacle, mutable, search_path
FROM pg_index i
CROSS JOIN LATERAL gb_enums_internal.convert_two_expressions(i.indrelid, i.indexprs, i.indpred, columns) e
WHERE i.indexrelid = convert_index_expressions.index;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_index_expressions(oid, gb_enums_internal.conversion_column[]) IS
    'the expressions and the condition of an index as they will read';

-- The statement that makes an index, or its twin.
CREATE FUNCTION gb_enums_internal.convert_create_index(
    x gb_enums_internal.index_to_convert, keys text[], included text[], condition text, twin text)
    RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT CASE
    WHEN x.constraint_type IS NULL OR twin IS NOT NULL THEN concat(
        'CREATE ', CASE WHEN x.is_unique THEN 'UNIQUE ' END, 'INDEX ',
        CASE WHEN twin IS NOT NULL AND x.kind = 'i' THEN 'CONCURRENTLY ' END,
        quote_ident(coalesce(twin, x.name)),
        ' ON ', CASE WHEN twin IS NOT NULL AND x.kind = 'I' THEN 'ONLY ' END, x.relation_name,
        ' USING ', quote_ident(x.method), ' ', part.columns, part.nulls, x.options,
        ' TABLESPACE ' || x.tablespace,
        ' WHERE ' || condition)
    ELSE concat(
        'ALTER TABLE ', x.relation_name, ' ADD CONSTRAINT ', quote_ident(x.name),
        CASE x.constraint_type WHEN 'p' THEN ' PRIMARY KEY' ELSE ' UNIQUE' END, part.nulls, ' ', part.columns,
        x.options,
        ' USING INDEX TABLESPACE ' || x.tablespace,
        CASE WHEN x.is_deferred THEN ' DEFERRABLE INITIALLY DEFERRED'
             WHEN x.is_deferrable THEN ' DEFERRABLE' END) END
FROM (VALUES (
    concat('(', array_to_string(keys, ', '), ')', ' INCLUDE (' || array_to_string(included, ', ') || ')'),
    CASE WHEN x.nulls_not_distinct THEN ' NULLS NOT DISTINCT' END)) part(columns, nulls)
$$;
COMMENT ON FUNCTION gb_enums_internal.convert_create_index(
    gb_enums_internal.index_to_convert, text[], text[], text,
        text) IS 'the statement that makes an index, or its twin';

CREATE FUNCTION gb_enums_internal.index_statistics_targets(x gb_enums_internal.index_to_convert)
    RETURNS text[]
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN RETURN (
SELECT ARRAY(
    SELECT format('ALTER INDEX %s ALTER COLUMN %s SET STATISTICS %s',
        x.qualified_name, a.attnum, a.attstattarget)
    FROM pg_attribute a
    WHERE a.attrelid = x.index AND a.attnum > 0 AND coalesce(a.attstattarget, -1) >= 0));
END $$;
COMMENT ON FUNCTION gb_enums_internal.index_statistics_targets(gb_enums_internal.index_to_convert) IS
    'the statements that set targets of statistics';

-- What a new index lacks that its predecessor had.
CREATE FUNCTION gb_enums_internal.index_settings(x gb_enums_internal.index_to_convert, is_twin boolean)
    RETURNS text[]
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT gb_enums_internal.index_statistics_targets(x) || ARRAY[
    gb_enums_internal.comment_statement('pg_class', x.index, 'INDEX ' || x.qualified_name),
    CASE WHEN NOT is_twin THEN gb_enums_internal.comment_statement('pg_constraint', x.constraint_id,
        format('CONSTRAINT %I ON %s', x.name, x.relation_name)) END,
    CASE WHEN x.is_clustered THEN format('ALTER %s %s CLUSTER ON %I',
        CASE WHEN x.is_over_view THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END, x.relation_name, x.name) END,
    CASE WHEN x.is_replica_identity
         THEN format('ALTER TABLE %s REPLICA IDENTITY USING INDEX %I', x.relation_name, x.name) END]
$$;
COMMENT ON FUNCTION gb_enums_internal.index_settings(gb_enums_internal.index_to_convert, boolean) IS
    'the statements that give an index its settings again';

-- The steps that make an index again in place of the old one; or over a view that is made again.
CREATE FUNCTION gb_enums_internal.make_index_steps(
    x gb_enums_internal.index_to_convert, statement text, place integer, is_new boolean)
    RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    phase gb_enums_internal.convert_phase := CASE WHEN is_new THEN 'make views' ELSE 'build indexes' END;
BEGIN
    IF NOT is_new AND NOT x.is_partition THEN
        RETURN NEXT gb_enums_internal.statement('drop objects', place, x.owner,
            CASE WHEN x.constraint_type IS NULL THEN format('DROP INDEX %s', x.qualified_name)
                 ELSE format('ALTER TABLE %s DROP CONSTRAINT %I', x.relation_name, x.name) END,
            'ACCESS EXCLUSIVE');
    END IF;
    RETURN NEXT gb_enums_internal.statement(phase, place, x.owner, statement,
        CASE WHEN x.constraint_type IS NULL THEN 'SHARE' ELSE 'ACCESS EXCLUSIVE' END, false,
        format('Index "%s" is built with its new definition.', x.name));
    RETURN QUERY SELECT * FROM gb_enums_internal.statements(phase, place, x.owner, 'SHARE UPDATE EXCLUSIVE',
        gb_enums_internal.index_settings(x, is_twin => false));
    IF NOT is_new AND x.is_replica_identity THEN
        RETURN NEXT gb_enums_internal.warning(
            format('Index "%s" is the replica identity: while it is rebuilt nobody can write.', x.name),
            place);
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.make_index_steps(gb_enums_internal.index_to_convert, text, integer,
    boolean) IS
    'the steps that make an index again';

-- The steps that make the twin of an index in an online conversion. It gets the settings when it has the
-- name.
CREATE FUNCTION gb_enums_internal.make_twin_steps(
    x gb_enums_internal.index_to_convert, statement text, place integer)
    RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF x.is_primary OR x.constraint_type IS NOT NULL AND (x.kind = 'I' OR x.is_partition) THEN
        RETURN NEXT gb_enums_internal.stop(
            format('%s "%s" of "%s" has the column: that needs a table that is not written to.',
                CASE WHEN x.is_primary THEN 'Primary key' ELSE 'Constraint' END, x.name, x.relation_name),
            place);
        RETURN;
    END IF;
    RETURN NEXT gb_enums_internal.statement('indexes', place, x.owner, statement,
        CASE WHEN x.kind = 'i' THEN 'SHARE UPDATE EXCLUSIVE' ELSE 'SHARE' END, false,
        format('The twin of index "%s".', x.name));
    RETURN QUERY SELECT * FROM gb_enums_internal.statements(
        'indexes', place, x.owner, 'ACCESS EXCLUSIVE', ARRAY(
        SELECT format('ALTER INDEX %s.gb_new_%s ATTACH PARTITION %s.gb_new_%s',
            x.schema_oid::regnamespace, x.index, c.relnamespace::regnamespace, c.oid)
        FROM pg_inherits h
        JOIN pg_class c ON c.oid = h.inhrelid
        JOIN pg_index i ON i.indexrelid = c.oid
        WHERE h.inhparent = x.index
          AND NOT EXISTS (SELECT FROM pg_inherits t WHERE t.inhrelid = i.indrelid AND t.inhdetachpending)
        ORDER BY c.oid));
    RETURN QUERY SELECT * FROM gb_enums_internal.statements(
        'make objects', place, x.owner, 'SHARE UPDATE EXCLUSIVE',
        gb_enums_internal.index_settings(x, is_twin => true));
END $$;
COMMENT ON FUNCTION gb_enums_internal.make_twin_steps(gb_enums_internal.index_to_convert, text, integer) IS
    'the steps that make the twin of an index';

CREATE FUNCTION gb_enums_internal.remake_index_steps(
    x gb_enums_internal.index_to_convert, keys text[], included text[], condition text, search_path text,
    is_online boolean, place integer, is_new boolean) RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    twin CONSTANT text := CASE WHEN is_online THEN format('gb_new_%s', x.index) END;
    statement CONSTANT text := gb_enums_internal.with_search_path(
        gb_enums_internal.convert_create_index(x, keys, included, condition, twin), search_path);
BEGIN
    RETURN QUERY SELECT * FROM gb_enums_internal.convert_place(
        format('Index "%s"', x.name), x.schema_oid, x.tablespace_oid, x.owner, place);
    IF is_online THEN
        RETURN QUERY SELECT * FROM gb_enums_internal.make_twin_steps(x, statement, place);
    ELSE
        RETURN QUERY SELECT * FROM gb_enums_internal.make_index_steps(x, statement, place, is_new);
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.remake_index_steps(
    gb_enums_internal.index_to_convert, text[], text[], text, text, boolean, integer, boolean) IS
    'the steps that make an index again, or its twin';

-- The keys of an index that its operator classes do not know any more: a stop for the first one that cannot
-- be converted.
CREATE FUNCTION gb_enums_internal.unsuited_key_steps(
    x gb_enums_internal.index_to_convert, columns gb_enums_internal.conversion_column[], expressions text[],
    place integer) RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    key record;
BEGIN
    FOR key IN
        SELECT k.old_key, k.class
        FROM gb_enums_internal.convert_index_keys(x, columns, expressions) k
        WHERE k.is_unsuited
    LOOP
        IF key.old_key IS NULL THEN
            RETURN NEXT gb_enums_internal.stop(format(
                'Index "%s" has operator class %s, which knows no enumerations and none '
                'of their texts or codes.',
                x.name, key.class), place);
            RETURN;
        END IF;
        RETURN NEXT gb_enums_internal.warning(format(
            'Index "%s" is on %s from now on, as operator class %s knows no enumerations; '
            'write that in queries that it is to serve.', x.name, key.old_key, key.class), place);
    END LOOP;
END $$;
COMMENT ON FUNCTION gb_enums_internal.unsuited_key_steps(
    gb_enums_internal.index_to_convert, gb_enums_internal.conversion_column[], text[], integer) IS
    'the steps that say which keys of an index become texts or codes';

-- An element of an array, for example.
CREATE FUNCTION gb_enums_internal.has_native_expression(x gb_enums_internal.index_to_convert)
    RETURNS boolean
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT EXISTS (
    SELECT
    FROM unnest(x.numbers) WITH ORDINALITY k(number, place)
    JOIN pg_index i ON i.indexrelid = x.index
    JOIN pg_opclass o ON o.oid = i.indclass[k.place - 1] AND o.opcintype = 'anyenum'::regtype
    WHERE k.number = 0)
$$;
COMMENT ON FUNCTION gb_enums_internal.has_native_expression(gb_enums_internal.index_to_convert) IS
    'whether an index has an expression of a native enum';

-- The steps for an index, of a table or of a view that is made again (is_new).
CREATE FUNCTION gb_enums_internal.convert_index(
    index oid, columns gb_enums_internal.conversion_column[], place integer, is_new boolean DEFAULT false)
    RETURNS SETOF gb_enums_internal.convert_step
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    x CONSTANT gb_enums_internal.index_to_convert := gb_enums_internal.convert_read_index(index);
    is_online CONSTANT boolean := EXISTS (SELECT FROM unnest(columns) c WHERE c.new_name IS NOT NULL);
    has_column CONSTANT boolean := x.numbers && gb_enums_internal.convert_numbers(columns, x.relation);
    made record := gb_enums_internal.convert_index_expressions(index, columns);
    keys record;
BEGIN
    IF made.obstacle IS NOT NULL THEN
        RETURN NEXT gb_enums_internal.stop(format('Index "%s": %s.', x.name, made.obstacle), place);
        RETURN;
    END IF;
    RETURN QUERY SELECT * FROM gb_enums_internal.convert_texts(format('Index "%s"', x.name), made.texts);
    IF made.mutable IS NOT NULL THEN
        RETURN NEXT gb_enums_internal.stop(
            format('Index "%s" would have %s, which is not immutable. Drop it, and create one over the '
                'enumeration after the conversion.', x.name, made.mutable), place);
        RETURN;
    ELSIF made.changed AND x.method NOT IN ('btree', 'hash') AND gb_enums_internal.has_native_expression(x)
    THEN
        RETURN NEXT gb_enums_internal.stop(
            format('Index "%s" is over values of a native ENUM, and access method %s knows no enumerations.',
                x.name, x.method), place);
        RETURN;
    END IF;
    RETURN QUERY SELECT * FROM gb_enums_internal.unsuited_key_steps(x, columns, made.expressions, place);
    SELECT array_agg(k.definition) FILTER (WHERE k.is_key) AS definitions,
           array_agg(k.definition) FILTER (WHERE NOT k.is_key) AS included,
           bool_or(k.differs) AS differ, bool_or(k.is_unsuited AND k.old_key IS NULL) AS cannot_be,
           min(k.lost_order) AS lost_order INTO keys
    FROM gb_enums_internal.convert_index_keys(x, columns, made.expressions) k;
    IF keys.cannot_be THEN
        RETURN;
    END IF;
    IF x.constraint_type IS NOT NULL AND keys.differ THEN
        RETURN NEXT gb_enums_internal.stop(
            format('Constraint "%s" of "%s" has an index that cannot be made again as it is.', x.name,
                x.relation_name), place);
        RETURN;
    END IF;
    -- Parts of a partitioned index would be built by the server with names and options of its own, or it
    -- would take another index of a partition as a part; and operators that are not named would be looked up
    -- by a search_path that does not find them.
    IF is_new OR made.changed OR keys.differ
       OR has_column AND (is_online OR x.kind = 'I' OR x.is_over_partition OR made.search_path IS NOT NULL)
    THEN
        RETURN QUERY SELECT * FROM gb_enums_internal.remake_index_steps(
            x, keys.definitions, keys.included, made.condition, made.search_path, is_online, place, is_new);
        IF NOT is_new AND keys.lost_order IS NOT NULL THEN
            RETURN NEXT gb_enums_internal.warning(format(
                'Index "%s" serves = and IN from now on; for %s, also make an index on (%s) and query that.',
                x.name, CASE WHEN keys.lost_order LIKE '%pattern_ops' THEN 'patterns' ELSE 'its order' END,
                keys.lost_order), place);
        END IF;
    ELSIF has_column THEN
        -- The server forgets the targets when it rebuilds the index.
        RETURN QUERY SELECT * FROM gb_enums_internal.statements('make objects', place, x.owner,
            'SHARE UPDATE EXCLUSIVE', gb_enums_internal.index_statistics_targets(x));
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.convert_index(oid, gb_enums_internal.conversion_column[], integer,
    boolean) IS
    'the steps for an index';
