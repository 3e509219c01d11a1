// Tables by the names that people write.

#include "server/server.hpp"

namespace gb_enums {

namespace {

/// The relation of a name, whether or not the caller may use its schema; InvalidOid when there is
/// none.
Oid RelationNamed(const char* name) {
    List* parts = NIL;
    if (!SplitIdentifierString(pstrdup(name), '.', &parts) || parts == NIL ||
        list_length(parts) > 2) {
        return InvalidOid;
    }
    const char* relation = static_cast<char*>(llast(parts));
    if (list_length(parts) == 1) {
        return RelnameGetRelid(relation);
    }
    const Oid schema = get_namespace_oid(static_cast<char*>(linitial(parts)), true);
    return OidIsValid(schema) ? get_relname_relid(relation, schema) : InvalidOid;
}

}  // namespace

/// (name text) -> regclass: the table of that name, read as the server reads names. When there is
/// none, the table of exactly that name, since people write mixed case and dots without quotes.
GB_ENUMS_FUNCTION(gb_partition_table) {
    const char* name = text_to_cstring(PG_GETARG_TEXT_PP(0));
    List* parts = NIL;
    Oid found = InvalidOid;
    if (SplitIdentifierString(pstrdup(name), '.', &parts) && parts != NIL &&
        list_length(parts) <= 2) {
        List* names = NIL;
        ListCell* cell = nullptr;
        foreach (cell, parts) {
            names = lappend(names, makeString(static_cast<char*>(lfirst(cell))));
        }
        found = RangeVarGetRelid(makeRangeVarFromNameList(names), NoLock, true);
    }
    if (!OidIsValid(found)) {
        found = RelnameGetRelid(name);
    }
    if (!OidIsValid(found)) {
        ereport(ERROR,
                (errcode(ERRCODE_UNDEFINED_TABLE), errmsg("relation \"%s\" does not exist", name)));
    }
    PG_RETURN_OID(found);
}

/// cstring -> partition_parent: a table by its name, as regclass reads it, but InvalidOid instead
/// of an error when there is no such table.
GB_ENUMS_FUNCTION(gb_partition_parent_in) {
    PG_RETURN_OID(RelationNamed(PG_GETARG_CSTRING(0)));
}

/// partition_parent -> cstring: as regclass.
GB_ENUMS_FUNCTION(gb_partition_parent_out) {
    return DirectFunctionCall1(regclassout, PG_GETARG_DATUM(0));
}

}  // namespace gb_enums
