#include "uses/texts/tree_texts.hpp"

#include "definition/difference.hpp"
#include "server/function.hpp"
#include "server/text.hpp"
#include "type/catalog.hpp"
#include "uses/texts/text_nodes.hpp"

extern "C" {
#include "access/transam.h"
#include "nodes/parsenodes.h"
}

namespace gb_enums {

namespace {

/// Whether the result of a function can depend on the text of a value that it gets: the result is
/// a text, or other people's code makes it, such as hstore(record).
bool MayComeFromText(Oid function, Oid result) {
    return function >= FirstUnpinnedObjectId || IsLegible(result);
}

bool MentionsAny(std::string_view text, const TextList& words) {
    return std::any_of(words.texts, words.texts + words.count,
                       [text](std::string_view word) { return Mentions(text, word); });
}

/// A node of one type, or nullptr for any other.
template <typename Type>
const Type* IfA(const Node* node, NodeTag tag) {
    return nodeTag(node) == tag ? reinterpret_cast<const Type*>(node) : nullptr;
}

bool EndsWith(std::string_view text, std::string_view end) {
    return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

bool StartsWith(std::string_view text, std::string_view start) {
    return text.substr(0, start.size()) == start;
}

}  // namespace

void TextUse::Add(const TextUse& other) {
    shows_names |= other.shows_names;
    shows_descriptions |= other.shows_descriptions;
    equals_texts |= other.equals_texts;
    casts_texts |= other.casts_texts;
    reads_texts |= other.reads_texts;
    changed = changed != nullptr ? changed : other.changed;
    lost = lost != nullptr ? lost : other.lost;
    mentions_lost = mentions_lost != nullptr ? mentions_lost : other.mentions_lost;
    mentions_hidden = mentions_hidden != nullptr ? mentions_hidden : other.mentions_hidden;
}

TextUse TreeTexts::UseIn(Node* tree, MemoryContext memory) {
    use_ = TextUse();
    memory_ = memory;
    AddNode(tree);
    return use_;
}

TextUse TreeTexts::UseInReference(const ForeignKeyPair& pair) {
    use_ = TextUse();
    Oid left = InvalidOid;
    Oid right = InvalidOid;
    op_input_types(pair.equals, &left, &right);
    // What a value is cast to before it is compared.
    use_.shows_names = (dependents_.Contains(pair.referenced) && IsText(left)) ||
                       (dependents_.Contains(pair.referencing) && IsText(right));
    use_.equals_texts = RoleOf(get_opcode(pair.equals), NIL) == Role::kEqualsText;
    return use_;
}

const char* TreeTexts::Keep(std::string_view text) const {
    constexpr std::size_t kMost = kMaxNameBytes;
    const int length = pg_mbcliplen(text.data(), static_cast<int>(text.size()), kMost);
    char* copy = static_cast<char*>(MemoryContextAllocZero(memory_, length + 1));
    memcpy(copy, text.data(), length);
    return copy;
}

/// The role of a function of this enumeration, by the name of its C code: everything that shows or
/// reads a text has its own.
TreeTexts::Role TreeTexts::RoleOf(Oid function, const List* arguments) const {
    if (function < FirstUnpinnedObjectId || FunctionLanguage(function) == INTERNALlanguageId) {
        return Role::kNone;
    }
    if (IsDefinition(function)) {
        return dependents_.IsFunctionOfEnum(function) ? Role::kReadsText : Role::kNone;
    }
    if (FunctionLanguage(function) != ClanguageId) {
        return Role::kNone;
    }
    const std::string_view code = FunctionSource(function);
    constexpr struct {
        std::string_view code;
        /// Whether the enumeration is the first argument.
        bool is_general;
        Role role;
    } kRoles[] = {{"gb_enum_to_text", false, Role::kShowsName},
                  {"gb_enum_out", false, Role::kShowsName},
                  {"gb_enum_send", false, Role::kShowsName},
                  {"gb_enum_lookup_name", false, Role::kShowsName},
                  {"gb_enum_lookup_name_of_smallint", false, Role::kShowsName},
                  {"gb_enum_lookup_description", false, Role::kShowsDescription},
                  {"gb_enum_lookup_values", false, Role::kShowsBoth},
                  {"gb_enum_from_text", false, Role::kCastsText},
                  {"gb_enum_lookup_code", false, Role::kReadsText},
                  {"gb_enum_name", true, Role::kShowsName},
                  {"gb_enum_description", true, Role::kShowsDescription},
                  {"gb_enum_values", true, Role::kShowsBoth},
                  {"gb_enum_code", true, Role::kReadsText}};
    for (const auto& known : kRoles) {
        if (code != known.code) {
            continue;
        }
        if (!known.is_general) {
            return dependents_.IsFunctionOfEnum(function) ? known.role : Role::kNone;
        }
        const Node* enumeration =
            arguments == NIL ? nullptr : Stripped(static_cast<const Node*>(linitial(arguments)));
        const bool is_other =
            enumeration != nullptr && IsA(enumeration, Const) &&
            DatumGetObjectId(reinterpret_cast<const Const*>(enumeration)->constvalue) != type_;
        return is_other ? Role::kNone : known.role;
    }
    const bool compares = StartsWith(code, "gb_enum_enum_text_") ||
                          StartsWith(code, "gb_enum_text_enum_") ||
                          StartsWith(code, "gb_enum_text_text_");
    if (!compares || !dependents_.IsFunctionOfEnum(function)) {
        return Role::kNone;
    }
    return EndsWith(code, "_eq") || EndsWith(code, "_ne") ? Role::kEqualsText : Role::kReadsText;
}

/// Whether an expression is the name of a value and nothing else.
bool TreeTexts::ShowsName(const Node* node) const {
    node = Stripped(node);
    if (IsA(node, FuncExpr)) {
        const auto* call = reinterpret_cast<const FuncExpr*>(node);
        return RoleOf(call->funcid, call->args) == Role::kShowsName &&
               IsStringType(call->funcresulttype);
    }
    if (IsA(node, CoerceViaIO)) {
        const auto* coercion = reinterpret_cast<const CoerceViaIO*>(node);
        return IsStringType(coercion->resulttype) &&
               getBaseType(exprType(reinterpret_cast<const Node*>(coercion->arg))) == type_;
    }
    return false;
}

/// Whether an expression has values of the enumeration in it, or may have: nobody knows the columns
/// of a record that a subquery makes.
bool TreeTexts::Holds(const Node* node) const {
    node = Stripped(node);
    if (IsA(node, RowExpr)) {
        const List* fields = reinterpret_cast<const RowExpr*>(node)->args;
        ListCell* cell = nullptr;
        foreach (cell, fields) {
            if (Holds(static_cast<const Node*>(lfirst(cell)))) {
                return true;
            }
        }
        return false;
    }
    const Oid type = exprType(node);
    return dependents_.Contains(type) || type == RECORDOID || type == RECORDARRAYOID;
}

/// A constant that is read as a value.
void TreeTexts::AddReadConstant(const Const& constant) {
    VisitTexts(constant,
               [this](std::string_view text) { AddTest(text, changes_.lost, changes_.gained); });
}

void TreeTexts::AddTest(std::string_view text, const TextList& lost, const TextList& gained) {
    const bool is_lost = lost.Has(text);
    if (is_lost && use_.lost == nullptr) {
        use_.lost = Keep(text);
    }
    if ((is_lost || gained.Has(text)) && use_.changed == nullptr) {
        use_.changed = Keep(text);
    }
}

/// A text, or an array of texts, that a function of the enumeration reads.
void TreeTexts::AddRead(const Node* text, TextUse::Flag use) {
    text = Stripped(text);
    if (IsA(text, ArrayExpr)) {
        ListCell* cell = nullptr;
        foreach (cell, reinterpret_cast<const ArrayExpr*>(text)->elements) {
            AddRead(static_cast<const Node*>(lfirst(cell)), use);
        }
        return;
    }
    const Oid type = ElementOrSelf(exprType(text));
    if (!IsText(type)) {
        return;
    }
    if (IsA(text, Const) && IsStringType(type)) {
        AddReadConstant(*reinterpret_cast<const Const*>(text));
    } else {
        use_.*use = true;
    }
}

/// What a function does with texts that it reads, or nullptr.
TextUse::Flag TreeTexts::UseOfReader(Role role) {
    switch (role) {
        case Role::kEqualsText:
            return &TextUse::equals_texts;
        case Role::kCastsText:
            return &TextUse::casts_texts;
        case Role::kReadsText:
            return &TextUse::reads_texts;
        default:
            return nullptr;
    }
}

void TreeTexts::AddCall(Oid function, const List* arguments, Oid result) {
    const Role role = RoleOf(function, arguments);
    use_.shows_names |= role == Role::kShowsName || role == Role::kShowsBoth;
    use_.shows_descriptions |= role == Role::kShowsDescription || role == Role::kShowsBoth;
    ListCell* cell = nullptr;
    if (const TextUse::Flag use = UseOfReader(role)) {
        foreach (cell, arguments) {
            AddRead(static_cast<const Node*>(lfirst(cell)), use);
        }
    }
    if (role != Role::kNone) {
        return;
    }
    foreach (cell, arguments) {
        if (Holds(static_cast<const Node*>(lfirst(cell))) && MayComeFromText(function, result) &&
            !dependents_.Contains(result) && TakesAnyType(function)) {
            use_.shows_names = true;
        }
    }
}

/// A comparison of a name with constants by = or <> depends on these texts only. Returns whether
/// this is one.
bool TreeTexts::AddComparisonOfName(Oid function, const List* arguments, Oid collation) {
    if ((function != F_TEXTEQ && function != F_TEXTNE) || list_length(arguments) != 2 ||
        MakesOthersEqual(collation)) {
        return false;
    }
    const auto* left = static_cast<const Node*>(linitial(arguments));
    const auto* right = static_cast<const Node*>(lsecond(arguments));
    if (ShowsName(right)) {
        std::swap(left, right);
    }
    if (!ShowsName(left) || !IsConstant(right)) {
        return false;
    }
    VisitConstants(
        right, [this](std::string_view text) { AddTest(text, changes_.hidden, changes_.shown); });
    return true;
}

void TreeTexts::AddMention(const Const& constant) {
    const bool looks_for_lost = use_.mentions_lost == nullptr && !changes_.lost.empty();
    const bool looks_for_hidden = use_.mentions_hidden == nullptr && !changes_.hidden.empty();
    if (!looks_for_lost && !looks_for_hidden) {
        return;
    }
    const char* text = ConstantText(constant);
    if (text == nullptr) {
        return;
    }
    if (looks_for_lost && MentionsAny(text, changes_.lost)) {
        use_.mentions_lost = Keep(text);
    }
    if (looks_for_hidden && MentionsAny(text, changes_.hidden)) {
        use_.mentions_hidden = Keep(text);
    }
}

bool TreeTexts::AddNode(Node* node, void* context) {
    return static_cast<TreeTexts*>(context)->AddNode(node);
}

/// Adds what an operator does. Returns whether its arguments need no look.
bool TreeTexts::AddOperator(Oid op, const List* arguments, Oid collation, Oid result) {
    const Oid function = get_opcode(op);
    if (AddComparisonOfName(function, arguments, collation)) {
        return true;
    }
    AddCall(function, arguments, result);
    return false;
}

void TreeTexts::AddRowComparison(const RowCompareExpr& comparison) {
    for (int i = 0; i < list_length(comparison.opnos); ++i) {
        AddOperator(list_nth_oid(comparison.opnos, i),
                    list_make2(list_nth(comparison.largs, i), list_nth(comparison.rargs, i)),
                    list_nth_oid(comparison.inputcollids, i), BOOLOID);
    }
}

void TreeTexts::AddCoercion(const CoerceViaIO& coercion) {
    const auto* argument = reinterpret_cast<const Node*>(coercion.arg);
    if (dependents_.Contains(coercion.resulttype)) {
        AddRead(argument, &TextUse::casts_texts);
    } else {
        use_.shows_names |= Holds(argument);
    }
}

/// What makes a document of its arguments.
void TreeTexts::AddConstructor(const Node* node) {
    ListCell* cell = nullptr;
    foreach (cell, ConstructorArguments(node)) {
        use_.shows_names |= Holds(static_cast<const Node*>(lfirst(cell)));
    }
}

bool TreeTexts::AddNode(Node* node) {
    // A partition's bounds are texts of its parent's key, which is found itself.
    if (node == nullptr || IsA(node, PartitionBoundSpec)) {
        return false;
    }
    // These two are the same struct as an OpExpr.
    if (IsA(node, OpExpr) || IsA(node, DistinctExpr) || IsA(node, NullIfExpr)) {
        const auto* operation = reinterpret_cast<const OpExpr*>(node);
        if (AddOperator(operation->opno, operation->args, operation->inputcollid,
                        operation->opresulttype)) {
            return false;
        }
    } else if (const auto* any = IfA<ScalarArrayOpExpr>(node, T_ScalarArrayOpExpr)) {
        if (AddOperator(any->opno, any->args, any->inputcollid, BOOLOID)) {
            return false;
        }
    } else if (const auto* call = IfA<FuncExpr>(node, T_FuncExpr)) {
        AddCall(call->funcid, call->args, call->funcresulttype);
    } else if (const auto* aggregate = IfA<Aggref>(node, T_Aggref)) {
        AddCall(aggregate->aggfnoid, aggregate->args, aggregate->aggtype);
    } else if (const auto* window = IfA<WindowFunc>(node, T_WindowFunc)) {
        AddCall(window->winfnoid, window->args, window->wintype);
    } else if (const auto* comparison = IfA<RowCompareExpr>(node, T_RowCompareExpr)) {
        AddRowComparison(*comparison);
    } else if (const auto* coercion = IfA<CoerceViaIO>(node, T_CoerceViaIO)) {
        AddCoercion(*coercion);
    } else if (const auto* constant = IfA<Const>(node, T_Const)) {
        AddMention(*constant);
    } else if (IsA(node, Query)) {
        return query_tree_walker(castNode(Query, node), AsWalker(AddNode), this, 0);
    } else {
        AddConstructor(node);
    }
    return expression_tree_walker(node, AsWalker(AddNode), this);
}

}  // namespace gb_enums
