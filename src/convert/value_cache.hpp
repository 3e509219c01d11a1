#pragma once

// The values of a column, converted one after the other. A column has few different values, so a
// cache keeps those it has seen with their results. There is one cache for each call site, column
// of a trigger, or column of a walk through a table. Most statements of an application write one
// row: a cache has room for one value until it meets another.

#include "convert/mapping.hpp"

namespace gb_enums::convert {

/// A value with its result. The value is a text of few bytes, or a number.
struct CachedValue {
    bool used;
    bool is_null;
    std::int16_t code;
    std::uint8_t size;
    std::int64_t number;
    char bytes[kMaxNameBytes];
};

struct ValueCache {
    Mapping mapping;
    /// The enumeration of the old values, nullptr when they are of another type.
    const EnumType* source;
    /// The version of both enumerations that the results are for.
    uint32 version;
    /// The base type of the elements, when the old values are arrays; else InvalidOid.
    Oid element_type;
    /// The places for values: at first only that of this struct. Their number is a power of two.
    CachedValue* values;
    std::size_t places;
    CachedValue first;
};

/// An empty cache for values of a type, which may be an array, in the current memory context, in
/// which the options must be as well.
ValueCache* MakeValueCache(Oid enum_type, JsonbContainer* options, Oid old_type);

/// Converts a value to a code or NULL. Raises 22P02 or 22023 when no rule covers it.
NullableDatum ConvertText(ValueCache* cache, std::string_view value);
NullableDatum ConvertNumber(ValueCache* cache, std::int64_t number);
NullableDatum ConvertNumeric(ValueCache* cache, Datum number);
NullableDatum ConvertLabel(ValueCache* cache, Oid label);
NullableDatum ConvertCode(ValueCache* cache, Oid enum_type, Code code);

/// Converts a value of any type that columns are converted from, except domains: to a code, to an
/// array of values, or to NULL.
NullableDatum ConvertValue(ValueCache* cache, Oid type, Datum value);

}  // namespace gb_enums::convert
