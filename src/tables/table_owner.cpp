// Statements that run as a table's owner, whoever calls.

#include "tables/table_owner.hpp"

#include "server/act_as.hpp"
#include "server/arrays.hpp"
#include "server/boundary.hpp"
#include "server/own_queries.hpp"
#include "server/relation.hpp"
#include "tables/statements.hpp"

extern "C" {
#include "catalog/pg_inherits.h"
}

namespace gb_enums {

bool ActsFor(Oid actor, Oid role) {
    return has_privs_of_role(actor, role) && CanSetRole(actor, role);
}

Oid OwnerFor(Oid relation) {
    const HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
    if (!HeapTupleIsValid(tuple)) {
        RaiseNoRelation(relation);
    }
    const auto* form = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple));
    const Oid owner = form->relowner;
    if (!ActsFor(GetUserId(), owner)) {
        ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
                        errmsg("must be owner of table %s", NameStr(form->relname))));
    }
    ReleaseSysCache(tuple);
    return owner;
}

namespace {

/// Runs one statement. The result is the first column of its first row when that is a bigint, else
/// the number of rows that it processed.
std::int64_t RunStatement(const char* statement) {
    const int result = SPI_execute(statement, false, 0);
    if (result < 0) {
        ereport(ERROR,
                (errcode(result == SPI_ERROR_TRANSACTION ? ERRCODE_INVALID_TRANSACTION_TERMINATION
                                                         : ERRCODE_FEATURE_NOT_SUPPORTED),
                 errmsg("a statement cannot be run as a table's owner"),
                 errdetail("It is one that begins or ends a transaction, or copies from or "
                           "to the client.")));
    }
    if (result != SPI_OK_SELECT || SPI_processed == 0 ||
        SPI_gettypeid(SPI_tuptable->tupdesc, 1) != INT8OID) {
        return static_cast<std::int64_t>(SPI_processed);
    }
    bool is_null = false;
    const Datum first = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &is_null);
    return is_null ? 0 : DatumGetInt64(first);
}

/// Runs statements. The result is that of the last one.
std::int64_t Run(const char* script) {
    const OwnQueries queries;
    // A new table goes to the tablespace that its owner chose, not to the caller's.
    OwnQueries::Set("default_tablespace", "");
    std::int64_t count = 0;
    ListCell* cell = nullptr;
    foreach (cell, SingleStatements(script)) {
        count = RunStatement(static_cast<const char*>(lfirst(cell)));
    }
    queries.End();
    return count;
}

/// Whether an error looks as if the server had ended the statement, so that WHEN OTHERS of PL/pgSQL
/// does not catch it, but comes from code of an owner, which may raise any error.
bool LooksLikeCancel(const ErrorData& error) {
    return error.sqlerrcode == ERRCODE_ASSERT_FAILURE ||
           (error.sqlerrcode == ERRCODE_QUERY_CANCELED &&
            (error.funcname == nullptr || std::strcmp(error.funcname, "ProcessInterrupts") != 0));
}

/// The value that a query returns, which must be one column of jsonb; *is_null when there is no
/// row.
Datum Query(const char* query, bool* is_null) {
    const OwnQueries queries;
    if (SPI_execute(query, false, 1) != SPI_OK_SELECT || SPI_tuptable->tupdesc->natts != 1 ||
        SPI_gettypeid(SPI_tuptable->tupdesc, 1) != JSONBOID) {
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("the query must give one column of type jsonb")));
    }
    Datum value = 0;
    *is_null = true;
    if (SPI_processed > 0) {
        value = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, is_null);
    }
    if (!*is_null) {
        value = SPI_datumTransfer(value, false, -1);
    }
    queries.End();
    return value;
}

/// Does work; its errors can be caught by WHEN OTHERS of PL/pgSQL.
template <typename Work>
auto Catchably(Work work) {
    const MemoryContext caller = CurrentMemoryContext;
    decltype(work()) result{};
    PG_TRY();
    {
        result = work();
    }
    PG_CATCH();
    {
        MemoryContextSwitchTo(caller);
        ErrorData* error = CopyErrorData();
        if (!LooksLikeCancel(*error)) {
            PG_RE_THROW();
        }
        FlushErrorState();
        error->sqlerrcode = ERRCODE_RAISE_EXCEPTION;
        ReThrowError(error);
    }
    PG_END_TRY();
    return result;
}

/// Does work as a role that the caller may act for. Functions of that role in indexes, checks and
/// triggers are its code: no other user, least of all a superuser, may run it with their own
/// rights.
template <typename Work>
auto WorkAs(Oid role, Work work) {
    if (role == GetUserId()) {
        return Catchably(work);
    }
    ActAs as;
    as.Enter(role, SECURITY_RESTRICTED_OPERATION);
    const auto result = Catchably(work);
    as.Leave();
    return result;
}

}  // namespace

/// (relation regclass) -> true, or an error when the caller may not act for its owner
GB_ENUMS_FUNCTION(gb_require_owner) {
    OwnerFor(PG_GETARG_OID(0));
    PG_RETURN_BOOL(true);
}

/// (relations oid[], exclusive boolean): keeps tables of the caller from being changed until the
/// end of the transaction; with `exclusive`, keeps them and their partitions from being used. They
/// are given by their OIDs: names in later statements mean these tables, whoever may rename tables
/// in their schemas.
GB_ENUMS_FUNCTION(gb_hold_tables) {
    constexpr int kMost = 100000;
    const LOCKMODE mode = PG_GETARG_BOOL(1) ? AccessExclusiveLock : AccessShareLock;
    const auto relations =
        BoundedElements(PG_GETARG_ARRAYTYPE_P(0), kMost, "a table to hold", "tables");
    for (int i = 0; i < relations.count; ++i) {
        const Oid relation = DatumGetObjectId(relations.values[i]);
        OwnerFor(relation);
        LockRelationOid(relation, mode);
        // The table may have been dropped, or given away, while this waited for it.
        OwnerFor(relation);
        if (mode == AccessExclusiveLock) {
            find_all_inheritors(relation, mode, nullptr);
        }
    }
    PG_RETURN_VOID();
}

/// (relation regclass, statements text) -> bigint: runs statements as the table's owner
GB_ENUMS_FUNCTION(gb_run_as_owner) {
    const Oid owner = OwnerFor(PG_GETARG_OID(0));
    const char* statements = text_to_cstring(PG_GETARG_TEXT_PP(1));
    PG_RETURN_INT64(WorkAs(owner, [statements] { return Run(statements); }));
}

/// (relation regclass, query text) -> jsonb: the value that a query returns when it runs as the
/// table's owner
GB_ENUMS_FUNCTION(gb_query_as_owner) {
    const Oid owner = OwnerFor(PG_GETARG_OID(0));
    const char* query = text_to_cstring(PG_GETARG_TEXT_PP(1));
    const NullableDatum result = WorkAs(owner, [query] {
        NullableDatum value{};
        value.value = Query(query, &value.isnull);
        return value;
    });
    if (result.isnull) {
        PG_RETURN_NULL();
    }
    PG_RETURN_DATUM(result.value);
}

/// (role oid, actor oid) -> boolean: whether the actor, the caller when it is NULL, may do all that
/// the role may
GB_ENUMS_FUNCTION(gb_acts_for) {
    if (PG_ARGISNULL(0)) {
        PG_RETURN_NULL();
    }
    const Oid actor = PG_ARGISNULL(1) ? GetUserId() : PG_GETARG_OID(1);
    PG_RETURN_BOOL(ActsFor(actor, PG_GETARG_OID(0)));
}

/// (role oid, statements text) -> bigint: runs statements as a role
GB_ENUMS_FUNCTION(gb_run_as) {
    const Oid role = PG_GETARG_OID(0);
    const char* name = GetUserNameFromId(role, true);
    if (name == nullptr) {
        ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
                        errmsg("role with OID %u does not exist", role)));
    }
    if (!ActsFor(GetUserId(), role)) {
        ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
                        errmsg("must be able to act for role \"%s\"", name)));
    }
    const char* statements = text_to_cstring(PG_GETARG_TEXT_PP(1));
    PG_RETURN_INT64(WorkAs(role, [statements] { return Run(statements); }));
}

/// (): shows definitions as pg_dump does, so that constants in them mean the same in every session.
/// Lasts until the end of the block that calls this, or of the function when it has settings of its
/// own.
GB_ENUMS_FUNCTION(gb_exact_texts) {
    NewGUCNestLevel();
    OwnQueries::ShowExactTexts();
    PG_RETURN_VOID();
}

}  // namespace gb_enums
