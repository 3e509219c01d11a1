#pragma once

#include "server/server.hpp"

namespace gb_enums {

/// Becomes another user until Leave(). When an error comes first, the end of the transaction or
/// subtransaction undoes it, as it does for the server's own VACUUM and REINDEX.
class ActAs {
  public:
    void Enter(Oid user, int context) {
        GetUserIdAndSecContext(&user_, &context_);
        level_ = NewGUCNestLevel();
        SetUserIdAndSecContext(user, context_ | context);
    }
    void Leave() const {
        AtEOXact_GUC(false, level_);
        SetUserIdAndSecContext(user_, context_);
    }

  private:
    Oid user_ = InvalidOid;
    int context_ = 0;
    int level_ = 0;
};

/// Who owns the running function: for ours, who installed the extension.
inline Oid FunctionOwner(FunctionCallInfo fcinfo) {
    HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(fcinfo->flinfo->fn_oid));
    if (!HeapTupleIsValid(tuple)) {
        elog(ERROR, "cache lookup failed for function %u", fcinfo->flinfo->fn_oid);
    }
    const Oid owner = reinterpret_cast<Form_pg_proc>(GETSTRUCT(tuple))->proowner;
    ReleaseSysCache(tuple);
    return owner;
}

}  // namespace gb_enums
