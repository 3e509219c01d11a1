#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "definition/definition.hpp"

namespace gb_enums {

/// A change that cannot be made, or not to this definition.
class EditError : public std::runtime_error {
  public:
    enum class Kind {
        kUnknown,  ///< there is no such value or alias
        kTaken,    ///< there is such a name, alias or code already
        kInvalid,  ///< it cannot be a name or a code, or not for this
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

/// A definition that is being changed. It is changed as text, line by line, so that what a change
/// is not about stays as it was written, comments and all.
///
/// Every change throws EditError when it cannot be made; then nothing is changed.
class DefinitionEdit {
  public:
    /// Of a body that is a definition; throws DefinitionError when it is none.
    explicit DefinitionEdit(std::string_view body);

    const std::string& body() const noexcept { return body_; }
    const Definition& definition() const noexcept { return definition_; }

    /// Adds a value; without a code the next one, which is above all that are or ever were in use
    /// (the lowest free one when there is none above). A removed value comes back with its old
    /// code and name. Returns its code.
    Code AddValue(std::string_view name, std::optional<int> code,
                  std::optional<std::string_view> description,
                  const std::vector<std::string_view>& aliases);
    void Rename(std::string_view name, std::string_view new_name);
    void Describe(std::string_view name, std::optional<std::string_view> description);
    void AddAlias(std::string_view name, std::string_view alias);
    void DropAlias(std::string_view alias);
    void Deprecate(std::string_view name, std::optional<std::string_view> replacement);
    void Undeprecate(std::string_view name);
    /// Takes a value out; its code, which this returns, is never given to another.
    Code Remove(std::string_view name);

  private:
    /// The value of that very name, aliases not counted.
    const Value& Need(std::string_view name) const;
    void CheckNotReplacement(std::string_view name) const;
    /// Of a name or alias for the value with a code.
    void CheckNewName(std::string_view name, Code code, std::string_view what) const;
    Code NextCode() const;
    /// Makes the change, unless the result is no definition.
    void ReplaceLine(std::size_t line, const std::string& text);
    void Take(std::string body);

    std::string body_;
    Definition definition_;
};

/// A name, or any text, as it stands in a definition.
std::string DefinitionWord(std::string_view text);
std::string DefinitionString(std::string_view text);

}  // namespace gb_enums
