// The partitions a table has, as times.

#include "partition/parent_key.hpp"
#include "partition/time/layout.hpp"
#include "server/boundary.hpp"
#include "server/result_row.hpp"

namespace gb_enums::partition {

Bound MakeBound(const Reading& reading, Axis key, bool is_upper) {
    Bound bound{is_upper ? DT_NOEND : DT_NOBEGIN, ""};
    const auto microseconds =
        key == kLowest || key == kHighest ? std::nullopt : MicrosecondsOf(reading.coding, key);
    if (!microseconds) {
        strlcpy(bound.text, is_upper ? "MAXVALUE" : "MINVALUE", sizeof bound.text);
        return bound;
    }
    const ServerZone zone(reading.zone);
    const std::int64_t seconds = FloorDivide(*microseconds, USECS_PER_SEC);
    bound.at = InstantOf(reading.coding, zone, *microseconds);
    const std::string text = IsLocal(reading.coding.kind)
                                 ? FormatTime(seconds, {})
                                 : FormatTime(zone.Local(seconds), zone.OffsetAt(seconds));
    strlcpy(bound.text, text.c_str(), sizeof bound.text);
    return bound;
}

/// (parent regclass, zone, key, epoch, shift) -> setof partitions in order, the default one last
GB_ENUMS_FUNCTION(gb_partition_children) {
    ResultSet rows(fcinfo);
    const Relation parent = OpenTable(PG_GETARG_OID(0), AccessShareLock);
    const Reading reading = ReadingOf(fcinfo, 1, parent);
    const Partitions partitions = ReadPartitions(parent, reading.coding);
    for (int i = 0; i < partitions.count; ++i) {
        const Range& range = partitions.ranges[i];
        Bound lower{};
        Bound upper{};
        Guarded([&] {
            lower = MakeBound(reading, range.lower, false);
            upper = MakeBound(reading, range.upper, true);
        });
        const bool gap = i > 0 && partitions.ranges[i - 1].upper != range.lower;
        ResultRow row;
        row.AddOid(range.child).AddBool(false);
        row.Add(TimestampTzGetDatum(lower.at)).Add(TimestampTzGetDatum(upper.at));
        row.AddText(lower.text).AddText(upper.text).AddBool(gap);
        rows.Add(row);
    }
    if (OidIsValid(partitions.default_child)) {
        ResultRow row;
        row.AddOid(partitions.default_child).AddBool(true);
        row.AddNull().AddNull().AddNull().AddNull().AddNull();
        rows.Add(row);
    }
    table_close(parent, AccessShareLock);
    return Datum{0};
}

/// (parent regclass, zone, key, epoch, shift, value text) -> timestamptz: when a value of the key
/// is; infinite when that is no time
GB_ENUMS_FUNCTION(gb_partition_key_time) {
    if (PG_ARGISNULL(5)) {
        PG_RETURN_NULL();
    }
    const Relation parent = OpenTable(PG_GETARG_OID(0), AccessShareLock);
    const Reading reading = ReadingOf(fcinfo, 1, parent);
    // Not the domain that the key may be of: its CHECKs are its owner's code.
    const Oid type = getBaseType(RelationGetPartitionKey(parent)->parttypid[0]);
    Oid input = InvalidOid;
    Oid parameter = InvalidOid;
    getTypeInputInfo(type, &input, &parameter);
    const Datum value =
        OidInputFunctionCall(input, text_to_cstring(PG_GETARG_TEXT_PP(5)), parameter, -1);
    const Axis key = KeyOf(reading.coding.kind, value);
    Bound bound{};
    Guarded([&] { bound = MakeBound(reading, key, key > 0); });
    table_close(parent, AccessShareLock);
    PG_RETURN_TIMESTAMPTZ(bound.at);
}

}  // namespace gb_enums::partition
