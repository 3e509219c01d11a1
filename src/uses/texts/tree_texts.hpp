#pragma once

#include "uses/texts/dependents.hpp"

namespace gb_enums {

/// Some texts, in memory of the server.
struct TextList {
    const std::string_view* texts = nullptr;
    std::size_t count = 0;

    bool empty() const noexcept { return count == 0; }
    bool Has(std::string_view text) const {
        return std::find(texts, texts + count, text) != texts + count;
    }
};

/// A Difference between two definitions (definition/difference.hpp), in memory of the server.
struct TextChanges {
    TextList lost;
    TextList gained;
    TextList hidden;
    TextList shown;
    bool described = false;
    bool only_new_values = false;

    bool empty() const noexcept {
        return lost.empty() && gained.empty() && hidden.empty() && !described;
    }
    /// Whether there are new values and nothing else changes. No row has any of them, so = and <>
    /// find what they found.
    bool only_adds() const noexcept {
        return lost.empty() && hidden.empty() && !described && only_new_values;
    }
};

/// What an expression does with the texts of an enumeration.
struct TextUse {
    using Flag = bool TextUse::*;

    /// It turns values into names, or into descriptions.
    bool shows_names = false;
    bool shows_descriptions = false;
    /// It compares a value with a text that is no constant by = or <>, casts one to a value (which
    /// fails for an unknown text), or does anything else with one: compares it otherwise, looks it
    /// up.
    bool equals_texts = false;
    bool casts_texts = false;
    bool reads_texts = false;
    /// A constant whose meaning changes, or which is compared with a name and is or will be one:
    /// nullptr, or the text.
    const char* changed = nullptr;
    /// The same for a constant that is read as a value and will not be, or that will not be shown.
    const char* lost = nullptr;
    /// A constant in which a text is mentioned that will not be read, or not be shown.
    const char* mentions_lost = nullptr;
    const char* mentions_hidden = nullptr;

    void Add(const TextUse& other);
    /// What it does, apart from the constants in it.
    auto Effects() const {
        return std::tuple(shows_names, shows_descriptions, equals_texts, casts_texts, reads_texts,
                          changed != nullptr);
    }
};

/// Two columns of a foreign key, by their types, and the operator that compares them.
struct ForeignKeyPair {
    Oid referenced;
    Oid referencing;
    Oid equals;
};

/// What stored expressions do with the texts of an enumeration that change.
class TreeTexts {
  public:
    TreeTexts(Oid type, const Dependents& dependents, const TextChanges& changes)
        : type_(type), dependents_(dependents), changes_(changes) {}

    /// The texts in the result are in the memory context `memory`.
    TextUse UseIn(Node* tree, MemoryContext memory);
    TextUse UseInReference(const ForeignKeyPair& pair);

  private:
    /// What a function of an enumeration does.
    enum class Role {
        kNone,
        kShowsName,
        kShowsDescription,
        kShowsBoth,
        kEqualsText,
        kCastsText,
        kReadsText
    };

    Role RoleOf(Oid function, const List* arguments) const;
    bool ShowsName(const Node* node) const;
    bool Holds(const Node* node) const;
    void AddCall(Oid function, const List* arguments, Oid result);
    static TextUse::Flag UseOfReader(Role role);
    void AddRead(const Node* text, TextUse::Flag use);
    void AddReadConstant(const Const& constant);
    void AddTest(std::string_view text, const TextList& lost, const TextList& gained);
    bool AddComparisonOfName(Oid function, const List* arguments, Oid collation);
    bool AddOperator(Oid op, const List* arguments, Oid collation, Oid result);
    void AddRowComparison(const RowCompareExpr& comparison);
    void AddCoercion(const CoerceViaIO& coercion);
    void AddConstructor(const Node* node);
    void AddMention(const Const& constant);
    const char* Keep(std::string_view text) const;
    static bool AddNode(Node* node, void* context);
    bool AddNode(Node* node);

    const Oid type_;
    const Dependents& dependents_;
    const TextChanges& changes_;
    TextUse use_;
    MemoryContext memory_ = nullptr;
};

}  // namespace gb_enums
