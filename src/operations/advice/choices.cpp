#include "operations/advice/choices.hpp"

extern "C" {
#include "optimizer/cost.h"
}

namespace gb_enums::operations {

namespace {

/// An index is worthwhile for a statement that costs half as much with it, or less, and so many
/// pages less.
constexpr double kLeastGain = 2;
constexpr double kLeastPagesSaved = 10;
/// That the planner would use BRIN is enough. It does not count on the order of the rows when it
/// says what that costs.
constexpr double kMostOfBrin = 0.9;
/// How many times the least cost an index may cost that is cheaper to have, or to be there anyway.
constexpr double kAboutAsGood = 1.5;
constexpr double kAboutAsGoodAnyway = 2;
/// How many times longer than once a statement may be planned.
constexpr int kTimesPlanned = 10;

/// What a statement may cost with an index, if it costs `least` with the best one.
double MostCost(const Choice& choice, double least) {
    return choice.candidate->kind == Candidate::Kind::kBrin
               ? choice.before * kMostOfBrin
               : std::min({choice.before / kLeastGain,
                           choice.before - kLeastPagesSaved * random_page_cost,
                           least * (choice.is_advised ? kAboutAsGoodAnyway : kAboutAsGood)});
}

/// How many columns of an index have NULLs where CREATE INDEX does not put them by itself.
std::ptrdiff_t ColumnsWithMovedNulls(const AdvisedIndex& index) {
    return std::count_if(
        index.columns, index.columns + index.key_count,
        [](const IndexColumn& column) { return column.is_descending != column.has_nulls_first; });
}

bool IsBetter(const Choice& a, const Choice& b) {
    const auto rank = [](const Choice& choice) {
        return std::make_tuple(!choice.is_advised, choice.candidate->kind, choice.candidate->rank,
                               choice.after, ColumnsWithMovedNulls(choice.candidate->index));
    };
    return rank(a) < rank(b);
}

/// What could serve one table of a statement.
struct TableChoices {
    int table;
    /// Choice*
    List* choices;
};

/// Whether an index that could serve the table is one that `is_meant` says.
template <typename Condition>
bool HasAny(const TableChoices& table, Condition is_meant) {
    ListCell* cell = nullptr;
    foreach (cell, table.choices) {
        if (is_meant(static_cast<const Choice*>(lfirst(cell))->candidate->index)) {
            return true;
        }
    }
    return false;
}

bool HasIndex(const TableChoices& table, const AdvisedIndex& index) {
    return HasAny(table, [&index](const AdvisedIndex& other) { return AreSame(other, index); });
}

/// Whether an index that could serve the table serves all that another one serves.
bool HasServing(const TableChoices& table, const AdvisedIndex& index) {
    return HasAny(table, [&index](const AdvisedIndex& other) { return Serves(other, index); });
}

/// Whether an index serves all that one serves that could serve the table.
bool HasServed(const TableChoices& table, const AdvisedIndex& index) {
    return HasAny(table, [&index](const AdvisedIndex& other) { return Serves(index, other); });
}

bool IsRefused(const AdvisedIndex& index, const List* refused) {
    const char* definition = refused == NIL ? nullptr : Definition(index);
    ListCell* cell = nullptr;
    foreach (cell, refused) {
        if (strcmp(static_cast<const char*>(lfirst(cell)), definition) == 0) {
            return true;
        }
    }
    return false;
}

void AddChoice(TableChoices* table, const Candidate* candidate, bool is_advised) {
    if (!HasIndex(*table, candidate->index)) {
        auto* choice = static_cast<Choice*>(palloc0(sizeof(Choice)));
        choice->candidate = candidate;
        choice->is_advised = is_advised;
        table->choices = lappend(table->choices, choice);
    }
}

/// Adds what is advised already for the rows of an index of which the key does not matter.
void AddAdvisedForRows(TableChoices* table, const AdvisedIndex& index, const List* advice) {
    ListCell* cell = nullptr;
    foreach (cell, advice) {
        const auto* advised = static_cast<const Advice*>(lfirst(cell));
        if (HasSameRows(advised->candidate.index, index)) {
            AddChoice(table, &advised->candidate, true);
        }
    }
}

/// TableChoices*, the last table first. In place of a candidate there is what is advised already
/// and serves it, once for each table.
List* ListTables(const List* candidates, const List* advice, const List* refused) {
    List* tables = NIL;
    TableChoices* table = nullptr;
    ListCell* cell = nullptr;
    foreach (cell, candidates) {
        const auto* candidate = static_cast<const Candidate*>(lfirst(cell));
        if (IsRefused(candidate->index, refused)) {
            continue;
        }
        if (table == nullptr || candidate->table != table->table) {
            table = static_cast<TableChoices*>(palloc(sizeof(TableChoices)));
            *table = {candidate->table, NIL};
            tables = lcons(table, tables);
        }
        const Advice* serving = FindServing(advice, candidate->index);
        AddChoice(table, serving == nullptr ? candidate : &serving->candidate, serving != nullptr);
        if (candidate->index.has_any_key) {
            AddAdvisedForRows(table, candidate->index, advice);
        }
    }
    return tables;
}

class Chooser {
  public:
    Chooser(const Query& query, const char* source) : query_(query), source_(source) {}

    /// Begins with all that could help, and keeps the best index for each table that the statement
    /// needs beside those for its other tables.
    List* Choose(const List* advice, const List* refused, std::clock_t most_time) {
        Candidates found{CurrentMemoryContext, NIL, 0};
        const std::clock_t begun = std::clock();
        end_ = begun + kTimesPlanned * most_time;
        cost_ = PlannedCost(query_, source_, {NIL, FindCandidates, &found});
        const bool is_soon_planned = std::clock() - begun < most_time;
        List* tables = cost_ > 0 && is_soon_planned ? ListTables(found.list, advice, refused) : NIL;
        while (Narrow(tables) && list_length(tables) > 1) {
        }
        if (IsLate()) {
            return NIL;
        }
        List* chosen = NIL;
        ListCell* cell = nullptr;
        foreach (cell, tables) {
            chosen = list_concat(chosen, static_cast<const TableChoices*>(lfirst(cell))->choices);
        }
        return chosen;
    }

  private:
    bool IsLate() const { return std::clock() > end_; }

    /// The indexes of choices, and those that are shown already.
    static List* Show(const List* shown, const List* choices) {
        List* all = list_copy(shown);
        ListCell* cell = nullptr;
        foreach (cell, choices) {
            const auto* choice = static_cast<const Choice*>(lfirst(cell));
            all = lappend(all, const_cast<AdvisedIndex*>(&choice->candidate->index));
        }
        return all;
    }

    double CostWith(const List* shown) const {
        return shown == NIL ? cost_ : PlannedCost(query_, source_, {shown, nullptr, nullptr});
    }

    /// Leaves the best choice for each table, or none. Returns whether any other was left out, so
    /// that those for other tables may have lost their reason.
    bool Narrow(const List* tables) const {
        bool has_changed = false;
        ListCell* cell = nullptr;
        foreach (cell, tables) {
            auto* table = static_cast<TableChoices*>(lfirst(cell));
            const int count = list_length(table->choices);
            if (count > 0 && !IsLate()) {
                Choice* best = Best(table->choices, ShownForOthers(tables, *table));
                table->choices = best == nullptr ? NIL : list_make1(best);
                has_changed |= list_length(table->choices) != count;
                has_changed |= LeaveOutOfOthers(tables, *table, HasIndex);
            }
        }
        return LeaveOutServed(tables) || has_changed;
    }

    /// Leaves out those for whose place there is one that serves them.
    static bool LeaveOutServed(const List* tables) {
        bool has_changed = false;
        ListCell* cell = nullptr;
        foreach (cell, tables) {
            const auto* table = static_cast<const TableChoices*>(lfirst(cell));
            has_changed |= LeaveOutOfOthers(tables, *table, HasServing);
        }
        return has_changed;
    }

    /// The same table may be there twice, and gain by the same index. Then one of the two has it.
    /// Returns whether any was left out, of those that the one has as `has` says.
    static bool LeaveOutOfOthers(const List* tables, const TableChoices& table,
                                 bool (*has)(const TableChoices&, const AdvisedIndex&)) {
        bool has_changed = false;
        ListCell* cell = nullptr;
        foreach (cell, tables) {
            auto* other = static_cast<TableChoices*>(lfirst(cell));
            ListCell* choice = nullptr;
            foreach (choice, other->choices) {
                const Candidate* candidate = static_cast<const Choice*>(lfirst(choice))->candidate;
                if (other != &table && has(table, candidate->index)) {
                    other->choices = foreach_delete_current(other->choices, choice);
                    has_changed = true;
                }
            }
        }
        return has_changed;
    }

    /// The indexes for other tables of the statement, as far as this one cannot gain by them.
    static List* ShownForOthers(const List* tables, const TableChoices& table) {
        List* shown = NIL;
        ListCell* cell = nullptr;
        foreach (cell, tables) {
            ListCell* choice = nullptr;
            foreach (choice, static_cast<const TableChoices*>(lfirst(cell))->choices) {
                const Candidate* candidate = static_cast<const Choice*>(lfirst(choice))->candidate;
                if (!HasServed(table, candidate->index)) {
                    shown = lappend(shown, const_cast<AdvisedIndex*>(&candidate->index));
                }
            }
        }
        return shown;
    }

    /// The best choice beside the indexes for other tables; nullptr when none is good.
    Choice* Best(const List* choices, const List* others) const {
        const double before = CostWith(others);
        const double with_all = CostWith(Show(others, choices));
        if (with_all > before * kMostOfBrin) {
            return nullptr;
        }
        double least = before;
        ListCell* cell = nullptr;
        foreach (cell, choices) {
            auto* choice = static_cast<Choice*>(lfirst(cell));
            choice->before = before;
            choice->after =
                list_length(choices) == 1 ? with_all : CostWith(Show(others, list_make1(choice)));
            least = std::min(least, choice->after);
        }
        Choice* best = nullptr;
        foreach (cell, choices) {
            auto* choice = static_cast<Choice*>(lfirst(cell));
            if (choice->after <= MostCost(*choice, least) &&
                (best == nullptr || IsBetter(*choice, *best))) {
                best = choice;
            }
        }
        return best;
    }

    const Query& query_;
    const char* source_;
    /// What the statement costs as it is.
    double cost_ = 0;
    /// When it has been planned for so long that it is left out.
    std::clock_t end_ = 0;
};

}  // namespace

Advice* FindServing(const List* advice, const AdvisedIndex& index) {
    ListCell* cell = nullptr;
    foreach (cell, advice) {
        auto* one = static_cast<Advice*>(lfirst(cell));
        if (Serves(one->candidate.index, index)) {
            return one;
        }
    }
    return nullptr;
}

List* ChooseIndexes(const Query& query, const char* source, const List* advice, const List* refused,
                    std::clock_t most_time) {
    return Chooser(query, source).Choose(advice, refused, most_time);
}

}  // namespace gb_enums::operations
