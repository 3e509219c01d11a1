// Views over converted columns, as they will read.

#include "convert/tree/rewriter.hpp"
#include "server/arrays.hpp"
#include "server/relation.hpp"
#include "server/result_row.hpp"
#include "tree/nodes.hpp"

extern "C" {
#include "access/table.h"
#include "rewrite/prs2lock.h"
#include "utils/rel.h"
#include "utils/ruleutils.h"
}

namespace gb_enums::convert {

namespace {

/// The query of a view or materialized view, as a copy.
Query* ViewQuery(Relation view) {
    const RuleLock* rules = view->rd_rules;
    for (int i = 0; rules != nullptr && i < rules->numLocks; ++i) {
        const RewriteRule* rule = rules->rules[i];
        if (rule->event == CMD_SELECT && list_length(rule->actions) == 1) {
            return Copy(linitial_node(Query, rule->actions));
        }
    }
    ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
                    errmsg("\"%s\" is not a view", RelationGetRelationName(view))));
    pg_unreachable();
}

/// An array of integers, one for each of some columns.
template <typename Number>
ArrayType* MakeArrayOf(const List* columns, Number&& number) {
    auto* numbers = static_cast<Datum*>(palloc(sizeof(Datum) * (list_length(columns) + 1)));
    int count = 0;
    ListCell* cell = nullptr;
    foreach (cell, columns) {
        numbers[count++] = Int32GetDatum(number(*static_cast<const Column*>(lfirst(cell))));
    }
    return MakeArray(numbers, count, INT4OID);
}

}  // namespace

/// (view oid, columns conversion_column[], lock boolean) -> (query text, numbers integer[], sources
/// integer[], obstacle text, texts boolean, search_path text): the query of a view as it will read,
/// the view's columns that become values, from which of the columns (by place in the array, from 0)
/// each comes, and the search_path of the query as in gb_enum_convert_expressions(). With `lock`
/// nobody else can change a view of the caller's until the end of the transaction.
GB_ENUMS_FUNCTION(gb_enum_convert_view) {
    const Oid view = PG_GETARG_OID(0);
    List* columns = ReadColumns(PG_GETARG_ARRAYTYPE_P(1));
    RequireInPlace(columns);
    const Relation relation = OpenTable(view, AccessShareLock);
    // A view of somebody else is not locked: the plan stops there and says so.
    if (PG_GETARG_BOOL(2) && has_privs_of_role(GetUserId(), relation->rd_rel->relowner)) {
        LockRelationOid(view, AccessExclusiveLock);
    }
    Query* query = ViewQuery(relation);
    table_close(relation, AccessShareLock);

    Rewriter rewriter{columns};
    List* outputs = RewriteQuery(query, &rewriter);
    CheckLeftovers(AsNode(query), &rewriter);
    const OperatorPath path = FindOperatorPath(AsNode(query), &rewriter);
    // A query that cannot be rewritten is not shown.
    const char* text =
        rewriter.obstacle == nullptr
            ? UnderSearchPath(path, [query] { return pg_get_querydef(query, false); })
            : nullptr;
    ResultRow row;
    row.AddText(text);
    row.AddArray(MakeArrayOf(outputs, [](const Column& column) { return int{column.number}; }));
    row.AddArray(MakeArrayOf(outputs, [](const Column& column) { return column.index; }));
    row.AddText(rewriter.obstacle).AddBool(rewriter.texts_left);
    row.AddText(path.is_wider ? path.setting : nullptr);
    PG_RETURN_DATUM(row.ToDatum(fcinfo));
}

}  // namespace gb_enums::convert
