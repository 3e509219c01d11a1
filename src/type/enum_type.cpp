#include "type/enum_type.hpp"

#include "server/boundary.hpp"
#include "server/function.hpp"
#include "type/known_types.hpp"
#include "type/names.hpp"

extern "C" {
#include "access/parallel.h"
#include "utils/snapmgr.h"
}

namespace gb_enums {

EnumType& EnumType::Of(Oid type) {
    EnumType* entry = KnownTypes::Find(type);
    if (entry == nullptr) {
        RaiseNoEnum(type);
    }
    return *entry;
}

EnumType& EnumType::OfOrNone(Oid type) {
    EnumType* entry = KnownTypes::Find(type);
    return entry != nullptr ? *entry : KnownTypes::None();
}

EnumType& EnumType::FindOfFunction(FunctionCallInfo fcinfo) {
    const Oid type = EnumOfFunction(fcinfo->flinfo->fn_oid);
    if (!OidIsValid(type)) {
        ereport(
            ERROR,
            (errcode(ERRCODE_INVALID_FUNCTION_DEFINITION),
             errmsg("function %s does not belong to an enumeration of gb_enums",
                    format_procedure(fcinfo->flinfo->fn_oid)),
             errdetail("Functions of this kind are made by the extension, for one type each.")));
    }
    EnumType& found = Of(type);
    fcinfo->flinfo->fn_extra = &found;
    return found;
}

EnumType& EnumType::FindOfFunctionOrNone(FunctionCallInfo fcinfo) {
    EnumType& found = OfOrNone(EnumOfFunction(fcinfo->flinfo->fn_oid));
    if (OidIsValid(found.oid())) {
        fcinfo->flinfo->fn_extra = &found;
    }
    return found;
}

EnumType& EnumType::FindOfResult(FunctionCallInfo fcinfo) {
    EnumType& found = Of(get_func_rettype(fcinfo->flinfo->fn_oid));
    fcinfo->flinfo->fn_extra = &found;
    return found;
}

EnumType& EnumType::FindOfArgument(FunctionCallInfo fcinfo) {
    EnumType& found = Of(PG_GETARG_OID(0));
    // The type may have been dropped since it was entered.
    if (found.definition() == nullptr) {
        RequireEnum(found.type_);
    }
    fcinfo->flinfo->fn_extra = &found;
    return found;
}

bool EnumType::LookForChange() {
    if (HistoricSnapshotActive()) {
        // Decoding reads the catalogs as they were, and has the messages at the right moment.
        return false;
    }
    // Read first: a transaction that ends later may have come too late for the look.
    const uint64 ended = EndedTransactions();
    if (!LockFunctions(/*must=*/false)) {
        return !current_;
    }
    const bool is_same = NewestVersion(function_) == row_;
    UnlockFunctions();
    looked_at_ = ended;  // not before: the look may have raised an error
    if (is_same) {
        return !current_;  // messages may have come, too
    }
    KnownTypes::Forget(*this);
    return true;
}

bool EnumType::FindCodeAgain(std::string_view name, Code* code) {
    if (!HasChanged()) {
        return false;
    }
    const Definition* current = definition();
    return current != nullptr && current->FindCode(name, code);
}

const text* EnumType::FindNameOf(Code code) {
    return FindIn([this, code](const Definition& current) -> const text* {
        const int index = current.IndexOf(code);
        return index < 0 ? nullptr : names_[index];
    });
}

const text* EnumType::FindShownNameOf(Code code) {
    const text* name = FindNameOf(code);
    if (likely(seen_ == nullptr) || IsInParallelMode()) {
        return name;
    }
    const Value* value = seen_->Find(code);
    return value == nullptr ? nullptr : MakeText(value->name);
}

void EnumType::Clear() {
    if (context_ != nullptr) {
        MemoryContextDelete(context_);
    }
    if (names_in_use_ != nullptr) {
        pfree(names_in_use_);
    }
    context_ = nullptr;
    names_in_use_ = nullptr;
    definition_ = nullptr;
    seen_ = nullptr;
    names_ = nullptr;
    name_of_code_ = nullptr;
    broken_ = nullptr;
}

/// The definition and the names of an EnumType, read anew. In memory that needs no destructor.
struct EnumType::Loaded {
    Definition* definition = nullptr;
    Definition* seen = nullptr;
    Names* names_in_use = nullptr;
    const text** names = nullptr;
    std::size_t direct_codes = 0;
    const text** name_of_code = nullptr;
    bool any_deprecated = false;
    char* broken = nullptr;
};

namespace {

Definition* Parse(const char* body, ContextMemory* memory) {
    return new (memory->Get(sizeof(Definition))) Definition(Definition::Parse(body, memory));
}

/// The definition that a transaction sees, nullptr when it cannot be read or there is none.
Definition* ParseSeen(const char* body, ContextMemory* memory) {
    try {
        return body == nullptr ? nullptr : Parse(body, memory);
    } catch (const DefinitionError&) {
        return nullptr;
    }
}

/// Why a definition cannot be read, as a string in `memory`.
char* Reason(const DefinitionError& error, ContextMemory* memory) {
    const std::string reason = fmt::format("Line {}: {}.", error.line(), error.what());
    auto* copy = static_cast<char*>(memory->Get(reason.size() + 1));
    std::copy(reason.c_str(), reason.c_str() + reason.size() + 1, copy);
    return copy;
}

/// How many codes a table by code is made for: all from the first to the last, unless most of it
/// would be gaps.
std::size_t DirectCodes(const Definition& definition) {
    const auto& values = definition.values();
    const auto range =
        static_cast<std::size_t>(ToInt(values.back().code) - ToInt(values.front().code)) + 1;
    return range <= 64 + 8 * values.size() ? range : 0;
}

}  // namespace

/// Finds the names of a definition by value and by code. Keeps the names that there are when they
/// are the same.
void EnumType::LoadNames(Loaded* loaded, std::pmr::memory_resource* memory) const {
    const Definition& definition = *loaded->definition;
    const auto& values = definition.values();
    const auto allocate = [memory](std::size_t count) {
        return static_cast<const text**>(
            memory->allocate(std::max<std::size_t>(count, 1) * sizeof(text*), alignof(text*)));
    };
    loaded->names = allocate(values.size());
    loaded->direct_codes = DirectCodes(definition);
    loaded->name_of_code = allocate(loaded->direct_codes);
    loaded->names_in_use = Names::Make(values, KnownTypes::Memory());
    if (loaded->names_in_use->SameAs(names_in_use_)) {
        pfree(std::exchange(loaded->names_in_use, names_in_use_));
    }
    const text* name = loaded->names_in_use->First();
    for (std::size_t i = 0; i < values.size(); ++i, name = Names::AfterName(name)) {
        loaded->names[i] = name;
    }
    const int first = ToInt(values.front().code);
    for (std::size_t i = 0; i < loaded->direct_codes; ++i) {
        const auto code = static_cast<std::int16_t>(first + static_cast<int>(i));
        const int index = definition.IndexOf(Code{code});
        loaded->name_of_code[i] = index < 0 ? nullptr : loaded->names[index];
    }
}

/// Reads a definition (nullptr: there is none) and the one that the transaction sees (nullptr: it
/// is the same).
EnumType::Loaded EnumType::Load(const char* body, const char* seen, MemoryContext context) const {
    // It lives in the context, as the definition does, and is freed with it without a destructor.
    auto* memory = new (ContextMemory(context).Get(sizeof(ContextMemory))) ContextMemory(context);
    Loaded loaded;
    loaded.seen = ParseSeen(seen, memory);
    if (body == nullptr) {
        static char no_definition[] = "Its input function is not in language gb_enum.";
        loaded.broken = no_definition;
        return loaded;
    }
    try {
        loaded.definition = Parse(body, memory);
    } catch (const DefinitionError& error) {
        loaded.broken = Reason(error, memory);
        return loaded;
    }
    const auto& values = loaded.definition->values();
    loaded.any_deprecated = std::any_of(values.begin(), values.end(),
                                        [](const Value& value) { return value.deprecated; });
    LoadNames(&loaded, memory);
    return loaded;
}

/// Replaces the definition and the names by those that have been read.
void EnumType::Adopt(const Loaded& loaded, MemoryContext context) {
    MemoryContextSetParent(context, TopMemoryContext);
    if (context_ != nullptr) {
        MemoryContextDelete(context_);
    }
    if (names_in_use_ != nullptr && names_in_use_ != loaded.names_in_use) {
        Names::PutAside(names_in_use_);
        KnownTypes::NoteOutOfDate();
    }
    if (loaded.seen != nullptr) {
        KnownTypes::NoteSnapshot();
    }
    context_ = context;
    names_in_use_ = loaded.names_in_use;
    definition_ = loaded.definition;
    seen_ = loaded.seen;
    names_ = loaded.names;
    name_of_code_ = loaded.name_of_code;
    any_deprecated_ = loaded.any_deprecated;
    broken_ = loaded.broken;
}

void EnumType::Reload() {
    const uint32 changes_seen = changes_;
    looked_at_ = EndedTransactions();
    if (!LockFunctions(/*must=*/definition_ == nullptr)) {
        return;  // what there is serves until the next use
    }
    function_ = InputFunctionOf(type_);
    function_hash_ = GetSysCacheHashValue1(PROCOID, ObjectIdGetDatum(function_));
    const NewestDefinition newest = ReadNewestDefinition(function_);
    row_ = newest.row;
    char* body = newest.source;
    char* seen = body != nullptr ? SourceInSnapshot(function_, newest.row) : nullptr;
    UnlockFunctions();
    MemoryContext context =
        AllocSetContextCreate(CurrentMemoryContext, "gb_enums definition", ALLOCSET_SMALL_SIZES);
    Loaded loaded;
    loaded = Guarded([this, body, seen, context] { return Load(body, seen, context); });
    for (char* source : {body, seen}) {
        if (source != nullptr) {
            pfree(source);
        }
    }
    Adopt(loaded, context);
    // It may have changed again while it was read.
    if (changes_ == changes_seen) {
        current_ = true;
        if (definition_ != nullptr) {
            first_code_ = ToInt(definition_->values().front().code);
            direct_codes_ = seen_ == nullptr ? static_cast<std::uint32_t>(loaded.direct_codes) : 0;
        }
    }
}

}  // namespace gb_enums
