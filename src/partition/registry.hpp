#pragma once

// The tables in which sets, and how their maintenance went, are on record.

#include "server/server.hpp"

extern "C" {
#include "access/genam.h"
#include "access/table.h"
#include "utils/snapmgr.h"
}

namespace gb_enums::partition {

/// A table of the registry.
inline Relation OpenRegistry(const char* name, LOCKMODE lock) {
    return table_openrv(makeRangeVar(pstrdup("gb_enums_internal"), pstrdup(name), -1), lock);
}

/// Finds the row of a table in a registry by its primary key, and gives it to `use`; false when
/// there is none.
template <typename Use>
bool FindRow(Relation registry, Oid parent, Use use) {
    list_free(RelationGetIndexList(registry));  // which finds the primary key
    ScanKeyData key;
    ScanKeyInit(&key, 1, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(parent));
    const SysScanDesc scan =
        systable_beginscan(registry, registry->rd_pkindex, OidIsValid(registry->rd_pkindex),
                           GetActiveSnapshot(), 1, &key);
    const HeapTuple row = systable_getnext(scan);
    const bool found = HeapTupleIsValid(row);
    if (found) {
        use(row);
    }
    systable_endscan(scan);
    return found;
}

}  // namespace gb_enums::partition
