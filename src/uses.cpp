// Where the codes of an enumeration are stored.

#include "uses.hpp"

#include "arrays.hpp"
#include "enum_type.hpp"

extern "C" {
#include "access/relation.h"
#include "access/table.h"
#include "access/tableam.h"
#include "nodes/parsenodes.h"
#include "utils/multirangetypes.h"
#include "utils/rangetypes.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
}

namespace gb_enums {

namespace {

constexpr std::size_t kCodes = 1U << 16U;

/// How often each code was seen in values and expressions.
class Tally {
  public:
    /// `containers` are the types that values of the enumeration are in, itself included.
    Tally(Oid type, List* containers)
        : type_(type),
          containers_(containers),
          counts_(static_cast<int64*>(palloc0(kCodes * sizeof(int64)))) {}

    /// Counts what a value holds.
    void Add(Datum value, Oid type) {
        check_stack_depth();
        if (type == type_) {
            ++counts_[DatumGetUInt16(value)];
            return;
        }
        if (!list_member_oid(containers_, type)) {
            return;
        }
        const Oid base = getBaseType(type);
        const Oid element = get_element_type(base);
        if (base != type) {
            Add(value, base);
        } else if (OidIsValid(element)) {
            AddElements(DatumGetArrayTypeP(value), element);
        } else if (type_is_range(type)) {
            TypeCacheEntry* cache = lookup_type_cache(type, TYPECACHE_RANGE_INFO);
            AddBounds(DatumGetRangeTypeP(value), cache);
        } else if (type_is_multirange(type)) {
            TypeCacheEntry* cache = lookup_type_cache(type, TYPECACHE_MULTIRANGE_INFO)->rngtype;
            int32 count = 0;
            RangeType** ranges = nullptr;
            multirange_deserialize(cache, DatumGetMultirangeTypeP(value), &count, &ranges);
            for (int32 i = 0; i < count; ++i) {
                AddBounds(ranges[i], cache);
            }
        } else if (type_is_rowtype(type)) {
            AddFields(DatumGetHeapTupleHeader(value));
        }
    }

    /// Counts the constants in a stored expression.
    void AddExpression(Node* tree) { AddNode(tree, this); }

    /// Appends what was counted to a list of CodeUse*, and begins anew.
    List* Take(List* uses, CodeUse::Kind kind, const ObjectAddress& place) {
        for (std::size_t i = 0; i < kCodes; ++i) {
            if (counts_[i] != 0) {
                auto* use = static_cast<CodeUse*>(palloc(sizeof(CodeUse)));
                *use = {kind, place, static_cast<std::int16_t>(i), counts_[i]};
                uses = lappend(uses, use);
                counts_[i] = 0;
            }
        }
        return uses;
    }

  private:
    void AddElements(ArrayType* array, Oid element) {
        const ArrayElements elements = ElementsOf(array);
        for (int i = 0; i < elements.count; ++i) {
            if (!elements.nulls[i]) {
                Add(elements.values[i], element);
            }
        }
    }

    void AddBounds(RangeType* range, TypeCacheEntry* cache) {
        RangeBound lower;
        RangeBound upper;
        bool empty = false;
        range_deserialize(cache, range, &lower, &upper, &empty);
        for (const RangeBound* bound : {&lower, &upper}) {
            if (!empty && !bound->infinite) {
                Add(bound->val, cache->rngelemtype->type_id);
            }
        }
    }

    void AddFields(HeapTupleHeader row) {
        TupleDesc descriptor =
            lookup_rowtype_tupdesc(HeapTupleHeaderGetTypeId(row), HeapTupleHeaderGetTypMod(row));
        HeapTupleData tuple{};
        tuple.t_len = HeapTupleHeaderGetDatumLength(row);
        tuple.t_data = row;
        auto* values = static_cast<Datum*>(palloc(descriptor->natts * sizeof(Datum)));
        auto* nulls = static_cast<bool*>(palloc(descriptor->natts * sizeof(bool)));
        heap_deform_tuple(&tuple, descriptor, values, nulls);
        for (int i = 0; i < descriptor->natts; ++i) {
            if (!nulls[i] && !TupleDescAttr(descriptor, i)->attisdropped) {
                Add(values[i], TupleDescAttr(descriptor, i)->atttypid);
            }
        }
        ReleaseTupleDesc(descriptor);
    }

    static bool AddNode(Node* node, void* context);

    Oid type_;
    List* containers_;
    int64* counts_;
};

bool Tally::AddNode(Node* node, void* context) {
    auto* tally = static_cast<Tally*>(context);
    if (node == nullptr) {
        return false;
    }
    if (IsA(node, Const)) {
        const auto* constant = castNode(Const, node);
        if (!constant->constisnull) {
            tally->Add(constant->constvalue, constant->consttype);
        }
        return false;
    }
    // A partition's bounds are not among what the server's walker knows.
    if (IsA(node, PartitionBoundSpec)) {
        const auto* bound = castNode(PartitionBoundSpec, node);
        for (List* values : {bound->listdatums, bound->lowerdatums, bound->upperdatums}) {
            AddNode(reinterpret_cast<Node*>(values), tally);
        }
        return false;
    }
    if (IsA(node, PartitionRangeDatum)) {
        return AddNode(castNode(PartitionRangeDatum, node)->value, tally);
    }
    return IsA(node, Query)
               ? query_tree_walker(castNode(Query, node), AsWalker(AddNode), context, 0)
               : expression_tree_walker(node, AsWalker(AddNode), context);
}

/// Runs one of the extension's queries about an enumeration; the rows are in SPI_tuptable.
void Ask(const char* query, Oid type) {
    Oid argument_type = REGTYPEOID;
    Datum argument = ObjectIdGetDatum(type);
    SPI_execute_with_args(query, 1, &argument_type, &argument, nullptr, false, 0);
}

Datum Column(uint64 row, int column) {
    bool is_null = false;
    return SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column, &is_null);
}

/// The types that values of an enumeration are in. In the context that was current before SPI.
List* Containers(Oid type, MemoryContext context) {
    Ask("SELECT c FROM gb_enums_internal.containers($1) c", type);
    MemoryContext old = MemoryContextSwitchTo(context);
    List* containers = NIL;
    for (uint64 i = 0; i < SPI_processed; ++i) {
        containers = lappend_oid(containers, DatumGetObjectId(Column(i, 1)));
    }
    MemoryContextSwitchTo(old);
    return containers;
}

/// A column that can hold the enumeration.
struct EnumColumn {
    Oid relation;
    int16 number;
    Oid type;
};

/// Those columns, a relation's one after the other; how many is SPI_processed.
EnumColumn* Columns(Oid type) {
    Ask("SELECT relation, number, type FROM gb_enums_internal.columns($1) ORDER BY 1, 2", type);
    auto* columns = static_cast<EnumColumn*>(palloc0((SPI_processed + 1) * sizeof(EnumColumn)));
    for (uint64 i = 0; i < SPI_processed; ++i) {
        columns[i] = {DatumGetObjectId(Column(i, 1)), DatumGetInt16(Column(i, 2)),
                      DatumGetObjectId(Column(i, 3))};
    }
    return columns;
}

/// Counts the codes in some columns of a relation, one tally for each.
void ScanRelation(Relation relation, const EnumColumn* columns, int count, Tally* tallies) {
    // The newest, not the transaction's: whoever wrote before the lock was granted counts too.
    Snapshot snapshot = RegisterSnapshot(GetLatestSnapshot());
    TupleTableSlot* slot = table_slot_create(relation, nullptr);
    TableScanDesc scan = BeginTableScan(relation, snapshot);
    MemoryContext per_row =
        AllocSetContextCreate(CurrentMemoryContext, "gb_enums row", ALLOCSET_DEFAULT_SIZES);
    MemoryContext old = MemoryContextSwitchTo(per_row);
    while (table_scan_getnextslot(scan, ForwardScanDirection, slot)) {
        CHECK_FOR_INTERRUPTS();
        for (int i = 0; i < count; ++i) {
            bool is_null = false;
            const Datum value = slot_getattr(slot, columns[i].number, &is_null);
            if (!is_null) {
                tallies[i].Add(value, columns[i].type);
            }
        }
        MemoryContextReset(per_row);
    }
    MemoryContextSwitchTo(old);
    MemoryContextDelete(per_row);
    table_endscan(scan);
    ExecDropSingleTupleTableSlot(slot);
    UnregisterSnapshot(snapshot);
}

/// Appends to a list of CodeUse* what the columns of one relation hold.
List* UsesInRelation(const EnumColumn* columns, int count, Oid type, List* containers, List* uses) {
    Relation relation = try_relation_open(columns->relation, AccessShareLock);
    if (relation == nullptr) {
        return uses;
    }
    ObjectAddress place;
    ObjectAddressSet(place, RelationRelationId, columns->relation);
    const bool readable =
        RELKIND_HAS_TABLE_AM(relation->rd_rel->relkind) && !RELATION_IS_OTHER_TEMP(relation);
    if (readable) {
        auto* tallies = static_cast<Tally*>(palloc(count * sizeof(Tally)));
        for (int i = 0; i < count; ++i) {
            new (&tallies[i]) Tally(type, containers);
        }
        ScanRelation(relation, columns, count, tallies);
        for (int i = 0; i < count; ++i) {
            place.objectSubId = columns[i].number;
            uses = tallies[i].Take(uses, CodeUse::Kind::kRows, place);
        }
    } else {
        for (int i = 0; i < count; ++i) {
            place.objectSubId = columns[i].number;
            auto* use = static_cast<CodeUse*>(palloc(sizeof(CodeUse)));
            *use = {CodeUse::Kind::kNotSeen, place, 0, 0};
            uses = lappend(uses, use);
        }
    }
    relation_close(relation, AccessShareLock);
    return uses;
}

List* UsesInTables(Oid type, List* containers, List* uses, MemoryContext context) {
    const EnumColumn* columns = Columns(type);
    const auto count = static_cast<int>(SPI_processed);
    MemoryContext old = MemoryContextSwitchTo(context);
    for (int first = 0, next = 0; first < count; first = next) {
        for (next = first + 1; next < count && columns[next].relation == columns[first].relation;) {
            ++next;
        }
        uses = UsesInRelation(columns + first, next - first, type, containers, uses);
    }
    MemoryContextSwitchTo(old);
    return uses;
}

List* UsesInExpressions(Oid type, List* containers, List* uses, MemoryContext context) {
    Ask("SELECT catalog, object, tree FROM gb_enums_internal.expressions($1) ORDER BY 1, 2", type);
    MemoryContext old = MemoryContextSwitchTo(context);
    Tally tally(type, containers);
    for (uint64 i = 0; i < SPI_processed; ++i) {
        ObjectAddress place;
        ObjectAddressSet(place, DatumGetObjectId(Column(i, 1)), DatumGetObjectId(Column(i, 2)));
        tally.AddExpression(static_cast<Node*>(stringToNode(TextDatumGetCString(Column(i, 3)))));
        // Some objects have two expressions.
        if (i + 1 == SPI_processed || DatumGetObjectId(Column(i + 1, 1)) != place.classId ||
            DatumGetObjectId(Column(i + 1, 2)) != place.objectId) {
            uses = tally.Take(uses, CodeUse::Kind::kExpression, place);
        }
    }
    MemoryContextSwitchTo(old);
    return uses;
}

}  // namespace

List* UsesOfEnum(Oid type, bool scan) {
    MemoryContext context = CurrentMemoryContext;
    SPI_connect();
    List* containers = Containers(type, context);
    List* uses = scan ? UsesInTables(type, containers, NIL, context) : NIL;
    uses = UsesInExpressions(type, containers, uses, context);
    SPI_finish();
    return uses;
}

void LockTablesOfEnum(Oid type) {
    SPI_connect();
    const EnumColumn* columns = Columns(type);
    const uint64 count = SPI_processed;
    // Never waits for one while it holds others: who writes to two of them would wait for this.
    for (uint64 waited_for = 0; count > 0;) {
        LockRelationOid(columns[waited_for].relation, ShareLock);
        uint64 next = 0;
        while (next < count && ConditionalLockRelationOid(columns[next].relation, ShareLock)) {
            ++next;
        }
        if (next == count) {
            UnlockRelationOid(columns[waited_for].relation, ShareLock);  // it was locked twice
            break;
        }
        for (uint64 i = 0; i < next; ++i) {
            UnlockRelationOid(columns[i].relation, ShareLock);
        }
        UnlockRelationOid(columns[waited_for].relation, ShareLock);
        waited_for = next;
    }
    SPI_finish();
}

}  // namespace gb_enums
