// Where codes of enumerations are stored.

#include "uses/table_uses.hpp"

#include "server/distributed.hpp"
#include "uses/tally.hpp"

extern "C" {
#include "access/relation.h"
#include "access/tableam.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
}

namespace gb_enums {

namespace {

/// A table's columns that can hold the enumerations. The table is open, so none of them changes.
Items<AttrNumber> ColumnsOf(Relation relation, const EnumPlaces& places) {
    Items<AttrNumber> columns;
    for (int i = 0; i < RelationGetNumberOfAttributes(relation); ++i) {
        const auto* column = TupleDescAttr(RelationGetDescr(relation), i);
        if (!column->attisdropped && places.Contains(column->atttypid)) {
            columns.Add(column->attnum);
        }
    }
    return columns;
}

void ScanTable(Relation relation, const Items<AttrNumber>& columns, Tally* tally) {
    // The newest snapshot, not the transaction's: rows written before the lock was granted count
    // too.
    Snapshot snapshot = RegisterSnapshot(GetLatestSnapshot());
    TupleTableSlot* slot = table_slot_create(relation, nullptr);
    TableScanDesc scan = BeginTableScan(relation, snapshot);
    MemoryContext per_row =
        AllocSetContextCreate(CurrentMemoryContext, "gb_enums row", ALLOCSET_DEFAULT_SIZES);
    MemoryContext caller = MemoryContextSwitchTo(per_row);
    while (table_scan_getnextslot(scan, ForwardScanDirection, slot)) {
        CHECK_FOR_INTERRUPTS();
        for (const AttrNumber number : columns) {
            bool is_null = false;
            const Datum value = slot_getattr(slot, number, &is_null);
            if (!is_null) {
                tally->Add(value, TupleDescAttr(slot->tts_tupleDescriptor, number - 1)->atttypid,
                           number);
            }
        }
        MemoryContextReset(per_row);
    }
    MemoryContextSwitchTo(caller);
    MemoryContextDelete(per_row);
    table_endscan(scan);
    ExecDropSingleTupleTableSlot(slot);
    UnregisterSnapshot(snapshot);
}

List* AppendNotSeen(List* uses, const ObjectAddress& table, const Items<AttrNumber>& columns) {
    for (const AttrNumber number : columns) {
        auto* use = static_cast<CodeUse*>(palloc0(sizeof(CodeUse)));
        use->kind = CodeUse::Kind::kNotSeen;
        use->place = table;
        use->place.objectSubId = number;
        uses = lappend(uses, use);
    }
    return uses;
}

int CompareUses(const CodeUse& left, const CodeUse& right) {
    const auto key = [](const CodeUse& use) {
        return std::tuple(use.kind == CodeUse::Kind::kExpression, use.place.classId,
                          use.place.objectId, use.place.objectSubId, use.type, ToInt(use.code));
    };
    return key(left) < key(right) ? -1 : key(left) > key(right) ? 1 : 0;
}

}  // namespace

bool HasRowsElsewhere(Oid relation) {
    return get_rel_relkind(relation) == RELKIND_FOREIGN_TABLE || IsDistributed(relation);
}

List* AppendUsesInTable(List* uses, const EnumPlaces& places, Oid relation_oid, Tally* tally) {
    Relation relation = try_relation_open(relation_oid, AccessShareLock);
    if (relation == nullptr) {
        return uses;
    }
    ObjectAddress table;
    ObjectAddressSet(table, RelationRelationId, relation_oid);
    // There may be thousands of tables.
    MemoryContext per_table =
        AllocSetContextCreate(CurrentMemoryContext, "gb_enums table", ALLOCSET_DEFAULT_SIZES);
    MemoryContext caller = MemoryContextSwitchTo(per_table);
    const Items<AttrNumber> columns = ColumnsOf(relation, places);
    const bool is_readable = RELKIND_HAS_TABLE_AM(relation->rd_rel->relkind) &&
                             !RELATION_IS_OTHER_TEMP(relation) && !IsDistributed(relation_oid);
    if (is_readable) {
        ScanTable(relation, columns, tally);
    }
    MemoryContextSwitchTo(caller);
    uses = is_readable ? tally->AppendCounts(uses, CodeUse::Kind::kRows, table)
                       : AppendNotSeen(uses, table, columns);
    MemoryContextDelete(per_table);
    relation_close(relation, AccessShareLock);
    return uses;
}

List* AppendUsesInExpressions(List* uses, const EnumPlaces& places, Tally* tally) {
    MemoryContext caller = CurrentMemoryContext;
    places.VisitExpressions([&](const ObjectAddress& object, char* tree) {
        tally->AddExpression(static_cast<Node*>(stringToNode(tree)));
        MemoryContext per_expression = MemoryContextSwitchTo(caller);
        uses = tally->AppendCounts(uses, CodeUse::Kind::kExpression, object);
        MemoryContextSwitchTo(per_expression);
    });
    return uses;
}

List* SortUses(List* uses) {
    list_sort(uses, [](const ListCell* left, const ListCell* right) {
        return CompareUses(*static_cast<const CodeUse*>(lfirst(left)),
                           *static_cast<const CodeUse*>(lfirst(right)));
    });
    // Some objects have two expressions.
    List* sorted = NIL;
    ListCell* cell = nullptr;
    foreach (cell, uses) {
        auto* use = static_cast<CodeUse*>(lfirst(cell));
        if (sorted != NIL && CompareUses(*static_cast<CodeUse*>(llast(sorted)), *use) == 0) {
            static_cast<CodeUse*>(llast(sorted))->count += use->count;
        } else {
            sorted = lappend(sorted, use);
        }
    }
    return sorted;
}

}  // namespace gb_enums
