#include "convert/queries/order_and_names.hpp"

#include "tree/comparison.hpp"
#include "tree/nodes.hpp"
#include "type/enum_type.hpp"

extern "C" {
#include "optimizer/tlist.h"
}

namespace gb_enums::convert {

namespace {

struct Search {
    List* found;
    /// The enumerations whose order has been found.
    List* ordered;
};

void Note(Search* search, const char* sqlstate, const char* message, const char* hint,
          const Node* place) {
    auto* difference = static_cast<Difference*>(palloc(sizeof(Difference)));
    *difference = {sqlstate, message, hint, exprLocation(place)};
    search->found = lappend(search->found, difference);
}

/// Whether the names of an enumeration, in the order of their codes, are in that of their bytes.
bool NamesAreInOrder(Oid type) {
    const Definition* definition = EnumType::Of(type).definition();
    return definition == nullptr ||
           std::is_sorted(definition->values().begin(), definition->values().end(),
                          [](const Value& a, const Value& b) { return a.name < b.name; });
}

/// For a type that values are ordered by: an enumeration, or an array of one.
void NoteOrder(Search* search, Oid type, const Node* place) {
    const Oid element = get_element_type(type);
    type = OidIsValid(element) ? element : type;
    if (!IsEnum(type) || list_member_oid(search->ordered, type) || NamesAreInOrder(type)) {
        return;
    }
    search->ordered = lappend_oid(search->ordered, type);
    Note(search, nullptr, psprintf("values of %s are in the order of their codes", TypeName(type)),
         "For the order of the alphabet, write the column with ::text.", place);
}

void NoteSorting(Search* search, const List* clauses, List* targets) {
    ListCell* cell = nullptr;
    foreach (cell, clauses) {
        const Node* sorted = get_sortgroupclause_expr(lfirst_node(SortGroupClause, cell), targets);
        NoteOrder(search, exprType(sorted), sorted);
    }
}

void NoteText(Search* search, Oid type, const Node* side, bool is_equality) {
    if (IsA(side, RelabelType)) {
        side = AsNode(castNode(RelabelType, AsNode(side))->arg);  // of varchar
    }
    const auto* constant = IsA(side, Const) ? castNode(Const, AsNode(side)) : nullptr;
    if (constant == nullptr || constant->constisnull ||
        (constant->consttype != TEXTOID && constant->consttype != VARCHAROID)) {
        return;
    }
    const text* name = TextOf(constant->constvalue);
    Code code{};
    if (!EnumType::Of(type).FindCode(name, &code)) {
        Note(search, nullptr,
             psprintf("\"%s\" is no value of %s", text_to_cstring(name), TypeName(type)),
             is_equality ? "The comparison is never true."
                         : "The comparison is true for every value.",
             side);
    }
}

/// Whether a function is <, <=, > or >= of arrays.
bool IsOrderOfArrays(Oid function) {
    return function == F_ARRAY_LT || function == F_ARRAY_LE || function == F_ARRAY_GT ||
           function == F_ARRAY_GE;
}

/// A comparison of an enumeration with a text, a constant or a parameter.
void NoteComparison(Search* search, const OpExpr& expression) {
    Comparison comparison{};
    if (list_length(expression.args) != 2) {
        return;
    }
    const Node* left = FirstArgument(expression.args);
    const Node* right = SecondArgument(expression.args);
    if (!IsEnum(exprType(left))) {
        std::swap(left, right);
    }
    const Oid type = exprType(left);
    const Oid other = exprType(right);
    if (IsOrderOfArrays(expression.opfuncid)) {
        NoteOrder(search, type, AsNode(&expression));
    }
    if (!IsEnum(type) || (other != type && other != TEXTOID) ||
        !ComparisonOfFunction(expression.opfuncid, &comparison)) {
        return;
    }
    if (!IsEquality(comparison)) {
        NoteOrder(search, type, AsNode(&expression));
    } else {
        NoteText(search, type, right, comparison == Comparison::kEq);
    }
}

/// (a, b) < (c, d).
void NoteRows(Search* search, const RowCompareExpr& rows) {
    ListCell* left = nullptr;
    ListCell* right = nullptr;
    forboth(left, rows.largs, right, rows.rargs) {
        Oid type = exprType(AsNode(lfirst(left)));
        Oid other = exprType(AsNode(lfirst(right)));
        if (!IsEnum(type)) {
            std::swap(type, other);
        }
        if (other == type || other == TEXTOID) {
            NoteOrder(search, type, AsNode(lfirst(left)));
        }
    }
}

/// A constant as it is written when it is none of the values; nullptr when it is one.
const char* ConstantWithoutValue(const Const& constant, EnumType& type) {
    switch (constant.consttype) {
        case TEXTOID:
        case VARCHAROID: {
            const text* name = TextOf(constant.constvalue);
            return type.Find(name) == nullptr ? text_to_cstring(name) : nullptr;
        }
        case INT4OID: {
            const int32 code = DatumGetInt32(constant.constvalue);
            return type.Find(code) == nullptr ? psprintf("%d", code) : nullptr;
        }
        default:
            return nullptr;
    }
}

/// A checked cast of a constant to an enumeration.
void NoteCast(Search* search, const FuncExpr& call) {
    if (call.funcformat == COERCE_EXPLICIT_CALL || call.args == NIL ||
        !IsEnum(call.funcresulttype)) {
        return;
    }
    Node* argument = FirstArgument(call.args);
    if (IsA(argument, RelabelType)) {
        argument = AsNode(castNode(RelabelType, argument)->arg);  // of varchar
    }
    if (!IsA(argument, Const) || castNode(Const, argument)->constisnull) {
        return;
    }
    const auto& constant = *castNode(Const, argument);
    if (const char* shown = ConstantWithoutValue(constant, EnumType::Of(call.funcresulttype))) {
        Note(search, constant.consttype == INT4OID ? "22023" : "22P02",
             psprintf("\"%s\" is no value of %s", shown, TypeName(call.funcresulttype)), nullptr,
             argument);
    }
}

/// A cast of a value to a number or a boolean that is none of the code: it reads the name.
void NoteNameRead(Search* search, const CoerceViaIO& cast) {
    const Oid type = exprType(AsNode(cast.arg));
    char category = TYPCATEGORY_INVALID;
    bool is_preferred = false;
    if (IsEnum(type)) {
        get_type_category_preferred(getBaseType(cast.resulttype), &category, &is_preferred);
    }
    if (category == TYPCATEGORY_NUMERIC || category == TYPCATEGORY_BOOLEAN) {
        Note(search, nullptr,
             psprintf("the name of a value of %s is read as %s", TypeName(type),
                      TypeName(cast.resulttype)),
             "For the code, write the column with ::integer first.", AsNode(&cast));
    }
}

/// min(E) or max(E), also over a window.
void NoteExtreme(Search* search, Oid function, const Node* call) {
    const char* name = get_func_name(function);
    if (name != nullptr && (strcmp(name, "min") == 0 || strcmp(name, "max") == 0)) {
        NoteOrder(search, exprType(call), call);
    }
}

bool Walk(Node* node, void* search);

bool WalkQuery(Query* query, Search* search) {
    NoteSorting(search, query->sortClause, query->targetList);
    ListCell* cell = nullptr;
    foreach (cell, query->windowClause) {
        NoteSorting(search, lfirst_node(WindowClause, cell)->orderClause, query->targetList);
    }
    return query_tree_walker(query, AsWalker(Walk), search, 0);
}

bool Walk(Node* node, void* context) {
    auto* search = static_cast<Search*>(context);
    if (node == nullptr) {
        return false;
    }
    check_stack_depth();
    if (IsA(node, Query)) {
        return WalkQuery(castNode(Query, node), search);
    }
    if (IsA(node, OpExpr)) {
        NoteComparison(search, *castNode(OpExpr, node));
    } else if (IsA(node, RowCompareExpr)) {
        NoteRows(search, *castNode(RowCompareExpr, node));
    } else if (IsA(node, MinMaxExpr)) {
        NoteOrder(search, castNode(MinMaxExpr, node)->minmaxtype, node);
    } else if (IsA(node, FuncExpr)) {
        NoteCast(search, *castNode(FuncExpr, node));
    } else if (IsA(node, CoerceViaIO)) {
        NoteNameRead(search, *castNode(CoerceViaIO, node));
    } else if (IsA(node, Aggref)) {
        const auto* aggregate = castNode(Aggref, node);
        NoteExtreme(search, aggregate->aggfnoid, node);
        NoteSorting(search, aggregate->aggorder, aggregate->args);
    } else if (IsA(node, WindowFunc)) {
        NoteExtreme(search, castNode(WindowFunc, node)->winfnoid, node);
    }
    return expression_tree_walker(node, AsWalker(Walk), context);
}

}  // namespace

List* FindDifferences(Query* query) {
    Search search{};
    Walk(AsNode(query), &search);
    return search.found;
}

}  // namespace gb_enums::convert
