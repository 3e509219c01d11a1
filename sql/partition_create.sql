-- create_monthly_partition and gb_partition_create on the platform's message_history
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
SET client_min_messages = notice;
CREATE SCHEMA part_create;
SET search_path = part_create, public;
SET datestyle = iso;
SET timezone = 'Asia/Kolkata';

CREATE TABLE message_history (
    id uuid NOT NULL DEFAULT gen_random_uuid(), session_id uuid, tenant_id bigint, role message_role,
    message_type smallint, content text, message_index integer, is_read boolean DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (id, created_at)) PARTITION BY RANGE (created_at);
CREATE INDEX ON message_history USING brin (created_at);
CREATE INDEX ON message_history (session_id, message_index) INCLUDE (role);
CREATE TABLE message_history_default PARTITION OF message_history DEFAULT;

-- as the design wrote it, where the naive function does not even resolve
SELECT create_monthly_partition('message_history', NOW() + INTERVAL '1 month')::text
     = 'message_history_' || to_char(now() + interval '1 month', 'YYYY_MM') AS next_month;

-- any day of the month, any form of the arguments, any number of times
SELECT create_monthly_partition('message_history', '2024-02-01'::date);
SELECT create_monthly_partition('message_history', '2024-02-29'::date);
SELECT create_monthly_partition('message_history', '2024-01-31 23:59:59.999999'::timestamptz);
SELECT create_monthly_partition('message_history', '2023-12-31 23:59:59'::timestamp);
SELECT create_monthly_partition('message_history', '2024-12-15');
SELECT create_monthly_partition('message_history'::regclass, '2025-07-04'::date);
SELECT create_monthly_partition('part_create.message_history'::regclass, '2025-07-04 12:00+00'::timestamptz);
SELECT create_monthly_partition('part_create.message_history', '0044-03-15 BC'::date);
SELECT create_monthly_partition('message_history', '12024-03-15'::date);
SELECT c.oid::regclass AS partition, pg_get_expr(relpartbound, c.oid) AS bounds
FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid
WHERE inhparent = 'message_history'::regclass AND relname !~ to_char(now() + interval '1 month', 'YYYY_MM$')
ORDER BY pg_get_expr(relpartbound, c.oid), c.relname;

-- the partition is a full one
SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = 'message_history_2024_02'::regclass ORDER BY 1;
SELECT attname, atttypid::regtype, attnotnull, pg_get_expr(adbin, adrelid) FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE attrelid = 'message_history_2024_02'::regclass AND attnum > 0 ORDER BY attnum;
INSERT INTO message_history (role, message_type, created_at) VALUES ('user', 1, '2024-02-29 12:00+00'), ('tool', 0, '2024-03-01 00:00+00');
SELECT tableoid::regclass, role, created_at AT TIME ZONE 'UTC' AS at FROM message_history ORDER BY 3;

-- names: mixed case, dots, blanks, 58 bytes, several bytes per character
CREATE TABLE "Mixed.Case Name" (at date) PARTITION BY RANGE (at);
SELECT create_monthly_partition('"Mixed.Case Name"', '2024-02-29'::date);
SELECT create_monthly_partition('Mixed.Case Name', '2024-03-31'::date);
CREATE TABLE "message.history" (at date) PARTITION BY RANGE (at);
SELECT create_monthly_partition('message.history', '2024-02-29'::date);
SELECT create_monthly_partition('part_create."message.history"', '2024-02-29'::date);
SELECT format('CREATE TABLE %I (at date) PARTITION BY RANGE (at)', repeat('a', 57) || n) FROM generate_series(1, 2) n \gexec
SELECT create_monthly_partition(repeat('a', 57) || n, make_date(2024, m, 1)) FROM generate_series(1, 2) n, generate_series(1, 2) m;
SELECT format('CREATE TABLE %I (at date) PARTITION BY RANGE (at)', repeat('ä', 29)) \gexec
SELECT p, octet_length(p::text) FROM create_monthly_partition(repeat('ä', 29), '2024-02-29'::date) p;

-- rows of the range in DEFAULT: an error with their number, or all of them moved
SELECT create_monthly_partition('message_history', '2024-03-15'::date);
CREATE FUNCTION no_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'deleted'; END $$;
CREATE TRIGGER no_delete BEFORE DELETE ON message_history FOR EACH ROW EXECUTE FUNCTION no_delete();
SELECT gb_partition_create('message_history', '2024-03-15', move_default => true);
SELECT tableoid::regclass, count(*) FROM message_history GROUP BY 1 ORDER BY 1;
DELETE FROM message_history WHERE created_at > '2024-03-01';
SELECT tgrelid::regclass, tgenabled FROM pg_trigger WHERE tgname = 'no_delete' AND tgrelid = 'message_history_default'::regclass;
CREATE TABLE parent_of_fk (id int, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE parent_of_fk_default PARTITION OF parent_of_fk DEFAULT;
CREATE TABLE referrer (id int, at date, FOREIGN KEY (id, at) REFERENCES parent_of_fk ON DELETE CASCADE);
INSERT INTO parent_of_fk VALUES (1, '2024-03-15');
INSERT INTO referrer VALUES (1, '2024-03-15');
SELECT gb_partition_create('parent_of_fk', '2024-03-15', move_default => true);
SELECT count(*) FROM referrer;

-- already covered, overlapping, and a name that is taken
CREATE TABLE events (at timestamptz) PARTITION BY RANGE (at);
CREATE TABLE events_by_hand PARTITION OF events FOR VALUES FROM ('2024-01-01 00:00+00') TO ('2024-02-01 00:00+00');
CREATE TABLE events_old PARTITION OF events FOR VALUES FROM (MINVALUE) TO ('2023-07-01 00:00+00');
SELECT create_monthly_partition('events', '2024-01-15'::date);
SELECT create_monthly_partition('events', '2023-05-15'::date);
SELECT gb_partition_create('events', '2024-01-15', '1 year', 'UTC');
SELECT gb_partition_create('events', '2024-01-15', '1 week', 'UTC');
SELECT gb_partition_create('events', '2024-01-31', '1 week', 'UTC');
CREATE TABLE events_2024_05 (at timestamptz);
SELECT create_monthly_partition('events', '2024-05-15'::date);

-- every interval
CREATE TABLE ticks (at timestamp) PARTITION BY RANGE (at);
SELECT gb_partition_create('ticks', '2004-12-30 17:45+00'::timestamptz + n * interval '20 years', every) AS partition
FROM unnest('{1 hour,6 hours,1 day,3 days,1 week,2 weeks,1 month,2 months,3 months,6 months,1 year,10 years}'::interval[]) WITH ORDINALITY AS i(every, n);
SELECT inhrelid::regclass, pg_get_expr(relpartbound, inhrelid) FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid
WHERE inhparent = 'ticks'::regclass ORDER BY c.relname;
SET client_min_messages = warning;
DROP SCHEMA part_create CASCADE;
