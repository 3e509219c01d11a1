#include "source/languages/languages.hpp"
#include "source/texts.hpp"

namespace gb_enums {

namespace {

constexpr std::string_view kBegin = R"(
/** Enumerations of the database. */
public final class GbEnums {
    private GbEnums() {}

    /** A value: its name is what the database shows and reads, its code what it stores. */
    public interface Value {
        short code();

        String text();

        java.util.List<String> aliases();
    }

    private static <E extends Value> E find(E[] values, java.util.function.Predicate<E> wanted, Object given) {
        for (E value : values) {
            if (wanted.test(value)) {
                return value;
            }
        }
        throw new IllegalArgumentException("\"" + given + "\" is no value of this enumeration");
    }
)";

constexpr std::string_view kType = R"(
        private final short code;
        private final String text;
        private final java.util.List<String> aliases;

        {type}(int code, String text, String... aliases) {
            this.code = (short) code;
            this.text = text;
            this.aliases = java.util.List.of(aliases);
        }

        /** What the definition in the database was when this was written. */
        public static String fingerprint() {
            return "{fingerprint}";
        }

        /** The type of a column, as SQL. */
        public static String sqlType() {
            return {sql_name};
        }

        /** The value with a name or an alias; an IllegalArgumentException when there is none. */
        public static {type} of(String text) {
            return find(values(), value -> value.text.equals(text) || value.aliases.contains(text), text);
        }

        /** The value with a code; an IllegalArgumentException when there is none. */
        public static {type} ofCode(int code) {
            return find(values(), value -> value.code == code, code);
        }

        @Override
        public short code() {
            return code;
        }

        @Override
        public String text() {
            return text;
        }

        @Override
        public java.util.List<String> aliases() {
            return aliases;
        }

        @Override
        public String toString() {
            return text;
        }
    }
)";

void Begin(Output* out) {
    WriteNotice("//", "java", out);
    out->Block(kBegin);
}

void WriteValue(const Value& value, const std::string& identifier, Output* out) {
    WriteBlockComment(value, "        ", out);
    if (value.deprecated) {
        out->Line("        @Deprecated");
    }
    std::string aliases;
    for (const std::string_view alias : value.aliases) {
        aliases += ", " + Quoted(alias);
    }
    out->Line("        {}({}, {}{}),", identifier, ToInt(value.code), Quoted(value.name), aliases);
}

void Write(const NamedEnum& named, Output* out) {
    out->Line("\n    /** {} */", BlockText(named.Title()));
    out->Line("    public enum {} implements Value {{", named.identifier);
    named.Each([&](const Value& value, const std::string& identifier) {
        WriteValue(value, identifier, out);
    });
    out->Line("        ;");
    out->Block(kType, {{"type", named.identifier},
                       {"sql_name", Quoted(named.source.sql_name)},
                       {"fingerprint", named.source.fingerprint}});
}

void End(std::string_view check, Output* out) {
    out->Line("\n    /** {} */", kCheckText);
    out->Line("    public static final String CHECK_QUERY =\n        {};\n}}", Quoted(check));
}

}  // namespace

const Language kJava = [] {
    Language language{};
    language.name = "java";
    language.value_style = CaseStyle::kUpperSnake;
    language.reserved_types =
        "GbEnums Value String Override Deprecated IllegalArgumentException Object";
    language.begin = Begin;
    language.write = Write;
    language.end = End;
    return language;
}();

}  // namespace gb_enums
