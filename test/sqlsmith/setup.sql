-- What sqlsmith plays with: tables that hold enumerations in every way, an enumeration of a user's own, managed partitions,
-- and a role for which there are no functions but ours and a few of the server's to feed them.

CREATE EXTENSION gb_enums;
SELECT gb_enums_internal.define('public', 'ticket_status', 'for sqlsmith', E'-5 early\n0 new "Just arrived"\n7 done alias finished');

CREATE TABLE typed (id integer PRIMARY KEY, status task_status, risk risk_level, role message_role, ticket ticket_status,
    statuses task_status[], name text, code smallint, wide bigint);
INSERT INTO typed
SELECT i, as_task_status((i % 8)::smallint), as_risk_level((i % 6)::smallint), as_message_role((i % 12)::smallint), as_ticket_status((i % 9)::smallint),
       ARRAY[as_task_status((i % 8)::smallint), NULL, 'failed'], task_status_name(i % 10), i % 10, i
FROM generate_series(1, 20) i;
CREATE INDEX ON typed (status);
CREATE INDEX ON typed USING hash (risk);
CREATE INDEX ON typed USING brin (role gb_enums_internal.message_role_minmax_ops);
CREATE INDEX ON typed (ticket) WHERE ticket < 'done';
CREATE INDEX ON typed (code);
CREATE VIEW named AS SELECT id, as_task_status(code) AS status, as_risk_level(code) AS risk, name, wide FROM typed;
CREATE TABLE history (at timestamptz DEFAULT now(), day date, status task_status DEFAULT 'pending', PRIMARY KEY (at, status)) PARTITION BY RANGE (at);
CREATE TABLE history_default PARTITION OF history DEFAULT;
SELECT gb_partition_manage('history', retain => '1 year');
CALL gb_partition_maintain();
INSERT INTO history SELECT now() + i * interval '1 day', current_date + i, as_task_status((i % 8)::smallint) FROM generate_series(-40, 40, 4) i;
ANALYZE;

-- sqlsmith reads its functions from the pg_proc that it finds. Of enumerations that are all alike three will do, and
-- what their operators run is reached through these.
CREATE SCHEMA smith;
CREATE VIEW smith.pg_proc AS
SELECT p.* FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_language l ON l.oid = p.prolang
WHERE p.oid >= 16384 AND (l.lanname <> 'internal' OR p.prokind <> 'f')
      AND p.prorettype <> 'language_handler'::regtype AND p.probin IS DISTINCT FROM '$libdir/plpgsql'
      AND p.proname !~ 'approval|channel|execution|intent|llm|memory|message|priority|sync'
   OR p.pronamespace = 'pg_catalog'::regnamespace
      AND p.proname IN ('abs', 'lower', 'upper', 'length', 'substr', 'date_trunc', 'int2', 'count')
      AND NOT '"any"'::regtype::oid = ANY (p.proargtypes);
-- Our functions as far as the server counts their calls, which it does not for those in its own code.
CREATE VIEW smith.counted AS
SELECT p.oid, coalesce(s.calls, 0) AS calls
FROM smith.pg_proc p LEFT JOIN pg_stat_user_functions s ON s.funcid = p.oid
WHERE p.oid >= 16384 AND p.prokind = 'f';
-- Two thirds of its queries are mistakes, about which the log need not know.
CREATE ROLE smith LOGIN SUPERUSER;
ALTER ROLE smith SET search_path = smith, public, gb_enums_internal, pg_catalog;
ALTER ROLE smith SET track_functions = 'all';
ALTER ROLE smith SET statement_timeout = '1s';
ALTER ROLE smith SET log_min_messages = 'fatal';
ALTER ROLE smith SET log_min_error_statement = 'fatal';
