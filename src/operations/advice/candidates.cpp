#include "operations/advice/candidates.hpp"

#include "operations/advice/covering.hpp"
#include "operations/advice/entry_width.hpp"
#include "tree/nodes.hpp"

extern "C" {
#include "catalog/pg_class.h"
#include "rewrite/rewriteManip.h"
#include "utils/rls.h"
}

namespace gb_enums::operations {

namespace {

constexpr int kMostLookedAt = 20;
/// A megabyte: below, a table is read as fast as an index. BRIN is for ten and more.
constexpr double kLeastPages = 128;
constexpr double kLeastPagesOfBrin = 1280;
constexpr double kLeastCorrelation = 0.9;
constexpr double kMostInRange = 1.0 / 3;
/// Of rows that an index has in their order, so many may have been changed.
constexpr double kMostChanged = 0.1;
/// How many columns an index has for equality and for order.
constexpr int kMostEqual = 3;
constexpr int kMostOrder = 3;
/// How many rows have the same value of a column that needs no other beside it.
constexpr double kMostRowsOfValue = 2;

/// The columns of a set of which something is known: those with most values first, no more than
/// `most`.
struct Columns {
    AttrNumber numbers[kMostEqual];
    int count;
    /// How many values the first has.
    double most_values;
};

Columns MostDistinct(const Facts& facts, const Bitmapset* set, int most) {
    struct Ranked {
        AttrNumber number;
        double values;
    };
    Ranked ranked[MaxHeapAttributeNumber];
    int count = 0;
    for (int column = -1; (column = bms_next_member(set, column)) >= 0;) {
        const auto number = static_cast<AttrNumber>(column);
        const double values = DistinctValues(facts.root, *facts.table, facts.relation, number);
        if (values > 0) {
            ranked[count++] = {number, values};
        }
    }
    std::sort(ranked, ranked + count, [](const Ranked& a, const Ranked& b) {
        return std::make_tuple(-a.values, a.number) < std::make_tuple(-b.values, b.number);
    });
    Columns columns{};
    columns.count = std::min(count, most);
    columns.most_values = count > 0 ? ranked[0].values : 0;
    for (int i = 0; i < columns.count; ++i) {
        columns.numbers[i] = ranked[i].number;
    }
    return columns;
}

/// Adds the columns by which rows are wanted sorted. An index can be read backwards, so that the
/// first column need not be descending.
void AddOrder(AdvisedIndex* index, const List* order) {
    bool is_backwards = false;
    for (int i = 0; i < std::min(list_length(order), kMostOrder); ++i) {
        auto column = *static_cast<const IndexColumn*>(list_nth(order, i));
        is_backwards = i == 0 ? column.is_descending : is_backwards;
        column.is_descending ^= is_backwards;
        column.has_nulls_first ^= is_backwards;
        AddKey(index, column);
    }
}

/// Whether the current user may know what is in a column.
bool MayRead(Oid relation, AttrNumber column) {
    return pg_class_aclcheck(relation, GetUserId(), ACL_SELECT) == ACLCHECK_OK ||
           pg_attribute_aclcheck(relation, column, GetUserId(), ACL_SELECT) == ACLCHECK_OK;
}

/// Whether an index may have its columns: the current user may read them, and those of the key
/// can be in one and are narrow.
bool IsAllowed(const AdvisedIndex& index) {
    const auto may_read = [&index](const IndexColumn& column) {
        return MayRead(index.relation, column.number);
    };
    const auto can_be_key = [](const IndexColumn& column) {
        return OidIsValid(column.operator_class);
    };
    return index.key_count > 0 &&
           std::all_of(index.columns, index.columns + index.count, may_read) &&
           std::all_of(index.columns, index.columns + index.key_count, can_be_key) &&
           HasNarrowKey(index);
}

class Collector {
  public:
    Collector(const Facts& facts, Candidates* candidates)
        : facts_(facts), candidates_(candidates) {}

    void AddBrin() {
        const TableSize& size = facts_.size;
        if (size.pages < kLeastPagesOfBrin || size.changed_rows > kMostChanged * size.rows ||
            facts_.table->rows > kMostInRange * size.rows || !bms_is_empty(facts_.equal)) {
            return;
        }
        const Bitmapset* columns = WithoutBrin(facts_.range);
        for (int column = -1; (column = bms_next_member(columns, column)) >= 0;) {
            const auto number = static_cast<AttrNumber>(column);
            const double correlation = Correlation(
                size.largest_relation, SameColumn(size.largest_relation, facts_.relation, number));
            if (correlation >= kLeastCorrelation) {
                AdvisedIndex index = EmptyIndex(facts_.relation, BRIN_AM_OID);
                AddKey(&index, {number, false, false});
                candidates_->Add(
                    Candidate::Kind::kBrin, index, 0,
                    psprintf("the rows are in the order of %s (correlation %.2f), in %.0f pages",
                             ColumnNames(index, 0, 1), correlation, size.pages));
            }
        }
    }

    void AddPartial() {
        if (facts_.rare == nullptr || !MayRead(facts_.relation, facts_.rare_column)) {
            return;
        }
        AdvisedIndex index = EmptyIndex(facts_.relation);
        index.share = facts_.rare_share;
        index.predicate = Copy(facts_.rare);
        ChangeVarNodes(index.predicate, static_cast<int>(facts_.table->relid), 1, 0);
        const char* evidence = psprintf("%s is true of %.2g %% of %.0f rows", PredicateText(index),
                                        100 * index.share, facts_.size.rows);
        Bitmapset* equal = bms_del_member(bms_copy(facts_.equal), facts_.rare_column);
        Bitmapset* range = bms_del_member(bms_copy(facts_.range), facts_.rare_column);
        AddKeys(Candidate::Kind::kPartial, index, MostDistinct(facts_, equal, kMostEqual), range,
                evidence);
        AddKey(&index, {facts_.rare_column, false, false});
        AdvisedIndex covering = index;
        index.has_any_key = true;
        candidates_->Add(Candidate::Kind::kPartial, index, RankOf(kMostEqual + 1, false), evidence);
        if (MakeCovering(facts_, &covering)) {
            candidates_->Add(Candidate::Kind::kPartial, covering, RankOf(kMostEqual + 2, false),
                             psprintf("%s; %s", evidence, VisiblePages(facts_.size)));
        }
    }

    void AddPlain() {
        const AdvisedIndex index = EmptyIndex(facts_.relation);
        const char* evidence = psprintf("%s %.0f rows in %.0f pages",
                                        facts_.size.largest_relation == facts_.relation
                                            ? "the table has"
                                            : "the partitions that are read have",
                                        facts_.size.rows, facts_.size.pages);
        const Columns equal = MostDistinct(facts_, facts_.equal, kMostEqual);
        // Nothing tells how many rows are between parameters.
        AddKeys(Candidate::Kind::kKey, index, equal,
                equal.count > 0 ? facts_.range : WithoutBrin(facts_.known_range), evidence);
        if (!bms_is_empty(facts_.joined)) {
            const Bitmapset* both = bms_union(facts_.joined, facts_.equal);
            AddKeys(Candidate::Kind::kKey, index, MostDistinct(facts_, facts_.joined, 1), nullptr,
                    evidence);
            AddKeys(Candidate::Kind::kKey, index, MostDistinct(facts_, both, kMostEqual), nullptr,
                    evidence);
        }
    }

  private:
    static int RankOf(int equal, bool has_rest) { return 2 * equal + (has_rest ? 0 : 1); }

    /// Adds indexes with the first of the columns for equality, and the order or a range after the
    /// first of them and after all. A column with as many values as there are rows needs no other.
    void AddKeys(Candidate::Kind kind, const AdvisedIndex& empty, const Columns& equal,
                 const Bitmapset* range, const char* evidence) {
        AdvisedIndex index = empty;
        for (int i = 0; i <= equal.count; ++i) {
            if (i > 0) {
                AddKey(&index, {equal.numbers[i - 1], false, false});
                candidates_->Add(kind, index, RankOf(i, false), evidence);
            }
            if (i == 1 && equal.most_values * kMostRowsOfValue >= facts_.size.rows) {
                return;
            }
            if (i == equal.count || i == 1) {
                AddRest(kind, index, i, range, evidence);
            }
        }
    }

    /// Adds the order or a range after columns for equality. Rows with several values in one of
    /// those are not in the order of the next.
    void AddRest(Candidate::Kind kind, const AdvisedIndex& index, int equal, const Bitmapset* range,
                 const char* evidence) {
        const auto has_several = [this](const IndexColumn& column) {
            return bms_is_member(column.number, facts_.several);
        };
        if (std::none_of(index.columns, index.columns + index.count, has_several)) {
            AdvisedIndex sorted = index;
            AddOrder(&sorted, facts_.order);
            candidates_->Add(kind, sorted, RankOf(equal, true), evidence);
        }
        const Columns ranges = MostDistinct(facts_, range, 1);
        if (ranges.count > 0) {
            AdvisedIndex bounded = index;
            AddKey(&bounded, {ranges.numbers[0], false, false});
            candidates_->Add(kind, bounded, RankOf(equal, true), evidence);
        }
    }

    /// The columns of a set that no BRIN index of the table has, in whatever place.
    Bitmapset* WithoutBrin(const Bitmapset* set) const {
        Bitmapset* columns = bms_copy(set);
        ListCell* cell = nullptr;
        foreach (cell, facts_.size.largest->indexlist) {
            const auto* info = lfirst_node(IndexOptInfo, cell);
            const bool is_for_it = info->indpred == NIL || info->predOK;
            for (int i = 0; info->relam == BRIN_AM_OID && is_for_it && i < info->ncolumns; ++i) {
                if (info->indexkeys[i] > 0) {
                    columns = bms_del_member(columns, ColumnOfWhole(facts_, info->indexkeys[i]));
                }
            }
        }
        return columns;
    }

    const Facts& facts_;
    Candidates* candidates_;
};

/// Whether a table is one that people make indexes for, and whose rows the current user sees all.
bool IsForAdvice(const RangeTblEntry& entry) {
    return entry.rtekind == RTE_RELATION && entry.relid >= FirstNormalObjectId &&
           (entry.relkind == RELKIND_RELATION || entry.relkind == RELKIND_MATVIEW ||
            entry.relkind == RELKIND_PARTITIONED_TABLE) &&
           entry.inh == (entry.relkind == RELKIND_PARTITIONED_TABLE) &&
           get_rel_persistence(entry.relid) != RELPERSISTENCE_TEMP &&
           check_enable_rls(entry.relid, InvalidOid, true) != RLS_ENABLED;
}

}  // namespace

void Candidates::Add(Candidate::Kind kind, const AdvisedIndex& index, int rank,
                     const char* evidence) {
    if (!IsAllowed(index)) {
        return;
    }
    ListCell* cell = nullptr;
    foreach (cell, list) {
        const auto* had = static_cast<const Candidate*>(lfirst(cell));
        if (had->table == tables && AreSame(had->index, index)) {
            return;
        }
    }
    const MemoryContext caller = MemoryContextSwitchTo(context);
    auto* candidate = static_cast<Candidate*>(palloc(sizeof(Candidate)));
    *candidate = {kind, tables, index, rank, psprintf("%s%s", evidence, RefusedRows(index))};
    candidate->index.predicate = Copy(index.predicate);
    list = lappend(list, candidate);
    MemoryContextSwitchTo(caller);
}

void FindCandidates(PlannerInfo* root, RelOptInfo* table, const RangeTblEntry& entry,
                    void* result) {
    auto* candidates = static_cast<Candidates*>(result);
    if (candidates->tables == kMostLookedAt || !IsForAdvice(entry) ||
        WholeOf(*root, table->relid) != table->relid) {
        return;
    }
    Facts facts{root, table, entry.relid, SizeOf(*root, table)};
    if (facts.size.pages < kLeastPages) {
        return;
    }
    ++candidates->tables;
    NoteConditions(&facts);
    Collector collector(facts, candidates);
    collector.AddBrin();
    collector.AddPartial();
    collector.AddPlain();
    AddCovering(facts, candidates);
}

}  // namespace gb_enums::operations
