#pragma once

// Relations that a caller names by an OID. The OID may be any number, and the relation may be
// dropped at any moment.

#include "server/server.hpp"

extern "C" {
#include "utils/relcache.h"
}

namespace gb_enums {

[[noreturn]] void RaiseNoRelation(Oid relation);

/// Opens a relation, which table_close() closes. Raises 42P01 when it does not exist, and 42809 for
/// an index or a composite type, as table_open().
Relation OpenTable(Oid relation, LOCKMODE lock);

/// Opens a relation of any kind, which relation_close() closes.
Relation OpenRelation(Oid relation, LOCKMODE lock);

/// Closes a relation. Its lock is kept until the end of the transaction when the caller may change
/// the relation, so that what has been read stays true. Nobody keeps a lock on somebody else's.
void CloseKeepingOwn(Relation relation, LOCKMODE lock);

/// A relation's name with its schema, for statements and messages. Raises 42P01 when the relation
/// does not exist.
const char* QualifiedName(Oid relation);

/// The same name, or nullptr when the relation does not exist.
const char* QualifiedNameOrNull(Oid relation);

}  // namespace gb_enums
