-- Queries in which no enumeration occurs, to find out how the server understands them. For 016_other_types.pl.
CREATE SCHEMA shapes;
SET search_path = shapes, public;
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE DOMAIN label AS varchar(20);
CREATE DOMAIN small AS smallint;
CREATE TABLE columns (
    tx text, vc varchar(20), bp char(5), na name, ch "char", la label, mo mood, i2 smallint, i4 integer, i8 bigint, sm small,
    nu numeric, f8 double precision, oi oid, bo boolean, da date, ts timestamptz, iv interval, js json, jb jsonb, uu uuid, bt bit(2), by bytea,
    atx text[], avc varchar[], abp char(5)[], ana name[], ai2 smallint[], ai4 integer[], ai8 bigint[], amo mood[], rng int4range);

-- What stands in a query: columns, literals as people write them, and parameters. Rank 1 is in every form, 3 in few.
CREATE TABLE operands (operand text, rank integer);
INSERT INTO operands SELECT unnest('{tx,vc,na,i2,i4,"''x''","''1''","1","$1","atx","ai2"}'::text[]), 1;
INSERT INTO operands SELECT unnest('{bp,la,i8,ai4,sm,mo,"NULL",1.5,"''x''::text","''x''::varchar","1::smallint"}'::text[]), 2;
INSERT INTO operands SELECT unnest(ARRAY['70000', '30000000000', '''{}''', '''{x}''::text[]', 'true', '''2026-01-01''', 'ARRAY[''x'', ''y'']', 'ARRAY[1, 2]',
    'ROW(1, ''x'')', '''x''::name', '(SELECT ''x'')', '(SELECT tx)', '(SELECT i2)', 'tx || vc', 'i2 + 1', 'lower(vc)', 'COALESCE(vc, ''x'')']), 3;
INSERT INTO operands
SELECT attname, 3 FROM pg_attribute WHERE attrelid = 'columns'::regclass AND attnum > 0 AND attname <> ALL (SELECT operand FROM operands);

CREATE TABLE shapes (id serial, shape text);
-- Comparisons and what looks them up, of any two.
INSERT INTO shapes (shape)
SELECT format(form, l.operand, r.operand)
FROM operands l, operands r, unnest('{%s = %s,%s < %s,%s || %s,"COALESCE(%s, %s)"}'::text[]) form;
-- All other operators, and forms that look for operators or for a common type.
INSERT INTO shapes (shape)
SELECT format(form, l.operand, r.operand)
FROM operands l, operands r, (
    SELECT DISTINCT '%s ' || replace(oprname, '%', '%%') || ' %s' AS form, 1 AS rank FROM pg_operator
    WHERE oprkind = 'b' AND oprnamespace = 'pg_catalog'::regnamespace AND oprname NOT IN ('=', '<', '||')
    UNION ALL
    SELECT unnest(ARRAY['%s IN (%s, ''y'')', '%s = ANY (ARRAY[%s])', '%s = ANY (%s)', '%s <> ALL (%s)', 'NULLIF(%s, %s)', '%s IS DISTINCT FROM %s',
        '%s BETWEEN ''a'' AND %s', 'GREATEST(%s, %s)', 'ARRAY[%s, %s]', 'CASE %s WHEN %s THEN 1 END', 'CASE WHEN bo THEN %s ELSE %s END',
        '(%s, 1) = (%s, 2)', '(1, %s) IN ((2, %s))', '%s IN (SELECT %s)', '(%s, 1) IN (SELECT %s, 1)', 'array_append(%s, %s)', 'array_position(%s, %s)',
        '%s FROM columns UNION SELECT %s',
        'c FROM (SELECT %s AS c FROM columns) a JOIN (SELECT %s AS c FROM columns) b USING (c)']), 2
    UNION ALL
    SELECT unnest(ARRAY['%s NOT IN (1, %s)', '%s ILIKE %s', '%s SIMILAR TO %s', '(%s, %s) < (1, ''x'')', 'LEAST(1, %s, %s)', 'concat(%s, %s)',
        'position(%s IN %s)', 'string_agg(%s, %s)', 'format(%s, %s)', 'lag(%s, 1, %s) OVER ()', 'left(%s, %s)', 'to_char(%s, %s)', 'replace(%s, %s, ''x'')',
        'substr(%s, %s)', 'json_build_object(%s, %s)', 'ROW(%s, %s)', 'array_cat(%s, %s)', 'date_trunc(%s, %s)', 'round(%s, %s)', 'repeat(%s, %s)']), 1) forms
WHERE greatest(l.rank, r.rank) <= forms.rank;
-- Functions and casts of one.
INSERT INTO shapes (shape)
SELECT format(form, operand)
FROM operands, (
    SELECT DISTINCT quote_ident(proname) || '(%s)' AS form FROM pg_proc
    WHERE pronamespace = 'pg_catalog'::regnamespace AND pronargs = 1 AND prokind IN ('f', 'a')
    AND proargtypes[0] IN ('text'::regtype, 'varchar'::regtype, 'bpchar'::regtype, 'name'::regtype, 'int2'::regtype, 'int4'::regtype, 'anyelement'::regtype,
        'anyarray'::regtype, '"any"'::regtype, 'anynonarray'::regtype, 'anycompatible'::regtype)
    UNION ALL
    SELECT unnest(ARRAY['%s::text', '%s::varchar', '%s::smallint', '%s::integer', '%s::name', '%s::mood', '%s::text[]', '%s::smallint[]', 'min(%s)', 'max(%s)',
        'sum(%s)', 'array_agg(%s ORDER BY %1$s)', 'count(DISTINCT %s)', 'rank() OVER (ORDER BY %s)', '%s COLLATE "C"', 'substring(%s FROM ''x'')',
        'trim(BOTH ''x'' FROM %s)', 'overlay(%s PLACING ''x'' FROM 1)', 'mode() WITHIN GROUP (ORDER BY %s)', '- %s', '@ %s', '(%s)[1]', '%s IS TRUE'])) forms
WHERE rank <= 2;
UPDATE shapes SET shape = format('SELECT %s FROM columns', shape);
CREATE TABLE understood (id integer, answer text);

-- The type of each query, or the types of its parameters, or the error.
CREATE PROCEDURE understand() LANGUAGE plpgsql AS $$
DECLARE
    one record;
    answer text;
BEGIN
    FOR one IN SELECT id, format('SELECT pg_typeof((%s))', shape) AS query FROM shapes LOOP
        BEGIN
            IF one.query LIKE '%$1%' THEN
                EXECUTE 'PREPARE shape AS ' || one.query;
                SELECT parameter_types INTO answer FROM pg_prepared_statements WHERE name = 'shape';
                DEALLOCATE shape;
            ELSE
                EXECUTE one.query INTO answer;
            END IF;
        EXCEPTION WHEN OTHERS THEN
            answer := format('ERROR %s %s', SQLSTATE, SQLERRM);
        END;
        INSERT INTO understood VALUES (one.id, answer);
    END LOOP;
END $$;

-- Views in which all those queries are that are no error, many in each. Views keep what they use.
CREATE PROCEDURE store() LANGUAGE plpgsql AS $$
DECLARE
    queries text;
BEGIN
    FOR queries IN
        SELECT string_agg(format('(%s) IS NULL AS c%s', shape, id), ', ')
        FROM shapes JOIN understood USING (id) WHERE answer NOT LIKE 'ERROR%' AND shape NOT LIKE '%$1%' GROUP BY id / 400
    LOOP
        EXECUTE format('CREATE VIEW v%s AS SELECT %s', md5(queries), queries);
    END LOOP;
END $$;
