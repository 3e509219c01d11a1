#pragma once

// Time zones for tests: a table of clock changes.

#include <algorithm>
#include <utility>
#include <vector>

#include "partition/time/calendar.hpp"

namespace gb_enums::partition {

class TableZone final : public Zone {
  public:
    struct Change {
        Instant at;
        long offset;  ///< seconds east of UTC from then on
    };

    TableZone(long offset, std::vector<Change> changes)
        : offset_(offset), changes_(std::move(changes)) {}
    TableZone(const TableZone& other) : offset_(other.offset_), changes_(other.changes_) {}

    Transition Next(Instant from) const override {
        const auto next =
            std::upper_bound(changes_.begin(), changes_.end(), from,
                             [](Instant at, const Change& change) { return at < change.at; });
        const long before = next == changes_.begin() ? offset_ : std::prev(next)->offset;
        if (next == changes_.end()) {
            return {before, false, 0, before};
        }
        return {before, true, next->at, next->offset};
    }

    const std::vector<Change>& changes() const { return changes_; }

  private:
    long offset_;
    std::vector<Change> changes_;
};

inline TableZone NewYork2024() {
    return TableZone(-5 * 3600, {{ToLocal({2024, 3, 10, 7, 0, 0}), -4 * 3600},
                                 {ToLocal({2024, 11, 3, 6, 0, 0}), -5 * 3600}});
}

}  // namespace gb_enums::partition
