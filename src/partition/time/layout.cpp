#include "partition/time/layout.hpp"

#include <algorithm>

namespace gb_enums::partition {

namespace {

/// The partitions that have a key of [lower, upper).
Neighbours Touched(const std::vector<Range>& ranges, Axis lower, Axis upper) {
    const auto first = std::partition_point(
        ranges.begin(), ranges.end(), [&](const Range& range) { return range.upper <= lower; });
    const auto last = std::partition_point(first, ranges.end(),
                                           [&](const Range& range) { return range.lower < upper; });
    return {static_cast<std::size_t>(first - ranges.begin()),
            static_cast<std::size_t>(last - ranges.begin())};
}

}  // namespace

Placement Place(const std::vector<Range>& ranges, Axis lower, Axis upper) {
    const Neighbours touched = Touched(ranges, lower, upper);
    if (touched.first == touched.last) {
        return {Verdict::kFree, 0};
    }
    const Range& first = ranges[touched.first];
    if (first.lower == lower && first.upper == upper) {
        return {Verdict::kExists, first.partition};
    }
    bool whole = first.lower <= lower && ranges[touched.last - 1].upper >= upper;
    for (std::size_t i = touched.first + 1; whole && i < touched.last; ++i) {
        whole = ranges[i - 1].upper == ranges[i].lower;
    }
    if (!whole) {
        return {Verdict::kOverlaps, first.partition};
    }
    return {touched.last - touched.first == 1 ? Verdict::kCovered : Verdict::kTiled,
            first.partition};
}

std::optional<Part> FreePart(const std::vector<Range>& ranges, Axis lower, Axis upper, Axis from) {
    const Neighbours touched = Touched(ranges, lower, upper);
    Axis begin = lower;
    for (std::size_t i = touched.first; i < touched.last; ++i) {
        if (ranges[i].lower > begin && ranges[i].lower > from) {
            return Part{begin, ranges[i].lower};
        }
        begin = std::max(begin, ranges[i].upper);
    }
    if (begin < upper && upper > from) {
        return Part{begin, upper};
    }
    return std::nullopt;
}

Neighbours NeighboursOf(const std::vector<Range>& ranges, Axis lower, Axis upper) {
    Neighbours found = Touched(ranges, lower, upper);
    if (found.first > 0) {
        --found.first;
    }
    found.last = std::min(found.last + 1, ranges.size());
    return found;
}

}  // namespace gb_enums::partition
