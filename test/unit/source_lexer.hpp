#pragma once

// What is left of a source without comments, literals and identifiers, as a compiler would see it.

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>

#include "source/language.hpp"

namespace gb_enums::test {

class SourceLexer {
  public:
    SourceLexer(std::string_view language, std::string_view source)
        : language_(language), rest_(source) {}

    /// The code: "#" for a word, a pair of quotes for a literal, nothing for a comment; lines stay.
    std::string Code() {
        if (language_ == "java") {
            unescaped_ = Unescape(rest_);
            rest_ = unescaped_;
        }
        while (!rest_.empty()) {
            if (language_ == "markdown") {
                TakeMarkdown();
            } else if (!TakeComment() && !TakeLiteral() && !TakeWord()) {
                code_ += rest_.front();
                rest_.remove_prefix(1);
            }
        }
        return code_;
    }

  private:
    bool Is(std::string_view one, std::string_view other = {}, std::string_view third = {}) const {
        return language_ == one || language_ == other || language_ == third;
    }
    bool BeginsWith(std::string_view text) const { return rest_.substr(0, text.size()) == text; }

    /// Java replaces \u002a by * before it reads anything else.
    static std::string Unescape(std::string_view source) {
        std::string text;
        for (std::size_t i = 0; i < source.size(); ++i) {
            if (source[i] != '\\') {
                text += source[i];
            } else if (i + 5 < source.size() && source[i + 1] == 'u') {
                const unsigned long code =
                    std::stoul(std::string(source.substr(i + 2, 4)), nullptr, 16);
                text += code < 128 ? static_cast<char>(code) : '~';
                i += 5;
            } else {
                text += source.substr(i++, 2);
            }
        }
        return text;
    }

    bool TakeComment() {
        const std::string_view mark = Is("python", "graphql") ? "#" : "//";
        if (!Is("json_schema") && BeginsWith(mark)) {
            TakeLine();
            return true;
        }
        if (Is("python", "graphql", "json_schema") || !BeginsWith("/*")) {
            return false;
        }
        int depth = 0;
        do {
            // Rust and Kotlin have comments in comments.
            const bool opens = BeginsWith("/*") && (depth == 0 || Is("rust", "kotlin"));
            const bool closes = !opens && BeginsWith("*/");
            depth += opens ? 1 : closes ? -1 : 0;
            rest_.remove_prefix(opens || closes ? 2 : 1);
        } while (depth > 0 && !rest_.empty());
        return true;
    }

    /// The rest of a line. In C++, one that ends with a backslash goes on.
    void TakeLine() {
        char last = ' ';
        while (!rest_.empty() && (rest_.front() != '\n' || (last == '\\' && Is("cpp")))) {
            last = rest_.front();
            rest_.remove_prefix(1);
        }
    }

    bool TakeLiteral() {
        if (rest_.front() != '"') {
            return false;
        }
        const std::string_view end =
            Is("python", "graphql") && BeginsWith("\"\"\"") ? "\"\"\"" : "\"";
        rest_.remove_prefix(end.size());
        code_ += '"';
        while (!rest_.empty() && !BeginsWith(end)) {
            if (rest_.front() == '\n' && end.size() == 1) {
                code_ += "unterminated";
            }
            if (rest_.front() == '$' && Is("kotlin")) {
                code_ += "$";
            }
            rest_.remove_prefix(rest_.front() == '\\' && rest_.size() > 1 ? 2 : 1);
        }
        rest_.remove_prefix(std::min(end.size(), rest_.size()));
        code_ += '"';
        return true;
    }

    /// An identifier, or a number.
    bool TakeWord() {
        const auto is_part = [](char c) {
            return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
        };
        if (!is_part(rest_.front())) {
            return false;
        }
        while (!rest_.empty() && is_part(rest_.front())) {
            rest_.remove_prefix(1);
        }
        code_ += '#';
        return true;
    }

    /// What makes a table: the ends of lines and of cells. (After a backslash, nothing does.)
    void TakeMarkdown() {
        const char c = rest_.front();
        if (c == '\\') {
            rest_.remove_prefix(std::min<std::size_t>(2, rest_.size()));
            return;
        }
        if (std::string_view("|\n`<>*_[]").find(c) != std::string_view::npos) {
            code_ += c;
        }
        rest_.remove_prefix(1);
    }

    std::string_view language_;
    std::string_view rest_;
    std::string unescaped_;
    std::string code_;
};

inline std::string CodeOf(const Language& language, std::string_view source) {
    return SourceLexer(language.name, source).Code();
}

}  // namespace gb_enums::test
