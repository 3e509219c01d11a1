#include "type/known_types.hpp"

#include "type/catalog.hpp"
#include "type/names.hpp"

extern "C" {
#include "tcop/pquery.h"
}

namespace gb_enums {

namespace {

/// All entries, by type. Never destroyed.
class Table {
  public:
    explicit Table(MemoryContext context) : memory_(context), entries_(&memory_) {}

    /// Throws std::bad_alloc, as Place() does.
    static Table* Create(MemoryContext context) {
        return new (ContextMemory(context).Get(sizeof(Table))) Table(context);
    }
    EnumType* Find(Oid type) const noexcept {
        const auto found = entries_.find(type);
        return found == entries_.end() ? nullptr : found->second;
    }
    /// Memory for a new entry, which is found from now on.
    void* Place(Oid type) {
        void* place = memory_.Get(sizeof(EnumType));
        entries_.emplace(type, static_cast<EnumType*>(place));
        return place;
    }
    ContextMemory* memory() noexcept { return &memory_; }

  private:
    ContextMemory memory_;
    std::pmr::unordered_map<Oid, EnumType*> entries_;
};

Table* table = nullptr;
/// The entries once more, as a list.
EnumType* first_entry = nullptr;
/// Whether something is out of date, and whether something will be at the end of the transaction.
bool any_out_of_date = false;
bool any_of_snapshot = false;

}  // namespace

EnumType* KnownTypes::Find(Oid type) {
    if (unlikely(table == nullptr)) {
        Create();
    }
    if (EnumType* entry = table->Find(type)) {
        return entry;
    }
    if (!IsEnum(type)) {
        return nullptr;
    }
    const uint32 hash = GetSysCacheHashValue1(TYPEOID, ObjectIdGetDatum(type));
    void* place = Guarded([type] { return table->Place(type); });
    first_entry = new (place) EnumType(type, hash, first_entry);
    return first_entry;
}

EnumType& KnownTypes::None() {
    static EnumType none(InvalidOid, 0, nullptr);
    none.current_ = true;
    return none;
}

ContextMemory* KnownTypes::Memory() {
    return table->memory();
}

void KnownTypes::NoteSnapshot() {
    any_of_snapshot = true;
}

void KnownTypes::NoteOutOfDate() {
    any_out_of_date = true;
}

// The server tells of a changed catalog row by its hash, which is 0 for "anything may have
// changed".

void KnownTypes::TypeChanged(Datum /*argument*/, SystemCache /*cache*/, uint32 hash) {
    ForgetAll([hash](const EnumType& entry) { return hash == 0 || entry.type_hash_ == hash; });
}

void KnownTypes::FunctionChanged(Datum /*argument*/, SystemCache /*cache*/, uint32 hash) {
    ForgetAll([hash](const EnumType& entry) { return hash == 0 || entry.function_hash_ == hash; });
}

void KnownTypes::Forget(const EnumType& changed) {
    ForgetAll([&changed](const EnumType& entry) { return &entry == &changed; });
}

template <typename Predicate>
void KnownTypes::ForgetAll(Predicate&& concerns) {
    bool any_current = false;
    for (EnumType* entry = first_entry; entry != nullptr; entry = entry->next_) {
        if (concerns(*entry)) {
            any_current = any_current || entry->current_;
            entry->Forget();
        }
    }
    any_out_of_date = true;
    // A plan may hold a code or a name that was computed from the old definition, and the server
    // does not know what from.
    if (any_current) {
        ResetPlanCache();
    }
}

void KnownTypes::ForgetSnapshots() {
    for (EnumType* entry = first_entry; entry != nullptr; entry = entry->next_) {
        if (entry->seen_ != nullptr) {
            entry->Forget();
        }
    }
    any_of_snapshot = false;
    any_out_of_date = true;
}

/// Frees what is out of date when a transaction has ended and nothing of it is left that could hold
/// a pointer to a name: no statement, and no procedure that has committed and goes on (its
/// arguments are such pointers).
void KnownTypes::AtTransactionEvent(XactEvent event, void* /*argument*/) {
    const bool has_ended =
        event == XACT_EVENT_COMMIT || event == XACT_EVENT_ABORT || event == XACT_EVENT_PREPARE;
    if (unlikely(any_of_snapshot) && has_ended) {
        ForgetSnapshots();
    }
    if (unlikely(any_out_of_date) && has_ended && ActivePortal == nullptr &&
        !SPI_inside_nonatomic_context()) {
        FreeOutOfDate();
    }
}

void KnownTypes::FreeOutOfDate() {
    any_out_of_date = false;
    Names::FreeAllAside();
    for (EnumType* entry = first_entry; entry != nullptr; entry = entry->next_) {
        if (!entry->current_) {
            entry->Clear();
        }
    }
}

void KnownTypes::Create() {
    // Small blocks: this is some kilobytes, in each of many backends.
    MemoryContext context = AllocSetContextCreate(
        TopMemoryContext, "gb_enums", 0, ALLOCSET_SMALL_INITSIZE, 2 * ALLOCSET_SMALL_INITSIZE);
    Table* created = Guarded([context] { return Table::Create(context); });
    RegisterXactCallback(AtTransactionEvent, nullptr);
    CacheRegisterSyscacheCallback(TYPEOID, TypeChanged, Datum{0});
    CacheRegisterSyscacheCallback(PROCOID, FunctionChanged, Datum{0});
    table = created;
}

}  // namespace gb_enums
