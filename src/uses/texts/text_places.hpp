#pragma once

#include "uses/texts/tree_texts.hpp"

namespace gb_enums {

/// An object whose expression depends on a text that changes.
struct TextPlace {
    /// The object as people call it, and what to run after the change so that the object is right
    /// again; nullptr when its own text has to be changed.
    const char* description;
    const char* remedy;
    /// The constant with the text that changes, or nullptr.
    const char* text;
};

/// Which places are found.
enum class PlacesOf {
    /// Of a change that is made all the same if somebody insists on it.
    kChange,
    /// Of the removal of a value, which rows do not have any more: constants that name the value.
    kRemoval
};

/// The places that depend on the texts of an enumeration that change, a list of TextPlace*. Leaves
/// out the objects for which is_known(Dependent) is true.
List* FindTextPlaces(Oid type, const Dependents& dependents, const TextChanges& changes,
                     PlacesOf what, bool (*is_known)(const Dependent& object, const void* context),
                     const void* context);

}  // namespace gb_enums
