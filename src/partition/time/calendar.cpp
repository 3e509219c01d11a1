#include "partition/time/calendar.hpp"

#include <algorithm>
#include <limits>

namespace gb_enums::partition {

namespace {

/// The number of days in the years before March of `year`. Years are counted from March, so that
/// the leap day is the last day of a year.
std::int64_t DaysBeforeYear(std::int64_t year) {
    return 365 * year + FloorDivide(year, 4) - FloorDivide(year, 100) + FloorDivide(year, 400);
}

/// The number of days from 0000-03-01, the origin of DaysBeforeYear(), to 1970-01-01.
constexpr std::int64_t kEpochFromMarch = 719468;

/// The local time of mark `index` of a grid of days or months.
LocalTime Mark(const Grid& grid, std::int64_t index) {
    if (grid.unit == Unit::kDay) {
        return grid.anchor + index * grid.count * kSecondsPerDay;
    }
    Civil civil = ToCivil(grid.anchor);
    const std::int64_t month = civil.year * 12 + (civil.month - 1) + index * grid.count;
    civil.year = FloorDivide(month, 12);
    civil.month = static_cast<int>(month - civil.year * 12) + 1;
    civil.day = std::min(civil.day, DaysInMonth(civil.year, civil.month));
    return ToLocal(civil);
}

/// The seconds in a slot of minutes or hours.
std::int64_t ElapsedSeconds(const Grid& grid) {
    return grid.count * (grid.unit == Unit::kMinute ? kSecondsPerMinute : kSecondsPerHour);
}

/// An estimate of the index of the slot that contains `instant`; it is wrong by a few at most.
std::int64_t GuessIndex(const Grid& grid, const Zone& zone, Instant instant) {
    switch (grid.unit) {
        case Unit::kMinute:
        case Unit::kHour:
            return FloorDivide(instant - zone.Resolve(grid.anchor), ElapsedSeconds(grid));
        case Unit::kDay:
            return FloorDivide(zone.Local(instant) - grid.anchor, grid.count * kSecondsPerDay);
        case Unit::kMonth:
        case Unit::kId:
            break;
    }
    const Civil civil = ToCivil(zone.Local(instant));
    const Civil anchor = ToCivil(grid.anchor);
    return FloorDivide((civil.year - anchor.year) * 12 + civil.month - anchor.month, grid.count);
}

/// The first id of slot `index`, or of all ids if the slot begins before them, or the last one.
std::int64_t FirstId(const Grid& grid, std::int64_t index) {
    using Limits = std::numeric_limits<std::int64_t>;
    const __int128 id = grid.anchor + static_cast<__int128>(index) * grid.count;
    return static_cast<std::int64_t>(
        std::clamp(id, __int128{Limits::min()}, __int128{Limits::max()}));
}

/// The index of the slot that contains an id.
std::int64_t IndexOfId(const Grid& grid, std::int64_t id) {
    const __int128 distance = static_cast<__int128>(id) - grid.anchor;
    return static_cast<std::int64_t>(distance / grid.count - (distance % grid.count < 0 ? 1 : 0));
}

}  // namespace

std::int64_t DaysFromCivil(std::int64_t year, int month, int day) {
    if (month < 3) {
        --year;
        month += 12;
    }
    // From March on, the lengths of months repeat: 31, 30, 31, 30, 31 days, which is 153 days in
    // five months.
    return DaysBeforeYear(year) + (153 * (month - 3) + 2) / 5 + (day - 1) - kEpochFromMarch;
}

Civil ToCivil(LocalTime local) {
    const std::int64_t days = FloorDivide(local, kSecondsPerDay);
    const auto second = static_cast<int>(local - days * kSecondsPerDay);
    const std::int64_t from_march = days + kEpochFromMarch;
    std::int64_t year = FloorDivide(from_march * 400, 146097);
    // The result of the division can be wrong only near the end of a year.
    while (DaysBeforeYear(year) > from_march) {
        --year;
    }
    while (DaysBeforeYear(year + 1) <= from_march) {
        ++year;
    }
    const auto day_of_year = static_cast<int>(from_march - DaysBeforeYear(year));
    const int month = (5 * day_of_year + 2) / 153;
    const int day = day_of_year - (153 * month + 2) / 5 + 1;
    return {month < 10 ? year : year + 1,
            month < 10 ? month + 3 : month - 9,
            day,
            second / 3600,
            second / 60 % 60,
            second % 60};
}

LocalTime ToLocal(const Civil& civil) {
    return DaysFromCivil(civil.year, civil.month, civil.day) * kSecondsPerDay + civil.hour * 3600 +
           civil.minute * 60 + civil.second;
}

int DaysInMonth(std::int64_t year, int month) {
    const std::int64_t next_year = month == 12 ? year + 1 : year;
    const int next_month = month == 12 ? 1 : month + 1;
    return static_cast<int>(DaysFromCivil(next_year, next_month, 1) -
                            DaysFromCivil(year, month, 1));
}

Instant Zone::Resolve(LocalTime local) const {
    // No clock differs from UTC by more than a day, so the search begins one day earlier.
    Instant from = local - kSecondsPerDay;
    for (;;) {
        const Transition next = Next(from);
        const Instant by_before = local - next.before;
        if (!next.exists || (by_before < next.at && local - next.after < next.at)) {
            return by_before;
        }
        if (local - next.after < next.at) {
            return next.at;  // skipped: too late for the clocks before the change, too early for
                             // those after it
        }
        // The clocks show it after the change. If they also showed it before, the server uses the
        // later instant.
        from = next.at;
    }
}

bool Zone::Repeated(Instant instant) const {
    for (Instant from = instant - kSecondsPerDay;;) {
        const Transition next = Next(from);
        if (!next.exists || next.at > instant) {
            return false;
        }
        if (instant - next.at < next.before - next.after) {
            return true;
        }
        from = next.at;
    }
}

LocalTime DefaultAnchor(Unit unit) {
    if (unit == Unit::kId) {
        return 0;
    }
    return DaysFromCivil(2000, 1, unit == Unit::kMonth ? 1 : 3) * kSecondsPerDay;
}

Instant Boundary(const Grid& grid, const Zone& zone, std::int64_t index) {
    if (grid.unit == Unit::kId) {
        return FirstId(grid, index);
    }
    if (IsElapsed(grid.unit)) {
        return zone.Resolve(grid.anchor) + index * ElapsedSeconds(grid);
    }
    return zone.Resolve(Mark(grid, index));
}

Slot SlotOf(const Grid& grid, const Zone& zone, Instant instant) {
    if (grid.unit == Unit::kId) {
        const std::int64_t index = IndexOfId(grid, instant);
        const Instant lower = FirstId(grid, index);
        return {index, lower, FirstId(grid, index + 1), lower};
    }
    std::int64_t index = GuessIndex(grid, zone, instant);
    while (Boundary(grid, zone, index) > instant) {
        --index;
    }
    // A day that a zone skipped (2011-12-30 in Samoa) is an empty slot, which is passed over here.
    while (Boundary(grid, zone, index + 1) <= instant) {
        ++index;
    }
    const Instant lower = Boundary(grid, zone, index);
    const LocalTime mark = IsElapsed(grid.unit) ? zone.Local(lower) : Mark(grid, index);
    return {index, lower, Boundary(grid, zone, index + 1), mark};
}

bool FitsZone(const Grid& grid, const Zone& zone, Instant instant) {
    const Grid finest{IsElapsed(grid.unit) ? grid.unit : Unit::kDay, 1, grid.anchor};
    // The instant is compared with the nearest slot and not with the time that the clocks show:
    // where clocks skip midnight, the day begins later.
    return SlotOf(finest, zone, instant).lower == instant;
}

}  // namespace gb_enums::partition
