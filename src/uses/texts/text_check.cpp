// Objects that store or test a text whose meaning changes: as what a value is shown, or which value
// a text is read as.

#include "uses/texts/text_check.hpp"

#include "definition/difference.hpp"
#include "server/boundary.hpp"
#include "type/catalog.hpp"
#include "uses/texts/text_places.hpp"
#include "uses/wait_for_end.hpp"

extern "C" {
#include "access/xact.h"
#include "utils/inval.h"
#include "utils/snapmgr.h"
}

namespace gb_enums {

namespace {

/// How many objects an error lists, and of how many NOTICEs tell.
constexpr int kMostListed = 20;
constexpr int kMostNotices = 200;

/// An enumeration whose texts this transaction has changed, in the memory of the transaction.
struct ChangedTexts {
    Oid type;
    /// The definition before the first change.
    char* before;
    /// The objects that there were then, sorted. Each change looks at them all.
    const Dependent* known;
    const Dependent* known_end;
};

/// A list of ChangedTexts*.
List* all_changed = NIL;

/// May throw.
TextList CopyTexts(const std::vector<std::string_view>& texts) {
    ContextMemory memory(CurrentMemoryContext);
    auto* copies =
        static_cast<std::string_view*>(memory.Get(sizeof(std::string_view) * (texts.size() + 1)));
    std::transform(texts.begin(), texts.end(), copies, [](std::string_view text) {
        return std::string_view(ServerString(text), text.size());
    });
    return {copies, texts.size()};
}

/// Nothing changes when a version is no definition: nothing is read or shown by it.
TextChanges ChangesBetween(const char* before, const char* after) {
    return Guarded([before, after] {
        try {
            auto* memory = std::pmr::get_default_resource();
            const Definition old = Definition::Parse(before, memory);
            const Definition now = Definition::Parse(after, memory);
            const Difference difference = DifferenceBetween(old, now);
            TextChanges changes;
            changes.lost = CopyTexts(difference.lost);
            changes.gained = CopyTexts(difference.gained);
            changes.hidden = CopyTexts(difference.hidden);
            changes.shown = CopyTexts(difference.shown);
            changes.described = difference.described;
            changes.only_new_values = difference.only_new_values;
            return changes;
        } catch (const DefinitionError&) {
            return TextChanges();
        }
    });
}

/// What to do about the places, and the statements to run after a change that is made all the same.
const char* HintFor(const TextChanges& changes, TextPolicy policy, const char* remedies) {
    if (policy == TextPolicy::kRemoval) {
        return "Change these first.";
    }
    StringInfoData hint;
    initStringInfo(&hint);
    if (!changes.lost.empty() && !changes.hidden.empty()) {
        appendStringInfoString(&hint,
                               "With keep_alias => true, comparisons with the old name go on "
                               "finding the value. ");
    }
    appendStringInfoString(&hint, "To change it all the same, call this with force => true");
    if (*remedies == '\0') {
        appendStringInfoChar(&hint, '.');
    } else {
        appendStringInfo(&hint, ", and then run:%s", remedies);
    }
    return hint.data;
}

[[noreturn]] void RaisePlaces(Oid type, const TextChanges& changes, const List* places,
                              TextPolicy policy) {
    StringInfoData listed;
    initStringInfo(&listed);
    StringInfoData remedies;
    initStringInfo(&remedies);
    int count = 0;
    ListCell* cell = nullptr;
    foreach (cell, places) {
        const auto* place = static_cast<const TextPlace*>(lfirst(cell));
        if (++count > kMostListed) {
            continue;
        }
        appendStringInfo(&listed, "%s%s", listed.len == 0 ? "" : "\n", place->description);
        if (place->text != nullptr) {
            appendStringInfo(&listed, ": \"%s\"", place->text);
        }
        if (place->remedy != nullptr) {
            appendStringInfo(&remedies, "\n%s;", place->remedy);
        }
    }
    if (count > kMostListed) {
        appendStringInfo(&listed, "\nand %d more", count - kMostListed);
    }
    ereport(ERROR, (errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
                    errmsg("cannot change enumeration %s: other objects store or test its texts",
                           TypeName(type)),
                    errdetail_internal("%s", listed.data),
                    errhint("%s", HintFor(changes, policy, remedies.data))));
    pg_unreachable();
}

/// Nobody sees notices of an extension's script.
int LevelOfNotices() {
    return creating_extension ? WARNING : NOTICE;
}

void TellOfPlace(Oid type, const TextPlace& place) {
    const char* what = place.text == nullptr ? "texts" : psprintf("the text \"%s\"", place.text);
    ereport(LevelOfNotices(), (errmsg("%s stores or tests %s of enumeration %s", place.description,
                                      what, TypeName(type)),
                               place.remedy == nullptr ? errhint("Change the text in it.")
                                                       : errhint("Run: %s;", place.remedy)));
}

void TellOfPlaces(Oid type, const List* places) {
    int count = 0;
    ListCell* cell = nullptr;
    foreach (cell, places) {
        if (++count <= kMostNotices) {
            TellOfPlace(type, *static_cast<const TextPlace*>(lfirst(cell)));
        }
    }
    if (count > kMostNotices) {
        ereport(LevelOfNotices(), (errmsg("%d more objects store or test texts of enumeration %s",
                                          count - kMostNotices, TypeName(type))));
    }
}

/// Has all sessions read the expressions of indexes again. A session keeps them as it has planned
/// them, with codes in place of texts, and REINDEX would go by these.
void ForgetExpressionsOfIndexes(const Dependents& dependents) {
    for (const Dependent& object : dependents.objects()) {
        const char kind =
            object.catalog == RelationRelationId ? get_rel_relkind(object.object) : '\0';
        if (kind == RELKIND_INDEX || kind == RELKIND_PARTITIONED_INDEX) {
            CacheInvalidateRelcacheByRelid(object.object);
        }
    }
}

/// The objects to look at. Waits until nobody is making another one. A new value, which is the most
/// frequent change and the one that least depends on it, does not wait.
Dependents DependentsFor(Oid type, const TextChanges& changes) {
    for (;;) {
        Dependents dependents(type);
        if (changes.only_adds() || !TransactionIdIsValid(dependents.maker())) {
            return dependents;
        }
        WaitForEnd(dependents.maker());
    }
}

ChangedTexts* FindChanged(Oid type) {
    ListCell* cell = nullptr;
    foreach (cell, all_changed) {
        auto* changed = static_cast<ChangedTexts*>(lfirst(cell));
        if (changed->type == type) {
            return changed;
        }
    }
    return nullptr;
}

bool NoneIsKnown(const Dependent& /*object*/, const void* /*context*/) {
    return false;
}

/// Whether an object was there before, or is this transaction's: it was made with the texts that
/// there are now, or by somebody who knows of them.
bool IsKnownOrOwn(const Dependent& object, const void* context) {
    const auto* changed = static_cast<const ChangedTexts*>(context);
    return object.own || std::binary_search(changed->known, changed->known_end, object);
}

/// Keeps all other sessions from making objects that depend on anything. Readers of the catalog and
/// transactions that have made theirs go on.
class DependenciesLock {
  public:
    void Take() {
        if (!is_held_) {
            LockRelationOid(DependRelationId, ShareLock);
            is_held_ = true;
        }
    }
    void Release() {
        if (is_held_) {
            UnlockRelationOid(DependRelationId, ShareLock);
            is_held_ = false;
        }
    }

  private:
    bool is_held_ = false;
};

/// Raises an error when others have made objects that the changed texts concern. Returns
/// a transaction that is making one, or InvalidTransactionId.
TransactionId CheckAgain(const ChangedTexts& changed, DependenciesLock* lock) {
    if (!IsEnum(changed.type)) {
        return InvalidTransactionId;
    }
    const TextChanges changes = ChangesBetween(changed.before, DefinitionSource(changed.type));
    if (changes.empty()) {
        return InvalidTransactionId;  // rolled back, or changed back
    }
    if (!changes.only_adds()) {
        lock->Take();
    }
    const Dependents dependents(changed.type);
    if (!changes.only_adds() && TransactionIdIsValid(dependents.maker())) {
        return dependents.maker();
    }
    const auto& objects = dependents.objects();
    if (std::all_of(objects.begin(), objects.end(), [&changed](const Dependent& object) {
            return IsKnownOrOwn(object, &changed);
        })) {
        return InvalidTransactionId;
    }
    const List* places = FindTextPlaces(changed.type, dependents, changes, PlacesOf::kChange,
                                        IsKnownOrOwn, &changed);
    if (places != NIL) {
        RaisePlaces(changed.type, changes, places, TextPolicy::kRefuse);
    }
    return InvalidTransactionId;
}

TransactionId CheckEach(DependenciesLock* lock) {
    ListCell* cell = nullptr;
    foreach (cell, all_changed) {
        const TransactionId maker =
            CheckAgain(*static_cast<const ChangedTexts*>(lfirst(cell)), lock);
        if (TransactionIdIsValid(maker)) {
            return maker;
        }
    }
    return InvalidTransactionId;
}

/// Between this and the commit nobody makes an object with the old texts: the lock is held until
/// all see the new ones. A prepared transaction would hold it for as long as somebody likes.
void CheckAllAgain(bool is_commit) {
    MemoryContext context =
        AllocSetContextCreate(CurrentMemoryContext, "gb_enums texts", ALLOCSET_DEFAULT_SIZES);
    MemoryContext caller = MemoryContextSwitchTo(context);
    PushActiveSnapshot(GetTransactionSnapshot());
    DependenciesLock lock;
    for (;;) {
        const TransactionId maker = CheckEach(&lock);
        if (!TransactionIdIsValid(maker)) {
            break;
        }
        // They may have more to make before they end.
        lock.Release();
        WaitForEnd(maker);
    }
    if (!is_commit) {
        lock.Release();
    }
    PopActiveSnapshot();
    MemoryContextSwitchTo(caller);
    MemoryContextDelete(context);
}

void AtTransactionEvent(XactEvent event, void* /*argument*/) {
    if (all_changed == NIL) {
        return;
    }
    if (event == XACT_EVENT_PRE_COMMIT || event == XACT_EVENT_PRE_PREPARE) {
        CheckAllAgain(event == XACT_EVENT_PRE_COMMIT);
    } else {
        all_changed = NIL;
    }
}

void Remember(Oid type, const char* before, const Dependents& dependents) {
    static bool is_registered = false;
    if (!is_registered) {
        RegisterXactCallback(AtTransactionEvent, nullptr);
        is_registered = true;
    }
    MemoryContext caller = MemoryContextSwitchTo(TopTransactionContext);
    const auto& objects = dependents.objects();
    auto* known = static_cast<Dependent*>(palloc((objects.size() + 1) * sizeof(Dependent)));
    auto* changed = static_cast<ChangedTexts*>(palloc(sizeof(ChangedTexts)));
    *changed = {type, pstrdup(before), known, std::copy(objects.begin(), objects.end(), known)};
    all_changed = lappend(all_changed, changed);
    MemoryContextSwitchTo(caller);
}

}  // namespace

void CheckTexts(Oid type, const char* before, const char* after, TextPolicy policy) {
    const TextChanges changes = ChangesBetween(before, after);
    if (changes.empty()) {
        return;
    }
    const Dependents dependents = DependentsFor(type, changes);
    const List* places =
        FindTextPlaces(type, dependents, changes,
                       policy == TextPolicy::kRemoval ? PlacesOf::kRemoval : PlacesOf::kChange,
                       NoneIsKnown, nullptr);
    if (places != NIL && policy != TextPolicy::kForce) {
        RaisePlaces(type, changes, places, policy);
    }
    TellOfPlaces(type, places);
    if (places != NIL) {
        ForgetExpressionsOfIndexes(dependents);
    }
    if (FindChanged(type) == nullptr) {
        Remember(type, before, dependents);
    }
}

}  // namespace gb_enums
