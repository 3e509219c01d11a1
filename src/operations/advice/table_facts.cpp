#include "operations/advice/table_facts.hpp"

#include "tree/nodes.hpp"

extern "C" {
#include "catalog/pg_statistic.h"
#include "optimizer/appendinfo.h"
#include "optimizer/paths.h"
#include "utils/lsyscache.h"
#include "utils/selfuncs.h"
}

namespace gb_enums::operations {

namespace {

/// A column of few values has no more than these.
constexpr double kFewValues = 100;
/// The largest share of rows that is a small one, and how many times the commonest value has more.
constexpr double kSmallShare = 0.1;
constexpr double kTimesCommoner = 4;

struct ColumnType {
    Oid type;
    int32 modifier;
    Oid collation;
};

ColumnType TypeOf(Oid relation, AttrNumber column) {
    ColumnType type{};
    get_atttypetypmodcoll(relation, column, &type.type, &type.modifier, &type.collation);
    return type;
}

/// The btree family of a column that CREATE INDEX uses without further words, InvalidOid for none.
Oid FamilyOf(const ColumnType& column) {
    const Oid operator_class = GetDefaultOpClass(column.type, BTREE_AM_OID);
    return OidIsValid(operator_class) ? get_opclass_family(operator_class) : InvalidOid;
}

double Counted(Oid function, Oid relation) {
    return static_cast<double>(
        DatumGetInt64(OidFunctionCall1(function, ObjectIdGetDatum(relation))));
}

void AddSize(TableSize* size, RelOptInfo* table, Oid relation) {
    size->pages += table->pages;
    size->rows += table->tuples;
    size->visible_pages += table->pages * table->allvisfrac;
    size->changed_rows += Counted(F_PG_STAT_GET_TUPLES_UPDATED, relation) +
                          Counted(F_PG_STAT_GET_TUPLES_DELETED, relation);
    size->dead_rows += Counted(F_PG_STAT_GET_DEAD_TUPLES, relation);
    if (size->largest == nullptr || table->pages > size->largest->pages) {
        size->largest = table;
        size->largest_relation = relation;
    }
}

/// How a table of a statement is one of those that are read together, nullptr when it is by itself.
AppendRelInfo* LinkOf(const PlannerInfo& root, Index table) {
    return root.append_rel_array == nullptr ? nullptr : root.append_rel_array[table];
}

/// Whether an expression has nothing of a table, and is the same for all of its rows.
bool IsOutside(PlannerInfo* root, const RelOptInfo& table, Node* node) {
    return !bms_is_member(static_cast<int>(table.relid), pull_varnos(root, node)) &&
           !contain_volatile_functions(node);
}

/// Reads column op expression, either way round, or column op ANY (array).
bool ReadOperator(PlannerInfo* root, const RelOptInfo& table, Oid op, Oid collation,
                  const List* arguments, Condition* condition) {
    Node* left = FirstArgument(arguments);
    Node* right = SecondArgument(arguments);
    if (ColumnOf(table, left) == 0) {
        std::swap(left, right);
        op = get_commutator(op);
    }
    condition->column = ColumnOf(table, left);
    if (condition->column == 0 || !OidIsValid(op) || !IsOutside(root, table, right)) {
        return false;
    }
    while (IsA(left, RelabelType)) {
        left = AsNode(castNode(RelabelType, left)->arg);
    }
    const auto* column = castNode(Var, left);
    const Oid family = FamilyOf({column->vartype, -1, column->varcollid});
    condition->is_constant = IsA(right, Const) && !castNode(Const, right)->constisnull;
    condition->is_join = !bms_is_empty(pull_varnos(root, right));
    return OidIsValid(family) &&
           (!OidIsValid(column->varcollid) || column->varcollid == collation) &&
           ComparisonInFamily(op, family, &condition->comparison);
}

/// An expression of what UNION ALL or inheritance reads together, as one of a table among them.
Node* OfMember(PlannerInfo* root, Index table, Node* expression) {
    AppendRelInfo* link = LinkOf(*root, table);
    return link == nullptr ? expression
                           : adjust_appendrel_attrs(
                                 root, OfMember(root, link->parent_relid, expression), 1, &link);
}

/// The members of an equivalence of expressions that the planner knows: the one that is a column of
/// a table, of which an index knows the equivalence, 0 for none; and whether there is one of other
/// tables.
AttrNumber MemberOf(PlannerInfo* root, const EquivalenceClass& equivalence, const RelOptInfo& table,
                    bool* has_others) {
    Relids whole = table.top_parent_relids == nullptr ? table.relids : table.top_parent_relids;
    AttrNumber column = 0;
    ListCell* cell = nullptr;
    foreach (cell, equivalence.ec_members) {
        const auto* member = lfirst_node(EquivalenceMember, cell);
        if (member->em_is_child) {
            continue;
        }
        if (column == 0 && bms_equal(member->em_relids, whole)) {
            column = ColumnOf(table, OfMember(root, table.relid, AsNode(member->em_expr)));
        } else if (!bms_is_empty(member->em_relids) && !bms_overlap(member->em_relids, whole)) {
            *has_others = true;
        }
    }
    if (column == 0) {
        return 0;
    }
    const ColumnType type = TypeOf(root->simple_rte_array[table.relid]->relid, column);
    const bool is_known = equivalence.ec_collation == type.collation &&
                          list_member_oid(equivalence.ec_opfamilies, FamilyOf(type));
    return is_known ? column : AttrNumber{0};
}

/// The statistics of a column while the object is there.
class Statistics {
  public:
    Statistics(PlannerInfo* root, const RelOptInfo& table, Oid relation, AttrNumber column) {
        examine_variable(root, AsNode(VarOf(table, relation, column)), 0, &data_);
    }
    void Release() const { ReleaseVariableStats(data_); }
    double Distinct() {
        bool is_guess = true;  // of a type without equality
        const double values = AreKnown() ? get_variable_numdistinct(&data_, &is_guess) : 0;
        return is_guess ? 0 : values;
    }
    /// Whether the current user may see them, and there are some.
    bool AreKnown() const { return HeapTupleIsValid(data_.statsTuple) && data_.acl_ok; }
    /// The share of the commonest value of a column of few values, else 0.
    double Commonest() const {
        const auto* row =
            reinterpret_cast<const FormData_pg_statistic*>(GETSTRUCT(data_.statsTuple));
        AttStatsSlot slot;
        if (row->stadistinct <= 0 || row->stadistinct > kFewValues ||
            !get_attstatsslot(&slot, data_.statsTuple, STATISTIC_KIND_MCV, InvalidOid,
                              ATTSTATSSLOT_NUMBERS)) {
            return 0;
        }
        const double commonest = slot.nnumbers > 0 ? slot.numbers[0] : 0;
        free_attstatsslot(&slot);
        return commonest;
    }

  private:
    VariableStatData data_{};
};

}  // namespace

Index WholeOf(const PlannerInfo& root, Index table) {
    for (;;) {
        const AppendRelInfo* link = LinkOf(root, table);
        if (link == nullptr ||
            root.simple_rte_array[link->parent_relid]->relkind != RELKIND_PARTITIONED_TABLE) {
            return table;
        }
        table = link->parent_relid;
    }
}

TableSize SizeOf(const PlannerInfo& root, RelOptInfo* table) {
    TableSize size{};
    for (int i = 1; i < root.simple_rel_array_size; ++i) {
        RelOptInfo* part = root.simple_rel_array[i];
        if (part != nullptr && !IS_DUMMY_REL(part) && !root.simple_rte_array[i]->inh &&
            WholeOf(root, static_cast<Index>(i)) == table->relid) {
            AddSize(&size, part, root.simple_rte_array[i]->relid);
        }
    }
    return size;
}

AttrNumber ColumnOf(const RelOptInfo& table, Node* node) {
    while (IsA(node, RelabelType)) {
        node = AsNode(castNode(RelabelType, node)->arg);
    }
    const auto* var = IsA(node, Var) ? castNode(Var, node) : nullptr;
    return var != nullptr && static_cast<Index>(var->varno) == table.relid &&
                   var->varlevelsup == 0 && var->varattno > 0
               ? var->varattno
               : AttrNumber{0};
}

Var* VarOf(const RelOptInfo& table, Oid relation, AttrNumber column) {
    const ColumnType type = TypeOf(relation, column);
    return makeVar(static_cast<int>(table.relid), column, type.type, type.modifier, type.collation,
                   0);
}

bool ReadCondition(PlannerInfo* root, const RelOptInfo& table, Node* clause, Condition* condition) {
    *condition = {0, Comparison::kEq, true, false, false};
    Node* tested = clause;
    switch (nodeTag(clause)) {
        case T_OpExpr: {
            const auto* expression = castNode(OpExpr, clause);
            return list_length(expression->args) == 2 &&
                   ReadOperator(root, table, expression->opno, expression->inputcollid,
                                expression->args, condition);
        }
        case T_ScalarArrayOpExpr: {
            const auto* expression = castNode(ScalarArrayOpExpr, clause);
            condition->is_list = true;
            return ColumnOf(table, FirstArgument(expression->args)) != 0 &&
                   ReadOperator(root, table, expression->opno, expression->inputcollid,
                                expression->args, condition) &&
                   condition->comparison == (expression->useOr ? Comparison::kEq : Comparison::kNe);
        }
        case T_BoolExpr:
            if (castNode(BoolExpr, clause)->boolop == NOT_EXPR) {
                tested = FirstArgument(castNode(BoolExpr, clause)->args);
            }
            break;
        case T_NullTest:
            if (castNode(NullTest, clause)->nulltesttype == IS_NOT_NULL) {
                condition->comparison = Comparison::kNe;
            }
            condition->is_list = true;
            tested = AsNode(castNode(NullTest, clause)->arg);
            break;
        case T_BooleanTest:
            condition->comparison = Comparison::kNe;
            tested = AsNode(castNode(BooleanTest, clause)->arg);
            break;
        default:
            break;
    }
    condition->column = ColumnOf(table, tested);
    return condition->column != 0;
}

Bitmapset* JoinedColumns(PlannerInfo* root, const RelOptInfo& table) {
    Bitmapset* columns = nullptr;
    ListCell* cell = nullptr;
    foreach (cell, root->eq_classes) {
        bool has_others = false;
        const AttrNumber column =
            MemberOf(root, *lfirst_node(EquivalenceClass, cell), table, &has_others);
        if (column != 0 && has_others) {
            columns = bms_add_member(columns, column);
        }
    }
    return columns;
}

List* OrderOf(PlannerInfo* root, const RelOptInfo& table) {
    List* order = NIL;
    ListCell* cell = nullptr;
    foreach (cell, root->sort_pathkeys) {
        const auto* key = lfirst_node(PathKey, cell);
        bool has_others = false;
        const AttrNumber number = MemberOf(root, *key->pk_eclass, table, &has_others);
        const Oid relation = root->simple_rte_array[table.relid]->relid;
        if (number == 0 || key->pk_opfamily != FamilyOf(TypeOf(relation, number))) {
            break;
        }
        auto* column = static_cast<IndexColumn*>(palloc(sizeof(IndexColumn)));
        *column = {number, IsDescending(*key), key->pk_nulls_first};
        order = lappend(order, column);
    }
    return order;
}

HeapTuple StatisticsOf(Oid relation, AttrNumber column) {
    const bool has_partitions = get_rel_relkind(relation) == RELKIND_PARTITIONED_TABLE;
    return SearchSysCache3(STATRELATTINH, ObjectIdGetDatum(relation), Int16GetDatum(column),
                           BoolGetDatum(has_partitions));
}

double DistinctValues(PlannerInfo* root, const RelOptInfo& table, Oid relation, AttrNumber column) {
    Statistics statistics(root, table, relation, column);
    const double values = statistics.Distinct();
    statistics.Release();
    return values;
}

double Correlation(Oid relation, AttrNumber column) {
    double correlation = 0;
    const HeapTuple tuple = StatisticsOf(relation, column);
    if (HeapTupleIsValid(tuple)) {
        AttStatsSlot slot;
        if (get_attstatsslot(&slot, tuple, STATISTIC_KIND_CORRELATION, InvalidOid,
                             ATTSTATSSLOT_NUMBERS)) {
            correlation = slot.nnumbers > 0 ? std::fabs(slot.numbers[0]) : 0;
            free_attstatsslot(&slot);
        }
        ReleaseSysCache(tuple);
    }
    return correlation;
}

double RareShare(PlannerInfo* root, const RelOptInfo& table, Oid relation,
                 const Condition& condition, Node* clause) {
    if (!condition.is_constant || contain_mutable_functions(clause)) {
        return 1;
    }
    const Statistics statistics(root, table, relation, condition.column);
    double share = 1;
    if (statistics.AreKnown()) {
        const double found =
            clause_selectivity(root, clause, static_cast<int>(table.relid), JOIN_INNER, nullptr);
        const double commonest = IsA(clause, NullTest) ? 1 - found : statistics.Commonest();
        if (found <= kSmallShare && commonest > 0 && found * kTimesCommoner <= commonest) {
            share = found;
        }
    }
    statistics.Release();
    return share;
}

}  // namespace gb_enums::operations
