
-- Privileges of partitions ---------------------------------------------------------------------------
--
-- Partitions of a set with copy_privileges have those of their table. Those of other sets have none but
-- their owner's.

CREATE FUNCTION gb_enums_internal.partition_descendants(parent regclass, OUT partition regclass)
    RETURNS SETOF regclass
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
WITH RECURSIVE descendants(partition) AS (
    SELECT i.inhrelid
    FROM pg_inherits i
    WHERE i.inhparent = parent
    UNION ALL
    SELECT i.inhrelid
    FROM descendants d
    JOIN pg_inherits i ON i.inhparent = d.partition)
SELECT d.partition FROM descendants d
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_descendants(regclass) IS
    'the partitions of a table, their partitions, and so on';

-- The table's row security does not hold for those who use a partition itself.
CREATE FUNCTION gb_enums_internal.partition_shares_privileges(s gb_enums_internal.partition_set)
    RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT s.copy_privileges AND NOT c.relrowsecurity
FROM pg_class c
WHERE c.oid = s.parent
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_shares_privileges(gb_enums_internal.partition_set) IS
    'whether partitions of a set are to have the privileges of its table';

-- A partition is changed when it, or a partition below it, has other privileges than it is to have; or
-- when it has not its table's row security, and no policies of its own.
CREATE FUNCTION gb_enums_internal.partition_privilege_changes(
    s gb_enums_internal.partition_set, only_partition regclass, OUT partition regclass, OUT statements text)
    RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
WITH RECURSIVE below(partition, member) AS (
    SELECT i.inhrelid, i.inhrelid
    FROM pg_inherits i
    WHERE i.inhparent = s.parent AND (only_partition IS NULL OR i.inhrelid = only_partition)
    UNION ALL
    SELECT b.partition, i.inhrelid
    FROM below b
    JOIN pg_inherits i ON i.inhparent = b.member),
given AS (
    SELECT p.relation,
           array_agg((p.grantee, p.privilege, p.is_grantable)::text
                     ORDER BY p.grantee, p.privilege) AS privileges
    FROM gb_enums_internal.privileges_of_others(ARRAY(SELECT b.member FROM below b)) p
    GROUP BY p.relation),
wanted AS (
    SELECT array_agg((p.grantee, p.privilege, p.is_grantable)::text
                     ORDER BY p.grantee, p.privilege) AS privileges
    FROM gb_enums_internal.privileges_of_others(ARRAY[s.parent::oid]) p
    WHERE gb_enums_internal.partition_shares_privileges(s)),
compared AS (
    SELECT b.partition, b.member::regclass, g.privileges IS DISTINCT FROM w.privileges AS differ,
           CASE WHEN c.relrowsecurity <> t.relrowsecurity AND c.relkind IN ('r', 'p')
                     AND NOT EXISTS (SELECT FROM pg_policy y WHERE y.polrelid = c.oid)
                THEN CASE WHEN t.relrowsecurity THEN 'ENABLE' ELSE 'DISABLE' END END AS row_security
    FROM below b
    JOIN pg_class c ON c.oid = b.member
    JOIN pg_class t ON t.oid = s.parent
    LEFT JOIN given g ON g.relation = b.member
    CROSS JOIN wanted w)
SELECT c.partition, string_agg(concat_ws('; ',
           CASE WHEN c.differ THEN CASE WHEN gb_enums_internal.partition_shares_privileges(s)
                THEN gb_enums_internal.copy_privileges_statements(s.parent, c.member)
                ELSE gb_enums_internal.revoke_statements(c.member) END END,
           format('ALTER TABLE %s ', c.member) || c.row_security || ' ROW LEVEL SECURITY'), '; '
           ORDER BY c.member)
FROM compared c
WHERE c.differ OR c.row_security IS NOT NULL
GROUP BY c.partition
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_privilege_changes(
    gb_enums_internal.partition_set, regclass) IS
    'the partitions of a set that copies privileges, or one of them, whose privileges are to be changed, '
    'and the statements that do so';
