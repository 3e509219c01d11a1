-- arrays become arrays of an enumeration, offline and online, and back
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
CREATE SCHEMA arrays;
SET search_path = arrays, public;
-- a statement as servers of all majors show it: those before 16 name the table of each column, and the
-- user who runs this is not always postgres
CREATE FUNCTION pg_temp.neutral(statement text) RETURNS text LANGUAGE sql AS $$
    SELECT regexp_replace(replace(statement, 'OWNER TO ' || quote_ident(session_user), 'OWNER TO postgres'), '\m(lists)\.(?=\w)', '', 'g')
$$;

CREATE TYPE mood AS ENUM ('low', 'normal', 'high', 'urgent', 'critical');
CREATE TABLE lists (
    id integer PRIMARY KEY,
    tags text[] NOT NULL DEFAULT '{}'::text[] CHECK (tags <@ ARRAY['pending', 'running', 'failed']) CHECK ('completed' <> ALL (tags)),
    short varchar(20)[] DEFAULT ARRAY['pending', 'running'], moods mood[] DEFAULT '{low}', numbers integer[], other text[],
    CHECK (cardinality(tags) < 10 AND array_length(short, 1) < 10), CHECK (array_position(tags, NULL) IS NULL));
CREATE INDEX lists_tags ON lists USING gin (tags);
CREATE INDEX lists_short ON lists USING gin (short) WHERE 'running' = ANY (short);
CREATE INDEX lists_ordered ON lists (tags, id);
CREATE INDEX lists_first ON lists ((tags[1]), id) WHERE tags <> '{}';
CREATE INDEX lists_numbers ON lists USING gin (numbers);
CREATE INDEX lists_moods ON lists USING gin (moods);
CREATE VIEW shown AS
    SELECT id, tags, moods, numbers, tags[1] AS first, tags[1:2] AS part, array_length(tags, 1) AS length, 'running' = ANY (tags) AS has_running,
        tags @> ARRAY['running'] AS contains, '{pending,failed}' && tags AS touches, moods::text[] AS words, moods[1] AS mood, moods[1] > 'low' AS is_more,
        'low' < ANY (moods) AS any_more, moods @> '{low}' AS has_low, 1 = ANY (numbers) AS has_one, 0 < ALL (numbers) AS all_more, numbers @> '{1}' AS contains_one,
        numbers[1] + 1 AS next, short && ARRAY['x', 'running']::varchar[] AS touches_x, short::text[] AS shorts, tags IS DISTINCT FROM '{running}' AS is_other,
        array_to_string(tags, ',') AS joined, 'x' = ANY (tags) AS has_x, tags = short::text[] AS same, tags::text AS shown
    FROM lists WHERE tags <> '{failed}' ORDER BY tags, id;
CREATE VIEW unnested AS SELECT id, tag, tag = 'running' AS is_running FROM lists, unnest(tags) tag;
CREATE VIEW compared AS SELECT id FROM lists WHERE other = tags AND tags[1] IN ('running', 'x') OR tags && other OR short[1] = other[1] OR other[2] = ANY (tags);
CREATE VIEW united AS SELECT tags FROM lists UNION SELECT short::text[] FROM lists UNION SELECT other FROM lists;
CREATE VIEW grouped AS SELECT tags, count(*) AS count FROM lists GROUP BY tags ORDER BY tags DESC;
CREATE POLICY few ON lists USING ('failed' <> ALL (tags) OR tags <@ '{pending}');
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TRIGGER noted BEFORE UPDATE ON lists FOR EACH ROW WHEN (old.tags && new.tags AND 'running' = ANY (new.tags)) EXECUTE FUNCTION note();
INSERT INTO lists VALUES
    (1, '{}', NULL, '{low,NULL}', '{0,1}', '{}'), (2, '{running,pending}', '{running}', NULL, '{2,NULL}', '{running,pending}'),
    (3, '[2:3]={running,pending}', '{{running,failed},{failed,pending}}', '{{low},{high}}', '{}', NULL), (4, DEFAULT, DEFAULT, DEFAULT, '{1}', '{x}'),
    (5, '{running}', '{running}', '{high}', '{3,1}', '{running}');
CREATE TABLE before AS
    SELECT 'shown' AS view, to_jsonb(v) AS row FROM shown v UNION ALL SELECT 'unnested', to_jsonb(v) FROM unnested v UNION ALL SELECT 'compared', to_jsonb(v) FROM compared v
    UNION ALL SELECT 'united', to_jsonb(v) FROM united v UNION ALL SELECT 'grouped', to_jsonb(v) FROM grouped v;
-- what the views give now and gave then, but for codes that are names
CREATE FUNCTION differences() RETURNS SETOF text LANGUAGE sql AS $$
    WITH now AS (
        SELECT 'shown' AS view, to_jsonb(v) || jsonb_build_object('numbers', numbers::text::text[]) AS row FROM shown v UNION ALL SELECT 'unnested', to_jsonb(v) FROM unnested v
        UNION ALL SELECT 'compared', to_jsonb(v) FROM compared v UNION ALL SELECT 'united', to_jsonb(v) FROM united v UNION ALL SELECT 'grouped', to_jsonb(v) FROM grouped v),
    old AS (
        SELECT view, CASE view WHEN 'shown' THEN row || jsonb_build_object('numbers',
            (SELECT coalesce(jsonb_agg(risk_level_name(e::int)), '[]') FROM jsonb_array_elements_text(nullif(row->'numbers', 'null')) e)) ELSE row END AS row
        FROM before)
    SELECT d::text FROM ((TABLE old EXCEPT ALL TABLE now) UNION ALL (TABLE now EXCEPT ALL TABLE old)) d
$$;
CREATE TABLE online (LIKE lists INCLUDING ALL);
INSERT INTO online SELECT * FROM lists;

\set how '{"tags": "task_status", "short": "task_status", "moods": "task_priority", "numbers": "risk_level"}'
-- what is no value, among elements, in a default, and in an option
SELECT detail FROM gb_enum_convert('lists', 'other', 'task_status') WHERE kind = 'stop';
SELECT detail FROM gb_enum_convert('lists', 'other', 'task_status', otherwise_null => true) WHERE kind = 'warning' AND detail NOT LIKE 'Prepared%';
SELECT detail FROM gb_enum_convert('lists', 'tags', 'task_priority') WHERE kind = 'stop';
SELECT gb_enum_convert('lists', 'numbers', 'risk_level', store => 'smallint');
ALTER TABLE lists ALTER other SET DEFAULT '{running,todo}';
SELECT detail FROM gb_enum_convert('lists', 'other', 'task_status', map => '{"x": null}') WHERE kind = 'stop';
ALTER TABLE lists ALTER other DROP DEFAULT;
-- the plan
SELECT kind, pg_temp.neutral(statement) AS statement, lock, rewrites, detail FROM gb_enum_convert_table('lists', :'how') WHERE statement !~ '^CREATE VIEW arrays.(united|grouped)' IS NOT FALSE \g (format=unaligned)
SELECT count(*) > 20 AS done FROM gb_enum_convert_table('lists', :'how', dry_run => false);
\d lists
SELECT * FROM lists ORDER BY id;
SELECT * FROM differences();
INSERT INTO lists (id) VALUES (6) RETURNING *;
INSERT INTO lists (id, tags) VALUES (7, '{running,completed}');
INSERT INTO lists (id, tags) VALUES (7, '{running,nonsense}');
INSERT INTO lists (id, tags, numbers) VALUES (7, ARRAY['running', 'pending'], ARRAY[1, 2]) RETURNING tags, numbers;
DELETE FROM lists WHERE id > 5;
-- queries go on, with the indexes, or are named in the plan
SET enable_seqscan = off;
EXPLAIN (COSTS off) SELECT * FROM lists WHERE tags @> '{running}';
EXPLAIN (COSTS off) SELECT * FROM lists WHERE tags && ARRAY['running', 'failed']::task_status[];
EXPLAIN (COSTS off) SELECT * FROM lists WHERE 'running' = ANY (short) AND short @> '{pending}';
EXPLAIN (COSTS off) SELECT * FROM lists WHERE moods @> '{high}';
RESET enable_seqscan;
PREPARE has_tag (text) AS SELECT id FROM lists WHERE $1 = ANY (tags) ORDER BY id;
EXECUTE has_tag ('running');
EXECUTE has_tag ('nonsense');
PREPARE has_number (integer) AS SELECT id FROM lists WHERE $1 = ANY (numbers) ORDER BY id;
EXECUTE has_number (1);
SELECT kind, message FROM gb_enum_check_queries(ARRAY['SELECT id FROM lists WHERE tags @> ARRAY[''running'']', 'SELECT id FROM lists WHERE tags @> $1::task_status[]',
    'SELECT id FROM lists WHERE tags @> ''{running}''', 'SELECT id FROM lists WHERE $1 = ANY (tags)', 'SELECT id FROM lists WHERE tags && other']);
-- and back, to the types that they had
SELECT detail FROM gb_enum_revert('lists', 'numbers', 'integer') WHERE kind = 'stop';
SELECT gb_enum_revert('lists', 'tags', 'date[]');
SELECT detail FROM gb_enum_revert('lists', 'tags', 'varchar', 5) WHERE kind = 'stop';
SELECT pg_temp.neutral(statement) AS statement FROM gb_enum_revert('lists', 'tags') WHERE statement ~ '^ALTER TABLE|^CREATE' AND statement !~ 'united|grouped' \g (format=unaligned)
SELECT count(*) > 8 AS done FROM gb_enum_revert('lists', 'tags', dry_run => false);
SELECT count(*) > 8 AS done FROM gb_enum_revert('lists', 'short', 'varchar[]', 20, dry_run => false);
SELECT count(*) > 8 AS done FROM gb_enum_revert('lists', 'moods', 'text[]', add_check => false, dry_run => false);
SELECT * FROM differences();
SELECT count(*) > 8 AS done FROM gb_enum_revert('lists', 'numbers', 'integer[]', add_check => false, dry_run => false);
\d lists
SELECT * FROM lists ORDER BY id;
INSERT INTO lists (id, short) VALUES (7, '{nonsense}');

-- other names: literals in arrays are mapped as rows are; what uses the texts in another way is named
CREATE TABLE named (id integer, tags text[], moods mood[]);
CREATE INDEX named_tags ON named USING gin (tags) WHERE tags @> '{todo}' OR 'todo' = ANY (tags) OR tags[1] = 'todo';
CREATE VIEW named_shown AS SELECT id, tags && '{todo,nothing}' AS is_open, tags = '{todo,done,NULL}' AS is_both, moods @> '{urgent}' AS is_urgent, array_remove(tags, 'todo') AS rest FROM named;
INSERT INTO named VALUES (1, '{todo,done}', '{urgent}'), (2, '{done}', '{low,urgent}'), (3, '{todo,done,NULL}', NULL);
CREATE TABLE named_before AS SELECT id, is_open, is_both, is_urgent FROM named_shown;
\set how '{"tags": {"enum": "task_status", "map": {"todo": "pending", "done": "completed"}}, "moods": {"enum": "risk_level", "map": {"normal": "medium", "urgent": "high"}}}'
SELECT kind, detail FROM gb_enum_convert_table('named', :'how') WHERE kind IN ('stop', 'warning') AND detail NOT LIKE 'Prepared%';
SELECT count(*) > 5 AS done FROM gb_enum_convert_table('named', :'how', dry_run => false);
SELECT pg_temp.neutral(pg_get_indexdef('named_tags'::regclass));
SELECT pg_get_viewdef('named_shown'::regclass) LIKE '%&& ''{pending,nothing}''::text[]%' AS is_mapped;
SELECT id, is_open, is_both, is_urgent FROM named_shown EXCEPT TABLE named_before;
-- labels of other names, used in another way than compared with literals
CREATE TABLE felt (moods mood[]);
CREATE VIEW felt_first AS SELECT moods[1] AS mood, moods || '{low}' AS more FROM felt;
SELECT detail FROM gb_enum_convert('felt', 'moods', 'risk_level', map => '{"normal": "medium", "urgent": "high"}') WHERE kind = 'stop';

-- domains over arrays, arrays of domains, of enumerations and of numeric
SELECT gb_enum_create('level', '{low, normal, high}');
SELECT gb_enum_create('level_wider', '{low, normal, elevated, high}');
CREATE DOMAIN word AS varchar(10) CHECK (VALUE <> '');
CREATE DOMAIN words AS text[] DEFAULT '{web}' NOT NULL CHECK (cardinality(VALUE) < 4);
CREATE TABLE others (id integer PRIMARY KEY, words words, elements word[], levels level[] DEFAULT '{1}', exact numeric[], letters "char"[], padded char(8)[]);
CREATE INDEX others_levels ON others USING gin (levels);
CREATE VIEW others_shown AS SELECT id, words, 'web' = ANY (words) AS has_web, words[1] AS word, elements @> ARRAY['web']::word[] AS has_word, elements[1] || '!' AS loud,
    'high' = ANY (levels) AS has_high, levels && '{low}' AS has_low, exact[1] * 2 AS twice, 2.0 = ANY (exact) AS has_two, 'b' = ANY (letters) AS has_b, 'web' = ANY (padded) AS has_padded FROM others;
INSERT INTO others VALUES (1, DEFAULT, '{web,email}', '{low,high}', '{1.0,2.00}', '{a,b}', '{web,sms}'), (2, '{sms,web}', '{NULL}', DEFAULT, '{}', NULL, '{email}');
CREATE TABLE others_before AS SELECT to_jsonb(v) AS row FROM others_shown v;
SELECT gb_enum_create('letters', '{a, b}');
\set how '{"words": "channel_type", "elements": "channel_type", "levels": "level_wider", "exact": "risk_level", "letters": "letters", "padded": "channel_type"}'
SELECT kind, detail FROM gb_enum_convert_table('others', :'how') WHERE kind IN ('stop', 'warning') AND detail NOT LIKE 'Prepared%';
SELECT count(*) > 5 AS done FROM gb_enum_convert_table('others', :'how', dry_run => false);
\d others
SELECT * FROM others ORDER BY id;
SELECT to_jsonb(v) FROM others_shown v EXCEPT TABLE others_before;
SELECT count(*) > 5 AS done FROM gb_enum_revert('others', 'words', 'words', dry_run => false);
SELECT count(*) > 5 AS done FROM gb_enum_revert('others', 'elements', 'varchar', 10, add_check => false, dry_run => false);
SELECT count(*) > 5 AS done FROM gb_enum_revert('others', 'exact', 'numeric', dry_run => false);
SELECT count(*) > 5 AS done FROM gb_enum_revert('others', 'letters', '"char"', dry_run => false);
SELECT count(*) > 5 AS done FROM gb_enum_convert('others', 'levels', 'level', dry_run => false);
-- operators of arrays take two of one type
SELECT gb_enum_revert('others', 'padded', 'word');
SELECT gb_enum_revert('others', 'padded', 'word[]');
SELECT to_jsonb(v) FROM others_shown v EXCEPT TABLE others_before;
\d others
SELECT * FROM others ORDER BY id;

-- the same while the table is used
\set how '{"tags": {"enum": "task_status", "map": {"todo": "ready"}}, "short": "task_status", "moods": "task_priority", "numbers": "risk_level"}'
ALTER TABLE online DROP CONSTRAINT lists_tags_check, DROP CONSTRAINT lists_tags_check2;
UPDATE online SET tags = '{todo,NULL,running}' WHERE id = 4;
INSERT INTO online (id, tags) VALUES (6, '{nonsense}');
SELECT detail FROM gb_enum_convert_online_plan('online', :'how') WHERE kind = 'stop';
DELETE FROM online WHERE id = 6;
CALL gb_enum_convert_online('online', :'how');
INSERT INTO online (id, tags, numbers) VALUES (6, '{running,ready}', '{high}');
INSERT INTO online (id) VALUES (7);
UPDATE online SET tags = '{failed,NULL}', moods = '{{low},{critical}}' WHERE id = 5;
UPDATE online SET other = '{}' WHERE id = 4;
-- the old constraints and types still hold
UPDATE online SET tags = '{completed}' WHERE id = 5;
-- nobody else writes to the column that follows
UPDATE online SET tags_gb_old = '{pending}' WHERE id = 5;
SELECT * FROM online ORDER BY id;
CALL gb_enum_convert_online_undo('online');
SELECT * FROM online ORDER BY id;
\d online
CALL gb_enum_convert_online('online', :'how');
SELECT gb_enum_convert_finish('online');
\d online
SELECT * FROM online ORDER BY id;

-- an index and statistics on an element of an array of a native enum are on the value, and on the text on the way back
CREATE TABLE elements (id integer, moods mood[]);
INSERT INTO elements SELECT i, ARRAY[CASE WHEN i % 100 = 0 THEN 'high' ELSE 'low' END, NULL]::mood[] FROM generate_series(1, 2000) i;
CREATE INDEX elements_first ON elements ((moods[1]), id) WHERE moods[2] <> 'low';
CREATE STATISTICS elements_moods ON id, (moods[1]) FROM elements;
CREATE EXTENSION btree_gist;
CREATE INDEX elements_gist ON elements USING gist ((moods[1]));
SELECT detail FROM gb_enum_convert('elements', 'moods', 'task_priority') WHERE kind = 'stop';
DROP EXTENSION btree_gist CASCADE;
SELECT count(*) > 0 AS done FROM gb_enum_convert('elements', 'moods', 'task_priority', dry_run => false);
\d elements
SELECT count(*) > 0 AS done FROM gb_enum_revert('elements', 'moods', add_check => false, dry_run => false);
\d elements

-- defaults of numbers, and of char with its blanks
CREATE TABLE preset (id integer PRIMARY KEY, small smallint[] DEFAULT '{0,NULL}', int4 integer[] DEFAULT ARRAY[0, 2], int8 bigint[] DEFAULT '{{1},{3}}', exact numeric(3,0)[] DEFAULT '{4}', padded char(9)[] DEFAULT ARRAY['low', NULL]::char(9)[]);
\set how '{"small": "task_priority", "int4": {"enum": "task_priority", "map": {"2": "critical"}}, "int8": "task_priority", "exact": "task_priority", "padded": "task_priority"}'
CREATE TABLE preset_online (LIKE preset INCLUDING ALL);
SELECT count(*) > 0 AS done FROM gb_enum_convert_table('preset', :'how', dry_run => false);
CALL gb_enum_convert_online('preset_online', :'how');
SELECT gb_enum_convert_finish('preset_online');
INSERT INTO preset VALUES (1);
INSERT INTO preset_online VALUES (1);
SELECT small, int4, int8, exact, padded FROM preset UNION ALL SELECT small, int4, int8, exact, padded FROM preset_online;
ALTER TABLE preset ALTER int8 SET DEFAULT '{low,NULL}';
SELECT count(*) > 0 AS done FROM gb_enum_revert('preset', 'int8', 'bigint', dry_run => false);
SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = 'preset'::regclass AND adnum = 4;
DROP SCHEMA arrays CASCADE;
