#pragma once

#include <string>

#include "definition/definition.hpp"

namespace gb_enums {

/// The names in use, for a HINT: `"a", "b" and "c"`; only the first ones of very many. Empty when
/// every value is deprecated.
std::string ListNames(const Definition& definition);

/// The same with those of deprecated values.
std::string ListAllNames(const Definition& definition);

/// The codes that have a name, for a DETAIL, runs shortened: `1 to 4, 9 and 10`.
std::string ListCodes(const Definition& definition);

}  // namespace gb_enums
