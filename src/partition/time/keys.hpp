#pragma once

// How a partition key tells the time: the value of a key at an instant, and back.

#include <cstdint>
#include <optional>
#include <string>

#include "partition/time/calendar.hpp"

namespace gb_enums::partition {

enum class KeyKind {
    kDate,         ///< days; no zone
    kTimestamp,    ///< microseconds; no zone
    kTimestampTz,  ///< microseconds
    kEpoch,        ///< bigint, seconds since 1970
    kEpochMs,      ///< bigint, milliseconds since 1970
    kSnowflake,    ///< bigint, milliseconds since an epoch, shifted left
    kUuidV7,       ///< milliseconds since 1970 in the first 48 bits
};

/// Whether keys of this kind are readings of a wall clock rather than instants.
constexpr bool IsLocal(KeyKind kind) {
    return kind == KeyKind::kDate || kind == KeyKind::kTimestamp;
}

/// A key's place in the order of all keys of its kind. Wide enough for a uuid.
using Axis = __int128;

struct KeyCoding {
    KeyKind kind;
    std::int64_t epoch_ms = 0;  ///< snowflake's own epoch, in milliseconds since 1970
    int shift = 0;              ///< bits below a snowflake's milliseconds
};

/// The least key at an instant (a local time for local kinds); none when the kind cannot express
/// it: before a snowflake's epoch, beyond a bigint, no whole day for a date, outside the server's
/// range of timestamps.
std::optional<Axis> KeyAt(const KeyCoding& coding, Instant instant);

/// The instant (local time for local kinds) of a key, in microseconds since 1970 rounded down; none
/// when it is outside the server's range of timestamps.
std::optional<std::int64_t> MicrosecondsOf(const KeyCoding& coding, Axis key);

/// The key as a literal, the same for any session: ISO dates, the offset written out.
std::string KeyLiteral(const KeyCoding& coding, const Zone& zone, Axis key);

/// `2024-03-10 02:00:00-05`, or with BC; `offset` is left out when it is none.
std::string FormatTime(LocalTime local, std::optional<long> offset);

}  // namespace gb_enums::partition
