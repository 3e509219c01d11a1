#include "convert/suggest/conditions.hpp"

#include "server/arrays.hpp"

namespace gb_enums::convert {

namespace {

bool IsTextOrNumber(Oid type) {
    switch (type) {
        case TEXTOID:
        case VARCHAROID:
        case BPCHAROID:
        case CHAROID:
        case INT2OID:
        case INT4OID:
        case INT8OID:
        case NUMERICOID:
            return true;
        default:
            return false;
    }
}

/// Whether a call is a cast of a text or number to another such type.
bool IsCast(const FuncExpr& call) {
    return call.funcformat != COERCE_EXPLICIT_CALL && call.args != NIL &&
           IsTextOrNumber(call.funcresulttype) &&
           IsTextOrNumber(exprType(FirstArgument(call.args)));
}

List* AddValue(List* values, Datum value, Oid type) {
    Oid output = InvalidOid;
    bool is_variable_length = false;
    getTypeOutputInfo(type, &output, &is_variable_length);
    return lappend(values, OidOutputFunctionCall(output, value));
}

}  // namespace

Node* WithoutCasts(Node* node) {
    while (node != nullptr) {
        if (IsA(node, RelabelType)) {
            node = AsNode(castNode(RelabelType, node)->arg);
        } else if (IsA(node, ArrayCoerceExpr)) {
            node = AsNode(castNode(ArrayCoerceExpr, node)->arg);
        } else if (IsA(node, CoerceToDomain)) {
            node = AsNode(castNode(CoerceToDomain, node)->arg);
        } else if (IsA(node, FuncExpr) && IsCast(*castNode(FuncExpr, node))) {
            node = FirstArgument(castNode(FuncExpr, node)->args);
        } else {
            break;
        }
    }
    return node;
}

AttrNumber ColumnOf(Node* node) {
    node = WithoutCasts(node);
    if (node == nullptr) {
        return InvalidAttrNumber;
    }
    if (IsA(node, CoerceToDomainValue)) {
        return kDomainValue;
    }
    constexpr AttrNumber kNone = InvalidAttrNumber;
    return IsA(node, Var) ? castNode(Var, node)->varattno : kNone;
}

bool AddValues(Node* node, List** values) {
    check_stack_depth();
    node = WithoutCasts(node);
    if (node == nullptr) {
        return false;
    }
    if (IsA(node, ArrayExpr)) {
        ListCell* cell = nullptr;
        foreach (cell, castNode(ArrayExpr, node)->elements) {
            if (!AddValues(AsNode(lfirst(cell)), values)) {
                return false;
            }
        }
        return true;
    }
    if (!IsA(node, Const)) {
        return false;
    }
    const auto* constant = castNode(Const, node);
    if (constant->constisnull) {
        return true;  // allows nothing
    }
    if (IsTextOrNumber(constant->consttype)) {
        *values = AddValue(*values, constant->constvalue, constant->consttype);
        return true;
    }
    const Oid element = get_element_type(constant->consttype);
    if (!IsTextOrNumber(element)) {
        return false;
    }
    const ArrayElements elements = ElementsOf(DatumGetArrayTypeP(constant->constvalue));
    for (int i = 0; i < elements.count; ++i) {
        if (!elements.nulls[i]) {
            *values = AddValue(*values, elements.values[i], element);
        }
    }
    return true;
}

bool ReadComparison(Oid op, Comparison* comparison) {
    for (const Oid type : {TEXTOID, BPCHAROID, INT4OID, NUMERICOID, CHAROID}) {
        const Oid family = lookup_type_cache(type, TYPECACHE_BTREE_OPFAMILY)->btree_opf;
        if (ComparisonInFamily(op, family, comparison)) {
            return true;
        }
    }
    return false;
}

}  // namespace gb_enums::convert
