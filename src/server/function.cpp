#include "server/function.hpp"

namespace gb_enums {

namespace {

HeapTuple FindRunning(FunctionCallInfo fcinfo) {
    HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(fcinfo->flinfo->fn_oid));
    if (!HeapTupleIsValid(tuple)) {
        elog(ERROR, "cache lookup failed for function %u", fcinfo->flinfo->fn_oid);
    }
    return tuple;
}

}  // namespace

Oid OwnerOfFunction(FunctionCallInfo fcinfo) {
    HeapTuple tuple = FindRunning(fcinfo);
    const Oid owner = reinterpret_cast<Form_pg_proc>(GETSTRUCT(tuple))->proowner;
    ReleaseSysCache(tuple);
    return owner;
}

char* LibraryOfFunction(FunctionCallInfo fcinfo) {
    HeapTuple tuple = FindRunning(fcinfo);
    bool is_null = false;
    const Datum library = SysCacheGetAttr(PROCOID, tuple, Anum_pg_proc_probin, &is_null);
    if (is_null) {
        elog(ERROR, "function %u has no library", fcinfo->flinfo->fn_oid);
    }
    char* copy = TextDatumGetCString(library);
    ReleaseSysCache(tuple);
    return copy;
}

Oid FunctionLanguage(Oid function) {
    HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
    if (!HeapTupleIsValid(tuple)) {
        return InvalidOid;
    }
    const Oid language = reinterpret_cast<Form_pg_proc>(GETSTRUCT(tuple))->prolang;
    ReleaseSysCache(tuple);
    return language;
}

char* FunctionSource(Oid function) {
    HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
    if (!HeapTupleIsValid(tuple)) {
        return pstrdup("");
    }
    bool is_null = false;
    const Datum source = SysCacheGetAttr(PROCOID, tuple, Anum_pg_proc_prosrc, &is_null);
    char* copy = is_null ? pstrdup("") : TextDatumGetCString(source);
    ReleaseSysCache(tuple);
    return copy;
}

}  // namespace gb_enums
