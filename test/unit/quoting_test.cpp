#include "ddl/quoting.hpp"

#include <gtest/gtest.h>

#include "failing_memory.hpp"
#include "sql_lexer.hpp"

namespace gb_enums {
namespace {

using test::SqlToken;
using test::Tokenize;

const std::string_view kHostile[] = {"",
                                     "a",
                                     "A b",
                                     "\"",
                                     "\"\"",
                                     "'",
                                     "''",
                                     "\\",
                                     "\\\\",
                                     "\\'",
                                     "'\\",
                                     "\\\"",
                                     "'; DROP TABLE t; --",
                                     "\"; --",
                                     "$$",
                                     "$x$",
                                     "E'",
                                     "x' OR 'a'='",
                                     "/* ",
                                     "*/",
                                     "--",
                                     "a\nb",
                                     "\r\n\t",
                                     "{}",
                                     "{0}{T}",
                                     "%s",
                                     "\xc3\xa9",
                                     "U&\"a",
                                     "\\x27",
                                     "\\047",
                                     "\\u0027",
                                     "a'b\"c\\d",
                                     "\x01\x7f"};

TEST(QuoteIdentifier, WritesThemAsTheServerReadsThem) {
    EXPECT_EQ(QuoteIdentifier("status"), "\"status\"");
    EXPECT_EQ(QuoteIdentifier("Ticket Status"), "\"Ticket Status\"");
    EXPECT_EQ(QuoteIdentifier("a\"b"), "\"a\"\"b\"");
    EXPECT_EQ(QuoteIdentifier("\""), "\"\"\"\"");
    EXPECT_EQ(QuoteIdentifier("a\\b'c"), "\"a\\b'c\"");
}

TEST(QuoteLiteral, WritesThemAsTheServerReadsThem) {
    EXPECT_EQ(QuoteLiteral(""), "''");
    EXPECT_EQ(QuoteLiteral("it's"), "'it''s'");
    EXPECT_EQ(QuoteLiteral("a\\b"), " E'a\\\\b'");
    EXPECT_EQ(QuoteLiteral("a\"b\n"), "'a\"b\n'");
}

TEST(QuoteIdentifier, NothingBreaksOut) {
    for (const std::string_view text : kHostile) {
        for (const bool plain_backslashes : {true, false}) {
            const auto tokens = Tokenize(QuoteIdentifier(text), plain_backslashes);
            ASSERT_TRUE(tokens.has_value()) << text;
            ASSERT_EQ(tokens->size(), 1U) << text;
            EXPECT_EQ(tokens->front().kind, SqlToken::Kind::kIdentifier) << text;
            EXPECT_EQ(tokens->front().text, text);
        }
    }
}

TEST(QuoteLiteral, NothingBreaksOutWhateverBackslashesMean) {
    for (const std::string_view text : kHostile) {
        for (const bool plain_backslashes : {true, false}) {
            // Behind a word, as in "AS 'text'": the E must not become the word's.
            const auto tokens = Tokenize("AS" + QuoteLiteral(text) + ";", plain_backslashes);
            ASSERT_TRUE(tokens.has_value()) << text;
            ASSERT_EQ(tokens->size(), 3U) << text;
            EXPECT_EQ((*tokens)[0].text, "AS") << text;
            EXPECT_EQ((*tokens)[1].kind, SqlToken::Kind::kLiteral) << text;
            EXPECT_EQ((*tokens)[1].text, text);
        }
    }
}

TEST(SqlText, FailsCleanlyWhereverTheHeapRunsOut) {
    const std::string text(100, '\'');
    for (const auto quote : {QuoteIdentifier, QuoteLiteral}) {
        std::size_t n = 1;
        for (;; ++n) {
            const auto run = test::Heap::Run(n, [&] { quote(text); });
            EXPECT_EQ(run.left_over, 0) << "allocation " << n;
            EXPECT_EQ(run.out_of_memory, run.refused) << "allocation " << n;
            if (!run.refused) {
                break;
            }
        }
        EXPECT_GT(n, 2U);
    }
}

/// The text between dollar quotes, as the server finds where it ends; empty when more follows.
std::string_view Unquote(std::string_view quoted) {
    const std::string_view quote = quoted.substr(0, quoted.find('$', 1) + 1);
    const std::size_t end = quoted.find(quote, quote.size());
    return end + quote.size() == quoted.size() ? quoted.substr(quote.size(), end - quote.size())
                                               : std::string_view();
}

TEST(QuoteLines, FindsAQuoteThatTheTextHasNot) {
    EXPECT_EQ(QuoteLines("a\nb"), "$$a\nb$$");
    EXPECT_EQ(QuoteLines("a$$b"), "$q$a$$b$q$");
    EXPECT_EQ(QuoteLines("$$ $q$ $qq"), "$qqq$$$ $q$ $qq$qqq$");
    for (const std::string_view text : kHostile) {
        EXPECT_EQ(Unquote(QuoteLines(text)), text);
    }
    for (const std::string_view text : {"$", "a$", "a$$", "$q", "$q$", "a$q", "$qq$$q$$$"}) {
        EXPECT_EQ(Unquote(QuoteLines(text)), text);
    }
}

}  // namespace
}  // namespace gb_enums
