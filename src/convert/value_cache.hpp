#pragma once

// Old values that become new ones, one after the other. There are few different ones, so a site (of
// a call, a trigger, a walk through a table) keeps those it has seen with what they became.

#include "convert/mapping.hpp"

namespace gb_enums::convert {

constexpr std::size_t kPlaces = 128;

/// A value seen before: a text of few bytes, or a number.
struct Seen {
    bool used;
    bool is_null;
    std::int16_t code;
    std::uint8_t size;
    std::int64_t number;
    char bytes[kMaxNameBytes];
};

/// What a site knows.
struct Site {
    Mapping mapping;
    uint32 version;
    Seen seen[kPlaces];
};

/// A new one, in the current memory context, where the options must be as well.
Site* MakeSite(Oid enum_type, JsonbContainer* options, bool is_code);

/// What a value becomes: a code or NULL. 22P02 or 22023 when nothing.
NullableDatum ConvertText(Site* site, std::string_view value);
NullableDatum ConvertNumber(Site* site, std::int32_t number);
NullableDatum ConvertLabel(Site* site, Oid label);

/// The same for a value of any type that columns are converted from, but for domains.
NullableDatum ConvertValue(Site* site, Oid type, Datum value);

}  // namespace gb_enums::convert
