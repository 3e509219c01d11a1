// Statements of an application, analysed as when a driver prepares them: which of them fail, and
// which do something else than with texts. No statement is planned or executed.

#include "convert/queries/order_and_names.hpp"
#include "server/arrays.hpp"
#include "server/boundary.hpp"
#include "server/result_row.hpp"

extern "C" {
#include "access/xact.h"
#include "access/xlog.h"
#include "parser/analyze.h"
#include "parser/parse_param.h"
#include "rewrite/rewriteHandler.h"
#include "storage/proc.h"
#include "tcop/tcopprot.h"
#include "utils/resowner.h"
}

namespace gb_enums::convert {

namespace {

constexpr int kMostTexts = 100000;
constexpr int kMostBytes = 1 << 18;
/// The most parameters that a client can bind.
constexpr int kMostParameters = 65535;
constexpr int kFragmentBytes = 80;

/// How long a lock is waited for, in ms; halved when one was not granted, so that a table which is
/// locked does not keep the caller for long.
class LockWait {
  public:
    /// Sets it until the end of the subtransaction. What is set already and shorter stays.
    void Set() const {
        if (LockTimeout == 0 || LockTimeout > wait_) {
            set_config_option("lock_timeout", psprintf("%d", wait_), PGC_USERSET, PGC_S_SESSION,
                              GUC_ACTION_SAVE, true, 0, false);
        }
    }
    void NoteFailure(const ErrorData& error) {
        if (error.sqlerrcode == ERRCODE_LOCK_NOT_AVAILABLE) {
            wait_ = std::max(wait_ / 2, 1);
        }
    }

  private:
    int wait_ = 2000;
};

/// Whether an error says nothing about the statement: no memory, a cancel, the end of the server.
bool EndsTheCall(const ErrorData& error) {
    const int category = ERRCODE_TO_CATEGORY(error.sqlerrcode);
    return category == ERRCODE_INSUFFICIENT_RESOURCES || category == ERRCODE_OPERATOR_INTERVENTION;
}

/// Does work in a subtransaction that is rolled back, so that no lock is kept. Returns the error
/// that came, or nullptr.
template <typename Work>
ErrorData* Attempt(LockWait* lock_wait, Work work) {
    const MemoryContext context = CurrentMemoryContext;
    const ResourceOwner owner = CurrentResourceOwner;
    ErrorData* volatile error = nullptr;
    BeginInternalSubTransaction(nullptr);
    MemoryContextSwitchTo(context);
    PG_TRY();
    {
        // The functions around this one would call the error's place a place in their own source.
        error_context_stack = nullptr;
        lock_wait->Set();
        work();
    }
    PG_CATCH();
    {
        MemoryContextSwitchTo(context);
        error = CopyErrorData();
        FlushErrorState();
    }
    PG_END_TRY();
    RollbackAndReleaseCurrentSubTransaction();
    MemoryContextSwitchTo(context);
    CurrentResourceOwner = owner;
    if (error != nullptr) {
        if (EndsTheCall(*error)) {
            ReThrowError(error);
        }
        lock_wait->NoteFailure(*error);
    }
    return error;
}

/// The server's hook that gives parameters the types which the statement needs.
ParseParamRefHook infer_parameter = nullptr;

/// Calls it for a number that is no more than a client can use: memory is in proportion to it.
Node* InferParameter(ParseState* state, ParamRef* parameter) {
    if (parameter->number > kMostParameters) {
        ereport(ERROR, (errcode(ERRCODE_UNDEFINED_PARAMETER),
                        errmsg("there is no parameter $%d", parameter->number),
                        errdetail("A statement has at most %d parameters.", kMostParameters),
                        parser_errposition(state, parameter->location)));
    }
    return infer_parameter(state, parameter);
}

/// Analyses and rewrites a statement; returns what it does otherwise than with texts. This calls no
/// hook of other extensions, which would count the statement as one of the session.
List* Analyse(RawStmt* statement, const char* source) {
    Oid* types = nullptr;
    int count = 0;
    ParseState* state = make_parsestate(nullptr);
    state->p_sourcetext = source;
    setup_parse_variable_parameters(state, &types, &count);
    infer_parameter = state->p_paramref_hook;
    state->p_paramref_hook = InferParameter;
    Query* query = transformTopLevelStmt(state, statement);
    check_variable_parameters(state, query);
    free_parsestate(state);
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
        const auto read = [this, &statements] {
            RefuseLong();
            statements = pg_parse_query(source_);
        };
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
    void RefuseLong() const {
        if (strlen(source_) > kMostBytes) {
            ereport(ERROR, (errcode(ERRCODE_STATEMENT_TOO_COMPLEX),
                            errmsg("a text of more than %d bytes is not analysed", kMostBytes)));
        }
    }

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
        const int location = error.cursorpos > 0
                                 ? pg_mbcharcliplen(source_, strlen(source_), error.cursorpos - 1)
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
        const auto length = std::min<std::ptrdiff_t>(strcspn(begin, "\r\n"), End() - begin);
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
