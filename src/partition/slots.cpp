// The slots of a partitioned table and its partitions, as SQL sees them.

#include "layout.hpp"
#include "naming.hpp"

#include "../boundary.hpp"
#include "server_parts.hpp"

namespace gb_enums::partition {

namespace {

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

constexpr const char* kVerdicts[] = {"free", "exists", "covered", "tiled", "overlaps"};

/// Whether slots of a grid could begin at `key`; any grid agrees with MINVALUE and MAXVALUE.
bool Fits(const Grid& grid, const Zone& zone, const KeyCoding& coding, Axis key) {
    if (key == kLowest || key == kHighest) {
        return true;
    }
    const auto microseconds = MicrosecondsOf(coding, key);
    if (!microseconds) {
        return true;
    }
    const Instant instant = FloorDivide(*microseconds, USECS_PER_SEC);
    return KeyAt(coding, instant) == key && FitsZone(grid, zone, instant);
}

/// The first partition of those a slot has to agree with that does not fit the zone.
Oid Misfit(const Grid& grid, const Zone& zone, const KeyCoding& coding,
           const std::vector<Range>& ranges, Axis lower, Axis upper) {
    const Neighbours near = NeighboursOf(ranges, lower, upper);
    for (std::size_t i = near.first; i < near.last; ++i) {
        // Of the partitions on either side only the bound that faces the slot matters.
        const bool below = ranges[i].upper <= lower;
        const bool above = ranges[i].lower >= upper;
        if ((!above && !Fits(grid, zone, coding, ranges[i].upper)) ||
            (!below && !Fits(grid, zone, coding, ranges[i].lower))) {
            return ranges[i].child;
        }
    }
    return InvalidOid;
}

/// What FillSlots() works from.
struct SlotRequest {
    const char* table;
    Grid grid;
    Reading reading;
    Instant at;
    Partitions partitions;
};

/// Fills in `count` slots, one after the other, the first being that of the request. Returns how
/// many the key can express; the first that it cannot has its times in `rows` all the same.
int FillSlots(const SlotRequest& request, SlotRow* rows, int count) {
    const ServerZone zone(request.reading.zone);
    const Utc utc;
    const KeyCoding& coding = request.reading.coding;
    const bool local = IsLocal(coding.kind);
    // Keys without a zone are slots of a clock that never changes; the zone says what it shows.
    const Zone& grid_zone = local ? static_cast<const Zone&>(utc) : zone;
    const std::vector<Range> ranges(request.partitions.ranges,
                                    request.partitions.ranges + request.partitions.count);
    const auto clip = [](std::string_view text, std::size_t limit) {
        return static_cast<std::size_t>(
            pg_mbcliplen(text.data(), static_cast<int>(text.size()), static_cast<int>(limit)));
    };
    Instant at = local ? zone.Local(request.at) : request.at;
    for (int i = 0; i < count; ++i) {
        const Slot slot = SlotOf(request.grid, grid_zone, at);
        const auto lower = KeyAt(coding, slot.lower);
        const auto upper = KeyAt(coding, slot.upper);
        SlotRow& row = rows[i];
        const auto copy = [](char* to, std::size_t size, const std::string& text) {
            strlcpy(to, text.c_str(), size);
        };
        if (!lower || !upper) {
            const Instant bad = lower ? slot.upper : slot.lower;
            const long offset = grid_zone.OffsetAt(bad);
            copy(row.lower, sizeof row.lower, FormatTime(bad + offset, offset));
            return i;
        }
        copy(row.name, sizeof row.name,
             PartitionName(request.table, SlotSuffix(request.grid, grid_zone, slot), clip));
        copy(row.lower, sizeof row.lower, KeyLiteral(coding, grid_zone, *lower));
        copy(row.upper, sizeof row.upper, KeyLiteral(coding, grid_zone, *upper));
        row.lower_at = InstantOf(coding, zone, slot.lower * USECS_PER_SEC);
        row.upper_at = InstantOf(coding, zone, slot.upper * USECS_PER_SEC);
        const Placement placement = Place(ranges, *lower, *upper);
        row.verdict = placement.verdict;
        row.other = placement.child;
        row.misfit =
            local ? InvalidOid : Misfit(request.grid, zone, coding, ranges, *lower, *upper);
        at = slot.upper;
    }
    return count;
}

/// Zones worth naming before others that keep the same time.
constexpr const char* kKnownZones[] = {"UTC",
                                       "America/New_York",
                                       "America/Chicago",
                                       "America/Denver",
                                       "America/Los_Angeles",
                                       "America/Sao_Paulo",
                                       "Europe/London",
                                       "Europe/Berlin",
                                       "Europe/Athens",
                                       "Europe/Moscow",
                                       "Asia/Dubai",
                                       "Asia/Kolkata",
                                       "Asia/Shanghai",
                                       "Asia/Tokyo",
                                       "Australia/Sydney",
                                       "Pacific/Auckland"};

/// Whether every bound of every partition fits the zone.
bool AllFit(const Grid& grid, const pg_tz* tz, const KeyCoding& coding,
            const Partitions& partitions) {
    const ServerZone zone(tz);
    return std::all_of(
        partitions.ranges, partitions.ranges + partitions.count, [&](const Range& range) {
            return Fits(grid, zone, coding, range.lower) && Fits(grid, zone, coding, range.upper);
        });
}

/// The name of a zone that all bounds fit: UTC if it does, else the session's, else one that people
/// know.
const char* FittingZone(const Grid& grid, const KeyCoding& coding, const Partitions& partitions) {
    if (AllFit(grid, pg_tzset("UTC"), coding, partitions)) {
        return "UTC";
    }
    if (AllFit(grid, session_timezone, coding, partitions)) {
        return pg_get_timezone_name(session_timezone);
    }
    for (const char* name : kKnownZones) {
        const pg_tz* zone = pg_tzset(name);
        if (zone != nullptr && AllFit(grid, zone, coding, partitions)) {
            return name;
        }
    }
    const char* found = nullptr;
    pg_tzenum* zones = pg_tzenumerate_start();
    while (const pg_tz* zone = pg_tzenumerate_next(zones)) {
        const char* name = pg_get_timezone_name(const_cast<pg_tz*>(zone));
        if ((found == nullptr || std::strcmp(name, found) < 0) &&
            AllFit(grid, zone, coding, partitions)) {
            found = pstrdup(name);
        }
    }
    pg_tzenumerate_end(zones);
    return found;
}

/// An argument of the caller's as a pointer, nullptr for NULL.
const Interval* IntervalArgument(FunctionCallInfo fcinfo, int argument) {
    if (PG_ARGISNULL(argument)) {
        ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
                        errmsg("the interval of partitions must not be null")));
    }
    return PG_GETARG_INTERVAL_P(argument);
}

[[noreturn]] void RaiseInexpressible(Relation parent, const Grid& grid, const KeyCoding& coding,
                                     const char* bound) {
    if (coding.kind == KeyKind::kDate && std::strstr(bound, " 00:00:00") == nullptr) {
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("partitions of \"%s\" cannot begin at \"%s\"",
                               RelationGetRelationName(parent), bound),
                        errdetail("The key is a date: its partitions are whole days.")));
    }
    ereport(ERROR,
            (errcode(ERRCODE_DATETIME_FIELD_OVERFLOW),
             errmsg("partition bound \"%s\" is out of range for the key of \"%s\"", bound,
                    RelationGetRelationName(parent)),
             coding.kind == KeyKind::kSnowflake || coding.kind == KeyKind::kUuidV7
                 ? errdetail("Keys of this kind begin at their epoch and end when their bits do.")
                 : errdetail("It is beyond what a timestamp can hold.")));
    pg_unreachable();
}

}  // namespace

}  // namespace gb_enums::partition

namespace part = gb_enums::partition;

/// (parent regclass, zone, key, epoch, shift, at timestamptz, every interval, anchor timestamp,
/// count integer) -> setof slots
GB_ENUMS_FUNCTION(gb_partition_slots) {
    const Oid parent_oid = PG_GETARG_OID(0);
    const TimestampTz at = PG_GETARG_TIMESTAMPTZ(5);
    if (TIMESTAMP_NOT_FINITE(at)) {
        ereport(ERROR, (errcode(ERRCODE_DATETIME_FIELD_OVERFLOW),
                        errmsg("there is no partition for \"%s\"",
                               TIMESTAMP_IS_NOBEGIN(at) ? "-infinity" : "infinity")));
    }
    const Timestamp anchor = PG_ARGISNULL(7) ? 0 : PG_GETARG_TIMESTAMP(7);
    const part::Grid grid =
        part::MakeGrid(part::IntervalArgument(fcinfo, 6), PG_ARGISNULL(7) ? nullptr : &anchor);
    const int count = std::max(PG_GETARG_INT32(8), 0);
    InitMaterializedSRF(fcinfo, 0);
    const auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);

    const Relation parent = table_open(parent_oid, AccessShareLock);
    const part::Reading reading = part::ReadingOf(fcinfo, 1, parent);
    const part::SlotRequest request{RelationGetRelationName(parent), grid, reading,
                                    part::FromServer(at),
                                    part::ReadPartitions(parent, reading.coding)};
    auto* rows = part::AllocateArray<part::SlotRow>(static_cast<std::size_t>(count) + 1);
    const int filled = gb_enums::Guarded([&] { return part::FillSlots(request, rows, count); });
    if (filled < count) {
        part::RaiseInexpressible(parent, grid, reading.coding, rows[filled].lower);
    }
    for (const part::SlotRow* row = rows; row < rows + count; ++row) {
        Datum values[] = {CStringGetTextDatum(row->name),
                          CStringGetTextDatum(row->lower),
                          CStringGetTextDatum(row->upper),
                          TimestampTzGetDatum(row->lower_at),
                          TimestampTzGetDatum(row->upper_at),
                          CStringGetTextDatum(part::kVerdicts[static_cast<int>(row->verdict)]),
                          ObjectIdGetDatum(row->other),
                          ObjectIdGetDatum(row->misfit)};
        bool nulls[] = {false,
                        false,
                        false,
                        false,
                        false,
                        false,
                        !OidIsValid(row->other),
                        !OidIsValid(row->misfit)};
        tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
    }
    table_close(parent, AccessShareLock);
    return Datum{0};
}

/// (parent regclass, zone, key, epoch, shift, every interval, anchor timestamp) -> text, NULL when
/// no zone fits
GB_ENUMS_FUNCTION(gb_partition_fitting_zone) {
    const Timestamp anchor = PG_ARGISNULL(6) ? 0 : PG_GETARG_TIMESTAMP(6);
    const part::Grid grid =
        part::MakeGrid(part::IntervalArgument(fcinfo, 5), PG_ARGISNULL(6) ? nullptr : &anchor);
    const Relation parent = table_open(PG_GETARG_OID(0), AccessShareLock);
    const part::Reading reading = part::ReadingOf(fcinfo, 1, parent);
    const part::Partitions partitions = part::ReadPartitions(parent, reading.coding);
    const char* zone = part::FittingZone(grid, reading.coding, partitions);
    table_close(parent, AccessShareLock);
    if (zone == nullptr) {
        PG_RETURN_NULL();
    }
    return CStringGetTextDatum(zone);
}
