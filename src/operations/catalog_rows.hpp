#pragma once

// Catalogs that are read from one end to the other.

#include "server/server.hpp"

extern "C" {
#include "access/genam.h"
#include "access/table.h"
#include "utils/snapmgr.h"
}

namespace gb_enums::operations {

/// Calls `visit` with the columns of fixed width of each row that the current statement sees.
template <typename Row, typename Visit>
void ForEachRow(Oid catalog, Visit visit) {
    const Relation relation = table_open(catalog, AccessShareLock);
    const SysScanDesc scan =
        systable_beginscan(relation, InvalidOid, false, GetActiveSnapshot(), 0, nullptr);
    while (const HeapTuple row = systable_getnext(scan)) {
        CHECK_FOR_INTERRUPTS();
        visit(*reinterpret_cast<const Row*>(GETSTRUCT(row)));
    }
    systable_endscan(scan);
    table_close(relation, AccessShareLock);
}

}  // namespace gb_enums::operations
