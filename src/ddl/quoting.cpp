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

}  // namespace gb_enums
