#pragma once

#include "manage/scripts.hpp"

namespace gb_enums {

/// Makes an enumeration. In a script that gb_enum_adopt() runs, the enumeration may be there
/// already, and then becomes a member of the extension.
Oid CreateOrAdopt(FunctionCallInfo fcinfo, const NewEnum& wanted);

}  // namespace gb_enums
