#pragma once

#include "manage/scripts.hpp"

namespace gb_enums {

/// Makes an enumeration. In a script that gb_enum_adopt() runs, the enumeration may be there
/// already, and then becomes a member of the extension.
Oid CreateOrAdopt(FunctionCallInfo fcinfo, const NewEnum& wanted);

/// Takes down what the running script says of an enumeration; false when the enumeration is not one
/// that is being adopted.
bool SayOfAdopted(Oid type, const char* body, const char* comment);

/// Takes down that the running script has dropped an enumeration.
void ForgetAdopted(Oid type);

}  // namespace gb_enums
