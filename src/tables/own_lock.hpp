#pragma once

// Locks on tables that no statement of the server takes. So only people who may act for a table's
// owner can hold one.

#include "server/server.hpp"

extern "C" {
#include "storage/lock.h"
}

namespace gb_enums {

/// What a session does while it holds the lock. The numbers are in pg_locks.objsubid, where
/// sql/tables/lock_attempts.sql looks for them.
enum class OwnLock : uint16 {
    /// It acts on the table's conversion.
    kConversion = 26466,
    /// It changes how the table is managed.
    kSettings = 26467,
};

LOCKTAG TagOf(OwnLock lock, Oid relation);

/// Takes the lock, for the session or until the end of the transaction; whether it has it. From
/// then on the session knows what others have done to tables before: their names are others after
/// an exchange.
bool Take(OwnLock lock, Oid relation, bool for_session, bool waits);

}  // namespace gb_enums
