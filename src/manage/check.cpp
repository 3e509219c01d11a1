// Problems of enumerations, for gb_enum_check().

#include "definition/assemble.hpp"
#include "manage/change.hpp"
#include "server/boundary.hpp"
#include "server/relation.hpp"
#include "server/result_row.hpp"
#include "type/enum_type.hpp"
#include "uses/tally.hpp"
#include "uses/text_forms.hpp"

namespace gb_enums {

namespace {

/// The enumeration that is the first argument; the caller owns it.
EnumType& OwnedEnum(FunctionCallInfo fcinfo) {
    EnumType& type = EnumType::Of(PG_GETARG_OID(0));
    // The type may have been dropped since it was entered.
    RequireEnum(type.oid());
    CheckOwnsType(type.oid());
    return type;
}

/// The name that a code had before its value was removed, or nullptr.
const text* RetiredName(EnumType& type, Code code) {
    const Definition* definition = type.definition();
    const RetiredCode* retired = definition == nullptr ? nullptr : definition->FindRetired(code);
    return retired == nullptr ? nullptr : MakeText(retired->name);
}

/// The enumerations in the array that is the first argument; the caller owns them all.
List* OwnedEnums(FunctionCallInfo fcinfo) {
    constexpr int kMost = 100000;
    const ArrayElements elements =
        BoundedElements(PG_GETARG_ARRAYTYPE_P(0), kMost, "an enumeration to check", "enumerations");
    List* enums = NIL;
    for (int i = 0; i < elements.count; ++i) {
        const Oid type = DatumGetObjectId(elements.values[i]);
        RequireEnum(type);
        CheckOwnsType(type);
        enums = lappend_oid(enums, type);
    }
    list_sort(enums, list_oid_cmp);
    list_deduplicate_oid(enums);
    return enums;
}

/// Asks for codes without a name, except of enumerations whose definition is broken.
void AskForUndefined(Tally* tally, const List* enums) {
    ListCell* cell = nullptr;
    foreach (cell, enums) {
        const Definition* definition = EnumType::Of(lfirst_oid(cell)).newest_definition();
        if (definition != nullptr) {
            tally->AskForUndefined(lfirst_oid(cell), *definition);
        }
    }
}

/// Locks tables that other people may keep locked for as long as they like. Waits for all such
/// locks together no longer than two seconds.
class BriefWaits {
  public:
    /// Whether the lock was granted. The caller releases it.
    bool Lock(Oid table) {
        while (!ConditionalLockRelationOid(table, AccessShareLock)) {
            CHECK_FOR_INTERRUPTS();
            if (left_ == 0) {
                return false;
            }
            --left_;
            pg_usleep(kStep);
        }
        return true;
    }

  private:
    /// The time between two attempts in microseconds, and how many attempts are left.
    static constexpr long kStep = 10000;
    int left_ = 200;
};

/// Warns of tables that cannot be looked into, because their rows are on other servers.
void WarnOfRowsElsewhere(const EnumPlaces& places) {
    constexpr int kMostListed = 20;
    StringInfoData names;
    initStringInfo(&names);
    int count = 0;
    for (const Oid table : places.relations()) {
        const char* name = HasRowsElsewhere(table) ? QualifiedNameOrNull(table) : nullptr;
        if (name != nullptr && ++count <= kMostListed) {
            appendStringInfo(&names, "%s%s", names.len == 0 ? "" : ", ", name);
        }
    }
    if (count > kMostListed) {
        appendStringInfo(&names, " and %d more", count - kMostListed);
    }
    if (count > 0) {
        ereport(WARNING,
                (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                 errmsg("tables whose rows are on other servers are not checked: %s", names.data),
                 errhint("Call gb_enum_check() on these servers.")));
    }
}

/// The places of the codes that a tally asks for; looks into tables only with `scan`. Warns of
/// tables that it could not look into.
List* UsesOf(const EnumPlaces& places, bool scan, Tally* tally) {
    List* uses = NIL;
    BriefWaits waits;
    if (scan) {
        WarnOfRowsElsewhere(places);
    }
    for (const Oid table : places.relations()) {
        if (!scan) {
            break;
        }
        if (waits.Lock(table)) {
            uses = AppendUsesInTable(uses, places, table, tally);
            UnlockRelationOid(table, AccessShareLock);
        } else if (const char* name = QualifiedNameOrNull(table)) {
            ereport(WARNING,
                    (errcode(ERRCODE_LOCK_NOT_AVAILABLE),
                     errmsg("table %s is not checked: another session has it locked", name)));
        }
    }
    return SortUses(AppendUsesInExpressions(uses, places, tally));
}

}  // namespace

/// (enums regtype[], scan boolean) -> setof (enumeration regtype, place text, relation oid, number
/// smallint, code smallint, count bigint, retired text)
GB_ENUMS_FUNCTION(gb_enum_undefined) {
    ResultSet rows(fcinfo);
    const List* enums = OwnedEnums(fcinfo);
    const EnumPlaces places(enums);
    Tally tally(places);
    AskForUndefined(&tally, enums);
    ListCell* cell = nullptr;
    foreach (cell, UsesOf(places, PG_GETARG_BOOL(1), &tally)) {
        const auto* use = static_cast<const CodeUse*>(lfirst(cell));
        if (use->kind == CodeUse::Kind::kNotSeen) {
            continue;
        }
        EnumType& type = EnumType::Of(use->type);
        if (type.Find(ToInt(use->code)) != nullptr) {
            continue;  // defined since
        }
        const char* place = getObjectDescription(&use->place, true);
        if (place == nullptr) {
            continue;  // dropped since
        }
        const bool is_column = use->kind == CodeUse::Kind::kRows;
        const text* retired = RetiredName(type, use->code);
        ResultRow row;
        row.AddOid(use->type).AddText(place);
        row.AddOid(is_column ? use->place.objectId : InvalidOid);
        row.Add(Int16GetDatum(static_cast<std::int16_t>(use->place.objectSubId)), !is_column);
        row.AddInt16(ToInt(use->code)).AddInt64(use->count).AddText(retired);
        rows.Add(row);
    }
    return Datum{0};
}

/// (enum regtype) -> (problem text, definition text): why the definition cannot be read, and one
/// that can, or NULLs.
GB_ENUMS_FUNCTION(gb_enum_definition_problem) {
    EnumType& type = OwnedEnum(fcinfo);
    ResultRow row;
    if (type.definition() == nullptr) {
        const char* body = DefinitionSource(type.oid());
        row.AddText(type.broken());
        row.AddText(Guarded([&] { return ServerString(RepairDefinition(body)); }));
    } else {
        row.AddNull().AddNull();
    }
    PG_RETURN_DATUM(row.ToDatum(fcinfo));
}

/// (enums regtype[]) -> setof (enumeration regtype, place text, form text, now boolean)
GB_ENUMS_FUNCTION(gb_enum_text_forms) {
    ResultSet rows(fcinfo);
    const List* enums = OwnedEnums(fcinfo);
    ListCell* cell = nullptr;
    foreach (cell, enums == NIL ? NIL : FindTextForms(EnumPlaces(enums), enums)) {
        const auto* found = static_cast<const TextForm*>(lfirst(cell));
        const char* place = getObjectDescription(&found->place, true);
        if (place != nullptr) {
            ResultRow row;
            row.AddOid(found->type).AddText(place).AddText(found->form).AddBool(found->now);
            rows.Add(row);
        }
    }
    return Datum{0};
}

}  // namespace gb_enums
