#pragma once

#include "operations/advice/table_facts.hpp"

namespace gb_enums::operations {

/// What speaks for indexes of one table.
struct Facts {
    PlannerInfo* root;
    RelOptInfo* table;
    Oid relation;
    TableSize size;
    /// Columns by the conditions on them: equality, equality with another table's, ranges, and
    /// those among the latter of which a bound is known.
    Bitmapset* equal;
    Bitmapset* joined;
    Bitmapset* range;
    Bitmapset* known_range;
    /// Columns for equality by which rows with several values are read.
    Bitmapset* several;
    /// IndexColumn*
    List* order;
    /// The condition that is true of the fewest rows, nullptr for none.
    Node* rare;
    AttrNumber rare_column;
    double rare_share;
};

/// The column of the table that a column of an index of its largest partition is.
inline AttrNumber ColumnOfWhole(const Facts& facts, int column) {
    return SameColumn(facts.relation, facts.size.largest_relation, static_cast<AttrNumber>(column));
}

/// Reads the conditions of a statement on a table, and the order that it wants, when the rest of
/// the facts is known.
void NoteConditions(Facts* facts);

}  // namespace gb_enums::operations
