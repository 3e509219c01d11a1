// Constants that converted columns are compared with.

#include "convert/tree/rewriter.hpp"
#include "server/function.hpp"
#include "tree/constants.hpp"
#include "tree/nodes.hpp"
#include "type/catalog.hpp"

extern "C" {
#include "optimizer/clauses.h"
}

namespace gb_enums::convert {

namespace {

bool IsUsersFunction(Oid function, void*) {
    // Only superusers make functions in these languages.
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

/// The text that a literal becomes where it is compared with the text of a column; the literal
/// itself when that is the same.
Node* MapLiteral(const Column& column, Node* node, Rewriter* rewriter) {
    const Const* literal = ConstantOf(node);
    const Oid type = exprType(node);
    if (literal == nullptr || literal->constisnull || !IsText(type)) {
        return node;
    }
    const char* text = LiteralText(literal->consttype, literal->constvalue);
    const Target target = FindLiteral(column, text, rewriter);
    if (target.kind != Target::Kind::kCode) {
        return node;
    }
    Const* name = MakeNameConst(column, target.code);
    return type == TEXTOID ? AsNode(name)
                           : AsNode(makeRelabelType(AsExpr(name), type, -1, exprCollation(node),
                                                    COERCE_EXPLICIT_CAST));
}

/// The old value that a tree is where it is a text; nullptr when it is none.
const OldValue* FindOldText(Node* node, const Rewriter& rewriter) {
    const OldValue* old = FindOldValue(node, rewriter);
    return old != nullptr && IsText(exprType(node)) ? old : nullptr;
}

/// Maps the literal that an old text is compared with; false when there are no such two.
bool MapOtherSide(Node* text, ListCell* other, Rewriter* rewriter) {
    const OldValue* old = FindOldText(text, *rewriter);
    if (old == nullptr) {
        return false;
    }
    Node* node = AsNode(lfirst(other));
    const OldValue* other_old = FindOldValue(node, *rewriter);
    if (other_old == nullptr && ConstantOf(node) == nullptr) {
        return false;
    }
    if (other_old == nullptr) {
        lfirst(other) = MapLiteral(*old->column, node, rewriter);
    } else {
        NoteMappings(*old->column, *other_old->column, rewriter);
        SettleOldValue(other_old, rewriter);
    }
    SettleOldValue(old, rewriter);
    return true;
}

}  // namespace

const char* OldText(const Column& column, Oid type, Datum value) {
    const char* text = LiteralText(type, value);
    if (!IsEnum(column.old_type)) {
        return text;
    }
    const bool is_code = type == INT2OID || type == INT4OID || type == INT8OID;
    Code code{};
    EnumType& old = EnumType::Of(column.old_type);
    if (is_code ? !ParseCode(std::string_view{text, strlen(text)}, &code)
                : !old.FindCode(cstring_to_text(text), &code)) {
        return is_code ? nullptr : text;
    }
    const auto* name = old.NameOf(code);
    return name == nullptr ? nullptr : text_to_cstring(name);
}

Target FindLiteral(const Column& column, const char* text, Rewriter* rewriter) {
    const Target target = FindTarget(column.mapping, text, true);
    if (target.kind == Target::Kind::kNull ||
        (target.kind == Target::Kind::kNone &&
         column.mapping.otherwise != Mapping::Otherwise::kError)) {
        // Rows that have this value get another one.
        NoteText(column, rewriter);
    }
    return target;
}

void NoteMappings(const Column& left, const Column& right, Rewriter* rewriter) {
    const bool is_same = left.options == nullptr || right.options == nullptr
                             ? left.options == right.options
                             : compareJsonbContainers(left.options, right.options) == 0;
    if (!is_same) {
        NoteText(left, rewriter);
        NoteText(right, rewriter);
    }
}

bool CallsUsersFunctions(Node* node) {
    return FindUsersFunction(node, nullptr);
}

Const* ConstantOf(Node* node) {
    if (contain_var_clause(node) || contain_subplans(node) || CallsUsersFunctions(node)) {
        return nullptr;
    }
    Node* folded = eval_const_expressions(nullptr, Copy(node));
    return folded != nullptr && IsA(folded, Const) ? castNode(Const, folded) : nullptr;
}

char* ConstantText(Node* node) {
    // A domain's checks are not constant, but the value is.
    while (IsA(node, CoerceToDomain)) {
        node = AsNode(castNode(CoerceToDomain, node)->arg);
    }
    const Const* constant = ConstantOf(node);
    return constant == nullptr || constant->constisnull
               ? nullptr
               : LiteralText(constant->consttype, constant->constvalue);
}

char* LiteralText(Oid type, Datum value) {
    if (type == NUMERICOID) {
        return NumericText(value);
    }
    Oid output = InvalidOid;
    bool is_varlena = false;
    getTypeOutputInfo(type, &output, &is_varlena);
    char* text = OidOutputFunctionCall(output, value);
    if (type == BPCHAROID) {
        text[WithoutPadding(text).size()] = '\0';
    }
    return text;
}

Const* MakeNameConst(const Column& column, Code code) {
    const text* name = column.mapping.type->NameOf(code);
    return MakeTextConst(name == nullptr ? "" : text_to_cstring(name));
}

void MapComparedLiteral(List* arguments, Rewriter* rewriter) {
    if (list_length(arguments) != 2) {
        return;
    }
    ListCell* left = list_head(arguments);
    ListCell* right = list_second_cell(arguments);
    if (!MapOtherSide(AsNode(lfirst(left)), right, rewriter)) {
        MapOtherSide(AsNode(lfirst(right)), left, rewriter);
    }
}

void MapCaseLiterals(CaseExpr* expression, Rewriter* rewriter) {
    const OldValue* old =
        expression->arg == nullptr ? nullptr : FindOldText(AsNode(expression->arg), *rewriter);
    if (old == nullptr) {
        return;
    }
    bool are_all_literals = true;
    ListCell* cell = nullptr;
    foreach (cell, expression->args) {
        Node* test = AsNode(lfirst_node(CaseWhen, cell)->expr);
        List* arguments = IsA(test, OpExpr) ? castNode(OpExpr, test)->args : NIL;
        if (list_length(arguments) == 2 && ConstantOf(SecondArgument(arguments)) != nullptr) {
            lfirst(list_second_cell(arguments)) =
                MapLiteral(*old->column, SecondArgument(arguments), rewriter);
        } else {
            are_all_literals = false;
        }
    }
    if (are_all_literals) {
        SettleOldValue(old, rewriter);
    }
}

}  // namespace gb_enums::convert
