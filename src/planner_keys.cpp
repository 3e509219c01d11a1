// What a number or a text that is not known until run time is worth as a code. planner.cpp puts
// these functions into plans, so that "status = $1" is a comparison of two values of one type and
// everything the server can do with such a comparison works. None of them raises an error.

#include "planner_keys.hpp"

#include "enum_type.hpp"

using gb_enums::Code;
using gb_enums::EnumType;
using gb_enums::kNoCode;
using gb_enums::TextOf;

namespace {

/// The greatest code that is not above `number`, or kNoCode.
std::int16_t GreatestCodeUpTo(std::int64_t number) {
    return static_cast<std::int16_t>(
        std::clamp<std::int64_t>(number, kNoCode, std::numeric_limits<std::int16_t>::max()));
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

/// (regtype, text) -> smallint: the code of the name.
GB_ENUMS_FUNCTION(gb_enum_text_code) {
    Code code{kNoCode};
    EnumType::OfArgument(fcinfo).FindCode(TextOf(PG_GETARG_DATUM(1)), &code);
    PG_RETURN_INT16(ToInt(code));
}

/// (regtype, text) -> integer: the code of the name, or a number that no code reaches.
GB_ENUMS_FUNCTION(gb_enum_text_key) {
    Code code{};
    const bool found = EnumType::OfArgument(fcinfo).FindCode(TextOf(PG_GETARG_DATUM(1)), &code);
    PG_RETURN_INT32(found ? ToInt(code) : PG_INT32_MAX);
}
