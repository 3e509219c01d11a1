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

Datum NameOfCode(FunctionCallInfo fcinfo, EnumType& type, std::int32_t number) {
    const bool fits = number >= PG_INT16_MIN && number <= PG_INT16_MAX;
    return NullableText(fcinfo,
                        fits ? type.NameOf(Code{static_cast<std::int16_t>(number)}) : nullptr);
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

/// Adds what a definition says: code, name, description, aliases, deprecated, replacement.
void AddValues(ResultSet* rows, EnumType& type) {
    const Definition* definition = type.newest_definition();
    if (definition == nullptr) {
        return;
    }
    // Nothing from here on looks up a catalog that could change the definition under the loop:
    // text and smallint are what the server knows by heart.
    for (const Value& value : definition->values()) {
        ResultRow row;
        row.AddInt16(ToInt(value.code)).AddText(value.name);
        row.AddText(value.has_description ? MakeText(value.description) : nullptr);
        row.AddArray(AliasArray(value)).AddBool(value.deprecated);
        row.AddText(value.replacement.empty() ? nullptr : MakeText(value.replacement));
        rows->Add(row);
    }
}

}  // namespace

/// (code integer, E) -> text
GB_ENUMS_FUNCTION(gb_enum_lookup_name) {
    return PG_ARGISNULL(0)
               ? NullableText(fcinfo, nullptr)
               : NameOfCode(fcinfo, EnumType::OfFunctionOrNone(fcinfo), PG_GETARG_INT32(0));
}

/// (code smallint, E) -> text
GB_ENUMS_FUNCTION(gb_enum_lookup_name_of_smallint) {
    return NullableText(fcinfo, PG_ARGISNULL(0) ? nullptr
                                                : EnumType::OfFunctionOrNone(fcinfo).NameOf(
                                                      Code{PG_GETARG_INT16(0)}));
}

/// (code integer, E) -> text
GB_ENUMS_FUNCTION(gb_enum_lookup_description) {
    return PG_ARGISNULL(0)
               ? NullableText(fcinfo, nullptr)
               : Description(fcinfo, EnumType::OfFunctionOrNone(fcinfo).Find(PG_GETARG_INT32(0)));
}

/// (name text, E) -> smallint
GB_ENUMS_FUNCTION(gb_enum_lookup_code) {
    if (PG_ARGISNULL(0)) {
        PG_RETURN_NULL();
    }
    return CodeOf(fcinfo, EnumType::OfFunctionOrNone(fcinfo), TextOf(PG_GETARG_DATUM(0)));
}

/// (regtype, integer) -> text
GB_ENUMS_FUNCTION(gb_enum_name) {
    return NameOfCode(fcinfo, EnumType::OfArgument(fcinfo), PG_GETARG_INT32(1));
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
    if (SearchSysCacheExists1(TYPEOID, ObjectIdGetDatum(PG_GETARG_OID(0)))) {
        AddValues(&rows, EnumType::OfArgument(fcinfo));
    }
    return Datum{0};
}

/// (E) -> the same of one enumeration
GB_ENUMS_FUNCTION(gb_enum_lookup_values) {
    ResultSet rows(fcinfo);
    AddValues(&rows, EnumType::OfFunction(fcinfo));
    return Datum{0};
}

}  // namespace gb_enums
