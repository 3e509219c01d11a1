// Changes of the definitions of users' own enumerations.

#include "manage/change.hpp"

#include "manage/definition_work.hpp"
#include "manage/scripts.hpp"
#include "server/arguments.hpp"
#include "type/enum_type.hpp"
#include "uses/removal.hpp"

namespace gb_enums {

namespace {

void NothingToProve(Oid /*type*/, Code /*code*/) {}

/// Changes the definition of the enumeration that is the first argument. `change` gets a
/// DefinitionEdit and returns a code; `prove` raises an error if the change may not be made.
template <typename Change, typename Prove = decltype(&NothingToProve)>
Code ChangeEnum(FunctionCallInfo fcinfo, Change&& change, Prove&& prove = &NothingToProve) {
    const Oid type = EnumToChange(fcinfo);
    const char* source = ReadableDefinition(type);
    const Outcome outcome = TryToDefine([&](Outcome* result) {
        DefinitionEdit edit(source);
        result->code = change(&edit);
        return edit.body();
    });
    RequireBody(outcome, psprintf("cannot change enumeration %s", TypeName(type)));
    prove(type, outcome.code);
    RedefineEnum(fcinfo, type, outcome.body, nullptr);
    return outcome.code;
}

/// The same for a change that returns nothing.
template <typename Change>
Datum ChangeEnumOnly(FunctionCallInfo fcinfo, Change&& change) {
    ChangeEnum(fcinfo, [&change](DefinitionEdit* edit) {
        change(edit);
        return Code{};
    });
    PG_RETURN_VOID();
}

}  // namespace

void CheckOwnsType(Oid type) {
    if (!OwnsType(type, GetUserId())) {
        ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
                        errmsg("must be owner of type %s", TypeName(type))));
    }
}

bool IsChangedByItsExtension(Oid type) {
    const Oid extension = getExtensionOfObject(TypeRelationId, type);
    const bool in_its_script = creating_extension && extension == CurrentExtensionObject;
    return OidIsValid(extension) && !in_its_script;
}

Oid EnumToChange(FunctionCallInfo fcinfo) {
    RequireArgument(fcinfo, 0, "the enumeration");
    const Oid type = PG_GETARG_OID(0);
    RequireEnum(type);
    const char* name = TypeName(type);
    CheckOwnsType(type);
    if (IsChangedByItsExtension(type)) {
        ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                        errmsg("enumeration %s belongs to an extension", name),
                        errdetail("The extension's next version would undo what is changed here."),
                        errhint("Make one of your own that has the same values: gb_enum_create("
                                "'mine', like => '%s').",
                                name)));
    }
    LockEnum(type, ShareUpdateExclusiveLock);
    return type;
}

/// (enum regtype, name text, code integer, description text, aliases text[], if_not_exists boolean)
/// -> smallint
GB_ENUMS_FUNCTION(gb_enum_add_value) {
    const std::string_view name = NameArgument(fcinfo, 1);
    const bool has_code = !PG_ARGISNULL(2);
    const int code = has_code ? PG_GETARG_INT32(2) : 0;
    const auto description = TextArgument(fcinfo, 3);
    const NameList aliases = NamesArgument(fcinfo, 4);
    const bool if_not_exists = !PG_ARGISNULL(5) && PG_GETARG_BOOL(5);
    bool exists = false;
    const Code added = ChangeEnum(fcinfo, [&](DefinitionEdit* edit) {
        const Value* value = edit->definition().Find(name);
        exists = if_not_exists && value != nullptr && value->name == name &&
                 (!has_code || ToInt(value->code) == code);
        return exists ? value->code
                      : edit->AddValue(name, has_code ? std::optional(code) : std::nullopt,
                                       description, aliases.ToVector());
    });
    if (exists) {
        ereport(NOTICE, (errcode(ERRCODE_DUPLICATE_OBJECT),
                         errmsg("value \"%s\" of enumeration %s already exists, skipping",
                                pnstrdup(name.data(), name.size()), TypeName(PG_GETARG_OID(0)))));
    }
    PG_RETURN_INT16(ToInt(added));
}

/// (enum regtype, name text, new_name text)
GB_ENUMS_FUNCTION(gb_enum_rename_value) {
    const std::string_view name = NameArgument(fcinfo, 1);
    const std::string_view new_name = NameArgument(fcinfo, 2);
    return ChangeEnumOnly(fcinfo, [&](DefinitionEdit* edit) { edit->Rename(name, new_name); });
}

/// (enum regtype, name text, description text)
GB_ENUMS_FUNCTION(gb_enum_set_description) {
    const std::string_view name = NameArgument(fcinfo, 1);
    const auto description = TextArgument(fcinfo, 2);
    return ChangeEnumOnly(fcinfo, [&](DefinitionEdit* edit) { edit->Describe(name, description); });
}

/// (enum regtype, name text, alias text)
GB_ENUMS_FUNCTION(gb_enum_add_alias) {
    const std::string_view name = NameArgument(fcinfo, 1);
    const std::string_view alias = NameArgument(fcinfo, 2);
    return ChangeEnumOnly(fcinfo, [&](DefinitionEdit* edit) { edit->AddAlias(name, alias); });
}

/// (enum regtype, alias text)
GB_ENUMS_FUNCTION(gb_enum_drop_alias) {
    const std::string_view alias = NameArgument(fcinfo, 1);
    return ChangeEnumOnly(fcinfo, [&](DefinitionEdit* edit) { edit->DropAlias(alias); });
}

/// (enum regtype, name text, replacement text)
GB_ENUMS_FUNCTION(gb_enum_deprecate) {
    const std::string_view name = NameArgument(fcinfo, 1);
    const auto replacement = TextArgument(fcinfo, 2);
    return ChangeEnumOnly(fcinfo,
                          [&](DefinitionEdit* edit) { edit->Deprecate(name, replacement); });
}

/// (enum regtype, name text)
GB_ENUMS_FUNCTION(gb_enum_undeprecate) {
    const std::string_view name = NameArgument(fcinfo, 1);
    return ChangeEnumOnly(fcinfo, [&](DefinitionEdit* edit) { edit->Undeprecate(name); });
}

/// (enum regtype, name text, except_foreign_tables boolean)
GB_ENUMS_FUNCTION(gb_enum_remove_value) {
    const std::string_view name = NameArgument(fcinfo, 1);
    const bool except_foreign_tables = !PG_ARGISNULL(2) && PG_GETARG_BOOL(2);
    ChangeEnum(
        fcinfo, [&](DefinitionEdit* edit) { return edit->Remove(name); },
        [&](Oid type, Code code) { CheckUnused(type, code, name, except_foreign_tables); });
    PG_RETURN_VOID();
}

}  // namespace gb_enums
