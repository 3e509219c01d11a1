#pragma once

// What an old value becomes. One rule for the rows of a column, for the literals that are compared
// with it, and for what a plan says of both.

#include "server/json.hpp"
#include "type/enum_type.hpp"

namespace gb_enums::convert {

/// How the values of one column are read.
struct Mapping {
    EnumType* type;
    /// Old value to name (or null), nullptr when there is none.
    JsonbContainer* map;
    bool trim;
    bool fold_case;
    bool use_aliases;
    /// The old value is a number, which is a code unless `map` says otherwise.
    bool is_code;
    /// What a value becomes that is nothing else.
    enum class Otherwise { kError, kNull, kCode } otherwise;
    Code otherwise_code;
};

/// What became of one value.
struct Target {
    enum class Kind { kNone, kNull, kCode } kind;
    Code code;
    /// Which rule it was: "name", "code", "map", "alias", "trim_blanks", "fold_case", "otherwise";
    /// for kNone which option would help, or nullptr.
    const char* rule;
    bool deprecated;
};

/// Reads the options {"map": {...}, "trim_blanks": ..., "fold_case": ..., "use_aliases": ...,
/// "otherwise": ..., "otherwise_null": ...}, in memory that lives as long as `options`. Raises
/// 22023 for a name that the enumeration does not have.
Mapping ReadMapping(Oid type, JsonbContainer* options, bool is_code);

/// What becomes of a value, given as text. With `is_literal` it is not in a row but in an
/// expression: "otherwise" is for rows only.
Target FindTarget(const Mapping& mapping, const char* value, bool is_literal);

/// Whether columns of this type, which is no domain, can become enumerations.
bool IsConvertible(Oid type);

}  // namespace gb_enums::convert
