#pragma once

#include <string>

#include "definition/definition.hpp"

namespace gb_enums {

/// The names that are not deprecated, for a HINT: `"a", "b" and "c"`; of very many names only the
/// first ones. Empty when every value is deprecated.
std::string ListNames(const Definition& definition);

/// The same, including the names of deprecated values.
std::string ListAllNames(const Definition& definition);

/// The codes that have a name, for a DETAIL; consecutive codes are shown as a range: `1 to 4, 9 and
/// 10`.
std::string ListCodes(const Definition& definition);

}  // namespace gb_enums
