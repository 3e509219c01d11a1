#pragma once

#include "definition/code.hpp"
#include "server/server.hpp"

namespace gb_enums {

/// A value of an enumeration, or a smallint, which has the same two bytes.
inline Const* MakeCodeConst(Oid type, Code code) {
    return makeConst(type, -1, InvalidOid, sizeof(std::int16_t), Int16GetDatum(ToInt(code)), false,
                     true);
}

inline Const* MakeTextConst(const char* value) {
    return makeConst(TEXTOID, -1, get_typcollation(TEXTOID), -1, CStringGetTextDatum(value), false,
                     false);
}

}  // namespace gb_enums
