#include "source/languages/languages.hpp"
#include "source/texts.hpp"

namespace gb_enums {

namespace {

constexpr std::string_view kBegin = R"(
/** What the database knows of an enumeration. */
export class GbEnum<T extends string> {
  readonly values: readonly T[];
  private readonly texts = new Map<string, T>();
  private readonly names = new Map<number, T>();
  private readonly codes = new Map<T, number>();

  constructor(
    /** The type of a column, as SQL: for `sql.raw()` in a migration of Kysely. */
    readonly sqlType: string,
    /** What the definition in the database was when this was written. */
    readonly fingerprint: string,
    /** Name, code, aliases. Not of type T, which the compiler takes for too complex when there are thousands. */
    values: readonly (readonly [string, number, ...string[]])[],
  ) {
    this.values = values.map(([name]) => name as T);
    for (const [name, code, ...aliases] of values) {
      const value = name as T;
      this.names.set(code, value);
      this.codes.set(value, code);
      for (const text of [name, ...aliases]) this.texts.set(text, value);
    }
  }

  /** Whether this is the name of a value. */
  is(value: unknown): value is T {
    return typeof value === "string" && this.texts.get(value) === value;
  }

  /** The value with a name or an alias; a RangeError when there is none. */
  parse(text: string): T {
    return this.known(this.texts.get(text), text);
  }

  /** The value with a code; a RangeError when there is none. */
  fromCode(code: number): T {
    return this.known(this.names.get(code), code);
  }

  /** The code of a value, which is what the database stores. */
  code(value: T): number {
    return this.known(this.codes.get(value), value);
  }

  /** For Drizzle: `customType<{ data: T }>(X.drizzle())`. */
  drizzle() {
    return { dataType: () => this.sqlType, fromDriver: (text: unknown) => this.parse(String(text)) };
  }

  /** For TypeORM: `@Column(X.typeorm())`. Never `type: "enum"`. */
  typeorm() {
    return {
      type: this.sqlType as any,
      transformer: {
        to: (value: T | null | undefined) => value,
        from: (text: string | null) => (text === null ? null : this.parse(text)),
      },
    };
  }

  private known<V>(found: V | undefined, given: unknown): V {
    if (found === undefined) throw new RangeError(`${JSON.stringify(given)} is no value of ${this.sqlType}`);
    return found;
  }
}
)";

constexpr std::string_view kType = R"(} as const;
export type {type} = (typeof {type})[keyof typeof {type}];
export const {type}Enum = new GbEnum<{type}>({sql_name}, "{fingerprint}", [
)";

void Begin(Output* out) {
    WriteNotice("//", "typescript", out);
    out->Block(kBegin);
}

void Write(const NamedEnum& named, Output* out) {
    out->Line("\n/** {} */", BlockText(named.Title()));
    out->Line("export const {} = {{", named.identifier);
    named.Each([&](const Value& value, const std::string& identifier) {
        WriteBlockComment(value, "  ", out);
        out->Line("  {}: {},", identifier, Quoted(value.name));
    });
    out->Block(kType, {{"type", named.identifier},
                       {"sql_name", Quoted(named.source.sql_name)},
                       {"fingerprint", named.source.fingerprint}});
    named.Each([&](const Value& value, const std::string&) {
        std::string aliases;
        for (const std::string_view alias : value.aliases) {
            aliases += ", " + Quoted(alias);
        }
        out->Line("  [{}, {}{}],", Quoted(value.name), ToInt(value.code), aliases);
    });
    out->Line("]);");
}

void End(std::string_view check, Output* out) {
    out->Line("\n/** {} */", kCheckText);
    out->Line("export const checkQuery = {};", Quoted(check));
}

}  // namespace

const Language kTypescript = [] {
    Language language{};
    language.name = "typescript";
    language.reserved_types = "GbEnum Map RangeError String JSON";
    language.companions = "Enum";
    language.begin = Begin;
    language.write = Write;
    language.end = End;
    return language;
}();

}  // namespace gb_enums
