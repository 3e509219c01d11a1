// Functions that turn a number or a text that is not known before run time into a code.
// planner/support.cpp puts them into plans, so that "status = $1" is a comparison of two values of
// one type, with which the server can do more. None of them raises an error.

#include "planner/keys.hpp"

#include "type/enum_type.hpp"

namespace gb_enums {

namespace {

/// The greatest code that is not above `number`, or kNoCode.
std::int16_t GreatestCodeUpTo(std::int64_t number) {
    return static_cast<std::int16_t>(
        std::clamp<std::int64_t>(number, kNoCode, std::numeric_limits<std::int16_t>::max()));
}

/// The name that a call site looked up last. A parameter has the same text in every row, and to
/// compare it with the last one is cheaper than to look it up.
struct LastName {
    EnumType* type;
    uint32 version;
    bool found;
    /// kNoCode when it was not found.
    std::int16_t code;
    std::uint8_t size;
    char bytes[kMaxNameBytes];
};

/// Looks the name up and remembers it.
pg_noinline void FindName(LastName* last, std::string_view name) {
    // Read first: if the definition changes while it is read, the result is not of that version.
    const uint32 version = last->type->version();
    Code code{};
    const bool found = last->type->FindCode(name, &code);
    // A text that is longer than any name is kept as the empty text, which is no name either.
    const std::size_t size = name.size() <= sizeof last->bytes ? name.size() : 0;
    memcpy(last->bytes, name.data(), size);
    last->size = static_cast<std::uint8_t>(size);
    last->code = found ? ToInt(code) : kNoCode;
    last->found = found;
    last->version = version;
}

/// Finds the text that is the second argument in the enumeration that the first is a value of.
const LastName& FindArgument(FunctionCallInfo fcinfo) {
    const std::string_view name = ViewOf(TextOf(PG_GETARG_DATUM(1)));
    auto* last = static_cast<LastName*>(fcinfo->flinfo->fn_extra);
    if (likely(last != nullptr && last->version == last->type->version() &&
               SameName(name, {last->bytes, last->size}) &&
               (last->found || !last->type->HasChanged()))) {
        return *last;
    }
    if (last == nullptr) {
        EnumType& type = EnumType::OfOrNone(get_fn_expr_argtype(fcinfo->flinfo, 0));
        last = static_cast<LastName*>(
            MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(LastName)));
        last->type = &type;
        fcinfo->flinfo->fn_extra = last;
    }
    FindName(last, name);
    return *last;
}

}  // namespace

/// (bigint) -> smallint: the code that equals the number.
GB_ENUMS_FUNCTION(gb_enum_code_equal) {
    const std::int64_t number = PG_GETARG_INT64(0);
    const std::int16_t code = GreatestCodeUpTo(number);
    PG_RETURN_INT16(code == number ? code : kNoCode);
}

/// (bigint) -> smallint: the greatest code that is not above the number.
GB_ENUMS_FUNCTION(gb_enum_code_at_most) {
    PG_RETURN_INT16(GreatestCodeUpTo(PG_GETARG_INT64(0)));
}

/// (bigint) -> smallint: the greatest code that is below the number.
GB_ENUMS_FUNCTION(gb_enum_code_below) {
    const std::int64_t number = PG_GETARG_INT64(0);
    PG_RETURN_INT16(number == PG_INT64_MIN ? kNoCode : GreatestCodeUpTo(number - 1));
}

/// (E, text) -> smallint: the code of the name. Any value of E does.
GB_ENUMS_FUNCTION(gb_enum_text_code) {
    PG_RETURN_INT16(FindArgument(fcinfo).code);
}

/// (text) -> text: the same.
GB_ENUMS_FUNCTION(gb_enum_at_run_time) {
    PG_RETURN_DATUM(PG_GETARG_DATUM(0));
}

/// (E, text) -> integer: the code of the name, or a number that no code reaches.
GB_ENUMS_FUNCTION(gb_enum_text_key) {
    const LastName& name = FindArgument(fcinfo);
    PG_RETURN_INT32(name.found ? name.code : PG_INT32_MAX);
}

}  // namespace gb_enums
