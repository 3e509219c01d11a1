-- The beginning of every script of the extension, be it for CREATE EXTENSION or for ALTER EXTENSION UPDATE.
\echo Use "CREATE EXTENSION gb_enums" or "ALTER EXTENSION gb_enums UPDATE" to load this file. \quit

-- The server runs these scripts as a superuser and with the extension's schema in the search_path, where the schema's
-- owner may have a function or an operator that fits better than the server's own. So no name is looked up there:
-- whatever is meant to be in that schema is written as @extschema@.name.
SET LOCAL search_path = pg_catalog, pg_temp;
-- No literal has a backslash in it, unless it begins with E: the server reads all of a script before it runs any of it, by
-- what the database's owner has set for standard_conforming_strings.
