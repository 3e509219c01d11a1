// How a table is registered.

#include "partition/registry.hpp"
#include "server/boundary.hpp"
#include "tables/waits.hpp"

namespace gb_enums::partition {

namespace {

/// The most partitions ahead of the current one.
constexpr int kMostAhead = 10000;

/// The values of a row of settings. The registry has no CHECKs: values beyond the limits are the
/// nearest within.
class Settings {
  public:
    explicit Settings(TupleDesc columns)
        : columns_(columns),
          values_(static_cast<Datum*>(palloc0(sizeof(Datum) * columns->natts))),
          nulls_(static_cast<bool*>(palloc(sizeof(bool) * columns->natts))) {
        std::fill(nulls_, nulls_ + columns->natts, true);
    }

    void Read(HeapTuple row) { heap_deform_tuple(row, columns_, values_, nulls_); }

    /// Reads how a table is registered, if it is.
    void ReadRegistered(const NullableDatum& parent) {
        if (parent.isnull) {
            return;
        }
        const Relation registry = OpenRegistry("partition_set", AccessShareLock);
        // Values are copied, since the row is gone with the scan.
        FindRow(registry, DatumGetObjectId(parent.value),
                [this](HeapTuple row) { Read(heap_copytuple(row)); });
        table_close(registry, AccessShareLock);
    }

    /// Gives a column the value that a caller says, if the caller does.
    void Override(const char* name, const NullableDatum& value) {
        if (!value.isnull) {
            Change(name, [&](const Datum*) { return value.value; });
        }
    }

    void SetIfMissing(const char* name, Datum value) {
        Change(name, [value](const Datum* old) { return old == nullptr ? value : *old; });
    }

    void Limit() {
        Change("premake", [](const Datum* premake) {
            return Int32GetDatum(
                premake == nullptr ? 0 : std::clamp(DatumGetInt32(*premake), 0, kMostAhead));
        });
        Change("lock_timeout", [](const Datum* wait) {
            Interval two_seconds{};
            two_seconds.time = 2 * USECS_PER_SEC;
            return IntervalPGetDatum(
                WaitWithinLimits(wait == nullptr ? two_seconds : *DatumGetIntervalP(*wait)));
        });
        Change("attempts", [](const Datum* attempts) {
            return Int32GetDatum(
                AttemptsWithinLimits(attempts == nullptr ? 3 : DatumGetInt32(*attempts)));
        });
        for (const char* flag : {"move_default", "copy_privileges", "analyze_parent", "paused"}) {
            SetIfMissing(flag, BoolGetDatum(false));
        }
        SetIfMissing("keep_indexes", BoolGetDatum(true));
    }

    Datum ToDatum() const { return HeapTupleGetDatum(heap_form_tuple(columns_, values_, nulls_)); }

  private:
    /// Gives a column another value, if there is such a column; `change` gets nullptr for NULL.
    template <typename Function>
    void Change(const char* name, Function change) {
        const int number = SPI_fnumber(columns_, name);
        if (number > 0) {
            Datum* const value = &values_[number - 1];
            bool* const is_null = &nulls_[number - 1];
            *value = change(*is_null ? nullptr : value);
            *is_null = false;
        }
    }

    TupleDesc columns_;
    Datum* values_;
    bool* nulls_;
};

/// The columns of the row that the running function returns.
TupleDesc ResultColumns(FunctionCallInfo fcinfo) {
    TupleDesc columns = nullptr;
    if (get_call_result_type(fcinfo, nullptr, &columns) != TYPEFUNC_COMPOSITE) {
        elog(ERROR, "the function must return a row");
    }
    return BlessTupleDesc(columns);
}

}  // namespace

/// (set) -> the settings, those beyond the limits as the nearest within
GB_ENUMS_FUNCTION(gb_partition_within_limits) {
    Settings settings(ResultColumns(fcinfo));
    if (!PG_ARGISNULL(0)) {
        const HeapTupleHeader row = PG_GETARG_HEAPTUPLEHEADER(0);
        HeapTupleData tuple{};
        tuple.t_len = HeapTupleHeaderGetDatumLength(row);
        tuple.t_data = row;
        settings.Read(&tuple);
    }
    settings.Limit();
    PG_RETURN_DATUM(settings.ToDatum());
}

/// (parent regclass) -> how a table is registered, within the limits; the parent is NULL when it is
/// not registered
GB_ENUMS_FUNCTION(gb_partition_registered) {
    Settings settings(ResultColumns(fcinfo));
    settings.ReadRegistered(fcinfo->args[0]);
    settings.Limit();
    PG_RETURN_DATUM(settings.ToDatum());
}

/// (parent regclass, ...) -> the settings by which a partition of a table is made: what the caller
/// says, else what is registered, else the defaults
GB_ENUMS_FUNCTION(gb_partition_settings) {
    constexpr const char* kArguments[] = {
        "parent",  "every",      "time_zone",      "key",          "epoch",
        "shift",   "anchor",     "storage",        "lock_timeout", "move_default",
        "hash_by", "hash_count", "copy_privileges"};
    constexpr int kStorage = 7;
    constexpr int kMostParameters = 1000;
    if (!PG_ARGISNULL(kStorage)) {
        const ArrayType* storage = PG_GETARG_ARRAYTYPE_P(kStorage);
        if (ArrayGetNItems(ARR_NDIM(storage), ARR_DIMS(storage)) > kMostParameters) {
            ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                            errmsg("a partition cannot have more than %d storage parameters",
                                   kMostParameters)));
        }
    }
    Settings settings(ResultColumns(fcinfo));
    settings.ReadRegistered(fcinfo->args[0]);
    settings.Limit();
    for (std::size_t i = 0; i < std::size(kArguments); ++i) {
        settings.Override(kArguments[i], fcinfo->args[i]);
    }
    Interval month{};
    month.month = 1;
    settings.SetIfMissing("every", IntervalPGetDatum(&month));
    settings.SetIfMissing("time_zone", CStringGetTextDatum("UTC"));
    PG_RETURN_DATUM(settings.ToDatum());
}

}  // namespace gb_enums::partition
