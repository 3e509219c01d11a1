#pragma once

namespace gb_enums {

/// The setting gb_enums.binary_output: how a value is sent in binary format.
enum class BinaryOutput : int { kName, kCode };
/// The setting gb_enums.deprecated_input: what happens when a deprecated value is given as input.
enum class DeprecatedInput : int { kError, kWarning, kAccept };

BinaryOutput binary_output() noexcept;
DeprecatedInput deprecated_input() noexcept;

}  // namespace gb_enums
