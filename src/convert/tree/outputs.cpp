// Converted columns that a query passes on: its output is the value where the output is the column
// itself and nothing is ordered by it, else what the column was.

#include "convert/tree/rewriter.hpp"
#include "tree/nodes.hpp"

extern "C" {
#include "catalog/pg_class.h"
#include "parser/parsetree.h"
#include "utils/lsyscache.h"
}

namespace gb_enums::convert {

namespace {

/// Collects the tables of a set operation.
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

/// Lets a query go on grouping by an output that is about to be another expression: others use it.
/// DISTINCT, and the order of its rows, go by the output.
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

/// A length (typmod) that is known only when the query is read anew. Others are -1 or more.
constexpr int32 kUnknownLength = -2;

/// Whether a type is one of which a converted column may have been, or may become, with a length.
bool IsOfConversion(Oid type, const Rewriter& rewriter) {
    const Oid base = BaseOfElements(type);
    ListCell* cell = nullptr;
    foreach (cell, rewriter.columns) {
        const auto* column = static_cast<const Column*>(lfirst(cell));
        if (base == column->old_type ||
            (OidIsValid(column->new_type) && base == BaseOfElements(column->new_type))) {
            return true;
        }
    }
    return false;
}

int32 LengthOfOutput(List* queries, int number, bool is_recursive, const Rewriter& rewriter);

/// Queries that are each within the next one, and before them one that is within the first.
List* Within(const List* queries, Query* query) {
    return lcons(query, list_copy(queries));
}

/// The length of a WITH query's output; a recursive one has the lengths of its first part.
int32 LengthOfWith(const RangeTblEntry& table, int number, List* queries,
                   const Rewriter& rewriter) {
    const int level = static_cast<int>(table.ctelevelsup);
    if (level >= list_length(queries)) {
        return kUnknownLength;
    }
    List* owners = list_copy_tail(queries, level);
    ListCell* cell = nullptr;
    foreach (cell, linitial_node(Query, owners)->cteList) {
        const auto* with = lfirst_node(CommonTableExpr, cell);
        if (strcmp(with->ctename, table.ctename) == 0) {
            return LengthOfOutput(lcons(with->ctequery, owners), number, with->cterecursive,
                                  rewriter);
        }
    }
    return kUnknownLength;
}

/// Whether a relation is a view, which may be made anew with other lengths.
bool IsView(Oid relation) {
    const char kind = get_rel_relkind(relation);
    return kind == RELKIND_VIEW || kind == RELKIND_MATVIEW;
}

/// The length that a Var of the first of some queries has, which are each within the next one.
int32 LengthOfVar(const Var& var, List* queries, const Rewriter& rewriter) {
    if (var.varlevelsup > 0 || var.varattno <= 0) {
        return kUnknownLength;
    }
    const RangeTblEntry* table = rt_fetch(var.varno, linitial_node(Query, queries)->rtable);
    switch (table->rtekind) {
        case RTE_RELATION:
            return IsView(table->relid) ? kUnknownLength : var.vartypmod;
        case RTE_SUBQUERY:
            return LengthOfOutput(Within(queries, table->subquery), var.varattno, false, rewriter);
        case RTE_CTE:
            return LengthOfWith(*table, var.varattno, queries, rewriter);
        case RTE_JOIN:
            return kUnknownLength;
        default:
            return var.vartypmod;
    }
}

int32 LengthOfValue(Node* value, List* queries, const Rewriter& rewriter);

/// Where the lengths of Vars are looked for.
struct LengthSearch {
    List* queries;
    const Rewriter* rewriter;
};

/// Whether an expression may have another length than its tree says, because a Var has.
bool HasOtherLength(Node* node, void* context) {
    const auto* search = static_cast<const LengthSearch*>(context);
    if (node == nullptr) {
        return false;
    }
    switch (nodeTag(node)) {
        case T_Var:
            return LengthOfVar(*castNode(Var, node), search->queries, *search->rewriter) !=
                   exprTypmod(node);
        case T_SubscriptingRef:
            // It has the length that its array had.
            return LengthOfValue(AsNode(castNode(SubscriptingRef, node)->refexpr), search->queries,
                                 *search->rewriter) != exprTypmod(node);
        case T_SubLink:
            return true;
        case T_RelabelType:
        case T_CoerceViaIO:
        case T_FuncExpr:
        case T_OpExpr:
        case T_Aggref:
        case T_WindowFunc:
            // These have a length of their own, or none.
            return false;
        default:
            return expression_tree_walker(node, AsWalker(HasOtherLength), context);
    }
}

int32 LengthOfValue(Node* value, List* queries, const Rewriter& rewriter) {
    if (IsA(value, Var)) {
        return LengthOfVar(*castNode(Var, value), queries, rewriter);
    }
    if (IsA(value, SubscriptingRef)) {
        return LengthOfValue(AsNode(castNode(SubscriptingRef, value)->refexpr), queries, rewriter);
    }
    LengthSearch search{queries, &rewriter};
    return HasOtherLength(value, &search) ? kUnknownLength : exprTypmod(value);
}

/// The length that an output of tables of a set operation has, -1 if they do not have the same.
int32 LengthOfAll(List* queries, List* leaves, int number, const Rewriter& rewriter) {
    List* lengths = NIL;
    ListCell* cell = nullptr;
    foreach (cell, leaves) {
        Query* leaf = rt_fetch(lfirst_int(cell), linitial_node(Query, queries)->rtable)->subquery;
        const int32 length = LengthOfOutput(Within(queries, leaf), number, false, rewriter);
        lengths = list_append_unique_int(lengths, length);
    }
    if (list_length(lengths) == 1) {
        return linitial_int(lengths);
    }
    const bool is_known = list_member_int(lengths, -1) || !list_member_int(lengths, kUnknownLength);
    return is_known ? -1 : kUnknownLength;
}

/// The length of an output of the first of some queries.
int32 LengthOfOutput(List* queries, int number, bool is_recursive, const Rewriter& rewriter) {
    check_stack_depth();
    auto* query = linitial_node(Query, queries);
    if (query->setOperations == nullptr) {
        return LengthOfValue(AsNode(Output(query, number)->expr), queries, rewriter);
    }
    Node* tables = query->setOperations;
    List* leaves = NIL;
    CollectLeaves(is_recursive ? castNode(SetOperationStmt, tables)->larg : tables, query, &leaves);
    return LengthOfAll(queries, leaves, number, rewriter);
}

/// Whether the first part of a recursive query has the length that all of it has, in an output.
bool HasLengthOfAll(List* queries, int number, const Rewriter& rewriter) {
    const int32 first = LengthOfOutput(queries, number, true, rewriter);
    return first == -1 ||
           (first != kUnknownLength && LengthOfOutput(queries, number, false, rewriter) == first);
}

void DropLengths(Query* query, List* leaves, int number);

/// Casts an output to its type without a length.
void DropLength(Query* query, int number) {
    if (query->setOperations != nullptr) {
        List* leaves = NIL;
        CollectLeaves(query->setOperations, query, &leaves);
        DropLengths(query, leaves, number);
        return;
    }
    TargetEntry* entry = Output(query, number);
    LetGroupsBe(query, entry);
    Node* value = AsNode(entry->expr);
    entry->expr = AsExpr(makeRelabelType(AsExpr(Copy(value)), exprType(value), -1,
                                         exprCollation(value), COERCE_EXPLICIT_CAST));
}

/// Does so in tables of a set operation.
void DropLengths(Query* query, List* leaves, int number) {
    check_stack_depth();
    ListCell* cell = nullptr;
    foreach (cell, leaves) {
        DropLength(rt_fetch(lfirst_int(cell), query->rtable)->subquery, number);
    }
}

}  // namespace

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

void DropFirstLengths(Query* query, Query* owner, const Rewriter& rewriter) {
    if (query->setOperations == nullptr || !rewriter.changed) {
        return;
    }
    const auto* operation = castNode(SetOperationStmt, query->setOperations);
    List* first = NIL;
    CollectLeaves(operation->larg, query, &first);
    List* queries = list_make2(query, owner);
    // Other outputs may have the length of one that loses it.
    bool has_changed = true;
    while (has_changed) {
        has_changed = false;
        int number = 0;
        ListCell* type = nullptr;
        foreach (type, operation->colTypes) {
            ++number;
            if (IsOfConversion(lfirst_oid(type), rewriter) &&
                !HasLengthOfAll(queries, number, rewriter)) {
                DropLengths(query, first, number);
                has_changed = true;
            }
        }
    }
}

}  // namespace gb_enums::convert
