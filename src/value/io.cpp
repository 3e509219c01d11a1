// How values of an enumeration are written and, in binary, read. (language.cpp reads text.)

#include "server/boundary.hpp"
#include "value/input_rules.hpp"
#include "value/settings.hpp"

namespace gb_enums {

namespace {

/// Room for the digits of any code.
constexpr std::size_t kCodeDigits = 8;

/// The digits of a code that has no name. Not part of the functions that are called for each row,
/// because its buffer costs a stack guard.
pg_noinline text* DigitsOf(Code code) {
    char digits[kCodeDigits];
    pg_itoa(ToInt(code), digits);
    return cstring_to_text(digits);
}

/// A text of ours, whose header has 4 bytes, as a string.
char* CopyToCString(const text* name) {
    const std::size_t length = VARSIZE(name) - VARHDRSZ;
    auto* copy = static_cast<char*>(palloc(length + 1));
    memcpy(copy, VARDATA(name), length);
    copy[length] = '\0';
    return copy;
}

}  // namespace

/// E -> cstring: the name, or the digits of a code that has none.
GB_ENUMS_FUNCTION(gb_enum_out) {
    const Code code{PG_GETARG_INT16(0)};
    const text* name = EnumType::OfFunction(fcinfo).ShownNameOf(code);
    PG_RETURN_CSTRING(CopyToCString(likely(name != nullptr) ? name : DigitsOf(code)));
}

/// E -> text, as gb_enum_out.
GB_ENUMS_FUNCTION(gb_enum_to_text) {
    const Code code{PG_GETARG_INT16(0)};
    const text* name = EnumType::OfFunctionOrNone(fcinfo).NameOf(code);
    PG_RETURN_TEXT_P(likely(name != nullptr) ? name : DigitsOf(code));
}

/// internal -> E: two bytes are a code, any other number of bytes a name.
GB_ENUMS_FUNCTION(gb_enum_recv) {
    EnumType& type = EnumType::OfFunction(fcinfo);
    auto* message = reinterpret_cast<StringInfo>(PG_GETARG_POINTER(0));
    const int length = message->len - message->cursor;
    Code code{};
    bool accepted = false;
    if (length == sizeof(std::int16_t)) {
        // pq_getmsgint() would look once more whether the bytes are there.
        const auto* bytes = reinterpret_cast<const unsigned char*>(message->data + message->cursor);
        message->cursor += length;
        const auto number = static_cast<std::int16_t>(bytes[0] << 8U | bytes[1]);
        accepted = AcceptCode(type, number, fcinfo->context, &code);
    } else {
        int name_length = 0;
        const char* name = pq_getmsgtext(message, length, &name_length);
        accepted =
            AcceptText(type, {name, static_cast<std::size_t>(name_length)}, fcinfo->context, &code);
    }
    if (!accepted) {
        PG_RETURN_NULL();
    }
    PG_RETURN_INT16(ToInt(code));
}

/// E -> bytea: the name, or the code where gb_enums.binary_output says so. A code without a name
/// is sent as the code, and so is a name of two bytes: gb_enum_recv would not read it as a name.
GB_ENUMS_FUNCTION(gb_enum_send) {
    const Code code{PG_GETARG_INT16(0)};
    const text* name = binary_output() == BinaryOutput::kName
                           ? EnumType::OfFunction(fcinfo).ShownNameOf(code)
                           : nullptr;
    StringInfoData message;
    pq_begintypsend(&message);
    if (name != nullptr && VARSIZE_ANY_EXHDR(name) != sizeof(std::int16_t)) {
        pq_sendtext(&message, VARDATA_ANY(name), static_cast<int>(VARSIZE_ANY_EXHDR(name)));
    } else {
        pq_sendint16(&message, static_cast<std::uint16_t>(ToInt(code)));
    }
    PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/// smallint -> E, checked.
GB_ENUMS_FUNCTION(gb_enum_from_int2) {
    Code code{};
    AcceptCode(EnumType::OfFunction(fcinfo), PG_GETARG_INT16(0), nullptr, &code);
    PG_RETURN_INT16(ToInt(code));
}

/// Another enumeration -> E, by code, checked.
GB_ENUMS_FUNCTION(gb_enum_from_kin) {
    Code code{};
    AcceptCode(EnumType::OfResult(fcinfo), PG_GETARG_INT16(0), nullptr, &code);
    PG_RETURN_INT16(ToInt(code));
}

/// integer -> E, checked.
GB_ENUMS_FUNCTION(gb_enum_from_int4) {
    Code code{};
    AcceptCode(EnumType::OfFunction(fcinfo), PG_GETARG_INT32(0), nullptr, &code);
    PG_RETURN_INT16(ToInt(code));
}

/// text -> E, checked.
GB_ENUMS_FUNCTION(gb_enum_from_text) {
    Code code{};
    AcceptText(EnumType::OfFunction(fcinfo), ViewOf(TextOf(PG_GETARG_DATUM(0))), nullptr, &code);
    PG_RETURN_INT16(ToInt(code));
}

}  // namespace gb_enums
