#include "partition/time/keys.hpp"

#include <cstdlib>
#include <limits>

#include <fmt/format.h>

namespace gb_enums::partition {

namespace {

constexpr std::int64_t kMicroseconds = 1000000;
/// 2000-01-01, the origin of the server's timestamps.
constexpr Instant kServerEpoch = 946684800;
/// The range of timestamps: 4714-11-24 BC to the end of 294276.
const Instant kFirstInstant = DaysFromCivil(-4713, 11, 24) * kSecondsPerDay;
const Instant kEndOfTime = DaysFromCivil(294277, 1, 1) * kSecondsPerDay;
/// The same as places: -211813488000000000 and 9223371331200000000.
const KeyPlace kFirstPlace = (kFirstInstant - kServerEpoch) * kMicroseconds;
const KeyPlace kEndOfPlaces = (kEndOfTime - kServerEpoch) * kMicroseconds;

constexpr int kUuidTimeBits = 48;
constexpr int kUuidBits = 128;

/// The value, if it is within the range of a type of integers.
template <typename Integer>
std::optional<Axis> Within(Axis value) {
    if (value < std::numeric_limits<Integer>::min() ||
        value > std::numeric_limits<Integer>::max()) {
        return std::nullopt;
    }
    return value;
}

/// The microseconds since 2000, if they are within the range of timestamps.
std::optional<KeyPlace> InRange(Axis microseconds) {
    if (microseconds < kFirstPlace || microseconds >= kEndOfPlaces) {
        return std::nullopt;
    }
    return static_cast<KeyPlace>(microseconds);
}

/// The place of microseconds since 1970.
std::optional<KeyPlace> Since1970(Axis microseconds) {
    return InRange(microseconds - Axis{kServerEpoch} * kMicroseconds);
}

/// An id as a key. The ids beyond those that the type has, and that have a place, are one range
/// each.
Axis IdKey(const KeyCoding& coding, std::int64_t id) {
    const Axis size = Axis{1} << (coding.bits - 1);
    if (id < -size || id < kFirstPlace) {
        return kLowest;
    }
    return id >= size || id >= kEndOfPlaces ? kHighest : Axis{id};
}

Axis Floor(Axis value, std::int64_t by) {
    return value / by - (value % by < 0 ? 1 : 0);
}

/// The 128 bits of a uuid. Half of their range is subtracted from them, because Axis is signed.
std::string UuidText(Axis key) {
    using Bits = unsigned __int128;
    const Bits bits = static_cast<Bits>(key) + (Bits{1} << (kUuidBits - 1));
    const auto high = static_cast<std::uint64_t>(bits >> 64);
    const auto low = static_cast<std::uint64_t>(bits);
    return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32, high >> 16 & 0xffff,
                       high & 0xffff, low >> 48, low & 0xffffffffffff);
}

Axis UuidKey(std::int64_t milliseconds) {
    using Bits = unsigned __int128;
    const Bits bits = static_cast<Bits>(milliseconds) << (kUuidBits - kUuidTimeBits);
    return static_cast<Axis>(bits - (Bits{1} << (kUuidBits - 1)));
}

std::int64_t UuidMilliseconds(Axis key) {
    using Bits = unsigned __int128;
    const Bits bits = static_cast<Bits>(key) + (Bits{1} << (kUuidBits - 1));
    return static_cast<std::int64_t>(bits >> (kUuidBits - kUuidTimeBits));
}

}  // namespace

std::optional<Axis> KeyAt(const KeyCoding& coding, Instant instant) {
    if (coding.kind != KeyKind::kId && (instant < kFirstInstant || instant >= kEndOfTime)) {
        return std::nullopt;
    }
    switch (coding.kind) {
        case KeyKind::kDate:
            if (instant % kSecondsPerDay != 0) {
                return std::nullopt;
            }
            return (instant - kServerEpoch) / kSecondsPerDay;
        case KeyKind::kTimestamp:
        case KeyKind::kTimestampTz:
            return Axis{instant - kServerEpoch} * kMicroseconds;
        case KeyKind::kEpoch:
            return instant;
        case KeyKind::kEpochInteger:
            return Within<std::int32_t>(instant);
        case KeyKind::kEpochMs:
            return Axis{instant} * 1000;
        case KeyKind::kEpochUs:
            return Within<std::int64_t>(Axis{instant} * kMicroseconds);
        case KeyKind::kSnowflake: {
            const Axis milliseconds = Axis{instant} * 1000 - coding.epoch_ms;
            if (milliseconds < 0) {
                return std::nullopt;
            }
            return Within<std::int64_t>(milliseconds * (Axis{1} << coding.shift));
        }
        case KeyKind::kId:
            return IdKey(coding, instant);
        case KeyKind::kUuidV7:
            if (instant < 0 || Axis{instant} * 1000 >= Axis{1} << kUuidTimeBits) {
                return std::nullopt;
            }
            return UuidKey(instant * 1000);
    }
    std::abort();
}

std::optional<KeyPlace> PlaceOf(const KeyCoding& coding, Axis key) {
    switch (coding.kind) {
        case KeyKind::kDate:
            return InRange(key * kSecondsPerDay * kMicroseconds);
        case KeyKind::kTimestamp:
        case KeyKind::kTimestampTz:
        case KeyKind::kId:
            return InRange(key);
        case KeyKind::kEpoch:
        case KeyKind::kEpochInteger:
            return Since1970(key * kMicroseconds);
        case KeyKind::kEpochMs:
            return Since1970(key * 1000);
        case KeyKind::kEpochUs:
            return Since1970(key);
        case KeyKind::kSnowflake:
            return Since1970((Floor(key, std::int64_t{1} << coding.shift) + coding.epoch_ms) *
                             1000);
        case KeyKind::kUuidV7:
            return Since1970(Axis{UuidMilliseconds(key)} * 1000);
    }
    std::abort();
}

Instant InstantAt(const KeyCoding& coding, KeyPlace place) {
    return coding.kind == KeyKind::kId ? place : FloorDivide(place, kMicroseconds) + kServerEpoch;
}

std::string FormatTime(LocalTime local, std::optional<long> offset, int microseconds) {
    const Civil civil = ToCivil(local);
    const bool bc = civil.year < 1;
    std::string text =
        fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", bc ? 1 - civil.year : civil.year,
                    civil.month, civil.day, civil.hour, civil.minute, civil.second);
    if (microseconds != 0) {
        text += fmt::format(".{:06}", microseconds);
        text.erase(text.find_last_not_of('0') + 1);
    }
    if (offset) {
        const long size = std::labs(*offset);
        text += fmt::format("{}{:02}", *offset < 0 ? '-' : '+', size / 3600);
        if (size % 3600 != 0) {
            text += fmt::format(":{:02}", size / 60 % 60);
        }
        if (size % 60 != 0) {
            text += fmt::format(":{:02}", size % 60);
        }
    }
    if (bc) {
        text += " BC";
    }
    return text;
}

std::string KeyLiteral(const KeyCoding& coding, const Zone& zone, Axis key) {
    if (key == kLowest || key == kHighest) {
        return key == kLowest ? "MINVALUE" : "MAXVALUE";
    }
    switch (coding.kind) {
        case KeyKind::kDate: {
            std::string text =
                FormatTime(static_cast<LocalTime>(key) * kSecondsPerDay + kServerEpoch, {});
            return text.erase(text.find(' '), 9);  // the time of day, but not the era after it
        }
        case KeyKind::kTimestamp:
        case KeyKind::kTimestampTz: {
            const auto seconds = static_cast<std::int64_t>(Floor(key, kMicroseconds));
            const auto fraction = static_cast<int>(key - Axis{seconds} * kMicroseconds);
            const Instant instant = seconds + kServerEpoch;
            if (coding.kind == KeyKind::kTimestamp) {
                return FormatTime(instant, {}, fraction);
            }
            const long offset = zone.OffsetAt(instant);
            return FormatTime(instant + offset, offset, fraction);
        }
        case KeyKind::kEpoch:
        case KeyKind::kEpochInteger:
        case KeyKind::kEpochMs:
        case KeyKind::kEpochUs:
        case KeyKind::kSnowflake:
        case KeyKind::kId:
            return fmt::to_string(static_cast<std::int64_t>(key));
        case KeyKind::kUuidV7:
            return UuidText(key);
    }
    std::abort();
}

}  // namespace gb_enums::partition
