#pragma once

// Helpers of the functions that make an enumeration or change its definition.

#include "definition/edit.hpp"
#include "server/boundary.hpp"
#include "value/language.hpp"

namespace gb_enums {

/// The result of work on a definition: a definition, or the error. In the server's memory.
struct Outcome {
    const char* body = nullptr;
    Code code{};
    int sqlstate = 0;
    const char* message = nullptr;
    const char* hint = nullptr;
};

int SqlStateOf(EditError::Kind kind);

/// Runs work that throws EditError or DefinitionError; its result is the new body.
template <typename Work>
Outcome TryToDefine(Work&& work) {
    return Guarded([&work] {
        Outcome outcome;
        try {
            outcome.body = ServerString(work(&outcome));
        } catch (const EditError& error) {
            outcome.sqlstate = SqlStateOf(error.kind());
            outcome.message = ServerString(error.what());
            if (!error.hint().empty()) {
                outcome.hint = ServerString(error.hint());
            }
        } catch (const DefinitionError& error) {
            outcome.sqlstate = ERRCODE_INVALID_PARAMETER_VALUE;
            outcome.message = ServerString(fmt::format("line {}: {}", error.line(), error.what()));
            outcome.hint = kDefinitionHint;
        }
        return outcome;
    });
}

/// Raises the error of work that led to no definition; `what` is "cannot change enumeration x".
void RequireBody(const Outcome& outcome, const char* what);

/// The definition of an enumeration, as text; an error when it is broken.
char* ReadableDefinition(Oid type);

/// Locks an enumeration against being dropped, and against more if the mode says so. Raises an
/// error when it was dropped before the lock was granted.
void LockEnum(Oid type, LOCKMODE mode);

/// A value's name, which must be given.
std::string_view NameArgument(FunctionCallInfo fcinfo, int argument);

/// A text, or nothing for NULL.
std::optional<std::string_view> TextArgument(FunctionCallInfo fcinfo, int argument);

/// The values' names in an array, none for NULL.
struct NameList {
    const std::string_view* names = nullptr;
    int count = 0;

    std::vector<std::string_view> ToVector() const { return {names, names + count}; }
};
NameList NamesArgument(FunctionCallInfo fcinfo, int argument);

}  // namespace gb_enums
