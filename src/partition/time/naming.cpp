#include "partition/time/naming.hpp"

#include <cstdint>

#include <fmt/format.h>

namespace gb_enums::partition {

namespace {

/// The hash FNV-1a. It is short, and gives the same name on every machine.
std::uint32_t Hash(std::string_view text) {
    std::uint32_t hash = 2166136261U;
    for (const char c : text) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
    }
    return hash;
}

std::string Year(std::int64_t year) {
    return year < 1 ? fmt::format("bc{:04}", 1 - year) : fmt::format("{:04}", year);
}

/// The ISO week that begins on a Monday: the year and the number of the week of its Thursday.
std::string Week(LocalTime monday) {
    const std::int64_t thursday = FloorDivide(monday, kSecondsPerDay) + 3;
    const std::int64_t year = ToCivil(thursday * kSecondsPerDay).year;
    return fmt::format("{}_w{:02}", Year(year), (thursday - DaysFromCivil(year, 1, 1)) / 7 + 1);
}

}  // namespace

std::string SlotSuffix(const Grid& grid, const Zone& zone, const Slot& slot) {
    if (grid.unit == Unit::kId) {
        return slot.lower < 0 ? fmt::format("minus_{}", 0 - static_cast<std::uint64_t>(slot.lower))
                              : fmt::to_string(slot.lower);
    }
    const Civil civil = ToCivil(slot.mark);
    const bool midnight = civil.hour == 0 && civil.minute == 0 && civil.second == 0;
    if (grid.unit == Unit::kMonth && midnight && ToCivil(grid.anchor).day == 1) {
        if (grid.count % 12 == 0 && civil.month == 1) {
            return Year(civil.year);
        }
        if (grid.count == 3 && civil.month % 3 == 1) {
            return fmt::format("{}_q{}", Year(civil.year), civil.month / 3 + 1);
        }
        return fmt::format("{}_{:02}", Year(civil.year), civil.month);
    }
    if (grid.unit == Unit::kDay && midnight && grid.count % 7 == 0 &&
        grid.anchor == DefaultAnchor(Unit::kDay)) {
        return Week(slot.mark);
    }
    std::string suffix = fmt::format("{}_{:02}_{:02}", Year(civil.year), civil.month, civil.day);
    if (IsElapsed(grid.unit) || !midnight) {
        suffix += fmt::format("_{:02}", civil.hour);
        if (grid.unit == Unit::kMinute || civil.minute != 0 || civil.second != 0) {
            suffix += fmt::format("{:02}", civil.minute);
        }
        if (civil.second != 0) {
            suffix += fmt::format("{:02}", civil.second);
        }
    }
    // Clocks that are turned back show an hour twice. The second one is 02b, as power exchanges
    // write it.
    if (IsElapsed(grid.unit) && zone.Repeated(slot.lower)) {
        suffix += 'b';
    }
    return suffix;
}

std::string PartitionName(std::string_view table, std::string_view suffix, const Clip& clip) {
    if (table.size() + 1 + suffix.size() <= kLongestName) {
        return fmt::format("{}_{}", table, suffix);
    }
    const std::string tail = fmt::format("_{:08x}_{}", Hash(table), suffix);
    return fmt::format("{}{}", table.substr(0, clip(table, kLongestName - tail.size())), tail);
}

}  // namespace gb_enums::partition
