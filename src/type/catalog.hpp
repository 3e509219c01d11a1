#pragma once

// The catalogs about enumerations: which types are enumerations, and what their definitions are.

#include "server/server.hpp"

namespace gb_enums {

/// Whether a type is an enumeration of ours.
bool IsEnum(Oid type);

/// Raises 42809 when a type is no enumeration, and 42704 when there is no such type.
void RequireEnum(Oid type);
[[noreturn]] void RaiseNoEnum(Oid type);

/// The input function of a type that has the shape of an enumeration, else InvalidOid. Its source
/// is the definition.
Oid InputFunctionOf(Oid type);

/// Whether a function is a definition: an input function in the language for that.
bool IsDefinition(Oid function);

/// The definition of an enumeration as it is written, "" when it has none any more.
char* DefinitionSource(Oid type);

/// Locks the catalog of functions for reading. Who holds a page of an index, as an index scan does
/// that compares with a text, must not wait for a lock: the server would not notice when whoever
/// has the lock waits for the page, and could end neither. So then false, unless `must`, while
/// others rewrite the catalog or wait to do so.
bool LockFunctions(bool must);
void UnlockFunctions();

/// Which version of a catalog row was read: who wrote it, and where it is. No row has the default.
struct RowVersion {
    TransactionId writer = InvalidTransactionId;
    BlockNumber page = InvalidBlockNumber;
    OffsetNumber line = InvalidOffsetNumber;

    bool operator==(const RowVersion& other) const noexcept {
        return writer == other.writer && page == other.page && line == other.line;
    }
};

/// What the last transaction that committed has made of a function. This reads the catalog itself:
/// the server's caches are up to date only when its messages have come, and these are sent after
/// others see what the transaction has written.
RowVersion NewestVersion(Oid function);
struct NewestDefinition {
    RowVersion row;
    /// nullptr when the function is no definition.
    char* source = nullptr;
};
NewestDefinition ReadNewestDefinition(Oid function);

/// The source of a function at the moment that the transaction sees, when the newest row has been
/// written since, else nullptr: for transactions that only read, since what others write goes by
/// the source that there is now.
char* SourceInSnapshot(Oid function, const RowVersion& newest);

/// The enumeration that a function of ours belongs to, by its signature, or InvalidOid.
Oid EnumOfFunction(Oid function);

/// The OID of the language that definitions are written in, or InvalidOid while the extension is
/// not installed.
Oid DefinitionLanguage();

/// The schema and the name of a type that exists.
struct SchemaAndName {
    Oid schema;
    char* name;
};
SchemaAndName SchemaAndNameOf(Oid type);

/// A type's name for messages, also of one that does not exist (any more).
inline const char* TypeName(Oid type) {
    return format_type_extended(type, -1, FORMAT_TYPE_ALLOW_INVALID);
}

}  // namespace gb_enums
