// Changes of the definitions of users' own enumerations.

#include "manage/change.hpp"

#include "ddl/package.hpp"
#include "manage/definition_work.hpp"
#include "manage/scripts.hpp"
#include "server/arguments.hpp"
#include "server/own_queries.hpp"
#include "server/read_only.hpp"
#include "type/enum_type.hpp"
#include "uses/removal.hpp"
#include "uses/texts/text_check.hpp"

extern "C" {
#include "commands/comment.h"
}

namespace gb_enums {

namespace {

void NothingToProve(Oid /*type*/, Code /*code*/) {}

/// Changes the definition of the enumeration that is the first argument. `change` gets a
/// DefinitionEdit and returns a code; `prove` raises an error if the change may not be made.
template <typename Change, typename Prove = decltype(&NothingToProve)>
Code ChangeEnum(FunctionCallInfo fcinfo, TextPolicy policy, Change&& change,
                Prove&& prove = &NothingToProve) {
    const Oid type = EnumToChange(fcinfo);
    const char* source = ReadableDefinition(type);
    const Outcome outcome = TryToDefine([&](Outcome* result) {
        DefinitionEdit edit(source);
        result->code = change(&edit);
        return edit.body();
    });
    RequireBody(outcome, psprintf("cannot change enumeration %s", TypeName(type)));
    // The same definition again would make all sessions plan their statements anew.
    if (strcmp(source, outcome.body) != 0) {
        RequireScriptOfItsExtension(type, outcome.body);
        prove(type, outcome.code);
        CheckTexts(type, source, outcome.body, policy);
        RedefineEnum(fcinfo, type, outcome.body, nullptr);
    }
    return outcome.code;
}

/// The same for a change that returns nothing.
template <typename Change>
Datum ChangeEnumOnly(FunctionCallInfo fcinfo, TextPolicy policy, Change&& change) {
    ChangeEnum(fcinfo, policy, [&change](DefinitionEdit* edit) {
        change(edit);
        return Code{};
    });
    PG_RETURN_VOID();
}

/// The hint that an enumeration leaves its extension by.
const char* WayOutOfExtension(const char* extension) {
    return psprintf("gb_enum_release('%s') makes the enumerations of the extension your own.",
                    extension);
}

/// The hint that has the statement for the extension's next script.
const char* StatementForScript(Oid type, const char* extension, const char* body) {
    // A hint is read by people, and some tools cut it off.
    constexpr std::size_t kLongest = 8000;
    const char* name = SchemaAndNameOf(type).name;
    const char* comment = GetComment(type, TypeRelationId, 0);
    comment = comment == nullptr ? "" : comment;
    const char* statement = Guarded([&] {
        return ServerString(
            PackageEnumSql(name, comment, strlen(body) > kLongest ? "..." : body, {}));
    });
    Oid argument_type = TEXTOID;
    Datum argument = CStringGetTextDatum(extension);
    MemoryContext caller = CurrentMemoryContext;
    const OwnQueries queries;
    SPI_execute_with_args("SELECT gb_enums_internal.next_script($1)", 1, &argument_type, &argument,
                          nullptr, false, 1);
    const char* script = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
    const char* hint = MemoryContextStrdup(
        caller,
        psprintf("Put this into %s, the script of its next version:\n%s", script, statement));
    queries.End();
    return hint;
}

/// The policy that the argument "force" asks for.
TextPolicy PolicyArgument(FunctionCallInfo fcinfo, int argument) {
    return FlagArgument(fcinfo, argument) ? TextPolicy::kForce : TextPolicy::kRefuse;
}

}  // namespace

void CheckOwnsType(Oid type, Oid role) {
    if (!OwnsType(type, role)) {
        ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
                        errmsg("must be owner of type %s", TypeName(type))));
    }
}

bool IsOfRunningScript(Oid type) {
    return creating_extension &&
           getExtensionOfObject(TypeRelationId, type) == CurrentExtensionObject;
}

bool IsChangedByItsExtension(Oid type) {
    return OidIsValid(getExtensionOfObject(TypeRelationId, type)) && !IsOfRunningScript(type);
}

void RequireScriptOfItsExtension(Oid type, const char* body) {
    if (!IsChangedByItsExtension(type)) {
        return;
    }
    const char* extension = get_extension_name(getExtensionOfObject(TypeRelationId, type));
    const char* name = TypeName(type);
    if (strcmp(extension, "gb_enums") == 0) {
        ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                        errmsg("enumeration %s belongs to extension \"%s\"", name, extension),
                        errdetail("The extension's next version would undo what is changed here."),
                        errhint("Make one of your own that has the same values: gb_enum_create("
                                "'mine', like => '%s').",
                                name)));
    }
    ereport(ERROR,
            (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
             errmsg("enumeration %s belongs to extension \"%s\"", name, extension),
             errdetail("Scripts of the extension change it, so that it is the same wherever the "
                       "extension is."),
             errhint("%s", body == nullptr ? WayOutOfExtension(extension)
                                           : StatementForScript(type, extension, body))));
}

Oid EnumToChange(FunctionCallInfo fcinfo) {
    RequireWritable(psprintf("%s()", get_func_name(fcinfo->flinfo->fn_oid)));
    RequireArgument(fcinfo, 0, "the enumeration");
    const Oid type = PG_GETARG_OID(0);
    RequireEnum(type);
    // Whoever owns the extension of an enumeration is told by which script it changes.
    if (!IsChangedByItsExtension(type) ||
        !OwnsExtension(getExtensionOfObject(TypeRelationId, type), GetUserId())) {
        CheckOwnsType(type);
    }
    LockEnum(type, ShareUpdateExclusiveLock);
    return type;
}

/// (enum regtype, name text, code integer, description text, aliases text[], if_not_exists boolean,
/// force boolean) -> smallint
GB_ENUMS_FUNCTION(gb_enum_add_value) {
    const std::string_view name = NameArgument(fcinfo, 1);
    const bool has_code = !PG_ARGISNULL(2);
    const int code = has_code ? PG_GETARG_INT32(2) : 0;
    const auto description = TextArgument(fcinfo, 3);
    const NameList aliases = NamesArgument(fcinfo, 4);
    const bool if_not_exists = FlagArgument(fcinfo, 5);
    bool exists = false;
    const Code added = ChangeEnum(fcinfo, PolicyArgument(fcinfo, 6), [&](DefinitionEdit* edit) {
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

/// (enum regtype, name text, new_name text, keep_alias boolean, force boolean)
GB_ENUMS_FUNCTION(gb_enum_rename_value) {
    const std::string_view name = NameArgument(fcinfo, 1);
    const std::string_view new_name = NameArgument(fcinfo, 2);
    const bool keep_alias = FlagArgument(fcinfo, 3);
    return ChangeEnumOnly(fcinfo, PolicyArgument(fcinfo, 4),
                          [&](DefinitionEdit* edit) { edit->Rename(name, new_name, keep_alias); });
}

/// (enum regtype, name text, description text, force boolean)
GB_ENUMS_FUNCTION(gb_enum_set_description) {
    const std::string_view name = NameArgument(fcinfo, 1);
    const auto description = TextArgument(fcinfo, 2);
    return ChangeEnumOnly(fcinfo, PolicyArgument(fcinfo, 3),
                          [&](DefinitionEdit* edit) { edit->Describe(name, description); });
}

/// (enum regtype, name text, alias text, force boolean)
GB_ENUMS_FUNCTION(gb_enum_add_alias) {
    const std::string_view name = NameArgument(fcinfo, 1);
    const std::string_view alias = NameArgument(fcinfo, 2);
    return ChangeEnumOnly(fcinfo, PolicyArgument(fcinfo, 3),
                          [&](DefinitionEdit* edit) { edit->AddAlias(name, alias); });
}

/// (enum regtype, alias text, force boolean)
GB_ENUMS_FUNCTION(gb_enum_drop_alias) {
    const std::string_view alias = NameArgument(fcinfo, 1);
    return ChangeEnumOnly(fcinfo, PolicyArgument(fcinfo, 2),
                          [&](DefinitionEdit* edit) { edit->DropAlias(alias); });
}

/// (enum regtype, name text, replacement text)
GB_ENUMS_FUNCTION(gb_enum_deprecate) {
    const std::string_view name = NameArgument(fcinfo, 1);
    const auto replacement = TextArgument(fcinfo, 2);
    return ChangeEnumOnly(fcinfo, TextPolicy::kRefuse,
                          [&](DefinitionEdit* edit) { edit->Deprecate(name, replacement); });
}

/// (enum regtype, name text)
GB_ENUMS_FUNCTION(gb_enum_undeprecate) {
    const std::string_view name = NameArgument(fcinfo, 1);
    return ChangeEnumOnly(fcinfo, TextPolicy::kRefuse,
                          [&](DefinitionEdit* edit) { edit->Undeprecate(name); });
}

/// (enum regtype, name text, except_foreign_tables boolean)
GB_ENUMS_FUNCTION(gb_enum_remove_value) {
    const std::string_view name = NameArgument(fcinfo, 1);
    const bool except_foreign_tables = FlagArgument(fcinfo, 2);
    ChangeEnum(
        fcinfo, TextPolicy::kRemoval, [&](DefinitionEdit* edit) { return edit->Remove(name); },
        [&](Oid type, Code code) { CheckUnused(type, code, name, except_foreign_tables); });
    PG_RETURN_VOID();
}

}  // namespace gb_enums
