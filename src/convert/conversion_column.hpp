#pragma once

#include "server/json.hpp"

namespace gb_enums::convert {

/// A column that changes its type, as SQL gives it: gb_enums_internal.conversion_column. Fields
/// that SQL leaves NULL are 0.
struct ConversionColumn {
    Oid relation;
    AttrNumber number;
    /// The base type that it had; of an array, the base type of its elements.
    Oid old_type;
    /// It was an array, and becomes one.
    bool is_array;
    Oid enum_type;
    /// The function that makes a value of a smallint, when the column becomes a smallint;
    /// InvalidOid when it becomes the enumeration itself.
    Oid trusting_cast;
    /// The type of a column that was the enumeration and becomes something else; InvalidOid when
    /// the column becomes the enumeration.
    Oid new_type;
    /// The length (typmod) that the column then has, -1 for none.
    std::int32_t new_length;
    /// The new column that gets the values; nullptr when the column itself gets them.
    const char* new_name;
    /// How old values are read, see ReadMapping().
    JsonbContainer* options;
};

/// The columns of a conversion (ConversionColumn*).
List* ReadConversion(ArrayType* columns);

}  // namespace gb_enums::convert
