#include "tree/unnamed_operators.hpp"

#include "tree/nodes.hpp"

namespace gb_enums {

namespace {

/// The type of an expression that is shown without the implicit cast around it.
Oid TypeWithoutCast(Node* node) {
    return exprType(strip_implicit_coercions(node));
}

void Add(List** found, const char* form, Oid op, Oid left_type, Oid right_type) {
    auto* unnamed = static_cast<UnnamedOperator*>(palloc(sizeof(UnnamedOperator)));
    *unnamed = {form, op, left_type, right_type};
    *found = lappend(*found, unnamed);
}

/// IS DISTINCT FROM and NULLIF, which are operators to the server. Both sides are shown with their
/// casts.
void AddSides(List** found, Node* node) {
    const auto& expression = *reinterpret_cast<const OpExpr*>(node);
    if (list_length(expression.args) == 2) {
        Add(found, IsA(node, NullIfExpr) ? "NULLIF" : "IS DISTINCT FROM", expression.opno,
            exprType(FirstArgument(expression.args)), exprType(SecondArgument(expression.args)));
    }
}

void AddCase(List** found, const CaseExpr& expression) {
    ListCell* cell = nullptr;
    foreach (cell, expression.arg == nullptr ? NIL : expression.args) {
        Node* test = AsNode(lfirst_node(CaseWhen, cell)->expr);
        List* sides = IsA(test, OpExpr) ? castNode(OpExpr, test)->args : NIL;
        if (list_length(sides) == 2 &&
            IsA(strip_implicit_coercions(FirstArgument(sides)), CaseTestExpr)) {
            Add(found, "CASE", castNode(OpExpr, test)->opno, exprType(AsNode(expression.arg)),
                TypeWithoutCast(SecondArgument(sides)));
        }
    }
}

/// The comparisons that a condition is made of.
List* Conjuncts(Node* condition) {
    return condition != nullptr && IsA(condition, BoolExpr) ? castNode(BoolExpr, condition)->args
                                                            : list_make1(condition);
}

/// JOIN ... USING, and (a, b) IN (SELECT ...), which is shown with one operator for all columns.
void AddPairs(List** found, Node* condition, bool is_using) {
    ListCell* cell = nullptr;
    foreach (cell, Conjuncts(condition)) {
        Node* node = AsNode(lfirst(cell));
        List* sides = node != nullptr && IsA(node, OpExpr) ? castNode(OpExpr, node)->args : NIL;
        if (list_length(sides) == 2) {
            Node* left = FirstArgument(sides);
            Add(found, is_using ? "USING" : "IN of rows", castNode(OpExpr, node)->opno,
                is_using ? TypeWithoutCast(left) : exprType(left),
                TypeWithoutCast(SecondArgument(sides)));
        }
    }
}

void AddRow(List** found, const RowCompareExpr& row) {
    ListCell* op = nullptr;
    ListCell* left = nullptr;
    ListCell* right = nullptr;
    forthree(op, row.opnos, left, row.largs, right, row.rargs) {
        Add(found, "a comparison of rows", lfirst_oid(op), exprType(AsNode(lfirst(left))),
            exprType(AsNode(lfirst(right))));
    }
}

/// Collects the operators of a tree that are not named. `context` is their list.
bool Collect(Node* node, void* context) {
    if (node == nullptr) {
        return false;
    }
    auto** found = static_cast<List**>(context);
    switch (nodeTag(node)) {
        case T_DistinctExpr:
        case T_NullIfExpr:
            AddSides(found, node);
            break;
        case T_CaseExpr:
            AddCase(found, *castNode(CaseExpr, node));
            break;
        case T_RowCompareExpr:
            AddRow(found, *castNode(RowCompareExpr, node));
            break;
        case T_SubLink: {
            Node* test = castNode(SubLink, node)->testexpr;
            if (test != nullptr && IsA(test, BoolExpr)) {
                AddPairs(found, test, false);
            }
            break;
        }
        case T_JoinExpr:
            if (castNode(JoinExpr, node)->usingClause != NIL) {
                AddPairs(found, castNode(JoinExpr, node)->quals, true);
            }
            break;
        case T_Query:
            return query_tree_walker(castNode(Query, node), AsWalker(Collect), context, 0);
        default:
            break;
    }
    return expression_tree_walker(node, AsWalker(Collect), context);
}

}  // namespace

List* FindUnnamedOperators(Node* tree) {
    List* operators = NIL;
    Collect(tree, static_cast<void*>(&operators));
    return operators;
}

}  // namespace gb_enums
