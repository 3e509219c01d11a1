#pragma once

#include "type/enum_type.hpp"

namespace gb_enums {

/// Whether a dump is being restored or replicated changes are applied: then what was once stored
/// must be accepted, whatever the definition says of it by now.
bool IsReplaying();

/// Reports that an enumeration's definition cannot be read; returns false.
bool ReportBroken(EnumType& type, Node* escontext);

/// AcceptCode() and AcceptText() for what is not plainly in use.
pg_noinline bool ConsiderCode(EnumType& type, std::int32_t number, Node* escontext, Code* code);
pg_noinline bool ConsiderText(EnumType& type, std::string_view input, Node* escontext, Code* code);

/// The one rule for what becomes a value of an enumeration, whichever way it comes: a code must
/// have a name and must not be deprecated. Reports why not (an error unless `escontext` asks for
/// soft ones) and returns false.
inline bool AcceptCode(EnumType& type, std::int32_t number, Node* escontext, Code* code) {
    *code = Code{static_cast<std::int16_t>(number)};
    return likely(ToInt(*code) == number && type.IsPlain(*code)) ||
           ConsiderCode(type, number, escontext, code);
}

/// The same for text: a name, an alias, or the decimal code of a value.
inline bool AcceptText(EnumType& type, std::string_view input, Node* escontext, Code* code) {
    return likely(type.IsPlain(input, code)) || ConsiderText(type, input, escontext, code);
}

}  // namespace gb_enums
