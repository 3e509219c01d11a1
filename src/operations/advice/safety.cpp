#include "operations/advice/safety.hpp"

#include "analysis/execution.hpp"
#include "server/distributed.hpp"
#include "tree/nodes.hpp"

namespace gb_enums::operations {

namespace {

constexpr int kMostTables = 20;

struct Search {
    const ArrayElements& unplanned;
    int tables;
};

bool IsOfOthers(Oid function, void* /*context*/) {
    return IsCodeOfOthers(function);
}

/// The operator of an expression, InvalidOid for none.
Oid OperatorOf(const Node* node) {
    switch (nodeTag(node)) {
        case T_OpExpr:
        case T_DistinctExpr:
        case T_NullIfExpr:
            return reinterpret_cast<const OpExpr*>(node)->opno;
        case T_ScalarArrayOpExpr:
            return reinterpret_cast<const ScalarArrayOpExpr*>(node)->opno;
        default:
            return InvalidOid;
    }
}

/// Whether an operator, or one that the planner may put in its place, does something. The planner
/// calls operators to estimate how many rows there are.
bool IsVolatile(Oid op) {
    if (op < FirstNormalObjectId) {
        return false;
    }
    const Oid negator = get_negator(op);
    const Oid candidates[] = {op, get_commutator(op), negator, get_commutator(negator)};
    return std::any_of(std::begin(candidates), std::end(candidates), [](Oid candidate) {
        const Oid function = get_opcode(candidate);
        return OidIsValid(function) && func_volatile(function) == PROVOLATILE_VOLATILE;
    });
}

bool IsUnplanned(const RangeTblEntry& table, Search* search) {
    if (table.rtekind != RTE_RELATION || table.relid < FirstNormalObjectId) {
        return false;
    }
    ++search->tables;
    Datum* end = search->unplanned.values + search->unplanned.count;
    return std::find(search->unplanned.values, end, ObjectIdGetDatum(table.relid)) != end ||
           IsDistributed(table.relid);
}

bool IsUnsafe(Node* node, void* context) {
    check_stack_depth();
    if (node == nullptr) {
        return false;
    }
    auto* search = static_cast<Search*>(context);
    if (IsA(node, RangeTblEntry)) {
        return IsUnplanned(*castNode(RangeTblEntry, node), search);
    }
    if (IsA(node, Query)) {
        return query_tree_walker(castNode(Query, node), AsWalker(IsUnsafe), context,
                                 QTW_EXAMINE_RTES_BEFORE);
    }
    return IsVolatile(OperatorOf(node)) || check_functions_in_node(node, IsOfOthers, context) ||
           expression_tree_walker(node, AsWalker(IsUnsafe), context);
}

}  // namespace

bool IsSafeToPlan(Query* query, const ArrayElements& unplanned) {
    Search search{unplanned, 0};
    return !IsUnsafe(AsNode(query), &search) && search.tables > 0 && search.tables <= kMostTables;
}

}  // namespace gb_enums::operations
