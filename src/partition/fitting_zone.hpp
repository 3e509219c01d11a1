#pragma once

// Whether the partitions that there are begin where slots in a time zone could begin.

#include "partition/partitions.hpp"

namespace gb_enums::partition {

/// The first of the partitions that a slot has to agree with that does not fit the zone, or
/// InvalidOid.
Oid FindMisfit(const Grid& grid, const Zone& zone, const KeyCoding& coding,
               const std::vector<Range>& ranges, Axis lower, Axis upper);

/// The name of a zone that all bounds fit: UTC if they do, else the session's, else one that people
/// know.
const char* FittingZone(const Grid& grid, const KeyCoding& coding, const Partitions& partitions);

}  // namespace gb_enums::partition
