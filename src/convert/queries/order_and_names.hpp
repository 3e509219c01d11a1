#pragma once

#include "server/server.hpp"

namespace gb_enums::convert {

/// What a statement does with an enumeration in another way than with a text.
struct Difference {
    const char* message;
    const char* hint;
    /// Where in the source, in bytes; -1 when the server does not know.
    int location;
};

/// A list of Difference* of an analysed statement: for each enumeration the first place that goes
/// by the order of codes, when that is not the order of the names; and each comparison with a text
/// constant that is no name.
List* FindDifferences(Query* query);

}  // namespace gb_enums::convert
