-- users' own enumerations: one call gives a role what it needs to have its own, and no more
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
SET client_min_messages = notice;
CREATE ROLE "regress Maker";
CREATE ROLE regress_granted_plain;
CREATE SCHEMA granted AUTHORIZATION "regress Maker";
CREATE FUNCTION public.life_of_one() RETURNS SETOF text LANGUAGE plpgsql SET search_path = granted, public AS $$
BEGIN
    RETURN NEXT gb_enum_create('ticket', '{new,open,closed}');
    RETURN NEXT gb_enum_add_value('ticket', 'waiting', 10, aliases => '{paused}');
    PERFORM gb_enum_rename_value('ticket', 'open', 'in work'), gb_enum_set_description('ticket', 'in work', 'somebody works on it'),
        gb_enum_add_alias('ticket', 'in work', 'open'), gb_enum_drop_alias('ticket', 'open'),
        gb_enum_deprecate('ticket', 'new', 'in work'), gb_enum_undeprecate('ticket', 'new');
    RETURN QUERY SELECT v::text FROM ticket_values() v;
    RETURN NEXT 'faults: ' || (SELECT count(*) FROM gb_enum_check());
    PERFORM gb_enum_remove_value('ticket', 'new');
    ALTER TYPE ticket RENAME TO ticket_state;
    PERFORM gb_enum_follow_type('ticket_state');
    RETURN NEXT ticket_state_name(10);
    PERFORM gb_enum_drop('ticket_state');
END $$;
GRANT EXECUTE ON FUNCTION public.life_of_one TO PUBLIC;
SET ROLE "regress Maker";
SELECT life_of_one();
SELECT gb_enum_check();
RESET ROLE;
SELECT gb_enum_grant('regress Maker');
SET ROLE "regress Maker";
SELECT life_of_one();
-- where it may create, and what it owns
SELECT gb_enum_create('gb_enums_internal.mine', '{a}');
SELECT gb_enum_add_value('task_status', 'x');
-- who has it cannot hand it on
SELECT gb_enum_grant('regress_granted_plain');
SELECT gb_enum_revoke('regress Maker');
RESET ROLE;
-- a second time changes nothing; everybody, nobody, a superuser
SELECT gb_enum_grant('regress Maker');
SELECT count(*) FROM gb_enums_internal.functions_of_makers() f WHERE has_function_privilege('regress Maker', f, 'EXECUTE');
SELECT gb_enum_grant('public');
SELECT gb_enum_grant('regress_granted_nobody');
SELECT gb_enum_grant(NULL);
CREATE ROLE regress_granted_super SUPERUSER;
SELECT gb_enum_grant('regress_granted_super');
SELECT gb_enum_revoke('regress_granted_super');
DROP ROLE regress_granted_super;
-- taken back: its enumerations stay its own
SET ROLE "regress Maker";
SELECT gb_enum_create('granted.kept', '{a,b}');
RESET ROLE;
SELECT gb_enum_revoke('regress Maker');
SELECT count(*) FROM gb_enums_internal.functions_of_makers() f WHERE has_function_privilege('regress Maker', f, 'EXECUTE');
SET ROLE "regress Maker";
SELECT gb_enum_add_value('granted.kept', 'c');
SELECT 'a'::granted.kept < 'b';
RESET ROLE;
-- every function that changes an enumeration is among those that are granted
SELECT p.oid::regprocedure FROM pg_proc p
WHERE p.pronamespace = gb_enums_internal.extension_schema() AND p.proname ~ '^gb_enum_' AND p.proname !~ '^gb_enum_(convert|revert|suggest|column_order)'
  AND NOT has_function_privilege('regress_granted_plain', p.oid, 'EXECUTE') AND p.oid::regprocedure NOT IN (SELECT gb_enums_internal.functions_of_makers())
ORDER BY p.proname;
DROP FUNCTION public.life_of_one;
SET client_min_messages = warning;
DROP SCHEMA granted CASCADE;
DROP ROLE "regress Maker", regress_granted_plain;
