#pragma once

#include <string>
#include <vector>

#include "definition/definition.hpp"

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
    /// The role that gets it; empty when that is who makes it.
    std::string owner;
    /// A type of ours, as SQL, to and from which there are casts by code; empty for none.
    std::string kin;
    /// A value to show in the functions' comments.
    Code example_code{};
    std::string example_name;
};

/// The statements that make an enumeration with everything that belongs to it.
std::vector<std::string> CreateEnumSql(const EnumDdl& names);

/// The statements that give an existing one, a type and its input function as SQL, a new
/// definition, and a new comment unless that is nullptr.
std::vector<std::string> ReplaceDefinitionSql(std::string_view type, std::string_view input,
                                              std::string_view body, const char* comment);

}  // namespace gb_enums
