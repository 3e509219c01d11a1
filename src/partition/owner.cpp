// Who does what: statements run as a table's owner, whoever called.

#include "layout.hpp"

#include "../act_as.hpp"
#include "../boundary.hpp"
#include "server_parts.hpp"

extern "C" {
#include "catalog/pg_inherits.h"
}

namespace gb_enums::partition {

Oid OwnerFor(Oid relation) {
    const HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
    if (!HeapTupleIsValid(tuple)) {
        ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
                        errmsg("relation with OID %u does not exist", relation)));
    }
    const auto* form = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple));
    const Oid owner = form->relowner;
    if (!has_privs_of_role(GetUserId(), owner) || !CanSetRole(GetUserId(), owner)) {
        ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
                        errmsg("must be owner of table %s", NameStr(form->relname))));
    }
    ReleaseSysCache(tuple);
    return owner;
}

namespace {

/// Whether the list of partitions that this session has of a table is the catalog's. Much less work
/// than to put the list together again.
bool KnowsPartitions(Oid parent) {
    const Relation table = table_open(parent, NoLock);
    Oid known = 0;
    int count = 0;
    if (table->rd_rel->relkind == RELKIND_PARTITIONED_TABLE) {
        const PartitionDesc desc = RelationGetPartitionDesc(table, false);
        count = desc->nparts;
        known = std::accumulate(desc->oids, desc->oids + count, Oid{0}, std::bit_xor<>());
    }
    table_close(table, NoLock);
    List* children = find_inheritance_children_extended(parent, false, NoLock, nullptr, nullptr);
    ListCell* cell = nullptr;
    foreach (cell, children) {
        known ^= lfirst_oid(cell);
    }
    return known == 0 && count == list_length(children);
}

}  // namespace

void KeepCreatorsWaiting(Oid parent) {
    OwnerFor(parent);
    LockRelationOid(parent, ShareUpdateExclusiveLock);
    // News of an ATTACH that comes while the server puts together the list of partitions gets lost,
    // and the list stays without that partition. Under the lock there is no such news.
    if (!KnowsPartitions(parent)) {
        RelationCacheInvalidateEntry(parent);
    }
}

namespace {

/// Runs statements; the result is the first column of the last one's first row when that is a
/// query, else the number of rows it processed.
std::int64_t Run(const char* statements) {
    SPI_connect();
    const int result = SPI_execute(statements, false, 0);
    if (result < 0) {
        elog(ERROR, "SPI_execute failed: %s", SPI_result_code_string(result));
    }
    auto count = static_cast<std::int64_t>(SPI_processed);
    if (result == SPI_OK_SELECT && SPI_processed > 0) {
        bool is_null = false;
        const Datum first =
            SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &is_null);
        count = is_null ? 0 : DatumGetInt64(first);
    }
    SPI_finish();
    return count;
}

/// Whether PL/pgSQL would not catch an error with others although it was not the server that ended
/// the statement: what an owner has executed may raise whatever it likes.
bool PosesAsCancel(const ErrorData& error) {
    return error.sqlerrcode == ERRCODE_ASSERT_FAILURE ||
           (error.sqlerrcode == ERRCODE_QUERY_CANCELED &&
            (error.funcname == nullptr || std::strcmp(error.funcname, "ProcessInterrupts") != 0));
}

/// Run(), with errors that who calls can catch.
std::int64_t RunCatchably(const char* statements) {
    const MemoryContext caller = CurrentMemoryContext;
    volatile std::int64_t count = 0;
    PG_TRY();
    { count = Run(statements); }
    PG_CATCH();
    {
        MemoryContextSwitchTo(caller);
        ErrorData* error = CopyErrorData();
        if (!PosesAsCancel(*error)) {
            PG_RE_THROW();
        }
        FlushErrorState();
        error->sqlerrcode = ERRCODE_RAISE_EXCEPTION;
        ReThrowError(error);
    }
    PG_END_TRY();
    return count;
}

}  // namespace

}  // namespace gb_enums::partition

namespace part = gb_enums::partition;

/// (name text) -> regclass: the table of that name, read as the server reads names; or else, since
/// people write mixed case and dots without quotes, the one of exactly that name.
GB_ENUMS_FUNCTION(gb_partition_table) {
    const char* name = text_to_cstring(PG_GETARG_TEXT_PP(0));
    List* parts = NIL;
    Oid found = InvalidOid;
    if (SplitIdentifierString(pstrdup(name), '.', &parts) && parts != NIL &&
        list_length(parts) <= 2) {
        List* names = NIL;
        ListCell* cell = nullptr;
        foreach (cell, parts) {
            names = lappend(names, makeString(static_cast<char*>(lfirst(cell))));
        }
        found = RangeVarGetRelid(makeRangeVarFromNameList(names), NoLock, true);
    }
    if (!OidIsValid(found)) {
        found = RelnameGetRelid(name);
    }
    if (!OidIsValid(found)) {
        ereport(ERROR,
                (errcode(ERRCODE_UNDEFINED_TABLE), errmsg("relation \"%s\" does not exist", name)));
    }
    PG_RETURN_OID(found);
}

/// (relation regclass) -> true, or an error when the caller may not manage it
GB_ENUMS_FUNCTION(gb_partition_owned) {
    part::OwnerFor(PG_GETARG_OID(0));
    PG_RETURN_BOOL(true);
}

/// (parent regclass)
GB_ENUMS_FUNCTION(gb_partition_lock) {
    part::KeepCreatorsWaiting(PG_GETARG_OID(0));
    PG_RETURN_VOID();
}

/// (relation regclass, statements text) -> bigint. What a table brings with it (functions in
/// indexes, checks and triggers) is its owner's code: no other user, least of all a superuser's
/// scheduler, may run it as himself.
GB_ENUMS_FUNCTION(gb_partition_as_owner) {
    const Oid owner = part::OwnerFor(PG_GETARG_OID(0));
    const char* statements = text_to_cstring(PG_GETARG_TEXT_PP(1));
    if (owner == GetUserId()) {
        PG_RETURN_INT64(part::RunCatchably(statements));
    }
    gb_enums::ActAs role;
    role.Enter(owner, SECURITY_RESTRICTED_OPERATION);
    const std::int64_t count = part::RunCatchably(statements);
    role.Leave();
    PG_RETURN_INT64(count);
}
