#pragma once

#include "server/server.hpp"

namespace gb_enums {

/// The enumeration that the first argument names, locked so that nobody else changes it until the
/// end of the transaction. Raises an error when the caller may not change it.
Oid EnumToChange(FunctionCallInfo fcinfo);

/// Raises 42501 when the caller does not own a type.
void CheckOwnsType(Oid type);

/// Whether an enumeration belongs to an extension, and the running statement is not of a script of
/// that extension, which alone may change it.
bool IsChangedByItsExtension(Oid type);

}  // namespace gb_enums
