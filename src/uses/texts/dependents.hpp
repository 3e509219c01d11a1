#pragma once

#include "server/arrays.hpp"

extern "C" {
#include "access/genam.h"
#include "access/table.h"
#include "catalog/pg_depend.h"
}

namespace gb_enums {

/// Calls visit(dependent, row) for each object that depends on an object, or on one of its columns.
/// `columns` tells whether to look at one column only (objectSubId of `on`) or at all.
enum class DependsOn { kAll, kColumn };
template <typename Visit>
void VisitDependents(const ObjectAddress& on, DependsOn what, Snapshot snapshot, Visit&& visit) {
    ScanKeyData keys[3];
    ScanKeyInit(&keys[0], Anum_pg_depend_refclassid, BTEqualStrategyNumber, F_OIDEQ,
                ObjectIdGetDatum(on.classId));
    ScanKeyInit(&keys[1], Anum_pg_depend_refobjid, BTEqualStrategyNumber, F_OIDEQ,
                ObjectIdGetDatum(on.objectId));
    ScanKeyInit(&keys[2], Anum_pg_depend_refobjsubid, BTEqualStrategyNumber, F_INT4EQ,
                Int32GetDatum(on.objectSubId));
    Relation catalog = table_open(DependRelationId, AccessShareLock);
    SysScanDesc scan = systable_beginscan(catalog, DependReferenceIndexId, true, snapshot,
                                          what == DependsOn::kColumn ? 3 : 2, keys);
    while (HeapTuple row = systable_getnext(scan)) {
        const auto* form = reinterpret_cast<Form_pg_depend>(GETSTRUCT(row));
        ObjectAddress dependent;
        ObjectAddressSubSet(dependent, form->classid, form->objid, form->objsubid);
        visit(dependent, row);
    }
    systable_endscan(scan);
    table_close(catalog, AccessShareLock);
}

/// A place in a list of Dependent.
inline constexpr std::size_t kNoPlace = std::numeric_limits<std::size_t>::max();

/// An object of a catalog.
struct Dependent {
    Oid catalog;
    Oid object;
    /// Whether this transaction has made it.
    bool own;
};

inline bool operator<(const Dependent& left, const Dependent& right) {
    return std::pair(left.catalog, left.object) < std::pair(right.catalog, right.object);
}

/// The objects whose expressions may do something with values or texts of an enumeration: those
/// that depend on its types and functions, on the lookups of all enumerations, and on tables, views
/// and functions that do so.
class Dependents {
  public:
    /// The objects are kept in the current memory context.
    explicit Dependents(Oid type);

    /// Whether values of a type have values of the enumeration in them: the type is the
    /// enumeration, or an array, a domain, a range or a row of such a type.
    bool Contains(Oid type) const { return std::binary_search(types_.begin(), types_.end(), type); }
    /// A transaction of another session that is making such an object, or InvalidTransactionId.
    TransactionId maker() const noexcept { return maker_; }
    /// Sorted.
    const Items<Dependent>& objects() const noexcept { return objects_; }
    /// The place of an object in objects(), or kNoPlace.
    std::size_t PlaceOf(const ObjectAddress& object) const;
    /// Whether a function depends on the enumeration itself, as all of its functions do.
    bool IsFunctionOfEnum(Oid function) const {
        return std::binary_search(functions_.begin(), functions_.end(), function);
    }

  private:
    void AddTypes(Oid type);
    void AddFunctions(Oid type);
    void Add(const ObjectAddress& object, bool own);
    void AddDependentsOf(const ObjectAddress& on);

    HTAB* known_;
    /// What is still to be followed.
    Items<ObjectAddress> open_;
    Items<Oid> types_;
    Items<Oid> functions_;
    Items<Dependent> objects_;
    TransactionId maker_ = InvalidTransactionId;
};

}  // namespace gb_enums
