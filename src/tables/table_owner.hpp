#pragma once

#include "server/server.hpp"

namespace gb_enums {

/// Whether a role may do all that another may, and make objects that belong to it.
bool ActsFor(Oid actor, Oid role);

/// The owner of a table; an error when the caller may not act for the owner.
Oid OwnerFor(Oid relation);

}  // namespace gb_enums
