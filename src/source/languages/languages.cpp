#include "source/languages/languages.hpp"

#include <algorithm>
#include <array>

namespace gb_enums {

namespace {

constexpr std::array<const Language*, 12> kLanguages = {
    &kCpp,    &kCSharp,   &kGo,       &kGraphql, &kJava, &kJsonSchema,
    &kKotlin, &kMarkdown, &kProtobuf, &kPython,  &kRust, &kTypescript};

}  // namespace

const Language* FindLanguage(std::string_view name) {
    const auto* found =
        std::find_if(kLanguages.begin(), kLanguages.end(),
                     [&](const Language* language) { return language->name == name; });
    return found == kLanguages.end() ? nullptr : *found;
}

std::string ListLanguages() {
    std::string list;
    for (const Language* language : kLanguages) {
        list += list.empty() ? "" : ", ";
        list += language->name;
    }
    return list;
}

}  // namespace gb_enums
