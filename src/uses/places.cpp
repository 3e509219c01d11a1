#include "uses/places.hpp"

#include "server/boundary.hpp"

extern "C" {
#include "access/genam.h"
#include "access/table.h"
#include "access/transam.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "catalog/pg_index.h"
#include "catalog/pg_partitioned_table.h"
#include "catalog/pg_range.h"
}

namespace gb_enums {

namespace {

/// A type, and another whose values have values of the first in them.
struct Containment {
    Oid contained;
    Oid container;
};

struct RelationInfo {
    Oid oid;
    Oid row_type;
    char kind;
};

struct TypedColumn {
    Oid relation;
    Oid type;
};

/// Calls visit(row) for each row of a catalog, as it is now.
template <typename Visit>
void VisitRows(Oid catalog, Visit&& visit) {
    Relation relation = table_open(catalog, AccessShareLock);
    SysScanDesc scan = systable_beginscan(relation, InvalidOid, false, nullptr, 0, nullptr);
    while (HeapTuple row = systable_getnext(scan)) {
        CHECK_FOR_INTERRUPTS();
        visit(row, RelationGetDescr(relation));
    }
    systable_endscan(scan);
    table_close(relation, AccessShareLock);
}

template <typename Form>
Form FormOf(HeapTuple row) {
    return reinterpret_cast<Form>(GETSTRUCT(row));
}

/// Adds a pair, unless the contained type is the server's own: those know no enumeration.
void AddContainment(Items<Containment>* containments, Oid contained, Oid container) {
    if (contained >= FirstUnpinnedObjectId && OidIsValid(container)) {
        containments->Add({contained, container});
    }
}

/// All relations, by OID.
Items<RelationInfo> ReadRelations() {
    Items<RelationInfo> relations;
    VisitRows(RelationRelationId, [&relations](HeapTuple row, TupleDesc) {
        const auto* form = FormOf<Form_pg_class>(row);
        relations.Add({form->oid, form->reltype, form->relkind});
    });
    std::sort(
        relations.begin(), relations.end(),
        [](const RelationInfo& left, const RelationInfo& right) { return left.oid < right.oid; });
    return relations;
}

const RelationInfo* FindRelation(const Items<RelationInfo>& relations, Oid oid) {
    const auto* found =
        std::lower_bound(relations.begin(), relations.end(), oid,
                         [](const RelationInfo& left, Oid right) { return left.oid < right; });
    return found != relations.end() && found->oid == oid ? found : nullptr;
}

void AddTypeContainments(Items<Containment>* containments) {
    VisitRows(TypeRelationId, [containments](HeapTuple row, TupleDesc) {
        const auto* form = FormOf<Form_pg_type>(row);
        AddContainment(containments, form->typbasetype, form->oid);
        AddContainment(containments, form->oid, form->typarray);
    });
    VisitRows(RangeRelationId, [containments](HeapTuple row, TupleDesc) {
        const auto* form = FormOf<Form_pg_range>(row);
        AddContainment(containments, form->rngsubtype, form->rngtypid);
        AddContainment(containments, form->rngsubtype, form->rngmultitypid);
    });
}

/// Adds to `types` all types that contain one of them, in whatever depth, and sorts them.
void AddContainers(Items<Containment>* containments, Items<Oid>* types) {
    std::sort(containments->begin(), containments->end(),
              [](const Containment& left, const Containment& right) {
                  return left.contained < right.contained;
              });
    // Room for all that can be added: within Guarded() no function of the server's is called.
    const std::size_t count = types->size();
    for (std::size_t i = 0; i < containments->size(); ++i) {
        types->Add(InvalidOid);
    }
    const std::size_t found = Guarded([containments, types, count] {
        std::unordered_set<Oid> known(types->begin(), types->begin() + count);
        std::size_t end = count;
        for (std::size_t next = 0; next < end; ++next) {
            const Oid type = types->begin()[next];
            const Containment* containment = std::lower_bound(
                containments->begin(), containments->end(), type,
                [](const Containment& left, Oid right) { return left.contained < right; });
            for (; containment != containments->end() && containment->contained == type;
                 ++containment) {
                if (known.insert(containment->container).second) {
                    types->begin()[end++] = containment->container;
                }
            }
        }
        return end;
    });
    types->Keep(found);
    std::sort(types->begin(), types->end());
}

/// The object that a catalog row with an expression belongs to.
ObjectAddress ObjectOf(Oid catalog, HeapTuple row, TupleDesc columns) {
    // Rows of these two are about a relation.
    const bool of_relation = catalog == IndexRelationId || catalog == PartitionedRelationId;
    bool is_null = false;
    ObjectAddress object;
    ObjectAddressSet(object, of_relation ? RelationRelationId : catalog,
                     DatumGetObjectId(heap_getattr(row, 1, columns, &is_null)));
    return object;
}

}  // namespace

EnumPlaces::EnumPlaces(const List* enums) {
    const Items<RelationInfo> relations = ReadRelations();
    Items<Containment> containments;
    Items<TypedColumn> columns;
    VisitRows(AttributeRelationId, [&](HeapTuple row, TupleDesc) {
        const auto* form = FormOf<Form_pg_attribute>(row);
        const bool of_catalog = form->attrelid < FirstUnpinnedObjectId;
        const bool is_tree = of_catalog && form->atttypid == PG_NODE_TREEOID;
        const bool is_typed = !of_catalog && form->attnum > 0 && !form->attisdropped &&
                              form->atttypid >= FirstUnpinnedObjectId;
        const RelationInfo* relation =
            is_tree || is_typed ? FindRelation(relations, form->attrelid) : nullptr;
        if (relation == nullptr) {
            return;
        }
        if (is_typed) {
            AddContainment(&containments, form->atttypid, relation->row_type);
        }
        if (is_tree && relation->kind == RELKIND_RELATION) {
            tree_columns_.Add({relation->oid, form->attnum});
        } else if (relation->kind == RELKIND_RELATION || relation->kind == RELKIND_MATVIEW ||
                   relation->kind == RELKIND_FOREIGN_TABLE) {
            columns.Add({relation->oid, form->atttypid});
        }
    });
    AddTypeContainments(&containments);
    ListCell* cell = nullptr;
    foreach (cell, enums) {
        types_.Add(lfirst_oid(cell));
    }
    AddContainers(&containments, &types_);
    for (const TypedColumn& column : columns) {
        if (Contains(column.type)) {
            relations_.Add(column.relation);
        }
    }
    std::sort(relations_.begin(), relations_.end());
    relations_.Keep(std::unique(relations_.begin(), relations_.end()) - relations_.begin());
    std::sort(tree_columns_.begin(), tree_columns_.end(),
              [](const TreeColumn& left, const TreeColumn& right) {
                  return std::pair(left.catalog, left.number) <
                         std::pair(right.catalog, right.number);
              });
}

/// Whether a tree as the server writes it has a constant of such a type. Looking for it in the text
/// costs a fraction of what reading the tree does.
bool EnumPlaces::HasConstant(const char* tree) const {
    constexpr std::string_view kType = ":consttype ";
    for (const char* at = tree; (at = strstr(at, kType.data())) != nullptr;) {
        at += kType.size();
        if (Contains(static_cast<Oid>(strtoul(at, nullptr, 10)))) {
            return true;
        }
    }
    return false;
}

void EnumPlaces::VisitCatalog(const TreeColumn* columns, std::size_t count, bool only_with_constant,
                              TreeVisitor visit, void* context) const {
    MemoryContext per_row =
        AllocSetContextCreate(CurrentMemoryContext, "gb_enums expression", ALLOCSET_DEFAULT_SIZES);
    VisitRows(columns->catalog, [&](HeapTuple row, TupleDesc descriptor) {
        const ObjectAddress object = ObjectOf(columns->catalog, row, descriptor);
        if (object.objectId < FirstNormalObjectId) {
            return;
        }
        MemoryContext caller = MemoryContextSwitchTo(per_row);
        for (std::size_t i = 0; i < count; ++i) {
            bool is_null = false;
            const Datum value = heap_getattr(row, columns[i].number, descriptor, &is_null);
            char* tree = is_null ? nullptr : TextDatumGetCString(value);
            if (tree != nullptr && (!only_with_constant || HasConstant(tree))) {
                visit(object, tree, context);
            }
        }
        MemoryContextSwitchTo(caller);
        MemoryContextReset(per_row);
    });
    MemoryContextDelete(per_row);
}

void EnumPlaces::VisitTrees(bool only_with_constant, TreeVisitor visit, void* context) const {
    const TreeColumn* next = nullptr;
    for (const TreeColumn* first = tree_columns_.begin(); first != tree_columns_.end();
         first = next) {
        next = std::find_if(first, tree_columns_.end(), [first](const TreeColumn& column) {
            return column.catalog != first->catalog;
        });
        VisitCatalog(first, next - first, only_with_constant, visit, context);
    }
}

}  // namespace gb_enums
