// The functions that ALTER TABLE ... USING calls for each row. There are few different values, so
// each call site keeps those it has seen with what they become.

#include "mapping.hpp"

extern "C" {
#include "catalog/pg_enum.h"
}

using gb_enums::Code;
using gb_enums::convert::FindTarget;
using gb_enums::convert::Mapping;
using gb_enums::convert::ReadMapping;
using gb_enums::convert::Target;

namespace {

constexpr std::size_t kPlaces = 128;
/// How many places in a row a value may be at.
constexpr std::size_t kProbes = 8;

/// A value seen before: a text of few bytes, or a number.
struct Seen {
    bool used;
    bool is_null;
    std::int16_t code;
    std::uint8_t size;
    std::int64_t number;
    char bytes[gb_enums::kMaxNameBytes];
};

/// What a call site knows.
struct Site {
    Mapping mapping;
    uint32 version;
    Seen seen[kPlaces];
};

/// (value, any value of the enumeration or NULL, options): the type is that of the second argument.
Site& SiteOf(FunctionCallInfo fcinfo, bool is_code) {
    auto* site = static_cast<Site*>(fcinfo->flinfo->fn_extra);
    if (site == nullptr) {
        const MemoryContext caller = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
        site = static_cast<Site*>(palloc0(sizeof(Site)));
        // Options are a literal in all that this extension writes; the first row's count.
        JsonbContainer* options = PG_ARGISNULL(2) ? nullptr : &PG_GETARG_JSONB_P_COPY(2)->root;
        site->mapping = ReadMapping(get_fn_expr_argtype(fcinfo->flinfo, 1), options, is_code);
        site->version = site->mapping.type->version();
        MemoryContextSwitchTo(caller);
        fcinfo->flinfo->fn_extra = site;
    }
    if (site->version != site->mapping.type->version()) {
        memset(site->seen, 0, sizeof site->seen);
        site->version = site->mapping.type->version();
    }
    return *site;
}

/// What a value becomes that was not seen before; an error when nothing.
pg_noinline void Find(Seen* seen, const Mapping& mapping, const char* value) {
    const Target target = FindTarget(mapping, value, false);
    if (target.kind == Target::Kind::kNone) {
        if (mapping.is_code) {
            ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                            errmsg("invalid code %s for enum %s", value,
                                   format_type_be(mapping.type->oid()))));
        }
        ereport(ERROR, (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
                        errmsg("invalid input value for enum %s: \"%s\"",
                               format_type_be(mapping.type->oid()), value)));
    }
    seen->is_null = target.kind == Target::Kind::kNull;
    seen->code = ToInt(target.code);
}

Datum Give(FunctionCallInfo fcinfo, const Seen& seen) {
    if (seen.is_null) {
        PG_RETURN_NULL();
    }
    PG_RETURN_INT16(seen.code);
}

/// The place of a value in the memory of a call site; true when it is known. One that is not takes
/// a free place, or that of another.
template <typename IsIt>
bool FindPlace(Site* site, std::uint64_t hash, Seen** place, IsIt&& is_it) {
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

}  // namespace

/// (text, E, jsonb) -> E
GB_ENUMS_FUNCTION(gb_enum_converted_text) {
    if (PG_ARGISNULL(0)) {
        PG_RETURN_NULL();
    }
    Site& site = SiteOf(fcinfo, false);
    const std::string_view value = gb_enums::ViewOf(gb_enums::TextOf(PG_GETARG_DATUM(0)));
    Seen once{};
    Seen* seen = &once;
    if (value.size() <= sizeof seen->bytes) {
        const bool known =
            FindPlace(&site, gb_enums::HashName(value), &seen, [value](const Seen& at) {
                return gb_enums::SameName(value, {at.bytes, at.size});
            });
        if (likely(known)) {
            return Give(fcinfo, *seen);
        }
    }
    Find(seen, site.mapping, pnstrdup(value.data(), value.size()));
    if (seen != &once) {
        memcpy(seen->bytes, value.data(), value.size());
        seen->size = static_cast<std::uint8_t>(value.size());
        seen->used = true;
    }
    return Give(fcinfo, *seen);
}

/// (integer, E, jsonb) -> E
GB_ENUMS_FUNCTION(gb_enum_converted_int4) {
    if (PG_ARGISNULL(0)) {
        PG_RETURN_NULL();
    }
    Site& site = SiteOf(fcinfo, true);
    const std::int64_t number = PG_GETARG_INT32(0);
    Seen* seen = nullptr;
    if (!IsSeen(&site, number, &seen)) {
        Find(seen, site.mapping, psprintf("%d", PG_GETARG_INT32(0)));
        seen->number = number;
        seen->used = true;
    }
    return Give(fcinfo, *seen);
}

/// (anyenum, E, jsonb) -> E
GB_ENUMS_FUNCTION(gb_enum_converted_native) {
    if (PG_ARGISNULL(0)) {
        PG_RETURN_NULL();
    }
    Site& site = SiteOf(fcinfo, false);
    const Oid label = PG_GETARG_OID(0);
    Seen* seen = nullptr;
    if (!IsSeen(&site, label, &seen)) {
        const HeapTuple tuple = SearchSysCache1(ENUMOID, ObjectIdGetDatum(label));
        if (!HeapTupleIsValid(tuple)) {
            elog(ERROR, "cache lookup failed for enum label %u", label);
        }
        const char* name =
            pstrdup(NameStr(reinterpret_cast<Form_pg_enum>(GETSTRUCT(tuple))->enumlabel));
        ReleaseSysCache(tuple);
        Find(seen, site.mapping, name);
        seen->number = label;
        seen->used = true;
    }
    return Give(fcinfo, *seen);
}

/// (value text, enum regtype, options jsonb, is_code boolean) -> (label text, rule text, deprecated
/// boolean, found boolean)
GB_ENUMS_FUNCTION(gb_enum_convert_match) {
    const Mapping mapping =
        ReadMapping(PG_GETARG_OID(1), &PG_GETARG_JSONB_P(2)->root, PG_GETARG_BOOL(3));
    const Target target = FindTarget(mapping, text_to_cstring(PG_GETARG_TEXT_PP(0)), false);
    TupleDesc row = nullptr;
    if (get_call_result_type(fcinfo, nullptr, &row) != TYPEFUNC_COMPOSITE || row->natts != 4) {
        elog(ERROR, "the function must return a row of 4 columns");
    }
    const text* label =
        target.kind == Target::Kind::kCode ? mapping.type->NameOf(target.code) : nullptr;
    Datum values[] = {PointerGetDatum(label),
                      target.rule == nullptr ? Datum{0} : CStringGetTextDatum(target.rule),
                      BoolGetDatum(target.deprecated),
                      BoolGetDatum(target.kind != Target::Kind::kNone)};
    bool nulls[] = {label == nullptr, target.rule == nullptr, false, false};
    PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(row), values, nulls)));
}
