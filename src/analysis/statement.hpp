#pragma once

// Statements of an application, analysed as when a driver prepares them. None is executed.

#include "analysis/execution.hpp"

extern "C" {
#include "access/xact.h"
#include "storage/proc.h"
#include "tcop/tcopprot.h"
#include "utils/resowner.h"
}

namespace gb_enums {

/// How long a lock is waited for, in ms; halved when one was not granted, so that a table which is
/// locked does not keep the caller for long.
class LockWait {
  public:
    /// Sets it until the end of the subtransaction. What is set already and shorter stays.
    void Set() const;
    void NoteFailure(const ErrorData& error);

  private:
    int wait_ = 2000;
};

/// Whether an error says nothing about the statement: no memory, a cancel, the end of the server.
bool EndsTheCall(const ErrorData& error);

/// Does work in a subtransaction that is rolled back, so that no lock is kept, and in which nothing
/// is executed. Returns the error that came, or nullptr.
template <typename Work>
ErrorData* Attempt(LockWait* lock_wait, Work work) {
    const MemoryContext context = CurrentMemoryContext;
    const ResourceOwner owner = CurrentResourceOwner;
    ErrorData* volatile error = nullptr;
    BeginInternalSubTransaction(nullptr);
    MemoryContextSwitchTo(context);
    const ExecutionHooks hooks = ForbidExecution();
    PG_TRY();
    {
        // The functions around this one would call the error's place a place in their own source.
        error_context_stack = nullptr;
        lock_wait->Set();
        work();
    }
    PG_CATCH();
    {
        MemoryContextSwitchTo(context);
        error = CopyErrorData();
        FlushErrorState();
    }
    PG_END_TRY();
    Restore(hooks);
    RollbackAndReleaseCurrentSubTransaction();
    MemoryContextSwitchTo(context);
    CurrentResourceOwner = owner;
    if (error != nullptr) {
        if (EndsTheCall(*error)) {
            ReThrowError(error);
        }
        lock_wait->NoteFailure(*error);
    }
    return error;
}

/// A list of RawStmt*: the statements of a text. Raises 54001 for a text that is very long.
List* ParseStatements(const char* source);

/// Analyses a statement; parameters get the types that it needs. This calls no hook of other
/// extensions, which would count the statement as one of the session.
Query* AnalyseStatement(RawStmt* statement, const char* source);

}  // namespace gb_enums
