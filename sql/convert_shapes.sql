-- columns of other shapes become enumerations, and back: bigint, numeric, "char", domains over domains and
-- over native enums
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
SET timezone = utc;
CREATE SCHEMA shapes;
SET search_path = shapes, public;
-- a statement as servers of all majors show it: those before 16 name the table of each column, and the
-- user who runs this is not always postgres
CREATE FUNCTION pg_temp.neutral(statement text) RETURNS text LANGUAGE sql AS $$
    SELECT regexp_replace(replace(statement, 'OWNER TO ' || quote_ident(session_user), 'OWNER TO postgres'), '\m(numbers|felt|moved|d)\.(?=\w)', '', 'g')
$$;

-- bigint, numeric with and without a scale, and "char"
CREATE TABLE numbers (
    id integer PRIMARY KEY, big bigint NOT NULL DEFAULT 1 CHECK (big >= 0), exact numeric(3,0) DEFAULT 2 CHECK (exact < 4),
    whole numeric, letter "char" NOT NULL DEFAULT 'n' CHECK (letter IN ('l', 'n', 'h', '')));
CREATE INDEX numbers_big ON numbers (big) INCLUDE (id) WHERE big >= 3;
CREATE INDEX numbers_exact ON numbers (exact, whole DESC) WHERE exact <> 0;
CREATE UNIQUE INDEX numbers_letter ON numbers (letter, id) WHERE letter = 'h' OR letter = ANY ('{n,l}');
CREATE VIEW numbers_shown AS
    SELECT id, big, exact, whole, letter, big + 1 AS next, exact * 2 AS twice, whole IN (1.0, 2.5, 4) AS is_edge, big = exact AS same
    FROM numbers WHERE big > 0 AND exact <= 3.0 AND letter <> 'h' ORDER BY big DESC, id;
INSERT INTO numbers VALUES (1, 0, 0, 0, 'l'), (2, 1, 1, 1.0, 'n'), (3, 4, 2, 4.00, 'h'), (4, 3, NULL, NULL, 'n'), (5, 2, 3, 3, 'l');
CREATE TABLE shown AS SELECT to_jsonb(v) - '{big,exact,whole,letter}'::text[] AS row FROM numbers_shown v;
CREATE TABLE online (LIKE numbers INCLUDING ALL);
INSERT INTO online SELECT * FROM numbers;
\set how '{"big": "risk_level", "exact": "risk_level", "whole": "risk_level", "letter": {"enum": "task_priority", "map": {"l": "low", "n": "normal", "h": "high"}}}'
-- what has no value is counted
INSERT INTO numbers VALUES (6, 3000000000, 1, 1.5, ''), (7, 3, 1, 'NaN', ''), (8, 3, 1, 65537, 'l'), (9, 3, 1, 1e20, 'l'), (10, 3, 1, 1.5, 'l');
SELECT detail FROM gb_enum_convert_table('numbers', :'how') WHERE kind = 'stop';
DELETE FROM numbers WHERE id > 5;
SELECT kind, pg_temp.neutral(statement) AS statement, lock, rewrites, detail FROM gb_enum_convert_table('numbers', :'how') WHERE kind <> 'query to check' \g (format=unaligned)
SELECT count(*) > 20 AS done FROM gb_enum_convert_table('numbers', :'how', dry_run => false);
\d numbers
SELECT * FROM numbers ORDER BY id;
SELECT * FROM numbers_shown;
SELECT to_jsonb(v) - '{big,exact,whole,letter}'::text[] FROM numbers_shown v EXCEPT SELECT row FROM shown;
INSERT INTO numbers (id) VALUES (6) RETURNING *;
INSERT INTO numbers (id, exact) VALUES (7, 'critical');
-- queries with parameters of the types that the columns had
PREPARE by_big (bigint) AS SELECT count(*) FROM numbers WHERE big = $1;
EXECUTE by_big (3);
EXECUTE by_big (3000000000);
-- and back
SELECT count(*) > 8 AS done FROM gb_enum_revert('numbers', 'big', 'bigint', dry_run => false);
SELECT count(*) > 8 AS done FROM gb_enum_revert('numbers', 'exact', 'integer', add_check => false, dry_run => false);
SELECT count(*) > 8 AS done FROM gb_enum_revert('numbers', 'whole', 'bigint', dry_run => false);
DELETE FROM numbers WHERE id > 5;
\d numbers
SELECT * FROM numbers_shown;
SELECT to_jsonb(v) - '{big,exact,whole,letter}'::text[] FROM numbers_shown v EXCEPT SELECT row FROM shown;
-- straight to what they were
CREATE DOMAIN exact_level AS numeric(3,0) DEFAULT 1 CHECK (VALUE >= 0);
CREATE DOMAIN named_level AS varchar(10) CHECK (VALUE <> 'critical');
SELECT gb_enum_create('letters', '{a, b, c}');
CREATE TABLE straight (
    id integer PRIMARY KEY, exact task_priority NOT NULL DEFAULT 'low' CHECK (exact <> 'urgent'), level task_priority DEFAULT 'high',
    letter letters DEFAULT 'b' CHECK (letter IN ('a', 'b')), named task_priority DEFAULT 'low', small task_priority DEFAULT 'low');
CREATE INDEX straight_exact ON straight (exact DESC) WHERE exact >= 'normal';
CREATE VIEW straight_shown AS
    SELECT *, exact < 'high' AS is_less, exact = 2 AS is_two, letter = 'b' AS is_b, letter::text || '!' AS loud, level > 1 AS is_more, exact IN ('low', 'high') AS is_edge,
        exact = level AS same, CASE exact WHEN 'low' THEN 1 END AS place, named = 'high' AS is_high, named IS DISTINCT FROM 'low' AS is_other
    FROM straight ORDER BY exact, id;
INSERT INTO straight VALUES (1, 'low', 'high', 'a', 'high', 'urgent'), (2, 'critical', NULL, NULL, NULL, NULL), (3, 'high', 'high', 'b', 'low', 'low');
CREATE TABLE straight_before AS SELECT to_jsonb(v) - '{exact,level,letter,named,small}'::text[] AS row FROM straight_shown v;
SELECT statement FROM gb_enum_revert('straight', 'exact', 'numeric') WHERE statement ~ '^ALTER TABLE|^CREATE INDEX' \g (format=unaligned)
SELECT count(*) > 8 AS done FROM gb_enum_revert('straight', 'exact', 'numeric', dry_run => false);
SELECT count(*) > 5 AS done FROM gb_enum_revert('straight', 'level', 'exact_level', dry_run => false);
SELECT count(*) > 5 AS done FROM gb_enum_revert('straight', 'letter', '"char"', add_check => false, dry_run => false);
SELECT count(*) > 5 AS done FROM gb_enum_revert('straight', 'named', 'named_level', dry_run => false);
-- a name that has more than one byte, one that is too long, a domain's own length, and what no column becomes
SELECT detail FROM gb_enum_revert('straight', 'small', '"char"') WHERE kind = 'stop';
CREATE DOMAIN short_name AS varchar(7);
SELECT detail FROM gb_enum_revert('straight', 'small', 'short_name') WHERE kind = 'stop';
SELECT gb_enum_revert('straight', 'small', 'short_name', 7);
SELECT gb_enum_revert('straight', 'small', 'text[]');
CREATE DOMAIN day AS date;
SELECT gb_enum_revert('straight', 'small', 'day');
\d straight
SELECT * FROM straight_shown;
SELECT to_jsonb(v) - '{exact,level,letter,named,small}'::text[] FROM straight_shown v EXCEPT SELECT row FROM straight_before;
INSERT INTO straight (id) VALUES (4) RETURNING *;
-- another use than a comparison with literals
CREATE TABLE used (level numeric, letter "char");
CREATE VIEW sums AS SELECT level + 1 AS next FROM used;
CREATE VIEW first_letters AS SELECT letter < 'b' AS is_a, letter::text || '.' AS dotted FROM used;
SELECT detail FROM gb_enum_convert_table('used', '{"level": {"enum": "risk_level", "map": {"10": "low"}}, "letter": {"enum": "risk_level", "map": {"h": "high"}}}') WHERE kind = 'stop';
DROP TABLE used CASCADE;

-- the same while the table is used
CALL gb_enum_convert_online('online', :'how');
INSERT INTO online (id, letter) VALUES (6, 'low');
-- a "char" would take the first letter only
INSERT INTO online (id, letter) VALUES (7, 'urgent');
SELECT * FROM online ORDER BY id;
CALL gb_enum_convert_online_undo('online');
SELECT * FROM online ORDER BY id;
\d online

-- domains over domains, over texts and over native enums
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
SELECT gb_enum_create('feeling', '{sad, ok, happy}');
CREATE DOMAIN mood_now AS mood DEFAULT 'ok' CHECK (VALUE <> 'happy');
CREATE DOMAIN mood_kept AS mood_now NOT NULL;
CREATE DOMAIN word AS varchar(10) CHECK (VALUE <> '');
CREATE DOMAIN channel_word AS word DEFAULT 'web';
CREATE TABLE felt (id integer PRIMARY KEY, mood mood_kept, before mood_now, channel channel_word CHECK (channel IN ('web', 'email')));
CREATE INDEX felt_sad ON felt (id, mood) WHERE mood::mood = 'sad' OR before::mood > 'sad';
CREATE INDEX felt_mood ON felt (mood, before);
CREATE INDEX felt_web ON felt (channel) WHERE channel = 'web';
ALTER TABLE felt ADD CHECK (mood::mood <> 'happy' OR channel IN ('web', 'email'));
CREATE VIEW felt_shown AS
    SELECT id, mood, before, channel, mood::text || '!' AS loud, upper(channel) AS loud_channel, mood::mood = before::mood AS same
    FROM felt WHERE mood::mood < 'happy' AND channel <> 'sms';
INSERT INTO felt VALUES (1, 'sad', 'ok', 'web'), (2, 'ok', 'ok', 'email'), (3, 'ok', NULL, NULL);
INSERT INTO felt (id) VALUES (4);
CREATE TABLE online_felt (LIKE felt INCLUDING ALL);
INSERT INTO online_felt SELECT * FROM felt;
CREATE TABLE felt_before AS SELECT to_jsonb(v) AS row FROM felt_shown v;
\set how '{"mood": "feeling", "before": "feeling", "channel": "channel_type"}'
SELECT kind, pg_temp.neutral(statement) AS statement, lock, rewrites, detail FROM gb_enum_convert_table('felt', :'how') WHERE kind <> 'query to check' \g (format=unaligned)
SELECT count(*) > 20 AS done FROM gb_enum_convert_table('felt', :'how', dry_run => false);
\d felt
INSERT INTO felt (id) VALUES (5) RETURNING *;
DELETE FROM felt WHERE id = 5;
INSERT INTO felt VALUES (6, NULL);
SELECT to_jsonb(v) FROM felt_shown v EXCEPT SELECT row FROM felt_before;
SELECT count(*) > 8 AS done FROM gb_enum_revert('felt', 'mood', 'text', add_check => false, dry_run => false);
SELECT count(*) > 8 AS done FROM gb_enum_revert('felt', 'channel', 'varchar', 10, dry_run => false);
SELECT to_jsonb(v) FROM felt_shown v EXCEPT SELECT row FROM felt_before;
\d felt
-- online: a domain that refuses NULL would refuse the rows that are written after the exchange
SELECT detail FROM gb_enum_convert_online_plan('online_felt', :'how') WHERE kind = 'stop';
ALTER TABLE online_felt ALTER COLUMN mood TYPE mood, ALTER COLUMN mood SET DEFAULT 'ok', ALTER COLUMN mood SET NOT NULL;
CALL gb_enum_convert_online('online_felt', :'how');
INSERT INTO online_felt (id) VALUES (5);
INSERT INTO online_felt (id, mood, before) VALUES (6, 'happy', 'sad');
-- the old domain still checks
INSERT INTO online_felt (id, before) VALUES (7, 'happy');
SELECT * FROM online_felt ORDER BY id;
CALL gb_enum_convert_online_undo('online_felt');
SELECT * FROM online_felt ORDER BY id;
\d online_felt

-- an enumeration becomes another one: a value in the middle, two that are merged, and one whose codes stay
SELECT gb_enum_create('level', '{low, normal, high}');
SELECT gb_enum_create('level_wider', '{low, normal, elevated, high}');
SELECT gb_enum_create('urgency', '{later, now}');
SELECT gb_enum_create('importance', '{low, normal, high, later, now}');
SELECT gb_enum_add_alias('level', 'high', 'top');
CREATE TABLE moved (
    id integer PRIMARY KEY, level level NOT NULL DEFAULT 'normal' CHECK (level <> 'low' OR id > 0), urgency urgency DEFAULT 'now', kept level);
CREATE INDEX moved_high ON moved (id, level) WHERE level >= 'normal' AND urgency = 1;
CREATE INDEX moved_kept ON moved (kept) WHERE kept IN ('low', 'high');
CREATE VIEW moved_shown AS
    SELECT id, level, urgency, kept, level::text || '!' AS loud, level = 'top'::text AS is_top, level IN (0, 2) AS is_edge,
        level = kept AS same, NULLIF(kept, 'low') AS not_low, CASE level WHEN 'high' THEN 1 ELSE 2 END AS place
    FROM moved WHERE level < 'high' OR kept > 1 ORDER BY level DESC, id;
INSERT INTO moved VALUES (1, 'low', 'later', 'low'), (2, 'normal', 'now', 'high'), (3, 'high', NULL, NULL), (4, 'high', 'now', 'high');
CREATE TABLE moved_before AS SELECT to_jsonb(v) AS row FROM moved_shown v;
CREATE TABLE online_moved (LIKE moved INCLUDING ALL);
INSERT INTO online_moved SELECT * FROM moved;
\set how '{"level": "level_wider", "urgency": "importance", "kept": "importance"}'
SELECT kind, pg_temp.neutral(statement) AS statement, lock, rewrites, detail FROM gb_enum_convert_table('moved', :'how') \g (format=unaligned)
SELECT count(*) > 20 AS done FROM gb_enum_convert_table('moved', :'how', dry_run => false);
\d moved
SELECT * FROM moved_shown;
SELECT to_jsonb(v) FROM moved_shown v EXCEPT SELECT row FROM moved_before;
UPDATE moved SET level = 'elevated' WHERE id = 2;
-- and back: the value that is new has none
\set back '{"level": "level", "urgency": "urgency", "kept": "level"}'
SELECT detail FROM gb_enum_convert_table('moved', :'back') WHERE kind = 'stop';
UPDATE moved SET level = 'normal' WHERE id = 2;
SELECT count(*) > 8 AS done FROM gb_enum_convert_table('moved', :'back', dry_run => false);
SELECT to_jsonb(v) FROM moved_shown v EXCEPT SELECT row FROM moved_before;
\d moved
-- codes that stay: no row is written
DROP VIEW moved_shown;
SELECT pg_relation_filenode('moved') AS filenode \gset
SELECT rewrites, detail FROM gb_enum_convert('moved', 'kept', 'importance') WHERE statement ~ '^ALTER TABLE';
SELECT count(*) > 5 AS done FROM gb_enum_convert('moved', 'kept', 'importance', dry_run => false);
SELECT pg_relation_filenode('moved') = :filenode AS is_same_file;
SELECT id, kept FROM moved ORDER BY id;
-- other names, by map: codes, aliases and texts are mapped as well
SELECT detail FROM gb_enum_convert('moved', 'level', 'urgency', map => '{"low": "later", "normal": "later", "high": "now"}') WHERE kind = 'stop';
DROP INDEX moved_high;
DROP INDEX online_moved_id_level_idx;
CREATE VIEW levels AS SELECT id FROM moved WHERE level = 'high' OR level::text = 'top' OR level = 2;
SELECT count(*) > 5 AS done FROM gb_enum_convert('moved', 'level', 'urgency', map => '{"low": "later", "normal": "later", "high": "now"}', dry_run => false);
SELECT id, level FROM moved ORDER BY id;
SELECT id FROM levels ORDER BY id;
-- the same while the table is used
\set how '{"level": {"enum": "urgency", "map": {"low": "later", "normal": "later", "high": "now"}}, "urgency": "importance", "kept": "importance"}'
CALL gb_enum_convert_online('online_moved', :'how');
INSERT INTO online_moved (id, level) VALUES (5, 'now'), (6, 'later');
SELECT * FROM online_moved ORDER BY id;
CALL gb_enum_convert_online_undo('online_moved');
SELECT * FROM online_moved ORDER BY id;
\d online_moved

-- what is converted by hand
CREATE TYPE pair AS (weight integer, "the kind" text, note varchar(9));
CREATE TABLE by_hand (pair pair, price money);
INSERT INTO by_hand VALUES ((1, 'ok', 'x'), 1), (NULL, 2), ((NULL, NULL, NULL), 3);
SELECT detail FROM gb_enum_convert('by_hand', 'price', 'feeling');
SELECT detail FROM gb_enum_convert('by_hand', 'pair', 'feeling');
-- what the HINT says
DO $$
DECLARE
    hint text;
BEGIN
    PERFORM gb_enum_convert('by_hand', 'pair', 'feeling');
EXCEPTION WHEN datatype_mismatch THEN
    GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
    EXECUTE substring(hint FROM ': (.*)\.$');
END $$;
SELECT pair, pair IS NOT DISTINCT FROM NULL AS is_null, (pair)."the kind" FROM by_hand ORDER BY price;
\d by_hand
-- attributes: what is suggested says the same, for all columns of the type
CREATE TYPE paint AS ENUM ('matte', 'gloss');
CREATE TYPE "Part" AS (id integer, "the finish" paint, others paint[], status text);
COMMENT ON COLUMN "Part".status IS 'new, used or broken';
CREATE TYPE lone AS (finish paint);
CREATE TABLE cars (id integer, body "Part", "Spare" "Part");
CREATE TABLE bikes (frame "Part", bodies "Part"[]);
CREATE TABLE lone_ones OF lone;
INSERT INTO cars VALUES (1, (1, 'gloss', '{matte,NULL}', 'used'), NULL), (2, (NULL, NULL, NULL, NULL), (2, 'matte', '{}', 'new'));
INSERT INTO bikes VALUES ((3, NULL, '{gloss}', 'broken'), NULL);
INSERT INTO lone_ones VALUES ('gloss');
CREATE TABLE parts_before AS SELECT id, body::text, "Spare"::text, body IS NULL AS is_null FROM cars;
SELECT table_name, column_name, new_enum, statement, remark FROM gb_enum_suggest('shapes') WHERE table_name IN ('"Part"'::regclass, 'lone'::regclass);
SELECT kind, table_name, column_name, detail LIKE '%: By hand%' AS by_hand FROM gb_enum_convert_schema_plan('shapes')
WHERE table_name IN ('"Part"'::regclass, 'lone'::regclass) OR kind = 'create' AND enumeration ~ 'finish|Part';
SELECT detail FROM gb_enum_convert('bikes', 'bodies', 'feeling');
DO $$
DECLARE
    name name;
    suggested record;
BEGIN
    FOREACH name IN ARRAY ARRAY['status', 'the finish', 'others', 'finish'] LOOP
        SELECT * INTO STRICT suggested FROM gb_enum_suggest('shapes') s
        WHERE column_name = name AND table_name::text ~ '^("Part(_new)*"|lone)$'
        ORDER BY table_name::text COLLATE "C" DESC LIMIT 1;
        EXECUTE coalesce(suggested.creation, 'SELECT 1');
        EXECUTE substring(suggested.remark FROM ': (.*)\.$');
    END LOOP;
END $$;
SELECT attrelid::regclass, attname, atttypid::regtype FROM pg_attribute
WHERE attrelid IN ('"Part_new_new_new"'::regclass, 'lone_ones'::regclass) AND attnum > 0 ORDER BY 1, attnum;
SELECT id, body::text, "Spare"::text, body IS NULL AS is_null FROM cars EXCEPT TABLE parts_before;
SELECT (SELECT count(*) FROM cars) AS cars, (SELECT frame FROM bikes) AS frame, (SELECT finish FROM lone_ones) AS lone;
-- a typed table: its type is changed, with all its tables
CREATE TYPE thing AS (id integer, kind text);
CREATE TABLE things OF thing (kind DEFAULT 'ok');
CREATE INDEX things_kind ON things (kind);
INSERT INTO things VALUES (1, 'happy');
SELECT detail FROM gb_enum_convert('things', 'kind', 'feeling') WHERE kind = 'stop';
ALTER TYPE thing ALTER ATTRIBUTE kind TYPE feeling CASCADE;
INSERT INTO things VALUES (2, DEFAULT);
SELECT * FROM things WHERE kind > 'sad' ORDER BY id;
\d things

-- what is of a domain stays of the domain where its type shows: arrays, functions of that type, outputs
CREATE DOMAIN temper AS text CHECK (value <> '');
CREATE DOMAIN tempers AS text[];
CREATE DOMAIN some_temper AS text NOT NULL;
CREATE TABLE days (id integer, am temper, pm temper, am_all tempers, pm_all tempers, noon some_temper);
INSERT INTO days VALUES (1, 'ok', 'sad', '{ok,sad}', '{sad}', 'ok'), (2, 'happy', 'happy', '{}', NULL, 'sad');
CREATE FUNCTION told(temper) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'a mood' $$;
CREATE FUNCTION told(text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'a text' $$;
CREATE VIEW day_moods AS
    SELECT id, am, told(am), ARRAY[am, pm] AS two, array_agg(am) OVER (ORDER BY am) AS until_then, coalesce(am, pm) AS one,
           ARRAY(SELECT d.am) AS alone, lower(am) AS small, CASE am WHEN 'ok' THEN 1 END AS is_ok, am_all, ARRAY[am_all, pm_all] AS all_of_two,
           am_all[1] AS first, am_all || 'ok'::text AS more
    FROM days d WHERE am <> pm OR am = 'happy' ORDER BY am;
CREATE VIEW all_moods AS SELECT am FROM days UNION SELECT pm FROM days;
CREATE FUNCTION pg_temp.portrait(view name) RETURNS TABLE (what text) LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY SELECT format('%s %s', attname, format_type(atttypid, atttypmod)) FROM pg_attribute WHERE attrelid = view::regclass AND attnum > 0;
    RETURN QUERY EXECUTE format('SELECT v::text FROM %I v', view);
END $$;
CREATE TABLE before AS SELECT v, p.what FROM unnest('{day_moods,all_moods}'::name[]) v, pg_temp.portrait(v) p;
SELECT count(*) FROM gb_enum_convert_table('days', '{"am": "feeling", "am_all": "feeling"}', dry_run => false);
SELECT pg_temp.neutral(pg_get_viewdef('day_moods'));
SELECT p.what FROM unnest('{day_moods,all_moods}'::name[]) v, pg_temp.portrait(v) p WHERE p.what NOT IN (SELECT what FROM before) ORDER BY p.what COLLATE "C";
-- a domain that may refuse what the column has from then on: other names, or the NULL of an outer join
CREATE VIEW evenings AS SELECT ARRAY[pm] AS pm FROM days;
CREATE VIEW noons AS SELECT ARRAY[noon] AS noon, coalesce(noon, 'ok') AS one FROM days;
\set choices '{"pm": {"enum": "feeling", "map": {"sad": "ok"}}, "noon": "feeling"}'
SELECT detail FROM gb_enum_convert_table('days', :'choices') WHERE kind = 'stop';
DROP VIEW evenings, noons, all_moods, day_moods;
SELECT kind, detail FROM gb_enum_convert_table('days', :'choices') WHERE kind IN ('stop', 'warning');

-- a value becomes what its name says when its row is read, whichever of two enumerations has changed meanwhile
SELECT gb_enum_create('shapes.wide', ARRAY['v1', 'v2', 'v3', 'v4', 'v5']), gb_enum_create('shapes.narrow', ARRAY['v1', 'v2', 'v3']);
CREATE FUNCTION changing(i integer) RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
    IF i = 3 THEN PERFORM gb_enum_rename_value('shapes.narrow', 'v1', 'v5'); END IF;
    IF i = 5 THEN PERFORM gb_enum_rename_value('shapes.wide', 'v5', 'v9'), gb_enum_rename_value('shapes.wide', 'v4', 'v5'); END IF;
    RETURN i;
END $$;
SELECT changing(i), n, gb_enums_internal.converted_array(ARRAY[n], NULL::wide, NULL)::int2[] AS codes
FROM (SELECT i, x.n FROM generate_series(1, 6) i, (SELECT ('{v1}'::text[])[1]::narrow AS n OFFSET 0) x) r;

DROP SCHEMA shapes CASCADE;
