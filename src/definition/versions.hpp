#pragma once

// Two whole definitions of one enumeration, of which one takes the place of the other.

#include <optional>
#include <string>
#include <vector>

#include "definition/definition.hpp"

namespace gb_enums {

/// The values that an earlier definition has and a later one has not, in the memory of the earlier
/// one. Throws EditError when the later one does not keep a code for the value that once had it.
std::vector<const Value*> RemovedValues(const Definition& before, const Definition& after);

/// What two definitions say of the first code of which they do not say the same: a line, or nothing
/// for a code that is free. The order of lines and of aliases does not count, nor do comments.
struct CodeDifference {
    std::string left;
    std::string right;
};
std::optional<CodeDifference> FirstDifference(const Definition& left, const Definition& right);

}  // namespace gb_enums
