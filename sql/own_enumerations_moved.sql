-- users' own enumerations: ALTER TYPE moves, renames and gives away all that people use of them
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
CREATE SCHEMA moved_from;
CREATE SCHEMA moved_to;
SET search_path = moved_from, public;
SELECT gb_enum_create('run_st', '{pending,running,done}');
CREATE TABLE moved_to.runs (id int PRIMARY KEY, st run_st DEFAULT 'pending', raw smallint);
INSERT INTO moved_to.runs SELECT g, (g % 3)::run_st, g % 3 FROM generate_series(1, 9) g;
CREATE INDEX runs_st ON moved_to.runs (st);
CREATE VIEW moved_to.v AS SELECT run_st_name(st::smallint) AS n, st FROM moved_to.runs WHERE st > 'pending';
-- where everything of an enumeration is that people use
CREATE FUNCTION public.places(enum regtype) RETURNS TABLE (kind text, schema text, names text, owner text) LANGUAGE sql SET search_path = pg_catalog AS $$
    SELECT 'routine', p.pronamespace::regnamespace, string_agg(p.proname, ' ' ORDER BY p.proname), p.proowner::regrole::text
    FROM gb_enums_internal.enum_functions(enum) f JOIN pg_proc p ON p.oid = f WHERE p.pronamespace <> 'gb_enums_internal'::regnamespace GROUP BY 2, 4
    UNION ALL
    SELECT 'operator', o.oprnamespace::regnamespace, string_agg(o.oprname, ' ' ORDER BY o.oprname::text, o.oid), 'the superuser''s'
    FROM gb_enums_internal.enum_operators(enum) e JOIN pg_operator o ON o.oid = e WHERE o.oprnamespace <> 'gb_enums_internal'::regnamespace GROUP BY 2
$$;
SELECT kind, schema, names FROM public.places('run_st') ORDER BY kind, schema;

-- SET SCHEMA
ALTER TYPE run_st SET SCHEMA moved_to;
SELECT kind, schema, names FROM public.places('moved_to.run_st') ORDER BY kind, schema;
SET search_path = moved_to;
SELECT count(*) FROM runs WHERE st < 'running';
SELECT count(*) FROM runs WHERE st = 'running'::text;
SELECT min(st), max(st) FROM runs;
SELECT run_st_name(1), run_st_code('done'), as_run_st(2::smallint), (SELECT count(*) FROM run_st_values());
SELECT DISTINCT n, st FROM v ORDER BY st;
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT * FROM runs WHERE st < 'running';
EXPLAIN (COSTS OFF) SELECT * FROM runs WHERE st = 'running'::text;
RESET enable_seqscan;
SELECT public.gb_enum_add_value('run_st', 'failed');
INSERT INTO runs VALUES (20, 'failed', 3);

-- RENAME; the old name is free, and comments have the new one
ALTER TYPE run_st RENAME TO "Run State";
SELECT kind, schema, names FROM public.places('"Run State"') ORDER BY kind, schema;
SELECT "Run State_name"(3), replace(pg_get_viewdef('v'::regclass), 'runs.', '') AS view;
SELECT obj_description(f::oid, 'pg_proc') FROM gb_enums_internal.enum_functions('"Run State"') f JOIN pg_proc p ON p.oid = f
WHERE p.pronamespace = 'moved_to'::regnamespace AND p.proname ~ '(^as|_name$)' ORDER BY 1;
SELECT public.gb_enum_create('run_st', '{x}');
SELECT run_st_name(0), public.gb_enum_drop('run_st');
-- a name that its functions could not have
ALTER TYPE "Run State" RENAME TO a23456789_123456789_123456789_123456789_123456789_12;
-- a function that somebody renamed keeps its name; a function of somebody else's is in nobody's way, or the command is refused
ALTER FUNCTION "Run State_code" RENAME TO code_of_run;
CREATE FUNCTION as_run(smallint) RETURNS text LANGUAGE sql RETURN 'mine';
ALTER TYPE "Run State" RENAME TO run;
DROP FUNCTION as_run(smallint);
ALTER TYPE "Run State" RENAME TO run;
SELECT kind, schema, names FROM public.places('run') ORDER BY kind, schema;
ALTER FUNCTION code_of_run RENAME TO run_code;

-- OWNER TO, by a role that owns it
CREATE ROLE regress_moved_old;
CREATE ROLE regress_moved_new;
GRANT regress_moved_new TO regress_moved_old;
GRANT CREATE, USAGE ON SCHEMA moved_from, moved_to TO regress_moved_old, regress_moved_new;
ALTER TYPE run OWNER TO regress_moved_old;
SELECT kind, schema, owner FROM public.places('run') ORDER BY kind, schema;
SET ROLE regress_moved_old;
ALTER TYPE run RENAME TO run2;
ALTER TYPE run2 SET SCHEMA moved_from;
ALTER TYPE moved_from.run2 OWNER TO regress_moved_new;
RESET ROLE;
SELECT * FROM public.places('moved_from.run2') ORDER BY kind, schema;
REASSIGN OWNED BY regress_moved_new TO regress_moved_old;
SELECT DISTINCT owner FROM public.places('moved_from.run2') ORDER BY owner;

-- Functions get other names only by roles that may create objects in the schema: they might be called instead of others.
CREATE FUNCTION moved_from.audit_code(varchar) RETURNS int LANGUAGE sql RETURN 42;
REVOKE CREATE ON SCHEMA moved_from FROM regress_moved_old, regress_moved_new;
SET ROLE regress_moved_old;
ALTER FUNCTION moved_from.run2_values RENAME TO audit_values;
ALTER TYPE moved_from.run2 RENAME TO audit;
RESET ROLE;
SELECT moved_from.audit_code('x'::text);
DROP FUNCTION moved_from.audit_code(varchar);
ALTER TYPE moved_from.run2 RENAME TO run1;
ALTER TYPE moved_from.run1 RENAME TO run2;
GRANT CREATE ON SCHEMA moved_from TO regress_moved_old, regress_moved_new;

-- ALTER TYPE of other types, and of enumerations that come with the extension, is none of ours
CREATE TYPE plain AS ENUM ('a');
ALTER TYPE plain SET SCHEMA moved_from;
ALTER TYPE moved_from.plain RENAME TO plainer;
BEGIN;
ALTER TYPE public.risk_level SET SCHEMA moved_from;
SELECT public.risk_level_name(1), count(*) FROM public.gb_enum_check('moved_from.risk_level', false);
ROLLBACK;

-- Where event triggers are off, the type goes alone. gb_enum_check() says so, with the statement that mends it.
SET search_path = public;
SET session_replication_role = replica;
ALTER TYPE moved_from.run2 RENAME TO run3;
ALTER TYPE moved_from.run3 SET SCHEMA moved_to;
ALTER TYPE moved_to.run3 OWNER TO regress_moved_new;
RESET session_replication_role;
SET search_path = moved_to;
SELECT count(*) AS compared_as_texts FROM runs WHERE st < 'pending';
SET search_path = public;
SELECT * FROM gb_enum_check('moved_to.run3');
SELECT count(*) FROM gb_enum_check() WHERE repair ~ 'follow';
-- only its owner mends it, who may create in the schema
REVOKE CREATE ON SCHEMA moved_to FROM regress_moved_new;
GRANT EXECUTE ON FUNCTION gb_enum_follow_type, gb_enum_check TO regress_moved_old, regress_moved_new;
SET ROLE regress_moved_new;
SELECT gb_enum_follow_type('moved_to.run3');
RESET ROLE;
CREATE ROLE regress_moved_other;
GRANT EXECUTE ON FUNCTION gb_enum_follow_type TO regress_moved_other;
SET ROLE regress_moved_other;
SELECT gb_enum_follow_type('moved_to.run3');
SELECT gb_enum_follow_type(NULL);
SELECT gb_enum_follow_type('int4');
RESET ROLE;
SELECT gb_enum_follow_type('task_status');
GRANT CREATE ON SCHEMA moved_to TO regress_moved_new;
SET ROLE regress_moved_new;
SELECT repair FROM gb_enum_check('moved_to.run3') \gexec
SELECT gb_enum_follow_type('moved_to.run3');
RESET ROLE;
SELECT * FROM public.places('moved_to.run3') ORDER BY kind, schema;
SELECT count(*) FROM gb_enum_check('moved_to.run3');
SELECT gb_enums_internal.follow_types();
SET search_path = moved_to;
SELECT count(*) FROM runs WHERE st < 'running';
DROP TABLE runs CASCADE;
SELECT public.gb_enum_drop('run3');
DROP FUNCTION public.places;
DROP SCHEMA moved_from, moved_to CASCADE;
RESET search_path;
REVOKE ALL ON FUNCTION gb_enum_follow_type, gb_enum_check FROM regress_moved_old, regress_moved_new, regress_moved_other;
DROP ROLE regress_moved_old, regress_moved_new, regress_moved_other;
