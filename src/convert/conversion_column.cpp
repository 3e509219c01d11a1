#include "convert/conversion_column.hpp"

#include "server/arrays.hpp"

namespace gb_enums::convert {

namespace {

/// The most columns of a conversion: enough for a table with all its partitions.
constexpr int kMostColumns = 1'000'000;

Oid OidField(HeapTupleHeader row, const char* name) {
    bool is_null = false;
    const Datum value = GetAttributeByName(row, name, &is_null);
    return is_null ? InvalidOid : DatumGetObjectId(value);
}

ConversionColumn ReadColumn(HeapTupleHeader row) {
    ConversionColumn column{};
    column.relation = OidField(row, "relation");
    column.old_type = OidField(row, "old_type");
    column.enum_type = OidField(row, "enum");
    column.trusting_cast = OidField(row, "trusting_cast");
    column.new_type = OidField(row, "new_type");
    bool is_null = false;
    Datum value = GetAttributeByName(row, "new_typmod", &is_null);
    // A domain keeps its length to itself.
    column.new_length =
        is_null || OidIsValid(OidField(row, "new_domain")) ? -1 : DatumGetInt32(value);
    value = GetAttributeByName(row, "number", &is_null);
    column.number = is_null ? AttrNumber{InvalidAttrNumber} : DatumGetInt16(value);
    value = GetAttributeByName(row, "is_array", &is_null);
    column.is_array = !is_null && DatumGetBool(value);
    value = GetAttributeByName(row, "new_name", &is_null);
    column.new_name = is_null ? nullptr : TextDatumGetCString(value);
    value = GetAttributeByName(row, "options", &is_null);
    column.options = is_null ? nullptr : &DatumGetJsonbP(value)->root;
    return column;
}

}  // namespace

List* ReadConversion(ArrayType* columns) {
    const ArrayElements elements =
        BoundedElements(columns, kMostColumns, "a column to convert", "columns to convert");
    List* result = NIL;
    for (int i = 0; i < elements.count; ++i) {
        auto* column = static_cast<ConversionColumn*>(palloc(sizeof(ConversionColumn)));
        *column = ReadColumn(DatumGetHeapTupleHeader(elements.values[i]));
        result = lappend(result, column);
    }
    return result;
}

}  // namespace gb_enums::convert
