-- The data of the platform's nine tables, from 2024-01-01 to 2026-01-20, at any size. Rows are functions of their
-- numbers, not random: every run has the same. Their shape is that of production:
--   - a few tenants have most rows, and a few users most sessions
--   - months grow (four times as much at the end as at the begin), days and weeks have busy hours
--   - sessions are short or long, in order of time; what is unread, active or undecided is recent, a little is old

CREATE SCHEMA scale;
SET search_path = scale, public;

-- From 0 to 1, looks random: of row N, for the purpose SALT.
CREATE FUNCTION share(n bigint, salt integer) RETURNS double precision IMMUTABLE PARALLEL SAFE
    RETURN (hashint8extended(n, salt) & 9007199254740991)::double precision / 9007199254740992;

CREATE FUNCTION key(n bigint, salt integer) RETURNS uuid IMMUTABLE PARALLEL SAFE
    RETURN md5(salt::text || '/' || n::text)::uuid;

-- The name at the place SHARE of a distribution, which names have by their upper bounds.
CREATE FUNCTION pick(share double precision, bounds double precision[], names text[]) RETURNS text
    IMMUTABLE PARALLEL SAFE
    RETURN names[1 + width_bucket(share, bounds)];

-- A day that comes earlier or later, so that most happens in the middle of each period. STRENGTH is from 0 to 1.
CREATE FUNCTION busy(days double precision, period integer, strength double precision) RETURNS double precision
    IMMUTABLE PARALLEL SAFE
    RETURN days + strength * period / 2 / pi() * sin(2 * pi() * days / period);

-- Days since the begin until row N of TOTAL, if all hours were alike.
CREATE FUNCTION days(n bigint, total bigint) RETURNS double precision IMMUTABLE PARALLEL SAFE
    RETURN busy(751 * ln(1 + 3 * n::double precision / total) / ln(4), 7, 0.5);

-- The time of such a day. In the middle of days and of weeks there is ten times as much as on average.
CREATE FUNCTION moment(days double precision) RETURNS timestamptz IMMUTABLE PARALLEL SAFE
    RETURN to_timestamp(1704067200 /* 2024-01-01 */ + 86400 * busy(days, 1, 0.8));

-- From 1 to 1000; the first has a tenth of all rows, the last 500 have a fifth.
CREATE FUNCTION tenant(n bigint, salt integer) RETURNS bigint IMMUTABLE PARALLEL SAFE
    RETURN 1 + (1000 * share(n, salt) ^ 3)::bigint % 1000;

-- Whether row N of TOTAL is one of the open ones: a part of the latest 4 % of rows, and few of the others.
CREATE FUNCTION is_open(n bigint, total bigint, salt integer) RETURNS boolean IMMUTABLE PARALLEL SAFE
    RETURN share(n, salt) < CASE WHEN n > total - total / 25 THEN 0.4 ELSE 0.003 END;

-- Each function returns the rows from number FIRST to LAST, of TOTAL.

CREATE FUNCTION bots(first bigint, last bigint, total bigint)
RETURNS TABLE (id uuid, tenant_id bigint, created_at timestamptz, is_active boolean, llm_provider text)
STABLE PARALLEL SAFE BEGIN ATOMIC
    SELECT key(n, 1), tenant(n, 1), moment(day), share(n, 2) < 0.8,
           pick(share(n, 3), '{0.45,0.75,0.9,0.97}', '{openai,anthropic,azure_openai,google,local}')
    FROM (SELECT n, days(n, total) AS day FROM generate_series(first, last) n OFFSET 0) rows;
END;

CREATE FUNCTION user_sessions(first bigint, last bigint, total bigint)
RETURNS TABLE (id uuid, user_id uuid, tenant_id bigint, created_at timestamptz, last_activity_at timestamptz,
               message_count integer, channel text, title text, n bigint)
STABLE PARALLEL SAFE BEGIN ATOMIC
    SELECT key(n, 2), key(user_number, 3), tenant(user_number, 4), moment(day),
           moment(day) + interval '40 seconds' * message_count, message_count,
           pick(share(n, 7), '{0.45,0.8,0.9,0.95}', '{web,whatsapp,telegram,email,msteams}'),
           'Conversation ' || n || ' about '
           || pick(share(n, 8), '{0.3,0.6}', '{an order,the delivery of an order,an invoice}'), n
    FROM (SELECT n, (total / 12 * share(n, 5) ^ 1.5)::bigint AS user_number, days(n, total) AS day,
                 1 + (45 * share(n, 6) ^ 4)::integer AS message_count
          FROM generate_series(first, last) n OFFSET 0) rows;
END;

-- The messages of sessions FIRST to LAST: ten a session on average.
CREATE FUNCTION message_history(first bigint, last bigint, total bigint)
RETURNS TABLE (id uuid, session_id uuid, user_id uuid, tenant_id bigint, created_at timestamptz, message_index integer,
               role text, message_type text, is_read boolean, content text)
STABLE PARALLEL SAFE BEGIN ATOMIC
    WITH sessions AS MATERIALIZED (SELECT * FROM user_sessions(first, last, total))
    SELECT key(m.n, 9), s.id, s.user_id, s.tenant_id, s.created_at + interval '40 seconds' * i, i,
           CASE WHEN share(m.n, 10) < 0.04 THEN 'tool' WHEN i % 2 = 0 THEN 'user' ELSE 'assistant' END,
           pick(share(m.n, 11), '{0.92,0.96,0.98}', '{text,image,document,audio}'), NOT is_open(s.n, total, 12),
           left(repeat('What somebody said about an order, in a few words or in many. ', 6),
                20 + (300 * share(m.n, 13) ^ 3)::integer)
    FROM sessions s CROSS JOIN LATERAL generate_series(0, s.message_count - 1) i
    CROSS JOIN LATERAL (SELECT s.n * 100 + i AS n) m;
END;

CREATE FUNCTION auto_tasks(first bigint, last bigint, total bigint)
RETURNS TABLE (id uuid, tenant_id bigint, created_at timestamptz, updated_at timestamptz, scheduled_at timestamptz,
               expires_at timestamptz, status text, priority text, execution_mode text, risk_level text, intent text)
STABLE PARALLEL SAFE BEGIN ATOMIC
    SELECT key(n, 14), tenant(n, 15), moment(day), moment(day) + interval '1 hour' * share(n, 16),
           moment(day) + interval '1 hour', moment(day) + interval '1 day',
           CASE WHEN is_open(n, total, 17)
                THEN pick(share(n, 18), '{0.5,0.6,0.7,0.75}', '{pending,ready,running,paused,waiting_approval}')
                ELSE pick(share(n, 18), '{0.88,0.95}', '{completed,failed,cancelled}') END,
           pick(share(n, 19), '{0.13,0.88,0.97,0.995}', '{low,normal,high,urgent,critical}'),
           pick(share(n, 20), '{0.6,0.9}', '{supervised,autonomous,manual}'),
           pick(share(n, 21), '{0.5,0.8,0.95,0.99}', '{none,low,medium,high,critical}'),
           pick(share(n, 22), '{0.4,0.65,0.8,0.9}', '{action,todo,query,schedule,app_create}')
    FROM (SELECT n, days(n, total) AS day FROM generate_series(first, last) n OFFSET 0) rows;
END;

-- Every third task needs an approval.
CREATE FUNCTION task_approvals(first bigint, last bigint, total bigint)
RETURNS TABLE (id uuid, task_id uuid, created_at timestamptz, expires_at timestamptz, status text, risk_level text)
STABLE PARALLEL SAFE BEGIN ATOMIC
    SELECT key(n, 23), key(n * 3, 14), moment(day), moment(day) + interval '1 day',
           CASE WHEN is_open(n, total, 24) THEN 'pending'
                ELSE pick(share(n, 25), '{0.82,0.9,0.97}', '{approved,rejected,expired,skipped}') END,
           pick(share(n, 26), '{0.7,0.95}', '{medium,high,critical}')
    FROM (SELECT n, days(n, total) AS day FROM generate_series(first, last) n OFFSET 0) rows;
END;

CREATE FUNCTION analytics_events(first bigint, last bigint, total bigint)
RETURNS TABLE (id uuid, tenant_id bigint, created_at timestamptz, channel text, event text)
STABLE PARALLEL SAFE BEGIN ATOMIC
    SELECT key(n, 27), tenant(n, 28), moment(day),
           pick(share(n, 29), '{0.45,0.8,0.9,0.95}', '{web,whatsapp,telegram,email,msteams}'),
           pick(share(n, 30), '{0.5,0.8,0.95}', '{message_sent,message_read,session_started,task_finished}')
    FROM (SELECT n, days(n, total) AS day FROM generate_series(first, last) n OFFSET 0) rows;
END;

CREATE FUNCTION memories(first bigint, last bigint, total bigint)
RETURNS TABLE (id uuid, user_id uuid, tenant_id bigint, created_at timestamptz, memory_type text, content text)
STABLE PARALLEL SAFE BEGIN ATOMIC
    SELECT key(n, 31), key(user_number, 3), tenant(user_number, 4), moment(day),
           pick(share(n, 33), '{0.5,0.7,0.9,0.98}', '{short,long,episodic,semantic,procedural}'),
           'What is remembered of conversation ' || n
    FROM (SELECT n, (total / 6 * share(n, 32) ^ 1.5)::bigint AS user_number, days(n, total) AS day
          FROM generate_series(first, last) n OFFSET 0) rows;
END;

CREATE FUNCTION intents(first bigint, last bigint, total bigint)
RETURNS TABLE (id uuid, session_id uuid, created_at timestamptz, confidence real, intent_type text)
STABLE PARALLEL SAFE BEGIN ATOMIC
    SELECT key(n, 34), key(n * 3, 2), moment(day), share(n, 35)::real,
           pick(share(n, 36), '{0.4,0.65,0.8,0.9,0.98}', '{action,todo,query,schedule,app_create,unknown}')
    FROM (SELECT n, days(n, total) AS day FROM generate_series(first, last) n OFFSET 0) rows;
END;

CREATE FUNCTION files(first bigint, last bigint, total bigint)
RETURNS TABLE (id uuid, tenant_id bigint, created_at timestamptz, bytes bigint, sync_status text, path text)
STABLE PARALLEL SAFE BEGIN ATOMIC
    SELECT key(n, 37), tenant(n, 38), moment(day), (100 / (0.000001 + share(n, 39) ^ 2))::bigint,
           CASE WHEN is_open(n, total, 40) THEN pick(share(n, 41), '{0.8,0.95}', '{pending,conflict,error}')
                ELSE 'synced' END,
           '/documents/' || n || '.pdf'
    FROM (SELECT n, days(n, total) AS day FROM generate_series(first, last) n OFFSET 0) rows;
END;

-- How many of each thing there are when all tables have :rows rows. Messages are counted by their sessions.
CREATE TABLE things (position serial, name text PRIMARY KEY, number bigint, rows_each integer DEFAULT 1);
INSERT INTO things (name, number, rows_each)
SELECT name, greatest(1000, part * :rows)::bigint, rows_each
FROM (VALUES ('bots', 0.0005, 1), ('user_sessions', 0.06, 1), ('message_history', 0.06, 10), ('auto_tasks', 0.06, 1),
             ('task_approvals', 0.02, 1), ('analytics_events', 0.2, 1), ('memories', 0.03, 1), ('intents', 0.02, 1),
             ('files', 0.01, 1)) v (name, part, rows_each);

-- What was written in a form: a row for each table as it was filled, one for the indexes of all, and one for each
-- of the changes.
CREATE TABLE loads (form text, step text, rows bigint, seconds numeric, wal_bytes numeric);

-- The statement that adds the things FIRST to LAST of TOTAL to the table NAME that is first in search_path. Numbers after
-- TOTAL are what comes next.
CREATE FUNCTION addition(name text, first bigint, last bigint, total bigint) RETURNS text STABLE BEGIN ATOMIC
    SELECT format('INSERT INTO %1$I SELECT %2$s FROM scale.%1$I(%3$s, %4$s, %5$s)', name,
                  string_agg(format('%I::%s', attname, format_type(atttypid, NULL)), ', ' ORDER BY attnum),
                  first, last, total)
    FROM pg_attribute WHERE attrelid = name::regclass AND attnum > 0;
END;

-- Fills that table, some 250,000 rows a transaction.
CREATE PROCEDURE fill(name text) LANGUAGE plpgsql AS $$
DECLARE
    thing scale.things := t FROM scale.things t WHERE t.name = fill.name;
    wal pg_lsn := pg_current_wal_insert_lsn();
    begun timestamptz := clock_timestamp();
    shown timestamptz := begun;
    at_once bigint := 250000 / thing.rows_each;
    until bigint;
    added bigint;
    added_all bigint := 0;
BEGIN
    FOR since IN 1 .. thing.number BY at_once LOOP
        until := least(since + at_once - 1, thing.number);
        EXECUTE scale.addition(name, since, until, thing.number);
        GET DIAGNOSTICS added = ROW_COUNT;
        added_all := added_all + added;
        COMMIT;
        IF clock_timestamp() > shown + interval '10 seconds' OR until = thing.number THEN
            shown := clock_timestamp();
            RAISE NOTICE '% %: % rows, % %%', current_schema, name, added_all, 100 * until / thing.number;
        END IF;
    END LOOP;
    INSERT INTO scale.loads
    VALUES (current_schema, name, added_all, extract(epoch FROM clock_timestamp() - begun),
            pg_current_wal_insert_lsn() - wal);
END
$$;

-- Measures what the application writes every day: messages of 100 new sessions, and 100 tasks that go on. The tables
-- that are first in search_path are full and have their indexes. A checkpoint comes before, so each page that is
-- written to is logged in full once. All is undone.
CREATE PROCEDURE change() LANGUAGE plpgsql AS $$
DECLARE
    step record;
    wal pg_lsn;
    begun timestamptz;
    changed bigint;
    seconds numeric;
    wal_bytes numeric;
BEGIN
    FOR step IN
        SELECT 'new messages' AS name, scale.addition('message_history', number + 1, number + 100, number) AS statement
        FROM scale.things WHERE things.name = 'message_history'
        UNION ALL
        SELECT 'tasks that go on', $update$UPDATE auto_tasks
            SET status = 'ready', updated_at = updated_at + interval '1 minute'
            WHERE id IN (SELECT id FROM auto_tasks WHERE status = 'pending' ORDER BY id LIMIT 100)$update$
    LOOP
        CHECKPOINT;
        wal := pg_current_wal_insert_lsn();
        begun := clock_timestamp();
        EXECUTE step.statement;
        GET DIAGNOSTICS changed = ROW_COUNT;
        seconds := extract(epoch FROM clock_timestamp() - begun);
        wal_bytes := pg_current_wal_insert_lsn() - wal;
        ROLLBACK;
        INSERT INTO scale.loads VALUES (current_schema, step.name, changed, seconds, wal_bytes);
        COMMIT;
    END LOOP;
END
$$;
