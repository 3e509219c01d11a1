#pragma once

// The position of a slot among the existing partitions.

#include <cstddef>
#include <optional>
#include <vector>

#include "partition/time/keys.hpp"

namespace gb_enums::partition {

/// The range of a partition, [lower, upper), and its OID.
struct Range {
    Axis lower;
    Axis upper;
    unsigned int partition;
};

enum class Verdict {
    kFree,      ///< no partition has a key of the slot
    kExists,    ///< one partition has the bounds of the slot
    kCovered,   ///< one partition has all keys of the slot, and more
    kTiled,     ///< several partitions together have all keys of the slot
    kOverlaps,  ///< partitions have some keys of the slot, but not all
    kBridge,    ///< a part of a slot: no partition has a key of it, but others have the rest
};

/// The verdict on a slot, and the first partition that shares a key with it (0 when it is free).
struct Placement {
    Verdict verdict;
    unsigned int partition;
};

/// `ranges` are in order and do not overlap; the server guarantees this.
Placement Place(const std::vector<Range>& ranges, Axis lower, Axis upper);

/// A range of keys, [lower, upper), which is not empty.
struct Part {
    Axis lower;
    Axis upper;
};

/// The first part of [lower, upper) that no partition has and that ends after `from`, as long as it
/// can be. It is what is left of a slot between partitions of another interval.
std::optional<Part> FreePart(const std::vector<Range>& ranges, Axis lower, Axis upper, Axis from);

/// The partitions whose bounds a new slot has to fit: the partitions that share a key with it, or
/// else the two partitions next to it. MINVALUE and MAXVALUE do not count. Indexes into `ranges`:
/// [first, last).
struct Neighbours {
    std::size_t first;
    std::size_t last;
};
Neighbours NeighboursOf(const std::vector<Range>& ranges, Axis lower, Axis upper);

}  // namespace gb_enums::partition
