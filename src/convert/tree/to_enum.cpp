// Better forms of expressions over columns that become enumerations: comparisons that an index on
// the column serves, and that read as what they say. Expressions that name no operator (IS DISTINCT
// FROM, NULLIF, CASE x WHEN) get none: they are read anew by a search_path, and a dump has none
// that finds the type's. Their literals are mapped instead.

#include "convert/tree/rewriter.hpp"
#include "server/arrays.hpp"
#include "tree/comparison.hpp"
#include "tree/constants.hpp"
#include "tree/nodes.hpp"
#include "type/catalog.hpp"

namespace gb_enums::convert {

namespace {

/// The enumeration's operator with values of another type.
Oid EnumOperator(const Column& column, Comparison comparison, Oid right_type) {
    const Oid op =
        OperatorInFamily(FamilyOfEnum(column.enum_type), comparison, column.enum_type, right_type);
    if (!OidIsValid(op)) {
        elog(ERROR, "no operator %d for %u and %u", static_cast<int>(comparison), column.enum_type,
             right_type);
    }
    return op;
}

/// Whether a function is one of two, which compare for equality.
bool ReadEquality(Oid function, Oid equal, Oid not_equal, Comparison* comparison) {
    *comparison = function == equal ? Comparison::kEq : Comparison::kNe;
    return function == equal || function == not_equal;
}

/// Which comparison a function of native enums is.
bool ReadNativeComparison(Oid function, Comparison* comparison) {
    switch (function) {
        case F_ENUM_LT:
            *comparison = Comparison::kLt;
            return true;
        case F_ENUM_LE:
            *comparison = Comparison::kLe;
            return true;
        case F_ENUM_GE:
            *comparison = Comparison::kGe;
            return true;
        case F_ENUM_GT:
            *comparison = Comparison::kGt;
            return true;
        default:
            return ReadEquality(function, F_ENUM_EQ, F_ENUM_NE, comparison);
    }
}

/// An expression of some type that is text, as text.
Expr* AsText(Node* node) {
    return exprType(node) == TEXTOID
               ? AsExpr(node)
               : AsExpr(makeRelabelType(AsExpr(node), TEXTOID, -1, exprCollation(node),
                                        COERCE_EXPLICIT_CAST));
}

/// value op literal, or nullptr.
Expr* CompareWithLiteral(const Column& column, Expr* value, Comparison comparison,
                         const Const& literal, Rewriter* rewriter) {
    if (literal.constisnull) {
        return nullptr;
    }
    const char* text = OldText(column, literal.consttype, literal.constvalue);
    if (text == nullptr) {
        return nullptr;
    }
    const Target target = FindLiteral(column, text, rewriter);
    const bool is_value = target.kind == Target::Kind::kCode;
    if (is_value && !target.deprecated) {
        return MakeOperator(EnumOperator(column, comparison, column.enum_type), value,
                            AsExpr(MakeCodeConst(column.enum_type, target.code)));
    }
    if (KindOf(column) == OldKind::kNumber || !IsEquality(comparison)) {
        return nullptr;
    }
    // A text that is no value equals none, as before.
    Const* name = is_value ? MakeNameConst(column, target.code) : MakeTextConst(text);
    return MakeOperator(EnumOperator(column, comparison, TEXTOID), value, AsExpr(name));
}

/// left op right, where one of them is an old value; nullptr when it is as good as it can be.
Expr* SimplifyOperator(const OpExpr& expression, Rewriter* rewriter) {
    if (list_length(expression.args) != 2) {
        return nullptr;
    }
    Node* left = FirstArgument(expression.args);
    Node* right = SecondArgument(expression.args);
    const OldValue* old = FindOldValue(left, *rewriter);
    const bool is_commuted = old == nullptr;
    if (is_commuted) {
        old = FindOldValue(right, *rewriter);
        std::swap(left, right);
    }
    Comparison comparison{};
    if (old == nullptr || !ReadOldComparison(*old->column, expression.opno, &comparison)) {
        return nullptr;
    }
    return CompareValue(*old->column, old->value, is_commuted ? Commuted(comparison) : comparison,
                        right, rewriter);
}

/// The elements of an array as the mapping reads them; false when one is NULL or has no name.
bool ReadElements(const Column& column, Datum array, List** texts) {
    ArrayType* elements = DatumGetArrayTypeP(array);
    const ArrayElements found = ElementsOf(elements);
    for (int i = 0; i < found.count; ++i) {
        const char* text =
            found.nulls[i] ? nullptr : OldText(column, ARR_ELEMTYPE(elements), found.values[i]);
        if (text == nullptr) {
            return false;
        }
        *texts = lappend(*texts, const_cast<char*>(text));
    }
    return true;
}

/// The array of values that literals become, or of names when one is deprecated; nullptr when the
/// old values are integers and there is no such array.
Expr* MapElements(const Column& column, List* texts, Oid* element_type, Rewriter* rewriter) {
    List* codes = NIL;
    bool any_deprecated = false;
    ListCell* cell = nullptr;
    foreach (cell, texts) {
        const Target target = FindLiteral(column, static_cast<const char*>(lfirst(cell)), rewriter);
        if (target.kind == Target::Kind::kCode) {
            codes = list_append_unique_int(codes, ToInt(target.code));
            any_deprecated = any_deprecated || target.deprecated;
        }
    }
    // A list without a value is still a list, which NULL is neither in nor not in.
    const bool as_text = any_deprecated || codes == NIL;
    if (as_text && KindOf(column) == OldKind::kNumber) {
        return nullptr;
    }
    List* elements = NIL;
    foreach (cell, codes) {
        const Code code{static_cast<std::int16_t>(lfirst_int(cell))};
        elements = lappend(elements, as_text ? MakeNameConst(column, code)
                                             : MakeCodeConst(column.enum_type, code));
    }
    if (codes == NIL) {
        foreach (cell, texts) {
            elements = lappend(elements, MakeTextConst(static_cast<const char*>(lfirst(cell))));
        }
    }
    *element_type = as_text ? TEXTOID : column.enum_type;
    return MakeArray(*element_type, elements);
}

/// value = ANY (array) and value <> ALL (array), for an array of literals.
Expr* SimplifyArrayOperator(const ScalarArrayOpExpr& expression, Rewriter* rewriter) {
    const OldValue* old = FindOldValue(FirstArgument(expression.args), *rewriter);
    Comparison comparison{};
    if (old == nullptr || !ReadOldComparison(*old->column, expression.opno, &comparison) ||
        comparison != (expression.useOr ? Comparison::kEq : Comparison::kNe)) {
        return nullptr;
    }
    const Const* literal = ConstantOf(SecondArgument(expression.args));
    List* texts = NIL;
    if (literal == nullptr || literal->constisnull ||
        !ReadElements(*old->column, literal->constvalue, &texts)) {
        return nullptr;
    }
    Oid element_type = InvalidOid;
    Expr* array = MapElements(*old->column, texts, &element_type, rewriter);
    return array == nullptr
               ? nullptr
               : MakeArrayOperator(EnumOperator(*old->column, comparison, element_type),
                                   expression.useOr, old->value, array);
}

/// A cast of an old value to text or varchar: the value, cast to that type.
Node* SimplifyCast(Expr* argument, Oid type, Node* otherwise, Rewriter* rewriter) {
    const OldValue* old = FindOldValue(AsNode(argument), *rewriter);
    if (old == nullptr || old->column->is_array || KindOf(*old->column) == OldKind::kNumber ||
        (type != TEXTOID && type != VARCHAROID)) {
        return otherwise;
    }
    Column as_text = *old->column;
    SetOldType(&as_text, type);
    return AsNode(MakeOldValue(&as_text, old->value, rewriter));
}

/// A cast of the old text to the enumeration that it is now: the value.
Node* SimplifyFunction(FuncExpr* call, Rewriter* rewriter) {
    if (call->funcid == F_TEXT_BPCHAR) {
        return SimplifyCast(AsExpr(FirstArgument(call->args)), TEXTOID, AsNode(call), rewriter);
    }
    if (call->funcformat == COERCE_EXPLICIT_CALL || list_length(call->args) != 1) {
        return AsNode(call);
    }
    const OldValue* old = FindOldValue(FirstArgument(call->args), *rewriter);
    if (old != nullptr && KindOf(*old->column) == OldKind::kNative) {
        return SimplifyCast(AsExpr(FirstArgument(call->args)), call->funcresulttype, AsNode(call),
                            rewriter);
    }
    const bool is_value = old != nullptr && KindOf(*old->column) == OldKind::kText &&
                          call->funcresulttype == old->column->enum_type;
    return is_value ? AsNode(old->value) : AsNode(call);
}

Node* BetterOf(Expr* better, Node* node) {
    return better == nullptr ? node : AsNode(better);
}

}  // namespace

bool ReadOldComparison(const Column& column, Oid op, Comparison* comparison) {
    const Oid function = get_opcode(op);
    switch (KindOf(column)) {
        case OldKind::kNative:
            if (ReadNativeComparison(function, comparison) ||
                (IsEnum(column.old_type) && ReadEnumComparison(op, comparison))) {
                return IsEquality(*comparison) || KeepsOrder(column);
            }
            // Its text may be compared, too.
            [[fallthrough]];
        case OldKind::kText:
            return ReadEquality(function, F_TEXTEQ, F_TEXTNE, comparison) ||
                   ReadEquality(function, F_BPCHAREQ, F_BPCHARNE, comparison) ||
                   ReadEquality(function, F_CHAREQ, F_CHARNE, comparison);
        case OldKind::kNumber:
            break;
    }
    const Oid family = lookup_type_cache(column.old_type, TYPECACHE_BTREE_OPFAMILY)->btree_opf;
    return ComparisonInFamily(op, family, comparison) &&
           (IsEquality(*comparison) || KeepsOrder(column));
}

Expr* CompareValue(const Column& column, Expr* value, Comparison comparison, Node* right,
                   Rewriter* rewriter) {
    if (const OldValue* other = FindOldValue(right, *rewriter)) {
        if (other->column->is_array || other->column->enum_type != column.enum_type) {
            return nullptr;
        }
        NoteMappings(column, *other->column, rewriter);
        return MakeOperator(EnumOperator(column, comparison, column.enum_type), value,
                            other->value);
    }
    if (const Const* literal = ConstantOf(right)) {
        return CompareWithLiteral(column, value, comparison, *literal, rewriter);
    }
    const Oid right_type = exprType(right);
    if (IsA(right, CaseTestExpr) || !IsText(right_type) || column.old_type == BPCHAROID ||
        right_type == BPCHAROID) {
        return nullptr;
    }
    NoteText(column, rewriter);
    return MakeOperator(EnumOperator(column, comparison, TEXTOID), value, AsText(right));
}

Node* SimplifyToEnum(Node* node, Rewriter* rewriter) {
    switch (nodeTag(node)) {
        case T_RelabelType: {
            const auto& cast = *castNode(RelabelType, node);
            return SimplifyCast(cast.arg, cast.resulttype, node, rewriter);
        }
        case T_CoerceViaIO: {
            const auto& cast = *castNode(CoerceViaIO, node);
            return SimplifyCast(cast.arg, cast.resulttype, node, rewriter);
        }
        case T_FuncExpr:
            return SimplifyFunction(castNode(FuncExpr, node), rewriter);
        case T_OpExpr:
            return rewriter->keep_comparisons
                       ? node
                       : BetterOf(SimplifyOperator(*castNode(OpExpr, node), rewriter), node);
        case T_ScalarArrayOpExpr:
            return BetterOf(SimplifyArrayOperator(*castNode(ScalarArrayOpExpr, node), rewriter),
                            node);
        case T_DistinctExpr:
            MapComparedLiteral(castNode(DistinctExpr, node)->args, rewriter);
            return node;
        case T_NullIfExpr:
            MapComparedLiteral(castNode(NullIfExpr, node)->args, rewriter);
            return node;
        case T_CaseExpr:
            MapCaseLiterals(castNode(CaseExpr, node), rewriter);
            return node;
        default:
            return node;
    }
}

}  // namespace gb_enums::convert
