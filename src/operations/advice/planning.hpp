#pragma once

// Statements planned as if there were indexes that are not there. Nothing is executed.

#include "operations/advice/advised_index.hpp"

extern "C" {
#include "nodes/pathnodes.h"
#include "nodes/plannodes.h"
}

namespace gb_enums::operations {

/// Looks at what the planner knows of a table of a statement when it knows how to read the table.
/// What it allocates in `result` stays when the plan is gone.
using LookAtTable = void (*)(PlannerInfo* root, RelOptInfo* table, const RangeTblEntry& entry,
                             void* result);

struct Planning {
    /// The indexes that are shown to the planner: a list of const AdvisedIndex*.
    const List* shown;
    /// Nothing is looked at when it is nullptr.
    LookAtTable look;
    void* result;
};

/// What the planner expects a statement to cost; below 0 when the current user may not execute it.
double PlannedCost(const Query& query, const char* source, const Planning& planning);

}  // namespace gb_enums::operations
