// Better forms of expressions over converted columns: comparisons that an index on the column
// serves, and that read as what they say. Not those that name no operator (IS DISTINCT FROM,
// NULLIF, CASE x WHEN): they are read anew by a search_path, and a dump has none that finds the
// type's. Their literals are mapped.

#include "convert/tree/rewriter.hpp"
#include "server/arrays.hpp"
#include "server/function.hpp"

extern "C" {
#include "optimizer/clauses.h"
#include "utils/fmgroids.h"
}

namespace gb_enums::convert {

namespace {

bool IsUsersFunction(Oid function, void*) {
    // Only superusers make functions in these.
    const Oid language = FunctionLanguage(function);
    return language != INTERNALlanguageId && language != ClanguageId;
}

bool FindUsersFunction(Node* node, void* context) {
    if (node == nullptr) {
        return false;
    }
    return check_functions_in_node(node, IsUsersFunction, context) ||
           expression_tree_walker(node, AsWalker(FindUsersFunction), context);
}

}  // namespace

bool CallsUsersFunctions(Node* node) {
    return FindUsersFunction(node, nullptr);
}

Const* ConstantOf(Node* node) {
    if (contain_var_clause(node) || contain_subplans(node) || CallsUsersFunctions(node)) {
        return nullptr;
    }
    Node* folded = eval_const_expressions(nullptr, static_cast<Node*>(copyObjectImpl(node)));
    return folded != nullptr && IsA(folded, Const) ? castNode(Const, folded) : nullptr;
}

Const* TextConst(const char* value) {
    return makeConst(TEXTOID, -1, get_typcollation(TEXTOID), -1, CStringGetTextDatum(value), false,
                     false);
}

Expr* MakeOperator(Oid op, Expr* left, Expr* right) {
    return make_opclause(op, BOOLOID, false, left, right, InvalidOid,
                         exprCollation(reinterpret_cast<Node*>(right)));
}

namespace {

/// The operators of the enumeration's btree family; with `negated`, <> instead of =.
Oid FamilyOperator(Oid enum_type, Oid right_type, int16 strategy, bool negated) {
    const TypeCacheEntry* cache = lookup_type_cache(enum_type, TYPECACHE_BTREE_OPFAMILY);
    const Oid op = get_opfamily_member(cache->btree_opf, enum_type, right_type, strategy);
    if (!OidIsValid(op)) {
        elog(ERROR, "no operator %d for %u and %u", strategy, enum_type, right_type);
    }
    return negated ? get_negator(op) : op;
}

/// A comparison as btree sees it.
struct Comparison {
    int16 strategy;
    bool negated;
};

/// Which comparison an operator is, for a column of this kind. Text knows = and <> only: the others
/// go by the alphabet, the enumeration by code.
bool ReadComparison(const Column& column, Oid op, Comparison* comparison) {
    const Oid function = get_opcode(op);
    switch (KindOf(column)) {
        case OldKind::kText:
            *comparison = {BTEqualStrategyNumber, function == F_TEXTNE || function == F_BPCHARNE};
            return comparison->negated || function == F_TEXTEQ || function == F_BPCHAREQ;
        case OldKind::kNative:
            *comparison = {BTEqualStrategyNumber, function == F_ENUM_NE};
            return comparison->negated || function == F_ENUM_EQ;
        case OldKind::kInteger:
            break;
    }
    int strategy = get_op_opfamily_strategy(op, INTEGER_BTREE_FAM_OID);
    const bool negated = strategy == 0;
    if (negated && OidIsValid(get_negator(op))) {
        strategy = get_op_opfamily_strategy(get_negator(op), INTEGER_BTREE_FAM_OID);
    }
    *comparison = {static_cast<int16>(strategy), negated};
    return negated ? strategy == BTEqualStrategyNumber
                   : strategy != 0 && (strategy == BTEqualStrategyNumber || KeepsOrder(column));
}

int16 Commuted(int16 strategy) {
    return static_cast<int16>(BTGreaterStrategyNumber + 1 - strategy);
}

/// A literal as the mapping reads it.
char* LiteralText(const Const& literal) {
    Oid output = InvalidOid;
    bool is_varlena = false;
    getTypeOutputInfo(literal.consttype, &output, &is_varlena);
    char* shown = OidOutputFunctionCall(output, literal.constvalue);
    if (literal.consttype == BPCHAROID) {
        shown[WithoutPadding(shown).size()] = '\0';
    }
    return shown;
}

Const* EnumConst(const Column& column, Code code) {
    return makeConst(column.enum_type, -1, InvalidOid, sizeof(std::int16_t),
                     Int16GetDatum(ToInt(code)), false, true);
}

/// A deprecated value cannot be written as a literal of the type, but compared as a text.
Const* NameConst(const Column& column, Code code) {
    const text* name = column.mapping.type->NameOf(code);
    return TextConst(name == nullptr ? "" : text_to_cstring(name));
}

/// An expression of some type that is text, as text.
Expr* AsText(Node* node) {
    const Oid type = exprType(node);
    return type == TEXTOID ? reinterpret_cast<Expr*>(node)
                           : reinterpret_cast<Expr*>(
                                 makeRelabelType(reinterpret_cast<Expr*>(node), TEXTOID, -1,
                                                 exprCollation(node), COERCE_EXPLICIT_CAST));
}

/// value op literal, or nullptr.
Expr* CompareWithConst(const Column& column, Expr* value, Comparison comparison,
                       const Const& literal) {
    if (literal.constisnull) {
        return nullptr;
    }
    const char* shown = LiteralText(literal);
    const Target target = FindTarget(column.mapping, shown, true);
    if (target.kind == Target::Kind::kCode && !target.deprecated) {
        return MakeOperator(FamilyOperator(column.enum_type, column.enum_type, comparison.strategy,
                                           comparison.negated),
                            value, reinterpret_cast<Expr*>(EnumConst(column, target.code)));
    }
    if (KindOf(column) == OldKind::kInteger) {
        return nullptr;
    }
    // What is no value equals nothing, as before.
    Const* name =
        target.kind == Target::Kind::kCode ? NameConst(column, target.code) : TextConst(shown);
    return MakeOperator(
        FamilyOperator(column.enum_type, TEXTOID, comparison.strategy, comparison.negated), value,
        reinterpret_cast<Expr*>(name));
}

/// left op right where one of them is the old value; nullptr when it is as good as it can be.
Expr* SimplifyComparison(Oid op, List* args, Rewriter* rewriter) {
    if (list_length(args) != 2) {
        return nullptr;
    }
    auto* left = static_cast<Node*>(linitial(args));
    auto* right = static_cast<Node*>(lsecond(args));
    Column* column = nullptr;
    Expr* value = nullptr;
    bool commuted = false;
    if (!IsOld(left, rewriter, &column, &value)) {
        if (!IsOld(right, rewriter, &column, &value)) {
            return nullptr;
        }
        std::swap(left, right);
        commuted = true;
    }
    Comparison comparison{};
    if (!ReadComparison(*column, op, &comparison)) {
        return nullptr;
    }
    if (commuted) {
        comparison.strategy = Commuted(comparison.strategy);
    }
    Column* other_column = nullptr;
    Expr* other_value = nullptr;
    if (IsOld(right, rewriter, &other_column, &other_value)) {
        return other_column->enum_type == column->enum_type
                   ? MakeOperator(FamilyOperator(column->enum_type, column->enum_type,
                                                 comparison.strategy, comparison.negated),
                                  value, other_value)
                   : nullptr;
    }
    if (const Const* literal = ConstantOf(right)) {
        return CompareWithConst(*column, value, comparison, *literal);
    }
    if (IsA(right, CaseTestExpr) || KindOf(*column) != OldKind::kText ||
        column->old_type == BPCHAROID || exprType(right) == BPCHAROID) {
        return nullptr;
    }
    return MakeOperator(
        FamilyOperator(column->enum_type, TEXTOID, comparison.strategy, comparison.negated), value,
        AsText(right));
}

/// value = ANY (array) and value <> ALL (array), for an array of literals.
Expr* SimplifyArrayComparison(const ScalarArrayOpExpr& old, Rewriter* rewriter) {
    auto* array = static_cast<Node*>(lsecond(old.args));
    Column* column = nullptr;
    Expr* value = nullptr;
    Comparison comparison{};
    if (!IsOld(static_cast<Node*>(linitial(old.args)), rewriter, &column, &value) ||
        !ReadComparison(*column, old.opno, &comparison) ||
        comparison.strategy != BTEqualStrategyNumber || comparison.negated == old.useOr) {
        return nullptr;
    }
    const Const* literal = ConstantOf(array);
    if (literal == nullptr || literal->constisnull) {
        return nullptr;
    }
    ArrayType* elements = DatumGetArrayTypeP(literal->constvalue);
    int16 length = 0;
    bool by_value = false;
    char align = 0;
    get_typlenbyvalalign(ARR_ELEMTYPE(elements), &length, &by_value, &align);
    Datum* datums = nullptr;
    bool* nulls = nullptr;
    int count = 0;
    deconstruct_array(elements, ARR_ELEMTYPE(elements), length, by_value, align, &datums, &nulls,
                      &count);
    List* codes = NIL;
    bool any_deprecated = false;
    for (int i = 0; i < count; ++i) {
        if (nulls[i]) {
            return nullptr;
        }
        const Const* element =
            makeConst(ARR_ELEMTYPE(elements), -1, InvalidOid, length, datums[i], false, by_value);
        const Target target = FindTarget(column->mapping, LiteralText(*element), true);
        if (target.kind == Target::Kind::kCode) {
            codes = list_append_unique_int(codes, ToInt(target.code));
            any_deprecated = any_deprecated || target.deprecated;
        }
    }
    // A list without a value is still a list, which NULL is neither in nor not in.
    const bool as_text = any_deprecated || codes == NIL;
    if (as_text && KindOf(*column) == OldKind::kInteger) {
        return nullptr;
    }
    auto* values = makeNode(ArrayExpr);
    values->element_typeid = as_text ? TEXTOID : column->enum_type;
    values->array_typeid = get_array_type(values->element_typeid);
    values->array_collid = as_text ? get_typcollation(TEXTOID) : InvalidOid;
    values->multidims = false;
    values->location = -1;
    ListCell* cell = nullptr;
    foreach (cell, codes) {
        const Code code{static_cast<std::int16_t>(lfirst_int(cell))};
        values->elements = lappend(values->elements,
                                   as_text ? NameConst(*column, code) : EnumConst(*column, code));
    }
    for (int i = 0; codes == NIL && i < count; ++i) {
        const Const* element =
            makeConst(ARR_ELEMTYPE(elements), -1, InvalidOid, length, datums[i], false, by_value);
        values->elements = lappend(values->elements, TextConst(LiteralText(*element)));
    }
    auto* result = makeNode(ScalarArrayOpExpr);
    result->opno = FamilyOperator(column->enum_type, values->element_typeid, BTEqualStrategyNumber,
                                  comparison.negated);
    result->opfuncid = get_opcode(result->opno);
    result->useOr = old.useOr;
    result->inputcollid = values->array_collid;
    result->args = list_make2(value, values);
    result->location = -1;
    return reinterpret_cast<Expr*>(result);
}

/// A cast of the old value to another type of its kind: the same cast, to that type.
Node* SimplifyCast(Node* arg, Oid type, Node* otherwise, Rewriter* rewriter) {
    Column* column = nullptr;
    Expr* value = nullptr;
    if (!IsOld(arg, rewriter, &column, &value) || KindOf(*column) == OldKind::kInteger ||
        (type != TEXTOID && type != VARCHAROID)) {
        return otherwise;
    }
    Column as_text = *column;
    as_text.old_type = type;
    return reinterpret_cast<Node*>(OldOf(&as_text, value));
}

/// An old value that is in its place for good: what its text is compared with has been seen to.
void Unmark(Node* node) {
    while (IsA(node, RelabelType) || IsA(node, CollateExpr)) {
        node = reinterpret_cast<Node*>(IsA(node, RelabelType) ? castNode(RelabelType, node)->arg
                                                              : castNode(CollateExpr, node)->arg);
    }
    if (IsA(node, FuncExpr)) {
        castNode(FuncExpr, node)->location = -1;
    }
}

/// The text that a literal is worth, compared with the text of this column; the literal itself when
/// that is the same.
Node* MapLiteral(const Column& column, Node* node) {
    const Const* literal = ConstantOf(node);
    if (literal == nullptr || literal->constisnull || exprType(node) != TEXTOID) {
        return node;
    }
    const Target target = FindTarget(column.mapping, LiteralText(*literal), true);
    return target.kind == Target::Kind::kCode
               ? reinterpret_cast<Node*>(NameConst(column, target.code))
               : node;
}

/// Two texts of which one is the old value, compared as texts: the other one is mapped.
void CompareAsTexts(List* args, Rewriter* rewriter) {
    ListCell* first = list_head(args);
    ListCell* second = list_length(args) == 2 ? list_second_cell(args) : nullptr;
    for (int turn = 0; turn < 2 && second != nullptr; ++turn, std::swap(first, second)) {
        Column* column = nullptr;
        Column* other = nullptr;
        Expr* value = nullptr;
        auto* old = static_cast<Node*>(lfirst(first));
        auto* right = static_cast<Node*>(lfirst(second));
        if (!IsOld(old, rewriter, &column, &value) || KindOf(*column) != OldKind::kText) {
            continue;
        }
        const bool is_old = IsOld(right, rewriter, &other, &value);
        if (is_old || ConstantOf(right) != nullptr) {
            lfirst(second) = is_old ? right : MapLiteral(*column, right);
            Unmark(old);
            if (is_old) {
                Unmark(right);
            }
            return;
        }
    }
}

/// CASE old WHEN literal ...: the literals are mapped.
void CompareCase(CaseExpr* choice, Rewriter* rewriter) {
    Column* column = nullptr;
    Expr* value = nullptr;
    if (choice->arg == nullptr ||
        !IsOld(reinterpret_cast<Node*>(choice->arg), rewriter, &column, &value) ||
        KindOf(*column) != OldKind::kText) {
        return;
    }
    bool all = true;
    ListCell* cell = nullptr;
    foreach (cell, choice->args) {
        auto* test = reinterpret_cast<Node*>(lfirst_node(CaseWhen, cell)->expr);
        if (IsA(test, OpExpr) && list_length(castNode(OpExpr, test)->args) == 2 &&
            ConstantOf(static_cast<Node*>(lsecond(castNode(OpExpr, test)->args))) != nullptr) {
            ListCell* literal = list_second_cell(castNode(OpExpr, test)->args);
            lfirst(literal) = MapLiteral(*column, static_cast<Node*>(lfirst(literal)));
        } else {
            all = false;
        }
    }
    if (all) {
        Unmark(reinterpret_cast<Node*>(choice->arg));
    }
}

}  // namespace

char* Literal(Node* node) {
    // What a domain checks is not constant.
    while (IsA(node, CoerceToDomain)) {
        node = reinterpret_cast<Node*>(castNode(CoerceToDomain, node)->arg);
    }
    const Const* constant = ConstantOf(node);
    return constant == nullptr || constant->constisnull ? nullptr : LiteralText(*constant);
}

Node* Simplify(Node* node, Rewriter* rewriter) {
    Expr* better = nullptr;
    if (GoesBack(*rewriter) && !IsA(node, NullTest)) {
        return SimplifyBack(node, rewriter);
    }
    switch (nodeTag(node)) {
        case T_RelabelType: {
            const auto& relabel = *castNode(RelabelType, node);
            return SimplifyCast(reinterpret_cast<Node*>(relabel.arg), relabel.resulttype, node,
                                rewriter);
        }
        case T_CoerceViaIO: {
            const auto& cast = *castNode(CoerceViaIO, node);
            return SimplifyCast(reinterpret_cast<Node*>(cast.arg), cast.resulttype, node, rewriter);
        }
        case T_FuncExpr: {
            const auto& cast = *castNode(FuncExpr, node);
            if (cast.funcid == F_TEXT_BPCHAR) {
                return SimplifyCast(static_cast<Node*>(linitial(cast.args)), TEXTOID, node,
                                    rewriter);
            }
            // A cast of the old text to the enumeration that it is now.
            Column* column = nullptr;
            Expr* value = nullptr;
            const bool is_value =
                cast.funcformat != COERCE_EXPLICIT_CALL && list_length(cast.args) == 1 &&
                IsOld(static_cast<Node*>(linitial(cast.args)), rewriter, &column, &value) &&
                KindOf(*column) == OldKind::kText && cast.funcresulttype == column->enum_type;
            return is_value ? reinterpret_cast<Node*>(value) : node;
        }
        case T_OpExpr: {
            if (rewriter->keep_comparisons) {
                return node;
            }
            const auto& old = *castNode(OpExpr, node);
            better = SimplifyComparison(old.opno, old.args, rewriter);
            return better == nullptr ? node : reinterpret_cast<Node*>(better);
        }
        case T_ScalarArrayOpExpr:
            better = SimplifyArrayComparison(*castNode(ScalarArrayOpExpr, node), rewriter);
            return better == nullptr ? node : reinterpret_cast<Node*>(better);
        case T_NullTest: {
            auto* test = castNode(NullTest, node);
            Column* column = nullptr;
            Expr* value = nullptr;
            if (IsOld(reinterpret_cast<Node*>(test->arg), rewriter, &column, &value)) {
                // A smallint column is NULL where its value is.
                test->arg = IsA(value, FuncExpr)
                                ? static_cast<Expr*>(linitial(castNode(FuncExpr, value)->args))
                                : value;
            }
            return node;
        }
        case T_DistinctExpr:
            CompareAsTexts(castNode(DistinctExpr, node)->args, rewriter);
            return node;
        case T_NullIfExpr:
            CompareAsTexts(castNode(NullIfExpr, node)->args, rewriter);
            return node;
        case T_CaseExpr:
            CompareCase(castNode(CaseExpr, node), rewriter);
            return node;
        default:
            return node;
    }
}

}  // namespace gb_enums::convert
