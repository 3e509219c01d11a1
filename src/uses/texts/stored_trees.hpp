#pragma once

#include "server/arrays.hpp"

extern "C" {
#include "access/genam.h"
#include "access/table.h"
#include "catalog/pg_index.h"
#include "catalog/pg_partitioned_table.h"
#include "utils/relcache.h"
}

namespace gb_enums {

/// The expressions of single objects. Their rows are found by index, so that the cost does not grow
/// with what else there is in the catalogs.
class StoredTrees {
  public:
    StoredTrees() {
        per_row_ = AllocSetContextCreate(CurrentMemoryContext, "gb_enums expression",
                                         ALLOCSET_DEFAULT_SIZES);
    }

    /// Calls visit(row, tree) for each expression of an object. Both are gone after the call.
    template <typename Work>
    void Visit(const ObjectAddress& object, Work&& visit) {
        if (object.classId != RelationRelationId) {
            VisitRow(object.classId, object.objectId, visit);
            return;
        }
        // A partition's bounds are constants.
        switch (get_rel_relkind(object.objectId)) {
            case RELKIND_INDEX:
            case RELKIND_PARTITIONED_INDEX:
                VisitRow(IndexRelationId, object.objectId, visit);
                break;
            case RELKIND_PARTITIONED_TABLE:
                VisitRow(PartitionedRelationId, object.objectId, visit);
                break;
            default:
                break;
        }
    }

  private:
    /// The row is the one that has the object in its first column, by which it is known.
    template <typename Work>
    void VisitRow(Oid catalog, Oid object, Work&& visit) {
        Relation relation = table_open(catalog, AccessShareLock);
        TupleDesc columns = RelationGetDescr(relation);
        for (int i = 0; i < columns->natts; ++i) {
            if (TupleDescAttr(columns, i)->atttypid == PG_NODE_TREEOID) {
                VisitTrees(relation, object, visit);
                break;
            }
        }
        table_close(relation, AccessShareLock);
    }

    template <typename Work>
    void VisitTrees(Relation catalog, Oid object, Work&& visit) {
        ScanKeyData key;
        ScanKeyInit(&key, 1, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(object));
        SysScanDesc scan =
            systable_beginscan(catalog, PrimaryKeyOf(catalog), true, nullptr, 1, &key);
        TupleDesc columns = RelationGetDescr(catalog);
        const HeapTuple row = systable_getnext(scan);
        MemoryContext caller = MemoryContextSwitchTo(per_row_);
        for (int i = 0; HeapTupleIsValid(row) && i < columns->natts; ++i) {
            bool is_null = TupleDescAttr(columns, i)->atttypid != PG_NODE_TREEOID;
            const Datum tree = is_null ? Datum{0} : heap_getattr(row, i + 1, columns, &is_null);
            if (!is_null) {
                visit(row, static_cast<Node*>(stringToNode(TextDatumGetCString(tree))));
            }
        }
        MemoryContextSwitchTo(caller);
        MemoryContextReset(per_row_);
        systable_endscan(scan);
    }

    MemoryContext per_row_;
};

}  // namespace gb_enums
