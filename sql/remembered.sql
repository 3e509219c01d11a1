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

SET client_min_messages = warning;
DROP FUNCTION fetched;
DROP TABLE codes;
DROP TYPE near, far CASCADE;
