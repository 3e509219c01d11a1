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
-- Like one whose name comes before "int2", by which pg_dump orders casts.
SELECT gb_enum_create('zz_approval', like => 'approval_status');
SELECT gb_enum_create('"0 ticket"', like => 'ticket_status');
CREATE FUNCTION a_provider(p provider DEFAULT 'groq'::llm_provider::provider) RETURNS llm_provider LANGUAGE sql RETURN p::llm_provider;
CREATE SCHEMA theirs AUTHORIZATION regress_dump_owner;
GRANT EXECUTE ON FUNCTION gb_enum_create, gb_enum_add_value, gb_enum_add_alias TO regress_dump_owner;
SET ROLE regress_dump_owner;
SELECT gb_enum_create('theirs.state', '{on,off}');
SELECT gb_enum_add_value('theirs.state', 'unknown');
SELECT gb_enum_add_alias('theirs.state', 'unknown', '?');
CREATE TABLE theirs.states (s theirs.state DEFAULT '?');
-- By the functions of another's enumeration: theirs, and in the way of nothing.
CREATE OPERATOR theirs.= (FUNCTION = gb_enums_internal.ticket_status_own_eq, LEFTARG = ticket_status, RIGHTARG = ticket_status);
CREATE OPERATOR theirs.= (FUNCTION = gb_enums_internal.ticket_status_own_eq, LEFTARG = text, RIGHTARG = ticket_status);
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
-- A domain takes the functions in its expressions along, to before all casts.
CREATE DOMAIN "0 code" AS smallint DEFAULT ticket_status_code('new')
    CHECK (VALUE <> ticket_status_code('stalled') AND ticket_status_name(VALUE) IS NOT NULL
        AND as_ticket_status(VALUE) <> ALL ('{x,closed}'::text[]) AND ticket_status_description(VALUE) <> 'x');
CREATE DOMAIN zz_name AS text DEFAULT ticket_status_name(1) CHECK (ticket_status_code(VALUE) IS NOT NULL);
CREATE TYPE a_pair AS (ticket ticket_status, status task_status);
CREATE TABLE a_domains (id integer, t a_ticket, s z_status, p a_pair, ts a_ticket[], c "0 code", n zz_name);
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
CREATE RULE "0 quiet" AS ON UPDATE TO by_hash WHERE OLD.ticket = 'closed' AND NEW.ticket = 'new' DO INSTEAD NOTHING;
CREATE STATISTICS typed_statistics (mcv) ON status, ticket FROM typed;
CREATE STATISTICS "0 statistics" ON (ticket = 'closed'), (coalesce(ticket, 'new')) FROM typed;
GRANT SELECT ON typed TO PUBLIC;

-- What users make of an enumeration, under names that sort before and after those of its own functions.
CREATE FUNCTION "0 distance"(ticket_status, ticket_status) RETURNS float8
    LANGUAGE plpgsql IMMUTABLE STRICT AS 'BEGIN RETURN $1::int::float8 - $2::int; END';
CREATE TYPE "0 range" AS RANGE (subtype = ticket_status, subtype_diff = "0 distance", multirange_type_name = "0 multirange");
CREATE TYPE zz_range AS RANGE (subtype = other.ticket_status);
CREATE FUNCTION "0 over"(r "0 range" DEFAULT '[open,closed]', m "0 multirange" DEFAULT '{[new,open),[closed,closed]}') RETURNS boolean
    LANGUAGE sql IMMUTABLE BEGIN ATOMIC SELECT r && m AND r @> 'in work'::text::ticket_status IS NOT FALSE; END;
CREATE TABLE ranges (r "0 range" DEFAULT '[new,closed)' CHECK (NOT r @> 'reopened'::ticket_status), m "0 multirange",
    o zz_range DEFAULT '[lowest,highest)', EXCLUDE USING gist (r WITH &&));
SET gb_enums.deprecated_input = accept;
INSERT INTO ranges VALUES ('[new,stalled)', '{[new,open),[closed,)}', DEFAULT), ('[closed,closed]', '{}', '(,open)'), (NULL, NULL, 'empty');
RESET gb_enums.deprecated_input;
CREATE INDEX ranges_m ON ranges USING gist (m);
CREATE INDEX ranges_o ON ranges (o) WHERE o @> 'open'::other.ticket_status;

CREATE FUNCTION "0 step"(state ticket_status, next ticket_status) RETURNS ticket_status LANGUAGE sql IMMUTABLE
    RETURN CASE WHEN next <> 'stalled'::text THEN greatest(state, next) ELSE 'closed' END;
CREATE AGGREGATE "0 furthest"(ticket_status) (SFUNC = "0 step", STYPE = ticket_status, INITCOND = 'new');
CREATE FUNCTION zz_step(ticket_status[], ticket_status) RETURNS ticket_status[] LANGUAGE sql IMMUTABLE RETURN array_append($1, $2);
CREATE AGGREGATE zz_history(ticket_status) (SFUNC = zz_step, STYPE = ticket_status[], INITCOND = '{open}');

CREATE FUNCTION "0 is over"(ticket_status) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT RETURN $1 >= 'closed';
CREATE CAST (ticket_status AS boolean) WITH FUNCTION "0 is over"(ticket_status);
CREATE CAST (ticket_status AS other.ticket_status) WITH INOUT;
CREATE FUNCTION zz_between(ticket_status, "0 range") RETURNS boolean LANGUAGE sql IMMUTABLE STRICT RETURN $2 @> $1 OR $1 = 'new';
CREATE OPERATOR <<< (FUNCTION = zz_between, LEFTARG = ticket_status, RIGHTARG = "0 range");
CREATE PROCEDURE "0 procedure"(s ticket_status DEFAULT 'in work', VARIADIC o other.ticket_status[] DEFAULT '{open}')
    LANGUAGE sql BEGIN ATOMIC INSERT INTO "0 before" VALUES (s, o::text); DELETE FROM "0 before" WHERE s = 'open' AND t = '{open}'; END;
CREATE VIEW "0 view" AS
    SELECT "0 furthest"(ticket) AS furthest, zz_history(ticket ORDER BY id) FILTER (WHERE id < 9) AS history,
           bool_or(ticket <<< '[open,closed]') AS between, bool_and(ticket::boolean) AS over,
           count(*) FILTER (WHERE (ticket, history[1]) IN (VALUES ('new'::ticket_status, 'new'::ticket_status), ('open', 'new'))) AS pairs,
           count(*) FILTER (WHERE (status, id) IN (VALUES ('ready'::task_status, 1), ('failed', 6))) AS of_built_in
    FROM typed WHERE ticket < 'reopened' AND "0 over"();
CREATE TABLE "0 typed" OF a_pair (ticket DEFAULT 'fresh' NOT NULL, PRIMARY KEY (ticket));
INSERT INTO "0 typed" VALUES ('new', 'failed'), ('closed', NULL);
CREATE TABLE zz_keyed (t ticket_status REFERENCES "0 typed" ON DELETE SET DEFAULT DEFAULT 'new', pairs a_pair[] DEFAULT '{"(open,ready)"}',
    EXCLUDE USING hash (t WITH =) WHERE (t > 'open'));
INSERT INTO zz_keyed VALUES ('closed'), (DEFAULT);
CREATE TABLE "0 keys" (id integer, ticket ticket_status, elsewhere other.ticket_status) PARTITION BY LIST ((CASE WHEN ticket = 'closed' THEN 'done' ELSE ticket END));
CREATE TABLE "0 keys closed" PARTITION OF "0 keys" FOR VALUES IN ('closed') PARTITION BY RANGE (ticket, elsewhere);
CREATE TABLE "0 keys low" PARTITION OF "0 keys closed" FOR VALUES FROM ('new', 'lowest') TO ('closed', 'highest');
INSERT INTO "0 keys" VALUES (1, 'closed', 'open');
CREATE FUNCTION "0 settings"(t text) RETURNS text LANGUAGE plpgsql SET gb_enums.deprecated_input = accept AS $$ BEGIN RETURN t::ticket_status; END $$;

-- An enumeration that changed in every way while rows had its values, with everything that was there before.
CREATE SCHEMA evolved;
SET search_path = public, evolved;
SELECT gb_enum_create('evolved.step', '{draft,sent,paid,kept}');
CREATE TABLE evolved.orders (id integer PRIMARY KEY, step evolved.step DEFAULT 'draft' CHECK (step <> 'kept'), path evolved.step[]);
INSERT INTO evolved.orders SELECT i, (i % 3)::evolved.step, ARRAY[i % 3]::evolved.step[] FROM generate_series(1, 300) i;
CREATE INDEX orders_step ON evolved.orders (step);
CREATE INDEX orders_sent ON evolved.orders (id) WHERE step = 'sent';
CREATE FUNCTION evolved.a_step(s evolved.step DEFAULT 'sent') RETURNS evolved.step LANGUAGE sql RETURN coalesce(s, 'draft');
CREATE VIEW evolved.sent AS SELECT id, 'draft'::evolved.step AS before FROM evolved.orders WHERE step IN ('sent', 'paid');
SELECT gb_enum_add_value('evolved.step', 'refunded', 40, 'money went back', '{returned,"paid back"}');
SELECT gb_enum_add_value('evolved.step', 'lost', -7);
INSERT INTO evolved.orders SELECT i, (ARRAY['refunded', 'lost', 'paid back'])[1 + i % 3]::evolved.step, '{lost,refunded}'
    FROM generate_series(301, 400) i;
SELECT gb_enum_rename_value('evolved.step', 'sent', 'on its "way"');
SELECT gb_enum_add_alias('evolved.step', 'on its "way"', 'sent');
SELECT gb_enum_add_alias('evolved.step', 'paid', 'settled');
SELECT gb_enum_drop_alias('evolved.step', 'paid back');
SELECT gb_enum_deprecate('evolved.step', 'draft', 'on its "way"');
SELECT gb_enum_deprecate('evolved.step', 'lost');
SELECT gb_enum_set_description('evolved.step', 'paid', E'all of it;\n\t"really" \\o/');
UPDATE evolved.orders SET step = 'settled' WHERE id = 2;
RESET search_path;

-- Privileges and owners: of a type, of what is called by hand, of what is not.
REVOKE USAGE ON TYPE evolved.step FROM PUBLIC;
GRANT USAGE ON SCHEMA evolved TO regress_dump_owner;
GRANT USAGE ON TYPE evolved.step TO regress_dump_owner WITH GRANT OPTION;
REVOKE EXECUTE ON FUNCTION evolved.step_name(integer, evolved.step), evolved.step_name(smallint, evolved.step), evolved.step_values(evolved.step) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION evolved.step_values(evolved.step) TO regress_dump_owner;
REVOKE EXECUTE ON FUNCTION gb_enums_internal.step_own_from(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gb_enums_internal.step_own_from(text) TO regress_dump_owner;
SET ROLE regress_dump_owner;
REVOKE USAGE ON TYPE theirs.state FROM PUBLIC;
REVOKE ALL ON FUNCTION theirs.state_code(text, theirs.state) FROM PUBLIC, regress_dump_owner;
RESET ROLE;
ALTER TYPE other.ticket_status OWNER TO regress_dump_owner;
GRANT USAGE ON SCHEMA other TO regress_dump_owner;

-- Literals of every kind of place in schemas that sort before and after gb_enums_internal: pg_dump orders objects of one kind by
-- schema, then by name. Of built-in enumerations, of those in public, and of one in that very schema.
DO $$
DECLARE
    place text;
BEGIN
    FOREACH place IN ARRAY '{0 early,zz late}'::text[] LOOP
        EXECUTE format('CREATE SCHEMA %I', place);
        EXECUTE format('SET LOCAL search_path = %I, public', place);
        PERFORM gb_enum_create(format('%I.step', place), definition => E'-3 back\n0 "not yet"\n7 7 alias seven\n9 done deprecated use 7');
        CREATE FUNCTION argument(t ticket_status DEFAULT 'open', s task_status DEFAULT 'ready', p step DEFAULT 'seven', VARIADIC ps step[] DEFAULT '{back,7}')
            RETURNS text LANGUAGE sql IMMUTABLE RETURN concat_ws(' ', t, s, p, ps);
        CREATE FUNCTION body() RETURNS boolean LANGUAGE sql BEGIN ATOMIC
            SELECT 'closed'::ticket_status > 'new' AND 'failed'::task_status <> 'ready' AND 'back'::step < 'seven' AND step_code('not yet') = 0;
        END;
        CREATE DOMAIN some_step AS step DEFAULT 'not yet' CHECK (VALUE <> 'back');
        CREATE DOMAIN some_tickets AS ticket_status[] DEFAULT '{new,open}' CHECK (NOT 'reopened' = ANY (VALUE));
        CREATE TYPE steps AS RANGE (subtype = step);
        CREATE TABLE rows (id integer PRIMARY KEY, t ticket_status DEFAULT 'open' CHECK (t <> 'reopened'), s task_status DEFAULT 'ready',
            p some_step, ts some_tickets, r steps DEFAULT '[back,7]' CHECK (r @> 'not yet'::step),
            is_over boolean GENERATED ALWAYS AS (t >= 'closed') STORED,
            next step GENERATED ALWAYS AS (CASE WHEN s = 'ready' THEN 'not yet'::step ELSE 'seven' END) STORED);
        CREATE INDEX ON rows (id) WHERE t < 'closed' AND p = 'not yet';
        CREATE INDEX ON rows ((CASE WHEN t = 'open' THEN 'seven'::step ELSE p END));
        CREATE TABLE by_list (p step, t ticket_status) PARTITION BY LIST (p);
        CREATE TABLE by_list_some PARTITION OF by_list FOR VALUES IN ('back', 'seven', NULL) PARTITION BY RANGE (t);
        CREATE TABLE by_list_some_low PARTITION OF by_list_some FOR VALUES FROM (MINVALUE) TO ('closed');
        CREATE TABLE by_list_rest PARTITION OF by_list DEFAULT;
        ALTER TABLE rows ENABLE ROW LEVEL SECURITY;
        CREATE POLICY few ON rows USING (t IN ('new', 'open') OR p = 'seven') WITH CHECK (s <> 'failed');
        CREATE TRIGGER done BEFORE UPDATE ON rows FOR EACH ROW WHEN (new.p = 'seven' AND old.t <> 'closed') EXECUTE FUNCTION public.nothing();
        CREATE VIEW seen AS SELECT id, coalesce(t, 'new') AS t, CASE WHEN s > 'ready' THEN 'back'::step ELSE p END AS p FROM rows WHERE next <> 'back';
        CREATE MATERIALIZED VIEW kept AS SELECT t, 'seven'::step AS p, count(*) FROM rows WHERE t = 'open' AND argument() <> '' AND body() GROUP BY t;
        INSERT INTO rows (id, t, s) VALUES (1, DEFAULT, DEFAULT), (2, 'closed', 'failed'), (3, NULL, NULL);
        INSERT INTO by_list VALUES ('back', 'open'), ('7', 'new'), ('not yet', 'closed'), (NULL, 'open');
        REFRESH MATERIALIZED VIEW kept;
    END LOOP;
END $$;

-- One that was renamed, moved and given away since; what was made with it is called as before, where it was before.
SELECT gb_enum_create('evolved.before', '{a,b}', like => 'evolved.step');
CREATE TABLE evolved.moved (m evolved.before DEFAULT 'a', n text DEFAULT evolved.before_name(41));
INSERT INTO evolved.moved VALUES (DEFAULT), ('b');
ALTER TYPE evolved.before RENAME TO "0 after";
ALTER TYPE evolved."0 after" SET SCHEMA "zz late";
GRANT CREATE, USAGE ON SCHEMA "zz late" TO regress_dump_owner;
ALTER TYPE "zz late"."0 after" OWNER TO regress_dump_owner;
SELECT gb_enum_add_value('"zz late"."0 after"', 'c', description => 'after all that');
CREATE VIEW evolved.moved_too AS SELECT m, "zz late"."0 after_description"(m::smallint), 'c'::"zz late"."0 after" AS c FROM evolved.moved WHERE m OPERATOR("zz late".<) 'c';
ANALYZE;
