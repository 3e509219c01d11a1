// The functions that make an enumeration.

#include "definition/assemble.hpp"
#include "manage/adopt.hpp"
#include "manage/definition_work.hpp"
#include "manage/scripts.hpp"
#include "server/arguments.hpp"
#include "server/function.hpp"
#include "server/read_only.hpp"
#include "type/enum_type.hpp"

namespace gb_enums {

namespace {

/// Locks a schema against being dropped. Servers do that when they record what depends on what, but
/// not all minor releases.
void LockSchema(Oid schema, const char* name) {
    LockDatabaseObject(NamespaceRelationId, schema, 0, AccessShareLock);
    if (!SearchSysCacheExists1(NAMESPACEOID, ObjectIdGetDatum(schema))) {
        ereport(ERROR, (errcode(ERRCODE_UNDEFINED_SCHEMA),
                        errmsg("schema \"%s\" does not exist any more", name),
                        errdetail("It was dropped while this waited for it.")));
    }
}

/// Refuses a schema in which the caller may not make an enumeration, or should not.
void CheckSchema(const NewEnum& wanted, const char* schema) {
    const AclResult allowed = CheckCreateIn(wanted.schema, wanted.owner);
    if (allowed != ACLCHECK_OK) {
        aclcheck_error(allowed, OBJECT_SCHEMA, schema);
    }
    CheckSchemaStays(wanted);
    if (IsReservedName(schema) || strcmp(schema, "information_schema") == 0) {
        ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                        errmsg("enumeration \"%s\" cannot be in schema %s", wanted.name, schema),
                        errdetail("No dump has what is there."),
                        errhint("Create it in a schema of your own.")));
    }
}

/// Reads where a new enumeration is to be and its name, perhaps with a schema; an error when it
/// cannot be there.
void ReadName(const text* qualified_name, NewEnum* wanted) {
    char* name = nullptr;
    wanted->schema = QualifiedNameGetCreationNamespace(
        textToQualifiedNameList(const_cast<text*>(qualified_name)), &name);
    wanted->name = name;
    const char* schema = get_namespace_name(wanted->schema);
    if (schema == nullptr) {
        ereport(ERROR, (errcode(ERRCODE_UNDEFINED_SCHEMA),
                        errmsg("schema of enumeration \"%s\" does not exist any more", name)));
    }
    CheckSchema(*wanted, schema);
    LockSchema(wanted->schema, schema);
}

/// The definition of an enumeration that a new one is to be like. The caller may use it.
const char* ReadKin(Oid kin) {
    RequireEnum(kin);
    const AclResult usable = CheckUseOf(kin, GetUserId());
    if (usable != ACLCHECK_OK) {
        aclcheck_error_type(usable, kin);
    }
    LockEnum(kin, AccessShareLock);
    return ReadableDefinition(kin);
}

}  // namespace

/// (name text, names text[], definition text, like regtype, description text) -> regtype
GB_ENUMS_FUNCTION(gb_enum_create) {
    RequireWritable("gb_enum_create()");
    RequireArgument(fcinfo, 0, "the name of an enumeration");
    NewEnum wanted{};
    wanted.owner = GetUserId();
    wanted.in_extension = creating_extension;
    ReadName(PG_GETARG_TEXT_PP(0), &wanted);
    const NameList names = NamesArgument(fcinfo, 1);
    const char* lines = StringArgument(fcinfo, 2, "");
    const char* other_lines = "";
    if (!PG_ARGISNULL(3)) {
        wanted.kin = PG_GETARG_OID(3);
        other_lines = ReadKin(wanted.kin);
    }
    wanted.comment = StringArgument(fcinfo, 4, "");
    const Outcome outcome = TryToDefine(
        [&](Outcome*) { return AssembleDefinition(other_lines, lines, names.ToVector()); });
    RequireBody(outcome, psprintf("cannot create enumeration \"%s\"", wanted.name));
    wanted.body = outcome.body;
    PG_RETURN_OID(CreateOrAdopt(fcinfo, wanted));
}

/// (schema regnamespace, name name, comment text, definition text) -> regtype: makes an
/// enumeration, or gives the one that is there the new definition.
GB_ENUMS_FUNCTION(gb_enum_define) {
    const Oid schema = PG_GETARG_OID(0);
    const char* name = NameStr(*PG_GETARG_NAME(1));
    const char* comment = text_to_cstring(PG_GETARG_TEXT_PP(2));
    const char* body = text_to_cstring(PG_GETARG_TEXT_PP(3));

    if (get_namespace_name(schema) == nullptr) {
        ereport(ERROR, (errcode(ERRCODE_UNDEFINED_SCHEMA),
                        errmsg("schema with OID %u does not exist", schema)));
    }
    CheckDefinition(body);
    LockDatabaseObject(LanguageRelationId, DefinitionLanguage(), 0, ShareUpdateExclusiveLock);
    const Oid existing = FindType(schema, name);
    // A user's own enumeration may have the name of one that a new version brings.
    const bool is_ours = !creating_extension ||
                         getExtensionOfObject(TypeRelationId, existing) == CurrentExtensionObject;
    if (OidIsValid(existing) && IsEnum(existing) && is_ours) {
        RedefineEnum(fcinfo, existing, body, comment);
        PG_RETURN_OID(existing);
    }
    PG_RETURN_OID(CreateEnum(
        fcinfo, {schema, name, comment, body, OwnerOfFunction(fcinfo), InvalidOid, true, true}));
}

}  // namespace gb_enums
