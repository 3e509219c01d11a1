// Enumerations of an extension become their owner's own again, and no row notices.

#include "manage/definition_work.hpp"
#include "manage/object_queries.hpp"
#include "manage/scripts.hpp"
#include "server/arguments.hpp"
#include "server/read_only.hpp"
#include "type/catalog.hpp"

extern "C" {
#include "catalog/pg_extension.h"
#include "utils/acl.h"
}

namespace gb_enums {

namespace {

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

}  // namespace

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
    const Oid owner = FindOid(kOwnerOf, extension);
    ListCell* cell = nullptr;
    foreach (cell, enums) {
        Release(fcinfo, lfirst_oid(cell), owner);
    }
    Execute(psprintf("DROP EXTENSION %s", quote_identifier(name)));
    return ArrayOfTypes(enums);
}

}  // namespace gb_enums
