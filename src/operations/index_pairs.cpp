// Indexes that could take the place of others.

#include "operations/catalog_rows.hpp"
#include "server/arrays.hpp"
#include "server/result_row.hpp"

extern "C" {
#include "access/transam.h"
#include "catalog/pg_index.h"
}

namespace gb_enums::operations {

namespace {

/// A valid index, with what it begins with: a column, or 0 for an expression.
struct Index {
    Oid table;
    std::int16_t first_key;
    Oid index;
};

bool BeginAlike(const Index& left, const Index& right) {
    return left.table == right.table && left.first_key == right.first_key;
}

/// The valid indexes of tables that are not the server's, those that begin alike beside each other.
Items<Index> ValidIndexes() {
    Items<Index> indexes;
    ForEachRow<FormData_pg_index>(IndexRelationId, [&](const FormData_pg_index& row) {
        if (row.indisvalid && row.indexrelid >= FirstNormalObjectId) {
            indexes.Add({row.indrelid, row.indkey.values[0], row.indexrelid});
        }
    });
    std::sort(indexes.begin(), indexes.end(), [](const Index& left, const Index& right) {
        return std::tie(left.table, left.first_key, left.index) <
               std::tie(right.table, right.first_key, right.index);
    });
    return indexes;
}

}  // namespace

/// () -> setof (index oid, other oid): each valid index, with each other one of its table that
/// begins with the same column
GB_ENUMS_FUNCTION(gb_index_pairs) {
    const Items<Index> indexes = ValidIndexes();
    ResultSet pairs(fcinfo);
    const Index* end = nullptr;
    for (const Index* first = indexes.begin(); first != indexes.end(); first = end) {
        end = std::find_if_not(first, indexes.end(),
                               [first](const Index& index) { return BeginAlike(*first, index); });
        for (const Index* index = first; index != end; ++index) {
            for (const Index* other = first; other != end; ++other) {
                if (other != index) {
                    pairs.Add(ResultRow().AddOid(index->index).AddOid(other->index));
                }
            }
        }
    }
    return Datum{0};
}

}  // namespace gb_enums::operations
