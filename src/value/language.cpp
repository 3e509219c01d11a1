// The language gb_enum: a function in it is the input function of an enumeration, and its body is
// the definition of that enumeration. A body is data and is never executed.

#include "value/language.hpp"

#include "server/boundary.hpp"
#include "server/function.hpp"
#include "value/input_rules.hpp"

namespace gb_enums {

namespace {

/// Raises 42P13 unless a function has the shape of an input function and can be that of its result
/// type: an enumeration whose definition it is, or a shell type that can become one.
void CheckIsInputFunction(Oid function) {
    HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
    if (!HeapTupleIsValid(tuple)) {
        elog(ERROR, "cache lookup failed for function %u", function);
    }
    const auto* form = reinterpret_cast<Form_pg_proc>(GETSTRUCT(tuple));
    const bool takes_cstring = form->prokind == PROKIND_FUNCTION && !form->proretset &&
                               form->pronargs == 1 && form->proargtypes.values[0] == CSTRINGOID;
    const Oid type = form->prorettype;
    ReleaseSysCache(tuple);

    bool is_input = false;
    HeapTuple type_tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
    if (takes_cstring && HeapTupleIsValid(type_tuple)) {
        const auto* type_form = reinterpret_cast<Form_pg_type>(GETSTRUCT(type_tuple));
        is_input = type_form->typisdefined ? type_form->typinput == function && IsEnum(type)
                                           : type_form->typtype == TYPTYPE_PSEUDO;
    }
    if (HeapTupleIsValid(type_tuple)) {
        ReleaseSysCache(type_tuple);
    }
    if (!is_input) {
        ereport(ERROR,
                (errcode(ERRCODE_INVALID_FUNCTION_DEFINITION),
                 errmsg("function %s is not the input function of an enumeration",
                        format_procedure(function)),
                 errdetail("A function in language gb_enum takes one cstring and returns the type "
                           "whose values its body lists; it does nothing else.")));
    }
}

}  // namespace

void CheckDefinition(const char* body) {
    const char* problem = Guarded([body]() -> const char* {
        try {
            Definition::Parse(body, std::pmr::get_default_resource());
            return nullptr;
        } catch (const DefinitionError& error) {
            return ServerString(fmt::format("Line {}: {}.", error.line(), error.what()));
        }
    });
    if (problem != nullptr) {
        ereport(ERROR, (errcode(ERRCODE_INVALID_FUNCTION_DEFINITION),
                        errmsg("invalid definition of an enumeration"),
                        errdetail_internal("%s", problem), errhint("%s", kDefinitionHint)));
    }
}

/// The input function of every enumeration: fmgr comes straight here.
GB_ENUMS_FUNCTION(gb_enum_call_handler) {
    if (unlikely(fcinfo->flinfo->fn_extra == nullptr)) {
        CheckIsInputFunction(fcinfo->flinfo->fn_oid);
    }
    EnumType& type = EnumType::OfFunction(fcinfo);
    if (PG_NARGS() < 1 || PG_ARGISNULL(0)) {
        PG_RETURN_NULL();
    }
    Code code{};
    if (!AcceptText(type, PG_GETARG_CSTRING(0), fcinfo->context, &code)) {
        PG_RETURN_NULL();
    }
    PG_RETURN_INT16(ToInt(code));
}

/// Raises an error for a function that is not an input function, and for a body that is not a
/// definition. Checks nothing while a dump is being restored, as the validators of other languages.
GB_ENUMS_FUNCTION(gb_enum_validator) {
    const Oid function = PG_GETARG_OID(0);
    if (!CheckFunctionValidatorAccess(fcinfo->flinfo->fn_oid, function) || !check_function_bodies) {
        PG_RETURN_VOID();
    }
    CheckIsInputFunction(function);
    CheckDefinition(FunctionSource(function));
    PG_RETURN_VOID();
}

}  // namespace gb_enums
