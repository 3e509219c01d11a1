// The planner support function of the comparison operators and of as_E.
//
// An enumeration is a smallint with names, and the server knows all about smallint. So comparisons
// are rewritten, while a query is planned, into the ones it plans best:
//
//   typed column = 4, = 'x'::text          typed column = <value>             (constants)
//   typed column = $1                      typed column = <value of $1>       (parameters)
//   typed column = other table's column    its smallint = that column         (joins)
//   as_E(smallint column) = <value>        smallint column = <code>           (raw columns)
//
// The result is an operator on two values of one type, or an operator of the server on integers.
// Indexes, partition pruning, joins, equivalence classes and predicate proofs follow from that.
//
// Of queries of distributed tables parts are printed, for other nodes to plan them again. There,
// as_E stays what it is, since as a relabelling it would be printed as a cast, which is checked;
// and no constant has the type of an enumeration without being a value of it, since no node would
// read it.

#include "planner/keys.hpp"
#include "server/distributed.hpp"
#include "server/function.hpp"
#include "tree/comparison.hpp"
#include "tree/constants.hpp"
#include "tree/nodes.hpp"
#include "type/enum_type.hpp"

namespace gb_enums {

namespace {

/// A function of the extension that plans call.
Oid InternalFunction(const char* name, std::initializer_list<Oid> argument_types) {
    std::array<Oid, 2> types{};
    std::copy(argument_types.begin(), argument_types.end(), types.begin());
    List* qualified =
        list_make2(makeString(pstrdup("gb_enums_internal")), makeString(pstrdup(name)));
    return LookupFuncName(qualified, static_cast<int>(argument_types.size()), types.data(), false);
}

/// `left` op `right`, with the operator that a btree family has for their types, or nullptr. No
/// collation matters to it.
Expr* MakeComparison(Oid family, Comparison comparison, Expr* left, Expr* right) {
    const Oid op =
        OperatorInFamily(family, comparison, exprType(AsNode(left)), exprType(AsNode(right)));
    return OidIsValid(op) ? make_opclause(op, BOOLOID, false, left, right, InvalidOid, InvalidOid)
                          : nullptr;
}

Expr* Relabel(Expr* value, Oid type) {
    return AsExpr(
        applyRelabelType(AsNode(value), type, -1, InvalidOid, COERCE_IMPLICIT_CAST, -1, true));
}

Expr* Call(const char* name, Oid result, std::initializer_list<Oid> types, List* arguments) {
    return AsExpr(makeFuncExpr(InternalFunction(name, types), result, arguments, InvalidOid,
                               InvalidOid, COERCE_EXPLICIT_CALL));
}

bool HasVars(Expr* value) {
    return contain_var_clause(AsNode(value));
}

/// Whether a value is as_E of a smallint column, or of an expression on one. Its type may be a
/// domain.
bool IsRaw(Expr* value) {
    if (!IsA(value, RelabelType) || !HasVars(value)) {
        return false;
    }
    auto* smallint = AsNode(reinterpret_cast<RelabelType*>(value)->arg);
    return getBaseType(exprType(smallint)) == INT2OID;
}

/// Whether a value is the one that CASE compares with others. Who prints a CASE takes the operator
/// for "=", whatever it is: EXPLAIN, and postgres_fdw for another server.
bool IsOfCase(Expr* value) {
    return IsA(strip_implicit_coercions(AsNode(value)), CaseTestExpr);
}

bool IsInteger(Oid type) {
    return type == INT2OID || type == INT4OID || type == INT8OID;
}

std::int64_t IntegerOf(const Const& constant) {
    switch (constant.consttype) {
        case INT2OID:
            return DatumGetInt16(constant.constvalue);
        case INT4OID:
            return DatumGetInt32(constant.constvalue);
        default:
            return DatumGetInt64(constant.constvalue);
    }
}

/// An integer as bigint.
Expr* Widen(Expr* number) {
    const Oid type = exprType(AsNode(number));
    if (type == INT8OID) {
        return number;
    }
    return AsExpr(makeFuncExpr(type == INT2OID ? F_INT8_INT2 : F_INT8_INT4, INT8OID,
                               list_make1(number), InvalidOid, InvalidOid, COERCE_IMPLICIT_CAST));
}

/// A comparison of integers, by the server's own operators.
Expr* AsIntegers(Comparison comparison, Expr* value, Expr* other) {
    return MakeComparison(INTEGER_BTREE_FAM_OID, comparison, Relabel(value, INT2OID), other);
}

/// A comparison that is being rewritten. Its enumeration is on the left.
class Rewrite {
  public:
    Rewrite(const PlannerInfo* query, EnumType& type, Comparison comparison, Expr* value,
            Expr* other)
        : query_(query),
          type_(type),
          comparison_(comparison),
          value_(value),
          other_(other),
          other_type_(exprType(AsNode(other))) {}

    /// The better expression, or nullptr.
    Expr* Run() {
        if (other_type_ != type_.oid()) {
            return IsInteger(other_type_) ? WithInteger() : WithText();
        }
        if (IsRaw(value_) || IsRaw(other_)) {
            return CompareIntegers(Relabel(other_, INT2OID));
        }
        return IsUnreadable(value_) || IsUnreadable(other_) ? AsNumbers(comparison_, other_)
                                                            : nullptr;
    }

  private:
    /// Between values of the enumeration's own type.
    Expr* AsValues(Comparison comparison, Expr* other) const {
        const Oid family = FamilyOfEnum(type_.oid());
        return OidIsValid(family) ? MakeComparison(family, comparison, value_, other) : nullptr;
    }

    Expr* CompareIntegers(Expr* other) const { return AsIntegers(comparison_, value_, other); }

    /// Whether a constant is printed as a code that cannot be read where it is sent.
    bool IsUnreadable(Code code) const {
        const Definition* definition = type_.definition();
        return (definition == nullptr || definition->Find(code) == nullptr) &&
               ReadsDistributedTables(query_);
    }
    bool IsUnreadable(Expr* value) const {
        return IsA(value, Const) && !reinterpret_cast<Const*>(value)->constisnull &&
               IsUnreadable(CodeOf(value));
    }

    static Code CodeOf(Expr* constant) {
        return Code{DatumGetInt16(reinterpret_cast<Const*>(constant)->constvalue)};
    }

    /// As bigint, which is printed as a comparison of the value with an integer. (With a smallint
    /// Citus would make a value of it, to know in which shard that is.)
    static Expr* AsNumber(Expr* value) {
        return IsA(value, Const)
                   ? AsExpr(makeConst(INT8OID, -1, InvalidOid, sizeof(int64),
                                      Int64GetDatum(ToInt(CodeOf(value))), false, FLOAT8PASSBYVAL))
                   : Widen(Relabel(value, INT2OID));
    }
    Expr* AsNumbers(Comparison comparison, Expr* other) const {
        return MakeComparison(INTEGER_BTREE_FAM_OID, comparison, AsNumber(value_), AsNumber(other));
    }

    /// With the value of a code.
    Expr* WithCode(Comparison comparison, Code code) const {
        if (IsRaw(value_)) {
            return AsIntegers(comparison, value_, AsExpr(MakeCodeConst(INT2OID, code)));
        }
        Expr* constant = AsExpr(MakeCodeConst(type_.oid(), code));
        return IsUnreadable(code) ? AsNumbers(comparison, constant)
                                  : AsValues(comparison, constant);
    }

    /// With what comes after all codes and equals none, as a text that is no name does. Indexes and
    /// partitions understand the result.
    Expr* WithAllOrNone(Comparison comparison) const {
        if (IsOfCase(value_)) {
            return nullptr;
        }
        const bool holds = comparison == Comparison::kLt || comparison == Comparison::kLe ||
                           comparison == Comparison::kNe;
        return WithCode(holds ? Comparison::kLe : Comparison::kGt,
                        Code{std::numeric_limits<std::int16_t>::max()});
    }

    /// Whether kNoCode can stand for "no such value".
    bool NoCodeIsFree() const {
        const Definition* definition = type_.definition();
        return definition != nullptr && definition->Find(Code{kNoCode}) == nullptr;
    }

    Expr* WithInteger() const {
        if (IsRaw(value_) || IsA(value_, Const) || HasVars(other_)) {
            return CompareIntegers(other_);
        }
        if (IsA(other_, Const)) {
            const auto& constant = *reinterpret_cast<Const*>(other_);
            if (constant.constisnull) {
                return nullptr;
            }
            const std::int64_t number = IntegerOf(constant);
            const auto code = static_cast<std::int16_t>(number);
            if (code == number) {
                return WithCode(comparison_, Code{code});
            }
            // A number below all codes is seen from the other side as one above them.
            return WithAllOrNone(number < 0 ? Commuted(comparison_) : comparison_);
        }
        if (!NoCodeIsFree()) {
            return nullptr;
        }
        // "c < n" is "c <= the greatest code below n", and so on: a number beyond the codes then
        // gives all or nothing, as it should.
        switch (comparison_) {
            case Comparison::kLt:
                return WithBound(Comparison::kLe, "code_below");
            case Comparison::kLe:
                return WithBound(Comparison::kLe, "code_at_most");
            case Comparison::kGe:
                return WithBound(Comparison::kGt, "code_below");
            case Comparison::kGt:
                return WithBound(Comparison::kGt, "code_at_most");
            default:
                return WithBound(comparison_, "code_equal");
        }
    }

    Expr* WithBound(Comparison comparison, const char* function) const {
        Expr* bound = Call(function, INT2OID, {INT8OID}, list_make1(Widen(other_)));
        return AsValues(comparison, Relabel(bound, type_.oid()));
    }

    Expr* WithText() const {
        if (IsA(other_, Const)) {
            const auto& constant = *reinterpret_cast<Const*>(other_);
            if (constant.constisnull) {
                return nullptr;
            }
            if (const Value* named = type_.Find(DatumGetTextPP(constant.constvalue))) {
                return WithCode(comparison_, named->code);
            }
            // The text may become a name while the plan is in use. Not so for other servers, whose
            // changes this one knows nothing of.
            if (IsOfAnotherServer(query_, AsNode(value_))) {
                return WithAllOrNone(comparison_);
            }
        }
        if (IsA(value_, Const)) {
            return nullptr;
        }
        if (IsA(other_, Const)) {
            // What belongs to a table, as the predicate of an index does, must be immutable. A CASE
            // may be one of a foreign table, and gains nothing.
            const bool stays = query_ == nullptr || IsOfCase(value_);
            return stays ? nullptr : WithUnknownText(AtRunTime(other_));
        }
        return WithUnknownText(other_);
    }

    /// A constant text as one that the planner does not know. It would compute what a function
    /// returns for a constant.
    static Expr* AtRunTime(Expr* constant) {
        return Call("at_run_time", TEXTOID, {TEXTOID}, list_make1(constant));
    }

    /// With a text that is not known before run time.
    Expr* WithUnknownText(Expr* other) const {
        if (IsRaw(value_) || HasVars(other)) {
            return CompareIntegers(CodeOfText("text_key", INT4OID, other));
        }
        // kNoCode comes before every value, an unknown text after: right for = and <> only.
        if (!IsEquality(comparison_) || !NoCodeIsFree()) {
            return AsValues(comparison_, other);
        }
        return AsValues(comparison_, Relabel(CodeOfText("text_code", INT2OID, other), type_.oid()));
    }

    /// A call of a function that finds the text in the enumeration. A value, which one does not
    /// matter, says which enumeration that is: it names the type for another server, too.
    Expr* CodeOfText(const char* function, Oid result, Expr* text) const {
        const Definition* definition = type_.definition();
        const Code code = definition == nullptr ? Code{0} : definition->values().front().code;
        return Call(function, result, {ANYELEMENTOID, TEXTOID},
                    list_make2(MakeCodeConst(type_.oid(), code), text));
    }

    const PlannerInfo* query_;
    EnumType& type_;
    Comparison comparison_;
    Expr* value_;
    Expr* other_;
    Oid other_type_;
};

/// as_E(smallint): the same two bytes under another type.
Expr* RelabelTrustingCast(const FuncExpr& call) {
    return AsExpr(applyRelabelType(Copy(FirstArgument(call.args)), call.funcresulttype, -1,
                                   InvalidOid, COERCE_EXPLICIT_CAST, -1, true));
}

/// A value that is compared: as_E as a relabelling, also where it stays a call by itself.
Expr* ComparedValue(Node* argument) {
    if (IsA(argument, FuncExpr)) {
        const auto& call = *castNode(FuncExpr, argument);
        if (list_length(call.args) == 1 && IsEnum(call.funcresulttype) &&
            strcmp(FunctionSource(call.funcid), "int2up") == 0) {
            return RelabelTrustingCast(call);
        }
    }
    return AsExpr(Copy(argument));
}

/// An integer as it was before it was cast to bigint. It may have the type of a domain.
Expr* WithoutWidening(Expr* number) {
    if (!IsA(number, FuncExpr)) {
        return number;
    }
    const auto& call = *reinterpret_cast<FuncExpr*>(number);
    if (call.funcid != F_INT8_INT2 && call.funcid != F_INT8_INT4) {
        return number;
    }
    return Relabel(AsExpr(FirstArgument(call.args)),
                   call.funcid == F_INT8_INT2 ? INT2OID : INT4OID);
}

/// A comparison of an enumeration, cast to enum_code, with an integer.
Expr* RewriteIntegerComparison(const PlannerInfo* query, Comparison comparison, Expr* code,
                               Expr* number) {
    Expr* other = WithoutWidening(number);
    if (!IsA(code, RelabelType)) {
        return AsIntegers(comparison, code, other);
    }
    Expr* value = ComparedValue(AsNode(reinterpret_cast<RelabelType*>(code)->arg));
    const Oid type = getBaseType(exprType(AsNode(value)));
    if (!IsEnum(type)) {
        return AsIntegers(comparison, code, other);
    }
    return Rewrite(query, EnumType::Of(type), comparison, Relabel(value, type), other).Run();
}

/// E_code(text): the text is compared byte by byte, whatever collation it has. postgres_fdw ships
/// no function to which a collation matters that is not the column's.
Expr* WithoutCollation(const FuncExpr& call) {
    FuncExpr* lookup = Copy(&call);
    lookup->inputcollid = InvalidOid;
    return AsExpr(lookup);
}

Expr* RewriteComparison(const PlannerInfo* query, const FuncExpr& call) {
    Comparison comparison{};
    if (!ComparisonOfFunction(call.funcid, &comparison)) {
        return WithoutCollation(call);
    }
    Expr* left = ComparedValue(FirstArgument(call.args));
    Expr* right = ComparedValue(SecondArgument(call.args));
    const Oid left_type = exprType(AsNode(left));
    const Oid right_type = exprType(AsNode(right));
    if (IsInteger(right_type)) {
        return RewriteIntegerComparison(query, comparison, left, right);
    }
    if (IsInteger(left_type)) {
        return RewriteIntegerComparison(query, Commuted(comparison), right, left);
    }
    if (IsEnum(left_type)) {
        return Rewrite(query, EnumType::Of(left_type), comparison, left, right).Run();
    }
    if (IsEnum(right_type)) {
        return Rewrite(query, EnumType::Of(right_type), Commuted(comparison), right, left).Run();
    }
    return nullptr;
}

}  // namespace

/// (internal) -> internal
GB_ENUMS_FUNCTION(gb_enum_support) {
    auto* request = reinterpret_cast<Node*>(PG_GETARG_POINTER(0));
    Expr* simplified = nullptr;
    if (IsA(request, SupportRequestSimplify)) {
        const auto& asked = *reinterpret_cast<SupportRequestSimplify*>(request);
        const FuncExpr& call = *asked.fcall;
        if (list_length(call.args) == 2) {
            simplified = RewriteComparison(asked.root, call);
        } else if (list_length(call.args) == 1 && !ReadsDistributedTables(asked.root)) {
            simplified = RelabelTrustingCast(call);
        }
    }
    PG_RETURN_POINTER(simplified);
}

}  // namespace gb_enums
