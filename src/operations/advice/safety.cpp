#include "operations/advice/safety.hpp"

#include "server/distributed.hpp"
#include "server/function.hpp"
#include "tree/nodes.hpp"

namespace gb_enums::operations {

namespace {

constexpr int kMostTables = 20;

struct Search {
    const ArrayElements& unplanned;
    int tables;
};

/// Whether a function may run other code than the server's and that of C libraries.
bool IsOfOthers(Oid function, void* /*context*/) {
    if (function < FirstNormalObjectId) {
        return false;
    }
    const Oid language = FunctionLanguage(function);
    return language != INTERNALlanguageId && language != ClanguageId &&
           language != get_language_oid("gb_enum", true);  // data, which nobody calls
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
    return check_functions_in_node(node, IsOfOthers, context) ||
           expression_tree_walker(node, AsWalker(IsUnsafe), context);
}

}  // namespace

bool IsSafeToPlan(Query* query, const ArrayElements& unplanned) {
    Search search{unplanned, 0};
    return !IsUnsafe(AsNode(query), &search) && search.tables > 0 && search.tables <= kMostTables;
}

}  // namespace gb_enums::operations
