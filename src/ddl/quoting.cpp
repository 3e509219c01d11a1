#include "ddl/quoting.hpp"

namespace gb_enums {

namespace {

/// `text` between two `quote`s, with each character of `doubled` written twice.
std::string Quote(std::string_view text, char quote, std::string_view doubled) {
    std::string quoted(1, quote);
    for (const char c : text) {
        if (doubled.find(c) != std::string_view::npos) {
            quoted += c;
        }
        quoted += c;
    }
    return quoted + quote;
}

}  // namespace

std::string QuoteIdentifier(std::string_view name) {
    return Quote(name, '"', "\"");
}

std::string QuoteLiteral(std::string_view text) {
    const bool has_backslash = text.find('\\') != std::string_view::npos;
    return (has_backslash ? " E" : "") + Quote(text, '\'', "'\\");
}

std::string QuoteLines(std::string_view text) {
    std::string quote = "$$";
    // With a dollar in front, since a quote may end in the dollar that the text ends in.
    for (const std::string all = std::string(text) + '$'; all.find(quote) != std::string::npos;) {
        quote.insert(1, 1, 'q');
    }
    return quote + std::string(text) + quote;
}

}  // namespace gb_enums
