#pragma once

#include "server/server.hpp"

namespace gb_enums {

/// Drops an enumeration and the objects made with it, or raises the error that DROP TYPE without
/// CASCADE raises when there is more that depends on it.
void DropEnum(Oid type);

}  // namespace gb_enums
