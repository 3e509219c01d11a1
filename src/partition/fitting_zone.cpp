#include "partition/fitting_zone.hpp"

namespace gb_enums::partition {

namespace {

/// Whether slots of a grid could begin at `key`; any grid agrees with MINVALUE and MAXVALUE.
bool Fits(const Grid& grid, const Zone& zone, const KeyCoding& coding, Axis key) {
    if (key == kLowest || key == kHighest) {
        return true;
    }
    const auto place = PlaceOf(coding, key);
    if (!place) {
        return true;
    }
    const Instant instant = InstantAt(coding, *place);
    return KeyAt(coding, instant) == key && FitsZone(grid, zone, instant);
}

/// Whether a bound could be the begin of a partition by time.
bool IsLikely(const KeyCoding& coding, const Zone& zone, Axis key, Instant now) {
    constexpr std::int64_t kQuarter = kSecondsPerHour / 4;
    constexpr std::int64_t kThousandYears = 365250 * kSecondsPerDay;
    constexpr Instant kYear2000 = 946684800;
    if (key == kLowest || key == kHighest) {
        return true;
    }
    const auto place = PlaceOf(coding, key);
    if (!place) {
        return false;
    }
    const Instant instant = InstantAt(coding, *place);
    // Zones are whole quarters of an hour from UTC; before there were zones, they were not. Nobody
    // has partitions of minutes from before the year 2000, where ids would be.
    return KeyAt(coding, instant) == key && std::abs(instant - now) < kThousandYears &&
           ((instant >= kYear2000 && instant % kSecondsPerMinute == 0) || instant % kQuarter == 0 ||
            (instant + zone.OffsetAt(instant)) % kQuarter == 0);
}

/// Zones that are tried before others, since people know them.
constexpr const char* kKnownZones[] = {"UTC",
                                       "America/New_York",
                                       "America/Chicago",
                                       "America/Denver",
                                       "America/Los_Angeles",
                                       "America/Sao_Paulo",
                                       "Europe/London",
                                       "Europe/Berlin",
                                       "Europe/Athens",
                                       "Europe/Moscow",
                                       "Asia/Dubai",
                                       "Asia/Kolkata",
                                       "Asia/Shanghai",
                                       "Asia/Tokyo",
                                       "Australia/Sydney",
                                       "Pacific/Auckland"};

/// Whether every bound of every partition fits the zone.
bool AllFit(const Grid& grid, const pg_tz* tz, const KeyCoding& coding,
            const Partitions& partitions) {
    const ServerZone zone(tz);
    return std::all_of(
        partitions.ranges, partitions.ranges + partitions.count, [&](const Range& range) {
            return Fits(grid, zone, coding, range.lower) && Fits(grid, zone, coding, range.upper);
        });
}

}  // namespace

Oid FindMisfit(const Grid& grid, const Zone& zone, const KeyCoding& coding,
               const std::vector<Range>& ranges, Axis lower, Axis upper) {
    const Neighbours near = NeighboursOf(ranges, lower, upper);
    for (std::size_t i = near.first; i < near.last; ++i) {
        // Of a partition next to the slot, only the bound on the slot's side matters.
        const bool below = ranges[i].upper <= lower;
        const bool above = ranges[i].lower >= upper;
        if ((!above && !Fits(grid, zone, coding, ranges[i].upper)) ||
            (!below && !Fits(grid, zone, coding, ranges[i].lower))) {
            return ranges[i].partition;
        }
    }
    return InvalidOid;
}

const char* FittingZone(const Grid& grid, const KeyCoding& coding, const Partitions& partitions) {
    if (AllFit(grid, pg_tzset("UTC"), coding, partitions)) {
        return "UTC";
    }
    if (AllFit(grid, session_timezone, coding, partitions)) {
        return pg_get_timezone_name(session_timezone);
    }
    for (const char* name : kKnownZones) {
        const pg_tz* zone = pg_tzset(name);
        if (zone != nullptr && AllFit(grid, zone, coding, partitions)) {
            return name;
        }
    }
    const char* found = nullptr;
    pg_tzenum* zones = pg_tzenumerate_start();
    while (const pg_tz* zone = pg_tzenumerate_next(zones)) {
        const char* name = pg_get_timezone_name(const_cast<pg_tz*>(zone));
        if ((found == nullptr || std::strcmp(name, found) < 0) &&
            AllFit(grid, zone, coding, partitions)) {
            found = pstrdup(name);
        }
    }
    pg_tzenumerate_end(zones);
    return found;
}

Oid FindUnlikely(const KeyCoding& coding, const Zone& zone, const Partitions& partitions,
                 Instant now) {
    if (IsLocal(coding.kind) || coding.kind == KeyKind::kTimestampTz ||
        coding.kind == KeyKind::kId) {
        return InvalidOid;
    }
    const Range* const begin = partitions.ranges;
    const Range* const end = begin + partitions.count;
    const Range* found = std::find_if(begin, end, [&](const Range& range) {
        return !IsLikely(coding, zone, range.lower, now) ||
               !IsLikely(coding, zone, range.upper, now);
    });
    return found == end ? InvalidOid : found->partition;
}

}  // namespace gb_enums::partition
