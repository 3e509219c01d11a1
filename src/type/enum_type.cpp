#include "type/enum_type.hpp"

#include "server/boundary.hpp"
#include "server/function.hpp"

extern "C" {
#include "access/genam.h"
#include "access/parallel.h"
#include "access/table.h"
#include "access/xact.h"
#include "tcop/pquery.h"
#include "utils/snapmgr.h"
}

namespace gb_enums {

/// The names of a definition in the order of their codes, as text values one after the other.
struct NamesInUse {
    NamesInUse* next;
    std::size_t size;

    char* texts() noexcept { return reinterpret_cast<char*>(this + 1); }
    bool SameAs(NamesInUse* other) noexcept {
        return other != nullptr && size == other->size &&
               memcmp(texts(), other->texts(), size) == 0;
    }
    /// Replaced by others. A query may hold a pointer to one.
    static void Retire(NamesInUse* names);
};

namespace {

/// What lives as long as the backend: the enumerations it has used. What they say is freed when it
/// is out of date and nobody can hold any of it.
class Kept {
  public:
    explicit Kept(MemoryContext context) : memory_(context), types_(&memory_) {}

    /// Throws std::bad_alloc, as the other functions do that make something.
    static Kept* Create(MemoryContext context) {
        return new (ContextMemory(context).Get(sizeof(Kept))) Kept(context);
    }

    EnumType* Find(Oid type) const noexcept {
        const auto found = types_.find(type);
        return found == types_.end() ? nullptr : found->second;
    }
    /// Memory for a new entry, which is found from now on.
    void* Place(Oid type) {
        void* place = memory_.Get(sizeof(EnumType));
        types_.emplace(type, static_cast<EnumType*>(place));
        return place;
    }

    NamesInUse* MakeNames(const std::pmr::vector<Value>& values) {
        const std::size_t size = std::accumulate(
            values.begin(), values.end(), std::size_t{0},
            [](std::size_t sum, const Value& value) { return sum + SizeAsText(value.name); });
        auto* names = static_cast<NamesInUse*>(memory_.Get(sizeof(NamesInUse) + size));
        *names = {nullptr, size};
        char* next = names->texts();
        std::fill(next, next + size, '\0');
        for (const Value& value : values) {
            auto* name = reinterpret_cast<text*>(next);
            SET_VARSIZE(name, VARHDRSZ + value.name.size());
            std::copy(value.name.begin(), value.name.end(), VARDATA(name));
            next += SizeAsText(value.name);
        }
        return names;
    }

  private:
    static std::size_t SizeAsText(std::string_view name) {
        return INTALIGN(VARHDRSZ + name.size());
    }

    ContextMemory memory_;
    std::pmr::unordered_map<Oid, EnumType*> types_;
};

Kept* kept = nullptr;
EnumType* first_entry = nullptr;
/// Names that are out of date, and whether any entry is, or will be at the end of the transaction.
NamesInUse* old_names = nullptr;
bool any_old = false;
bool any_of_snapshot = false;

}  // namespace

void NamesInUse::Retire(NamesInUse* names) {
    if (names != nullptr) {
        names->next = old_names;
        old_names = names;
        any_old = true;
    }
}

/// The backend's table of EnumType, and what the server tells of changed catalogs.
class EnumTypeTable {
  public:
    /// Both callbacks get 0 for "anything may have changed".
    static void TypeChanged(Datum, SystemCache, uint32 hash) {
        Invalidate([hash](const EnumType& entry) { return entry.type_hash_ == hash; }, hash == 0);
    }
    static void FunctionChanged(Datum, SystemCache, uint32 hash) {
        Invalidate([hash](const EnumType& entry) { return entry.function_hash_ == hash; },
                   hash == 0);
    }

    /// The entry of a type, nullptr when that is no enumeration. Raises an error only when there is
    /// no memory.
    static EnumType* Enter(Oid type) {
        if (unlikely(kept == nullptr)) {
            Create();
        }
        if (EnumType* entry = kept->Find(type)) {
            return entry;
        }
        if (!EnumType::Is(type)) {
            return nullptr;
        }
        const uint32 hash = GetSysCacheHashValue1(TYPEOID, ObjectIdGetDatum(type));
        void* place = Guarded([type] { return kept->Place(type); });
        first_entry = new (place) EnumType(type, hash, first_entry);
        return first_entry;
    }

    /// What stands for the enumeration of a type that is none.
    static EnumType& None() {
        static EnumType none(InvalidOid, 0, nullptr);
        none.current_ = true;
        return none;
    }

  private:
    template <typename Predicate>
    static void Invalidate(Predicate&& concerns, bool all) {
        bool any = false;
        for (EnumType* entry = first_entry; entry != nullptr; entry = entry->next_) {
            if (all || concerns(*entry)) {
                any = any || entry->current_;
                entry->Forget();
            }
        }
        any_old = true;
        // A plan may hold a code or a name that was computed from the old definition, and the
        // server does not know what from.
        if (any) {
            ResetPlanCache();
        }
    }

    /// What the transaction has seen is not what the next one sees.
    static void ForgetSnapshots() {
        for (EnumType* entry = first_entry; entry != nullptr; entry = entry->next_) {
            if (entry->seen_ != nullptr) {
                entry->Forget();
            }
        }
        any_of_snapshot = false;
        any_old = true;
    }

    /// Frees what is out of date when a transaction has ended and nothing of it is left that could
    /// hold a pointer to a name: no statement, and no procedure that has committed and goes on (its
    /// arguments are such pointers).
    static void AtTransactionEvent(XactEvent event, void* /*argument*/) {
        const bool has_ended =
            event == XACT_EVENT_COMMIT || event == XACT_EVENT_ABORT || event == XACT_EVENT_PREPARE;
        if (unlikely(any_of_snapshot) && has_ended) {
            ForgetSnapshots();
        }
        if (likely(!any_old) || !has_ended || ActivePortal != nullptr ||
            SPI_inside_nonatomic_context()) {
            return;
        }
        any_old = false;
        while (old_names != nullptr) {
            pfree(std::exchange(old_names, old_names->next));
        }
        for (EnumType* entry = first_entry; entry != nullptr; entry = entry->next_) {
            if (!entry->current_) {
                entry->Clear();
            }
        }
    }

    static void Create() {
        // Small blocks: this is some kilobytes, in each of many backends.
        MemoryContext context = AllocSetContextCreate(
            TopMemoryContext, "gb_enums", 0, ALLOCSET_SMALL_INITSIZE, 2 * ALLOCSET_SMALL_INITSIZE);
        Kept* created = Guarded([context] { return Kept::Create(context); });
        RegisterXactCallback(AtTransactionEvent, nullptr);
        CacheRegisterSyscacheCallback(TYPEOID, TypeChanged, Datum{0});
        CacheRegisterSyscacheCallback(PROCOID, FunctionChanged, Datum{0});
        kept = created;
    }
};

Oid DefinitionLanguage() {
    return get_language_oid("gb_enum", true);
}

namespace {

/// The functions that read and write values of a type.
struct TextFunctions {
    Oid input = InvalidOid;
    Oid output = InvalidOid;
};

/// Those of a type that has the shape of an enumeration, else none.
TextFunctions TextFunctionsOf(Oid type) {
    HeapTuple tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
    if (!HeapTupleIsValid(tuple)) {
        return {};
    }
    const auto* form = reinterpret_cast<Form_pg_type>(GETSTRUCT(tuple));
    const bool has_shape = form->typtype == TYPTYPE_BASE && form->typisdefined &&
                           form->typlen == sizeof(int16) && form->typbyval;
    const TextFunctions functions =
        has_shape ? TextFunctions{form->typinput, form->typoutput} : TextFunctions{};
    ReleaseSysCache(tuple);
    return functions;
}

bool IsDefinition(Oid function) {
    const Oid language = FunctionLanguage(function);
    return OidIsValid(language) && language == DefinitionLanguage();
}

/// Whether a function is what writes the values of enumerations. A type is one still when somebody
/// has put another function in the place of its definition.
bool IsOurOutput(Oid function) {
    return FunctionLanguage(function) == ClanguageId &&
           strcmp(FunctionSource(function), "gb_enum_out") == 0;
}

[[noreturn]] void RaiseNoEnum(Oid type) {
    const char* name = format_type_extended(type, -1, FORMAT_TYPE_INVALID_AS_NULL);
    if (name == nullptr) {
        ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
                        errmsg("type with OID %u does not exist", type)));
    }
    ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
                    errmsg("type %s is not an enumeration of gb_enums", name),
                    errhint("The view gb_enums lists them.")));
    pg_unreachable();
}

/// The source of a function at the moment that the transaction sees, when it has been replaced
/// since, else nullptr: for transactions that only read, as what is written goes by what is now.
char* SourceInSnapshot(Oid function) {
    if (!XactReadOnly || !IsolationUsesXactSnapshot() || !FirstSnapshotSet ||
        HistoricSnapshotActive()) {
        return nullptr;
    }
    HeapTuple newest = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
    if (!HeapTupleIsValid(newest)) {
        return nullptr;
    }
    const TransactionId writer = HeapTupleHeaderGetXmin(newest->t_data);
    ReleaseSysCache(newest);
    Snapshot snapshot = GetTransactionSnapshot();
    if (TransactionIdIsCurrentTransactionId(writer) || !XidInMVCCSnapshot(writer, snapshot)) {
        return nullptr;
    }
    ScanKeyData key;
    ScanKeyInit(&key, Anum_pg_proc_oid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(function));
    Relation functions = table_open(ProcedureRelationId, AccessShareLock);
    SysScanDesc scan = systable_beginscan(functions, ProcedureOidIndexId, true, snapshot, 1, &key);
    HeapTuple seen = systable_getnext(scan);
    char* source = nullptr;
    if (HeapTupleIsValid(seen)) {
        bool is_null = false;
        const Datum value =
            heap_getattr(seen, Anum_pg_proc_prosrc, RelationGetDescr(functions), &is_null);
        source = is_null ? nullptr : TextDatumGetCString(value);
    }
    systable_endscan(scan);
    table_close(functions, AccessShareLock);
    return source;
}

}  // namespace

char* DefinitionSource(Oid type) {
    const Oid input = TextFunctionsOf(type).input;
    return IsDefinition(input) ? FunctionSource(input) : pstrdup("");
}

bool EnumType::Is(Oid type) {
    const TextFunctions functions = TextFunctionsOf(type);
    return OidIsValid(functions.input) &&
           (IsDefinition(functions.input) || IsOurOutput(functions.output));
}

void EnumType::Check(Oid type) {
    if (!Is(type)) {
        RaiseNoEnum(type);
    }
}

EnumType& EnumType::Of(Oid type) {
    EnumType* entry = EnumTypeTable::Enter(type);
    if (entry == nullptr) {
        RaiseNoEnum(type);
    }
    return *entry;
}

EnumType& EnumType::OfOrNone(Oid type) {
    EnumType* entry = EnumTypeTable::Enter(type);
    return entry != nullptr ? *entry : EnumTypeTable::None();
}

namespace {

/// The type that a function of ours belongs to, by its signature, or InvalidOid.
Oid NamedByFunction(Oid function) {
    HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
    if (!HeapTupleIsValid(tuple)) {
        return InvalidOid;
    }
    const auto* form = reinterpret_cast<Form_pg_proc>(GETSTRUCT(tuple));
    Oid found = InvalidOid;
    for (int i = 0; i < form->pronargs && !OidIsValid(found); ++i) {
        if (EnumType::Is(form->proargtypes.values[i])) {
            found = form->proargtypes.values[i];
        }
    }
    if (!OidIsValid(found) && EnumType::Is(form->prorettype)) {
        found = form->prorettype;
    }
    // A function on texts alone names its enumeration by the default of an argument. (Reading that
    // may raise an error, so such a function is not LEAKPROOF.)
    if (!OidIsValid(found) && form->pronargdefaults > 0) {
        bool is_null = false;
        const Datum defaults =
            SysCacheGetAttr(PROCOID, tuple, Anum_pg_proc_proargdefaults, &is_null);
        auto* list =
            is_null ? NIL : static_cast<List*>(stringToNode(TextDatumGetCString(defaults)));
        if (list != NIL) {
            auto* node = static_cast<Node*>(llast(list));
            for (;;) {
                if (IsA(node, FuncExpr) && list_length(castNode(FuncExpr, node)->args) == 1) {
                    node = static_cast<Node*>(linitial(castNode(FuncExpr, node)->args));
                } else if (IsA(node, CoerceViaIO)) {
                    node = reinterpret_cast<Node*>(castNode(CoerceViaIO, node)->arg);
                } else {
                    break;
                }
            }
            if (EnumType::Is(exprType(node))) {
                found = exprType(node);
            }
        }
    }
    ReleaseSysCache(tuple);
    return found;
}

}  // namespace

EnumType& EnumType::FindOfFunction(FunctionCallInfo fcinfo) {
    const Oid type = NamedByFunction(fcinfo->flinfo->fn_oid);
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
    EnumType& found = OfOrNone(NamedByFunction(fcinfo->flinfo->fn_oid));
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
    // It may have been dropped since it was entered.
    if (found.definition() == nullptr) {
        Check(found.type_);
    }
    fcinfo->flinfo->fn_extra = &found;
    return found;
}

namespace {

/// How many codes a table by code is made for: all from the first to the last, unless most of it
/// would be gaps.
std::size_t DirectCodes(const Definition& definition) {
    const auto& values = definition.values();
    const auto range =
        static_cast<std::size_t>(ToInt(values.back().code) - ToInt(values.front().code)) + 1;
    return range <= 64 + 8 * values.size() ? range : 0;
}

}  // namespace

const text* EnumType::FindNameOf(Code code) {
    Refresh();
    const int index = definition_ == nullptr ? -1 : definition_->IndexOf(code);
    return index < 0 ? nullptr : names_[index];
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

void EnumType::Reload() {
    const uint32 changes_seen = changes_;
    const Oid function = TextFunctionsOf(type_).input;
    function_hash_ = GetSysCacheHashValue1(PROCOID, ObjectIdGetDatum(function));
    char* body = IsDefinition(function) ? FunctionSource(function) : nullptr;
    char* body_seen = body != nullptr ? SourceInSnapshot(function) : nullptr;
    MemoryContext context =
        AllocSetContextCreate(CurrentMemoryContext, "gb_enums definition", ALLOCSET_SMALL_SIZES);

    struct Loaded {
        Definition* definition = nullptr;
        Definition* seen = nullptr;
        NamesInUse* names_in_use = nullptr;
        const text** names = nullptr;
        std::size_t direct_codes = 0;
        const text** name_of_code = nullptr;
        bool any_deprecated = false;
        char* broken = nullptr;
    } loaded;
    loaded = Guarded([this, body, body_seen, context] {
        Loaded result;
        // Lives in the context as the definition does, and is never destroyed but with it.
        auto* memory =
            new (ContextMemory(context).Get(sizeof(ContextMemory))) ContextMemory(context);
        try {
            if (body_seen != nullptr) {
                result.seen = new (memory->Get(sizeof(Definition)))
                    Definition(Definition::Parse(body_seen, memory));
            }
        } catch (const DefinitionError&) {
            result.seen = nullptr;
        }
        try {
            if (body == nullptr) {
                throw DefinitionError(0, "Its input function is not in language gb_enum.");
            }
            result.definition =
                new (memory->Get(sizeof(Definition))) Definition(Definition::Parse(body, memory));
            const auto& values = result.definition->values();
            result.names = static_cast<const text**>(memory->Get(values.size() * sizeof(text*)));
            result.any_deprecated = std::any_of(
                values.begin(), values.end(), [](const Value& value) { return value.deprecated; });
            result.direct_codes = DirectCodes(*result.definition);
            result.name_of_code =
                static_cast<const text**>(memory->Get(result.direct_codes * sizeof(text*)));
            result.names_in_use = kept->MakeNames(values);
            if (result.names_in_use->SameAs(names_in_use_)) {
                pfree(std::exchange(result.names_in_use, names_in_use_));
            }
            const char* next = result.names_in_use->texts();
            for (std::size_t i = 0; i < values.size(); ++i) {
                result.names[i] = reinterpret_cast<const text*>(next);
                next += INTALIGN(VARSIZE(next));
            }
            for (std::size_t i = 0; i < result.direct_codes; ++i) {
                const auto code = ToInt(values.front().code) + static_cast<int>(i);
                const int index = result.definition->IndexOf(Code{static_cast<std::int16_t>(code)});
                result.name_of_code[i] = index < 0 ? nullptr : result.names[index];
            }
        } catch (const DefinitionError& error) {
            const std::string reason =
                body == nullptr ? error.what()
                                : fmt::format("Line {}: {}.", error.line(), error.what());
            auto* copy = static_cast<char*>(memory->Get(reason.size() + 1));
            std::copy(reason.c_str(), reason.c_str() + reason.size() + 1, copy);
            result.definition = nullptr;
            result.broken = copy;
        }
        return result;
    });
    for (char* source : {body, body_seen}) {
        if (source != nullptr) {
            pfree(source);
        }
    }
    MemoryContextSetParent(context, TopMemoryContext);
    if (context_ != nullptr) {
        MemoryContextDelete(context_);
    }
    if (names_in_use_ != loaded.names_in_use) {
        NamesInUse::Retire(names_in_use_);
    }
    context_ = context;
    names_in_use_ = loaded.names_in_use;
    definition_ = loaded.definition;
    names_ = loaded.names;
    name_of_code_ = loaded.name_of_code;
    any_deprecated_ = loaded.any_deprecated;
    broken_ = loaded.broken;
    seen_ = loaded.seen;
    any_of_snapshot = any_of_snapshot || seen_ != nullptr;
    // Unless it has changed again while it was read.
    if (changes_ == changes_seen) {
        current_ = true;
        if (definition_ != nullptr) {
            first_code_ = ToInt(definition_->values().front().code);
            direct_codes_ = seen_ == nullptr ? static_cast<std::uint32_t>(loaded.direct_codes) : 0;
        }
    }
}

}  // namespace gb_enums
