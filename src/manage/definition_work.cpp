#include "manage/definition_work.hpp"

#include "server/arguments.hpp"
#include "server/arrays.hpp"
#include "type/enum_type.hpp"
#include "value/input_rules.hpp"

namespace gb_enums {

namespace {

constexpr const char* kNameOfValue = "a name of an enumeration's value";

}  // namespace

int SqlStateOf(EditError::Kind kind) {
    switch (kind) {
        case EditError::Kind::kUnknown:
            return ERRCODE_UNDEFINED_OBJECT;
        case EditError::Kind::kTaken:
            return ERRCODE_DUPLICATE_OBJECT;
        case EditError::Kind::kInvalid:
            return ERRCODE_INVALID_PARAMETER_VALUE;
        case EditError::Kind::kState:
            return ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE;
        case EditError::Kind::kFull:
            return ERRCODE_PROGRAM_LIMIT_EXCEEDED;
    }
    return ERRCODE_INTERNAL_ERROR;
}

void RequireBody(const Outcome& outcome, const char* what) {
    if (outcome.body == nullptr) {
        ereport(ERROR, (errcode(outcome.sqlstate), errmsg("%s: %s", what, outcome.message),
                        outcome.hint != nullptr ? errhint("%s", outcome.hint) : 0));
    }
}

char* ReadableDefinition(Oid type) {
    EnumType& known = EnumType::Of(type);
    if (known.definition() == nullptr) {
        ReportBroken(known, nullptr);
    }
    return DefinitionSource(type);
}

void LockEnum(Oid type, LOCKMODE mode) {
    const char* name = TypeName(type);
    LockDatabaseObject(TypeRelationId, type, 0, mode);
    if (!IsEnum(type)) {
        ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
                        errmsg("enumeration %s does not exist any more", name),
                        errdetail("It was dropped while this waited for it.")));
    }
}

std::string_view NameArgument(FunctionCallInfo fcinfo, int argument) {
    RequireArgument(fcinfo, argument, kNameOfValue);
    return ViewOf(PG_GETARG_TEXT_PP(argument));
}

std::optional<std::string_view> TextArgument(FunctionCallInfo fcinfo, int argument) {
    return PG_ARGISNULL(argument) ? std::nullopt
                                  : std::optional(ViewOf(PG_GETARG_TEXT_PP(argument)));
}

NameList NamesArgument(FunctionCallInfo fcinfo, int argument) {
    if (PG_ARGISNULL(argument)) {
        return {};
    }
    const ArrayElements elements =
        BoundedElements(PG_GETARG_ARRAYTYPE_P(argument), kMaxValues, kNameOfValue, "names");
    auto* names = static_cast<std::string_view*>(
        palloc(sizeof(std::string_view) * (static_cast<std::size_t>(elements.count) + 1)));
    for (int i = 0; i < elements.count; ++i) {
        names[i] = ViewOf(DatumGetTextPP(elements.values[i]));
    }
    return {names, elements.count};
}

}  // namespace gb_enums
