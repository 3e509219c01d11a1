#pragma once

#include "uses/places.hpp"

namespace gb_enums {

/// A stored expression that compares values of an enumeration as texts, or will after a restore,
/// because the operators of the enumeration were not found, or will not be.
struct TextForm {
    ObjectAddress place;
    Oid type;
    /// The operator, or what the form is called that names none.
    const char* form;
    /// Whether it compares texts already.
    bool now;
};

/// A list of TextForm*. `enums` are enumerations whose operators are in their schema.
List* FindTextForms(const EnumPlaces& places, const List* enums);

}  // namespace gb_enums
