
-- What the catalogs say of columns that could hold a closed set of values --------------------------

CREATE FUNCTION gb_enums_internal.closed_set(
    "constraint" oid, OUT number smallint, OUT "values" text[]) RETURNS record
    LANGUAGE c STABLE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'gb_enum_closed_set';
COMMENT ON FUNCTION gb_enums_internal.closed_set(oid) IS
    'the column and the values that a CHECK constraint allows it, NULL when it is no list or range';

CREATE FUNCTION gb_enums_internal.compared_values(
    expression pg_node_tree, OUT number smallint, OUT value text) RETURNS SETOF record
    LANGUAGE c STABLE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'gb_enum_compared_values';
COMMENT ON FUNCTION gb_enums_internal.compared_values(pg_node_tree) IS
    'the constants that a stored expression compares columns with; number 0 for a constant by itself';

CREATE FUNCTION gb_enums_internal.compared_by_queries(
    queries pg_node_tree, OUT relation oid, OUT number smallint, OUT value text) RETURNS SETOF record
    LANGUAGE c STABLE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'gb_enum_compared_by_queries';
COMMENT ON FUNCTION gb_enums_internal.compared_by_queries(pg_node_tree) IS
    'the constants that the queries of a rule compare columns of tables with';

CREATE FUNCTION gb_enums_internal.row_bytes(
    relation regclass, converted smallint[], places smallint[] DEFAULT '{}') RETURNS integer
    LANGUAGE c STABLE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'gb_enum_row_bytes';
COMMENT ON FUNCTION gb_enums_internal.row_bytes(regclass, smallint[], smallint[]) IS
    'the bytes of an average row with its padding, '
    'if the columns of these numbers were smallint and all in this order';

CREATE TYPE gb_enums_internal.column_facts AS (
    relation oid,
    relkind text,
    schema oid,
    relation_name name,
    owner oid,
    number smallint,
    name name,
    type oid,
    typmod integer,
    is_array boolean,
    is_native boolean,  -- of a native enum, or a domain or an array of one
    is_number boolean,
    words text[],  -- of its name
    kind text,  -- what its name says of its values, see name_kind()
    table_word text,  -- the last word of the name of its table
    has_foreign_key boolean,
    rows bigint,
    labels text[],  -- of its native enum
    checked text[],  -- the values that a CHECK allows it
    compared text[],  -- the values that CHECKs, indexes, views, policies and triggers compare it with
    defaults text[],
    most_common text[],
    are_all boolean,  -- whether statistics say that these are all its values
    comment text
);
COMMENT ON TYPE gb_enums_internal.column_facts IS
    'a column that could hold a closed set of values, and what the catalogs and statistics say of it';

CREATE FUNCTION gb_enums_internal.suggest_types(
    OUT type oid, OUT base oid, OUT is_array boolean, OUT levels oid[]) RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS $$
WITH RECURSIVE level(type, at) AS (
    SELECT t.oid, t.oid
    FROM pg_type t
    WHERE t.typtype IN ('e', 'd')
       OR t.oid IN ('text'::regtype, 'varchar'::regtype, 'bpchar'::regtype, '"char"'::regtype,
                    'int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'numeric'::regtype)
    UNION ALL
    SELECT l.type, t.typbasetype
    FROM level l
    JOIN pg_type t ON t.oid = l.at AND t.typtype = 'd'
), scalar AS (
    SELECT l.type, b.oid AS base, l.levels
    FROM (SELECT l.type, array_agg(l.at) AS levels FROM level l GROUP BY l.type) l
    JOIN pg_type b ON b.oid = ANY (l.levels) AND b.typtype <> 'd'
    WHERE b.typtype = 'e'
       OR b.oid IN (SELECT l.type FROM level l JOIN pg_type t ON t.oid = l.type AND t.typtype = 'b')
)
SELECT s.type, s.base, false, s.levels
FROM scalar s
UNION ALL
SELECT t.typarray, s.base, true, s.levels
FROM scalar s
JOIN pg_type t ON t.oid = s.type
WHERE t.typarray <> 0
$$;
COMMENT ON FUNCTION gb_enums_internal.suggest_types() IS
    'the types of columns that can be converted, and arrays of them; the type that each is over in the end, '
    'and all on the way';

CREATE FUNCTION gb_enums_internal.suggest_relations(
    schema oid, OUT relation oid, OUT relkind text, OUT schema_oid oid, OUT schema_name name,
    OUT relation_name name, OUT owner oid, OUT rows bigint) RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS $$
SELECT r.oid, r.relkind::text, n.oid, n.nspname, r.relname, r.relowner,
       CASE
           WHEN r.relkind = 'p' THEN (
               SELECT sum(l.reltuples) FILTER (WHERE l.reltuples >= 0)
               FROM pg_partition_tree(r.oid) p
               JOIN pg_class l ON l.oid = p.relid AND p.isleaf)
           WHEN r.relkind = 'r' THEN nullif(r.reltuples, -1)
       END::bigint
FROM pg_class r
JOIN pg_namespace n ON n.oid = r.relnamespace
WHERE (suggest_relations.schema IS NULL OR n.oid = suggest_relations.schema)
  AND r.relkind IN ('r', 'p', 'c') AND r.relpersistence <> 't' AND r.reloftype = 0
  AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'gb_enums_internal')
  AND n.nspname !~ '^pg_toast'
  AND NOT EXISTS (
      SELECT
      FROM pg_depend d
      WHERE d.classid = 'pg_class'::regclass AND d.objid = r.oid AND d.deptype = 'e')
$$;
COMMENT ON FUNCTION gb_enums_internal.suggest_relations(oid) IS
    'the tables and composite types of a schema, or of all, that belong to no extension';

CREATE FUNCTION gb_enums_internal.suggest_expressions(
    relations oid[], OUT relation oid, OUT number smallint, OUT is_default boolean, OUT "values" text[])
    RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS $$
WITH expression(relation, number, tree) AS (
    SELECT c.conrelid, NULL::smallint, c.conbin
    FROM pg_constraint c
    WHERE c.contype = 'c' AND c.conrelid = ANY (relations)
    UNION ALL
    SELECT x.indrelid, NULL, x.indpred
    FROM pg_index x
    WHERE x.indpred IS NOT NULL AND x.indrelid = ANY (relations)
    UNION ALL
    SELECT p.polrelid, NULL, q.tree
    FROM pg_policy p
    CROSS JOIN LATERAL (VALUES (p.polqual), (p.polwithcheck)) q(tree)
    WHERE p.polrelid = ANY (relations)
    UNION ALL
    SELECT t.tgrelid, NULL, t.tgqual
    FROM pg_trigger t
    WHERE t.tgqual IS NOT NULL AND t.tgrelid = ANY (relations)
    UNION ALL
    SELECT d.adrelid, d.adnum, d.adbin
    FROM pg_attrdef d
    WHERE d.adrelid = ANY (relations)
), rule AS (
    SELECT r.ev_action
    FROM pg_rewrite r
    WHERE r.oid IN (
        SELECT d.objid
        FROM pg_depend d
        WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass
          AND d.refobjid = ANY (relations))
), compared AS (
    SELECT e.relation, coalesce(e.number, v.number) AS number, e.number IS NOT NULL AS is_default, v.value
    FROM expression e
    CROSS JOIN LATERAL gb_enums_internal.compared_values(e.tree) v
    WHERE (e.number IS NOT NULL) = (v.number = 0)
    UNION ALL
    SELECT v.relation, v.number, false, v.value
    FROM rule r
    CROSS JOIN LATERAL gb_enums_internal.compared_by_queries(r.ev_action) v
    -- queries also look for what is no value, such as an empty text
    WHERE v.relation = ANY (relations) AND gb_enums_internal.is_word(v.value)
)
SELECT c.relation, c.number, c.is_default, array_agg(DISTINCT c.value)
FROM compared c
GROUP BY c.relation, c.number, c.is_default
$$;
COMMENT ON FUNCTION gb_enums_internal.suggest_expressions(oid[]) IS
    'the values that the default of a column is, and that definitions over it compare it with';

CREATE FUNCTION gb_enums_internal.suggest_unfit_columns(
    relations oid[], OUT relation oid, OUT number smallint, OUT reason text) RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS $$
SELECT c.conrelid, unnest(c.conkey), 'foreign key'
FROM pg_constraint c
WHERE c.contype = 'f' AND c.conrelid = ANY (relations)
UNION ALL
SELECT c.confrelid, unnest(c.confkey), 'foreign key'
FROM pg_constraint c
WHERE c.contype = 'f' AND c.confrelid = ANY (relations)
UNION ALL
SELECT p.partrelid, unnest(p.partattrs::smallint[]), 'partition key'
FROM pg_partitioned_table p
WHERE p.partrelid = ANY (relations)
UNION ALL
SELECT x.indrelid, x.indkey[0], 'unique'
FROM pg_index x
WHERE x.indisunique AND x.indnkeyatts = 1 AND x.indpred IS NULL AND x.indrelid = ANY (relations)
$$;
COMMENT ON FUNCTION gb_enums_internal.suggest_unfit_columns(oid[]) IS
    'columns that are seldom suggested or never: of foreign keys, of partition keys, and with unique values';

CREATE FUNCTION gb_enums_internal.suggest_columns(schema oid) RETURNS SETOF gb_enums_internal.column_facts
    LANGUAGE sql STABLE PARALLEL UNSAFE ROWS 1000 SET search_path = pg_catalog, pg_temp SET jit = off
    AS $$
WITH relation AS MATERIALIZED (
    SELECT * FROM gb_enums_internal.suggest_relations(suggest_columns.schema)
), all_relations AS MATERIALIZED (
    SELECT array_agg(r.relation) AS oids FROM relation r
), type AS MATERIALIZED (
    SELECT t.*, b.typtype = 'e' AS is_native, b.typcategory = 'N' AS is_number
    FROM gb_enums_internal.suggest_types() t
    JOIN pg_type b ON b.oid = t.base
), item AS MATERIALIZED (
    SELECT r.*, a.attnum, a.attname, a.atttypid, a.atttypmod,
           t.is_array, t.is_native, t.is_number, t.base, t.levels
    FROM relation r
    JOIN pg_attribute a ON a.attrelid = r.relation
    JOIN type t ON t.type = a.atttypid
    WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attinhcount = 0
      AND a.attgenerated = '' AND a.attidentity = ''
      -- a numeric with a fraction holds no codes
      AND (t.base <> 'numeric'::regtype
           OR a.atttypid = 'numeric'::regtype AND a.atttypmod > 0 AND (a.atttypmod - 4) & 2047 = 0)
), named AS MATERIALIZED (
    SELECT n.name, w.words, gb_enums_internal.name_kind(w.words) AS kind
    FROM (SELECT i.attname AS name FROM item i UNION SELECT r.relation_name FROM relation r) n
    CROSS JOIN LATERAL gb_enums_internal.name_words(n.name::text) w(words)
), expression AS MATERIALIZED (
    SELECT e.* FROM all_relations r CROSS JOIN LATERAL gb_enums_internal.suggest_expressions(r.oids) e
), unfit AS MATERIALIZED (
    SELECT u.* FROM all_relations r CROSS JOIN LATERAL gb_enums_internal.suggest_unfit_columns(r.oids) u
), checked AS MATERIALIZED (
    SELECT DISTINCT ON (c.conrelid, k.number) c.conrelid, k.number, k."values"
    FROM all_relations r
    JOIN pg_constraint c ON c.contype = 'c' AND c.conrelid = ANY (r.oids)
    CROSS JOIN LATERAL gb_enums_internal.closed_set(c.oid) k
    WHERE k.number IS NOT NULL
    ORDER BY c.conrelid, k.number, cardinality(k."values"), c.conname
), in_domain AS MATERIALIZED (
    SELECT t.type,
           (SELECT k."values"
            FROM pg_constraint c
            CROSS JOIN LATERAL gb_enums_internal.closed_set(c.oid) k
            WHERE c.contypid = ANY (t.levels) AND k.number IS NOT NULL
            ORDER BY cardinality(k."values"), c.conname
            LIMIT 1) AS checked,
           (SELECT array_agg(v.value)
            FROM pg_type d
            CROSS JOIN LATERAL gb_enums_internal.compared_values(d.typdefaultbin) v
            WHERE d.oid = t.type AND v.number = 0) AS defaults
    FROM type t
    WHERE cardinality(t.levels) > 1 AND EXISTS (SELECT FROM item i WHERE i.atttypid = t.type)
), statistics AS MATERIALIZED (
    SELECT i.relation, i.attnum, m.most_common,
           i.is_array OR CASE WHEN s.n_distinct >= 0 THEN s.n_distinct ELSE -s.n_distinct * i.rows END
               <= cardinality(m.most_common)
           AND s.null_frac + (SELECT sum(f) FROM unnest(s.most_common_freqs) f) > 0.999 AS are_all
    FROM item i
    JOIN pg_stats s ON s.schemaname = i.schema_name AND s.tablename = i.relation_name
        AND s.attname = i.attname AND s.inherited = (i.relkind = 'p')
    CROSS JOIN LATERAL (
        SELECT ARRAY(
            SELECT CASE WHEN i.base = 'bpchar'::regtype THEN rtrim(v, ' ') ELSE v END
            FROM unnest((CASE WHEN i.is_array THEN s.most_common_elems ELSE s.most_common_vals END)
                            ::text::text[]) v)) m(most_common)
    WHERE m.most_common <> '{}'
)
SELECT i.relation, i.relkind, i.schema_oid, i.relation_name, i.owner,
       i.attnum, i.attname, i.atttypid, i.atttypmod, i.is_array, i.is_native, i.is_number,
       w.words, w.kind, t.words[cardinality(t.words)],
       EXISTS (
           SELECT
           FROM unfit u
           WHERE u.relation = i.relation AND u.number = i.attnum AND u.reason = 'foreign key'),
       i.rows,
       (SELECT array_agg(l.enumlabel::text ORDER BY l.enumsortorder)
        FROM pg_enum l
        WHERE i.is_native AND l.enumtypid = i.base),
       coalesce(c."values", d.checked), e."values", coalesce(o."values", d.defaults),
       s.most_common, s.are_all, y.description
FROM item i
JOIN named w ON w.name = i.attname
JOIN named t ON t.name = i.relation_name
LEFT JOIN checked c ON c.conrelid = i.relation AND c.number = i.attnum
LEFT JOIN in_domain d ON d.type = i.atttypid
LEFT JOIN expression e ON e.relation = i.relation AND e.number = i.attnum AND NOT e.is_default
LEFT JOIN expression o ON o.relation = i.relation AND o.number = i.attnum AND o.is_default
LEFT JOIN statistics s ON s.relation = i.relation AND s.attnum = i.attnum
LEFT JOIN pg_description y ON y.objoid = i.relation AND y.objsubid = i.attnum
    AND y.classoid = 'pg_class'::regclass
WHERE NOT EXISTS (
    SELECT
    FROM unfit u
    WHERE u.relation = i.relation AND u.number = i.attnum
      AND (u.reason = 'partition key' OR NOT i.is_native AND c."values" IS NULL AND d.checked IS NULL))
$$;
COMMENT ON FUNCTION gb_enums_internal.suggest_columns(oid) IS
    'the columns of a schema, or of all, that could hold a closed set of values, with what is known of them';
