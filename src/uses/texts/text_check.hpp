#pragma once

#include "server/server.hpp"

namespace gb_enums {

/// How a change of a definition treats the objects that depend on texts which it changes.
enum class TextPolicy {
    kRefuse,   ///< an error lists them
    kForce,    ///< a NOTICE (in the script of an extension: a WARNING) for each says what to run
    kRemoval,  ///< an error lists those that name the value that is removed
};

/// Finds the objects that store or test texts of an enumeration whose meaning changes from one
/// version of its definition to another. The enumeration is locked, so nobody else changes it.
/// Looks once more right before the end of the transaction: others can have made objects meanwhile.
void CheckTexts(Oid type, const char* before, const char* after, TextPolicy policy);

}  // namespace gb_enums
