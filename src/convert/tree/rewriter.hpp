#pragma once

// Stored expressions and views over columns that become enumerations.
//
// A tree is rewritten for the column's new type in two movements. Every use of the column becomes
// the new value cast back to what it was ("old" below), which is right wherever it stands. Then
// uses that have a better form get it: a comparison of an old text with a literal is a comparison
// of the value with a value. What comes out is deparsed; nothing is stored from here.

#include "convert/conversion_column.hpp"
#include "convert/mapping.hpp"

namespace gb_enums::convert {

/// A column that changes its type, of a table or of a view over one.
struct Column : ConversionColumn {
    /// The collation of a text that is not the default one, else InvalidOid: its order must stay.
    Oid old_collation;
    /// A number for the new column beyond the table's own: it need not be there yet.
    AttrNumber new_number;
    /// Its place in the caller's list.
    int index;
    Mapping mapping;
};

/// The columns that change (Column*), from an array of gb_enums_internal.conversion_column.
List* ReadColumns(ArrayType* columns);

/// The columns of one relation, and the one of a number or nullptr.
List* ColumnsOf(List* columns, Oid relation);
Column* FindColumn(List* columns, AttrNumber number);

/// What the columns of a query level's tables are.
struct Level {
    /// For each entry of the range table, its changed columns.
    List* tables;
    /// WITH queries so far: names (char*) and their changed columns.
    List* with_names;
    List* with_columns;
    Level* outer;
};

/// A tree being rewritten.
struct Rewriter {
    List* columns;
    Level* level;
    /// Comparisons stay what they are, so that all of a row's have operators of one name.
    bool keep_comparisons;
    /// A converted column occurred.
    bool changed;
    /// The text of a column is used in a way that another name of a value could change.
    bool texts_left;
    /// Why the tree cannot be rewritten, nullptr so far.
    const char* obstacle;
};

/// The tree with every use of a changed column rewritten.
Node* Rewrite(Node* node, Rewriter* rewriter);

/// Rewrites a query in place; the result lists its output columns that are values now, numbered by
/// position.
List* RewriteQuery(Query* query, Rewriter* rewriter);

/// Which targets of a query are a column and nothing else: 1 or 0 for each.
List* PlainOutputs(const Query& query);

/// Lets those of a query whose expressions have been rewritten be values, where they can.
List* PassOnOutputs(Query* query, List* plain, Rewriter* rewriter);

/// The same for a set operation, whose tables have been rewritten: values where all its tables give
/// values of one type, and nothing is ordered by them.
List* PassOnSetOutputs(Query* query, const Level& level);

/// A column as the output of that number of a query, or of an alias, over it.
Column* AsOutput(const Column& column, int number);

/// Makes an output column what it was.
void KeepOldOutput(Query* query, int number, Column* column);

/// A varchar as a text, which is what there are casts and operators for.
Expr* AsBase(Expr* value);

/// The converted value itself, for a Var of the column as it was; and cast back.
Expr* ValueOf(const Column& column, const Var& old);
Expr* OldOf(Column* column, Expr* value);

/// Whether a tree is OldOf(value), perhaps as another of the types that are text or integers.
bool IsOld(Node* node, Rewriter* rewriter, Column** column, Expr** value);

/// A better form of a node whose parts have been rewritten; of columns that are no enumerations any
/// more.
Node* Simplify(Node* node, Rewriter* rewriter);
Node* SimplifyBack(Node* node, Rewriter* rewriter);

/// Whether the columns were enumerations and become something else.
bool GoesBack(const Rewriter& rewriter);
/// On the way back, of what names no operator: it would be read anew by a search_path that does not
/// find the type's.
constexpr const char* kNamesNoOperator =
    "it compares the column by CASE, NULLIF, IS DISTINCT FROM or IN (SELECT ...) with something "
    "else than literals";

/// The constant that an expression is, once immutable functions are called; or nullptr.
Const* ConstantOf(Node* node);
Const* TextConst(const char* value);
Expr* MakeOperator(Oid op, Expr* left, Expr* right);

/// What a constant expression gives, as text; nullptr for NULL and for what is not constant.
char* Literal(Node* node);

/// Whether a tree calls a function that is not the server's or an extension's in C: a plan is read
/// by others than the table's owner, who must not run code of the owner's by that.
bool CallsUsersFunctions(Node* node);

/// Notes an obstacle; the first one counts.
inline void Refuse(Rewriter* rewriter, const char* why) {
    if (rewriter->obstacle == nullptr) {
        rewriter->obstacle = why;
    }
}

enum class OldKind { kText, kInteger, kNative };
inline OldKind KindOf(const Column& column) {
    switch (column.old_type) {
        case TEXTOID:
        case VARCHAROID:
        case BPCHAROID:
            return OldKind::kText;
        case INT2OID:
        case INT4OID:
            return OldKind::kInteger;
        default:
            return OldKind::kNative;
    }
}

/// The number of the column that has the values.
inline AttrNumber NumberOfValues(const Column& column) {
    return column.new_name == nullptr ? column.number : column.new_number;
}

/// Whether a value may have another name than the old one.
inline bool Renames(const Mapping& mapping) {
    return mapping.map != nullptr || mapping.trim || mapping.fold_case || mapping.use_aliases;
}

/// Whether old values are codes as they are, so that they have the order of the new ones.
inline bool KeepsOrder(const Column& column) {
    return KindOf(column) == OldKind::kInteger && column.mapping.map == nullptr;
}

}  // namespace gb_enums::convert
