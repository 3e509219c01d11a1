#include "value/another_server.hpp"

#include "server/server.hpp"

#include <dlfcn.h>

extern "C" {
#include "pgtime.h"
#include "utils/float.h"
}

namespace gb_enums {

namespace {

/// Whether code or data of the server's is in a library whose file has this name.
bool IsInLibrary(const void* address, std::string_view name) {
    Dl_info library{};
    if (dladdr(address, &library) == 0 || library.dli_fname == nullptr) {
        return false;
    }
    const std::string_view path = library.dli_fname;
    return path.substr(path.rfind('/') + 1).rfind(name, 0) == 0;
}

/// Whether an address is in a library. The last answer is kept: to find it takes time.
struct LastAnswer {
    const void* asked = nullptr;
    bool answer = false;

    bool IsInLibrary(const void* address, std::string_view name) {
        if (address != asked) {
            asked = address;
            answer = gb_enums::IsInLibrary(address, name);
        }
        return answer;
    }
};

/// Whether postgres_fdw is reading a row that it has got: it wants to be asked first about errors
/// of input functions, to add the name of the column.
bool IsReadingForeignRow() {
    static LastAnswer last;
    return error_context_stack != nullptr &&
           last.IsInLibrary(reinterpret_cast<const void*>(error_context_stack->callback),
                            "postgres_fdw.");
}

/// Whether Citus is reading a row that another node has sent: it has memory of its own for that.
bool IsReadingRowOfNode() {
    static LastAnswer last;
    const char* memory = CurrentMemoryContext->name;
    return strcmp(memory, "RowContext") == 0 && last.IsInLibrary(memory, "citus.");
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
    return IsReadingForeignRow() || IsReadingRowOfNode() || IsSessionOfPostgresFdw();
}

}  // namespace gb_enums
