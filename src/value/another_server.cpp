#include "value/another_server.hpp"

#include "server/server.hpp"

#include <dlfcn.h>

extern "C" {
#include "pgtime.h"
#include "utils/float.h"
}

namespace gb_enums {

namespace {

using ErrorCallback = void (*)(void*);

bool IsOfPostgresFdw(ErrorCallback callback) {
    Dl_info library{};
    if (dladdr(reinterpret_cast<void*>(callback), &library) == 0 || library.dli_fname == nullptr) {
        return false;
    }
    const std::string_view path = library.dli_fname;
    return path.substr(path.rfind('/') + 1).rfind("postgres_fdw.", 0) == 0;
}

/// Whether postgres_fdw is reading a row that it has got: it wants to be asked first about errors
/// of input functions, to add the name of the column.
bool IsReadingForeignRow() {
    // The last answer is kept: to find the library of a function takes time.
    static ErrorCallback asked = nullptr;
    static bool answer = false;
    if (error_context_stack == nullptr) {
        return false;
    }
    if (error_context_stack->callback != asked) {
        asked = error_context_stack->callback;
        answer = IsOfPostgresFdw(asked);
    }
    return answer;
}

/// Whether the time zone is the one that postgres_fdw sets, in newer or in older minor releases.
bool HasZoneOfPostgresFdw() {
    const std::string_view zone = pg_get_timezone_name(session_timezone);
    return zone == "GMT" || zone == "UTC";
}

/// Whether postgres_fdw has opened this session: it begins with these settings, and all of them
/// together are not met elsewhere.
bool IsSessionOfPostgresFdw() {
    return strcmp(namespace_search_path, "pg_catalog") == 0 && extra_float_digits == 3 &&
           DateStyle == USE_ISO_DATES && IntervalStyle == INTSTYLE_POSTGRES &&
           HasZoneOfPostgresFdw();
}

}  // namespace

bool IsFromAnotherServer() {
    return IsReadingForeignRow() || IsSessionOfPostgresFdw();
}

}  // namespace gb_enums
