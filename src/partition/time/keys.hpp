#pragma once

// Conversion between partition keys and instants.

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "partition/time/calendar.hpp"

namespace gb_enums::partition {

enum class KeyKind {
    kDate,          ///< days; no zone
    kTimestamp,     ///< microseconds; no zone
    kTimestampTz,   ///< microseconds
    kEpoch,         ///< bigint, seconds since 1970
    kEpochInteger,  ///< integer, seconds since 1970
    kEpochMs,       ///< bigint, milliseconds since 1970
    kEpochUs,       ///< bigint, microseconds since 1970
    kSnowflake,     ///< bigint, milliseconds since an epoch, shifted left
    kUuidV7,        ///< milliseconds since 1970 in the first 48 bits
    kId,            ///< an integer that is no time: its instant is itself
};

/// Whether keys of this kind are readings of a wall clock rather than instants.
constexpr bool IsLocal(KeyKind kind) {
    return kind == KeyKind::kDate || kind == KeyKind::kTimestamp;
}

/// Whether bounds of keys of this kind depend on a time zone.
constexpr bool HasZone(KeyKind kind) {
    return !IsLocal(kind) && kind != KeyKind::kId;
}

/// The position of a key in the order of all keys of its kind. It is wide enough for a uuid.
using Axis = __int128;

/// MINVALUE and MAXVALUE.
constexpr Axis kLowest = std::numeric_limits<Axis>::min();
constexpr Axis kHighest = std::numeric_limits<Axis>::max();

struct KeyCoding {
    KeyKind kind;
    std::int64_t epoch_ms = 0;  ///< the epoch of snowflake keys, in milliseconds since 1970
    int shift = 0;              ///< bits below a snowflake's milliseconds
    int bits = 64;              ///< the bits of the integers that ids are
};

/// The least key at an instant (for local kinds, a local time). There is none when the kind cannot
/// express the instant: before the epoch of a snowflake, outside bigint, not a whole day for a
/// date, or outside the server's range of timestamps. For ids that their type has not, or that have
/// no place, it is MINVALUE or MAXVALUE.
std::optional<Axis> KeyAt(const KeyCoding& coding, Instant instant);

/// Where a key is among timestamps of the server, by which SQL puts slots in order: microseconds
/// since 2000-01-01 (for local kinds on a wall clock), rounded down. The place of an id is itself.
using KeyPlace = std::int64_t;
/// There is none outside the server's range of timestamps.
std::optional<KeyPlace> PlaceOf(const KeyCoding& coding, Axis key);
/// The instant (for local kinds, the local time) of a place, rounded down.
Instant InstantAt(const KeyCoding& coding, KeyPlace place);

/// The key as a literal that means the same in every session: an ISO date, with the offset. Or
/// MINVALUE or MAXVALUE.
std::string KeyLiteral(const KeyCoding& coding, const Zone& zone, Axis key);

/// A time like `2024-03-10 02:00:00-05`, with BC where it is needed, and without an offset if
/// `offset` is empty. Microseconds are shown when there are any: `02:00:00.25`.
std::string FormatTime(LocalTime local, std::optional<long> offset, int microseconds = 0);

}  // namespace gb_enums::partition
