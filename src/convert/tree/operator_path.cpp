// Forms that name no operator: IS DISTINCT FROM, NULLIF, CASE x WHEN, USING, and comparisons of
// rows. The parser looks up their operators by the search_path of the moment. So a definition with
// such forms is deparsed, and made again, under a search_path that finds the operators that it has.

#include "convert/tree/rewriter.hpp"
#include "tree/nodes.hpp"

extern "C" {
#include "parser/parse_oper.h"
}

namespace gb_enums::convert {

namespace {

/// An operator that a form does not name, and the types of its sides when they are parsed again.
struct UnnamedOperator {
    Oid op;
    Oid left_type;
    Oid right_type;
};

/// The type of an expression that is shown without the implicit cast around it.
Oid TypeWithoutCast(Node* node) {
    return exprType(strip_implicit_coercions(node));
}

void Add(List** found, Oid op, Oid left_type, Oid right_type) {
    auto* unnamed = static_cast<UnnamedOperator*>(palloc(sizeof(UnnamedOperator)));
    *unnamed = {op, left_type, right_type};
    *found = lappend(*found, unnamed);
}

/// IS DISTINCT FROM and NULLIF, which are operators to the server. Both sides are shown with their
/// casts.
void AddSides(List** found, Node* node) {
    const auto& expression = *reinterpret_cast<const OpExpr*>(node);
    if (list_length(expression.args) == 2) {
        Add(found, expression.opno, exprType(FirstArgument(expression.args)),
            exprType(SecondArgument(expression.args)));
    }
}

void AddCase(List** found, const CaseExpr& expression) {
    ListCell* cell = nullptr;
    foreach (cell, expression.arg == nullptr ? NIL : expression.args) {
        Node* test = AsNode(lfirst_node(CaseWhen, cell)->expr);
        List* sides = IsA(test, OpExpr) ? castNode(OpExpr, test)->args : NIL;
        if (list_length(sides) == 2 &&
            IsA(strip_implicit_coercions(FirstArgument(sides)), CaseTestExpr)) {
            Add(found, castNode(OpExpr, test)->opno, exprType(AsNode(expression.arg)),
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
            Add(found, castNode(OpExpr, node)->opno,
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
        Add(found, lfirst_oid(op), exprType(AsNode(lfirst(left))), exprType(AsNode(lfirst(right))));
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

Oid SchemaOfOperator(Oid op) {
    HeapTuple tuple = SearchSysCache1(OPEROID, ObjectIdGetDatum(op));
    if (!HeapTupleIsValid(tuple)) {
        return PG_CATALOG_NAMESPACE;
    }
    const Oid schema = reinterpret_cast<Form_pg_operator>(GETSTRUCT(tuple))->oprnamespace;
    ReleaseSysCache(tuple);
    return schema;
}

/// The schemas that a search_path needs beside the server's: those of the present one, and those of
/// the operators.
List* NeededSchemas(const List* operators) {
    List* schemas = NIL;
    ListCell* cell = nullptr;
    foreach (cell, fetch_search_path(false)) {
        const Oid schema = lfirst_oid(cell);
        if (schema != PG_CATALOG_NAMESPACE && !isAnyTempNamespace(schema)) {
            schemas = list_append_unique_oid(schemas, schema);
        }
    }
    foreach (cell, operators) {
        const Oid schema = SchemaOfOperator(static_cast<UnnamedOperator*>(lfirst(cell))->op);
        if (schema != PG_CATALOG_NAMESPACE) {
            schemas = list_append_unique_oid(schemas, schema);
        }
    }
    return schemas;
}

/// Whether the search_path of the moment finds an operator by its name.
bool IsFound(const UnnamedOperator& unnamed) {
    char* name = get_opname(unnamed.op);
    if (name == nullptr) {
        return false;
    }
    Operator found = oper(nullptr, list_make1(makeString(name)), unnamed.left_type,
                          unnamed.right_type, true, -1);
    if (found == nullptr) {
        return false;
    }
    const Oid op = oprid(found);
    ReleaseSysCache(found);
    return op == unnamed.op;
}

bool AreFound(const List* operators) {
    ListCell* cell = nullptr;
    foreach (cell, operators) {
        if (!IsFound(*static_cast<UnnamedOperator*>(lfirst(cell)))) {
            return false;
        }
    }
    return true;
}

}  // namespace

OperatorPath FindOperatorPath(Node* tree, Rewriter* rewriter) {
    List* operators = NIL;
    Collect(tree, static_cast<void*>(&operators));
    StringInfoData settings;
    initStringInfo(&settings);
    appendStringInfoString(&settings, "pg_catalog");
    List* schemas = NeededSchemas(operators);
    ListCell* cell = nullptr;
    foreach (cell, schemas) {
        appendStringInfo(&settings, ", %s", quote_identifier(get_namespace_name(lfirst_oid(cell))));
    }
    appendStringInfoString(&settings, ", pg_temp");
    const OperatorPath path{settings.data, schemas != NIL};
    if (!UnderSearchPath(path, [operators] { return AreFound(operators); })) {
        Refuse(
            rewriter,
            "it compares by IS DISTINCT FROM, NULLIF, CASE, IN or USING, which name no operator, "
            "and no search_path finds the operator that it has");
    }
    return path;
}

}  // namespace gb_enums::convert
