-- what tests the text of a value that gets another name is mapped like the rows, or the plan names it
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
CREATE SCHEMA convert_texts;
SET search_path = convert_texts, public;
CREATE TYPE native AS ENUM ('WATCH', 'BAND', 'PHONE', 'junk');
SELECT gb_enum_create('device', '{watch,band,phone}'), gb_enum_create('upper_device', '{WATCH,BAND,PHONE,junk}');
CREATE FUNCTION passes() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TABLE other (k text, d native);
INSERT INTO other VALUES ('WATCH', 'WATCH'), ('junk', 'junk');

CREATE TABLE shape (n int GENERATED ALWAYS AS IDENTITY, query text);
INSERT INTO shape (query) VALUES
    ('SELECT id FROM t WHERE dt = ''WATCH'''),
    ('SELECT id FROM t WHERE dt <> ''WATCH'''),
    ('SELECT id FROM t WHERE ''WATCH''::text = dt::text'),
    ('SELECT id FROM t WHERE dt::text <> ''BAND'''),
    ('SELECT id FROM t WHERE dt::varchar = ''BAND'''),
    ('SELECT id FROM t WHERE dt::text IN (''BAND'', ''PHONE'')'),
    ('SELECT id FROM t WHERE dt::text NOT IN (''BAND'', ''PHONE'')'),
    ('SELECT id FROM t WHERE dt::text = ANY (string_to_array(''BAND,PHONE'', '',''))'),
    ('SELECT id FROM t WHERE dt::text = ANY (ARRAY(SELECT k FROM other))'),
    ('SELECT id FROM t WHERE dt IN (''junk'', ''BAND'')'),
    ('SELECT id FROM t WHERE dt = ''junk'''),
    ('SELECT id FROM t WHERE dt::text IS DISTINCT FROM ''WATCH'''),
    ('SELECT id FROM t WHERE dt IS DISTINCT FROM ''WATCH'''),
    ('SELECT id FROM t WHERE nullif(dt::text, ''WATCH'') IS NULL'),
    ('SELECT id FROM t WHERE nullif(dt, ''WATCH'') IS NULL'),
    ('SELECT id, CASE dt::text WHEN ''WATCH'' THEN 1 WHEN ''junk'' THEN 2 END AS c FROM t'),
    ('SELECT id, CASE dt WHEN ''BAND'' THEN 1 END AS c FROM t'),
    ('SELECT id, CASE WHEN dt::text = ''BAND'' THEN 1 END AS c FROM t'),
    ('SELECT id, CASE dt::text WHEN (SELECT min(k) FROM other) THEN 1 END AS c FROM t'),
    ('SELECT id FROM t WHERE dt::text LIKE ''W%'''),
    ('SELECT id FROM t WHERE dt::text ~ ''^B'''),
    ('SELECT id FROM t WHERE dt > ''BAND'''),
    ('SELECT id FROM t WHERE dt BETWEEN ''BAND'' AND ''PHONE'''),
    ('SELECT upper(dt::text) AS u FROM t'),
    ('SELECT coalesce(dt::text, ''NONE'') AS c FROM t'),
    ('SELECT dt::text || ''!'' AS x FROM t'),
    ('SELECT string_agg(dt::text, '','' ORDER BY id) AS x FROM t'),
    ('SELECT jsonb_build_object(''k'', dt) AS x FROM t'),
    ('SELECT id FROM t WHERE position(''WATCH'' IN dt::text) > 0'),
    ('SELECT id FROM t WHERE dt::text = (SELECT max(k) FROM other)'),
    ('SELECT id FROM t WHERE dt::text = concat(''WAT'', ''CH'')'),
    ('SELECT id FROM t WHERE dt::text = current_setting(''no.setting'', true)'),
    ('SELECT id FROM t WHERE dt::text IN (VALUES (''WATCH''), (''x''))'),
    ('SELECT id FROM t WHERE dt::text IN (SELECT k FROM other)'),
    ('SELECT id FROM t WHERE dt::text NOT IN (SELECT k FROM other)'),
    ('SELECT id FROM t WHERE (id, dt::text) IN (SELECT 1, k FROM other)'),
    ('SELECT k FROM other WHERE k IN (SELECT dt::text FROM t)'),
    ('SELECT id FROM t JOIN other ON k = dt::text'),
    ('SELECT id, k FROM t LEFT JOIN other ON dt::text = k'),
    ('SELECT id FROM t JOIN (VALUES (''WATCH'')) x(k) ON x.k = dt::text'),
    ('WITH x(k) AS (VALUES (''WATCH'')) SELECT id FROM t JOIN x ON x.k = dt::text'),
    ('SELECT a.id, b.id AS other FROM t a JOIN t b ON a.dt = b.dt'),
    ('SELECT dt::text AS k FROM t UNION SELECT ''WATCH'''),
    ('SELECT count(*) AS n FROM t GROUP BY dt::text'),
    ('SELECT id FROM t GROUP BY id, dt HAVING max(dt::text) = ''WATCH'''),
    ('SELECT id FROM t WHERE dt IS NULL'),
    ('SELECT count(dt) AS n FROM t');
-- "same": the view gives what it gave, with values that stay different ones. "named": by a warning of the plan; "stop": by a
-- stop. "-": there is no such query over a column of that type.
CREATE FUNCTION outcomes(type text, asked jsonb) RETURNS TABLE (number int, outcome text) LANGUAGE plpgsql AS $$
DECLARE
    request CONSTANT jsonb := jsonb_build_object('dt', asked);
    s record;
    before jsonb := '{}';
    after jsonb := '{}';
    result text;
BEGIN
    EXECUTE format('CREATE TABLE t (id int PRIMARY KEY, dt %s)', type);
    INSERT INTO t VALUES (1, 'WATCH'), (2, 'BAND'), (3, 'PHONE'), (4, NULL);
    FOR s IN SELECT * FROM shape LOOP
        BEGIN
            EXECUTE format('CREATE VIEW v%s AS %s', s.n, s.query);
            EXECUTE format('SELECT array_agg(v::text ORDER BY v::text) FROM v%s v', s.n) INTO result;
            before := before || jsonb_build_object(s.n, result);
        EXCEPTION WHEN undefined_function OR datatype_mismatch THEN
            NULL;
        END;
    END LOOP;
    CREATE TEMPORARY TABLE named ON COMMIT DROP AS
        SELECT p.kind, (regexp_match(p.detail, '^View "convert_texts.v(\d+)"'))[1]::int AS n
        FROM gb_enum_convert_table('t', request) p WHERE p.kind IN ('stop', 'warning');
    FOR s IN SELECT * FROM named WHERE kind = 'stop' AND n IS NOT NULL LOOP
        EXECUTE format('DROP VIEW v%s', s.n);
    END LOOP;
    PERFORM gb_enum_convert_table('t', request, dry_run => false);
    FOR s IN SELECT * FROM shape WHERE to_regclass('v' || n) IS NOT NULL LOOP
        EXECUTE format('SELECT array_agg(v::text ORDER BY v::text) FROM v%s v', s.n) INTO result;
        after := after || jsonb_build_object(s.n, result);
    END LOOP;
    RETURN QUERY
        SELECT n, CASE
            WHEN NOT before ? n::text THEN '-'
            WHEN NOT after ? n::text THEN 'stop'
            WHEN EXISTS (SELECT FROM named m WHERE m.n = shape.n) THEN 'named'
            WHEN before -> n::text = after -> n::text THEN 'same'
            ELSE format('WRONG %s %s', before -> n::text, after -> n::text) END
        FROM shape
        ORDER BY n;
    DROP TABLE t CASCADE;
    DROP TABLE named;
END $$;
\set folded '\'{"enum": "device", "fold_case": true, "otherwise": "phone"}\''
\set mapped '\'{"enum": "device", "map": {"WATCH": "watch", "BAND": "band", "PHONE": "phone", "junk": null}}\''
SELECT n, query, a.outcome AS text, b.outcome AS varchar, c.outcome AS char, d.outcome AS native, e.outcome AS mapped
FROM shape
JOIN outcomes('text', :folded) a ON a.number = n
JOIN outcomes('varchar(9)', :mapped) b ON b.number = n
JOIN outcomes('char(9)', :folded) c ON c.number = n
JOIN outcomes('native', :folded) d ON d.number = n
JOIN outcomes('native', :mapped) e ON e.number = n
ORDER BY n;
-- where no value gets another name, nothing is named, and nothing is other than it was
SELECT * FROM outcomes('native', '{"enum": "upper_device", "fold_case": true, "otherwise": "junk"}')
    WHERE outcome NOT IN ('same', '-');

-- every kind of object, and the right values
CREATE TABLE prio (id int PRIMARY KEY, dt native NOT NULL DEFAULT 'WATCH', r int,
    CONSTRAINT unknown CHECK (dt::text <> 'junk' OR r IS NULL), CONSTRAINT long CHECK (length(dt::text) > 3), UNIQUE (dt, r));
INSERT INTO prio SELECT g, (enum_range(NULL::native))[1 + g % 3], g FROM generate_series(1, 6) g;
CREATE INDEX prio_r ON prio (r) WHERE dt IN ('WATCH', 'BAND');
CREATE POLICY mapped ON prio USING (dt::text = 'WATCH');
CREATE POLICY named ON prio USING (dt::text IN (SELECT k FROM other));
CREATE TRIGGER mapped BEFORE UPDATE ON prio FOR EACH ROW WHEN (new.dt::text = 'BAND') EXECUTE FUNCTION passes();
CREATE TRIGGER named BEFORE UPDATE ON prio FOR EACH ROW WHEN (new.dt::text LIKE 'B%') EXECUTE FUNCTION passes();
CREATE VIEW mapped AS SELECT id, dt FROM prio WHERE dt::text = 'WATCH' OR dt::text IN ('PHONE');
CREATE VIEW named AS SELECT id FROM prio WHERE dt::text LIKE 'B%';
SELECT kind, detail FROM gb_enum_convert('prio', 'dt', 'device', fold_case => true, otherwise => 'phone') WHERE kind IN ('stop', 'warning');
SELECT kind, detail FROM gb_enum_convert_online_plan('prio', '{"dt": {"enum": "device", "fold_case": true, "otherwise": "phone"}}')
    WHERE kind IN ('stop', 'warning') ORDER BY detail;
SELECT count(*) > 0 AS done FROM gb_enum_convert('prio', 'dt', 'device', fold_case => true, otherwise => 'phone', dry_run => false);
TABLE mapped;
\d prio

-- where the codes of the labels have the order of the labels, comparisons by order are of values
CREATE TYPE in_order AS ENUM ('WATCH', 'BAND', 'tablet', 'PHONE');
CREATE TYPE in_another AS ENUM ('PHONE', 'WATCH', 'BAND');
CREATE TABLE ordered (id int PRIMARY KEY, a in_order, b in_another);
INSERT INTO ordered VALUES (1, 'WATCH', 'WATCH'), (2, 'BAND', 'BAND'), (3, 'PHONE', 'PHONE'), (4, NULL, NULL);
CREATE VIEW later AS SELECT id, a > 'WATCH' AS gt, a >= 'BAND' AS ge, 'BAND' > a AS lt, a BETWEEN 'WATCH' AND 'BAND' AS bt FROM ordered;
CREATE INDEX ordered_late ON ordered (id) WHERE a > 'WATCH';
CREATE TABLE before AS TABLE later;
SELECT count(*) > 0 AS done FROM gb_enum_convert('ordered', 'a', 'device', fold_case => true, dry_run => false);
TABLE later EXCEPT TABLE before;
SELECT replace(pg_get_viewdef('later'), 'ordered.', '') AS view, pg_get_indexdef('ordered_late'::regclass);
CREATE VIEW of_label AS SELECT id, b > 'WATCH' AS gt FROM ordered;
SELECT detail FROM gb_enum_convert('ordered', 'b', 'device', fold_case => true) WHERE kind = 'stop';
-- a label that is no value has its place only among the labels
CREATE TABLE tablets (id int, a in_order);
INSERT INTO tablets VALUES (1, 'WATCH'), (2, 'PHONE');
CREATE VIEW after_tablet AS SELECT id FROM tablets WHERE a > 'tablet';
TABLE after_tablet;
SELECT kind, detail FROM gb_enum_convert('tablets', 'a', 'upper_device') WHERE kind = 'stop';
SELECT count(*) > 0 AS done FROM gb_enum_convert('tablets', 'a', 'upper_device', dry_run => false);
TABLE after_tablet;

-- a CHECK that lists the values is said by the enumeration; one that refuses some others stays, as the enumeration may get them
CREATE TABLE checked (id int, dt text DEFAULT 'WATCH', n int, s smallint,
    CONSTRAINT list CHECK (dt IN ('WATCH', 'BAND', 'PHONE')), CONSTRAINT more CHECK (dt = ANY ('{WATCH,BAND,PHONE,TABLET}')),
    CONSTRAINT one_by_one CHECK (dt = 'WATCH' OR dt = 'BAND' OR dt IS NULL OR dt = 'PHONE'),
    CONSTRAINT not_deleted CHECK (dt <> 'deleted'), CONSTRAINT no_blank CHECK (dt NOT IN ('', ' ')), CONSTRAINT like_x CHECK (dt NOT LIKE 'X%'),
    CONSTRAINT list_and CHECK (dt IN ('WATCH', 'BAND', 'PHONE') AND dt <> 'deleted'),
    CONSTRAINT in_range CHECK (n BETWEEN 0 AND 2), CONSTRAINT at_least CHECK (n >= 0), CONSTRAINT below CHECK (s < 3),
    CONSTRAINT codes CHECK (s IN (0, 1, 2, 3)));
INSERT INTO checked VALUES (1, 'WATCH', 1, 1);
SELECT k.definition FROM gb_enum_convert_table('checked', '{"dt": {"enum": "device", "fold_case": true}, "n": "device", "s": "device"}') p
    CROSS JOIN LATERAL regexp_matches(p.statement, 'DROP CONSTRAINT (\w+)', 'g') k(definition) WHERE p.statement ~ '^ALTER TABLE' ORDER BY 1;
SELECT count(*) > 0 AS done FROM gb_enum_convert_table('checked', '{"dt": {"enum": "device", "fold_case": true}, "n": "device", "s": "device"}', dry_run => false);
\d checked
-- and while the table is used
CREATE TABLE checked_online (id int PRIMARY KEY, dt text CONSTRAINT list CHECK (dt IN ('watch', 'band', 'phone')) CONSTRAINT not_lost CHECK (dt <> 'lost'));
SELECT regexp_replace(statement, '\d{4,}', 'OID') AS statement FROM gb_enum_convert_online_plan('checked_online', '{"dt": "device"}') WHERE statement ~ 'CHECK';
SELECT gb_enum_add_value('device', 'deleted', force => true);
UPDATE checked SET dt = 'deleted';
UPDATE checked SET n = 3, s = 3;
UPDATE checked SET n = 3;

SET client_min_messages = error;
DROP SCHEMA convert_texts CASCADE;
