#pragma once

// Calendar arithmetic for partitions: which slot of a grid (every month, every 6 hours, ...) an
// instant is in, and where that slot begins and ends. No server here; a time zone is an interface.

#include <cstdint>

namespace gb_enums::partition {

/// Seconds since 1970-01-01 00:00 UTC.
using Instant = std::int64_t;
/// Seconds since 1970-01-01 00:00 on a wall clock; which clock is for a Zone to say.
using LocalTime = std::int64_t;

constexpr std::int64_t kSecondsPerDay = 86400;
constexpr std::int64_t kSecondsPerHour = 3600;

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
/// The wall clock's reading; the inverse of ToLocal().
Civil ToCivil(LocalTime local);
LocalTime ToLocal(const Civil& civil);
/// The number of days in a month.
int DaysInMonth(std::int64_t year, int month);

/// What a zone's clocks do next.
struct Transition {
    long before;  ///< seconds east of UTC now
    bool exists;  ///< false when the clocks are never changed again
    Instant at;   ///< when they are
    long after;   ///< seconds east of UTC from then on
};

/// A time zone: when its clocks were changed and will be.
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
    /// The instant when the clocks show `local`. As the server reads it: the later one when they
    /// show it twice; but when they skip it, the instant they do, so that an earlier local time
    /// never is a later instant.
    Instant Resolve(LocalTime local) const;
    /// Whether the clocks showed at `instant` what they had shown before, being turned back.
    bool Repeated(Instant instant) const;
};

/// The clock that never changes. Keys without a zone (date, timestamp) live on it.
class Utc final : public Zone {
  public:
    Transition Next(Instant) const override { return {0, false, 0, 0}; }
};

/// Days and months are the calendar's; hours are elapsed time, as in the server's own intervals, so
/// that an hour's slot is an hour long on the days when clocks are changed too.
enum class Unit { kHour, kDay, kMonth };

/// Where slots begin: at the anchor and every `count` units from it.
struct Grid {
    Unit unit;
    std::int64_t count;
    LocalTime anchor;
};

/// Slots of multiples of months begin with the year 2000, others on a Monday: 12 months are a
/// year, 120 a decade, 7 days an ISO week.
LocalTime DefaultAnchor(Unit unit);

/// One slot: [lower, upper). Never empty.
struct Slot {
    std::int64_t index;  ///< counted from the anchor
    Instant lower;
    Instant upper;
    LocalTime mark;  ///< the local time it is named after
};

/// Where slot `index` begins. Computed from the anchor, never from the slot before, so that a grid
/// anchored on a 31st comes back to it after every shorter month.
Instant Boundary(const Grid& grid, const Zone& zone, std::int64_t index);
/// The slot that `instant` is in.
Slot SlotOf(const Grid& grid, const Zone& zone, Instant instant);
/// Whether slots of this unit could begin at `instant`: whether days begin then, or hours for
/// slots of hours, counted as the anchor is.
bool FitsZone(const Grid& grid, const Zone& zone, Instant instant);

}  // namespace gb_enums::partition
