#include "source/languages/languages.hpp"
#include "source/texts.hpp"

namespace gb_enums {

namespace {

constexpr std::string_view kBegin = R"(
// Package enums has enumerations of the database.
package enums

import (
	"database/sql/driver"
	"fmt"
	"strconv"
)

// texts of an enumeration: the names by code, and the codes by name or alias.
type texts struct {
	sqlType string
	names   map[int16]string
	codes   map[string]int16
}

func (t *texts) name(code int16) (string, error) {
	name, found := t.names[code]
	if !found {
		return "", fmt.Errorf("%d is no code of %s", code, t.sqlType)
	}
	return name, nil
}

func (t *texts) code(text string) (int16, error) {
	code, found := t.codes[text]
	if !found {
		return 0, fmt.Errorf("%q is no value of %s", text, t.sqlType)
	}
	return code, nil
}

func (t *texts) show(code int16) string {
	if name, found := t.names[code]; found {
		return name
	}
	return strconv.Itoa(int(code))
}

func (t *texts) scan(from any) (int16, error) {
	switch value := from.(type) {
	case string:
		return t.code(value)
	case []byte:
		return t.code(string(value))
	case int64:
		if code := int16(value); int64(code) == value {
			_, err := t.name(code)
			return code, err
		}
	}
	return 0, fmt.Errorf("%v is no value of %s", from, t.sqlType)
}
)";

constexpr std::string_view kMethods = R"(	},
}

// Fingerprint is what the definition in the database was when this was written.
func ({type}) Fingerprint() string { return "{fingerprint}" }

// String returns the name of a value, or the digits of a code that no value has.
func (v {type}) String() string { return textsOf{type}.show(int16(v)) }

// Value is for database/sql.
func (v {type}) Value() (driver.Value, error) { return textsOf{type}.name(int16(v)) }

// Scan is for database/sql. It reads a name, an alias or a code.
func (v *{type}) Scan(from any) error {
	code, err := textsOf{type}.scan(from)
	if err == nil {
		*v = {type}(code)
	}
	return err
}

// MarshalText is for JSON and the like.
func (v {type}) MarshalText() ([]byte, error) {
	name, err := textsOf{type}.name(int16(v))
	return []byte(name), err
}

// UnmarshalText reads a name or an alias.
func (v *{type}) UnmarshalText(text []byte) error { return v.Scan(text) }
)";

void Begin(Output* out) {
    WriteNotice("//", "go", out);
    out->Block(kBegin);
}

void WriteConstant(const NamedEnum& named, const Value& value, const std::string& identifier,
                   Output* out) {
    if (!value.description.empty()) {
        out->Line("\t// {}", LineText(value.description));
    }
    if (value.deprecated) {
        out->Line("{}\t// Deprecated: {}", value.description.empty() ? "" : "\t//\n",
                  LineText(DeprecationOf(value)));
    }
    out->Line("\t{} {} = {}", identifier, named.identifier, ToInt(value.code));
}

void Write(const NamedEnum& named, Output* out) {
    const std::string& type = named.identifier;
    out->Line("\n// {}: {}", type, LineText(named.Title()));
    out->Line("type {} int16\n\nconst (", type);
    named.Each([&](const Value& value, const std::string& identifier) {
        WriteConstant(named, value, identifier, out);
    });
    out->Line(")\n\nvar textsOf{} = texts{{", type);
    out->Line("\tsqlType: {},\n\tnames: map[int16]string{{", Quoted(named.source.sql_name));
    named.Each([&](const Value& value, const std::string&) {
        out->Line("\t\t{}: {},", ToInt(value.code), Quoted(value.name));
    });
    out->Line("\t}},\n\tcodes: map[string]int16{{");
    named.EachText([&](std::string_view text, const Value& value, const std::string&) {
        out->Line("\t\t{}: {},", Quoted(text), ToInt(value.code));
    });
    out->Block(kMethods, {{"type", type}, {"fingerprint", named.source.fingerprint}});
}

void End(std::string_view check, Output* out) {
    out->Line("\n// CheckQuery: {}", kCheckText);
    out->Line("const CheckQuery = {}", Quoted(check));
}

}  // namespace

const Language kGo = [] {
    Language language{};
    language.name = "go";
    language.reserved_types = "texts CheckQuery";
    language.is_one_scope = true;
    language.begin = Begin;
    language.write = Write;
    language.end = End;
    return language;
}();

}  // namespace gb_enums
