#pragma once

#include "definition/code.hpp"
#include "server/server.hpp"

namespace gb_enums {

/// Raises an error with the places when a value is in use anywhere, or may be. Keeps others from
/// writing the value until the end of the transaction, and looks once more right before that: on
/// servers that do not lock the types of new columns, others can have made new places meanwhile.
void CheckUnused(Oid type, Code code, std::string_view name, bool except_foreign_tables);

/// Waits for transactions that are making an object which depends on an enumeration, so that DROP
/// sees the object; raises an error at the end of the transaction when one was made meanwhile.
void CheckDrop(Oid type);

}  // namespace gb_enums
