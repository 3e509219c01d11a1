#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "ddl/create_script.hpp"
#include "ddl/quoting.hpp"

namespace gb_enums {

inline constexpr std::string_view kText = "pg_catalog.text";

/// The type that every enumeration is cast to where it is compared with an integer. The operators
/// with integers are operators of this type, so they exist once.
inline constexpr std::string_view kEnumCode = "gb_enums_internal.enum_code";

/// The properties of a function whose result depends only on its arguments.
inline constexpr std::string_view kPure = "IMMUTABLE STRICT PARALLEL SAFE COST 1";
/// The same for a function that no argument can make fail. Row security may run it early.
inline constexpr std::string_view kPureLeakproof =
    "IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE COST 1";

/// The schema of the objects that nobody calls by hand.
inline constexpr std::string_view kInternalSchema = "gb_enums_internal";

/// A script for one enumeration: the names of its objects, and the statements that create them,
/// each with its comment.
class EnumScript {
  public:
    explicit EnumScript(const EnumDdl& ddl);

    const EnumDdl& ddl() const noexcept { return ddl_; }
    /// The schema of the operators, and the type, as SQL.
    const std::string& operator_schema() const noexcept { return operator_schema_; }
    const std::string& type() const noexcept { return type_; }

    /// The name of an internal function, with its schema. It begins with the name of the
    /// enumeration even where an argument has the enumeration's type: the server looks through all
    /// functions of a name.
    std::string Own(std::string_view suffix) const;
    /// The name of a function that users call, with its schema.
    std::string Public(std::string_view name) const;

    /// Appends a statement.
    template <typename... Args>
    void Statement(fmt::format_string<Args...> format, Args&&... args) {
        statements_.push_back(fmt::format(format, std::forward<Args>(args)...));
    }
    void Comment(std::string_view kind, std::string_view object, std::string_view comment);
    /// ALTER ... OWNER TO for an object that users call, when the owner is another role.
    void GiveAway(std::string_view kind, std::string_view object);

    /// COMMENT ON an object that users do not call.
    void InternalComment(std::string_view kind, std::string_view object, std::string_view comment);

    /// CREATE FUNCTION for a function that users do not call, with its comment. `body` begins with
    /// the language. If arguments have defaults, `signature` is the list of arguments without them,
    /// as COMMENT ON needs it.
    void Function(const std::string& name, std::string_view arguments, std::string_view result,
                  std::string_view properties, std::string_view body, std::string_view comment,
                  std::string_view signature = {});
    /// The same for a function that users call. It gets the owner of the enumeration.
    void PublicFunction(std::string_view name, std::string_view arguments,
                        std::string_view signature, std::string_view result,
                        std::string_view properties, std::string_view body,
                        std::string_view comment);

    /// Bodies of functions: a C function of the extension, a function of the server, and a body
    /// with the planner support function added.
    std::string C(std::string_view symbol) const;
    static std::string Internal(std::string_view symbol);
    static std::string Supported(std::string_view body);

    std::vector<std::string> Take() { return std::move(statements_); }

  private:
    const EnumDdl& ddl_;
    std::string schema_;
    std::string type_;
    std::string operator_schema_;
    std::vector<std::string> statements_;
};

/// Adds the comparison functions, the operators and the operator classes.
void AddOperators(EnumScript* script);

}  // namespace gb_enums
