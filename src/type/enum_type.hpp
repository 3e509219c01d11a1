#pragma once

// The enumerations that this backend has used, found by type OID, with their definitions.

#include "definition/definition.hpp"
#include "server/text.hpp"
#include "type/catalog.hpp"

namespace gb_enums {

class Names;

/// An enumeration as this backend knows it. The object lives until the backend ends, so a pointer
/// to it may be kept anywhere. Its definition may change between two calls, and is freed at the end
/// of a transaction when the type is dropped.
class EnumType {
  public:
    /// The enumeration of this type. Raises 42809 when the type is not one; need not notice that
    /// the type has been dropped meanwhile, which RequireEnum() does.
    static EnumType& Of(Oid type);
    /// The same where no error may be raised, as in functions that are LEAKPROOF: an enumeration
    /// without values for a type that is none.
    static EnumType& OfOrNone(Oid type);
    /// The enumeration that the signature of the running function names, found once per call site.
    static EnumType& OfFunction(FunctionCallInfo fcinfo) {
        auto* known = static_cast<EnumType*>(fcinfo->flinfo->fn_extra);
        return likely(known != nullptr) ? *known : FindOfFunction(fcinfo);
    }
    /// The same where no error may be raised, as OfOrNone().
    static EnumType& OfFunctionOrNone(FunctionCallInfo fcinfo) {
        auto* known = static_cast<EnumType*>(fcinfo->flinfo->fn_extra);
        return likely(known != nullptr) ? *known : FindOfFunctionOrNone(fcinfo);
    }
    /// The enumeration that the running function returns; its argument is another one.
    static EnumType& OfResult(FunctionCallInfo fcinfo) {
        auto* known = static_cast<EnumType*>(fcinfo->flinfo->fn_extra);
        return likely(known != nullptr) ? *known : FindOfResult(fcinfo);
    }
    /// The enumeration that is the first argument, a regtype, of the running function.
    static EnumType& OfArgument(FunctionCallInfo fcinfo) {
        auto* known = static_cast<EnumType*>(fcinfo->flinfo->fn_extra);
        return likely(known != nullptr && known->type_ == PG_GETARG_OID(0))
                   ? *known
                   : FindOfArgument(fcinfo);
    }

    Oid oid() const noexcept { return type_; }

    /// The definition as it is now, or nullptr when it is broken. Valid until the next call of the
    /// server that may look up a catalog.
    const Definition* definition() {
        Refresh();
        return definition_;
    }
    /// The same for those who go by what it lists: values that rows may have already are in it.
    const Definition* newest_definition() {
        static_cast<void>(HasChanged());
        return definition();
    }
    /// Why definition() is nullptr.
    const char* broken() const noexcept { return broken_; }

    /// The value with a name or alias, or with a code; nullptr when there is none, or while the
    /// definition is broken. Valid as definition() is.
    const Value* Find(std::string_view name) {
        return FindIn([name](const Definition& current) { return current.Find(name); });
    }
    const Value* Find(const text* name) { return Find(ViewOf(name)); }
    const Value* Find(std::int32_t number) {
        return FindIn([number](const Definition& current) -> const Value* {
            return number < PG_INT16_MIN || number > PG_INT16_MAX
                       ? nullptr
                       : current.Find(Code{static_cast<std::int16_t>(number)});
        });
    }
    /// What `find` returns for the definition, nullptr while that is broken. What seems to be
    /// unknown is looked for once more if there is a newer definition.
    template <typename Search>
    auto FindIn(Search&& find) -> decltype(find(std::declval<const Definition&>())) {
        const Definition* current = definition();
        auto found = current == nullptr ? nullptr : find(*current);
        if (found == nullptr && HasChanged()) {
            current = definition();
            found = current == nullptr ? nullptr : find(*current);
        }
        return found;
    }

    /// The code of a name or alias; false when Find() would give nullptr.
    bool FindCode(std::string_view name, Code* code) {
        const Definition* current = definition();
        return likely(current != nullptr && current->FindCode(name, code)) ||
               FindCodeAgain(name, code);
    }
    bool FindCode(const text* name, Code* code) { return FindCode(ViewOf(name), code); }

    /// The name of a code, or nullptr: a text value that lives until the end of the transaction, or
    /// of the procedure that commits it, whatever happens to the enumeration.
    const text* NameOf(Code code) {
        const text* name = DirectNameOf(code);
        return likely(name != nullptr) ? name : FindNameOf(code);
    }

    /// The name of a code where a value is shown. A transaction that only reads gets the name at
    /// the moment that the transaction sees, so that rows in a dump have the names which the
    /// definition in the dump has. (Not in parallel queries: their workers cannot know that name.)
    const text* ShownNameOf(Code code) {
        const text* name = DirectNameOf(code);
        return likely(name != nullptr) ? name : FindShownNameOf(code);
    }

    /// Whether a code, or a name, certainly is that of a value which may be given as input. Fast,
    /// and false when in doubt: value/input_rules.hpp has the rule.
    bool IsPlain(Code code) {
        // In this order: the name may have to be read again, and the rest with it.
        return NameOf(code) != nullptr && !any_deprecated_;
    }
    bool IsPlain(std::string_view name, Code* code) {
        const Definition* current = definition();
        return current != nullptr && !any_deprecated_ && current->FindCode(name, code);
    }

    /// Whether there is a newer definition than the one in use. A statement sees rows that others
    /// have committed before it reads the message that the definition has changed, or before that
    /// message is sent. So ask when a name or a code seems to be unknown. Fast while no transaction
    /// has ended since it was asked last.
    bool HasChanged() {
        return unlikely(!current_) || (looked_at_ != EndedTransactions() && LookForChange());
    }

    /// A number that changes whenever the definition may have changed.
    uint32 version() const noexcept { return changes_; }

  private:
    friend class KnownTypes;

    /// The slow ways to find an enumeration, used once per call site.
    static EnumType& FindOfFunction(FunctionCallInfo fcinfo);
    static EnumType& FindOfFunctionOrNone(FunctionCallInfo fcinfo);
    static EnumType& FindOfResult(FunctionCallInfo fcinfo);
    static EnumType& FindOfArgument(FunctionCallInfo fcinfo);

    void Refresh() {
        if (unlikely(!current_)) {
            Reload();
        }
    }
    struct Loaded;
    void Reload();
    pg_noinline bool LookForChange();
    Loaded Load(const char* body, const char* seen, MemoryContext context) const;
    void LoadNames(Loaded* loaded, std::pmr::memory_resource* memory) const;
    void Adopt(const Loaded& loaded, MemoryContext context);
    /// Frees the definition and the names, when nobody holds any of them.
    void Clear();
    /// The name of a code in the table of names by code, nullptr when it is not there.
    const text* DirectNameOf(Code code) const {
        const auto offset = static_cast<std::uint32_t>(ToInt(code) - first_code_);
        return likely(offset < direct_codes_) ? name_of_code_[offset] : nullptr;
    }
    /// FindCode() where the name seems to be unknown.
    pg_noinline bool FindCodeAgain(std::string_view name, Code* code);
    /// NameOf() and ShownNameOf() where the table of names by code does not help.
    pg_noinline const text* FindNameOf(Code code);
    pg_noinline const text* FindShownNameOf(Code code);
    /// Makes the next use read the definition again.
    void Forget() {
        current_ = false;
        seen_ = nullptr;
        direct_codes_ = 0;
        ++changes_;
    }

    EnumType(Oid type, uint32 type_hash, EnumType* next)
        : type_(type), type_hash_(type_hash), next_(next) {}

    Oid type_;
    /// False from the moment a catalog row that the definition came from may have changed.
    bool current_ = false;
    /// How often such a change has happened.
    uint32 changes_ = 0;
    /// The hashes by which the server names those rows when it tells of a change.
    uint32 type_hash_;
    uint32 function_hash_ = 0;
    /// The input function, the row of it that the definition came from, and how many transactions
    /// had ended when that was the newest row.
    Oid function_ = InvalidOid;
    RowVersion row_;
    uint64 looked_at_ = 0;
    Definition* definition_ = nullptr;
    /// The definition at the moment that this transaction sees, if it was another one.
    Definition* seen_ = nullptr;
    /// The names that NameOf() returns. Apart from the rest, since they have to live longer.
    Names* names_in_use_ = nullptr;
    /// The names in the order of definition_->values().
    const text** names_ = nullptr;
    /// The number of codes in name_of_code_: 0 while not current, while seen_ is another
    /// definition, or when the codes lie too far apart for a table.
    std::uint32_t direct_codes_ = 0;
    int first_code_ = 0;
    /// The names by code, from first_code_ on; nullptr where a code has none.
    const text** name_of_code_ = nullptr;
    /// Whether the definition in use has a deprecated value.
    bool any_deprecated_ = false;
    const char* broken_ = nullptr;
    /// The memory of the definitions and of the two tables of names.
    MemoryContext context_ = nullptr;
    EnumType* next_;
};

}  // namespace gb_enums
