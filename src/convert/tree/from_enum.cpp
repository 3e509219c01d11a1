// The way back: better forms of expressions over columns that were enumerations and become texts or
// integers. A use of the column has become its value cast to the enumeration; where that is
// compared, the comparison becomes one of texts or integers.

#include "convert/tree/rewriter.hpp"
#include "server/arrays.hpp"
#include "tree/comparison.hpp"
#include "tree/constants.hpp"
#include "tree/nodes.hpp"

extern "C" {
#include "catalog/pg_operator_d.h"
#include "utils/fmgroids.h"
#include "utils/numeric.h"
}

namespace gb_enums::convert {

namespace {

/// The operator that does for the new type what a comparison did, or InvalidOid.
Oid NewOperator(const Column& column, Oid right_type, Comparison comparison) {
    if (IsNumber(column.new_type) || (column.new_type == CHAROID && IsEquality(comparison))) {
        const Oid family = lookup_type_cache(column.new_type, TYPECACHE_BTREE_OPFAMILY)->btree_opf;
        return OperatorInFamily(family, comparison, column.new_type, right_type);
    }
    // Texts have another order.
    if (!IsEquality(comparison) || right_type != TEXTOID) {
        return InvalidOid;
    }
    return comparison == Comparison::kEq ? Oid{TextEqualOperator} : get_negator(TextEqualOperator);
}

/// `left` op `right` of the new type; nullptr when there is no such operator, or no right side.
OpExpr* MakeNewOperator(const Column& column, Expr* left, Comparison comparison, Expr* right) {
    const Oid op =
        right == nullptr ? InvalidOid : NewOperator(column, exprType(AsNode(right)), comparison);
    return OidIsValid(op) ? castNode(OpExpr, MakeOperator(op, left, right)) : nullptr;
}

/// The old value that a tree is, when it is still the enumeration; nullptr otherwise.
const OldValue* FindOldEnum(Node* node, const Rewriter& rewriter) {
    const OldValue* old = IsA(node, FuncExpr) ? FindOldValue(node, rewriter) : nullptr;
    return old != nullptr && exprType(node) == old->column->enum_type ? old : nullptr;
}

/// A side of a comparison: a value is compared with integers by a cast to another type.
Node* WithoutRelabel(Node* node) {
    return IsA(node, RelabelType) ? AsNode(castNode(RelabelType, node)->arg) : node;
}

/// What an element or a constant that the enumeration is compared with becomes; nullptr for a code
/// that has no name among texts.
Const* MapCode(const Column& column, Oid type, Datum value) {
    if (type == column.enum_type) {
        return MakeNewConst(column, value);
    }
    const int64 code = type == INT8OID   ? DatumGetInt64(value)
                       : type == INT4OID ? DatumGetInt32(value)
                                         : DatumGetInt16(value);
    return code == static_cast<int16>(code)
               ? MakeNewConst(column, Int16GetDatum(static_cast<int16>(code)))
               : nullptr;
}

bool IsInteger(Oid type) {
    return type == INT2OID || type == INT4OID || type == INT8OID;
}

/// An integer that the enumeration is compared with, in the new type as far as that can be.
Expr* MakeNewNumber(const Column& column, Node* number) {
    const Const* literal = ConstantOf(number);
    if (literal != nullptr && !literal->constisnull) {
        Const* code = MapCode(column, literal->consttype, literal->constvalue);
        return code == nullptr ? AsExpr(number) : AsExpr(code);
    }
    const bool is_widened =
        IsA(number, FuncExpr) && (castNode(FuncExpr, number)->funcid == F_INT8_INT4 ||
                                  castNode(FuncExpr, number)->funcid == F_INT8_INT2);
    return AsExpr(is_widened ? FirstArgument(castNode(FuncExpr, number)->args) : number);
}

/// The other side of a comparison in the new type, or nullptr.
Expr* MakeNewSide(const Column& column, Node* side, const Rewriter& rewriter) {
    if (const OldValue* old = FindOldEnum(side, rewriter)) {
        return VarcharAsText(old->value);
    }
    if (IsInteger(exprType(side))) {
        return MakeNewNumber(column, side);
    }
    if (exprType(side) != column.enum_type) {
        return AsExpr(side);
    }
    const Const* literal = ConstantOf(side);
    return literal == nullptr || literal->constisnull
               ? nullptr
               : AsExpr(MakeNewConst(column, literal->constvalue));
}

/// left op right, where one of them is the column as it was; `column` says which. nullptr when
/// there is no such comparison of the new type.
OpExpr* SimplifyOperator(const OpExpr& expression, Column** column, const Rewriter& rewriter) {
    Comparison comparison{};
    if (list_length(expression.args) != 2 || !ReadEnumComparison(expression.opno, &comparison)) {
        return nullptr;
    }
    Node* left = FirstArgument(expression.args);
    Node* right = SecondArgument(expression.args);
    const OldValue* old = FindOldEnum(WithoutRelabel(left), rewriter);
    if (old == nullptr) {
        old = FindOldEnum(WithoutRelabel(right), rewriter);
        std::swap(left, right);
        comparison = Commuted(comparison);
    }
    if (old == nullptr) {
        return nullptr;
    }
    *column = old->column;
    return MakeNewOperator(*old->column, VarcharAsText(old->value), comparison,
                           MakeNewSide(*old->column, right, rewriter));
}

/// IS DISTINCT FROM and NULLIF, which are operators to the server.
Node* SimplifyNameless(Node* node, Rewriter* rewriter) {
    const auto& expression = *reinterpret_cast<const OpExpr*>(node);
    bool is_concerned = false;
    ListCell* cell = nullptr;
    foreach (cell, expression.args) {
        is_concerned = is_concerned || FindOldEnum(AsNode(lfirst(cell)), *rewriter) != nullptr;
    }
    // With an integer they have operators that every search_path finds; and NULLIF gives another
    // type.
    if (!is_concerned && IsA(node, NullIfExpr)) {
        return node;
    }
    // NULLIF gives its left argument, so its sides cannot be exchanged.
    const bool would_turn =
        IsA(node, NullIfExpr) && FindOldEnum(FirstArgument(expression.args), *rewriter) == nullptr;
    Column* column = nullptr;
    OpExpr* better = would_turn ? nullptr : SimplifyOperator(expression, &column, *rewriter);
    if (better == nullptr) {
        if (is_concerned) {
            Refuse(rewriter, kNamesNoOperator);
        }
        return node;
    }
    better->xpr.type = nodeTag(node);
    if (IsA(node, DistinctExpr)) {
        return AsNode(better);
    }
    better->opresulttype = exprType(FirstArgument(better->args));
    better->opcollid = exprCollation(FirstArgument(better->args));
    return AsNode(MakeOldValue(column, AsExpr(better), rewriter));
}

/// The value that CASE compares with each WHEN, in the new type.
Expr* MakeCaseSubject(Expr* value) {
    auto* subject = makeNode(CaseTestExpr);
    subject->typeId = exprType(AsNode(value));
    subject->typeMod = -1;
    subject->collation = exprCollation(AsNode(value));
    return AsExpr(subject);
}

/// The comparison of one WHEN in the new type, or nullptr.
OpExpr* SimplifyWhen(const CaseWhen& when, Expr* subject, const Column& column,
                     const Rewriter& rewriter) {
    Comparison comparison{};
    if (!IsA(when.expr, OpExpr) ||
        !ReadEnumComparison(castNode(OpExpr, when.expr)->opno, &comparison)) {
        return nullptr;
    }
    const List* arguments = castNode(OpExpr, when.expr)->args;
    return IsA(WithoutRelabel(FirstArgument(arguments)), CaseTestExpr)
               ? MakeNewOperator(column, subject, comparison,
                                 MakeNewSide(column, SecondArgument(arguments), rewriter))
               : nullptr;
}

/// CASE column WHEN ...
Node* SimplifyCase(CaseExpr* expression, Rewriter* rewriter) {
    const OldValue* old =
        expression->arg == nullptr ? nullptr : FindOldEnum(AsNode(expression->arg), *rewriter);
    if (old == nullptr) {
        return AsNode(expression);
    }
    Expr* value = VarcharAsText(old->value);
    Expr* subject = MakeCaseSubject(value);
    ListCell* cell = nullptr;
    foreach (cell, expression->args) {
        auto* when = lfirst_node(CaseWhen, cell);
        OpExpr* better = SimplifyWhen(*when, subject, *old->column, *rewriter);
        if (better == nullptr) {
            Refuse(rewriter, kNamesNoOperator);
            return AsNode(expression);
        }
        when->expr = AsExpr(better);
    }
    expression->arg = value;
    return AsNode(expression);
}

/// The elements of a constant array of the enumeration or of integers, in the new type; or nullptr.
Expr* MakeNewArray(const Column& column, Node* array) {
    const Const* literal = ConstantOf(array);
    if (literal == nullptr || literal->constisnull) {
        return nullptr;
    }
    const ArrayElements codes = ElementsOf(DatumGetArrayTypeP(literal->constvalue));
    List* elements = NIL;
    for (int i = 0; i < codes.count; ++i) {
        Const* element = codes.nulls[i]
                             ? nullptr
                             : MapCode(column, get_element_type(exprType(array)), codes.values[i]);
        if (element == nullptr) {
            return nullptr;
        }
        elements = lappend(elements, element);
    }
    return MakeArray(BecomesText(column) ? TEXTOID : column.new_type, elements);
}

/// column = ANY (array) and column <> ALL (array).
Expr* SimplifyArrayOperator(const ScalarArrayOpExpr& expression, const Rewriter& rewriter) {
    Comparison comparison{};
    const OldValue* old = FindOldEnum(WithoutRelabel(FirstArgument(expression.args)), rewriter);
    if (old == nullptr || !ReadEnumComparison(expression.opno, &comparison)) {
        return nullptr;
    }
    const Column& column = *old->column;
    Node* array = SecondArgument(expression.args);
    const Oid element = get_element_type(exprType(array));
    Expr* new_array =
        element == column.enum_type || IsInteger(element) ? MakeNewArray(column, array) : nullptr;
    if (new_array == nullptr && element != column.enum_type) {
        new_array = AsExpr(array);
    }
    if (new_array == nullptr) {
        return nullptr;
    }
    const Oid op = NewOperator(column, get_element_type(exprType(AsNode(new_array))), comparison);
    return OidIsValid(op)
               ? MakeArrayOperator(op, expression.useOr, VarcharAsText(old->value), new_array)
               : nullptr;
}

/// A cast of the column as it was to what it is now, or another text.
Node* SimplifyCast(Node* argument, Oid type, Node* otherwise, const Rewriter& rewriter) {
    const OldValue* old = FindOldEnum(argument, rewriter);
    if (old == nullptr) {
        return otherwise;
    }
    if (type == old->column->new_type) {
        return AsNode(old->value);
    }
    const bool is_text = BecomesText(*old->column) && (type == TEXTOID || type == VARCHAROID);
    return is_text ? AsNode(makeRelabelType(old->value, type, -1, exprCollation(otherwise),
                                            COERCE_EXPLICIT_CAST))
                   : otherwise;
}

bool IsCast(const FuncExpr& call) {
    return call.funcformat != COERCE_EXPLICIT_CALL && list_length(call.args) == 1;
}

}  // namespace

Const* MakeNewConst(const Column& column, Datum value) {
    const Code code{DatumGetInt16(value)};
    if (column.new_type == INT2OID) {
        return MakeCodeConst(INT2OID, code);
    }
    if (column.new_type == INT4OID) {
        return makeConst(INT4OID, -1, InvalidOid, sizeof(int32), Int32GetDatum(ToInt(code)), false,
                         true);
    }
    if (column.new_type == INT8OID) {
        return makeConst(INT8OID, -1, InvalidOid, sizeof(int64), Int64GetDatum(ToInt(code)), false,
                         FLOAT8PASSBYVAL);
    }
    if (column.new_type == NUMERICOID) {
        return makeConst(NUMERICOID, -1, InvalidOid, -1,
                         NumericGetDatum(int64_to_numeric(ToInt(code))), false, false);
    }
    const text* name = column.mapping.type->NameOf(code);
    const char* text = name == nullptr ? nullptr : text_to_cstring(name);
    if (column.new_type == CHAROID && text != nullptr) {
        return strlen(text) > 1
                   ? nullptr
                   : makeConst(CHAROID, -1, InvalidOid, 1, CharGetDatum(text[0]), false, true);
    }
    return text == nullptr ? nullptr : MakeTextConst(text);
}

Expr* CompareNewValue(const Column& column, Expr* value, Comparison comparison, Node* right,
                      const Rewriter& rewriter) {
    return AsExpr(MakeNewOperator(column, VarcharAsText(value), comparison,
                                  MakeNewSide(column, right, rewriter)));
}

bool ReadEnumComparison(Oid op, Comparison* comparison) {
    const Oid function = get_opcode(op);
    return OidIsValid(function) &&
           get_func_namespace(function) == get_namespace_oid("gb_enums_internal", true) &&
           ComparisonOfFunction(function, comparison);
}

bool GoesBack(const Rewriter& rewriter) {
    return rewriter.columns != NIL &&
           OidIsValid(static_cast<const Column*>(linitial(rewriter.columns))->new_type);
}

Node* SimplifyFromEnum(Node* node, Rewriter* rewriter) {
    Node* better = nullptr;
    Column* column = nullptr;
    switch (nodeTag(node)) {
        case T_CaseExpr:
            return SimplifyCase(castNode(CaseExpr, node), rewriter);
        case T_DistinctExpr:
        case T_NullIfExpr:
            return SimplifyNameless(node, rewriter);
        case T_FuncExpr: {
            const auto& call = *castNode(FuncExpr, node);
            return IsCast(call) ? SimplifyCast(FirstArgument(call.args), call.funcresulttype, node,
                                               *rewriter)
                                : node;
        }
        case T_RelabelType: {
            const auto& cast = *castNode(RelabelType, node);
            return SimplifyCast(AsNode(cast.arg), cast.resulttype, node, *rewriter);
        }
        case T_OpExpr:
            better = AsNode(SimplifyOperator(*castNode(OpExpr, node), &column, *rewriter));
            break;
        case T_ScalarArrayOpExpr:
            better = AsNode(SimplifyArrayOperator(*castNode(ScalarArrayOpExpr, node), *rewriter));
            break;
        default:
            break;
    }
    return better == nullptr ? node : better;
}

}  // namespace gb_enums::convert
