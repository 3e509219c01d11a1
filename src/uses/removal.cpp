// Whether a value, or an enumeration, is in use, also by objects and rows that other sessions have
// not committed yet.
//
// An object that depends on a type has a row in pg_depend. A dirty snapshot shows rows there that
// others have not committed, as it does when the server checks a unique index. This waits for the
// end of the transactions that wrote them.

#include "uses/removal.hpp"

#include "type/enum_type.hpp"
#include "uses/tally.hpp"
#include "uses/wait_for_end.hpp"

extern "C" {
#include "access/genam.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_depend.h"
#include "utils/snapmgr.h"
}

namespace gb_enums {

namespace {

/// An object that depends on a type, made by another session.
struct Dependent {
    bool exists;
    /// The transaction that is making the object, InvalidTransactionId when it is committed.
    TransactionId maker;
};

/// Looks for a dependent object that is not committed yet; with `any`, also for a committed one.
Dependent FindDependent(Oid type, bool any) {
    SnapshotData dirty;
    InitDirtySnapshot(dirty);
    ScanKeyData keys[2];
    ScanKeyInit(&keys[0], Anum_pg_depend_refclassid, BTEqualStrategyNumber, F_OIDEQ,
                ObjectIdGetDatum(TypeRelationId));
    ScanKeyInit(&keys[1], Anum_pg_depend_refobjid, BTEqualStrategyNumber, F_OIDEQ,
                ObjectIdGetDatum(type));
    Relation catalog = table_open(DependRelationId, AccessShareLock);
    SysScanDesc scan =
        systable_beginscan(catalog, DependReferenceIndexId, true, &dirty, lengthof(keys), keys);
    Dependent found{false, InvalidTransactionId};
    while (!found.exists && HeapTupleIsValid(systable_getnext(scan))) {
        found = {any || TransactionIdIsValid(dirty.xmin), dirty.xmin};
    }
    systable_endscan(scan);
    table_close(catalog, AccessShareLock);
    return found;
}

/// A transaction that is making an object which depends on one of the types, or
/// InvalidTransactionId.
TransactionId MakerOfDependent(const Items<Oid>& types) {
    for (const Oid type : types) {
        const Dependent dependent = FindDependent(type, false);
        if (dependent.exists) {
            return dependent.maker;
        }
    }
    return InvalidTransactionId;
}

/// Keeps others from writing to tables. Never waits for a table while it holds locks of others: a
/// session that writes to two of them would wait for this one.
void LockTables(const Items<Oid>& tables) {
    const Oid* waited_for = tables.begin();
    while (waited_for != tables.end()) {
        LockRelationOid(*waited_for, ShareLock);
        const Oid* next = tables.begin();
        while (next != tables.end() && ConditionalLockRelationOid(*next, ShareLock)) {
            ++next;
        }
        UnlockRelationOid(*waited_for,
                          ShareLock);  // it is locked twice by now, or is to be waited for again
        if (next == tables.end()) {
            return;
        }
        std::for_each(tables.begin(), next, [](Oid table) { UnlockRelationOid(table, ShareLock); });
        waited_for = next;
    }
}

bool Same(const Items<Oid>& left, const Items<Oid>& right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end());
}

/// The places where values of an enumeration can be, with the tables among them locked against
/// writers, while nobody is making another such place.
EnumPlaces LockPlaces(Oid type) {
    EnumPlaces places(list_make1_oid(type));
    for (;;) {
        LockTables(places.relations());
        const TransactionId maker = MakerOfDependent(places.types());
        EnumPlaces now(list_make1_oid(type));
        if (!TransactionIdIsValid(maker) && Same(now.types(), places.types()) &&
            Same(now.relations(), places.relations())) {
            return places;
        }
        for (const Oid table : places.relations()) {
            UnlockRelationOid(table, ShareLock);
        }
        if (TransactionIdIsValid(maker)) {
            WaitForEnd(maker);
            now = EnumPlaces(list_make1_oid(type));
        }
        places = now;
    }
}

/// A removal of a value that is not committed yet, in the memory of the transaction.
struct Removal {
    Oid type;
    Code code;
    bool except_foreign_tables;
    char name[NAMEDATALEN];
    /// The tables that were read, sorted. They stay locked, so nobody else writes the value to
    /// them.
    const Oid* read;
    const Oid* read_end;
};

/// The removals of this transaction (Removal*), and the OIDs of types that it has dropped.
List* removals = NIL;
List* drops = NIL;

[[noreturn]] void RaiseInUse(const Removal& removal, List* uses) {
    constexpr int kMostListed = 20;
    StringInfoData places;
    initStringInfo(&places);
    int count = 0;
    ListCell* cell = nullptr;
    foreach (cell, uses) {
        const auto* use = static_cast<const CodeUse*>(lfirst(cell));
        const char* place = getObjectDescription(&use->place, true);
        if (++count > kMostListed || place == nullptr) {
            continue;
        }
        appendStringInfo(&places, "%s%s: ", places.len == 0 ? "" : "\n", place);
        if (use->kind == CodeUse::Kind::kNotSeen) {
            appendStringInfoString(&places, "cannot be looked into");
        } else {
            appendStringInfo(&places, INT64_FORMAT, use->count);
        }
    }
    if (count > kMostListed) {
        appendStringInfo(&places, "\nand %d more", count - kMostListed);
    }
    ereport(ERROR, (errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
                    errmsg("cannot remove value \"%s\" of enumeration %s: it is in use",
                           removal.name, gb_enums::TypeName(removal.type)),
                    errdetail_internal("%s", places.data),
                    errhint("Change these first. gb_enum_deprecate() warns of the value as input "
                            "and leaves them as they are.")));
    pg_unreachable();
}

/// Raises an error when the value is in use. Leaves out tables that were read before.
void CheckPlaces(const Removal& removal, const EnumPlaces& places) {
    Tally tally(places);
    tally.AskFor(removal.type, removal.code);
    List* uses = NIL;
    for (const Oid table : places.relations()) {
        const bool skip = std::binary_search(removal.read, removal.read_end, table) ||
                          (removal.except_foreign_tables && HasRowsElsewhere(table));
        if (!skip) {
            uses = AppendUsesInTable(uses, places, table, &tally);
        }
    }
    uses = SortUses(AppendUsesInExpressions(uses, places, &tally));
    if (uses != NIL) {
        RaiseInUse(removal, uses);
    }
}

/// Whether a value is still removed: the removal may have been rolled back, or the value added
/// again.
bool IsRemoved(const Removal& removal) {
    if (!IsEnum(removal.type)) {
        return false;
    }
    const Definition* definition = EnumType::Of(removal.type).definition();
    return definition != nullptr && definition->Find(removal.code) == nullptr;
}

void CheckDropAgain(Oid type) {
    if (SearchSysCacheExists1(TYPEOID, ObjectIdGetDatum(type))) {
        return;
    }
    for (;;) {
        const Dependent dependent = FindDependent(type, true);
        if (!dependent.exists) {
            return;
        }
        if (!TransactionIdIsValid(dependent.maker)) {
            ereport(ERROR, (errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
                            errmsg("cannot drop an enumeration because other objects depend on it"),
                            errdetail("They were made while it was dropped."),
                            errhint("Try again, to see which.")));
        }
        WaitForEnd(dependent.maker);
    }
}

/// Right before the end of the transaction. On servers that lock the types that a new object
/// depends on, nobody makes one between this and the end.
void CheckAgain() {
    MemoryContext context =
        AllocSetContextCreate(CurrentMemoryContext, "gb_enums removals", ALLOCSET_DEFAULT_SIZES);
    MemoryContext caller = MemoryContextSwitchTo(context);
    PushActiveSnapshot(GetTransactionSnapshot());
    ListCell* cell = nullptr;
    foreach (cell, removals) {
        const auto& removal = *static_cast<const Removal*>(lfirst(cell));
        if (IsRemoved(removal)) {
            LockDatabaseObject(TypeRelationId, removal.type, 0, AccessExclusiveLock);
            CheckPlaces(removal, LockPlaces(removal.type));
        }
    }
    foreach (cell, drops) {
        CheckDropAgain(lfirst_oid(cell));
    }
    PopActiveSnapshot();
    MemoryContextSwitchTo(caller);
    MemoryContextDelete(context);
}

void AtTransactionEvent(XactEvent event, void* /*argument*/) {
    if (removals == NIL && drops == NIL) {
        return;
    }
    if (event == XACT_EVENT_PRE_COMMIT || event == XACT_EVENT_PRE_PREPARE) {
        CheckAgain();
    } else {
        removals = NIL;
        drops = NIL;
    }
}

/// Enters the memory that lasts until the end of the transaction; returns the one that was left.
MemoryContext EnterTransactionMemory() {
    static bool is_registered = false;
    if (!is_registered) {
        RegisterXactCallback(AtTransactionEvent, nullptr);
        is_registered = true;
    }
    return MemoryContextSwitchTo(TopTransactionContext);
}

void Remember(Removal removal, const Items<Oid>& tables) {
    MemoryContext caller = EnterTransactionMemory();
    auto* read = static_cast<Oid*>(palloc((tables.size() + 1) * sizeof(Oid)));
    removal.read = read;
    removal.read_end = std::copy(tables.begin(), tables.end(), read);
    auto* remembered = static_cast<Removal*>(palloc(sizeof(Removal)));
    *remembered = removal;
    removals = lappend(removals, remembered);
    MemoryContextSwitchTo(caller);
}

}  // namespace

void CheckUnused(Oid type, Code code, std::string_view name, bool except_foreign_tables) {
    Removal removal{};
    removal.type = type;
    removal.code = code;
    removal.except_foreign_tables = except_foreign_tables;
    name.copy(removal.name, NAMEDATALEN - 1);
    const EnumPlaces places = LockPlaces(type);
    CheckPlaces(removal, places);
    Remember(removal, places.relations());
}

void CheckDrop(Oid type) {
    Items<Oid> types;
    types.Add(type);
    while (const TransactionId maker = MakerOfDependent(types)) {
        WaitForEnd(maker);
    }
    MemoryContext caller = EnterTransactionMemory();
    drops = lappend_oid(drops, type);
    MemoryContextSwitchTo(caller);
}

}  // namespace gb_enums
