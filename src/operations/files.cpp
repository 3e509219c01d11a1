// What the file system knows of a database. The server's own functions for sizes open each
// relation: they wait for whoever has locked it, and read all that there is to know about it.

#include "server/server.hpp"

extern "C" {
#include "common/relpath.h"
#include "utils/timestamp.h"

#include <sys/stat.h>
}

namespace gb_enums::operations {

namespace {

/// The bytes of a fork of a relation, which has a file for each gigabyte.
std::int64_t ForkBytes(const char* path, const char* fork) {
    constexpr std::int64_t kWhole = std::int64_t{RELSEG_SIZE} * BLCKSZ;
    std::int64_t bytes = 0;
    for (int segment = 0;; ++segment) {
        char* file =
            segment == 0 ? psprintf("%s%s", path, fork) : psprintf("%s%s.%d", path, fork, segment);
        struct stat status{};
        const bool is_there = stat(file, &status) == 0;
        pfree(file);
        if (!is_there) {
            return bytes;
        }
        bytes += status.st_size;
        if (status.st_size < kWhole) {
            return bytes;
        }
    }
}

}  // namespace

/// (filenode oid, tablespace oid, is_index boolean, is_unlogged boolean) -> bigint: the bytes of a
/// relation's files, given what pg_class has of it; without its indexes and long values
GB_ENUMS_FUNCTION(gb_relation_bytes) {
    const Oid filenode = PG_GETARG_OID(0);
    const Oid tablespace = PG_GETARG_OID(1);
    const char* path = OidIsValid(tablespace)
                           ? psprintf("pg_tblspc/%u/%s/%u/%u", tablespace,
                                      TABLESPACE_VERSION_DIRECTORY, MyDatabaseId, filenode)
                           : psprintf("%s/%u", DatabasePath, filenode);
    const std::int64_t rows = ForkBytes(path, "");
    std::int64_t bytes = rows;
    // An index gives pages back when it has at least three. A table can have been large.
    const bool is_index = PG_GETARG_BOOL(2);
    if (!is_index || rows > 2 * BLCKSZ) {
        bytes += ForkBytes(path, "_fsm");
    }
    if (!is_index && rows > 0) {
        bytes += ForkBytes(path, "_vm");
    }
    if (PG_GETARG_BOOL(3)) {
        bytes += ForkBytes(path, "_init");
    }
    PG_RETURN_INT64(bytes);
}

/// () -> timestamptz: when the database was created, or was restored as files; NULL when the file
/// system does not tell
GB_ENUMS_FUNCTION(gb_database_files_since) {
    struct stat status{};
    if (stat(psprintf("%s/PG_VERSION", DatabasePath), &status) != 0) {
        PG_RETURN_NULL();
    }
    PG_RETURN_TIMESTAMPTZ(time_t_to_timestamptz(status.st_mtime));
}

}  // namespace gb_enums::operations
