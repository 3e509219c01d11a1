#include "uses/texts/dependents.hpp"

extern "C" {
#include "access/xact.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_class.h"
#include "catalog/pg_rewrite.h"
#include "utils/catcache.h"
#include "utils/hsearch.h"
#include "utils/snapmgr.h"
}

namespace gb_enums {

namespace {

ObjectAddress TypeAddress(Oid type) {
    ObjectAddress address;
    ObjectAddressSet(address, TypeRelationId, type);
    return address;
}

/// The key of an object. It is hashed as a whole, so there are no bytes between its members.
struct ObjectKey {
    Oid catalog;
    Oid object;
};

struct KnownObject {
    ObjectKey key;
    bool own;
};

/// A set of items that begin with their key.
HTAB* MakeSet(const char* name, std::size_t key, std::size_t item) {
    HASHCTL control{};
    control.keysize = key;
    control.entrysize = item;
    control.hcxt = CurrentMemoryContext;
    return hash_create(name, 256, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

/// The relation that a rule is of, or InvalidOid.
Oid RelationOfRule(Oid rule) {
    ScanKeyData key;
    ScanKeyInit(&key, Anum_pg_rewrite_oid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(rule));
    Relation catalog = table_open(RewriteRelationId, AccessShareLock);
    SysScanDesc scan = systable_beginscan(catalog, RewriteOidIndexId, true, nullptr, 1, &key);
    const HeapTuple row = systable_getnext(scan);
    const Oid relation = HeapTupleIsValid(row)
                             ? reinterpret_cast<Form_pg_rewrite>(GETSTRUCT(row))->ev_class
                             : InvalidOid;
    systable_endscan(scan);
    table_close(catalog, AccessShareLock);
    return relation;
}

/// What depends on the same things as an object by way of another object: a view by way of its
/// rule, a table by way of a default. InvalidOid in classId when there is no such way.
ObjectAddress Behind(const ObjectAddress& object) {
    ObjectAddress behind = InvalidObjectAddress;
    switch (object.classId) {
        case ProcedureRelationId:
        case OperatorRelationId:
        case RelationRelationId:
            ObjectAddressSet(behind, object.classId, object.objectId);
            break;
        case RewriteRelationId:
            ObjectAddressSet(behind, RelationRelationId, RelationOfRule(object.objectId));
            break;
        case AttrDefaultRelationId:
            behind = GetAttrDefaultColumnAddress(object.objectId);
            behind.objectSubId = 0;
            break;
        default:
            break;
    }
    return OidIsValid(behind.objectId) ? behind : InvalidObjectAddress;
}

/// Whether an object is part of a table and has no expressions: the place for long values, and
/// what belongs to it.
bool IsPartOfTable(const Form_pg_depend dependency) {
    return dependency->classid == RelationRelationId && dependency->deptype == DEPENDENCY_INTERNAL;
}

/// Whether an object can have an expression of its own. A column of a table has none by itself. So
/// a table that is being made concerns nobody unless it has a default, a CHECK, an index ...
bool MayHaveExpression(const ObjectAddress& object) {
    return object.objectSubId == 0 && object.classId != TypeRelationId;
}

/// Calls add() for the lookups of any enumeration, which take its type as an argument. Only
/// superusers make functions in C, so these are the extension's, whatever schema it is in.
template <typename Add>
void VisitGeneralLookups(Add&& add) {
    for (const char* name :
         {"gb_enum_name", "gb_enum_code", "gb_enum_description", "gb_enum_values"}) {
        CatCList* named = SearchSysCacheList1(PROCNAMEARGSNSP, CStringGetDatum(name));
        Items<Oid> functions;
        for (int i = 0; i < named->n_members; ++i) {
            const auto* form = reinterpret_cast<Form_pg_proc>(GETSTRUCT(&named->members[i]->tuple));
            if (form->prolang == ClanguageId) {
                functions.Add(form->oid);
            }
        }
        ReleaseCatCacheList(named);
        for (const Oid function : functions) {
            ObjectAddress object;
            ObjectAddressSet(object, ProcedureRelationId, function);
            add(object);
        }
    }
}

}  // namespace

Dependents::Dependents(Oid type) {
    known_ = MakeSet("gb_enums dependents", sizeof(ObjectKey), sizeof(KnownObject));
    AddTypes(type);
    AddFunctions(type);
    VisitGeneralLookups([this](const ObjectAddress& lookup) { Add(lookup, false); });
    for (const Oid container : types_) {
        AddDependentsOf(TypeAddress(container));
    }
    for (std::size_t next = 0; next < open_.size(); ++next) {
        CHECK_FOR_INTERRUPTS();
        AddDependentsOf(open_.begin()[next]);
    }
    HASH_SEQ_STATUS status;
    hash_seq_init(&status, known_);
    while (const auto* known = static_cast<const KnownObject*>(hash_seq_search(&status))) {
        objects_.Add({known->key.catalog, known->key.object, known->own});
    }
    std::sort(objects_.begin(), objects_.end());
}

void Dependents::AddTypes(Oid type) {
    HTAB* known = MakeSet("gb_enums types", sizeof(Oid), sizeof(Oid));
    const auto add = [this, known](Oid container) {
        bool is_known = false;
        hash_search(known, &container, HASH_ENTER, &is_known);
        if (OidIsValid(container) && !is_known) {
            types_.Add(container);
        }
    };
    add(type);
    for (std::size_t next = 0; next < types_.size(); ++next) {
        CHECK_FOR_INTERRUPTS();
        VisitDependents(
            TypeAddress(types_.begin()[next]), DependsOn::kAll, nullptr,
            [&add](const ObjectAddress& object, HeapTuple) {
                if (object.classId == TypeRelationId) {
                    add(object.objectId);
                } else if (object.classId == RelationRelationId && object.objectSubId != 0) {
                    add(get_rel_type_id(object.objectId));
                }
            });
    }
    hash_destroy(known);
    std::sort(types_.begin(), types_.end());
}

void Dependents::AddFunctions(Oid type) {
    VisitDependents(TypeAddress(type), DependsOn::kAll, nullptr,
                    [this](const ObjectAddress& object, HeapTuple) {
                        if (object.classId == ProcedureRelationId) {
                            functions_.Add(object.objectId);
                        }
                    });
    std::sort(functions_.begin(), functions_.end());
}

void Dependents::Add(const ObjectAddress& object, bool own) {
    const ObjectKey key{object.classId, object.objectId};
    bool is_known = false;
    auto* known = static_cast<KnownObject*>(hash_search(known_, &key, HASH_ENTER, &is_known));
    known->own = own && (!is_known || known->own);
    if (is_known) {
        return;
    }
    const ObjectAddress behind = Behind(object);
    if (!OidIsValid(behind.classId)) {
        return;
    }
    if (behind.classId == object.classId) {
        open_.Add(behind);
    } else {
        Add(behind, own);
    }
}

/// A dirty snapshot also shows what other transactions have not committed yet.
void Dependents::AddDependentsOf(const ObjectAddress& on) {
    SnapshotData dirty;
    InitDirtySnapshot(dirty);
    VisitDependents(on, DependsOn::kAll, &dirty, [&](const ObjectAddress& object, HeapTuple row) {
        if (IsPartOfTable(reinterpret_cast<Form_pg_depend>(GETSTRUCT(row)))) {
            return;
        }
        if (TransactionIdIsValid(dirty.xmin) && MayHaveExpression(object)) {
            maker_ = dirty.xmin;
        }
        Add(object, TransactionIdIsCurrentTransactionId(HeapTupleHeaderGetXmin(row->t_data)));
    });
}

std::size_t Dependents::PlaceOf(const ObjectAddress& object) const {
    const Dependent wanted{object.classId, object.objectId, false};
    const auto* found = std::lower_bound(objects_.begin(), objects_.end(), wanted);
    return found != objects_.end() && !(wanted < *found) ? found - objects_.begin() : kNoPlace;
}

}  // namespace gb_enums
