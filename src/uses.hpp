#pragma once

#include "server.hpp"

namespace gb_enums {

/// A place where a code of an enumeration is stored.
struct CodeUse {
    enum class Kind {
        kRows,        ///< a column's rows
        kExpression,  ///< a default, a constraint, an index, a view ... that names the value
        kNotSeen,     ///< a column whose rows cannot be looked into: `code` and `count` say nothing
    };
    Kind kind;
    ObjectAddress place;
    int code;
    int64 count;
};

/// Where codes of an enumeration are stored: as such, or in arrays, domains, composite and range
/// types. A List of CodeUse*, columns first. Reads every row of every table that has such a column,
/// whosever it is, and runs nobody's code on the way; unless `scan` is false, then only
/// expressions.
List* UsesOfEnum(Oid type, bool scan);

/// Keeps others from writing, until the end of the transaction, to tables that can hold it.
void LockTablesOfEnum(Oid type);

}  // namespace gb_enums
