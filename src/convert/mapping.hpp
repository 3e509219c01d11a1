#pragma once

// The rule by which an old value becomes a value of an enumeration. The same rule is used for rows,
// for literals that a column is compared with, and for the plan that shows both.

#include "server/json.hpp"
#include "type/enum_type.hpp"

namespace gb_enums::convert {

/// How the values of one column are read.
struct Mapping {
    EnumType* type;
    /// An object with a name (or null) for each of some old values; nullptr when there is none.
    JsonbContainer* map;
    bool trim;
    bool fold_case;
    bool use_aliases;
    /// The old value is a number. It is a code, unless `map` says otherwise.
    bool is_code;
    /// The result for a value that no other rule covers.
    enum class Otherwise { kError, kNull, kCode } otherwise;
    Code otherwise_code;
};

/// The result for one value.
struct Target {
    enum class Kind { kNone, kNull, kCode } kind;
    Code code;
    /// The rule that applied: "name", "code", "map", "alias", "trim_blanks", "fold_case" or
    /// "otherwise". For kNone, the option that would help, or nullptr.
    const char* rule;
    bool deprecated;
};

/// Reads the options {"map": {...}, "trim_blanks": ..., "fold_case": ..., "use_aliases": ...,
/// "otherwise": ..., "otherwise_null": ...}, in memory that lives as long as `options`. Raises
/// 22023 for a name that the enumeration does not have.
Mapping ReadMapping(Oid type, JsonbContainer* options, bool is_code);

/// Applies the rule to a value, given as text. With `is_literal` the value is not in a row but in
/// an expression: "otherwise" is for rows only.
Target FindTarget(const Mapping& mapping, const char* value, bool is_literal);

/// The type of the elements of an array, else the type itself.
inline Oid ElementOrSelf(Oid type) {
    const Oid element = get_element_type(type);
    return OidIsValid(element) ? element : type;
}

/// The type that a type, or that of the elements of an array, is a domain over in the end.
inline Oid BaseOfElements(Oid type) {
    return getBaseType(ElementOrSelf(getBaseType(type)));
}

/// Whether columns of this type, which is no domain, can become enumerations.
bool IsConvertible(Oid type);

/// Whether the values of a column of this type, which is no domain, are codes.
bool IsNumber(Oid type);

/// The name of a code as the mapping reads it; its digits when it has none.
const char* NameOrDigits(Oid enum_type, Code code);

/// A numeric as the mapping reads it, without zeros at its end: 1.0 is 1.
char* NumericText(Datum number);

}  // namespace gb_enums::convert
