// Fills a new column in the rows that are older than the column.

#include "convert/conversion_column.hpp"
#include "convert/value_cache.hpp"
#include "server/act_as.hpp"
#include "server/relation.hpp"
#include "server/result_row.hpp"
#include "tables/table_owner.hpp"
#include "tables/waits.hpp"

extern "C" {
#include "access/relscan.h"
#include "access/table.h"
#include "access/tableam.h"
#include "catalog/pg_constraint.h"
#include "executor/executor.h"
#include "executor/nodeModifyTable.h"
#include "storage/bufmgr.h"
#include "utils/datum.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
}

namespace gb_enums::convert {

namespace {

/// A column and the new column that gets its values.
struct Pair {
    AttrNumber source;
    AttrNumber target;
    Oid source_type;
    ValueCache* cache;
};

AttrNumber RequireColumn(Relation table, const char* name) {
    const AttrNumber number = get_attnum(RelationGetRelid(table), name);
    if (number <= 0) {
        ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
                        errmsg("column \"%s\" of table \"%s\" does not exist", name,
                               RelationGetRelationName(table))));
    }
    return number;
}

/// Whether a column is one of a foreign key, of this table or of one that refers to it.
bool IsInForeignKey(Relation table, AttrNumber column) {
    // A copy, since looking up constraints lets the server read the table's triggers again.
    const TriggerDesc* triggers = CopyTriggerDesc(table->trigdesc);
    for (int i = 0; triggers != nullptr && i < triggers->numtriggers; ++i) {
        const HeapTuple tuple =
            SearchSysCache1(CONSTROID, ObjectIdGetDatum(triggers->triggers[i].tgconstraint));
        if (!HeapTupleIsValid(tuple)) {
            continue;
        }
        const auto* constraint = reinterpret_cast<Form_pg_constraint>(GETSTRUCT(tuple));
        bool found = false;
        if (constraint->contype == CONSTRAINT_FOREIGN) {
            int count = 0;
            AttrNumber own[INDEX_MAX_KEYS];
            AttrNumber referenced[INDEX_MAX_KEYS];
            DeconstructFkConstraintRow(tuple, &count, own, referenced, nullptr, nullptr, nullptr,
                                       nullptr, nullptr);
            const Oid relation = RelationGetRelid(table);
            found = (constraint->conrelid == relation &&
                     std::find(own, own + count, column) != own + count) ||
                    (constraint->confrelid == relation &&
                     std::find(referenced, referenced + count, column) != referenced + count);
        }
        ReleaseSysCache(tuple);
        if (found) {
            return true;
        }
    }
    return false;
}

Pair* ReadPair(Relation table, const ConversionColumn& column) {
    const int number = column.number;
    if (number < 1 || number > RelationGetNumberOfAttributes(table) ||
        TupleDescAttr(RelationGetDescr(table), number - 1)->attisdropped) {
        ereport(ERROR,
                (errcode(ERRCODE_UNDEFINED_COLUMN),
                 errmsg("table \"%s\" has no column %d", RelationGetRelationName(table), number)));
    }
    auto* pair = static_cast<Pair*>(palloc0(sizeof(Pair)));
    pair->source = column.number;
    pair->target = RequireColumn(table, column.new_name == nullptr ? "" : column.new_name);
    const auto* target = TupleDescAttr(RelationGetDescr(table), pair->target - 1);
    const auto* source = TupleDescAttr(RelationGetDescr(table), pair->source - 1);
    pair->source_type = getBaseType(source->atttypid);
    const Oid old_type = BaseOfElements(pair->source_type);
    const bool is_of_enum =
        column.is_array ? target->atttypid == get_array_type(column.enum_type)
                        : target->atttypid == column.enum_type || target->atttypid == INT2OID;
    if (!is_of_enum || !IsConvertible(old_type) || column.old_type != old_type ||
        column.is_array != (old_type != pair->source_type)) {
        ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
                        errmsg("columns \"%s\" and \"%s\" of table \"%s\" are not of the types "
                               "that they had when their conversion was begun",
                               NameStr(source->attname), NameStr(target->attname),
                               RelationGetRelationName(table))));
    }
    // No trigger runs for the rows that are written here, so nobody would check a foreign key.
    if (IsInForeignKey(table, pair->target)) {
        ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                        errmsg("column \"%s\" of table \"%s\" is in a foreign key",
                               NameStr(target->attname), RelationGetRelationName(table))));
    }
    pair->cache = MakeValueCache(column.enum_type, column.options, pair->source_type);
    return pair;
}

/// The columns of a conversion that are this table's.
List* ReadPairs(Relation table, ArrayType* columns) {
    List* pairs = NIL;
    ListCell* cell = nullptr;
    foreach (cell, ReadConversion(columns)) {
        const auto& column = *static_cast<ConversionColumn*>(lfirst(cell));
        if (column.relation == RelationGetRelid(table)) {
            pairs = lappend(pairs, ReadPair(table, column));
        }
    }
    return pairs;
}

/// A walk through some pages of a table.
struct Walk {
    Relation table;
    List* pairs;
    EState* state;
    ResultRelInfo* target;
    TupleTableSlot* row;
    TupleTableSlot* locked;
    TupleTableSlot* changed;
    std::int64_t changed_rows;
    std::int64_t locked_rows;
    /// The page of the last changed row, and how many pages with such rows there are.
    BlockNumber changed_page;
    std::int64_t changed_pages;
};

/// How many pages are walked through for each one on which a row may be changed.
constexpr std::int64_t kPagesForEachChanged = 100;

/// Puts the row as it must be into walk->changed; false when it is so already.
bool NeedsChange(Walk* walk) {
    slot_getallattrs(walk->row);
    ExecClearTuple(walk->changed);
    const int count = RelationGetNumberOfAttributes(walk->table);
    memcpy(walk->changed->tts_values, walk->row->tts_values, sizeof(Datum) * count);
    memcpy(walk->changed->tts_isnull, walk->row->tts_isnull, sizeof(bool) * count);
    bool differs = false;
    ListCell* cell = nullptr;
    foreach (cell, walk->pairs) {
        const auto& pair = *static_cast<Pair*>(lfirst(cell));
        const int target = pair.target - 1;
        NullableDatum value{0, walk->row->tts_isnull[pair.source - 1]};
        if (!value.isnull) {
            value =
                ConvertValue(pair.cache, pair.source_type, walk->row->tts_values[pair.source - 1]);
        }
        const auto* column = TupleDescAttr(RelationGetDescr(walk->table), target);
        differs = differs || value.isnull != walk->row->tts_isnull[target] ||
                  (!value.isnull && !datum_image_eq(value.value, walk->row->tts_values[target],
                                                    column->attbyval, column->attlen));
        walk->changed->tts_values[target] = value.value;
        walk->changed->tts_isnull[target] = value.isnull;
    }
    ExecStoreVirtualTuple(walk->changed);
    return differs;
}

/// Whether somebody may be changing or locking the row, as its header tells now. A transaction that
/// has ended may look the same.
bool MayBeLocked(TupleTableSlot* row) {
    if (!TTS_IS_BUFFERTUPLE(row)) {
        return true;
    }
    const HeapTuple tuple = reinterpret_cast<HeapTupleTableSlot*>(row)->tuple;
    return (tuple->t_data->t_infomask & HEAP_XMAX_INVALID) == 0;
}

/// Locks the row unless others hold a lock that is in the way. (A foreign key's is not.)
TM_Result LockRow(Walk* walk) {
    TM_FailureData failure;
    return table_tuple_lock(walk->table, &walk->row->tts_tid, walk->state->es_snapshot,
                            walk->locked, walk->state->es_output_cid, LockTupleNoKeyExclusive,
                            LockWaitSkip, 0, &failure);
}

/// Writes the row as it must be. Does not wait for others: a session that locks rows in another
/// order would wait for this one as well. (A lock that is taken in the very instant after the look
/// at the header is waited for, as long as lock_timeout allows. To lock each row costs a quarter
/// more.)
void ChangeRow(Walk* walk) {
    const TupleConstr* constraints = RelationGetDescr(walk->table)->constr;
    if (constraints != nullptr) {
        if (constraints->has_generated_stored) {
            ExecComputeStoredGenerated(walk->target, walk->state, walk->changed, CMD_UPDATE);
        }
        ExecConstraints(walk->target, walk->changed, walk->state);
    }
    TM_Result result = MayBeLocked(walk->row) ? LockRow(walk) : TM_Ok;
    if (result == TM_WouldBlock) {
        ++walk->locked_rows;
        return;
    }
    IndexesToUpdate indexes{};
    if (result == TM_Ok) {
        result =
            UpdateTuple(walk->table, &walk->row->tts_tid, walk->changed, walk->state, &indexes);
    }
    // When somebody else has changed the row meanwhile, the trigger has set the new column.
    if (result == TM_Ok) {
        InsertIndexEntries(walk->target, walk->changed, walk->state, indexes);
        ++walk->changed_rows;
        const BlockNumber page = ItemPointerGetBlockNumber(&walk->row->tts_tid);
        walk->changed_pages += page != walk->changed_page ? 1 : 0;
        walk->changed_page = page;
    }
}

/// Walks through the rows on the pages from `first` on, before `end`. Stops sooner when rows on
/// that many pages were changed, or when somebody waits for one of them. The page after the last
/// one that was walked through.
BlockNumber WalkPages(Walk* walk, BlockNumber first, BlockNumber end,
                      std::int64_t pages_to_change) {
    ItemPointerData from;
    ItemPointerData to;
    ItemPointerSet(&from, first, FirstOffsetNumber);
    ItemPointerSet(&to, end - 1, MaxOffsetNumber);
    TableScanDesc scan = BeginRangeScan(walk->table, walk->state->es_snapshot, &from, &to);
    const MemoryContext for_row = GetPerTupleMemoryContext(walk->state);
    BlockNumber page = first;
    while (table_scan_getnextslot_tidrange(scan, ForwardScanDirection, walk->row)) {
        CHECK_FOR_INTERRUPTS();
        if (ItemPointerGetBlockNumber(&walk->row->tts_tid) != page) {
            page = ItemPointerGetBlockNumber(&walk->row->tts_tid);
            if (walk->changed_pages >= pages_to_change || IsWaitedFor()) {
                end = page;
                break;
            }
        }
        const MemoryContext caller = MemoryContextSwitchTo(for_row);
        if (NeedsChange(walk)) {
            ChangeRow(walk);
        }
        MemoryContextSwitchTo(caller);
        ResetPerTupleExprContext(walk->state);
    }
    table_endscan(scan);
    return end;
}

/// Walks through pages of a table, see WalkPages().
BlockNumber WalkTable(Relation table, List* pairs, BlockNumber first, BlockNumber end,
                      std::int64_t pages_to_change, Walk* walk) {
    // No row is published that subscribers could not find.
    CheckCmdReplicaIdentity(table, CMD_UPDATE);
    PushActiveSnapshot(GetLatestSnapshot());
    walk->table = table;
    walk->pairs = pairs;
    walk->state = CreateExecutorState();
    walk->state->es_snapshot = GetActiveSnapshot();
    walk->state->es_output_cid = GetCurrentCommandId(true);
    walk->target = makeNode(ResultRelInfo);
    InitResultRelInfo(walk->target, table, 0, nullptr, 0);
    // No trigger should see these changes, as none sees those of ALTER TABLE.
    walk->target->ri_TrigDesc = nullptr;
    ExecOpenIndices(walk->target, false);
    walk->row = table_slot_create(table, nullptr);
    walk->locked = table_slot_create(table, nullptr);
    walk->changed = MakeSingleTupleTableSlot(RelationGetDescr(table), &TTSOpsVirtual);
    walk->changed_page = InvalidBlockNumber;
    end = WalkPages(walk, first, end, pages_to_change);
    ExecDropSingleTupleTableSlot(walk->row);
    ExecDropSingleTupleTableSlot(walk->locked);
    ExecDropSingleTupleTableSlot(walk->changed);
    ExecCloseIndices(walk->target);
    FreeExecutorState(walk->state);
    PopActiveSnapshot();
    return end;
}

}  // namespace

/// (relation oid, columns conversion_column[], first_page bigint, end_page bigint, batch_pages
/// integer) -> (changed bigint, locked bigint, next_page bigint): gives the rows of a table that
/// are on these pages what their new columns must hold, on at most batch_pages pages; how many did
/// not have it, how many of them are locked by others and stay as they are, and the page to go on
/// with.
GB_ENUMS_FUNCTION(gb_enum_convert_rows) {
    const Oid relation = PG_GETARG_OID(0);
    const Oid owner = OwnerFor(relation);
    const Relation table = OpenTable(relation, RowExclusiveLock);
    if (table->rd_rel->relkind != RELKIND_RELATION) {
        ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
                        errmsg("\"%s\" has no rows of its own", RelationGetRelationName(table))));
    }
    if (IsCatalogRelation(table) || table->rd_tableam->scan_set_tidrange == nullptr) {
        ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
                        errmsg("columns of \"%s\" cannot be converted while it is used",
                               RelationGetRelationName(table))));
    }
    const auto pages = static_cast<std::int64_t>(RelationGetNumberOfBlocks(table));
    const auto first = std::max<std::int64_t>(PG_GETARG_INT64(2), 0);
    const auto to_change = std::max<std::int64_t>(PG_GETARG_INT32(4), 1);
    const auto end =
        std::min({PG_GETARG_INT64(3), pages, first + to_change * kPagesForEachChanged});
    List* pairs = ReadPairs(table, PG_GETARG_ARRAYTYPE_P(1));

    Walk walk{};
    // Functions in indexes and constraints are the owner's.
    ActAs role;
    role.Enter(owner, SECURITY_RESTRICTED_OPERATION);
    auto next = PG_GETARG_INT64(3);
    if (first < end && pairs != NIL) {
        next = WalkTable(table, pairs, static_cast<BlockNumber>(first),
                         static_cast<BlockNumber>(end), to_change, &walk);
    }
    role.Leave();
    table_close(table, NoLock);

    ResultRow row;
    row.AddInt64(walk.changed_rows).AddInt64(walk.locked_rows).AddInt64(next);
    PG_RETURN_DATUM(row.ToDatum(fcinfo));
}

}  // namespace gb_enums::convert
