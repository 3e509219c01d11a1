#include "source/languages/languages.hpp"
#include "source/texts.hpp"

namespace gb_enums {

namespace {

void Begin(Output* out) {
    WriteNotice("#", "graphql", out);
}

void WriteValue(const Value& value, const std::string& identifier, Output* out) {
    if (!value.description.empty()) {
        out->Line("  {}", Quoted(LineText(value.description)));
    }
    out->Line("  {}{}", identifier,
              value.deprecated
                  ? fmt::format(" @deprecated(reason: {})", Quoted(DeprecationOf(value)))
                  : "");
}

void Write(const NamedEnum& named, Output* out) {
    out->Line("\n# Fingerprint: {}", named.source.fingerprint);
    out->Line("{}\nenum {} {{", Quoted(LineText(named.Title())), named.identifier);
    named.Each([&](const Value& value, const std::string& identifier) {
        WriteValue(value, identifier, out);
    });
    out->Line("}}");
}

}  // namespace

const Language kGraphql = [] {
    Language language{};
    language.name = "graphql";
    language.value_style = CaseStyle::kAsItIs;
    language.reserved_types = "Boolean Float ID Int String Query Mutation Subscription";
    language.reserved_values = "true false null";
    language.begin = Begin;
    language.write = Write;
    return language;
}();

}  // namespace gb_enums
