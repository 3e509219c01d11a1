#include <array>

#include "ddl/script.hpp"

namespace gb_enums {

namespace {

/// A comparison operator: the name of its functions, its symbol, and the symbols of its commutator
/// and negator.
struct Comparison {
    std::string_view name;
    std::string_view symbol;
    std::string_view commutator;
    std::string_view negator;
    std::string_view estimator;
    std::string_view description;
};

/// The first five are strategies 1 to 5 of btree and BRIN.
constexpr std::array<Comparison, 6> kComparisons{
    {{"lt", "<", ">", ">=", "scalarlt", "less than, by code"},
     {"le", "<=", ">=", ">", "scalarle", "less than or equal, by code"},
     {"eq", "=", "=", "<>", "eq", "equal"},
     {"ge", ">=", "<=", "<", "scalarge", "greater than or equal, by code"},
     {"gt", ">", "<", "<=", "scalargt", "greater than, by code"},
     {"ne", "<>", "<>", "=", "neq", "not equal"}}};
constexpr std::size_t kStrategies = 5;

constexpr bool IsEquality(const Comparison& comparison) {
    return comparison.estimator == "eq" || comparison.estimator == "neq";
}

/// An integer type, and the prefixes of the server's comparisons between it and smallint (int24lt
/// is smallint < integer).
struct Integer {
    std::string_view type;
    std::string_view smallint_first;
    std::string_view smallint_second;
};
constexpr std::array<Integer, 3> kIntegers{{{"pg_catalog.int2", "int2", "int2"},
                                            {"pg_catalog.int4", "int24", "int42"},
                                            {"pg_catalog.int8", "int28", "int82"}}};

/// Two types that are compared. Every statement below is made from such a pair and the name of a
/// function.
struct Pair {
    std::string left;
    std::string right;
    std::string Arguments() const { return fmt::format("{}, {}", left, right); }
};

class OperatorScript {
  public:
    explicit OperatorScript(EnumScript* script)
        : script_(*script),
          type_(script->type()),
          own_pair_{type_, type_},
          enum_text_{type_, std::string(kText)},
          text_enum_{std::string(kText), type_},
          text_text_{std::string(kText), std::string(kText)} {}

    void Run() {
        NativeComparisons(own_pair_, "int2");
        for (const Integer& integer : kIntegers) {
            NativeComparisons({type_, std::string(integer.type)}, integer.smallint_first);
            NativeComparisons({std::string(integer.type), type_}, integer.smallint_second);
        }
        TextComparisons(enum_text_, "enum_text");
        TextComparisons(text_enum_, "text_enum");
        TwoTextsComparisons();
        BtreeClass();
        HashClass();
        BrinClass();
        RawIndexMembers();
    }

  private:
    std::string Own(std::string_view name) const { return script_.Own(name); }

    /// A function behind an operator or an index.
    void Function(const std::string& name, std::string_view arguments, std::string_view result,
                  std::string_view body, std::string_view used_by,
                  std::string_view properties = kPureLeakproof) {
        script_.Function(name, arguments, result, properties, body,
                         fmt::format("implementation of {}", used_by));
    }

    void Operator(std::string_view schema, const Comparison& comparison,
                  const std::string& function, const Pair& pair, std::string_view suffix = "",
                  std::string_view properties = "") {
        script_.Statement(
            "CREATE OPERATOR {0}.{1}{8} (FUNCTION = {2}, LEFTARG = {3}, RIGHTARG = {4}, "
            "COMMUTATOR = OPERATOR({0}.{5}{8}), NEGATOR = OPERATOR({0}.{6}{8}), "
            "RESTRICT = pg_catalog.{7}sel, JOIN = pg_catalog.{7}joinsel{9})",
            schema, comparison.symbol, function, pair.left, pair.right, comparison.commutator,
            comparison.negator, comparison.estimator, suffix, properties);
        script_.Comment(
            "OPERATOR",
            fmt::format("{}.{}{} ({})", schema, comparison.symbol, suffix, pair.Arguments()),
            comparison.description);
    }

    /// The six operators between the type and itself, and between the type and each integer type.
    /// Their functions are the server's own.
    void NativeComparisons(const Pair& pair, std::string_view native_prefix) {
        for (const Comparison& comparison : kComparisons) {
            const bool joins = pair.left == pair.right && comparison.name == "eq";
            Function(Own(comparison.name), pair.Arguments(), "pg_catalog.bool",
                     EnumScript::Supported(
                         EnumScript::Internal(fmt::format("{}{}", native_prefix, comparison.name))),
                     comparison.symbol);
            Operator(script_.schema(), comparison, Own(comparison.name), pair, "",
                     joins ? ", HASHES, MERGES" : "");
        }
    }

    /// The operators with text: = and <> for users, the others for the operator family.
    void TextComparisons(const Pair& pair, std::string_view c_prefix) {
        for (const Comparison& comparison : kComparisons) {
            Function(Own(comparison.name), pair.Arguments(), "pg_catalog.bool",
                     EnumScript::Supported(
                         script_.C(fmt::format("gb_enum_{}_{}", c_prefix, comparison.name))),
                     comparison.symbol);
            Operator(IsEquality(comparison) ? script_.schema() : kInternalSchema, comparison,
                     Own(comparison.name), pair);
        }
        Function(Own("cmp"), pair.Arguments(), "pg_catalog.int4",
                 script_.C(fmt::format("gb_enum_{}_cmp", c_prefix)), "btree");
    }

    /// Comparisons of two texts in the enumeration's order. The argument types do not name the
    /// enumeration, so the default of the second argument does. Callers always pass this argument,
    /// so the default is never used. It also makes the functions depend on the type. (The default
    /// contains no cast of the type: an index or a range type may be restored before the casts.) To
    /// find the enumeration there can fail, so these functions are not LEAKPROOF; no condition of a
    /// query uses them.
    void TwoTextsComparisons() {
        const std::string arguments =
            fmt::format("{0}, {0} DEFAULT pg_catalog.pg_typeof(NULL::{1})::{0}", kText, type_);
        const auto function = [&](std::string_view name, std::string_view result,
                                  std::string_view used_by) {
            script_.Function(Own(name), arguments, result, kPure,
                             script_.C(fmt::format("gb_enum_text_text_{}", name)),
                             fmt::format("implementation of {}", used_by), text_text_.Arguments());
        };
        for (const Comparison& comparison : kComparisons) {
            function(comparison.name, "pg_catalog.bool", "a btree strategy");
            Operator(kInternalSchema, comparison, Own(comparison.name), text_text_,
                     script_.ddl().operator_suffix);
        }
        function("cmp", "pg_catalog.int4", "btree");
    }

    /// The five strategies for one pair of types, as the definition of an operator class or family
    /// lists them.
    static std::string Strategies(const Pair& pair, std::string_view equality_schema,
                                  std::string_view other_schema, std::string_view suffix = "") {
        std::string list;
        for (std::size_t i = 0; i < kStrategies; ++i) {
            const Comparison& comparison = kComparisons[i];
            list += fmt::format("OPERATOR {} {}.{}{} ({}), ", i + 1,
                                IsEquality(comparison) ? equality_schema : other_schema,
                                comparison.symbol, suffix, pair.Arguments());
        }
        return list;
    }

    /// Support function 1, which compares one pair of types.
    static std::string Order(const std::string& function, const Pair& pair) {
        return fmt::format("FUNCTION 1 ({0}) {1}({0})", pair.Arguments(), function);
    }

    void OperatorClass(std::string_view name, std::string_view method, const std::string& members) {
        const std::string qualified = Own(name);
        script_.Statement("CREATE OPERATOR FAMILY {} USING {}", qualified, method);
        script_.Statement(
            "CREATE OPERATOR CLASS {0} DEFAULT FOR TYPE {1} USING {2} FAMILY {0} AS {3}", qualified,
            type_, method, members);
        const std::string comment = fmt::format("{} indexes on {}", method, script_.ddl().name);
        const std::string object = fmt::format("{} USING {}", qualified, method);
        script_.Comment("OPERATOR FAMILY", object, comment);
        script_.Comment("OPERATOR CLASS", object, comment);
    }

    void BtreeClass() {
        Function(Own("cmp"), own_pair_.Arguments(), "pg_catalog.int4",
                 EnumScript::Internal("btint2cmp"), "btree");
        OperatorClass("ops", "btree",
                      Strategies(own_pair_, script_.schema(), script_.schema()) +
                          Order(Own("cmp"), own_pair_) +
                          ", FUNCTION 2 pg_catalog.btint2sortsupport(pg_catalog.internal), "
                          "FUNCTION 4 pg_catalog.btequalimage(pg_catalog.oid)");
        // The pairs with text make "= ANY (text[])" an index condition.
        script_.Statement(
            "ALTER OPERATOR FAMILY {} USING btree ADD {}{}{}{}, {}, {}", Own("ops"),
            Strategies(enum_text_, script_.schema(), kInternalSchema),
            Strategies(text_enum_, script_.schema(), kInternalSchema),
            Strategies(text_text_, kInternalSchema, kInternalSchema, script_.ddl().operator_suffix),
            Order(Own("cmp"), enum_text_), Order(Own("cmp"), text_enum_),
            Order(Own("cmp"), text_text_));
    }

    void HashClass() {
        const std::string seeded = type_ + ", pg_catalog.int8";
        Function(Own("hash"), type_, "pg_catalog.int4", EnumScript::Internal("hashint2"), "hash",
                 kPure);
        Function(Own("hash"), seeded, "pg_catalog.int8", EnumScript::Internal("hashint2extended"),
                 "hash", kPure);
        OperatorClass("ops", "hash",
                      fmt::format("OPERATOR 1 {0}.=, FUNCTION 1 {1}({2}), FUNCTION 2 {1}({3})",
                                  script_.schema(), Own("hash"), type_, seeded));
    }

    void BrinClass() {
        OperatorClass(
            "minmax_ops", "brin",
            Strategies(own_pair_, script_.schema(), script_.schema()) +
                "FUNCTION 1 pg_catalog.brin_minmax_opcinfo(internal), "
                "FUNCTION 2 pg_catalog.brin_minmax_add_value(internal, internal, internal, "
                "internal), "
                "FUNCTION 3 pg_catalog.brin_minmax_consistent(internal, internal, internal), "
                "FUNCTION 4 pg_catalog.brin_minmax_union(internal, internal, internal)");
    }

    /// Makes "as_E(c) IN (...)" and "c = ANY (E[])" conditions of an index on the smallint column
    /// c. The = of the family must be the operator that users write. The other strategies must be
    /// operators that users do not write. Otherwise the planner would assign an ORDER BY to this
    /// family, and would not see that an index on the type has that order. A restore has to add the
    /// members again, so the SQL function finds them by the objects that are created here.
    void RawIndexMembers() {
        const Pair smallint_enum{"pg_catalog.int2", type_};
        for (const Comparison& comparison : kComparisons) {
            if (!IsEquality(comparison)) {
                Operator(kInternalSchema, comparison, Own(comparison.name), own_pair_);
            }
        }
        Function(Own("cmp"), smallint_enum.Arguments(), "pg_catalog.int4",
                 EnumScript::Internal("btint2cmp"), "btree");
        script_.Statement("SELECT {}.add_raw_index_members({})", kInternalSchema,
                          QuoteLiteral(type_));
    }

    EnumScript& script_;
    const std::string& type_;
    const Pair own_pair_;
    const Pair enum_text_;
    const Pair text_enum_;
    const Pair text_text_;
};

}  // namespace

void AddOperators(EnumScript* script) {
    OperatorScript(script).Run();
}

}  // namespace gb_enums
