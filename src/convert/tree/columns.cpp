#include "convert/tree/columns.hpp"

#include "server/function.hpp"
#include "type/catalog.hpp"

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
    const bool to = !goes_back || BecomesText(column) || column.new_type == CHAROID ||
                    IsNumber(column.new_type);
    // Also of a relation or column that there is none of.
    if (column.is_array && !type_is_array_domain(get_atttype(column.relation, column.number))) {
        ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
                        errmsg("a column to convert is no array, as it was said to be")));
    }
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

/// A label of a native enum, or a value of an enumeration, and what it becomes.
struct Label {
    const char* name;
    float4 place;
    Target target;
};

int CompareLabels(const ListCell* left, const ListCell* right) {
    const float4 left_place = static_cast<const Label*>(lfirst(left))->place;
    const float4 right_place = static_cast<const Label*>(lfirst(right))->place;
    return left_place < right_place ? -1 : static_cast<int>(left_place > right_place);
}

void AddLabel(List** labels, const char* name, float4 place) {
    auto* label = static_cast<Label*>(palloc0(sizeof(Label)));
    label->name = name;
    label->place = place;
    *labels = lappend(*labels, label);
}

/// The values (Label*) of an enumeration. Their names are copied, as what is done with them may
/// look up catalogs.
List* ReadValues(Oid enum_type) {
    List* labels = NIL;
    if (const Definition* definition = EnumType::Of(enum_type).definition()) {
        for (const Value& value : definition->values()) {
            AddLabel(&labels, pnstrdup(value.name.data(), value.name.size()),
                     static_cast<float4>(ToInt(value.code)));
        }
    }
    return labels;
}

/// The labels (Label*) of a native enum.
List* ReadNativeLabels(Oid native) {
    List* labels = NIL;
    CatCList* members = SearchSysCacheList1(ENUMTYPOIDNAME, ObjectIdGetDatum(native));
    for (int i = 0; i < members->n_members; ++i) {
        const auto* form = reinterpret_cast<Form_pg_enum>(GETSTRUCT(&members->members[i]->tuple));
        AddLabel(&labels, pstrdup(NameStr(form->enumlabel)), form->enumsortorder);
    }
    ReleaseCatCacheList(members);
    return labels;
}

/// The labels (Label*) of a column that was an enumeration or a native enum, in their order.
List* ReadLabels(const Column& column) {
    List* labels =
        IsEnum(column.old_type) ? ReadValues(column.old_type) : ReadNativeLabels(column.old_type);
    ListCell* cell = nullptr;
    foreach (cell, labels) {
        auto* label = static_cast<Label*>(lfirst(cell));
        label->target = FindTarget(column.mapping, label->name, false);
    }
    list_sort(labels, CompareLabels);
    return labels;
}

/// Whether the codes of labels ascend. Labels that become nothing are in no row.
bool CodesAscend(const List* labels) {
    int last = PG_INT16_MIN - 1;
    ListCell* cell = nullptr;
    foreach (cell, labels) {
        const Target& target = static_cast<const Label*>(lfirst(cell))->target;
        if (target.kind == Target::Kind::kNull ||
            (target.kind == Target::Kind::kCode && ToInt(target.code) <= last)) {
            return false;
        }
        last = target.kind == Target::Kind::kCode ? ToInt(target.code) : last;
    }
    return true;
}

bool IsRenamedLabel(const Label& label, EnumType& type) {
    return label.target.kind == Target::Kind::kNull ||
           (label.target.kind == Target::Kind::kCode &&
            strcmp(text_to_cstring(type.NameOf(label.target.code)), label.name) != 0);
}

/// What becomes of the names and of the order of values. All values of a native enum are known.
void ReadChanges(Column* column) {
    const Mapping& mapping = column->mapping;
    if (KindOf(*column) != OldKind::kNative) {
        column->is_renamed = mapping.map != nullptr || mapping.trim || mapping.fold_case ||
                             mapping.use_aliases || mapping.otherwise != Mapping::Otherwise::kError;
        return;
    }
    const List* labels = OidIsValid(column->new_type) ? NIL : ReadLabels(*column);
    column->has_order_of_labels = labels != NIL && CodesAscend(labels);
    ListCell* cell = nullptr;
    foreach (cell, labels) {
        column->is_renamed =
            column->is_renamed || IsRenamedLabel(*static_cast<Label*>(lfirst(cell)), *mapping.type);
    }
}

/// The elements of an array as a column of their own.
Column* MakeElement(const Column& array) {
    auto* element = static_cast<Column*>(palloc(sizeof(Column)));
    *element = array;
    element->is_array = false;
    element->old_array = InvalidOid;
    element->old_domain = InvalidOid;
    return element;
}

}  // namespace

void SetOldType(Column* column, Oid type) {
    const Oid base = getBaseType(type);
    column->old_type = column->is_array ? BaseOfElements(type) : base;
    column->old_array = column->is_array ? base : InvalidOid;
    column->old_domain = type == base ? InvalidOid : type;
}

Oid TypeOfValues(const Column& column) {
    const Oid type = OidIsValid(column.new_type)        ? column.new_type
                     : OidIsValid(column.trusting_cast) ? INT2OID
                                                        : column.enum_type;
    return column.is_array ? get_array_type(type) : type;
}

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
            ReadMapping(column->enum_type, column->options, KindOf(*column) == OldKind::kNumber);
        ReadChanges(column);
        const Oid type = get_atttype(column->relation, column->number);
        const Oid base = getBaseType(type);
        column->old_domain = type == base ? InvalidOid : type;
        if (column->is_array) {
            column->old_array = base;
            column->element = MakeElement(*column);
        }
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
