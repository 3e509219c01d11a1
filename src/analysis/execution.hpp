#pragma once

// What parsing, analysing and planning a statement must not do: execute other statements, or code
// of others. The statement may be anybody's, and the caller a superuser.

#include "server/server.hpp"

extern "C" {
#include "catalog/objectaccess.h"
#include "executor/executor.h"
}

namespace gb_enums {

/// Whether a function may run other code than the server's and that of C libraries.
bool IsCodeOfOthers(Oid function);

/// The server's hooks before functions and statements are executed.
struct ExecutionHooks {
    needs_fmgr_hook_type needs_call;
    fmgr_hook_type call;
    object_access_hook_type access;
    ExecutorStart_hook_type start;
};

/// From now on, statements, code of others, and volatile functions in expressions are not executed,
/// but raise an error (0A000). A walk through a statement cannot find all that would be: input
/// functions evaluate CHECK constraints of domains, the planner calls functions of commutators and
/// negators, and functions of the server such as table_to_xml execute statements. Returns the hooks
/// that there were, which are to be restored.
ExecutionHooks ForbidExecution();
void Restore(const ExecutionHooks& hooks);

}  // namespace gb_enums
