-- The same tables in four forms, which differ only in their types. The types of a form are made from the
-- enumerations. A domain takes the place of a plain VARCHAR with a CHECK, or of a plain SMALLINT, in every column.

\echo
\echo The same rows in four forms
\echo ===========================
\echo Loading a VARCHAR with a CHECK, a native ENUM, the gb_enums type and a raw SMALLINT ...

\set form varchar_check
CREATE SCHEMA :form;
SET search_path = :form, public;
SELECT format('CREATE DOMAIN %I AS varchar(50) CHECK (VALUE IN (%s))', enum,
              string_agg(quote_literal(name), ', ' ORDER BY code))
FROM gb_enums GROUP BY enum
\gexec
\set stored text
\set active 'status IN (''pending'', ''ready'', ''running'', ''paused'', ''waiting_approval'')'
\set undecided 'status = ''pending'''
\ir tables.sql

\set form native_enum
CREATE SCHEMA :form;
SET search_path = :form, public;
SELECT format('CREATE TYPE %I AS ENUM (%s)', enum, string_agg(quote_literal(name), ', ' ORDER BY code))
FROM gb_enums GROUP BY enum
\gexec
\set active 'status < ''completed'''
\ir tables.sql

\set form typed
CREATE SCHEMA :form;
SET search_path = :form, public;
\ir tables.sql

\set form raw
CREATE SCHEMA :form;
SET search_path = :form, public;
SELECT format('CREATE DOMAIN %I AS smallint', enum)
FROM gb_enums GROUP BY enum
\gexec
\set stored smallint
\set active 'status < 5'
\set undecided 'status = 0'
\ir tables.sql

SET search_path = typed, public;
\echo
\echo 'The most frequent values: SELECT status, count(*) FROM auto_tasks GROUP BY status ORDER BY status'
SELECT status, count(*) FROM auto_tasks GROUP BY status ORDER BY status;
