#include "tree/comparison.hpp"

#include "server/function.hpp"
#include "tree/nodes.hpp"

namespace gb_enums {

Comparison Commuted(Comparison comparison) {
    switch (comparison) {
        case Comparison::kLt:
            return Comparison::kGt;
        case Comparison::kLe:
            return Comparison::kGe;
        case Comparison::kGe:
            return Comparison::kLe;
        case Comparison::kGt:
            return Comparison::kLt;
        default:
            return comparison;
    }
}

bool ComparisonOfFunction(Oid function, Comparison* comparison) {
    const char* name = FunctionSource(function);
    const std::size_t length = strlen(name);
    constexpr std::pair<const char*, Comparison> kSuffixes[] = {
        {"lt", Comparison::kLt}, {"le", Comparison::kLe}, {"eq", Comparison::kEq},
        {"ge", Comparison::kGe}, {"gt", Comparison::kGt}, {"ne", Comparison::kNe}};
    for (const auto& [suffix, found] : kSuffixes) {
        if (length > 2 && strcmp(name + length - 2, suffix) == 0) {
            *comparison = found;
            return true;
        }
    }
    return false;
}

bool ComparisonInFamily(Oid op, Oid family, Comparison* comparison) {
    if (const int strategy = get_op_opfamily_strategy(op, family)) {
        *comparison = static_cast<Comparison>(strategy);
        return true;
    }
    // <> is in no family: it is known as what negates =.
    const Oid negator = get_negator(op);
    *comparison = Comparison::kNe;
    return OidIsValid(negator) &&
           get_op_opfamily_strategy(negator, family) == BTEqualStrategyNumber;
}

Oid OperatorInFamily(Oid family, Comparison comparison, Oid left_type, Oid right_type) {
    const bool negated = comparison == Comparison::kNe;
    const auto strategy = static_cast<int16>(negated ? Comparison::kEq : comparison);
    const Oid op = get_opfamily_member(family, left_type, right_type, strategy);
    return negated && OidIsValid(op) ? get_negator(op) : op;
}

Oid FamilyOfEnum(Oid enum_type) {
    return lookup_type_cache(enum_type, TYPECACHE_BTREE_OPFAMILY)->btree_opf;
}

Expr* MakeOperator(Oid op, Expr* left, Expr* right) {
    return make_opclause(op, BOOLOID, false, left, right, InvalidOid, exprCollation(AsNode(right)));
}

Expr* MakeArray(Oid element_type, List* elements) {
    auto* array = makeNode(ArrayExpr);
    array->element_typeid = element_type;
    array->array_typeid = get_array_type(element_type);
    array->array_collid = get_typcollation(element_type);
    array->elements = elements;
    array->multidims = false;
    array->location = -1;
    return AsExpr(array);
}

Expr* MakeArrayOperator(Oid op, bool use_or, Expr* left, Expr* array) {
    auto* result = makeNode(ScalarArrayOpExpr);
    result->opno = op;
    result->opfuncid = get_opcode(op);
    result->useOr = use_or;
    result->inputcollid = get_typcollation(get_element_type(exprType(AsNode(array))));
    result->args = list_make2(left, array);
    result->location = -1;
    return AsExpr(result);
}

}  // namespace gb_enums
