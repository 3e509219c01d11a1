// CREATE and DROP INDEX CONCURRENTLY from within a procedure. The server runs them only as
// statements of their own, in a session that has nothing else open. So a background worker is that
// session. The procedure waits for it without a snapshot, since the worker would wait for one.

#include "server/arguments.hpp"
#include "server/boundary.hpp"
#include "server/function.hpp"
#include "server/own_queries.hpp"
#include "tables/own_lock.hpp"
#include "tables/table_owner.hpp"

extern "C" {
#include "access/xact.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "storage/dsm.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "tcop/tcopprot.h"
#include "tcop/utility.h"
#include "utils/portal.h"
#include "utils/resowner.h"
#include "utils/snapmgr.h"
#include "utils/wait_event.h"
}

namespace gb_enums::convert {

namespace {

/// How often a session that has an index built looks whether another one waits for the lock.
constexpr long kLookForWaitersMs = 100;

/// The result of a statement.
struct JobResult {
    bool done;
    /// 0 when the worker has not reported an error.
    int sqlstate;
    char message[1024];
    char detail[1024];
    char hint[1024];
};

/// A statement for the worker, in memory that it shares with the procedure.
struct Job {
    Oid database;
    /// The user who connected, and the one who runs the statement.
    Oid session_user;
    Oid user;
    int maintenance_work_mem;
    JobResult result;
    char statement[FLEXIBLE_ARRAY_MEMBER];
};

/// CREATE or DROP INDEX CONCURRENTLY, perhaps after the search_path that finds the operators of its
/// expressions.
struct IndexStatement {
    VariableSetStmt* search_path;
    Node* statement;
};

bool SetsSearchPath(Node* node) {
    return IsA(node, VariableSetStmt) && castNode(VariableSetStmt, node)->kind == VAR_SET_VALUE &&
           strcmp(castNode(VariableSetStmt, node)->name, "search_path") == 0;
}

bool IsAllowed(const char* statement, IndexStatement* result) {
    List* trees = pg_parse_query(statement);
    *result = {};
    if (list_length(trees) == 2) {
        Node* setting = linitial_node(RawStmt, trees)->stmt;
        result->search_path =
            SetsSearchPath(setting) ? castNode(VariableSetStmt, setting) : nullptr;
    }
    if (list_length(trees) != (result->search_path == nullptr ? 1 : 2)) {
        return false;
    }
    Node* parsed = llast_node(RawStmt, trees)->stmt;
    result->statement = parsed;
    return (IsA(parsed, IndexStmt) && castNode(IndexStmt, parsed)->concurrent) ||
           (IsA(parsed, DropStmt) && castNode(DropStmt, parsed)->removeType == OBJECT_INDEX &&
            castNode(DropStmt, parsed)->concurrent);
}

/// Runs the statement at the top of a session, as if a client had sent it.
void Execute(const Job& job) {
    StartTransactionCommand();
    char* role = GetUserNameFromId(job.user, false);
    SetConfigOption("role", role, PGC_USERSET, PGC_S_SESSION);
    SetConfigOption("search_path", "pg_catalog, pg_temp", PGC_USERSET, PGC_S_SESSION);
    SetConfigOption("default_tablespace", "", PGC_USERSET, PGC_S_SESSION);
    SetConfigOption("maintenance_work_mem", psprintf("%d", job.maintenance_work_mem), PGC_USERSET,
                    PGC_S_SESSION);
    CommitTransactionCommand();

    // Both outlive the transactions that the statement is made of.
    PortalContext = AllocSetContextCreate(TopMemoryContext, "gb_enums", ALLOCSET_DEFAULT_SIZES);
    const MemoryContext caller = MemoryContextSwitchTo(PortalContext);
    SetCurrentStatementStartTimestamp();
    debug_query_string = job.statement;
    pgstat_report_activity(STATE_RUNNING, job.statement);
    StartTransactionCommand();
    MemoryContextSwitchTo(PortalContext);
    auto* plan = makeNode(PlannedStmt);
    plan->commandType = CMD_UTILITY;
    plan->canSetTag = true;
    IndexStatement index{};
    if (!IsAllowed(job.statement, &index)) {
        elog(ERROR, "unexpected statement for a background worker: %s", job.statement);
    }
    plan->utilityStmt = index.statement;
    if (index.search_path != nullptr) {
        ExecSetVariableStmt(index.search_path, true);
    }
    PushActiveSnapshot(GetTransactionSnapshot());
    ProcessUtility(plan, job.statement, false, PROCESS_UTILITY_TOPLEVEL, nullptr, nullptr,
                   None_Receiver, nullptr);
    if (ActiveSnapshotSet()) {
        PopActiveSnapshot();
    }
    CommitTransactionCommand();
    MemoryContextSwitchTo(caller);
    pgstat_report_activity(STATE_IDLE, nullptr);
}

void Report(JobResult* result, const ErrorData& error) {
    const auto copy = [](char* to, const char* from, std::size_t size) {
        strlcpy(to, from == nullptr ? "" : from, size);
    };
    result->sqlstate = error.sqlerrcode;
    copy(result->message, error.message, sizeof result->message);
    copy(result->detail, error.detail, sizeof result->detail);
    copy(result->hint, error.hint, sizeof result->hint);
}

dsm_segment* MakeJob(const char* statement, Oid owner) {
    const std::size_t size = offsetof(Job, statement) + strlen(statement) + 1;
    dsm_segment* segment = dsm_create(size, 0);
    // The memory must outlive the transaction.
    dsm_pin_mapping(segment);
    auto* job = static_cast<Job*>(dsm_segment_address(segment));
    memset(job, 0, size);
    job->database = MyDatabaseId;
    job->session_user = GetAuthenticatedUserId();
    job->user = owner;
    job->maintenance_work_mem = maintenance_work_mem;
    strcpy(job->statement, statement);  // NOLINT: sized for it
    return segment;
}

BackgroundWorker DescribeWorker(const char* library) {
    BackgroundWorker worker{};
    strlcpy(worker.bgw_name, "gb_enums: index build", sizeof worker.bgw_name);
    strlcpy(worker.bgw_type, "gb_enums index build", sizeof worker.bgw_type);
    strlcpy(worker.bgw_function_name, "gb_enums_concurrently_main",
            sizeof worker.bgw_function_name);
    strlcpy(worker.bgw_library_name, library, sizeof worker.bgw_library_name);
    worker.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
    worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
    worker.bgw_restart_time = BGW_NEVER_RESTART;
    worker.bgw_notify_pid = MyProcPid;
    return worker;
}

BackgroundWorkerHandle* Start(BackgroundWorker* worker) {
    BackgroundWorkerHandle* handle = nullptr;
    if (!RegisterDynamicBackgroundWorker(worker, &handle)) {
        ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_RESOURCES),
                        errmsg("could not start a background worker"),
                        errdetail("All that max_worker_processes allows are in use."),
                        errhint("Try again later, or have max_worker_processes increased.")));
    }
    return handle;
}

/// The next statement for the indexes of the table's conversion, nullptr when there is none.
const char* NextStatement(Oid relation) {
    Oid types[] = {REGCLASSOID};
    Datum values[] = {ObjectIdGetDatum(relation)};
    const MemoryContext caller = CurrentMemoryContext;
    const OwnQueries queries;
    SPI_execute_with_args("SELECT gb_enums_internal.convert_online_index($1)", 1, types, values,
                          nullptr, false, 1);
    const char* statement = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
    if (statement != nullptr) {
        statement = MemoryContextStrdup(caller, statement);
    }
    queries.End();
    return statement;
}

/// Releases what there is beside the worker: the memory, and the lock.
void Release(dsm_segment* segment, Oid relation) {
    if (segment != nullptr) {
        dsm_detach(segment);
    }
    const LOCKTAG lock = TagOf(OwnLock::kConversion, relation);
    LockRelease(&lock, ExclusiveLock, true);
}

/// Waits for the end of the worker, and ends it when another session waits for the lock: whoever
/// undoes the conversion has no use for the index, and has a snapshot for which the build may wait.
/// Whether it was ended so.
bool WaitFor(BackgroundWorkerHandle* worker, Oid relation) {
    const LOCKTAG lock = TagOf(OwnLock::kConversion, relation);
    pid_t pid = 0;
    while (GetBackgroundWorkerPid(worker, &pid) != BGWH_STOPPED) {
        if (LockHasWaiters(&lock, ExclusiveLock, true)) {
            TerminateBackgroundWorker(worker);
            WaitForBackgroundWorkerShutdown(worker);
            return true;
        }
        WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, kLookForWaitersMs,
                  WAIT_EVENT_BGWORKER_SHUTDOWN);
        ResetLatch(MyLatch);
        CHECK_FOR_INTERRUPTS();
    }
    return false;
}

void EndWorker(int /*code*/, Datum worker) {
    TerminateBackgroundWorker(reinterpret_cast<BackgroundWorkerHandle*>(worker));
}

/// The same. The worker does not outlive the wait for it, nor the session: nobody else would wait
/// for it, or could end it.
bool WaitOrEnd(BackgroundWorkerHandle* worker, Oid relation) {
    bool is_ended = false;
    PG_ENSURE_ERROR_CLEANUP(EndWorker, PointerGetDatum(worker));
    {
        is_ended = WaitFor(worker, relation);
    }
    PG_END_ENSURE_ERROR_CLEANUP(EndWorker, PointerGetDatum(worker));
    return is_ended;
}

/// Runs the statement, and waits for its end.
JobResult RunAndWait(BackgroundWorker* worker, Oid relation, const char* statement,
                     dsm_segment** segment) {
    *segment = MakeJob(statement, OwnerFor(relation));
    worker->bgw_main_arg = UInt32GetDatum(dsm_segment_handle(*segment));
    // A transaction that has no snapshot yet.
    SPI_connect_ext(SPI_OPT_NONATOMIC);
    SPI_commit();
    SPI_finish();
    const bool is_ended = WaitOrEnd(Start(worker), relation);
    JobResult result = static_cast<Job*>(dsm_segment_address(*segment))->result;
    // What is left of it is for the next step.
    result.done = result.done || (is_ended && result.sqlstate == 0);
    return result;
}

/// Raises the error of a job that was not done.
[[noreturn]] void RaiseFailure(const JobResult& result) {
    if (result.sqlstate == 0) {
        ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                        errmsg("the background worker that was to build an index ended early"),
                        errhint("The server's log says why.")));
    }
    ereport(ERROR, (errcode(result.sqlstate), errmsg_internal("%s", result.message),
                    result.detail[0] == '\0' ? 0 : errdetail_internal("%s", result.detail),
                    result.hint[0] == '\0' ? 0 : errhint("%s", result.hint)));
    pg_unreachable();
}

/// The statement as the caller gave it, or else the next one of the conversion.
const char* StatementOf(FunctionCallInfo fcinfo) {
    if (PG_ARGISNULL(1)) {
        return NextStatement(PG_GETARG_OID(0));
    }
    const char* statement = text_to_cstring(PG_GETARG_TEXT_PP(1));
    IndexStatement parsed{};
    if (!IsAllowed(statement, &parsed)) {
        ereport(ERROR,
                (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                 errmsg("only CREATE INDEX CONCURRENTLY and DROP INDEX CONCURRENTLY run here")));
    }
    return statement;
}

/// Runs the statement, if there is one. After an error nothing is held any more.
JobResult RunOrRelease(FunctionCallInfo fcinfo, BackgroundWorker* worker, dsm_segment** segment) {
    const Oid relation = PG_GETARG_OID(0);
    JobResult result{};
    PG_TRY();
    {
        const char* statement = StatementOf(fcinfo);
        if (statement == nullptr) {
            result.done = true;
        } else {
            result = RunAndWait(worker, relation, statement, segment);
        }
    }
    PG_CATCH();
    {
        Release(*segment, relation);
        PG_RE_THROW();
    }
    PG_END_TRY();
    return result;
}

}  // namespace

/// The main function of the worker: runs the job and reports its result.
extern "C" PGDLLEXPORT void gb_enums_concurrently_main(Datum handle) {
    pqsignal(SIGTERM, die);
    BackgroundWorkerUnblockSignals();
    CurrentResourceOwner = ResourceOwnerCreate(nullptr, "gb_enums");
    dsm_segment* segment = dsm_attach(DatumGetUInt32(handle));
    if (segment == nullptr) {
        // The procedure that asked for the job has ended.
        proc_exit(0);
    }
    dsm_pin_mapping(segment);
    auto* job = static_cast<Job*>(dsm_segment_address(segment));
    BackgroundWorkerInitializeConnectionByOid(job->database, job->session_user, 0);
    PG_TRY();
    {
        Execute(*job);
        job->result.done = true;
    }
    PG_CATCH();
    {
        HOLD_INTERRUPTS();
        MemoryContextSwitchTo(TopMemoryContext);
        EmitErrorReport();
        Report(&job->result, *CopyErrorData());
        FlushErrorState();
        AbortCurrentTransaction();
    }
    PG_END_TRY();
    proc_exit(0);
}

/// (relation oid, statement text): CREATE or DROP INDEX CONCURRENTLY, as the owner of a table that
/// the caller may act for; ends the caller's transaction. Without a statement, it is the next one
/// for the indexes of the table's conversion, if there is one: what was next before the lock may
/// have been done by another session. Does nothing while another session takes a step of the
/// conversion. An interrupt ends the statement too.
GB_ENUMS_FUNCTION(gb_enum_run_concurrently) {
    RequireArgument(fcinfo, 0, "the table");
    if (fcinfo->context == nullptr || !IsA(fcinfo->context, CallContext) ||
        castNode(CallContext, fcinfo->context)->atomic) {
        ereport(ERROR, (errcode(ERRCODE_INVALID_TRANSACTION_TERMINATION),
                        errmsg("indexes cannot be built concurrently inside a transaction block")));
    }
    const Oid relation = PG_GETARG_OID(0);
    OwnerFor(relation);
    BackgroundWorker worker = DescribeWorker(LibraryOfFunction(fcinfo));
    if (!Take(OwnLock::kConversion, relation, true, false)) {
        PG_RETURN_VOID();
    }
    dsm_segment* segment = nullptr;
    const JobResult result = RunOrRelease(fcinfo, &worker, &segment);
    Release(segment, relation);
    if (!result.done) {
        RaiseFailure(result);
    }
    PG_RETURN_VOID();
}

}  // namespace gb_enums::convert
