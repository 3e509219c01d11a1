#include "partition/partitions.hpp"

#include "server/boundary.hpp"
#include "server/result_row.hpp"

namespace gb_enums::partition {

PartitionDesc PartitionsOf(Relation parent) {
    RefuseExpressions(parent);
    return RelationGetPartitionDesc(parent, false);
}

Partitions ReadPartitions(Relation parent, const KeyCoding& coding) {
    // Partitions that are being detached concurrently still are in the way of new ones.
    const PartitionDesc desc = PartitionsOf(parent);
    Partitions found{nullptr, 0, InvalidOid};
    if (desc->nparts == 0) {
        return found;
    }
    const PartitionBoundInfo bounds = desc->boundinfo;
    found.default_partition = get_default_oid_from_partdesc(desc);
    found.ranges = AllocateArray<Range>(desc->nparts);
    const auto bound_at = [&](int i) {
        switch (bounds->kind[i][0]) {
            case PARTITION_RANGE_DATUM_MINVALUE:
                return kLowest;
            case PARTITION_RANGE_DATUM_MAXVALUE:
                return kHighest;
            default:
                return KeyOf(coding, bounds->datums[i][0]);
        }
    };
    for (int i = 1; i < bounds->ndatums; ++i) {
        const int partition = bounds->indexes[i];
        if (partition >= 0) {
            found.ranges[found.count++] = {bound_at(i - 1), bound_at(i), desc->oids[partition]};
        }
    }
    return found;
}

Bound MakeBound(const ParentKey& parent_key, Axis key, bool is_upper) {
    Bound bound{is_upper ? DT_NOEND : DT_NOBEGIN, ""};
    const KeyCoding& coding = parent_key.coding;
    const auto place = key == kLowest || key == kHighest ? std::nullopt : PlaceOf(coding, key);
    if (!place) {
        strlcpy(bound.text, is_upper ? "MAXVALUE" : "MINVALUE", sizeof bound.text);
        return bound;
    }
    const ServerZone zone(parent_key.zone);
    const Instant instant = InstantAt(coding, *place);
    const auto fraction =
        static_cast<int>(*place - FloorDivide(*place, USECS_PER_SEC) * USECS_PER_SEC);
    bound.at = TimestampOf(coding, zone, *place);
    const std::string text =
        coding.kind == KeyKind::kId ? KeyLiteral(coding, zone, key)
        : IsLocal(coding.kind)      ? FormatTime(instant, {}, fraction)
                               : FormatTime(zone.Local(instant), zone.OffsetAt(instant), fraction);
    strlcpy(bound.text, text.c_str(), sizeof bound.text);
    return bound;
}

/// (parent regclass, zone, key, epoch, shift) -> setof partitions in order, the default one last
GB_ENUMS_FUNCTION(gb_partition_ranges) {
    ResultSet rows(fcinfo);
    const Relation parent = OpenTable(PG_GETARG_OID(0), AccessShareLock);
    const ParentKey parent_key = ReadParentKey(fcinfo, 1, parent);
    const Partitions partitions = ReadPartitions(parent, parent_key.coding);
    for (int i = 0; i < partitions.count; ++i) {
        const Range& range = partitions.ranges[i];
        Bound lower{};
        Bound upper{};
        Guarded([&] {
            lower = MakeBound(parent_key, range.lower, false);
            upper = MakeBound(parent_key, range.upper, true);
        });
        const bool gap = i > 0 && partitions.ranges[i - 1].upper != range.lower;
        ResultRow row;
        row.AddOid(range.partition).AddBool(false);
        row.Add(TimestampTzGetDatum(lower.at)).Add(TimestampTzGetDatum(upper.at));
        row.AddText(lower.text).AddText(upper.text).AddBool(gap);
        rows.Add(row);
    }
    if (OidIsValid(partitions.default_partition)) {
        ResultRow row;
        row.AddOid(partitions.default_partition).AddBool(true);
        row.AddNull().AddNull().AddNull().AddNull().AddNull();
        rows.Add(row);
    }
    table_close(parent, AccessShareLock);
    return Datum{0};
}

/// (parent regclass, zone, key, epoch, shift, value text) -> timestamptz: the place of a value
/// of the key; infinite when it has none
GB_ENUMS_FUNCTION(gb_partition_key_time) {
    if (PG_ARGISNULL(5)) {
        PG_RETURN_NULL();
    }
    const Relation parent = OpenTable(PG_GETARG_OID(0), AccessShareLock);
    const ParentKey parent_key = ReadParentKey(fcinfo, 1, parent);
    // Not the domain that the key may be of: its CHECKs are its owner's code.
    const Oid type = getBaseType(RelationGetPartitionKey(parent)->parttypid[0]);
    Oid input = InvalidOid;
    Oid parameter = InvalidOid;
    getTypeInputInfo(type, &input, &parameter);
    const Datum value =
        OidInputFunctionCall(input, text_to_cstring(PG_GETARG_TEXT_PP(5)), parameter, -1);
    const Axis key = KeyOf(parent_key.coding, value);
    Bound bound{};
    Guarded([&] { bound = MakeBound(parent_key, key, key > 0); });
    table_close(parent, AccessShareLock);
    PG_RETURN_TIMESTAMPTZ(bound.at);
}

}  // namespace gb_enums::partition
