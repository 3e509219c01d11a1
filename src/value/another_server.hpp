#pragma once

namespace gb_enums {

/// Whether the input that is being read comes from another server, by postgres_fdw: either a row of
/// a foreign table, or what a query of that server says. It is a value there, so it was accepted
/// once, and what is stored must be read on both sides.
bool IsFromAnotherServer();

}  // namespace gb_enums
