#pragma once

namespace gb_enums {

/// The HINT of an error in a definition.
constexpr const char* kDefinitionHint =
    "Each line is a code, a name and a quoted description, as in: 0 pending \"Waiting to start\".";

/// Raises 42P13 with the line and the reason when `body` is not a definition.
void CheckDefinition(const char* body);

}  // namespace gb_enums
