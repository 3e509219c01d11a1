// Expressions that are stored over a table, as they will read when its columns are converted.

#include "convert/tree/rewriter.hpp"
#include "server/arrays.hpp"
#include "server/relation.hpp"
#include "server/result_row.hpp"
#include "tree/nodes.hpp"

extern "C" {
#include "rewrite/prs2lock.h"
#include "utils/rel.h"
#include "utils/ruleutils.h"
}

namespace gb_enums::convert {

namespace {

/// How an expression over a table names its columns.
enum class Names { kPlain, kOldAndNew };

/// Makes the new row of a trigger, which is a table of its own, one of a level further out, since
/// that is how two tables of one name can be told apart. `context` is how many queries (Index) are
/// around the node.
Node* MoveNewRow(Node* node, void* context) {
    if (node == nullptr) {
        return nullptr;
    }
    auto& depth = *static_cast<Index*>(context);
    if (IsA(node, Var)) {
        auto* var = Copy(castNode(Var, node));
        if (var->varno == PRS2_NEW_VARNO && var->varlevelsup == depth) {
            var->varno = PRS2_OLD_VARNO;
            var->varnosyn = PRS2_OLD_VARNO;
            ++var->varlevelsup;
        }
        return AsNode(var);
    }
    if (IsA(node, Query)) {
        ++depth;
        Query* moved = query_tree_mutator(castNode(Query, node), AsMutator(MoveNewRow), context, 0);
        --depth;
        return AsNode(moved);
    }
    return expression_tree_mutator(node, AsMutator(MoveNewRow), context);
}

/// The names of a table's columns by number, up to `last`, with those that it is to get; nullptr
/// where there is no column.
const char** ReadNames(Oid relation, List* columns, AttrNumber last) {
    const auto** names = static_cast<const char**>(palloc0(sizeof(char*) * (last + 1)));
    for (AttrNumber number = 1; number <= last; ++number) {
        names[number] = get_attname(relation, number, true);
    }
    ListCell* cell = nullptr;
    foreach (cell, columns) {
        const auto& column = *static_cast<Column*>(lfirst(cell));
        if (column.new_name == nullptr) {
            continue;
        }
        const AttrNumber existing = get_attnum(relation, column.new_name);
        if (existing > 0 && existing <= last) {
            // The column is there by now, but no expression uses it.
            names[existing] = nullptr;
        }
        names[column.new_number] = column.new_name;
    }
    return names;
}

/// A context for deparsing that has columns which the table does not have yet.
List* ContextWithNewColumns(Oid relation, List* columns) {
    AttrNumber last = 0;
    ListCell* cell = nullptr;
    foreach (cell, columns) {
        last = std::max(last, static_cast<Column*>(lfirst(cell))->new_number);
    }
    const char** name_of = ReadNames(relation, columns, last);
    List* names = NIL;
    for (AttrNumber number = 1; number <= last; ++number) {
        // A column without a name counts as dropped.
        const char* name = name_of[number] == nullptr ? "" : name_of[number];
        names = lappend(names, makeString(pstrdup(name)));
    }
    // The server takes the names of a WITH query as they are, but looks up those of a table.
    auto* table = makeNode(RangeTblEntry);
    table->rtekind = RTE_CTE;
    table->eref = makeAlias(get_rel_name(relation), names);
    auto* plan = makeNode(PlannedStmt);
    plan->rtable = list_make1(table);
    return deparse_context_for_plan_tree(plan, list_make1(get_rel_name(relation)));
}

char* Deparse(Oid relation, Node* expression, Names names, List* columns) {
    if (names == Names::kOldAndNew) {
        List* context =
            list_concat(deparse_context_for("old", relation), deparse_context_for("new", relation));
        Index depth = 0;
        return deparse_expression(MoveNewRow(expression, &depth), context, true, false);
    }
    bool has_new_columns = false;
    ListCell* cell = nullptr;
    foreach (cell, columns) {
        has_new_columns =
            has_new_columns || static_cast<Column*>(lfirst(cell))->new_name != nullptr;
    }
    return deparse_expression(expression,
                              has_new_columns
                                  ? ContextWithNewColumns(relation, columns)
                                  : deparse_context_for(get_rel_name(relation), relation),
                              false, false);
}

/// Stored trees can be other things than expressions.
bool IsExpression(const Node* node) {
    return node != nullptr && !IsA(node, Query) && !IsA(node, List) &&
           !IsA(node, PartitionBoundSpec);
}

/// The columns that an expression may be about.
struct Scope {
    Relation relation;
    /// 1, or 2 when it is about an old and a new row of the relation.
    int rows;
    /// How many queries are around the node.
    Index depth;
};

bool HasColumn(Relation relation, AttrNumber number) {
    if (number > 0) {
        return number <= RelationGetNumberOfAttributes(relation) &&
               !TupleDescAttr(RelationGetDescr(relation), number - 1)->attisdropped;
    }
    return number == 0 ||
           SearchSysCacheExists2(ATTNUM, ObjectIdGetDatum(RelationGetRelid(relation)),
                                 Int16GetDatum(number));
}

/// Whether an expression uses anything but columns of the relation.
bool IsAboutOthers(Node* node, void* context) {
    auto& scope = *static_cast<Scope*>(context);
    if (node == nullptr) {
        return false;
    }
    if (IsA(node, Var)) {
        const auto& var = *castNode(Var, node);
        return var.varlevelsup > scope.depth ||
               (var.varlevelsup == scope.depth && (var.varno < 1 || var.varno > scope.rows ||
                                                   !HasColumn(scope.relation, var.varattno)));
    }
    if (IsA(node, Query)) {
        ++scope.depth;
        const bool found =
            query_tree_walker(castNode(Query, node), AsWalker(IsAboutOthers), context, 0);
        --scope.depth;
        return found;
    }
    return expression_tree_walker(node, AsWalker(IsAboutOthers), context);
}

void RequireExpression(Node* node, Relation relation, Names names) {
    Scope scope{relation, names == Names::kPlain ? 1 : 2, 0};
    if (!IsExpression(node) || IsAboutOthers(node, &scope)) {
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("the tree is not an expression over \"%s\"",
                               RelationGetRelationName(relation))));
    }
}

/// Expressions of one table, rewritten.
struct Rewritten {
    List* texts = NIL;
    /// Whether all are conditions that say no more than the columns' types.
    bool is_implied = true;
    /// Whether one has changed into an expression that is not immutable.
    bool is_mutable = false;
    OperatorPath path{};
};

/// A key of an index, or of statistics, that is the value of an enumeration or of a native enum, is
/// the new value: no immutable function makes a native enum of it.
Node* AsKey(Node* rewritten, const Rewriter& rewriter) {
    const OldValue* old = FindOldValue(rewritten, rewriter);
    const bool is_native = old != nullptr && KindOf(*old->column) == OldKind::kNative &&
                           exprType(rewritten) == old->column->old_type;
    return is_native ? AsNode(old->value) : rewritten;
}

Rewritten RewriteAll(const List* trees, Oid relation, Names names, bool are_keys, List* columns,
                     Rewriter* rewriter) {
    Rewritten result;
    List* all = NIL;
    ListCell* cell = nullptr;
    foreach (cell, trees) {
        Node* rewritten = Rewrite(AsNode(lfirst(cell)), rewriter);
        if (are_keys) {
            rewritten = AsKey(rewritten, *rewriter);
        }
        CheckLeftovers(rewritten, rewriter);
        all = lappend(all, rewritten);
        result.is_mutable =
            result.is_mutable || (rewriter->changed && contain_mutable_functions(rewritten));
        result.is_implied = result.is_implied && rewriter->changed &&
                            exprType(rewritten) == BOOLOID &&
                            IsImplied(rewritten, columns, *rewriter);
    }
    result.path = FindOperatorPath(AsNode(all), rewriter);
    result.texts = UnderSearchPath(result.path, [&] {
        List* texts = NIL;
        ListCell* rewritten = nullptr;
        foreach (rewritten, all) {
            texts = lappend(texts, Deparse(relation, AsNode(lfirst(rewritten)), names, columns));
        }
        return texts;
    });
    return result;
}

}  // namespace

/// (relation oid, tree pg_node_tree, columns conversion_column[], old_and_new boolean) ->
/// (expressions text[], changed boolean, obstacle text, implied boolean, literal text, texts
/// boolean, mutable boolean, search_path text): an expression stored over a table, or a list of
/// them, as it will read; whether it is a condition that lists what the column can hold; its value
/// when it is a constant; whether it uses texts that may be other ones then; whether it changes
/// into one that is not immutable; and the search_path under which it is to be parsed, NULL for the
/// server's own.
GB_ENUMS_FUNCTION(gb_enum_convert_expressions) {
    const Oid relation = PG_GETARG_OID(0);
    Node* tree = AsNode(stringToNode(text_to_cstring(PG_GETARG_TEXT_PP(1))));
    List* columns = ReadColumns(PG_GETARG_ARRAYTYPE_P(2));
    const Names names = PG_GETARG_BOOL(3) ? Names::kOldAndNew : Names::kPlain;
    if (names == Names::kOldAndNew) {
        RequireInPlace(columns);
    }
    const Relation table = OpenRelation(relation, AccessShareLock);

    // Rules without a condition have an empty tree.
    if (tree == nullptr) {
        CloseKeepingOwn(table, AccessShareLock);
        PG_RETURN_NULL();
    }
    const List* trees = IsA(tree, List) ? castNode(List, tree) : list_make1(tree);
    ListCell* cell = nullptr;
    foreach (cell, trees) {
        RequireExpression(AsNode(lfirst(cell)), table, names);
    }
    const char* literal = list_length(trees) == 1 ? ConstantText(AsNode(linitial(trees))) : nullptr;
    List* own = ColumnsOf(columns, relation);
    Level level{list_make2(own, own), NIL, NIL, nullptr};
    Rewriter rewriter{columns, &level};
    const Rewritten rewritten = RewriteAll(trees, relation, names, IsA(tree, List), own, &rewriter);
    CloseKeepingOwn(table, AccessShareLock);
    ResultRow row;
    row.AddArray(MakeTextArray(rewritten.texts)).AddBool(rewriter.changed);
    row.AddText(rewriter.obstacle).AddBool(rewritten.is_implied).AddText(literal);
    row.AddBool(rewriter.texts_left).AddBool(rewritten.is_mutable);
    row.AddText(rewritten.path.is_wider ? rewritten.path.setting : nullptr);
    PG_RETURN_DATUM(row.ToDatum(fcinfo));
}

}  // namespace gb_enums::convert
