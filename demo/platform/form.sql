-- Creates the schema :form for the platform's tables in one form, with what the form needs instead of the extension's
-- types, and puts it first in search_path. The forms differ only in these types, which are made from the
-- enumerations. A domain takes the place of a plain VARCHAR with a CHECK, or of a plain SMALLINT, in every column.
--   :form       varchar_check, native_enum, typed or raw
-- It sets
--   :stored     the type to which a name or a value is cast before it is stored: text, or smallint for codes
--   :active, :undecided, :unsynced  the predicates of partial indexes, written for this form
--   :priority   what tasks are sorted by: texts do not have the order of priorities

CREATE SCHEMA :form;
SET search_path = :form, public;
\set stored text
\set active 'status < ''completed'''
\set undecided 'status = ''pending'''
\set unsynced 'sync_status <> ''synced'''
\set priority priority

SELECT :'form' = 'varchar_check' AS is_varchar, :'form' = 'native_enum' AS is_native, :'form' = 'raw' AS is_raw
\gset
\if :is_varchar
\set active 'status IN (''pending'', ''ready'', ''running'', ''paused'', ''waiting_approval'')'
SELECT format('array_position(%L::varchar[], priority)', array_agg(name ORDER BY code)) AS priority
FROM gb_enums WHERE enum = 'task_priority'::regtype
\gset
SELECT format('CREATE DOMAIN %I AS varchar(50) CHECK (VALUE IN (%s))', enum,
              string_agg(quote_literal(name), ', ' ORDER BY code))
FROM gb_enums GROUP BY enum
\gexec
\elif :is_native
SELECT format('CREATE TYPE %I AS ENUM (%s)', enum, string_agg(quote_literal(name), ', ' ORDER BY code))
FROM gb_enums GROUP BY enum
\gexec
\elif :is_raw
\set stored smallint
\set active 'status < 5'
\set undecided 'status = 0'
\set unsynced 'sync_status <> 0'
SELECT format('CREATE DOMAIN %I AS smallint', enum)
FROM gb_enums GROUP BY enum
\gexec
\endif
