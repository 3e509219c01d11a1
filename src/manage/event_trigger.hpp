#pragma once

#include "server/server.hpp"

extern "C" {
#include "commands/event_trigger.h"
}

namespace gb_enums {

/// Raises an error when the running function, which is one for event triggers, is called by hand.
inline void RequireEventTrigger(FunctionCallInfo fcinfo) {
    if (!CALLED_AS_EVENT_TRIGGER(fcinfo)) {
        ereport(ERROR, (errcode(ERRCODE_E_R_I_E_EVENT_TRIGGER_PROTOCOL_VIOLATED),
                        errmsg("function %s is not called by hand",
                               format_procedure(fcinfo->flinfo->fn_oid))));
    }
}

}  // namespace gb_enums
