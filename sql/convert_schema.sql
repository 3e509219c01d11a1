-- A schema at a time: gb_enum_convert_schema_plan(), CALL gb_enum_convert_schema() and its report.

\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
CREATE ROLE regress_schema_owner;
CREATE ROLE regress_schema_other;
SELECT gb_enum_grant('regress_schema_owner');
GRANT CREATE ON SCHEMA public TO regress_schema_owner;
CREATE SCHEMA shop AUTHORIZATION regress_schema_owner;
GRANT USAGE, CREATE ON SCHEMA shop TO regress_schema_other;
SET ROLE regress_schema_owner;
SET search_path = shop, public;

-- One set in two tables and in two orders, one of the extension's, codes with and without names, a native enum.
CREATE TYPE size AS ENUM ('small', 'large');
CREATE TABLE web_orders (
    id int PRIMARY KEY, status varchar(20) DEFAULT 'open' CHECK (status IN ('open', 'paid', 'sent')), size size,
    priority text CHECK (priority IN ('low', 'normal', 'high', 'urgent', 'critical')), kind smallint CHECK (kind IN (1, 2, 3)));
CREATE TABLE shop_orders (
    id int, status text NOT NULL CHECK (status IN ('sent', 'open', 'paid')), level integer CHECK (level IN (10, 20)));
COMMENT ON COLUMN shop_orders.level IS '10=basic, 20=gold';
INSERT INTO web_orders VALUES (1, 'open', 'small', 'low', 1), (2, 'paid', 'large', NULL, 2);
INSERT INTO shop_orders VALUES (1, 'sent', 10), (2, 'open', 20);
CREATE VIEW open_orders AS SELECT id, status, priority FROM web_orders WHERE status = 'open';
CREATE FUNCTION orders_of(s text) RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM shop_orders WHERE status = s';
-- A row that nobody meant, beside a column without one.
CREATE TABLE parcels (
    id int, state text, carrier text CHECK (carrier IN ('foot', 'bike')));
INSERT INTO parcels VALUES (1, 'packed', 'foot'), (2, 'Gone', 'bike');
ALTER TABLE parcels ADD CONSTRAINT states CHECK (state IN ('packed', 'gone')) NOT VALID;
-- Nothing of it can be converted; and a table that fails only while it is converted.
CREATE TABLE invoices (
    id int, state text CHECK (state IN ('new', 'due')), is_due boolean GENERATED ALWAYS AS (state = 'due') STORED);
CREATE FUNCTION passes(state text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF current_setting('shop.refuse', true) = 'on' THEN
        RAISE EXCEPTION 'not now' USING ERRCODE = 'P0099';
    END IF;
    RETURN true;
END $$;
CREATE TABLE refunds (id int, state text CHECK (state IN ('asked', 'paid back')), CHECK (passes(state)));
INSERT INTO refunds VALUES (1, 'asked');
-- A foreign key, which ties it to another.
CREATE TABLE states (name text PRIMARY KEY);
INSERT INTO states VALUES ('told'), ('untold');
CREATE TABLE stories (id int, state text REFERENCES states);
INSERT INTO stories VALUES (1, 'untold');
-- Somebody else's.
SET ROLE regress_schema_other;
CREATE TABLE reviews (id int, state text CHECK (state IN ('shown', 'hidden')));
SET ROLE regress_schema_owner;

\set plan 'SELECT kind, table_name, column_name, enumeration, detail FROM gb_enum_convert_schema_plan'
:plan ('shop') WHERE detail !~ '^(Prepared|The operators of)';
-- Nothing is left of a plan.
SELECT count(*) AS enumerations FROM gb_enums WHERE enum::text ~ 'shop|orders|parcels|invoices|refunds';
SELECT count(*) AS locks FROM pg_locks WHERE relation::regclass::text ~ 'orders|parcels' AND pid = pg_backend_pid();

-- Choices: tables and columns left out, names, options.
\set choices '{"invoices": null, "refunds": false, "reviews": null, "web_orders": {"kind": null, "size": {"enum": "task_priority", "map": {"small": "low", "large": "high"}}}, "shop_orders": {"status": "order_status"}, "parcels": {"state": {"enum": "parcel_state", "fold_case": true}, "carrier": "public.\\"Carrier\\""}}'
:plan ('shop', :'choices') WHERE kind IN ('stop', 'left out', 'create', 'convert');

-- What a choice cannot be.
\set VERBOSITY terse
SELECT count(*) FROM gb_enum_convert_schema_plan(NULL);
SELECT count(*) FROM gb_enum_convert_schema_plan('shop', NULL);
SELECT count(*) FROM gb_enum_convert_schema_plan(12345::regnamespace);
SELECT count(*) FROM gb_enum_convert_schema_plan('shop', '[]');
SELECT count(*) FROM gb_enum_convert_schema_plan('shop', '{"orders": null}');
SELECT count(*) FROM gb_enum_convert_schema_plan('shop', '{"parcels": "parcel_state"}');
SELECT count(*) FROM gb_enum_convert_schema_plan('shop', '{"parcels": {"status": null}}');
SELECT count(*) FROM gb_enum_convert_schema_plan('shop', '{"parcels": {"state": 1}}');
SELECT count(*) FROM gb_enum_convert_schema_plan('shop', '{"parcels": {"state": true}}');
SELECT count(*) FROM gb_enum_convert_schema_plan('shop', '{"parcels": {"state": "size"}}');
SELECT count(*) FROM gb_enum_convert_schema_plan('shop', '{"parcels": {"state": {"enum": 3}}}');
SELECT count(*) FROM gb_enum_convert_schema_plan('shop', '{"parcels": {"state": {"enum": null}}}');
SELECT count(*) FROM gb_enum_convert_schema_plan('shop', '{"parcels": {"state": {"enum": ""}}}');
SELECT count(*) FROM gb_enum_convert_schema_plan('shop', '{"parcels": {"state": {"enum": "\"x"}}}');
SELECT count(*) FROM gb_enum_convert_schema_plan('shop', '{"parcels": {"state": {"enum": "a.b.c"}}}');
SELECT count(*) FROM gb_enum_convert_schema_plan('shop', '{"parcels": {"state": {"enum": "99999999999"}}}');
SELECT count(*) FROM gb_enum_convert_schema_plan('shop', '{"parcels": {"state": {"enum": "4294967295"}}}');
SELECT count(*) FROM gb_enum_convert_schema_plan('shop', '{"parcels": {"state": {"enum": "select"}}}');
CREATE VIEW parcel_states AS SELECT 'sent' AS state;
SELECT count(*) FROM gb_enum_convert_schema_plan('shop', '{"parcel_states": {"state": "task_status"}}');
DROP VIEW parcel_states;
\set VERBOSITY default
-- Options that there are not are a stop of their table, and so is a type that cannot be made.
:plan ('shop', '{"parcels": {"state": {"fold": true}, "carrier": "nowhere.carrier"}}') WHERE kind = 'stop' AND table_name = 'parcels'::regclass;
:plan ('shop', '{"parcels": {"id": "parcel_number"}, "stories": {"state": {"foreign_keys": true}}}') WHERE kind = 'left out';
SELECT gb_enum_create('story_state', '{told,untold}');
:plan ('shop', '{"stories": {"state": "story_state"}}') WHERE table_name = 'stories'::regclass;

-- It takes its own transactions.
BEGIN;
CALL gb_enum_convert_schema('shop');
ROLLBACK;
BEGIN ISOLATION LEVEL REPEATABLE READ;
CALL gb_enum_convert_schema('shop');
ROLLBACK;
CALL gb_enum_convert_schema('shop', lock_timeout => '0');

-- A table that fails loses nothing of the others, and nothing is half done.
SET client_min_messages = notice;
SET shop.refuse = 'on';
CALL gb_enum_convert_schema('shop');
SET client_min_messages = warning;
SELECT table_name, outcome, converted, refused, sqlstate, reason, at > now() - interval '1 hour' AS at, duration > '0' AS took
FROM gb_enum_schema_report WHERE schema = 'shop'::regnamespace ORDER BY table_name::text;
SELECT attrelid::regclass, attname, atttypid::regtype FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid
WHERE relnamespace = 'shop'::regnamespace AND relkind = 'r' AND attnum > 0 AND attname IN ('status', 'state', 'size', 'priority', 'kind', 'level', 'carrier')
ORDER BY attrelid::regclass::text, attnum;
SELECT DISTINCT enum, string_agg(code || ' ' || name, ', ' ORDER BY code) FROM gb_enums WHERE enum::text ~ 'orders|parcels|refunds|invoices' GROUP BY enum ORDER BY 1;
SELECT * FROM open_orders;
SELECT * FROM shop_orders ORDER BY id;

-- The next call goes on, with choices; one more has nothing to do.
RESET shop.refuse;
SET client_min_messages = notice;
CALL gb_enum_convert_schema('shop', '{"parcels": {"state": {"fold_case": true}}, "invoices": null,
    "stories": {"state": {"enum": "story_state", "foreign_keys": true}}}');
CALL gb_enum_convert_schema('shop', '{"invoices": null}');
SET client_min_messages = warning;
SELECT table_name, outcome, converted, refused, sqlstate FROM gb_enum_schema_report ORDER BY table_name::text;
SELECT * FROM parcels ORDER BY id;
SELECT pg_typeof(s.state), pg_typeof(o.name), s.state FROM stories s JOIN states o ON o.name = s.state;
SELECT * FROM gb_enum_check() WHERE enumeration::text ~ 'orders|parcels|refunds|stories';

-- Reasons are for the owner of a table; who makes no enumerations is told so.
SET ROLE regress_schema_other;
SELECT table_name FROM gb_enum_schema_report;
SELECT gb_enums_internal.schema_record('shop.parcels', NULL);
:plan ('shop') WHERE table_name = 'reviews'::regclass;
-- A session need not have row security to read the record.
SET row_security = off;
SELECT table_name FROM gb_enum_schema_report;
CALL gb_enum_convert_schema('shop', '{"parcels": null, "invoices": null}');
RESET row_security;
SELECT table_name, outcome, refused, sqlstate, reason FROM gb_enum_schema_report;
-- When a table is gone, another table may get its OID.
RESET ROLE;
BEGIN;
CREATE TABLE shop.another ();
UPDATE gb_enums_internal.schema_conversion SET relation = 'shop.another' WHERE relation = 'shop.parcels'::regclass;
SELECT table_name, reason FROM gb_enum_schema_report WHERE table_name = 'shop.another'::regclass;
ROLLBACK;
SET ROLE regress_schema_owner;
DROP TABLE parcels;

-- A superuser converts everybody's tables, each as its owner.
RESET ROLE;
CALL gb_enum_convert_schema('shop', '{"invoices": null}');
SELECT table_name, outcome FROM gb_enum_schema_report ORDER BY table_name::text;
SELECT count(*) FROM gb_enums_internal.schema_conversion c WHERE NOT EXISTS (SELECT FROM pg_class t WHERE t.oid = c.relation);

-- What is converted is done: an array, also when another call converted it meanwhile, and codes that a map gave.
CREATE TABLE shop.labels (id int, tags text[] CHECK (tags <@ ARRAY['p', 'q']), mode text CHECK (mode IN ('m', 'n')), stage text);
INSERT INTO shop.labels VALUES (1, '{q}', 'm', '2'), (2, '{q,p}', 'n', '1');
\set choices '{"invoices": null, "labels": {"mode": {"store": "smallint"}, "stage": {"enum": "task_status", "map": {"1": "pending", "2": "ready"}, "store": "smallint"}}}'
CREATE TEMP TABLE planned AS SELECT gb_enums_internal.schema_columns('shop', :'choices', false) AS columns;
SET client_min_messages = notice;
CALL gb_enum_convert_schema('shop', :'choices');
SELECT * FROM shop.labels ORDER BY id;
CALL gb_enum_convert_schema('shop', :'choices');
SELECT * FROM shop.labels ORDER BY id;
SET client_min_messages = warning;
:plan ('shop', :'choices') WHERE table_name = 'shop.labels'::regclass;
SELECT t.relation, gb_enums_internal.schema_left_to_do(t.columns) FROM planned, gb_enums_internal.schema_tables(columns) t;

-- A plan with more enumerations than a transaction has locks for.
CREATE SCHEMA wide;
SELECT count(*) FROM (
    SELECT format('CREATE TABLE wide.t%s (%s)', t,
        string_agg(format('kind_%1$s text CHECK (kind_%1$s IN (%2$L, %3$L))', c, 'a' || t || c, 'b' || t || c), ', ')) AS statement
    FROM generate_series(1, 6) t, generate_series(10, 36) c GROUP BY t) s, LATERAL gb_enums_internal.run_as(10, s.statement);
SELECT kind, count(*) FROM gb_enum_convert_schema_plan('wide') WHERE kind IN ('stop', 'create', 'convert') GROUP BY kind ORDER BY kind;
DROP SCHEMA wide CASCADE;

DROP SCHEMA shop CASCADE;
DROP OWNED BY regress_schema_owner, regress_schema_other;
DROP ROLE regress_schema_owner, regress_schema_other;
