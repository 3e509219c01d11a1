-- One row per form and table, partitions counted with their parent.
CREATE VIEW sizes AS
SELECT n.nspname AS form, coalesce(parent.relname, leaf.relname) AS "table", sum(leaf.reltuples)::bigint AS rows,
       sum(pg_relation_size(leaf.oid)) AS heap, sum(pg_indexes_size(leaf.oid)) AS indexes
FROM pg_class leaf
JOIN pg_namespace n ON n.oid = leaf.relnamespace
LEFT JOIN pg_inherits i ON i.inhrelid = leaf.oid
LEFT JOIN pg_class parent ON parent.oid = i.inhparent
WHERE leaf.relkind = 'r' AND n.nspname IN ('varchar_check', 'native_enum', 'typed', 'raw')
GROUP BY 1, 2
HAVING sum(leaf.reltuples) > 0; -- not tables that were left empty
