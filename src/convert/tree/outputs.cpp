// Converted columns that a query passes on: its output is the value where the output is the column
// itself and nothing is ordered by it, else what the column was.

#include "convert/tree/rewriter.hpp"
#include "tree/nodes.hpp"

extern "C" {
#include "parser/parsetree.h"
}

namespace gb_enums::convert {

namespace {

bool RefersTo(List* clauses, Index reference) {
    ListCell* cell = nullptr;
    foreach (cell, clauses) {
        if (lfirst_node(SortGroupClause, cell)->tleSortGroupRef == reference) {
            return true;
        }
    }
    return false;
}

bool OrdersBy(const Query& query, Index reference) {
    bool found = reference != 0 && RefersTo(query.sortClause, reference);
    ListCell* cell = nullptr;
    foreach (cell, query.windowClause) {
        found = found || (reference != 0 &&
                          RefersTo(lfirst_node(WindowClause, cell)->orderClause, reference));
    }
    return found;
}

Index UnusedReference(const Query& query) {
    Index greatest = 0;
    ListCell* cell = nullptr;
    foreach (cell, query.targetList) {
        greatest = std::max(greatest, lfirst_node(TargetEntry, cell)->ressortgroupref);
    }
    return greatest + 1;
}

template <typename Change>
void ForEachOrder(Query* query, Index reference, Change&& change) {
    List* orders = list_make1(query->sortClause);
    ListCell* cell = nullptr;
    foreach (cell, query->windowClause) {
        orders = lappend(orders, lfirst_node(WindowClause, cell)->orderClause);
    }
    foreach (cell, orders) {
        ListCell* item = nullptr;
        foreach (item, static_cast<List*>(lfirst(cell))) {
            auto* clause = lfirst_node(SortGroupClause, item);
            if (clause->tleSortGroupRef == reference) {
                change(clause);
            }
        }
    }
}

void AddJunk(Query* query, Node* expression, Index reference) {
    TargetEntry* entry =
        makeTargetEntry(AsExpr(expression),
                        static_cast<AttrNumber>(list_length(query->targetList) + 1), nullptr, true);
    entry->ressortgroupref = reference;
    query->targetList = lappend(query->targetList, entry);
}

/// Orders by the value instead of its code, which is the same order.
bool OrderByValue(Query* query, const TargetEntry& entry, Oid new_type) {
    const Oid old_type = exprType(AsNode(entry.expr));
    constexpr int kOperators = TYPECACHE_LT_OPR | TYPECACHE_GT_OPR;
    const TypeCacheEntry* before = lookup_type_cache(old_type, kOperators);
    const TypeCacheEntry* after = lookup_type_cache(new_type, kOperators);
    bool known = true;
    ForEachOrder(query, entry.ressortgroupref, [&](const SortGroupClause* clause) {
        known = known && (clause->sortop == before->lt_opr || clause->sortop == before->gt_opr);
    });
    if (known) {
        ForEachOrder(query, entry.ressortgroupref, [&](SortGroupClause* clause) {
            clause->sortop = clause->sortop == before->lt_opr ? after->lt_opr : after->gt_opr;
        });
    }
    return known;
}

/// Makes an output column, or an expression that a query groups by, the value. The order of a query
/// that is ordered by it stays the same.
bool PassOn(Query* query, TargetEntry* entry, const OldValue& old, const Rewriter& rewriter) {
    const Index reference = entry->ressortgroupref;
    if (OrdersBy(*query, reference)) {
        if (KeepsOrder(*old.column)) {
            if (!OrderByValue(query, *entry, exprType(AsNode(old.value)))) {
                return false;
            }
        } else if (RefersTo(query->distinctClause, reference) ||
                   (entry->resjunk && !RefersTo(query->groupClause, reference))) {
            return false;
        } else {
            const Index fresh = UnusedReference(*query);
            ForEachOrder(query, reference,
                         [fresh](SortGroupClause* clause) { clause->tleSortGroupRef = fresh; });
            AddJunk(query, WithoutDomain(AsNode(entry->expr), rewriter), fresh);
        }
    }
    entry->expr = Copy(old.value);
    return !entry->resjunk;
}

void ChangeReference(List* clauses, Index from, Index to) {
    ListCell* cell = nullptr;
    foreach (cell, clauses) {
        auto* clause = lfirst_node(SortGroupClause, cell);
        if (clause->tleSortGroupRef == from) {
            clause->tleSortGroupRef = to;
        }
    }
}

}  // namespace

void CollectLeaves(Node* node, Query* query, List** leaves) {
    check_stack_depth();
    if (IsA(node, SetOperationStmt)) {
        auto* operation = castNode(SetOperationStmt, node);
        CollectLeaves(operation->larg, query, leaves);
        CollectLeaves(operation->rarg, query, leaves);
    } else if (IsA(node, RangeTblRef)) {
        *leaves = lappend_int(*leaves, castNode(RangeTblRef, node)->rtindex);
    } else {
        elog(ERROR, "unrecognized node type in a set operation: %d",
             static_cast<int>(nodeTag(node)));
    }
}

TargetEntry* Output(Query* query, int number) {
    int seen = 0;
    ListCell* cell = nullptr;
    foreach (cell, query->targetList) {
        auto* entry = lfirst_node(TargetEntry, cell);
        if (!entry->resjunk && ++seen == number) {
            return entry;
        }
    }
    elog(ERROR, "query has no output column %d", number);
}

void LetGroupsBe(Query* query, TargetEntry* entry) {
    const Index reference = entry->ressortgroupref;
    const bool is_distinct = RefersTo(query->distinctClause, reference);
    if (reference == 0 || (is_distinct && !RefersTo(query->groupClause, reference))) {
        return;
    }
    AddJunk(query, AsNode(entry->expr), reference);
    entry->ressortgroupref = 0;
    if (is_distinct) {
        entry->ressortgroupref = UnusedReference(*query);
        ChangeReference(query->distinctClause, reference, entry->ressortgroupref);
        ChangeReference(query->sortClause, reference, entry->ressortgroupref);
    }
}

Column* AsOutput(const Column& column, int number) {
    auto* output = static_cast<Column*>(palloc(sizeof(Column)));
    *output = column;
    output->number = static_cast<AttrNumber>(number);
    output->trusting_cast = InvalidOid;
    return output;
}

List* PlainOutputs(const Query& query) {
    List* plain = NIL;
    ListCell* cell = nullptr;
    foreach (cell, query.targetList) {
        plain = lappend_int(plain, IsA(lfirst_node(TargetEntry, cell)->expr, Var) ? 1 : 0);
    }
    return plain;
}

List* PassOnOutputs(Query* query, List* plain, Rewriter* rewriter) {
    List* outputs = NIL;
    int number = 0;
    // The list of targets grows at its end by junk, which is not looked at.
    for (int i = 0; i < list_length(plain); ++i) {
        auto* entry = static_cast<TargetEntry*>(list_nth(query->targetList, i));
        number += entry->resjunk ? 0 : 1;
        const OldValue* old =
            list_nth_int(plain, i) == 0 ? nullptr : FindOldValue(AsNode(entry->expr), *rewriter);
        if (old == nullptr) {
            continue;
        }
        const Oid old_type = exprType(AsNode(entry->expr));
        if (PassOn(query, entry, *old, *rewriter)) {
            Column* output = AsOutput(*old->column, number);
            SetOldType(output, old_type);
            outputs = lappend(outputs, output);
        }
    }
    return outputs;
}

List* PassOnSetOutputs(Query* query, const Level& level, Rewriter* rewriter) {
    List* leaves = NIL;
    CollectLeaves(query->setOperations, query, &leaves);
    List* outputs = NIL;
    int number = 0;
    ListCell* entry_cell = nullptr;
    foreach (entry_cell, query->targetList) {
        auto* entry = lfirst_node(TargetEntry, entry_cell);
        if (entry->resjunk) {
            continue;
        }
        ++number;
        const auto column_of = [&level, number](int leaf) {
            return FindColumn(static_cast<List*>(list_nth(level.tables, leaf - 1)),
                              static_cast<AttrNumber>(number));
        };
        Column* first = nullptr;
        bool all = IsA(entry->expr, Var) && !OrdersBy(*query, entry->ressortgroupref);
        ListCell* cell = nullptr;
        foreach (cell, leaves) {
            Column* column = column_of(lfirst_int(cell));
            first = first == nullptr ? column : first;
            all = all && column != nullptr && column->enum_type == first->enum_type &&
                  column->is_array == first->is_array;
        }
        if (first == nullptr) {
            continue;
        }
        if (all) {
            // The common type of the tables' columns, such as integer of smallint and integer.
            Column* output = AsOutput(*first, number);
            SetOldType(output, exprType(AsNode(entry->expr)));
            outputs = lappend(outputs, output);
            entry->expr = MakeValue(*output, *castNode(Var, entry->expr));
            continue;
        }
        foreach (cell, leaves) {
            if (Column* column = column_of(lfirst_int(cell))) {
                KeepOldOutput(rt_fetch(lfirst_int(cell), query->rtable)->subquery, number, column,
                              rewriter);
            }
        }
    }
    return outputs;
}

void KeepOldOutput(Query* query, int number, Column* column, Rewriter* rewriter) {
    check_stack_depth();
    TargetEntry* entry = Output(query, number);
    if (query->setOperations != nullptr) {
        List* leaves = NIL;
        CollectLeaves(query->setOperations, query, &leaves);
        ListCell* cell = nullptr;
        foreach (cell, leaves) {
            KeepOldOutput(rt_fetch(lfirst_int(cell), query->rtable)->subquery, number, column,
                          rewriter);
        }
        return;
    }
    LetGroupsBe(query, entry);
    entry->expr = MakeOldValue(column, Copy(entry->expr), rewriter);
}

}  // namespace gb_enums::convert
