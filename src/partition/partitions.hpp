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

/// What the server has of the partitions of a table whose key is no expression; an error for one.
PartitionDesc PartitionsOf(Relation parent);

/// The partitions of an open table, in order, in the server's memory.
struct Partitions {
    Range* ranges;
    int count;
    Oid default_partition;  ///< InvalidOid when there is none
};
Partitions ReadPartitions(Relation parent, const KeyCoding& coding);

/// A bound as an instant, infinite where the key says nothing finite, and as text in the zone.
struct Bound {
    TimestampTz at;
    char text[48];
};
Bound MakeBound(const ParentKey& parent_key, Axis key, bool is_upper);

/// Takes the lock that ATTACH takes too until the end of the transaction: a second creator waits
/// until the first is done, readers and writers do not.
void KeepCreatorsWaiting(Oid parent);

}  // namespace gb_enums::partition
