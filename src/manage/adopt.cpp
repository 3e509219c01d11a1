// Enumerations that were made at run time become members of an extension, and no row notices.

#include "manage/adopt.hpp"

#include "definition/versions.hpp"
#include "manage/change.hpp"
#include "manage/definition_work.hpp"
#include "manage/object_queries.hpp"
#include "server/arguments.hpp"
#include "server/read_only.hpp"
#include "type/catalog.hpp"

extern "C" {
#include "catalog/pg_extension.h"
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
    void Forget(Oid type) {
        ListCell* cell = nullptr;
        foreach (cell, adopted_) {
            if (static_cast<Adopted*>(lfirst(cell))->type == type) {
                adopted_ = foreach_delete_current(adopted_, cell);
            }
        }
    }
    void Add(Oid type, const char* body, const char* comment) {
        Forget(type);  // adopted before, and undone
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

/// Raises an error unless the extension whose script is running may have enumerations in a schema.
void CheckExtension(Oid schema) {
    // The script may run as a superuser; the server does not ask what its owner may do.
    const Oid owner = FindOid(kOwnerOf, CurrentExtensionObject);
    const AclResult allowed = CheckCreateIn(schema, owner);
    if (allowed != ACLCHECK_OK) {
        aclcheck_error(allowed, OBJECT_SCHEMA, get_namespace_name(schema));
    }
    if (!OidIsValid(FindOid("SELECT x.oid FROM pg_depend d JOIN pg_extension x "
                            "ON d.refclassid = 'pg_extension'::regclass AND x.oid = d.refobjid "
                            "WHERE d.classid = 'pg_extension'::regclass AND d.objid = $1 "
                            "AND x.extname = 'gb_enums'",
                            CurrentExtensionObject))) {
        ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                        errmsg("extension \"%s\" does not require gb_enums",
                               get_extension_name(CurrentExtensionObject)),
                        errdetail("A dump would create the extension before gb_enums."),
                        errhint("Write into its control file: requires = 'gb_enums'")));
    }
}

/// Whether the running script is the one that gb_enum_adopt() runs.
bool IsAdopting() {
    return running_adoption != nullptr && creating_extension &&
           CurrentExtensionObject == get_extension_oid(running_adoption->extension(), true);
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

/// Raises an error when somebody's own function is in the place of as_E: a restore makes a new as_E
/// first, and what calls the function would find that one.
void CheckAsEnum(Oid type) {
    const Oid other = FindOid(
        "SELECT p.oid FROM pg_type t JOIN pg_proc p ON p.pronamespace = t.typnamespace "
        "AND p.proname = 'as_' || t.typname AND p.proargtypes = '21'::oidvector "
        "WHERE t.oid = $1 AND p.oid NOT IN "
        "(SELECT f FROM gb_enums_internal.as_enum_functions(t.oid) f)",
        type);
    if (OidIsValid(other)) {
        ereport(ERROR, (errcode(ERRCODE_DUPLICATE_FUNCTION),
                        errmsg("cannot adopt enumeration %s: function %s is another one",
                               TypeName(type), format_procedure(other)),
                        errdetail("Where the extension makes the enumeration, it makes a function "
                                  "of that name."),
                        errhint("Rename or drop yours.")));
    }
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
    CheckAsEnum(type);
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

}  // namespace

Oid CreateOrAdopt(FunctionCallInfo fcinfo, const NewEnum& wanted) {
    if (wanted.in_extension) {
        CheckExtension(wanted.schema);
    }
    const Oid existing = IsAdopting() ? FindType(wanted.schema, wanted.name) : InvalidOid;
    if (!OidIsValid(existing) || !IsEnum(existing) || IsOfRunningScript(existing)) {
        return CreateEnum(fcinfo, wanted);
    }
    Adopt(fcinfo, existing, wanted);
    return existing;
}

bool SayOfAdopted(Oid type, const char* body, const char* comment) {
    return IsAdopting() && running_adoption->Say(type, body, comment);
}

void ForgetAdopted(Oid type) {
    if (IsAdopting()) {
        running_adoption->Forget(type);
    }
}

/// (extension name, schema regnamespace) -> regtype[]
GB_ENUMS_FUNCTION(gb_enum_adopt) {
    RequireWritable("gb_enum_adopt()");
    RequireArgument(fcinfo, 0, "the extension");
    const char* extension = NameStr(*PG_GETARG_NAME(0));
    if (*extension == '\0') {
        ereport(ERROR, (errcode(ERRCODE_INVALID_NAME),
                        errmsg("the name of an extension must not be empty")));
    }
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
        if (getExtensionOfObject(TypeRelationId, adopted->type) !=
            get_extension_oid(extension, false)) {
            continue;  // the script has undone it
        }
        EndAdoption(fcinfo, *adopted);
        enums = lappend_oid(enums, adopted->type);
    }
    return ArrayOfTypes(enums);
}

}  // namespace gb_enums
