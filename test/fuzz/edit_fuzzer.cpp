// Of any definition, an edit changes what it is about and nothing else, and what is undone leaves
// what was there.

#include "definition/edit.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "require.hpp"

using gb_enums::Definition;
using gb_enums::DefinitionEdit;
using gb_enums::DefinitionError;
using gb_enums::EditError;
using gb_enums::Value;

namespace {

/// All that is said of a value, as text that can be compared.
std::string Portrait(const Value& value) {
    std::string text = std::to_string(ToInt(value.code)) + '\1' + std::string(value.name) + '\1' +
                       (value.has_description ? "d" : "") + std::string(value.description) + '\1' +
                       (value.deprecated ? "x" : "") + std::string(value.replacement);
    for (const std::string_view alias : value.aliases) {
        text += '\1' + std::string(alias);
    }
    return text;
}

std::vector<std::string> Portraits(const Definition& definition) {
    std::vector<std::string> portraits;
    for (const Value& value : definition.values()) {
        portraits.push_back(Portrait(value));
    }
    return portraits;
}

void CheckEdits(const std::string& body) {
    DefinitionEdit edit(body);
    const auto before = Portraits(edit.definition());
    const std::string other = "another name";
    if (edit.definition().Find(other) != nullptr) {
        return;
    }
    for (std::size_t i = 0; i < std::min<std::size_t>(before.size(), 8); ++i) {
        const std::string name(edit.definition().values()[i].name);
        edit.Rename(name, other);
        REQUIRE(edit.definition().values()[i].name == other);
        edit.Rename(other, name);
        REQUIRE(Portraits(edit.definition()) == before);
        edit.AddAlias(name, other);
        edit.DropAlias(other);
        REQUIRE(Portraits(edit.definition()) == before);
    }
    try {
        const auto code = edit.AddValue(other, std::nullopt, body, {});
        const Value* added = edit.definition().Find(code);
        REQUIRE(added != nullptr && added->name == other && added->description == body);
        edit.Remove(other);
        REQUIRE(Portraits(edit.definition()) == before);
        REQUIRE(edit.AddValue(other, std::nullopt, std::nullopt, {}) == code);
        edit.Remove(other);
        const std::string third = "one more name";
        if (edit.definition().Find(third) == nullptr &&
            edit.definition().FindRetired(third) == nullptr) {
            REQUIRE(edit.AddValue(third, std::nullopt, std::nullopt, {}) != code);
        }
    } catch (const EditError& error) {
        REQUIRE(error.kind() == EditError::Kind::kFull);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string body(reinterpret_cast<const char*>(data), size);
    try {
        Definition::Parse(body, std::pmr::get_default_resource());
    } catch (const DefinitionError&) {
        return 0;
    }
    CheckEdits(body);
    return 0;
}
