#pragma once

// How the key of a partitioned table tells the time.

#include "partition/server_time.hpp"
#include "partition/time/keys.hpp"
#include "server/relation.hpp"

extern "C" {
#include "access/table.h"
#include "utils/rel.h"
}

namespace gb_enums::partition {

/// The grid of an interval and an anchor (nullptr: the default anchor); an error when slots cannot
/// be that long.
Grid MakeGrid(const Interval* every, const Timestamp* anchor);

/// How a table's key is read, and the zone in which its days begin.
struct ParentKey {
    KeyCoding coding;
    pg_tz* zone;
};

/// How the key of an open table tells the time, by the table and by four arguments from `first` on,
/// each of which may be NULL: zone, key, epoch, shift. An error when the table is not one whose
/// partitions this can manage.
ParentKey ReadParentKey(FunctionCallInfo fcinfo, int first, Relation parent);

/// An error for a table that is partitioned by an expression. To be called before the server reads
/// the key: whoever reads it runs the functions that the owner put into the expression.
void RefuseExpressions(Relation parent);

/// The name by which callers know a kind of key.
const char* KeyName(KeyKind kind);

/// The place of a key on the axis of all keys.
Axis KeyOf(KeyKind kind, Datum datum);

/// The instant of a key's time, which for local kinds is a wall clock's reading in `zone`.
TimestampTz InstantOf(const KeyCoding& coding, const Zone& zone, std::int64_t microseconds);

}  // namespace gb_enums::partition
