#pragma once

// Arguments of SQL functions that are not STRICT.

#include "server/server.hpp"

namespace gb_enums {

/// Raises 22004 when an argument is NULL; `name` is what the error calls it.
inline void RequireArgument(FunctionCallInfo fcinfo, int argument, const char* name) {
    if (PG_ARGISNULL(argument)) {
        ereport(ERROR,
                (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("%s must not be null", name)));
    }
}

/// A text argument as a string, or `missing` for NULL.
inline const char* StringArgument(FunctionCallInfo fcinfo, int argument, const char* missing) {
    return PG_ARGISNULL(argument) ? missing : text_to_cstring(PG_GETARG_TEXT_PP(argument));
}

/// A boolean argument; NULL is false.
inline bool FlagArgument(FunctionCallInfo fcinfo, int argument) {
    return !PG_ARGISNULL(argument) && PG_GETARG_BOOL(argument);
}

}  // namespace gb_enums
