#pragma once

#include "operations/advice/planning.hpp"

namespace gb_enums::operations {

/// An index that could make a statement cheaper, and what speaks for it beside the plan.
struct Candidate {
    /// In this order an index is chosen among those that are about as good: what is cheap to have
    /// comes first.
    enum class Kind { kBrin, kPartial, kKey, kCovering };

    Kind kind;
    /// Which of the statement's tables it is for, in the order in which the planner looks at them.
    int table;
    AdvisedIndex index;
    /// Among those of a kind, a lower one is better: fewer columns for equality, and then one for
    /// the order or a range, which those who have many rows need most.
    int rank;
    /// What is known of the table, for people.
    const char* evidence;
};

/// Candidates of one statement, in memory that stays when a plan is gone.
struct Candidates {
    MemoryContext context;
    /// Candidate*, those of one table after those of another.
    List* list;
    /// How many tables have been looked at.
    int tables;

    /// Adds a candidate for the last of them, unless there is one like it, or it may not have its
    /// columns: the current user may read them, and those of the key can be in one and are narrow.
    void Add(Candidate::Kind kind, const AdvisedIndex& index, int rank, const char* evidence);
};

/// A LookAtTable with a Candidates* as its result: the indexes that a statement could use by the
/// conditions on a table and by the order of its rows, if the table is large enough. Of many tables
/// the first are looked at.
void FindCandidates(PlannerInfo* root, RelOptInfo* table, const RangeTblEntry& entry, void* result);

}  // namespace gb_enums::operations
