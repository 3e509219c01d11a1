// Indexes that statements of an application would gain by. Statements are analysed, and planned
// with and without an index that is not there. None is executed.

#include "analysis/statement.hpp"
#include "operations/advice/choices.hpp"
#include "operations/advice/safety.hpp"
#include "operations/advice/writes.hpp"
#include "server/boundary.hpp"
#include "server/result_row.hpp"
#include "tree/nodes.hpp"

extern "C" {
#include "access/xlog.h"
#include "rewrite/rewriteHandler.h"
}

namespace gb_enums::operations {

namespace {

constexpr int kMostTexts = 1000;
constexpr int kMostUnplanned = 1000000;
constexpr int kMostRefused = 1000000;

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

/// How many entries an index gets for a row that is written: BRIN has one for many pages, and a
/// covering index takes the place of another one.
double EntriesOfRow(const Candidate& candidate) {
    const bool is_free =
        candidate.kind == Candidate::Kind::kBrin || candidate.kind == Candidate::Kind::kCovering;
    return is_free ? 0 : candidate.index.share;
}

class Advisor {
  public:
    Advisor(const ArrayElements& calls, const ArrayElements& unplanned,
            const ArrayElements& refused, std::clock_t most_time)
        : context_(CurrentMemoryContext),
          calls_(calls),
          unplanned_(unplanned),
          most_time_(most_time) {
        for (int i = 0; i < refused.count; ++i) {
            refused_ = lappend(refused_, TextDatumGetCString(refused.values[i]));
        }
    }

    /// Looks at a statement of a query.
    void Look(int number, RawStmt* statement, const char* source) {
        Query* query = AnalyseStatement(statement, source);
        if (query->commandType == CMD_UTILITY) {
            return;
        }
        const List* rewritten = QueryRewrite(query);
        ListCell* cell = nullptr;
        foreach (cell, rewritten) {
            writes_.Note(*lfirst_node(Query, cell), number);
        }
        if (list_length(rewritten) != 1 ||
            !IsSafeToPlan(linitial_node(Query, rewritten), unplanned_)) {
            return;
        }
        const List* choices =
            ChooseIndexes(*linitial_node(Query, rewritten), source, advice_, refused_, most_time_);
        const MemoryContext caller = MemoryContextSwitchTo(context_);
        ++statements_;
        foreach (cell, choices) {
            const auto* choice = static_cast<const Choice*>(lfirst(cell));
            AddUse(AdviceFor(*choice->candidate),
                   {number, statements_, choice->before, choice->after});
        }
        MemoryContextSwitchTo(caller);
    }

    /// Refuses indexes with a column that is updated as often as they are read. Returns the queries
    /// that gained by them, of which nothing is known then, so that they are to be looked at again;
    /// nullptr for none.
    const Bitmapset* Refuse() {
        const MemoryContext caller = MemoryContextSwitchTo(context_);
        Bitmapset* queries = nullptr;
        ListCell* cell = nullptr;
        foreach (cell, advice_) {
            const auto* advice = static_cast<const Advice*>(lfirst(cell));
            if (!IsReadMoreThanWritten(*advice)) {
                refused_ = lappend(refused_, const_cast<char*>(advice->definition));
                queries = bms_add_members(queries, Readers(*advice));
            }
        }
        Forget(queries);
        MemoryContextSwitchTo(caller);
        return queries;
    }

    void Report(ResultSet* rows) const {
        ListCell* cell = nullptr;
        foreach (cell, advice_) {
            Report(*static_cast<const Advice*>(lfirst(cell)), rows);
        }
    }

  private:
    /// The advice that serves what a candidate would serve; the candidate, when there is none.
    Advice* AdviceFor(const Candidate& candidate) {
        Advice* serving = FindServing(advice_, candidate.index);
        if (serving != nullptr) {
            return serving;
        }
        auto* advice = static_cast<Advice*>(palloc(sizeof(Advice)));
        // Its table may be gone when all statements have been planned.
        *advice = {candidate, Definition(candidate.index), NIL};
        advice->candidate.index.predicate = Copy(candidate.index.predicate);
        advice->candidate.evidence = pstrdup(candidate.evidence);
        TakePlaceOfServed(advice);
        advice_ = lappend(advice_, advice);
        return advice;
    }

    /// Leaves out the advice that other advice serves.
    void TakePlaceOfServed(Advice* serving) {
        List* others = NIL;
        ListCell* cell = nullptr;
        foreach (cell, advice_) {
            auto* advice = static_cast<Advice*>(lfirst(cell));
            if (!Serves(serving->candidate.index, advice->candidate.index)) {
                others = lappend(others, advice);
                continue;
            }
            ListCell* use = nullptr;
            foreach (use, advice->uses) {
                AddUse(serving, *static_cast<const Use*>(lfirst(use)));
            }
        }
        advice_ = others;
    }

    /// A statement that gains by an index more than once, as by two of its tables, gains most of
    /// it.
    static void AddUse(Advice* advice, const Use& added) {
        ListCell* cell = nullptr;
        foreach (cell, advice->uses) {
            auto* use = static_cast<Use*>(lfirst(cell));
            if (use->statement == added.statement) {
                use->before = std::max(use->before, added.before);
                use->after = std::min(use->after, added.after);
                return;
            }
        }
        auto* use = static_cast<Use*>(palloc(sizeof(Use)));
        *use = added;
        advice->uses = lappend(advice->uses, use);
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

    /// The queries that gain by an index.
    static Bitmapset* Readers(const Advice& advice) {
        Bitmapset* readers = nullptr;
        ListCell* cell = nullptr;
        foreach (cell, advice.uses) {
            readers = bms_add_member(readers, static_cast<const Use*>(lfirst(cell))->query);
        }
        return readers;
    }

    /// Whether the statements that gain are executed more often than those that update a column of
    /// the index.
    bool IsReadMoreThanWritten(const Advice& advice) const {
        return Calls(Readers(advice)) > Calls(writes_.Of(advice.candidate.index));
    }

    /// Takes out what some queries gain, and the advice that no others gain by.
    void Forget(const Bitmapset* queries) {
        ListCell* cell = nullptr;
        foreach (cell, advice_) {
            auto* advice = static_cast<Advice*>(lfirst(cell));
            ListCell* use = nullptr;
            foreach (use, advice->uses) {
                if (bms_is_member(static_cast<const Use*>(lfirst(use))->query, queries)) {
                    advice->uses = foreach_delete_current(advice->uses, use);
                }
            }
            if (advice->uses == NIL) {
                advice_ = foreach_delete_current(advice_, cell);
            }
        }
    }

    /// Whether what a use says presumes other indexes that the statement gains by.
    bool PresumesOthers(const Advice& advice, const Use& use) const {
        ListCell* cell = nullptr;
        foreach (cell, advice_) {
            const auto* other = static_cast<const Advice*>(lfirst(cell));
            ListCell* used = nullptr;
            foreach (used, other->uses) {
                if (other != &advice &&
                    static_cast<const Use*>(lfirst(used))->statement == use.statement) {
                    return true;
                }
            }
        }
        return false;
    }

    /// What the statements of a query gain together.
    struct Gain {
        double before = 0;
        double after = 0;
        bool presumes_others = false;
    };
    Gain GainOf(const Advice& advice, int query) const {
        Gain gain;
        ListCell* cell = nullptr;
        foreach (cell, advice.uses) {
            const auto* use = static_cast<const Use*>(lfirst(cell));
            if (use->query == query) {
                gain.before += use->before;
                gain.after += use->after;
                gain.presumes_others = gain.presumes_others || PresumesOthers(advice, *use);
            }
        }
        return gain;
    }

    void Report(const Advice& advice, ResultSet* rows) const {
        const Candidate& candidate = advice.candidate;
        const Bitmapset* queries = Readers(advice);
        for (int query = -1; (query = bms_next_member(queries, query)) >= 0;) {
            const Gain gain = GainOf(advice, query);
            ResultRow row;
            row.AddText(KindName(candidate)).AddOid(candidate.index.relation);
            row.AddText(advice.definition).AddText(candidate.evidence);
            row.Add(Float8GetDatum(EntriesOfRow(candidate)));
            row.Add(Int32GetDatum(query));
            row.Add(Float8GetDatum(gain.before)).Add(Float8GetDatum(gain.after));
            row.Add(BoolGetDatum(gain.presumes_others));
            rows->Add(row);
        }
    }

    MemoryContext context_;
    const ArrayElements& calls_;
    const ArrayElements& unplanned_;
    /// char*, the definitions of indexes that are not to be chosen.
    List* refused_ = NIL;
    const std::clock_t most_time_;
    /// How many have been looked at.
    int statements_ = 0;
    /// Advice*
    List* advice_ = NIL;
    Writes writes_;
};

/// Looks at the statements of a query, with memory in `work` and, for each statement, in `one`.
void LookAtQuery(Advisor* advisor, int number, Datum query, LockWait* lock_wait, MemoryContext work,
                 MemoryContext one) {
    const MemoryContext caller = MemoryContextSwitchTo(work);
    const char* source = TextDatumGetCString(query);
    List* statements = NIL;
    Attempt(lock_wait, [source, &statements] { statements = ParseStatements(source); });
    ListCell* cell = nullptr;
    foreach (cell, statements) {
        CHECK_FOR_INTERRUPTS();
        auto* statement = lfirst_node(RawStmt, cell);
        MemoryContextSwitchTo(one);
        Attempt(lock_wait,
                [advisor, number, statement, source] { advisor->Look(number, statement, source); });
        MemoryContextSwitchTo(work);
        MemoryContextReset(one);
    }
    MemoryContextResetOnly(work);
    MemoryContextSwitchTo(caller);
}

}  // namespace

/// (queries text[], calls bigint[], unplanned oid[], refused text[], most_ms integer) -> (kind,
/// relation, definition, evidence, entries, query, cost_before, cost_after, presumes_others): for
/// each index whose definition is not refused, and each query that gains by it, a row. Names in
/// queries mean what they mean to the caller. A statement is left out that fails, that the caller
/// may not execute, that is not safe to plan, or that takes a processor most_ms milliseconds to
/// plan.
GB_ENUMS_FUNCTION(gb_advise_indexes) {
    // Locks of statements that write are not to be had there.
    PreventCommandDuringRecovery("gb_index_advice()");
    const ArrayElements texts =
        BoundedElements(PG_GETARG_ARRAYTYPE_P(0), kMostTexts, "a query", "queries");
    const ArrayElements calls =
        BoundedElements(PG_GETARG_ARRAYTYPE_P(1), kMostTexts, "a number of calls", "numbers");
    const ArrayElements unplanned =
        BoundedElements(PG_GETARG_ARRAYTYPE_P(2), kMostUnplanned, "a relation", "relations");
    const ArrayElements refused =
        BoundedElements(PG_GETARG_ARRAYTYPE_P(3), kMostRefused, "an index", "indexes");
    const std::clock_t most_time = std::clock_t{PG_GETARG_INT32(4)} * CLOCKS_PER_SEC / 1000;
    ResultSet rows(fcinfo);
    LockWait lock_wait;
    Advisor advisor(calls, unplanned, refused, most_time);
    const MemoryContext work = AllocSetContextCreate(CurrentMemoryContext, "gb_enums index advice",
                                                     ALLOCSET_DEFAULT_SIZES);
    const MemoryContext one =
        AllocSetContextCreate(work, "gb_enums advised statement", ALLOCSET_DEFAULT_SIZES);
    const auto look = [&](int query) {
        LookAtQuery(&advisor, query, texts.values[query - 1], &lock_wait, work, one);
    };
    for (int query = 1; query <= texts.count; ++query) {
        look(query);
    }
    while (const Bitmapset* queries = advisor.Refuse()) {
        for (int query = -1; (query = bms_next_member(queries, query)) >= 0;) {
            look(query);
        }
    }
    MemoryContextDelete(work);
    advisor.Report(&rows);
    PG_RETURN_VOID();
}

}  // namespace gb_enums::operations
