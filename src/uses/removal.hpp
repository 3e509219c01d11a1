#pragma once

#include "definition/code.hpp"
#include "server/server.hpp"

namespace gb_enums {

/// Refuses to go on when a value is in use anywhere, or may be; lists the places. Keeps others from
/// writing it until the end of the transaction, and looks once more right before that: at what
/// others have made meanwhile, which they can on servers that do not lock the types of new columns.
void CheckUnused(Oid type, Code code, std::string_view name, bool except_foreign_tables);

/// Waits for who is making something that depends on an enumeration, so that DROP sees it; and
/// refuses at the end of the transaction when something was made meanwhile.
void CheckDrop(Oid type);

}  // namespace gb_enums
