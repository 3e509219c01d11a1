// The bytes of a table's rows, as they are and as they would be after a conversion.

#include "convert/size/row_size.hpp"
#include "server/arrays.hpp"
#include "server/boundary.hpp"
#include "server/relation.hpp"

extern "C" {
#include "access/table.h"
#include "catalog/pg_statistic.h"
#include "utils/acl.h"
#include "utils/rel.h"
#include "utils/rls.h"
}

namespace gb_enums::convert {

namespace {

/// Whether the caller may know what statistics say of a column, as the view pg_stats has it.
bool MaySeeStatistics(Oid relation, AttrNumber number) {
    const bool may_read =
        pg_class_aclcheck(relation, GetUserId(), ACL_SELECT) == ACLCHECK_OK ||
        pg_attribute_aclcheck(relation, number, GetUserId(), ACL_SELECT) == ACLCHECK_OK;
    return may_read && check_enable_rls(relation, InvalidOid, true) != RLS_ENABLED;
}

/// Reads the average width of a column, and whether it has nulls, when there are statistics that
/// the caller may see.
void ReadStatistics(Oid relation, AttrNumber number, bool inherited, int* width, bool* has_nulls) {
    if (!MaySeeStatistics(relation, number)) {
        return;
    }
    HeapTuple tuple = SearchSysCache3(STATRELATTINH, ObjectIdGetDatum(relation),
                                      Int16GetDatum(number), BoolGetDatum(inherited));
    if (HeapTupleIsValid(tuple)) {
        const auto* statistics = reinterpret_cast<Form_pg_statistic>(GETSTRUCT(tuple));
        *width = statistics->stawidth;
        *has_nulls = *has_nulls || statistics->stanullfrac > 0;
        ReleaseSysCache(tuple);
    }
}

int AlignmentOf(char alignment) {
    switch (alignment) {
        case TYPALIGN_DOUBLE:
            return ALIGNOF_DOUBLE;
        case TYPALIGN_INT:
            return ALIGNOF_INT;
        case TYPALIGN_SHORT:
            return ALIGNOF_SHORT;
        default:
            return 1;
    }
}

/// The bytes that a column adds to an average row; those of a smallint when it is converted.
ColumnSize SizeOf(const FormData_pg_attribute& column, int width, bool is_converted) {
    if (is_converted) {
        return {sizeof(int16), ALIGNOF_SHORT};
    }
    const auto alignment = static_cast<std::size_t>(AlignmentOf(column.attalign));
    if (column.attlen > 0) {
        return {static_cast<std::size_t>(column.attlen), alignment};
    }
    if (width == 0) {
        width = get_typavgwidth(column.atttypid, column.atttypmod);
    }
    // A short value has a header of one byte, and no padding.
    const bool is_short = width <= VARATT_SHORT_MAX && column.attstorage != TYPSTORAGE_PLAIN;
    return {static_cast<std::size_t>(width), is_short ? 1 : alignment};
}

ArrayElements ColumnNumbers(ArrayType* array, TupleDesc columns) {
    return BoundedElements(array, columns->natts, "the number of a column",
                           "numbers of columns of this table");
}

bool Contains(const ArrayElements& numbers, AttrNumber number) {
    Datum* const end = numbers.values + numbers.count;
    return std::find(numbers.values, end, Int16GetDatum(number)) != end;
}

Form_pg_attribute RequireColumn(Relation relation, int number) {
    if (number < 1 || number > RelationGetNumberOfAttributes(relation)) {
        ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
                        errmsg("column %d of \"%s\" does not exist", number,
                               RelationGetRelationName(relation))));
    }
    return TupleDescAttr(RelationGetDescr(relation), number - 1);
}

}  // namespace

/// (relation regclass, converted smallint[], places smallint[]) -> integer: the bytes of an average
/// row if the converted columns were smallint and its columns stood in the order of `places`; in
/// the order that they have when that is empty.
GB_ENUMS_FUNCTION(gb_enum_row_bytes) {
    Relation relation = OpenTable(PG_GETARG_OID(0), AccessShareLock);
    const bool has_partitions = relation->rd_rel->relkind == RELKIND_PARTITIONED_TABLE;
    TupleDesc columns = RelationGetDescr(relation);
    const ArrayElements converted = ColumnNumbers(PG_GETARG_ARRAYTYPE_P(1), columns);
    const ArrayElements places = ColumnNumbers(PG_GETARG_ARRAYTYPE_P(2), columns);
    const int count = places.count > 0 ? places.count : columns->natts;
    auto* sizes = static_cast<ColumnSize*>(palloc0(sizeof(ColumnSize) * (count + 1)));
    bool has_nulls = false;
    int used = 0;
    for (int i = 0; i < count; ++i) {
        const Form_pg_attribute column =
            RequireColumn(relation, places.count > 0 ? DatumGetInt16(places.values[i]) : i + 1);
        if (column->attisdropped) {
            has_nulls = true;
            continue;
        }
        int width = 0;
        ReadStatistics(RelationGetRelid(relation), column->attnum, has_partitions, &width,
                       &has_nulls);
        sizes[used++] = SizeOf(*column, width, Contains(converted, column->attnum));
    }
    table_close(relation, AccessShareLock);
    const std::size_t size =
        Guarded([&] { return RowSize(std::vector<ColumnSize>(sizes, sizes + used), has_nulls); });
    PG_RETURN_INT32(static_cast<int32>(size));
}

}  // namespace gb_enums::convert
