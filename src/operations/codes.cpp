// Codes without a name among the values that ANALYZE found.

#include "server/arrays.hpp"
#include "type/enum_type.hpp"

namespace gb_enums::operations {

/// (enum regtype, found anyarray) -> text: the codes in an array of an enumeration that are those
/// of no value, in their order; NULL when there are none, or the array is one of another type
GB_ENUMS_FUNCTION(gb_codes_without_name) {
    EnumType& type = EnumType::OfOrNone(PG_GETARG_OID(0));
    ArrayType* array = PG_GETARG_ARRAYTYPE_P(1);
    if (ARR_ELEMTYPE(array) != type.oid()) {
        PG_RETURN_NULL();
    }
    const ArrayElements found = ElementsOf(array);
    auto* codes = static_cast<std::int16_t*>(palloc(sizeof(std::int16_t) * (found.count + 1)));
    std::int16_t* end = codes;
    for (int i = 0; i < found.count; ++i) {
        const std::int16_t code = DatumGetInt16(found.values[i]);
        if (!found.nulls[i] && type.Find(code) == nullptr) {
            *end++ = code;
        }
    }
    if (end == codes) {
        PG_RETURN_NULL();
    }
    std::sort(codes, end);
    end = std::unique(codes, end);
    StringInfoData list;
    initStringInfo(&list);
    for (const std::int16_t* code = codes; code != end; ++code) {
        appendStringInfo(&list, code == codes ? "%d" : ", %d", *code);
    }
    PG_RETURN_TEXT_P(cstring_to_text_with_len(list.data, list.len));
}

}  // namespace gb_enums::operations
