#include "analysis/statement.hpp"

extern "C" {
#include "parser/analyze.h"
#include "parser/parse_param.h"
}

namespace gb_enums {

namespace {

constexpr int kMostBytes = 1 << 18;
/// The most parameters that a client can bind.
constexpr int kMostParameters = 65535;

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

}  // namespace

void LockWait::Set() const {
    if (LockTimeout == 0 || LockTimeout > wait_) {
        set_config_option("lock_timeout", psprintf("%d", wait_), PGC_USERSET, PGC_S_SESSION,
                          GUC_ACTION_SAVE, true, 0, false);
    }
}

void LockWait::NoteFailure(const ErrorData& error) {
    if (error.sqlerrcode == ERRCODE_LOCK_NOT_AVAILABLE) {
        wait_ = std::max(wait_ / 2, 1);
    }
}

bool EndsTheCall(const ErrorData& error) {
    const int category = ERRCODE_TO_CATEGORY(error.sqlerrcode);
    return category == ERRCODE_INSUFFICIENT_RESOURCES || category == ERRCODE_OPERATOR_INTERVENTION;
}

List* ParseStatements(const char* source) {
    if (strlen(source) > kMostBytes) {
        ereport(ERROR, (errcode(ERRCODE_STATEMENT_TOO_COMPLEX),
                        errmsg("a text of more than %d bytes is not analysed", kMostBytes)));
    }
    return pg_parse_query(source);
}

Query* AnalyseStatement(RawStmt* statement, const char* source) {
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
    return query;
}

}  // namespace gb_enums
