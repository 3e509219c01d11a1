CREATE EXTENSION gb_enums
CREATE TYPE status_native AS ENUM ('pending', 'ready', 'running', 'paused', 'waiting_approval', 'completed', 'failed', 'cancelled')
CREATE TABLE raw AS SELECT (i % 8)::smallint AS c FROM generate_series(1, :rows) i
CREATE TABLE wide AS SELECT c::integer AS c FROM raw
CREATE TABLE typed AS SELECT as_task_status(c) AS c FROM raw
CREATE TABLE native AS SELECT task_status_name(c)::status_native AS c FROM raw
CREATE TABLE varchar_check (c varchar(20) CHECK (c IN ('pending', 'ready', 'running', 'paused', 'waiting_approval', 'completed', 'failed', 'cancelled')))
INSERT INTO varchar_check SELECT task_status_name(c) FROM raw
CREATE TABLE status_names AS SELECT code AS c, name FROM task_status_values()
CREATE TABLE status_names_typed AS SELECT as_task_status(c) AS c, name FROM status_names
CREATE FUNCTION status_case(smallint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN CASE $1 WHEN 0 THEN 'pending' WHEN 1 THEN 'ready' WHEN 2 THEN 'running' WHEN 3 THEN 'paused' WHEN 4 THEN 'waiting_approval' WHEN 5 THEN 'completed' WHEN 6 THEN 'failed' WHEN 7 THEN 'cancelled' END
SELECT gb_enums_internal.define('public', ('values_' || n)::name, 'a test', (SELECT string_agg(format('%s status_number_%s', i, i), E'\n') FROM generate_series(0, n - 1) i)) FROM unnest('{10,10000}'::integer[]) n
CREATE TABLE many AS SELECT (i % 10)::smallint AS c10, i::smallint AS c, 'status_number_' || i % 10 AS n10, 'status_number_' || i AS n FROM generate_series(0, :rows - 1) i
VACUUM FREEZE ANALYZE
