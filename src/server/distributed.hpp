#pragma once

// Tables whose rows are in shards on several nodes: Citus.

#include "server/server.hpp"

namespace gb_enums {

/// Whether a table's rows are in shards. The table itself is empty then.
bool IsDistributed(Oid relation);

/// Whether a query, of which nullptr is none, reads a distributed table. Parts of such a query are
/// printed as SQL after they were planned, and are planned again by the nodes that have the shards.
bool ReadsDistributedTables(const PlannerInfo* query);

/// Whether a value in a query is one of a foreign table, or the query reads distributed tables.
bool IsOfAnotherServer(const PlannerInfo* query, Node* value);

}  // namespace gb_enums
