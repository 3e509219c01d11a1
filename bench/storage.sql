-- The demonstration's tables in each form, at :rows tasks and messages, as csv. A lookup table stores what a raw
-- SMALLINT does, and a CASE function too.
SET client_min_messages = warning;
\o /dev/null
\set tasks :rows
\ir ../demo/source.sql
\ir ../demo/forms.sql
\ir ../demo/sizes.sql
\o
SET search_path = public;
\echo table,form,rows,heap_bytes_per_row,index_bytes_per_row
SELECT concat_ws(',', "table", form, rows, round(heap / rows, 1), round(indexes::numeric / rows, 1)) FROM sizes ORDER BY "table", heap DESC, form;
