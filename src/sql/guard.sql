-- Every script of the extension begins with this file, be it for CREATE EXTENSION or for ALTER EXTENSION
-- UPDATE.
\echo Use "CREATE EXTENSION gb_enums" or "ALTER EXTENSION gb_enums UPDATE" to load this file. \quit

-- The server runs these scripts as a superuser and with the extension's schema in the search_path. The owner
-- of that schema may have put a function or an operator there that fits better than the server's own. So no
-- name is looked up there: whatever is meant to be in that schema is written as @extschema@.name.
SET LOCAL search_path = pg_catalog, pg_temp;
-- No literal has a backslash in it, unless it begins with E: the server reads the whole script before it
-- runs a statement of it, and reads literals as the database's owner has set standard_conforming_strings.
-- Who creates the extension need not be a superuser, and chooses the settings of the session.
SET LOCAL default_tablespace = '';
SET LOCAL default_table_access_method = heap;
