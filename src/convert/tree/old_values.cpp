// The value of a converted column, and the value cast back to what the column was.

#include "convert/tree/rewriter.hpp"
#include "tree/nodes.hpp"
#include "type/catalog.hpp"

extern "C" {
#include "parser/parse_coerce.h"
#include "utils/hsearch.h"
}

namespace gb_enums::convert {

namespace {

/// An entry of rewriter.old_values.
struct KnownNode {
    Node* node;
    OldValue* old;
};

HTAB* MakeKnownNodes() {
    HASHCTL control{};
    control.keysize = sizeof(Node*);
    control.entrysize = sizeof(KnownNode);
    control.hcxt = CurrentMemoryContext;
    return hash_create("gb_enums old values", 64, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

/// What is known of a node, nullptr when nothing is.
KnownNode* Search(const Rewriter& rewriter, Node* node, HASHACTION action) {
    const void* key = static_cast<const void*>(&node);
    return static_cast<KnownNode*>(hash_search(rewriter.old_values, key, action, nullptr));
}

Oid CastFunction(Oid source, Oid target) {
    Oid function = InvalidOid;
    if (find_coercion_pathway(target, source, COERCION_EXPLICIT, &function) != COERCION_PATH_FUNC) {
        ereport(ERROR,
                (errcode(ERRCODE_UNDEFINED_OBJECT),
                 errmsg("there is no cast from %s to %s", TypeName(source), TypeName(target))));
    }
    return function;
}

Node* Cast(Expr* value, Oid type, Oid collation) {
    const Oid source = exprType(AsNode(value));
    return AsNode(makeFuncExpr(CastFunction(source, type), type, list_make1(value), collation,
                               exprCollation(AsNode(value)), COERCE_EXPLICIT_CAST));
}

Node* CastToText(Expr* value) {
    return Cast(value, TEXTOID, get_typcollation(TEXTOID));
}

/// The text, in the order that it had.
Node* Collate(const Column& column, Node* text) {
    if (!OidIsValid(column.old_collation)) {
        return text;
    }
    auto* collate = makeNode(CollateExpr);
    collate->arg = AsExpr(text);
    collate->collOid = column.old_collation;
    collate->location = -1;
    return AsNode(collate);
}

/// A value of the enumeration, or a label of the native enum, that the column had as its type.
Node* MakeLabel(const Column& column, Node* text) {
    if (IsEnum(column.old_type)) {
        return Cast(AsExpr(text), column.old_type, InvalidOid);
    }
    auto* label = makeNode(CoerceViaIO);
    label->arg = AsExpr(text);
    label->resulttype = column.old_type;
    label->resultcollid = InvalidOid;
    label->coerceformat = COERCE_EXPLICIT_CAST;
    label->location = -1;
    return AsNode(label);
}

Node* CastArray(Node* array, Oid type) {
    const Oid source = exprType(array);
    Node* cast = coerce_to_target_type(nullptr, array, source, type, -1, COERCION_EXPLICIT,
                                       COERCE_EXPLICIT_CAST, -1);
    if (cast == nullptr) {
        ereport(ERROR,
                (errcode(ERRCODE_UNDEFINED_OBJECT),
                 errmsg("there is no cast from %s to %s", TypeName(source), TypeName(type))));
    }
    return cast;
}

/// Whether there is a cast between an enumeration and a type.
bool HasCast(Oid type) {
    return type == TEXTOID || type == VARCHAROID || (IsNumber(type) && type != NUMERICOID);
}

/// The type by whose elements an array of a type is cast to one of an enumeration, and back.
Oid ArrayBetween(Oid type) {
    return IsNumber(type) ? INT4ARRAYOID : TEXTARRAYOID;
}

/// An array cast back to what it was, of which all is the cast but a collation.
std::pair<Node*, Node*> CastArrayBack(const Column& column, Expr* value) {
    if (OidIsValid(column.new_type)) {
        Node* cast = AsNode(value);
        if (!HasCast(column.new_type) || column.new_type == INT8OID) {
            cast = CastArray(cast, ArrayBetween(column.new_type));
        }
        cast = CastArray(cast, column.old_array);
        return {cast, cast};
    }
    Node* cast = AsNode(value);
    if (!HasCast(getBaseType(ElementOrSelf(column.old_array)))) {
        cast = CastArray(cast, ArrayBetween(column.old_type));
    }
    cast = CastArray(cast, column.old_array);
    return {cast, Collate(column, cast)};
}

/// A value of a new type cast to the enumeration that it was. There are casts of texts, and of
/// codes that are smallint or integer.
Node* CastToEnum(const Column& column, Expr* value) {
    switch (column.new_type) {
        case INT8OID:
        case NUMERICOID:
            value = AsExpr(Cast(value, INT4OID, InvalidOid));
            break;
        case CHAROID:
            value = AsExpr(CastToText(value));
            break;
        default:
            value = VarcharAsText(value);
            break;
    }
    return Cast(value, column.enum_type, InvalidOid);
}

/// The cast of an old value, and the whole of it.
std::pair<Node*, Node*> CastBack(const Column& column, Expr* value) {
    if (column.is_array) {
        return CastArrayBack(column, value);
    }
    Node* cast = nullptr;
    if (OidIsValid(column.new_type)) {
        cast = CastToEnum(column, value);
        return {cast, cast};
    }
    switch (column.old_type) {
        case TEXTOID:
        case VARCHAROID:
            cast = Cast(value, column.old_type, get_typcollation(column.old_type));
            return {cast, Collate(column, cast)};
        case BPCHAROID:
            cast = CastToText(value);
            return {cast, Collate(column, AsNode(makeRelabelType(AsExpr(cast), BPCHAROID, -1,
                                                                 get_typcollation(BPCHAROID),
                                                                 COERCE_EXPLICIT_CAST)))};
        case INT2OID:
            cast = AsNode(makeRelabelType(value, INT2OID, -1, InvalidOid, COERCE_EXPLICIT_CAST));
            return {cast, cast};
        case INT4OID:
        case INT8OID:
            cast = Cast(value, column.old_type, InvalidOid);
            return {cast, cast};
        case NUMERICOID:
            cast = Cast(value, INT4OID, InvalidOid);
            return {cast, Cast(AsExpr(cast), NUMERICOID, InvalidOid)};
        case CHAROID:
            cast = CastToText(value);
            return {cast, Cast(AsExpr(cast), CHAROID, InvalidOid)};
        default:
            cast = CastToText(value);
            return {cast, MakeLabel(column, cast)};
    }
}

/// An old value as one of the domain that the column was of.
Node* CoerceToDomainOf(const Column& column, Node* base) {
    auto* coerced = makeNode(CoerceToDomain);
    coerced->arg = AsExpr(base);
    coerced->resulttype = column.old_domain;
    coerced->resulttypmod = -1;
    coerced->resultcollid = exprCollation(base);
    coerced->coercionformat = COERCE_EXPLICIT_CAST;
    coerced->location = -1;
    return AsNode(coerced);
}

/// Whether a cast of an array leaves its elements as they are, as from varchar to text.
bool KeepsElements(const ArrayCoerceExpr& cast) {
    return IsA(cast.elemexpr, RelabelType) &&
           IsA(castNode(RelabelType, cast.elemexpr)->arg, CaseTestExpr);
}

bool WidensInteger(Oid function) {
    return function == F_INT4_INT2 || function == F_INT8_INT2 || function == F_INT8_INT4;
}

/// Whether an old value that is no text may be none of the old type any more, or another one.
bool IsLost(const Column& column) {
    return KindOf(column) == OldKind::kNumber ? column.mapping.map != nullptr : column.is_renamed;
}

/// Whether a type is a domain that NULL is no value of.
bool RefusesNull(Oid type) {
    while (get_typtype(type) == TYPTYPE_DOMAIN) {
        HeapTuple tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
        if (!HeapTupleIsValid(tuple)) {
            break;
        }
        const auto* form = reinterpret_cast<Form_pg_type>(GETSTRUCT(tuple));
        const bool refuses = form->typnotnull;
        type = form->typbasetype;
        ReleaseSysCache(tuple);
        if (refuses) {
            return true;
        }
    }
    return false;
}

/// Whether some old value may be none of a domain: one that has got another name, or the NULL of an
/// outer join, which nobody has checked.
bool MayFailDomain(const Column& column, Oid domain) {
    return getBaseType(domain) != domain && IsCheckedDomain(domain) &&
           (IsLost(column) || RefusesNull(domain));
}

bool FindLeftover(Node* node, void* context) {
    if (node == nullptr) {
        return false;
    }
    auto* rewriter = static_cast<Rewriter*>(context);
    if (const OldValue* old = FindOldValue(node, *rewriter)) {
        const Column& column = *old->column;
        const Oid type = exprType(node);
        if (!IsText(ElementOrSelf(getBaseType(type))) && IsLost(column)) {
            Refuse(rewriter,
                   "it uses the column in another way than comparing it with literals, and its "
                   "values get other names or codes");
        } else if (MayFailDomain(column, type)) {
            Refuse(rewriter,
                   "it needs the domain that the column was of, whose CHECKs may refuse "
                   "what the column has from now on");
        } else {
            NoteText(column, rewriter);
        }
        return rewriter->obstacle != nullptr;
    }
    return IsA(node, Query)
               ? query_tree_walker(castNode(Query, node), AsWalker(FindLeftover), context, 0)
               : expression_tree_walker(node, AsWalker(FindLeftover), context);
}

}  // namespace

void NoteText(const Column& column, Rewriter* rewriter) {
    rewriter->texts_left = rewriter->texts_left || column.is_renamed;
}

Expr* VarcharAsText(Expr* value) {
    Node* node = AsNode(value);
    return exprType(node) == VARCHAROID
               ? AsExpr(
                     makeRelabelType(value, TEXTOID, -1, exprCollation(node), COERCE_IMPLICIT_CAST))
               : value;
}

Expr* MakeValue(const Column& column, const Var& old) {
    Var* var = Copy(&old);
    if (column.new_name != nullptr) {
        var->varattno = column.new_number;
        var->varattnosyn = column.new_number;
    }
    var->vartypmod = column.new_length;
    var->vartype = TypeOfValues(column);
    var->varcollid = get_typcollation(var->vartype);
    return OidIsValid(column.trusting_cast)
               ? AsExpr(makeFuncExpr(column.trusting_cast, column.enum_type, list_make1(var),
                                     InvalidOid, InvalidOid, COERCE_EXPLICIT_CALL))
               : AsExpr(var);
}

Expr* MakeOldValue(Column* column, Expr* value, Rewriter* rewriter) {
    const auto [cast, base] = CastBack(*column, value);
    Node* whole = OidIsValid(column->old_domain) ? CoerceToDomainOf(*column, base) : base;
    auto* old = static_cast<OldValue*>(palloc(sizeof(OldValue)));
    // The column of the table, which a view's output column only passes on.
    auto* own = static_cast<Column*>(list_nth(rewriter->columns, column->index));
    *old = {own->is_array && !column->is_array ? own->element : own, value, cast, base, whole};
    if (rewriter->old_values == nullptr) {
        rewriter->old_values = MakeKnownNodes();
    }
    for (Node* node : {cast, base, whole}) {
        Search(*rewriter, node, HASH_ENTER)->old = old;
    }
    return AsExpr(whole);
}

const OldValue* FindOldValue(Node* node, const Rewriter& rewriter) {
    while (node != nullptr && rewriter.old_values != nullptr) {
        const KnownNode* known = Search(rewriter, node, HASH_FIND);
        if (known != nullptr) {
            return known->old;
        }
        if (IsA(node, RelabelType)) {
            node = AsNode(castNode(RelabelType, node)->arg);
        } else if (IsA(node, ArrayCoerceExpr) && KeepsElements(*castNode(ArrayCoerceExpr, node))) {
            node = AsNode(castNode(ArrayCoerceExpr, node)->arg);
        } else if (IsA(node, FuncExpr) && WidensInteger(castNode(FuncExpr, node)->funcid)) {
            node = FirstArgument(castNode(FuncExpr, node)->args);
        } else {
            return nullptr;
        }
    }
    return nullptr;
}

Node* WithoutDomain(Node* node, const Rewriter& rewriter) {
    const KnownNode* known = node == nullptr || rewriter.old_values == nullptr
                                 ? nullptr
                                 : Search(rewriter, node, HASH_FIND);
    return known != nullptr && node == known->old->whole ? known->old->base : node;
}

void SettleOldValue(const OldValue* old, Rewriter* rewriter) {
    for (Node* node : {old->cast, old->base, old->whole}) {
        Search(*rewriter, node, HASH_REMOVE);
    }
}

void CheckLeftovers(Node* node, Rewriter* rewriter) {
    FindLeftover(node, rewriter);
}

}  // namespace gb_enums::convert
