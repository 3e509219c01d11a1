#include "convert/value_cache.hpp"

extern "C" {
#include "catalog/pg_enum.h"
}

namespace gb_enums::convert {

namespace {

/// How many places in a row a value may be at.
constexpr std::size_t kProbes = 8;

/// What a value becomes that was not seen before; an error when nothing.
pg_noinline void Find(Seen* seen, const Mapping& mapping, const char* value) {
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
    seen->is_null = target.kind == Target::Kind::kNull;
    seen->code = ToInt(target.code);
}

NullableDatum Give(const Seen& seen) {
    return {Int16GetDatum(seen.code), seen.is_null};
}

/// The place of a value in the memory of a site; true when it is known. One that is not takes a
/// free place, or that of another.
template <typename IsIt>
bool FindPlace(Site* site, std::uint64_t hash, Seen** place, IsIt&& is_it) {
    if (site->version != site->mapping.type->version()) {
        memset(site->seen, 0, sizeof site->seen);
        site->version = site->mapping.type->version();
    }
    Seen* unused = nullptr;
    for (std::size_t i = 0; i < kProbes; ++i) {
        Seen* candidate = &site->seen[(hash + i) % kPlaces];
        if (likely(candidate->used)) {
            if (is_it(*candidate)) {
                *place = candidate;
                return true;
            }
        } else if (unused == nullptr) {
            unused = candidate;
        }
    }
    *place = unused == nullptr ? &site->seen[hash % kPlaces] : unused;
    (*place)->used = false;
    return false;
}

bool IsSeen(Site* site, std::int64_t number, Seen** place) {
    return FindPlace(site, static_cast<std::uint64_t>(number), place,
                     [number](const Seen& seen) { return seen.number == number; });
}

void Remember(Seen* seen, std::int64_t number) {
    seen->number = number;
    seen->used = true;
}

}  // namespace

Site* MakeSite(Oid enum_type, JsonbContainer* options, bool is_code) {
    auto* site = static_cast<Site*>(palloc0(sizeof(Site)));
    site->mapping = ReadMapping(enum_type, options, is_code);
    site->version = site->mapping.type->version();
    return site;
}

NullableDatum ConvertText(Site* site, std::string_view value) {
    Seen once{};
    Seen* seen = &once;
    if (value.size() <= sizeof seen->bytes) {
        const bool known = FindPlace(site, HashName(value), &seen, [value](const Seen& at) {
            return SameName(value, {at.bytes, at.size});
        });
        if (likely(known)) {
            return Give(*seen);
        }
    }
    Find(seen, site->mapping, pnstrdup(value.data(), value.size()));
    if (seen != &once) {
        memcpy(seen->bytes, value.data(), value.size());
        seen->size = static_cast<std::uint8_t>(value.size());
        seen->used = true;
    }
    return Give(*seen);
}

NullableDatum ConvertNumber(Site* site, std::int32_t number) {
    Seen* seen = nullptr;
    if (!IsSeen(site, number, &seen)) {
        Find(seen, site->mapping, psprintf("%d", number));
        Remember(seen, number);
    }
    return Give(*seen);
}

NullableDatum ConvertLabel(Site* site, Oid label) {
    Seen* seen = nullptr;
    if (!IsSeen(site, label, &seen)) {
        const HeapTuple tuple = SearchSysCache1(ENUMOID, ObjectIdGetDatum(label));
        if (!HeapTupleIsValid(tuple)) {
            // As the server says when it shows such a value.
            ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
                            errmsg("invalid internal value for enum: %u", label)));
        }
        const char* name =
            pstrdup(NameStr(reinterpret_cast<Form_pg_enum>(GETSTRUCT(tuple))->enumlabel));
        ReleaseSysCache(tuple);
        Find(seen, site->mapping, name);
        Remember(seen, label);
    }
    return Give(*seen);
}

NullableDatum ConvertValue(Site* site, Oid type, Datum value) {
    switch (type) {
        case INT2OID:
            return ConvertNumber(site, DatumGetInt16(value));
        case INT4OID:
            return ConvertNumber(site, DatumGetInt32(value));
        case BPCHAROID:
            return ConvertText(site, WithoutPadding(ViewOf(TextOf(value))));
        case TEXTOID:
        case VARCHAROID:
            return ConvertText(site, ViewOf(TextOf(value)));
        default:
            return ConvertLabel(site, DatumGetObjectId(value));
    }
}

}  // namespace gb_enums::convert
