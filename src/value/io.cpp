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

constexpr std::size_t kCodeBytes = sizeof(std::int16_t);

/// Sent before the two bytes of a code that would be read as a name. No text has this byte.
constexpr char kNotAName = '\0';

/// Whether the two bytes of a code can be a text: no text has a zero byte, and most codes have one.
bool HasBytesOfText(Code code) {
    const auto number = static_cast<std::uint16_t>(ToInt(code));
    return (number & 0xff00U) != 0 && (number & 0xffU) != 0;
}

/// Two bytes of a message in the server's encoding, in `buffer` if need be; empty when they are not
/// a text. They may as well be a code, so nothing here raises an error. Neither is zero.
std::string_view TextOfTwoBytes(const char* bytes, unsigned char (&buffer)[16]) {
    const int client = pg_get_client_encoding();
    const int server = GetDatabaseEncoding();
    const bool is_ascii = !IS_HIGHBIT_SET(bytes[0]) && !IS_HIGHBIT_SET(bytes[1]);
    if (is_ascii || client == server || client == PG_SQL_ASCII || server == PG_SQL_ASCII) {
        return {bytes, kCodeBytes};
    }
    const Oid conversion = FindDefaultConversionProc(client, server);
    unsigned char source[kCodeBytes + 1] = {static_cast<unsigned char>(bytes[0]),
                                            static_cast<unsigned char>(bytes[1]), '\0'};
    if (!OidIsValid(conversion) ||
        pg_do_encoding_conversion_buf(conversion, client, server, source, kCodeBytes, buffer,
                                      sizeof buffer, true) != kCodeBytes) {
        return {};
    }
    const auto* text = reinterpret_cast<const char*>(buffer);
    return {text, strlen(text)};
}

/// Whether two bytes of a message can be a name.
bool CanBeName(const char* bytes) {
    const auto is_letter = [](char byte) {
        return static_cast<unsigned char>(byte) >= ' ' && byte != '\x7f';
    };
    if (!is_letter(bytes[0]) || !is_letter(bytes[1])) {
        return false;
    }
    unsigned char buffer[16];
    const std::string_view text = TextOfTwoBytes(bytes, buffer);
    return !text.empty() && pg_verifymbstr(text.data(), static_cast<int>(text.size()), true);
}

/// Whether a code has no value here, and its bytes may be the name of one elsewhere.
bool MayBeUnknownName(EnumType& type, Code code) {
    return type.Find(ToInt(code)) == nullptr && type.definition() != nullptr &&
           CanBeName(BytesOf(code).data());
}

/// The value that has two bytes as a name or alias, or nullptr. Valid as type.definition() is.
pg_noinline const Value* FindByTwoBytes(EnumType& type, const char* bytes) {
    return type.FindIn([&type, bytes](const Definition& current) -> const Value* {
        if (!current.has_short_names()) {
            return nullptr;
        }
        unsigned char buffer[16];
        const std::string_view name = TextOfTwoBytes(bytes, buffer);
        const Definition* now = type.definition();  // the conversion may have looked up a catalog
        return now == nullptr ? nullptr : now->Find(name);
    });
}

/// Whether the two bytes of a code may be read as a name, here or where another definition is. This
/// happens to codes without a value, and to codes of values when the client's encoding is not the
/// server's: a definition is refused because of its names in the server's encoding only.
pg_noinline bool MayBeReadAsName(EnumType& type, Code code) {
    const Value* named = FindByTwoBytes(type, BytesOf(code).data());
    return named != nullptr ? named->code != code : MayBeUnknownName(type, code);
}

/// Reports two bytes that are a name of one value and the code of another.
void ReportTwoValues(EnumType& type, Code named, Code coded, Node* escontext) {
    const auto name_of = [&type](Code code) {
        const text* name = type.NameOf(code);
        return CopyToCString(name != nullptr ? name : DigitsOf(code));
    };
    const char* name = name_of(named);
    const char* other = name_of(coded);
    GB_ENUMS_SOFT_ERROR(
        escontext,
        (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
         errmsg("ambiguous binary value for enum %s", TypeName(type.oid())),
         errdetail(
             "In the client's encoding the two bytes are a name of \"%s\"; they are also code "
             "%d of \"%s\".",
             name, ToInt(coded), other),
         errhint("Send the value in text format, or use the server's encoding.")));
}

/// Reports two bytes that are neither a name nor the code of a value.
void ReportNoValue(EnumType& type, Code code, Node* escontext) {
    unsigned char buffer[16];
    const auto bytes = BytesOf(code);
    const std::string_view name = TextOfTwoBytes(bytes.data(), buffer);
    GB_ENUMS_SOFT_ERROR(
        escontext, (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
                    errmsg("invalid input value for enum %s: \"%.*s\"", TypeName(type.oid()),
                           static_cast<int>(name.size()), name.data()),
                    errdetail("Nor are these two bytes the code of a value, which would be %d.",
                              ToInt(code))));
}

/// Replaces a code by that of the value which has its two bytes as a name. False, with an error,
/// for bytes that would be two values, or that are none and may be a name: where codes without a
/// value are accepted, a name that has not come there yet would be stored as a code.
pg_noinline bool PreferName(EnumType& type, Node* escontext, Code* code) {
    const Value* named = FindByTwoBytes(type, BytesOf(*code).data());
    if (named == nullptr && MayBeUnknownName(type, *code)) {
        ReportNoValue(type, *code, escontext);
        return false;
    }
    if (named == nullptr || named->code == *code) {
        return true;
    }
    const Code code_of_name = named->code;  // what is looked for next may replace the definition
    if (type.Find(ToInt(*code)) != nullptr) {
        ReportTwoValues(type, code_of_name, *code, escontext);
        return false;
    }
    *code = code_of_name;
    return true;
}

/// Reads the rest of a message as a name. Not part of gb_enum_recv, where it would make the way of
/// codes longer.
pg_noinline bool AcceptName(EnumType& type, StringInfo message, Node* escontext, Code* code) {
    int length = 0;
    const char* name = pq_getmsgtext(message, message->len - message->cursor, &length);
    return AcceptText(type, {name, static_cast<std::size_t>(length)}, escontext, code);
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

/// internal -> E: two bytes are a name or a code, and three of which the first is zero are a code;
/// anything else is a name.
GB_ENUMS_FUNCTION(gb_enum_recv) {
    EnumType& type = EnumType::OfFunction(fcinfo);
    auto* message = reinterpret_cast<StringInfo>(PG_GETARG_POINTER(0));
    // pq_getmsgint() would look once more whether the bytes are there.
    const char* bytes = message->data + message->cursor;
    const int length = message->len - message->cursor;
    Code code{};
    bool accepted = false;
    if (static_cast<std::size_t>(length) == kCodeBytes) {
        message->cursor += length;
        code = CodeOfBytes({bytes, kCodeBytes});
        accepted = (likely(!HasBytesOfText(code)) || PreferName(type, fcinfo->context, &code)) &&
                   AcceptCode(type, ToInt(code), fcinfo->context, &code);
    } else if (static_cast<std::size_t>(length) == 1 + kCodeBytes && *bytes == kNotAName) {
        message->cursor += length;
        accepted =
            AcceptCode(type, ToInt(CodeOfBytes({bytes + 1, kCodeBytes})), fcinfo->context, &code);
    } else {
        accepted = AcceptName(type, message, fcinfo->context, &code);
    }
    if (!accepted) {
        PG_RETURN_NULL();
    }
    PG_RETURN_INT16(ToInt(code));
}

/// E -> bytea: the name, or the code where gb_enums.binary_output says so or there is no name.
GB_ENUMS_FUNCTION(gb_enum_send) {
    const Code code{PG_GETARG_INT16(0)};
    EnumType& type = EnumType::OfFunction(fcinfo);
    const text* name = binary_output() == BinaryOutput::kName ? type.ShownNameOf(code) : nullptr;
    StringInfoData message;
    pq_begintypsend(&message);
    if (name != nullptr) {
        pq_sendtext(&message, VARDATA_ANY(name), static_cast<int>(VARSIZE_ANY_EXHDR(name)));
    } else {
        if (unlikely(HasBytesOfText(code)) && MayBeReadAsName(type, code)) {
            pq_sendbyte(&message, kNotAName);
        }
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
