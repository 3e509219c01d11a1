-- The same :rows statuses in each form, one column each, so that a row takes as much room as the form allows.
SET client_min_messages = warning;
CREATE EXTENSION gb_enums;
\set names '''pending'', ''ready'', ''running'', ''paused'', ''waiting_approval'', ''completed'', ''failed'', ''cancelled'''
CREATE TYPE status_native AS ENUM (:names);
CREATE UNLOGGED TABLE raw (c smallint);
CREATE UNLOGGED TABLE typed (c task_status);
CREATE UNLOGGED TABLE native (c status_native);
CREATE UNLOGGED TABLE varchar_check (c varchar(50) CHECK (c IN (:names)));
-- Mixed as by chance, the same in every run.
INSERT INTO raw SELECT (hashint4(i) & 1073741823) % 8 FROM generate_series(1, :rows) i;
INSERT INTO typed SELECT as_task_status(c) FROM raw;
INSERT INTO native SELECT task_status_name(c)::status_native FROM raw;
INSERT INTO varchar_check SELECT task_status_name(c) FROM raw;

-- The usual ways to show names.
CREATE TABLE status_names (c smallint PRIMARY KEY, name text NOT NULL);
INSERT INTO status_names SELECT code, name FROM task_status_values();
SELECT format('CREATE FUNCTION status_case(smallint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN CASE $1 %s END',
              string_agg(format('WHEN %s THEN %L', code, name), ' ' ORDER BY code))
FROM task_status_values()
\gexec
-- What each form is joined with.
CREATE TABLE few_raw AS SELECT c FROM status_names WHERE c < 4;
CREATE TABLE few_typed AS SELECT as_task_status(c) AS c FROM few_raw;
CREATE TABLE few_native AS SELECT task_status_name(c)::status_native AS c FROM few_raw;
CREATE TABLE few_varchar AS SELECT task_status_name(c)::varchar AS c FROM few_raw;

-- A third of the rows, to be read by COPY.
CREATE UNLOGGED TABLE read_raw (LIKE raw);
CREATE UNLOGGED TABLE read_typed (LIKE typed);
CREATE UNLOGGED TABLE read_native (LIKE native);
CREATE UNLOGGED TABLE read_varchar (LIKE varchar_check INCLUDING CONSTRAINTS);
SET gb_enums.binary_output = code;
SELECT format('COPY (SELECT c FROM %s LIMIT %s) TO %L', form, :rows / 3, :'place' || '/' || form),
       format('COPY (SELECT c FROM %s LIMIT %s) TO %L (FORMAT binary)', form, :rows / 3, :'place' || '/' || form || '.binary')
FROM unnest('{raw,typed,native,varchar_check}'::text[]) form
\gexec
VACUUM (FREEZE, ANALYZE);
