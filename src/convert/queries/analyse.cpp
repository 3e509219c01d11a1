// Statements of an application, analysed as when a driver prepares them: which of them fail, and
// which do something else than with texts. No statement is planned or executed.

#include "analysis/statement.hpp"
#include "convert/queries/order_and_names.hpp"
#include "server/arrays.hpp"
#include "server/boundary.hpp"
#include "server/result_row.hpp"

extern "C" {
#include "access/xlog.h"
#include "parser/analyze.h"
#include "rewrite/rewriteHandler.h"
}

namespace gb_enums::convert {

namespace {

constexpr int kMostTexts = 100000;
constexpr int kFragmentBytes = 80;

/// Analyses and rewrites a statement; returns what it does otherwise than with texts.
List* Analyse(RawStmt* statement, const char* source) {
    Query* query = AnalyseStatement(statement, source);
    List* differences = FindDifferences(query);
    if (query->commandType != CMD_UTILITY) {
        QueryRewrite(query);
    }
    return differences;
}

/// One text of an application, with the statements in it.
class Text {
  public:
    Text(int number, const char* source) : number_(number), source_(source) {}

    void Report(ResultSet* rows, LockWait* lock_wait) {
        List* statements = NIL;
        const auto read = [this, &statements] { statements = ParseStatements(source_); };
        if (const ErrorData* error = Attempt(lock_wait, read)) {
            AddError(rows, *error);
            return;
        }
        ListCell* cell = nullptr;
        foreach (cell, statements) {
            auto* statement = lfirst_node(RawStmt, cell);
            if (stmt_requires_parse_analysis(statement)) {
                CHECK_FOR_INTERRUPTS();
                ReportStatement(statement, rows, lock_wait);
            }
        }
    }

  private:
    void ReportStatement(RawStmt* statement, ResultSet* rows, LockWait* lock_wait) {
        start_ = statement->stmt_location;
        length_ = statement->stmt_len;
        List* differences = NIL;
        const auto analyse = [this, statement, &differences] {
            differences = Analyse(statement, source_);
        };
        if (const ErrorData* error = Attempt(lock_wait, analyse)) {
            AddError(rows, *error);
            return;
        }
        ListCell* cell = nullptr;
        foreach (cell, differences) {
            const auto* found = static_cast<const Difference*>(lfirst(cell));
            Add(rows, found->sqlstate, found->message, found->hint, found->location);
        }
    }

    void AddError(ResultSet* rows, const ErrorData& error) const {
        const int location =
            error.cursorpos > 0
                ? pg_mbcharcliplen(source_, static_cast<int>(strlen(source_)), error.cursorpos - 1)
                : -1;
        Add(rows, unpack_sql_state(error.sqlerrcode), error.message, error.hint, location);
    }

    void Add(ResultSet* rows, const char* sqlstate, const char* message, const char* hint,
             int location) const {
        ResultRow row;
        row.Add(Int32GetDatum(number_)).AddText(Statement()).AddText(sqlstate).AddText(message);
        row.AddText(location < 0 ? nullptr : Fragment(location)).AddText(hint);
        rows->Add(row);
    }

    /// The statement, without the blanks before it.
    const char* Statement() const {
        const char* begin = source_ + std::max(start_, 0);
        begin += strspn(begin, " \t\r\n");
        return pnstrdup(begin, End() - begin);
    }

    /// What stands at a place in the statement, up to the end of the line.
    const char* Fragment(int location) const {
        const char* begin = source_ + location;
        const auto length = std::min<std::ptrdiff_t>(
            static_cast<std::ptrdiff_t>(strcspn(begin, "\r\n")), End() - begin);
        return pnstrdup(begin, pg_mbcliplen(begin, static_cast<int>(length), kFragmentBytes));
    }

    const char* End() const {
        return length_ > 0 ? source_ + start_ + length_ : source_ + strlen(source_);
    }

    int number_;
    const char* source_;
    /// The statement that is reported: its place, and its length, 0 for all that follows.
    int start_ = 0;
    int length_ = 0;
};

}  // namespace

/// (queries text[]) -> (query, statement, sqlstate, message, fragment, hint): the statements that
/// fail when they are analysed, and with a NULL sqlstate those that do something else than with
/// texts. Names mean what they mean to the caller.
GB_ENUMS_FUNCTION(gb_analyse_queries) {
    // Its locks are not to be had there, so that all statements but SELECT would seem to fail.
    PreventCommandDuringRecovery("gb_enum_check_queries()");
    const ArrayElements texts =
        BoundedElements(PG_GETARG_ARRAYTYPE_P(0), kMostTexts, "a query", "queries");
    ResultSet rows(fcinfo);
    LockWait lock_wait;
    const MemoryContext work = AllocSetContextCreate(
        CurrentMemoryContext, "gb_enums analysed query", ALLOCSET_DEFAULT_SIZES);
    const MemoryContext caller = MemoryContextSwitchTo(work);
    for (int i = 0; i < texts.count; ++i) {
        CHECK_FOR_INTERRUPTS();
        Text(i + 1, TextDatumGetCString(texts.values[i])).Report(&rows, &lock_wait);
        MemoryContextReset(work);
    }
    MemoryContextSwitchTo(caller);
    MemoryContextDelete(work);
    PG_RETURN_VOID();
}

}  // namespace gb_enums::convert
