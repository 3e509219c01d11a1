#pragma once

#include <cstdint>
#include <limits>

namespace gb_enums {

/// Stands for "no such value" where planner/support.cpp turns a comparison with a number or a text
/// into one between two values. It works because no value has this code: for an enumeration that
/// gives it to one, the planner leaves such comparisons alone.
constexpr std::int16_t kNoCode = std::numeric_limits<std::int16_t>::min();

}  // namespace gb_enums
