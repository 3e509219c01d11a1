#include "convert/value_cache.hpp"

#include "server/arrays.hpp"
#include "type/catalog.hpp"

extern "C" {
#include "catalog/pg_enum.h"
}

namespace gb_enums::convert {

namespace {

/// How many places a cache has for more than one value.
constexpr std::size_t kPlaces = 128;

/// How many places, one after the other, a value may be at.
constexpr std::size_t kProbes = 8;

/// Finds the result for a value that is not in the cache.
pg_noinline void FindResult(CachedValue* cached, const Mapping& mapping, const char* value) {
    const Target target = FindTarget(mapping, value, false);
    if (target.kind == Target::Kind::kNone) {
        if (mapping.is_code) {
            ereport(ERROR,
                    (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                     errmsg("invalid code %s for enum %s", value, TypeName(mapping.type->oid()))));
        }
        ereport(ERROR, (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
                        errmsg("invalid input value for enum %s: \"%s\"",
                               TypeName(mapping.type->oid()), value)));
    }
    cached->is_null = target.kind == Target::Kind::kNull;
    cached->code = ToInt(target.code);
}

NullableDatum ResultOf(const CachedValue& cached) {
    return {Int16GetDatum(cached.code), cached.is_null};
}

/// Changes whenever one of the enumerations has changed.
uint32 VersionOf(const ValueCache& cache) {
    return cache.mapping.type->version() + (cache.source == nullptr ? 0 : cache.source->version());
}

/// Gives a cache with one value its places. That value is looked for no more.
pg_noinline void Grow(ValueCache* cache) {
    cache->places = kPlaces;
    cache->values = static_cast<CachedValue*>(
        MemoryContextAllocZero(GetMemoryChunkContext(cache), kPlaces * sizeof(CachedValue)));
}

/// Finds the place of a value in a cache; true when the value is there. Otherwise it gets a free
/// place, or that of another value.
template <typename IsSame>
bool FindPlace(ValueCache* cache, std::uint64_t hash, CachedValue** place, IsSame&& is_same) {
    if (cache->version != VersionOf(*cache)) {
        memset(cache->values, 0, cache->places * sizeof(CachedValue));
        cache->version = VersionOf(*cache);
    }
    CachedValue* unused = nullptr;
    for (std::size_t i = 0; i < kProbes; ++i) {
        CachedValue* candidate = &cache->values[(hash + i) & (cache->places - 1)];
        if (likely(candidate->used)) {
            if (is_same(*candidate)) {
                *place = candidate;
                return true;
            }
        } else if (unused == nullptr) {
            unused = candidate;
        }
    }
    if (unused == nullptr && cache->places == 1) {
        Grow(cache);
    }
    *place = unused == nullptr ? &cache->values[hash & (cache->places - 1)] : unused;
    (*place)->used = false;
    return false;
}

bool FindNumber(ValueCache* cache, std::int64_t number, CachedValue** place) {
    return FindPlace(cache, static_cast<std::uint64_t>(number), place,
                     [number](const CachedValue& cached) { return cached.number == number; });
}

void SetNumber(CachedValue* cached, std::int64_t number) {
    cached->number = number;
    cached->used = true;
}

}  // namespace

ValueCache* MakeValueCache(Oid enum_type, JsonbContainer* options, Oid old_type) {
    auto* cache = static_cast<ValueCache*>(palloc0(sizeof(ValueCache)));
    cache->values = &cache->first;
    cache->places = 1;
    const Oid type = BaseOfElements(old_type);
    cache->element_type = OidIsValid(get_element_type(old_type)) ? type : InvalidOid;
    cache->mapping = ReadMapping(enum_type, options, IsNumber(type));
    cache->source = IsEnum(type) ? &EnumType::Of(type) : nullptr;
    cache->version = VersionOf(*cache);
    return cache;
}

NullableDatum ConvertText(ValueCache* cache, std::string_view value) {
    CachedValue uncached{};
    CachedValue* cached = &uncached;
    if (value.size() <= sizeof cached->bytes) {
        const bool known =
            FindPlace(cache, HashName(value), &cached, [value](const CachedValue& other) {
                return SameName(value, {other.bytes, other.size});
            });
        if (likely(known)) {
            return ResultOf(*cached);
        }
    }
    FindResult(cached, cache->mapping, pnstrdup(value.data(), value.size()));
    if (cached != &uncached) {
        memcpy(cached->bytes, value.data(), value.size());
        cached->size = static_cast<std::uint8_t>(value.size());
        cached->used = true;
    }
    return ResultOf(*cached);
}

NullableDatum ConvertNumber(ValueCache* cache, std::int64_t number) {
    CachedValue* cached = nullptr;
    if (!FindNumber(cache, number, &cached)) {
        FindResult(cached, cache->mapping, psprintf(INT64_FORMAT, number));
        SetNumber(cached, number);
    }
    return ResultOf(*cached);
}

NullableDatum ConvertNumeric(ValueCache* cache, Datum number) {
    return ConvertText(cache, NumericText(number));
}

NullableDatum ConvertLabel(ValueCache* cache, Oid label) {
    CachedValue* cached = nullptr;
    if (!FindNumber(cache, label, &cached)) {
        const HeapTuple tuple = SearchSysCache1(ENUMOID, ObjectIdGetDatum(label));
        if (!HeapTupleIsValid(tuple)) {
            // As the server says when it shows such a value.
            ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
                            errmsg("invalid internal value for enum: %u", label)));
        }
        const char* name =
            pstrdup(NameStr(reinterpret_cast<Form_pg_enum>(GETSTRUCT(tuple))->enumlabel));
        ReleaseSysCache(tuple);
        FindResult(cached, cache->mapping, name);
        SetNumber(cached, label);
    }
    return ResultOf(*cached);
}

NullableDatum ConvertCode(ValueCache* cache, Oid enum_type, Code code) {
    CachedValue* cached = nullptr;
    if (!FindNumber(cache, ToInt(code), &cached)) {
        FindResult(cached, cache->mapping, NameOrDigits(enum_type, code));
        SetNumber(cached, ToInt(code));
    }
    return ResultOf(*cached);
}

namespace {

/// Converts a value that is no array.
NullableDatum ConvertOne(ValueCache* cache, Oid type, Datum value) {
    switch (type) {
        case INT2OID:
            return ConvertNumber(cache, DatumGetInt16(value));
        case INT4OID:
            return ConvertNumber(cache, DatumGetInt32(value));
        case INT8OID:
            return ConvertNumber(cache, DatumGetInt64(value));
        case NUMERICOID:
            return ConvertNumeric(cache, value);
        case CHAROID:
            return ConvertText(cache, ViewOf(TextOf(DirectFunctionCall1(char_text, value))));
        case BPCHAROID:
            return ConvertText(cache, WithoutPadding(ViewOf(TextOf(value))));
        case TEXTOID:
        case VARCHAROID:
            return ConvertText(cache, ViewOf(TextOf(value)));
        default:
            return cache->source != nullptr ? ConvertCode(cache, type, Code{DatumGetInt16(value)})
                                            : ConvertLabel(cache, DatumGetObjectId(value));
    }
}

/// Converts the elements of an array. NULL stays NULL.
Datum ConvertElements(ValueCache* cache, Datum value) {
    ArrayType* array = DatumGetArrayTypeP(value);
    const ArrayElements elements = ElementsOf(array);
    for (int i = 0; i < elements.count; ++i) {
        if (!elements.nulls[i]) {
            const NullableDatum converted =
                ConvertOne(cache, cache->element_type, elements.values[i]);
            elements.values[i] = converted.value;
            elements.nulls[i] = converted.isnull;
        }
    }
    return PointerGetDatum(MakeArrayLike(array, elements, cache->mapping.type->oid()));
}

}  // namespace

NullableDatum ConvertValue(ValueCache* cache, Oid type, Datum value) {
    return OidIsValid(cache->element_type) ? NullableDatum{ConvertElements(cache, value), false}
                                           : ConvertOne(cache, type, value);
}

}  // namespace gb_enums::convert
