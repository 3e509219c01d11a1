#pragma once

#include "server/server.hpp"

namespace gb_enums {

/// The enumeration that the first argument names, locked so that nobody else changes it until the
/// end of the transaction. Raises an error when the caller does not own it.
Oid EnumToChange(FunctionCallInfo fcinfo);

/// Raises 42501 when a role does not own a type.
void CheckOwnsType(Oid type, Oid role = GetUserId());

/// Whether a type belongs to the extension whose script is running.
bool IsOfRunningScript(Oid type);

/// Whether an enumeration belongs to an extension, and the running statement is not of a script of
/// that extension, which alone may change it.
bool IsChangedByItsExtension(Oid type);

/// Raises an error when that is so. The error has the statement for a script that gives the
/// enumeration the definition `body`, unless that is nullptr.
void RequireScriptOfItsExtension(Oid type, const char* body);

}  // namespace gb_enums
