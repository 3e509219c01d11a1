#pragma once

// The server's texts as C++ has them, and back.

#include "server/server.hpp"

namespace gb_enums {

/// A text argument as PG_GETARG_TEXT_PP gives it, without the call unless there is work for it.
inline const text* TextOf(Datum datum) {
    auto* value = reinterpret_cast<text*>(DatumGetPointer(datum));
    return unlikely(VARATT_IS_COMPRESSED(value) || VARATT_IS_EXTERNAL(value))
               ? pg_detoast_datum_packed(value)
               : value;
}

/// The bytes of a text that TextOf() gave.
inline std::string_view ViewOf(const text* value) {
    return VARATT_IS_SHORT(value)
               ? std::string_view(VARDATA_SHORT(value), VARSIZE_SHORT(value) - VARHDRSZ_SHORT)
               : std::string_view(VARDATA(value), VARSIZE(value) - VARHDRSZ);
}

/// A new text, in the current memory context.
inline text* MakeText(std::string_view bytes) {
    return cstring_to_text_with_len(bytes.data(), static_cast<int>(bytes.size()));
}

/// A character(n) without the blanks that fill it up. They mean nothing: the server's casts to text
/// leave them out too.
inline std::string_view WithoutPadding(std::string_view padded) {
    return padded.substr(0, padded.find_last_not_of(' ') + 1);
}

}  // namespace gb_enums
