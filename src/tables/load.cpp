// What long work can know about the load on the server: how it got along itself, and whether
// others want to work.

#include "server/result_row.hpp"

extern "C" {
#include "access/transam.h"
#include "storage/fd.h"
#include "storage/proc.h"
#include "utils/pg_rusage.h"
#include "utils/wait_event.h"

#include <unistd.h>
}

namespace gb_enums {

namespace {

double Seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

/// The seconds for which this process was ready to run and had to wait for a processor; 0 where the
/// system does not tell.
double SecondsInQueue() {
    FILE* file = AllocateFile("/proc/self/schedstat", "r");
    if (file == nullptr) {
        return 0;
    }
    unsigned long long run = 0;
    unsigned long long waited = 0;
    const bool is_read = fscanf(file, "%llu %llu", &run, &waited) == 2;
    FreeFile(file);
    return is_read ? static_cast<double>(waited) / 1e9 : 0;
}

/// Whether a process executes a statement of a transaction, and neither waits for its client nor
/// sleeps. Read without a lock: the statement may begin or end at any moment anyway.
bool Works(const PGPROC& process) {
    constexpr uint32 kClass = 0xFF000000;
    const uint32 waits_for = process.wait_event_info & kClass;
    return process.pid != 0 && OidIsValid(process.databaseId) &&
           (TransactionIdIsValid(process.xid) || TransactionIdIsValid(process.xmin)) &&
           (process.statusFlags & PROC_IS_AUTOVACUUM) == 0 && waits_for != PG_WAIT_CLIENT &&
           waits_for != PG_WAIT_TIMEOUT;
}

}  // namespace

/// () -> (worked double precision, queued double precision, processors integer): the seconds for
/// which a processor has worked for this session, and for which the session has waited for one; and
/// how many there are
GB_ENUMS_FUNCTION(gb_session_load) {
    PGRUsage usage;
    pg_rusage_init(&usage);
    ResultRow row;
    row.Add(Float8GetDatum(Seconds(usage.ru.ru_utime) + Seconds(usage.ru.ru_stime)));
    row.Add(Float8GetDatum(SecondsInQueue()));
    row.Add(Int32GetDatum(std::max<int>(sysconf(_SC_NPROCESSORS_ONLN), 1)));
    PG_RETURN_DATUM(row.ToDatum(fcinfo));
}

/// () -> boolean: whether another session executes a statement now
GB_ENUMS_FUNCTION(gb_others_work) {
    for (uint32 i = 0; i < ProcGlobal->allProcCount; ++i) {
        const PGPROC& process = ProcGlobal->allProcs[i];
        if (&process != MyProc && Works(process)) {
            PG_RETURN_BOOL(true);
        }
    }
    PG_RETURN_BOOL(false);
}

}  // namespace gb_enums
