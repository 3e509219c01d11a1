#include "analysis/execution.hpp"

#include "server/function.hpp"
#include "type/catalog.hpp"

namespace gb_enums {

namespace {

/// Those of other extensions.
ExecutionHooks others{};

void Refuse(Oid function) {
    ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                    errmsg("function %s is not executed to analyse a statement",
                           format_procedure(function)),
                    errdetail("It would run with the rights of the caller.")));
}

bool NeedsCall(Oid function) {
    return IsCodeOfOthers(function) ||
           (others.needs_call != nullptr && others.needs_call(function));
}

void Call(FmgrHookEventType event, FmgrInfo* function, Datum* state) {
    if (event == FHET_START && IsCodeOfOthers(function->fn_oid)) {
        Refuse(function->fn_oid);
    }
    if (others.call != nullptr) {
        others.call(event, function, state);
    }
}

/// The hook before asks for functions in other languages than the server's only.
void Access(ObjectAccessType access, Oid catalog, Oid object, int part, void* argument) {
    if (access == OAT_FUNCTION_EXECUTE && func_volatile(object) == PROVOLATILE_VOLATILE) {
        Refuse(object);
    }
    if (others.access != nullptr) {
        others.access(access, catalog, object, part, argument);
    }
}

void Start(QueryDesc* /*statement*/, int /*flags*/) {
    ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                    errmsg("no other statement is executed to analyse a statement"),
                    errdetail("It would run with the rights of the caller.")));
}

}  // namespace

bool IsCodeOfOthers(Oid function) {
    if (function < FirstNormalObjectId) {
        return false;
    }
    const Oid language = FunctionLanguage(function);
    return language != INTERNALlanguageId && language != ClanguageId &&
           language != DefinitionLanguage();  // data, which nobody calls
}

ExecutionHooks ForbidExecution() {
    const ExecutionHooks before{needs_fmgr_hook, fmgr_hook, object_access_hook, ExecutorStart_hook};
    if (before.call != Call) {
        others = before;
    }
    Restore({NeedsCall, Call, Access, Start});
    return before;
}

void Restore(const ExecutionHooks& hooks) {
    needs_fmgr_hook = hooks.needs_call;
    fmgr_hook = hooks.call;
    object_access_hook = hooks.access;
    ExecutorStart_hook = hooks.start;
}

}  // namespace gb_enums
