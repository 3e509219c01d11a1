// The constants that stored expressions and views compare columns with, and those that defaults
// are.

#include "convert/suggest/conditions.hpp"
#include "server/boundary.hpp"
#include "server/result_row.hpp"

extern "C" {
#include "parser/parsetree.h"
}

namespace gb_enums::convert {

namespace {

/// What is looked for in a tree, and where.
struct Search {
    ResultSet* result;
    /// The tables of the queries around, the innermost one's first; in an expression, whose columns
    /// are those of one table, none.
    List* tables;
    bool is_query;
};

/// A column, of a relation when it is known from a query; number 0 when there is none.
struct Place {
    Oid relation;
    AttrNumber number;
};

Place PlaceOf(Node* node, const Search& search) {
    if (!search.is_query) {
        return {InvalidOid, ColumnOf(node)};
    }
    node = WithoutCasts(node);
    if (node == nullptr || !IsA(node, Var)) {
        return {InvalidOid, InvalidAttrNumber};
    }
    const auto& var = *castNode(Var, node);
    const auto level = static_cast<int>(var.varlevelsup);
    const auto* tables = level < list_length(search.tables)
                             ? static_cast<const List*>(list_nth(search.tables, level))
                             : nullptr;
    if (var.varno < 1 || static_cast<int>(var.varno) > list_length(tables)) {
        return {InvalidOid, InvalidAttrNumber};
    }
    const auto* table = rt_fetch(var.varno, tables);
    return table->rtekind == RTE_RELATION ? Place{table->relid, var.varattno}
                                          : Place{InvalidOid, InvalidAttrNumber};
}

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

void Report(Place place, Node* constants, const Search& search) {
    List* values = NIL;
    if (!AddValues(constants, &values)) {
        return;
    }
    ListCell* cell = nullptr;
    foreach (cell, values) {
        ResultRow row;
        if (search.is_query) {
            row.Add(ObjectIdGetDatum(place.relation));
        }
        row.AddInt16(place.number).AddText(static_cast<const char*>(lfirst(cell)));
        search.result->Add(row);
    }
}

/// Reports the constants of one comparison, either way round.
void ReportComparison(Oid op, List* arguments, const Search& search) {
    if (list_length(arguments) != 2 || !SaysEqual(op)) {
        return;
    }
    Node* left = FirstArgument(arguments);
    Node* right = SecondArgument(arguments);
    Place place = PlaceOf(left, search);
    if (place.number == InvalidAttrNumber) {
        std::swap(left, right);
        place = PlaceOf(left, search);
    }
    if (place.number != InvalidAttrNumber) {
        Report(place, right, search);
    }
}

bool ReportComparisons(Node* node, void* context) {
    check_stack_depth();
    if (node == nullptr) {
        return false;
    }
    auto* search = static_cast<Search*>(context);
    if (IsA(node, Query)) {
        auto* query = castNode(Query, node);
        if (search->is_query && query->commandType != CMD_UTILITY) {
            search->tables = lcons(query->rtable, search->tables);
            query_tree_walker(query, AsWalker(ReportComparisons), context, 0);
            search->tables = list_delete_first(search->tables);
        }
        return false;
    }
    if (IsA(node, OpExpr) || IsA(node, DistinctExpr)) {
        // The server has one struct for both.
        const auto* comparison = reinterpret_cast<const OpExpr*>(node);
        ReportComparison(comparison->opno, comparison->args, *search);
    } else if (IsA(node, ScalarArrayOpExpr)) {
        const auto* comparison = castNode(ScalarArrayOpExpr, node);
        ReportComparison(comparison->opno, comparison->args, *search);
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
        Search search{&result, NIL, false};
        Report({InvalidOid, InvalidAttrNumber}, tree, search);
        ReportComparisons(tree, &search);
    }
    PG_RETURN_NULL();
}

/// (queries pg_node_tree) -> setof (relation oid, number smallint, value text): the values that the
/// queries of a rule, such as that of a view, compare columns of tables with.
GB_ENUMS_FUNCTION(gb_enum_compared_by_queries) {
    ResultSet result(fcinfo);
    Node* tree = AsNode(stringToNode(TextDatumGetCString(PG_GETARG_DATUM(0))));
    Search search{&result, NIL, true};
    ListCell* cell = nullptr;
    foreach (cell, tree != nullptr && IsA(tree, List) ? castNode(List, tree) : NIL) {
        if (IsA(lfirst(cell), Query)) {
            ReportComparisons(AsNode(lfirst(cell)), &search);
        }
    }
    PG_RETURN_NULL();
}

}  // namespace gb_enums::convert
