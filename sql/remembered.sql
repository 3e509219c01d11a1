-- What lookups remember (tables by code, the last text of a call site, that nothing is deprecated) is never older
-- than the definition.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
RESET client_min_messages;
SET plan_cache_mode = force_generic_plan;

-- Codes close together and far apart, with gaps, negative ones, at both ends
SELECT gb_enums_internal.define('public', 'near', 'near', E'-3 minus\n0 zero\n5 five');
SELECT gb_enums_internal.define('public', 'far', 'far', E'-32767 least\n0 zero\n32767 most');
SELECT code, near_name(code), far_name(code), as_near(code)::text AS near_text, as_far(code)::text AS far_text
FROM unnest('{-32768,-32767,-4,-3,-2,0,1,5,6,32767}'::smallint[]) code;

-- A name as a parameter, while a query runs and the name gets another code
CREATE TABLE codes (code near);
INSERT INTO codes SELECT as_near(code) FROM generate_series(1, 3) i, unnest('{-3,0,5}'::smallint[]) code;
CREATE FUNCTION fetched(wanted text, new_definition text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    rows CURSOR FOR SELECT code::smallint::text FROM codes WHERE code = wanted;
    row text;
    result text := '';
BEGIN
    FOR i IN 1 .. 4 LOOP
        IF i = 1 THEN OPEN rows; END IF;
        FETCH rows INTO row;
        EXIT WHEN NOT FOUND;
        result := result || row || ' ';
        IF i = 1 THEN PERFORM gb_enums_internal.define('public', 'near', 'near', new_definition); END IF;
    END LOOP;
    RETURN result;
END $$;
SELECT fetched('zero', E'-3 minus\n0 zero\n5 five');
SELECT fetched('zero', E'-3 minus\n0 nought\n5 five');
SELECT fetched('nought', E'-3 minus\n0 naught\n5 nought');
PREPARE by_name(text) AS SELECT count(*) FROM codes WHERE code = $1;
EXECUTE by_name('nought');
EXECUTE by_name('');
EXECUTE by_name('naught');
EXECUTE by_name(repeat('naught', 20));
EXECUTE by_name(NULL);

-- Deprecated, and in use again
SELECT 'naught'::near, 0::near, near_name(0);
SELECT gb_enums_internal.define('public', 'near', 'near', E'-3 minus\n0 naught deprecated\n5 five');
SELECT 0::near;
SELECT 'naught'::near;
SELECT 'minus'::near, (-3)::smallint::near, near_name(0), near_code('naught');
SELECT gb_enums_internal.define('public', 'near', 'near', E'-3 minus\n0 naught\n5 five');
SELECT 'naught'::near, 0::near;
SELECT 7::near;

-- A name that is held longer than the definition it is from: by a procedure that commits, whose argument it is, by a variable, by cursors
SELECT gb_enums_internal.define('public', 'held', 'held', E'0 first\n1 second');
CREATE PROCEDURE hold(name text, code int) LANGUAGE plpgsql AS $$
DECLARE
    variable text := gb_enum_name('held', code);
BEGIN
    FOR i IN 1 .. 200 LOOP
        PERFORM gb_enums_internal.define('public', 'held', 'held', format(E'0 round_%s\n1 %s', i, repeat('x', i % 50 + 1)));
        PERFORM gb_enum_name('held', c) FROM generate_series(0, 1) c;
        COMMIT;
    END LOOP;
    RAISE NOTICE 'argument %, variable %, now %', name, variable, gb_enum_name('held', code);
END $$;
CALL hold(gb_enum_name('held', (random() * 0)::int), 0);
CALL hold(gb_enum_name('held', (random() * 0 + 1)::int), 1);
DO $$ BEGIN CALL hold(gb_enum_name('held', (random() * 0)::int), 0); END $$;
BEGIN;
DECLARE one CURSOR FOR SELECT gb_enum_name('held', n) FROM generate_series(0, 1) n;
DECLARE two CURSOR WITH HOLD FOR SELECT gb_enum_name('held', n) FROM generate_series(0, 1) n;
FETCH one;
FETCH two;
SAVEPOINT s;
SELECT gb_enums_internal.define('public', 'held', 'held', E'0 third\n1 fourth');
SELECT gb_enum_name('held', n) FROM generate_series(0, 1) n;
FETCH one;
ROLLBACK TO s;
COMMIT;
SELECT gb_enums_internal.define('public', 'held', 'held', E'0 fifth\n1 sixth');
SELECT gb_enum_name('held', n) FROM generate_series(0, 1) n;
FETCH two;
SET client_min_messages = warning;
DROP TYPE held CASCADE;
CLOSE two;
DROP PROCEDURE hold;
DROP FUNCTION fetched;
DROP TABLE codes;
DROP TYPE near, far CASCADE;
