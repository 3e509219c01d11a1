#pragma once

// What the server-facing half of the partition manager shares. It includes the server's headers,
// so it comes last, as server.hpp does.

#include "partition/time/keys.hpp"
#include "partition/time/layout.hpp"
#include "server/boundary.hpp"
#include "server/relation.hpp"
#include "tables/table_owner.hpp"

extern "C" {
#include "access/table.h"
#include "catalog/partition.h"
#include "catalog/pg_class.h"
#include "catalog/pg_partitioned_table.h"
#include "commands/defrem.h"
#include "partitioning/partbounds.h"
#include "partitioning/partdesc.h"
#include "pgtime.h"
#include "utils/acl.h"
#include "utils/date.h"
#include "utils/fmgrprotos.h"
#include "utils/partcache.h"
#include "utils/rel.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"
}

namespace gb_enums::partition {

/// Zeroed memory of the server's for `count` values. An Axis wants more alignment than palloc
/// gives.
template <typename T>
T* AllocateArray(std::size_t count) {
    return reinterpret_cast<T*>(TYPEALIGN(alignof(T), palloc0(sizeof(T) * count + alignof(T))));
}

/// A zone of the server's. Nothing in it raises an error, so C++ may use it freely.
class ServerZone final : public Zone {
  public:
    explicit ServerZone(const pg_tz* zone) : zone_(zone) {}

    Transition Next(Instant from) const override {
        const pg_time_t time = from;
        pg_time_t at = 0;
        long before = 0;
        long after = 0;
        int before_is_dst = 0;
        int after_is_dst = 0;
        const int found =
            pg_next_dst_boundary(&time, &before, &before_is_dst, &at, &after, &after_is_dst, zone_);
        return {before, found > 0, at, after};
    }

  private:
    const pg_tz* zone_;
};

/// The zone of that name; an error names one the server does not know.
pg_tz* FindZone(const char* name);

/// The grid of an interval and an anchor (nullptr: the default one); an error when slots cannot be
/// that long.
Grid MakeGrid(const Interval* every, const Timestamp* anchor);

/// How a table's key is read, and in which zone its days begin.
struct Reading {
    KeyCoding coding;
    pg_tz* zone;
};

/// How the key of an open table tells the time, as it is and as arguments `first` and on say, each
/// of which may be NULL: zone, key, epoch, shift. An error when the table is not one whose
/// partitions this can manage.
Reading ReadingOf(FunctionCallInfo fcinfo, int first, Relation parent);

/// A key's place on the axis.
Axis KeyOf(KeyKind kind, Datum datum);

/// What the server has of the partitions of a table whose key is no expression; an error for one.
PartitionDesc PartitionsOf(Relation parent);

/// The partitions of an open table, in order, in the server's memory.
struct Partitions {
    Range* ranges;
    int count;
    Oid default_child;  ///< InvalidOid when there is none
};
Partitions ReadPartitions(Relation parent, const KeyCoding& coding);

/// Microseconds since 1970 as the server counts them.
constexpr TimestampTz ToServer(std::int64_t microseconds) {
    constexpr std::int64_t kEpochDays = POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE;
    return microseconds - kEpochDays * kSecondsPerDay * USECS_PER_SEC;
}

/// The instant of a key's time, which for local kinds is a wall clock's reading in `zone`.
TimestampTz InstantOf(const KeyCoding& coding, const Zone& zone, std::int64_t microseconds);

/// A bound as an instant, infinite where the key says nothing finite, and as text in the zone.
struct Bound {
    TimestampTz at;
    char text[48];
};
Bound MakeBound(const Reading& reading, Axis key, bool is_upper);

/// Takes the lock that ATTACH takes too until the end of the transaction: a second creator waits
/// until the first is done, readers and writers do not.
void KeepCreatorsWaiting(Oid parent);

/// Seconds since 1970, rounded down.
constexpr Instant FromServer(TimestampTz time) {
    constexpr std::int64_t kEpochDays = POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE;
    return FloorDivide(time, USECS_PER_SEC) + kEpochDays * kSecondsPerDay;
}

}  // namespace gb_enums::partition
