#pragma once

#include <string>
#include <vector>

#include "definition/definition.hpp"

namespace gb_enums {

/// The names of an enumeration's objects, and what they are made from.
struct EnumDdl {
    /// The schema of the type, its operators and the functions that users call.
    std::string schema;
    /// The name of the type.
    std::string name;
    /// The prefix of its functions in gb_enums_internal; no other enumeration has it.
    std::string internal_name;
    /// Operator characters that make the names of its operators on two texts unique.
    std::string operator_suffix;
    /// The schema of gb_enum_name and the other public functions.
    std::string extension_schema;
    /// The shared library, as CREATE FUNCTION names it.
    std::string library;
    /// The definition, as text.
    std::string body;
    /// The comment on the type.
    std::string comment;
    /// The role that becomes the owner; empty for the role that runs the script.
    std::string owner;
    /// Another enumeration, as SQL, to and from which there are casts by code; empty for none.
    std::string kin;
    /// A value to show in the functions' comments.
    Code example_code{};
    std::string example_name;
};

/// The statements that create an enumeration with all of its objects.
std::vector<std::string> CreateEnumSql(const EnumDdl& names);

/// The statements that give an existing enumeration a new definition, and a new comment unless
/// `comment` is nullptr. `type` and `input` are the type and its input function, as SQL.
std::vector<std::string> ReplaceDefinitionSql(std::string_view type, std::string_view input,
                                              std::string_view body, const char* comment);

}  // namespace gb_enums
