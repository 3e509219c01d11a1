#pragma once

// The columns that statements update.

#include "operations/advice/advised_index.hpp"
#include "server/arrays.hpp"

namespace gb_enums::operations {

class Writes {
  public:
    /// Notes the columns that a rewritten statement updates, wherever in it, under the number of
    /// its query.
    void Note(const Query& statement, int query);

    /// The numbers of the queries that update a column of an index. A column that decides which
    /// rows are in the index may be updated: that is when rows come and go.
    Bitmapset* Of(const AdvisedIndex& index) const;

  private:
    struct Write {
        Oid relation;
        AttrNumber column;
        int query;
    };

    void Note(const Query& statement, const List* targets, int query);

    Items<Write> writes_;
};

}  // namespace gb_enums::operations
