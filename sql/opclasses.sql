-- Every operator class of the extension is one the server finds no fault with. amvalidate() tells
-- what it finds as INFO, so a line too many here is a failure as well.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
RESET client_min_messages;

SELECT am.amname, count(*) AS classes, bool_and(amvalidate(c.oid)) AS valid
FROM pg_opclass c
JOIN pg_am am ON am.oid = c.opcmethod
JOIN pg_namespace n ON n.oid = c.opcnamespace
WHERE n.nspname = 'gb_enums_internal'
GROUP BY 1 ORDER BY 1;

-- All of them are the default ones of their type, so an index needs no operator class.
SELECT c.opcname FROM pg_opclass c JOIN pg_namespace n ON n.oid = c.opcnamespace
WHERE n.nspname = 'gb_enums_internal' AND NOT c.opcdefault;

-- What the built-in family of smallint indexes gets from one enumeration: the members that serve
-- "as_task_status(c) IN (...)", whose = alone is the operator that users see.
SELECT amopstrategy, amopopr::regoperator
FROM pg_amop o JOIN pg_opfamily f ON f.oid = o.amopfamily
WHERE f.opfname = 'integer_ops' AND f.opfnamespace = 'pg_catalog'::regnamespace
  AND 'task_status'::regtype IN (amoplefttype, amoprighttype)
ORDER BY 1, amoplefttype::regtype::text COLLATE "C";

-- The members of one btree family.
SELECT amopstrategy, amopopr::regoperator
FROM pg_amop o JOIN pg_opfamily f ON f.oid = o.amopfamily
WHERE f.opfname = 'task_status_ops' AND o.amopmethod = (SELECT oid FROM pg_am WHERE amname = 'btree')
ORDER BY amoplefttype::regtype::text COLLATE "C", amoprighttype::regtype::text COLLATE "C", 1;
