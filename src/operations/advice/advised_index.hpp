#pragma once

#include "server/server.hpp"

namespace gb_enums::operations {

struct IndexColumn {
    AttrNumber number;
    bool is_descending;
    bool has_nulls_first;
    /// Of a column of the key, InvalidOid when there is none for its type.
    Oid operator_class;
};

/// An index that is not there. Of a partitioned table, it stands for an index of each partition.
struct AdvisedIndex {
    static constexpr int kMostColumns = 8;

    Oid relation;
    /// The access method: btree or BRIN.
    Oid method;
    /// How many columns the key has, and how many there are with those that are included after it.
    int key_count;
    int count;
    IndexColumn columns[kMostColumns];
    /// The predicate is what helps, so that an index with it and another key may be as good.
    bool has_any_key;
    /// Which rows have entries, with the columns of table 1; nullptr for all rows.
    Node* predicate;
    /// How many of the rows these are, from 0 to 1.
    double share;
};

AdvisedIndex EmptyIndex(Oid relation, Oid method = BTREE_AM_OID);

/// Adds a column to a key that does not have it.
void AddKey(AdvisedIndex* index, const IndexColumn& column);

/// Whether a column is among the first `count` of an index.
bool HasColumn(const AdvisedIndex& index, AttrNumber column, int count);

/// The column of a table that has the name of a column of another: of the partition, or the whole.
AttrNumber SameColumn(Oid relation, Oid other, AttrNumber column);

/// Whether a table has an index when another table has it: it is the same, or a partition of it.
bool IsPartOf(Oid relation, Oid whole);

/// The index that a table, or a partition of it, has as a part of an index of the table.
AdvisedIndex PartOf(const AdvisedIndex& index, Oid relation);

/// Whether an index serves all that another one of the same table serves, or of a partition of it:
/// its key begins with that of the other one, and it has the other one's columns, for the same
/// rows.
bool Serves(const AdvisedIndex& index, const AdvisedIndex& other);

/// Whether an index has entries for the rows that another one of the same table, or of a partition
/// of it, has entries for.
bool HasSameRows(const AdvisedIndex& index, const AdvisedIndex& other);

/// Whether each of two indexes serves what the other one serves.
inline bool AreSame(const AdvisedIndex& a, const AdvisedIndex& b) {
    return Serves(a, b) && Serves(b, a);
}

/// The columns of an index from one place to another, as CREATE INDEX has them.
const char* ColumnNames(const AdvisedIndex& index, int from, int to);

/// The predicate as SQL that means the same in every session that reads literals as the caller's
/// does.
const char* PredicateText(const AdvisedIndex& index);

/// What follows ON in CREATE INDEX.
const char* Definition(const AdvisedIndex& index);

}  // namespace gb_enums::operations
