// Better forms of expressions over columns that are arrays, on the way there and back.

#include "convert/tree/rewriter.hpp"
#include "server/arrays.hpp"
#include "tree/constants.hpp"
#include "tree/nodes.hpp"

extern "C" {
#include "parser/parse_coerce.h"
}

namespace gb_enums::convert {

namespace {

/// The old value that a tree is when it is a whole array; nullptr otherwise.
const OldValue* FindOldArray(Node* node, const Rewriter& rewriter) {
    const OldValue* old = FindOldValue(node, rewriter);
    return old != nullptr && old->column->is_array ? old : nullptr;
}

/// An old value as an array of another type.
Expr* AsOldType(const OldValue& old, Oid type, Rewriter* rewriter) {
    Column column = *old.column;
    SetOldType(&column, type);
    return MakeOldValue(&column, old.value, rewriter);
}

/// An element of an array, or a part of it: a value, cast back to what it was.
Node* SimplifySubscript(SubscriptingRef* subscript, Rewriter* rewriter) {
    const OldValue* old = FindOldArray(AsNode(subscript->refexpr), *rewriter);
    if (old == nullptr || subscript->refassgnexpr != nullptr) {
        return AsNode(subscript);
    }
    const bool is_part = subscript->reflowerindexpr != NIL;
    Column column = is_part ? *old->column : *old->column->element;
    SetOldType(&column, exprType(AsNode(subscript)));
    subscript->refcontainertype = exprType(AsNode(old->value));
    subscript->refelemtype = get_element_type(subscript->refcontainertype);
    subscript->refrestype = is_part ? subscript->refcontainertype : subscript->refelemtype;
    subscript->reftypmod = -1;
    subscript->refcollid = get_typcollation(subscript->refrestype);
    subscript->refexpr = old->value;
    return AsNode(MakeOldValue(&column, AsExpr(subscript), rewriter));
}

/// Whether the result of a function depends on the dimensions of its first argument only.
bool IsAboutDimensions(Oid function) {
    switch (function) {
        case F_ARRAY_DIMS:
        case F_ARRAY_LENGTH:
        case F_ARRAY_LOWER:
        case F_ARRAY_NDIMS:
        case F_ARRAY_UPPER:
        case F_CARDINALITY:
            return true;
        default:
            return false;
    }
}

Node* SimplifyDimensions(FuncExpr* call, const Rewriter& rewriter) {
    if (IsAboutDimensions(call->funcid)) {
        if (const OldValue* old = FindOldArray(FirstArgument(call->args), rewriter)) {
            linitial(call->args) = old->value;
        }
    }
    return AsNode(call);
}

/// A cast of an array to one of texts, or to what the column is now.
Node* SimplifyArrayCast(ArrayCoerceExpr* cast, Rewriter* rewriter) {
    const OldValue* old = FindOldArray(AsNode(cast->arg), *rewriter);
    if (old == nullptr || cast->resulttypmod != -1) {
        return AsNode(cast);
    }
    const bool goes_back = GoesBack(*rewriter);
    const bool was_text = KindOf(*old->column) == OldKind::kText;
    if (cast->resulttype == exprType(AsNode(old->value)) && (goes_back || was_text)) {
        return AsNode(old->value);
    }
    const Oid element = get_element_type(cast->resulttype);
    if (element != TEXTOID && element != VARCHAROID) {
        return AsNode(cast);
    }
    if (goes_back && BecomesText(*old->column)) {
        return coerce_to_target_type(nullptr, AsNode(old->value), exprType(AsNode(old->value)),
                                     cast->resulttype, -1, COERCION_EXPLICIT, COERCE_EXPLICIT_CAST,
                                     -1);
    }
    return goes_back || KindOf(*old->column) == OldKind::kNumber
               ? AsNode(cast)
               : AsNode(AsOldType(*old, cast->resulttype, rewriter));
}

/// A literal element as a value of what the column is now; nullptr when it is none.
Const* MapElement(const Column& column, Oid type, Datum value, Rewriter* rewriter) {
    if (GoesBack(*rewriter)) {
        return type == column.enum_type ? MakeNewConst(column, value) : nullptr;
    }
    const char* text = OldText(column, type, value);
    const Target target = text == nullptr ? Target{} : FindLiteral(column, text, rewriter);
    return target.kind == Target::Kind::kCode && !target.deprecated
               ? MakeCodeConst(column.enum_type, target.code)
               : nullptr;
}

/// A literal element as a text: the name of the value that it becomes, or itself.
Const* NameElement(const Column& column, Oid type, Datum value, Rewriter* rewriter) {
    const char* text = OldText(column, type, value);
    if (text == nullptr) {
        return nullptr;
    }
    const Target target = FindLiteral(column, text, rewriter);
    return target.kind == Target::Kind::kCode ? MakeNameConst(column, target.code)
                                              : MakeTextConst(text);
}

/// A constant array with other elements of one type; nullptr when one of them becomes nothing.
template <typename Map>
Const* MapArray(Node* node, Oid element_type, Map&& map) {
    const Const* literal = ConstantOf(node);
    if (literal == nullptr || literal->constisnull ||
        !OidIsValid(get_element_type(literal->consttype))) {
        return nullptr;
    }
    ArrayType* array = DatumGetArrayTypeP(literal->constvalue);
    const ArrayElements elements = ElementsOf(array);
    for (int i = 0; i < elements.count; ++i) {
        if (elements.nulls[i]) {
            continue;
        }
        const Const* mapped = map(ARR_ELEMTYPE(array), elements.values[i]);
        if (mapped == nullptr) {
            return nullptr;
        }
        elements.values[i] = mapped->constvalue;
    }
    ArrayType* result = MakeArrayLike(array, elements, element_type);
    const Oid type = get_array_type(element_type);
    return makeConst(type, -1, get_typcollation(type), -1, PointerGetDatum(result), false, false);
}

/// Whether an operator compares two arrays of one type for being equal, overlapping or containing
/// each other: for elements that are equal or not it does the same with any type.
bool ComparesElements(Oid op) {
    switch (get_opcode(op)) {
        case F_ARRAY_EQ:
        case F_ARRAY_NE:
        case F_ARRAYOVERLAP:
        case F_ARRAYCONTAINS:
        case F_ARRAYCONTAINED:
            return true;
        default:
            return false;
    }
}

/// Both sides of a comparison of an old array, in better forms.
struct Sides {
    Expr* old;
    Expr* other;
};

/// The sides in better forms, or nothing.
std::optional<Sides> CompareArrays(const OldValue& old, Node* other, Rewriter* rewriter) {
    const Column& column = *old.column;
    if (const OldValue* other_old = FindOldArray(other, *rewriter)) {
        if (other_old->column->enum_type != column.enum_type) {
            return std::nullopt;
        }
        NoteMappings(column, *other_old->column, rewriter);
        return Sides{old.value, other_old->value};
    }
    const auto map = [&](Oid type, Datum value) {
        return MapElement(*column.element, type, value, rewriter);
    };
    const Const* values = MapArray(other, get_element_type(TypeOfValues(column)), map);
    if (values != nullptr) {
        return Sides{old.value, AsExpr(const_cast<Const*>(values))};
    }
    if (GoesBack(*rewriter) || KindOf(column) == OldKind::kNumber) {
        return std::nullopt;
    }
    // Not all are values, or one is deprecated: the names are compared.
    const Const* names = MapArray(other, TEXTOID, [&](Oid type, Datum value) {
        return NameElement(*column.element, type, value, rewriter);
    });
    if (names == nullptr) {
        return std::nullopt;
    }
    Expr* texts = AsOldType(old, TEXTARRAYOID, rewriter);
    SettleOldValue(FindOldValue(AsNode(texts), *rewriter), rewriter);
    return Sides{texts, AsExpr(const_cast<Const*>(names))};
}

/// left op right, also IS DISTINCT FROM, where one of them is an old array.
Node* SimplifyComparison(OpExpr* comparison, Rewriter* rewriter) {
    if (list_length(comparison->args) != 2 || !ComparesElements(comparison->opno)) {
        return AsNode(comparison);
    }
    ListCell* left = list_head(comparison->args);
    ListCell* right = list_second_cell(comparison->args);
    const OldValue* old = FindOldArray(AsNode(lfirst(left)), *rewriter);
    if (old == nullptr) {
        std::swap(left, right);
        old = FindOldArray(AsNode(lfirst(left)), *rewriter);
    }
    if (old == nullptr) {
        return AsNode(comparison);
    }
    if (const auto sides = CompareArrays(*old, AsNode(lfirst(right)), rewriter)) {
        lfirst(left) = sides->old;
        lfirst(right) = sides->other;
    }
    return AsNode(comparison);
}

/// value op ANY (array), or ALL.
Node* SimplifyElementComparison(ScalarArrayOpExpr* comparison, Rewriter* rewriter) {
    const OldValue* old = FindOldArray(SecondArgument(comparison->args), *rewriter);
    if (old == nullptr) {
        return AsNode(comparison);
    }
    const Column& element = *old->column->element;
    const bool goes_back = GoesBack(*rewriter);
    Comparison kind{};
    if (!(goes_back ? ReadEnumComparison(comparison->opno, &kind)
                    : ReadOldComparison(element, comparison->opno, &kind))) {
        return AsNode(comparison);
    }
    // As if one element stood on the left.
    auto* one = makeNode(CaseTestExpr);
    one->typeId = get_element_type(TypeOfValues(*old->column));
    one->typeMod = -1;
    one->collation = get_typcollation(one->typeId);
    Node* value = FirstArgument(comparison->args);
    Expr* better = goes_back
                       ? CompareNewValue(element, AsExpr(one), Commuted(kind), value, *rewriter)
                       : CompareValue(element, AsExpr(one), Commuted(kind), value, rewriter);
    if (better == nullptr) {
        return AsNode(comparison);
    }
    const auto& compared = *castNode(OpExpr, better);
    return AsNode(MakeArrayOperator(get_commutator(compared.opno), comparison->useOr,
                                    AsExpr(SecondArgument(compared.args)), old->value));
}

}  // namespace

Node* SimplifyArray(Node* node, Rewriter* rewriter) {
    switch (nodeTag(node)) {
        case T_SubscriptingRef:
            return SimplifySubscript(castNode(SubscriptingRef, node), rewriter);
        case T_FuncExpr:
            return SimplifyDimensions(castNode(FuncExpr, node), *rewriter);
        case T_ArrayCoerceExpr:
            return SimplifyArrayCast(castNode(ArrayCoerceExpr, node), rewriter);
        case T_OpExpr:
            return rewriter->keep_comparisons
                       ? node
                       : SimplifyComparison(castNode(OpExpr, node), rewriter);
        case T_DistinctExpr:
            return SimplifyComparison(reinterpret_cast<OpExpr*>(node), rewriter);
        case T_ScalarArrayOpExpr:
            return SimplifyElementComparison(castNode(ScalarArrayOpExpr, node), rewriter);
        default:
            return node;
    }
}

}  // namespace gb_enums::convert
