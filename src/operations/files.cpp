// What the file system knows of a database. The server's own functions for sizes open each
// relation: they wait for whoever has locked it, and read all that there is to know about it.

#include "operations/catalog_rows.hpp"
#include "server/arrays.hpp"
#include "server/result_row.hpp"

extern "C" {
#include "access/transam.h"
#include "catalog/pg_class.h"
#include "catalog/pg_index.h"
#include "catalog/pg_tablespace.h"
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
        if (!OidIsValid(tablespace)) {
            length_ = snprintf(path_, kMost, "%s/%u", DatabasePath, filenode);
        } else if (tablespace == DEFAULTTABLESPACE_OID) {
            length_ = snprintf(path_, kMost, "base/%u/%u", MyDatabaseId, filenode);
        } else {
            length_ = snprintf(path_, kMost, "pg_tblspc/%u/%s/%u/%u", tablespace,
                               TABLESPACE_VERSION_DIRECTORY, MyDatabaseId, filenode);
        }
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

/// The bytes of a relation's files, without its indexes and long values.
std::int64_t RelationBytes(Oid filenode, Oid tablespace, bool is_index, bool is_unlogged) {
    RelationPath path(filenode, tablespace);
    const std::int64_t rows = path.ForkBytes("");
    std::int64_t bytes = rows;
    // An index gives pages back when it has at least three. A table can have been large.
    if (!is_index || rows > 2 * BLCKSZ) {
        bytes += path.ForkBytes("_fsm");
    }
    if (!is_index && rows > 0) {
        bytes += path.ForkBytes("_vm");
    }
    if (is_unlogged) {
        bytes += path.ForkBytes("_init");
    }
    return bytes;
}

/// A relation that has files.
struct Stored {
    Oid oid;
    Oid long_values;
    char kind;
    std::int64_t bytes;
    std::int64_t index_bytes;
};

/// The relations that are neither the server's nor temporary, in the order of their OIDs, without
/// what their indexes take.
Items<Stored> StoredRelations() {
    Items<Stored> relations;
    ForEachRow<FormData_pg_class>(RelationRelationId, [&](const FormData_pg_class& row) {
        if (row.oid >= FirstNormalObjectId && row.relpersistence != RELPERSISTENCE_TEMP &&
            (RELKIND_HAS_TABLE_AM(row.relkind) || row.relkind == RELKIND_INDEX)) {
            relations.Add(
                {row.oid, row.reltoastrelid, row.relkind,
                 RelationBytes(row.relfilenode, row.reltablespace, row.relkind == RELKIND_INDEX,
                               row.relpersistence == RELPERSISTENCE_UNLOGGED),
                 0});
        }
    });
    std::sort(relations.begin(), relations.end(),
              [](const Stored& left, const Stored& right) { return left.oid < right.oid; });
    return relations;
}

/// One of the relations, nullptr when it is not among them.
Stored* Find(Items<Stored>* relations, Oid oid) {
    Stored* found =
        std::lower_bound(relations->begin(), relations->end(), oid,
                         [](const Stored& relation, Oid wanted) { return relation.oid < wanted; });
    return found != relations->end() && found->oid == oid ? found : nullptr;
}

}  // namespace

/// (filenode oid, tablespace oid, is_index boolean, is_unlogged boolean) -> bigint: the bytes of a
/// relation's files, given what pg_class has of it; without its indexes and long values
GB_ENUMS_FUNCTION(gb_relation_bytes) {
    PG_RETURN_INT64(
        RelationBytes(PG_GETARG_OID(0), PG_GETARG_OID(1), PG_GETARG_BOOL(2), PG_GETARG_BOOL(3)));
}

/// (relation oid) -> bigint: the same of a table, as pg_class has it now; NULL when there is none
GB_ENUMS_FUNCTION(gb_heap_bytes) {
    const HeapTuple row = SearchSysCache1(RELOID, PG_GETARG_DATUM(0));
    if (!HeapTupleIsValid(row)) {
        PG_RETURN_NULL();
    }
    const auto& table = *reinterpret_cast<const FormData_pg_class*>(GETSTRUCT(row));
    const std::int64_t bytes = RelationBytes(table.relfilenode, table.reltablespace, false,
                                             table.relpersistence == RELPERSISTENCE_UNLOGGED);
    ReleaseSysCache(row);
    PG_RETURN_INT64(bytes);
}

/// () -> setof (relation oid, heap_bytes bigint, index_bytes bigint, toast_bytes bigint): what each
/// table takes, its indexes, and its long values with their index
GB_ENUMS_FUNCTION(gb_table_files) {
    Items<Stored> relations = StoredRelations();
    ForEachRow<FormData_pg_index>(IndexRelationId, [&](const FormData_pg_index& row) {
        const Stored* index = Find(&relations, row.indexrelid);
        Stored* table = Find(&relations, row.indrelid);
        if (index != nullptr && table != nullptr) {
            table->index_bytes += index->bytes;
        }
    });
    ResultSet result(fcinfo);
    for (const Stored& table : relations) {
        if (table.kind != RELKIND_RELATION && table.kind != RELKIND_MATVIEW) {
            continue;
        }
        const Stored* toast = Find(&relations, table.long_values);
        result.Add(ResultRow()
                       .AddOid(table.oid)
                       .AddInt64(table.bytes)
                       .AddInt64(table.index_bytes)
                       .AddInt64(toast == nullptr ? 0 : toast->bytes + toast->index_bytes));
    }
    return Datum{0};
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
