#pragma once

#include "server/server.hpp"

namespace gb_enums {

/// The six comparisons; the first five are btree strategies under other names.
enum class Comparison { kLt = 1, kLe, kEq, kGe, kGt, kNe };

/// Which comparison a function of ours performs: the last two letters of its C or internal name
/// (int24lt, gb_enum_enum_text_eq, ...), as everywhere in the server. What an operator is called
/// says nothing: anybody can make one by such a function.
bool ComparisonOf(Oid function, Comparison* comparison);

/// The comparison with its sides exchanged.
Comparison Commuted(Comparison comparison);

}  // namespace gb_enums
