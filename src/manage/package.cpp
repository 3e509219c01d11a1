// Packages: extensions whose scripts say which enumerations they have. An enumeration that was made
// at run time becomes a member of a package, or ceases to be one, and no row notices.

#include "manage/package.hpp"

#include "ddl/package.hpp"
#include "definition/versions.hpp"
#include "manage/change.hpp"
#include "manage/definition_work.hpp"
#include "server/arguments.hpp"
#include "server/own_queries.hpp"
#include "server/read_only.hpp"
#include "server/text.hpp"
#include "type/catalog.hpp"
#include "uses/removal.hpp"
#include "uses/texts/text_check.hpp"

extern "C" {
#include "catalog/pg_extension.h"
#include "commands/comment.h"
#include "utils/acl.h"
}

namespace gb_enums {

namespace {

/// An enumeration that becomes a member, and what the scripts say of it. The last one counts: the
/// scripts of earlier versions run before it.
struct Adopted {
    Oid type;
    const char* body;
    const char* comment;
};

/// A call of gb_enum_adopt(), which runs scripts of an extension.
class Adoption {
  public:
    Adoption(const char* extension, Oid caller)
        : extension_(extension), caller_(caller), context_(CurrentMemoryContext) {}

    const char* extension() const { return extension_; }
    /// Who called it, and so must own what is adopted: the scripts may run as somebody else.
    Oid caller() const { return caller_; }
    /// A list of Adopted*.
    const List* adopted() const { return adopted_; }

    /// Takes down what a script says; false when it speaks of an enumeration that is not adopted.
    bool Say(Oid type, const char* body, const char* comment) {
        ListCell* cell = nullptr;
        foreach (cell, adopted_) {
            auto* adopted = static_cast<Adopted*>(lfirst(cell));
            if (adopted->type == type) {
                adopted->body = MemoryContextStrdup(context_, body);
                if (comment != nullptr) {
                    adopted->comment = MemoryContextStrdup(context_, comment);
                }
                return true;
            }
        }
        return false;
    }
    void Add(Oid type, const char* body, const char* comment) {
        MemoryContext caller = MemoryContextSwitchTo(context_);
        auto* adopted = static_cast<Adopted*>(palloc(sizeof(Adopted)));
        *adopted = {type, pstrdup(body), pstrdup(comment)};
        adopted_ = lappend(adopted_, adopted);
        MemoryContextSwitchTo(caller);
    }

  private:
    const char* extension_;
    Oid caller_;
    MemoryContext context_;
    List* adopted_ = NIL;
};
Adoption* running_adoption = nullptr;

/// The enumeration that one was made like.
constexpr const char* kKinOf = "SELECT kin FROM gb_enums_internal.kin_functions($1) WHERE is_own";

/// Whether the running script is the one that gb_enum_adopt() runs.
bool IsAdopting() {
    return running_adoption != nullptr && creating_extension &&
           CurrentExtensionObject == get_extension_oid(running_adoption->extension(), true);
}

/// Whether a type belongs to the extension whose script is running.
bool IsOfRunningScript(Oid type) {
    return getExtensionOfObject(TypeRelationId, type) == CurrentExtensionObject;
}

/// Runs a query of one parameter, an OID, between an OwnQueries' beginning and its end.
void Query(const char* query, Oid argument_type, Oid argument) {
    Datum value = ObjectIdGetDatum(argument);
    SPI_execute_with_args(query, 1, &argument_type, &value, nullptr, false, 0);
}

/// A column of a row that the last query found.
Oid OidFound(uint64 row, int column) {
    bool is_null = false;
    return DatumGetObjectId(
        SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column, &is_null));
}

/// Calls visit(object) for the type of an enumeration and each object that was made with it.
template <typename Visit>
void VisitObjects(Oid type, Visit&& visit) {
    const OwnQueries queries;
    Query("SELECT catalog, object FROM gb_enums_internal.package_objects($1)", REGTYPEOID, type);
    for (uint64 i = 0; i < SPI_processed; ++i) {
        ObjectAddress object;
        ObjectAddressSet(object, OidFound(i, 1), OidFound(i, 2));
        visit(object);
    }
    queries.End();
}

/// The OID that a query finds in the row of an object.
Oid FindOid(const char* query, Oid object) {
    const OwnQueries queries;
    Query(query, OIDOID, object);
    const Oid found = SPI_processed > 0 ? OidFound(0, 1) : InvalidOid;
    queries.End();
    return found;
}

/// Raises an error when a function that people call has not the name that a new enumeration's would
/// have: a restore makes a new one, and what uses the function would not find it.
void CheckFunctionNames(Oid type) {
    const OwnQueries queries;
    Query("SELECT function, new_name FROM gb_enums_internal.renamed_functions($1)", REGTYPEOID,
          type);
    if (SPI_processed > 0) {
        const char* function = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
        const char* name = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2);
        ereport(ERROR,
                (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                 errmsg("cannot adopt enumeration %s: its function %s has another name",
                        TypeName(type), function),
                 errdetail("Where the extension makes the enumeration, the function has the name "
                           "%s.",
                           name),
                 errhint("ALTER FUNCTION %s RENAME TO %s;", function, quote_identifier(name))));
    }
    queries.End();
}

[[noreturn]] void RaiseOther(Oid type, const char* detail) {
    ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                    errmsg("cannot adopt enumeration %s: the extension has another one of that "
                           "name",
                           TypeName(type)),
                    errdetail("%s", detail),
                    errhint("Change the enumeration to what the extension has first.")));
    pg_unreachable();
}

/// Makes an enumeration a member of the extension whose script is running.
void Adopt(FunctionCallInfo fcinfo, Oid type, const NewEnum& wanted) {
    CheckOwnsType(type, running_adoption->caller());
    RequireScriptOfItsExtension(type, nullptr);
    LockEnum(type, ShareUpdateExclusiveLock);
    if (FindOid(kKinOf, type) != wanted.kin) {
        RaiseOther(type, "They have casts to and from different other enumerations.");
    }
    CheckFunctionNames(type);
    VisitObjects(type, [](const ObjectAddress& object) {
        recordDependencyOnCurrentExtension(&object, false);
    });
    CommandCounterIncrement();
    const Oid old_owner = FindOid("SELECT typowner FROM pg_type WHERE oid = $1", type);
    TransferEnum(fcinfo, type, wanted.owner, true);
    KeepPrivileges(fcinfo, type, old_owner);
    // What a script grants is not dumped, since the script grants it again. This one will not.
    VisitObjects(type, [](const ObjectAddress& object) {
        removeExtObjInitPriv(object.objectId, object.classId);
    });
    running_adoption->Add(type, wanted.body, wanted.comment);
}

/// What is different between the definition that an extension has of an enumeration and the one
/// that the enumeration has, or nullptr.
const char* DifferenceOf(const Adopted& adopted) {
    const char* is = ReadableDefinition(adopted.type);
    return Guarded([&]() -> const char* {
        auto* memory = std::pmr::get_default_resource();
        const auto difference =
            FirstDifference(Definition::Parse(adopted.body, memory), Definition::Parse(is, memory));
        const auto said = [](const std::string& line) { return line.empty() ? "nothing" : line; };
        return difference
                   ? ServerString(fmt::format("The extension has: {}\nThe enumeration has: {}",
                                              said(difference->left), said(difference->right)))
                   : nullptr;
    });
}

/// Raises an error when the scripts have made something else of an enumeration than it is. Its text
/// becomes that of the scripts.
void EndAdoption(FunctionCallInfo fcinfo, const Adopted& adopted) {
    const char* difference = DifferenceOf(adopted);
    if (difference != nullptr) {
        RaiseOther(adopted.type, difference);
    }
    RedefineEnum(fcinfo, adopted.type, adopted.body, adopted.comment);
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
        ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
                        errmsg("there is no enumeration \"%s\" in extension \"%s\"", name,
                               get_extension_name(CurrentExtensionObject)),
                        errdetail("There is none in the extensions that it requires, either.")));
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
    if (strcmp(source, wanted.body) != 0 || wanted.comment != nullptr) {
        RedefineEnum(fcinfo, type, wanted.body, wanted.comment);
    }
}

/// Raises an error outside an extension's scripts.
void RequireScript() {
    if (!creating_extension) {
        ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                        errmsg("package_enum() is for scripts of extensions"),
                        errhint("gb_enum_create() makes an enumeration of your own.")));
    }
}

/// The enumerations of an extension; an error when it has none, or other members.
List* EnumsToRelease(Oid extension, const char* name) {
    MemoryContext caller = CurrentMemoryContext;
    const OwnQueries queries;
    Query("SELECT m.enum, m.other FROM gb_enums_internal.package_members($1) m", OIDOID, extension);
    List* enums = NIL;
    const char* other = nullptr;
    MemoryContext queries_context = MemoryContextSwitchTo(caller);
    for (uint64 i = 0; i < SPI_processed; ++i) {
        const Oid type = OidFound(i, 1);
        if (OidIsValid(type)) {
            enums = lappend_oid(enums, type);
        } else {
            other = SPI_getvalue(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 2);
        }
    }
    MemoryContextSwitchTo(queries_context);
    if (enums == NIL || other != nullptr) {
        ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                        errmsg("extension \"%s\" is not only enumerations", name),
                        enums == NIL ? errdetail("It has no enumeration.")
                                     : errdetail("It has also %s.", other)));
    }
    queries.End();
    return enums;
}

/// Makes an enumeration a member of no extension.
void Release(FunctionCallInfo fcinfo, Oid type, Oid owner) {
    LockEnum(type, ShareUpdateExclusiveLock);
    const Oid schema = SchemaAndNameOf(type).schema;
    const AclResult allowed = CheckCreateIn(schema, owner);
    if (allowed != ACLCHECK_OK) {
        aclcheck_error(allowed, OBJECT_SCHEMA, get_namespace_name(schema));
    }
    VisitObjects(type, [](const ObjectAddress& object) {
        deleteDependencyRecordsForClass(object.classId, object.objectId, ExtensionRelationId,
                                        DEPENDENCY_EXTENSION);
        removeExtObjInitPriv(object.objectId, object.classId);
    });
    CommandCounterIncrement();
    TransferEnum(fcinfo, type, owner, false);
}

/// The schema that an argument names, or the one that new objects are made in.
const char* SchemaArgument(FunctionCallInfo fcinfo, int argument) {
    const List* path = fetch_search_path(false);
    const Oid schema = !PG_ARGISNULL(argument) ? PG_GETARG_OID(argument)
                       : path == NIL           ? InvalidOid
                                               : linitial_oid(path);
    const char* name = get_namespace_name(schema);
    if (name == nullptr) {
        ereport(ERROR,
                (errcode(ERRCODE_UNDEFINED_SCHEMA), errmsg("there is no schema for the extension"),
                 errhint("Name the schema that the enumerations are in.")));
    }
    return name;
}

/// Executes a command as the caller.
void Execute(const char* command) {
    const OwnQueries queries;
    SPI_execute(command, false, 0);
    queries.End();
}

Datum ArrayOf(const List* enums) {
    auto* elements = static_cast<Datum*>(palloc(sizeof(Datum) * (list_length(enums) + 1)));
    int count = 0;
    ListCell* cell = nullptr;
    foreach (cell, enums) {
        elements[count++] = ObjectIdGetDatum(lfirst_oid(cell));
    }
    return PointerGetDatum(
        construct_array(elements, count, REGTYPEOID, sizeof(Oid), true, TYPALIGN_INT));
}

}  // namespace

Oid CreateOrAdopt(FunctionCallInfo fcinfo, const NewEnum& wanted) {
    const Oid existing = IsAdopting() ? FindType(wanted.schema, wanted.name) : InvalidOid;
    if (!OidIsValid(existing) || !IsEnum(existing) || IsOfRunningScript(existing)) {
        return CreateEnum(fcinfo, wanted);
    }
    Adopt(fcinfo, existing, wanted);
    return existing;
}

/// (name text, definition text, description text, like text, force boolean, except_foreign_tables
/// boolean) -> regtype: an enumeration of the extension whose script is running is as this says.
GB_ENUMS_FUNCTION(gb_enum_package_enum) {
    RequireArgument(fcinfo, 0, "the name of an enumeration");
    RequireArgument(fcinfo, 1, "the definition of an enumeration");
    RequireScript();
    NewEnum wanted{};
    wanted.schema =
        FindOid("SELECT extnamespace FROM pg_extension WHERE oid = $1", CurrentExtensionObject);
    wanted.name = StringArgument(fcinfo, 0, "");
    wanted.body = StringArgument(fcinfo, 1, "");
    wanted.comment = StringArgument(fcinfo, 2, nullptr);
    wanted.owner = GetUserId();
    wanted.in_extension = true;
    CheckDefinition(wanted.body);
    const Oid existing = FindType(wanted.schema, wanted.name);
    if (IsAdopting() && running_adoption->Say(existing, wanted.body, wanted.comment)) {
        PG_RETURN_OID(existing);
    }
    if (OidIsValid(existing) && IsEnum(existing) && IsOfRunningScript(existing)) {
        Update(fcinfo, existing, wanted,
               FlagArgument(fcinfo, 4) ? TextPolicy::kForce : TextPolicy::kRefuse,
               FlagArgument(fcinfo, 5));
        PG_RETURN_OID(existing);
    }
    wanted.comment = wanted.comment == nullptr ? "" : wanted.comment;
    wanted.kin = PG_ARGISNULL(3) ? InvalidOid : FindKin(StringArgument(fcinfo, 3, ""));
    PG_RETURN_OID(CreateOrAdopt(fcinfo, wanted));
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

/// (extension name, schema regnamespace) -> regtype[]
GB_ENUMS_FUNCTION(gb_enum_adopt) {
    RequireWritable("gb_enum_adopt()");
    RequireArgument(fcinfo, 0, "the extension");
    const char* extension = NameStr(*PG_GETARG_NAME(0));
    const char* command = nullptr;
    if (OidIsValid(get_extension_oid(extension, true))) {
        command = psprintf("ALTER EXTENSION %s UPDATE", quote_identifier(extension));
    } else {
        command = psprintf("CREATE EXTENSION %s SCHEMA %s", quote_identifier(extension),
                           quote_identifier(SchemaArgument(fcinfo, 1)));
    }
    Adoption adoption(extension, GetUserId());
    Adoption* outer = running_adoption;
    running_adoption = &adoption;
    PG_TRY();
    {
        Execute(command);
    }
    PG_FINALLY();
    {
        running_adoption = outer;
    }
    PG_END_TRY();
    List* enums = NIL;
    ListCell* cell = nullptr;
    foreach (cell, adoption.adopted()) {
        const auto* adopted = static_cast<const Adopted*>(lfirst(cell));
        EndAdoption(fcinfo, *adopted);
        enums = lappend_oid(enums, adopted->type);
    }
    return ArrayOf(enums);
}

/// (extension name) -> regtype[]
GB_ENUMS_FUNCTION(gb_enum_release) {
    RequireWritable("gb_enum_release()");
    RequireArgument(fcinfo, 0, "the extension");
    const char* name = NameStr(*PG_GETARG_NAME(0));
    const Oid extension = get_extension_oid(name, false);
    if (!OwnsExtension(extension, GetUserId())) {
        aclcheck_error(ACLCHECK_NOT_OWNER, OBJECT_EXTENSION, name);
    }
    const List* enums = EnumsToRelease(extension, name);
    const Oid owner = FindOid("SELECT extowner FROM pg_extension WHERE oid = $1", extension);
    ListCell* cell = nullptr;
    foreach (cell, enums) {
        Release(fcinfo, lfirst_oid(cell), owner);
    }
    Execute(psprintf("DROP EXTENSION %s", quote_identifier(name)));
    return ArrayOf(enums);
}

}  // namespace gb_enums
