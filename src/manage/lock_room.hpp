#pragma once

#include "server/server.hpp"

extern "C" {
#include "access/xact.h"
}

namespace gb_enums {

/// How many enumerations a transaction has made and dropped.
struct EnumsInTransaction {
    TransactionId transaction = InvalidTransactionId;
    int count = 0;
    int CountOneMore() {
        const TransactionId now = GetTopTransactionId();
        count = now == transaction ? count + 1 : 1;
        transaction = now;
        return count;
    }
};
inline EnumsInTransaction enums_in_transaction;

/// Runs work that makes or drops an enumeration, and so takes a lock for each object of it until
/// the end of the transaction. When the server has no room for one more, the error says how many
/// enumerations it had room for, since to commit earlier is what can be done about it.
template <typename Work>
void WithRoomForLocks(Work&& work) {
    const int count = enums_in_transaction.CountOneMore();
    MemoryContext context = CurrentMemoryContext;
    PG_TRY();
    {
        work();
    }
    PG_CATCH();
    {
        MemoryContextSwitchTo(context);
        ErrorData* error = CopyErrorData();
        const bool no_room = error->sqlerrcode == ERRCODE_OUT_OF_MEMORY && error->hint != nullptr &&
                             strstr(error->hint, "max_locks_per_transaction") != nullptr;
        if (!no_room) {
            PG_RE_THROW();
        }
        FlushErrorState();
        error->detail = psprintf(
            "This transaction makes or drops its enumeration number %d. Each "
            "takes locks until the transaction ends.",
            count);
        error->hint = pstrdup(
            "Make or drop fewer in one transaction, or have "
            "\"max_locks_per_transaction\" increased.");
        ReThrowError(error);
    }
    PG_END_TRY();
}

}  // namespace gb_enums
