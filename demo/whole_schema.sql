-- A schema at a time: 120 tables in the style of a platform for chat bots become tables with enumerations by two calls.

\ir ../test/schema/bot_platform.sql
RESET search_path;
ANALYZE;

\echo
\echo A whole schema becomes one of enumerations, by two calls
\echo ========================================================
\echo 'It has 120 tables, with 91 indexes and 33 CHECKs over the columns in question, and views on views. The plan:'
\set ECHO queries
SELECT kind, count(*) FROM gb_enum_convert_schema_plan('bot_platform') GROUP BY kind ORDER BY kind;
SELECT kind, enumeration, table_name, left(detail, 44) AS detail FROM gb_enum_convert_schema_plan('bot_platform')
WHERE kind IN ('stop', 'create');
\set ECHO none
\echo
\echo 'The conversion, each table in a transaction of its own:'
SET client_min_messages = notice;
\set ECHO queries
CALL gb_enum_convert_schema('bot_platform');
SELECT table_name, outcome, refused, sqlstate, left(reason, 50) AS reason FROM gb_enum_schema_report
WHERE outcome <> 'converted';
SELECT * FROM bot_platform.waiting_tasks ORDER BY tasks DESC LIMIT 2;
SELECT count(*) AS problems FROM gb_enum_check();
\set ECHO none
SET client_min_messages = warning;
SET search_path = public;
