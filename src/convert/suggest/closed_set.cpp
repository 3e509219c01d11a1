// Columns that look as if they held a closed set of values: the values that a CHECK allows.

#include "convert/suggest/conditions.hpp"
#include "server/arrays.hpp"
#include "server/boundary.hpp"
#include "server/result_row.hpp"

extern "C" {
#include "catalog/pg_constraint.h"
}

namespace gb_enums::convert {

namespace {

/// The most values that a range of integers may have to be a set of codes.
constexpr int kMostInRange = 100;

/// The values that a condition allows one column, as text; no column while nothing is known.
struct ClosedSet {
    AttrNumber column;
    List* values;
    /// The bounds of an integer column, which allow a set when there are both.
    bool has_lower;
    bool has_upper;
    int64 lower;
    int64 upper;
};

/// The bound that a comparison with an integer is; false for other types.
bool ReadBound(Comparison comparison, const Const& constant, ClosedSet* set) {
    int64 bound = 0;
    switch (constant.consttype) {
        case INT2OID:
            bound = DatumGetInt16(constant.constvalue);
            break;
        case INT4OID:
            bound = DatumGetInt32(constant.constvalue);
            break;
        case INT8OID:
            bound = DatumGetInt64(constant.constvalue);
            break;
        default:
            return false;
    }
    if (bound < PG_INT16_MIN || bound > PG_INT16_MAX) {
        return false;
    }
    set->values = NIL;
    set->has_lower = comparison == Comparison::kGe || comparison == Comparison::kGt;
    set->has_upper = !set->has_lower;
    set->lower = comparison == Comparison::kGt ? bound + 1 : bound;
    set->upper = comparison == Comparison::kLt ? bound - 1 : bound;
    return true;
}

/// column op constant, or array <@ constant, either way round.
bool ReadOperator(const OpExpr& expression, ClosedSet* set) {
    if (list_length(expression.args) != 2) {
        return false;
    }
    Node* left = FirstArgument(expression.args);
    Node* right = SecondArgument(expression.args);
    Oid op = expression.opno;
    if (ColumnOf(left) == 0) {
        std::swap(left, right);
        op = get_commutator(op);
    }
    set->column = ColumnOf(left);
    if (op == OID_ARRAY_CONTAINED_OP) {
        return set->column != 0 && AddValues(right, &set->values) && set->values != NIL;
    }
    Comparison comparison{};
    if (!ReadComparison(op, &comparison)) {
        return false;
    }
    if (set->column == 0 || comparison == Comparison::kNe || !AddValues(right, &set->values) ||
        list_length(set->values) != 1) {
        return false;
    }
    return comparison == Comparison::kEq ||
           ReadBound(comparison, *castNode(Const, WithoutCasts(right)), set);
}

/// column = ANY (array)
bool ReadArrayOperator(const ScalarArrayOpExpr& expression, ClosedSet* set) {
    Comparison comparison{};
    set->column = ColumnOf(FirstArgument(expression.args));
    return expression.useOr && set->column != 0 && ReadComparison(expression.opno, &comparison) &&
           comparison == Comparison::kEq &&
           AddValues(SecondArgument(expression.args), &set->values) && set->values != NIL;
}

bool ReadCondition(Node* node, ClosedSet* set);

/// Reads the values that alternatives allow. All must be about the same column, and allow it a set
/// or nothing but NULL.
bool ReadAlternatives(List* alternatives, ClosedSet* set) {
    ListCell* cell = nullptr;
    foreach (cell, alternatives) {
        auto* alternative = AsNode(lfirst(cell));
        ClosedSet other{};
        if (IsA(alternative, NullTest) &&
            castNode(NullTest, alternative)->nulltesttype == IS_NULL) {
            other.column = ColumnOf(AsNode(castNode(NullTest, alternative)->arg));
        } else if (!ReadCondition(alternative, &other) || other.has_lower || other.has_upper) {
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

/// Reads the values that conditions together allow: the first set among them, or the range between
/// bounds.
bool ReadConditions(List* conditions, ClosedSet* set) {
    ListCell* cell = nullptr;
    foreach (cell, conditions) {
        ClosedSet other{};
        if (!ReadCondition(AsNode(lfirst(cell)), &other)) {
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

/// Reads the values that a condition allows; false when they are no set for one column.
bool ReadCondition(Node* node, ClosedSet* set) {
    check_stack_depth();
    if (IsA(node, OpExpr)) {
        return ReadOperator(*castNode(OpExpr, node), set);
    }
    if (IsA(node, ScalarArrayOpExpr)) {
        return ReadArrayOperator(*castNode(ScalarArrayOpExpr, node), set);
    }
    if (IsA(node, BoolExpr)) {
        const auto* expression = castNode(BoolExpr, node);
        if (expression->boolop == OR_EXPR) {
            return ReadAlternatives(expression->args, set);
        }
        return expression->boolop == AND_EXPR && ReadConditions(expression->args, set);
    }
    return false;
}

/// Makes the codes between two bounds the values.
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
/// a column, or NULLs. The column of a domain's CHECK is its value.
GB_ENUMS_FUNCTION(gb_enum_closed_set) {
    ClosedSet set{};
    HeapTuple tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(PG_GETARG_OID(0)));
    if (HeapTupleIsValid(tuple)) {
        bool is_null = false;
        const Datum tree = SysCacheGetAttr(CONSTROID, tuple, Anum_pg_constraint_conbin, &is_null);
        if (!is_null && ReadCondition(AsNode(stringToNode(TextDatumGetCString(tree))), &set)) {
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

}  // namespace gb_enums::convert
