// What the plan of a conversion is made with: definitions of what stands over converted columns, as
// they will read.

#include "convert/tree/rewriter.hpp"
#include "server/arrays.hpp"
#include "server/relation.hpp"
#include "server/result_row.hpp"

extern "C" {
#include "access/relation.h"
#include "access/table.h"
#include "catalog/pg_rewrite.h"
#include "rewrite/prs2lock.h"
#include "utils/rel.h"
#include "utils/ruleutils.h"
}

using gb_enums::Code;
using gb_enums::Value;
using gb_enums::convert::Column;
using gb_enums::convert::ColumnsOf;
using gb_enums::convert::KindOf;
using gb_enums::convert::Level;
using gb_enums::convert::NumberOfValues;
using gb_enums::convert::OldKind;
using gb_enums::convert::ReadColumns;
using gb_enums::convert::Rewriter;

namespace {

/// How an expression over a table names its columns.
enum class Names { kPlain, kOldAndNew };

/// The new row of a trigger is a table of its own: here, one that is a level further out. `context`
/// is how many queries (Index) are around the node.
Node* MoveNewRow(Node* node, void* context) {
    if (node == nullptr) {
        return nullptr;
    }
    auto& depth = *static_cast<Index*>(context);
    if (IsA(node, Var)) {
        auto* var = static_cast<Var*>(copyObjectImpl(node));
        if (var->varno == PRS2_NEW_VARNO && var->varlevelsup == depth) {
            var->varno = PRS2_OLD_VARNO;
            var->varnosyn = PRS2_OLD_VARNO;
            ++var->varlevelsup;
        }
        return reinterpret_cast<Node*>(var);
    }
    if (IsA(node, Query)) {
        ++depth;
        Query* moved = query_tree_mutator(castNode(Query, node), AsMutator(MoveNewRow), context, 0);
        --depth;
        return reinterpret_cast<Node*>(moved);
    }
    return expression_tree_mutator(node, AsMutator(MoveNewRow), context);
}

/// Names of a table's columns, and after them those of columns that it is to get.
List* ContextWithNewColumns(Oid relation, List* columns) {
    AttrNumber last = 0;
    ListCell* cell = nullptr;
    foreach (cell, columns) {
        last = std::max(last, static_cast<Column*>(lfirst(cell))->new_number);
    }
    const auto** name_of = static_cast<const char**>(palloc0(sizeof(char*) * (last + 1)));
    for (AttrNumber number = 1; number <= last; ++number) {
        name_of[number] = get_attname(relation, number, true);
    }
    foreach (cell, columns) {
        const auto& column = *static_cast<Column*>(lfirst(cell));
        if (column.new_name == nullptr) {
            continue;
        }
        const AttrNumber there = get_attnum(relation, column.new_name);
        if (there > 0 && there <= last) {
            // It is there by now; no expression uses it.
            name_of[there] = nullptr;
        }
        name_of[column.new_number] = column.new_name;
    }
    List* names = NIL;
    for (AttrNumber number = 1; number <= last; ++number) {
        // A column without a name counts as dropped.
        const char* name = name_of[number] == nullptr ? "" : name_of[number];
        names = lappend(names, makeString(pstrdup(name)));
    }
    // Of a table that is none of the server's it takes the names as they are.
    auto* table = makeNode(RangeTblEntry);
    table->rtekind = RTE_CTE;
    table->eref = makeAlias(get_rel_name(relation), names);
    auto* plan = makeNode(PlannedStmt);
    plan->rtable = list_make1(table);
    return deparse_context_for_plan_tree(plan, list_make1(get_rel_name(relation)));
}

/// For what is shown by the names that the server knows.
void RequireInPlace(List* columns) {
    ListCell* cell = nullptr;
    foreach (cell, columns) {
        if (static_cast<Column*>(lfirst(cell))->new_name != nullptr) {
            ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                            errmsg("a column to convert must not have a new name here")));
        }
    }
}

char* Deparse(Oid relation, Node* expression, Names names, List* columns) {
    if (names == Names::kOldAndNew) {
        List* context =
            list_concat(deparse_context_for("old", relation), deparse_context_for("new", relation));
        Index depth = 0;
        return deparse_expression(MoveNewRow(expression, &depth), context, true, false);
    }
    bool beside = false;
    ListCell* cell = nullptr;
    foreach (cell, columns) {
        beside = beside || static_cast<Column*>(lfirst(cell))->new_name != nullptr;
    }
    return deparse_expression(expression,
                              beside ? ContextWithNewColumns(relation, columns)
                                     : deparse_context_for(get_rel_name(relation), relation),
                              false, false);
}

/// What is left of a column as it was, where that cannot be had back from its value.
struct Leftover {
    Rewriter* rewriter;
};

bool FindLeftover(Node* node, void* context) {
    if (node == nullptr) {
        return false;
    }
    auto* rewriter = static_cast<Leftover*>(context)->rewriter;
    Column* column = nullptr;
    Expr* value = nullptr;
    if (gb_enums::convert::IsOld(node, rewriter, &column, &value)) {
        const OldKind kind = KindOf(*column);
        if (kind == OldKind::kText) {
            rewriter->texts_left =
                rewriter->texts_left || gb_enums::convert::Renames(column->mapping);
        } else if (kind == OldKind::kNative ? gb_enums::convert::Renames(column->mapping) &&
                                                  exprType(node) == column->old_type
                                            : column->mapping.map != nullptr) {
            gb_enums::convert::Refuse(
                rewriter,
                "it uses the column in another way than comparing it with literals, and its values "
                "get other names or codes");
            return true;
        }
        return false;
    }
    if (IsA(node, Query)) {
        return query_tree_walker(castNode(Query, node), AsWalker(FindLeftover), context, 0);
    }
    return expression_tree_walker(node, AsWalker(FindLeftover), context);
}

void CheckLeftovers(Node* node, Rewriter* rewriter) {
    Leftover leftover{rewriter};
    FindLeftover(node, &leftover);
}

/// A value, or NULL, in place of the one column that a condition is about.
struct Substitution {
    AttrNumber column;
    Const* value;
    Oid trusting_cast;
    Rewriter* rewriter;
    /// There is something else in the condition.
    bool fails;
};

Node* Substitute(Node* node, void* context) {
    if (node == nullptr) {
        return nullptr;
    }
    auto* substitution = static_cast<Substitution*>(context);
    Column* column = nullptr;
    Expr* value = nullptr;
    if (IsA(node, Var)) {
        substitution->fails =
            substitution->fails || castNode(Var, node)->varattno != substitution->column;
        return static_cast<Node*>(copyObjectImpl(substitution->value));
    }
    // Only what cannot raise an error: comparisons, and casts of the value.
    const bool harmless =
        IsA(node, FuncExpr)
            ? gb_enums::convert::IsOld(node, substitution->rewriter, &column, &value) ||
                  castNode(FuncExpr, node)->funcid == substitution->trusting_cast
            : IsA(node, RelabelType) || IsA(node, Const) || IsA(node, BoolExpr) ||
                  IsA(node, NullTest) || IsA(node, ScalarArrayOpExpr) || IsA(node, ArrayExpr) ||
                  IsA(node, ArrayCoerceExpr) || IsA(node, CaseTestExpr) || IsA(node, List) ||
                  (IsA(node, OpExpr) && exprType(node) == BOOLOID);
    if (!harmless) {
        substitution->fails = true;
        return static_cast<Node*>(copyObjectImpl(node));
    }
    return expression_tree_mutator(node, AsMutator(Substitute), context);
}

/// Whether a condition holds, or is unknown, for this value; false when in doubt.
bool HoldsFor(Node* condition, const Column& column, const Code* code, Rewriter* rewriter) {
    const bool is_raw = OidIsValid(column.trusting_cast);
    Const* value =
        makeConst(is_raw ? INT2OID : column.enum_type, -1, InvalidOid, sizeof(std::int16_t),
                  code == nullptr ? Datum{0} : Int16GetDatum(ToInt(*code)), code == nullptr, true);
    Substitution substitution{NumberOfValues(column), value, column.trusting_cast, rewriter, false};
    Node* closed = Substitute(condition, &substitution);
    if (substitution.fails || contain_mutable_functions(closed) ||
        gb_enums::convert::CallsUsersFunctions(closed)) {
        return false;
    }
    Node* result = eval_const_expressions(nullptr, closed);
    if (result == nullptr || !IsA(result, Const)) {
        return false;
    }
    const auto& constant = *castNode(Const, result);
    return constant.constisnull || DatumGetBool(constant.constvalue);
}

/// Whether a CHECK holds for all that the column can hold from now on, so that it says nothing.
bool AlwaysHolds(Node* condition, List* columns, Rewriter* rewriter) {
    ListCell* cell = nullptr;
    foreach (cell, columns) {
        const auto& column = *static_cast<Column*>(lfirst(cell));
        const gb_enums::Definition* definition = column.mapping.type->definition();
        List* codes = NIL;
        if (OidIsValid(column.trusting_cast) || OidIsValid(column.new_type) ||
            definition == nullptr) {
            continue;
        }
        for (const Value& value : definition->values()) {
            if (!value.deprecated) {
                codes = lappend_int(codes, ToInt(value.code));
            }
        }
        bool holds = HoldsFor(condition, column, nullptr, rewriter);
        ListCell* item = nullptr;
        foreach (item, codes) {
            const Code code{static_cast<std::int16_t>(lfirst_int(item))};
            holds = holds && HoldsFor(condition, column, &code, rewriter);
        }
        if (holds) {
            return true;
        }
    }
    return false;
}

/// Stored trees can be other things than expressions.
bool IsExpression(const Node* node) {
    return node != nullptr && !IsA(node, Query) && !IsA(node, List) &&
           !IsA(node, PartitionBoundSpec);
}

/// What an expression may be about.
struct Scope {
    Relation relation;
    /// 1, or 2 when it is about two of its rows.
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

/// Whether an expression names what is no column of the relation.
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

/// The query of a view or materialized view, as a copy.
Query* ViewQuery(Relation view) {
    const RuleLock* rules = view->rd_rules;
    for (int i = 0; rules != nullptr && i < rules->numLocks; ++i) {
        const RewriteRule* rule = rules->rules[i];
        if (rule->event == CMD_SELECT && list_length(rule->actions) == 1) {
            return static_cast<Query*>(copyObjectImpl(linitial(rule->actions)));
        }
    }
    ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
                    errmsg("\"%s\" is not a view", RelationGetRelationName(view))));
    pg_unreachable();
}

}  // namespace

/// (relation oid, tree pg_node_tree, columns conversion_column[], old_and_new boolean) ->
/// (expressions text[], changed boolean, obstacle text, always boolean, literal text, texts
/// boolean, mutable boolean): an expression stored over a table, or a list of them, as it will
/// read; whether it is a condition that always holds then; its value when it is a constant; whether
/// it uses texts that may be other ones then; and whether it changes into one that is not
/// immutable.
GB_ENUMS_FUNCTION(gb_enum_convert_expressions) {
    const Oid relation = PG_GETARG_OID(0);
    auto* tree = static_cast<Node*>(stringToNode(text_to_cstring(PG_GETARG_TEXT_PP(1))));
    List* columns = ReadColumns(PG_GETARG_ARRAYTYPE_P(2));
    const Names names = PG_GETARG_BOOL(3) ? Names::kOldAndNew : Names::kPlain;
    if (names == Names::kOldAndNew) {
        RequireInPlace(columns);
    }
    const Relation over = gb_enums::OpenRelation(relation, AccessShareLock);

    // Rules without a condition have an empty tree.
    if (tree == nullptr) {
        relation_close(over, NoLock);
        PG_RETURN_NULL();
    }
    List* own = ColumnsOf(columns, relation);
    Level level{list_make2(own, own), NIL, NIL, nullptr};
    Rewriter rewriter{columns, &level, false, false, false, nullptr};
    List* trees = IsA(tree, List) ? castNode(List, tree) : list_make1(tree);
    ListCell* cell = nullptr;
    foreach (cell, trees) {
        RequireExpression(static_cast<Node*>(lfirst(cell)), over, names);
    }
    List* texts = NIL;
    bool always = true;
    bool is_mutable = false;
    const char* literal = list_length(trees) == 1
                              ? gb_enums::convert::Literal(static_cast<Node*>(linitial(trees)))
                              : nullptr;
    foreach (cell, trees) {
        Node* rewritten = gb_enums::convert::Rewrite(static_cast<Node*>(lfirst(cell)), &rewriter);
        CheckLeftovers(rewritten, &rewriter);
        texts = lappend(texts, Deparse(relation, rewritten, names, own));
        is_mutable = is_mutable || (rewriter.changed && contain_mutable_functions(rewritten));
        always = always && rewriter.changed && exprType(rewritten) == BOOLOID &&
                 AlwaysHolds(rewritten, own, &rewriter);
    }
    relation_close(over, NoLock);
    gb_enums::ResultRow row;
    row.AddArray(gb_enums::MakeTextArray(texts)).AddBool(rewriter.changed);
    row.AddText(rewriter.obstacle).AddBool(always).AddText(literal);
    row.AddBool(rewriter.texts_left).AddBool(is_mutable);
    PG_RETURN_DATUM(row.ToDatum(fcinfo));
}

/// (view oid, columns conversion_column[], lock boolean) -> (query text, numbers integer[], sources
/// integer[], obstacle text, texts boolean): the query of a view as it will read, the view's
/// columns that become values, and from which of the columns (by place in the array, from 0) each
/// comes. With `lock` nobody else can change a view of the caller's until the end of the
/// transaction.
GB_ENUMS_FUNCTION(gb_enum_convert_view) {
    const Oid view = PG_GETARG_OID(0);
    List* columns = ReadColumns(PG_GETARG_ARRAYTYPE_P(1));
    RequireInPlace(columns);
    const Relation relation = gb_enums::OpenTable(view, AccessShareLock);
    // Of somebody else's view the plan says so; nobody may lock it.
    if (PG_GETARG_BOOL(2) && has_privs_of_role(GetUserId(), relation->rd_rel->relowner)) {
        LockRelationOid(view, AccessExclusiveLock);
    }
    Query* query = ViewQuery(relation);
    table_close(relation, AccessShareLock);

    Rewriter rewriter{columns, nullptr, false, false, false, nullptr};
    List* outputs = gb_enums::convert::RewriteQuery(query, &rewriter);
    CheckLeftovers(reinterpret_cast<Node*>(query), &rewriter);
    const int count = list_length(outputs);
    auto* numbers = static_cast<Datum*>(palloc(sizeof(Datum) * (count + 1)));
    auto* sources = static_cast<Datum*>(palloc(sizeof(Datum) * (count + 1)));
    for (int i = 0; i < count; ++i) {
        const auto& column = *static_cast<Column*>(list_nth(outputs, i));
        numbers[i] = Int32GetDatum(column.number);
        sources[i] = Int32GetDatum(column.index);
    }
    const auto array = [count](Datum* datums) {
        return construct_array(datums, count, INT4OID, sizeof(int32), true, TYPALIGN_INT);
    };
    // What cannot be rewritten is shown as it is nowhere.
    const char* text = rewriter.obstacle == nullptr ? pg_get_querydef(query, false) : nullptr;
    gb_enums::ResultRow row;
    row.AddText(text).AddArray(array(numbers)).AddArray(array(sources));
    row.AddText(rewriter.obstacle).AddBool(rewriter.texts_left);
    PG_RETURN_DATUM(row.ToDatum(fcinfo));
}
