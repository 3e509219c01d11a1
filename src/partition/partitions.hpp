#pragma once

// The partitions that a table has.

#include "partition/parent_key.hpp"
#include "partition/time/layout.hpp"

extern "C" {
#include "partitioning/partbounds.h"
#include "partitioning/partdesc.h"
#include "utils/partcache.h"
}

namespace gb_enums::partition {

/// Zeroed memory of the server's for `count` values. An Axis wants more alignment than palloc
/// gives.
template <typename T>
T* AllocateArray(std::size_t count) {
    return reinterpret_cast<T*>(TYPEALIGN(alignof(T), palloc0(sizeof(T) * count + alignof(T))));
}

/// The server's list of the partitions of a table; an error when the table is partitioned by an
/// expression.
PartitionDesc PartitionsOf(Relation parent);

/// The partitions of an open table, in order, in the server's memory.
struct Partitions {
    Range* ranges;
    int count;
    Oid default_partition;  ///< InvalidOid when there is none
};
Partitions ReadPartitions(Relation parent, const KeyCoding& coding);

/// A bound as the timestamp of its place, which is infinite for MINVALUE, MAXVALUE and keys that
/// have none, and as text: the time in the zone, or the id.
struct Bound {
    TimestampTz at;
    char text[48];
};
Bound MakeBound(const ParentKey& parent_key, Axis key, bool is_upper);

/// Takes, until the end of the transaction, the lock that ATTACH takes: a second session that
/// creates a partition waits until the first has done so; readers and writers do not wait.
void KeepCreatorsWaiting(Oid parent);

}  // namespace gb_enums::partition
