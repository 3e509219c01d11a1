// The columns that change: what the caller says of them, and their values in trees.

#include "convert/tree/rewriter.hpp"
#include "server/function.hpp"

extern "C" {
#include "catalog/pg_attribute.h"
#include "catalog/pg_collation.h"
#include "parser/parse_coerce.h"
}

namespace gb_enums::convert {

namespace {

/// Marks what OldOf() made. Locations are of no use in trees that are deparsed, and are copied with
/// the node.
constexpr int kMark = -1000;

int MarkOf(const Column& column) {
    return kMark - column.index;
}

Oid CastTo(Oid source, Oid target) {
    Oid function = InvalidOid;
    if (find_coercion_pathway(target, source, COERCION_EXPLICIT, &function) != COERCION_PATH_FUNC) {
        ereport(ERROR,
                (errcode(ERRCODE_UNDEFINED_OBJECT),
                 errmsg("there is no cast from %s to %s", TypeName(source), TypeName(target))));
    }
    return function;
}

Expr* Cast(const Column& column, Expr* value, Oid type, Oid collation) {
    FuncExpr* cast = makeFuncExpr(CastTo(column.enum_type, type), type, list_make1(value),
                                  collation, InvalidOid, COERCE_EXPLICIT_CAST);
    cast->location = MarkOf(column);
    return reinterpret_cast<Expr*>(cast);
}

/// The text, in the order that it had.
Expr* Collate(const Column& column, Expr* text) {
    if (!OidIsValid(column.old_collation)) {
        return text;
    }
    auto* collate = makeNode(CollateExpr);
    collate->arg = text;
    collate->collOid = column.old_collation;
    collate->location = MarkOf(column);
    return reinterpret_cast<Expr*>(collate);
}

/// A collation of the column's own.
Oid OwnCollation(const Column& column) {
    HeapTuple tuple =
        SearchSysCache2(ATTNUM, ObjectIdGetDatum(column.relation), Int16GetDatum(column.number));
    if (!HeapTupleIsValid(tuple)) {
        return InvalidOid;
    }
    const Oid collation = reinterpret_cast<Form_pg_attribute>(GETSTRUCT(tuple))->attcollation;
    ReleaseSysCache(tuple);
    return collation == DEFAULT_COLLATION_OID ? InvalidOid : collation;
}

}  // namespace

namespace {

/// It is called with constants: it must be what it is said to be.
void CheckTrustingCast(const Column& column) {
    if (!OidIsValid(column.trusting_cast)) {
        return;
    }
    Oid* types = nullptr;
    int count = 0;
    const Oid result = SearchSysCacheExists1(PROCOID, ObjectIdGetDatum(column.trusting_cast))
                           ? get_func_signature(column.trusting_cast, &types, &count)
                           : InvalidOid;
    if (result != column.enum_type || count != 1 || types[0] != INT2OID ||
        strcmp(FunctionSource(column.trusting_cast), "int2up") != 0) {
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("function with OID %u does not make a smallint a value of %s",
                               column.trusting_cast, TypeName(column.enum_type))));
    }
}

/// What others than the extension's own plans may have written.
void CheckColumn(const Column& column) {
    if (column.number < 1 || column.new_number < 1) {
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("a column to convert must have the number of a column")));
    }
    const bool goes_back = OidIsValid(column.new_type);
    const bool from =
        goes_back ? column.old_type == column.enum_type : IsConvertible(column.old_type);
    const bool to = !goes_back || column.new_type == TEXTOID || column.new_type == VARCHAROID ||
                    column.new_type == INT2OID || column.new_type == INT4OID;
    if (!from || !to) {
        ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
                        errmsg("a column of type %s does not become one of type %s",
                               TypeName(column.old_type),
                               TypeName(goes_back ? column.new_type : column.enum_type))));
    }
    CheckTrustingCast(column);
}

int CountColumns(Oid relation) {
    HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
    if (!HeapTupleIsValid(tuple)) {
        return 0;
    }
    const int count = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple))->relnatts;
    ReleaseSysCache(tuple);
    return count;
}

}  // namespace

List* ReadColumns(ArrayType* columns) {
    List* result = NIL;
    ListCell* cell = nullptr;
    foreach (cell, ReadConversion(columns)) {
        auto* column = static_cast<Column*>(palloc0(sizeof(Column)));
        static_cast<ConversionColumn&>(*column) = *static_cast<ConversionColumn*>(lfirst(cell));
        column->index = list_length(result);
        // A number that no column has is as good as none.
        const int new_number = CountColumns(column->relation) + 1 + column->index;
        column->new_number = static_cast<AttrNumber>(new_number > PG_INT16_MAX ? 0 : new_number);
        column->old_collation = OwnCollation(*column);
        CheckColumn(*column);
        column->mapping =
            ReadMapping(column->enum_type, column->options, KindOf(*column) == OldKind::kInteger);
        result = lappend(result, column);
    }
    return result;
}

List* ColumnsOf(List* columns, Oid relation) {
    List* result = NIL;
    ListCell* cell = nullptr;
    foreach (cell, columns) {
        if (static_cast<Column*>(lfirst(cell))->relation == relation) {
            result = lappend(result, lfirst(cell));
        }
    }
    return result;
}

Column* FindColumn(List* columns, AttrNumber number) {
    ListCell* cell = nullptr;
    foreach (cell, columns) {
        auto* column = static_cast<Column*>(lfirst(cell));
        if (column->number == number) {
            return column;
        }
    }
    return nullptr;
}

Expr* AsBase(Expr* value) {
    auto* node = reinterpret_cast<Node*>(value);
    return exprType(node) == VARCHAROID
               ? reinterpret_cast<Expr*>(
                     makeRelabelType(value, TEXTOID, -1, exprCollation(node), COERCE_IMPLICIT_CAST))
               : value;
}

Expr* ValueOf(const Column& column, const Var& old) {
    auto* var = static_cast<Var*>(copyObjectImpl(&old));
    if (column.new_name != nullptr) {
        var->varattno = column.new_number;
        var->varattnosyn = column.new_number;
    }
    if (OidIsValid(column.new_type)) {
        var->vartype = column.new_type;
        var->vartypmod = -1;
        var->varcollid = get_typcollation(column.new_type);
        return reinterpret_cast<Expr*>(var);
    }
    const bool raw = OidIsValid(column.trusting_cast);
    var->vartype = raw ? INT2OID : column.enum_type;
    var->vartypmod = -1;
    var->varcollid = InvalidOid;
    return raw ? reinterpret_cast<Expr*>(makeFuncExpr(column.trusting_cast, column.enum_type,
                                                      list_make1(var), InvalidOid, InvalidOid,
                                                      COERCE_EXPLICIT_CALL))
               : reinterpret_cast<Expr*>(var);
}

Expr* OldOf(Column* column, Expr* value) {
    if (OidIsValid(column->new_type)) {
        value = AsBase(value);
        const Oid type = exprType(reinterpret_cast<Node*>(value));
        FuncExpr* cast = makeFuncExpr(
            CastTo(type, column->enum_type), column->enum_type, list_make1(value), InvalidOid,
            exprCollation(reinterpret_cast<Node*>(value)), COERCE_EXPLICIT_CAST);
        cast->location = MarkOf(*column);
        return reinterpret_cast<Expr*>(cast);
    }
    switch (column->old_type) {
        case TEXTOID:
        case VARCHAROID:
            return Collate(*column, Cast(*column, value, column->old_type,
                                         get_typcollation(column->old_type)));
        case BPCHAROID:
            return Collate(*column,
                           reinterpret_cast<Expr*>(makeRelabelType(
                               Cast(*column, value, TEXTOID, get_typcollation(TEXTOID)), BPCHAROID,
                               -1, get_typcollation(BPCHAROID), COERCE_EXPLICIT_CAST)));
        case INT2OID: {
            RelabelType* code =
                makeRelabelType(value, INT2OID, -1, InvalidOid, COERCE_EXPLICIT_CAST);
            code->location = MarkOf(*column);
            return reinterpret_cast<Expr*>(code);
        }
        case INT4OID:
            return Cast(*column, value, INT4OID, InvalidOid);
        default: {
            auto* label = makeNode(CoerceViaIO);
            label->arg = Cast(*column, value, TEXTOID, get_typcollation(TEXTOID));
            label->resulttype = column->old_type;
            label->resultcollid = InvalidOid;
            label->coerceformat = COERCE_EXPLICIT_CAST;
            label->location = MarkOf(*column);
            return reinterpret_cast<Expr*>(label);
        }
    }
}

bool IsOld(Node* node, Rewriter* rewriter, Column** column, Expr** value) {
    int mark = 0;
    while (node != nullptr && mark > kMark) {
        switch (nodeTag(node)) {
            case T_RelabelType: {
                const auto& relabel = *castNode(RelabelType, node);
                mark = relabel.location;
                node = reinterpret_cast<Node*>(relabel.arg);
                break;
            }
            case T_CollateExpr: {
                const auto& collate = *castNode(CollateExpr, node);
                if (collate.location > kMark) {
                    return false;
                }
                node = reinterpret_cast<Node*>(collate.arg);
                break;
            }
            case T_CoerceViaIO: {
                const auto& label = *castNode(CoerceViaIO, node);
                if (label.location > kMark) {
                    return false;
                }
                node = reinterpret_cast<Node*>(label.arg);
                break;
            }
            case T_FuncExpr: {
                const auto& call = *castNode(FuncExpr, node);
                const bool widens = call.funcid == F_INT4_INT2 || call.funcid == F_INT8_INT2 ||
                                    call.funcid == F_INT8_INT4;
                if (call.location > kMark && !widens) {
                    return false;
                }
                mark = call.location;
                node = static_cast<Node*>(linitial(call.args));
                break;
            }
            default:
                return false;
        }
    }
    const int index = kMark - mark;
    if (node == nullptr || index < 0 || index >= list_length(rewriter->columns)) {
        return false;
    }
    *column = static_cast<Column*>(list_nth(rewriter->columns, index));
    if ((*column)->new_type == VARCHAROID && IsA(node, RelabelType)) {
        node = reinterpret_cast<Node*>(castNode(RelabelType, node)->arg);  // see AsBase()
    }
    *value = reinterpret_cast<Expr*>(node);
    return true;
}

}  // namespace gb_enums::convert
