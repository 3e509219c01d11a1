#pragma once

// Definitions put together from parts, some of which somebody else may have written.

#include <string>
#include <string_view>
#include <vector>

namespace gb_enums {

/// The definition of a new enumeration: what another definition says, then lines, then names with
/// the codes that follow; names of removed values get their old codes. Throws DefinitionError with
/// the number of a line among `lines` that is wrong, and EditError for what is wrong with the rest.
std::string AssembleDefinition(std::string_view other, std::string_view lines,
                               const std::vector<std::string_view>& names);

/// A definition that can be read, made of a body that cannot: each line that is in the way becomes
/// a comment.
std::string RepairDefinition(std::string body);

}  // namespace gb_enums
