// The registered sets and their maintenance. Most calls have nothing to do, so this finds that out
// without planning a query and without going through partitions.

#include "partition/partitions.hpp"
#include "partition/registry.hpp"
#include "server/arguments.hpp"
#include "server/arrays.hpp"
#include "server/read_only.hpp"
#include "server/relation.hpp"
#include "tables/table_owner.hpp"

extern "C" {
#include "access/tableam.h"
#include "catalog/indexing.h"
#include "catalog/pg_inherits.h"
#include "tcop/utility.h"
}

namespace gb_enums::partition {

namespace {

/// Reads a column of a row of the registry; false when it is NULL, or when there is no such column
/// because the library is newer than the extension.
bool ReadColumn(Relation registry, HeapTuple row, const char* name, Datum* value) {
    bool is_null = false;
    const TupleDesc columns = RelationGetDescr(registry);
    const int number = SPI_fnumber(columns, name);
    if (number <= 0) {
        return false;
    }
    *value = heap_getattr(row, number, columns, &is_null);
    return !is_null;
}

Oid ParentOf(Relation registry, HeapTuple row) {
    Datum parent = 0;
    ReadColumn(registry, row, "parent", &parent);
    return DatumGetObjectId(parent);
}

/// Some registered tables.
struct Sets {
    Datum* parents;
    int count;

    Datum ToArray() const { return PointerGetDatum(MakeArray(parents, count, REGCLASSOID)); }
};

/// The owner of a registered table if it still is a partitioned table and the caller may act for
/// the owner, else InvalidOid.
Oid OwnerIfCallers(Oid parent) {
    const HeapTuple table = SearchSysCache1(RELOID, ObjectIdGetDatum(parent));
    if (!HeapTupleIsValid(table)) {
        return InvalidOid;
    }
    const auto* form = reinterpret_cast<Form_pg_class>(GETSTRUCT(table));
    const bool is_callers = form->relkind == RELKIND_PARTITIONED_TABLE &&
                            has_privs_of_role(GetUserId(), form->relowner);
    const Oid owner = is_callers ? form->relowner : InvalidOid;
    ReleaseSysCache(table);
    return owner;
}

/// The registered tables that the caller may manage: the first of each owner, in the order of their
/// names, then the second of each, and so on. So the tables of an owner need not wait for all those
/// of another.
Sets CallersSets() {
    struct Set {
        Oid parent;
        const char* name;
        Oid owner;
        int rank;
    };
    const Relation registry = OpenRegistry("partition_set", AccessShareLock);
    const SysScanDesc scan =
        systable_beginscan(registry, InvalidOid, false, GetActiveSnapshot(), 0, nullptr);
    int count = 0;
    int room = 8;
    auto* sets = static_cast<Set*>(palloc(room * sizeof(Set)));
    while (const HeapTuple row = systable_getnext(scan)) {
        const Oid parent = ParentOf(registry, row);
        const Oid owner = OwnerIfCallers(parent);
        const char* name = OidIsValid(owner) ? QualifiedNameOrNull(parent) : nullptr;
        if (name == nullptr) {
            continue;
        }
        if (count == room) {
            room *= 2;
            sets = static_cast<Set*>(repalloc(sets, room * sizeof(Set)));
        }
        sets[count++] = {parent, name, owner, 0};
    }
    systable_endscan(scan);
    table_close(registry, AccessShareLock);
    std::sort(sets, sets + count, [](const Set& left, const Set& right) {
        return left.owner != right.owner ? left.owner < right.owner
                                         : std::strcmp(left.name, right.name) < 0;
    });
    for (int i = 1; i < count; ++i) {
        sets[i].rank = sets[i].owner == sets[i - 1].owner ? sets[i - 1].rank + 1 : 0;
    }
    std::sort(sets, sets + count, [](const Set& left, const Set& right) {
        return left.rank != right.rank ? left.rank < right.rank
                                       : std::strcmp(left.name, right.name) < 0;
    });
    const Sets result{static_cast<Datum*>(palloc(sizeof(Datum) * (count + 1))), count};
    std::transform(sets, sets + count, result.parents,
                   [](const Set& set) { return ObjectIdGetDatum(set.parent); });
    return result;
}

/// The table that the caller names; an error when it is not registered, or the caller may not
/// manage it.
Sets NamedSet(Oid parent) {
    const Relation registry = OpenRegistry("partition_set", AccessShareLock);
    const bool found = FindRow(registry, parent, [](HeapTuple) {});
    table_close(registry, AccessShareLock);
    if (!found || get_rel_relkind(parent) != RELKIND_PARTITIONED_TABLE) {
        const char* name = QualifiedNameOrNull(parent);
        if (name == nullptr) {
            name = psprintf("%u", parent);
        }
        ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT), errmsg("\"%s\" is not managed", name),
                        errhint("Register it with gb_partition_manage().")));
    }
    OwnerFor(parent);
    auto* parents = static_cast<Datum*>(palloc(sizeof(Datum)));
    *parents = ObjectIdGetDatum(parent);
    return {parents, 1};
}

/// The table that a function's first argument names, or all.
Sets SetsOf(FunctionCallInfo fcinfo) {
    return PG_ARGISNULL(0) ? CallersSets() : NamedSet(PG_GETARG_OID(0));
}

/// Whether a table is a partition of another, and is not being detached from it.
bool IsPartitionOf(Relation inherits, Oid partition, Oid parent) {
    ScanKeyData key;
    ScanKeyInit(&key, Anum_pg_inherits_inhrelid, BTEqualStrategyNumber, F_OIDEQ,
                ObjectIdGetDatum(partition));
    const SysScanDesc scan =
        systable_beginscan(inherits, InheritsRelidSeqnoIndexId, true, nullptr, 1, &key);
    const HeapTuple tuple = systable_getnext(scan);
    bool found = false;
    if (HeapTupleIsValid(tuple)) {
        const auto* form = reinterpret_cast<Form_pg_inherits>(GETSTRUCT(tuple));
        found = form->inhparent == parent && !form->inhdetachpending;
    }
    systable_endscan(scan);
    return found;
}

/// Whether all of some relations are partitions of a table.
bool ArePartitionsOf(Datum partitions, Oid parent) {
    ArrayType* array = DatumGetArrayTypeP(partitions);
    if (array_contains_nulls(array)) {
        return false;
    }
    Datum* children = nullptr;
    int count = 0;
    deconstruct_array(array, OIDOID, sizeof(Oid), true, TYPALIGN_INT, &children, nullptr, &count);
    const Relation inherits = table_open(InheritsRelationId, AccessShareLock);
    const bool all = std::all_of(children, children + count, [&](Datum partition) {
        return IsPartitionOf(inherits, DatumGetObjectId(partition), parent);
    });
    table_close(inherits, AccessShareLock);
    return all;
}

/// How many tables were ever attached to others, by the statistics: each attached table gets a row
/// in pg_inherits, and the server counts rows that are inserted. Includes those which this session
/// has not reported yet.
std::int64_t Attachments() {
    const Datum inherits = ObjectIdGetDatum(InheritsRelationId);
    return DatumGetInt64(DirectFunctionCall1(pg_stat_get_tuples_inserted, inherits)) +
           DatumGetInt64(DirectFunctionCall1(pg_stat_get_xact_tuples_inserted, inherits));
}

/// Whether a set has nothing to do yet. The last run recorded until when that holds, provided that
/// the partitions which are needed until then still exist, and that no table was attached to any
/// other since.
bool IsIdle(Relation runs, HeapTuple run) {
    Datum until = 0;
    Datum ahead = 0;
    Datum attachments = 0;
    return ReadColumn(runs, run, "idle_until", &until) &&
           DatumGetTimestampTz(until) > GetCurrentTransactionStartTimestamp() &&
           ReadColumn(runs, run, "attachments", &attachments) &&
           DatumGetInt64(attachments) == Attachments() && ReadColumn(runs, run, "ahead", &ahead) &&
           ArePartitionsOf(ahead, ParentOf(runs, run));
}

/// Records a run that had nothing to do. False when another session is writing to that row; this
/// does not wait for it.
bool RecordIdleRun(Relation runs, HeapTuple run) {
    TupleTableSlot* slot = table_slot_create(runs, nullptr);
    TM_FailureData failure;
    const TM_Result result =
        table_tuple_lock(runs, &run->t_self, GetActiveSnapshot(), slot, GetCurrentCommandId(true),
                         LockTupleNoKeyExclusive, LockWaitSkip, 0, &failure);
    ExecDropSingleTupleTableSlot(slot);
    if (result != TM_Ok) {
        return false;
    }
    const TupleDesc columns = RelationGetDescr(runs);
    int numbers[] = {SPI_fnumber(columns, "last_run"), SPI_fnumber(columns, "last_success")};
    const Datum now = TimestampTzGetDatum(GetCurrentTimestamp());
    Datum values[] = {now, now};
    bool nulls[] = {false, false};
    CatalogTupleUpdate(runs, &run->t_self,
                       heap_modify_tuple_by_cols(run, columns, 2, numbers, values, nulls));
    return true;
}

/// Leaves out the sets that have nothing to do, and records that.
void LeaveOutIdle(Sets* sets) {
    const Relation runs = OpenRegistry("partition_run", RowExclusiveLock);
    const SysScanDesc scan =
        systable_beginscan(runs, InvalidOid, false, GetActiveSnapshot(), 0, nullptr);
    while (const HeapTuple run = systable_getnext(scan)) {
        Datum* const end = sets->parents + sets->count;
        Datum* const set = std::find(sets->parents, end, ObjectIdGetDatum(ParentOf(runs, run)));
        if (set != end && IsIdle(runs, run) && RecordIdleRun(runs, run)) {
            std::copy(set + 1, end, set);
            --sets->count;
        }
    }
    systable_endscan(scan);
    table_close(runs, RowExclusiveLock);
}

/// The time that each set may take in a run over all sets, in microseconds. Code of one owner that
/// takes longer does not keep the other sets waiting.
constexpr TimeOffset kTimeOfSet = TimeOffset{5} * 60 * USECS_PER_SEC;

/// Takes the steps that sets need, now or as of a time, each in a transaction of its own.
void TakeSteps(const Sets& sets, const NullableDatum& at, bool is_over_all, bool must_succeed) {
    auto* time_of_set = static_cast<Interval*>(palloc0(sizeof(Interval)));
    time_of_set->time = kTimeOfSet;
    const ParamListInfo parameters = makeParamList(4);
    parameters->params[0] = {sets.ToArray(), false, PARAM_FLAG_CONST, REGCLASSARRAYOID};
    parameters->params[1] = {at.value, at.isnull, PARAM_FLAG_CONST, TIMESTAMPTZOID};
    parameters->params[2] = {IntervalPGetDatum(time_of_set), !is_over_all, PARAM_FLAG_CONST,
                             INTERVALOID};
    parameters->params[3] = {BoolGetDatum(must_succeed), false, PARAM_FLAG_CONST, BOOLOID};
    SPIExecuteOptions options{};
    options.params = parameters;
    options.allow_nonatomic = true;
    // The procedure commits, so no settings can be made for it here. The search_path does not
    // matter: the name has its schema, and the types are exact.
    SPI_connect_ext(SPI_OPT_NONATOMIC);
    SPI_execute_extended("CALL gb_enums_internal.partition_work($1, $2, $3, $4)", &options);
    SPI_finish();
}

}  // namespace

/// () -> bigint
GB_ENUMS_FUNCTION(gb_partition_attachments) {
    PG_RETURN_INT64(Attachments());
}

/// (parent regclass) -> the registered tables that the caller may manage, or the table that the
/// caller names
GB_ENUMS_FUNCTION(gb_partition_sets) {
    PG_RETURN_DATUM(SetsOf(fcinfo).ToArray());
}

/// (parent regclass, at timestamptz, must_succeed boolean): maintenance, now or as of a time
GB_ENUMS_FUNCTION(gb_partition_maintain) {
    const auto* call = reinterpret_cast<CallContext*>(fcinfo->context);
    if (call == nullptr || !IsA(call, CallContext) || call->atomic) {
        ereport(ERROR, (errcode(ERRCODE_INVALID_TRANSACTION_TERMINATION),
                        errmsg("invalid transaction termination")));
    }
    // The same schedule may be on all servers, whichever of them is the primary.
    if (RecoveryInProgress()) {
        ereport(NOTICE, (errmsg("partitions are not maintained by a standby server"),
                         errdetail("The primary server maintains them.")));
        PG_RETURN_VOID();
    }
    RequireWritable("gb_partition_maintain()");
    Sets sets = SetsOf(fcinfo);
    if (PG_ARGISNULL(1)) {
        LeaveOutIdle(&sets);
    }
    if (sets.count > 0) {
        TakeSteps(sets, fcinfo->args[1], PG_ARGISNULL(0), FlagArgument(fcinfo, 2));
    }
    PG_RETURN_VOID();
}

}  // namespace gb_enums::partition
