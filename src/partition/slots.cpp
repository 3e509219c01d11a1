// The slots of a partitioned table, and whether they have partitions.

#include "partition/slot_filler.hpp"
#include "server/arguments.hpp"
#include "server/boundary.hpp"
#include "server/result_row.hpp"

namespace gb_enums::partition {

namespace {

/// A set has up to 10000 partitions ahead of the current one.
constexpr int kMostSlots = 10001;

constexpr const char* kVerdicts[] = {"free", "exists", "covered", "tiled", "overlaps", "bridge"};

[[noreturn]] void RaiseInexpressible(Relation parent, const KeyCoding& coding, const char* bound) {
    if (coding.kind == KeyKind::kId) {
        ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                        errmsg("id %s is out of range for the key of \"%s\"", bound,
                               RelationGetRelationName(parent))));
    }
    if (coding.kind == KeyKind::kDate && std::strstr(bound, " 00:00:00") == nullptr) {
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("partitions of \"%s\" cannot begin at \"%s\"",
                               RelationGetRelationName(parent), bound),
                        errdetail("The key is a date: its partitions are whole days.")));
    }
    const bool is_integer = coding.kind == KeyKind::kEpochInteger;
    ereport(ERROR,
            (errcode(ERRCODE_DATETIME_FIELD_OVERFLOW),
             errmsg("partition bound \"%s\" is out of range for the key of \"%s\"", bound,
                    RelationGetRelationName(parent)),
             coding.kind == KeyKind::kSnowflake || coding.kind == KeyKind::kUuidV7
                 ? errdetail("Keys of this kind begin at their epoch and end when their bits do.")
             : is_integer ? errdetail("Seconds since 1970 in an integer end in January 2038.")
                          : errdetail("It is beyond what a timestamp can hold.")));
    pg_unreachable();
}

/// The arguments that functions about slots begin with: parent regclass, zone, key, epoch, shift,
/// at timestamptz, every partition_length, anchor timestamp. Zone to shift are read by
/// ReadParentKey().
struct Arguments {
    Oid parent;
    Grid grid;
    TimestampTz at;
};

Arguments ArgumentsOf(FunctionCallInfo fcinfo) {
    RequireArgument(fcinfo, 5, "the time of a partition");
    const TimestampTz at = PG_GETARG_TIMESTAMPTZ(5);
    if (TIMESTAMP_NOT_FINITE(at)) {
        ereport(ERROR, (errcode(ERRCODE_DATETIME_FIELD_OVERFLOW),
                        errmsg("there is no partition for \"%s\"",
                               TIMESTAMP_IS_NOBEGIN(at) ? "-infinity" : "infinity")));
    }
    RequireArgument(fcinfo, 6, "the interval of partitions");
    const Timestamp anchor = PG_ARGISNULL(7) ? 0 : PG_GETARG_TIMESTAMP(7);
    return {PG_GETARG_OID(0),
            MakeGrid(Length::Of(PG_GETARG_DATUM(6)), PG_ARGISNULL(7) ? nullptr : &anchor), at};
}

/// Makes these arguments of a row of the registry.
void SpreadSet(FunctionCallInfo to, HeapTupleHeader set, Datum at) {
    constexpr const char* kColumns[] = {"parent", "time_zone", "key",   "epoch",
                                        "shift",  nullptr,     "every", "anchor"};
    InitFunctionCallInfoData(*to, nullptr, 8, InvalidOid, nullptr, nullptr);
    for (int i = 0; i < 8; ++i) {
        NullableDatum& argument = to->args[i];
        argument = {at, false};
        if (kColumns[i] != nullptr) {
            argument.value = GetAttributeByName(set, kColumns[i], &argument.isnull);
        }
    }
}

/// Some slots of a table, and the key and the partitions by which they were found.
struct Slots {
    ParentKey parent_key;
    Partitions partitions;
    SlotRow* rows;
    int count;
};

/// The range of a partition.
const Range& RangeOf(const Partitions& partitions, Oid partition) {
    const Range* range = partitions.ranges;
    while (range->partition != partition) {
        ++range;
    }
    return *range;
}

/// Where a partition begins and ends, as texts.
struct RangeText {
    char lower[48];
    char upper[48];
};

/// The range of a partition as times, in the set's zone whatever the session's is.
RangeText TimesOf(const ParentKey& parent_key, const Range& range) {
    RangeText text{};
    Guarded([&] {
        strlcpy(text.lower, MakeBound(parent_key, range.lower, false).text, sizeof text.lower);
        strlcpy(text.upper, MakeBound(parent_key, range.upper, true).text, sizeof text.upper);
    });
    return text;
}

/// The range of a partition as its table has it.
RangeText KeysOf(const ParentKey& parent_key, const Range& range) {
    RangeText text{};
    Guarded([&] {
        const ServerZone zone(parent_key.zone);
        const auto copy = [&](char* to, Axis key) {
            strlcpy(to, KeyLiteral(parent_key.coding, zone, key).c_str(), sizeof text.lower);
        };
        copy(text.lower, range.lower);
        copy(text.upper, range.upper);
    });
    return text;
}

/// A sentence on where a partition begins and ends.
int DetailOf(const Slots& slots, Oid partition) {
    const RangeText times = TimesOf(slots.parent_key, RangeOf(slots.partitions, partition));
    return errdetail("Partition \"%s\" is from \"%s\" to \"%s\".", QualifiedName(partition),
                     times.lower, times.upper);
}

/// An error when the bounds of partitions are no times by the key that the caller says: whoever
/// took them for times would remove partitions that hold what is new.
void RequireLikely(Relation parent, const ParentKey& parent_key, const Partitions& partitions) {
    const ServerZone zone(parent_key.zone);
    const Instant now = FromServer(GetCurrentTimestamp());
    const auto find = [&](const KeyCoding& coding) {
        return Guarded([&] { return FindUnlikely(coding, zone, partitions, now); });
    };
    const Oid unlikely = find(parent_key.coding);
    if (!OidIsValid(unlikely)) {
        return;
    }
    constexpr KeyCoding kKeys[] = {{KeyKind::kEpoch}, {KeyKind::kEpochMs}, {KeyKind::kEpochUs}};
    const bool has_one_way = parent_key.coding.kind == KeyKind::kUuidV7 ||
                             parent_key.coding.kind == KeyKind::kEpochInteger;
    const KeyCoding* fitting =
        has_one_way ? std::end(kKeys)
                    : std::find_if(std::begin(kKeys), std::end(kKeys),
                                   [&](const auto& coding) { return !OidIsValid(find(coding)); });
    const Range& range = RangeOf(partitions, unlikely);
    const RangeText keys = KeysOf(parent_key, range);
    const RangeText times = TimesOf(parent_key, range);
    ereport(
        ERROR,
        (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
         errmsg("the bounds of the partitions of \"%s\" are no times of key \"%s\"",
                QualifiedName(RelationGetRelid(parent)), KeyName(parent_key.coding.kind)),
         errdetail("Partition \"%s\" is from %s to %s, which would be from \"%s\" to \"%s\".",
                   QualifiedName(unlikely), keys.lower, keys.upper, times.lower, times.upper),
         fitting != std::end(kKeys)
             ? errhint("All bounds fit key => '%s'.", KeyName(fitting->kind))
             : errhint("Partitions begin at whole minutes, before the year 2000 at whole quarters "
                       "of an hour. Say with key, epoch and shift how the key tells the time. "
                       "Ranges of ids have a number as \"every\", and no key.")));
}

/// An error unless ids have slots of so many ids, and times slots of an interval.
void RequireFittingLength(Relation parent, const Grid& grid, const KeyCoding& coding) {
    const bool is_id = coding.kind == KeyKind::kId;
    if (is_id == (grid.unit == Unit::kId)) {
        return;
    }
    const char* name = RelationGetRelationName(parent);
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    is_id ? errmsg("partitions of \"%s\" are ranges of ids, not of time", name)
                          : errmsg("partitions of \"%s\" are ranges of time, not of ids", name),
                    is_id ? errhint("Say with \"every\" how many ids: every => 1000000.")
                          : errhint("Say with \"every\" how much time: every => '1 month'.")));
}

/// Reads `count` slots, one after the other, from that of the arguments on.
Slots ReadSlots(FunctionCallInfo fcinfo, const Arguments& arguments, int count, bool bridges) {
    const Relation parent = OpenTable(arguments.parent, AccessShareLock);
    const ParentKey parent_key = ReadParentKey(fcinfo, 1, parent);
    RequireFittingLength(parent, arguments.grid, parent_key.coding);
    const Partitions partitions = ReadPartitions(parent, parent_key.coding);
    RequireLikely(parent, parent_key, partitions);
    const SlotRequest request{RelationGetRelationName(parent),
                              arguments.grid,
                              parent_key,
                              arguments.at,
                              partitions,
                              bridges};
    auto* rows = AllocateArray<SlotRow>(static_cast<std::size_t>(count) + 1);
    const int filled = Guarded([&] { return FillSlots(request, rows, count); });
    // Ids end with the last one that their type has, and so do their slots.
    if (filled < count && (filled == 0 || parent_key.coding.kind != KeyKind::kId)) {
        RaiseInexpressible(parent, parent_key.coding, rows[filled].lower);
    }
    table_close(parent, AccessShareLock);
    return {parent_key, partitions, rows, filled};
}

/// The columns that partition_slots() and partition_slot() have in common.
ResultRow ToResultRow(const SlotRow& slot) {
    ResultRow row;
    row.AddText(slot.name).AddText(slot.lower).AddText(slot.upper);
    row.Add(TimestampTzGetDatum(slot.lower_at)).Add(TimestampTzGetDatum(slot.upper_at));
    row.AddText(kVerdicts[static_cast<int>(slot.verdict)]).AddOid(slot.other);
    return row;
}

/// Whether a slot has its partition; an error when it cannot have one because of the partitions
/// that there are.
bool HasPartition(const Arguments& arguments, const Slots& slots) {
    const SlotRow& slot = slots.rows[0];
    if (slot.verdict == Verdict::kExists || slot.verdict == Verdict::kCovered ||
        slot.verdict == Verdict::kTiled) {
        return true;
    }
    const char* parent = QualifiedName(arguments.parent);
    if (OidIsValid(slot.misfit)) {
        const char* zone = FittingZone(arguments.grid, slots.parent_key.coding, slots.partitions);
        if (zone != nullptr) {
            ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                            errmsg("the partitions of \"%s\" are not in time zone \"%s\"", parent,
                                   pg_get_timezone_name(slots.parent_key.zone)),
                            DetailOf(slots, slot.misfit),
                            errhint("All bounds fit time_zone => %s.", quote_literal_cstr(zone))));
        }
    }
    if (slot.verdict == Verdict::kOverlaps) {
        ereport(
            ERROR,
            (errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
             errmsg("a partition of \"%s\" from \"%s\" to \"%s\" would overlap partition \"%s\"",
                    parent, slot.lower, slot.upper, QualifiedName(slot.other)),
             DetailOf(slots, slot.other),
             errhint("Choose %s that agree with the partitions there are. "
                     "The interval of a set that is registered can be changed.",
                     arguments.grid.unit == Unit::kId ? "a number of ids and an anchor_id"
                                                      : "an interval and an anchor")));
    }
    return false;
}

}  // namespace

/// (parent regclass, zone, key, epoch, shift, at timestamptz, every partition_length, anchor
/// timestamp, count integer) -> setof slots
GB_ENUMS_FUNCTION(gb_partition_slots) {
    const Arguments arguments = ArgumentsOf(fcinfo);
    const int count = std::max(PG_GETARG_INT32(8), 0);
    if (count > kMostSlots) {
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("%d slots are too many at once", count),
                        errdetail("There can be up to %d.", kMostSlots)));
    }
    ResultSet rows(fcinfo);
    const Slots slots = ReadSlots(fcinfo, arguments, count, true);
    for (int i = 0; i < slots.count; ++i) {
        rows.Add(ToResultRow(slots.rows[i]));
    }
    return Datum{0};
}

/// (set, at timestamptz, lock boolean, bridges boolean) -> the slot of a set that an instant is in.
/// With `lock`, when the slot has no partition, other sessions that create one wait until the end
/// of the transaction. With `bridges`, what partitions leave of a slot is a slot, and no error.
GB_ENUMS_FUNCTION(gb_partition_slot) {
    LOCAL_FCINFO(set, 8);
    SpreadSet(set, PG_GETARG_HEAPTUPLEHEADER(0), PG_GETARG_DATUM(1));
    const Arguments arguments = ArgumentsOf(set);
    // While the table is open, another list of partitions is at another address.
    const Relation parent = OpenTable(arguments.parent, AccessShareLock);
    // At first without the lock, since the partition usually exists.
    const bool bridges = PG_GETARG_BOOL(3);
    Slots slots = ReadSlots(set, arguments, 1, bridges);
    if (!HasPartition(arguments, slots) && PG_GETARG_BOOL(2)) {
        const PartitionDesc known = PartitionsOf(parent);
        KeepCreatorsWaiting(arguments.parent);
        if (PartitionsOf(parent) != known) {
            slots = ReadSlots(set, arguments, 1, bridges);
            HasPartition(arguments, slots);
        }
    }
    table_close(parent, AccessShareLock);
    PG_RETURN_DATUM(ToResultRow(slots.rows[0]).ToDatum(fcinfo));
}

}  // namespace gb_enums::partition
