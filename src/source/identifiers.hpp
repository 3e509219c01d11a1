#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace gb_enums {

/// How a language writes an identifier of several words.
enum class CaseStyle {
    kPascal,      // WaitingApproval
    kUpperSnake,  // WAITING_APPROVAL
    kAsItIs,      // the name, when it is an identifier already; else waiting_approval
};

/// What an identifier is made for.
struct Wanted {
    std::string_view name;
    /// What is added where another one would have the same identifier: a code, or a schema.
    std::string qualifier;
};

/// Makes identifiers that no two things in a scope share, and that no word of the language is. They
/// count as the same when they differ in case and underscores only: some languages and tools do not
/// tell such ones apart, and people do not, either.
class Identifiers {
  public:
    /// `reserved` are identifiers, separated by blanks, that have a meaning already. A language
    /// declares more identifiers with each: those with the `companions`, also separated by blanks,
    /// behind it.
    Identifiers(CaseStyle style, std::string_view reserved, std::string_view companions = {});

    /// The identifiers of a group of names, each behind `prefix`. Where names of the group would
    /// have the same one, all of them are qualified. So another name never takes over what an
    /// identifier means in programs.
    std::vector<std::string> Make(const std::vector<Wanted>& group, std::string_view prefix = {});

    /// Lets nothing else have this identifier.
    void Take(const std::string& identifier);

  private:
    std::string Style(std::string_view name, std::string_view prefix) const;
    bool IsFree(const std::string& identifier) const;

    CaseStyle style_;
    std::vector<std::string_view> companions_;
    /// The keys (see KeyOf() in the source) of those that have a meaning.
    std::unordered_set<std::uint64_t> taken_;
};

/// Words in one of the two styles that have one.
std::string Styled(const std::vector<std::string>& words, CaseStyle style);

}  // namespace gb_enums
