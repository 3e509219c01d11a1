#include "partition/parent_key.hpp"

#include "server/arguments.hpp"

extern "C" {
#include "catalog/pg_partitioned_table.h"
#include "utils/date.h"
#include "utils/fmgrprotos.h"
#include "utils/partcache.h"
#include "utils/uuid.h"
}

namespace gb_enums::partition {

namespace {

/// How the caller wants the key read if it is an integer; nullptr where it did not say.
struct KeyOptions {
    const char* kind;
    const TimestampTz* epoch;
    const int* shift;
};

constexpr const char* kSupported =
    "Supported are tables partitioned BY RANGE on one column of type date, timestamp, timestamp "
    "with time zone, smallint, integer, bigint or uuid.";

[[noreturn]] void RaiseUnsupported(Relation parent, const char* reason) {
    const char* key = TextDatumGetCString(
        DirectFunctionCall1(pg_get_partkeydef, ObjectIdGetDatum(RelationGetRelid(parent))));
    ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                    errmsg("partitions of \"%s\" cannot be managed: %s",
                           RelationGetRelationName(parent), reason),
                    errdetail("The table is partitioned by %s.", key), errhint(kSupported)));
    pg_unreachable();
}

bool Is(const char* text, const char* name) {
    return std::strcmp(text, name) == 0;
}

/// A bigint that has milliseconds above `shift` other bits, as options say.
KeyCoding SnowflakeKey(const KeyOptions& options) {
    // 2024-01-01 UTC and 22 bits: 10 for a shard and 12 for a sequence.
    constexpr std::int64_t kEpochMs = 1704067200000;
    constexpr int kShift = 22;
    const int shift = options.shift != nullptr ? *options.shift : kShift;
    if (shift < 0 || shift > 40) {
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("invalid snowflake shift %d", shift),
                        errdetail("It is the number of bits below the milliseconds, 0 to 40.")));
    }
    if (options.epoch == nullptr) {
        return {KeyKind::kSnowflake, kEpochMs, shift};
    }
    if (TIMESTAMP_NOT_FINITE(*options.epoch)) {
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("the epoch of a snowflake key cannot be infinite")));
    }
    const std::int64_t epoch_ms = FloorDivide(*options.epoch, 1000) + FromServer(0) * 1000;
    return {KeyKind::kSnowflake, epoch_ms, shift};
}

/// A way to read a key.
struct NamedKey {
    Oid type;
    KeyKind kind;
    const char* name;
};
constexpr NamedKey kIntegerKeys[] = {{INT2OID, KeyKind::kId, "id"},
                                     {INT4OID, KeyKind::kId, "id"},
                                     {INT8OID, KeyKind::kId, "id"},
                                     {INT4OID, KeyKind::kEpochInteger, "epoch"},
                                     {INT8OID, KeyKind::kEpoch, "epoch"},
                                     {INT8OID, KeyKind::kEpochMs, "epoch_ms"},
                                     {INT8OID, KeyKind::kEpochUs, "epoch_us"},
                                     {INT8OID, KeyKind::kSnowflake, "snowflake"}};

/// An integer, which may be an id, or tell the time in several ways: options must say in which.
KeyCoding IntegerKeyOf(Relation parent, Oid type, const KeyOptions& options) {
    const char* const ways =
        type == INT2OID   ? "\"id\" (ranges of ids)"
        : type == INT4OID ? "\"id\" (ranges of ids) or \"epoch\" (seconds since 1970)"
                          : "\"id\" (ranges of ids), \"epoch\" (seconds since 1970), \"epoch_ms\" "
                            "(milliseconds), \"epoch_us\" (microseconds) or \"snowflake\"";
    if (options.kind == nullptr && type == INT2OID) {
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("the smallint key of \"%s\" tells no time",
                               RelationGetRelationName(parent)),
                        errhint("Ranges of ids have a number of ids as \"every\".")));
    }
    if (options.kind == nullptr) {
        ereport(ERROR,
                (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                 errmsg("the %s key of \"%s\" could tell the time in several ways, or be an id",
                        format_type_be(type), RelationGetRelationName(parent)),
                 errhint("Say which with the argument \"key\". It is %s. With a number of ids as "
                         "\"every\" it is \"id\".",
                         ways)));
    }
    const NamedKey* const found = std::find_if(
        std::begin(kIntegerKeys), std::end(kIntegerKeys),
        [&](const NamedKey& key) { return key.type == type && Is(options.kind, key.name); });
    if (found == std::end(kIntegerKeys)) {
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("invalid key \"%s\" for the %s key of \"%s\"", options.kind,
                               format_type_be(type), RelationGetRelationName(parent)),
                        errhint("It is %s.", ways)));
    }
    if (found->kind == KeyKind::kId) {
        return {KeyKind::kId, 0, 0, get_typlen(type) * BITS_PER_BYTE};
    }
    return found->kind == KeyKind::kSnowflake ? SnowflakeKey(options) : KeyCoding{found->kind};
}

/// Refuses a table whose partitions this cannot manage, whatever its key's type is.
void CheckPartitioning(Relation parent) {
    if (parent->rd_rel->relkind != RELKIND_PARTITIONED_TABLE) {
        ereport(ERROR,
                (errcode(ERRCODE_WRONG_OBJECT_TYPE),
                 errmsg("\"%s\" is not a partitioned table", RelationGetRelationName(parent)),
                 errhint(kSupported)));
    }
    RefuseExpressions(parent);
    const PartitionKey key = RelationGetPartitionKey(parent);
    if (key->strategy != PARTITION_STRATEGY_RANGE) {
        RaiseUnsupported(parent, "it is not partitioned by range");
    }
    if (key->partnatts != 1) {
        RaiseUnsupported(parent, "it is partitioned by more than one column");
    }
    if (parent->rd_rel->relpersistence == RELPERSISTENCE_TEMP) {
        RaiseUnsupported(parent, "it is a temporary table");
    }
    // The type cache: the default operator class is found by reading all operator classes there
    // are.
    const Oid type = getBaseType(key->parttypid[0]);
    const Oid family = lookup_type_cache(type, TYPECACHE_BTREE_OPFAMILY)->btree_opf;
    if (OidIsValid(family) && family != key->partopfamily[0]) {
        RaiseUnsupported(parent, "its key has an operator class of its own");
    }
}

/// Types of keys that can be read in one way only.
constexpr NamedKey kPlainKeys[] = {{DATEOID, KeyKind::kDate, "date"},
                                   {TIMESTAMPOID, KeyKind::kTimestamp, "timestamp"},
                                   {TIMESTAMPTZOID, KeyKind::kTimestampTz, "timestamptz"},
                                   {UUIDOID, KeyKind::kUuidV7, "uuidv7"}};

KeyCoding ReadKey(Relation parent, const KeyOptions& options) {
    CheckPartitioning(parent);
    const Oid type = getBaseType(RelationGetPartitionKey(parent)->parttypid[0]);
    for (const NamedKey& plain : kPlainKeys) {
        if (type != plain.type) {
            continue;
        }
        if (options.kind != nullptr && !Is(options.kind, plain.name)) {
            ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                            errmsg("invalid key \"%s\" for the %s key of \"%s\"", options.kind,
                                   format_type_be(type), RelationGetRelationName(parent)),
                            Is(options.kind, "id")
                                ? errhint("Such a key tells the time: partitions are made every "
                                          "interval, not every so many ids.")
                                : errhint("Leave it out: such a key can be read in one way only, "
                                          "\"%s\".",
                                          plain.name)));
        }
        return {plain.kind};
    }
    if (type != INT2OID && type != INT4OID && type != INT8OID) {
        RaiseUnsupported(parent, "its key has a type that neither tells the time nor is an id");
    }
    return IntegerKeyOf(parent, type, options);
}

}  // namespace

void RefuseExpressions(Relation parent) {
    const HeapTuple tuple = SearchSysCache1(PARTRELID, ObjectIdGetDatum(RelationGetRelid(parent)));
    if (!HeapTupleIsValid(tuple)) {
        return;
    }
    const bool has_none = heap_attisnull(tuple, Anum_pg_partitioned_table_partexprs, nullptr);
    ReleaseSysCache(tuple);
    if (!has_none) {
        RaiseUnsupported(parent, "it is partitioned by an expression");
    }
}

const char* KeyName(KeyKind kind) {
    const auto is_kind = [kind](const auto& key) { return key.kind == kind; };
    const NamedKey* const integer =
        std::find_if(std::begin(kIntegerKeys), std::end(kIntegerKeys), is_kind);
    return integer != std::end(kIntegerKeys)
               ? integer->name
               : std::find_if(std::begin(kPlainKeys), std::end(kPlainKeys), is_kind)->name;
}

Axis KeyOf(const KeyCoding& coding, Datum datum) {
    if (coding.kind == KeyKind::kDate) {
        return DatumGetDateADT(datum);
    }
    if (coding.kind == KeyKind::kEpochInteger || coding.bits == 32) {
        return DatumGetInt32(datum);
    }
    if (coding.bits == 16) {
        return DatumGetInt16(datum);
    }
    if (coding.kind != KeyKind::kUuidV7) {
        return DatumGetInt64(datum);
    }
    unsigned __int128 bits = 0;
    for (const unsigned char byte : DatumGetUUIDP(datum)->data) {
        bits = bits << 8 | byte;
    }
    return static_cast<Axis>(bits - (static_cast<unsigned __int128>(1) << 127));
}

pg_tz* FindZone(const char* name) {
    pg_tz* zone = pg_tzset(name);
    if (zone == nullptr || !pg_tz_acceptable(zone)) {
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("time zone \"%s\" not recognized", name),
                        errhint("The view pg_timezone_names lists the zones this server knows.")));
    }
    return zone;
}

namespace {

/// A grid of ids. The anchor is the id at which a slot begins.
Grid MakeGridOfIds(std::int64_t ids, const Timestamp* anchor) {
    if (ids <= 0) {
        ereport(ERROR,
                (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                 errmsg("partitions cannot be made every %lld ids", static_cast<long long>(ids)),
                 errdetail("The number of ids is positive.")));
    }
    return {Unit::kId, ids, anchor != nullptr ? *anchor : DefaultAnchor(Unit::kId)};
}

}  // namespace

Grid MakeGrid(const Length* length, const Timestamp* anchor) {
    if (length->IsIds()) {
        return MakeGridOfIds(length->Ids(), anchor);
    }
    const Interval* const every = length->Time();
    constexpr std::int64_t kHour = USECS_PER_HOUR;
    constexpr std::int64_t kMinute = USECS_PER_MINUTE;
    Grid grid{Unit::kHour, 0, 0};
    const int parts =
        (every->month != 0 ? 1 : 0) + (every->day != 0 ? 1 : 0) + (every->time != 0 ? 1 : 0);
    if (parts == 1 && every->month > 0) {
        grid = {Unit::kMonth, every->month, DefaultAnchor(Unit::kMonth)};
    } else if (parts == 1 && every->day > 0) {
        grid = {Unit::kDay, every->day, DefaultAnchor(Unit::kDay)};
    } else if (parts == 1 && every->time > 0 && every->time % kHour == 0) {
        grid = {Unit::kHour, every->time / kHour, DefaultAnchor(Unit::kHour)};
    } else if (parts == 1 && every->time > 0 && every->time % kMinute == 0) {
        grid = {Unit::kMinute, every->time / kMinute, DefaultAnchor(Unit::kMinute)};
    } else {
        const char* text =
            DatumGetCString(DirectFunctionCall1(interval_out, IntervalPGetDatum(every)));
        ereport(ERROR,
                (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                 errmsg("partitions cannot be made every \"%s\"", text),
                 errdetail("The interval is a positive whole number of minutes, of hours, of "
                           "days (a week is 7) or of months (a quarter is 3, a year 12).")));
    }
    if (anchor != nullptr) {
        if (TIMESTAMP_NOT_FINITE(*anchor) || *anchor % USECS_PER_SEC != 0) {
            ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                            errmsg("the anchor of partitions is a finite time in whole seconds")));
        }
        grid.anchor = FromServer(*anchor);
    }
    return grid;
}

ParentKey ReadParentKey(FunctionCallInfo fcinfo, int first, Relation parent) {
    const char* zone = StringArgument(fcinfo, first, "UTC");
    const TimestampTz epoch = PG_ARGISNULL(first + 2) ? 0 : PG_GETARG_TIMESTAMPTZ(first + 2);
    const int shift = PG_ARGISNULL(first + 3) ? 0 : PG_GETARG_INT32(first + 3);
    const KeyOptions options{StringArgument(fcinfo, first + 1, nullptr),
                             PG_ARGISNULL(first + 2) ? nullptr : &epoch,
                             PG_ARGISNULL(first + 3) ? nullptr : &shift};
    return {ReadKey(parent, options), FindZone(zone)};
}

TimestampTz TimestampOf(const KeyCoding& coding, const Zone& zone, KeyPlace place) {
    if (!IsLocal(coding.kind)) {
        return place;
    }
    const KeyPlace fraction = place - FloorDivide(place, USECS_PER_SEC) * USECS_PER_SEC;
    return ToServer(zone.Resolve(InstantAt(coding, place))) + fraction;
}

}  // namespace gb_enums::partition
