#pragma once

#include "server/server.hpp"

namespace gb_enums {

/// The enumeration that the first argument names, locked so that nobody else changes it until the
/// end of the transaction. Raises an error when the caller may not change it.
Oid EnumToChange(FunctionCallInfo fcinfo);

/// Raises 42501 when the caller does not own a type.
void CheckOwnsType(Oid type);

}  // namespace gb_enums
