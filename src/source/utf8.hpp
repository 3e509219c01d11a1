#pragma once

// Texts as code points.

#include <cstddef>
#include <string_view>

namespace gb_enums {

/// What TakeCodePoint() gives for bytes that are no UTF-8, as in databases of SQL_ASCII.
constexpr char32_t kNoCodePoint = 0xFFFD;

/// Takes the first code point off a text that is not empty.
inline char32_t TakeCodePoint(std::string_view* text) noexcept {
    const auto first = static_cast<unsigned char>(text->front());
    const std::size_t length = first < 0x80U   ? 1
                               : first < 0xC2U ? 0
                               : first < 0xE0U ? 2
                               : first < 0xF0U ? 3
                               : first < 0xF5U ? 4
                                               : 0;
    char32_t code = length < 2 ? first : first & (0x7FU >> length);
    bool is_valid = length > 0 && length <= text->size();
    for (std::size_t i = 1; is_valid && i < length; ++i) {
        const auto next = static_cast<unsigned char>((*text)[i]);
        is_valid = (next & 0xC0U) == 0x80U;
        code = code << 6U | (next & 0x3FU);
    }
    text->remove_prefix(is_valid ? length : 1);
    return is_valid ? code : kNoCodePoint;
}

/// Whether a code point ends a line or has no shape of its own: a control character, or one that
/// changes the direction or the order in which others are shown. In a source, it could make a
/// reader see other code than a compiler does.
constexpr bool IsInvisible(char32_t code) noexcept {
    return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x061C || code == 0xFEFF ||
           (code >= 0x200B && code <= 0x200F) || (code >= 0x2028 && code <= 0x202E) ||
           (code >= 0x2060 && code <= 0x206F);
}

}  // namespace gb_enums
