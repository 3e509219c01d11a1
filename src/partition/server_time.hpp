#pragma once

// Time zones and times of the server, in the terms of the calendar.

#include "partition/time/calendar.hpp"
#include "server/server.hpp"

extern "C" {
#include "pgtime.h"
#include "utils/timestamp.h"
}

namespace gb_enums::partition {

/// A zone of the server's. None of its functions raises an error, so C++ may use it freely.
class ServerZone final : public Zone {
  public:
    explicit ServerZone(const pg_tz* zone) : zone_(zone) {}

    Transition Next(Instant from) const override {
        const pg_time_t time = from;
        pg_time_t at = 0;
        long before = 0;
        long after = 0;
        int before_is_dst = 0;
        int after_is_dst = 0;
        const int found =
            pg_next_dst_boundary(&time, &before, &before_is_dst, &at, &after, &after_is_dst, zone_);
        return {before, found > 0, at, after};
    }

  private:
    const pg_tz* zone_;
};

/// The zone of that name; an error names one the server does not know.
pg_tz* FindZone(const char* name);

/// Seconds since 1970, as the server counts time.
constexpr TimestampTz ToServer(Instant instant) {
    constexpr std::int64_t kEpochDays = POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE;
    return (instant - kEpochDays * kSecondsPerDay) * USECS_PER_SEC;
}

/// A time of the server in seconds since 1970, rounded down.
constexpr Instant FromServer(TimestampTz time) {
    constexpr std::int64_t kEpochDays = POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE;
    return FloorDivide(time, USECS_PER_SEC) + kEpochDays * kSecondsPerDay;
}

}  // namespace gb_enums::partition
