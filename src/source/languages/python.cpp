#include "source/languages/languages.hpp"
#include "source/texts.hpp"

namespace gb_enums {

namespace {

constexpr std::string_view kBegin = R"(
from __future__ import annotations

import enum


class GbEnum(str, enum.Enum):
    """An enumeration of the database. A value is its name, as a text; its code is what is stored."""

    code: int
    aliases: tuple[str, ...]
    deprecated: bool

    def __new__(cls, name: str, code: int, aliases: tuple[str, ...] = (), deprecated: bool = False):
        value = str.__new__(cls, name)
        value._value_ = name
        value.code = code
        value.aliases = aliases
        value.deprecated = deprecated
        return value

    __str__ = str.__str__

    @classmethod
    def _missing_(cls, value: object):
        return next((known for known in cls if value in known.aliases), None)

    @classmethod
    def from_code(cls, code: int):
        """The value with a code; a ValueError when there is none."""
        for value in cls:
            if value.code == code:
                return value
        raise ValueError(f"{code!r} is no code of {cls.__name__}")

    @classmethod
    def column_type(cls):
        """The type of a column, for SQLAlchemy."""
        from sqlalchemy.dialects.postgresql import ENUM

        return ENUM(
            cls,
            name=cls.__type_name__,
            schema=cls.__type_schema__,
            create_type=False,
            values_callable=lambda values: [value.value for value in values],
        )
)";

constexpr std::string_view kCodes = R"(

{type}Code = enum.IntEnum("{type}Code", {value.name: value.code for value in {type}}, module=__name__)
)";

void Begin(Output* out) {
    WriteNotice("#", "python", out);
    out->Block(kBegin);
}

void WriteValue(const Value& value, const std::string& identifier, Output* out) {
    if (!value.description.empty()) {
        out->Line("    #: {}", LineText(value.description));
    }
    if (value.deprecated) {
        out->Line("    #: Deprecated: {}", LineText(DeprecationOf(value)));
    }
    std::string more;
    for (const std::string_view alias : value.aliases) {
        more += (more.empty() ? "" : " ") + Quoted(alias) + ",";
    }
    more = more.empty() && !value.deprecated ? "" : fmt::format(", ({})", more);
    out->Line("    {} = ({}, {}{}{})", identifier, Quoted(value.name), ToInt(value.code), more,
              value.deprecated ? ", True" : "");
}

void Write(const NamedEnum& named, Output* out) {
    out->Line("\n\nclass {}(GbEnum):", named.identifier);
    out->Line("    {0}{0}{1}{0}{0}\n", "\"", Quoted(LineText(named.Title())));
    out->Line("    __type_schema__ = {}", Quoted(named.source.schema));
    out->Line("    __type_name__ = {}", Quoted(named.source.name));
    out->Line("    __fingerprint__ = \"{}\"\n", named.source.fingerprint);
    named.Each([&](const Value& value, const std::string& identifier) {
        WriteValue(value, identifier, out);
    });
    out->Block(kCodes, {{"type", named.identifier}});
}

void End(std::string_view check, Output* out) {
    out->Line("\n\n#: {}", kCheckText);
    out->Line("CHECK_QUERY = {}", Quoted(check));
}

}  // namespace

const Language kPython = [] {
    Language language{};
    language.name = "python";
    language.value_style = CaseStyle::kUpperSnake;
    language.reserved_types = "GbEnum None True False ValueError";
    language.companions = "Code";
    language.begin = Begin;
    language.write = Write;
    language.end = End;
    return language;
}();

}  // namespace gb_enums
