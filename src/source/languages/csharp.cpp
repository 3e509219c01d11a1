#include "source/languages/languages.hpp"
#include "source/texts.hpp"

namespace gb_enums {

namespace {

constexpr std::string_view kBegin = R"(
namespace GbEnums
{)";

constexpr std::string_view kNames = R"(    }

    /// <summary>Names of the database, and its codes.</summary>
    public static class {type}Names
    {
        /// <summary>What the definition in the database was when this was written.</summary>
        public const string Fingerprint = "{fingerprint}";

        /// <summary>The type of a column, as SQL.</summary>
        public const string SqlType = {sql_name};

        /// <summary>The name of a value; null for a code that no value has.</summary>
        public static string ToName(this {type} value)
        {
            switch ((short)value)
            {
)";

constexpr std::string_view kTexts = R"(                default: return null;
            }
        }

        /// <summary>Reads a name or an alias.</summary>
        public static bool TryParse(string text, out {type} value)
        {
            switch (text)
            {
)";

constexpr std::string_view kEnd = R"(                default: value = default({type}); return false;
            }
        }
    }
)";

constexpr std::string_view kCheck = R"(
    public static class Database
    {
        /// <summary>{text}</summary>
        public const string CheckQuery = {query};
    }
}
)";

void Begin(Output* out) {
    WriteNotice("//", "csharp", out);
    out->Block(kBegin);
}

void WriteValue(const Value& value, const std::string& identifier, Output* out) {
    if (!value.description.empty()) {
        out->Line("        /// <summary>{}</summary>", XmlText(value.description));
    }
    if (value.deprecated) {
        out->Line("        [global::System.Obsolete({})]", Quoted(DeprecationOf(value)));
    }
    out->Line("        {} = {},", identifier, ToInt(value.code));
}

void Write(const NamedEnum& named, Output* out) {
    const std::string& type = named.identifier;
    out->Line("\n    /// <summary>{}</summary>", XmlText(named.Title()));
    out->Line("    public enum {} : short\n    {{", type);
    named.Each([&](const Value& value, const std::string& identifier) {
        WriteValue(value, identifier, out);
    });
    out->Block(kNames, {{"type", type},
                        {"sql_name", Quoted(named.source.sql_name)},
                        {"fingerprint", named.source.fingerprint}});
    named.Each([&](const Value& value, const std::string&) {
        out->Line("                case {}: return {};", ToInt(value.code), Quoted(value.name));
    });
    out->Block(kTexts, {{"type", type}});
    named.EachText([&](std::string_view text, const Value& value, const std::string&) {
        out->Line("                case {}: value = ({})({}); return true;", Quoted(text), type,
                  ToInt(value.code));
    });
    out->Block(kEnd, {{"type", type}});
}

void End(std::string_view check, Output* out) {
    out->Block(kCheck, {{"text", kCheckText}, {"query", Quoted(check)}});
}

}  // namespace

const Language kCSharp = [] {
    Language language{};
    language.name = "csharp";
    language.reserved_types = "Database";
    language.companions = "Names";
    language.begin = Begin;
    language.write = Write;
    language.end = End;
    return language;
}();

}  // namespace gb_enums
