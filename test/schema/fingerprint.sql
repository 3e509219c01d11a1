-- For tests of conversions.
--
-- What the objects of schema chat_platform are and belong to, apart from types and definitions: the
-- same before and after a conversion. (pg_attver is the
-- server's own count of a column's changes.)
CREATE TEMP VIEW fingerprint AS
WITH n AS (SELECT 'chat_platform'::regnamespace AS oid), c AS (SELECT c.* FROM pg_class c JOIN n ON c.relnamespace = n.oid WHERE c.relkind NOT IN ('t', 'S'))
SELECT format('relation %s %s owner %s acl %s options %s populated %s comment %s security %s replica %s', c.relname, c.relkind, c.relowner::regrole,
    (SELECT array_agg(a::text ORDER BY a::text COLLATE "C") FROM unnest(c.relacl) a), c.reloptions, c.relispopulated, obj_description(c.oid, 'pg_class'), c.relrowsecurity, c.relreplident) AS what FROM c
UNION ALL SELECT format('column %s.%s not null %s target %s options %s acl %s default %s comment %s', c.relname, a.attname, a.attnotnull, nullif(a.attstattarget, -1), (SELECT array_agg(o ORDER BY o) FROM unnest(a.attoptions) o WHERE o NOT LIKE 'pg\_attver=%'), a.attacl, a.atthasdef, col_description(c.oid, a.attnum))
    FROM c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped WHERE c.relkind <> 'i' OR nullif(a.attstattarget, -1) IS NOT NULL
UNION ALL SELECT format('index %s unique %s columns %s of %s method %s options %s expressions %s predicate %s clustered %s replica %s valid %s parent %s', c.relname, x.indisunique, x.indnkeyatts, x.indnatts, am.amname, x.indoption,
    x.indexprs IS NOT NULL, x.indpred IS NOT NULL, x.indisclustered, x.indisreplident, x.indisvalid, (SELECT i.inhparent::regclass FROM pg_inherits i WHERE i.inhrelid = c.oid)) FROM c JOIN pg_index x ON x.indexrelid = c.oid JOIN pg_am am ON am.oid = c.relam
UNION ALL SELECT format('constraint %s of %s type %s valid %s inherited %s comment %s', k.conname, k.conrelid::regclass, k.contype, k.convalidated, k.coninhcount, obj_description(k.oid, 'pg_constraint')) FROM c JOIN pg_constraint k ON k.conrelid = c.oid
UNION ALL SELECT format('trigger %s of %s enabled %s type %s columns %s condition %s comment %s', t.tgname, t.tgrelid::regclass, t.tgenabled, t.tgtype, t.tgattr, t.tgqual IS NOT NULL, obj_description(t.oid, 'pg_trigger'))
    FROM c JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal
UNION ALL SELECT format('policy %s of %s for %s to %s permissive %s comment %s', p.polname, p.polrelid::regclass, p.polcmd, p.polroles::regrole[], p.polpermissive, obj_description(p.oid, 'pg_policy')) FROM c JOIN pg_policy p ON p.polrelid = c.oid
UNION ALL SELECT format('statistics %s owner %s target %s kinds %s comment %s', s.stxname, s.stxowner::regrole, nullif(s.stxstattarget, -1), s.stxkind, obj_description(s.oid, 'pg_statistic_ext')) FROM c JOIN pg_statistic_ext s ON s.stxrelid = c.oid
UNION ALL SELECT format('publication %s of %s columns %s filter %s', p.pubname, r.prrelid::regclass, r.prattrs, r.prqual IS NOT NULL) FROM c JOIN pg_publication_rel r ON r.prrelid = c.oid JOIN pg_publication p ON p.oid = r.prpubid;

-- A statement as all servers of different majors show it: those before 16 name the table of each column, 17 and later
-- have a privilege more. The user who runs the tests is not always postgres.
CREATE FUNCTION pg_temp.neutral(statement text) RETURNS text LANGUAGE sql AS $$
    SELECT regexp_replace(replace(statement, 'OWNER TO ' || quote_ident(session_user), 'OWNER TO postgres'), '\m(auto_tasks|open_tasks|task_board|message_history|task_approvals|calendar_events|visits|raw|p|t)\.(?=\w)|MAINTAIN, ', '', 'g')
$$;

-- What \d shows of a table, in the same words on all majors.
CREATE FUNCTION pg_temp.described(relation regclass) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT line
    FROM (SELECT 1, lpad(attnum::text, 4), concat_ws(' ', attname, format_type(atttypid, atttypmod),
                CASE WHEN attnotnull THEN 'NOT NULL' END, 'DEFAULT ' || pg_get_expr(adbin, adrelid))
            FROM pg_attribute LEFT JOIN pg_attrdef ON (adrelid, adnum) = (attrelid, attnum)
            WHERE attrelid = relation AND attnum > 0 AND NOT attisdropped
        UNION ALL SELECT 1, 'partitions', 'PARTITION BY ' || pg_get_partkeydef(partrelid)
            FROM pg_partitioned_table WHERE partrelid = relation
        UNION ALL SELECT 2, indexrelid::regclass::text, pg_get_indexdef(indexrelid)
            FROM pg_index WHERE indrelid = relation
        UNION ALL SELECT 3, conname, format('CONSTRAINT %I %s', conname, pg_get_constraintdef(oid))
            FROM pg_constraint WHERE conrelid = relation AND contype = 'c'
        UNION ALL SELECT 4, inhseqno::text, concat_ws(' ', 'INHERITS', inhparent::regclass, pg_get_expr(relpartbound, oid))
            FROM pg_inherits JOIN pg_class ON oid = inhrelid WHERE inhrelid = relation) lines (part, place, line)
    ORDER BY part, place COLLATE "C"
$$;
