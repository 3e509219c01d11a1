#pragma once

#include "type/enum_type.hpp"

namespace gb_enums {

/// Reports that an enumeration's definition cannot be read; returns false.
bool ReportBroken(EnumType& type, Node* escontext);

/// AcceptCode() and AcceptText() for input that is not certainly a value in use.
pg_noinline bool ConsiderCode(EnumType& type, std::int32_t number, Node* escontext, Code* code);
pg_noinline bool ConsiderText(EnumType& type, std::string_view input, Node* escontext, Code* code);

/// The rule for all input of an enumeration: a code must have a name and must not be deprecated.
/// Otherwise this reports why (with an error, unless `escontext` asks for soft errors) and returns
/// false.
inline bool AcceptCode(EnumType& type, std::int32_t number, Node* escontext, Code* code) {
    *code = Code{static_cast<std::int16_t>(number)};
    return likely(ToInt(*code) == number && type.IsPlain(*code)) ||
           ConsiderCode(type, number, escontext, code);
}

/// The same rule for text: a name, an alias, or a code in decimal digits.
inline bool AcceptText(EnumType& type, std::string_view input, Node* escontext, Code* code) {
    return likely(type.IsPlain(input, code)) || ConsiderText(type, input, escontext, code);
}

}  // namespace gb_enums
