// Users' own enumerations: making one, and changing what it says.

#include "manage/change.hpp"

#include <optional>

#include "definition/edit.hpp"
#include "manage/create.hpp"
#include "server/arguments.hpp"
#include "server/arrays.hpp"
#include "server/boundary.hpp"
#include "type/enum_type.hpp"
#include "uses/removal.hpp"
#include "value/input_rules.hpp"
#include "value/language.hpp"

namespace gb_enums {

namespace {

/// What C++ work came to: a definition, or why there is none. In the server's memory.
struct Outcome {
    const char* body = nullptr;
    Code code{};
    int sqlstate = 0;
    const char* message = nullptr;
    const char* hint = nullptr;
};

int SqlStateOf(EditError::Kind kind) {
    switch (kind) {
        case EditError::Kind::kUnknown:
            return ERRCODE_UNDEFINED_OBJECT;
        case EditError::Kind::kTaken:
            return ERRCODE_DUPLICATE_OBJECT;
        case EditError::Kind::kInvalid:
            return ERRCODE_INVALID_PARAMETER_VALUE;
        case EditError::Kind::kState:
            return ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE;
        case EditError::Kind::kFull:
            return ERRCODE_PROGRAM_LIMIT_EXCEEDED;
    }
    return ERRCODE_INTERNAL_ERROR;
}

/// Runs work that throws EditError or DefinitionError; what it returns is the new body.
template <typename Work>
Outcome Try(Work&& work) {
    return Guarded([&work] {
        Outcome outcome;
        try {
            outcome.body = ServerString(work(&outcome));
        } catch (const EditError& error) {
            outcome.sqlstate = SqlStateOf(error.kind());
            outcome.message = ServerString(error.what());
            if (!error.hint().empty()) {
                outcome.hint = ServerString(error.hint());
            }
        } catch (const DefinitionError& error) {
            outcome.sqlstate = ERRCODE_INVALID_PARAMETER_VALUE;
            outcome.message = ServerString(fmt::format("line {}: {}", error.line(), error.what()));
            outcome.hint = kDefinitionHint;
        }
        return outcome;
    });
}

std::optional<std::string_view> View(const text* value) {
    return value == nullptr ? std::nullopt : std::optional(ViewOf(value));
}

/// A text argument, nullptr for NULL.
const text* TextArgument(FunctionCallInfo fcinfo, int argument) {
    return PG_ARGISNULL(argument) ? nullptr : PG_GETARG_TEXT_PP(argument);
}

/// A name that must be given.
std::string_view NameArgument(FunctionCallInfo fcinfo, int argument) {
    RequireArgument(fcinfo, argument, "a name of an enumeration's value");
    return ViewOf(PG_GETARG_TEXT_PP(argument));
}

/// The elements of an array of text, none for NULL; `count` says how many.
const text** Elements(FunctionCallInfo fcinfo, int argument, int* count) {
    *count = 0;
    if (PG_ARGISNULL(argument)) {
        return nullptr;
    }
    const ArrayElements elements = BoundedElements(PG_GETARG_ARRAYTYPE_P(argument), kMaxValues,
                                                   "a name of an enumeration's value", "names");
    const Datum* values = elements.values;
    *count = elements.count;
    auto** texts = static_cast<const text**>(palloc0(sizeof(text*) * (*count + 1)));
    for (int i = 0; i < *count; ++i) {
        texts[i] = DatumGetTextPP(values[i]);
    }
    return texts;
}

std::vector<std::string_view> Views(const text** texts, int count) {
    std::vector<std::string_view> views(count);
    std::transform(texts, texts + count, views.begin(), ViewOf);
    return views;
}

/// The definition of an enumeration, as text; an error when it is broken.
char* ReadableDefinition(Oid type) {
    EnumType& known = EnumType::Of(type);
    if (known.definition() == nullptr) {
        ReportBroken(known, nullptr);
    }
    return DefinitionSource(type);
}

void NothingToProve(Oid /*type*/, Code /*code*/) {}

/// Changes the definition of the enumeration that is the first argument. `change` gets a
/// DefinitionEdit and may return a code; `prove` raises an error if that may not be.
template <typename Change, typename Prove = decltype(&NothingToProve)>
Code ChangeEnum(FunctionCallInfo fcinfo, Change&& change, Prove&& prove = &NothingToProve) {
    const Oid type = EnumToChange(fcinfo);
    const char* source = ReadableDefinition(type);
    const Outcome outcome = Try([&](Outcome* result) {
        DefinitionEdit edit(source);
        result->code = change(&edit);
        return edit.body();
    });
    if (outcome.body == nullptr) {
        ereport(ERROR, (errcode(outcome.sqlstate),
                        errmsg("cannot change enumeration %s: %s", TypeName(type), outcome.message),
                        outcome.hint != nullptr ? errhint("%s", outcome.hint) : 0));
    }
    prove(type, outcome.code);
    RedefineEnum(fcinfo, type, outcome.body, nullptr);
    return outcome.code;
}

/// The same where there is nothing to return.
template <typename Change>
Datum ChangeEnumOnly(FunctionCallInfo fcinfo, Change&& change) {
    ChangeEnum(fcinfo, [&change](DefinitionEdit* edit) {
        change(edit);
        return Code{};
    });
    PG_RETURN_VOID();
}

/// Whole lines, each with its end.
std::string WholeLines(std::string lines) {
    if (!lines.empty() && lines.back() != '\n') {
        lines += '\n';
    }
    return lines;
}

/// Whether there is more than comments and blanks.
bool SaysAnything(std::string_view lines) {
    while (!lines.empty()) {
        const std::size_t first = lines.find_first_not_of(" \t\r\n");
        if (first == std::string_view::npos) {
            return false;
        }
        if (lines[first] != '#') {
            return true;
        }
        lines.remove_prefix(std::min(lines.find('\n', first), lines.size()));
    }
    return false;
}

/// Checks a definition that is made of what another one has, lines, and names. An error is about
/// what the caller wrote: it has the number of the line among his, or none when it is about the
/// names.
void CheckNewBody(const std::string& base, const std::string& lines, const std::string& body) {
    try {
        Definition::Parse(body, std::pmr::get_default_resource());
    } catch (const DefinitionError& error) {
        const auto count = [](const std::string& text) {
            return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
        };
        if (error.line() > count(base) && error.line() <= count(base) + count(lines)) {
            throw DefinitionError(error.line() - count(base), error.what());
        }
        throw EditError(EditError::Kind::kInvalid, error.what());
    }
}

/// The definition of a new enumeration: what another one has, then lines, then names with the codes
/// that follow.
std::string NewBody(const char* kin, const char* definition,
                    const std::vector<std::string_view>& names) {
    const std::string base = WholeLines(kin);
    const std::string lines = WholeLines(definition);
    std::string body = base + lines;
    int code = 0;
    if (!names.empty() && SaysAnything(body)) {
        CheckNewBody(base, lines, body);
        DefinitionEdit edit(body);
        code = ToInt(edit.AddValue(names.front(), std::nullopt, std::nullopt, {}));
    }
    for (const std::string_view name : names) {
        if (code > 32767) {
            throw EditError(EditError::Kind::kFull, "there is no code left");
        }
        body += fmt::format("{} {}\n", code++, DefinitionWord(name));
    }
    CheckNewBody(base, lines, body);
    return body;
}

/// Locks a type against being dropped, and more if the mode says so; an error when it was dropped
/// before the lock was there.
void LockEnum(Oid type, LOCKMODE mode) {
    const char* name = TypeName(type);
    LockDatabaseObject(TypeRelationId, type, 0, mode);
    if (!IsEnum(type)) {
        ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
                        errmsg("enumeration %s does not exist any more", name),
                        errdetail("It was dropped while this waited for it.")));
    }
}

/// The same for a schema. Servers do both when they record what depends on what, but not all minor
/// releases.
void LockSchema(Oid schema, const char* name) {
    LockDatabaseObject(NamespaceRelationId, schema, 0, AccessShareLock);
    if (!SearchSysCacheExists1(NAMESPACEOID, ObjectIdGetDatum(schema))) {
        ereport(ERROR, (errcode(ERRCODE_UNDEFINED_SCHEMA),
                        errmsg("schema \"%s\" does not exist any more", name),
                        errdetail("It was dropped while this waited for it.")));
    }
}

}  // namespace

void CheckOwnsType(Oid type) {
    if (!OwnsType(type, GetUserId())) {
        ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
                        errmsg("must be owner of type %s", TypeName(type))));
    }
}

Oid EnumToChange(FunctionCallInfo fcinfo) {
    RequireArgument(fcinfo, 0, "the enumeration");
    const Oid type = PG_GETARG_OID(0);
    RequireEnum(type);
    const char* name = TypeName(type);
    CheckOwnsType(type);
    const Oid extension = getExtensionOfObject(TypeRelationId, type);
    const bool in_its_script = creating_extension && extension == CurrentExtensionObject;
    if (OidIsValid(extension) && !in_its_script) {
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

/// (name text, names text[], definition text, like regtype, description text) -> regtype
GB_ENUMS_FUNCTION(gb_enum_create) {
    RequireArgument(fcinfo, 0, "the name of an enumeration");
    NewEnum wanted{};
    char* name = nullptr;
    wanted.schema =
        QualifiedNameGetCreationNamespace(textToQualifiedNameList(PG_GETARG_TEXT_PP(0)), &name);
    if (*name == '\0') {
        ereport(ERROR, (errcode(ERRCODE_INVALID_NAME),
                        errmsg("the name of an enumeration must not be empty")));
    }
    wanted.name = name;
    const char* schema = get_namespace_name(wanted.schema);
    if (schema == nullptr) {
        ereport(ERROR, (errcode(ERRCODE_UNDEFINED_SCHEMA),
                        errmsg("schema of enumeration \"%s\" does not exist any more", name)));
    }
    wanted.owner = GetUserId();
    wanted.in_extension = creating_extension;
    const AclResult allowed = CheckCreateIn(wanted.schema, wanted.owner);
    if (allowed != ACLCHECK_OK) {
        aclcheck_error(allowed, OBJECT_SCHEMA, schema);
    }
    if (isAnyTempNamespace(wanted.schema)) {
        ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                        errmsg("enumeration \"%s\" cannot be temporary", name),
                        errhint("Create it in a schema that stays.")));
    }
    if (IsReservedName(schema) || strcmp(schema, "information_schema") == 0) {
        ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                        errmsg("enumeration \"%s\" cannot be in schema %s", name, schema),
                        errdetail("No dump has what is there."),
                        errhint("Create it in a schema of your own.")));
    }
    LockSchema(wanted.schema, schema);
    if (OidIsValid(GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum(name),
                                   ObjectIdGetDatum(wanted.schema)))) {
        ereport(ERROR,
                (errcode(ERRCODE_DUPLICATE_OBJECT), errmsg("type \"%s\" already exists", name)));
    }
    int count = 0;
    const text** names = Elements(fcinfo, 1, &count);
    const char* lines = StringArgument(fcinfo, 2, "");
    const char* base = "";
    if (!PG_ARGISNULL(3)) {
        wanted.kin = PG_GETARG_OID(3);
        RequireEnum(wanted.kin);
        const AclResult usable = CheckUseOf(wanted.kin, wanted.owner);
        if (usable != ACLCHECK_OK) {
            aclcheck_error_type(usable, wanted.kin);
        }
        LockEnum(wanted.kin, AccessShareLock);
        base = ReadableDefinition(wanted.kin);
    }
    wanted.comment = StringArgument(fcinfo, 4, "");
    const Outcome outcome =
        Try([&](Outcome*) { return NewBody(base, lines, Views(names, count)); });
    if (outcome.body == nullptr) {
        ereport(ERROR, (errcode(outcome.sqlstate),
                        errmsg("cannot create enumeration \"%s\": %s", name, outcome.message),
                        outcome.hint != nullptr ? errhint("%s", outcome.hint) : 0));
    }
    wanted.body = outcome.body;
    PG_RETURN_OID(CreateEnum(fcinfo, wanted));
}

/// (enum regtype, name text, code integer, description text, aliases text[]) -> smallint
GB_ENUMS_FUNCTION(gb_enum_add_value) {
    const std::string_view name = NameArgument(fcinfo, 1);
    const bool has_code = !PG_ARGISNULL(2);
    const int code = has_code ? PG_GETARG_INT32(2) : 0;
    const text* description = TextArgument(fcinfo, 3);
    int count = 0;
    const text** aliases = Elements(fcinfo, 4, &count);
    PG_RETURN_INT16(ToInt(ChangeEnum(fcinfo, [&](DefinitionEdit* edit) {
        return edit->AddValue(name, has_code ? std::optional(code) : std::nullopt,
                              View(description), Views(aliases, count));
    })));
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
    const text* description = TextArgument(fcinfo, 2);
    return ChangeEnumOnly(fcinfo,
                          [&](DefinitionEdit* edit) { edit->Describe(name, View(description)); });
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
    const text* replacement = TextArgument(fcinfo, 2);
    return ChangeEnumOnly(fcinfo,
                          [&](DefinitionEdit* edit) { edit->Deprecate(name, View(replacement)); });
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
