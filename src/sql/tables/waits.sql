
-- How long others can make somebody wait -----------------------------------------------------------
--
-- Functions that people call for partitions and conversions wait for locks in with_lock_attempts()
-- (lock_attempts.sql). How long an attempt may wait and how many there may be has limits, which are the
-- library's (src/tables/waits.cpp). Values beyond them that are on record are read as the nearest within.

CREATE FUNCTION gb_enums_internal.check_waits(lock_timeout interval, attempts integer) RETURNS void
    LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'gb_check_waits';
COMMENT ON FUNCTION gb_enums_internal.check_waits(interval, integer) IS
    'an error unless locks are to be waited for within the limits';

CREATE FUNCTION gb_enums_internal.lock_timeout_within_limits(lock_timeout interval) RETURNS interval
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'gb_lock_timeout_within_limits';
COMMENT ON FUNCTION gb_enums_internal.lock_timeout_within_limits(interval) IS
    'the nearest time to wait for a lock that is within the limits';

CREATE FUNCTION gb_enums_internal.attempts_within_limits(attempts integer) RETURNS integer
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'gb_attempts_within_limits';
COMMENT ON FUNCTION gb_enums_internal.attempts_within_limits(integer) IS
    'the nearest number of attempts that is within the limits';

CREATE FUNCTION gb_enums_internal.limit_waits(lock_timeout interval) RETURNS void
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'gb_limit_waits';
COMMENT ON FUNCTION gb_enums_internal.limit_waits(interval) IS
    'no lock is waited for longer until the end of the block or function that calls it; what is set '
    'already and shorter stays';

-- A view over many tables does not wait two seconds for each.
CREATE FUNCTION gb_enums_internal.rest_of_wait() RETURNS interval
    LANGUAGE sql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS $$ SELECT interval '2 seconds' - (clock_timestamp() - statement_timestamp()) $$;
COMMENT ON FUNCTION gb_enums_internal.rest_of_wait() IS
    'what is left of two seconds since the client''s statement began';

CREATE FUNCTION gb_enums_internal.limit_time(until timestamptz) RETURNS void
    LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'gb_limit_time';
COMMENT ON FUNCTION gb_enums_internal.limit_time(timestamptz) IS
    'when the block that calls it is canceled, whatever it executes then; NULL for never';

CREATE FUNCTION gb_enums_internal.time_is_over() RETURNS boolean
    LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'gb_time_is_over';
COMMENT ON FUNCTION gb_enums_internal.time_is_over() IS
    'whether the last block with such a limit was canceled by it';

CREATE FUNCTION gb_enums_internal.require_writable(doing text) RETURNS void
    LANGUAGE c STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'gb_require_writable';
COMMENT ON FUNCTION gb_enums_internal.require_writable(text) IS
    'an error in a transaction that cannot write, as on a standby';

-- A conversion counts rows, and compares definitions, under a lock. It has to see what was committed before
-- it had the lock.
CREATE FUNCTION gb_enums_internal.require_read_committed(subject text) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    isolation CONSTANT text := current_setting('transaction_isolation');
BEGIN
    IF isolation <> 'read committed' THEN
        RAISE EXCEPTION '% cannot be converted in a transaction that is %', subject, upper(isolation)
            USING ERRCODE = 'invalid_transaction_state',
                  DETAIL = 'It does not see what was committed '
                           'between its beginning and the lock on the table.',
                  HINT = 'Use READ COMMITTED; '
                         'the transactions of a procedure are as default_transaction_isolation says.';
    END IF;
END $$;
COMMENT ON FUNCTION gb_enums_internal.require_read_committed(text) IS
    'an error in a transaction that does not see what others committed meanwhile';
