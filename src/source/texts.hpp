#pragma once

// Texts of a definition as literals and comments of a language. Nobody knows what is in them, so
// nothing in them ends the literal or the comment, and nothing hides what else is there.

#include <string>
#include <string_view>

namespace gb_enums {

/// How a language writes a character that it does not show, by its number.
enum class NumberedCharacter {
    kFourDigits,  // \u202e
    kBraces,      // \u{202e}
    kBytes,       // \342\200\256
};

/// What a string literal of a language is like: it stands in double quotes, and a backslash stands
/// before a double quote, a backslash and the characters of `escaped`.
struct Quoting {
    NumberedCharacter numbered = NumberedCharacter::kFourDigits;
    std::string_view escaped;
};

/// The literal of a text.
std::string Quoted(std::string_view text, const Quoting& quoting = {});

/// A text for a comment that ends with its line: in one line, without characters that have no
/// shape.
std::string LineText(std::string_view text);

/// The same for a comment between `/**` and `*/`, which may be one of a language in which such
/// comments contain others, or in which `\u002a` is the same as `*`. A word that begins with `@`
/// would have a meaning at the beginning, so it does not stand there.
std::string BlockText(std::string_view text);

/// The same for a line of Markdown, and for an element of XML.
std::string MarkdownText(std::string_view text);
std::string XmlText(std::string_view text);

}  // namespace gb_enums
