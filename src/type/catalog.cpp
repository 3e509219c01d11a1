#include "type/catalog.hpp"

#include "server/function.hpp"

extern "C" {
#include "access/genam.h"
#include "access/table.h"
#include "access/xact.h"
#include "storage/lmgr.h"
#include "utils/snapmgr.h"
}

namespace gb_enums {

namespace {

/// The functions that read and write values of a type.
struct TextFunctions {
    Oid input = InvalidOid;
    Oid output = InvalidOid;
};

/// The functions of a type that has the shape of an enumeration, else none.
TextFunctions TextFunctionsOf(Oid type) {
    HeapTuple tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
    if (!HeapTupleIsValid(tuple)) {
        return {};
    }
    const auto* form = reinterpret_cast<Form_pg_type>(GETSTRUCT(tuple));
    const bool has_shape = form->typtype == TYPTYPE_BASE && form->typisdefined &&
                           form->typlen == sizeof(int16) && form->typbyval;
    const TextFunctions functions =
        has_shape ? TextFunctions{form->typinput, form->typoutput} : TextFunctions{};
    ReleaseSysCache(tuple);
    return functions;
}

/// Whether a function is the one that writes the values of enumerations. A type whose definition
/// somebody has replaced by another function is an enumeration still.
bool IsOurOutput(Oid function) {
    return FunctionLanguage(function) == ClanguageId &&
           strcmp(FunctionSource(function), "gb_enum_out") == 0;
}

/// Calls `read` with the row of a function that a snapshot sees, if there is one. nullptr is the
/// newest snapshot of catalogs.
template <typename Read>
void ReadFunction(Oid function, Snapshot snapshot, Read&& read) {
    ScanKeyData key;
    ScanKeyInit(&key, Anum_pg_proc_oid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(function));
    Relation functions = table_open(ProcedureRelationId, AccessShareLock);
    if (snapshot == nullptr) {
        InvalidateCatalogSnapshot();
    }
    SysScanDesc scan = systable_beginscan(functions, ProcedureOidIndexId, true, snapshot, 1, &key);
    HeapTuple row = systable_getnext(scan);
    if (HeapTupleIsValid(row)) {
        read(row, RelationGetDescr(functions));
    }
    systable_endscan(scan);
    table_close(functions, AccessShareLock);
}

RowVersion VersionOf(HeapTuple row) {
    return {HeapTupleHeaderGetRawXmin(row->t_data), ItemPointerGetBlockNumber(&row->t_self),
            ItemPointerGetOffsetNumber(&row->t_self)};
}

char* SourceOf(HeapTuple function, TupleDesc columns) {
    bool is_null = false;
    const Datum source = heap_getattr(function, Anum_pg_proc_prosrc, columns, &is_null);
    return is_null ? nullptr : TextDatumGetCString(source);
}

/// Whether a row has been written since the moment that the transaction sees. (A row so old that
/// its writer's number has come round again may seem to be. What the transaction sees is that row.)
bool IsWrittenSince(const RowVersion& row, Snapshot snapshot) {
    return !TransactionIdIsCurrentTransactionId(row.writer) &&
           XidInMVCCSnapshot(row.writer, snapshot);
}

/// The type of an expression without the casts around it.
Oid TypeWithoutCasts(Node* node) {
    for (;;) {
        if (IsA(node, FuncExpr) && list_length(castNode(FuncExpr, node)->args) == 1) {
            node = static_cast<Node*>(linitial(castNode(FuncExpr, node)->args));
        } else if (IsA(node, CoerceViaIO)) {
            node = reinterpret_cast<Node*>(castNode(CoerceViaIO, node)->arg);
        } else {
            return exprType(node);
        }
    }
}

/// The enumeration that the default of a function's last argument names, or InvalidOid.
Oid EnumOfDefault(HeapTuple function) {
    bool is_null = false;
    const Datum defaults =
        SysCacheGetAttr(PROCOID, function, Anum_pg_proc_proargdefaults, &is_null);
    const auto* list =
        is_null ? NIL : static_cast<List*>(stringToNode(TextDatumGetCString(defaults)));
    if (list == NIL) {
        return InvalidOid;
    }
    const Oid type = TypeWithoutCasts(static_cast<Node*>(llast(list)));
    return IsEnum(type) ? type : InvalidOid;
}

}  // namespace

bool IsEnum(Oid type) {
    const TextFunctions functions = TextFunctionsOf(type);
    return OidIsValid(functions.input) &&
           (IsDefinition(functions.input) || IsOurOutput(functions.output));
}

void RequireEnum(Oid type) {
    if (!IsEnum(type)) {
        RaiseNoEnum(type);
    }
}

void RaiseNoEnum(Oid type) {
    const char* name = format_type_extended(type, -1, FORMAT_TYPE_INVALID_AS_NULL);
    if (name == nullptr) {
        ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
                        errmsg("type with OID %u does not exist", type)));
    }
    ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
                    errmsg("type %s is not an enumeration of gb_enums", name),
                    errhint("The view gb_enums lists them.")));
    pg_unreachable();
}

Oid InputFunctionOf(Oid type) {
    return TextFunctionsOf(type).input;
}

bool IsDefinition(Oid function) {
    const Oid language = FunctionLanguage(function);
    return OidIsValid(language) && language == DefinitionLanguage();
}

char* DefinitionSource(Oid type) {
    const Oid input = InputFunctionOf(type);
    return IsDefinition(input) ? FunctionSource(input) : pstrdup("");
}

bool LockFunctions(bool must) {
    // Whoever holds a page cannot be interrupted.
    if (must || INTERRUPTS_CAN_BE_PROCESSED()) {
        LockRelationOid(ProcedureRelationId, AccessShareLock);
        LockRelationOid(ProcedureOidIndexId, AccessShareLock);
        return true;
    }
    if (!ConditionalLockRelationOid(ProcedureRelationId, AccessShareLock)) {
        return false;
    }
    if (!ConditionalLockRelationOid(ProcedureOidIndexId, AccessShareLock)) {
        UnlockRelationOid(ProcedureRelationId, AccessShareLock);
        return false;
    }
    return true;
}

void UnlockFunctions() {
    UnlockRelationOid(ProcedureOidIndexId, AccessShareLock);
    UnlockRelationOid(ProcedureRelationId, AccessShareLock);
}

RowVersion NewestVersion(Oid function) {
    RowVersion version;
    ReadFunction(function, nullptr,
                 [&version](HeapTuple row, TupleDesc /*columns*/) { version = VersionOf(row); });
    return version;
}

NewestDefinition ReadNewestDefinition(Oid function) {
    NewestDefinition newest;
    ReadFunction(function, nullptr, [&newest](HeapTuple row, TupleDesc columns) {
        newest.row = VersionOf(row);
        if (reinterpret_cast<Form_pg_proc>(GETSTRUCT(row))->prolang == DefinitionLanguage()) {
            newest.source = SourceOf(row, columns);
        }
    });
    return newest;
}

char* SourceInSnapshot(Oid function, const RowVersion& newest) {
    if (!XactReadOnly || !IsolationUsesXactSnapshot() || !FirstSnapshotSet ||
        HistoricSnapshotActive()) {
        return nullptr;
    }
    Snapshot snapshot = GetTransactionSnapshot();
    char* source = nullptr;
    if (IsWrittenSince(newest, snapshot)) {
        ReadFunction(function, snapshot, [&source](HeapTuple row, TupleDesc columns) {
            source = SourceOf(row, columns);
        });
    }
    return source;
}

Oid EnumOfFunction(Oid function) {
    HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
    if (!HeapTupleIsValid(tuple)) {
        return InvalidOid;
    }
    const auto* form = reinterpret_cast<Form_pg_proc>(GETSTRUCT(tuple));
    const Oid* const arguments = form->proargtypes.values;
    const Oid* const end = arguments + form->pronargs;
    const Oid* const argument = std::find_if(arguments, end, IsEnum);
    Oid found = InvalidOid;
    if (argument != end) {
        found = *argument;
    } else if (IsEnum(form->prorettype)) {
        found = form->prorettype;
    } else if (form->pronargdefaults > 0) {
        // A function on texts alone names its enumeration by the default of an argument. (Reading
        // the default may raise an error, so such a function is not LEAKPROOF.)
        found = EnumOfDefault(tuple);
    }
    ReleaseSysCache(tuple);
    return found;
}

Oid DefinitionLanguage() {
    return get_language_oid("gb_enum", true);
}

SchemaAndName SchemaAndNameOf(Oid type) {
    HeapTuple tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
    if (!HeapTupleIsValid(tuple)) {
        elog(ERROR, "cache lookup failed for type %u", type);
    }
    const auto* form = reinterpret_cast<Form_pg_type>(GETSTRUCT(tuple));
    const SchemaAndName names{form->typnamespace, pstrdup(NameStr(form->typname))};
    ReleaseSysCache(tuple);
    return names;
}

}  // namespace gb_enums
