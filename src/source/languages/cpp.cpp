#include <algorithm>
#include <vector>

#include "source/languages/languages.hpp"
#include "source/texts.hpp"

namespace gb_enums {

namespace {

// "??" and another character can be a third one in C++ before 17.
constexpr Quoting kQuoting{NumberedCharacter::kBytes, "?"};

constexpr std::string_view kBegin = R"(
#pragma once

#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>

/// Enumerations of the database. A value's name is what the database shows and reads, its code what
/// it stores.
namespace enums {

/// What the database knows of an enumeration: sql_type, the type of a column as SQL;
/// fingerprint, what its definition was when this was written; texts, the names
/// and aliases in the order of their bytes, each with the code.
template <typename E>
struct enum_traits;

struct enum_text {
    std::string_view text;
    std::int16_t code;
};

/// The value with a name or an alias.
template <typename E>
constexpr std::optional<E> from_string(std::string_view text) {
    const auto& texts = enum_traits<E>::texts;
    const enum_text* first = std::begin(texts);
    for (auto count = std::end(texts) - first; count > 0;) {
        const auto half = count / 2;
        const bool is_after = first[half].text < text;
        first += is_after ? half + 1 : 0;
        count = is_after ? count - half - 1 : half;
    }
    if (first == std::end(texts) || first->text != text) {
        return std::nullopt;
    }
    return static_cast<E>(first->code);
}
)";

constexpr std::string_view kName = R"(};

/// The name of a value; empty for a code that no value has.
constexpr std::string_view to_string({type} value) noexcept {
    switch (static_cast<std::int16_t>(value)) {
)";

constexpr std::string_view kTraits = R"(        default: return {};
    }
}

template <>
struct enum_traits<{type}> {
    static constexpr std::string_view sql_type = {sql_name};
    static constexpr std::string_view fingerprint = "{fingerprint}";
    static constexpr enum_text texts[] = {
)";

void Begin(Output* out) {
    WriteNotice("//", "cpp", out);
    out->Block(kBegin);
}

void WriteValue(const Value& value, const std::string& identifier, Output* out) {
    if (!value.description.empty()) {
        out->Line("    /** {} */", BlockText(value.description));
    }
    const std::string attribute =
        value.deprecated
            ? fmt::format(" [[deprecated({})]]", Quoted(DeprecationOf(value), kQuoting))
            : "";
    out->Line("    {}{} = {},", identifier, attribute, ToInt(value.code));
}

struct Text {
    std::string_view text;
    Code code;
};

std::vector<Text> InOrder(const NamedEnum& named) {
    std::vector<Text> texts;
    named.EachText([&](std::string_view text, const Value& value, const std::string&) {
        texts.push_back({text, value.code});
    });
    std::sort(texts.begin(), texts.end(),
              [](const Text& a, const Text& b) { return a.text < b.text; });
    return texts;
}

void Write(const NamedEnum& named, Output* out) {
    const std::string& type = named.identifier;
    out->Line("\n/** {} */", BlockText(named.Title()));
    out->Line("enum class {} : std::int16_t {{", type);
    named.Each([&](const Value& value, const std::string& identifier) {
        WriteValue(value, identifier, out);
    });
    out->Block(kName, {{"type", type}});
    named.Each([&](const Value& value, const std::string&) {
        out->Line("        case {}: return {};", ToInt(value.code), Quoted(value.name, kQuoting));
    });
    out->Block(kTraits, {{"type", type},
                         {"sql_name", Quoted(named.source.sql_name, kQuoting)},
                         {"fingerprint", named.source.fingerprint}});
    for (const Text& text : InOrder(named)) {
        out->Line("        {{{}, {}}},", Quoted(text.text, kQuoting), ToInt(text.code));
    }
    out->Line("    }};\n}};");
}

void End(std::string_view check, Output* out) {
    out->Line("\n/// {}", kCheckText);
    out->Line("inline constexpr std::string_view check_query =\n    {};", Quoted(check, kQuoting));
    out->Line("\n}}  // namespace enums");
}

}  // namespace

const Language kCpp = [] {
    Language language{};
    language.name = "cpp";
    language.value_prefix = "k";
    language.begin = Begin;
    language.write = Write;
    language.end = End;
    return language;
}();

}  // namespace gb_enums
