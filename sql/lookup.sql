-- Lookups never raise an error for what is unknown: they are a LEFT JOIN on a lookup table.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
RESET client_min_messages;

SELECT task_status_name(2) AS literal, task_status_name(2::smallint) AS smallint,
       task_status_code('running') AS code, task_status_description(2) AS description;
SELECT task_status_name(8) AS above, task_status_name((-1)::smallint) AS below,
       task_status_name(32768) AS no_smallint, task_status_name(-2147483648) AS lowest,
       message_role_name(0) AS before_first, message_role_name(5) AS gap, message_role_name(8) AS gap;
SELECT task_status_code('Running') AS "case", task_status_code('running ') AS blank,
       task_status_code('') AS empty, task_status_code('2') AS digits,
       task_status_code(repeat('x', 1000000)) AS long;
SELECT task_status_description(99), task_status_description(99::smallint),
       task_status_description(99999);

-- NULL gives NULL.
SELECT task_status_name(NULL::smallint), task_status_name(NULL::integer), task_status_code(NULL),
       task_status_description(NULL::smallint), task_status_description(NULL::integer),
       gb_enum_name('task_status', NULL), gb_enum_code('task_status', NULL),
       gb_enum_name(NULL, 1), gb_enum_code(NULL, 'running'), gb_enum_description(NULL, 1);
SELECT count(*) FROM gb_enum_values(NULL);

-- The generic ones, over an enumeration that is known at run time only.
SELECT e, gb_enum_name(e, 1), gb_enum_code(e, 'pending')
FROM unnest('{task_status,sync_status,approval_status}'::regtype[]) e;
SELECT gb_enum_name('task_status', 99999), gb_enum_description('task_status', -1);
SELECT gb_enum_name('integer', 1);
SELECT * FROM gb_enum_values('text');
SELECT gb_enum_code(0::oid, 'x');
SELECT * FROM gb_enum_values(0::oid);

-- They are inlined: nothing of SQL functions is left in a plan.
CREATE TABLE lookup (status smallint, label text);
EXPLAIN (VERBOSE, COSTS OFF)
SELECT task_status_name(status), task_status_code(label), task_status_description(status) FROM lookup;
DROP TABLE lookup;

-- A lookup in the outer join's place keeps rows whose code is unknown.
SELECT c, task_status_name(c) FROM unnest('{1,99,NULL,2}'::smallint[]) c;
