-- columns of other platforms: which closed sets are found, and what is taken for one
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
\getenv abs_srcdir PG_ABS_SRCDIR
\set schema :abs_srcdir '/test/schema/other_platforms.sql'
\set ECHO none
\i :schema
\set ECHO all
SELECT class, count(*), count(answer) AS sets, count(*) FILTER (WHERE answer IS NOT NULL AND given IS NULL) AS missed,
       count(*) FILTER (WHERE answer IS NULL AND given IS NOT NULL) AS false, count(*) FILTER (WHERE answer <> given) AS wrong FROM suggested GROUP BY class ORDER BY class;
SELECT class, relation, col, answer, given, evidence, seen FROM suggested WHERE answer IS DISTINCT FROM given ORDER BY 1, 2, 3;
-- a column of which only rows tell the values is converted if one chooses it
SELECT kind, table_name, column_name, enumeration, detail FROM gb_enum_convert_schema_plan('other_platforms', '{"trucks": {"fuel": true, "driver": false}, "patients": {"sex": {}, "smoker": true}}')
WHERE table_name IN ('trucks'::regclass, 'patients'::regclass) AND kind <> 'warning' OR kind = 'create' AND enumeration ~ 'truck|sex';
-- and no other column that is no closed set, but for the names that say so
SELECT s.relation, s.col, s.seen FROM gb_enum_convert_schema_plan('other_platforms') p
JOIN suggested s ON (s.relation::regclass, s.col) = (p.table_name, p.column_name) WHERE p.kind = 'convert' AND s.answer IS NULL ORDER BY 1, 2;
-- columns with equal sets: what their names have in common, and the names of their tables
SELECT n, gb_enums_internal.common_ending(n) FROM (VALUES ('{a}'::text[]), ('{bill_tickets,chat_tickets}'), ('{old_tickets,tickets}'), ('{tickets,subtickets}'), ('{a_b_c,x_b_c}'), ('{a_,b_}'), ('{_}'), ('{}'), (NULL)) v(n);
CREATE SCHEMA modules;
CREATE TABLE modules.bill_tickets (status text CHECK (status IN ('new', 'old')), fruit text CHECK (fruit IN ('fig', 'pear')), kind text CHECK (kind IN ('x1', 'x2')));
CREATE TABLE modules.chat_tickets (status text CHECK (status IN ('old', 'new')), best_fruit text CHECK (best_fruit IN ('pear', 'fig')));
CREATE TABLE modules.users (kind text CHECK (kind IN ('x2', 'x1')), "a.b" text CHECK ("a.b" IN ('y', 'z')), c text CHECK (c IN ('z', 'y')));
SELECT table_name, column_name, new_enum FROM gb_enum_suggest('modules');
-- the bytes of a table do not depend on columns of the table before it
CREATE TABLE modules.v (a text[] CHECK (a <@ '{x,y}'), b text CHECK (b IN ('p', 'q')));
CREATE TABLE modules.z (a text[] CHECK (a <@ '{x,y}'), b text CHECK (b IN ('p', 'q')));
SELECT table_name, column_name, bytes_per_row FROM gb_enum_suggest('modules') WHERE column_name = 'b' AND table_name::text ~ '[vz]$';
-- defaults that are no words
CREATE TABLE modules.defaults (date_format text DEFAULT 'DD/MM/YYYY', mime_type text DEFAULT 'text/plain', mode text DEFAULT '', level text DEFAULT 'basic');
SELECT column_name, seen FROM gb_enum_suggest('modules') WHERE table_name = 'modules.defaults'::regclass;
-- what only rows tell, and what a view, a policy, a trigger or another query in a view compares the column with, too
CREATE TABLE modules.boats (id int, rig text, hull text, bay text, flag text, mast text);
INSERT INTO modules.boats SELECT i, (ARRAY['sloop', 'ketch'])[1 + i % 2], (ARRAY['steel', 'wood'])[1 + i % 2], (ARRAY['north', 'south'])[1 + i % 2],
    (ARRAY['raised', 'struck'])[1 + i % 2], (ARRAY['single', 'double'])[1 + i % 2] FROM generate_series(1, 1000) i;
ANALYZE modules.boats;
SELECT column_name, seen, statement IS NOT NULL AS statement, remark FROM gb_enum_suggest('modules') WHERE table_name = 'modules.boats'::regclass;
CREATE VIEW modules.sloops AS WITH b AS (SELECT id, flag FROM modules.boats WHERE rig IN ('sloop', 'cutter') AND rig <> '')
    SELECT b.id FROM b JOIN modules.users u ON u.kind = 'x1' WHERE EXISTS (SELECT FROM modules.boats o WHERE o.id = b.id AND 'struck' <> o.flag);
CREATE POLICY ours ON modules.boats USING (hull = 'wood');
CREATE TRIGGER bays BEFORE UPDATE ON modules.boats FOR EACH ROW WHEN (new.bay = 'south') EXECUTE FUNCTION suppress_redundant_updates_trigger();
SELECT column_name, seen, statement IS NOT NULL AS statement, remark FROM gb_enum_suggest('modules') WHERE table_name = 'modules.boats'::regclass;
-- Letters are letters in the locale C as well.
SELECT gb_enums_internal.is_word('Concluído' COLLATE "C") AS word,
       gb_enums_internal.is_word('a → b' COLLATE "C") AS no_word,
       gb_enums_internal.commented_names('aberto, concluído' COLLATE "C") AS names,
       (SELECT array_agg(c) FROM gb_enums_internal.commented_codes('0=aberto – 1=concluído, 2=不明' COLLATE "C") c) AS codes;
DROP SCHEMA modules, other_platforms CASCADE;
