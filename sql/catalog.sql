-- What the extension looks like in the catalogs.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
RESET client_min_messages;

CREATE TEMP VIEW members AS
SELECT classid, objid, pg_describe_object(classid, objid, 0) AS object
FROM pg_depend
WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'
  AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'gb_enums')
  -- Servers differ in whether arrays and row types are members.
  AND NOT (classid = 'pg_type'::regclass AND EXISTS (SELECT FROM pg_type WHERE oid = objid AND (typcategory = 'A' OR typrelid <> 0)));

-- In the schema of the extension: what users call, and nothing else.
WITH enums AS (SELECT '(' || string_agg(DISTINCT enum::text, '|') || ')' AS names FROM gb_enums)
SELECT function COLLATE "C", prokind, count(*)
FROM enums, pg_proc p JOIN members m ON (m.classid, m.objid) = ('pg_proc'::regclass, p.oid),
     regexp_replace(proname, names, 'E') AS function
WHERE p.pronamespace = 'public'::regnamespace GROUP BY 1, 2 ORDER BY 1;
SELECT relname, relkind FROM pg_class c JOIN members m ON (m.classid, m.objid) = ('pg_class'::regclass, c.oid);

-- Every object has a comment, and those of functions that users call have an example.
SELECT object FROM members
WHERE COALESCE(obj_description(objid, (SELECT relname FROM pg_class WHERE oid = classid)), '') = '' ORDER BY 1;
SELECT p.oid::regprocedure FROM pg_proc p JOIN members m ON (m.classid, m.objid) = ('pg_proc'::regclass, p.oid)
WHERE p.pronamespace = 'public'::regnamespace AND obj_description(p.oid, 'pg_proc') NOT LIKE '%; example: %';
SELECT attname FROM pg_attribute WHERE attrelid = 'gb_enums'::regclass AND attnum > 0 AND col_description(attrelid, attnum) IS NULL;

-- A function that is the server's own under another signature has the server's properties.
SELECT p.oid::regprocedure, p.provolatile, p.proisstrict, p.proparallel, p.proleakproof, b.proleakproof AS server
FROM pg_proc p
JOIN members m ON (m.classid, m.objid) = ('pg_proc'::regclass, p.oid)
JOIN pg_language l ON l.oid = p.prolang AND l.lanname = 'internal'
JOIN (SELECT DISTINCT ON (prosrc) * FROM pg_proc WHERE prolang = 12 AND pronamespace = 'pg_catalog'::regnamespace ORDER BY prosrc, oid) b USING (prosrc)
WHERE p.prosrc <> 'aggregate_dummy'
  AND (p.provolatile, p.proisstrict, p.proparallel, p.proleakproof) <> (b.provolatile, b.proisstrict, b.proparallel, b.proleakproof)
  AND 'task_status'::regtype IN (p.prorettype, p.proargtypes[0], p.proargtypes[1]);

-- The others, for one enumeration and those that serve all.
SELECT p.oid::regprocedure, l.lanname AS language, p.provolatile AS volatile, p.proisstrict AS strict,
       p.proparallel AS parallel, p.proleakproof AS leakproof, p.prosupport <> 0 AS support
FROM pg_proc p
JOIN members m ON (m.classid, m.objid) = ('pg_proc'::regclass, p.oid)
JOIN pg_language l ON l.oid = p.prolang AND l.lanname <> 'internal'
WHERE p.oid::regprocedure::text !~ '(partition|conver|online_|internal.(stop|warning|query_to_check|schema_)|put_on_record|suggest|revert|channel_type|message_role|message_type|llm_provider|task_priority|execution_mode|risk_level|approval_status|intent_type|memory_type|sync_status)'
ORDER BY p.oid::regprocedure::text COLLATE "C";

-- Comparisons that users write are leakproof, and every operator has its commutator and negator. (Those in
-- gb_enums_internal are members of operator families and nothing else.)
SELECT o.oprnamespace::regnamespace AS schema, count(*) AS operators,
       bool_and(p.proleakproof AND p.proisstrict AND p.provolatile = 'i' AND p.proparallel = 's') AS proper,
       bool_and(o.oprcom <> 0 AND o.oprnegate <> 0 AND o.oprrest <> 0 AND o.oprjoin <> 0) AS complete
FROM pg_operator o JOIN members m ON (m.classid, m.objid) = ('pg_operator'::regclass, o.oid)
JOIN pg_proc p ON p.oid = o.oprcode
GROUP BY 1 ORDER BY 1;

-- Anybody may use it; only superusers may define.
SELECT has_schema_privilege('public', 'gb_enums_internal', 'USAGE') AS usage, has_schema_privilege('public', 'gb_enums_internal', 'CREATE') AS "create",
       has_function_privilege('public', 'gb_enums_internal.define(regnamespace, name, text, text)', 'EXECUTE') AS define,
       has_function_privilege('public', 'task_status_name(integer, task_status)', 'EXECUTE') AS lookup,
       has_table_privilege('public', 'gb_enums', 'SELECT') AS view, (SELECT lanpltrusted FROM pg_language WHERE lanname = 'gb_enum') AS trusted;

-- No function of ours in SQL or PL/pgSQL looks a name up through the caller's search_path: it was bound when it was made, or
-- it sets its own. Procedures that commit can do neither.
SELECT p.proname, p.prokind
FROM pg_proc p
JOIN members m ON (m.classid, m.objid) = ('pg_proc'::regclass, p.oid)
JOIN pg_language l ON l.oid = p.prolang AND l.lanname IN ('sql', 'plpgsql')
WHERE p.prosqlbody IS NULL AND NOT coalesce(p.proconfig, '{}') @> '{"search_path=pg_catalog, pg_temp"}'
ORDER BY p.proname COLLATE "C";

-- In pg_catalog are the operators of enumerations, their min and their max, and nothing else.
SELECT kind.catalog, kind.name COLLATE "C" AS name, count(*)
FROM members m,
     LATERAL (SELECT 'operator', oprname FROM pg_operator WHERE m.classid = 'pg_operator'::regclass AND oid = m.objid AND oprnamespace = 'pg_catalog'::regnamespace
              UNION ALL SELECT 'function', proname FROM pg_proc WHERE m.classid = 'pg_proc'::regclass AND oid = m.objid AND pronamespace = 'pg_catalog'::regnamespace
              UNION ALL SELECT 'type', typname FROM pg_type WHERE m.classid = 'pg_type'::regclass AND oid = m.objid AND typnamespace = 'pg_catalog'::regnamespace) kind(catalog, name)
GROUP BY 1, 2 ORDER BY 1, 2;
