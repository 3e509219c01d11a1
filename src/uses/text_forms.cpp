#include "uses/text_forms.hpp"

#include "tree/nodes.hpp"
#include "tree/unnamed_operators.hpp"

extern "C" {
#include "access/transam.h"
}

namespace gb_enums {

namespace {

/// What is found, and where.
struct Search {
    const List* enums;
    List* found = NIL;
    ObjectAddress place{};

    void Add(Oid type, const char* form, bool now) {
        auto* text_form = static_cast<TextForm*>(palloc(sizeof(TextForm)));
        *text_form = {place, type, form, now};
        found = lappend(found, text_form);
    }
};

/// Whether a tree as the server writes it may have an operator, a cast or an aggregate that is not
/// the server's own. Looking for it in the text costs a fraction of what reading the tree does.
bool MayHaveText(const char* tree) {
    for (const std::string_view field : {":opno ", ":opnos (o ", ":funcid "}) {
        for (const char* at = tree; (at = strstr(at, field.data())) != nullptr;) {
            at += field.size();
            if (strtoul(at, nullptr, 10) >= FirstNormalObjectId) {
                return true;
            }
        }
    }
    return false;
}

/// The enumeration whose values an implicit cast turns into texts, or InvalidOid.
Oid EnumCastToText(Node* node, const Search& search) {
    while (node != nullptr && IsA(node, RelabelType)) {
        node = AsNode(castNode(RelabelType, node)->arg);
    }
    if (node == nullptr || !IsA(node, FuncExpr)) {
        return InvalidOid;
    }
    const auto* cast = castNode(FuncExpr, node);
    if (cast->funcformat != COERCE_IMPLICIT_CAST || list_length(cast->args) != 1 ||
        (cast->funcresulttype != TEXTOID && cast->funcresulttype != VARCHAROID)) {
        return InvalidOid;
    }
    const Oid type = exprType(FirstArgument(cast->args));
    return list_member_oid(search.enums, type) ? type : InvalidOid;
}

/// Takes note of each enumeration that is among the sides of a comparison as a text.
void AddTextSides(Search* search, const List* sides, const char* form) {
    ListCell* cell = nullptr;
    foreach (cell, sides) {
        Node* side = AsNode(lfirst(cell));
        if (IsA(side, TargetEntry)) {
            side = AsNode(castNode(TargetEntry, side)->expr);
        }
        const Oid type = EnumCastToText(side, *search);
        if (OidIsValid(type)) {
            search->Add(type, form, true);
        }
    }
}

/// Whether an operator compares; others, such as LIKE, are for texts.
bool IsComparisonName(const char* name) {
    constexpr std::string_view kNames[] = {"=", "<>", "<", "<=", ">", ">="};
    return name != nullptr &&
           std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

void AddOperator(Search* search, Oid op, const List* sides, const char* form = nullptr) {
    const char* name = get_opname(op);
    if (IsComparisonName(name)) {
        AddTextSides(search, sides, form == nullptr ? name : form);
    }
}

void AddAggregate(Search* search, const Aggref& aggregate) {
    const char* name = get_func_name(aggregate.aggfnoid);
    if (name != nullptr && (strcmp(name, "min") == 0 || strcmp(name, "max") == 0)) {
        AddTextSides(search, aggregate.args, name);
    }
}

/// Takes note of the comparisons of texts in a tree. `context` is the search.
bool AddTextComparisons(Node* node, void* context) {
    if (node == nullptr) {
        return false;
    }
    auto* search = static_cast<Search*>(context);
    switch (nodeTag(node)) {
        case T_OpExpr:
            AddOperator(search, castNode(OpExpr, node)->opno, castNode(OpExpr, node)->args);
            break;
        case T_DistinctExpr:
            AddOperator(search, castNode(DistinctExpr, node)->opno,
                        castNode(DistinctExpr, node)->args, "IS DISTINCT FROM");
            break;
        case T_NullIfExpr:
            AddOperator(search, castNode(NullIfExpr, node)->opno, castNode(NullIfExpr, node)->args,
                        "NULLIF");
            break;
        case T_ScalarArrayOpExpr:
            AddOperator(search, castNode(ScalarArrayOpExpr, node)->opno,
                        castNode(ScalarArrayOpExpr, node)->args);
            break;
        case T_RowCompareExpr:
            AddTextSides(search, castNode(RowCompareExpr, node)->largs, "a comparison of rows");
            AddTextSides(search, castNode(RowCompareExpr, node)->rargs, "a comparison of rows");
            break;
        case T_Aggref:
            AddAggregate(search, *castNode(Aggref, node));
            break;
        case T_Query:
            return query_tree_walker(castNode(Query, node), AsWalker(AddTextComparisons), context,
                                     0);
        default:
            break;
    }
    return expression_tree_walker(node, AsWalker(AddTextComparisons), context);
}

/// Takes note of the forms that name no operator and have one of an enumeration's.
void AddUnnamed(Search* search, Node* tree) {
    ListCell* cell = nullptr;
    foreach (cell, FindUnnamedOperators(tree)) {
        const auto* unnamed = static_cast<const UnnamedOperator*>(lfirst(cell));
        Oid left = InvalidOid;
        Oid right = InvalidOid;
        op_input_types(unnamed->op, &left, &right);
        for (const Oid type : {left, right}) {
            if (list_member_oid(search->enums, type)) {
                search->Add(type, unnamed->form, false);
                break;
            }
        }
    }
}

}  // namespace

List* FindTextForms(const EnumPlaces& places, const List* enums) {
    Search search{enums};
    MemoryContext result = CurrentMemoryContext;
    places.VisitAllExpressions([&search, result](const ObjectAddress& object, char* text) {
        // (Constants of a partition's bounds are compared by operator classes.)
        if (!MayHaveText(text)) {
            return;
        }
        auto* tree = static_cast<Node*>(stringToNode(text));
        search.place = object;
        MemoryContext per_row = MemoryContextSwitchTo(result);
        AddUnnamed(&search, tree);
        AddTextComparisons(tree, &search);
        MemoryContextSwitchTo(per_row);
    });
    return search.found;
}

}  // namespace gb_enums
