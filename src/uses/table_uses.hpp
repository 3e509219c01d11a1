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

/// Whether the rows of a table are on other servers: it is a foreign table, or distributed.
bool HasRowsElsewhere(Oid relation);

/// Appends to a list of CodeUse* the codes in the columns of a table that a tally asks for. Reads
/// every row, whatever row security says, and runs no code of other people.
List* AppendUsesInTable(List* uses, const EnumPlaces& places, Oid relation, Tally* tally);

/// Appends to such a list the codes in stored expressions.
List* AppendUsesInExpressions(List* uses, const EnumPlaces& places, Tally* tally);

/// Sorts a list of CodeUse*, tables first, and leaves one item for each code at a place.
List* SortUses(List* uses);

}  // namespace gb_enums
