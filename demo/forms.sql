-- The same tables in four forms, which differ only in their types.

\echo
\echo The same rows in four forms
\echo ===========================
\echo Loading a VARCHAR with a CHECK, a native ENUM, the gb_enums type and a raw SMALLINT ...

\set form varchar_check
\ir platform/form.sql
\ir tables.sql

\set form native_enum
\ir platform/form.sql
\ir tables.sql

\set form typed
\ir platform/form.sql
\ir tables.sql

\set form raw
\ir platform/form.sql
\ir tables.sql

SET search_path = typed, public;
\echo
\echo 'The most frequent values: SELECT status, count(*) FROM auto_tasks GROUP BY status ORDER BY status'
SELECT status, count(*) FROM auto_tasks GROUP BY status ORDER BY status;
