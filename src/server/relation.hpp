#pragma once

// Relations that a caller names by an OID, which may be anything, and may be dropped at any moment.

#include "server/server.hpp"

extern "C" {
#include "utils/relcache.h"
}

namespace gb_enums {

[[noreturn]] void RaiseNoRelation(Oid relation);

/// Opens a relation that is to be closed by table_close(); 42P01 when it does not exist, and 42809
/// for an index or a composite type, as table_open().
Relation OpenTable(Oid relation, LOCKMODE lock);

/// The same for a relation of any kind, closed by relation_close().
Relation OpenRelation(Oid relation, LOCKMODE lock);

/// A relation's name for statements and messages, with its schema; 42P01 when it does not exist.
const char* QualifiedName(Oid relation);

/// The same, or nullptr.
const char* QualifiedNameOrNull(Oid relation);

}  // namespace gb_enums
