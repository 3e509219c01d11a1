// How much of a table VACUUM (FREEZE) has still to do. The visibility map has a bit for each page.

#include "server/function.hpp"
#include "server/relation.hpp"
#include "tables/table_owner.hpp"

extern "C" {
#include "access/table.h"
#include "access/visibilitymap.h"
#include "storage/bufmgr.h"
}

namespace gb_enums::partition {

namespace {

/// The pages of a table that are not marked as frozen; the table it keeps long values in, if any,
/// is not counted, but named.
std::int64_t UnfrozenPages(Oid relation, Oid* long_values) {
    const Relation table = OpenTable(relation, AccessShareLock);
    *long_values = table->rd_rel->reltoastrelid;
    std::int64_t pages = 0;
    if (table->rd_rel->relam == HEAP_TABLE_AM_OID) {
        BlockNumber visible = 0;
        BlockNumber frozen = 0;
        visibilitymap_count(table, &visible, &frozen);
        pages = std::int64_t{RelationGetNumberOfBlocks(table)} - frozen;
    }
    table_close(table, AccessShareLock);
    return std::max<std::int64_t>(pages, 0);
}

}  // namespace

/// (relation regclass) -> how many pages of a table, and of its long values, are not frozen
GB_ENUMS_FUNCTION(gb_partition_unfrozen_pages) {
    const Oid relation = PG_GETARG_OID(0);
    OwnerFor(relation);
    Oid long_values = InvalidOid;
    std::int64_t pages = UnfrozenPages(relation, &long_values);
    if (OidIsValid(long_values)) {
        pages += UnfrozenPages(long_values, &long_values);
    }
    PG_RETURN_INT64(pages);
}

}  // namespace gb_enums::partition
