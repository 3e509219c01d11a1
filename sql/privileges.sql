-- who may call what is in gb_enums_internal: everyone, what a query of theirs needs, and nobody else, the rest
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
CREATE SCHEMA privileges;
SET search_path = privileges, pg_catalog;
CREATE TABLE members AS SELECT d.classid, d.objid FROM pg_depend d JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND e.extname = 'gb_enums' WHERE d.deptype = 'e';
CREATE TABLE routines AS
    SELECT p.oid, p.proname AS name, p.pronamespace = 'gb_enums_internal'::regnamespace AS is_internal,
           coalesce(pg_get_function_sqlbody(p.oid), p.prosrc) AS body, has_function_privilege('public', p.oid, 'EXECUTE') AS for_everyone
    FROM pg_proc p JOIN members m ON m.classid = 'pg_proc'::regclass AND m.objid = p.oid;

-- Why everyone has to be able to call one.
CREATE TABLE needed (name name, reason text);
-- What an enumeration is made of: input and output, casts, operators, index support.
INSERT INTO needed SELECT r.name, 'of an enumeration' FROM routines r JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = r.oid
    JOIN members m ON (m.classid, m.objid) = (d.refclassid, d.refobjid) JOIN pg_type t ON d.refclassid = 'pg_type'::regclass AND t.oid = d.refobjid AND t.typtype = 'b' AND t.typlen > 0
    WHERE r.is_internal;
-- What C code uses as its caller.
INSERT INTO needed SELECT n, 'in plans' FROM unnest('{at_run_time,code_equal,code_at_most,code_below,text_code,text_key}'::name[]) n;
INSERT INTO needed SELECT n, 'by C code, as the caller' FROM unnest('{enum_objects,fingerprint,copy_privileges_statements,revoke_statements,partition_work,next_script,package_members,package_objects,packaged_enum,renamed_functions,require_unused,statements_of_rights,statements_to_keep_privileges,statements_to_transfer}'::name[]) n;
INSERT INTO needed SELECT r.name, 'by C code, as the caller' FROM routines r WHERE r.is_internal AND EXISTS (SELECT FROM pg_proc p WHERE p.prosrc = 'gb_record' AND p.proname || '_checked' = r.name);
INSERT INTO needed SELECT n, 'in statements of a conversion, as the owner' FROM unnest('{converted,converted_array,converted_numeric}'::name[]) n;
INSERT INTO needed SELECT n, 'triggers of a table''s owner' FROM unnest('{convert_follow_old,convert_follow_new}'::name[]) n;
-- What is called, as the caller, by what people call: directly and by others.
CREATE TABLE calls AS
    SELECT c.name AS caller, c.is_internal, m[1]::name AS called
    FROM (SELECT name, is_internal, body FROM routines
          UNION ALL SELECT c.relname, false, pg_get_viewdef(c.oid) FROM pg_class c JOIN members m ON m.classid = 'pg_class'::regclass AND m.objid = c.oid WHERE c.relkind = 'v') c,
        regexp_matches(c.body, 'gb_enums_internal\.(\w+)', 'g') m;
INSERT INTO needed
WITH RECURSIVE reached(name) AS (
    SELECT c.called FROM calls c WHERE NOT c.is_internal OR c.caller IN (SELECT n.name FROM needed n)
    UNION SELECT c.called FROM reached r JOIN calls c ON c.is_internal AND c.caller = r.name
)
SELECT r.name, 'called by what people call' FROM reached r WHERE r.name IN (SELECT i.name FROM routines i WHERE i.is_internal) AND r.name NOT IN (SELECT n.name FROM needed n);

SELECT reason, count(DISTINCT name) > 0 AS any FROM needed GROUP BY reason ORDER BY reason COLLATE "C";
SELECT n.* FROM needed n WHERE n.name NOT IN (SELECT name FROM routines);
-- What everyone may call although nothing needs it, and what everyone needs and may not call.
SELECT r.oid::regprocedure AS function FROM routines r WHERE r.is_internal AND r.for_everyone AND r.name NOT IN (SELECT name FROM needed) ORDER BY r.name;
SELECT r.oid::regprocedure AS function, n.reason FROM routines r JOIN needed n ON n.name = r.name WHERE r.is_internal AND NOT r.for_everyone ORDER BY r.name;
-- What is left to superusers and the server.
SELECT r.oid::regprocedure AS function FROM routines r WHERE r.is_internal AND NOT r.for_everyone ORDER BY r.oid::regprocedure::text COLLATE "C";
-- Of what people call, all but what makes and changes enumerations is everyone's; whoever is granted that needs nothing else.
SELECT r.name FROM routines r WHERE NOT r.is_internal AND NOT r.for_everyone ORDER BY r.name COLLATE "C";
-- No function runs with its owner's rights for who calls it.
SELECT p.oid::regprocedure AS function FROM pg_proc p JOIN routines r ON r.oid = p.oid WHERE p.prosecdef;
RESET search_path;
DROP SCHEMA privileges CASCADE;
