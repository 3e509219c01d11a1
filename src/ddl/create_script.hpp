#pragma once

#include <string>
#include <vector>

#include "definition/definition.hpp"

namespace gb_enums {

/// The names of an enumeration's objects, and what they are made from.
struct EnumDdl {
    /// The schema of the type and the functions that users call.
    std::string schema;
    /// The schema of its operators, min and max. It is pg_catalog when the enumeration belongs to
    /// an extension, so that every search_path finds them. A dump leaves out objects that are in
    /// pg_catalog and in no extension, so those of other enumerations are in the schema of the
    /// type.
    std::string operator_schema;
    /// The name of the type.
    std::string name;
    /// The prefix of its functions in gb_enums_internal; no other enumeration has it.
    std::string internal_name;
    /// Operator characters that make the names of its operators on two texts unique.
    std::string operator_suffix;
    /// The shared library, as CREATE FUNCTION names it.
    std::string library;
    /// The definition, as text.
    std::string body;
    /// The comment on the type.
    std::string comment;
    /// Whether objects that users do not call get comments, too. People read dumps of their own
    /// enumerations, so a dump must not be longer than needed.
    bool comments_all = false;
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
