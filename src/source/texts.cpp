#include "source/texts.hpp"

#include <fmt/format.h>

#include "source/utf8.hpp"

namespace gb_enums {

namespace {

std::string Numbered(char32_t code, std::string_view bytes, NumberedCharacter how) {
    if (how == NumberedCharacter::kFourDigits) {
        return fmt::format("\\u{:04x}", static_cast<std::uint32_t>(code));
    }
    if (how == NumberedCharacter::kBraces) {
        return fmt::format("\\u{{{:x}}}", static_cast<std::uint32_t>(code));
    }
    std::string escaped;
    for (const char byte : bytes) {
        escaped += fmt::format("\\{:03o}", static_cast<unsigned char>(byte));
    }
    return escaped;
}

/// A text in which each of two characters that follow each other is separated by a blank.
std::string Separate(std::string text, std::string_view first, std::string_view second) {
    for (std::size_t i = 1; i < text.size(); ++i) {
        const std::size_t pair = first.find(text[i - 1]);
        if (pair != std::string_view::npos && second[pair] == text[i]) {
            text.insert(i, 1, ' ');
        }
    }
    return text;
}

}  // namespace

std::string Quoted(std::string_view text, const Quoting& quoting) {
    std::string quoted = "\"";
    while (!text.empty()) {
        const std::string_view rest = text;
        const char32_t code = TakeCodePoint(&text);
        const std::string_view bytes = rest.substr(0, rest.size() - text.size());
        const char c = bytes.front();
        if (c == '\n' || c == '\r' || c == '\t') {
            quoted += c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t";
        } else if (IsInvisible(code)) {
            quoted += Numbered(code, bytes, quoting.numbered);
        } else {
            if (c == '"' || c == '\\' || quoting.escaped.find(c) != std::string_view::npos) {
                quoted += '\\';
            }
            quoted += bytes;
        }
    }
    return quoted + '"';
}

std::string LineText(std::string_view text) {
    std::string line;
    bool is_blank = true;
    while (!text.empty()) {
        const std::string_view rest = text;
        const char32_t code = TakeCodePoint(&text);
        if (code == ' ' || IsInvisible(code)) {
            line += is_blank ? "" : " ";
            is_blank = true;
        } else {
            line += rest.substr(0, rest.size() - text.size());
            is_blank = false;
        }
    }
    return line.substr(0, line.find_last_not_of(' ') + 1);
}

std::string BlockText(std::string_view text) {
    const std::string line = Separate(LineText(text), "*/\\", "/*u");
    return line.empty() || line.front() != '@' ? line : '(' + line + ')';
}

std::string MarkdownText(std::string_view text) {
    std::string escaped;
    for (const char c : LineText(text)) {
        if (std::string_view("\\`*_[]<>|~#&").find(c) != std::string_view::npos) {
            escaped += '\\';
        }
        escaped += c;
    }
    return escaped;
}

std::string XmlText(std::string_view text) {
    std::string escaped;
    for (const char c : LineText(text)) {
        if (c == '<' || c == '>') {
            escaped += c == '<' ? "&lt;" : "&gt;";
        } else if (c == '&') {
            escaped += "&amp;";
        } else {
            escaped += c;
        }
    }
    return escaped;
}

}  // namespace gb_enums
