#include "operations/advice/conditions.hpp"

#include "tree/nodes.hpp"

extern "C" {
#include "optimizer/restrictinfo.h"
}

namespace gb_enums::operations {

namespace {

void NoteCondition(Facts* facts, Node* clause) {
    Condition condition{};
    if (!ReadCondition(facts->root, *facts->table, clause, &condition)) {
        return;
    }
    if (condition.comparison == Comparison::kEq) {
        Bitmapset** columns = condition.is_join ? &facts->joined : &facts->equal;
        *columns = bms_add_member(*columns, condition.column);
        if (condition.is_list) {
            facts->several = bms_add_member(facts->several, condition.column);
        }
    } else if (condition.comparison != Comparison::kNe && !condition.is_join) {
        facts->range = bms_add_member(facts->range, condition.column);
        if (condition.is_constant) {
            facts->known_range = bms_add_member(facts->known_range, condition.column);
        }
    }
    const double share = RareShare(facts->root, *facts->table, facts->relation, condition, clause);
    if (share < facts->rare_share) {
        facts->rare = clause;
        facts->rare_column = condition.column;
        facts->rare_share = share;
    }
}

}  // namespace

void NoteConditions(Facts* facts) {
    facts->rare_share = 1;
    ListCell* cell = nullptr;
    foreach (cell, facts->table->baserestrictinfo) {
        NoteCondition(facts, AsNode(lfirst_node(RestrictInfo, cell)->clause));
    }
    foreach (cell, facts->table->joininfo) {
        NoteCondition(facts, AsNode(lfirst_node(RestrictInfo, cell)->clause));
    }
    facts->joined = bms_del_members(
        bms_union(facts->joined, JoinedColumns(facts->root, *facts->table)), facts->equal);
    facts->several = bms_add_members(facts->several, facts->joined);
    facts->order = OrderOf(facts->root, *facts->table);
}

}  // namespace gb_enums::operations
