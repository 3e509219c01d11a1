#pragma once

// Stored expressions and views over columns that become enumerations.
//
// A tree is rewritten for the column's new type in two movements. Every use of the column becomes
// the new value, cast back to the type that the column had: an *old value*, which is right wherever
// it stands. Then uses that have a better form get it: a comparison of an old text with a literal
// becomes a comparison of the value with a value. The result is deparsed; no tree is stored.

#include "convert/tree/columns.hpp"
#include "server/own_queries.hpp"
#include "tree/comparison.hpp"

namespace gb_enums::convert {

/// The changed columns of the tables of a query.
struct Level {
    /// For each entry of the range table, its changed columns.
    List* tables;
    /// WITH queries so far: names (char*) and their changed columns.
    List* with_names;
    List* with_columns;
    Level* outer;
};

/// A use of a column: its new value, cast back to the type that the column had.
struct OldValue {
    Column* column;
    Expr* value;
    /// The cast; the expression of the old base type, which is the cast itself or what stands
    /// around it to give it a collation or to make a native enum's label of it; and that as a value
    /// of the domain that the column was of, if it was of one.
    Node* cast;
    Node* base;
    Node* whole;
};

/// A tree being rewritten.
struct Rewriter {
    List* columns;
    Level* level = nullptr;
    /// The old values that may still get a better form, by their nodes: a tree must not be copied
    /// between being rewritten and being checked. nullptr while there is none.
    HTAB* old_values = nullptr;
    /// Comparisons stay what they are, so that all of a row's have operators of one name.
    bool keep_comparisons = false;
    /// A converted column occurred.
    bool changed = false;
    /// The text of a column is used in a way that another name of a value could change.
    bool texts_left = false;
    /// Why the tree cannot be rewritten, nullptr so far.
    const char* obstacle = nullptr;
};

/// Notes an obstacle; the first one counts.
inline void Refuse(Rewriter* rewriter, const char* why) {
    if (rewriter->obstacle == nullptr) {
        rewriter->obstacle = why;
    }
}

// rewriter.cpp: the walk through trees.

/// The tree with every use of a changed column rewritten.
Node* Rewrite(Node* node, Rewriter* rewriter);

/// Rewrites a query in place; the result lists its output columns that are values now, numbered by
/// position.
List* RewriteQuery(Query* query, Rewriter* rewriter);

// outputs.cpp: columns that a query passes on.

/// For each target of a query, 1 when it is a column and nothing else, otherwise 0.
List* PlainOutputs(const Query& query);

/// Makes those outputs values, where they can be, in a query whose expressions have been rewritten.
List* PassOnOutputs(Query* query, List* plain, Rewriter* rewriter);

/// Makes outputs of a set operation values, where all its tables give values of one type and
/// nothing is ordered by them. Its tables have been rewritten.
List* PassOnSetOutputs(Query* query, const Level& level, Rewriter* rewriter);

/// A column as the output of that number of a query, or as a column of a join.
Column* AsOutput(const Column& column, int number);

/// Makes an output column the old value again.
void KeepOldOutput(Query* query, int number, Column* column, Rewriter* rewriter);

/// Collects the tables of a set operation, as a list of their numbers.
void CollectLeaves(Node* node, Query* query, List** leaves);

/// The output of that number.
TargetEntry* Output(Query* query, int number);

/// Lets a query go on grouping by an output that is about to be another expression: others use it.
/// DISTINCT, and the order of its rows, go by the output.
void LetGroupsBe(Query* query, TargetEntry* entry);

// lengths.cpp: the lengths of a recursive query's outputs.

/// Takes the length from outputs of the first part of a recursive query, such as that of a
/// varchar(20), where the other part may have none any more: the server wants the same in both.
/// `owner` is the query that has it as a WITH query.
void DropFirstLengths(Query* query, Query* owner, const Rewriter& rewriter);

// old_values.cpp: the value of a column, and what the column was.

/// The converted value itself, for a Var of the column as it was.
Expr* MakeValue(const Column& column, const Var& old);

/// A value cast back to the type that the column had.
Expr* MakeOldValue(Column* column, Expr* value, Rewriter* rewriter);

/// The old value that a tree is, perhaps cast to another of the types that are text or integers;
/// nullptr when it is none.
const OldValue* FindOldValue(Node* node, const Rewriter& rewriter);

/// An old value of a domain as one of the domain's base type, and any other tree itself.
Node* WithoutDomain(Node* node, const Rewriter& rewriter);

/// Lets go of domains in the arguments of a node that takes their base types.
void StripDomains(Node* node, const Rewriter& rewriter);

/// Takes note that an old value needs no better form: all that it is compared with has been mapped.
void SettleOldValue(const OldValue* old, Rewriter* rewriter);

/// Takes note that the text of a column is used in a way that another name of a value could change.
void NoteText(const Column& column, Rewriter* rewriter);

/// Looks for old values that are left in a rewritten tree, where the old value cannot be had back
/// from the new one: sets rewriter->texts_left, or refuses.
void CheckLeftovers(Node* node, Rewriter* rewriter);

/// A varchar as a text, since casts and operators are there for text only.
Expr* VarcharAsText(Expr* value);

// to_enum.cpp and from_enum.cpp: better forms of a node whose parts have been rewritten, for
// columns that become enumerations and for columns that were enumerations.

Node* SimplifyToEnum(Node* node, Rewriter* rewriter);
Node* SimplifyFromEnum(Node* node, Rewriter* rewriter);

/// Which comparison an operator is, for a column of this kind. Text knows = and <> only: the others
/// go by the alphabet, the enumeration by code.
bool ReadOldComparison(const Column& column, Oid op, Comparison* comparison);

/// value op right, where `right` was compared with what the value was: nullptr when there is no
/// better form. Of the new type on the way back.
Expr* CompareValue(const Column& column, Expr* value, Comparison comparison, Node* right,
                   Rewriter* rewriter);
Expr* CompareNewValue(const Column& column, Expr* value, Comparison comparison, Node* right,
                      const Rewriter& rewriter);

/// A value as a literal of the new type, or nullptr for a code without a name.
Const* MakeNewConst(const Column& column, Datum value);

/// Whether an operator compares values of an enumeration, with each other or with texts or codes.
bool ReadEnumComparison(Oid op, Comparison* comparison);

/// Whether the columns were enumerations and become something else.
bool GoesBack(const Rewriter& rewriter);

/// The obstacle on the way back of an expression that names no operator: it would be read anew by a
/// search_path that does not find the type's.
constexpr const char* kNamesNoOperator =
    "it compares the column by CASE, NULLIF, IS DISTINCT FROM or IN (SELECT ...) with something "
    "else than literals";

// arrays.cpp

/// A better form of an expression over an array; the node itself where there is none.
Node* SimplifyArray(Node* node, Rewriter* rewriter);

// literals.cpp: constants that a column is compared with.

/// The constant that an expression is, once immutable functions are called; or nullptr.
Const* ConstantOf(Node* node);

/// The value of a constant expression as text; nullptr for NULL and for what is not constant.
char* ConstantText(Node* node);

/// A literal as the mapping reads it.
char* LiteralText(Oid type, Datum value);

/// A literal that the old values are compared with, as the mapping reads it. An enumeration is
/// compared with codes and aliases, too: nullptr for a code without a name.
const char* OldText(const Column& column, Oid type, Datum value);

/// What a literal becomes that a column is compared with. Takes note of one that was the value of
/// rows which get another value than it.
Target FindLiteral(const Column& column, const char* text, Rewriter* rewriter);

/// Takes note that two columns are compared whose old values may become equal, or different.
void NoteMappings(const Column& left, const Column& right, Rewriter* rewriter);

/// The name of a value as a text: a deprecated value cannot be written as a literal of the type.
Const* MakeNameConst(const Column& column, Code code);

/// IS DISTINCT FROM and NULLIF, of which one argument is an old text: the other one is mapped, and
/// both stay texts.
void MapComparedLiteral(List* arguments, Rewriter* rewriter);

/// CASE old text WHEN literal ...: the literals are mapped.
void MapCaseLiterals(CaseExpr* expression, Rewriter* rewriter);

/// Whether a tree calls a function that is not the server's or an extension's in C: a plan is read
/// by others than the table's owner, who must not run code of the owner's by that.
bool CallsUsersFunctions(Node* node);

// operator_path.cpp: the search_path of definitions.

/// A search_path under which a definition is deparsed and made again.
struct OperatorPath {
    const char* setting;
    /// Whether it has more schemas than the server's own.
    bool is_wider;
};

/// The search_path under which the forms of a tree that name no operator find the operators that
/// they have: that of the moment, with the schemas of these operators. Refuses when there is none.
OperatorPath FindOperatorPath(Node* tree, Rewriter* rewriter);

/// Does work under a search_path.
template <typename Work>
auto UnderSearchPath(const OperatorPath& path, Work work) {
    const int level = NewGUCNestLevel();
    OwnQueries::Set("search_path", path.setting);
    const auto result = work();
    AtEOXact_GUC(true, level);
    return result;
}

// implied.cpp

/// Whether a CHECK that has been rewritten lists what its column can hold from now on, so that the
/// column's type makes it superfluous.
bool IsImplied(Node* condition, List* columns, const Rewriter& rewriter);

}  // namespace gb_enums::convert
