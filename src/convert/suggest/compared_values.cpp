// The constants that stored expressions compare columns with, and those that defaults are.

#include "convert/suggest/conditions.hpp"
#include "server/boundary.hpp"
#include "server/result_row.hpp"

namespace gb_enums::convert {

namespace {

/// Whether an operator says that a column, or an element of it, has a value or has it not.
bool SaysEqual(Oid op) {
    Comparison comparison{};
    switch (op) {
        case OID_ARRAY_CONTAINED_OP:
        case OID_ARRAY_CONTAINS_OP:
        case OID_ARRAY_OVERLAP_OP:
            return true;
        default:
            return ReadComparison(op, &comparison) && IsEquality(comparison);
    }
}

void Report(AttrNumber column, Node* constants, ResultSet* result) {
    List* values = NIL;
    if (!AddValues(constants, &values)) {
        return;
    }
    ListCell* cell = nullptr;
    foreach (cell, values) {
        result->Add(ResultRow().AddInt16(column).AddText(static_cast<const char*>(lfirst(cell))));
    }
}

/// Reports the constants of one comparison, either way round.
void ReportComparison(Oid op, List* arguments, ResultSet* result) {
    if (list_length(arguments) != 2 || !SaysEqual(op)) {
        return;
    }
    Node* left = FirstArgument(arguments);
    Node* right = SecondArgument(arguments);
    if (const AttrNumber column = ColumnOf(left)) {
        Report(column, right, result);
    } else if (const AttrNumber other = ColumnOf(right)) {
        Report(other, left, result);
    }
}

bool ReportComparisons(Node* node, void* context) {
    check_stack_depth();
    if (node == nullptr) {
        return false;
    }
    auto* result = static_cast<ResultSet*>(context);
    if (IsA(node, OpExpr) || IsA(node, DistinctExpr)) {
        // The server has one struct for both.
        const auto* comparison = reinterpret_cast<const OpExpr*>(node);
        ReportComparison(comparison->opno, comparison->args, result);
    } else if (IsA(node, ScalarArrayOpExpr)) {
        const auto* comparison = castNode(ScalarArrayOpExpr, node);
        ReportComparison(comparison->opno, comparison->args, result);
    }
    return expression_tree_walker(node, AsWalker(ReportComparisons), context);
}

}  // namespace

/// (expression pg_node_tree) -> setof (number smallint, value text): the values that an expression
/// compares columns with. An expression that is a constant itself, such as a default, is reported
/// with number 0.
GB_ENUMS_FUNCTION(gb_enum_compared_values) {
    ResultSet result(fcinfo);
    Node* tree = AsNode(stringToNode(TextDatumGetCString(PG_GETARG_DATUM(0))));
    // The bound of a partition is stored like an expression, and is none.
    if (tree != nullptr && !IsA(tree, PartitionBoundSpec)) {
        Report(InvalidAttrNumber, tree, &result);
        ReportComparisons(tree, &result);
    }
    PG_RETURN_NULL();
}

}  // namespace gb_enums::convert
