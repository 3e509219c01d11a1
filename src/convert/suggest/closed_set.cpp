// Columns that look as if they held a closed set of values: what a CHECK allows, and what a row
// would save.

#include <vector>

#include "convert/size/row_size.hpp"
#include "server/arrays.hpp"
#include "server/boundary.hpp"
#include "server/relation.hpp"
#include "server/result_row.hpp"

extern "C" {
#include "access/table.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_statistic.h"
#include "utils/acl.h"
#include "utils/rel.h"
#include "utils/rls.h"
}

namespace gb_enums::convert {

namespace {

/// The most values that a range of integers may have to be a set of codes.
constexpr int kMostInRange = 100;

/// The values that a condition allows one column, as text; no column while nothing is known.
struct ClosedSet {
    AttrNumber column;
    List* values;
    /// Bounds for an integer column, of which both must be there.
    bool has_lower;
    bool has_upper;
    int64 lower;
    int64 upper;
};

/// What a value is without casts that only change what it is called.
Node* Strip(Node* node) {
    while (node != nullptr) {
        if (IsA(node, RelabelType)) {
            node = reinterpret_cast<Node*>(castNode(RelabelType, node)->arg);
        } else if (IsA(node, ArrayCoerceExpr)) {
            node = reinterpret_cast<Node*>(castNode(ArrayCoerceExpr, node)->arg);
        } else {
            break;
        }
    }
    return node;
}

bool IsReadable(Oid type) {
    return type == TEXTOID || type == VARCHAROID || type == BPCHAROID || type == INT2OID ||
           type == INT4OID || type == INT8OID;
}

List* AddValue(List* values, Datum value, Oid type) {
    Oid output = InvalidOid;
    bool is_variable_length = false;
    getTypeOutputInfo(type, &output, &is_variable_length);
    return lappend(values, OidOutputFunctionCall(output, value));
}

/// Appends constants, also in arrays; false when there is anything else.
bool AddValues(Node* node, List** values) {
    check_stack_depth();
    node = Strip(node);
    if (node == nullptr) {
        return false;
    }
    if (IsA(node, ArrayExpr)) {
        ListCell* cell = nullptr;
        foreach (cell, castNode(ArrayExpr, node)->elements) {
            if (!AddValues(static_cast<Node*>(lfirst(cell)), values)) {
                return false;
            }
        }
        return true;
    }
    if (!IsA(node, Const)) {
        return false;
    }
    const auto* constant = castNode(Const, node);
    if (constant->constisnull) {
        return true;  // allows nothing
    }
    if (IsReadable(constant->consttype)) {
        *values = AddValue(*values, constant->constvalue, constant->consttype);
        return true;
    }
    const Oid element = get_element_type(constant->consttype);
    if (!IsReadable(element)) {
        return false;
    }
    const ArrayElements elements = ElementsOf(DatumGetArrayTypeP(constant->constvalue));
    for (int i = 0; i < elements.count; ++i) {
        if (!elements.nulls[i]) {
            *values = AddValue(*values, elements.values[i], element);
        }
    }
    return true;
}

AttrNumber ColumnOf(Node* node) {
    node = Strip(node);
    constexpr AttrNumber kNone = InvalidAttrNumber;
    return node != nullptr && IsA(node, Var) ? castNode(Var, node)->varattno : kNone;
}

/// The btree strategy of an operator on integers or texts, 0 for other operators.
int StrategyOf(Oid op) {
    for (const Oid type : {TEXTOID, BPCHAROID, INT4OID}) {
        const Oid family = lookup_type_cache(type, TYPECACHE_BTREE_OPFAMILY)->btree_opf;
        if (const int strategy = get_op_opfamily_strategy(op, family)) {
            return strategy;
        }
    }
    return 0;
}

bool ReadComparison(const OpExpr* comparison, ClosedSet* set) {
    if (list_length(comparison->args) != 2) {
        return false;
    }
    auto* left = static_cast<Node*>(linitial(comparison->args));
    auto* right = static_cast<Node*>(lsecond(comparison->args));
    int strategy = StrategyOf(comparison->opno);
    if (ColumnOf(left) == 0) {
        std::swap(left, right);
        strategy = strategy == 0 ? 0 : BTGreaterStrategyNumber + 1 - strategy;
    }
    set->column = ColumnOf(left);
    if (set->column == 0 || strategy == 0 || !AddValues(right, &set->values) ||
        list_length(set->values) != 1) {
        return false;
    }
    if (strategy == BTEqualStrategyNumber) {
        return true;
    }
    right = Strip(right);
    const Oid type = castNode(Const, right)->consttype;
    if (type != INT2OID && type != INT4OID) {
        return false;
    }
    const int64 bound = type == INT2OID ? DatumGetInt16(castNode(Const, right)->constvalue)
                                        : DatumGetInt32(castNode(Const, right)->constvalue);
    set->values = NIL;
    set->has_lower = strategy > BTEqualStrategyNumber;
    set->has_upper = !set->has_lower;
    set->lower = strategy == BTGreaterStrategyNumber ? bound + 1 : bound;
    set->upper = strategy == BTLessStrategyNumber ? bound - 1 : bound;
    return true;
}

bool Read(Node* node, ClosedSet* set);

/// All must allow the same column a set, or nothing but NULL.
bool ReadAlternatives(List* alternatives, ClosedSet* set) {
    ListCell* cell = nullptr;
    foreach (cell, alternatives) {
        auto* alternative = static_cast<Node*>(lfirst(cell));
        ClosedSet other{};
        if (IsA(alternative, NullTest) &&
            castNode(NullTest, alternative)->nulltesttype == IS_NULL) {
            other.column = ColumnOf(reinterpret_cast<Node*>(castNode(NullTest, alternative)->arg));
        } else if (!Read(alternative, &other) || other.has_lower || other.has_upper) {
            return false;
        }
        if (other.column == 0 || (set->column != 0 && set->column != other.column)) {
            return false;
        }
        set->column = other.column;
        set->values = list_concat(set->values, other.values);
    }
    return set->values != NIL;
}

/// The first set among conditions, or one that bounds make up.
bool ReadAll(List* conditions, ClosedSet* set) {
    ListCell* cell = nullptr;
    foreach (cell, conditions) {
        ClosedSet other{};
        if (!Read(static_cast<Node*>(lfirst(cell)), &other)) {
            continue;
        }
        if (other.values != NIL) {
            *set = other;
            return true;
        }
        if (set->column == 0 || set->column == other.column) {
            set->column = other.column;
            set->lower = other.has_lower ? other.lower : set->lower;
            set->upper = other.has_upper ? other.upper : set->upper;
            set->has_lower = set->has_lower || other.has_lower;
            set->has_upper = set->has_upper || other.has_upper;
        }
    }
    return set->column != 0;
}

/// What a condition allows; false when that is no set of values for one column.
bool Read(Node* node, ClosedSet* set) {
    check_stack_depth();
    if (IsA(node, OpExpr)) {
        return ReadComparison(castNode(OpExpr, node), set);
    }
    if (IsA(node, ScalarArrayOpExpr)) {
        const auto* any = castNode(ScalarArrayOpExpr, node);
        set->column = ColumnOf(static_cast<Node*>(linitial(any->args)));
        return any->useOr && set->column != 0 && StrategyOf(any->opno) == BTEqualStrategyNumber &&
               AddValues(static_cast<Node*>(lsecond(any->args)), &set->values) &&
               set->values != NIL;
    }
    if (IsA(node, BoolExpr)) {
        const auto* expression = castNode(BoolExpr, node);
        if (expression->boolop == OR_EXPR) {
            return ReadAlternatives(expression->args, set);
        }
        return expression->boolop == AND_EXPR && ReadAll(expression->args, set);
    }
    return false;
}

/// Bounds as the codes between them.
void ListRange(ClosedSet* set) {
    if (set->values != NIL || !set->has_lower || !set->has_upper ||
        set->upper - set->lower >= kMostInRange) {
        return;
    }
    for (int64 code = set->lower; code <= set->upper; ++code) {
        set->values = lappend(set->values, psprintf(INT64_FORMAT, code));
    }
}

}  // namespace

/// (constraint oid) -> (number smallint, values text[]): the values that a CHECK constraint allows
/// a column, or NULLs.
GB_ENUMS_FUNCTION(gb_enum_closed_set) {
    ClosedSet set{};
    HeapTuple tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(PG_GETARG_OID(0)));
    if (HeapTupleIsValid(tuple)) {
        bool is_null = false;
        const Datum tree = SysCacheGetAttr(CONSTROID, tuple, Anum_pg_constraint_conbin, &is_null);
        if (!is_null && Read(static_cast<Node*>(stringToNode(TextDatumGetCString(tree))), &set)) {
            ListRange(&set);
        } else {
            set = {};
        }
        ReleaseSysCache(tuple);
    }
    ResultRow row;
    if (set.values == NIL) {
        row.AddNull().AddNull();
    } else {
        row.AddInt16(set.column).AddArray(MakeTextArray(set.values));
    }
    PG_RETURN_DATUM(row.ToDatum(fcinfo));
}

namespace {

/// Whether the caller may know what statistics say of a column, as the view pg_stats has it.
bool MaySeeStatistics(Oid relation, AttrNumber number) {
    const bool may_read =
        pg_class_aclcheck(relation, GetUserId(), ACL_SELECT) == ACLCHECK_OK ||
        pg_attribute_aclcheck(relation, number, GetUserId(), ACL_SELECT) == ACLCHECK_OK;
    return may_read && check_enable_rls(relation, InvalidOid, true) != RLS_ENABLED;
}

/// What statistics say of a column: its average width, 0 when there are none that the caller may
/// see, and whether it has nulls.
void ReadStatistics(Oid relation, AttrNumber number, bool inherited, int* width, bool* has_nulls) {
    if (!MaySeeStatistics(relation, number)) {
        return;
    }
    HeapTuple tuple = SearchSysCache3(STATRELATTINH, ObjectIdGetDatum(relation),
                                      Int16GetDatum(number), BoolGetDatum(inherited));
    if (HeapTupleIsValid(tuple)) {
        const auto* statistics = reinterpret_cast<Form_pg_statistic>(GETSTRUCT(tuple));
        *width = statistics->stawidth;
        *has_nulls = *has_nulls || statistics->stanullfrac > 0;
        ReleaseSysCache(tuple);
    }
}

int AlignmentOf(char alignment) {
    switch (alignment) {
        case TYPALIGN_DOUBLE:
            return ALIGNOF_DOUBLE;
        case TYPALIGN_INT:
            return ALIGNOF_INT;
        case TYPALIGN_SHORT:
            return ALIGNOF_SHORT;
        default:
            return 1;
    }
}

/// What a column adds to an average row; a smallint when it is converted.
ColumnSize SizeOf(const FormData_pg_attribute& column, int width, bool is_converted) {
    if (is_converted) {
        return {sizeof(int16), ALIGNOF_SHORT};
    }
    const auto alignment = static_cast<std::size_t>(AlignmentOf(column.attalign));
    if (column.attlen > 0) {
        return {static_cast<std::size_t>(column.attlen), alignment};
    }
    if (width == 0) {
        width = get_typavgwidth(column.atttypid, column.atttypmod);
    }
    // A short value has a header of one byte, and no padding.
    const bool is_short = width <= VARATT_SHORT_MAX && column.attstorage != TYPSTORAGE_PLAIN;
    return {static_cast<std::size_t>(width), is_short ? 1 : alignment};
}

ArrayElements ColumnNumbers(ArrayType* array, TupleDesc columns) {
    return BoundedElements(array, columns->natts, "the number of a column",
                           "numbers of columns of this table");
}

}  // namespace

/// (relation regclass, converted smallint[], places smallint[]) -> integer: the bytes of an average
/// row if those columns were smallint, and its columns in this order; as they are when it is empty.
GB_ENUMS_FUNCTION(gb_enum_row_bytes) {
    Relation relation = OpenTable(PG_GETARG_OID(0), AccessShareLock);
    TupleDesc columns = RelationGetDescr(relation);
    const auto converted = ColumnNumbers(PG_GETARG_ARRAYTYPE_P(1), columns);
    const auto places = ColumnNumbers(PG_GETARG_ARRAYTYPE_P(2), columns);
    const int count = places.count > 0 ? places.count : columns->natts;
    auto* sizes = static_cast<ColumnSize*>(palloc0(sizeof(ColumnSize) * (count + 1)));
    bool has_nulls = false;
    int used = 0;
    for (int i = 0; i < count; ++i) {
        const int number = places.count > 0 ? DatumGetInt16(places.values[i]) : i + 1;
        if (number < 1 || number > columns->natts) {
            ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
                            errmsg("column %d of \"%s\" does not exist", number,
                                   RelationGetRelationName(relation))));
        }
        const Form_pg_attribute column = TupleDescAttr(columns, number - 1);
        if (column->attisdropped) {
            has_nulls = true;
            continue;
        }
        int width = 0;
        ReadStatistics(RelationGetRelid(relation), column->attnum,
                       relation->rd_rel->relkind == RELKIND_PARTITIONED_TABLE, &width, &has_nulls);
        Datum* const end = converted.values + converted.count;
        const bool is_converted =
            std::find(converted.values, end, Int16GetDatum(column->attnum)) != end;
        sizes[used++] = SizeOf(*column, width, is_converted);
    }
    table_close(relation, AccessShareLock);
    const std::size_t size =
        Guarded([&] { return RowSize(std::vector<ColumnSize>(sizes, sizes + used), has_nulls); });
    PG_RETURN_INT32(static_cast<int32>(size));
}

}  // namespace gb_enums::convert
