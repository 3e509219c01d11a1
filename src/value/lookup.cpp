// Lookups between codes, names and descriptions. Like a LEFT JOIN on a lookup table, they give NULL
// for an unknown code or name.

#include "server/arrays.hpp"
#include "server/result_row.hpp"
#include "type/enum_type.hpp"

namespace gb_enums {

namespace {

Datum NullableText(FunctionCallInfo fcinfo, const text* value) {
    if (value == nullptr) {
        PG_RETURN_NULL();
    }
    PG_RETURN_TEXT_P(value);
}

Datum Description(FunctionCallInfo fcinfo, const Value* value) {
    return NullableText(fcinfo, value != nullptr && value->has_description
                                    ? MakeText(value->description)
                                    : nullptr);
}

ArrayType* AliasArray(const Value& value) {
    const std::size_t count = value.aliases.size();
    auto* texts = static_cast<Datum*>(palloc(sizeof(Datum) * (count + 1)));
    std::transform(value.aliases.begin(), value.aliases.end(), texts,
                   [](std::string_view alias) { return PointerGetDatum(MakeText(alias)); });
    return MakeTextArray(texts, static_cast<int>(count));
}

Datum CodeOf(FunctionCallInfo fcinfo, EnumType& type, const text* name) {
    Code code{};
    if (!type.FindCode(name, &code)) {
        PG_RETURN_NULL();
    }
    PG_RETURN_INT16(ToInt(code));
}

}  // namespace

/// (E) -> text
GB_ENUMS_FUNCTION(gb_enum_label) {
    return NullableText(fcinfo,
                        EnumType::OfFunctionOrNone(fcinfo).NameOf(Code{PG_GETARG_INT16(0)}));
}

/// (E) -> text
GB_ENUMS_FUNCTION(gb_enum_label_description) {
    return Description(fcinfo, EnumType::OfFunctionOrNone(fcinfo).Find(PG_GETARG_INT16(0)));
}

/// (text) -> E
GB_ENUMS_FUNCTION(gb_enum_find) {
    return CodeOf(fcinfo, EnumType::OfFunctionOrNone(fcinfo), TextOf(PG_GETARG_DATUM(0)));
}

/// (regtype, integer) -> text
GB_ENUMS_FUNCTION(gb_enum_name) {
    EnumType& type = EnumType::OfArgument(fcinfo);
    const std::int32_t number = PG_GETARG_INT32(1);
    const bool fits = number >= PG_INT16_MIN && number <= PG_INT16_MAX;
    return NullableText(fcinfo,
                        fits ? type.NameOf(Code{static_cast<std::int16_t>(number)}) : nullptr);
}

/// (regtype, text) -> smallint
GB_ENUMS_FUNCTION(gb_enum_code) {
    return CodeOf(fcinfo, EnumType::OfArgument(fcinfo), TextOf(PG_GETARG_DATUM(1)));
}

/// (regtype, integer) -> text
GB_ENUMS_FUNCTION(gb_enum_description) {
    return Description(fcinfo, EnumType::OfArgument(fcinfo).Find(PG_GETARG_INT32(1)));
}

/// (regtype) -> setof (code, name, description, aliases, deprecated, replacement): no rows for a
/// type that has been dropped
GB_ENUMS_FUNCTION(gb_enum_values) {
    ResultSet rows(fcinfo);
    // A query that lists all enumerations may come upon one that is being dropped.
    if (!SearchSysCacheExists1(TYPEOID, ObjectIdGetDatum(PG_GETARG_OID(0)))) {
        return Datum{0};
    }
    EnumType& type = EnumType::OfArgument(fcinfo);
    const Definition* definition = type.definition();
    if (definition == nullptr) {
        return Datum{0};
    }
    // Nothing from here on looks up a catalog that could change the definition under the loop:
    // text and smallint are what the server knows by heart.
    for (const Value& value : definition->values()) {
        ResultRow row;
        row.AddInt16(ToInt(value.code)).AddText(value.name);
        row.AddText(value.has_description ? MakeText(value.description) : nullptr);
        row.AddArray(AliasArray(value)).AddBool(value.deprecated);
        row.AddText(value.replacement.empty() ? nullptr : MakeText(value.replacement));
        rows.Add(row);
    }
    return Datum{0};
}

}  // namespace gb_enums
