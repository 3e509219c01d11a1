// The way back: better forms of expressions over columns that were enumerations and become texts or
// integers. A use of the column has become its value cast to the enumeration; where that is
// compared, the comparison is one of texts or integers.

#include "convert/tree/rewriter.hpp"
#include "type/comparison.hpp"

extern "C" {
#include "catalog/pg_operator_d.h"
#include "utils/fmgroids.h"
}

namespace gb_enums::convert {

namespace {

/// Whether an operator compares enumerations.
bool ReadComparison(Oid op, Comparison* comparison) {
    const Oid function = get_opcode(op);
    return OidIsValid(function) &&
           get_func_namespace(function) == get_namespace_oid("gb_enums_internal", true) &&
           ComparisonOf(function, comparison);
}

bool BecomesText(const Column& column) {
    return column.new_type == TEXTOID || column.new_type == VARCHAROID;
}

/// The operator that does for the new type what a comparison did, or InvalidOid.
Oid NewOperator(const Column& column, Oid right_type, Comparison comparison) {
    const bool negated = comparison == Comparison::kNe;
    if (BecomesText(column)) {
        // Texts have another order.
        return (comparison != Comparison::kEq && !negated) || right_type != TEXTOID ? InvalidOid
               : negated ? get_negator(TextEqualOperator)
                         : TextEqualOperator;
    }
    const Oid op = get_opfamily_member(INTEGER_BTREE_FAM_OID, column.new_type, right_type,
                                       static_cast<int16>(negated ? Comparison::kEq : comparison));
    return negated && OidIsValid(op) ? get_negator(op) : op;
}

/// Whether a tree is a column as it was, and nothing around it.
bool IsWas(Node* node, Rewriter* rewriter, Column** column, Expr** value) {
    return IsA(node, FuncExpr) && IsOld(node, rewriter, column, value) &&
           exprType(node) == (*column)->enum_type;
}

/// A value as a literal of the new type, or nullptr for a code without a name.
Const* NewConst(const Column& column, Datum value) {
    const int16 code = DatumGetInt16(value);
    if (!BecomesText(column)) {
        return column.new_type == INT2OID ? makeConst(INT2OID, -1, InvalidOid, sizeof(int16),
                                                      Int16GetDatum(code), false, true)
                                          : makeConst(INT4OID, -1, InvalidOid, sizeof(int32),
                                                      Int32GetDatum(code), false, true);
    }
    const text* name = column.mapping.type->NameOf(Code{code});
    return name == nullptr ? nullptr : TextConst(text_to_cstring(name));
}

/// The other side of a comparison in the new type, or nullptr.
Expr* NewOther(const Column& column, Node* other, Rewriter* rewriter) {
    Column* other_column = nullptr;
    Expr* other_value = nullptr;
    const Oid type = exprType(other);
    if (IsWas(other, rewriter, &other_column, &other_value)) {
        return AsBase(other_value);
    }
    if (type != column.enum_type) {
        return reinterpret_cast<Expr*>(other);
    }
    const Const* literal = ConstantOf(other);
    return literal == nullptr || literal->constisnull
               ? nullptr
               : reinterpret_cast<Expr*>(NewConst(column, literal->constvalue));
}

/// left op right where one of them is the column as it was; which column is in `column`.
OpExpr* SimplifyComparison(const OpExpr& old, Rewriter* rewriter, Column** changed) {
    Comparison comparison{};
    Column* column = nullptr;
    Expr* value = nullptr;
    if (list_length(old.args) != 2 || !ReadComparison(old.opno, &comparison)) {
        return nullptr;
    }
    auto* left = static_cast<Node*>(linitial(old.args));
    auto* right = static_cast<Node*>(lsecond(old.args));
    if (!IsWas(left, rewriter, &column, &value)) {
        if (!IsWas(right, rewriter, &column, &value)) {
            return nullptr;
        }
        std::swap(left, right);
        comparison = Commuted(comparison);
    }
    Expr* other = NewOther(*column, right, rewriter);
    if (other == nullptr) {
        return nullptr;
    }
    *changed = column;
    const Oid op = NewOperator(*column, exprType(reinterpret_cast<Node*>(other)), comparison);
    return OidIsValid(op) ? castNode(OpExpr, MakeOperator(op, AsBase(value), other)) : nullptr;
}

/// IS DISTINCT FROM and NULLIF, which are operators to the server.
Node* SimplifyNameless(Node* node, Rewriter* rewriter) {
    const auto& old = *reinterpret_cast<const OpExpr*>(node);
    Column* column = nullptr;
    Expr* value = nullptr;
    bool concerned = false;
    ListCell* cell = nullptr;
    foreach (cell, old.args) {
        concerned = concerned || IsWas(static_cast<Node*>(lfirst(cell)), rewriter, &column, &value);
    }
    if (!concerned) {
        return node;
    }
    // NULLIF gives what is on its left.
    const bool turns = IsA(node, NullIfExpr) &&
                       !IsWas(static_cast<Node*>(linitial(old.args)), rewriter, &column, &value);
    OpExpr* better = turns ? nullptr : SimplifyComparison(old, rewriter, &column);
    if (better == nullptr) {
        Refuse(rewriter, kNamesNoOperator);
        return node;
    }
    better->xpr.type = nodeTag(node);
    if (IsA(node, DistinctExpr)) {
        return reinterpret_cast<Node*>(better);
    }
    auto* left = static_cast<Node*>(linitial(better->args));
    better->opresulttype = exprType(left);
    better->opcollid = exprCollation(left);
    return reinterpret_cast<Node*>(OldOf(column, reinterpret_cast<Expr*>(better)));
}

/// CASE column WHEN ...
Node* SimplifyCase(CaseExpr* expression, Rewriter* rewriter) {
    Column* column = nullptr;
    Expr* value = nullptr;
    if (expression->arg == nullptr ||
        !IsWas(reinterpret_cast<Node*>(expression->arg), rewriter, &column, &value)) {
        return reinterpret_cast<Node*>(expression);
    }
    auto* subject = makeNode(CaseTestExpr);
    value = AsBase(value);
    subject->typeId = exprType(reinterpret_cast<Node*>(value));
    subject->typeMod = -1;
    subject->collation = exprCollation(reinterpret_cast<Node*>(value));
    ListCell* cell = nullptr;
    foreach (cell, expression->args) {
        auto* when = lfirst_node(CaseWhen, cell);
        Comparison comparison{};
        Expr* other = nullptr;
        Oid op = InvalidOid;
        if (IsA(when->expr, OpExpr) &&
            ReadComparison(castNode(OpExpr, when->expr)->opno, &comparison) &&
            IsA(linitial(castNode(OpExpr, when->expr)->args), CaseTestExpr)) {
            auto* right = static_cast<Node*>(lsecond(castNode(OpExpr, when->expr)->args));
            other = NewOther(*column, right, rewriter);
            op = other == nullptr
                     ? InvalidOid
                     : NewOperator(*column, exprType(reinterpret_cast<Node*>(other)), comparison);
        }
        if (!OidIsValid(op)) {
            Refuse(rewriter, kNamesNoOperator);
            return reinterpret_cast<Node*>(expression);
        }
        when->expr = MakeOperator(op, reinterpret_cast<Expr*>(subject), other);
    }
    expression->arg = value;
    return reinterpret_cast<Node*>(expression);
}

/// The elements of a constant array of the enumeration, in the new type; or nullptr.
Expr* NewArray(const Column& column, Node* array) {
    const Const* literal = ConstantOf(array);
    if (literal == nullptr || literal->constisnull) {
        return nullptr;
    }
    Datum* codes = nullptr;
    bool* nulls = nullptr;
    int count = 0;
    deconstruct_array(DatumGetArrayTypeP(literal->constvalue), column.enum_type, sizeof(int16),
                      true, TYPALIGN_SHORT, &codes, &nulls, &count);
    auto* values = makeNode(ArrayExpr);
    values->element_typeid = BecomesText(column) ? TEXTOID : column.new_type;
    values->array_typeid = get_array_type(values->element_typeid);
    values->array_collid = get_typcollation(values->element_typeid);
    values->location = -1;
    for (int i = 0; i < count; ++i) {
        Const* value = nulls[i] ? nullptr : NewConst(column, codes[i]);
        if (value == nullptr) {
            return nullptr;
        }
        values->elements = lappend(values->elements, value);
    }
    return reinterpret_cast<Expr*>(values);
}

/// column = ANY (array) and column <> ALL (array).
Expr* SimplifyArrayComparison(const ScalarArrayOpExpr& old, Rewriter* rewriter) {
    auto* array = static_cast<Node*>(lsecond(old.args));
    Comparison comparison{};
    Column* column = nullptr;
    Expr* value = nullptr;
    if (!ReadComparison(old.opno, &comparison) ||
        !IsWas(static_cast<Node*>(linitial(old.args)), rewriter, &column, &value)) {
        return nullptr;
    }
    Expr* elements = exprType(array) == get_array_type(column->enum_type)
                         ? NewArray(*column, array)
                         : reinterpret_cast<Expr*>(array);
    if (elements == nullptr) {
        return nullptr;
    }
    const Oid element_type = get_element_type(exprType(reinterpret_cast<Node*>(elements)));
    auto* result = makeNode(ScalarArrayOpExpr);
    result->opno = NewOperator(*column, element_type, comparison);
    if (!OidIsValid(result->opno)) {
        return nullptr;
    }
    result->opfuncid = get_opcode(result->opno);
    result->useOr = old.useOr;
    result->inputcollid = get_typcollation(element_type);
    result->args = list_make2(AsBase(value), elements);
    result->location = -1;
    return reinterpret_cast<Expr*>(result);
}

/// A cast of the column as it was to what it is now, or another text.
Node* SimplifyCast(Node* arg, Oid type, Node* otherwise, Rewriter* rewriter) {
    Column* column = nullptr;
    Expr* value = nullptr;
    if (!IsWas(arg, rewriter, &column, &value)) {
        return otherwise;
    }
    if (type == column->new_type) {
        return reinterpret_cast<Node*>(value);
    }
    const bool is_text = BecomesText(*column) && (type == TEXTOID || type == VARCHAROID);
    return is_text ? reinterpret_cast<Node*>(makeRelabelType(
                         value, type, -1, exprCollation(otherwise), COERCE_EXPLICIT_CAST))
                   : otherwise;
}

bool IsCast(const FuncExpr& call) {
    return call.funcformat != COERCE_EXPLICIT_CALL && list_length(call.args) == 1;
}

}  // namespace

bool GoesBack(const Rewriter& rewriter) {
    return rewriter.columns != NIL &&
           OidIsValid(static_cast<const Column*>(linitial(rewriter.columns))->new_type);
}

Node* SimplifyBack(Node* node, Rewriter* rewriter) {
    Expr* better = nullptr;
    Column* column = nullptr;
    switch (nodeTag(node)) {
        case T_CaseExpr:
            return SimplifyCase(castNode(CaseExpr, node), rewriter);
        case T_DistinctExpr:
        case T_NullIfExpr:
            return SimplifyNameless(node, rewriter);
        case T_FuncExpr: {
            const auto& call = *castNode(FuncExpr, node);
            return IsCast(call) ? SimplifyCast(static_cast<Node*>(linitial(call.args)),
                                               call.funcresulttype, node, rewriter)
                                : node;
        }
        case T_RelabelType: {
            const auto& cast = *castNode(RelabelType, node);
            return SimplifyCast(reinterpret_cast<Node*>(cast.arg), cast.resulttype, node, rewriter);
        }
        case T_OpExpr:
            better = reinterpret_cast<Expr*>(
                SimplifyComparison(*castNode(OpExpr, node), rewriter, &column));
            break;
        case T_ScalarArrayOpExpr:
            better = SimplifyArrayComparison(*castNode(ScalarArrayOpExpr, node), rewriter);
            break;
        default:
            break;
    }
    return better == nullptr ? node : reinterpret_cast<Node*>(better);
}

}  // namespace gb_enums::convert
