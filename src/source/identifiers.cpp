#include "source/identifiers.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "definition/name_key.hpp"
#include "source/words.hpp"

namespace gb_enums {

namespace {

constexpr bool IsDigit(char c) {
    return c >= '0' && c <= '9';
}

/// Whether a name is an identifier in every language that has kAsItIs.
bool IsIdentifier(std::string_view name) {
    const auto is_part = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || IsDigit(c) || c == '_';
    };
    return !name.empty() && !IsDigit(name.front()) && name.substr(0, 2) != "__" &&
           std::all_of(name.begin(), name.end(), is_part);
}

/// What two identifiers have in common that count as the same: the hash of what is left of them. If
/// others ever have the same hash, they are qualified without need.
std::uint64_t KeyOf(std::string_view identifier) {
    std::string left;
    for (const char c : identifier) {
        if (c != '_') {
            left += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
        }
    }
    return HashName(left);
}

std::vector<std::string_view> SplitAtBlanks(std::string_view text) {
    std::vector<std::string_view> parts;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        if (end > 0) {
            parts.push_back(text.substr(0, end));
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

}  // namespace

std::string Styled(const std::vector<std::string>& words, CaseStyle style) {
    std::string styled;
    for (const std::string& word : words) {
        if (style != CaseStyle::kPascal && !styled.empty()) {
            styled += '_';
        }
        for (std::size_t i = 0; i < word.size(); ++i) {
            const bool is_upper =
                style == CaseStyle::kUpperSnake || (style == CaseStyle::kPascal && i == 0);
            const char c = word[i];
            styled += static_cast<char>(is_upper && c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
        }
    }
    return styled;
}

Identifiers::Identifiers(CaseStyle style, std::string_view reserved, std::string_view companions)
    : style_(style), companions_(SplitAtBlanks(companions)) {
    companions_.emplace_back();
    for (const std::string_view word : SplitAtBlanks(reserved)) {
        taken_.insert(KeyOf(word));
    }
}

std::string Identifiers::Style(std::string_view name, std::string_view prefix) const {
    if (style_ == CaseStyle::kAsItIs && prefix.empty() && IsIdentifier(name)) {
        return std::string(name);
    }
    std::vector<std::string> words = WordsOf(name);
    if (words.empty() || (prefix.empty() && IsDigit(words.front().front()))) {
        words.insert(words.begin(), "value");
    }
    return std::string(prefix) + Styled(words, style_);
}

bool Identifiers::IsFree(const std::string& identifier) const {
    return std::none_of(companions_.begin(), companions_.end(), [&](std::string_view companion) {
        return taken_.count(KeyOf(identifier + std::string(companion))) > 0;
    });
}

void Identifiers::Take(const std::string& identifier) {
    for (const std::string_view companion : companions_) {
        taken_.insert(KeyOf(identifier + std::string(companion)));
    }
}

std::vector<std::string> Identifiers::Make(const std::vector<Wanted>& group,
                                           std::string_view prefix) {
    std::vector<std::string> made;
    std::vector<std::uint64_t> keys;
    for (const Wanted& wanted : group) {
        made.push_back(Style(wanted.name, prefix));
        keys.push_back(KeyOf(made.back()));
    }
    std::sort(keys.begin(), keys.end());
    std::vector<std::size_t> shared;
    for (std::size_t i = 0; i < group.size(); ++i) {
        const auto same = std::equal_range(keys.begin(), keys.end(), KeyOf(made[i]));
        if (same.second - same.first == 1 && IsFree(made[i])) {
            Take(made[i]);
        } else {
            shared.push_back(i);
        }
    }
    for (const std::size_t i : shared) {
        const std::string name = fmt::format("{} {}", group[i].name, group[i].qualifier);
        std::string identifier = Style(name, prefix);
        for (int n = 2; !IsFree(identifier); ++n) {
            identifier = Style(fmt::format("{} {}", name, n), prefix);
        }
        made[i] = identifier;
        Take(identifier);
    }
    return made;
}

}  // namespace gb_enums
