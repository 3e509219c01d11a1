#pragma once

// What the planner knows of a table of a statement that says which indexes could help.

#include "operations/advice/advised_index.hpp"
#include "tree/comparison.hpp"

extern "C" {
#include "nodes/pathnodes.h"
}

namespace gb_enums::operations {

/// A condition on one column. It compares with something that is not of the table; equality
/// includes IN, IS NULL and a boolean column by itself, and kNe all that no key can serve.
struct Condition {
    AttrNumber column;
    Comparison comparison;
    /// What it compares with is known.
    bool is_constant;
    /// What it compares with is another table's.
    bool is_join;
    /// The planner does not know that the column has one value only: IN, IS NULL.
    bool is_list;
};

/// Sums over the partitions that are read, or the table itself.
struct TableSize {
    double pages;
    double rows;
    double visible_pages;
    /// Rows that were updated or deleted since the server counts, and those that wait for VACUUM.
    double changed_rows;
    double dead_rows;
    /// The partition with most pages.
    RelOptInfo* largest;
    Oid largest_relation;
};

/// The table of a statement that an index for a table is made of: for a partition that is read with
/// others, the partitioned one. What UNION ALL or inheritance reads together has indexes of its
/// own.
Index WholeOf(const PlannerInfo& root, Index table);

TableSize SizeOf(const PlannerInfo& root, RelOptInfo* table);

/// Reads a condition; false when it is none that an index could serve.
bool ReadCondition(PlannerInfo* root, const RelOptInfo& table, Node* clause, Condition* condition);

/// The column of a table that an expression is, 0 when it is none.
AttrNumber ColumnOf(const RelOptInfo& table, Node* node);

/// A column of a table as an expression.
Var* VarOf(const RelOptInfo& table, Oid relation, AttrNumber column);

/// The columns that are joined by equality with those of other tables, of what the planner knows of
/// equalities.
Bitmapset* JoinedColumns(PlannerInfo* root, const RelOptInfo& table);

/// A list of IndexColumn*: those by which a statement wants its rows sorted, as far as they are of
/// the table.
List* OrderOf(PlannerInfo* root, const RelOptInfo& table);

/// What ANALYZE has found in a column, with the partitions of its table. It is to be released when
/// it is valid.
HeapTuple StatisticsOf(Oid relation, AttrNumber column);

/// How many values a column has; 0 when ANALYZE has found none that the current user may know of.
double DistinctValues(PlannerInfo* root, const RelOptInfo& table, Oid relation, AttrNumber column);

/// How far the rows of a table without partitions are in the order of a column, from 0 to 1; 0 when
/// nothing is known.
double Correlation(Oid relation, AttrNumber column);

/// Which share of the rows a condition with a constant is true of, when statistics say that it is a
/// small one: of a column of few values, and much smaller than that of the commonest value. 1
/// otherwise.
double RareShare(PlannerInfo* root, const RelOptInfo& table, Oid relation,
                 const Condition& condition, Node* clause);

}  // namespace gb_enums::operations
