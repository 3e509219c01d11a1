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
        OwnComparisons();
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

    /// An operator that users write.
    void Operator(const Comparison& comparison, const Pair& pair,
                  std::string_view properties = "") {
        script_.Statement(
            "CREATE OPERATOR {0}.{1} (FUNCTION = {2}, LEFTARG = {3}, RIGHTARG = {4}, "
            "COMMUTATOR = OPERATOR({0}.{5}), NEGATOR = OPERATOR({0}.{6}), "
            "RESTRICT = pg_catalog.{7}sel, JOIN = pg_catalog.{7}joinsel{8})",
            script_.operator_schema(), comparison.symbol, Own(comparison.name), pair.left,
            pair.right, comparison.commutator, comparison.negator, comparison.estimator,
            properties);
        CommentOnOperator(script_.operator_schema(), comparison, pair, "");
    }

    /// An operator that is there as a member of an operator family only.
    void MemberOperator(const Comparison& comparison, const Pair& pair,
                        std::string_view suffix = "") {
        script_.Statement("CREATE OPERATOR {}.{}{} (FUNCTION = {}, LEFTARG = {}, RIGHTARG = {})",
                          kInternalSchema, comparison.symbol, suffix, Own(comparison.name),
                          pair.left, pair.right);
        CommentOnOperator(kInternalSchema, comparison, pair, suffix);
    }

    void CommentOnOperator(std::string_view schema, const Comparison& comparison, const Pair& pair,
                           std::string_view suffix) {
        script_.InternalComment(
            "OPERATOR",
            fmt::format("{}.{}{} ({})", schema, comparison.symbol, suffix, pair.Arguments()),
            comparison.description);
    }

    /// The six operators between two values, by the server's own functions.
    void OwnComparisons() {
        for (const Comparison& comparison : kComparisons) {
            Function(
                Own(comparison.name), own_pair_.Arguments(), "pg_catalog.bool",
                EnumScript::Supported(EnumScript::Internal(fmt::format("int2{}", comparison.name))),
                comparison.symbol);
            Operator(comparison, own_pair_, comparison.name == "eq" ? ", HASHES, MERGES" : "");
        }
    }

    void TextComparisons(const Pair& pair, std::string_view c_prefix) {
        for (const Comparison& comparison : kComparisons) {
            Function(Own(comparison.name), pair.Arguments(), "pg_catalog.bool",
                     EnumScript::Supported(
                         script_.C(fmt::format("gb_enum_{}_{}", c_prefix, comparison.name))),
                     comparison.symbol);
            Operator(comparison, pair);
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
        for (std::size_t i = 0; i < kStrategies; ++i) {
            function(kComparisons[i].name, "pg_catalog.bool", "a btree strategy");
            MemberOperator(kComparisons[i], text_text_, script_.ddl().operator_suffix);
        }
        function("cmp", "pg_catalog.int4", "btree");
    }

    /// The five strategies of one pair of types, as an operator class or family lists them.
    static std::string Strategies(const Pair& pair, std::string_view schema,
                                  std::string_view suffix = "") {
        std::string list;
        for (std::size_t i = 0; i < kStrategies; ++i) {
            list += fmt::format("OPERATOR {} {}.{}{} ({}), ", i + 1, schema, kComparisons[i].symbol,
                                suffix, pair.Arguments());
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
        script_.InternalComment("OPERATOR FAMILY", object, comment);
        script_.InternalComment("OPERATOR CLASS", object, comment);
    }

    void BtreeClass() {
        Function(Own("cmp"), own_pair_.Arguments(), "pg_catalog.int4",
                 EnumScript::Internal("btint2cmp"), "btree");
        OperatorClass("ops", "btree",
                      Strategies(own_pair_, script_.operator_schema()) +
                          Order(Own("cmp"), own_pair_) +
                          ", FUNCTION 2 pg_catalog.btint2sortsupport(pg_catalog.internal), "
                          "FUNCTION 4 pg_catalog.btequalimage(pg_catalog.oid)");
        // With the texts in it, an index finds "= ANY (text[])".
        script_.Statement("ALTER OPERATOR FAMILY {} USING btree ADD {}{}{}{}, {}, {}", Own("ops"),
                          Strategies(enum_text_, script_.operator_schema()),
                          Strategies(text_enum_, script_.operator_schema()),
                          Strategies(text_text_, kInternalSchema, script_.ddl().operator_suffix),
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
                                  script_.operator_schema(), Own("hash"), type_, seeded));
    }

    void BrinClass() {
        OperatorClass(
            "minmax_ops", "brin",
            Strategies(own_pair_, script_.operator_schema()) +
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
    /// members again; an SQL function, missing_raw_index_members, finds which.
    void RawIndexMembers() {
        const Pair smallint_enum{"pg_catalog.int2", type_};
        std::string members;
        for (std::size_t i = 0; i < kStrategies; ++i) {
            std::string_view schema = script_.operator_schema();
            if (kComparisons[i].name != "eq") {
                MemberOperator(kComparisons[i], own_pair_);
                schema = kInternalSchema;
            }
            members += fmt::format("OPERATOR {} {}.{} ({}), ", i + 1, schema,
                                   kComparisons[i].symbol, own_pair_.Arguments());
        }
        Function(Own("cmp"), smallint_enum.Arguments(), "pg_catalog.int4",
                 EnumScript::Internal("btint2cmp"), "btree");
        script_.Statement(
            "ALTER OPERATOR FAMILY pg_catalog.integer_ops USING btree ADD {}{}, {}, "
            "FUNCTION 2 ({}) pg_catalog.btint2sortsupport(pg_catalog.internal)",
            members, Order(Own("cmp"), own_pair_), Order(Own("cmp"), smallint_enum),
            own_pair_.Arguments());
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
