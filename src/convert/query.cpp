// The walk through trees, and what a query passes on of converted columns.

#include "rewriter.hpp"

extern "C" {
#include "parser/parsetree.h"
}

namespace gb_enums::convert {

namespace {

Node* RewriteAny(Node* node, void* rewriter) {
    return Rewrite(node, static_cast<Rewriter*>(rewriter));
}

/// The changed columns of the table that a Var belongs to.
List* ColumnsOfVar(const Var& var, const Rewriter& rewriter) {
    const Level* level = rewriter.level;
    for (Index up = 0; up < var.varlevelsup && level != nullptr; ++up) {
        level = level->outer;
    }
    if (level == nullptr || var.varno < 1 || var.varno > list_length(level->tables)) {
        return NIL;
    }
    return static_cast<List*>(list_nth(level->tables, var.varno - 1));
}

Node* RewriteVar(Var* var, Rewriter* rewriter) {
    List* columns = ColumnsOfVar(*var, *rewriter);
    Column* column = FindColumn(columns, var->varattno);
    if (column == nullptr) {
        return static_cast<Node*>(copyObjectImpl(var));
    }
    if (getBaseType(var->vartype) != column->old_type) {
        ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
                        errmsg("column %d of \"%s\" is of type %s, not %s", column->number,
                               get_rel_name(column->relation), format_type_be(var->vartype),
                               format_type_be(column->old_type))));
    }
    rewriter->changed = true;
    return reinterpret_cast<Node*>(OldOf(column, ValueOf(*column, *var)));
}

/// What a query gives to an expression around it is what it was.
Node* RewriteSubLink(SubLink* link, Rewriter* rewriter) {
    auto* copy = static_cast<SubLink*>(copyObjectImpl(link));
    // (a, b) IN (SELECT ...) is shown with one operator for all columns.
    const bool before = rewriter->keep_comparisons;
    rewriter->keep_comparisons = link->testexpr != nullptr && !IsA(link->testexpr, OpExpr);
    copy->testexpr = Rewrite(link->testexpr, rewriter);
    rewriter->keep_comparisons = before;
    auto* query = castNode(Query, copy->subselect);
    List* outputs = RewriteQuery(query, rewriter);
    ListCell* cell = nullptr;
    foreach (cell, outputs) {
        auto* column = static_cast<Column*>(lfirst(cell));
        KeepOldOutput(query, column->number, column);
    }
    return reinterpret_cast<Node*>(copy);
}

/// USING names no operator, so it is read anew by the search_path, and a dump has none that finds
/// the type's.
Node* RewriteJoin(JoinExpr* join, Rewriter* rewriter) {
    const bool before = rewriter->changed;
    rewriter->changed = false;
    Node* quals = Rewrite(join->quals, rewriter);
    if (rewriter->changed && join->usingClause != NIL) {
        Refuse(rewriter,
               "it joins by USING or NATURAL with the column, which a dump could not restore");
    }
    rewriter->changed = rewriter->changed || before;
    auto* copy = static_cast<JoinExpr*>(palloc(sizeof(JoinExpr)));
    *copy = *join;
    copy->quals = quals;
    copy->larg = Rewrite(join->larg, rewriter);
    copy->rarg = Rewrite(join->rarg, rewriter);
    return reinterpret_cast<Node*>(copy);
}

Node* RewriteFieldSelect(FieldSelect* field, Rewriter* rewriter) {
    const Oid row = get_typ_typrelid(getBaseType(exprType(reinterpret_cast<Node*>(field->arg))));
    if (FindColumn(ColumnsOf(rewriter->columns, row), field->fieldnum) != nullptr) {
        Refuse(rewriter, "it takes the column out of a whole row");
    }
    return expression_tree_mutator(reinterpret_cast<Node*>(field), GB_ENUMS_MUTATOR(RewriteAny),
                                   rewriter);
}

/// Collects the tables of a set operation.
void CollectLeaves(Node* node, Query* query, List** leaves) {
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

void AddJunk(Query* query, Expr* expression, Index reference) {
    TargetEntry* entry = makeTargetEntry(
        expression, static_cast<AttrNumber>(list_length(query->targetList) + 1), nullptr, true);
    entry->ressortgroupref = reference;
    query->targetList = lappend(query->targetList, entry);
}

/// Orders by the value instead of its code, which is the same order.
bool OrderByValue(Query* query, const TargetEntry& entry, Oid enum_type) {
    const Oid old_type = exprType(reinterpret_cast<Node*>(entry.expr));
    constexpr int kOperators = TYPECACHE_LT_OPR | TYPECACHE_GT_OPR;
    const TypeCacheEntry* before = lookup_type_cache(old_type, kOperators);
    const TypeCacheEntry* after = lookup_type_cache(enum_type, kOperators);
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

/// Lets an output column, or what a query groups by, be the value. Where it is ordered by, the
/// order stays what it was.
bool PassOn(Query* query, TargetEntry* entry, Column* column, Expr* value) {
    const Index reference = entry->ressortgroupref;
    if (OrdersBy(*query, reference)) {
        if (KeepsOrder(*column)) {
            if (!OrderByValue(query, *entry, column->enum_type)) {
                return false;
            }
        } else if (RefersTo(query->distinctClause, reference) ||
                   (entry->resjunk && !RefersTo(query->groupClause, reference))) {
            return false;
        } else {
            const Index fresh = UnusedReference(*query);
            ForEachOrder(query, reference,
                         [fresh](SortGroupClause* clause) { clause->tleSortGroupRef = fresh; });
            AddJunk(query, static_cast<Expr*>(copyObjectImpl(entry->expr)), fresh);
        }
    }
    entry->expr = value;
    return !entry->resjunk;
}

Column* AsOutput(const Column& column, int number) {
    auto* output = static_cast<Column*>(palloc(sizeof(Column)));
    *output = column;
    output->number = static_cast<AttrNumber>(number);
    output->trusting_cast = InvalidOid;
    return output;
}

/// The output columns of a query without set operations.
List* PlainOutputs(Query* query, Rewriter* rewriter) {
    List* outputs = NIL;
    int number = 0;
    // The list grows while junk is added to its end, which needs nothing done.
    const int count = list_length(query->targetList);
    for (int i = 0; i < count; ++i) {
        auto* entry = static_cast<TargetEntry*>(list_nth(query->targetList, i));
        number += entry->resjunk ? 0 : 1;
        Column* column = nullptr;
        Expr* value = nullptr;
        // Exactly the column: a cast of it to another type is not what it passes on.
        if (IsOld(reinterpret_cast<Node*>(entry->expr), rewriter, &column, &value) &&
            exprType(reinterpret_cast<Node*>(entry->expr)) == column->old_type &&
            PassOn(query, entry, column, value)) {
            outputs = lappend(outputs, AsOutput(*column, number));
        }
    }
    return outputs;
}

/// The output columns of a set operation: values where all its tables give values of one type, and
/// nothing is ordered by them.
List* SetOutputs(Query* query, const Level& level, Rewriter* rewriter) {
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
        Column* first = nullptr;
        bool all = !OrdersBy(*query, entry->ressortgroupref);
        ListCell* cell = nullptr;
        foreach (cell, leaves) {
            Column* column =
                FindColumn(static_cast<List*>(list_nth(level.tables, lfirst_int(cell) - 1)),
                           static_cast<AttrNumber>(number));
            first = first == nullptr ? column : first;
            all = all && column != nullptr && column->enum_type == first->enum_type;
        }
        if (first == nullptr) {
            continue;
        }
        Column* column = nullptr;
        Expr* value = nullptr;
        const bool is_old = IsOld(reinterpret_cast<Node*>(entry->expr), rewriter, &column, &value);
        if (all && is_old) {
            entry->expr = value;
            outputs = lappend(outputs, AsOutput(*first, number));
            continue;
        }
        foreach (cell, leaves) {
            column = FindColumn(static_cast<List*>(list_nth(level.tables, lfirst_int(cell) - 1)),
                                static_cast<AttrNumber>(number));
            if (column != nullptr) {
                KeepOldOutput(rt_fetch(lfirst_int(cell), query->rtable)->subquery, number, column);
            }
        }
        if (is_old) {
            // The tables give what they gave, and so does this.
            auto* var = castNode(Var, value);
            auto* old = reinterpret_cast<Node*>(entry->expr);
            var->vartype = exprType(old);
            var->varcollid = exprCollation(old);
            entry->expr = value;
        }
    }
    return outputs;
}

/// What a function gives is rows of the table only when it is called, not in the tree.
void CheckFunctions(List* functions, Rewriter* rewriter) {
    ListCell* cell = nullptr;
    foreach (cell, functions) {
        const Oid row =
            get_typ_typrelid(getBaseType(exprType(lfirst_node(RangeTblFunction, cell)->funcexpr)));
        if (OidIsValid(row) && ColumnsOf(rewriter->columns, row) != NIL) {
            Refuse(rewriter, "it calls a function that returns rows of the table");
        }
    }
}

/// The changed columns of one entry of the range table, whose own expressions are rewritten.
List* RewriteTable(RangeTblEntry* table, Rewriter* rewriter) {
    switch (table->rtekind) {
        case RTE_RELATION:
            table->tablesample = reinterpret_cast<TableSampleClause*>(
                Rewrite(reinterpret_cast<Node*>(table->tablesample), rewriter));
            return ColumnsOf(rewriter->columns, table->relid);
        case RTE_SUBQUERY:
            return RewriteQuery(table->subquery, rewriter);
        case RTE_JOIN: {
            List* changed = NIL;
            int number = 0;
            ListCell* cell = nullptr;
            foreach (cell, table->joinaliasvars) {
                ++number;
                auto* old = static_cast<Node*>(lfirst(cell));
                Column* column = nullptr;
                Expr* value = nullptr;
                const bool before = rewriter->changed;
                rewriter->changed = false;
                Node* rewritten = Rewrite(old, rewriter);
                if (old != nullptr && IsA(old, Var) &&
                    IsOld(rewritten, rewriter, &column, &value)) {
                    Column* merged = AsOutput(*column, number);
                    merged->trusting_cast = column->trusting_cast;
                    changed = lappend(changed, merged);
                    rewritten = static_cast<Node*>(copyObjectImpl(old));
                } else if (rewriter->changed) {
                    Refuse(rewriter, "it merges the column with another one by JOIN ... USING");
                }
                rewriter->changed = rewriter->changed || before;
                lfirst(cell) = rewritten;
            }
            return changed;
        }
        case RTE_FUNCTION:
            CheckFunctions(table->functions, rewriter);
            table->functions =
                castNode(List, Rewrite(reinterpret_cast<Node*>(table->functions), rewriter));
            return NIL;
        case RTE_TABLEFUNC:
            table->tablefunc =
                castNode(TableFunc, Rewrite(reinterpret_cast<Node*>(table->tablefunc), rewriter));
            return NIL;
        case RTE_VALUES:
            table->values_lists =
                castNode(List, Rewrite(reinterpret_cast<Node*>(table->values_lists), rewriter));
            return NIL;
        case RTE_CTE: {
            const Level* level = rewriter->level;
            for (Index up = 0; up < table->ctelevelsup && level != nullptr; ++up) {
                level = level->outer;
            }
            ListCell* name = nullptr;
            ListCell* columns = nullptr;
            if (level != nullptr) {
                forboth(name, level->with_names, columns, level->with_columns) {
                    if (strcmp(static_cast<char*>(lfirst(name)), table->ctename) == 0) {
                        return static_cast<List*>(lfirst(columns));
                    }
                }
            }
            return NIL;
        }
        case RTE_RESULT:
            return NIL;
#if PG_VERSION_NUM >= 180000
        case RTE_GROUP:
            // Nothing refers to it any more.
            return NIL;
#endif
        default:
            Refuse(rewriter, "it has a kind of table that is not known");
            return NIL;
    }
}

void RewriteWith(Query* query, Level* level, Rewriter* rewriter) {
    ListCell* cell = nullptr;
    foreach (cell, query->cteList) {
        auto* with = lfirst_node(CommonTableExpr, cell);
        if (!IsA(with->ctequery, Query)) {
            Refuse(rewriter, "it has a WITH query that is not known");
            return;
        }
        if (with->search_clause != nullptr || with->cycle_clause != nullptr) {
            Refuse(rewriter, "it has a recursive query with SEARCH or CYCLE");
            return;
        }
        auto* inner = castNode(Query, with->ctequery);
        List* outputs = RewriteQuery(inner, rewriter);
        if (with->cterecursive) {
            ListCell* output = nullptr;
            foreach (output, outputs) {
                auto* column = static_cast<Column*>(lfirst(output));
                KeepOldOutput(inner, column->number, column);
            }
            outputs = NIL;
        }
        level->with_names = lappend(level->with_names, with->ctename);
        level->with_columns = lappend(level->with_columns, outputs);
    }
}

}  // namespace

Node* Rewrite(Node* node, Rewriter* rewriter) {
    if (node == nullptr) {
        return nullptr;
    }
    check_stack_depth();
    switch (nodeTag(node)) {
        case T_Var:
            return RewriteVar(castNode(Var, node), rewriter);
        case T_SubLink:
            return RewriteSubLink(castNode(SubLink, node), rewriter);
        case T_FieldSelect:
            return RewriteFieldSelect(castNode(FieldSelect, node), rewriter);
        case T_GroupingFunc: {
            auto* grouping = static_cast<GroupingFunc*>(copyObjectImpl(node));
            ListCell* cell = nullptr;
            foreach (cell, grouping->args) {
                Node* arg = Rewrite(static_cast<Node*>(lfirst(cell)), rewriter);
                Column* column = nullptr;
                Expr* value = nullptr;
                lfirst(cell) =
                    IsOld(arg, rewriter, &column, &value) ? reinterpret_cast<Node*>(value) : arg;
            }
            return reinterpret_cast<Node*>(grouping);
        }
        case T_JoinExpr:
            return RewriteJoin(castNode(JoinExpr, node), rewriter);
        case T_Query:
            elog(ERROR, "unexpected query in an expression");
            return nullptr;
        default:
            return Simplify(expression_tree_mutator(node, GB_ENUMS_MUTATOR(RewriteAny), rewriter),
                            rewriter);
    }
}

List* RewriteQuery(Query* query, Rewriter* rewriter) {
    check_stack_depth();
    if (query->commandType != CMD_SELECT || query->utilityStmt != nullptr) {
        Refuse(rewriter, "it is not made of queries alone");
        return NIL;
    }
    FlattenGroups(query);
    Level level{NIL, NIL, NIL, rewriter->level};
    rewriter->level = &level;
    RewriteWith(query, &level, rewriter);
    ListCell* cell = nullptr;
    foreach (cell, query->rtable) {
        level.tables =
            lappend(level.tables, RewriteTable(lfirst_node(RangeTblEntry, cell), rewriter));
    }
    // What has been rewritten must not be once more.
    List* tables = query->rtable;
    List* with_queries = query->cteList;
    query->rtable = NIL;
    query->cteList = NIL;
    query_tree_mutator(query, GB_ENUMS_MUTATOR(RewriteAny), rewriter, QTW_DONT_COPY_QUERY);
    query->rtable = tables;
    query->cteList = with_queries;
    List* outputs = query->setOperations != nullptr ? SetOutputs(query, level, rewriter)
                                                    : PlainOutputs(query, rewriter);
    rewriter->level = level.outer;
    return outputs;
}

void KeepOldOutput(Query* query, int number, Column* column) {
    TargetEntry* entry = Output(query, number);
    if (query->setOperations != nullptr) {
        List* leaves = NIL;
        CollectLeaves(query->setOperations, query, &leaves);
        ListCell* cell = nullptr;
        foreach (cell, leaves) {
            KeepOldOutput(rt_fetch(lfirst_int(cell), query->rtable)->subquery, number, column);
        }
        return;
    }
    auto* value = entry->expr;
    const Index reference = entry->ressortgroupref;
    if (reference != 0 && !RefersTo(query->distinctClause, reference)) {
        // What it groups by stays the value, as other expressions have it.
        AddJunk(query, value, reference);
        entry->ressortgroupref = 0;
    }
    entry->expr = OldOf(column, static_cast<Expr*>(copyObjectImpl(value)));
}

}  // namespace gb_enums::convert
