#include "source/words.hpp"

#include <fmt/format.h>

#include "source/utf8.hpp"

namespace gb_enums {

namespace {

/// The letters without accents from U+00C0 to U+017F; a blank for a character that is no letter.
constexpr std::string_view kLatin =
    "AAAAAAACEEEEIIIIDNOOOOO OUUUUYTsaaaaaaaceeeeiiiidnooooo ouuuuyty"
    "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiIiJjKkkLlLlLlL"
    "lLlNnNnNnnNnOoOoOoOoRrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";
constexpr char32_t kFirstLatin = 0xC0;
static_assert(kLatin.size() == 0x180 - kFirstLatin);

constexpr bool IsUpper(char c) {
    return c >= 'A' && c <= 'Z';
}
constexpr bool IsLower(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/// An accent that follows the letter it stands over.
constexpr bool IsAccent(char32_t code) {
    return code >= 0x300 && code < 0x370;
}

/// A blank, a sign or punctuation, of any script that has them in a block of their own.
constexpr bool IsPunctuation(char32_t code) {
    return code < kFirstLatin || (code >= 0x2000 && code < 0x2070) ||
           (code >= 0x3000 && code < 0x3040 && code != 0x3005) || code == kNoCodePoint;
}

/// A character as a letter or digit of ASCII, a blank where it separates words, or '\0' for one
/// that has no such letter.
char AsciiOf(char32_t code) {
    if (code < 0x80) {
        const char c = static_cast<char>(code);
        return IsUpper(c) || IsLower(c) ? c : ' ';
    }
    if (code >= kFirstLatin && code < kFirstLatin + kLatin.size()) {
        return kLatin[code - kFirstLatin];
    }
    return IsPunctuation(code) ? ' ' : '\0';
}

/// A name in ASCII, with blanks between words unless a change of case is between them.
std::string ToAscii(std::string_view name) {
    std::string ascii;
    while (!name.empty()) {
        const char32_t code = TakeCodePoint(&name);
        if (IsAccent(code)) {
            continue;
        }
        const char c = AsciiOf(code);
        if (c == '\0') {
            ascii += fmt::format(" u{:x} ", static_cast<std::uint32_t>(code));
        } else {
            ascii += c;
        }
    }
    return ascii;
}

/// Whether a word begins at an upper-case letter: in "inProgress" at P, in "HTTPError" at E.
bool BeginsWord(std::string_view text, std::size_t i) {
    return i > 0 && IsUpper(text[i]) &&
           (IsLower(text[i - 1]) || (i + 1 < text.size() && IsLower(text[i + 1]) &&
                                     !(text[i + 1] >= '0' && text[i + 1] <= '9')));
}

}  // namespace

std::vector<std::string> WordsOf(std::string_view name) {
    const std::string text = ToAscii(name);
    std::vector<std::string> words;
    bool is_in_word = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == ' ') {
            is_in_word = false;
            continue;
        }
        if (!is_in_word || BeginsWord(text, i)) {
            words.emplace_back();
        }
        is_in_word = true;
        words.back() += static_cast<char>(IsUpper(text[i]) ? text[i] - 'A' + 'a' : text[i]);
    }
    return words;
}

}  // namespace gb_enums
