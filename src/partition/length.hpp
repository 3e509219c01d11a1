#pragma once

// The lengths of partitions: an interval of time, or a number of ids.

#include "server/server.hpp"

extern "C" {
#include "utils/timestamp.h"
}

namespace gb_enums::partition {

/// A value of the type partition_length. It is an interval, so that any interval is one; a number
/// of ids has a number of months that no interval of use has.
class Length {
  public:
    static Length* OfIds(std::int64_t ids);
    static const Length* Of(Datum datum) {
        return reinterpret_cast<const Length*>(DatumGetIntervalP(datum));
    }

    bool IsIds() const { return value_.month == PG_INT32_MIN && value_.day == 0; }
    std::int64_t Ids() const { return value_.time; }
    const Interval* Time() const { return &value_; }
    Datum ToDatum() const { return IntervalPGetDatum(&value_); }

  private:
    Interval value_;
};

}  // namespace gb_enums::partition
