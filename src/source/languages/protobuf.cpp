#include "source/languages/languages.hpp"
#include "source/texts.hpp"

namespace gb_enums {

namespace {

constexpr std::string_view kBegin = R"(
syntax = "proto3";

package enums;
)";

void Begin(Output* out) {
    WriteNotice("//", "protobuf", out);
    out->Block(kBegin);
}

void WriteValue(const Value& value, const std::string& identifier, Output* out) {
    if (!value.description.empty()) {
        out->Line("  // {}", LineText(value.description));
    }
    if (value.deprecated) {
        out->Line("  // Deprecated: {}", LineText(DeprecationOf(value)));
    }
    out->Line("  {} = {}{};", identifier, ToInt(value.code),
              value.deprecated ? " [deprecated = true]" : "");
}

void Write(const NamedEnum& named, Output* out) {
    out->Line("\n// {}", LineText(named.Title()));
    out->Line("// Fingerprint: {}", named.source.fingerprint);
    out->Line("enum {} {{", named.identifier);
    // The value with the code 0 is the first, as the language wants it.
    if (named.definition.Find(Code{0}) == nullptr) {
        out->Line("  {} = 0;", named.values.back());
    }
    for (const bool is_zero : {true, false}) {
        named.Each([&](const Value& value, const std::string& identifier) {
            if ((value.code == Code{0}) == is_zero) {
                WriteValue(value, identifier, out);
            }
        });
    }
    for (const RetiredCode& retired : named.definition.retired()) {
        if (retired.code != Code{0}) {
            out->Line("  reserved {};", ToInt(retired.code));
        }
    }
    out->Line("}}");
}

}  // namespace

const Language kProtobuf = [] {
    Language language{};
    language.name = "protobuf";
    language.value_style = CaseStyle::kUpperSnake;
    language.is_one_scope = true;
    language.needs_zero = true;
    language.begin = Begin;
    language.write = Write;
    return language;
}();

}  // namespace gb_enums
