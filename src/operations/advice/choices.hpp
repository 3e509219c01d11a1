#pragma once

// The choice of indexes for one statement.

#include <ctime>

#include "operations/advice/candidates.hpp"

namespace gb_enums::operations {

/// What a statement of a query costs without an index, and with it.
struct Use {
    int query;
    /// Its number among the statements of all queries.
    int statement;
    double before;
    double after;
};

/// An index that some statements gain by.
struct Advice {
    Candidate candidate;
    const char* definition;
    /// Use*
    List* uses;
};

/// An index for a statement.
struct Choice {
    const Candidate* candidate;
    /// It is advised for other statements already.
    bool is_advised;
    /// What the statement costs with it, and without it. Both are with the choices for its other
    /// tables.
    double after;
    double before;
};

/// Advice of a list of Advice* that serves what an index would serve, or nullptr.
Advice* FindServing(const List* advice, const AdvisedIndex& index);

/// Chooses indexes for a statement, where an index of `advice`, a list of Advice*, is preferred,
/// and none is chosen of which the definition is in `refused`, a list of char*. The statement costs
/// half as much with each of them, or less. Returns a list of Choice*, no more than one for each of
/// its tables. What takes a processor `most_time` to plan, once, is not planned many times more:
/// tables with thousands of partitions that are joined. Nor is what takes ten times as long with
/// all that is tried: joins of many tables.
List* ChooseIndexes(const Query& query, const char* source, const List* advice, const List* refused,
                    std::clock_t most_time);

}  // namespace gb_enums::operations
