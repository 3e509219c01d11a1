-- A stand-in for Citus: its list of distributed tables, and its rules for statements about them.
\echo Use "CREATE EXTENSION citus" to load this file. \quit

CREATE SCHEMA citus;
CREATE TABLE citus.pg_dist_partition (
    logicalrelid regclass NOT NULL, partmethod "char" NOT NULL DEFAULT 'h', partkey text,
    colocationid integer NOT NULL DEFAULT 0, repmodel "char" NOT NULL DEFAULT 's');
CREATE UNIQUE INDEX pg_dist_partition_logical_relid_index ON citus.pg_dist_partition (logicalrelid);
ALTER TABLE citus.pg_dist_partition SET SCHEMA pg_catalog;
GRANT SELECT ON pg_catalog.pg_dist_partition TO PUBLIC;

-- Puts a table in the list, with its partitions. Its rows are then "elsewhere": it must be empty.
CREATE FUNCTION citus.distribute(relation regclass, key name) RETURNS void LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
INSERT INTO pg_dist_partition (logicalrelid, partkey)
SELECT t.oid, (SELECT format('{VAR :varno 1 :varattno %s :vartype %s :varlevelsup 0}', a.attnum, a.atttypid)
               FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attname = key)
FROM (SELECT relation::oid UNION SELECT relid FROM pg_partition_tree(relation)) t(oid)
$$;

-- The statement, as its string was given to the server by a function; NULL when a client has sent it.
CREATE FUNCTION citus.statement_in(context text) RETURNS text LANGUAGE sql IMMUTABLE AS
    $$ SELECT (regexp_match(context, E'\\nSQL statement "(.*?)"\\n(?:SQL |PL/pgSQL )'))[1] $$;

CREATE FUNCTION citus.obey() RETURNS event_trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    context text;
    statement text;
BEGIN
    GET DIAGNOSTICS context = PG_CONTEXT;
    statement := citus.statement_in(context);
    IF statement IS NULL OR NOT EXISTS (SELECT FROM pg_dist_partition p JOIN pg_class c ON c.oid = p.logicalrelid WHERE statement ~ ('\m' || c.relname || '\M')) THEN
        RETURN;
    END IF;
    INSERT INTO citus.obeyed VALUES (tg_tag, statement);
    IF statement !~ '^DO ' AND statement ~ ';\s*[A-Z]' THEN
        RAISE EXCEPTION 'cannot insert multiple commands into a prepared statement' USING DETAIL = statement;
    ELSIF tg_tag IN ('CREATE TRIGGER', 'DROP TRIGGER') OR statement LIKE '%TRIGGER%' THEN
        RAISE EXCEPTION 'triggers are not supported on distributed tables' USING DETAIL = statement;
    ELSIF statement ~ 'CONCURRENTLY' THEN
        RAISE EXCEPTION 'commands are currently unsupported' USING DETAIL = statement;
    ELSIF statement ~ '^ALTER TABLE .*, ADD CONSTRAINT ' OR statement ~ '^ALTER TABLE [^(]*ADD CONSTRAINT .*, (ALTER COLUMN|DROP CONSTRAINT) ' THEN
        RAISE EXCEPTION 'cannot execute ADD CONSTRAINT command with other subcommands' USING DETAIL = statement;
    END IF;
END $$;
CREATE TABLE citus.obeyed (tag text, statement text);
CREATE EVENT TRIGGER citus_obey ON ddl_command_start EXECUTE FUNCTION citus.obey();
