#pragma once

#include "operations/advice/candidates.hpp"
#include "operations/advice/conditions.hpp"

namespace gb_enums::operations {

/// Adds the columns that a statement needs to an index, which it could then read in place of the
/// rows. False when there are none to add, or too many, or too wide ones, or when rows would have
/// to be read anyway.
bool MakeCovering(const Facts& facts, AdvisedIndex* index);

/// What is known of the pages that need not be read, for people.
const char* VisiblePages(const TableSize& size);

/// Adds indexes that there are, with the columns that a statement needs and they do not have.
void AddCovering(const Facts& facts, Candidates* candidates);

}  // namespace gb_enums::operations
