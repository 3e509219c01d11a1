
-- A partitioned table becomes a plain one ---------------------------------------------------------------
--
-- Nothing here asks how the table is partitioned, or whether it is registered.

-- Retention would remove rows that have been copied.
-- In PL/pgSQL, as each removal of a partition comes here, and the plan of an SQL function is made anew in
-- each transaction.
CREATE FUNCTION gb_enums_internal.partition_is_merged(parent regclass) RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN EXISTS (
        SELECT
        FROM gb_enums_internal.online_conversion c
        WHERE c.relation = parent AND c.method = 'merge');
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_is_merged(regclass) IS
    'whether a partitioned table is becoming a plain one';

-- TRUNCATE and all that rewrites a partition give it another file. One that is attached again gets another
-- trigger.
CREATE FUNCTION gb_enums_internal.partition_file(leaf regclass) RETURNS text
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    RETURN concat_ws(' ', pg_relation_filepath(leaf), (
        SELECT t.oid FROM pg_trigger t WHERE t.tgrelid = leaf AND t.tgname = 'gb_partition_follow'));
COMMENT ON FUNCTION gb_enums_internal.partition_file(regclass) IS
    'the file of a partition, as it is attached now';

-- The partitions that hold rows.
CREATE FUNCTION gb_enums_internal.partition_leaves(parent regclass, OUT leaf regclass, OUT file text)
    RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT d.partition, gb_enums_internal.partition_file(d.partition)
FROM gb_enums_internal.partition_descendants(parent) d
JOIN pg_class c ON c.oid = d.partition
WHERE c.relkind = 'r'
ORDER BY d.partition::oid
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_leaves(regclass) IS
    'the partitions of a table that hold rows, and their files';

CREATE FUNCTION gb_enums_internal.partition_common_storage(parent regclass) RETURNS text[]
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
WITH leaf AS (
    SELECT l.leaf
    FROM gb_enums_internal.partition_leaves(parent) l)
SELECT array_agg(o.option ORDER BY o.option)
FROM (SELECT option
      FROM leaf
      CROSS JOIN unnest(gb_enums_internal.storage_of(leaf)) option
      GROUP BY option
      HAVING count(*) = (SELECT count(*) FROM leaf)) o
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_common_storage(regclass) IS
    'the storage parameters that all partitions of a table have';

-- What stands in the way, and what is lost ---------------------------------------------------------------

CREATE FUNCTION gb_enums_internal.partition_merge_obstacles(parent regclass) RETURNS SETOF text
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
WITH member AS (
    SELECT c.*, p.relowner AS owner, i.inhdetachpending, format('partition "%s"', c.oid::regclass) AS name
    FROM gb_enums_internal.partition_descendants(parent) d
    JOIN pg_class c ON c.oid = d.partition
    JOIN pg_inherits i ON i.inhrelid = c.oid
    JOIN pg_class p ON p.oid = parent)
SELECT format('The table has %s, which %s.', name, problem)
FROM member
CROSS JOIN LATERAL (VALUES
    (relkind = 'f', 'is a foreign table'),
    (relpersistence = 'u', 'is unlogged'),
    (relforcerowsecurity, 'forces row security on its owner'),
    (inhdetachpending, 'is being detached concurrently'),
    (relowner <> owner, format('belongs to "%s": ALTER TABLE %s OWNER TO %I',
                               pg_get_userbyid(relowner), member.oid::regclass, pg_get_userbyid(owner)))
    ) p(is_one, problem)
WHERE is_one
UNION ALL
SELECT format('Constraint "%s" of table "%s" references %s.', k.conname, k.conrelid::regclass, name)
FROM member
JOIN pg_constraint k ON k.confrelid = member.oid
WHERE k.contype = 'f' AND k.conparentid = 0
UNION ALL
SELECT format('Publication "%s" names %s.', p.pubname, name)
FROM member
JOIN pg_publication_rel r ON r.prrelid = member.oid
JOIN pg_publication p ON p.oid = r.prpubid
UNION ALL
SELECT d
FROM member
CROSS JOIN LATERAL gb_enums_internal.partition_dependents(member.oid, name, false) d
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_merge_obstacles(regclass) IS
    'why the partitions of a table cannot become one table, a sentence for each reason';

-- What partitions have beside that which they have from their table.
CREATE FUNCTION gb_enums_internal.partition_merge_losses(parent regclass) RETURNS SETOF text
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
WITH member AS (
    SELECT d.partition::oid AS oid
    FROM gb_enums_internal.partition_descendants(parent) d)
SELECT format('The new table will not have %s.', pg_describe_object(o.classid, o.objid, 0))
FROM (
    SELECT 'pg_class'::regclass, x.indexrelid
    FROM member m
    JOIN pg_index x ON x.indrelid = m.oid
    WHERE NOT EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = x.indexrelid)
      AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = x.indexrelid AND k.conrelid = m.oid)
    UNION ALL
    SELECT 'pg_constraint'::regclass, k.oid
    FROM member m
    JOIN pg_constraint k ON k.conrelid = m.oid
    WHERE k.conparentid = 0 AND k.coninhcount = 0 AND k.contype IN ('c', 'f', 'p', 'u', 'x')
      AND NOT starts_with(k.conname::text, 'gb_partition_excludes_')
    UNION ALL
    SELECT 'pg_trigger'::regclass, t.oid
    FROM member m
    JOIN pg_trigger t ON t.tgrelid = m.oid
    WHERE t.tgparentid = 0 AND NOT t.tgisinternal
    UNION ALL
    SELECT 'pg_policy'::regclass, p.oid
    FROM member m
    JOIN pg_policy p ON p.polrelid = m.oid
    UNION ALL
    SELECT 'pg_rewrite'::regclass, r.oid
    FROM member m
    JOIN pg_rewrite r ON r.ev_class = m.oid) o(classid, objid)
UNION ALL
SELECT 'Nobody but the owner may use the partitions from the exchange on.'
WHERE EXISTS (SELECT FROM gb_enums_internal.privileges_of_others(ARRAY(SELECT m.oid FROM member m)))
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_merge_losses(regclass) IS
    'what partitions of a table have of their own and their one table will not have, a sentence for each';

-- The beginning -------------------------------------------------------------------------------------------

CREATE FUNCTION gb_enums_internal.partition_require_partitioned(
    request gb_enums_internal.partition_conversion_request) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    parent CONSTANT regclass := (request.settings).parent;
BEGIN
    IF parent IS NULL THEN
        RAISE EXCEPTION 'the table must not be null' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    PERFORM gb_enums_internal.require_owner(parent);
    IF NOT EXISTS (SELECT FROM pg_partitioned_table t WHERE t.partrelid = parent) THEN
        RAISE EXCEPTION '"%" is not partitioned', parent USING ERRCODE = 'wrong_object_type';
    END IF;
    PERFORM gb_enums_internal.partition_require_batch(request.batch_pages);
    PERFORM gb_enums_internal.partition_check_storage((request.settings).storage);
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_require_partitioned(
    gb_enums_internal.partition_conversion_request) IS
    'an error unless a table is partitioned and the arguments for its merge mean something';

-- A merge when it begins. The plain table is there already.
CREATE FUNCTION gb_enums_internal.partition_merge_begun(INOUT c gb_enums_internal.online_conversion)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM gb_enums_internal.partition_require_batch(c.batch_pages);
    PERFORM gb_enums_internal.partition_require_convertible(c.relation, NULL, c.method);
    PERFORM gb_enums_internal.partition_require_same_features(c.relation, c.target);
    c.settings := NULL;
    c.bound := NULL;
    c.next_at := NULL;
    c.last_at := NULL;
    c.copied := '{}';
    c.stage := 'follow';
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_merge_begun(gb_enums_internal.online_conversion) IS
    'a conversion into a plain table as it is when it begins, an error when it cannot';

-- The copy --------------------------------------------------------------------------------------------------

CREATE FUNCTION gb_enums_internal.partition_all_copied(c gb_enums_internal.online_conversion) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT count(*) = count(copied.file) AND count(*) = cardinality(c.copied)
FROM gb_enums_internal.partition_leaves(c.relation) l
LEFT JOIN unnest(c.copied) copied(file) USING (file)
$$;
COMMENT ON FUNCTION gb_enums_internal.partition_all_copied(gb_enums_internal.online_conversion) IS
    'whether the partitions of a table are those that have been copied, and none was rewritten since';

-- Copies the next few pages of a partition.
CREATE FUNCTION gb_enums_internal.partition_copy_member(INOUT c gb_enums_internal.online_conversion)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    before CONSTANT gb_enums_internal.online_conversion := c;
BEGIN
    c := gb_enums_internal.partition_copy_pages(c);
    IF c.pages_done = c.pages THEN
        c.copied := c.copied || gb_enums_internal.partition_file(c.member);
        RAISE NOTICE 'conversion of "%": copied "%", % rows by now', c.relation, c.member, c.rows_done;
    ELSIF gb_enums_internal.online_reports(before, c.pages_done) THEN
        RAISE NOTICE 'conversion of "%": copied % of % pages of "%"',
            c.relation, c.pages_done, c.pages, c.member;
    END IF;
EXCEPTION WHEN serialization_failure THEN
    -- A row has just been moved to another partition. The next step sees it there.
    RAISE NOTICE 'conversion of "%": the last pages are copied again: %', c.relation, sqlerrm;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_copy_member(gb_enums_internal.online_conversion) IS
    'copies the rows on the next pages of a partition';

-- The next partition that is to be copied, at its first page; NULL when all are.
CREATE FUNCTION gb_enums_internal.partition_next_member(
    INOUT c gb_enums_internal.online_conversion, leaves jsonb)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    file CONSTANT text := leaves->>c.member::oid::text;
BEGIN
    IF file <> ALL (c.copied) AND file IS NOT NULL THEN
        RETURN;
    END IF;
    c.member := (
        SELECT l.key::oid
        FROM jsonb_each_text(leaves) l
        -- By a hash table, which <> ALL does not have in every plan.
        WHERE NOT EXISTS (SELECT FROM unnest(c.copied) copied(file) WHERE copied.file = l.value)
        ORDER BY l.key::oid
        LIMIT 1);
    IF c.member IS NOT NULL THEN
        c := gb_enums_internal.online_first_page(c, c.member);
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_next_member(gb_enums_internal.online_conversion, jsonb) IS
    'a conversion at the partition, among these with their files, that is to be copied next';

-- Copies the next few pages, partition by partition, until the files of all have been copied. Several small
-- partitions are one step, but not so many that the locks of a transaction are too many.
CREATE FUNCTION gb_enums_internal.partition_step_merge(INOUT c gb_enums_internal.online_conversion)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    leaves CONSTANT jsonb := (
        SELECT coalesce(jsonb_object_agg(l.leaf::oid, l.file), '{}')
        FROM gb_enums_internal.partition_leaves(c.relation) l);
    pages bigint := c.batch_pages;
BEGIN
    PERFORM gb_enums_internal.partition_require_same_features(c.relation, c.target);
    FOR i IN 1 .. 100 LOOP
        c := gb_enums_internal.partition_next_member(c, leaves);
        IF c.member IS NULL THEN
            c.copied := ARRAY(SELECT l.value FROM jsonb_each_text(leaves) l ORDER BY l.key::oid);
            c.stage := 'verify';
            RETURN;
        END IF;
        pages := pages + c.pages_done;
        c := gb_enums_internal.partition_copy_member(c);
        pages := pages - c.pages_done;
        EXIT WHEN pages <= 0 OR c.pages_done < c.pages;
    END LOOP;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_step_merge(gb_enums_internal.online_conversion) IS
    'copies the rows on the next pages of a table''s partitions';

-- The statements that are left of the copy, as a plan shows them.
CREATE FUNCTION gb_enums_internal.partition_copies_left(c gb_enums_internal.online_conversion)
    RETURNS SETOF text
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    begun CONSTANT regclass := c.member;
BEGIN
    IF c.method <> 'merge' THEN
        RETURN NEXT gb_enums_internal.partition_copy_statement(c, gb_enums_internal.partition_rows_on_pages(
            c, c.pages_done, coalesce(c.pages, gb_enums_internal.online_pages(c.relation))));
        RETURN;
    END IF;
    FOR c.member IN
        SELECT l.leaf
        FROM gb_enums_internal.partition_leaves(c.relation) l
        WHERE l.file <> ALL (c.copied)
    LOOP
        RETURN NEXT gb_enums_internal.partition_copy_statement(c, gb_enums_internal.partition_rows_on_pages(
            c, CASE WHEN c.member = begun THEN c.pages_done ELSE 0 END,
            gb_enums_internal.online_pages(c.member)));
    END LOOP;
END $$;
COMMENT ON FUNCTION gb_enums_internal.partition_copies_left(gb_enums_internal.online_conversion) IS
    'the statements by which a conversion copies the rest of the rows';

-- The functions that people call -------------------------------------------------------------------------

CREATE FUNCTION gb_enums_internal.partition_merge_request(
    relation regclass, storage text[], batch_pages integer, lock_timeout interval, attempts integer,
    work_share double precision DEFAULT NULL) RETURNS gb_enums_internal.partition_conversion_request
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN (gb_enums_internal.partition_convert_settings(
                relation, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, storage, lock_timeout, attempts,
                false, NULL),
            NULL, 'merge', NULL, NULL, batch_pages, work_share)
            ::gb_enums_internal.partition_conversion_request;
COMMENT ON FUNCTION gb_enums_internal.partition_merge_request(
    regclass, text[], integer, interval, integer, double precision) IS
    'the request that a partitioned table becomes a plain one';

CREATE PROCEDURE @extschema@.gb_partition_merge(
    partitioned pg_catalog.regclass, storage pg_catalog.text[] DEFAULT NULL,
    batch_pages pg_catalog.int4 DEFAULT 500, lock_timeout pg_catalog.interval DEFAULT '2 seconds',
    attempts pg_catalog.int4 DEFAULT 10, work_share pg_catalog.float8 DEFAULT NULL)
    LANGUAGE plpgsql AS $$
DECLARE
    relation pg_catalog.regclass := gb_enums_internal.partition_convert_begin(
        gb_enums_internal.partition_merge_request(
            partitioned, storage, batch_pages, lock_timeout, attempts, work_share));
BEGIN
    COMMIT;
    CALL gb_enums_internal.online_run(relation, 'partitions');
END $$;
COMMENT ON PROCEDURE @extschema@.gb_partition_merge(
    regclass, text[], integer, interval, integer, double precision) IS
    'makes a partitioned table a plain one with the same rows while it is used, or goes on where it stopped; '
    'example: CALL gb_partition_merge(''archive'')';

CREATE FUNCTION @extschema@.gb_partition_merge_plan(
    partitioned regclass, storage text[] DEFAULT NULL, batch_pages integer DEFAULT 500)
    RETURNS TABLE (step integer, kind text, statement text, lock text, rewrites boolean, detail text)
    LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
    SELECT p.number::pg_catalog.int4, p.kind, p.statement, p.lock,
           CASE WHEN p.kind OPERATOR(pg_catalog.=) 'statement' THEN false END, p.detail
    FROM gb_enums_internal.partition_convert_planned(
            gb_enums_internal.partition_merge_request(partitioned, storage, batch_pages, '2 seconds', 1))
        WITH ORDINALITY p(kind, statement, lock, detail, number)
    ORDER BY p.number;
END;
COMMENT ON FUNCTION @extschema@.gb_partition_merge_plan(regclass, text[], integer) IS
    'what gb_partition_merge() would do, what stops it, and what the new table will not have; '
    'example: SELECT * FROM gb_partition_merge_plan(''archive'')';
