#pragma once

#include "server/server.hpp"

namespace gb_enums::convert {

/// What a statement does with an enumeration in another way than with a text.
struct Difference {
    /// Of the error that comes when the statement is executed; nullptr when none comes.
    const char* sqlstate;
    const char* message;
    const char* hint;
    /// Where in the source, in bytes; -1 when the server does not know.
    int location;
};

/// A list of Difference* of an analysed statement: for each enumeration the first place that goes
/// by the order of codes, when that is not the order of the names; each comparison with a text
/// constant that is no name; each constant that is made a value and is none; and each value that is
/// read as a number or a boolean by its name.
List* FindDifferences(Query* query);

}  // namespace gb_enums::convert
