#include "value/input_rules.hpp"

#include "definition/listing.hpp"
#include "server/boundary.hpp"
#include "value/another_server.hpp"
#include "value/settings.hpp"

extern "C" {
#include "access/xact.h"
}

namespace gb_enums {

namespace {

/// How much of an unknown input a message repeats, in bytes.
constexpr int kMostInputShown = 100;

/// The name nearest to `input`, if it is near enough to be what was meant. The result is copied,
/// so that it outlives the definition.
const char* NearestName(const Definition& definition, std::string_view input) {
    if (input.empty() || input.size() > 2 * kMaxNameBytes) {
        return nullptr;
    }
    const auto length = static_cast<int>(input.size());
    int best_distance = 1 + std::min(3, length / 2);
    std::string_view best;
    for (const Value& value : definition.values()) {
        if (value.deprecated) {
            continue;
        }
        const auto name_length = static_cast<int>(value.name.size());
        if (name_length == length &&
            pg_strncasecmp(value.name.data(), input.data(), input.size()) == 0) {
            best = value.name;
            break;
        }
        const int distance = varstr_levenshtein_less_equal(
            input.data(), length, value.name.data(), name_length, 1, 1, 1, best_distance - 1, true);
        if (distance < best_distance) {
            best_distance = distance;
            best = value.name;
        }
    }
    return best.empty() ? nullptr : pnstrdup(best.data(), best.size());
}

/// `input` as a message shows it: not longer than a line.
const char* Shown(std::string_view input) {
    const auto length = static_cast<int>(input.size());
    if (length <= kMostInputShown) {
        return pnstrdup(input.data(), input.size());
    }
    const int clipped = pg_mbcliplen(input.data(), length, kMostInputShown);
    return psprintf("%.*s...", clipped, input.data());
}

/// The codes in use, for a message.
const char* ValidCodes(const Definition& definition) {
    return Guarded([&definition] { return ServerString(ListCodes(definition)); });
}

/// Whether an input was meant as a code.
bool IsNumber(std::string_view input) {
    const std::string_view digits = input.substr(!input.empty() && input.front() == '-' ? 1 : 0);
    return !digits.empty() && digits.find_first_not_of("0123456789") == std::string_view::npos;
}

void ReportUnknownName(EnumType& type, const Definition& definition, std::string_view input,
                       Node* escontext) {
    const char* codes = IsNumber(input) ? ValidCodes(definition) : nullptr;
    const char* nearest = codes == nullptr ? NearestName(definition, input) : nullptr;
    const char* names = Guarded([&definition] { return ServerString(ListNames(definition)); });
    GB_ENUMS_SOFT_ERROR(
        escontext,
        (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
         errmsg("invalid input value for enum %s: \"%s\"", TypeName(type.oid()), Shown(input)),
         codes != nullptr ? errdetail("Valid codes are %s.", codes) : 0,
         nearest != nullptr ? errhint("Perhaps you meant \"%s\".", nearest)
         : *names != '\0'   ? errhint("Valid names are %s.", names)
                            : errhint("All values are deprecated.")));
}

void ReportUnknownCode(EnumType& type, const Definition& definition, std::int32_t number,
                       Node* escontext) {
    const char* codes = ValidCodes(definition);
    GB_ENUMS_SOFT_ERROR(escontext,
                        (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                         errmsg("invalid code %d for enum %s", number, TypeName(type.oid())),
                         errdetail("Valid codes are %s.", codes)));
}

/// Whether this is the first time in the client's statement that a value is warned of. The last few
/// values are remembered: who mixes more deprecated values in one statement is told more often.
bool IsFirstInStatement(Oid type, Code code) {
    struct Warned {
        Oid type;
        Code code;
    };
    constexpr std::size_t kRemembered = 32;
    static TimestampTz statement = 0;
    static std::size_t count = 0;
    static Warned warned[kRemembered];
    if (statement != GetCurrentStatementStartTimestamp()) {
        statement = GetCurrentStatementStartTimestamp();
        count = 0;
    }
    if (std::any_of(warned, warned + std::min(count, kRemembered),
                    [type, code](const Warned& other) {
                        return other.type == type && other.code == code;
                    })) {
        return false;
    }
    warned[count++ % kRemembered] = {type, code};
    return true;
}

/// Whether input was a value once and must be one again, even when the definition does not allow it
/// any more: a dump is being restored, replicated changes are applied, or another server's rows and
/// queries are read.
bool IsAcceptedBefore() {
    return !check_function_bodies || SessionReplicationRole == SESSION_REPLICATION_ROLE_REPLICA ||
           IsFromAnotherServer();
}

/// The value whose name, alias or code, which a text may be as well, is the input; or nullptr.
const Value* FindInput(EnumType& type, std::string_view input, bool* is_code, Code* code) {
    const Value* value = type.Find(input);
    *is_code = value == nullptr && ParseCode(input, code);
    return *is_code ? type.Find(ToInt(*code)) : value;
}

/// Whether a value with a name may be given as input now.
bool AcceptValue(EnumType& type, const Value& value, Node* escontext, Code* code) {
    *code = value.code;
    if (likely(!value.deprecated) || deprecated_input() == DeprecatedInput::kAccept ||
        IsAcceptedBefore()) {
        return true;
    }
    const char* name = pnstrdup(value.name.data(), value.name.size());
    const char* replacement = value.replacement.empty()
                                  ? nullptr
                                  : pnstrdup(value.replacement.data(), value.replacement.size());
    const auto hint = [replacement] {
        return replacement == nullptr ? 0 : errhint("Use \"%s\" instead.", replacement);
    };
    if (deprecated_input() == DeprecatedInput::kWarning) {
        if (IsFirstInStatement(type.oid(), value.code)) {
            ereport(WARNING,
                    (errcode(ERRCODE_WARNING_DEPRECATED_FEATURE),
                     errmsg("value \"%s\" of enum %s is deprecated", name, TypeName(type.oid())),
                     hint()));
        }
        return true;
    }
    GB_ENUMS_SOFT_ERROR(
        escontext,
        (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
         errmsg("value \"%s\" of enum %s is deprecated", name, TypeName(type.oid())), hint()));
    return false;
}

}  // namespace

bool ReportBroken(EnumType& type, Node* escontext) {
    RequireEnum(type.oid());
    GB_ENUMS_SOFT_ERROR(escontext, (errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
                                    errmsg("definition of enum %s is broken", TypeName(type.oid())),
                                    errdetail_internal("%s", type.broken()),
                                    errhint("Replace the type's input function by one with a valid "
                                            "definition, as gb_enum_check() shows it.")));
    return false;
}

bool ConsiderCode(EnumType& type, std::int32_t number, Node* escontext, Code* code) {
    const bool fits = number >= PG_INT16_MIN && number <= PG_INT16_MAX;
    *code = Code{static_cast<std::int16_t>(number)};
    const Value* value = type.Find(number);
    if (value != nullptr) {
        return AcceptValue(type, *value, escontext, code);
    }
    if (fits && IsAcceptedBefore()) {
        return true;
    }
    const Definition* definition = type.definition();
    if (definition == nullptr) {
        return ReportBroken(type, escontext);
    }
    ReportUnknownCode(type, *definition, number, escontext);
    return false;
}

bool ConsiderText(EnumType& type, std::string_view input, Node* escontext, Code* code) {
    bool is_code = false;
    const Value* value = FindInput(type, input, &is_code, code);
    if (value != nullptr) {
        return AcceptValue(type, *value, escontext, code);
    }
    if (is_code && IsAcceptedBefore()) {
        return true;
    }
    const Definition* definition = type.definition();
    if (definition == nullptr) {
        return ReportBroken(type, escontext);
    }
    ReportUnknownName(type, *definition, input, escontext);
    return false;
}

}  // namespace gb_enums
