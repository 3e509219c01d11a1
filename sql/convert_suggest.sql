-- columns that hold a closed set of values are found, with the enumeration that has them
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
CREATE SCHEMA suggest;
SET search_path = suggest, public;
-- every form of a CHECK that is a closed set, as the server stores it
CREATE TABLE checks (
    a varchar(20) CHECK (a IN ('pending', 'running')),
    b varchar(20) CHECK (b = ANY (ARRAY['low', 'normal'])),
    c text CHECK (c = ANY ('{web,sms}'::text[])),
    d char(8) CHECK (d IN ('user', 'tool')),
    e text CHECK (e IS NULL OR e = 'none' OR 'low' = e),
    f text CHECK (f IN ('short', 'long') AND length(f) > 0),
    g integer CHECK (g IN (0, 1, 2)),
    h smallint CHECK (h BETWEEN 1 AND 3),
    i integer CHECK (i >= 0 AND i < 3),
    j integer CHECK (5 > j AND 2 <= j),
    k text CONSTRAINT wide CHECK (k IN ('a', 'b', 'c')) CONSTRAINT narrow CHECK (k IN ('a', 'b')),
    l text CHECK (l IN ('manual', NULL, 'autonomous')));
SELECT s.number, s."values" FROM pg_constraint c CROSS JOIN gb_enums_internal.closed_set(c.oid) s WHERE c.conrelid = 'checks'::regclass ORDER BY 1, c.conname;
-- and those that are none
CREATE TABLE no_sets (
    a text CHECK (a <> 'x'), b text CHECK (b > 'x'), c text CHECK (c ~ '^x'), d text CHECK (d NOT IN ('x', 'y')),
    e text CHECK (e IN ('x', 'y') OR e LIKE 'z%'), f text CHECK (f = lower(f)), g integer CHECK (g > 0), h integer CHECK (h BETWEEN 0 AND 100000),
    i numeric CHECK (i IN (1, 2)), j text CHECK (j = ANY (string_to_array('a,b', ','))), k text, l text CHECK (k = 'x' OR l = 'y'), m boolean CHECK (m),
    n integer CHECK (n < 5 AND n > 7), o text CHECK (o = k), p integer CHECK (p + 1 IN (1, 2)));
SELECT s.number, s."values" FROM pg_constraint c CROSS JOIN gb_enums_internal.closed_set(c.oid) s WHERE c.conrelid = 'no_sets'::regclass AND s.number IS NOT NULL;
SELECT * FROM gb_enums_internal.closed_set(0);
SELECT c.v, k.* FROM (VALUES ('0=pending, 1=running'), ('0: pending; 1: in work'), ('one of 1 -> "low", 2 -> "high"'), ('0 - off, 1 - on'), ('-1 (unknown), 0 (known)'),
                      ('since 2019: the year'), ('version 1.2: draft'), ('no codes'), ('99999=x')) c(v) CROSS JOIN gb_enums_internal.commented_codes(c.v) k;
SELECT * FROM gb_enums_internal.compared_values((SELECT conbin FROM pg_constraint WHERE conname = 'wide'));
-- lists of names in comments
SELECT c.v, gb_enums_internal.commented_names(c.v)
FROM (VALUES ('pending, accepted, cancelled'), ('pending, accepted or cancelled.'), ('One of: "new", "old", and ''odd'''), ('new|old'), ('state: new / old'), ('new (default), old'),
             ('how it was sent (web, sms)'), (E'new\nold'), ('new -> old -> gone'), ('web; sms'), ('set by the scheduler, never by hand'), ('one'), ('the, end'), ('new, new'), (''), (NULL)) c(v);
SELECT n, gb_enums_internal.name_words(n), gb_enums_internal.name_kind(gb_enums_internal.name_words(n))
FROM (VALUES ('old_taskStatuses'), ('categories'), ('bus_class'), ('currency_code'), ('time_zone'), ('Reason'), ('$')) v(n);
-- the real thing
CREATE TYPE mood AS ENUM ('low', 'medium', 'high');
CREATE TABLE tasks (
    id bigint PRIMARY KEY,
    status varchar(50) NOT NULL CHECK (status IN ('pending', 'ready', 'running', 'paused', 'waiting_approval', 'completed', 'failed', 'cancelled')),
    priority varchar(20) CHECK (priority IN ('low', 'normal', 'high', 'urgent')),
    kind integer, risk text, mood mood, answer text, owner text, depth integer CHECK (depth BETWEEN 0 AND 4), channel text, digits text, done boolean, created_at timestamptz);
COMMENT ON COLUMN tasks.kind IS '0=manual, 1=supervised, 2=autonomous';
COMMENT ON COLUMN tasks.depth IS 'how deep';
INSERT INTO tasks SELECT n, 'pending', 'low', n % 3, (ARRAY['none', 'LOW ', 'medium'])[n % 3 + 1], 'low', (ARRAY['yes', 'no'])[n % 2 + 1], 'user ' || n, 1,
    (ARRAY['web', 'sms', 'fax'])[n % 3 + 1], (ARRAY['1', '2'])[n % 2 + 1], true, now() FROM generate_series(1, 1000) n;
CREATE TABLE legacy (task_status integer CHECK (task_status IN (0, 1, 2)), risk integer CHECK (risk BETWEEN 0 AND 4), priority integer, phase integer, colour text, mixed text CHECK (mixed IN ('pending', 'done')));
COMMENT ON COLUMN legacy.priority IS '1: Low; 2: Normal; 3: High';
COMMENT ON COLUMN legacy.phase IS '1: wax, 2: wane';
INSERT INTO legacy SELECT 0, 4, 1, 1, (ARRAY['red', 'green'])[n % 2 + 1], 'done' FROM generate_series(1, 20) n;
CREATE TABLE parted (id integer, status text CHECK (status IN ('synced', 'pending'))) PARTITION BY RANGE (id);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (1000);
CREATE TABLE converted (status task_status CHECK (status IN ('pending', 'ready')));
SELECT table_name, column_name, evidence, seen, enum, match FROM gb_enum_suggest('suggest') WHERE table_name = 'tasks'::regclass;
ANALYZE tasks, legacy;
SELECT table_name, column_name, column_type, evidence, seen, enum, match, missing, unused, rows FROM gb_enum_suggest('suggest') WHERE table_name <> 'checks'::regclass;
SELECT table_name, column_name, creation, statement, remark FROM gb_enum_suggest('suggest') WHERE table_name <> 'checks'::regclass;
SELECT table_name, column_name, evidence, seen, match FROM gb_enum_suggest('suggest', scan => true) WHERE table_name IN ('tasks'::regclass, 'legacy'::regclass) AND evidence ~ 'scan';
-- the statements are plans that nothing stops
CREATE TABLE suggested AS SELECT * FROM gb_enum_suggest('suggest') WHERE table_name IN ('tasks'::regclass, 'legacy'::regclass);
SELECT DISTINCT creation FROM suggested WHERE creation IS NOT NULL ORDER BY 1 \gexec
SELECT format('SELECT %L AS column_name, count(*) FILTER (WHERE kind = ''stop'') AS stops, count(*) > 2 AS has_steps FROM (%s) plan', column_name, statement)
FROM suggested WHERE statement IS NOT NULL \gexec
DROP TABLE suggested;
SELECT gb_enum_values('legacy_phase'), gb_enum_name('tasks_channel', 0);
-- what a row saves depends on the padding, and is added up over the columns of a table
CREATE TABLE padded (a bigint, b text CHECK (b IN ('pending', 'running')), c text CHECK (c IN ('pending', 'running')), d bigint);
INSERT INTO padded SELECT n, 'pending', 'pending', n FROM generate_series(1, 1000) n;
ANALYZE padded;
SELECT column_name, bytes_per_row, bytes_total FROM gb_enum_suggest('suggest') WHERE table_name = 'padded'::regclass;
CREATE TABLE as_suggested (a bigint, b task_status, c task_status, d bigint);
INSERT INTO as_suggested SELECT n, 'pending', 'pending', n FROM generate_series(1, 1000) n;
SELECT 1000 * (SELECT sum(bytes_per_row) FROM gb_enum_suggest('suggest') WHERE table_name = 'padded'::regclass) AS promised,
       pg_relation_size('padded') - pg_relation_size('as_suggested') AS kept;
-- the order of columns that needs the least padding, and what it saves: as the files say
CREATE TABLE loose (b text, a bigint, c text, d bigint);
INSERT INTO loose SELECT 'pending', n, 'pending', n FROM generate_series(1, 1000) n;
ANALYZE loose;
SELECT * FROM gb_enum_column_order('loose', '{b, c}');
SELECT count(*) > 0 AS done FROM gb_enum_convert_table('loose', '{"b": "task_status", "c": "task_status"}', dry_run => false);
CREATE TABLE tight (a bigint, d bigint, b task_status, c task_status);
INSERT INTO tight SELECT a, d, b, c FROM loose;
SELECT o.bytes_converted, t.bytes_now, pg_relation_size('tight') < pg_relation_size('loose') AS is_less FROM gb_enum_column_order('loose') o, gb_enum_column_order('tight') t;
CREATE TABLE mixed (a boolean, "b b" text, c timestamptz, d uuid, dropped bigint, e integer, f smallint, g numeric, h "char");
ALTER TABLE mixed DROP dropped;
SELECT columns FROM gb_enum_column_order('mixed', '{"b b", none}');
SELECT columns FROM gb_enum_column_order(0);
SELECT gb_enum_column_order(NULL), gb_enum_column_order('mixed', NULL);
SELECT gb_enums_internal.row_bytes('mixed', '{}', '{1, 99}');
SELECT gb_enums_internal.row_bytes('mixed', '{NULL}');
SELECT gb_enums_internal.row_bytes('mixed', array_fill(NULL::smallint, ARRAY[130000000]));
SELECT gb_enums_internal.row_bytes('mixed', '{}', array_fill(1::smallint, ARRAY[100, 10]));
SELECT gb_enums_internal.row_bytes('mixed', '{{1,2},{3,4}}') = gb_enums_internal.row_bytes('mixed', '{1,2,3,4}') AS same;
-- a plain role is told what the catalogs tell everyone, and no more
CREATE ROLE regress_suggest;
GRANT USAGE ON SCHEMA suggest TO regress_suggest;
CREATE TABLE hidden AS SELECT repeat('x', n) AS a FROM generate_series(1, 1000) n;
ANALYZE hidden;
CREATE TABLE unknown (a text);
SELECT (gb_enum_column_order('hidden')).bytes_now > (gb_enum_column_order('unknown')).bytes_now AS known;
SET ROLE regress_suggest;
SELECT (gb_enum_column_order('hidden')).bytes_now > (gb_enum_column_order('unknown')).bytes_now AS known;
SELECT column_name, evidence, seen FROM gb_enum_suggest('suggest', scan => true) WHERE table_name = 'tasks'::regclass;
SET ROLE NONE;
SELECT count(*) FROM gb_enum_suggest('pg_catalog');
DROP SCHEMA suggest CASCADE;
DROP ROLE regress_suggest;
