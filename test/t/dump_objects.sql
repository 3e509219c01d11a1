-- What 001_dump.pl dumps and restores: every kind of object that a value or a literal of an
-- enumeration can stand in, for built-in and for a user's own enumerations.

CREATE EXTENSION gb_enums;

-- The user's own: with aliases, a deprecated value, a retired code, names that need quotes; a second
-- one of the same name in another schema; and one whose schema and name sort before everything.
SELECT gb_enum_create('ticket_status', description => 'how far a ticket is', definition => $$
0 new     "Just arrived" alias fresh
1 open    "Somebody's work" alias "in work"
2 stalled "Nobody's work" deprecated use open
3 closed  "Over; \"done\", that is \\o/" alias done alias finished
retired 4 lost
$$);
CREATE SCHEMA other;
SELECT gb_enum_create('other.ticket_status', description => 'another one', definition => $$
0 closed
1 open
-32768 lowest
32767 highest
$$);
CREATE SCHEMA "A first";
SELECT gb_enum_create('"A first"."it''s ""odd"""', description => 'a name that needs quotes', definition => $$
0 "a b" "with blanks"
1 no    "a name of two bytes"
$$);
-- A value added later, and used.
SELECT gb_enum_add_value('ticket_status', 'reopened', description => 'Not over after all');
-- Like a built-in one, with casts between the two; and one that belongs to a role which may not do much else.
SELECT gb_enum_create('provider', '{in_house}', like => 'llm_provider');
SELECT gb_enum_deprecate('provider', 'cohere', 'in_house');
CREATE FUNCTION a_provider(p provider DEFAULT 'groq'::llm_provider::provider) RETURNS llm_provider LANGUAGE sql RETURN p::llm_provider;
CREATE SCHEMA theirs AUTHORIZATION regress_dump_owner;
GRANT EXECUTE ON FUNCTION gb_enum_create, gb_enum_add_value, gb_enum_add_alias TO regress_dump_owner;
SET ROLE regress_dump_owner;
SELECT gb_enum_create('theirs.state', '{on,off}');
SELECT gb_enum_add_value('theirs.state', 'unknown');
SELECT gb_enum_add_alias('theirs.state', 'unknown', '?');
CREATE TABLE theirs.states (s theirs.state DEFAULT '?');
RESET ROLE;

-- Typed columns, built-in and own; defaults, checks, generated columns, arrays, keys.
CREATE TABLE typed (
    id integer PRIMARY KEY,
    status task_status NOT NULL DEFAULT 'pending',
    priority task_priority DEFAULT 'normal' CHECK (priority <> 'critical' OR priority IS NULL),
    ticket ticket_status DEFAULT 'open',
    elsewhere other.ticket_status CHECK (elsewhere OPERATOR(other.<>) 'highest'),
    odd "A first"."it's ""odd""" DEFAULT 'a b',
    history ticket_status[] DEFAULT '{new,open}',
    is_over boolean GENERATED ALWAYS AS (ticket = 'closed') STORED,
    code smallint GENERATED ALWAYS AS (ticket::smallint) STORED
);
SET gb_enums.deprecated_input = accept;
INSERT INTO typed (id, status, priority, ticket, elsewhere, odd, history)
SELECT i, as_task_status((i % 8)::smallint), as_task_priority((i % 4)::smallint),
       (ARRAY['new', 'open', 'stalled', 'closed', 'reopened'])[1 + i % 5]::ticket_status,
       (ARRAY['closed', 'open', 'lowest'])[1 + i % 3]::other.ticket_status,
       (ARRAY['a b', 'no'])[1 + i % 2]::"A first"."it's ""odd""",
       ARRAY['new', (ARRAY['stalled', 'closed'])[1 + i % 2]]::ticket_status[]
FROM generate_series(1, 1000) i;
CREATE VIEW stalled AS SELECT id, 'stalled'::ticket_status AS was FROM typed WHERE ticket = 'stalled';
CREATE TABLE stale (t ticket_status DEFAULT 'stalled' CHECK (t >= 'stalled'));
CREATE FUNCTION a_stale(s ticket_status DEFAULT 'stalled') RETURNS ticket_status LANGUAGE sql RETURN s;
RESET gb_enums.deprecated_input;
-- Codes without a name.
INSERT INTO typed (id, status, ticket) VALUES (2001, as_task_status('99'), as_ticket_status('99'));
INSERT INTO typed (id, status, ticket) VALUES (2002, as_task_status('-1'), as_ticket_status('-32768'));
INSERT INTO typed (id, priority, ticket, odd) VALUES (2003, NULL, NULL, NULL);

CREATE INDEX typed_status ON typed (status);
CREATE INDEX typed_ticket ON typed (ticket);
CREATE INDEX typed_hash ON typed USING hash (ticket);
CREATE INDEX typed_brin ON typed USING brin (ticket);
CREATE INDEX typed_gin ON typed USING gin (history);
CREATE INDEX typed_active ON typed (priority) WHERE status < 'completed';
CREATE INDEX typed_open ON typed (id) WHERE ticket = 'open';
CREATE INDEX typed_by_name ON typed ((ticket::text));
CREATE INDEX typed_named ON typed (task_status_name(status::smallint));

-- Raw columns: by lookups, views, expression and partial indexes.
CREATE TABLE raw (id integer PRIMARY KEY, status smallint NOT NULL DEFAULT task_status_code('pending'), ticket smallint);
INSERT INTO raw SELECT i, i % 8, i % 5 FROM generate_series(1, 1000) i;
CREATE INDEX raw_status ON raw (status);
CREATE INDEX raw_ticket ON raw (ticket);
CREATE INDEX raw_as ON raw (as_ticket_status(ticket));
CREATE VIEW raw_named AS
    SELECT id, as_task_status(status) AS status, as_ticket_status(ticket) AS ticket,
           task_status_name(status) AS status_name, ticket_status_name(ticket) AS ticket_name
    FROM raw;
CREATE VIEW a_view AS SELECT * FROM typed WHERE ticket IN ('new', 'open') AND status <> 'failed';
CREATE MATERIALIZED VIEW matview AS
    SELECT ticket, count(*) AS n, min(status) AS lowest, max(status) AS highest FROM typed GROUP BY ticket;
CREATE UNIQUE INDEX matview_ticket ON matview (ticket);

-- Domains and composite types.
CREATE DOMAIN a_ticket AS ticket_status DEFAULT 'open' CHECK (VALUE <> 'closed');
CREATE DOMAIN z_status AS task_status DEFAULT 'ready' CHECK (VALUE < 'completed');
CREATE TYPE a_pair AS (ticket ticket_status, status task_status);
CREATE TABLE a_domains (id integer, t a_ticket, s z_status, p a_pair, ts a_ticket[]);
INSERT INTO a_domains (id, p, ts) VALUES (1, ROW('closed', 'failed'), '{new,open}');

-- Functions whose names sort before and after those that the enumeration is made of.
CREATE FUNCTION a_first(s ticket_status DEFAULT 'closed') RETURNS text
    LANGUAGE sql IMMUTABLE RETURN ticket_status_description(s::smallint);
CREATE FUNCTION zz_last(s ticket_status DEFAULT 'done', t task_status DEFAULT 'running') RETURNS boolean
    LANGUAGE sql BEGIN ATOMIC SELECT s IN ('new', 'closed') AND t = 'running'; END;
CREATE FUNCTION a_plpgsql(s other.ticket_status DEFAULT 'lowest') RETURNS other.ticket_status
    LANGUAGE plpgsql AS $$ BEGIN RETURN coalesce(s, 'open'); END $$;
CREATE TABLE "0 before" (s ticket_status DEFAULT 'fresh', t text DEFAULT a_first());

-- Partitions.
CREATE TABLE by_list (id integer, ticket ticket_status) PARTITION BY LIST (ticket);
CREATE TABLE by_list_open PARTITION OF by_list FOR VALUES IN ('new', 'open');
CREATE TABLE by_list_rest PARTITION OF by_list DEFAULT;
CREATE TABLE by_range (id integer, status task_status) PARTITION BY RANGE (status);
CREATE TABLE by_range_active PARTITION OF by_range FOR VALUES FROM ('pending') TO ('completed');
CREATE TABLE by_range_over PARTITION OF by_range FOR VALUES FROM ('completed') TO (MAXVALUE);
CREATE TABLE by_hash (id integer, ticket ticket_status) PARTITION BY HASH (ticket);
CREATE TABLE by_hash_0 PARTITION OF by_hash FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE by_hash_1 PARTITION OF by_hash FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO by_list SELECT id, ticket FROM typed;
INSERT INTO by_range SELECT id, status FROM typed WHERE status::smallint >= 0;
INSERT INTO by_hash SELECT id, ticket FROM typed WHERE ticket IS NOT NULL;

-- Row security, a trigger's condition, a rule, extended statistics.
ALTER TABLE by_list ENABLE ROW LEVEL SECURITY;
CREATE POLICY only_open ON by_list USING (ticket = 'open' OR ticket::text = 'new');
CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER over BEFORE UPDATE ON typed FOR EACH ROW
    WHEN (OLD.ticket = 'closed' AND NEW.ticket < 'closed') EXECUTE FUNCTION nothing();
CREATE STATISTICS typed_statistics (mcv) ON status, ticket FROM typed;
GRANT SELECT ON typed TO PUBLIC;
ANALYZE;
