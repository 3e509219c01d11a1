// The lengths (typmods) of a recursive query's outputs, such as that of a varchar(20). The server
// wants the same in its first part and in all of it, and a converted column may have lost its own.

#include "convert/tree/rewriter.hpp"
#include "tree/nodes.hpp"

extern "C" {
#include "catalog/pg_class.h"
#include "parser/parsetree.h"
#include "utils/lsyscache.h"
}

namespace gb_enums::convert {

namespace {

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
