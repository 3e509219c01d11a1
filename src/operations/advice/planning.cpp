#include "operations/advice/planning.hpp"

#include "operations/advice/entry_width.hpp"
#include "operations/advice/table_facts.hpp"
#include "tree/nodes.hpp"

extern "C" {
#include "access/amapi.h"
#include "optimizer/paths.h"
#include "rewrite/rewriteManip.h"
}

namespace gb_enums::operations {

namespace {

/// What is planned now.
const Planning* current = nullptr;

/// The number that the planner knows an index by. No index has it, and nobody looks it up: the
/// planner knows that the index is hypothetical.
constexpr Oid kNoIndex = std::numeric_limits<Oid>::max();

/// The room that entries have on a page that is built, and on one above others, and what an entry
/// has beside its values.
constexpr double kPageBytes = 0.9 * BLCKSZ;
constexpr double kPageBytesAbove = 0.7 * BLCKSZ;
constexpr int kEntryBytes = 12;

template <typename Item>
Item* Array(int count) {
    return static_cast<Item*>(palloc0(sizeof(Item) * count));
}

double EntryBytes(const AdvisedIndex& index, int columns) {
    int bytes = 0;
    for (int i = 0; i < columns; ++i) {
        bytes += AverageWidth(index.relation, index.columns[i].number);
    }
    return kEntryBytes + static_cast<double>(MAXALIGN(bytes));
}

/// Sets how large an index is when it is new. Above its last level are the keys alone.
void SetSize(IndexOptInfo* info, const RelOptInfo& table, const AdvisedIndex& index) {
    info->tuples = table.tuples * index.share;
    if (index.method == BRIN_AM_OID) {
        info->pages = 3;
        return;
    }
    const double leaves = std::ceil(info->tuples * EntryBytes(index, index.count) / kPageBytes);
    const double above = kPageBytesAbove / EntryBytes(index, index.key_count);
    const bool is_one_page = leaves <= 1;
    info->pages = static_cast<BlockNumber>(2 + (is_one_page ? 0 : leaves));
    info->tree_height =
        is_one_page ? 0 : static_cast<int>(std::ceil(std::log(leaves) / std::log(above)));
}

void SetMethod(IndexOptInfo* info, Oid method) {
    const auto* routine = GetIndexAmRoutineByAmId(method, false);
    info->relam = method;
    info->amcanorderbyop = routine->amcanorderbyop;
    info->amoptionalkey = routine->amoptionalkey;
    info->amsearcharray = routine->amsearcharray;
    info->amsearchnulls = routine->amsearchnulls;
    info->amcanparallel = routine->amcanparallel;
    info->amhasgettuple = routine->amgettuple != nullptr;
    info->amhasgetbitmap = routine->amgetbitmap != nullptr;
    info->amcanmarkpos = routine->ammarkpos != nullptr;
    info->amcostestimate =
        reinterpret_cast<decltype(info->amcostestimate)>(routine->amcostestimate);
}

/// What the planner knows of an index, of which the columns are to be set.
IndexOptInfo* MakeInfo(RelOptInfo* table, const AdvisedIndex& index) {
    auto* info = makeNode(IndexOptInfo);
    info->indexoid = kNoIndex;
    info->rel = table;
    info->ncolumns = index.count;
    info->nkeycolumns = index.key_count;
    info->indexkeys = Array<int>(index.count);
    info->canreturn = Array<bool>(index.count);
    info->indexcollations = Array<Oid>(index.key_count);
    info->opfamily = Array<Oid>(index.key_count);
    info->opcintype = Array<Oid>(index.key_count);
    info->opclassoptions = reinterpret_cast<bytea**>(Array<void*>(index.key_count));
    if (index.method == BTREE_AM_OID) {
        info->sortopfamily = info->opfamily;
        info->reverse_sort = Array<bool>(index.key_count);
        info->nulls_first = Array<bool>(index.key_count);
    }
    info->hypothetical = true;
    info->immediate = true;
    SetMethod(info, index.method);
    return info;
}

void SetKey(IndexOptInfo* info, int place, const IndexColumn& column, const Var& var) {
    info->indexcollations[place] = var.varcollid;
    info->opfamily[place] = get_opclass_family(column.operator_class);
    info->opcintype[place] = get_opclass_input_type(column.operator_class);
    if (info->reverse_sort != nullptr) {
        info->reverse_sort[place] = column.is_descending;
        info->nulls_first[place] = column.has_nulls_first;
    }
}

void Add(RelOptInfo* table, const AdvisedIndex& index) {
    IndexOptInfo* info = MakeInfo(table, index);
    for (int i = 0; i < index.count; ++i) {
        const IndexColumn& column = index.columns[i];
        Var* var = VarOf(*table, index.relation, column.number);
        info->indexkeys[i] = column.number;
        info->canreturn[i] = index.method == BTREE_AM_OID;
        if (i < index.key_count) {
            SetKey(info, i, column, *var);
        }
        info->indextlist =
            lappend(info->indextlist,
                    makeTargetEntry(AsExpr(var), static_cast<AttrNumber>(i + 1), nullptr, false));
    }
    SetSize(info, *table, index);
    if (index.predicate != nullptr) {
        info->indpred = list_make1(Copy(index.predicate));
        ChangeVarNodes(AsNode(info->indpred), 1, static_cast<int>(table->relid), 0);
    }
    table->indexlist = lcons(info, table->indexlist);
}

void AddShown(const PlannerInfo& root, RelOptInfo* table, Oid relation) {
    const Oid whole = root.simple_rte_array[WholeOf(root, table->relid)]->relid;
    ListCell* cell = nullptr;
    foreach (cell, current->shown) {
        const auto* index = static_cast<const AdvisedIndex*>(lfirst(cell));
        if (IsPartOf(whole, index->relation)) {
            Add(table, PartOf(*index, relation));
        }
    }
}

void LookAt(PlannerInfo* root, RelOptInfo* table, Index /*number*/, RangeTblEntry* entry) {
    if (current->look != nullptr) {
        current->look(root, table, *entry, current->result);
    }
}

}  // namespace

double PlannedCost(const Query& query, const char* source, const Planning& planning) {
    CHECK_FOR_INTERRUPTS();
    const auto others_index_hook = index_hook;
    const auto others_path_hook = set_rel_pathlist_hook;
    const MemoryContext caller = CurrentMemoryContext;
    const MemoryContext work =
        AllocSetContextCreate(caller, "gb_enums plan", ALLOCSET_DEFAULT_SIZES);
    double cost = 0;
    PG_TRY();
    {
        current = &planning;
        index_hook = AddIndexes<AddShown>;
        set_rel_pathlist_hook = LookAt;
        MemoryContextSwitchTo(work);
        const PlannedStmt* plan = PlanStatement(Copy(&query), source);
        cost = MayExecute(*plan) ? plan->planTree->total_cost : -1;
    }
    PG_FINALLY();
    {
        index_hook = others_index_hook;
        set_rel_pathlist_hook = others_path_hook;
        current = nullptr;
    }
    PG_END_TRY();
    MemoryContextSwitchTo(caller);
    MemoryContextDelete(work);
    return cost;
}

}  // namespace gb_enums::operations
