#pragma once

// Slots, one after the other, and whether they have partitions.

#include "partition/fitting_zone.hpp"

namespace gb_enums::partition {

/// A row of partition_slots(), in memory that needs no destructor.
struct SlotRow {
    char name[NAMEDATALEN];
    char lower[48];
    char upper[48];
    TimestampTz lower_at;
    TimestampTz upper_at;
    Verdict verdict;
    Oid other;
    Oid misfit;
};

/// Which slots are wanted.
struct SlotRequest {
    const char* table;
    Grid grid;
    ParentKey parent_key;
    TimestampTz at;
    Partitions partitions;
    bool bridges;  ///< whether what partitions leave of a slot is a slot
};

/// Fills in `count` slots, from that of the request on. Returns how many the key can express;
/// `rows`, which has room for one more, has the bound of the first one that it cannot.
int FillSlots(const SlotRequest& request, SlotRow* rows, int count);

}  // namespace gb_enums::partition
