#include "server/arguments.hpp"

namespace gb_enums {

/// (message text, detail text, hint text): a warning, which RAISE cannot have without the one or
/// the other
GB_ENUMS_FUNCTION(gb_warn) {
    const char* message = StringArgument(fcinfo, 0, "");
    const char* detail = StringArgument(fcinfo, 1, "");
    const char* hint = StringArgument(fcinfo, 2, "");
    ereport(WARNING,
            (errmsg_internal("%s", message), *detail == '\0' ? 0 : errdetail_internal("%s", detail),
             *hint == '\0' ? 0 : errhint("%s", hint)));
    PG_RETURN_VOID();
}

}  // namespace gb_enums
