#include "definition/versions.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "definition/edit.hpp"

namespace gb_enums {

namespace {

/// Throws EditError unless a code that a value had is kept for it: `kept` is its line.
void RequireKept(const Definition& after, Code code, std::string_view name,
                 const std::string& kept) {
    if (after.FindRetired(code) == nullptr) {
        throw EditError(
            EditError::Kind::kState,
            fmt::format("code {} is not reserved for the removed value \"{}\"", ToInt(code), name),
            fmt::format("Add the line: {}", kept));
    }
}

/// The line for each code that is or was in use.
std::map<int, std::string> LinesByCode(const Definition& definition) {
    std::map<int, std::string> lines;
    for (Value value : definition.values()) {
        std::sort(value.aliases.begin(), value.aliases.end());
        lines.emplace(ToInt(value.code), LineOf(value));
    }
    for (const RetiredCode& retired : definition.retired()) {
        lines.emplace(ToInt(retired.code), LineOf(retired));
    }
    return lines;
}

}  // namespace

std::vector<const Value*> RemovedValues(const Definition& before, const Definition& after) {
    std::vector<const Value*> removed;
    for (const Value& value : before.values()) {
        if (after.Find(value.code) == nullptr) {
            RequireKept(after, value.code, value.name,
                        LineOf(RetiredCode{value.code, value.name, 0}));
            removed.push_back(&value);
        }
    }
    for (const RetiredCode& retired : before.retired()) {
        const Value* now = after.Find(retired.code);
        if (now == nullptr) {
            RequireKept(after, retired.code, retired.name, LineOf(retired));
        } else if (now->name != retired.name) {
            throw EditError(
                EditError::Kind::kTaken,
                fmt::format("code {} stood for \"{}\" once", ToInt(retired.code), retired.name),
                "Codes never change their meaning: rows may still have it.");
        }
    }
    return removed;
}

std::optional<CodeDifference> FirstDifference(const Definition& left, const Definition& right) {
    const auto left_lines = LinesByCode(left);
    auto right_lines = LinesByCode(right);
    for (const auto& [code, line] : left_lines) {
        const auto other = right_lines.find(code);
        if (other == right_lines.end()) {
            return CodeDifference{line, {}};
        }
        if (other->second != line) {
            return CodeDifference{line, other->second};
        }
        right_lines.erase(other);
    }
    if (right_lines.empty()) {
        return std::nullopt;
    }
    return CodeDifference{{}, right_lines.begin()->second};
}

}  // namespace gb_enums
