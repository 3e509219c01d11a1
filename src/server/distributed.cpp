#include "server/distributed.hpp"

extern "C" {
#include "access/genam.h"
#include "access/table.h"
#include "catalog/pg_class.h"
#include "nodes/pathnodes.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
#include "utils/rel.h"
}

namespace gb_enums {

namespace {

/// The table in which Citus lists the distributed tables, or InvalidOid. A table of that name
/// counts only as a member of the extension, which nobody but its owner makes it.
Oid CatalogOfCitus() {
    const Oid catalog = get_relname_relid("pg_dist_partition", PG_CATALOG_NAMESPACE);
    if (!OidIsValid(catalog) || get_rel_relkind(catalog) != RELKIND_RELATION) {
        return InvalidOid;
    }
    const Oid extension = getExtensionOfObject(RelationRelationId, catalog);
    const char* name = OidIsValid(extension) ? get_extension_name(extension) : nullptr;
    return name != nullptr && strcmp(name, "citus") == 0 ? catalog : InvalidOid;
}

/// The number of the column whose value says in which shard a row is, as the text of a tree has it;
/// InvalidAttrNumber for none.
AttrNumber ColumnOfTree(const char* tree) {
    constexpr std::string_view kNumber = ":varattno ";
    const char* at = strstr(tree, kNumber.data());
    return static_cast<AttrNumber>(at == nullptr ? InvalidAttrNumber
                                                 : strtol(at + kNumber.size(), nullptr, 10));
}

/// The distribution column of a table, InvalidAttrNumber when it has none; nothing for a table that
/// is not in the list.
std::optional<AttrNumber> FindInList(Oid catalog, Oid relation) {
    const AttrNumber table_column = get_attnum(catalog, "logicalrelid");
    const AttrNumber key_column = get_attnum(catalog, "partkey");
    if (get_atttype(catalog, table_column) != REGCLASSOID ||
        get_atttype(catalog, key_column) != TEXTOID) {
        return std::nullopt;
    }
    ScanKeyData key;
    ScanKeyInit(&key, table_column, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(relation));
    const Oid index =
        get_relname_relid("pg_dist_partition_logical_relid_index", PG_CATALOG_NAMESPACE);
    Relation table = table_open(catalog, AccessShareLock);
    const bool is_indexed = list_member_oid(RelationGetIndexList(table), index);
    SysScanDesc scan = systable_beginscan(table, index, is_indexed, nullptr, 1, &key);
    std::optional<AttrNumber> found;
    if (const HeapTuple row = systable_getnext(scan)) {
        bool is_null = false;
        const Datum tree = heap_getattr(row, key_column, RelationGetDescr(table), &is_null);
        found = is_null ? InvalidAttrNumber : ColumnOfTree(TextDatumGetCString(tree));
    }
    systable_endscan(scan);
    table_close(table, AccessShareLock);
    return found;
}

std::optional<AttrNumber> Find(Oid relation) {
    const Oid catalog = CatalogOfCitus();
    return OidIsValid(catalog) ? FindInList(catalog, relation) : std::nullopt;
}

}  // namespace

bool IsDistributed(Oid relation) {
    return Find(relation).has_value();
}

bool ReadsDistributedTables(const PlannerInfo* query) {
    const Oid catalog = query == nullptr ? InvalidOid : CatalogOfCitus();
    if (!OidIsValid(catalog)) {
        return false;
    }
    ListCell* cell = nullptr;
    foreach (cell, query->parse->rtable) {
        const auto* entry = lfirst_node(RangeTblEntry, cell);
        if (entry->rtekind == RTE_RELATION && FindInList(catalog, entry->relid)) {
            return true;
        }
    }
    return false;
}

bool IsOfAnotherServer(const PlannerInfo* query, Node* value) {
    if (query == nullptr) {
        return false;
    }
    Bitmapset* tables = pull_varnos(const_cast<PlannerInfo*>(query), value);
    for (int i = -1; (i = bms_next_member(tables, i)) >= 0;) {
        const RangeTblEntry* table = rt_fetch(i, query->parse->rtable);
        if (table->rtekind == RTE_RELATION && table->relkind == RELKIND_FOREIGN_TABLE) {
            return true;
        }
    }
    return ReadsDistributedTables(query);
}

/// (relation regclass) -> smallint: the distribution column of a distributed table, 0 when it has
/// none; NULL for any other table
GB_ENUMS_FUNCTION(gb_distribution_column) {
    const std::optional<AttrNumber> column = Find(PG_GETARG_OID(0));
    if (!column.has_value()) {
        PG_RETURN_NULL();
    }
    PG_RETURN_INT16(*column);
}

}  // namespace gb_enums
