#pragma once

#include "server/server.hpp"

namespace gb_enums {

/// Waits for the end of a transaction that is making an object, and learns what it has made.
inline void WaitForEnd(TransactionId transaction) {
    XactLockTableWait(transaction, nullptr, nullptr, XLTW_None);
    AcceptInvalidationMessages();
}

}  // namespace gb_enums
