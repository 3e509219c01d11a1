#pragma once

#include <string>
#include <vector>

#include "definition.hpp"

namespace gb_enums {

/// What an enumeration's objects are called and made from.
struct EnumDdl {
    /// Where the type, its operators and the functions that users call go.
    std::string schema;
    /// The type.
    std::string name;
    /// What the names of its functions in gb_enums_internal begin with: no other enumeration's do.
    std::string internal_name;
    /// Operator characters that make the names of operators on two texts this enumeration's own.
    std::string operator_suffix;
    /// Where gb_enum_name and its like are.
    std::string extension_schema;
    /// The shared library, as CREATE FUNCTION names it.
    std::string library;
    /// The definition, as text.
    std::string body;
    /// What the enumeration is, for COMMENT ON TYPE.
    std::string comment;
    /// A value to show in the functions' comments.
    Code example_code{};
    std::string example_name;
};

/// The statements that make an enumeration with everything that belongs to it.
std::vector<std::string> CreateEnumSql(const EnumDdl& names);

/// The statements that give an existing one a new definition and comment.
std::vector<std::string> ReplaceDefinitionSql(const EnumDdl& names);

}  // namespace gb_enums
