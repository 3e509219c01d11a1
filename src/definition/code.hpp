#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace gb_enums {

/// The code of a value: the integer that a column stores. It has its own type, so that a code
/// cannot be mistaken for an index, a length or another integer.
enum class Code : std::int16_t {};

constexpr std::int16_t ToInt(Code code) noexcept {
    return static_cast<std::int16_t>(code);
}

/// The code that is sent as two bytes in binary format, the higher one first.
inline Code CodeOfBytes(std::string_view bytes) noexcept {
    const auto high = static_cast<unsigned char>(bytes[0]);
    const auto low = static_cast<unsigned char>(bytes[1]);
    return Code{static_cast<std::int16_t>(high << 8U | low)};
}

/// The two bytes that a code is sent as.
constexpr std::array<char, 2> BytesOf(Code code) noexcept {
    const auto number = static_cast<std::uint16_t>(ToInt(code));
    return {static_cast<char>(number >> 8U), static_cast<char>(number & 0xffU)};
}

}  // namespace gb_enums
