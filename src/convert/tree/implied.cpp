// CHECKs that say nothing any more, since they list the values of the new type.

#include "convert/tree/rewriter.hpp"
#include "tree/constants.hpp"
#include "tree/nodes.hpp"

namespace gb_enums::convert {

namespace {

/// A value, or NULL, in place of the one column that a condition is about.
struct Substitution {
    AttrNumber column;
    Const* value;
    Oid trusting_cast;
    const Rewriter* rewriter;
    /// The condition has something else in it, too.
    bool fails;
};

/// Whether a node cannot raise an error: comparisons and casts of the value cannot.
bool IsHarmless(Node* node, const Substitution& substitution) {
    switch (nodeTag(node)) {
        case T_FuncExpr:
            return FindOldValue(node, *substitution.rewriter) != nullptr ||
                   castNode(FuncExpr, node)->funcid == substitution.trusting_cast;
        case T_OpExpr:
            return exprType(node) == BOOLOID;
        case T_RelabelType:
        case T_Const:
        case T_BoolExpr:
        case T_NullTest:
        case T_ScalarArrayOpExpr:
        case T_ArrayExpr:
        case T_ArrayCoerceExpr:
        case T_CaseTestExpr:
        case T_List:
            return true;
        default:
            return false;
    }
}

Node* Substitute(Node* node, void* context) {
    if (node == nullptr) {
        return nullptr;
    }
    auto* substitution = static_cast<Substitution*>(context);
    if (IsA(node, Var)) {
        substitution->fails =
            substitution->fails || castNode(Var, node)->varattno != substitution->column;
        return AsNode(Copy(substitution->value));
    }
    if (!IsHarmless(node, *substitution)) {
        substitution->fails = true;
        return Copy(node);
    }
    return expression_tree_mutator(node, AsMutator(Substitute), context);
}

/// Whether a condition holds, or is unknown, for a value; false when in doubt. The value is NULL
/// without a code.
bool HoldsFor(Node* condition, const Column& column, std::optional<Code> code,
              const Rewriter& rewriter) {
    const bool is_smallint = OidIsValid(column.trusting_cast);
    Const* value = MakeCodeConst(is_smallint ? INT2OID : column.enum_type, code.value_or(Code{}));
    value->constisnull = !code.has_value();
    Substitution substitution{NumberOfValues(column), value, column.trusting_cast, &rewriter,
                              false};
    Node* closed = Substitute(condition, &substitution);
    if (substitution.fails || contain_mutable_functions(closed) || CallsUsersFunctions(closed)) {
        return false;
    }
    Node* result = eval_const_expressions(nullptr, closed);
    if (result == nullptr || !IsA(result, Const)) {
        return false;
    }
    const auto& constant = *castNode(Const, result);
    return constant.constisnull || DatumGetBool(constant.constvalue);
}

/// The codes that may be given as input: a copy, since what is done with them may look up catalogs,
/// after which the definition may be another.
List* CodesInUse(const Definition& definition) {
    List* codes = NIL;
    for (const Value& value : definition.values()) {
        if (!value.deprecated) {
            codes = lappend_int(codes, ToInt(value.code));
        }
    }
    return codes;
}

/// The least and the greatest code that there can be, where they are none of the definition.
List* OtherCodes(const Definition& definition) {
    const auto is_code = [&definition](int code) {
        const auto& values = definition.values();
        return std::any_of(values.begin(), values.end(),
                           [code](const Value& value) { return ToInt(value.code) == code; });
    };
    List* codes = is_code(PG_INT16_MIN) ? NIL : list_make1_int(PG_INT16_MIN);
    return is_code(PG_INT16_MAX) ? codes : lappend_int(codes, PG_INT16_MAX);
}

/// Whether a condition holds for NULL and all values that a column can hold, when the column is the
/// enumeration, and for nothing else. A condition that also holds for other values, such as
/// status <> 'deleted', would refuse a value that the enumeration gets later.
bool ListsValues(Node* condition, const Column& column, const Rewriter& rewriter) {
    const Definition* definition = column.mapping.type->definition();
    // What lists the elements of an array refuses NULL among them, too.
    if (column.is_array || OidIsValid(column.trusting_cast) || OidIsValid(column.new_type) ||
        definition == nullptr) {
        return false;
    }
    List* codes = CodesInUse(*definition);
    List* others = OtherCodes(*definition);
    bool lists = HoldsFor(condition, column, std::nullopt, rewriter);
    ListCell* cell = nullptr;
    foreach (cell, codes) {
        const Code code{static_cast<std::int16_t>(lfirst_int(cell))};
        lists = lists && HoldsFor(condition, column, code, rewriter);
    }
    foreach (cell, others) {
        const Code code{static_cast<std::int16_t>(lfirst_int(cell))};
        lists = lists && !HoldsFor(condition, column, code, rewriter);
    }
    return lists;
}

}  // namespace

bool IsImplied(Node* condition, List* columns, const Rewriter& rewriter) {
    ListCell* cell = nullptr;
    foreach (cell, columns) {
        if (ListsValues(condition, *static_cast<Column*>(lfirst(cell)), rewriter)) {
            return true;
        }
    }
    return false;
}

}  // namespace gb_enums::convert
