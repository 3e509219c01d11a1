// The facts that a new partition is made from: its place, what stands in its way, and the settings
// that LIKE leaves out. All of them are in the caches that the server's own DDL fills, so reading
// them there costs next to nothing.

#include "partition/partitions.hpp"
#include "server/arguments.hpp"
#include "server/boundary.hpp"
#include "server/distributed.hpp"
#include "server/own_queries.hpp"
#include "server/result_row.hpp"

extern "C" {
#include "access/reloptions.h"
#include "catalog/pg_attribute.h"
#include "commands/comment.h"
#include "commands/tablespace.h"
#include "lib/stringinfo.h"
#include "storage/bufmgr.h"
}

namespace gb_enums::partition {

namespace {

/// The newest partition of a table that is not its DEFAULT partition, or InvalidOid. It shows
/// whether partitions are partitioned further, which a set may begin at any time.
Oid NewestPartition(Relation parent) {
    const PartitionDesc desc = PartitionsOf(parent);
    const Oid default_partition = get_default_oid_from_partdesc(desc);
    Oid newest = InvalidOid;
    for (int i = 0; i < desc->nparts; ++i) {
        if (desc->oids[i] != default_partition) {
            newest = std::max(newest, desc->oids[i]);
        }
    }
    return newest;
}

/// Whether a table has no pages, and so no rows; false for relations whose rows are elsewhere.
bool HasNoPages(Oid relation) {
    const Relation table = OpenTable(relation, AccessShareLock);
    const bool is_empty = table->rd_rel->relkind == RELKIND_RELATION &&
                          RelationGetNumberOfBlocks(table) == 0 && !IsDistributed(relation);
    table_close(table, AccessShareLock);
    return is_empty;
}

/// Whether an index of a table has a comment.
bool AnyIndexComment(Relation table) {
    ListCell* cell = nullptr;
    foreach (cell, RelationGetIndexList(table)) {
        if (GetComment(lfirst_oid(cell), RelationRelationId, 0) != nullptr) {
            return true;
        }
    }
    return false;
}

/// Statements about a new table, one after the other.
struct Script {
    StringInfoData text;
    const char* table;

    /// Begins the next statement.
    StringInfo Next() {
        if (text.len > 0) {
            appendStringInfoString(&text, "; ");
        }
        return &text;
    }
    /// Begins the next statement with ALTER TABLE.
    StringInfo Alter() {
        appendStringInfo(Next(), "ALTER TABLE %s ", table);
        return &text;
    }
};

/// Adds the statistics target of a column. Its width and whether it can be NULL depend on the
/// server's version; its range does not.
void AddStatisticsTarget(Script* script, HeapTuple column, const char* name) {
    bool is_null = false;
    const Datum target = SysCacheGetAttr(ATTNUM, column, Anum_pg_attribute_attstattarget, &is_null);
    if (!is_null && DatumGetInt16(target) >= 0) {
        appendStringInfo(script->Alter(), "ALTER COLUMN %s SET STATISTICS %d", name,
                         DatumGetInt16(target));
    }
}

/// Adds those options of a column that a user can set: a server may keep marks of its own among
/// them.
void AddColumnOptions(Script* script, HeapTuple column, const char* name) {
    bool is_null = false;
    const Datum options = SysCacheGetAttr(ATTNUM, column, Anum_pg_attribute_attoptions, &is_null);
    if (is_null) {
        return;
    }
    ListCell* cell = nullptr;
    foreach (cell, untransformRelOptions(options)) {
        auto* option = static_cast<DefElem*>(lfirst(cell));
        if (std::strcmp(option->defname, "n_distinct") == 0 ||
            std::strcmp(option->defname, "n_distinct_inherited") == 0) {
            appendStringInfo(script->Alter(), "ALTER COLUMN %s SET (%s = %s)", name,
                             option->defname, quote_literal_cstr(defGetString(option)));
        }
    }
}

/// Adds the settings of a column; true when the column has privileges of its own.
bool AddColumn(Script* script, Relation source, AttrNumber number) {
    const HeapTuple column =
        SearchSysCache2(ATTNUM, ObjectIdGetDatum(RelationGetRelid(source)), Int16GetDatum(number));
    if (!HeapTupleIsValid(column)) {
        elog(ERROR, "cache lookup failed for column %d of relation %u", number,
             RelationGetRelid(source));
    }
    const char* name =
        quote_identifier(NameStr(reinterpret_cast<Form_pg_attribute>(GETSTRUCT(column))->attname));
    AddStatisticsTarget(script, column, name);
    AddColumnOptions(script, column, name);
    bool is_null = false;
    SysCacheGetAttr(ATTNUM, column, Anum_pg_attribute_attacl, &is_null);
    ReleaseSysCache(column);
    return !is_null;
}

/// Adds the settings of all columns; true when one has privileges of its own.
bool AddColumns(Script* script, Relation source) {
    bool any_privileges = false;
    for (int i = 1; i <= RelationGetNumberOfAttributes(source); ++i) {
        if (!TupleDescAttr(RelationGetDescr(source), i - 1)->attisdropped &&
            AddColumn(script, source, static_cast<AttrNumber>(i))) {
            any_privileges = true;
        }
    }
    return any_privileges;
}

/// Adds the comment, the row security and the replica identity of a table.
void AddTableSettings(Script* script, Relation source) {
    const char* comment = GetComment(RelationGetRelid(source), RelationRelationId, 0);
    if (comment != nullptr) {
        appendStringInfo(script->Next(), "COMMENT ON TABLE %s IS %s", script->table,
                         quote_literal_cstr(comment));
    }
    // Nobody gets around the parent's row security by using a partition.
    if (source->rd_rel->relrowsecurity) {
        appendStringInfoString(script->Alter(), "ENABLE ROW LEVEL SECURITY");
    }
    if (source->rd_rel->relforcerowsecurity) {
        appendStringInfoString(script->Alter(), "FORCE ROW LEVEL SECURITY");
    }
    const char identity = source->rd_rel->relreplident;
    if (identity == REPLICA_IDENTITY_FULL || identity == REPLICA_IDENTITY_NOTHING) {
        appendStringInfo(script->Alter(), "REPLICA IDENTITY %s",
                         identity == REPLICA_IDENTITY_FULL ? "FULL" : "NOTHING");
    }
}

/// Whether two tables have the same privileges.
bool HaveSamePrivileges(Oid left, Oid right) {
    Acl* acls[2] = {};
    const Oid relations[2] = {left, right};
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

/// Adds the statements that give a table the privileges of another, or none.
void AddPrivileges(Script* script, Oid source, Oid table, bool share) {
    Oid types[] = {REGCLASSOID, REGCLASSOID};
    Datum values[] = {ObjectIdGetDatum(source), ObjectIdGetDatum(table)};
    const OwnQueries queries;
    SPI_execute_with_args(share ? "SELECT gb_enums_internal.copy_privileges_statements($1, $2)"
                                : "SELECT gb_enums_internal.revoke_statements($2)",
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

/// (parent regclass, name text) -> (path text, like_parent text, like_without_indexes text, storage
/// text, taken oid, default_partition oid, default_is_empty boolean, model oid, identity oid,
/// persistence text, is_partition boolean): where a partition of that name goes, the statement that
/// makes its table, the one after which ATTACH makes the indexes (where that is better), the
/// TABLESPACE clause for it, a relation that has the name, the DEFAULT partition, whether that has
/// no rows, a partition to model it on, the index that is the replica identity, what CREATE TABLE
/// says of persistence, and whether the parent is a partition itself
GB_ENUMS_FUNCTION(gb_partition_place) {
    const char* name = text_to_cstring(PG_GETARG_TEXT_PP(1));
    const Relation parent = OpenTable(PG_GETARG_OID(0), AccessShareLock);
    const Oid space = parent->rd_rel->reltablespace;
    const Oid schema = RelationGetNamespace(parent);
    Oid default_partition = InvalidOid;
    Oid model = InvalidOid;
    if (parent->rd_rel->relkind == RELKIND_PARTITIONED_TABLE) {
        default_partition = get_default_oid_from_partdesc(PartitionsOf(parent));
        model = NewestPartition(parent);
    }
    const bool default_is_empty = OidIsValid(default_partition) && HasNoPages(default_partition);
    // ATTACH makes indexes that are not there with less work than it takes to make them before and
    // to find that they are the same. But it makes them while nobody can use the DEFAULT partition,
    // and without comments.
    const bool attach_makes_indexes =
        (!OidIsValid(default_partition) || default_is_empty) && !AnyIndexComment(parent);
    const Oid identity = parent->rd_rel->relreplident == REPLICA_IDENTITY_INDEX
                             ? RelationGetReplicaIndex(parent)
                             : InvalidOid;
    const char* persistence =
        parent->rd_rel->relpersistence == RELPERSISTENCE_UNLOGGED ? "UNLOGGED " : "";
    const bool is_partition = parent->rd_rel->relispartition;
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
    const char* parent_name = QualifiedName(PG_GETARG_OID(0));
    const auto like = [&](const char* options) {
        // A partition has identity values from its table, not of its own.
        return psprintf("CREATE %sTABLE %s (LIKE %s INCLUDING ALL EXCLUDING IDENTITY%s)",
                        persistence, path, parent_name, options);
    };
    const char* storage =
        space_name == nullptr ? "" : psprintf(" TABLESPACE %s", quote_identifier(space_name));
    const Oid taken = get_relname_relid(name, schema);
    ResultRow row;
    row.AddText(path).AddText(like(""));
    row.AddText(like(attach_makes_indexes ? " EXCLUDING INDEXES" : "")).AddText(storage);
    row.AddOid(taken).AddOid(default_partition).AddBool(default_is_empty);
    row.AddOid(model).AddOid(identity).AddText(persistence).AddBool(is_partition);
    PG_RETURN_DATUM(row.ToDatum(fcinfo));
}

/// (parent regclass, partition text, lower_bound text, upper_bound text, default_partition
/// regclass, excluding_check text) -> statements that attach a partition, and drop the CHECK of the
/// default partition that excludes its range, if there is one
GB_ENUMS_FUNCTION(gb_partition_attach_script) {
    for (int i = 0; i < 4; ++i) {
        RequireArgument(fcinfo, i, "what is attached and its bounds");
    }
    const auto text = [fcinfo](int argument) { return StringArgument(fcinfo, argument, nullptr); };
    const auto bound = [&](int argument) {
        const char* value = text(argument);
        const bool is_infinite =
            std::strcmp(value, "MINVALUE") == 0 || std::strcmp(value, "MAXVALUE") == 0;
        return is_infinite ? value : quote_literal_cstr(value);
    };
    StringInfoData script;
    initStringInfo(&script);
    appendStringInfo(&script, "ALTER TABLE %s ATTACH PARTITION %s FOR VALUES FROM (%s) TO (%s)",
                     QualifiedName(PG_GETARG_OID(0)), text(1), bound(2), bound(3));
    if (!PG_ARGISNULL(4) && !PG_ARGISNULL(5)) {
        appendStringInfo(&script, "; ALTER TABLE %s DROP CONSTRAINT %s",
                         QualifiedName(PG_GETARG_OID(4)), quote_identifier(text(5)));
    }
    PG_RETURN_TEXT_P(cstring_to_text_with_len(script.data, script.len));
}

/// (relation regclass) -> boolean: see HasNoPages()
GB_ENUMS_FUNCTION(gb_has_no_pages) {
    PG_RETURN_BOOL(HasNoPages(PG_GETARG_OID(0)));
}

/// (parent regclass, child regclass, share_privileges boolean) -> statements that give a new table
/// the settings of another that LIKE does not copy, and the other's privileges or none; NULL when
/// there are no statements, as is usual.
GB_ENUMS_FUNCTION(gb_properties_beyond_like) {
    const Oid source_oid = PG_GETARG_OID(0);
    const Oid table = PG_GETARG_OID(1);
    const bool share = PG_GETARG_BOOL(2);
    Script script{{}, QualifiedName(table)};
    initStringInfo(&script.text);
    const Relation source = OpenTable(source_oid, AccessShareLock);
    const bool any_column_privileges = AddColumns(&script, source);
    AddTableSettings(&script, source);
    table_close(source, AccessShareLock);
    if (share ? any_column_privileges || !HaveSamePrivileges(source_oid, table)
              : HasPrivileges(table)) {
        AddPrivileges(&script, source_oid, table, share);
    }
    if (script.text.len == 0) {
        PG_RETURN_NULL();
    }
    return CStringGetTextDatum(script.text.data);
}

}  // namespace gb_enums::partition
