#include "tables/own_lock.hpp"

#include "tables/table_owner.hpp"

extern "C" {
#include "miscadmin.h"
#include "utils/inval.h"
}

namespace gb_enums {

LOCKTAG TagOf(OwnLock lock, Oid relation) {
    LOCKTAG tag;
    SET_LOCKTAG_OBJECT(tag, MyDatabaseId, RelationRelationId, relation, static_cast<uint16>(lock));
    return tag;
}

bool Take(OwnLock lock, Oid relation, bool for_session, bool waits) {
    const LOCKTAG tag = TagOf(lock, relation);
    if (LockAcquire(&tag, ExclusiveLock, for_session, !waits) == LOCKACQUIRE_NOT_AVAIL) {
        return false;
    }
    AcceptInvalidationMessages();
    return true;
}

namespace {

/// For a caller who may act for the owner, until the end of the transaction.
bool TakeAsOwner(OwnLock lock, Oid relation, bool waits) {
    OwnerFor(relation);
    return Take(lock, relation, false, waits);
}

}  // namespace

/// (relation oid): keeps others who act on the table's conversion waiting until the end of the
/// transaction.
GB_ENUMS_FUNCTION(gb_enum_convert_lock) {
    TakeAsOwner(OwnLock::kConversion, PG_GETARG_OID(0), true);
    PG_RETURN_VOID();
}

/// (relation oid) -> boolean: the same without waiting; false when another session acts on it.
GB_ENUMS_FUNCTION(gb_enum_convert_try_lock) {
    PG_RETURN_BOOL(TakeAsOwner(OwnLock::kConversion, PG_GETARG_OID(0), false));
}

/// (parent regclass): keeps others who change how a table is managed waiting until then.
GB_ENUMS_FUNCTION(gb_partition_settings_lock) {
    TakeAsOwner(OwnLock::kSettings, PG_GETARG_OID(0), true);
    PG_RETURN_VOID();
}

}  // namespace gb_enums
