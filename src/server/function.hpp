#pragma once

// The catalog about functions.

#include "server/server.hpp"

namespace gb_enums {

/// The owner of the running function: of ours, a superuser, whoever owns the extension.
Oid OwnerOfFunction(FunctionCallInfo fcinfo);

/// The library that the running function is in, as CREATE FUNCTION names it: the library need not
/// be on the server's path.
char* LibraryOfFunction(FunctionCallInfo fcinfo);

/// The language of a function, InvalidOid when there is no such function.
Oid FunctionLanguage(Oid function);

/// A function's source (pg_proc.prosrc), in the current memory context: of an input function of
/// ours, its definition; of a C or internal function, the name of its code; "" when there is no
/// such function.
char* FunctionSource(Oid function);

}  // namespace gb_enums
