#include "source/languages/languages.hpp"
#include "source/texts.hpp"

namespace gb_enums {

namespace {

constexpr Quoting kQuoting{NumberedCharacter::kFourDigits, "$"};

constexpr std::string_view kBegin = R"(
/** A value: its name is what the database shows and reads, its code what it stores. */
interface GbEnum {
    val code: Short
    val text: String
    val aliases: List<String>
}
)";

constexpr std::string_view kType = R"(    ;

    override val code: Short = number.toShort()
    override val aliases: List<String> = otherTexts.toList()

    override fun toString(): String = text

    companion object {
        /** What the definition in the database was when this was written. */
        const val fingerprint: String = "{fingerprint}"

        /** The type of a column, as SQL. */
        const val sqlType: String = {sql_name}

        /** The value with a name or an alias; an IllegalArgumentException when there is none. */
        fun of(text: String): {type} = find(text) { it.text == text || text in it.aliases }

        /** The value with a code; an IllegalArgumentException when there is none. */
        fun ofCode(code: Int): {type} = find(code) { it.code.toInt() == code }

        private fun find(given: Any, wanted: ({type}) -> Boolean): {type} =
            values().find(wanted) ?: throw IllegalArgumentException("\"$given\" is no value of $sqlType")
    }
}
)";

void Begin(Output* out) {
    WriteNotice("//", "kotlin", out);
    out->Block(kBegin);
}

void WriteValue(const Value& value, const std::string& identifier, Output* out) {
    if (!value.description.empty()) {
        out->Line("    /** {} */", BlockText(value.description));
    }
    if (value.deprecated) {
        out->Line("    @Deprecated({})", Quoted(DeprecationOf(value), kQuoting));
    }
    std::string aliases;
    for (const std::string_view alias : value.aliases) {
        aliases += ", " + Quoted(alias, kQuoting);
    }
    out->Line("    {}({}, {}{}),", identifier, ToInt(value.code), Quoted(value.name, kQuoting),
              aliases);
}

void Write(const NamedEnum& named, Output* out) {
    out->Line("\n/** {} */", BlockText(named.Title()));
    out->Line(
        "enum class {}(number: Int, override val text: String, vararg otherTexts: String) : "
        "GbEnum {{",
        named.identifier);
    named.Each([&](const Value& value, const std::string& identifier) {
        WriteValue(value, identifier, out);
    });
    out->Block(kType, {{"type", named.identifier},
                       {"sql_name", Quoted(named.source.sql_name, kQuoting)},
                       {"fingerprint", named.source.fingerprint}});
}

void End(std::string_view check, Output* out) {
    out->Line("\n/** {} */", kCheckText);
    out->Line("const val checkQuery: String = {}", Quoted(check, kQuoting));
}

}  // namespace

const Language kKotlin = [] {
    Language language{};
    language.name = "kotlin";
    language.value_style = CaseStyle::kUpperSnake;
    language.reserved_types =
        "GbEnum Any Boolean Companion Deprecated IllegalArgumentException Int List Short String";
    language.values_hide_type = true;
    language.begin = Begin;
    language.write = Write;
    language.end = End;
    return language;
}();

}  // namespace gb_enums
