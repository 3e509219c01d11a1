-- Errors are part of the product: SQLSTATE, message, DETAIL and HINT.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
RESET client_min_messages;

-- Runs a statement and shows its error as one row.
CREATE FUNCTION error_of(statement text, OUT state text, OUT message text, OUT detail text, OUT hint text)
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    message := 'no error';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT,
        detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
END
$$;
\x on

-- Names that are near one, and names that are near none.
SELECT * FROM error_of($$SELECT 'complete'::task_status$$);
SELECT * FROM error_of($$SELECT 'PENDING'::task_status$$);
SELECT * FROM error_of($$SELECT 'runing'::task_status$$);
SELECT * FROM error_of($$SELECT 'pending '::task_status$$);
SELECT * FROM error_of($$SELECT 'waiting'::task_status$$);
SELECT * FROM error_of($$SELECT 'xyz'::task_status$$);
SELECT * FROM error_of($$SELECT ''::task_status$$);
SELECT * FROM error_of($$SELECT '99'::task_status$$);
SELECT * FROM error_of($$SELECT '99999999999'::task_status$$);
SELECT * FROM error_of($$SELECT 'complete'::text::task_status$$);
SELECT * FROM error_of($$SELECT 'complete'::varchar::task_status$$);

-- Long and strange input is shown cut, on a character's boundary.
SELECT * FROM error_of(format('SELECT %L::task_status', repeat('x', 1000000)));
SELECT * FROM error_of(format('SELECT %L::task_status', repeat('é', 60)));
SELECT * FROM error_of(E'SELECT E''a\\x01\\tb''::task_status');
SELECT * FROM error_of(E'SELECT E''\\xff''::task_status');

-- Codes: at the ends of smallint, beyond it, and in gaps.
SELECT * FROM error_of($$SELECT 99::task_status$$);
SELECT * FROM error_of($$SELECT (-1)::task_status$$);
SELECT * FROM error_of($$SELECT 32767::smallint::task_status$$);
SELECT * FROM error_of($$SELECT (-32768)::smallint::task_status$$);
SELECT * FROM error_of($$SELECT 65538::task_status$$);
SELECT * FROM error_of($$SELECT 2147483647::task_status$$);
SELECT * FROM error_of($$SELECT 0::message_role$$);
SELECT * FROM error_of($$SELECT 5::message_role$$);
SELECT * FROM error_of($$SELECT 8::smallint::message_role$$);
SELECT * FROM error_of($$SELECT 1::bigint::task_status$$);
SELECT * FROM error_of($$SELECT 1.0::task_status$$);
SELECT * FROM error_of($$SELECT true::task_status$$);

-- Two different enumerations are never compared, converted or mixed. The texts are the server's, of each major its own.
SELECT state FROM error_of($$SELECT 'high'::task_priority = 'high'::risk_level$$);
SELECT state FROM error_of($$SELECT 'high'::task_priority < 'high'::risk_level$$);
SELECT state FROM error_of($$SELECT 'high'::task_priority::risk_level$$);
SELECT state FROM error_of($$SELECT COALESCE('high'::task_priority, 'high'::risk_level)$$);
SELECT state FROM error_of($$SELECT 'high'::task_priority IN ('low', 'high'::risk_level)$$);

-- No order between an enumeration and a text: the order of names is not that of codes.
SELECT state FROM error_of($$SELECT 'high'::task_priority < 'low'::text$$);

-- Nothing is half done: the rows before the bad one are not there.
\x off
CREATE TABLE half (status task_status);
INSERT INTO half SELECT s FROM unnest('{running,paused,bad}'::text[]) s;
SELECT count(*) FROM half;
DROP TABLE half;
DROP FUNCTION error_of;
