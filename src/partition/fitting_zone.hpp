#pragma once

// Whether the partitions that there are begin where slots in a time zone could begin, and whether
// their bounds are times at all.

#include "partition/partitions.hpp"

namespace gb_enums::partition {

/// The first of the partitions that a slot has to agree with that does not fit the zone, or
/// InvalidOid.
Oid FindMisfit(const Grid& grid, const Zone& zone, const KeyCoding& coding,
               const std::vector<Range>& ranges, Axis lower, Axis upper);

/// The name of a zone that all bounds fit: UTC if they do, else the session's, else one that people
/// know.
const char* FittingZone(const Grid& grid, const KeyCoding& coding, const Partitions& partitions);

/// The first partition with a bound that is no time at which a partition could begin, by a key that
/// may be something else (an integer, a uuid): an instant that is no whole quarter of an hour
/// (since the year 2000 no whole minute), or a thousand years away. InvalidOid when the key is a
/// time or an id, or all bounds are times.
Oid FindUnlikely(const KeyCoding& coding, const Zone& zone, const Partitions& partitions,
                 Instant now);

}  // namespace gb_enums::partition
