#include "operations/advice/entry_width.hpp"

#include "operations/advice/table_facts.hpp"

extern "C" {
#include "catalog/pg_statistic.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
}

namespace gb_enums::operations {

namespace {

constexpr int kMostKeyBytes = 64;
/// A third of a page, without what an entry has beside its values. The server compresses values
/// before it finds an entry too long.
constexpr int kLongestEntry = BLCKSZ * 3 / 10;
/// How many times longer than the longest of the values that ANALYZE keeps, a few hundred, the
/// longest of all may be.
constexpr int kTimesLonger = 10;

/// The type of a column with its limit, those of a domain as its base type.
Oid TypeOf(Oid relation, AttrNumber column, int32* modifier) {
    Oid type = InvalidOid;
    Oid collation = InvalidOid;
    get_atttypetypmodcoll(relation, column, &type, modifier, &collation);
    return getBaseTypeAndTypmod(type, modifier);
}

/// The longest of the values of one kind that ANALYZE has kept, 0 for none.
int LongestOf(HeapTuple statistics, int kind) {
    AttStatsSlot slot;
    if (!get_attstatsslot(&slot, statistics, kind, InvalidOid, ATTSTATSSLOT_VALUES)) {
        return 0;
    }
    int longest = 0;
    for (int i = 0; i < slot.nvalues && get_typlen(slot.valuetype) == -1; ++i) {
        longest = std::max(longest, static_cast<int>(VARSIZE_ANY(DatumGetPointer(slot.values[i]))));
    }
    free_attstatsslot(&slot);
    return longest;
}

/// The bytes of the longest value of a column that ANALYZE has kept. It keeps none of more than a
/// kilobyte, so that nothing is known of a column of which it kept none: INT_MAX.
int LongestKept(Oid relation, AttrNumber column) {
    const HeapTuple statistics = StatisticsOf(relation, column);
    if (!HeapTupleIsValid(statistics)) {
        return INT_MAX;
    }
    const int longest = std::max(LongestOf(statistics, STATISTIC_KIND_MCV),
                                 LongestOf(statistics, STATISTIC_KIND_HISTOGRAM));
    ReleaseSysCache(statistics);
    return longest == 0 ? INT_MAX : longest;
}

/// Whether the types of an index allow an entry that is too long.
bool AllowsLongEntry(const AdvisedIndex& index) {
    std::int64_t bytes = 0;
    for (int i = 0; i < index.count; ++i) {
        bytes += GreatestWidth(index.relation, index.columns[i].number);
    }
    return bytes > kLongestEntry;
}

}  // namespace

int AverageWidth(Oid relation, AttrNumber column) {
    int32 width = 0;
    const HeapTuple statistics = StatisticsOf(relation, column);
    if (HeapTupleIsValid(statistics)) {
        width = reinterpret_cast<const FormData_pg_statistic*>(GETSTRUCT(statistics))->stawidth;
        ReleaseSysCache(statistics);
    }
    if (width > 0) {
        return width;
    }
    int32 modifier = -1;
    const Oid type = TypeOf(relation, column, &modifier);
    return get_typavgwidth(type, modifier);
}

int GreatestWidth(Oid relation, AttrNumber column) {
    int32 modifier = -1;
    const Oid type = TypeOf(relation, column, &modifier);
    if (const int16 length = get_typlen(type); length > 0) {
        return length;
    }
    if (const int32 most = type_maximum_size(type, modifier); most > 0) {
        return most;
    }
    // What the server does not move out of the row, as numeric and inet, is short.
    return get_typstorage(type) == TYPSTORAGE_MAIN ? get_typavgwidth(type, modifier) : INT_MAX;
}

bool HasNarrowKey(const AdvisedIndex& index) {
    const bool allows_long = AllowsLongEntry(index);
    return std::all_of(index.columns, index.columns + index.key_count,
                       [&index, allows_long](const IndexColumn& column) {
                           const int most = kLongestEntry / kTimesLonger;
                           return AverageWidth(index.relation, column.number) <= kMostKeyBytes &&
                                  (!allows_long ||
                                   GreatestWidth(index.relation, column.number) <= most ||
                                   LongestKept(index.relation, column.number) <= most);
                       });
}

const char* RefusedRows(const AdvisedIndex& index) {
    return AllowsLongEntry(index)
               ? psprintf(
                     "; the index may refuse rows with more than %d bytes (compressed) in (%s)",
                     kLongestEntry, ColumnNames(index, 0, index.count))
               : "";
}

}  // namespace gb_enums::operations
