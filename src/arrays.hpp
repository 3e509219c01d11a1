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

}  // namespace gb_enums
