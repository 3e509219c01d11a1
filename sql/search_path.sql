-- A procedure that commits cannot set its search_path: nothing in it is found through the caller's, whatever stands there before pg_catalog
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
CREATE SCHEMA found;
CREATE TABLE found.used (id integer PRIMARY KEY, status text);
INSERT INTO found.used SELECT i, 'ready' FROM generate_series(1, 1000) i;
CREATE INDEX used_status ON found.used (status);
CREATE TABLE found.plain (id integer, at timestamptz NOT NULL, PRIMARY KEY (id, at));
INSERT INTO found.plain VALUES (1, '2026-01-15'), (2, '2026-02-15');
CREATE TABLE found.parted (id integer, at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT gb_partition_manage('found.parted', premake => 1);

-- a trap for every operator and type, and for every function of ordinary types, that the server has
CREATE SCHEMA hostile;
CREATE FUNCTION hostile.set_traps() RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog SET check_function_bodies = off AS $$
DECLARE
    t record;
    body text := 'LANGUAGE plpgsql AS ''BEGIN RAISE EXCEPTION USING MESSAGE = $m$caught$m$; END''';
BEGIN
    FOR t IN SELECT o.oprname, o.oprleft, o.oprright, concat_ws(', ', nullif(o.oprleft, 0)::regtype, o.oprright::regtype) AS arguments, o.oprresult::regtype AS result
             FROM pg_operator o WHERE o.oprnamespace = 'pg_catalog'::regnamespace LOOP
        BEGIN
            EXECUTE format('CREATE FUNCTION hostile.operator(%s) RETURNS %s %s', t.arguments, t.result, body);
        EXCEPTION WHEN duplicate_function OR invalid_function_definition OR feature_not_supported THEN
            NULL;  -- Operators of different results, and types that no such function can take.
        END;
        BEGIN
            EXECUTE format('CREATE OPERATOR hostile.%s (FUNCTION = hostile.operator%s, RIGHTARG = %s)', t.oprname,
                CASE t.oprleft WHEN 0 THEN '' ELSE format(', LEFTARG = %s', t.oprleft::regtype) END, t.oprright::regtype);
        EXCEPTION WHEN undefined_function OR invalid_function_definition OR duplicate_function OR feature_not_supported THEN
            NULL;
        END;
    END LOOP;
    FOR t IN SELECT p.proname, pg_get_function_identity_arguments(p.oid) AS arguments, pg_get_function_result(p.oid) AS result FROM pg_proc p
             WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.prokind = 'f' AND p.proargtypes::oid[] <@
                 '{bool,int2,int4,int8,float4,float8,numeric,text,name,oid,regclass,timestamptz,timestamp,interval,jsonb,anyarray,anyelement}'::regtype[]::oid[] LOOP
        BEGIN
            EXECUTE format('CREATE FUNCTION hostile.%I(%s) RETURNS %s %s', t.proname, t.arguments, t.result, body);
        EXCEPTION WHEN invalid_function_definition OR duplicate_function OR feature_not_supported THEN
            NULL;
        END;
    END LOOP;
    FOR t IN SELECT y.typname FROM pg_type y WHERE y.typnamespace = 'pg_catalog'::regnamespace AND y.typtype = 'b' AND y.typname !~ '^_' LOOP
        EXECUTE format('CREATE DOMAIN hostile.%I AS text CHECK (hostile.caught())', t.typname);
    END LOOP;
    FOR t IN SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relkind IN ('r', 'v') AND c.relname !~ '_(user|sys|all|xact)_' LOOP
        EXECUTE format('CREATE VIEW hostile.%I AS SELECT hostile.caught()', t.relname);
    END LOOP;
END $$;
CREATE FUNCTION hostile.caught() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'caught'; END $$;
SELECT hostile.set_traps();
SELECT count(*) > 500 AS operators FROM pg_operator WHERE oprnamespace = 'hostile'::regnamespace;
SELECT count(*) > 500 AS functions FROM pg_proc WHERE pronamespace = 'hostile'::regnamespace AND proname <> 'operator';
SET search_path = hostile, pg_catalog;
SELECT 1::pg_catalog.int8 = 0;
SELECT 'x'::text;
DO $$ BEGIN CASE 1::pg_catalog.int8 WHEN 0 THEN NULL; ELSE NULL; END CASE; END $$;
CALL public.gb_enum_convert_online('found.used', '{"status": "public.task_status"}');
CALL public.gb_enum_convert_online_undo('found.used');
CALL gb_enums_internal.run_concurrently('found.used'::pg_catalog.regclass, 'CREATE INDEX CONCURRENTLY ON found.used (id)');
CALL public.gb_partition_convert('found.plain', 'at');
CALL public.gb_partition_convert_undo('found.plain');
CALL public.gb_partition_convert('found.plain', 'at', method => 'copy');
SELECT public.gb_partition_convert_finish('found.plain');
CALL public.gb_partition_maintain();
CALL gb_enums_internal.partition_work(ARRAY['found.parted'::pg_catalog.regclass], '2026-05-01', '1 minute');
RESET search_path;
SELECT count(*) > 1 AS partitions FROM pg_inherits WHERE inhparent IN ('found.plain'::regclass, 'found.parted'::regclass) GROUP BY inhparent ORDER BY 1;
SET client_min_messages = error;
DROP SCHEMA hostile CASCADE;
DROP SCHEMA found CASCADE;
