#pragma once

#include "server/server.hpp"

namespace gb_enums {

/// The statements of a script, each as a string of its own (char*). An engine that sends statements
/// on to other nodes sends the whole string that a statement is in, and drivers and poolers prepare
/// one statement at a time.
List* SingleStatements(const char* script);

}  // namespace gb_enums
