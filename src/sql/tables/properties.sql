
-- Properties as statements ---------------------------------------------------------------------------
--
-- A conversion drops objects and makes them again; a partition is made like its table. Properties that
-- such an object has beyond its definition are read from the catalogs, as statements for the new object.

-- Names and values are quoted, as a table's owner may have written the list.
CREATE FUNCTION gb_enums_internal.option_list(options text[]) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN (
        SELECT '(' || string_agg(
            (SELECT string_agg(quote_ident(part), '.') FROM string_to_table(split_part(o, '=', 1), '.') part)
                || ' = ' || quote_literal(substr(o, strpos(o, '=') + 1)), ', ') || ')'
        FROM unnest(options) o);
COMMENT ON FUNCTION gb_enums_internal.option_list(text[]) IS
    'options of a table, a view, an index or a column as SQL has them, NULL for none';

CREATE FUNCTION gb_enums_internal.storage_of(relation regclass) RETURNS text[]
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT nullif(coalesce(t.reloptions, '{}') || ARRAY(SELECT 'toast.' || o FROM unnest(k.reloptions) o), '{}')
FROM pg_class t
LEFT JOIN pg_class k ON k.oid = t.reltoastrelid
WHERE t.oid = relation
$$;
COMMENT ON FUNCTION gb_enums_internal.storage_of(regclass) IS
    'the storage parameters of a table and of its TOAST table, as CREATE TABLE has them; NULL for none';

CREATE FUNCTION gb_enums_internal.stored_as(relation oid, number integer) RETURNS text[]
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT array_remove(ARRAY[
    CASE WHEN a.attstorage <> y.typstorage
         THEN 'STORAGE ' || CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL'
             WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END END,
    CASE a.attcompression WHEN 'p' THEN 'COMPRESSION pglz' WHEN 'l' THEN 'COMPRESSION lz4' END], NULL)
FROM pg_attribute a
JOIN pg_type y ON y.oid = a.atttypid
WHERE a.attrelid = relation AND a.attnum = number
$$;
COMMENT ON FUNCTION gb_enums_internal.stored_as(oid, integer) IS
    'how values of a column are stored where its type says otherwise, as ALTER COLUMN ... SET has it';

CREATE FUNCTION gb_enums_internal.comment_statement(
    catalog regclass, object oid, name text, number integer DEFAULT 0) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT 'COMMENT ON ' || name || ' IS ' || quote_literal(d.description)
FROM pg_description d
WHERE d.classoid = catalog AND d.objoid = object AND d.objsubid = number
$$;
COMMENT ON FUNCTION gb_enums_internal.comment_statement(regclass, oid, text, integer) IS
    'the statement that gives an object''s comment to the object of a name, NULL when there is none';

CREATE FUNCTION gb_enums_internal.policy_statement(policy oid, using_condition text, check_condition text)
    RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT format('CREATE POLICY %I ON %s AS %s FOR %s TO %s', p.polname, p.polrelid::regclass,
           CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
           CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE'
               WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
           (SELECT string_agg(gb_enums_internal.role_name(r), ', ') FROM unnest(p.polroles) r))
       || coalesce(' USING (' || using_condition || ')', '')
       || coalesce(' WITH CHECK (' || check_condition || ')', '')
FROM pg_policy p
WHERE p.oid = policy
$$;
COMMENT ON FUNCTION gb_enums_internal.policy_statement(oid, text, text) IS
    'the statement that makes a policy of a table again, with conditions that may be other ones';

CREATE FUNCTION gb_enums_internal.trigger_state_statement(trigger oid) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT format('ALTER TABLE %s %s TRIGGER %I', t.tgrelid::regclass,
           CASE t.tgenabled WHEN 'O' THEN 'ENABLE' WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA'
               ELSE 'ENABLE ALWAYS' END, t.tgname)
FROM pg_trigger t
WHERE t.oid = trigger
$$;
COMMENT ON FUNCTION gb_enums_internal.trigger_state_statement(oid) IS
    'the statement that enables or disables a trigger as it is now';

CREATE FUNCTION gb_enums_internal.name_with_suffix(name text, suffix text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN CASE WHEN octet_length(name || suffix) <= 63 THEN name || suffix
                ELSE (SELECT left(name, n) || '_' || substr(md5(name), 1, 8) || suffix
                      FROM generate_series(least(length(name), 54), 0, -1) n
                      WHERE octet_length(left(name, n) || suffix) <= 54 LIMIT 1) END;
COMMENT ON FUNCTION gb_enums_internal.name_with_suffix(text, text) IS
    'a name with a suffix; a part of the name is left out when it would be too long for the server';
