#pragma once

// How the key of a partitioned table tells the time.

#include "partition/length.hpp"
#include "partition/server_time.hpp"
#include "partition/time/keys.hpp"
#include "server/relation.hpp"

extern "C" {
#include "access/table.h"
#include "utils/rel.h"
}

namespace gb_enums::partition {

/// The grid of a length and an anchor (nullptr: the default anchor; with ids it is the place of
/// one); an error when slots cannot be that long.
Grid MakeGrid(const Length* every, const Timestamp* anchor);

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
Axis KeyOf(const KeyCoding& coding, Datum datum);

/// The timestamp that slots are put in order by, of the place of a key; for local kinds the place
/// is a wall clock's reading in `zone`.
TimestampTz TimestampOf(const KeyCoding& coding, const Zone& zone, KeyPlace place);

}  // namespace gb_enums::partition
