-- The types: text and binary form, casts, defaults, COPY.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
RESET client_min_messages;

SELECT typlen, typbyval, typalign, typstorage, typcategory, typispreferred, typtype
FROM pg_type WHERE oid = 'task_status'::regtype;
SELECT count(*) AS types_of_this_shape FROM pg_type t
WHERE t.oid IN (SELECT enum FROM gb_enums) AND (typlen, typbyval, typalign) = (2, true, 's');

-- Text in and out: a name, or the decimal code of a value.
SELECT 'running'::task_status, task_status 'running', '2'::task_status, 'user'::message_role;
SELECT pg_column_size('running'::task_status);
SELECT '02'::task_status;
SELECT '+2'::task_status;
SELECT ' running'::task_status;

-- A code without a name can only come through as_E. It is still readable, in its digits.
SELECT as_task_status(99::smallint), as_task_status(-1::smallint)::text, as_task_status(99::smallint)::int,
       as_task_status((-32768)::smallint), as_task_status(32767::smallint);
SELECT as_task_status(99::smallint)::text::task_status;
SELECT as_task_status(NULL);

-- Casts are strict, and by assignment only.
SELECT 2::task_status, 2::smallint::task_status, 'running'::text::task_status, 'running'::varchar::task_status,
       ('running'::task_status)::smallint, ('running'::task_status)::int, ('running'::task_status)::text,
       ('running'::task_status)::varchar, ('running'::task_status)::varchar(3);
SELECT castsource::regtype, casttarget::regtype, castcontext, castmethod
FROM pg_cast WHERE 'task_status'::regtype IN (castsource, casttarget) ORDER BY castsource::regtype::text COLLATE "C", casttarget::regtype::text COLLATE "C";
CREATE TABLE assignment (status task_status DEFAULT 'pending', code smallint, number int, label text, short varchar(20));
INSERT INTO assignment (status) VALUES ('running'), (3), (4::smallint), ('5'), ('failed'::text), ('failed'::varchar), (DEFAULT), (NULL);
UPDATE assignment SET code = status, number = status, label = status, short = status;
SELECT * FROM assignment;
INSERT INTO assignment (status) VALUES (8);
INSERT INTO assignment (status) VALUES ('done'::text);
DROP TABLE assignment;

-- NULL in, NULL out.
SELECT NULL::task_status, NULL::text::task_status, NULL::int::task_status, (NULL::task_status)::text, (NULL::task_status)::int;

-- COPY, all formats, both ways.
-- (in a file of the server's, which need not be able to write here)
SELECT current_setting('data_directory') || '/regress_type.bin' AS binary_file \gset
\set remove 'rm ' :'binary_file'
CREATE TABLE source (id int, status task_status, roles message_role[]);
INSERT INTO source VALUES (1, 'running', '{user,tool}'), (2, NULL, NULL), (3, as_task_status(99::smallint), '{}'),
    (4, 'waiting_approval', '{NULL,compact}');
COPY source TO STDOUT;
COPY source TO STDOUT (FORMAT csv, HEADER);
COPY source (id, status) FROM STDIN;
5	failed
6	7
7	\N
\.
COPY source (id, status) FROM STDIN (FORMAT csv);
8,failed
9,no such status
\.
DELETE FROM source WHERE id = 3;
\copy source TO pstdout (FORMAT csv)
COPY source TO :'binary_file' (FORMAT binary);
CREATE TABLE target (LIKE source);
COPY target FROM :'binary_file' (FORMAT binary);
SELECT count(*) FROM (TABLE source EXCEPT TABLE target) AS difference;
TRUNCATE target;
SET gb_enums.binary_output = code;
COPY source TO :'binary_file' (FORMAT binary);
RESET gb_enums.binary_output;
COPY target FROM :'binary_file' (FORMAT binary);
SELECT count(*) FROM (TABLE source EXCEPT TABLE target) AS difference;
COPY (SELECT WHERE false) TO PROGRAM :'remove';
DROP TABLE source, target;

-- Binary output, as the settings say. A code without a name goes out as the code either way.
SELECT gb_enums_internal.task_status_send('running'::task_status), gb_enums_internal.task_status_send(as_task_status(99::smallint));
SET gb_enums.binary_output = code;
SELECT gb_enums_internal.task_status_send('running'::task_status), gb_enums_internal.task_status_send(as_task_status(-2::smallint));
SET gb_enums.binary_output = 'both';
SET gb_enums.no_such_setting = 1;
RESET gb_enums.binary_output;

-- The aggregates return the type; order is code order, not that of the names.
SELECT min(s), max(s), pg_typeof(min(s)) FROM unnest('{failed,ready,cancelled,NULL}'::task_status[]) s;
SELECT min(s), max(s) FROM unnest('{}'::task_status[]) s;
SELECT array_agg(s ORDER BY s), array_agg(s ORDER BY s::text COLLATE "C") FROM unnest('{failed,ready,cancelled}'::task_status[]) s;
