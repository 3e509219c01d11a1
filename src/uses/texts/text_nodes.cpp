#include "uses/texts/text_nodes.hpp"

extern "C" {
#include "access/transam.h"
#include "catalog/pg_collation.h"
#include "nodes/parsenodes.h"
}

namespace gb_enums {

namespace {

/// Whether the output function of a type is the server's own.
bool HasOwnOutput(Oid type) {
    Oid output = InvalidOid;
    bool is_varlena = false;
    getTypeOutputInfo(type, &output, &is_varlena);
    return output < FirstUnpinnedObjectId;
}

}  // namespace

const Node* Stripped(const Node* node) {
    for (;;) {
        const void* inner = nullptr;
        if (IsA(node, RelabelType)) {
            inner = reinterpret_cast<const RelabelType*>(node)->arg;
        } else if (IsA(node, CollateExpr)) {
            inner = reinterpret_cast<const CollateExpr*>(node)->arg;
        } else if (IsA(node, CoerceToDomain)) {
            inner = reinterpret_cast<const CoerceToDomain*>(node)->arg;
        } else if (IsA(node, TargetEntry)) {
            inner = reinterpret_cast<const TargetEntry*>(node)->expr;
        } else {
            return node;
        }
        node = static_cast<const Node*>(inner);
    }
}

bool IsStringType(Oid type) {
    return type == TEXTOID || type == VARCHAROID || type == BPCHAROID;
}

bool IsText(Oid type) {
    return IsStringType(type) || type == CSTRINGOID || type == NAMEOID || type == UNKNOWNOID;
}

Oid ElementOrSelf(Oid type) {
    const Oid base = getBaseType(type);
    const Oid element = get_element_type(base);
    return OidIsValid(element) ? getBaseType(element) : base;
}

bool IsConstant(const Node* node) {
    node = Stripped(node);
    if (!IsA(node, ArrayExpr)) {
        return IsA(node, Const);
    }
    const List* elements = reinterpret_cast<const ArrayExpr*>(node)->elements;
    return std::all_of(
        list_head(elements), list_head(elements) + list_length(elements),
        [](const ListCell& cell) { return IsConstant(static_cast<const Node*>(lfirst(&cell))); });
}

bool IsLegible(Oid type) {
    char category = 0;
    bool is_preferred = false;
    get_type_category_preferred(ElementOrSelf(type), &category, &is_preferred);
    return category == TYPCATEGORY_STRING || IsText(type) || type == JSONOID || type == JSONBOID ||
           type == XMLOID || type == BYTEAOID;
}

const char* ConstantText(const Const& constant) {
    const Oid type = constant.consttype;
    if (constant.constisnull || !IsLegible(type) || !HasOwnOutput(type) ||
        !HasOwnOutput(ElementOrSelf(type))) {
        return nullptr;
    }
    Oid output = InvalidOid;
    bool is_varlena = false;
    getTypeOutputInfo(type, &output, &is_varlena);
    return OidOutputFunctionCall(output, constant.constvalue);
}

bool MakesOthersEqual(Oid collation) {
    HeapTuple row =
        OidIsValid(collation) ? SearchSysCache1(COLLOID, ObjectIdGetDatum(collation)) : nullptr;
    if (!HeapTupleIsValid(row)) {
        return false;
    }
    const bool is_exact = reinterpret_cast<Form_pg_collation>(GETSTRUCT(row))->collisdeterministic;
    ReleaseSysCache(row);
    return !is_exact;
}

bool TakesAnyType(Oid function) {
    if (!SearchSysCacheExists1(PROCOID, ObjectIdGetDatum(function))) {
        return false;  // dropped since
    }
    Oid* types = nullptr;
    int count = 0;
    get_func_signature(function, &types, &count);
    return std::any_of(types, types + count, [](Oid type) {
        return IsPolymorphicType(type) || type == ANYOID || type == RECORDOID ||
               type == RECORDARRAYOID;
    });
}

}  // namespace gb_enums
