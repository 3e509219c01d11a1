#pragma once

// How long others can make somebody wait.

#include "server/server.hpp"

extern "C" {
#include "utils/timestamp.h"
}

namespace gb_enums {

/// The nearest time to wait for a lock that is within the limits.
Interval* WaitWithinLimits(const Interval& interval);

/// The nearest number of attempts at a lock that is within the limits.
int AttemptsWithinLimits(int attempts);

/// Whether somebody waits for a row that this transaction has changed.
bool IsWaitedFor();

}  // namespace gb_enums
