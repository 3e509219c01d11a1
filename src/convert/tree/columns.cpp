#include "convert/tree/columns.hpp"

#include "server/function.hpp"

extern "C" {
#include "catalog/pg_attribute.h"
#include "catalog/pg_enum.h"
#include "catalog/pg_collation.h"
#include "utils/catcache.h"
}

namespace gb_enums::convert {

namespace {

/// The collation of a column when it is not the default one, else InvalidOid.
Oid OwnCollation(const Column& column) {
    HeapTuple tuple =
        SearchSysCache2(ATTNUM, ObjectIdGetDatum(column.relation), Int16GetDatum(column.number));
    if (!HeapTupleIsValid(tuple)) {
        return InvalidOid;
    }
    const Oid collation = reinterpret_cast<Form_pg_attribute>(GETSTRUCT(tuple))->attcollation;
    ReleaseSysCache(tuple);
    return collation == DEFAULT_COLLATION_OID ? InvalidOid : collation;
}

/// Checks the function that makes a value of a smallint: this calls it with constants.
void CheckTrustingCast(const Column& column) {
    if (!OidIsValid(column.trusting_cast)) {
        return;
    }
    Oid* types = nullptr;
    int count = 0;
    const Oid result = SearchSysCacheExists1(PROCOID, ObjectIdGetDatum(column.trusting_cast))
                           ? get_func_signature(column.trusting_cast, &types, &count)
                           : InvalidOid;
    if (result != column.enum_type || count != 1 || types[0] != INT2OID ||
        strcmp(FunctionSource(column.trusting_cast), "int2up") != 0) {
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("function with OID %u does not make a smallint a value of %s",
                               column.trusting_cast, TypeName(column.enum_type))));
    }
}

/// Raises an error for a column that a plan of the extension would not contain.
void CheckColumn(const Column& column) {
    if (column.number < 1 || column.new_number < 1) {
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("a column to convert must have the number of a column")));
    }
    const bool goes_back = OidIsValid(column.new_type);
    const bool from =
        goes_back ? column.old_type == column.enum_type : IsConvertible(column.old_type);
    const bool to = !goes_back || column.new_type == TEXTOID || column.new_type == VARCHAROID ||
                    column.new_type == INT2OID || column.new_type == INT4OID;
    if (!from || !to) {
        ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
                        errmsg("a column of type %s does not become one of type %s",
                               TypeName(column.old_type),
                               TypeName(goes_back ? column.new_type : column.enum_type))));
    }
    CheckTrustingCast(column);
}

int CountColumns(Oid relation) {
    HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
    if (!HeapTupleIsValid(tuple)) {
        return 0;
    }
    const int count = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple))->relnatts;
    ReleaseSysCache(tuple);
    return count;
}

/// The labels of a native enum (char*).
List* Labels(Oid type) {
    List* labels = NIL;
    CatCList* members = SearchSysCacheList1(ENUMTYPOIDNAME, ObjectIdGetDatum(type));
    for (int i = 0; i < members->n_members; ++i) {
        const auto* label = reinterpret_cast<Form_pg_enum>(GETSTRUCT(&members->members[i]->tuple));
        labels = lappend(labels, pstrdup(NameStr(label->enumlabel)));
    }
    ReleaseCatCacheList(members);
    return labels;
}

/// Whether a value may have another name than the old one. All values of a native enum are known.
bool IsRenamed(const Column& column) {
    const Mapping& mapping = column.mapping;
    if (KindOf(column) != OldKind::kNative) {
        return mapping.map != nullptr || mapping.trim || mapping.fold_case || mapping.use_aliases ||
               mapping.otherwise != Mapping::Otherwise::kError;
    }
    ListCell* cell = nullptr;
    foreach (cell, Labels(column.old_type)) {
        const auto* label = static_cast<const char*>(lfirst(cell));
        const Target target = FindTarget(mapping, label, false);
        if (target.kind == Target::Kind::kNull ||
            (target.kind == Target::Kind::kCode &&
             strcmp(text_to_cstring(mapping.type->NameOf(target.code)), label) != 0)) {
            return true;
        }
    }
    return false;
}

}  // namespace

List* ReadColumns(ArrayType* columns) {
    List* result = NIL;
    ListCell* cell = nullptr;
    foreach (cell, ReadConversion(columns)) {
        auto* column = static_cast<Column*>(palloc0(sizeof(Column)));
        static_cast<ConversionColumn&>(*column) = *static_cast<ConversionColumn*>(lfirst(cell));
        column->index = list_length(result);
        // A number that no column has is as good as none.
        const int new_number = CountColumns(column->relation) + 1 + column->index;
        column->new_number = static_cast<AttrNumber>(new_number > PG_INT16_MAX ? 0 : new_number);
        column->old_collation = OwnCollation(*column);
        CheckColumn(*column);
        column->mapping =
            ReadMapping(column->enum_type, column->options, KindOf(*column) == OldKind::kInteger);
        column->is_renamed = IsRenamed(*column);
        result = lappend(result, column);
    }
    return result;
}

void RequireInPlace(List* columns) {
    ListCell* cell = nullptr;
    foreach (cell, columns) {
        if (static_cast<Column*>(lfirst(cell))->new_name != nullptr) {
            ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                            errmsg("a column to convert must not have a new name here")));
        }
    }
}

List* ColumnsOf(List* columns, Oid relation) {
    List* result = NIL;
    ListCell* cell = nullptr;
    foreach (cell, columns) {
        if (static_cast<Column*>(lfirst(cell))->relation == relation) {
            result = lappend(result, lfirst(cell));
        }
    }
    return result;
}

Column* FindColumn(List* columns, AttrNumber number) {
    ListCell* cell = nullptr;
    foreach (cell, columns) {
        auto* column = static_cast<Column*>(lfirst(cell));
        if (column->number == number) {
            return column;
        }
    }
    return nullptr;
}

}  // namespace gb_enums::convert
