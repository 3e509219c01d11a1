-- what cannot be done, and what is said about it
\set VERBOSITY verbose
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
SET client_min_messages = notice;
CREATE SCHEMA part_errors;
SET search_path = part_errors, public;
CREATE TABLE plain (at date);
CREATE TABLE by_list (at date) PARTITION BY LIST (at);
CREATE TABLE by_two (at date, n int) PARTITION BY RANGE (at, n);
CREATE TABLE by_expression (at timestamp) PARTITION BY RANGE ((at::date));
CREATE TABLE by_text (at text) PARTITION BY RANGE (at);
CREATE TABLE good (at timestamptz) PARTITION BY RANGE (at);
CREATE TEMP TABLE temporary (at date) PARTITION BY RANGE (at);
\set VERBOSITY default
SELECT create_monthly_partition('nonesuch', '2024-01-01'::date);
SELECT create_monthly_partition('', '2024-01-01'::date);
SELECT create_monthly_partition('a.b.c.d', '2024-01-01'::date);
SELECT create_monthly_partition('good; DROP TABLE good', '2024-01-01'::date);
SELECT create_monthly_partition('plain', '2024-01-01'::date);
SELECT create_monthly_partition('by_list', '2024-01-01'::date);
SELECT create_monthly_partition('by_two', '2024-01-01'::date);
SELECT create_monthly_partition('by_expression', '2024-01-01'::date);
SELECT create_monthly_partition('by_text', '2024-01-01'::date);
SELECT create_monthly_partition('temporary', '2024-01-01'::date);
SELECT create_monthly_partition('good', 'infinity'::date);
SELECT create_monthly_partition('good', '-infinity'::timestamptz);
SELECT gb_partition_create('good', 'infinity');
SELECT create_monthly_partition('good', NULL::date);
SELECT create_monthly_partition(NULL::text, '2024-01-01'::date);
SELECT gb_partition_create(NULL, now());
SELECT gb_partition_create('good', NULL);
SELECT gb_partition_create('good', now(), '0');
SELECT gb_partition_create('good', now(), '-1 month');
SELECT gb_partition_create('good', now(), '1 month 1 day');
SELECT gb_partition_create('good', now(), '90 seconds');
SELECT gb_partition_create('good', now(), time_zone => 'Mars/Olympus');
SELECT gb_partition_create('good', now(), storage => '{""}');
SELECT gb_partition_create('good', now(), storage => '{=70}');
SELECT gb_partition_create('good', now(), storage => '{no_such_parameter=1}');
SELECT gb_partition_create('good', now(), storage => '{"fillfactor=70); DROP TABLE good; --"}');
SELECT gb_partition_create('good', '2024-03-15', hash_by => 'nonesuch', hash_count => 2);
SELECT gb_partition_create('good', now(), anchor => 'infinity');
-- the states: one of each class
\set VERBOSITY sqlstate
SELECT create_monthly_partition('nonesuch', '2024-01-01'::date);
SELECT create_monthly_partition('plain', '2024-01-01'::date);
SELECT create_monthly_partition('by_list', '2024-01-01'::date);
SELECT create_monthly_partition('good', 'infinity'::date);
SELECT create_monthly_partition('good', NULL::date);
SELECT gb_partition_create('good', now(), '90 seconds');
SELECT count(*) FROM pg_inherits WHERE inhparent = 'good'::regclass;
-- plumbing called by hand
\set VERBOSITY terse
SELECT gb_enums_internal.properties_beyond_like('pg_class', 1, false);
SELECT gb_enums_internal.properties_beyond_like(0, 'plain', false);
SELECT gb_enums_internal.partition_exchange_statements('plain', 1, '_old');
SELECT gb_enums_internal.partition_place(1, 'x');
SELECT gb_enums_internal.partition_ranges(1, NULL, NULL, NULL, NULL);
SELECT gb_enums_internal.partition_key_time(NULL, NULL, NULL, NULL, NULL, 'x');
SELECT gb_enums_internal.partition_slots('good', NULL, NULL, NULL, NULL, NULL, '1 month', NULL, 1);
SELECT count(*) FROM gb_enums_internal.partition_slots('good', NULL, NULL, NULL, NULL, now(), '1 month', NULL, 10001);
SELECT gb_enums_internal.partition_slots('good', NULL, NULL, NULL, NULL, now(), '1 month', NULL, 10002);
SELECT gb_enums_internal.name_with_suffix(repeat('name ', 1000), '_suffix');
SELECT gb_enums_internal.partition_attach_script('good', 'p', NULL, '2', NULL, NULL);
SELECT gb_enums_internal.partition_attach_script('good', 'p', '1', '2', 'plain', 'a "check"');
SELECT gb_enums_internal.partition_attach_script(1, 'p', '1', '2', NULL, NULL);
SELECT gb_enums_internal.has_no_pages('plain'), gb_enums_internal.has_no_pages('good'), gb_enums_internal.has_no_pages('pg_class');
SELECT gb_enums_internal.has_no_pages(1);
SELECT parent, every, premake, lock_timeout, time_zone, hash_count, paused
FROM gb_enums_internal.partition_settings('good', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '1 s', NULL, NULL, 3, NULL);
SELECT gb_partition_create('good', now(), storage => array_fill('fillfactor=70'::text, ARRAY[1001]));
SELECT parent, premake, lock_timeout, attempts, move_default FROM gb_enums_internal.partition_registered(NULL);
SELECT s.premake, s.lock_timeout, s.attempts, s.paused
FROM gb_enums_internal.partition_within_limits(jsonb_populate_record(NULL::gb_enums_internal.partition_set,
    '{"premake": 20000, "lock_timeout": "-1 day", "attempts": 0, "paused": true}')) s;
-- an expression that is evaluated in any session of whoever calls
SELECT gb_enums_internal.evaluate('$1 OPERATOR(pg_catalog.+) 1', 41, 0), gb_enums_internal.evaluate('$1', NULL::text, 'x'),
       gb_enums_internal.evaluate('gb_enums_internal.exact_texts()', 1, 'void'::text);
SELECT gb_enums_internal.evaluate(NULL, 1, 1);
SELECT gb_enums_internal.evaluate('$1', 1, 'x'::text);
SELECT gb_enums_internal.evaluate('1; SELECT 2', 1, 1);
SELECT gb_enums_internal.evaluate('1 INTO t', 1, 1);
SELECT gb_enums_internal.evaluate('', 1, 1);
SELECT gb_enums_internal.evaluate('1, 2', 1, 1);
SELECT gb_enums_internal.evaluate(repeat('1', 1001), 1, 1);
SELECT count(gb_enums_internal.evaluate(format('$1 OPERATOR(pg_catalog.+) %s', i % 40), i, 0)) FROM generate_series(1, 100) i;
-- a number is what statements select as a bigint, else how many rows there were
SELECT gb_enums_internal.run_as_owner('good', 'SELECT ''x''::text'), gb_enums_internal.run_as_owner('good', 'SELECT 70::bigint'),
       gb_enums_internal.run_as_owner('good', 'SELECT 70'), gb_enums_internal.run_as_owner('good', 'SELECT'), gb_enums_internal.run_as_owner('good', '');
SELECT gb_enums_internal.run_as_owner('good', 'COMMIT');
SELECT gb_enums_internal.run_as_owner('good', 'COPY good TO STDOUT');
-- The last ten failures are kept, each with how often it came; what somebody executed is shown to whom pg_stat_activity shows it.
\set VERBOSITY terse
CREATE ROLE regress_failures_owner;
CREATE ROLE regress_failures_monitor IN ROLE pg_monitor;
CREATE ROLE regress_failures_holder;
GRANT ALL ON SCHEMA part_errors TO regress_failures_owner, regress_failures_monitor, regress_failures_holder;
SET ROLE regress_failures_owner;
CREATE TABLE failing (at timestamptz) PARTITION BY RANGE (at);
SELECT gb_partition_manage('failing', '1 day', premake => 0);
CREATE FUNCTION fails(n int, holder regrole) RETURNS void LANGUAGE sql AS $$
    SELECT gb_enums_internal.partition_keep_failure('failing',
        ('create p' || n, '55P03', 'it is locked', repeat('d', 2000), '', (4711, holder, 'reports', 'SELECT secret'))::gb_enums_internal.partition_problem) $$;
SELECT count(fails(n, 'regress_failures_holder')) FROM generate_series(1, 12) n;
SELECT count(fails(12, 'regress_failures_owner')) FROM generate_series(1, 2) n;
SELECT failed_step, times, first_failed_at < failed_at AS again, error_state, error, length(error_detail), error_hint, holder_pid, holder_role, holder_application, holder_query
FROM gb_partition_failures ORDER BY failed_at;
RESET ROLE;
SET ROLE regress_failures_monitor;
SELECT failed_step, holder_query FROM gb_partition_failures ORDER BY failed_at DESC LIMIT 2;
SET ROLE regress_failures_holder;
SELECT count(*) FROM gb_partition_failures;
SELECT gb_enums_internal.partition_keep_failure('failing', NULL);
SELECT * FROM gb_enums_internal.partition_failure;
RESET ROLE;
SET ROLE regress_failures_owner;
SELECT gb_partition_manage('failing', premake => 1);
SELECT count(*) FROM gb_partition_failures;
SELECT gb_partition_unmanage('failing');
SELECT gb_enums_internal.partition_keep_failure('failing', NULL);
SELECT count(*) FROM gb_partition_failures;
SELECT gb_partition_manage('failing', '1 day', premake => 0);
SELECT gb_enums_internal.partition_keep_failure('failing', NULL);
SELECT parent, times, failed_step, error, holder_pid FROM gb_partition_failures;
DROP TABLE failing;
SELECT count(*) FROM gb_partition_failures;
RESET ROLE;
SET client_min_messages = warning;
DROP TABLE temporary;
DROP SCHEMA part_errors CASCADE;
DROP OWNED BY regress_failures_owner, regress_failures_monitor, regress_failures_holder;
DROP ROLE regress_failures_owner, regress_failures_monitor, regress_failures_holder;
