#include "operations/advice/covering.hpp"

#include "operations/advice/entry_width.hpp"
#include "tree/nodes.hpp"

extern "C" {
#include "rewrite/rewriteManip.h"
}

namespace gb_enums::operations {

namespace {

/// For an index that is read in place of the rows, so many may wait for VACUUM, and so many pages
/// must be visible to all.
constexpr double kMostDead = 0.1;
constexpr double kLeastVisible = 0.8;
/// How many columns an index has beside the key, and how wide these may be together. They have no
/// more than half of the row.
constexpr int kMostIncluded = 3;
constexpr int kMostIncludedBytes = 64;
/// A row of an index has a limit of its own, beyond which a row of the table is refused.
constexpr int kLongestIncluded = 256;

/// The columns that a statement needs; none when it needs more than columns.
Bitmapset* NeededColumns(const Facts& facts) {
    Bitmapset* needed = nullptr;
    pull_varattnos(AsNode(facts.table->reltarget->exprs), facts.table->relid, &needed);
    ListCell* cell = nullptr;
    foreach (cell, facts.table->baserestrictinfo) {
        pull_varattnos(AsNode(lfirst_node(RestrictInfo, cell)->clause), facts.table->relid,
                       &needed);
    }
    Bitmapset* columns = nullptr;
    for (int i = -1; (i = bms_next_member(needed, i)) >= 0;) {
        const int column = i + FirstLowInvalidHeapAttributeNumber;
        if (column <= 0) {
            return nullptr;
        }
        columns = bms_add_member(columns, column);
    }
    return columns;
}

/// Whether an index is one that another could take the place of: it reads the rows of the
/// statement, and CREATE INDEX makes its columns without further words.
bool ReadIndex(const Facts& facts, const IndexOptInfo& info, AdvisedIndex* index) {
    if (info.hypothetical || info.relam != BTREE_AM_OID || info.unique || info.indexprs != NIL ||
        info.ncolumns >= AdvisedIndex::kMostColumns ||
        (info.indpred != NIL && (!info.predOK || facts.size.largest != facts.table))) {
        return false;
    }
    for (int i = 0; i < info.ncolumns; ++i) {
        const AttrNumber column = ColumnOfWhole(facts, info.indexkeys[i]);
        if (i < info.nkeycolumns) {
            const Var* var = VarOf(*facts.table, facts.relation, column);
            const Oid operator_class = GetDefaultOpClass(var->vartype, BTREE_AM_OID);
            if (info.indexcollations[i] != var->varcollid ||
                info.opfamily[i] != get_opclass_family(operator_class)) {
                return false;
            }
            AddKey(index, {column, info.reverse_sort[i], info.nulls_first[i]});
        } else {
            index->columns[index->count++] = {column, false, false};
        }
    }
    if (info.indpred != NIL) {
        index->predicate = AsNode(make_ands_explicit(Copy(info.indpred)));
        ChangeVarNodes(index->predicate, static_cast<int>(facts.table->relid), 1, 0);
    }
    const int first = index->columns[0].number;
    return bms_is_member(first, facts.equal) || bms_is_member(first, facts.joined) ||
           bms_is_member(first, facts.range);
}

/// Adds the columns that are needed, if these and what is included already are few and narrow.
bool Include(const Facts& facts, const Bitmapset* needed, AdvisedIndex* index) {
    const int had = index->count;
    for (int column = -1; (column = bms_next_member(needed, column)) >= 0;) {
        const auto number = static_cast<AttrNumber>(column);
        if (HasColumn(*index, number, index->count)) {
            continue;
        }
        if (index->count == AdvisedIndex::kMostColumns ||
            GreatestWidth(facts.relation, number) > kLongestIncluded) {
            return false;
        }
        index->columns[index->count++] = {number, false, false};
    }
    int bytes = 0;
    for (int i = index->key_count; i < index->count; ++i) {
        bytes += AverageWidth(facts.relation, index->columns[i].number);
    }
    const int32 row_bytes = get_relation_data_width(facts.relation, nullptr);
    return index->count > had && index->count - index->key_count <= kMostIncluded &&
           bytes <= std::min(kMostIncludedBytes, row_bytes / 2);
}

}  // namespace

bool MakeCovering(const Facts& facts, AdvisedIndex* index) {
    const TableSize& size = facts.size;
    if (size.visible_pages < kLeastVisible * size.pages || size.dead_rows > kMostDead * size.rows) {
        return false;
    }
    const Bitmapset* needed = NeededColumns(facts);
    return !bms_is_empty(needed) && Include(facts, needed, index);
}

const char* VisiblePages(const TableSize& size) {
    return psprintf("%.0f %% of %.0f pages are visible to all",
                    100 * size.visible_pages / size.pages, size.pages);
}

void AddCovering(const Facts& facts, Candidates* candidates) {
    ListCell* cell = nullptr;
    foreach (cell, facts.size.largest->indexlist) {
        AdvisedIndex index = EmptyIndex(facts.relation);
        if (ReadIndex(facts, *lfirst_node(IndexOptInfo, cell), &index) &&
            MakeCovering(facts, &index)) {
            candidates->Add(
                Candidate::Kind::kCovering, index, index.count,
                psprintf("an index on (%s) does not have all columns that are read; %s",
                         ColumnNames(index, 0, index.key_count), VisiblePages(facts.size)));
        }
    }
}

}  // namespace gb_enums::operations
