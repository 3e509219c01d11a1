#pragma once

// How many bytes the entries of an index have. A row of the table whose entry is too long is
// refused.

#include "operations/advice/advised_index.hpp"

namespace gb_enums::operations {

/// The bytes of a column's values on average.
int AverageWidth(Oid relation, AttrNumber column);

/// The bytes of a column's values at most; INT_MAX where its type has no limit.
int GreatestWidth(Oid relation, AttrNumber column);

/// Whether the values of a key are narrow, and none that ANALYZE has kept lets one expect that
/// another one is too long.
bool HasNarrowKey(const AdvisedIndex& index);

/// Says for people which rows an index refuses, after a semicolon; nothing when the types of its
/// columns keep each entry short.
const char* RefusedRows(const AdvisedIndex& index);

}  // namespace gb_enums::operations
