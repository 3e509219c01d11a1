-- what stores or tests a text of an enumeration is found before the meaning of the text changes
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
CREATE SCHEMA texts;
CREATE SCHEMA elsewhere;
SET search_path = texts, public;
SET client_min_messages = notice;
-- stored: the rename is refused with the list and the statements, and forced with a NOTICE for each
SELECT gb_enum_create('my_enum', '{old_value,other}');
CREATE TABLE t (id int PRIMARY KEY, c my_enum DEFAULT 'old_value', t text GENERATED ALWAYS AS ('st:' || c::text) STORED, CHECK (c <> 'other' OR id > 1));
CREATE UNIQUE INDEX t_u ON t ((c::text), id);
CREATE INDEX t_f ON t (my_enum_name(c::smallint));
CREATE TABLE raw (id int, c smallint);
CREATE INDEX raw_n ON raw (my_enum_name(c));
INSERT INTO raw SELECT g, g % 2 FROM generate_series(1, 200) g;
CREATE VIEW v AS SELECT * FROM t WHERE c = 'old_value';
CREATE MATERIALIZED VIEW mv AS SELECT c::text n, count(*) FROM t GROUP BY 1;
INSERT INTO t (id) SELECT g FROM generate_series(1, 200) g;
REFRESH MATERIALIZED VIEW mv;
SELECT gb_enum_rename_value('my_enum', 'old_value', 'new_value');
SELECT gb_enum_rename_value('my_enum', 'old_value', 'new_value', keep_alias => true);
SELECT count(*) FROM v;
BEGIN;
SELECT gb_enum_rename_value('my_enum', 'old_value', 'new_value', keep_alias => true, force => true);
REINDEX INDEX texts.t_u;
REINDEX INDEX texts.t_f;
REINDEX INDEX texts.raw_n;
UPDATE texts.t SET c = c;
REFRESH MATERIALIZED VIEW texts.mv;
COMMIT;
-- the same rows by index and without
SET enable_seqscan = off;
SELECT count(*) FROM t WHERE c::text = 'new_value' AND id < 3;
SELECT count(*) FROM raw WHERE my_enum_name(c) = 'new_value';
SET enable_seqscan = on;
SET enable_indexscan = off;
SET enable_bitmapscan = off;
SET enable_indexonlyscan = off;
SELECT count(*) FROM t WHERE c::text = 'new_value' AND id < 3;
SELECT count(*) FROM raw WHERE my_enum_name(c) = 'new_value';
RESET enable_indexscan;
RESET enable_bitmapscan;
RESET enable_indexonlyscan;
SELECT DISTINCT t FROM t;
SELECT n FROM mv;
INSERT INTO t (id, c) VALUES (6000, 'old_value') RETURNING *;
SELECT count(*) FROM v;
SELECT name, aliases FROM my_enum_values();
DROP TABLE t, raw CASCADE;
-- back to the name that is an alias by now
SELECT gb_enum_rename_value('my_enum', 'new_value', 'old_value', keep_alias => true), gb_enum_drop_alias('my_enum', 'new_value');
SELECT name, aliases FROM my_enum_values();
-- predicates that compare with a text: the one that names the value is found, the others are not
SELECT gb_enum_create('abc', '{a,b,c}');
CREATE TABLE tick (id int, st abc, note text);
INSERT INTO tick SELECT g, (g % 3)::int::abc, 'b' FROM generate_series(1, 300) g;
CREATE INDEX tick_t ON tick (id) WHERE st = 'b'::text;
CREATE INDEX tick_n ON tick (id) WHERE st = 'a';
CREATE INDEX tick_c ON tick (id) WHERE st = 'c'::text;
CREATE INDEX tick_ct ON tick (id) WHERE st::text = 'c';
CREATE INDEX tick_ca ON tick (id) WHERE st::text IN ('a', 'c') OR st IS NULL;
CREATE UNIQUE INDEX tick_one ON tick (note) WHERE st = 'b'::text AND id < 0;
SELECT gb_enum_rename_value('abc', 'b', 'beta');
SELECT gb_enum_rename_value('abc', 'b', 'beta', keep_alias => true);
SELECT name, aliases FROM abc_values();
SET enable_seqscan = off;
SELECT id, st FROM tick WHERE st = 'b'::text AND id < 10;
SELECT gb_enum_drop_alias('abc', 'b');
SELECT gb_enum_drop_alias('abc', 'b', force => true);
REINDEX INDEX tick_t;
REINDEX INDEX tick_one;
SELECT id, st FROM tick WHERE st = 'b'::text AND id < 10;
SET enable_seqscan = on;
SELECT id, st FROM tick WHERE st = 'b'::text AND id < 10;
SELECT gb_enum_add_value('abc', 'b');
SELECT gb_enum_add_value('abc', 'd', aliases => '{b}');
SELECT gb_enum_add_alias('abc', 'c', 'b');
SELECT gb_enum_add_value('abc', 'd'), gb_enum_add_alias('abc', 'c', 'sea');
SELECT gb_enum_add_value('abc', 'b', force => true);
REINDEX INDEX tick_t;
REINDEX INDEX tick_one;
-- REINDEX goes by what a text is read as now, also in a session that has used the index before
BEGIN;
SELECT gb_enum_rename_value('abc', 'b', 'bee', force => true), gb_enum_add_alias('abc', 'c', 'b', force => true);
COMMIT;
REINDEX INDEX tick_t;
REINDEX INDEX tick_one;
SET enable_seqscan = off;
SELECT id, st FROM tick WHERE st = 'b'::text AND id < 10;
RESET enable_seqscan;
DROP TABLE tick;
-- every kind of object that stores or enforces a text; objects in another schema, and copies of a parent's count once
SELECT gb_enum_create('st', '{open,closed,lost}');
CREATE DOMAIN a_domain AS st;
CREATE DOMAIN domain_of_enum AS st CHECK (VALUE::text <> 'open');
CREATE DOMAIN domain_of_text AS text CHECK (st_code(VALUE) IS NOT NULL);
CREATE TYPE pair AS (one st, two text);
CREATE TABLE every (id int, s st, d a_domain, arr st[], p pair, note text, code smallint,
    g boolean GENERATED ALWAYS AS (s = note) STORED,
    CONSTRAINT by_like CHECK (s LIKE '%o%' OR id < 0),
    CONSTRAINT by_array CHECK (s = ANY (ARRAY['open', note, 'x'])),
    CONSTRAINT by_texts CHECK (s = ANY ('{open}'::text[])),
    CONSTRAINT by_other CHECK (s = ANY ('{lost}'::text[])),
    CONSTRAINT by_value CHECK (s <> 'closed' OR s = ANY ('{open,lost}'::st[])),
    CONSTRAINT by_join CHECK (array_to_string(arr, ',') <> 'open'),
    CONSTRAINT by_row CHECK (p::text <> '(open,)'),
    CONSTRAINT by_document CHECK (to_jsonb(s) <> '"closed"'),
    CONSTRAINT by_fields CHECK (row_to_json(ROW (s, id))::text <> ''),
    CONSTRAINT by_xml CHECK (XMLFOREST(s)::text <> ''),
    CONSTRAINT by_io CHECK (arr::text <> '{open}' AND s::char(5) <> 'x'),
    CONSTRAINT by_cast CHECK (note::st IS NOT NULL),
    CONSTRAINT by_format CHECK (format('%s', s) <> '' AND concat(d) <> ''),
    CONSTRAINT by_count CHECK (cardinality(arr) < 3 AND num_nulls(s, d) < 3),
    CONSTRAINT by_distinct CHECK (s IS DISTINCT FROM 'open'::text),
    CONSTRAINT by_case CHECK (CASE s WHEN 'open'::text THEN false ELSE true END),
    CONSTRAINT by_general CHECK (lower(gb_enum_name('st', code)) <> 'x' AND gb_enum_name('my_enum', code) IS NULL),
    CONSTRAINT by_same_name CHECK (gb_enum_name('st', code) <> 'x' AND s::text <> ALL (ARRAY['closed', 'y']) AND st_name(2) <> '' ),
    CONSTRAINT by_general_other CHECK (gb_enum_name('my_enum', code) IS NULL AND gb_enum_code('my_enum', note) IS NULL));
CREATE INDEX by_lower ON every (lower(s));
CREATE INDEX by_domain ON every ((d || '!'));
CREATE INDEX by_note ON every (id) WHERE s = note;
CREATE INDEX by_description ON every (st_description(code));
CREATE INDEX by_column ON every (s, arr, d, p);
CREATE INDEX by_generated ON every (g);
CREATE INDEX by_min ON every ((greatest(s, 'closed')));
CREATE STATISTICS by_statistics ON (s::text), (lower(note)) FROM every;
CREATE STATISTICS by_columns ON s, note FROM every;
CREATE TABLE keyed (id int, s st, code smallint) PARTITION BY LIST ((s::text));
CREATE TABLE keyed_open PARTITION OF keyed FOR VALUES IN ('open');
CREATE TABLE keyed_code (code smallint) PARTITION BY RANGE (lower(st_name(code)));
CREATE TABLE parent (id int, s st, t text GENERATED ALWAYS AS (s) STORED, CONSTRAINT inherited CHECK (length(s) > 0)) PARTITION BY RANGE (id);
CREATE TABLE elsewhere.part PARTITION OF parent FOR VALUES FROM (1) TO (9);
CREATE INDEX of_parent ON parent ((s::text));
CREATE INDEX of_part ON elsewhere.part (id) WHERE s::text = 'open';
SELECT gb_enum_rename_value('st', 'open', 'begun');
-- 20 are listed, of all of them a NOTICE tells
BEGIN;
SELECT gb_enum_rename_value('st', 'open', 'begun', force => true);
ROLLBACK;
-- a text that means nothing any more, or something new, matters only where texts are read
BEGIN;
SELECT gb_enum_add_alias('st', 'open', 'opened', force => true);
SELECT gb_enum_drop_alias('st', 'opened', force => true);
SELECT gb_enum_add_value('st', 'archived', force => true);
SELECT gb_enum_set_description('st', 'open', 'Somebody works on it', force => true);
ROLLBACK;
SELECT gb_enum_set_description('st', 'open', 'Somebody works on it');
SELECT gb_enum_deprecate('st', 'open', 'lost'), gb_enum_undeprecate('st', 'open');
DROP TABLE every, keyed, keyed_code, parent CASCADE;
DROP DOMAIN domain_of_enum, domain_of_text;
-- tested: what stores nothing is found by the text that does not name the value any more
CREATE TABLE tested (id int, s st, d a_domain, arr st[], code smallint, note text);
CREATE TABLE texts_of (note text);
CREATE VIEW v_value AS SELECT * FROM tested WHERE s = 'open';
CREATE VIEW v_text AS SELECT * FROM tested WHERE s = 'open'::text;
CREATE VIEW v_cast AS SELECT * FROM tested WHERE s::text = 'open';
CREATE VIEW v_any AS SELECT * FROM tested WHERE s = ANY ('{lost,open}'::text[]);
CREATE VIEW v_any_array AS SELECT * FROM tested WHERE s = ANY (ARRAY['open']);
CREATE VIEW v_values AS SELECT * FROM tested WHERE s IN (VALUES ('open'::text), ('lost'));
CREATE VIEW v_like AS SELECT * FROM tested WHERE s LIKE 'open%';
CREATE VIEW v_regexp AS SELECT * FROM tested WHERE s ~ '^(open|lost)$';
CREATE VIEW v_upper AS SELECT * FROM tested WHERE upper(s) = 'OPEN';
CREATE VIEW v_case AS SELECT CASE s::text WHEN 'open' THEN 1 END FROM tested;
CREATE VIEW v_row AS SELECT * FROM tested WHERE (s, id) > ('open'::text, 1);
CREATE VIEW v_nullif AS SELECT NULLIF(s, 'open'::text) FROM tested;
CREATE VIEW v_array AS SELECT * FROM tested WHERE arr @> '{open}'::text[]::st[] OR 'open' = ANY (arr::text[]);
CREATE VIEW v_code AS SELECT * FROM tested WHERE code = st_code('open');
CREATE VIEW v_name AS SELECT * FROM tested WHERE st_name(code) = 'open';
CREATE VIEW v_document AS SELECT * FROM tested t WHERE to_jsonb(t) @> '{"s": "open"}';
CREATE VIEW v_subquery AS SELECT * FROM (SELECT s || '' AS n FROM tested) q WHERE n = 'open';
CREATE VIEW v_shown AS SELECT s::text AS n, s, id FROM tested;
CREATE VIEW v_over AS SELECT * FROM v_shown WHERE n = 'open';
CREATE VIEW v_lost AS SELECT * FROM tested WHERE s = 'lost'::text AND s::text <> 'reopened' AND note = 'x';
CREATE VIEW v_other AS SELECT * FROM texts_of WHERE note = 'open';
CREATE VIEW v_new AS SELECT * FROM tested WHERE s = 'begun'::text;
CREATE TABLE generated (s st, t text GENERATED ALWAYS AS (s) STORED);
CREATE INDEX of_generated ON generated (lower(t));
CREATE VIEW v_generated AS SELECT * FROM generated WHERE t = 'open';
CREATE POLICY p ON tested USING (s = 'open'::text) WITH CHECK (s <> 'lost');
CREATE FUNCTION trigger_function() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TRIGGER tr BEFORE INSERT ON tested FOR EACH ROW WHEN (new.s = 'open'::text) EXECUTE FUNCTION trigger_function();
CREATE RULE r AS ON DELETE TO tested WHERE old.s::text = 'open' DO INSTEAD NOTHING;
CREATE TABLE with_default (s st DEFAULT 'open'::text);
CREATE FUNCTION in_sql(st) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN $1 = 'open'::text;
CREATE FUNCTION shown_in_sql(st) RETURNS text LANGUAGE sql IMMUTABLE RETURN lower($1);
CREATE FUNCTION in_text(st) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$SELECT $1 = 'open'::text$$;
CREATE INDEX by_in_sql ON tested (in_sql(s));
CREATE INDEX by_shown_in_sql ON tested (shown_in_sql(s));
CREATE INDEX by_in_text ON tested (in_text(s));
CREATE MATERIALIZED VIEW m_over AS SELECT n FROM v_shown;
CREATE MATERIALIZED VIEW m_over_test AS SELECT id FROM v_text;
CREATE MATERIALIZED VIEW m_value AS SELECT s, count(*), max(id) FROM v_value GROUP BY s;
CREATE MATERIALIZED VIEW m_list AS SELECT name FROM st_values();
CREATE MATERIALIZED VIEW m_enums AS SELECT * FROM gb_enums WHERE enum <> 'st'::regtype;
BEGIN;
SELECT gb_enum_rename_value('st', 'open', 'begun', force => true);
ROLLBACK;
BEGIN;
SELECT gb_enum_rename_value('st', 'open', 'begun', keep_alias => true, force => true);
ROLLBACK;
SELECT gb_enum_rename_value('st', 'open', 'begun');
-- a value that a text names is not removed
SELECT gb_enum_remove_value('st', 'open');
SELECT gb_enum_remove_value('st', 'closed');
SELECT gb_enum_add_value('st', 'closed');
CREATE VIEW v_alone AS SELECT * FROM tested WHERE s = ANY ('{closed}'::text[]) OR s::text = 'closed';
SELECT gb_enum_remove_value('st', 'closed');
DROP VIEW v_alone;
CREATE VIEW v_alias AS SELECT * FROM tested WHERE s <> ALL ('{shut}'::text[]);
SELECT gb_enum_add_alias('st', 'closed', 'shut'), gb_enum_remove_value('st', 'closed');
-- a change that comes to nothing needs nothing
DROP MATERIALIZED VIEW m_over, m_over_test, m_value, m_list, m_enums;
DROP TABLE tested, generated, with_default CASCADE;
DROP FUNCTION in_sql, shown_in_sql, in_text, trigger_function;
CREATE TABLE once (s st);
CREATE INDEX once_i ON once ((s::text));
BEGIN;
SELECT gb_enum_rename_value('st', 'open', 'x', force => true), gb_enum_rename_value('st', 'x', 'open', force => true);
CREATE INDEX once_j ON once ((s::text));
COMMIT;
-- nor does one after which the definition is broken, or the enumeration gone
SELECT gb_enum_create('breaks', '{a}');
BEGIN;
SELECT gb_enum_rename_value('breaks', 'a', 'b');
SET LOCAL check_function_bodies = off;
CREATE OR REPLACE FUNCTION gb_enums_internal.breaks_own_in(cstring) RETURNS breaks LANGUAGE gb_enum STABLE STRICT AS 'nonsense';
COMMIT;
SELECT repair FROM gb_enum_check('breaks') \gexec
BEGIN;
SELECT gb_enum_add_value('breaks', 'c'), gb_enum_drop('breaks');
COMMIT;
-- other people's tables, whose owner need not be the enumeration's; nobody's code runs
CREATE ROLE regress_texts_owner;
CREATE ROLE regress_texts_user;
GRANT USAGE ON SCHEMA texts TO PUBLIC;
CREATE SCHEMA texts_owned AUTHORIZATION regress_texts_owner;
CREATE SCHEMA texts_used AUTHORIZATION regress_texts_user;
GRANT EXECUTE ON FUNCTION gb_enum_create, gb_enum_rename_value TO regress_texts_owner;
SET ROLE regress_texts_owner;
SELECT gb_enum_create('texts_owned.state', '{on,off}');
GRANT USAGE ON SCHEMA texts_owned TO PUBLIC;
SET ROLE regress_texts_user;
CREATE TABLE texts_used.secret (s texts_owned.state);
CREATE FUNCTION texts_used.spy(text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS
    $$ BEGIN RAISE EXCEPTION '% was here', current_user; END $$;
CREATE INDEX "an ""index""" ON texts_used.secret (s) WHERE texts_used.spy(s::text);
SELECT gb_enum_rename_value('texts_owned.state', 'on', 'x');
SET ROLE regress_texts_owner;
SELECT gb_enum_rename_value('texts_owned.state', 'on', 'x');
SELECT gb_enum_rename_value('texts_owned.state', 'on', 'x', force => NULL);
SELECT gb_enum_rename_value('texts_owned.state', 'on', 'x', force => true);
RESET ROLE;
-- thousands of objects: the messages stay short
CREATE TABLE wide (s st);
SET client_min_messages = warning;
DO $$
BEGIN
    FOR n IN 1..250 LOOP
        EXECUTE format('CREATE VIEW many_%s AS SELECT * FROM wide WHERE s = ''lost''::text', n);
    END LOOP;
END $$;
SET client_min_messages = notice;
SELECT gb_enum_rename_value('st', 'lost', 'found');
CREATE FUNCTION messages_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    detail text;
BEGIN
    EXECUTE query;
    RETURN 'none';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    RETURN SQLSTATE || ' ' || array_length(string_to_array(detail, E'\n'), 1);
END $$;
SELECT messages_of($$SELECT gb_enum_rename_value('st', 'lost', 'found')$$);
SET client_min_messages = warning;
-- foreign keys that compare values with texts, on either side; the key of a partition is listed once (from 18 on there are no
-- such keys)
SELECT gb_enum_create('kind', '{new,old}');
DO $$
DECLARE
    keep boolean;
    detail text;
    hint text;
BEGIN
    IF current_setting('server_version_num')::int >= 180000 THEN
        RETURN;
    END IF;
    CREATE TABLE kind_texts (name text PRIMARY KEY);
    CREATE TABLE kind_values (k kind PRIMARY KEY);
    CREATE TABLE of_texts (id int, k kind REFERENCES kind_texts, k2 kind REFERENCES kind_values) PARTITION BY LIST (id);
    CREATE TABLE of_texts_1 PARTITION OF of_texts FOR VALUES IN (1);
    CREATE TABLE of_values (name text REFERENCES kind_values);
    INSERT INTO kind_texts VALUES ('new'), ('old');
    INSERT INTO kind_values VALUES ('new');
    INSERT INTO of_texts VALUES (1, 'new', 'new');
    INSERT INTO of_values VALUES ('new');
    FOREACH keep IN ARRAY '{false,true}'::boolean[] LOOP
        BEGIN
            PERFORM gb_enum_rename_value('kind', 'new', 'fresh', keep_alias => keep);
            hint := 'no error';
        EXCEPTION WHEN dependent_objects_still_exist THEN
            GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
        END;
        ASSERT detail = E'constraint of_texts_k_fkey on table of_texts\nconstraint of_values_name_fkey on table of_values', detail;
        ASSERT hint = CASE WHEN keep THEN '' ELSE 'With keep_alias => true, comparisons with the old name go on finding the value. ' END
            || E'To change it all the same, call this with force => true, and then run:\n'
            'ALTER TABLE texts.of_texts DROP CONSTRAINT of_texts_k_fkey; ALTER TABLE texts.of_texts ADD CONSTRAINT of_texts_k_fkey FOREIGN KEY (k) REFERENCES kind_texts(name);\n'
            'ALTER TABLE texts.of_values DROP CONSTRAINT of_values_name_fkey; ALTER TABLE texts.of_values ADD CONSTRAINT of_values_name_fkey FOREIGN KEY (name) REFERENCES kind_values(k);', hint;
    END LOOP;
END $$;
SELECT gb_enum_add_value('kind', 'older'), gb_enum_remove_value('kind', 'old');
SET client_min_messages = error;
DROP TABLE IF EXISTS of_texts, of_values, kind_texts, kind_values;
SET client_min_messages = warning;
-- what other people's functions make of a value, a cast to what is no text, a collation in which other texts are equal
CREATE COLLATION any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE FUNCTION length_of(anyelement) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT length($1::text)';
CREATE FUNCTION same_as(anyelement) RETURNS anyelement LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE TABLE by_others (id int, k kind);
CREATE INDEX by_length ON by_others (length_of(k));
CREATE INDEX by_row ON by_others (length_of(ROW (k, id)));
CREATE INDEX by_itself ON by_others (same_as(k), array_length(ARRAY[k], 1));
CREATE INDEX by_case ON by_others (id) WHERE k::text = 'NEW' COLLATE any_case;
ALTER TABLE by_others ADD CONSTRAINT by_words CHECK (k::tsvector IS NOT NULL);
SELECT gb_enum_rename_value('kind', 'new', 'fresh');
DROP TABLE by_others;
-- A removed value is in no row, but its text may be. A text that could not be cast is in no row either.
SELECT gb_enum_create('size', '{small,large}');
CREATE TABLE sizes (name text, code smallint GENERATED ALWAYS AS (size_code(name)) STORED);
INSERT INTO sizes VALUES ('small'), ('tiny');
CREATE INDEX sizes_cast ON sizes ((name::size)) WHERE name = 'large';
CREATE INDEX sizes_equal ON sizes (('large'::size = name), (name <> 'large'::size));
SELECT gb_enum_remove_value('size', 'small');
ALTER TABLE sizes DROP code;
SELECT gb_enum_add_value('size', 'tiny');
SELECT gb_enum_add_alias('size', 'small', 's');
CREATE VIEW sizes_code AS SELECT size_code(name) FROM sizes;
DROP INDEX sizes_cast, sizes_equal;
SELECT gb_enum_remove_value('size', 'small');
CREATE MATERIALIZED VIEW sizes_codes AS SELECT * FROM sizes_code;
SELECT gb_enum_add_value('size', 'huge');
SELECT gb_enum_remove_value('size', 'tiny');
DROP TABLE sizes CASCADE;
DROP SCHEMA texts, elsewhere, texts_owned, texts_used CASCADE;
DROP OWNED BY regress_texts_owner, regress_texts_user;
DROP ROLE regress_texts_owner, regress_texts_user;
