-- The queries of the platform, the plans that they are meant to have, and functions that show the plans they have.
-- In a query, words in braces are replaced: {active}, {undecided}, {unsynced} and {priority} by what the form
-- writes there, the others by a row of scale.keys.
SET search_path = scale, public;

CREATE TABLE forms (form text PRIMARY KEY, active text, undecided text, unsynced text, priority text);

-- A plan is a regular expression for what plan_of() returns.
CREATE TABLE queries (position serial, name text PRIMARY KEY, plan text, query text);
INSERT INTO queries (name, plan, query) VALUES
('sessions of a user',
 'Index Only Scan user_sessions \(user_id, created_at\)',
 'SELECT title, message_count, last_activity_at, created_at FROM user_sessions
  WHERE user_id = ''{user}'' ORDER BY created_at DESC LIMIT 20'),
('messages of a session',
 '(Sort; )?Index Scan message_history \(session_id, message_index\), 2\d partitions',
 'SELECT message_index, role, message_type, content FROM message_history
  WHERE session_id = ''{session}'' ORDER BY message_index'),
('messages of a session and its time',
 '(Sort; )?Index Scan message_history \(session_id, message_index\)(, 2 partitions)?(; BRIN Scan message_history .*)?',
 'SELECT message_index, role, message_type, content FROM message_history
  WHERE session_id = ''{session}'' AND created_at >= ''{begun}'' AND created_at <= ''{ended}''
  ORDER BY message_index'),
('unread messages of a user',
 '(Sort; )?Index Scan message_history \(user_id, created_at\), 2\d partitions',
 'SELECT session_id, role, content, created_at FROM message_history
  WHERE user_id = ''{user}'' AND NOT is_read ORDER BY created_at'),
('unread messages of a user in a month',
 '(Sort; )?Index Scan message_history \(user_id, created_at\)(, [23] partitions)?',
 'SELECT session_id, role, content, created_at FROM message_history
  WHERE user_id = ''{user}'' AND NOT is_read AND created_at >= ''2025-12-21 00:00+00'' ORDER BY created_at'),
('the next tasks by priority',
 'Index Scan auto_tasks \(status, priority\)',
 'SELECT id, status, priority FROM auto_tasks WHERE status = ''pending'' ORDER BY {priority} DESC LIMIT 20'),
('active tasks by status and priority',
 'Index Only Scan auto_tasks \(status, priority\)',
 'SELECT status, priority, count(*) FROM auto_tasks WHERE {active} GROUP BY status, priority'),
('pending approvals of a task',
 'Index Scan task_approvals \(task_id, expires_at\)',
 'SELECT id, risk_level, expires_at FROM task_approvals WHERE task_id = ''{task}'' AND {undecided}'),
('active bots of a tenant',
 'Index Scan bots \(tenant_id, is_active\)',
 'SELECT id, llm_provider FROM bots WHERE tenant_id = {tenant} AND is_active'),
('memories of a user of one kind',
 'Index Scan memories \(user_id, memory_type\)',
 'SELECT content, created_at FROM memories WHERE user_id = ''{user}'' AND memory_type = ''semantic'''),
('intents of a session',
 'Index Scan intents \(session_id\)',
 'SELECT intent_type, confidence FROM intents WHERE session_id = ''{session}'''),
('files of a tenant to be synced',
 'Index Scan files \(tenant_id, created_at\)',
 'SELECT path, sync_status FROM files WHERE tenant_id = {tenant} AND {unsynced}'),
('messages of the sessions of a user: joined',
 'Nested Loop; (Sort; )?Index (Only )?Scan user_sessions \(user_id, created_at\); '
 'Index Scan message_history \(session_id, message_index\), 2\d partitions',
 'SELECT s.title, m.message_index, m.role, m.content
  FROM (SELECT id, title FROM user_sessions WHERE user_id = ''{user}'' ORDER BY created_at DESC LIMIT 20) s
  JOIN message_history m ON m.session_id = s.id'),
('sessions of a tenant in a week by channel',
 'Index Scan user_sessions \(tenant_id, created_at\)',
 'SELECT channel, count(*), sum(message_count) FROM user_sessions
  WHERE tenant_id = {tenant} AND {week} GROUP BY channel'),
('messages of a tenant in a week by role',
 'BRIN Scan message_history \(created_at\)',
 'SELECT role, count(*) FROM message_history
  WHERE tenant_id = {tenant} AND {week} GROUP BY role'),
('events of an hour',
 'BRIN Scan analytics_events \(created_at\)',
 'SELECT channel, event, count(*) FROM analytics_events
  WHERE {hour} GROUP BY channel, event'),
('messages of a month by role and type',
 '(Seq|BRIN) Scan message_history( \(created_at\))?',
 'SELECT role, message_type, count(*) FROM message_history
  WHERE {month} GROUP BY role, message_type'),
('all tasks by status',
 '(Index Only|Seq) Scan auto_tasks( \(status, created_at\))?',
 'SELECT status, count(*) FROM auto_tasks GROUP BY status');

-- What a query is about, in five samples: a session of the last month, its user and its tenant, a task, and times.
CREATE TABLE keys AS
SELECT sample, s.id AS session, s.user_id AS "user", s.tenant_id AS tenant, s.created_at AS begun,
       s.last_activity_at AS ended, key((0.97 * tasks.number)::bigint / 3 * 3 + 3 * sample, 14) AS task,
       $$created_at >= '2025-12-03 12:00+00' AND created_at < '2025-12-03 13:00+00'$$ AS hour,
       $$created_at >= '2025-12-01 00:00+00' AND created_at < '2025-12-08 00:00+00'$$ AS week,
       $$created_at >= '2025-12-01 00:00+00' AND created_at < '2026-01-01 00:00+00'$$ AS month
FROM generate_series(1, 5) sample, things sessions, things tasks,
     LATERAL (SELECT (sessions.number * (0.97 + 0.005 * sample))::bigint AS number) n,
     user_sessions(n.number, n.number, sessions.number) s
WHERE sessions.name = 'user_sessions' AND tasks.name = 'auto_tasks';

-- The query as the form has it, in one line, with the keys of a sample.
CREATE FUNCTION statement(query text, form text, sample integer) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
    word record;
BEGIN
    FOR word IN
        SELECT j.* FROM scale.forms f, jsonb_each_text(to_jsonb(f)) j WHERE f.form = statement.form
        UNION ALL
        SELECT j.* FROM scale.keys k, jsonb_each_text(to_jsonb(k)) j WHERE k.sample = statement.sample
    LOOP
        query := replace(query, '{' || word.key || '}', word.value);
    END LOOP;
    RETURN regexp_replace(query, '\s+', ' ', 'g');
END
$$;

-- The table or the index to which a partition, or its index, belongs, or itself.
CREATE FUNCTION whole(relation regclass) RETURNS regclass LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT inhparent FROM pg_inherits WHERE inhrelid = relation), relation)
$$;

-- How plans name an index, "table (column, ...)", or a table.
CREATE FUNCTION title(relation regclass) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce(
        (SELECT format('%s (%s)', indrelid::regclass, string_agg(attname, ', ' ORDER BY place))
         FROM pg_index, unnest(indkey[0:indnkeyatts - 1]) WITH ORDINALITY key (number, place), pg_attribute
         WHERE indexrelid = scale.whole(relation) AND attrelid = indrelid AND attnum = number
         GROUP BY indrelid),
        scale.whole(relation)::text)
$$;

-- The scans, joins and sorts of a plan in EXPLAIN's JSON. The scan of a btree is an Index Scan, also when it makes a
-- bitmap. Partitions that have no page to scan are left out.
CREATE FUNCTION nodes(plan jsonb) RETURNS TABLE (place bigint, node text) LANGUAGE sql STABLE AS $$
    SELECT place, concat_ws(' ', CASE WHEN type <> 'Bitmap Index Scan' THEN type
                                      WHEN amname = 'brin' THEN 'BRIN Scan' ELSE 'Index Scan' END, scale.title(relation))
    FROM (SELECT place, node ->> 'Node Type' AS type,
                 coalesce(node ->> 'Index Name', node ->> 'Relation Name')::regclass AS relation
          FROM jsonb_path_query(plan, 'strict $.** ? (@."Node Type" like_regex "Scan|Join|Nested|Sort")')
               WITH ORDINALITY n (node, place)) n
    LEFT JOIN pg_class c ON c.oid = relation
    LEFT JOIN pg_am a ON a.oid = c.relam
    WHERE type NOT IN ('Subquery Scan', 'Bitmap Heap Scan') AND NOT (type = 'Seq Scan' AND pg_relation_size(relation) = 0)
$$;

-- The nodes of a statement's plan in their order, but sorts only if it has ORDER BY. Scans of several partitions are
-- one, with their number. Tables are found through search_path.
CREATE FUNCTION plan_of(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    plan jsonb;
BEGIN
    EXECUTE 'EXPLAIN (FORMAT JSON) ' || statement INTO plan;
    RETURN string_agg(node || CASE WHEN number > 1 THEN format(', %s partitions', number) ELSE '' END, '; ' ORDER BY first)
        FROM (SELECT node, count(*) AS number, min(place) AS first FROM scale.nodes(plan)
              WHERE node <> 'Sort' OR statement ~ 'ORDER BY' GROUP BY node) n;
END
$$;

-- The platform without that join: a query for the sessions, and one for the messages of each (N+1).
CREATE FUNCTION one_by_one("user" uuid) RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN format('SELECT id, title FROM user_sessions WHERE user_id = %L ORDER BY created_at DESC LIMIT 20', $1)
        || string_agg(format('; SELECT message_index, role, content FROM message_history WHERE session_id = %L',
                             id), '')
        FROM (SELECT id FROM typed.user_sessions WHERE user_id = $1 ORDER BY created_at DESC LIMIT 20) s;
END
$$;

-- The queries that have another plan in a form than they are meant to have. A VARCHAR has to sort priorities.
CREATE FUNCTION other_plans(form text) RETURNS TABLE (name text, sample integer, plan text, meant text)
LANGUAGE sql AS $$
    SELECT * FROM (
        SELECT q.name, k.sample, scale.plan_of(scale.statement(q.query, form, k.sample)) AS plan,
               CASE WHEN form = 'varchar_check' AND q.query ~ '{priority}' THEN 'Sort; Index Scan auto_tasks .*'
                    ELSE q.plan END AS meant
        FROM scale.queries q, scale.keys k) p
    WHERE plan !~ ('^(' || meant || ')$')
$$;
