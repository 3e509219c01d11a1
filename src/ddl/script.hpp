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

/// Of every function that computes from its arguments alone.
inline constexpr std::string_view kPure = "IMMUTABLE STRICT PARALLEL SAFE COST 1";
/// The same where no argument can make it fail, so that row security may run it early.
inline constexpr std::string_view kPureLeakproof =
    "IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE COST 1";

/// The schema of what nobody calls by hand.
inline constexpr std::string_view kInternalSchema = "gb_enums_internal";

/// A script for one enumeration: what its objects are called, and statements that make them, each
/// with its comment.
class EnumScript {
  public:
    explicit EnumScript(const EnumDdl& ddl);

    const EnumDdl& ddl() const noexcept { return ddl_; }
    /// The schema of the type, the type, and the extension's schema, as SQL.
    const std::string& schema() const noexcept { return schema_; }
    const std::string& type() const noexcept { return type_; }
    const std::string& extension_schema() const noexcept { return extension_schema_; }

    /// The name in gb_enums_internal of what nobody calls by hand. It begins with the enumeration's
    /// even where an argument's type would tell: the server looks through all functions of a name.
    std::string Own(std::string_view suffix) const;
    /// The name of what users call.
    std::string Public(std::string_view name) const;

    /// Appends a statement.
    template <typename... Args>
    void Statement(fmt::format_string<Args...> format, Args&&... args) {
        statements_.push_back(fmt::format(format, std::forward<Args>(args)...));
    }
    void Comment(std::string_view kind, std::string_view object, std::string_view comment);
    /// ALTER ... OWNER TO, for what users call, when it is made for another role.
    void GiveAway(std::string_view kind, std::string_view object);

    /// CREATE FUNCTION; `body` is its language and what that needs. Where arguments have defaults,
    /// `signature` is the list without them, as COMMENT ON wants it.
    void Function(const std::string& name, std::string_view arguments, std::string_view result,
                  std::string_view properties, std::string_view body, std::string_view comment,
                  std::string_view signature = {});

    /// Function bodies: a C function of the extension's, one of the server's own, and either with
    /// the planner support function.
    std::string C(std::string_view symbol) const;
    static std::string Internal(std::string_view symbol);
    static std::string Supported(std::string_view body);

    std::vector<std::string> Take() { return std::move(statements_); }

  private:
    const EnumDdl& ddl_;
    std::string schema_;
    std::string type_;
    std::string extension_schema_;
    std::vector<std::string> statements_;
};

/// Adds the comparison functions, the operators and the operator classes.
void AddOperators(EnumScript* script);

}  // namespace gb_enums
