#include "enum_ddl.hpp"

#include <array>
#include <string_view>
#include <utility>

#include <fmt/args.h>
#include <fmt/format.h>

#include "sql_text.hpp"

namespace gb_enums {

namespace {

/// A comparison operator: what its functions are called, its symbol and those of its kin.
struct Comparison {
    std::string_view name;
    std::string_view symbol;
    std::string_view commutator;
    std::string_view negator;
    std::string_view estimator;
};

/// The first five are btree's (and BRIN's) strategies 1 to 5.
constexpr std::array<Comparison, 6> kComparisons{{{"lt", "<", ">", ">=", "scalarlt"},
                                                  {"le", "<=", ">=", ">", "scalarle"},
                                                  {"eq", "=", "=", "<>", "eq"},
                                                  {"ge", ">=", "<=", "<", "scalarge"},
                                                  {"gt", ">", "<", "<=", "scalargt"},
                                                  {"ne", "<>", "<>", "=", "neq"}}};

bool IsEquality(const Comparison& comparison) {
    return comparison.name == "eq" || comparison.name == "ne";
}

/// An integer type, and the digit the server's functions call it by (int24lt: smallint, integer).
struct Integer {
    std::string_view type;
    char digit;
};
constexpr std::array<Integer, 3> kIntegers{
    {{"pg_catalog.int2", '2'}, {"pg_catalog.int4", '4'}, {"pg_catalog.int8", '8'}}};

constexpr std::string_view kText = "pg_catalog.text";

/// Of every function that computes from its arguments alone.
constexpr std::string_view kPure = "IMMUTABLE STRICT PARALLEL SAFE COST 1";
/// The same where no argument can make it fail, so that row security may run it early.
constexpr std::string_view kPureLeakproof = "IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE COST 1";

class EnumScript {
  public:
    explicit EnumScript(const EnumDdl& ddl) : ddl_(ddl) {
        arguments_.push_back(fmt::arg("S", schema_));
        arguments_.push_back(fmt::arg("T", type_));
        arguments_.push_back(fmt::arg("n", ddl_.name));
        arguments_.push_back(fmt::arg("ext", extension_schema_));
        arguments_.push_back(fmt::arg("code", example_code_));
        arguments_.push_back(fmt::arg("name", ddl_.example_name));
    }

    std::string Run() {
        Type();
        Casts();
        Lookups();
        Comparisons();
        OperatorClasses();
        Aggregates();
        return std::move(sql_);
    }

    std::string Input() {
        Statement(
            "CREATE OR REPLACE FUNCTION {}(pg_catalog.cstring) RETURNS {} "
            "LANGUAGE gb_enum STABLE STRICT PARALLEL SAFE AS {}",
            Own("in"), type_, QuoteLiteral(ddl_.body));
        return std::move(sql_);
    }

  private:
    /// Appends a statement.
    template <typename... Args>
    void Statement(fmt::format_string<Args...> format, Args&&... args) {
        fmt::format_to(std::back_inserter(sql_), format, std::forward<Args>(args)...);
        sql_ += ";\n";
    }

    /// `text` with {S} the schema, {T} the type, {n} its bare name, {ext} the extension's schema,
    /// {code} and {name} an example.
    std::string Fill(std::string_view text) const { return fmt::vformat(text, arguments_); }

    /// The name in gb_enums_internal of what an argument's type makes this enumeration's.
    static std::string Shared(std::string_view name) {
        return fmt::format("gb_enums_internal.{}", QuoteIdentifier(name));
    }
    /// The name there of what only its name makes this enumeration's.
    std::string Own(std::string_view suffix) const {
        return Shared(fmt::format("{}_{}", ddl_.internal_name, suffix));
    }
    /// The name of what users call.
    std::string Public(std::string_view name) const {
        return fmt::format("{}.{}", schema_, QuoteIdentifier(name));
    }
    std::string PublicOf(std::string_view suffix) const {
        return Public(fmt::format("{}_{}", ddl_.name, suffix));
    }

    void Comment(std::string_view kind, std::string_view object, std::string_view comment) {
        Statement("COMMENT ON {} {} IS {}", kind, object, QuoteLiteral(comment));
    }

    void Function(const std::string& name, std::string_view arguments, std::string_view signature,
                  std::string_view result, std::string_view properties, std::string_view body,
                  std::string_view comment) {
        Statement("CREATE FUNCTION {}({}) RETURNS {} {} {}", name, arguments, result, properties,
                  body);
        Comment("FUNCTION", fmt::format("{}({})", name, signature), comment);
    }
    void Function(const std::string& name, std::string_view arguments, std::string_view result,
                  std::string_view properties, std::string_view body, std::string_view comment) {
        Function(name, arguments, arguments, result, properties, body, comment);
    }

    std::string C(std::string_view symbol) const {
        return fmt::format("LANGUAGE c AS {}, '{}'", QuoteLiteral(ddl_.library), symbol);
    }
    static std::string Internal(std::string_view symbol) {
        return fmt::format("LANGUAGE internal AS '{}'", symbol);
    }
    static std::string Supported(std::string_view body) {
        return fmt::format("SUPPORT gb_enums_internal.support {}", body);
    }

    void Type() {
        Statement("CREATE TYPE {}", type_);
        sql_ += EnumScript(ddl_).Input();
        Comment("FUNCTION", Own("in") + "(pg_catalog.cstring)",
                "input, and the definition of the enumeration");
        Function(Shared("out"), type_, "pg_catalog.cstring", "STABLE STRICT PARALLEL SAFE COST 1",
                 C("gb_enum_out"), "output: the name, or the digits of a code that has none");
        Function(Own("recv"), "pg_catalog.internal", type_, "STABLE STRICT PARALLEL SAFE",
                 C("gb_enum_recv"), "binary input: two bytes are the code, else it is a name");
        Function(Shared("send"), type_, "pg_catalog.bytea", "STABLE STRICT PARALLEL SAFE",
                 C("gb_enum_send"), "binary output, as gb_enums.binary_output says");
        Statement(
            "CREATE TYPE {} (INPUT = {}, OUTPUT = {}, RECEIVE = {}, SEND = {}, "
            "LIKE = pg_catalog.int2, CATEGORY = 'E')",
            type_, Own("in"), Shared("out"), Own("recv"), Shared("send"));
        Comment("TYPE", type_, ddl_.comment);
    }

    void Cast(std::string_view from, std::string_view to, std::string_view how,
              std::string_view comment) {
        Statement("CREATE CAST ({} AS {}) {} AS ASSIGNMENT", from, to, how);
        Comment("CAST", fmt::format("({} AS {})", from, to), comment);
    }

    void Casts() {
        const std::string from = Own("from");
        Function(from, "pg_catalog.int2", type_, kPure, C("gb_enum_from_int2"),
                 "the value with a code; an error when there is none");
        Function(from, "pg_catalog.int4", type_, kPure, C("gb_enum_from_int4"),
                 "the value with a code; an error when there is none");
        Function(
            from, kText, type_, kPure, C("gb_enum_from_text"),
            "the value with a name, an alias or a code in digits; an error when there is none");
        Function(Shared("to_int4"), type_, "pg_catalog.int4", kPureLeakproof, Internal("i2toi4"),
                 "the code");
        Function(Shared("to_text"), type_, kText, kPureLeakproof, C("gb_enum_to_text"),
                 "the name, or the digits of a code that has none");
        const auto with = [](const std::string& function, std::string_view argument) {
            return fmt::format("WITH FUNCTION {}({})", function, argument);
        };
        Cast("pg_catalog.int2", type_, with(from, "pg_catalog.int2"),
             "checked: the code must have a name");
        Cast("pg_catalog.int4", type_, with(from, "pg_catalog.int4"),
             "checked: the code must have a name");
        Cast(kText, type_, with(from, kText), "checked: the name must be known");
        Cast("pg_catalog.varchar", type_, with(from, kText), "checked: the name must be known");
        Cast(type_, "pg_catalog.int2", "WITHOUT FUNCTION", "the code");
        Cast(type_, "pg_catalog.int4", with(Shared("to_int4"), type_), "the code");
        Cast(type_, kText, with(Shared("to_text"), type_), "the name");
        Cast(type_, "pg_catalog.varchar", with(Shared("to_text"), type_), "the name");
        Function(
            Public("as_" + ddl_.name), "pg_catalog.int2", type_, kPureLeakproof,
            Supported(Internal("int2up")),
            Fill("a smallint as {n}, not checked: costs nothing, keeps indexes on the smallint "
                 "usable, and ALTER TABLE ... ALTER COLUMN c TYPE {n} USING as_{n}(c) does not "
                 "rewrite the table; example: as_{n}({code}::smallint) is {name}"));
    }

    /// A one-line SQL function that the planner inlines.
    void Lookup(std::string_view suffix, std::string_view argument, std::string_view result,
                const std::string& body, std::string_view comment) {
        Function(PublicOf(suffix), argument, result, "LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE",
                 "RETURN " + body, Fill(comment));
    }

    void Lookups() {
        Function(Shared("name"), type_, kText, kPureLeakproof, C("gb_enum_label"),
                 "the name, or NULL for a code that has none");
        Function(Shared("description"), type_, kText, kPureLeakproof,
                 C("gb_enum_label_description"), "the description, or NULL");
        Function(Own("find"), kText, type_, kPureLeakproof, C("gb_enum_find"),
                 "the value with a name or alias, or NULL");
        const std::string value = fmt::format("({}($1))", Public("as_" + ddl_.name));
        const std::string regtype = fmt::format("{}::pg_catalog.regtype", QuoteLiteral(type_));
        const auto generic = [&](std::string_view function) {
            return fmt::format("{}.{}({}, $1)", extension_schema_, function, regtype);
        };
        constexpr std::string_view kNameComment =
            "the name of a code, NULL for an unknown one; example: {n}_name({code}) is {name}";
        Lookup("name", "pg_catalog.int2", kText, Shared("name") + value, kNameComment);
        Lookup("name", "pg_catalog.int4", kText, generic("gb_enum_name"), kNameComment);
        Lookup("code", kText, "pg_catalog.int2", Own("find") + "($1)::pg_catalog.int2",
               "the code of a name or alias, NULL for an unknown one; example: {n}_code('{name}') "
               "is {code}");
        constexpr std::string_view kDescriptionComment =
            "the description of a code, NULL for an unknown one; example: {n}_description({code})";
        Lookup("description", "pg_catalog.int2", kText, Shared("description") + value,
               kDescriptionComment);
        Lookup("description", "pg_catalog.int4", kText, generic("gb_enum_description"),
               kDescriptionComment);
        Function(PublicOf("values"), "",
                 "TABLE (code pg_catalog.int2, name pg_catalog.text, description pg_catalog.text, "
                 "aliases pg_catalog.text[], deprecated pg_catalog.bool, "
                 "replacement pg_catalog.text)",
                 "LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 10",
                 fmt::format("BEGIN ATOMIC SELECT * FROM {}.gb_enum_values({}); END",
                             extension_schema_, regtype),
                 Fill("the values in the order of their codes; example: SELECT code, name FROM "
                      "{n}_values()"));
    }

    /// The operator `symbol` in a schema, by a function that exists.
    void Operator(std::string_view operator_schema, const Comparison& comparison,
                  const std::string& function, std::string_view left, std::string_view right,
                  std::string_view suffix, std::string_view properties) {
        Statement(
            "CREATE OPERATOR {0}.{1}{8} (FUNCTION = {2}, LEFTARG = {3}, RIGHTARG = {4}, "
            "COMMUTATOR = OPERATOR({0}.{5}{8}), NEGATOR = OPERATOR({0}.{6}{8}), "
            "RESTRICT = pg_catalog.{7}sel, JOIN = pg_catalog.{7}joinsel{9})",
            operator_schema, comparison.symbol, function, left, right, comparison.commutator,
            comparison.negator, comparison.estimator, suffix, properties);
        Comment("OPERATOR",
                fmt::format("{}.{}{} ({}, {})", operator_schema, comparison.symbol, suffix, left,
                            right),
                Describe(comparison));
    }

    static std::string_view Describe(const Comparison& comparison) {
        if (comparison.name == "eq") {
            return "equal";
        }
        if (comparison.name == "ne") {
            return "not equal";
        }
        if (comparison.name == "lt") {
            return "less than, by code";
        }
        if (comparison.name == "le") {
            return "less than or equal, by code";
        }
        return comparison.name == "gt" ? "greater than, by code" : "greater than or equal, by code";
    }

    /// One of the functions behind the operators, and what calls it: an operator or an index.
    void Compare(const std::string& function, std::string_view arguments,
                 std::string_view signature, std::string_view result, std::string_view body,
                 std::string_view used_by) {
        Function(function, arguments, signature, result, kPureLeakproof, body,
                 fmt::format("implementation of {}", used_by));
    }

    /// The six operators between two of the type and the integers, by the server's own functions.
    void NativeComparisons(std::string_view left, std::string_view right,
                           std::string_view native_prefix) {
        const std::string arguments = fmt::format("{}, {}", left, right);
        const bool same = left == right;
        for (const Comparison& comparison : kComparisons) {
            Compare(Shared(comparison.name), arguments, arguments, "pg_catalog.bool",
                    Supported(Internal(fmt::format("{}{}", native_prefix, comparison.name))),
                    comparison.symbol);
            Operator(schema_, comparison, Shared(comparison.name), left, right, "",
                     same && comparison.name == "eq" ? ", HASHES, MERGES" : "");
        }
    }

    /// = and <> for users, the rest for the operator family.
    void TextComparisons(std::string_view left, std::string_view right, std::string_view c_prefix) {
        const std::string arguments = fmt::format("{}, {}", left, right);
        for (const Comparison& comparison : kComparisons) {
            Compare(Shared(comparison.name), arguments, arguments, "pg_catalog.bool",
                    Supported(C(fmt::format("gb_enum_{}_{}", c_prefix, comparison.name))),
                    comparison.symbol);
            Operator(IsEquality(comparison) ? schema_ : "gb_enums_internal", comparison,
                     Shared(comparison.name), left, right, "", "");
        }
        Compare(Shared("cmp"), arguments, arguments, "pg_catalog.int4",
                C(fmt::format("gb_enum_{}_cmp", c_prefix)), "btree");
    }

    void Comparisons() {
        NativeComparisons(type_, type_, "int2");
        for (const Integer& integer : kIntegers) {
            const std::string own =
                integer.digit == '2' ? "int2" : fmt::format("int2{}", integer.digit);
            const std::string other =
                integer.digit == '2' ? "int2" : fmt::format("int{}2", integer.digit);
            NativeComparisons(type_, integer.type, own);
            NativeComparisons(integer.type, type_, other);
        }
        TextComparisons(type_, kText, "enum_text");
        TextComparisons(kText, type_, "text_enum");

        // Two texts in the enumeration's order. Their type does not say which enumeration, so the
        // default of an argument that is never left out does; it also makes them go with the type.
        const std::string arguments =
            fmt::format("{0}, {0} DEFAULT (NULL::{1})::{0}", kText, type_);
        const std::string signature = fmt::format("{0}, {0}", kText);
        for (const Comparison& comparison : kComparisons) {
            Compare(Own(comparison.name), arguments, signature, "pg_catalog.bool",
                    C(fmt::format("gb_enum_text_text_{}", comparison.name)), "a btree strategy");
            Operator("gb_enums_internal", comparison, Own(comparison.name), kText, kText,
                     ddl_.operator_suffix, "");
        }
        Compare(Own("cmp"), arguments, signature, "pg_catalog.int4", C("gb_enum_text_text_cmp"),
                "btree");
    }

    /// Operators as an operator family lists them: the strategies of one pair of types.
    std::string Strategies(std::string_view left, std::string_view right,
                           std::string_view equality_schema, std::string_view other_schema,
                           std::string_view suffix) const {
        std::string list;
        for (std::size_t i = 0; i < 5; ++i) {
            const Comparison& comparison = kComparisons[i];
            list += fmt::format("OPERATOR {} {}.{}{} ({}, {}), ", i + 1,
                                IsEquality(comparison) ? equality_schema : other_schema,
                                comparison.symbol, suffix, left, right);
        }
        return list;
    }

    void OperatorClass(std::string_view name, std::string_view method, const std::string& members) {
        const std::string qualified = Shared(fmt::format("{}_{}", ddl_.internal_name, name));
        Statement("CREATE OPERATOR FAMILY {} USING {}", qualified, method);
        Statement("CREATE OPERATOR CLASS {0} DEFAULT FOR TYPE {1} USING {2} FAMILY {0} AS {3}",
                  qualified, type_, method, members);
        const std::string comment = Fill("indexes on columns of type {n}");
        Comment("OPERATOR FAMILY", fmt::format("{} USING {}", qualified, method), comment);
        Comment("OPERATOR CLASS", fmt::format("{} USING {}", qualified, method), comment);
    }

    void OperatorClasses() {
        constexpr std::string_view kInternal = "gb_enums_internal";
        const std::string own_pair = fmt::format("{0}, {0}", type_);
        const std::string order = Shared("cmp") + "(" + own_pair + ")";
        Compare(Shared("cmp"), own_pair, own_pair, "pg_catalog.int4", Internal("btint2cmp"),
                "btree");
        OperatorClass(
            "ops", "btree",
            Strategies(type_, type_, schema_, schema_, "") +
                fmt::format("FUNCTION 1 {0}, "
                            "FUNCTION 2 pg_catalog.btint2sortsupport(pg_catalog.internal), "
                            "FUNCTION 4 pg_catalog.btequalimage(pg_catalog.oid)",
                            order));
        // With the texts in it, an index finds "= ANY (text[])".
        Statement(
            "ALTER OPERATOR FAMILY {} USING btree ADD {}{}{}"
            "FUNCTION 1 ({}, {}) {}({}, {}), FUNCTION 1 ({}, {}) {}({}, {}), "
            "FUNCTION 1 ({}, {}) {}({}, {})",
            Own("ops"), Strategies(type_, kText, schema_, kInternal, ""),
            Strategies(kText, type_, schema_, kInternal, ""),
            Strategies(kText, kText, kInternal, kInternal, ddl_.operator_suffix), type_, kText,
            Shared("cmp"), type_, kText, kText, type_, Shared("cmp"), kText, type_, kText, kText,
            Own("cmp"), kText, kText);

        Compare(Shared("hash"), type_, type_, "pg_catalog.int4", Internal("hashint2"), "hash");
        const std::string seeded = fmt::format("{}, pg_catalog.int8", type_);
        Compare(Shared("hash"), seeded, seeded, "pg_catalog.int8", Internal("hashint2extended"),
                "hash");
        OperatorClass("ops", "hash",
                      fmt::format("OPERATOR 1 {}.=, FUNCTION 1 {}({}), FUNCTION 2 {}({})", schema_,
                                  Shared("hash"), type_, Shared("hash"), seeded));
        OperatorClass(
            "minmax_ops", "brin",
            Strategies(type_, type_, schema_, schema_, "") +
                "FUNCTION 1 pg_catalog.brin_minmax_opcinfo(internal), "
                "FUNCTION 2 pg_catalog.brin_minmax_add_value(internal, internal, internal, "
                "internal), "
                "FUNCTION 3 pg_catalog.brin_minmax_consistent(internal, internal, internal), "
                "FUNCTION 4 pg_catalog.brin_minmax_union(internal, internal, internal)");

        // "as_E(c) IN (...)" by an index on the smallint c. Its = must be the one users write; the
        // other strategies must not be theirs, or the planner would take an ORDER BY for one of
        // this family and not see that an index on the type has that order.
        for (const Comparison& comparison : kComparisons) {
            if (!IsEquality(comparison)) {
                Operator(kInternal, comparison, Shared(comparison.name), type_, type_, "", "");
            }
        }
        const std::string smallint_pair = fmt::format("pg_catalog.int2, {}", type_);
        Compare(Shared("cmp"), smallint_pair, smallint_pair, "pg_catalog.int4",
                Internal("btint2cmp"), "btree");
        Statement(
            "ALTER OPERATOR FAMILY pg_catalog.integer_ops USING btree ADD {}"
            "FUNCTION 1 ({}) {}, FUNCTION 1 ({}) {}({}), "
            "FUNCTION 2 ({}) pg_catalog.btint2sortsupport(pg_catalog.internal)",
            Strategies(type_, type_, schema_, kInternal, ""), own_pair, order, smallint_pair,
            Shared("cmp"), smallint_pair, own_pair);
    }

    void Aggregate(std::string_view name, std::string_view step, std::string_view native,
                   std::string_view order) {
        const std::string pair = fmt::format("{0}, {0}", type_);
        Function(Shared(step), pair, type_, kPureLeakproof, Internal(native),
                 fmt::format("implementation of {}", name));
        Statement(
            "CREATE AGGREGATE {0}.{1}({2}) (SFUNC = {3}, STYPE = {2}, COMBINEFUNC = {3}, "
            "SORTOP = OPERATOR({0}.{4}), PARALLEL = SAFE)",
            schema_, name, type_, Shared(step), order);
        Comment("AGGREGATE", fmt::format("{}.{}({})", schema_, name, type_),
                Fill(fmt::format("the value with the {} code; example: SELECT {}(status)",
                                 name == "min" ? "lowest" : "highest", name)));
    }

    void Aggregates() {
        Aggregate("min", "smaller", "int2smaller", "<");
        Aggregate("max", "larger", "int2larger", ">");
    }

    const EnumDdl& ddl_;
    const std::string schema_ = QuoteIdentifier(ddl_.schema);
    const std::string type_ = schema_ + "." + QuoteIdentifier(ddl_.name);
    const std::string extension_schema_ = QuoteIdentifier(ddl_.extension_schema);
    const int example_code_ = ToInt(ddl_.example_code);
    fmt::dynamic_format_arg_store<fmt::format_context> arguments_;
    std::string sql_;
};

}  // namespace

std::string CreateEnumSql(const EnumDdl& names) {
    return EnumScript(names).Run();
}

std::string ReplaceDefinitionSql(const EnumDdl& names) {
    return EnumScript(names).Input();
}

}  // namespace gb_enums
