#pragma once

#include "server/server.hpp"

namespace gb_enums {

/// Whether one role may do all that another may.
bool ActsFor(Oid actor, Oid role);

/// The owner of a table that the caller may act as; an error for others.
Oid OwnerFor(Oid relation);

}  // namespace gb_enums
