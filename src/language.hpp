#pragma once

namespace gb_enums {

/// Raises 42P13 with the line and the reason when `body` is not a definition.
void CheckDefinition(const char* body);

}  // namespace gb_enums
