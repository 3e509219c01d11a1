// Any text is either refused with a reason and a line, or a definition that is consistent in
// itself.

#include "definition/definition.hpp"

#include <algorithm>
#include <memory>
#include <set>

#include "require.hpp"

using gb_enums::Code;
using gb_enums::Definition;
using gb_enums::DefinitionError;
using gb_enums::kMaxNameBytes;
using gb_enums::ToInt;
using gb_enums::Value;

namespace {

/// A name that leads to its value, as a code would if it were read as one.
void CheckName(const Definition& definition, std::string_view name, const Value& value) {
    REQUIRE(!name.empty() && name.size() <= kMaxNameBytes);
    Code code{};
    REQUIRE(!gb_enums::ParseCode(name, &code) || code == value.code);
    REQUIRE(definition.Find(name) == &value);
}

void CheckDefinition(const Definition& definition) {
    const auto& values = definition.values();
    REQUIRE(!values.empty());
    std::set<std::string_view> names;
    std::size_t name_count = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const Value& value = values[i];
        REQUIRE(i == 0 || values[i - 1].code < value.code);
        REQUIRE(definition.IndexOf(value.code) == static_cast<int>(i));
        CheckName(definition, value.name, value);
        names.insert(value.name);
        for (const std::string_view alias : value.aliases) {
            CheckName(definition, alias, value);
            names.insert(alias);
        }
        name_count += 1 + value.aliases.size();
        REQUIRE(value.has_description || value.description.empty());
        if (!value.replacement.empty()) {
            const Value* replacement = definition.Find(value.replacement);
            REQUIRE(value.deprecated && replacement != nullptr && !replacement->deprecated);
        }
        // Neither a byte more nor a byte less is the same name.
        const std::string longer = std::string(value.name) + '\x01';
        REQUIRE(definition.Find(longer) != &value ||
                std::find(value.aliases.begin(), value.aliases.end(), longer) !=
                    value.aliases.end());
    }
    REQUIRE(names.size() == name_count);
    for (const auto& retired : definition.retired()) {
        REQUIRE(definition.Find(retired.code) == nullptr);
    }
    std::size_t found = 0;
    for (int code = -32768; code <= 32767; ++code) {
        const Value* value = definition.Find(Code{static_cast<std::int16_t>(code)});
        REQUIRE(value == nullptr || ToInt(value->code) == code);
        found += value != nullptr ? 1 : 0;
    }
    REQUIRE(found == values.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    // In memory of its own that is gone after parsing, so that a view into it would be found out.
    auto body = std::make_unique<std::string>(reinterpret_cast<const char*>(data), size);
    const auto lines = 1 + std::count(body->begin(), body->end(), '\n');
    try {
        const Definition definition = Definition::Parse(*body, std::pmr::new_delete_resource());
        body.reset();
        CheckDefinition(definition);
    } catch (const DefinitionError& error) {
        REQUIRE(error.line() <= static_cast<std::size_t>(lines));
        REQUIRE(*error.what() != '\0');
    }
    return 0;
}
