#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "definition/definition.hpp"
#include "source/identifiers.hpp"
#include "source/output.hpp"

namespace gb_enums {

/// An enumeration of the database that a source is written for.
struct SourceEnum {
    std::string_view schema;
    std::string_view name;
    /// Its name as SQL, with its schema.
    std::string_view sql_name;
    /// What COMMENT ON TYPE says; empty for nothing.
    std::string_view comment;
    /// Its definition, as text, and the fingerprint of that.
    std::string_view body;
    std::string_view fingerprint;
};

/// An enumeration with its identifiers in a language.
struct NamedEnum {
    const SourceEnum& source;
    const Definition& definition;
    bool is_first;
    std::string identifier;
    /// In the order of definition.values(). In a language that needs a zero, the identifier of a
    /// zero follows that is no value.
    std::vector<std::string> values;

    /// What the enumeration is about, or else its name.
    std::string_view Title() const { return source.comment.empty() ? source.name : source.comment; }

    /// Calls visit(value, identifier) for each value.
    template <typename Visit>
    void Each(Visit&& visit) const {
        for (std::size_t i = 0; i < definition.values().size(); ++i) {
            visit(definition.values()[i], values[i]);
        }
    }
    /// Calls visit(text, value, identifier) for each text that is read: names and aliases.
    template <typename Visit>
    void EachText(Visit&& visit) const {
        Each([&](const Value& value, const std::string& identifier) {
            visit(value.name, value, identifier);
            for (const std::string_view alias : value.aliases) {
                visit(alias, value, identifier);
            }
        });
    }
};

/// A language that sources are written in.
struct Language {
    /// What callers call it.
    std::string_view name;
    CaseStyle type_style = CaseStyle::kPascal;
    CaseStyle value_style = CaseStyle::kPascal;
    /// Identifiers that mean something in the language or in the source, separated by blanks.
    std::string_view reserved_types;
    std::string_view reserved_values;
    /// What follows a type's identifier in others that the source declares.
    std::string_view companions;
    /// What a value's identifier begins with.
    std::string_view value_prefix;
    /// Whether values and types of all enumerations are in one scope. A value's identifier then
    /// begins with its type's.
    bool is_one_scope = false;
    /// Whether each enumeration has to have a value with the code 0.
    bool needs_zero = false;
    /// Whether a value whose identifier is the type's would be taken for the type.
    bool values_hide_type = false;

    /// What stands before all enumerations, for each of them, and after them. `check` is the query
    /// that a program makes when it starts.
    void (*begin)(Output* out) = nullptr;
    void (*write)(const NamedEnum& named, Output* out) = nullptr;
    void (*end)(std::string_view check, Output* out) = [](std::string_view, Output*) {};
};

/// What a source begins with, in the form by which tools tell what nobody wrote; `mark` is what
/// comments begin with.
void WriteNotice(std::string_view mark, std::string_view language, Output* out);

/// What is said of a deprecated value: what to use instead, where the definition says that.
std::string DeprecationOf(const Value& value);

/// A comment between `/**` and `*/` with what there is to say of a value, the tag `@deprecated`
/// included; nothing when there is nothing to say.
void WriteBlockComment(const Value& value, std::string_view indent, Output* out);

/// The most bytes of a source, and of the definitions that it is made of.
constexpr std::size_t kMaxSourceBytes = std::size_t{8} * 1024 * 1024;
constexpr std::size_t kMaxBodiesBytes = std::size_t{4} * 1024 * 1024;

/// What documentation says of that query.
constexpr std::string_view kCheckText =
    "The query for the start of a program. It returns the names of enumerations that the database "
    "has not, or not as they are here; no row when all is well.";

/// The source of enumerations in a language; `fingerprint_function` is the function that gives the
/// fingerprint of an enumeration, as SQL. Throws SourceTooLong, and DefinitionError for a body
/// that is no definition.
Output WriteSource(const Language& language, const std::vector<SourceEnum>& enums,
                   std::string_view fingerprint_function);

}  // namespace gb_enums
