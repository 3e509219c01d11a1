#pragma once

#include <string>
#include <string_view>

#include "source/language.hpp"

namespace gb_enums {

extern const Language kCpp;
extern const Language kCSharp;
extern const Language kGo;
extern const Language kGraphql;
extern const Language kJava;
extern const Language kJsonSchema;
extern const Language kKotlin;
extern const Language kMarkdown;
extern const Language kProtobuf;
extern const Language kPython;
extern const Language kRust;
extern const Language kTypescript;

/// The language that callers call by this name, or nullptr.
const Language* FindLanguage(std::string_view name);

/// The names of all languages, in alphabetical order: `cpp, csharp, ...`.
std::string ListLanguages();

}  // namespace gb_enums
