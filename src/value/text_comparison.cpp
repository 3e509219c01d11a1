// Comparisons of an enumeration with text. A text that names a value has the place of that value in
// the order. A text that names none equals no value and comes after all of them. The order of two
// texts completes the btree family, by which an index finds = ANY (text[]).

#include "type/enum_type.hpp"

namespace gb_enums {

namespace {

/// The place of a value or a text in the order.
struct Rank {
    /// A code, or kUnknown.
    std::int32_t number;
    /// Orders texts that name nothing among themselves.
    std::string_view unknown;
};

constexpr std::int32_t kUnknown = std::numeric_limits<std::int32_t>::max();

int Compare(const Rank& a, const Rank& b) {
    if (a.number != b.number) {
        return a.number < b.number ? -1 : 1;
    }
    const int order = a.unknown.compare(b.unknown);
    return order < 0 ? -1 : order > 0 ? 1 : 0;
}

struct EnumArgument {
    static Rank Get(EnumType&, Datum datum) { return {DatumGetInt16(datum), {}}; }
};

struct TextArgument {
    static Rank Get(EnumType& type, Datum datum) {
        const text* name = TextOf(datum);
        Code code{};
        return type.FindCode(name, &code) ? Rank{ToInt(code), {}} : Rank{kUnknown, ViewOf(name)};
    }
};

template <typename Left, typename Right>
int CompareArguments(FunctionCallInfo fcinfo) {
    EnumType& type = EnumType::OfFunctionOrNone(fcinfo);
    return Compare(Left::Get(type, PG_GETARG_DATUM(0)), Right::Get(type, PG_GETARG_DATUM(1)));
}

}  // namespace

/// The functions of a pair of argument types: the order, and the operators of the btree strategies.
#define GB_ENUMS_ORDER(pair, Left, Right)                             \
    GB_ENUMS_FUNCTION(gb_enum_##pair##_cmp) {                         \
        PG_RETURN_INT32((CompareArguments<Left, Right>(fcinfo)));     \
    }                                                                 \
    GB_ENUMS_FUNCTION(gb_enum_##pair##_lt) {                          \
        PG_RETURN_BOOL((CompareArguments<Left, Right>(fcinfo)) < 0);  \
    }                                                                 \
    GB_ENUMS_FUNCTION(gb_enum_##pair##_le) {                          \
        PG_RETURN_BOOL((CompareArguments<Left, Right>(fcinfo)) <= 0); \
    }                                                                 \
    GB_ENUMS_FUNCTION(gb_enum_##pair##_eq) {                          \
        PG_RETURN_BOOL((CompareArguments<Left, Right>(fcinfo)) == 0); \
    }                                                                 \
    GB_ENUMS_FUNCTION(gb_enum_##pair##_ge) {                          \
        PG_RETURN_BOOL((CompareArguments<Left, Right>(fcinfo)) >= 0); \
    }                                                                 \
    GB_ENUMS_FUNCTION(gb_enum_##pair##_gt) {                          \
        PG_RETURN_BOOL((CompareArguments<Left, Right>(fcinfo)) > 0);  \
    }
/// The operator that is no strategy.
#define GB_ENUMS_DIFFERENCE(pair, Left, Right)                        \
    GB_ENUMS_FUNCTION(gb_enum_##pair##_ne) {                          \
        PG_RETURN_BOOL((CompareArguments<Left, Right>(fcinfo)) != 0); \
    }

GB_ENUMS_ORDER(enum_text, EnumArgument, TextArgument)
GB_ENUMS_DIFFERENCE(enum_text, EnumArgument, TextArgument)
GB_ENUMS_ORDER(text_enum, TextArgument, EnumArgument)
GB_ENUMS_DIFFERENCE(text_enum, TextArgument, EnumArgument)
GB_ENUMS_ORDER(text_text, TextArgument, TextArgument)

}  // namespace gb_enums
