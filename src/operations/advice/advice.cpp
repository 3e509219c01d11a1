// Indexes that statements of an application would gain by. Statements are analysed, and planned
// with and without an index that is not there. None is executed.

#include "analysis/statement.hpp"
#include "operations/advice/candidates.hpp"
#include "operations/advice/safety.hpp"
#include "server/boundary.hpp"
#include "server/result_row.hpp"
#include "tree/nodes.hpp"

extern "C" {
#include "access/xlog.h"
#include "optimizer/cost.h"
#include "parser/parsetree.h"
#include "rewrite/rewriteHandler.h"
}

namespace gb_enums::operations {

namespace {

constexpr int kMostTexts = 1000;
constexpr int kMostUnplanned = 1000000;
/// An index is worthwhile for a statement that costs half as much with it, or less, and so many
/// pages less.
constexpr double kLeastGain = 2;
constexpr double kLeastPagesSaved = 10;
constexpr double kMostOfBrin = 0.9;
/// How many indexes one statement can be the reason of: for the tables that it joins.
constexpr int kMostForStatement = 3;

/// What a statement costs without an index, and with it.
struct Use {
    int query;
    double before;
    double after;
};

struct Advice {
    Candidate candidate;
    const char* definition;
    /// Use*
    List* uses;
};

/// A column that a statement updates.
struct Write {
    Oid relation;
    AttrNumber column;
    int query;
};

/// An index for a statement: advice for others already, or a new candidate.
struct Choice {
    const Candidate* candidate;
    Advice* advice;
    double cost;
};

/// What a statement may cost with an index, if it costs `before` without and `least` with the best
/// one: more with one that is to be there anyway. That the planner would use BRIN is enough. It
/// does not count on the order of the rows when it says what that costs.
double MostCost(const Choice& choice, double before, double least) {
    return choice.candidate->kind == Candidate::Kind::kBrin
               ? before * kMostOfBrin
               : std::min({before / kLeastGain, before - kLeastPagesSaved * random_page_cost,
                           least * (choice.advice != nullptr ? 2 : 1.5)});
}

bool IsBetter(const Choice& a, const Choice& b) {
    const auto rank = [](const Choice& choice) {
        return std::make_tuple(choice.advice == nullptr, choice.candidate->kind,
                               choice.candidate->rank, choice.cost);
    };
    return rank(a) < rank(b);
}

const char* KindName(const Candidate& candidate) {
    switch (candidate.kind) {
        case Candidate::Kind::kBrin:
            return "brin";
        case Candidate::Kind::kPartial:
            return "partial";
        case Candidate::Kind::kCovering:
            return "covering";
        default:
            return candidate.index.key_count > 1 ? "composite" : "index";
    }
}

class Advisor {
  public:
    Advisor(const ArrayElements& calls, const ArrayElements& unplanned)
        : context_(CurrentMemoryContext), calls_(calls), unplanned_(unplanned) {}

    void Look(int number, RawStmt* statement, const char* source) {
        const Query* query = AnalyseStatement(statement, source);
        if (query->commandType == CMD_UTILITY) {
            return;
        }
        NoteWrites(number, *query);
        const List* rewritten = QueryRewrite(Copy(query));
        if (list_length(rewritten) == 1 &&
            IsSafeToPlan(linitial_node(Query, rewritten), unplanned_)) {
            number_ = number;
            query_ = linitial_node(Query, rewritten);
            source_ = source;
            LookForIndexes();
        }
    }

    void Report(ResultSet* rows) {
        Merge();
        ListCell* cell = nullptr;
        foreach (cell, advice_) {
            const auto& advice = *static_cast<const Advice*>(lfirst(cell));
            if (IsReadMoreThanWritten(advice)) {
                Report(advice, rows);
            }
        }
    }

  private:
    void NoteWrites(int number, const Query& query) {
        const List* targets = query.commandType == CMD_UPDATE ? query.targetList
                              : query.onConflict != nullptr   ? query.onConflict->onConflictSet
                                                              : NIL;
        ListCell* cell = nullptr;
        foreach (cell, targets) {
            const auto* target = lfirst_node(TargetEntry, cell);
            if (!target->resjunk) {
                writes_.Add(
                    {rt_fetch(query.resultRelation, query.rtable)->relid, target->resno, number});
            }
        }
    }

    double CostWith(const List* shown, Candidates* found = nullptr) const {
        return PlannedCost(*query_, source_,
                           {shown, found == nullptr ? nullptr : FindCandidates, found});
    }

    void LookForIndexes() {
        const Choice* choices[kMostForStatement];
        double before[kMostForStatement + 1];
        List* shown = NIL;
        int count = 0;
        for (;; ++count) {
            Candidates found{CurrentMemoryContext, NIL};
            before[count] = CostWith(shown, &found);
            if (count == kMostForStatement || before[count] <= 0) {
                break;
            }
            choices[count] = Choose(ListChoices(found.list), shown, before[count]);
            if (choices[count] == nullptr) {
                break;
            }
            shown = Show(shown, *choices[count]);
        }
        for (int i = 0; i < count; ++i) {
            if (i + 1 == count || CostWithout(shown, i) > before[count]) {
                AddUse(*choices[i], before[i]);
            }
        }
    }

    /// What the statement costs without an index that is shown. A later one, for what a join asks
    /// for, can take the place of an earlier one, which then saves nothing.
    double CostWithout(const List* shown, int place) const {
        return CostWith(list_delete_nth_cell(list_copy(shown), place));
    }

    /// Advice that serves what an index would serve, or nullptr.
    Advice* FindServing(const AdvisedIndex& index) const {
        ListCell* cell = nullptr;
        foreach (cell, advice_) {
            auto* advice = static_cast<Advice*>(lfirst(cell));
            if (Serves(advice->candidate.index, index)) {
                return advice;
            }
        }
        return nullptr;
    }

    /// Choice*: the candidates, or in their place what is advised already and serves them.
    List* ListChoices(const List* candidates) const {
        List* choices = NIL;
        List* chosen = NIL;
        ListCell* cell = nullptr;
        foreach (cell, candidates) {
            const auto* candidate = static_cast<const Candidate*>(lfirst(cell));
            Advice* advice = FindServing(candidate->index);
            if (advice == nullptr || !list_member_ptr(chosen, advice)) {
                auto* choice = static_cast<Choice*>(palloc(sizeof(Choice)));
                *choice = {advice == nullptr ? candidate : &advice->candidate, advice, 0};
                choices = lappend(choices, choice);
                chosen = advice == nullptr ? chosen : lappend(chosen, advice);
            }
        }
        return choices;
    }

    static List* Show(List* shown, const Choice& choice) {
        return lappend(shown, const_cast<AdvisedIndex*>(&choice.candidate->index));
    }

    /// The best choice for the statement, which costs `before` without; nullptr when none is good.
    const Choice* Choose(const List* choices, const List* shown, double before) const {
        List* all = list_copy(shown);
        ListCell* cell = nullptr;
        foreach (cell, choices) {
            all = Show(all, *static_cast<Choice*>(lfirst(cell)));
        }
        if (choices == NIL || CostWith(all) > before * kMostOfBrin) {
            return nullptr;
        }
        double least = before;
        foreach (cell, choices) {
            auto* choice = static_cast<Choice*>(lfirst(cell));
            choice->cost = CostWith(Show(list_copy(shown), *choice));
            least = std::min(least, choice->cost);
        }
        const Choice* best = nullptr;
        foreach (cell, choices) {
            const auto* choice = static_cast<Choice*>(lfirst(cell));
            if (choice->cost <= MostCost(*choice, before, least) &&
                (best == nullptr || IsBetter(*choice, *best))) {
                best = choice;
            }
        }
        return best;
    }

    /// Notes what a statement gains by a choice.
    void AddUse(const Choice& choice, double before) {
        const MemoryContext caller = MemoryContextSwitchTo(context_);
        Advice* advice = choice.advice;
        if (advice == nullptr) {
            advice = static_cast<Advice*>(palloc(sizeof(Advice)));
            // Its table may be gone when all statements have been planned.
            *advice = {*choice.candidate, Definition(choice.candidate->index), NIL};
            advice->candidate.index.predicate = Copy(choice.candidate->index.predicate);
            advice->candidate.evidence = pstrdup(choice.candidate->evidence);
            advice_ = lappend(advice_, advice);
        }
        AddUse(advice, {number_, before, choice.cost});
        MemoryContextSwitchTo(caller);
    }

    /// A statement that gains twice, by a key and then by the columns beside it, gains both.
    static void AddUse(Advice* advice, const Use& added) {
        ListCell* cell = nullptr;
        foreach (cell, advice->uses) {
            auto* use = static_cast<Use*>(lfirst(cell));
            if (use->query == added.query) {
                use->before = std::max(use->before, added.before);
                use->after = std::min(use->after, added.after);
                return;
            }
        }
        auto* use = static_cast<Use*>(palloc(sizeof(Use)));
        *use = added;
        advice->uses = lappend(advice->uses, use);
    }

    /// Leaves out advice that other advice serves.
    void Merge() {
        ListCell* cell = nullptr;
        foreach (cell, advice_) {
            const auto* advice = static_cast<const Advice*>(lfirst(cell));
            ListCell* other = nullptr;
            foreach (other, advice_) {
                auto* serving = static_cast<Advice*>(lfirst(other));
                if (serving != advice &&
                    Serves(serving->candidate.index, advice->candidate.index)) {
                    ListCell* use = nullptr;
                    foreach (use, advice->uses) {
                        AddUse(serving, *static_cast<const Use*>(lfirst(use)));
                    }
                    advice_ = foreach_delete_current(advice_, cell);
                    break;
                }
            }
        }
    }

    double Calls(const Bitmapset* queries) const {
        double calls = 0;
        for (int query = -1; (query = bms_next_member(queries, query)) >= 0;) {
            calls += query > calls_.count
                         ? 1
                         : static_cast<double>(DatumGetInt64(calls_.values[query - 1]));
        }
        return calls;
    }

    /// Whether the statements that gain are executed more often than those that update a column of
    /// the index. A column that decides which rows are in the index may be updated: that is when
    /// rows come and go.
    bool IsReadMoreThanWritten(const Advice& advice) const {
        const AdvisedIndex& index = advice.candidate.index;
        Bitmapset* decisive = nullptr;
        pull_varattnos(index.predicate, 1, &decisive);
        Bitmapset* writers = nullptr;
        for (const Write& write : writes_) {
            if (write.relation == index.relation && HasColumn(index, write.column, index.count) &&
                !bms_is_member(write.column - FirstLowInvalidHeapAttributeNumber, decisive)) {
                writers = bms_add_member(writers, write.query);
            }
        }
        Bitmapset* readers = nullptr;
        ListCell* cell = nullptr;
        foreach (cell, advice.uses) {
            readers = bms_add_member(readers, static_cast<const Use*>(lfirst(cell))->query);
        }
        return Calls(readers) > Calls(writers);
    }

    static void Report(const Advice& advice, ResultSet* rows) {
        const Candidate& candidate = advice.candidate;
        ListCell* cell = nullptr;
        foreach (cell, advice.uses) {
            const auto* use = static_cast<const Use*>(lfirst(cell));
            ResultRow row;
            row.AddText(KindName(candidate)).AddOid(candidate.index.relation);
            row.AddText(advice.definition).AddText(candidate.evidence);
            row.Add(Int32GetDatum(use->query));
            row.Add(Float8GetDatum(use->before)).Add(Float8GetDatum(use->after));
            rows->Add(row);
        }
    }

    MemoryContext context_;
    const ArrayElements& calls_;
    const ArrayElements& unplanned_;
    /// Advice*
    List* advice_ = NIL;
    Items<Write> writes_;
    /// The statement that is looked at.
    int number_ = 0;
    const Query* query_ = nullptr;
    const char* source_ = nullptr;
};

}  // namespace

/// (queries text[], calls bigint[], unplanned oid[]) -> (kind, relation, definition, evidence,
/// query, cost_before, cost_after): for each index, and each query that gains by it, a row. Names
/// in queries mean what they mean to the caller. A statement is left out that fails, that the
/// caller may not execute, or that is not safe to plan.
GB_ENUMS_FUNCTION(gb_advise_indexes) {
    // Locks of statements that write are not to be had there.
    PreventCommandDuringRecovery("gb_index_advice()");
    const ArrayElements texts =
        BoundedElements(PG_GETARG_ARRAYTYPE_P(0), kMostTexts, "a query", "queries");
    const ArrayElements calls =
        BoundedElements(PG_GETARG_ARRAYTYPE_P(1), kMostTexts, "a number of calls", "numbers");
    const ArrayElements unplanned =
        BoundedElements(PG_GETARG_ARRAYTYPE_P(2), kMostUnplanned, "a relation", "relations");
    ResultSet rows(fcinfo);
    LockWait lock_wait;
    Advisor advisor(calls, unplanned);
    const MemoryContext work = AllocSetContextCreate(CurrentMemoryContext, "gb_enums index advice",
                                                     ALLOCSET_DEFAULT_SIZES);
    const MemoryContext one =
        AllocSetContextCreate(work, "gb_enums advised statement", ALLOCSET_DEFAULT_SIZES);
    const MemoryContext caller = MemoryContextSwitchTo(work);
    for (int i = 0; i < texts.count; ++i) {
        const char* source = TextDatumGetCString(texts.values[i]);
        List* statements = NIL;
        Attempt(&lock_wait, [source, &statements] { statements = ParseStatements(source); });
        ListCell* cell = nullptr;
        foreach (cell, statements) {
            CHECK_FOR_INTERRUPTS();
            auto* statement = lfirst_node(RawStmt, cell);
            MemoryContextSwitchTo(one);
            Attempt(&lock_wait,
                    [&advisor, i, statement, source] { advisor.Look(i + 1, statement, source); });
            MemoryContextSwitchTo(work);
            MemoryContextReset(one);
        }
        MemoryContextResetOnly(work);
    }
    MemoryContextSwitchTo(caller);
    MemoryContextDelete(work);
    advisor.Report(&rows);
    PG_RETURN_VOID();
}

}  // namespace gb_enums::operations
