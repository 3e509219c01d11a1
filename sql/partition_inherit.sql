-- what a partition gets from its table: owner, replica identity, settings, comments, privileges when that is said
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
SET client_min_messages = notice;
CREATE ROLE regress_part_owner;
CREATE ROLE regress_part_reader;
CREATE ROLE regress_part_other;
CREATE SCHEMA part_inherit AUTHORIZATION regress_part_owner;
GRANT USAGE ON SCHEMA part_inherit TO PUBLIC;
SET search_path = part_inherit, public;
SET ROLE regress_part_owner;
CREATE TABLE m (
    dropped int, id bigint GENERATED ALWAYS AS IDENTITY, at timestamptz NOT NULL, a int CHECK (a > 0), b int GENERATED ALWAYS AS (a * 2) STORED,
    body text COMPRESSION pglz, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
ALTER TABLE m DROP COLUMN dropped;
CREATE UNIQUE INDEX m_identity ON m (at, id);
ALTER TABLE m REPLICA IDENTITY USING INDEX m_identity;
ALTER TABLE m ALTER body SET STATISTICS 700, ALTER body SET STORAGE EXTERNAL, ALTER a SET (n_distinct = 5);
CREATE STATISTICS m_stats ON a, body FROM m;
COMMENT ON TABLE m IS 'it''s "quoted"';
COMMENT ON COLUMN m.body IS 'the body';
GRANT SELECT ON m TO regress_part_reader WITH GRANT OPTION;
GRANT UPDATE (body) ON m TO PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE regress_part_owner GRANT DELETE ON TABLES TO regress_part_other;
RESET ROLE;
-- made by a superuser, and all the same as if by the owner
SELECT gb_partition_create('m', '2024-03-15', storage => '{autovacuum_vacuum_scale_factor=0.01,autovacuum_analyze_scale_factor=0.005,autovacuum_vacuum_cost_delay=2,toast.autovacuum_enabled=off}');
-- Servers differ: 17 has one more privilege on tables, identity in partitions, and no statistics target where none is set.
SELECT relowner::regrole, relreplident, replace(relacl::text, 'Dxtm/', 'Dxt/') AS relacl, reloptions, (SELECT reloptions FROM pg_class t WHERE t.oid = c.reltoastrelid) AS toast, obj_description(oid) AS comment
FROM pg_class c WHERE oid = 'm_2024_03'::regclass;
SELECT attname, nullif(attstattarget, -1) AS attstattarget, (SELECT array_agg(o) FROM unnest(attoptions) o WHERE o ~ '^n_distinct') AS options, attacl, attstorage, attcompression, attgenerated,
       attidentity = CASE WHEN attname = 'id' AND current_setting('server_version_num')::int >= 170000 THEN 'a' ELSE '' END AS identity, col_description(attrelid, attnum) FROM pg_attribute WHERE attrelid = 'm_2024_03'::regclass AND attnum > 0 ORDER BY attnum;
SELECT indexrelid::regclass FROM pg_index WHERE indrelid = 'm_2024_03'::regclass AND indisreplident;
SELECT count(*) FROM pg_statistic_ext WHERE stxrelid = 'm_2024_03'::regclass;
SELECT conname, contype FROM pg_constraint WHERE conrelid = 'm_2024_03'::regclass AND contype <> 'n' ORDER BY 1; -- since 18 NOT NULL is one, too
INSERT INTO m (at, a) VALUES ('2024-03-01 00:00+00', 4) RETURNING tableoid::regclass, id, a, b;
SET ROLE regress_part_owner;
ALTER TABLE m ADD COLUMN later int;
RESET ROLE;
-- Privileges: the owner's only, whatever new tables are given by default, unless it is said that they be copied. Then who may use
-- the table may use the partition, and nobody else may.
CREATE FUNCTION privileges(relation oid) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(format('%s %s%s', CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END, privilege, CASE WHEN is_grantable THEN '*' END), ', ' ORDER BY grantee::regrole::text, privilege)
    FROM gb_enums_internal.privileges_of_others(ARRAY[privileges.relation]) $$;
SELECT privileges('m'::regclass), privileges('m_2024_03'::regclass);
SELECT gb_partition_create('m', '2024-05-15', copy_privileges => true);
SELECT privileges('m_2024_05'::regclass);
-- Maintenance keeps them so, as a step of the plan: also of partitions that were there before, and of those below them.
SET ROLE regress_part_owner;
CREATE TABLE m_2024_06 PARTITION OF m FOR VALUES FROM ('2024-06-01 00:00+00') TO ('2024-07-01 00:00+00') PARTITION BY LIST (id);
CREATE TABLE m_2024_06_one PARTITION OF m_2024_06 FOR VALUES IN (1);
REVOKE GRANT OPTION FOR SELECT ON m FROM regress_part_reader;
REVOKE UPDATE (body) ON m FROM PUBLIC;
GRANT INSERT ON m TO PUBLIC;
SELECT gb_partition_manage('m', premake => 0, copy_privileges => true);
SELECT step, action, partition, command, locks, note FROM gb_partition_plan('m', '2024-05-15');
CALL gb_partition_maintain('m', '2024-05-15');
SELECT c.oid::regclass, privileges(c.oid) FROM pg_class c WHERE relname LIKE 'm_2024___' OR relname = 'm_2024_06_one' ORDER BY 1;
SELECT count(*) AS nothing FROM gb_partition_plan('m', '2024-05-15');
-- It is looked for in each run, though there is nothing else to do; also what was granted on by who could
SET client_min_messages = warning;
CALL gb_partition_maintain('m');
CALL gb_partition_maintain('m');
REVOKE ALL ON m FROM regress_part_reader;
GRANT SELECT ON m_2024_03 TO regress_part_reader WITH GRANT OPTION;
SET ROLE regress_part_reader;
GRANT SELECT ON m_2024_03 TO regress_part_other;
SET ROLE regress_part_owner;
CALL gb_partition_maintain('m');
DO $$ BEGIN
    EXECUTE (SELECT format('DROP TABLE %s', inhrelid::regclass) FROM pg_inherits WHERE inhparent = 'm'::regclass AND inhrelid::regclass::text NOT LIKE '%_2024___');
END $$;
SET client_min_messages = notice;
SELECT c.oid::regclass, privileges(c.oid) FROM pg_class c WHERE relname LIKE 'm_2024___' OR relname = 'm_2024_06_one' ORDER BY 1;
-- Row security of the table does not hold for who uses a partition: nobody may then. And when it is gone, all as before.
ALTER TABLE m ENABLE ROW LEVEL SECURITY;
SELECT action, partition, command, locks, note FROM gb_partition_plan('m', '2024-05-15') WHERE partition ~ '_0[36]$';
CALL gb_partition_maintain('m', '2024-05-15');
SELECT c.oid::regclass, privileges(c.oid), relrowsecurity FROM pg_class c WHERE relname LIKE 'm_2024___' OR relname = 'm_2024_06_one' ORDER BY 1;
SELECT action, note FROM gb_partition_plan('m', '2024-07-15');
CALL gb_partition_maintain('m', '2024-07-15');
ALTER TABLE m DISABLE ROW LEVEL SECURITY;
CALL gb_partition_maintain('m', '2024-07-15');
SELECT c.oid::regclass, privileges(c.oid), relrowsecurity FROM pg_class c WHERE relname LIKE 'm_2024___' OR relname = 'm_2024_06_one' ORDER BY 1;
-- Copies end with the setting that made them.
SELECT gb_partition_manage('m', copy_privileges => false);
SELECT count(*) AS with_privileges FROM pg_class c WHERE (relname LIKE 'm_2024___' OR relname = 'm_2024_06_one') AND privileges(c.oid) IS NOT NULL;
GRANT SELECT ON m_2024_03 TO regress_part_reader;
SELECT count(*) AS not_touched FROM gb_partition_plan('m', '2024-07-15');
SELECT gb_partition_manage('m', premake => 0, copy_privileges => true);
SELECT gb_partition_unmanage('m');
DROP TABLE m_2024_06;
RESET ROLE;
-- FULL and NOTHING, and row security that cannot be gone around
CREATE TABLE f (at date) PARTITION BY RANGE (at);
ALTER TABLE f REPLICA IDENTITY FULL;
ALTER TABLE f ENABLE ROW LEVEL SECURITY;
SELECT create_monthly_partition('f', '2024-03-15'::date);
SELECT relreplident, relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = 'f_2024_03'::regclass;
-- Indexes are the same whether ATTACH makes them or LIKE. LIKE does where the default partition has rows and is not to be locked
-- for longer than necessary, and where an index has a comment, which ATTACH does not copy.
CREATE TABLE x (id int, at timestamptz NOT NULL, a int, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE INDEX ON x (a DESC NULLS LAST, abs(id)) INCLUDE (at) WITH (fillfactor = 70) WHERE a > 0;
CREATE FUNCTION attach_makes_indexes() RETURNS boolean LANGUAGE sql AS $$
    SELECT like_without_indexes LIKE '%EXCLUDING INDEXES)' FROM gb_enums_internal.partition_place('x', 'y') $$;
SELECT attach_makes_indexes(), gb_partition_create('x', '2024-03-15');
CREATE TABLE x_default PARTITION OF x DEFAULT;
SELECT attach_makes_indexes(), gb_partition_create('x', '2024-04-15');
INSERT INTO x VALUES (1, '2024-01-15', 1);
SELECT attach_makes_indexes(), gb_partition_create('x', '2024-05-15');
TRUNCATE x_default;
COMMENT ON INDEX x_pkey IS 'the key';
SELECT attach_makes_indexes(), gb_partition_create('x', '2024-06-15');
SELECT replace(pg_get_indexdef(i.indexrelid), t.relname, 'x_2024_nn') AS index, h.inhparent::regclass::text AS part_of, k.contype, k.conislocal, obj_description(i.indexrelid) AS comment, array_agg(t.relname ORDER BY t.relname) AS tables
FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid LEFT JOIN pg_inherits h ON h.inhrelid = i.indexrelid LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.conrelid = t.oid
WHERE t.relname LIKE 'x_2024%'
GROUP BY 1, 2, 3, 4, 5
ORDER BY part_of, comment;
-- nobody but the owner and who may act as him
SET ROLE regress_part_reader;
SELECT gb_partition_create('part_inherit.m', '2024-04-15');
SELECT gb_enums_internal.run_as_owner('part_inherit.m', 'DROP TABLE part_inherit.m');
SELECT gb_partition_create('part_inherit.m', '2024-03-15');
RESET ROLE;
GRANT regress_part_owner TO regress_part_other;
SET ROLE regress_part_other;
SELECT gb_partition_create('part_inherit.m', '2024-04-15');
RESET ROLE;
SELECT relowner::regrole FROM pg_class WHERE oid = 'm_2024_04'::regclass;
-- code of the owner's runs as the owner, though a superuser calls
SET ROLE regress_part_owner;
CREATE FUNCTION spy(date) RETURNS date LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RAISE NOTICE 'spy runs as %', current_user; RETURN $1; END $$;
CREATE TABLE spied (at date, n int) PARTITION BY RANGE (at);
CREATE TABLE spied_default PARTITION OF spied DEFAULT;
INSERT INTO spied VALUES ('2024-03-15', 1);
SET client_min_messages = warning;
CREATE INDEX ON spied (spy(at));
SET client_min_messages = notice;
RESET ROLE;
SELECT gb_partition_create('spied', '2024-03-15', move_default => true);
SET client_min_messages = warning;
DROP SCHEMA part_inherit CASCADE;
ALTER DEFAULT PRIVILEGES FOR ROLE regress_part_owner REVOKE DELETE ON TABLES FROM regress_part_other;
DROP OWNED BY regress_part_owner, regress_part_reader, regress_part_other;
DROP ROLE regress_part_owner, regress_part_reader, regress_part_other;
