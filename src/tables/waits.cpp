// Limits for how long other people can make somebody wait: for their locks, and for the code that
// owners of tables have executed. All functions that manage or convert tables have these limits.

#include "tables/waits.hpp"

#include "server/arguments.hpp"
#include "server/read_only.hpp"

extern "C" {
#include "access/xact.h"
#include "storage/latch.h"
#include "storage/lock.h"
#include "storage/proc.h"
#include "utils/timeout.h"
#include "utils/timestamp.h"
}

namespace gb_enums {

namespace {

/// The longest wait of one attempt at a lock, in milliseconds, and the most attempts.
constexpr int kLongestWait = 60 * 1000;
constexpr int kMostAttempts = 20;

/// Whether an interval is a wait within the limits. Months and days are not, since their length is
/// a convention, and a negative number of them would hide a longer time. An infinite interval has
/// months.
bool IsWait(const Interval& interval) {
    return interval.month == 0 && interval.day == 0 && interval.time >= 1000 &&
           interval.time <= std::int64_t{kLongestWait} * 1000;
}

/// Milliseconds within the limits, whatever the interval is.
int MillisecondsWithinLimits(const Interval& interval) {
    if (IsWait(interval)) {
        return static_cast<int>((interval.time + 999) / 1000);
    }
    const bool is_less = interval.month < 0 || (interval.month == 0 && interval.day < 0) ||
                         (interval.month == 0 && interval.day == 0 && interval.time < 1000);
    return is_less ? 1 : kLongestWait;
}

/// The time after which the statements of a block are canceled.
struct TimeLimit {
    bool is_known_to_server;
    TimeoutId timeout;
    /// The block, when there is a limit.
    SubTransactionId block;
    volatile sig_atomic_t is_over;
};
TimeLimit time_limit{false, MAX_TIMEOUTS, InvalidSubTransactionId, 0};

/// Called when the time is over, and each second from then on.
void CancelStatement() {
    time_limit.is_over = 1;
    InterruptPending = 1;
    QueryCancelPending = 1;
    SetLatch(MyLatch);
}

void EndTimeLimit() {
    time_limit.block = InvalidSubTransactionId;
    disable_timeout(time_limit.timeout, false);
    if (time_limit.is_over != 0) {
        // The block that the cancel was meant for has ended.
        QueryCancelPending = 0;
    }
}

void AtEndOfBlock(SubXactEvent event, SubTransactionId block, SubTransactionId /*parent*/,
                  void* /*unused*/) {
    if (time_limit.block == InvalidSubTransactionId) {
        return;
    }
    if (block == time_limit.block &&
        (event == SUBXACT_EVENT_PRE_COMMIT_SUB || event == SUBXACT_EVENT_ABORT_SUB)) {
        EndTimeLimit();
    } else if (event == SUBXACT_EVENT_ABORT_SUB && time_limit.is_over != 0) {
        // A block within this one may have caught the cancel. The next statement is canceled as
        // well.
        InterruptPending = 1;
        QueryCancelPending = 1;
    }
}

void AtEndOfTransaction(XactEvent /*event*/, void* /*unused*/) {
    if (time_limit.block != InvalidSubTransactionId) {
        EndTimeLimit();
    }
}

}  // namespace

bool IsWaitedFor() {
    const TransactionId transaction = GetCurrentTransactionIdIfAny();
    if (!TransactionIdIsValid(transaction)) {
        return false;
    }
    LOCKTAG lock;
    SET_LOCKTAG_TRANSACTION(lock, transaction);
    return LockHasWaiters(&lock, ExclusiveLock, false);
}

Interval* WaitWithinLimits(const Interval& interval) {
    auto* result = static_cast<Interval*>(palloc0(sizeof(Interval)));
    result->time = std::int64_t{MillisecondsWithinLimits(interval)} * 1000;
    return result;
}

int AttemptsWithinLimits(int attempts) {
    return std::clamp(attempts, 1, kMostAttempts);
}

/// (lock_timeout interval, attempts integer): an error when they are not within the limits
GB_ENUMS_FUNCTION(gb_check_waits) {
    RequireArgument(fcinfo, 0, "lock_timeout and attempts");
    RequireArgument(fcinfo, 1, "lock_timeout and attempts");
    if (!IsWait(*PG_GETARG_INTERVAL_P(0))) {
        ereport(ERROR,
                (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                 errmsg("invalid lock_timeout \"%s\"",
                        DatumGetCString(DirectFunctionCall1(interval_out, PG_GETARG_DATUM(0)))),
                 errdetail("A lock is waited for from 1 millisecond to %d seconds at a time.",
                           kLongestWait / 1000)));
    }
    if (PG_GETARG_INT32(1) < 1 || PG_GETARG_INT32(1) > kMostAttempts) {
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("invalid attempts %d", PG_GETARG_INT32(1)),
                        errdetail("There are from 1 to %d attempts at a lock.", kMostAttempts)));
    }
    PG_RETURN_VOID();
}

/// (lock_timeout interval) -> the nearest that is within the limits
GB_ENUMS_FUNCTION(gb_lock_timeout_within_limits) {
    PG_RETURN_INTERVAL_P(WaitWithinLimits(*PG_GETARG_INTERVAL_P(0)));
}

/// (attempts integer) -> the nearest number that is within the limits
GB_ENUMS_FUNCTION(gb_attempts_within_limits) {
    PG_RETURN_INT32(AttemptsWithinLimits(PG_GETARG_INT32(0)));
}

/// (doing text)
GB_ENUMS_FUNCTION(gb_require_writable) {
    RequireWritable(text_to_cstring(PG_GETARG_TEXT_PP(0)));
    PG_RETURN_VOID();
}

/// (lock_timeout interval): limits the wait for each lock until the end of the block that calls
/// this, or of the function when it has settings of its own. A shorter limit that is set already
/// stays.
GB_ENUMS_FUNCTION(gb_limit_waits) {
    const int wait = MillisecondsWithinLimits(*PG_GETARG_INTERVAL_P(0));
    if (LockTimeout > 0 && LockTimeout <= wait) {
        PG_RETURN_VOID();
    }
    // A level of its own, which ends with the one around it.
    NewGUCNestLevel();
    set_config_option("lock_timeout", psprintf("%d", wait), PGC_USERSET, PGC_S_SESSION,
                      GUC_ACTION_SAVE, true, 0, false);
    PG_RETURN_VOID();
}

/// (until timestamptz): cancels statements of the block that calls this at that time; NULL means
/// never. An error when the time is past. A limit of a block around it stays. Code that an owner
/// has executed by somebody else sets no limit: it could make a cancel look like the end of the
/// time.
GB_ENUMS_FUNCTION(gb_limit_time) {
    if (time_limit.block != InvalidSubTransactionId || InSecurityRestrictedOperation()) {
        PG_RETURN_VOID();
    }
    time_limit.is_over = 0;
    if (PG_ARGISNULL(0)) {
        PG_RETURN_VOID();
    }
    if (GetCurrentSubTransactionId() == TopSubTransactionId) {
        ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                        errmsg("time is limited in a block that can catch the error only")));
    }
    if (!time_limit.is_known_to_server) {
        time_limit.timeout = RegisterTimeout(USER_TIMEOUT, CancelStatement);
        RegisterSubXactCallback(AtEndOfBlock, nullptr);
        RegisterXactCallback(AtEndOfTransaction, nullptr);
        time_limit.is_known_to_server = true;
    }
    const TimestampTz now = GetCurrentTimestamp();
    const TimestampTz until = std::min(PG_GETARG_TIMESTAMPTZ(0), now + USECS_PER_DAY);
    if (until <= now) {
        time_limit.is_over = 1;
        ereport(ERROR, (errcode(ERRCODE_QUERY_CANCELED), errmsg("the time for it is over")));
    }
    time_limit.block = GetCurrentSubTransactionId();
    enable_timeout_every(time_limit.timeout, until, 1000);
    PG_RETURN_VOID();
}

/// () -> boolean: whether the last limit of that kind has been reached
GB_ENUMS_FUNCTION(gb_time_is_over) {
    PG_RETURN_BOOL(time_limit.is_over != 0);
}

/// () -> boolean: see IsWaitedFor()
GB_ENUMS_FUNCTION(gb_is_waited_for) {
    PG_RETURN_BOOL(IsWaitedFor());
}

}  // namespace gb_enums
