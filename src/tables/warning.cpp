#include "server/server.hpp"

/// (message text, detail text, hint text): a warning, which RAISE cannot have without the one or
/// the other
GB_ENUMS_FUNCTION(gb_warn) {
    const auto argument_text = [fcinfo](int argument) {
        return PG_ARGISNULL(argument) ? "" : text_to_cstring(PG_GETARG_TEXT_PP(argument));
    };
    const char* message = argument_text(0);
    const char* detail = argument_text(1);
    const char* hint = argument_text(2);
    ereport(WARNING,
            (errmsg_internal("%s", message), *detail == '\0' ? 0 : errdetail_internal("%s", detail),
             *hint == '\0' ? 0 : errhint("%s", hint)));
    PG_RETURN_VOID();
}
