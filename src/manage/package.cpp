// What scripts of packages say: an extension has an enumeration, and has it no more.

#include "ddl/package.hpp"
#include "definition/versions.hpp"
#include "manage/adopt.hpp"
#include "manage/change.hpp"
#include "manage/definition_work.hpp"
#include "manage/drop.hpp"
#include "manage/object_queries.hpp"
#include "server/arguments.hpp"
#include "server/text.hpp"
#include "type/catalog.hpp"
#include "uses/removal.hpp"
#include "uses/texts/text_check.hpp"

extern "C" {
#include "catalog/pg_extension.h"
}

namespace gb_enums {

namespace {

[[noreturn]] void RaiseNoEnum(const char* name, const char* detail) {
    ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
                    errmsg("there is no enumeration \"%s\" in extension \"%s\"", name,
                           get_extension_name(CurrentExtensionObject)),
                    detail == nullptr ? 0 : errdetail("%s", detail)));
    pg_unreachable();
}

/// An enumeration of the extension whose script is running, or of one that it requires; an error
/// when there is none.
Oid FindKin(const char* name) {
    Oid argument_types[] = {OIDOID, TEXTOID};
    Datum arguments[] = {ObjectIdGetDatum(CurrentExtensionObject), CStringGetTextDatum(name)};
    const OwnQueries queries;
    SPI_execute_with_args("SELECT gb_enums_internal.packaged_enum($1, $2)", 2, argument_types,
                          arguments, nullptr, false, 1);
    const Oid kin = OidFound(0, 1);
    queries.End();
    if (!OidIsValid(kin)) {
        RaiseNoEnum(name, "There is none in the extensions that it requires, either.");
    }
    LockEnum(kin, AccessShareLock);
    return kin;
}

/// A value that a new definition does not have any more.
struct RemovedValue {
    Code code;
    const char* name;
};

/// Gives an enumeration of the extension whose script is running a new definition, after the proofs
/// that are asked of those who change the enumeration by hand.
void Update(FunctionCallInfo fcinfo, Oid type, const NewEnum& wanted, TextPolicy policy,
            bool except_foreign_tables) {
    LockEnum(type, ShareUpdateExclusiveLock);
    const char* source = ReadableDefinition(type);
    RemovedValue* removed = nullptr;
    std::size_t count = 0;
    const Outcome outcome = TryToDefine([&](Outcome*) {
        auto* memory = std::pmr::get_default_resource();
        const auto before = Definition::Parse(source, memory);
        const auto values = RemovedValues(before, Definition::Parse(wanted.body, memory));
        ContextMemory context(CurrentMemoryContext);
        removed =
            static_cast<RemovedValue*>(context.Get(sizeof(RemovedValue) * (values.size() + 1)));
        for (const Value* value : values) {
            removed[count++] = {value->code, ServerString(std::string(value->name))};
        }
        return std::string(wanted.body);
    });
    RequireBody(outcome, psprintf("cannot change enumeration %s", TypeName(type)));
    for (std::size_t i = 0; i < count; ++i) {
        CheckUnused(type, removed[i].code, removed[i].name, except_foreign_tables);
    }
    CheckTexts(type, source, wanted.body, policy);
    RedefineEnum(fcinfo, type, wanted.body, wanted.comment);
}

/// The enumeration that the running script names, or InvalidOid. Raises an error outside of scripts
/// of extensions.
Oid EnumOfScript(FunctionCallInfo fcinfo, const char* function, NewEnum* wanted) {
    RequireArgument(fcinfo, 0, "the name of an enumeration");
    if (!creating_extension) {
        ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                        errmsg("%s is for scripts of extensions", function),
                        errhint("gb_enum_create() and gb_enum_drop() are for enumerations of your "
                                "own.")));
    }
    wanted->name = StringArgument(fcinfo, 0, "");
    wanted->schema =
        FindOid("SELECT extnamespace FROM pg_extension WHERE oid = $1", CurrentExtensionObject);
    const Oid type = FindType(wanted->schema, wanted->name);
    return OidIsValid(type) && IsEnum(type) && IsOfRunningScript(type) ? type : InvalidOid;
}

}  // namespace

/// (name text, definition text, description text, like text, force boolean, except_foreign_tables
/// boolean) -> regtype: an enumeration of the extension whose script is running is as this says.
GB_ENUMS_FUNCTION(gb_enum_package_enum) {
    NewEnum wanted{};
    const Oid existing = EnumOfScript(fcinfo, "package_enum()", &wanted);
    RequireArgument(fcinfo, 1, "the definition of an enumeration");
    wanted.body = StringArgument(fcinfo, 1, "");
    wanted.comment = StringArgument(fcinfo, 2, "");
    wanted.owner = GetUserId();
    wanted.in_extension = true;
    CheckDefinition(wanted.body);
    if (OidIsValid(existing)) {
        if (!SayOfAdopted(existing, wanted.body, wanted.comment)) {
            Update(fcinfo, existing, wanted,
                   FlagArgument(fcinfo, 4) ? TextPolicy::kForce : TextPolicy::kRefuse,
                   FlagArgument(fcinfo, 5));
        }
        PG_RETURN_OID(existing);
    }
    wanted.kin = PG_ARGISNULL(3) ? InvalidOid : FindKin(StringArgument(fcinfo, 3, ""));
    PG_RETURN_OID(CreateOrAdopt(fcinfo, wanted));
}

/// (name text): the extension whose script is running has that enumeration no more.
GB_ENUMS_FUNCTION(gb_enum_package_drop) {
    NewEnum dropped{};
    const Oid type = EnumOfScript(fcinfo, "package_drop()", &dropped);
    if (!OidIsValid(type)) {
        RaiseNoEnum(dropped.name, nullptr);
    }
    LockEnum(type, ShareUpdateExclusiveLock);
    ForgetAdopted(type);
    DropEnum(type);
    PG_RETURN_VOID();
}

/// (name text, definition text, description text, like text) -> text
GB_ENUMS_FUNCTION(gb_enum_package_statement) {
    const std::string_view name = ViewOf(PG_GETARG_TEXT_PP(0));
    const std::string_view body = ViewOf(PG_GETARG_TEXT_PP(1));
    const std::string_view comment = ViewOf(PG_GETARG_TEXT_PP(2));
    const std::string_view kin = ViewOf(PG_GETARG_TEXT_PP(3));
    PG_RETURN_DATUM(CStringGetTextDatum(
        Guarded([&] { return ServerString(PackageEnumSql(name, comment, body, kin)); })));
}

}  // namespace gb_enums
