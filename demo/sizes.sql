-- The space that each form takes, as the server reports it after VACUUM.

SET search_path = public;

\ir platform/sizes.sql

\echo Bytes per row (size of the heap after VACUUM, divided by the rows)
\echo ------------------------------------------------------------------
SELECT "table", max(rows) AS rows,
       round(max(heap / rows) FILTER (WHERE form = 'varchar_check'), 1) AS "VARCHAR + CHECK",
       round(max(heap / rows) FILTER (WHERE form = 'native_enum'), 1) AS "native ENUM",
       round(max(heap / rows) FILTER (WHERE form = 'typed'), 1) AS gb_enums,
       round(max(heap / rows) FILTER (WHERE form = 'raw'), 1) AS "raw SMALLINT"
FROM sizes GROUP BY 1 ORDER BY 1;

\echo Size of all indexes, kB
\echo -----------------------
SELECT "table",
       max(indexes) FILTER (WHERE form = 'varchar_check') / 1024 AS "VARCHAR + CHECK",
       max(indexes) FILTER (WHERE form = 'native_enum') / 1024 AS "native ENUM",
       max(indexes) FILTER (WHERE form = 'typed') / 1024 AS gb_enums,
       max(indexes) FILTER (WHERE form = 'raw') / 1024 AS "raw SMALLINT"
FROM (SELECT form, "table", indexes::bigint FROM sizes WHERE indexes > 0) s GROUP BY 1 ORDER BY 1;

\echo The two indexes of auto_tasks that hold an enumeration, kB
\echo ---------------------------------------------------------
SELECT CASE WHEN x.indpred IS NULL THEN '(status, created_at)' ELSE '(status, priority), active tasks only' END AS index,
       max(pg_relation_size(x.indexrelid)) FILTER (WHERE n.nspname = 'varchar_check') / 1024 AS "VARCHAR + CHECK",
       max(pg_relation_size(x.indexrelid)) FILTER (WHERE n.nspname = 'native_enum') / 1024 AS "native ENUM",
       max(pg_relation_size(x.indexrelid)) FILTER (WHERE n.nspname = 'typed') / 1024 AS gb_enums,
       max(pg_relation_size(x.indexrelid)) FILTER (WHERE n.nspname = 'raw') / 1024 AS "raw SMALLINT"
FROM pg_index x
JOIN pg_class t ON t.oid = x.indrelid AND t.relname = 'auto_tasks'
JOIN pg_namespace n ON n.oid = t.relnamespace
WHERE NOT x.indisprimary
GROUP BY 1 ORDER BY 1;

-- Values and whole rows, before pages and their fill come in; a row's own header of 24 bytes is in it.
CREATE VIEW tuples AS
SELECT 'varchar_check' AS form, avg(pg_column_size(t)) AS tuple, avg(pg_column_size(status) + pg_column_size(priority)
       + pg_column_size(execution_mode) + pg_column_size(risk_level) + pg_column_size(intent)) AS "values"
FROM varchar_check.auto_tasks t
UNION ALL
SELECT 'native_enum', avg(pg_column_size(t)), avg(pg_column_size(status) + pg_column_size(priority)
       + pg_column_size(execution_mode) + pg_column_size(risk_level) + pg_column_size(intent))
FROM native_enum.auto_tasks t
UNION ALL
SELECT 'typed', avg(pg_column_size(t)), avg(pg_column_size(status) + pg_column_size(priority)
       + pg_column_size(execution_mode) + pg_column_size(risk_level) + pg_column_size(intent))
FROM typed.auto_tasks t;

\echo 'The claim: "a VARCHAR takes about 50 bytes; 5 enumerations save 40 bytes a row"'
\echo -----------------------------------------------------------------------------
\echo 'Measured on auto_tasks, which has five of them:'
SELECT form, round("values" / 5, 1) AS "bytes per value", round(tuple, 1) AS "bytes per tuple",
       round(s.heap / s.rows, 1) AS "bytes per row",
       round(s.heap / s.rows - (SELECT heap / rows FROM sizes WHERE form = 'typed' AND "table" = 'auto_tasks'), 1) AS "gb_enums saves",
       round(b.heap / b.rows - (SELECT heap / rows FROM sizes WHERE form = 'typed' AND "table" = 'auto_tasks_interleaved'), 1)
           AS "and when interleaved"
FROM tuples
JOIN sizes s USING (form)
JOIN sizes b USING (form)
WHERE s."table" = 'auto_tasks' AND b."table" = 'auto_tasks_interleaved'
ORDER BY tuple DESC;
\echo 'A name in a VARCHAR takes its letters and a byte for its length; the 50 of VARCHAR(50) are a limit, not a size.'
\echo 'Alignment: an 8-byte column begins at a multiple of 8, so 2-byte columns save space where they are next to'
\echo 'each other. A column between two 8-byte columns ("interleaved") is padded to 8 bytes, and so is a native ENUM there.'
