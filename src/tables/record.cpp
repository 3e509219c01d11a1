// Records about tables: only the extension writes them, after a check that runs as the caller.

#include "server/act_as.hpp"
#include "server/arguments.hpp"
#include "server/function.hpp"
#include "server/own_queries.hpp"
#include "tables/table_owner.hpp"

namespace gb_enums {

namespace {

/// A statement that calls a function with as many arguments.
const char* CallStatement(const char* function, int arguments) {
    StringInfoData call;
    initStringInfo(&call);
    appendStringInfo(&call, "SELECT gb_enums_internal.%s(", quote_identifier(function));
    for (int i = 1; i <= arguments; ++i) {
        appendStringInfo(&call, i == 1 ? "$%d" : ", $%d", i);
    }
    appendStringInfoChar(&call, ')');
    return call.data;
}

/// A value and its type.
struct TypedValue {
    Oid type;
    Datum value;
    bool is_null;
};

/// The row that is to be recorded: the result of the function that checks the caller's arguments,
/// which is called with them as the caller.
TypedValue CheckedRow(FunctionCallInfo fcinfo) {
    Oid* types = nullptr;
    int count = 0;
    get_func_signature(fcinfo->flinfo->fn_oid, &types, &count);
    auto* values = static_cast<Datum*>(palloc(sizeof(Datum) * count));
    auto* nulls = static_cast<char*>(palloc(count));
    for (int i = 0; i < count; ++i) {
        values[i] = fcinfo->args[i].value;
        nulls[i] = PG_ARGISNULL(i) ? 'n' : ' ';
    }
    const char* checker = psprintf("%s_checked", get_func_name(fcinfo->flinfo->fn_oid));
    const OwnQueries queries;
    SPI_execute_with_args(CallStatement(checker, count), count, types, values, nulls, false, 1);
    TypedValue row{SPI_gettypeid(SPI_tuptable->tupdesc, 1), 0, true};
    row.value = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &row.is_null);
    if (!row.is_null) {
        row.value = SPI_datumTransfer(row.value, false, -1);
    }
    queries.End();
    return row;
}

/// Writes the row, or deletes it when it is NULL, as the owner of the running function.
void Write(FunctionCallInfo fcinfo, const TypedValue& row) {
    Oid types[] = {REGCLASSOID, row.type};
    Datum values[] = {PG_GETARG_DATUM(0), row.value};
    const char nulls[] = {' ', row.is_null ? 'n' : ' '};
    ActAs role;
    role.Enter(OwnerOfFunction(fcinfo),
               SECURITY_LOCAL_USERID_CHANGE | SECURITY_RESTRICTED_OPERATION);
    const OwnQueries queries;
    SPI_execute_with_args(CallStatement("put_on_record", 2), 2, types, values, nulls, false, 0);
    queries.End();
    role.Leave();
}

}  // namespace

/// (relation regclass, ...): records what the caller says about their table. The SQL function of
/// the same name with _checked runs as the caller: it refuses, or returns the row to record (NULL:
/// no row). put_on_record() writes the row as the registry's owner, the only role that may.
GB_ENUMS_FUNCTION(gb_record) {
    RequireArgument(fcinfo, 0, "the table");
    OwnerFor(PG_GETARG_OID(0));
    const TypedValue row = CheckedRow(fcinfo);
    // The check runs code of the owner, who may have given the table away.
    OwnerFor(PG_GETARG_OID(0));
    Write(fcinfo, row);
    PG_RETURN_VOID();
}

}  // namespace gb_enums
