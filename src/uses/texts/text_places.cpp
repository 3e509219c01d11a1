#include "uses/texts/text_places.hpp"

#include "server/relation.hpp"
#include "uses/texts/remedy.hpp"
#include "uses/texts/stored_trees.hpp"

extern "C" {
#include "catalog/pg_attrdef.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_statistic_ext.h"
#include "catalog/pg_trigger.h"
#include "optimizer/optimizer.h"
#include "rewrite/prs2lock.h"
}

namespace gb_enums {

namespace {

/// What is known of one of the Dependents.
struct Examined {
    /// Whether it has an expression, or compares columns, at all.
    bool has_tree;
    ExpressionOwner owner;
    TextUse own;
    /// By way of views, functions and generated columns.
    TextUse inherited;
};

template <typename Form>
const Form* FormOf(HeapTuple row) {
    return reinterpret_cast<const Form*>(GETSTRUCT(row));
}

/// The first column that an expression on one table reads, or 0.
AttrNumber FirstColumn(Node* tree) {
    Bitmapset* numbers = nullptr;
    pull_varattnos(tree, 1, &numbers);
    for (int number = -1; (number = bms_next_member(numbers, number)) >= 0;) {
        const int column = number + FirstLowInvalidHeapAttributeNumber;
        if (column > 0) {
            return static_cast<AttrNumber>(column);
        }
    }
    return 0;
}

ExpressionOwner OfRelation(Oid relation) {
    ExpressionOwner owner;
    ObjectAddressSet(owner.object, RelationRelationId, relation);
    const bool is_index = get_rel_relkind(relation) == RELKIND_INDEX ||
                          get_rel_relkind(relation) == RELKIND_PARTITIONED_INDEX;
    owner.kind = is_index ? OwnerKind::kIndex : OwnerKind::kPartitionKey;
    owner.is_copy = is_index && get_rel_relispartition(relation);
    return owner;
}

ExpressionOwner OfDefault(Oid object) {
    ExpressionOwner owner;
    owner.object = GetAttrDefaultColumnAddress(object);
    HeapTuple row = SearchSysCache2(ATTNUM, ObjectIdGetDatum(owner.object.objectId),
                                    Int16GetDatum(owner.object.objectSubId));
    if (HeapTupleIsValid(row)) {
        const auto* column = FormOf<FormData_pg_attribute>(row);
        if (column->attgenerated == ATTRIBUTE_GENERATED_STORED) {
            owner.kind = OwnerKind::kGeneratedColumn;
        }
        owner.is_copy = column->attinhcount > 0 && !column->attislocal;
        ReleaseSysCache(row);
    }
    return owner;
}

ExpressionOwner OfRule(HeapTuple row) {
    ExpressionOwner owner;
    const auto* rule = FormOf<FormData_pg_rewrite>(row);
    const bool is_view = rule->ev_type - '0' == CMD_SELECT;
    ObjectAddressSet(owner.object, is_view ? RelationRelationId : RewriteRelationId,
                     is_view ? rule->ev_class : rule->oid);
    const bool is_stored = is_view && get_rel_relkind(rule->ev_class) == RELKIND_MATVIEW;
    owner.kind = is_stored ? OwnerKind::kMaterializedView
                 : is_view ? OwnerKind::kView
                           : OwnerKind::kOther;
    return owner;
}

/// The object that an expression belongs to, as people see it.
ExpressionOwner OwnerOf(const ObjectAddress& object, HeapTuple row) {
    ExpressionOwner owner;
    owner.object = object;
    switch (object.classId) {
        case RelationRelationId:
            return OfRelation(object.objectId);
        case AttrDefaultRelationId:
            return OfDefault(object.objectId);
        case RewriteRelationId:
            return OfRule(row);
        case ConstraintRelationId: {
            const auto* constraint = FormOf<FormData_pg_constraint>(row);
            owner.kind = OwnerKind::kCheck;
            owner.is_copy = constraint->coninhcount > 0 && !constraint->conislocal;
            break;
        }
        case StatisticExtRelationId:
            owner.kind = OwnerKind::kStatistics;
            break;
        case TriggerRelationId:
            owner.is_copy = OidIsValid(FormOf<FormData_pg_trigger>(row)->tgparentid);
            break;
        case ProcedureRelationId:
            owner.kind = OwnerKind::kFunction;
            break;
        default:
            break;
    }
    return owner;
}

/// Whether the object stores or enforces what its expression gives, so that it is wrong when the
/// expression gives something else.
bool IsStored(OwnerKind kind) {
    return kind != OwnerKind::kView && kind != OwnerKind::kFunction && kind != OwnerKind::kOther;
}

/// Whether the expressions in a catalog are computed each time that they are used, but for those of
/// materialized views.
bool IsComputed(Oid catalog) {
    return catalog == RewriteRelationId || catalog == ProcedureRelationId;
}

bool IsMaterializedView(const ObjectAddress& object) {
    return object.classId == RelationRelationId &&
           get_rel_relkind(object.objectId) == RELKIND_MATVIEW;
}

/// Whether an object passes on to another one what it does with texts. To what belongs to a table,
/// only a function does: an index on a generated column follows that column.
bool Inherits(OwnerKind from, OwnerKind to) {
    return from == OwnerKind::kFunction || to == OwnerKind::kMaterializedView || !IsStored(to);
}

/// The places of one enumeration.
class Search {
  public:
    Search(const Dependents& dependents, const TextChanges& changes, PlacesOf what)
        : dependents_(dependents), changes_(changes), what_(what) {
        const std::size_t bytes = sizeof(Examined) * (dependents.objects().size() + 1);
        examined_ = static_cast<Examined*>(
            MemoryContextAllocExtended(memory_, bytes, MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO));
    }

    /// Views and functions are many and long. They are left out when nothing is lost that they
    /// could name, and nothing stores what they give.
    void Examine(Oid type) {
        TreeTexts texts(type, dependents_, changes_);
        const bool any_lost = !changes_.lost.empty() || !changes_.hidden.empty();
        if (ExamineWhere(false, &texts) || any_lost) {
            ExamineWhere(true, &texts);
        }
    }

    void Inherit() {
        Items<std::size_t> open;
        for (std::size_t i = 0; i < dependents_.objects().size(); ++i) {
            open.Add(i);
        }
        for (std::size_t next = 0; next < open.size(); ++next) {
            PassOn(open.begin()[next], &open);
        }
    }

    List* Places(bool (*is_known)(const Dependent& object, const void* context),
                 const void* context) const {
        List* found = NIL;
        for (std::size_t i = 0; i < dependents_.objects().size(); ++i) {
            const Examined& examined = examined_[i];
            if (examined.has_tree && !examined.owner.is_copy && IsPlace(examined) &&
                !is_known(dependents_.objects().begin()[i], context)) {
                found = AppendPlace(found, examined);
            }
        }
        return found;
    }

  private:
    /// Examines views and functions, or else all other objects. Returns whether one of them stores
    /// anything.
    bool ExamineWhere(bool is_computed, TreeTexts* texts) {
        bool any_stored = false;
        for (std::size_t i = 0; i < dependents_.objects().size(); ++i) {
            const Dependent& dependent = dependents_.objects().begin()[i];
            if (is_computed != IsComputed(dependent.catalog)) {
                continue;
            }
            ObjectAddress object;
            ObjectAddressSet(object, dependent.catalog, dependent.object);
            trees_.Visit(object, [&](HeapTuple row, Node* tree) {
                AddTree(object, row, tree, texts, &examined_[i]);
            });
            if (dependent.catalog == ConstraintRelationId) {
                AddReference(object, texts, &examined_[i]);
            }
            any_stored |= IsMaterializedView(object) ||
                          (examined_[i].has_tree && IsStored(examined_[i].owner.kind));
        }
        return any_stored;
    }

    /// A foreign key has no expression. But it may compare values with texts.
    void AddReference(const ObjectAddress& object, TreeTexts* texts, Examined* examined) {
        HeapTuple row = SearchSysCache1(CONSTROID, ObjectIdGetDatum(object.objectId));
        if (!HeapTupleIsValid(row)) {
            return;  // dropped since
        }
        const auto* constraint = FormOf<FormData_pg_constraint>(row);
        if (constraint->contype == CONSTRAINT_FOREIGN) {
            AttrNumber referencing[INDEX_MAX_KEYS];
            AttrNumber referenced[INDEX_MAX_KEYS];
            Oid equals[INDEX_MAX_KEYS];
            int count = 0;
            DeconstructFkConstraintRow(row, &count, referencing, referenced, equals, nullptr,
                                       nullptr, nullptr, nullptr);
            for (int i = 0; i < count; ++i) {
                examined->own.Add(texts->UseInReference(
                    {get_atttype(constraint->confrelid, referenced[i]),
                     get_atttype(constraint->conrelid, referencing[i]), equals[i]}));
            }
            examined->has_tree = true;
            examined->owner = OwnerOf(object, row);
        }
        ReleaseSysCache(row);
    }

    void AddTree(const ObjectAddress& object, HeapTuple row, Node* tree, TreeTexts* texts,
                 Examined* examined) {
        ExpressionOwner& owner = examined->owner;
        if (!examined->has_tree) {
            examined->has_tree = true;
            owner = OwnerOf(object, row);
        }
        if (owner.kind == OwnerKind::kGeneratedColumn || owner.kind == OwnerKind::kPartitionKey) {
            owner.column = FirstColumn(tree);
        }
        examined->own.Add(texts->UseIn(tree, memory_));
    }

    /// What those who use an object get from it.
    static TextUse PassedOn(const Examined& examined) {
        TextUse use = examined.own;
        use.Add(examined.inherited);
        // Constants count where they are.
        use.lost = use.mentions_lost = use.mentions_hidden = nullptr;
        return use;
    }

    void PassOn(std::size_t place, Items<std::size_t>* open) {
        const Examined& from = examined_[place];
        const TextUse use = PassedOn(from);
        const OwnerKind kind = from.owner.kind;
        const bool passes_on = kind == OwnerKind::kView || kind == OwnerKind::kMaterializedView ||
                               kind == OwnerKind::kFunction || kind == OwnerKind::kGeneratedColumn;
        if (!from.has_tree || !passes_on || use.Effects() == TextUse().Effects()) {
            return;
        }
        const auto what =
            kind == OwnerKind::kGeneratedColumn ? DependsOn::kColumn : DependsOn::kAll;
        VisitDependents(from.owner.object, what, nullptr,
                        [&](const ObjectAddress& object, HeapTuple) {
                            const std::size_t to = dependents_.PlaceOf(object);
                            if (to == kNoPlace || !Inherits(kind, examined_[to].owner.kind)) {
                                return;
                            }
                            TextUse& inherited = examined_[to].inherited;
                            const auto before = inherited.Effects();
                            inherited.Add(use);
                            if (inherited.Effects() != before) {
                                open->Add(to);
                            }
                        });
    }

    /// Whether what an object stores is not the same after the change. A new value breaks no CHECK
    /// of a row that does not have it. A text that could not be cast to a value is in no row that
    /// an object with the cast has seen.
    bool IsWrongAfter(const Examined& examined) const {
        const TextUse use = PassedOn(examined);
        const bool reads_change = !changes_.lost.empty() || !changes_.gained.empty();
        const bool only_adds = changes_.only_adds();
        const bool is_checked = only_adds && examined.owner.kind == OwnerKind::kCheck;
        return (use.changed != nullptr && !is_checked) ||
               (use.shows_names && !changes_.shown.empty()) ||
               (use.shows_descriptions && changes_.described) ||
               (use.equals_texts && reads_change && !only_adds) ||
               (use.casts_texts && !changes_.lost.empty()) ||
               (use.reads_texts && reads_change && !is_checked);
    }

    /// Whether an object stores what a text was read as, which may be a removed value: no row has
    /// the value, but a row may have the text.
    static bool StoresReading(const Examined& examined) {
        const TextUse use = PassedOn(examined);
        return IsStored(examined.owner.kind) && (use.casts_texts || use.reads_texts);
    }

    /// The constant that names what will not be read or shown any more, or nullptr.
    const char* LostText(const Examined& examined) const {
        const TextUse& own = examined.own;
        const TextUse& got = examined.inherited;
        if (own.lost != nullptr || what_ == PlacesOf::kRemoval) {
            return own.lost;
        }
        if (own.shows_names || got.shows_names) {
            return own.mentions_hidden;
        }
        const bool reads = own.equals_texts || own.casts_texts || own.reads_texts;
        return reads ? own.mentions_lost : nullptr;
    }

    bool IsPlace(const Examined& examined) const {
        if (what_ == PlacesOf::kRemoval) {
            return examined.own.lost != nullptr || StoresReading(examined);
        }
        return IsStored(examined.owner.kind) ? IsWrongAfter(examined)
                                             : LostText(examined) != nullptr;
    }

    List* AppendPlace(List* found, const Examined& examined) const {
        const char* description = DescriptionOf(examined.owner);
        if (description == nullptr) {
            return found;  // dropped since
        }
        auto* place = static_cast<TextPlace*>(palloc(sizeof(TextPlace)));
        const char* lost = LostText(examined);
        *place = {description, RemedyOf(examined.owner),
                  lost != nullptr ? lost : examined.own.changed};
        return lappend(found, place);
    }

    const Dependents& dependents_;
    const TextChanges& changes_;
    const PlacesOf what_;
    StoredTrees trees_;
    /// By the places of the objects in `dependents_`.
    Examined* examined_;
    MemoryContext memory_ = CurrentMemoryContext;
};

}  // namespace

List* FindTextPlaces(Oid type, const Dependents& dependents, const TextChanges& changes,
                     PlacesOf what, bool (*is_known)(const Dependent& object, const void* context),
                     const void* context) {
    Search search(dependents, changes, what);
    search.Examine(type);
    search.Inherit();
    return search.Places(is_known, context);
}

}  // namespace gb_enums
