#pragma once

#include "server/own_queries.hpp"

extern "C" {
#include "catalog/objectaddress.h"
}

namespace gb_enums {

/// Runs a query of one parameter, an OID, between an OwnQueries' beginning and its end.
void Query(const char* query, Oid argument_type, Oid argument);

/// A column of a row that the last query found.
Oid OidFound(uint64 row, int column);

/// The OID that a query finds in the row of an object, or InvalidOid.
Oid FindOid(const char* query, Oid object);

/// For FindOid: the owner of an extension.
constexpr const char* kOwnerOf = "SELECT extowner FROM pg_extension WHERE oid = $1";

/// An array of types, as SQL functions return it.
Datum ArrayOfTypes(const List* types);

/// Executes a command as the caller.
void Execute(const char* command);

/// Calls visit(object) for the type of an enumeration and each object that was made with it.
template <typename Visit>
void VisitObjects(Oid type, Visit&& visit) {
    const OwnQueries queries;
    Query("SELECT catalog, object FROM gb_enums_internal.package_objects($1)", REGTYPEOID, type);
    for (uint64 i = 0; i < SPI_processed; ++i) {
        ObjectAddress object;
        ObjectAddressSet(object, OidFound(i, 1), OidFound(i, 2));
        visit(object);
    }
    queries.End();
}

}  // namespace gb_enums
