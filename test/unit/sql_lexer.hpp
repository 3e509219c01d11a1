#pragma once

// A small reader of SQL, written from the server's documentation ("Lexical Structure") and not from
// the code that is tested: it tells what a statement looks like to the server.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gb_enums::test {

struct SqlToken {
    enum class Kind { kWord, kIdentifier, kLiteral, kNumber, kOther };
    Kind kind = Kind::kOther;
    /// A word or number as it stands, a quoted identifier or literal by its value, else one
    /// character.
    std::string text;

    bool operator==(const SqlToken& other) const {
        return kind == other.kind && text == other.text;
    }
};

/// Reads tokens one by one. `plain_backslashes` is standard_conforming_strings.
class SqlLexer {
  public:
    SqlLexer(std::string_view sql, bool plain_backslashes)
        : rest_(sql), plain_backslashes_(plain_backslashes) {}

    /// False when a quote is not closed or a comment begins: nothing here should have either.
    bool ok() const { return ok_; }

    std::optional<SqlToken> Next() {
        while (!rest_.empty() && IsSpace(rest_.front())) {
            rest_.remove_prefix(1);
        }
        if (rest_.empty()) {
            return std::nullopt;
        }
        const char first = rest_.front();
        if (rest_.substr(0, 2) == "--" || rest_.substr(0, 2) == "/*") {
            return Broken();
        }
        if (first == '"') {
            return Quoted(SqlToken::Kind::kIdentifier, false);
        }
        if (first == '\'') {
            return Quoted(SqlToken::Kind::kLiteral, !plain_backslashes_);
        }
        if ((first == 'E' || first == 'e') && rest_.substr(1, 1) == "'") {
            rest_.remove_prefix(1);
            return Quoted(SqlToken::Kind::kLiteral, true);
        }
        if (IsWord(first) && !IsDigit(first)) {
            return Run(SqlToken::Kind::kWord);
        }
        if (IsDigit(first)) {
            return Run(SqlToken::Kind::kNumber);
        }
        rest_.remove_prefix(1);
        return SqlToken{SqlToken::Kind::kOther, std::string(1, first)};
    }

  private:
    static bool IsSpace(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
    }
    static bool IsDigit(char c) { return c >= '0' && c <= '9'; }
    static bool IsWord(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || IsDigit(c) || c == '_' ||
               c == '$' || (static_cast<unsigned char>(c) & 0x80U) != 0;
    }

    std::optional<SqlToken> Broken() {
        ok_ = false;
        rest_ = {};
        return std::nullopt;
    }

    SqlToken Run(SqlToken::Kind kind) {
        std::size_t length = 1;
        while (length < rest_.size() && IsWord(rest_[length])) {
            ++length;
        }
        SqlToken token{kind, std::string(rest_.substr(0, length))};
        rest_.remove_prefix(length);
        return token;
    }

    std::optional<SqlToken> Quoted(SqlToken::Kind kind, bool escapes) {
        const char quote = rest_.front();
        SqlToken token{kind, ""};
        for (std::size_t i = 1; i < rest_.size(); ++i) {
            if (rest_[i] == quote) {
                if (i + 1 < rest_.size() && rest_[i + 1] == quote) {
                    ++i;
                } else {
                    rest_.remove_prefix(i + 1);
                    return token;
                }
            } else if (escapes && rest_[i] == '\\') {
                ++i;
                // Only what stands for itself: the code under test needs no other escape.
                if (i >= rest_.size() || (rest_[i] != '\\' && rest_[i] != '\'')) {
                    return Broken();
                }
            }
            token.text += rest_[i];
        }
        return Broken();
    }

    std::string_view rest_;
    bool plain_backslashes_;
    bool ok_ = true;
};

/// All tokens, or nothing when the text is not well formed.
inline std::optional<std::vector<SqlToken>> Tokenize(std::string_view sql,
                                                     bool plain_backslashes = true) {
    SqlLexer lexer(sql, plain_backslashes);
    std::vector<SqlToken> tokens;
    while (auto token = lexer.Next()) {
        tokens.push_back(std::move(*token));
    }
    return lexer.ok() ? std::optional(std::move(tokens)) : std::nullopt;
}

}  // namespace gb_enums::test
