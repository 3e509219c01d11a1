#pragma once

#include "server/server.hpp"

extern "C" {
#include "access/xact.h"
#include "access/xlog.h"
}

namespace gb_enums {

/// Raises 25006 in a transaction that cannot write. `doing` is what is asked for. The server raises
/// other errors for some locks on a standby, which do not say that it is one.
inline void RequireWritable(const char* doing) {
    if (XactReadOnly) {
        ereport(ERROR, (errcode(ERRCODE_READ_ONLY_SQL_TRANSACTION),
                        errmsg("%s is not possible in a read-only transaction", doing),
                        RecoveryInProgress()
                            ? errhint("This server is a standby. Do it on the primary server.")
                            : 0));
    }
}

}  // namespace gb_enums
