#pragma once

namespace gb_enums {

/// gb_enums.binary_output: what binary send writes.
enum class BinaryOutput : int { kName, kCode };
/// gb_enums.deprecated_input: what input does with a deprecated value.
enum class DeprecatedInput : int { kError, kWarning, kAccept };

BinaryOutput binary_output() noexcept;
DeprecatedInput deprecated_input() noexcept;

}  // namespace gb_enums
