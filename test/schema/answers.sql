-- Makes the tables that the temporary table "answer" describes, where they are not there yet, and the view "suggested".
DO $$
DECLARE
    r record;
BEGIN
    FOR r IN
        SELECT relation, string_agg(format('%I %s', col, form), ', ' ORDER BY a.ctid) AS columns,
               string_agg(format('(%L::text[])[1 + g %% %s]::%s', "values", cardinality("values"),
                   regexp_replace(form, '^("char"|numeric\(2,0\)|[a-z_]+(\(\d+\))?(\[\])?).*$', '\1')), ', ' ORDER BY a.ctid) FILTER (WHERE "values" IS NOT NULL) AS inserted,
               string_agg(quote_ident(col), ', ' ORDER BY a.ctid) FILTER (WHERE "values" IS NOT NULL) AS filled
        FROM answer a WHERE form IS NOT NULL AND to_regclass(quote_ident(relation)) IS NULL
        GROUP BY relation
    LOOP
        EXECUTE format('CREATE TABLE %I (id bigint PRIMARY KEY, %s)', r.relation, r.columns);
        IF r.inserted IS NOT NULL THEN
            EXECUTE format('INSERT INTO %I (id, %s) SELECT g, %s FROM generate_series(1, 1000) g', r.relation, r.filled, r.inserted);
            EXECUTE format('ANALYZE %I', r.relation);
        END IF;
    END LOOP;
    FOR r IN SELECT * FROM answer WHERE comment IS NOT NULL LOOP
        EXECUTE format('COMMENT ON COLUMN %I.%I IS %L', r.relation, r.col, r.comment);
    END LOOP;
END $$;

-- What is suggested for each column, beside the right answer.
CREATE TEMP VIEW suggested AS
    SELECT a.class, a.relation, a.col, a.answer, s.evidence, s.seen, s.statement,
           CASE WHEN s.column_name IS NULL THEN NULL
                WHEN s.remark !~ '^(By hand|Only its rows)' THEN 'open'
                WHEN to_jsonb(s) ? 'new_enum' AND to_jsonb(s)->>'new_enum' IS NOT NULL THEN 'own'
                WHEN s.statement ~ 'gb_enum_create.*like' THEN 'like ' || s.enum
                WHEN s.statement ~ 'gb_enum_create' THEN 'own'
                ELSE s.enum::text END || CASE WHEN s.statement ~ 'fold_case' THEN ', fold_case' ELSE '' END AS given
    FROM answer a
    LEFT JOIN gb_enum_suggest(current_schema()::regnamespace) s ON (s.table_name, s.column_name) = (a.relation::regclass, a.col);
