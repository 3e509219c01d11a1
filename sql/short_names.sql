-- Names of two bytes, as a code has in binary format.
\set VERBOSITY default
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
RESET client_min_messages;
CREATE SCHEMA short;
SET search_path = short, public;
SELECT gb_enum_create('answer', definition => $$
0 ok alias ja
1 no alias "1d"
2 maybe
3 "éà"
4 "é"
24943 far
$$);
CREATE TABLE answers (id serial, a answer, many answer[]);
INSERT INTO answers (a, many) VALUES ('ok', '{ok,no}'), ('no', '{maybe,NULL}'), ('maybe', '{}'), ('é', '{é,éà}'), ('éà', NULL), ('far', '{far}'), ('1d', '{ja}'), (NULL, NULL);
-- There and back, in each mode and in an encoding where other names have two bytes.
-- (The server need not be able to write here.)
SELECT current_setting('data_directory') || '/regress_short_names.bin' AS file \gset
\set remove 'rm ' :'file'
CREATE TABLE back (LIKE answers);
CREATE PROCEDURE compare() LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (TABLE answers EXCEPT TABLE back) OR (SELECT count(*) FROM back) <> (SELECT count(*) FROM answers) THEN
        RAISE EXCEPTION 'not what it was: %', (SELECT string_agg(b::text, ' ') FROM back b);
    END IF;
    TRUNCATE back;
END $$;
COPY answers TO :'file' (FORMAT binary);
COPY back FROM :'file' (FORMAT binary);
CALL compare();
SET gb_enums.binary_output = code;
COPY answers TO :'file' (FORMAT binary);
RESET gb_enums.binary_output;
COPY back FROM :'file' (FORMAT binary);
CALL compare();
SET client_encoding = 'LATIN1';
COPY answers TO :'file' (FORMAT binary);
COPY back FROM :'file' (FORMAT binary);
RESET client_encoding;
CALL compare();
-- What is sent: a name as a name, a code without a name as the code; but one that would be read as a name, after a zero.
SELECT a, gb_enums_internal.answer_own_send(a) FROM answers WHERE id < 4 ORDER BY id;
SELECT gb_enums_internal.answer_own_send(as_answer(9::smallint)) AS nameless, gb_enums_internal.answer_own_send(as_answer(28523::smallint)) AS like_ok,
       gb_enums_internal.answer_own_send(as_answer(12644::smallint)) AS like_1d;
SET gb_enums.binary_output = code;
SELECT gb_enums_internal.answer_own_send('ok') AS ok, gb_enums_internal.answer_own_send(as_answer(28523::smallint)) AS like_ok;
RESET gb_enums.binary_output;

-- Every code there is comes back as it was, whatever two bytes are a name in the client's encoding: in LATIN1 those of
-- code -1 are, while "-1" would be the code of another value.
SELECT gb_enum_create('every_code', definition => $$
-256 "éàüö"
0 ok alias "é"
5 "ÿÿ" alias "éà"
6 "ÿ"
11569 far
$$);
CREATE TABLE codes AS SELECT code, as_every_code(code::int2) AS value, ARRAY[as_every_code(code::int2)] AS many
    FROM generate_series(-32768, 32767) code;
CREATE TABLE codes_back (LIKE codes);
CREATE PROCEDURE send_all(file text, output text, encoding text) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('gb_enums.binary_output', output, true), set_config('client_encoding', encoding, true);
    -- As in a restore, which accepts every code.
    PERFORM set_config('check_function_bodies', 'off', true);
    EXECUTE format('COPY codes TO %L (FORMAT binary)', file);
    EXECUTE format('COPY codes_back FROM %L (FORMAT binary)', file);
    RAISE NOTICE '% in %: % of % came back', output, encoding, (SELECT count(*) FROM codes_back), (SELECT count(*) FROM codes);
    IF EXISTS (SELECT FROM codes_back WHERE (value::int2, many[1]::int2) IS DISTINCT FROM (code, code)) THEN
        RAISE EXCEPTION 'not what it was: %', (SELECT array_agg(b) FROM codes_back b WHERE value::int2 <> code);
    END IF;
    TRUNCATE codes_back;
END $$;
CALL send_all(:'file', 'name', 'UTF8');
CALL send_all(:'file', 'code', 'UTF8');
CALL send_all(:'file', 'name', 'LATIN1');
CALL send_all(:'file', 'code', 'LATIN1');
CALL send_all(:'file', 'name', 'SQL_ASCII');
-- Two bytes that are a name of one value and the code of another, in an encoding that a definition knows nothing of, are
-- refused. The code itself is sent in another way.
SELECT gb_enum_create('twofold', definition => $$
3 "éà"
-5664 far
$$);
CREATE TABLE twofolds (value twofold);
SET client_encoding = 'LATIN1';
COPY (SELECT 'far'::twofold) TO :'file' (FORMAT binary);
COPY twofolds FROM :'file' (FORMAT binary);
SET gb_enums.binary_output = code;
COPY (VALUES ('far'::twofold), (3::twofold)) TO :'file' (FORMAT binary);
COPY twofolds FROM :'file' (FORMAT binary);
RESET gb_enums.binary_output;
COPY (SELECT 3::twofold) TO :'file' (FORMAT binary);
RESET client_encoding;
CREATE PROCEDURE copy_as_latin1(file text) LANGUAGE plpgsql AS $$
DECLARE
    detail text;
    hint text;
BEGIN
    PERFORM set_config('client_encoding', 'LATIN1', true);
    EXECUTE format('COPY twofolds FROM %L (FORMAT binary)', file);
EXCEPTION WHEN invalid_binary_representation THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    RAISE NOTICE USING MESSAGE = SQLERRM, DETAIL = detail, HINT = hint;
END $$;
CALL copy_as_latin1(:'file');
COPY (SELECT 3::twofold) TO :'file' (FORMAT binary);
COPY twofolds FROM :'file' (FORMAT binary);
TABLE twofolds;

-- The two bytes of a name must not be the code of another value. Its own it may be.
SELECT gb_enum_create('clash', definition => E'0 ok\n28523 other');
SELECT gb_enum_create('clash', definition => E'0 other alias ok\n28523 far');
SELECT gb_enum_create('clash', definition => E'28523 ok');
SELECT gb_enum_add_value('clash', 'ol');
SELECT gb_enum_rename_value('clash', 'ok', 'ol');
SELECT gb_enum_add_value('answer', 'other', 28271);
SELECT gb_enum_add_value('answer', 'ao', 5);
SELECT gb_enum_add_alias('answer', 'ok', 'ao');
SELECT gb_enum_add_alias('answer', 'far', 'ao');
SELECT name, aliases FROM answer_values() WHERE code = 24943;
-- Nor the code of another value while the name is removed, since it may come back.
SELECT gb_enum_create('comes_back', '{a,xy}');
SELECT gb_enum_remove_value('comes_back', 'xy');
SELECT gb_enum_add_value('comes_back', 'far', 30841);
SELECT gb_enum_add_value('comes_back', 'far', 30840), gb_enum_add_value('comes_back', 'next');
SELECT gb_enum_add_value('comes_back', 'xy');

-- Mistakes that people make who know other languages.
SELECT gb_enum_create('mistake', definition => E'1 web, "Shop"');
SELECT gb_enum_create('mistake', definition => E'1 = web');
SELECT gb_enum_create('mistake', definition => E'1 web alias a=b');
SELECT gb_enum_create('mistake', '{1=web,2=phone}');
SELECT gb_enum_create('mistake', '{"a=b","c,d"}');
SELECT prosrc FROM pg_proc WHERE oid = 'gb_enums_internal.mistake_own_in(cstring)'::regprocedure;

-- A removed value comes back with its code.
SELECT gb_enum_add_value('mistake', 'gone'), gb_enum_add_value('mistake', 'next');
SELECT gb_enum_remove_value('mistake', 'gone');
SELECT gb_enum_add_value('mistake', 'gone'), gb_enum_add_value('mistake', 'after');
-- A migration that runs twice.
SELECT gb_enum_add_value('mistake', 'gone', if_not_exists => true), gb_enum_add_value('mistake', 'gone', 2, if_not_exists => true);
SELECT gb_enum_add_value('mistake', 'gone', 7, if_not_exists => true);
SELECT gb_enum_add_alias('mistake', 'gone', 'away');
SELECT gb_enum_add_value('mistake', 'away', if_not_exists => true);
SELECT gb_enum_drop_alias('mistake', 'away');
SELECT gb_enum_remove_value('mistake', 'gone'), gb_enum_remove_value('mistake', 'after');
SELECT gb_enum_create('again', "like" => 'mistake', names => '{new,after,newer,gone}');
SELECT code, name FROM again_values();
COPY (SELECT WHERE false) TO PROGRAM :'remove';
SET client_min_messages = warning;
DROP SCHEMA short CASCADE;
