#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "definition/definition.hpp"

namespace gb_enums {

/// The error for a change that cannot be made to a definition.
class EditError : public std::runtime_error {
  public:
    enum class Kind {
        kUnknown,  ///< there is no such value or alias
        kTaken,    ///< there is such a name, alias or code already
        kInvalid,  ///< a text that cannot be a name, or a number that cannot be a code, of this
                   ///< value
        kState,    ///< the value is not in a state for this change
        kFull,     ///< there is no room for another value
    };
    EditError(Kind kind, const std::string& message, std::string hint = {})
        : std::runtime_error(message), kind_(kind), hint_(std::move(hint)) {}
    Kind kind() const noexcept { return kind_; }
    const std::string& hint() const noexcept { return hint_; }

  private:
    Kind kind_;
    std::string hint_;
};

/// A definition that is being changed. A change edits lines of the text, so all other lines stay as
/// they were written, with their comments.
///
/// A change that cannot be made throws EditError, and then nothing is changed.
class DefinitionEdit {
  public:
    /// Throws DefinitionError when the body is not a definition.
    explicit DefinitionEdit(std::string_view body);

    const std::string& body() const noexcept { return body_; }
    const Definition& definition() const noexcept { return definition_; }

    /// Adds a value and returns its code. By default a removed value comes back with its old code,
    /// and another value gets the next code.
    Code AddValue(std::string_view name, std::optional<int> code,
                  std::optional<std::string_view> description,
                  const std::vector<std::string_view>& aliases);
    /// The code after all codes that are or ever were in use, or the lowest free code when there is
    /// none after them.
    Code NextCode() const;
    /// Whether a code can be given to a new value.
    bool IsFree(int code) const;
    /// The new name may be an alias that the value has. With `keep_alias`, the old name becomes
    /// one.
    void Rename(std::string_view name, std::string_view new_name, bool keep_alias = false);
    void Describe(std::string_view name, std::optional<std::string_view> description);
    void AddAlias(std::string_view name, std::string_view alias);
    void DropAlias(std::string_view alias);
    void Deprecate(std::string_view name, std::optional<std::string_view> replacement);
    void Undeprecate(std::string_view name);
    /// Removes a value and returns its code, which no other value ever gets.
    Code Remove(std::string_view name);

  private:
    /// The value with this name; aliases do not count. Throws EditError when there is none.
    const Value& Need(std::string_view name) const;
    void CheckNotReplacement(std::string_view name) const;
    /// Throws EditError unless `name` can be a new name or alias of the value with this code.
    void CheckNewName(std::string_view name, Code code, std::string_view what) const;
    /// Replaces a line; throws EditError when the result is not a definition.
    void ReplaceLine(std::size_t line, const std::string& text);
    void Take(std::string body);

    std::string body_;
    Definition definition_;
};

/// The line of a definition for a value, and for a code that was removed.
std::string LineOf(const Value& value);
std::string LineOf(const RetiredCode& retired);

/// A name, and any text, as a definition contains it: with quotes where they are needed.
std::string DefinitionWord(std::string_view text);
std::string DefinitionString(std::string_view text);

}  // namespace gb_enums
