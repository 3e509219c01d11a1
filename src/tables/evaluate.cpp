// Expressions that are evaluated again and again.

#include "server/arguments.hpp"
#include "server/own_queries.hpp"

extern "C" {
#include "utils/memutils.h"
}

namespace gb_enums {

namespace {

/// An expression that was evaluated before: preparing it takes longer than what most of them do.
struct Prepared {
    char* expression;
    Oid argument_type;
    SPIPlanPtr plan;
};
/// The extension has about ten expressions. None is ever replaced, since it may be what is
/// evaluated now; when there is no room, another one is prepared each time.
std::array<Prepared, 32> prepared{};
std::size_t prepared_count = 0;

[[noreturn]] void RaiseNoExpression(const char* text) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("\"%s\" is not an expression", text)));
    pg_unreachable();
}

SPIPlanPtr Prepare(const char* expression, Oid argument_type) {
    for (std::size_t i = 0; i < prepared_count; ++i) {
        if (prepared[i].argument_type == argument_type &&
            std::strcmp(prepared[i].expression, expression) == 0) {
            return prepared[i].plan;
        }
    }
    const SPIPlanPtr plan = SPI_prepare(psprintf("SELECT %s", expression), 1, &argument_type);
    if (plan == nullptr || !SPI_is_cursor_plan(plan)) {
        RaiseNoExpression(expression);
    }
    if (prepared_count < prepared.size()) {
        char* const copy = MemoryContextStrdup(TopMemoryContext, expression);
        SPI_keepplan(plan);
        prepared[prepared_count++] = {copy, argument_type, plan};
    }
    return plan;
}

}  // namespace

/// (expression text, argument anyelement, result anycompatible) -> the value of an expression in
/// which $1 is the argument; NULL when it has none, like a function that returns void
GB_ENUMS_FUNCTION(gb_evaluate) {
    constexpr int kMostBytes = 1000;
    RequireArgument(fcinfo, 0, "the expression");
    if (VARSIZE_ANY_EXHDR(PG_GETARG_TEXT_PP(0)) > kMostBytes) {
        ereport(ERROR,
                (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED), errmsg("the expression is too long")));
    }
    const char* expression = text_to_cstring(PG_GETARG_TEXT_PP(0));
    const Oid wanted = get_fn_expr_rettype(fcinfo->flinfo);
    Datum argument = PG_GETARG_DATUM(1);
    const char is_null = PG_ARGISNULL(1) ? 'n' : ' ';
    const OwnQueries queries;
    const SPIPlanPtr plan = Prepare(expression, get_fn_expr_argtype(fcinfo->flinfo, 1));
    SPI_execute_plan(plan, &argument, &is_null, false, 1);
    if (SPI_tuptable->tupdesc->natts != 1) {
        RaiseNoExpression(expression);
    }
    NullableDatum result{0, true};
    const Oid type = SPI_processed == 1 ? SPI_gettypeid(SPI_tuptable->tupdesc, 1) : VOIDOID;
    if (type != VOIDOID) {
        if (type != wanted) {
            ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
                            errmsg("\"%s\" is of type %s, not %s", expression, format_type_be(type),
                                   format_type_be(wanted))));
        }
        result.value =
            SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &result.isnull);
        if (!result.isnull) {
            result.value = SPI_datumTransfer(result.value, get_typbyval(type), get_typlen(type));
        }
    }
    queries.End();
    if (result.isnull) {
        PG_RETURN_NULL();
    }
    PG_RETURN_DATUM(result.value);
}

}  // namespace gb_enums
