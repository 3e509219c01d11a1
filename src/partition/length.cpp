#include "partition/length.hpp"

#include "partition/time/keys.hpp"

extern "C" {
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
}

namespace gb_enums::partition {

Length* Length::OfIds(std::int64_t ids) {
    auto* length = static_cast<Length*>(palloc0(sizeof(Length)));
    length->value_.month = PG_INT32_MIN;
    length->value_.time = ids;
    return length;
}

/// (cstring) -> partition_length: a number is a number of ids, all else an interval
GB_ENUMS_FUNCTION(gb_partition_length_in) {
    char* text = PG_GETARG_CSTRING(0);
    const char* first = text + std::strspn(text, " +-");
    if (*first != '\0' && std::strspn(first, "0123456789") == std::strlen(first)) {
        const Datum ids = DirectFunctionCall1(int8in, CStringGetDatum(text));
        PG_RETURN_DATUM(Length::OfIds(DatumGetInt64(ids))->ToDatum());
    }
    PG_RETURN_DATUM(DirectFunctionCall3(interval_in, CStringGetDatum(text),
                                        ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
}

/// (partition_length) -> cstring
GB_ENUMS_FUNCTION(gb_partition_length_out) {
    const Length* length = Length::Of(PG_GETARG_DATUM(0));
    if (length->IsIds()) {
        PG_RETURN_DATUM(DirectFunctionCall1(int8out, Int64GetDatum(length->Ids())));
    }
    PG_RETURN_DATUM(DirectFunctionCall1(interval_out, length->ToDatum()));
}

/// (bigint) -> partition_length
GB_ENUMS_FUNCTION(gb_partition_length_of_ids) {
    PG_RETURN_DATUM(Length::OfIds(PG_GETARG_INT64(0))->ToDatum());
}

/// (partition_length) -> interval; NULL for ids
GB_ENUMS_FUNCTION(gb_partition_length_time) {
    const Length* length = Length::Of(PG_GETARG_DATUM(0));
    if (length->IsIds()) {
        PG_RETURN_NULL();
    }
    PG_RETURN_DATUM(length->ToDatum());
}

/// (partition_length) -> bigint; NULL for an interval
GB_ENUMS_FUNCTION(gb_partition_length_ids) {
    const Length* length = Length::Of(PG_GETARG_DATUM(0));
    if (!length->IsIds()) {
        PG_RETURN_NULL();
    }
    PG_RETURN_INT64(length->Ids());
}

/// (id numeric) -> timestamptz: the place of an id among the slots of a set; infinite for an id
/// that has none
GB_ENUMS_FUNCTION(gb_partition_place_of_id) {
    const Datum id = PG_GETARG_DATUM(0);
    const auto is_below = [id](std::int64_t other) {
        const Datum limit = DirectFunctionCall1(int8_numeric, Int64GetDatum(other));
        return DatumGetBool(DirectFunctionCall2(numeric_lt, id, limit));
    };
    constexpr KeyCoding kCoding{KeyKind::kId};
    if (is_below(PG_INT64_MIN)) {
        PG_RETURN_TIMESTAMPTZ(DT_NOBEGIN);
    }
    if (!is_below(PG_INT64_MAX)) {
        PG_RETURN_TIMESTAMPTZ(DT_NOEND);
    }
    const std::int64_t number = DatumGetInt64(DirectFunctionCall1(numeric_int8, id));
    const auto place = PlaceOf(kCoding, number);
    PG_RETURN_TIMESTAMPTZ(place ? *place : number < 0 ? DT_NOBEGIN : DT_NOEND);
}

/// (at timestamptz) -> bigint: the id of a place; NULL when it is infinite
GB_ENUMS_FUNCTION(gb_partition_id_at) {
    const TimestampTz at = PG_GETARG_TIMESTAMPTZ(0);
    if (TIMESTAMP_NOT_FINITE(at)) {
        PG_RETURN_NULL();
    }
    PG_RETURN_INT64(at);
}

}  // namespace gb_enums::partition
