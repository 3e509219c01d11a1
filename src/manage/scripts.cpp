// The scripts that make an enumeration, or give it a new definition.

#include "manage/scripts.hpp"

#include "ddl/create_script.hpp"
#include "manage/lock_room.hpp"
#include "server/act_as.hpp"
#include "server/boundary.hpp"
#include "server/function.hpp"
#include "server/own_queries.hpp"
#include "type/enum_type.hpp"
#include "value/language.hpp"

namespace gb_enums {

namespace {

/// The names of functions begin with the enumeration's; the longest goes on with "_description".
constexpr std::size_t kMostNameBytes = kMaxNameBytes - std::string_view("_description").size();

/// Changes the settings, besides the search_path, that scripts depend on.
void SetForScripts() {
    OwnQueries::Set("check_function_bodies", "on");
    // A type's input function comes before the type, and the server says so every time.
    OwnQueries::Set("client_min_messages", "warning");
}

List* InternalName(const char* name) {
    return list_make2(makeString(pstrdup("gb_enums_internal")), makeString(pstrdup(name)));
}

/// Whether the objects of an enumeration in gb_enums_internal have names that begin with this one.
/// (DROP TYPE leaves operator families where event triggers are off.)
bool IsUsedInternalName(const char* name) {
    const Oid argument = CSTRINGOID;
    return OidIsValid(LookupFuncName(InternalName(psprintf("%s_in", name)), 1, &argument, true)) ||
           OidIsValid(get_opfamily_oid(BTREE_AM_OID, InternalName(psprintf("%s_ops", name)), true));
}

/// `name` and `ending`, together no longer than an enumeration's name may be.
const char* WithEnding(const char* name, const char* ending) {
    const int length = pg_mbcliplen(name, static_cast<int>(strlen(name)),
                                    static_cast<int>(kMostNameBytes - strlen(ending)));
    return psprintf("%.*s%s", length, name, ending);
}

/// A name that the objects of an enumeration in gb_enums_internal can begin with. A dump is
/// restored after the extension, so no version of an extension may use a name that a user's
/// enumeration may have in a dump.
const char* UnusedInternalName(const char* name, bool in_extension) {
    const char* first = in_extension ? name : WithEnding(name, "_own");
    const char* candidate = first;
    for (int i = 2; IsUsedInternalName(candidate); ++i) {
        candidate = WithEnding(first, psprintf("_%d", i));
    }
    return candidate;
}

/// Operator characters that no enumeration's operators on two texts end in yet. As above, users'
/// enumerations and those of extensions never use the same: users' end in "~", like a number with a
/// zero in front.
const char* UnusedOperatorSuffix(bool in_extension) {
    constexpr std::string_view kDigits = "~!@#%^&|";
    for (unsigned number = 0;; ++number) {
        char suffix[16];
        char* end = suffix;
        for (unsigned rest = number;; rest /= kDigits.size()) {
            *end++ = kDigits[rest % kDigits.size()];
            if (rest < kDigits.size()) {
                break;
            }
        }
        if (!in_extension) {
            *end++ = kDigits[0];
        }
        *end = '\0';
        if (!OidIsValid(
                OpernameGetOprid(InternalName(psprintf("=%s", suffix)), TEXTOID, TEXTOID))) {
            return pstrdup(suffix);
        }
    }
}

/// The input function of a type as SQL, without its argument. To replace the definition is to
/// replace this function. It is found by the type, since users may have renamed or moved it.
const char* InputFunctionName(Oid type) {
    Oid input = InvalidOid;
    Oid parameter = InvalidOid;
    getTypeInputInfo(type, &input, &parameter);
    return quote_qualified_identifier(get_namespace_name(get_func_namespace(input)),
                                      get_func_name(input));
}

/// Statements one after the other, each ended by a zero byte and the last one by two, so that an
/// error shows only the statement that it is about. May throw.
const char* ServerScript(const std::vector<std::string>& statements) {
    std::string script;
    for (const std::string& statement : statements) {
        script += statement;
        script += '\0';
    }
    return ServerString(script);
}

/// Runs a script of the extension's own making as the owner of the running function.
void RunScript(FunctionCallInfo fcinfo, const char* script) {
    ActAs role;
    role.Enter(OwnerOfFunction(fcinfo),
               SECURITY_LOCAL_USERID_CHANGE | SECURITY_RESTRICTED_OPERATION);
    for (const char* statement = script; *statement != '\0'; statement += strlen(statement) + 1) {
        SPI_execute(statement, false, 0);
    }
    role.Leave();
}

/// The statements in the first column of the last query's rows, as one script.
const char* ScriptFound() {
    StringInfoData script;
    initStringInfo(&script);
    for (uint64 i = 0; i < SPI_processed; ++i) {
        const char* statement = SPI_getvalue(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1);
        // With the zero byte that ends it; the string has another after the last one.
        appendBinaryStringInfo(&script, statement, static_cast<int>(strlen(statement)) + 1);
    }
    return script.data;
}

/// Makes the arrays of an enumeration a member of the extension that is being created, as servers
/// from version 17 on do themselves. postgres_fdw ships IN (...) for arrays of members only.
void AddArrayToExtension(Oid type) {
    ObjectAddress array;
    ObjectAddressSet(array, TypeRelationId, get_array_type(type));
    if (!OidIsValid(getExtensionOfObject(TypeRelationId, array.objectId))) {
        recordDependencyOnCurrentExtension(&array, false);
    }
}

/// Raises an error when a name is too long or too short for an enumeration.
void CheckLengthOfName(const char* name) {
    if (*name == '\0') {
        ereport(ERROR, (errcode(ERRCODE_INVALID_NAME),
                        errmsg("the name of an enumeration must not be empty")));
    }
    if (strlen(name) > kMostNameBytes) {
        ereport(ERROR, (errcode(ERRCODE_NAME_TOO_LONG),
                        errmsg("enumeration name \"%s\" is too long", name),
                        errdetail("It can have %d bytes, because the names of its functions begin "
                                  "with it.",
                                  static_cast<int>(kMostNameBytes))));
    }
}

/// What a type is, for messages.
const char* KindOfType(Oid type) {
    if (IsEnum(type)) {
        return "an enumeration of gb_enums";
    }
    switch (get_typtype(type)) {
        case TYPTYPE_ENUM:
            return "a native enum";
        case TYPTYPE_DOMAIN:
            return "a domain";
        case TYPTYPE_COMPOSITE:
            return get_rel_relkind(get_typ_typrelid(type)) == RELKIND_COMPOSITE_TYPE
                       ? "a composite type"
                       : "the row type of a table, view or the like";
        default:
            return OidIsValid(get_element_type(type)) ? "an array type" : "another type";
    }
}

/// What can be done when somebody else's object has the name of one of a new enumeration's.
int HintOfTakenName(const NewEnum& wanted) {
    return wanted.in_extension
               ? errhint(
                     "Rename it, or install the extension in a schema of its own: CREATE "
                     "EXTENSION ... SCHEMA ...")
               : errhint("Rename it, or give the enumeration another name or schema.");
}

/// Whether a type is what an extension's script wants to make, and belongs to no extension.
bool CanBeAdopted(Oid type, const NewEnum& wanted) {
    return wanted.in_extension && !wanted.is_built_in && IsEnum(type) &&
           !OidIsValid(getExtensionOfObject(TypeRelationId, type));
}

/// Raises an error when there already is a type with the name of a new enumeration, or functions
/// with the names that those of the enumeration would have.
void CheckNamesAreNew(const NewEnum& wanted) {
    const char* schema = get_namespace_name(wanted.schema);
    const Oid type = FindType(wanted.schema, wanted.name);
    if (OidIsValid(type)) {
        ereport(
            ERROR,
            (errcode(ERRCODE_DUPLICATE_OBJECT),
             errmsg("type %s already exists", quote_qualified_identifier(schema, wanted.name)),
             errdetail("It is %s. The enumeration would be a type of that name.", KindOfType(type)),
             CanBeAdopted(type, wanted)
                 ? errhint("gb_enum_adopt('%s') makes it the extension's, as it is.",
                           get_extension_name(CurrentExtensionObject))
                 : HintOfTakenName(wanted)));
    }
    constexpr struct {
        const char* prefix;
        const char* suffix;
        Oid argument;
    } kFunctions[] = {{"as_", "", INT2OID},          {"", "_code", TEXTOID},
                      {"", "_name", INT2OID},        {"", "_name", INT4OID},
                      {"", "_description", INT2OID}, {"", "_description", INT4OID},
                      {"", "_values", InvalidOid}};
    for (const auto& function : kFunctions) {
        const char* called = psprintf("%s%s%s", function.prefix, wanted.name, function.suffix);
        const oidvector* arguments =
            buildoidvector(&function.argument, OidIsValid(function.argument) ? 1 : 0);
        const Oid found =
            GetSysCacheOid3(PROCNAMEARGSNSP, Anum_pg_proc_oid, CStringGetDatum(called),
                            PointerGetDatum(arguments), ObjectIdGetDatum(wanted.schema));
        if (OidIsValid(found)) {
            ereport(ERROR,
                    (errcode(ERRCODE_DUPLICATE_FUNCTION),
                     errmsg("function %s already exists", format_procedure(found)),
                     errdetail("Enumeration \"%s\" would have one of that name.", wanted.name),
                     HintOfTakenName(wanted)));
        }
    }
}

/// Raises an error unless the caller or the owner of a type may create objects in its schema, as
/// those must be who rename or move functions. ALTER TYPE ... RENAME does not ask for that, and
/// functions with other names may be called instead of somebody else's.
void CheckMayCreateBeside(Oid type) {
    HeapTuple row = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
    if (!HeapTupleIsValid(row)) {
        return;
    }
    const auto* form = reinterpret_cast<Form_pg_type>(GETSTRUCT(row));
    const Oid schema = form->typnamespace;
    const Oid owner = form->typowner;
    ReleaseSysCache(row);
    const AclResult allowed = CheckCreateIn(schema, GetUserId());
    if (allowed != ACLCHECK_OK && CheckCreateIn(schema, owner) != ACLCHECK_OK) {
        aclcheck_error(allowed, OBJECT_SCHEMA, get_namespace_name(schema));
    }
}

}  // namespace

Oid FindType(Oid schema, const char* name) {
    return GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum(name),
                           ObjectIdGetDatum(schema));
}

void CheckSchemaStays(const NewEnum& wanted) {
    if (isAnyTempNamespace(wanted.schema)) {
        ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                        errmsg("enumeration \"%s\" cannot be temporary", wanted.name),
                        errhint("Create it in a schema that stays.")));
    }
}

Oid CreateEnum(FunctionCallInfo fcinfo, const NewEnum& wanted) {
    CheckSchemaStays(wanted);
    CheckLengthOfName(wanted.name);
    // Only one session at a time looks for unused names in gb_enums_internal.
    LockDatabaseObject(LanguageRelationId, DefinitionLanguage(), 0, ShareUpdateExclusiveLock);
    CheckNamesAreNew(wanted);
    const OwnQueries queries;
    SetForScripts();
    const char* schema = get_namespace_name(wanted.schema);
    const char* library = LibraryOfFunction(fcinfo);
    const char* suffix = UnusedOperatorSuffix(wanted.in_extension);
    const char* internal_name = UnusedInternalName(wanted.name, wanted.in_extension);
    const char* owner =
        wanted.owner == OwnerOfFunction(fcinfo) ? "" : GetUserNameFromId(wanted.owner, false);
    const char* kin = OidIsValid(wanted.kin) ? format_type_be_qualified(wanted.kin) : "";

    const char* script = Guarded([&] {
        EnumDdl ddl;
        ddl.schema = schema;
        ddl.name = wanted.name;
        ddl.internal_name = internal_name;
        ddl.operator_suffix = suffix;
        ddl.operator_schema = wanted.in_extension ? "pg_catalog" : schema;
        ddl.comments_all = wanted.is_built_in;
        ddl.library = library;
        ddl.body = wanted.body;
        ddl.comment = wanted.comment;
        ddl.owner = owner;
        ddl.kin = kin;
        const auto definition = Definition::Parse(wanted.body, std::pmr::get_default_resource());
        ddl.example_code = definition.values().front().code;
        ddl.example_name = definition.values().front().name;
        return ServerScript(CreateEnumSql(ddl));
    });
    WithRoomForLocks([&] { RunScript(fcinfo, script); });
    queries.End();
    const Oid type = FindType(wanted.schema, wanted.name);
    AddArrayToExtension(type);
    return type;
}

void RedefineEnum(FunctionCallInfo fcinfo, Oid type, const char* body, const char* comment) {
    LockDatabaseObject(TypeRelationId, type, 0, ShareUpdateExclusiveLock);
    const OwnQueries queries;
    SetForScripts();
    const char* qualified = format_type_be_qualified(type);
    const char* input = InputFunctionName(type);
    const char* script = Guarded(
        [&] { return ServerScript(ReplaceDefinitionSql(qualified, input, body, comment)); });
    RunScript(fcinfo, script);
    queries.End();
}

void FollowType(FunctionCallInfo fcinfo, Oid type) {
    Oid argument_type = REGTYPEOID;
    Datum argument = ObjectIdGetDatum(type);
    const OwnQueries queries;
    SetForScripts();
    SPI_execute_with_args("SELECT s FROM gb_enums_internal.statements_to_follow($1) s", 1,
                          &argument_type, &argument, nullptr, false, 0);
    if (SPI_processed > 0) {
        CheckLengthOfName(SchemaAndNameOf(type).name);
        CheckMayCreateBeside(type);
    }
    RunScript(fcinfo, ScriptFound());
    queries.End();
}

void TransferEnum(FunctionCallInfo fcinfo, Oid type, Oid owner, bool in_extension) {
    // Only one session at a time looks for unused names in gb_enums_internal.
    LockDatabaseObject(LanguageRelationId, DefinitionLanguage(), 0, ShareUpdateExclusiveLock);
    const char* internal_name = UnusedInternalName(SchemaAndNameOf(type).name, in_extension);
    Oid argument_types[] = {REGTYPEOID, TEXTOID, TEXTOID, OIDOID};
    Datum arguments[] = {ObjectIdGetDatum(type), CStringGetTextDatum(internal_name),
                         CStringGetTextDatum(UnusedOperatorSuffix(in_extension)),
                         ObjectIdGetDatum(owner)};
    const OwnQueries queries;
    SetForScripts();
    SPI_execute_with_args(
        "SELECT s FROM gb_enums_internal.statements_to_transfer($1, $2, $3, $4) s", 4,
        argument_types, arguments, nullptr, false, 0);
    const char* script = ScriptFound();
    WithRoomForLocks([&] { RunScript(fcinfo, script); });
    queries.End();
    FollowType(fcinfo, type);
}

void KeepPrivileges(FunctionCallInfo fcinfo, Oid type, Oid role) {
    Oid argument_types[] = {REGTYPEOID, OIDOID};
    Datum arguments[] = {ObjectIdGetDatum(type), ObjectIdGetDatum(role)};
    const OwnQueries queries;
    SetForScripts();
    SPI_execute_with_args("SELECT s FROM gb_enums_internal.statements_to_keep_privileges($1, $2) s",
                          2, argument_types, arguments, nullptr, false, 0);
    RunScript(fcinfo, ScriptFound());
    queries.End();
}

void ChangeRights(FunctionCallInfo fcinfo, const NameData* role, const char* command) {
    Oid argument_types[] = {NAMEOID, TEXTOID};
    Datum arguments[] = {NameGetDatum(role), CStringGetTextDatum(command)};
    const OwnQueries queries;
    SPI_execute_with_args("SELECT s FROM gb_enums_internal.statements_of_rights($1, $2) s", 2,
                          argument_types, arguments, nullptr, false, 0);
    const char* script = ScriptFound();
    // What a script of an extension grants is an initial privilege, which no dump has.
    const bool in_script = creating_extension;
    PG_TRY();
    {
        creating_extension = false;
        RunScript(fcinfo, script);
    }
    PG_FINALLY();
    {
        creating_extension = in_script;
    }
    PG_END_TRY();
    queries.End();
}

}  // namespace gb_enums
