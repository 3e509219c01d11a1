#pragma once

#include "server.hpp"

namespace gb_enums {

/// What an array has in it, whatever its type.
struct ArrayElements {
    Datum* values = nullptr;
    bool* nulls = nullptr;
    int count = 0;
};

inline ArrayElements ElementsOf(ArrayType* array) {
    ArrayElements elements;
    int16 length = 0;
    bool by_value = false;
    char alignment = 0;
    get_typlenbyvalalign(ARR_ELEMTYPE(array), &length, &by_value, &alignment);
    deconstruct_array(array, ARR_ELEMTYPE(array), length, by_value, alignment, &elements.values,
                      &elements.nulls, &elements.count);
    return elements;
}

/// Numbers of columns in an array, of which a table cannot have more than `most`; raises an error
/// for more, and for a NULL.
inline ArrayElements ColumnNumbersOf(ArrayType* array, int most) {
    if (array_contains_nulls(array)) {
        ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
                        errmsg("the number of a column must not be null")));
    }
    if (ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array)) > most) {
        ereport(ERROR, (errcode(ERRCODE_TOO_MANY_COLUMNS),
                        errmsg("there are more numbers of columns than the table has columns")));
    }
    return ElementsOf(array);
}

}  // namespace gb_enums
