#pragma once

#include "server/arrays.hpp"

extern "C" {
#include "nodes/parsenodes.h"
}

namespace gb_enums::operations {

/// Whether planning a rewritten statement runs no code but the server's and that of C libraries.
/// The planner calls functions of constants, and the statement may be anybody's. `unplanned` are
/// relations that bring code of others with them, by their indexes for example, or whose planning
/// asks another server. A statement that reads no table of users, or a great many, is not planned
/// either.
bool IsSafeToPlan(Query* query, const ArrayElements& unplanned);

}  // namespace gb_enums::operations
