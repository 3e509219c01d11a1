// The walk through trees: queries with their tables, and expressions in them.

#include "convert/tree/rewriter.hpp"

#include "tree/nodes.hpp"

namespace gb_enums::convert {

namespace {

Node* RewriteAny(Node* node, void* rewriter) {
    return Rewrite(node, static_cast<Rewriter*>(rewriter));
}

/// The query level that many levels out, or nullptr.
const Level* LevelAbove(const Rewriter& rewriter, Index levels) {
    const Level* level = rewriter.level;
    for (Index i = 0; i < levels && level != nullptr; ++i) {
        level = level->outer;
    }
    return level;
}

/// The changed columns of the table that a Var belongs to.
List* ColumnsOfVar(const Var& var, const Rewriter& rewriter) {
    const Level* level = LevelAbove(rewriter, var.varlevelsup);
    return level == nullptr || var.varno < 1 || var.varno > list_length(level->tables)
               ? NIL
               : static_cast<List*>(list_nth(level->tables, var.varno - 1));
}

/// The changed columns of the WITH query that a table is.
List* ColumnsOfWith(const RangeTblEntry& table, const Rewriter& rewriter) {
    const Level* level = LevelAbove(rewriter, table.ctelevelsup);
    if (level == nullptr) {
        return NIL;
    }
    ListCell* name = nullptr;
    ListCell* columns = nullptr;
    forboth(name, level->with_names, columns, level->with_columns) {
        if (strcmp(static_cast<char*>(lfirst(name)), table.ctename) == 0) {
            return static_cast<List*>(lfirst(columns));
        }
    }
    return NIL;
}

/// Whether a Var has the type that a column of it had before the conversion.
bool HasOldType(const Var& var, const Column& column) {
    return (column.is_array ? BaseOfElements(var.vartype) : getBaseType(var.vartype)) ==
           column.old_type;
}

Node* RewriteVar(Var* var, Rewriter* rewriter) {
    List* columns = ColumnsOfVar(*var, *rewriter);
    Column* column = FindColumn(columns, var->varattno);
    if (column == nullptr) {
        return AsNode(Copy(var));
    }
    if (!HasOldType(*var, *column)) {
        ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
                        errmsg("column %d of \"%s\" is of type %s, not %s", column->number,
                               get_rel_name(column->relation), TypeName(var->vartype),
                               TypeName(column->old_type))));
    }
    rewriter->changed = true;
    return AsNode(MakeOldValue(column, MakeValue(*column, *var), rewriter));
}

/// Rewrites a query in place that gives old values to what is around it.
void RewriteKeepingOutputs(Query* query, Rewriter* rewriter) {
    List* outputs = RewriteQuery(query, rewriter);
    ListCell* cell = nullptr;
    foreach (cell, outputs) {
        auto* column = static_cast<Column*>(lfirst(cell));
        KeepOldOutput(query, column->number, column, rewriter);
    }
}

/// A query within an expression.
Node* RewriteSubLink(SubLink* link, Rewriter* rewriter) {
    SubLink* copy = Copy(link);
    // (a, b) IN (SELECT ...) is shown with one operator for all columns.
    const bool before = rewriter->keep_comparisons;
    const bool was_changed = rewriter->changed;
    rewriter->keep_comparisons = link->testexpr != nullptr && !IsA(link->testexpr, OpExpr);
    rewriter->changed = false;
    copy->testexpr = Rewrite(link->testexpr, rewriter);
    if (rewriter->changed && GoesBack(*rewriter)) {
        Refuse(rewriter, kNamesNoOperator);
    }
    rewriter->keep_comparisons = before;
    rewriter->changed = rewriter->changed || was_changed;
    RewriteKeepingOutputs(castNode(Query, copy->subselect), rewriter);
    return AsNode(copy);
}

/// The parts of an expression, among them the query that it is shown with.
Node* RewriteParts(Node* node, Rewriter* rewriter) {
    Node* copy = expression_tree_mutator(node, AsMutator(RewriteAny), rewriter);
    if (Node** shown = ShownQuery(copy)) {
        *shown = Copy(*shown);
        RewriteKeepingOutputs(castNode(Query, *shown), rewriter);
    }
    return copy;
}

/// GROUPING is about what the query groups by, which are values.
Node* RewriteGrouping(const GroupingFunc* grouping, Rewriter* rewriter) {
    GroupingFunc* copy = Copy(grouping);
    ListCell* cell = nullptr;
    foreach (cell, copy->args) {
        Node* argument = Rewrite(AsNode(lfirst(cell)), rewriter);
        const OldValue* old = FindOldValue(argument, *rewriter);
        lfirst(cell) = old == nullptr ? argument : AsNode(old->value);
    }
    return AsNode(copy);
}

/// IS NULL of an old value: a smallint column is NULL where its value is.
Node* SimplifyNullTest(NullTest* test, const Rewriter& rewriter) {
    if (const OldValue* old = FindOldValue(AsNode(test->arg), rewriter)) {
        test->arg = IsA(old->value, FuncExpr)
                        ? AsExpr(FirstArgument(castNode(FuncExpr, old->value)->args))
                        : old->value;
    }
    return AsNode(test);
}

/// A better form of a node whose parts have been rewritten.
Node* Simplify(Node* node, Rewriter* rewriter) {
    StripDomains(node, *rewriter);
    if (IsA(node, NullTest)) {
        return SimplifyNullTest(castNode(NullTest, node), *rewriter);
    }
    node = SimplifyArray(node, rewriter);
    return GoesBack(*rewriter) ? SimplifyFromEnum(node, rewriter) : SimplifyToEnum(node, rewriter);
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
    return AsNode(copy);
}

Node* RewriteFieldSelect(FieldSelect* field, Rewriter* rewriter) {
    const Oid row = get_typ_typrelid(getBaseType(exprType(AsNode(field->arg))));
    if (FindColumn(ColumnsOf(rewriter->columns, row), field->fieldnum) != nullptr) {
        Refuse(rewriter, "it takes the column out of a whole row");
    }
    return expression_tree_mutator(AsNode(field), AsMutator(RewriteAny), rewriter);
}

/// A function may return rows of the table; the tree does not show how it uses the column.
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

/// Whether a column of a join has the type that the column of the table had long ago. A view that
/// does not use the column does not depend on it, so its tree stays when that type is changed.
bool IsOutOfDate(const Node* node, const Rewriter& rewriter) {
    if (node == nullptr || !IsA(node, Var)) {
        return false;
    }
    const auto& var = *reinterpret_cast<const Var*>(node);
    const Column* column = FindColumn(ColumnsOfVar(var, rewriter), var.varattno);
    return column != nullptr && !HasOldType(var, *column);
}

/// The changed columns of a join, whose columns are those of its sides under the join's numbers.
List* RewriteJoinColumns(RangeTblEntry* join, Rewriter* rewriter) {
    List* changed = NIL;
    int number = 0;
    ListCell* cell = nullptr;
    foreach (cell, join->joinaliasvars) {
        ++number;
        Node* before = AsNode(lfirst(cell));
        if (IsOutOfDate(before, *rewriter)) {
            continue;
        }
        const bool was_changed = rewriter->changed;
        rewriter->changed = false;
        Node* rewritten = Rewrite(before, rewriter);
        const OldValue* old =
            before != nullptr && IsA(before, Var) ? FindOldValue(rewritten, *rewriter) : nullptr;
        if (old != nullptr) {
            Column* column = AsOutput(*old->column, number);
            column->trusting_cast = old->column->trusting_cast;
            changed = lappend(changed, column);
            rewritten = Copy(before);
        } else if (rewriter->changed) {
            Refuse(rewriter, "it merges the column with another one by JOIN ... USING");
        }
        rewriter->changed = rewriter->changed || was_changed;
        lfirst(cell) = rewritten;
    }
    return changed;
}

/// The changed columns of one entry of the range table, whose own expressions are rewritten.
List* RewriteTable(RangeTblEntry* table, Rewriter* rewriter) {
    switch (table->rtekind) {
        case RTE_RELATION:
            table->tablesample =
                reinterpret_cast<TableSampleClause*>(Rewrite(AsNode(table->tablesample), rewriter));
            return ColumnsOf(rewriter->columns, table->relid);
        case RTE_SUBQUERY:
            return RewriteQuery(table->subquery, rewriter);
        case RTE_JOIN:
            return RewriteJoinColumns(table, rewriter);
        case RTE_FUNCTION:
            CheckFunctions(table->functions, rewriter);
            table->functions = castNode(List, Rewrite(AsNode(table->functions), rewriter));
            return NIL;
        case RTE_TABLEFUNC:
            table->tablefunc = castNode(TableFunc, Rewrite(AsNode(table->tablefunc), rewriter));
            return NIL;
        case RTE_VALUES:
            table->values_lists = castNode(List, Rewrite(AsNode(table->values_lists), rewriter));
            return NIL;
        case RTE_CTE:
            return ColumnsOfWith(*table, *rewriter);
        case RTE_RESULT:
            return NIL;
        default:
            if (!IsFlattenedGroups(table)) {
                Refuse(rewriter, "it has a kind of table that is not known");
            }
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
        List* outputs = NIL;
        if (with->cterecursive) {
            RewriteKeepingOutputs(inner, rewriter);
            DropFirstLengths(inner, query, *rewriter);
        } else {
            outputs = RewriteQuery(inner, rewriter);
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
        case T_GroupingFunc:
            return RewriteGrouping(castNode(GroupingFunc, node), rewriter);
        case T_JoinExpr:
            return RewriteJoin(castNode(JoinExpr, node), rewriter);
        case T_Query:
            elog(ERROR, "unexpected query in an expression");
            return nullptr;
        default:
            return Simplify(RewriteParts(node, rewriter), rewriter);
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
    List* outputs = nullptr;
    if (query->setOperations != nullptr) {
        // All other expressions are outputs of its tables, whose types may have to stay.
        query->limitOffset = Rewrite(query->limitOffset, rewriter);
        query->limitCount = Rewrite(query->limitCount, rewriter);
        outputs = PassOnSetOutputs(query, level, rewriter);
    } else {
        // The tables have been rewritten already, and must not be once more.
        List* tables = query->rtable;
        List* with_queries = query->cteList;
        List* plain = PlainOutputs(*query);
        query->rtable = NIL;
        query->cteList = NIL;
        query_tree_mutator(query, AsMutator(RewriteAny), rewriter, QTW_DONT_COPY_QUERY);
        query->rtable = tables;
        query->cteList = with_queries;
        outputs = PassOnOutputs(query, plain, rewriter);
    }
    rewriter->level = level.outer;
    return outputs;
}

}  // namespace gb_enums::convert
