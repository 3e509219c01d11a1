
-- Attempts at locks --------------------------------------------------------------------------------
--
-- A statement that waits for a lock makes all that come later wait, too. So it waits for a short time only;
-- then all locks of the attempt are released, and after a pause there is another attempt.
--
-- Work that may wait for locks is one function. The function that people call has it called like this:
--
--     RETURN gb_enums_internal.with_lock_attempts(
--         (relation, lock_timeout, attempts), 'registration', 'gb_enums_internal.partition_register($1)',
--         settings, NULL::regclass);

CREATE TYPE gb_enums_internal.lock_waits AS (relation regclass, lock_timeout interval, attempts integer);
COMMENT ON TYPE gb_enums_internal.lock_waits IS
    'how long each attempt at a lock waits, how many attempts there are, and which table messages are about';

CREATE FUNCTION gb_enums_internal.locks_in_the_way(relation regclass, is_exclusive boolean)
    RETURNS SETOF pg_locks
    LANGUAGE sql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT l.*
FROM pg_locks l
WHERE l.locktype IN ('relation', 'object') AND l.granted AND l.pid IS DISTINCT FROM pg_backend_pid()
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  -- convert_lock(), of the table that the conversion began with, and partition_settings_lock()
  AND (l.classid = 'pg_class'::regclass
          AND l.objid IN (SELECT locks_in_the_way.relation
                          UNION ALL
                          SELECT c.relation
                          FROM gb_enums_internal.online_conversion c
                          WHERE c.target = locks_in_the_way.relation)
       OR l.relation = locks_in_the_way.relation
          AND (is_exclusive OR l.mode NOT IN ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock'))
       OR l.relation IN (SELECT i.inhrelid FROM pg_inherits i WHERE i.inhparent = locks_in_the_way.relation)
       OR l.relation IN (
           SELECT k.confrelid FROM pg_constraint k
           WHERE k.conrelid = locks_in_the_way.relation AND k.contype = 'f'))
$$;
COMMENT ON FUNCTION gb_enums_internal.locks_in_the_way(regclass, boolean) IS
    'the locks that a statement on a table waits for; an exclusive statement waits for every lock';

CREATE FUNCTION gb_enums_internal.lock_holders(relation regclass, is_exclusive boolean) RETURNS text
    LANGUAGE sql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
-- A session may hold locks on thousands of partitions.
WITH held AS (
    SELECT l.locktype, l.objsubid, l.pid, l.virtualtransaction, l.mode,
        array_agg(format('"%s"', l.relation::regclass)
                  ORDER BY l.relation <> lock_holders.relation, l.relation::regclass::text) AS tables
    FROM gb_enums_internal.locks_in_the_way(relation, is_exclusive) l
    GROUP BY l.locktype, l.objsubid, l.pid, l.virtualtransaction, l.mode)
SELECT gb_enums_internal.first_of(array_agg(DISTINCT CASE h.locktype
           WHEN 'object' THEN format(
               CASE h.objsubid WHEN 26467 THEN '%s changes how "%s" is managed.'
                               ELSE '%s takes a step of the conversion of "%s".' END,
               n.holder, lock_holders.relation)
           ELSE format('%s holds %s on %s%s.',
               n.holder, h.mode, gb_enums_internal.first_of(h.tables, 3, ', ', ' and %s more'),
               ' (' || nullif(concat_ws(', ', 'role "' || a.usename || '"',
                   'application "' || nullif(a.application_name, '') || '"',
                   'transaction since "' || date_trunc('second', a.xact_start) || '"'), '') || ')') END),
       10, ' ', ' %s more locks are in the way.')
FROM held h
CROSS JOIN LATERAL (
    SELECT coalesce('Process ' || h.pid, (
        SELECT format('Prepared transaction "%s"', x.gid)
        FROM pg_locks t
        JOIN pg_prepared_xacts x ON x.transaction = t.transactionid
        WHERE t.locktype = 'transactionid' AND t.virtualtransaction = h.virtualtransaction))) n(holder)
LEFT JOIN pg_stat_activity a ON a.pid = h.pid
$$;
COMMENT ON FUNCTION gb_enums_internal.lock_holders(regclass, boolean) IS
    'a sentence on each session and kind of lock that a statement on a table waits for; an exclusive '
    'statement waits for every lock';

CREATE TYPE gb_enums_internal.lock_holder AS (pid integer, role regrole, application text, query text);
COMMENT ON TYPE gb_enums_internal.lock_holder IS 'a process that holds a lock, and what it executes';

CREATE FUNCTION gb_enums_internal.lock_holder(relation regclass, is_exclusive boolean)
    RETURNS gb_enums_internal.lock_holder
    LANGUAGE sql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT (a.pid, a.usesysid, a.application_name,
        nullif(a.query, '<insufficient privilege>'))::gb_enums_internal.lock_holder
FROM gb_enums_internal.locks_in_the_way(relation, is_exclusive) l
JOIN pg_stat_activity a USING (pid)
ORDER BY a.xact_start
LIMIT 1
$$;
COMMENT ON FUNCTION gb_enums_internal.lock_holder(regclass, boolean) IS
    'the process that a statement on a table waits for, the one with the oldest transaction; NULL for none';

-- Pauses before the next attempt. When there is none left it raises the error.
CREATE FUNCTION gb_enums_internal.next_lock_attempt(
    waits gb_enums_internal.lock_waits, attempt integer, doing text, problem text, is_exclusive boolean)
    RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    -- The session's own limit, if that is shorter.
    waited interval := least(
        waits.lock_timeout, nullif(current_setting('lock_timeout')::interval, interval '0'));
BEGIN
    IF attempt < waits.attempts THEN
        RAISE NOTICE '% of "%" is waiting for a lock (attempt % of %): %',
            doing, waits.relation, attempt, waits.attempts, problem;
        -- Not in step with others who wait for the same lock.
        PERFORM pg_sleep(least(0.05 + random() * 0.2 * attempt, 0.9));
        RETURN;
    END IF;
    RAISE EXCEPTION '% of "%" gave up after % of % ms',
            doing, waits.relation,
            CASE WHEN waits.attempts = 1 THEN '1 attempt' ELSE waits.attempts || ' attempts' END,
            (extract(epoch FROM waited) * 1000)::bigint
        USING ERRCODE = 'lock_not_available',
              DETAIL = coalesce(gb_enums_internal.lock_holders(waits.relation, is_exclusive),
                                format('The server said: %s.', problem)),
              HINT = 'Try again when those transactions have ended, or allow a longer lock_timeout.';
END $$;
COMMENT ON FUNCTION gb_enums_internal.next_lock_attempt(
    gb_enums_internal.lock_waits, integer, text, text, boolean) IS
    'waits for the next attempt at a lock, or raises the error when there is none left';

CREATE FUNCTION gb_enums_internal.evaluate(expression text, argument anyelement, result anycompatible)
    RETURNS anycompatible
    LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'gb_evaluate';
COMMENT ON FUNCTION gb_enums_internal.evaluate(text, anyelement, anycompatible) IS
    'the value of an expression in which $1 is the argument; the result only tells its type';

-- The call is an expression in which $1 is the argument, so that a value of any type gets there as it
-- is. The result of the call has the type of `result`, whose value does not matter.
CREATE FUNCTION gb_enums_internal.with_lock_attempts(
    waits gb_enums_internal.lock_waits, doing text, call text, argument anyelement,
    INOUT result anycompatible, is_exclusive boolean DEFAULT false)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM gb_enums_internal.require_writable(format('%s of "%s"', doing, waits.relation));
    waits.attempts := gb_enums_internal.attempts_within_limits(waits.attempts);
    FOR attempt IN 1 .. waits.attempts LOOP
        BEGIN
            PERFORM gb_enums_internal.limit_waits(waits.lock_timeout);
            result := gb_enums_internal.evaluate(call, argument, result);
            RETURN;
        EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
            PERFORM gb_enums_internal.next_lock_attempt(waits, attempt, doing, sqlerrm, is_exclusive);
        END;
    END LOOP;
END $$;
COMMENT ON FUNCTION gb_enums_internal.with_lock_attempts(
    gb_enums_internal.lock_waits, text, text, anyelement, anycompatible, boolean) IS
    'calls a function, again and again when it cannot have a lock in time, and gives what it returns; an '
    'error after the last attempt';
