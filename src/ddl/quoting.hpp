#pragma once

#include <string>
#include <string_view>

namespace gb_enums {

/// `name` as a quoted identifier.
std::string QuoteIdentifier(std::string_view name);

/// `text` as a string literal that means the same whatever standard_conforming_strings is.
std::string QuoteLiteral(std::string_view text);

/// The same for a text of several lines, which stays readable: in dollar quotes.
std::string QuoteLines(std::string_view text);

}  // namespace gb_enums
