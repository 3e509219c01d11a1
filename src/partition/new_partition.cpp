// What a new partition is made from: where it goes, what is in its way, and what LIKE leaves out.
// All of it is in the caches that the server's own DDL fills, so it costs next to nothing there.

#include "partition/parent_key.hpp"
#include "partition/time/layout.hpp"
#include "server/boundary.hpp"
#include "server/own_queries.hpp"
#include "server/result_row.hpp"

extern "C" {
#include "access/reloptions.h"
#include "catalog/pg_attribute.h"
#include "commands/comment.h"
#include "commands/tablespace.h"
#include "lib/stringinfo.h"
}

namespace gb_enums::partition {

namespace {

/// The newest partition of a table that is not its default one: a set may have been partitioned
/// further at some time only. InvalidOid when there is none.
Oid NewestPartition(Relation parent) {
    const PartitionDesc desc = PartitionsOf(parent);
    const Oid default_child = get_default_oid_from_partdesc(desc);
    Oid newest = InvalidOid;
    for (int i = 0; i < desc->nparts; ++i) {
        if (desc->oids[i] != default_child) {
            newest = std::max(newest, desc->oids[i]);
        }
    }
    return newest;
}

/// Statements that grow, one after the other.
struct Script {
    StringInfoData text;
    const char* child;

    /// Begins the next one.
    StringInfo Next() {
        if (text.len > 0) {
            appendStringInfoString(&text, "; ");
        }
        return &text;
    }
    /// The next one, which begins with ALTER TABLE.
    StringInfo Alter() {
        appendStringInfo(Next(), "ALTER TABLE %s ", child);
        return &text;
    }
};

/// What a column has beyond its definition; true when it has privileges of its own.
bool DressColumn(Script* script, Relation parent, AttrNumber number) {
    const HeapTuple tuple =
        SearchSysCache2(ATTNUM, ObjectIdGetDatum(RelationGetRelid(parent)), Int16GetDatum(number));
    if (!HeapTupleIsValid(tuple)) {
        elog(ERROR, "cache lookup failed for column %d of relation %u", number,
             RelationGetRelid(parent));
    }
    const auto* column = reinterpret_cast<Form_pg_attribute>(GETSTRUCT(tuple));
    const char* name = quote_identifier(NameStr(column->attname));
    bool is_null = false;
    // Its width and whether it can be NULL depend on the server's version; its range does not.
    const Datum target = SysCacheGetAttr(ATTNUM, tuple, Anum_pg_attribute_attstattarget, &is_null);
    if (!is_null && DatumGetInt16(target) >= 0) {
        appendStringInfo(script->Alter(), "ALTER COLUMN %s SET STATISTICS %d", name,
                         DatumGetInt16(target));
    }
    const Datum options = SysCacheGetAttr(ATTNUM, tuple, Anum_pg_attribute_attoptions, &is_null);
    if (!is_null) {
        ListCell* cell = nullptr;
        foreach (cell, untransformRelOptions(options)) {
            auto* option = static_cast<DefElem*>(lfirst(cell));
            // Only what a user can set: a server may keep marks of its own among the options.
            if (std::strcmp(option->defname, "n_distinct") == 0 ||
                std::strcmp(option->defname, "n_distinct_inherited") == 0) {
                appendStringInfo(script->Alter(), "ALTER COLUMN %s SET (%s = %s)", name,
                                 option->defname, quote_literal_cstr(defGetString(option)));
            }
        }
    }
    SysCacheGetAttr(ATTNUM, tuple, Anum_pg_attribute_attacl, &is_null);
    ReleaseSysCache(tuple);
    return !is_null;
}

/// Whether two tables have the same privileges.
bool SamePrivileges(Oid one, Oid other) {
    Acl* acls[2] = {};
    const Oid relations[2] = {one, other};
    for (int i = 0; i < 2; ++i) {
        const HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relations[i]));
        if (!HeapTupleIsValid(tuple)) {
            RaiseNoRelation(relations[i]);
        }
        bool is_null = false;
        const Datum acl = SysCacheGetAttr(RELOID, tuple, Anum_pg_class_relacl, &is_null);
        acls[i] = is_null ? nullptr : DatumGetAclPCopy(acl);
        ReleaseSysCache(tuple);
    }
    return acls[0] == nullptr || acls[1] == nullptr ? acls[0] == acls[1]
                                                    : aclequal(acls[0], acls[1]);
}

/// Whether others than the owner may have privileges on a table.
bool HasPrivileges(Oid relation) {
    const HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
    if (!HeapTupleIsValid(tuple)) {
        return false;
    }
    bool is_null = false;
    SysCacheGetAttr(RELOID, tuple, Anum_pg_class_relacl, &is_null);
    ReleaseSysCache(tuple);
    return !is_null;
}

/// The statements of partition_grants() or partition_private().
void DressPrivileges(Script* script, Oid parent, Oid child, bool share) {
    Oid types[] = {REGCLASSOID, REGCLASSOID};
    Datum values[] = {ObjectIdGetDatum(parent), ObjectIdGetDatum(child)};
    const OwnQueries queries;
    SPI_execute_with_args(share ? "SELECT gb_enums_internal.partition_grants($1, $2)"
                                : "SELECT gb_enums_internal.partition_private($2)",
                          2, types, values, nullptr, true, 1);
    if (SPI_processed == 1) {
        const char* grants = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
        if (grants != nullptr) {
            appendStringInfoString(script->Next(), grants);
        }
    }
    queries.End();
}

}  // namespace

/// (parent regclass, name text) -> where a partition of that name goes and what there is already
GB_ENUMS_FUNCTION(gb_partition_place) {
    const char* name = text_to_cstring(PG_GETARG_TEXT_PP(1));
    const Relation parent = OpenTable(PG_GETARG_OID(0), AccessShareLock);
    const Oid space = parent->rd_rel->reltablespace;
    const Oid schema = RelationGetNamespace(parent);
    Oid default_child = InvalidOid;
    Oid model = InvalidOid;
    if (parent->rd_rel->relkind == RELKIND_PARTITIONED_TABLE) {
        default_child = get_default_oid_from_partdesc(PartitionsOf(parent));
        model = NewestPartition(parent);
    }
    const Oid identity = parent->rd_rel->relreplident == REPLICA_IDENTITY_INDEX
                             ? RelationGetReplicaIndex(parent)
                             : InvalidOid;
    table_close(parent, AccessShareLock);
    if (OidIsValid(model) && get_rel_relkind(model) != RELKIND_PARTITIONED_TABLE) {
        model = InvalidOid;
    }
    const char* schema_name = get_namespace_name(schema);
    const char* space_name = OidIsValid(space) ? get_tablespace_name(space) : nullptr;
    if (schema_name == nullptr) {
        RaiseNoRelation(PG_GETARG_OID(0));
    }
    const char* path = quote_qualified_identifier(schema_name, name);
    const char* storage =
        space_name == nullptr ? "" : psprintf(" TABLESPACE %s", quote_identifier(space_name));
    const Oid taken = get_relname_relid(name, schema);
    ResultRow row;
    row.AddText(path).AddText(storage);
    row.AddOid(taken).AddOid(default_child).AddOid(model).AddOid(identity);
    PG_RETURN_DATUM(row.ToDatum(fcinfo));
}

/// (parent regclass, child regclass, share_privileges boolean) -> statements that give a new table
/// what another has and LIKE does not copy, and the other's privileges or none; mostly there are no
/// statements, NULL then
GB_ENUMS_FUNCTION(gb_partition_dress) {
    const Oid parent_oid = PG_GETARG_OID(0);
    const Oid child = PG_GETARG_OID(1);
    Script script{{}, QualifiedName(child)};
    initStringInfo(&script.text);
    const Relation parent = OpenTable(parent_oid, AccessShareLock);
    bool column_privileges = false;
    for (int i = 1; i <= RelationGetNumberOfAttributes(parent); ++i) {
        if (!TupleDescAttr(RelationGetDescr(parent), i - 1)->attisdropped &&
            DressColumn(&script, parent, static_cast<AttrNumber>(i))) {
            column_privileges = true;
        }
    }
    const char* comment = GetComment(parent_oid, RelationRelationId, 0);
    if (comment != nullptr) {
        appendStringInfo(script.Next(), "COMMENT ON TABLE %s IS %s", script.child,
                         quote_literal_cstr(comment));
    }
    // Nobody gets around the parent's row security by using a partition.
    if (parent->rd_rel->relrowsecurity) {
        appendStringInfoString(script.Alter(), "ENABLE ROW LEVEL SECURITY");
    }
    if (parent->rd_rel->relforcerowsecurity) {
        appendStringInfoString(script.Alter(), "FORCE ROW LEVEL SECURITY");
    }
    const char identity = parent->rd_rel->relreplident;
    if (identity == REPLICA_IDENTITY_FULL || identity == REPLICA_IDENTITY_NOTHING) {
        appendStringInfo(script.Alter(), "REPLICA IDENTITY %s",
                         identity == REPLICA_IDENTITY_FULL ? "FULL" : "NOTHING");
    }
    table_close(parent, AccessShareLock);
    const bool share = PG_GETARG_BOOL(2);
    if (share ? column_privileges || !SamePrivileges(parent_oid, child) : HasPrivileges(child)) {
        DressPrivileges(&script, parent_oid, child, share);
    }
    if (script.text.len == 0) {
        PG_RETURN_NULL();
    }
    return CStringGetTextDatum(script.text.data);
}

}  // namespace gb_enums::partition
