#include "definition/difference.hpp"

#include <algorithm>

namespace gb_enums {

namespace {

/// Calls visit(text, code) for each name and alias.
template <typename Visit>
void VisitTexts(const Definition& definition, Visit&& visit) {
    for (const Value& value : definition.values()) {
        visit(value.name, value.code);
        for (const std::string_view alias : value.aliases) {
            visit(alias, value.code);
        }
    }
}

/// Calls visit(text, code) for each text that one version reads and the other does not read as the
/// same value.
template <typename Visit>
void VisitTextsMissing(const Definition& from, const Definition& in, Visit&& visit) {
    VisitTexts(from, [&](std::string_view text, Code code) {
        Code other{};
        if (!in.FindCode(text, &other) || other != code) {
            visit(text, code);
        }
    });
}

char LowerAscii(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Whether a byte is part of a word. All of a character that is not ASCII counts.
bool IsOfWord(char c) noexcept {
    const char lower = LowerAscii(c);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

Difference DifferenceBetween(const Definition& before, const Definition& after) {
    Difference difference;
    VisitTextsMissing(before, after,
                      [&](std::string_view text, Code) { difference.lost.push_back(text); });
    VisitTextsMissing(after, before, [&](std::string_view text, Code code) {
        difference.gained.push_back(text);
        difference.only_new_values = difference.only_new_values && before.Find(code) == nullptr;
    });
    for (const Value& old : before.values()) {
        const Value* now = after.Find(old.code);
        if (now == nullptr || now->name != old.name) {
            difference.hidden.push_back(old.name);
        }
        if (now != nullptr && now->name != old.name) {
            difference.shown.push_back(now->name);
        }
        difference.described = difference.described ||
                               (now != nullptr && (now->has_description != old.has_description ||
                                                   now->description != old.description));
    }
    return difference;
}

bool Mentions(std::string_view text, std::string_view word) noexcept {
    const auto same = [](char left, char right) { return LowerAscii(left) == LowerAscii(right); };
    for (auto from = text.begin();; ++from) {
        from = std::search(from, text.end(), word.begin(), word.end(), same);
        if (from == text.end()) {
            return false;
        }
        const auto to = from + static_cast<std::ptrdiff_t>(word.size());
        // A name may itself begin or end with other characters.
        const bool begins = from == text.begin() || !IsOfWord(from[-1]) || !IsOfWord(word.front());
        const bool ends = to == text.end() || !IsOfWord(*to) || !IsOfWord(word.back());
        if (begins && ends) {
            return true;
        }
    }
}

}  // namespace gb_enums
