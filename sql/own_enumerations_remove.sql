-- values and whole enumerations are removed when nothing uses them; what is inconsistent is listed
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
CREATE SCHEMA gone;
SET search_path = gone, public;
SELECT gb_enum_create('ticket', '{new,open,closed,lost}');
-- columns of every kind: plain, arrays, domains, rows, ranges, partitions, materialized views
CREATE DOMAIN a_domain AS ticket;
CREATE TYPE a_pair AS (one ticket, many ticket[]);
CREATE TYPE a_range AS RANGE (subtype = ticket);
CREATE TABLE plain (id int, s ticket);
INSERT INTO plain SELECT n, CASE n % 2 WHEN 0 THEN 'new' ELSE 'open' END::ticket FROM generate_series(1, 1000) n;
CREATE TABLE nested (a ticket[], d a_domain, ds a_domain[], p a_pair, r a_range, m a_multirange, t plain, ts plain[]);
INSERT INTO nested VALUES ('{{new,lost},{lost,NULL}}', 'lost', '{lost}', '(lost,"{lost}")', '[new,lost]', '{[lost,lost]}', '(1,lost)', '{"(1,lost)"}');
INSERT INTO nested VALUES ('{}', NULL, NULL, '(,)', 'empty', '{}', NULL, '{NULL,"(,)"}');
CREATE TABLE partitioned (id int, s ticket) PARTITION BY LIST (s);
CREATE TABLE partition_lost PARTITION OF partitioned FOR VALUES IN ('lost');
CREATE TABLE partition_rest PARTITION OF partitioned DEFAULT;
INSERT INTO partitioned VALUES (1, 'lost'), (2, 'open');
CREATE MATERIALIZED VIEW matview AS SELECT s, count(*) FROM plain GROUP BY s;
SELECT gb_enum_remove_value('ticket', 'lost');
SELECT gb_enum_remove_value('ticket', 'open');
UPDATE nested SET a = '{new}', d = 'new', ds = NULL, p = NULL, r = NULL, m = NULL, t = NULL, ts = NULL WHERE d = 'lost'::ticket;
DROP TABLE partition_lost;
SELECT gb_enum_remove_value('ticket', 'lost');
SELECT 'lost'::ticket;
SELECT ticket_name(3), gb_enum_add_value('ticket', 'found');
-- it comes back under its own name only, and codes never change their meaning
SELECT gb_enum_add_value('ticket', 'other', 3);
SELECT gb_enum_add_value('ticket', 'lost', 3, description => 'is back');
SELECT * FROM ticket_values();
-- stored expressions of every kind
CREATE TABLE expressions (id int, s ticket DEFAULT 'closed', t ticket GENERATED ALWAYS AS (CASE WHEN id > 1 THEN 'closed'::ticket END) STORED,
    CONSTRAINT an_array CHECK (s = ANY ('{new,closed}'::ticket[])));
CREATE INDEX by_predicate ON expressions (id) WHERE s < 'closed';
CREATE INDEX by_expression ON expressions ((s = 'closed'::ticket));
CREATE STATISTICS some_statistics ON (s = 'closed'::ticket), id FROM expressions;
CREATE VIEW a_view AS SELECT id, CASE WHEN s = 'closed' THEN 1 END FROM expressions ORDER BY s = 'closed';
CREATE RULE a_rule AS ON DELETE TO expressions WHERE old.s = 'closed' DO INSTEAD NOTHING;
CREATE POLICY a_policy ON expressions USING (s <> 'closed') WITH CHECK (s <> 'closed');
CREATE FUNCTION a_default(s ticket DEFAULT 'closed') RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE FUNCTION a_body() RETURNS boolean LANGUAGE sql BEGIN ATOMIC SELECT bool_or(s = 'closed') FROM expressions; END;
CREATE FUNCTION a_trigger() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TRIGGER a_trigger BEFORE INSERT ON expressions FOR EACH ROW WHEN (new.s = 'closed') EXECUTE FUNCTION a_trigger();
CREATE DOMAIN with_default AS ticket DEFAULT 'closed';
CREATE DOMAIN with_check AS ticket CHECK (VALUE <> 'closed');
CREATE TABLE keyed (s ticket) PARTITION BY RANGE ((coalesce(s, 'closed')));
CREATE TABLE keyed_1 PARTITION OF keyed FOR VALUES FROM ('new') TO ('closed');
SELECT gb_enum_remove_value('ticket', 'closed');
-- all catalogs that have expressions are looked into; two of them name a relation in their first column, the others an object of their own
SELECT r.relname, k.attname FROM pg_class r JOIN pg_attribute k ON k.attrelid = r.oid AND k.attnum = 1
WHERE r.oid < 12000 AND r.relkind = 'r' AND k.attname <> 'oid'
  AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = r.oid AND a.atttypid = 'pg_node_tree'::regtype) ORDER BY 1;
-- a drop without CASCADE is refused as the server refuses it, and leaves nothing behind when it is not
SELECT gb_enum_drop('ticket');
DROP TABLE plain, nested, partitioned, expressions, keyed CASCADE;
SELECT gb_enum_drop('ticket');
DROP FUNCTION a_default, a_trigger;
DROP DOMAIN a_domain, with_default, with_check;
DROP TYPE a_pair, a_range;
SELECT gb_enum_create('like_ticket', like => 'ticket');
CREATE FUNCTION ticket_label(s ticket) RETURNS text LANGUAGE sql RETURN ticket_name(s::smallint);
SELECT gb_enum_drop('ticket');
DROP FUNCTION ticket_label;
BEGIN;
SELECT gb_enum_drop('ticket');
SELECT 'new'::ticket;
ROLLBACK;
SELECT 'new'::ticket;
-- whatever it is called by now
ALTER TYPE ticket RENAME TO "Ticket 2";
CREATE SCHEMA gone_too;
ALTER TYPE "Ticket 2" SET SCHEMA gone_too;
SELECT gb_enum_drop('gone_too."Ticket 2"');
SELECT 'new'::like_ticket;
SELECT gb_enum_drop('like_ticket');
SELECT count(*) AS left_over FROM pg_depend d WHERE d.objid > 16384 AND pg_describe_object(d.classid, d.objid, 0) ~ '[ "._]ticket';
SELECT gb_enum_drop('task_status');
SELECT gb_enum_drop('int4');
SELECT gb_enum_drop(NULL);
SELECT gb_enum_create('one', '{a}');
SELECT gb_enum_remove_value('one', 'a'), 1;
SELECT gb_enum_remove_value('one', 'b');
SELECT gb_enum_remove_value('one', NULL);
SELECT gb_enum_add_value('one', 'b'), gb_enum_deprecate('one', 'a', 'b');
SELECT gb_enum_remove_value('one', 'b');
SELECT gb_enum_remove_value('one', 'a');
SELECT gb_enum_remove_value('task_status', 'ready');
-- a foreign table cannot be looked into
CREATE FOREIGN DATA WRAPPER regress_wrapper;
CREATE SERVER regress_server FOREIGN DATA WRAPPER regress_wrapper;
CREATE FOREIGN TABLE far (o one) SERVER regress_server;
SELECT gb_enum_add_value('one', 'c'), gb_enum_remove_value('one', 'c');
SELECT gb_enum_add_value('one', 'c'), gb_enum_remove_value('one', 'c', except_foreign_tables => true);
SELECT problem FROM gb_enum_check('one');
SELECT problem FROM gb_enum_check('one', scan => false);
DROP FOREIGN DATA WRAPPER regress_wrapper CASCADE;
-- rows that their owner does not show to others count, and nobody's code is run to find them
CREATE ROLE regress_gone_owner;
CREATE ROLE regress_gone_user;
CREATE SCHEMA gone_owned AUTHORIZATION regress_gone_owner;
CREATE SCHEMA gone_used AUTHORIZATION regress_gone_user;
GRANT USAGE ON SCHEMA gone TO PUBLIC;
GRANT EXECUTE ON FUNCTION gb_enum_create, gb_enum_remove_value, gb_enum_drop, gb_enum_check TO regress_gone_owner, regress_gone_user;
SET ROLE regress_gone_owner;
SELECT gb_enum_create('gone_owned.state', '{on,off}');
GRANT USAGE ON SCHEMA gone_owned TO PUBLIC;
SET ROLE regress_gone_user;
SET search_path = gone_used, gone_owned, gone, public;
CREATE TABLE secret (s state);
INSERT INTO secret VALUES ('off');
ALTER TABLE secret ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE FUNCTION spy(state) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RAISE EXCEPTION '% was here', current_user; END $$;
CREATE TABLE trap (s state);
CREATE INDEX ON trap (s) WHERE spy(s);
SELECT gb_enum_remove_value('state', 'off');
SELECT gb_enum_drop('state');
SELECT * FROM gb_enum_check('state');
SELECT * FROM gb_enum_check() ORDER BY problem;
SET ROLE regress_gone_owner;
SELECT gb_enum_remove_value('state', 'off');
SELECT gb_enum_drop('state');
RESET ROLE;
DROP TABLE secret, trap;
DROP FUNCTION spy;
SET ROLE regress_gone_owner;
SELECT gb_enum_drop('state');
RESET ROLE;
SET search_path = gone, public;
-- inconsistent is: a code without a name, a definition that is none, a member of the server's operator family that a restore lost
SELECT * FROM gb_enum_check() ORDER BY problem;
SELECT gb_enum_create('state', E'{on,off,"half on"}');
CREATE TABLE states (s state, a state[], b task_status, bs task_status[], d state DEFAULT as_state('8'));
INSERT INTO states VALUES ('on', '{off}', 'ready', '{failed}', 'on');
SELECT gb_enum_remove_value('state', 'half on');
INSERT INTO states VALUES (as_state('2'), ARRAY[as_state('7'), as_state('2')], as_task_status('99'), ARRAY[as_task_status('98'), 'ready']);
SELECT * FROM gb_enum_check() ORDER BY problem;
SELECT * FROM gb_enum_check('state', scan => false);
SELECT repair FROM gb_enum_check() ORDER BY problem \gexec
SELECT * FROM gb_enum_check() ORDER BY problem;
SELECT s, a, b, bs FROM states;
SET check_function_bodies = off;
CREATE OR REPLACE FUNCTION gb_enums_internal.state_own_in(cstring) RETURNS state LANGUAGE gb_enum STABLE STRICT AS E'0 on\nnonsense\n1 off\n0 again\n7 "half';
RESET check_function_bodies;
SELECT * FROM gb_enum_check('state');
SELECT s FROM states;
SELECT gb_enum_remove_value('state', 'off');
SELECT repair FROM gb_enum_check('state') \gexec
SELECT problem, repair FROM gb_enum_check('state');
-- or is no definition at all any more
CREATE OR REPLACE FUNCTION gb_enums_internal.state_own_in(cstring) RETURNS state LANGUAGE internal STABLE STRICT AS 'int2in';
SELECT s, a, s::text FROM states;
SELECT 'on'::text::state;
SELECT problem, repair FROM gb_enum_check('state');
SELECT repair FROM gb_enum_check('state') \gexec
SELECT problem, repair FROM gb_enum_check('state') WHERE repair ~ 'add_value' LIMIT 1;
SELECT gb_enum_check('int4');
ALTER OPERATOR FAMILY integer_ops USING btree DROP OPERATOR 1 (state, state), OPERATOR 3 (state, state), FUNCTION 1 (int2, state);
SELECT problem, repair FROM gb_enum_check('state', scan => false) WHERE problem !~ 'no name';
SELECT repair FROM gb_enum_check('state') WHERE problem !~ 'no name' \gexec
SELECT count(*) FROM gb_enum_check('state') WHERE problem !~ 'no name';
SELECT amvalidate(oid) FROM pg_opclass WHERE opcintype = 'state'::regtype;
-- or a cast is not there: a dump of some schemas only has none
SELECT gb_enum_create('state_too', like => 'state');
CREATE TEMPORARY TABLE casts AS
    SELECT castsource::regtype, casttarget::regtype, castfunc, castcontext, castmethod FROM pg_cast WHERE '{state,state_too}'::regtype[] && ARRAY[castsource, casttarget]::regtype[];
DO $$
DECLARE
    dropped text;
BEGIN
    FOR dropped IN SELECT format('DROP CAST (%s AS %s)', castsource, casttarget) FROM casts ORDER BY casttarget = 'gb_enums_internal.enum_code'::regtype LOOP
        EXECUTE dropped;
    END LOOP;
END $$;
SELECT * FROM gb_enum_check(scan => false) WHERE problem ~ 'cast';
SELECT repair FROM gb_enum_check(scan => false) WHERE problem ~ 'cast' \gexec
SELECT count(*) FROM gb_enum_check(scan => false) WHERE problem ~ 'cast';
SELECT count(*) AS as_before, (SELECT count(*) FROM casts) AS of FROM casts c JOIN pg_cast p USING (castfunc, castcontext, castmethod) WHERE p.castsource = c.castsource AND p.casttarget = c.casttarget;
SELECT gb_enum_drop('state_too');
-- A foreign key from a text: before PostgreSQL 18 the server accepts it, and the rows that it refers to cannot be deleted.
CREATE TABLE key_of_values (s state PRIMARY KEY);
CREATE TABLE of_text (t text);
CREATE TABLE of_values (s state REFERENCES key_of_values);
CREATE TABLE key_of_texts (t text PRIMARY KEY);
CREATE TABLE to_texts (s state);
CREATE FUNCTION problems_of_keys() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    ALTER TABLE of_text ADD FOREIGN KEY (t) REFERENCES key_of_values;
    ALTER TABLE to_texts ADD FOREIGN KEY (s) REFERENCES key_of_texts;
    RETURN (SELECT string_agg(concat_ws(' ', problem, repair), '; ') FROM gb_enum_check('state') WHERE problem ~ 'foreign key');
EXCEPTION WHEN internal_error THEN
    RETURN 'refused';
END $$;
SELECT problems_of_keys() = CASE WHEN current_setting('server_version_num')::int >= 180000 THEN 'refused'
    ELSE 'foreign key of_text_t_fkey of of_text is from a column of text, not of the type: the server cannot delete or change rows of key_of_values then (XX000)' END AS as_expected;
ALTER TABLE of_text DROP CONSTRAINT IF EXISTS of_text_t_fkey, ALTER t TYPE state USING t::state, ADD FOREIGN KEY (t) REFERENCES key_of_values;
SELECT count(*) FROM gb_enum_check('state') WHERE problem ~ 'foreign key';
DROP SCHEMA gone, gone_too, gone_owned, gone_used CASCADE;
DROP OWNED BY regress_gone_owner, regress_gone_user;
DROP ROLE regress_gone_owner, regress_gone_user;
