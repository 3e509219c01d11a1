#pragma once

// Where a new slot stands among the partitions that are there.

#include <cstddef>
#include <limits>
#include <vector>

#include "partition/time/keys.hpp"

namespace gb_enums::partition {

/// MINVALUE and MAXVALUE.
constexpr Axis kLowest = std::numeric_limits<Axis>::min();
constexpr Axis kHighest = std::numeric_limits<Axis>::max();

/// A partition's bounds, [lower, upper), and who it is.
struct Range {
    Axis lower;
    Axis upper;
    unsigned int child;
};

enum class Verdict {
    kFree,      ///< no partition shares a key with the slot
    kExists,    ///< one has the very bounds
    kCovered,   ///< one holds all of the slot and more
    kTiled,     ///< several together hold all of it
    kOverlaps,  ///< some keys of the slot are held and some are not
};

/// How a slot stands, and the first partition it touches (0 when it is free).
struct Placement {
    Verdict verdict;
    unsigned int child;
};

/// `ranges` are in order and do not overlap, as the server sees to.
Placement Place(const std::vector<Range>& ranges, Axis lower, Axis upper);

/// The bounds that a new slot has to agree with: those of the partitions it touches, or of the two
/// it would come between, MINVALUE and MAXVALUE excepted. Indexes into `ranges`: [first, last).
struct Neighbours {
    std::size_t first;
    std::size_t last;
};
Neighbours NeighboursOf(const std::vector<Range>& ranges, Axis lower, Axis upper);

}  // namespace gb_enums::partition
