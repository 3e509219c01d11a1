#include "operations/advice/writes.hpp"

#include "tree/nodes.hpp"

extern "C" {
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "parser/parsetree.h"
}

namespace gb_enums::operations {

void Writes::Note(const Query& statement, const List* targets, int query) {
    ListCell* cell = nullptr;
    foreach (cell, targets) {
        const auto* target = lfirst_node(TargetEntry, cell);
        if (!target->resjunk) {
            writes_.Add({rt_fetch(statement.resultRelation, statement.rtable)->relid, target->resno,
                         query});
        }
    }
}

void Writes::Note(const Query& statement, int query) {
    if (statement.commandType == CMD_UPDATE) {
        Note(statement, statement.targetList, query);
    }
    if (statement.onConflict != nullptr) {
        Note(statement, statement.onConflict->onConflictSet, query);
    }
    ListCell* cell = nullptr;
    foreach (cell, statement.mergeActionList) {
        const auto* action = lfirst_node(MergeAction, cell);
        if (action->commandType == CMD_UPDATE) {
            Note(statement, action->targetList, query);
        }
    }
    foreach (cell, statement.cteList) {
        Note(*castNode(Query, lfirst_node(CommonTableExpr, cell)->ctequery), query);
    }
}

namespace {

/// Whether a table is below another one, which may be gone since its statement was looked at.
bool IsIn(Oid relation, Oid whole) {
    return SearchSysCacheExists1(RELOID, ObjectIdGetDatum(whole)) && has_subclass(whole) &&
           list_member_oid(find_all_inheritors(whole, NoLock, nullptr), relation);
}

/// The column of an indexed table that a column of a written one is, if some of its rows are the
/// same table's; otherwise 0.
AttrNumber IndexedColumn(Oid indexed, Oid written, AttrNumber column) {
    if (indexed == written) {
        return column;
    }
    const char* name = get_attname(written, column, true);
    const bool has_same_rows =
        IsIn(indexed, written) ||
        (get_rel_relkind(indexed) == RELKIND_PARTITIONED_TABLE && IsIn(written, indexed));
    return name != nullptr && has_same_rows ? get_attnum(indexed, name) : AttrNumber{0};
}

}  // namespace

Bitmapset* Writes::Of(const AdvisedIndex& index) const {
    Bitmapset* decisive = nullptr;
    pull_varattnos(index.predicate, 1, &decisive);
    Bitmapset* queries = nullptr;
    for (const Write& write : writes_) {
        const AttrNumber column = IndexedColumn(index.relation, write.relation, write.column);
        if (HasColumn(index, column, index.count) &&
            !bms_is_member(column - FirstLowInvalidHeapAttributeNumber, decisive)) {
            queries = bms_add_member(queries, write.query);
        }
    }
    return queries;
}

}  // namespace gb_enums::operations
