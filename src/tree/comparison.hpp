#pragma once

#include "server/server.hpp"

namespace gb_enums {

/// The six comparisons; the first five are btree strategies under other names.
enum class Comparison { kLt = 1, kLe, kEq, kGe, kGt, kNe };

inline bool IsEquality(Comparison comparison) {
    return comparison == Comparison::kEq || comparison == Comparison::kNe;
}

/// The comparison with its sides exchanged.
Comparison Commuted(Comparison comparison);

/// Which comparison a function of ours performs: the last two letters of its C or internal name
/// (int24lt, gb_enum_enum_text_eq, ...) say it, as everywhere in the server. An operator's name
/// says nothing: anybody can make an operator of any name by such a function.
bool ComparisonOfFunction(Oid function, Comparison* comparison);

/// Which comparison an operator is in a btree family; false when it is none there.
bool ComparisonInFamily(Oid op, Oid family, Comparison* comparison);

/// The operator that is a comparison in a btree family, or InvalidOid.
Oid OperatorInFamily(Oid family, Comparison comparison, Oid left_type, Oid right_type);

/// The btree family that an enumeration's own operators are in.
Oid FamilyOfEnum(Oid enum_type);

/// `left` op `right`.
Expr* MakeOperator(Oid op, Expr* left, Expr* right);

/// An array of elements of one type.
Expr* MakeArray(Oid element_type, List* elements);

/// `left` op ANY (array), or ALL (array) without `use_or`.
Expr* MakeArrayOperator(Oid op, bool use_or, Expr* left, Expr* array);

}  // namespace gb_enums
