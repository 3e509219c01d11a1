// CREATE TRIGGER for a trigger that is made again with another condition. The server gives that
// statement for the stored condition only.

#include "server/arguments.hpp"
#include "server/relation.hpp"

extern "C" {
#include "catalog/pg_trigger.h"
#include "utils/rel.h"
}

namespace {

/// A table's name as the server shows it in definitions; a temporary table is in pg_temp.
const char* TableName(Oid table) {
    return quote_qualified_identifier(get_namespace_name_or_temp(get_rel_namespace(table)),
                                      get_rel_name(table));
}

/// A copy, since looking up names lets the server read the relation's triggers again.
const Trigger& FindTrigger(Relation relation, Oid oid) {
    const TriggerDesc* triggers = CopyTriggerDesc(relation->trigdesc);
    for (int i = 0; triggers != nullptr && i < triggers->numtriggers; ++i) {
        if (triggers->triggers[i].tgoid == oid) {
            return triggers->triggers[i];
        }
    }
    ereport(ERROR,
            (errcode(ERRCODE_UNDEFINED_OBJECT),
             errmsg("\"%s\" has no trigger with OID %u", RelationGetRelationName(relation), oid)));
    pg_unreachable();
}

/// "BEFORE INSERT OR UPDATE OF a, b"
void AppendEvents(StringInfo statement, const Trigger& trigger, Oid relation) {
    const int16 type = trigger.tgtype;
    appendStringInfoString(statement, TRIGGER_FOR_BEFORE(type)  ? "BEFORE "
                                      : TRIGGER_FOR_AFTER(type) ? "AFTER "
                                                                : "INSTEAD OF ");
    const char* separator = "";
    const auto append = [&](bool is_fired, const char* event) {
        if (is_fired) {
            appendStringInfo(statement, "%s%s", separator, event);
            separator = " OR ";
        }
    };
    append(TRIGGER_FOR_INSERT(type), "INSERT");
    append(TRIGGER_FOR_DELETE(type), "DELETE");
    append(TRIGGER_FOR_UPDATE(type), "UPDATE");
    for (int i = 0; i < trigger.tgnattr; ++i) {
        appendStringInfo(statement, "%s%s", i == 0 ? " OF " : ", ",
                         quote_identifier(get_attname(relation, trigger.tgattr[i], false)));
    }
    append(TRIGGER_FOR_TRUNCATE(type), "TRUNCATE");
}

void AppendConstraint(StringInfo statement, const Trigger& trigger) {
    if (!OidIsValid(trigger.tgconstraint)) {
        return;
    }
    if (OidIsValid(trigger.tgconstrrelid)) {
        appendStringInfo(statement, "FROM %s ", TableName(trigger.tgconstrrelid));
    }
    appendStringInfo(statement, "%sDEFERRABLE INITIALLY %s ", trigger.tgdeferrable ? "" : "NOT ",
                     trigger.tginitdeferred ? "DEFERRED" : "IMMEDIATE");
}

void AppendTransitionTables(StringInfo statement, const Trigger& trigger) {
    if (trigger.tgoldtable == nullptr && trigger.tgnewtable == nullptr) {
        return;
    }
    appendStringInfoString(statement, "REFERENCING ");
    if (trigger.tgoldtable != nullptr) {
        appendStringInfo(statement, "OLD TABLE AS %s ", quote_identifier(trigger.tgoldtable));
    }
    if (trigger.tgnewtable != nullptr) {
        appendStringInfo(statement, "NEW TABLE AS %s ", quote_identifier(trigger.tgnewtable));
    }
}

/// A literal for sessions whose standard_conforming_strings is on, as definitions are shown.
void AppendLiteral(StringInfo statement, const char* value) {
    appendStringInfoChar(statement, '\'');
    for (; *value != '\0'; ++value) {
        if (*value == '\'') {
            appendStringInfoChar(statement, '\'');
        }
        appendStringInfoChar(statement, *value);
    }
    appendStringInfoChar(statement, '\'');
}

void AppendFunction(StringInfo statement, const Trigger& trigger) {
    const Oid schema = get_func_namespace(trigger.tgfoid);
    const char* name = get_func_name(trigger.tgfoid);
    if (name == nullptr) {
        elog(ERROR, "function with OID %u does not exist", trigger.tgfoid);
    }
    appendStringInfo(
        statement, "EXECUTE FUNCTION %s(",
        quote_qualified_identifier(
            schema == PG_CATALOG_NAMESPACE ? nullptr : get_namespace_name_or_temp(schema), name));
    for (int i = 0; i < trigger.tgnargs; ++i) {
        appendStringInfoString(statement, i == 0 ? "" : ", ");
        AppendLiteral(statement, trigger.tgargs[i]);
    }
    appendStringInfoChar(statement, ')');
}

}  // namespace

/// (relation oid, trigger oid, condition text) -> text: CREATE TRIGGER with this condition, NULL
/// for none.
GB_ENUMS_FUNCTION(gb_enum_convert_create_trigger) {
    gb_enums::RequireArgument(fcinfo, 0, "the table");
    gb_enums::RequireArgument(fcinfo, 1, "the trigger");
    const Oid oid = PG_GETARG_OID(0);
    const char* condition = gb_enums::StringArgument(fcinfo, 2, nullptr);
    const Relation relation = gb_enums::OpenRelation(oid, AccessShareLock);
    const Trigger& trigger = FindTrigger(relation, PG_GETARG_OID(1));
    StringInfoData statement;
    initStringInfo(&statement);
    appendStringInfo(&statement, "CREATE %sTRIGGER %s ",
                     OidIsValid(trigger.tgconstraint) ? "CONSTRAINT " : "",
                     quote_identifier(trigger.tgname));
    AppendEvents(&statement, trigger, oid);
    appendStringInfo(&statement, " ON %s ", TableName(oid));
    AppendConstraint(&statement, trigger);
    AppendTransitionTables(&statement, trigger);
    appendStringInfo(&statement, "FOR EACH %s ",
                     TRIGGER_FOR_ROW(trigger.tgtype) ? "ROW" : "STATEMENT");
    if (condition != nullptr) {
        appendStringInfo(&statement, "WHEN (%s) ", condition);
    }
    AppendFunction(&statement, trigger);
    gb_enums::CloseKeepingOwn(relation, AccessShareLock);
    PG_RETURN_TEXT_P(cstring_to_text_with_len(statement.data, statement.len));
}
