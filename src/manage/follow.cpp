// What was made with an enumeration follows its type to another schema, name or owner.

#include "manage/change.hpp"
#include "manage/event_trigger.hpp"
#include "manage/scripts.hpp"
#include "server/own_queries.hpp"
#include "type/catalog.hpp"

extern "C" {
#include "utils/typcache.h"
}

namespace gb_enums {

namespace {

/// Whether a dump is being restored that has given the type its owner, and nothing else yet. To
/// look for what follows the type would take longer than all that the dump has of it.
bool IsBeingRestored(Oid type) {
    return !OidIsValid(lookup_type_cache(type, TYPECACHE_BTREE_OPFAMILY)->btree_opf);
}

/// The enumerations that the running command has altered, but for those that another version of
/// their extension would find elsewhere.
List* AlteredEnums() {
    MemoryContext caller = CurrentMemoryContext;
    const OwnQueries queries;
    SPI_execute(
        "SELECT DISTINCT objid FROM pg_event_trigger_ddl_commands() "
        "WHERE classid = 'pg_type'::regclass",
        true, 0);
    List* enums = NIL;
    MemoryContext queries_context = MemoryContextSwitchTo(caller);
    for (uint64 i = 0; i < SPI_processed; ++i) {
        bool is_null = false;
        const Oid type = DatumGetObjectId(
            SPI_getbinval(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1, &is_null));
        if (IsEnum(type) && !IsBeingRestored(type) && !IsChangedByItsExtension(type)) {
            enums = lappend_oid(enums, type);
        }
    }
    MemoryContextSwitchTo(queries_context);
    queries.End();
    return enums;
}

}  // namespace

/// Event trigger for ddl_command_end of ALTER TYPE. Whoever altered the type need not own what
/// follows it.
GB_ENUMS_FUNCTION(gb_enum_follow_types) {
    RequireEventTrigger(fcinfo);
    ListCell* cell = nullptr;
    foreach (cell, AlteredEnums()) {
        FollowType(fcinfo, lfirst_oid(cell));
    }
    PG_RETURN_NULL();
}

/// (enum regtype)
GB_ENUMS_FUNCTION(gb_enum_follow_type) {
    const Oid type = EnumToChange(fcinfo);
    RequireScriptOfItsExtension(type, nullptr);
    FollowType(fcinfo, type);
    PG_RETURN_VOID();
}

}  // namespace gb_enums
