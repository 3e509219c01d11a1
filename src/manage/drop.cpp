// Dropping an enumeration. DROP TYPE drops the type's operator classes, but not the operator
// families that they are in. These would stay in the extension's schema, in the way of DROP
// EXTENSION.

#include "manage/drop.hpp"

#include "manage/change.hpp"
#include "manage/event_trigger.hpp"
#include "manage/lock_room.hpp"
#include "manage/object_queries.hpp"
#include "server/arrays.hpp"
#include "type/catalog.hpp"
#include "uses/removal.hpp"

extern "C" {
#include "catalog/objectaddress.h"
}

namespace gb_enums {

/// Event trigger for sql_drop: drops the families that have the names of the dropped classes. The
/// user who dropped the type need not own them, so this does not execute DROP OPERATOR FAMILY.
GB_ENUMS_FUNCTION(gb_enum_drop_families) {
    RequireEventTrigger(fcinfo);
    const OwnQueries queries;
    SPI_execute(
        "SELECT a.oid, d.address_names[3] FROM pg_event_trigger_dropped_objects() d "
        "JOIN pg_am a ON a.amname = d.address_names[1]::name "
        "WHERE d.object_type = 'operator class' AND d.schema_name = 'gb_enums_internal'",
        true, 0);
    for (uint64 i = 0; i < SPI_processed; ++i) {
        HeapTuple row = SPI_tuptable->vals[i];
        bool is_null = false;
        const Oid method = DatumGetObjectId(SPI_getbinval(row, SPI_tuptable->tupdesc, 1, &is_null));
        List* name = list_make2(makeString(pstrdup("gb_enums_internal")),
                                makeString(SPI_getvalue(row, SPI_tuptable->tupdesc, 2)));
        const Oid family = get_opfamily_oid(method, name, true);
        if (OidIsValid(family)) {
            ObjectAddress address;
            ObjectAddressSet(address, OperatorFamilyRelationId, family);
            // RESTRICT describes all members of the family, and servers as late as 16.2 cannot
            // describe a support function for a type that is gone.
            performDeletion(&address, DROP_CASCADE,
                            PERFORM_DELETION_INTERNAL | PERFORM_DELETION_QUIETLY);
        }
    }
    queries.End();
    PG_RETURN_NULL();
}

namespace {

/// The command that gb_enum_drop() stands for.
Node* DropTypeCommand(Oid type) {
    const SchemaAndName names = SchemaAndNameOf(type);
    List* name = list_make2(makeString(get_namespace_name(names.schema)), makeString(names.name));
    auto* command = makeNode(DropStmt);
    command->removeType = OBJECT_TYPE;
    command->objects = list_make1(makeTypeNameFromNameList(name));
    command->behavior = DROP_RESTRICT;
    return reinterpret_cast<Node*>(command);
}

/// Drops objects together, which no command can. Event triggers of other people see it as the given
/// command.
void DropAs(Node* command, const ObjectAddresses* objects) {
    const bool any_triggers = EventTriggerBeginCompleteQuery();
    PG_TRY();
    {
        EventTriggerDDLCommandStart(command);
        WithRoomForLocks([objects] { performMultipleDeletions(objects, DROP_RESTRICT, 0); });
        EventTriggerSQLDrop(command);
        EventTriggerDDLCommandEnd(command);
    }
    PG_FINALLY();
    {
        if (any_triggers) {
            EventTriggerEndCompleteQuery();
        }
    }
    PG_END_TRY();
}

}  // namespace

void DropEnum(Oid type) {
    CheckDrop(type);
    ObjectAddresses* objects = new_object_addresses();
    ObjectAddress object;
    ObjectAddressSet(object, TypeRelationId, type);
    add_exact_object_address(&object, objects);
    const OwnQueries queries;
    Query("SELECT catalog, object FROM gb_enums_internal.enum_objects($1)", REGTYPEOID, type);
    for (uint64 i = 0; i < SPI_processed; ++i) {
        ObjectAddressSet(object, OidFound(i, 1), OidFound(i, 2));
        add_exact_object_address(&object, objects);
    }
    queries.End();
    DropAs(DropTypeCommand(type), objects);
}

/// (enum regtype)
GB_ENUMS_FUNCTION(gb_enum_drop) {
    const Oid type = EnumToChange(fcinfo);
    RequireScriptOfItsExtension(type, nullptr);
    DropEnum(type);
    PG_RETURN_VOID();
}

namespace {

/// The extensions that a command drops, but for this one; *drops_this is whether it drops this one
/// unless other objects depend on it.
ArrayType* DroppedTogether(const DropStmt* command, bool* drops_this) {
    auto* names = static_cast<Datum*>(palloc(sizeof(Datum) * list_length(command->objects)));
    int count = 0;
    ListCell* cell = nullptr;
    foreach (cell, command->objects) {
        const char* name = strVal(lfirst(cell));
        if (strcmp(name, "gb_enums") == 0) {
            *drops_this = command->behavior == DROP_RESTRICT;
        } else {
            names[count++] = DirectFunctionCall1(namein, CStringGetDatum(name));
        }
    }
    return MakeArray(names, count, NAMEOID);
}

}  // namespace

/// Event trigger for ddl_command_start of DROP EXTENSION. Who may not drop the extension is told so
/// by the server.
GB_ENUMS_FUNCTION(gb_enum_guard_extension) {
    RequireEventTrigger(fcinfo);
    const auto* data = reinterpret_cast<EventTriggerData*>(fcinfo->context);
    if (!IsA(data->parsetree, DropStmt)) {
        PG_RETURN_NULL();
    }
    bool drops_this = false;
    Datum others =
        PointerGetDatum(DroppedTogether(reinterpret_cast<DropStmt*>(data->parsetree), &drops_this));
    const Oid extension = get_extension_oid("gb_enums", true);
    if (drops_this && OidIsValid(extension) && OwnsExtension(extension, GetUserId())) {
        Oid argument_type = NAMEARRAYOID;
        const OwnQueries queries;
        SPI_execute_with_args("SELECT gb_enums_internal.require_unused($1)", 1, &argument_type,
                              &others, nullptr, true, 0);
        queries.End();
    }
    PG_RETURN_NULL();
}

}  // namespace gb_enums
