#pragma once

// Calendar arithmetic for partitions: the slot of a grid (every month, every 6 hours, every 1000000
// ids, ...) that contains an instant, and the bounds of the slot. This code does not use the
// server; a time zone is an interface.

#include <cstdint>

namespace gb_enums::partition {

/// Seconds since 1970-01-01 00:00 UTC. In a grid of ids, which has slots as a calendar has them,
/// the id.
using Instant = std::int64_t;
/// Seconds since 1970-01-01 00:00 on a wall clock. The Zone says which clock.
using LocalTime = std::int64_t;

constexpr std::int64_t kSecondsPerDay = 86400;
constexpr std::int64_t kSecondsPerHour = 3600;
constexpr std::int64_t kSecondsPerMinute = 60;

/// A date and a time as people write them. Year 0 is 1 BC.
struct Civil {
    std::int64_t year;
    int month;
    int day;
    int hour;
    int minute;
    int second;
};

/// The quotient rounded down, which `/` does not do for negative numbers.
constexpr std::int64_t FloorDivide(std::int64_t value, std::int64_t by) {
    return value / by - (value % by < 0 ? 1 : 0);
}

/// Days from 1970-01-01 to a date of the proleptic Gregorian calendar.
std::int64_t DaysFromCivil(std::int64_t year, int month, int day);
/// The date and time that a wall clock shows; the inverse of ToLocal().
Civil ToCivil(LocalTime local);
LocalTime ToLocal(const Civil& civil);
/// The number of days in a month.
int DaysInMonth(std::int64_t year, int month);

/// The next change of a zone's clocks.
struct Transition {
    long before;  ///< seconds east of UTC before the change
    bool exists;  ///< false when the clocks are never changed again
    Instant at;   ///< the instant of the change
    long after;   ///< seconds east of UTC after the change
};

/// A time zone: all changes of its clocks, past and future.
class Zone {
  public:
    Zone() = default;
    Zone(const Zone&) = delete;
    Zone& operator=(const Zone&) = delete;
    virtual ~Zone() = default;

    /// The first change after `from`.
    virtual Transition Next(Instant from) const = 0;

    long OffsetAt(Instant instant) const { return Next(instant).before; }
    LocalTime Local(Instant instant) const { return instant + OffsetAt(instant); }
    /// The instant when the clocks show `local`. If the clocks show it twice, it is the later
    /// instant, as for the server. If the clocks skip it, it is the instant of the change, so that
    /// an earlier local time is never a later instant.
    Instant Resolve(LocalTime local) const;
    /// Whether the clocks show a time for the second time at `instant`, because they were turned
    /// back.
    bool Repeated(Instant instant) const;
};

/// The clock that never changes. Keys without a zone (date, timestamp) use it.
class Utc final : public Zone {
  public:
    Transition Next(Instant) const override { return {0, false, 0, 0}; }
};

/// The unit of a grid. Days and months follow the calendar. Minutes and hours are elapsed time, as
/// in the server's own intervals, so a slot of one hour is an hour long even on days when clocks
/// change. Ids have no calendar and no zone.
enum class Unit { kMinute, kHour, kDay, kMonth, kId };

/// Whether slots of a unit are elapsed time.
constexpr bool IsElapsed(Unit unit) {
    return unit == Unit::kMinute || unit == Unit::kHour;
}

/// A grid: slots begin at the anchor and every `count` units from it.
struct Grid {
    Unit unit;
    std::int64_t count;
    LocalTime anchor;
};

/// The default anchor. Slots of months begin with the year 2000, so 12 months are a year and 120 a
/// decade. Slots of ids begin with id 0. Other slots begin on a Monday, so 7 days are an ISO week.
LocalTime DefaultAnchor(Unit unit);

/// One slot: [lower, upper). Never empty.
struct Slot {
    std::int64_t index;  ///< counted from the anchor
    Instant lower;
    Instant upper;
    LocalTime mark;  ///< the local time that gives the partition its name
};

/// The lower bound of slot `index`. It is computed from the anchor and never from the slot before,
/// so that a grid that is anchored on a 31st returns to the 31st after a shorter month.
Instant Boundary(const Grid& grid, const Zone& zone, std::int64_t index);
/// The slot that contains `instant`.
Slot SlotOf(const Grid& grid, const Zone& zone, Instant instant);
/// Whether a slot of this unit could begin at `instant`: whether a day begins then, or for slots of
/// hours an hour and for slots of minutes a minute, all counted from the anchor.
bool FitsZone(const Grid& grid, const Zone& zone, Instant instant);

}  // namespace gb_enums::partition
