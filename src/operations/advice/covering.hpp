#pragma once

#include "operations/advice/candidates.hpp"
#include "operations/advice/conditions.hpp"

namespace gb_enums::operations {

/// Adds indexes that there are, with the columns that a statement needs and they do not have.
void AddCovering(const Facts& facts, Candidates* candidates);

}  // namespace gb_enums::operations
