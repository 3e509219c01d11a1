// The functions that ALTER TABLE ... USING calls for each row, and the one that plans ask.

#include "convert/value_cache.hpp"
#include "server/result_row.hpp"

namespace gb_enums::convert {

namespace {

/// (value of old_type, any value of the enumeration or NULL, options): the new type is that of the
/// second argument.
ValueCache* CacheOf(FunctionCallInfo fcinfo, Oid old_type) {
    auto* cache = static_cast<ValueCache*>(fcinfo->flinfo->fn_extra);
    if (cache == nullptr) {
        const MemoryContext caller = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
        // In all statements of this extension the options are a literal; those of the first row
        // count.
        JsonbContainer* options = PG_ARGISNULL(2) ? nullptr : &PG_GETARG_JSONB_P_COPY(2)->root;
        cache = MakeValueCache(get_fn_expr_argtype(fcinfo->flinfo, 1), options, old_type);
        MemoryContextSwitchTo(caller);
        fcinfo->flinfo->fn_extra = cache;
    }
    return cache;
}

Datum Return(FunctionCallInfo fcinfo, NullableDatum converted) {
    fcinfo->isnull = converted.isnull;
    return converted.value;
}

}  // namespace

/// (text, E, jsonb) -> E
GB_ENUMS_FUNCTION(gb_enum_converted_text) {
    if (PG_ARGISNULL(0)) {
        PG_RETURN_NULL();
    }
    return Return(fcinfo,
                  ConvertText(CacheOf(fcinfo, TEXTOID), ViewOf(TextOf(PG_GETARG_DATUM(0)))));
}

/// (bigint, E, jsonb) -> E
GB_ENUMS_FUNCTION(gb_enum_converted_int8) {
    if (PG_ARGISNULL(0)) {
        PG_RETURN_NULL();
    }
    return Return(fcinfo, ConvertNumber(CacheOf(fcinfo, INT8OID), PG_GETARG_INT64(0)));
}

/// (numeric, E, jsonb) -> E
GB_ENUMS_FUNCTION(gb_enum_converted_numeric) {
    if (PG_ARGISNULL(0)) {
        PG_RETURN_NULL();
    }
    return Return(fcinfo, ConvertNumeric(CacheOf(fcinfo, NUMERICOID), PG_GETARG_DATUM(0)));
}

/// (anyenum, E, jsonb) -> E
GB_ENUMS_FUNCTION(gb_enum_converted_native) {
    if (PG_ARGISNULL(0)) {
        PG_RETURN_NULL();
    }
    return Return(fcinfo, ConvertLabel(CacheOf(fcinfo, ANYENUMOID), PG_GETARG_OID(0)));
}

/// (anyarray, E, jsonb) -> E[]
GB_ENUMS_FUNCTION(gb_enum_converted_array) {
    if (PG_ARGISNULL(0)) {
        PG_RETURN_NULL();
    }
    const Oid type = get_fn_expr_argtype(fcinfo->flinfo, 0);
    return Return(fcinfo,
                  ConvertValue(CacheOf(fcinfo, getBaseType(type)), type, PG_GETARG_DATUM(0)));
}

/// (value text, enum regtype, options jsonb, is_code boolean) -> (label text, rule text, deprecated
/// boolean, found boolean)
GB_ENUMS_FUNCTION(gb_enum_convert_match) {
    const Mapping mapping =
        ReadMapping(PG_GETARG_OID(1), &PG_GETARG_JSONB_P(2)->root, PG_GETARG_BOOL(3));
    const Target target = FindTarget(mapping, text_to_cstring(PG_GETARG_TEXT_PP(0)), false);
    const text* label =
        target.kind == Target::Kind::kCode ? mapping.type->NameOf(target.code) : nullptr;
    ResultRow row;
    row.AddText(label).AddText(target.rule).AddBool(target.deprecated);
    row.AddBool(target.kind != Target::Kind::kNone);
    PG_RETURN_DATUM(row.ToDatum(fcinfo));
}

}  // namespace gb_enums::convert
