#pragma once

#include <cstdint>

namespace gb_enums {

/// The code of a value: the integer that a column stores. It has its own type, so that a code
/// cannot be mistaken for an index, a length or another integer.
enum class Code : std::int16_t {};

constexpr std::int16_t ToInt(Code code) noexcept {
    return static_cast<std::int16_t>(code);
}

}  // namespace gb_enums
