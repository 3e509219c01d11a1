// Whatever is quoted reads as exactly one identifier or literal with the value that was quoted.

#include "ddl/quoting.hpp"

#include <cstdint>

#include "../unit/sql_lexer.hpp"
#include "require.hpp"

using gb_enums::test::SqlToken;
using gb_enums::test::Tokenize;

namespace {

void CheckReadsAsOne(const std::string& quoted, SqlToken::Kind kind, std::string_view value) {
    for (const bool plain_backslashes : {true, false}) {
        const auto tokens = Tokenize("AS" + quoted + ";", plain_backslashes);
        REQUIRE(tokens.has_value());
        REQUIRE(tokens->size() == 3);
        REQUIRE((*tokens)[1].kind == kind);
        REQUIRE((*tokens)[1].text == value);
    }
}

void CheckEndsWhereTheTextEnds(std::string_view quoted, std::string_view text) {
    const std::string_view quote = quoted.substr(0, quoted.find('$', 1) + 1);
    REQUIRE(quoted.find(quote, quote.size()) == quoted.size() - quote.size());
    REQUIRE(quoted.substr(quote.size(), text.size()) == text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    // No string that comes from the server has a zero byte.
    if (text.find('\0') == std::string_view::npos) {
        CheckReadsAsOne(gb_enums::QuoteIdentifier(text), SqlToken::Kind::kIdentifier, text);
        CheckReadsAsOne(gb_enums::QuoteLiteral(text), SqlToken::Kind::kLiteral, text);
        CheckEndsWhereTheTextEnds(gb_enums::QuoteLines(text), text);
    }
    return 0;
}
