// What the file system knows of a database. The server's own functions for sizes open each
// relation: they wait for whoever has locked it, and read all that there is to know about it.

#include "server/server.hpp"

extern "C" {
#include "common/relpath.h"
#include "utils/timestamp.h"

#include <fcntl.h>
#include <sys/stat.h>
}

namespace gb_enums::operations {

namespace {

/// The path of the first file of a relation, with room for what names its forks and segments.
class RelationPath {
  public:
    RelationPath(Oid filenode, Oid tablespace) {
        length_ = OidIsValid(tablespace)
                      ? snprintf(path_, kMost, "pg_tblspc/%u/%s/%u/%u", tablespace,
                                 TABLESPACE_VERSION_DIRECTORY, MyDatabaseId, filenode)
                      : snprintf(path_, kMost, "%s/%u", DatabasePath, filenode);
    }
    const char* c_str() const noexcept { return path_; }

    /// The bytes of a fork, which has a file for each gigabyte.
    std::int64_t ForkBytes(const char* fork) {
        constexpr std::int64_t kWhole = std::int64_t{RELSEG_SIZE} * BLCKSZ;
        memcpy(path_ + length_, fork, strlen(fork) + 1);
        std::int64_t bytes = 0;
        struct stat status{};
        for (int segment = 1; stat(path_, &status) == 0; ++segment) {
            bytes += status.st_size;
            if (status.st_size < kWhole) {
                break;
            }
            snprintf(path_ + length_, kRoom, "%s.%d", fork, segment);
        }
        return bytes;
    }

  private:
    static constexpr int kMost = MAXPGPATH;
    static constexpr int kRoom = 32;
    char path_[kMost + kRoom];
    int length_;
};

}  // namespace

/// (filenode oid, tablespace oid, is_index boolean, is_unlogged boolean) -> bigint: the bytes of a
/// relation's files, given what pg_class has of it; without its indexes and long values
GB_ENUMS_FUNCTION(gb_relation_bytes) {
    RelationPath path(PG_GETARG_OID(0), PG_GETARG_OID(1));
    const std::int64_t rows = path.ForkBytes("");
    std::int64_t bytes = rows;
    // An index gives pages back when it has at least three. A table can have been large.
    const bool is_index = PG_GETARG_BOOL(2);
    if (!is_index || rows > 2 * BLCKSZ) {
        bytes += path.ForkBytes("_fsm");
    }
    if (!is_index && rows > 0) {
        bytes += path.ForkBytes("_vm");
    }
    if (PG_GETARG_BOOL(3)) {
        bytes += path.ForkBytes("_init");
    }
    PG_RETURN_INT64(bytes);
}

/// (filenode oid, tablespace oid) -> timestamptz: when the first file of a relation was made; NULL
/// when the file system does not tell
GB_ENUMS_FUNCTION(gb_relation_files_since) {
#ifdef STATX_BTIME
    const RelationPath path(PG_GETARG_OID(0), PG_GETARG_OID(1));
    struct statx status{};
    if (statx(AT_FDCWD, path.c_str(), 0, STATX_BTIME, &status) == 0 &&
        (status.stx_mask & STATX_BTIME) != 0) {
        PG_RETURN_TIMESTAMPTZ(time_t_to_timestamptz(status.stx_btime.tv_sec));
    }
#endif
    PG_RETURN_NULL();
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
