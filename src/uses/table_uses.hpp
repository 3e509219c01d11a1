#pragma once

#include "definition/code.hpp"
#include "uses/places.hpp"

namespace gb_enums {

class Tally;

/// A place where a code of an enumeration is stored.
struct CodeUse {
    enum class Kind {
        kRows,        ///< a column's rows
        kNotSeen,     ///< a table that cannot be looked into: of the rest, only the place counts
        kExpression,  ///< a default, a constraint, an index, a view ... that names the value
    };
    Kind kind;
    ObjectAddress place;
    Oid type;
    Code code;
    int64 count;
};

/// Appends to a list of CodeUse* what the columns of a table hold of what a tally asks for. Reads
/// every row, whosever it is, and runs nobody's code on the way.
List* AppendUsesInTable(List* uses, const EnumPlaces& places, Oid relation, Tally* tally);

/// The same for stored expressions.
List* AppendUsesInExpressions(List* uses, const EnumPlaces& places, Tally* tally);

/// A list of CodeUse* in order, tables first, with one item for each code at a place.
List* SortUses(List* uses);

}  // namespace gb_enums
