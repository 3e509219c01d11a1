#pragma once

// The choice of indexes for one statement.

#include "operations/advice/candidates.hpp"

namespace gb_enums::operations {

/// What a statement costs without an index, and with it.
struct Use {
    int query;
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

/// An index for a statement: advice for others already, or else a new candidate.
struct Choice {
    const Candidate* candidate;
    Advice* advice;
    /// What the statement costs with it, and without it. Both are with the choices for its other
    /// tables.
    double after;
    double before;
};

/// Chooses indexes for a statement, where an index of `advice`, a list of Advice*, is preferred.
/// The statement costs half as much with each of them, or less. Returns a list of Choice*, no more
/// than one for each of its tables.
List* ChooseIndexes(const Query& query, const char* source, const List* advice);

}  // namespace gb_enums::operations
