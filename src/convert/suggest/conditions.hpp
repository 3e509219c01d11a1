#pragma once

// The parts of stored conditions that say something about the values of a column.

#include "tree/comparison.hpp"
#include "tree/nodes.hpp"

namespace gb_enums::convert {

/// What stands for the value of a domain in its CHECKs.
constexpr AttrNumber kDomainValue = 1;

/// An expression without casts among texts or among numbers.
Node* WithoutCasts(Node* node);

/// The column that an expression is, but for casts; 0 when it is none.
AttrNumber ColumnOf(Node* node);

/// Appends the texts of constants, also of those in arrays; false when there is anything else.
bool AddValues(Node* node, List** values);

/// Which comparison an operator on texts or numbers is; false for other operators.
bool ReadComparison(Oid op, Comparison* comparison);

}  // namespace gb_enums::convert
