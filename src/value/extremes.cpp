// The steps of min and max. One function serves all enumerations, so it is declared for every type.
// It checks its arguments once for each call site, and then has the server's own function called in
// its place.

#include "type/catalog.hpp"

namespace gb_enums {

namespace {

Datum CheckThenCall(FunctionCallInfo fcinfo, PGFunction step) {
    const Oid type = get_fn_expr_argtype(fcinfo->flinfo, 0);
    RequireEnum(OidIsValid(type) ? getBaseType(type) : type);
    fcinfo->flinfo->fn_addr = step;
    return step(fcinfo);
}

}  // namespace

/// (E, E) -> E: the one with the lower code.
GB_ENUMS_FUNCTION(gb_enum_smaller) {
    return CheckThenCall(fcinfo, int2smaller);
}

/// (E, E) -> E: the one with the higher code.
GB_ENUMS_FUNCTION(gb_enum_larger) {
    return CheckThenCall(fcinfo, int2larger);
}

}  // namespace gb_enums
