// The lock by which only one session at a time creates partitions of a table.

#include "partition/partitions.hpp"
#include "server/relation.hpp"
#include "tables/table_owner.hpp"

extern "C" {
#include "catalog/pg_inherits.h"
}

namespace gb_enums::partition {

namespace {

/// Whether this session's list of a table's partitions is that of the catalog. To compare them is
/// much less work than to make the list again.
bool KnowsPartitions(Oid parent) {
    const Relation table = OpenTable(parent, NoLock);
    Oid known = 0;
    int count = 0;
    if (table->rd_rel->relkind == RELKIND_PARTITIONED_TABLE) {
        const PartitionDesc desc = PartitionsOf(table);
        count = desc->nparts;
        known = std::accumulate(desc->oids, desc->oids + count, Oid{0}, std::bit_xor<>());
    }
    table_close(table, NoLock);
    List* children = find_inheritance_children_extended(parent, false, NoLock, nullptr, nullptr);
    ListCell* cell = nullptr;
    foreach (cell, children) {
        known ^= lfirst_oid(cell);
    }
    return known == 0 && count == list_length(children);
}

}  // namespace

void KeepCreatorsWaiting(Oid parent) {
    OwnerFor(parent);
    LockRelationOid(parent, ShareUpdateExclusiveLock);
    // While the server makes the list of partitions, the message of an ATTACH gets lost, and the
    // list stays without that partition. Under the lock there is no ATTACH.
    if (!KnowsPartitions(parent)) {
        RelationCacheInvalidateEntry(parent);
    }
}

/// (parent regclass)
GB_ENUMS_FUNCTION(gb_partition_lock) {
    KeepCreatorsWaiting(PG_GETARG_OID(0));
    PG_RETURN_VOID();
}

}  // namespace gb_enums::partition
