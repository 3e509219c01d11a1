#include "source/languages/languages.hpp"
#include "source/texts.hpp"

namespace gb_enums {

namespace {

constexpr Quoting kQuoting{NumberedCharacter::kBraces, ""};

constexpr std::string_view kBegin = R"(//
// The features "serde", "diesel" and "postgres-types" of the crate add what these crates need.

/// A text, or a code, that is no value of an enumeration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownValue {
    pub enumeration: &'static str,
    pub value: String,
}

impl std::fmt::Display for UnknownValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} is no value of {}", self.value, self.enumeration)
    }
}

impl std::error::Error for UnknownValue {}

macro_rules! implement_enumeration {
    ($type:ident, $mapping:ident, $schema:literal, $name:literal) => {
        impl $type {
            fn unknown(value: String) -> UnknownValue {
                UnknownValue { enumeration: $name, value }
            }

            /// Reads what the server sends: a name, or the two bytes of a code.
            pub fn from_bytes(bytes: &[u8]) -> Result<Self, UnknownValue> {
                let text = String::from_utf8_lossy(bytes);
                match (text.parse(), bytes) {
                    (Ok(value), _) => Ok(value),
                    (_, [high, low] | [0, high, low]) => {
                        std::convert::TryFrom::try_from(i16::from_be_bytes([*high, *low]))
                    }
                    (unknown, _) => unknown,
                }
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        #[cfg(feature = "serde")]
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        #[cfg(feature = "serde")]
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text: String = serde::Deserialize::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        #[cfg(feature = "postgres-types")]
        impl<'a> postgres_types::FromSql<'a> for $type {
            fn from_sql(
                _: &postgres_types::Type,
                bytes: &'a [u8],
            ) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
                Ok(Self::from_bytes(bytes)?)
            }
            fn accepts(ty: &postgres_types::Type) -> bool {
                ty.schema() == $schema && ty.name() == $name
            }
        }

        #[cfg(feature = "postgres-types")]
        impl postgres_types::ToSql for $type {
            fn to_sql(
                &self,
                _: &postgres_types::Type,
                out: &mut postgres_types::private::BytesMut,
            ) -> Result<postgres_types::IsNull, Box<dyn std::error::Error + Sync + Send>> {
                out.extend_from_slice(self.as_str().as_bytes());
                Ok(postgres_types::IsNull::No)
            }
            fn accepts(ty: &postgres_types::Type) -> bool {
                ty.schema() == $schema && ty.name() == $name
            }
            postgres_types::to_sql_checked!();
        }

        /// The type of a column, for `diesel::table!`.
        #[cfg(feature = "diesel")]
        #[derive(Debug, Clone, Copy, diesel::sql_types::SqlType, diesel::query_builder::QueryId)]
        #[diesel(postgres_type(name = $name, schema = $schema))]
        pub struct $mapping;

        #[cfg(feature = "diesel")]
        impl diesel::deserialize::FromSql<$mapping, diesel::pg::Pg> for $type {
            fn from_sql(value: diesel::pg::PgValue<'_>) -> diesel::deserialize::Result<Self> {
                Ok(Self::from_bytes(value.as_bytes())?)
            }
        }

        #[cfg(feature = "diesel")]
        impl diesel::serialize::ToSql<$mapping, diesel::pg::Pg> for $type {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, diesel::pg::Pg>,
            ) -> diesel::serialize::Result {
                std::io::Write::write_all(out, self.as_str().as_bytes())?;
                Ok(diesel::serialize::IsNull::No)
            }
        }
    };
}
)";

/// The beginning of a type.
constexpr std::string_view kType =
    R"(#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "diesel", derive(diesel::expression::AsExpression, diesel::deserialize::FromSqlRow))]
#[cfg_attr(feature = "diesel", diesel(sql_type = {type}Mapping))]
#[repr(i16)]
pub enum {type} {
)";

/// The end of a type, and the beginning of its list of values.
constexpr std::string_view kValues = R"(}

implement_enumeration!({type}, {type}Mapping, {schema}, {name});

#[allow(deprecated)]
impl {type} {
    /// All values, in the order of their codes.
    pub const ALL: &'static [Self] = &[
)";

constexpr std::string_view kNames = R"(    ];

    /// What the definition in the database was when this was written.
    pub const FINGERPRINT: &'static str = "{fingerprint}";

    /// The number that is stored.
    pub const fn code(self) -> i16 {
        self as i16
    }

    /// The name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
)";

constexpr std::string_view kTexts = R"(        }
    }
}

#[allow(deprecated)]
impl std::str::FromStr for {type} {
    type Err = UnknownValue;

    /// Reads a name or an alias.
    fn from_str(text: &str) -> Result<Self, UnknownValue> {
        Ok(match text {
)";

constexpr std::string_view kCodes = R"(            _ => return Err(Self::unknown(text.to_string())),
        })
    }
}

impl std::convert::TryFrom<i16> for {type} {
    type Error = UnknownValue;

    fn try_from(code: i16) -> Result<Self, UnknownValue> {
        // In the order of their codes, as they are.
        match Self::ALL.binary_search_by_key(&code, |value| value.code()) {
            Ok(index) => Ok(Self::ALL[index]),
            Err(_) => Err(Self::unknown(code.to_string())),
        }
    }
}
)";

void Begin(Output* out) {
    WriteNotice("//", "rust", out);
    out->Block(kBegin);
}

void WriteVariants(const NamedEnum& named, Output* out) {
    named.Each([&](const Value& value, const std::string& identifier) {
        if (!value.description.empty()) {
            out->Line("    /// {}", MarkdownText(value.description));
        }
        if (value.deprecated) {
            out->Line("    #[deprecated(note = {})]", Quoted(DeprecationOf(value), kQuoting));
        }
        out->Line("    {} = {},", identifier, ToInt(value.code));
    });
}

void Write(const NamedEnum& named, Output* out) {
    const std::string& type = named.identifier;
    out->Line("\n/// {}", MarkdownText(named.Title()));
    out->Block(kType, {{"type", type}});
    WriteVariants(named, out);
    out->Block(kValues, {{"type", type},
                         {"schema", Quoted(named.source.schema, kQuoting)},
                         {"name", Quoted(named.source.name, kQuoting)}});
    named.Each([&](const Value&, const std::string& identifier) {
        out->Line("        Self::{},", identifier);
    });
    out->Block(kNames, {{"fingerprint", named.source.fingerprint}});
    named.Each([&](const Value& value, const std::string& identifier) {
        out->Line("            Self::{} => {},", identifier, Quoted(value.name, kQuoting));
    });
    out->Block(kTexts, {{"type", type}});
    named.EachText([&](std::string_view text, const Value&, const std::string& identifier) {
        out->Line("            {} => Self::{},", Quoted(text, kQuoting), identifier);
    });
    out->Block(kCodes, {{"type", type}});
}

void End(std::string_view check, Output* out) {
    out->Line("\n/// {}", kCheckText);
    out->Line("pub const CHECK_QUERY: &str = {};", Quoted(check, kQuoting));
}

}  // namespace

const Language kRust = [] {
    Language language{};
    language.name = "rust";
    language.reserved_types = "Self UnknownValue Result String Box Send Sync";
    language.reserved_values = "Self";
    language.companions = "Mapping";
    language.begin = Begin;
    language.write = Write;
    language.end = End;
    return language;
}();

}  // namespace gb_enums
