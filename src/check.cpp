// What is wrong with an enumeration, for gb_enum_check().

#include "boundary.hpp"
#include "enum_type.hpp"
#include "evolve.hpp"
#include "uses.hpp"

using gb_enums::CodeUse;
using gb_enums::Definition;
using gb_enums::DefinitionError;
using gb_enums::EnumType;

namespace {

/// The enumeration that is the first argument; the caller owns it.
EnumType& OwnedEnum(FunctionCallInfo fcinfo) {
    EnumType& type = EnumType::Of(PG_GETARG_OID(0));
    // It may have been dropped since it was entered.
    EnumType::Check(type.oid());
    gb_enums::CheckOwnsType(type.oid());
    return type;
}

const char* KindName(CodeUse::Kind kind) {
    switch (kind) {
        case CodeUse::Kind::kRows:
            return "rows";
        case CodeUse::Kind::kExpression:
            return "expression";
        case CodeUse::Kind::kNotSeen:
            return "not seen";
    }
    return nullptr;
}

/// The name that a code had before its value was removed, or nullptr.
const text* RetiredName(EnumType& type, gb_enums::Code code) {
    const Definition* definition = type.definition();
    if (definition == nullptr) {
        return nullptr;
    }
    const auto& retired = definition->retired();
    const auto found = std::find_if(retired.begin(), retired.end(),
                                    [code](const auto& old) { return old.code == code; });
    return found == retired.end()
               ? nullptr
               : cstring_to_text_with_len(found->name.data(), static_cast<int>(found->name.size()));
}

/// A body with each line that is in the way made a comment. Ends since there are fewer each time.
std::string Repaired(std::string body) {
    for (;;) {
        try {
            Definition::Parse(body, std::pmr::get_default_resource());
            return body;
        } catch (const DefinitionError& error) {
            std::size_t begin = 0;
            for (std::size_t line = 1; line < error.line(); ++line) {
                begin = body.find('\n', begin) + 1;
            }
            if (body.compare(begin, 1, "#") == 0 || begin == body.size()) {
                return body + (body.empty() ? "0 unknown" : "\n0 unknown");  // nothing is left
            }
            body.insert(begin, "# ");
        }
    }
}

}  // namespace

/// (enum regtype, scan boolean) -> setof (place text, catalog oid, object oid, number integer, kind
/// text, code smallint, count bigint, name text, retired text)
GB_ENUMS_FUNCTION(gb_enum_uses) {
    EnumType& type = OwnedEnum(fcinfo);
    InitMaterializedSRF(fcinfo, 0);
    const auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
    ListCell* cell = nullptr;
    foreach (cell, gb_enums::UsesOfEnum(type.oid(), PG_GETARG_BOOL(1))) {
        const auto* use = static_cast<const CodeUse*>(lfirst(cell));
        const bool not_seen = use->kind == CodeUse::Kind::kNotSeen;
        const char* place = getObjectDescription(&use->place, false);
        const gb_enums::Code code{static_cast<std::int16_t>(use->code)};
        const text* name = type.NameOf(code);
        const text* retired = RetiredName(type, code);
        Datum row[] = {CStringGetTextDatum(place),
                       ObjectIdGetDatum(use->place.classId),
                       ObjectIdGetDatum(use->place.objectId),
                       Int32GetDatum(use->place.objectSubId),
                       CStringGetTextDatum(KindName(use->kind)),
                       Int16GetDatum(ToInt(code)),
                       Int64GetDatum(use->count),
                       PointerGetDatum(name),
                       PointerGetDatum(retired)};
        bool nulls[] = {false,
                        false,
                        false,
                        false,
                        false,
                        not_seen,
                        not_seen,
                        name == nullptr || not_seen,
                        retired == nullptr};
        tuplestore_putvalues(result->setResult, result->setDesc, row, nulls);
    }
    return Datum{0};
}

/// (enum regtype) -> (problem text, definition text): why the definition cannot be read, and one
/// that can, or NULLs.
GB_ENUMS_FUNCTION(gb_enum_definition_problem) {
    EnumType& type = OwnedEnum(fcinfo);
    TupleDesc columns = nullptr;
    get_call_result_type(fcinfo, nullptr, &columns);
    Datum row[2] = {};
    bool nulls[2] = {true, true};
    if (type.definition() == nullptr) {
        const char* body = gb_enums::DefinitionSource(type.oid());
        row[0] = CStringGetTextDatum(type.broken());
        row[1] = CStringGetTextDatum(
            gb_enums::Guarded([&] { return gb_enums::ServerString(Repaired(body)); }));
        nulls[0] = nulls[1] = false;
    }
    PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(columns), row, nulls)));
}
