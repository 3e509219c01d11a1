#pragma once

#include "enum_type.hpp"

namespace gb_enums {

/// Whether a dump is being restored or replicated changes are applied: then what was once stored
/// must be accepted, whatever the definition says of it by now.
bool IsReplaying();

/// The one rule for what becomes a value of an enumeration, whichever way it comes: a code must
/// have a name and must not be deprecated. Reports why not (an error unless `escontext` asks for
/// soft ones) and returns false.
bool AcceptCode(EnumType& type, std::int32_t number, Node* escontext, Code* code);

/// The same for text: a name, an alias, or the decimal code of a value.
bool AcceptText(EnumType& type, std::string_view input, Node* escontext, Code* code);

}  // namespace gb_enums
